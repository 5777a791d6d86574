"""A rubric's workbook to a checked rubric; every mistake is named with its sheet and cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.findings import Finding, InputError, UsageError
from pkassess.ingest import read_workbook
from pkassess.library import examine
from pkassess.rubricbook.data import CellProblem, read_sheets

if TYPE_CHECKING:
    from pkassess.crosscheck import Problem
    from pkassess.ingest import Row
    from pkassess.rubric import Rubric
    from pkassess.rubricbook.data import RubricData

_CONSEQUENCES = (Code.UNKNOWN_NAME, Code.MISSING_FIELD)
"""What a row that was not understood brings about elsewhere; told only where all rows were understood."""


@dataclass(frozen=True)
class CellFinding(Finding):
    """A finding about a cell of a rubric's workbook; what to do is what to write instead, where that is known."""

    @property
    def remedy(self) -> str:
        instead = self.facts.get("suggestion", "").strip()
        sentence = f"{instead[:1].upper()}{instead[1:]}"
        return f"{sentence}{'' if sentence.endswith(('.', '?')) else '.'}" if instead else super().remedy


def read_book(path: str) -> Rubric:
    """The rubric in a workbook. Raises UsageError with everything that is wrong with the file or its cells."""
    found = read_sheets(_sheets(path))
    rubric, problems = examine(found.data, FilePath(path).parent) if found.data else (None, [])
    told = [_at_cell(found, problem) for problem in problems]
    if found.problems:
        told = [*found.problems, *(problem for problem in told if problem.code not in _CONSEQUENCES)]
    if rubric is None or told:
        once = {(problem.spot, problem.code, str(problem.facts)): problem for problem in told}
        raise UsageError(*(_finding(path, problem) for problem in once.values()))
    return rubric


def _sheets(path: str) -> list[tuple[str, list[Row]]]:
    """The cells of every sheet, read with the same limits as a workbook of data."""
    try:
        book = read_workbook(path)
        try:
            return [
                (sheet.name, [row for _, rows in sheet.blocks() for row in rows])
                for sheet in book.sheets
                if sheet.state != "chart"
            ]
        finally:
            book.close()
    except InputError as error:
        raise UsageError(*error.findings) from error


def _at_cell(found: RubricData, problem: Problem) -> CellProblem:
    """A problem of the data at its cell; of something missing, at the cell where it would stand."""
    path = problem.path
    if problem.code is Code.MISSING_FIELD:
        path = (*path, problem.facts["found"].strip("'"))
    return CellProblem(found.spot(path), problem.code, problem.facts)


def _finding(path: str, problem: CellProblem) -> CellFinding:
    return CellFinding(
        problem.code, file=path, sheet=problem.spot.sheet, cell=problem.spot.cell, facts=problem.facts
    )
