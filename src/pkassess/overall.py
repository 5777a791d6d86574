"""The overall level and the alarms: the rubric's rules applied to scores."""

from __future__ import annotations

from collections.abc import Sequence
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
    scope = ScoreScope(scores)
    alarms = [parse(alarm.when).evaluate(scope) == TRUE for alarm in scores.rubric.alarms]
    scores = replace(scores, alarms=np.array(alarms, dtype=bool).reshape(scores.alarms.shape))
    overall = scores.rubric.overall
    if overall is None:
        return scores
    top = len(scores.overall_levels)
    allowed = []
    for rule in overall.rules:
        if rule.level_of is not None:
            level = scores.nodes[rule.level_of].level
            at_most = np.where(level == NO_LEVEL, top, level)
        elif rule.weakest_of is not None:
            weakest = np.min([scores.nodes[name].level for name in rule.weakest_of], axis=0)
            at_most = np.where(weakest == NO_LEVEL, top, np.minimum(weakest + rule.plus, top - 1))
        else:
            at_most = _first_step(rule.at_most or [], scope, scores.overall_levels, top)
        allowed.append(at_most.astype(np.int8))
    lowest, binding = np.min(allowed, axis=0), np.argmin(allowed, axis=0)
    published = (scores.overall_status == Publication.PUBLISHED) & (lowest < top)
    return replace(
        scores,
        overall_level=np.where(published, lowest, NO_LEVEL).astype(np.int8),
        overall_rule=np.where(published, binding, NO_LEVEL).astype(np.int8),
    )


def _first_step(steps: Sequence[Step], scope: ScoreScope, levels: list[Level], top: int) -> NDArray[np.int8]:
    at_most = np.full(scope.rows, top, dtype=np.int8)
    open_still = np.ones(scope.rows, dtype=bool)
    position = {level.id: place for place, level in enumerate(levels)}
    for step in steps:
        holds = (parse(step.when).evaluate(scope) == TRUE) & open_still
        at_most[holds] = position[step.level]
        open_still &= ~holds
    return at_most
