"""Templates: an empty workbook for every rubric that, once filled in, is scored without an option or a finding."""

from __future__ import annotations

import io
import json
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import pkassess
from pkassess.library import bundled, load
from pkassess.template.plan import EXTRAS, plan_of
from pkassess.template.workbook import workbook_bytes

EVERYTHING = frozenset(EXTRAS)
HEADER_ROW, EXAMPLE_ROW, FIRST_ROW = 1, 2, 3
JUDGING = {"PK017", "PK020", "PK021", "PK050", "PK051", "PK052", "PK054"}
"""Remarks on how likely values are; random ones may well earn them."""

OWN = """
pkassess: 1
id: water-points
version: "3"
languages: [en, es]
label: {en: Water points, es: Puntos de agua}
keys: {district: {label: {en: District, es: Distrito}}, well: {}}
dimensions:
  service:
    label: Service
    children:
      - {id: steps, label: Steps, scale: {type: ordinal, top: 3}, because: because}
      - {id: mark, label: Mark, scale: {type: identity, range: [0, 10], steps: 2.5}}
      - {id: open_days, label: {en: "Open/closed days", es: Días}, scale: {type: curve, knots: [[0, 0], [30, 100]]}}
      - id: points
        label: Points
        scale: {type: checklist, items: {clean: "Clean: yes or no", near: Near}}
"""
"""Other keys, no periods, scales that no bundled rubric has, labels with signs that exports use."""


def headers(sheet):
    """The columns of a data sheet by name."""
    return {cell.value: cell.column for cell in sheet[HEADER_ROW]}


def answers_of(plan, number):
    """Legal answers to every question, in the middle of what can be; ``number`` tells rows apart."""
    own = {question.name: question.example for question in plan.questions}
    last = [*plan.rubric.keys][-1]
    # The example row is about a local authority, which is not asked for figures of the country; these rows are not.
    told = {"": 2.0, "numerator": 4.0, "denominator": 50.0}
    parted = {one.of for one in plan.questions if one.part == "numerator"}
    own |= {
        one.name: told[one.part]
        for one in plan.questions
        if one.example == "" and one.national and one.part in told and (one.part or one.of not in parted)
    }
    return own | {
        last: f"Place {number}",
        **({"place_code": f"P-{number}"} if "place_code" in own else {}),
        **({"authority_level": "national"} if "authority_level" in own else {}),
        **{name: "C2" if at % 3 else "B1" for at, name in enumerate(own) if name.endswith("__grade")},
    }


def filled(plan, *rows):
    """A template with rows written under the example, as an .xlsx file."""
    book = load_workbook(io.BytesIO(workbook_bytes(plan, "")))
    columns = headers(book["data"])
    for at, row in enumerate(rows):
        for name, value in row.items():
            book["data"].cell(FIRST_ROW + at, columns[name]).value = None if value == "" else value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("extras", [frozenset(), EVERYTHING], ids=["plain", "everything"])
@pytest.mark.parametrize("name", bundled())
def test_a_filled_template_scores_without_options_and_findings(run, tmp_path, name, extras):
    """Exit 0, every value is read as it was written, and nothing at all is remarked."""
    plan = plan_of(load(name), extras)
    row = answers_of(plan, 1)
    path = tmp_path / "filled.xlsx"
    path.write_bytes(filled(plan, row, answers_of(plan, 2)))
    done = run("score", str(path), "-f", "json", "-v")
    assert (done.code, done.err) == (0, "")
    document = json.loads(done.out)
    assert document["findings"] == []
    values = {one["indicator"]: one["value"] for one in document["indicators"] if one["cell"]}
    expected = {
        question.name: row[question.name]
        for question in plan.questions
        if question.measured and row[question.name] != ""
    }
    assert {name: values[name] for name in expected} == expected
    assert values.keys() == plan.rubric.indicators.keys() | plan.rubric.diagnostic_items.keys()


