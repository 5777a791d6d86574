"""Side sheets for trends: ``breaks`` (where a series starts anew) and ``targets`` (what was agreed, by when)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from pkassess.findings import Code
from pkassess.headers import BREAK_FIELDS, TARGET_FIELDS, Role, find_header
from pkassess.ingest.sheet import cell_name
from pkassess.layouts.rows import Intake, blocks_under, clean_key
from pkassess.observations import BreakRow, TargetRow
from pkassess.texts import fold
from pkassess.values import read_value

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Conventions, Sheet

ALL = ""
"""Stands for every partnership, or for every indicator, where a cell is left blank."""


def read_breaks(sheet: Sheet, intake: Intake) -> None:
    """Series breaks into the collector; a row that cannot be understood is reported and left out."""
    for row in _rows(sheet, intake, BREAK_FIELDS, ("period",)):
        column = row.named
        name = row.measure(row.text(column)) if row.text(column) else ALL
        period = sheet.conventions.period(row.cells["period"])
        if name is None:
            row.report(Code.UNKNOWN_SERIES, column, suggestion=row.suggestion(column))
        elif period is None:
            row.report(Code.BAD_PERIOD, "period")
        else:
            intake.collector.breaks.append(BreakRow(row.keys, name, period, row.text("reason")))


def read_targets(sheet: Sheet, intake: Intake) -> None:
    """Targets into the collector; a row that cannot be understood is reported and left out."""
    for row in _rows(sheet, intake, TARGET_FIELDS, ("value",)):
        measure = row.measure(row.text(row.named))
        value = read_value(row.cells["value"]).value
        date = _day(row.cells.get("date"), sheet.conventions)
        baseline = sheet.conventions.period(row.cells.get("baseline"))
        if measure is None:
            row.report(Code.UNKNOWN_SERIES, row.named, suggestion=row.suggestion(row.named))
        elif np.isnan(value):
            row.report(Code.BAD_TARGET, "value", expected="a number")
        elif date is None and row.text("date"):
            row.report(Code.BAD_TARGET, "date", expected="a date such as 2026-06-30, or a period")
        elif baseline is None and row.text("baseline"):
            row.report(Code.BAD_PERIOD, "baseline")
        else:
            intake.collector.targets.append(
                TargetRow(row.keys, measure, value, date, baseline, row.address("value"))
            )


def _day(cell: object, said: Conventions) -> dt.date | None:
    """A day; of a period its last one."""
    day = said.day(cell)
    period = None if day else said.period(cell)
    return period.end if period else day


class _Row:
    """One row of a side sheet: its keys, and its cells by the name of their column."""

    def __init__(self, sheet: Sheet, intake: Intake, keys: tuple[str, ...], cells: dict[str, Any]) -> None:
        self.sheet, self.intake, self.keys, self.cells = sheet, intake, keys, cells
        self.places: dict[str, str] = {}

    @property
    def named(self) -> str:
        """The column that says what the row is about."""
        return "dimension" if self.text("dimension") else "indicator"

    def text(self, name: str) -> str:
        """A cell as text, '' for a blank or a column that is not there."""
        return clean_key(self.cells.get(name))

    def address(self, name: str) -> str:
        """The place of a cell, with the sheet."""
        cell = self.places[name]
        return f"{self.sheet.name}!{cell}" if self.sheet.name else cell

    def measure(self, text: str) -> str | None:
        """The id of the scored indicator or dimension that a text names."""
        rubric = self.intake.rubric
        for name, dimension in rubric.dimensions.items():
            if fold(text) in {fold(word) for word in (name, *dimension.label.values())}:
                return name
        found = self.intake.vocabulary.measure(text)
        return found if found in rubric.indicators else None

    def suggestion(self, column: str) -> str:
        """The known name nearest to what a cell says."""
        return self.intake.findings.suggest(
            self.text(column), [*self.intake.rubric.dimensions, *self.intake.rubric.indicators]
        )

    def report(self, code: Code, column: str, **facts: object) -> None:
        """A finding about one cell of the row."""
        self.intake.findings.add(
            code,
            file=self.sheet.file,
            sheet=self.sheet.name,
            cell=self.places.get(column, next(iter(self.places.values()))),
            column=column,
            value=self.text(column),
            **facts,
        )


def _rows(sheet: Sheet, intake: Intake, fields: tuple[str, ...], needed: tuple[str, ...]) -> Iterator[_Row]:
    """The filled rows of a side sheet; one without the columns it needs is reported and has none."""
    header = find_header(sheet, intake.vocabulary, fields)
    places: dict[str, int] = {}
    for name in fields:
        place = header.where(Role.FIELD, name) if header else None
        if place is not None:
            places[name] = place
    period = header.where(Role.PERIOD, "period") if header else None
    places |= {"period": period} if period is not None else {}
    if (
        header is None
        or any(name not in places for name in needed)
        or not {"indicator", "dimension"} & {*places}
    ):
        found = f"it lacks the columns of a {fold(sheet.name)} sheet ({', '.join(('indicator', *needed))})"
        intake.findings.add(Code.SHEET_NOT_USED, file=sheet.file, sheet=sheet.name, found=found)
        return
    keys = [header.where(Role.KEY, name) for name in intake.rubric.keys]
    for first, columns in blocks_under(header, sheet):
        for at in range(len(columns[0])):
            key = tuple(ALL if place is None else clean_key(columns[place][at]) for place in keys)
            row = _Row(sheet, intake, key, {name: columns[place][at] for name, place in places.items()})
            row.places = {name: cell_name(first + at, place) for name, place in places.items()}
            if any(cell not in (None, "") for cell in row.cells.values()):
                yield row
