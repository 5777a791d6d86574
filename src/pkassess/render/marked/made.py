"""A workbook made from the values of another file, where that file cannot be marked itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pkassess.codes import Code
from pkassess.ingest import limits
from pkassess.ingest.content import failure
from pkassess.ingest.sheet import CellError, Percent, Uncomputed, cell_name

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Area, Row, Sheet, Value, Workbook

TABLE = "Data"
"""What the sheet of a file without sheets is called."""
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d{0,13})(\.\d{0,12}[1-9])?$")
"""A number that reads back as it was written, so that a name such as 007 or 1.10 stays text."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FIRST_YEAR = 1901


def made_from(workbook: Workbook, blank: Mapping[str, Sequence[Area]]) -> bytes:
    """An .xlsx file with the values of all sheets but for some areas of them, which stay ``blank``.

    Raises InputError for a table larger than a sheet may be.
    """
    from openpyxl import Workbook as Book

    book = Book(write_only=True)
    for sheet in workbook.sheets:
        if sheet.state == "chart":
            continue
        _check_size(sheet)
        made = book.create_sheet(sheet.name or TABLE)
        made.sheet_state = {"hidden": "hidden", "veryhidden": "veryHidden"}.get(sheet.state, "visible")
        areas = blank.get(sheet.name, ())
        for first, rows in sheet.blocks():
            for number, row in enumerate(rows, first):
                kept = _without(areas, number, row) if areas else row
                plain = not sheet.name and not sheet.conventions.commas
                made.append([_cell(made, value, plain_text=plain) for value in kept])
        for area in sheet.merged:
            first, last = cell_name(*area[:2]), cell_name(*area[2:])
            made.merged_cells.add(f"{first}:{last}")
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _without(areas: Sequence[Area], number: int, row: Row) -> Row:
    """A row with its cells in any of the areas left out."""
    blank = {area.first_column for area in areas if area.first_row <= number <= area.last_row}
    return [None if column in blank else value for column, value in enumerate(row)]


def _check_size(sheet: Sheet) -> None:
    height, width = sheet.height, sheet.width
    if height > limits.ROWS or width > limits.COLUMNS or height * width > limits.CELLS:
        found = f"The table has {height:,} rows of {width:,} columns, too many for a marked copy"
        expected = f"{limits.ROWS:,} rows, {limits.COLUMNS:,} columns and {limits.CELLS:,} cells"
        raise failure(Code.TOO_LARGE, sheet.file, sheet=sheet.name, found=found, expected=expected)


def _cell(made: Any, value: Value, *, plain_text: bool) -> Any:
    """A value as the library writes it; text is never a formula."""
    from openpyxl.cell import WriteOnlyCell

    if value is None or value == "":
        return None
    if isinstance(value, CellError | Uncomputed):
        return _of_type(WriteOnlyCell(made), "e", str(value) if isinstance(value, CellError) else "#N/A")
    if isinstance(value, str):
        if plain_text and _PLAIN_NUMBER.match(value):
            return float(value) if "." in value else int(value)
        return _of_type(WriteOnlyCell(made), "s", _FORBIDDEN.sub("\ufffd", value[: limits.CELL_CHARACTERS]))
    if isinstance(value, Percent):
        cell = WriteOnlyCell(made, float(value))
        cell.number_format = "0.##%"
        return cell
    if isinstance(value, dt.date) and value.year < _FIRST_YEAR:
        return value.isoformat()
    return value


def _of_type(cell: Any, kind: str, value: str) -> Any:
    """A cell of a type that the library would tell from the text otherwise."""
    cell.value = value
    cell.data_type = kind
    return cell
