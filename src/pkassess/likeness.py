"""Which names may be one: slips, words left out, abbreviated or in another order, letters that only look alike."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, dropwhile

from pkassess.letters import LOOKALIKES
from pkassess.texts import fold

_MOST_ALIKE = 50
"""More names than this with one beginning are a series, not slips."""
_NEAR = 0.85
_SHORTEST = 4
_KINDS = frozenset(
    fold(word)
    for word in (
        *(
            "county",
            "district",
            "province",
            "region",
            "state",
            "prefecture",
            "territory",
            "city",
            "town",
            "commune",
        ),
        *("municipality", "locality", "préfecture", "région", "territoire", "département", "ville", "cercle"),
        *("provincia", "distrito", "región", "departamento", "estado", "municipio", "ciudad"),
        *("محافظة", "مديرية", "ولاية", "مقاطعة", "إقليم", "مدينة", "بلدية"),
        *("of", "the", "de", "du", "des", "del", "la", "le", "les", "el", "l", "d"),
    )
)
"""Words that may stand in front of a place, or be left out."""
_APART = re.compile(r"[\s\-_/,'\u2019]+")
_NUMERAL = re.compile(r"[ivx]+|\w")


def near_pairs(names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The places of each two different names that may be one, the earlier first."""
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        for block in _blocks(name):
            blocks[block].append(at)
    pairs = {
        pair for block in blocks.values() if len(block) <= _MOST_ALIKE for pair in combinations(block, 2)
    }
    for one, other in sorted(pairs):
        if are_near(names[one], names[other]):
            yield one, other


def _blocks(name: str) -> set[tuple[str, str]]:
    """Under what a name is compared with others: its beginning, its words, itself with a letter missing."""
    text, telling = _skeleton(name), _telling(name)
    if len(text) < _SHORTEST:
        return {(text, telling)}
    without = (text[:at] + text[at + 1 :] for at in range(len(text)))
    words = (" ".join(sorted(_words(name))), " ".join(_bare(name)))
    return {(block, telling) for block in (text[0], text, *words, *without)}


def are_near(one: str, other: str) -> bool:
    """Whether two names may be one; names with other numbers, numerals or last letters are not."""
    if _telling(one) != _telling(other):
        return False
    first, second = _skeleton(one), _skeleton(other)
    if first == second:
        return True
    if min(len(first), len(second)) < _SHORTEST:
        return False
    return (
        same_letters(one, other)
        or _one_slip(first, second)
        or _bare(one) == _bare(other)
        or _a_word_more(_words(one), _words(other))
        or _abbreviates(_words(one), _words(other))
        or _alike(first, second)
    )


def same_letters(one: str, other: str) -> bool:
    """Whether two names have the same words in another order, or the same letters with two of them exchanged."""
    first, second = _skeleton(one), _skeleton(other)
    if len(first) != len(second):
        return False
    exchanged = sorted(first) == sorted(second) and _one_slip(first, second)
    return first == second or exchanged or sorted(_words(one)) == sorted(_words(other))


def _skeleton(name: str) -> str:
    return fold(name.translate(LOOKALIKES))


def _words(name: str) -> list[str]:
    """The words of a name, an abbreviated one with its point."""
    words = _APART.split(name.translate(LOOKALIKES).casefold())
    return [fold(word) + ("." if word.endswith(".") else "") for word in words if fold(word)]


def _bare(name: str) -> list[str]:
    """The words of a name without those in front that only say what kind of place it is."""
    words = _words(name)
    return list(dropwhile(_KINDS.__contains__, words)) or words


def _telling(name: str) -> str:
    """What tells members of a series apart: numbers, and a letter or numeral at the end."""
    last = next(iter(_words(name)[::-1]), "")
    return "".join(filter(str.isdecimal, name)) + (last if _NUMERAL.fullmatch(last) else "")


def _one_slip(one: str, other: str) -> bool:
    """Whether a letter is missing, is another one, or is exchanged with its neighbour."""
    same = 0
    while one[same : same + 1] == other[same : same + 1] != "":
        same += 1
    a, b = one[same:], other[same:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _a_word_more(one: list[str], other: list[str]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer[: len(shorter)] == shorter and len(longer) == len(shorter) + 1


def _abbreviates(one: list[str], other: list[str]) -> bool:
    """Whether words with a point shorten those of the other name: N. Kivu, Nord Kivu."""
    pairs = list(zip(one, other, strict=False))
    return (
        len(one) == len(other)
        and any(a == b for a, b in pairs)
        and all(a == b or _shortens(a, b) or _shortens(b, a) for a, b in pairs)
    )


def _shortens(short: str, whole: str) -> bool:
    letters = iter(whole)
    return short.endswith(".") and short[0] == whole[0] and all(letter in letters for letter in short[:-1])


def _alike(one: str, other: str) -> bool:
    """Whether most letters are the same; names with another beginning, such as East and West, have to be nearer."""
    if one[0] != other[0]:
        return False
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _NEAR
