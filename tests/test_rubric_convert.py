"""A rubric as a workbook and back: nothing is lost, what officers edit are plain cells, and each mistake has its cell."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from rubrics_made import rubrics

from pkassess.ingest import read_workbook
from pkassess.library import bundled, load
from pkassess.normalise import KERNELS
from pkassess.render.rubric_book import rubric_book
from pkassess.rubric import Rubric
from pkassess.rubricbook.data import read_sheets
from pkassess.rubricbook.reading import read_book
from pkassess.rubricbook.rows import sheets_of
from pkassess.rubricbook.shape import TOP, header_of, tables
from pkassess.rubricfiles import convert
from pkassess.yamlfile import read_yaml
from pkassess.yamlwrite import yaml_text

OFFICE = shutil.which("soffice")
SMALL = """
pkassess: 2
id: small
version: "1.0"
languages: [en, fr]
label: {en: Small, fr: Petit}
keys: {district: {}}
levels:
  footing:
    - {id: Low, from: 0, short: L}
    - {id: High, from: 50, short: H}
dimensions:
  calm:
    label: {en: Calm, fr: Calme}
    levels: footing
    children:
      - {use: outer, weight: 0.5}
      - id: deaths
        label: {en: Deaths, fr: Décès}
        scale: {type: curve, knots: [50, 15, 5, 2, 0.5, 0], because: A choice.}
        weight: 0.30000000000000004
        limits: [0, null]
      - id: group
        label: Group
        aggregate: minimum
        children:
          - id: trust
            label: Trust
            scale: {type: curve, knots: [[10, 0], [20.5, 100]]}
          - {use: deaths}
          - id: rules
            label: Rules
            scale: {type: checklist, items: {a: First, b: {en: Second, fr: Deuxième}}}
  order:
    label: Order
    weights: {method: budget, experts: {E1: {outer: 1, trust: 3}, E2: {outer: 2, trust: 2}}}
    children:
      - id: outer
        label: Outer
        scale: {type: likert, points: 4}
        anchors: {1: Bad, 4: Good}
      - {use: trust}
overall:
  levels: footing
  rules:
    - {id: weakest, weakest_of: [calm], plus: 1}
    - id: cap
      at_most: [{when: deaths > 20, level: Low}]
alarms:
  - {id: many, when: deaths > 30, text: "{deaths} deaths"}
"""


def order_of(rubric: Rubric) -> str:
    """Everything a rubric says, with the order of its parts; equal models may differ in it."""
    return rubric.model_dump_json()


def cells_of(path: Path) -> dict[str, list[list[object]]]:
    """The cells of every sheet, as Excel would show them."""
    book = openpyxl.load_workbook(path)
    return {page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in book}


def rows_of(path: Path, sheet: str) -> list[dict[str, object]]:
    """The rows of a sheet by their headers, without blanks."""
    headers, *rows = cells_of(path)[sheet]
    return [
        {str(head): value for head, value in zip(headers, row, strict=True) if value is not None}
        for row in rows
    ]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The small rubric, and its workbook."""
    folder = tmp_path_factory.mktemp("small")
    source, book = folder / "small.yaml", folder / "small.xlsx"
    source.write_text(SMALL, encoding="utf-8")
    assert convert(str(source), str(book)) == f"Written: {book} (remarks after # are not in it)\n"
    return str(source), book


@pytest.fixture
def edited(small, run, tmp_path):
    """Set cells of the small rubric's workbook by 'sheet!cell', and convert it: what is said, and the exit code."""

    def edit(changes, change=lambda book: None):
        book = openpyxl.load_workbook(small[1])
        for place, value in changes.items():
            sheet, _, cell = place.rpartition("!")
            book[sheet][cell] = value
        change(book)
        book.save(tmp_path / "edited.xlsx")
        edited = str(tmp_path / "edited.xlsx")
        return run("rubric", "convert", edited, "-o", str(tmp_path / "edited.yaml"), "--force")

    return edit


