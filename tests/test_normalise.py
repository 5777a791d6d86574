"""Scales: worked cases, what every kernel keeps to, and parameters that are refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from cases import TABLES
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pkassess.normalise import (
    KERNELS,
    TRANSFORMS,
    AnyScale,
    Frame,
    Goalposts,
    Relative,
    normalise,
    reach,
    turning_points,
)
from pkassess.rubric import Level
from pkassess.scoring import classify

NAN = math.nan
READ = TypeAdapter(AnyScale).validate_python
FRAMES = (
    Frame(),
    Frame(0.0, 1.0, (0.0, 0.5, 1.0)),
    Frame(-10.0, 10.0, (-10.0, 0.0, 10.0)),
    Frame(1.0, 5.0, (1.0, 2.0, 5.0)),
)
MODERATE = settings(deadline=None, max_examples=20)
RAW = st.one_of(st.floats(-1e6, 1e6), st.integers(-5, 120).map(float), st.just(NAN))
COLUMNS = st.lists(RAW, min_size=1, max_size=12).map(np.array)
GOALPOSTS = {"type": "goalposts", "bottom": 20, "top": 85}


def scale(**parameters):
    return READ(parameters)


FRAME = Frame()


def score(x, frame=FRAME, **parameters):
    return float(normalise(np.array(x, dtype=np.float64), scale(**parameters), frame))


def knots(rising):
    """Three knots, which fit every frame above but the default one; as pairs for that."""
    return [0.0, 10.0, 100.0] if rising else [100.0, 10.0, 0.0]


def examples(rising, frame):
    """Every registered scale with parameters under which more is better, or less is."""
    plain = list(zip(knots(rising), np.linspace(frame.low, frame.high, 3).tolist(), strict=True))
    as_lists = [list(pair) for pair in plain]
    found = [
        {"type": "curve", "knots": as_lists},
        {"type": "rate", "per": 1000, "knots": as_lists},
        {"type": "percent", "knots": as_lists},
        {"type": "band", "points": sorted(as_lists)},
        {"type": "likert", "points": 5, "reverse": not rising},
        {"type": "checklist", "items": {"a": "A", "b": "B"}, "reverse": not rising},
        {"type": "goalposts", "bottom": 0 if rising else 100, "top": 100 if rising else 0},
        {"type": "goalposts", "bottom": 0 if rising else 100, "top": 100 if rising else 0, "clip": False},
        {"type": "relative", "method": "min_max", "reverse": not rising},
        {"type": "ordinal", "top": 100, "reverse": not rising},
        {"type": "identity", "range": [0, 100], "reverse": not rising},
        *(
            {
                "type": "goalposts",
                "bottom": 1 if rising else 100,
                "top": 100 if rising else 1,
                "transform": name,
            }
            for name in TRANSFORMS
        ),
    ]
    return [READ(parameters) for parameters in found]


EVERY = pytest.mark.parametrize("which", range(len(examples(True, Frame()))))
BOUNDED = ("curve", "rate", "percent", "band")


def test_every_registered_scale_is_among_the_examples():
    """A new scale is under the contract below before its author writes a test."""
    assert {type(example) for example in examples(True, Frame())} == set(KERNELS)


# --- worked by hand --------------------------------------------------------------------------------------------

EXAMPLE = {
    # the figures of the full worked example: raw value and printed score
    "conflict_deaths_per_100k": (3.5, 50),
    "security_incidents_per_100k": (5.5, 50),
    "safe_walking_pct": (55, 55),
    "displaced_share_pct": (4, 55),
    "unplanned_leadership_changes": (1, 80),
    "disputes_settled_pct": (66, 68),
    "wgi_political_stability_rank": (8, 32),
    "posts_filled_pct": (60, 50),
    "trust_in_authority_pct": (46, 48),
    "market_road_open_pct": (82, 69.33),
    "local_work_days_per_1000": (420, 53.6),
    "active_businesses_change_pct": (3, 52),
    "gdp_pc_growth_pct": (-1.8, 22),
    "movement_denied_pct": (4, 33.33),
    "sofa_violations_per_1000_staff": (0.6, 24),
    "clearance_delay_days": (10, 44.29),
    "perceived_interference_pct": (34, 45.33),
}


@pytest.mark.parametrize("indicator", EXAMPLE)
def test_the_curves_of_the_worked_example(indicator):
    """46 percent trust lies between 40 (score 40) and 55 (score 60), hence 48; rising and falling knots alike."""
    raw, expected = EXAMPLE[indicator]
    table = next(table[indicator][1] for table in TABLES.values() if indicator in table)
    assert round(score(raw, type="curve", knots=list(map(float, table))), 2) == expected


@pytest.mark.parametrize("kind", [{"type": "curve"}, {"type": "percent"}, {"type": "rate", "per": 100000}])
@pytest.mark.parametrize(
    ("x", "expected"), [(50, 0), (15, 20), (10, 30), (0.5, 80), (0, 100), (80, 0), (-1, 100)]
)
def test_a_falling_curve_and_what_lies_beyond_its_ends(kind, x, expected):
    """The raw value is taken as it is by all three; beyond the last knot the end's score holds."""
    assert score(x, knots=[50.0, 15.0, 5.0, 2.0, 0.5, 0.0], **kind) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("x", "expected"), [(40, 0), (78, 46), (90, 80), (95, 100), (100, 100), (110, 80), (115, 60), (300, 0)]
)
def test_a_band_rises_and_falls(x, expected):
    """Budget execution: 78 percent lies between 75 (40) and 85 (60); overspending is as bad as underspending."""
    points = [
        [40, 0],
        [60, 20],
        [75, 40],
        [85, 60],
        [90, 80],
        [95, 100],
        [105, 100],
        [110, 80],
        [115, 60],
        [125, 0],
    ]
    assert score(x, type="band", points=points) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("x", "plain", "reverse"),
    [(1, 0, 100), (2, 25, 75), (3, 50, 50), (4, 75, 25), (5, 100, 0), (2.5, 37.5, 62.5)],
)
def test_ratings_one_to_five(x, plain, reverse):
    """Evenly spread; with ``reverse`` 1 is the highest score. A median between two steps is between two scores."""
    assert score(x, type="likert") == plain
    assert score(x, type="likert", reverse=True) == reverse


