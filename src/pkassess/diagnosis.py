"""Diagnosis: patterns in the evidence as hypotheses, practices that go with strength, and what needs restructuring.

Rules fire on values observed in the period and not excluded. Nothing here is a finding: each hypothesis comes with what
fired it, what could not be tested, and what would count against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.conditions import FALSE, TRUE, UNKNOWN, Condition, Ground, Truth, parse
from pkassess.evidence import Told
from pkassess.wholescope import WholeScope, reads_high

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.rubric import DiagnosisRule, RestructuringRule


class Hypothesis(NamedTuple):
    """A rule of the diagnosis for one row shown.

    ``evidence`` are the parts that made it fire; for one that could not be tested (``fired`` False) it is empty and
    ``untested`` says what is not known. ``against`` says whether what would count against it holds: yes, no, unknown,
    or '' where the data cannot tell; ``against_evidence`` what that rests on.
    """

    unit: int
    rule: DiagnosisRule
    fired: bool
    evidence: tuple[str, ...]
    untested: tuple[str, ...]
    against: str
    against_evidence: tuple[str, ...]


class Practice(NamedTuple):
    """How often a diagnostic reads high in strong and in weak partnerships of one peer group.

    ``strong`` and ``weak`` are (high, known); ``places`` the units of the strong ones that read high.
    """

    peer_group: str
    diagnostic: str
    strong: tuple[int, int]
    weak: tuple[int, int]
    places: tuple[int, ...]
    verdict: str


class Restructuring(NamedTuple):
    """A row shown that needs restructuring by rule; ``spared`` is the hypothesis that takes it off the list."""

    unit: int
    reasons: tuple[RestructuringRule, ...]
    spared: DiagnosisRule | None


ANSWERS = {FALSE: "no", UNKNOWN: "unknown", TRUE: "yes"}
CANDIDATE, ONE_PLACE, NO_CONTRAST = "candidate practice", "one place only", "nothing to contrast with"
ASSOCIATION = "Association in few cases: it does not say that the practice made the difference."


def hypotheses(comparison: Comparison, *, fired: bool | None = None) -> Iterator[Hypothesis]:
    """Every rule that fired or could not be tested, by row shown in the order of the rules.

    ``fired`` asks for one of the two alone.
    """
    diagnosis = comparison.scores.rubric.diagnosis
    if diagnosis is None:
        return
    scope = WholeScope(comparison, observed_only=True)
    told, rows = Told(scope), comparison.rows
    wanted = {None: (TRUE, UNKNOWN), True: (TRUE,), False: (UNKNOWN,)}[fired]
    rules = [_Rule(rule, scope, told) for rule in diagnosis.rules]
    rules = [rule for rule in rules if np.isin(rule.truth[rows], wanted).any()]
    for unit in rows.tolist():
        yield from (rule.hypothesis(unit) for rule in rules if rule.truth[unit] in wanted)


class _Rule:
    """A rule of the diagnosis, evaluated for all rows at once."""

    def __init__(self, rule: DiagnosisRule, scope: WholeScope, told: Told) -> None:
        self.rule, self.scope, self.told = rule, scope, told
        self.condition = parse(rule.when)
        self.truth = _truth(self.condition, scope)
        counter = parse(rule.against.when) if rule.against and rule.against.when else None
        self.against = _truth(counter, scope) if counter else None
        self.counter_grounds = counter.grounds(scope) if counter else []

    @cached_property
    def grounds(self) -> list[Ground]:
        return self.condition.grounds(self.scope)

    @cached_property
    def unknown(self) -> list[Ground]:
        """The parts that are not known in some row."""
        return [part for part in self.condition.parts(self.scope) if (part.truth == UNKNOWN).any()]

    def hypothesis(self, unit: int) -> Hypothesis:
        """What the rule says of one row."""
        fired = bool(self.truth[unit] == TRUE)
        unknown = [part for part in self.unknown if part.truth[unit] == UNKNOWN]
        return Hypothesis(
            unit=unit,
            rule=self.rule,
            fired=fired,
            evidence=_once(self.told.of_grounds(self.grounds, unit)) if fired else (),
            untested=_once(self.told.of_grounds(unknown, unit)),
            against=ANSWERS[int(self.against[unit])] if self.against is not None else "",
            against_evidence=_once(self.told.of_grounds(self.counter_grounds, unit)),
        )


def _once(sentences: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentences))


def _truth(condition: Condition, scope: WholeScope) -> Truth:
    return np.broadcast_to(condition.evaluate(scope), (scope.rows,))


def practices(comparison: Comparison) -> list[Practice]:
    """The contrast of every diagnostic between strong and weak partnerships of each peer group.

    A practice is a candidate where it reads high in enough strong partnerships and is less common among the weak.
    """
    diagnosis = comparison.scores.rubric.diagnosis
    if diagnosis is None or diagnosis.practices is None:
        return []
    rule = diagnosis.practices
    scope = WholeScope(comparison)
    strong, weak = (_truth(parse(text), scope) == TRUE for text in (rule.strong, rule.weak))
    both = strong & weak
    groups: dict[str, list[int]] = {}
    for unit in comparison.rows.tolist():
        groups.setdefault(str(comparison.peer_group[unit]), []).append(unit)
    found = []
    for name in scope.scores.rubric.diagnostic_items:
        high = reads_high(scope, name)
        for group, units in groups.items():
            own = np.array(units)
            sides = [own[(side & ~both)[own]] for side in (strong, weak)]
            found.append(_contrast(group, name, high, sides, rule.places))
    return [one for one in found if one.strong[0]]


def _contrast(group: str, name: str, high: Truth, sides: list[NDArray[np.intp]], places: int) -> Practice:
    counts = [(int((high[own] == TRUE).sum()), int((high[own] != UNKNOWN).sum())) for own in sides]
    (strong_high, strong_known), (weak_high, weak_known) = counts
    if strong_high < places:
        verdict = ONE_PLACE
    elif not weak_known:
        verdict = NO_CONTRAST
    else:
        rarer = weak_high / weak_known < strong_high / strong_known
        verdict = CANDIDATE if rarer else "as common among the weak"
    units = tuple(int(unit) for unit in sides[0] if high[unit] == TRUE)
    return Practice(group, name, counts[0], counts[1], units, verdict)


def restructuring(comparison: Comparison) -> list[Restructuring]:
    """The rows shown that any rule puts on the list, with all its reasons and what takes them off again."""
    diagnosis = comparison.scores.rubric.diagnosis
    if diagnosis is None or not diagnosis.restructuring:
        return []
    scope = WholeScope(comparison)
    truths = [_truth(parse(rule.when), scope) == TRUE for rule in diagnosis.restructuring]
    sparing = next((rule for rule in diagnosis.rules if rule.id == diagnosis.spared_by), None)
    spared = np.zeros(scope.rows, dtype=bool)
    if sparing is not None:
        spared = _truth(parse(sparing.when), WholeScope(comparison, observed_only=True)) == TRUE
    found = []
    for unit in comparison.rows.tolist():
        reasons = tuple(
            rule for rule, truth in zip(diagnosis.restructuring, truths, strict=True) if truth[unit]
        )
        if reasons:
            found.append(Restructuring(unit, reasons, sparing if spared[unit] else None))
    return found
