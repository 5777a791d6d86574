"""Which column may be the key that a table lacks: it is proposed, and never taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pkassess.columnwords import MEASURED, Role
from pkassess.findings import shown
from pkassess.headers import Header
from pkassess.likeness import PLACE_WORDS
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet

_ROWS_SEEN = 50
_WORDS = re.compile(r"[\s\W_]+")


def likely_key(sheet: Sheet, header: Header, name: str) -> str:
    """A sentence on the column that may be the key ``name``, or ''.

    It is one called like a kind of place, else the only text of unknown meaning in front of all values.
    """
    unknown = [place for place, _ in header.of(Role.UNKNOWN) if header.texts[place]]
    likely = [place for place in unknown if _names_kind_of_place(header.texts[place])]
    if not likely:
        first = next((at for at, column in enumerate(header.columns) if column.role in MEASURED), 0)
        texts = [place for place in unknown if place < first and _holds_texts(sheet, header, place)]
        likely = texts if len(texts) == 1 else []
    named = " or ".join(shown(header.texts[place]) for place in likely)
    return f" Is {named} the {name}? Then call it so, or say so in a column map." if named else ""


def _names_kind_of_place(text: str) -> bool:
    return not PLACE_WORDS.isdisjoint(map(fold, _WORDS.split(text)))


def _holds_texts(sheet: Sheet, header: Header, place: int) -> bool:
    rows = sheet.head(header.first_row + _ROWS_SEEN)[header.first_row :]
    cells = [row[place] for row in rows if place < len(row) and row[place] not in (None, "")]
    return bool(cells) and all(isinstance(cell, str) and any(map(str.isalpha, cell)) for cell in cells)
