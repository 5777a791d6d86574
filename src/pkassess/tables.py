"""The tables that users script against: their columns, and their rows in blocks of bounded size.

One table serves CSV, JSON, the data package and pandas, so that no two of them can disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.compare import UNRANKED, Comparison
from pkassess.findings import Finding
from pkassess.ingest.sheet import cell_name
from pkassess.matrix import STATUS_NAMES
from pkassess.scoring import (
    CONFIDENCE_NAMES,
    NO_LEVEL,
    PUBLICATION_NAMES,
    Publication,
    Scores,
    classify,
)
from pkassess.tree import additive, leaf_weights, weights_used
from pkassess.values import CLASS_NAMES

if TYPE_CHECKING:
    from pkassess.rubric import Level, Rubric
    from pkassess.uncertainty import Pool

BLOCK_OF_UNITS = 4096
BLOCK_OF_INDICATOR_UNITS = 512
NOT_RANKED = None
TOLD_APART = 0.95
"""Share of draws from which two partnerships are called different."""


class Field(NamedTuple):
    """One column of a table: its name, its type (``string``, ``number``, ``integer``) and what it means."""

    name: str
    type: str
    description: str


class Table(NamedTuple):
    """A table: its fields, and a function that yields blocks of rows, one sequence per field.

    Numbers are floats with NaN, integers are ints or None, texts are strings with '' for no value.
    """

    name: str
    fields: tuple[Field, ...]
    blocks: Callable[[], Iterator[list[Any]]]


def tables(comparison: Comparison, findings: Sequence[Finding]) -> list[Table]:
    """Every table of an assessment, in the order in which they are listed."""
    return [
        assessment_table(comparison),
        nodes_table(comparison),
        indicators_table(comparison),
        *([levels_table(comparison), pairs_table(comparison)] if comparison.uncertainty else []),
        findings_table(findings),
    ]


def _text(name: str, description: str) -> Field:
    return Field(name, "string", description)


def _number(name: str, description: str) -> Field:
    return Field(name, "number", description)


def _key_fields(rubric: Rubric) -> list[Field]:
    keys = [_text(name, f"Key of the partnership: {name}.") for name in rubric.keys]
    return [
        _text("partnership", "The key values joined by ' / '."),
        *keys,
        _text("period", "The period assessed, such as 2025-Q2."),
    ]


def _key_columns(scores: Scores, rows: Sequence[int]) -> list[Sequence[str]]:
    units = [scores.matrix.units[row] for row in rows]
    keys = list(zip(*(unit.keys for unit in units), strict=True)) or [() for _ in scores.rubric.keys]
    return [[unit.partnership for unit in units], *keys, [unit.period.label for unit in units]]


def _with_keys(fields: list[Field], rubric: Rubric) -> tuple[Field, ...]:
    return (_text("file", "The file that the row came from."), *_key_fields(rubric), *fields)


_OVERALL_FIELDS = [
    _text("peer_group", "Partnerships that are compared with one another."),
    _text("overall_level", "The overall level; empty unless published."),
    _text("overall_rule", "The rule that set the overall level."),
    _text("overall_status", "published, provisional or insufficient_evidence."),
    _text("alarms", "Codes of the alarms that hold, joined by ';'."),
    _number("index", "The first index of the rubric; empty unless published."),
    _number("index_low", "Lower end of the index's 90 % interval."),
    _number("index_high", "Upper end of the index's 90 % interval."),
    Field("rank", "integer", "Rank inside the peer group; equal is equal."),
    Field("rank_low", "integer", "Best rank in the 90 % interval."),
    Field("rank_high", "integer", "Worst rank in the 90 % interval."),
]


def _dimension_fields(name: str) -> list[Field]:
    return [
        _number(name, "Score on the dimension's own polarity; empty unless published."),
        _number(f"{name}_low", "Lower end of the 90 % interval."),
        _number(f"{name}_high", "Upper end of the 90 % interval."),
        _text(f"{name}_level", "Level of the score; empty unless published."),
        _text(f"{name}_level_range", "Levels that the missing indicators leave open."),
        _number(f"{name}_bound_low", "Score if every missing indicator were at the lowest score."),
        _number(f"{name}_bound_high", "Score if every missing indicator were at the highest score."),
        _text(f"{name}_status", "published, provisional or insufficient_evidence."),
        _number(f"{name}_coverage", "Share of applicable weight that is observed, 0 to 1."),
        _text(f"{name}_confidence", "Low, Moderate or High; empty unless published."),
        _text(f"{name}_trend", "Trend class of the dimension."),
    ]


def assessment_fields(rubric: Rubric) -> tuple[Field, ...]:
    """The columns of assessment.csv for a rubric."""
    dimensions = [field for name in rubric.dimensions for field in _dimension_fields(name)]
    return _with_keys([*_OVERALL_FIELDS, *dimensions], rubric)


def assessment_table(comparison: Comparison) -> Table:
    """One row per partnership and period."""
    scores = comparison.scores

    def blocks() -> Iterator[list[Any]]:
        for rows in _blocks_of(comparison.rows, BLOCK_OF_UNITS):
            files = [scores.matrix.files[row] for row in rows.tolist()]
            yield [files, *_key_columns(scores, rows.tolist()), *_overall_columns(comparison, rows)] + [
                column
                for name in scores.rubric.dimensions
                for column in _dimension_columns(comparison, name, rows)
            ]

    return Table("assessment", assessment_fields(scores.rubric), blocks)


def _blocks_of(rows: NDArray[np.intp], size: int) -> Iterator[NDArray[np.intp]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _overall_columns(comparison: Comparison, rows: NDArray[np.intp]) -> list[Any]:
    scores = comparison.scores
    published = scores.overall_status[rows] == Publication.PUBLISHED
    rules = [rule.id for rule in scores.rubric.overall.rules] if scores.rubric.overall else []
    index = (
        np.where(published, scores.index.score[rows], np.nan) if scores.index else np.full(len(rows), np.nan)
    )
    low, high = interval(comparison, scores.index.branch.id if scores.index else "", rows)
    rank_low, rank_high = rank_interval(comparison, rows)
    return [
        comparison.peer_group[rows].tolist(),
        _level_names(scores.overall_level[rows], scores.overall_levels),
        ["" if rule == NO_LEVEL else rules[rule] for rule in scores.overall_rule[rows].tolist()],
        [PUBLICATION_NAMES[status] for status in scores.overall_status[rows].tolist()],
        alarm_codes(scores, rows),
        index,
        np.where(published, low, np.nan),
        np.where(published, high, np.nan),
        _ranks(comparison.rank[rows]),
        _ranks(rank_low),
        _ranks(rank_high),
    ]


def interval(
    comparison: Comparison, name: str, rows: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends of the 90 % interval of a node's score; NaN without an uncertainty run."""
    drawn = comparison.uncertainty
    if drawn is None or name not in drawn.low:
        return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    return drawn.low[name][rows], drawn.high[name][rows]


