"""What one cell says: a number, nothing, a word for nothing, or something that is not a value.

Blank, a word for missing, an error and a formula without result are four different things; none is zero.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from pkassess.codes import Code
from pkassess.dates import parse_month
from pkassess.ingest.sheet import CellError, Percent, Uncomputed
from pkassess.texts import INVISIBLE, fold


class State(IntEnum):
    """What became of a cell that should hold a value."""

    MISSING = 0
    OBSERVED = 1
    REJECTED = 2
    NOT_APPLICABLE = 3


MISSING_TOKENS = frozenset(
    {
        *("-", "--", "\N{EN DASH}", "\N{EM DASH}", ".", "..", "...", "?", "x", "*"),
        *("n/a", "na", "n.a.", "n/d", "nd", "n.d.", "nr", "n.r.", "n/r", "null", "none", "nan", "missing"),
        *(
            "unknown",
            "not reported",
            "no data",
            "inconnu",
            "non disponible",
            "sin datos",
            "desconocido",
            "s/d",
        ),
        *("inconnue", "non renseigné", "non communiqué", "s.o.", "desconocida", "sin dato", "no disponible"),
        *("غير معروف", "غير متوفر", "غير متاح", "لا توجد بيانات"),
        *("\N{HORIZONTAL ELLIPSIS}", "n.a", "n.d", "not available", "not known", "don't know", "do not know"),
        *("pas de données", "aucune donnée", "ne sait pas", "nsp", "no hay datos", "no reportado", "no sabe"),
        *("لا أعرف", "غير متوفرة", "غير معروفة"),
    }
)
"""Words for a value that nobody reported, in lower case."""

NOT_APPLICABLE_TOKENS = frozenset(
    {
        *("not applicable", "not_applicable", "sans objet", "non applicable"),
        *("no aplica", "no aplicable", "لا ينطبق", "غير منطبق"),
        *("does not apply", "ne s'applique pas", "no se aplica", "no procede"),
    }
)
"""Written out, these take an indicator out of the applicable weight."""
_LEAST_LETTERS = 5
_FOLDED_MISSING, _FOLDED_NOT_APPLICABLE = (
    frozenset(word for word in map(fold, tokens) if len(word) >= _LEAST_LETTERS)
    for tokens in (MISSING_TOKENS, NOT_APPLICABLE_TOKENS)
)
"""The longer ones are known without accents and signs too."""

_ZERO_WORDS = frozenset({"nil", "néant", "neant", "zero", "zéro", "cero", "صفر"})
_PLAIN = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
_SPACED = re.compile(r"^[+-]?\d{1,3}([ '\u2019\u00a0\u2009\u202f]\d{3})+([.,]\d+)?$")
_DECIMAL_COMMA = re.compile(r"^[+-]?(?![1-9]\d{0,2},\d{3}$)\d+,\d+$")
"""12,500 can be read two ways; 0,500 and 1234,567 cannot, as nobody sets thousands apart so."""
_POINT_GROUP = re.compile(r"^[+-]?[1-9]\d{0,2}\.\d{3}$")
_COMMA_ANY = re.compile(r"^[+-]?\d+,\d+$")
_GROUPED = {
    ".": re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"),
    ",": re.compile(r"^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$"),
}
_BOTH_SIGNS = {
    ".": re.compile(r"^[+-]?[1-9]\d{0,2}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})$"),
    ",": re.compile(r"^[+-]?[1-9]\d{0,2}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})$"),
}
"""Numbers whose thousands are surely set apart, by their decimal sign."""
_OTHER_SIGNS = str.maketrans({"\u066b": ".", "\u066c": "\u202f", "\u066a": "%", "\uff05": "%"})
"""The Arabic decimal, thousands and percent signs and the wide percent sign, each of which can be read in one way only."""
_AMOUNT = r"[+-]?\d+(?:[.,\s\u00a0\u2009\u202f]\d+)*\s*%?"
_ERROR_TEXT = re.compile(
    r"^(?:#[¡¿]?[^\W\d_][\w/]*[!?]|#N/?[AD]|#NV|#GETTING_DATA|Err:\d{3})$", re.IGNORECASE
)
"""Errors as spreadsheet programs show them in any language: #DIV/0!, #VALEUR!, #¡REF!, #NOM?, #N/D, Err:502."""
_ERROR_STARTS = ("#", "E", "e")
_NO_NUMBERS = (
    (_ERROR_TEXT, Code.ERROR_CELL),
    (
        re.compile(
            rf"^(?:[<>\u2264\u2265]=?|less than|more than|under|over|at least|at most|moins de|plus de|au moins|au plus|menos de|m[aá]s de"
            rf"|al menos|a lo sumo|como m[aá]ximo|como m[ií]nimo|أقل من|أكثر من)\s*{_AMOUNT}$|^{_AMOUNT}\s*[+<>\u2264\u2265]$",
            re.IGNORECASE,
        ),
        Code.INEQUALITY,
    ),
    (
        re.compile(
            rf"^(?:[~\u2248\u00b1]|ca\.?|c\.|approx\.?|about|around|env\.?|environ|aprox\.?|unos|unas|circa|حوالي)\s*{_AMOUNT}$",
            re.IGNORECASE,
        ),
        Code.ESTIMATE,
    ),
    (
        re.compile(
            rf"^(?:(?:between|from|entre|de|desde)\s+)?{_AMOUNT}\s*"
            rf"(?:-|\u2013|\u2014|to|and|\u00e0|et|a|y|/)\s*{_AMOUNT}$",
            re.IGNORECASE,
        ),
        Code.RANGE,
    ),
    (re.compile(r"^[+-]?\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?$"), Code.AMBIGUOUS_NUMBER),
    (
        re.compile(
            rf"^(?:{_AMOUNT}\s*(?![eE]\d*$|x\d)[^\W\d_(\[].*|{_AMOUNT}\s*[(\[].*|[^\W\d_]+\s+{_AMOUNT}|[$€£]\s*{_AMOUNT}|{_AMOUNT}\s*[$€£])$"
        ),
        Code.NUMBER_WITH_UNIT,
    ),
)
"""Texts that look like something other than a number, with what they are."""
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_THOUSANDS = re.compile(r"[\s'\u2019]")


