"""Numbers of a form that no label was found for: each column of them is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.layouts.forms import FORM_ROWS, is_number
from pkassess.layouts.rearranged import Spot
from pkassess.layouts.rows import Intake
from pkassess.layouts.shape import Shape
from pkassess.othervalues import other_group

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Row, Sheet


def report_unread(shape: Shape, sheet: Sheet, intake: Intake) -> None:
    """Name the columns of a form with numbers among its labels that are no answers.

    ``sheet`` is the sheet as the file has it. Where a column map names the cells, the user knows of the others.
    """
    if shape.layout != "form" or intake.vocabulary.cells:
        return
    rows = sheet.head(FORM_ROWS)
    read = {
        shape.sheet.origin(row, place)
        for row in range(shape.sheet.height)
        for place in range(len(shape.header.columns))
    }
    labelled = {shape.sheet.origin(shape.header.row, place)[0] for place in range(len(shape.header.columns))}
    for column, numbers in _unread(rows, range(min(labelled), max(labelled) + 2), read).items():
        if _counts_rows([rows[row][column] for row in numbers]):
            continue
        title = _title(rows[: numbers[0]], column, read)
        kind = other_group(title)
        code = (
            Code.OTHER_VALUES_COLUMN
            if kind
            else Code.COLUMN_NOT_USED
            if title
            else Code.NO_HEADER_OVER_VALUES
        )
        where = {"file": sheet.file, "sheet": sheet.name, "cell": sheet.cell(numbers[0], column)}
        intake.findings.add(
            code, **where, column=title, value=title, expected=kind, count=len(numbers), suggestion=""
        )


def _unread(rows: Sequence[Row], among: range, read: set[Spot]) -> dict[int, list[int]]:
    """The rows of numbers that were not read, by column."""
    found: dict[int, list[int]] = defaultdict(list)
    for number in among:
        for column, cell in enumerate(rows[number] if number < len(rows) else ()):
            if (number, column) not in read and is_number(cell):
                found[column].append(number)
    return found


def _counts_rows(cells: Sequence[object]) -> bool:
    """Whether numbers only count the rows: 1, 2, 3."""
    texts = [f"{cell:g}" if isinstance(cell, (int, float)) else str(cell) for cell in cells]
    return len(texts) > 1 and texts == [str(number) for number in range(1, len(texts) + 1)]


def _title(above: Sequence[Row], column: int, read: set[Spot]) -> str:
    """The nearest text over a column that is neither label nor answer; '' for none."""
    cells = [
        row[column] for number, row in enumerate(above) if column < len(row) and (number, column) not in read
    ]
    texts = [" ".join(cell.split()) for cell in cells if isinstance(cell, str)]
    return next(filter(None, reversed(texts)), "")
