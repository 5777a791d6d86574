"""How a score is calculated, as a line of arithmetic: one expression for every scale and every way to combine.

Expressions hold numbers in full and the names of what went before, the signs + - * / **, and the functions min, max,
median, exp, log, and round(x, n), which rounds half up on the decimal value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pkassess.formulas import TOLERANCE
from pkassess.standings import duels, ideals

if TYPE_CHECKING:
    from pkassess.formulas import Terms
    from pkassess.normalise import Frame
    from pkassess.tree import Branch

Told = tuple[str, str]
"""An expression, and what stands behind its numbers."""
FEW = 1e15


class Term(NamedTuple):
    """A child that counts, as it enters a node: its place among the children, expression, value and weight."""

    place: int
    text: str
    value: float
    weight: float


def number(value: float) -> str:
    """A number in full: the shortest form that reads back the same."""
    return repr(int(value)) if float(value).is_integer() and abs(value) < FEW else repr(float(value))


# --- scales -------------------------------------------------------------------------------------------------------


def of_scale(scale: Any, value: float, read: str, frame: Frame) -> Told:
    """The score of a raw value; ``read`` is the name of the value."""
    if scale.treated is None:
        return _SCALES[scale.type](scale, value, read, frame)
    treated = scale.treated
    read = f"min(max({read}, {number(treated.low)}), {number(treated.high)})"
    read = read if treated.shift is None else f"log({read} - {number(treated.shift)})"
    expression, note = _SCALES[scale.type](scale, float(treated.apply(np.array(value))), read, frame)
    return expression, f"{note}, outlying values treated"


def _spread(share: str, frame: Frame) -> str:
    return f"{number(frame.low)} + {share} * ({number(frame.high)} - {number(frame.low)})"


def _knots(scale: Any, value: float, read: str, frame: Frame) -> Told:
    return _between(scale.points(frame), value, read, "knot")


def _between(points: Sequence[tuple[float, float]], value: float, read: str, what: str) -> Told:
    if value <= points[0][0] or value >= points[-1][0]:
        end, raw, score = ("first", *points[0]) if value <= points[0][0] else ("last", *points[-1])
        return number(score), f"at or beyond the {end} {what}, {number(raw)}"
    for (before, first), (after, last) in pairwise(points):
        if before <= value <= after:
            share = f"({read} - {number(before)}) / ({number(after)} - {number(before)})"
            note = f"between the {what}s {number(before)} and {number(after)}"
            return f"{number(first)} + {share} * ({number(last)} - {number(first)})", note
    raise AssertionError(value)


def _likert(scale: Any, value: float, read: str, frame: Frame) -> Told:  # noqa: ARG001
    share = f"({read} - 1) / {scale.points - 1}"
    return _spread(_turned(share, scale), frame), f"rating from 1 to {scale.points}"


def _checklist(scale: Any, value: float, read: str, frame: Frame) -> Told:  # noqa: ARG001
    share, met = (f"(100 - {read}) / 100", "not met") if scale.reverse else (f"{read} / 100", "met")
    return _spread(share, frame), f"share of items {met}"


def _ordinal(scale: Any, value: float, read: str, frame: Frame) -> Told:  # noqa: ARG001
    return _spread(_turned(f"{read} / {scale.top}", scale), frame), f"step from 0 to {scale.top}"


def _identity(scale: Any, value: float, read: str, frame: Frame) -> Told:  # noqa: ARG001
    low, high = scale.range
    note = f"a score on {number(low)} to {number(high)}"
    if (low, high) == (frame.low, frame.high):
        return f"{number(low)} + {number(high)} - {read}" if scale.reverse else read, note
    share = f"({read} - {number(low)}) / ({number(high)} - {number(low)})"
    return _spread(_turned(share, scale), frame), note


def _turned(share: str, scale: Any) -> str:
    return f"(1 - {share})" if scale.reverse else share


_TRANSFORMS = {
    "ln": "log({})",
    "log": "log({})",
    "log10": "log({}) / log(10)",
    "log1p": "log(1 + {})",
    "sqrt": "({}) ** 0.5",
    "reciprocal": "1 / ({})",
}


def _goalposts(scale: Any, value: float, read: str, frame: Frame) -> Told:  # noqa: ARG001
    bottom, top = number(scale.bottom), number(scale.top)
    if scale.transform is not None:
        read = read if scale.floor is None else f"max({read}, {number(scale.floor)})"
        low, high = sorted((scale.bottom, scale.top))
        read = f"max(min({read}, {number(high)}), {number(low)})" if scale.clip else read
        read, bottom, top = (f"({_TRANSFORMS[scale.transform].format(part)})" for part in (read, bottom, top))
    share = f"({read} - {bottom}) / ({top} - {bottom})"
    share = f"min(max({share}, 0), 1)" if scale.clip else share
    return _spread(share, frame), "between the goalposts"


def _relative(scale: Any, value: float, read: str, frame: Frame) -> Told:
    line = scale.line(np.array([value]), frame)
    if not line.extends or len(line.raws) == 1:
        told, note = _between(list(zip(line.raws, line.scores, strict=True)), value, read, "value")
        return told, f"{scale.method} of all partnerships, {note}"
    (first, second), (low, high) = line.raws, line.scores
    share = f"({read} - {number(first)}) / ({number(second)} - {number(first)})"
    return (
        f"{number(low)} + {share} * ({number(high)} - {number(low)})",
        f"{scale.method} of all partnerships",
    )


_SCALES: dict[str, Callable[[Any, float, str, Frame], Told]] = {
    **dict.fromkeys(("curve", "rate", "percent", "band"), _knots),
    "likert": _likert,
    "checklist": _checklist,
    "ordinal": _ordinal,
    "identity": _identity,
    "goalposts": _goalposts,
    "relative": _relative,
}


# --- nodes --------------------------------------------------------------------------------------------------------


def of_node(branch: Branch, terms: Sequence[Term]) -> Told:
    """The score of a node from the children that count."""
    if branch.terms is not None:
        expression, note = _formula(branch, branch.terms, {term.place: term for term in terms})
    else:
        expression, note = _NODES[branch.aggregate](branch, [term for term in terms if term.weight > 0])
    if branch.decimals is not None:
        return f"round({expression}, {branch.decimals})", f"{note}, rounded half up".lstrip(", ")
    return expression, note


def _formula(branch: Branch, numbers: Terms, terms: dict[int, Term]) -> Told:
    first = terms[branch.first]
    if branch.aggregate == "conditional" and first.value >= numbers.threshold - TOLERANCE:
        return first.text, f"it reaches {number(numbers.threshold)}"
    second = terms[1 - branch.first].text
    if branch.aggregate == "conditional":
        note = f"the first part is below {number(numbers.threshold)}"
        return f"{number(numbers.factor)} * {second}", note
    if branch.aggregate == "ratio":
        return f"{first.text} / {second}", ""
    return f"{first.text} * ({number(numbers.intercept)} + {number(numbers.slope)} * {second})", ""


def _total(terms: Sequence[Term]) -> str:
    return " + ".join(number(term.weight) for term in terms)


def _mean(terms: Sequence[Term], form: str) -> str:
    """The weighted mean of the terms, each written as ``form``."""
    parts = " + ".join(f"{number(term.weight)} * {form.format(term.text)}" for term in terms)
    return f"({parts}) / ({_total(terms)})"


def _arithmetic(branch: Branch, terms: Sequence[Term]) -> Told:  # noqa: ARG001
    return _mean(terms, "{}"), ""


def _geometric(branch: Branch, terms: Sequence[Term]) -> Told:
    return _power_mean(branch, terms, 0.0)


def _harmonic(branch: Branch, terms: Sequence[Term]) -> Told:
    return _power_mean(branch, terms, -1.0)


def _power(branch: Branch, terms: Sequence[Term]) -> Told:
    return _power_mean(branch, terms, branch.settings.power)


def _power_mean(branch: Branch, terms: Sequence[Term], power: float) -> Told:
    floor = branch.settings.floor
    lifted = f"max({{}}, {number(floor)})" if floor else "{}"
    if power <= 0 and min(max(term.value, floor) for term in terms) == 0:
        return "0", "a part is 0, and there is no floor"
    if power == 0:
        return f"exp({_mean(terms, f'log({lifted})')})", ""
    return f"({_mean(terms, f'({lifted}) ** {number(power)}')}) ** (1 / {number(power)})", ""


def _reversed_geometric(branch: Branch, terms: Sequence[Term]) -> Told:
    high, length = number(branch.settings.high), number(branch.settings.high - branch.settings.low)
    turned = f"(1 + ({high} - {{}}) / {length} * ({length} - 1))"
    mean = f"exp({_mean(terms, f'log({turned})')})"
    return f"{high} - ({mean} - 1) / ({length} - 1) * {length}", ""


def _minimum(branch: Branch, terms: Sequence[Term]) -> Told:  # noqa: ARG001
    return _of_all("min", terms)


def _maximum(branch: Branch, terms: Sequence[Term]) -> Told:  # noqa: ARG001
    return _of_all("max", terms)


def _median(branch: Branch, terms: Sequence[Term]) -> Told:  # noqa: ARG001
    return _of_all("median", terms)


def _of_all(function: str, terms: Sequence[Term]) -> Told:
    return (f"{function}({', '.join(term.text for term in terms)})" if len(terms) > 1 else terms[0].text), ""


def _topsis(branch: Branch, terms: Sequence[Term]) -> Told:
    low, high = branch.settings.low, branch.settings.high
    assert branch.rivals is not None  # noqa: S101  # a scored tree is fitted
    ends = [end.tolist() for end in ideals(branch.rivals - low)]
    parts: tuple[list[str], list[str]] = ([], [])
    for term in terms:
        length, *both = (end[term.place] for end in ends)
        for sums, end in zip(parts, both, strict=True):
            place = f"({term.text} - {number(low)}) / {number(length)}"
            sums.append(f"({number(term.weight)} * ({place} - {number(end)})) ** 2")
    to_worst, to_best = (f"({' + '.join(sums)}) ** 0.5" for sums in parts)
    note = "distance to the worst of all partnerships, as a share of those to worst and best"
    if all(ends[1][term.place] == ends[2][term.place] for term in terms):
        return number((low + high) / 2), "nobody can be told apart"
    share = f"({to_worst}) / ({to_worst} + {to_best})"
    return f"{number(low)} + {share} * ({number(high)} - {number(low)})", note


def _copeland(branch: Branch, terms: Sequence[Term]) -> Told:
    low, high = branch.settings.low, branch.settings.high
    assert branch.rivals is not None  # noqa: S101  # a scored tree is fitted
    own = np.full((len(branch.weights), 1), np.nan)
    for term in terms:
        own[term.place] = term.value
    wins, others = duels(own, branch.weights, branch.rivals)
    if not others:
        return number((low + high) / 2), "there is nobody else"
    share = f"({others} + {number(wins[0])}) / (2 * {others})"
    note = f"wins less defeats {wins[0]:+.0f} against {others} others"
    return f"{number(low)} + {share} * ({number(high)} - {number(low)})", note


_NODES: dict[str, Callable[[Branch, Sequence[Term]], Told]] = {
    "arithmetic": _arithmetic,
    "geometric": _geometric,
    "harmonic": _harmonic,
    "power": _power,
    "reversed_geometric": _reversed_geometric,
    "minimum": _minimum,
    "maximum": _maximum,
    "median": _median,
    "topsis": _topsis,
    "copeland": _copeland,
}