def test_ratings_of_other_lengths_and_ranges():
    """2 of 1 to 3 is the middle; 3 of 1 to 4 is two thirds; on a range 1 to 5 a rating is itself."""
    assert score(2, type="likert", points=3) == 50
    assert score(3, type="likert", points=4) == pytest.approx(200 / 3)
    assert [score(x, FRAMES[3], type="likert") for x in (1, 2, 5)] == [1, 2, 5]


def test_a_checklist_scores_the_share_met_or_not_met():
    """3.5 of 6 items are 58.33 percent."""
    items = {"a": "A"}
    assert score(3.5 / 6 * 100, type="checklist", items=items) == pytest.approx(58.3333, abs=1e-4)
    assert score(3.5 / 6 * 100, type="checklist", items=items, reverse=True) == pytest.approx(
        41.6667, abs=1e-4
    )


@pytest.mark.parametrize(("x", "expected"), [(20, 0), (85, 1), (52.5, 0.5), (65, 45 / 65), (10, 0), (99, 1)])
def test_goalposts_of_life_expectancy(x, expected):
    """UNDP technical note 1: years of life between 20 and 85, on a range from 0 to 1."""
    assert score(x, Frame(0.0, 1.0), **GOALPOSTS) == pytest.approx(expected)


def test_goalposts_without_clip_leave_the_range_and_may_fall():
    """150 between 0 and 100 is 150; less is more where ``bottom`` is above ``top``."""
    assert score(150, type="goalposts", bottom=0, top=100, clip=False) == 150
    assert score(25, type="goalposts", bottom=100, top=0) == 75


def test_a_zero_has_no_minus():
    """A score that prints as -0 is no score of a person's making."""
    for found in (
        score(5, type="likert", reverse=True),
        score(100, type="checklist", items={"a": "A"}, reverse=True),
    ):
        assert math.copysign(1, found) == 1


# --- what every kernel keeps to ---------------------------------------------------------------------------------


@EVERY
@pytest.mark.parametrize("frame", FRAMES, ids=str)
@MODERATE
@given(x=COLUMNS)
def test_shape_and_absence(which, frame, x):
    """Same shape in any number of dimensions, NaN exactly where NaN was, the input left as it was."""
    example = examples(True, frame)[which]
    before = x.tobytes()
    found = normalise(x, example, frame)
    assert found.shape == x.shape and found.dtype == np.float64
    assert (np.isnan(found) == np.isnan(x)).all()
    assert x.tobytes() == before
    assert (
        normalise(x.reshape(1, -1, 1), example, frame).tolist() == found.reshape(1, -1, 1).tolist()
        or np.isnan(x).any()
    )


@EVERY
@pytest.mark.parametrize("frame", FRAMES, ids=str)
@pytest.mark.parametrize("rising", [True, False])
@MODERATE
@given(data=st.data())
def test_range_and_direction(which, frame, rising, data):
    """Inside the limits scores lie on the range, and a better value never has a lower score."""
    example = examples(rising, frame)[which]
    low, high = example.natural_limits
    if example.type in BOUNDED or (example.type == "goalposts" and example.clip):
        low, high = -1e6, 1e6
    inside = st.floats(0.0 if low is None else low, 100.0 if high is None else high)
    x = np.sort(np.array(data.draw(st.lists(inside, min_size=2, max_size=8))))
    found = normalise(x, example, frame)
    slack = 1e-9 * (frame.high - frame.low)
    assert found.min() >= frame.low - slack and found.max() <= frame.high + slack
    steps = np.diff(found)
    assert (steps >= -slack).all() if rising else (steps <= slack).all()


