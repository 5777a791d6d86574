"""What the workbook parser hides, found in the XML of a sheet: errors, uncalculated formulas, percentages.

The parser gives a blank for a cell that shows an error and for a formula without a stored result, and drops
number formats. A sheet can hold millions of cells, so its XML is searched as bytes, in blocks of whole rows:
blocks written the way nearly every program writes them are searched for the few things of interest only,
all others are taken apart cell by cell. The same pass measures the used area before anybody allocates it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from pkassess.ingest.sheet import UNCOMPUTED, CellError, Uncomputed

import os
BLOCK_BYTES = 1 << int(os.environ.get('BB','20'))
LONGEST_ROW = 64 << 20
ROW_LIMIT = 200_000
COLUMN_LIMIT = 2_000
CELL_LIMIT = 5_000_000

PARSER_KNOWS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA")
)
"""Errors the workbook parser reads as a blank; it gives up a whole sheet for any other."""

Mark = CellError | Uncomputed

_ROOT = re.compile(rb"<(?:([\w.-]+:))?worksheet[\s>]")
_ATTRIBUTE = re.compile(rb"""\b([rst])\s*=\s*["']([^"']*)["']""")
_ERROR_TYPE = re.compile(rb't="e"')
_REFERENCE = re.compile(rb"([A-Za-z]+)([0-9]+)")
_NOT_MARKUP = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)


class TooLarge(Exception):
    """The used area of a sheet is beyond the limits."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__(rows, columns)
        self.rows = rows
        self.columns = columns


@dataclass
class Marks:
    """What a sheet's XML tells beyond the values; rows and columns count from zero."""

    special: dict[int, dict[int, Mark]] = field(default_factory=dict)
    percent: dict[int, tuple[int, ...]] = field(default_factory=dict)
    used: tuple[int, int] = (0, 0)
    marked: tuple[int, int] = (0, 0)
    unknown_errors: bool = False


def scan(stream: IO[bytes], percent_styles: frozenset[int]) -> Marks:
    """Search the XML of one sheet; raises TooLarge as soon as its used area is beyond the limits."""
    scanner: _Scanner | None = None
    for prefix, block in row_blocks(stream):
        scanner = scanner or _Scanner(prefix, percent_styles)
        scanner.feed(block)
    return scanner.marks if scanner else Marks()


