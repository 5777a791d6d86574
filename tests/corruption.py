"""Files corrupted in ways that happen and in ways that are meant; the same seed gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from random import Random

_STAMP = (2025, 6, 30, 0, 0, 0)
_MOST_FLIPS = 20
_MARKUP = (
    *(
        b'<c r="XFD1048576"><v>1</v></c>',
        b"<sheetData>",
        b"</sheetData>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
    ),
    *(
        b'<c t="s"><v>999999999</v></c>',
        b'<row r="0">',
        b'<row r="4294967297">',
        b"</row>",
        b"<c>",
        b"</c>",
        b"<v/>",
    ),
    *(
        b'<c r="A1" t="e"><v>#WHAT!</v></c>',
        b'<c r="A0"><v>1</v></c>',
        b"<f>",
        b"</f>",
        b"&#0;",
        b"&amp",
        b"&x;",
    ),
    *(
        b"<is><t>",
        b"\0",
        b"\xff\xfe",
        b'"',
        b"'",
        b"<",
        b">",
        b"/>",
        b"<?x",
        b'<mergeCell ref="A1:XFD1048576"/>',
    ),
    *(
        b"<si/>",
        b"</si>",
        b"<!DOCTYPE x>",
        b'hidden="1"',
        b't="d"',
        b'table:number-rows-repeated="4000000000" ',
    ),
)
_NUMBERS = (
    b"0",
    b"-1",
    b"1e999",
    b"NaN",
    b"4294967295",
    b"4294967296",
    b"1048577",
    b"9" * 30,
    b"1" * 5000,
    b"",
)
_TEXT = (
    *(
        b'"',
        b'""',
        b"\0",
        b"\xff",
        b"\xc3",
        b"\r",
        b"\n",
        b"\r\n",
        b",",
        b";",
        b"\t",
        b",,,,",
        b"=1+1",
        b"\x1b[2J",
    ),
    *(
        "\u202e".encode(),
        b"1e400",
        b"-0",
        b"12,5",
        b"99999999999999999999",
        b"2025-13-45",
        b"n/a",
        b"<5",
        b"\xef\xbb\xbf",
    ),
)


def corrupted(data: bytes, seed: int) -> bytes:
    """A file with one to three corruptions of a kind that its format allows."""
    rng = Random(seed)
    for _ in range(rng.choice((1, 1, 2, 3))):
        ways = (
            (*_RAW, *_ZIP, *_ZIP)
            if data.startswith(b"PK\x03\x04")
            else _RAW
            if b"\0" in data
            else (*_RAW, *_PLAIN)
        )
        try:
            data = rng.choice(ways)(data, rng)
        except Exception:  # noqa: BLE001  # what was a zip file is none any more
            data = _flip(data, rng)
    return data


def _at(data: bytes, rng: Random) -> int:
    return rng.randrange(len(data)) if data else 0


def _flip(data: bytes, rng: Random) -> bytes:
    """Some bytes changed."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, _MOST_FLIPS)) if data else ():
        changed[_at(data, rng)] = rng.randrange(256)
    return bytes(changed)


def _cut(data: bytes, rng: Random) -> bytes:
    """The end cut off."""
    return data[: _at(data, rng)]


def _hole(data: bytes, rng: Random) -> bytes:
    """A piece left out, or filled with zeros or ones."""
    start, size = _at(data, rng), rng.randint(1, 600)
    return data[:start] + rng.choice((b"", b"\0" * size, b"\xff" * size)) + data[start + size :]


def _again(data: bytes, rng: Random) -> bytes:
    """A piece twice."""
    start, size = _at(data, rng), rng.randint(1, 600)
    return data[: start + size] + data[start : start + size] + data[start + size :]


def _inserted(words: tuple[bytes, ...]) -> Callable[[bytes, Random], bytes]:
    def insert(data: bytes, rng: Random) -> bytes:
        for _ in range(rng.randint(1, 4)):
            at = _at(data, rng)
            data = data[:at] + rng.choice(words) + data[at:]
        return data

    return insert


def _number(data: bytes, rng: Random) -> bytes:
    """One number replaced by one that no program expects."""
    found = list(re.finditer(rb"[0-9]+", data))
    if not found:
        return data
    one = rng.choice(found)
    return data[: one.start()] + rng.choice(_NUMBERS) + data[one.end() :]


_RAW = (_flip, _cut, _hole, _again)
_PLAIN = (_inserted(_TEXT), _number)
_OF_PARTS = (*_RAW, _inserted(_MARKUP), _inserted(_MARKUP), _number, _number)


def _parts(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def _zipped(parts: list[tuple[str, bytes]]) -> bytes:
    """A sound zip file, whatever its parts hold; names may stand twice."""
    import warnings

    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w") as archive:
        warnings.simplefilter("ignore")
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _within(data: bytes, rng: Random) -> bytes:
    """One part corrupted, in a zip file whose check sums are right."""
    parts = _parts(data)
    at = rng.randrange(len(parts))
    name, content = parts[at]
    parts[at] = name, rng.choice(_OF_PARTS)(content, rng)
    return _zipped(parts)


def _drop(data: bytes, rng: Random) -> bytes:
    """One part gone."""
    parts = _parts(data)
    del parts[rng.randrange(len(parts))]
    return _zipped(parts)


def _double(data: bytes, rng: Random) -> bytes:
    """One part twice, or once more under the name of another."""
    parts = _parts(data)
    one, other = rng.choice(parts), rng.choice(parts)
    return _zipped([*parts, (rng.choice((one, other))[0], one[1])])


def _swap(data: bytes, rng: Random) -> bytes:
    """The contents of two parts exchanged."""
    parts = _parts(data)
    one, other = rng.randrange(len(parts)), rng.randrange(len(parts))
    contents = [content for _, content in parts]
    contents[one], contents[other] = contents[other], contents[one]
    return _zipped([(name, content) for (name, _), content in zip(parts, contents, strict=True)])


def _rename(data: bytes, rng: Random) -> bytes:
    """One part under a name that leads elsewhere."""
    parts = _parts(data)
    at = rng.randrange(len(parts))
    name, content = parts[at]
    other = rng.choice(
        (name.upper(), "../" + name, "/" + name, name.replace("/", "\\"), "x", "CON", name + "\0")
    )
    parts[at] = other, content
    return _zipped(parts)


_ZIP = (_within, _within, _within, _within, _drop, _double, _swap, _rename)
