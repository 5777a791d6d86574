"""What ``validate`` prints: what was read and mapped, every finding with its cell, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

import numpy as np

from pkassess.checks import grade_audit
from pkassess.codes import Code, Severity
from pkassess.findings import Finding
from pkassess.ingest_log import BY_ID, WAYS, ColumnReport, SheetReport
from pkassess.matrix import OWN, Status, among
from pkassess.render import check_format
from pkassess.render.colour import Style, columns_of, counted, inert, padded, style_of
from pkassess.render.files import names_folder
from pkassess.render.messages import entry_lines, inside
from pkassess.tables.fields import Field, Table
from pkassess.tables.findings import findings_table

if TYPE_CHECKING:
    from pkassess.inputs import Inputs

_MOST_ROWS_NAMED = 6
_MOST_COLUMNS_LISTED = 40
_MOST_NAMES = 3
_LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic", "pt": "Portuguese"}
_SECTIONS = {
    Severity.ERROR: ("ERRORS", "the value is not used"),
    Severity.WARNING: ("WARNINGS", "look at these before the report is used"),
    Severity.NOTE: ("NOTES", "for information"),
}


def validation_lines(inputs: Inputs, format: str, stream: TextIO | None = None) -> Iterator[str]:  # noqa: A002
    """What was read, in one format; ``stream`` is where it will be shown, without one it is made for a file.

    Raises UsageError for an unknown format.
    """
    check_format(format)
    return _FORMATS[format](inputs, Style() if stream is None else style_of(stream))


# --- what the report counts ---------------------------------------------------------------------------------


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


def _files(inputs: Inputs) -> list[FileReport]:
    return [FileReport(inputs, book.file) for book in inputs.workbooks]


def _without_file(inputs: Inputs) -> list[Finding]:
    """Findings that belong to no single file, where there are several."""
    known = {book.file for book in inputs.workbooks}
    return [item for item in inputs.findings if item.file not in known] if len(known) > 1 else []


# --- table --------------------------------------------------------------------------------------------------


def _table_lines(inputs: Inputs, style: Style) -> Iterator[str]:
    for report in _files(inputs):
        for block in (_head, _read, _columns, _all_findings, _missing):
            yield from (f"{line}\n" for line in block(report, style))
        yield "\n"
    general = _without_file(inputs)
    if general:
        yield f"{style.strong('ACROSS FILES')}\n"
        yield from (line for item in general for line in entry_lines(item, style, place=inert(item.place)))
        yield "\n"
    if len(inputs.findings):
        worst = next(found[0] for kind in Severity if (found := inputs.findings.of(kind)))
        files = " ".join(_argument(book.file) for book in inputs.workbooks)
        yield f"{style.quiet('More on a code:')} pkassess explain {worst.code.id}\n"
        yield f"{style.quiet('All findings as a table:')} pkassess validate {files} -f csv\n"


def _argument(file: str) -> str:
    import shlex

    return shlex.quote(file) if file.isprintable() else "FILE"


def _head(report: FileReport, style: Style) -> Iterator[str]:
    rubric = report.inputs.rubric
    named = f" ({report.inputs.named})" if report.inputs.named else ""
    sheets = counted(len(report.sheets), "sheet") if any(sheet.sheet for sheet in report.sheets) else "table"
    rest = f" · {sheets} · rubric {rubric.id} {rubric.version}{named}"
    title = inert("standard input" if report.file == "-" else report.file)
    yield style.strong(title) + style.text(rest)
    yield style.rule()
    for line in style.wrapped(_summary(report)):
        yield style.strong(line)
    if report.rejected_names:
        yield from style.wrapped(_gain(report))


def _summary(report: FileReport) -> str:
    values, units = report.values, report.units
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    periods = {report.inputs.matrix.units[at].period.label for at in units} - {""}
    keys = {report.inputs.matrix.units[at].keys for at in units}
    span = f" in {counted(len(periods), 'period')}" if periods else ""
    found = [counted(errors, "error") if errors else "No errors"]
    found.append(counted(warnings, "warning") if warnings else "no warnings")
    told = [f"{values.usable:,} of {values.expected:,} values can be used; {_are(values.missing)} missing"]
    told += [f"{values.rejected:,} rejected"] if values.rejected else []
    told += [f"{values.excluded:,} left out for their evidence"] if values.excluded else []
    graded = f" {_grades(report)}" if report.grades[0] else ""
    return f"{', '.join(found)}. {counted(len(keys), 'partnership')}{span}. {', '.join(told)}.{graded}"


def _grades(report: FileReport) -> str:
    graded, diagonal = report.grades
    return f"{counted(graded, 'value')} graded, {diagonal / graded:.0%}".replace(
        "%", " % of them as A1, B2, C3, D4 or E5."
    )


def _are(count: int) -> str:
    return f"{count:,} {'is' if count == 1 else 'are'}"


def _gain(report: FileReport) -> str:
    names, count = report.rejected_names, report.values.rejected
    shown = [inert(name) for name in names[:_MOST_NAMES]]
    more = f"{len(names) - len(shown)} more" if len(names) > len(shown) else ""
    listed = [*shown, more] if more else shown
    subject = " and ".join(filter(None, (", ".join(listed[:-1]), listed[-1])))
    return f"With the errors mended, {subject} {'gain' if len(listed) > 1 else 'gains'} {counted(count, 'value')}."


def _read(report: FileReport, style: Style) -> Iterator[str]:
    name = max([5, *(columns_of(inert(sheet.sheet)) for sheet in report.sheets)])
    yield ""
    yield style.strong("READ")
    yield style.quiet(f"{'Sheet':<{name}}     Rows    Used  Skipped  Why skipped")
    for sheet in report.sheets:
        start = padded(inert(sheet.sheet) or "table", name)
        if not sheet.layout:
            none = style.text("–")
            yield style.quiet(f"{start}  {none:>7} {none:>7}  {none:>7}  {sheet.note}")
            continue
        skipped = sheet.rows - sheet.used
        numbers = f"{start}  {sheet.rows:>7,} {sheet.used:>7,}  {skipped:>7,}  "
        why = list(style.wrapped(_why(sheet), " " * len(numbers), first=numbers))
        yield from why or [numbers.rstrip()]
    for sheet in report.sheets:
        if sheet.why:
            how = f"Read as {sheet.layout}, column names in row {sheet.header_row}: {sheet.why}"
            yield from style.wrapped(
                inert(how), " " * (name + 2), first=f"{padded(inert(sheet.sheet) or 'table', name)}  "
            )


def _why(sheet: SheetReport) -> str:
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


def _columns(report: FileReport, style: Style) -> Iterator[str]:
    columns = report.columns
    if not columns:
        return
    yield ""
    yield _titled("COLUMNS", _matching(columns), style)
    told = [(sheet, column) for sheet, column in columns if column.how != BY_ID]
    place = max((columns_of(_address(sheet, column)) for sheet, column in told), default=0)
    text = min(max((columns_of(inert(column.text)) for _, column in told), default=0), style.width // 3)
    for sheet, column in told[:_MOST_COLUMNS_LISTED]:
        start = f"{padded(_address(sheet, column), place)}  {padded(_short(inert(column.text), text, style), text)}  "
        if column.name:
            yield style.text(f"{start}→ {column.name}  {_how(column)}")
        else:
            yield style.quiet(start + style.text(_unused(report, sheet, column)))
    if len(told) > _MOST_COLUMNS_LISTED:
        yield style.quiet(f"and {len(told) - _MOST_COLUMNS_LISTED} more columns; -f json lists all of them")


def _address(sheet: SheetReport, column: ColumnReport) -> str:
    return inert(f"{sheet.sheet}!{column.cell}" if sheet.sheet else column.cell)


def _matching(columns: Sequence[tuple[SheetReport, ColumnReport]]) -> str:
    ways = Counter(column.how for _, column in columns if column.name)
    listed = ", ".join(f"{ways[way]} by {way}" for way in WAYS if ways[way])
    return f"{sum(ways.values())} of {len(columns)} mapped{f': {listed}' if listed else ''}"


def _how(column: ColumnReport) -> str:
    language = _LANGUAGES.get(column.language, column.language)
    return f"{column.how} in {language}" if language and column.language != "en" else column.how


def _unused(report: FileReport, sheet: SheetReport, column: ColumnReport) -> str:
    """Why a column was not used, and what it may have meant."""
    if column.how:
        return f"{column.how}, not used"
    for item in report.findings:
        if item.cell == column.cell and item.sheet == sheet.sheet and item.facts.get("suggestion"):
            meant = item.facts["suggestion"].strip().removeprefix("Did you mean ").rstrip("?").strip("'")
            return f"not mapped; meant {meant}?"
    return "not mapped, not used"


def _short(text: str, width: int, style: Style) -> str:
    dots = style.text("…")
    return text if columns_of(text) <= width else text[: width - len(dots)] + dots


def _titled(title: str, right: str, style: Style) -> str:
    """A section's title with a remark at the right edge."""
    gap = max(style.width - len(title) - len(right), 2)
    return f"{style.strong(title)}{' ' * gap}{style.quiet(right)}"


