"""How commands end: exit codes, what goes to which stream, and that messages say what and where."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cases import PLAIN, csv_of, partnership, sheet_of
from conftest import ROOT

ESCAPE = "\x1b["


def keys(**cells):
    return {"mission": "UNMAV", "authority": "Karuvel", "authority_level": "adm2", "period": "2025"} | cells


@pytest.fixture
def good(tmp_path):
    """A file that can be scored without any finding."""
    path = tmp_path / "good.csv"
    path.write_text(csv_of([partnership()]), encoding="utf-8")
    return str(path)


@pytest.fixture
def file(tmp_path):
    """Write bytes or text under a name. Returns the path."""

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return str(path)

    return write


def ends(done, code, *texts):
    """The command ended with this code, wrote nothing to standard output, and its message holds these texts."""
    assert (done.code, done.out) == (code, ""), done.err
    for text in texts:
        assert text in done.err
    assert "Traceback" not in done.err


# --- inputs that cannot be assessed: exit 3 ---------------------------------------------------------------------------


def test_a_missing_file_is_named_with_the_nearest_one(run, good):
    """Exit 3, and a proposal from the same folder."""
    ends(run("score", good.replace("good", "god"), "-f", "csv"), 3, "god.csv", "good.csv")


def test_a_folder_is_not_a_file(run, tmp_path):
    """Exit 3."""
    ends(run("score", str(tmp_path), "-f", "csv"), 3, "folder")


@pytest.mark.parametrize("name", ["empty.csv", "empty.xlsx"])
def test_an_empty_file(run, file, name):
    """Exit 3: 0 bytes."""
    ends(run("score", file(name, b""), "-f", "csv"), 3, name, "0 bytes")


def test_an_empty_standard_input(run):
    """Exit 3 as well."""
    ends(run("score", "-", "-f", "csv", stdin=""), 3)


def test_text_renamed_to_a_workbook(run, file):
    """The message says what the file really is; a table is read all the same."""
    ends(run("score", file("data.xlsx", "Dear colleague,\n"), "-f", "csv"), 3, "data.xlsx", "PK119", "PK121")
    done = run("score", file("data.xlsx", csv_of([partnership()])), "-f", "csv")
    assert (done.code, len(done.rows()), "PK119" in done.err) == (0, 1, True)


def test_a_web_page_saved_as_a_workbook(run, file):
    """HTML under the name .xlsx."""
    ends(
        run("score", file("data.xlsx", "<!DOCTYPE html><html><body>Sign in</body></html>"), "-f", "csv"),
        3,
        "web page",
    )


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_workbook_that_was_cut_short(run, workbook, share):
    """A broken download is one clear sentence, whatever is missing."""
    path = workbook({"Data": sheet_of([partnership()])})
    content = Path(path).read_bytes()
    Path(path).write_bytes(content[: int(len(content) * share)])
    ends(run("score", path, "-f", "csv"), 3, "data.xlsx")


def test_a_workbook_with_damaged_parts(run, workbook):
    """A sheet whose XML breaks off."""
    path = workbook({"Data": sheet_of([partnership()])})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in parts if name.endswith("sheet1.xml"))
    parts[name] = parts[name][: len(parts[name]) // 2]
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    ends(run("score", path, "-f", "csv"), 3, "data.xlsx")


def test_a_lock_file(run, file):
    """~$data.xlsx is not the workbook."""
    ends(run("score", file("~$data.xlsx", b"x" * 165), "-f", "csv"), 3, "lock file")


def test_no_header_row(run):
    """Only numbers: the message says what a header has to hold."""
    ends(run("score", "-", "-f", "csv", stdin="1,2,3\n4,5,6\n"), 3, "PK120", "mission", "authority", "period")


def test_no_known_column_says_what_was_found(run):
    """A sheet of something else."""
    ends(
        run("score", "-", "-f", "csv", stdin="fruit,colour\napple,red\n"), 3, "PK121", "fruit", "partnership"
    )


def test_no_known_column_says_which_rubric_fits(run):
    """Country data under the default rubric: the message names the rubric that knows the columns."""
    data = "host_country,year,wgi_rule_of_law,basic_water_access_pct\nAvaria,2024,-1.2,30\n"
    done = run("score", "-", "-f", "csv", stdin=data)
    ends(done, 3, "-r public-record")


def test_indicator_columns_without_a_key_column(run):
    """The message names the column that is lacking."""
    ends(
        run("score", "-", "-f", "csv", stdin="mission,period,consent_status\nUNMAV,2025,2\n"),
        3,
        "PK122",
        "authority",
    )


@pytest.mark.parametrize("cell", ["", "n/a", "7", "many"])
def test_nothing_usable_to_score(run, cell):
    """Every value blank, missing or rejected."""
    ends(run("score", "-", "-f", "csv", stdin=csv_of([keys(consent_status=cell)])), 3, "PK123")


def test_a_header_without_any_row(run):
    """Nothing to score."""
    ends(run("score", "-", "-f", "csv", stdin="mission,authority,period,consent_status\n"), 3)


def test_text_in_another_encoding(run, file):
    """Windows-1252 is read as such with a warning; of bytes that are no text at all the line is named."""
    content = csv_of([keys(authority="Préfecture", consent_status=2)]).encode("cp1252")
    done = run("score", file("data.csv", content), "-f", "csv")
    assert (done.code, done.rows()[0]["authority"]) == (0, "Préfecture")
    assert "PK114" in done.err
    ends(run("score", file("other.csv", content.replace(b"\xe9", b"\x81")), "-f", "csv"), 3, "line 2")


def test_every_unreadable_file_of_a_call_is_named(run, good, file):
    """Not the first one only."""
    done = run("score", good, file("empty.xlsx", b""), "no-such-file.xlsx", "-f", "csv")
    ends(done, 3, "PK103")
    assert "PK101" in done.err


def test_several_files_of_which_one_is_unreadable_write_nothing(run, good, file, tmp_path):
    """Exit 3 and no output file, in whichever order."""
    bad = file("bad.xlsx", b"")
    for order in ((good, bad), (bad, good)):
        ends(run("score", *order, "-o", str(tmp_path / "out.csv")), 3, "bad.xlsx")
        assert not (tmp_path / "out.csv").exists()
        ends(run("score", *order, "-f", "csv"), 3, "bad.xlsx")


# --- values that are left out: exit 0 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "cell", "code"),
    [
        ("consent_status", "7", "PK004"),
        ("hostile_statements", "-3", "PK004"),
        ("safe_walking_pct", "4600", "PK004"),
        ("safe_walking_pct", "about half", "PK001"),
        ("safe_walking_pct", "12,500", "PK027"),
    ],
)
def test_a_rejected_value_is_named_with_its_cell_and_the_run_goes_on(run, indicator, cell, code):
    """The report is written to standard output, the finding to standard error, exit 0."""
    data = partnership(**{indicator: cell})
    done = run("score", "-", "-f", "csv", stdin=csv_of([data]))
    assert done.code == 0
    assert len(done.rows()) == 1
    column = list(data).index(indicator)
    letters = chr(64 + column // 26) * (column >= 26) + chr(65 + column % 26)
    for text in (code, f"{letters}2", indicator, cell):
        assert text in done.err


def test_error_cells_and_formulas_without_a_result(run, tmp_path):
    """#DIV/0! and a formula never calculated look like blanks to most readers; both are named, none is a zero."""
    import openpyxl

    book = openpyxl.Workbook()
    row = partnership(consent_status="#DIV/0!", safe_walking_pct="=40+6")
    for line in sheet_of([row]):
        book.active.append(line)
    path = tmp_path / "data.xlsx"
    book.save(path)
    done = run("score", str(path), "-f", "csv")
    assert done.code == 0
    for text in ("PK002", "#DIV/0!", "PK003", "safe_walking_pct"):
        assert text in done.err
    (found,) = done.rows()
    assert found["sovereignty_tension_status"] == "provisional"


