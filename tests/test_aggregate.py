"""Aggregators: worked cases, and what every one of them keeps to."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkassess.aggregate import (
    AGGREGATORS,
    PLAIN,
    Settings,
    arithmetic,
    competition_ranks,
    geometric,
    harmonic,
    maximum,
    median,
    middle,
    minimum,
    power,
    reversed_geometric,
)


def with_power(exponent):
    return lambda scores, weights, settings=PLAIN: power(scores, weights, settings._replace(power=exponent))


NAN = math.nan
KINDS = AGGREGATORS | {f"power {exponent}": with_power(exponent) for exponent in (-3.0, 0.0, 0.5, 3.0)}
EVERY = pytest.mark.parametrize("aggregate", KINDS.values(), ids=KINDS)
MODERATE = settings(deadline=None, max_examples=30)
SCORES = st.floats(0.01, 100)
WEIGHTS = st.integers(1, 40).map(lambda parts: parts / 40)


@st.composite
def families(draw, gaps=True, least=1):
    """Scores and weights of one to six children for one to five units; gaps are NaN."""
    children, units = draw(st.integers(least, 6)), draw(st.integers(1, 5))
    one = st.one_of(SCORES, st.just(NAN)) if gaps else SCORES
    scores = draw(st.lists(one, min_size=children * units, max_size=children * units))
    weights = draw(st.lists(WEIGHTS, min_size=children, max_size=children))
    return np.array(scores).reshape(children, units), np.array(weights)


def of(aggregate, scores, weights, floor=0.0, **others):
    settings = Settings(floor=floor, **others)
    return float(aggregate(np.array(scores, dtype=np.float64), np.array(weights, dtype=np.float64), settings))


# --- worked by hand or published --------------------------------------------------------------------------------


def test_the_registry_holds_the_names_a_rubric_uses():
    """Eight, each under its own name."""
    assert {
        "arithmetic": arithmetic,
        "geometric": geometric,
        "harmonic": harmonic,
        "power": power,
        "reversed_geometric": reversed_geometric,
        "minimum": minimum,
        "maximum": maximum,
        "median": median,
    } == AGGREGATORS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("arithmetic", (0.2 * 80 + 0.3 * 20 + 0.5 * 45) / 1.0),  # 44.5
        ("geometric", 80**0.2 * 20**0.3 * 45**0.5),
        ("harmonic", 1 / (0.2 / 80 + 0.3 / 20 + 0.5 / 45)),  # 34.95
        ("power 3.0", (0.2 * 80**3 + 0.3 * 20**3 + 0.5 * 45**3) ** (1 / 3)),  # 53.3
        ("power 0.0", 80**0.2 * 20**0.3 * 45**0.5),
        # 100 - (20.8**0.2 * 80.2**0.3 * 55.45**0.5 - 1) / 99 * 100 = 49.1
        ("reversed_geometric", 100 - (20.8**0.2 * 80.2**0.3 * 55.45**0.5 - 1) / 0.99),
        ("minimum", 20),
        ("maximum", 80),
        ("median", 45),
    ],
)
def test_three_children_of_unequal_weight(name, expected):
    """Scores 80, 20 and 45 with weights .2, .3 and .5."""
    assert of(KINDS[name], [80, 20, 45], [0.2, 0.3, 0.5]) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("case", "delivery_index"),
    [
        ((66, 61, 52), 60.5),
        ((72, 68, 88), 74.2),
        ((15, 80, 80), 41.0),
        ((92, 90, 86), 89.8),
        ((58, 47, 44), 50.3),
        ((86, 83, 81), 83.7),
    ],
)
def test_the_delivery_index_of_the_worked_comparison(case, delivery_index):
    """Stability, governance and economy weigh .40, .35 and .25; the method's table prints one decimal."""
    assert round(of(geometric, case, (0.40, 0.35, 0.25), 1.0), 1) == delivery_index


def test_the_delivery_index_of_the_full_example():
    """57.55, 51.13 and 48.26 give 52.84; their arithmetic mean is 52.98."""
    case, weights = (57.55, 51.13, 48.26), (0.40, 0.35, 0.25)
    assert round(of(geometric, case, weights, 1.0), 2) == 52.84
    assert round(of(arithmetic, case, weights), 2) == 52.98


