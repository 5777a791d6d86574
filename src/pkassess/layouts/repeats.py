"""Repeats: tables whose rows belong to rows of another table, as KoboToolbox and ODK export them.

The other table is a sheet of the same workbook, or a CSV file of the same call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pkassess.codes import Code
from pkassess.columnwords import ColumnName, Role
from pkassess.findings import shown
from pkassess.headers import header_texts, meanings
from pkassess.layouts.rearranged import joined
from pkassess.layouts.rows import Intake, clean_key
from pkassess.layouts.shape import Shape
from pkassess.surveytools import LINKS, REVIEWS, SUBMISSIONS
from pkassess.texts import fold
from pkassess.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Row, Sheet, Value, Workbook

_TABLE_NAME = "_parent_table_name"
_KEPT = (Role.KEY, Role.PERIOD, Role.CONTEXT)
_CUT = "..."


class _Table(NamedTuple):
    """A sheet with a header that names rows: the header's row, its texts, and the texts of link and key, '' for none."""

    sheet: Sheet
    row: int
    texts: tuple[str, ...]
    link: str
    key: str

    @property
    def place(self) -> tuple[str, str]:
        """The file and sheet that tell the table from others."""
        return self.sheet.file, self.sheet.name

    @property
    def name(self) -> str:
        """What the table is called in an export: the sheet, or the file without its ending."""
        return self.sheet.name or Path(self.sheet.file).stem

    def rows(self) -> Iterator[Row]:
        for _, block in self.sheet.blocks(self.row + 1):
            yield from block

    def column(self, text: str) -> list[str]:
        """The cells under a header text, as keys."""
        place = self.texts.index(text)
        return [clean_key(row[place]) for row in self.rows() if place < len(row)]

    def names(self, *texts: str) -> Callable[[Row], str]:
        """What a row is called, or calls another, by the first of some columns and all that say more; '' for nothing."""
        first, *more = (self.texts.index(text) for text in texts)

        def name(row: Row) -> str:
            own = clean_key(row[first]) if first < len(row) else ""
            return (
                "\n".join([own, *(clean_key(row[place]) for place in more if place < len(row))])
                if own
                else ""
            )

        return name


@dataclass(eq=False)
class Repeats:
    """Which tables of a call are repeats of which others."""

    workbooks: Sequence[Workbook]
    vocabulary: Vocabulary
    _tables: dict[str, list[_Table]] = field(default_factory=dict)

    def complete(self, shape: Shape, intake: Intake) -> Shape:
        """A table of repeats with the keys of the rows that its repeats belong to; any other table as it is."""
        table = _table_of(shape.sheet, (shape.header.row, shape.header.texts))
        if table is None or not table.link:
            return shape
        parents, link = self._parents(table), table.texts.index(table.link)
        if len(parents) != 1:
            if not any(column.role is Role.KEY for column in shape.header.columns):
                _report_no_parent(table, parents, shape.sheet.cell(shape.header.row, link), intake)
            return shape
        (parent,) = parents
        by, called = _join(table, parent)
        known, columns = self._known(parent, called, ())
        columns = [column for column in columns if column not in shape.header.columns]
        name = table.names(*by)
        sheet, header = joined(shape.sheet, shape.header, link, lambda row: known.get(name(row), {}), columns)
        why = (*shape.why, f"joined with {parent.name} by {' and '.join(by)}")
        return replace(shape, sheet=sheet, header=header, why=why)

    def of_other_files(self) -> dict[str, str]:
        """The files whose rows are repeats, each with the file that they belong to."""
        if len(self.workbooks) == 1:
            return {}
        children = [table for file in self._csv() for table in self._in(file) if table.link]
        parents = [(table, self._parent(table)) for table in children]
        return {
            table.sheet.file: parent.sheet.file
            for table, parent in parents
            if parent and parent.sheet.file != table.sheet.file
        }

    def is_parent(self, sheet: Sheet) -> bool:
        """Whether repeats on another sheet of its workbook belong to the rows of a sheet."""
        own = next(book for book in self.workbooks if book.file == sheet.file)
        parents = [self._parent(table) for table in self._in(own) if table.link]
        return any(parent.sheet.name == sheet.name for parent in parents if parent)

    # --- which table belongs to which ---------------------------------------------------------------------

    def _csv(self) -> list[Workbook]:
        return [book for book in self.workbooks if book.kind == "csv"]

    def _in(self, workbook: Workbook) -> list[_Table]:
        """The tables of a workbook that name their rows."""
        if workbook.file not in self._tables:
            found = (_table_of(sheet) for sheet in workbook.sheets)
            self._tables[workbook.file] = [table for table in found if table]
        return self._tables[workbook.file]

    def _parent(self, child: _Table) -> _Table | None:
        """The table whose rows the repeats name; None where there is none, or nothing tells which of several it is."""
        parents = self._parents(child)
        return parents[0] if len(parents) == 1 else None

    def _parents(self, child: _Table) -> list[_Table]:
        """The tables that may have the rows which the repeats name; of the same workbook if it has any."""
        own = next(book for book in self.workbooks if book.file == child.sheet.file)
        others = [book for book in self._csv() if book is not own] if own.kind == "csv" else []
        wanted = LINKS[child.link]
        for books in ([own], others):
            tables = [
                table
                for book in books
                for table in self._in(book)
                if wanted in table.texts and table.place != child.place
            ]
            if found := _fitting(child, tables):
                return found
        return []

    def _known(
        self, table: _Table, called: tuple[str, ...], seen: tuple[_Table, ...]
    ) -> tuple[dict[str, dict[ColumnName, Value]], list[ColumnName]]:
        """The keys and context of a table's rows by what the columns ``called`` call them, those of its parent included."""
        found = meanings(table.texts, self.vocabulary, {})
        places = {
            column: place
            for place, column in enumerate(found)
            if column.role in _KEPT or table.texts[place] in REVIEWS
        }
        parent = self._parent(table) if table.link and table not in seen else None
        by, called_above = _join(table, parent) if parent else (called, called)
        above, more = self._known(parent, called_above, (*seen, table)) if parent else ({}, [])
        name, link = table.names(*called), table.names(*by)
        known: dict[str, dict[ColumnName, Value]] = {}
        several = set()
        for row in table.rows():
            if text := name(row):
                own = {column: row[place] for column, place in places.items() if place < len(row)}
                own = {**above.get(link(row), {}), **own}
                if known.setdefault(text, own) != own:
                    several.add(text)  # two exports in one table
        known = {text: own for text, own in known.items() if text not in several}
        return known, [*places, *(column for column in more if column not in places)]


