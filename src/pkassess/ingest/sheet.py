"""What a workbook looks like once it is read: sheets of plain Python values, whatever the format.

In a workbook, a blank cell and a text without characters are both ``None``; so is a text that is only a byte order
mark. Numbers from workbooks are floats, also whole ones. Everything from delimited text is text, a blank is ``""``. What a spreadsheet
shows as an error, and a formula nobody calculated, are values of their own: neither is ever a blank.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from pkassess.dates import parse_date
from pkassess.findings import Finding
from pkassess.periods import Period, parse_period, run_over_two_years, why_no_period

if TYPE_CHECKING:
    from pkassess.ingest.content import Content

BLOCK_ROWS = 8192
HEAD_ROWS = 25
BLANKS = frozenset(("", "\ufeff"))
"""Texts that say nothing."""


class CellError(str):
    """The error a cell shows in place of a value, such as ``#DIV/0!``."""

    __slots__ = ()


class Percent(float):
    """A number shown with a percent format; the float is the stored number (0.46 for 46 %)."""

    __slots__ = ()


class Uncomputed:
    """A formula that was saved without a result."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNCOMPUTED"

    def __str__(self) -> str:
        return "a formula without a result"


UNCOMPUTED = Uncomputed()

Value = (
    None
    | bool
    | float
    | int
    | str
    | datetime.date
    | datetime.datetime
    | datetime.time
    | datetime.timedelta
    | CellError
    | Percent
    | Uncomputed
)
"""The value of one cell; ``None`` is a blank."""

Row = Sequence[Value]
State = Literal["visible", "hidden", "veryhidden", "chart"]
"""Whether a sheet is shown; ``chart`` is a sheet without cells."""


class Area(NamedTuple):
    """A merged area by its first and last row and column, from zero."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class Conventions(NamedTuple):
    """How a file writes what can be written in several ways; the default is that nobody said.

    ``decimal`` is ``.`` or ``,``; ``day_first`` is the order of 03/04/2025; ``fiscal_start`` the month in which a
    year such as 2019/20 begins; ``all_text`` says that every answer is stored as text, as survey tools export it;
    ``two_years`` that 2010-11 is a year that runs over two, as the periods beside it are, None where it may be; ``commas`` that some of the
    numbers have a decimal comma.
    """

    decimal: str = ""
    day_first: bool | None = None
    fiscal_start: int = 0
    all_text: bool = False
    two_years: bool | None = False
    commas: bool = False

    def period(self, cell: object) -> Period | None:
        """The period that a cell names, None for anything else."""
        return parse_period(
            cell, fiscal_start=self.fiscal_start, day_first=self.day_first, two_years=self.two_years
        )

    def beside(self, cells: Iterable[object]) -> Conventions:
        """How periods are written that stand beside others: 2010-11 beside 2012-13 is no month."""
        return self._replace(two_years=run_over_two_years(cells))

    def why_no_period(self, cell: object) -> str:
        """Why a cell is no period: ``fiscal``, ``ambiguous``, or '' for other reasons."""
        return why_no_period(cell, self.fiscal_start, two_years=self.two_years)

    def day(self, cell: object) -> datetime.date | None:
        """The day that a cell names, None for anything else, and for one that can be read two ways."""
        return parse_date(cell, self.day_first)


UNSAID = Conventions()


def cell_name(row: int, column: int) -> str:
    """The address of a cell as spreadsheets write it; row and column count from zero."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def column_index(letters: bytes) -> int:
    """The index of a column from its letters, counting from zero."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + letter - 64
    return index - 1


