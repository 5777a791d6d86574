"""Weight sets that a rubric keeps in a CSV file beside it: one column for each child, one row for each set."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

from pkassess.codes import Code
from pkassess.crosscheck import Problem, mapping, parents

SEMICOLON = ";"


def read_sample_files(data: Any, folder: FilePath) -> Iterator[Problem]:
    """Put the sets of every sample file that a rubric names into its data; gives what is wrong with the files."""
    for name, path, node in parents(data):
        weights = mapping(node, "weights")
        file = weights.get("file")
        if not isinstance(file, str):
            continue
        if weights.get("samples"):
            found = "the sets stand both in `file` and in `samples`; delete one"
            yield Problem(
                Code.WRONG_VALUE, (*path, "weights", "file"), {"place": f"'{name}'", "found": found}
            )
            continue
        try:
            weights["samples"] = _columns(folder / file)
        except (OSError, UnicodeDecodeError, ValueError) as error:
            found = f"file '{file}': {_reason(error)}"
            yield Problem(
                Code.WRONG_VALUE, (*path, "weights", "file"), {"place": f"'{name}'", "found": found}
            )


def _reason(error: Exception) -> str:
    return str(error.strerror).lower() if isinstance(error, OSError) else str(error)


def _columns(path: FilePath) -> dict[str, list[float]]:
    """The columns of a file by their header. Raises ValueError with the row of the first thing that is no number."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)] or [[]]
    if not header or not rows:
        raise ValueError("expected a row of names and one or more rows of weights")
    columns: dict[str, list[float]] = {name.strip(): [] for name in header}
    if len(columns) < len(header):
        raise ValueError("the first row has a name twice")
    if len(header) == 1 and SEMICOLON in header[0]:
        raise ValueError(f"the cells are divided by '{SEMICOLON}'; expected commas")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise ValueError(f"row {number} has {len(row)} cells, the first row {len(header)}")
        for name, cell in zip(columns, row, strict=True):
            columns[name].append(_weight(cell, number, name))
    return columns


def _weight(cell: str, number: int, name: str) -> float:
    try:
        weight = float(cell)
    except ValueError:
        weight = math.nan
    if not math.isfinite(weight):
        raise ValueError(f"row {number}, column '{name}' holds '{cell}'; expected a number")
    return weight