def test_rates_come_from_their_counts_and_checklists_from_their_points(tmp_path):
    """3 deaths among 84,000 residents are 3.571 in 100,000; six points met are 100 %."""
    plan = plan_of(load("partnership"))
    path = tmp_path / "filled.xlsx"
    path.write_bytes(filled(plan, answers_of(plan, 1) | {"conflict_deaths_per_100k__numerator": 3}))
    values = pkassess.score(path, draws=0).indicators.set_index("indicator")["value"]
    assert values["conflict_deaths_per_100k"] == pytest.approx(3 / 84000 * 100000)
    assert values["accountability_checklist"] == 100


def legal(question):
    """Any value that the drop-down or the limits of a column allow."""
    if question.choices:
        return st.sampled_from([choice.value for choice in question.choices])
    low = 0.0 if question.low is None else question.low
    high = low + 5000 if question.high is None else question.high
    if question.kind == "whole":
        return st.integers(int(low) + question.above, int(high))
    return st.integers(1 if question.above else 0, 1000).map(lambda part: low + (high - low) * part / 1000)


@settings(max_examples=6, deadline=None)
@given(data=st.data(), name=st.sampled_from([*bundled()]))
def test_no_value_that_a_template_allows_is_rejected(tmp_path_factory, data, name):
    """Whatever the drop-downs and limits let in, the reader takes."""
    plan = plan_of(load(name))
    row = answers_of(plan, 1)
    for question in plan.questions:
        if question.measured and row[question.name] != "":
            row[question.name] = data.draw(st.one_of(legal(question), st.just("not applicable")))
        elif question.item:
            row[question.name] = data.draw(legal(question))
    path = tmp_path_factory.mktemp("filled") / "filled.xlsx"
    path.write_bytes(filled(plan, row))
    intake = read_only(path)
    codes = {item.code.value.code for item in intake.findings} - JUDGING
    assert codes <= {"PK008"}, [item.message for item in intake.findings]


def read_only(path):
    from pkassess.inputs import read

    return read(str(path))


@pytest.mark.parametrize("name", bundled())
def test_an_empty_template_has_one_clear_message(run, tmp_path, name):
    """Exit 3; the example row is not data, and nothing else is remarked."""
    path = str(tmp_path / "empty.xlsx")
    assert run("template", "-r", name, "-o", path).code == 0
    done = run("score", path, "-v")
    assert (done.code, done.out) == (3, "")
    assert "The template is not filled in" in done.err
    assert done.err.count("error PK") == 1
    assert "0 warnings" not in done.err
    checked = run("validate", path)
    assert checked.code == 0
    assert "No errors, no warnings" in checked.out
    assert "the template's example" in " ".join(checked.out.split())


def test_the_example_row_of_every_sheet_is_skipped(run, tmp_path):
    """The examples of facts, targets and breaks would be findings if they were read: their partnership has no row."""
    plan = plan_of(load("partnership"))
    path = tmp_path / "filled.xlsx"
    path.write_bytes(filled(plan, answers_of(plan, 1)))
    book = load_workbook(path)
    for name in ("data", "partnerships", "facts", "targets", "breaks"):
        assert book[name].cell(EXAMPLE_ROW, 1).value.startswith("[example]"), name
    read = read_only(path)
    seen = read.matrix.observations
    assert (seen.facts, seen.targets, seen.breaks) == ([], [], [])
    assert {unit.keys for unit in seen.units} == {("UNMAV", "Place 1")}


@pytest.mark.parametrize("name", bundled())
def test_the_example_would_be_right_as_data(tmp_path, name):
    """Whoever writes over the first name alone gets no finding, in any sheet."""
    book = load_workbook(io.BytesIO(workbook_bytes(plan_of(load(name), EVERYTHING), "")))
    for sheet in book:
        for cell in sheet["A"]:
            cell.value = str(cell.value or "").removeprefix("[example] ")
    path = tmp_path / "example.xlsx"
    book.save(path)
    read = pkassess.score(path, draws=0)
    assert read.findings.empty, read.findings["message"].tolist()
    assert len(read.assessment) == 1


