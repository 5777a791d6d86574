"""Soft checks: values that can be, but that a careful reader would ask about. Nothing is changed or left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pkassess.aggregate import middle
from pkassess.codes import Code
from pkassess.findings import MOST_PLACES, Findings
from pkassess.grades import DIAGONAL, FULLY_GRADED
from pkassess.intervals import DEFAULT_DESIGN_EFFECT
from pkassess.matrix import OWN, Matrix, among
from pkassess.normalise import normalise, reach

if TYPE_CHECKING:
    from pkassess.observations import Observations, Place
    from pkassess.rubric import Indicator, Rubric

Keys = tuple[str, ...]
JUMP_POINTS = 25.0
TOLERANCE = 1e-9
FROZEN_PERIODS = 3
LEAST_COPIED = 3
HEAPED_SHARE = 0.8
DIAGONAL_SHARE = 0.8
LEAST_VALUES = 10
LEAST_PARTNERSHIPS = 4
LEAST_COLUMN = 4
PERCENT_MEDIAN = 20.0
SHORT_RANGE = 10.0
"""A range of scores up to which whole points say too little."""


def check(matrix: Matrix, rubric: Rubric, findings: Findings) -> None:
    """Add a finding for everything in the matrix that a careful reader would ask about."""
    starts, targets = matrix.starts, _targets(matrix)
    for row, indicator in enumerate(rubric.indicators.values()):
        observed = among(matrix.status[row], OWN)
        values = np.where(observed, matrix.value[row], np.nan)
        column = _Column(matrix, row, indicator, values, findings)
        column.beyond_knots(rubric)
        column.shares_among_percent(rubric)
        column.jumps(starts, rubric)
        column.frozen(starts)
        column.heaping()
        column.copied_targets(targets.get(indicator.id, {}))
    for row, indicator in enumerate(rubric.indicators.values()):
        if indicator.kind == "judgement":
            _one_hand(matrix, row, indicator, findings)
        if indicator.sampling == "share":
            _design_effect(matrix.observations, row, indicator, findings)
    _grades(matrix, findings)


def _design_effect(seen: Observations, row: int, indicator: Indicator, findings: Findings) -> None:
    """Surveys whose design effect nobody gave."""
    assumed = (seen.measure == row) & ~np.isnan(seen.sample) & np.isnan(seen.design_effect)
    if assumed.any():
        place, cell = seen.cell(int(np.flatnonzero(assumed)[0]))
        where = {"file": place.file, "sheet": place.sheet, "cell": cell}
        told = {"count": int(assumed.sum()), "expected": f"{DEFAULT_DESIGN_EFFECT:g}"}
        findings.add(Code.DESIGN_EFFECT_ASSUMED, **where, column=indicator.id, **told)


def grade_audit(seen: Observations, file: str = "") -> tuple[int, int]:
    """How many values are graded on both scales, and how many of those lie on the diagonal (A1, B2, C3, ...).

    The two scales are meant to be judged apart; nearly all grades on the diagonal say that they were not. Source:
    Baker, McKendry and Mace (1968) found 87 % of 1,400 army reports there. With ``file`` that file's values alone.
    """
    grades = np.asarray(seen.grade)
    if file:
        own = [at for at, place in enumerate(seen.places) if place.file == file]
        grades = grades[np.isin(seen.place, own)]
    return int(np.isin(grades, FULLY_GRADED).sum()), int(np.isin(grades, DIAGONAL).sum())


def _grades(matrix: Matrix, findings: Findings) -> None:
    """Grades of which nearly all lie on the diagonal."""
    seen = matrix.observations
    graded, diagonal = grade_audit(seen)
    if graded >= LEAST_VALUES and diagonal / graded > DIAGONAL_SHARE:
        first = int(np.flatnonzero(np.isin(seen.grade, DIAGONAL))[0])
        place, _ = seen.cell(first)
        findings.add(
            Code.GRADES_ON_DIAGONAL,
            file=place.file,
            found=f"{diagonal / graded:.0%}".replace("%", " %"),
            count=graded,
        )


class _Column:
    """The observed values of one indicator over all units; NaN where there is none."""

    def __init__(
        self, matrix: Matrix, row: int, indicator: Indicator, values: NDArray[np.float64], findings: Findings
    ) -> None:
        self.matrix, self.row, self.indicator, self.values, self.findings = (
            matrix,
            row,
            indicator,
            values,
            findings,
        )

    def _report(self, code: Code, unit: int, **facts: object) -> None:
        place, cell = self._spot(unit)
        facts = {"value": f"{self.values[unit]:g}", **facts}
        self.findings.add(
            code, file=place.file, sheet=place.sheet, cell=cell, column=self.indicator.id, **facts
        )

    def _spot(self, unit: int) -> tuple[Place, str]:
        """Where the value of a unit stands."""
        return self.matrix.observations.cell(int(self.matrix.origin[self.row, unit]))

    def beyond_knots(self, rubric: Rubric) -> None:
        """Values that the scale no longer tells apart."""
        ends = reach(self.indicator.scale, rubric.frame)
        if ends is None:
            return
        outside = np.flatnonzero((self.values < ends[0]) | (self.values > ends[1]))
        if len(outside):
            expected = f"{ends[0]:g} to {ends[1]:g}"
            self._report(Code.BEYOND_KNOTS, int(outside[0]), count=len(outside), expected=expected)

    def shares_among_percent(self, rubric: Rubric) -> None:
        """A percent column that may hold shares, or one value that may be a share."""
        if self.indicator.unit != "percent":
            return
        known = np.flatnonzero(~np.isnan(self.values))
        values = self.values[known]
        fractions = (values > 0) & (values < 1)
        if not fractions.any():
            return
        # Below 1 % lies beyond the ends of most scales: where it does, one value is enough to ask.
        ends = reach(self.indicator.scale, rubric.frame)
        least = 1 if ends and ends[0] > 1 else LEAST_COLUMN
        if len(values) >= least and values.min() >= 0 and values.max() <= 1:
            self._report(Code.SHARES_AMONG_PERCENT, int(known[0]), count=len(values))
        elif (len(values) >= LEAST_COLUMN and middle(values) >= PERCENT_MEDIAN) or (
            least == 1 and values.max() >= PERCENT_MEDIAN
        ):
            for unit in known[fractions].tolist():
                self._report(Code.HUNDREDTH_OF_NEIGHBOURS, unit, expected=f"{self.values[unit] * 100:g}")

    def jumps(self, starts: NDArray[np.bool_], rubric: Rubric) -> None:
        """Changes of more than a quarter of the range of scores from one period to the next."""
        points = normalise(self.values, self.indicator.scale, rubric.frame)
        whole = rubric.frame.high - rubric.frame.low
        change = np.abs(np.diff(points)) / whole * 100.0
        for before in np.flatnonzero((change > JUMP_POINTS + TOLERANCE) & ~starts[1:]).tolist():
            self._report(
                Code.JUMP,
                before + 1,
                found=f"{self.values[before]:g}",
                expected=f"{self.values[before + 1]:g}",
                count=f"{change[before] * whole / 100.0:.{0 if whole > SHORT_RANGE else 1}f}",
            )

    def frozen(self, starts: NDArray[np.bool_]) -> None:
        """Runs of one value over three or more periods, each partnership's, told together for a sheet.

        Ratings and zeros may well repeat.
        """
        if self.indicator.kind == "judgement":
            return
        same = np.zeros(len(starts), dtype=bool)
        same[1:] = ~starts[1:] & (self.values[1:] == self.values[:-1]) & (self.values[1:] != 0)
        units = np.arange(len(same))
        run = units - np.maximum.accumulate(np.where(same, 0, units)) + 1
        ends = same & ~np.append(same[1:], False)
        by_sheet: dict[Place, list[int]] = defaultdict(list)
        for end in np.flatnonzero(ends & (run >= FROZEN_PERIODS)).tolist():
            by_sheet[self._spot(end)[0]].append(end)
        for found in by_sheet.values():
            told = [f"{self.values[at]:g} in {run[at]} ({self.matrix.units[at].partnership})" for at in found]
            more = f" and {len(told) - MOST_PLACES} more" if len(told) > MOST_PLACES else ""
            cells = tuple(self._spot(at)[1] for at in found)
            self._report(Code.FROZEN, found[0], cells=cells, expected=", ".join(told[:MOST_PLACES]) + more)

    def heaping(self) -> None:
        """Percentages that nearly all end in 0 or 5."""
        known = np.flatnonzero(~np.isnan(self.values))
        if self.indicator.unit != "percent" or len(known) < LEAST_VALUES:
            return
        values = self.values[known]
        share = float(np.mean((values % 5 == 0) & (values > 0)))
        if share > HEAPED_SHARE:
            self._report(Code.HEAPING, int(known[0]), found=f"{share * 100:.0f} %")

    def copied_targets(self, targets: Mapping[Keys, float]) -> None:
        """Targets of which each is the value that its partnership reported last; what was reached may well be zero."""
        if len(targets) < LEAST_COPIED:
            return
        latest = {self.matrix.units[at].keys: at for at in np.flatnonzero(~np.isnan(self.values)).tolist()}
        units = [(latest[keys], target) for keys, target in targets.items() if keys in latest]
        if len(units) >= LEAST_COPIED and all(self.values[unit] == target != 0 for unit, target in units):
            self._report(Code.TARGETS_COPIED, units[0][0], count=len(units))


def _targets(matrix: Matrix) -> dict[str, dict[Keys, float]]:
    """The targets of single partnerships by indicator."""
    found: dict[str, dict[Keys, float]] = defaultdict(dict)
    for target in matrix.observations.targets:
        if all(target.keys):
            found[target.name][target.keys] = target.value
    return found


def _one_hand(matrix: Matrix, row: int, indicator: Indicator, findings: Findings) -> None:
    """One assessor who gave the same rating to every partnership of a period."""
    seen = matrix.observations
    if not (seen.assessor >= 0).any():
        return
    for assessor, ratings in _ratings(matrix, row):
        values = {float(seen.value[at]) for at in ratings}
        if len(ratings) >= LEAST_PARTNERSHIPS and len(values) == 1:
            place, cell = seen.cell(ratings[0])
            findings.add(
                Code.ONE_HAND,
                file=place.file,
                sheet=place.sheet,
                cell=cell,
                column=indicator.id,
                value=seen.word(assessor),
                expected=f"{values.pop():g}",
                count=len(ratings),
            )


def _ratings(matrix: Matrix, row: int) -> Iterator[tuple[int, list[int]]]:
    """Observations of one indicator by assessor and period."""
    seen = matrix.observations
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for at in np.flatnonzero((seen.measure == row) & (seen.assessor >= 0) & ~np.isnan(seen.value)).tolist():
        groups[(int(seen.assessor[at]), seen.units[seen.unit[at]].period.label)].append(at)
    for (assessor, _), ratings in sorted(groups.items()):
        yield assessor, ratings
