"""The change of every score taken apart, exactly: into indicators, what was observed, and the rubric.

Each node of the tree is a game of three groups of players: the rubric's own part (weights, aggregator, floor, which
children it has), the coverage (children with a score on one side only) and the values (children whose score moved).
A change is shared out by the Owen value, which is the Shapley value where players come in groups: the order of the
groups is averaged, and inside a group the order of its members. It adds up to the change (efficiency), treats equals
alike inside a group and between groups (symmetry), and gives nothing to who changes nothing (null player). A child's
share is passed down in proportion to the parts of the child's own change, which keeps the sum at every depth.

Sources: Shapley (1953), A value for n-person games; Owen (1977), Values of games with a priori unions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import product
from math import comb
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.normalise import normalise
from pkassess.tree import leaves_under

if TYPE_CHECKING:
    from pkassess.scoring import Scores
    from pkassess.tree import Branch

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Game = Callable[[Mask], Array]
"""The worth of coalitions: from (players, coalitions) to (coalitions)."""
MOST_PLAYERS = 12
"""Members of a group that are told apart; 2 to this power orders of joining are worked through."""
STILL, STEP = 1e-9, 1e-3
"""A child that moved by less stands still; the step with which its parent's slope is measured then."""


class Part(StrEnum):
    """What a part of a change comes from."""

    INDICATOR = "indicator"
    COVERAGE = "coverage"
    RUBRIC = "rubric"


class Effect(NamedTuple):
    """Score points of a change that come from one thing: an indicator, a group, or the rubric's rule for a node."""

    part: Part
    name: str
    points: float


class Side(NamedTuple):
    """One partnership in one period under one rubric."""

    scores: Scores
    unit: int

    def score(self, node: str) -> float:
        """The published score of a node, NaN where there is none."""
        return float(self.scores.nodes[node].score[self.unit])

    def row(self, indicator: str) -> int:
        """The row of an indicator, or -1 where the rubric does not have it."""
        names = self.scores.matrix.measures[: len(self.scores.indicator)]
        return names.index(indicator) if indicator in names else -1


def decompose(before: Side, after: Side) -> dict[str, tuple[Effect, ...]]:
    """The parts of the change of every node that is published on both sides, the largest first.

    Their points add up to the change of the node's score. Nodes that stand in one rubric only have none.
    """
    found: dict[str, tuple[Effect, ...]] = {}
    for name, branch in after.scores.tree.items():
        known = name in before.scores.tree and not np.isnan(before.score(name) + after.score(name))
        if known and branch.kind != "sub_score":
            found[name] = _merged(_node_effects(name, before, after, found))
    return found


def shapley(worth: Array) -> Array:
    """The Shapley value of each player.

    ``worth`` is the worth of all coalitions of n players, 2 ** n of them: bit i of a position says whether player i
    has joined.
    """
    players = len(worth).bit_length() - 1
    coalitions = np.arange(len(worth))
    sizes = np.array([int(one).bit_count() for one in coalitions])
    shares = np.array([1 / (players * comb(players - 1, size)) for size in range(players)])
    values = np.empty(players)
    for player in range(players):
        without = coalitions[(coalitions >> player) & 1 == 0]
        values[player] = (shares[sizes[without]] * (worth[without | (1 << player)] - worth[without])).sum()
    return values


def _coalitions(players: int) -> Mask:
    """All coalitions in the order of :func:`shapley`: (players, 2 ** players)."""
    return (np.arange(2**players)[None, :] >> np.arange(players)[:, None]) & 1 == 1


