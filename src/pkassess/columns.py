"""One column of cells becomes one array of numbers, with a finding for every cell that is not one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.codes import Code
from pkassess.findings import Findings
from pkassess.ingest.sheet import Percent, cell_name, cell_ranges
from pkassess.normalise import HALF_STEP, STEP_TOLERANCE
from pkassess.texts import fold
from pkassess.values import (
    MISSING_TOKENS,
    Answer,
    Reading,
    State,
    has_decimal_comma,
    is_plain_number,
    read_answer,
    read_rating,
    read_value,
)

NAN = float("nan")
_LETTER = re.compile(r"[^\W\d_]")
_NONE_CHOSEN = frozenset(
    map(fold, ("none", "none of these", "aucun", "aucune", "ninguno", "ninguna", "لا شيء"))
)
"""What a list of chosen items says where nothing was chosen."""
LEAST_SHARE_OF_ITEMS = 2 / 3
MOST_SPOTS = 10_000
"""The places of so many cells are kept for one note; more are counted."""
_NOTED = (Code.MISSING_TOKEN, Code.NOT_APPLICABLE)
_COUNTED_TOGETHER = (
    Code.NUMBER_AS_TEXT,
    Code.NUMBER_NOTATION,
    Code.PERCENT_FORMAT,
    Code.PERIOD_SPELLING,
    Code.DAY_AS_PERIOD,
)


class Measure(NamedTuple):
    """What the reader has to know of an indicator or diagnostic."""

    id: str
    unit: str
    low: float | None
    high: float | None
    per: float = 0.0
    time_base: float | None = None
    share: bool = False
    items: tuple[str, ...] = ()
    judgement: bool = False
    lag: float = 3.0
    points: int = 0
    step: float = 0.0
    flagged: bool = False
    words: Mapping[str, float] = {}
    """What the rubric calls the steps of a rating, folded; nothing where it gives no names."""

    def of(self, low: float | None, high: float | None, unit: str = "", step: float = 0.0) -> Measure:
        """What the reader has to know of a number that stands beside a value, such as a part or a statistic."""
        return self._replace(unit=unit, low=low, high=high, step=step, points=0)

    @property
    def expected(self) -> str:
        """The limits in words."""
        if self.low is not None and self.high is not None:
            return f"the limits {self.low:g} to {self.high:g}"
        return (
            f"the limits: {self.low:g} or more"
            if self.low is not None
            else f"the limits: {self.high:g} or less"
        )


class Where(NamedTuple):
    """Where a stretch of cells stands: file, sheet, and the row and column (from zero) of its n-th cell."""

    file: str
    sheet: str
    spot: Callable[[int], tuple[int, int]]
    plain_text: bool = False
    """True where every number is text by nature, as in CSV."""
    decimal: str = ""
    """The decimal sign of numbers in text, '' where nobody said."""
    all_text: bool = False
    """True where a survey tool stored every answer as text, so that there is nothing to say about it."""

    def address(self, place: int) -> str:
        """The n-th cell as spreadsheets write it."""
        return cell_name(*self.spot(place))


@dataclass
class _Count:
    """How often something was noticed: what it was first, what it was read as, and where."""

    value: str
    meaning: str
    count: int = 0
    spots: list[tuple[int, int]] = field(default_factory=list)


class Notes:
    """Counts what is worth one line per column, not one per cell, and reports it at the end."""

    def __init__(self) -> None:
        self._counts: dict[tuple[Code, str, str, str, str], _Count] = {}

    def count(self, code: Code, where: Where, column: str, place: int, value: str, meaning: str = "") -> None:
        """Count one cell. Words are counted apart, other things together; ``meaning`` is what was read."""
        word = "" if code in _COUNTED_TOGETHER else value.strip().casefold()
        entry = self._counts.setdefault((code, where.file, where.sheet, column, word), _Count(value, meaning))
        entry.count += 1
        if len(entry.spots) < MOST_SPOTS:
            entry.spots.append(where.spot(place))

    def report(self, findings: Findings) -> None:
        """Turn the counts into findings."""
        for (code, file, sheet, column, _), entry in self._counts.items():
            expected = {"expected": entry.meaning} if entry.meaning else {}
            findings.add(
                code,
                file=file,
                sheet=sheet,
                cell=cell_name(*entry.spots[0]),
                column=column,
                value=entry.value,
                count=entry.count,
                cells=cell_ranges(entry.spots),
                **expected,
            )


class Cells(NamedTuple):
    """Numbers (NaN where there is none) and the state of each."""

    values: NDArray[np.float64]
    states: NDArray[np.int8]


def read_column(
    cells: Sequence[object], measure: Measure, where: Where, findings: Findings, notes: Notes
) -> Cells:
    """Numbers of a column within the measure's hard limits; what is outside is rejected with a finding."""
    # With a decimal comma even 1.234 needs a closer look.
    fast = where.plain_text and where.decimal != ","
    values, odd = _floats_of_text(cells) if fast else _floats(cells)
    states = np.where(np.isnan(values), State.MISSING, State.OBSERVED).astype(np.int8)
    # Beside decimal commas, and where somebody typed a number as text, a point may set thousands apart.
    typed = not where.plain_text and not where.all_text
    grouped = not where.decimal and (typed or any(has_decimal_comma(cells[at]) for at in odd))
    for place in odd:
        reading = _reading(cells[place], place, measure, where, notes, grouped=grouped)
        reading = _noted(reading, cells[place], place, measure, where, findings, notes)
        values[place], states[place] = reading.value, reading.state
    _reject_outside(values, states, cells, measure, where, findings)
    return Cells(values, states)


