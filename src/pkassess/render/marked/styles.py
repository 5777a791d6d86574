"""Cell styles of a package: each style that a marked cell had, once more with the colour of a severity.

The colour that a cell had before is kept in its new fill, as the second colour, which a solid fill does not show; so a copy
of a marked copy can give it back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from pkassess.codes import Severity
from pkassess.render.marked.xml import (
    Splice,
    Tag,
    UnfitError,
    ascii_xml,
    prefix_of,
    spliced,
    walk,
    with_attributes,
)

COLOURS = {Severity.ERROR: "FFF8C6C4", Severity.WARNING: "FFFCE3B4", Severity.NOTE: "FFD6E6F5"}
"""The fill of a marked cell: red, amber, blue, light enough for black text."""
_OURS = frozenset(colour.encode() for colour in COLOURS.values())
_SOLID = re.compile(rb"""patternType\s*=\s*["']solid""")
_FRONT, _BEHIND = (
    re.compile(rb"<(?:[\w.-]+:)?%b\s+([^<>]*?)\s*/?>" % name) for name in (b"fgColor", b"bgColor")
)
_RGB = re.compile(rb"""\brgb\s*=\s*["']([0-9A-Fa-f]{8})""")
_FILL_ID = re.compile(rb"""\sfillId\s*=\s*["'](\d+)""")
_NONE = 'indexed="64"'
_NO_COLOUR = re.compile(rb"""\bindexed\s*=\s*["']64\b|["']FFC0C0C0["']""")
"""No colour behind a mark; LibreOffice, which keeps none, writes a grey there."""
_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MINIMAL = ascii_xml(
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="{_SPACE}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
"""What a package without styles gets."""


@dataclass
class _List:
    """One list of a style sheet: where its tag stands, where its content ends, and its members."""

    tag: Tag
    members: list[tuple[int, int]] = field(default_factory=list)
    end: int = 0
    added: list[bytes] = field(default_factory=list)

    def add(self, member: bytes) -> int:
        """Add a member, once; its number."""
        if member not in self.added:
            self.added.append(member)
        return len(self.members) + self.added.index(member)


class Styles:
    """The styles of a package. Raises UnfitError for ones that lack fonts, fills or formats."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._lists: dict[str, _List] = {}
        self._member: Tag | None = None
        self._stack: list[str] = []
        walk(data, self._start, self._end)
        if not {"fonts", "fills", "cellXfs"} <= self._lists.keys():
            raise UnfitError
        self._prefix = prefix_of(data, self._lists["cellXfs"].tag)
        if any(not data.startswith(b"</", known.end) for known in self._lists.values()):
            raise UnfitError

    def _start(self, tag: Tag) -> None:
        if tag.depth == 1 and tag.name in ("fonts", "fills", "cellXfs"):
            self._lists[tag.name] = _List(tag)
        elif tag.depth == 2 and self._stack[1] in self._lists:  # noqa: PLR2004  # children of a list
            self._member = tag
        self._stack.append(tag.name)

    def _end(self, name: str, depth: int, at: int) -> None:
        self._stack.pop()
        if depth == 1 and name in self._lists:
            self._lists[name].end = at
        elif depth == 2 and self._member and self._stack[1] in self._lists:  # noqa: PLR2004
            empty = self.data.endswith(b"/>", self._member.start, self._member.end)
            closed = at if empty else self.data.index(b">", at) + 1
            self._lists[self._stack[1]].members.append((self._member.start, closed))
            self._member = None

    def marked(self, style: int, severity: Severity) -> int:
        """A style with the colour of a severity and everything else as it is."""
        if style in self.earlier:
            return self.marked(self.earlier[style], severity)
        look = self._format(style)
        before = self._fill_of(look)
        behind = _attributes(_FRONT, before).decode("ascii") if _SOLID.search(before) else ""
        fill = self._fill(_rgb(severity), behind)
        return self._lists["cellXfs"].add(self._changed(look, fillId=str(fill), applyFill="1"))

    @cached_property
    def earlier(self) -> dict[int, int]:
        """The styles that an earlier copy made of others by a mark, and the style without it."""
        formats, found = self._lists["cellXfs"], {}
        for style in range(len(formats.members)):
            look = self._format(style)
            mark = self._fill_of(look)
            front = _RGB.search(_attributes(_FRONT, mark))
            if _SOLID.search(mark) and front and front[1].upper() in _OURS:
                behind = _attributes(_BEHIND, mark)
                fill = self._fill(behind.decode("ascii")) if behind and not _NO_COLOUR.search(behind) else 0
                found[style] = formats.add(self._changed(look, fillId=str(fill), applyFill="1"))
        return found

    def _format(self, style: int) -> bytes:
        """The format of cells of a style."""
        formats = self._lists["cellXfs"]
        if not formats.members:
            raise UnfitError
        if style >= len(formats.members) + len(formats.added):
            style = 0
        if style >= len(formats.members):
            return formats.added[style - len(formats.members)]
        start, end = formats.members[style]
        return self.data[start:end]

    def _fill_of(self, look: bytes) -> bytes:
        """The fill that a format names."""
        found, fills = _FILL_ID.search(look), self._lists["fills"].members
        start, end = fills[int(found[1])] if found and int(found[1]) < len(fills) else (0, 0)
        return self.data[start:end]

    def plain(self, *, bold: bool = False, link: bool = False, severity: Severity | None = None) -> int:
        """A style for the list of findings: text that stays text, wrapped, from the top of its cell."""
        weight, colour = "<{0}b/>" if bold else "", "<{0}u/>" if link else ""
        ink = '<{0}color rgb="FF0B5CAD"/>' if link else ""
        font = f'<{{0}}font>{weight}{colour}<{{0}}sz val="11"/>{ink}<{{0}}name val="Calibri"/></{{0}}font>'
        number = self._lists["fonts"].add(self._made(font))
        fill = 0 if severity is None else self._fill(_rgb(severity))
        return self._lists["cellXfs"].add(
            self._made(
                f'<{{0}}xf numFmtId="49" fontId="{number}" fillId="{fill}" borderId="0" xfId="0" quotePrefix="1" '
                'applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1">'
                '<{0}alignment vertical="top" wrapText="1"/></{0}xf>'
            )
        )

    def _fill(self, front: str, behind: str = "") -> int:
        """A solid fill of a colour, with another one that is kept in it; both as their attributes say them."""
        return self._lists["fills"].add(
            self._made(
                f'<{{0}}fill><{{0}}patternFill patternType="solid"><{{0}}fgColor {front}/>'
                f"<{{0}}bgColor {behind or _NONE}/></{{0}}patternFill></{{0}}fill>"
            )
        )

    def _made(self, pattern: str) -> bytes:
        return ascii_xml(pattern.replace("{0}", self._prefix))

    def _changed(self, member: bytes, **values: str) -> bytes:
        end = member.index(b">") + 1
        return with_attributes(member[:end], **values) + member[end:]

    def write(self) -> bytes:
        """The style sheet with everything that was added."""
        splices = []
        for known in self._lists.values():
            count = str(len(known.members) + len(known.added))
            tag = self.data[known.tag.start : known.tag.end]
            splices += [
                Splice(known.tag.start, known.tag.end, with_attributes(tag, count=count)),
                Splice(known.end, known.end, b"".join(known.added)),
            ]
        return spliced(self.data, splices)


def _rgb(severity: Severity) -> str:
    return f'rgb="{COLOURS[severity]}"'


def _attributes(tag: re.Pattern[bytes], markup: bytes) -> bytes:
    """The attributes of the first such tag, as they are written; nothing where there is none."""
    found = tag.search(markup)
    return found[1] if found else b""
