"""Which layout a sheet has, told by its header alone; every layout comes out as a wide or a long table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from pkassess.choices import Choices
from pkassess.codes import Code
from pkassess.columnwords import (
    LONG_FIELDS,
    MEASURED,
    PART_OF_YEAR,
    PERIOD_PARTS,
    SISTER_PARTS,
    ColumnName,
    Role,
    field_names,
)
from pkassess.findings import InputError, finding, shown
from pkassess.headers import HEADER_SEARCH_ROWS, Header, count_known, find_header, header_texts, meanings
from pkassess.layouts.forms import Form, find_form, form_by_cells
from pkassess.layouts.rearranged import Constant, Filled, Spot, melted, merged_values, with_merged
from pkassess.layouts.rows import clean_key
from pkassess.layouts.yearparts import joined_period
from pkassess.periods import is_inner_day, is_year, parse_period
from pkassess.texts import fold
from pkassess.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet

_LEAST_SERIES = 2
_ONE_FORM = 2
"""The rows of a table made of one form: names and answers."""
_ABOVE_VALUES = frozenset({"value", "valeur", "valor", "score", "القيمة"})
_PART_WORDS = {
    fold(word): part
    for part, words in {
        "grade": ("cote", "fiabilité", "calificación", "fiabilidad", "التقييم"),
        "source": ("fuente", "المصدر"),
        "numerator": ("numérateur", "numerador", "البسط"),
        "denominator": ("dénominateur", "denominador", "المقام"),
        "n": ("sample", "échantillon", "effectif", "muestra", "العينة"),
    }.items()
    for word in words
}
"""What the parts of an indicator are called below its name, besides their own names."""
_NAME_ROW = frozenset({"indicatorname"})
"""How the row of names begins that COIN templates have above their codes, folded."""
_LONG_FIELDS = field_names(LONG_FIELDS)
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

    Raises InputError when more than one layout fits equally well, or the answers of a form may stand in two columns.
    """
    shape = _shape_of(sheet, vocabulary, choices)
    if shape and shape.rivals:
        raise InputError(
            finding(
                Code.AMBIGUOUS_LAYOUT,
                file=sheet.file,
                sheet=sheet.name,
                found=" or as ".join(
                    f"a form with its answers in column {letter}" for letter in shape.rivals
                ),
                expected="write Answer over the column that is meant, or name the cells in a column map",
            )
        )
    return shape


def _shape_of(sheet: Sheet, vocabulary: Vocabulary, choices: Choices) -> Shape | None:
    if vocabulary.cells and choices.layout in ("", "form"):
        return _of_form(form_by_cells(sheet, vocabulary.cells))
    only = choices.header_row - 1 if choices.header_row else None
    makers = {"wide": _wide, "long": _long, "by-period": _by_period, "form": _form}
    if choices.layout:
        return makers[choices.layout](sheet, vocabulary, only)
    wide, long = _wide(sheet, vocabulary, only), _long(sheet, vocabulary, only)
    if wide and long:
        if len(wide.header.of(Role.VALUE)) >= _LEAST_SERIES:
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
    return form and Shape("form", form.sheet, form.header, form.why, rivals=form.rivals)


def _has_period(header: Header, vocabulary: Vocabulary) -> bool:
    return vocabulary.rubric.period is None or header.where(Role.PERIOD, "period") is not None


def _wide(sheet: Sheet, vocabulary: Vocabulary, only: int | None) -> Shape | None:
    header = find_header(sheet, vocabulary, only=only)
    double = _two_rows(sheet, vocabulary, only) or _names_above_codes(sheet, vocabulary, only)
    if double and (header is None or count_known(double.columns) > count_known(header.columns)):
        return Shape("wide", sheet, double, (f"column names in rows {double.row} and {double.row + 1}",))
    if header is None or not any(header.of(role) for role in MEASURED):
        return None
    _check_parts(sheet, header)
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


# --- two header rows ----------------------------------------------------------------------------------------


def _two_rows(sheet: Sheet, vocabulary: Vocabulary, only: int | None) -> Header | None:
    """The header that two rows make together: a group above, its parts below."""
    head = sheet.head(HEADER_SEARCH_ROWS if only is None else only + 1)
    best: Header | None = None
    for place in range(1, len(head)):
        if only is not None and place != only:
            continue
        upper, lower = header_texts(head[place - 1]), header_texts(head[place])
        if not any(upper) or not any(lower):
            continue
        pairs = list(zip_longest(upper, _spread(upper), lower, fillvalue=""))
        columns = tuple(_meaning_of_pair(*pair, vocabulary) for pair in pairs)
        parted = any(column.role in (Role.SISTER, Role.ITEM) for column in columns)
        if (parted or _keys_above_values(columns, lower)) and (
            best is None or count_known(columns) > count_known(best.columns)
        ):
            texts = tuple(" / ".join(text for text in (above, below) if text) for above, _, below in pairs)
            best = Header(place, columns, texts)
    return best


