"""Cell styles of a package: each style that a marked cell had, once more with the colour of a severity."""

from __future__ import annotations

from dataclasses import dataclass, field

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
        formats = self._lists["cellXfs"]
        if not formats.members:
            raise UnfitError
        start, end = formats.members[style if style < len(formats.members) else 0]
        fill = self._fill(COLOURS[severity])
        return formats.add(self._changed(self.data[start:end], fillId=str(fill), applyFill="1"))

    def plain(self, *, bold: bool = False, link: bool = False, severity: Severity | None = None) -> int:
        """A style for the list of findings: text that stays text, wrapped, from the top of its cell."""
        weight, colour = "<{0}b/>" if bold else "", "<{0}u/>" if link else ""
        ink = '<{0}color rgb="FF0B5CAD"/>' if link else ""
        font = f'<{{0}}font>{weight}{colour}<{{0}}sz val="11"/>{ink}<{{0}}name val="Calibri"/></{{0}}font>'
        number = self._lists["fonts"].add(self._made(font))
        fill = 0 if severity is None else self._fill(COLOURS[severity])
        return self._lists["cellXfs"].add(
            self._made(
                f'<{{0}}xf numFmtId="49" fontId="{number}" fillId="{fill}" borderId="0" xfId="0" quotePrefix="1" '
                'applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1">'
                '<{0}alignment vertical="top" wrapText="1"/></{0}xf>'
            )
        )

    def _fill(self, colour: str) -> int:
        return self._lists["fills"].add(
            self._made(
                f'<{{0}}fill><{{0}}patternFill patternType="solid"><{{0}}fgColor rgb="{colour}"/>'
                '<{0}bgColor indexed="64"/></{0}patternFill></{0}fill>'
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