def test_the_further_sheets_are_read_once_filled_in(tmp_path):
    """A fact, a target and a break in the columns as they are named, chosen from the drop-downs."""
    plan = plan_of(load("partnership"))
    path = tmp_path / "filled.xlsx"
    path.write_bytes(filled(plan, answers_of(plan, 1)))
    book = load_workbook(path)
    given = {
        "partnerships": {"mission_start": "2011-07-09"},
        "facts": {"fact": "protection_plan", "value": "yes", "date": "2025-06-30"},
        "targets": {"indicator": "posts_filled_pct", "value": 70, "date": "2026-12-31", "baseline": "2025"},
        "breaks": {"indicator": "posts_filled_pct", "period": "2024", "reason": "new register"},
    }
    for name, row in given.items():
        columns = [cell.value for cell in book[name][1]]
        for title, value in ({"mission": "UNMAV", "authority": "Place 1"} | row).items():
            book[name].cell(3, columns.index(title) + 1).value = value
    book.save(path)
    read = read_only(path)
    seen = read.matrix.observations
    assert [*read.findings] == []
    assert [(fact.fact, fact.value) for fact in seen.facts] == [("protection_plan", True)]
    assert [(target.name, target.value) for target in seen.targets] == [("posts_filled_pct", 70)]
    assert [one.reason for one in seen.breaks] == ["new register"]


def test_a_rubric_of_ones_own_needs_only_its_option(run, rubric_file, tmp_path):
    """Other keys, no periods; the program says which option it is."""
    rubric = rubric_file(OWN)
    path = str(tmp_path / "own.xlsx")
    done = run("template", "-r", rubric, "-o", path)
    assert done.code == 0
    assert f"pkassess score {path} -r {rubric}" in done.out
    book = load_workbook(path)
    assert [*headers(book["data"])][:2] == ["district", "well"]
    assert "period" not in headers(book["data"])
    assert {"targets", "breaks", "facts", "partnerships"}.isdisjoint(book.sheetnames)
    plan = plan_of(load(rubric))
    (tmp_path / "own.xlsx").write_bytes(filled(plan, answers_of(plan, 1) | {"steps": 1.5, "mark": 7.5}))
    scored = run("score", path, "-r", rubric, "-f", "json", "-v")
    assert (scored.code, scored.err) == (0, "")


# --- what the sheet itself does ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made():
    """The workbook of the default rubric with every further column."""
    return load_workbook(io.BytesIO(workbook_bytes(plan_of(load("partnership"), EVERYTHING), "")))


def rule_of(made, name):
    """The rule for the cells of a column, and its list where it has one."""
    sheet = made["data"]
    cell = sheet.cell(FIRST_ROW + 100, headers(sheet)[name]).coordinate
    (rule,) = (one for one in sheet.data_validations.dataValidation if cell in one.sqref)
    if rule.type != "list":
        return rule, None
    _, _, span = rule.formula1.partition("!")
    return rule, [row[0].value for row in made["lists"][span.replace("$", "")]]


def test_drop_downs_hold_what_may_be_chosen(made):
    """Ratings with half steps between, answers, grades, levels, the rubric's own source types."""
    likert = [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, "not applicable"]
    assert rule_of(made, "political_volatility")[1] == likert
    answers = ["yes", "partial", "no", "not applicable"]
    assert rule_of(made, "accountability_checklist.budget_published")[1] == answers
    grades = rule_of(made, "posts_filled_pct__grade")[1]
    assert (len(grades), grades[0], grades[-1]) == (36, "A1", "F6")
    assert rule_of(made, "authority_level")[1] == ["national", "adm1", "adm2"]
    assert rule_of(made, "posts_filled_pct__source_type")[1] == load("partnership").source_order


