"""The matrix: one value per indicator, partnership and period, with its status and the observation behind it.

Here several observations become one by the rubric's rule, national indicators leave the rows of local
authorities, and values are carried forward where the rubric allows it. Nothing is scored yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.aggregate import middle
from pkassess.codes import Code
from pkassess.findings import Findings
from pkassess.grades import EvidenceClass
from pkassess.ingest.sheet import cell_ranges
from pkassess.observations import FactRow, Observations, Unit
from pkassess.periods import months_between
from pkassess.texts import fold
from pkassess.values import State

if TYPE_CHECKING:
    from pkassess.rubric import Rubric

RECONCILED_BY = "reconciled"
"""Assessor code of a row that settles a disagreement."""


class Status(IntEnum):
    """What stands behind an element of the matrix."""

    MISSING = 0
    OBSERVED = 1
    CARRIED = 2
    RECONCILED = 3
    EXCLUDED = 4
    REJECTED = 5
    NOT_APPLICABLE = 6
    IMPUTED = 7


STATUS_NAMES = tuple(status.name.lower() for status in Status)
USABLE = (Status.OBSERVED, Status.CARRIED, Status.RECONCILED, Status.IMPUTED)


OWN = (Status.OBSERVED, Status.RECONCILED)
"""What was observed in the unit's own period: nothing carried forward, nothing filled in."""

_MOST_CELLS_NAMED = 1000


def among(status: NDArray[np.int8], wanted: Sequence[Status]) -> NDArray[np.bool_]:
    """Where a status is one of those wanted. Comparing bytes is an order of magnitude faster than np.isin."""
    found = status == wanted[0]
    for other in wanted[1:]:
        found |= status == other
    return found