@EVERY
@pytest.mark.parametrize("frame", FRAMES, ids=str)
@MODERATE
@given(x=st.lists(st.floats(1, 5), min_size=1, max_size=8).map(np.array))
def test_the_opposite_direction_mirrors(which, frame, x):
    """With the direction turned a score is as far from the top as it was from the bottom."""
    up, down = (normalise(x, examples(rising, frame)[which], frame) for rising in (True, False))
    np.testing.assert_allclose(down, frame.low + frame.high - up, atol=1e-9 * (frame.high - frame.low))


@EVERY
@MODERATE
@given(x=COLUMNS, copies=st.integers(1, 30))
def test_a_score_does_not_depend_on_what_is_scored_beside_it(which, x, copies):
    """Bit for bit: alone and among many, for all scales but those that look at the others on purpose."""
    example = examples(True, Frame())[which]
    if isinstance(example, Relative):
        example = example.fitted(np.array([0.0, 100.0]), Frame())
    together = normalise(np.tile(x, copies), example)
    alone = [normalise(x[place : place + 1], example).tobytes() for place in range(len(x))]
    assert [value.tobytes() for value in together] == alone * copies


@MODERATE
@given(st.lists(st.floats(-1e4, 1e4), min_size=6, max_size=6, unique=True), st.booleans())
def test_knots_have_the_knot_scores(raws, falling):
    """Knots sit at the level boundaries, however far apart they lie, rising or falling."""
    ordered = sorted(raws, reverse=falling)
    found = normalise(np.array(ordered), scale(type="curve", knots=ordered))
    assert found.tolist() == [0, 20, 40, 60, 80, 100]


# --- parameters -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [{"type": "curve"}, {"type": "percent"}, {"type": "rate", "per": 1000}])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([5.0], "fewer than two knots"),
        ([0.0, 5.0, 5.0], "5 after 5"),
        ([0.0, 5.0, 3.0], "3 after 5"),
        ([9.0, 5.0, 7.0], "7 after 5"),
        ([[0, 0], [5, 50], [3, 100]], "3 after 5"),
    ],
)
def test_knots_run_in_one_direction(kind, wrong, message):
    """Two at least, no raw value twice, none that turns back."""
    with pytest.raises(ValidationError, match=message):
        scale(knots=wrong, **kind)


@pytest.mark.parametrize("wrong", [[], [[1, 2, 3]], [[1]], ["a", "b"], [1, [2, 3]], None, 5])
def test_knots_are_numbers_or_pairs(wrong):
    """Nothing else, and not both in one list."""
    with pytest.raises(ValidationError):
        scale(type="curve", knots=wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [([[0, 0], [0, 50]], "0 after 0"), ([[5, 0], [3, 50]], "3 after 5"), ([[0, 0]], "at least 2")],
)
def test_the_raw_values_of_a_band_rise(wrong, message):
    """Scores may turn, raw values may not."""
    with pytest.raises(ValidationError, match=message):
        scale(type="band", points=wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "goalposts", "bottom": 5, "top": 5},
        {"type": "goalposts", "bottom": 5},
        {"type": "likert", "points": 1},
        {"type": "likert", "points": 4.5},
        {"type": "checklist", "items": {}},
        {"type": "rate", "per": 0, "knots": [0.0, 1.0]},
        {"type": "rate", "per": 1, "time_base": 0, "knots": [0.0, 1.0]},
        {"type": "rate", "knots": [0.0, 1.0]},
        {"type": "curve", "knots": [0.0, 1.0], "per": 10},
        {"type": "likert", "reverse": "true"},
        {"type": "spline"},
        {"type": "ordinal", "top": 0},
        {"type": "identity", "range": [6, 1]},
        {"type": "identity", "range": [1, 6], "steps": 0},
        {"type": "goalposts", "bottom": 1, "top": 2, "transform": "cube"},
        {},
    ],
)
def test_parameters_that_make_no_scale(wrong):
    """Equal goalposts, one step, no items, a rate per nothing, unknown keys, unknown scales."""
    with pytest.raises(ValidationError):
        READ(wrong)


def test_equal_goalposts_are_named():
    """The message has the number."""
    with pytest.raises(ValidationError, match="bottom and top are both 5"):
        scale(type="goalposts", bottom=5, top=5)


