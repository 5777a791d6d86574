"""Relative scales: what share of the range a value gets from the values of all partnerships.

Every method takes all known values, sorted, and gives a few or many points (raw value, share) on a line that is read
between them. A share of 0 is the lowest score, 1 the highest, higher values being better. Where a method would divide
by zero (one partnership, all values equal), everybody gets the middle. Sources: OECD and JRC, Handbook on Constructing
Composite Indicators (2008), chapter 5; Borda (1781).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Points = tuple[Array, Array]
MIDDLE = 0.5
NOTHING = 1e-280
"""Raw values smaller than this count as 0: a line between two of them would be too steep for floating point."""


class Line(NamedTuple):
    """Scores between points: raw values that rise, their scores, and whether the line goes on beyond its ends."""

    raws: tuple[float, ...]
    scores: tuple[float, ...]
    extends: bool

    def at(self, x: Array) -> Array:
        """Scores of raw values; NaN stays NaN, and without any point nothing has a score."""
        if not self.raws:
            return np.full_like(x, np.nan)
        x = _flushed(x)
        # Through a single point interp gives its score to everything, NaN included.
        found = np.where(np.isnan(x), np.nan, np.interp(x, self.raws, self.scores))
        if not self.extends or len(self.raws) == 1:
            return found
        (first, second), (low, high) = self.raws, self.scores
        return low + (x - first) / (second - first) * (high - low)


def _flushed(x: Array) -> Array:
    return np.where(np.abs(x) < NOTHING, 0.0, x)


class UndefinedError(ValueError):
    """A method that is not defined for the values it was given; the message says why."""


def _even(values: Array) -> Points:
    return values[:1], np.array([MIDDLE])


def min_max(values: Array) -> Points:
    """(value − lowest) / (highest − lowest)."""
    ends = values[[0, -1]]
    return (ends, np.array([0.0, 1.0])) if ends[0] < ends[1] else _even(values)


def zscore(values: Array) -> Points:
    """(value − mean) / standard deviation, with n − 1; here a share of 1 is one standard deviation above 0, the mean."""
    mean = float(values.mean())
    above = mean + (float(values.std(ddof=1)) if values[0] < values[-1] else 0.0)
    if above == mean:
        return np.array([mean]), np.array([0.0])
    return np.array([mean, above]), np.array([0.0, 1.0])


def _places(values: Array) -> tuple[Array, Array, Array]:
    """The different values, how many lie below each, and how many there are of each."""
    different, first, count = np.unique(values, return_index=True, return_counts=True)
    return different, first.astype(np.float64), count.astype(np.float64)


def rank(values: Array) -> Points:
    """(n − rank) / (n − 1), where equal values share the best of their ranks (1, 2, 2, 4)."""
    different, below, count = _places(values)
    return (different, (below + count - 1) / (len(values) - 1)) if len(values) > 1 else _even(values)


def borda(values: Array) -> Points:
    """One point for each other partnership with a lower value, half a point for an equal one, of n − 1 points."""
    different, below, count = _places(values)
    return (different, (below + (count - 1) / 2) / (len(values) - 1)) if len(values) > 1 else _even(values)


def percent_rank(values: Array) -> Points:
    """The share of the other partnerships that have a lower value."""
    different, below, _ = _places(values)
    return (different, below / (len(values) - 1)) if len(values) > 1 else _even(values)


def distance_to_maximum(values: Array) -> Points:
    """1 − (highest − value) / size of the highest; below 0 for values further off than that."""
    highest = float(values[-1])
    if highest == 0 and values[0] < 0:
        raise UndefinedError("the highest value is 0")
    return (np.array([highest - abs(highest), highest]), np.array([0.0, 1.0])) if highest else _even(values)


def _share_of(total: float, values: Array) -> Points:
    if values[0] < 0:
        raise UndefinedError(f"there are values below 0, such as {values[0]:g}")
    return (np.array([0.0, total]), np.array([0.0, 1.0])) if total > 0 else _even(values)


def of_maximum(values: Array) -> Points:
    """Value / highest; values of 0 or more only."""
    return _share_of(float(values[-1]), values)


def of_sum(values: Array) -> Points:
    """Value / sum of all; values of 0 or more only."""
    return _share_of(float(values.sum()), values)


def of_vector(values: Array) -> Points:
    """Value / square root of the sum of squares; values of 0 or more only."""
    return _share_of(float(np.sqrt(np.square(values).sum())), values)


Method = Callable[[Array], Points]
METHODS: dict[str, Method] = {
    "min_max": min_max,
    "zscore": zscore,
    "rank": rank,
    "rank_average": borda,
    "percent_rank": percent_rank,
    "borda": borda,
    "distance_to_maximum": distance_to_maximum,
    "max": of_maximum,
    "sum": of_sum,
    "vector": of_vector,
}
"""Every method by the name a rubric uses; a rank with averaged ties and Borda's points are the same thing."""
BY_ORDER = ("rank", "rank_average", "percent_rank", "borda")
"""Methods that look at the order of values only; where less is better they rank from the other end."""
UNBOUNDED = ("zscore", "distance_to_maximum")
"""Methods whose scores may leave the range."""


def fit(method: str, values: Array, origin: float, length: float, *, reverse: bool) -> Line:
    """The line of a method through ``values`` (any order, NaN is nobody's).

    A share of 0 scores ``origin``, one of 1 ``origin + length``; with ``reverse`` less is better, and the two change
    places, but for z-scores, whose mean stays where it is. Raises UndefinedError.
    """
    known = np.sort(_flushed(values[~np.isnan(values)]))
    if not len(known):
        return Line((), (), extends=False)
    if reverse and method in BY_ORDER:
        raws, shares = METHODS[method](-known[::-1])
        raws, shares = -raws[::-1], shares[::-1]
    else:
        raws, shares = METHODS[method](known)
        if reverse:
            shares = -shares if method == "zscore" else 1.0 - shares
    scores = origin + shares * length + 0.0
    return Line(tuple(raws.tolist()), tuple(scores.tolist()), extends=method in UNBOUNDED)
