"""The marked copy of ``validate -o FILE.xlsx``: what is marked and said, and that nothing else of the workbook changes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pytest

from pkassess.choices import choices_of
from pkassess.inputs import read

sys.path.insert(0, str(Path(__file__).resolve().parent / "workbooks"))

from make import CASES

ROOT = Path(__file__).resolve().parent.parent
READABLE = [
    case
    for case in CASES
    # Only in a text file does a cell too many shift the others: in the copy it stands under no column name.
    if not case.code and not case.more and case.name != "row_longer_than_its_header.csv"
]
SAMPLES = sorted((ROOT / "sample_data").glob("*.xlsx"))


def option(case, name):
    """What a case gives an option."""
    return case.options[case.options.index(name) + 1] if name in case.options else None


def seen(path, rubric=None, case=None):
    """What was read of a file: every value with its state and cell, and every finding with its place."""
    row = option(case, "--header-row") if case else None
    chosen = choices_of(
        *(option(case, name) if case else None for name in ("--layout", "--sheet")),
        int(row) if row else None,
        *(option(case, name) if case else None for name in ("--locale", "--column-map")),
    )
    intake = read(str(path), rubric, chosen)
    matrix = intake.matrix
    titles = [unit.title for unit in matrix.units]
    cells = [[observed_at(matrix, row, at) for at in range(len(titles))] for row in range(len(matrix.origin))]
    values = np.where(np.isnan(matrix.value), -1.0, matrix.value).tolist()
    found = sorted((item.code.id, item.sheet, item.cell, item.message) for item in intake.findings)
    return (titles, values, matrix.status.tolist(), cells), found


def observed_at(matrix, row, unit):
    """The cell of a value, '' where there is none."""
    at = int(matrix.origin[row, unit])
    return matrix.observations.cell(at)[1] if at >= 0 else ""


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.name)
def test_a_copy_is_read_as_the_original_is(run, tmp_path, monkeypatch, case):
    """Every small workbook, value by value and cell by cell; one that was .xlsx before gives the same findings too."""
    monkeypatch.chdir(tmp_path)
    path, copy = tmp_path / case.name, tmp_path / "copy.xlsx"
    case.write(path)
    before = path.read_bytes()
    done = run("validate", str(path), "-o", str(copy), "--debug", *case.options)
    assert done.code in (0, 1), done.err
    assert path.read_bytes() == before
    (values, findings), (values_of_copy, findings_of_copy) = seen(path, case=case), seen(copy, case=case)
    assert values_of_copy == values
    if zipfile.is_zipfile(path) and "xl/workbook.xml" in zipfile.ZipFile(path).namelist():
        assert findings_of_copy == findings


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_copy_of_a_sample_scores_as_the_sample_does(run, tmp_path, path):
    """The same assessment of every period."""
    copy = tmp_path / "copy.xlsx"
    run("validate", str(path), "-o", str(copy), "--debug")
    done = [
        run("score", str(file), "-f", "csv", "--period", "all", "--no-uncertainty") for file in (path, copy)
    ]
    one, other = ([row | {"file": ""} for row in ran.rows()] for ran in done)
    assert one == other
    assert len(one) > 10


# --- what is marked, and what it says -----------------------------------------------------------------------


@pytest.fixture
def marked(run, tmp_path):
    """Validate a file with a marked copy; the copy as openpyxl opens it, and what was said."""

    def make(path, *options, name="copy.xlsx", code=1):
        copy = tmp_path / name
        done = run("validate", str(path), "-o", str(copy), "--debug", *options)
        assert done.code == code, done.err
        return openpyxl.load_workbook(copy), done.err

    return make


def written(path, rows, change=lambda book: None):
    """A workbook of the sheet ``Field data`` by openpyxl, which writes comments, drop-downs and more."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Field data"
    for row in rows:
        sheet.append(row)
    change(book)
    book.save(path)
    return str(path)