def _merged(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    total: dict[tuple[Part, str], float] = {}
    for part, name, points in effects:
        total[part, name] = total.get((part, name), 0.0) + points
    merged = [Effect(part, name, float(points)) for (part, name), points in total.items() if points]
    return tuple(sorted(merged, key=lambda effect: -abs(effect.points)))


class _Children(NamedTuple):
    """The children of a node on both sides, in one order; a child used twice stands twice.

    ``weight`` and ``score`` are (2 sides, children), NaN where the rubric of that side has no such child or the child
    no score; ``applies`` says whether a child without a score is missing there. ``orders`` are the places of each side's
    own children in the order of its rubric.
    """

    names: list[str]
    leaf: list[bool]
    weight: Array
    score: Array
    applies: Mask
    orders: list[list[int]]

    @property
    def shared(self) -> Mask:
        """Children that both rubrics have."""
        return np.asarray(~np.isnan(self.weight).any(axis=0))


def _children(name: str, sides: Sequence[Side]) -> _Children:
    found: list[dict[tuple[str, int], tuple[float, float, bool, bool]]] = []
    for side in sides:
        branch, own = side.scores.tree[name], {}
        for child, *told in _listed(branch, side):
            again = sum(1 for known, _ in own if known == child)
            own[child, again] = tuple(told)
        found.append(own)
    keys = list(found[0] | found[1])
    blank = (np.nan, np.nan, False, False)
    table = np.array([[own.get(key, blank)[:2] for key in keys] for own in found], dtype=np.float64)
    leaf = [any(own.get(key, blank)[2] for own in found) for key in keys]
    applies = np.array([[own.get(key, blank)[3] for key in keys] for own in found], dtype=bool)
    orders = [[keys.index(key) for key in own] for own in found]
    return _Children([child for child, _ in keys], leaf, table[..., 0], table[..., 1], applies, orders)


def _listed(branch: Branch, side: Side) -> Iterator[tuple[str, float, float, bool, bool]]:
    """Each child of a node: its id, weight and score, whether it is an indicator, and whether it applies."""
    measures, applicable = side.scores.matrix.measures, side.scores.applicable[:, side.unit]
    for row, weight in branch.leaves:
        yield measures[row], weight, float(side.scores.indicator[row, side.unit]), True, bool(applicable[row])
    for child, weight in branch.branches:
        applies = bool(applicable[list(leaves_under(side.scores.tree, child))].any())
        yield child, weight, side.score(child), False, applies


class _Game:
    """The score of a node when some of what changed has changed already."""

    def __init__(self, branches: tuple[Branch, Branch], children: _Children) -> None:
        self.branches, self.children = branches, children
        first, second = children.score
        self.old = np.where(np.isnan(first), second, first)
        self.new = np.where(np.isnan(second), first, second)
        self.there = ~np.isnan(children.score)
        self.comes = children.shared & (self.there[0] != self.there[1])
        self.moves = self.there.all(axis=0) & (np.abs(second - first) > STILL)

    def score(self, rubric: bool, present: Mask, new: Mask) -> Array:
        """The score per state; ``present`` and ``new`` are (children, states) or (children, 1)."""
        side = int(rubric)
        own = self.children.orders[side]
        values = np.where(new, self.new[:, None], self.old[:, None])
        values = np.where(present, values, np.nan)[own]
        # Where a child has no score on one side only, that side says whether it is missing there.
        applies = np.where(self.there[1], self.children.applies[0], self.children.applies[1])
        return self.branches[side].score(values, self.children.weight[side][own], applies[own])

    def present(self, coverage: bool, joined: Mask | None = None) -> Mask:
        """Which children have a score; ``joined`` says which of those that come or go have done so."""
        only = ~self.children.shared
        base = np.where(only, self.there.any(axis=0), self.there[int(coverage)])[:, None]
        if joined is None:
            return base
        base = np.repeat(base, joined.shape[1], axis=1)
        base[self.comes] = np.where(
            joined, self.there[1][self.comes][:, None], self.there[0][self.comes][:, None]
        )
        return base

    def moved(self, values: bool, joined: Mask | None = None) -> Mask:
        """Which children have their later score."""
        base = np.full((len(self.old), 1 if joined is None else joined.shape[1]), values)
        if joined is not None:
            base[self.moves] = joined
        return base


_ORDERS = tuple(
    (one, other, 1 / 3 if one == other else 1 / 6) for one, other in product((False, True), repeat=2)
)
"""Whether each of the two other groups has joined before, and in which share of the orders of three groups."""


def _node_effects(
    name: str, before: Side, after: Side, below: dict[str, tuple[Effect, ...]]
) -> Iterator[Effect]:
    children = _children(name, (before, after))
    game = _Game((before.scores.tree[name], after.scores.tree[name]), children)
    with np.errstate(invalid="ignore"):
        corners = [
            game.score(rubric, game.present(coverage), game.moved(False))[0]
            for rubric, coverage in product((False, True), repeat=2)
        ]
    if np.isnan(corners).any():
        # One rubric with the values of the other side has nothing to average: the two cannot be told apart.
        yield Effect(Part.RUBRIC, name, after.score(name) - before.score(name))
        return
    yield Effect(Part.RUBRIC, name, _rubric_effect(game))
    yield from _coverage_effects(name, game)
    yield from _value_effects(name, game, before, after, below)


def _rubric_effect(game: _Game) -> float:
    total = 0.0
    for coverage, values, share in _ORDERS:
        present, new = game.present(coverage), game.moved(values)
        total += share * float((game.score(True, present, new) - game.score(False, present, new))[0])
    return total


def _coverage_effects(name: str, game: _Game) -> Iterator[Effect]:
    """Effects of children that came or went; undivided where they are too many or nothing else was there."""
    names = [child for child, comes in zip(game.children.names, game.comes, strict=True) if comes]
    if not names:
        return
    joint, single = 0.0, np.zeros(len(names))
    coalitions = _coalitions(len(names)) if len(names) <= MOST_PLAYERS else None
    for rubric, values, share in _ORDERS:
        new = game.moved(values)
        ends = [game.score(rubric, game.present(coverage), new)[0] for coverage in (False, True)]
        joint += share * float(ends[1] - ends[0])
        if coalitions is not None:
            single += share * shapley(game.score(rubric, game.present(False, coalitions), new))
    if coalitions is None or np.isnan(single).any():
        yield Effect(Part.COVERAGE, name, joint)
    else:
        yield from (Effect(Part.COVERAGE, *one) for one in zip(names, single.tolist(), strict=True))


def _value_effects(
    name: str, game: _Game, before: Side, after: Side, below: dict[str, tuple[Effect, ...]]
) -> Iterator[Effect]:
    """Effects of children that moved, passed down to what moved them."""
    shares, joint = _value_shares(game)
    if joint is not None:
        yield Effect(Part.INDICATOR, name, joint)
        return
    slopes = _slopes(game)
    for at, child in enumerate(game.children.names):
        if not game.there[:, at].all():
            continue
        own = _leaf_effects(child, before, after) if game.children.leaf[at] else below.get(child, ())
        change = game.new[at] - game.old[at]
        rate = shares[at] / change if game.moves[at] else slopes(at) if own else 0.0
        yield from (Effect(part, what, points * rate) for part, what, points in own)


def _value_shares(game: _Game) -> tuple[Array, float | None]:
    """Each child's share of the score's change by its own; the joint share instead where they are too many.

    In a weighted mean a child moves the score by its weight whatever the others do, so no orders need counting.
    """
    shares, joint = np.zeros(len(game.old)), 0.0
    count = int(game.moves.sum())
    if not count:
        return shares, None
    divided = True
    for rubric, coverage, share in _ORDERS:
        present = game.present(coverage)
        branch = game.branches[int(rubric)]
        if branch.linear and branch.missing is None:
            shares += share * _weighted(game, rubric, present)
        elif count <= MOST_PLAYERS:
            coalitions = _coalitions(count)
            worth = game.score(rubric, present, game.moved(False, coalitions))
            shares[game.moves] += share * shapley(worth)
        else:
            divided = False
        ends = [game.score(rubric, present, game.moved(values))[0] for values in (False, True)]
        joint += share * float(ends[1] - ends[0])
    return shares, None if divided else joint


def _weighted(game: _Game, rubric: bool, present: Mask) -> Array:
    weight = np.where(present[:, 0], np.nan_to_num(game.children.weight[int(rubric)]), 0.0)
    total = 0.0
    for one in weight.tolist():
        total += one
    return np.where(game.moves, weight / total * (game.new - game.old), 0.0)


def _slopes(game: _Game) -> Callable[[int], float]:
    """How much the score moves per point of a child that itself stands still while its parts cancel out."""

    def slope(at: int) -> float:
        pushed = _Game(game.branches, game.children)
        pushed.old, pushed.new = game.old, game.new.copy()
        pushed.new[at] = pushed.old[at] + STEP
        pushed.moves = game.moves.copy()
        pushed.moves[at] = True
        shares, joint = _value_shares(pushed)
        return 0.0 if joint is not None else float(shares[at] / STEP)

    return slope


def _leaf_effects(name: str, before: Side, after: Side) -> tuple[Effect, ...]:
    """The change of an indicator's score by its raw value and by its scale: the mean of both orders."""
    sides = (before, after)
    rows = [side.row(name) for side in sides]
    scores = [float(side.scores.indicator[row, side.unit]) for side, row in zip(sides, rows, strict=True)]
    change = scores[1] - scores[0]
    rubrics = [side.scores.rubric for side in sides]
    scales = [rubric.indicators[name].scale for rubric in rubrics]
    if scales[0] == scales[1] and rubrics[0].frame == rubrics[1].frame:
        return (Effect(Part.INDICATOR, name, change),) if change else ()
    values = [float(side.scores.matrix.value[row, side.unit]) for side, row in zip(sides, rows, strict=True)]
    crossed = [
        float(normalise(np.array([value]), scale, rubric.frame)[0])
        for value, scale, rubric in zip(reversed(values), scales, rubrics, strict=True)
    ]
    if np.isnan(crossed).any():
        return (Effect(Part.RUBRIC, name, change),)
    value = ((crossed[0] - scores[0]) + (scores[1] - crossed[1])) / 2
    parts = (Effect(Part.INDICATOR, name, value), Effect(Part.RUBRIC, name, change - value))
    return tuple(effect for effect in parts if effect.points)
