"""Bars from the lowest to the highest score: dots under every second level, the interval as a whisker, a mark on top."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pkassess.render.colour import padded
from pkassess.render.spans import Line, Span

if TYPE_CHECKING:
    from pkassess.page import Score
    from pkassess.rubric import Level

Ends = tuple[float, float]


def bar(score: Score, cells: int, mark: str, style: str, ends: Ends) -> Line:
    """A track on which every second level is dotted, the interval as a whisker, the mark on top."""
    if score.value is None:
        return [Span(" " * cells)]
    track = list(_track(score, cells, ends))
    at = _cell(score.value, cells, ends)
    first, last = at, at
    if score.low is not None and score.high is not None:
        first, last = (_cell(end, cells, ends) for end in (score.low, score.high))
        first, last = min(first, at), max(last, at)
    whisker = "─" * (at - first) + mark + "─" * (last - at)
    return [
        Span("".join(track[:first]), "quiet"),
        Span(whisker, style),
        Span("".join(track[last + 1 :]), "quiet"),
    ]


def _place(cell: int, cells: int, ends: Ends) -> float:
    """The score at which a cell of a bar begins."""
    low, high = ends
    return low + (high - low) * cell / cells


def _cell(value: float, cells: int, ends: Ends) -> int:
    """The cell of a bar in which a score lies."""
    low, high = ends
    return max(0, min(int((value - low) / (high - low) * cells + 1e-9), cells - 1))


def _track(score: Score, cells: int, ends: Ends) -> Iterator[str]:
    """Dots under every second level, so that the edges of levels show without colour; fifths without levels."""
    low, high = ends
    bounds = score.bounds or tuple(low + (high - low) * fifth / 5 for fifth in range(1, 5))
    for cell in range(cells):
        yield " " if bisect_right(bounds, _place(cell, cells, ends) + 1e-9) % 2 else "·"


def levels_heading(levels: Sequence[Level], cells: int, ends: Ends) -> str:
    """The short names of levels above the cells where they begin, as far as there is room."""
    bounds = [level.from_ for level in levels[1:]]
    places = [bisect_right(bounds, _place(cell, cells, ends) + 1e-9) for cell in range(cells)]
    text = ""
    for at, level in enumerate(levels):
        text += padded(level.short[: places.count(at)], places.count(at))
    return padded(text, cells)


def good_style(level: int, levels: int) -> str:
    """The style of a level where high is good: alarming below the middle one, good above it."""
    if level < 0 or levels < 3:  # noqa: PLR2004  # two levels have no middle
        return ""
    return "alarm" if level < levels // 2 else "good" if level > levels // 2 else ""


def bad_style(level: int, levels: int) -> str:
    """The style of a level where high is bad: calm below the middle, then ever more urgent."""
    if level < 0 or levels < 3 or level < levels // 2:  # noqa: PLR2004  # two levels have no middle
        return ""
    if level == levels - 1:
        return "alarm"
    return "warn" if level == levels // 2 else "warn!"
