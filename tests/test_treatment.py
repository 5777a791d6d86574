"""Outlying values: published statistics, columns treated by hand, and whole commands that log every value."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkassess.treatment import Limits, Treated, kurtosis, skewed, skewness, treat

NAN = math.nan
LIMITS = Limits(2.0, 3.5, 5, log=False)
LOGGED = LIMITS._replace(log=True)
STEADY = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10]
RUBRIC = """
pkassess: 1
id: league
version: "1"
label: League
keys: {site: {}}
period: {label: Year}
dimensions:
  d:
    label: D
    children:
      - {id: roads, label: Roads, scale: SCALE, treatment: {log: LOG, most: MOST}}
"""
MIN_MAX = "{type: relative, method: min_max}"


def column(*values):
    return np.array(values, dtype=np.float64)


# --- statistics ---------------------------------------------------------------------------------------------------


def test_skewness_and_kurtosis_as_a_spreadsheet_program_documents_them():
    """Microsoft's worked example of SKEW and KURT: 3, 4, 5, 2, 3, 4, 5, 6, 4, 7."""
    values = column(3, 4, 5, 2, 3, 4, 5, 6, 4, 7)
    assert skewness(values) == pytest.approx(0.359543071, abs=1e-9)
    assert kurtosis(values) == pytest.approx(-0.151799637, abs=1e-9)


@pytest.mark.parametrize("values", [[], [5], [5, 6, 100], [7, 7, 7, 7, 7]])
def test_too_few_values_or_equal_ones_are_never_skewed(values):
    assert (skewness(column(*values)), kurtosis(column(*values))) == (0, 0)
    assert treat(column(*values), LOGGED) is None


# --- by hand ------------------------------------------------------------------------------------------------------


def test_one_value_far_out_counts_as_the_next_one():
    """1 to 10 and 100: with 100 as 10 the column is even, whatever is missing and in whatever order."""
    values = column(*STEADY, 100)
    assert skewed(values, LIMITS) and skewness(values) > 3
    assert treat(values, LIMITS) == Treated(1, 10)
    assert treat(column(100, NAN, *STEADY[::-1]), LIMITS) == Treated(1, 10)


def test_the_longer_tail_is_brought_in():
    """The same below: -90 counts as 1."""
    assert treat(column(*STEADY, -90), LIMITS) == Treated(1, 10)


def test_a_column_inside_the_limits_is_left_alone():
    """Both limits have to be passed."""
    assert treat(column(*STEADY), LIMITS) is None
    assert treat(column(*STEADY, 100), Limits(5.0, 3.5, 5, log=True)) is None


def test_no_more_values_than_allowed_are_brought_in():
    """Three lie far out; with two allowed the column stays skewed, with three it is treated."""
    values = column(*STEADY, *STEADY, 900, 1000, 4000)
    assert treat(values, LIMITS._replace(most=2)) is None
    assert treat(values, LIMITS._replace(most=3)) == Treated(1, 10)


def test_the_logarithm_comes_last():
    """Powers of two: bringing in one value is not enough, the logarithm of value - 1 + 1 % of the range is."""
    values = 2.0 ** np.arange(20)
    found = treat(values, LOGGED._replace(most=1))
    offset = 0.01 * (2**19 - 1)
    assert found == Treated(1, 2**19, 1 - offset)
    assert found.apply(column(1, NAN, 9e9)) == pytest.approx(
        [math.log(offset), NAN, math.log(2**19 - 1 + offset)], nan_ok=True
    )
    assert found.undone(found.apply(values)) == pytest.approx(values)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-1000, 1000).map(float), max_size=15), st.integers(0, 5), st.booleans())
def test_a_treated_column_lies_inside_the_limits_and_keeps_its_order(values, most, log):
    """And no more values than allowed were moved."""
    values = column(*values)
    found = treat(values, Limits(1.0, 0.5, most, log))
    if found is None:
        return
    after = found.apply(values)
    assert not skewed(after, Limits(1.0, 0.5, most, log))
    assert (np.diff(after[np.argsort(values)]) >= 0).all()
    if found.shift is None:
        assert 0 < (after != values).sum() <= most


