"""The long layout: one row per observation, with everything known of it beside the value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pkassess.checklists import read_checklist, read_listed
from pkassess.codes import Code
from pkassess.columns import (
    Cells,
    Measure,
    Where,
    blank_cells,
    note_reported,
    note_sources,
    note_words,
    read_column,
    without_unreported,
)
from pkassess.columnwords import REPORTED, SIDE_WORDS, STATISTICS, ColumnName, Role
from pkassess.dates import is_ambiguous_date
from pkassess.grades import UNGRADED_CODE, read_grade
from pkassess.headers import Header, report_unknown
from pkassess.ingest.sheet import cell_ranges
from pkassess.layouts.contextcells import read_context
from pkassess.layouts.itemrows import ItemRows
from pkassess.layouts.nodata import clean_name, names_total
from pkassess.layouts.otherrows import without_others
from pkassess.layouts.rowkeys import SKIPPED, RowKeys
from pkassess.layouts.rows import Intake, blocks_under, clean_key, origins, where_at, where_in
from pkassess.observations import NOT_GIVEN
from pkassess.parts import (
    counts_of,
    less_in_part,
    read_parts,
    statistic_beside,
    value_or_parts,
    without_wrong_bounds,
)
from pkassess.texts import fold
from pkassess.unitwords import contradicts, is_strange_unit
from pkassess.values import MISSING_TOKENS, State

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet

Columns = list[Sequence[object]]
_WORD_FIELDS = {
    "source": "source_type",
    "reference": "source_ref",
    "assessor": "assessor_code",
    "side": "assessor_side",
}


def read_long(sheet: Sheet, header: Header, intake: Intake) -> None:
    """Read a long sheet into the intake's collector."""
    report_unknown(header, sheet, intake.vocabulary, intake.findings)
    reader = _LongReader(sheet, header, intake)
    for first, given in blocks_under(header, sheet, intake.log):
        columns = without_others(header, sheet, first, given, intake)
        reader.read(first, columns)
    reader.finish()


