"""Which rows are shown, how they rank inside their peer group, and what came before them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.aggregate import competition_ranks
from pkassess.conditions import TRUE, Condition
from pkassess.matrix import OWN, among
from pkassess.scope import ScoreScope
from pkassess.scoring import NO_LEVEL, Publication, Scores

if TYPE_CHECKING:
    from pkassess.crossings import Crossing
    from pkassess.periods import Period
    from pkassess.trends import Trends
    from pkassess.uncertainty import Uncertainty

ALL_PERIODS = "all"
UNRANKED = 0
OVERALL = "overall"
"""Stands for the overall level where a dimension's name would stand."""


class Selection(NamedTuple):
    """What the user asked to see. ``period`` None is the latest each partnership has."""

    period: Period | str | None = None
    where: Condition | None = None
    peer_group: str | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """The rows shown, sorted by partnership and period, with their ranks.

    ``rows`` are positions of units; ``rank`` and ``peer_group`` have one element per unit of the matrix, ranks 0
    where there is none; ``previous`` is the unit of the period before, or -1; ``pools`` are the rows that are
    ranked against one another; ``trends`` is None where no partnership has a second period,
    ``crossings`` are the changes of level since the period before, by row and dimension or ``overall``.
    """

    scores: Scores
    rows: NDArray[np.intp]
    peer_group: NDArray[np.object_]
    rank: NDArray[np.int64]
    previous: NDArray[np.intp]
    all_periods: bool
    pools: list[NDArray[np.intp]]
    uncertainty: Uncertainty | None = None
    trends: Trends | None = None
    crossings: Mapping[tuple[int, str], Crossing] = field(default_factory=dict)

    def node_rank(self, name: str) -> NDArray[np.int64]:
        """Ranks by the score of one node, the best first: the highest, or the lowest where high is bad."""
        node = self.scores.nodes[name]
        return _rank(self.pools, [node.branch.merit(node.score)], len(self.rank))

    def rankings(self) -> Iterator[NDArray[np.intp]]:
        """The ranked rows of each pool that has two or more, the best first."""
        for pool in self.pools:
            ranked = pool[self.rank[pool] != UNRANKED]
            if len(ranked) > 1:
                yield ranked[np.argsort(self.rank[ranked], kind="stable")]

    def counted(self, ranks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Competition ranks of all units as the rubric counts equal ones: 1224, dense 1223, or average 1 2.5 2.5 4."""
        shown = ranks.astype(np.float64)
        how = self.scores.rubric.ranks
        for pool in self.pools if how != "competition" else ():
            ranked = pool[ranks[pool] != UNRANKED]
            _, place, count = np.unique(ranks[ranked], return_inverse=True, return_counts=True)
            shown[ranked] = place + 1 if how == "dense" else ranks[ranked] + (count[place] - 1) / 2
        return shown


def arrange(scores: Scores, selection: Selection) -> Comparison:
    """Select rows, rank them inside their peer groups, and find each one's previous period.

    An index or node without a published score has no rank. Ranks are competition ranks ("1224") by overall level,
    then index; where all periods are shown they run inside each period too.
    """
    groups = scores.matrix.peer_groups
    observed = _has_observation(scores)
    rows = _selected(scores, selection, observed, groups)
    all_periods = selection.period == ALL_PERIODS
    pools = _pools(scores, rows, groups, all_periods=all_periods)
    return Comparison(
        scores=scores,
        rows=rows,
        peer_group=groups,
        rank=_rank(pools, _overall_keys(scores), len(groups)),
        previous=_previous(scores, observed),
        all_periods=all_periods,
        pools=pools,
    )


def _has_observation(scores: Scores) -> NDArray[np.bool_]:
    """Units with at least one usable value of their own period that is scored."""
    status = scores.matrix.status[: len(scores.indicator)]
    return np.asarray(among(status, OWN).any(axis=0))


def _selected(
    scores: Scores, selection: Selection, observed: NDArray[np.bool_], groups: NDArray[np.object_]
) -> NDArray[np.intp]:
    units = scores.matrix.units
    shown = np.ones(len(units), dtype=bool)
    if selection.period is None:
        shown = _latest(scores, observed)
    elif selection.period != ALL_PERIODS:
        shown = np.array([unit.period == selection.period for unit in units], dtype=bool)
    if selection.peer_group is not None:
        wanted = selection.peer_group.casefold()
        shown &= np.array([str(group).casefold() == wanted for group in groups], dtype=bool)
    if selection.where is not None:
        shown &= selection.where.evaluate(ScoreScope(scores)) == TRUE
    return np.flatnonzero(shown)


def _latest(scores: Scores, observed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Each partnership's last-ending period with a usable value; its last period if it has none at all."""
    number = np.cumsum(scores.matrix.starts) - 1
    shown = np.zeros(len(observed), dtype=bool)
    if len(observed):
        last = np.full(number[-1] + 1, -1)
        last[number] = np.arange(len(number))
        last[number[observed]] = np.flatnonzero(observed)
        shown[last] = True
    return shown


def _previous(scores: Scores, observed: NDArray[np.bool_]) -> NDArray[np.intp]:
    starts = scores.matrix.starts
    first = np.maximum.accumulate(np.where(starts, np.arange(len(starts)), 0))
    before = np.concatenate(
        [[-1], np.maximum.accumulate(np.where(observed, np.arange(len(observed)), -1))[:-1]]
    )
    return np.where(before >= first, before, -1) if len(starts) else before[:0]


def _pools(
    scores: Scores, rows: NDArray[np.intp], groups: NDArray[np.object_], *, all_periods: bool
) -> list[NDArray[np.intp]]:
    """Rows that are ranked against one another."""
    pools: dict[tuple[str, str], list[int]] = {}
    for row in rows.tolist():
        period = scores.matrix.units[row].period.label if all_periods else ""
        pools.setdefault((groups[row], period), []).append(row)
    return [np.array(pool, dtype=np.intp) for pool in pools.values()]


def _overall_keys(scores: Scores) -> list[NDArray[np.float64]]:
    index = scores.index
    if index is None:
        return []
    score = np.where(scores.overall_status == Publication.PUBLISHED, index.branch.merit(index.score), np.nan)
    if not scores.overall_levels:
        return [score]
    return [
        np.where(scores.overall_level == NO_LEVEL, np.nan, scores.overall_level.astype(np.float64)),
        score,
    ]


def _rank(pools: list[NDArray[np.intp]], keys: list[NDArray[np.float64]], units: int) -> NDArray[np.int64]:
    ranks = np.full(units, UNRANKED, dtype=np.int64)
    for pool in pools if keys else []:
        ranks[pool] = competition_ranks([key[pool] for key in keys])
    return ranks