def _table_of(sheet: Sheet, header: tuple[int, tuple[str, ...]] | None = None) -> _Table | None:
    """The table on a sheet, by its header if that is known; None if it neither names its rows nor those of another."""
    candidates = [header] if header else [(at, header_texts(row)) for at, row in enumerate(sheet.head())]
    for row, texts in candidates:
        link = next((link for link in LINKS if link in texts), "")
        key = next((key for key in LINKS.values() if key in texts), "")
        if link or key:
            return _Table(sheet, row, texts, link, key)
    return None


def _join(child: _Table, parent: _Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns by which repeats name their rows, and those by which these are called.

    Running numbers begin anew in each export, so the submission counts too where both tables name it.
    """
    by, called = (child.link,), (LINKS[child.link],)
    for repeated, own in SUBMISSIONS.items():
        text = next((text for text in (own, repeated) if text in parent.texts), "")
        if text and repeated in child.texts:
            return (*by, repeated), (*called, text)
    return by, called


def _fitting(child: _Table, tables: Sequence[_Table]) -> list[_Table]:
    """The tables that the repeats may belong to: called as they say, else those with most of the rows that they name."""
    named = next(iter(child.column(_TABLE_NAME)), "") if _TABLE_NAME in child.texts else ""
    called = [table for table in tables if named and _is_called(table, named)]
    if len(called) == 1 or not any(child.column(child.link)):
        return (called or [*tables])[:1]
    fits = [(_rows_in_common(child, table), not table.link, table) for table in called or tables]
    # Running numbers are the same in every table of an export, so one that is no repeat itself comes first.
    most = max((fit[:2] for fit in fits), default=(0, False))
    return [table for *fit, table in fits if most[0] and tuple(fit) == most]


def _rows_in_common(child: _Table, parent: _Table) -> int:
    by, called = _join(child, parent)
    names = set(map(child.names(*by), child.rows())) - {""}
    return len(names & set(map(parent.names(*called), parent.rows())))


def _report_no_parent(child: _Table, parents: Sequence[_Table], cell: str, intake: Intake) -> None:
    where = {"file": child.sheet.file, "sheet": child.sheet.name, "cell": cell}
    if parents:
        names = " and ".join(shown(parent.sheet.name or parent.sheet.file) for parent in parents)
        intake.findings.add(Code.REPEAT_OF_SEVERAL, **where, column=child.link, expected=names)
    else:
        told = f"no table has the rows that the column {child.link} names"
        intake.findings.add(Code.REPEAT_ALONE, **where, found=told)


def _is_called(table: _Table, name: str) -> bool:
    """Whether a table has a name, which may have been cut at 31 characters."""
    start, cut, _ = table.name.partition(_CUT)
    return fold(table.name) == fold(name) or bool(cut and fold(name).startswith(fold(start)))
