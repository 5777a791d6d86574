"""Seasonal indicators beside the same season of the year before, where periods are shorter than a year.

They leave the matched set of a trend there, because a rise from the rainy to the dry season is no improvement.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from pkassess.matrix import OWN, Matrix, among

if TYPE_CHECKING:
    from pkassess.ranking import Comparison

YEAR = 12


class Season(NamedTuple):
    """A value of a row of the matrix and a unit, and the unit of the same season a year before."""

    row: int
    unit: int
    before: int


def same_seasons(comparison: Comparison) -> Iterator[Season]:
    """Every seasonal indicator of the rows shown that was observed in this season and in that of the year before."""
    matrix = comparison.scores.matrix
    items = comparison.scores.rubric.indicators.values()
    seasonal = [row for row, item in enumerate(items) if item.seasonal]
    for unit in comparison.rows.tolist() if seasonal else ():
        before = _year_before(matrix, unit)
        if before is not None:
            both = [unit, before]
            for row in seasonal:
                if among(matrix.status[row, both], OWN).all():
                    yield Season(row, unit, before)


def _year_before(matrix: Matrix, unit: int) -> int | None:
    """The same partnership's unit of the same length that began a year earlier; None for whole years."""
    own = matrix.units[unit]
    if own.period.months >= YEAR:
        return None
    for at in range(unit - 1, -1, -1):
        other = matrix.units[at]
        if other.keys != own.keys:
            break
        same_length = other.period.months == own.period.months
        if same_length and other.period.start == own.period.start.replace(year=own.period.start.year - 1):
            return at
    return None
