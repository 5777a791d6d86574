"""Method alternatives crossed: every way to form the index, weigh, cap, and leave one thing out, with every other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.sensitivity.scenarios import (
    NOTHING,
    UNITS_AT_A_TIME,
    Scenarios,
    can_be_left_out,
    equal_weights,
    given_weights,
    index_methods,
    keys_of,
)
from pkassess.uncertainty import ranks_per_draw

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.scoring import Scores


class Alternative(NamedTuple):
    """One combination of methods: index, equal weights, caps, and what is left out ('' for nothing)."""

    index: str
    equal_weights: bool
    caps: bool
    left_out: str


@dataclass(frozen=True, eq=False, repr=False)
class Crossing:
    """What every alternative gives. The first is the published way.

    ``level`` and ``rank`` are (rows shown, alternatives); -1 and 0 where there is none, as for a row of which an
    alternative leaves nothing to calculate with. ``single`` marks alternatives
    that differ from the published way in one choice alone.
    """

    alternatives: list[Alternative]
    rows: NDArray[np.intp]
    level: NDArray[np.int8]
    rank: NDArray[np.int64]
    single: NDArray[np.bool_]

    @property
    def ranked(self) -> NDArray[np.bool_]:
        """The rows that have a rank in the published way."""
        return self.rank[:, 0] > 0

    @property
    def shift(self) -> NDArray[np.float64]:
        """Places by which each ranked row moves, up or down, (ranked rows, alternatives); NaN where it has no rank."""
        rank = self.rank[self.ranked]
        return np.where(rank > 0, np.abs(rank - rank[:, :1]), np.nan)

    @property
    def kept(self) -> NDArray[np.float64]:
        """Share of alternatives in which each row keeps its level, 0 to 1; NaN for one without a level."""
        same = (self.level == self.level[:, :1]).mean(axis=1)
        return np.where(self.level[:, 0] >= 0, same, np.nan)


def cross(comparison: Comparison) -> Crossing:
    """Calculate every combination of the method alternatives for the rows of a comparison."""
    scores = comparison.scores
    ranked = comparison.rows[comparison.rank[comparison.rows] > 0]
    alternatives = list(_alternatives(scores, ranked))
    halves = [_scenarios(scores, alternatives, equal=equal) for equal in (False, True)]
    level = np.empty((len(comparison.rows), len(alternatives)), dtype=np.int8)
    key = np.empty(level.shape)
    for start in range(0, len(comparison.rows), UNITS_AT_A_TIME):
        units = comparison.rows[start : start + UNITS_AT_A_TIME]
        for places, scenarios in halves:
            outcome = keys_of(scores, units, scenarios)
            level[start : start + len(units), places] = outcome.level
            key[start : start + len(units), places] = outcome.key
    rank = ranks_of_keyed(comparison, key)
    published = alternatives[0]
    changed = [sum(map(bool.__ne__, _same(one, published), (True,) * 4)) for one in alternatives]
    return Crossing(alternatives, comparison.rows, level, rank, np.array(changed) == 1)


def _same(one: Alternative, other: Alternative) -> tuple[bool, ...]:
    return tuple(own == given for own, given in zip(one, other, strict=True))


def _alternatives(scores: Scores, ranked: NDArray[np.intp]) -> Iterator[Alternative]:
    """Every combination, the published way first."""
    names = [*scores.rubric.indicators], [*scores.rubric.dimensions]
    indicators, dimensions = can_be_left_out(scores, ranked)
    left_out = ["", *(names[1][at] for at in dimensions), *(names[0][at] for at in indicators)]
    caps = (True, False) if _has_caps(scores) else (True,)
    for method, equal, capped, left in product(index_methods(scores), (False, True), caps, left_out):
        yield Alternative(method, equal, capped, left)


def _has_caps(scores: Scores) -> bool:
    overall = scores.rubric.overall
    return overall is not None and any(rule.level_of is None for rule in overall.rules)


def _scenarios(
    scores: Scores, alternatives: list[Alternative], *, equal: bool
) -> tuple[NDArray[np.intp], Scenarios]:
    """Positions of the alternatives with given or with equal weights, and their scenarios."""
    places = [at for at, one in enumerate(alternatives) if one.equal_weights == equal]
    chosen = [alternatives[at] for at in places]
    methods, dimensions, indicators = (
        index_methods(scores),
        [*scores.rubric.dimensions],
        [*scores.rubric.indicators],
    )

    def position(names: list[str], name: str) -> int:
        return names.index(name) if name in names else NOTHING

    scenarios = Scenarios(
        method=np.array([methods.index(one.index) for one in chosen]),
        caps=np.array([one.caps for one in chosen]),
        indicator=np.array([position(indicators, one.left_out) for one in chosen]),
        dimension=np.array([position(dimensions, one.left_out) for one in chosen]),
        weights=equal_weights(scores) if equal else given_weights(scores),
    )
    return np.array(places, dtype=np.intp), scenarios


def ranks_of_keyed(comparison: Comparison, key: NDArray[np.float64]) -> NDArray[np.int64]:
    """Ranks inside each pool from rank keys, (rows shown, scenarios); 0 wherever there is no key."""
    return np.where(np.isnan(key), 0, ranks_in_pools(comparison, key))


def ranks_in_pools(comparison: Comparison, key: NDArray[np.float64]) -> NDArray[np.int64]:
    """Ranks inside each pool from rank keys, (rows shown, scenarios).

    A row without a key in one scenario has the last place there; one without a key in any has 0.
    """
    ranks = np.zeros(key.shape, dtype=np.int64)
    for pool in comparison.pools:
        at = np.searchsorted(comparison.rows, pool)
        at = at[~np.isnan(key[at]).all(axis=1)]
        if len(at):
            ranks[at] = ranks_per_draw(np.where(np.isnan(key[at]), -np.inf, key[at]))
    return ranks
