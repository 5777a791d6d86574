"""The only scoring path: a matrix and a rubric in, every stage of the calculation out.

Scores are computed for all partnerships and periods at once. Nodes are rolled up from the leaves by the
aggregators and formulas; what is missing is treated by the rule of each node. What may not be published is NaN in
the result: an insufficient dimension has no number anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.grades import EvidenceClass
from pkassess.matrix import Matrix, Status
from pkassess.normalise import normalise
from pkassess.tree import (
    Branch,
    Tree,
    applies_to,
    compile_tree,
    dimension_of,
    fit_to_data,
    leaf_weights,
    leaves_under,
    roll_up,
    roll_up_bounds,
    roll_up_shares,
)

if TYPE_CHECKING:
    from pkassess.rubric import Level, Rubric

Array = NDArray[np.float64]
TOLERANCE = 1e-9
LEAST_SUB_SCORE_WEIGHT = 0.5
UNGRADED_SHARE_OF_LOW = 1 / 3
MODERATE_SHARE = 0.5
NO_LEVEL = -1
UNITS_AT_A_TIME = 8192


class Publication(IntEnum):
    """Whether a score may be shown."""

    INSUFFICIENT = 0
    PROVISIONAL = 1
    PUBLISHED = 2


PUBLICATION_NAMES = ("insufficient_evidence", "provisional", "published")
CONFIDENCE_NAMES = ("", "Low", "Moderate", "High")


@dataclass(frozen=True, eq=False, repr=False)
class NodeScores:
    """Results of one node, one element per unit. NaN where nothing is published."""

    branch: Branch
    score: Array
    coverage: Array
    status: NDArray[np.int8]
    level: NDArray[np.int8]
    bound_low: Array
    bound_high: Array
    confidence: NDArray[np.int8]

    @classmethod
    def joined(cls, parts: Sequence[NodeScores]) -> NodeScores:
        """The results of one node for several sets of units, one after the other."""
        columns = [field.name for field in fields(cls) if field.name != "branch"]
        return cls(
            parts[0].branch,
            *(np.concatenate([getattr(part, name) for part in parts]) for name in columns),
        )


@dataclass(frozen=True, eq=False, repr=False)
class Scores:
    """Every stage of the calculation for all units of a matrix."""

    rubric: Rubric
    matrix: Matrix
    tree: Tree
    indicator: Array
    nodes: dict[str, NodeScores]
    overall_status: NDArray[np.int8]
    overall_level: NDArray[np.int8]
    overall_rule: NDArray[np.int8]
    alarms: NDArray[np.bool_]

    @property
    def index(self) -> NodeScores | None:
        """The first declared index."""
        name = next(iter(self.rubric.indices), None)
        return self.nodes[name] if name else None

    @property
    def applicable(self) -> NDArray[np.bool_]:
        """Where an indicator applies to a unit."""
        return self.matrix.status[: len(self.indicator)] != Status.NOT_APPLICABLE

    @cached_property
    def overall_levels(self) -> list[Level]:
        """The levels of the overall."""
        return self.rubric.level_set(self.rubric.overall.levels) if self.rubric.overall else []

    @cached_property
    def homes(self) -> dict[str, dict[int, float]]:
        """The indicators of every dimension, and those that an index holds outside of dimensions, with their weights.

        The weights are those that stand beside the indicators in the rubric.
        """
        homes = {name: leaf_weights(self.tree, name) for name in self.rubric.dimensions}
        for name, branch in self.tree.items():
            top = dimension_of(self.tree, name)
            if top in self.rubric.indices and branch.leaves:
                homes[top] = dict(branch.leaves) | homes.get(top, {})
        return homes

    @cached_property
    def imputed(self) -> dict[str, Array]:
        """Share of each node's used weight that nobody reported in the period, but the rubric filled in or carried."""
        status = self.matrix.status[: len(self.indicator)]
        filled = (status == Status.IMPUTED) | (status == Status.CARRIED)
        return roll_up_shares(self.tree, np.where(np.isnan(self.indicator), np.nan, filled))

    @cached_property
    def undefined(self) -> dict[str, NDArray[np.bool_]]:
        """Where a node has no score although all that it is made of has one: its mean does not exist for such scores."""
        where, found = applies_to(self.tree, self.applicable), {}
        scores = {name: node.score for name, node in self.nodes.items()}
        for name, branch in self.tree.items():
            there = ~np.isnan(branch.children(self.indicator, scores))
            whole = (there | ~branch.children(self.applicable, where)).all(axis=0) & there.any(axis=0)
            node = self.nodes[name]
            none = np.isnan(node.score) & (node.status == Publication.INSUFFICIENT)
            if (mask := whole & none & (node.coverage >= 1 - TOLERANCE)).any():
                found[name] = mask
        return found

    def leaves_of(self, dimension: str) -> list[int]:
        """Rows of the matrix under a dimension, in rubric order, each once."""
        return list(dict.fromkeys(leaves_under(self.tree, dimension)))


