"""The parts of a condition that decide it, as sentences with value, cell and source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pkassess.conditions import Condition, Ground
from pkassess.figures import inline, raw_text, score_text
from pkassess.matrix import Status
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.wholescope import WholeScope

LANGUAGE = "en"
NOT_KNOWN = "not known"


class Told:
    """What conditions rest on, in words, for one partnership at a time."""

    def __init__(self, scope: WholeScope) -> None:
        self.scope, self.scores = scope, scope.scores
        self.rubric = scope.scores.rubric
        self.places = {name: row for row, name in enumerate(scope.scores.matrix.measures)}

    def sentences(self, condition: Condition, unit: int) -> list[str]:
        """One sentence for each part that decides the condition for a unit, without repetition."""
        return list(dict.fromkeys(self.of_grounds(condition.grounds(self.scope), unit)))

    def of_grounds(self, grounds: list[Ground], unit: int) -> Iterator[str]:
        """One sentence for each of some grounds that decides for a unit."""
        for ground in grounds:
            if not ground.rows[unit]:
                continue
            if ground.elsewhere:
                yield from self._elsewhere(ground, unit)
            else:
                yield from (self._sentence(ground, reference, unit) for reference in ground.references)

    def _elsewhere(self, ground: Ground, unit: int) -> Iterator[str]:
        """One sentence for each neighbour in the data."""
        others = self.scope.neighbours.get(unit, [])
        if not others:
            yield "no neighbour in the data for this period"
        for other in others:
            name = self.scores.matrix.units[other].keys[-1]
            yield from (f"{name}: {self._sentence(ground, one, other)}" for one in ground.references)

    def _sentence(
        self, ground: Ground, reference: tuple[str, str, tuple[float | str, ...]], unit: int
    ) -> str:
        function, name, more = reference
        if function in ("fact", "recorded", "happened"):
            return self._fact(name, unit, ever=function == "happened")
        label, text = self._label(name), self._value(function, name, more, unit)
        if function == "moved" and text == NOT_KNOWN:
            return f"{label} through an event: none recorded ({self._label_of_fact(str(more[0]))})"
        if ground.periods > 1:
            return f"{label} {self._history(function, name, more, unit, ground.periods)}"
        if text == NOT_KNOWN and function == "trend":
            return f"trend of {label} {text}"
        return f"{label} {text}" if text == NOT_KNOWN else f"{label} {text}{self._cell(name, unit)}"

    def _label(self, name: str) -> str:
        item = self.rubric.indicators.get(name) or self.rubric.diagnostic_items.get(name)
        if item is not None:
            return inline(say(item.label, LANGUAGE))
        if name in self.scores.tree:
            return inline(say(self.scores.tree[name].label, LANGUAGE))
        if name in self.rubric.diagnostics:
            return inline(say(self.rubric.diagnostics[name].label, LANGUAGE))
        return name.replace("_", " ")

    def _value(self, function: str, name: str, more: tuple[float | str, ...], unit: int) -> str:
        """The value that a reference stands for, as a reader wants it."""
        column = self.scope.call(function, name, *more) if function else self.scope.column(name)
        if column is None or isinstance(column, np.ndarray):
            return NOT_KNOWN
        value = column.values[unit]
        if column.order:
            return NOT_KNOWN if np.isnan(value) else column.order[int(value)]
        if isinstance(value, str):
            return self._worded(function, value) if value else NOT_KNOWN
        if np.isnan(value):
            return NOT_KNOWN
        return self._number(function, name, more, float(value))

    def _worded(self, function: str, value: str) -> str:
        return f"trend {value}" if function == "trend" else value.replace("_", " ")

    def _number(self, function: str, name: str, more: tuple[float | str, ...], value: float) -> str:
        if function == "change":
            over = int(float(more[0])) if more else 2
            return f"changed by {value:+.0f} points over {over} periods".replace("+0 ", "0 ").replace(
                "-", "−"
            )
        if function == "difference":
            return f"{value:.0f} points above {self._label(str(more[0]))}".replace("-", "−")
        if function == "moved":
            return f"moved by {value:.0f} points through it ({self._label_of_fact(str(more[0]))})"
        if function == "high_share":
            return f"high on {value * 100:.0f} % of its known items"
        if function == "low":
            return f"at least {value:.0f} (lower end of its 90 % interval)"
        item = self.rubric.indicators.get(name) or self.rubric.diagnostic_items.get(name)
        if item is not None and function != "score":
            return raw_text(value, item.unit)
        if name in self.scores.tree:
            return score_text(value, self.scores.tree[name].levels)
        return f"{value:g}"

    def _history(
        self, function: str, name: str, more: tuple[float | str, ...], unit: int, periods: int
    ) -> str:
        """The values of the last periods, the earliest first."""
        texts, at = [], unit
        for _ in range(periods):
            texts.append(self._value(function, name, more, at) if at >= 0 else "not reported")
            at = int(self.scope.previous[at]) if at >= 0 else -1
        return f"{', '.join(reversed(texts))} in the last {periods} periods"

    def _fact(self, name: str, unit: int, *, ever: bool) -> str:
        label = self._label_of_fact(name)
        row = self.scope.stated(name, unit, ever=ever)
        if row is None or row.value is None:
            return f"not stated: {label}"
        by = f", {row.owner}" if row.owner else ""
        when = f" {row.date}" if row.date else ""
        source = f"; {row.source}" if row.source else ""
        return f"{'yes' if row.value else 'no'}: {label} ({row.cell}{when}{source}{by})"

    def _label_of_fact(self, name: str) -> str:
        fact = self.rubric.facts.get(name)
        return inline(say(fact.label, LANGUAGE)) if fact else name.replace("_", " ")

    def _cell(self, name: str, unit: int) -> str:
        """The cell behind a raw value, in brackets; '' for anything else."""
        matrix = self.scores.matrix
        row = self.places.get(name)
        if row is None:
            return ""
        origin = int(matrix.origin[row, unit])
        if origin < 0:
            return ""
        place, cell = matrix.observations.cell(origin)
        carried = ", carried" if matrix.status[row, unit] == Status.CARRIED else ""
        return f" ({f'{place.sheet}!{cell}' if place.sheet else cell}{carried})"
