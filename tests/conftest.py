"""Workbooks that are visible in the test: a Markdown table becomes a sheet, read through the same code as a file."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
for _name in ("COLUMNS", "PKASSESS_ASCII", "FORCE_COLOR"):
    os.environ.pop(_name, None)  # what a page looks like is decided by each test
# Without byte code every one of the several hundred processes would compile the program again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# A change is judged by the same cases as the one before it; `pytest --hypothesis-profile random` looks for new ones.
hypothesis.settings.register_profile("random", derandomize=False)
hypothesis.settings.register_profile("same", derandomize=True, database=None)
hypothesis.settings.load_profile("same")


def cells_of(table: str) -> list[list[Any]]:
    """Rows of a Markdown table; numbers become numbers, everything else stays text."""
    rows = []
    for line in table.strip().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not all(set(cell) <= {"-", ":"} and len(cell) > 2 for cell in cells):
            rows.append([_typed(cell) for cell in cells])
    return rows


def _typed(cell: str) -> Any:
    if not cell:
        return None
    try:
        return float(cell)
    except ValueError:
        return cell.strip('"')


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., str]:
    """Write an .xlsx file; each sheet is a Markdown table or a list of rows. Returns its path."""

    def write(sheets: str | dict[str, Any], name: str = "data.xlsx") -> str:
        import xlsxwriter

        path = tmp_path / name
        with xlsxwriter.Workbook(str(path)) as book:
            for title, content in (sheets if isinstance(sheets, dict) else {"Data": sheets}).items():
                sheet = book.add_worksheet(title)
                rows = cells_of(content) if isinstance(content, str) else content
                for at, row in enumerate(rows):
                    for column, cell in enumerate(row):
                        if cell is not None:
                            sheet.write(at, column, cell)
        return str(path)

    return write


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., str]:
    """Write a .csv file from a Markdown table. Returns its path."""

    def write(content: str, name: str = "data.csv") -> str:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            for line in content.strip().splitlines():
                csv.writer(file).writerow([cell.strip() for cell in line.strip().strip("|").split("|")])
        return str(path)

    return write


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    def rows(self) -> list[dict[str, str]]:
        """The output read as CSV."""
        return list(csv.DictReader(io.StringIO(self.out)))


@pytest.fixture
def run() -> Callable[..., Ran]:
    """Run ``pkassess`` with arguments in this process, as the console script does."""

    def call(*arguments: str, stdin: str = "") -> Ran:
        from contextlib import redirect_stderr, redirect_stdout

        out, err = io.StringIO(), io.StringIO()
        previous, sys.stdin = sys.stdin, _Input(stdin)
        code = 0
        try:
            with redirect_stdout(out), redirect_stderr(err):
                _command()(args=list(arguments), prog_name="pkassess")
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        finally:
            sys.stdin = previous
        return Ran(code, out.getvalue(), err.getvalue())

    return call


@cache
def _command() -> Any:
    """The console script's command; to put it together takes longer than most runs."""
    import typer

    from pkassess.cli import app

    return typer.main.get_command(app)


class _Input(io.TextIOWrapper):
    def __init__(self, text: str) -> None:
        super().__init__(io.BytesIO(text.encode("utf-8")), encoding="utf-8")


@pytest.fixture
def process() -> Callable[..., Ran]:
    """Run ``python -m pkassess`` in a fresh process."""

    def call(*arguments: str, stdin: str = "", **environment: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "pkassess", *arguments],
            input=stdin.encode(),
            capture_output=True,
            env={**os.environ, **environment},
            cwd=ROOT,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


class Report(dict[str, Any]):
    """The JSON document of a run; rows of a table are found by the values of some columns."""

    def find(self, table: str, **columns: object) -> list[dict[str, Any]]:
        """The rows of a table in which the columns have these values."""
        return [row for row in self[table] if all(row[name] == value for name, value in columns.items())]

    def one(self, table: str, **columns: object) -> dict[str, Any]:
        """The only such row."""
        (row,) = self.find(table, **columns)
        return row

    def codes(self, severity: str | None = None) -> list[str]:
        """The codes of the findings, each once, sorted."""
        rows = self["findings"] if severity is None else self.find("findings", severity=severity)
        return sorted({row["code"] for row in rows})


@pytest.fixture
def report(run: Callable[..., Ran]) -> Callable[..., Report]:
    """Score files, or rows of the wide layout (dictionaries), and return the whole report as JSON gives it."""

    def call(*data: Any, options: tuple[str, ...] = ()) -> Report:
        from cases import csv_of

        rows = [item for item in data if isinstance(item, dict)]
        paths = ["-"] if rows else list(data)
        done = run("score", *paths, "-f", "json", "-q", *options, stdin=csv_of(rows) if rows else "")
        assert done.code == 0, done.err
        return Report(json.loads(done.out))

    return call


@pytest.fixture
def rubric_file(tmp_path: Path) -> Callable[..., str]:
    """Write a rubric from YAML text or plain data. Returns its path."""

    def write(content: str | dict[str, Any], name: str = "own.yaml") -> str:
        import yaml

        path = tmp_path / name
        text = (
            content
            if isinstance(content, str)
            else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        )
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def variant(rubric_file: Callable[..., str]) -> Callable[..., str]:
    """A copy of the rubric ``partnership``, changed by a function that gets its plain data. Returns its path."""

    def make(change: Callable[[dict[str, Any]], None]) -> str:
        import yaml

        data = yaml.safe_load((ROOT / "rubrics" / "partnership.yaml").read_text(encoding="utf-8"))
        change(data)
        return rubric_file(data)

    return make
