"""Parsing in a process of its own, with limits on memory and time, for what can end the process that parses it.

The bytes of a file go in on standard input; the cells of its sheets come back as JSON on standard output. A file
that makes the parser ask for more memory than there is, or run without end, ends the child and nothing else.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice
from typing import Any

import orjson

from pkassess.ingest import limits, opendocument
from pkassess.ingest.limits import Share, TooLargeError, check_size
from pkassess.ingest.readers import CALAMINE, OPENPYXL, XLRD
from pkassess.ingest.sheet import UNCOMPUTED, CellError, Percent

ENCRYPTED, DAMAGED = "encrypted", "damaged"
"""Why a file was not parsed, as the child says it."""
_WAITING, _LEAST_BUSY = 4, 0.2
"""How many times its share of the processor a child may take by the clock while it is busy, and how busy that is."""
_TOO_LONG = "took longer than {} seconds to read"
_DATE, _MOMENT, _TIME, _SPAN = "date", "moment", "time", "seconds"
_ERROR, _PERCENT, _UNCOMPUTED = "error", "percent", "formula"
_NUMBER = "number"


class ParsingFailedError(Exception):
    """The file was not parsed; ``reason`` is one of the constants above, or words for how the child ended."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_apart(data: bytes, share: Share, reader: str = CALAMINE) -> list[dict[str, Any]]:
    """The sheets of a workbook, parsed by one of the readers in a child process with its share of memory and time.

    Each is a mapping of ``name``, ``state``, ``rows`` (lists of plain cells, from A1 on), ``merged`` (first row
    and column, last row and column, from zero), ``hidden_rows`` and ``hidden_columns``. Raises ParsingFailedError, and TooLargeError for a
    workbook beyond the limits.
    """
    # -P: modules are not looked for in the folder that the program was started in, which may be that of the file.
    command = [sys.executable, "-P", "-m", "pkassess.ingest.child"]
    command += [reader, str(share.memory), str(share.seconds)]
    output, status = _ran(command, data, share.seconds)
    if status == -getattr(signal, "SIGXCPU", 0):
        raise ParsingFailedError(_TOO_LONG.format(share.seconds))
    try:
        answer = orjson.loads(output)
    except orjson.JSONDecodeError as error:
        raise ParsingFailedError("ended the process that read it") from error
    if "large" in answer:
        raise TooLargeError(*answer["large"])
    if "failure" in answer:
        raise ParsingFailedError(answer["failure"])
    for sheet in answer["sheets"]:
        rows = sheet["rows"]
        for at, row in enumerate(rows):
            rows[at] = list(map(_plain, row))
    return answer["sheets"]


def _ran(command: list[str], data: bytes, seconds: int) -> tuple[bytes, int]:
    """Standard output and exit status of a command that gets ``data``; it waits longer where others need the processor."""
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        try:
            try:
                output, _ = child.communicate(data, timeout=seconds)
            except subprocess.TimeoutExpired:
                if _seconds_used(child.pid) < _LEAST_BUSY * seconds:
                    raise  # it waits for what never comes
                output, _ = child.communicate(timeout=(_WAITING - 1) * seconds)
        except subprocess.TimeoutExpired as error:
            child.kill()
            raise ParsingFailedError(_TOO_LONG.format(seconds)) from error
    return output, child.returncode