class Reading(NamedTuple):
    """A cell as it was understood. ``code`` says what was noticed, ``kind`` what it was instead of a number."""

    state: State
    value: float = float("nan")
    code: Code | None = None
    kind: str = ""
    percent: bool = False


_BLANK = Reading(State.MISSING)


def read_value(cell: object, decimal: str = "", *, grouped: bool = False) -> Reading:
    """What a cell that should hold a number says. ``percent`` marks a % sign or format: 46 % reads 46.

    ``decimal`` is the decimal sign of texts, ``.`` or ``,``; without it only what can be read one way is read. Where points
    may set thousands apart (``grouped``), 1.250 can be read two ways.
    """
    if cell is None or cell == "":
        return _BLANK
    if isinstance(cell, CellError):
        return Reading(State.REJECTED, code=Code.ERROR_CELL)
    if isinstance(cell, str):
        if grouped and not decimal and _POINT_GROUP.match(cell.strip()):
            return Reading(State.REJECTED, code=Code.AMBIGUOUS_NUMBER)
        return _read_text(cell, decimal)
    if isinstance(cell, float) and not math.isfinite(cell):
        return Reading(State.REJECTED, code=Code.TEXT_IN_NUMBER)
    if isinstance(cell, Percent):
        # Multiplying 0.07 by 100 gives 7.000000000000001; the user typed 7.
        return Reading(State.OBSERVED, float(f"{float(cell) * 100:.12g}"), percent=True)
    if isinstance(cell, bool):
        return Reading(State.REJECTED, code=Code.NOT_A_QUANTITY, kind="yes/no value")
    if isinstance(cell, (int, float)):
        return Reading(State.OBSERVED, float(cell))
    if isinstance(cell, Uncomputed):
        return Reading(State.REJECTED, code=Code.UNCOMPUTED_FORMULA)
    kind = "duration" if isinstance(cell, dt.timedelta) else "time" if isinstance(cell, dt.time) else "date"
    return Reading(State.REJECTED, code=Code.NOT_A_QUANTITY, kind=kind)


