"""What reading an input file gives, cell by cell, and what it says of a file it cannot read."""

from __future__ import annotations

import datetime
import errno
import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import formats
import openpyxl
import pytest
import xlsxwriter

from pkassess import ingest
from pkassess.codes import Code
from pkassess.findings import InputError
from pkassess.ingest import UNCOMPUTED, CellError, Percent, cell_name, limits
from pkassess.ingest.delimited import delimiter_of
from pkassess.ingest.package import shows_percent
from pkassess.ingest.sheet import column_index

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
PERCENT_STYLE = 1
PERCENT_XF = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs>'


_opened = []


def read_workbook(path):
    """Read a workbook that is closed when the test ends."""
    _opened.append(ingest.read_workbook(path))
    return _opened[-1]


@pytest.fixture(autouse=True)
def _closed():
    yield
    while _opened:
        _opened.pop().close()


def package(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return str(path)


def hand_made(
    path,
    *sheets,
    targets=None,
    styles=PERCENT_XF,
    names=None,
    opening=None,
    closing="</sheetData></worksheet>",
):
    """A workbook whose sheets hold exactly the given XML of rows."""
    opening = opening or f'<worksheet xmlns="{MAIN}"><sheetData>'
    targets = targets or [f"worksheets/sheet{number}.xml" for number in range(1, len(sheets) + 1)]
    names = names or [f"S{number}" for number in range(1, len(sheets) + 1)]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>' for number, name in enumerate(names, 1)
    )
    related = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet" Target="{target}"/>'
        for number, target in reversed(list(enumerate(targets, 1)))
    )
    root = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">{root}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{related}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    for target, rows in zip(targets, sheets, strict=True):
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        parts[part] = opening + rows + closing
    return package(path, parts)


def rows_of(path, sheet=0):
    return [list(row) for _, rows in read_workbook(path).sheets[sheet].blocks() for row in rows]


def cells(tmp_path, rows, **more):
    return rows_of(hand_made(tmp_path / "hand.xlsx", rows, **more))


def failure_of(path):
    with pytest.raises(InputError) as caught:
        read_workbook(str(path))
    (only,) = caught.value.findings
    return only


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return str(path)


# --- addresses and loading ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [(0, 0, "A1"), (9, 25, "Z10"), (0, 26, "AA1"), (3, 701, "ZZ4"), (0, 702, "AAA1")],
)
def test_cells_are_named_as_in_a_spreadsheet(row, column, name):
    assert cell_name(row, column) == name


def test_the_package_loads_no_reader_before_a_file_is_read():
    heavy = "zipfile python_calamine csv hashlib pandas numpy openpyxl xml.parsers.expat"
    code = f"import sys, pkassess.ingest; print([n for n in '{heavy}'.split() if n in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


# --- values of a workbook ---------------------------------------------------------------------------------------


