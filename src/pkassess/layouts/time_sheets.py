"""Side sheets for trends: ``breaks`` (where a series starts anew) and ``targets`` (what was agreed, by when)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pkassess.codes import Code
from pkassess.columnwords import BREAK_FIELDS, TARGET_FIELDS
from pkassess.findings import shown
from pkassess.layouts.side_rows import ALL, SideRow, side_rows
from pkassess.observations import BreakRow, TargetRow
from pkassess.texts import fold
from pkassess.values import read_value

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet
    from pkassess.layouts.rows import Intake
    from pkassess.rubric import Rubric


_SERIES = ("indicator", "dimension")


def read_breaks(sheet: Sheet, intake: Intake) -> None:
    """Series breaks into the collector; a row that cannot be understood is reported and left out."""
    for row in side_rows(sheet, intake, BREAK_FIELDS, ("period",), _SERIES):
        column = _named(row)
        name = _series(row, column) if row.text(column) else ALL
        period = row.period("period")
        if name is None:
            _report_unknown(row, column)
        if row.says_nothing("period"):
            row.report(Code.KEY_MISSING, "period", expected="period")
        if row.usable and name is not None and period is not None:
            intake.collector.breaks.append(BreakRow(row.keys, name, period, row.text("reason")))


def read_targets(sheet: Sheet, intake: Intake) -> None:
    """Targets into the collector; a row that cannot be understood is left out, with all that is wrong with it reported.

    Rows that set one target differently contradict each other, and none of them counts.
    """
    agreed: dict[tuple[object, ...], list[tuple[SideRow, TargetRow]]] = defaultdict(list)
    for row in side_rows(sheet, intake, TARGET_FIELDS, ("value",), _SERIES):
        column = _named(row)
        name = _series(row, column)
        value = _value(row, name)
        date, baseline = row.day("date"), row.period("baseline")
        if name is None:
            _report_unknown(row, column)
        if date and baseline and date <= baseline.end:
            expected = f"the baseline, {shown(row.text('baseline'))}"
            row.report(Code.DATES_OUT_OF_ORDER, "date", expected=expected)
        if row.usable and name is not None:
            target = TargetRow(row.keys, name, value, date, baseline, row.address("value"))
            agreed[row.keys, name, date].append((row, target))
    for rows in agreed.values():
        same = len({(target.value, target.baseline) for _, target in rows}) == 1
        if len(rows) > 1:
            _report_repeated(rows, same=same)
        intake.collector.targets.extend(target for _, target in rows[:same])


def _report_repeated(rows: Sequence[tuple[SideRow, TargetRow]], *, same: bool) -> None:
    """Say that a target stands in several rows; the first counts if all are the same, else none."""
    for row, _ in rows[same:]:
        row.intake.log.skip(
            row.row, "the same target twice" if same else "given twice, with different values"
        )
    row, target = rows[-1]
    numbers = " and ".join(str(other.row + 1) for other, _ in rows)
    whom = " / ".join(filter(None, target.keys)) or "all"
    where = {"file": row.sheet.file, "sheet": row.sheet.name, "cell": row.address("value").rpartition("!")[2]}
    row.intake.findings.add(
        Code.DUPLICATE_SAME if same else Code.DUPLICATE_DIFFERS,
        **where,
        column=target.name,
        value=f"{whom}, target of {target.name}",
        expected=numbers,
    )


def _value(row: SideRow, name: str | None) -> float:
    """The value of a target; what is no number, or cannot be reached, is reported."""
    rubric, said = row.intake.rubric, row.sheet.conventions
    reading = read_value(row.cells["value"], said.decimal, grouped=said.commas)
    value, indicator = reading.value, rubric.indicators.get(name or "")
    if reading.percent and indicator and indicator.unit != "percent":
        value /= 100.0
        row.report(Code.PERCENT_OF_NO_PERCENT, "value", used=True, expected=indicator.unit or "a number")
    if np.isnan(value):
        row.report(Code.BAD_TARGET, "value", expected="a number")
    elif name and (outside := _outside(value, name, rubric)):
        row.report(Code.BAD_TARGET, "value", expected=outside)
    return value


def _named(row: SideRow) -> str:
    """The column that says what the row is about."""
    return "dimension" if row.text("dimension") else "indicator"


def _series(row: SideRow, column: str) -> str | None:
    """The id of the scored indicator or dimension that a cell names."""
    rubric, text = row.intake.rubric, row.text(column)
    for name, dimension in rubric.dimensions.items():
        if fold(text) in {fold(word) for word in (name, *dimension.label.values())}:
            return name
    found = row.intake.vocabulary.measure(text)
    return found if found in rubric.indicators else None


def _report_unknown(row: SideRow, column: str) -> None:
    known = [*row.intake.rubric.dimensions, *row.intake.rubric.indicators]
    row.report(Code.UNKNOWN_SERIES, column, suggestion=row.intake.findings.suggest(row.text(column), known))


def _outside(value: float, name: str, rubric: Rubric) -> str:
    """What a target may be, if it lies outside it: the score range of a dimension, the hard limits of an indicator."""
    if name in rubric.dimensions:
        low, high = rubric.frame.low, rubric.frame.high
        return "" if low <= value <= high else f"a score from {low:g} to {high:g}"
    least, most = rubric.indicators[name].hard_limits
    if least is not None and value < least:
        return f"a value of {least:g} or more"
    return f"a value of {most:g} or less" if most is not None and value > most else ""
