"""Relative scales: every method by hand, what all keep to, data that tell nobody apart, and whole commands."""

from __future__ import annotations

import json
import math
import pickle
import statistics

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pkassess.fitting import with_scales
from pkassess.normalise import AnyScale, Frame, Goalposts, normalise, turning_points
from pkassess.relative import BY_ORDER, METHODS, UNBOUNDED
from pkassess.rubric import Rubric

NAN = math.nan
READ = TypeAdapter(AnyScale).validate_python
EVERY = pytest.mark.parametrize("method", METHODS)
MODERATE = settings(deadline=None, max_examples=40)
COLUMNS = st.lists(st.one_of(st.floats(0, 1e6), st.integers(0, 9).map(float)), min_size=1, max_size=12).map(
    np.array
)
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
      - {id: roads, label: Roads, weight: 3, scale: {type: relative, method: min_max}}
      - {id: wells, label: Wells, weight: 1, scale: {type: goalposts, bottom: 0, top: 10}}
"""
DATA = """
| site | period | roads | wells |
| A    | 2024   | 10    | 5     |
| B    | 2024   | 20    | 5     |
| C    | 2024   | 50    | 5     |
"""


def scale(method, **parameters):
    given = {"mean": 50, "sd": 10} if method == "zscore" else {}
    return READ({"type": "relative", "method": method, **given, **parameters})


def scores(method, x, frame=Frame(), **parameters):  # noqa: B008  # an immutable tuple
    return normalise(np.array(x, dtype=np.float64), scale(method, **parameters), frame).tolist()


# --- by hand ------------------------------------------------------------------------------------------------------

BY_HAND = {
    # 2, 4, 4 and 10: sum 20, mean 5, squares 136, variance (9 + 1 + 1 + 25) / 3 = 12
    "min_max": (0, 25, 25, 100),
    "zscore": tuple(50 + 10 * (x - 5) / math.sqrt(12) for x in (2, 4, 4, 10)),
    "rank": (0, 200 / 3, 200 / 3, 100),  # ranks 4, 2, 2, 1
    "rank_average": (0, 50, 50, 100),  # ranks 4, 2.5, 2.5, 1
    "percent_rank": (0, 100 / 3, 100 / 3, 100),  # 0, 1, 1 and 3 of 3 others are lower
    "borda": (0, 50, 50, 100),  # 0, 1.5, 1.5 and 3 of 3 points
    "distance_to_maximum": (20, 40, 40, 100),  # 1 - 8/10, 1 - 6/10
    "max": (20, 40, 40, 100),
    "sum": (10, 20, 20, 50),
    "vector": tuple(x / math.sqrt(136) * 100 for x in (2, 4, 4, 10)),
}


def test_every_method_has_a_worked_case():
    """A new one is under the contract below, and needs a line above."""
    assert set(BY_HAND) == set(METHODS)


@EVERY
def test_four_values_by_hand(method):
    """2, 4, 4 and 10, in any order; a missing value stays missing and counts for nothing."""
    low, middle, _, high = BY_HAND[method]
    assert scores(method, [4, 10, NAN, 2, 4]) == pytest.approx([middle, high, NAN, low, middle], nan_ok=True)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("min_max", (100, 75, 75, 0)),
        ("rank", (100, 200 / 3, 200 / 3, 0)),  # the two share rank 2 from this end, too
        ("percent_rank", (100, 100 / 3, 100 / 3, 0)),
        ("borda", (100, 50, 50, 0)),
        ("max", (80, 60, 60, 0)),
        ("zscore", tuple(50 - 10 * (x - 5) / math.sqrt(12) for x in (2, 4, 4, 10))),
    ],
)
def test_less_is_better(method, expected):
    """Ranks are counted from the other end; the rest is mirrored."""
    assert scores(method, [2, 4, 4, 10], reverse=True) == pytest.approx(expected)


def test_any_range():
    """0 to 1, 0 to 100, and 1 to 100, which a geometric mean asks for."""
    assert scores("min_max", [2, 4, 10], Frame(0, 1)) == [0, 0.25, 1]
    assert scores("min_max", [2, 4, 10], range=[1, 100]) == [1, 25.75, 100]
    assert scores("rank", [2, 4, 10], Frame(-1, 1)) == [-1, 0, 1]


def test_negative_values_where_a_method_takes_them():
    """The highest is -2: -4 is a whole of its size away, -6 two; both are further than the range is long."""
    assert scores("distance_to_maximum", [-2, -4, -6]) == [100, 0, -100]
    assert scores("min_max", [-2, -4, -6]) == [100, 50, 0]


def test_a_z_score_is_not_held_to_the_range():
    """One far out among nine equal: (10 - 1) / sqrt(10) standard deviations above the mean."""
    far = statistics.stdev([0] * 9 + [10])
    assert scores("zscore", [0] * 9 + [10], sd=30)[-1] == pytest.approx(50 + 30 * 9 / far)


# --- values that tell nobody apart --------------------------------------------------------------------------------


@EVERY
def test_one_partnership(method):
    """Nobody to compare with: the middle, or the mean; but it is the whole of a sum and the maximum of itself."""
    expected = 100 if method in ("distance_to_maximum", "max", "sum", "vector") else 50
    assert scores(method, [7]) == [expected]


@EVERY
def test_a_constant_column(method):
    """The middle where the method would divide by zero; the formula's own result where it has one."""
    own = {"rank": 100, "percent_rank": 0, "max": 100, "distance_to_maximum": 100, "sum": 25, "vector": 50}
    assert scores(method, [7, 7, 7, 7]) == [own.get(method, 50)] * 4