def test_values_keep_their_place_and_type(tmp_path):
    path = str(tmp_path / "types.xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        sheet.write(2, 1, "  00123 ")
        sheet.write(2, 2, 7)
        sheet.write(2, 3, True)
        sheet.write(3, 1, datetime.date(2025, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write(3, 2, "N/A")
        sheet.write(3, 3, "\ufeff")
        sheet.write(3, 4, datetime.time(6, 30), book.add_format({"num_format": "hh:mm"}))
        sheet.write(
            3, 5, datetime.datetime(2025, 3, 1, 6), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
    book = read_workbook(path)
    (sheet,) = book.sheets
    assert rows_of(path) == [
        [None] * 6,
        [None] * 6,
        [None, "  00123 ", 7.0, True, None, None],
        [
            None,
            datetime.date(2025, 3, 1),
            "N/A",
            None,
            datetime.time(6, 30),
            datetime.datetime(2025, 3, 1, 6),
        ],
    ]
    assert (sheet.file, sheet.name, sheet.state, sheet.height, sheet.width) == (path, "Data", "visible", 4, 6)
    assert (book.kind, book.sha256) == ("xlsx", hashlib.sha256(Path(path).read_bytes()).hexdigest())
    assert book.reader.startswith("python-calamine ") and book.reader[-1].isdigit()


def test_errors_are_not_blanks(tmp_path):
    path = str(tmp_path / "errors.xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, 't="e" in a text')
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 0, "=NA()", None, "#N/A")
        sheet.write(3, 3, 4)
    assert rows_of(path) == [
        ['t="e" in a text', None, None, None],
        [None, CellError("#DIV/0!"), None, None],
        [CellError("#N/A"), None, None, None],
        [None, None, None, 4.0],
    ]
    assert isinstance(rows_of(path)[1][1], CellError)


def test_formulas_without_a_result_are_not_blanks(tmp_path):
    path = str(tmp_path / "uncomputed.xlsx")
    book = openpyxl.Workbook()
    book.active["B2"] = "=1+1"
    book.active["A1"] = 5
    book.active["D4"] = "=A1"
    book.save(path)
    # The parser ends the sheet at A1, as if nothing stood in D4.
    assert rows_of(path) == [
        [5.0, None, None, None],
        [None, UNCOMPUTED, None, None],
        [None] * 4,
        [None, None, None, UNCOMPUTED],
    ]
    assert read_workbook(path).sheets[0].width == 4


def test_a_formula_with_an_empty_text_as_result_is_a_blank(tmp_path):
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><f>""</f><v></v></c>'
        '<c r="C1" t="str"><f>""</f></c><c r="D1" t="str"><f>A1</f><v>x</v></c><c r="E1"><f>A1</f><v>0</v></c></row>'
    )
    assert cells(tmp_path, rows) == [[1.0, None, UNCOMPUTED, "x", 0.0]]


def test_shared_formulas_and_spaces_between_elements(tmp_path):
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">1+1</f><v>2</v></c></row>\n'
        '<row r="2"><c r="A2"><f t="shared" si="0"/></c><c r="B2"><f t="shared" si="0"/><v/></c></row>\n'
        '<row r="3"> <c r="A3"> <f>A1</f> <v></v> </c> <c r="B3"><f t="shared" si="0"/><v>2</v></c> </row>'
    )
    assert cells(tmp_path, rows) == [[2.0, None], [UNCOMPUTED, UNCOMPUTED], [UNCOMPUTED, 2.0]]


def test_percent_formats(tmp_path):
    path = str(tmp_path / "percent.xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for column, code in enumerate(
            ["0%", "0.00%", "0.0%;-0.0%", '0.0" %"', "0.0\\%", "General", "[Red]0 %"]
        ):
            sheet.write(0, column, 0.46, book.add_format({"num_format": code}))
        sheet.write(0, 7, "text", book.add_format({"num_format": "0%"}))
        sheet.write_blank(0, 9, None, book.add_format({"num_format": "0%"}))
    (row,) = rows_of(path)
    assert [type(value) for value in row] == [Percent, Percent, Percent, float, float, float, Percent, str]
    assert row[0] == 0.46


@pytest.mark.parametrize(
    ("code", "percent"),
    [("0%", True), ("# ##0.0 %", True), ('"%"0', False), ("0\\%", False), ("0_%", False), ("[%]0", False)],
)
def test_a_percent_sign_counts_if_it_is_part_of_the_format(code, percent):
    assert shows_percent(code) is percent


@pytest.mark.parametrize("columns", [1, 20])
def test_percent_columns_whatever_their_share(tmp_path, columns):
    path = str(tmp_path / "share.xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        percent = book.add_format({"num_format": "0%"})
        sheet.write_row(0, 0, ["text"] * 30)
        for row in range(1, 6000):
            for column in range(30):
                sheet.write(row, column, row / 7, percent if column % 30 < columns and row != 5000 else None)
    shown = rows_of(path)
    expected = [type(value) is Percent for value in shown[1]]
    assert expected == [True] * columns + [False] * (30 - columns)
    assert all([type(value) is Percent for value in row] == expected for row in shown[1:5000] + shown[5001:])
    assert not any(type(value) is Percent for value in shown[0] + shown[5000])


def test_marks_are_found_in_every_block_of_a_long_sheet(tmp_path):
    path = str(tmp_path / "long.xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row in range(20_000):
            sheet.write_row(row, 0, [row, row / 4, row / 8])
            if row % 1000 == 0:
                sheet.write_formula(row, 3, "=1/0", None, "#DIV/0!")
                sheet.write_formula(row, 4, "=A1", None, "")
    shown = rows_of(path)
    assert len(shown) == 20_000
    for row, values in enumerate(shown):
        assert values[:3] == [row, row / 4, row / 8]
        assert values[3:] == ([None, None] if row % 1000 else ["#DIV/0!", UNCOMPUTED])


# --- ways of writing a sheet --------------------------------------------------------------------------------------


def test_cells_without_addresses_are_counted(tmp_path):
    rows = (
        '<row><c t="e"><v>#REF!</v></c><c s="1"><v>0.5</v></c></row><row/>'
        '<row r="5"><c><v>1</v></c><c r="D5"><v>2</v></c><c><f>A1</f></c></row><row><c/><c><v>3</v></c></row>'
    )
    shown = cells(tmp_path, rows)
    assert shown == [
        ["#REF!", 0.5, None, None, None],
        [None] * 5,
        [None] * 5,
        [None] * 5,
        [1.0, None, None, 2.0, UNCOMPUTED],
        [None, 3.0, None, None, None],
    ]
    assert isinstance(shown[0][0], CellError) and isinstance(shown[0][1], Percent)


def test_cells_without_addresses_far_below_ones_that_have_them(tmp_path):
    usual = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}.123456789</v></c></row>' for n in range(1, 12_001))
    rows = (
        usual
        + '<row><c t="e"><v>#REF!</v></c><c><f>A1</f></c></row><row r="12002"><c r="B12002"><v>1</v></c></row>'
    )
    shown = cells(tmp_path, rows)
    assert shown[12_000:] == [["#REF!", UNCOMPUTED], [None, 1.0]]
    assert shown[11_999] == [12_000.123456789, None]


def test_namespace_prefixes(tmp_path):
    rows = (
        '<x:row r="1"><x:c r="A1" t="e"><x:v>#N/A</x:v></x:c><x:c r="B1"><x:f>A1</x:f></x:c>'
        '<x:c r="C1" s="1"><x:v>0.25</x:v></x:c><x:c r="D1" t="inlineStr"><x:is><x:t>q</x:t></x:is></x:c></x:row>'
    )
    opening = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>'
    (row,) = cells(tmp_path, rows, opening=opening, closing="</x:sheetData></x:worksheet>")
    assert row == ["#N/A", UNCOMPUTED, 0.25, "q"]
    assert isinstance(row[2], Percent)


def test_single_quotes_and_attributes_in_any_order(tmp_path):
    rows = "<row r='2'><c t='e' r='B2'><v>#N/A</v></c><c s='1' r='C2'><v>0.5</v></c><c r='D2'><f>A1</f><v></v></c></row>"
    shown = cells(tmp_path, rows)
    assert shown == [[None] * 4, [None, "#N/A", 0.5, UNCOMPUTED]]
    assert isinstance(shown[1][2], Percent)


def test_inline_strings_and_kept_spaces(tmp_path):
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>'
        '<c r="B1" t="inlineStr"><is><r><rPr><color rgb="1"/></rPr><t>b</t></r></is></c>'
        '<c r="C1" t="inlineStr"><is><t></t></is></c><c r="D1" t="e"><v>#NUM!</v></c></row>'
    )
    assert cells(tmp_path, rows) == [[" a ", "b", None, "#NUM!"]]


def test_what_only_looks_like_a_cell_is_none(tmp_path):
    rows = (
        '<row r="1"><!-- <c r="B1" t="e"><v>#N/A</v></c> --><c r="A1" t="inlineStr"><is><t>'
        '<![CDATA[<c r="B1" t="e"><v>#N/A</v></c>]]></t></is></c><c r="B1"/><c r="C1"><v>1</v></c></row>'
    )
    assert cells(tmp_path, rows)[0][1:] == [None, 1.0]


def test_a_percent_format_of_cells_without_a_style(tmp_path):
    styles = (
        '<cellXfs><xf numFmtId="164"/></cellXfs><numFmts><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>'
    )
    (row,) = cells(tmp_path, '<row r="1"><c r="A1"><v>0.5</v></c></row>', styles=styles)
    assert isinstance(row[0], Percent)


def test_only_cell_styles_count_among_styles(tmp_path):
    styles = (
        f'<cellStyleXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="9"/></cellStyleXfs>{PERCENT_XF}'
    )
    rows = '<row r="1" s="1"><c r="A1" s="0"><v>1</v></c><c r="B1" s="1"><v>1</v></c></row>'
    (row,) = cells(tmp_path, rows, styles=styles)
    assert [type(value) for value in row] == [float, Percent]


@pytest.mark.parametrize("error", ["#SPILL!", "#ERROR!", "#CALC!"])
def test_errors_that_the_parser_does_not_know(tmp_path, error):
    rows = (
        f'<row r="2"><c r="A2" t="e"><f>X()</f><v>{error}</v></c><c r="B2"><v>2</v></c></row>'
        '<row r="3"><c r="B3" s="1"><v>0.5</v></c><c r="C3" t="e"><v>#N/A</v></c></row>'
    )
    shown = cells(tmp_path, rows)
    assert shown == [[None] * 3, [error, 2.0, None], [None, 0.5, "#N/A"]]
    assert isinstance(shown[1][0], CellError) and isinstance(shown[2][1], Percent)


# --- sheets -------------------------------------------------------------------------------------------------------


def test_sheets_in_their_order_with_their_states(tmp_path):
    path = str(tmp_path / "sheets.xlsx")
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Shown & more").write_formula(0, 0, "=1/0", None, "#DIV/0!")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "='Shown & more'!$A$1:$A$2"})
        book.add_chartsheet("Chart").set_chart(chart)
        hidden = book.add_worksheet("Hidden")
        hidden.write(0, 0, 1)
        hidden.hide()
        book.add_worksheet("Very").very_hidden()
    sheets = read_workbook(path).sheets
    assert [(sheet.name, sheet.state) for sheet in sheets] == [
        ("Shown & more", "visible"),
        ("Chart", "chart"),
        ("Hidden", "hidden"),
        ("Very", "veryhidden"),
    ]
    assert [(sheet.height, sheet.width) for sheet in sheets] == [(1, 1), (0, 0), (1, 1), (0, 0)]
    assert [list(sheet.blocks()) for sheet in sheets[1::2]] == [[], []]
    assert sheets[0].head() == [["#DIV/0!"]]


@pytest.mark.parametrize("target", ["worksheets/other.xml", "/xl/worksheets/other.xml", "/data/other.xml"])
def test_relations_lead_to_the_part_of_a_sheet(tmp_path, target):
    first = '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>'
    second = '<row r="1"><c r="A1"><f>B1</f></c><c r="B1"><v>1</v></c></row>'
    path = hand_made(tmp_path / "a.xlsx", first, second, targets=[target, "worksheets/sheet1.xml"])
    assert rows_of(path, 0) == [["#N/A"]]
    assert rows_of(path, 1) == [[UNCOMPUTED, 1.0]]


def test_part_names_with_backslashes_and_other_case(tmp_path):
    made = hand_made(tmp_path / "a.xlsx", '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>')
    with zipfile.ZipFile(made) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts["xl\\worksheets\\Sheet1.xml"] = parts.pop("xl/worksheets/sheet1.xml")
    assert rows_of(package(tmp_path / "b.xlsx", parts)) == [["#N/A"]]


def test_blocks_can_start_anywhere_and_be_asked_for_again(tmp_path):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 11))
    (sheet,) = read_workbook(hand_made(tmp_path / "a.xlsx", rows)).sheets
    blocks = [(first, [row[0] for row in rows]) for first, rows in sheet.blocks(start=3, size=4)]
    assert blocks == [(3, [4.0, 5.0, 6.0, 7.0]), (7, [8.0, 9.0, 10.0])]
    assert list(sheet.blocks(start=99)) == []
    assert len(sheet.head(3)) == 3
    assert len(next(sheet.blocks())[1]) == 10


