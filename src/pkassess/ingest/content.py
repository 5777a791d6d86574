"""The bytes of an input: opened, hashed and told apart by what they are, never by the file's name."""

from __future__ import annotations

import codecs
import os
import re
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from pkassess.codes import Code
from pkassess.findings import MOST_PLACES, InputError, finding, nearest, shown
from pkassess.ingest import limits

if TYPE_CHECKING:
    from pkassess.ingest.package import Package

STANDARD_INPUT = "-"
CHUNK = 1 << 20
HEAD_BYTES = 8192

WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".ods")
"""Names that promise a workbook; text under one of them is a mistake and not read in silence."""
_TABLE_ENDINGS = (*WORKBOOK_ENDINGS, ".csv", ".tsv")
"""Names of what may be read once an archive is unpacked."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before the mark of UTF-16, which it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""The byte order marks that text may begin with, and its encoding."""
_FIRST_BYTES = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a rich text document"),
)
_FOREIGN_PARTS = {
    "word/document.xml": "a Word document (.docx)",
    "ppt/presentation.xml": "a PowerPoint presentation (.pptx)",
}
_MARKUP = re.compile(
    rb"\s*<(?:(\?xml|[a-z][\w.:-]*(?=\s[^<>]*\bxmlns\b))|!doctype|!--|html|head|body|meta|style|script|table|div)\b",
    re.IGNORECASE,
)
"""How a marked-up document begins; the group is there where it is XML."""
_JSON = re.compile(rb'\s*(?:\[\s*)?\{\s*"')
_TAR_MARK = 257
"""Where a tar archive says what it is."""
_OLE_ENTRY = 128
"""The size of an entry in the directory of such a file; entries begin at multiples of it."""
_OLE_SECTOR = 64
"""Streams begin at multiples of the smallest sector."""
_BEGINNING = re.compile(rb"\x09\x08([\x08\x10])\x00\x00[\x05\x06]\x05\x00")
_WRITE_RESERVED, _FILE_PASS = b"\x86\x00", b"\x2f\x00"
"""The first record of an old Excel workbook, and the marks of records that may follow it ([MS-XLS] 2.1.7.20)."""
_OLE_ROOT = "Root Entry"
"""The entry that every list of contents of such a file begins with ([MS-CFB] 2.6.2)."""
_OLE_STREAMS = (  # the name of what it is, '' for a workbook, which is read
    ("WordDocument", "an old Word document (.doc)"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)"),
    ("Workbook", ""),
    ("Book", ""),
)


@dataclass(frozen=True)
class Content:
    """What an input holds. ``data`` is kept only where the bytes cannot be read a second time."""

    file: str
    head: bytes
    sha256: str
    data: bytes | None = None

    def open(self) -> BinaryIO:
        """The bytes from their start, as often as needed."""
        if self.data is not None:
            return BytesIO(self.data)
        try:
            return open(self.file, "rb")
        except OSError as error:
            raise cannot_open(self.file, error) from error


def failure(code: Code, file: str, **parts: object) -> InputError:
    """The error that ends the reading of one file."""
    return InputError(finding(code, file=file, **parts))


def too_large(file: str, found: str, expected: str, sheet: str = "") -> InputError:
    """The error for something beyond a limit."""
    return failure(Code.TOO_LARGE, file, sheet=sheet, found=found, expected=expected)


@contextmanager
def within_limits(file: str, sheet: str = "") -> Generator[None]:
    """Turn what is beyond a limit into a finding about the file or one sheet."""
    try:
        yield
    except limits.TooLargeError as error:
        raise too_large(file, error.found, error.expected, sheet) from error


def cannot_open(file: str, error: OSError) -> InputError:
    """The error for a file that is there but cannot be opened or read."""
    reason = (
        "permission denied"
        if isinstance(error, PermissionError)
        else (error.strerror or "read error").lower()
    )
    return failure(Code.CANNOT_OPEN, file, found=reason)


def load(path: str) -> Content:
    """Open and hash a file, or standard input for ``-``; raises InputError for what holds nothing to read."""
    if path == STANDARD_INPUT:
        return _from_memory(path, sys.stdin.buffer.read(limits.FILE_BYTES + 1))
    _check_place(path)
    try:
        with open(path, "rb") as stream:
            # A pipe gives its bytes once only.
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return _from_memory(path, stream.read(limits.FILE_BYTES + 1))
            content = _hashed(path, stream)
    except OSError as error:
        raise cannot_open(path, error) from error
    return _not_empty(content)


def _check_place(path: str) -> None:
    folder, name = os.path.split(path)
    if "\0" in path or not os.path.lexists(path):
        try:
            suggestion = nearest(name, os.listdir(folder or "."))
        except (OSError, ValueError):
            suggestion = ""
        raise failure(Code.NO_SUCH_FILE, path, value=path, suggestion=suggestion)
    if os.path.isdir(path):
        raise failure(Code.IS_A_FOLDER, path, value=path)
    if name.startswith("~$"):
        raise failure(Code.LOCK_FILE, path, value=name)


def _hashed(path: str, stream: BinaryIO) -> Content:
    from hashlib import sha256

    digest = sha256()
    head = b""
    size = 0
    while chunk := stream.read(CHUNK):
        head = head or chunk[:HEAD_BYTES]
        digest.update(chunk)
        size += len(chunk)
        if size > limits.FILE_BYTES:
            most = f"{limits.FILE_BYTES // limits.MIB} MiB"
            raise too_large(path, f"The file holds more than {most}", most)
    return Content(path, head, digest.hexdigest())


