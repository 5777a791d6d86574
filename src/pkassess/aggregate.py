"""Aggregators: from the scores of children to the score of their parent.

Every aggregator takes scores whose first axis is the children (any further axes: partnerships, draws), and
weights that broadcast against them. NaN is an absent child: it drops out and the other weights fill up. Where
no child is present the result is NaN. Children are added one after the other, never by a blocked sum, so that
a result does not depend on how many partnerships are computed beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Settings(NamedTuple):
    """What an aggregator is told besides scores and weights: the node's numbers, and the range of scores."""

    floor: float = 0.0
    power: float = 1.0
    low: float = 0.0
    high: float = 100.0


PLAIN = Settings()
Aggregator = Callable[[Array, Array, Settings], Array]


def _sum(terms: Array) -> Array:
    total = np.array(terms[0], dtype=np.float64)
    for term in terms[1:]:
        total += term
    return total


def _weighted_sum(weights: Array, terms: Array) -> Array:
    total = weights[0] * terms[0]
    for weight, term in zip(weights[1:], terms[1:], strict=True):
        total += weight * term
    return total


def _present_weights(scores: Array, weights: Array) -> tuple[Array, Array]:
    """The weights of the children that are there, 0 for the others, and their sum; of any shape that broadcasts."""
    weights = weights.reshape(weights.shape + (1,) * (scores.ndim - weights.ndim))
    absent = np.isnan(scores)
    # Where every child is there, which is the rule, weights need no copy for every partnership and draw.
    used = np.where(absent, 0.0, weights) if absent.any() else weights
    return used, _sum(used)


