"""How often the trend rule is right: the documented table, and a small run of scripts/simulate_trends.py."""

from __future__ import annotations

from pathlib import Path

import pytest
import simulate_trends as simulation

SERIES, DRAWS = 500, 300
MARGIN = 9.0
"""Four standard errors of a share of one half in 500 series."""
AGREED = 4.0
PAGE = (Path(__file__).parents[1] / "docs" / "method.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("<!-- trends: start -->")[2].partition("<!-- trends: end -->")[0]
EXPECTED = """
7, none            | 5/5/0/0/0/90   | 4/4/0/1/0/91   | 3/3/0/1/0/93   | 4/3/0/1/0/93   | 2/2/0/1/0/94   | 2/2/0/0/1/95
7, +10             | 49/0/0/0/0/51  | 46/0/0/1/0/53  | 49/0/0/1/0/50  | 52/0/0/1/0/47  | 55/0/0/1/1/43  | 57/0/0/1/2/40
7, +15             | 79/0/0/0/0/21  | 77/0/0/0/0/22  | 82/0/0/0/0/17  | 83/0/0/1/0/16  | 86/0/0/1/1/12  | 89/0/0/1/2/8
7, +20             | 95/0/0/0/0/5   | 95/0/0/0/0/5   | 97/0/0/0/0/3   | 97/0/0/1/0/2   | 97/0/0/1/1/1   | 97/0/0/1/2/0
7, +20 −20 (tent)  | –              | 2/2/0/51/0/46  | 1/1/0/81/0/17  | 1/1/0/70/0/28  | 1/0/0/77/0/21  | 0/1/0/82/1/16
7, 0/20 in turn    | –              | 19/0/0/1/68/11 | 0/1/0/6/78/15  | 4/0/0/0/90/6   | 1/0/0/0/97/2   | 0/0/0/0/99/1
4, none            | 1/1/39/0/0/59  | 1/1/32/0/0/66  | 0/1/43/0/0/56  | 1/0/49/0/0/50  | 0/0/65/0/0/34  | 0/0/74/0/0/26
4, +10             | 72/0/1/0/0/27  | 71/0/1/0/0/28  | 76/0/0/0/0/24  | 78/0/0/0/0/21  | 82/0/0/0/0/17  | 87/0/0/0/0/12
12, none           | 10/10/0/0/0/80 | 7/9/0/3/0/81   | 6/7/0/3/0/84   | 7/7/0/2/0/84   | 6/7/0/2/2/83   | 5/5/0/2/6/83
"""
"""The table of the text that defines the method."""


def cells(text: str) -> dict[tuple[str, int], tuple[float, ...]]:
    """The shares of each cell that has any, by row and number of periods."""
    found = {}
    for line in text.strip().splitlines():
        row, *shares = (cell.strip() for cell in line.strip().strip("|").split("|"))
        for periods, cell in zip(simulation.LENGTHS, shares, strict=True):
            if cell.count("/") == 5:
                found[row, periods] = tuple(map(float, cell.split("/")))
    return found


DOCUMENTED = cells(TABLE)


def test_the_documented_table_agrees_with_the_method_within_four_points():
    """False calls, power and turning points."""
    assert DOCUMENTED.keys() == cells(EXPECTED).keys()
    for cell, expected in cells(EXPECTED).items():
        assert DOCUMENTED[cell] == pytest.approx(expected, abs=AGREED), cell


@pytest.mark.parametrize("row", simulation.ROWS)
def test_a_small_run_agrees_with_the_table(row):
    for periods in simulation.LENGTHS:
        if periods >= simulation.ROWS[row][2]:
            found = simulation.shares(row, periods, SERIES, DRAWS, seed=7)
            assert found == pytest.approx(DOCUMENTED[row, periods], abs=MARGIN), periods


def test_the_table_is_printed_as_it_stands_in_the_method():
    head = list(simulation.table_lines(20, 20, 0))
    assert head[0] == TABLE.strip().splitlines()[0]
    assert [line.split("|")[1] for line in head] == [
        line.split("|")[1] for line in TABLE.strip().splitlines()
    ]
