"""How much of a dimension rests on one family, which is a set of indicators that measure nearly the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.scoring import TOLERANCE
from pkassess.tree import weights_given, weights_used

if TYPE_CHECKING:
    from pkassess.scoring import Scores

MOST = 0.40
"""The share of the observed weight above which a dimension rests too much on one family; a choice of the method."""


class Family(NamedTuple):
    """One family in one dimension.

    ``weight`` is its share by the rubric; ``mean`` and ``largest`` are its shares of the weight that was observed, over
    ``rows`` in which the dimension's score is published; ``above`` counts those in which it has more than 0.40.
    """

    dimension: str
    name: str
    members: tuple[int, ...]
    rows: int
    weight: float
    mean: float
    largest: float
    above: int


def families(scores: Scores, home: str, rows: NDArray[np.intp]) -> Iterator[Family]:
    """The families of a dimension in the order of the rubric. Under a formula, which has no weights, shares are NaN."""
    members: dict[str, list[int]] = {}
    indicators = list(scores.rubric.indicators.values())
    for at in scores.homes[home]:
        if indicators[at].family:
            members.setdefault(indicators[at].family, []).append(at)
    shown = rows[~np.isnan(scores.nodes[home].score[rows])]
    there, given = ~np.isnan(scores.indicator[:, shown]), weights_given(scores.tree, home)
    used = weights_used(scores.tree, home, there, scores.applicable[:, shown])
    for name, own in members.items():
        shares = sum((used[at] for at in own), np.zeros(len(shown)))
        mean, largest = (float(shares.mean()), float(shares.max())) if len(shown) else (np.nan, np.nan)
        above = int((shares > MOST + TOLERANCE).sum())
        yield Family(home, name, tuple(own), len(shown), sum(given[at] for at in own), mean, largest, above)