NAMES = ["mission", "authority", "authority_level", "period", "posts_filled_pct", "political_volatility"]
ROWS = [
    NAMES,
    ["UNMAV", "Karuvel", "adm2", "2025", "approx. 40", 3],
    ["UNMAV", "Ostra", "adm2", "2025", 146, 3],
    ["UNMAV", "Lume", "adm2", "2025", 50, "high"],
]
RED, AMBER, BLUE = "FFF8C6C4", "FFFCE3B4", "FFD6E6F5"


def test_a_problem_cell_is_coloured_by_severity_and_says_what_to_do(marked, tmp_path):
    """The code, what was found, what was expected, how to mend it; a sound cell has neither colour nor comment."""
    book, said = marked(written(tmp_path / "data.xlsx", ROWS))
    sheet = book["Field data"]
    assert sheet["E3"].comment.text == (
        "PK004 error: value outside its limits\n'146' is outside the limits 0 to 100.\n"
        "To mend: Correct Field data!E3, or change the limits of the indicator in the rubric."
    )
    assert sheet["E3"].comment.author == "pkassess"
    assert [sheet[cell].fill.fgColor.rgb for cell in ("E2", "E3", "F4")] == [RED, RED, BLUE]
    assert sheet["E4"].comment is None
    assert sheet["E4"].fill.fill_type is None
    assert said == f"{tmp_path / 'copy.xlsx'}: 3 cells marked, all findings on the first sheet.\n"


def test_the_first_sheet_lists_all_findings_with_links(marked, tmp_path):
    """Errors first; a finding without a cell is there too; the cell is a link inside the workbook."""
    book, _ = marked(written(tmp_path / "data.xlsx", [row[:2] + row[3:] for row in ROWS]))
    assert book.sheetnames == ["pkassess findings", "Field data"]
    assert book.active.title == "pkassess findings"
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert rows[0] == ["severity", "code", "sheet", "cell", "value", "message", "remedy"]
    assert [row[:4] for row in rows[1:]] == [
        ["error", "PK024", "Field data", "D2"],
        ["error", "PK004", "Field data", "D3"],
        ["warning", "PK146", None, None],
        ["note", "PK028", "Field data", "E4"],
    ]
    assert book.active["D2"].hyperlink.location == "'Field data'!D2"
    assert book.active["D4"].hyperlink is None
    assert book.active["A2"].fill.fgColor.rgb == RED
    assert book.active["A4"].fill.fgColor.rgb == AMBER


def test_several_findings_of_a_cell_share_its_comment(marked, tmp_path):
    """The worst colour; the comment says them all."""
    path = written(tmp_path / "data.xlsx", [NAMES, ["UNMAV", "Karuvel", "adm2", "2025", 46, "9"]])
    book, _ = marked(path)
    comment = book["Field data"]["F2"].comment.text
    assert [line[:5] for line in comment.split("\n") if line.startswith("PK0")] == ["PK004", "PK006"]
    assert book["Field data"]["F2"].fill.fgColor.rgb == RED


def test_a_blank_cell_that_the_sheet_does_not_write_is_marked_in_its_place(marked, tmp_path):
    """Here a key is missing in the middle of a row; its neighbours keep their values."""
    rows = [*ROWS[:1], ["UNMAV", None, None, "2025", 50, 3], ["UNMAV", "Ostra", "adm2", "2025", 60, 3]]
    book, _ = marked(written(tmp_path / "data.xlsx", rows))
    sheet = book["Field data"]
    assert sheet["B2"].fill.fgColor.rgb == RED
    assert sheet["B2"].comment.text.startswith("PK142")
    assert [cell.value for cell in sheet[2]] == rows[1]


