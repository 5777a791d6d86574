"""Reading input files: whatever the format, a workbook of sheets with plain values comes out."""

from __future__ import annotations

from pkassess.ingest.content import kind_of, load
from pkassess.ingest.readers import FORMATS
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
    "FORMATS",
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


def read_workbook(path: str) -> Workbook:
    """Read a workbook or delimited text; ``-`` is standard input.

    What the file is, is decided by its content. Raises :class:`pkassess.findings.InputError` with one
    finding if it cannot be read; cells are read later, when a sheet is asked for them.
    """
    from importlib import import_module

    content = load(path)
    module, _, function = FORMATS[kind_of(content)].function.partition(":")
    return getattr(import_module(module), function)(content)
