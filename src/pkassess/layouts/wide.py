"""The wide layout: one row per partnership and period, one column per indicator."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pkassess.checklists import read_checklist, read_listed, with_listed
from pkassess.codes import Code
from pkassess.columns import (
    Cells,
    Measure,
    blank_cells,
    note_reported,
    note_sources,
    read_column,
    without_unreported,
)
from pkassess.columnwords import REPORTED, STATISTICS, Role
from pkassess.findings import shown
from pkassess.grades import UNGRADED_CODE, read_grade
from pkassess.headers import Header, quoted_columns, report_unknown
from pkassess.layouts.contextcells import read_context
from pkassess.layouts.likely_key import likely_key
from pkassess.layouts.otherrows import without_others
from pkassess.layouts.rowkeys import SKIPPED, RowKeys
from pkassess.layouts.rows import Intake, blocks_under, origins, where_in
from pkassess.parts import (
    counts_of,
    less_in_part,
    read_parts,
    statistic_beside,
    value_or_parts,
    without_wrong_bounds,
)
from pkassess.periods import is_part_of_year
from pkassess.values import State

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet

Columns = list[Sequence[object]]


def read_wide(sheet: Sheet, header: Header, intake: Intake) -> None:
    """Read a wide sheet into the intake's collector."""
    report_unknown(header, sheet, intake.vocabulary, intake.findings)
    keys = RowKeys(header, sheet, intake)
    seen = _Seen()
    place = intake.collector.enter(sheet.file, sheet.name)
    for first, given in blocks_under(header, sheet, intake.log):
        columns = without_others(header, sheet, first, given, intake)
        units = np.array(keys.units(first, columns), dtype=np.int32)
        block = _Block(sheet, header, intake, place, first, columns, units)
        block.read_context()
        found = block.read_measures()
        units = seen.without_repeated(block, found)
        for measure, column, cells, grades, words in found:
            _add(block, units, intake.number(measure), column, cells, grades, words)


Places = int | NDArray[np.intp]
"""The column of the values of a block, or that of each."""
Found = tuple[str, Places, Cells, NDArray[np.int8] | None, dict[str, Any]]


