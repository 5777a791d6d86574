"""Transforms of goalposts, ordinal steps with flags and scores taken as they are, by hand and as whole commands."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pkassess.normalise import TRANSFORMS, AnyScale, Frame, normalise

READ = TypeAdapter(AnyScale).validate_python
RUBRIC = """
pkassess: 1
id: one
version: "1"
label: One
keys: {site: {}}
score_range: RANGE
knot_scores: RANGE
dimensions:
  d:
    label: D
    children: [{id: x, label: x, scale: SCALE}]
"""


def score(x, frame=Frame(), **parameters):  # noqa: B008  # an immutable tuple
    return float(normalise(np.array(x, dtype=np.float64), READ(parameters), frame))


@pytest.fixture
def scored(run, table, tmp_path):
    """Score a table with one indicator; gives the scores by site and the findings' codes."""

    def call(scale, content, score_range="[0, 100]"):
        rubric = tmp_path / "one.yaml"
        rubric.write_text(RUBRIC.replace("RANGE", score_range).replace("SCALE", scale), encoding="utf-8")
        data = table(content)
        done = run("score", data, "-r", str(rubric), "-f", "csv", "--no-uncertainty")
        assert done.code == 0, done.err
        told = run("validate", data, "-r", str(rubric), "-f", "csv")
        return {row["site"]: row["d"] for row in done.rows()}, [row["code"] for row in told.rows()]

    return call


# --- goalposts with a transform -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        ("ln", math.log(25) / math.log(100) * 100),  # 69.9
        ("log", math.log(25) / math.log(100) * 100),
        ("log10", math.log10(25) / 2 * 100),
        ("log1p", (math.log(26) - math.log(2)) / (math.log(101) - math.log(2)) * 100),  # 65.4
        ("sqrt", (5 - 1) / (10 - 1) * 100),  # 44.4
        ("reciprocal", (1 / 25 - 1) / (1 / 100 - 1) * 100),  # 97.0
    ],
)
def test_25_between_1_and_100(transform, expected):
    """Value and goalposts are transformed alike; with the goalposts exchanged the score is mirrored."""
    assert score(25, type="goalposts", bottom=1, top=100, transform=transform) == pytest.approx(expected)
    assert score(25, type="goalposts", bottom=100, top=1, transform=transform) == pytest.approx(
        100 - expected
    )


def test_income_as_in_the_human_development_index():
    """UNDP technical note 1: ln income between ln 100 and ln 75,000; 1,824 is 0.4386 of the way."""
    posts = {"type": "goalposts", "bottom": 100, "top": 75000, "transform": "ln"}
    assert score(1824, Frame(0, 1), **posts) == pytest.approx(0.4386, abs=5e-5)


def test_a_floor_comes_before_the_transform():
    """From 1000 down to 10 by log10: 100 is half-way; 0 counts as 1, one step of ten beyond the top."""
    posts = {"type": "goalposts", "bottom": 1000, "top": 10, "transform": "log10", "clip": False, "floor": 1}
    assert [score(x, **posts) for x in (1000, 100, 10, 1, 0, -5)] == pytest.approx(
        [0, 50, 100, 150, 150, 150]
    )
    assert score(0, **posts | {"clip": True}) == 100


@pytest.mark.parametrize("transform", TRANSFORMS)
@given(x=st.floats(-1e6, 1e6))
def test_held_to_the_goalposts_every_value_has_a_score(transform, x):
    """A value that the transform is not defined for lies at the nearer goalpost."""
    found = score(x, type="goalposts", bottom=2, top=50, transform=transform)
    assert found == (0 if x <= 2 else 100 if x >= 50 else found)
    assert 0 <= found <= 100


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"bottom": 0, "transform": "ln"}, "a logarithm needs goalposts above 0, found 0"),
        (
            {"bottom": -1, "transform": "log1p"},
            "a logarithm of 1 + the value needs goalposts above -1, found -1",
        ),
        ({"bottom": -1, "transform": "sqrt"}, "a square root needs goalposts 0 or more, found -1"),
        ({"bottom": 0, "transform": "sqrt"}, ""),
        ({"bottom": 0, "transform": "reciprocal"}, "a reciprocal needs goalposts above 0, found 0"),
        ({"bottom": 1, "transform": "ln", "floor": 0}, "a logarithm needs a floor above 0, found 0"),
        (
            {"bottom": 1, "transform": "ln", "clip": False},
            "without clip, a logarithm needs a `floor` above 0, which lower values count as",
        ),
        ({"bottom": 1, "transform": "ln", "clip": False, "floor": 0.5}, ""),
        ({"bottom": 1, "floor": 0.5}, "`floor` belongs to a `transform`"),
    ],
)
def test_what_a_transform_asks_of_goalposts_and_floor(parameters, problem):
    """Said when the rubric is checked, not when a value comes along."""
    assert READ({"type": "goalposts", "top": 100, **parameters}).problem(Frame()) == problem


