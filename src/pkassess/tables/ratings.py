"""sides.csv and ratings.csv: what mission and host say, and every reading of a value that has several."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from pkassess.grades import CLASS_NAMES
from pkassess.normalise import normalise
from pkassess.ranking import Comparison
from pkassess.ratings import disputed, sides_of
from pkassess.tables.fields import Field, Table, blocks_of, integer, key_columns, number, text, with_keys

if TYPE_CHECKING:
    from pkassess.rubric import Rubric
    from pkassess.scoring import Scores

UNITS_AT_A_TIME = 1024
_SIDE_FIELDS = (
    text("dimension", "Id of the dimension."),
    number("mission_score", "Its score from the mission's readings, on the indicators that both sides read."),
    number("host_score", "The same from the host's readings."),
    number("gap", "Perception gap: mission less host, in score points."),
    integer("indicators", "Number of its indicators that both sides read."),
    number("weight", "Their share of its applicable weight, 0 to 1."),
    integer("disputed", "Number of its values on which ratings differ too much to be called agreed."),
)
_RATING_FIELDS = (
    text("dimension", "Dimension of the indicator, or block of the diagnostic."),
    text("indicator", "Id of the indicator or diagnostic."),
    number("value", "The reading."),
    number("score", "Its score; empty for a diagnostic."),
    text("side", "mission or host, as the data say."),
    text("assessor", "Code of the assessor."),
    text("source_type", "Type of source, as the data give it."),
    text("evidence_class", "strong, moderate, weak, ungraded or excluded."),
    text("used", "yes where the reading took part in the value that was scored, else no."),
    text("disputed", "yes where the readings of this value differ too much to be called agreed, else no."),
    text("sheet", "Sheet of the reading."),
    text("cell", "Cell of the reading."),
)


def side_fields(rubric: Rubric) -> tuple[Field, ...]:
    """The columns of sides.csv for a rubric."""
    return with_keys(_SIDE_FIELDS, rubric)


def rating_fields(rubric: Rubric) -> tuple[Field, ...]:
    """The columns of ratings.csv for a rubric."""
    return with_keys(_RATING_FIELDS, rubric)


def sides_table(comparison: Comparison) -> Table:
    """One row per partnership, period and dimension of which both sides read an indicator."""
    scores = comparison.scores

    def blocks() -> Iterator[list[Any]]:
        sides = sides_of(scores)
        if sides is None:
            return
        shown = (sides.mission, sides.host, sides.gap, sides.indicators, sides.weight, sides.disputed)
        for rows in blocks_of(comparison.rows, UNITS_AT_A_TIME):
            places = [(unit, name) for unit in rows.tolist() for name in scores.rubric.dimensions]
            found = [(unit, name) for unit, name in places if sides.indicators[name][unit]]
            if found:
                own = [[column[name][unit].item() for unit, name in found] for column in shown]
                units, names = zip(*found, strict=True)
                yield [*key_columns(scores, units), list(names), *own]

    return Table("sides", side_fields(scores.rubric), blocks)


def ratings_table(comparison: Comparison) -> Table:
    """One row per reading of every value that has more than one."""
    scores = comparison.scores

    def blocks() -> Iterator[list[Any]]:
        shown = set(comparison.rows.tolist())
        places = sorted((unit, row) for row, unit in scores.matrix.several if unit in shown)
        for start in range(0, len(places), UNITS_AT_A_TIME):
            units, readings = [], []
            for unit, row in places[start : start + UNITS_AT_A_TIME]:
                own = _readings(scores, row, unit)
                readings += own
                units += [unit] * len(own)
            yield [*key_columns(scores, units), *map(list, zip(*readings, strict=True))]

    return Table("ratings", rating_fields(scores.rubric), blocks)


def _readings(scores: Scores, row: int, unit: int) -> list[tuple[Any, ...]]:
    """The readings of one value, without the columns that name the partnership."""
    seen, rubric = scores.matrix.observations, scores.rubric
    name = scores.matrix.measures[row]
    several = scores.matrix.several[(row, unit)]
    listed = [*several.kept, *several.excluded]
    points = np.full(len(listed), np.nan)
    if name in rubric.indicators:
        points = normalise(seen.value[listed], rubric.indicators[name].scale, rubric.frame)
    item = rubric.indicators.get(name) or rubric.diagnostic_items[name]
    quarrel = "yes" if disputed(seen, several.kept, item) else "no"
    home = _home(scores, row, name)
    found = []
    for at, point in zip(listed, points, strict=True):
        place, cell = seen.cell(at)
        words = [seen.word(int(column[at])) for column in (seen.side, seen.assessor, seen.source)]
        answers = [CLASS_NAMES[seen.evidence[at]], "yes" if at in several.used else "no", quarrel]
        found.append((home, name, float(seen.value[at]), float(point), *words, *answers, place.sheet, cell))
    return found


def _home(scores: Scores, row: int, name: str) -> str:
    """The first dimension that an indicator serves in, or the block of a diagnostic."""
    for dimension in scores.rubric.dimensions:
        if row in scores.leaves_of(dimension):
            return dimension
    blocks = scores.rubric.diagnostics.items()
    return next(block for block, items in blocks if any(item.id == name for item in items.items))