def test_a_damaged_sheet_harms_only_those_who_read_it(tmp_path):
    good, bad = '<row r="1"><c r="A1"><v>1</v></c></row>', '<row r="1"><c r="A1"><v>1</c></row>'
    sheets = read_workbook(hand_made(tmp_path / "a.xlsx", good, bad)).sheets
    assert sheets[0].head() == [[1.0]]
    with pytest.raises(InputError) as caught:
        sheets[1].head()
    (only,) = caught.value.findings
    assert (only.code, only.sheet) == (Code.DAMAGED, "S2")


@pytest.mark.parametrize("cell", ["A200001", "BXY1", "BXX2501"])
def test_a_stray_cell_far_out_is_refused_before_anything_is_allocated(tmp_path, cell):
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    rows = f'<row r="{row}"><c r="{cell}"><v>1</v></c><c r="XFC{row}" s="1"/></row>'
    (sheet,) = read_workbook(hand_made(tmp_path / "a.xlsx", rows)).sheets
    with pytest.raises(InputError) as caught:
        sheet.head()
    (only,) = caught.value.findings
    assert only.code is Code.TOO_LARGE
    assert "The used area has at least" in only.message


@pytest.mark.parametrize("empty", ['<c r="XFD200002" s="1"/>', '<c r="XFD200002" s="1"></c>'])
def test_formatted_but_empty_cells_count_for_nothing(tmp_path, empty):
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="200002">{empty}</row>'
    (sheet,) = read_workbook(hand_made(tmp_path / "a.xlsx", rows)).sheets
    assert (sheet.height, sheet.width) == (1, 1)


def test_a_sheet_without_rows(tmp_path):
    opening, closing = f'<worksheet xmlns="{MAIN}"><sheetData/>', "</worksheet>"
    assert cells(tmp_path, "", opening=opening, closing=closing) == []


def test_a_row_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ROW_BYTES", 1000)
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>' + "x" * 300_000 + "</t></is></c></row>"
    with pytest.raises(InputError) as caught:
        cells(tmp_path, rows)
    assert caught.value.findings[0].code is Code.TOO_LARGE


def test_the_claimed_dimension_is_not_believed(tmp_path):
    opening = f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><cols><col min="1" max="2"/></cols><sheetData>'
    assert cells(tmp_path, '<row r="1"><c r="A1"><v>1</v></c></row>', opening=opening) == [[1.0]]


def test_only_so_many_parsed_cells_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("pkassess.ingest.limits.CELLS", 2)
    row = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c></row>'
    sheets = read_workbook(hand_made(tmp_path / "a.xlsx", row, row)).sheets
    assert [sheet.head() for sheet in sheets * 2] == [[[1.0, 1.0]]] * 4
    assert list(sheets[0].source.book.tables) == [1]


