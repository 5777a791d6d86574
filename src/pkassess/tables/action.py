"""readiness.csv, diagnosis.csv and what goes with them: untested rules, practices, restructuring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from pkassess.diagnosis import ASSOCIATION, Hypothesis, Practice, hypotheses, practices, restructuring
from pkassess.ranking import Comparison
from pkassess.readiness import Gate, gates
from pkassess.tables.fields import Field, Table, integer, text
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.rubric import DiagnosisRule, Rubric

LANGUAGE = "en"
ROWS_AT_A_TIME = 10_000
VERDICT, IMPOSED_EXIT = "verdict", "imposed_exit"
_PARTNERSHIP, _PERIOD = (
    text("partnership", "The key values joined by ' / '."),
    text("period", "The period assessed."),
)
_READINESS = (
    _PARTNERSHIP,
    _PERIOD,
    text(
        "condition", "Id of the condition; 'verdict' and 'imposed_exit' for the rows that speak of the whole."
    ),
    text("kind", "minimum or support; verdict or flag for the rows of the whole."),
    text("result", "pass, fail or unknown; the verdict; yes, no or unknown for the flag."),
    text("evidence", "What it rests on, joined by '; '."),
    text("label", "What the condition is called."),
    text(
        "planned",
        "yes where a condition that fails has an owner and a date, no where it lacks one; else empty.",
    ),
)
_DIAGNOSIS = (
    _PARTNERSHIP,
    _PERIOD,
    text("rule", "Id of the rule that fired."),
    text("challenge", "What the evidence is consistent with; tags of concerns in brackets."),
    text("strategy", "What to examine."),
    text("evidence", "The parts of the pattern that hold, joined by '; '."),
    text("counter_evidence", "What would count against it."),
    text("counter_holds", "yes, no or unknown; empty where the data cannot tell."),
    text("counter_basis", "What that rests on, joined by '; '."),
    text("untested", "Parts of the pattern that could not be tested, joined by '; '."),
)
_UNTESTED = (
    _PARTNERSHIP,
    _PERIOD,
    text("rule", "Id of a rule that could neither be confirmed nor ruled out."),
    text("challenge", "What it would be consistent with."),
    text("untested", "What is not known, joined by '; '."),
)
_PRACTICES = (
    text("peer_group", "Partnerships that are compared with one another."),
    text("diagnostic", "Id of the diagnostic."),
    text(
        "verdict",
        "candidate practice, one place only, as common among the weak, or nothing to contrast with.",
    ),
    integer("strong_high", "Strong partnerships in which it reads high."),
    integer("strong_known", "Strong partnerships in which it is known."),
    integer("weak_high", "Weak partnerships in which it reads high."),
    integer("weak_known", "Weak partnerships in which it is known."),
    text("places", "The strong partnerships in which it reads high, joined by '; '."),
    text("caution", "How far this carries."),
)
_RESTRUCTURING = (
    _PARTNERSHIP,
    _PERIOD,
    text("reasons", "Why it is on the list, joined by '; '."),
    text("listed", "yes; no where a rule takes it off the list."),
    text("spared_by", "Id of the rule that takes it off, with what it is consistent with."),
)


def readiness_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001  # called as the other tables are
    """The columns of readiness.csv."""
    return _READINESS


def diagnosis_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001
    """The columns of diagnosis.csv."""
    return _DIAGNOSIS


def untested_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001
    """The columns of untested.csv."""
    return _UNTESTED


def practice_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001
    """The columns of practices.csv."""
    return _PRACTICES


def restructuring_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001
    """The columns of restructuring.csv."""
    return _RESTRUCTURING


def readiness_table(comparison: Comparison) -> Table:
    """One row per row shown and condition, and one for the verdict and for an imposed exit."""
    return _table(
        "readiness",
        _READINESS,
        lambda: (row for gate in gates(comparison) for row in _of_gate(comparison, gate)),
    )


def _of_gate(comparison: Comparison, gate: Gate) -> Iterator[tuple[str, ...]]:
    unit = _unit(comparison, gate.unit)
    for one in gate.checked:
        planned = "" if one.result != "fail" else "yes" if one.planned else "no"
        label = say(one.condition.label, LANGUAGE)
        yield (*unit, one.condition.id, one.condition.kind, one.result, _joined(one.evidence), label, planned)
    yield (*unit, VERDICT, VERDICT, str(gate.verdict), gate.summary, "", "")
    if gate.imposed_exit:
        answer = {"pass": "yes", "fail": "no"}.get(gate.imposed_exit, gate.imposed_exit)
        yield (*unit, IMPOSED_EXIT, "flag", answer, _joined(gate.imposed_evidence), "", "")


def diagnosis_table(comparison: Comparison) -> Table:
    """One row per row shown and rule that fired."""
    return _table(
        "diagnosis",
        _DIAGNOSIS,
        lambda: (_fired(comparison, one) for one in hypotheses(comparison, fired=True)),
    )


def _fired(comparison: Comparison, one: Hypothesis) -> tuple[str, ...]:
    rule = one.rule
    against = say(rule.against.text, LANGUAGE) if rule.against else ""
    return (
        *(*_unit(comparison, one.unit), rule.id, _challenge(rule), say(rule.strategy, LANGUAGE)),
        *(_joined(one.evidence), against, one.against, _joined(one.against_evidence), _joined(one.untested)),
    )


def untested_table(comparison: Comparison) -> Table:
    """One row per row shown and rule that could not be tested."""

    def rows() -> Iterator[tuple[str, ...]]:
        for one in hypotheses(comparison, fired=False):
            yield (*_unit(comparison, one.unit), one.rule.id, _challenge(one.rule), _joined(one.untested))

    return _table("untested", _UNTESTED, rows)


def practices_table(comparison: Comparison) -> Table:
    """One row per peer group and diagnostic that reads high in a strong partnership."""
    units = comparison.scores.matrix.units

    def places(one: Practice) -> str:
        return _joined([units[unit].partnership for unit in one.places])

    def rows() -> list[tuple[Any, ...]]:
        return [
            (one.peer_group, one.diagnostic, one.verdict, *one.strong, *one.weak, places(one), ASSOCIATION)
            for one in practices(comparison)
        ]

    return _table("practices", _PRACTICES, rows)


def restructuring_table(comparison: Comparison) -> Table:
    """One row per row shown that a rule puts on the list, also where another takes it off."""

    def rows() -> list[tuple[str, ...]]:
        return [
            (
                *_unit(comparison, one.unit),
                _joined([say(reason.label, LANGUAGE) for reason in one.reasons]),
                "no" if one.spared else "yes",
                f"{one.spared.id}: {_challenge(one.spared)}" if one.spared else "",
            )
            for one in restructuring(comparison)
        ]

    return _table("restructuring", _RESTRUCTURING, rows)


def _challenge(rule: DiagnosisRule) -> str:
    tags = f" ({' '.join(rule.seed)})" if rule.seed else ""
    return say(rule.challenge, LANGUAGE) + tags


def _unit(comparison: Comparison, unit: int) -> tuple[str, str]:
    own = comparison.scores.matrix.units[unit]
    return own.partnership, own.period.label


def _joined(parts: Sequence[str]) -> str:
    return "; ".join(parts)


def _table(name: str, fields: tuple[Field, ...], rows: Callable[[], Iterable[tuple[Any, ...]]]) -> Table:
    def blocks() -> Iterator[list[Any]]:
        left = iter(rows())
        while found := list(islice(left, ROWS_AT_A_TIME)):
            yield [list(column) for column in zip(*found, strict=True)]

    return Table(name, fields, blocks)