def row_blocks(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The rows of a sheet in blocks of about a megabyte, each with the namespace prefix of the elements.

    A block ends where a row ends; the last one ends with the rows.
    """
    data = b""
    prefix = None
    while chunk := stream.read(BLOCK_BYTES):
        data += chunk
        if prefix is None:
            root = _ROOT.search(data)
            begin = data.find(b"<" + (root[1] or b"") + b"sheetData") if root else -1
            if not root or begin < 0:
                continue
            prefix = root[1] or b""
            row_end, rows_end = b"</" + prefix + b"row>", b"</" + prefix + b"sheetData"
            data = data[begin + len(rows_end) - 1 :]
        if (last := data.find(rows_end)) >= 0:
            yield prefix, data[:last]
            return
        if (cut := data.rfind(row_end)) >= 0:
            cut += len(row_end)
            yield prefix, data[:cut]
            data = data[cut:]
        if len(data) > LONGEST_ROW:
            raise TooLarge(1, len(data))
    if prefix is not None:
        yield prefix, data


def column_index(letters: bytes) -> int:
    """The index of a column from its letters, counting from zero."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + letter - 64
    return index - 1


class _Scanner:
    """Collects the marks of one sheet from its blocks of rows."""

    def __init__(self, prefix: bytes, percent_styles: frozenset[int]) -> None:
        self.marks = Marks()
        self._percent_styles = percent_styles
        self._row = self._column = -1
        self._columns_of: dict[tuple[bytes, ...], tuple[int, ...]] = {}
        self._indexes: dict[bytes, int] = {}
        self._seen: set[bytes] = set()
        self._usual: bool | None = None
        self._prepare(prefix)

    def _prepare(self, p: bytes) -> None:
        self._cell, self._cell_start = b"<" + p + b"c", b"<" + p + b'c r="'
        self._cell_end, self._row_end = b"</" + p + b"c>", b"</" + p + b"row>"
        self._row_tag, self._row_start = b"<" + p + b"row", b"<" + p + b'row r="'
        self._formula = b"<" + p + b"f"
        p = re.escape(p)
        styles = b"|".join(b"%d" % style for style in sorted(self._percent_styles))
        self._percent = re.compile(rb'<%bc r="([A-Za-z]+)[0-9]+"[^>]*? s="(?:%b)"' % (p, styles))
        self._row_number = re.compile(rb'<%brow r="([0-9]+)"' % p)
        self._tag = re.compile(rb"<%b(row|c)(?=[\s/>])([^>]*)>" % p)
        self._has_formula = re.compile(rb"<%bf[\s/>]" % p)
        self._value = re.compile(rb"<%bv(?:\s[^>]*)?(?:/>|>([^<]*))" % p)
        self._has_text = re.compile(rb"<%bis[\s/>]" % p)
        nothing = rb"\s*(?:</%bc|<%bv\s*/>|<%bv(?:\s[^>]*)?>\s*</)" % (p, p, p)
        self._no_result = re.compile(rb"</%bf>%b" % (p, nothing))
        self._no_result_short = re.compile(rb"<%bf\b[^>]*/>%b" % (p, nothing))

    def feed(self, block: bytes) -> None:
        """Search one block of whole rows."""
        # A single character is found many times faster than two, and this one is rare.
        if b"!" in block and b"<!" in block:
            block = _NOT_MARKUP.sub(lambda match: b"x" if match[0].startswith(b"<![") else b"", block)
        if self._usual is None:
            self._usual = 0 not in self._percent_styles and self._is_regular(block)
        if not self._usual:
            self._take_apart(block)
        else:
            self._search(block)
        rows, columns = self.marks.used
        if rows > ROW_LIMIT or columns > COLUMN_LIMIT or rows * columns > CELL_LIMIT:
            raise TooLarge(rows, columns)

    def _is_regular(self, block: bytes) -> bool:
        """Whether all rows and cells begin with their addresses, as nearly every program writes them."""
        return block.count(self._cell_start) == block.count(self._cell) and (
            block.count(self._row_start) == block.count(self._row_tag)
        )

    # --- blocks written in the usual way ------------------------------------------------------------------

    def _search(self, block: bytes) -> None:
        has_error = b't="e"' in block
        has_formula = self._formula in block
        has_percent = bool(self._percent_styles) and self._percent.search(block) is not None
        rows = block.split(self._row_end)
        regular = not (has_error or has_formula or has_percent) or self._is_regular(block)
        if not regular or not self._measure(rows):
            self._take_apart(block)
            return
        if has_error:
            self._look_at(block, _ERROR_TYPE)
        if has_formula:
            self._look_at(block, self._no_result)
            self._look_at(block, self._no_result_short)
        if has_percent:
            self._find_percent(rows)
        last = max(0, block.rfind(self._row_start))
        if number := self._row_number.match(block, last):
            self._row = int(number[1]) - 2
        self._row += block.count(self._row_tag, last)

    def _measure(self, rows: list[bytes]) -> bool:
        """Find how far the rows reach: to the last cell with a content. False where that is hard to tell."""
        begin, end_tag, seen = self._cell, self._cell_end, self._seen
        length = len(self._cell_start) + 3
        last = None
        for row in rows:
            end = row.rfind(end_tag)
            if end < 0:
                continue
            start = row.rfind(begin, 0, end)
            last = row, start, end
            # Letters and the first digits are one of few, as most rows end in the same column.
            if row[start : start + length] not in seen:
                if not self._measure_row(row, start, end):
                    return False
                seen.add(row[start : start + length])
        return last is None or self._measure_row(*last)

    def _measure_row(self, row: bytes, start: int, end: int) -> bool:
        place = _REFERENCE.match(row, start + len(self._cell_start))
        if not place or not row.startswith(self._cell_start, start) or row.endswith(b'">', start, end):
            return False
        self._use(int(place[2]) - 1, self._index(place[1]))
        return True

    def _look_at(self, block: bytes, pattern: re.Pattern[bytes]) -> None:
        """Look closer at the cells in which a pattern is found."""
        for hit in pattern.finditer(block):
            tag = self._tag.match(block, block.rfind(self._cell_start, 0, hit.start()))
            if tag and not tag[2].endswith(b"/"):
                content = block[tag.end() : block.find(self._cell_end, tag.end())]
                attributes = dict(_ATTRIBUTE.findall(tag[2]))
                self._keep(*self._place(attributes), self._mark(attributes.get(b"t"), content))

    def _find_percent(self, rows: list[bytes]) -> None:
        find, known = self._percent.findall, self._columns_of
        for row in rows:
            if letters := tuple(find(row)):
                if letters not in known:
                    known[letters] = tuple(map(self._index, letters))
                number = self._row_number.match(row, row.find(self._row_start))
                self._percent_cells(int(number[1]) - 1, known[letters])

    # --- all other blocks ---------------------------------------------------------------------------------

    def _take_apart(self, block: bytes) -> None:
        tags = list(self._tag.finditer(block))
        ends = [tag.start() for tag in tags[1:]] + [len(block)]
        for tag, end in zip(tags, ends, strict=True):
            attributes = dict(_ATTRIBUTE.findall(tag[2]))
            if tag[1] == b"row":
                self._row = int(attributes[b"r"]) - 1 if b"r" in attributes else self._row + 1
                self._column = -1
                continue
            row, self._column = self._place(attributes)
            if not tag[2].endswith(b"/"):
                self._take_cell(row, self._column, attributes, block[tag.end() : end])

    def _take_cell(self, row: int, column: int, attributes: dict[bytes, bytes], content: bytes) -> None:
        self._keep(row, column, self._mark(attributes.get(b"t"), content))
        if self._value.search(content) or self._has_text.search(content):
            self._use(row, column)
        if int(attributes.get(b"s", b"0")) in self._percent_styles:
            self._percent_cells(row, (column,))

    def _place(self, attributes: dict[bytes, bytes]) -> tuple[int, int]:
        """The row and column of a cell; one without an address follows the cell before it."""
        if place := _REFERENCE.match(attributes.get(b"r", b"")):
            return int(place[2]) - 1, self._index(place[1])
        return self._row, self._column + 1

    # --- what was found -----------------------------------------------------------------------------------

    def _mark(self, kind: bytes | None, content: bytes) -> Mark | None:
        value = self._value.search(content)
        text = (value[1] or b"").strip() if value else b""
        if kind == b"e" and text:
            return CellError(text.decode("utf-8", "replace"))
        if text or not self._has_formula.search(content):
            return None
        # A formula whose result is an empty text says so; its result is stored, and is nothing.
        return None if kind == b"str" and value else UNCOMPUTED

    def _keep(self, row: int, column: int, mark: Mark | None) -> None:
        if mark is None:
            return
        self._use(row, column)
        height, width = self.marks.marked
        self.marks.marked = max(height, row + 1), max(width, column + 1)
        self.marks.unknown_errors |= isinstance(mark, CellError) and mark not in PARSER_KNOWS
        self.marks.special.setdefault(row, {})[column] = mark

    def _percent_cells(self, row: int, columns: tuple[int, ...]) -> None:
        percent = self.marks.percent
        percent[row] = (*percent[row], *columns) if row in percent else columns

    def _use(self, row: int, column: int) -> None:
        rows, columns = self.marks.used
        if row >= rows or column >= columns:
            self.marks.used = max(rows, row + 1), max(columns, column + 1)

    def _index(self, letters: bytes) -> int:
        index = self._indexes.get(letters)
        if index is None:
            index = self._indexes[letters] = column_index(letters)
        return index