# --- nothing is lost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", bundled())
def test_a_bundled_rubric_comes_back_as_it_was(name, run, tmp_path):
    """YAML to XLSX to YAML: the same model, and its parts in the same order."""
    book, back = tmp_path / "a.xlsx", tmp_path / "a.yaml"
    assert run("rubric", "convert", name, "-o", str(book)).code == 0
    assert run("rubric", "convert", str(book), "-o", str(back)).code == 0
    assert load(str(back)) == load(name)
    assert order_of(load(str(back))) == order_of(load(name))


def test_a_small_rubric_of_everything_comes_back_as_it_was(small, run):
    """Uses before definitions, nested groups, pairs of knots, 17 digits, limits open to one side, experts, languages."""
    source, book = small
    printed = run("rubric", "convert", str(book))
    assert printed.code == 0
    back = Rubric.model_validate(read_yaml(printed.out).data)
    assert back == load(source)
    assert order_of(back) == order_of(load(source))


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(rubrics())
def test_writing_and_reading_a_rubric_changes_nothing(rubric):
    """As YAML text, and as rows of sheets, whatever its models allow: all scales, texts of any characters, any numbers."""
    source = read_yaml(yaml_text(rubric))
    assert source.troubles == []
    assert Rubric.model_validate(source.data) == rubric
    read = read_sheets([(sheet.table.name, grid(sheet)) for sheet in sheets_of(rubric)])
    assert read.problems == []
    assert Rubric.model_validate(read.data) == rubric


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(rubrics())
def test_a_workbook_of_any_rubric_changes_nothing(tmp_path_factory, rubric):
    """Through a real file and the reader of data workbooks."""
    path = tmp_path_factory.mktemp("any") / "any.xlsx"
    path.write_bytes(rubric_book(rubric))
    book = read_workbook(str(path))
    read = read_sheets(
        [(sheet.name, [row for _, rows in sheet.blocks() for row in rows]) for sheet in book.sheets]
    )
    book.close()
    assert Rubric.model_validate(read.data) == rubric


def grid(sheet):
    """The cells of a sheet in rows, as its workbook has them."""
    if sheet.table.name == TOP:
        return [["field", "value"], *([header, sheet.rows[0].get(header)] for header in sheet.headers)]
    return [sheet.headers, *([row.get(header) for header in sheet.headers] for row in sheet.rows)]


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_a_workbook_saved_again_by_libreoffice_still_converts(small, tmp_path, ending):
    """Numbers, switches and texts that look like numbers stay what they were."""
    (tmp_path / "out").mkdir()
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        OFFICE,
        profile,
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
        str(tmp_path / "out"),
        str(small[1]),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert order_of(read_book(str(tmp_path / "out" / f"small.{ending}"))) == order_of(load(small[0]))


def test_the_same_rubric_gives_the_same_bytes(small):
    """Whatever the time."""
    assert rubric_book(load(small[0])) == small[1].read_bytes()


# --- what officers edit are plain cells -----------------------------------------------------------------------


def test_labels_weights_knots_and_bounds_are_plain_cells(small):
    """One row for each indicator, texts by language, knots side by side, a row for each pair."""
    rows = {row["id"]: row for row in rows_of(small[1], "indicators")}
    deaths = rows["deaths"]
    assert deaths["belongs to"] == "calm"
    assert deaths["place"] == 2
    assert (deaths["label [en]"], deaths["label [fr]"]) == ("Deaths", "Décès")
    assert [deaths[f"scale.knots {at}"] for at in range(1, 7)] == [50, 15, 5, 2, 0.5, 0]
    assert (deaths["limits 1"], deaths["limits 2"]) == (0, "open")
    assert rows["outer"]["scale.points"] == 4
    assert rows_of(small[1], "indicators.scale.knots") == [
        {"belongs to": "trust", "value 1": 10, "value 2": 0},
        {"belongs to": "trust", "value 1": 20.5, "value 2": 100},
    ]
    assert rows_of(small[1], "overall.rules.at_most") == [
        {"belongs to": "cap", "when": "deaths > 20", "level": "Low"}
    ]
    assert rows_of(small[1], "uses")[0] == {"belongs to": "calm", "place": 1, "use": "outer", "weight": 0.5}
    fields = {row["field"]: row.get("value") for row in rows_of(small[1], "rubric")}
    assert (fields["label [fr]"], fields["version"], fields["languages"]) == ("Petit", "1.0", "en\nfr")


