"""What would it take: the smallest changes in indicators that bring a partnership to a wished level.

Arithmetic under the rubric, not advice. Smallest means the least sum of changes in indicator score points; every change
stays inside what the indicator can be, in steps that can be observed (whole ratings, whole items, whole counts). National
indicators are not proposed, and nothing is said of what was not reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.conditions import parse
from pkassess.figures import inline, listed
from pkassess.normalise import normalise, reach, turning_points
from pkassess.overall import allowed_levels
from pkassess.scope import ScoreScope
from pkassess.scoring import NO_LEVEL, Publication, Scores, classify
from pkassess.texts import say
from pkassess.tree import roll_up

if TYPE_CHECKING:
    from pkassess.matrix import Matrix
    from pkassess.rubric import Indicator

Array = NDArray[np.float64]
LANGUAGE = "en"
GRID = 201
"""Raw values tried between the ends of a scale that knows no steps."""
ROUNDS, POINTS_A_ROUND = 9, 33
"""A change is narrowed down so often, each time to one of 32 parts: to less than a billionth of it."""
STEP = 1.0
"""Score points of one step of the search with several indicators."""
MOST_STEPS = 4000
MOST_EXCHANGES = 2
MOST_EXCHANGED = 4
"""With more changes than these nobody asks which of them could be a little smaller."""
LEAST_SAVING = 0.01
"""Score points that an exchange has to save."""
POINT = 1e-6


class Move(NamedTuple):
    """One proposed change: raw values before and after, and the indicator's scores."""

    indicator: str
    before: float
    after: float
    score_before: float
    score_after: float

    @property
    def points(self) -> float:
        """How far the indicator's score moves, without sign."""
        return abs(self.score_after - self.score_before)


class Pathway(NamedTuple):
    """The way to a level: ``binding`` is the id of the rule that holds the level down now, '' for none.

    ``moves`` are the changes, the largest first; ``reason`` says in words why there are none. ``reached`` says whether the
    moves give the level; ``single`` whether one indicator is enough.
    """

    unit: int
    level: str
    binding: str
    moves: tuple[Move, ...]
    reached: bool
    reason: str

    @property
    def single(self) -> bool:
        """Whether one indicator is enough."""
        return self.reached and len(self.moves) == 1


def pathway(scores: Scores, unit: int, level: int) -> Pathway:
    """The smallest changes that bring one unit to a level, given as a position in the overall levels, or higher."""
    ids = [one.id for one in scores.overall_levels]
    rules = [rule.id for rule in scores.rubric.overall.rules] if scores.rubric.overall else []
    if scores.overall_status[unit] != Publication.PUBLISHED or scores.overall_level[unit] == NO_LEVEL:
        return Pathway(
            unit, ids[level], "", (), False, "The overall level is not published: report more first."
        )
    if scores.overall_level[unit] >= level:
        return Pathway(
            unit, ids[level], "", (), True, f"It reads {ids[int(scores.overall_level[unit])]} already."
        )
    binding = rules[int(scores.overall_rule[unit])]
    search = _Search(scores, unit, level)
    best = search.solve()
    if best is None:
        return Pathway(unit, ids[level], binding, (), False, search.obstacle())
    moves = sorted(search.moves(best), key=lambda move: -move.points)
    return Pathway(unit, ids[level], binding, tuple(moves), True, "")


class _Lever(NamedTuple):
    """An indicator that can be moved: its raw values and their scores, sorted by the change from now."""

    row: int
    raws: Array
    points: Array
    stepped: bool

    @property
    def gain(self) -> Array:
        """Score points that each raw value is away from now."""
        return np.abs(self.points - self.points[0])


