"""Words for other values than those of the period: targets and plans, baselines and earlier periods, some people only."""

from __future__ import annotations

import re
from functools import cache

from pkassess.texts import fold

TARGET, BASELINE, EARLIER, SOME_PEOPLE = (
    "a target or plan",
    "a baseline",
    "the value of another period",
    "the value of some people only",
)
PLANNED = frozenset({TARGET, BASELINE})
"""What is surely nobody's observed value, whatever period it stands in."""


def _folded(*words: str) -> frozenset[str]:
    return frozenset(map(fold, words))


_SURE = {
    TARGET: _folded(
        *("target", "targets", "targeted", "planned", "forecast", "forecasts", "projected", "projection"),
        *("cible", "cibles", "prévu", "prévue", "prévus", "prévues", "prévision", "prévisions", "planifié"),
        *("previsto", "prevista", "previstos", "previstas", "previsión", "planificado", "الهدف", "المستهدف"),
    ),
    BASELINE: _folded("baseline", "baselines", "línea de base", "situation de référence", "خط الأساس"),
    EARLIER: _folded(
        *("previous", "précédent", "précédente", "anterior", "année dernière", "trimestre dernier"),
        *("dernier trimestre", "dernière année", "mois dernier", "año pasado", "trimestre pasado"),
        *(f"{word} {part}" for word in ("last", "past", "prior") for part in ("year", "quarter", "month")),
    ),
}
"""Words, folded, that say so wherever they stand; those of several words stand side by side."""
_ALONE = {
    TARGET: _folded(
        *("plan", "plans", "expected", "goal", "goals", "objectif", "objectifs", "objetivo", "objetivos"),
        *("meta", "metas"),
    ),
    BASELINE: _folded("référence", "reference", "referencia"),
    SOME_PEOPLE: _folded(
        *("men", "women", "male", "female", "males", "females", "boys", "girls", "hommes", "femmes"),
        *("garçons", "filles", "hombres", "mujeres", "niños", "niñas"),
    ),
}
"""Words, folded, that say so where nothing but numbers and words without meaning stand beside them."""
_KIND_OF = {word: kind for found in (_ALONE, _SURE) for kind, words in found.items() for word in words}
_NEUTRAL = _folded(
    *(
        "value",
        "values",
        "data",
        "grp",
        "group",
        "only",
        "for",
        "of",
        "in",
        "the",
        "fy",
        "q",
        "t",
        "h",
        "s",
        "v",
    ),
    *("valeur", "valeurs", "groupe", "pour", "de", "du", "des", "la", "le", "les", "annuel", "annual"),
    *("valor", "valores", "grupo", "para", "anual"),
)
_YEAR_AND_PART = re.compile(r"(?:20\d\d[\W_]*[qths][1-4]|[qths][1-4][\W_]*20\d\d)")
_BEFORE = re.compile(r"[tny][\W_]+1")
"""``t-1`` and ``n-1``, the period before."""
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 3


def _words(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]


def _beside(words: list[str]) -> set[str]:
    """The words, and those side by side as one."""
    sizes = range(1, _LONGEST + 1)
    return {"".join(words[at : at + size]) for at in range(len(words)) for size in sizes}


@cache
def other_value(text: str) -> str:
    """What a text says by nothing but such words that values are, as ``Target 2026`` does; '' for none."""
    words = _words(text)
    telling = "".join(word for word in words if word not in _NEUTRAL)
    return _KIND_OF.get("".join(words)) or _KIND_OF.get(telling, "")


@cache
def other_group(text: str) -> str:
    """What the name of a group of columns says that their values are, by any of its words; '' for none."""
    bare = text.strip().casefold()
    if _BEFORE.fullmatch(bare) or _YEAR_AND_PART.fullmatch(bare):
        return EARLIER
    beside = _beside(_words(text))
    return next((kind for kind, words in _SURE.items() if words & beside), "") or other_value(text)
