"""Formulas: nodes of two children that stand in fixed roles, where no weights are involved.

Every formula takes the scores of its first and of its second child, arrays of one shape, and the node's terms. Where a
score that it needs is NaN, the result is NaN. A result may leave the range of scores and is never cut to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
TOLERANCE = 1e-9


class Terms(NamedTuple):
    """The numbers of a formula, as a rubric gives them."""

    threshold: float = 0.0
    factor: float = 1.0
    intercept: float = 1.0
    slope: float = 0.0


def ratio(first: Array, second: Array, terms: Terms) -> Array:  # noqa: ARG001
    """First child divided by the second; no result where the second is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(second == 0, np.nan, first / second)


def conditional(first: Array, second: Array, terms: Terms) -> Array:
    """First child where it reaches `threshold`, else `factor` × the second. The second may be missing above it."""
    with np.errstate(invalid="ignore"):
        reached = first >= terms.threshold - TOLERANCE
    return np.where(reached | np.isnan(first), first, terms.factor * second)


def adjusted(first: Array, second: Array, terms: Terms) -> Array:
    """First child × (`intercept` + `slope` × the second): one score corrected by another.

    Source of the form: UNDP, Human Development Report, technical note 2, inequality-adjusted indices.
    """
    return first * (terms.intercept + terms.slope * second)


Formula = Callable[[Array, Array, Terms], Array]
FORMULAS: dict[str, Formula] = {"ratio": ratio, "conditional": conditional, "adjusted": adjusted}
"""Every formula by the name a rubric uses."""


def extremes(formula: Formula, low: Array, high: Array, terms: Terms) -> tuple[Array, Array]:
    """Lowest and highest result while both children (first axis) lie between ``low`` and ``high``.

    Formulas rise or fall steadily in each child, so the ends lie at the corners; a conditional may also turn at its
    threshold. NaN where a corner has no result.
    """
    firsts = [low[0], high[0]]
    if formula is conditional:
        inside = (low[0] < terms.threshold) & (terms.threshold < high[0])
        below = np.nextafter(terms.threshold - TOLERANCE, -np.inf)
        firsts += [np.where(inside, terms.threshold, low[0]), np.where(inside, below, low[0])]
    corners = np.stack([formula(first, second, terms) for first in firsts for second in (low[1], high[1])])
    return np.min(corners, axis=0), np.max(corners, axis=0)