def _reading(
    cell: object, place: int, measure: Measure, where: Where, notes: Notes, *, grouped: bool
) -> Reading:
    """What a cell says; where ratings are expected, a word may stand for one."""
    reading = read_value(cell, where.decimal, grouped=grouped)
    rating = read_rating(cell, measure.points, measure.words) if measure.points else None
    if reading.state is State.REJECTED and rating:
        if not where.all_text:
            notes.count(Code.RATING_WORD, where, measure.id, place, str(cell), f"{rating:g}")
        return Reading(State.OBSERVED, rating)
    return reading


_PLAIN_TYPES = frozenset({float, type(None)})
_JSON_NUMBERS = frozenset({float, int, type(None)})


def _floats(cells: Sequence[object]) -> tuple[NDArray[np.float64], list[int]]:
    if _PLAIN_TYPES.issuperset(map(type, cells)):
        return np.array(cells, dtype=np.float64), []  # None becomes NaN
    values = np.array([cell if cell.__class__ is float else NAN for cell in cells], dtype=np.float64)
    odd = [
        place
        for place, cell in enumerate(cells)
        if cell.__class__ is not float and cell is not None and cell != ""
    ]
    return values, odd


def _floats_of_text(cells: Sequence[object]) -> tuple[NDArray[np.float64], list[int]]:
    """Numbers of text cells, and the places that need a closer look.

    A column of plain numbers is also a JSON array, which is read several times faster than one text after the
    other; JSON's rules are stricter than ours, so whatever it refuses is looked at cell by cell.
    """
    import orjson

    try:
        texts: Any = [cell or "null" for cell in cells]
        parsed = orjson.loads("[" + ",".join(texts) + "]")
        blanks = cells.count(None) + cells.count("")
        if (
            len(parsed) == len(cells)
            and parsed.count(None) == blanks
            and _JSON_NUMBERS.issuperset(map(type, parsed))
        ):
            return np.array(parsed, dtype=np.float64), []
    except (orjson.JSONDecodeError, TypeError):
        pass
    return np.full(len(cells), NAN), [place for place, cell in enumerate(cells) if cell]


