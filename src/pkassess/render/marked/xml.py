"""XML changed in place: what is not touched stays byte for byte as it was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from xml.sax.saxutils import escape

from pkassess.ingest.limits import CELL_CHARACTERS

_START_TAG = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ESCAPED_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class UnfitError(Exception):
    """The XML cannot be changed safely: it is damaged, declares types, or lacks what every such part has."""


class Tag(NamedTuple):
    """A start tag: its name without prefix, its attributes, how deep it stands, and where it begins and ends."""

    name: str
    attributes: dict[str, str]
    depth: int
    start: int
    end: int


class Splice(NamedTuple):
    """New bytes in place of the ones from ``start`` to ``end``."""

    start: int
    end: int
    new: bytes


def readable(data: bytes) -> bytes:
    """XML in an encoding that has ASCII in it, so that offsets and insertions are simple."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _DECLARATION.sub("", data.decode("utf-16")).encode()
    return data


def walk(
    data: bytes,
    on_start: Callable[[Tag], None],
    on_end: Callable[[str, int, int], None] = lambda *_: None,
) -> None:
    """Call ``on_start`` for each start tag and ``on_end`` with name, depth and place for each end of an element.

    The end of an empty element is the end of its tag. Raises UnfitError for what is no well-formed XML.
    """
    from xml.parsers.expat import ExpatError, ParserCreate

    parser = ParserCreate()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        at = parser.CurrentByteIndex
        match = _START_TAG.match(data, at)
        if match is None:
            raise UnfitError
        on_start(Tag(local(name), attributes, depth, at, match.end()))
        depth += 1

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        on_end(local(name), depth, parser.CurrentByteIndex)

    def refuse(*_: object) -> None:
        raise UnfitError

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (ExpatError, ValueError) as error:
        raise UnfitError from error


def tags(data: bytes) -> list[Tag]:
    """Every start tag of a small part, in order."""
    found: list[Tag] = []
    walk(data, found.append)
    return found


def spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    """The bytes with some stretches replaced."""
    pieces, last = [], 0
    for splice in sorted(splices, key=lambda one: one[:2]):
        pieces += [data[last : splice.start], splice.new]
        last = splice.end
    return b"".join([*pieces, data[last:]])


def with_attributes(tag: bytes, **values: str) -> bytes:
    """A start tag in which attributes have these values."""
    for name, value in values.items():
        new = f'{name}="{quoted(value)}"'.encode("ascii", "xmlcharrefreplace")
        pattern = rb"""(\s)%b\s*=\s*(?:"[^"]*"|'[^']*')""" % name.encode()
        tag, found = re.subn(pattern, lambda match, new=new: match[1] + new, tag, count=1)
        if not found:
            closing = b"/>" if tag.endswith(b"/>") else b">"
            tag = tag[: -len(closing)].rstrip() + b" " + new + closing
    return tag


def prefix_of(data: bytes, tag: Tag) -> str:
    """The namespace prefix of an element with its colon, '' for none."""
    name = re.split(rb"[\s/>]", data[tag.start + 1 : tag.end], maxsplit=1)[0]
    return name.rpartition(b":")[0].decode() + ":" if b":" in name else ""


def space_of(data: bytes) -> str:
    """The namespace of the root element, which tells strict workbooks from others."""
    root = tags(data)[0]
    prefix = prefix_of(data, root).rstrip(":")
    return root.attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def quoted(text: str) -> str:
    """Text as an attribute holds it."""
    return escape(text, {'"': "&quot;", "\n": "&#10;"})


def told(text: str) -> str:
    """Text as a cell or a comment holds it: bounded, and never taken for an escaped character."""
    return escape(_ESCAPED_CODE.sub("_x005F_", text[:CELL_CHARACTERS]))


def ascii_xml(text: str) -> bytes:
    """Markup that fits into XML of any encoding."""
    return text.encode("ascii", "xmlcharrefreplace")