def test_existing_comments_stay_and_are_added_to(marked, tmp_path):
    """One of a problem cell says both; one elsewhere is as it was."""
    from openpyxl.comments import Comment

    def comment(book):
        book.active["E3"].comment = Comment("Ask Ada", "Ada")
        book.active["F2"].comment = Comment("Seen by Ben", "Ben")

    sheet = marked(written(tmp_path / "data.xlsx", ROWS, comment))[0]["Field data"]
    assert sheet["E3"].comment.text.startswith("Ask Ada\n\nPK004 error")
    assert sheet["E3"].comment.author == "Ada"
    assert (sheet["F2"].comment.text, sheet["F2"].comment.author) == ("Seen by Ben", "Ben")
    assert sheet["E2"].comment.text.startswith("PK024")
    with zipfile.ZipFile(tmp_path / "copy.xlsx") as archive:
        (drawing,) = (name for name in archive.namelist() if name.endswith(".vml"))
        boxes = ElementTree.fromstring(archive.read(drawing))
    data = "{urn:schemas-microsoft-com:office:excel}"
    rows = [
        box.findtext(f"{data}ClientData/{data}Row")
        for box in boxes.iter("{urn:schemas-microsoft-com:vml}shape")
    ]
    assert sorted(rows) == ["1", "1", "2", "3"]


# --- what stays ---------------------------------------------------------------------------------------------


def test_everything_else_stays_byte_for_byte(run, tmp_path):
    """Parts that hold no mark are the same bytes; of the sheet only its marked cells differ, formulas and results too."""
    import xlsxwriter

    path, copy = tmp_path / "data.xlsx", tmp_path / "copy.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Data")
        for at, row in enumerate(ROWS):
            sheet.write_row(at, 0, row)
        sheet.write_formula("E4", "=40+6", None, 46)
        sheet.data_validation("F2:F9", {"validate": "list", "source": ["1", "2", "3"]})
        sheet.conditional_format("E2:E9", {"type": "cell", "criteria": ">", "value": 90})
        sheet.merge_range("A8:B8", "merged")
        sheet.set_column("C:C", 30, None, {"hidden": True})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Data!$E$2:$E$4"})
        sheet.insert_chart("H2", chart)
        book.add_worksheet("Secret").hide()
        book.define_name("Data!here", "=Data!$A$1")
    assert run("validate", str(path), "-o", str(copy)).code == 1
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(copy) as other:
        kept = set(one.namelist())
        changed = {name for name in kept if one.read(name) != other.read(name)}
        sheets = [archive.read("xl/worksheets/sheet1.xml").decode() for archive in (one, other)]
    assert changed == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/_rels/sheet1.xml.rels",
    }
    before, after = (
        re.sub(r'<legacyDrawing[^>]*/>|<c r="(C1|E2|E3|F4)"[^>]*>|tabSelected="1" ', "", text)
        for text in sheets
    )
    assert before == after
    book = openpyxl.load_workbook(copy)
    assert book["Secret"].sheet_state == "hidden"
    assert book["Data"].defined_names["here"].attr_text == "Data!$A$1"
    assert openpyxl.load_workbook(copy, data_only=True)["Data"]["E4"].value == 46


def test_number_format_and_border_of_a_marked_cell_stay(marked, tmp_path):
    """Only the colour is another."""
    from openpyxl.styles import Border, Font, Side

    def dress(book):
        cell = book.active["E3"]
        cell.number_format, cell.font, cell.border = "0.00", Font(bold=True), Border(top=Side("thick"))

    cell = marked(written(tmp_path / "data.xlsx", ROWS, dress))[0]["Field data"]["E3"]
    assert (cell.number_format, cell.font.bold, cell.border.top.style) == ("0.00", True, "thick")
    assert cell.fill.fgColor.rgb == RED


def test_the_same_file_gives_the_same_bytes(run, tmp_path):
    """Whatever the clock says; a file made from CSV too."""
    (tmp_path / "data.csv").write_text("\n".join(",".join(map(str, row)) for row in ROWS), encoding="utf-8")
    for path in (written(tmp_path / "data.xlsx", ROWS), tmp_path / "data.csv"):
        copies = []
        for name in ("one.xlsx", "other.xlsx"):
            run("validate", str(path), "-o", str(tmp_path / name))
            copies.append((tmp_path / name).read_bytes())
        assert copies[0] == copies[1]
        assert {info.date_time[0] for info in zipfile.ZipFile(tmp_path / "one.xlsx").infolist()} == {1980}


