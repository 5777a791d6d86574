"""What a series of scores says about its direction: Theil-Sen change over draws, turning points, Mann-Kendall.

Everything here takes series in which higher is better; who has one where high is bad turns it round first. A class is
decided by shares of draws, never by a p-value: Mann-Kendall is printed beside it as support. Turning points are those
of the point series, because looking for them afresh in every draw would add noise to noise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
TOLERANCE = 1e-9
LEAST_PERIODS, LEAST_FOR_TURNS = 3, 4
SHARE, JOINT_SHARE = 0.80, 0.90
"""Shares of draws that a direction, and that several legs together, need."""
LOW, HIGH = 0.05, 0.95
SLOPES_AT_A_TIME = 2_000_000


class Class(StrEnum):
    """What may be said of a series; the words are by meaning, so that falling tension is ``improving``."""

    TOO_FEW = "too_few_periods"
    NOT_COMPARABLE = "not_comparable"
    IMPROVING = "improving"
    WORSENING = "worsening"
    STALLED = "stalled"
    REVERSING = "reversing"
    RECOVERING = "recovering"
    VOLATILE = "volatile"
    UNCLEAR = "unclear"


UNTOLD = (Class.TOO_FEW, Class.NOT_COMPARABLE)
"""Classes that say nothing of a direction."""


class Call(NamedTuple):
    """What is said of one series.

    ``change`` is the Theil-Sen slope times the span, ``low`` and ``high`` its 90 % interval; ``half_width`` is the
    median half-width of the periods' 90 % intervals, ``pivots`` are the positions of the turning points, and
    ``indicative`` marks what rests on three periods or on wide intervals.
    """

    kind: Class
    change: float
    low: float
    high: float
    half_width: float
    pivots: tuple[int, ...]
    indicative: bool


def theil_sen(times: Array, values: Array) -> Array:
    """The median of the slopes between all pairs of points (Theil 1950, Sen 1968), per unit of time.

    ``times`` are (series, periods), ``values`` (series, periods, draws); the slopes are (series, draws).
    """
    series, periods, draws = values.shape
    pairs = list(combinations(range(periods), 2))
    slopes = np.empty((series, draws))
    step = max(1, SLOPES_AT_A_TIME // (len(pairs) * series))
    for start in range(0, draws, step):
        part = values[:, :, start : start + step]
        each = np.empty((*part[:, 0].shape, len(pairs)))
        for at, (first, last) in enumerate(pairs):
            each[..., at] = (part[:, last] - part[:, first]) / (times[:, last] - times[:, first])[:, None]
        slopes[:, start : start + step] = _medians(each)
    return slopes


def _medians(values: Array) -> Array:
    """Medians along the last axis; the values are put in order in place, which is faster than finding the middle."""
    values.sort(axis=-1)
    count = values.shape[-1]
    return (values[..., (count - 1) // 2] + values[..., count // 2]) / 2


def turning_points(series: Sequence[float], least: float) -> list[int]:
    """Positions of the points between which a series moves by ``least`` or more, the ends of its moves included.

    Empty where no move is as large. A high becomes one as soon as the series has fallen from it by ``least``, a low
    as soon as it has risen by as much; the last extreme closes the list.
    """
    need = least - TOLERANCE
    low = high = last = 0
    rising: bool | None = None
    pivots: list[int] = []
    for at, value in enumerate(series):
        if rising is None:
            low = at if value < series[low] else low
            high = at if value > series[high] else high
            if max(value - series[low], series[high] - value) >= need:
                rising = value - series[low] >= need
                pivots.append(low if rising else high)
                last = at
        elif (value > series[last]) if rising else (value < series[last]):
            last = at
        elif abs(value - series[last]) >= need:
            pivots.append(last)
            rising, last = not rising, at
    return [*pivots, last] if pivots else []


def classify(times: Array, point: Array, drawn: Array, least: float, wide: float) -> list[Call]:
    """The class of each of many series with the same number of periods, at least two.

    ``times`` (series, periods) are in years, ``point`` (series, periods) are scores with higher is better and
    ``drawn`` (series, periods, draws) the same with errors. ``least`` is the smallest change that counts, ``wide``
    the half-width above which a class is indicative only.
    """
    periods = point.shape[1]
    span = times[:, -1] - times[:, 0]
    change = theil_sen(times, point[..., None])[:, 0] * span
    changes = theil_sen(times, drawn) * span[:, None]
    low, high = np.quantile(changes, [LOW, HIGH], axis=1)
    half = _medians(half_widths(point, drawn))
    calls = []
    for at in range(len(point)):
        pivots: list[int] = []
        if periods >= LEAST_FOR_TURNS:
            pivots = turning_points(point[at].tolist(), max(least, np.sqrt(2.0) * half[at]))
        kind = _turns(times[at], point[at], drawn[at], pivots, least) or _direction(changes[at], least)
        if periods < LEAST_PERIODS:
            kind = Class.TOO_FEW
        calls.append(
            Call(
                kind,
                float(change[at]),
                float(min(low[at], change[at])),
                float(max(high[at], change[at])),
                float(half[at]),
                tuple(pivots),
                kind is not Class.TOO_FEW and (periods == LEAST_PERIODS or bool(half[at] > wide)),
            )
        )
    return calls


def half_widths(point: Array, drawn: Array) -> Array:
    """Half the width of each period's 90 % interval, widened to hold the point: (series, periods)."""
    low, high = np.quantile(drawn, [LOW, HIGH], axis=2)
    return (np.maximum(high, point) - np.minimum(low, point)) / 2