def test_headers_are_frozen_and_explained_and_choices_are_listed(small):
    """A drop-down for every closed choice, and for the owner of a row."""
    book = openpyxl.load_workbook(small[1])
    page = book["indicators"]
    heads = {cell.value: cell for cell in page[1]}
    assert page.freeze_panes == "D2"
    assert all(cell.comment.text for cell in page[1])
    assert heads["weight"].comment.text.startswith("Weight among its siblings.")
    lists = {
        str(rule.sqref).partition(":")[0]: rule.formula1 for rule in page.data_validations.dataValidation
    }
    scales = lists[f"{heads['scale.type'].column_letter}2"]
    assert set(scales.strip('"').split(",")) == {
        str(model.model_fields["type"].annotation.__args__[0]) for model in KERNELS
    }
    assert lists[f"{heads['key'].column_letter}2"] == '"TRUE,FALSE"'
    owners = {rule.formula1 for rule in book["indicators.anchors"].data_validations.dataValidation}
    assert "'indicators'!$C$2:$C$205" in owners


def test_every_parameter_of_every_scale_has_a_column():
    """Told by the models, so that a scale added to the language needs nothing here."""
    columns = tables()["indicators"].columns
    for model in KERNELS:
        for name, field in model.model_fields.items():
            assert ("scale", field.alias or name) in columns
    assert all(len(name) <= 31 for name in tables())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("label", (("label",), "", 0)),
        ("label [pt-BR]", (("label",), "pt-BR", 0)),
        ("scale.knots 12", (("scale", "knots"), "", 12)),
        ("two words", None),
        ("", None),
    ],
)
def test_headers_are_read_as_they_are_written(text, parts):
    """Keys, a language, a place in a list."""
    assert header_of(text) == parts
    assert parts is None or str(header_of(text)) == text


# --- edited workbooks -----------------------------------------------------------------------------------------


def test_edits_arrive(edited, small, tmp_path):
    """A weight, a French label, a knot typed as text, a row added without a place, a sheet and notes of one's own."""

    def add(book):
        book["indicators"].append(["calm", None, "floods", "Floods", None])
        head = {cell.value: cell.column for cell in book["indicators"][1]}
        row = book["indicators"].max_row
        for name, value in (
            ("scale.type", "goalposts"),
            ("scale.bottom", 10),
            ("scale.top", 0),
            ("key", "yes"),
        ):
            book["indicators"].cell(row, head[name], value)
        book.create_sheet("_notes")["A1"] = "call the ministry"

    heads = {cell.value: cell.column_letter for cell in openpyxl.load_workbook(small[1])["indicators"][1]}
    changes = {
        f"indicators!{heads['label [fr]']}2": "Morts",
        f"indicators!{heads['weight']}2": 2,
        f"indicators!{heads['scale.knots 5']}2": "0.25",
    }
    done = edited(changes, add)
    assert (done.code, done.err) == (0, "")
    calm = load(str(tmp_path / "edited.yaml")).dimensions["calm"]
    names = [getattr(child, "id", getattr(child, "use", "")) for child in calm.children]
    assert names == ["outer", "deaths", "group", "floods"]
    deaths, floods = calm.children[1], calm.children[3]
    assert (deaths.label["fr"], deaths.weight, deaths.scale.knots[4]) == ("Morts", 2.0, 0.25)
    assert (floods.scale.bottom, floods.key) == (10.0, True)