def score_nodes(matrix: Matrix, rubric: Rubric) -> Scores:
    """Scores of all nodes for every unit of a matrix; the overall level and alarms are still open."""
    indicator = _indicator_scores(matrix, rubric)
    given = _Given(indicator, matrix.status[: len(indicator)], matrix.evidence[: len(indicator)])
    tree = fit_to_data(compile_tree(rubric), indicator, given.applicable, rubric.frame.low)
    units = len(matrix.units)
    # No unit depends on another from here on, and arrays of a few thousand stay in the processor's cache.
    starts = range(0, max(units, 1), UNITS_AT_A_TIME)
    blocks = [_score_block(tree, rubric, given.of(slice(start, start + UNITS_AT_A_TIME))) for start in starts]
    nodes = {name: NodeScores.joined([block[name] for block in blocks]) for name in tree}
    return Scores(
        rubric=rubric,
        matrix=matrix,
        tree=tree,
        indicator=indicator,
        nodes=nodes,
        overall_status=np.min([nodes[name].status for name in rubric.dimensions], axis=0),
        overall_level=np.full(units, NO_LEVEL, dtype=np.int8),
        overall_rule=np.full(units, NO_LEVEL, dtype=np.int8),
        alarms=np.zeros((len(rubric.alarms), units), dtype=bool),
    )


class _Given(NamedTuple):
    """What nodes are scored from, (indicators, units): scores of the indicators, status and evidence of their values."""

    indicator: Array
    status: NDArray[np.int8]
    evidence: NDArray[np.int8]

    @property
    def applicable(self) -> NDArray[np.bool_]:
        """Where an indicator applies."""
        return self.status != Status.NOT_APPLICABLE

    def of(self, units: slice) -> _Given:
        """The same for some of the units."""
        return _Given(self.indicator[:, units], self.status[:, units], self.evidence[:, units])


def _score_block(tree: Tree, rubric: Rubric, given: _Given) -> dict[str, NodeScores]:
    """Scores of all nodes for some units."""
    indicator, status, applicable = given.indicator, given.status, given.applicable
    # An imputed value makes a score possible and is no evidence for it.
    counted = ~np.isnan(indicator) & (status != Status.IMPUTED)
    if rubric.publication and rubric.publication.require_grades:
        counted &= given.evidence < EvidenceClass.UNGRADED
    coverage = roll_up_shares(tree, np.where(applicable, counted, np.nan))
    unrounded: dict[str, Array] = {}
    raw = roll_up(tree, indicator, applicable=applicable, unrounded=unrounded)
    gaps = applicable & (np.isnan(indicator) | (status == Status.IMPUTED))
    ends = (np.where(gaps, end, indicator) for end in (rubric.frame.low, rubric.frame.high))
    low, high = roll_up_bounds(tree, *ends)
    publication = _publication(tree, rubric, coverage, counted, applicable, raw)
    confidence = _confidence(tree, given)
    return {
        name: _node_scores(
            branch,
            raw[name],
            coverage[name],
            publication[name],
            low[name],
            high[name],
            confidence[name],
            branch.banded(raw[name], unrounded.get(name)),
        )
        for name, branch in tree.items()
    }


def _indicator_scores(matrix: Matrix, rubric: Rubric) -> Array:
    usable = matrix.usable
    rows = [
        normalise(np.where(usable[row], matrix.value[row], np.nan), indicator.scale, rubric.frame)
        for row, indicator in enumerate(rubric.indicators.values())
    ]
    return np.stack(rows)


def _publication(
    tree: Tree,
    rubric: Rubric,
    coverage: dict[str, Array],
    counted: NDArray[np.bool_],
    applicable: NDArray[np.bool_],
    raw: dict[str, Array],
) -> dict[str, NDArray[np.int8]]:
    """Whether each node may be shown: dimensions by the rule, what is below as they, what is above by all.

    A node below that has no score of its own is never shown.
    """
    status: dict[str, NDArray[np.int8]] = {}
    for name in rubric.dimensions:
        status[name] = _of_dimension(name, tree, rubric, coverage[name], counted, applicable, raw[name])
    for name, branch in tree.items():
        if branch.kind == "group":
            top = status.get(dimension_of(tree, name), np.int8(Publication.PUBLISHED))
            status[name] = np.where(np.isnan(raw[name]), Publication.INSUFFICIENT, top).astype(np.int8)
        elif branch.kind == "sub_score":
            enough = coverage[name] >= LEAST_SUB_SCORE_WEIGHT - TOLERANCE
            status[name] = np.where(enough, status[branch.parent], Publication.INSUFFICIENT).astype(np.int8)
        elif branch.kind == "index":
            inner = [_of_child(branch, status[child], raw[child]) for child, _ in branch.branches]
            own = np.where(np.isnan(raw[name]), Publication.INSUFFICIENT, Publication.PUBLISHED).astype(
                np.int8
            )
            status[name] = np.min([own, *inner], axis=0)
    return status


