"""Which sheets may be parsed in the program's own process: none in which the parser may see a cell that the search did not."""

from __future__ import annotations

import io

import pytest

from pkassess.findings import InputError
from pkassess.ingest.cellscan import Marks, scan
from pkassess.ingest.plainness import Plainness

FAR = '<c r="XFD1048576"><v>1</v></c>'
SOUND = '<row r="1"><c r="A1"><v>1</v></c></row>'
ROWS, CLOSE = "<sheetData>", "</sheetData></worksheet>"
OPEN = f'<worksheet xmlns="m">{ROWS}'


def marks_of(rows, *, opening=OPEN, closing=CLOSE):
    return scan(io.BytesIO(f"{opening}{rows}{closing}".encode()), frozenset())


def cells(*rows, width=1):
    """A block of rows with these numbers."""
    letters = "ABCDEFGH"[:width]
    return "".join(
        f'<row r="{row}">{"".join(f"""<c r="{letter}{row}"><v>1</v></c>""" for letter in letters)}</row>'
        for row in rows
    ).encode()


@pytest.mark.parametrize(
    "sheet",
    [
        {"rows": SOUND},
        {"rows": ""},
        {"rows": SOUND + '<row r="2"><c r="AZ2"/></row>'},
        {"rows": '<row r="2"><c r="AZ2"><v>1</v></c></row>'},
        {"rows": '<row r="1"><c r="A1" t="inlineStr"><is><t>a:c b:c1</t></is></c></row>'},
        {"rows": SOUND, "opening": f'<?xml version="1.0"?>\n<worksheet a="1" b="x">{ROWS}'},
        {
            "rows": SOUND.replace("<", "<x:").replace("<x:/", "</x:"),
            "opening": '<x:worksheet xmlns:x="m"><x:sheetData>',
            "closing": "</x:sheetData></x:worksheet>",
        },
    ],
)
def test_a_sheet_as_nearly_every_program_writes_it(sheet):
    """Empty cells far to the right, addresses of two letters and prefixes are nothing unusual."""
    marks = marks_of(**sheet)
    assert (marks.plain, marks.fault) == (True, "")


@pytest.mark.parametrize(
    "sheet",
    [
        {"rows": SOUND, "opening": f"<worksheet><!--<sheetData>-->{ROWS}"},
        {"rows": SOUND, "opening": "<worksheet a='\"'><a b='\"'/><sheetData>"},
        {"rows": SOUND, "opening": '<worksheet a="<b>"><sheetData>'},
        {"rows": SOUND, "opening": '<worksheet a="sheetData"><sheetData>'},
        {"rows": SOUND, "closing": f"</sheetData><sheetData>{FAR}{CLOSE}"},
        {"rows": SOUND, "closing": f"</sheetData>{' ' * (1 << 18)}<sheetData>{FAR}{CLOSE}"},
        {"rows": SOUND + "<!-- -->"},
        {"rows": SOUND + "<?x?>"},
        {"rows": SOUND + '<row r="2"><x:c r="A2"/></row>'},
        {"rows": SOUND + '<row r="2"><c/></row>'},
        {"rows": SOUND + '<row r="2"><c s="1" r="A2"/></row>'},
        {"rows": SOUND + '<row r="2"><c r="ABCDEFG2"/></row>'},
        {"rows": SOUND + '<row r="2"><c r="XFE2"/><c r="ZZZ2"/></row>'},
        {
            "rows": SOUND.replace("<", "<x:").replace("<x:/", "</x:") + '<c r="B1"/>',
            "opening": '<x:worksheet xmlns:x="m"><x:sheetData>',
            "closing": "</x:sheetData></x:worksheet>",
        },
    ],
)
def test_a_sheet_that_is_kept_apart(sheet):
    """Comments, processing instructions, other prefixes, cells without an address first, a second table of rows."""
    assert not marks_of(**sheet).plain


def watched(*blocks, width=1):
    plain = Plainness(OPEN.encode(), b"")
    for block in blocks:
        plain.look_at(block, width)
    plain.end(b"></worksheet>")
    plain.finish()
    return plain


BLANK = b'<row r="%d"><c r="A%d"/></row>'


@pytest.mark.parametrize(
    ("blocks", "ordered"),
    [
        ((cells(1, 2), cells(3, 4)), True),
        ((cells(1, 2), cells(2, 3)), True),
        ((cells(3, 4), cells(1, 2)), False),
        ((cells(2, 1),), False),
        ((cells(1, 2), cells(4, 3)), False),
        ((cells(1), cells(3, 2, 4), BLANK % (5, 5)), False),
        ((cells(1), cells(3, 2, 4), BLANK % (5, 5), cells(6)), False),
        ((cells(2, 1), cells(3)), False),
        ((BLANK % (2, 2) + BLANK % (1, 1),), False),
        ((cells(5), BLANK % (4, 4)), False),
        ((BLANK % (4, 4), cells(3)), False),
    ],
)
def test_rows_that_do_not_follow_one_another(blocks, ordered):
    """Of such rows parsers lose some in silence: within a block, and from one block to the next."""
    plain = watched(*blocks)
    assert (not plain.disordered, plain.holds) == (ordered, ordered)


def test_a_last_row_far_below_is_kept_apart():
    """The parser makes room down to a row that holds nothing, as far as its blocks tell."""
    assert watched(cells(1), cells(100_000), width=20).holds
    assert not watched(cells(1), cells(1_000_000), width=20).holds


def test_words_of_the_rows_across_two_pieces_behind_them():
    """What comes behind the rows comes in pieces as well."""
    plain = Plainness(OPEN.encode(), b"")
    plain.look_at(cells(1), 1)
    for piece in (b"><sheet", b"Data>"):
        plain.end(piece)
    plain.finish()
    assert not plain.holds


@pytest.mark.parametrize("size", [(2, 1), (1, 2)])
def test_more_than_was_searched_is_refused(tmp_path, size):
    """Whatever the parser says it saw: a sheet larger than its search found it was understood in two ways."""
    import hostile

    from pkassess import ingest

    path = tmp_path / "data.xlsx"
    path.write_bytes(hostile.zipped(hostile.parts()))
    book = ingest.read_workbook(str(path))
    reader = book.sheets[0].source.book
    assert reader._checked("Data", (1, 1), Marks(used=(1, 1))) == (1, 1)
    with pytest.raises(InputError, match="its cells are stored in an unknown way"):
        reader._checked("Data", size, Marks(used=(1, 1)))
    book.close()


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1" t="e"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="e"/><c r="B1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><is t="e"><t>x</t></is></c><c r="B1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>t="e"</t></is></c><c r="B1"><v>1</v></c></row>',
    ],
)
def test_what_only_looks_like_an_error_is_none(rows):
    """A row or an empty cell of that type, another element with such an attribute, and a text."""
    assert marks_of(rows).special == {}


def test_an_error_without_an_address_far_below_cells_with_one():
    """How a sheet is written is told by its beginning; a later cell that is written otherwise is counted all the same."""
    usual = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}.123456789</v></c></row>' for n in range(1, 12_001))
    last = '<row r="12001"><c t="e"><v>#REF!</v></c><c r="B12001"><v>1</v></c></row>'
    marks = marks_of(usual + last)
    assert (marks.special, marks.used) == ({12_000: {0: "#REF!"}}, (12_001, 2))
