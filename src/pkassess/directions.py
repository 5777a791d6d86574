"""How trends are said on page one: a mark beside a score, and a line where something got worse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pkassess.figures import counted, half_up, inline
from pkassess.texts import say
from pkassess.trendclass import Class

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.scoring import NodeScores
    from pkassess.trends import Trend

LANGUAGE = "en"
RISING, FALLING, STALLED, VOLATILE = "rising", "falling", "stalled", "volatile"
TURNED_DOWN, TURNED_UP = "turned down", "turned up"
MOVES = (RISING, FALLING, STALLED, VOLATILE, TURNED_DOWN, TURNED_UP)
"""What a score may be doing; these words follow the number, not the judgement."""
_MOVE_OF = {
    Class.IMPROVING: (RISING, FALLING),
    Class.WORSENING: (FALLING, RISING),
    Class.REVERSING: (TURNED_DOWN, TURNED_UP),
    Class.RECOVERING: (TURNED_UP, TURNED_DOWN),
    Class.STALLED: (STALLED, STALLED),
    Class.VOLATILE: (VOLATILE, VOLATILE),
}
"""The move of a score that is good when high, and of one that is bad when high."""
_WORSE = (Class.WORSENING, Class.REVERSING)
_NOUNS = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}


def move(kind: Class, *, positive: bool) -> str:
    """What the score does under a trend class; '' where nothing is said."""
    return _MOVE_OF.get(kind, ("", ""))[not positive]


def word(kind: Class, *, positive: bool) -> str:
    """A trend class in words: on a scale where high is bad, ``easing`` and ``rising``."""
    easing = {Class.IMPROVING: "easing", Class.WORSENING: RISING}
    own = (
        {}
        if positive
        else easing | {one: move(one, positive=False) for one in (Class.REVERSING, Class.RECOVERING)}
    )
    return own.get(kind, str(kind)).replace("_", " ")


def signed(change: float, decimals: int = 0) -> str:
    """A change as people read it: rounded, with its sign, a real minus."""
    text = half_up(abs(change), decimals)
    return text if not text.strip("0.") else f"+{text}" if change > 0 else f"\N{MINUS SIGN}{text}"


def periods_text(count: int, months: int) -> str:
    """``8 quarters``, ``3 years``; ``periods`` where the length has no name."""
    return counted(count, _NOUNS.get(months, "period"))


class Directions:
    """The trends of the rows shown, in words."""

    def __init__(self, comparison: Comparison, dimensions: Sequence[NodeScores]) -> None:
        self.comparison, self.dimensions = comparison, dimensions
        self.found = comparison.trends.found if comparison.trends else {}

    @cached_property
    def worse(self) -> dict[int, list[NodeScores]]:
        """The dimensions that worsen, by row; what turned down after rising has not got worse on the whole."""
        got: dict[int, list[NodeScores]] = {}
        for row in self.comparison.rows.tolist():
            for node in self.dimensions:
                trend = self.found.get((row, node.branch.id))
                if trend is not None and trend.kind is Class.WORSENING:
                    got.setdefault(row, []).append(node)
        return got

    def move(self, row: int, node: NodeScores) -> str:
        """What a dimension's score does; '' where nothing is said."""
        trend = self.found.get((row, node.branch.id))
        return move(trend.kind, positive=node.branch.positive) if trend else ""

    def reason(self, row: int) -> str:
        """Why a row needs a decision for its trend alone, such as ``stability falling``."""
        node = self.worse[row][0]
        return f"{inline(say(node.branch.label, LANGUAGE))} {self.move(row, node)}"

    def alarms(self, row: int) -> Iterator[str]:
        """A line for each dimension that worsens or has turned for the worse."""
        for node in self.dimensions:
            trend = self.found.get((row, node.branch.id))
            if trend is not None and trend.kind in _WORSE:
                yield self._line(node, trend)

    def _line(self, node: NodeScores, trend: Trend) -> str:
        label = say(node.branch.label, LANGUAGE)
        units = [self.comparison.scores.matrix.units[at] for at in trend.series.units]
        if trend.kind is Class.REVERSING:
            at = trend.pivots[1]
            scores = " → ".join(half_up(trend.series.scores[place]) for place in (at, -1))
            how = move(trend.kind, positive=node.branch.positive)
            text = f"{label} {how} since {units[at].period.label}, {scores}"
        else:
            span = periods_text(len(units), units[-1].period.months)
            ends = f"{signed(trend.low)} to {signed(trend.high)}"
            text = f"{label} {signed(trend.change)} over {span}, 90 % interval {ends}"
        return f"{text}; indicative" if trend.indicative else text
