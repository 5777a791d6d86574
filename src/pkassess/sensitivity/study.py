"""The whole study of one assessment: method alternatives, Sobol indices, distances to a swap, rank reversals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pkassess.findings import MissingLibraryError
from pkassess.sensitivity.crossing import Alternative, Crossing, cross
from pkassess.sensitivity.reversals import Reversal, reversals
from pkassess.sensitivity.sobol import Indices, Progress, indices_of_ranks
from pkassess.sensitivity.swaps import Swap, swaps
from pkassess.spread import spread_of

if TYPE_CHECKING:
    from pkassess.findings import Finding
    from pkassess.ranking import Comparison


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """How far levels and ranks of an assessment depend on its choices.

    ``indices`` has one output per ranked row of the comparison, in the order of ``ranked``; None where fewer than two
    partnerships are ranked, because a ranking of one cannot move, or where the library is missing that ``lacking`` names.
    """

    comparison: Comparison
    crossing: Crossing
    indices: Indices | None
    swaps: list[Swap]
    reversals: list[Reversal]
    seed: int
    lacking: tuple[Finding, ...] = ()

    @property
    def ranked(self) -> NDArray[np.intp]:
        """The rows shown that have a rank."""
        rows = self.comparison.rows
        return rows[self.comparison.rank[rows] > 0]

    def changes(self, place: int) -> list[tuple[Alternative, int]]:
        """The single choices that change a row's level, with the level they give, in the order of the choices."""
        levels = self.crossing.level[place]
        other = np.flatnonzero(self.crossing.single & (levels != levels[0]))
        return [(self.crossing.alternatives[at], int(levels[at])) for at in other.tolist()]


def study(comparison: Comparison, *, seed: int, errors: bool, progress: Progress) -> Sensitivity:
    """Study an assessment. ``errors`` says whether values vary as their evidence does; ``progress`` is told the runs.

    Without scipy there are no Sobol indices, which ``lacking`` says.
    """
    ranked = int((comparison.rank[comparison.rows] > 0).sum())
    spread = spread_of(comparison.scores, comparison.rows) if errors else None
    indices, lacking = None, ()
    try:
        indices = indices_of_ranks(comparison, spread, seed, progress) if ranked > 1 else None
    except MissingLibraryError as error:
        lacking = tuple(error.findings)
    return Sensitivity(
        comparison=comparison,
        crossing=cross(comparison),
        indices=indices,
        swaps=list(swaps(comparison)),
        reversals=list(reversals(comparison)),
        seed=seed,
        lacking=lacking,
    )
