"""What stands on standard error, and what ``explain`` says: place, code, fact, remedy, and nothing that can harm."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from itertools import pairwise

import pytest
from cases import PLAIN, csv_of, partnership
from conftest import ROOT

from pkassess.codes import Code, Severity
from pkassess.findings import Finding, InputError, UsageError, finding, outline
from pkassess.render import messages
from pkassess.render.colour import columns_of, inert, style_of

ESCAPE = "\x1b"


class Screen(io.StringIO):
    """A terminal, or a file with some encoding."""

    def __init__(self, *, terminal=True, encoding="utf-8"):
        super().__init__()
        self.terminal, self.name_of_encoding = terminal, encoding

    @property
    def encoding(self):
        return self.name_of_encoding

    def isatty(self):
        return self.terminal


@pytest.fixture
def plain_environment(monkeypatch):
    """Nothing in the environment speaks about colour or width."""
    for name in ("NO_COLOR", "TERM", "COLUMNS", "PKASSESS_ASCII", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def shown_on(plain_environment):
    """Text of a function's lines with standard error and output being some screen."""

    def call(function, *arguments, screen=None, **options):
        stream = screen or Screen(terminal=False)
        plain_environment.setattr(sys, "stderr", stream)
        plain_environment.setattr(sys, "stdout", stream)
        return "".join(function(*arguments, **options))

    return call


def some(count, code=Code.OUT_OF_LIMITS):
    """Findings of one kind in cells F2, F3 and so on."""
    return [
        finding(
            code,
            file="data.xlsx",
            sheet="Data",
            cell=f"F{at}",
            column="x",
            value="7",
            expected="the limits 1 to 5",
        )
        for at in range(2, 2 + count)
    ]


# --- why a command ended ------------------------------------------------------------------------------------


def test_an_input_that_cannot_be_read(shown_on):
    """Place, severity, code and subject; the fact; what to do; a count; where to read more."""
    error = InputError(finding(Code.EMPTY_FILE, file="data.xlsx"))
    assert shown_on(messages.error_lines, error) == (
        "data.xlsx  error PK103  empty file\n"
        "    The file holds nothing (0 bytes).\n"
        "    → Export or save it again.\n"
        "1 error. Exit code 3.\n"
        "More on a code: pkassess explain PK103\n"
    )


def test_a_fault_of_a_rubric(shown_on):
    """As compilers do: file:line:column, the lines around it, a mark under the place, the suggestion beside it."""
    from pkassess.library import read_rubric

    text = PLAIN.replace("    levels: footing\n    children", "    polarty: negative\n    children", 1)
    with pytest.raises(UsageError) as caught:
        read_rubric(text, "rubrics/own.yaml")
    assert shown_on(messages.error_lines, caught.value) == (
        "error PK204  unknown key 'polarty' in dimension 'care'\n"
        "  at rubrics/own.yaml:20:5\n"
        "     │\n"
        "  18 │   care:\n"
        "  19 │     label: Care\n"
        "  20 │     polarty: negative\n"
        "     │     ^^^^^^^ did you mean 'polarity'?\n"
        "  21 │     children: [{id: x, label: x, scale: {type: goalposts, bottom: 0, top…\n"
        "\n"
        "1 error in rubrics/own.yaml; no data was read. Exit code 2.\n"
        "More on a code: pkassess explain PK204\n"
    )


def test_a_hint_that_does_not_fit_beside_the_mark_stands_below_it(shown_on):
    """Within the width of the page."""
    from pkassess.library import read_rubric

    text = PLAIN.replace("type: goalposts, bottom: 0, top: 100", "type: curve, knots: [0, 1, 2, 9, 4, 5]")
    with pytest.raises(UsageError) as caught:
        read_rubric(text, "own.yaml")
    shown = shown_on(messages.error_lines, caught.value).splitlines()
    at = next(at for at, line in enumerate(shown) if line.endswith("^"))
    assert shown[at + 1] == "     │   swap them, or use scale type band for a two-sided curve."
    assert all(columns_of(line) <= 80 for line in shown)


def test_a_fault_far_to_the_right_stays_in_sight(shown_on):
    """The line is cut on both sides of the place."""
    from pkassess.library import read_rubric

    text = PLAIN.replace("top: 100", f"top: 100, because: {'a' * 200}, topp: 1, foo: {'b' * 200}")
    with pytest.raises(UsageError) as caught:
        read_rubric(text, "own.yaml")
    shown = shown_on(messages.error_lines, caught.value).splitlines()
    line, under = next((one, two) for one, two in pairwise(shown) if "^^^^" in two)
    assert columns_of(line) <= 80
    assert line[under.index("^") :][: under.count("^")] in ("topp", "foo")