def _of_child(above: Branch, status: NDArray[np.int8], raw: Array) -> NDArray[np.int8]:
    """What a child's status means for an index: a child without a score matters unless the index says what to do."""
    if above.missing is None and above.terms is None:
        return status
    return np.where(np.isnan(raw), Publication.PUBLISHED, status).astype(np.int8)


def _of_dimension(
    name: str,
    tree: Tree,
    rubric: Rubric,
    coverage: Array,
    counted: NDArray[np.bool_],
    applicable: NDArray[np.bool_],
    raw: Array,
) -> NDArray[np.int8]:
    rule = rubric.publication
    if rule is None:
        return np.where(np.isnan(raw), Publication.INSUFFICIENT, Publication.PUBLISHED).astype(np.int8)
    rows = list(dict.fromkeys(leaves_under(tree, name)))
    count, whole = counted[rows].sum(axis=0), applicable[rows].sum(axis=0)
    enough = (coverage >= rule.publish_from - TOLERANCE) & (count >= rule.indicator_share * whole - TOLERANCE)
    if rule.key_indicator:
        enough &= _key_present(rows, rubric, counted, applicable)
    with np.errstate(invalid="ignore"):
        lacking = ~(coverage >= rule.insufficient_below - TOLERANCE) | np.isnan(raw)
    status = np.where(enough, Publication.PUBLISHED, Publication.PROVISIONAL)
    return np.where(lacking, Publication.INSUFFICIENT, status).astype(np.int8)


def _key_present(
    rows: list[int], rubric: Rubric, counted: NDArray[np.bool_], applicable: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """One key indicator is there, or none applies."""
    indicators = list(rubric.indicators.values())
    keys = [row for row in rows if indicators[row].key]
    if not keys:
        return np.ones(counted.shape[1], dtype=bool)
    return np.asarray(counted[keys].any(axis=0) | ~applicable[keys].any(axis=0))


def _confidence(tree: Tree, given: _Given) -> dict[str, NDArray[np.int8]]:
    """The confidence word per node.

    Moderate where half of the used weight is moderate evidence or better; low where less is, or where more than a
    third is ungraded; never high without an interval.
    """
    present, evidence = ~np.isnan(given.indicator), given.evidence
    good = roll_up_shares(tree, np.where(present, evidence <= EvidenceClass.MODERATE, np.nan))
    ungraded = roll_up_shares(tree, np.where(present, evidence == EvidenceClass.UNGRADED, np.nan))
    words = {}
    for name in tree:
        moderate = (good[name] >= MODERATE_SHARE - TOLERANCE) & (
            ungraded[name] <= UNGRADED_SHARE_OF_LOW + TOLERANCE
        )
        words[name] = np.where(moderate, 2, 1).astype(np.int8)
    return words


def _node_scores(
    branch: Branch,
    raw: Array,
    coverage: Array,
    status: NDArray[np.int8],
    low: Array,
    high: Array,
    confidence: NDArray[np.int8],
    banded: Array,
) -> NodeScores:
    """``banded`` is the score that the level goes by: the node says whether rounded or not."""
    published = status == Publication.PUBLISHED
    hidden = status == Publication.INSUFFICIENT
    score = np.where(published, _without_slack(raw, branch), np.nan)
    return NodeScores(
        branch=branch,
        score=score,
        coverage=np.nan_to_num(coverage),
        status=status,
        level=classify(np.where(published, banded, np.nan), branch.levels),
        bound_low=np.where(hidden, np.nan, _without_slack(low, branch)),
        bound_high=np.where(hidden, np.nan, _without_slack(high, branch)),
        confidence=np.where(published, confidence, 0).astype(np.int8),
    )


def _without_slack(raw: Array, branch: Branch) -> Array:
    """Scores beyond an end of the range by no more than sums of floats go wrong: 100.00000000000001 is 100."""
    low, high = branch.settings.low, branch.settings.high
    raw = np.where((raw > high) & (raw <= high + TOLERANCE), high, raw)
    return np.where((raw < low) & (raw >= low - TOLERANCE), low, raw)


def classify(score: Array, levels: Sequence[Level]) -> NDArray[np.int8]:
    """Position of each score's level (half-open bands, unrounded, within 1e-9); -1 for NaN or no levels."""
    if not levels:
        return np.full(np.shape(score), NO_LEVEL, dtype=np.int8)
    bounds = np.array([level.from_ for level in levels[1:]], dtype=np.float64)
    position = np.searchsorted(bounds, np.nan_to_num(score) + TOLERANCE, side="right")
    return np.where(np.isnan(score), NO_LEVEL, position).astype(np.int8)
