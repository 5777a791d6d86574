"""Units as rows give them in words, and whether they can be those of an indicator."""

from __future__ import annotations

import re

from pkassess.texts import fold
from pkassess.values import says_missing

_UNIT_WORDS = {
    "percent": (
        "%",
        "percent",
        "per cent",
        "pct",
        "percentage",
        "pour cent",
        "pourcentage",
        "por ciento",
        "porcentaje",
    ),
    "share": ("share", "ratio", "fraction", "proportion", "part", "proporción", "0-1"),
    "count": ("count", "number", "nombre", "número", "persons", "people"),
    "days": ("days", "day", "jours", "jour", "días", "día", "dias"),
    "another size": (
        *("thousand", "thousands", "in thousands", "million", "millions", "in millions", "'000", "000s", "k"),
        *(
            "milliers",
            "en milliers",
            "en millions",
            "miles",
            "en miles",
            "millones",
            "en millones",
            "آلاف",
            "ملايين",
        ),
    ),
    "per 1000": ("\u2030", "per mille", "pour mille", "por mil"),
    "other time": (
        "hours",
        "hour",
        "heures",
        "horas",
        "weeks",
        "week",
        "semaines",
        "semanas",
        "months",
        "mois",
        "meses",
    ),
}
_UNIT_OF = {word: unit for unit, words in _UNIT_WORDS.items() for word in words}
_PER = re.compile(r"^(?:per|pour|por|/)\s*(?P<size>[\d.,\s]*\d|million|thousand|mille|mil)\b")
_REMARK = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")
"""What stands behind a unit: ``ratio (0-1)``."""
_SIZES = {"million": "1000000", "thousand": "1000", "mille": "1000", "mil": "1000"}


def unit_of(cell: object) -> str:
    """What a unit written as text is: ``percent``, ``share``, ``count``, ``days``, ``per 100000``; '' for one not known."""
    text = " ".join(str(cell).casefold().split()) if isinstance(cell, str) else ""
    text = text.strip("()[]") if text.startswith(("(", "[")) else _REMARK.sub("", text)
    if match := _PER.match(text):
        return "per " + _SIZES.get(match["size"], re.sub(r"\D", "", match["size"]))
    if text.startswith(("%", "percent", "per cent", "pct", "pour cent", "por ciento")):
        return "percent"
    return _UNIT_OF.get(text, "")


def contradicts(cell: object, unit: str) -> bool:
    """Whether what a row gives as its unit is surely another one than that of its indicator."""
    given, expected = unit_of(cell), unit_of(unit)
    return bool(given and expected) and given != expected


def is_strange_unit(cell: object, unit: str) -> bool:
    """Whether what a row gives as its unit may be another one: it is not known, and not written as the indicator's."""
    if not isinstance(cell, str) or not cell.strip() or says_missing(cell.strip()):
        return False
    if (numbers := re.findall(r"\d+", cell)) and numbers == re.findall(r"\d+", unit):
        return False  # 1-5 is a rating from 1 to 5
    # A sign alone, such as a currency's, folds to nothing.
    return not unit_of(cell) and (not fold(cell) or fold(cell) not in fold(unit))
