"""What one cell says: a number, nothing, a word for nothing, or something that is not a value.

Blank, a word for missing, an error and a formula without result are four different things; none is zero.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from pkassess.findings import Code
from pkassess.ingest.sheet import CellError, Percent, Uncomputed
from pkassess.texts import fold


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
    }
)
"""Words for a value that nobody reported, in lower case."""

NOT_APPLICABLE_TOKENS = frozenset({"not applicable", "sans objet", "non applicable", "no aplica"})
"""Written out, these take an indicator out of the applicable weight."""

_ZERO_WORDS = frozenset({"nil", "néant", "neant", "zero", "zéro"})
_PLAIN = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
_SPACED = re.compile(r"^[+-]?\d{1,3}([ \u00a0\u2009\u202f]\d{3})+([.,]\d+)?$")
_DECIMAL_COMMA = re.compile(r"^[+-]?\d+,(\d{1,2}|\d{4,})$")
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff")
)


class Reading(NamedTuple):
    """A cell as it was understood. ``code`` says what was noticed, ``kind`` what it was instead of a number."""

    state: State
    value: float = float("nan")
    code: Code | None = None
    kind: str = ""
    percent: bool = False


_BLANK = Reading(State.MISSING)


def read_value(cell: object) -> Reading:
    """What a cell that should hold a number says. ``percent`` marks a % sign or format: 46 % reads 46."""
    if cell is None or cell == "":
        return _BLANK
    if isinstance(cell, CellError):
        return Reading(State.REJECTED, code=Code.ERROR_CELL)
    if isinstance(cell, str):
        return _read_text(cell)
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


def _read_text(cell: str) -> Reading:
    text = cell.translate(_INVISIBLE).strip()
    if not text:
        return _BLANK
    word = _SPACES.sub(" ", text.casefold())
    if word in MISSING_TOKENS:
        return Reading(State.MISSING, code=Code.MISSING_TOKEN)
    if word in NOT_APPLICABLE_TOKENS:
        return Reading(State.NOT_APPLICABLE, code=Code.NOT_APPLICABLE)
    if word in _ZERO_WORDS:
        return Reading(State.OBSERVED, 0.0, code=Code.NUMBER_AS_TEXT)
    percent = text.endswith("%")
    number = _number(text.removesuffix("%").rstrip())
    if number is None:
        return Reading(State.REJECTED, code=Code.TEXT_IN_NUMBER)
    return Reading(State.OBSERVED, number, code=Code.NUMBER_AS_TEXT, percent=percent)


def _number(text: str) -> float | None:
    """A number from text that can be read one way only: 17, 7,25 and 2 500, but not 12,500."""
    text = text.replace("\N{MINUS SIGN}", "-")
    if _PLAIN.match(text):
        number = float(text)
        return number if abs(number) != float("inf") else None
    if _DECIMAL_COMMA.match(text):
        return float(text.replace(",", "."))
    if _SPACED.match(text):
        return float(_SPACES.sub("", text).replace(",", "."))
    return None


class Answer(IntEnum):
    """The answer to a checklist item."""

    UNKNOWN = 0
    NO = 1
    PARTIAL = 2
    YES = 3
    NOT_APPLICABLE = 4
    BAD = 5


_ANSWERS = {
    Answer.YES: ("yes", "y", "true", "oui", "si", "met"),
    Answer.PARTIAL: ("partial", "partly", "partially", "partiel", "partiellement", "parcial"),
    Answer.NO: ("no", "n", "false", "non", "notmet"),
    Answer.NOT_APPLICABLE: ("na", "notapplicable", "sansobjet", "nonapplicable", "noaplica"),
}
_ANSWER_OF = {fold(word): answer for answer, words in _ANSWERS.items() for word in words}
_ANSWER_OF_NUMBER = {1.0: Answer.YES, 0.5: Answer.PARTIAL, 0.0: Answer.NO}


def read_answer(cell: object) -> Answer:
    """What a checklist cell says; ``n/a`` means not applicable here, and a blank is unknown."""
    if cell is None or cell == "":
        return Answer.UNKNOWN
    if isinstance(cell, (CellError, Uncomputed)):
        return Answer.BAD
    if isinstance(cell, (bool, int, float)):
        return _ANSWER_OF_NUMBER.get(float(cell), Answer.BAD)
    text = str(cell).translate(_INVISIBLE).strip()
    # Folding drops signs and points, so that 10, -1 and <1 would all be 1: numbers are read as numbers.
    if (number := _number(text)) is not None:
        return _ANSWER_OF_NUMBER.get(number, Answer.BAD)
    if answer := _ANSWER_OF.get(fold(text)):
        return answer
    return Answer.UNKNOWN if not text or text.casefold() in MISSING_TOKENS else Answer.BAD


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
    """The evidence class of a grade: the worst that applies. F and 6 are not known, which is not the same as bad."""
    source, information = divmod(code, len(INFORMATION_GRADES) + 1)
    if source == 5 or information == 5:  # noqa: PLR2004  # E and 5, the fifth of each
        return EvidenceClass.EXCLUDED
    if source in (0, 6) or information in (0, 6):
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
    text = str(cell).strip().upper()
    match = _GRADE.match(text)
    if match is None:
        return UNGRADED_CODE if text.casefold() in MISSING_TOKENS else None
    source, information = match[1] or "", match[2] or ""
    steps = len(INFORMATION_GRADES) + 1
    return (SOURCE_GRADES.find(source) + 1 if source else 0) * steps + int(information or 0)
