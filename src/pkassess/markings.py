"""Markings of confidentiality: their words in English, French, Spanish and Arabic, and where sheets say them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet

MARKINGS = ("UNCLASSIFIED", "CONFIDENTIAL", "STRICTLY CONFIDENTIAL")
"""The three levels of the United Nations, the strictest last."""
_WORDS = {
    "UNCLASSIFIED": (
        *("unclassified", "UN unclassified", "non classifié", "non classifiée", "sin clasificar"),
        *("no clasificado", "غير سري", "غير مصنف"),
    ),
    "CONFIDENTIAL": (
        *("confidential", "UN confidential", "confidentiel", "confidentielle", "confidencial", "سري"),
    ),
    "STRICTLY CONFIDENTIAL": (
        *("strictly confidential", "UN strictly confidential", "strictement confidentiel"),
        *("strictement confidentielle", "estrictamente confidencial", "سري للغاية"),
    ),
}
_MARKING_OF = {fold(word): marking for marking, words in _WORDS.items() for word in words}
MARKING_LABELS = frozenset(
    fold(word)
    for word in (
        "marking",
        "classification",
        "security classification",
        "clasificación",
        "التصنيف",
        "confidentialité",
    )
)
"""What a marking is called where it has a label, folded."""


def read_marking(cell: object) -> str:
    """The marking that a cell is, alone or behind a label and a colon; '' for none."""
    if not isinstance(cell, str):
        return ""
    label, colon, behind = cell.partition(":")
    return _MARKING_OF.get(fold(behind if colon and fold(label) in MARKING_LABELS else cell), "")


def highest(markings: Iterable[str]) -> str:
    """The strictest of some markings, '' for none."""
    given = set(markings)
    return next((marking for marking in reversed(MARKINGS) if marking in given), "")


def markings_above(sheet: Sheet, rows: int) -> Iterator[str]:
    """What the first rows of a sheet say, as titles do."""
    for row in sheet.head(rows) if rows else ():
        yield from filter(None, map(read_marking, row))


def markings_below(sheet: Sheet, texts: Sequence[str], first: int) -> Iterator[str]:
    """What the column of markings of a table says, from the row ``first`` on."""
    place = next((at for at, text in enumerate(texts) if fold(text) in MARKING_LABELS), None)
    if place is not None:
        for _, rows in sheet.blocks(first):
            yield from (read_marking(row[place]) for row in rows if place < len(row))
