"""Rank reversal: neighbours in the ranking that change places when a third partnership is left out.

It can happen only where scores depend on who is in the data: relative scales, treatments, standings and weights taken
from the data. Each partnership is left out in turn, with all its periods, and everything is fitted and scored again.
Source of the notion: Belton and Gear, On a short-coming of Saaty's method of analytic hierarchies (1983).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.findings import Findings
from pkassess.fitting import fit_scales
from pkassess.matrix import Matrix, Status
from pkassess.scoring import score_nodes
from pkassess.sensitivity.scenarios import base, keys_of
from pkassess.weights import DATA_METHODS

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.scoring import Scores

TOLERANCE = 1e-9


class Reversal(NamedTuple):
    """Without the partnership of row ``without``, ``below`` ranks before ``above``, its neighbour; rows of the matrix."""

    without: int
    above: int
    below: int


def depends_on_others(scores: Scores) -> bool:
    """Whether any score depends on the other partnerships in the data."""
    by_data = any(branch.sets.method in DATA_METHODS for branch in scores.tree.values())
    return by_data or bool(scores.rubric.relative)


def reversals(comparison: Comparison) -> Iterator[Reversal]:
    """Every pair of neighbours that changes places, for each ranked partnership that is left out."""
    if not depends_on_others(comparison.scores):
        return
    rankings = list(comparison.rankings())
    partnership = np.cumsum(comparison.scores.matrix.starts) - 1
    for row in (row for order in rankings for row in order.tolist()):
        keys = _keys_without(comparison.scores, partnership == partnership[row])
        for order in rankings:
            left = [other for other in order.tolist() if partnership[other] != partnership[row]]
            for above, below in pairwise(left):
                apart = comparison.rank[above] != comparison.rank[below]
                if apart and keys[below] > keys[above] + TOLERANCE:
                    yield Reversal(row, above, below)


def _keys_without(scores: Scores, gone: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The rank keys of all units, with those of some units taken out of the data."""
    matrix = _without(scores.matrix, gone)
    rubric = fit_scales(matrix, scores.rubric, Findings()) if scores.rubric.relative else scores.rubric
    again = score_nodes(matrix, rubric)
    return keys_of(again, np.arange(len(matrix.units)), base(again)).key[:, 0]


def _without(matrix: Matrix, gone: NDArray[np.bool_]) -> Matrix:
    return replace(
        matrix,
        value=np.where(gone, np.nan, matrix.value),
        status=np.where(gone, Status.MISSING, matrix.status).astype(np.int8),
    )
