"""What was read from each sheet: how many rows were used, why others were not, and how columns were matched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pkassess.choices import BY_PERIOD
from pkassess.columnwords import LONG_FIELDS, UNUSED, ColumnName, Role, field_names, is_example
from pkassess.headers import Header
from pkassess.texts import PLAIN, fold
from pkassess.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Area, Sheet

ABOUT_ROWS = 200
"""So many rows of a sheet ``about`` are read."""
BY_ID, BY_LABEL, BY_ALIAS, BY_TAG, BY_MAP = WAYS = "id", "label", "alias", "hashtag", "column map"
"""By what a column may have been recognised."""
_FIELDS = field_names(LONG_FIELDS)
_WHY_UNUSED = {
    Role.PERSONAL: "looks like personal data",
    Role.DOUBLED: "two columns for one name",
    Role.KIND: "says which rows are no observed values",
    Role.OTHER_UNIT: "in another unit",
    Role.LEFT_OUT: "left out by the column map",
}


@dataclass(frozen=True, eq=False)
class ColumnReport:
    """One column: its header cell and text, and what it was taken for.

    ``name`` is the column as the rubric names it, '' for one that was not used; ``how`` says by what it was
    recognised (one of ``WAYS``) or why it was not; ``language`` is that of the label.
    """

    cell: str
    text: str
    name: str
    how: str
    language: str = ""


@dataclass(frozen=True, eq=False)
class SheetReport:
    """What was read from one sheet.

    ``layout`` is that of the sheet, a side sheet's name, or '' for a sheet that was not read, whose ``note``
    says why; ``why`` is how the layout was told. ``rows`` counts filled rows but for the header; ``skipped`` lists row numbers by reason.
    ``personal`` are the cells of the columns that were dropped as personal.
    """

    file: str
    sheet: str
    layout: str
    header_row: int = 0
    rows: int = 0
    used: int = 0
    skipped: tuple[tuple[str, tuple[int, ...]], ...] = ()
    columns: tuple[ColumnReport, ...] = ()
    note: str = ""
    why: str = ""
    personal: tuple[Area, ...] = ()


@dataclass
class ReadingLog:
    """Gathers what is read, sheet after sheet; rows are counted in blocks, only skipped ones one by one."""

    _sheets: list[_Sheet] = field(default_factory=list)
    _personal: dict[tuple[str, str], tuple[Area, ...]] = field(default_factory=dict)
    _current: Sheet | None = None
    markings: set[str] = field(default_factory=set)
    """The markings of confidentiality that stand in the workbooks."""

    def enter(
        self, sheet: Sheet, layout: str, header: Header, vocabulary: Vocabulary, why: Sequence[str] = ()
    ) -> None:
        """Begin a data sheet; ``why`` is how its layout was told."""
        columns = tuple(_matched(sheet, header, vocabulary))
        row = sheet.origin(header.row, 0)[0] + 1 if header.columns else 0
        self._begin(sheet, _Sheet(sheet.file, sheet.name, layout, row, columns, why="; ".join(why)))
        for row, cells in enumerate(sheet.head(header.row) if header.row else ()):
            if any(cell not in (None, "") for cell in cells):
                self.rows(1)
                self.skip(row, "above the header")
        if header.tagged:
            self.rows(1)
            self.skip(header.row + 1, "hashtags")

    def side(self, sheet: Sheet, layout: str, why: str = "") -> None:
        """A side sheet that was read as a whole; ``why`` is how it was told if not by its name."""
        about = layout == "about"
        rows = sheet.head(ABOUT_ROWS) if about else (row for _, block in sheet.blocks() for row in block)
        filled = sum(
            any(cell not in (None, "") for cell in row) and not any(map(is_example, row)) for row in rows
        )
        # The sheet about has rows of name and value and no header.
        self._begin(
            sheet, _Sheet(sheet.file, sheet.name, layout, count=max(filled - (not about), 0), why=why)
        )

    def leave_out(self, sheet: Sheet, note: str) -> None:
        """A sheet that was not read."""
        self._begin(sheet, _Sheet(sheet.file, sheet.name, "", note=note))

    def _begin(self, sheet: Sheet, entry: _Sheet) -> None:
        self._sheets.append(entry)
        self._current = sheet

    def set_aside(self, sheet: Sheet, personal: tuple[Area, ...]) -> None:
        """Cells of a sheet that are personal and were dropped."""
        where = (sheet.file, sheet.name)
        self._personal[where] = self._personal.get(where, ()) + personal

    def rows(self, count: int, first: int = 0) -> None:
        """Count rows of the current sheet, of which ``first`` is the first; a negative number takes blank ones back."""
        if self._current and self._sheets[-1].layout == BY_PERIOD:
            rows = range(first, first + count)
            self._sheets[-1].values.update(self._current.origin(row, 0)[0] + 1 for row in rows)
        elif self._sheets:
            self._sheets[-1].count += count

    def skip(self, row: int, reason: str) -> None:
        """Say why a row (zero-based) of the current sheet, as it was arranged, was not used; the first reason counts."""
        if self._current:
            self._sheets[-1].skipped.setdefault(row, (self._current.origin(row, 0)[0] + 1, reason))

    def arrange(self, file: str, names: Sequence[str]) -> None:
        """Put the sheets of a file in the order of the workbook, whatever order they were read in."""
        mine = [sheet for sheet in self._sheets if sheet.file == file]
        mine.sort(key=lambda sheet: names.index(sheet.name))
        self._sheets = [sheet for sheet in self._sheets if sheet.file != file] + mine
        self._current = None  # a sheet may be large, and is not needed any more

    def reports(self) -> tuple[SheetReport, ...]:
        """What was gathered."""
        return tuple(sheet.report(self._personal.get((sheet.file, sheet.name), ())) for sheet in self._sheets)


@dataclass
class _Sheet:
    file: str
    name: str
    layout: str
    header_row: int = 0
    columns: tuple[ColumnReport, ...] = ()
    count: int = 0
    skipped: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By the row of the table: that of the file, counted from one, of which several rows may come, and the reason."""
    values: Counter[int] = field(default_factory=Counter)
    """By the row of the file: the rows of the table that its periods make."""
    note: str = ""
    why: str = ""

    def report(self, personal: tuple[Area, ...]) -> SheetReport:
        lost = Counter(number for number, _ in self.skipped.values())
        reasons: dict[str, dict[int, None]] = {}
        for _, (number, reason) in sorted(self.skipped.items()):
            if lost[number] >= self.values[number]:
                reasons.setdefault(reason, {})[number] = None
        whole = sum(lost[number] >= count for number, count in self.values.items())
        return SheetReport(
            file=self.file,
            sheet=self.name,
            layout=self.layout,
            header_row=self.header_row,
            rows=len(self.values) or self.count,
            used=len(self.values) - whole if self.values else self.count - len(self.skipped),
            skipped=tuple((reason, tuple(rows)) for reason, rows in reasons.items()),
            columns=self.columns,
            note=self.note,
            why=self.why,
            personal=personal,
        )


