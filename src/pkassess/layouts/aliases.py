"""The side sheet ``aliases``: other spellings of names. It may have another name, or a file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.columnwords import ColumnName, Role
from pkassess.headers import HEADER_SEARCH_ROWS, Header, header_texts
from pkassess.layouts.nodata import clean_name
from pkassess.layouts.rows import Intake, drop_personal
from pkassess.layouts.sheet_names import report_unread
from pkassess.spelling import Spot
from pkassess.texts import fold, fold_name
from pkassess.values import shows_error

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Row, Sheet
    from pkassess.vocabulary import Vocabulary

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
        if places := _named(row):
            texts = header_texts(row)
            known = (Role.KEY if place in places else Role.UNKNOWN for place in range(len(texts)))
            columns = tuple(map(ColumnName, known, map(fold, texts)))
            drop_personal(Header(at, columns, texts), sheet, intake)
            _read_rows(sheet, rows, at + 1, places, intake)
            return
    report_unread(sheet, "name and alias", intake.findings)


def holds_aliases(sheet: Sheet, vocabulary: Vocabulary) -> bool:
    """Whether the first filled row of a sheet names the columns of aliases, and nothing else that is known."""
    row = next(
        (row for row in sheet.head(HEADER_SEARCH_ROWS) if any(cell not in (None, "") for cell in row)), ()
    )
    places = _named(row)
    others = [text for place, text in enumerate(header_texts(row)) if places and place != places[0]]
    return places is not None and all(vocabulary.meaning(text).role is Role.UNKNOWN for text in others)


def _named(row: Row) -> tuple[int, int] | None:
    """The places of the columns name and alias in a header; None if it lacks one."""
    texts = [fold(text) for text in header_texts(row)]
    name = next((place for place, text in enumerate(texts) if text in _NAME_WORDS), None)
    alias = next((place for place, text in enumerate(texts) if text in _ALIAS_WORDS), None)
    return None if name is None or alias is None else (name, alias)


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
