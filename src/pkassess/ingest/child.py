"""Parsing in a process of its own, with limits on memory and time, for formats whose parser can end the process.

The bytes of a file go in on standard input; the cells of its sheets come back as JSON on standard output. A file
that makes the parser ask for more memory than there is, or run without end, ends the child and nothing else.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from io import BytesIO
from typing import Any

import orjson

from pkassess.ingest.cellscan import CELL_LIMIT, COLUMN_LIMIT, ROW_LIMIT

MEMORY_BYTES = 2 << 30
SECONDS = 60

ENCRYPTED, DAMAGED, TOO_LARGE = "encrypted", "damaged", "too large"
"""Why a file was not parsed, as the child says it."""
_DATE, _MOMENT, _TIME, _SPAN = "date", "moment", "time", "seconds"


class ParsingFailedError(Exception):
    """The file was not parsed; ``reason`` is one of the constants above, or words for how the child ended."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_apart(data: bytes, *, memory: int = MEMORY_BYTES, seconds: int = SECONDS) -> list[dict[str, Any]]:
    """The sheets of a workbook, parsed in a child process.

    Each is a mapping of ``name``, ``state``, ``rows`` (lists of plain cells, from A1 on) and ``merged`` (first row
    and column, last row and column, from zero). ``memory`` is in bytes; ``seconds`` limit both processor and clock.
    Raises ParsingFailedError.
    """
    command = [sys.executable, "-m", "pkassess.ingest.child", str(memory), str(seconds)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=seconds + 5, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise ParsingFailedError(f"took longer than {seconds} seconds to read") from error
    try:
        answer = orjson.loads(done.stdout)
    except orjson.JSONDecodeError as error:
        raise ParsingFailedError("ended the process that read it") from error
    if "failure" in answer:
        raise ParsingFailedError(answer["failure"])
    for sheet in answer["sheets"]:
        sheet["rows"] = [list(map(_plain, row)) for row in sheet["rows"]]
    return answer["sheets"]


def _plain(cell: Any) -> Any:
    """A cell as the reader knows it, from JSON."""
    if not isinstance(cell, dict):
        return None if cell == "" else float(cell) if type(cell) is int else cell
    ((kind, text),) = cell.items()
    if kind == _SPAN:
        return dt.timedelta(seconds=text)
    return {_DATE: dt.date, _MOMENT: dt.datetime, _TIME: dt.time}[kind].fromisoformat(text)


def _tagged(cell: object) -> dict[str, Any]:
    """What JSON has no word for."""
    if isinstance(cell, dt.timedelta):
        return {_SPAN: cell.total_seconds()}
    if isinstance(cell, dt.datetime):
        return {_MOMENT: cell.isoformat()}
    if isinstance(cell, dt.date):
        return {_DATE: cell.isoformat()}
    if isinstance(cell, dt.time):
        return {_TIME: cell.isoformat()}
    raise TypeError


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
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (limit, limit))


def _parsed(data: bytes) -> dict[str, Any]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    except python_calamine.PasswordError:
        return {"failure": ENCRYPTED}
    sheets = []
    for index, about in enumerate(book.sheets_metadata):
        kind, visible = str(about.typ).rpartition(".")[2], str(about.visible).rpartition(".")[2].lower()
        state = visible if kind == "WorkSheet" else "chart"
        rows: list[list[Any]] = []
        merged: list[Any] = []
        if state != "chart":
            sheet = book.get_sheet_by_index(index)
            height, width = (end + 1 for end in sheet.end or (-1, -1))
            if height > ROW_LIMIT or width > COLUMN_LIMIT or height * width > CELL_LIMIT:
                return {"failure": TOO_LARGE}
            rows = sheet.to_python(skip_empty_area=False)
            merged = [list(map(list, area)) for area in sheet.merged_cell_ranges or ()]
        sheets.append({"name": about.name, "state": state, "rows": rows, "merged": merged})
    return {"sheets": sheets}


def main() -> None:
    """The child: bytes in, cells out."""
    _limit(*map(int, sys.argv[1:3]))
    try:
        answer = _parsed(sys.stdin.buffer.read())
    except MemoryError:
        raise
    except BaseException:  # noqa: BLE001  # the parser's own panics are no ordinary exceptions
        answer = {"failure": DAMAGED}
    sys.stdout.buffer.write(orjson.dumps(answer, default=_tagged, option=orjson.OPT_PASSTHROUGH_DATETIME))


if __name__ == "__main__":
    main()
