"""assessment.csv: one row per partnership and period."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pkassess.ranking import Comparison
from pkassess.scoring import NO_LEVEL, PUBLICATION_NAMES, Publication, Scores
from pkassess.tables.fields import (
    BLOCK_OF_UNITS,
    IMPUTED,
    Field,
    Table,
    blocks_of,
    integer,
    key_columns,
    level_names,
    number,
    rank_column,
    rank_field,
    rank_type,
    text,
    with_file,
)
from pkassess.tables.shown import confidence_words, interval, level_ranges, rank_interval, trend_words

if TYPE_CHECKING:
    from pkassess.rubric import Rubric

_OVERALL_FIELDS = [
    text("peer_group", "Partnerships that are compared with one another."),
    text("overall_level", "The overall level; empty unless published."),
    text("overall_rule", "The rule that set the overall level."),
    text("overall_status", "published, provisional or insufficient_evidence."),
    text("alarms", "Codes of the alarms that hold, joined by ';'."),
    number("index", "The first index of the rubric; empty unless published."),
    number("index_low", "Lower end of the index's 90 % interval."),
    number("index_high", "Upper end of the index's 90 % interval."),
    integer("rank_low", "Best rank in the 90 % interval."),
    integer("rank_high", "Worst rank in the 90 % interval."),
]
_RANK_PLACE = next(at for at, field in enumerate(_OVERALL_FIELDS) if field.name == "rank_low")


def _dimension_fields(name: str) -> list[Field]:
    return [
        number(name, "Score on the dimension's own polarity; empty unless published."),
        number(f"{name}_low", "Lower end of the 90 % interval."),
        number(f"{name}_high", "Upper end of the 90 % interval."),
        text(f"{name}_level", "Level of the score; empty unless published."),
        text(f"{name}_level_range", "Levels that the missing indicators leave open."),
        number(f"{name}_bound_low", "Score if every missing indicator were at the lowest score."),
        number(f"{name}_bound_high", "Score if every missing indicator were at the highest score."),
        text(f"{name}_status", "published, provisional or insufficient_evidence."),
        number(f"{name}_coverage", "Share of applicable weight that is observed, 0 to 1."),
        text(f"{name}_confidence", "Low, Moderate or High; empty unless published."),
        text(
            f"{name}_trend", "Trend class by meaning: falling tension is improving. Empty unless published."
        ),
    ]


def assessment_fields(rubric: Rubric) -> tuple[Field, ...]:
    """The columns of assessment.csv for a rubric."""
    dimensions = [field for name in rubric.dimensions for field in _dimension_fields(name)]
    if rubric.imputes:
        dimensions += [number(f"{name}_imputed", IMPUTED) for name in rubric.dimensions]
    before, after = _OVERALL_FIELDS[:_RANK_PLACE], _OVERALL_FIELDS[_RANK_PLACE:]
    return with_file([*before, _rank_field(rubric), *after, *dimensions], rubric)


def _rank_field(rubric: Rubric) -> Field:
    return rank_field(rubric, "Rank inside the peer group; equal is equal.")


def assessment_table(comparison: Comparison) -> Table:
    """One row per partnership and period."""
    scores = comparison.scores

    def blocks() -> Iterator[list[Any]]:
        for rows in blocks_of(comparison.rows, BLOCK_OF_UNITS):
            files = [scores.matrix.files[row] for row in rows.tolist()]
            yield (
                [files, *key_columns(scores, rows.tolist()), *_overall_columns(comparison, rows)]
                + [
                    column
                    for name in scores.rubric.dimensions
                    for column in _dimension_columns(comparison, name, rows)
                ]
                + [scores.imputed[name][rows] for name in scores.rubric.dimensions if scores.rubric.imputes]
            )

    return Table("assessment", assessment_fields(scores.rubric), blocks)


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
        level_names(scores.overall_level[rows], scores.overall_levels),
        ["" if rule == NO_LEVEL else rules[rule] for rule in scores.overall_rule[rows].tolist()],
        [PUBLICATION_NAMES[status] for status in scores.overall_status[rows].tolist()],
        alarm_codes(scores, rows),
        index,
        np.where(published, low, np.nan),
        np.where(published, high, np.nan),
        rank_column(comparison.counted(comparison.rank)[rows], rank_type(scores.rubric)),
        rank_column(rank_low),
        rank_column(rank_high),
    ]


def alarm_codes(scores: Scores, rows: NDArray[np.intp]) -> list[str]:
    """Codes of the alarms that hold per row, joined by ';'."""
    codes = [alarm.id for alarm in scores.rubric.alarms]
    ringing = scores.alarms[:, rows]
    if not ringing.any():
        return [""] * len(rows)
    return [
        ";".join(code for code, rings in zip(codes, column, strict=True) if rings) for column in ringing.T
    ]


def _dimension_columns(comparison: Comparison, name: str, rows: NDArray[np.intp]) -> list[Any]:
    node = comparison.scores.nodes[name]
    low, high = interval(comparison, name, rows)
    return [
        node.score[rows],
        low,
        high,
        level_names(node.level[rows], node.branch.levels),
        level_ranges(comparison, name, rows),
        node.bound_low[rows],
        node.bound_high[rows],
        [PUBLICATION_NAMES[status] for status in node.status[rows].tolist()],
        node.coverage[rows],
        confidence_words(comparison.scores, name, rows),
        trend_words(comparison, name, rows),
    ]
