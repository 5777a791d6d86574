"""What all layouts share: whom a row speaks of, and the blocks of rows under a header."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pkassess.columns import Measure, Notes, Where
from pkassess.findings import Code, Findings, shown
from pkassess.headers import Header, Role, Vocabulary
from pkassess.ingest.sheet import CellError, Uncomputed
from pkassess.ingest_log import ReadingLog
from pkassess.normalise import Checklist, Likert, Rate
from pkassess.observations import Collector
from pkassess.periods import NO_PERIOD, Period, parse_period

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet
    from pkassess.rubric import Diagnostic, Indicator, Rubric

SKIPPED = -1
BLOCK_ROWS = 1024
"""Rows read at a time: few enough that their cells stay in the processor's cache while columns are made."""


@dataclass(eq=False, repr=False)
class Intake:
    """What reading a workbook works with: the rubric's words, and where results and findings go."""

    rubric: Rubric
    vocabulary: Vocabulary
    collector: Collector
    findings: Findings
    notes: Notes
    measures: dict[str, Measure]
    duplicates: set[tuple[int, int]] = field(default_factory=set)
    """(place, unit) of rows that contradict one another; none of their values is used."""
    log: ReadingLog = field(default_factory=ReadingLog)

    def number(self, measure: str) -> int:
        """The position of an indicator or diagnostic."""
        return self.collector.measures.index(measure)


def measures_of(rubric: Rubric) -> dict[str, Measure]:
    """What the reader has to know of each indicator and diagnostic, in order."""
    found = {indicator.id: _of_indicator(indicator) for indicator in rubric.indicators.values()}
    found.update((item.id, _of_diagnostic(item)) for item in rubric.diagnostic_items.values())
    return found


def _of_indicator(indicator: Indicator) -> Measure:
    scale = indicator.scale
    low, high = indicator.hard_limits
    unit = "percent" if scale.type in ("percent", "checklist") else indicator.unit
    return Measure(
        id=indicator.id,
        unit=unit,
        low=low,
        high=high,
        per=scale.factor if scale.parts else 100.0 if unit == "percent" else 1.0,
        time_base=scale.time_base if isinstance(scale, Rate) else None,
        share=scale.share,
        items=tuple(scale.items) if isinstance(scale, Checklist) else (),
        judgement=indicator.kind == "judgement" or isinstance(scale, Likert),
        lag=indicator.lag,
    )


def _of_diagnostic(item: Diagnostic) -> Measure:
    low, high = item.hard_limits
    unit = "percent" if item.items else item.unit
    if item.items and item.limits is None:
        low, high = 0.0, 100.0
    percent = unit == "percent"
    return Measure(
        id=item.id,
        unit=unit,
        low=low,
        high=high,
        per=100.0 if percent else 1.0,
        share=percent,
        items=tuple(item.items),
        judgement=item.kind == "judgement",
    )


def blocks_under(header: Header, sheet: Sheet) -> Iterator[tuple[int, list[tuple[object, ...]]]]:
    """Blocks under the header as (zero-based first row, one tuple of cells per column)."""
    width = len(header.columns)
    for first, rows in sheet.blocks(header.first_row, BLOCK_ROWS):
        columns = list(zip_longest(*rows))
        blank = (None,) * len(rows)
        columns.extend([blank] * (width - len(columns)))
        yield first, columns


def origins(sheet: Sheet, rows: NDArray[np.intp], column: int) -> dict[str, Any]:
    """Where values of one column stand in the file: their ``row`` and ``column``, as the collector takes them."""
    if not sheet.rearranged:
        return {"row": rows, "column": column}
    places = np.array([sheet.origin(row, column) for row in rows.tolist()], dtype=np.int32).reshape(-1, 2)
    return {"row": places[:, 0], "column": places[:, 1]}


