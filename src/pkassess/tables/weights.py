"""weights.csv: what every child weighs in its node, as the rubric gives it and as it is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pkassess.rubric import Use
from pkassess.tables.fields import Field, Table, integer, number, text

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.rubric import Rubric

_FIELDS = (
    text("node", "Id of the group, dimension or index."),
    text("child", "Id of the indicator or node under it."),
    text("method", "given, or how the weights are found."),
    number(
        "weight_given",
        "The weight that stands beside the child in the rubric; empty where a method finds it.",
    ),
    number("weight", "Its share of the node while nothing is missing; shares of a node add up to 1."),
    integer("sets", "How many sets of weights a panel or a file gives; empty for none."),
    number("lowest", "The lowest share in any of them."),
    number("highest", "The highest."),
)


def weight_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001  # called as the other tables are
    """The columns of weights.csv."""
    return _FIELDS


def weights_table(comparison: Comparison) -> Table:
    """One row per node and child, for all partnerships; formulas have no weights and no rows."""

    def blocks() -> Iterator[list[Any]]:
        lines = [*_lines(comparison)]
        yield from [list(map(list, zip(*lines, strict=True)))] if lines else []

    return Table("weights", _FIELDS, blocks)


def _lines(comparison: Comparison) -> Iterator[tuple[Any, ...]]:
    scores = comparison.scores
    measures = scores.matrix.measures
    for name, node in scores.rubric.nodes.items():
        branch, sets = scores.tree[name], scores.tree[name].sets
        if branch.terms is not None:
            continue
        given = {child.use if isinstance(child, Use) else child.id: child.weight for child in node.children}
        total = branch.weights.sum()
        for at, (child, weight) in enumerate(zip(branch.names, branch.weights.tolist(), strict=True)):
            own = child if isinstance(child, str) else measures[child]
            shares = sets.values[:, at] if len(sets.values) else None
            yield (
                name,
                own,
                sets.method,
                given[own] if node.weights is None else None,
                weight / total,
                len(shares) if shares is not None else None,
                float(shares.min()) if shares is not None else None,
                float(shares.max()) if shares is not None else None,
            )