def test_the_mark_stands_right_under_tabs_accents_and_wide_letters(shown_on):
    """Columns of the screen, not characters."""
    from pkassess.library import read_rubric

    text = PLAIN.replace("label: Care", "label: {en: 維持 é, fr: 5, de: 6}")
    with pytest.raises(UsageError) as caught:
        read_rubric(text, "own.yaml")
    shown = shown_on(messages.error_lines, caught.value).splitlines()
    at = next(at for at, line in enumerate(shown) if "^" in line)
    before = shown[at].index("^")
    assert columns_of(shown[at - 1][: shown[at - 1].index("5, de")]) == before


def test_faults_of_several_rubrics_are_counted_by_file(shown_on, rubric_file):
    """So that each can be mended."""
    from pkassess.library import check

    bad = PLAIN.replace("label: Care", "lable: Care")
    items = [item for name in ("a.yaml", "b.yaml") for item in check(rubric_file(bad, name))]
    shown = shown_on(messages.error_lines, UsageError(*items))
    assert re.search(
        r"2 errors in \S*a\.yaml, 2 errors in \S*b\.yaml; no data was read\. Exit code 2\.", shown
    )


# --- findings of a run --------------------------------------------------------------------------------------


def test_ten_findings_are_shown_and_the_rest_is_counted(shown_on):
    """Errors first; notes are not counted."""
    findings = [*some(5, Code.JUMP), *some(7, Code.NUMBER_AS_TEXT), *some(42)]
    shown = shown_on(messages.finding_lines, findings, everything=False)
    assert shown.startswith("data.xlsx: 42 errors, 5 warnings\nData!F2  error PK004  x\n    '7' is outside")
    assert shown.count(" PK0") == 10
    assert shown.endswith("and 37 more: pkassess validate data.xlsx lists them all\n")
    assert "PK006" not in shown


def test_a_few_findings_end_with_the_way_to_the_remedies(shown_on):
    """Two lines each."""
    shown = shown_on(messages.finding_lines, some(2), everything=False)
    assert len(shown.splitlines()) == 1 + 2 * 2 + 1
    assert shown.endswith("What to do about each: pkassess validate data.xlsx\n")


def test_everything_means_notes_and_remedies_too(shown_on):
    """As -v asks."""
    shown = shown_on(messages.finding_lines, [*some(20), *some(1, Code.NUMBER_AS_TEXT)], everything=True)
    assert shown.count("PK004") == 20
    assert "PK006" in shown
    assert "→ Correct Data!F2" in shown


def test_no_findings_no_words(shown_on):
    """Nor for notes alone."""
    assert shown_on(messages.finding_lines, [], everything=False) == ""
    assert shown_on(messages.finding_lines, some(3, Code.NUMBER_AS_TEXT), everything=False) == ""


def test_several_files_are_named_with_each_place(shown_on):
    """With one file the place alone is shorter."""
    findings = [
        finding(Code.ERROR_CELL, file=f"{name}.xlsx", sheet="Data", cell="B2", value="#REF!") for name in "ab"
    ]
    shown = shown_on(messages.finding_lines, findings, everything=False)
    assert shown.startswith("2 files: 2 errors\na.xlsx:Data!B2  error")
    assert "pkassess validate a.xlsx b.xlsx" in shown


def test_a_file_with_spaces_can_be_pasted(shown_on):
    """Quoted as a shell wants it."""
    shown = shown_on(
        messages.finding_lines, [finding(Code.ERROR_CELL, file="my data.xlsx", cell="B2")], everything=False
    )
    assert "pkassess validate 'my data.xlsx'" in shown


# --- what a stream can show ---------------------------------------------------------------------------------


def test_a_terminal_gets_colour(shown_on):
    """Errors 161 and warnings 166; the words stand there too."""
    shown = shown_on(
        messages.finding_lines, [*some(1), *some(1, Code.JUMP)], everything=False, screen=Screen()
    )
    assert f"{ESCAPE}[1;38;5;161merror{ESCAPE}[0m" in shown
    assert f"{ESCAPE}[38;5;166mwarning{ESCAPE}[0m" in shown


def test_no_escape_sequences_for_a_dumb_terminal_or_a_pipe(shown_on, plain_environment):
    """Nothing that has to be stripped."""
    pipe = Screen(terminal=False)
    assert ESCAPE not in shown_on(messages.finding_lines, some(2), everything=True, screen=pipe)
    plain_environment.setenv("TERM", "dumb")
    assert ESCAPE not in shown_on(messages.finding_lines, some(2), everything=True, screen=Screen())


def test_no_color_keeps_bold_on_a_terminal_only(plain_environment):
    """Bold is no colour."""
    plain_environment.setenv("NO_COLOR", "1")
    assert (style_of(Screen()).colour, style_of(Screen()).bold) == (False, True)
    assert style_of(Screen(terminal=False)).bold is False


