"""Names and functions of conditions that look beyond one value in one period: time, trends, sides, neighbours.

Readiness and diagnosis ask such questions. What is not known stays unknown: a period that nobody reported, a trend that
cannot be told, a neighbour that is not in the file.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pkassess.conditions import BEYOND, FALSE, TRUE, UNKNOWN, Column, Truth
from pkassess.matrix import OWN, among
from pkassess.observations import FactRow
from pkassess.scope import ScoreScope
from pkassess.texts import fold
from pkassess.trendclass import UNTOLD, Class

if TYPE_CHECKING:
    from pkassess.ranking import Comparison

Array = NDArray[np.float64]
FALLING, RISING = (Class.WORSENING, Class.REVERSING), (Class.IMPROVING, Class.RECOVERING)
LEAST_ITEMS = 0.5
"""Share of a block's items that have to be known before it can be said how many of them are high."""


class WholeScope(ScoreScope):
    """The names a condition of readiness or diagnosis may use.

    With ``observed_only`` a raw value counts only where it was observed in its own period and not excluded, as
    diagnosis asks.
    """

    def __init__(self, comparison: Comparison, *, observed_only: bool = False) -> None:
        super().__init__(comparison.scores)
        self.comparison = comparison
        self.observed_only = observed_only
        # Evidence asks the same for every partnership, so that answers are kept.
        self._columns: dict[str, Column | None] = {}
        self._calls: dict[tuple[str | float, ...], Column | Truth | None] = {}

    # --- plain names ------------------------------------------------------------------------------------------

    def column(self, name: str) -> Column | None:
        """The column of a plain name, or None if there is no such name."""
        if name not in self._columns:
            self._columns[name] = self._column(name)
        return self._columns[name]

    def _column(self, name: str) -> Column | None:
        if name == "dimensions_worsening":
            return Column(self._counted_trends(FALLING))
        if name == "dimensions_improving":
            return Column(self._counted_trends(RISING))
        if name == "host_readings":
            return Column(self._host_readings)
        if self.observed_only and name in self._measures:
            row = self._measures[name]
            observed = among(self.scores.matrix.status[row], OWN)
            return Column(np.where(observed, self.scores.matrix.value[row], np.nan))
        return super().column(name)

    def _counted_trends(self, classes: tuple[Class, ...]) -> Array:
        """How many dimensions have one of some trend classes; NaN where the unknown ones could make it two."""
        words = [self._trend_words(name) for name in self.scores.rubric.dimensions]
        count = np.sum([np.isin(own, [str(one) for one in classes]) for own in words], axis=0)
        unknown = np.sum([own == "" for own in words], axis=0)
        enough = 2
        return np.where((count < enough) & (count + unknown >= enough), np.nan, count).astype(np.float64)

    @cached_property
    def _host_readings(self) -> Array:
        """How many values of each unit the host read itself; unknown, not none, where the file has no such reading."""
        seen = self.scores.matrix.observations
        host = np.array([word.casefold() == "host" for word in seen.words] + [False])
        of_unit = {unit: at for at, unit in enumerate(self.scores.matrix.units)}
        counts = np.zeros(self.rows)
        for at in np.flatnonzero(host[seen.side] & ~np.isnan(seen.value)).tolist():
            counts[of_unit[seen.units[seen.unit[at]]]] += 1
        return np.where(counts > 0, counts, np.nan)

    # --- functions --------------------------------------------------------------------------------------------

    def call(self, function: str, argument: str, *more: float | str) -> Column | Truth | None:
        """The result of ``function(argument, ...)``, or None if there is no such function or argument."""
        asked = (function, argument, *more)
        if asked not in self._calls:
            self._calls[asked] = self._call(*asked)
        return self._calls[asked]

    def _call(self, function: str, argument: str, *more: float | str) -> Column | Truth | None:
        if function not in BEYOND:
            return super().call(function, argument, *more)
        found = getattr(self, f"_{function}")(argument, *more)
        return None if found is None else Column(found)

    def _low(self, node: str) -> Array | None:
        """The lower end of a node's 90 % interval."""
        drawn = self.comparison.uncertainty
        if node not in self.scores.nodes:
            return None
        return drawn.low[node] if drawn else np.full(self.rows, np.nan)

    def _trend(self, dimension: str) -> NDArray[np.object_] | None:
        """The trend class of a dimension by meaning, '' where it cannot be told."""
        return self._trend_words(dimension) if dimension in self.scores.rubric.dimensions else None

    def _trend_words(self, dimension: str) -> NDArray[np.object_]:
        words = np.full(self.rows, "", dtype=object)
        trends = self.comparison.trends
        for (unit, name), trend in trends.found.items() if trends and trends.draws else ():
            if name == dimension and trend.kind not in UNTOLD:
                words[unit] = str(trend.kind)
        return words

    def _change(self, name: str, periods: float = 2) -> Array | None:
        """Score points between the first and the last of so many consecutive periods that end at the own one."""
        points = self._points(name)
        if points is None:
            return None
        before = self._back(int(periods) - 1)
        return np.where(before >= 0, points - points[before], np.nan)

    def _difference(self, name: str, other: str) -> Array | None:
        """By how many score points one node or indicator stands above another."""
        first, second = self._points(name), self._points(other)
        return None if first is None or second is None else first - second

    def _points(self, name: str) -> Array | None:
        """Scores of a node, or of an indicator where it was observed in its own period."""
        if name in self.scores.nodes:
            return self.scores.nodes[name].score
        row = self._measures.get(name)
        if row is None or row >= len(self.scores.indicator):
            return None
        observed = among(self.scores.matrix.status[row], OWN)
        return np.where(observed, self.scores.indicator[row], np.nan)

    def _highest(self, measure: str) -> Array | None:
        """The highest of all usable readings of a value, those of either side included."""
        return self._of_readings(measure, np.fmax)

    def _lowest(self, measure: str) -> Array | None:
        """The lowest of all usable readings of a value, those of either side included."""
        return self._of_readings(measure, np.fmin)

    def _of_readings(self, measure: str, choose: np.ufunc) -> Array | None:
        own = self.column(measure) if measure in self._measures else None
        if own is None:
            return None
        values = np.array(own.values, dtype=np.float64)
        row, seen = self._measures[measure], self.scores.matrix.observations
        for (at, unit), several in self.scores.matrix.several.items():
            if at == row:
                values[unit] = choose.reduce([values[unit], *seen.value[several.kept]])
        return values

    def _high_share(self, block: str) -> Array | None:
        """Share of a block's known diagnostics that read high; NaN where fewer than half of them are known."""
        items = self.scores.rubric.diagnostics.get(block)
        if items is None:
            return None
        high = np.array([reads_high(self, item.id) for item in items.items])
        known = (high != UNKNOWN).sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = (high == TRUE).sum(axis=0) / known
        return np.where(known >= LEAST_ITEMS * len(items.items), share, np.nan)

    def _moved(self, node: str, fact: str, periods: float = 1) -> Array | None:
        """By how much a score moved through the latest event: from the period before it to its own and the next.

        With ``periods`` the event is so many consecutive periods in which the fact was stated. NaN where there was none,
        or where a score that is needed is not known.
        """
        points = self._points(node)
        if points is None or fact not in self.scores.rubric.facts:
            return None
        found = np.full(self.rows, np.nan)
        for unit in range(self.rows):
            last = self._event(unit, fact)
            first = None if last is None else self._first_of(last, fact, int(periods))
            if last is not None and first is not None and self.previous[first] >= 0:
                after = last + 1 if last < unit and self.previous[last + 1] == last else last
                found[unit] = np.abs(points[first : after + 1] - points[self.previous[first]]).max()
        return found

    def _first_of(self, last: int, fact: str, periods: int) -> int | None:
        """The first of so many consecutive periods up to ``last`` in which a fact was stated to hold, or None."""
        first = last
        for _ in range(periods - 1):
            first = int(self.previous[first])
            if first < 0 or self._event(first, fact) != first:
                return None
        return first

    def _event(self, unit: int, fact: str) -> int | None:
        """The latest period up to a unit's own in which a fact was stated to hold."""
        matrix = self.scores.matrix
        own = matrix.units[unit]
        stated = [row for row in matrix.facts.get(own.keys, []) if _is_event(row, fact)]
        at = unit
        while at >= 0 and matrix.units[at].keys == own.keys:
            if any(row.period == matrix.units[at].period for row in stated):
                return at
            at -= 1
        return None

    # --- over periods and places ------------------------------------------------------------------------------

    def over(self, function: str, count: int, truth: Truth) -> Truth | None:
        """``held``: in so many consecutive periods up to the own one. ``neighbours``: in every known neighbour."""
        if function == "held":
            held = truth
            for back in range(1, count):
                before = self._back(back)
                held = np.minimum(held, np.where(before >= 0, truth[before], UNKNOWN))
            return held.astype(np.int8)
        return self._in_neighbours(truth)

    def _in_neighbours(self, truth: Truth) -> Truth:
        found = np.full(self.rows, UNKNOWN, dtype=np.int8)
        for unit, others in self.neighbours.items():
            known = [int(truth[other]) for other in others if truth[other] != UNKNOWN]
            if known:
                found[unit] = TRUE if min(known) == TRUE else FALSE
        return found

    @cached_property
    def neighbours(self) -> dict[int, list[int]]:
        """The units of the neighbours that a partnership names, in its own period."""
        matrix = self.scores.matrix
        named = matrix.context.get("neighbours")
        if named is None:
            return {}
        place = {(fold(unit.keys[-1]), unit.period): at for at, unit in enumerate(matrix.units)}
        found = {}
        for at, unit in enumerate(matrix.units):
            names = [fold(name) for name in re.split(r"[;,|]", str(named[at])) if name.strip()]
            found[at] = [place[name, unit.period] for name in names if (name, unit.period) in place]
        return found

    @cached_property
    def previous(self) -> NDArray[np.intp]:
        """The unit of the period directly before, or -1 where that period was not reported."""
        units = self.scores.matrix.units
        found = np.full(self.rows, -1, dtype=np.intp)
        for at in range(1, self.rows):
            before, own = units[at - 1], units[at]
            if before.keys == own.keys and (own.period.start - before.period.end).days == 1:
                found[at] = at - 1
        return found

    def _back(self, count: int) -> NDArray[np.intp]:
        """The unit so many consecutive periods before, or -1."""
        found = np.arange(self.rows, dtype=np.intp)
        for _ in range(count):
            found = np.where(found >= 0, self.previous[found], -1)
        return found


def _is_event(row: FactRow, fact: str) -> bool:
    return row.fact == fact and row.value is True and row.period is not None


def reads_high(scope: WholeScope, diagnostic: str) -> Truth:
    """Whether a diagnostic reads high, by its cut point; unknown where it is not known or has none."""
    item = scope.scores.rubric.diagnostic_items[diagnostic]
    column = scope.column(diagnostic)
    if item.high is None or column is None:
        return np.full(scope.rows, UNKNOWN, dtype=np.int8)
    values = np.asarray(column.values, dtype=np.float64)
    falling = item.low is not None and item.low > item.high
    with np.errstate(invalid="ignore"):
        high = values <= item.high + 1e-9 if falling else values >= item.high - 1e-9
    return np.where(np.isnan(values), UNKNOWN, np.where(high, TRUE, FALSE)).astype(np.int8)
