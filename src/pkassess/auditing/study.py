"""The whole audit of a rubric over the partnership-periods of some data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.auditing.correlation import Pair, pairs
from pkassess.auditing.families import Family, families
from pkassess.auditing.pull import Pull, pulls
from pkassess.auditing.removal import Removal, removals
from pkassess.auditing.seen import Seen, own_values, seen
from pkassess.tree import signs_of_leaves

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.scoring import Scores


class Item(NamedTuple):
    """One indicator (its position) in one dimension, or in an index that holds it outside of dimensions."""

    dimension: str
    at: int
    seen: Seen
    pull: Pull
    removal: Removal


@dataclass(frozen=True, eq=False, repr=False)
class Audit:
    """A rubric held against data. ``rows`` are the partnership-periods in which at least one indicator was observed."""

    scores: Scores
    rows: NDArray[np.intp]
    items: list[Item]
    pairs: list[Pair]
    families: list[Family]


def audit_of(comparison: Comparison) -> Audit:
    """Hold the rubric of a comparison against its rows, which should be those of all periods."""
    scores = comparison.scores
    rows = comparison.rows[own_values(scores, comparison.rows).any(axis=0)]
    own = own_values(scores, rows)
    signs = signs_of_leaves(scores.rubric)
    merit = np.where(own, scores.indicator[:, rows] * signs[:, None], np.nan)
    of_indicator, without = seen(scores, rows, own), removals(comparison)
    return Audit(
        scores=scores,
        rows=rows,
        items=[
            Item(home, at, of_indicator[at], pull, without[home, at])
            for home in scores.homes
            for at, pull in pulls(scores, home, rows, signs).items()
        ],
        pairs=[pair for home, members in scores.homes.items() for pair in pairs(home, [*members], merit)],
        families=[family for home in scores.homes for family in families(scores, home, rows)],
    )