@pytest.mark.parametrize(
    ("encoding", "arrow"), [("utf-8", "→"), ("ascii", "->"), ("latin-1", "->"), ("cp1252", "->")]
)
def test_signs_that_the_encoding_lacks_are_replaced(shown_on, encoding, arrow):
    """Never by question marks."""
    screen = Screen(terminal=False, encoding=encoding)
    shown = shown_on(messages.error_lines, InputError(finding(Code.EMPTY_FILE, file="a.csv")), screen=screen)
    assert f"    {arrow} Export" in shown
    shown.encode(encoding)


def test_ascii_can_be_asked_for(plain_environment):
    """For fonts that lack the signs."""
    plain_environment.setenv("PKASSESS_ASCII", "1")
    assert style_of(Screen()).ascii


@pytest.mark.parametrize(("columns", "width"), [("40", 80), ("100", 100), ("400", 120), ("wide", 80)])
def test_the_width_stays_between_80_and_120(plain_environment, columns, width):
    """COLUMNS decides where it is a number; a pipe has 80."""
    plain_environment.setenv("COLUMNS", columns)
    assert style_of(Screen(terminal=False)).width == width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Karuvel", "Karuvel"),
        ("Forêt à l'est", "Forêt à l'est"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("a\nb\tc", "a\\u000ab\\u0009c"),
        ("\u202eevil", "\\u202eevil"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_text_from_files_cannot_steer_the_terminal(text, shown):
    """Control, escape and direction characters are shown as escapes; letters of any language stay."""
    assert inert(text) == shown


@pytest.mark.parametrize("evil", ["\x1b]0;title\x07", "\u202e", "\x9b31m"])
def test_every_part_of_a_finding_is_made_harmless(shown_on, evil):
    """File, sheet, cell, column, value and facts."""
    item = Finding(Code.OUT_OF_LIMITS, f"{evil}.csv", evil, "B2", evil, evil, {"expected": evil})
    for shown in (
        shown_on(messages.error_lines, InputError(item)),
        shown_on(messages.finding_lines, [item], everything=True),
        shown_on(messages.finding_lines, [item], everything=False),
    ):
        assert not any(character in shown for character in evil if not character.isprintable())


# --- explain ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", list(Code), ids=lambda code: code.id)
def test_every_code_is_explained(shown_on, code):
    """What it says, its usual cause, how to mend it; without holes and within 80 columns."""
    shown = shown_on(messages.explanation, code.id)
    for text in (
        code.id,
        code.value.title,
        f"{code.severity.value}: ",
        "It says ",
        "Usual cause ",
        "To mend it ",
    ):
        assert text in shown
    assert "{" not in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("code", list(Code), ids=lambda code: code.id)
def test_an_explanation_has_words_of_its_own(code):
    """What is filled in from data is dots; where all of a message is, its subject is told instead."""
    said = code.value.says or outline(code.value.message)
    words = re.findall(r"[A-Za-z]{2,}", said)
    assert len(words) >= 2, said  # a subject and what is the matter with it


def test_no_severity_promises_what_its_findings_do_not_keep(shown_on):
    """Totals and remarks are left out with a note, so a note does not say that nothing is."""
    shown = [shown_on(messages.explanation, code) for code in ("PK034", "PK125", "PK127", "PK152")]
    assert all("note: for information; it says how the data were read" in text for text in shown)


def test_codes_are_unique_and_say_by_their_number_what_they_concern():
    """One meaning each, for ever; rubric faults are errors, as no rubric with a fault is used."""
    ids = [code.id for code in Code]
    assert len(set(ids)) == len(ids)
    assert all(code.severity is Severity.ERROR for code in Code if code.id.startswith("PK2"))


def test_an_explanation(shown_on):
    """Any case of the letters will do."""
    assert shown_on(messages.explanation, "pk103") == (
        "PK103  empty file\n"
        "error: the file, sheet, row or column it speaks of is not used; where nothing is\n"
        "       left, the command ends\n"
        "\n"
        "It says      The file holds nothing (0 bytes).\n"
        "Usual cause  A download or an export was broken off.\n"
        "To mend it   Export or save it again.\n"
    )


def test_an_unknown_code_gets_the_nearest_one():
    """Wrong usage."""
    with pytest.raises(UsageError, match=r"There is no code 'PK2009'\. Did you mean 'PK209'\?"):
        messages.explanation("PK2009")


# --- cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["pkassess.render.messages", "pkassess.render.colour"])
def test_messages_load_nothing_heavy(module):
    """An error is there at once."""
    code = f"import sys, {module}; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT / "src"
    )
    assert not {"rich", "pandas", "openpyxl", "pydantic", "numpy", "yaml"} & set(done.stdout.split())


def test_the_run_prints_findings_beside_the_report(run):
    """The report goes to standard output, findings to standard error."""
    done = run("score", "-", "-f", "csv", stdin=csv_of([partnership(safe_walking_pct="about half")]))
    assert done.code == 0
    assert "error PK001  safe_walking_pct" in done.err
    assert "PK001" not in done.out
