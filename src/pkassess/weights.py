"""Weights that do not stand beside the children: equal, from samples, from a panel of experts, or from the data.

A set is one weight per child, adding up to 1. Sources: budget allocation and pairwise comparison as in the OECD and
JRC Handbook on Constructing Composite Indicators (2008), section 6; consistency ratio after Saaty, The Analytic
Hierarchy Process (1980); CRITIC after Diakoulaki, Mavrotas and Papayannakis (1995); entropy weights after Zeleny,
Multiple Criteria Decision Making (1982).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pkassess.rubric import Weights

Array = NDArray[np.float64]
CONSISTENT_UP_TO = 0.10
"""Consistency ratio from which pairwise judgements should be reviewed (Saaty)."""
RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean consistency index of random comparisons of 0, 1, 2 ... things (Saaty); for more than ten, that of ten."""
PAIR_MARK = "/"
_STEPS = 1000
_CLOSE = 1e-15


class Sets(NamedTuple):
    """The weight sets of one node: ``values`` (sets, children), each row adding up to 1; none where there are none.

    ``method`` is 'given' for weights beside the children. ``source`` is shared by nodes whose sets belong together: one
    draw takes the same expert, or the same row of a file, in all of them. ``ratios`` are consistency ratios by label.
    """

    method: str = "given"
    labels: tuple[str, ...] = ()
    values: Array = np.empty((0, 0))
    source: str = ""
    ratios: Mapping[str, float] = {}

    @property
    def mean(self) -> Array:
        """The mean of the sets; it adds up to 1 too."""
        return self.values.mean(axis=0)


def sets_of(weights: Weights | None, children: Sequence[str]) -> Sets:
    """The weight sets that a rubric states for a node with these children; without values where all are equal or data decide."""
    if weights is None:
        return Sets()
    if weights.method == "samples":
        values = _shares(np.array([weights.samples[child] for child in children], dtype=np.float64).T)
        labels = tuple(f"row {row + 1}" for row in range(len(values)))
        return Sets("samples", labels, values, weights.file or ",".join(children))
    if weights.method == "budget":
        points = [[votes.get(child, 0.0) for child in children] for votes in weights.experts.values()]
        return Sets("budget", tuple(weights.experts), _shares(np.array(points, dtype=np.float64)), "panel")
    if weights.method == "pairwise":
        found = {name: pairwise(pairs, children) for name, pairs in weights.experts.items()}
        ratios = {name: ratio for name, (_, ratio) in found.items()}
        values = np.stack([own for own, _ in found.values()])
        return Sets("pairwise", tuple(found), values, "panel", ratios)
    return Sets(weights.method)


def _shares(sets: Array) -> Array:
    return sets / sets.sum(axis=1, keepdims=True)


def pairwise(pairs: Mapping[str, float], children: Sequence[str]) -> tuple[Array, float]:
    """Weights and consistency ratio from comparisons ``a/b: 3`` (a matters three times as much as b), one per pair.

    The weights are the principal eigenvector of the matrix of comparisons; the ratio is 0 where all agree.
    """
    place = {child: at for at, child in enumerate(children)}
    size = len(children)
    matrix = np.ones((size, size))
    for pair, times in pairs.items():
        first, second = (place[name.strip()] for name in pair.split(PAIR_MARK))
        matrix[first, second], matrix[second, first] = times, 1 / times
    own = np.full(size, 1 / size)
    for _ in range(_STEPS):
        product = matrix @ own
        before, own = own, product / product.sum()
        if np.abs(own - before).max() < _CLOSE:
            break
    if size < 3:  # noqa: PLR2004  # two things cannot be compared inconsistently
        return own, 0.0
    index = (float((matrix @ own / own).mean()) - size) / (size - 1)
    return own, max(index / RANDOM_INDEX[min(size, len(RANDOM_INDEX) - 1)], 0.0)


# --- weights from the data ------------------------------------------------------------------------------------


def by_deviation(scores: Array, low: float) -> Array:  # noqa: ARG001
    """Each child's standard deviation (n − 1) over the partnerships: what does not differ says nothing."""
    return np.array([known.std(ddof=1) if len(known) > 1 else 0.0 for known in map(_known, scores)])


def by_entropy(scores: Array, low: float) -> Array:
    """One minus each child's entropy over the partnerships, relative to that of equal scores."""
    return np.array([1.0 - _entropy(np.maximum(_known(row) - low, 0.0)) for row in scores])


def by_critic(scores: Array, low: float) -> Array:
    """Each child's standard deviation × the sum of one minus its correlations: what differs and is no repetition."""
    deviation = by_deviation(scores, low)
    apart = [sum(1.0 - _correlation(row, other) for other in scores) for row in scores]
    return deviation * np.array(apart)


def _known(row: Array) -> Array:
    return row[~np.isnan(row)]


def _entropy(amounts: Array) -> float:
    """Entropy relative to its highest value: 1 where all are equal, or too few to differ."""
    total = amounts.sum()
    if len(amounts) < 2 or total <= 0:  # noqa: PLR2004  # one amount differs from none
        return 1.0
    shares = amounts / total
    shares = shares[shares > 0]
    return min(float(-(shares * np.log(shares)).sum() / np.log(len(amounts))), 1.0)


def _correlation(first: Array, second: Array) -> float:
    """Pearson's correlation over what both have; 0 where one of them is constant, 1 with itself."""
    both = ~np.isnan(first) & ~np.isnan(second)
    a, b = (row[both] - row[both].mean() if both.any() else row[both] for row in (first, second))
    if first is second:
        return 1.0
    spread = np.sqrt((a * a).sum() * (b * b).sum())
    return float((a * b).sum() / spread) if spread > 0 else 0.0


DATA_METHODS = {"entropy": by_entropy, "critic": by_critic, "standard_deviation": by_deviation}
"""Every method that takes weights from the data, by the name a rubric uses."""
LEAST_DIFFERENCE = 1e-12


def from_data(method: str, scores: Array, low: float) -> Array:
    """Weights of children (first axis) from their scores over all partnerships (second), adding up to 1.

    Where nothing differs (one partnership, constant scores, no scores) all weights are equal. NaN is passed over. ``low``
    is the lowest score there can be.
    """
    found = np.maximum(DATA_METHODS[method](scores, low), 0.0)
    total = found.sum()
    if total <= LEAST_DIFFERENCE:
        return np.full(len(scores), 1 / len(scores))
    return found / total
