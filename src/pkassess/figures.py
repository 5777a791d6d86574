"""How a typed value reads: one rounding for all media, and signs that any screen can hold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import floor
from typing import TYPE_CHECKING

from pkassess.scoring import TOLERANCE

if TYPE_CHECKING:
    from pkassess.rubric import Indicator, Level

MOST_DECIMALS = 12
_NUMBER_WORDS = ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
NEARLY = 1e-9
WHOLE = 1e-6
"""How near to a whole number of halves a share of items lies."""


def half_up(value: float, decimals: int = 0) -> str:
    """A number rounded half up on its decimal value: 2.5 is 3, and 0.125 with two decimals 0.13."""
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{rounded:f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def largest_remainder(parts: Sequence[float], total: int) -> list[int]:
    """Whole numbers for parts that add up to about ``total``: they add up to it exactly, the largest remainders go up."""
    whole = [floor(part + NEARLY) for part in parts]
    order = sorted(range(len(parts)), key=lambda at: (whole[at] - parts[at], at))
    left = total - sum(whole)
    for at in order[: max(left, 0)]:
        whole[at] += 1
    for at in order[len(order) + min(left, 0) :]:
        whole[at] -= 1
    return whole


def score_text(value: float, levels: Sequence[Level], *, whole: float = 100.0) -> str:
    """A score as people read it: an integer, with as many decimals as keep it inside its level's band.

    ``whole`` is the length of the score range; on a range of 10 or less two decimals are the least.
    """
    least = 0 if whole > 10 else 2  # noqa: PLR2004  # on 0 to 1 an integer says nothing
    bounds = [level.from_ for level in levels[1:]]
    level = bisect_right(bounds, value + TOLERANCE)
    for decimals in range(least, MOST_DECIMALS):
        text = half_up(value, decimals)
        if bisect_right(bounds, float(text) + TOLERANCE) == level:
            return text
    return repr(value)


def raw_text(value: float, unit: str) -> str:
    """A raw value with at most two significant decimals, and its percent sign."""
    text = half_up(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)  # noqa: PLR2004
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = text.replace("-", "\N{MINUS SIGN}")
    return f"{text} %" if unit == "percent" else text


def short_value(value: float) -> str:
    """A knot's raw value in as few signs as it takes: .5, 60, 1k."""
    if abs(value) >= 1000 and value % 100 == 0:  # noqa: PLR2004  # thousands
        return f"{value / 1000:g}k"
    text = f"{abs(value):.3g}"
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    return sign + (text[1:] if text.startswith("0.") else text)


def items_counted(value: float, item: Indicator) -> int:
    """How many items a checklist has, where the value is a whole or half number of them; else 0."""
    count = len(getattr(item.scale, "items", ()))
    halves = 2 * value * count / 100
    return count if abs(halves - round(halves)) < WHOLE else 0


def raw_value(value: float, item: Indicator) -> str:
    """A raw value with its unit as short as it can be: 63 %, 3.4/100k, 41 days, 3.5 of 6."""
    count = items_counted(value, item)
    if count:
        return f"{value * count / 100:g} of {count}"
    text = raw_text(value, item.unit)
    per = getattr(item.scale, "per", None)
    if item.scale.type == "rate" and per:
        return f"{text}/{short_value(per) if per > 1000 else f'{per:g}'}"  # noqa: PLR2004  # 1000 reads better than 1k
    return f"{text} days" if item.unit == "days" else text


def percent_text(share: float) -> str:
    """A share as a whole percentage, without a sign."""
    return half_up(share * 100)


def inline(label: str) -> str:
    """A label inside a sentence: its first letter small, unless the word is an abbreviation such as SOFA."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def listed(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def counted(number: int, noun: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def number_word(number: int) -> str:
    """A small number as a word that may begin a sentence."""
    return _NUMBER_WORDS[number] if number < len(_NUMBER_WORDS) else str(number)
