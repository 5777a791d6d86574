"""nodes.csv: one row per partnership, period and node of the rubric's tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pkassess.ranking import Comparison
from pkassess.scoring import PUBLICATION_NAMES
from pkassess.tables.fields import (
    BLOCK_OF_UNITS,
    IMPUTED,
    Field,
    Table,
    blocks_of,
    interleave,
    key_columns,
    level_names,
    number,
    rank_column,
    rank_field,
    rank_type,
    text,
    with_keys,
)
from pkassess.tables.shown import interval

if TYPE_CHECKING:
    from pkassess.rubric import Rubric

_NODE_FIELDS = [
    text("node", "Id of the index, dimension, group or sub-score."),
    text("parent", "Id of the node above; empty at the top."),
    text("kind", "index, dimension, group or sub_score."),
    number("score", "Score; empty unless published."),
    number("low", "Lower end of the 90 % interval."),
    number("high", "Upper end of the 90 % interval."),
    text("level", "Level of the score, where the node has levels."),
    text("status", "published, provisional or insufficient_evidence."),
    number("coverage", "Share of applicable weight that is observed, 0 to 1."),
]
_KIND_ORDER = ("index", "dimension", "group", "sub_score")


def node_fields(rubric: Rubric) -> tuple[Field, ...]:
    """The columns of nodes.csv for a rubric."""
    filled = [number("imputed", IMPUTED)] if rubric.imputes else []
    return with_keys([*_NODE_FIELDS, _rank_field(rubric), *filled], rubric)


def _rank_field(rubric: Rubric) -> Field:
    return rank_field(rubric, "Rank of the node's score inside the peer group, the best first.")


def nodes_table(comparison: Comparison) -> Table:
    """One row per partnership, period and node of the rubric's tree."""
    scores = comparison.scores
    order = sorted(scores.nodes, key=lambda name: _KIND_ORDER.index(scores.tree[name].kind))

    def blocks() -> Iterator[list[Any]]:
        ranks = {name: comparison.counted(comparison.node_rank(name)) for name in order}
        for rows in blocks_of(comparison.rows, BLOCK_OF_UNITS // len(order) + 1):
            parts = [_node_columns(comparison, name, ranks[name][rows], rows) for name in order]
            keys = key_columns(scores, rows.tolist())
            yield [
                *(interleave([column] * len(order)) for column in keys),
                *(interleave([part[at] for part in parts]) for at in range(len(parts[0]))),
            ]

    return Table("nodes", node_fields(scores.rubric), blocks)


def _node_columns(
    comparison: Comparison, name: str, ranks: NDArray[np.float64], rows: NDArray[np.intp]
) -> list[Any]:
    node, count = comparison.scores.nodes[name], len(rows)
    low, high = interval(comparison, name, rows)
    return [
        [name] * count,
        [node.branch.parent] * count,
        [node.branch.kind] * count,
        node.score[rows].tolist(),
        low.tolist(),
        high.tolist(),
        level_names(node.level[rows], node.branch.levels),
        [PUBLICATION_NAMES[status] for status in node.status[rows].tolist()],
        node.coverage[rows].tolist(),
        rank_column(ranks, rank_type(comparison.scores.rubric)),
        *([comparison.scores.imputed[name][rows].tolist()] if comparison.scores.rubric.imputes else []),
    ]
