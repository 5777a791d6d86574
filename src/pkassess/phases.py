"""The phases of a mission: which one a period lies in, and what was observed during each.

Nothing here says that a mission brought a change about: phases are periods of observation, and partnerships that did not
change phase at the time stand beside as comparators.
"""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.aggregate import middle
from pkassess.periods import Period

if TYPE_CHECKING:
    from pkassess.matrix import Matrix

Array = NDArray[np.float64]
LOW, HIGH = 0.05, 0.95


class Span(NamedTuple):
    """A run of periods in one phase.

    ``places`` are positions in the series. The change is that of the median since the run before, NaN in the first
    one, with its 90 % interval.
    """

    phase: str
    places: tuple[int, ...]
    median: float
    lowest: float
    highest: float
    change: float
    change_low: float
    change_high: float


def phase_of(matrix: Matrix, unit: int) -> str:
    """The phase of a unit: as the data name it, else from the mission's dates, else ''."""
    context = {name: str(column[unit]) for name, column in matrix.context.items()}
    return context.get("phase", "") or _from_dates(context, matrix.units[unit].period)


def _from_dates(context: dict[str, str], period: Period) -> str:
    start, drawdown, end = (
        dt.date.fromisoformat(text) if (text := context.get(name, "")) else None
        for name in ("mission_start", "drawdown_start", "mission_end")
    )
    if start is None:
        return ""
    if period.end < start:
        return "pre_mission"
    if end is not None and period.start > end:
        return "post_exit"
    return "drawdown" if drawdown is not None and period.end >= drawdown else "deployment"


def spans_of(phases: list[str], point: Array, drawn: Array) -> tuple[Span, ...]:
    """The runs of known phases in a series; ``point`` (periods) and ``drawn`` (periods, draws) are its scores."""
    spans: list[Span] = []
    before: tuple[float, Array] | None = None
    for phase, run in groupby(range(len(phases)), key=phases.__getitem__):
        places = list(run)
        if not phase:
            continue
        median, medians = middle(point[places]), _middles(drawn[places])
        change, low, high = (float("nan"),) * 3
        if before is not None:
            change = median - before[0]
            ends = np.quantile(medians - before[1], [LOW, HIGH])
            low, high = min(float(ends[0]), change), max(float(ends[1]), change)
        lowest, highest = float(point[places].min()), float(point[places].max())
        spans.append(Span(phase, tuple(places), median, lowest, highest, change, low, high))
        before = (median, medians)
    return tuple(spans)


def _middles(values: Array) -> Array:
    """The median of each column."""
    ordered = np.sort(values, axis=0)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