class _LongReader:
    def __init__(self, sheet: Sheet, header: Header, intake: Intake) -> None:
        self.sheet, self.header, self.intake = sheet, header, intake
        self.keys = RowKeys(header, sheet, intake)
        self.place = intake.collector.enter(sheet.file, sheet.name)
        intake.long_places.add(self.place)
        self.items = ItemRows(sheet, self._value_column(), self.place, intake)
        self.unknown: dict[tuple[str, str], list[int]] = defaultdict(list)
        """The rows that name what the rubric does not have, by that name and the column where it stands."""
        self.named_points = False
        self.other_units: set[tuple[str, str]] = set()

    def read(self, first: int, columns: Columns) -> None:
        units = np.array(self.keys.units(first, columns), dtype=np.int32)
        self._context(first, columns, units)
        self._note_words(first, columns)
        known = self._properties(first, columns)
        values = self._field("value", columns) or (None,) * len(units)
        for named, rows in self._rows_by_indicator(first, columns, units).items():
            if named.role is Role.ITEM:
                self._take_items(named, rows, first, values, units, known)
            else:
                self._add(named.name, np.array(rows), first, columns, units, known)

    def _note_words(self, first: int, columns: Columns) -> None:
        """Name types of sources that the rubric does not order, and what is no answer to whether a report came."""
        for name in ("source_type", REPORTED.name):
            cells, place = self._field(name, columns), self.header.where(Role.FIELD, name)
            if cells is None or place is None:
                continue
            where, notes = where_in(self.sheet, first, place), self.intake.notes
            if name == REPORTED.name:
                note_reported(cells, where, notes)
            else:
                note_sources(cells, self.intake.rubric.source_order, name, where, notes)

    def _take_items(
        self,
        item: ColumnName,
        rows: list[int],
        first: int,
        values: Sequence[object],
        units: NDArray[np.int32],
        known: dict[str, NDArray[Any]],
    ) -> None:
        measure = self.intake.measures[item.name]
        in_time = [
            row
            for row in rows
            if values[row] not in (None, "")
            and not self._is_late(measure, first + row, units[row], int(known["observed_on"][row]))
        ]
        self.items.take(item, in_time, first, values, units, known)

    def finish(self) -> None:
        """Add what needs all rows, and report what no row was for."""
        self.items.finish()
        self._report_unknown_indicators()
        self._report_unused_items()

    def _field(self, name: str, columns: Columns) -> Sequence[object] | None:
        place = self.header.where(Role.FIELD, name)
        return columns[place] if place is not None else None

    def _context(self, first: int, columns: Columns, units: NDArray[np.int32]) -> None:
        read_context(self.header, self.sheet, first, columns, units.tolist(), self.intake)

    def _rows_by_indicator(
        self, first: int, columns: Columns, units: NDArray[np.int32]
    ) -> dict[ColumnName, list[int]]:
        """The rows of each indicator, and of each point of a checklist that has rows of its own."""
        rows: dict[ColumnName, list[int]] = defaultdict(list)
        names: dict[object, ColumnName] = {}
        points = self._field("item", columns)
        for at, cell in enumerate(self._field("indicator", columns) or ()):
            if units[at] == SKIPPED:
                continue
            if cell in (None, ""):
                self._report_nameless(first + at, at, columns)
                continue
            if cell not in names:
                names[cell] = self.intake.vocabulary.of_row(str(cell))
            named, text, column = names[cell], str(cell), "indicator"
            if points is not None and self._is_point(named, points[at]):
                text, column = f"{named.name}.{clean_key(points[at])}", "item"
                named = self.intake.vocabulary.of_row(text)
            if named.role in (Role.VALUE, Role.ITEM):
                rows[named].append(at)
            else:
                self.unknown[text, column].append(first + at)
        return rows

    def _is_point(self, named: ColumnName, cell: object) -> bool:
        """Whether a cell of the column item names a point: beside other indicators it numbers rows or lines."""
        is_point = (
            named.role is Role.VALUE and named.name in self.intake.vocabulary.items and cell not in (None, "")
        )
        self.named_points |= is_point
        return is_point

    def _report_nameless(self, row: int, at: int, columns: Columns) -> None:
        """A value that names no indicator belongs nowhere."""
        self.intake.log.skip(row, "no indicator")
        given = [self._field(name, columns) for name in ("value", "numerator")]
        if any(cells is not None and cells[at] not in (None, "") for cells in given):
            place = self.header.where(Role.FIELD, "indicator") or 0
            self.intake.findings.add(
                Code.KEY_MISSING,
                file=self.sheet.file,
                sheet=self.sheet.name,
                cell=self.sheet.cell(row, place),
                column="indicator",
                expected="indicator",
            )

    def _report_unknown_indicators(self) -> None:
        known = [*self.intake.vocabulary.known_texts()]
        for (name, column), rows in self.unknown.items():
            place = self.header.where(Role.FIELD, column) or 0
            total = names_total(name)
            for row in rows:
                self.intake.log.skip(row, "a total" if total else "unknown indicator")
            named = self.intake.vocabulary.of_row(name)
            points = self.intake.vocabulary.points(named.name) if named.role is Role.STRANGE_ITEM else []
            self.intake.findings.add(
                Code.TOTALS_ROW if total else Code.UNKNOWN_INDICATOR,
                file=self.sheet.file,
                sheet=self.sheet.name,
                cell=self.sheet.cell(rows[0], place),
                column=column,
                value=name,
                count=len(rows),
                cells=cell_ranges(self.sheet.origin(row, place) for row in rows),
                suggestion=self.intake.findings.suggest(name, points or known),
            )

    def _report_unused_items(self) -> None:
        """A column called item may number the rows of a table in which no checklist stands."""
        place = self.header.where(Role.FIELD, "item")
        if place is not None and not self.named_points:
            text, cell = self.header.texts[place], self.sheet.cell(self.header.row, place)
            self._report(Code.COLUMN_NOT_USED, cell, text, text)

    def _properties(self, first: int, columns: Columns) -> dict[str, NDArray[Any]]:
        """What is known of each row's observation besides its value."""
        rows = len(columns[0])
        found: dict[str, NDArray[Any]] = {"grade": self._grades(first, columns, rows)}
        for name, title in _WORD_FIELDS.items():
            cells = self._field(title, columns)
            if name == "side" and cells is not None:
                cells = self._sides(first, cells)
            found[name] = (
                np.full(rows, NOT_GIVEN) if cells is None else self.intake.collector.add_words(cells)
            )
        cells = self._field("observed_on", columns)
        said = self.sheet.conventions
        days = [said.day(cell) for cell in cells] if cells is not None else [None] * rows
        self._report_bad_dates(first, cells or (), days)
        found["observed_on"] = np.array([day.toordinal() if day else 0 for day in days])
        return found

    def _report_bad_dates(self, first: int, cells: Sequence[object], days: Sequence[object]) -> None:
        place = self.header.where(Role.FIELD, "observed_on") or 0
        for at, (cell, day) in enumerate(zip(cells, days, strict=False)):
            if day is None and clean_name(cell):
                code = Code.AMBIGUOUS_DATE if is_ambiguous_date(cell) else Code.BAD_DATE
                self._report(code, self.sheet.cell(first + at, place), "observed_on", str(cell))

    def _sides(self, first: int, cells: Sequence[object]) -> list[str]:
        """``mission``, ``host`` or '' for each cell; every other word is reported."""
        where = where_in(self.sheet, first, self.header.where(Role.FIELD, "assessor_side") or 0)
        texts = {cell: fold(str(cell)) if cell is not None else "" for cell in set(cells)}
        found = {
            cell: next((side for side, words in SIDE_WORDS.items() if text in words), "")
            for cell, text in texts.items()
        }
        known = {cell for cell, text in texts.items() if found[cell] or not text}
        note_words(cells, known.__contains__, "mission or host", "assessor_side", where, self.intake.notes)
        return [found[cell] for cell in cells]

    def _grades(self, first: int, columns: Columns, rows: int) -> NDArray[np.int8]:
        sources, infos = self._field("source_grade", columns), self._field("info_grade", columns)
        grades = np.full(rows, UNGRADED_CODE, dtype=np.int8)
        if sources is None and infos is None:
            return grades
        blank = (None,) * rows
        for at, (source, info) in enumerate(zip(sources or blank, infos or blank, strict=True)):
            grade = read_grade(_grade_text(source) + _grade_text(info))
            # The letter may stand in either column, and B2 in one of them; each half by itself has to be a grade.
            bad = [
                name
                for name, cell in (("source_grade", source), ("info_grade", info))
                if read_grade(cell) is None
            ]
            if grade is not None and not bad:
                grades[at] = grade
                continue
            name = bad[0] if bad else "info_grade"
            where = where_in(self.sheet, first, self.header.where(Role.FIELD, name) or 0)
            self.intake.notes.count(
                Code.BAD_GRADE, where, name, at, str(source if name == "source_grade" else info)
            )
        return grades

    def _add(
        self,
        name: str,
        rows: NDArray[np.intp],
        first: int,
        columns: Columns,
        units: NDArray[np.int32],
        known: dict[str, NDArray[Any]],
    ) -> None:
        measure = self.intake.measures[name]
        statistics = self._statistics(measure, rows, first, columns)
        cells = self._cells(measure, rows, first, columns, units, statistics)
        answers = self._field(REPORTED.name, columns)
        if answers is not None:
            given = [answers[row] for row in rows.tolist()]
            where = self._where(self._value_column(), rows, first)
            cells = without_unreported(cells, given, measure, where, self.intake.notes)
        if {"lower", "upper"} & {*statistics}:
            where = self._where(self._value_column(), rows, first)
            without_wrong_bounds(statistics, cells, measure, where, self.intake.findings)
        self._reject_other_units(measure, cells, rows, first, columns)
        self._reject_late(measure, cells, rows, first, units, known["observed_on"])
        kept = np.flatnonzero(cells.states != State.MISSING)
        self.intake.collector.add(
            len(kept),
            unit=units[rows[kept]],
            measure=self.intake.number(name),
            value=cells.values[kept],
            state=cells.states[kept],
            place=self.place,
            **origins(self.sheet, first + rows[kept], self._value_columns(rows[kept], columns)),
            **{title: array[rows[kept]] for title, array in known.items()},
            **{title: array[kept] for title, array in statistics.items()},
        )

    def _value_column(self) -> int:
        place = self.header.where(Role.FIELD, "value")
        return place if place is not None else self.header.where(Role.FIELD, "numerator") or 0

    def _value_columns(self, rows: NDArray[np.intp], columns: Columns) -> NDArray[np.intp]:
        """The column of the value of each row: that of its numerator where it is given by counts."""
        value, numerator = (self.header.where(Role.FIELD, name) for name in ("value", "numerator"))
        found = np.full(len(rows), self._value_column())
        if value is not None and numerator is not None:
            found[[columns[value][row] in (None, "") for row in rows.tolist()]] = numerator
        return found

    def _statistics(
        self, measure: Measure, rows: NDArray[np.intp], first: int, columns: Columns
    ) -> dict[str, NDArray[np.float64]]:
        """What an interval can be computed from, as far as the sheet gives it."""
        given = {
            name: title for name, (_, title) in STATISTICS.items() if self._field(title, columns) is not None
        }
        return {
            name: self._read(title, statistic_beside(measure, name), rows, first, columns).values
            for name, title in given.items()
        }

    def _cells(
        self,
        measure: Measure,
        rows: NDArray[np.intp],
        first: int,
        columns: Columns,
        units: NDArray[np.int32],
        statistics: dict[str, NDArray[np.float64]],
    ) -> Cells:
        """Values of one indicator's rows, from the value column or from numerator and denominator."""
        listed = self._chosen(measure, rows, first, columns)
        given = self._read("value", measure, rows, first, columns) if listed is None else listed
        if measure.flagged:
            given = less_in_part(
                given, self._read("flag", measure.of(0.0, 1.0, step=1.0), rows, first, columns)
            )
        top_place = self.header.where(Role.FIELD, "numerator")
        if top_place is None:
            return given
        months = np.array(
            [float(self.intake.collector.units[unit].period.months) for unit in units[rows].tolist()]
        )
        where = self._where(top_place, rows, first)
        top, whole = (
            self._read(name, counts_of(measure), rows, first, columns)
            for name in ("numerator", "denominator")
        )
        parts = read_parts(top, whole, given, months, measure, where, self.intake.findings)
        statistics |= {"events": parts.events, "per_count": parts.per_count}
        return value_or_parts(given, parts.values, measure, where, self.intake.findings)

    def _chosen(self, measure: Measure, rows: NDArray[np.intp], first: int, columns: Columns) -> Cells | None:
        """The values of a checklist whose cells list the points met."""
        given, place = self._field("value", columns), self.header.where(Role.FIELD, "value")
        if not measure.items or given is None or place is None:
            return None
        cells, names = [given[row] for row in rows.tolist()], self.intake.vocabulary.items[measure.id]
        listed = read_listed(cells, measure, names)
        if listed is None:
            return None
        wheres = dict.fromkeys(listed, self._where(place, rows, first))
        return read_checklist(listed, measure, wheres, self.intake.findings)

    def _read(
        self, name: str, measure: Measure, rows: NDArray[np.intp], first: int, columns: Columns
    ) -> Cells:
        place = self.header.where(Role.FIELD, name)
        if place is None:
            return blank_cells(len(rows))
        cells = [columns[place][at] for at in rows.tolist()]
        where = self._where(place, rows, first)
        return read_column(cells, measure, where, self.intake.findings, self.intake.notes)

    def _where(self, place: int, rows: NDArray[np.intp], first: int) -> Where:
        return where_at(self.sheet, [int(row) + first for row in rows], place)

    def _reject_other_units(
        self, measure: Measure, cells: Cells, rows: NDArray[np.intp], first: int, columns: Columns
    ) -> None:
        """Reject values of a row that says it counts in another unit; ask about a unit that is not known, once each."""
        given, place = self._field("unit", columns), self.header.where(Role.FIELD, "unit")
        if given is None or place is None:
            return
        for at, row in enumerate(rows.tolist()):
            if cells.states[at] == State.OBSERVED and contradicts(given[row], measure.unit):
                where = self.sheet.cell(first + row, place), measure.id
                if where not in self.other_units:  # one cell holds for all periods of its row
                    self._report(Code.UNIT_DIFFERS, *where, str(given[row]), expected=measure.unit)
                self.other_units.add(where)
                cells.values[at], cells.states[at] = np.nan, State.REJECTED
            elif cells.states[at] == State.OBSERVED and is_strange_unit(given[row], measure.unit):
                beside, expected = self._where(place, rows, first), measure.unit or "a number"
                self.intake.notes.count(
                    Code.UNIT_NOT_KNOWN, beside, measure.id, at, str(given[row]), expected
                )

    def _report(self, code: Code, cell: str, column: str, value: str, **facts: str) -> None:
        where = {"file": self.sheet.file, "sheet": self.sheet.name, "cell": cell}
        self.intake.findings.add(code, **where, column=column, value=value, **facts)

    def _reject_late(
        self,
        measure: Measure,
        cells: Cells,
        rows: NDArray[np.intp],
        first: int,
        units: NDArray[np.int32],
        observed_on: NDArray[Any],
    ) -> None:
        """Reject values observed later after their period than the indicator's lag allows."""
        if self.header.where(Role.FIELD, "observed_on") is None:
            return
        for at, row in enumerate(rows.tolist()):
            if cells.states[at] == State.OBSERVED and self._is_late(
                measure, first + row, units[row], int(observed_on[row])
            ):
                cells.values[at], cells.states[at] = np.nan, State.REJECTED

    def _is_late(self, measure: Measure, row: int, unit: int, day: int) -> bool:
        """Whether a value was observed later after its period than its lag allows, which is reported."""
        end = self.intake.collector.units[unit].period.end
        if day <= end.toordinal() + measure.lag * 31:
            return False
        cell = self.sheet.cell(row, self.header.where(Role.FIELD, "observed_on") or 0)
        seen, expected = type(end).fromordinal(day).isoformat(), f"{measure.lag:g} months"
        self._report(Code.OBSERVED_TOO_LATE, cell, measure.id, seen, expected=expected)
        return True


def _grade_text(cell: object) -> str:
    """Half a grade as text; '' for a blank and a word that says that there is none."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = "" if cell is None else str(cell).strip()
    return "" if text.casefold() in MISSING_TOKENS else text
