"""One column of cells becomes one array of numbers, with a finding for every cell that is not one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.answers import Answer, read_answer, read_rating
from pkassess.codes import Code
from pkassess.columnwords import REPORTED
from pkassess.findings import Findings
from pkassess.ingest.sheet import UNSAID, Conventions, Percent, cell_name, cell_ranges
from pkassess.normalise import STEP_TOLERANCE
from pkassess.texts import fold
from pkassess.values import Reading, State, has_decimal_comma, is_plain_number, read_value, says_missing

NAN = float("nan")
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
    parted: bool = True
    """Whether a numerator and a denominator make a value: rates and shares."""
    time_base: float | None = None
    share: bool = False
    items: tuple[str, ...] = ()
    lag: float = 3.0
    points: int = 0
    step: float = 0.0
    first: float = 0.0
    """The lowest step, from which the others are counted."""
    flagged: bool = False
    words: Mapping[str, float] = {}
    """What the rubric calls the steps of a rating, folded; nothing where it gives no names."""
    steps: str = ""
    """The numbers of the steps of a rating and the words that stand for them."""
    answers: Mapping[str, float] = {}
    """How survey forms show the steps that the rubric describes, ``4 - Compromised: ...``, folded."""

    def of(self, low: float | None, high: float | None, unit: str = "", step: float = 0.0) -> Measure:
        """What the reader has to know of a number that stands beside a value, such as a part or a statistic."""
        return self._replace(unit=unit, low=low, high=high, step=step, first=low or 0.0, points=0, steps="")

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
    said: Conventions = UNSAID
    """How the file writes numbers."""

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
    fast = where.plain_text and where.said.decimal != "," and not where.said.commas
    values, odd = _floats_of_text(cells) if fast else _floats(cells)
    states = np.where(np.isnan(values), State.MISSING, State.OBSERVED).astype(np.int8)
    # Beside decimal commas, and where somebody typed a number as text, a point may set thousands apart.
    typed = (not where.plain_text and not where.said.all_text) or where.said.commas
    grouped = not where.said.decimal and (typed or any(has_decimal_comma(cells[at]) for at in odd))
    for place in odd:
        reading = _reading(cells[place], place, measure, where, notes, grouped=grouped)
        reading = _noted(reading, cells[place], place, measure, where, findings, notes)
        values[place], states[place] = reading.value, reading.state
    reject_outside(values, states, cells, measure, where, findings)
    return Cells(values, states)


def _reading(
    cell: object, place: int, measure: Measure, where: Where, notes: Notes, *, grouped: bool
) -> Reading:
    """What a cell says; where ratings are expected, a word may stand for one."""
    reading = read_value(cell, where.said.decimal, grouped=grouped)
    if reading.state is not State.OBSERVED and measure.answers and isinstance(cell, str):
        answer = measure.answers.get(fold(cell))
        if answer is not None:
            return Reading(State.OBSERVED, answer)
    rating = read_rating(cell, measure.points, measure.words) if measure.points else None
    if reading.state is State.REJECTED and rating:
        if not where.said.all_text:
            notes.count(Code.RATING_WORD, where, measure.id, place, str(cell), f"{rating:g}")
        return Reading(State.OBSERVED, rating)
    return reading


_PLAIN_TYPES = frozenset({float, type(None)})
_JSON_NUMBERS = frozenset({float, int, type(None)})


def _floats(cells: Sequence[object]) -> tuple[NDArray[np.float64], list[int]]:
    """Numbers of a workbook's cells, and the places that need a closer look, those of NaN and infinity among them."""
    plain = _PLAIN_TYPES.issuperset(map(type, cells))  # None becomes NaN
    numbers = cells if plain else [cell if cell.__class__ is float else NAN for cell in cells]
    values = np.array(numbers, dtype=np.float64)
    without = np.flatnonzero(~np.isfinite(values)).tolist()
    return values, [place for place in without if cells[place] is not None and cells[place] != ""]


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
    if reading.percent and not isinstance(cell, Percent) and measure.unit != "percent" and not measure.share:
        reading = Reading(State.REJECTED, code=Code.NUMBER_WITH_UNIT)  # 3 % of a count is no count
    elif reading.percent and measure.unit != "percent":
        reading = reading._replace(value=reading.value / 100.0)
        report_cell(
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
    if code is Code.NUMBER_AS_TEXT and (where.plain_text or where.said.all_text):
        as_written = is_plain_number(text) and float(text) == reading.value
        code = None if as_written else Code.NUMBER_NOTATION
    if code in (Code.NUMBER_AS_TEXT, Code.NUMBER_NOTATION):
        notes.count(code, where, measure.id, place, text, f"{reading.value:g}")
    elif code in _NOTED:
        notes.count(code, where, measure.id, place, text)
    elif code is not None:
        facts = {"kind": reading.kind, "suggestion": _what_to_write(reading, text, measure)}
        report_cell(code, text, place, measure, where, findings, **facts)
    return reading


def _what_to_write(reading: Reading, text: str, measure: Measure) -> str:
    """What an indicator takes in place of words, a range or a fraction, as a sentence; '' where the finding says it all."""
    if reading.code is Code.TEXT_IN_NUMBER:
        return f" Accepted are {measure.steps}, as a number or a word." if measure.steps else ""
    if reading.kind == "a range":
        return " In the long layout the ends of the range go into the columns lower and upper."
    if reading.kind == "a fraction" and measure.points:
        return f" Write the rating alone, {text.partition('/')[0].strip()}, if it is one from 1 to {measure.points}."
    if reading.kind == "a fraction" and measure.parted:
        return f" The two numbers can stand in the columns {measure.id}__numerator and {measure.id}__denominator."
    return ""


def report_cell(
    code: Code, value: str, place: int, measure: Measure, where: Where, findings: Findings, **facts: object
) -> None:
    """A finding about the n-th cell of a stretch of a measure's column."""
    findings.add(
        code,
        file=where.file,
        sheet=where.sheet,
        cell=where.address(place),
        column=measure.id,
        value=value,
        **facts,
    )


def reject_outside(
    values: NDArray[np.float64],
    states: NDArray[np.int8],
    cells: Sequence[object],
    measure: Measure,
    where: Where,
    findings: Findings,
) -> None:
    """Reject, in place, what lies outside a measure's hard limits or between its steps; each is reported."""
    low = -np.inf if measure.low is None else measure.low
    high = np.inf if measure.high is None else measure.high
    for place in np.flatnonzero((values < low) | (values > high)).tolist():
        found = f"{values[place]:g}" if not isinstance(cells[place], str) else str(cells[place])
        report_cell(Code.OUT_OF_LIMITS, found, place, measure, where, findings, expected=measure.expected)
        values[place], states[place] = NAN, State.REJECTED
    if measure.step:
        _reject_off_steps(values, states, measure, where, findings)


def _reject_off_steps(
    values: NDArray[np.float64], states: NDArray[np.int8], measure: Measure, where: Where, findings: Findings
) -> None:
    steps = (values - measure.first) / measure.step
    for place in np.flatnonzero(np.abs(steps - np.round(steps)) > STEP_TOLERANCE).tolist():
        expected = f"a step of {measure.step:g} from {measure.first:g} on"
        report_cell(Code.NOT_A_STEP, f"{values[place]:g}", place, measure, where, findings, expected=expected)
        values[place], states[place] = NAN, State.REJECTED


def note_words(
    cells: Sequence[object],
    is_known: Callable[[object], bool],
    expected: str,
    column: str,
    where: Where,
    notes: Notes,
) -> None:
    """Note the cells of a column of words that hold none of those expected there."""
    strange = {cell for cell in set(cells) if cell not in (None, "") and not is_known(cell)}
    for at, cell in enumerate(cells if strange else ()):
        if cell in strange:
            notes.count(Code.UNKNOWN_WORD, where, column, at, str(cell), expected)


def note_sources(
    cells: Sequence[object], order: Sequence[str], column: str, where: Where, notes: Notes
) -> None:
    """Note the types of sources that have no place in the order of a rubric that has one."""
    known = set(map(fold, order))
    if known:
        note_words(
            cells,
            lambda cell: fold(str(cell)) in known or says_missing(str(cell)),
            ", ".join(order),
            column,
            where,
            notes,
        )


def note_reported(cells: Sequence[object], where: Where, notes: Notes) -> None:
    """Note the answers to whether a report came that are neither yes nor no."""
    sure = (Answer.YES, Answer.NO, Answer.UNKNOWN, Answer.NOT_APPLICABLE)
    note_words(cells, lambda cell: read_answer(cell) in sure, "yes or no", REPORTED.name, where, notes)


def without_unreported(
    cells: Cells, answers: Sequence[object], measure: Measure, where: Where, notes: Notes
) -> Cells:
    """Values without the zeros of rows that answer no to whether a report came: nobody counted there."""
    zeros = np.flatnonzero(cells.values == 0).tolist()
    unreported = [at for at in zeros if read_answer(answers[at]) is Answer.NO]
    if not unreported:
        return cells
    values, states = cells.values.copy(), cells.states.copy()
    for at in unreported:
        notes.count(Code.ZERO_WITHOUT_REPORT, where, measure.id, at, "0")
    values[unreported], states[unreported] = NAN, State.MISSING
    return Cells(values, states)


def blank_cells(rows: int) -> Cells:
    """What a column that is not there says."""
    return Cells(np.full(rows, NAN), np.full(rows, State.MISSING, dtype=np.int8))
