"""Workbooks in the .xlsx format: values from the workbook parser, completed by a search of the XML."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, cast

from pkassess.codes import Code
from pkassess.findings import Finding, InputError, finding
from pkassess.ingest import limits
from pkassess.ingest.cellscan import Marks, RowBlocks, scan
from pkassess.ingest.content import Content, failure, within_limits
from pkassess.ingest.package import WORKBOOK, Package, readable
from pkassess.ingest.readers import CALAMINE, OPENPYXL
from pkassess.ingest.sheet import BLANKS, Area, Percent, Row, Sheet, State, Value, Workbook

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook, SheetMetadata


def read(content: Content) -> Workbook:
    """Open a workbook and list its sheets; their cells are read when they are asked for."""
    package = Package.open(content)
    try:
        return _listed(content, package)
    except BaseException:  # the parser's own panics are no ordinary exceptions
        package.close()
        raise


def _listed(content: Content, package: Package) -> Workbook:
    parts = package.sheet_parts
    # The parser goes through these as it opens a workbook; a sheet is looked at when it is asked for.
    package.inspect(*parts.values())
    with within_limits(content.file):
        limits.check_sheets(len(parts))
    findings: list[Finding] = []
    book = _Book(content, package, _opened(content, package), findings)
    if book.parsed is None:
        listed = [(sheet.name, sheet.state) for sheet in book.apart(OPENPYXL)]
        reader = _named(OPENPYXL)
    else:
        listed = [(about.name, _state(about)) for about in book.parsed.sheets_metadata]
        reader = _named(CALAMINE)
    book.charts = frozenset(index for index, (_, state) in enumerate(listed) if state == "chart")
    sheets = tuple(
        Sheet(content.file, name, state, _SheetRows(book, index, name))
        for index, (name, state) in enumerate(listed)
    )
    return Workbook(content.file, "xlsx", reader, sheets, content.sha256, book.close, findings, content)


def _opened(content: Content, package: Package) -> CalamineWorkbook | None:
    """The workbook opened by the parser, or None if it cannot make sense of it, or would not survive it."""
    from python_calamine import PasswordError

    try:
        with readable(content.file):
            # The parser knows the workbook by its usual name only: it would list the sheets of another one.
            if package.workbook != WORKBOOK or not package.texts.states_its_size:
                return None
            try:
                return _parse(content.file, content.data)
            except PasswordError as error:
                raise failure(Code.ENCRYPTED, content.file) from error
    except InputError as error:
        if error.findings[0].code is not Code.DAMAGED:
            raise
        return None


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


def _named(parser: str) -> str:
    """A parser with its version, from the name of the folder its installer wrote beside it.

    The library function for it takes longer to load than a small workbook takes to read.
    """
    import python_calamine

    beside = os.path.dirname(os.path.dirname(python_calamine.__file__))
    stem = parser.replace("-", "_") + "-"
    for name in os.listdir(beside) if os.path.isdir(beside) else ():
        if name.startswith(stem) and name.endswith(".dist-info"):
            return f"{parser} {name.removeprefix(stem).removesuffix('.dist-info')}"
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{parser} {version(parser)}"
    except PackageNotFoundError:
        return parser


@dataclass
class _Table:
    """The cells of one sheet as parsed, and what they need besides.

    ``rows`` gives them anew each time, from row 1 on; ``left`` columns before theirs are blank.
    """

    rows: Callable[[], Iterable[Sequence[Value]]]
    left: int
    merged: tuple[Area, ...]
    marks: Marks
    height: int
    width: int


@dataclass
class _Book:
    """An open workbook. It keeps parsed sheets as long as together they are no larger than one may be.

    ``parsed`` is None if the parser cannot open it; then, and for sheets that are not safe to parse at once, a
    child process reads it. ``charts`` are the sheets without cells.
    """

    content: Content
    package: Package
    parsed: CalamineWorkbook | None
    findings: list[Finding]
    charts: frozenset[int] = frozenset()
    tables: dict[int, _Table] = field(default_factory=dict)
    _apart: dict[str, tuple[Sheet, ...] | InputError] = field(default_factory=dict)

    def table(self, index: int, name: str) -> _Table:
        if index not in self.tables:
            table = self._read(index, name)
            while self.tables and self._cells() + table.height * table.width > limits.CELLS:
                del self.tables[next(iter(self.tables))]
            self.tables[index] = table
        return self.tables[index]

    def close(self) -> None:
        """Let go of the file and of everything parsed."""
        self.tables.clear()
        self._apart.clear()
        self.package.close()
        if self.parsed is not None:
            self.parsed.close()

    def _cells(self) -> int:
        return sum(table.height * table.width for table in self.tables.values())

    def apart(self, *parsers: str) -> tuple[Sheet, ...]:
        """The sheets as the first of some parsers gives them that can, in a child process. Raises InputError."""
        errors = []
        for parser in parsers:
            outcome = self._outcome(parser)
            if not isinstance(outcome, InputError):
                return outcome
            errors.append(outcome)
        raise errors[0]

    def _outcome(self, parser: str) -> tuple[Sheet, ...] | InputError:
        """What came of reading the workbook with one parser, once; the second one is named in a finding."""
        if parser not in self._apart:
            from pkassess.ingest.apart import PLACE, sheets_apart

            try:
                self._apart[parser] = sheets_apart(self.content, self.package.inflated, parser)
            except InputError as error:
                self._apart[parser] = error
            else:
                if parser == OPENPYXL:
                    said = f"{_named(parser)} {PLACE}"
                    self.findings.append(finding(Code.SECOND_READER, file=self.content.file, found=said))
        return self._apart[parser]

    def _read(self, index: int, name: str) -> _Table:
        part = self.package.sheet_parts.get(name, "")
        marks = self._marks(name, part)
        if index in self.charts:
            return _Table(list, 0, (), marks, 0, 0)
        if marks.fault:
            raise failure(Code.DAMAGED, self.content.file, sheet=name, found=marks.fault)
        parsers = (CALAMINE, OPENPYXL) if self.parsed is not None else (OPENPYXL,)
        if marks.plain and self.parsed is not None:
            try:
                with readable(self.content.file, name):
                    return self._at_once(index, part, marks, self.parsed)
            except InputError:
                parsers = (OPENPYXL,)
        try:
            sheet = self.apart(*parsers)[index]
        except (InputError, IndexError) as error:
            raise failure(
                Code.DAMAGED, self.content.file, sheet=name, found="its cells are damaged"
            ) from error
        height, width = self._checked(name, sheet.source.size(), marks)
        rows = [row for _, block in sheet.blocks() for row in block]
        return _Table(rows.__iter__, 0, sheet.merged, marks, height, width)

    def _marks(self, name: str, part: str) -> Marks:
        """What the XML of a sheet tells, once it is known to be within the limits."""
        file = self.content.file
        with readable(file, name, part), within_limits(file, name):
            with closing(self.package.stream(part)) as stream:
                marks = scan(stream, self.package.percent_styles)
            if self.package.texts.may_be_much(marks.used[0] * marks.used[1]):
                with closing(self.package.stream(part)) as stream:
                    self.package.texts.check(RowBlocks(stream))
        return marks

    def _at_once(self, index: int, part: str, marks: Marks, parsed: CalamineWorkbook) -> _Table:
        """A plain sheet, parsed in this process."""
        parsed = self._without_unknown_errors(part) if marks.unknown_errors else parsed
        sheet = parsed.get_sheet_by_index(index)
        size = sheet.end or (-1, -1)
        height, width = self._checked(sheet.name, (size[0] + 1, size[1] + 1), marks)
        areas = tuple(Area(*first, *last) for first, last in sheet.merged_cell_ranges or ())
        return _Table(sheet.iter_rows, (sheet.start or (0, 0))[1], areas, marks, height, width)

    def _checked(self, name: str, size: tuple[int, int], marks: Marks) -> tuple[int, int]:
        """The height and width of a sheet; the parser may not have seen more than was seen before."""
        if size[0] > marks.used[0] or size[1] > marks.used[1]:
            raise failure(
                Code.DAMAGED, self.content.file, sheet=name, found="its cells are stored in an unknown way"
            )
        return max(size[0], marks.marked[0]), max(size[1], marks.marked[1])

    def _without_unknown_errors(self, part: str) -> CalamineWorkbook:
        """The workbook once more, with errors the parser gives up for written as ones it knows."""
        from pkassess.ingest.rewrite import with_known_errors

        return _parse("", with_known_errors(self.package, part))


@dataclass(frozen=True)
class _SheetRows:
    """The rows of one sheet of a workbook."""

    book: _Book
    index: int
    name: str

    @property
    def merged(self) -> tuple[Area, ...]:
        """The merged areas of the sheet."""
        return self.book.table(self.index, self.name).merged

    @property
    def hidden_rows(self) -> frozenset[int]:
        """The rows that are not shown."""
        return frozenset(self.book.table(self.index, self.name).marks.hidden)

    @property
    def hidden_columns(self) -> tuple[range, ...]:
        """The columns that are not shown."""
        return self.book.table(self.index, self.name).marks.hidden_columns

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
    left: list[Value] = [None] * table.left
    count = 0
    for row in table.rows():
        values: list[Value] = [
            value if type(value) is float else None if value in BLANKS else value for value in row
        ]
        missing = table.width - table.left - len(values)
        yield left + values + [None] * missing if left or missing else values
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
