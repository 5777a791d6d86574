"""The parts of a zipped workbook, each inflated under watch; which holds which sheet, and styles that show percentages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from weakref import finalize
from zipfile import BadZipFile, ZipFile, ZipInfo

from pkassess.codes import Code
from pkassess.findings import PkassessError, shown
from pkassess.ingest import limits
from pkassess.ingest.content import CHUNK, Content, failure, too_large, within_limits
from pkassess.ingest.inflate import ForbiddenError, Inflating
from pkassess.ingest.sharedtexts import SharedTexts

WORKBOOK, _BINARY_WORKBOOK = "xl/workbook.xml", "xl/workbook.bin"
STYLES, _SHARED_STRINGS = "xl/styles.xml", "xl/sharedstrings.xml"
"""What parts are usually called; their relations may give them any name."""

PERCENT_FORMATS = frozenset((9, 10))
"""The built-in number formats 0% and 0.00%."""

# Text in quotes, escaped, padding and repeated characters, and [conditions] are not the format itself.
_NOT_FORMAT = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]', re.DOTALL)


_READ_ENDINGS = (".xml", ".rels", ".bin")
_ENCRYPTED = 1
"""The bit of a part's flags that says it is encrypted."""
_ENTRY = b"PK\x01\x02"
"""What every entry of a zip file's directory begins with."""