def _read_text(cell: str, decimal: str) -> Reading:
    text = cell.translate(INVISIBLE).translate(_OTHER_SIGNS).strip()
    if not text:
        return _BLANK
    word = _SPACES.sub(" ", text.casefold())
    if says_missing(word):
        return Reading(State.MISSING, code=Code.MISSING_TOKEN)
    if says_not_applicable(word):
        return Reading(State.NOT_APPLICABLE, code=Code.NOT_APPLICABLE)
    if word in _ZERO_WORDS:
        return Reading(State.OBSERVED, 0.0, code=Code.NUMBER_AS_TEXT)
    percent = text.endswith("%") or text.startswith("%")
    plain = text.removesuffix("%").removeprefix("%").strip()
    number = _number(plain, decimal)
    if number is None:
        return Reading(State.REJECTED, code=_why_no_number(plain))
    return Reading(State.OBSERVED, number, code=Code.NUMBER_AS_TEXT, percent=percent)


def says_missing(text: str) -> bool:
    """Whether a text is a word for a value that nobody reported."""
    return text.casefold() in MISSING_TOKENS or fold(text) in _FOLDED_MISSING


def says_not_applicable(text: str) -> bool:
    """Whether a text says in words that the indicator does not apply."""
    return text.casefold() in NOT_APPLICABLE_TOKENS or fold(text) in _FOLDED_NOT_APPLICABLE


def _why_no_number(text: str) -> Code:
    """What a text is that should be a number, in the order of the catalogue."""
    for pattern, code in _NO_NUMBERS:
        if pattern.match(text):
            return code
    return Code.TEXT_IN_NUMBER


def _number(text: str, decimal: str = "") -> float | None:
    """A number from text that can be read one way only: 17, 7,25, 2 500 and 1.250,50, but not 12,500.

    With a decimal sign the other one of point and comma may set thousands apart.
    """
    text = text.replace("\N{MINUS SIGN}", "-")
    if decimal and _GROUPED[decimal].match(text):
        thousands = "," if decimal == "." else "."
        return float(text.replace(thousands, "").replace(decimal, "."))
    if decimal == "," and _COMMA_ANY.match(text):
        return float(text.replace(",", "."))
    if _PLAIN.match(text):
        number = float(text)
        return number if abs(number) != float("inf") else None
    if _DECIMAL_COMMA.match(text):
        return float(text.replace(",", "."))
    if _SPACED.match(text):
        return float(_THOUSANDS.sub("", text).replace(",", "."))
    for sign, pattern in _BOTH_SIGNS.items():
        if decimal in ("", sign) and pattern.match(text):
            return float(text.replace("," if sign == "." else ".", "").replace(sign, "."))
    return None


def shows_error(cell: object) -> bool:
    """Whether a cell is an error, or a text that shows one."""
    if isinstance(cell, CellError):
        return True
    text = cell.lstrip() if isinstance(cell, str) else ""
    return text[:1] in _ERROR_STARTS and bool(_ERROR_TEXT.match(text.rstrip()))


def has_decimal_comma(cell: object) -> bool:
    """Whether a text is a number with a decimal comma that can be read one way only."""
    text = cell.strip().removesuffix("%").rstrip() if isinstance(cell, str) else ""
    spaced = "," in text and _SPACED.match(text)
    return bool(spaced or _DECIMAL_COMMA.match(text) or _BOTH_SIGNS[","].match(text))


def is_plain_number(text: str) -> bool:
    """Whether a text is a number as programs write it, with a point and nothing else."""
    return _PLAIN.match(text) is not None


class Answer(IntEnum):
    """The answer to a checklist item."""

    UNKNOWN = 0
    NO = 1
    PARTIAL = 2
    YES = 3
    NOT_APPLICABLE = 4
    BAD = 5


_ANSWERS = {
    Answer.YES: ("yes", "y", "true", "oui", "o", "vrai", "si", "s", "verdadero", "met", "نعم", "صحيح"),
    Answer.PARTIAL: (
        *(
            "partial",
            "partly",
            "partially",
            "in part",
            "partially met",
            "partiel",
            "partielle",
            "partiellement",
        ),
        *("en partie", "parcial", "parcialmente", "en parte", "جزئي", "جزئيا"),
    ),
    Answer.NO: ("no", "n", "false", "non", "faux", "falso", "not met", "لا", "خطأ"),
    Answer.NOT_APPLICABLE: ("na", "s.o.", *NOT_APPLICABLE_TOKENS),
}
_ANSWER_OF = {fold(word): answer for answer, words in _ANSWERS.items() for word in words}
_MARKS = {
    **dict.fromkeys("\u2713\u2714\u2611\u2705", Answer.YES),
    **dict.fromkeys("\u2717\u2718\u2612\u274c", Answer.NO),
    "x": Answer.BAD,  # a tick for some, a word for nothing for others
}
_ANSWER_OF_NUMBER = {1.0: Answer.YES, 0.5: Answer.PARTIAL, 0.0: Answer.NO}


