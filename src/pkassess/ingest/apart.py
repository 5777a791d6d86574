"""Workbooks read in a child process: .xls, .xlsb and .ods, and what of .xlsx is not safe to parse at once."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from pkassess.codes import Code
from pkassess.findings import InputError, finding
from pkassess.ingest.child import DAMAGED, ENCRYPTED, ParsingFailedError, parse_apart
from pkassess.ingest.content import Content, failure, kind_of, within_limits
from pkassess.ingest.limits import share_for
from pkassess.ingest.package import Package
from pkassess.ingest.readers import CALAMINE, FORMATS
from pkassess.ingest.sheet import Area, MemoryRows, Sheet, Workbook

PLACE = "in a process of its own"
"""How the name of a reader ends that works in a child process."""


def read(content: Content) -> Workbook:
    """Read a whole workbook; raises InputError if it cannot be read safely."""
    kind = kind_of(content)
    inflated = _inflated(content, kind)
    known, findings = FORMATS[kind], []
    reader = known.library
    try:
        sheets = sheets_apart(content, inflated, reader)
    except InputError as error:
        if reader == CALAMINE or error.findings[0].code is not Code.DAMAGED:
            raise
        sheets, reader = sheets_apart(content, inflated, CALAMINE), CALAMINE
        findings.append(finding(Code.SECOND_READER, file=content.file, found=f"{reader} {PLACE}"))
    if findings or not known.shows_all:
        findings.append(finding(Code.FORMAT_SHOWS_LESS, file=content.file, found=known.name))
    return Workbook(content.file, kind, f"{reader} {PLACE}", sheets, content.sha256, findings=findings)  # ty: ignore[invalid-argument-type]


def _inflated(content: Content, kind: str) -> int:
    """How many bytes a file holds; the parts of a zipped one are all looked at."""
    if kind == "xls":
        with content.open() as stream:
            return stream.seek(0, 2)
    with closing(Package.open(content)) as package:
        package.inspect()
        return package.inflated


def sheets_apart(content: Content, inflated: int, reader: str = CALAMINE) -> tuple[Sheet, ...]:
    """The sheets of a workbook that holds so many bytes. Raises InputError for what cannot be read safely."""
    with content.open() as stream:
        data = stream.read()
    try:
        with within_limits(content.file):
            parsed = parse_apart(data, share_for(inflated), reader)
    except ParsingFailedError as error:
        raise _failure(content.file, error.reason) from error
    return tuple(_sheet(content.file, sheet) for sheet in parsed)


def _sheet(file: str, parsed: dict[str, Any]) -> Sheet:
    areas = tuple(Area(*first, *last) for first, last in parsed["merged"])
    rows, columns = frozenset(parsed["hidden_rows"]), parsed["hidden_columns"]
    source = MemoryRows(parsed["rows"], areas, rows, tuple(range(at, at + 1) for at in columns))
    return Sheet(file, parsed["name"], parsed["state"], source)


def _failure(file: str, reason: str) -> InputError:
    if reason == ENCRYPTED:
        return failure(Code.ENCRYPTED, file)
    if reason == DAMAGED:
        return failure(Code.DAMAGED, file, found="its content is damaged or was cut short")
    return failure(Code.NOT_READ_SAFELY, file, found=reason)