def test_imbalance_is_penalised_as_in_the_human_development_index():
    """UNDP technical note 1: the cube root of the product. .9, .6 and .8 give the root of .432, below their mean."""
    assert of(geometric, [0.9, 0.6, 0.8], [1, 1, 1]) == pytest.approx(0.432 ** (1 / 3), rel=1e-14)
    assert of(arithmetic, [0.9, 0.6, 0.8], [1, 1, 1]) == pytest.approx(2.3 / 3, rel=1e-14)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([10], 10),
        ([10, 30], 20),
        ([30, 10, 50], 30),
        ([50, 10, 30, 100], 40),
        ([NAN, 10, 50, 30], 30),
        ([10, NAN, 30], 20),
    ],
)
def test_the_median_is_the_middle_child_or_the_mean_of_two(scores, expected):
    """Absent children are not counted, and weights do not shift it."""
    assert of(median, scores, [9, *[1] * (len(scores) - 1)]) == expected


@pytest.mark.parametrize(("values", "expected"), [([7], 7), ([9, 1], 5), ([9, 1, 2], 2), ([4, 1, 3, 2], 2.5)])
def test_the_middle_of_some_numbers(values, expected):
    """In any order; of two middle ones their mean."""
    assert middle(np.array(values, dtype=np.float64)) == expected


# --- decided, not discovered ------------------------------------------------------------------------------------


def test_the_reversed_geometric_mean_on_the_range_of_disaster_risk_indices():
    """Scores 10 and 0 on 0 to 10 become 1 and 10; the root of 10 mapped back is 10 - (3.162 - 1) / 9 x 10 = 7.597."""
    found = of(reversed_geometric, [10, 0], [1, 1], low=0.0, high=10.0)
    assert found == pytest.approx(10 - (math.sqrt(10) - 1) / 9 * 10)


def test_a_high_power_neither_overflows_nor_forgets_the_highest():
    """Of 1e300 and 1 the mean with the power 50 is 1e300 x 0.5 to the power 1/50."""
    assert of(with_power(50.0), [1e300, 1], [1, 1]) == pytest.approx(1e300 * 0.5 ** (1 / 50))
    assert of(with_power(-50.0), [0, 1e-300], [1, 1]) == 0


@pytest.mark.parametrize("aggregate", [harmonic, with_power(-2.0), with_power(0.0)])
def test_a_zero_without_and_with_a_floor(aggregate):
    """It wipes out the rest, or counts as the floor."""
    assert of(aggregate, [0, 100], [1, 1]) == 0
    assert of(aggregate, [0, 100], [1, 1], 100.0) == pytest.approx(100)
    assert math.isnan(of(aggregate, [-5, 100], [1, 1]))
    assert of(aggregate, [-5, 100], [0, 1]) == pytest.approx(100)


@pytest.mark.parametrize(("floor", "expected"), [(0.0, 0.0), (1.0, 10.0), (4.0, 20.0)])
def test_a_zero_under_the_geometric_mean(floor, expected):
    """Without a floor a zero gives 0; with one it counts as the floor: the root of floor times 100."""
    assert of(geometric, [0, 100], [1, 1], floor) == pytest.approx(expected)


def test_a_negative_score_has_no_geometric_mean_unless_a_floor_lifts_it():
    """NaN; with a floor of 1 it counts as 1; where its weight is zero it is not looked at."""
    assert math.isnan(of(geometric, [-5, 100], [1, 1]))
    assert of(geometric, [-5, 100], [1, 1], 1.0) == pytest.approx(10)
    assert of(geometric, [-5, 100], [0, 1]) == pytest.approx(100)


def test_means_that_no_zero_wipes_out_have_no_floor():
    """A low score stays what it is."""
    for name in ("arithmetic", "minimum", "maximum", "median", "reversed_geometric"):
        assert of(AGGREGATORS[name], [0, 0], [1, 1], 50.0) == 0


@EVERY
def test_one_child_is_its_parent(aggregate):
    """Whatever its weight."""
    assert of(aggregate, [37.5], [0.2]) == pytest.approx(37.5, rel=1e-14)


