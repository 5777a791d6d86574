"""What all layouts share: whom a row speaks of, and the blocks of rows under a header."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat, zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pkassess.choices import NO_CHOICES, Choices
from pkassess.columns import Measure, Notes, Where
from pkassess.findings import Code, Findings, shown
from pkassess.headers import Header, Role, Vocabulary, is_example
from pkassess.ingest.sheet import CellError, Uncomputed
from pkassess.ingest_log import ReadingLog
from pkassess.normalise import Checklist, Likert, Ordinal, Rate
from pkassess.observations import Collector
from pkassess.periods import NO_PERIOD, Period, why_no_period
from pkassess.personal import areas_of, without_personal
from pkassess.spelling import Names, Spot, clean_code
from pkassess.texts import INVISIBLE, fold
from pkassess.values import MISSING_TOKENS, State, read_value

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet
    from pkassess.rubric import Diagnostic, Indicator, Rubric
    from pkassess.texts import Text

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
    long_places: set[int] = field(default_factory=set)
    """Places of sheets in the long layout, whose rows are told apart by reference and assessor only."""
    log: ReadingLog = field(default_factory=ReadingLog)
    choices: Choices = NO_CHOICES
    put_off: list[Sheet] = field(default_factory=list)
    """Side sheets that are read when the names of all partnerships are known."""
    headers: set[str] = field(default_factory=set)
    """The header texts of all sheets that were read."""

    def __post_init__(self) -> None:
        self.names = Names(self.findings, dict(self.choices.names))

    def number(self, measure: str) -> int:
        """The position of an indicator or diagnostic."""
        return self.collector.measures.index(measure)


def drop_personal(header: Header, sheet: Sheet, intake: Intake) -> Header:
    """The header without columns that look personal; their cells are entered in the log."""
    intake.headers.update(header.texts)
    kept = without_personal(header, sheet, intake.choices.allowed, intake.findings)
    intake.log.set_aside(sheet, areas_of(kept, sheet))
    return kept


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
        per=scale.factor or (100.0 if unit == "percent" else 1.0),
        time_base=scale.time_base if isinstance(scale, Rate) else None,
        share=scale.share,
        items=tuple(scale.items) if isinstance(scale, Checklist) else (),
        judgement=indicator.kind == "judgement" or isinstance(scale, Likert | Ordinal),
        lag=indicator.lag,
        points=scale.points if isinstance(scale, Likert) else 0,
        words=_step_names(indicator.anchors) if isinstance(scale, Likert) else {},
        step=scale.step,
        flagged=isinstance(scale, Ordinal),
    )


def _step_names(anchors: Mapping[int, Text]) -> dict[str, float]:
    """What a rubric calls the steps of a rating: the words before the colon, where every description has one."""
    named = {
        fold(text.partition(":")[0]): float(step)
        for step, texts in anchors.items()
        for text in texts.values()
        if ":" in text
    }
    return named if len(named) == sum(len(texts) for texts in anchors.values()) else {}


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


def blocks_under(
    header: Header, sheet: Sheet, log: ReadingLog | None = None
) -> Iterator[tuple[int, list[Sequence[object]]]]:
    """Blocks under the header as (zero-based first row, one tuple of cells per column).

    Example rows of a template come as blank ones; ``log`` learns of them.
    """
    width = len(header.columns)
    marked = next((place for place, _ in header.of(Role.KEY)), None)
    for first, rows in sheet.blocks(header.first_row, BLOCK_ROWS):
        columns: list[Sequence[object]] = list(zip_longest(*rows))
        blank = (None,) * len(rows)
        columns.extend([blank] * (width - len(columns)))
        examples = _examples(columns[marked]) if marked is not None else ()
        if log:
            for at in examples:
                log.rows(1)
                log.skip(sheet.origin(first + at, 0)[0], "the template's example")
        yield first, _blanked(columns, examples) if examples else columns


def _examples(keys: Sequence[object]) -> tuple[int, ...]:
    """The rows whose key is marked as that of an example."""
    marked = set(filter(is_example, set(keys)))
    return tuple(at for at, key in enumerate(keys) if key in marked) if marked else ()


def _blanked(columns: list[Sequence[object]], rows: Collection[int]) -> list[Sequence[object]]:
    """Columns with some rows blank."""
    return [tuple(None if at in rows else cell for at, cell in enumerate(column)) for column in columns]


def origins(sheet: Sheet, rows: NDArray[np.intp], column: int) -> dict[str, Any]:
    """Where values of one column stand in the file: their ``row`` and ``column``, as the collector takes them."""
    if not sheet.rearranged:
        return {"row": rows, "column": column}
    places = np.array([sheet.origin(row, column) for row in rows.tolist()], dtype=np.int32).reshape(-1, 2)
    return {"row": places[:, 0], "column": places[:, 1]}


def where_in(sheet: Sheet, first: int, column: int) -> Where:
    """The place of a stretch of one column that starts at row ``first``."""
    return Where(
        sheet.file,
        sheet.name,
        lambda at: sheet.origin(first + at, column),
        plain_text=not sheet.name,
        decimal=sheet.conventions.decimal,
        all_text=sheet.conventions.all_text,
    )


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
        self.first_row = header.first_row
        self.texts, self.ended = header.texts, False
        self.code_place = header.where(Role.CONTEXT, "place_code")
        self._heads = [fold(header.texts[place]) for _, place in self.keys]
        self._periods: dict[object, Period | None] = {}
        self._totals: dict[tuple[str, ...], bool] = {}
        self._codes: dict[object, str] = {}

    def units(self, first: int, columns: list[Sequence[object]]) -> list[int]:
        """Unit numbers of a block's rows; -1 for a row that is blank or was reported.

        Rows that are no data, such as totals and units, are blanked in ``columns``.
        """
        keys = zip(*([*map(clean_name, columns[place])] for _, place in self.keys), strict=True)
        codes = repeat("") if self.code_place is None else map(self._code, columns[self.code_place])
        register, file, settled = self.intake.collector.unit, self.sheet.file, self.intake.names.of
        found = []
        no_data: list[int] = []
        overlong = self._overlong(first, columns)
        for at, (key, period, code) in enumerate(
            zip(keys, self._periods_of(first, columns), codes, strict=False)
        ):
            if self.ended or at in overlong:
                if self.ended:
                    self.intake.log.skip(self.sheet.origin(first + at, 0)[0], "below another header")
                no_data.append(at)
                found.append(SKIPPED)
            elif period is None or not all(key) or self._is_total(key):
                if self._report(first + at, at, key, columns):
                    no_data.append(at)
                found.append(SKIPPED)
            else:
                found.append(
                    register(settled(key, code) or self._settle(key, code, first + at), period, file)
                )
        self.intake.log.rows(len(found))
        if no_data:
            columns[:] = _blanked(columns, no_data)
        return found

    def _overlong(self, first: int, columns: list[Sequence[object]]) -> set[int]:
        """Rows of a table in a text file with more filled cells than the header has columns: their values stand askew."""
        beyond = columns[len(self.texts) :] if not self.sheet.name else []
        counts: dict[int, int] = {}
        for column in beyond:
            for at, cell in enumerate(column):
                if cell not in (None, ""):
                    counts[at] = counts.get(at, 0) + 1
        for at, count in sorted(counts.items()):
            cell = self.sheet.cell(first + at, len(self.texts))
            where = {"file": self.sheet.file, "sheet": self.sheet.name, "cell": cell}
            self.intake.findings.add(Code.ROW_TOO_LONG, **where, count=count)
            self.intake.log.skip(self.sheet.origin(first + at, 0)[0], "longer than the header")
        return set(counts)

    def _code(self, cell: object) -> str:
        if cell not in self._codes:
            self._codes[cell] = clean_code(clean_key(cell))
        return self._codes[cell]

    def _is_total(self, key: tuple[str, ...]) -> bool:
        if key not in self._totals:
            self._totals[key] = any(map(_names_total, key))
        return self._totals[key]

    def _settle(self, key: tuple[str, ...], code: str, row: int) -> tuple[str, ...]:
        return self.intake.names.settle(key, code, Spot(self.sheet, row, self.keys[-1][1]))

    def _periods_of(self, first: int, columns: Sequence[Sequence[object]]) -> list[Period | None]:
        if self.period_place is None:
            return [NO_PERIOD] * len(columns[0])
        cells = columns[self.period_place]
        said = self.sheet.conventions
        self._periods.update((cell, said.period(cell)) for cell in set(cells) - self._periods.keys())
        periods = [self._periods[cell] for cell in cells]
        for at, (cell, period) in enumerate(zip(cells, periods, strict=True)):
            if period is not None and period.label != cell and clean_key(cell) != period.label:
                where = where_in(self.sheet, first, self.period_place)
                self.intake.notes.count(
                    Code.PERIOD_SPELLING, where, "period", at, _written(cell), period.label
                )
        return periods

    def _report(self, row: int, at: int, keys: tuple[str, ...], columns: Sequence[Sequence[object]]) -> bool:
        """Say why a row names no unit; True if it is no data at all."""
        if all(columns[place][at] in (None, "") for place in self.data_places):
            if any(keys):
                self.intake.log.skip(self.sheet.origin(row, 0)[0], "no values")
            else:
                self.intake.log.rows(-1)
            return False
        if self._no_data(row, at, keys, columns):
            return True
        where = {"file": self.sheet.file, "sheet": self.sheet.name}
        for (name, place), key in zip(self.keys, keys, strict=True):
            if not key:
                cell = self.sheet.cell(row, place)
                self.intake.findings.add(Code.KEY_MISSING, **where, cell=cell, column=name, expected=name)
                self.intake.log.skip(self.sheet.origin(row, 0)[0], f"no {name}")
                return False
        place = self.period_place or 0
        cell, found = self.sheet.cell(row, place), columns[place][at]
        self.intake.log.skip(
            self.sheet.origin(row, 0)[0], "no period" if found in (None, "") else "period not understood"
        )
        if found in (None, ""):
            self.intake.findings.add(Code.KEY_MISSING, **where, cell=cell, column="period", expected="period")
        else:
            code = PERIOD_CODES[why_no_period(found)]
            self.intake.findings.add(code, **where, cell=cell, column="period", value=str(found))
        return False

    def _no_data(self, row: int, at: int, keys: tuple[str, ...], columns: Sequence[Sequence[object]]) -> bool:
        """Whether a row is a total, the header once more, or units and hints under it; each is said."""
        where = {"file": self.sheet.file, "sheet": self.sheet.name}
        number = self.sheet.origin(row, 0)[0]
        texts = [
            str(columns[place][at]) for place in self.data_places if columns[place][at] not in (None, "")
        ]
        total = next(filter(_names_total, keys), "")
        if total:
            place = self.keys[keys.index(total)][1]
            self.intake.findings.add(Code.TOTALS_ROW, **where, cell=self.sheet.cell(row, place), value=total)
            self.intake.log.skip(number, "a total")
        elif any(keys) and all(fold(key) in ("", self._heads[at]) for at, key in enumerate(keys)):
            cell = self.sheet.cell(row, self.keys[0][1])
            other = [
                str(columns[place][at])
                for place in self.data_places
                if columns[place][at] not in (None, "")
                and fold(str(columns[place][at])) != fold(self.texts[place])
            ]
            if other:
                self.intake.findings.add(Code.SECOND_HEADER, **where, cell=cell, value=", ".join(other))
                self.ended = True
            else:
                self.intake.findings.add(Code.REPEATED_HEADER, **where, cell=cell, found=number + 1)
            self.intake.log.skip(number, "another header" if other else "the header once more")
        elif row - self.first_row < _LABEL_ROWS and self._labels(at, keys, texts, columns):
            cell = self.sheet.cell(row, self.data_places[0])
            self.intake.findings.add(Code.LABEL_ROW, **where, cell=cell, value=texts[0])
            self.intake.log.skip(number, "units or hints")
        else:
            return False
        return True

    def _labels(
        self, at: int, keys: tuple[str, ...], texts: list[str], columns: Sequence[Sequence[object]]
    ) -> bool:
        """Whether a row says what belongs under the names: units or hints without keys or with hints for them, weights."""
        if not all(keys) and any(fold(key) in _LABEL_WORDS for key in keys):
            return True
        period = None if self.period_place is None else columns[self.period_place][at]
        hinted = isinstance(period, str) and not any(map(str.isdecimal, period))
        return (not any(keys) or hinted) and _are_labels(texts)


def _written(cell: object) -> str:
    """A cell that holds a period, as the user sees it."""
    return cell.date().isoformat() if isinstance(cell, dt.datetime) else str(cell)


def _names_total(key: str) -> bool:
    """Whether a key is a word for totals, or begins with one that names nothing else."""
    if fold(key) in _TOTALS:
        return True
    first, *more = key.split() or [""]
    if not more:
        return False  # the one word was the whole key
    return bool({fold(first), fold(first + more[0]), fold(more[-1])} & _SUMS)


def _are_labels(texts: list[str]) -> bool:
    """Whether none of the texts is a value, and one at least does not begin like one."""
    return all(read_value(text).state is State.REJECTED for text in texts) and not all(
        text[0].isdecimal() for text in texts
    )


_LABEL_ROWS = 3
_ERROR_TEXT = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)", re.IGNORECASE)
_NO_NAMES = (MISSING_TOKENS | {"0", "tbd", "tbc"}) - {"x", "na", ".", "*"}
"""What is never a name, in lower case. A place may be called X or Na."""
_LONGEST_NO_NAME = max(map(len, _NO_NAMES))
_SUMS = frozenset(
    fold(word)
    for word in (
        *("total", "totals", "grand total", "subtotal", "sub-total", "totaux", "sous-total", "totales"),
        *("subtotales", "المجموع", "الإجمالي", "إجمالي", "مجموع"),
    )
)
"""Words that begin the name of a sum, whatever follows."""
_TOTALS = _SUMS | frozenset(
    fold(word)
    for word in (
        *("sum", "average", "mean", "overall", "ensemble", "moyenne", "somme", "promedio", "media", "suma"),
        *(
            "المتوسط",
            "المعدل",
            "national average",
            "country average",
            "moyenne nationale",
            "promedio nacional",
        ),
        *(
            "all districts",
            "all counties",
            "all regions",
            "tous les districts",
            "toutes les régions",
            "avg",
            "avg.",
        ),
        *("median", "médiane", "mediana", "max", "min", "maximum", "minimum", "máximo", "mínimo"),
        *(
            "target",
            "targets",
            "baseline",
            "benchmark",
            "cible",
            "objectif",
            "référence",
            "meta",
            "línea de base",
        ),
    )
)
"""Words that stand where a partnership is expected, beside what is no partnership: sums, means, targets."""
_LABEL_WORDS = frozenset(
    fold(word)
    for word in (
        *("weight", "weights", "unit", "units", "direction", "poids", "pondération", "unité", "unités"),
        *("peso", "pesos", "ponderación", "unidad", "unidades", "الوزن", "الوحدة", "a-z"),
    )
)
"""Words that begin a row under the header which says more of its columns."""
PERIOD_CODES = {"fiscal": Code.FISCAL_YEAR, "ambiguous": Code.AMBIGUOUS_PERIOD, "": Code.BAD_PERIOD}
"""The finding for a text that is no period, by the reason."""
_DATA_ROLES = (Role.VALUE, Role.SISTER, Role.ITEM, Role.FIELD)


def clean_name(cell: object) -> str:
    """A key that names somebody; '' for an error and a word that says that there is none."""
    text = clean_key(cell)
    if len(text) > _LONGEST_NO_NAME or not (text.casefold() in _NO_NAMES or _ERROR_TEXT.match(text)):
        return text
    return ""


def clean_key(cell: object) -> str:
    """A key as it is compared and printed: composed, trimmed, single spaces, nothing invisible."""
    if cell.__class__ is str:
        text: str = cell
        if text.isascii():
            return " ".join(text.split())
        return " ".join(unicodedata.normalize("NFC", text.translate(INVISIBLE)).split())
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
