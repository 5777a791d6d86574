"""Intervals in simulated workbooks with known truth: a small run of scripts/simulate_coverage.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import simulate_coverage as simulation

WORKBOOKS, DRAWS = 500, 250
MARGIN = 5.0
"""Four standard errors of a share of 90 % in 500 workbooks, less what the whole table has of its own."""
PAGE = (Path(__file__).parents[1] / "docs" / "method.md").read_text(encoding="utf-8")
TABLE = PAGE.partition(simulation.START)[2].partition(simulation.END)[0]


def documented() -> list[tuple[str, list[float]]]:
    """The rows of the table in docs/method.md: title with weights, and the five shares."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.splitlines() if "." in line
    ]
    return [(f"{row[0]}, {row[1]}", [float(cell) for cell in row[2:]]) for row in rows]


def title(scenario: simulation.Scenario) -> str:
    """As it stands in the table."""
    return f"{scenario.title}, {'drawn' if scenario.weights else 'fixed'}"


def test_the_documented_table_has_every_scenario():
    """In the order of the script, five shares each."""
    assert [row for row, _ in documented()] == [title(scenario) for scenario in simulation.SCENARIOS]
    assert all(len(shares) == 5 for _, shares in documented())


@pytest.mark.parametrize("row", range(5))
def test_intervals_hold_the_truth_in_the_middle(row):
    """88 to 92 % in the documented run of 2,000 workbooks, whatever the sources are."""
    _, shares = documented()[row]
    assert all(88 <= share <= 92 for share in shares), shares


@pytest.mark.parametrize("scenario", simulation.SCENARIOS, ids=title)
def test_a_small_run_agrees_with_the_table(scenario):
    """Each share within four standard errors; both run the engine that `score` runs."""
    found = simulation.coverage(scenario, WORKBOOKS, DRAWS, seed=5)
    documented_shares = dict(documented())[title(scenario)]
    for share, written in zip(found.values(), documented_shares, strict=True):
        assert share == pytest.approx(written, abs=MARGIN + (5 if written < 70 else 0))


def test_the_one_known_exception_is_told():
    """All true scores at the top, each value with its own source: only the index, and not below 80."""
    low = [
        (row, at)
        for row, (_, shares) in enumerate(documented())
        for at, share in enumerate(shares)
        if share < 88 and "truth one source" not in documented()[row][0]
    ]
    assert [(documented()[row][0], at) for row, at in low] == [("high, independent, drawn", 4)]
    assert re.search(r"one exception that is known", PAGE)
