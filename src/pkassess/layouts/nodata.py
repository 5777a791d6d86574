"""Rows and keys that are no data: totals, targets, units and hints under a header, words for nobody."""

from __future__ import annotations

import re
import unicodedata

from pkassess.codes import Code
from pkassess.layouts.rows import clean_key
from pkassess.texts import fold
from pkassess.values import MISSING_TOKENS, State, read_value, shows_error

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
        *(
            "all",
            "tous",
            "toutes",
            "todos",
            "todas",
            "mission-wide",
            "gap",
            "écart",
            "variance",
            "difference",
        ),
        *("différence", "brecha", "diferencia", "varianza", "الفجوة", "الفرق"),
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
_AVERAGES = (
    r"(?:(?:overall|weighted|simple|mission|district|county|regional|general)\s+)?averages?(?:\s+(?:of|for|across)\b.*)?"
    r"|moyennes?\s+(?:generales?|globales?|ponderees?|regionales?|simples?|des|de|du|pour|sur)\b.*"
    r"|promedios?\s+(?:general|global|ponderado|regional|simple|de|del|por)\b.*"
    r"|المتوسط\s.*|متوسط\s.*"
)
_GOALS = (
    r"(?:targets?|cibles?|objetivos?|objectifs?|metas?|baselines?|benchmarks?|الهدف|المستهدف|هدف)"
    r"(?:\s+(?:(?:values?|valeurs?|valor|for|pour|para|of|de|en|in)\b.*|\d{4}.*))?"
)
_NO_PLACE = re.compile(rf"^(?:{_AVERAGES}|{_GOALS})$")
"""What means and targets are called: ``Average of all counties``, ``Moyenne générale``, ``Target 2025``.

A region may be called Moyenne Guinée, so that the first word alone does not tell.
"""
LABEL_WORDS = frozenset(
    fold(word)
    for word in (
        *("weight", "weights", "unit", "units", "direction", "poids", "pondération", "unité", "unités"),
        *("peso", "pesos", "ponderación", "unidad", "unidades", "الوزن", "الوحدة", "a-z"),
    )
)
"""Words that begin a row under the header which says more of its columns."""
_NO_PLACE_STARTS = tuple(
    fold(word)
    for word in (
        *("moyenne", "promedio", "متوسط", "المتوسط", "target", "cible", "objetivo", "objectif", "meta"),
        *("baseline", "benchmark", "هدف", "الهدف", "المستهدف"),
    )
)


def names_total(key: str) -> bool:
    """Whether a key is a word for totals, or begins with one that names nothing else."""
    folded = fold(key)
    if folded in _TOTALS:
        return True
    if ("average" in folded or folded.startswith(_NO_PLACE_STARTS)) and _NO_PLACE.match(_unaccented(key)):
        return True
    if not (folded.startswith(_SUM_WORDS) or folded.endswith(_SUM_WORDS)):
        return False  # as nearly all are
    first, *more = key.split()
    if not more:
        return False  # the one word was the whole key
    return bool({fold(first), fold(first + more[0]), fold(more[-1])} & _SUMS)


def _unaccented(key: str) -> str:
    """A key in lower case, without accents and with single spaces."""
    decomposed = unicodedata.normalize("NFKD", key.casefold())
    return " ".join("".join(sign for sign in decomposed if not unicodedata.combining(sign)).split())


def are_labels(texts: list[str]) -> bool:
    """Whether none of the texts is a value, and one at least does not begin like one or all are limits such as 0-1."""
    readings = [read_value(text) for text in texts]
    if not readings or any(reading.state is not State.REJECTED for reading in readings):
        return False
    limits = all(reading.code is Code.RANGE for reading in readings)
    return limits or not all(text[0].isdecimal() for text in texts)


def clean_name(cell: object) -> str:
    """A key that names somebody; '' for an error and a word that says that there is none."""
    text = clean_key(cell)
    if len(text) > _LONGEST_NO_NAME or not (text.casefold() in _NO_NAMES or shows_error(text)):
        return text
    return ""
