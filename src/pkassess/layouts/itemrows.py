"""Checklists of the long layout whose points have a row each.

``accountability_checklist.budget_published`` stands in one cell, or its two halves in the columns indicator and item.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pkassess.checklists import read_checklist
from pkassess.codes import Code
from pkassess.columns import Measure
from pkassess.grades import CLASS_OF_GRADE
from pkassess.layouts.rows import Intake, origins, where_at
from pkassess.values import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pkassess.columnwords import ColumnName
    from pkassess.ingest.sheet import Sheet


class _List(NamedTuple):
    """Whose checklist it is: answers of one assessor about one unit make one value.

    Where other sources answer the same points again, they make another list, as they would be another row elsewhere.
    """

    measure: str
    unit: int
    assessor: int
    side: int
    number: int = 0


class _Given(NamedTuple):
    """One answer: its row and cell, and the number of the source that it names."""

    row: int
    cell: object
    reference: int


def _weakness(grade: int) -> tuple[int, int]:
    """Puts grades in order; a list is as sure as the weakest of its answers."""
    return int(CLASS_OF_GRADE[grade]), grade


class ItemRows:
    """Gathers answers to single points, which may stand anywhere in a sheet, and makes one value of each checklist."""

    def __init__(self, sheet: Sheet, column: int, place: int, intake: Intake) -> None:
        self.sheet, self.column, self.place, self.intake = sheet, column, place, intake
        self._answers: dict[_List, dict[str, _Given]] = defaultdict(dict)
        self._known: dict[_List, dict[str, int]] = {}
        self._twice: set[tuple[_List, str]] = set()

    def take(
        self,
        item: ColumnName,
        rows: Sequence[int],
        first: int,
        cells: Sequence[object],
        units: NDArray[np.int32],
        known: Mapping[str, NDArray[Any]],
    ) -> None:
        """Rows of a block that answer one point; ``known`` is what else they say of each observation."""
        for row in rows:
            if cells[row] in (None, ""):
                continue
            said = {name: int(array[row]) for name, array in known.items()}
            given = _Given(first + row, cells[row], said["reference"])
            of = self._list_of(_List(item.name, int(units[row]), said["assessor"], said["side"]), item, given)
            if item.part in self._answers[of]:
                self._report_twice(of, item, given)
                continue
            self._answers[of][item.part] = given
            of_list = self._known.setdefault(of, said)
            of_list["grade"] = max(of_list["grade"], said["grade"], key=_weakness)

    def finish(self) -> None:
        """Add what was gathered; a point that two rows answer differently is left out."""
        for of, item in self._twice:
            del self._answers[of][item]
        lists: dict[str, list[_List]] = defaultdict(list)
        for of, answers in self._answers.items():
            if answers:
                lists[of.measure].append(of)
        for name, those in lists.items():
            self._add(self.intake.measures[name], those)

    def _list_of(self, of: _List, item: ColumnName, given: _Given) -> _List:
        """The first of the lists without this point, or with an answer to it from the same source."""
        while item.part in (known := self._answers[of]) and known[item.part].reference != given.reference:
            of = of._replace(number=of.number + 1)
        return of

    def _report_twice(self, of: _List, item: ColumnName, given: _Given) -> None:
        first, row = self._answers[of][item.part], given.row
        same = given.cell == first.cell
        if not same:
            self._twice.add((of, item.part))
        self.intake.log.skip(row, "the same row twice" if same else "given twice, with different values")
        self.intake.findings.add(
            Code.DUPLICATE_SAME if same else Code.DUPLICATE_DIFFERS,
            file=self.sheet.file,
            sheet=self.sheet.name,
            cell=self.sheet.cell(row, self.column),
            column=item.title,
            value=self.intake.collector.units[of.unit].title,
            expected=f"{first.row + 1} and {row + 1}",
        )

    def _add(self, measure: Measure, lists: Sequence[_List]) -> None:
        answers = [self._answers[of] for of in lists]
        firsts = [min(given.row for given in own.values()) for own in answers]
        items = [item for item in measure.items if any(item in own for own in answers)]
        columns = {item: [own[item].cell if item in own else None for own in answers] for item in items}
        wheres = {}
        for item in items:
            rows = [
                own[item].row if item in own else first for own, first in zip(answers, firsts, strict=True)
            ]
            wheres[item] = where_at(self.sheet, rows, self.column)
        cells = read_checklist(columns, measure, wheres, self.intake.findings)
        kept = np.flatnonzero(cells.states != State.MISSING)
        known = {name: np.array([self._known[of][name] for of in lists]) for name in self._known[lists[0]]}
        self.intake.collector.add(
            len(kept),
            unit=np.array([of.unit for of in lists])[kept],
            measure=self.intake.number(measure.id),
            value=cells.values[kept],
            state=cells.states[kept],
            place=self.place,
            **origins(self.sheet, np.array(firsts)[kept], self.column),
            **{name: array[kept] for name, array in known.items()},
        )