def read_answer(cell: object) -> Answer:
    """What a checklist cell says; ``n/a`` means not applicable here, and a blank is unknown."""
    if cell is None or cell == "":
        return Answer.UNKNOWN
    if isinstance(cell, (CellError, Uncomputed)):
        return Answer.BAD
    if isinstance(cell, (bool, int, float)):
        return _ANSWER_OF_NUMBER.get(float(cell), Answer.BAD)
    text = str(cell).translate(INVISIBLE).strip()
    # Folding drops signs and points, so that 10, -1 and <1 would all be 1: numbers are read as numbers.
    if (number := _number(text)) is not None:
        return _ANSWER_OF_NUMBER.get(number, Answer.BAD)
    if answer := _MARKS.get(text.casefold()) or _ANSWER_OF.get(fold(text)):
        return answer
    return Answer.UNKNOWN if not text or says_missing(text) else Answer.BAD


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
_SIZES = {"million": "1000000", "thousand": "1000", "mille": "1000", "mil": "1000"}


def unit_of(cell: object) -> str:
    """What a unit written as text is: ``percent``, ``share``, ``count``, ``days``, ``per 100000``; '' for one not known."""
    text = " ".join(str(cell).casefold().split()) if isinstance(cell, str) else ""
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
    # A sign alone, such as a currency's, folds to nothing.
    return not unit_of(cell) and (not fold(cell) or fold(cell) not in fold(unit))


_FIVE_STEPS = (
    ("very low", "low", "medium", "high", "very high"),
    ("very low", "low", "moderate", "high", "very high"),
    ("tres faible", "faible", "moyen", "eleve", "tres eleve"),
    ("tres faible", "faible", "modere", "eleve", "tres eleve"),
    ("tres basse", "basse", "moderee", "elevee", "tres elevee"),
    ("tres basse", "basse", "moyenne", "haute", "tres haute"),
    ("tres bas", "bas", "moyenne", "haut", "tres haut"),
    ("muy bajo", "bajo", "medio", "alto", "muy alto"),
    ("muy baja", "baja", "media", "alta", "muy alta"),
    ("muy bajo", "bajo", "moderado", "alto", "muy alto"),
    ("muy baja", "baja", "moderada", "alta", "muy alta"),
    ("منخفض جدا", "منخفض", "متوسط", "مرتفع", "مرتفع جدا"),
    ("ضعيف جدا", "ضعيف", "متوسط", "عالي", "عالي جدا"),
    ("ضعيف جدا", "ضعيف", "متوسط", "عال", "عال جدا"),
    ("ضعيفة جدا", "ضعيفة", "متوسطة", "عالية", "عالية جدا"),
    ("منخفضة جدا", "منخفضة", "متوسطة", "مرتفعة", "مرتفعة جدا"),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ("strongly disagree", "disagree", "neither agree nor disagree", "agree", "strongly agree"),
    ("pas du tout d'accord", "pas d'accord", "neutre", "d'accord", "tout à fait d'accord"),
    (
        *("pas du tout d'accord", "plutôt pas d'accord", "ni d'accord ni pas d'accord", "plutôt d'accord"),
        "tout à fait d'accord",
    ),
    ("muy en desacuerdo", "en desacuerdo", "neutral", "de acuerdo", "muy de acuerdo"),
    (
        *("totalmente en desacuerdo", "en desacuerdo", "ni de acuerdo ni en desacuerdo", "de acuerdo"),
        "totalmente de acuerdo",
    ),
    ("غير موافق بشدة", "غير موافق", "محايد", "موافق", "موافق بشدة"),
    ("لا أوافق بشدة", "لا أوافق", "محايد", "أوافق", "أوافق بشدة"),
    ("never", "rarely", "sometimes", "often", "always"),
    ("jamais", "rarement", "parfois", "souvent", "toujours"),
    ("nunca", "raramente", "a veces", "a menudo", "siempre"),
    ("أبدا", "نادرا", "أحيانا", "غالبا", "دائما"),
)
"""Words of five-step ratings in English, French, Spanish and Arabic, from 1 to 5."""
_FIVE = 5
_RATING_OF = {fold(word): float(step) for words in _FIVE_STEPS for step, word in enumerate(words, 1)}
_NUMBERED_ANSWER = re.compile(
    r"^(?:(?P<first>[1-9])\s*[-.:)=(\u2013]\s*(?P<behind>[^\W\d][^\d]*?)\)?|(?P<before>[^\W\d][^\d]*)\((?P<last>[1-9])\))$"
)


