"""How far a partnership has come: baseline, previous and current value, and the pace towards an agreed target.

Nothing is projected: a target is set beside the pace that was observed, and the word says how the two compare.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pkassess.matrix import Status
from pkassess.normalise import normalise
from pkassess.periods import Period
from pkassess.phases import phase_of
from pkassess.scoring import TOLERANCE
from pkassess.seriesbreaks import break_between
from pkassess.tree import dimension_of
from pkassess.trendclass import LEAST_PERIODS, theil_sen
from pkassess.trends import window, years

if TYPE_CHECKING:
    from pkassess.observations import TargetRow
    from pkassess.ranking import Comparison
    from pkassess.scoring import Scores

NAN = float("nan")
HALF = 0.5
YEAR = 12


class Pace(NamedTuple):
    """A pace in words, and what was observed and what is required a year; NaN where either is not known."""

    word: str = ""
    observed: float = NAN
    required: float = NAN


class Progress(NamedTuple):
    """Values of a dimension (score) or an indicator (raw) by the unit they stand in, -1 and NaN for none."""

    baseline_unit: int
    baseline: float
    previous_unit: int
    previous: float
    current: float
    target: TargetRow | None
    pace: Pace


def progress(comparison: Comparison, row: int, name: str, target: TargetRow | None) -> Progress:
    """The progress of one row in a dimension or indicator towards a target, or without one."""
    scores = comparison.scores
    values = _values(scores, name)
    base = _baseline(scores, row, name, values, target.baseline if target else None)
    before = int(comparison.previous[row])
    current = float(values[row])
    pace = Pace()
    if target is not None and not np.isnan(current):
        observed = _observed_pace(comparison, row, name)
        pace = judge(
            current,
            target.value,
            observed,
            _years_left(scores.matrix.units[row].period, target.due),
            reached=_reached(scores, name, current, target.value),
        )
    return Progress(
        base,
        float(values[base]) if base >= 0 else NAN,
        before,
        float(values[before]) if before >= 0 else NAN,
        current,
        target,
        pace,
    )


def judge(current: float, target: float, observed: float, left: float | None, *, reached: bool) -> Pace:
    """The pace in words: ``reached``, ``missed``, ``on_track``, ``behind``, ``stagnating`` or ``moving_away``.

    ``observed`` is the change a year, ``left`` the years until the target is due, None where no day was agreed.
    On track is who reaches the target at the observed pace, behind who has at least half of the pace required,
    stagnating who has less, moving away who goes the other way (the four arrows of the SDG Index).
    """
    if reached:
        return Pace("reached", observed)
    if left is None:
        return Pace("", observed)
    if left <= 0:
        return Pace("missed", observed)
    required = (target - current) / left
    if np.isnan(observed):
        return Pace("", observed, required)
    share = observed / required
    word = "on_track" if share >= 1 - TOLERANCE else "behind" if share >= HALF else "stagnating"
    return Pace("moving_away" if share < 0 else word, observed, required)


def targets_of(comparison: Comparison, row: int) -> list[TargetRow]:
    """The targets that concern a row."""
    matrix = comparison.scores.matrix
    return [target for target in matrix.observations.targets if target.concerns(matrix.units[row].keys)]


def next_target(comparison: Comparison, row: int, name: str) -> TargetRow | None:
    """The target of a dimension that is due next, else the last one that was due, else one without a day."""
    own = [target for target in targets_of(comparison, row) if target.name == name]
    dated = sorted((target for target in own if target.due), key=lambda target: target.due or dt.date.max)
    end = comparison.scores.matrix.units[row].period.end
    ahead = [target for target in dated if target.due and target.due > end]
    return next(iter([*ahead[:1], *dated[-1:], *own]), None)


def _values(scores: Scores, name: str) -> np.ndarray:
    """Published scores of a dimension, or used raw values of an indicator, by unit."""
    if name in scores.nodes:
        return scores.nodes[name].score
    row = list(scores.rubric.indicators).index(name)
    return np.where(np.isnan(scores.indicator[row]), np.nan, scores.matrix.value[row])


def _baseline(scores: Scores, row: int, name: str, values: np.ndarray, declared: Period | None) -> int:
    """The unit from which progress is counted: the declared one, else the first of deployment with a value.

    Where no phase is known it is the first with a value, and never one before a series break. -1 for none.
    """
    units, keys = scores.matrix.units, scores.matrix.units[row].keys
    own = [
        at
        for at in range(row + 1)
        if units[at].keys == keys and units[at].period.months == units[row].period.months
    ]
    known = [at for at in own if not np.isnan(values[at])]
    if declared is not None:
        return next((at for at in known if units[at].period == declared), -1)
    phases = {at: phase_of(scores.matrix, at) for at in own}
    if any(phases.values()):
        known = [at for at in known if phases[at] == "deployment"]
    return next((at for at in known if not _broken(scores, at, row, name)), -1)


def _observed_pace(comparison: Comparison, row: int, name: str) -> float:
    """Change a year: of a dimension that of its trend, of an indicator the Theil-Sen slope of its own values."""
    scores = comparison.scores
    if name in scores.nodes:
        trend = comparison.trends.found.get((row, name)) if comparison.trends else None
        if trend is None or len(trend.series.units) < LEAST_PERIODS:
            return NAN
        ends = [
            years(scores.matrix.units[at].period) for at in (trend.series.units[0], trend.series.units[-1])
        ]
        return trend.change / (ends[1] - ends[0])
    place = list(scores.rubric.indicators).index(name)
    status = scores.matrix.status[place]
    observed = [at for at in window(scores, row, None) if status[at] in (Status.OBSERVED, Status.RECONCILED)]
    observed = [at for at in observed if not _broken(scores, at, row, name)]
    if len(observed) < LEAST_PERIODS:
        return NAN
    times = np.array([[years(scores.matrix.units[at].period) for at in observed]])
    return float(theil_sen(times, scores.matrix.value[place, observed][None, :, None])[0, 0])


def _broken(scores: Scores, at: int, row: int, name: str) -> bool:
    """Whether a series break stands between a unit and a later one of the same partnership."""
    own = scores.matrix.units[row]
    return break_between(scores, name, own.keys, scores.matrix.units[at].period, own.period) is not None


def _years_left(period: Period, due: dt.date | None) -> float | None:
    """Years from the middle of the assessed period to a day; 0 where the day does not lie after the period."""
    if due is None:
        return None
    if due <= period.end:
        return 0.0
    months = due.year * YEAR + due.month - 1 + due.day / monthrange(due.year, due.month)[1]
    return months / YEAR - years(period)


def _reached(scores: Scores, name: str, current: float, target: float) -> bool:
    """Whether a value is at least as good as its target."""
    if name in scores.nodes:
        better = current - target
        positive = scores.tree[name].positive
    else:
        place = list(scores.rubric.indicators).index(name)
        scale = scores.rubric.indicators[name].scale
        both = normalise(np.array([current, target]), scale, scores.rubric.frame)
        better = float(both[0] - both[1])
        own = next(one for one in scores.rubric.dimensions if place in scores.leaves_of(one))
        positive = scores.tree[dimension_of(scores.tree, own)].positive
    return (better if positive else -better) >= -TOLERANCE
