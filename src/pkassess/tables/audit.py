"""The tables of an audit: indicators, correlations, families, and what stands out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pkassess.auditing.flags import flags
from pkassess.tables.fields import Field, Table, integer, number, text
from pkassess.tables.findings import finding_fields, findings_table

if TYPE_CHECKING:
    from pkassess.auditing.study import Audit
    from pkassess.rubric import Rubric

_INDICATOR_FIELDS = (
    text("dimension", "Dimension, or index that holds the indicator outside of dimensions."),
    text("indicator", "Id of the indicator."),
    integer("applicable", "Partnership-periods to which it applies."),
    integer("observed", "Those in which it was observed in the period itself."),
    text("constant", "yes where two or more observed values all have the same score."),
    number("at_lower_end", "Share of observed values at or beyond the lower end of the scale, 0 to 1."),
    number("at_upper_end", "Share at or beyond the upper end."),
    integer("published", "Partnership-periods in which the score of the dimension is published."),
    number("weight", "Share of the dimension by the rubric, 0 to 1."),
    number("weight_used", "Mean share after filling up for what is missing."),
    number("pull", "Share of the variance of the dimension's score that comes with it; below 0: against it."),
    number("correlation", "Pearson correlation of its score with the dimension's, higher being better."),
    number("mean_change", "Without it: mean change of the dimension's score in points, up or down."),
    number("largest_change", "Without it: the largest such change."),
    integer("levels_changed", "Without it: changed levels of the dimension."),
    integer("scores_lost", "Without it: scores of the dimension for which nothing is left."),
    integer("overall_levels_changed", "Without it: changed overall levels."),
    integer("largest_rank_shift", "Without it: the largest number of places by which a row moves."),
)
_CORRELATION_FIELDS = (
    text("dimension", "Dimension, or index."),
    text("first", "Id of an indicator."),
    text("second", "Id of another one of the same dimension."),
    integer("count", "Partnership-periods in which both were observed."),
    number("correlation", "Spearman's rank correlation of the scores, higher being better; from 10 on."),
    text("verdict", "double counting, conflicting, too few, no variation; empty for nothing to say."),
)
_FAMILY_FIELDS = (
    text("dimension", "Dimension, or index."),
    text("family", "Name of the family."),
    text("indicators", "Ids of its indicators there, joined by ';'."),
    integer("published", "Partnership-periods in which the score of the dimension is published."),
    number("weight", "Its share by the rubric, 0 to 1."),
    number("mean_observed", "Its mean share of the observed weight, 0 to 1."),
    number("largest_observed", "Its largest share of the observed weight."),
    integer("above_limit", "Partnership-periods in which it has more than 0.40."),
)


def audit_tables(audit: Audit) -> list[Table]:
    """Every table of an audit, the one that ``-f csv`` prints first."""
    return [
        _table("indicators", _INDICATOR_FIELDS, lambda: _indicators(audit)),
        _table("correlations", _CORRELATION_FIELDS, lambda: _correlations(audit)),
        _table("families", _FAMILY_FIELDS, lambda: _families(audit)),
        findings_table(flags(audit)),
    ]


def audit_fields(rubric: Rubric) -> dict[str, tuple[Field, ...]]:
    """The columns of every table of an audit."""
    return {
        "indicators": _INDICATOR_FIELDS,
        "correlations": _CORRELATION_FIELDS,
        "families": _FAMILY_FIELDS,
        "findings": finding_fields(rubric),
    }


def _table(name: str, fields: tuple[Field, ...], rows: Callable[[], list[tuple[Any, ...]]]) -> Table:
    return Table(name, fields, lambda: iter([list(zip(*found, strict=True))] if (found := rows()) else []))


def _indicators(audit: Audit) -> list[tuple[Any, ...]]:
    names = audit.scores.matrix.measures
    rows = []
    for dimension, at, seen, pull, removal in audit.items:
        values = (seen.applicable, seen.observed, "yes" if seen.constant else "no", seen.below, seen.above)
        rows.append((dimension, names[at], *values, *pull, *removal))
    return rows


def _correlations(audit: Audit) -> list[tuple[Any, ...]]:
    names = audit.scores.matrix.measures
    return [
        (pair.dimension, names[pair.first], names[pair.second], pair.count, pair.correlation, pair.verdict)
        for pair in audit.pairs
    ]


def _families(audit: Audit) -> list[tuple[Any, ...]]:
    names = audit.scores.matrix.measures
    return [
        (
            *(one.dimension, one.name, ";".join(names[at] for at in one.members)),
            *(one.rows, one.weight, one.mean, one.largest, one.above),
        )
        for one in audit.families
    ]
