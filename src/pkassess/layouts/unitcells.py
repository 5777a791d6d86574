"""Units that a wide table, a turned one or a form gives once for each indicator: beside its name, over or under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.columnwords import FIELD_WORDS, ColumnName, Role
from pkassess.headers import Header
from pkassess.layouts.forms import FORM_ROWS
from pkassess.layouts.rearranged import Spot
from pkassess.layouts.rows import Intake, where_at
from pkassess.layouts.shape import Shape
from pkassess.texts import fold
from pkassess.unitwords import contradicts, is_strange_unit, unit_of
from pkassess.values import State, read_value

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Row, Sheet

_TITLES = frozenset(map(fold, ("unit", *FIELD_WORDS["unit"])))
_ROWS_UNDER = 3


def without_other_units(header: Header, shape: Shape, sheet: Sheet, intake: Intake) -> Header:
    """The header without the columns whose unit is surely another one than the indicator's; unknown units are asked about.

    ``sheet`` is the sheet as the file has it.
    """
    valued = header.of(Role.VALUE)
    given = _beside(valued, shape, sheet) if shape.sheet.rearranged else _over_or_under(valued, header, sheet)
    columns = [*header.columns]
    for place, (row, column), text in given:
        name, unit = columns[place].name, intake.measures[columns[place].name].unit
        if contradicts(text, unit):
            where = {"file": sheet.file, "sheet": sheet.name, "cell": sheet.cell(row, column)}
            intake.findings.add(Code.UNIT_DIFFERS, **where, column=name, value=text, expected=unit)
            columns[place] = columns[place]._replace(role=Role.OTHER_UNIT)
        elif is_strange_unit(text, unit):
            where_given = where_at(sheet, [row], column)
            intake.notes.count(Code.UNIT_NOT_KNOWN, where_given, name, 0, text, unit or "a number")
    return replace(header, columns=tuple(columns))


Given = tuple[int, Spot, str]
"""The column that has a unit, the cell that gives it, and what it says."""


def _beside(valued: Sequence[tuple[int, ColumnName]], shape: Shape, sheet: Sheet) -> Iterator[Given]:
    """The units of a form or a turned table: in a column titled so, behind the labels."""
    rows = sheet.head(FORM_ROWS)
    titles = [
        (row, column)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        if isinstance(cell, str) and fold(cell) in _TITLES
    ]
    for place, _ in valued if titles else ():
        row, column = shape.sheet.origin(shape.header.row, place)
        behind = [at for above, at in titles if above < row and at > column]
        if behind and row < len(rows) and (text := _text(rows[row], behind[-1])):
            yield place, (row, behind[-1]), text


def _over_or_under(valued: Sequence[tuple[int, ColumnName]], header: Header, sheet: Sheet) -> Iterator[Given]:
    """The units in a row over or under the names of a wide table."""
    rows = sheet.head(header.first_row + _ROWS_UNDER)
    for number in (header.row - 1, *range(header.first_row, len(rows))):
        if number < 0:
            continue
        texts = {place: text for place, _ in valued if (text := _text(rows[number], place))}
        numbers = any(read_value(text).state is not State.REJECTED for text in texts.values())
        known = sum(bool(unit_of(text)) for text in texts.values())
        if not numbers and known and known * 2 >= len(texts):
            yield from ((place, (number, place), text) for place, text in texts.items())


def _text(row: Row, place: int) -> str:
    cell = row[place] if place < len(row) else None
    return " ".join(str(cell).split()) if cell is not None else ""