def test_columns_are_counted_by_their_letters():
    assert [column_index(letters) for letters in (b"A", b"Z", b"AA", b"BXX", b"XFD")] == [
        0,
        25,
        26,
        2000 - 1,
        16383,
    ]


# --- delimited text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_with_and_without_a_byte_order_mark(tmp_path, encoding):
    path = written(tmp_path, "a.csv", 'mission;période\r\n"MIS;1";\r\n\r\nB;2;3\r\n'.encode(encoding))
    assert rows_of(path) == [["mission", "période"], ["MIS;1", ""], [], ["B", "2", "3"]]
    book = read_workbook(path)
    assert (book.kind, book.reader, book.sheets[0].name, book.sheets[0].state) == (
        "csv",
        "csv",
        "",
        "visible",
    )
    assert (book.sheets[0].height, book.sheets[0].width) == (4, 3)


def test_text_is_kept_as_written(tmp_path):
    path = written(tmp_path, "a.tsv", b'00123\t 12,5 \tN/A\n"a ""b""\nc"\t\xef\xbb\xbf\t1e5\n')
    assert rows_of(path) == [["00123", " 12,5 ", "N/A"], ['a "b"\nc', "\ufeff", "1e5"]]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n", ","),
        ("a;b\n1,5;2,5\n", ";"),
        ("a\tb, c\td\n", "\t"),
        ('"a, b, c, d";"e";f\n', ";"),
        ('"two\nlines, with, commas";b;c\n', ";"),
        ('5" pipe;b;c\n', ";"),
        ("Report, 2025\n\nmission;authority;period\n", ";"),
        ("a,b\n", ","),
        ("alone\n1\n", ","),
        ("", ","),
    ],
)
def test_the_separator_is_counted_outside_quotes(text, delimiter):
    assert delimiter_of(text) == delimiter


def test_blocks_of_text(tmp_path):
    path = written(tmp_path, "a.csv", b"".join(b"%d,x\n" % n for n in range(10)))
    (sheet,) = read_workbook(path).sheets
    assert [(first, len(rows)) for first, rows in sheet.blocks(start=4, size=4)] == [(4, 4), (8, 2)]
    assert sheet.head(2) == [["0", "x"], ["1", "x"]]
    assert sheet.head(2) == [["0", "x"], ["1", "x"]]


def test_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a,b\n1,2\n")))
    book = read_workbook("-")
    assert (book.file, book.kind) == ("-", "csv")
    assert list(book.sheets[0].blocks()) == list(book.sheets[0].blocks()) == [(0, [["a", "b"], ["1", "2"]])]


def test_a_workbook_on_standard_input(tmp_path, monkeypatch):
    made = hand_made(tmp_path / "a.xlsx", '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>')
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(Path(made).read_bytes())))
    assert rows_of("-") == [["#N/A"]]


def test_a_workbook_under_another_name_is_read_as_what_it_is(tmp_path):
    path = hand_made(tmp_path / "a.csv", '<row r="1"><c r="A1"><v>1</v></c></row>')
    assert read_workbook(path).kind == "xlsx"
    assert rows_of(path) == [[1.0]]


# --- files that cannot be read ------------------------------------------------------------------------------------


def test_a_missing_file_and_a_name_near_it(tmp_path):
    written(tmp_path, "Partnerships.xlsx", b"x")
    only = failure_of(tmp_path / "Partnership.xlsx")
    assert only.code is Code.NO_SUCH_FILE
    assert "Did you mean 'Partnerships.xlsx'?" in only.message
    assert failure_of(tmp_path / "nowhere" / "a.xlsx").code is Code.NO_SUCH_FILE
    assert failure_of("a\0b").code is Code.NO_SUCH_FILE


def test_folders_empty_files_and_lock_files(tmp_path):
    assert failure_of(tmp_path).code is Code.IS_A_FOLDER
    assert failure_of(written(tmp_path, "a.xlsx", b"")).code is Code.EMPTY_FILE
    assert failure_of(written(tmp_path, "~$a.xlsx", b"\x05user")).code is Code.LOCK_FILE


def ole(stream):
    """An old Office file that lists one stream."""
    entries = [name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", stream)]
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2040) + b"".join(entries)


