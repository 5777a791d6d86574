"""Partnerships to set beside one that changed phase: peers that stayed in one phase over the same stretches of time.

They say what was observed elsewhere meanwhile, not what the change of phase brought about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pkassess.aggregate import middle
from pkassess.phases import phase_of

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.trends import Trend


def comparators(comparison: Comparison, row: int, name: str, trend: Trend, at: int) -> list[float]:
    """Changes of a dimension's median over the same time, one per peer, beside that from one span to the next.

    ``at`` is the place of the later span in ``trend.spans``; for the first one, which follows on nothing, there are none.
    """
    if at == 0:
        return []
    matrix = comparison.scores.matrix
    stretches = [
        {matrix.units[trend.series.units[place]].period for place in span.places}
        for span in trend.spans[at - 1 : at + 1]
    ]
    changes = []
    for (other, dimension), peer in (comparison.trends.found if comparison.trends else {}).items():
        same = dimension == name and matrix.units[other].keys != matrix.units[row].keys
        if not same or comparison.peer_group[other] != comparison.peer_group[row]:
            continue
        both = [
            [place for place, unit in enumerate(peer.series.units) if matrix.units[unit].period in stretch]
            for stretch in stretches
        ]
        phases = {phase_of(matrix, peer.series.units[place]) for part in both for place in part}
        if all(both) and len(phases) == 1 and "" not in phases:
            medians = [middle(np.array([peer.series.scores[place] for place in part])) for part in both]
            changes.append(medians[1] - medians[0])
    return changes
