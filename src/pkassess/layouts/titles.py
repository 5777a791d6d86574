"""What rows above a table say for all of its rows: ``Mission: UNMAV`` in one cell, or in two side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from pkassess.columnwords import PART_OF_YEAR, PERIOD_PARTS, Role
from pkassess.layouts.rearranged import Constant
from pkassess.layouts.rows import clean_key
from pkassess.layouts.yearparts import joined_period
from pkassess.periods import is_year
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Row, Sheet
    from pkassess.vocabulary import Vocabulary

_CELLS_OF_TITLE = 2
"""A label and what it says."""


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


def dividing_lines(
    sheet: Sheet, first: int, names: Collection[str], vocabulary: Vocabulary
) -> dict[str, list[Constant]]:
    """What lines among the rows of a table, from ``first`` on, say of the rows below them: ``Mission: UNMAV`` alone.

    Only those that give one of the ``names``; a row that holds anything else is a row of data.
    """
    found: dict[str, list[Constant]] = defaultdict(list)
    for start, rows in sheet.blocks(first):
        for number, row in enumerate(rows, start):
            text = next((cell for cell in row if cell not in (None, "")), None)
            if not isinstance(text, str) or not _may_be_label(text, vocabulary):
                continue
            said = _titles_of(number, row, vocabulary)
            filled = sum(cell not in (None, "") for cell in row)
            if said and set(said) <= set(names) and filled <= len(said) * _CELLS_OF_TITLE:
                for name, constant in said.items():
                    found[name].append(constant)
    return found


def _may_be_label(text: str, vocabulary: Vocabulary) -> bool:
    return ":" in text or fold(text) in vocabulary.others


def _titles(sheet: Sheet, rows: int, vocabulary: Vocabulary) -> dict[str, Constant]:
    """What titles say, by the name of the key, the period or the part of a year; the first of several counts."""
    found: dict[str, Constant] = {}
    for number, row in enumerate(sheet.head(rows) if rows else ()):
        found = _titles_of(number, row, vocabulary) | found
    return found


def _titles_of(number: int, row: Row, vocabulary: Vocabulary) -> dict[str, Constant]:
    found: dict[str, Constant] = {}
    cells = list(enumerate(row))
    for place, cell in cells:
        said = vocabulary.behind_colon(cell) if isinstance(cell, str) else None
        label = said[1] if said else cell.rstrip(": ") if isinstance(cell, str) else ""
        meaning = said[0] if said else vocabulary.meaning(label)
        if meaning.role not in (Role.KEY, Role.PERIOD, Role.CONTEXT):
            continue
        name = PART_OF_YEAR.get(fold(label), meaning.name)
        following = _answers(cells[place + 1 :], vocabulary)
        if said:
            found.setdefault(name, Constant(clean_key(said[2]), (number, place)))
        elif len({clean_key(cell) for _, cell in following}) == 1:
            found.setdefault(name, Constant(clean_key(following[0][1]), (number, following[0][0])))
    return found


def _answers(cells: Sequence[tuple[int, object]], vocabulary: Vocabulary) -> list[tuple[int, object]]:
    """The filled cells beside a label up to the next one; several different ones are no title for all rows."""
    filled = (cell for cell in cells if cell[1] not in (None, ""))
    return list(takewhile(lambda cell: not _is_label(cell[1], vocabulary), filled))


def _is_label(cell: object, vocabulary: Vocabulary) -> bool:
    """Whether a cell is another title, or the name of a column, as names stand side by side in a header."""
    return isinstance(cell, str) and (
        ":" in cell or vocabulary.meaning(cell.rstrip(": ")).role is not Role.UNKNOWN
    )