def read_rating(cell: object, points: int = 5, own: Mapping[str, float] | None = None) -> float | None:
    """The rating that the number beside a word gives (``4 - high``, ``High (4)``), or a word alone.

    ``own`` are the rubric's words for the steps, folded; where there are none, the usual words of five steps count. None
    for a word of another step than the number, for one that says that there is no rating, and for a day (``4-Mar``).
    """
    if not isinstance(cell, str):
        return None
    text = cell.translate(INVISIBLE).strip()
    words = own or (_RATING_OF if points == _FIVE else {})
    match = _NUMBERED_ANSWER.match(text)
    if match is None:
        return words.get(fold(text))
    number, word = float(match["first"] or match["last"]), (match["behind"] or match["before"]).strip()
    plain = _SPACES.sub(" ", word)
    if says_missing(plain) or says_not_applicable(plain) or parse_month(word):
        return None
    return number if words.get(fold(word), number) == number else None


class EvidenceClass(IntEnum):
    """How far a value's evidence carries; the larger number is the worse class."""

    STRONG = 0
    MODERATE = 1
    WEAK = 2
    UNGRADED = 3
    EXCLUDED = 4


CLASS_NAMES = tuple(member.name.lower() for member in EvidenceClass)
SOURCE_GRADES, INFORMATION_GRADES = "ABCDEF", "123456"
UNGRADED_CODE = 0
_GRADE = re.compile(r"^([A-F])?\s*[-/ ]?\s*([1-6])?$")


def _class_of(code: int) -> EvidenceClass:
    """The evidence class of a grade: the worst that applies; half a grade is none.

    F and 6 are not known, which is not the same as bad.
    """
    source, information = divmod(code, len(INFORMATION_GRADES) + 1)
    if 0 in (source, information):
        return EvidenceClass.UNGRADED
    if source == 5 or information == 5:  # noqa: PLR2004  # E and 5, the fifth of each
        return EvidenceClass.EXCLUDED
    if 6 in (source, information):  # noqa: PLR2004  # F and 6, the sixth
        return EvidenceClass.UNGRADED
    if source == 4 or information == 4:  # noqa: PLR2004  # D and 4
        return EvidenceClass.WEAK
    return EvidenceClass.STRONG if source <= 2 and information <= 2 else EvidenceClass.MODERATE  # noqa: PLR2004


CLASS_OF_GRADE = np.array([_class_of(code) for code in range(49)], dtype=np.int8)
"""The evidence class of every grade code."""
DIAGONAL = np.array([8 * place for place in range(1, 6)], dtype=np.int8)
"""The codes of A1, B2, C3, D4 and E5."""
FULLY_GRADED = np.array([7 * source + information for source in range(1, 6) for information in range(1, 6)])
"""The codes with a judgement on both scales; F and 6 are none."""


def read_grade(cell: object) -> int | None:
    """The code of a grade such as ``B2`` (Admiralty system); None if it is no grade at all.

    The code is seven times the place of the letter plus that of the digit, each from 1, 0 where it is not given:
    ``B2`` is 16, a blank 0. ``CLASS_OF_GRADE`` gives its evidence class.
    """
    if cell is None:
        return UNGRADED_CODE
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).translate(INVISIBLE).strip().upper()
    match = _GRADE.match(text)
    if match is None:
        return UNGRADED_CODE if text.casefold() in MISSING_TOKENS else None
    source, information = match[1] or "", match[2] or ""
    steps = len(INFORMATION_GRADES) + 1
    return (SOURCE_GRADES.find(source) + 1 if source else 0) * steps + int(information or 0)
