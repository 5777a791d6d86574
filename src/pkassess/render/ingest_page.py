"""The ingest report as a page: what was read and mapped, every finding with its cell, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pkassess.codes import Severity
from pkassess.ingest.content import STANDARD_INPUT
from pkassess.ingest_log import BY_ID
from pkassess.render.colour import Style, columns_of, counted, inert, padded
from pkassess.render.ingest_words import SECTIONS, address_of, how_matched, matching, summary, why_unused
from pkassess.render.messages import entry_lines, inside
from pkassess.tables.ingested import FileReport, file_reports, why_skipped, without_file

if TYPE_CHECKING:
    from pkassess.inputs import Inputs

_MOST_COLUMNS_LISTED = 40
_MOST_NAMES = 3


def page_lines(inputs: Inputs, style: Style) -> Iterator[str]:
    """What was read, for a terminal."""
    for report in file_reports(inputs):
        for block in (_head, _read, _columns, _all_findings, _missing):
            yield from (f"{line}\n" for line in block(report, style))
        yield "\n"
    general = without_file(inputs)
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
    title = inert("standard input" if report.file == STANDARD_INPUT else report.file)
    yield style.strong(title) + style.text(rest)
    yield style.rule()
    for line in style.wrapped(summary(report)):
        yield style.strong(line)
    if report.rejected_names:
        yield from style.wrapped(_gain(report))


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
        why = list(style.wrapped(why_skipped(sheet), " " * len(numbers), first=numbers))
        yield from why or [numbers.rstrip()]
    for sheet in report.sheets:
        if sheet.why:
            row = f", column names in row {sheet.header_row}" if sheet.header_row else ""
            how = f"Read as {sheet.layout}{row}: {sheet.why}"
            yield from style.wrapped(
                inert(how), " " * (name + 2), first=f"{padded(inert(sheet.sheet) or 'table', name)}  "
            )


def _columns(report: FileReport, style: Style) -> Iterator[str]:
    columns = report.columns
    if not columns:
        return
    yield ""
    yield _titled("COLUMNS", matching(columns), style)
    told = [(sheet, column) for sheet, column in columns if column.how != BY_ID]
    place = max((columns_of(address_of(sheet, column)) for sheet, column in told), default=0)
    text = min(max((columns_of(inert(column.text)) for _, column in told), default=0), style.width // 3)
    for sheet, column in told[:_MOST_COLUMNS_LISTED]:
        start = f"{padded(address_of(sheet, column), place)}  {padded(_short(inert(column.text), text, style), text)}  "
        if column.name:
            yield style.text(f"{start}→ {column.name}  {how_matched(column)}")
        else:
            yield style.quiet(start + style.text(why_unused(report, sheet, column)))
    if len(told) > _MOST_COLUMNS_LISTED:
        yield style.quiet(f"and {len(told) - _MOST_COLUMNS_LISTED} more columns; -f json lists all of them")


def _short(text: str, width: int, style: Style) -> str:
    dots = style.text("…")
    return text if columns_of(text) <= width else text[: width - len(dots)] + dots


def _titled(title: str, right: str, style: Style) -> str:
    """A section's title with a remark at the right edge."""
    gap = max(style.width - len(title) - len(right), 2)
    return f"{style.strong(title)}{' ' * gap}{style.quiet(right)}"


def _all_findings(report: FileReport, style: Style) -> Iterator[str]:
    for severity, (title, remark) in SECTIONS.items():
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
