"""Survey forms: accepted without a warning, and an export of their answers is read as the workbook would be."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import test_template
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

import pkassess
from pkassess.library import bundled, load
from pkassess.template.plan import EXTRAS, plan_of
from pkassess.template.xlsform import form_bytes

EVERYTHING = frozenset(EXTRAS)
TECHNICAL = {
    "_id": "101",
    "_uuid": "5b2c",
    "_submission_time": "2025-03-04T10:11:12",
    "_validation_status": None,
    "_notes": None,
    "_status": "submitted_via_web",
    "_submitted_by": None,
    "__version__": "vZ3k",
    "_tags": None,
    "_index": "1",
}
"""What KoboToolbox puts at the right of the answers."""


@cache
def table(form, name):
    """The rows of a sheet of the form."""
    head, *rows = load_workbook(io.BytesIO(form), read_only=True)[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def answers_to(form, plan, number):
    """What a person would enter, by question: the same as in the workbook, in the form's own words."""
    given = test_template.answers_of(plan, number)
    found, questions = {}, iter(plan.questions)
    for row in table(form, "survey"):
        name = row["name"]
        if row["type"] == "calculate":
            found[name] = "".join(
                a or b for a, b in re.findall(r"""'([^']*)'|"([^"]*)\"""", row["calculation"])
            )
        elif not row["type"].endswith("group"):
            value = given[next(questions).name]
            found[name] = f"{value:g}" if isinstance(value, float) else str(value)
    return found


def exported(form, plan, *, words="", groups="/", rows=2, other=None):
    """Header and rows of an export: names, or the labels of a language, with groups in front if they are asked for.

    ``other`` answers some questions otherwise.
    """
    survey, choices = table(form, "survey"), table(form, "choices")
    title = next((name for name in survey[0] if name.startswith("label") and name.endswith(words)), "label")
    labels = {(row["list_name"], row["name"]): row[title] for row in choices} if words else {}
    answers = [answers_to(form, plan, number + 1) | (other or {}) for number in range(rows)]
    head, cells, path = ["start", "end"], [["2025-03-04T10:11:12.000+01:00"] * 2 for _ in range(rows)], []
    for row in survey:
        text = (words and row[title]) or row["name"]
        if row["type"] == "begin group":
            path.append(text)
        elif row["type"] == "end group":
            path.pop()
        else:
            head.append(groups.join([*path, text]) if groups else text)
            chosen = row["type"].partition(" ")[2]
            for number, answer in enumerate(answers):
                value = answer[row["name"]]
                cells[number].append(labels.get((chosen, value), value) or None)
    return head, cells


def kobo(path, head, rows, technical=TECHNICAL):
    """An export of KoboToolbox: everything is text, technical columns at the right."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Partnership 1.0"
    sheet.append([*head, *technical])
    for row in rows:
        sheet.append([*row, *technical.values()])
    book.save(path)
    return str(path)


def results(path):
    """Every value and score that was read, by partnership and indicator; nothing at all may be remarked."""
    read = pkassess.score(path, draws=0)
    assert read.findings.empty, read.findings["message"].tolist()
    keys = [*read.rubric.keys, "indicator"]
    columns = ["value", "score", "unit", "source_type", "evidence_class"]
    return read.indicators.set_index(keys)[columns].sort_index()


@cache
def results_of_workbook(name, extras):
    """The same for the filled-in workbook of a rubric."""
    plan = plan_of(load(name), extras)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "filled.xlsx"
        path.write_bytes(test_template.filled(plan, *(test_template.answers_of(plan, at) for at in (1, 2))))
        return results(str(path))


def languages_of(name):
    """How the label columns of a rubric's form end."""
    return tuple(f"({language})" for language in load(name).languages)


@pytest.mark.parametrize("extras", [frozenset(), EVERYTHING], ids=["plain", "everything"])
@pytest.mark.parametrize("name", bundled())
def test_pyxform_takes_the_form_without_a_warning(name, extras):
    """Translations are whole, names are names, references lead somewhere."""
    assert convert(form_bytes(plan_of(load(name), extras))).warnings == []


@pytest.mark.parametrize(
    ("name", "words", "groups", "extras"),
    [
        *((name, words, "/", frozenset()) for name in bundled() for words in ("", *languages_of(name))),
        ("partnership", "", "/", EVERYTHING),
        ("partnership", "(en)", "", EVERYTHING),
    ],
)
def test_an_export_gives_what_the_workbook_gives(tmp_path, name, words, groups, extras):
    """With names or with labels, with or without groups: no option, no finding, the same values and scores."""
    plan = plan_of(load(name), extras)
    path = kobo(tmp_path / "export.xlsx", *exported(form_bytes(plan), plan, words=words, groups=groups))
    assert results(path).equals(results_of_workbook(name, extras))


