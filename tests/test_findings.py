"""Findings: the catalogue, texts made from facts, places, and the exceptions that carry them."""

from __future__ import annotations

import re
import string

import pytest
from conftest import ROOT
from doc_tables import example_text
from examples import OWN, examples, run_example
from hypothesis import given, settings
from hypothesis import strategies as st

from pkassess.codes import Code, Severity, code_of
from pkassess.findings import (
    Finding,
    Findings,
    InputError,
    PkassessError,
    UsageError,
    finding,
    nearest,
    shown,
)

EVERY = pytest.mark.parametrize("code", list(Code), ids=lambda code: code.name)


def test_no_two_kinds_share_an_id():
    """A code stands for one kind of finding; equal entries of an enumeration would silently be one."""
    ids = [code.id for code in Code]
    assert sorted({one for one in ids if ids.count(one) > 1}) == []
    assert len(Code.__members__) == len(ids)


@EVERY
def test_every_entry_is_whole(code):
    """PK and three digits, a short title, and message, remedy and cause; sentences, but in rubric files after a place."""
    rule = code.value
    assert re.fullmatch(r"PK[0-3]\d\d", rule.code)
    assert rule.title and not rule.title.endswith(".")
    for text in (
        (rule.remedy, rule.cause) if code.id.startswith("PK2") else (rule.message, rule.remedy, rule.cause)
    ):
        assert text[0] in string.ascii_uppercase + "{\"'-0123456789%"
        assert text.endswith((".", "}")) or code is Code.BAD_CONDITION


@EVERY
def test_texts_are_made_from_any_facts(code):
    """Without facts nothing raises and no hole is left open; with facts every hole shows its own."""
    bare = finding(code)
    assert "{" not in bare.message + bare.remedy
    template = code.value.message + code.value.remedy
    holes = {hole for _, hole, _, _ in string.Formatter().parse(template) if hole}
    filled = finding(code, **{hole: f"<{hole}>" for hole in holes})
    for hole in holes - {"cell"}:
        assert f"<{hole}>" in filled.message + filled.remedy


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ({"file": "d.xlsx", "sheet": "Field data", "cell": "F17"}, "d.xlsx:Field data!F17"),
        ({"file": "d.csv", "cell": "F17"}, "d.csv:F17"),
        ({"file": "d.xlsx", "sheet": "Field data"}, "d.xlsx:Field data"),
        ({"file": "d.xlsx"}, "d.xlsx"),
        ({"sheet": "S", "cell": "A1"}, "S!A1"),
        ({}, ""),
    ],
)
def test_the_address_as_far_as_it_is_known(place, address):
    """File, sheet and cell as spreadsheets write them."""
    assert Finding(Code.ERROR_CELL, **place).place == address


def test_message_and_remedy_name_value_and_cell():
    """What was found is quoted, and the remedy says where."""
    found = finding(
        Code.TEXT_IN_NUMBER, file="d.xlsx", sheet="Data", cell="F17", column="x", value="3 (est.)"
    )
    assert found.message == "The cell holds '3 (est.)'; a number was expected."
    assert found.remedy.startswith("Write the number alone in Data!F17,")
    assert finding(Code.TEXT_IN_NUMBER, cell="F17").remedy.startswith("Write the number alone in F17,")
    assert finding(Code.TEXT_IN_NUMBER).remedy.startswith("Write the number alone in the cell,")


def test_parts_that_are_no_place_become_facts():
    """Numbers too, as text; a fact stands before the value of the same name."""
    found = finding(Code.TOO_FEW_ITEMS, cell="C2", found=3, whole=6)
    assert found.facts == {"found": "3", "whole": "6"}
    assert found.message.startswith("3 of 6 items")


def test_severities():
    """An error loses a value, a warning may, a note only tells; the words are those of the outputs."""
    assert [str(severity) for severity in Severity] == ["error", "warning", "note"]
    assert finding(Code.ERROR_CELL).severity is Severity.ERROR
    assert finding(Code.JUMP).severity is Severity.WARNING
    assert finding(Code.MISSING_TOKEN).severity is Severity.NOTE


def test_findings_keep_their_order_and_are_told_apart_by_severity():
    """In the order they are found."""
    findings = Findings([finding(Code.JUMP)])
    findings.add(Code.ERROR_CELL, cell="A1", value="#REF!")
    findings.extend([finding(Code.MISSING_TOKEN), finding(Code.ERROR_CELL, cell="A2")])
    assert [item.code for item in findings] == [
        Code.JUMP,
        Code.ERROR_CELL,
        Code.MISSING_TOKEN,
        Code.ERROR_CELL,
    ]
    assert len(findings) == 4
    assert [item.cell for item in findings.of(Severity.ERROR)] == ["A1", "A2"]
    assert Findings().of(Severity.NOTE) == []


@pytest.mark.parametrize(("kind", "code"), [(PkassessError, 2), (UsageError, 2), (InputError, 3)])
def test_an_exception_carries_its_findings_and_exit_code(kind, code):
    """Its text is that of all its messages."""
    one, other = finding(Code.EMPTY_FILE, file="d.xlsx"), finding(Code.IS_A_FOLDER, value="here")
    with pytest.raises(PkassessError) as error:
        raise kind(one, other)
    assert (error.value.exit_code, error.value.findings) == (code, (one, other))
    assert str(error.value) == f"{one.message}; {other.message}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("n/a", "'n/a'"),
        ("", "''"),
        ("a\tb\n", "'a\\u0009b\\u000a'"),
        ("\u202eevil", "'\\u202eevil'"),
        ("\u200b\ufeff", "'\\u200b\\ufeff'"),
        ("\x1b[31m", "'\\u001b[31m'"),
        ("x" * 60, f"'{'x' * 60}'"),
        ("x" * 61, f"'{'x' * 59}…'"),
        ("Décès \u2013 5", "'Décès \u2013 5'"),
    ],
)
def test_a_value_as_a_message_shows_it(value, expected):
    """Quoted, cut to 60 characters, invisible characters as escapes: nothing from a cell can steer a terminal."""
    assert shown(value) == expected


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=90))
def test_what_is_shown_is_one_short_line(value):
    """Whatever a cell holds."""
    text = shown(value)
    assert len(text) <= 62
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "proposal"),
    [
        ("stabilty", " Did you mean 'stability'?"),
        ("STABILITY", " Did you mean 'stability'?"),
        ("trust_pct", " Did you mean 'Trust_PCT'?"),
        ("remarks", ""),
        ("", ""),
    ],
)
def test_the_nearest_name(name, proposal):
    """Whatever the case; the proposal is written as it is known. Far names get none."""
    assert nearest(name, ["stability", "tension", "Trust_PCT"]) == proposal
    assert nearest(name, []) == ""


def test_a_code_by_its_id():
    """In any case, with spaces around; None for what is no code."""
    assert code_of(" pk002 ") is Code.ERROR_CELL
    assert [code_of(text) for text in ("PK999", "", "ERROR_CELL")] == [None, None, None]


PAGE = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")


@EVERY
def test_every_code_has_an_example_that_a_test_runs(code):
    """A small workbook, which ``tests/test_workbooks.py`` runs, or one of those below."""
    assert code.id in examples()


@pytest.mark.parametrize("code", OWN)
def test_an_example_says_what_the_documentation_prints(code, tmp_path):
    """Files that are damaged, rubrics that are refused, options, and what the run itself has to say."""
    assert example_text(run_example(code, tmp_path)) in PAGE