def where_in(sheet: Sheet, first: int, column: int) -> Where:
    """The place of a stretch of one column that starts at row ``first``."""
    return Where(sheet.file, sheet.name, lambda at: sheet.cell(first + at, column), plain_text=not sheet.name)


class RowKeys:
    """Finds the unit each row of a block speaks of, reporting rows without a key or with a bad period."""

    def __init__(self, header: Header, sheet: Sheet, intake: Intake) -> None:
        self.sheet, self.intake = sheet, intake
        keys = [(name, header.where(Role.KEY, name)) for name in intake.rubric.keys]
        self.keys = [(name, place) for name, place in keys if place is not None]
        self.period_place = header.where(Role.PERIOD, "period") if intake.rubric.period else None
        self.data_places = [
            place for place, column in enumerate(header.columns) if column.role in _DATA_ROLES
        ]
        self._periods: dict[object, Period | None] = {}

    def units(self, first: int, columns: Sequence[Sequence[object]]) -> list[int]:
        """Unit numbers of a block's rows; -1 for a row that is blank or was reported."""
        keys = zip(*([*map(clean_key, columns[place])] for _, place in self.keys), strict=True)
        register, file = self.intake.collector.unit, self.sheet.file
        found = []
        for at, (key, period) in enumerate(zip(keys, self._periods_of(columns), strict=True)):
            if period is None or not all(key):
                self._report(first + at, at, key, columns)
                found.append(SKIPPED)
            else:
                found.append(register(key, period, file))
        self.intake.log.rows(len(found))
        return found

    def _periods_of(self, columns: Sequence[Sequence[object]]) -> list[Period | None]:
        if self.period_place is None:
            return [NO_PERIOD] * len(columns[0])
        cells = columns[self.period_place]
        self._periods.update((cell, parse_period(cell)) for cell in set(cells) - self._periods.keys())
        return [self._periods[cell] for cell in cells]

    def _report(self, row: int, at: int, keys: tuple[str, ...], columns: Sequence[Sequence[object]]) -> None:
        if all(columns[place][at] in (None, "") for place in self.data_places):
            if any(keys):
                self.intake.log.skip(row, "no values")
            else:
                self.intake.log.rows(-1)
            return
        where = {"file": self.sheet.file, "sheet": self.sheet.name}
        for (name, place), key in zip(self.keys, keys, strict=True):
            if not key:
                cell = self.sheet.cell(row, place)
                self.intake.findings.add(Code.KEY_MISSING, **where, cell=cell, column=name, expected=name)
                self.intake.log.skip(row, f"no {name}")
                return
        place = self.period_place or 0
        cell, found = self.sheet.cell(row, place), columns[place][at]
        self.intake.log.skip(row, "no period" if found in (None, "") else "period not understood")
        if found in (None, ""):
            self.intake.findings.add(Code.KEY_MISSING, **where, cell=cell, column="period", expected="period")
        else:
            self.intake.findings.add(Code.BAD_PERIOD, **where, cell=cell, column="period", value=str(found))


_DATA_ROLES = (Role.VALUE, Role.SISTER, Role.ITEM, Role.FIELD)
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff")
)


def clean_key(cell: object) -> str:
    """A key as it is compared and printed: composed, trimmed, single spaces, nothing invisible."""
    if cell.__class__ is str:
        text: str = cell
        if text.isascii():
            return " ".join(text.split())
        return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())
    if cell is None or isinstance(cell, (CellError, Uncomputed)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return clean_key(str(cell))


def report_context(
    conflicts: list[tuple[int, str, str]], name: str, where: Where, title: str, intake: Intake
) -> None:
    """A finding for each context value that contradicts an earlier one of the same unit."""
    for at, kept, other in conflicts:
        intake.findings.add(
            Code.CONTEXT_CONFLICT,
            file=where.file,
            sheet=where.sheet,
            cell=where.address(at),
            column=name,
            found=title,
            expected=f"{shown(kept)} and {shown(other)}",
        )
