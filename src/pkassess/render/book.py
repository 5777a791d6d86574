"""What workbooks made here have in common: texts that stay texts, bytes that depend on the content alone."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook


def set_text(cell: Any, text: str) -> Any:
    """A text that stays one, whatever it looks like."""
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def book_bytes(book: Workbook) -> bytes:
    """The .xlsx file without the moment at which it was made; the same content gives the same bytes."""
    import re
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    draft, finished = BytesIO(), BytesIO()
    book.save(draft)
    with ZipFile(draft) as parts, ZipFile(finished, "w", ZIP_DEFLATED) as out:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2000-01-01T00:00:00Z", content)
            out.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return finished.getvalue()