# --- other files --------------------------------------------------------------------------------------------


def test_a_table_becomes_a_workbook(marked, tmp_path):
    """Numbers that read back as written are numbers; 007 and 46.50 stay text; nothing is a formula."""
    path = tmp_path / "data.csv"
    lines = [",".join(NAMES), "UNMAV,007,adm2,2025,46.50,3", 'UNMAV,"=HYPERLINK(""x"")",adm2,2025,146,3']
    path.write_text("\n".join(lines), encoding="utf-8")
    book, said = marked(path)
    sheet = book["Data"]
    assert [cell.value for cell in sheet[2]] == ["UNMAV", "007", "adm2", 2025, "46.50", 3]
    assert (sheet["B3"].value, sheet["B3"].data_type) == ('=HYPERLINK("x")', "s")
    assert sheet["E3"].comment.text.startswith("PK004")
    assert "made from the values" in said
    assert "made from the values" in book.active.cell(book.active.max_row, 6).value


def test_standard_input_too(run, tmp_path):
    """``-`` is a table."""
    text = "\n".join(",".join(map(str, row)) for row in ROWS)
    done = run("validate", "-", "-o", str(tmp_path / "copy.xlsx"), stdin=text)
    assert done.code == 1
    assert openpyxl.load_workbook(tmp_path / "copy.xlsx")["Data"]["E3"].fill.fgColor.rgb == RED


def test_a_workbook_with_macros_loses_them_and_says_so(run, tmp_path):
    """The copy is a plain .xlsx, whatever was in the file."""
    path, copy = tmp_path / "data.xlsm", tmp_path / "copy.xlsx"
    written(tmp_path / "plain.xlsx", ROWS)
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(path, "w") as macros:
        for name in plain.namelist():
            data = plain.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(b"spreadsheetml.sheet.main", b"MACRO").replace(
                    b"application/vnd.openxmlformats-officedocument.MACRO",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main",
                )
                part = b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
                data = data.replace(b"</Types>", part + b"</Types>")
            if name == "xl/_rels/workbook.xml.rels":
                kind = b"http://schemas.microsoft.com/office/2006/relationships/vbaProject"
                part = b'<Relationship Id="rIdV" Type="%b" Target="vbaProject.bin"/>' % kind
                data = data.replace(b"</Relationships>", part + b"</Relationships>")
            macros.writestr(name, data)
        macros.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
    done = run("validate", str(path), "-o", str(copy), "--debug")
    assert "They were not run, and this copy does not hold them." in done.err
    with zipfile.ZipFile(copy) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]
        assert b"vba" not in archive.read("[Content_Types].xml") + archive.read("xl/_rels/workbook.xml.rels")
        assert b"macro" not in archive.read("[Content_Types].xml").lower()
    assert openpyxl.load_workbook(copy)["Field data"]["E3"].fill.fgColor.rgb == RED


OFFICE = "http://schemas.microsoft.com/office/2006/relationships"
OPEN = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_part(tmp_path, part, content, kind, relation, owner="xl/_rels/workbook.xml.rels", extra=()):
    """A workbook with one part more: its content, its type, and the type of the relation that leads to it."""
    plain, path = written(tmp_path / "plain.xlsx", ROWS), tmp_path / "data.xlsx"
    with zipfile.ZipFile(plain) as archive, zipfile.ZipFile(path, "w") as made:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "[Content_Types].xml":
                more = f'<Override PartName="/{part}" ContentType="{kind}"/>'
                data = data.replace(b"</Types>", more.encode() + b"</Types>")
            if name == owner:
                more = f'<Relationship Id="rIdX" Type="{relation}" Target="/{part}"/>'
                data = data.replace(b"</Relationships>", more.encode() + b"</Relationships>")
            for before, after in extra if name == "xl/workbook.xml" else ():
                data = data.replace(before, after)
            made.writestr(name, data)
        made.writestr(part, content)
    return path


