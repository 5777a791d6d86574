"""What changed since the period before: levels, the dimension that moved, and the indicator behind it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from pkassess.figures import raw_text, score_text
from pkassess.page import Change, Row
from pkassess.scoring import NO_LEVEL
from pkassess.texts import say
from pkassess.tree import weights_used

if TYPE_CHECKING:
    from pkassess.compare import Comparison
    from pkassess.scoring import NodeScores

LANGUAGE = "en"


class Changes:
    """Compares each row shown with the same partnership's period before."""

    def __init__(self, comparison: Comparison, dimensions: list[NodeScores]) -> None:
        self.comparison, self.dimensions = comparison, dimensions
        self.scores = comparison.scores
        self.rubric = comparison.scores.rubric
        self.units = comparison.scores.matrix.units
        self.whole = self.rubric.frame.high - self.rubric.frame.low

    def since(self) -> str:
        """The period that most rows are compared with; '' where there is none."""
        before = [int(self.comparison.previous[row]) for row in self.comparison.rows.tolist()]
        labels = Counter(self.units[row].period.label for row in before if row >= 0)
        return labels.most_common(1)[0][0] if labels and not self.comparison.all_periods else ""

    def of(self, rows: list[Row]) -> list[Change]:
        """The changes of the rows whose overall level or a dimension's level is another than before."""
        if self.comparison.all_periods:
            return []
        found = [self._change(row) for row in rows if self.comparison.previous[row.unit] >= 0]
        return [change for change in found if change is not None]

    def _change(self, row: Row) -> Change | None:
        now, before = row.unit, int(self.comparison.previous[row.unit])
        levels = self.scores.overall_levels
        new, old = int(self.scores.overall_level[now]), int(self.scores.overall_level[before])
        crossed = [
            node
            for node in self.dimensions
            if NO_LEVEL not in (node.level[now], node.level[before]) and node.level[now] != node.level[before]
        ]
        moved = new != old and NO_LEVEL not in (new, old)
        if not (moved or crossed):
            return None
        title = (
            f"{levels[old].id} → {levels[new].id}" if moved else f"stays {row.overall}" if row.overall else ""
        )
        shown = [self._mover(now, before, up=new > old)] if moved else crossed
        details = [self._moved(node, now, before, crossed=node in crossed) for node in shown]
        details.extend(filter(None, [self._driver(shown[0], now, before)]))
        good = (
            shown[0].score[now] > shown[0].score[before]
            if shown[0].branch.positive
            else shown[0].score[now] < shown[0].score[before]
        )
        direction = (1 if new > old else -1) if moved else (1 if good else -1)
        return Change(direction, row.name, title, tuple(details))

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
        return f"{say(node.branch.label, LANGUAGE).lower()} {texts[0]} → {texts[1]}{level}"

    def _driver(self, node: NodeScores, now: int, before: int) -> str:
        """The indicator that moved a dimension most, by its contribution, with its raw values."""
        at = np.array([before, now])
        used = weights_used(self.scores.tree, node.branch.id, ~np.isnan(self.scores.indicator[:, at]))
        parts = {row: share * np.nan_to_num(self.scores.indicator[row, at]) for row, share in used.items()}
        both = [row for row in parts if not np.isnan(self.scores.matrix.value[row, at]).any()]
        if not both:
            return ""
        row = max(both, key=lambda one: abs(float(parts[one][1] - parts[one][0])))
        indicator = list(self.rubric.indicators.values())[row]
        old, new = (
            raw_text(float(self.scores.matrix.value[row, one]), indicator.unit) for one in (before, now)
        )
        return (
            f"{say(indicator.label, LANGUAGE).lower()} {old.removesuffix(' %')} → {new}" if old != new else ""
        )

    def unchanged(self, rows: list[Row], changes: list[Change]) -> str:
        """How many kept their overall level."""
        moved = sum("→" in change.levels for change in changes)
        return (
            f"{len(rows) - moved} of {len(rows)} kept their overall level"
            if self.scores.overall_levels
            else ""
        )
