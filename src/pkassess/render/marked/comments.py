"""Comments of a sheet: existing ones stay and are added to; new ones get a box, hidden until one points at the cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape

from pkassess.codes import Severity
from pkassess.findings import LIST_SHEET
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
_FINDING = rf"PK\d{{3}} (?:{'|'.join(Severity)}): [^\n]*\n[^\n]*\nTo mend: [^\n]*"
_MORE = rf"[\d,]+ more findings? of this cell: see the sheet {LIST_SHEET}\."
_OURS = re.compile(rf"\A(?:(?:{_FINDING}|{_MORE})(?:\n\n|\s*\Z|(?=\n)))+|(?:\n\n(?:{_FINDING}|{_MORE}))+")
"""What a copy writes into comments: see ``comment_of``."""
_SHAPE = re.compile(rb"<([\w.-]+):shape\s.*?</\1:shape>", re.DOTALL)
_BOX_SPOT = re.compile(rb"<[\w.-]+:Row>\s*(\d+)\s*</[\w.-]+:Row>.*?<[\w.-]+:Column>\s*(\d+)\s*<", re.DOTALL)
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


@dataclass
class _Comment:
    """One comment: from where to where it stands, and its text."""

    start: int
    end: int = 0
    text: tuple[Tag, int] | None = None
    """The plain text, or else the whole text: its tag and where it ends."""
    pieces: list[tuple[int, int]] = field(default_factory=list)
    """Where the words of the text stand, from their beginning to their end."""


class Comments:
    """The comments of a sheet. Raises UnfitError for a part that is no list of comments."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.known: dict[Spot, _Comment] = {}
        self._tags: list[Tag] = []
        self._authors: list[bytes] = []
        self._ends: dict[str, tuple[Tag, int]] = {}
        self._comment: _Comment | None = None
        walk(data, self._start, self._end)
        if not {"authors", "commentList"} <= self._ends.keys():
            raise UnfitError

    def _start(self, tag: Tag) -> None:
        self._tags.append(tag)
        if tag.name == "comment":
            self._comment = _Comment(tag.start)
            if spot := spot_of(tag.attributes.get("ref", "")):
                self.known.setdefault(spot, self._comment)

    def _end(self, name: str, depth: int, at: int) -> None:
        tag = self._tags.pop()
        if name in ("authors", "commentList") and depth == 1:
            self._ends[name] = tag, at
        if name == "author":
            self._authors.append(self.data[tag.end : at])
        if self._comment is None:
            return
        # Of <text><t> .. </t></text> the inner one is kept, of <text><r> .. </r></text> the outer one.
        plain = name == "t" and self._tags and self._tags[-1].name == "text"
        if (plain or name == "text") and self._comment.text is None:
            self._comment.text = tag, at
        if name == "t" and all(one.name != "rPh" for one in self._tags):
            self._comment.pieces.append((tag.end, max(tag.end, at)))
        if name == "comment":
            self._comment.end = at if at == tag.end else self.data.index(b">", at) + 1

    @property
    def ours(self) -> bool:
        """Whether an earlier copy wrote any of them, or a part of one."""
        return any(self._kept(comment) is not None for comment in self.known.values())

    def gone(self, texts: Mapping[Spot, str]) -> list[Spot]:
        """The cells whose comments only an earlier copy wrote, and that are to have none now."""
        return [
            spot
            for spot, comment in self.known.items()
            if spot not in texts and (kept := self._kept(comment)) is not None and not any(kept)
        ]

    def write(self, texts: Mapping[Spot, str]) -> bytes:
        """The part with a comment for each of the cells; what a cell's comment said before comes first.

        What an earlier copy wrote is taken out of all comments, and a comment that says nothing else goes with it.
        """
        splices: list[Splice] = []
        gone = set(self.gone(texts))
        root = prefix_of(self.data, self._ends["commentList"][0])
        for spot, comment in self.known.items():
            if spot in gone:
                splices.append(Splice(comment.start, comment.end, b""))
                continue
            kept = self._kept(comment)
            for (start, end), text in zip(comment.pieces, kept or (), strict=False):
                splices.append(Splice(start, end, ascii_xml(told(text))))
            if spot in texts and comment.text is not None:
                apart = "" if kept is not None and not any(kept) else "\n\n"
                splices += self._appended(*comment.text, f"{apart}{texts[spot]}", root)
        added = {spot: text for spot, text in sorted(texts.items()) if spot not in self.known}
        if added:
            splices += self._added(added, root)
        return spliced(self.data, splices)

    def _kept(self, comment: _Comment) -> list[str] | None:
        """The pieces of a text without what an earlier copy wrote; None where it wrote nothing."""
        pieces = [unescape(self.data[start:end].decode("utf-8", "replace")) for start, end in comment.pieces]
        whole = "".join(pieces)
        ours = [match.span() for match in _OURS.finditer(whole)]
        if not ours:
            return None
        kept, at = [], 0
        for piece in pieces:
            places = range(at, at + len(piece))
            kept.append("".join(whole[place] for place in places if not any(a <= place < b for a, b in ours)))
            at += len(piece)
        first = next((number for number, piece in enumerate(kept) if piece.strip()), len(kept))
        return [
            "" if at < first else piece.lstrip("\n") if at == first else piece
            for at, piece in enumerate(kept)
        ]

    def _added(self, texts: Mapping[Spot, str], root: str) -> Iterable[Splice]:
        """New comments, in the name of their author."""
        number = len(self._authors)
        if AUTHOR.encode() in self._authors:
            number = self._authors.index(AUTHOR.encode())
        else:
            yield from self._put("authors", f"<{root}author>{AUTHOR}</{root}author>", root)
        comments = (
            f'<{root}comment ref="{cell_name(*spot)}" authorId="{number}"><{root}text><{root}t '
            f'xml:space="preserve">{told(text)}</{root}t></{root}text></{root}comment>'
            for spot, text in texts.items()
        )
        yield from self._put("commentList", "".join(comments), root)

    def _appended(self, tag: Tag, at: int, text: str, root: str) -> Iterable[Splice]:
        """More text at the end of what is there, as a run of its own where the text is made of runs."""
        more = told(text)
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


def without_boxes(drawing: bytes, spots: Collection[Spot]) -> bytes:
    """A drawing without the boxes of the comments of some cells."""

    def kept(shape: re.Match[bytes]) -> bytes:
        spot = _BOX_SPOT.search(shape[0])
        return b"" if spot and (int(spot[1]), int(spot[2])) in spots else shape[0]

    return _SHAPE.sub(kept, drawing) if spots else drawing


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