WRONG = {
    "indicators!<weight>2": ("abc", "PK207", "the weight of 'deaths' is 'abc'", "Expected a number."),
    "indicators!<scale.type>2": ("crve", "PK206", "found 'crve'", "Did you mean 'curve'?"),
    "indicators!<scale.knots 3>2": (
        None,
        "PK206",
        "knots, entry 3: expected a number, found nothing",
        "Expected a number.",
    ),
    "indicators!<scale.knots 2>2": (60, "PK211", "do not run in one direction: 60 after 50", "Swap them"),
    "indicators!A2": (
        "clam",
        "PK208",
        "the row of 'deaths' names 'clam', which does not exist",
        "Did you mean 'calm'?",
    ),
    "indicators!<key>3": (
        "perhaps",
        "PK206",
        "key: expected true or false, found 'perhaps'",
        "Expected true or false.",
    ),
    "indicators!<label>3": (None, "PK205", "'trust' lacks the key 'label'", "Add 'label'."),
    "indicators!<unit>1": (
        "unti",
        "PK204",
        "unknown key 'unti' in sheet 'indicators'",
        "Did you mean 'unit'?",
    ),
    "indicators!B3": (
        "first",
        "PK206",
        "'place': expected a number, found 'first'",
        "Write what is expected there",
    ),
    "indicators!<max_age>2": (
        "=1/0",
        "PK206",
        "'max_age': the cell holds a formula that was never calculated",
        "Write what is expected there",
    ),
    "indicators.scale.items!B3": (
        "a",
        "PK202",
        "key 'a' is given twice; first in indicators.scale.items!B2",
        "Delete one of the two.",
    ),
    "indicators.anchors!B2": (
        "one",
        "PK206",
        "'id': expected a number, found 'one'",
        "Write what is expected there",
    ),
    "levels!<from>3": (-1, "PK212", "level 'High' starts at -1, not above 0", "List the levels"),
    "overall.rules.at_most!B2": ("deaths >", "PK209", "rule 'cap'", "Conditions read like"),
    "uses!C2": ("outr", "PK208", "a child names 'outr', which does not exist", "Did you mean 'outer'?"),
    "groups!A2": ("group", "PK206", "'group': it lies in itself", "Write what is expected there"),
    "rubric!A2": ("pkases", "PK204", "unknown key 'pkases' in sheet 'rubric'", "Did you mean 'pkassess'?"),
    "alarms!C2": (
        "json:{",
        "PK206",
        "'text': what follows json: is not JSON",
        "Write what is expected there",
    ),
}


@pytest.mark.parametrize("place", WRONG)
def test_a_mistake_is_named_with_its_cell(edited, small, tmp_path, place):
    """What is wrong and what to write instead, exit 2, and nothing written."""
    value, code, message, remedy = WRONG[place]
    sheet = place.partition("!")[0]
    heads = {cell.value: cell.column_letter for cell in openpyxl.load_workbook(small[1])[sheet][1]}
    head = re.search("<(.+)>", place)
    cell = place.replace(head[0], heads[head[1]]) if head else place
    done = edited({cell: value})
    said = " ".join(done.err.split())
    assert done.code == 2
    assert f"{tmp_path / 'edited.xlsx'}:{cell} error {code}" in said
    assert message in said
    assert remedy in said
    assert not (tmp_path / "edited.yaml").exists()


def test_cells_that_are_no_plain_values_are_refused(edited):
    """A percentage, a date and an error value could each mean something else than is shown."""
    import datetime

    def percent(book):
        book["uses"]["D2"].number_format = "0%"

    done = edited({"uses!D3": datetime.date(2025, 3, 4)}, percent)
    said = " ".join(done.err.split())
    assert "uses!D2 error PK206" in said
    assert "'weight': the cell has a % format" in said
    assert "uses!D3 error PK206" in said
    assert "'weight': the cell holds a date or a time" in said


def test_a_list_given_twice_is_refused(edited, small):
    """Knots side by side in the indicator's row, and pairs on a sheet of their own."""
    heads = {cell.value: cell.column_letter for cell in openpyxl.load_workbook(small[1])["indicators"][1]}
    done = edited({f"indicators!{heads['scale.knots 1']}3": 1})
    assert "'knots': it is given in rows here and in a cell of its owner" in " ".join(done.err.split())
    assert done.code == 2


