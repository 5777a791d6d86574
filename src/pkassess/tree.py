"""The rubric's tree made ready for calculation: branches, weights, and the roll-up from leaves to the top."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pkassess.aggregate import AGGREGATORS, arithmetic
from pkassess.rubric import Group, Indicator, Use

if TYPE_CHECKING:
    from pkassess.rubric import Dimension, Index, Level, Node, Rubric, SubScore

Array = NDArray[np.float64]
Tree = dict[str, "Branch"]
Leaves = Array | Mapping[int, Array]
"""Scores of the leaves by row of the matrix: one array, or only the rows that are needed."""


@dataclass(frozen=True, eq=False, repr=False)
class Branch:
    """A node of the rubric's tree, ready for calculation.

    ``leaves`` are (row of the matrix, weight), ``branches`` (node id, weight).
    """

    id: str
    kind: str
    parent: str
    aggregate: str
    floor: float
    positive: bool
    levels: tuple[Level, ...]
    leaves: tuple[tuple[int, float], ...]
    branches: tuple[tuple[str, float], ...]
    label: Mapping[str, str]

    @cached_property
    def weights(self) -> Array:
        """Weights of the children as given: leaves first, then branches."""
        return np.array([weight for _, weight in (*self.leaves, *self.branches)])

    def children(self, leaves: Leaves, nodes: Mapping[str, Array]) -> Array:
        """Values of the children, stacked on the first axis in the order of the weights."""
        return np.stack(
            [*(leaves[row] for row, _ in self.leaves), *(nodes[name] for name, _ in self.branches)]
        )


def compile_tree(rubric: Rubric) -> Tree:
    """The nodes of a rubric by id, children before parents."""
    rows = {name: row for row, name in enumerate(rubric.indicators)}
    tree: Tree = {}
    for name, dimension in rubric.dimensions.items():
        positive = dimension.polarity == "positive"
        _compile(name, "dimension", "", dimension, rubric, rows, tree, positive=positive)
        for sub_name, sub in dimension.sub_scores.items():
            tree[sub_name] = _compile_sub_score(sub_name, name, sub, dimension, rows, tree)
    for name, index in _indices_in_order(rubric):
        _compile(name, "index", "", index, rubric, rows, tree)
    return tree


def _indices_in_order(rubric: Rubric) -> Iterator[tuple[str, Index]]:
    """Indices so that one used by another comes before it."""
    done: set[str] = set()

    def visit(name: str) -> Iterator[tuple[str, Index]]:
        if name not in done:
            done.add(name)
            for child in rubric.indices[name].children:
                if isinstance(child, Use) and child.use in rubric.indices:
                    yield from visit(child.use)
            yield name, rubric.indices[name]

    for name in rubric.indices:
        yield from visit(name)


def _compile(
    name: str,
    kind: str,
    parent: str,
    node: Node,
    rubric: Rubric,
    rows: dict[str, int],
    tree: Tree,
    *,
    positive: bool = True,
) -> None:
    leaves, branches = [], []
    for child in node.children:
        target = child.use if isinstance(child, Use) else child.id
        if isinstance(child, Group):
            _compile(child.id, "group", name, child, rubric, rows, tree, positive=positive)
        (leaves if target in rows else branches).append((rows.get(target, target), float(child.weight)))
    tree[name] = Branch(
        id=name,
        kind=kind,
        parent=parent,
        aggregate=node.aggregate,
        floor=node.floor,
        positive=positive,
        levels=tuple(rubric.level_set(getattr(node, "levels", None))),
        leaves=tuple(leaves),
        branches=tuple(branches),
        label=node.label,
    )


def _compile_sub_score(
    name: str,
    dimension_name: str,
    sub: SubScore,
    dimension: Dimension,
    rows: dict[str, int],
    tree: Tree,
) -> Branch:
    weight = {child.id: float(child.weight) for child in dimension.children if isinstance(child, Indicator)}
    return Branch(
        id=name,
        kind="sub_score",
        parent=dimension_name,
        aggregate="arithmetic",
        floor=0.0,
        positive=tree[dimension_name].positive,
        levels=(),
        leaves=tuple((rows[member], weight[member]) for member in sub.of),
        branches=(),
        label=sub.label,
    )


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
    """Each leaf under a node, once, with the weight that stands beside it in the rubric."""
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


def _spread_weight(
    tree: Tree, name: str, present: NDArray[np.bool_], share: Array, used: dict[int, Array]
) -> None:
    branch = tree[name]
    parts = [(present[row], weight) for row, weight in branch.leaves]
    parts += [
        (present[list(leaves_under(tree, inner))].any(axis=0), weight) for inner, weight in branch.branches
    ]
    total = sum(np.where(there, weight, 0.0) for there, weight in parts)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = [np.where(there, share * weight / total, 0.0) for there, weight in parts]
    for (row, _), own in zip(branch.leaves, shares, strict=False):
        used[row] = used.get(row, 0.0) + own
    for (inner, _), own in zip(branch.branches, shares[len(branch.leaves) :], strict=True):
        _spread_weight(tree, inner, present, own, used)


def roll_up(
    tree: Tree,
    leaves: Leaves,
    weights: Mapping[str, Array] | None = None,
    cut: tuple[float, float] | None = None,
) -> dict[str, Array]:
    """Scores of all nodes from the scores of the leaves (first axis: rows of the matrix).

    ``weights`` replace those of the rubric, node by node. With ``cut``, scores that errors have carried beyond the
    ends of the scale are cut to it, once: when a dimension or sub-score is formed, or before they enter a parent
    that is no weighted arithmetic mean.
    """
    scores: dict[str, Array] = {}
    for name, branch in tree.items():
        children = branch.children(leaves, scores)
        if cut and branch.aggregate != "arithmetic":
            children = np.clip(children, *cut)
        own = branch.weights if weights is None else weights[name]
        score = AGGREGATORS[branch.aggregate](children, own, branch.floor)
        scores[name] = np.clip(score, *cut) if cut and branch.kind != "group" else score
    return scores


def roll_up_shares(tree: Tree, leaves: Array) -> dict[str, Array]:
    """Weighted means through the tree whatever the aggregators: for coverage and other shares of weight."""
    shares: dict[str, Array] = {}
    for name, branch in tree.items():
        shares[name] = arithmetic(branch.children(leaves, shares), branch.weights)
    return shares


def weights_used(tree: Tree, name: str, present: NDArray[np.bool_]) -> dict[int, Array]:
    """Each leaf's share of a node's score per unit, after renormalising over what is present."""
    used: dict[int, Array] = {}
    _spread_weight(tree, name, present, np.ones(present.shape[1]), used)
    return used


def additive(tree: Tree, name: str) -> bool:
    """Whether contributions (weight × score) add up to the node's score."""
    return tree[name].aggregate == "arithmetic" and all(
        additive(tree, inner) for inner, _ in tree[name].branches
    )


def dimension_of(tree: Tree, name: str) -> str:
    """The dimension or index that a node lies in; its own name at the top."""
    while tree[name].parent:
        name = tree[name].parent
    return name
