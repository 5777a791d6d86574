"""What the workbook parser does not tell of an OpenDocument spreadsheet: percentages, errors, merged and hidden cells.

It runs in the child process only: see :mod:`pkassess.ingest.child`. Element and attribute names are those of
OpenDocument 1.2, part 1, chapters 9 and 19, and of the extension that LibreOffice writes (calcext).
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from xml.parsers import expat

from pkassess.ingest import limits
from pkassess.ingest.sheet import UNCOMPUTED, CellError, Percent

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT = f"{_OASIS}table:1.0 ", f"{_OASIS}office:1.0 ", f"{_OASIS}text:1.0 "
_EXTENSION = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_KIND, _VALUE = f"{_OFFICE}value-type", f"{_OFFICE}value"
_TYPE_PART, _TYPE = "mimetype", b"application/vnd.oasis.opendocument.spreadsheet"
_TRUTHS = {"of:=TRUE()": True, "of:=FALSE()": False}
"""How LibreOffice writes a yes or no that came from an .xlsx file: as a formula with the value 1 or 0."""


def is_opendocument(data: bytes) -> bool:
    """Whether the bytes of a workbook are those of an OpenDocument spreadsheet, wherever in the zip file its type stands."""
    if not data.startswith(b"PK"):
        return False
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return _TYPE_PART in archive.namelist() and archive.read(_TYPE_PART).strip() == _TYPE


def complete(sheets: list[dict[str, Any]], data: bytes) -> None:
    """Set in the parsed ``sheets`` of a file what its XML says of their cells, and add what is merged or hidden."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        content = archive.read("content.xml")
    marks = _Marks(sheets)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = marks.start, marks.end
    parser.CharacterDataHandler = marks.text
    parser.Parse(content, True)


class _Marks:
    """Follows the tables of a document, counting rows and columns, and marks cells of the sheets that hold them."""

    def __init__(self, sheets: list[dict[str, Any]]) -> None:
        self.sheets = iter(sheets)
        self.depth = 0
        self.row = self.column = 0
        self.rows_alike = 1
        self.columns = 0
        self.hidden_groups = 0
        self.annotated = False
        self.error: tuple[range, range] | None = None
        self.words: list[str] | None = None
        self.starts: dict[str, Callable[[Mapping[str, str]], None]] = {
            f"{_TABLE}table-row": self._start_row,
            f"{_TABLE}table-column": self._column,
            f"{_TABLE}table-row-group": self._start_group,
            **dict.fromkeys(_CELLS, self._cell),
        }

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == f"{_TABLE}table":
            self.depth += 1
            if self.depth == 1:
                self._start_table()
        elif self.depth == 1 and name in self.starts:
            self.starts[name](attributes)
        elif name == f"{_OFFICE}annotation":
            self.annotated = True
        elif self.error and name == f"{_TEXT}p" and not self.annotated:
            self.words = []

    def end(self, name: str) -> None:
        if name == f"{_TABLE}table":
            self.depth -= 1
        elif self.depth != 1:
            return
        elif name == f"{_TABLE}table-row":
            self.row += self.rows_alike
        elif name == f"{_TABLE}table-row-group":
            self.hidden_groups = max(self.hidden_groups - 1, 0)
        elif name == f"{_OFFICE}annotation":
            self.annotated = False
        elif name == f"{_TEXT}p" and self.error and self.words is not None:
            self._set(*self.error, CellError("".join(self.words)))
            self.error = self.words = None

    def text(self, words: str) -> None:
        if self.words is not None:
            self.words.append(words)

    def _start_table(self) -> None:
        self.sheet = next(self.sheets, {"rows": []})
        self.sheet |= {"merged": [], "hidden_rows": [], "hidden_columns": []}
        self.height = len(self.sheet["rows"])
        self.width = len(self.sheet["rows"][0]) if self.height else 0
        self.row = self.column = self.columns = self.hidden_groups = 0

    def _start_group(self, attributes: Mapping[str, str]) -> None:
        """Rows of a group that is closed are not shown; neither are those of the groups in it."""
        if self.hidden_groups or attributes.get(f"{_TABLE}display") == "false":
            self.hidden_groups += 1

    def _column(self, attributes: Mapping[str, str]) -> None:
        alike = _number(attributes, "number-columns-repeated")
        if _is_hidden(attributes):
            self.sheet["hidden_columns"] += range(self.columns, min(self.columns + alike, self.width))
        self.columns += alike

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        self.rows_alike = _number(attributes, "number-rows-repeated")
        self.column = 0
        if self.hidden_groups or _is_hidden(attributes):
            self.sheet["hidden_rows"] += range(self.row, min(self.row + self.rows_alike, self.height))

    def _cell(self, attributes: Mapping[str, str]) -> None:
        alike = _number(attributes, "number-columns-repeated")
        if attributes:
            self._mark(attributes, alike)
        self.column += alike

    def _mark(self, attributes: Mapping[str, str], alike: int) -> None:
        rows = range(self.row, self.row + self.rows_alike)
        columns = range(self.column, self.column + alike)
        kind = attributes.get(_KIND)
        if kind == "percentage":
            self._set(rows, columns, Percent(attributes.get(_VALUE, "nan")))
        elif attributes.get(f"{_EXTENSION}value-type") == "error":
            self._set(rows, columns, CellError("#VALUE!"))
            self.error = rows, columns
        elif kind is None and f"{_TABLE}formula" in attributes:
            self._set(rows, columns, UNCOMPUTED)
        elif attributes.get(f"{_TABLE}formula") in _TRUTHS:
            self._set(rows, columns, _TRUTHS[attributes[f"{_TABLE}formula"]])
        down, across = (
            _number(attributes, "number-rows-spanned"),
            _number(attributes, "number-columns-spanned"),
        )
        if down > 1 or across > 1:
            corner = [self.row + down - 1, self.column + across - 1]
            self.sheet["merged"].append([[self.row, self.column], corner])

    def _set(self, rows: range, columns: range, value: object) -> None:
        """Set cells, also beyond what the parser found used: to it, errors and formulas without a result are blanks."""
        self._widen(rows.stop, columns.stop)
        for row in rows:
            for column in columns:
                self.sheet["rows"][row][column] = value

    def _widen(self, height: int, width: int) -> None:
        table = self.sheet["rows"]
        if width > self.width:
            limits.check_size(max(height, self.height), width)
            for row in table:
                row.extend([None] * (width - self.width))
            self.width = width
        if height > self.height:
            limits.check_size(height, self.width)
            table += ([None] * self.width for _ in range(height - self.height))
            self.height = height


def _number(attributes: Mapping[str, str], name: str) -> int:
    return max(int(attributes.get(f"{_TABLE}{name}", "1")), 1)


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return attributes.get(f"{_TABLE}visibility", "visible") != "visible"
