"""The readiness gate: could the authority carry on alone? Conditions that pass, fail or are unknown, and a verdict.

The gate informs; it is never a percentage, and leaving because one must is no readiness.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pkassess.conditions import FALSE, TRUE, UNKNOWN, Condition, Truth, parse
from pkassess.evidence import Told
from pkassess.wholescope import WholeScope

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.rubric import Readiness, ReadinessCondition

RESULTS = {FALSE: "fail", UNKNOWN: "unknown", TRUE: "pass"}


class Verdict(StrEnum):
    """What the gate says as a whole."""

    READY = "ready"
    WITH_CONDITIONS = "ready_with_conditions"
    NOT_YET = "not_yet"
    CANNOT_SAY = "cannot_say"


class Checked(NamedTuple):
    """One condition for one partnership: ``result`` is pass, fail or unknown; ``evidence`` says what it rests on.

    ``planned`` says whether an open condition has an owner and a date, in the rows of the facts it rests on or in a row
    of its own.
    """

    condition: ReadinessCondition
    result: str
    evidence: tuple[str, ...]
    planned: bool

    @property
    def told(self) -> tuple[str, ...]:
        """The evidence, and for an open condition of support whether somebody has to close it by a day to come."""
        if self.result != "fail" or self.condition.kind != "support":
            return self.evidence
        return (
            *self.evidence,
            "owner and date are named" if self.planned else "no owner and date to come are named",
        )


class Gate(NamedTuple):
    """The gate of one row shown. ``imposed_exit`` is pass (it is imposed), fail or unknown; '' where nobody asks."""

    unit: int
    verdict: Verdict
    checked: tuple[Checked, ...]
    imposed_exit: str
    imposed_evidence: tuple[str, ...]

    def count(self, result: str) -> int:
        """How many conditions have a result."""
        return sum(one.result == result for one in self.checked)

    @property
    def summary(self) -> str:
        """``7 of 10 met, 1 unknown``."""
        unknown = self.count("unknown")
        met = f"{self.count('pass')} of {len(self.checked)} met"
        return f"{met}, {unknown} unknown" if unknown else met


def gates(comparison: Comparison, *, with_evidence: bool = True) -> Iterator[Gate]:
    """The gate of every row shown; none under a rubric without one. Evidence costs time and may be left out."""
    gate = comparison.scores.rubric.readiness
    if gate is None:
        return
    scope = WholeScope(comparison)
    told = Told(scope) if with_evidence else None
    conditions = [(one, parse(one.when)) for one in gate.conditions]
    truths = [_truth(condition, scope) for _, condition in conditions]
    grounds = [condition.grounds(scope) for _, condition in conditions] if told else []
    imposed = parse(gate.imposed_exit) if gate.imposed_exit else None
    leaving = _truth(imposed, scope) if imposed else None
    for unit in comparison.rows.tolist():
        checked = []
        for at, (one, condition) in enumerate(conditions):
            evidence = dict.fromkeys(told.of_grounds(grounds[at], unit)) if told else ()
            result = RESULTS[int(truths[at][unit])]
            planned = result == "fail" and _planned(one, condition, scope, unit)
            checked.append(Checked(one, result, tuple(evidence), planned))
        exit_word = RESULTS[int(leaving[unit])] if leaving is not None else ""
        why = told.sentences(imposed, unit) if told and imposed and exit_word == "pass" else []
        yield Gate(unit, verdict(gate, checked), tuple(checked), exit_word, tuple(why))


def _truth(condition: Condition, scope: WholeScope) -> Truth:
    return np.broadcast_to(condition.evaluate(scope), (scope.rows,))


def _planned(one: ReadinessCondition, condition: Condition, scope: WholeScope, unit: int) -> bool:
    """Whether an open condition has an owner and a day that is still to come.

    They stand in its own row of the facts, or in every fact that is not so yet.
    """
    end = scope.scores.matrix.units[unit].period.end.isoformat()
    own = scope.stated(one.id, unit)
    names = [name for function, name in condition.references() if function in ("fact", "recorded")]
    rows = (
        [own]
        if own
        else [row for row in (scope.stated(name, unit) for name in names) if row and row.value is False]
    )
    return bool(rows) and all(row.owner and row.date >= end for row in rows)


def verdict(gate: Readiness, checked: Sequence[Checked]) -> Verdict:
    """The verdict from the results of the conditions.

    Not yet: a minimum fails, or more support conditions fail than may. Cannot say: otherwise, where a minimum is unknown
    or unknown support could bring the failures above what may fail. Not yet, too: one that fails has no owner and date.
    """
    minimum = [one.result for one in checked if one.condition.kind == "minimum"]
    support = [one for one in checked if one.condition.kind == "support"]
    failed = [one for one in support if one.result == "fail"]
    unknown = sum(one.result == "unknown" for one in support)
    if "fail" in minimum or len(failed) > gate.open_at_most:
        return Verdict.NOT_YET
    if "unknown" in minimum or len(failed) + unknown > gate.open_at_most:
        return Verdict.CANNOT_SAY
    if not all(one.planned for one in failed):
        return Verdict.NOT_YET
    return Verdict.WITH_CONDITIONS if failed or unknown else Verdict.READY