def other_zip(name, content=""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code", "says"),
    [
        ("a.XLSM", b"<html></html>", Code.NOT_A_WORKBOOK, "The name ends in .xlsm"),
        ("a.xlsx", b"\xef\xbb\xbf <!DOCTYPE html><html>", Code.NOT_A_WORKBOOK, "a web page (HTML)"),
        ("a.csv", b"<html><body>", Code.FORMAT_NOT_READ, "a web page (HTML)"),
        ("a.xls", b"<?xml version='1.0'?><html>", Code.NOT_A_WORKBOOK, "a web page (HTML)"),
        (
            "a.xls",
            b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>",
            Code.NOT_A_WORKBOOK,
            "an Excel 2003 XML spreadsheet",
        ),
        ("a.xlsx", b"<svg xmlns='http://www.w3.org/2000/svg'><text>", Code.NOT_A_WORKBOOK, "an XML document"),
        ("a.xlsx", b"<html xmlns='http://www.w3.org/1999/xhtml'>", Code.NOT_A_WORKBOOK, "a web page (HTML)"),
        ("a.xlsx", b"%PDF-1.7", Code.NOT_A_WORKBOOK, "a PDF document"),
        ("a.pdf", b"%PDF-1.7", Code.FORMAT_NOT_READ, "a PDF document"),
        ("a.xlsx", b"\0\0\0\0junk", Code.NOT_A_WORKBOOK, "binary data"),
        ("a.csv", b"a\nb\0c", Code.NOT_TEXT, "0x00 in line 2"),
        ("a.xlsx", ole("Workbook"), Code.DAMAGED, "damaged or was cut short"),
        ("a.xls", ole("Workbook")[:1500], Code.DAMAGED, "its list of contents is missing, it was cut short"),
        ("a.doc", ole("Contents"), Code.FORMAT_NOT_READ, "an old Office document"),
        ("a.xlsx", ole("WordDocument"), Code.FORMAT_NOT_READ, "an old Word document"),
        ("a.xlsx", ole("EncryptedPackage"), Code.ENCRYPTED, "password"),
        ("a.xlsx", other_zip("word/document.xml"), Code.NOT_A_WORKBOOK, "a Word document"),
        ("a.xlsx", other_zip("notes.txt"), Code.NOT_A_WORKBOOK, "a zip archive without a workbook"),
        ("a.zip", other_zip("notes.txt"), Code.FORMAT_NOT_READ, "a zip archive without a workbook"),
        ("a.xlsb", other_zip("xl/workbook.bin"), Code.DAMAGED, "damaged or was cut short"),
        (
            "a.ods",
            other_zip("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            Code.DAMAGED,
            "damaged or was cut short",
        ),
        ("a.xlsx", other_zip("xl/workbook.xml", "<workbook"), Code.DAMAGED, "damaged"),
    ],
)
def test_a_file_is_called_what_it_is(tmp_path, name, content, code, says):
    only = failure_of(written(tmp_path, name, content))
    assert only.code is code
    assert says in only.message


def test_a_workbook_cut_short(tmp_path):
    whole = Path(hand_made(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>')).read_bytes()
    only = failure_of(written(tmp_path, "cut.xlsx", whole[: len(whole) // 2]))
    assert only.code is Code.DAMAGED
    assert only.message == "The file cannot be read: its end is missing, it was cut short."


def test_a_workbook_with_changed_bytes_never_lets_a_foreign_error_out(tmp_path):
    whole = bytearray(
        Path(hand_made(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>')).read_bytes()
    )
    for position in range(0, len(whole), 7):
        changed = bytes(whole[:position]) + bytes([whole[position] ^ 0x55]) + bytes(whole[position + 1 :])
        path = written(tmp_path, "changed.xlsx", changed)
        try:
            for sheet in read_workbook(path).sheets:
                sheet.head()
        except InputError as error:
            assert len(error.findings) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"mission,name\nA,ok\nB,Caf\x81\nC,x\n", "0x81 in line 3"),
        (b"a,b\n" * 400_000 + b"\x9d,b\n", "0x9D in line 400,001"),
        (b"\xef\xbb\xbfa,b\nb,\xc3", "0xC3 in line 2"),
        (b"a\rb\r\x8f", "0x8F in line 3"),
    ],
)
def test_text_of_no_known_encoding(tmp_path, content, says):
    only = failure_of(written(tmp_path, "a.csv", content))
    assert only.code is Code.NOT_TEXT
    assert says in only.message


def test_windows_1252_is_read_and_said(tmp_path):
    """The encoding that spreadsheet programs of Western Europe write; a guess, so the user is told."""
    book = read_workbook(
        written(tmp_path, "a.csv", "mission;autorité\nA;Préfecture – œuvre\n".encode("cp1252"))
    )
    assert book.sheets[0].head() == [["mission", "autorité"], ["A", "Préfecture – œuvre"]]
    assert [item.code for item in book.findings] == [Code.LEGACY_ENCODING]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_byte_order_mark(tmp_path, encoding):
    """Told by the zeros of its first line."""
    book = read_workbook(written(tmp_path, "a.csv", "mission\tauthority\nA\tKaruvel\n".encode(encoding)))
    assert book.sheets[0].head() == [["mission", "authority"], ["A", "Karuvel"]]


def test_hidden_rows_and_merged_areas_are_known(tmp_path):
    """Rows hidden by hand or by a filter, and areas of which only the first cell has a value."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Data")
        sheet.merge_range(0, 0, 2, 0, "UNMAV")
        for row in range(3):
            sheet.write(row, 1, row)
        sheet.set_row(1, None, None, {"hidden": True})
    data = read_workbook(str(path)).sheets[0]
    assert list(data.merged) == [(0, 0, 2, 0)]
    assert set(data.hidden_rows) == {1}


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_a_child_that_takes_more_than_its_time_of_the_processor_is_ended(monkeypatch):
    """It is told from one that other programs keep waiting: they may need the processor as well."""
    from pkassess.ingest import child

    start = subprocess.Popen

    def turn_round(command, **options):
        endless = "from pkassess.ingest.child import _limit; _limit(1 << 30, 1)\nwhile True: pass"
        return start([command[0], "-c", endless], **options)

    monkeypatch.setattr(child.subprocess, "Popen", turn_round)
    with pytest.raises(child.ParsingFailedError, match="took longer than 1 seconds"):
        child.parse_apart(b"", limits.Share(1 << 30, 1))


def test_a_file_that_takes_more_than_its_share_ends_its_child_only():
    """The process that parses has limits; what it dies of is one message."""
    from pkassess.ingest.child import ParsingFailedError, parse_apart

    with pytest.raises(ParsingFailedError) as caught:
        parse_apart(b"x" * (64 << 20), limits.Share(48 << 20, 20))
    assert caught.value.reason == "ended the process that read it"


@pytest.mark.parametrize("name", ["export.xls", "export.XLSX"])
def test_a_table_under_the_name_of_a_workbook_is_read_as_what_it_is(tmp_path, name):
    """Databases export so; a warning says it."""
    book = read_workbook(written(tmp_path, name, "mission;authority\r\nUNMAV;Évry\r\n".encode("cp1252")))
    assert book.sheets[0].head() == [["mission", "authority"], ["UNMAV", "Évry"]]
    assert [item.code for item in book.findings] == [Code.LEGACY_ENCODING, Code.NAME_SAYS_OTHER]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Rapport trimestriel, mission UNMAV, 2025\na;b;c\n1;2,5;3,5\n1;2,5;4,5\n", ";"),
        ("Report; quarterly\na,b,c\n1,2,3\n", ","),
        ("a;b\n1,5;2,5\n1,25;3\n", ";"),
        ("a\tb, c\n1\t2\n", "\t"),
        ("a,b\n", ","),
        ("one column\n1\n", ","),
    ],
)
def test_the_separator_is_that_of_the_table(text, mark):
    """Titles above it and decimal commas in it do not decide."""
    assert delimiter_of(text) == mark


def test_a_quotation_mark_that_is_never_closed(tmp_path):
    path = written(tmp_path, "a.csv", b'a,b\n1,"open\n2,3\n4,5\n')
    with pytest.raises(InputError) as caught:
        rows_of(path)
    assert "a quotation mark opened in line 2 is not closed" in caught.value.findings[0].message
    assert rows_of(written(tmp_path, "b.csv", b'a,b\n1,"two\nlines"\n')) == [["a", "b"], ["1", "two\nlines"]]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "permission denied"),
        (OSError(5, "Input/output error"), "input/output error"),
    ],
)
def test_a_file_that_does_not_open(tmp_path, monkeypatch, error, says):
    path = written(tmp_path, "a.csv", b"a,b\n")

    def refuse(*_):
        raise error

    monkeypatch.setattr("builtins.open", refuse)
    only = failure_of(path)
    assert only.code is Code.CANNOT_OPEN
    assert says in only.message


# --- other formats ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".xls", ".xlsb", ".ods"])
@pytest.mark.parametrize("name", ["as it is", "other.xlsx"])
def test_other_formats_are_read_by_their_content(tmp_path, ending, name):
    """Whatever the name says; of .xlsb it is said that not everything is seen."""
    path = formats.write(
        tmp_path / f"book{ending}", {"Data": [["mission", "x"], ["A", 2.5], [None, "é"]], "B": [[1.0]]}
    )
    path = path if name == "as it is" else str(Path(path).rename(tmp_path / name))
    book = read_workbook(path)
    assert [(sheet.name, sheet.state) for sheet in book.sheets] == [("Data", "visible"), ("B", "visible")]
    assert book.sheets[0].head() == [["mission", "x"], ["A", 2.5], [None, "é"]]
    assert f".{book.kind}" == ending
    assert [item.code for item in book.findings] == ([Code.FORMAT_SHOWS_LESS] if ending == ".xlsb" else [])


def test_an_opendocument_sheet_is_known_with_its_formats_and_hidden_places(tmp_path):
    """Cells and rows that stand for several, covered and closed ones, tables within cells, text beside an error."""
    number = '<table:table-cell office:value-type="{}" office:value="0.5"{}/>'
    percent, plain = number.format("percentage", ""), number.format("float", "")
    three = number.format("percentage", ' table:number-columns-repeated="3"')
    spanned = number.format("float", ' table:number-rows-spanned="2" table:number-columns-spanned="2"')
    error = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" calcext:value-type="error">'
        "<office:annotation><text:p/></office:annotation><text:p>#N/A</text:p></table:table-cell>"
    )
    within = f"<table:table table:name='in'><table:table-row>{percent}</table:table-row></table:table>"
    path = tmp_path / "book.ods"
    formats.write_ods(
        path,
        '<table:table table:name="Data"><table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="16382"/>'
        f"<table:table-row>{plain}{three}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{percent}{error}</table:table-row>'
        f'<table:table-row-group table:display="false"><table:table-row-group><table:table-row>{spanned}'
        f"<table:covered-table-cell/></table:table-row></table:table-row-group></table:table-row-group>"
        f"<table:table-row><table:covered-table-cell table:number-columns-repeated='2'/>{percent}</table:table-row>"
        f'<table:table-row table:visibility="filter"><table:table-cell>{within}</table:table-cell>{percent}'
        '</table:table-row><table:table-row table:number-rows-repeated="1048570" table:visibility="collapse">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>',
    )
    (sheet,) = read_workbook(str(path)).sheets
    shown = [["%" if isinstance(cell, Percent) else cell for cell in row] for row in sheet.head()]
    assert shown == [
        [0.5, "%", "%", "%"],
        ["%", "#N/A", None, None],
        ["%", "#N/A", None, None],
        [0.5, None, None, None],
        [None, None, "%", None],
        [None, "%", None, None],
    ]
    assert isinstance(sheet.head()[1][1], CellError)
    assert sheet.merged == ((3, 0, 4, 1),)
    assert sorted(sheet.hidden_rows) == [3, 5]
    assert [place for span in sheet.hidden_columns for place in span] == [2, 3]


def test_a_yes_or_no_that_libreoffice_took_from_excel_stays_one(tmp_path):
    """It stands there as a formula with the value 1 or 0; another formula of that value is a number."""
    cell = '<table:table-cell table:formula="of:={}" office:value-type="float" office:value="{}"/>'
    cells = cell.format("TRUE()", 1) + cell.format("FALSE()", 0) + cell.format("[.A1]+1", 1)
    path = tmp_path / "book.ods"
    formats.write_ods(
        path, f'<table:table table:name="Data"><table:table-row>{cells}</table:table-row></table:table>'
    )
    assert [repr(cell) for cell in read_workbook(str(path)).sheets[0].head()[0]] == ["True", "False", "1.0"]


def test_an_old_workbook_is_known_with_its_formats_and_hidden_places(tmp_path):
    """Percentages, errors, yes and no, times, merged and hidden cells of .xls."""
    import xlwt

    book = xlwt.Workbook()
    book.dates_1904 = True
    data, away = book.add_sheet("Data"), book.add_sheet("Away")
    away.visibility = 2
    data.write(0, 0, 0.46, xlwt.easyxf(num_format_str='0" % of posts"'))
    data.write(0, 1, 0.46, xlwt.easyxf(num_format_str="0%"))
    data.write(0, 2, datetime.datetime(2025, 6, 30, 12), xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM"))
    data.write(0, 3, datetime.datetime(2025, 6, 30), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    data.write(1, 0, True)
    data.row(1).set_cell_error(1, 42)
    data.write(1, 2, datetime.time(6), xlwt.easyxf(num_format_str="HH:MM"))
    data.write_merge(2, 3, 0, 0, "Karuvel")
    data.row(2).hidden = True
    data.col(3).hidden = True
    book.save(str(tmp_path / "book.xls"))
    read = read_workbook(str(tmp_path / "book.xls"))
    sheet = read.sheets[0]
    assert [(one.name, one.state) for one in read.sheets] == [("Data", "visible"), ("Away", "veryhidden")]
    day = datetime.datetime(2025, 6, 30, 12)
    assert sheet.head() == [
        [0.46, 0.46, day, day.date()],
        [True, "#N/A", datetime.time(6), None],
        ["Karuvel", None, None, None],
    ]
    assert [isinstance(cell, Percent) for cell in sheet.head()[0]] == [False, True, False, False]
    assert isinstance(sheet.head()[1][1], CellError)
    assert sheet.merged == ((2, 0, 3, 0),)
    assert (sorted(sheet.hidden_rows), sheet.hidden_columns) == ([2], (range(3, 4),))


def test_an_old_workbook_that_its_reader_refuses_is_read_by_the_other(tmp_path, monkeypatch):
    """The warning names the reader, and what it does not see."""
    path = formats.write(tmp_path / "book.xls", {"Data": [["mission", Percent(0.46)]]})
    content = bytearray(Path(path).read_bytes())
    content[content.index(b"\x22\x00\x02\x00") + 4] = (
        2  # the record of the first day, which is 1900 (0) or 1904 (1)
    )
    Path(path).write_bytes(content)
    book = read_workbook(path)
    assert [item.code for item in book.findings] == [Code.SECOND_READER, Code.FORMAT_SHOWS_LESS]
    assert "python-calamine" in book.findings[0].message
    assert book.sheets[0].head() == [["mission", 0.46]]


@pytest.mark.parametrize("ending", [".xls", ".ods"])
def test_dates_of_other_formats_stay_dates(tmp_path, ending):
    path = formats.write(tmp_path / f"book{ending}", {"Data": [[datetime.date(2025, 6, 30)]]})
    (cell,) = read_workbook(path).sheets[0].head()[0]
    assert (cell.year, cell.month, cell.day) == (2025, 6, 30)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_a_pipe_is_read_once(tmp_path):
    """What another program writes into it cannot be asked for twice."""
    pipe = tmp_path / "data.csv"
    os.mkfifo(pipe)
    text = "mission,authority,authority_level,period,consent_status\nUNMAV,Karuvel,adm2,2025,3\n"
    writer = [sys.executable, "-c", f"open({str(pipe)!r}, 'w').write({text!r})"]
    with subprocess.Popen(writer):
        command = [sys.executable, "-m", "pkassess", "score", str(pipe), "-f", "csv", "--no-uncertainty"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "Karuvel" in done.stdout) == (0, True), done.stderr


def test_a_declaration_across_two_pieces_is_found(tmp_path):
    """Parts are looked at piece by piece, as they are unpacked."""
    from pkassess.ingest.inflate import ForbiddenError, Inflating

    for before in range(65_536 - 12, 65_536 + 1):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("a.xml", " " * before + "<!DOCTYPE x>" + " " * 100)
            (info,) = archive.infolist()
        with pytest.raises(ForbiddenError):
            Inflating(io.BytesIO(target.getvalue()), info).drain()


def test_an_opendocument_file_packed_by_other_tools_shows_as_much(tmp_path):
    """The part that names its type need not come first, nor be stored as it is."""
    cell = '<table:table-cell office:value-type="percentage" office:value="0.46"/>'
    path = tmp_path / "book.ods"
    formats.write_ods(
        path, f'<table:table table:name="Data"><table:table-row>{cell}</table:table-row></table:table>'
    )
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in reversed(parts):
            archive.writestr(name, content)
    ((only,),) = read_workbook(str(path)).sheets[0].head()
    assert isinstance(only, Percent)


def test_sheets_of_one_name_are_refused(tmp_path):
    """The second would stand in for the first."""
    import hostile

    sheet = '<sheet name="Data" sheetId="1" r:id="r1"/>'
    parts = hostile.parts(hostile.SOUND)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(sheet, sheet * 2)
    only = failure_of(written(tmp_path, "data.xlsx", hostile.zipped(parts)))
    assert (only.code, "two of its sheets are called 'Data'" in only.message) == (Code.DAMAGED, True)


def test_styles_are_found_by_their_relation(tmp_path):
    """The part may have any name; without it 46 % would be 0.46."""
    path = tmp_path / "data.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Data").write(0, 0, 0.46, book.add_format({"num_format": "0%"}))
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts:
            archive.writestr(
                name.replace("styles.xml", "looks.xml"), content.replace(b"styles.xml", b"looks.xml")
            )
    ((only,),) = read_workbook(str(path)).sheets[0].head()
    assert (isinstance(only, Percent), only) == (True, 0.46)


ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c>{}</row>'


@pytest.mark.parametrize(
    ("cell", "named", "says"),
    [
        (
            '<c r="B1" t="s"><v>{}</v></c>',
            ("word", "-1", "+1", " 1 ", "1.5", "9" * 20),
            "cell B1 refers to a text",
        ),
        ("<c r='B1' t='s'><v>{}</v></c>", ("word", "-1", "+1", " 1 "), "cell B1 refers to a text"),
        ('<c r="B1"><v>{}</v></c><c r="B1"><v>2</v></c>', ("1",), "cell B1 is there twice"),
        ("<c r='B1'><v>{}</v></c><c r='B1'><v>2</v></c>", ("1",), "cell B1 is there twice"),
        ('<c r="B1"><v>{}</v></c><c r="A1"><v>2</v></c>', ("1",), "cell A1 is there twice"),
        ('<c r="B1" t="s"><v>{}</v></c>', ("7",), "its cells are damaged"),
    ],
)
def test_a_cell_that_would_show_what_it_does_not_hold(tmp_path, cell, named, says):
    """The usual reader shows the first shared text for any number that is none, and the second of two cells."""
    import hostile

    for number in named:
        parts = hostile.parts(ROW.format(cell.format(number)), texts="<si><t>first</t></si>")
        path = written(tmp_path, "data.xlsx", hostile.zipped(parts))
        with pytest.raises(InputError, match=says):
            read_workbook(path).sheets[0].head()


def test_shared_texts_by_their_numbers_are_sound(tmp_path):
    """So is a number with zeros in front, and a cell without one is blank."""
    import hostile

    row = ROW.format(
        '<c r="B1" t="s"><v>0</v></c><c r="C1" t="s"><v></v></c><c r="D1" t="s"/><c r="E1" t="s"><v>00</v></c>'
    )
    path = written(tmp_path, "data.xlsx", hostile.zipped(hostile.parts(row, texts="<si><t>first</t></si>")))
    assert read_workbook(path).sheets[0].head() == [["a", "first", None, None, "first"]]


def test_a_sheet_in_utf_16_is_called_so(tmp_path):
    """The search of its cells reads UTF-8 only."""
    import hostile

    parts = hostile.parts(hostile.SOUND)
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = (hostile.TWO_BYTES + parts[sheet]).encode("utf-16")
    with pytest.raises(InputError, match="it is stored in UTF-16, not in UTF-8"):
        read_workbook(written(tmp_path, "data.xlsx", hostile.zipped(parts))).sheets[0].head()


@pytest.mark.parametrize("second", [False, True])
def test_the_workbook_is_found_by_its_relation(tmp_path, second):
    """Tools that keep to the standard give it any name; a part of the usual name beside it is none of it."""
    import hostile

    parts = hostile.with_types(
        {
            name.replace("workbook.xml", "book2.xml"): content.replace("workbook.xml", "book2.xml")
            for name, content in hostile.parts(hostile.SOUND).items()
        },
        "xl/book2.xml",
    )
    if second:
        other = hostile.parts(hostile.SOUND.replace("46", "64"))
        parts["xl/workbook.xml"] = other["xl/workbook.xml"]
        parts["xl/_rels/workbook.xml.rels"] = other["xl/_rels/workbook.xml.rels"].replace("sheet1", "sheet2")
        parts["xl/worksheets/sheet2.xml"] = other["xl/worksheets/sheet1.xml"]
    book = read_workbook(written(tmp_path, "data.xlsx", hostile.zipped(parts)))
    assert book.sheets[0].head()[1] == ["UNMAV", "Karuvel", "adm2", 2025, 46]
    assert [item.code for item in book.findings] == [Code.SECOND_READER]


@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("text", ["<!DOCTYPE x>", "<!ENTITY x 'y'>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_a_declaration_is_found_however_its_bytes_are_split(packed, text, encoding):
    """Each piece as short as it can be: one byte, or what one tiny block of the packed bytes gives."""
    import zlib

    from pkassess.ingest.inflate import ForbiddenError, Inflating

    content = f"<x/>{text}".encode(encoding)
    for cut in range(1, 4):
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        pieces = [content[at : at + cut] for at in range(0, len(content), cut)]
        stored = b"".join(packer.compress(one) + packer.flush(zlib.Z_SYNC_FLUSH) for one in pieces)
        stored = stored + packer.flush() if packed == zipfile.ZIP_DEFLATED else content
        info = zipfile.ZipInfo("a.xml")
        info.compress_type, info.header_offset = packed, 0
        info.file_size, info.compress_size, info.CRC = len(content), len(stored), zlib.crc32(content)
        for size in (1, 2, 5, 1000):
            with pytest.raises(ForbiddenError):
                stream = Inflating(io.BytesIO(info.FileHeader() + stored), info)
                while stream.read(size):
                    pass


CSV_TEXT = "mission,authority\nUNMAV,Karuvel\n"


@pytest.mark.parametrize("encoding", ["utf-32", "utf-16", "utf-8-sig"])
def test_text_with_a_byte_order_mark(tmp_path, encoding):
    """The mark says which encoding it is; that of UTF-32 begins with that of UTF-16."""
    path = written(tmp_path, "data.csv", CSV_TEXT.encode(encoding))
    assert read_workbook(path).sheets[0].head() == [["mission", "authority"], ["UNMAV", "Karuvel"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_web_page_in_any_encoding(tmp_path, encoding):
    """Programs export pages of one table under the name of a workbook."""
    page = "<html><body><table><tr><td>mission</td></tr></table></body></html>".encode(encoding)
    only = failure_of(written(tmp_path, "data.xls", page))
    assert (only.code, "a web page (HTML)" in only.message) == (Code.NOT_A_WORKBOOK, True)


@pytest.mark.parametrize(
    ("line", "count", "says"),
    [
        ("", 1_100_000, "lines; the limit is 1,000,000 lines"),
        ("," * 999, 11_000, "the limit is 10,000,000 cells"),
    ],
)
def test_text_of_too_many_lines_or_cells(tmp_path, line, count, says):
    """More than sound rows come to in a file that is not too large itself; found before a row is read."""
    only = failure_of(written(tmp_path, "data.csv", (CSV_TEXT + f"{line}\n" * count).encode()))
    assert (only.code, says in only.message) == (Code.TOO_LARGE, True)


def test_numbers_that_are_none_stay_what_they_are():
    """The text that comes back from the child process has no word for them."""
    from pkassess.ingest.child import _checked, _plain

    rows = [[float("nan"), float("inf"), 1.0, "x"]]
    _checked(rows)
    assert [str(_plain(cell)) for cell in rows[0]] == ["nan", "inf", "1.0", "x"]


@pytest.mark.parametrize(
    "reserved", [b"", b"\x86\x00\x00\x00", b"\x86\x00\x03\x00abc", b"\x86\x00\x00\x00" * 2]
)
@pytest.mark.parametrize("short", [False, True])
def test_a_password_behind_records_that_reserve_writing(tmp_path, reserved, short):
    """The record that says a workbook is encrypted is the first, or stands behind such ones; elsewhere it is a cell's bytes."""
    beginning = b"\x09\x08" + (b"\x08\x00\x00\x05\x05\x00" if short else b"\x10\x00\x00\x06\x05\x00")
    beginning += bytes(4 if short else 12)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    secret = head + beginning + reserved + b"\x2f\x00\x06\x00" + bytes(600)
    assert failure_of(written(tmp_path, "secret.xls", secret)).code is Code.ENCRYPTED
    other = head + beginning + reserved + b"\x42\x00\x02\x00\xe4\x04\x2f\x00" + bytes(600)
    assert failure_of(written(tmp_path, "other.xls", other)).code is not Code.ENCRYPTED


@pytest.mark.parametrize(
    ("first", "name"),
    [
        (b"BZh91AY", "a bzip2 archive"),
        (b"\xfd7zXZ\0\0\4", "an xz archive"),
        (b"\x28\xb5\x2f\xfd\0", "a Zstandard archive"),
        (b"SQLite format 3\0", "a SQLite database"),
        (b"PAR1\x15\0", "a Parquet file"),
        (b"data.csv".ljust(257, b"\0") + b"ustar\0", "a tar archive"),
        (b'[{"mission": "UNMAV"}]', "a JSON document"),
        (b'{\n  "data": []}', "a JSON document"),
    ],
)
def test_files_of_other_programs_are_called_by_their_names(tmp_path, first, name):
    """By their first bytes, whatever they are called."""
    only = failure_of(written(tmp_path, "data.csv", first + bytes(300)))
    assert (only.code, name in only.message) == (Code.FORMAT_NOT_READ, True)


def test_what_is_too_large_is_named(tmp_path):
    """A row, or what stands before the rows."""
    import hostile

    for before, rows, says in (
        ('<a b="{}"/>', hostile.SOUND, "What stands before"),
        ("", "<row>{}", "A single row"),
    ):
        noise = hostile._noise(9 << 20)
        parts = hostile.parts(rows.format(noise), before=before.format(noise))
        with pytest.raises(InputError, match=says):
            read_workbook(written(tmp_path, "data.xlsx", hostile.zipped(parts))).sheets[0].head()
