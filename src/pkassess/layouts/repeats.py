"""Repeats: tables whose rows belong to rows of another table, as KoboToolbox and ODK export them.

The other table is a sheet of the same workbook, or a CSV file of the same call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pkassess.codes import Code
from pkassess.columnwords import ColumnName, Role
from pkassess.headers import header_texts, meanings
from pkassess.layouts.rearranged import joined
from pkassess.layouts.rows import Intake, clean_key
from pkassess.layouts.shape import Shape
from pkassess.surveytools import LINKS
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
        parent = self._parent(table)
        if parent is None:
            if not any(column.role is Role.KEY for column in shape.header.columns):
                where = {"file": shape.sheet.file, "sheet": shape.sheet.name}
                cell = shape.sheet.cell(shape.header.row, table.texts.index(table.link))
                intake.findings.add(Code.REPEAT_ALONE, **where, cell=cell, value=table.link)
            return shape
        known, columns = self._known(parent, ())
        columns = [column for column in columns if column not in shape.header.columns]
        sheet, header = joined(shape.sheet, shape.header, table.texts.index(table.link), known, columns)
        why = (*shape.why, f"joined with {parent.name} by {table.link}")
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
        """The table with most of the rows that the repeats name; that of the same workbook if it has any."""
        own = next(book for book in self.workbooks if book.file == child.sheet.file)
        others = [book for book in self._csv() if book is not own] if own.kind == "csv" else []
        wanted = LINKS[child.link]
        for books in ([own], others):
            tables = [
                table
                for book in books
                for table in self._in(book)
                if wanted in table.texts and (table.sheet.file, table.name) != (child.sheet.file, child.name)
            ]
            if found := _best(child, tables, wanted):
                return found
        return None

    def _known(
        self, table: _Table, seen: tuple[_Table, ...]
    ) -> tuple[dict[str, dict[ColumnName, Value]], list[ColumnName]]:
        """The keys and context of a table's rows by what the rows are called, those of its own parent included."""
        found = meanings(table.texts, self.vocabulary, {})
        places = {column: place for place, column in enumerate(found) if column.role in _KEPT}
        parent = self._parent(table) if table.link and table not in seen else None
        above, more = self._known(parent, (*seen, table)) if parent else ({}, [])
        link = table.texts.index(table.link) if parent else 0
        key = table.texts.index(table.key)
        known: dict[str, dict[ColumnName, Value]] = {}
        for row in table.rows():
            if key < len(row) and (text := clean_key(row[key])):
                own = {column: row[place] for column, place in places.items() if place < len(row)}
                known[text] = {**above.get(clean_key(row[link]), {}), **own}
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


def _best(child: _Table, tables: Sequence[_Table], wanted: str) -> _Table | None:
    named = next(iter(child.column(_TABLE_NAME)), "") if _TABLE_NAME in child.texts else ""
    called = [table for table in tables if named and _is_called(table, named)]
    links = {link for link in child.column(child.link) if link}
    if called or not links:
        return next(iter(called or tables), None)
    # Running numbers are the same in every table of an export, so one that is no repeat itself comes first.
    fits = [(len(links & set(table.column(wanted))), not table.link, -at) for at, table in enumerate(tables)]
    most = max(fits, default=(0, False, 0))
    return tables[-most[2]] if most[0] else None


def _is_called(table: _Table, name: str) -> bool:
    """Whether a table has a name, which may have been cut at 31 characters."""
    start, cut, _ = table.name.partition(_CUT)
    return fold(table.name) == fold(name) or bool(cut and fold(name).startswith(fold(start)))
