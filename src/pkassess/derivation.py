"""How one number came about, step by step, so that it can be done again by hand.

Every step is ``name = expression = value``: the expression holds numbers and names of earlier steps, and the functions
min, max, median, exp and log. Numbers are printed in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pkassess.conditions import parse
from pkassess.evidence import Told
from pkassess.findings import Code, UsageError, finding, nearest
from pkassess.matrix import STATUS_NAMES, Status
from pkassess.overall import allowed_levels
from pkassess.scope import ScoreScope
from pkassess.scoring import NO_LEVEL
from pkassess.values import CLASS_NAMES
from pkassess.wholescope import WholeScope

if TYPE_CHECKING:
    from pkassess.normalise import Frame
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


def number(value: float) -> str:
    """A number in full: the shortest form that reads back the same."""
    return repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))  # noqa: PLR2004


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
        expression, note = _scale_expression(item.scale, float(value), read, self.rubric.frame)
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
        seen = matrix.observations
        return f"{number(seen.events[origin])} * {number(seen.per_count[origin])}"

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
        children = []
        for child, weight in zip(branch.names, branch.weights, strict=True):
            target = child if isinstance(child, str) else list(self.rows)[child]
            own = self._node(target) if isinstance(child, str) else self._indicator(target)
            if own is not None:
                children.append((own, float(weight)))
        expression = _node_expression(branch, children)
        note = "" if expression else f"by '{branch.aggregate}', see the rubric"
        return self._add(Step(name, expression, float(value), note))

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


def _scale_expression(scale: Any, value: float, read: str, frame: Frame) -> tuple[str, str]:
    """The score of a raw value as an expression, and what stands behind its numbers."""
    low, high = number(frame.low), number(frame.high)
    if hasattr(scale, "points") and callable(scale.points):
        return _between_knots(scale.points(frame), value, read)
    kind = getattr(scale, "type", "")
    if kind == "likert":
        share = f"({read} - 1) / {scale.points - 1}"
        share = f"(1 - {share})" if scale.reverse else share
        return f"{low} + {share} * ({high} - {low})", f"rating from 1 to {scale.points}"
    if kind == "checklist":
        share = f"(100 - {read}) / 100" if scale.reverse else f"{read} / 100"
        return f"{low} + {share} * ({high} - {low})", "share of items" + (
            " not met" if scale.reverse else " met"
        )
    if kind == "goalposts":
        return _goalposts(scale, read, low, high)
    return "", f"scale '{kind}', see the rubric"


def _between_knots(points: list[tuple[float, float]], value: float, read: str) -> tuple[str, str]:
    raws = [raw for raw, _ in points]
    if value <= raws[0] or value >= raws[-1]:
        raw, score = points[0] if value <= raws[0] else points[-1]
        return number(score), f"at or beyond the last knot, {number(raw)}"
    for (before, first), (after, last) in pairwise(points):
        if before <= value <= after:
            share = f"({read} - {number(before)}) / ({number(after)} - {number(before)})"
            note = f"between the knots {number(before)} and {number(after)}"
            return f"{number(first)} + {share} * ({number(last)} - {number(first)})", note
    return "", ""


def _goalposts(scale: Any, read: str, low: str, high: str) -> tuple[str, str]:
    bottom, top = number(scale.bottom), number(scale.top)
    if getattr(scale, "transform", None) in ("log", "ln"):
        read, bottom, top = f"log({read})", f"log({bottom})", f"log({top})"
    share = f"({read} - {bottom}) / ({top} - {bottom})"
    share = f"min(max({share}, 0), 1)" if scale.clip else share
    return f"{low} + {share} * ({high} - {low})", "between the goalposts"


def _node_expression(branch: Branch, children: list[tuple[str, float]]) -> str:
    """The score of a node from its children as an expression; '' for a method that takes more than a line."""
    if branch.turned or branch.decimals is not None or branch.missing:
        return ""
    names = ", ".join(name for name, weight in children if weight > 0)
    weights = " + ".join(number(weight) for _, weight in children)
    if branch.aggregate == "arithmetic":
        return f"({' + '.join(f'{number(weight)} * {name}' for name, weight in children)}) / ({weights})"
    if branch.aggregate == "geometric":
        floor = number(branch.floor)
        terms = (
            f"{number(weight)} * log({f'max({name}, {floor})' if branch.floor else name})"
            for name, weight in children
        )
        return f"exp(({' + '.join(terms)}) / ({weights}))"
    if branch.aggregate in ("minimum", "maximum", "median"):
        return f"{branch.aggregate[:3] if branch.aggregate != 'median' else 'median'}({names})"
    return ""
