"""What stands under the trends of a profile, in sentences: agreed targets, phases of the mission, and seasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pkassess.aggregate import middle
from pkassess.comparators import comparators
from pkassess.directions import signed
from pkassess.figures import counted, half_up, raw_value
from pkassess.matrix import OWN, among
from pkassess.progress import progress, targets_of
from pkassess.seasons import same_seasons
from pkassess.seriesbreaks import break_between, told
from pkassess.texts import say
from pkassess.trends import window

if TYPE_CHECKING:
    from pkassess.progress import Progress
    from pkassess.ranking import Comparison
    from pkassess.trends import Trend

LANGUAGE = "en"
FEW, ROLLING = 5, 4
"""Below so many events in a period, those of so many periods are printed beside them."""
DAYS_A_MONTH = 365.25 / 12
PHASES = {
    "pre_mission": "before the mission",
    "deployment": "during deployment",
    "drawdown": "during drawdown",
    "post_exit": "after exit",
}
WHEN = "Phases say when something was observed, not what caused it."


def trend_notes(comparison: Comparison, alone: Comparison, unit: int) -> Iterator[str]:
    """The sentences of one row; ``alone`` is the comparison in which it is the only one."""
    yield from _small_counts(comparison, unit)
    yield from _targets(comparison, unit)
    yield from _phases(comparison, unit)
    yield from _seasons(alone)


def _small_counts(comparison: Comparison, unit: int) -> Iterator[str]:
    """Counts of few events beside their sum over the last four periods; scores and intervals use the own count."""
    matrix = comparison.scores.matrix
    units = window(comparison.scores, unit, None)[-ROLLING:]
    months = sum(matrix.units[at].period.months for at in units)
    stretch = (matrix.units[unit].period.end - matrix.units[units[0]].period.start).days / DAYS_A_MONTH
    if len(units) < ROLLING or abs(stretch - months) > 1:
        return
    for row, indicator in enumerate(comparison.scores.rubric.indicators.values()):
        origins = matrix.origin[row, units]
        observed = among(matrix.status[row, units], OWN) & (origins >= 0)
        counts = np.where(observed, matrix.observations.events[origins], np.nan)
        if indicator.sampling == "events" and not np.isnan(counts).any() and counts[-1] < FEW:
            label, period = say(indicator.label, LANGUAGE), matrix.units[unit].period.label
            yield f"{label}: {counts[-1]:g} counted in {period}, {counts.sum():g} over the last {ROLLING} periods"


# --- targets ----------------------------------------------------------------------------------------------------


def _targets(comparison: Comparison, unit: int) -> Iterator[str]:
    units = comparison.scores.matrix.units
    for target in targets_of(comparison, unit):
        found = progress(comparison, unit, target.name, target)
        due = f" by {target.due.isoformat()}" if target.due else ""
        agreed = f"{_shown(comparison, target.name, target.value)}{due} ({target.cell})"
        known = [
            (found.baseline_unit, found.baseline, "baseline "),
            (found.previous_unit, found.previous, ""),
        ]
        stood = [
            f"{word}{_shown(comparison, target.name, value)} in {units[at].period.label}"
            f"{_broken(comparison, target.name, at, unit)}"
            for at, value, word in known
            if at not in (-1, unit) and not np.isnan(value)
        ]
        if found.previous_unit == found.baseline_unit:
            stood = stood[:1]
        now = (
            "no value now"
            if np.isnan(found.current)
            else f"{_shown(comparison, target.name, found.current)} now"
        )
        yield f"Target for {_label(comparison, target.name)} {agreed}: {', '.join([*stood, now])}{_pace(found)}"


def _broken(comparison: Comparison, name: str, before: int, unit: int) -> str:
    """A series break between an earlier value and now, '' where there is none."""
    units = comparison.scores.matrix.units
    keys, first, last = units[unit].keys, units[before].period, units[unit].period
    found = break_between(comparison.scores, name, keys, first, last)
    return f" (not comparable: {told(found)})" if found else ""


def _label(comparison: Comparison, name: str) -> str:
    scores = comparison.scores
    named = scores.tree[name] if name in scores.tree else scores.rubric.indicators[name]
    return say(named.label, LANGUAGE)


def _shown(comparison: Comparison, name: str, value: float) -> str:
    """A score of a dimension, or a raw value with its unit."""
    scores = comparison.scores
    return half_up(value) if name in scores.tree else raw_value(value, scores.rubric.indicators[name])


def _pace(found: Progress) -> str:
    pace = found.pace
    if not pace.word:
        return ""
    told = f"; {pace.word.replace('_', ' ')}"
    if np.isnan(pace.observed) or np.isnan(pace.required):
        return told
    return f"{told}: {signed(pace.observed, 1)} a year observed, {signed(pace.required, 1)} needed"


# --- phases -----------------------------------------------------------------------------------------------------


def _phases(comparison: Comparison, unit: int) -> Iterator[str]:
    found = comparison.trends.found if comparison.trends else {}
    sentences = [
        _phases_of(comparison, unit, name, trend)
        for (row, name), trend in found.items()
        if row == unit and len(trend.spans) > 1
    ]
    yield from sentences
    if sentences:
        yield WHEN


def _phases_of(comparison: Comparison, unit: int, name: str, trend: Trend) -> str:
    parts = []
    for at, span in enumerate(trend.spans):
        ends = (
            comparison.scores.matrix.units[trend.series.units[span.places[place]]].period.label
            for place in (0, -1)
        )
        stretch = " to ".join(dict.fromkeys(ends))
        low, high = half_up(span.lowest), half_up(span.highest)
        spread = f", {low} to {high}" if low != high else ""
        part = f"{half_up(span.median)}{spread} {PHASES[span.phase]} ({stretch})"
        parts.append(part + (_change(comparison, unit, name, trend, at) if at else ""))
    return f"{_label(comparison, name)}, median and range by phase: {'; '.join(parts)}"


def _change(comparison: Comparison, unit: int, name: str, trend: Trend, at: int) -> str:
    """The change since the phase before with its interval, and what peers did meanwhile that stayed in one phase."""
    span, others = trend.spans[at], comparators(comparison, unit, name, trend, at)
    text = f", {signed(span.change)} ({signed(span.change_low)} to {signed(span.change_high)})"
    if not others:
        return f"{text}, no peer to set beside it"
    return f"{text}, beside {signed(middle(np.array(others)))} among {counted(len(others), 'peer')} that changed no phase"


# --- seasons ----------------------------------------------------------------------------------------------------


def _seasons(alone: Comparison) -> Iterator[str]:
    """What seasonal indicators, which no trend shorter than a year may use, did since the year before."""
    matrix = alone.scores.matrix
    for row, unit, before in same_seasons(alone):
        name, period = matrix.measures[row], matrix.units[before].period.label
        values = (_shown(alone, name, float(matrix.value[row, at])) for at in (before, unit))
        yield f"{_label(alone, name)} {' → '.join(values)} since the same season, {period}"
