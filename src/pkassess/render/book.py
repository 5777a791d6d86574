"""What workbooks made here have in common: texts that stay texts, bytes that depend on the content alone."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook


_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Control characters, which the library passes on in comments and titles though no XML may hold them."""


def set_text(cell: Any, text: str) -> Any:
    """A text that stays one, whatever it looks like; characters that no workbook can hold are shown by their number."""
    cell.value = _FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def book_bytes(book: Workbook) -> bytes:
    """The .xlsx file without the moment at which it was made; the same content gives the same bytes."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    draft, finished = BytesIO(), BytesIO()
    book.save(draft)
    with ZipFile(draft) as parts, ZipFile(finished, "w", ZIP_DEFLATED) as out:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2000-01-01T00:00:00Z", content)
            if name.endswith(".xml"):
                content = _NO_XML.sub(b"?", content)
            out.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return finished.getvalue()