def test_the_command_needs_no_option_for_an_export(run, tmp_path):
    """The same on the command line, where notes are asked for and none are printed."""
    plan = plan_of(load("public-record"))
    path = kobo(tmp_path / "export.xlsx", *exported(form_bytes(plan), plan))
    done = run("score", path, "-v")
    assert (done.code, done.err) == (0, "")
    assert "rubric public-record 1.0 (named by the form)" in run("validate", path).out


def test_an_export_whose_technical_columns_were_deleted_is_read_too(tmp_path):
    """The form's own column for the rubric is enough to tell an export."""
    plan = plan_of(load("hdi"))
    head, rows = exported(form_bytes(plan), plan)
    path = kobo(tmp_path / "export.xlsx", head, rows, technical={})
    assert results(path).equals(results_of_workbook("hdi", frozenset()))


def test_a_csv_export_gives_the_same(tmp_path):
    """KoboToolbox puts semicolons between the answers and quotes around each."""
    plan = plan_of(load("partnership"), EVERYTHING)
    head, rows = exported(form_bytes(plan), plan, words="(fr)")
    path = tmp_path / "export.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow([*head, *TECHNICAL])
        writer.writerows([*row, *TECHNICAL.values()] for row in rows)
    assert results(str(path)).equals(results_of_workbook("partnership", EVERYTHING))


def test_odk_central_gives_the_same(tmp_path):
    """CSV, groups joined by a hyphen, its own technical columns."""
    plan = plan_of(load("cpia"))
    head, rows = exported(form_bytes(plan), plan, groups="-")
    path = tmp_path / "export.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["SubmissionDate", *head, "meta-instanceID", "KEY", "SubmitterID", "SubmitterName", "Status"]
        )
        writer.writerows(["2025-03-04T10:11:12Z", *row, "uuid:1", "uuid:1", "7", "", ""] for row in rows)
    assert results(str(path)).equals(results_of_workbook("cpia", frozenset()))


def test_who_submitted_is_warned_about_and_dropped(run, tmp_path):
    """KoboToolbox names the account, and where it was; a column without cells is no matter."""
    plan = plan_of(load("cpia"))
    own = {"_submitted_by": "z.quillfeather", "_geolocation": "12.86412 24.93155 0 0", "deviceid": None}
    path = kobo(tmp_path / "export.xlsx", *exported(form_bytes(plan), plan), TECHNICAL | own)
    done = run("score", path, "-v", "--no-uncertainty", "-f", "csv")
    assert re.findall(r"PK\d+  (\S+)", done.err) == ["_submitted_by", "_geolocation"]
    assert "quillfeather" not in done.out + done.err


def test_the_form_of_ones_own_rubric_needs_only_its_option(run, rubric_file, tmp_path):
    """Steps in halves, a label with a slash, an item with a colon; labels in English and Spanish."""
    rubric = rubric_file(test_template.OWN)
    plan = plan_of(load(rubric))
    form = form_bytes(plan)
    assert convert(form).warnings == []
    for words in ("", "(en)", "(es)"):
        path = kobo(tmp_path / "export.xlsx", *exported(form, plan, words=words))
        done = run("score", path, "-r", rubric, "-v", "--no-uncertainty")
        assert (done.code, done.err) == (0, ""), words


AWKWARD = """
pkassess: 2
id: awkward
version: "1'0 ${a}"
label: "Test ${form}"
keys: {district: {}}
period: {}
source_order: ["household survey", "household_survey", enquête]
dimensions:
  who:
    label: "Who ${x}"
    children:
      - id: check
        label: "Check ${y}"
        question: "Is ${z} so?"
        kind: judgement
        scale:
          type: checklist
          items: {host: Host does, source: Paper, mission: "${there}", grade: Marks, period: Time, "État A": État, "n": "N",
            "الخطة": خطة, "②": two, denominator: Whole}
      - {id: answers, label: Answers, kind: judgement, scale: {type: likert, points: 5}}
      - {id: fine, label: Fine, scale: {type: identity, range: [-10, 90], steps: 2.5}}
  meta:
    label: Meta
    children: [{id: who_group, label: Group, scale: {type: likert}}, {id: end, label: End, scale: {type: likert}},
      {id: Meta, label: Metadata, scale: {type: likert}}]
  baseline:
    label: Baseline
    children:
      - {id: status, label: Status, scale: {type: likert}}
      - {id: revenue, label: Revenue, scale: {type: likert}}
      - {id: revenue_source, label: Source of revenue, scale: {type: likert}}
"""
"""Names and texts that mean something else in a form: groups, parts of a value, references, columns of the tools."""


