"""Headers of two rows: a group above and its parts below, keys and values in one row each, names above codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from pkassess.columnwords import MEASURED, SISTER_PARTS, TEMPLATE_NAMES, ColumnName, Role
from pkassess.headers import Header, count_known, header_rows, header_texts, spread
from pkassess.periods import is_nearly_period, parse_period
from pkassess.texts import fold
from pkassess.unitwords import unit_of

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet
    from pkassess.vocabulary import Vocabulary

_ABOVE_VALUES = frozenset({"value", "valeur", "valor", "score", "القيمة"})
_PART_WORDS = {
    fold(word): part
    for part, words in {
        "grade": ("cote", "fiabilité", "calificación", "fiabilidad", "التقييم"),
        "source": ("fuente", "المصدر"),
        "numerator": ("numérateur", "numerador", "البسط"),
        "denominator": ("dénominateur", "denominador", "المقام"),
        "n": ("sample", "échantillon", "effectif", "muestra", "العينة"),
    }.items()
    for word in words
}
"""What the parts of an indicator are called below its name, besides their own names."""
_LIMITS = re.compile(r"(?:(?:scale|échelle|escala)\W*)?[\W\d_]+", re.IGNORECASE)
"""What a scale is said to hold below an indicator's name: 1-5."""


def two_rows(sheet: Sheet, vocabulary: Vocabulary, only: int | None) -> Header | None:
    """The header that two rows make together: a group above, its parts below."""
    best: Header | None = None
    for place, upper, lower in _pairs(sheet, only):
        if not any(upper) or not any(lower):
            continue
        pairs = list(zip_longest(upper, spread(upper), lower, fillvalue=""))
        columns = tuple(_meaning_of_pair(*pair, vocabulary) for pair in pairs)
        parted = any(column.role in (Role.SISTER, Role.ITEM) for column in columns)
        if (parted or _in_one_row_each(columns, upper, lower)) and (
            best is None or count_known(columns) > count_known(best.columns)
        ):
            texts = tuple(" / ".join(text for text in (above, below) if text) for above, _, below in pairs)
            best = Header(place, columns, texts)
    return best


def names_above_codes(sheet: Sheet, vocabulary: Vocabulary, only: int | None) -> Header | None:
    """The header of a COIN template whose codes mean nothing to the rubric, while the names in the row above do."""
    for place, upper, lower in _pairs(sheet, only):
        if not any(fold(text) == TEMPLATE_NAMES for text in upper):
            continue
        columns = tuple(
            own if (own := vocabulary.meaning(below)).role is not Role.UNKNOWN else vocabulary.meaning(above)
            for above, below in zip_longest(upper, lower, fillvalue="")
        )
        texts = tuple(below or above for above, below in zip_longest(upper, lower, fillvalue=""))
        if any(column.role in MEASURED for column in columns):
            return Header(place, columns, texts)
    return None


def _pairs(sheet: Sheet, only: int | None) -> Iterator[tuple[int, Sequence[str], Sequence[str]]]:
    """The rows that may be the lower one of a header, each with its number, the texts above it and its own."""
    for place, row in header_rows(sheet, only):
        if place:
            yield place, header_texts(sheet.head(place)[-1]), header_texts(row)


def _in_one_row_each(columns: Sequence[ColumnName], upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether keys stand in one of the rows alone and values in the other: under titles, or over units."""
    pairs = list(zip_longest(columns, upper, lower))
    keys = [(above, below) for column, above, below in pairs if column.role is Role.KEY]
    values = [(above, below) for column, above, below in pairs if column.role is Role.VALUE]
    keys_above = any(not below for _, below in keys) and any(below for _, below in values)
    keys_below = any(not above for above, _ in keys) and any(
        above and not _says(below) for above, below in values
    )
    return keys_above or keys_below


def _says(below: str) -> bool:
    """Whether a text below a name says more than in which unit and between which limits it is given."""
    if not below or unit_of(below):
        return False
    names_period = parse_period(below) is not None or is_nearly_period(below)
    return names_period or _LIMITS.fullmatch(below) is None


def _meaning_of_pair(above: str, group: str, below: str, vocabulary: Vocabulary) -> ColumnName:
    alone = vocabulary.meaning(below)
    if not below:
        return vocabulary.meaning(above)
    if alone.role is Role.UNKNOWN and not _says(below):
        return vocabulary.meaning(above or group)
    measure = vocabulary.measure(group)
    if measure is None or parse_period(below) is not None:
        return alone  # years under an indicator are one column for each period
    part = _PART_WORDS.get(fold(below)) or below.strip().lower().replace(" ", "_")
    if part in SISTER_PARTS:
        return ColumnName(Role.SISTER, measure, part)
    if part in _ABOVE_VALUES:
        return ColumnName(Role.VALUE, measure)
    item = vocabulary.meaning(f"{measure}.{below}")
    return item if item.role is Role.ITEM else alone
