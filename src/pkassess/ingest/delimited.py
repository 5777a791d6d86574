"""Delimited text (CSV, TSV): UTF-8, UTF-16 or Windows-1252, separated by commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO

from pkassess.codes import Code
from pkassess.findings import Finding, InputError, finding
from pkassess.ingest import limits
from pkassess.ingest.content import (
    CHUNK,
    Content,
    cannot_open,
    encoding_of,
    failure,
    promised_ending,
    too_large,
    within_limits,
)
from pkassess.ingest.sheet import BLOCK_ROWS, HEAD_ROWS, UNSAID, Row, Sheet, Workbook

_LEGACY = "cp1252"
"""What spreadsheet programs of Western Europe write where nobody chose an encoding."""
DELIMITERS = "\t;,"
SNIFFED_CHARACTERS = 1 << 16

_QUOTED = re.compile(r'(?:^|(?<=[\t;,\r]))"[^"]*(?:""[^"]*)*"?', re.MULTILINE)
_DECIMAL_COMMA = re.compile(
    r'(?:^|[;\t"])[ ]*[+-]?\d[\d .\u00a0\u2009\u202f]*,\d{1,2}[ ]*%?(?=[;\t"\r\n]|$)', re.MULTILINE
)
_QUOTED_COMMA = re.compile(r'"[ ]*[+-]?\d[\d .\u00a0\u2009\u202f]*,\d{1,2}[ ]*%?"')
"""Numbers such as 46,5, which show what commas mean in a file."""
_LINE_END = re.compile(r"\r\n|\n|\r")


def read(content: Content) -> Workbook:
    """Read delimited text; raises InputError if its bytes are no text. Rows are read when asked for."""
    encoding, skipped = encoding_of(content.head)
    findings: list[Finding] = []
    try:
        _check_text(content, encoding, skipped)
    except InputError as unreadable:
        if encoding != "utf-8" or skipped:
            raise
        encoding = _LEGACY
        _check_legacy(content, unreadable)
        findings = [finding(Code.LEGACY_ENCODING, file=content.file)]
    if ending := promised_ending(content):
        findings.append(
            finding(Code.NAME_SAYS_OTHER, file=content.file, expected=ending, found="delimited text")
        )
    with TextIOWrapper(_from(content, skipped), encoding, newline="") as text:
        delimiter = delimiter_of(text.read(SNIFFED_CHARACTERS))
    rows = _TextRows(content, encoding, skipped, delimiter)
    said = UNSAID._replace(commas=_has_decimal_commas(content, encoding, skipped, delimiter))
    sheet = Sheet(content.file, "", "visible", rows, conventions=said)
    return Workbook(content.file, "csv", "csv", (sheet,), content.sha256, findings=findings)


def delimiter_of(text: str) -> str:
    """The separator that most of the first lines hold equally often outside quotes, as the lines of a table do.

    Titles above the table, and decimal commas in it, are in fewer lines, or in each of them another number of times.
    Of two alike it is the one that is there more often in a line.
    """
    lines = _LINE_END.split(_QUOTED.sub("", text))[:HEAD_ROWS]
    found = {mark: Counter(count for line in lines if (count := line.count(mark))) for mark in DELIMITERS}
    alike = {
        mark: max(((lines, count) for count, lines in counts.items()), default=(0, 0))
        for mark, counts in found.items()
    }
    return max(alike, key=alike.__getitem__) if any(found.values()) else ","


def _has_decimal_commas(content: Content, encoding: str, skipped: int, delimiter: str) -> bool:
    """Whether some number of the file has a decimal comma, which between commas only quotes can hold."""
    pattern = _QUOTED_COMMA if delimiter == "," else _DECIMAL_COMMA
    with TextIOWrapper(_from(content, skipped), encoding, newline="") as text:
        while piece := text.read(CHUNK):
            if "," in piece and ('"' in piece or delimiter != ",") and pattern.search(piece):
                return True
    return False


def _check_legacy(content: Content, unreadable: InputError) -> None:
    """Raise what was wrong as UTF-8 if the bytes are no Windows-1252 either."""
    try:
        _check_text(content, _LEGACY, 0)
    except InputError:
        raise unreadable from None


def _from(content: Content, skipped: int) -> BinaryIO:
    stream = content.open()
    stream.seek(skipped)
    return stream


def _check_text(content: Content, encoding: str, skipped: int) -> None:
    """Decode everything once, so that a wrong byte is found before any row is used."""
    decoder = codecs.getincrementaldecoder(encoding)()
    ends = {"\n": 0, "\r": 0}
    separators = dict.fromkeys(DELIMITERS, 0)
    line = 0
    with _from(content, skipped) as stream:
        while True:
            chunk = stream.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                text = error.object[: error.start].decode(encoding, "ignore")
                number = max(count + text.count(end) for end, count in ends.items()) + 1
                byte = f"0x{error.object[error.start]:02X} in line {number:,}"
                raise failure(Code.NOT_TEXT, content.file, found=byte) from error
            if not chunk:
                return
            for signs in (ends, separators):
                for sign in signs:
                    signs[sign] += text.count(sign)
            with within_limits(content.file):
                limits.check_lines(max(ends.values()), max(separators.values()))
            line = 0 if "\n" in text or "\r" in text else line + len(text)
            if line > limits.ROW_BYTES:
                most = f"{limits.ROW_BYTES // limits.MIB} MiB"
                raise too_large(content.file, f"A single line holds more than {most}", most)


@dataclass
class _TextRows:
    """The rows of a delimited file, read anew each time."""

    content: Content
    encoding: str
    skipped: int
    delimiter: str
    _size: tuple[int, int] | None = field(default=None, init=False)

    def size(self) -> tuple[int, int]:
        if self._size is None:
            height = width = 0
            for first, rows in self.blocks(0, BLOCK_ROWS):
                height = first + len(rows)
                width = max(width, *map(len, rows))
            self._size = height, width
        return self._size

    def blocks(self, start: int, size: int) -> Iterator[tuple[int, list[Row]]]:
        from csv import Error, field_size_limit, reader

        block: list[Row] = []
        with self._text() as text:
            rows = reader(text, delimiter=self.delimiter)
            checked = self._checked(rows)
            try:
                next(islice(checked, start, start), None)
                while True:
                    following: list[Row] = list(islice(checked, size))
                    if not following:
                        break
                    block = following
                    yield start, block
                    start += len(block)
            except Error as error:
                if "field larger" in str(error):
                    most = f"{field_size_limit():,} characters"
                    found = f"A cell in line {rows.line_num:,} holds more than {most}"
                    raise too_large(self.content.file, found, most) from error
                raise self._open_quote(rows.line_num) from error
            except OSError as error:
                raise cannot_open(self.content.file, error) from error
        lines = 1 + sum(str(cell).count("\n") for cell in block[-1]) if block else 1
        if lines > 1:
            self._check_end(max(rows.line_num - lines, 0), rows.line_num)

    def _checked(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        for row in rows:
            if len(row) > limits.COLUMNS:
                found = f"A line has {len(row):,} columns"
                raise too_large(self.content.file, found, f"{limits.COLUMNS:,} columns")
            yield row

    def _text(self) -> TextIOWrapper:
        return TextIOWrapper(_from(self.content, self.skipped), self.encoding, newline="")

    def _check_end(self, first: int, after: int) -> None:
        """A quotation mark that is never closed swallows the rest of the file: look for one."""
        from csv import Error, reader

        with self._text() as text:
            rows = reader(islice(text, first, after), delimiter=self.delimiter, strict=True)
            closed = 0
            try:
                for _ in rows:
                    closed = rows.line_num
            except Error as error:
                if "end of data" in str(error):
                    raise self._open_quote(first + closed + 1) from error

    def _open_quote(self, line: int) -> Exception:
        found = f"a quotation mark opened in line {line:,} is not closed"
        return failure(Code.DAMAGED, self.content.file, found=found)