def _noted(
    reading: Reading,
    cell: object,
    place: int,
    measure: Measure,
    where: Where,
    findings: Findings,
    notes: Notes,
) -> Reading:
    """The reading after what is to be said of it was said."""
    text = str(cell)
    if reading.percent and measure.unit != "percent":
        reading = reading._replace(value=reading.value / 100.0)
        _report(
            Code.PERCENT_OF_NO_PERCENT,
            text,
            place,
            measure,
            where,
            findings,
            expected=measure.unit or "a number",
        )
    code = reading.code
    if reading.percent and isinstance(cell, Percent) and measure.unit == "percent":
        notes.count(Code.PERCENT_FORMAT, where, measure.id, place, f"{float(cell):g}", f"{reading.value:g}")
    if code is Code.NUMBER_AS_TEXT and (where.plain_text or where.all_text):
        code = None if is_plain_number(text) else Code.NUMBER_NOTATION
    if code in (Code.NUMBER_AS_TEXT, Code.NUMBER_NOTATION):
        notes.count(code, where, measure.id, place, text, f"{reading.value:g}")
    elif code in _NOTED:
        notes.count(code, where, measure.id, place, text)
    elif code is not None:
        _report(code, text, place, measure, where, findings, kind=reading.kind)
    return reading


def _report(
    code: Code, value: str, place: int, measure: Measure, where: Where, findings: Findings, **facts: object
) -> None:
    findings.add(
        code,
        file=where.file,
        sheet=where.sheet,
        cell=where.address(place),
        column=measure.id,
        value=value,
        **facts,
    )


def _reject_outside(
    values: NDArray[np.float64],
    states: NDArray[np.int8],
    cells: Sequence[object],
    measure: Measure,
    where: Where,
    findings: Findings,
) -> None:
    low = -np.inf if measure.low is None else measure.low
    high = np.inf if measure.high is None else measure.high
    for place in np.flatnonzero((values < low) | (values > high)).tolist():
        found = f"{values[place]:g}" if not isinstance(cells[place], str) else str(cells[place])
        _report(Code.OUT_OF_LIMITS, found, place, measure, where, findings, expected=measure.expected)
        values[place], states[place] = NAN, State.REJECTED
    if measure.step:
        _reject_off_steps(values, states, measure, where, findings)


def _reject_off_steps(
    values: NDArray[np.float64], states: NDArray[np.int8], measure: Measure, where: Where, findings: Findings
) -> None:
    steps = (values - (measure.low or 0.0)) / measure.step
    for place in np.flatnonzero(np.abs(steps - np.round(steps)) > STEP_TOLERANCE).tolist():
        expected = f"a step of {measure.step:g} from {measure.low or 0.0:g} on"
        _report(Code.NOT_A_STEP, f"{values[place]:g}", place, measure, where, findings, expected=expected)
        values[place], states[place] = NAN, State.REJECTED


def less_in_part(cells: Cells, flags: Cells) -> Cells:
    """Half a step off every value above 0 whose flag is 0: the step holds in part only. A blank takes nothing off.

    Where a flag cannot be read, nobody knows what the value is: it is rejected with its flag.
    """
    unread = (flags.states == State.REJECTED) & (cells.states == State.OBSERVED)
    in_part = (flags.values == 0) & (cells.values > 0)
    values = np.where(in_part, np.maximum(cells.values - HALF_STEP, 0.0), cells.values)
    return Cells(
        np.where(unread, NAN, values), np.where(unread, State.REJECTED, cells.states).astype(np.int8)
    )


