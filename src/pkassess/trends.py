"""How dimensions moved over time: on matched indicators, inside one series, with the draws of the uncertainty run.

A dimension is followed over the periods of a window on those indicators that were observed in all of them, so that
no score moves because other indicators were reported. The draws are those of the uncertainty run: seeds belong to a
partnership and period, weights are common to all periods of a draw, errors of different periods are independent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.matrix import OWN, Status, among
from pkassess.phases import Span, phase_of, spans_of
from pkassess.scoring import TOLERANCE, Publication
from pkassess.seriesbreaks import break_between, told
from pkassess.spread import spread_of
from pkassess.tree import Tree, roll_up, roll_up_shares, subtree
from pkassess.trendclass import LEAST_PERIODS, Call, Class, MannKendall, classify, mann_kendall
from pkassess.uncertainty import (
    affordable_draws,
    all_blocks,
    block_groups,
    draw_errors,
    draw_weights,
    in_blocks,
)

if TYPE_CHECKING:
    from pkassess.periods import Period
    from pkassess.ranking import Comparison
    from pkassess.scoring import Scores
    from pkassess.spread import Spread

Array = NDArray[np.float64]
WINDOW = 10
"""Periods of a trend, unless the user says from when."""
MATCHED_SHARE = 0.65
"""Share of applicable weight that the matched indicators have at least, in every period used."""
YEAR = 12
KEPT_DRAWS = 4_000_000
"""Drawn scores held at a time."""


class Series(NamedTuple):
    """A dimension over the periods that can be compared.

    ``units`` are positions of the matrix, ``indicators`` its rows that are matched, ``scores`` the dimension's score
    on them in each period (its own polarity). ``reason`` says in words why there are too few periods, else ''.
    """

    units: tuple[int, ...]
    indicators: tuple[int, ...]
    scores: tuple[float, ...]
    share: float
    kind: Class | None
    reason: str


class Trend(NamedTuple):
    """What is said of one dimension of one row.

    ``change``, ``low`` and ``high`` are in score points on the dimension's own polarity, NaN where nothing can be
    compared; ``kind`` is by meaning. ``pivots`` are positions in ``series.units``, and so are the places of the
    ``spans``, the phases of the mission that the series runs through.
    """

    kind: Class
    series: Series
    change: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    half_width: float = float("nan")
    pivots: tuple[int, ...] = ()
    indicative: bool = False
    kendall: MannKendall | None = None
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Trends:
    """Trends by row and dimension, of every row shown and perhaps of rows beside them.

    ``draws`` 0 means that the budget allowed none.
    """

    draws: int
    asked: int
    found: dict[tuple[int, str], Trend] = field(default_factory=dict)


def find_trends(
    comparison: Comparison, rows: Sequence[int], asked: int, seed: int, since: Period | None = None
) -> Trends:
    """Trends of some rows, those shown among them, and every dimension.

    ``since`` is the first period of the window; without it the window holds the last ten. With more values than the
    budget of the uncertainty run allows there are fewer draws, or none and no trends.
    """
    scores = comparison.scores
    windows = {row: window(scores, row, since) for row in rows}
    draws = affordable_draws(asked, _cost(scores, windows))
    if not draws:
        return Trends(0, asked)
    planner = _Planner(scores)
    planned = {
        (row, name): planner.series(row, units, name)
        for row, units in windows.items()
        for name in scores.rubric.dimensions
    }
    jobs = {key: series for key, series in planned.items() if len(series.scores) > 1}
    calls = _Drawer(scores, jobs, draws, seed).calls()
    found = {
        key: _trend(scores, key[1], series, *calls.get(key, (None, ()))) for key, series in planned.items()
    }
    return Trends(draws, asked, found)


def _cost(scores: Scores, windows: dict[int, list[int]]) -> int:
    """Numbers that one draw makes at most: the values in all windows, and the slopes between all pairs of periods."""
    values = (~np.isnan(scores.indicator)).sum(axis=0)
    pairs = sum(len(units) * (len(units) - 1) // 2 for units in windows.values())
    return int(sum(values[units].sum() for units in windows.values())) + pairs * len(scores.rubric.dimensions)


def years(period: Period) -> float:
    """The middle of a period in years, so that periods of one length are equally far apart."""
    return (period.end.year * YEAR + period.end.month - period.months / 2) / YEAR


def window(scores: Scores, row: int, since: Period | None) -> list[int]:
    """The units of the same partnership that end with this one and have its length.

    A year beside its own quarters would count twice, hence one length only.
    """
    units = scores.matrix.units
    own = units[row]
    found = []
    for at in range(row, -1, -1):
        unit = units[at]
        if unit.keys != own.keys or (since is not None and unit.period.end < since.start):
            break
        if unit.period.months == own.period.months and not (since and unit.period.start < since.start):
            found.append(at)
    return found[::-1] if since else found[:WINDOW][::-1]


class _Planner:
    """Finds the periods and indicators of a trend that can be compared."""

    def __init__(self, scores: Scores) -> None:
        self.scores = scores
        self.matrix = scores.matrix
        status = self.matrix.status[: len(scores.indicator)]
        self.applicable = status != Status.NOT_APPLICABLE
        own = among(status, OWN)
        self.observed = own & ~np.isnan(scores.indicator)
        self.seasonal = np.array([item.seasonal for item in scores.rubric.indicators.values()], dtype=bool)
        self.trees = {name: subtree(scores.tree, name) for name in scores.rubric.dimensions}
        self.leaves = {name: scores.leaves_of(name) for name in scores.rubric.dimensions}

    def series(self, row: int, units: Sequence[int], name: str) -> Series:
        """The periods of a window in which a dimension can be compared, and the indicators they share."""
        status = self.scores.nodes[name].status
        label = self.matrix.units[row].period.label
        if status[row] != Publication.PUBLISHED:
            return _nothing(Class.NOT_COMPARABLE, f"not published in {label}")
        published = [at for at in units if status[at] == Publication.PUBLISHED]
        kept, why = self._after_break(published, name)
        too_few = len(published) < LEAST_PERIODS
        if len(kept) < LEAST_PERIODS and not too_few:
            return _nothing(Class.NOT_COMPARABLE, why)
        matched = self._matched(kept, name, 2 if too_few else LEAST_PERIODS)
        if too_few and matched is None:
            count = f"{len(kept)} published period{'' if len(kept) == 1 else 's'}"
            return _nothing(Class.TOO_FEW, why or f"{count}, three are the least")
        if matched is None:
            share = f"{MATCHED_SHARE:.0%}".replace("%", " %")
            return _nothing(
                Class.NOT_COMPARABLE, f"no three periods share indicators with {share} of the weight"
            )
        used, indicators, share = matched
        scores = self._scores(used, indicators, name)
        reason = "two published periods, three are the least" if too_few else ""
        return Series(
            tuple(used), tuple(indicators), scores, share, Class.TOO_FEW if too_few else None, reason
        )

    def _after_break(self, units: list[int], name: str) -> tuple[list[int], str]:
        """The units from the last break of the dimension's series on, and that break in words."""
        if not units:
            return units, ""
        known = self.matrix.units
        first, last = known[units[0]], known[units[-1]]
        found = break_between(self.scores, name, last.keys, first.period, last.period)
        if found is None:
            return units, ""
        return [at for at in units if known[at].period.end >= found.period.start], told(found)

    def _matched(self, units: list[int], name: str, least: int) -> tuple[list[int], list[int], float] | None:
        """Periods, the indicators observed in all of them, and their share of weight where it is least.

        The period with the least coverage, of equals the oldest, leaves until the share is enough.
        """
        rows = self.leaves[name]
        left = list(units)
        short = any(self.matrix.units[at].period.months < YEAR for at in left)
        while len(left) >= least:
            observed = self.observed[np.ix_(rows, left)]
            if short:
                observed &= ~self.seasonal[rows][:, None]
            together = observed.all(axis=1)
            share = float(self._shares(name, left, np.broadcast_to(together[:, None], observed.shape)).min())
            if share >= MATCHED_SHARE - TOLERANCE:
                return left, [row for row, both in zip(rows, together.tolist(), strict=True) if both], share
            coverage = self._shares(name, left, observed)
            del left[int(np.flatnonzero(coverage <= coverage.min() + TOLERANCE)[0])]
        return None

    def _shares(self, name: str, units: list[int], present: NDArray[np.bool_]) -> Array:
        """Share of applicable weight that is present, per unit."""
        leaves = np.full((len(self.observed), len(units)), np.nan)
        rows = self.leaves[name]
        leaves[rows] = np.where(self.applicable[np.ix_(rows, units)], present, np.nan)
        return np.nan_to_num(roll_up_shares(self.trees[name], leaves)[name])

    def _scores(self, units: list[int], indicators: list[int], name: str) -> tuple[float, ...]:
        leaves = np.full((len(self.observed), len(units)), np.nan)
        leaves[indicators] = self.scores.indicator[np.ix_(indicators, units)]
        return tuple(roll_up(self.trees[name], leaves)[name].tolist())