class _Block:
    """One block of rows while it is read."""

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        intake: Intake,
        place: int,
        first: int,
        columns: Columns,
        units: NDArray[np.int32],
    ) -> None:
        self.sheet, self.header, self.intake, self.place = sheet, header, intake, place
        self.first, self.columns, self.units = first, columns, units

    def read_context(self) -> None:
        units = self.units.tolist()
        read_context(self.header, self.sheet, self.first, self.columns, units, self.intake)

    def read_measures(self) -> list[Found]:
        found: list[Found] = []
        reported = self.header.where(REPORTED.role, REPORTED.name)
        if reported is not None:
            note_reported(
                self.columns[reported], where_in(self.sheet, self.first, reported), self.intake.notes
            )
        for measure in self.intake.measures.values():
            value_place = self.header.where(Role.VALUE, measure.id)
            statistics = self._statistics(measure)
            cells, column = self._value(measure, value_place, statistics)
            if cells is not None and reported is not None:
                where = where_in(self.sheet, self.first, column)
                cells = without_unreported(cells, self.columns[reported], measure, where, self.intake.notes)
            if cells is not None and {"lower", "upper"} & {*statistics}:
                where = where_in(self.sheet, self.first, column)
                without_wrong_bounds(statistics, cells, measure, where, self.intake.findings)
            for side in ("mission", "host"):
                side_place = self.header.where(Role.SISTER, measure.id, side)
                if side_place is not None:
                    reading = self._column(side_place, measure)
                    words = {"side": self.intake.collector.word(side)}
                    found.append((measure.id, side_place, reading, None, words))
            if cells is not None:
                words = {**self._sources(measure), **statistics}
                found.append((measure.id, column, cells, self._grades(measure), words))
        return found

    def _column(self, place: int, measure: Measure) -> Cells:
        where = where_in(self.sheet, self.first, place)
        return read_column(self.columns[place], measure, where, self.intake.findings, self.intake.notes)

    def _statistics(self, measure: Measure) -> dict[str, Any]:
        """What an interval can be computed from, as far as the sheet gives it."""
        places = {
            name: self.header.where(Role.SISTER, measure.id, part) for name, (part, _) in STATISTICS.items()
        }
        return {
            name: self._column(place, statistic_beside(measure, name)).values
            for name, place in places.items()
            if place is not None
        }

    def _value(
        self, measure: Measure, place: int | None, statistics: dict[str, Any]
    ) -> tuple[Cells | None, Places]:
        """The values of a measure, from its own column, its items, or its numerator and denominator; and their columns."""
        listed = self._listed(measure, place)
        items = self._items(measure, place, listed)
        if listed is not None:
            place = None  # the same answers stand in the columns of the items, as survey tools export them
        cells = self._column(place, measure) if place is not None else None
        places: Places = place if place is not None else 0
        for other, column in (items, self._parts(measure, cells, statistics)):
            if other is None:
                continue
            if cells is None:
                cells, places = other, column
            else:
                where = where_in(self.sheet, self.first, place if place is not None else column)
                places = np.where(cells.states == State.MISSING, column, places)
                cells = value_or_parts(cells, other, measure, where, self.intake.findings)
        flag = self.header.where(Role.SISTER, measure.id, "flag") if measure.flagged else None
        if cells is not None and flag is not None:
            cells = less_in_part(cells, self._column(flag, measure.of(0.0, 1.0, step=1.0)))
        return cells, places

    def _listed(self, measure: Measure, place: int | None) -> dict[str, Sequence[object]] | None:
        """The answers to a checklist given as one cell that lists the items chosen."""
        if not measure.items or place is None:
            return None
        return read_listed(self.columns[place], measure, self.intake.vocabulary.items[measure.id])

    def _items(
        self, measure: Measure, place: int | None, listed: dict[str, Sequence[object]] | None
    ) -> tuple[Cells | None, int]:
        places = {
            column.part: place for place, column in self.header.of(Role.ITEM) if column.name == measure.id
        }
        places = {item: place for item, place in places.items() if item in measure.items}
        columns: dict[str, Sequence[object]] = {item: self.columns[at] for item, at in places.items()}
        wheres = {item: where_in(self.sheet, self.first, at) for item, at in places.items()}
        if listed is not None and place is not None:
            where, said = where_in(self.sheet, self.first, place), self.columns[place]
            columns = with_listed(columns, listed, said, measure, where, self.intake.findings)
            wheres = dict.fromkeys(listed, where) | wheres
        if not columns:
            return None, 0
        column = min(places.values(), default=place or 0)
        return read_checklist(columns, measure, wheres, self.intake.findings), column

    def _parts(
        self, measure: Measure, given: Cells | None, statistics: dict[str, Any]
    ) -> tuple[Cells | None, int]:
        top = self.header.where(Role.SISTER, measure.id, "numerator")
        whole = self.header.where(Role.SISTER, measure.id, "denominator")
        if top is None:
            return None, 0
        counts = counts_of(measure)
        months = np.array([self._months(unit) for unit in self.units.tolist()])
        where = where_in(self.sheet, self.first, top)
        wholes = self._column(whole, counts) if whole is not None else blank_cells(len(self.units))
        tops = self._column(top, counts)
        parts = read_parts(tops, wholes, given, months, measure, where, self.intake.findings)
        statistics |= {"events": parts.events, "per_count": parts.per_count}
        return parts.values, top

    def _months(self, unit: int) -> float:
        return float(self.intake.collector.units[unit].period.months) if unit != SKIPPED else 12.0

    def _grades(self, measure: Measure) -> NDArray[np.int8] | None:
        place = self.header.where(Role.SISTER, measure.id, "grade")
        if place is None:
            return None
        cells, where = self.columns[place], where_in(self.sheet, self.first, place)
        known = {cell: read_grade(cell) for cell in set(cells)}
        for at, cell in enumerate(cells) if None in known.values() else ():
            if known[cell] is None:
                self.intake.notes.count(Code.BAD_GRADE, where, f"{measure.id}__grade", at, str(cell))
        return np.array([known[cell] or UNGRADED_CODE for cell in cells], dtype=np.int8)

    def _sources(self, measure: Measure) -> dict[str, Any]:
        words = {}
        for name, part in (("source", "source_type"), ("reference", "source")):
            place = self.header.where(Role.SISTER, measure.id, part)
            if place is not None:
                words[name] = self.intake.collector.add_words(self.columns[place])
            if place is not None and part == "source_type":
                where, order = where_in(self.sheet, self.first, place), self.intake.rubric.source_order
                note_sources(self.columns[place], order, f"{measure.id}__{part}", where, self.intake.notes)
        return words


def _add(
    block: _Block,
    units: NDArray[np.int32],
    measure: int,
    column: Places,
    cells: Cells,
    grades: NDArray[np.int8] | None,
    words: dict[str, Any],
) -> None:
    kept = np.flatnonzero((cells.states != State.MISSING) & (units != SKIPPED))
    block.intake.collector.add(
        len(kept),
        unit=units[kept],
        measure=measure,
        value=cells.values[kept],
        state=cells.states[kept],
        place=block.place,
        **origins(block.sheet, block.first + kept, column if isinstance(column, int) else column[kept]),
        grade=UNGRADED_CODE if grades is None else grades[kept],
        **{name: word[kept] if isinstance(word, np.ndarray) else word for name, word in words.items()},
    )


