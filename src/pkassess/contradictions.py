"""Observations that contradict one another, on one sheet, on several, or in two files: none of them is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pkassess.codes import Code
from pkassess.observations import NOT_GIVEN, Observations
from pkassess.values import State

if TYPE_CHECKING:
    from pkassess.layouts.rows import Intake


def drop_contradictions(observations: Observations, intake: Intake, children: Mapping[str, str]) -> None:
    """Leave out rows that contradict one another, and partnerships given by two files for one period.

    ``children`` are files of repeats with the file that they belong to; the two speak as one.
    """
    if intake.duplicates:
        pairs = np.array(sorted(intake.duplicates), dtype=np.int64)
        keyed = observations.place.astype(np.int64) * len(observations.units) + observations.unit
        observations.reject(np.isin(keyed, pairs[:, 0] * len(observations.units) + pairs[:, 1]))
    _drop_two_files(observations, intake, children)
    _drop_repeated(observations, intake)


def _drop_two_files(observations: Observations, intake: Intake, children: Mapping[str, str]) -> None:
    files = [_first_file(place.file, children) for place in observations.places]
    if len(set(files)) == 1:
        return
    of_unit: dict[int, set[str]] = defaultdict(set)
    for unit, place in set(zip(observations.unit.tolist(), observations.place.tolist(), strict=True)):
        of_unit[unit].add(files[place])
    doubled = sorted(unit for unit, named in of_unit.items() if len(named) > 1)
    for unit in doubled:
        named = sorted(of_unit[unit])
        intake.findings.add(
            Code.TWO_FILES, file=named[0], value=observations.units[unit].title, expected=" and ".join(named)
        )
    if doubled:
        observations.reject(np.isin(observations.unit, doubled))


def _first_file(file: str, children: Mapping[str, str]) -> str:
    """The file that the rows of a file belong to in the end."""
    for _ in children:
        file = children.get(file, file)
    return file


def _drop_repeated(observations: Observations, intake: Intake) -> None:
    """Observations with the same key, reference and assessor, on one sheet or several: once if equal, else not.

    In the wide layout the readings of the two sides stand in one row and are two observations.
    """
    count = len(observations.measures)
    cells = observations.unit.astype(np.int64) * count + observations.measure
    counts = np.bincount(cells, minlength=1)
    if counts.max() <= 1:
        return
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    repeated = np.flatnonzero(counts[cells] > 1)
    sides = np.where(np.isin(observations.place, [*intake.long_places]), NOT_GIVEN, observations.side)
    for at in repeated.tolist():
        sameness = (observations.reference[at], observations.assessor[at], sides[at])
        if observations.state[at] == State.OBSERVED:
            groups[(int(cells[at]), *map(int, sameness))].append(at)
    kept, contradicting = np.ones(len(observations), dtype=bool), np.zeros(len(observations), dtype=bool)
    for at in (group for group in groups.values() if len(group) > 1):
        same = len({(float(observations.value[one]), int(observations.grade[one])) for one in at}) == 1
        kept[at[1:]] = False
        contradicting[at[0]] = not same
        place, cell = observations.cell(at[1])
        unit = observations.units[observations.unit[at[0]]]
        measure = observations.measures[observations.measure[at[0]]]
        intake.findings.add(
            Code.DUPLICATE_SAME if same else Code.DUPLICATE_DIFFERS,
            file=place.file,
            sheet=place.sheet,
            cell=cell,
            column=measure,
            value=f"{unit.title}, {measure}",
            expected=" and ".join(_rows_of(at, observations)),
        )
    observations.reject(contradicting)
    observations.keep(kept)


def _rows_of(several: list[int], observations: Observations) -> list[str]:
    """The rows of some observations as numbers, or with their sheets where there is more than one."""
    sheets = {observations.place[one] for one in several}
    if len(sheets) == 1:
        return [str(int(observations.row[one]) + 1) for one in several]
    places = [observations.cell(one) for one in several]
    return [f"{place.sheet}!{cell}" for place, cell in places]