@pytest.mark.parametrize(
    ("part", "kind", "relation", "owner"),
    [
        (
            "xl/pictures.bin",
            "application/vnd.ms-office.vbaProject",
            f"{OFFICE}/vbaProject",
            "xl/_rels/workbook.xml.rels",
        ),
        ("xl/code.dat", "application/octet-stream", f"{OFFICE}/vbaProject", "xl/_rels/workbook.xml.rels"),
        ("menu/menu.xml", "application/xml", f"{OFFICE}/ui/extensibility", "_rels/.rels"),
    ],
)
def test_macros_are_known_by_what_they_are_and_not_by_their_name(run, tmp_path, part, kind, relation, owner):
    """A part under an innocent name, known by its type or by the relation that leads to it."""
    path, copy = with_part(tmp_path, part, "<x/>", kind, relation, owner), tmp_path / "copy.xlsx"
    done = run("validate", str(path), "-o", str(copy), "--debug")
    assert "The workbook holds macros. They were not run, and this copy does not hold them." in done.err
    assert "made from the values" not in done.err
    with zipfile.ZipFile(copy) as archive:
        assert part not in archive.namelist()
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert part.rpartition("/")[2].encode() not in everything
    assert openpyxl.load_workbook(copy)["Field data"]["E3"].fill.fgColor.rgb == RED


def test_a_workbook_with_a_sheet_of_macros_is_made_from_values(run, tmp_path):
    """An XLM sheet among the others, whatever its part is called."""
    sheet = f'<xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" xmlns="{MAIN}"><sheetData/></xm:macrosheet>'
    listed = f'<sheet name="Auto" sheetId="9" xmlns:q="{OPEN}" q:id="rIdX"/></sheets>'.encode()
    path = with_part(
        tmp_path,
        "xl/worksheets/more.xml",
        sheet,
        "application/vnd.ms-excel.macrosheet+xml",
        f"{OFFICE}/xlMacrosheet",
        extra=[(b"</sheets>", listed)],
    )
    done = run("validate", str(path), "-o", str(tmp_path / "copy.xlsx"), "--debug")
    assert "The workbook holds macros. They were not run, and this copy does not hold them." in done.err
    assert "made from the values" in done.err
    with zipfile.ZipFile(tmp_path / "copy.xlsx") as archive:
        assert b"macrosheet" not in b"".join(archive.read(name) for name in archive.namelist()).lower()


BOOK = f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{OPEN}" r:id="rId1"/></externalLink>'
DDE = f'<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'


