"""The parts of an .xlsx package while they are changed: relations, types of content, and the finished file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pkassess.ingest.package import part_named, relations_of
from pkassess.render.marked.xml import (
    Splice,
    Tag,
    UnfitError,
    ascii_xml,
    prefix_of,
    quoted,
    readable,
    spliced,
    tags,
    with_attributes,
)

if TYPE_CHECKING:
    from pkassess.ingest.package import Package

TYPES = "[content_types].xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_PLAIN = f"{SHEET_TYPE}sheet.main+xml"
_STAMP = (1980, 1, 1, 0, 0, 0)
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


class Relation:
    """One relation of a part: its id, its type, the last word of that, and the part it leads to."""

    def __init__(self, attributes: dict[str, str], folder: str) -> None:
        self.id = attributes.get("Id", "")
        self.type = attributes.get("Type", "")
        self.base, _, self.kind = self.type.rpartition("/")
        outside = attributes.get("TargetMode") == "External"
        self.part = "" if outside else part_named(attributes.get("Target", ""), folder)


@dataclass
class Parts:
    """The parts by their names in lower case; a part that was changed is kept, all others stay in the package."""

    package: Package
    changed: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.names = {part: info.filename.replace("\\", "/") for part, info in self.package.parts.items()}

    @property
    def workbook(self) -> str:
        """The part that lists the sheets."""
        return self.package.workbook

    def drop(self, gone: Iterable[str]) -> None:
        """Leave parts out of the finished file, with what says where they lead."""
        self.dropped |= {name for part in gone for name in (part, relations_of(part)) if name in self.names}

    def types(self) -> tuple[dict[str, str], dict[str, str]]:
        """The type of content of parts that have one of their own, and the types of endings (.bin)."""
        listed = [tag.attributes for tag in tags(self.read(TYPES))]
        own = {
            one["PartName"].lstrip("/").lower(): one.get("ContentType", "")
            for one in listed
            if "PartName" in one
        }
        endings = {
            f".{one['Extension'].lower()}": one.get("ContentType", "") for one in listed if "Extension" in one
        }
        return own, endings

    def __contains__(self, part: str) -> bool:
        return (part in self.names and part not in self.dropped) or part in self.changed

    def read(self, part: str) -> bytes:
        """The bytes of a part as they are now, in an encoding with ASCII in it."""
        return self.changed[part] if part in self.changed else readable(self.package.read(part))

    def write(self, part: str, data: bytes, kind: str = "") -> None:
        """Set a part; a new one has a type of content, ``kind`` (such as ``comments+xml``, or a whole type)."""
        if kind and part not in self:
            name = f"/{quoted(part)}"
            whole = kind if "/" in kind else SHEET_TYPE + kind
            self._append(TYPES, f'Override PartName="{name}" ContentType="{whole}"')
        self.names.setdefault(part, part)
        self.changed[part] = data

    def know_ending(self, ending: str, kind: str) -> None:
        """Say what parts with an ending are."""
        known = {tag.attributes.get("Extension", "").lower() for tag in tags(self.read(TYPES))}
        if ending not in known:
            self._append(TYPES, f'Default Extension="{ending}" ContentType="{kind}"')

    def fresh(self, pattern: str) -> str:
        """A name for a new part, by a pattern with a place for a number."""
        number = 1
        while pattern.format(number) in self.names:
            number += 1
        return pattern.format(number)

    # --- relations ----------------------------------------------------------------------------------------

    def relations(self, part: str) -> list[Relation]:
        """What a part leads to; '' is the package as a whole."""
        name = relations_of(part)
        if name not in self:
            return []
        folder = posixpath.dirname(part)
        return [
            Relation(tag.attributes, folder) for tag in tags(self.read(name)) if tag.name == "Relationship"
        ]

    def relate(self, part: str, kind: str, to: str) -> str:
        """Add a relation to another part, and give its id."""
        name = relations_of(part)
        if name not in self:
            self.names[name] = name
            self.changed[name] = ascii_xml(f'<Relationships xmlns="{_RELATIONS}"></Relationships>')
            self.know_ending("rels", _RELATIONS_TYPE)
        taken = {relation.id for relation in self.relations(part)}
        number = next(number for number in range(1, len(taken) + 2) if f"pk{number}" not in taken)
        target = quoted(f"/{self.names.get(to, to)}")
        self._append(
            name, f'Relationship Id="pk{number}" Type="{self.relation_types}/{kind}" Target="{target}"'
        )
        return f"pk{number}"

    @property
    def relation_types(self) -> str:
        """What the types of this package's relations begin with, which tells strict packages from others."""
        return next(relation.base for relation in self.relations("") if relation.kind == "officeDocument")

    def _append(self, part: str, element: str) -> None:
        """Add an empty element to the children of a part's root."""
        data = self.read(part)
        root = tags(data)[0]
        new = f"<{prefix_of(data, root)}{element}/>"
        if data.endswith(b"/>", root.start, root.end):
            raise UnfitError
        end = data.rindex(b"</")
        self.changed[part] = spliced(data, [Splice(end, end, ascii_xml(new))])

    # --- the finished file --------------------------------------------------------------------------------

    def save(self) -> bytes:
        """The package as a plain .xlsx file; the same parts give the same bytes."""
        self._without_dropped()
        target = BytesIO()
        with ZipFile(target, "w", ZIP_DEFLATED) as archive:
            for part, name in self.names.items():
                if part in self:
                    info = ZipInfo(name, _STAMP)
                    info.compress_type = ZIP_DEFLATED
                    archive.writestr(
                        info, self.changed[part] if part in self.changed else self.package.read(part)
                    )
        return target.getvalue()

    def _without_dropped(self) -> None:
        """Take out what leads to parts that are not kept, and call the workbook what it now is."""
        types = self.read(TYPES)
        own, _ = self.types()
        # The type of an ending goes with the last part that had no other.
        endings = {posixpath.splitext(part)[1] for part in self.dropped - own.keys()}
        endings -= {posixpath.splitext(part)[1] for part in self.names if part in self and part not in own}
        splices = []
        for tag in tags(types):
            part = tag.attributes.get("PartName", "").lstrip("/").lower()
            if part in self.dropped or f".{tag.attributes.get('Extension', '').lower()}" in endings:
                splices.append(_without(types, tag))
            elif part == self.workbook and tag.attributes.get("ContentType") != _PLAIN:
                new = with_attributes(types[tag.start : tag.end], ContentType=_PLAIN)
                splices.append(Splice(tag.start, tag.end, new))
        self.changed[TYPES] = spliced(types, splices)
        for name in [name for name in self.names if name.endswith(".rels") and name in self]:
            data, folder = self.read(name), posixpath.dirname(posixpath.dirname(name))
            gone = [
                _without(data, tag)
                for tag in tags(data)
                if tag.name == "Relationship" and Relation(tag.attributes, folder).part in self.dropped
            ]
            if gone:
                self.changed[name] = spliced(data, gone)


def _without(data: bytes, tag: Tag) -> Splice:
    """An element without children taken out."""
    end = (
        tag.end
        if data.endswith(b"/>", tag.start, tag.end)
        else data.index(b">", data.index(b"</", tag.end)) + 1
    )
    return Splice(tag.start, end, b"")
