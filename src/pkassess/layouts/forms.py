"""Forms: labels with their answers beside them, one form per sheet or one column per partnership."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from pkassess.columnwords import MEASURED, ColumnName, Role
from pkassess.headers import Header, count_known, find_header, header_texts
from pkassess.ingest.sheet import cell_name
from pkassess.layouts.rearranged import Answer, Filled, Spot, of_answers
from pkassess.texts import fold
from pkassess.values import State, read_value

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Row, Sheet, Value
    from pkassess.vocabulary import Vocabulary

FORM_ROWS = 200
_FORM_COLUMNS = 12
_LEAST_LABELS = 3
_NAMING = (Role.KEY, Role.PERIOD)
_ANSWER_WORDS = frozenset(
    fold(word)
    for word in (
        *("answer", "answers", "value", "response", "score", "result", "actual", "current", "observed"),
        *("réponse", "réponses", "valeur", "résultat", "note", "réalisé", "actuel"),
        *("respuesta", "respuestas", "valor", "resultado", "الإجابة", "الجواب", "القيمة"),
    )
)
"""What the column of answers is called, where a form has a line of titles."""


class Label(NamedTuple):
    """A text that names what its answer says; ``answer`` stands in the same cell, behind a colon."""

    row: int
    column: int
    meaning: ColumnName
    text: str
    answer: str = ""


class Form(NamedTuple):
    """A form put in order: a table with a row per partnership, and how it was told."""

    sheet: Sheet
    header: Header
    why: tuple[str, ...]
    rivals: tuple[str, ...] = ()
    """Two columns that may hold the answers, where nothing tells which does."""
    filled: tuple[Filled, ...] = ()
    """Labels of keys whose merged answers count for every partnership that they cover."""
    merged: tuple[str, ...] = ()
    """Merged answers of indicators, B5:C5."""


def find_form(sheet: Sheet, vocabulary: Vocabulary) -> Form | None:
    """The form on a sheet, None if what its first columns say makes a table rather than a form."""
    rows = sheet.head(FORM_ROWS)
    labels = _labels(rows, vocabulary)
    if len(labels) < _LEAST_LABELS or not any(label.meaning.role in MEASURED for label in labels):
        return None
    column = _main_column(labels)
    rows, filled = _with_merged_across(sheet, rows, labels, column)
    units = _units(rows, labels, column)
    answered, rivals = (_of_units(rows, labels, column, units), ()) if units else _beside(rows, labels)
    if not _is_form(answered, find_header(sheet, vocabulary)):
        return None
    answered |= _unknown(rows, answered, vocabulary)
    answered |= _titled(rows, answered, vocabulary) if not units else {}
    places = {answer.spot[1] for label, answers in answered.items() for answer in answers if not label.answer}
    letters = ", ".join(_letter(sheet, place) for place in sorted(places))
    where = f"answers in column{'s' * (len(places) > 1)} {letters}" if places else "answers behind colons"
    why = (f"labels in column {_letter(sheet, column)}, {where}",)
    own = tuple(_letter(sheet, place) for place in rivals)
    merged = _merged_answers(sheet, labels, column, units)
    return Form(*_in_order(sheet, answered), why, own, filled if units else (), merged)


def _is_form(answered: Answered, across: Header | None) -> bool:
    """Whether more labels are answered than a header has names, and not by the names beside them."""
    filled = [
        label
        for label, answers in answered.items()
        if any(answer.value not in (None, "") for answer in answers)
    ]
    if len(filled) < _LEAST_LABELS or (across and count_known(across.columns) >= len(filled)):
        return False
    # Titles above a table look like labels too; the last of its names may have a name unknown to the rubric beside it.
    return any(
        label.meaning.role in MEASURED
        and (across is None or label.row != across.row or is_number(answered[label][0].value))
        for label in filled
    )


def form_by_cells(sheet: Sheet, cells: Mapping[Spot, ColumnName]) -> Form | None:
    """The form whose answers stand in the cells that a column map names; None if none of them is filled."""
    rows = sheet.head(max(row for row, _ in cells) + 1)
    found: Answered = {
        Label(row, column, meaning, meaning.name): (_answer(rows, row, column),)
        for (row, column), meaning in sorted(cells.items())
    }
    if all(answers[0].value in (None, "") for answers in found.values()):
        return None
    return Form(*_in_order(sheet, found), ("its answers in the cells that the column map names",))


Answered = dict[Label, tuple[Answer, ...]]


def _in_order(sheet: Sheet, answered: Answered) -> tuple[Sheet, Header]:
    labels = sorted(answered, key=lambda label: (label.row, label.column))
    return of_answers(
        sheet,
        [((label.row, label.column), label.meaning, label.text) for label in labels],
        [answered[label] for label in labels],
    )


# --- labels -------------------------------------------------------------------------------------------------


def _labels(rows: Sequence[Row], vocabulary: Vocabulary) -> list[Label]:
    """The texts that mean something to the rubric, row by row."""
    found = []
    for number, row in enumerate(rows):
        for column, text in enumerate(header_texts(row[:_FORM_COLUMNS])):
            if text and (label := _label(number, column, text, vocabulary)):
                found.append(label)
    return found


def _label(row: int, column: int, text: str, vocabulary: Vocabulary) -> Label | None:
    meaning = vocabulary.meaning(_bare(text))
    if meaning.role is not Role.UNKNOWN:
        return Label(row, column, meaning, text)
    if item := vocabulary.item(_bare(text)):
        return Label(row, column, item, text)
    if said := vocabulary.behind_colon(text):
        return Label(row, column, *said)
    name, _, answer = text.partition(":")
    item = vocabulary.item(name) if answer.strip() else None
    return Label(row, column, item, name.strip(), answer.strip()) if item else None


def _bare(text: str) -> str:
    return text.rstrip(": ").strip()


def _main_column(labels: Sequence[Label]) -> int:
    """The column with most of the labels, the first of several."""
    columns = [label.column for label in labels]
    return max(sorted(set(columns)), key=columns.count)


# --- answers ------------------------------------------------------------------------------------------------


def _with_merged_across(
    sheet: Sheet, rows: Sequence[Row], labels: Sequence[Label], column: int
) -> tuple[Sequence[Row], tuple[Filled, ...]]:
    """The rows in which merged keys and context of a turned table stand in all columns that they cover."""
    spread = [list(row) for row in rows]
    filled = []
    about = {
        label.row: label for label in labels if label.column == column and label.meaning.role not in MEASURED
    }
    for area in sheet.merged:
        label = about.get(area.first_row)
        if label and column < area.first_column < area.last_column:
            row = spread[area.first_row]
            row += [None] * (area.last_column + 1 - len(row))
            count = area.last_column - area.first_column
            row[area.first_column + 1 : area.last_column + 1] = [row[area.first_column]] * count
            filled.append(Filled(label.meaning.name, sheet.cell(area.first_row, area.first_column), count))
    return spread, tuple(filled)


def _merged_answers(
    sheet: Sheet, labels: Sequence[Label], column: int, units: Sequence[int]
) -> tuple[str, ...]:
    """The merged areas of a turned table whose value stands for several partnerships."""
    measured = {label.row for label in labels if label.column == column and label.meaning.role in MEASURED}
    return tuple(
        f"{cell_name(area.first_row, area.first_column)}:{cell_name(area.last_row, area.last_column)}"
        for area in sheet.merged
        if not measured.isdisjoint(range(area.first_row, area.last_row + 1))
        and sum(area.first_column <= unit <= area.last_column for unit in units) > 1
    )


def _units(rows: Sequence[Row], labels: Sequence[Label], column: int) -> tuple[int, ...]:
    """The columns of a turned table, which has several partnerships: each with its last key, most keys, and a value."""
    spots = {(label.row, label.column) for label in labels}
    mine = [label.row for label in labels if label.column == column and label.meaning.role in MEASURED]
    keys = [label.row for label in labels if label.column == column and label.meaning.role in _NAMING]
    last = [label.row for label in labels if label.row in keys and label.meaning.role is Role.KEY][
        -1:
    ] or keys
    width = max(map(len, rows), default=0)
    free = takewhile(
        lambda place: not any((row, place) in spots for row in keys + mine), range(column + 1, width)
    )
    valued = [place for place in free if any(_filled(rows, row, place) for row in mine)]
    named = {place: [row for row in keys if _filled(rows, row, place)] for place in valued}
    sure = [place for place in valued if {*last} <= {*named[place]} and len(named[place]) * 2 > len(keys) > 0]
    # One that lacks keys beside others that have them is a partnership too, whose keys were forgotten.
    return tuple(place for place in valued if named[place]) if len(sure) > 1 else ()


def _of_units(rows: Sequence[Row], labels: Sequence[Label], column: int, units: Sequence[int]) -> Answered:
    return {
        label: tuple(_answer(rows, label.row, unit) for unit in units)
        for label in labels
        if label.column == column
    }


def _beside(rows: Sequence[Row], labels: Sequence[Label]) -> tuple[Answered, tuple[int, ...]]:
    """The answers of one form: behind a colon, in the column of answers, or of a key in the next filled cell.

    With them come two columns between which nothing decides, if there are such.
    """
    stretches = {label: _stretch(rows, label, labels) for label in labels}
    columns = {
        column: _answer_columns(rows, [label for label in labels if label.column == column], stretches)
        for column in {label.column for label in labels}
    }
    found: Answered = {}
    for label, stretch in stretches.items():
        filled = [place for place in stretch if _filled(rows, label.row, place)]
        place = next(iter(columns[label.column]), None)
        if label.answer:
            found[label] = (Answer(label.answer, (label.row, label.column)),)
        elif label.meaning.role in MEASURED and place in stretch:
            found[label] = (_answer(rows, label.row, place),)
        elif label.meaning.role not in MEASURED and filled:
            found[label] = (_answer(rows, label.row, filled[0]),)
    return found, next((places for places in columns.values() if len(places) > 1), ())


def _stretch(rows: Sequence[Row], label: Label, labels: Sequence[Label]) -> range:
    """The cells between a label and the next one of its row."""
    later = [other.column for other in labels if other.row == label.row and other.column > label.column]
    return range(label.column + 1, min(later, default=len(rows[label.row])))


def _answer_columns(
    rows: Sequence[Row], labels: Sequence[Label], stretches: Mapping[Label, range]
) -> tuple[int, ...]:
    """The column that holds the values of labels below one another, beside units, sources and remarks.

    It is the one titled so, else the one with most numbers, else with most words; two where that does not tell.
    """
    measured = [label for label in labels if label.meaning.role in MEASURED and not label.answer]
    if not measured:
        return ()
    above = rows[: measured[0].row]
    titles = {
        column
        for row in above
        for column, text in enumerate(header_texts(row))
        if fold(text) in _ANSWER_WORDS
    }

    def weight(place: int) -> tuple[bool, int, int, int]:
        cells = [rows[label.row][place] for label in measured if place in stretches[label]]
        numbers = sum(is_number(cell) for cell in cells)
        return place in titles, numbers, sum(cell not in (None, "") for cell in cells), -place

    ranked = sorted({place for label in measured for place in stretches[label]}, key=weight, reverse=True)
    if len(ranked) > 1:
        (titled, most, *_), (rivalling, second, *_) = weight(ranked[0]), weight(ranked[1])
        if titled is rivalling and second and second * 2 >= most:
            return tuple(sorted(ranked[:2]))
    return tuple(ranked[:1])


def is_number(cell: Value) -> bool:
    """Whether a cell holds a number, be it as text."""
    if isinstance(cell, str):
        return read_value(cell).state is State.OBSERVED
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _unknown(rows: Sequence[Row], answered: Answered, vocabulary: Vocabulary) -> Answered:
    """Labels among those of indicators that mean nothing and have an answer; they are named like unknown columns."""
    beside = {
        label.column: tuple(answer.spot[1] for answer in answers)
        for label, answers in answered.items()
        if label.meaning.role in MEASURED and not label.answer
    }
    found: Answered = {}
    for number, row in enumerate(rows):
        for column, places in beside.items():
            text = _bare(next(iter(header_texts(row[column : column + 1])), ""))
            answers = tuple(_answer(rows, number, place) for place in places)
            filled = any(answer.value not in (None, "") for answer in answers)
            titles = any(
                isinstance(answer.value, str) and fold(answer.value) in _ANSWER_WORDS for answer in answers
            )
            known = vocabulary.meaning(text).role is not Role.UNKNOWN or vocabulary.item(text)
            if text and filled and not titles and not known:
                found[Label(number, column, ColumnName(Role.UNKNOWN, text), text)] = answers
    return found


def _titled(rows: Sequence[Row], answered: Answered, vocabulary: Vocabulary) -> Answered:
    """Grades, sources and the like beside the answers, in columns that a line of titles above calls so."""
    found: Answered = {}
    for label, (answer, *_) in answered.items():
        if label.meaning.role is not Role.VALUE or label.answer:
            continue
        for place in range(answer.spot[1] + 1, len(rows[label.row])):
            above = (rows[row][place] for row in range(label.row) if _filled(rows, row, place))
            parts = (vocabulary.sister_part(cell) if isinstance(cell, str) else "" for cell in above)
            part = next(filter(None, parts), "")
            if part and _filled(rows, label.row, place):
                meaning = ColumnName(Role.SISTER, label.meaning.name, part)
                found[Label(label.row, place, meaning, part)] = (_answer(rows, label.row, place),)
    return found


def _filled(rows: Sequence[Row], row: int, column: int) -> bool:
    return column < len(rows[row]) and rows[row][column] not in (None, "")


def _answer(rows: Sequence[Row], row: int, column: int) -> Answer:
    value = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
    return Answer(value, (row, column))


def _letter(sheet: Sheet, column: int) -> str:
    return sheet.cell(0, column).rstrip("0123456789")
