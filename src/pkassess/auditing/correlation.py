"""Rank correlations between the indicators of a dimension: what counts the same thing twice, what works against it.

Source: C. Spearman (1904), American Journal of Psychology 15, 72-101; equal values share the mean of their ranks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.scoring import TOLERANCE

Array = NDArray[np.float64]
LEAST_ROWS = 10
"""Rows from which on correlations, and what follows from them, are computed."""
REDUNDANT, CONFLICTING = 0.9, -0.3


class Pair(NamedTuple):
    """Two indicators of one dimension (positions), the rows in which both were observed, and their rank correlation.

    The correlation is NaN with fewer than ten rows, or where one of the two is the same in all of them.
    """

    dimension: str
    first: int
    second: int
    count: int
    correlation: float

    @property
    def redundant(self) -> bool:
        """Whether the two may count the same thing twice: above 0.9."""
        return self.correlation > REDUNDANT + TOLERANCE

    @property
    def conflicting(self) -> bool:
        """Whether the two work against each other: below -0.3."""
        return self.correlation < CONFLICTING - TOLERANCE

    @property
    def verdict(self) -> str:
        """What follows: double counting, conflicting, too few rows, no variation, or '' for nothing."""
        if self.count < LEAST_ROWS:
            return "too few"
        if np.isnan(self.correlation):
            return "no variation"
        return "double counting" if self.redundant else "conflicting" if self.conflicting else ""


def pairs(dimension: str, indicators: Sequence[int], merit: Array) -> Iterator[Pair]:
    """Every pair of a dimension's indicators. ``merit`` are scores so that higher is better, NaN where not observed."""
    for first, second in combinations(indicators, 2):
        both = ~np.isnan(merit[first]) & ~np.isnan(merit[second])
        count = int(both.sum())
        correlation = spearman(merit[first, both], merit[second, both]) if count >= LEAST_ROWS else np.nan
        yield Pair(dimension, first, second, count, correlation)


def spearman(first: Array, second: Array) -> float:
    """The rank correlation of two columns without NaN, -1 to 1; NaN where one of them is constant."""
    return pearson(_average_ranks(first), _average_ranks(second))


def pearson(first: Array, second: Array) -> float:
    """The correlation of two columns without NaN, -1 to 1; NaN where one of them is constant, or there is no row."""
    if not len(first) or min(np.ptp(first), np.ptp(second)) <= TOLERANCE:
        return np.nan
    first, second = first - first.mean(), second - second.mean()
    return float((first * second).sum() / np.sqrt((first**2).sum() * (second**2).sum()))


def _average_ranks(values: Array) -> Array:
    """Ranks from 1, the lowest first; equal ones share the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]
