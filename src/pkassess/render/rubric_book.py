"""A rubric as an Excel workbook for people: frozen headers with remarks, drop-downs, texts that wrap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pkassess.render.book import book_bytes, set_text
from pkassess.rubricbook.data import ASIDE, GUIDE
from pkassess.rubricbook.rows import AS_JSON, OPEN, Sheet, sheets_of
from pkassess.rubricbook.shape import (
    BELONGS_TO,
    ID,
    PLACE,
    TOP,
    UNDER,
    Cell,
    Column,
    Numbers,
    Tongues,
    Words,
    header_of,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from pkassess.rubric import Rubric

SPARE_ROWS = 200
"""Rows below the last one that have drop-downs too."""
_LONGEST_LIST = 255
"""Characters that a drop-down's own list of words may have."""
_WIDTHS = {"text": 44, "name": 24, "number": 11}
_ADDRESSES = {
    BELONGS_TO: "To which thing the row belongs, by its id.",
    PLACE: "Its place among the children of that node, from 1 on; blank rows come last.",
    UNDER: "The block in which the row lies.",
    ID: "Its id.",
}
_GUIDE = (
    "This workbook holds a rubric. Edit it, save it, and turn it back: pkassess rubric convert FILE.xlsx -o FILE.yaml",
    "Every sheet holds one kind of thing, one in each row; on the sheet 'rubric' each row is one field.",
    "Rows may be added, deleted and sorted. Columns may be moved, and left blank: what is blank is left out.",
    "Do not rename headers or sheets. Point at a header to read what its column means.",
    "label [fr] is a text in French; a column without a language holds texts that count in every language.",
    "Lists of words stand below one another in one cell (Alt+Enter makes a new line).",
    f"A pair of limits has two cells; '{OPEN}' leaves a side open.",
    f"A cell that begins with {AS_JSON} holds something that a plain cell cannot. Best leave it as it is.",
    f"Sheets of your own are not read if their names begin with {ASIDE}.",
    "The workbook can also have the sheets below that it lacks: add a sheet of that name with the headers it needs.",
)


def rubric_book(rubric: Rubric) -> bytes:
    """The rubric as an .xlsx file; the same rubric gives the same bytes."""
    from openpyxl import Workbook

    sheets = sheets_of(rubric)
    book = Workbook()
    book.remove(book.active)
    _write_guide(book, sheets)
    names = {sheet.table.name: sheet for sheet in sheets}
    for sheet in sheets:
        if sheet.table.name == TOP:
            _write_fields(book.create_sheet(TOP), sheet)
        elif sheet.rows or not sheet.table.owner:
            _write_rows(book.create_sheet(sheet.table.name), sheet, names)
    return book_bytes(book)


def _write_guide(book: Workbook, sheets: list[Sheet]) -> None:
    page = book.create_sheet(GUIDE)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 32, 100
    for line in _GUIDE:
        page.append([line])
    page.append([])
    page.append(["Sheet", "What it holds"])
    for cell in page[page.max_row]:
        _as_header(cell)
    for sheet in sheets:
        page.append([sheet.table.name, sheet.table.meaning])


def _write_fields(page: Worksheet, sheet: Sheet) -> None:
    """The rubric itself: a field in each row."""
    for at, (title, width) in enumerate((("field", 34), ("value", 80), ("meaning", 80)), start=1):
        _as_header(set_text(page.cell(1, at), title))
        page.column_dimensions[page.cell(1, at).column_letter].width = width
    for at, header in enumerate(sheet.headers, start=2):
        column = _column(sheet, header)
        set_text(page.cell(at, 1), header)
        _set(page.cell(at, 2), sheet.rows[0].get(header), column)
        _wrapped(set_text(page.cell(at, 3), _meaning(column)))
        _choose(page, f"B{at}", _words(column))
    page.freeze_panes = "B2"


def _write_rows(page: Worksheet, sheet: Sheet, others: dict[str, Sheet]) -> None:
    from openpyxl.comments import Comment

    last = len(sheet.rows) + 1 + SPARE_ROWS
    for at, header in enumerate(sheet.headers, start=1):
        column = _column(sheet, header)
        cell = set_text(page.cell(1, at), header)
        _as_header(cell)
        cell.comment = Comment(
            _meaning(column) or _ADDRESSES.get(header, ""), "pkassess", height=120, width=320
        )
        letter = cell.column_letter
        page.column_dimensions[letter].width = _WIDTHS[_kind(column)]
        if _kind(column) != "number":
            page.column_dimensions[letter].number_format = "@"  # what is typed stays text
        _choose(page, f"{letter}2:{letter}{last}", _words(column))
        if header == BELONGS_TO and sheet.table.owner:
            _choose(page, f"{letter}2:{letter}{last}", _ids(others[sheet.table.owner]))
        for row, cells in enumerate(sheet.rows, start=2):
            _set(page.cell(row, at), cells.get(header), column)
    named = sheet.headers.index(ID) + 1 if ID in sheet.headers else len(sheet.table.addresses)
    page.freeze_panes = page.cell(2, named + 1)


def _column(sheet: Sheet, header: str) -> Column | None:
    """The column of a header, or None for one that says where a row belongs."""
    known = None if header in sheet.table.addresses else header_of(header)
    return sheet.table.columns[known.keys] if known else None


def _kind(column: Column | None) -> str:
    if column is None:
        return "name"
    if column.has(Tongues) or column.has(Words):
        return "text"
    cell = column.of(Cell)
    return "name" if cell and str in cell.kinds else "number"


def _meaning(column: Column | None) -> str:
    """What a column holds, and how it is written."""
    if column is None:
        return ""
    cell = column.of(Cell)
    choices = f" One of {', '.join(cell.choices)}." if cell and cell.choices else ""
    words = " One below the other." if column.has(Words) else ""
    pair = (
        f" Two cells; '{OPEN}' for an open side." if column.has(Numbers) and column.of(Numbers).length else ""
    )
    return f"{column.meaning}{choices}{words}{pair}"


def _words(column: Column | None) -> str:
    """The words of a drop-down, as a spreadsheet takes them; '' for none."""
    cell = column.of(Cell) if column else None
    if cell is None:
        return ""
    words = "TRUE,FALSE" if cell.kinds == {bool} else ",".join(cell.choices)
    return f'"{words}"' if words and len(words) <= _LONGEST_LIST else ""


def _ids(owner: Sheet) -> str:
    """The cells that hold the ids of a sheet's rows."""
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(owner.headers.index(ID) + 1)
    return f"'{owner.table.name}'!${letter}$2:${letter}${len(owner.rows) + 1 + SPARE_ROWS}"


def _choose(page: Worksheet, cells: str, words: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    if words:
        rule = DataValidation(type="list", formula1=words, allow_blank=True, showErrorMessage=False)
        rule.add(cells)
        page.add_data_validation(rule)


def _set(cell: Any, value: Any, column: Column | None) -> None:
    if isinstance(value, str):
        set_text(cell, value)
        if _kind(column) == "text":
            _wrapped(cell)
    elif isinstance(value, float) and float(f"{value:.16g}") != value:
        set_text(
            cell, repr(value)
        )  # openpyxl writes 16 digits of a number; text keeps them all, and is read as a number
    elif value is not None:
        cell.value = value


def _wrapped(cell: Any) -> None:
    from openpyxl.styles import Alignment

    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _as_header(cell: Any) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="DDE6EE")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
