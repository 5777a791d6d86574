"""The overall level and the alarms: the rubric's rules applied to scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pkassess.conditions import TRUE, parse
from pkassess.scope import ScoreScope
from pkassess.scoring import NO_LEVEL, Publication

if TYPE_CHECKING:
    from pkassess.rubric import Level, Step
    from pkassess.scoring import Scores


def apply_rules(scores: Scores) -> Scores:
    """Scores with the overall level, the rule that binds it, and the alarms.

    The overall level is the lowest that any rule allows; the first rule that reaches it is the binding one.
    """
    scores = _with_overall(scores)
    scope = ScoreScope(scores)
    alarms = [parse(alarm.when).evaluate(scope) == TRUE for alarm in scores.rubric.alarms]
    return replace(scores, alarms=np.array(alarms, dtype=bool).reshape(scores.alarms.shape))


def _with_overall(scores: Scores) -> Scores:
    if scores.rubric.overall is None:
        return scores
    levels = {name: node.level for name, node in scores.nodes.items()}
    allowed = allowed_levels(scores, levels, ScoreScope(scores))
    lowest, binding = np.min(allowed, axis=0), np.argmin(allowed, axis=0)
    published = scores.overall_status == Publication.PUBLISHED
    published &= lowest < len(scores.overall_levels)
    return replace(
        scores,
        overall_level=np.where(published, lowest, NO_LEVEL).astype(np.int8),
        overall_rule=np.where(published, binding, NO_LEVEL).astype(np.int8),
    )


def allowed_levels(
    scores: Scores, levels: Mapping[str, NDArray[np.int8]], scope: ScoreScope
) -> list[NDArray[np.int8]]:
    """The highest level that each rule allows, in the order of the rules.

    ``levels`` are the levels of the nodes, ``scope`` the names of the conditions; both may have a draws axis. A
    rule that does not act allows one more than the highest level.
    """
    top = len(scores.overall_levels)
    allowed = []
    for rule in scores.rubric.overall.rules if scores.rubric.overall else ():
        if rule.level_of is not None:
            level = levels[rule.level_of]
            at_most = np.where(level == NO_LEVEL, top, level)
        elif rule.weakest_of is not None:
            weakest = np.min([levels[name] for name in rule.weakest_of], axis=0)
            at_most = np.where(weakest == NO_LEVEL, top, np.minimum(weakest + rule.plus, top - 1))
        else:
            at_most = _first_step(rule.at_most or [], scope, scores.overall_levels)
        allowed.append(at_most.astype(np.int8))
    return allowed


def _first_step(steps: Sequence[Step], scope: ScoreScope, levels: list[Level]) -> NDArray[np.int8]:
    """The level of the first step whose condition holds, one above the highest where none does."""
    position = {level.id: place for place, level in enumerate(levels)}
    at_most = np.full((), len(levels), dtype=np.int8)
    for step in reversed(steps):
        holds = parse(step.when).evaluate(scope) == TRUE
        at_most = np.where(holds, position[step.level], at_most)
    return at_most