def cell_ranges(spots: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """The addresses of cells, those below one another put together: F2:F11."""
    runs: list[list[int]] = []
    for row, column in spots:
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1:
            runs[-1][2] = row
        elif not runs or runs[-1] != [column, row, row]:
            runs.append([column, row, row])
    return tuple(
        cell_name(first, column) + (f":{cell_name(last, column)}" if last > first else "")
        for column, first, last in runs
    )


class RowSource(Protocol):
    """Where the rows of a sheet come from; nothing is read before it is asked for."""

    def size(self) -> tuple[int, int]:
        """Number of rows and columns, counted from A1."""

    def blocks(self, start: int, size: int) -> Iterator[tuple[int, list[Row]]]:
        """Blocks of rows, each with the index of its first row."""


@dataclass(frozen=True)
class MemoryRows:
    """Rows that are in memory as a whole; they need not be of one width."""

    rows: Sequence[Row]
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[range, ...] = ()

    @cached_property
    def _width(self) -> int:
        return max(map(len, self.rows), default=0)

    def size(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return len(self.rows), self._width

    def blocks(self, start: int, size: int) -> Iterator[tuple[int, list[Row]]]:
        """Blocks of rows, each with the index of its first row."""
        for first in range(start, len(self.rows), size):
            yield first, list(self.rows[first : first + size])


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or the whole of a delimited file (whose name is empty).

    Its cells are read when they, or its size, are first asked for. A sheet that turns out damaged or too
    large raises :class:`pkassess.findings.InputError` then.
    """

    file: str
    name: str
    state: State
    source: RowSource = field(repr=False, compare=False)
    conventions: Conventions = UNSAID
    places: Callable[[int, int], tuple[int, int]] | None = field(default=None, repr=False, compare=False)
    """Where a cell stands in the file, if the rows were put in another order than the file has them."""

    @property
    def rearranged(self) -> bool:
        """Whether the rows were put in another order than the file has them."""
        return self.places is not None

    def origin(self, row: int, column: int) -> tuple[int, int]:
        """Where a cell of these rows stands in the file (zero-based row and column)."""
        return self.places(row, column) if self.places else (row, column)

    def cell(self, row: int, column: int) -> str:
        """The address of a cell as the user sees it in the file."""
        return cell_name(*self.origin(row, column))

    @property
    def merged(self) -> tuple[Area, ...]:
        """The merged areas, where the format tells."""
        return getattr(self.source, "merged", ())

    @property
    def hidden_rows(self) -> Collection[int]:
        """The rows (zero-based) that are not shown, where the format tells."""
        return getattr(self.source, "hidden_rows", ())

    @property
    def hidden_columns(self) -> tuple[range, ...]:
        """The columns (zero-based) that are not shown, where the format tells."""
        return getattr(self.source, "hidden_columns", ())

    @property
    def height(self) -> int:
        """Number of rows down to the last one used."""
        return self.source.size()[0]

    @property
    def width(self) -> int:
        """Number of columns up to the last one used."""
        return self.source.size()[1]

    def blocks(self, start: int = 0, size: int = BLOCK_ROWS) -> Iterator[tuple[int, list[Row]]]:
        """The rows from ``start`` on in blocks of ``size``, each with the index of its first row.

        Can be called again and again. Rows of a workbook are all as wide as the sheet; rows of a delimited
        file are as long as they were written.
        """
        return self.source.blocks(start, size)

    def head(self, count: int = HEAD_ROWS) -> list[Row]:
        """The first ``count`` rows, or as many as there are."""
        for _, rows in self.blocks(0, count):
            return rows
        return []


@dataclass(frozen=True)
class Workbook:
    """An input file as it was read; ``file`` is the name the user gave, ``reader`` what read it.

    ``findings`` are what the user should know of how it was read; reading its sheets may add to them.
    """

    file: str
    kind: Literal["xlsx", "csv", "xls", "xlsb", "ods"]
    reader: str
    sheets: tuple[Sheet, ...]
    sha256: str
    release: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)
    findings: list[Finding] = field(default_factory=list, compare=False)
    content: Content | None = field(default=None, repr=False, compare=False)
    """The bytes of the file, where a copy of it can be marked in place."""

    def close(self) -> None:
        """Let go of the file and of its parsed cells; the sheets cannot be read afterwards."""
        self.release()
