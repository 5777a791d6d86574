"""The JSON document: the tables of the CSV package as one text, and the schema that describes it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pkassess.tables.fields import Table

if TYPE_CHECKING:
    from pkassess.assess import Assessment

_JSON_TYPES = {"string": "string", "number": ["number", "null"], "integer": ["integer", "null"]}


def assessment_lines(assessment: Assessment) -> Iterator[str]:
    """The whole document of an assessment."""
    return json_lines(assessment.tables(), assessment.meta)


def json_lines(tables: Sequence[Table], meta: dict[str, Any]) -> Iterator[str]:
    """The document in parts, one row per line."""
    yield '{\n"meta": ' + dumped(meta, indent=2)
    for table in tables:
        yield f',\n"{table.name}": ['
        start = "\n"
        for row in _rows(table):
            yield start + dumped(row)
            start = ",\n"
        yield "\n]"
    yield "\n}\n"


def dumped(value: Any, indent: int | None = None) -> str:
    """JSON of a value: readable letters, and escapes for what would steer a terminal or turn the reading direction."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign == "\n" else json.dumps(sign)[1:-1] for sign in text)


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    names = [field.name for field in table.fields]
    for block in table.blocks():
        columns = [column.tolist() if isinstance(column, np.ndarray) else column for column in block]
        for values in zip(*columns, strict=True):
            yield dict(zip(names, map(_plain, values), strict=True))


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def document_schema(tables: Sequence[Table]) -> dict[str, Any]:
    """The JSON Schema of the document for the rubric that the tables were made for."""
    properties: dict[str, Any] = {"meta": {"type": "object", "required": ["rubric", "files", "program"]}}
    for table in tables:
        fields = {
            field.name: {"type": _JSON_TYPES[field.type], "description": field.description}
            for field in table.fields
        }
        row = {
            "type": "object",
            "properties": fields,
            "required": list(fields),
            "additionalProperties": False,
        }
        properties[table.name] = {"type": "array", "items": row}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pkassess report",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
