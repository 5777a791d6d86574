"""What every part of page one looks at: the rows shown, their order and names, and who needs a decision."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from pkassess.directions import Directions
from pkassess.overall import allowed_levels
from pkassess.ratings import disputed_rows
from pkassess.scope import ScoreScope
from pkassess.scoring import NO_LEVEL
from pkassess.tables.shown import confidence_words
from pkassess.texts import say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pkassess.assess import Assessment
    from pkassess.periods import Period
    from pkassess.scoring import NodeScores


LANGUAGE = "en"
SHOWN_ROWS = 20
NAMED_AT_MOST = 4
LOW_LEVELS = 2
"""The levels, counted from the lowest, that need a decision."""
CONFIDENCE_ORDER = ("", "Low", "Moderate", "High")


class Ground:
    """What every part of page one looks at: the rows in their order, their names, and which of them need a decision."""

    def __init__(self, assessment: Assessment, *, every_row: bool) -> None:
        self.assessment, self.every_row = assessment, every_row
        self.comparison = assessment.comparison
        self.scores = assessment.comparison.scores
        self.rubric = assessment.rubric
        self.units = self.scores.matrix.units
        self.drawn = self.comparison.uncertainty
        self.whole = self.rubric.frame.high - self.rubric.frame.low
        self.rows = self.comparison.rows
        self.names = self._names()
        self.periods = Counter(self.units[row].period for row in self.rows.tolist())
        self.main_period: Period = self.periods.most_common(1)[0][0]
        nodes = [self.scores.nodes[name] for name in self.rubric.dimensions]
        self.dimensions = sorted(nodes, key=lambda node: not node.branch.positive)
        self.members = self._members()
        self.order = [row for members in self.members.values() for row in members]
        self.ranks = self.comparison.counted(self.comparison.rank)
        self.tied = self._tied()
        self.items = {**self.rubric.indicators, **self.rubric.diagnostic_items}
        self.disputed = disputed_rows(self.scores.matrix, self.items)
        self.directions = Directions(self.comparison, self.dimensions)
        self.needy = self._needy()
        self.confidence = self._least_confidence()

    def short(self, node: NodeScores) -> str:
        """The short name of a dimension; the last word of its label where high is bad."""
        label = say(node.branch.label, LANGUAGE)
        given = say(self.rubric.dimensions[node.branch.id].short, LANGUAGE)
        return label.split()[-1].capitalize() if not node.branch.positive else given or label[:4]

    def _names(self) -> dict[int, str]:
        """Short names: the last key alone where it is enough to tell all rows apart."""
        rows = self.comparison.rows.tolist()
        last = [self.units[row].keys[-1] for row in rows]
        keys = {self.units[row].keys for row in rows}
        enough = len(set(last)) == len(keys)
        return {
            row: name if enough else self.units[row].partnership for row, name in zip(rows, last, strict=True)
        }

    def _members(self) -> dict[str, list[int]]:
        """The rows of every peer group by name, the best first."""
        members: dict[str, list[int]] = {}
        for row in self.rows.tolist():
            members.setdefault(str(self.comparison.peer_group[row]), []).append(row)
        return {name: sorted(members[name], key=self._place) for name in sorted(members)}

    def _tied(self) -> set[int]:
        """Rows that share their rank."""
        tied: set[int] = set()
        for pool in self.comparison.pools:
            ranks = self.comparison.rank[pool]
            _, place, count = np.unique(ranks, return_inverse=True, return_counts=True)
            tied.update(pool[(count[place] > 1) & (ranks > 0)].tolist())
        return tied

    def _needy(self) -> set[int]:
        """Rows that need a decision: a cap or veto binds, one of the two lowest levels, an alarm, or a worsening."""
        rows, overall = self.rows, self.rubric.overall
        need = self.scores.alarms[:, rows].any(axis=0)
        if overall:
            level, rule = self.scores.overall_level[rows], self.scores.overall_rule[rows]
            caps = np.array([one.at_most is not None for one in overall.rules])
            low = (level < LOW_LEVELS) & (len(self.scores.overall_levels) > LOW_LEVELS + 1)
            need = need | ((level != NO_LEVEL) & (caps[rule] | low))
        return {*rows[need].tolist(), *self.directions.worse}

    def _place(self, row: int) -> tuple[str, int, int]:
        rank = int(self.comparison.rank[row])
        period = self.units[row].period.label if self.comparison.all_periods else ""
        return period, rank or len(self.units) + 1, row

    def name(self, row: int) -> str:
        """The name of a row; with its period where that is not the one most rows have."""
        period = self.units[row].period
        return self.names[row] if period == self.main_period else f"{self.names[row]} ({period.label})"

    @cached_property
    def allowed(self) -> list[NDArray[np.int8]]:
        """The highest overall level that each rule allows, by rule and unit."""
        levels = {name: node.level for name, node in self.scores.nodes.items()}
        return allowed_levels(self.scores, levels, ScoreScope(self.scores))

    def _least_confidence(self) -> dict[int, int]:
        """The lowest confidence word of any dimension by row, as its place in the order of the words."""
        place = {word: at for at, word in enumerate(CONFIDENCE_ORDER)}
        words = [confidence_words(self.scores, name, self.rows) for name in self.rubric.dimensions]
        least = np.min([[place[word] for word in column] for column in words], axis=0)
        return dict(zip(self.rows.tolist(), least.tolist(), strict=True))