@EVERY
@pytest.mark.parametrize(
    ("scores", "weights"), [([NAN], [1]), ([NAN, NAN], [1, 2]), ([NAN, 50], [1, 0]), ([50], [0])]
)
def test_nothing_present_is_no_score(aggregate, scores, weights):
    """All absent, or what is present has no weight: NaN, and never 0."""
    assert math.isnan(of(aggregate, scores, weights))


@EVERY
@pytest.mark.parametrize("ignored", [0.0, 3.0, 99.0, NAN])
def test_a_child_without_weight_changes_nothing(aggregate, ignored):
    """Neither as the lowest nor as the highest, nor as a middle one, nor as a zero."""
    assert of(aggregate, [ignored, 20, 40, 90], [0, 1, 2, 3]) == of(aggregate, [20, 40, 90], [1, 2, 3])


@EVERY
def test_weights_may_differ_by_draw(aggregate):
    """Scores of children, units and draws, with weights of children and draws, or of all three."""
    scores = np.array([[[20.0, 20.0]], [[80.0, 80.0]]])
    weights = np.array([[[1.0, 3.0]], [[1.0, 1.0]]])
    expected = [of(aggregate, [20, 80], [1, 1]), of(aggregate, [20, 80], [3, 1])]
    assert aggregate(scores, weights).tolist() == [expected]


# --- what every aggregator keeps to -----------------------------------------------------------------------------


@EVERY
@MODERATE
@given(families())
def test_shape_range_and_absence(aggregate, family):
    """One score per unit, between the lowest and the highest child present; NaN where no child is."""
    scores, weights = family
    found = aggregate(scores, weights)
    present = ~np.isnan(scores)
    assert found.shape == scores.shape[1:]
    assert (np.isnan(found) == ~present.any(axis=0)).all()
    for unit in np.flatnonzero(present.any(axis=0)):
        children = scores[present[:, unit], unit]
        assert children.min() * (1 - 1e-12) <= found[unit] <= children.max() * (1 + 1e-12)


@EVERY
@MODERATE
@given(families(), st.floats(0, 100))
def test_equal_children_are_their_parent(aggregate, family, score):
    """Scores that are all the same, with any weights and gaps, have that score."""
    scores, weights = family
    found = aggregate(np.where(np.isnan(scores), NAN, score), weights)
    assert found[~np.isnan(found)] == pytest.approx(score, abs=1e-10)


@EVERY
@MODERATE
@given(families(), st.sampled_from([1e-6, 0.01, 3.0, 1e6]))
def test_the_scale_of_weights_changes_nothing(aggregate, family, factor):
    """.2 and .3 are 2 and 3."""
    scores, weights = family
    np.testing.assert_allclose(aggregate(scores, weights * factor), aggregate(scores, weights), rtol=1e-12)


@EVERY
@MODERATE
@given(families(least=2), st.data())
def test_an_absent_child_drops_out_and_the_others_fill_up(aggregate, family, data):
    """NaN gives what the family without that child gives."""
    scores, weights = family
    gone = data.draw(st.integers(0, len(scores) - 1))
    with_gap = scores.copy()
    with_gap[gone] = NAN
    np.testing.assert_allclose(
        aggregate(with_gap, weights),
        aggregate(np.delete(scores, gone, axis=0), np.delete(weights, gone)),
        rtol=1e-12,
    )


@EVERY
@MODERATE
@given(families(), st.data())
def test_a_better_child_never_lowers_the_parent(aggregate, family, data):
    """Raising one score raises the result or leaves it (beyond rounding)."""
    scores, weights = family
    better = scores.copy()
    at = data.draw(st.integers(0, len(scores) - 1))
    better[at] = np.minimum(better[at] + data.draw(st.floats(0, 50)), 100)
    before, after = aggregate(scores, weights), aggregate(better, weights)
    known = ~np.isnan(before)
    assert (after[known] >= before[known] * (1 - 1e-12)).all()


@EVERY
@MODERATE
@given(families(), st.randoms(use_true_random=False))
def test_the_order_of_children_does_not_matter(aggregate, family, random):
    """Beyond rounding."""
    scores, weights = family
    order = random.sample(range(len(scores)), len(scores))
    np.testing.assert_allclose(
        aggregate(scores[order], weights[order]), aggregate(scores, weights), rtol=1e-12
    )