def _nothing(kind: Class, reason: str) -> Series:
    return Series((), (), (), float("nan"), kind, reason)


class _Drawer:
    """Draws the series and calls their classes, some rows at a time."""

    def __init__(self, scores: Scores, jobs: dict[tuple[int, str], Series], draws: int, seed: int) -> None:
        self.scores, self.jobs, self.draws, self.seed = scores, jobs, draws, seed
        self.trees: dict[str, Tree] = {name: subtree(scores.tree, name) for name in scores.rubric.dimensions}
        self.cut = (scores.rubric.frame.low, scores.rubric.frame.high)

    @cached_property
    def weights(self) -> dict[str, Array]:
        """Weights of each node's children in every draw: (children, 1, draws)."""
        vary = self.scores.rubric.uncertainty.weight_spread
        return draw_weights(self.scores.tree, vary, self.seed, all_blocks(self.draws))

    def calls(self) -> dict[tuple[int, str], tuple[Call, tuple[Span, ...]]]:
        """What is said of each series, as a whole and phase by phase."""
        calls: dict[tuple[int, str], tuple[Call, tuple[Span, ...]]] = {}
        for keys in self._chunks():
            drawn = self._draw(keys)
            by_length: dict[int, list[tuple[int, str]]] = {}
            for key in keys:
                by_length.setdefault(len(self.jobs[key].units), []).append(key)
            for together in by_length.values():
                spans = [self._spans(key, drawn[key]) for key in together]
                said = zip(self._classify(together, drawn), spans, strict=True)
                calls |= zip(together, said, strict=True)
        return calls

    def _chunks(self) -> Iterator[list[tuple[int, str]]]:
        """Series in groups that bound the memory; those of one partnership stay together."""
        keys: list[tuple[int, str]] = []
        size = 0
        for key, series in self.jobs.items():
            if size > KEPT_DRAWS and key[0] != keys[-1][0]:
                yield keys
                keys, size = [], 0
            keys.append(key)
            size += (len(series.units) + len(series.indicators)) * self.draws
        if keys:
            yield keys

    def _draw(self, keys: list[tuple[int, str]]) -> dict[tuple[int, str], Array]:
        """The scores of some series in every draw: (periods, draws)."""
        units = sorted({at for key in keys for at in self.jobs[key].units})
        spread = spread_of(self.scores, np.array(units, dtype=np.intp))
        kept: dict[tuple[int, str], list[Array]] = {key: [] for key in keys}
        for _, own in groupby(keys, lambda key: self.scores.matrix.units[key[0]].keys):
            self._draw_partnership(list(own), spread, kept)
        return {key: np.concatenate(parts, axis=1)[:, : self.draws] for key, parts in kept.items()}

    def _draw_partnership(
        self, keys: list[tuple[int, str]], spread: Spread, kept: dict[tuple[int, str], list[Array]]
    ) -> None:
        """Add the draws of one partnership's series, whose errors stay in the processor's cache."""
        units = sorted({at for key in keys for at in self.jobs[key].units})
        rows = sorted({row for key in keys for row in self.jobs[key].indicators})
        for blocks in block_groups(self.draws, len(units) * len(rows)):
            errors = draw_errors(self.scores, spread, np.array(units), self.seed, blocks, rows)
            weights = in_blocks(self.weights, blocks)
            for key in keys:
                series, tree = self.jobs[key], self.trees[key[1]]
                drawn = errors[:, np.searchsorted(units, series.units)]
                leaves = dict.fromkeys(self.scores.leaves_of(key[1]), np.full(drawn.shape[1:], np.nan))
                leaves |= {row: drawn[rows.index(row)] for row in series.indicators}
                kept[key].append(roll_up(tree, leaves, weights=weights, cut=self.cut)[key[1]])

    def _classify(self, keys: list[tuple[int, str]], drawn: dict[tuple[int, str], Array]) -> list[Call]:
        signs = np.array([1.0 if self.scores.tree[name].positive else -1.0 for _, name in keys])
        periods = [[self.scores.matrix.units[at].period for at in self.jobs[key].units] for key in keys]
        times = np.array([[years(period) for period in row] for row in periods])
        point = np.array([self.jobs[key].scores for key in keys]) * signs[:, None]
        values = np.stack([drawn[key] for key in keys]) * signs[:, None, None]
        settings = self.scores.rubric.trends
        return classify(times, point, values, settings.least_change, settings.indicative_above)

    def _spans(self, key: tuple[int, str], drawn: Array) -> tuple[Span, ...]:
        series = self.jobs[key]
        phases = [phase_of(self.scores.matrix, at) for at in series.units]
        return spans_of(phases, np.array(series.scores), drawn) if any(phases) else ()


def _trend(scores: Scores, name: str, series: Series, call: Call | None, spans: tuple[Span, ...]) -> Trend:
    if call is None:
        return Trend(series.kind or Class.NOT_COMPARABLE, series)
    positive = scores.tree[name].positive
    change, low, high = (
        (call.change, call.low, call.high) if positive else (-call.change, -call.high, -call.low)
    )
    return Trend(
        kind=series.kind or call.kind,
        series=series,
        change=change,
        low=low,
        high=high,
        half_width=call.half_width,
        pivots=call.pivots,
        indicative=call.indicative,
        # Scores that are equal but for the computer's arithmetic are ties.
        kendall=mann_kendall([round(score, 9) for score in series.scores])
        if len(series.scores) >= LEAST_PERIODS
        else None,
        spans=spans,
    )
