"""Names of partnerships: place code first, then the name but for case, accents and spaces; near ones are proposed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from pkassess.codes import Code
from pkassess.findings import Findings
from pkassess.ingest.sheet import Sheet
from pkassess.likeness import are_near, near_pairs, same_letters
from pkassess.texts import fold_name
from pkassess.values import MISSING_TOKENS, shows_error

Key = tuple[str, ...]

_COMMONEST = 8
MOST_NAMES = 5_000
"""With more names than this no near ones are looked for."""
_COUNTRY = re.compile(r"^[A-Z]{2}$")


_NO_CODES = MISSING_TOKENS | {
    "tbd",
    "tbc",
    "pending",
    "to be defined",
    "à définir",
    "en attente",
    "por definir",
    "pendiente",
}


def clean_code(text: str, *, countries: bool = False) -> str:
    """A place code as codes are compared, in capitals without spaces; '' for a word that says that there is none.

    So are an error and a zero. NA is Namibia where the codes beside it are those of ``countries``, of two letters.
    """
    if text.casefold() in _NO_CODES or shows_error(text) or not text.strip("0"):
        return "NA" if countries and text == "NA" else ""
    return "".join(text.upper().split())


def are_countries(codes: Iterable[object]) -> bool:
    """Whether codes are those of countries: all of two capital letters, and one of them not NA."""
    known = {code for code in codes if code not in (None, "")}
    return bool(known - {"NA"}) and all(isinstance(code, str) and _COUNTRY.match(code) for code in known)


class Spot(NamedTuple):
    """Where a name was first seen: a sheet, a row of it, and the column of each part of the name."""

    sheet: Sheet
    row: int
    columns: tuple[int, ...]

    def facts(self, part: int = -1) -> dict[str, str]:
        """The place of a part of the name, the last one unless said, as findings have it."""
        return {
            "file": self.sheet.file,
            "sheet": self.sheet.name,
            "cell": self.sheet.cell(self.row, self.columns[part]),
        }


@dataclass
class Names:
    """The names of one run, each as it was first written; ``aliases`` leads from folded spellings to names."""

    findings: Findings
    aliases: dict[str, str] = field(default_factory=dict)
    _settled: dict[Key, Key] = field(default_factory=dict)
    _by_fold: dict[Key, Key] = field(default_factory=dict)
    _by_code: dict[Key, Key] = field(default_factory=dict)
    _code_of: dict[Key, str] = field(default_factory=dict)
    _others: dict[Key, Key] = field(default_factory=dict)
    _spots: dict[Key, Spot] = field(default_factory=dict)

    def of(self, key: Key, code: str) -> Key | None:
        """The key under which a spelling was settled before, or None for one not seen yet."""
        return self._settled.get((*key, code) if code else key)

    def settle(self, key: Key, code: str, spot: Spot) -> Key:
        """The key that a spelling stands for; a spelling that is not its own key is said once.

        A place code comes first: rows with one code are one place whatever the name, and rows with different codes are
        different places though they share a name, which then gets its code.
        """
        found, how = key, "they differ in case, accents, spaces or signs only"
        if self.aliases:
            found = tuple(self.aliases.get(fold_name(part), part) for part in key)
            how = "the aliases say so" if found != key else how
        others = self._others.get(found[:-1])
        if others is None:
            others = self._others[found[:-1]] = tuple(fold_name(part) or part for part in found[:-1])
        folded = (*others, fold_name(found[-1]) or found[-1])
        if code:
            found, how = self._by_place_code(found, folded, code, spot, how)
        else:
            found = self._by_fold.setdefault(folded, found)
        self._settled[(*key, code) if code else key] = found
        if len(self._spots) <= MOST_NAMES:
            self._spots.setdefault(found, spot)
        if found != key:
            part = next(at for at, name in enumerate(found) if name != key[at])
            told = {"value": key[part], "expected": found[part], "how": how}
            self.findings.add(Code.SAME_NAME, **spot.facts(part), **told)
        return found

    def _by_place_code(self, found: Key, folded: Key, code: str, spot: Spot, how: str) -> tuple[Key, str]:
        known = self._by_code.get((*folded[:-1], code))
        if known is not None:
            if fold_name(known[-1]) != folded[-1] and not are_near(known[-1], found[-1]):
                told = {"value": found[-1], "expected": known[-1], "how": code}
                self.findings.add(Code.SAME_PLACE_CODE, **spot.facts(), **told)
            same = fold_name(known[-1]) == folded[-1]
            return known, how if same else f"both have the place code {code}"
        first = self._by_fold.setdefault(folded, found)
        if self._code_of.setdefault(first, code) != code:
            first = (*first[:-1], f"{found[-1]} ({code})")
            how = f"another place of that name has the code {self._code_of[self._by_fold[folded]]}"
        self._by_code[*folded[:-1], code] = first
        return first, how

    def spot(self, key: Key) -> Spot | None:
        """Where a settled key was first seen; None for one beyond those that are kept."""
        return self._spots.get(key)

    def propose(self, values: Mapping[Key, Collection[tuple[int, int]]]) -> None:
        """A finding for each two names so near that they may be one; nothing is changed.

        ``values`` are the periods and measures observed of each key. Two names with a value for the same of both are
        two partnerships.
        """
        if len(self._spots) > MOST_NAMES:
            return
        keys_apart = _apart(values)
        beside: dict[Key, list[Key]] = defaultdict(list)
        for key in filter(keys_apart.__contains__, self._spots):
            beside[key[:-1]].append(key)
        for keys in beside.values():
            for one, other in near_pairs([key[-1] for key in keys]):
                if _may_be_one(keys[one], keys[other], values):
                    self._say_near(keys[one], keys[other], -1)
        for part in range(max(map(len, self._spots), default=1) - 1):
            self._propose_part(part, values)

    def _propose_part(self, part: int, values: Mapping[Key, Collection[tuple[int, int]]]) -> None:
        """Near names of what partnerships belong to, such as missions.

        Real missions have near names too, so both have to name one authority, or the letters be those of a slip.
        """
        keys: dict[str, dict[Key, Key]] = defaultdict(dict)
        for key in self._spots:
            keys[key[part]][key[:part] + key[part + 1 :]] = key
        for one, other in near_pairs(names := list(keys)):
            first, second = keys[names[one]], keys[names[other]]
            shared = [(first[rest], second[rest]) for rest in first if rest in second]
            slip = not shared and same_letters(names[one], names[other])
            if slip or (shared and all(_may_be_one(*pair, values) for pair in shared)):
                self._say_near(next(iter(first.values())), next(iter(second.values())), part)

    def _say_near(self, one: Key, other: Key, part: int) -> None:
        self.findings.add(
            Code.NEAR_NAMES,
            **self._spots[other].facts(part),
            value=other[part],
            expected=f"'{one[part]}'",
            column=" / ".join(other) if part < 0 else other[part],
        )


def _apart(values: Mapping[Key, Collection[tuple[int, int]]]) -> set[Key]:
    """The keys that some other shares none of the commonest values with; no other key can be one with another."""
    counts = Counter(chain.from_iterable(values.values()))
    common = [value for value, _ in counts.most_common(_COMMONEST)]
    masks = {
        key: sum(1 << at for at, value in enumerate(common) if value in own) for key, own in values.items()
    }
    known = set(masks.values())
    free = {mask for mask in known if any(not mask & other for other in known)}
    return {key for key, mask in masks.items() if mask in free}


def _may_be_one(one: Key, other: Key, values: Mapping[Key, Collection[tuple[int, int]]]) -> bool:
    """Whether both have values, and none for the same period and measure."""
    first, second = values.get(one), values.get(other)
    return bool(first and second) and set(first).isdisjoint(second)
