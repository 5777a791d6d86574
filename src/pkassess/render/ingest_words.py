"""What the ingest report says of files and columns, in words that every medium prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pkassess.codes import Severity
from pkassess.ingest_log import WAYS, ColumnReport, SheetReport
from pkassess.render.colour import counted, inert
from pkassess.tables.ingested import FileReport

_LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic", "pt": "Portuguese"}
SECTIONS = {
    Severity.ERROR: ("ERRORS", "the value is not used"),
    Severity.WARNING: ("WARNINGS", "look at these before the report is used"),
    Severity.NOTE: ("NOTES", "for information"),
}
"""The title of the findings of each severity, and what they ask of the reader."""


def summary(report: FileReport) -> str:
    """How a file fared, in two or three sentences."""
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


def address_of(sheet: SheetReport, column: ColumnReport) -> str:
    """The cell of a column's name, with its sheet."""
    return inert(f"{sheet.sheet}!{column.cell}" if sheet.sheet else column.cell)


def matching(columns: Sequence[tuple[SheetReport, ColumnReport]]) -> str:
    """How many columns were matched, and by what."""
    ways = Counter(column.how for _, column in columns if column.name)
    listed = ", ".join(f"{ways[way]} by {way}" for way in WAYS if ways[way])
    return f"{sum(ways.values())} of {len(columns)} mapped{f': {listed}' if listed else ''}"


def how_matched(column: ColumnReport) -> str:
    """By what a column was matched, with the language of its label."""
    language = _LANGUAGES.get(column.language, column.language)
    return f"{column.how} in {language}" if language and column.language != "en" else column.how


def why_unused(report: FileReport, sheet: SheetReport, column: ColumnReport) -> str:
    """Why a column was not used, and what it may have meant."""
    if column.how:
        return f"{column.how}, not used"
    for item in report.findings:
        if item.cell == column.cell and item.sheet == sheet.sheet and item.facts.get("suggestion"):
            meant = item.facts["suggestion"].strip().removeprefix("Did you mean ").rstrip("?").strip("'")
            return f"not mapped; meant {meant}?"
    return "not mapped, not used"
