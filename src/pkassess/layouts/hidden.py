"""Hidden rows and columns of a table that was read: they count like the others, and are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.columnwords import UNUSED
from pkassess.ingest.sheet import cell_name
from pkassess.layouts.rows import Intake
from pkassess.layouts.shape import Shape

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet

_MOST_NAMED = 6


def report_hidden(sheet: Sheet, shape: Shape, intake: Intake) -> None:
    """A note each on the hidden rows and columns of a sheet, as the file has it, that its table used."""
    _report_hidden_rows(sheet, shape, intake)
    _report_hidden_columns(sheet, shape, intake)


def _report_hidden_rows(sheet: Sheet, shape: Shape, intake: Intake) -> None:
    first = shape.sheet.origin(shape.header.row, 0)[0]
    hidden = sorted(row for row in sheet.hidden_rows if row > first and row < sheet.height)
    if hidden:
        rows = ", ".join(str(row + 1) for row in hidden[:_MOST_NAMED])
        more = " and more" if len(hidden) > _MOST_NAMED else ""
        intake.findings.add(
            Code.HIDDEN_ROWS,
            file=sheet.file,
            sheet=sheet.name,
            cell=cell_name(hidden[0], 0),
            count=len(hidden),
            found=f"row {rows}{more}" if len(hidden) == 1 else f"rows {rows}{more}",
        )


def _report_hidden_columns(sheet: Sheet, shape: Shape, intake: Intake) -> None:
    """Name the hidden columns that were used; of a table in another order those that have a name."""
    row = shape.sheet.origin(shape.header.row, 0)[0]
    named = [place for place, cell in enumerate(sheet.head(row + 1)[row]) if cell not in (None, "")]
    if not shape.sheet.rearranged:
        named = [place for place, column in enumerate(shape.header.columns) if column.role not in UNUSED]
    hidden = [place for place in named if any(place in span for span in sheet.hidden_columns)]
    if hidden:
        letters = [cell_name(row, place).rstrip("0123456789") for place in hidden]
        more = " and more" if len(hidden) > _MOST_NAMED else ""
        intake.findings.add(
            Code.HIDDEN_COLUMNS,
            file=sheet.file,
            sheet=sheet.name,
            cell=cell_name(row, hidden[0]),
            count=len(hidden),
            found=", ".join(letters[:_MOST_NAMED]) + more,
        )