class _Seen:
    """The rows of a sheet by unit, to find one partnership and period given twice."""

    def __init__(self) -> None:
        self.rows: dict[int, tuple[int, int]] = {}
        self.more: dict[int, list[tuple[int, int]]] = {}
        """Further rows of a unit, which complete its first."""
        self.found: dict[int, list[Found]] = {}

    def without_repeated(self, block: _Block, found: list[Found]) -> NDArray[np.int32]:
        """Units of a block with repeated rows set aside: what they say alike counts once, differing ones not at all."""
        units = block.units.tolist()
        self.found[block.first] = found
        # Of a unit that stands several times in the block the first row stays, because it is written last.
        fresh = dict(
            zip(reversed(units), zip(repeat(block.first), range(len(units) - 1, -1, -1)), strict=False)
        )
        kept = block.units.copy()
        if len(fresh) < len(units) or not self.rows.keys().isdisjoint(fresh):
            for at, unit in enumerate(units):
                first = self.rows.get(unit, fresh[unit])
                if unit == SKIPPED or sum(first) == block.first + at:
                    continue
                earlier = (first, *self.more.get(unit, ()))
                if all(self._agrees(row, found, at) for row in earlier):
                    _report_twice(Code.DUPLICATE_SAME, unit, sum(first), block.first + at, block)
                    if all(cells.states[at] == State.MISSING for _, _, cells, _, _ in found):
                        block.intake.log.skip(block.first + at, "the same row twice")
                    else:
                        self.more.setdefault(unit, []).append((block.first, at))
                else:
                    kept[at] = SKIPPED
                    block.intake.duplicates.add((block.place, unit))
                    for row in (sum(first), block.first + at):
                        block.intake.log.skip(row, "given twice, with different values")
                    _report_twice(Code.DUPLICATE_DIFFERS, unit, sum(first), block.first + at, block)
        self.rows.update((unit, row) for unit, row in fresh.items() if unit not in self.rows)
        return kept

    def _agrees(self, row: tuple[int, int], found: list[Found], at: int) -> bool:
        """Whether no value of a row differs from that of an earlier one; what both have alike counts in the earlier only."""
        first, first_at = row
        for earlier, later in zip(self.found[first], found, strict=True):
            states, later_states = earlier[2].states, later[2].states
            if State.MISSING in (states[first_at], later_states[at]):
                continue
            if _content(earlier, first_at) != _content(later, at):
                return False
            later_states[at] = State.MISSING
        return True


def _content(one: Found, at: int) -> bytes:
    """All that a row says of a value: the value, what became of it, its grade, source and statistics."""
    _, _, cells, grades, words = one
    beside = (word[at] for word in words.values() if isinstance(word, np.ndarray))
    grade = UNGRADED_CODE if grades is None else grades[at]
    return np.array((cells.values[at], cells.states[at], grade, *beside), dtype=np.float64).tobytes()


def _report_twice(code: Code, unit: int, first_row: int, row: int, block: _Block) -> None:
    keys = block.header.where(Role.KEY, next(iter(block.intake.rubric.keys))) or 0
    both = block.sheet.cell(first_row, keys), block.sheet.cell(row, keys)
    block.intake.findings.add(
        code,
        file=block.sheet.file,
        sheet=block.sheet.name,
        cell=both[1],
        value=block.intake.collector.units[unit].title,
        expected=_both_rows(block.sheet, first_row, row),
        cells=() if code is Code.DUPLICATE_SAME else both,
    )


def _both_rows(sheet: Sheet, first_row: int, row: int) -> str:
    """Two rows by their numbers, or by cells where the sheet was rearranged and both may be one row of the file."""
    if sheet.rearranged:
        return f"{sheet.cell(first_row, 0)} and {sheet.cell(row, 0)}"
    return f"{first_row + 1} and {row + 1}"


def missing_key(sheet: Sheet, header: Header, intake: Intake) -> bool:
    """Report a key or period column that the sheet lacks; True if there was one to report."""
    lacking = [name for name in intake.rubric.keys if header.where(Role.KEY, name) is None]
    if intake.rubric.period is not None and header.where(Role.PERIOD, "period") is None:
        lacking.append("period")
    part = next(
        (text for place, text in enumerate(header.texts) if header.columns[place].role is Role.PERIOD),
        sheet.name if is_part_of_year(sheet.name) else "",
    )
    no_year = (
        f" {shown(part)} gives no year: add a column year, or a title such as Year: 2025." if part else ""
    )
    for name in lacking:
        last = [*intake.rubric.keys][-1:]
        likely = likely_key(sheet, header, name) if [name] == last else ""
        suggestion = no_year if name == "period" else ""
        intake.findings.add(
            Code.KEY_COLUMN_MISSING,
            file=sheet.file,
            sheet=sheet.name,
            cell=sheet.cell(header.row, 0),
            column=name,
            expected=f"'{name}'",
            suggestion=suggestion or f" Found: {quoted_columns(header.texts)}.{likely}",
        )
    return bool(lacking)
