"""What to do about it: hand-over, hypotheses, practices, restructuring, and where both sides differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pkassess.diagnosis import CANDIDATE, ONE_PLACE, Hypothesis, hypotheses, practices, restructuring
from pkassess.figures import inline, listed, number_word, score_text
from pkassess.page import GROUP_WORDS, Handover, Note
from pkassess.ratings import sides_of
from pkassess.readiness import Gate, Verdict, gates
from pkassess.report.ground import LANGUAGE, SHOWN_ROWS, Ground
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.ratings import Sides


SHOWN_PRACTICES = 3
NOTABLE_GAP = 10.0
"""Score points from which the readings of the two sides are told apart on page one."""
VERDICT_WORDS = {
    Verdict.READY: "ready",
    Verdict.WITH_CONDITIONS: "with conditions",
    Verdict.NOT_YET: "not yet",
    Verdict.CANNOT_SAY: "cannot say",
}


def handover(ground: Ground) -> Handover | None:
    """How many partnerships have each verdict; who is ready, and who is left because leaving is imposed."""
    found = {gate.unit: gate for gate in gates(ground.comparison, with_evidence=False)}
    if not found:
        return None
    counts = Counter(gate.verdict for gate in found.values())
    words = {verdict: counts[verdict] for verdict in VERDICT_WORDS}
    told = ", ".join(f"{VERDICT_WORDS[verdict]} {count}" for verdict, count in words.items())
    ready, imposed = [], []
    for row in ground.order:
        gate = found[row]
        if gate.verdict in (Verdict.READY, Verdict.WITH_CONDITIONS):
            ready.append(Note(ground.name(row), _ready(gate)))
        if gate.imposed_exit == "pass":
            gaps = gate.count("fail")
            stay = f"{number_word(gaps)} gap{' would stay' if gaps == 1 else 's would stay'} open"
            unknown = f", {gate.count('unknown')} unknown" if gate.count("unknown") else ""
            imposed.append(Note(ground.name(row), f"Imposed exit, which is no readiness. {stay}{unknown}"))
    return Handover(f"{told[:1].lower()}{told[1:]}", tuple(ready), tuple(imposed))


def examine(ground: Ground) -> Iterator[Note]:
    """The hypotheses that the evidence is consistent with."""
    for one in hypotheses(ground.comparison):
        if one.fired:
            rule = one.rule
            parts = [f"{rule.id}, consistent with {say(rule.challenge, LANGUAGE)}: {'; '.join(one.evidence)}"]
            parts.append(f"Examine whether this helps: {say(rule.strategy, LANGUAGE)}")
            if rule.against:
                parts.append(f"Against it would count: {say(rule.against.text, LANGUAGE)}{_counter(one)}")
            yield Note(ground.name(one.unit), ". ".join(parts))


def practices_told(ground: Ground) -> Iterator[Note]:
    """Practices that go with strength, with counts and places; where every row is told, those of one place too."""
    found = [one for one in practices(ground.comparison) if one.verdict in (CANDIDATE, ONE_PLACE)]
    if not ground.every_row:
        found = [one for one in found if one.verdict == CANDIDATE]
    for one in found if ground.every_row else found[:SHOWN_PRACTICES]:
        item = ground.rubric.diagnostic_items[one.diagnostic]
        strong, weak = (f"{high} of {known}" for high, known in (one.strong, one.weak))
        places = listed([ground.names.get(unit, "") for unit in one.places])
        text = f"strong are good at {inline(say(item.label, LANGUAGE))} ({places}), {weak} weak"
        text += "; one place only, an anecdote" if one.verdict == ONE_PLACE else ""
        yield Note(strong, f"{text}. {GROUP_WORDS.get(one.peer_group, one.peer_group)}")
    if len(found) > SHOWN_PRACTICES and not ground.every_row:
        yield Note(f"{len(found) - SHOWN_PRACTICES} more", "practices: -o report.md lists them")


def restructuring_told(ground: Ground) -> Iterator[Note]:
    """What needs restructuring by rule, and what a rule takes off the list again."""
    found = {one.unit: one for one in restructuring(ground.comparison)}
    rows = [row for row in ground.order if row in found]
    for row in rows if ground.every_row else rows[:SHOWN_ROWS]:
        one = found[row]
        reasons = "; ".join(say(reason.label, LANGUAGE) for reason in one.reasons)
        spared = (
            f"; off the list by {one.spared.id}: {say(one.spared.challenge, LANGUAGE)}" if one.spared else ""
        )
        yield Note(ground.name(row), f"{reasons}{spared}")
    if len(rows) > SHOWN_ROWS and not ground.every_row:
        yield Note(f"{len(rows) - SHOWN_ROWS} more", "are listed in -o report.md")


def both_sides(ground: Ground) -> Iterator[Note]:
    """Where mission and host read the same things differently, and how many partnerships they agree on."""
    sides = sides_of(ground.scores)
    if sides is None:
        return
    rows = [row for row in ground.order if any(sides.indicators[name][row] for name in sides.indicators)]
    told = {row: _apart(ground, sides, row) for row in rows}
    apart = [row for row in rows if told[row]]
    shown = apart if ground.every_row else apart[:SHOWN_ROWS]
    for row in shown:
        yield Note(ground.name(row), "; ".join(told[row]))
    if len(apart) > len(shown):
        yield Note(f"{len(apart) - len(shown)} more", "differ as well: -o report.md lists them")
    if len(rows) > len(apart):
        close = f"mission and host are within {NOTABLE_GAP:g} points on what both read"
        yield Note(f"{len(rows) - len(apart)} of {len(rows)}", close)


def _apart(ground: Ground, sides: Sides, row: int) -> list[str]:
    """The dimensions of a partnership on which the two sides differ, in words."""
    texts = []
    for node in ground.dimensions:
        name = node.branch.id
        mission, host, gap = (float(column[name][row]) for column in (sides.mission, sides.host, sides.gap))
        quarrels = int(sides.disputed[name][row])
        if np.isnan(gap) or (abs(gap) < NOTABLE_GAP - 1e-9 and not quarrels):
            continue
        label = inline(say(node.branch.label, LANGUAGE))
        scores = (score_text(value, node.branch.levels, whole=ground.whole) for value in (mission, host))
        basis = f"{sides.indicators[name][row]} of {len(ground.scores.leaves_of(name))} indicators"
        text = "{} {} as the mission reads it, {} as the host does".format(label, *scores)
        texts.append(f"{text} ({basis}{f', {quarrels} disputed' if quarrels else ''})")
    return texts


def _ready(gate: Gate) -> str:
    """The verdict, how many conditions are met, and which are open."""
    open_ones = [one.condition for one in gate.checked if one.result != "pass"]
    named = listed([f"{one.id} {inline(say(one.label, LANGUAGE))}" for one in open_ones])
    word = "Ready" if gate.verdict is Verdict.READY else "Ready with conditions"
    return f"{word}, {gate.summary}{f'; open: {named}' if named else ''}"


def _counter(one: Hypothesis) -> str:
    """Whether what counts against a hypothesis holds, in brackets."""
    basis = f": {'; '.join(one.against_evidence)}" if one.against_evidence else ""
    words = {"yes": "which holds", "no": "which does not hold", "unknown": "which cannot be tested"}
    return f" ({words[one.against]}{basis})" if one.against else ""