class _Search:
    """Looks for the smallest changes of one unit. Candidates are columns: raw values of all indicators, one each."""

    def __init__(self, scores: Scores, unit: int, level: int) -> None:
        self.scores, self.unit, self.level = scores, unit, level
        self.items = list(scores.rubric.indicators.values())
        self.now = np.where(
            scores.matrix.usable[: len(self.items), unit],
            scores.matrix.value[: len(self.items), unit],
            np.nan,
        )
        frame = scores.rubric.frame
        self.points = np.array(
            [float(normalise(self.now[[row]], item.scale, frame)[0]) for row, item in enumerate(self.items)]
        )
        self.levers = [lever for row in range(len(self.items)) if (lever := self._lever(row)) is not None]

    def _lever(self, row: int) -> _Lever | None:
        """The raw values an indicator could have that score better than now, nearest first; None where none does."""
        item, now = self.items[row], float(self.now[row])
        if np.isnan(now) or item.scope == "national":
            return None
        raws, stepped = _raw_values(item, now, self.scores)
        points = normalise(raws, item.scale, self.scores.rubric.frame)
        own = float(normalise(np.array([now]), item.scale, self.scores.rubric.frame)[0])
        better = self._sign(row) * (points - own) > POINT
        raws, points = raws[better], points[better]
        order = np.lexsort((np.abs(raws - now), np.abs(points - own)))
        if not len(order):
            return None
        return _Lever(
            row, np.concatenate([[now], raws[order]]), np.concatenate([[own], points[order]]), stepped
        )

    def _sign(self, row: int) -> float:
        """1 where a higher score is better, -1 where it is worse."""
        for name in self.scores.rubric.dimensions:
            if row in self.scores.leaves_of(name):
                return 1.0 if self.scores.tree[name].positive else -1.0
        return 1.0

    # --- evaluation -------------------------------------------------------------------------------------------

    def _candidates(self, columns: Array) -> Scores:
        """Scores of the unit with other raw values: one column each."""
        count, unit, matrix = columns.shape[1], self.unit, self.scores.matrix
        value = np.repeat(matrix.value[:, [unit]], count, axis=1)
        value[: len(self.items)] = np.where(np.isnan(columns), value[: len(self.items)], columns)
        points = np.repeat(self.points[:, None], count, axis=1)
        for row in np.flatnonzero((columns != self.now[:, None]).any(axis=1) & ~np.isnan(self.now)).tolist():
            points[row] = normalise(columns[row], self.items[row].scale, self.scores.rubric.frame)
        tree = self.scores.tree
        applicable = np.repeat(self.scores.applicable[:, [unit]], count, axis=1)
        nodes = {}
        for name, raw in roll_up(tree, points, applicable=applicable).items():
            own = self.scores.nodes[name]
            shown = np.where(own.status[unit] == Publication.PUBLISHED, raw, np.nan)
            same = {
                field: np.repeat(getattr(own, field)[[unit]], count)
                for field in ("coverage", "status", "bound_low", "bound_high", "confidence")
            }
            nodes[name] = replace(own, score=shown, level=classify(shown, tree[name].levels), **same)
        return replace(
            self.scores,
            matrix=_copies(matrix, unit, value),
            indicator=points,
            nodes=nodes,
            overall_status=np.repeat(self.scores.overall_status[[unit]], count),
            overall_level=np.full(count, NO_LEVEL, dtype=np.int8),
            overall_rule=np.full(count, NO_LEVEL, dtype=np.int8),
            alarms=np.repeat(self.scores.alarms[:, [unit]], count, axis=1),
        )

    def _allowed(self, found: Scores) -> NDArray[np.int8]:
        """The highest level that each rule allows, (rules, candidates)."""
        levels = {name: node.level for name, node in found.nodes.items()}
        count = found.indicator.shape[1]
        return np.stack(
            [np.broadcast_to(one, (count,)) for one in allowed_levels(found, levels, ScoreScope(found))]
        )

    def _reaches(self, columns: Array) -> NDArray[np.bool_]:
        return self._allowed(self._candidates(columns)).min(axis=0) >= self.level

    def _shortfall(self, columns: Array) -> Array:
        """How far each candidate is from the level: score points that its rules still lack, 0 where it is reached."""
        found = self._candidates(columns)
        allowed = self._allowed(found)
        lack = np.zeros(columns.shape[1])
        overall = self.scores.rubric.overall
        for rule, own in zip(overall.rules if overall else (), allowed, strict=True):
            if rule.level_of is not None:
                gap = self._below(found, rule.level_of, self.level)
            elif rule.weakest_of is not None:
                gap = sum(self._below(found, name, self.level - rule.plus) for name in rule.weakest_of)
            else:
                names = {name for step in rule.at_most or [] for _, name in parse(step.when).references()}
                gap = sum((self._from_best(found, name) for name in sorted(names)), np.zeros(len(lack)))
            lack += np.where(own >= self.level, 0.0, np.maximum(gap, POINT))
        return lack

    def _below(self, found: Scores, name: str, level: int) -> Array:
        levels = self.scores.tree[name].levels
        bound = levels[max(level, 0)].from_ if level > 0 else self.scores.rubric.frame.low
        return np.nan_to_num(np.maximum(bound - found.nodes[name].score, 0.0))

    def _from_best(self, found: Scores, name: str) -> Array:
        """How far a node or indicator that a cap looks at is from its best score."""
        frame = self.scores.rubric.frame
        if name in found.nodes:
            score, positive = found.nodes[name].score, self.scores.tree[name].positive
        elif name in self.scores.rubric.indicators:
            row = list(self.scores.rubric.indicators).index(name)
            score, positive = found.indicator[row], self._sign(row) > 0
        else:
            return np.zeros(found.indicator.shape[1])
        return np.nan_to_num(frame.high - score if positive else score - frame.low)

    # --- the search -------------------------------------------------------------------------------------------

    def solve(self) -> Array | None:
        """The raw values of the smallest change found; None where even the best values do not reach the level."""
        best = self.now.copy()
        for lever in self.levers:
            best[lever.row] = lever.raws[-1]
        if not self.levers or not self._reaches(best[:, None])[0]:
            return None
        found = [one for one in (self._single(), self._together(self.now)) if one is not None]
        return self._improved(min(found, key=self._cost))

    def _improved(self, best: Array) -> Array:
        """The change made smaller by exchanges, as long as one helps.

        The search by steps looks at one indicator at a time. What it cannot see is that a whole step of a rating overshoots
        and others together would cost less, or the other way round.
        """
        if len(self.moves(best)) > MOST_EXCHANGED:
            return best
        for _ in range(MOST_EXCHANGES):
            trials = [trial for trial in self._exchanges(best) if trial is not None]
            cheapest = min(trials, key=self._cost, default=best)
            if self._cost(cheapest) >= self._cost(best) - LEAST_SAVING:
                break
            best = cheapest
        return best

    def _exchanges(self, best: Array) -> Iterator[Array | None]:
        """One indicator's change given up or cut by a step, or one more step of a rating; the others make it good."""
        for lever in self.levers:
            at = int(np.flatnonzero(lever.raws == best[lever.row])[0]) if lever.stepped else 0
            if best[lever.row] != lever.raws[0]:
                yield self._together(self._with(best, lever, 0), without=lever.row)
            if lever.stepped and at > 1:
                yield self._together(self._with(best, lever, at - 1), without=lever.row)
            if lever.stepped and at + 1 < len(lever.raws):
                yield self._trimmed(self._with(best, lever, at + 1), but=lever.row)

    def _with(self, column: Array, lever: _Lever, at: int) -> Array:
        other = column.copy()
        other[lever.row] = lever.raws[at]
        return other

    def _cost(self, column: Array) -> float:
        return sum(move.points for move in self.moves(column))

    def moves(self, column: Array) -> list[Move]:
        """The changes that lead to some raw values."""
        frame = self.scores.rubric.frame
        found = []
        for lever in self.levers:
            after = float(column[lever.row])
            if after != lever.raws[0]:
                item = self.items[lever.row]
                score = float(normalise(np.array([after]), item.scale, frame)[0])
                found.append(Move(item.id, float(lever.raws[0]), after, float(lever.points[0]), score))
        return found

    def _single(self) -> Array | None:
        """The smallest change of one indicator that is enough, to a millionth of a point."""
        options = []
        for lever in self.levers:
            columns = np.repeat(self.now[:, None], len(lever.raws), axis=1)
            columns[lever.row] = lever.raws
            enough = np.flatnonzero(self._reaches(columns))
            if len(enough):
                first = int(enough[np.argmin(lever.gain[enough])])
                column = columns[:, first].copy()
                options.append(
                    column if lever.stepped else self._nearer(column, lever.row, float(lever.raws[first - 1]))
                )
        return min(options, key=self._cost) if options else None

    def _nearer(self, column: Array, row: int, short: float) -> Array:
        """The same change no larger than needed: between a raw value that falls short and one that is enough."""
        enough = float(column[row])
        for _ in range(ROUNDS):
            # Many points at once cost hardly more than one.
            raws = np.linspace(short, enough, POINTS_A_ROUND)
            trials = np.repeat(column[:, None], POINTS_A_ROUND, axis=1)
            trials[row] = raws
            first = int(np.argmax(self._reaches(trials[:, 1:]))) + 1
            short, enough = float(raws[first - 1]), float(raws[first])
        result = column.copy()
        result[row] = enough
        return result

    def _together(self, start: Array, without: int = -1) -> Array | None:
        """Steps of whichever indicator helps most for its points, until the level is reached; then each cut back.

        ``without`` is the row of one that stays as it is at the start.
        """
        column = start.copy()
        levers = [lever for lever in self.levers if lever.row != without]
        gains = {lever.row: abs(self._gain(lever, column)) for lever in levers}
        for _ in range(MOST_STEPS):
            steps = [(lever, place) for lever in levers if (place := self._next(lever, gains[lever.row]))]
            trials = np.repeat(column[:, None], len(steps) + 1, axis=1)
            cost = np.empty(len(steps))
            for place, (lever, to) in enumerate(steps):
                trials[lever.row, place] = lever.raws[to]
                cost[place] = lever.gain[to] - gains[lever.row]
            lack = self._shortfall(trials)
            if lack[-1] == 0:
                return self._trimmed(column, but=without)
            if not steps:
                return None
            # What counts is how much of the lack each point takes away.
            lever, to = steps[int(np.argmax((lack[-1] - lack[:-1]) / np.maximum(cost, POINT)))]
            column[lever.row], gains[lever.row] = lever.raws[to], float(lever.gain[to])
        return None

    def _next(self, lever: _Lever, gain: float) -> int:
        """The place of the next raw value at least one step further than a gain; 0 where there is none."""
        further = np.flatnonzero(lever.gain >= gain + (0 if lever.stepped else STEP) + POINT)
        if len(further):
            return int(further[0])
        return len(lever.raws) - 1 if lever.gain[-1] > gain + POINT else 0

    def _trimmed(self, column: Array, but: int = -1) -> Array:
        """Every change but one cut back as far as the others allow, the smallest first."""
        gains = {lever.row: abs(self._gain(lever, column)) for lever in self.levers}
        for lever in sorted(self.levers, key=lambda one: gains[one.row]):
            if not gains[lever.row] or lever.row == but:
                continue
            without = column.copy()
            without[lever.row] = lever.raws[0]
            if self._reaches(without[:, None])[0]:
                column = without
            elif lever.stepped:
                column = self._fewer_steps(column, lever)
            else:
                column = self._nearer(column, lever.row, float(lever.raws[0]))
        return column

    def _gain(self, lever: _Lever, column: Array) -> float:
        item = self.items[lever.row]
        score = normalise(column[[lever.row]], item.scale, self.scores.rubric.frame)[0]
        return float(score - lever.points[0])

    def _fewer_steps(self, column: Array, lever: _Lever) -> Array:
        columns = np.repeat(column[:, None], len(lever.raws), axis=1)
        columns[lever.row] = lever.raws
        enough = np.flatnonzero(self._reaches(columns))
        return columns[:, int(enough[np.argmin(lever.gain[enough])])].copy()

    def obstacle(self) -> str:
        """Why even the best values do not reach the level, in words."""
        best = self.now.copy()
        for lever in self.levers:
            best[lever.row] = lever.raws[-1]
        allowed = self._allowed(self._candidates(best[:, None]))[:, 0]
        overall = self.scores.rubric.overall
        names = [
            inline(say(rule.label, LANGUAGE)) or rule.id
            for rule, own in zip(overall.rules if overall else (), allowed, strict=True)
            if own < self.level
        ]
        national = sum(
            item.scope == "national" and not np.isnan(now)
            for item, now in zip(self.items, self.now, strict=True)
        )
        left = f" National indicators ({national}) are not proposed and stay as they are." if national else ""
        return (
            f"No change of the {'other ' if national else ''}reported indicators is enough: {listed(names)} still "
            f"{'holds' if len(names) == 1 else 'hold'} it down with all of them at their best.{left}"
        )


