"""Whether a sheet is written so plainly that its parser cannot see other cells than the search of its XML saw.

The parser makes room for the rectangle from the first row to the last and to the widest cell. A file can be written
so that a search sees a small table and the parser a cell in the far corner, which ends the process. What is written
as nearly every program writes it is known to be safe and parsed at once; everything else is parsed in a child
process. The checks are cheap, and none of them calls plain what is not.
"""

from __future__ import annotations

import re

from pkassess.ingest import limits
from pkassess.ingest.sheet import column_index

_ROWS_TAG = b"sheetData"
PLAIN_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml [^<>?]*\?>)?"
    # Repetitions that give nothing back keep no memory of each tag.
    rb"""[^<>]*+(?:<[^<>"']*+(?:"[^<>"]*+"[^<>"']*+)*+>[^<>]*+)*+"""
)
"""Markup whose tags and text take turns, and whose quotation marks pair within tags: none hides in an attribute."""
_FOREIGN_CELL = re.compile(rb"<(?!/)[^<> \t\r\n]*:c[ \t\r\n/>]")
_LETTERS = 26
_TWO_LETTERS = _LETTERS * (_LETTERS + 1)


class Plainness:
    """Collects, piece by piece, whether a sheet is plain; ``holds`` tells at the end.

    ``disordered`` says that rows were seen that do not follow one another, of which parsers lose some in silence.
    """

    def __init__(self, before: bytes, prefix: bytes) -> None:
        """``before`` is what stands before the rows, with the tag that opens them."""
        self.disordered = False
        self.holds = before.count(_ROWS_TAG) == 1 and PLAIN_MARKUP.fullmatch(before) is not None
        self._prefix = prefix
        self._width = self._last_row = 0
        self._last_solid = self._behind = b""
        self._cell = b"<" + prefix + b"c"
        name, value = re.escape(self._cell), re.escape(prefix) + b"v"
        self._address = re.compile(name + rb' r="([A-Z]+)([0-9]+)"')
        self._solid = re.compile(name + rb' r="[A-Z]+[0-9]+"[^<>]*><' + value + rb">[^<\s]")

    def look_at(self, block: bytes, width: int) -> None:
        """A block of rows; ``width`` is that of the widest row seen so far."""
        if not self.holds:
            return
        # A single character that is rare is looked for many times faster than two.
        declares = (b"!" in block and b"<!" in block) or (b"?" in block and b"<?" in block)
        if declares or self._has_foreign_cells(block):
            self.holds = False
            return
        if not self._width or width > self._width:
            self._widen(width)
        if self._strange.search(block):
            self._look_closer(block)
        if not self._solid.search(block):
            self._order_last_solid()
            self._order(block)
        elif not self._last_row:
            self._order(block)
        else:
            # Between blocks that hold values for sure, the order within has no say in where the parser begins and ends.
            self._follow(self._row_at(block, 0), self._row_at(block, block.rfind(self._cell)))
            self._last_solid = block

    def end(self, behind: bytes) -> None:
        """What comes behind the rows, piece by piece."""
        # A second tag of this name may open other rows, or close them where the parser does not see an end.
        self.holds &= _ROWS_TAG not in self._behind + behind
        self._behind = behind[-len(_ROWS_TAG) :]

    def finish(self) -> None:
        """Everything was seen."""
        self._order_last_solid()
        self.holds &= not self.disordered and self._last_row * self._width <= 2 * limits.CELLS

    def _has_foreign_cells(self, block: bytes) -> bool:
        """Whether cells may stand under another prefix than the rows."""
        if self._prefix and b"<c" in block:
            return True
        if b":" not in block or b":c" not in block:
            return False
        return len(_FOREIGN_CELL.findall(block)) != (block.count(self._cell) if self._prefix else 0)

    def _widen(self, width: int) -> None:
        """Look from now on for cells beyond a width, or with another beginning than their address."""
        if width <= _LETTERS:
            self._width, letters = _LETTERS, rb"[A-Z]"
        elif width <= _TWO_LETTERS:
            last = (width - 1) // _LETTERS
            self._width, letters = _LETTERS * (last + 1), rb"[A-%c]?[A-Z]" % (ord("A") + last - 1)
        else:
            self._width, letters = 3 * _LETTERS * _LETTERS + _TWO_LETTERS, rb"(?:[A-Z]{1,2}|[A-C][A-Z]{2})"
        self._strange = re.compile(re.escape(self._cell) + rb'(?! r="' + letters + rb"[0-9])")

    def _look_closer(self, block: bytes) -> None:
        """A block with a cell that is wider, or strange."""
        addresses = self._address.findall(block)
        widest = max((column_index(letters) for letters in {letters for letters, _ in addresses}), default=-1)
        if len(addresses) != block.count(self._cell) or widest >= limits.COLUMNS:
            self.holds = False
        elif widest >= self._width:
            self._widen(widest + 1)

    def _order_last_solid(self) -> None:
        rows = [int(row) for _, row in self._address.findall(self._last_solid)]
        self.disordered |= rows != sorted(rows)
        self._last_solid = b""

    def _order(self, block: bytes) -> None:
        """See that rows follow one another, within a block and after those that were looked at before."""
        rows = [int(row) for _, row in self._address.findall(block)]
        if rows:
            self.disordered |= rows != sorted(rows)
            self._follow(rows[0], rows[-1])

    def _row_at(self, block: bytes, start: int) -> int:
        """The row of the next cell with an address, or 0."""
        found = self._address.search(block, start)
        return int(found[2]) if found else 0

    def _follow(self, first: int, last: int) -> None:
        self.disordered |= first < self._last_row
        self._last_row = last
