"""What depends on who is in the data: relative scales get their line through all values, once, before scoring.

From then on a fitted scale is as fixed as any other, so that ratings, targets, intervals and draws are scored on the
same line. What is done with several periods is the rubric's choice, for scales and for nodes that are standings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from pkassess.findings import Code, Findings, InputError, finding
from pkassess.normalise import Relative, Scale
from pkassess.relative import UndefinedError
from pkassess.rubric import Group, Indicator, Node, Rubric
from pkassess.standings import STANDINGS

if TYPE_CHECKING:
    from pkassess.matrix import Matrix

AnyNode = TypeVar("AnyNode", bound=Node)


def fit_scales(matrix: Matrix, rubric: Rubric, findings: Findings) -> Rubric:
    """The rubric with every relative scale fitted to the usable values of a matrix.

    A finding names what is scored by its place among the rows. Raises InputError where a scale or a node refuses data
    of several periods, or where a scale is not defined for the values.
    """
    fitted: dict[str, Scale] = {}
    for row, (name, indicator) in enumerate(rubric.indicators.items()):
        if isinstance(indicator.scale, Relative):
            fitted[name] = _fitted(matrix, row, indicator.scale, rubric)
    for name, node in rubric.nodes.items():
        if node.aggregate in STANDINGS and node.periods != "pool":
            _one_period(matrix, name, np.ones(len(matrix.units), dtype=bool))
    named = ", ".join(rubric.relative)
    findings.add(Code.RELATIVE_SCALES, file=matrix.files[0], count=len(matrix.units), found=named)
    return with_scales(rubric, fitted)


def _one_period(matrix: Matrix, name: str, used: NDArray[np.bool_]) -> None:
    periods = sorted({matrix.units[at].period for at in np.flatnonzero(used).tolist()})
    if len(periods) > 1:
        found = f"{len(periods)} periods, {periods[0].label} to {periods[-1].label}"
        raise InputError(finding(Code.RELATIVE_PERIODS, file=matrix.files[0], column=name, found=found))


def _fitted(matrix: Matrix, row: int, scale: Relative, rubric: Rubric) -> Relative:
    usable = matrix.usable[row]
    told = {"file": matrix.files[0], "column": matrix.measures[row]}
    if scale.periods == "refuse":
        _one_period(matrix, matrix.measures[row], usable)
    try:
        return scale.fitted(np.where(usable, matrix.value[row], np.nan), rubric.frame)
    except UndefinedError as error:
        raise InputError(
            finding(Code.RELATIVE_UNDEFINED, **told, found=str(error), expected=scale.method)
        ) from error


def with_scales(rubric: Rubric, scales: dict[str, Scale]) -> Rubric:
    """The rubric with other scales for some of its indicators."""
    parts = {name: getattr(rubric, name) for name in Rubric.model_fields}
    for block in ("dimensions", "indices"):
        parts[block] = {name: _with_scales(node, scales) for name, node in parts[block].items()}
    return Rubric.model_construct(rubric.model_fields_set, **parts)


def _with_scales(node: AnyNode, scales: dict[str, Scale]) -> AnyNode:
    children = []
    for child in node.children:
        if isinstance(child, Group):
            children.append(_with_scales(child, scales))
        elif isinstance(child, Indicator) and child.id in scales:
            children.append(child.model_copy(update={"scale": scales[child.id]}))
        else:
            children.append(child)
    return node.model_copy(update={"children": children})