def _all_findings(report: FileReport, style: Style) -> Iterator[str]:
    for severity, (title, remark) in _SECTIONS.items():
        listed = [item for item in report.findings if item.severity is severity]
        if not listed:
            continue
        yield ""
        yield _titled(title, remark, style)
        width = min(max(columns_of(inert(inside(item))) for item in listed), style.width // 3)
        for item in listed:
            for line in entry_lines(item, style, place=inert(inside(item)), width=width):
                yield line.rstrip("\n")


def _missing(report: FileReport, style: Style) -> Iterator[str]:
    values, words = report.values, report.missing_words()
    if not values.missing and not values.zeros:
        return
    yield ""
    yield style.strong("MISSING, and taken as missing")
    blank = values.missing - sum(words.values())
    parts = [f"blank {blank:,}"] if blank > 0 else []
    parts += [f'"{inert(word)}" {count:,}' for word, count in words.most_common()]
    yield from style.wrapped(" · ".join(parts) or "none")
    yield from style.wrapped(f"zeros, taken as zero: {values.zeros:,}")


# --- csv, json, md ------------------------------------------------------------------------------------------


def _csv_lines(inputs: Inputs, style: Style) -> Iterator[str]:  # noqa: ARG001  # the same call for every format
    from pkassess.render.delimited import csv_lines

    return csv_lines(findings_table(tuple(inputs.findings)))


def _json_lines(inputs: Inputs, style: Style) -> Iterator[str]:  # noqa: ARG001
    from pkassess.render.json_document import json_lines

    return json_lines(_tables(inputs), _meta(inputs))


def write_validation(inputs: Inputs, output: str | None, format: str) -> bool:  # noqa: A002
    """Write the whole report as a CSV package where the output is a folder; False where it is not."""
    from pkassess.render.delimited import write_package

    if output is None or not names_folder(output) or format != "csv":
        return False
    rubric = inputs.rubric
    title = f"What was read under rubric {rubric.id} {rubric.version}"
    write_package(_tables(inputs), _meta(inputs), output, "validation", title)
    return True


def _meta(inputs: Inputs) -> dict[str, Any]:
    return {
        "rubric": {"id": inputs.rubric.id, "version": inputs.rubric.version, "named": inputs.named},
        "files": [{"file": book.file, "sha256": book.sha256} for book in inputs.workbooks],
    }


def _tables(inputs: Inputs) -> list[Table]:
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
        for report in _files(inputs)
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
            _why(item) or item.note,
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
        Field("matched_by", "string", "id, label or alias; or why it was not used."),
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


def _md_lines(inputs: Inputs, style: Style) -> Iterator[str]:  # noqa: ARG001
    from pkassess.render.markdown import plain

    rubric = inputs.rubric
    for report in _files(inputs):
        yield f"# {plain(report.file)}\n\nRubric {plain(rubric.id)} {plain(rubric.version)} ({inputs.named}). "
        yield f"{plain(_summary(report))}\n\n## Read\n\n"
        sheets = [
            (sheet.sheet or "table", f"{sheet.rows:,}", f"{sheet.used:,}", _why(sheet) or sheet.note)
            for sheet in report.sheets
        ]
        yield from _md_table(("Sheet", "Rows", "Used", "Not used"), sheets)
        told = [(sheet, column) for sheet, column in report.columns if column.how != BY_ID]
        if told:
            yield f"\n## Columns: {_matching(report.columns)}\n\n"
            named = [
                (
                    _address(sheet, column),
                    column.text,
                    column.name or "–",
                    _how(column) if column.name else _unused(report, sheet, column),
                )
                for sheet, column in told
            ]
            yield from _md_table(("Cell", "Name there", "Taken for", "How"), named)
        yield from _md_findings(report.findings)
        yield "\n"
    yield from _md_findings(_without_file(inputs))


def _md_findings(findings: Sequence[Finding]) -> Iterator[str]:
    for severity, (title, remark) in _SECTIONS.items():
        listed = [item for item in findings if item.severity is severity]
        if listed:
            yield f"\n## {title.capitalize()}: {remark}\n\n"
            rows = [(inside(item), item.code.id, item.column, item.message, item.remedy) for item in listed]
            yield from _md_table(("Cell", "Code", "Column", "What", "What to do"), rows)


def _md_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    from pkassess.render.markdown import plain

    yield f"| {' | '.join(titles)} |\n| {' | '.join('---' for _ in titles)} |\n"
    for row in rows:
        yield f"| {' | '.join(map(plain, row))} |\n"


_FORMATS: dict[str, Callable[[Inputs, Style], Iterator[str]]] = {
    "table": _table_lines,
    "csv": _csv_lines,
    "json": _json_lines,
    "md": _md_lines,
}