def test_an_unknown_indicator_gets_the_nearest_name(run):
    """In the long layout, with the number of rows that name it."""
    rows = [
        keys(indicator="consent_status", value=2),
        keys(indicator="safe_wlking_pct", value=46),
        keys(indicator="safe_wlking_pct", value=40),
    ]
    done = run("score", "-", "-f", "csv", stdin=csv_of(rows))
    assert done.code == 0
    for text in ("PK145", "safe_wlking_pct", "safe_walking_pct", "E3"):
        assert text in done.err


def test_duplicate_keys_are_named_with_both_rows(run):
    """Exit 0 when something else is left to score."""
    rows = [keys(consent_status=2), keys(consent_status=3), keys(authority="Tessaly", consent_status=2)]
    done = run("score", "-", "-f", "csv", stdin=csv_of(rows))
    assert done.code == 0
    for text in ("PK140", "Karuvel", "2 and 3"):
        assert text in done.err


def test_a_finding_cannot_send_control_characters_to_the_terminal(run):
    """What stands in a cell is shown with escapes."""
    done = run("score", "-", "-f", "csv", stdin=csv_of([partnership(safe_walking_pct="\x1b[31mred\u202e")]))
    assert "PK001" in done.err
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err


# --- --strict, --fail-on, -q ----------------------------------------------------------------------------------------------


