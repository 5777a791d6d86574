"""Old Excel workbooks (.xls): values with what their formats and places say, by the library xlrd.

It runs in the child process only: see :mod:`pkassess.ingest.child`.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import xlrd
from xlrd import xldate
from xlrd.biffh import (
    XL_CELL_BOOLEAN,
    XL_CELL_DATE,
    XL_CELL_ERROR,
    XL_CELL_NUMBER,
    XL_CELL_TEXT,
    error_text_from_code,
)

from pkassess.ingest.package import shows_percent
from pkassess.ingest.sheet import CellError, Percent, Value

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Sheet

_STATES = {0: "visible", 1: "hidden", 2: "veryhidden"}
_MIDNIGHT = dt.time()


def open_book(data: bytes) -> Book:
    """The workbook, its sheets not read yet."""
    # What the library has to say of a file goes nowhere: its standard output is that of the child's answer.
    return xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO())


def sheets(book: Book) -> Iterator[tuple[str, str, Sheet]]:
    """Name, state and cells of each sheet; each is let go of once the next one is asked for."""
    for index, name in enumerate(book.sheet_names()):
        sheet = book.sheet_by_index(index)
        yield name, _STATES.get(sheet.visibility, "hidden"), sheet
        book.unload_sheet(index)


def rows(sheet: Sheet, book: Book) -> Iterator[list[Value]]:
    """The cells of each row."""
    percent = _percent_styles(book)
    for number in range(sheet.nrows):
        kinds, values = sheet.row_types(number), sheet.row_values(number)
        yield [
            (Percent(value) if percent and sheet.cell_xf_index(number, column) in percent else value)
            if kind == XL_CELL_NUMBER
            else (value or None)
            if kind == XL_CELL_TEXT
            else _value(kind, value, book)
            for column, (kind, value) in enumerate(zip(kinds, values, strict=True))
        ]


def _percent_styles(book: Book) -> frozenset[int]:
    """The styles that show a number as a percentage."""
    formats = {key: shows_percent(known.format_str or "") for key, known in book.format_map.items()}
    return frozenset(index for index, style in enumerate(book.xf_list) if formats.get(style.format_key))


def _value(kind: int, value: Any, book: Book) -> Value:
    """A cell that is neither text nor a plain number."""
    if kind == XL_CELL_ERROR:
        return CellError(error_text_from_code.get(value, "#ERROR"))
    if kind == XL_CELL_BOOLEAN:
        return bool(value)
    if kind != XL_CELL_DATE:
        return None
    try:
        moment = xldate.xldate_as_datetime(value, book.datemode)
    except (xldate.XLDateError, OverflowError, ValueError):
        return value
    if 0 <= value < 1:
        return moment.time()
    return moment.date() if moment.time() == _MIDNIGHT else moment


def merged(sheet: Sheet) -> list[list[list[int]]]:
    """The merged areas, by their first and last row and column."""
    return [[[first, left], [last - 1, right - 1]] for first, last, left, right in sheet.merged_cells]


def hidden(places: Iterable[tuple[int, Any]]) -> list[int]:
    """The rows or columns that are not shown."""
    return sorted(place for place, known in places if known.hidden)
