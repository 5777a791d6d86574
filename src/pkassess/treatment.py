"""Treatment of outlying values: brought in until the column is no longer skewed, or else their logarithm taken.

Skewness and excess kurtosis are the sample statistics G1 and G2 of Joanes and Gill, Comparing measures of sample skewness
and kurtosis (1998), as spreadsheet programs compute them. The procedure is that of the COIN Tool of the European
Commission's Joint Research Centre (2019), as described for COINr by Becker, Caperna, Del Sorbo, Norlén, Papadimitriou
and Saisana, Journal of Open Source Software 7 (2022).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FEWEST = 4
"""Values from which skewness and kurtosis are defined."""
LOG_OFFSET = 0.01
"""What is added under the logarithm, as a share of the range."""


class Treated(NamedTuple):
    """What is done to a value: held between ``low`` and ``high``, and then, with ``shift``, log(value − shift)."""

    low: float
    high: float
    shift: float | None = None

    def apply(self, x: Array) -> Array:
        """Treated values, of any shape; NaN stays NaN."""
        held = np.clip(x, self.low, self.high)
        return held if self.shift is None else np.log(held - self.shift)

    def undone(self, x: Array) -> Array:
        """The raw values of treated ones."""
        return x if self.shift is None else np.exp(x) + self.shift


class Limits(NamedTuple):
    """When a column counts as skewed (both passed), and how many of its values may be brought in."""

    skewness: float
    kurtosis: float
    most: int
    log: bool


def skewness(values: Array) -> float:
    """G1 of values without NaN; 0 where there are fewer than four, or all are equal."""
    count = len(values)
    if count < FEWEST or values.min() == values.max():
        return 0.0
    second, third = (float(np.mean((values - values.mean()) ** power)) for power in (2, 3))
    return third / second**1.5 * float(np.sqrt(count * (count - 1))) / (count - 2)


def kurtosis(values: Array) -> float:
    """G2, which is 0 for a normal distribution, of values without NaN; 0 where there are too few, or all are equal."""
    count = len(values)
    if count < FEWEST or values.min() == values.max():
        return 0.0
    second, fourth = (float(np.mean((values - values.mean()) ** power)) for power in (2, 4))
    excess = fourth / second**2 - 3.0
    return ((count + 1) * excess + 6.0) * (count - 1) / ((count - 2) * (count - 3))


def skewed(values: Array, limits: Limits) -> bool:
    """Whether values without NaN lie beyond both limits."""
    return abs(skewness(values)) > limits.skewness and kurtosis(values) > limits.kurtosis


def treat(column: Array, limits: Limits) -> Treated | None:
    """What to do with a column (NaN is nobody's); None where nothing is to be done, or nothing helps.

    The most extreme value of the longer tail is set to the next one, again and again. Where that does not bring the column
    inside the limits within the values allowed, its logarithm is taken instead, if that does.
    """
    values = np.sort(column[~np.isnan(column)])
    if not skewed(values, limits):
        return None
    held, moved = values.copy(), np.zeros(len(values), dtype=bool)
    while moved.sum() < limits.most:
        high = skewness(held) > 0
        inner = held < held.max() if high else held > held.min()
        if not inner.any():
            break
        outer, end = ~inner, float(held[inner].max() if high else held[inner].min())
        moved |= outer
        held[outer] = end
        if moved.sum() <= limits.most and not skewed(held, limits):
            return Treated(float(held[0]), float(held[-1]))
    low, high_end = float(values[0]), float(values[-1])
    logged = Treated(low, high_end, low - LOG_OFFSET * (high_end - low))
    return logged if limits.log and not skewed(logged.apply(values), limits) else None
