"""How a typed value reads: one rounding for all media, and signs that any screen can hold."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import numpy as np

from pkassess.scoring import classify

if TYPE_CHECKING:
    from pkassess.rubric import Level

MOST_DECIMALS = 12


def half_up(value: float, decimals: int = 0) -> str:
    """A number rounded half up on its decimal value: 2.5 is 3, and 0.125 with two decimals 0.13."""
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{rounded:f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def score_text(value: float, levels: Sequence[Level], *, whole: float = 100.0) -> str:
    """A score as people read it: an integer, with as many decimals as keep it inside its level's band.

    ``whole`` is the length of the score range; on a range of 10 or less two decimals are the least.
    """
    least = 0 if whole > 10 else 2  # noqa: PLR2004  # on 0 to 1 an integer says nothing
    level = classify(np.array(value), levels)
    for decimals in range(least, MOST_DECIMALS):
        text = half_up(value, decimals)
        if classify(np.array(float(text)), levels) == level:
            return text
    return repr(value)


def raw_text(value: float, unit: str) -> str:
    """A raw value with at most two significant decimals, and its percent sign."""
    text = half_up(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)  # noqa: PLR2004
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} %" if unit == "percent" else text


def percent_text(share: float) -> str:
    """A share as a whole percentage, without a sign."""
    return half_up(share * 100)


def shortened(name: str, width: int) -> str:
    """A name cut in the middle, so that the end that tells it from others stays."""
    if len(name) <= width:
        return name
    tail = min(width - 2, max(width // 2, len(name.rsplit(" ", 1)[-1]) + 1))
    return name[: width - 1 - tail].rstrip() + "…" + name[-tail:].lstrip()