@pytest.mark.parametrize(
    "extras", [frozenset(), EVERYTHING - {"sources"}, EVERYTHING], ids=["plain", "more", "all"]
)
def test_a_form_of_awkward_names_is_taken_and_its_answers_are_read(run, rubric_file, tmp_path, extras):
    """Names of questions are plain letters and all different; each answer comes back to its own column."""
    rubric = rubric_file(AWKWARD)
    plan = plan_of(load(rubric), extras)
    form = form_bytes(plan)
    assert convert(form).warnings == []
    names = [row["name"] for row in table(form, "survey") if row["name"]]
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) for name in names)
    texts = [text for row in table(form, "survey") for text in (row["label"], row["hint"]) if text]
    assert [text for text in texts if "${" in text] == []
    book = tmp_path / "filled.xlsx"
    book.write_bytes(test_template.filled(plan, *(test_template.answers_of(plan, at) for at in (1, 2))))
    expected = values_of(run, str(book), rubric)
    assert len(expected) == 18
    for words in ("", "label"):
        path = kobo(tmp_path / "export.xlsx", *exported(form, plan, words=words))
        assert values_of(run, path, rubric) == expected, words


def values_of(run, path, rubric):
    """Partnership, indicator, value and source of every value; the findings are none."""
    done = run("score", path, "-r", rubric, "-v", "--no-uncertainty", "-f", "json")
    assert (done.code, done.err) == (0, "")
    rows = json.loads(done.out)["indicators"]
    return {
        (one["partnership"], one["indicator"]): (one["value"], one["source_type"], one["evidence_class"])
        for one in rows
    }


@pytest.mark.parametrize("words", ["", "(en)", "(fr)"])
def test_a_rating_may_be_not_applicable(tmp_path, words):
    """Chosen from the list, by its name or its label; the indicator leaves the applicable weight."""
    plan = plan_of(load("partnership"))
    form = form_bytes(plan)
    chosen = {"consent_status": "not_applicable"}
    path = kobo(tmp_path / "export.xlsx", *exported(form, plan, words=words, rows=1, other=chosen))
    status = pkassess.score(path, draws=0).indicators.set_index("indicator")["status"]
    assert status["consent_status"] == "not_applicable"


def test_submissions_of_two_versions_are_told(run, tmp_path):
    """The rubric's version stands in every submission."""
    plan = plan_of(load("partnership"))
    head, rows = exported(form_bytes(plan), plan)
    rows[1][head.index("pkassess_rubric_version")] = "0.9"
    done = run("score", kobo(tmp_path / "export.xlsx", head, rows), "-v")
    assert done.code == 0
    assert re.findall(r"PK\d+", done.err) == ["PK129"]
    assert "The file names version '1.0, 0.9' of the rubric" in " ".join(done.err.split())
    assert "about" not in done.err


def test_an_export_of_ones_own_form_asks_for_its_rubric(run, rubric_file, tmp_path):
    """The form can only name it; which file it is, the user says."""
    plan = plan_of(load(rubric_file(test_template.OWN)))
    done = run("score", kobo(tmp_path / "export.xlsx", *exported(form_bytes(plan), plan)))
    assert (done.code, done.out) == (2, "")
    said = " ".join(done.err.split())
    assert "The file names the rubric 'water-points', which is not bundled." in said
    assert "Choose the rubric with -r FILE." in said


def test_the_form_says_what_rubric_it_is_of():
    """Id and version, and a title people know it by."""
    form = form_bytes(plan_of(load("partnership")))
    (settings,) = table(form, "settings")
    assert (settings["form_id"], settings["version"]) == ("pkassess-partnership", "1.0")
    assert settings["form_title"] == "Partnership 1.0"


def test_questions_hold_limits_and_lead_on():
    """Limits of the rubric, what has to be filled in, and what is asked of some only."""
    rows = {row["name"]: row for row in table(form_bytes(plan_of(load("partnership"))), "survey")}
    assert rows["posts_filled_pct"]["constraint"] == ". >= 0 and . <= 100"
    assert rows["posts_filled_pct"]["constraint_message::French (fr)"] == "Un nombre de 0 à 100."
    assert {name for name, row in rows.items() if row["required"]} == {
        *("mission", "authority", "period", "authority_level")
    }
    assert rows["gdp_pc_growth_pct"]["relevant"] == "${authority_level} = 'national'"
    assert rows["conflict_deaths_per_100k"]["relevant"] == "${conflict_deaths_per_100k__numerator} = ''"
    assert rows["conflict_deaths_per_100k__numerator"]["type"] == "integer"
    assert rows["conflict_deaths_per_100k__denominator"]["constraint"] == ". > 0"
    assert rows["accountability_checklist__budget_published"]["type"] == "select_one answers_list"


@pytest.mark.parametrize("name", bundled())
def test_the_form_is_not_data(run, tmp_path, name):
    """People do send the form in place of the answers; the message says so."""
    path = str(tmp_path / "template.xlsx")
    assert run("template", "-r", name, "--xlsform", "-o", path).code == 0
    for command in ("score", "validate"):
        done = run(command, path)
        assert done.code == 3
        assert re.findall(r"(?:error|warning) +PK\d+", done.out + done.err) == ["error PK138"]
        assert "The workbook holds an XLSForm" in done.out + done.err
