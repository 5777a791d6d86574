"""What the workbook parser hides, found in the XML of a sheet: errors, uncalculated formulas, percentages.

The parser gives a blank for a cell that shows an error and for a formula without a stored result, and drops
number formats and hidden rows. A sheet can hold millions of cells, so its XML is searched as bytes, in blocks of whole rows:
blocks written the way nearly every program writes them are searched for the few things of interest only,
all others are taken apart cell by cell. The same pass measures the used area before anybody allocates it.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from pkassess.ingest import limits
from pkassess.ingest.limits import TooLargeError, check_size, check_special
from pkassess.ingest.plainness import Plainness
from pkassess.ingest.sheet import UNCOMPUTED, CellError, Uncomputed, cell_name, column_index

BLOCK_BYTES = 1 << 18
_MOST_APART = 2_000_000
"""Rows and cells that are not written as nearly every program writes them, each of which is looked at by itself."""
_BLOCKS_FOR_TWINS = 4
"""In so many blocks cells with one address are looked for: a program that writes a cell twice does it again and again."""
_TWIN = "its cell {} is there twice"
_NO_TEXT = "its cell {} refers to a text that is not there"
FEW_PERCENT = 3
"""Up to this many percentages per row they are found one by one."""

PARSER_KNOWS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA")
)
"""Errors the workbook parser reads as a blank; it gives up a whole sheet for any other."""

Mark = CellError | Uncomputed

_MERGED_AREA = b"mergeCell "
# No pattern looks beyond the next "<": text without ">" would else be searched again and again.
_ROWS = re.compile(rb"<([\w.-]+:)?sheetData(?:\s[^<>]*)?/?>")
_ATTRIBUTE = re.compile(rb"""\b([rst])\s*=\s*["']([^"']*)["']""")
_COLUMN = re.compile(rb"<(?:[\w.-]+:)?col\s([^<>]*)>")
_COLUMN_ATTRIBUTE = re.compile(rb"""\b(min|max|hidden)\s*=\s*["']([0-9a-z]*)["']""")
_ERROR_TYPE = re.compile(rb't="e"')
_REFERENCE = re.compile(rb"([A-Za-z]+)([0-9]+)")
_TWO_BYTES = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CLOSINGS = {b"<!--": b"-->", b"<![C": b"]]>"}
"""How comments and quoted text begin and end."""


@dataclass
class Marks:
    """What a sheet's XML tells beyond the values; rows and columns count from zero."""

    special: dict[int, dict[int, Mark]] = field(default_factory=dict)
    percent: dict[int, tuple[int, ...]] = field(default_factory=dict)
    used: tuple[int, int] = (0, 0)
    marked: tuple[int, int] = (0, 0)
    unknown_errors: bool = False
    hidden: set[int] = field(default_factory=set)
    hidden_columns: tuple[range, ...] = ()
    plain: bool = False
    """Whether the parser is sure to see the cells where they were seen here; else it has to be kept apart."""
    fault: str = ""
    """Why no parser can be trusted with the sheet, in words: each shows something in place of what is not there."""


def scan(stream: Stream, percent_styles: frozenset[int]) -> Marks:
    """Search the XML of one sheet, to its end; raises TooLargeError as soon as it is beyond the limits."""
    rows = RowBlocks(stream)
    scanner = plain = None
    for block in rows:
        if scanner is None or plain is None:
            scanner, plain = _Scanner(rows.prefix, percent_styles), Plainness(rows.before, rows.prefix)
        scanner.feed(block)
        plain.look_at(block, scanner.marks.used[1])
    marks = scanner.marks if scanner else Marks()
    plain = plain or Plainness(rows.before, rows.prefix)
    areas = 0
    for piece in _rest(rows.after, stream):
        plain.end(piece)
        areas += piece.count(_MERGED_AREA)
    plain.finish()
    if areas > limits.MERGED_AREAS:
        raise TooLargeError(f"It has at least {areas:,} merged areas", f"{limits.MERGED_AREAS:,}")
    marks.hidden_columns = _hidden_columns(rows.before)
    marks.plain = plain.holds
    if not rows.ended:
        two_bytes = rows.before.startswith(_TWO_BYTES)
        marks.fault = "it is stored in UTF-16, not in UTF-8" if two_bytes else "its rows have no end"
    elif plain.disordered:
        marks.fault = "its rows do not follow one another"
    return marks


def _rest(piece: bytes, stream: Stream) -> Iterator[bytes]:
    """What is left of a stream behind a first piece."""
    yield piece
    while piece := stream.read(BLOCK_BYTES):
        yield piece


class Stream(Protocol):
    """What gives the bytes of a part piece by piece."""

    def read(self, size: int, /) -> bytes:
        """The next piece, at most ``size`` bytes; nothing at the end."""


class RowBlocks:
    """The rows of a sheet in blocks of about a quarter megabyte.

    A block ends where a row ends; the last one ends with the rows. While they are gone through, ``prefix`` is the
    elements' namespace prefix and ``before`` what stands before the rows; then ``ended`` says whether
    the rows have an end, and ``after`` is what was read beyond it.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.before = self.prefix = self.after = b""
        self.ended = False

    def __iter__(self) -> Iterator[bytes]:
        data = row_end = row_start = rows_end = b""
        while chunk := self._stream.read(BLOCK_BYTES):
            data += chunk
            if not rows_end and (opening := _ROWS.search(data)):
                prefix = self.prefix = opening[1] or b""
                row_end, row_start = b"</" + prefix + b"row>", b"<" + prefix + b"row"
                rows_end = b"</" + prefix + b"sheetData"
                self.before, data = data[: opening.end()], data[opening.end() :]
                if opening[0].endswith(b"/>"):
                    self.ended, self.after = True, data
                    return
            if rows_end and (last := data.find(rows_end)) >= 0:
                self.ended, self.after = True, data[last + len(rows_end) :]
                yield data[:last]
                return
            if rows_end and (cut := data.rfind(row_end)) >= 0:
                cut += len(row_end)
                yield data[:cut]
                data = data[cut:]
            elif rows_end and (cut := data.rfind(row_start)) > 0:
                # Rows without cells may have no end of their own.
                yield data[:cut]
                data = data[cut:]
            if len(data) > limits.ROW_BYTES:
                what = "A single row" if rows_end else "What stands before its rows"
                most = f"{limits.ROW_BYTES // limits.MIB} MiB"
                raise TooLargeError(f"{what} takes more room than whole sheets do", most)
        if rows_end:
            yield data
        else:
            self.before = data


def _hidden_columns(before: bytes) -> tuple[range, ...]:
    """The columns (zero-based) that a sheet does not show, from what stands before its rows."""
    tags = (dict(_COLUMN_ATTRIBUTE.findall(tag)) for tag in _COLUMN.findall(before))
    return tuple(
        range(int(tag[b"min"]) - 1, int(tag[b"max"]))
        for tag in tags
        if tag.get(b"hidden") in (b"1", b"true") and tag.keys() >= {b"min", b"max"}
    )


def without_quoted(block: bytes) -> bytes:
    """Rows without comments, and with an x for each quoted text, as neither holds cells; raises ValueError."""
    kept = []
    at = 0
    while (start := block.find(b"<!", at)) >= 0:
        opening = block[start : start + 4]
        end = block.find(_CLOSINGS.get(opening, b">"), start)
        if end < 0:
            raise ValueError
        kept += [block[at:start], b"x" if opening == b"<![C" else b""]
        at = end + len(_CLOSINGS.get(opening, b">"))
    return b"".join([*kept, block[at:]])


class _UnusualError(Exception):
    """A block is written in a way that the fast search cannot follow."""


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
        self._apart = self._blocks = self._special = 0
        self._in_row: set[int] = set()
        self._prepare(prefix)

    def _prepare(self, p: bytes) -> None:
        self._cell, self._cell_start = b"<" + p + b"c", b"<" + p + b'c r="'
        self._cell_end, self._row_end = b"</" + p + b"c>", b"</" + p + b"row>"
        self._row_tag, self._row_start = b"<" + p + b"row", b"<" + p + b'row r="'
        self._formula = b"<" + p + b"f"
        p = re.escape(p)
        styles = b"|".join(b"%d" % style for style in sorted(self._percent_styles))
        self._percent = re.compile(rb'<%bc r="([A-Za-z]+)[0-9]+"[^<>]*? s="(?:%b)"' % (p, styles))
        self._style = re.compile(rb' s="(?:%b)"' % styles)
        self._address = re.compile(rb'<%bc r="([A-Za-z]+)([0-9]+)"' % p)
        self._row_number = re.compile(rb'<%brow r="([0-9]+)"' % p)
        self._hidden_row = re.compile(
            rb"""<%brow\b(?=[^<>]*\shidden\s*=\s*["'](?:1|true))[^<>]*?\sr\s*=\s*["']([0-9]+)""" % p
        )
        self._tag = re.compile(rb"<%b(row|c)(?=[\s/>])([^<>]*)>" % p)
        self._has_formula = re.compile(rb"<%bf[\s/>]" % p)
        self._value = re.compile(rb"<%bv(?:\s[^<>]*)?(?:/>|>([^<]*))" % p)
        self._no_number = re.compile(rb' t="s"[^<>]*><%bv(?:\s[^<>]*)?>(?!(?:[0-9]{1,9})?<)' % p)
        self._has_text = re.compile(rb"<%bis[\s/>]" % p)
        nothing = rb"\s*(?:</%bc|<%bv\s*/>|<%bv(?:\s[^<>]*)?>\s*</)" % (p, p, p)
        self._no_result = re.compile(rb"</%bf>%b" % (p, nothing))
        self._no_result_short = re.compile(rb"<%bf\b[^<>]*/>%b" % (p, nothing))

    def feed(self, block: bytes) -> None:
        """Search one block of whole rows."""
        # A single character is searched for many times faster than two, so the rare ones are tried first.
        if b"!" in block and b"<!" in block:
            block = without_quoted(block)
        if b"hidden" in block:
            hidden = map(int, self._hidden_row.findall(block))
            self.marks.hidden.update(row - 1 for row in hidden if row <= limits.ROWS)
        self._blocks += 1
        if self._usual is None:
            self._usual = 0 not in self._percent_styles and self._is_regular(block)
        try:
            if not self._usual:
                raise _UnusualError
            self._search(block)
        except _UnusualError:
            self._take_apart(block)
        check_size(*self.marks.used)

    def _is_regular(self, block: bytes) -> bool:
        """Whether all rows and cells begin with their addresses, as nearly every program writes them."""
        return block.count(self._cell_start) == block.count(self._cell) and (
            block.count(self._row_start) == block.count(self._row_tag)
        )

    # --- blocks written in the usual way ------------------------------------------------------------------

    def _search(self, block: bytes) -> None:
        rows = block.split(self._row_end)
        self._measure(rows)
        self._look_for_faults(block)
        if b't="e"' in block:
            for hit in _ERROR_TYPE.finditer(block):
                self._look_at(block, block.rfind(b"<", 0, hit.start()))
        if b"f" in block and self._formula in block:
            for pattern in (self._no_result, self._no_result_short):
                for hit in pattern.finditer(block):
                    self._look_at(block, block.rfind(self._cell, 0, hit.start()))
        if self._percent_styles and (count := self._count_percent(block)):
            if count <= FEW_PERCENT * len(rows):
                self._find_few_percent(block)
            else:
                self._find_many_percent(block, rows, count)
        last = max(0, block.rfind(self._row_start))
        if number := self._row_number.match(block, last):
            self._row = int(number[1]) - 2
        self._row += block.count(self._row_tag, last)

    def _look_for_faults(self, block: bytes) -> None:
        """Cells that a parser would show in place of others, without a word."""
        if b"'" in block and b"='s'" in block:
            raise _UnusualError
        if hit := self._no_number.search(block):
            place = self._address.match(block, block.rfind(self._cell, 0, hit.start()))
            self._blame(place[1] + place[2] if place else b"", _NO_TEXT)
        if self._blocks <= _BLOCKS_FOR_TWINS:
            cells = self._address.findall(block)
            if len(set(cells)) < len(cells):
                letters, number = next(cell for cell, count in Counter(cells).items() if count > 1)
                self._blame(letters + number, _TWIN)

    def _blame(self, cell: bytes, fault: str) -> None:
        """Keep the first fault."""
        self.marks.fault = self.marks.fault or fault.format(cell.decode())

    def _measure(self, rows: list[bytes]) -> None:
        """Find how far the rows reach: to the last cell with a content."""
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
                self._measure_row(row, start, end)
                seen.add(row[start : start + length])
        if last:
            self._measure_row(*last)

    def _measure_row(self, row: bytes, start: int, end: int) -> None:
        place = self._address.match(row, start)
        if not place or row.endswith(b'">', start, end):
            # The last cell has no address, or is empty so that the last content is elsewhere.
            raise _UnusualError
        self._use(int(place[2]) - 1, self._index(place[1]))

    def _look_at(self, block: bytes, start: int) -> None:
        """Look closer at the cell whose tag starts here, if it is one."""
        tag = self._tag.match(block, start)
        if not tag or tag[1] != b"c" or tag[2].endswith(b"/"):
            return
        attributes = dict(_ATTRIBUTE.findall(tag[2]))
        if b"r" not in attributes:
            raise _UnusualError
        content = block[tag.end() : block.find(self._cell_end, tag.end())]
        self._keep(*self._place(attributes), self._mark(attributes.get(b"t"), content))

    def _count_percent(self, block: bytes) -> int:
        if len(self._percent_styles) > 3:
            return len(self._style.findall(block))
        return sum(block.count(b' s="%d"' % style) for style in self._percent_styles)

    def _find_few_percent(self, block: bytes) -> None:
        """Find percentages by their style, which is fast if few of the cells have one."""
        match, cell = self._address.match, self._cell
        found: dict[bytes, list[bytes]] = {}
        for hit in self._style.finditer(block):
            start = block.rfind(b"<", 0, hit.start())
            if place := match(block, start):
                found.setdefault(place[2], []).append(place[1])
            elif block.startswith(cell, start):
                raise _UnusualError
        for row, letters in found.items():
            self._percent_row(row, tuple(letters))

    def _find_many_percent(self, block: bytes, rows: list[bytes], count: int) -> None:
        """Find percentages by looking at every cell, which takes the same time however many there are."""
        letters = self._percent.findall(block)
        if len(letters) != count and not self._is_regular(block):
            raise _UnusualError
        numbers = self._row_number.findall(block)
        each, rest = divmod(len(letters), len(numbers) or 1)
        # Columns ascend within a row, so a sequence that repeats for each row is the same in each row.
        if not rest and letters == letters[:each] * len(numbers):
            for number in numbers:
                self._percent_row(number, tuple(letters[:each]))
            return
        for row in rows:
            if (number := self._row_number.search(row)) and (found := tuple(self._percent.findall(row))):
                self._percent_row(number[1], found)

    def _percent_row(self, number: bytes, letters: tuple[bytes, ...]) -> None:
        columns = self._columns_of.get(letters)
        if columns is None:
            columns = self._columns_of[letters] = tuple(map(self._index, letters))
        self._percent_cells(int(number) - 1, columns)

    # --- all other blocks ---------------------------------------------------------------------------------

    def _take_apart(self, block: bytes) -> None:
        tags = list(self._tag.finditer(block))
        self._apart += len(tags)
        if self._apart > _MOST_APART:
            raise TooLargeError(
                f"A sheet has at least {self._apart:,} rows and cells", f"{_MOST_APART:,} written so"
            )
        ends = [tag.start() for tag in tags[1:]] + [len(block)]
        for tag, end in zip(tags, ends, strict=True):
            attributes = dict(_ATTRIBUTE.findall(tag[2]))
            if tag[1] == b"row":
                self._row = int(attributes[b"r"]) - 1 if b"r" in attributes else self._row + 1
                self._column = -1
                self._in_row.clear()
                continue
            row, self._column = self._place(attributes)
            if self._column in self._in_row:
                self._blame(cell_name(row, self._column).encode(), _TWIN)
            self._in_row.add(self._column)
            if not tag[2].endswith(b"/"):
                self._take_cell(row, self._column, attributes, block[tag.end() : end])

    def _take_cell(self, row: int, column: int, attributes: dict[bytes, bytes], content: bytes) -> None:
        kind, value = attributes.get(b"t"), self._value.search(content)
        self._keep(row, column, self._mark(kind, content))
        if kind == b"s" and value and value[1] and not value[1].isdigit():
            self._blame(cell_name(row, column).encode(), _NO_TEXT)
        if value or self._has_text.search(content):
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
        self._special += 1
        check_special(self._special)
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
