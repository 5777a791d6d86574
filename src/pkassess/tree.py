"""The rubric's tree made ready for calculation: branches, weights, and the roll-up from leaves to the top."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from pkassess.aggregate import AGGREGATORS, Settings, arithmetic
from pkassess.formulas import FORMULAS, Terms, extremes
from pkassess.missing import enough, settled
from pkassess.rounding import round_half_up
from pkassess.rubric import Group, Indicator, Use
from pkassess.standings import STANDINGS
from pkassess.weights import DATA_METHODS, Sets, from_data, sets_of

if TYPE_CHECKING:
    from pkassess.rubric import Level, Missing, Node, Rubric, SubScore

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Tree = dict[str, "Branch"]
Kind = TypeVar("Kind", bound=np.generic)
Leaves = Array | Mapping[int, Array]
"""Scores of the leaves by row of the matrix: one array, or only the rows that are needed."""


@dataclass(frozen=True, eq=False, repr=False)
class Branch:
    """A node of the rubric's tree, ready for calculation.

    ``leaves`` are (row of the matrix, weight), ``branches`` (node id, weight); the weights are those the node's method
    gives. ``turned`` are the places of children whose score is turned round, ``turn`` is lowest plus highest score.
    ``loose`` are the places of children whose scores may leave the range, ``bounded`` says that the node's own do not.
    ``terms`` make the node a formula, in which ``first`` is the place of the first child. ``rivals`` are the children's
    scores of all partnerships (children, partnerships), for a node whose score is a place among them.
    """

    id: str
    kind: str
    parent: str
    aggregate: str
    settings: Settings
    positive: bool
    levels: tuple[Level, ...]
    leaves: tuple[tuple[int, float], ...]
    branches: tuple[tuple[str, float], ...]
    label: Mapping[str, str]
    terms: Terms | None = None
    first: int = 0
    rivals: Array | None = None
    missing: Missing | None = None
    worst: float = 0.0
    turned: tuple[int, ...] = ()
    turn: float = 0.0
    loose: tuple[int, ...] = ()
    bounded: bool = True
    decimals: int | None = None
    rounded_bands: bool = False
    sets: Sets = field(default_factory=Sets)

    @cached_property
    def weights(self) -> Array:
        """Weights of the children as given: leaves first, then branches."""
        return np.array([weight for _, weight in (*self.leaves, *self.branches)])

    @cached_property
    def consecutive(self) -> slice | None:
        """The rows of the matrix that the children are, where they are consecutive ones and nothing else."""
        first, last = (self.leaves[0][0], self.leaves[-1][0]) if self.leaves else (0, -1)
        rows = [row for row, _ in self.leaves]
        return slice(first, last + 1) if not self.branches and rows == [*range(first, last + 1)] else None

    @property
    def names(self) -> tuple[int | str, ...]:
        """The children: rows of the matrix, then ids of nodes."""
        return tuple(child for child, _ in (*self.leaves, *self.branches))

    @property
    def linear(self) -> bool:
        """Whether the score is the plain weighted mean of the children's own scores."""
        return self.aggregate == "arithmetic" and not self.turned and self.decimals is None

    def children(
        self, leaves: NDArray[Kind] | Mapping[int, NDArray[Kind]], nodes: Mapping[str, NDArray[Kind]]
    ) -> NDArray[Kind]:
        """Values of the children, stacked on the first axis in the order of the weights; not to be written to."""
        if self.consecutive is not None and isinstance(leaves, np.ndarray):
            # What lies together needs no copy.
            return leaves[self.consecutive]
        return np.stack(
            [*(leaves[row] for row, _ in self.leaves), *(nodes[name] for name, _ in self.branches)]
        )

    def scores_of_children(self, leaves: Leaves, nodes: Mapping[str, Array]) -> Array:
        """Scores of the children as they enter this node: those of the other polarity turned round."""
        return self.as_entering(self.children(leaves, nodes))

    def as_entering(self, children: Array) -> Array:
        """Scores of the children with those of the other polarity turned round."""
        if not self.turned:
            return children
        turned = children.copy()
        for place in self.turned:
            turned[place] = self.turn - children[place]
        return turned

    def score(self, children: Array, weights: Array, applies: Mask) -> Array:
        """The node's score from its children's own scores."""
        return self.rounded(self.combine(self.as_entering(children), weights, applies))

    def combine(self, children: Array, weights: Array, applies: Mask | None) -> Array:
        """The node's score from its children's, before it is rounded; without ``applies`` no child is missing."""
        children = self.with_missing(children, applies)
        if self.terms is not None:
            return FORMULAS[self.aggregate](children[self.first], children[1 - self.first], self.terms)
        return self.mean(children, weights)

    def with_missing(self, children: Array, applies: Mask | None) -> Array:
        """Scores of the children after the node's rule for missing ones."""
        if self.missing is None or applies is None:
            return children
        applies = applies.reshape(applies.shape + (1,) * (children.ndim - applies.ndim))
        return settled(self.missing, children, applies, self.weights, self.worst)

    def mean(self, children: Array, weights: Array) -> Array:
        """The score of a node that is no formula."""
        if self.aggregate not in STANDINGS:
            return AGGREGATORS[self.aggregate](children, weights, self.settings)
        low, high = self.settings.low, self.settings.high
        rivals = children if self.rivals is None else self.rivals
        share = STANDINGS[self.aggregate](children - low, weights, rivals.reshape(len(rivals), -1) - low)
        return low + share * (high - low)

    def rounded(self, score: Array) -> Array:
        """The score with the node's decimals."""
        return score if self.decimals is None else round_half_up(score, self.decimals)

    def merit(self, score: Array) -> Array:
        """The score so that higher is better, for ranks."""
        return score if self.positive else -score

    def banded(self, score: Array, unrounded: Array | None) -> Array:
        """The score that the node's level goes by."""
        return score if self.rounded_bands or unrounded is None else unrounded


