"""90 % intervals of single values: Wilson for survey shares, exact Poisson for counts, and their way to scores.

Pure functions of arrays. Sources: Wilson (1927), with the effective sample size n / design effect; Garwood (1936)
for exact Poisson limits as gamma quantiles, with the count divided by a dispersion for events whose victims come in
clusters.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Z = 1.6448536269514722
"""95 % point of the standard normal: a 90 % interval is ± Z standard errors."""
DEFAULT_DESIGN_EFFECT = 2.0
"""The design effect of a survey that gives none."""
_TAIL = 0.05
_STEPS = 200
_PRECISION = 1e-15


def wilson(share: Array, effective_n: Array) -> tuple[Array, Array]:
    """Wilson's 90 % limits of a share (0 to 1) from an effective sample size above zero; NaN stays NaN."""
    n = np.asarray(effective_n, dtype=np.float64)
    p = np.asarray(share, dtype=np.float64)
    middle = p + Z * Z / (2 * n)
    reach = Z * np.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    whole = 1 + Z * Z / n
    return (middle - reach) / whole, (middle + reach) / whole


def poisson(count: Array, dispersion: Array) -> tuple[Array, Array]:
    """Exact 90 % limits of an expected count from an observed one (0 or more).

    With dispersion φ above 1 they are φ times the limits of count / φ. The lower limit of 0 is 0. NaN stays NaN.
    """
    count, dispersion = np.broadcast_arrays(np.asarray(count, np.float64), np.asarray(dispersion, np.float64))
    low, high = np.full(count.shape, np.nan), np.full(count.shape, np.nan)
    known = ~np.isnan(count)
    pairs, back = np.unique(np.stack([count[known], dispersion[known]]), axis=1, return_inverse=True)
    limits = [_poisson_pair(float(k), float(phi)) for k, phi in pairs.T]
    if limits:
        low[known], high[known] = np.array(limits)[np.ravel(back)].T
    return low, high


@lru_cache(maxsize=4096)
def _poisson_pair(count: float, dispersion: float) -> tuple[float, float]:
    shape = count / dispersion
    low = dispersion * gamma_quantile(_TAIL, shape) if count > 0 else 0.0
    return low, dispersion * gamma_quantile(1 - _TAIL, shape + 1)


def gamma_quantile(probability: float, shape: float) -> float:
    """The quantile of the gamma distribution with the given shape and scale 1.

    Newton's method inside a bracket that every step narrows; a step that leaves the bracket halves it instead.
    """
    low, high = 0.0, max(1.0, 2 * shape)
    while gamma_cdf(high, shape) < probability:
        high *= 2
    x = (low + high) / 2
    for _ in range(_STEPS):
        excess = gamma_cdf(x, shape) - probability
        low, high = (low, x) if excess > 0 else (x, high)
        density = math.exp((shape - 1) * math.log(x) - x - math.lgamma(shape))
        following = x - excess / density if density > 0 else low
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - x) <= _PRECISION * x:
            return following
        x = following
    return x


def gamma_cdf(x: float, shape: float) -> float:
    """The regularised lower incomplete gamma function P(shape, x).

    A series below x = shape + 1, a continued fraction above it (Numerical Recipes, section 6.2).
    """
    if x <= 0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1.0 / shape
        step = shape
        while term > total * _PRECISION:
            step += 1
            term *= x / step
            total += term
        return front * total
    return 1.0 - front * _continued_fraction(x, shape)


def _continued_fraction(x: float, shape: float) -> float:
    """Lentz's evaluation of the fraction for the upper incomplete gamma function."""
    tiny = 1e-300
    b = x + 1 - shape
    c, d = 1 / tiny, 1 / b
    fraction = d
    for step in range(1, 10_000):
        a = -step * (step - shape)
        b += 2
        d = 1 / _away_from_zero(a * d + b, tiny)
        c = _away_from_zero(b + a / c, tiny)
        fraction *= c * d
        if abs(c * d - 1) < _PRECISION:
            break
    return fraction


def _away_from_zero(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny


def through_curve(
    low: Array, high: Array, score: Callable[[Array], Array], turning_points: Array
) -> tuple[Array, Array]:
    """Smallest and largest score over raw values from ``low`` to ``high``.

    ``turning_points`` are the raw values at which the curve may turn; those inside an interval count beside its
    ends, so that a plateau between the ends is not missed.
    """
    candidates = [score(low), score(high)]
    for point in turning_points:
        inside = (low < point) & (point < high)
        candidates.append(np.where(inside, score(np.array(point)), np.nan))
    stacked = np.stack(candidates)
    known = ~np.isnan(low) & ~np.isnan(high)
    least, most = np.fmin.reduce(stacked), np.fmax.reduce(stacked)
    return np.where(known, least, np.nan), np.where(known, most, np.nan)