class Several(NamedTuple):
    """The usable observations of one value that has more than one, those that decide it, and those of too poor a grade."""

    kept: list[int]
    used: list[int]
    excluded: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Matrix:
    """Values by measure (rows, rubric order) and unit (columns, sorted by partnership, then period).

    ``value`` is what was observed, NaN where nothing was, also where ``status`` says it is not used;
    ``origin`` is the observation behind it or -1; ``evidence`` its evidence class; ``several`` holds, by measure and
    unit, the observations of a value that has more than one usable one.
    """

    units: list[Unit]
    files: list[str]
    measures: tuple[str, ...]
    context: dict[str, NDArray[np.object_]]
    facts: dict[tuple[str, ...], list[FactRow]]
    observations: Observations
    value: NDArray[np.float64]
    status: NDArray[np.int8]
    origin: NDArray[np.int32]
    evidence: NDArray[np.int8]
    several: dict[tuple[int, int], Several] = field(default_factory=dict)

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Where a value counts."""
        return among(self.status, USABLE)

    @cached_property
    def peer_groups(self) -> NDArray[np.object_]:
        """The peer group of every unit: as the data name it, else the level of authority."""
        blank = np.full(len(self.units), "", dtype=object)
        named = self.context.get("peer_group", blank)
        return np.where(named != "", named, self.context.get("authority_level", blank))

    @cached_property
    def starts(self) -> NDArray[np.bool_]:
        """Where a new partnership begins among the units."""
        keys = [unit.keys for unit in self.units]
        return np.array([at == 0 or key != keys[at - 1] for at, key in enumerate(keys)], dtype=bool)


def build_matrix(observations: Observations, rubric: Rubric, findings: Findings) -> Matrix:
    """Put observations into their places."""
    order = sorted(range(len(observations.units)), key=observations.units.__getitem__)
    position = np.empty(len(order), dtype=np.int32)
    position[order] = np.arange(len(order))
    shape = (len(observations.measures), len(order))
    matrix = Matrix(
        units=[observations.units[at] for at in order],
        files=[observations.unit_files[at] for at in order],
        measures=observations.measures,
        context={name: _ordered(column, order) for name, column in observations.context.items()},
        facts=_by_partnership(observations.facts),
        observations=observations,
        value=np.full(shape, np.nan),
        status=np.full(shape, Status.MISSING, dtype=np.int8),
        origin=np.full(shape, -1, dtype=np.int32),
        evidence=np.full(shape, EvidenceClass.UNGRADED, dtype=np.int8),
    )
    _place(matrix, position, rubric, findings)
    _leave_national_out(matrix, rubric, findings)
    _carry_forward(matrix, rubric)
    return matrix


def _ordered(column: dict[int, str], order: list[int]) -> NDArray[np.object_]:
    return np.array([column.get(at, "") for at in order], dtype=object)


def _by_partnership(facts: list[FactRow]) -> dict[tuple[str, ...], list[FactRow]]:
    found: dict[tuple[str, ...], list[FactRow]] = {}
    for fact in facts:
        found.setdefault(fact.keys, []).append(fact)
    return found


_STATUS_OF_STATE = np.array(
    [Status.MISSING, Status.OBSERVED, Status.REJECTED, Status.NOT_APPLICABLE], dtype=np.int8
)


def _place(matrix: Matrix, position: NDArray[np.int32], rubric: Rubric, findings: Findings) -> None:
    """Single observations go straight to their place; where there are several, one rule settles them."""
    observations = matrix.observations
    elements = observations.measure.astype(np.int64) * len(position) + position[observations.unit]
    several = np.bincount(elements, minlength=matrix.value.size) > 1
    at = slice(None) if not several.any() else np.flatnonzero(~several[elements])
    where = elements[at]
    status = _STATUS_OF_STATE[observations.state[at]]
    evidence = observations.evidence[at]
    excluded = (status == Status.OBSERVED) & (evidence == EvidenceClass.EXCLUDED)
    matrix.value.reshape(-1)[where] = observations.value[at]
    matrix.status.reshape(-1)[where] = np.where(excluded, Status.EXCLUDED, status).astype(np.int8)
    matrix.origin.reshape(-1)[where] = np.arange(len(observations), dtype=np.int32)[at]
    alone = _one_assessor(evidence, observations.assessor[at], observations.measure[at], rubric)
    matrix.evidence.reshape(-1)[where] = alone
    for one in np.arange(len(observations))[at][excluded].tolist():
        _report_excluded(observations, one, findings)
    groups: dict[int, list[int]] = {}
    for one in np.flatnonzero(several[elements]).tolist() if several.any() else ():
        groups.setdefault(int(elements[one]), []).append(one)
    settler = _Settler(observations, rubric, findings)
    for element, together in groups.items():
        settler.settle(matrix, element, together)


def _report_excluded(seen: Observations, at: int, findings: Findings) -> None:
    place, cell = seen.cell(at)
    findings.add(
        Code.EXCLUDED_BY_GRADE,
        file=place.file,
        sheet=place.sheet,
        cell=cell,
        column=seen.measures[seen.measure[at]],
        value=f"{seen.value[at]:g}",
    )


def _judgements(rubric: Rubric, measures: tuple[str, ...]) -> NDArray[np.bool_]:
    kinds = {name: item.kind for name, item in (*rubric.indicators.items(), *rubric.diagnostic_items.items())}
    return np.array([kinds[name] == "judgement" for name in measures], dtype=bool)


def _one_assessor(
    evidence: NDArray[np.int8], assessor: NDArray[np.int32], measure: NDArray[np.int16], rubric: Rubric
) -> NDArray[np.int8]:
    """A judgement by one named assessor is no better than weak."""
    if not (assessor >= 0).any():
        return evidence
    names = (*rubric.indicators, *rubric.diagnostic_items)
    alone = (assessor >= 0) & _judgements(rubric, names)[measure] & (evidence < EvidenceClass.WEAK)
    return np.where(alone, EvidenceClass.WEAK, evidence).astype(np.int8)


class _Settler:
    """Settles several observations of one value."""

    def __init__(self, observations: Observations, rubric: Rubric, findings: Findings) -> None:
        self.observations, self.findings = observations, findings
        self.judgement = _judgements(rubric, observations.measures)
        self.two_sided = {item.id for item in rubric.diagnostic_items.values() if item.both_sides}
        self.order = {fold(name): place for place, name in enumerate(rubric.source_order)}

    def settle(self, matrix: Matrix, element: int, several: list[int]) -> None:
        """Write the settled value, its status, origin and evidence class into the matrix."""
        seen = self.observations
        observed = [at for at in several if seen.state[at] == State.OBSERVED]
        fit = [at for at in observed if seen.evidence[at] != EvidenceClass.EXCLUDED]
        joint = [at for at in several if seen.state[at] == State.NOT_APPLICABLE and seen.side[at] < 0]
        if joint and not any(seen.side[at] < 0 for at in observed):
            # What stands beside the two sides' readings settles them, also where it says that nothing can be read.
            observed, several = [], joint
        if not observed:
            first = several[0]
            matrix.status.flat[element] = _STATUS_OF_STATE[seen.state[first]]
            matrix.origin.flat[element] = first
            return
        used = self._used(fit or observed)
        values = np.array([seen.value[at] for at in used])
        judged = bool(self.judgement[seen.measure[used[0]]])
        value = middle(values)
        status = Status.EXCLUDED if not fit else Status.RECONCILED if len(fit) > 1 else Status.OBSERVED
        expected = seen.measures[seen.measure[used[0]]] in self.two_sided
        if not (judged or expected) and len({float(number) for number in values}) > 1:
            self._report_records(used, values)
        nearest = used[int(np.argmin(np.abs(values - value)))]
        matrix.value.flat[element] = value
        matrix.status.flat[element] = status
        matrix.origin.flat[element] = nearest
        matrix.evidence.flat[element] = self._evidence(used, judged=judged)
        excluded = tuple(at for at in observed if at not in fit)
        for at in excluded:
            _report_excluded(seen, at, self.findings)
        if fit and len(observed) > 1:
            matrix.several[divmod(element, len(matrix.units))] = Several(fit, used, excluded)

    def _used(self, fit: list[int]) -> list[int]:
        """The observations that decide.

        An adjudicated one; else the plain value beside the two sides' readings; else all judgements, or the
        records of the source that the rubric ranks best.
        """
        seen = self.observations
        settled = [at for at in fit if seen.word(int(seen.assessor[at])).casefold() == RECONCILED_BY]
        if settled:
            return settled
        if self.judgement[seen.measure[fit[0]]]:
            joint = [at for at in fit if seen.side[at] < 0 and seen.assessor[at] < 0]
            return joint or fit
        ranks = [self._rank(at) for at in fit]
        return [at for at, rank in zip(fit, ranks, strict=True) if rank == min(ranks)]

    def _rank(self, at: int) -> tuple[int, int]:
        seen = self.observations
        own_side = int(seen.side[at] >= 0)
        return self.order.get(fold(seen.word(int(seen.source[at]))), len(self.order)), own_side

    def _evidence(self, used: list[int], *, judged: bool) -> int:
        """The worst class of what was used; one named assessor alone is no better than weak."""
        seen = self.observations
        worst = max(int(seen.evidence[at]) for at in used)
        assessors = {seen.word(int(seen.assessor[at])).casefold() for at in used}
        alone = judged and len(assessors) == 1 and "" not in assessors
        settled = seen.word(int(seen.assessor[used[0]])).casefold() == RECONCILED_BY
        return max(worst, EvidenceClass.WEAK) if alone and not settled else worst

    def _report_records(self, used: list[int], values: NDArray[np.float64]) -> None:
        place, cell = self.observations.cell(used[0])
        self.findings.add(
            Code.SEVERAL_RECORDS,
            file=place.file,
            sheet=place.sheet,
            cell=cell,
            column=self.observations.measures[self.observations.measure[used[0]]],
            found=", ".join(f"{value:g}" for value in values),
            count=len(used),
        )


def _leave_national_out(matrix: Matrix, rubric: Rubric, findings: Findings) -> None:
    """National indicators score national partnerships only; elsewhere they stay as context."""
    levels = matrix.context.get("authority_level")
    if levels is None:
        return
    local = levels != "national"
    for row, indicator in enumerate(rubric.indicators.values()):
        if indicator.scope == "national":
            _report_national(matrix, row, local, findings)
            matrix.status[row, local] = Status.NOT_APPLICABLE


def _report_national(matrix: Matrix, row: int, local: NDArray[np.bool_], findings: Findings) -> None:
    """Say, once for each indicator, that its values on rows of local authorities score nothing there."""
    seen = matrix.observations
    given = matrix.origin[row, local & among(matrix.status[row], OWN)]
    if len(given):
        place, cell = seen.cell(int(given[0]))
        spots = [(int(seen.row[at]), int(seen.column[at])) for at in given[:_MOST_CELLS_NAMED].tolist()]
        findings.add(
            Code.NATIONAL_ON_LOCAL,
            file=place.file,
            sheet=place.sheet,
            cell=cell,
            column=seen.measures[row],
            count=len(given),
            cells=cell_ranges(spots),
        )


def _carry_forward(matrix: Matrix, rubric: Rubric) -> None:
    """Fill missing values with the partnership's latest earlier one, as old as the rubric allows.

    Age runs from the day of observation where it is given, else from the end of the value's period.
    """
    starts = matrix.starts
    if starts.all():
        return
    first = np.maximum.accumulate(np.where(starts, np.arange(len(starts)), 0))
    ends = [unit.period.end.toordinal() for unit in matrix.units]
    for row, oldest in enumerate(rubric.oldest[name] for name in rubric.indicators):
        if oldest is None:
            continue
        observed = among(matrix.status[row], OWN)
        latest = np.maximum.accumulate(np.where(observed, np.arange(len(observed)), -1))
        blank = (matrix.status[row] == Status.MISSING) & (latest >= first)
        for at in np.flatnonzero(blank).tolist():
            source = int(latest[at])
            origin = int(matrix.origin[row, source])
            seen_on = int(matrix.observations.observed_on[origin]) or ends[source]
            if months_between(seen_on, ends[at]) <= oldest + 1e-9:
                matrix.value[row, at] = matrix.value[row, source]
                matrix.status[row, at] = Status.CARRIED
                matrix.origin[row, at] = origin
                matrix.evidence[row, at] = matrix.evidence[row, source]
