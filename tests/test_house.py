"""The house: what a fresh process loads, that the README's commands run, and that samples are what scripts make."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import pkassess
from pkassess.ingest import read_workbook

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a fresh process has loaded when a command ends."""
    script = (
        "import sys\n"
        f"sys.argv = ['pkassess', *{list(arguments)!r}]\n"
        "from pkassess.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write('\\nMODULES ' + ' '.join(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stderr.rpartition("MODULES ")[2].split()}


def test_the_version_is_printed_without_the_engine():
    """--version loads neither numpy nor pydantic nor rich."""
    assert not loaded_by("--version") & {"numpy", "pydantic", "rich", "pandas", "openpyxl", "yaml"}


@pytest.mark.parametrize("arguments", [("-f", "csv"), ("-f", "json"), ("-f", "md"), ()])
def test_score_starts_without_data_frames(arguments):
    """No format of score loads pandas, openpyxl or, in a pipe, rich."""
    loaded = loaded_by("score", "sample_data/field_demo.xlsx", "-q", *arguments)
    assert not loaded & {"pandas", "openpyxl", "rich", "scipy"}
    assert "numpy" in loaded


def readme_commands() -> list[str]:
    """The commands of the table of things done most."""
    return re.findall(r"\| `(pkassess [^`]+)` \|", README)


def test_the_readme_lists_ten_things():
    """Ten commands, each of which the next test runs."""
    assert len(readme_commands()) == 10


@pytest.mark.parametrize("name", ["install", "test"])
def test_the_two_commands_are_one_line_each(name):
    """Continuous integration types them as they stand."""
    from readme_command import command

    assert command(name).startswith("python3 -m venv .venv && ")
    assert "\n" not in command(name)


def test_the_field_sample_is_what_its_script_makes(tmp_path):
    """Cell for cell, so that nobody edits the invented data by hand."""
    made = tmp_path / "made.xlsx"
    script = ROOT / "sample_data" / "build_field_demo.py"
    subprocess.run([sys.executable, str(script), str(made)], check=True, capture_output=True, cwd=ROOT)
    books = [read_workbook(str(path)) for path in (made, ROOT / "sample_data" / "field_demo.xlsx")]
    cells = [[(sheet.name, [rows for _, rows in sheet.blocks()]) for sheet in book.sheets] for book in books]
    for book in books:
        book.close()
    assert repr(cells[0]) == repr(cells[1])


def test_the_changelog_has_the_version():
    """A version without a line in the changelog is not released."""
    assert f"## {pkassess.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
