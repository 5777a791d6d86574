"""How one number came about, step by step, so that it can be done again by hand.

Every step is ``name = expression = value``, where the expression holds numbers in full and names of earlier steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pkassess.codes import Code
from pkassess.conditions import parse
from pkassess.evidence import Told
from pkassess.expressions import Term, number, of_node, of_scale
from pkassess.findings import UsageError, finding, nearest
from pkassess.grades import CLASS_NAMES
from pkassess.matrix import STATUS_NAMES, Status
from pkassess.measures import measures_of
from pkassess.overall import allowed_levels
from pkassess.scope import ScoreScope
from pkassess.scoring import NO_LEVEL
from pkassess.tree import leaves_under
from pkassess.wholescope import WholeScope

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.tree import Branch

OVERALL, INDEX = "overall", "index"


class Step(NamedTuple):
    """One line of a derivation: a value with its expression ('' for what was read), and what is known of it."""

    name: str
    expression: str
    value: float
    note: str = ""

    @property
    def text(self) -> str:
        """The step as it is printed."""
        middle = f" = {self.expression}" if self.expression else ""
        note = f"   ({self.note})" if self.note else ""
        return f"{self.name}{middle} = {number(self.value)}{note}"


class Derivation(NamedTuple):
    """The steps behind a figure, and sentences on what is no arithmetic: levels, rules, the interval."""

    title: str
    steps: tuple[Step, ...]
    sentences: tuple[str, ...]


def derive(comparison: Comparison, unit: int, name: str) -> Derivation:
    """The derivation of an indicator's score, of a node's score, of ``index`` or of ``overall`` for one unit.

    Raises UsageError where there is no such figure, or where it is not published.
    """
    return _Deriver(comparison, unit).derive(name)


class _Deriver:
    def __init__(self, comparison: Comparison, unit: int) -> None:
        self.comparison, self.unit = comparison, unit
        self.scores = comparison.scores
        self.rubric = comparison.scores.rubric
        self.rows = {name: row for row, name in enumerate(self.rubric.indicators)}
        self.measures = measures_of(self.rubric)
        self.done: dict[str, Step] = {}

    def derive(self, name: str) -> Derivation:
        if name == INDEX and self.scores.index is not None:
            name = self.scores.index.branch.id
        title = f"{self.scores.matrix.units[self.unit].title}: {name}"
        if name == OVERALL and self.rubric.overall:
            for node in self._nodes_of_overall():
                self._node(node)
            return Derivation(title, tuple(self.done.values()), tuple(self._overall()))
        if name not in self.rows and name not in self.scores.tree:
            known = [*self.rows, *self.scores.tree, INDEX, OVERALL]
            found = f"There is no figure '{name}'.{nearest(name, known)} Figures are indicators, dimensions, groups, indices"
            raise UsageError(finding(Code.WRONG_CHOICE, found=f"{found}, index and overall."))
        value = self._node(name) if name in self.scores.tree else self._indicator(name)
        if value is None:
            found = f"'{name}' has no value for {self.scores.matrix.units[self.unit].title}: it is not published or missing."
            raise UsageError(finding(Code.WRONG_CHOICE, found=found))
        return Derivation(title, tuple(self.done.values()), tuple(self._of_node(name)))

    # --- steps ------------------------------------------------------------------------------------------------

    def _add(self, step: Step) -> str:
        self.done.setdefault(step.name, step)
        return step.name

    def _indicator(self, name: str) -> str | None:
        """The steps of an indicator's score; None where it has none."""
        row, item = self.rows[name], self.rubric.indicators[name]
        score, value = self.scores.indicator[row, self.unit], self.scores.matrix.value[row, self.unit]
        if np.isnan(score):
            return None
        read = self._add(Step(f"{name}.value", self._parts(row), float(value), self._source(row)))
        expression, note = of_scale(item.scale, float(value), read, self.rubric.frame)
        return self._add(Step(name, expression, float(score), note))

    def _parts(self, row: int) -> str:
        """The count times what one event stands for, where the value is a rate; else ''."""
        matrix = self.scores.matrix
        origin = int(matrix.origin[row, self.unit])
        several = matrix.several.get((row, self.unit))
        if several and matrix.status[row, self.unit] == Status.RECONCILED:
            return f"median({', '.join(number(matrix.observations.value[at]) for at in several.used)})"
        if origin < 0 or np.isnan(matrix.observations.events[origin]):
            return ""
        return self._rate(row, origin)

    def _rate(self, row: int, origin: int) -> str:
        """A count over its denominator, on the time base of its indicator; the denominator is that of the cell."""
        seen = self.scores.matrix.observations
        measure = self.measures[self.scores.matrix.measures[row]]
        count, each = float(seen.events[origin]), float(seen.per_count[origin])
        months = seen.units[seen.unit[origin]].period.months
        scale = measure.time_base / months if measure.time_base else 1.0
        denominator = float(f"{measure.per * scale / each:.12g}") if each else 0.0
        if not denominator or not isclose(measure.per * scale / denominator, each, rel_tol=1e-13):
            return f"{number(count)} * {number(each)}"
        text = f"{number(count)} / {number(denominator)} * {number(measure.per)}"
        longer = f" * {number(measure.time_base)} / {number(months)}" if measure.time_base else ""
        return text + (longer if scale != 1 else "")

    def _source(self, row: int) -> str:
        """Cell, status, evidence and source of a value."""
        matrix, seen = self.scores.matrix, self.scores.matrix.observations
        status = STATUS_NAMES[matrix.status[row, self.unit]]
        origin = int(matrix.origin[row, self.unit])
        if origin < 0:
            return status
        several = matrix.several.get((row, self.unit))
        used = several.used if several and status == "reconciled" else [origin]
        places = [seen.cell(at) for at in used]
        cells = ", ".join(f"{place.sheet}!{cell}" if place.sheet else cell for place, cell in places)
        grade = CLASS_NAMES[matrix.evidence[row, self.unit]]
        source = seen.word(int(seen.source[origin])) or seen.word(int(seen.reference[origin]))
        return ", ".join(filter(None, [cells, status, f"evidence {grade}", source]))

    def _node(self, name: str) -> str | None:
        """The steps of a node's score; None where it is not published."""
        if name in self.done:
            return name
        branch, value = self.scores.tree[name], self.scores.nodes[name].score[self.unit]
        if np.isnan(value):
            return None
        terms = [self._term(branch, place) for place in range(len(branch.weights))]
        expression, note = of_node(branch, [term for term in terms if term is not None])
        return self._add(Step(name, expression, float(value), note))

    def _term(self, branch: Branch, place: int) -> Term | None:
        """A child as it enters a node, or None where it does not count."""
        child, weight = branch.names[place], float(branch.weights[place])
        if isinstance(child, str):
            own, value = self._node(child), float(self.scores.nodes[child].score[self.unit])
            rows = list(leaves_under(self.scores.tree, child))
        else:
            own, value = (
                self._indicator(list(self.rows)[child]),
                float(self.scores.indicator[child, self.unit]),
            )
            rows = [child]
        if own is not None and place in branch.turned:
            return Term(place, f"({number(branch.turn)} - {own})", branch.turn - value, weight)
        if own is not None:
            return Term(place, own, value, weight)
        applies = self.scores.applicable[rows, self.unit].any()
        if branch.missing is not None and branch.missing.rule == "worst" and applies:
            return Term(place, number(branch.worst), branch.worst, weight)
        return None

    def _nodes_of_overall(self) -> list[str]:
        named = []
        for rule in self.rubric.overall.rules if self.rubric.overall else ():
            named += [rule.level_of] if rule.level_of else rule.weakest_of or []
            for step in rule.at_most or []:
                named += [name for _, name in parse(step.when).references() if name in self.scores.tree]
        return [name for name in dict.fromkeys(named) if name]

    # --- sentences --------------------------------------------------------------------------------------------

    def _of_node(self, name: str) -> Iterator[str]:
        node = self.scores.nodes.get(name)
        if node is None:
            return
        if node.branch.levels:
            level = node.branch.levels[int(node.level[self.unit])]
            yield f"Level {level.id}: it begins at {number(level.from_)}."
        drawn = self.comparison.uncertainty
        if drawn is not None:
            low, high = (number(float(end[name][self.unit])) for end in (drawn.low, drawn.high))
            yield f"90 % interval {low} to {high}: of {drawn.draws:,} draws, seed {drawn.seed}; not to be done by hand."

    def _overall(self) -> Iterator[str]:
        scores, ids = self.scores, [level.id for level in self.scores.overall_levels]
        levels = {name: node.level for name, node in scores.nodes.items()}
        allowed = allowed_levels(scores, levels, ScoreScope(scores))
        told = Told(WholeScope(self.comparison))
        for rule, own in zip(self.rubric.overall.rules if self.rubric.overall else (), allowed, strict=True):
            at = int(np.broadcast_to(own, scores.overall_level.shape)[self.unit])
            grounds = [
                sentence
                for step in rule.at_most or []
                for sentence in told.sentences(parse(step.when), self.unit)
            ]
            because = f" ({'; '.join(dict.fromkeys(grounds))})" if grounds else ""
            yield f"{rule.id}: {'at most ' + ids[at] if at < len(ids) else 'does not act'}{because}."
        level = int(scores.overall_level[self.unit])
        if level == NO_LEVEL:
            yield "No overall level: not every dimension is published."
        else:
            binding = (
                self.rubric.overall.rules[int(scores.overall_rule[self.unit])].id
                if self.rubric.overall
                else ""
            )
            yield f"Overall: the lowest of these, {ids[level]}; {binding} is the first rule that gives it."