def test_strict_with_an_error_prints_findings_only(run, tmp_path):
    """Exit 1; nothing on standard output, no file."""
    data = csv_of([partnership(safe_walking_pct=4600)])
    ends(run("score", "-", "--strict", "-f", "csv", stdin=data), 1, "PK004")
    ends(run("score", "-", "--strict", "-o", str(tmp_path / "out"), stdin=data), 1, "PK004")
    assert not (tmp_path / "out").exists()


def test_strict_without_errors_is_an_ordinary_run(run):
    """Warnings and notes do not count."""
    row = partnership(hostile_statements="n/a", safe_wlking="1")
    del row["authority_level"]
    done = run("score", "-", "--strict", "-f", "csv", stdin=csv_of([row]))
    assert done.code == 0
    assert len(done.rows()) == 1


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("overall_level<Developing", 0),
        ("overall_level<Self-sustaining", 1),
        ("sovereignty_tension>=60", 0),
        ("sovereignty_tension >= 20", 1),
        ("consent_status >= 1.5 and stability > 60", 1),
        ("stability_coverage < 0.5", 0),
        ("overall_status != published", 0),
    ],
)
def test_fail_on_writes_and_then_exits_one(run, tmp_path, condition, code):
    """The report is there in any case."""
    path = tmp_path / "out.csv"
    done = run("score", "-", "-o", str(path), "--fail-on", condition, stdin=csv_of([partnership()]))
    assert done.code == code
    assert path.read_text(encoding="utf-8").startswith("file,")


def test_fail_on_holds_for_any_partnership_shown(run):
    """One of several is enough; one that is not shown does not count."""
    data = csv_of([partnership(), partnership(20, 20, 20, 20, authority="Tessaly")])
    condition = ("--fail-on", "overall_level<Developing", "-f", "csv")
    assert run("score", "-", *condition, stdin=data).code == 1
    assert run("score", "-", *condition, "--where", "authority == Karuvel", stdin=data).code == 0


def test_several_conditions_are_all_looked_at(run):
    """Exit 1 when any of them holds."""
    options = ("-f", "csv", "--fail-on", "stability < 10", "--fail-on", "stability > 60")
    assert run("score", "-", *options, stdin=csv_of([partnership()])).code == 1


def test_an_unknown_value_does_not_make_a_check_hold_and_is_warned_about(run):
    """Tension is not published: nobody can say."""
    row = partnership(70, 70, 70, None)
    done = run("score", "-", "-f", "csv", "--fail-on", "sovereignty_tension>=60", stdin=csv_of([row]))
    assert done.code == 0
    assert "PK301" in done.err
    assert "UNMAV / Karuvel" in done.err


@pytest.mark.parametrize("option", ["--fail-on", "--where"])
@pytest.mark.parametrize(
    ("condition", "proposal"),
    [("overal_level<Developing", "overall_level"), ("sovereignity_tension>=60", "sovereignty_tension")],
)
def test_a_typing_slip_in_a_condition_is_wrong_usage(run, tmp_path, option, condition, proposal):
    """Exit 2 with the nearest name, before anything is written."""
    path = tmp_path / "out.csv"
    ends(run("score", "-", "-o", str(path), option, condition, stdin=csv_of([partnership()])), 2, proposal)
    assert not path.exists()


def test_quiet_says_nothing_about_findings(run):
    """The same results, an empty standard error."""
    data = csv_of([partnership(safe_walking_pct=4600)])
    loud, quiet = (run("score", "-", "-f", "csv", *options, stdin=data) for options in ((), ("-q",)))
    assert loud.out == quiet.out
    assert loud.err
    assert quiet.err == ""


def test_quiet_does_not_hide_why_nothing_was_written(run):
    """Exit 3 always says why."""
    ends(run("score", "-", "-q", "-f", "csv", stdin=csv_of([keys(consent_status="")])), 3, "PK123")


def test_verbose_prints_notes_too(run):
    """A missing token is a note."""
    data = csv_of([partnership(hostile_statements="n/a")])
    plain, verbose = (run("score", "-", "-f", "csv", *options, stdin=data) for options in ((), ("-v",)))
    assert "PK007" in verbose.err
    assert len(verbose.err) > len(plain.err)


# --- wrong usage: exit 2 ---------------------------------------------------------------------------------------------------


def test_an_unknown_option(run, good):
    """Exit 2, named on standard error."""
    ends(run("score", good, "--rubrik", "partnership"), 2, "--rubrik")