def from_parts(
    numerators: Cells,
    denominators: Cells,
    months: NDArray[np.float64],
    measure: Measure,
    where: Where,
    findings: Findings,
) -> Cells:
    """Rates or shares from numerator and denominator; counts are scaled to the indicator's own time base."""
    top, whole = numerators.values, denominators.values
    has_top, has_whole = ~np.isnan(top), ~np.isnan(whole)
    states = np.maximum(numerators.states, denominators.states)
    states[(states == State.OBSERVED) & ~(has_top & has_whole)] = State.MISSING
    for place in np.flatnonzero(has_top & (denominators.states == State.MISSING)).tolist():
        _report(
            Code.PART_MISSING, "", place, measure, where, findings, given="numerator", lacking="denominator"
        )
        states[place] = State.REJECTED
    for place in np.flatnonzero(has_whole & (whole <= 0) & has_top).tolist():
        _report(Code.DENOMINATOR_NOT_POSITIVE, f"{whole[place]:g}", place, measure, where, findings)
        states[place] = State.REJECTED
    if measure.share:
        for place in np.flatnonzero(has_top & has_whole & (whole > 0) & (top > whole)).tolist():
            _report(
                Code.PART_ABOVE_WHOLE,
                f"{top[place]:g}",
                place,
                measure,
                where,
                findings,
                whole=f"{whole[place]:g}",
            )
            states[place] = State.REJECTED
    # Multiplying first keeps 7 of 100 at 7, not 7.000000000000001.
    with np.errstate(invalid="ignore", divide="ignore"):
        values = top * measure.per / whole
    if measure.time_base:
        values = values * (measure.time_base / months)
    return Cells(np.where(states == State.OBSERVED, values, NAN), states)


def per_count(
    denominators: NDArray[np.float64], months: NDArray[np.float64], measure: Measure
) -> NDArray[np.float64]:
    """The raw value that one count of the numerator stands for."""
    with np.errstate(invalid="ignore", divide="ignore"):
        values = measure.per / denominators
    return values * (measure.time_base / months) if measure.time_base else values


def numerators_in_need(top: Cells, whole: Cells, given: Cells | None) -> Cells:
    """The numerators without those that stand beside a finished value and lack a denominator: nothing lacks there."""
    if given is None:
        return top
    idle = (given.states == State.OBSERVED) & (whole.states == State.MISSING)
    return Cells(np.where(idle, NAN, top.values), np.where(idle, State.MISSING, top.states).astype(np.int8))


def blank_cells(rows: int) -> Cells:
    """What a column that is not there says."""
    return Cells(np.full(rows, NAN), np.full(rows, State.MISSING, dtype=np.int8))


LEAST_STATISTIC = {"sample": 1.0, "design_effect": 0.1, "standard_error": 0.0}
"""The least that statistics can be; a smaller number is a mistake, and would make an interval of nothing."""


def statistic_beside(measure: Measure, name: str) -> Measure:
    """What the reader has to know of a statistic that stands beside a measure's value."""
    return measure.of(LEAST_STATISTIC.get(name), None, measure.unit)


def without_wrong_bounds(
    statistics: dict[str, Any], cells: Cells, measure: Measure, where: Where, findings: Findings
) -> None:
    """Take away, in ``statistics``, the interval given beside a value that it does not hold."""
    blank = np.full(len(cells.values), NAN)
    low, high = (np.array(statistics.get(name, blank)) for name in ("lower", "upper"))
    slack = 1e-9 * np.maximum(np.abs(cells.values), 1.0)
    wrong = (low > cells.values + slack) | (high < cells.values - slack) | (low > high)
    for place in np.flatnonzero(wrong).tolist():
        found = " to ".join(f"{end[place]:g}" for end in (low, high) if not np.isnan(end[place]))
        expected = f"{cells.values[place]:g}"
        _report(Code.STATISTIC_DOES_NOT_FIT, found, place, measure, where, findings, expected=expected)
        low[place] = high[place] = NAN
    if wrong.any():
        statistics |= {"lower": low, "upper": high}


def value_or_parts(
    given: Cells, computed: Cells, measure: Measure, where: Where, findings: Findings
) -> Cells:
    """The value as typed where there is one, else the one computed from its parts; says where they disagree."""
    both = (given.states == State.OBSERVED) & (computed.states == State.OBSERVED)
    apart = np.abs(given.values - computed.values) > 0.01 * np.maximum(np.abs(given.values), 1.0)
    for place in np.flatnonzero(both & apart).tolist():
        expected = f"{computed.values[place]:g}"
        found = f"{given.values[place]:g}"
        _report(Code.PARTS_DISAGREE, found, place, measure, where, findings, expected=expected)
    blank = given.states == State.MISSING
    return Cells(
        np.where(blank, computed.values, given.values), np.where(blank, computed.states, given.states)
    )


