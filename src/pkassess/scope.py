"""What the names of a condition stand for, once scores are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pkassess.conditions import Column, Truth, truths
from pkassess.grades import CLASS_NAMES
from pkassess.matrix import STATUS_NAMES, Status, among
from pkassess.observations import happened, stated
from pkassess.rubric import CONTEXT_COLUMNS
from pkassess.scoring import CONFIDENCE_NAMES, NO_LEVEL, PUBLICATION_NAMES

if TYPE_CHECKING:
    from pkassess.observations import FactRow
    from pkassess.scoring import Scores


class ScoreScope:
    """The names a condition may use: columns of the assessment, raw values, context, facts.

    A dimension or index stands for its published score, an indicator for its raw value as used.
    """

    def __init__(self, scores: Scores) -> None:
        self.scores = scores
        self.rows = len(scores.matrix.units)
        self._measures = {name: row for row, name in enumerate(scores.matrix.measures)}

    def column(self, name: str) -> Column | None:
        """The column of a plain name, or None if there is no such name."""
        scores = self.scores
        if name in scores.nodes:
            return Column(scores.nodes[name].score)
        if name in self._measures:
            row = self._measures[name]
            return Column(np.where(scores.matrix.usable[row], scores.matrix.value[row], np.nan))
        return self._of_unit(name) or self._of_overall(name) or self._of_node(name)

    def _of_unit(self, name: str) -> Column | None:
        units = self.scores.matrix.units
        if name in self.scores.rubric.keys:
            place = list(self.scores.rubric.keys).index(name)
            return _texts(unit.keys[place] for unit in units)
        if name in self.scores.matrix.context:
            return Column(self.scores.matrix.context[name])
        if name in CONTEXT_COLUMNS:
            return _texts("" for _ in units)
        of_unit = {
            "period": lambda unit: unit.period.label,
            "partnership": lambda unit: unit.partnership,
        }.get(name)
        return _texts(map(of_unit, units)) if of_unit else None

    def _of_overall(self, name: str) -> Column | None:
        scores = self.scores
        if name == "overall_level":
            return _ordinal(scores.overall_level, tuple(level.id for level in scores.overall_levels))
        if name == "overall_status":
            return _texts(PUBLICATION_NAMES[status] for status in scores.overall_status)
        if name == "overall_rule" and scores.rubric.overall:
            rules = [rule.id for rule in scores.rubric.overall.rules]
            return _texts("" if place == NO_LEVEL else rules[place] for place in scores.overall_rule)
        if name == "index":
            return Column(scores.index.score) if scores.index else None
        return None

    def _of_node(self, name: str) -> Column | None:
        node_name, _, suffix = name.rpartition("_")
        node = self.scores.nodes.get(node_name)
        if node is None:
            return None
        if suffix == "level" and node.branch.levels:
            return _ordinal(node.level, tuple(level.id for level in node.branch.levels))
        if suffix == "status":
            return _texts(PUBLICATION_NAMES[status] for status in node.status)
        if suffix == "confidence":
            return _texts(CONFIDENCE_NAMES[word] for word in node.confidence)
        return Column(node.coverage) if suffix == "coverage" else None

    def over(self, function: str, count: int, truth: Truth) -> Truth | None:  # noqa: ARG002
        """Nothing: a plain scope knows one period and one place at a time."""
        return None

    def call(self, function: str, argument: str, *more: float | str) -> Column | Truth | None:
        """The result of ``function(argument)``, or None if there is no such function or argument."""
        if more:
            return None
        matrix, row = self.scores.matrix, self._measures.get(argument)
        if argument in self.scores.rubric.facts and function in ("fact", "recorded", "happened"):
            return self._fact(function, argument)
        if row is None:
            return None
        if function == "score" and row < len(self.scores.indicator):
            return Column(self.scores.indicator[row])
        if function == "class":
            known = np.where(np.isnan(matrix.value[row]), np.nan, matrix.evidence[row])
            return Column(known, CLASS_NAMES)
        if function == "status":
            return Column(matrix.status[row].astype(np.float64), STATUS_NAMES)
        if function == "reported":
            unseen = among(matrix.status[row], (Status.CARRIED, Status.IMPUTED))
            return Column(np.where(unseen, np.nan, matrix.value[row]))
        return None

    def _fact(self, function: str, name: str) -> Truth:
        result = truths(self.rows, False if function == "recorded" else None)
        for at in range(self.rows if self.scores.matrix.facts else 0):
            said = self.stated(name, at, ever=function == "happened")
            if said is not None and said.value is not None:
                result[at] = truths(1, said.value)[0]
        return result

    def stated(self, name: str, unit: int, *, ever: bool = False) -> FactRow | None:
        """What the sheet of facts says of a fact, or of a condition of the gate, for a unit; None for nothing.

        With ``ever`` it is asked whether the fact held in any period up to the unit's own.
        """
        matrix, declared = self.scores.matrix, self.scores.rubric.facts.get(name)
        own = matrix.units[unit]
        facts = matrix.facts.get(own.keys, [])
        if ever:
            return happened(facts, name, own.period)
        return stated(facts, name, own.period, of_period=declared is not None and declared.of_period)

    def names(self) -> Iterator[str]:
        """All plain names, for suggestions."""
        for name in self.scores.nodes:
            yield from (name, f"{name}_level", f"{name}_status", f"{name}_coverage", f"{name}_confidence")
        yield from self._measures
        yield from self.scores.rubric.keys
        yield from CONTEXT_COLUMNS
        yield from ("overall_level", "overall_status", "overall_rule", "index", "period", "partnership")


def _texts(values: Iterable[str]) -> Column:
    return Column(np.array(list(values), dtype=object))


def _ordinal(positions: NDArray[np.int8], order: tuple[str, ...]) -> Column:
    return Column(np.where(positions == NO_LEVEL, np.nan, positions.astype(np.float64)), order)
