"""Why a workbook holds no table that a rubric can read, and which rubric would."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from pkassess.codes import Code, Severity
from pkassess.columnwords import LONG_FIELDS, MEASURED, Role
from pkassess.findings import Finding, InputError, finding, shown
from pkassess.headers import (
    HEADER_SEARCH_ROWS,
    Header,
    count_known,
    find_header,
    header_texts,
    quoted_columns,
)
from pkassess.layouts.forms import FORM_ROWS
from pkassess.layouts.likely_key import likely_key
from pkassess.layouts.side_sheets import is_form
from pkassess.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet, Workbook
    from pkassess.layouts.rows import Intake
    from pkassess.rubric import Rubric

_LEAST_KNOWN_COLUMNS = 2
_NOT_LOOKED_AT = (Code.HIDDEN_SHEET, Code.OTHER_VALUES_SHEET)


def nothing_usable(workbook: Workbook, misfits: list[Sheet], intake: Intake, start: int) -> NoReturn:
    """Raise the reasons why a workbook holds no table for the rubric."""
    reasons = [item for item in list(intake.findings)[start:] if item.severity is Severity.ERROR]
    reasons += [item for item in list(intake.findings)[start:] if item.code in _NOT_LOOKED_AT]
    if not reasons and is_form(workbook):
        reasons = [finding(Code.FORM_NOT_DATA, file=workbook.file)]
    if not reasons:
        reasons = [_no_table(sheet, intake) for sheet in misfits if sheet.state == "visible"]
    if not reasons:
        reasons = [
            finding(Code.NOTHING_TO_SCORE, file=workbook.file, found="The workbook has no data sheet.")
        ]
    raise InputError(*reasons)


def _no_table(sheet: Sheet, intake: Intake) -> Finding:
    choices = intake.choices
    if choices.layout or choices.header_row:
        row = f"row {choices.header_row}" if choices.header_row else f"its first {HEADER_SEARCH_ROWS} rows"
        return finding(
            Code.LAYOUT_DOES_NOT_FIT,
            file=sheet.file,
            sheet=sheet.name,
            found=choices.layout or "a table",
            expected=f"no such header is in {row}",
        )
    header = find_header(sheet, intake.vocabulary, LONG_FIELDS)
    texts = header.texts if header else _first_texts(sheet)
    where = {"file": sheet.file, "sheet": sheet.name}
    if not any(texts):
        expected = ", ".join([*intake.rubric.keys, *(["period"] if intake.rubric.period else [])])
        rows = len(sheet.head())
        found = f"none of its first {rows} rows names the columns" if rows else "it is empty"
        return finding(Code.NO_HEADER, **where, found=found, expected=expected)
    if header and (lacking := _lacking(header, intake.rubric)):
        name = lacking[0]
        last = [*intake.rubric.keys][-1]
        likely = likely_key(sheet, header, last) if last in lacking else ""
        suggestion = f" Found: {quoted_columns(texts)}.{likely}"
        return finding(
            Code.KEY_COLUMN_MISSING,
            **where,
            cell=f"A{header.row + 1}",
            column=name,
            expected=f"'{name}'",
            suggestion=suggestion,
        )
    return finding(
        Code.NO_KNOWN_COLUMN,
        **where,
        cell=f"A{header.row + 1}" if header else "A1",
        found=quoted_columns(texts),
        expected=intake.rubric.id,
        suggestion=_near_names(sheet, intake.vocabulary) or _fitting_rubric(sheet, intake.rubric),
    )


def _lacking(header: Header, rubric: Rubric) -> list[str]:
    """The columns that a table of indicators lacks; none for what is no such table."""
    long = header.where(Role.FIELD, "indicator") is not None
    if not long and not any(header.of(role) for role in MEASURED):
        return []
    keys = [name for name in rubric.keys if header.where(Role.KEY, name) is None]
    valued = any(header.where(Role.FIELD, name) is not None for name in ("value", "numerator"))
    return keys if valued or not long else [*keys, "value"]


def _first_texts(sheet: Sheet) -> tuple[str, ...]:
    """The texts of the first row that could be a header: at least half of its cells are words."""
    for row in sheet.head():
        texts = tuple(cell.strip() if isinstance(cell, str) else "" for cell in row)
        words = sum(any(map(str.isalpha, text)) for text in texts)
        filled = sum(cell not in (None, "") for cell in row)
        if words and words * 2 >= filled:
            return texts
    return ()


def _near_names(sheet: Sheet, vocabulary: Vocabulary) -> str:
    """A sentence on the first cell that is the name of an indicator but for a number or a unit, or ''."""
    for number, row in enumerate(sheet.head(FORM_ROWS)):
        for column, text in enumerate(header_texts(row)):
            if text and (near := vocabulary.near(text)):
                return f" Did you mean '{near}' by {shown(text)} in {sheet.cell(number, column)}?"
    return ""


def _fitting_rubric(sheet: Sheet, tried: Rubric) -> str:
    """A sentence that names the bundled rubric which knows most of the sheet's columns, or ''."""
    from pkassess.library import bundled, load

    best, most = "", 0
    for name in bundled():
        if name == tried.id:
            continue
        header = find_header(sheet, Vocabulary(load(name)), LONG_FIELDS)
        known = count_known(header.columns) if header else 0
        if header and known > most and any(header.of(role) for role in MEASURED):
            best, most = name, known
    return f" The rubric '{best}' knows {most} of them: -r {best}." if most >= _LEAST_KNOWN_COLUMNS else ""