@pytest.mark.parametrize("method", ["max", "sum", "vector", "distance_to_maximum"])
def test_all_zero(method):
    """No maximum and no sum to divide by."""
    assert scores(method, [0, 0]) == [50, 50]


@EVERY
def test_all_missing(method):
    """No value, no score, and no line for a later value either."""
    fitted = scale(method).fitted(np.array([NAN, NAN]), Frame())
    assert np.isnan(normalise(np.array([NAN, 5.0]), fitted)).all()


@EVERY
def test_values_too_small_for_a_line_are_all_zero(method):
    """A line through 0 and 4e-313 would be infinitely steep. Everybody is equal then, as among zeros."""
    tiny, zeros = np.array([2e-313, 0.0, 1e-290]), np.zeros(3)
    assert (normalise(tiny, scale(method)) == normalise(zeros, scale(method))).all()


# --- what every method keeps to -----------------------------------------------------------------------------------


@EVERY
@MODERATE
@given(x=COLUMNS, low=st.integers(-5, 5), length=st.integers(1, 100), reverse=st.booleans())
def test_shape_range_order_and_who_is_equal(method, x, low, length, reverse):
    """NaN stays, scores lie on the range, the better never scores less, equal values score the same."""
    frame = Frame(float(low), float(low + length))
    x = np.append(x, NAN)
    found = normalise(x, scale(method, reverse=reverse), frame)
    assert (np.isnan(found) == np.isnan(x)).all()
    order = np.argsort(x[:-1])
    steps = np.diff(found[order]) * (-1 if reverse else 1)
    slack = 1e-7 * max(length, 10)
    assert (steps >= -slack).all()
    assert (np.abs(steps[np.diff(x[order]) == 0]) <= slack).all()
    if method not in UNBOUNDED:
        assert np.nanmin(found) >= low - slack and np.nanmax(found) <= low + length + slack


@EVERY
@MODERATE
@given(x=COLUMNS, seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(method, x, seed):
    """Bit for bit."""
    order = np.random.default_rng(seed).permutation(len(x))
    example = scale(method)
    assert normalise(x, example)[order].tobytes() == normalise(x[order], example).tobytes()


@EVERY
@MODERATE
@given(x=st.lists(st.integers(0, 50).map(float), min_size=1, max_size=9, unique=True).map(np.array))
def test_without_ties_the_opposite_direction_mirrors(method, x):
    """As far from the top as it was from the bottom."""
    up, down = (normalise(x, scale(method, reverse=reverse)) for reverse in (False, True))
    np.testing.assert_allclose(down, 100 - up, atol=1e-9)


@pytest.mark.parametrize("method", [*BY_ORDER, "min_max", "zscore", "max", "sum", "vector"])
@MODERATE
@given(x=st.lists(st.integers(0, 50).map(float), min_size=2, max_size=9).map(np.array))
def test_the_unit_of_measurement_does_not_matter(method, x):
    """Kilometres or miles."""
    np.testing.assert_allclose(normalise(x * 1.609, scale(method)), normalise(x, scale(method)), atol=1e-9)


def test_once_fitted_a_scale_stays_where_it_is():
    """Values that come later are read from the same line, which survives copying; beyond its ends the score holds."""
    fitted = pickle.loads(pickle.dumps(scale("min_max").fitted(np.array([10.0, 20.0]), Frame())))
    assert normalise(np.array([15.0, 5.0, 40.0]), fitted).tolist() == [50, 0, 100]
    assert fitted == scale("min_max").fitted(np.array([20.0, 10.0]), Frame()) != scale("min_max")
    assert turning_points(fitted, Frame()).tolist() == [10, 20]


# --- parameters ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"method": "zscore", "mean": 50}, "`method: zscore` needs `mean` and `sd`, in score points"),
        ({"method": "rank", "sd": 5}, "`sd` belongs to `method: zscore`"),
        (
            {"method": "zscore", "mean": 50, "sd": 5, "range": [1, 100]},
            "`range` does not belong to `method: zscore`",
        ),
        ({"method": "rank", "range": [5, 5]}, "range from 5 to 5"),
        ({"method": "rank", "range": [-1, 100]}, "range -1 to 100 is not inside 0 to 100"),
        ({"method": "rank", "range": [1, 100]}, ""),
    ],
)
def test_parameters_that_do_not_go_together(parameters, problem):
    """Said when the rubric is checked."""
    assert READ({"type": "relative", **parameters}).problem(Frame()) == problem