def test_an_unknown_command(run):
    """Exit 2."""
    ends(run("scoer"), 2, "scoer")


def test_a_missing_argument(run):
    """Exit 2."""
    ends(run("score"), 2)


def test_an_unknown_format(run, good):
    """Exit 2, with those there are."""
    ends(run("score", good, "-f", "pdf"), 2, "pdf", "csv", "json")


def test_an_unknown_rubric(run, good):
    """Exit 2, with the nearest name."""
    ends(run("score", good, "-f", "csv", "-r", "partnershp"), 2, "partnershp", "'partnership'")


@pytest.mark.parametrize(
    ("before", "after", "texts"),
    [
        ("goalposts", "goalpost", ["goalpost"]),
        ("label: Care", "lable: Care", ["lable", "label"]),
        ("{use: care}", "{use: car}", ["car", "care"]),
        ("level_of: whole", "level_of: hole", ["hole", "whole"]),
        ("top: 100", "top: 0", ["bottom and top"]),
        ("id: x, label: x", "id: x, label: x, weight: -1", ["weight"]),
        ("from: 20", "from: 0", ["Fragile"]),
        ('version: "1"', 'version: "1"\nversion: "2"', ["version", "twice"]),
        ("pkassess: 1", "pkassess: [1", []),
    ],
)
def test_a_rubric_with_a_mistake_is_refused_before_any_data_is_read(run, rubric_file, before, after, texts):
    """Exit 2 with file and line, although the data do not even exist."""
    assert before in PLAIN
    text = PLAIN.replace(before, after, 1)
    path = rubric_file(text)
    line = next(
        at
        for at, (one, two) in enumerate(zip(text.splitlines(), PLAIN.splitlines(), strict=False), 1)
        if one != two
    )
    done = run("score", "-", "-f", "csv", "-r", path, stdin=csv_of([keys(x=50)]))
    ends(done, 2, "own.yaml", *texts)
    assert re.search(rf"\b({line}|{line + 1})\b", done.err)


def test_every_mistake_of_a_rubric_is_listed_at_once(run, rubric_file):
    """Not the first one only."""
    text = PLAIN.replace("label: Care", "lable: Care").replace("level_of: whole", "level_of: hole")
    ends(run("rubric", "check", rubric_file(text)), 2, "lable", "hole")


def test_a_wrong_schema_name(run):
    """Exit 2."""
    ends(run("rubric", "schema", "--of", "results"), 2, "results")


# --- faults of the program, interruption --------------------------------------------------------------------------------------


def test_a_fault_of_the_program_is_short_and_exits_seventy(run, good, monkeypatch):
    """No traceback, and how to report it."""
    import pkassess.inputs

    def fault(*_, **__):
        raise ZeroDivisionError("inner")

    monkeypatch.setattr(pkassess.inputs, "read", fault)
    done = run("score", good, "-f", "csv")
    ends(done, 70, "--debug", "ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        run("score", good, "-f", "csv", "--debug")


def test_an_interrupted_run_exits_one_hundred_and_thirty(run, good, monkeypatch):
    """Ctrl-C."""
    import pkassess.inputs

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(pkassess.inputs, "read", interrupted)
    ends(run("score", good, "-f", "csv"), 130)


# --- streams -------------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="pipes of another kind")
def test_a_pipe_closed_early_is_no_fault(tmp_path):
    """``| head -1``: no traceback, exit 0."""
    path = tmp_path / "many.csv"
    path.write_text(csv_of([partnership(authority=f"A{at}") for at in range(100)]), encoding="utf-8")
    command = [sys.executable, "-m", "pkassess", "score", str(path), "-f", "json", "-q"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read().decode()
        code = process.wait(timeout=60)
    assert (code, errors) == (0, "")


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}])
def test_results_in_a_pipe_have_no_colour(process, good, environment):
    """CSV and JSON never, with NO_COLOR nothing at all."""
    done = process("score", good, "-f", "csv", **environment)
    assert ESCAPE not in done.out
    bad = process("score", good + "x", "-f", "csv", **environment)
    assert bad.code == 3
    if "FORCE_COLOR" not in environment:
        assert ESCAPE not in bad.err


def test_no_color_option(process, good):
    """--no-color does what NO_COLOR does."""
    done = process("score", good, "--no-color", FORCE_COLOR="1")
    assert ESCAPE not in done.out + done.err


def test_the_table_is_the_default_format_in_a_pipe_too(run, good):
    """Not CSV: words that a reader understands."""
    done = run("score", good)
    assert done.code == 0
    assert "Karuvel" in done.out
    assert not done.out.startswith("file,")


