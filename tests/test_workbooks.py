"""Field workbooks as they are: each with one layout or defect, read through the command line, cell by cell."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent / "workbooks"))

from make import CASES

ALWAYS = {"PK017", "PK020", "PK021"}
"""Remarks on the size of the values, which so small a workbook cannot help."""


def found_in(document):
    """The findings as codes and places, without those that every small workbook has."""
    found = []
    for row in document:
        place = "!".join(part for part in (row["sheet"], row["cell"]) if part)
        if row["code"] not in ALWAYS:
            found.append(f"{row['code']} {place}".strip())
    return sorted(found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_workbook(run, tmp_path, monkeypatch, case):
    """What was found, at which cell, and which values were read from where."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / case.name
    case.write(path)
    paths = [case.name, *case.more]
    done = run("score", *paths, "-f", "json", "-v", "--no-uncertainty", "--period", "all", *case.options)
    assert done.code == case.code, done.err
    if case.code:
        monkeypatch.setenv("COLUMNS", "100")
        said = done.err + run("validate", *paths, *case.options).err
        for finding in case.findings:
            code, _, place = finding.partition(" ")
            lines = [line for line in said.splitlines() if f" {code} " in f"{line} "]
            assert any(place in line for line in lines), said
        assert "".join(case.says.split()) in "".join(said.split())
        return
    document = json.loads(done.out)
    assert found_in(document["findings"]) == sorted(case.findings)
    assert case.says in " ".join(row["message"] for row in document["findings"])
    for authority, period, indicator, value, cell in case.values:
        (row,) = (
            row
            for row in document["indicators"]
            if (row["authority"], row["period"], row["indicator"]) == (authority, period, indicator)
        )
        assert (row["value"], row["cell"]) == (pytest.approx(value), cell)


def test_the_workbooks_are_many_and_each_is_written_the_same_twice(tmp_path):
    """Sixty and more; nothing in them depends on the clock."""
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
    for case in CASES:
        one, other = tmp_path / "one", tmp_path / "other"
        for folder in (one, other):
            folder.mkdir(exist_ok=True)
            case.write(folder / case.name)
        assert (one / case.name).read_bytes() == (other / case.name).read_bytes()
