"""Values from their parts, and what stands beside a value: numerators, denominators, bounds, samples."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.codes import Code
from pkassess.columns import NAN, Cells, Measure, Where, reject_outside, report_cell
from pkassess.findings import Findings
from pkassess.normalise import HALF_STEP
from pkassess.values import State

LEAST_STATISTIC = {"sample": 1.0, "design_effect": 0.1, "standard_error": 0.0}
"""The least that statistics can be; a smaller number is a mistake, and would make an interval of nothing."""


class Parts(NamedTuple):
    """What numerators and denominators of an indicator give: its values, the events counted, what one event adds to it."""

    values: Cells
    events: NDArray[np.float64]
    per_count: NDArray[np.float64]


def counts_of(measure: Measure) -> Measure:
    """What the reader has to know of an indicator's numerators and denominators."""
    return measure.of(0.0, None, "count")


def read_parts(
    top: Cells,
    whole: Cells,
    given: Cells | None,
    months: NDArray[np.float64],
    measure: Measure,
    where: Where,
    findings: Findings,
) -> Parts:
    """Values from numerators and denominators beside ``given`` values, in periods of so many ``months``."""
    needed = numerators_in_need(top, whole, given)
    computed = from_parts(needed, whole, months, measure, where, findings)
    return Parts(computed, needed.values, per_count(whole.values, months, measure))


def from_parts(
    numerators: Cells,
    denominators: Cells,
    months: NDArray[np.float64],
    measure: Measure,
    where: Where,
    findings: Findings,
) -> Cells:
    """Rates or shares from numerator and denominator; counts are scaled to the indicator's own time base."""
    if not measure.parted:
        return _no_parts(numerators, measure, where, findings)
    top, whole = numerators.values, denominators.values
    has_top, has_whole = ~np.isnan(top), ~np.isnan(whole)
    states = np.maximum(numerators.states, denominators.states)
    states[(states == State.OBSERVED) & ~(has_top & has_whole)] = State.MISSING
    for place in np.flatnonzero(has_top & (denominators.states == State.MISSING)).tolist():
        report_cell(
            Code.PART_MISSING, "", place, measure, where, findings, given="numerator", lacking="denominator"
        )
        states[place] = State.REJECTED
    for place in np.flatnonzero(has_whole & (whole <= 0) & has_top).tolist():
        report_cell(Code.DENOMINATOR_NOT_POSITIVE, f"{whole[place]:g}", place, measure, where, findings)
        states[place] = State.REJECTED
    if measure.share:
        for place in np.flatnonzero(has_top & has_whole & (whole > 0) & (top > whole)).tolist():
            report_cell(
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
    values = np.where(states == State.OBSERVED, values, NAN)
    reject_outside(values, states, values.tolist(), measure, where, findings)
    return Cells(values, states)


def _no_parts(numerators: Cells, measure: Measure, where: Where, findings: Findings) -> Cells:
    """Counts for an indicator that is neither a rate nor a share are reported, and not used."""
    states = numerators.states.copy()
    for place in np.flatnonzero(~np.isnan(numerators.values)).tolist():
        found = f"{numerators.values[place]:g}"
        report_cell(
            Code.PARTS_OF_NO_RATE, found, place, measure, where, findings, expected=measure.unit or "a number"
        )
        states[place] = State.REJECTED
    return Cells(np.full(len(states), NAN), states)


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
        report_cell(Code.STATISTIC_DOES_NOT_FIT, found, place, measure, where, findings, expected=expected)
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
        report_cell(Code.PARTS_DISAGREE, found, place, measure, where, findings, expected=expected)
    blank = given.states == State.MISSING
    return Cells(
        np.where(blank, computed.values, given.values), np.where(blank, computed.states, given.states)
    )