class _Definition(NamedTuple):
    """A node where it is defined: its kind, the node above, and whether high is good."""

    kind: str
    parent: str
    node: Node
    positive: bool


def compile_tree(rubric: Rubric) -> Tree:
    """The nodes of a rubric by id, children before parents."""
    return _Compiler(rubric).tree()


def _definitions(rubric: Rubric) -> dict[str, _Definition]:
    """Every node of a rubric, in the order of the file."""
    found: dict[str, _Definition] = {}

    def add(name: str, kind: str, parent: str, node: Node, inherited: str) -> None:
        polarity = getattr(node, "polarity", None) or inherited
        found[name] = _Definition(kind, parent, node, polarity == "positive")
        for child in node.children:
            if isinstance(child, Group):
                add(child.id, "group", name, child, polarity)

    for name, dimension in rubric.dimensions.items():
        add(name, "dimension", "", dimension, "positive")
    for name, index in rubric.indices.items():
        add(name, "index", "", index, "positive")
    return found


class _Compiler:
    """Makes branches of nodes, each after everything that it is made of."""

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric
        self.rows = {name: row for row, name in enumerate(rubric.indicators)}
        self.scales = [indicator.scale for indicator in rubric.indicators.values()]
        self.definitions = _definitions(rubric)
        self.beside = {sub: name for name, one in rubric.dimensions.items() for sub in one.sub_scores}
        self.built: Tree = {}

    def tree(self) -> Tree:
        for name in self.definitions:
            self._build(name)
        return self.built

    def _build(self, name: str) -> None:
        name = self.beside.get(name, name)
        if name in self.built:
            return
        definition = self.definitions[name]
        for child in definition.node.children:
            target = _target(child)
            if target not in self.rows:
                self._build(target)
        self.built[name] = self._branch(name, definition)
        for sub_name, sub in getattr(definition.node, "sub_scores", {}).items():
            self.built[sub_name] = self._sub_score(sub_name, name, sub)

    def _branch(self, name: str, definition: _Definition) -> Branch:
        node, frame = definition.node, self.rubric.frame
        # Leaves come first, as the matrix does; formulas remember which child has the first role.
        children = sorted(node.children, key=lambda child: _target(child) not in self.rows)
        sets = sets_of(node.weights, [_target(child) for child in children])
        given = sets.mean if len(sets.values) else [1.0 if node.weights else one.weight for one in children]
        weighed = [(_target(child), float(weight)) for child, weight in zip(children, given, strict=True)]
        formula = node.aggregate in FORMULAS
        loose = tuple(at for at, (target, _) in enumerate(weighed) if not self._bounded(target))
        return Branch(
            id=name,
            kind=definition.kind,
            parent=definition.parent,
            aggregate=node.aggregate,
            settings=Settings(node.floor, 1.0 if node.power is None else node.power, frame.low, frame.high),
            positive=definition.positive,
            levels=tuple(self.rubric.level_set(getattr(node, "levels", None))),
            leaves=tuple((self.rows[target], weight) for target, weight in weighed if target in self.rows),
            branches=tuple((target, weight) for target, weight in weighed if target not in self.rows),
            label=node.label,
            terms=_terms(node) if formula else None,
            first=children.index(node.children[0]) if formula else 0,
            missing=node.missing,
            worst=frame.low if definition.positive else frame.high,
            turned=tuple(at for at, child in enumerate(children) if getattr(child, "reverse", False)),
            turn=frame.low + frame.high,
            loose=loose,
            bounded=not formula and not loose,
            decimals=node.round,
            rounded_bands=getattr(node, "bands", "") == "rounded",
            sets=sets,
        )

    def _bounded(self, target: str) -> bool:
        if target in self.rows:
            return self.scales[self.rows[target]].bounded
        return self.built[target].bounded

    def _sub_score(self, name: str, dimension: str, sub: SubScore) -> Branch:
        above = self.built[dimension]
        weight = dict(above.leaves)
        rows = [self.rows[member] for member in sub.of]
        return Branch(
            id=name,
            kind="sub_score",
            parent=dimension,
            aggregate="arithmetic",
            settings=Settings(),
            positive=above.positive,
            levels=(),
            leaves=tuple((row, weight[row]) for row in rows),
            branches=(),
            label=sub.label,
            bounded=all(self.scales[row].bounded for row in rows),
        )