@contextmanager
def readable(file: str, sheet: str = "", part: str = "") -> Generator[None]:
    """Turn whatever a parser raises into one finding about the file, or about one sheet or part of it.

    The workbook parser is compiled code whose panics derive from BaseException, so everything is caught but
    what stops the program.
    """
    try:
        yield
    except (PkassessError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except ForbiddenError as error:
        raise failure(Code.DECLARES_ENTITIES, file, sheet=sheet, value=part) from error
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
        """Read the directory of the zip file; raises InputError if there is none, or it promises too much."""
        _count_entries(content)
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
        entries = archive.infolist()
        # Some programs write backslashes, and names in another case than they refer to.
        parts = {info.filename.replace("\\", "/").lower(): info for info in entries}
        package = cls(content, archive, parts)
        try:
            package._check_directory(entries)
        except BaseException:
            package.close()
            raise
        return package

    def _check_directory(self, entries: list[ZipInfo]) -> None:
        """Refuse what the directory promises before anything is inflated; what lies is found while inflating."""
        file = self.content.file
        if len(entries) != len(self.parts):
            names = [info.filename.replace("\\", "/").lower() for info in entries]
            double = next(name for name in names if names.count(name) > 1)
            raise failure(Code.DOUBLE_PART, file, value=double)
        if any(info.flag_bits & _ENCRYPTED for info in entries):
            raise failure(Code.ENCRYPTED, file)
        if self.inflated > limits.ALL_PARTS_BYTES:
            raise too_large(file, f"Its parts unpack to {_mib(self.inflated)}", _mib(limits.ALL_PARTS_BYTES))
        for info in entries:
            size = info.file_size
            if size > limits.PART_BYTES:
                raise too_large(file, f"A part of it unpacks to {_mib(size)}", _mib(limits.PART_BYTES))
            if size > limits.RATIO_FROM_BYTES and size > limits.RATIO * info.compress_size:
                found = f"A part of it unpacks to {_mib(size)}, {size // max(info.compress_size, 1):,} times its packed size"
                raise too_large(file, found, f"{limits.RATIO} times")

    @property
    def inflated(self) -> int:
        """How many bytes all parts hold, as the directory says."""
        return sum(info.file_size for info in self.parts.values())

    def close(self) -> None:
        """Let go of the file."""
        stream = self.archive.fp
        self.archive.close()  # leaves open a stream it was given
        if stream:
            stream.close()

    def stream(self, part: str) -> Inflating:
        """One part, to be read piece by piece."""
        file = self.content.open()
        try:
            return Inflating(file, self.parts[part.lower()])
        except BaseException:
            file.close()
            raise

    def read(self, part: str) -> bytes:
        """The whole of one part."""
        with readable(self.content.file, part=part), closing(self.stream(part)) as stream:
            return b"".join(iter(lambda: stream.read(CHUNK), b""))

    def inspect(self, *left_out: str) -> None:
        """Inflate every part that is markup or cells, but for some, to see that it is sound. Raises InputError."""
        for part in self.parts:
            if part.endswith(_READ_ENDINGS) and part not in left_out:
                with readable(self.content.file, part=part), closing(self.stream(part)) as stream:
                    stream.drain()

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The kind and the target of each relation of a part, by its id; '' is the package as a whole."""
        found: dict[str, tuple[str, str]] = {}

        def relation(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship":
                kind = attributes.get("Type", "").rpartition("/")[2].lower()
                target = part_named(attributes.get("Target", ""), posixpath.dirname(part))
                found[attributes.get("Id", "")] = kind, target

        name = relations_of(part)
        if name in self.parts:
            self._elements(name, relation)
        return found

    def _related(self, relations: dict[str, tuple[str, str]], kind: str, usual: str) -> str:
        """The part of a kind that relations name, else the one that is usual."""
        return next((part for one, part in relations.values() if one == kind and part in self.parts), usual)

    @cached_property
    def workbook(self) -> str:
        """The part that lists the sheets."""
        usual = WORKBOOK if WORKBOOK in self.parts else _BINARY_WORKBOOK
        return self._related(self._relations(""), "officedocument", usual)

    @cached_property
    def _of_workbook(self) -> dict[str, tuple[str, str]]:
        return self._relations(self.workbook)

    @cached_property
    def styles(self) -> str:
        """The part that holds the styles of cells."""
        return self._related(self._of_workbook, "styles", STYLES)

    @cached_property
    def shared_strings(self) -> str:
        """The part that holds the texts that cells share."""
        return self._related(self._of_workbook, "sharedstrings", _SHARED_STRINGS)

    @cached_property
    def sheet_parts(self) -> dict[str, str]:
        """The part of each sheet, by the sheet's name."""
        sheets: dict[str, str] = {}

        def sheet(name: str, attributes: dict[str, str]) -> None:
            if name == "sheet":
                title = attributes.get("name", "")
                if title in sheets:
                    told = f"two of its sheets are called {shown(title)}"
                    raise failure(Code.DAMAGED, self.content.file, sheet=title, found=told)
                _, sheets[title] = self._of_workbook.get(attributes.get("id", ""), ("", ""))

        self._elements(self.workbook, sheet)
        return sheets

    @cached_property
    def texts(self) -> SharedTexts:
        """How long the texts are that cells share."""
        listed = self.read(self.shared_strings) if self.shared_strings in self.parts else b""
        with within_limits(self.content.file):
            limits.check_shared_texts(sum(listed.count(end) for end in (b"</si>", b":si>", b"si/>")))
        return SharedTexts(listed)

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

        if self.styles in self.parts:
            self._elements(self.styles, style)
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
        content = self.read(part)
        with readable(self.content.file), within_limits(self.content.file):
            limits.check_elements(content.count(b"<"))
            parser.Parse(content, True)


def _count_entries(content: Content) -> None:
    """Refuse a directory with too many entries: reading a million of them takes seconds."""
    with content.open() as stream:
        count = sum(chunk.count(_ENTRY) for chunk in iter(lambda: stream.read(CHUNK), b""))
    if count > limits.PARTS:
        raise too_large(content.file, f"It has at least {count:,} parts", f"{limits.PARTS:,} parts")


def _mib(size: int) -> str:
    return f"{size / limits.MIB:,.0f} MiB"


def shows_percent(code: str) -> bool:
    """Whether a number format shows a percent sign that belongs to the number."""
    return "%" in _NOT_FORMAT.sub("", code)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def part_named(target: str, folder: str) -> str:
    """The part that a relation leads to; its target is absolute, or relative to the folder of the part it is of."""
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/").lower()


def relations_of(part: str) -> str:
    """The part that holds the relations of another; '' is the package as a whole."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels").lower()