def _turns(times: Array, point: Array, drawn: Array, pivots: list[int], least: float) -> Class | None:
    """Volatile, reversing or recovering, where the turning points hold in enough draws."""
    if len(pivots) >= 4:  # noqa: PLR2004  # three legs have four ends
        legs = [
            (drawn[last] - drawn[first]) * np.sign(point[last] - point[first]) >= least - TOLERANCE
            for first, last in pairwise(pivots)
        ]
        if any((legs[at] & legs[at + 1] & legs[at + 2]).mean() >= JOINT_SHARE for at in range(len(legs) - 2)):
            return Class.VOLATILE
    if len(pivots) == 3:  # noqa: PLR2004  # one turn between two ends
        middle = pivots[1]
        before = _change(times[: middle + 1], drawn[: middle + 1])
        after = _change(times[middle:], drawn[middle:])
        need = least - TOLERANCE
        if ((before >= need) & (after <= -need)).mean() >= JOINT_SHARE:
            return Class.REVERSING
        if ((before <= -need) & (after >= need)).mean() >= JOINT_SHARE:
            return Class.RECOVERING
    return None


def _change(times: Array, drawn: Array) -> Array:
    """Slope times span of one series in each draw."""
    return theil_sen(times[None], drawn[None])[0] * (times[-1] - times[0])


def _direction(changes: Array, least: float) -> Class:
    need = least - TOLERANCE
    if (changes >= need).mean() >= SHARE:
        return Class.IMPROVING
    if (changes <= -need).mean() >= SHARE:
        return Class.WORSENING
    if (np.abs(changes) < need).mean() >= SHARE:
        return Class.STALLED
    return Class.UNCLEAR


class MannKendall(NamedTuple):
    """Kendall's S of a series against time, and the exact two-sided probability of one as large by chance."""

    s: int
    p: float


def mann_kendall(series: Sequence[float]) -> MannKendall:
    """The exact Mann-Kendall test (Mann 1945, Kendall 1975), ties included.

    All orders of the values are equally likely. The number of orders by number of inversions is the Gaussian
    multinomial coefficient, so that the result is exact and the same whatever is installed.
    """
    s = sum((last > first) - (last < first) for first, last in combinations(series, 2))
    ways = _orders(tuple(sorted(Counter(series).values())))
    untied = len(ways) - 1
    extreme = sum(count for inversions, count in enumerate(ways) if abs(untied - 2 * inversions) >= abs(s))
    return MannKendall(s, float(Fraction(extreme, sum(ways))))


@cache
def _orders(ties: tuple[int, ...]) -> tuple[int, ...]:
    """How many orders of values with these numbers of ties have 0, 1, 2 ... inversions."""
    ways, total = (1,), 0
    for size in ties:
        total += size
        ways = _product(ways, _gaussian(total, size))
    return ways


@cache
def _gaussian(total: int, chosen: int) -> tuple[int, ...]:
    """Coefficients of the Gaussian binomial: [n, k] = [n-1, k-1] + q^k [n-1, k]."""
    if chosen in (0, total):
        return (1,)
    return tuple(_sum_of(_gaussian(total - 1, chosen - 1), (0,) * chosen + _gaussian(total - 1, chosen)))


def _sum_of(one: tuple[int, ...], other: tuple[int, ...]) -> Iterator[int]:
    size = max(len(one), len(other))
    for first, second in zip(*(part + (0,) * (size - len(part)) for part in (one, other)), strict=True):
        yield first + second


def _product(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    found = [0] * (len(one) + len(other) - 1)
    for at, first in enumerate(one):
        for place, second in enumerate(other):
            found[at + place] += first * second
    return tuple(found)