# --- help ----------------------------------------------------------------------------------------------------------------------


def commands():
    """Every command as a list of words."""
    import typer

    from pkassess.cli import app

    found = []

    def visit(command, path):
        inner = getattr(command, "commands", {})
        if path and not inner:
            found.append(path)
        for name, child in inner.items():
            visit(child, [*path, name])

    visit(typer.main.get_command(app), [])
    return found


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_help_of_every_command_shows_an_example_that_runs(run, path, monkeypatch, tmp_path):
    """The line after "Example:" is taken from the help and run in the checkout's folder; what it writes lies elsewhere."""
    help_text = run(*path, "--help")
    assert help_text.code == 0
    text = re.sub(r"\s+", " ", help_text.out.replace("│", " "))
    example = re.search(r"Example: pkassess (.+?)\s*$", text)
    assert example, text
    words = shlex.split(example[1].split(" > ")[0])
    assert words[: len(path)] == path
    words = [str(tmp_path / word) if before == "-o" else word for before, word in zip(["", *words], words)]  # noqa: B905
    monkeypatch.chdir(ROOT)
    done = run(*words)
    # The demonstration workbook holds mistakes on purpose, so that validate has something to find.
    assert done.code in ((0, 1) if path == ["validate"] else (0,)), done.err
    assert done.out


def test_help_of_the_program_lists_the_commands(run):
    """With an example."""
    done = run("--help")
    assert done.code == 0
    for word in ("score", "validate", "explain", "rubric", "Example: pkassess"):
        assert word in done.out


def test_the_bare_command_shows_the_help(run):
    """Not a traceback, not silence."""
    done = run()
    assert done.code in (0, 2)
    assert "score" in done.out + done.err


def test_the_version(run):
    """Name and number on standard output."""
    import pkassess

    done = run("--version")
    assert (done.code, done.out, done.err) == (0, f"pkassess {pkassess.__version__}\n", "")


# --- validate and explain -------------------------------------------------------------------------------------------------------


def test_validate_lists_findings_and_fails_on_errors(run, good, file):
    """Exit 1 with errors, 0 without."""
    assert run("validate", good).code == 0
    done = run("validate", file("bad.csv", csv_of([partnership(safe_walking_pct=4600)])))
    assert done.code == 1
    for text in ("PK004", "4600", "safe_walking_pct"):
        assert text in done.out + done.err


def test_validate_of_an_unreadable_file(run, file):
    """Exit 3, as everywhere."""
    ends(run("validate", file("bad.xlsx", b"")), 3, "bad.xlsx")


def test_every_code_of_a_finding_is_explained(run):
    """What it means, its usual cause and how to mend it; in any case of the letters."""
    from pkassess.codes import Code

    for code in Code:
        done = run("explain", code.id.lower())
        assert done.code == 0
        assert code.id in done.out
        assert code.value.title in done.out


def test_an_unknown_code(run):
    """Exit 2."""
    ends(run("explain", "PK999"), 2, "PK999")


@pytest.mark.parametrize("options", [("-f", "json"), ("-f", "csv"), ()])
@pytest.mark.parametrize("command", ["score", "validate"])
def test_a_file_that_is_read_is_never_written_over(run, tmp_path, command, options):
    """Nor through a link; nor by a package of tables into its folder."""
    path = tmp_path / "assessment.csv"
    path.write_text(csv_of([partnership()]), encoding="utf-8")
    before = path.read_bytes()
    (tmp_path / "link.csv").symlink_to(path)
    for output in (path, tmp_path / "link.csv", *([tmp_path] if "csv" in options else [])):
        done = run(command, str(path), *options, "-o", str(output))
        assert (done.code, "never changed" in " ".join(done.err.split())) == (2, True)
        assert path.read_bytes() == before


def test_a_dash_is_standard_output_and_a_device_stays_one(run, tmp_path):
    """As in other programs."""
    path = tmp_path / "data.csv"
    path.write_text(csv_of([partnership()]), encoding="utf-8")
    plain = run("score", str(path), "-q", "-f", "csv", "--no-uncertainty")
    assert run("score", str(path), "-q", "-f", "csv", "--no-uncertainty", "-o", "-") == plain
    if Path("/dev/full").exists():
        assert run("score", str(path), "-q", "-f", "json", "-o", "/dev/full").code == 2
        assert not Path("/dev/full").is_file()


def test_an_interruption_while_the_program_loads():
    """The first moments of a run go into loading it; Ctrl-C says no more there than later."""
    script = (
        "import sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\n"
        "from pkassess.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "interrupted\n")
