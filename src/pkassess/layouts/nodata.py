"""Rows and keys that are no data: totals, targets, units and hints under a header, words for nobody."""

from __future__ import annotations

import re

from pkassess.ingest.sheet import CellError
from pkassess.layouts.rows import clean_key
from pkassess.texts import fold
from pkassess.values import MISSING_TOKENS, State, read_value

_ERROR_TEXT = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)", re.IGNORECASE)
_NO_NAMES = (MISSING_TOKENS | {"0", "tbd", "tbc"}) - {"x", "na", ".", "*"}
"""What is never a name, in lower case. A place may be called X or Na."""
_LONGEST_NO_NAME = max(map(len, _NO_NAMES))
_SUMS = frozenset(
    fold(word)
    for word in (
        *("total", "totals", "grand total", "subtotal", "sub-total", "totaux", "sous-total", "totales"),
        *("subtotales", "المجموع", "الإجمالي", "إجمالي", "مجموع"),
    )
)
"""Words that begin the name of a sum, whatever follows."""
_SUM_WORDS = tuple(sorted(_SUMS))
_TOTALS = _SUMS | frozenset(
    fold(word)
    for word in (
        *("sum", "average", "mean", "overall", "ensemble", "moyenne", "somme", "promedio", "media", "suma"),
        *(
            "المتوسط",
            "المعدل",
            "national average",
            "country average",
            "moyenne nationale",
            "promedio nacional",
        ),
        *(
            "all districts",
            "all counties",
            "all regions",
            "tous les districts",
            "toutes les régions",
            "avg",
            "avg.",
        ),
        *("median", "médiane", "mediana", "max", "min", "maximum", "minimum", "máximo", "mínimo"),
        *(
            "target",
            "targets",
            "baseline",
            "benchmark",
            "cible",
            "objectif",
            "référence",
            "meta",
            "línea de base",
        ),
    )
)
"""Words that stand where a partnership is expected, beside what is no partnership: sums, means, targets."""
LABEL_WORDS = frozenset(
    fold(word)
    for word in (
        *("weight", "weights", "unit", "units", "direction", "poids", "pondération", "unité", "unités"),
        *("peso", "pesos", "ponderación", "unidad", "unidades", "الوزن", "الوحدة", "a-z"),
    )
)
"""Words that begin a row under the header which says more of its columns."""


def names_total(key: str) -> bool:
    """Whether a key is a word for totals, or begins with one that names nothing else."""
    folded = fold(key)
    if folded in _TOTALS:
        return True
    if not (folded.startswith(_SUM_WORDS) or folded.endswith(_SUM_WORDS)):
        return False  # as nearly all are
    first, *more = key.split()
    if not more:
        return False  # the one word was the whole key
    return bool({fold(first), fold(first + more[0]), fold(more[-1])} & _SUMS)


def are_labels(texts: list[str]) -> bool:
    """Whether none of the texts is a value, and one at least does not begin like one."""
    return all(read_value(text).state is State.REJECTED for text in texts) and not all(
        text[0].isdecimal() for text in texts
    )


def is_error(cell: object) -> bool:
    """Whether a cell is an error, or a text that shows one."""
    return isinstance(cell, CellError) or (isinstance(cell, str) and bool(_ERROR_TEXT.match(cell.strip())))


def clean_name(cell: object) -> str:
    """A key that names somebody; '' for an error and a word that says that there is none."""
    text = clean_key(cell)
    if len(text) > _LONGEST_NO_NAME or not (text.casefold() in _NO_NAMES or _ERROR_TEXT.match(text)):
        return text
    return ""
