"""Workbooks in the .xlsx format: values from the workbook parser, completed by a search of the XML."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, cast

from pkassess.findings import Code
from pkassess.ingest.cellscan import (
    CELL_LIMIT,
    COLUMN_LIMIT,
    LONGEST_ROW,
    ROW_LIMIT,
    Marks,
    TooLargeError,
    hidden_columns,
    scan,
)
from pkassess.ingest.content import Content, failure
from pkassess.ingest.package import Package, readable
from pkassess.ingest.sheet import BLANKS, Area, Percent, Row, Sheet, State, Value, Workbook

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook, SheetMetadata

PARSER = "python-calamine"


def read(content: Content) -> Workbook:
    """Open a workbook and list its sheets; their cells are read when they are asked for."""
    package = Package.open(content)
    try:
        return _listed(content, package)
    except BaseException:  # the parser's own panics are no ordinary exceptions
        package.close()
        raise


def _listed(content: Content, package: Package) -> Workbook:
    from python_calamine import PasswordError

    with readable(content.file):
        try:
            parsed = _parse(content.file, content.data)
        except PasswordError as error:
            raise failure(Code.ENCRYPTED, content.file) from error
        book = _Book(content, package, parsed)
        sheets = tuple(
            Sheet(content.file, about.name, _state(about), _SheetRows(book, index, about.name))
            for index, about in enumerate(parsed.sheets_metadata)
        )
    reader = f"{PARSER} {_parser_version()}".strip()
    return Workbook(content.file, "xlsx", reader, sheets, content.sha256, book.close, content=content)


def _parse(path: str, data: bytes | None) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(path) if data is None else CalamineWorkbook.from_filelike(BytesIO(data))


def _state(about: SheetMetadata) -> State:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    if about.typ != SheetTypeEnum.WorkSheet:
        return "chart"
    if about.visible == SheetVisibleEnum.Visible:
        return "visible"
    return "hidden" if about.visible == SheetVisibleEnum.Hidden else "veryhidden"


def _parser_version() -> str:
    """The version of the parser, from the name of the folder its installer wrote beside it.

    The library function for it takes longer to load than a small workbook takes to read.
    """
    import python_calamine

    beside = os.path.dirname(os.path.dirname(python_calamine.__file__))
    for name in os.listdir(beside) if os.path.isdir(beside) else ():
        if name.startswith("python_calamine-") and name.endswith(".dist-info"):
            return name.split("-")[1].removesuffix(".dist")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(PARSER)
    except PackageNotFoundError:
        return ""


@dataclass
class _Table:
    """The cells of one sheet as parsed, and what they need besides."""

    parsed: CalamineSheet
    marks: Marks
    hidden_columns: tuple[range, ...]
    height: int
    width: int


@dataclass
class _Book:
    """An open workbook. It keeps parsed sheets as long as together they are no larger than one may be."""

    content: Content
    package: Package
    parsed: CalamineWorkbook
    tables: dict[int, _Table] = field(default_factory=dict)

    def table(self, index: int, name: str) -> _Table:
        if index not in self.tables:
            table = self._read(index, name)
            while self.tables and self._cells() + table.height * table.width > CELL_LIMIT:
                del self.tables[next(iter(self.tables))]
            self.tables[index] = table
        return self.tables[index]

    def close(self) -> None:
        """Let go of the file and of everything parsed."""
        self.tables.clear()
        self.package.close()
        self.parsed.close()

    def _cells(self) -> int:
        return sum(table.height * table.width for table in self.tables.values())

    def _read(self, index: int, name: str) -> _Table:
        file = self.content.file
        part = self.package.sheet_parts.get(name, "")
        with readable(file, name):
            try:
                with self.package.stream(part) as stream:
                    marks = scan(stream, self.package.percent_styles)
                with self.package.stream(part) as stream:
                    hidden = hidden_columns(stream)
            except TooLargeError as error:
                raise _too_large(file, name, error.rows, error.columns) from error
            parsed = self._without_unknown_errors(part) if marks.unknown_errors else self.parsed
            sheet = parsed.get_sheet_by_index(index)
            height, width = (end + 1 for end in sheet.end or (-1, -1))
            if height > marks.used[0] or width > marks.used[1]:
                raise failure(Code.DAMAGED, file, sheet=name, found="its cells are stored in an unknown way")
        return _Table(sheet, marks, hidden, max(height, marks.marked[0]), max(width, marks.marked[1]))

    def _without_unknown_errors(self, part: str) -> CalamineWorkbook:
        """The workbook once more, with errors the parser gives up for written as ones it knows."""
        from pkassess.ingest.rewrite import with_known_errors

        return _parse("", with_known_errors(self.package, part))


def _too_large(file: str, sheet: str, rows: int, columns: int) -> Exception:
    if not rows:
        found, limit = "A single row takes more room than whole sheets do", f"{LONGEST_ROW >> 20} MiB"
    elif rows > ROW_LIMIT:
        found, limit = f"The used area has at least {rows:,} rows", f"{ROW_LIMIT:,} rows"
    elif columns > COLUMN_LIMIT:
        found, limit = f"The used area has at least {columns:,} columns", f"{COLUMN_LIMIT:,} columns"
    else:
        found = f"The used area has at least {rows:,} rows of {columns:,} columns"
        limit = f"{CELL_LIMIT:,} cells"
    return failure(Code.TOO_LARGE, file, sheet=sheet, found=found, expected=limit)


@dataclass(frozen=True)
class _SheetRows:
    """The rows of one sheet of a workbook."""

    book: _Book
    index: int
    name: str

    @property
    def merged(self) -> tuple[Area, ...]:
        """The merged areas of the sheet."""
        ranges = self.book.table(self.index, self.name).parsed.merged_cell_ranges or ()
        return tuple(Area(*first, *last) for first, last in ranges)

    @property
    def hidden_rows(self) -> frozenset[int]:
        """The rows that are not shown."""
        return frozenset(self.book.table(self.index, self.name).marks.hidden)

    @property
    def hidden_columns(self) -> tuple[range, ...]:
        """The columns that are not shown."""
        return self.book.table(self.index, self.name).hidden_columns

    def size(self) -> tuple[int, int]:
        table = self.book.table(self.index, self.name)
        return table.height, table.width

    def blocks(self, start: int, size: int) -> Iterator[tuple[int, list[Row]]]:
        table = self.book.table(self.index, self.name)
        rows = _values(table)
        next(islice(rows, start, start), None)
        while True:
            with readable(self.book.content.file, self.name), _collector_paused():
                block = list(islice(rows, size))
                _apply(table.marks, start, block)
            if not block:
                return
            yield start, cast("list[Row]", block)
            start += len(block)


@contextmanager
def _collector_paused() -> Generator[None]:
    """Keep the garbage collector from going through cells again and again while they are made.

    They hold no cycles it could find; without the pause, a sheet full of percentages takes far longer.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _values(table: _Table) -> Iterator[list[Value]]:
    """The rows as parsed, from A1 on and all of one width, with blanks for what is empty."""
    left: list[Value] = [None] * (table.parsed.start or (0, 0))[1]
    right: list[Value] = [None] * (table.width - (table.parsed.end or (-1, -1))[1] - 1)
    count = 0
    for row in table.parsed.iter_rows():
        values: list[Value] = [
            value if type(value) is float else None if value in BLANKS else value for value in row
        ]
        yield left + values + right if left or right else values
        count += 1
    for _ in range(count, table.height):
        yield [None] * table.width


def _apply(marks: Marks, first: int, block: list[list[Value]]) -> None:
    """Set percentages, errors and uncalculated formulas in a block of rows."""
    if not marks.percent and not marks.special:
        return
    for index, row in enumerate(block, first):
        for column in marks.percent.get(index, ()):
            # A format may reach beyond the values.
            value = row[column] if column < len(row) else None
            if type(value) is float:
                row[column] = Percent(value)
        for column, mark in marks.special.get(index, _NO_MARKS).items():
            if row[column] is None:
                row[column] = mark


_NO_MARKS: dict[int, Value] = {}
