"""Evidence grades such as B2 (Admiralty system), and the class of evidence that each stands for."""

from __future__ import annotations

import re
from enum import IntEnum

import numpy as np

from pkassess.texts import INVISIBLE
from pkassess.values import MISSING_TOKENS


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
