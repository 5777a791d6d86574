"""targets.csv, phases.csv and seasons.csv: what was agreed and how far it is reached, what was observed when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from pkassess.aggregate import middle
from pkassess.comparators import comparators
from pkassess.progress import progress, targets_of
from pkassess.seasons import same_seasons
from pkassess.tables.fields import Field, Table, integer, number, text

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.rubric import Rubric
    from pkassess.trends import Trend

NAN = float("nan")
_TARGET_FIELDS = (
    text("partnership", "The key values joined by ' / '."),
    text("period", "The period assessed."),
    text("name", "Id of the indicator or dimension."),
    text("kind", "indicator (raw values) or dimension (scores)."),
    text(
        "baseline_period",
        "The first period of deployment with a value, unless the sheet targets names another.",
    ),
    number("baseline", "The value in it."),
    text("previous_period", "The partnership's period before with a usable value."),
    number("previous", "The value in it."),
    number("current", "The value in the period assessed."),
    number("target", "The value agreed."),
    text("target_date", "The day it is due."),
    text(
        "pace", "reached, on_track, behind, stagnating, moving_away or missed; empty where it is not known."
    ),
    number("observed_pace", "Change a year as observed: the Theil-Sen slope."),
    number("required_pace", "Change a year that would reach the target in time."),
    text("cell", "Where the target stands."),
)
_PHASE_FIELDS = (
    text("partnership", "The key values joined by ' / '."),
    text("period", "The period assessed."),
    text("dimension", "Id of the dimension."),
    text("phase", "pre_mission, deployment, drawdown or post_exit."),
    text("first_period", "The first period compared in it."),
    text("last_period", "The last one."),
    integer("periods", "How many are compared."),
    number("median", "Median score on the matched indicators."),
    number("lowest", "Lowest score."),
    number("highest", "Highest score."),
    number("change", "Change of the median since the phase before; an observation, not an effect."),
    number("change_low", "Lower end of its 90 % interval."),
    number("change_high", "Upper end of its 90 % interval."),
    integer(
        "comparators", "Partnerships of the peer group in both stretches of time that did not change phase."
    ),
    number("comparator_change", "Median of their changes over the same periods."),
)
_SEASON_FIELDS = (
    text("partnership", "The key values joined by ' / '."),
    text("period", "The period assessed."),
    text("indicator", "Id of a seasonal indicator."),
    number("value", "Its raw value."),
    text("period_before", "The same season of the year before."),
    number("value_before", "The raw value in it."),
    number("change", "Value less the value before."),
    number("score", "Score of the value."),
    number("score_before", "Score of the value before."),
)


def season_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001  # called as the other tables are
    """The columns of seasons.csv."""
    return _SEASON_FIELDS


def seasons_table(comparison: Comparison) -> Table:
    """One row per row shown and seasonal indicator that was observed in the same season of the year before."""

    def blocks() -> Iterator[list[Any]]:
        lines = [_season(comparison, *season) for season in same_seasons(comparison)]
        yield from [list(zip(*lines, strict=True))] if lines else []

    return Table("seasons", _SEASON_FIELDS, blocks)


def _season(comparison: Comparison, row: int, unit: int, before: int) -> tuple[Any, ...]:
    scores = comparison.scores
    matrix, units = scores.matrix, scores.matrix.units
    value, value_before = (float(matrix.value[row, at]) for at in (unit, before))
    return (
        units[unit].partnership,
        units[unit].period.label,
        matrix.measures[row],
        value,
        units[before].period.label,
        value_before,
        value - value_before,
        float(scores.indicator[row, unit]),
        float(scores.indicator[row, before]),
    )


def target_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001  # called as the other tables are
    """The columns of targets.csv."""
    return _TARGET_FIELDS


def phase_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001
    """The columns of phases.csv."""
    return _PHASE_FIELDS


def targets_table(comparison: Comparison) -> Table:
    """One row per row shown and target that concerns it."""

    def blocks() -> Iterator[list[Any]]:
        if comparison.scores.matrix.observations.targets:
            lines = [*_targets(comparison)]
            yield from [list(zip(*lines, strict=True))] if lines else []

    return Table("targets", _TARGET_FIELDS, blocks)


def _targets(comparison: Comparison) -> Iterator[tuple[Any, ...]]:
    units = comparison.scores.matrix.units
    for row in comparison.rows.tolist():
        for target in targets_of(comparison, row):
            found = progress(comparison, row, target.name, target)
            base, before = (
                units[at].period.label if at >= 0 else "" for at in (found.baseline_unit, found.previous_unit)
            )
            yield (
                units[row].partnership,
                units[row].period.label,
                target.name,
                "dimension" if target.name in comparison.scores.nodes else "indicator",
                base,
                found.baseline,
                before,
                found.previous,
                found.current,
                target.value,
                target.due.isoformat() if target.due else "",
                *found.pace,
                target.cell,
            )


def phases_table(comparison: Comparison) -> Table:
    """One row per row shown, dimension and phase that its trend runs through."""

    def blocks() -> Iterator[list[Any]]:
        found = comparison.trends.found if comparison.trends else {}
        shown = set(comparison.rows.tolist())
        for (row, name), trend in found.items():
            if trend.spans and row in shown:
                lines = [_phase(comparison, row, name, trend, at) for at in range(len(trend.spans))]
                yield list(zip(*lines, strict=True))

    return Table("phases", _PHASE_FIELDS, blocks)


def _phase(comparison: Comparison, row: int, name: str, trend: Trend, at: int) -> tuple[Any, ...]:
    matrix, span = comparison.scores.matrix, trend.spans[at]
    unit = matrix.units[row]
    labels = [matrix.units[trend.series.units[place]].period.label for place in span.places]
    others = comparators(comparison, row, name, trend, at)
    return (
        unit.partnership,
        unit.period.label,
        name,
        span.phase,
        labels[0],
        labels[-1],
        len(labels),
        span.median,
        span.lowest,
        span.highest,
        span.change,
        span.change_low,
        span.change_high,
        len(others) if at else None,
        middle(np.array(others)) if others else NAN,
    )
