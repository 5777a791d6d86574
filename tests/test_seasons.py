"""Seasonal indicators beside the same season of the year before."""

from __future__ import annotations

import pytest
from cases import csv_of, partnership


@pytest.fixture
def quarters(run):
    """Score a partnership by quarters with shares of open market roads."""

    def call(values, *options, command="score"):
        rows = [partnership(period=period, market_road_open_pct=value) for period, value in values.items()]
        name = ["Karuvel"] if command == "profile" else []
        return run(command, "-", *name, "-q", "--no-uncertainty", *options, stdin=csv_of(rows))

    return call


def seasons(quarters, values, tmp_path):
    done = quarters(values, "-f", "csv", "-o", f"{tmp_path / 'out'}/")
    assert done.code == 0, done.err
    lines = (tmp_path / "out" / "seasons.csv").read_text(encoding="utf-8").splitlines()
    head = lines[0].split(",")
    return [
        row
        for line in lines[1:]
        if (row := dict(zip(head, line.split(","), strict=True)))["indicator"] == ROADS
    ]


ROADS = "market_road_open_pct"


def test_a_value_beside_the_same_quarter_of_the_year_before(quarters, tmp_path):
    """84 % in the second quarter, 70 % a year before; the quarter between them is another season."""
    (row,) = seasons(quarters, {"2024-Q2": 70, "2025-Q1": 40, "2025-Q2": 84}, tmp_path)
    assert (row["period"], row["period_before"]) == ("2025-Q2", "2024-Q2")
    assert [float(row[name]) for name in ("value", "value_before", "change")] == [84, 70, 14]


@pytest.mark.parametrize(
    "values",
    [
        {"2025-Q1": 40, "2025-Q2": 84},  # no season of the year before
        {"2024-Q2": None, "2025-Q2": 84},  # not observed then
        {"2024": 70, "2025": 84},  # whole years have no season
        {"2024-06": 70, "2025-Q2": 84},  # a month is no quarter
    ],
)
def test_nothing_where_there_is_no_same_season(quarters, tmp_path, values):
    assert seasons(quarters, values, tmp_path) == []


def test_the_profile_says_it_under_the_trend(quarters):
    """In the units of the field."""
    page = quarters({"2024-Q2": 70, "2025-Q1": 40, "2025-Q2": 84}, command="profile").out
    assert "Market road open 70 % → 84 % since the same season, 2024-Q2" in page
    text = quarters({"2024-Q2": 70, "2025-Q2": 84}, "-f", "md", command="profile").out
    assert "Market road open 70 % → 84 % since the same season, 2024-Q2." in text
