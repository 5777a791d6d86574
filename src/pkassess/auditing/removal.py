"""What changes when one indicator is left out and everything else stays, through the tree and rules of the scores.

What is published stays published: the question is what the indicator does, not what its absence would hide.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.scoring import Publication
from pkassess.sensitivity.crossing import ranks_of_keyed
from pkassess.sensitivity.scenarios import UNITS_AT_A_TIME, base, keys_of

if TYPE_CHECKING:
    from pkassess.ranking import Comparison

Array = NDArray[np.float64]


class Removal(NamedTuple):
    """What leaving one indicator out of one dimension or index changes, over the rows in which that is published.

    ``mean`` and ``largest`` are changes of its score in points, up or down, NaN where no row keeps a score;
    ``levels`` counts changed levels of it, ``overall`` changed overall levels, ``places`` is the largest move in a
    ranking, ``lost`` counts rows in which nothing is left to score.
    """

    mean: float
    largest: float
    levels: int
    lost: int
    overall: int
    places: int


def removals(comparison: Comparison) -> dict[tuple[str, int], Removal]:
    """What every indicator's removal changes, by dimension or index and the indicator's position."""
    scores, rows = comparison.scores, comparison.rows
    count = len(scores.rubric.indicators)
    # The first scenario leaves nothing out.
    scenarios = replace(base(scores, count + 1), indicator=np.arange(-1, count))
    level = np.empty((len(rows), count + 1), dtype=np.int8)
    key = np.empty(level.shape)
    points = {home: np.empty((len(rows), 1 + len(members))) for home, members in scores.homes.items()}
    levels = {home: np.empty(own.shape, dtype=np.int8) for home, own in points.items()}
    for start in range(0, len(rows), UNITS_AT_A_TIME):
        block = slice(start, start + UNITS_AT_A_TIME)
        outcome = keys_of(scores, rows[block], scenarios)
        level[block], key[block] = outcome.level, outcome.key
        for home, members in scores.homes.items():
            chosen = [0, *(at + 1 for at in members)]
            points[home][block] = outcome.nodes[home][:, chosen]
            levels[home][block] = outcome.levels[home][:, chosen]
    overall = _changed(level).sum(axis=0)
    places = _largest_move(ranks_of_keyed(comparison, key))
    found = {}
    for home, members in scores.homes.items():
        published = scores.nodes[home].status[rows] == Publication.PUBLISHED
        own, changed = points[home][published], _changed(levels[home][published]).sum(axis=0)
        for place, at in enumerate(members, start=1):
            change = np.abs(own[:, place] - own[:, 0])
            kept = change[~np.isnan(change)]
            mean, largest = (float(kept.mean()), float(kept.max())) if len(kept) else (np.nan, np.nan)
            found[home, at] = Removal(
                *(mean, largest, int(changed[place]), len(change) - len(kept)),
                *(int(overall[at + 1]), int(places[at + 1])),
            )
    return found


def _changed(levels: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Where a level differs from the first one; a level that is lost is no other level."""
    return (levels != levels[:, :1]) & (levels >= 0) & (levels[:, :1] >= 0)


def _largest_move(ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """By how many places a row moves at most in each scenario, among rows that keep a rank."""
    moves = np.where((ranks > 0) & (ranks[:, :1] > 0), np.abs(ranks - ranks[:, :1]), 0)
    return moves.max(axis=0)
