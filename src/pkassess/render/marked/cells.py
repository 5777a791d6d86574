"""The cells of one sheet that are marked: each gets another style; one that is not written yet is written, blank."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from pkassess.codes import Severity
from pkassess.ingest.cellscan import column_index
from pkassess.ingest.sheet import cell_name
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

Spot = tuple[int, int]
"""A row and a column, from zero."""

_AFTER_COMMENTS = frozenset(
    {
        *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "AlternateContent"),
        *("webPublishItems", "tableParts", "extLst"),
    }
)
"""What follows the drawing of comments in a sheet."""
_MERGED = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]+[0-9]+):([A-Z]+[0-9]+)["']""")
_LARGEST_AREA = 10_000
_MOST_AREAS = 10_000


def spot_of(reference: str) -> Spot | None:
    """The row and column of an address such as F17, None for anything else."""
    letters = reference.rstrip("0123456789")
    number = reference[len(letters) :]
    if not number or not letters.isascii() or not letters.isalpha():
        return None
    return int(number) - 1, column_index(letters.encode())


class SheetXml:
    """The XML of one sheet while its cells are marked. Raises UnfitError for a sheet without rows of cells.

    ``restyle`` gives the style of a marked cell; ``earlier`` leads from the styles of earlier marks to those without.
    """

    def __init__(
        self,
        data: bytes,
        wanted: Mapping[Spot, Severity],
        restyle: Callable[[int, Severity], int],
        earlier: Mapping[int, int],
    ) -> None:
        self.data, self.wanted, self.restyle, self.earlier = data, wanted, restyle, earlier
        self.drawing = ""
        """The id of the relation to the drawing of comments, '' where there is none."""
        self._splices: list[Splice] = []
        self._rows: dict[int, list[int]] = defaultdict(list)
        for row, column in sorted(wanted, reverse=True):
            self._rows[row].append(column)
        self._waiting = sorted(self._rows, reverse=True)
        self._row = self._column = -1
        self._row_tag: Tag | None = None
        self._columns: list[tuple[int, int, int]] = []
        self._place = 0
        self._data_tag: Tag | None = None
        self._prefix = ""
        walk(data, self._start, self._end)
        if self._data_tag is None:
            raise UnfitError

    def write(self, relation: str = "", base: str = "") -> bytes:
        """The sheet with its marks, and with a drawing of comments if it is to get one."""
        splices = list(self._splices)
        if relation:
            element = f'<{self._prefix}legacyDrawing xmlns:r="{base}" r:id="{relation}"/>'
            splices.append(Splice(self._place, self._place, ascii_xml(element)))
        return spliced(self.data, splices)

    # --- walking through the sheet ------------------------------------------------------------------------

    def _start(self, tag: Tag) -> None:
        name = tag.name
        if name == "c" and self._row_tag is not None:
            self._cell(tag)
        elif name == "row" and self._data_tag is not None:
            self._open_row(tag)
        elif tag.depth == 0:
            self._prefix = prefix_of(self.data, tag)
        elif tag.depth == 1:
            self._part(tag)
        elif name == "col":
            first, last, style = (int(tag.attributes.get(name, "0")) for name in ("min", "max", "style"))
            self._columns.append((first, last, style))

    def _part(self, tag: Tag) -> None:
        if tag.name == "sheetData":
            self._data_tag = tag
        elif tag.name == "legacyDrawing":
            self.drawing = next((value for key, value in tag.attributes.items() if key.endswith(":id")), "")
        elif tag.name in _AFTER_COMMENTS and self._data_tag is not None and not self._place:
            self._place = tag.start

    def _end(self, name: str, depth: int, at: int) -> None:
        if name == "row" and self._row_tag is not None:
            missing = self._blank(self._row, self._rows.pop(self._row, []))
            self._close(self._row_tag, "row", missing, at)
            self._row_tag = None
        elif name == "sheetData" and depth == 1 and self._data_tag is not None:
            self._close(self._data_tag, "sheetData", self._rows_before(1 << 30), at)
        elif depth == 0 and not self._place:
            self._place = at

    def _close(self, tag: Tag, name: str, content: bytes, at: int) -> None:
        """Put content at the end of an element, which may have been written as an empty one."""
        if content and self.data.endswith(b"/>", tag.start, tag.end):
            closing = ascii_xml(f"</{self._prefix}{name}>")
            self._splices.append(Splice(tag.end - 2, tag.end, b">" + content + closing))
        elif content:
            self._splices.append(Splice(at, at, content))

    def _open_row(self, tag: Tag) -> None:
        number = tag.attributes.get("r", "")
        self._row = int(number) - 1 if number else self._row + 1
        self._column = -1
        if before := self._rows_before(self._row):
            self._splices.append(Splice(tag.start, tag.start, before))
        self._row_tag = tag

    def _cell(self, tag: Tag) -> None:
        reference = tag.attributes.get("r", "")
        spot = spot_of(reference) if reference else (self._row, self._column + 1)
        if spot is None:
            raise UnfitError
        self._column = spot[1]
        waiting = self._rows.get(self._row, [])
        if not waiting and not self.earlier:
            return
        before = []
        while waiting and waiting[-1] < self._column:
            before.append(waiting.pop())
        if before:
            self._splices.append(Splice(tag.start, tag.start, self._blank(self._row, before)))
        own = style = int(tag.attributes.get("s", "0"))
        if waiting and waiting[-1] == self._column:
            waiting.pop()
            style = self.restyle(own, self.wanted[spot])
        elif self.earlier:
            style = self.earlier.get(own, own)
        if style != own:
            new = with_attributes(self.data[tag.start : tag.end], s=str(style))
            self._splices.append(Splice(tag.start, tag.end, new))

    # --- what is not written yet --------------------------------------------------------------------------

    def _rows_before(self, row: int) -> bytes:
        """Rows with marked cells above a row, which the sheet does not write."""
        found = []
        while self._waiting and self._waiting[-1] <= row:
            number = self._waiting.pop()
            if number < row and (columns := self._rows.pop(number, [])):
                cells = self._blank(number, columns)
                found.append(
                    ascii_xml(f'<{self._prefix}row r="{number + 1}">')
                    + cells
                    + ascii_xml(f"</{self._prefix}row>")
                )
        return b"".join(found)

    def _blank(self, row: int, columns: Iterable[int]) -> bytes:
        return b"".join(
            ascii_xml(
                f'<{self._prefix}c r="{cell_name(row, column)}" '
                f's="{self.restyle(self._style_around(column), self.wanted[row, column])}"/>'
            )
            for column in sorted(columns)
        )

    def _style_around(self, column: int) -> int:
        """The style that a cell which is not written has from its row or column."""
        if self._row_tag is not None and "s" in self._row_tag.attributes:
            return int(self._row_tag.attributes["s"])
        return next((style for first, last, style in self._columns if first <= column + 1 <= last), 0)


def top_of_merged(data: bytes) -> dict[Spot, Spot]:
    """The first cell of the merged area that a cell lies in, for all cells of merged areas but the first."""
    tops: dict[Spot, Spot] = {}
    for match in islice(_MERGED.finditer(data), _MOST_AREAS):
        first, last = (spot_of(reference.decode()) for reference in match.groups())
        if first and last and (last[0] - first[0] + 1) * (last[1] - first[1] + 1) <= _LARGEST_AREA:
            for row in range(first[0], last[0] + 1):
                tops.update(((row, column), first) for column in range(first[1], last[1] + 1))
    return tops