def test_limits_are_those_of_the_rubric_and_say_so(made):
    """A percentage, a count, a denominator; a wrong entry is stopped with a sentence."""
    rule, _ = rule_of(made, "posts_filled_pct")
    column = made["data"].cell(1, headers(made["data"])["posts_filled_pct"]).column_letter
    cell = f"{column}{EXAMPLE_ROW}"
    assert rule.formula1 == f'OR(AND(ISNUMBER({cell}),{cell}>=0,{cell}<=100),{cell}="not applicable")'
    assert (rule.errorStyle, rule.showErrorMessage) == ("stop", True)
    assert rule.error.startswith("A number from 0 to 100.")
    assert "=INT(" in rule_of(made, "unplanned_leadership_changes")[0].formula1
    assert ">0" in rule_of(made, "conflict_deaths_per_100k__denominator")[0].formula1
    assert all(len(one.error) <= 255 for one in made["data"].data_validations.dataValidation)


def test_limits_have_all_their_digits(run, rubric_file, tmp_path):
    """No exponent, which forms do not know, and nothing rounded away."""
    scale = "{type: curve, knots: [[0, 0], [30, 100]]}"
    rubric = rubric_file(OWN.replace(scale, f"{scale}, limits: [0.00002, 12345678]"))
    question = next(one for one in plan_of(load(rubric)).questions if one.name == "open_days")
    assert question.limits["en"] == "A number from 0.00002 to 12,345,678."
    path = tmp_path / "own.xlsx"
    assert run("template", "-r", rubric, "-o", str(path)).code == 0
    formulas = [one.formula1 for one in load_workbook(path)["data"].data_validations.dataValidation]
    assert any(">=0.00002," in formula and "<=12345678)" in formula for formula in formulas)
    assert run("template", "-r", rubric, "--xlsform", "-o", str(path)).code == 0
    head, *rows = load_workbook(path)["survey"].iter_rows(values_only=True)
    assert ". >= 0.00002 and . <= 12345678" in [row[head.index("constraint")] for row in rows]


def test_names_are_locked_and_cells_are_open(made):
    """Every sheet is protected without a password; the example and all cells below may be written over."""
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in made)
    sheet = made["data"]
    for name, column in headers(sheet).items():
        assert sheet.cell(HEADER_ROW, column).protection.locked, name
        assert not sheet.cell(EXAMPLE_ROW, column).protection.locked, name
        letter = sheet.cell(HEADER_ROW, column).column_letter
        assert not sheet.column_dimensions[letter].protection.locked, name
    assert sheet.freeze_panes == "D2"


def test_each_column_explains_itself(made):
    """The comment has label, question, unit and the described steps."""
    sheet = made["data"]
    text = sheet.cell(HEADER_ROW, headers(sheet)["political_volatility"]).comment.text
    assert text.startswith("Stability: Political volatility")
    assert "How predictable is political authority" in text
    assert "5 - No effective authority" in text
    assert all(sheet.cell(HEADER_ROW, column).comment for column in headers(sheet).values())


def test_the_codebook_has_every_indicator(made):
    """Direction follows scale and polarity: violations are bad though their score is high, deaths are bad as well."""
    titles, *rows = made["codebook"].iter_rows(values_only=True)
    book = {row[0]: dict(zip(titles, row, strict=True)) for row in rows}
    rubric = load("partnership")
    assert {*rubric.indicators, *rubric.diagnostic_items} <= book.keys()
    directions = {name: book[name]["direction"] for name in rubric.indicators}
    assert directions["conflict_deaths_per_100k"] == "a high value is bad"
    assert directions["sofa_violations_per_1000_staff"] == "a high value is bad"
    assert directions["posts_filled_pct"] == "a high value is good"
    assert directions["autonomy_safeguards_checklist"] == "a high value is good"
    assert directions["budget_execution_pct"] == "neither low nor high is best"
    assert "50 scores 40" in book["posts_filled_pct"]["score"].replace("\N{NO-BREAK SPACE}%", "")


