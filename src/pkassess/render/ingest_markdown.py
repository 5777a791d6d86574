"""The ingest report in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pkassess.ingest_log import BY_ID
from pkassess.render.ingest_words import SECTIONS, address_of, how_matched, matching, summary, why_unused
from pkassess.render.messages import inside
from pkassess.tables.ingested import file_reports, why_skipped, without_file

if TYPE_CHECKING:
    from pkassess.findings import Finding
    from pkassess.inputs import Inputs


def markdown_lines(inputs: Inputs) -> Iterator[str]:
    """What was read, for a page on the web."""
    from pkassess.render.markdown import plain

    rubric = inputs.rubric
    for report in file_reports(inputs):
        yield f"# {plain(report.file)}\n\nRubric {plain(rubric.id)} {plain(rubric.version)} ({inputs.named}). "
        yield f"{plain(summary(report))}\n\n## Read\n\n"
        sheets = [
            (sheet.sheet or "table", f"{sheet.rows:,}", f"{sheet.used:,}", why_skipped(sheet) or sheet.note)
            for sheet in report.sheets
        ]
        yield from _table(("Sheet", "Rows", "Used", "Not used"), sheets)
        told = [(sheet, column) for sheet, column in report.columns if column.how != BY_ID]
        if told:
            yield f"\n## Columns: {matching(report.columns)}\n\n"
            named = [
                (
                    address_of(sheet, column),
                    column.text,
                    column.name or "–",
                    how_matched(column) if column.name else why_unused(report, sheet, column),
                )
                for sheet, column in told
            ]
            yield from _table(("Cell", "Name there", "Taken for", "How"), named)
        yield from _findings(report.findings)
        yield "\n"
    yield from _findings(without_file(inputs))


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    for severity, (title, remark) in SECTIONS.items():
        listed = [item for item in findings if item.severity is severity]
        if listed:
            yield f"\n## {title.capitalize()}: {remark}\n\n"
            rows = [(inside(item), item.code.id, item.column, item.message, item.remedy) for item in listed]
            yield from _table(("Cell", "Code", "Column", "What", "What to do"), rows)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    from pkassess.render.markdown import plain

    yield f"| {' | '.join(titles)} |\n| {' | '.join('---' for _ in titles)} |\n"
    for row in rows:
        yield f"| {' | '.join(map(plain, row))} |\n"
