"""Whether a change of level between two sides is confirmed: the rule of ``crossings`` across files and rubrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pkassess.crossings import Crossing
from pkassess.normalise import normalise
from pkassess.scoring import NO_LEVEL
from pkassess.tree import roll_up
from pkassess.uncertainty import levels_of_draws, overall_levels

if TYPE_CHECKING:
    from pkassess.decompose import Side

Levels = NDArray[np.int8]
CONFIRMED, NOT_CONFIRMED = "confirmed", "crossed the boundary, not confirmed"


def judgement(
    before: int, after: int, drawn_before: Levels | None, drawn_after: Levels | None, held: int
) -> str:
    """What is said of a change of level; '' where there is none or nothing was drawn.

    It is confirmed when at least 80 % of draws put the later level beyond the earlier one's in the same direction,
    and the change persists in ``held``, the later level with every doubtful indicator at its earlier value. Levels
    are positions, the lowest score first; draws stand beside each other, one element per draw.
    """
    if before == after or NO_LEVEL in (before, after) or drawn_before is None or drawn_after is None:
        return ""
    direction = 1 if after > before else -1
    moved = np.sign(drawn_after.astype(np.int64) - drawn_before.astype(np.int64))
    persists = held != NO_LEVEL and (held - before) * direction > 0
    crossing = Crossing(direction, float((moved == direction).mean()), persists)
    return CONFIRMED if crossing.confirmed else NOT_CONFIRMED


def held_levels(
    before: Side, after: Side, doubt_before: NDArray[np.bool_], doubt_after: NDArray[np.bool_]
) -> tuple[dict[str, int], int]:
    """Later levels of all nodes, and overall, with every doubtful indicator at its earlier value.

    The doubts are by indicator of each side's rubric; an indicator is held where either side is in doubt. What had no
    earlier value drops out. Vetoes stay as they are later.
    """
    scores = after.scores
    leaves = scores.indicator[:, [after.unit]].copy()
    for row, (name, indicator) in enumerate(scores.rubric.indicators.items()):
        earlier = before.row(name)
        if not (doubt_after[row] or (earlier >= 0 and doubt_before[earlier])):
            continue
        value = np.full(1, np.nan)
        if earlier >= 0 and before.scores.matrix.usable[earlier, before.unit]:
            value[0] = before.scores.matrix.value[earlier, before.unit]
        leaves[row] = normalise(value, indicator.scale, scores.rubric.frame)
    units = np.array([after.unit], dtype=np.intp)
    unrounded: dict[str, NDArray[np.float64]] = {}
    nodes = roll_up(
        scores.tree, leaves[..., None], applicable=scores.applicable[:, units], unrounded=unrounded
    )
    levels = levels_of_draws(scores, nodes, unrounded)
    overall = overall_levels(scores, units, nodes, levels)
    return {name: int(level[0, 0]) for name, level in levels.items()}, int(overall[0, 0])
