"""Texts from a workbook can run nothing, steer nothing and pose as nothing, whatever the command and the format."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pkassess.render.delimited import csv_lines
from pkassess.render.json_document import dumped
from pkassess.render.markdown import plain
from pkassess.tables.fields import Field, Table

FORMULAS = (
    "=1+1",
    "+1+2",
    "-1+2",
    "@SUM(A1)",
    "\uff1d1+1",
    '=HYPERLINK("http://x.example")',
    "+cmd|'/C calc'!A0",
)
STEERS = (
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\u202eevil",
    "\u2066x\u2069",
    "a\u200bb",
    "\ue000",
    "\x7f",
)
MARKUP = (
    *("<script>alert(1)</script>", "<img src=x onerror=y>", "&lt;b&gt;", "<!--", "</table>", "<a href='x'>"),
    *("[x](http://x.example)", "![x](http://x.example)", "**b**", "`c`", "| x |", "# h", "~~s~~", "$x$"),
    *(
        "www.x.example",
        "<http://x.example>",
        "http://x.example",
        "a@b.example",
        "- item",
        "1. item",
        "> quote",
    ),
)
TRAPS = ("\\", "{found}", "%s", "{0}", "'", '"', ",", ";", "x\ty", "1e999", "nan", "NULL", "__class__")
HOSTILE = (*FORMULAS, *STEERS, *MARKUP, *TRAPS)
NAME = "Karuvel <script>alert(1)</script> [x](http://x.example) \x1b[2J | =1+1"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)
HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co"})
OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=5), min_size=1, max_size=4).map("".join)


def steering(text):
    """The control and invisible characters of a text, as code points."""
    return {f"{ord(sign):04x}" for sign in text if sign != "\n" and unicodedata.category(sign) in HIDDEN}


def assert_steers_nothing(text):
    """No control or invisible character, and none that turns the reading direction."""
    assert not steering(text)


def assert_runs_nothing(text):
    """No cell of a CSV table that a spreadsheet program takes for a formula, or a terminal for a command."""
    for cell in (cell for row in csv.reader(io.StringIO(text)) for cell in row):
        bare = cell.lstrip(" \u00a0")
        assert not bare.startswith(FORMULA_STARTS) or NUMBER.fullmatch(bare), cell
    assert not {sign for sign in text if unicodedata.category(sign) == "Cc"} - set("\t\r\n")
    assert not set(text) & OVERRIDES


def assert_is_no_markup(text):
    """Markdown in which only the program's own line breaks and marks act: no link, picture or element."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    every = [one for token in tokens for one in (token, *(token.children or ()))]
    kinds = ("html_inline", "html_block", "image", "link_open", "code_inline", "fence")
    assert {one.content for one in every if one.type in kinds} <= {"<br>"}
    assert not re.search(r"://|www\.|\w@\w", text), "what GitHub makes a link of"
    assert_steers_nothing(text)


def assert_is_json(text):
    """One strict document, with nothing in it that steers a terminal."""
    json.loads(text, parse_constant=pytest.fail)
    assert_steers_nothing(text)


INERT = {
    "table": assert_steers_nothing,
    "csv": assert_runs_nothing,
    "json": assert_is_json,
    "md": assert_is_no_markup,
}
COMMANDS = {
    "score": ("score", "--no-uncertainty", "-v"),
    "score, every period": ("score", "--no-uncertainty", "--period", "all", "-v"),
    "validate": ("validate",),
    "profile": ("profile", NAME, "--no-uncertainty"),
    "compare": ("compare", "--periods", "2024,2025", "--no-uncertainty"),
    "agreement": ("agreement",),
    "sensitivity": ("sensitivity", "--no-uncertainty"),
    "audit": ("rubric", "check", "partnership", "--data"),
}
KEYS = ("mission", "authority", "authority_level", "period", "peer_group", "country", "phase")
SISTERS = ("", "__source", "__source_type", "__grade")
HEADER = (
    *KEYS,
    *(f"posts_filled_pct{part}" for part in SISTERS),
    *("consent_status", "consent_status__mission", "consent_status__host"),
)


def rows():
    """Two partnerships in two periods, and hostile texts wherever a text may stand."""
    own = [f"{text} x" for text in HOSTILE]
    yield [*HEADER, *own]
    for period, filled in (("2024", "40"), ("2025", "60")):
        for mission, authority in (("UNMAV", NAME), ("UNMAV", "Ostra")):
            around = [mission, authority, "adm2", period, HOSTILE[0], HOSTILE[8], "x"]
            yield [*around, filled, NAME, "register", "B2", "2", "2", "4", *own]
    for at, text in enumerate(HOSTILE):
        one, other, third = (HOSTILE[(at + step) % len(HOSTILE)] for step in (1, 2, 3))
        around = [other, f"{text} {at}", one, "2025" if at % 5 else text, third, other, one]
        yield [*around, "50" if at % 3 else text, other, third, one, "2" if at % 4 else text, "2", one, *own]


