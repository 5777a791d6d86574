"""Files made to exhaust, end or mislead a program that reads them, each small and written the same every time."""

from __future__ import annotations

import base64
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import formats

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
HEADER = ("mission", "authority", "authority_level", "period", "posts_filled_pct")
_STAMP = (2025, 6, 30, 0, 0, 0)

Parts = dict[str, str | bytes]


def parts(rows: str = CELL, *, before: str = "", texts: str = "", after: str = "") -> Parts:
    """The parts of a workbook with one sheet; ``before`` and ``after`` stand around its rows."""
    made: Parts = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Data" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>',
    }
    if texts:
        made["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{texts}</sst>'
    return made


def zipped(made: Parts) -> bytes:
    """Parts as the bytes of a zip file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in made.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED, compresslevel=1)
    return target.getvalue()


def lying(made: Parts, part: str, stated: int) -> bytes:
    """A zip file whose directory states another size for one part, with the check sum of so many bytes."""
    content = made[part] if isinstance(made[part], bytes) else made[part].encode()
    data = bytearray(zipped(made))
    told = struct.pack("<I", zlib.crc32(content[:stated]))
    for mark, at_sum, at_size, at_name in ((b"PK\x03\x04", 14, 22, 30), (b"PK\x01\x02", 16, 24, 46)):
        start = data.find(mark)
        while start >= 0:
            if data[start + at_name :].startswith(part.encode()):
                data[start + at_sum : start + at_sum + 4] = told
                data[start + at_size : start + at_size + 4] = struct.pack("<I", stated)
            start = data.find(mark, start + 4)
    return bytes(data)


def laughs(element: str) -> str:
    """A declaration of entities that unfold to a billion words, and an element that asks for them."""
    entities = "".join(f'<!ENTITY l{at} "' + f"&l{at - 1};" * 10 + '">' for at in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>{element}'


def _swap(part: str, content: str | bytes, made: Parts | None = None) -> bytes:
    return zipped({**(made or parts()), part: content})


def _sharing(text: str, rows: int, columns: int) -> bytes:
    """A sheet in which every cell shows the same shared text."""
    letters = [_letters(column) for column in range(columns)]
    body = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{letter}{row}" t="s"><v>0</v></c>' for letter in letters)
        + "</row>"
        for row in range(1, rows + 1)
    )
    return zipped(parts(body, texts=f"<si><t>{text}</t></si>"))


def _letters(column: int) -> str:
    """The letters of a column, from zero."""
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


def _noise(size: int) -> str:
    return base64.b64encode(random.Random(20250630).randbytes(size)).decode()[:size]


def _mixed(piece: str, size: int) -> str:
    """A piece again and again, among noise that keeps it from being packed too well."""
    noise = _noise(size)
    return "".join(piece + noise[at : at + 8] for at in range(0, size, 8 + len(piece)))


def _many_parts() -> bytes:
    return zipped({**parts(), **{f"x/{number}": "" for number in range(60_000)}})


def _twice() -> bytes:
    data = zipped({**parts(), "xl/worksheets/sheet2.xml": "<worksheet/>"})
    return data.replace(b"xl/worksheets/sheet2.xml", b"xl/worksheets/sheet1.xml")


def _encrypted_zip() -> bytes:
    """The flag of encryption set on every part."""
    data = bytearray(zipped(parts()))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + flags] |= 1
            start = data.find(mark, start + 4)
    return bytes(data)


def _ods(table: str, *, before: str = "", manifest: str = "") -> bytes:
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(
        {
            "mimetype": kind,
            "content.xml": f"{before}<office:document-content{spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="Data">{table}</table:table></office:spreadsheet></office:body></office:document-content>',
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}">{manifest}</manifest:file-entry>'
            "</manifest:manifest>",
        }
    )


_ODS_CELL = '<table:table-cell {repeated}office:value-type="float" office:value="1"/>'


def _through(
    ending: str, sheets: formats.Sheets, change: Callable[[bytes], bytes] = bytes
) -> Callable[[], bytes]:
    """A workbook of another format, changed as bytes."""

    def make() -> bytes:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            return change(Path(formats.write(Path(folder) / f"a{ending}", sheets)).read_bytes())

    return make


def _password(data: bytes) -> bytes:
    """An .xls file whose stream begins with the record that says it is encrypted."""
    record = data.index(b"\xe1\x00\x02\x00", data.index(b"\x09\x08\x10\x00"))
    return data[:record] + b"\x2f" + data[record + 1 :]


def _xlsb_corner(data: bytes) -> bytes:
    """An .xlsb file whose last row is the last that there can be."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        made: Parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.bin"
    body = made[sheet]
    assert isinstance(body, bytes)
    row = b"\x00\x11" + struct.pack("<I", 1)
    far = body.replace(row, b"\x00\x11" + struct.pack("<I", 1_048_575))
    column = struct.pack("<II", 1, 0) + struct.pack("<d", 7.0)
    made[sheet] = far.replace(column, struct.pack("<II", 16_383, 0) + struct.pack("<d", 7.0))
    assert made[sheet] != body
    return zipped(made)


def _ole(name: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2040) + name.encode("utf-16-le") + bytes(64)


_UNORDERED = '<row r="1"><c r="XFD1048576"><v>1</v></c><c r="A1"><v>2</v></c></row>'
_FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
_TEXTS = (
    f'<c r="{_letters(at)}1" t="inlineStr"><is><t>{name}</t></is></c>' for at, name in enumerate(HEADER)
)
_SMALL = f'<row r="1">{"".join(_TEXTS)}</row>'
_ROW = (
    '<row r="2"><c r="A2" t="inlineStr"><is><t>UNMAV</t></is></c><c r="B2" t="inlineStr"><is><t>Karuvel</t></is></c>'
    '<c r="C2" t="inlineStr"><is><t>adm2</t></is></c><c r="D2"><v>2025</v></c><c r="E2"><v>46</v></c></row>'
)
SOUND = _SMALL + _ROW
"""Rows of a sheet that can be scored."""

BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip_bomb.xlsx": (lambda: _swap("xl/styles.xml", b" " * (64 << 20)), "PK111"),
    "zip_bomb_large.xlsx": (lambda: _swap("xl/media/a.png", bytes(201 << 20)), "PK111"),
    "zip_bomb_lying.xlsx": (
        lambda: lying({**parts(), "xl/styles.xml": b" " * (64 << 20)}, "xl/styles.xml", 4000),
        "PK105",
    ),
    "zip_bomb_lying_sheet.xlsx": (
        lambda: lying(parts(SOUND + " " * (64 << 20)), "xl/worksheets/sheet1.xml", 4000),
        "PK105",
    ),
    "sixty_thousand_parts.xlsx": (_many_parts, "PK111"),
    "part_twice.xlsx": (_twice, "PK117"),
    "entities_in_texts.xlsx": (
        lambda: _swap("xl/sharedStrings.xml", laughs("<sst><si><t>&l9;</t></si></sst>")),
        "PK116",
    ),
    "entities_in_sheet.xlsx": (
        lambda: _swap("xl/worksheets/sheet1.xml", laughs("<worksheet><sheetData/></worksheet>")),
        "PK116",
    ),
    "entities_in_properties.xlsx": (lambda: _swap("docProps/core.xml", laughs("<x>&l9;</x>")), "PK116"),
    "entities_in_two_bytes.xlsx": (
        lambda: _swap("docProps/core.xml", laughs("<x>&l9;</x>").encode("utf-16")),
        "PK116",
    ),
    "outside_file.xlsx": (
        lambda: _swap("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
        "PK116",
    ),
    "far_corner.xlsx": (lambda: zipped(parts(SOUND + _FAR)), "PK111"),
    "far_corner_before_near.xlsx": (lambda: zipped(parts(_UNORDERED + CELL)), "PK105"),
    "far_corner_behind_comment.xlsx": (
        lambda: zipped(parts(SOUND + _FAR, before="<!--<sheetData></sheetData>-->")),
        "PK105",
    ),
    "far_corner_behind_attribute.xlsx": (
        lambda: zipped(parts('<row r="1"><c x=">" r="XFD1048576"><v>1</v></c></row>' + CELL)),
        "PK105",
    ),
    "far_corner_in_quotes.xlsx": (
        lambda: zipped(parts(SOUND + _FAR, before='<sheetPr x="><sheetData></sheetData><a b="/>')),
        "PK105",
    ),
    "claims_everything.xlsx": (
        lambda: zipped(parts(SOUND, before='<dimension ref="A1:XFD1048576"/>')),
        "",
    ),
    "shared_text_a_million_times.xlsx": (lambda: _sharing("x" * 32_000, 10_000, 100), "PK111"),
    "short_shared_text_often.xlsx": (lambda: _sharing("x", 10_000, 20), "PK121"),
    "short_shared_text_a_million_times.xlsx": (lambda: _sharing("x", 10_000, 100), "PK121"),
    "text_of_a_million.xlsx": (
        lambda: zipped(parts(SOUND, texts=f"<si><t>{_noise(1_000_000)}</t></si>")),
        "PK111",
    ),
    "shared_texts_without_number.xlsx": (
        lambda: _swap(
            "xl/sharedStrings.xml",
            f'<sst xmlns="{MAIN}" uniqueCount="4294967295"><si><t>x</t></si></sst>',
            parts(SOUND),
        ),
        "PK105",
    ),
    "styles_without_end.xlsx": (
        lambda: _swap(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><cellXfs>{_mixed("<xf/>", 9 << 20)}</cellXfs></styleSheet>',
            parts(SOUND),
        ),
        "PK111",
    ),
    "relations_without_end.xlsx": (
        lambda: _swap(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}">{_mixed("<a/>", 9 << 20)}<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            parts(SOUND),
        ),
        "PK111",
    ),
    "blank_cells_without_address.xlsx": (
        lambda: zipped(parts("<row><c/><c/><c/></row>" * 600_000)),
        "PK111",
    ),
    "shared_texts_of_nothing.xlsx": (
        lambda: zipped(parts(SOUND, texts="<si/>" * 1_100_000)),
        "PK111",
    ),
    "merged_areas.xlsx": (
        lambda: zipped(
            parts(SOUND, after="".join(f'<mergeCell ref="A{row}:B{row + 5}"/>' for row in range(150_000)))
        ),
        "PK111",
    ),
    "row_without_end.xlsx": (lambda: zipped(parts('<row r="1"><c r="A1"><v>' + _noise(9 << 20))), "PK111"),
    "tags_without_end.xlsx": (lambda: zipped(parts(_mixed('<c t="e"<f <row hidden ', 3 << 20))), "PK105"),
    "comments_without_end.xlsx": (lambda: zipped(parts(SOUND + _mixed("<!--", 3 << 20))), "PK105"),
    "rows_without_cells.xlsx": (
        lambda: zipped(parts(SOUND + "".join(f'<row r="{row}" hidden="1"/>' for row in range(3, 400_000)))),
        "",
    ),
    "errors.xlsx": (
        lambda: zipped(
            parts(
                "".join(
                    f'<row r="{row}">'
                    + "".join(f'<c r="{_letters(at)}{row}" t="e"><v>#FOO!</v></c>' for at in range(20))
                    + "</row>"
                    for row in range(1, 25_100)
                )
            )
        ),
        "PK111",
    ),
    "text_of_many_runs.xlsx": (
        lambda: zipped(parts(SOUND, texts="<si>" + "<r><t>x</t></r>" * 900_000 + "</si>")),
        "PK111",
    ),
    "sheets.xlsx": (
        lambda: _swap(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            + "".join(f'<sheet name="S{at}" sheetId="{at}" r:id="r1"/>' for at in range(300))
            + "</sheets></workbook>",
        ),
        "PK111",
    ),
    "encrypted.xlsx": (lambda: _ole("EncryptedPackage"), "PK106"),
    "encrypted_zip.xlsx": (_encrypted_zip, "PK106"),
    "encrypted.xls": (_through(".xls", {"Data": [["x"]]}, _password), "PK106"),
    "encrypted.ods": (lambda: _ods("", manifest="<manifest:encryption-data/>"), "PK106"),
    "far_corner.ods": (
        lambda: _ods(
            '<table:table-row table:number-rows-repeated="1048576">'
            + _ODS_CELL.format(repeated='table:number-columns-repeated="16384" ')
            + "</table:table-row>"
        ),
        "PK105",
    ),
    "far_rows.ods": (
        lambda: _ods(
            '<table:table-row table:number-rows-repeated="1000000">'
            + _ODS_CELL.format(repeated='table:number-columns-repeated="50" ')
            + "</table:table-row>"
        ),
        "PK112",
    ),
    "entities.ods": (lambda: _ods("", before=laughs("")), "PK116"),
    "zip_bomb.ods": (lambda: _ods(" " * (64 << 20)), "PK111"),
    "far_corner.xlsb": (_through(".xlsb", {"Data": [[1.0, 2.0], [3.0, 7.0]]}, _xlsb_corner), "PK112"),
    "widest.xls": (_through(".xls", {"Data": [[None] * 255 + [1.0], *[[]] * 19_600, [1.0]]}), "PK111"),
    "line_of_60_mb.csv": (lambda: b"mission," + b"x" * (60 << 20), "PK111"),
    "line_of_20_mb.csv": (lambda: b"mission," + b"x" * (20 << 20), "PK111"),
    "lines.csv": (lambda: b"mission,authority\n" + b"\n" * (40 << 20), "PK111"),
    "cells.csv": (lambda: b"mission,authority\n" + (b"," * 1999 + b"\n") * 6000, "PK111"),
    "columns.csv": (lambda: b"mission" + b"," * (1 << 20) + b"\n", "PK111"),
    "cell.csv": (lambda: b'mission\n"' + b"x" * 200_000 + b'"\n', "PK111"),
    "zeros.csv": (lambda: b"mission,authority\nUNMAV,Kar\0uvel\n", "PK109"),
    "quotes.csv": (lambda: b'mission,"' + b'""' * 2_000_000, "PK111"),
    "indicators.csv": (
        lambda: (
            b"mission,authority,period,indicator,value\n"
            + b"".join(b"UNMAV,Karuvel,2025,posts_filed_%d,1\n" % number for number in range(60_000))
        ),
        "PK123",
    ),
    "headers.csv": (
        lambda: (
            ",".join([*HEADER, *(f"posts filed {number}" for number in range(1900))]).encode()
            + b"\nUNMAV,Karuvel,adm2,2025,46\n"
        ),
        "",
    ),
}
"""By file name: what makes the bytes, and the code it is refused with; '' for a file that is read."""

