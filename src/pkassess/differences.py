"""Two assessments beside each other: which partnerships both have, what changed in each, how sure, and why.

Errors of two different periods are independent. Where both sides speak of the same period, a value that is the same
on both sides has the same error, and a value that was changed is a new reading with an error of its own. A weight
that both rubrics have varies alike on both sides, as the draws of ``score`` vary it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.crossings import doubtful
from pkassess.decompose import Effect, Side, decompose
from pkassess.levelchange import held_levels, judgement
from pkassess.ranking import OVERALL
from pkassess.scoring import NO_LEVEL, PUBLICATION_NAMES
from pkassess.seriesbreaks import break_between, told
from pkassess.spread import Spread, spread_of
from pkassess.texts import fold_name
from pkassess.uncertainty import (
    HIGH,
    LOW,
    affordable_draws,
    all_blocks,
    draw_normals,
    draw_weights,
    overall_levels,
    roll_up_draws,
    with_errors,
)

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.scoring import Scores

Array = NDArray[np.float64]
NOT_COMPARABLE = "not comparable"
SECOND_READING = "second reading"
NEAR = 0.8
"""Likeness from which two names are proposed as one."""


class Difference(NamedTuple):
    """One node of one partnership on both sides; NaN, '' and () where it is not published on both.

    ``low`` and ``high`` are the 90 % interval of the change; ``reason`` says why there is no change to speak of.
    ``judgement`` is of a change of level; ``series_break`` names a declared break between the two periods, across which
    nothing is judged. The overall level is a node ``overall`` without scores.
    """

    node: str
    kind: str
    before: float
    after: float
    low: float
    high: float
    level_before: str
    level_after: str
    judgement: str
    effects: tuple[Effect, ...]
    reason: str
    series_break: str = ""

    @property
    def change(self) -> float:
        """The later score less the earlier one."""
        return self.after - self.before


class Pair(NamedTuple):
    """One partnership on both sides, with the differences of its dimensions, indices and overall level."""

    before: Side
    after: Side
    differences: tuple[Difference, ...]

    @property
    def partnership(self) -> str:
        """Its name on the later side."""
        return self.after.scores.matrix.units[self.after.unit].partnership


class Unmatched(NamedTuple):
    """A partnership that one side alone has; ``near`` is a name of the other side that may mean the same, or ''."""

    side: str
    partnership: str
    near: str


@dataclass(frozen=True, eq=False, repr=False)
class Differences:
    """Every partnership that both sides have, and those that one side alone has. ``draws`` 0 means no intervals."""

    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]
    draws: int


def find_differences(before: Comparison, after: Comparison, asked: int, seed: int) -> Differences:
    """The differences of two comparisons with one row per partnership each and the same keys."""
    matched, unmatched = match(before, after)
    sides = [np.array(rows, dtype=np.intp) for rows in zip(*matched, strict=True)] or [
        np.empty(0, np.intp)
    ] * 2
    observed = sum(
        int((~np.isnan(one.scores.indicator[:, rows])).sum())
        for one, rows in zip((before, after), sides, strict=True)
    )
    draws = affordable_draws(asked, observed) if asked else 0
    drawer = _Drawer(before.scores, after.scores, sides, draws, seed) if draws else None
    pairs = [
        _pair(Side(before.scores, first), Side(after.scores, second), drawer) for first, second in matched
    ]
    return Differences(tuple(pairs), unmatched, draws)


def match(before: Comparison, after: Comparison) -> tuple[list[tuple[int, int]], tuple[Unmatched, ...]]:
    """Rows of the same partnership on both sides, in the order of the later one, and the names left over.

    Names are the same when they differ in case, accents, spaces and punctuation only. A near name is proposed to
    the reader and never used.
    """
    rows = [_by_name(before), _by_name(after)]
    matched = [(rows[0][name], row) for name, row in rows[1].items() if name in rows[0]]
    alone = [
        {name: one.scores.matrix.units[row].partnership for name, row in own.items() if name not in other}
        for one, own, other in zip((before, after), rows, reversed(rows), strict=True)
    ]
    near = _near(*alone)
    left = [
        Unmatched(side, partnership, alone[1 - at].get(near[at].get(name, ()), ""))
        for at, side in enumerate(("before", "after"))
        for name, partnership in alone[at].items()
    ]
    return matched, tuple(left)


def _by_name(comparison: Comparison) -> dict[tuple[str, ...], int]:
    units = comparison.scores.matrix.units
    return {tuple(map(fold_name, units[row].keys)): row for row in comparison.rows.tolist()}


def _near(
    first: dict[tuple[str, ...], str], second: dict[tuple[str, ...], str]
) -> list[dict[tuple[str, ...], tuple[str, ...]]]:
    """For the names of each side that of the other side which is most like it, where one is like enough."""
    from difflib import get_close_matches

    found = []
    for own, other in ((first, second), (second, first)):
        texts = {"/".join(name): name for name in other}
        close = {name: get_close_matches("/".join(name), texts, n=1, cutoff=NEAR) for name in own}
        found.append({name: texts[match[0]] for name, match in close.items() if match})
    return found


class _Drawn(NamedTuple):
    """The scores and levels of all nodes of one side in each draw, and the overall level."""

    nodes: dict[str, Array]
    levels: dict[str, NDArray[np.int8]]
    overall: NDArray[np.int8]


class _Drawer:
    """Draws both sides of a pair, with what they share."""

    def __init__(
        self, before: Scores, after: Scores, rows: list[NDArray[np.intp]], draws: int, seed: int
    ) -> None:
        self.scores = (before, after)
        self.spreads: list[Spread] = [spread_of(*one) for one in zip(self.scores, rows, strict=True)]
        self.doubts = [doubtful(*one) for one in zip(self.scores, self.spreads, strict=True)]
        self.draws, self.seed = draws, seed
        self.blocks = all_blocks(draws)
        weights = [self._weights(scores) for scores in self.scores]
        self.weights = (weights[0], shared_weights(weights[0], weights[1], before, after))
        measures = before.matrix.measures[: len(before.indicator)]
        position = {name: row for row, name in enumerate(measures)}
        names = after.matrix.measures[: len(after.indicator)]
        self.rows = [(position[name], row) for row, name in enumerate(names) if name in position]

    def pair(self, before: Side, after: Side) -> tuple[_Drawn, _Drawn]:
        """Both sides of one partnership, draw by draw."""
        units = [side.scores.matrix.units[side.unit] for side in (before, after)]
        same = units[0].period == units[1].period
        normals = [
            draw_normals(scores, spread, side.unit, self.seed, self.blocks, reading)
            for scores, spread, side, reading in zip(
                self.scores, self.spreads, (before, after), ("", SECOND_READING if same else ""), strict=True
            )
        ]
        for first, second in self.rows if same else ():
            values = (
                before.scores.matrix.value[first, before.unit],
                after.scores.matrix.value[second, after.unit],
            )
            if values[0] == values[1]:
                normals[1][second] = normals[0][first]
        drawn = [self._drawn(at, side, normals[at]) for at, side in enumerate((before, after))]
        return drawn[0], drawn[1]

    def _drawn(self, at: int, side: Side, normals: Array) -> _Drawn:
        units = np.array([side.unit])
        errors = with_errors(side.scores, self.spreads[at], side.unit, normals)[:, None]
        nodes, levels = roll_up_draws(side.scores, units, errors, self.weights[at])
        overall = overall_levels(side.scores, units, nodes, levels)[0, : self.draws]
        scores = {name: values[0, : self.draws] for name, values in nodes.items()}
        by_node = {name: values[0, : self.draws] for name, values in levels.items()}
        return _Drawn(scores, by_node, overall)

    def _weights(self, scores: Scores) -> dict[str, Array]:
        vary = scores.rubric.uncertainty.weight_spread
        return draw_weights(scores.tree, vary, self.seed, self.blocks)


def shared_weights(
    first: dict[str, Array], second: dict[str, Array], before: Scores, after: Scores
) -> dict[str, Array]:
    """The drawn weights of the second tree, varied as the first tree's where both have the same child of a node.

    Without a weight above zero in the first tree there is nothing to follow, and the second one's own draw stays.
    """
    shared = {}
    for name, drawn in second.items():
        own = drawn.copy()
        if name in before.tree:
            places = {child: at for at, child in enumerate(_edges(before, name))}
            for at, child in enumerate(_edges(after, name)):
                given = before.tree[name].weights[places[child]] if child in places else 0.0
                if given > 0:
                    own[at] = after.tree[name].weights[at] * (first[name][places[child]] / given)
        shared[name] = own
    return shared


def _edges(scores: Scores, name: str) -> list[str]:
    """The ids of a node's children, in the order of their weights."""
    branch = scores.tree[name]
    return [
        *(scores.matrix.measures[row] for row, _ in branch.leaves),
        *(child for child, _ in branch.branches),
    ]