def rank_interval(
    comparison: Comparison, rows: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Best and worst rank of the 90 % interval; 0 for none."""
    drawn = comparison.uncertainty
    if drawn is None:
        return np.full(len(rows), UNRANKED), np.full(len(rows), UNRANKED)
    return drawn.rank_low[rows], drawn.rank_high[rows]


def alarm_codes(scores: Scores, rows: NDArray[np.intp]) -> list[str]:
    """Codes of the alarms that hold per row, joined by ';'."""
    codes = [alarm.id for alarm in scores.rubric.alarms]
    ringing = scores.alarms[:, rows]
    if not ringing.any():
        return [""] * len(rows)
    return [
        ";".join(code for code, rings in zip(codes, column, strict=True) if rings) for column in ringing.T
    ]


def _ranks(ranks: NDArray[np.int64]) -> list[int | None]:
    return [NOT_RANKED if rank == UNRANKED else rank for rank in ranks.tolist()]


def _level_names(levels: NDArray[np.int8], names: Sequence[Level]) -> list[str]:
    ids = [*(level.id for level in names), ""]
    return [ids[level] for level in levels.tolist()]


def _dimension_columns(comparison: Comparison, name: str, rows: NDArray[np.intp]) -> list[Any]:
    node = comparison.scores.nodes[name]
    low, high = interval(comparison, name, rows)
    return [
        node.score[rows],
        low,
        high,
        _level_names(node.level[rows], node.branch.levels),
        level_ranges(comparison, name, rows),
        node.bound_low[rows],
        node.bound_high[rows],
        [PUBLICATION_NAMES[status] for status in node.status[rows].tolist()],
        node.coverage[rows],
        confidence_words(comparison.scores, name, rows),
        [""] * len(rows),
    ]


def confidence_words(scores: Scores, name: str, rows: NDArray[np.intp]) -> list[str]:
    """The confidence word of a dimension per row."""
    return [CONFIDENCE_NAMES[word] for word in scores.nodes[name].confidence[rows].tolist()]


def level_ranges(comparison: Comparison, name: str, rows: NDArray[np.intp]) -> list[str]:
    """Levels that missing indicators and the interval leave open: ``Developing..Established``, or one."""
    node = comparison.scores.nodes[name]
    low, high = interval(comparison, name, rows)
    levels = node.branch.levels
    first = classify(np.fmin(node.bound_low[rows], low), levels).tolist()
    last = classify(np.fmax(node.bound_high[rows], high), levels).tolist()
    ids = [*(level.id for level in levels), ""]
    pairs = {
        (a, b): ids[a] if a == b else f"{ids[a]}..{ids[b]}" for a, b in set(zip(first, last, strict=True))
    }
    return [pairs[pair] for pair in zip(first, last, strict=True)]


_NODE_FIELDS = [
    _text("node", "Id of the index, dimension, group or sub-score."),
    _text("parent", "Id of the node above; empty at the top."),
    _text("kind", "index, dimension, group or sub_score."),
    _number("score", "Score; empty unless published."),
    _number("low", "Lower end of the 90 % interval."),
    _number("high", "Upper end of the 90 % interval."),
    _text("level", "Level of the score, where the node has levels."),
    _text("status", "published, provisional or insufficient_evidence."),
    _number("coverage", "Share of applicable weight that is observed, 0 to 1."),
    Field("rank", "integer", "Rank of the node's score inside the peer group, the best first."),
]
_KIND_ORDER = ("index", "dimension", "group", "sub_score")


def nodes_table(comparison: Comparison) -> Table:
    """One row per partnership, period and node of the rubric's tree."""
    scores = comparison.scores
    order = sorted(scores.nodes, key=lambda name: _KIND_ORDER.index(scores.tree[name].kind))

    def blocks() -> Iterator[list[Any]]:
        ranks = {name: comparison.node_rank(name) for name in order}
        for rows in _blocks_of(comparison.rows, BLOCK_OF_UNITS // len(order) + 1):
            parts = [_node_columns(comparison, name, ranks[name][rows], rows) for name in order]
            keys = _key_columns(scores, rows.tolist())
            yield [
                *(_interleave([column] * len(order)) for column in keys),
                *(_interleave([part[at] for part in parts]) for at in range(len(_NODE_FIELDS))),
            ]

    return Table("nodes", (*_key_fields(scores.rubric), *_NODE_FIELDS), blocks)


def _interleave(columns: Sequence[Sequence[Any]]) -> list[Any]:
    """First all columns' first elements, then all second ones, and so on."""
    return [value for values in zip(*columns, strict=True) for value in values]


def _node_columns(
    comparison: Comparison, name: str, ranks: NDArray[np.int64], rows: NDArray[np.intp]
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
        _level_names(node.level[rows], node.branch.levels),
        [PUBLICATION_NAMES[status] for status in node.status[rows].tolist()],
        node.coverage[rows].tolist(),
        _ranks(ranks),
    ]


_INDICATOR_FIELDS = [
    _text("dimension", "Dimension of the indicator, or block of the diagnostic."),
    _text("indicator", "Id of the indicator or diagnostic."),
    _text("status", "observed, carried, reconciled, excluded, rejected, missing or not_applicable."),
    _number("value", "The raw value; also where it is not used, for whoever mends it."),
    _text("unit", "Unit of the raw value."),
    _number("score", "Score of the indicator; empty where the value is not used."),
    _number("weight", "Share of the dimension's score, after filling up for what is missing."),
    _number("weight_given", "Weight as the rubric gives it."),
    _number("contribution", "weight × score; adds up to the dimension's score. Empty unless published."),
    _text("evidence_class", "strong, moderate, weak, ungraded or excluded."),
    _text("sheet", "Sheet of the value."),
    _text("cell", "Cell of the value."),
    _text("source_type", "Type of source, as the data give it."),
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
        for dimension in rubric.dimensions
        for row, weight in leaf_weights(scores.tree, dimension).items()
    ]
    position = {name: row for row, name in enumerate(scores.matrix.measures)}
    return leaves + [
        _Leaf(block_name, position[item.id], item.id, item.unit, np.nan, scored=False)
        for block_name, block in rubric.diagnostics.items()
        for item in block.items
    ]


def indicators_table(comparison: Comparison) -> Table:
    """One row per partnership, period and indicator."""
    scores = comparison.scores
    leaves = _leaf_rows(scores)

    def blocks() -> Iterator[list[Any]]:
        for rows in _blocks_of(comparison.rows, BLOCK_OF_INDICATOR_UNITS):
            files = [scores.matrix.files[row] for row in rows.tolist()]
            keys = [files, *_key_columns(scores, rows.tolist())]
            parts = _leaf_columns(scores, leaves, rows)
            yield [
                *(_interleave([column] * len(leaves)) for column in keys),
                *(_interleave([part[at] for part in parts]) for at in range(len(_INDICATOR_FIELDS))),
            ]

    return Table("indicators", _with_keys(_INDICATOR_FIELDS, scores.rubric), blocks)


def _leaf_columns(scores: Scores, leaves: list[_Leaf], rows: NDArray[np.intp]) -> list[list[Any]]:
    present = ~np.isnan(scores.indicator[:, rows])
    used = {name: weights_used(scores.tree, name, present) for name in scores.rubric.dimensions}
    blank = [np.nan] * len(rows)
    parts = []
    for leaf in leaves:
        matrix, score, weight, contribution = scores.matrix, blank, blank, blank
        if leaf.scored:
            values = scores.indicator[leaf.row, rows]
            share = np.where(np.isnan(values), np.nan, used[leaf.dimension][leaf.row])
            published = scores.nodes[leaf.dimension].status[rows] == Publication.PUBLISHED
            score, weight = values.tolist(), share.tolist()
            if additive(scores.tree, leaf.dimension):
                contribution = np.where(published, share * values, np.nan).tolist()
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


_LEVEL_FIELDS = [
    _text("node", "Id of the dimension or index, or 'overall'."),
    _text("level", "A level of it."),
    _number("share", "Share of draws in which the score has that level, 0 to 1."),
]


def levels_table(comparison: Comparison) -> Table:
    """One row per partnership, period, node and level: how often the draws put it there."""
    scores, drawn = comparison.scores, comparison.uncertainty

    def blocks() -> Iterator[list[Any]]:
        if drawn is None:
            return
        shares: dict[str, tuple[Sequence[Level], Any]] = {
            "overall": (scores.overall_levels, drawn.overall_shares)
        }
        shares |= {name: (scores.tree[name].levels, share) for name, share in drawn.level_shares.items()}
        rows_of_level = [
            (name, level.id, share[at])
            for name, (levels, share) in shares.items()
            for at, level in enumerate(levels)
        ]
        for rows in _blocks_of(comparison.rows, BLOCK_OF_INDICATOR_UNITS):
            keys = _key_columns(scores, rows.tolist())
            count = len(rows_of_level)
            table = [
                *(_interleave([column] * count) for column in keys),
                _interleave([[name] * len(rows) for name, _, _ in rows_of_level]),
                _interleave([[level] * len(rows) for _, level, _ in rows_of_level]),
                _interleave([share[rows].tolist() for _, _, share in rows_of_level]),
            ]
            yield _where_positive(table)

    return Table("levels", (*_key_fields(scores.rubric), *_LEVEL_FIELDS), blocks)


def _where_positive(table: list[list[Any]]) -> list[list[Any]]:
    """The rows whose last column is above zero."""
    kept = [at for at, share in enumerate(table[-1]) if share > 0]
    return [[column[at] for at in kept] for column in table]


_PAIR_FIELDS = (
    _text("peer_group", "Partnerships that are compared with one another."),
    _text("partnership", "One partnership of the pair."),
    _text("period", "Its period."),
    _text("other", "The other partnership, which stands below it in the ranking."),
    _text("other_period", "The other's period."),
    _number("above", "Share of draws in which it stands above the other, ties half."),
    _text("told_apart", "yes where that is 95 % of draws or more, else no."),
)


def pairs_table(comparison: Comparison) -> Table:
    """One row per pair of ranked partnerships of a peer group, the higher ranked first."""

    def blocks() -> Iterator[list[Any]]:
        for pool in comparison.uncertainty.pools if comparison.uncertainty else ():
            rows = [*_pairs_of(comparison, pool)]
            if rows:
                yield list(zip(*rows, strict=True))

    return Table("pairs", _PAIR_FIELDS, blocks)


def _pairs_of(comparison: Comparison, pool: Pool) -> Iterator[tuple[Any, ...]]:
    if pool.above is None:
        return
    units = comparison.scores.matrix.units
    order = np.argsort(comparison.rank[pool.rows], kind="stable").tolist()
    for place, first in enumerate(order):
        for second in order[place + 1 :]:
            one, other = units[pool.rows[first]], units[pool.rows[second]]
            share = float(pool.above[first, second])
            apart = "yes" if max(share, 1 - share) >= TOLD_APART else "no"
            group = comparison.peer_group[pool.rows[first]]
            yield (
                group,
                one.partnership,
                one.period.label,
                other.partnership,
                other.period.label,
                share,
                apart,
            )


FINDING_FIELDS = (
    _text("severity", "error, warning or note."),
    _text("code", "Code of the kind of finding; pkassess explain tells more."),
    _text("file", "File it was found in."),
    _text("sheet", "Sheet it was found in."),
    _text("cell", "Cell it was found in."),
    _text("column", "Column or indicator it concerns."),
    _text("value", "What was found there."),
    _text("message", "What is wrong, in words."),
    _text("remedy", "What to do about it."),
)


def findings_table(findings: Sequence[Finding]) -> Table:
    """One row per finding."""

    def blocks() -> Iterator[list[Any]]:
        rows = [
            (
                item.severity.value,
                item.code.id,
                item.file,
                item.sheet,
                item.cell,
                item.column,
                item.value,
                item.message,
                item.remedy,
            )
            for item in findings
        ]
        if rows:
            yield list(zip(*rows, strict=True))

    return Table("findings", FINDING_FIELDS, blocks)


def empty_tables(rubric: Rubric) -> list[Table]:
    """The tables of a rubric without any rows, for their columns."""

    def nothing() -> Iterator[list[Any]]:
        return iter(())

    return [
        Table("assessment", assessment_fields(rubric), nothing),
        Table("nodes", (*_key_fields(rubric), *_NODE_FIELDS), nothing),
        Table("indicators", _with_keys(_INDICATOR_FIELDS, rubric), nothing),
        Table("levels", (*_key_fields(rubric), *_LEVEL_FIELDS), nothing),
        Table("pairs", _PAIR_FIELDS, nothing),
        Table("findings", FINDING_FIELDS, nothing),
    ]
