"""What cells of context columns say: words, codes, days and numbers. What a column cannot say is reported and not used."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from pkassess.codes import Code
from pkassess.columns import Where
from pkassess.columnwords import Role
from pkassess.contextwords import read_level, read_phase
from pkassess.dates import is_ambiguous_date
from pkassess.findings import shown
from pkassess.ingest.sheet import Conventions, Uncomputed
from pkassess.layouts.nodata import clean_name
from pkassess.layouts.rows import Intake, clean_key, where_in
from pkassess.texts import fold
from pkassess.values import State, read_value, shows_error

if TYPE_CHECKING:
    from pkassess.headers import Header
    from pkassess.ingest.sheet import Sheet

Columns = Sequence[Sequence[object]]
_STARTS, _ENDS = ("mission_start", "drawdown_start"), ("mission_end",)
_IN_ORDER = (*_STARTS, *_ENDS)
_FREE_TEXT = "right_of_reply"


class _Said(NamedTuple):
    """The text of a cell as it is kept, '' for nothing; what is to be noted of it, and what was expected instead."""

    text: str
    code: Code | None = None
    expected: str = ""


def read_context(
    header: Header, sheet: Sheet, first: int, columns: Columns, units: Sequence[int], intake: Intake
) -> None:
    """Remember the columns of context of a block by unit; what contradicts an earlier row is reported."""
    texts = context_texts(header, sheet, first, columns, intake, units)
    for place, column in header.of(Role.CONTEXT):
        told: set[int] = set()
        for at, kept, other in intake.collector.set_context(column.name, units, texts[place]):
            if units[at] in told:
                continue
            told.add(units[at])
            intake.findings.add(
                Code.CONTEXT_CONFLICT,
                file=sheet.file,
                sheet=sheet.name,
                cell=sheet.cell(first + at, place),
                column=column.name,
                found=intake.collector.units[units[at]].title,
                expected=f"{shown(kept)} and {shown(other)}",
            )


def context_texts(
    header: Header,
    sheet: Sheet,
    first: int,
    columns: Columns,
    intake: Intake,
    units: Sequence[int] | None = None,
) -> dict[int, list[str]]:
    """The texts of a block's columns of context by their place, '' for a blank and for what is reported.

    Rows of no unit (-1) are not reported. Days come as 2025-06-30; of a year or another period a beginning is its first
    day, an end its last. Peer groups that differ in case, accents and spaces only are one, as it was written first.
    """
    texts = {}
    for place, column in header.of(Role.CONTEXT):
        where = where_in(sheet, first, place)
        texts[place] = _texts(column.name, columns[place], where, intake, sheet.conventions, units)
    for one, other in combinations(_IN_ORDER, 2):
        earlier, later = header.where(Role.CONTEXT, one), header.where(Role.CONTEXT, other)
        if earlier is not None and later is not None:
            _drop_impossible(one, texts[earlier], other, texts[later], where_in(sheet, first, later), intake)
    return texts


def _drop_impossible(
    one: str, earlier: list[str], other: str, later: list[str], where: Where, intake: Intake
) -> None:
    """Leave out, in place, an end before its beginning; each is reported."""
    for at, (start, end) in enumerate(zip(earlier, later, strict=True)):
        if start and end and end < start:
            place = {"file": where.file, "sheet": where.sheet, "cell": where.address(at), "column": other}
            expected = f"the {one}, {shown(start)}"
            intake.findings.add(Code.DATES_OUT_OF_ORDER, **place, value=end, expected=expected)
            later[at] = ""


def _texts(
    name: str,
    cells: Sequence[object],
    where: Where,
    intake: Intake,
    said: Conventions,
    units: Sequence[int] | None,
) -> list[str]:
    texts = []
    known: dict[str, _Said] = {}
    for at, cell in enumerate(cells):
        if cell is None or cell == "":
            texts.append("")
            continue
        found = known.get(cell) if isinstance(cell, str) else None
        if found is None:
            found = _read(name, cell, said, intake)
            if isinstance(cell, str):
                known[cell] = found
        texts.append(found.text)
        if found.code and (units is None or units[at] >= 0):
            intake.notes.count(found.code, where, name, at, str(cell), found.expected)
    return texts


def _read(name: str, cell: object, said: Conventions, intake: Intake) -> _Said:
    if isinstance(cell, Uncomputed):
        return _Said("", Code.UNCOMPUTED_FORMULA)
    if shows_error(cell):
        return _Said("", Code.ERROR_CELL)
    text = clean_key(cell)
    if name == _FREE_TEXT or not text:
        return _Said(text)
    if not clean_name(cell):
        return _Said("", Code.MISSING_TOKEN)
    if name in (*_STARTS, *_ENDS):
        return _day(cell, said, ends=name in _ENDS)
    if name == "population":
        return _population(cell, text)
    if name == "authority_level":
        return _Said(text, None if read_level(text) else Code.BAD_LEVEL)
    if name == "phase":
        return _Said(text, None if read_phase(text) else Code.BAD_PHASE)
    if name == "peer_group":
        return _Said(intake.peer_groups.setdefault(fold(text), text))
    return _Said(text)


def _day(cell: object, said: Conventions, *, ends: bool) -> _Said:
    if is_ambiguous_date(cell) and said.day_first is None:
        return _Said("", Code.AMBIGUOUS_DATE)
    period = None if (day := said.day(cell)) else said.period(cell)
    day = day or (period and (period.end if ends else period.start))
    return _Said(day.isoformat()) if day else _Said("", Code.BAD_DATE)


def _population(cell: object, text: str) -> _Said:
    reading = read_value(cell)
    if reading.state is State.REJECTED:
        return _Said("", reading.code)
    return _Said("", Code.OUT_OF_LIMITS, "the limits: 0 or more") if reading.value < 0 else _Said(text)