def _pair(before: Side, after: Side, drawer: _Drawer | None) -> Pair:
    drawn, held, overall = None, {}, NO_LEVEL
    if drawer:
        drawn = drawer.pair(before, after)
        doubts = [doubt[:, side.unit] for doubt, side in zip(drawer.doubts, (before, after), strict=True)]
        held, overall = held_levels(before, after, *doubts)
    effects = decompose(before, after)
    names = list(after.scores.tree | before.scores.tree)
    found = [
        _difference(name, before, after, drawn, held.get(name, NO_LEVEL), effects.get(name, ()))
        for name in names
        if _branch_kind(name, before, after) in ("dimension", "index")
    ]
    if before.scores.rubric.overall or after.scores.rubric.overall:
        found.append(_overall(before, after, drawn, overall))
    return Pair(before, after, tuple(_marked(one, before, after) for one in found))


def _marked(one: Difference, before: Side, after: Side) -> Difference:
    """The difference with a series break that stands between the two periods, as either side declares it."""
    first, last = (side.scores.matrix.units[side.unit].period for side in (before, after))
    for side in (after, before):
        keys = side.scores.matrix.units[side.unit].keys
        found = break_between(
            side.scores, one.node, keys, *sorted((first, last), key=lambda period: period.end)
        )
        if found:
            judgement = NOT_COMPARABLE if one.judgement else ""
            return one._replace(judgement=judgement, series_break=told(found))
    return one