# --- whole commands -----------------------------------------------------------------------------------------------


@pytest.fixture
def league(run, tmp_path):
    """Score values of one indicator under the rubric above."""

    def call(values, scale=MIN_MAX, *options, most=5, log="true"):
        (tmp_path / "league.yaml").write_text(
            RUBRIC.replace("SCALE", scale).replace("MOST", str(most)).replace("LOG", log), encoding="utf-8"
        )
        rows = "".join(f"S{at},2024,{value:g}\n" for at, value in enumerate(values))
        (tmp_path / "data.csv").write_text(f"site,period,roads\n{rows}", encoding="utf-8")
        options = options or ("-f", "json", "--no-uncertainty")
        return run("score", str(tmp_path / "data.csv"), "-r", str(tmp_path / "league.yaml"), *options)

    return call


def test_every_value_that_is_brought_in_is_logged_with_its_cell(league):
    """100 counts as 10; the table shows what was reported, the score what it counts as."""
    found = json.loads(league([*STEADY, 100]).out)
    (logged,) = [row for row in found["findings"] if row["code"] == "PK336"]
    assert (logged["cell"], logged["column"], logged["value"]) == ("C12", "roads", "100")
    assert "The value 100 of roads for S10, 2024 counts as 10" in logged["message"]
    scores = {row["site"]: (row["value"], row["score"]) for row in found["indicators"]}
    assert scores["S10"] == (100, 100)
    assert scores["S4"] == (5, pytest.approx(100 * 4 / 9))
    assert "PK333" in {row["code"] for row in found["findings"]}


def test_a_fixed_scale_takes_the_value_it_counts_as(league):
    """10 on goalposts from 0 to 20 is 50."""
    found = json.loads(league([*STEADY, 100], "{type: goalposts, bottom: 0, top: 20}", log="false").out)
    assert {row["site"]: row["score"] for row in found["indicators"]}["S10"] == 50


def test_a_logarithm_does_not_fit_fixed_ends(league):
    """The goalposts would be those of the raw value: refused, not scored."""
    done = league([*STEADY, 100], "{type: goalposts, bottom: 0, top: 20}")
    assert (done.code, "a logarithm does not fit a scale with fixed ends" in " ".join(done.err.split())) == (
        2,
        True,
    )


def test_the_logarithm_is_said_once_and_a_column_that_stays_skewed_is_a_warning(league):
    """Powers of two, of which one may be brought in; and six values far out where nothing helps."""
    logged = json.loads(league(2.0 ** np.arange(20), most=1).out)
    told = [row["message"] for row in logged["findings"] if row["code"] == "PK337"]
    # The range is 2^19 - 1, and a hundredth of it is added: log(value - (1 - 5242.87)).
    assert (
        len(told) == 1
        and "The 20 values of roads are scored by the logarithm of (value + 5241.87)" in told[0]
    )
    stays = json.loads(league([1] * 60 + [1000] * 6).out)
    assert "PK338" in {row["code"] for row in stays["findings"]}


def test_draws_and_a_trace_use_the_treated_value(league, run, tmp_path):
    """The interval holds the score, and the printed arithmetic gives it."""
    done = league([*STEADY, 100], MIN_MAX, "-f", "csv", "--draws", "200")
    last = next(row for row in done.rows() if row["site"] == "S10")
    assert float(last["d_low"]) <= float(last["d"]) <= float(last["d_high"])
    data, rubric = str(tmp_path / "data.csv"), str(tmp_path / "league.yaml")
    traced = run("profile", data, "S10", "-r", rubric, "--trace", "roads", "--no-uncertainty")
    assert "outlying values treated" in traced.out and "roads.value = 100" in traced.out


def test_the_rubric_page_says_what_is_done(league, run, tmp_path):
    """In words."""
    league(STEADY)
    page = " ".join(run("rubric", "show", str(tmp_path / "league.yaml")).out.split())
    assert "up to 5 values count as the next one; where that is not enough, their logarithm counts" in page