@pytest.mark.parametrize(
    ("parameters", "frame", "problem"),
    [
        ({"type": "curve", "knots": [0.0, 1.0]}, Frame(), "2 knots for the 6 scores 0, 20, 40, 60, 80, 100"),
        ({"type": "curve", "knots": [0.0, 1.0]}, Frame(0, 1, (0, 1)), ""),
        ({"type": "curve", "knots": [0.0, 1.0]}, Frame(0, 1, (0, 2)), "a knot has score 2, outside 0 to 1"),
        ({"type": "curve", "knots": [[0, 0], [1, 120]]}, Frame(), "a knot has score 120, outside 0 to 100"),
        ({"type": "curve", "knots": [[0, 0], [1, 100]]}, Frame(), ""),
        ({"type": "likert"}, Frame(), ""),
    ],
)
def test_knots_have_to_fit_the_frame(parameters, frame, problem):
    """As many knots as knot scores, and no score outside the range."""
    assert READ(parameters).problem(frame) == problem


@pytest.mark.parametrize(
    ("parameters", "limits", "factor", "share"),
    [
        ({"type": "curve", "knots": [0.0, 1.0]}, (None, None), None, False),
        ({"type": "rate", "per": 1000, "knots": [0.0, 1.0]}, (0, None), 1000, False),
        ({"type": "percent", "knots": [0.0, 1.0]}, (0, 100), 100, True),
        ({"type": "likert", "points": 7}, (1, 7), None, False),
        ({"type": "checklist", "items": {"a": "A"}}, (0, 100), 100, True),
        ({"type": "band", "points": [[0, 0], [1, 1]]}, (None, None), None, False),
        (GOALPOSTS, (None, None), None, False),
    ],
)
def test_limits_and_parts_of_each_scale(parameters, limits, factor, share):
    """What values can be, what numerator over denominator is multiplied with, and whether it is part of a whole."""
    example = READ(parameters)
    assert (example.natural_limits, example.factor, example.share) == (limits, factor, share)


@pytest.mark.parametrize(
    ("parameters", "ends", "turns"),
    [
        ({"type": "curve", "knots": [[9, 0], [5, 50], [1, 100]]}, (1, 9), [1, 5, 9]),
        ({"type": "band", "points": [[0, 0], [4, 100], [9, 0]]}, (0, 9), [0, 4, 9]),
        ({"type": "goalposts", "bottom": 9, "top": 1}, (1, 9), [1, 9]),
        ({"type": "goalposts", "bottom": 9, "top": 1, "clip": False}, None, []),
        ({"type": "likert"}, None, []),
    ],
)
def test_ends_and_turns_of_a_scale(parameters, ends, turns):
    """Where a scale stops telling values apart, and where its line bends."""
    assert reach(READ(parameters), Frame()) == ends
    assert turning_points(READ(parameters), Frame()).tolist() == turns


# --- levels -----------------------------------------------------------------------------------------------------

FOOTING = [
    Level.model_validate({"id": name, "from": 20 * step, "short": name[0]})
    for step, name in enumerate("VWXYZ")
]


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (0, 0),
        (19.99, 0),
        (20, 1),
        (59.99, 2),
        (59.99999999999999, 3),
        (60 - 1e-6, 2),
        (60, 3),
        (80, 4),
        (100, 4),
        (-3, 0),
        (NAN, -1),
    ],
)
def test_levels_are_half_open_bands(found, level):
    """A bound opens its level, within a billionth and on the unrounded score; no score is no level."""
    assert classify(np.array([found], dtype=np.float64), FOOTING).tolist() == [level]


def test_without_levels_there_is_no_level():
    """For any shape of scores."""
    assert classify(np.array([[50.0, NAN]]), []).tolist() == [[-1, -1]]


def test_the_lowest_level_holds_whatever_its_bound():
    """Negative scores of another range lie in the first level."""
    bands = [
        Level.model_validate({"id": "a", "from": -10, "short": "a"}),
        Level.model_validate({"id": "b", "from": -5, "short": "b"}),
    ]
    assert classify(np.array([-10.0, -5.1, -5.0, 0.0, -11.0]), bands).tolist() == [0, 0, 1, 1, 0]


@pytest.mark.parametrize(
    ("clip", "x", "expected"),
    [
        (True, 1000, 50),
        (True, 10, 0),
        (True, 0, 0),
        (True, -5, 0),
        (True, 10**6, 100),
        (False, 10**6, 125),
    ],
)
def test_goalposts_on_a_logarithm(clip, x, expected):
    """From 10 to 100,000 in four steps of ten: 1,000 is half-way. Zero has no logarithm and lies at the lower goalpost."""
    scale = Goalposts(type="goalposts", bottom=10.0, top=100000.0, transform="log", clip=clip)
    assert float(normalise(np.array([x], dtype=float), scale)[0]) == pytest.approx(expected)


def test_a_logarithm_needs_goalposts_above_zero():
    """0 has none."""
    scale = Goalposts(type="goalposts", bottom=0.0, top=10.0, transform="log")
    assert scale.problem(Frame()) == "a logarithm needs goalposts above 0, found 0"
