"""A workbook written anew with the errors its parser does not know replaced by one it knows.

Newer spreadsheet programs store errors such as ``#SPILL!`` or ``#ERROR!``. One of them makes the parser
give up the sheet, though what each cell shows is known from the search of the XML.
"""

from __future__ import annotations

import re
from contextlib import closing
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from pkassess.ingest.cellscan import RowBlocks
from pkassess.ingest.package import Package, relations_of

_ERROR_CELL = re.compile(
    rb"""(<(?:[\w.-]+:)?c(?=\s)[^<>]*\st\s*=\s*["']e["'][^<>]*>(?:(?!</?(?:[\w.-]+:)?c[\s>]).)*?"""
    rb"""<(?:[\w.-]+:)?v(?:\s[^<>]*)?>)[^<]+""",
    re.DOTALL,
)
_NAMESPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_known_errors(package: Package, part: str) -> bytes:
    """The package with the rows of one sheet only, every error in it written as ``#N/A``."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        book = package.workbook
        needed = "[content_types].xml", relations_of(""), book, relations_of(book)
        for name in (*needed, package.styles, package.shared_strings):
            if name in package.parts:
                archive.writestr(package.parts[name].filename, package.read(name))
        with closing(package.stream(part)) as source, archive.open(part, "w", force_zip64=True) as sink:
            rows = RowBlocks(source)
            for number, block in enumerate(rows):
                prefix = rows.prefix
                if not number:
                    name_space = b"xmlns:" + prefix[:-1] if prefix else b"xmlns"
                    sink.write(
                        b'<%bworksheet %b="%b"><%bsheetData>' % (prefix, name_space, _NAMESPACE, prefix)
                    )
                sink.write(_ERROR_CELL.sub(rb"\1#N/A", block))
            sink.write(b"</%bsheetData></%bworksheet>" % (rows.prefix, rows.prefix))
    return target.getvalue()
