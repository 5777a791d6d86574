"""The side sheet ``aliases``: other spellings of names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.columnwords import ColumnName, Role
from pkassess.headers import Header, header_texts
from pkassess.layouts.nodata import clean_name
from pkassess.layouts.rows import Intake, drop_personal
from pkassess.layouts.sheet_names import report_unread
from pkassess.spelling import Spot
from pkassess.texts import fold, fold_name
from pkassess.values import shows_error

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Row, Sheet

_NAME_WORDS = frozenset(
    map(fold, ("name", "official name", "nom", "nom officiel", "nombre", "nombre oficial", "الاسم"))
)
_ALIAS_WORDS = frozenset(
    fold(word)
    for word in (
        *("alias", "aliases", "other name", "other names", "spelling", "autre nom", "autres noms"),
        *("autre graphie", "otro nombre", "otros nombres", "اسم آخر", "الاسم البديل"),
    )
)


def read_aliases(sheet: Sheet, intake: Intake) -> None:
    """Other spellings of names, one row each with ``name`` and ``alias``, into the intake's names."""
    rows = [row for _, block in sheet.blocks() for row in block]
    for at, row in enumerate(rows):
        texts = [fold(text) for text in header_texts(row)]
        name = next((place for place, text in enumerate(texts) if text in _NAME_WORDS), None)
        alias = next((place for place, text in enumerate(texts) if text in _ALIAS_WORDS), None)
        if name is not None and alias is not None:
            known = (Role.KEY if place in (name, alias) else Role.UNKNOWN for place in range(len(texts)))
            columns = tuple(map(ColumnName, known, texts))
            drop_personal(Header(at, columns, header_texts(row)), sheet, intake)
            _read_rows(sheet, rows, at + 1, (name, alias), intake)
            return
    report_unread(sheet, "name and alias", intake.findings)


def _read_rows(sheet: Sheet, rows: list[Row], first: int, places: tuple[int, int], intake: Intake) -> None:
    merged = {
        row: area.first_row
        for area in sheet.merged
        if area.first_column == places[0]
        for row in range(area.first_row, min(area.last_row + 1, len(rows)))
    }
    for at in range(first, len(rows)):
        name, alias = (
            row[place] if place < len(row) else None
            for row, place in zip((rows[merged.get(at, at)], rows[at]), places, strict=True)
        )
        spellings = [] if shows_error(alias) else list(filter(None, map(clean_name, _parts(alias))))
        meant = "" if shows_error(name) else clean_name(name)
        spot = Spot(sheet, at, places)
        if spellings and meant:
            _learn(meant, spellings, spot, intake)
        elif spellings or shows_error(alias):
            _report_unusable(name, alias, spot, intake)


def _parts(alias: object) -> list[object]:
    return list(alias.replace("\n", ";").split(";")) if isinstance(alias, str) else [alias]


def _report_unusable(name: object, alias: object, spot: Spot, intake: Intake) -> None:
    if shows_error(name) or shows_error(alias):
        part, cell = (0, name) if shows_error(name) else (1, alias)
        intake.findings.add(Code.ERROR_CELL, **spot.facts(part), value=str(cell))
    else:
        intake.findings.add(Code.KEY_MISSING, **spot.facts(0), expected="name")


def _learn(name: str, spellings: list[str], spot: Spot, intake: Intake) -> None:
    """Spellings of one name; one that stands for another name already is reported."""
    known = intake.names.aliases
    meant = known.get(fold_name(name), name)
    for spelling in spellings:
        before = known.setdefault(fold_name(spelling), meant)
        if fold_name(before) != fold_name(meant):
            told = {"value": spelling, "expected": f"'{before}'"}
            intake.findings.add(Code.ALIAS_TWICE, **spot.facts(), **told)
        else:
            # Whoever stood for this spelling stands for its name now.
            known.update(
                {other: meant for other, one in known.items() if fold_name(one) == fold_name(spelling)}
            )