def arithmetic(scores: Array, weights: Array, settings: Settings = PLAIN) -> Array:  # noqa: ARG001
    """Weighted arithmetic mean: a weak child may be offset by a strong one."""
    used, total = _present_weights(scores, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        known = np.where(np.isnan(scores), 0.0, scores) if used.shape == scores.shape else scores
        return _weighted_sum(used, known) / np.where(total > 0, total, np.nan)


def geometric(scores: Array, weights: Array, settings: Settings = PLAIN) -> Array:
    """Weighted geometric mean; scores below `floor` count as it, so that a zero does not annihilate.

    With a floor of 0 a zero gives 0. A negative score has no geometric mean and gives NaN.
    Source: UNDP, Human Development Report, technical note 1 (2010 onwards).
    """
    used, total = _present_weights(scores, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(_lifted(scores, settings.floor))
        weighted = np.where(used > 0, used * logs, 0.0)
        return np.exp(_sum(weighted) / np.where(total > 0, total, np.nan))


def power(scores: Array, weights: Array, settings: Settings = PLAIN) -> Array:
    """Weighted power mean with the exponent `power`; scores below `floor` count as it.

    The higher the power, the more the strongest child counts: 1 is the arithmetic, 0 the geometric, −1 the harmonic
    mean. With a floor of 0 a zero gives 0 under a power of 0 or less; a negative score has no power mean and gives NaN.
    Source: Hardy, Littlewood and Pólya, Inequalities (1934), chapter 2.
    """
    if settings.power == 0:
        return geometric(scores, weights, settings)
    used, total = _present_weights(scores, weights)
    lifted = _lifted(_weighted_only(scores, weights), settings.floor)
    # Against the highest child no power overflows.
    highest = np.fmax.reduce(lifted, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = lifted / np.where(highest > 0, highest, 1.0)
        powers = np.where(np.isnan(scores) | (used == 0), 0.0, np.power(shares, settings.power))
        mean = np.power(_weighted_sum(used, powers) / np.where(total > 0, total, np.nan), 1 / settings.power)
    negative = np.fmin.reduce(lifted, axis=0) < 0
    return np.where(negative, np.nan, np.where(highest > 0, highest, 1.0) * mean)


def harmonic(scores: Array, weights: Array, settings: Settings = PLAIN) -> Array:
    """Weighted harmonic mean; scores below `floor` count as it. It leans to the weakest child more than the geometric.

    With a floor of 0 a zero gives 0. A negative score has no harmonic mean and gives NaN.
    """
    return power(scores, weights, settings._replace(power=-1.0))


def reversed_geometric(scores: Array, weights: Array, settings: Settings = PLAIN) -> Array:
    """Geometric mean of what is left to the top, from 1 to the range's length R: the strongest child weighs most.

    A score x on 0 to R becomes 1 + (R − x) / R × (R − 1), and the mean is mapped back. It needs a range longer than 1.
    Source: European Commission, Joint Research Centre, INFORM Risk Index, concept and methodology (2017).
    """
    length = settings.high - settings.low
    turned = 1.0 + (settings.high - scores) / length * (length - 1.0)
    mean = settings.high - (geometric(turned, weights) - 1.0) / (length - 1.0) * length
    # Mapping there and back may lose a last digit, and a mean never lies outside its children.
    return np.clip(mean, minimum(scores, weights), maximum(scores, weights))


def _lifted(scores: Array, floor: float) -> Array:
    return np.maximum(scores, floor) if floor > 0 else scores


def minimum(scores: Array, weights: Array, settings: Settings = PLAIN) -> Array:  # noqa: ARG001
    """The lowest child of weight above zero: the weakest link."""
    return np.fmin.reduce(_weighted_only(scores, weights), axis=0)


def maximum(scores: Array, weights: Array, settings: Settings = PLAIN) -> Array:  # noqa: ARG001
    """The highest child of weight above zero."""
    return np.fmax.reduce(_weighted_only(scores, weights), axis=0)


def median(scores: Array, weights: Array, settings: Settings = PLAIN) -> Array:  # noqa: ARG001
    """The middle child of weight above zero; of two middle ones their mean. Weights do not shift it."""
    kept = np.sort(_weighted_only(scores, weights), axis=0)  # NaN sorts last
    count = (~np.isnan(kept)).sum(axis=0)
    lower = np.take_along_axis(kept, np.maximum(count - 1, 0)[None] // 2, axis=0)[0]
    upper = np.take_along_axis(kept, (count[None] // 2).clip(max=kept.shape[0] - 1), axis=0)[0]
    return np.where(count > 0, (lower + upper) / 2, np.nan)


def _weighted_only(scores: Array, weights: Array) -> Array:
    used, _ = _present_weights(scores, weights)
    return np.where(used > 0, scores, np.nan)


def middle(values: Array) -> float:
    """The median of some numbers without NaN; of two middle ones their mean.

    numpy's own median loads its masked arrays, which costs more than a small assessment spends on arithmetic.
    """
    ordered = np.sort(values)
    return float((ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2)


AGGREGATORS: dict[str, Aggregator] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
    "power": power,
    "reversed_geometric": reversed_geometric,
    "minimum": minimum,
    "maximum": maximum,
    "median": median,
}
"""Every aggregator by the name a rubric uses."""


def competition_ranks(keys: list[Array], tolerance: float = 1e-9) -> NDArray[np.int64]:
    """Ranks "1224": 1 + the number of rows that stand strictly higher.

    ``keys`` are columns, the most important first, higher is better; NaN in any key gives rank 0 (unranked).
    Neighbours whose keys differ by less than ``tolerance`` are tied.
    """
    table = np.column_stack(keys)
    ranks = np.zeros(len(table), dtype=np.int64)
    rows = np.flatnonzero(~np.isnan(table).any(axis=1))
    ordered = rows[np.lexsort([-column for column in table[rows].T[::-1]])]
    apart = (np.abs(np.diff(table[ordered], axis=0)) >= tolerance).any(axis=1)
    places = np.arange(1, len(ordered) + 1)
    first_of_tie = np.concatenate([[True], apart])[: len(ordered)]
    ranks[ordered] = np.maximum.accumulate(np.where(first_of_tie, places, 0))
    return ranks
