"""Workbooks in the formats .xls, .xlsb and .ods, parsed in a child process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pkassess.findings import Code, finding
from pkassess.ingest.cellscan import CELL_LIMIT
from pkassess.ingest.child import DAMAGED, ENCRYPTED, TOO_LARGE, ParsingFailedError, parse_apart
from pkassess.ingest.content import Content, failure, kind_of
from pkassess.ingest.sheet import Area, Row, Sheet, Workbook

_NAMES = {
    "xls": "an old Excel workbook (.xls)",
    "xlsb": "a binary Excel workbook (.xlsb)",
    "ods": "an OpenDocument spreadsheet (.ods)",
}


def read(content: Content) -> Workbook:
    """Read a whole workbook; raises InputError if it cannot be read safely."""
    kind = kind_of(content)
    with content.open() as stream:
        data = stream.read()
    try:
        parsed = parse_apart(data)
    except ParsingFailedError as error:
        raise _failure(content.file, error.reason) from error
    sheets = tuple(
        Sheet(content.file, sheet["name"], sheet["state"], _Rows(sheet["rows"], _areas(sheet["merged"])))
        for sheet in parsed
    )
    said = finding(Code.FORMAT_SHOWS_LESS, file=content.file, found=_NAMES[kind])
    reader = "python-calamine in a process of its own"
    return Workbook(content.file, kind, reader, sheets, content.sha256, findings=(said,))  # ty: ignore[invalid-argument-type]


def _areas(merged: list[list[list[int]]]) -> tuple[Area, ...]:
    return tuple(Area(*first, *last) for first, last in merged)


def _failure(file: str, reason: str) -> Exception:
    if reason == ENCRYPTED:
        return failure(Code.ENCRYPTED, file)
    if reason == DAMAGED:
        return failure(Code.DAMAGED, file, found="its content is damaged or was cut short")
    if reason == TOO_LARGE:
        found = "The used area of a sheet is too large"
        return failure(Code.TOO_LARGE, file, found=found, expected=f"{CELL_LIMIT:,} cells")
    return failure(Code.NOT_READ_SAFELY, file, found=reason)


@dataclass(frozen=True)
class _Rows:
    """The rows of a sheet that is in memory as a whole."""

    rows: list[Row]
    merged: tuple[Area, ...]

    def size(self) -> tuple[int, int]:
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    def blocks(self, start: int, size: int) -> Iterator[tuple[int, list[Row]]]:
        for first in range(start, len(self.rows), size):
            yield first, self.rows[first : first + size]