def _names_above_codes(sheet: Sheet, vocabulary: Vocabulary, only: int | None) -> Header | None:
    """The header of a COIN template whose codes mean nothing to the rubric, while the names in the row above do."""
    head = [header_texts(row) for row in sheet.head(HEADER_SEARCH_ROWS if only is None else only + 1)]
    for place, (upper, lower) in enumerate(pairwise(head), 1):
        if not any(fold(text) in _NAME_ROW for text in upper) or only not in (None, place):
            continue
        columns = tuple(
            own if (own := vocabulary.meaning(below)).role is not Role.UNKNOWN else vocabulary.meaning(above)
            for above, below in zip_longest(upper, lower, fillvalue="")
        )
        texts = tuple(below or above for above, below in zip_longest(upper, lower, fillvalue=""))
        if any(column.role in MEASURED for column in columns):
            return Header(place, columns, texts)
    return None


def _keys_above_values(columns: Sequence[ColumnName], lower: Sequence[str]) -> bool:
    """Whether keys stand in the upper row alone and values in the lower one, under titles such as dimensions."""
    own = [*lower, *[""] * (len(columns) - len(lower))]
    keys = any(column.role is Role.KEY and not text for column, text in zip(columns, own, strict=True))
    return keys and any(column.role is Role.VALUE and text for column, text in zip(columns, own, strict=True))


def _spread(texts: Sequence[str]) -> list[str]:
    """Group titles over all their columns: a merged cell has its text in the first one only."""
    spread, last = [], ""
    for text in texts:
        last = text or last
        spread.append(last)
    return spread


def _meaning_of_pair(above: str, group: str, below: str, vocabulary: Vocabulary) -> ColumnName:
    alone = vocabulary.meaning(below)
    if not below:
        return vocabulary.meaning(above)
    measure = vocabulary.measure(group)
    if measure is None or parse_period(below) is not None:
        return alone  # years under an indicator are one column for each period
    part = _PART_WORDS.get(fold(below)) or below.strip().lower().replace(" ", "_")
    if part in SISTER_PARTS:
        return ColumnName(Role.SISTER, measure, part)
    if part in _ABOVE_VALUES:
        return ColumnName(Role.VALUE, measure)
    item = vocabulary.meaning(f"{measure}.{below}")
    return item if item.role is Role.ITEM and not item.part.startswith("?") else alone


# --- one column per period ----------------------------------------------------------------------------------


def _by_period(sheet: Sheet, vocabulary: Vocabulary, only: int | None) -> Shape | None:
    """A table whose header names periods, under or over indicators or beside a column that names them."""
    head = sheet.head(HEADER_SEARCH_ROWS if only is None else only + 1)
    best: tuple[Header, int | None] | None = None
    for place, row in enumerate(head):
        if only is not None and place != only:
            continue
        for header in _series_headers(sheet, place, row, head[place - 1] if place else (), vocabulary):
            labels = _labels(sheet, header, vocabulary)
            named = all(column.name for _, column in header.of(Role.SERIES))
            if (labels is not None or named) and (
                best is None or count_known(header.columns) > count_known(best[0].columns)
            ):
                best = header, labels
    if best is None:
        return None
    header, labels = best
    count = len({column.part for _, column in header.of(Role.SERIES)})
    why = (f"{count} periods in row {header.row + 1}",)
    over = sheet.head(header.row + 1)[max(header.row - 1, 0) :]
    if not any(sheet.conventions.period(cell) for cells in over for cell in cells if cell not in (None, "")):
        why = (*why, "of the year that a title or the name of the sheet gives")
    if header.where(Role.PERIOD, "period") not in (None, labels):
        raise _ambiguous(sheet, "wide", "by-period")
    _check_parts(sheet, header)
    sheet, filled = with_merged(sheet, header, labels)
    table, melted_header = melted(sheet, header, labels)
    days, merged = tuple(_days(sheet, header)), tuple(merged_values(sheet, header))
    return Shape("by-period", table, melted_header, why, long=True, filled=filled, days=days, merged=merged)


def _days(sheet: Sheet, header: Header) -> Iterator[Spot]:
    """The cells that name the periods of a table by days within their months."""
    rows = sheet.head(header.row + 1)[max(header.row - 1, 0) :]
    for place, _ in header.of(Role.SERIES):
        for number, row in enumerate(rows, max(header.row - 1, 0)):
            if place < len(row) and is_inner_day(row[place], sheet.conventions.day_first):
                yield number, place


