"""Pages as lines of styled text: widths, signs beyond ASCII and colours, the same characters with and without."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TextIO

from pkassess.render.colour import columns_of, fitting, inert, padded, style_of
from pkassess.render.names import shorten

PLAIN_WIDTH, WIDEST, NARROWEST = 80, 140, 40
LEAST_TITLE = 20
NO_FINDING_OF_LAW = "not a finding of law or of individual responsibility"
PAINT = {
    "good": "38;5;32",
    "warn": "38;5;166",
    "warn!": "1;38;5;166",
    "alarm": "1;38;5;161",
    "critical": "1;7;38;5;161",
    "quiet": "38;5;243",
    "strong": "1",
    "group": "4",
    "marking": "1;7",
    "": "",
}
WITHOUT_COLOUR = {**dict.fromkeys(PAINT, ""), "critical": "7", "strong": "1", "group": "4", "marking": "7"}
# One sign for one sign, so that nothing moves; "→" becomes two and is replaced before lines are laid out.
_SIGNS = str.maketrans("─│·–−•└●▲↑↓→↕∩∪≠§\u00a0", "-|.--.`ox/\\=~^v#* ")
_ASCII_MARK, _MARK = "~", "…"


class Span(NamedTuple):
    """A stretch of text with one style."""

    text: str
    style: str = ""


Line = list[Span]


class Look(NamedTuple):
    """How wide the page is, whether it may hold signs beyond ASCII, and how styles are painted."""

    width: int = PLAIN_WIDTH
    ascii: bool = False
    paint: dict[str, str] | None = None

    @property
    def mark(self) -> str:
        """The sign for what is left out."""
        return _ASCII_MARK if self.ascii else _MARK

    def clean(self, text: str) -> str:
        """Text that cannot steer a terminal, in signs the stream can hold."""
        # Old and new value, and number and percent sign, stay on one line.
        text = inert(text).replace(" → ", "\u00a0→\u00a0").replace(" %", "\u00a0%")
        if not self.ascii:
            return text
        return text.replace("→", "->").replace("…", "...").replace(" · ", " | ").translate(_SIGNS)


def look_of(stream: TextIO) -> Look:
    """How a stream shows a page: a terminal in colour at its own width, anything else 80 columns unless COLUMNS says."""
    style = style_of(stream)
    given = os.environ.get("COLUMNS", "")
    width = shutil.get_terminal_size().columns if style.bold or given.isdigit() else PLAIN_WIDTH
    paint = (PAINT if style.colour else WITHOUT_COLOUR) if style.bold else None
    return Look(max(NARROWEST, min(width, WIDEST)), style.ascii, paint)


def painted(lines: Iterable[Line], look: Look) -> Iterator[str]:
    """Lines as text, without blanks at their ends."""
    for line in lines:
        yield "".join(_painted(span, look) for span in line).rstrip() + "\n"


def _painted(span: Span, look: Look) -> str:
    text = span.text.translate(_SIGNS) if look.ascii else span.text.replace("\u00a0", " ")
    code = look.paint.get(span.style, "") if look.paint else ""
    return f"\x1b[{code}m{text}\x1b[0m" if code and text.strip() else text


def header(marking: str, title: str, rubric: str, look: Look) -> Iterator[Line]:
    """Marking, title and rubric on one line where there is room, and a rule."""
    mark, gap = (f" {marking} ", "  ") if marking else ("", "")
    title, rubric = look.clean(title), look.clean(rubric)
    room = look.width - columns_of(mark + gap + rubric) - 1
    if room < LEAST_TITLE:
        yield from ([[Span(mark, "marking")]] if mark else [])
        yield from wrapped(title, look.width, "strong")
        yield from wrapped(rubric, look.width, "quiet")
    else:
        whole = padded(shorten(title, room, look.mark), room + 1)
        yield [Span(mark, "marking"), Span(gap + whole, "strong"), Span(rubric, "quiet")]
    yield rule(look)


def rule(look: Look) -> Line:
    """A line across the page."""
    return [Span("─" * look.width, "quiet")]


def footer(marking: str, look: Look) -> Iterator[Line]:
    """A rule, the marking again, and what the page is not."""
    yield rule(look)
    mark = f" {marking} " if marking else ""
    if columns_of(mark) + 2 + len(NO_FINDING_OF_LAW) <= look.width:
        text = f"  {NO_FINDING_OF_LAW}" if mark else NO_FINDING_OF_LAW
        yield [Span(mark, "marking"), Span(text, "quiet")]
    else:
        yield [Span(mark, "marking")]
        yield from wrapped(NO_FINDING_OF_LAW, look.width, "quiet")


def heading(title: str, right: str, look: Look) -> Iterator[Line]:
    """The title of a section, with a remark at the right edge where there is room."""
    if columns_of(title) + columns_of(right) + 1 <= look.width:
        gap = " " * (look.width - columns_of(title) - columns_of(right))
        yield [Span(title, "strong"), Span(gap + right, "quiet")]
    else:
        yield from wrapped(title, look.width, "strong")
        yield from wrapped(right, look.width, "quiet")


def wrapped(
    text: str, width: int, style: str = "", indent: str = "", first: str | None = None
) -> Iterator[Line]:
    """Words on lines no wider than ``width`` columns; a word longer than a line is cut."""
    line, empty = indent if first is None else first, True
    for word in text.split(" "):
        rest = word
        if not empty and fitting(rest, width - columns_of(line) - 1) < len(rest):
            yield [Span(line, style)]
            line, empty = indent, True
        while len(rest) > 1 and (cut := fitting(rest, width - columns_of(line) - (not empty))) < len(rest):
            cut = max(cut, 1)
            yield [Span(line + ("" if empty else " ") + rest[:cut], style)]
            line, empty, rest = indent, True, rest[cut:]
        line, empty = line + ("" if empty else " ") + rest, False
    yield [Span(line, style)]