@EVERY
@MODERATE
@given(families(), st.integers(1, 40))
def test_a_result_does_not_depend_on_what_is_computed_beside_it(aggregate, family, copies):
    """Bit for bit: alone, among many units, and with a further axis of draws."""
    scores, weights = family
    together = aggregate(np.tile(scores, copies), weights)
    drawn = aggregate(np.repeat(scores[:, :, None], copies, axis=2), weights)
    for unit in range(scores.shape[1]):
        alone = np.asarray(aggregate(scores[:, unit], weights)).tobytes()
        assert {together[place].tobytes() for place in range(unit, together.size, scores.shape[1])} == {alone}
        assert {value.tobytes() for value in drawn[unit]} == {alone}


@EVERY
def test_a_long_family_is_not_added_in_blocks(aggregate):
    """A hundred children of awkward weights: the unit alone gives the same bits as among 17 others."""
    rng = np.random.default_rng(7)
    scores, weights = rng.uniform(1, 100, (100, 18)), rng.uniform(0.01, 1, 100)
    together = aggregate(scores, weights)
    assert [float(aggregate(scores[:, unit].copy(), weights)) for unit in range(18)] == together.tolist()


@EVERY
@MODERATE
@given(families())
def test_the_input_is_left_as_it_was(aggregate, family):
    """Scores and weights are read only."""
    scores, weights = family
    before = scores.tobytes(), weights.tobytes()
    aggregate(scores, weights, Settings(floor=1.0))
    assert (scores.tobytes(), weights.tobytes()) == before


@MODERATE
@given(families(gaps=False))
def test_the_higher_the_power_the_higher_the_mean(family):
    """From the lowest child, over the harmonic, geometric and arithmetic mean, to the highest."""
    order = [
        "minimum",
        "power -3.0",
        "harmonic",
        "geometric",
        "power 0.5",
        "arithmetic",
        "power 3.0",
        "maximum",
    ]
    means = np.stack([KINDS[name](*family) for name in order])
    assert (np.nan_to_num(np.diff(means, axis=0)) >= -1e-10).all()


@MODERATE
@given(families(), st.sampled_from(["arithmetic", "median", "minimum", "maximum"]))
def test_mirrored_scores_give_the_mirrored_result(family, name):
    """100 minus every child is 100 minus the parent; the lowest and the highest change places."""
    scores, weights = family
    opposite = {"minimum": "maximum", "maximum": "minimum"}.get(name, name)
    np.testing.assert_allclose(
        AGGREGATORS[name](100 - scores, weights),
        100 - AGGREGATORS[opposite](scores, weights),
        atol=1e-10,
    )


# --- ranks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "ranks"),
    [
        ([[10, 30, 20]], [3, 1, 2]),
        ([[30, 20, 20, 10]], [1, 2, 2, 4]),
        ([[20, 20, 20]], [1, 1, 1]),
        ([[5]], [1]),
        ([[]], []),
        ([[30, NAN, 20]], [1, 0, 2]),
        ([[NAN, NAN]], [0, 0]),
        ([[2, 2, 3, 1], [50, 60, 10, 99]], [3, 2, 1, 4]),  # the level first, then the index
        ([[2, 2, 2], [50, 50, 40]], [1, 1, 3]),
        ([[2, 2], [50, NAN]], [1, 0]),
        ([[1, 1], [50, 50 + 5e-10]], [1, 1]),
        ([[1, 1], [50, 50 + 5e-9]], [2, 1]),
    ],
)
def test_competition_ranks(keys, ranks):
    """1224: one more than the number that stand strictly higher; within a billionth is equal; unknown is unranked."""
    assert competition_ranks([np.array(key, dtype=np.float64) for key in keys]).tolist() == ranks


@MODERATE
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=12))
def test_a_rank_counts_those_that_stand_higher(rows):
    """By the first key, then by the second; each unit on its own, whatever the order of rows."""
    keys = [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)]
    assert competition_ranks(keys).tolist() == [1 + sum(other > row for other in rows) for row in rows]
