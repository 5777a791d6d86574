"""Which layout a sheet has, told by its header alone; every layout comes out as a wide or a long table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pkassess.choices import BY_PERIOD, FORM, Choices
from pkassess.codes import Code
from pkassess.columnwords import LONG_FIELDS, MEASURED, ColumnName, Role
from pkassess.findings import Finding, InputError, finding, shown
from pkassess.headers import Header, count_known, find_header, header_texts, without_other_values
from pkassess.layouts.forms import Form, find_form, form_by_cells
from pkassess.layouts.periodcolumns import (
    LEAST_SERIES,
    days_over,
    find_period_header,
    over_the_columns,
    part_across,
)
from pkassess.layouts.rearranged import Filled, Spot, melted, merged_values, with_merged
from pkassess.layouts.twoheaders import names_above_codes, two_rows
from pkassess.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet

_ONE_FORM = 2
"""The rows of a table made of one form: names and answers."""
_OF_INDICATORS = (*MEASURED, Role.STRANGE_ITEM, Role.AT_ODDS)
"""The roles of columns that speak of an indicator, be it in a way that cannot be used."""
_NAMELESS = ColumnName(Role.UNKNOWN, "")


@dataclass(frozen=True)
class Shape:
    """A sheet as a wide or long table: ``sheet`` and ``header`` are those of the table, ``why`` says how it was told."""

    layout: str
    sheet: Sheet
    header: Header
    why: tuple[str, ...] = ()
    long: bool = False
    filled: tuple[Filled, ...] = ()
    """Columns whose merged cells were filled before the table was put in order."""
    days: tuple[Spot, ...] = ()
    """Cells over columns that name a day, which was read as its month."""
    merged: tuple[str, ...] = ()
    """Merged cells of values, A2:A3."""
    rivals: tuple[str, ...] = ()
    """Two columns that may hold the answers of a form, where nothing tells which does."""


def shape_of(sheet: Sheet, vocabulary: Vocabulary, choices: Choices) -> Shape | None:
    """The shape of a sheet; None if it is no table of the rubric, or not one of the layout or row that was chosen.

    Raises InputError when more than one layout fits equally well.
    """
    if vocabulary.cells and choices.layout in ("", FORM):
        table = None if choices.layout or choices.sheet else _table_beside(sheet, vocabulary, choices)
        return table or _of_form(form_by_cells(sheet, vocabulary.cells))
    return _by_header(sheet, vocabulary, choices)


def _table_beside(sheet: Sheet, vocabulary: Vocabulary, choices: Choices) -> Shape | None:
    """The table on a sheet that names partnerships itself, so that the cells of a column map are not about it."""
    try:
        shape = _by_header(sheet, vocabulary, choices)
    except InputError:
        return None
    if shape is None or shape.layout == FORM or not shape.header.of(Role.KEY):
        return None
    return replace(shape, why=(*shape.why, "the cells of the column map are not about a table"))


def _by_header(sheet: Sheet, vocabulary: Vocabulary, choices: Choices) -> Shape | None:
    only = choices.header_row - 1 if choices.header_row else None
    makers = {"wide": _wide, "long": _long, BY_PERIOD: _by_period, FORM: _form}
    if choices.layout:
        return makers[choices.layout](sheet, vocabulary, only)
    long = _long(sheet, vocabulary, only)
    try:
        wide = _wide(sheet, vocabulary, only)
    except InputError:
        # Labels of a form look like two names over the parts of one column.
        other = _unusual(sheet, vocabulary, only, long)
        if other is None:
            raise
        return other
    if wide and long:
        if len(wide.header.of(Role.VALUE)) >= LEAST_SERIES:
            raise _ambiguous(sheet, "wide", "long")
        return long
    plain = long or wide
    if plain and _has_period(plain.header, vocabulary):
        return plain
    return _unusual(sheet, vocabulary, only, plain)


def _unusual(sheet: Sheet, vocabulary: Vocabulary, only: int | None, plain: Shape | None) -> Shape | None:
    """The shape of a sheet whose header row alone does not make a whole table."""
    by_period = _by_period(sheet, vocabulary, only)
    form = _form(sheet, vocabulary, only)
    if form and plain and plain.long and not form.header.of(Role.KEY) + form.header.of(Role.PERIOD):
        form = None  # the labels are those of a long table that says nothing of its period
    # A turned table that names its periods says of every column whose it is; otherwise periods across are the stronger sign.
    named = (
        form is not None
        and form.sheet.height > _ONE_FORM
        and form.header.where(Role.PERIOD, "period") is not None
    )
    if form and (by_period is None or named):
        return form
    return by_period or plain


def _form(sheet: Sheet, vocabulary: Vocabulary, only: int | None) -> Shape | None:
    return _of_form(find_form(sheet, vocabulary)) if only is None else None


def _of_form(form: Form | None) -> Shape | None:
    if form is None:
        return None

    return Shape(
        FORM, form.sheet, form.header, form.why, filled=form.filled, merged=form.merged, rivals=form.rivals
    )


def _has_period(header: Header, vocabulary: Vocabulary) -> bool:
    return vocabulary.rubric.period is None or header.where(Role.PERIOD, "period") is not None


def _wide(sheet: Sheet, vocabulary: Vocabulary, only: int | None) -> Shape | None:
    header = find_header(sheet, vocabulary, only=only)
    double = two_rows(sheet, vocabulary, only) or names_above_codes(sheet, vocabulary, only)
    if double and (header is None or count_known(double.columns) > count_known(header.columns)):
        why = (f"column names in rows {double.row} and {double.row + 1}",)
        return Shape("wide", sheet, without_other_values(double, sheet, vocabulary, 2), why)
    if header is None or not any(header.of(role) for role in _OF_INDICATORS):
        return None
    _check_parts(sheet, header)
    header = without_other_values(header, sheet, vocabulary)
    return Shape("wide", sheet, header, _told(header, "one column per indicator"))


def _long(sheet: Sheet, vocabulary: Vocabulary, only: int | None) -> Shape | None:
    header = find_header(sheet, vocabulary, LONG_FIELDS, only)
    if header is None or header.where(Role.FIELD, "indicator") is None:
        return None
    if all(header.where(Role.FIELD, name) is None for name in ("value", "numerator")):
        return None
    return Shape("long", sheet, header, _told(header, "a column that names the indicator"), long=True)


def _told(header: Header, first: str) -> tuple[str, ...]:
    return (first, "hashtags under the header") if header.tagged else (first,)


def rivalry(shape: Shape) -> Finding:
    """What to say of a form whose answers may stand in either of two columns."""
    return finding(
        Code.AMBIGUOUS_LAYOUT,
        file=shape.sheet.file,
        sheet=shape.sheet.name,
        found=" or as ".join(f"a form with its answers in column {letter}" for letter in shape.rivals),
        expected="write Answer over the column that is meant, or name the cells in a column map",
    )


def _ambiguous(sheet: Sheet, *layouts: str) -> InputError:
    return InputError(
        finding(
            Code.AMBIGUOUS_LAYOUT,
            file=sheet.file,
            sheet=sheet.name,
            found=" or as ".join(layouts),
            expected=" or ".join(f"--layout {name}" for name in layouts),
        )
    )


def _check_parts(sheet: Sheet, header: Header) -> None:
    """Raise InputError where one name stands over several columns whose parts, in the row below, are not known."""
    rows = sheet.head(header.first_row + 1)[header.first_row :]
    below = header_texts(rows[0]) if rows else ()
    named = any(below[place : place + 1] != ("",) for place, _ in header.of(Role.KEY))
    for place, column in enumerate(header.columns[:-1] if below and not named else ()):
        over_two = header.columns[place + 1] == _NAMELESS and not header.texts[place + 1]
        parts = below[place : place + 2]
        years = all(sheet.conventions.period(part) is not None for part in parts)
        if column.role in (Role.VALUE, Role.SERIES) and over_two and all(parts) and not years:
            raise InputError(
                finding(
                    Code.AMBIGUOUS_LAYOUT,
                    file=sheet.file,
                    sheet=sheet.name,
                    cell=sheet.cell(header.first_row, place),
                    found=f"{' or '.join(map(shown, parts))} under '{column.part or column.name}'",
                    expected="give the column that is meant a name of its own, and take the other away",
                )
            )


def _by_period(sheet: Sheet, vocabulary: Vocabulary, only: int | None) -> Shape | None:
    found = find_period_header(sheet, vocabulary, only)
    if found is None:
        return None
    header, labels = found
    kind = "period"
    if header.where(Role.PERIOD, "period") not in (None, labels):
        kind = part_across(header)  # quarters across, beside a column of years
        if not kind:
            raise _ambiguous(sheet, "wide", BY_PERIOD)
    _check_parts(sheet, header)
    header = without_other_values(header, sheet, vocabulary)
    periods = {column.part for _, column in header.of(Role.SERIES)}
    why = (f"{len(periods)} period{'s' * (len(periods) > 1)} in row {header.row + 1}",)
    over = (cell for _, cell in over_the_columns(sheet, header))
    if any(map(sheet.conventions.period, periods)) and not any(map(sheet.conventions.period, over)):
        why = (*why, "of the year that a title or the name of the sheet gives")
    days, (sheet, filled) = days_over(sheet, header), with_merged(sheet, header, labels)
    table, melted_header = melted(sheet, header, labels, kind)
    merged = tuple(merged_values(sheet, header))
    return Shape(BY_PERIOD, table, melted_header, why, long=True, filled=filled, days=days, merged=merged)