def _raw_values(item: Indicator, now: float, scores: Scores) -> tuple[Array, bool]:
    """The raw values an indicator could have, and whether they are steps."""
    scale = item.scale
    low, high = item.hard_limits
    if scale.type == "likert":
        return np.arange(1.0, scale.points + 1), True
    if scale.type == "checklist":
        return np.arange(len(scale.items) + 1) * 100.0 / len(scale.items), True
    if scale.step and low is not None and high is not None:
        return np.arange(low, high + scale.step / 2, scale.step), True
    knots = np.asarray(turning_points(scale, scores.rubric.frame), dtype=np.float64)
    ends = reach(scale, scores.rubric.frame)
    if ends is None and len(knots) > 1:
        ends = float(knots.min()), float(knots.max())
    if ends is None and low is not None and high is not None:
        ends = low, high
    if ends is None:
        return np.array([now]), True
    first, last = (
        max(ends[0], low) if low is not None else ends[0],
        min(ends[1], high) if high is not None else ends[1],
    )
    if item.unit == "count":
        return np.arange(np.ceil(first), np.floor(last) + 1), True
    return np.unique(
        np.concatenate([np.linspace(first, last, GRID), knots[(knots >= first) & (knots <= last)]])
    ), False


def _copies(matrix: Matrix, unit: int, value: Array) -> Matrix:
    """A matrix of one unit many times, with other values."""
    count = value.shape[1]

    def repeated(array: NDArray[Any]) -> NDArray[Any]:
        return np.repeat(array[:, [unit]], count, axis=1)

    return replace(
        matrix,
        units=[matrix.units[unit]] * count,
        files=[matrix.files[unit]] * count,
        context={name: np.repeat(column[[unit]], count) for name, column in matrix.context.items()},
        value=value,
        status=repeated(matrix.status),
        origin=repeated(matrix.origin),
        evidence=repeated(matrix.evidence),
        several={},
    )


def levels_above(scores: Scores, unit: int) -> Sequence[int]:
    """The overall levels above a unit's own, the next one first."""
    return range(int(scores.overall_level[unit]) + 1, len(scores.overall_levels))