def _target(child: Indicator | Group | Use) -> str:
    return child.use if isinstance(child, Use) else child.id


def _terms(node: Node) -> Terms:
    return Terms(node.threshold or 0.0, node.factor, node.intercept, node.slope or 0.0)


def fit_to_data(tree: Tree, leaves: Array, applicable: Mask, low: float) -> Tree:
    """The tree with what its nodes take from the scores of all partnerships: weights, or the rivals of a standing."""
    fitted: Tree = {}
    where = applies_to(tree, applicable)
    for name, branch in tree.items():
        by_data = branch.sets.method in DATA_METHODS
        if by_data or branch.aggregate in STANDINGS:
            scores = branch.scores_of_children(leaves, roll_up(fitted, leaves, applicable=applicable))
            scores = branch.with_missing(scores, branch.children(applicable, where))
            branch = _weighed(branch, scores, low) if by_data else branch  # noqa: PLW2901
            branch = replace(branch, rivals=scores) if branch.aggregate in STANDINGS else branch  # noqa: PLW2901
        fitted[name] = branch
    return fitted


def _weighed(branch: Branch, scores: Array, low: float) -> Branch:
    """A node with the weights that its method takes from its children's scores."""
    own, count = from_data(branch.sets.method, scores, low).tolist(), len(branch.leaves)
    return replace(
        branch,
        leaves=tuple((row, weight) for (row, _), weight in zip(branch.leaves, own, strict=False)),
        branches=tuple(
            (inner, weight) for (inner, _), weight in zip(branch.branches, own[count:], strict=True)
        ),
    )


def signs_of_leaves(rubric: Rubric) -> Array:
    """1 for each indicator defined where high is good, -1 where high is bad; in the order of the matrix."""
    signs = dict.fromkeys(rubric.indicators, 1.0)
    for definition in _definitions(rubric).values():
        own = (child.id for child in definition.node.children if isinstance(child, Indicator))
        signs |= dict.fromkeys(own, 1.0 if definition.positive else -1.0)
    return np.array(list(signs.values()))


