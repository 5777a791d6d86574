"""Whether a change of level between two periods is confirmed, or has merely crossed a boundary.

It is confirmed when the later level lies beyond the earlier one, in the same direction, in 80 % of the draws, and when
it stays with every weak, ungraded or disputed indicator held at its earlier value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.grades import EvidenceClass
from pkassess.matrix import Matrix
from pkassess.overall import apply_rules
from pkassess.ranking import OVERALL
from pkassess.ratings import disputed
from pkassess.scoring import NO_LEVEL, score_nodes
from pkassess.seriesbreaks import break_between, told
from pkassess.spread import Spread, spread_of
from pkassess.uncertainty import (
    BLOCK,
    affordable_draws,
    all_blocks,
    block_groups,
    draw_errors,
    draw_weights,
    in_blocks,
    overall_levels,
    roll_up_draws,
)

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.scoring import Scores

CONFIRMED_SHARE = 0.80
PAIRS_AT_A_TIME = 64
Levels = dict[str, NDArray[np.int8]]


class Crossing(NamedTuple):
    """A change of level: up or down (+1, -1), the share of draws that agree, and whether it needs no weak value.

    ``share`` is NaN where nothing was drawn. ``series_break`` names a break between the two periods, which are not
    comparable then.
    """

    direction: int
    share: float
    persists: bool
    series_break: str = ""

    @property
    def confirmed(self) -> bool:
        """Whether the change may be announced without a reservation."""
        return not self.series_break and self.persists and self.share >= CONFIRMED_SHARE - 1e-12


@dataclass(frozen=True, eq=False, repr=False)
class Crossings(Mapping[tuple[int, str], Crossing]):
    """The changes of level of a comparison, found when they are first asked for: not every output shows them."""

    comparison: Comparison
    draws: int
    seed: int

    @cached_property
    def _found(self) -> dict[tuple[int, str], Crossing]:
        return find_crossings(self.comparison, self.draws, self.seed)

    def __getitem__(self, key: tuple[int, str]) -> Crossing:
        return self._found[key]

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def find_crossings(comparison: Comparison, asked: int, seed: int) -> dict[tuple[int, str], Crossing]:
    """Every change of level since the period before, by row shown and dimension or ``overall``.

    ``asked`` is the number of draws, 0 for none; where the budget allows none, shares are NaN.
    """
    scores = comparison.scores
    now = comparison.rows[comparison.previous[comparison.rows] >= 0]
    levels = _levels(scores)
    before = comparison.previous[now]
    crossed = {
        name: (level[now] != level[before]) & (level[now] != NO_LEVEL) & (level[before] != NO_LEVEL)
        for name, level in levels.items()
    }
    some = np.any([*crossed.values()], axis=0)
    now, before = now[some], before[some]
    if not len(now):
        return {}
    units = np.unique(np.concatenate([now, before]))
    spread = spread_of(scores, units)
    held = _levels(apply_rules(score_nodes(_held(scores, spread, now, before), scores.rubric)))
    draws = affordable_draws(asked, int((~np.isnan(scores.indicator[:, units])).sum())) if asked else 0
    shares = _shares(scores, spread, now, before, levels, draws, seed)
    found = {}
    for at, (row, earlier) in enumerate(zip(now.tolist(), before.tolist(), strict=True)):
        for name, level in levels.items():
            if crossed[name][some][at]:
                direction = 1 if level[row] > level[earlier] else -1
                stays = (
                    held[name][at] != NO_LEVEL and (int(held[name][at]) - int(level[earlier])) * direction > 0
                )
                broken = _broken(scores, name, earlier, row)
                found[row, name] = Crossing(direction, float(shares[name][at]), bool(stays), broken)
    return found


def _broken(scores: Scores, name: str, earlier: int, row: int) -> str:
    own, before = scores.matrix.units[row], scores.matrix.units[earlier]
    found = break_between(scores, name, own.keys, before.period, own.period)
    return told(found) if found else ""


def _levels(scores: Scores) -> Levels:
    """Levels of the dimensions and of the overall, by unit."""
    levels = {name: scores.nodes[name].level for name in scores.rubric.dimensions}
    return {OVERALL: scores.overall_level, **levels}


def _held(scores: Scores, spread: Spread, now: NDArray[np.intp], before: NDArray[np.intp]) -> Matrix:
    """The later periods alone, with every doubtful indicator as it was in the earlier one."""
    matrix = scores.matrix
    held = np.zeros((len(matrix.measures), len(now)), dtype=bool)
    weak = doubtful(scores, spread)
    held[: len(weak)] = weak[:, now] | weak[:, before]

    def mixed(given: NDArray) -> NDArray:
        return np.where(held, given[:, before], given[:, now])

    return replace(
        matrix,
        units=[matrix.units[at] for at in now.tolist()],
        files=[matrix.files[at] for at in now.tolist()],
        context={name: column[now] for name, column in matrix.context.items()},
        value=mixed(matrix.value),
        status=mixed(matrix.status),
        origin=mixed(matrix.origin),
        evidence=mixed(matrix.evidence),
        several={},
    )


def doubtful(scores: Scores, spread: Spread) -> NDArray[np.bool_]:
    """Used values that are weak, ungraded without a statistic, or disputed."""
    matrix, used = scores.matrix, ~np.isnan(scores.indicator)
    evidence = matrix.evidence[: len(used)]
    found = used & (evidence >= EvidenceClass.WEAK)
    found &= ~((evidence == EvidenceClass.UNGRADED) & spread.statistical)
    indicators = list(scores.rubric.indicators.values())
    for (row, unit), several in matrix.several.items():
        if row < len(indicators) and disputed(matrix.observations, several.kept, indicators[row]):
            found[row, unit] |= used[row, unit]
    return found


def _shares(
    scores: Scores,
    spread: Spread,
    now: NDArray[np.intp],
    before: NDArray[np.intp],
    point: Levels,
    draws: int,
    seed: int,
) -> dict[str, NDArray[np.float64]]:
    """The share of draws in which each level moves the way it did, one element per pair; NaN without draws."""
    if draws == 0:
        return {name: np.full(len(now), np.nan) for name in point}
    agree = {name: np.zeros(len(now)) for name in point}
    vary = scores.rubric.uncertainty.weight_spread
    weights = draw_weights(scores.tree, vary, seed, all_blocks(draws))
    for start in range(0, len(now), PAIRS_AT_A_TIME):
        pairs = slice(start, start + PAIRS_AT_A_TIME)
        both = np.concatenate([now[pairs], before[pairs]])
        for blocks in block_groups(draws, len(both) * len(scores.indicator)):
            left = min(draws - blocks[0] * BLOCK, len(blocks) * BLOCK)
            errors = draw_errors(scores, spread, both, seed, blocks)
            nodes, by_node = roll_up_draws(scores, both, errors, in_blocks(weights, blocks))
            levels = {OVERALL: overall_levels(scores, both, nodes, by_node)}
            levels |= {name: by_node[name] for name in scores.rubric.dimensions}
            for name, level in levels.items():
                later, earlier = np.split(level[:, :left], 2)
                rose = (point[name][now[pairs]] > point[name][before[pairs]])[:, None]
                agree[name][pairs] += np.where(rose, later > earlier, later < earlier).sum(axis=1)
    return {name: count / draws for name, count in agree.items()}
