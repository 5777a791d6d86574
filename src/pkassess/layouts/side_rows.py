"""The rows of side sheets that speak of partnerships: whom they mean, their cells by name, what is wrong with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pkassess.codes import Code
from pkassess.columnwords import Role
from pkassess.dates import is_ambiguous_date
from pkassess.findings import or_else
from pkassess.headers import Header, find_header
from pkassess.ingest.sheet import Uncomputed, cell_name
from pkassess.layouts.rowkeys import PERIOD_CODES
from pkassess.layouts.rows import (
    Intake,
    blocks_under,
    clean_key,
    drop_personal,
    note_period,
    period_as_written,
    where_in,
)
from pkassess.layouts.sheet_names import report_unread
from pkassess.layouts.surroundings import fill_merged
from pkassess.periods import is_inner_day, periods_meant, why_no_period
from pkassess.spelling import Spot
from pkassess.texts import fold_name
from pkassess.values import says_missing, shows_error

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet
    from pkassess.periods import Period

ALL = ""
"""Stands for every partnership, or for every indicator, where a cell is left blank."""
Keys = tuple[str, ...]


class SideRow:
    """One row of a side sheet: its keys, and its cells by the name of their column."""

    def __init__(self, sheet: Sheet, intake: Intake, row: int, keys: Keys) -> None:
        self.sheet, self.intake, self.row, self.keys = sheet, intake, row, keys
        self.cells: dict[str, Any] = {}
        self.columns: dict[str, int] = {}
        self.usable = True

    def text(self, name: str) -> str:
        """A cell as text, '' for a blank or a column that is not there."""
        return clean_key(self.cells.get(name))

    def day(self, name: str, *, used: bool = False) -> dt.date | None:
        """A cell as a day, of a period its last one; None for a blank, and for what cannot be told, which is reported.

        ``used`` says that the row counts without it.
        """
        cell, said = self.cells.get(name), self.sheet.conventions
        if self.says_nothing(name):
            return None
        day = said.day(cell)
        period = None if day or is_ambiguous_date(cell) else said.period(cell)
        if day is None and period is None:
            code = Code.AMBIGUOUS_DATE if is_ambiguous_date(cell) else Code.BAD_DATE
            self.report(_fault_of(cell) or code, name, used=used)
        return period.end if period else day

    def period(self, name: str) -> Period | None:
        """A cell as a period; None for a blank, and for what is none, which is reported."""
        cell, said = self.cells.get(name), self.sheet.conventions
        if self.says_nothing(name):
            return None
        period = said.period(cell)
        if period is None:
            code = _fault_of(cell) or PERIOD_CODES[why_no_period(cell, said.fiscal_start)]
            self.report(code, name, suggestion=or_else(periods_meant(cell)))
        elif is_inner_day(cell, said.day_first):
            note_period(cell, period, self.intake, where_in(self.sheet, self.row, self.columns[name]), 0)
        return period

    def says_nothing(self, name: str) -> bool:
        """Whether a cell is blank, not there, or holds a word for nothing."""
        cell = self.cells.get(name)
        return cell in (None, "") or (isinstance(cell, str) and says_missing(self.text(name)))

    def address(self, name: str) -> str:
        """The place of a cell, with the sheet."""
        cell = cell_name(self.row, self.columns[name])
        return f"{self.sheet.name}!{cell}" if self.sheet.name else cell

    def report(self, code: Code, column: str, *, used: bool = False, **facts: object) -> None:
        """A finding about one cell of the row, which is not used unless ``used``."""
        where = {"file": self.sheet.file, "sheet": self.sheet.name}
        cell = cell_name(self.row, self.columns.get(column, next(iter(self.columns.values()))))
        value = period_as_written(self.cells.get(column, ""))
        self.intake.findings.add(code, **where, cell=cell, column=column, value=value, **facts)
        if not used:
            self.usable = False
            self.intake.log.skip(self.row, f"see {code.id}")


def side_rows(
    sheet: Sheet,
    intake: Intake,
    fields: tuple[str, ...],
    needed: tuple[str, ...],
    either: tuple[str, ...] = (),
    *,
    whole_keys: bool = False,
) -> Iterator[SideRow]:
    """The filled rows of a side sheet about partnerships that have data.

    Without the columns ``needed``, and one of ``either``, the sheet is not used. Unless the keys have to be whole, one
    that is left blank stands for all. A row about nobody who has data is reported.
    """
    header = find_header(sheet, intake.vocabulary, fields)
    header = header and drop_personal(header, sheet, intake)
    places = _places(header, fields)
    keys = [header.where(Role.KEY, name) if header else None for name in intake.rubric.keys]
    lacks = [*[name for name in needed if name not in places], *([] if {*either} & {*places} else either[:1])]
    lacks += [
        name for name, place in zip(intake.rubric.keys, keys, strict=True) if whole_keys and place is None
    ]
    if header is None or lacks:
        report_unread(sheet, ", ".join(lacks), intake.findings)
        return
    sheet = fill_merged(sheet, header, intake)
    whom = _Whom(intake)
    given_places = [place for place in keys if place is not None]
    key_places = tuple(max(given_places, default=0) if place is None else place for place in keys)
    for first, columns in blocks_under(header, sheet):
        for at in range(len(columns[0])):
            given = tuple(ALL if place is None else clean_key(columns[place][at]) for place in keys)
            row = SideRow(sheet, intake, first + at, given)
            row.cells = {name: columns[place][at] for name, place in places.items()}
            row.columns = places
            if all(cell in (None, "") for cell in row.cells.values()):
                continue
            if whole_keys and not all(given):
                name = [*intake.rubric.keys][given.index(ALL)]
                row.columns = places | {name: key_places[given.index(ALL)]}
                row.report(Code.KEY_MISSING, name, expected=name)
                continue
            meant = whom.of(given, Spot(sheet, first + at, key_places))
            if meant is not None:
                row.keys = meant
                yield row


def _places(header: Header | None, fields: tuple[str, ...]) -> dict[str, int]:
    if header is None:
        return {}
    found = {name: header.where(Role.FIELD, name) for name in fields}
    found["period"] = header.where(Role.PERIOD, "period")
    return {name: place for name, place in found.items() if place is not None}


def _fault_of(cell: object) -> Code | None:
    """What is wrong with a cell that is an error, or a formula without a result."""
    if isinstance(cell, Uncomputed):
        return Code.UNCOMPUTED_FORMULA
    return Code.ERROR_CELL if shows_error(cell) else None


class _Whom:
    """Which partnerships the rows of a sheet mean; one that has no data is said once."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.units = dict.fromkeys(unit.keys for unit in intake.collector.units)
        self.names = [" / ".join(keys) for keys in self.units]
        self.known: dict[Keys, Keys | None] = {}

    def of(self, given: Keys, spot: Spot) -> Keys | None:
        """The keys as the data write them, or None if nobody is meant."""
        if given not in self.known:
            self.known[given] = self._settled(given, spot)
        if self.known[given] is None:
            self.intake.log.skip(spot.row, "about nobody who has data")
        return self.known[given]

    def _settled(self, given: Keys, spot: Spot) -> Keys | None:
        if all(given):
            found = self.intake.names.settle(given, "", spot)
            meant: Keys | None = found if found in self.units else None
        else:
            meant = self._of_part(given)
        if meant is None:
            text = " / ".join(filter(None, given))
            suggestion = self.intake.findings.suggest(text, self.names)
            self.intake.findings.add(Code.ABOUT_NOBODY, **spot.facts(), value=text, suggestion=suggestion)
        return meant

    def _of_part(self, given: Keys) -> Keys | None:
        """Keys of which some are left blank, for all partnerships that have the others."""
        aliases = self.intake.names.aliases
        folded = tuple(fold_name(aliases.get(fold_name(part), part)) for part in given)
        for keys in self.units:
            if all(not mine or mine == fold_name(own) for mine, own in zip(folded, keys, strict=True)):
                return tuple(own if mine else ALL for mine, own in zip(given, keys, strict=True))
        return None