@pytest.mark.parametrize(
    ("link", "said", "kept"),
    [
        (BOOK, "links to other files or data. They were not followed; they are in this copy too.", True),
        (
            DDE,
            "links to other programs (DDE). They were not followed, and this copy does not hold them.",
            False,
        ),
    ],
)
def test_links_are_told(run, tmp_path, link, said, kept):
    """A copy keeps links to files, on which formulas depend; one that would start a program it does not."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    listed = (
        f'<externalReferences><externalReference xmlns:q="{OPEN}" q:id="rIdX"/></externalReferences>'.encode()
    )
    path = with_part(
        tmp_path,
        "xl/outside/one.xml",
        link,
        kind,
        f"{OPEN}/externalLink",
        extra=[(b"</sheets>", b"</sheets>" + listed)],
    )
    done = run("validate", str(path), "-o", str(tmp_path / "copy.xlsx"), "--debug")
    assert said in done.err
    with zipfile.ZipFile(tmp_path / "copy.xlsx") as archive:
        assert ("xl/outside/one.xml" in archive.namelist()) == kept
    assert openpyxl.load_workbook(tmp_path / "copy.xlsx", keep_links=False)["Field data"]["E3"].comment


def test_a_workbook_written_in_an_unusual_way_is_marked_all_the_same(run, tmp_path):
    """Elements with a prefix, cells without addresses, no styles at all, parts in UTF-16."""
    path, copy = tmp_path / "data.xlsx", tmp_path / "copy.xlsx"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    cells = "".join(
        "<x:row>"
        + "".join(f'<x:c t="inlineStr"><x:is><x:t>{cell}</x:t></x:is></x:c>' for cell in row)
        + "</x:row>"
        for row in ROWS
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
        'PartName="/xl/s.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{kind}/worksheet" Target="s.xml"/></Relationships>',
        "xl/workbook.xml": f'<x:workbook xmlns:x="{space}"><x:sheets><x:sheet name="Data" sheetId="1" xmlns:r="{kind}" '
        'r:id="r1"/></x:sheets></x:workbook>',
        "xl/s.xml": f'<?xml version="1.0"?><x:worksheet xmlns:x="{space}"><x:sheetData>{cells}</x:sheetData></x:worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text.encode("utf-8"))
    done = run("validate", str(path), "-o", str(copy), "--debug")
    assert done.code == 1, done.err
    sheet = openpyxl.load_workbook(copy)["Data"]
    assert [sheet[cell].fill.fgColor.rgb for cell in ("E2", "E3")] == [RED, RED]
    assert sheet["E3"].comment.text.startswith("PK004")
    assert seen(copy) == seen(path)


# --- bounds and wrong use -----------------------------------------------------------------------------------


def test_findings_beyond_the_bounds_are_counted(run, tmp_path, monkeypatch):
    """Cells, findings and texts in one cell are bounded; what is left out is said with its number."""
    from pkassess.render.marked import copy, listing

    monkeypatch.setattr(copy, "MOST_MARKED", 2)
    monkeypatch.setattr(listing, "MOST_LISTED", 3)
    rows = [NAMES, *(["UNMAV", f"Place {at}", "adm2", "2025", 100 + at, 3] for at in range(1, 6))]
    done = run("validate", written(tmp_path / "data.xlsx", rows), "-o", str(tmp_path / "copy.xlsx"))
    assert "2 of 5 cells are coloured and commented" in done.err
    book = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    assert [bool(book["Field data"][f"E{row}"].comment) for row in range(2, 7)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    last = [row[5].value for row in book.active.iter_rows() if row[5].value][-1]
    assert last.startswith("3 of ")


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("data.xlsx", "is never changed"),
        ("./data.xlsx", "is never changed"),
        ("copy.xlsm", "another ending"),
        ("no/such/copy.xlsx", "cannot be written"),
    ],
)
def test_a_copy_that_cannot_be(run, tmp_path, monkeypatch, output, said):
    """Exit 2, one message, and the original as it was."""
    monkeypatch.chdir(tmp_path)
    before = Path(written("data.xlsx", ROWS)).read_bytes()
    done = run("validate", "data.xlsx", "-f", "xlsx", "-o", output)
    assert done.code == 2
    assert said in " ".join(done.err.split())
    assert Path("data.xlsx").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["data.xlsx"]


def test_a_copy_needs_a_place(run, tmp_path):
    """It is no text for a terminal."""
    done = run("validate", written(tmp_path / "data.xlsx", ROWS), "-f", "xlsx")
    assert done.code == 2
    assert "-o marked.xlsx" in done.err


def test_several_files_go_into_a_folder(run, tmp_path):
    """One copy each, by the name of the file; a single file for several is refused."""
    one = written(tmp_path / "data.xlsx", ROWS)
    (tmp_path / "more").mkdir()
    other = written(tmp_path / "more" / "data.xlsx", [NAMES, ["UNMAV", "Tes", "adm2", "2025", "<5", 3]])
    assert run("validate", one, other, "-o", str(tmp_path / "copy.xlsx")).code == 2
    done = run("validate", one, other, "-f", "xlsx", "-o", str(tmp_path / "marked"))
    assert done.code == 1, done.err
    assert sorted(path.name for path in (tmp_path / "marked").iterdir()) == ["data-2.xlsx", "data.xlsx"]
    book = openpyxl.load_workbook(tmp_path / "marked" / "data-2.xlsx")
    assert book["Field data"]["E2"].comment.text.startswith("PK023")


def test_a_copy_of_a_copy_has_one_list(marked, tmp_path):
    """The list of an earlier copy is replaced, not read and not kept beside the new one."""
    marked(written(tmp_path / "data.xlsx", ROWS))
    book, _ = marked(tmp_path / "copy.xlsx", name="again.xlsx")
    assert book.sheetnames == ["pkassess findings", "Field data"]


GREEN, SILK = "FF00CC44", "FFABCDEF"


def noted(book):
    """Comments and fills of the officer's own, on cells with and without problems."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    sheet = book.active
    sheet["E3"].comment, sheet["F2"].comment = Comment("Ask Ada", "Ada"), Comment("Seen by Ben", "Ben")
    sheet["E2"].fill, sheet["F3"].fill = (PatternFill("solid", fgColor=one) for one in (GREEN, SILK))


