"""What a node does about children that apply and have no score.

Works on masks whose first axis is the children. What does not apply is not missing: it counts on neither side. A child
of weight 0 has no influence and is never missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pkassess.rubric import Missing

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
TOLERANCE = 1e-9


def enough(rule: Missing, there: Mask, applies: Mask, weights: Array) -> Mask:
    """Where a node has a score: at least one child with a weight has one, and the rule asks for no more.

    ``there`` marks children with a score, ``applies`` those that apply; ``weights`` are the children's weights as given.
    """
    weights = weights.reshape(-1, *(1,) * (there.ndim - 1))
    expected, present = applies & (weights > 0), there & (weights > 0)
    count, whole = present.sum(axis=0), expected.sum(axis=0)
    fine = np.asarray(present.any(axis=0))
    if rule.rule == "refuse":
        fine &= count >= whole
    if rule.least_count is not None:
        fine &= count >= np.minimum(rule.least_count, whole)
    if rule.least_share is not None:
        fine &= count >= rule.least_share * whole - TOLERANCE
    if rule.least_weight is not None:
        share, total = (weights * present).sum(axis=0), (weights * expected).sum(axis=0)
        fine &= share >= (rule.least_weight - TOLERANCE) * total
    return fine


def settled(rule: Missing, children: Array, applies: Mask, weights: Array, worst: float) -> Array:
    """The children's scores after the rule: missing ones at the worst score, or all NaN where there are too few."""
    there = ~np.isnan(children)
    if rule.rule == "worst":
        children = np.where(~there & applies, worst, children)
    return np.where(enough(rule, there, applies, weights), children, np.nan)