def applies_to(tree: Tree, applicable: Mask) -> dict[str, Mask]:
    """Where any indicator under a node applies, node by node."""
    found: dict[str, Mask] = {}
    for name, branch in tree.items():
        found[name] = np.asarray(branch.children(applicable, found).any(axis=0))
    return found


def leaves_under(tree: Tree, name: str) -> Iterator[int]:
    """Rows of the matrix under a node; one that serves in several groups comes several times."""
    branch = tree[name]
    yield from (row for row, _ in branch.leaves)
    for inner, _ in branch.branches:
        yield from leaves_under(tree, inner)


def subtree(tree: Tree, name: str) -> Tree:
    """A node and what it is put together from, children before parents."""
    wanted = [name]
    for one in wanted:
        wanted.extend(inner for inner, _ in tree[one].branches)
    return {one: branch for one, branch in tree.items() if one in wanted}


def leaf_weights(tree: Tree, name: str) -> dict[int, float]:
    """Each leaf under a node, once, with the weight that stands beside it in the rubric.

    Of one that serves in several groups under the node, the weight nearest to the node, or in the first of the groups.
    """
    found = dict(tree[name].leaves)
    for inner, _ in tree[name].branches:
        found = leaf_weights(tree, inner) | found
    return {row: found[row] for row in dict.fromkeys(leaves_under(tree, name))}


def weights_given(tree: Tree, name: str) -> dict[int, float]:
    """Each leaf's weight in a node as the rubric gives it: a share of the whole node."""
    branch = tree[name]
    total = sum(weight for _, weight in (*branch.leaves, *branch.branches))
    flat: dict[int, float] = {}
    for row, weight in branch.leaves:
        flat[row] = flat.get(row, 0.0) + weight / total
    for inner, weight in branch.branches:
        for row, share in weights_given(tree, inner).items():
            flat[row] = flat.get(row, 0.0) + share * weight / total
    return flat


def roll_up(
    tree: Tree,
    leaves: Leaves,
    weights: Mapping[str, Array] | None = None,
    cut: tuple[float, float] | None = None,
    *,
    applicable: Mask | None = None,
    unrounded: dict[str, Array] | None = None,
) -> dict[str, Array]:
    """Scores of all nodes from the scores of the leaves (first axis: rows of the matrix).

    ``weights`` replace those of the rubric, node by node. ``applicable`` (rows, partnerships, perhaps draws) says where a leaf without a
    score is missing, for the nodes' rules; without it nothing is, and what has no score drops out. ``unrounded`` receives
    the scores of rounding nodes before they were rounded.

    With ``cut``, scores that errors have carried beyond the ends of the scale are cut to it, once: when a dimension or
    sub-score is formed, or before they enter a parent that is no weighted arithmetic mean. Scores that may leave the
    range without any error are never cut.
    """
    scores: dict[str, Array] = {}
    where = None
    if applicable is not None and any(branch.missing for branch in tree.values()):
        where = applies_to(tree, applicable)
    for name, branch in tree.items():
        children = branch.scores_of_children(leaves, scores)
        if cut and branch.aggregate != "arithmetic":
            children = _cut_children(branch, children, cut)
        own = branch.weights if weights is None else weights[name]
        applies = None
        if where is not None and applicable is not None and branch.missing:
            applies = branch.children(applicable, where)
        score = branch.combine(children, own, applies)
        if cut and branch.kind != "group" and branch.bounded:
            score = np.clip(score, *cut)
        if unrounded is not None and branch.decimals is not None:
            unrounded[name] = score
        scores[name] = branch.rounded(score)
    return scores


def _cut_children(branch: Branch, children: Array, cut: tuple[float, float]) -> Array:
    held = np.clip(children, *cut)
    for place in branch.loose:
        held[place] = children[place]
    return held


