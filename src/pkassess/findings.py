"""What was found in an input: a code of the catalogue, the facts, and the place.

A finding is a set of facts; its text is made when it is shown, so that the terminal, CSV, JSON and the
tests all speak of the same thing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pkassess.codes import Code, Severity
from pkassess.letters import LOOKALIKES, strange_letter

LONGEST_SHOWN_VALUE = 60
MOST_PLACES = 6
"""A message names so many places where a finding concerns several."""
LIST_SHEET = "pkassess findings"
"""The sheet of a marked copy that lists the findings; it is no data and never read."""
MOST_ALIKE = 1_000
"""So many findings of one kind about one column are kept; the rest is counted."""
MOST_LOOKED_AT = 20_000
"""So many names are looked at for proposals; comparing texts takes long, and nobody reads proposals by the hundred."""


class _Fact(str):
    """A fact in a text; behind a number, ``{count:cell holds|cells hold}`` gives the words that go with it."""

    __slots__ = ()

    def __format__(self, words: str) -> str:
        one, _, several = words.partition("|")
        return f"{self!s} {one if self == '1' else several}" if words else str(self)


class _Facts(dict[str, str]):
    """Facts for a text; where one is not known its hole shows ``unknown``."""

    def __init__(self, facts: Mapping[str, str], unknown: str = "") -> None:
        super().__init__({name: _Fact(fact) for name, fact in facts.items()})
        self.unknown = unknown

    def __missing__(self, key: str) -> str:
        return _Fact(self.unknown)


def outline(template: str) -> str:
    """A text of the catalogue without the facts of a finding."""
    return template.format_map(_Facts({"cell": "the cell", "suggestion": ""}, "…"))


@dataclass(frozen=True)
class Finding:
    """One thing found in an input, with the place where it was found.

    ``value`` is what was found there as the user sees it; ``facts`` fill the other holes of the texts.
    """

    code: Code
    file: str = ""
    sheet: str = ""
    cell: str = ""
    column: str = ""
    value: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    cells: tuple[str, ...] = ()
    """All cells it concerns, where there are several: addresses and ranges such as F2:F11."""

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return self.code.severity

    @property
    def message(self) -> str:
        """What was found and what was expected, as one or two sentences, and where if at several places."""
        listed = ", ".join(self.cells[:MOST_PLACES])
        more = " and more" if len(self.cells) > MOST_PLACES else ""
        text = self._text(self.code.value.message) + self._strange
        return text + (f" Cells {listed}{more}." if listed else "")

    @property
    def _strange(self) -> str:
        """A sentence about a letter that looks Latin and is not, so that two texts look the same and are not."""
        letter = strange_letter(self.value) or strange_letter(self.facts.get("expected", ""))
        return f" It holds a letter that only looks Latin: {letter}." if letter else ""

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self._text(self.code.value.remedy)

    @property
    def place(self) -> str:
        """The whole address, such as ``data.xlsx:Field data!F17``, as far as it is known."""
        inside = f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.cell or self.sheet
        return ":".join(part for part in (self.file, inside) if part)

    def _text(self, template: str) -> str:
        address = f"{self.sheet}!{self.cell}" if self.sheet else self.cell
        own = {"found": shown(self.value), "cell": address or "the cell", "column": self.column}
        return template.format_map(_Facts(own | self.facts)).strip()


class Findings:
    """Collects findings in the order they are found; of many alike the first ones, and then how many there were."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self._items = list(findings)
        self._counts: dict[_Alike, int] = {}
        self._looked_at = 0

    def add(self, code: Code, **parts: object) -> None:
        """Record one finding; parts that are no field of :class:`Finding` become facts of its texts."""
        alike = (code, parts.get("file"), parts.get("sheet"), parts.get("column"))
        count = self._counts[alike] = self._counts.get(alike, 0) + 1
        if count <= MOST_ALIKE:
            self._items.append(finding(code, **parts))

    def extend(self, findings: Iterable[Finding]) -> None:
        """Record many findings."""
        self._items.extend(findings)

    def suggest(self, name: str, known: Collection[str]) -> str:
        """A sentence that proposes the known name nearest to an unknown one; '' once too many were looked at."""
        self._looked_at += len(known)
        return nearest(name, known) if self._looked_at <= MOST_LOOKED_AT else ""

    def __iter__(self) -> Iterator[Finding]:
        yield from self._items
        for (code, file, sheet, column), count in self._counts.items():
            if count > MOST_ALIKE:
                place = {"file": file or "", "sheet": sheet or "", "column": column or ""}
                yield finding(Code.MORE_ALIKE, **place, value=code.id, count=f"{count - MOST_ALIKE:,}")

    def __len__(self) -> int:
        return len(self._items) + sum(count > MOST_ALIKE for count in self._counts.values())

    def of(self, severity: Severity) -> list[Finding]:
        """The findings of one severity."""
        return [item for item in self if item.severity is severity]


_Alike = tuple[Code, object, object, object]


_PLACE_FIELDS = ("file", "sheet", "cell", "column", "value")


def finding(code: Code, **parts: object) -> Finding:
    """Make a finding; parts that are no field of :class:`Finding` become facts of its texts."""
    place = {name: str(parts.pop(name)) for name in _PLACE_FIELDS if name in parts}
    cells = tuple(parts.pop("cells", ()))  # ty: ignore[invalid-argument-type]
    several = cells if len(cells) > 1 or any(":" in one for one in cells) else ()
    return Finding(code, **place, facts={name: str(fact) for name, fact in parts.items()}, cells=several)


class PkassessError(Exception):
    """A fault in what the user gave. It carries the findings that say what and where."""

    exit_code = 2

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(item.message for item in findings))
        self.findings = findings


class InputError(PkassessError):
    """An input that cannot be assessed: missing, unreadable, or without anything to score."""

    exit_code = 3


class UsageError(PkassessError):
    """A wrong use of the program: an option, a condition or a choice that cannot be."""


class MissingLibraryError(UsageError):
    """Something needs a library of the extra ``stats``, which is not installed."""

    def __init__(self, library: str) -> None:
        super().__init__(finding(Code.MISSING_LIBRARY, value=library))


def shown(value: str) -> str:
    """A value as a message shows it: quoted, cut to 60 characters, invisible characters as escapes."""
    visible = "".join(_visible(character) for character in value)
    if len(visible) > LONGEST_SHOWN_VALUE:
        visible = visible[: LONGEST_SHOWN_VALUE - 1] + "…"
    return f"'{visible}'"


def _visible(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co"):
        return f"\\u{ord(character):04x}"
    return character


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence that proposes the known name nearest to ``name``, or an empty text."""
    from difflib import get_close_matches

    by_fold = {candidate.casefold(): candidate for candidate in known}
    match = get_close_matches(name.translate(LOOKALIKES).casefold(), by_fold, n=1, cutoff=0.7)
    return f" Did you mean '{by_fold[match[0]]}'?" if match else ""


def or_else(choices: Collection[str]) -> str:
    """A sentence that asks which of several readings was meant, or an empty text."""
    return f" Did you mean {' or '.join(map(shown, choices))}?" if choices else ""
