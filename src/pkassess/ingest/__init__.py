"""Reading input files: whatever the format, a workbook of sheets with plain values comes out."""

from __future__ import annotations

from pkassess.ingest.content import kind_of, load
from pkassess.ingest.sheet import (
    UNCOMPUTED,
    CellError,
    Percent,
    Row,
    Sheet,
    Uncomputed,
    Value,
    Workbook,
    cell_name,
)

__all__ = [
    "READERS",
    "UNCOMPUTED",
    "CellError",
    "Percent",
    "Row",
    "Sheet",
    "Uncomputed",
    "Value",
    "Workbook",
    "cell_name",
    "read_workbook",
]

READERS = {
    "xlsx": "pkassess.ingest.xlsx:read",
    "csv": "pkassess.ingest.delimited:read",
    "xls": "pkassess.ingest.apart:read",
    "xlsb": "pkassess.ingest.apart:read",
    "ods": "pkassess.ingest.apart:read",
}
"""The function that reads each kind of content, as text so that listing the kinds loads none of them."""


def read_workbook(path: str) -> Workbook:
    """Read a workbook or delimited text; ``-`` is standard input.

    What the file is, is decided by its content. Raises :class:`pkassess.findings.InputError` with one
    finding if it cannot be read; cells are read later, when a sheet is asked for them.
    """
    from importlib import import_module

    content = load(path)
    module, _, function = READERS[kind_of(content)].partition(":")
    return getattr(import_module(module), function)(content)
