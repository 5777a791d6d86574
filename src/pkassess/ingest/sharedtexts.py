"""How much text the cells of a sheet show: a long text that a million cells share takes little room in the file."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from pkassess.ingest import limits
from pkassess.ingest.plainness import PLAIN_MARKUP

if TYPE_CHECKING:
    from collections.abc import Iterable

_END = re.compile(rb"</(?:[^<>\s]*:)?si\s*>")
_BEGIN = re.compile(rb"<(?:[^<>\s/]*:)?si[\s/>]")
_TAG = re.compile(r"<[^<>]*>")
_SHARING = re.compile(rb"""t\s*=\s*["']s["']""")
_STATED = b"uniqueCount"
_NUMBER = re.compile(rb"""\s*=\s*["']([0-9]{1,9})["']""")
_SHORTEST = len(b"<si/>")
_CELL = re.compile(rb"""t\s*=\s*["']s["'][^<>]*>\s*<(?:[\w.-]+:)?v>([0-9]{1,9})<""")


class SharedTexts:
    """The texts that cells share, by the XML that lists them. Lengths count its bytes, tags included."""

    def __init__(self, listed: bytes) -> None:
        self._listed = listed

    @cached_property
    def _lengths(self) -> list[int]:
        """The length of each text, none of them too short; raises TooLargeError for one that no cell may hold."""
        if b"<!" in self._listed or not PLAIN_MARKUP.fullmatch(self._listed):
            return [len(self._listed)]
        texts = _END.split(self._listed)[:-1]
        for text in texts:
            if len(text) > limits.CELL_CHARACTERS:
                # Joining as many pieces as there are tags takes ten times the memory with bytes.
                limits.check_text(len(_TAG.sub("", text.decode("utf-8", "replace"))), 0)
        return list(map(len, texts))

    @property
    def states_its_size(self) -> bool:
        """Whether the number of texts that the list states, if any, can be true: parsers make room for so many at once."""
        at = self._listed.find(_STATED)
        while at >= 0:
            number = _NUMBER.match(self._listed, at + len(_STATED))
            if number is None or int(number[1]) * _SHORTEST > len(self._listed):
                return False
            at = self._listed.find(_STATED, at + 1)
        return True

    def may_be_much(self, cells: int) -> bool:
        """Whether so many cells could show more text than is allowed; raises TooLargeError for one text too long."""
        if cells * len(self._listed) <= limits.TEXT_BYTES and len(self._listed) <= limits.CELL_CHARACTERS:
            return False
        return cells * max(self._lengths, default=0) > limits.TEXT_BYTES

    def check(self, blocks: Iterable[bytes]) -> None:
        """Raise TooLargeError if the cells of a sheet, given in blocks of rows, together show too much text."""
        longest = max(self._lengths, default=0)
        # Only where every text has a beginning and an end of its own are their numbers those of the lengths.
        known = len(self._lengths) == len(_BEGIN.findall(self._listed))
        total = 0
        for block in blocks:
            numbers = [int(number) for number in _CELL.findall(block)] if known else []
            total += sum(self._lengths[number] for number in numbers if number < len(self._lengths))
            total += longest * (len(_SHARING.findall(block)) - len(numbers))
            limits.check_text(0, total)
