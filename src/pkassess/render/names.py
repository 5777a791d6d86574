"""Names cut to a number of columns in the middle, so that the end that tells them apart stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pkassess.render.colour import columns_of

LEAST_HEAD = 3


def shorten(name: str, width: int, mark: str = "…") -> str:
    """A name no wider than ``width`` columns, cut at a word where that is possible."""
    return name if columns_of(name) <= width else next(_cuts(name, width, mark))


def shorten_all(names: Iterable[str], width: int, mark: str = "…") -> dict[str, str]:
    """Short forms by name: different names never become equal."""
    whole = list(dict.fromkeys(names))
    short = {name: name for name in whole if columns_of(name) <= width}
    taken = set(short)
    for name in whole:
        if name not in short:
            short[name] = next(cut for cut in _cuts(name, width, mark) if cut not in taken)
            taken.add(short[name])
    return short


def _cuts(name: str, width: int, mark: str) -> Iterator[str]:
    """Ways to leave out the middle, the best first; in the end numbers, so that one always differs."""
    room = width - columns_of(mark)
    words = name.split(" ")
    for at in range(1, len(words)):
        tail = " ".join(words[at:])
        if columns_of(tail) + LEAST_HEAD <= room:
            yield _taken(name, room - columns_of(tail)).rstrip() + mark + tail
    for head in sorted(range(1, room), key=lambda columns: abs(columns - room // 2)):
        tail = _taken(name[::-1], room - head)[::-1]
        yield _taken(name, head).rstrip() + mark + tail.lstrip()
    number = 1
    while True:
        number += 1
        yield _taken(name, room - len(str(number))).rstrip() + mark + str(number)


def _taken(text: str, columns: int) -> str:
    """As many characters from the beginning as fit into a number of columns."""
    kept = ""
    for character in text:
        if columns_of(kept + character) > max(columns, 0):
            break
        kept += character
    return kept