def roll_up_bounds(tree: Tree, low: Array, high: Array) -> tuple[dict[str, Array], dict[str, Array]]:
    """Lowest and highest scores of all nodes while each leaf lies between its ``low`` and ``high``.

    NaN is a leaf that does not apply: nothing is missing here, so no rule for what is missing acts.
    """
    lowest: dict[str, Array] = {}
    highest: dict[str, Array] = {}
    for name, branch in tree.items():
        ends = branch.children(low, lowest), branch.children(high, highest)
        if branch.turned:
            ends = _turned_ends(branch, *ends)
        if branch.terms is not None:
            roles = [branch.first, 1 - branch.first]
            found = extremes(FORMULAS[branch.aggregate], ends[0][roles], ends[1][roles], branch.terms)
        else:
            found = branch.mean(ends[0], branch.weights), branch.mean(ends[1], branch.weights)
        lowest[name], highest[name] = branch.rounded(found[0]), branch.rounded(found[1])
    return lowest, highest


def _turned_ends(branch: Branch, low: Array, high: Array) -> tuple[Array, Array]:
    """Lowest and highest scores of the children as they enter a node; of one that is turned round, they change places."""
    lowest, highest = low.copy(), high.copy()
    for place in branch.turned:
        lowest[place], highest[place] = branch.turn - high[place], branch.turn - low[place]
    return lowest, highest


def roll_up_shares(tree: Tree, leaves: Array) -> dict[str, Array]:
    """Weighted means through the tree whatever the aggregators: for coverage and other shares of weight."""
    shares: dict[str, Array] = {}
    for name, branch in tree.items():
        shares[name] = arithmetic(branch.children(leaves, shares), branch.weights)
    return shares


def weights_used(tree: Tree, name: str, present: Mask, applicable: Mask | None = None) -> dict[int, Array]:
    """Each leaf's share of a node's score per partnership, after renormalising over what counts.

    ``present`` and ``applicable`` are rows of the matrix by partnerships. A missing child counts where its node takes it
    at the worst score. Under a formula, which has no weights, shares are NaN.
    """
    everywhere = np.ones_like(present) if applicable is None else applicable
    counting = _Counting(tree, present, everywhere)
    used: dict[int, Array] = {}
    counting.spread(name, np.where(counting.scored[name], 1.0, 0.0), used)
    return used


class _Counting:
    """Which children count in their node's score, and for how much of it."""

    def __init__(self, tree: Tree, present: Mask, applicable: Mask) -> None:
        self.tree, self.present, self.applicable = tree, present, applicable
        self.applies = applies_to(tree, applicable)
        self.scored: dict[str, Mask] = {}
        for name, branch in tree.items():
            there = branch.children(present, self.scored)
            if branch.missing is not None:
                applies = branch.children(applicable, self.applies)
                self.scored[name] = enough(branch.missing, there, applies, branch.weights)
            else:
                self.scored[name] = np.asarray(there.any(axis=0))

    def spread(self, name: str, share: Array, used: dict[int, Array]) -> None:
        """Hand a node's share of the whole down to the leaves under it."""
        branch = self.tree[name]
        counts = branch.children(self.present, self.scored)
        applies = branch.children(self.applicable, self.applies)
        # A node without a score that counts all the same counts as the worst, as everything under it would.
        counts = np.where(self.scored[name], counts, applies)
        if branch.missing is not None and branch.missing.rule == "worst":
            counts |= applies
        parts = [np.where(there, weight, 0.0) for there, weight in zip(counts, branch.weights, strict=True)]
        total = sum(parts)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = [np.where(part > 0, share * part / total, 0.0) for part in parts]
        if branch.terms is not None:
            shares = [np.full_like(part, np.nan) for part in parts]
        for (row, _), own in zip(branch.leaves, shares, strict=False):
            used[row] = used.get(row, 0.0) + own
        for (inner, _), own in zip(branch.branches, shares[len(branch.leaves) :], strict=True):
            self.spread(inner, own, used)


def additive(tree: Tree, name: str) -> bool:
    """Whether contributions (weight × score) add up to the node's score."""
    return tree[name].linear and all(additive(tree, inner) for inner, _ in tree[name].branches)


def dimension_of(tree: Tree, name: str) -> str:
    """The dimension or index that a node lies in; its own name at the top."""
    while tree[name].parent:
        name = tree[name].parent
    return name