def test_about_names_rubric_and_version(made):
    """So that no option is needed."""
    rows = dict(made["about"].iter_rows(values_only=True))
    assert (rows["rubric"], rows["rubric_version"]) == ("partnership", "1.0")


def test_the_same_template_has_the_same_bytes():
    """Nothing depends on the clock."""
    plan = plan_of(load("hdi"))
    assert workbook_bytes(plan, "") == workbook_bytes(plan, "")


# --- the command ------------------------------------------------------------------------------------------------------


def test_wrong_usage_is_said_and_nothing_is_written(run, tmp_path):
    """Another ending, an unknown column set, an unknown rubric: exit 2."""
    good = str(tmp_path / "t.xlsx")
    wrong = {
        ("-o", str(tmp_path / "t.csv")): "another ending",
        ("-o", good, "--with", "grade"): "Did you mean 'grades'?",
        ("-o", good, "-r", "partnershp"): "partnership",
        ("-o", str(tmp_path / "no" / "t.xlsx")): "No such file",
    }
    for arguments, said in wrong.items():
        done = run("template", *arguments)
        assert (done.code, done.out) == (2, ""), arguments
        assert said in " ".join(done.err.split()), done.err
    assert [*tmp_path.iterdir()] == []


def test_a_template_that_was_filled_in_is_not_written_over(run, tmp_path):
    """An empty one may be; --force says that the data may go."""
    path = tmp_path / "t.xlsx"
    assert run("template", "-r", "hdi", "-o", str(path)).code == 0
    assert run("template", "-r", "hdi", "-o", str(path)).code == 0
    plan = plan_of(load("hdi"))
    data = filled(plan, answers_of(plan, 1))
    path.write_bytes(data)
    for again in ((), ("--xlsform",), ("-r", "partnership")):
        done = run("template", *again, "-o", str(path))
        assert (done.code, "PK348" in done.err, path.read_bytes() == data) == (2, True, True), again
    assert run("template", "-r", "hdi", "-o", str(path), "--force").code == 0
    assert path.read_bytes() != data


WIDE = "{{id: wide, label: Wide, scale: {{type: checklist, items: {{{items}}}}}}}"


@pytest.mark.parametrize(
    ("items", "options"), [(1995, ()), (1500, ("--with", "sources")), (1960, ("--xlsform",))]
)
def test_a_template_that_could_not_be_read_again_is_refused(run, rubric_file, tmp_path, items, options):
    """A sheet of more than 2,000 columns is not read; survey tools add some of their own."""
    lists = WIDE.format(items=", ".join(f"i{at}: Item {at}" for at in range(items)))
    more = ", ".join(
        f"{{id: r{at}, label: R{at}, scale: {{type: likert}}}}"
        for at in range(200 if options[:1] == ("--with",) else 1)
    )
    rubric = rubric_file(OWN.partition("    children:")[0] + f"    children: [{lists}, {more}]\n")
    done = run("template", "-r", rubric, "-o", str(tmp_path / "t.xlsx"), *options)
    assert (done.code, "PK182" in done.err, (tmp_path / "t.xlsx").exists()) == (2, True, False)
    assert "a sheet of more than 2,000 is not read" in " ".join(done.err.split())


SCALES = """
pkassess: 2
id: scales
version: "1"
label: Scales
keys: {site: {}}
dimensions:
  one:
    label: One
    children:
      - {id: fine, label: Fine, scale: {type: identity, range: [-10, 90], steps: 2.5}}
      - {id: part, label: Part, limits: [21, 60], scale: {type: identity, range: [0, 100], steps: 2}}
      - {id: many, label: Many, scale: {type: identity, range: [0, 100], steps: 1}}
      - {id: few, label: Few, limits: [2, 3], scale: {type: likert, points: 5}}
      - {id: high, label: High, limits: [0, 20], scale: {type: curve, knots: [[10, 0], [90, 100]]}}
"""


