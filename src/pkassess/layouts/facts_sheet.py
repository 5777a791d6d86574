"""The side sheet ``facts``: what no indicator holds, stated by partnership and period."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pkassess.answers import Answer, read_answer
from pkassess.codes import Code
from pkassess.columnwords import FACT_FIELDS
from pkassess.findings import shown
from pkassess.layouts.side_rows import SideRow, side_rows
from pkassess.observations import FactRow
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet
    from pkassess.layouts.rows import Intake

_ANSWERS = {Answer.YES: True, Answer.NO: False}


def read_facts(sheet: Sheet, intake: Intake) -> None:
    """Stated facts into the collector; what cannot be understood is reported and left out.

    Rows that say yes and no of one fact in one period contradict each other: the fact is unknown then.
    """
    gate = intake.rubric.readiness
    # A condition of the readiness gate may be named too: its row says who closes the gap, and when.
    ids = [*intake.rubric.facts, *(one.id for one in (gate.conditions if gate else ()))]
    labels = {fold(word): name for name, fact in intake.rubric.facts.items() for word in fact.label.values()}
    known = labels | {fold(name): name for name in ids}
    stated: dict[tuple[object, ...], list[tuple[SideRow, FactRow]]] = defaultdict(list)
    for row in side_rows(sheet, intake, FACT_FIELDS, ("fact",), whole_keys=True):
        found = _fact_of(row, known)
        if found is not None:
            stated[found.keys, found.period, found.fact].append((row, found))
    for rows in stated.values():
        said = {fact.value for _, fact in rows} - {None}
        if said == {True, False}:
            last, fact = rows[-1]
            cells = ", ".join(fact.cell for _, fact in rows)
            last.report(Code.FACTS_CONTRADICT, "value", used=True, found=cells, expected=shown(fact.fact))
        value = said.pop() if len(said) == 1 else None
        intake.collector.facts.extend(fact._replace(value=value) for _, fact in rows)


def _fact_of(row: SideRow, known: dict[str, str]) -> FactRow | None:
    """What a row states, or None if it cannot be told; everything that is wrong with it is reported."""
    named = known.get(fold(row.text("fact")))
    period = row.period("period")
    read = read_answer(row.cells.get("value"))
    date = row.day("date", used=True)
    if not row.text("fact"):
        row.report(Code.KEY_MISSING, "fact", expected="fact")
    elif named is None:
        _report_unknown(row)
    if read not in _ANSWERS and read is not Answer.UNKNOWN:
        row.report(Code.UNCLEAR_FACT, "value", used=True)
    if named is None or not row.usable:
        return None
    return FactRow(
        row.keys,
        period,
        named,
        _ANSWERS.get(read),
        date.isoformat() if date else "",
        row.text("source_ref"),
        row.address("fact"),
        row.text("owner"),
    )


def _report_unknown(row: SideRow) -> None:
    facts = row.intake.rubric.facts
    row.report(
        Code.UNKNOWN_FACT,
        "fact",
        suggestion=row.intake.findings.suggest(row.text("fact"), facts),
        expected=", ".join(map(shown, facts)) or "none",
    )