def test_sheets_are_known_by_name(edited):
    """A renamed sheet is a mistake; without the sheet of the rubric itself there is none."""

    def rename(book):
        book["alarms"].title = "alarm"

    done = edited({}, rename)
    assert (done.code, "Did you mean 'alarms'?" in done.err) == (2, True)

    def remove(book):
        del book["rubric"]

    done = edited({}, remove)
    assert (done.code, "PK223" in done.err, done.err.count("error")) == (2, True, 2)


# --- what is a rubric and what is a workbook ------------------------------------------------------------------


def test_a_workbook_is_not_scored_with(small, run):
    """A rubric is a YAML file; the message says how to get one. `rubric check` says the same."""
    for arguments in (
        ("score", "sample_data/field_demo.xlsx", "-r"),
        ("rubric", "check"),
        ("rubric", "migrate"),
    ):
        done = run(*arguments, str(small[1]))
        assert done.code == 2
        assert "PK220" in done.err
        assert "pkassess rubric convert FILE -o rubric.yaml" in " ".join(done.err.split())


@pytest.mark.parametrize(
    ("output", "example"),
    [("x.yaml", "-o x.xlsx"), ("x", "-o x.xlsx"), (None, "-o partnership.xlsx")],
)
def test_a_rubric_becomes_a_workbook(run, output, example):
    """Its output ends in .xlsx; text cannot show a workbook."""
    done = run("rubric", "convert", "partnership", *(["-o", output] if output else []))
    assert (done.code, "PK347" in done.err, example in done.err) == (2, True, True)


def test_a_workbook_becomes_a_rubric(small, run):
    """Its output ends in .yaml or .yml."""
    done = run("rubric", "convert", str(small[1]), "-o", "again.xlsx")
    assert (done.code, "has to end in .yaml or .yml" in " ".join(done.err.split())) == (2, True)


def test_what_holds_no_rubric(run, tmp_path):
    """A damaged file, a workbook of data, and a file that is not there."""
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 and no more")
    for path, code in (
        (str(broken), "PK1"),
        ("sample_data/field_demo.xlsx", "PK223"),
        ("nope.xlsx", "PK200"),
    ):
        done = run("rubric", "convert", path, "-o", str(tmp_path / "x.yaml"))
        assert (done.code, code in done.err) == (2, True), done.err


# --- YAML for people ------------------------------------------------------------------------------------------


def test_a_written_rubric_is_readable():
    """Defaults left out, names first and children last, short blocks on one line, long texts folded."""
    text = yaml_text(load("cpia"))
    assert "      - {id: TRAD, label: Trade, scale: {type: likert, points: 6}, kind: judgement}\n" in text
    assert "score_range: [1, 6]\n" in text
    assert "weight" not in text
    assert "description: >-\n  Reproduces the four cluster scores" in text
    lines = text.splitlines()
    assert lines[:2] == ["pkassess: 2", "id: cpia"]
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize(
    "word",
    ["yes", "n", "1.0", "0123", "1e5", "null", "~", "true", "- a", "a: b", "#x", "", " x", "{", "\x85"],
)
def test_texts_that_look_like_something_else_are_quoted(word):
    """They are read as the texts they are."""
    rubric = load("cpia").model_copy(update={"version": word})
    assert read_yaml(yaml_text(rubric)).data["version"] == word


def test_a_check_of_a_file_that_is_not_there_fails(run):
    """It says so, and not that there is no problem."""
    done = run("rubric", "check", "nope.yaml")
    assert (done.code, "PK200" in done.err, done.out) == (2, True, "")


def test_a_file_that_is_there_stays(run, tmp_path):
    """A rubric with its remarks, or a workbook that was edited, is not written over unless --force says so."""
    book, text = tmp_path / "own.xlsx", tmp_path / "own.yaml"
    assert run("rubric", "convert", "hdi", "-o", str(book)).code == 0
    text.write_text("# mine")
    for source, target in (("hdi", book), (book, text)):
        before = target.read_bytes()
        done = run("rubric", "convert", str(source), "-o", str(target))
        assert (done.code, "PK348" in done.err, target.read_bytes() == before) == (2, True, True)
        assert run("rubric", "convert", str(source), "-o", str(target), "--force").code == 0
    assert text.read_text() != "# mine"
