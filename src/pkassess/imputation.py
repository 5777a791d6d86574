"""Imputation: values that stand in for missing ones where a node of the rubric asks for it. Never the default.

An imputed value is the mean or median of what other partnerships reported in the same period. It has the status
`imputed`, no cell, counts as ungraded evidence and not for coverage, and a finding says how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.aggregate import middle
from pkassess.codes import Code
from pkassess.findings import Findings
from pkassess.matrix import Matrix, Status, among
from pkassess.missing import enough
from pkassess.rubric import Indicator

if TYPE_CHECKING:
    from pkassess.rubric import Missing, Rubric

WORDS = {"mean": "mean", "median": "median", "group_mean": "mean of the peer group"}


class _Job(NamedTuple):
    """The indicators of one node that imputes, and its rule."""

    rule: Missing
    rows: list[int]
    weights: NDArray[np.float64]


def impute(matrix: Matrix, rubric: Rubric, findings: Findings) -> None:
    """Fill missing values of a matrix in place, by the rule of the node in which each indicator is defined.

    A value is filled only where the node has enough observed children by its own thresholds, and only from values
    observed in the same period, in the same peer group where the rule says so. A rejected or excluded value stays what
    it is.
    """
    for job in _jobs(rubric):
        status = matrix.status[job.rows]
        observed = among(status, (Status.OBSERVED, Status.RECONCILED, Status.CARRIED))
        allowed = enough(job.rule, observed, status != Status.NOT_APPLICABLE, job.weights)
        for at, row in enumerate(job.rows):
            count = _fill(matrix, row, allowed & (status[at] == Status.MISSING), job.rule)
            if count:
                told = {"column": matrix.measures[row], "count": count, "found": WORDS[str(job.rule.by)]}
                findings.add(Code.IMPUTED, file=matrix.files[0], **told)


def _jobs(rubric: Rubric) -> Iterator[_Job]:
    places = {name: row for row, name in enumerate(rubric.indicators)}
    for node in rubric.nodes.values():
        if node.missing is not None and node.missing.rule == "impute" and node.missing.by in WORDS:
            own = [child for child in node.children if isinstance(child, Indicator)]
            weights = np.array([child.weight for child in own], dtype=np.float64)
            if own:
                yield _Job(node.missing, [places[child.id] for child in own], weights)


def _fill(matrix: Matrix, row: int, wanted: NDArray[np.bool_], rule: Missing) -> int:
    """Fill one indicator where it is wanted; gives how many values were filled."""
    pools: dict[tuple[str, str], list[int]] = {}
    given: dict[tuple[str, str], list[int]] = {}
    groups = matrix.peer_groups
    for at, unit in enumerate(matrix.units):
        pool = (unit.period.label, str(groups[at]) if rule.by == "group_mean" else "")
        if wanted[at]:
            pools.setdefault(pool, []).append(at)
        elif matrix.status[row, at] in (Status.OBSERVED, Status.RECONCILED):
            given.setdefault(pool, []).append(at)
    count = 0
    for pool, blanks in pools.items():
        if pool in given:
            values = matrix.value[row, given[pool]]
            matrix.value[row, blanks] = middle(values) if rule.by == "median" else float(values.mean())
            matrix.status[row, blanks] = Status.IMPUTED
            count += len(blanks)
    return count
