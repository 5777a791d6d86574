"""The parts of an .xlsx file: which part holds which sheet, and which cell styles show percentages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import IO
from weakref import finalize
from zipfile import BadZipFile, ZipFile, ZipInfo

from pkassess.findings import Code, PkassessError
from pkassess.ingest.content import Content, failure

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STYLES = "xl/styles.xml"
SHARED_STRINGS = "xl/sharedstrings.xml"

PERCENT_FORMATS = frozenset((9, 10))
"""The built-in number formats 0% and 0.00%."""

# Text in quotes, escaped, padding and repeated characters, and [conditions] are not the format itself.
_NOT_FORMAT = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]', re.DOTALL)


@contextmanager
def readable(file: str, sheet: str = "") -> Generator[None]:
    """Turn whatever a parser raises into one finding about the file.

    The workbook parser is compiled code whose panics derive from BaseException, so everything is caught but
    what stops the program.
    """
    try:
        yield
    except (PkassessError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        what = "its cells are damaged" if sheet else "its content is damaged or was cut short"
        raise failure(Code.DAMAGED, file, sheet=sheet, found=what) from error


@dataclass(frozen=True)
class Package:
    """A zip file and its parts, by their names in lower case with forward slashes."""

    content: Content
    archive: ZipFile
    parts: dict[str, ZipInfo]

    @classmethod
    def open(cls, content: Content) -> Package:
        """Read the directory of the zip file; raises InputError if there is none."""
        stream = content.open()
        try:
            archive = ZipFile(stream)
        except BadZipFile as error:
            stream.close()
            raise failure(Code.DAMAGED, content.file, found="its end is missing, it was cut short") from error
        except Exception as error:
            stream.close()
            raise failure(Code.DAMAGED, content.file, found="its list of parts is damaged") from error
        # Sheets are read when they are asked for; the file is let go with the last of them.
        finalize(archive, stream.close)
        # Some programs write backslashes, and names in another case than they refer to.
        parts = {info.filename.replace("\\", "/").lower(): info for info in archive.infolist()}
        return cls(content, archive, parts)

    def close(self) -> None:
        """Let go of the file."""
        stream = self.archive.fp
        self.archive.close()  # leaves open a stream it was given
        if stream:
            stream.close()

    def stream(self, part: str) -> IO[bytes]:
        """One part, to be read piece by piece."""
        return self.archive.open(self.parts[part.lower()])

    def read(self, part: str) -> bytes:
        """The whole of one small part."""
        with readable(self.content.file):
            return self.archive.read(self.parts[part.lower()])

    @cached_property
    def sheet_parts(self) -> dict[str, str]:
        """The part of each sheet, by the sheet's name."""
        targets: dict[str, str] = {}
        sheets: dict[str, str] = {}

        def relation(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        def sheet(name: str, attributes: dict[str, str]) -> None:
            if name == "sheet":
                sheets[attributes["name"]] = targets.get(attributes.get("id", ""), "")

        self._elements(RELATIONS, relation)
        self._elements(WORKBOOK, sheet)
        return {name: _part_name(target) for name, target in sheets.items()}

    @cached_property
    def percent_styles(self) -> frozenset[int]:
        """The indexes of the cell styles that show a number as a percentage."""
        custom: dict[int, bool] = {}
        formats: list[int] = []
        inside: list[str] = []

        def style(name: str, attributes: dict[str, str]) -> None:
            if name == "numFmt":
                custom[int(attributes["numFmtId"])] = shows_percent(attributes.get("formatCode", ""))
            elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
                inside[:] = [name]
            elif name == "xf" and inside == ["cellXfs"]:
                formats.append(int(attributes.get("numFmtId", "0")))

        if STYLES in self.parts:
            self._elements(STYLES, style)
        return frozenset(
            index for index, code in enumerate(formats) if custom.get(code, code in PERCENT_FORMATS)
        )

    def _elements(self, part: str, start: Callable[[str, dict[str, str]], None]) -> None:
        """Call ``start`` for each element of an XML part, with names free of their namespaces."""
        from xml.parsers.expat import ParserCreate

        def local(name: str, attributes: dict[str, str]) -> None:
            start(_local(name), {_local(key): value for key, value in attributes.items()})

        parser = ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = local
        with readable(self.content.file):
            parser.Parse(self.read(part), True)


def shows_percent(code: str) -> bool:
    """Whether a number format shows a percent sign that belongs to the number."""
    return "%" in _NOT_FORMAT.sub("", code)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _part_name(target: str) -> str:
    """The part a relation of the workbook points to; its target is absolute, or relative to ``xl``."""
    return posixpath.normpath(posixpath.join("/xl", target.replace("\\", "/"))).lstrip("/")
