"""What a workbook could do once it is open, told by what its parts are and not by their names: macros and links."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from pkassess.render.marked.xml import UnfitError, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkassess.render.marked.parts import Parts
    from pkassess.render.marked.xml import Tag

_MACRO_SHEETS = ("macrosheet", "dialogsheet")
_MACROS = (*_MACRO_SHEETS, "vbaproject", "vbadata", "extensibility", "attachedtoolbars")
"""Words in the types of macros, of sheets of macros, and of buttons and menus that call them."""
_SIGNATURES = ("digital-signature", "vbaprojectsignature")
_LINKS = ("externallink", "connections")
_PROGRAMS = ("ddeLink", "oleLink")
"""Elements of a link to another program, which would be started."""


class Active(NamedTuple):
    """The parts of a workbook that are never kept, and what else it holds."""

    never_kept: frozenset[str]
    macros: bool
    macro_sheets: bool
    programs: bool
    links: bool

    @property
    def fit(self) -> bool:
        """Whether the workbook can be kept but for the parts that never are: no sheet and no formula leads to one."""
        return not self.macro_sheets and not self.programs

    def remarks(self, *, made: bool) -> Iterator[str]:
        """What is to be said of it; ``made`` says that the copy was made from values, without any link."""
        gone = "this copy does not hold them"
        if self.macros:
            yield f"The workbook holds macros. They were not run, and {gone}."
        if self.programs:
            yield f"The workbook holds links to other programs (DDE). They were not followed, and {gone}."
        if self.links:
            end = f", and {gone}" if made else "; they are in this copy too"
            yield f"The workbook holds links to other files or data. They were not followed{end}."


def active_of(parts: Parts) -> Active:
    """What a workbook could do. Raises UnfitError for parts that cannot be read."""
    kinds = _kinds(parts)
    macros = _of(kinds, _MACROS)
    links = _of(kinds, _LINKS)
    programs = {part for part in links if any(tag.name in _PROGRAMS for tag in _tags(parts, part))}
    return Active(
        never_kept=frozenset(macros | _of(kinds, _SIGNATURES)),
        macros=bool(macros),
        macro_sheets=bool(_of(kinds, _MACRO_SHEETS)),
        programs=bool(programs),
        links=bool(links - programs),
    )


def _of(kinds: dict[str, str], words: tuple[str, ...]) -> set[str]:
    return {part for part, kind in kinds.items() if any(word in kind for word in words)}


def _tags(parts: Parts, part: str) -> list[Tag]:
    try:
        return tags(parts.read(part))
    except UnfitError:
        return []  # a link in a binary form, which no program of today writes


def _kinds(parts: Parts) -> dict[str, str]:
    """The type of content of each part, and the types of all relations that lead to it, in lower case."""
    own, by_ending = parts.types()
    kinds = {part: own.get(part, by_ending.get(posixpath.splitext(part)[1], "")) for part in parts.names}
    for owner in ["", *parts.names]:
        for relation in parts.relations(owner):
            if relation.part in kinds:
                kinds[relation.part] += f" {relation.type}"
    return {part: kind.lower() for part, kind in kinds.items()}