def _seconds_used(process: int) -> float:
    """Seconds of the processor that a process has used; 0 where the system does not tell."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0


def _plain(cell: Any) -> Any:
    """A cell as the reader knows it, from JSON."""
    if not isinstance(cell, dict):
        return None if cell == "" else float(cell) if type(cell) is int else cell
    ((kind, text),) = cell.items()
    if kind == _ERROR:
        return CellError(text)
    if kind == _PERCENT:
        return Percent(text)
    if kind == _NUMBER:
        return float(text)
    if kind == _UNCOMPUTED:
        return UNCOMPUTED
    if kind == _SPAN:
        return dt.timedelta(seconds=text)
    return {_DATE: dt.date, _MOMENT: dt.datetime, _TIME: dt.time}[kind].fromisoformat(text)


def _tagged(cell: object) -> dict[str, Any]:
    """What JSON has no word for."""
    if isinstance(cell, CellError):
        return {_ERROR: str(cell)}
    if isinstance(cell, Percent):
        return {_PERCENT: str(float(cell))}
    if cell is UNCOMPUTED:
        return {_UNCOMPUTED: ""}
    if isinstance(cell, dt.timedelta):
        return {_SPAN: cell.total_seconds()}
    if isinstance(cell, dt.datetime):
        return {_MOMENT: cell.isoformat()}
    if isinstance(cell, dt.date):
        return {_DATE: cell.isoformat()}
    if isinstance(cell, dt.time):
        return {_TIME: cell.isoformat()}
    raise TypeError


# --- in the child -------------------------------------------------------------------------------------------


def _limit(memory: int, seconds: int) -> None:
    """Ask the system to end this process beyond its share; systems without such limits have the clock only."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        # The hard limit stays: beyond the soft one of the processor's time comes a signal that says why.
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _by_calamine(data: bytes) -> Iterator[dict[str, Any]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    except python_calamine.PasswordError as error:
        raise ParsingFailedError(ENCRYPTED) from error
    for index, about in enumerate(book.sheets_metadata):
        kind, visible = str(about.typ).rpartition(".")[2], str(about.visible).rpartition(".")[2].lower()
        state = visible if kind == "WorkSheet" else "chart"
        rows: list[list[Any]] = []
        merged: list[Any] = []
        if state != "chart":
            sheet = book.get_sheet_by_index(index)
            check_size(*(end + 1 for end in sheet.end or (-1, -1)))
            rows = sheet.to_python(skip_empty_area=False)
            merged = [list(map(list, area)) for area in sheet.merged_cell_ranges or ()]
        yield _sheet(about.name, state, rows, merged=merged)


def _sheet(name: str, state: str, rows: list[list[Any]], **places: list[Any]) -> dict[str, Any]:
    return {"name": name, "state": state, "rows": rows, **_NO_PLACES, **places}


_NO_PLACES: dict[str, list[Any]] = {"merged": [], "hidden_rows": [], "hidden_columns": []}


def _by_openpyxl(data: bytes) -> Iterator[dict[str, Any]]:
    import openpyxl
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    for sheet in book._sheets:  # noqa: SLF001  # the public list leaves out chart sheets, and so moves the others
        state, rows = "chart", []
        if isinstance(sheet, ReadOnlyWorksheet):
            state = sheet.sheet_state.lower()
            sheet.reset_dimensions()  # what a sheet says of its size is not believed
            rows = _rectangle(_values(row) for row in sheet.iter_rows())
        yield _sheet(sheet.title, state, rows)


def _by_xlrd(data: bytes) -> Iterator[dict[str, Any]]:
    from pkassess.ingest import oldexcel

    book = oldexcel.open_book(data)
    for name, state, sheet in oldexcel.sheets(book):
        rows = _rectangle(oldexcel.rows(sheet, book))
        yield _sheet(
            name,
            state,
            rows,
            merged=oldexcel.merged(sheet),
            hidden_rows=oldexcel.hidden(sheet.rowinfo_map.items()),
            hidden_columns=oldexcel.hidden(sheet.colinfo_map.items()),
        )


def _values(row: Iterable[Any]) -> list[Any]:
    return [CellError(cell.value) if cell.data_type == "e" else cell.value for cell in row]


def _rectangle(rows: Iterable[list[Any]]) -> list[list[Any]]:
    """Rows of one width, without the blank ones at the end; their size is checked as they come."""
    found: list[list[Any]] = []
    height = width = 0
    for number, row in enumerate(rows, 1):
        filled = max((at for at, cell in enumerate(row, 1) if cell is not None), default=0)
        if filled:
            height, width = number, max(width, filled)
        check_size(number if number > limits.ROWS else height, width)
        found.append(row[:filled])
    return [row + [None] * (width - len(row)) for row in islice(found, height)]


_READERS = {CALAMINE: _by_calamine, OPENPYXL: _by_openpyxl, XLRD: _by_xlrd}


def _checked(rows: Iterable[list[Any]]) -> None:
    """Raise TooLargeError for text beyond the limits, of one cell or of a sheet; tag numbers that JSON has no word for."""
    total = 0
    for row in rows:
        for at, cell in enumerate(row):
            if type(cell) is str:
                total += len(cell)
                limits.check_text(len(cell), total)
            elif type(cell) is float and not math.isfinite(cell):
                row[at] = {_NUMBER: str(cell)}


def _parsed(data: bytes, reader: str) -> dict[str, Any]:
    sheets = []
    for sheet in _READERS[reader](data):
        _checked(sheet["rows"])
        sheets.append(sheet)
        limits.check_sheets(len(sheets))
    if opendocument.is_opendocument(data):
        opendocument.complete(sheets, data)
    return {"sheets": sheets}


def main() -> None:
    """The child: bytes in, cells out."""
    reader, memory, seconds = sys.argv[1:4]
    _limit(int(memory), int(seconds))
    try:
        answer = _parsed(sys.stdin.buffer.read(), reader)
    except MemoryError:
        raise
    except TooLargeError as error:
        answer = {"large": [error.found, error.expected]}
    except ParsingFailedError as error:
        answer = {"failure": error.reason}
    except BaseException:  # noqa: BLE001  # the parser's own panics are no ordinary exceptions
        answer = {"failure": DAMAGED}
    options = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
    sys.stdout.buffer.write(orjson.dumps(answer, default=_tagged, option=options))


if __name__ == "__main__":
    main()
