"""Tables, rows and sheets that hold targets, plans or baselines in place of observed values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.columnwords import Role
from pkassess.findings import shown
from pkassess.headers import Header
from pkassess.layouts.rows import Intake, blanked, where_in
from pkassess.layouts.shape import Shape
from pkassess.layouts.surroundings import rows_above
from pkassess.othervalues import PLANNED, other_value
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet

_KINDS = frozenset(
    fold(word)
    for word in (
        *("type", "value type", "type of value", "kind", "kind of value", "data type", "status", "nature"),
        *("scenario", "measure", "version", "actual/target", "target/actual", "actual or target"),
        *("type de valeur", "type de donnée", "type de données", "statut", "scénario", "mesure"),
        *("cible/réalisé", "réalisé/cible", "tipo", "tipo de valor", "tipo de dato", "estado", "naturaleza"),
        *("escenario", "النوع", "الحالة"),
    )
)
"""What columns are called that say which kind of value a row holds, folded."""
_LOOKED_AT = 2000


def with_kinds(header: Header, sheet: Sheet) -> Header:
    """The header with the columns told that mark rows as targets, plans or the like."""
    unknown = [place for place, column in header.of(Role.UNKNOWN) if fold(column.name) in _KINDS]
    rows = sheet.head(_LOOKED_AT)[header.first_row :] if unknown else ()
    telling = {place for place in unknown if any(_kind_in(row[place]) for row in rows if place < len(row))}
    columns = (
        column._replace(role=Role.KIND) if place in telling else column
        for place, column in enumerate(header.columns)
    )
    return replace(header, columns=tuple(columns)) if telling else header


def without_others(
    header: Header, sheet: Sheet, first: int, columns: list[Sequence[object]], intake: Intake
) -> list[Sequence[object]]:
    """The columns of a block with the rows blank that are marked as other values; each is named."""
    for place, column in header.of(Role.KIND):
        others = {at: kind for at, cell in enumerate(columns[place]) if (kind := _kind_in(cell))}
        where = where_in(sheet, first, place)
        for at, kind in others.items():
            intake.notes.count(Code.OTHER_VALUES_ROW, where, column.name, at, str(columns[place][at]), kind)
            intake.log.skip(first + at, kind)
        columns = blanked(columns, others) if others else columns
    return columns


def _kind_in(cell: object) -> str:
    return other_value(cell) if isinstance(cell, str) else ""


def told_as_planned(sheet: Sheet, shape: Shape) -> tuple[str, str]:
    """By what a sheet is told to hold targets, plans or baselines, and which; '' twice for a sheet of data."""
    if (kind := other_value(sheet.name)) in PLANNED:
        return "its name", kind
    above = rows_above(shape)
    for row in sheet.head(above) if above else ():
        filled = [cell for cell in row if cell not in (None, "")]
        if len(filled) == 1 and (kind := _kind_in(filled[0])) in PLANNED:
            return f"the title {shown(str(filled[0]))}", kind
    return "", ""
