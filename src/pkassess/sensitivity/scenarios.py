"""Other ways to calculate the same partnerships, through the same tree and rules: one array of scenarios at a time.

A scenario says how the index is formed, which weights are used, whether caps act, which indicator or dimension is left
out, and which errors the values have. The base scenario gives the published result exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pkassess.aggregate import AGGREGATORS
from pkassess.conditions import Column, Truth
from pkassess.overall import allowed_levels
from pkassess.scoring import NO_LEVEL, Publication
from pkassess.tree import applies_to, roll_up
from pkassess.uncertainty import LEVEL_STEP, DrawScope, levels_of_draws

if TYPE_CHECKING:
    from pkassess.scoring import Scores

Array = NDArray[np.float64]
GIVEN, ARITHMETIC, GEOMETRIC, HEADROOM = (
    "as the rubric says",
    "arithmetic",
    "geometric",
    "geometric with headroom",
)
UNITS_AT_A_TIME = 64
NOTHING = -1
"""No indicator or dimension is left out; no error is added."""


@dataclass(frozen=True, eq=False, repr=False)
class Scenarios:
    """Some scenarios, one element each.

    ``method`` is a position in :func:`index_methods`; ``caps`` says whether rules besides the level of the index act;
    ``indicator`` and ``dimension`` are positions of what is left out or -1; ``weights`` holds, by node, the weights
    of its children, (children, scenarios) or (children, 1).
    """

    method: NDArray[np.int64]
    caps: NDArray[np.bool_]
    indicator: NDArray[np.int64]
    dimension: NDArray[np.int64]
    weights: Mapping[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.method)

    def part(self, chosen: slice) -> Scenarios:
        """Some of the scenarios."""
        weights = {name: own if own.shape[1] == 1 else own[:, chosen] for name, own in self.weights.items()}
        return Scenarios(
            self.method[chosen], self.caps[chosen], self.indicator[chosen], self.dimension[chosen], weights
        )


def index_methods(scores: Scores) -> list[str]:
    """The ways in which the first index can be formed, the rubric's own first.

    There is one where there is no index, or where it is a formula or a place among all: no mean means the same.

    Headroom is what a dimension where high is bad leaves: the top of the range less its score. It enters with an equal
    share, so that of four dimensions each negative one weighs a quarter.
    """
    if scores.index is None or scores.index.branch.aggregate not in AGGREGATORS:
        return [GIVEN]
    own = scores.index.branch
    others = [name for name in (ARITHMETIC, GEOMETRIC) if name != own.aggregate]
    return [GIVEN, *others, *([HEADROOM] if _negative(scores) and own.branches else [])]


def _negative(scores: Scores) -> list[str]:
    """Dimensions where high is bad that the first index does not use."""
    used = {name for name, _ in scores.index.branch.branches} if scores.index else set()
    return [
        name
        for name, node in scores.rubric.dimensions.items()
        if node.polarity == "negative" and name not in used
    ]


def given_weights(scores: Scores) -> dict[str, Array]:
    """The rubric's weights of every node's children: (children, 1)."""
    return {name: branch.weights[:, None] for name, branch in scores.tree.items()}


def equal_weights(scores: Scores) -> dict[str, Array]:
    """Every child weighs the same as its siblings; one of weight 0 stays without."""
    return {name: (branch.weights > 0).astype(np.float64)[:, None] for name, branch in scores.tree.items()}


def keys_of(
    scores: Scores, units: NDArray[np.intp], scenarios: Scenarios, points: Array | None = None
) -> Outcome:
    """Levels, index and rank keys of some units in every scenario.

    ``points`` are indicator scores with errors, (indicators, units, scenarios); without them those of the data.
    """
    leaves = scores.indicator[:, units][..., None] if points is None else points
    left = _left_out(scores, scenarios)[:, None, :]
    unrounded: dict[str, Array] = {}
    kept, applicable = np.where(left, np.nan, leaves), scores.applicable[:, units][..., None] & ~left
    nodes = roll_up(
        scores.tree,
        kept,
        weights={name: own[:, None, :] for name, own in scenarios.weights.items()},
        cut=(scores.rubric.frame.low, scores.rubric.frame.high),
        applicable=applicable,
        unrounded=unrounded,
    )
    size = (len(units), len(scenarios))
    nodes = {name: np.broadcast_to(values, size) for name, values in nodes.items()}
    index = np.full(size, np.nan)
    if scores.index is not None:
        index = _index(scores, nodes, kept, applicable, scenarios)
        nodes[scores.index.branch.id] = index
    of_nodes = levels_of_draws(scores, nodes, unrounded)
    levels = _overall(scores, units, nodes, of_nodes, scenarios, left[:, 0])
    published = (scores.overall_status[units] == Publication.PUBLISHED)[:, None]
    merit = scores.index.branch.merit(index) if scores.index else index
    keys = np.where(published, np.maximum(levels, 0) * LEVEL_STEP + merit, np.nan)
    return Outcome(
        np.where(published, levels, NO_LEVEL).astype(np.int8),
        np.where(published, index, np.nan),
        keys,
        nodes,
        of_nodes,
    )


def can_be_left_out(scores: Scores, ranked: NDArray[np.intp]) -> tuple[list[int], list[int]]:
    """Positions of indicators and of dimensions without which at least one of the ranked units still has a key.

    The only dimension of an index is none of them: without it nothing is left to rank by. Where no unit is ranked
    there is nothing to lose, and all can be left out.
    """
    indicators, dimensions = len(scores.rubric.indicators), len(scores.rubric.dimensions)
    one_by_one, nothing = np.arange(indicators + dimensions), np.full(indicators + dimensions, NOTHING)
    scenarios = replace(
        base(scores, len(one_by_one)),
        indicator=np.where(one_by_one < indicators, one_by_one, nothing),
        dimension=np.where(one_by_one < indicators, nothing, one_by_one - indicators),
    )
    kept = np.full(len(one_by_one), not len(ranked))
    for start in range(0, len(ranked), UNITS_AT_A_TIME):
        units = ranked[start : start + UNITS_AT_A_TIME]
        kept |= ~np.isnan(keys_of(scores, units, scenarios).key).all(axis=0)
        if kept.all():
            break
    return np.flatnonzero(kept[:indicators]).tolist(), np.flatnonzero(kept[indicators:]).tolist()


@dataclass(frozen=True, eq=False, repr=False)
class Outcome:
    """What scenarios give, each (units, scenarios): overall level (-1 for none), index, rank key (NaN for none).

    ``nodes`` and ``levels`` are scores and levels of every node, whether published or not.
    """

    level: NDArray[np.int8]
    index: Array
    key: Array
    nodes: Mapping[str, Array]
    levels: Mapping[str, NDArray[np.int8]]


def _left_out(scores: Scores, scenarios: Scenarios) -> NDArray[np.bool_]:
    """Where a scenario leaves an indicator or a dimension out: (indicators, scenarios)."""
    left = np.arange(len(scores.indicator))[:, None] == scenarios.indicator[None, :]
    for at, name in enumerate(scores.rubric.dimensions):
        left[scores.leaves_of(name)] |= scenarios.dimension == at
    return left


def _index(
    scores: Scores,
    nodes: Mapping[str, Array],
    leaves: Array,
    applicable: NDArray[np.bool_],
    scenarios: Scenarios,
) -> Array:
    """The first index in every scenario, by the method that the scenario names."""
    assert scores.index is not None  # noqa: S101  # the caller looked
    branch = scores.index.branch
    result = np.array(nodes[branch.id])
    methods = index_methods(scores)
    if len(methods) == 1:
        return result
    leaves = np.broadcast_to(leaves, (len(leaves), *result.shape))
    applies = branch.children(applicable, applies_to(scores.tree, applicable)) if branch.missing else None
    children = branch.with_missing(branch.scores_of_children(leaves, nodes), applies)
    weights = scenarios.weights[branch.id][:, None, :]
    for at, method in enumerate(methods):
        chosen = scenarios.method == at
        if at == 0 or not chosen.any():
            continue
        parts = children[:, :, chosen]
        own = weights if weights.shape[2] == 1 else weights[:, :, chosen]
        settings = branch.settings._replace(floor=branch.settings.floor or 1.0)
        if method == HEADROOM:
            parts, own = _with_headroom(scores, nodes, chosen, parts, own)
        kernel = AGGREGATORS[ARITHMETIC if method == ARITHMETIC else GEOMETRIC]
        result[:, chosen] = branch.rounded(kernel(parts, own, settings))
    return result


def _with_headroom(
    scores: Scores, nodes: Mapping[str, Array], chosen: NDArray[np.bool_], children: Array, weights: Array
) -> tuple[Array, Array]:
    """The children of the index and the headroom of the negative dimensions, with their weights."""
    negative = _negative(scores)
    room = np.stack([scores.rubric.frame.high - nodes[name][:, chosen] for name in negative])
    total = len(children) + len(negative)
    share = weights / weights.sum(axis=0) * len(children) / total
    each = np.full((len(negative), *share.shape[1:]), 1 / total)
    return np.concatenate([children, room]), np.concatenate([share, each])


def _overall(
    scores: Scores,
    units: NDArray[np.intp],
    nodes: dict[str, Array],
    of_nodes: dict[str, NDArray[np.int8]],
    scenarios: Scenarios,
    left: NDArray[np.bool_],
) -> NDArray[np.int8]:
    """The overall level in every scenario. What is left out, (indicators, scenarios), holds nothing down."""
    overall = scores.rubric.overall
    if overall is None:
        return np.full((len(units), len(scenarios)), NO_LEVEL, dtype=np.int8)
    levels = dict(of_nodes)
    for name in scores.rubric.dimensions:
        top = len(scores.tree[name].levels) - 1
        levels[name] = np.where(np.isnan(nodes[name]), top, levels[name]).astype(np.int8)
    allowed = allowed_levels(scores, levels, _ScenarioScope(scores, units, nodes, levels, left))
    none = len(scores.overall_levels)
    acting = [
        own if rule.level_of is not None else np.where(scenarios.caps, own, none)
        for rule, own in zip(overall.rules, allowed, strict=True)
    ]
    lowest = np.min(np.broadcast_arrays(*acting), axis=0)
    return np.where(lowest < none, lowest, NO_LEVEL).astype(np.int8)


class _ScenarioScope(DrawScope):
    """The names of a condition in scenarios: what is left out is not known there, vetoes on it included."""

    def __init__(
        self,
        scores: Scores,
        units: NDArray[np.intp],
        nodes: dict[str, Array],
        levels: dict[str, NDArray[np.int8]],
        left: NDArray[np.bool_],
    ) -> None:
        super().__init__(scores, units, nodes, levels)
        self.left = {name: left[row] for row, name in enumerate(scores.rubric.indicators)}

    def column(self, name: str) -> Column | None:
        """The column of a plain name."""
        return self._without(name, super().column(name))

    def call(self, function: str, argument: str, *more: float | str) -> Column | Truth | None:
        """The result of a function of one indicator or fact."""
        found = super().call(function, argument, *more)
        return self._without(argument, found) if isinstance(found, Column) else found

    def _without(self, name: str, column: Column | None) -> Column | None:
        if column is None or name not in self.left:
            return column
        return Column(np.where(self.left[name], np.nan, column.values), column.order)


def base(scores: Scores, count: int = 1) -> Scenarios:
    """The published way of calculating, ``count`` times."""
    nothing = np.full(count, NOTHING)
    zeros = np.zeros(count, dtype=np.int64)
    return Scenarios(zeros, np.ones(count, dtype=bool), nothing, nothing, given_weights(scores))


def with_weights(scenarios: Scenarios, weights: Mapping[str, Array]) -> Scenarios:
    """The same scenarios with other weights."""
    return replace(scenarios, weights=weights)