def looks(path):
    """Fill and comment of every cell that has one, and the cells that have the box of a comment."""
    sheet = openpyxl.load_workbook(path)["Field data"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    with zipfile.ZipFile(path) as archive:
        drawings = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".vml"))
    spots = re.findall(rb"Row>(\d+)<.*?Column>(\d+)<", drawings, re.DOTALL)
    fills = {cell.coordinate: cell.fill.fgColor.rgb for cell in cells if cell.fill.fill_type}
    comments = {cell.coordinate: cell.comment.text for cell in cells if cell.comment}
    return (
        fills,
        comments,
        sorted(sheet.cell(int(row) + 1, int(column) + 1).coordinate for row, column in spots),
    )


def mended(path, saved):
    """A marked copy in which an officer mended two cells, broke one, and added to a comment."""
    book = openpyxl.load_workbook(path)
    sheet = book["Field data"]
    sheet["E2"], sheet["E3"], sheet["E4"] = 40, 46, 250
    sheet["F4"].comment.text += "\nSo it is. Ben"
    book.save(saved)
    return saved


def test_a_second_copy_shows_present_problems_only(marked, tmp_path):
    """Marks of cells that were mended go, with their comments; what the officer wrote and coloured is as it was."""
    marked(written(tmp_path / "data.xlsx", ROWS, noted))
    marked(mended(tmp_path / "copy.xlsx", tmp_path / "mended.xlsx"), name="again.xlsx")
    fills, comments, boxes = looks(tmp_path / "again.xlsx")
    assert fills == {"E2": GREEN, "F3": SILK, "E4": RED, "F4": BLUE}
    assert {cell: text[:22] for cell, text in comments.items()} == {
        "F2": "Seen by Ben",
        "E3": "Ask Ada",
        "E4": "PK004 error: value out",
        "F4": "So it is. Ben\n\nPK028 n",
    }
    assert boxes == ["E3", "E4", "F2", "F4"]


def test_a_row_that_was_not_used_is_marked_as_a_whole(marked, tmp_path):
    """An unquoted comma has shifted its values, so none of them can be trusted."""
    path = tmp_path / "data.csv"
    rows = ["UNMAV,Karuvel,adm2,2025,46,2", "UNMAV,Ostra,adm2,2025,46,5,3"]
    path.write_text("\n".join([",".join(NAMES), *rows]))
    sheet = marked(path)[0]["Data"]
    assert {cell.coordinate for row in sheet for cell in row if cell.fill.fill_type} == {
        f"{one}3" for one in "ABCDEFG"
    }
    assert sheet["A3"].comment.text.startswith("PK168")


def test_strict_writes_no_copy(run, tmp_path):
    """As for every command: with an error nothing is written, and the findings are told; without one it is."""
    path, copy = written(tmp_path / "data.xlsx", ROWS), tmp_path / "copy.xlsx"
    for target in (copy, tmp_path / "report.md", tmp_path / "folder"):
        done = run("validate", path, "--strict", "-o", str(target))
        assert (done.code, done.out, "PK004" in done.err, target.exists()) == (1, "", True, False)
    sound = written(tmp_path / "sound.xlsx", [NAMES, ["UNMAV", "Karuvel", "adm2", "2025", 40, 3]])
    assert run("validate", sound, "--strict", "-o", str(copy)).code == 0
    assert copy.exists()


