"""What changed since the period before: levels, the dimension that moved, and the indicator behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pkassess.figures import inline, raw_text, score_text
from pkassess.page import Change
from pkassess.ranking import OVERALL
from pkassess.scoring import NO_LEVEL
from pkassess.texts import say
from pkassess.tree import weights_used

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.scoring import NodeScores

LANGUAGE = "en"


class Changes:
    """Compares each row shown with the same partnership's period before."""

    def __init__(self, comparison: Comparison, dimensions: list[NodeScores]) -> None:
        self.comparison, self.dimensions = comparison, dimensions
        self.rows = comparison.rows
        self.scores = comparison.scores
        self.rubric = comparison.scores.rubric
        self.units = comparison.scores.matrix.units
        self.whole = self.rubric.frame.high - self.rubric.frame.low

    @cached_property
    def since(self) -> str:
        """The period that most rows are compared with; '' where there is none."""
        if self.comparison.all_periods:
            return ""
        labels = Counter(self.units[row].period.label for row in self._compared()[1].tolist())
        return labels.most_common(1)[0][0] if labels else ""

    def changed(self, order: Sequence[int]) -> list[int]:
        """Rows whose overall level or whose level in a dimension is another than before, in the order given."""
        found = {row for row, _ in self.comparison.crossings}
        return [row for row in order if row in found]

    def change(self, now: int, name: str) -> Change:
        """What changed in one row."""
        before = int(self.comparison.previous[now])
        levels = self.scores.overall_levels
        new, old = int(self.scores.overall_level[now]), int(self.scores.overall_level[before])
        crossed = [
            node
            for node in self.dimensions
            if NO_LEVEL not in (node.level[now], node.level[before]) and node.level[now] != node.level[before]
        ]
        moved = new != old and NO_LEVEL not in (new, old)
        title = f"{levels[old].id} → {levels[new].id}" if moved else ""
        if not moved and levels:
            title = f"stays {levels[new].id}" if new == old != NO_LEVEL else "no overall level"
        shown = [self._mover(now, before, up=new > old)] if moved else crossed
        details = [self._moved(node, now, before, crossed=node in crossed) for node in shown]
        if not moved:
            firm = [self._reservation(now, node.branch.id) for node in shown]
            details = [f"{text} ({said})" if said else text for text, said in zip(details, firm, strict=True)]
        # Which indicator did it is told where one dimension is named; among several it would be unclear whose.
        details += [driver] if len(shown) == 1 and (driver := self._driver(shown[0], now, before)) else []
        details += [said] if moved and (said := self._reservation(now, OVERALL)) else []
        if self.units[before].period.label != self.since:
            details.append(f"since {self.units[before].period.label}")
        rose = bool(shown[0].score[now] > shown[0].score[before])
        better = new > old if moved else rose == shown[0].branch.positive
        return Change(1 if better else -1, name, title, tuple(details))

    def unchanged(self) -> str:
        """How many have a level in both periods, and the same."""
        if not self.scores.overall_levels:
            return ""
        rows, before = self._compared()
        levels = self.scores.overall_level
        kept = (levels[rows] == levels[before]) & (levels[rows] != NO_LEVEL)
        return f"{int(kept.sum())} of {len(self.comparison.rows)} kept their overall level"

    def _compared(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows that have a period before, and the units of that period."""
        before = self.comparison.previous[self.rows]
        return self.rows[before >= 0], before[before >= 0]

    def _mover(self, now: int, before: int, *, up: bool) -> NodeScores:
        """The dimension that moved most the way the overall level did.

        Where a cap or veto set the lower of the two levels, it is the dimension where high is bad.
        """
        overall = self.rubric.overall
        rule = overall.rules[int(self.scores.overall_rule[before if up else now])] if overall else None
        capped = rule is not None and rule.at_most is not None
        nodes = [node for node in self.dimensions if node.branch.positive != capped] or self.dimensions

        def gain(node: NodeScores) -> float:
            change = float(np.nan_to_num(node.score[now] - node.score[before]))
            return change if node.branch.positive == up else -change

        return max(nodes, key=gain)

    def _moved(self, node: NodeScores, now: int, before: int, *, crossed: bool) -> str:
        levels = node.branch.levels
        texts = [score_text(float(node.score[at]), levels, whole=self.whole) for at in (before, now)]
        level = f", now {levels[int(node.level[now])].id}" if crossed else ""
        return f"{inline(say(node.branch.label, LANGUAGE))} {texts[0]} → {texts[1]}{level}"

    def _reservation(self, now: int, name: str) -> str:
        """How firm a change of level is, in words; '' where it was not drawn and rests on no weak value."""
        crossing = self.comparison.crossings[now, name]
        if crossing.series_break:
            return f"not comparable: {crossing.series_break}"
        if not crossing.persists:
            return "not confirmed: it rests on weak evidence"
        if np.isnan(crossing.share):
            return ""
        return "confirmed" if crossing.confirmed else "crossed the boundary, not confirmed"

    def _driver(self, node: NodeScores, now: int, before: int) -> str:
        """The indicator that moved a dimension most, by its contribution, with its raw values."""
        at = np.array([before, now])
        used = weights_used(self.scores.tree, node.branch.id, ~np.isnan(self.scores.indicator[:, at]))
        parts = {row: share * np.nan_to_num(self.scores.indicator[row, at]) for row, share in used.items()}
        both = [row for row in parts if not np.isnan(self.scores.indicator[row, at]).any()]
        # What moved the other way explains nothing, however far it moved.
        sign = float(np.sign(node.score[now] - node.score[before]))
        moved = {row: sign * float(parts[row][1] - parts[row][0]) for row in both}
        row = max(moved, key=lambda one: moved[one], default=-1)
        if row < 0 or moved[row] <= 0:
            return ""
        indicator = list(self.rubric.indicators.values())[row]
        old, new = (
            raw_text(float(self.scores.matrix.value[row, one]), indicator.unit) for one in (before, now)
        )
        label = inline(say(indicator.label, LANGUAGE))
        return f"{label} {old.removesuffix(' %')} → {new}" if old != new else ""
