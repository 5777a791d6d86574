"""What the data hold of each indicator: how often it was observed, whether it differs, how much lies at its ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.matrix import OWN, among
from pkassess.normalise import normalise, reach
from pkassess.scoring import TOLERANCE

if TYPE_CHECKING:
    from pkassess.rubric import Rubric
    from pkassess.scoring import Scores

Array = NDArray[np.float64]


class Seen(NamedTuple):
    """The values of one indicator, of some rows.

    ``applicable`` and ``observed`` are numbers of rows. ``constant`` says that two or more values all have the same
    score. ``below`` and ``above`` are the shares of the observed values that lie at or beyond the lower and the upper
    end of the raw values that the scale tells apart, 0 to 1; NaN where nothing was observed or the scale has no ends.
    """

    applicable: int
    observed: int
    constant: bool
    below: float
    above: float


class End(NamedTuple):
    """An end of a scale: the value from which on nothing is told apart, raw and as treated, and the score there."""

    raw: float
    treated: float
    score: float


def own_values(scores: Scores, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Where an indicator was observed in the row's own period: nothing carried forward, nothing filled in."""
    status = scores.matrix.status[: len(scores.indicator)][:, rows]
    return among(status, OWN)


def seen(scores: Scores, rows: NDArray[np.intp], own: NDArray[np.bool_]) -> list[Seen]:
    """What the rows hold of every indicator, in the order of the rubric; ``own`` as :func:`own_values` gives it."""
    applicable = scores.applicable[:, rows].sum(axis=1).tolist()
    return [
        _of_indicator(scores, at, rows[own[at]], applicable[at])
        for at in range(len(scores.rubric.indicators))
    ]


def _of_indicator(scores: Scores, at: int, rows: NDArray[np.intp], applicable: int) -> Seen:
    points, values = scores.indicator[at, rows], scores.matrix.value[at, rows]
    constant = len(rows) > 1 and float(np.ptp(points)) <= TOLERANCE
    name = scores.matrix.measures[at]
    ends = ends_of(scores.rubric, name)
    if ends is None or not len(rows):
        return Seen(applicable, len(rows), constant, np.nan, np.nan)
    treated = scores.rubric.indicators[name].scale.treated
    values = values if treated is None else treated.apply(values)
    below, above = (values <= ends[0].treated).mean(), (values >= ends[1].treated).mean()
    return Seen(applicable, len(rows), constant, float(below), float(above))


def ends_of(rubric: Rubric, indicator: str) -> tuple[End, End] | None:
    """The lower and the upper end of an indicator's scale, or None where it has none.

    Curves, bands and clipped goalposts end where the rubric says; ratings and checklists where their values do.
    """
    scale = rubric.indicators[indicator].scale
    low, high = reach(scale, rubric.frame) or scale.natural_limits
    if low is None or high is None:
        return None
    ends = np.array([low, high])
    raws = ends if scale.treated is None else scale.treated.undone(ends)
    points = normalise(ends, scale.treating(None), rubric.frame)
    first, last = (End(*map(float, end)) for end in zip(raws, ends, points, strict=True))
    return first, last