def test_steps_that_are_too_many_for_a_list_are_limits(run, rubric_file, tmp_path):
    """Lowest, highest and how far apart; a short list holds what the limits allow, and examples are values that can be."""
    rubric = rubric_file(SCALES)
    plan = plan_of(load(rubric))
    own = {question.name: question for question in plan.questions}
    assert own["fine"].limits["en"] == "A number from -10 to 90, in steps of 2.5."
    assert own["many"].limits["en"] == "A whole number from 0 to 100."
    assert [choice.value for choice in own["few"].choices] == [2, 2.5, 3]
    assert [choice.value for choice in own["part"].choices] == [*range(22, 61, 2)]
    assert [own[name].example for name in ("fine", "part", "many", "few", "high")] == [40, 42, 50, 3, 20]
    path = tmp_path / "t.xlsx"
    assert run("template", "-r", rubric, "-o", str(path)).code == 0
    rules = {
        str(rule.sqref)[0]: rule.formula1
        for rule in load_workbook(path)["data"].data_validations.dataValidation
    }
    column = chr(ord("A") + [*own].index("fine"))
    assert "ABS((F2--10)/2.5-ROUND((F2--10)/2.5,0))<=0.000000001".replace("F", column) in rules[column]
    path.write_bytes(filled(plan, answers_of(plan, 1)))
    done = run("score", str(path), "-r", rubric, "-v", "--no-uncertainty")
    assert (done.code, done.err) == (0, "")


def test_extras_add_their_columns():
    """Several words with commas are the same as several options."""
    rubric = load("partnership")
    plain = {question.name for question in plan_of(rubric).questions}
    more = {question.name for question in plan_of(rubric, frozenset({"grades", "sides"})).questions} - plain
    assert {name.rpartition("__")[2] for name in more} == {"grade", "mission", "host"}
    assert "joint_meetings_held_pct__host" in more
    assert "posts_filled_pct__host" not in more


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.slow
def test_a_template_saved_by_libreoffice_still_scores(run, tmp_path):
    """Protection, drop-downs and the hidden lists survive, and the file is read as before."""
    plan = plan_of(load("partnership"))
    (tmp_path / "filled.xlsx").write_bytes(filled(plan, answers_of(plan, 1)))
    home = f"-env:UserInstallation=file://{tmp_path / 'home'}"
    command = ["soffice", home, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved")]
    subprocess.run([*command, str(tmp_path / "filled.xlsx")], check=True, capture_output=True)
    path = tmp_path / "saved" / "filled.xlsx"
    done = run("score", str(path), "-f", "json", "-v")
    assert (done.code, done.err) == (0, "")
    book = load_workbook(path)
    assert book["data"].protection.sheet
    assert len(book["data"].data_validations.dataValidation) > 40
    assert book["lists"].sheet_state == "hidden"


def test_a_marker_elsewhere_is_data(report):
    """Only the first key marks an example; a remark in brackets is not the mark."""
    document = report(
        {"mission": "[Example]: UNMAV", "authority": "A", "authority_level": "adm2", "period": "2025"},
        {
            "mission": "UNMAV",
            "authority": "[example]",
            "authority_level": "adm2",
            "period": "2025",
            "posts_filled_pct": 40,
        },
        {
            "mission": "(example)",
            "authority": "B",
            "authority_level": "adm2",
            "period": "2025",
            "posts_filled_pct": 50,
        },
    )
    assert {row["authority"] for row in document["assessment"]} == {"[example]", "B"}


def test_a_rubric_with_an_unknown_scale_part_is_refused_as_everywhere(run, rubric_file, tmp_path):
    """The rubric is checked before anything is made."""
    done = run("template", "-r", rubric_file(OWN.replace("top: 3", "top: 0")), "-o", str(tmp_path / "t.xlsx"))
    assert done.code == 2
    assert not (tmp_path / "t.xlsx").exists()