def _from_memory(path: str, data: bytes) -> Content:
    seen = _hashed(path, BytesIO(data))
    return _not_empty(Content(path, seen.head, seen.sha256, data))


def _not_empty(content: Content) -> Content:
    if not content.head:
        raise failure(Code.EMPTY_FILE, content.file)
    return content


def kind_of(content: Content) -> str:
    """The kind of reader the content needs; raises InputError, naming what it is, when there is none."""
    head = content.head
    if head.startswith(b"PK"):
        return _kind_of_zip(content)
    if head.startswith(_OLE):
        return _kind_of_ole(content)
    for first, name in _FIRST_BYTES:
        if head.startswith(first):
            raise _foreign(content, name)
    if head.startswith(b"ustar", _TAR_MARK):
        raise _foreign(content, "a tar archive")
    encoding, skipped = encoding_of(head)
    letters = head[skipped:].replace(b"\0", b"")  # those of the Latin alphabet, in any encoding
    if markup := _MARKUP.match(letters):
        raise _foreign(content, _name_of_markup(letters, markup))
    if _JSON.match(letters):
        raise _foreign(content, "a JSON document")
    if b"\0" in head and encoding == "utf-8":
        raise _binary(content)
    return "csv"


def promised_ending(content: Content) -> str:
    """The ending of the file's name if it promises a workbook, else an empty text."""
    ending = os.path.splitext(content.file)[1].lower()
    return ending if ending in WORKBOOK_ENDINGS else ""


def _foreign(content: Content, name: str) -> InputError:
    if ending := promised_ending(content):
        return failure(Code.NOT_A_WORKBOOK, content.file, expected=ending, found=name)
    return failure(Code.FORMAT_NOT_READ, content.file, found=name)


def _name_of_markup(head: bytes, markup: re.Match[bytes]) -> str:
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "an Excel 2003 XML spreadsheet"
    web_page = markup[1] is None or re.search(rb"<html\b", head, re.IGNORECASE)
    return "a web page (HTML)" if web_page else "an XML document"


def _binary(content: Content) -> InputError:
    if promised_ending(content):
        return _foreign(content, "binary data of an unknown kind")
    line = content.head[: content.head.index(b"\0")].count(b"\n") + 1
    return failure(Code.NOT_TEXT, content.file, found=f"0x00 in line {line}")


def encoding_of(head: bytes) -> tuple[str, int]:
    """The encoding of a text by its first bytes, and the length of the byte order mark in front."""
    for mark, encoding in _TEXT_MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    return _unmarked_utf16(head) or "utf-8", 0


def _unmarked_utf16(head: bytes) -> str:
    """The encoding of UTF-16 text without a byte order mark, told by where its first line has zeros; else ''."""
    sample = head[:64]
    even, odd = sample[::2], sample[1::2]
    if len(sample) > 8 and len(sample) % 2 == 0:
        if 0 not in even and not any(odd):
            return "utf-16-le"
        if 0 not in odd and not any(even):
            return "utf-16-be"
    return ""


def _kind_of_ole(content: Content) -> str:
    with content.open() as stream:
        data = stream.read()
    if _has_ole_stream(data, "EncryptedPackage") or _has_password(data):
        raise failure(Code.ENCRYPTED, content.file)
    names = (name for stream, name in _OLE_STREAMS if _has_ole_stream(data, stream))
    name = next(names, "an old Office document")
    if name and not _has_ole_stream(data, _OLE_ROOT):
        raise failure(Code.DAMAGED, content.file, found="its list of contents is missing, it was cut short")
    if name:
        raise failure(Code.FORMAT_NOT_READ, content.file, found=name)
    return "xls"


def _has_ole_stream(data: bytes, name: str) -> bool:
    """Whether the directory of such a file, which stands at no fixed place, lists a stream; names are UTF-16."""
    sought = (name + "\0").encode("utf-16-le")
    at = data.find(sought)
    while at >= 0 and at % _OLE_ENTRY:
        at = data.find(sought, at + 1)
    return at >= 0


def _has_password(data: bytes) -> bool:
    """Whether the stream of an old Excel workbook begins with the record that says it is encrypted."""
    for beginning in _BEGINNING.finditer(data):
        if beginning.start() % _OLE_SECTOR:
            continue
        at = beginning.start() + 4 + beginning[1][0]
        while len(data) >= at + 4 and data[at : at + 2] == _WRITE_RESERVED:
            at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
        return data[at : at + 2] == _FILE_PASS
    return False


def _kind_of_zip(content: Content) -> str:
    from contextlib import closing

    from pkassess.ingest.package import Package

    with closing(Package.open(content)) as package:
        parts, book = package.parts, package.workbook
        if book in parts and book not in _FOREIGN_PARTS:
            return "xlsb" if book.endswith(".bin") else "xlsx"
        if "mimetype" in parts and b"opendocument.spreadsheet" in package.read("mimetype"):
            if b"manifest:encryption-data" in _manifest(package):
                raise failure(Code.ENCRYPTED, content.file)
            return "ods"
    if foreign := next((name for part, name in _FOREIGN_PARTS.items() if part in parts), ""):
        raise _foreign(content, foreign)
    names = [info.filename for info in parts.values() if info.filename.lower().endswith(_TABLE_ENDINGS)]
    listed = ", ".join(map(shown, sorted(names)[:MOST_PLACES]))
    more = " and more" if len(names) > MOST_PLACES else ""
    held = f"that holds {listed}{more}" if names else "without a workbook in it"
    raise _foreign(content, f"a zip archive {held}")


def _manifest(package: Package) -> bytes:
    part = "meta-inf/manifest.xml"
    return package.read(part) if part in package.parts else b""
