"""What was read: the values, sheets and columns of each file, counted, and as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pkassess.checks import grade_audit
from pkassess.codes import Code, Severity
from pkassess.findings import Finding
from pkassess.ingest_log import ColumnReport, SheetReport
from pkassess.matrix import OWN, Status, among
from pkassess.tables.fields import Field, Table
from pkassess.tables.findings import findings_table

if TYPE_CHECKING:
    from pkassess.inputs import Inputs

_MOST_ROWS_NAMED = 6


class Values(NamedTuple):
    """How many values a file was asked for and what became of them."""

    expected: int
    usable: int
    missing: int
    rejected: int
    excluded: int
    zeros: int


@dataclass(frozen=True)
class FileReport:
    """One file of the inputs: its sheets, findings and values."""

    inputs: Inputs
    file: str

    @cached_property
    def sheets(self) -> list[SheetReport]:
        """Its sheets in the order of the workbook."""
        return [sheet for sheet in self.inputs.sheets if sheet.file == self.file]

    @cached_property
    def findings(self) -> list[Finding]:
        """Its findings; with a single file also those that name none."""
        alone = len(self.inputs.workbooks) == 1
        return [item for item in self.inputs.findings if alone or item.file == self.file]

    @cached_property
    def units(self) -> list[int]:
        """The partnerships and periods that it gave."""
        return [at for at, file in enumerate(self.inputs.matrix.files) if file == self.file]

    @cached_property
    def values(self) -> Values:
        """What became of the scored values."""
        rows = len(self.inputs.rubric.indicators)
        status = self.inputs.matrix.status[:rows, self.units]
        value = self.inputs.matrix.value[:rows, self.units]
        counts = np.bincount(status.ravel(), minlength=len(Status))
        read = among(status, OWN)
        return Values(
            expected=int(status.size - counts[Status.NOT_APPLICABLE]),
            usable=int(read.sum()),
            missing=int(counts[[Status.MISSING, Status.CARRIED, Status.IMPUTED]].sum()),
            rejected=int(counts[Status.REJECTED]),
            excluded=int(counts[Status.EXCLUDED]),
            zeros=int((read & (value == 0)).sum()),
        )

    @cached_property
    def rejected_names(self) -> list[str]:
        """The partnerships of which a value was rejected."""
        rows = len(self.inputs.rubric.indicators)
        rejected = (self.inputs.matrix.status[:rows, self.units] == Status.REJECTED).any(axis=0)
        units = [self.inputs.matrix.units[self.units[at]] for at in np.flatnonzero(rejected).tolist()]
        return list(dict.fromkeys(unit.partnership for unit in units))

    @cached_property
    def grades(self) -> tuple[int, int]:
        """How many of its values are graded, and how many of those on the diagonal."""
        return grade_audit(self.inputs.matrix.observations, self.file)

    @property
    def columns(self) -> list[tuple[SheetReport, ColumnReport]]:
        """Every named column of its data sheets."""
        return [(sheet, column) for sheet in self.sheets for column in sheet.columns]

    def count(self, severity: Severity) -> int:
        """How many findings of a severity it has."""
        return sum(item.severity is severity for item in self.findings)

    def missing_words(self) -> Counter[str]:
        """Words that were taken as missing, with the number of their cells."""
        words: Counter[str] = Counter()
        scored = self.inputs.rubric.indicators
        for item in self.findings:
            if item.code is Code.MISSING_TOKEN and item.column in scored:
                words[item.value.strip().casefold()] += int(item.facts.get("count", "0"))
        return words


def file_reports(inputs: Inputs) -> list[FileReport]:
    """What was read of each file."""
    return [FileReport(inputs, book.file) for book in inputs.workbooks]


def without_file(inputs: Inputs) -> list[Finding]:
    """Findings that belong to no single file, where there are several."""
    known = {book.file for book in inputs.workbooks}
    return [item for item in inputs.findings if item.file not in known] if len(known) > 1 else []


def why_skipped(sheet: SheetReport) -> str:
    """Which rows of a sheet were not used, and why."""
    return ", ".join(f"{_rows(rows)} {reason}" for reason, rows in sheet.skipped)


def _rows(rows: Sequence[int]) -> str:
    """Row numbers in words: ``rows 1–2, 5``; many as a count."""
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], row]
        else:
            spans.append([row])
    if len(spans) > _MOST_ROWS_NAMED:
        return f"{len(rows):,} rows, the first {rows[0]}:"
    listed = ", ".join("–".join(map(str, span)) for span in spans)
    return f"row{'s' if len(rows) > 1 else ''} {listed}"


def ingest_tables(inputs: Inputs) -> list[Table]:
    """All that was read and found, one table each."""
    read = [_files_table(inputs), _sheets_table(inputs), _columns_table(inputs), _cells_table(inputs)]
    return [*read, findings_table(tuple(inputs.findings))]


def _files_table(inputs: Inputs) -> Table:
    names = ("errors", "warnings", "notes", *Values._fields, "graded", "on_diagonal")
    fields = (
        Field("file", "string", "The file as it was named."),
        *(Field(name, "integer", f"{name.replace('_', ' ').capitalize()} of the file.") for name in names),
    )
    rows = [
        (report.file, *map(report.count, Severity), *report.values, *report.grades)
        for report in file_reports(inputs)
    ]
    return _table_of("values", fields, rows)


def _sheets_table(inputs: Inputs) -> Table:
    fields = (
        Field("file", "string", "The file of the sheet."),
        Field("sheet", "string", "The sheet; empty for a CSV file."),
        Field(
            "layout",
            "string",
            "How it was read: wide, long, by-period, form or a side sheet; empty if it was not.",
        ),
        Field("header_row", "integer", "The row of its column names, 0 for none."),
        Field("rows", "integer", "Filled rows besides the header."),
        Field("used", "integer", "Rows that were used."),
        Field("skipped", "string", "Which rows were not used, and why."),
        Field("told_by", "string", "What told the layout."),
    )
    rows = [
        (
            item.file,
            item.sheet,
            item.layout,
            item.header_row,
            item.rows,
            item.used,
            why_skipped(item) or item.note,
            item.why,
        )
        for item in inputs.sheets
    ]
    return _table_of("sheets", fields, rows)


def _columns_table(inputs: Inputs) -> Table:
    fields = (
        Field("file", "string", "The file of the column."),
        Field("sheet", "string", "The sheet of the column."),
        Field("cell", "string", "The cell of its name."),
        Field("text", "string", "Its name as it stands there."),
        Field("column", "string", "What it was taken for; empty if it was not used."),
        Field("matched_by", "string", "id, label, alias, hashtag or column map; or why it was not used."),
        Field("language", "string", "The language of the label."),
    )
    rows = [
        (sheet.file, sheet.sheet, column.cell, column.text, column.name, column.how, column.language)
        for sheet in inputs.sheets
        for column in sheet.columns
    ]
    return _table_of("columns", fields, rows)


def _cells_table(inputs: Inputs) -> Table:
    """Every place of the findings that concern several cells, such as values that were converted."""
    fields = (
        Field("code", "string", "Code of the kind of finding."),
        Field("file", "string", "The file of the cells."),
        Field("sheet", "string", "The sheet of the cells."),
        Field("column", "string", "Column or indicator they belong to."),
        Field("value", "string", "What stands in the first of them."),
        Field("cells", "string", "A cell, or a range of cells below one another."),
    )
    rows = [
        (item.code.id, item.file, item.sheet, item.column, item.value, cells)
        for item in inputs.findings
        for cells in item.cells
    ]
    return _table_of("cells", fields, rows)


def _table_of(name: str, fields: tuple[Field, ...], rows: list[tuple[Any, ...]]) -> Table:
    return Table(name, fields, lambda: iter([list(zip(*rows, strict=True))] if rows else []))
