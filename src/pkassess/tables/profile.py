"""The tables of a profile: indicators with the knots they lie between, and the way to a wished level."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pkassess.matrix import Status
from pkassess.normalise import Frame, normalise
from pkassess.scoring import Scores
from pkassess.spread import spread_of
from pkassess.tables.fields import Field, Table, number, text
from pkassess.tables.indicators import indicators_table

if TYPE_CHECKING:
    from pkassess.profile import Profile

STRAIGHT = ("likert", "checklist", "ordinal", "identity")
"""Scales that are a straight line between their limits."""
_MORE = (
    number("knot_below", "Raw value of the knot below; on a straight scale a knot lies at every knot score."),
    number("knot_below_score", "Its score."),
    number("knot_above", "Raw value of the knot above."),
    number("knot_above_score", "Its score."),
    number("score_low", "Lower end of the 90 % interval of the indicator's score."),
    number("score_high", "Upper end of it."),
)
_WAY = (
    text("level", "The wished level."),
    text("binding", "The rule that holds the level down now."),
    text("indicator", "Id of the indicator to change; empty where there is no way."),
    number("before", "Its raw value now."),
    number("after", "The raw value that is needed."),
    number("score_before", "Its score now."),
    number("score_after", "Its score then."),
    number("points", "How far its score moves; the sum over all rows is as small as was found."),
    text("reason", "Why there is no way, in words."),
)


class Knots(NamedTuple):
    """The knots on either side of a raw value: (raw, score) each. On a straight scale the knots lie at the knot scores."""

    below: tuple[float, float]
    above: tuple[float, float]


def knots_of(scores: Scores, row: int, unit: int) -> Knots | None:
    """The knots that a value lies between; None where the scale has none, the value lies beyond, or there is none."""
    value = float(scores.matrix.value[row, unit])
    if np.isnan(scores.indicator[row, unit]):
        return None
    known = _points(list(scores.rubric.indicators.values())[row].scale, scores.rubric.frame)
    for below, above in pairwise(known):
        if below[0] <= value <= above[0]:
            return Knots(below, above)
    return None


def _points(scale: Any, frame: Frame) -> list[tuple[float, float]]:
    """The knots of a scale, raw values rising; those of a straight one lie where it reaches the knot scores."""
    if callable(getattr(scale, "points", None)):
        return scale.points(frame)
    if scale.type not in STRAIGHT:
        return []
    first, last = scale.natural_limits
    start, end = normalise(np.array([first, last], dtype=np.float64), scale, frame).tolist()
    return sorted(
        (first + (last - first) * (score - start) / (end - start), score) for score in frame.knot_scores
    )


def profile_table(profile: Profile) -> Table:
    """The rows of indicators.csv of one partnership, with knots and intervals besides."""
    base = indicators_table(profile.alone)
    scores = profile.comparison.scores
    rows = {name: at for at, name in enumerate(scores.rubric.indicators)}
    spread = spread_of(scores, np.array([profile.unit]))

    def blocks() -> Iterator[list[Any]]:
        at = [field.name for field in base.fields].index("indicator")
        for block in base.blocks():
            more = [_more(scores, spread, rows.get(name), profile.unit) for name in block[at]]
            yield [*block, *map(list, zip(*more, strict=True))]

    return Table("indicators", (*base.fields, *_MORE), blocks)


def _more(scores: Scores, spread: Any, row: int | None, unit: int) -> tuple[float, ...]:
    if row is None:
        return (np.nan,) * len(_MORE)
    knots = knots_of(scores, row, unit)
    ends = (*knots.below, *knots.above) if knots else (np.nan,) * 4
    used = scores.matrix.status[row, unit] not in (Status.MISSING, Status.NOT_APPLICABLE)
    return (*ends, *((spread.low[row, unit], spread.high[row, unit]) if used else (np.nan, np.nan)))


def way_fields() -> tuple[Field, ...]:
    """The columns of what it would take."""
    return _WAY


def way_table(profile: Profile) -> Table:
    """One row per proposed change; one with the reason where there is none."""

    def blocks() -> Iterator[list[Any]]:
        way = profile.way
        if way is None:
            return
        lead = (way.level, way.binding)
        moves = [
            (*lead, one.indicator, one.before, one.after, one.score_before, one.score_after, one.points, "")
            for one in way.moves
        ]
        nothing = (*lead, "", np.nan, np.nan, np.nan, np.nan, np.nan, way.reason)
        yield [list(column) for column in zip(*(moves or [nothing]), strict=True)]

    return Table("what_would_it_take", _WAY, blocks)
