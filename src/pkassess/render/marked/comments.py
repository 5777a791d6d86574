"""Comments of a sheet: existing ones stay and are added to; new ones get a box, hidden until one points at the cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pkassess.ingest.sheet import cell_name
from pkassess.render.marked.cells import Spot, spot_of
from pkassess.render.marked.xml import (
    Splice,
    Tag,
    UnfitError,
    ascii_xml,
    prefix_of,
    spliced,
    told,
    walk,
    with_attributes,
)

AUTHOR = "pkassess"
_SHAPE_NUMBER = re.compile(rb"_x0000_s(\d+)")
_PHONETIC = re.compile(rb"<(?:[\w.-]+:)?(?:rPh|phoneticPr)[\s/>]")
"""Hints of pronunciation, which stand after the runs of a text."""
_BOX_COLUMNS, _BOX_LETTERS, _LINE_HEIGHT, _ROW_HEIGHT = 4, 48, 15, 20
_FIRST_SHAPE = 1025
_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
"""Said of every box anew, as a drawing may call these by other prefixes."""
_SHAPE_TYPE = (
    f'<v:shapetype {_SPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_DRAWING = (
    f'<xml {_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)


def no_comments(space: str) -> bytes:
    """A part of comments that holds none; ``space`` is the namespace of the workbook."""
    return ascii_xml(f'<comments xmlns="{space}"><authors></authors><commentList></commentList></comments>')


def no_drawing() -> bytes:
    """A drawing without boxes."""
    return ascii_xml(_DRAWING)


class Comments:
    """The comments of a sheet. Raises UnfitError for a part that is no list of comments."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.known: dict[Spot, tuple[Tag, int]] = {}
        """The plain text, or else the whole text, of each commented cell: its tag and where it ends."""
        self._tags: list[Tag] = []
        self._authors = 0
        self._ends: dict[str, tuple[Tag, int]] = {}
        self._spot: Spot | None = None
        walk(data, self._start, self._end)
        if not {"authors", "commentList"} <= self._ends.keys():
            raise UnfitError

    def _start(self, tag: Tag) -> None:
        self._tags.append(tag)
        if tag.name == "comment":
            self._spot = spot_of(tag.attributes.get("ref", ""))
        self._authors += tag.name == "author"

    def _end(self, name: str, depth: int, at: int) -> None:
        tag = self._tags.pop()
        if name in ("authors", "commentList") and depth == 1:
            self._ends[name] = tag, at
        # Of <text><t> .. </t></text> the inner one is kept, of <text><r> .. </r></text> the outer one.
        plain = name == "t" and self._tags and self._tags[-1].name == "text"
        if self._spot is not None and (plain or name == "text"):
            self.known.setdefault(self._spot, (tag, at))

    def write(self, texts: Mapping[Spot, str]) -> bytes:
        """The part with a comment for each of the cells; what a cell's comment said before comes first."""
        splices: list[Splice] = []
        added: list[str] = []
        root = prefix_of(self.data, self._ends["commentList"][0])
        for spot, text in sorted(texts.items()):
            if spot in self.known:
                splices += self._appended(*self.known[spot], text, root)
            else:
                added.append(
                    f'<{root}comment ref="{cell_name(*spot)}" authorId="{self._authors}"><{root}text><{root}t '
                    f'xml:space="preserve">{told(text)}</{root}t></{root}text></{root}comment>'
                )
        splices += self._put("authors", f"<{root}author>{AUTHOR}</{root}author>", root)
        splices += self._put("commentList", "".join(added), root)
        return spliced(self.data, splices)

    def _appended(self, tag: Tag, at: int, text: str, root: str) -> Iterable[Splice]:
        """More text at the end of what is there, as a run of its own where the text is made of runs."""
        more = told(f"\n\n{text}")
        run = f'<{root}r><{root}t xml:space="preserve">{more}</{root}t></{root}r>'
        if self.data.endswith(b"/>", tag.start, tag.end):
            return (Splice(tag.end - 2, tag.end, ascii_xml(f">{run}</{root}{tag.name}>")),)
        if tag.name == "t":
            opening = with_attributes(self.data[tag.start : tag.end], **{"xml:space": "preserve"})
            return Splice(tag.start, tag.end, opening), Splice(at, at, ascii_xml(more))
        hints = _PHONETIC.search(self.data, tag.end, at)
        place = hints.start() if hints else at
        return (Splice(place, place, ascii_xml(run)),)

    def _put(self, name: str, content: str, root: str) -> Iterable[Splice]:
        """Content at the end of a list, which may have been written as an empty element."""
        tag, at = self._ends[name]
        if self.data.endswith(b"/>", tag.start, tag.end):
            return (Splice(tag.end - 2, tag.end, ascii_xml(f">{content}</{root}{name}>")),)
        return (Splice(at, at, ascii_xml(content)),)


def with_boxes(drawing: bytes, texts: Mapping[Spot, str]) -> bytes:
    """A drawing with a box for each new comment. Drawings of this kind need not be well-formed XML."""
    end = drawing.rfind(b"</xml>")
    if end < 0:
        raise UnfitError
    number = max([_FIRST_SHAPE - 1, *map(int, _SHAPE_NUMBER.findall(drawing))])
    shapes = [] if b'id="_x0000_t202"' in drawing else [_SHAPE_TYPE]
    shapes += [_box(number + at, spot, text) for at, (spot, text) in enumerate(sorted(texts.items()), 1)]
    return spliced(drawing, [Splice(end, end, ascii_xml("".join(shapes)))])


def _box(number: int, spot: Spot, text: str) -> str:
    """The box of one comment, beside its cell and as high as its text needs."""
    row, column = spot
    lines = sum(-(-max(len(line), 1) // _BOX_LETTERS) for line in text.split("\n"))
    rows = -(-(lines * _LINE_HEIGHT + 10) // _ROW_HEIGHT)
    top = max(row - 1, 0)
    anchor = f"{column + 1}, 12, {top}, 4, {column + 1 + _BOX_COLUMNS}, 60, {top + rows}, 4"
    return (
        f'<v:shape {_SPACES} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;z-index:{number};'
        'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