PROMISED = (
    *("zip_bomb.xlsx", "zip_bomb_lying.xlsx", "zip_bomb.ods"),
    *("entities_in_texts.xlsx", "entities.ods"),
    *("far_corner.xlsx", "far_corner.ods", "far_corner.xlsb"),
    *("shared_text_a_million_times.xlsx", "short_shared_text_a_million_times.xlsx"),
    "claims_everything.xlsx",
)
"""Those that are refused or read within 2 s and 300 MB, from the start of the process to its end."""


TWO_BYTES = '<?xml version="1.0" encoding="UTF-16"?>'
LIBERTIES = {
    "a part in UTF-16": ("xl/workbook.xml", lambda text: (TWO_BYTES + text).encode("utf-16")),
    "a relation that leads up": (
        "xl/_rels/workbook.xml.rels",
        lambda text: text.replace("worksheets/", "../xl/worksheets/"),
    ),
    "a number of texts that would fill the memory": (
        "xl/sharedStrings.xml",
        lambda text: text.replace("<sst ", '<sst uniqueCount="4294967295" '),
    ),
    "a kind of cell that nobody knows": (
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace("<v>46</v></c>", '<v>46</v></c><c r="F2" t="zz"><v>1</v></c>'),
    ),
}
"""What the usual reader gives up and the second one reads: the part, and how it is changed."""
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def with_types(made: Parts, book: str = "xl/workbook.xml") -> Parts:
    """Parts with the list of their types, which the second reader needs."""
    made["[Content_Types].xml"] = (
        f'<Types xmlns="{TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{book}" ContentType="{SHEETS}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEETS}.worksheet+xml"/></Types>'
    )
    return made


def with_liberty(name: str) -> bytes:
    """A workbook that can be scored, with one of :data:`LIBERTIES`."""
    changed = with_types(parts(SOUND, texts="<si><t>x</t></si>"))
    part, change = LIBERTIES[name]
    changed[part] = change(changed[part])
    return zipped(changed)
