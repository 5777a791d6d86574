"""trends.csv: one row per row shown and dimension: how the dimension moved, on which periods and indicators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pkassess.progress import next_target, progress
from pkassess.ranking import Comparison
from pkassess.scoring import Publication
from pkassess.tables.fields import (
    BLOCK_OF_INDICATOR_UNITS,
    Field,
    Table,
    blocks_of,
    integer,
    number,
    text,
)
from pkassess.tables.shown import TOO_FEW

if TYPE_CHECKING:
    from pkassess.rubric import Rubric
    from pkassess.trends import Trend

_FIELDS = (
    text("partnership", "The key values joined by ' / '."),
    text("dimension", "Id of the dimension."),
    text("class", "Trend class by meaning: falling tension is improving."),
    number("change", "Theil-Sen slope times the span, in score points on the dimension's own polarity."),
    number("change_low", "Lower end of its 90 % interval."),
    number("change_high", "Upper end of its 90 % interval."),
    integer("periods", "Periods that are compared."),
    text("first_period", "The first of them."),
    text("last_period", "The last of them."),
    text("period", "The period assessed."),
    text("indicative", "yes where the class rests on three periods or on wide intervals, else no."),
    text("reason", "Why there is no class, in words."),
    number("first_score", "Score on the matched indicators in the first period."),
    number("last_score", "Score on the matched indicators in the last period."),
    number("half_width", "Median half-width of the periods' 90 % intervals."),
    integer("kendall_s", "Kendall's S against time, on the dimension's own polarity."),
    number("kendall_p", "Exact two-sided Mann-Kendall probability; support, it decides nothing."),
    text("turning_points", "Periods of the turning points, joined by ';'."),
    integer("indicators", "Number of matched indicators: those observed in every period compared."),
    number("matched_share", "Their share of applicable weight in the period where it is least, 0 to 1."),
    text(
        "baseline_period", "The first published period of deployment, unless the sheet targets names another."
    ),
    number("baseline", "Published score in it."),
    text("previous_period", "The partnership's period before with a usable value."),
    number("previous", "Published score in it."),
    number("current", "Published score in the period assessed."),
    number("target", "The score agreed in the sheet targets: that which is due next."),
    text("target_date", "The day it is due."),
    text(
        "pace", "reached, on_track, behind, stagnating, moving_away or missed; empty where it is not known."
    ),
)


def trend_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001  # called as the other tables are
    """The columns of trends.csv."""
    return _FIELDS


def trends_table(comparison: Comparison) -> Table:
    """One row per row shown and dimension."""
    dimensions = list(comparison.scores.rubric.dimensions)

    def blocks() -> Iterator[list[Any]]:
        if comparison.uncertainty is None or (comparison.trends and not comparison.trends.found):
            return
        for rows in blocks_of(comparison.rows, BLOCK_OF_INDICATOR_UNITS):
            lines = [_line(comparison, row, name) for row in rows.tolist() for name in dimensions]
            yield list(zip(*lines, strict=True))

    return Table("trends", _FIELDS, blocks)


def _line(comparison: Comparison, row: int, name: str) -> Sequence[Any]:
    unit = comparison.scores.matrix.units[row]
    lead = (unit.partnership, name)
    if comparison.trends is None:
        published = comparison.scores.nodes[name].status[row] == Publication.PUBLISHED
        kind = TOO_FEW if published else "not_comparable"
        nan = float("nan")
        reason = "one period, three are the least" if published else f"not published in {unit.period.label}"
        tail = (unit.period.label, "", reason, nan, nan, nan, None, nan, "", None, nan)
        return (*lead, kind, nan, nan, nan, None, "", "", *tail, *_progress(comparison, row, name))
    trend = comparison.trends.found[row, name]
    numbers = _numbers(comparison, trend, unit.period.label)
    return (*lead, str(trend.kind), *numbers, *_progress(comparison, row, name))


def _progress(comparison: Comparison, row: int, name: str) -> Sequence[Any]:
    """Baseline, previous, current, target and pace of a dimension."""
    units = comparison.scores.matrix.units
    target = next_target(comparison, row, name)
    found = progress(comparison, row, name, target)
    base, before = (
        units[at].period.label if at >= 0 else "" for at in (found.baseline_unit, found.previous_unit)
    )
    due = target.due.isoformat() if target and target.due else ""
    agreed = target.value if target else float("nan")
    return (base, found.baseline, before, found.previous, found.current, agreed, due, found.pace.word)


def _numbers(comparison: Comparison, trend: Trend, period: str) -> Sequence[Any]:
    series = trend.series
    labels = [comparison.scores.matrix.units[at].period.label for at in series.units]
    ends = (series.scores[0], series.scores[-1]) if series.scores else (float("nan"), float("nan"))
    kendall = trend.kendall
    return (
        trend.change,
        trend.low,
        trend.high,
        len(labels) or None,
        labels[0] if labels else "",
        labels[-1] if labels else "",
        period,
        ("yes" if trend.indicative else "no") if labels else "",
        series.reason,
        *ends,
        trend.half_width,
        kendall.s if kendall else None,
        kendall.p if kendall else float("nan"),
        ";".join(labels[at] for at in trend.pivots),
        len(series.indicators) or None,
        series.share,
    )