def _matched(sheet: Sheet, header: Header, vocabulary: Vocabulary) -> Iterator[ColumnReport]:
    """Each named column of a header with what it was taken for."""
    for place, (column, text) in enumerate(zip(header.columns, header.texts, strict=True)):
        cell = sheet.cell(header.row, place)
        if not text:
            continue
        if column.role in UNUSED or column.role is Role.PERSONAL:
            yield ColumnReport(cell, text, "", _WHY_UNUSED.get(column.role, ""))
        else:
            yield ColumnReport(
                cell, text, column.title, *_how(column, text, vocabulary, tagged=header.tagged)
            )


def _how(column: ColumnName, text: str, vocabulary: Vocabulary, *, tagged: bool) -> tuple[str, str]:
    """By what a column was recognised, and the language of its label."""
    if fold(text) in vocabulary.given:
        return BY_MAP, ""
    if tagged and column not in (vocabulary.meaning(text), _FIELDS.get(fold(text))):
        return BY_TAG, ""
    mark = "." if column.role is Role.ITEM else "__"
    said = fold(text.rpartition(mark)[0] if column.part else text)
    rubric = vocabulary.rubric
    known = {**rubric.keys, **rubric.indicators, **rubric.diagnostic_items}
    if rubric.period is not None:
        known["period"] = rubric.period
    if said == fold(column.name) or column.name not in known:
        return BY_ID, ""
    for language, label in known[column.name].label.items():
        if fold(label) == said:
            return BY_LABEL, "" if language == PLAIN else language
    return BY_ALIAS, ""
