"""What one cell says: a number, nothing, a word for nothing, or something that is not a value.

Blank, a word for missing, an error and a formula without result are four different things; none is zero.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from enum import IntEnum
from typing import NamedTuple

from pkassess.codes import Code
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
_FRACTION = re.compile(r"^\d+(?:[.,]\d+)?\s*/\s*\d")
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
    number = read_number(plain, decimal)
    if number is None:
        code = _why_no_number(plain)
        kind = "" if code is not Code.RANGE else "a fraction" if _FRACTION.match(plain) else "a range"
        return Reading(State.REJECTED, code=code, kind=kind)
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


def read_number(text: str, decimal: str = "") -> float | None:
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
