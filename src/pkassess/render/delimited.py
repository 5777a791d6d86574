"""CSV and the CSV package: UTF-8, comma, LF, quoted only where RFC 4180 needs it, full precision."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pkassess.render.colour import inert
from pkassess.render.files import finished_folder
from pkassess.render.json_document import dumped
from pkassess.tables.assessment import assessment_table
from pkassess.tables.fields import Table

if TYPE_CHECKING:
    from pkassess.assess import Assessment

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_STEERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What steers a terminal or overrides the reading direction; the marks that Arabic and Persian need are none of it."""
_HARMLESS = re.compile(r'[A-Za-z0-9][^,"]*').fullmatch
"""Most texts, where they are printable: no formula, nothing to quote or to make visible."""
_NEED_QUOTES = (",", '"', "\n", "\r")


def csv_lines(table: Table) -> Iterator[str]:
    """The lines of a table in blocks, header first."""
    yield ",".join(_cell(field.name) for field in table.fields) + "\n"
    writers = [_WRITERS[field.type] for field in table.fields]
    for block in table.blocks():
        if not len(block[0]):
            continue
        columns = [write(column) for write, column in zip(writers, block, strict=True)]
        yield "\n".join(map(",".join, zip(*columns, strict=True))) + "\n"


def write_package(
    tables: Sequence[Table], meta: dict[str, Any], folder: str, kind: str = "assessment", title: str = ""
) -> None:
    """Write every table as CSV and ``datapackage.json`` into a folder; either all of it or nothing.

    ``kind`` ends the package's name; without a title it is that of an assessment.
    """
    with finished_folder(folder) as draft:
        for table in tables:
            with (draft / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
                file.writelines(csv_lines(table))
        text = dumped(_description(tables, meta, kind, title), indent=2)
        (Path(draft) / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _description(tables: Sequence[Table], meta: dict[str, Any], kind: str, title: str) -> dict[str, Any]:
    """The Frictionless description of a package (specs.frictionlessdata.io, tabular data package)."""
    resources = [
        {
            "name": table.name,
            "path": f"{table.name}.csv",
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {
                "fields": [
                    {"name": field.name, "type": field.type, "description": field.description}
                    for field in table.fields
                ],
                "missingValues": [""],
            },
        }
        for table in tables
    ]
    title = title or f"Assessment with rubric {meta['rubric']['id']} {meta['rubric']['version']}"
    return {
        "name": f"pkassess-{kind}",
        "profile": "tabular-data-package",
        "title": title,
        "pkassess": meta,
        "resources": resources,
    }


def _cell(text: str) -> str:
    if not text or (text.isprintable() and _HARMLESS(text)):
        return text
    text = _STEERS.sub(lambda found: inert(found[0]), text)
    if text.lstrip(" \u00a0").startswith(_FORMULA_STARTS):
        text = "'" + text
    if any(mark in text for mark in _NEED_QUOTES):
        return '"' + text.replace('"', '""') + '"'
    return text


def _texts(column: Sequence[str]) -> Sequence[str]:
    escaped = {text: _cell(text) for text in set(column)}
    if all(text is cell for text, cell in escaped.items()):
        return column
    return [escaped[text] for text in column]


def _numbers(column: Any) -> list[str]:
    """The shortest form of each number that reads back the same; '' for NaN."""
    import orjson

    # Adding 0.0 turns -0.0 into 0.0. orjson writes NaN as null, and whole numbers with a ".0" nobody needs.
    numbers = np.ascontiguousarray(column, dtype=np.float64) + 0.0
    text = orjson.dumps(numbers, option=orjson.OPT_SERIALIZE_NUMPY).decode()[1:-1]
    return (text + ",").replace(".0,", ",").replace("null", "")[:-1].split(",")


def _integers(column: Sequence[int | None]) -> list[str]:
    return ["" if value is None else str(value) for value in column]


_WRITERS: dict[str, Callable[[Any], Sequence[str]]] = {
    "string": _texts,
    "number": _numbers,
    "integer": _integers,
}


def assessment_lines(assessment: Assessment) -> Iterator[str]:
    """The lines of assessment.csv."""
    return csv_lines(assessment_table(assessment.comparison))