def _series_headers(
    sheet: Sheet, place: int, row: Sequence[object], above: Sequence[object], vocabulary: Vocabulary
) -> list[Header]:
    """The headers with periods that a row makes alone, and together with the row above."""
    texts = header_texts(row)
    columns = list(meanings(texts, vocabulary, _LONG_FIELDS))
    periods = _periods(sheet, row, columns)
    upper = header_texts(above)
    groups = _spread(upper) if any(upper) else []
    above_periods = _spread(_periods(sheet, above, [ColumnName(Role.UNKNOWN, "")] * len(above)))
    found = []
    alone = [
        ColumnName(Role.SERIES, "", period) if period else column
        for period, column in zip(periods, columns, strict=True)
    ]
    under_measure = [
        ColumnName(Role.SERIES, vocabulary.measure(group) or "", period)
        if period and group
        else vocabulary.meaning(over)
        if not text and over
        else column
        for period, group, over, text, column in zip_longest(
            periods, groups, upper, texts, columns, fillvalue=""
        )
        if not isinstance(column, str)
    ]
    over_measure = [
        ColumnName(Role.SERIES, column.name, period)
        if period and column.role is Role.VALUE
        else vocabulary.meaning(over)
        if not text and over
        else column
        for period, over, text, column in zip_longest(
            above_periods[: len(columns)], upper, texts, columns, fillvalue=""
        )
        if not isinstance(column, str)
    ]
    under_year = [
        ColumnName(Role.SERIES, "", part.label)
        if year and text and (part := sheet.conventions.period(f"{text} {year}"))
        else vocabulary.meaning(over)
        if not text and over
        else column
        for year, over, text, column in zip_longest(
            above_periods[: len(columns)], upper, texts, columns, fillvalue=""
        )
        if not isinstance(column, str)
    ]
    year = _year_said(sheet, place, vocabulary)
    under_title = [
        ColumnName(Role.SERIES, "", part.label)
        if year and text and not period and (part := sheet.conventions.period(f"{text} {year}"))
        else column
        for text, period, column in zip(texts, periods, columns, strict=True)
    ]
    for candidate in (alone, under_measure, over_measure, under_year, under_title):
        parts = {column.part for column in candidate if column.role is Role.SERIES}
        if len(parts) >= _LEAST_SERIES:
            found.append(Header(place, tuple(candidate), texts))
    return found


def _year_said(sheet: Sheet, place: int, vocabulary: Vocabulary) -> str:
    """The year that the rows above a header give, or else the name of the sheet; '' for none."""
    title = titles(sheet, place, vocabulary).get("period")
    period = sheet.conventions.period(title.text if title else clean_key(sheet.name))
    return period.label if period and is_year(period) else ""


def _periods(sheet: Sheet, row: Sequence[object], columns: Sequence[ColumnName]) -> list[str]:
    """The labels of the periods that cells of a row name, '' for cells that name none."""
    found = []
    for cell, column in zip(row, columns, strict=False):
        period = None
        if cell not in (None, "") and column.role is Role.UNKNOWN:
            period = sheet.conventions.period(cell)
        found.append(period.label if period else "")
    return found


def _labels(sheet: Sheet, header: Header, vocabulary: Vocabulary) -> int | None:
    """The column that names the indicator of each row: by its header, else by what its cells say."""
    place = header.where(Role.FIELD, "indicator")
    if place is not None:
        return place
    rows = sheet.head(HEADER_SEARCH_ROWS)[header.first_row :]
    for place, column in enumerate(header.columns):
        if column.role in (Role.UNKNOWN, Role.PERIOD):
            words = [
                row[place] for row in rows if place < len(row) and isinstance(row[place], str) and row[place]
            ]
            known = sum(vocabulary.measure(str(word)) is not None for word in words)
            if known and known * 2 >= len(words):
                return place
    return None


# --- titles ------------------------------------------------------------------------------------------


def titles(sheet: Sheet, rows: int, vocabulary: Vocabulary) -> dict[str, Constant]:
    """Keys, periods and context that the first ``rows`` rows give, as ``Mission: UNMAV`` or in two cells side by side.

    A year and its quarter, half or month in two of them are one period.
    """
    found = _titles(sheet, rows, vocabulary)
    kind = next((kind for kind in PERIOD_PARTS if kind in found), "")
    year = found.get("period")
    whole = sheet.conventions.period(year.text) if year and kind else None
    if year and whole and is_year(whole):
        text = joined_period(whole.label, found[kind].text, kind, sheet.conventions)
        found["period"] = Constant(text, year.spot)
    elif kind and year is None:
        found["period"] = found[kind]
    return found


def _titles(sheet: Sheet, rows: int, vocabulary: Vocabulary) -> dict[str, Constant]:
    """What titles say, by the name of the key, the period or the part of a year; the first of several counts."""
    found: dict[str, Constant] = {}
    for number, row in enumerate(sheet.head(rows) if rows else ()):
        cells = list(enumerate(row))
        for place, cell in cells:
            said = vocabulary.behind_colon(cell) if isinstance(cell, str) else None
            label = said[1] if said else cell.rstrip(": ") if isinstance(cell, str) else ""
            meaning = said[0] if said else vocabulary.meaning(label)
            if meaning.role not in (Role.KEY, Role.PERIOD, Role.CONTEXT):
                continue
            name = PART_OF_YEAR.get(fold(label), meaning.name)
            following = next((other for other in cells[place + 1 :] if other[1] not in (None, "")), None)
            if said:
                found.setdefault(name, Constant(clean_key(said[2]), (number, place)))
            elif following is not None and not _names_column(following[1], vocabulary):
                found.setdefault(name, Constant(clean_key(following[1]), (number, following[0])))
    return found


def _names_column(cell: object, vocabulary: Vocabulary) -> bool:
    """Whether a cell is the name of a column, as names stand side by side in a header."""
    return isinstance(cell, str) and vocabulary.meaning(cell.rstrip(": ")).role is not Role.UNKNOWN
