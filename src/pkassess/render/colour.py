"""What a stream can show: colour, signs beyond ASCII, a width; and text from files made harmless for it."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

DEFAULT_WIDTH, WIDEST = 80, 120
_SIGNS = "→│…─·–−"
_MARKS = "↕∩∪"
"""Marks of trends; some legacy encodings lack them."""
_ASCII = {
    ord(sign): plain for sign, plain in zip(_SIGNS, ("->", "|", "...", "-", "|", "-", "-"), strict=True)
}
_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
_ERROR, _WARNING, _QUIET, _GUIDE, _STRONG = "1;38;5;161", "38;5;166", "38;5;243", "38;5;32", "1"
_OF_SEVERITY = {"error": _ERROR, "warning": _WARNING, "note": _QUIET}


@dataclass(frozen=True, eq=False)
class Style:
    """How text looks on one stream. The default is what a file gets: no colour, every sign, 80 columns."""

    colour: bool = False
    bold: bool = False
    ascii: bool = False
    width: int = DEFAULT_WIDTH

    def text(self, text: str) -> str:
        """Text whose signs the stream can hold."""
        return text.translate(_ASCII) if self.ascii else text

    def severity(self, severity: str, text: str | None = None) -> str:
        """A text in the colour of its severity; without one the word itself."""
        return self._paint(severity if text is None else text, _OF_SEVERITY[severity])

    def quiet(self, text: str) -> str:
        """What a reader may skip."""
        return self._paint(text, _QUIET)

    def guide(self, text: str) -> str:
        """What leads to the remedy."""
        return self._paint(text, _GUIDE)

    def strong(self, text: str) -> str:
        """What has to be seen; bold is no colour, so NO_COLOR keeps it."""
        return f"\x1b[{_STRONG}m{text}\x1b[0m" if self.bold and text else text

    def rule(self) -> str:
        """A line across the page."""
        return self.text("─" * self.width)

    def wrapped(self, text: str, indent: str = "", first: str | None = None) -> Iterator[str]:
        """Lines no wider than the stream, as far as words allow; ``first`` begins the first of them."""
        lines = textwrap.wrap(
            self.text(text),
            self.width,
            initial_indent=indent if first is None else self.text(first),
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        # A no-break space has kept number and unit together; legacy encodings lack it.
        yield from (line.replace("\N{NO-BREAK SPACE}", " ") for line in lines)

    def _paint(self, text: str, sequence: str) -> str:
        return f"\x1b[{sequence}m{text}\x1b[0m" if self.colour and text else text


def style_of(stream: TextIO) -> Style:
    """What a stream can show. Colour goes to a terminal only, and not where NO_COLOR or TERM forbid it."""
    terminal = bool(getattr(stream, "isatty", bool)()) and os.environ.get("TERM") != "dumb"
    if terminal and sys.platform == "win32":
        # Consoles without these show escape sequences as text.
        terminal = bool({"WT_SESSION", "ANSICON", "TERM"} & os.environ.keys())
    colour = terminal and not os.environ.get("NO_COLOR")
    given = os.environ.get("COLUMNS", "")
    width = shutil.get_terminal_size().columns if terminal or given.isdigit() else DEFAULT_WIDTH
    return Style(colour, terminal, _needs_ascii(stream), max(DEFAULT_WIDTH, min(width, WIDEST)))


def _needs_ascii(stream: TextIO) -> bool:
    if os.environ.get("PKASSESS_ASCII"):
        return True
    try:
        (_SIGNS + _MARKS).encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def inert(text: str) -> str:
    """Text from a file that can neither steer a terminal nor turn its reading direction."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"  # noqa: PLR2004  # the width of \u


def columns_of(text: str) -> int:
    """How many columns a text takes on a terminal: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def fitting(text: str, room: int) -> int:
    """How many of a text's characters fit into so many columns. It looks no further than that."""
    used = 0
    for at, character in enumerate(text):
        used += columns_of(character)
        if used > room:
            return at
    return len(text)


def padded(text: str, width: int) -> str:
    """A text filled up with spaces to a number of columns."""
    return text + " " * (width - columns_of(text))


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 error``, ``3 errors``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
