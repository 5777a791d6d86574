"""Why a partnership stands where it stands, and who needs a decision, in sentences."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from pkassess.conditions import parse
from pkassess.figures import inline, listed, number_word, percent_text, score_text
from pkassess.report.announcements import alarm_texts
from pkassess.report.ground import CONFIDENCE_ORDER, LANGUAGE, LOW_LEVELS, NAMED_AT_MOST, Ground
from pkassess.scoring import NO_LEVEL, Publication
from pkassess.texts import say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pkassess.rubric import OverallRule


POSSIBLE_SHARE = 0.20


def reasons(ground: Ground, row: int) -> list[str]:
    """Lines under a row: the rule that binds, and a second level that many draws give."""
    lines = []
    index = ground.scores.index
    binding = int(ground.scores.overall_rule[row])
    overall = ground.rubric.overall
    if overall and binding != NO_LEVEL and overall.rules[binding].level_of is None and index:
        alone = index.branch.levels[int(index.level[row])].id
        value = score_text(float(index.score[row]), index.branch.levels, whole=ground.whole)
        label = inline(say(index.branch.label, LANGUAGE))
        lines.append(
            f"{_binding(ground, row)}{_as_well(ground, row)}; {label} {value} alone would read {alone}"
        )
    elif ground.scores.overall_status[row] != Publication.PUBLISHED and ground.scores.alarms[:, row].any():
        lines.append(f"{alarm_texts(ground, row)[0]}; announced although no overall level is published")
    lines.extend(_possible(ground, row))
    return lines


def _as_well(ground: Ground, row: int) -> str:
    """Further rules that hold the overall level as low as the one that is named."""
    level, binding = int(ground.scores.overall_level[row]), int(ground.scores.overall_rule[row])
    rules = ground.rubric.overall.rules if ground.rubric.overall else []
    others = [
        inline(say(rule.label, LANGUAGE)) or rule.id
        for place, rule in enumerate(rules)
        if place != binding
        and rule.level_of is None
        and int(np.broadcast_to(ground.allowed[place], ground.scores.overall_level.shape)[row]) == level
    ]
    return f", {listed(others)} as well" if others else ""


def _binding(ground: Ground, row: int) -> str:
    """The rule that sets the overall level, in words."""
    overall = ground.rubric.overall
    rule = overall.rules[int(ground.scores.overall_rule[row])] if overall else None
    if rule is None:
        return ""
    if rule.weakest_of is not None:
        weakest = min(rule.weakest_of, key=lambda name: float(ground.scores.nodes[name].score[row]))
        node = ground.scores.nodes[weakest]
        level = node.branch.levels[int(node.level[row])].id
        return f"capped by weakest link; {inline(say(node.branch.label, LANGUAGE))} is {level}"
    return _cap(ground, rule, row, with_figure=True)


def _cap(ground: Ground, rule: OverallRule, row: int, *, with_figure: bool) -> str:
    """A cap that speaks of a dimension names it; any other rule goes by its own name."""
    named = [name for step in rule.at_most or [] for _, name in parse(step.when).references()]
    node = next((ground.scores.nodes[name] for name in named if name in ground.rubric.dimensions), None)
    if node is None or np.isnan(node.score[row]):
        return inline(say(rule.label, LANGUAGE)) or rule.id
    figure = (
        f" {score_text(float(node.score[row]), node.branch.levels, whole=ground.whole)}"
        if with_figure
        else ""
    )
    return f"capped by {say(node.branch.label, LANGUAGE).split()[-1].lower()}{figure}"


def _possible(ground: Ground, row: int) -> list[str]:
    if ground.drawn is None or ground.scores.overall_level[row] == NO_LEVEL:
        return []
    shares = ground.drawn.overall_shares[:, row].copy()
    own, levels = int(ground.scores.overall_level[row]), ground.scores.overall_levels
    if shares[own] < 0.5:  # noqa: PLR2004  # less than half of the draws
        largest = np.argsort(-shares, kind="stable")[:2].tolist()
        named = [f"{levels[at].id} in {_of_draws(float(shares[at]))}" for at in largest if shares[at] > 0]
        return [f"not settled: {listed(named)}"]
    shares[own] = 0.0
    second = int(shares.argmax())
    if shares[second] < POSSIBLE_SHARE:
        return []
    return [f"possibly {levels[second].id} ({percent_text(float(shares[second]))} of 100 draws)"]


def decision(ground: Ground, row: int) -> str:
    """Why a partnership needs a decision; '' where it does not."""
    overall, level = ground.rubric.overall, int(ground.scores.overall_level[row])
    if overall and level != NO_LEVEL:
        rule = overall.rules[int(ground.scores.overall_rule[row])]
        if rule.at_most is not None:
            return _cap(ground, rule, row, with_figure=False)
        if level < LOW_LEVELS and len(ground.scores.overall_levels) > LOW_LEVELS + 1:
            good = [
                node for node in ground.dimensions if node.branch.positive and not np.isnan(node.score[row])
            ]
            if not good:
                return f"overall {ground.scores.overall_levels[level].id}"
            weakest = min(good, key=lambda node: float(node.score[row]))
            own = weakest.branch.levels[int(weakest.level[row])].id if weakest.branch.levels else "low"
            return f"{inline(say(weakest.branch.label, LANGUAGE))} {own}"
    ringing = np.flatnonzero(ground.scores.alarms[:, row])
    if len(ringing):
        return ground.rubric.alarms[ringing[0]].id.replace("_", " ")
    return ground.directions.reason(row) if row in ground.directions.worse else ""


def need(ground: Ground) -> str:
    """Who needs a decision, and why."""
    if not ground.needy:
        return "No partnership needs a decision" + (" this period." if ground.rubric.period else ".")
    levels = ground.scores.overall_level
    # Alarms of what cannot be scored come last; Python keeps the order of the table among equals.
    needy = sorted(
        (row for row in ground.order if row in ground.needy), key=lambda row: int(levels[row]) % 128
    )
    named = [f"{ground.name(row)} ({decision(ground, row)})" for row in needy[:NAMED_AT_MOST]]
    more = len(needy) - len(named)
    names = f"{', '.join(named)}, and {more} more below" if more else listed(named)
    verb = "needs" if len(needy) == 1 else "need"
    return f"{number_word(len(needy))} of {len(ground.rows)} partnerships {verb} a decision: {names}."


def standing(ground: Ground, levels: NDArray[np.int8]) -> str:
    """How many stand at one of the two best levels, and how many cannot be scored."""
    from_level = max(len(ground.scores.overall_levels) - 2, 0)
    good, lost = int((levels >= from_level).sum()), int((levels == NO_LEVEL).sum())
    verb = "stands" if good == 1 else "stand"
    first = f"{number_word(good)} {verb} at {ground.scores.overall_levels[from_level].id} or better"
    return f"{first}; {number_word(lost).lower()} cannot be scored overall." if lost else f"{first}."


def confidence(ground: Ground) -> str:
    """The confidence in what is scored, in one sentence."""
    scored = ground.rows[ground.scores.overall_level[ground.rows] != NO_LEVEL].tolist()
    words = Counter(CONFIDENCE_ORDER[ground.confidence[row]] for row in scored)
    known = [word for word in reversed(CONFIDENCE_ORDER) if word and words[word]]
    if not known:
        return ""
    if len(scored) == 1:
        return f"Confidence is {known[0].lower()}."
    if len(known) == 1:
        return f"Confidence is {known[0].lower()} in all {len(scored)} scored."
    parts = [f"{word.lower()} in {words[word]}" for word in known]
    return f"Confidence is {listed(parts)} of the {len(scored)} scored."


def _of_draws(share: float) -> str:
    return f"{percent_text(share)} of 100 draws"
