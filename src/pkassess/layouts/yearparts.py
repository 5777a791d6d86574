"""Periods in two columns: a year, and beside it the month, quarter or half; both are read as one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.columnwords import PART_OF_YEAR, PERIOD_PARTS, ColumnName, Role
from pkassess.findings import shown
from pkassess.headers import Header
from pkassess.layouts.rows import Intake, clean_key
from pkassess.periods import Period, is_year
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Conventions, Row, Sheet, Value
    from pkassess.layouts.shape import Shape

_LETTERS = {"quarter": "Q", "half": "H"}
_ANY_YEAR = "2000"
_ROWS = 200
"""Rows looked at for years alone."""


def with_whole_periods(shape: Shape, intake: Intake) -> Shape:
    """The shape with years and their parts as one column of periods, the finest part; each pair is said.

    Parts beside periods that are whole already are columns like any other.
    """
    header = shape.header
    parts = [(kind, place) for kind in PERIOD_PARTS if (place := header.where(Role.PERIOD, kind)) is not None]
    whole = header.where(Role.PERIOD, "period")
    if whole is None:
        return shape
    joined = parts[0] if parts and _holds_years(shape.sheet, header, whole) else None
    columns = list(header.columns)
    for _, place in parts:
        if joined is None or place != joined[1]:
            columns[place] = ColumnName(Role.UNKNOWN, header.texts[place])
    header = replace(header, columns=tuple(columns))
    if joined is None:
        return replace(shape, header=header)
    kind, part = joined
    source = _Joined(shape.sheet, header.first_row, whole, part, kind)
    if header.texts[part]:  # where the names of columns are the parts, the layout says so
        intake.findings.add(
            Code.PERIOD_IN_TWO_COLUMNS,
            file=shape.sheet.file,
            sheet=shape.sheet.name,
            cell=shape.sheet.cell(header.row, part),
            column=header.texts[part],
            value=header.texts[part],
            expected=shown(header.texts[whole] or "period"),
        )
    return replace(shape, sheet=replace(shape.sheet, source=source), header=header)


def with_parts_alone(shape: Shape) -> Shape:
    """The shape in which a column of quarters or months without years is such a part, and no column of periods."""
    header, sheet = shape.header, shape.sheet
    place = header.where(Role.PERIOD, "period")
    kind = PART_OF_YEAR.get(fold(header.texts[place])) if place is not None else None
    if place is None or kind is None:
        return shape
    rows = sheet.head(header.first_row + _ROWS)[header.first_row :]
    cells = [clean_key(row[place]) for row in rows if place < len(row) and row[place] not in (None, "")]
    alone = [is_part(cell, kind, sheet.conventions) for cell in cells]
    if not cells or not all(alone):
        return shape
    columns = list(header.columns)
    columns[place] = ColumnName(Role.PERIOD, kind)
    return replace(shape, header=replace(header, columns=tuple(columns)))


def is_part(text: str, kind: str, conventions: Conventions) -> bool:
    """Whether a text is a quarter, half or month without a year."""
    label = joined_period(_ANY_YEAR, text, kind, conventions)
    return not conventions.period(text) and conventions.period(label) is not None


def joined_period(year: str, part: str, kind: str, conventions: Conventions) -> str:
    """A year and a part of it as one period; a text that says what was found where they make none."""
    whole = f"{year}-{_LETTERS.get(kind, '')}{part}" if part.isdecimal() else f"{part} {year}"
    own = conventions.period(part)  # a part may repeat its year: 2025 | 2025-Q2
    period = own if own and f"{own.end.year}" == year else conventions.period(whole) if part else None
    return (
        period.label
        if period and not is_year(period)
        else f"{year}, {kind} {shown(part) if part else 'left blank'}"
    )


def _holds_years(sheet: Sheet, header: Header, whole: int) -> bool:
    """Whether one of the first periods is a year alone."""
    rows = sheet.head(header.first_row + _ROWS)[header.first_row :]
    return any(_year(row[whole], sheet) is not None for row in rows if whole < len(row))


def _year(cell: Value, sheet: Sheet) -> Period | None:
    period = sheet.conventions.period(cell)
    return period if period and is_year(period) else None


@dataclass(frozen=True)
class _Joined:
    """The rows of a sheet in which a year takes its part from another column."""

    sheet: Sheet
    first_row: int
    whole: int
    part: int
    kind: str

    def size(self) -> tuple[int, int]:
        return self.sheet.source.size()

    def blocks(self, start: int, size: int) -> Iterator[tuple[int, list[Row]]]:
        for first, rows in self.sheet.source.blocks(start, size):
            yield first, [self._row(number, row) for number, row in enumerate(rows, first)]

    def _row(self, number: int, row: Row) -> Row:
        year = _year(row[self.whole], self.sheet) if self.whole < len(row) else None
        if year is None or number < self.first_row:
            return row
        cells = list(row)
        part = clean_key(row[self.part]) if self.part < len(row) else ""
        cells[self.whole] = joined_period(year.label, part, self.kind, self.sheet.conventions)
        return cells
