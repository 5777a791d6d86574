"""The formats that are read: by which function, by which library, and whether all that their cells say is seen."""

from __future__ import annotations

from typing import NamedTuple

CALAMINE, OPENPYXL, XLRD = "python-calamine", "openpyxl", "xlrd"
"""The libraries; the first one reads what another one cannot."""
_APART = "pkassess.ingest.apart:read"


class Format(NamedTuple):
    """One format. ``function`` is text, so that listing the formats loads no reader; ``name`` is what it is called."""

    function: str
    library: str
    name: str
    shows_all: bool = True


FORMATS = {
    "xlsx": Format("pkassess.ingest.xlsx:read", CALAMINE, "an Excel workbook (.xlsx)"),
    "csv": Format("pkassess.ingest.delimited:read", "csv", "delimited text"),
    "xls": Format(_APART, XLRD, "an old Excel workbook (.xls)"),
    "xlsb": Format(_APART, CALAMINE, "a binary Excel workbook (.xlsb)", shows_all=False),
    "ods": Format(_APART, CALAMINE, "an OpenDocument spreadsheet (.ods)"),
}