def test_goalposts_of_a_ratio_of_two_columns(scored):
    """3 of 400 is 7.5 per 1,000, which is 75 % of the way from 0 to 10; a finished value is taken as it is."""
    found, _ = scored(
        "{type: goalposts, bottom: 0, top: 10, per: 1000}",
        """
        | site | x | x__numerator | x__denominator |
        | A    |   | 3            | 400            |
        | B    | 5 |              |                |
        """,
    )
    assert found == {"A": "75", "B": "50"}


# --- ordinal steps ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("x", "expected"), [(0, 0), (1, 100 / 3), (1.5, 50), (2, 200 / 3), (3, 100)])
def test_ordinal_steps(x, expected):
    """0 to 3, evenly spread; in reverse 0 is the highest score."""
    assert score(x, type="ordinal", top=3) == pytest.approx(expected)
    assert score(x, type="ordinal", top=3, reverse=True) == pytest.approx(100 - expected)


FLAGGED = """
| site | x   | x__flag |
| A    | 2   | 1       |
| B    | 2   | 0       |
| C    | 2   |         |
| D    | 0   | 0       |
| E    | 1.5 |         |
| F    | 1.3 | 1       |
| G    | 4   | 1       |
"""


def test_half_a_step_less_where_the_flag_says_in_part(scored):
    """(2 - 0.5) / 3 = 50; 0 stays 0, a blank flag takes nothing off; 1.3 is no step and 4 is above the top."""
    found, codes = scored("{type: ordinal, top: 3}", FLAGGED)
    rounded = {site: round(float(text), 1) if text else None for site, text in found.items()}
    assert rounded == {"A": 66.7, "B": 50, "C": 66.7, "D": 0, "E": 50, "F": None, "G": None}
    assert sorted(codes) == ["PK004", "PK031"]


def test_a_value_whose_flag_cannot_be_read_is_not_used(scored):
    """Full credit would be a guess."""
    found, codes = scored(
        "{type: ordinal, top: 3}", "| site | x | x__flag |\n| A | 2 | no |\n| B | 2 | 0.5 |\n| C | 2 | 1 |"
    )
    assert {site: bool(text) for site, text in found.items()} == {"A": False, "B": False, "C": True}
    assert sorted(codes) == ["PK001", "PK031"]


def test_flags_in_the_long_layout(scored):
    """A column `flag` beside the value."""
    found, codes = scored(
        "{type: ordinal, top: 2}",
        """
        | site | indicator | value | flag |
        | A    | x         | 2     | 0    |
        | B    | x         | 2     | 1    |
        """,
    )
    assert found == {"A": "75", "B": "100"}
    assert not codes


# --- scores taken as they are -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "frame", "x", "expected"),
    [
        ([1, 6], Frame(1, 6), 3.7, 3.7),
        ([1, 6], Frame(0, 100), 3.5, 50),
        ([1, 10], Frame(1, 10), 7, 7),
        ([0, 10], Frame(0, 100), 7.3, 73),
        ([0, 10], Frame(1, 6), 10, 6),
    ],
)
def test_identity_on_any_range(own, frame, x, expected):
    """On the rubric's own range the value itself, elsewhere in a straight line."""
    assert score(x, frame, type="identity", range=own) == pytest.approx(expected)
    mirrored = frame.low + frame.high - expected
    assert score(x, frame, type="identity", range=own, reverse=True) == pytest.approx(mirrored)


@given(st.floats(1, 6))
def test_identity_changes_no_digit_on_its_own_range(x):
    """Bit for bit."""
    assert score(x, Frame(1, 6), type="identity", range=[1, 6]) == x


def test_only_allowed_steps_are_taken(scored):
    """Halves from 1 to 6: 3.7 is rejected with its cell named, 7 is outside."""
    found, codes = scored(
        "{type: identity, range: [1, 6], steps: 0.5}",
        """
        | site | x   |
        | A    | 3.5 |
        | B    | 3.7 |
        | C    | 7   |
        """,
        "[1, 6]",
    )
    assert found == {"A": "3.5", "B": "", "C": ""}
    assert sorted(codes) == ["PK004", "PK031"]


def test_steps_have_to_lead_from_end_to_end():
    """0.4 does not lead from 1 to 6; 0.1 does, although no binary fraction is a tenth."""
    assert READ({"type": "identity", "range": [1, 6], "steps": 0.4}).problem(Frame()) == (
        "steps of 0.4 do not lead from 1 to 6"
    )
    assert READ({"type": "identity", "range": [0, 1], "steps": 0.1}).problem(Frame()) == ""