def _branch_kind(name: str, before: Side, after: Side) -> str:
    tree = after.scores.tree if name in after.scores.tree else before.scores.tree
    return tree[name].kind


def _difference(
    name: str,
    before: Side,
    after: Side,
    drawn: tuple[_Drawn, _Drawn] | None,
    held: int,
    effects: tuple[Effect, ...],
) -> Difference:
    scores = [side.score(name) if name in side.scores.tree else np.nan for side in (before, after)]
    levels = [_level(side, name) for side in (before, after)]
    ids = [_level_ids(side, name) for side in (before, after)]
    reason = _why_not(name, before, after)
    low, high, said = np.nan, np.nan, ""
    if drawn and not reason:
        change = drawn[1].nodes[name] - drawn[0].nodes[name]
        ends = [*np.quantile(change, [LOW, HIGH]).tolist(), scores[1] - scores[0]]
        low, high = min(ends), max(ends)
        if ids[0] == ids[1]:
            both = [one.levels[name] for one in drawn]
            said = judgement(levels[0], levels[1], both[0], both[1], held)
    words = [own[level] if level != NO_LEVEL else "" for own, level in zip(ids, levels, strict=True)]
    return Difference(
        node=name,
        kind=_branch_kind(name, before, after),
        before=scores[0],
        after=scores[1],
        low=low,
        high=high,
        level_before=words[0],
        level_after=words[1],
        judgement=said,
        effects=effects,
        reason=reason,
    )


def _overall(before: Side, after: Side, drawn: tuple[_Drawn, _Drawn] | None, held: int) -> Difference:
    sides = (before, after)
    levels = [int(side.scores.overall_level[side.unit]) for side in sides]
    ids = [tuple(level.id for level in side.scores.overall_levels) for side in sides]
    said = ""
    if drawn and ids[0] == ids[1]:
        said = judgement(*levels, drawn[0].overall, drawn[1].overall, held)
    missing = [
        f"no overall level {word}"
        for level, word in zip(levels, ("before", "after"), strict=True)
        if level < 0
    ]
    words = [own[level] if level != NO_LEVEL else "" for own, level in zip(ids, levels, strict=True)]
    return Difference(
        node=OVERALL,
        kind=OVERALL,
        before=np.nan,
        after=np.nan,
        low=np.nan,
        high=np.nan,
        level_before=words[0],
        level_after=words[1],
        judgement=said,
        effects=(),
        reason="; ".join(missing),
    )


def _level(side: Side, name: str) -> int:
    return int(side.scores.nodes[name].level[side.unit]) if name in side.scores.tree else NO_LEVEL


def _level_ids(side: Side, name: str) -> tuple[str, ...]:
    return tuple(level.id for level in side.scores.tree[name].levels) if name in side.scores.tree else ()


def _why_not(name: str, before: Side, after: Side) -> str:
    """Why a node has no difference; '' where it has one."""
    reasons = []
    for side, word in ((before, "before"), (after, "after")):
        if name not in side.scores.tree:
            reasons.append(f"not in the rubric {word}")
        elif np.isnan(side.score(name)):
            node = side.scores.nodes[name]
            status = PUBLICATION_NAMES[int(node.status[side.unit])].replace("_", " ")
            share = f"{node.coverage[side.unit] * 100:.0f} % of the weight observed"
            reasons.append(f"not published {word}: {status}, {share}")
    return "; ".join(reasons)
