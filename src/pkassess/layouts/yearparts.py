"""Periods in two columns: a year, and beside it the month, quarter or half; both are read as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from pkassess.codes import Code
from pkassess.columnwords import PART_OF_YEAR, PERIOD_PARTS, ColumnName, Role
from pkassess.findings import shown
from pkassess.headers import Header
from pkassess.layouts.rearranged import Constant
from pkassess.layouts.rows import Intake, clean_key
from pkassess.periods import KINDS, Period, is_year, part_of_year
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Conventions, Row, Sheet, Value
    from pkassess.layouts.shape import Shape

_LETTERS = {"quarter": "Q", "half": "H"}
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
"""Numerals that number quarters and halves."""
_YEAR_WORDS = frozenset(
    map(
        fold,
        ("year", "calendar year", "reporting year", "année", "an", "année civile", "año", "السنة", "العام"),
    )
)
_ANY_YEAR = "2000"
_MONTHS = 12
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
    years = _years(shape.sheet, header, whole)
    if years and not parts:
        _propose_parts(shape, intake)
    joined = parts[0] if parts and years else None
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


def _propose_parts(shape: Shape, intake: Intake) -> None:
    """Ask whether a column beside the years that means nothing holds their quarters, halves or months."""
    header, sheet = shape.header, shape.sheet
    rows = sheet.head(header.first_row + _ROWS)[header.first_row :]
    for place, column in header.of(Role.UNKNOWN):
        cells = [clean_key(row[place]) for row in rows if place < len(row) and row[place] not in (None, "")]
        kinds = set(map(part_of_year, cells))
        if column.name and len(kinds) == 1 and (kind := kinds.pop()):
            where = {"file": sheet.file, "sheet": sheet.name, "cell": sheet.cell(header.row, place)}
            text = f" It may hold the {kind} of the year beside it: rename it {kind} if it does."
            intake.findings.add(
                Code.UNKNOWN_COLUMN, **where, column=column.name, value=column.name, suggestion=text
            )


class PartSaid(NamedTuple):
    """Which part of its years a table is about, as its surroundings say, and where they do."""

    kind: str
    constant: Constant
    source: str


def part_said(
    shape: Shape, origin: Sheet, above: Mapping[str, Constant], about: Mapping[str, str]
) -> PartSaid | None:
    """The quarter, half or month that a title, the sheet's name or the sheet ``about`` adds to a column of years."""
    header, said = shape.header, origin.conventions
    whole = header.where(Role.PERIOD, "period")
    own = any(header.where(Role.PERIOD, kind) is not None for kind in PERIOD_PARTS)
    # A column called period says all that there is to say, one called year may not.
    called_year = whole is not None and fold(header.texts[whole]) in _YEAR_WORDS
    years = _years(shape.sheet, header, whole) if whole is not None and called_year and not own else set()
    if not years:
        return None
    nowhere, named = (header.row, 0), clean_key(origin.name)
    titled = {name: (constant, f"cell {origin.cell(*constant.spot)}") for name, constant in above.items()}
    for kind in PERIOD_PARTS:
        if kind in titled:
            return PartSaid(kind, *titled[kind])
        if about.get(fold(kind)):
            return PartSaid(kind, Constant(about[fold(kind)], nowhere), "the sheet about")
    by_name = Constant(named, nowhere), "the name of the sheet"
    if kind := part_of_year(named):
        return PartSaid(kind, *by_name)
    for constant, source in (*filter(None, (titled.get("period"),)), by_name):
        period = said.period(constant.text)
        if period and (kind := KINDS.get(period.months, "")) and years == {f"{period.end.year}"}:
            return PartSaid(kind, constant, source)
    return None


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
    part = _ROMAN.get(part.upper(), part)
    whole = f"{year}-{_LETTERS.get(kind, '')}{part}" if part.isdecimal() else f"{part} {year}"
    own = conventions.period(part)  # a part may repeat its year: 2025 | 2025-Q2
    period = own if own and f"{own.end.year}" == year else conventions.period(whole) if part else None
    return (
        period.label
        if period and not is_year(period)
        else f"{year}, {kind} {shown(part) if part else 'left blank'}"
    )


def _years(sheet: Sheet, header: Header, whole: int) -> set[str]:
    """The years alone among the first periods."""
    rows = sheet.head(header.first_row + _ROWS)[header.first_row :]
    years = (_year(row[whole], sheet) for row in rows if whole < len(row))
    return {year.label for year in years if year}


def _year(cell: Value, sheet: Sheet) -> Period | None:
    """The year that a cell names, whichever month it begins in."""
    period = sheet.conventions.period(cell)
    return period if period and period.months == _MONTHS else None


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