def test_other_scales_for_some_indicators():
    """At every depth; the rubric they came from stays as it was."""
    data = yaml.safe_load(RUBRIC)
    children = data["dimensions"]["d"]["children"]
    children.append({"id": "g", "label": "G", "children": [children.pop(0)]})
    before = Rubric.model_validate(data)
    after = with_scales(before, {"roads": Goalposts(type="goalposts", bottom=0.0, top=9.0)})
    assert after.indicators["roads"].scale.type == "goalposts"
    assert before.indicators["roads"].scale.type == "relative"
    assert after.indicators["wells"] == before.indicators["wells"]


# --- whole commands -----------------------------------------------------------------------------------------------


@pytest.fixture
def league(run, table, tmp_path):
    """Score a table under the rubric above, with a part of it replaced."""

    def call(content, old="min_max", new="min_max", command=("score", "-f", "csv", "--no-uncertainty")):
        rubric = tmp_path / "league.yaml"
        rubric.write_text(RUBRIC.replace(old, new), encoding="utf-8")
        return run(command[0], table(content), "-r", str(rubric), *command[1:])

    return call


def d_of(done):
    assert done.code == 0, done.err
    return {row["site"]: float(row["d"]) for row in done.rows()}


def test_scores_move_when_a_partnership_is_added(league):
    """Roads 10, 20, 50 score 0, 25, 100; with a fourth of 90 they score 0, 12.5, 50. Wells (weight 1 of 4) stay."""
    assert d_of(league(DATA)) == {"A": 12.5, "B": 31.25, "C": 87.5}
    more = league(DATA + "| D | 2024 | 90 | 5 |")
    assert d_of(more) == {"A": 12.5, "B": 21.875, "C": 50, "D": 87.5}


def test_a_note_says_which_scores_move(league):
    """On every run, in plain words."""
    told = league(DATA, command=("validate", "-f", "csv")).rows()
    (note,) = [row for row in told if row["code"] == "PK333"]
    assert note["severity"] == "note"
    assert "all 3 rows of the data: roads." in note["message"]


def test_the_report_says_it_too(league):
    """Where a reader looks for what is not known."""
    page = " ".join(league(DATA, command=("score",)).out.split())
    assert "? Relative the scores of roads move when a partnership is added or left out" in page


def test_several_periods_are_refused_or_pooled(league):
    """Without a word about it they are refused; pooled, 10 to 90 over both years is the range."""
    years = DATA + "| A | 2025 | 90 | 5 |"
    refused = league(years)
    assert refused.code == 3 and not refused.out
    assert "PK334" in refused.err and "2 periods, 2024 to 2025" in " ".join(refused.err.split())
    pooled = d_of(league(years, "method: min_max", "method: min_max, periods: pool"))
    assert pooled == {"A": 87.5, "B": 21.875, "C": 50}


def test_values_that_a_method_does_not_take(league):
    """A share of a maximum is meant for values of 0 or more."""
    done = league(DATA.replace("10 ", "-1 "), new="max")
    assert done.code == 3
    assert "PK335" in done.err and "there are values below 0, such as -1" in " ".join(done.err.split())


REVERSED = """
pkassess: 1
id: pair
version: "1"
label: Pair
keys: {site: {}}
period: {label: Year}
dimensions:
  r: {label: R, children: [{id: roads, label: Roads, scale: SCALE}]}
  w: {label: W, children: [{id: wells, label: Wells, scale: SCALE}]}
indices:
  i: {label: I, children: [{use: r, weight: 0.45}, {use: w, weight: 0.55}]}
"""
TRIO = """
| site | period | roads | wells |
| A    | 2024   | 10    | 0     |
| B    | 2024   | 5     | 6     |
| C    | 2024   | 0     | 20    |
"""


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        ("{type: relative, method: min_max}", [("C", "A", "B")]),
        ("{type: identity, range: [0, 20]}", []),
    ],
)
def test_a_rank_reversal_is_shown(run, table, tmp_path, scale, expected):
    """Roads score 100, 50, 0 and wells 0, 30, 100: A 45, B 39, C 55. Without C both run from A to B: A 45, B 55."""
    pytest.importorskip("scipy")
    rubric = tmp_path / "pair.yaml"
    rubric.write_text(REVERSED.replace("SCALE", scale), encoding="utf-8")
    done = run("sensitivity", table(TRIO), "-r", str(rubric), "-f", "json", "--no-uncertainty", "-q")
    found = json.loads(done.out)["reversals"]
    assert [(row["without"], row["above"], row["below"]) for row in found] == expected
    page = " ".join(run("sensitivity", table(TRIO), "-r", str(rubric), "--no-uncertainty", "-q").out.split())
    told = "left out in turn: without 1 of them, neighbours change places. Without Then C B before A"
    assert (told in page) == bool(expected)


def test_draws_compare_and_the_rubric_page_take_relative_scales(league, run, tmp_path):
    """The line is fitted once; each draw is scored on it. The page says what the scale does."""
    drawn = league(DATA, command=("score", "-f", "csv", "--draws", "200"))
    assert d_of(drawn) == {"A": 12.5, "B": 31.25, "C": 87.5}
    page = run("rubric", "show", str(tmp_path / "league.yaml")).out
    assert "relative to all partnerships in the data (min_max), from 0 to 100" in " ".join(page.split())
