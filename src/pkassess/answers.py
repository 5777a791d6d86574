"""Words that stand for the answer to a checklist item or for a rating, in English, French, Spanish and Arabic."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum

from pkassess.dates import parse_month
from pkassess.ingest.sheet import CellError, Uncomputed
from pkassess.texts import INVISIBLE, fold
from pkassess.values import NOT_APPLICABLE_TOKENS, read_number, says_missing, says_not_applicable


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
    if (number := read_number(text)) is not None:
        return _ANSWER_OF_NUMBER.get(number, Answer.BAD)
    if answer := _MARKS.get(text.casefold()) or _ANSWER_OF.get(fold(text)):
        return answer
    return Answer.UNKNOWN if not text or says_missing(text) else Answer.BAD


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
FIVE = 5
USUAL_STEPS = ", ".join(f"{step} ({word})" for step, word in enumerate(_FIVE_STEPS[0], 1))
"""The steps with the first of their words, for messages."""
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
    words = own or (_RATING_OF if points == FIVE else {})
    match = _NUMBERED_ANSWER.match(text)
    if match is None:
        return words.get(fold(text))
    number, word = float(match["first"] or match["last"]), (match["behind"] or match["before"]).strip()
    plain = " ".join(word.split())
    if says_missing(plain) or says_not_applicable(plain) or parse_month(word):
        return None
    return number if words.get(fold(word), number) == number else None
