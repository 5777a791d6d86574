"""Nominal weight against actual pull: how much of the differences between scores comes with each indicator.

A score that is a weighted mean is the sum of its contributions, so its variance is the sum of their covariances with
it, and each one's share is its pull: A. F. Shorrocks (1982), Inequality decomposition by factor components,
Econometrica 50, 193-211. Contributions are counted from the mean score; so a missing value contributes nothing, and
with weights filled up row by row the shares still add up to 1. That weights are not importance, and the correlation
with the whole as its measure: P. Paruolo, M. Saisana and A. Saltelli (2013), Ratings and rankings: voodoo or science?,
Journal of the Royal Statistical Society A 176, 609-634.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.auditing.correlation import LEAST_ROWS, pearson
from pkassess.scoring import TOLERANCE
from pkassess.tree import additive, weights_given, weights_used

if TYPE_CHECKING:
    from pkassess.scoring import Scores

Array = NDArray[np.float64]
FEW_TIMES = 2.0
LEAST_DIFFERENCE = 0.05
"""A pull stands out that is twice or half the weight, and this far from it, as shares of the whole."""


class Pull(NamedTuple):
    """One indicator in one dimension or index.

    ``weight`` is its share by the rubric, ``used`` its mean share after filling up for what is missing, ``share`` its
    part of the variance of the score (below 0 where it works against the score), ``correlation`` its Pearson
    correlation with the score, both so that higher is better; the square of it is its main effect on a straight line.
    ``rows`` counts the rows with a published score. ``share`` is NaN where the score is no plain weighted mean;
    both are NaN with fewer than ten rows and where nothing varies.
    """

    rows: int
    weight: float
    used: float
    share: float
    correlation: float

    @property
    def stands_out(self) -> bool:
        """Whether the pull is far from the weight: twice as much, half as much, or against the score."""
        if np.isnan(self.share) or abs(self.share - self.weight) < LEAST_DIFFERENCE - TOLERANCE:
            return False
        return not (self.weight / FEW_TIMES - TOLERANCE <= self.share <= self.weight * FEW_TIMES + TOLERANCE)


def pulls(scores: Scores, home: str, rows: NDArray[np.intp], signs: Array) -> dict[int, Pull]:
    """The pull of every indicator of a dimension or index, by position.

    ``signs`` are 1 for indicators where high is good and -1 where it is bad.
    """
    node = scores.nodes[home]
    shown = rows[~np.isnan(node.score[rows])]
    score, values = node.score[shown], scores.indicator[:, shown]
    there = ~np.isnan(values)
    used = weights_used(scores.tree, home, there, scores.applicable[:, shown])
    given = weights_given(scores.tree, home)
    shares = _shares(scores, home, score, np.where(there, values, node.branch.worst), used)
    found = {}
    for at in scores.homes[home]:
        of_score, own = node.branch.merit(score[there[at]]), signs[at] * values[at, there[at]]
        correlation = pearson(own, of_score) if len(own) >= LEAST_ROWS else np.nan
        mean = float(used[at].mean()) if len(shown) else np.nan
        found[at] = Pull(len(shown), given[at], mean, shares.get(at, np.nan), correlation)
    return found


def _shares(
    scores: Scores, home: str, score: Array, counted: Array, used: dict[int, Array]
) -> dict[int, float]:
    """Each indicator's share of the variance of a score that is a plain weighted mean."""
    if len(score) < LEAST_ROWS or np.ptp(score) <= TOLERANCE or not additive(scores.tree, home):
        return {}
    apart = score - score.mean()
    total = (apart**2).sum()
    return {at: float((own * (counted[at] - score.mean()) * apart).sum() / total) for at, own in used.items()}