def test_a_copy_of_a_copy_with_nothing_mended_is_the_same_once_more(marked, tmp_path):
    """No comment says anything twice, and no cell loses what it had, however often a copy is made."""
    marked(written(tmp_path / "data.xlsx", ROWS, noted))
    marked(tmp_path / "copy.xlsx", name="again.xlsx")
    marked(tmp_path / "again.xlsx", name="once_more.xlsx")
    first = looks(tmp_path / "copy.xlsx")
    assert looks(tmp_path / "again.xlsx") == looks(tmp_path / "once_more.xlsx") == first


def test_a_copy_in_which_all_is_mended_holds_no_mark(marked, tmp_path):
    """The sheet is read and written as it was before."""
    path = written(tmp_path / "data.xlsx", ROWS, noted)
    marked(path)
    book = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    for cell, value in {"E2": 40, "E3": 46, "F4": 4}.items():
        book["Field data"][cell] = value
    book.save(tmp_path / "mended.xlsx")
    marked(tmp_path / "mended.xlsx", name="again.xlsx", code=0)
    assert looks(tmp_path / "again.xlsx") == (*looks(path)[:2], ["E3", "F2"])


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.slow
def test_a_second_copy_after_libreoffice(marked, tmp_path):
    """It keeps no colour behind a mark, so that one is lost; everything else is as above."""
    marked(written(tmp_path / "data.xlsx", ROWS, noted))
    home = f"-env:UserInstallation=file://{tmp_path / 'home'}"
    command = ["soffice", home, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved")]
    subprocess.run([*command, str(tmp_path / "copy.xlsx")], check=True, capture_output=True)
    saved = mended(tmp_path / "saved" / "copy.xlsx", tmp_path / "mended.xlsx")
    marked(saved, name="again.xlsx")
    fills, comments, _ = looks(tmp_path / "again.xlsx")
    assert fills == {"F3": SILK, "E4": RED, "F4": BLUE}
    assert [cell for cell, text in comments.items() if "PK" in text] == ["E4", "F4"]


def test_every_cell_of_an_error_is_marked(marked, tmp_path):
    """An indicator that nobody knows, in three rows; two rows that contradict one another."""
    rows = [
        ["mission", "authority", "authority_level", "period", "indicator", "value"],
        *(["UNMAV", place, "adm2", "2025", "post_filled", 46] for place in ("Karuvel", "Ostra", "Lume")),
        ["UNMAV", "Tes", "adm2", "2025", "consent_status", 3],
    ]
    sheet = marked(written(tmp_path / "data.xlsx", rows))[0]["Field data"]
    assert [cell.coordinate for cell in sheet["E"] if cell.comment] == ["E2", "E3", "E4"]
    twice = [NAMES, ["UNMAV", "Tes", "adm2", "2025", 46, 3], ["UNMAV", "Tes", "adm2", "2025", 50, 3]]
    sheet = marked(written(tmp_path / "data.xlsx", twice), name="twice.xlsx")[0]["Field data"]
    assert [cell.coordinate for cell in sheet["A"] if cell.comment] == ["A2", "A3"]


def test_a_workbook_that_was_changed_while_it_was_read_is_not_marked(tmp_path):
    """The findings speak of cells that may not be there any more."""
    from pkassess.findings import InputError
    from pkassess.ingest import read_workbook
    from pkassess.render.marked.copy import marked_copy

    path = written(tmp_path / "data.xlsx", ROWS)
    book = read_workbook(path)
    with Path(path).open("ab") as file:
        file.write(b"\0")
    with pytest.raises(InputError, match="it was changed while it was read"):
        marked_copy(book, [], {})
    book.close()
