"""What depends on who is in the data: treatments and relative scales are fitted to all values, once, before scoring.

From then on a fitted scale is as fixed as any other, so that ratings, targets, intervals and draws are scored on the
same line. What is done with several periods is the rubric's choice, for scales and for nodes that are standings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from pkassess.codes import Code
from pkassess.findings import Findings, InputError, finding
from pkassess.normalise import Relative, Scale
from pkassess.relative import UndefinedError
from pkassess.rubric import Group, Indicator, Node, Rubric, Treatment
from pkassess.standings import STANDINGS
from pkassess.treatment import Limits, Treated, kurtosis, skewed, skewness, treat

if TYPE_CHECKING:
    from pkassess.matrix import Matrix

Array = NDArray[np.float64]
AnyNode = TypeVar("AnyNode", bound=Node)


def fit_scales(matrix: Matrix, rubric: Rubric, findings: Findings) -> Rubric:
    """The rubric with every treatment and relative scale fitted to the usable values of a matrix.

    Findings name what depends on the rows, and every value that was treated. Raises InputError where the rubric refuses
    data of several periods, or where a scale is not defined for the values.
    """
    fitted: dict[str, Scale] = {}
    for row, indicator in enumerate(rubric.indicators.values()):
        if indicator.treatment is not None or isinstance(indicator.scale, Relative):
            fitted[indicator.id] = _fitted(matrix, row, indicator, rubric, findings)
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


def _fitted(matrix: Matrix, row: int, indicator: Indicator, rubric: Rubric, findings: Findings) -> Scale:
    """The scale of one indicator with its treatment and its line."""
    scale, usable = indicator.scale, matrix.usable[row]
    asked = [part.periods for part in (indicator.treatment, scale) if isinstance(part, Treatment | Relative)]
    if "refuse" in asked:
        _one_period(matrix, indicator.id, usable)
    values = np.where(usable, matrix.value[row], np.nan)
    if indicator.treatment is not None:
        scale = scale.treating(_treated(matrix, row, values, indicator.treatment, findings))
        values = scale.treated.apply(values) if scale.treated else values
    if not isinstance(scale, Relative):
        return scale
    try:
        return scale.fitted(values, rubric.frame)
    except UndefinedError as error:
        told = {"file": matrix.files[0], "column": indicator.id}
        raise InputError(
            finding(Code.RELATIVE_UNDEFINED, **told, found=str(error), expected=scale.method)
        ) from error


def _treated(
    matrix: Matrix, row: int, values: Array, treatment: Treatment, findings: Findings
) -> Treated | None:
    """The treatment of a column, every value of it that changes said with its cell."""
    limits = Limits(treatment.skewness, treatment.kurtosis, treatment.most, treatment.log)
    found = treat(values, limits)
    told: dict[str, Any] = {"file": matrix.files[0], "column": matrix.measures[row]}
    known = values[~np.isnan(values)]
    if found is None:
        if skewed(known, limits):
            statistics = f"skewness {skewness(known):.2f}, kurtosis {kurtosis(known):.2f}"
            findings.add(Code.STILL_SKEWED, **told, found=statistics)
        return None
    if found.shift is not None:
        shifted = f"(value {'−' if found.shift > 0 else '+'} {abs(found.shift):g})"
        findings.add(Code.LOGARITHM_TAKEN, **told, count=len(known), expected=shifted)
        return found
    with np.errstate(invalid="ignore"):
        moved = np.flatnonzero((values < found.low) | (values > found.high)).tolist()
    for unit in moved:
        origin = int(matrix.origin[row, unit])
        place, cell = matrix.observations.cell(origin) if origin >= 0 else (None, "")
        where = {"file": place.file, "sheet": place.sheet, "cell": cell} if place else {}
        to = found.low if values[unit] < found.low else found.high
        facts = {"found": f"{values[unit]:g}", "value": f"{values[unit]:g}", "expected": f"{to:g}"}
        findings.add(Code.BROUGHT_IN, **(told | where), **facts, place=matrix.units[unit].title)
    return found


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