@pytest.fixture
def data(tmp_path):
    """The rows as CSV, which can hold any character."""
    path = tmp_path / "data.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows())
    return str(path)


@pytest.mark.parametrize("kind", INERT)
@pytest.mark.parametrize("command", COMMANDS)
def test_text_of_a_workbook_is_inert(run, data, command, kind):
    """Names, sources, groups, headers and cells, in the output and in the messages beside it."""
    name, *options = COMMANDS[command]
    given = (name, *options, data) if name == "rubric" else (name, data, *options)
    done = run(*given, "-f", kind)
    assert done.code in (0, 1), done.err
    assert done.out
    INERT[kind](done.out)
    assert_steers_nothing(done.err)


def test_every_file_of_a_package_is_inert(run, data, tmp_path):
    """The CSV package of a whole report."""
    assert run("score", data, "-o", str(tmp_path / "out"), "-f", "csv").code == 0
    tables = [*(tmp_path / "out").glob("*.csv")]
    assert {"assessment.csv", "indicators.csv", "findings.csv"} <= {path.name for path in tables}
    for path in tables:
        assert_runs_nothing(path.read_text(encoding="utf-8"))
    assert_is_json((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))


def assert_is_inert_workbook(path, formulas=()):
    """No formula but those that were there, no macro, and no link that leads out of the file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    assert not [name for name in parts if "vba" in name.casefold() or "externalLink" in name]
    sheets = "".join(text for name, text in parts.items() if name.startswith("xl/worksheets/sheet"))
    assert "<sheetData" in sheets
    for name, text in parts.items():
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text), name
    assert tuple(re.findall(r"<f[ >][^<]*", sheets)) == formulas
    assert not [name for name, text in parts.items() if "TargetMode" in text]
    for location in re.findall(r'<hyperlink [^>]*location="([^"]*)"', sheets):
        assert re.fullmatch(r"(&apos;|')?[^!]+(&apos;|')?![A-Z]+[0-9]+", location)


def test_marked_copies_are_inert(run, data, tmp_path, workbook):
    """Made from values, and made of the file itself: texts stay texts, a formula that was there stays."""
    assert run("validate", data, "-o", str(tmp_path / "made.xlsx")).code == 1
    assert_is_inert_workbook(tmp_path / "made.xlsx")
    sheet = [[cell if cell.isprintable() else "x" for cell in row] for row in rows()]
    sheet[1][HEADER.index("country")] = "=2+2"
    import openpyxl

    book = openpyxl.Workbook()
    for row in sheet:
        book.active.append([None] * len(row))
        for cell, text in zip(book.active[book.active.max_row], row, strict=True):
            cell.value, cell.data_type = text, "f" if text == "=2+2" else "s"
    book.save(tmp_path / "own.xlsx")
    done = run("validate", str(tmp_path / "own.xlsx"), "-o", str(tmp_path / "copy.xlsx"))
    assert done.code == 1, done.err
    assert_is_inert_workbook(tmp_path / "copy.xlsx", ("<f>2+2",))


@pytest.fixture
def hostile_rubric(variant):
    """A rubric whose labels and questions are hostile."""

    def spoil(rubric):
        rubric["label"] = rubric["description"] = " ".join([*STEERS, *MARKUP])
        for at, indicator in enumerate(
            child for part in rubric["dimensions"].values() for child in part["children"]
        ):
            indicator["label"] = f"{HOSTILE[at % len(HOSTILE)]} {at}"
            indicator["question"] = HOSTILE[at % len(HOSTILE)]

    return variant(spoil)


@pytest.mark.parametrize("command", [("rubric", "show"), ("rubric", "schema", "-r"), ("rubric", "check")])
def test_text_of_a_rubric_is_inert(run, hostile_rubric, command):
    """Whoever wrote it."""
    done = run(*command, hostile_rubric)
    assert done.code == 0, done.err
    assert_steers_nothing(done.out + done.err)


@pytest.mark.parametrize(
    "command", [("rubric", "convert"), ("template", "-r"), ("template", "--xlsform", "-r")], ids=" ".join
)
def test_a_workbook_made_of_a_rubric_is_inert(run, hostile_rubric, tmp_path, command):
    """Labels such as =1+1 are texts in it."""
    done = run(*command, hostile_rubric, "-o", str(tmp_path / "made.xlsx"))
    assert done.code == 0, done.err
    assert_is_inert_workbook(tmp_path / "made.xlsx")


@given(texts)
def test_any_text_is_inert_in_any_format(text):
    """What the formats are written with, alone."""
    assert_is_no_markup(f"| {plain(text)} |\n|---|\n| {plain(text)} |\n")
    table = Table("t", (Field("text", "string", "Any."),), lambda: iter([[[text, "x"]]]))
    written = "".join(csv_lines(table))
    assert_runs_nothing(written)
    assert_is_json(dumped({"text": text}))
    assert json.loads(dumped({"text": text})) == {"text": text}
