"""Which names may be one: slips, words left out, abbreviated or in another order, letters that only look alike."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, dropwhile
from typing import NamedTuple

from pkassess.letters import LOOKALIKES
from pkassess.texts import fold

_MOST_ALIKE = 50
"""More names than this with one beginning are a series, not slips."""
_NEAR = 0.85
_SHORTEST, _LONGEST = 4, 60
PLACE_WORDS = frozenset(
    fold(word)
    for word in (
        *("county", "district", "province", "region", "state", "prefecture", "territory", "city", "town"),
        *(
            "commune",
            "municipality",
            "locality",
            "governorate",
            "territoire",
            "département",
            "ville",
            "cercle",
        ),
        *("préfecture", "région", "provincia", "distrito", "región", "departamento", "estado", "municipio"),
        *("ciudad", "محافظة", "مديرية", "ولاية", "مقاطعة", "إقليم", "مدينة", "بلدية"),
    )
)
"""Words for kinds of places."""
_KINDS = PLACE_WORDS | frozenset(
    fold(word) for word in ("of", "the", "de", "du", "des", "del", "la", "le", "les", "el", "l", "d")
)
"""Words that may stand in front of a place, or be left out."""
_APART = re.compile(r"[\s\-_/,'\u2019]+")
_NUMERAL = re.compile(r"[ivx]+|[^\W\d]")


class _Name(NamedTuple):
    """A name as it is compared: its letters, its words, and what tells members of a series apart."""

    text: str
    words: tuple[str, ...]
    telling: tuple[str, str]

    @property
    def bare(self) -> tuple[str, ...]:
        """The words without those in front that only say what kind of place it is."""
        return tuple(dropwhile(_KINDS.__contains__, self.words)) or self.words

    def blocks(self) -> set[tuple[object, tuple[str, str]]]:
        """Under what it is compared with others: its beginning, its words, itself with a letter missing."""
        if len(self.text) < _SHORTEST:
            return {(self.text, self.telling)}
        letters = range(len(self.text) if len(self.text) <= _LONGEST else 0)
        without = (self.text[:at] + self.text[at + 1 :] for at in letters)
        blocks = (self.text[0], self.text, tuple(sorted(self.words)), self.bare, *without)
        return {(block, self.telling) for block in blocks}


def _name_of(text: str) -> _Name:
    plain = text.translate(LOOKALIKES)
    words = tuple(fold(word) + "." * word.endswith(".") for word in _APART.split(plain) if fold(word))
    last = words[-1] if words else ""
    digits = "".join(filter(str.isdecimal, text))
    return _Name(fold(plain), words, (digits, last if _NUMERAL.fullmatch(last) else ""))


def near_pairs(names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The places of each two different names that may be one, the earlier first."""
    known = [_name_of(name) for name in names]
    blocks: dict[tuple[object, tuple[str, str]], list[int]] = defaultdict(list)
    for at, name in enumerate(known):
        for block in name.blocks():
            blocks[block].append(at)
    alike = (block for block in blocks.values() if 1 < len(block) <= _MOST_ALIKE)
    for one, other in sorted({pair for block in alike for pair in combinations(block, 2)}):
        if _near(known[one], known[other]):
            yield one, other


def are_near(one: str, other: str) -> bool:
    """Whether two names may be one; names with other numbers, numerals or last letters are not."""
    return _near(_name_of(one), _name_of(other))


def _near(one: _Name, other: _Name) -> bool:
    if one.telling != other.telling:
        return False
    if one.text == other.text:
        return True
    if min(len(one.text), len(other.text)) < _SHORTEST:
        return False
    return (
        _same_letters(one, other)
        or _one_slip(one.text, other.text)
        or one.bare == other.bare
        or _a_word_more(one.words, other.words)
        or _abbreviates(one.words, other.words)
        or _alike(one.text, other.text)
    )


def same_letters(one: str, other: str) -> bool:
    """Whether two names have the same words in another order, or the same letters with two of them exchanged."""
    return _same_letters(_name_of(one), _name_of(other))


def _same_letters(one: _Name, other: _Name) -> bool:
    if len(one.text) != len(other.text):
        return False
    exchanged = sorted(one.text) == sorted(other.text) and _one_slip(one.text, other.text)
    return one.text == other.text or exchanged or sorted(one.words) == sorted(other.words)


def _one_slip(one: str, other: str) -> bool:
    """Whether a letter is missing, is another one, or is exchanged with its neighbour."""
    same = 0
    while one[same : same + 1] == other[same : same + 1] != "":
        same += 1
    a, b = one[same:], other[same:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _a_word_more(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer[: len(shorter)] == shorter and len(longer) == len(shorter) + 1


def _abbreviates(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
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
