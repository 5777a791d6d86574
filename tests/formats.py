"""Sheets of plain cells written as .xls, .xlsb and .ods, as small as these formats allow."""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pkassess.ingest.sheet import UNCOMPUTED, CellError, Percent

Sheets = dict[str, list[list[Any]]]
_ERRORS = {"#DIV/0!": 7, "#N/A": 42}
_EXTENSION = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
_STAMP = (2025, 6, 30, 0, 0, 0)


def write(path: Path, sheets: Sheets) -> str:
    """Write sheets in the format that the ending of the path names. Returns the path."""
    {".xls": _xls, ".xlsb": _xlsb, ".ods": _ods}[path.suffix](path, sheets)
    return str(path)


def _zip(path: Path, parts: dict[str, str | bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content)


def _xls(path: Path, sheets: Sheets) -> None:
    import xlwt

    book = xlwt.Workbook()
    day, percent = xlwt.easyxf(num_format_str="YYYY-MM-DD"), xlwt.easyxf(num_format_str="0.0%")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write(at, column, cell, day)
                elif isinstance(cell, Percent):
                    sheet.write(at, column, float(cell), percent)
                elif isinstance(cell, CellError):
                    sheet.row(at).set_cell_error(column, _ERRORS[cell])
                elif cell is not None:
                    sheet.write(at, column, cell)
    book.save(str(path))


def _ods(path: Path, sheets: Sheets) -> None:
    write_ods(
        path,
        "".join(
            f'<table:table table:name="{escape(name)}">'
            + "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
            + "</table:table>"
            for name, rows in sheets.items()
        ),
    )


def write_ods(path: Path, tables: str) -> None:
    """An OpenDocument spreadsheet of tables that are given as XML."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    spaces += f' xmlns:calcext="{_EXTENSION}"'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    _zip(
        path,
        {
            "mimetype": kind,
            "content.xml": f"<office:document-content{spaces}><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f"{entry}</manifest:manifest>",
        },
    )


def _ods_cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, Percent):
        return f'<table:table-cell office:value-type="percentage" office:value="{float(cell)}"/>'
    if isinstance(cell, CellError):
        return (
            '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
            f'calcext:value-type="error"><text:p>{cell}</text:p></table:table-cell>'
        )
    if cell is UNCOMPUTED:
        return '<table:table-cell table:formula="of:=1+1"/>'
    if isinstance(cell, dt.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'


def _xlsb(path: Path, sheets: Sheets) -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    listed = b"".join(
        _record(156, struct.pack("<II", 0, at) + _wide(f"rId{at}") + _wide(name))
        for at, name in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{office}/worksheet" Target="worksheets/sheet{at}.bin"/>'
        for at in range(1, len(sheets) + 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/workbook.bin": _record(131) + _record(143) + listed + _record(144) + _record(132),
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>',
    }
    for at, rows in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{at}.bin"] = _xlsb_sheet(rows)
    _zip(path, parts)


def _xlsb_sheet(rows: list[list[Any]]) -> bytes:
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    parts = [_record(129), _record(148, size), _record(145)]
    for at, row in enumerate(rows):
        parts.append(_record(0, struct.pack("<I", at) + bytes(13)))
        for column, cell in enumerate(row):
            place = struct.pack("<II", column, 0)
            if isinstance(cell, str):
                parts.append(_record(6, place + _wide(cell)))
            elif cell is not None:
                parts.append(_record(5, place + struct.pack("<d", cell)))
    return b"".join([*parts, _record(146), _record(130)])


def _record(kind: int, content: bytes = b"") -> bytes:
    return _number(kind) + _number(len(content)) + content


def _number(number: int) -> bytes:
    """Seven bits per byte, the low ones first."""
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
