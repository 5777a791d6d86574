"""Sheets that may be about one partnership, though their names, taken for those of partnerships, make several of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.findings import shown
from pkassess.layouts.rows import Intake, clean_key
from pkassess.periods import is_part_of_year
from pkassess.texts import fold, fold_name

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Conventions

_NUMBERING = re.compile(r"^\d{1,3}\s*[.):_-]\s*(?=[^\W\d])")
_COPY = re.compile(r"\s*\(\d{1,2}\)$|^(?:copy of|copie de|copia de)\s+", re.IGNORECASE)
_APART = r"\s_,()\u2013\u2014-"
_LAST_WORD = re.compile(rf"[{_APART}]+(?P<word>[^{_APART}]+)[{_APART}]*$")
_FIRST_WORD = re.compile(rf"^[{_APART}]*(?P<word>[^{_APART}]+)[{_APART}]+")


def ask_of_sheets(names: Iterable[str], intake: Intake) -> None:
    """A warning for each sheet whose name is that of another partnership but for a period, a copy's number or a numbering.

    ``names`` are those of all partnerships, of which some were taken from sheets.
    """
    if not intake.named_sheets:
        return
    bare = {
        clean_key(sheet.name): without_marks(sheet.name, sheet.conventions) for sheet in intake.named_sheets
    }
    known: dict[str, str] = {}
    for name in sorted(names, key=lambda name: name in bare):  # a name from elsewhere stands as it is
        rest, how = bare.get(name, (name, ""))
        if not how:
            known.setdefault(fold_name(name), name)
    for sheet in intake.named_sheets:
        name = clean_key(sheet.name)
        rest, how = bare[name]
        other = known.setdefault(fold_name(rest), name)
        if how and fold(other) != fold(name) and intake.names.aliases.get(fold_name(name)) is None:
            where = {"file": sheet.file, "sheet": sheet.name}
            intake.findings.add(Code.SHEETS_OF_ONE, **where, value=name, expected=shown(other), how=how)


def without_marks(name: str, said: Conventions) -> tuple[str, str]:
    """A name without what tells sheets of one thing apart, and what that is, in words; '' for nothing."""
    found = []
    rest = clean_key(name)
    for pattern, what in ((_COPY, "the mark of a copy"), (_NUMBERING, "a number in front")):
        if (shorter := pattern.sub("", rest)) and shorter != rest:
            rest = shorter
            found.append(what)
    if shorter := _without_period(rest, said):
        rest = shorter
        found.append("a period")
    return rest, " and ".join(found)


def _without_period(name: str, said: Conventions) -> str:
    """A name without the words of a period at its end or start; '' if it has none, or is nothing else."""
    rest = name
    for pattern in (_LAST_WORD, _FIRST_WORD):
        while (match := pattern.search(rest)) and _is_of_period(match["word"], said):
            rest = rest[: match.start()] if pattern is _LAST_WORD else rest[match.end() :]
    return rest if rest != name else ""


def _is_of_period(word: str, said: Conventions) -> bool:
    return said.period(word) is not None or is_part_of_year(word)
