"""indicators.csv: one row per partnership, period and indicator, with the cell that its value came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.grades import CLASS_NAMES
from pkassess.ingest.sheet import cell_name
from pkassess.matrix import STATUS_NAMES
from pkassess.ranking import Comparison
from pkassess.scoring import Publication, Scores
from pkassess.tables.fields import (
    BLOCK_OF_INDICATOR_UNITS,
    Field,
    Table,
    blocks_of,
    interleave,
    key_columns,
    number,
    text,
    with_file,
)
from pkassess.tree import additive, weights_used

if TYPE_CHECKING:
    from pkassess.rubric import Rubric

_INDICATOR_FIELDS = [
    text("dimension", "Dimension (or index) that the indicator serves in, or block of the diagnostic."),
    text("indicator", "Id of the indicator or diagnostic."),
    text("status", "observed, carried, reconciled, excluded, rejected, missing, not_applicable or imputed."),
    number("value", "The raw value; also where it is not used, for whoever mends it."),
    text("unit", "Unit of the raw value."),
    number("score", "Score of the indicator; empty where the value is not used."),
    number("weight", "Share of the dimension's score, after filling up for what is missing."),
    number("weight_given", "Weight as the rubric gives it."),
    number("contribution", "weight × score; adds up to the dimension's score. Empty unless published."),
    text("evidence_class", "strong, moderate, weak, ungraded or excluded."),
    text("sheet", "Sheet of the value."),
    text("cell", "Cell of the value."),
    text("source_type", "Type of source, as the data give it."),
]


class _Leaf(NamedTuple):
    """One indicator in one dimension, or one diagnostic in its block."""

    dimension: str
    row: int
    name: str
    unit: str
    weight_given: float
    scored: bool


def _leaf_rows(scores: Scores) -> list[_Leaf]:
    rubric = scores.rubric
    names = list(rubric.indicators)
    leaves = [
        _Leaf(dimension, row, names[row], rubric.indicators[names[row]].unit, weight, scored=True)
        for dimension, weights in scores.homes.items()
        for row, weight in weights.items()
    ]
    position = {name: row for row, name in enumerate(scores.matrix.measures)}
    return leaves + [
        _Leaf(block_name, position[item.id], item.id, item.unit, np.nan, scored=False)
        for block_name, block in rubric.diagnostics.items()
        for item in block.items
    ]


def indicator_fields(rubric: Rubric) -> tuple[Field, ...]:
    """The columns of indicators.csv for a rubric."""
    return with_file(_INDICATOR_FIELDS, rubric)


def indicators_table(comparison: Comparison) -> Table:
    """One row per partnership, period and indicator."""
    scores = comparison.scores
    leaves = _leaf_rows(scores)

    def blocks() -> Iterator[list[Any]]:
        for rows in blocks_of(comparison.rows, BLOCK_OF_INDICATOR_UNITS):
            files = [scores.matrix.files[row] for row in rows.tolist()]
            keys = [files, *key_columns(scores, rows.tolist())]
            parts = _leaf_columns(scores, leaves, rows)
            yield [
                *(interleave([column] * len(leaves)) for column in keys),
                *(interleave([part[at] for part in parts]) for at in range(len(_INDICATOR_FIELDS))),
            ]

    return Table("indicators", indicator_fields(scores.rubric), blocks)


def _leaf_columns(scores: Scores, leaves: list[_Leaf], rows: NDArray[np.intp]) -> list[list[Any]]:
    present, applicable = ~np.isnan(scores.indicator[:, rows]), scores.applicable[:, rows]
    used = {name: weights_used(scores.tree, name, present, applicable) for name in scores.homes}
    blank = [np.nan] * len(rows)
    parts = []
    for leaf in leaves:
        matrix, score, weight, contribution = scores.matrix, blank, blank, blank
        if leaf.scored:
            values, share = scores.indicator[leaf.row, rows], used[leaf.dimension][leaf.row]
            # Without a score there is no weight, unless what is missing counts as the worst.
            share = np.where(np.isnan(values) & (share == 0), np.nan, share)
            published = scores.nodes[leaf.dimension].status[rows] == Publication.PUBLISHED
            score, weight = values.tolist(), share.tolist()
            if additive(scores.tree, leaf.dimension):
                counted = np.where(np.isnan(values), scores.tree[leaf.dimension].worst, values)
                contribution = np.where(published, share * counted, np.nan).tolist()
        status = matrix.status[leaf.row, rows].tolist()
        parts.append(
            [
                [leaf.dimension] * len(rows),
                [leaf.name] * len(rows),
                [STATUS_NAMES[one] for one in status],
                matrix.value[leaf.row, rows].tolist(),
                [leaf.unit] * len(rows),
                score,
                weight,
                [leaf.weight_given] * len(rows),
                contribution,
                _evidence_names(
                    matrix.evidence[leaf.row, rows].tolist(), matrix.origin[leaf.row, rows].tolist()
                ),
                *_origin_columns(scores, matrix.origin[leaf.row, rows]),
            ]
        )
    return parts


def _evidence_names(classes: list[int], origins: list[int]) -> list[str]:
    return ["" if origin < 0 else CLASS_NAMES[grade] for grade, origin in zip(classes, origins, strict=True)]


def _origin_columns(scores: Scores, origins: NDArray[np.int32]) -> list[list[str]]:
    """Sheet, cell and source type of the observations behind elements of the matrix."""
    seen = scores.matrix.observations
    if len(seen) == 0:
        return [[""] * len(origins) for _ in range(3)]
    at = np.maximum(origins, 0)
    there = (origins >= 0).tolist()
    sheets = [place.sheet for place in seen.places]
    places, sources = seen.place[at].tolist(), seen.source[at].tolist()
    cells = zip(seen.row[at].tolist(), seen.column[at].tolist(), there, strict=True)
    return [
        [sheets[place] if known else "" for place, known in zip(places, there, strict=True)],
        [cell_name(row, column) if known else "" for row, column, known in cells],
        [seen.word(source) if known else "" for source, known in zip(sources, there, strict=True)],
    ]
