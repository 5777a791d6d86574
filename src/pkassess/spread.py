"""From one value to the 90 % interval of its score: evidence class, statistic, disagreement, age.

Grades never move a score; they say how wide its interval is. Where the rubric declares sampling and the parts are
given, the interval is the wider of the two. Intervals are not cut at the ends of the scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pkassess.grades import EvidenceClass
from pkassess.intervals import DEFAULT_DESIGN_EFFECT, Z, poisson, through_curve, wilson
from pkassess.matrix import Status, among
from pkassess.normalise import normalise, turning_points
from pkassess.ratings import disputed
from pkassess.tree import signs_of_leaves

if TYPE_CHECKING:
    from pkassess.observations import Observations
    from pkassess.rubric import Indicator
    from pkassess.scoring import Scores

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Spread:
    """Interval ends by indicator and unit, NaN where no score is used.

    ``labels`` number the sources of each unit in the order of first use; ``signs`` are -1 for indicators of a
    dimension where high is bad, because a lenient source makes good scores higher and bad ones lower;
    ``statistical`` marks values whose interval rests on a statistic.
    """

    low: Array
    high: Array
    labels: NDArray[np.int32]
    signs: Array
    statistical: NDArray[np.bool_]


def spread_of(scores: Scores, rows: NDArray[np.intp]) -> Spread:
    """The intervals of the used indicator scores of some units; NaN for all others."""
    point = np.full(scores.indicator.shape, np.nan)
    point[:, rows] = scores.indicator[:, rows]
    low, high = np.full(point.shape, np.nan), np.full(point.shape, np.nan)
    statistical = np.zeros(point.shape, dtype=bool)
    for row, indicator in enumerate(scores.rubric.indicators.values()):
        known = ~np.isnan(point[row])
        stat_low, stat_high = _statistic(scores, row, indicator, known)
        statistical[row] = known & ~np.isnan(stat_low)
        half = _half_widths(scores, row, indicator, statistical[row])
        low[row] = np.where(known, np.fmin(point[row] - half, stat_low), np.nan)
        high[row] = np.where(known, np.fmax(point[row] + half, stat_high), np.nan)
    _reach_to_ratings(scores, low, high)
    _widen_carried(scores, low, high)
    return Spread(low, high, _labels(scores, rows), signs_of_leaves(scores.rubric), statistical)


def _half_widths(scores: Scores, row: int, indicator: Indicator, statistical: NDArray[np.bool_]) -> Array:
    """Half-width of each value's class; beside a statistic an ungraded value counts as strong."""
    settings = scores.rubric.uncertainty
    by_class = np.array(
        [settings.strong, settings.moderate, settings.weak, settings.ungraded, settings.ungraded],
        dtype=np.float64,
    )
    evidence = scores.matrix.evidence[row]
    half = by_class[evidence]
    half = np.where(statistical & (evidence == EvidenceClass.UNGRADED), settings.statistic_least, half)
    return np.maximum(half, settings.likert_least) if indicator.scale.type == "likert" else half


def _statistic(
    scores: Scores, row: int, indicator: Indicator, known: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Interval of the score from a statistic of the raw value, NaN where there is none."""
    matrix = scores.matrix
    blank = np.full(matrix.value.shape[1], np.nan)
    seen = matrix.observations
    origin = matrix.origin[row]
    if indicator.sampling is None or len(seen) == 0:
        return blank, blank
    single = np.flatnonzero(known & (origin >= 0))
    low, high = blank.copy(), blank.copy()
    low[single], high[single] = _raw_interval(seen, origin[single], matrix.value[row, single], indicator)
    for (other, unit), several in matrix.several.items():
        if other == row and known[unit] and len(several.used) > 1:
            # Of several that decide, none may narrow what another leaves open.
            used = np.array(several.used)
            ends = _raw_interval(seen, used, seen.value[used], indicator)
            low[unit], high[unit] = np.fmin.reduce(ends[0]), np.fmax.reduce(ends[1])
    frame = scores.rubric.frame
    points = turning_points(indicator.scale, frame)
    return through_curve(low, high, lambda x: normalise(x, indicator.scale, frame), points)


def _raw_interval(
    seen: Observations, at: NDArray[np.intp], value: Array, indicator: Indicator
) -> tuple[Array, Array]:
    """90 % limits of raw values from the statistics of the observations behind them, NaN where there are none."""
    effect = seen.design_effect[at]
    if indicator.sampling == "share":
        effect = np.where(np.isnan(effect), DEFAULT_DESIGN_EFFECT, effect)
        low, high = (limit * 100.0 for limit in wilson(value / 100.0, seen.sample[at] / effect))
    elif indicator.sampling == "events":
        effect = np.where(np.isnan(effect), indicator.dispersion, effect)
        low, high = (limit * seen.per_count[at] for limit in poisson(seen.events[at], effect))
    else:
        reach = Z * seen.standard_error[at]
        low = np.where(np.isnan(seen.lower[at]), value - reach, seen.lower[at])
        high = np.where(np.isnan(seen.upper[at]), value + reach, seen.upper[at])
    return low, high


def _reach_to_ratings(scores: Scores, low: Array, high: Array) -> None:
    """A disputed value's interval reaches from the lowest to the highest rating."""
    seen, indicators = scores.matrix.observations, list(scores.rubric.indicators.values())
    for (row, unit), several in scores.matrix.several.items():
        together = several.kept
        if (
            row < len(indicators)
            and not np.isnan(low[row, unit])
            and disputed(seen, together, indicators[row])
        ):
            points = normalise(seen.value[together], indicators[row].scale, scores.rubric.frame)
            low[row, unit] = min(low[row, unit], points.min())
            high[row, unit] = max(high[row, unit], points.max())


def _widen_carried(scores: Scores, low: Array, high: Array) -> None:
    """A carried value may have moved since: each side half as wide again, and at least 10 points.

    An imputed one was never seen at all, and is widened as much.
    """
    settings = scores.rubric.uncertainty
    point = scores.indicator
    carried = among(scores.matrix.status[: len(point)], (Status.CARRIED, Status.IMPUTED))
    below = np.maximum(settings.carried_factor * (point - low), settings.carried_least)
    above = np.maximum(settings.carried_factor * (high - point), settings.carried_least)
    low[:] = np.where(carried, point - below, low)
    high[:] = np.where(carried, point + above, high)


def _labels(scores: Scores, rows: NDArray[np.intp]) -> NDArray[np.int32]:
    """The source of each value, numbered within its unit in the order of first use in the rubric.

    The assessor names it (several: all of them), else the source type, else the source reference. Values that name
    nothing share one source: silence must not make an interval narrower.
    """
    matrix, seen = scores.matrix, scores.matrix.observations
    labels = np.zeros(scores.indicator.shape, dtype=np.int32)
    if not any((words >= 0).any() for words in (seen.assessor, seen.source, seen.reference)):
        return labels
    known = ~np.isnan(scores.indicator)
    for unit in rows.tolist():
        numbers: dict[str, int] = {}
        for row in np.flatnonzero(known[:, unit]).tolist():
            several = matrix.several.get((row, unit))
            origin = int(matrix.origin[row, unit])
            behind = several.used if several else [origin] if origin >= 0 else []
            labels[row, unit] = numbers.setdefault(_source(seen, behind), len(numbers))
    return labels


def _source(seen: Observations, behind: list[int]) -> str:
    for words in (seen.assessor, seen.source, seen.reference):
        named = sorted({seen.word(int(words[at])).casefold() for at in behind} - {""})
        if named:
            return "+".join(named)
    return ""
