"""How far a weight has to move before two neighbours in the ranking change places.

The weight of one child of the index moves between 0 and all of the weight; the others keep their proportions. The
whole way from scores to the rank key is calculated again, so caps and levels count, and the place of the swap is found
on a grid and then by halving. This works for every aggregator.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.sensitivity.scenarios import base, keys_of, with_weights

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.scoring import Scores

Array = NDArray[np.float64]
STEPS = 400
HALVINGS = 30


class Swap(NamedTuple):
    """The nearest change of one weight of the index that puts ``below`` level with ``above`` or higher.

    ``weight`` and ``at`` are shares of the index's weight, 0 to 1; ``at`` is NaN where no share changes the order.
    """

    above: int
    below: int
    child: str
    weight: float
    at: float

    @property
    def distance(self) -> float:
        """How far the weight has to move, as a share of the index's weight; NaN where nothing changes the order."""
        return abs(self.at - self.weight)


def swaps(comparison: Comparison) -> Iterator[Swap]:
    """For each pair of neighbours in each ranking and each child of the index, the nearest swap."""
    scores = comparison.scores
    if scores.index is None or len(scores.index.branch.weights) < 2:  # noqa: PLR2004  # nothing to shift
        return
    for order in comparison.rankings():
        yield from _of_ranking(scores, order)


def _of_ranking(scores: Scores, order: NDArray[np.intp]) -> Iterator[Swap]:
    assert scores.index is not None  # noqa: S101  # the caller looked
    branch = scores.index.branch
    shares = branch.weights / branch.weights.sum()
    names = [scores.matrix.measures[row] for row, _ in branch.leaves] + [name for name, _ in branch.branches]
    grid = np.linspace(0.0, 1.0, STEPS + 1)
    for child, name in enumerate(names):
        ahead = _ahead(scores, order, child, grid)
        for pair in range(len(order) - 1):
            at = _nearest(scores, order[pair : pair + 2], child, grid, ahead[pair], float(shares[child]))
            yield Swap(int(order[pair]), int(order[pair + 1]), name, float(shares[child]), at)


def _ahead(scores: Scores, order: NDArray[np.intp], child: int, shares: Array) -> Array:
    """By how much each row's rank key is above the next one's, (pairs, shares of the child's weight)."""
    assert scores.index is not None  # noqa: S101
    branch = scores.index.branch
    rest = np.delete(branch.weights, child)
    weights = np.insert(
        np.outer(rest / rest.sum() if rest.sum() else rest, 1.0 - shares), child, shares, axis=0
    )
    scenarios = base(scores, len(shares))
    own = with_weights(scenarios, {**scenarios.weights, branch.id: weights})
    key = keys_of(scores, order, own).key
    return key[:-1] - key[1:]


def _nearest(
    scores: Scores, pair: NDArray[np.intp], child: int, grid: Array, ahead: Array, share: float
) -> float:
    """The share nearest to the given one at which the first is no longer ahead; NaN if there is none."""
    found = [
        _crossing(scores, pair, child, share, side[0], grid)
        for side in (_first_behind(ahead, grid, share, up=True), _first_behind(ahead, grid, share, up=False))
        if side
    ]
    return min(found, key=lambda at: abs(at - share)) if found else np.nan


def _first_behind(ahead: Array, grid: Array, share: float, *, up: bool) -> list[int]:
    """The first place on the grid on one side of the given share where the first is no longer ahead."""
    behind = np.flatnonzero((ahead <= 0) & (grid >= share if up else grid <= share))
    return [int(behind[0] if up else behind[-1])] if len(behind) else []


def _crossing(
    scores: Scores, pair: NDArray[np.intp], child: int, share: float, place: int, grid: Array
) -> float:
    """Where between the place on the grid and the one before it (seen from the given share) the order changes."""
    behind = float(grid[place])
    step = 1.0 / STEPS
    before = max(share, behind - step) if behind >= share else min(share, behind + step)
    for _ in range(HALVINGS):
        middle = (before + behind) / 2
        if _ahead(scores, pair, child, np.array([middle]))[0, 0] > 0:
            before = middle
        else:
            behind = middle
    return behind
