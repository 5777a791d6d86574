"""Pages made of sections: a heading, sentences and a small table each, on a terminal, in a pipe or as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pkassess.render.colour import Style, columns_of, inert, padded
from pkassess.render.markdown import plain

LEAST_NAME, LEAST_LAST = 12, 20


class Section(NamedTuple):
    """A heading with a remark at its right, sentences under it, and a table with its column titles.

    Any of them may be empty. ``right`` names the columns whose cells stand at the right of the column.
    """

    title: str
    sentences: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    remark: str = ""
    right: tuple[str, ...] = ()
    upper: bool = True


def terminal_lines(sections: Iterable[Section], style: Style) -> Iterator[str]:
    """The sections as lines no wider than the stream."""
    for section in sections:
        for line in _of_section(section, style):
            yield f"{line.rstrip()}\n"


def _of_section(section: Section, style: Style) -> Iterator[str]:
    if section.title:
        yield ""
        yield from _heading(section, style)
    for sentence in section.sentences:
        lines = style.wrapped(inert(sentence))
        yield from (style.quiet(line) for line in lines) if section.title else lines
    yield from _aligned(section, style)


def _heading(section: Section, style: Style) -> Iterator[str]:
    title = style.text(section.title.upper() if section.upper else section.title)
    gap = style.width - columns_of(title) - columns_of(section.remark)
    if gap > 1:
        yield style.strong(title) + " " * gap + style.quiet(style.text(section.remark))
    else:
        yield style.strong(title)
        yield from (style.quiet(line) for line in style.wrapped(section.remark))


def _aligned(section: Section, style: Style) -> Iterator[str]:
    """A table whose last column is wrapped, the others as wide as their longest text."""
    if not section.rows:
        return
    rows = [tuple(inert(style.text(cell)) for cell in row) for row in section.rows]
    table = [tuple(map(style.text, section.heads)), *rows] if section.heads else rows
    widths = [max(columns_of(row[at]) for row in table) for at in range(len(table[0]) - 1)]
    last = min(LEAST_LAST, max(columns_of(row[-1]) for row in table))
    spare = style.width - sum(widths[1:]) - 2 * len(widths) - last
    if widths:
        widths[0] = max(min(LEAST_NAME, widths[0]), min(widths[0], spare))
    flush = [head in section.right for head in section.heads] or [False] * len(table[0])
    for place, row in enumerate(table):
        cells = [
            _placed(_cut(cell, width, style), width, right=right)
            for cell, width, right in zip(row, widths, flush, strict=False)
        ]
        lead = "".join(f"{cell}  " for cell in cells)
        lines = list(style.wrapped(row[-1], " " * columns_of(lead), first=lead)) or [lead]
        yield from (style.quiet(line) for line in lines) if section.heads and place == 0 else lines


def _placed(text: str, width: int, *, right: bool) -> str:
    return " " * (width - columns_of(text)) + text if right else padded(text, width)


def _cut(text: str, width: int, style: Style) -> str:
    if columns_of(text) <= width:
        return text
    mark = style.text("…")
    while columns_of(text) > width - len(mark):
        text = text[:-1]
    return text + mark


def markdown_lines(title: str, sections: Iterable[Section]) -> Iterator[str]:
    """The sections as GitHub Markdown."""
    yield f"# {plain(title)}\n"
    for section in sections:
        if section.title:
            remark = f" ({plain(section.remark)})" if section.remark else ""
            yield f"\n## {plain(section.title)}{remark}\n"
        yield from (f"\n{plain(sentence)}\n" for sentence in section.sentences)
        if section.rows:
            heads = section.heads or ("",) * len(section.rows[0])
            yield f"\n| {' | '.join(map(plain, heads))} |\n|{'---|' * len(heads)}\n"
            yield from (f"| {' | '.join(map(plain, row))} |\n" for row in section.rows)
