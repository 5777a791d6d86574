"""Standings: nodes whose score is a place among all partnerships, by TOPSIS or Copeland.

Each method takes the scores of a node's children (first axis: children; further axes: partnerships, draws), weights that
broadcast against them, and the rivals: the children's scores of all partnerships (children, partnerships), against
which a place is told. It gives a share from 0, the last place, to 1, the first; where nobody can be told apart, the
middle. NaN is an absent child, which drops out; where no child is present the result is NaN. The lowest score there can
be is taken for 0.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Standing = Callable[[Array, Array, Array], Array]
MIDDLE = 0.5
TOLERANCE = 1e-9


def topsis(scores: Array, weights: Array, rivals: Array) -> Array:
    """Closeness to the best value of every child: distance to the worst / (distance to the worst + to the best).

    Values are divided by the length of their column and weighted; distances are Euclidean.
    Source: Hwang and Yoon, Multiple Attribute Decision Making (1981).
    """
    length, worst, best = (_along(end, scores) for end in ideals(rivals))
    # A score outside theirs, which errors may make, is as good as the ideal and no better.
    places = np.clip(scores / length, worst, best)
    share = _shares(scores, weights)
    to_best, to_worst = _distance(places - best, share), _distance(places - worst, share)
    total = to_best + to_worst
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(total > 0, to_worst / total, MIDDLE)
    return np.where(share.sum(axis=0) > 0, found, np.nan)


def ideals(rivals: Array) -> tuple[Array, Array, Array]:
    """Of every child the length of its column (1 where it is 0), and the lowest and highest value divided by it."""
    known = np.nan_to_num(np.sort(rivals, axis=1))  # sorted, so that the order of rows changes no digit
    length = np.sqrt(np.square(known).sum(axis=1))
    length = np.where(length > 0, length, 1.0)
    return length, np.fmin.reduce(rivals, axis=1) / length, np.fmax.reduce(rivals, axis=1) / length


def copeland(scores: Array, weights: Array, rivals: Array) -> Array:
    """Wins less defeats against each other partnership, by the weight of the children in which it is better.

    Of n − 1 others: (n − 1 + wins − defeats) / (2 × (n − 1)); an equal weight on both sides is no win for either.
    Source: Copeland, A reasonable social welfare function (1951), as in Saari and Merlin (1996).
    """
    wins, others = duels(scores, weights, rivals)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(others > 0, (others + wins) / (2 * others), MIDDLE)
    there = _shares(scores, weights).sum(axis=0) > 0
    return np.where(there, np.clip(found, 0.0, 1.0), np.nan)


def duels(scores: Array, weights: Array, rivals: Array) -> tuple[Array, int]:
    """Wins less defeats of each partnership, and how many others it is compared with."""
    share = _shares(scores, weights)
    rivals = rivals[:, ~np.isnan(rivals).all(axis=0)]
    wins = np.zeros(scores.shape[1:])
    for other in rivals.T:
        apart = scores - _along(other, scores)
        better = np.where(np.abs(apart) < TOLERANCE, 0.0, np.sign(apart))
        margin = np.nansum(share * better, axis=0)
        wins += np.where(np.abs(margin) < TOLERANCE, 0.0, np.sign(margin))
    return wins, max(rivals.shape[1] - 1, 0)


def _shares(scores: Array, weights: Array) -> Array:
    """Weights of the present children, adding up to 1; all 0 where none is present."""
    used = np.where(np.isnan(scores), 0.0, _along(weights, scores))
    total = used.sum(axis=0)
    return used / np.where(total > 0, total, 1.0)


def _along(values: Array, scores: Array) -> Array:
    return values.reshape(values.shape + (1,) * (scores.ndim - values.ndim))


def _distance(apart: Array, share: Array) -> Array:
    return np.sqrt(np.square(share * np.nan_to_num(apart)).sum(axis=0))


STANDINGS: dict[str, Standing] = {"topsis": topsis, "copeland": copeland}
"""Every standing by the name a rubric uses."""