def read_checklist(
    columns: dict[str, Sequence[object]], measure: Measure, wheres: dict[str, Where], findings: Findings
) -> Cells:
    """Percent of applicable items met, from one column of answers per item.

    Yes counts 1, partial one half. Items marked not applicable leave the count; of the others two thirds have
    to be answered, else the checklist is missing. An item without a column is unanswered.
    """
    rows = len(next(iter(columns.values())))
    answers = {item: [read_answer(cell) for cell in cells] for item, cells in columns.items()}
    values, states = np.full(rows, NAN), np.full(rows, State.MISSING, dtype=np.int8)
    for place in range(rows):
        given = [answers[item][place] if item in answers else Answer.UNKNOWN for item in measure.items]
        _report_bad(given, columns, place, measure, wheres, findings)
        values[place], states[place], lacking = _met(given)
        if lacking:
            first = next(iter(wheres.values()))
            _report(
                Code.TOO_FEW_ITEMS, "", place, measure, first, findings, found=lacking[0], whole=lacking[1]
            )
    return Cells(values, states)


def read_selected(cells: Sequence[object], measure: Measure) -> list[dict[str, str]] | None:
    """Answers to each item from cells that list the items chosen (``item_a item_b``); None if they do not.

    In a submitted form an item that was not chosen was answered with no; a blank cell answers nothing, and a cell that names
    something else as well gives that as the answer to its first item, which is none.
    """
    known = {fold(item): item for item in measure.items}
    found: list[dict[str, str]] = []
    listed = False
    for cell in cells:
        if cell not in (None, "") and not (isinstance(cell, str) and _LETTER.search(cell)):
            return None  # a number is the share that is met
        words = [fold(word) for word in re.split(r"[\s,;|]+", cell) if word] if isinstance(cell, str) else []
        chosen = known.keys() & set(words)
        listed |= bool(chosen)
        if not words or str(cell).strip().casefold() in MISSING_TOKENS - {"none"}:
            found.append({})
        elif len(chosen) == len(set(words)) or (len(words) == 1 and words[0] in _NONE_CHOSEN):
            found.append({item: "yes" if word in words else "no" for word, item in known.items()})
        else:
            found.append({measure.items[0]: str(cell)})
    return found if listed else None


def _report_bad(
    given: list[Answer],
    columns: dict[str, Sequence[object]],
    place: int,
    measure: Measure,
    wheres: dict[str, Where],
    findings: Findings,
) -> None:
    for item, answer in zip(measure.items, given, strict=True):
        if answer is Answer.BAD:
            where = wheres[item]
            findings.add(
                Code.BAD_ITEM_ANSWER,
                file=where.file,
                sheet=where.sheet,
                cell=where.address(place),
                column=f"{measure.id}.{item}",
                value=str(columns[item][place]),
            )


def _met(given: list[Answer]) -> tuple[float, State, tuple[int, int] | None]:
    """Percent met, the state, and (answered, applicable) where too few are answered."""
    applicable = [answer for answer in given if answer is not Answer.NOT_APPLICABLE]
    answered = [answer for answer in applicable if answer in (Answer.YES, Answer.PARTIAL, Answer.NO)]
    if not applicable:
        return NAN, State.NOT_APPLICABLE, None
    if not answered:
        return NAN, State.REJECTED if Answer.BAD in given else State.MISSING, None
    if len(answered) < LEAST_SHARE_OF_ITEMS * len(applicable) - 1e-9:
        return NAN, State.MISSING, (len(answered), len(applicable))
    points = sum({Answer.YES: 1.0, Answer.PARTIAL: 0.5}.get(answer, 0.0) for answer in answered)
    return points / len(answered) * 100.0, State.OBSERVED, None
