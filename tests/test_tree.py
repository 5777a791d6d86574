"""The tree made ready for calculation: weights at three levels, roll-up, and what each leaf carries."""

from __future__ import annotations

import math

import numpy as np
import pytest
import yaml

from pkassess.aggregate import AGGREGATORS
from pkassess.rubric import Rubric
from pkassess.tree import (
    additive,
    compile_tree,
    dimension_of,
    leaf_weights,
    leaves_under,
    roll_up,
    roll_up_shares,
    weights_given,
    weights_used,
)

NAN = math.nan
NESTED = """
pkassess: 1
id: nested
version: "1"
label: Groups in groups
keys: {site: {}}
levels: {two: [{id: Low, from: 0, short: L}, {id: High, from: 50, short: H}]}
dimensions:
  d:
    label: D
    polarity: negative
    levels: two
    children:
      - {use: shared, weight: 0}
      - {id: a, label: a, weight: 2, scale: {type: likert}}
      - id: g
        label: G
        weight: 6
        children:
          - {id: b, label: b, weight: 1, scale: {type: likert}}
          - id: h
            label: H
            weight: 3
            children:
              - {id: c, label: c, weight: 5, scale: {type: likert}}
              - {id: e, label: e, weight: 1, scale: {type: likert}}
    sub_scores: {part: {label: Part, of: [a]}}
  other:
    label: O
    children:
      - {id: shared, label: s, weight: 1, scale: {type: likert}}
      - {use: c, weight: 3}
    sub_scores: {alone: {label: Alone, of: [shared]}}
indices:
  last: {label: L, children: [{use: first, weight: 1}, {use: other, weight: 1}]}
  first: {label: F, aggregate: geometric, floor: 1, children: [{use: d, weight: 1}, {use: other, weight: 3}]}
"""
ROWS = {"a": 0, "b": 1, "c": 2, "e": 3, "shared": 4}


@pytest.fixture
def tree():
    return made(NESTED)


def made(text):
    return compile_tree(Rubric.model_validate(yaml.safe_load(text)))


def leaves(**scores):
    """The leaves' scores of one unit, in the order of the matrix."""
    return np.array([[scores.get(name, NAN)] for name in ROWS], dtype=np.float64)


def rolled(tree, **scores):
    return {name: float(score[0]) for name, score in roll_up(tree, leaves(**scores)).items()}


def test_children_come_before_parents(tree):
    """Groups, then their dimension and its sub-scores; an index after the one it uses, whatever the file's order."""
    assert list(tree) == ["h", "g", "d", "part", "other", "alone", "first", "last"]


def test_a_branch_knows_what_it_is(tree):
    """Kind, parent, levels and floor; a group, however deep, has the polarity of its dimension."""
    found = {name: (branch.kind, branch.parent, branch.positive) for name, branch in tree.items()}
    assert found == {
        "h": ("group", "g", False),
        "g": ("group", "d", False),
        "d": ("dimension", "", False),
        "part": ("sub_score", "d", False),
        "other": ("dimension", "", True),
        "alone": ("sub_score", "other", True),
        "first": ("index", "", True),
        "last": ("index", "", True),
    }
    assert [level.id for level in tree["d"].levels] == ["Low", "High"]
    assert tree["g"].levels == ()
    assert (tree["first"].aggregate, tree["first"].settings.floor) == ("geometric", 1)


def test_three_levels_of_unequal_weights(tree):
    """Group h = (5 * 90 + 30) / 6 = 80; g = (50 + 3 * 80) / 4 = 72.5; d = (2 * 20 + 6 * 72.5) / 8 = 59.375."""
    found = rolled(tree, a=20, b=50, c=90, e=30, shared=10)
    assert (found["h"], found["g"], found["d"]) == (80, 72.5, 59.375)


def test_dimensions_and_indices_above_them(tree):
    """Dimension other = (10 + 3 * 90) / 4 = 70; first = (59.375 * 70^3)^(1/4); last is the mean of first and other."""
    found = rolled(tree, a=20, b=50, c=90, e=30, shared=10)
    assert found["other"] == 70
    assert found["first"] == pytest.approx((59.375 * 70**3) ** 0.25)
    assert found["last"] == pytest.approx((found["first"] + 70) / 2)


def test_a_missing_leaf_is_filled_up_inside_its_own_group(tree):
    """Without e: h = 90, g = (50 + 270) / 4 = 80, d = (40 + 480) / 8 = 65. Without all of h: g = 50, d = 42.5."""
    found = rolled(tree, a=20, b=50, c=90)
    assert (found["h"], found["g"], found["d"]) == (90, 80, 65)
    found = rolled(tree, a=20, b=50)
    assert math.isnan(found["h"])
    assert (found["g"], found["d"]) == (50, 42.5)


def test_nothing_at_all_is_no_score_anywhere(tree):
    """All missing: NaN from the leaves to the top."""
    assert all(math.isnan(score) for score in rolled(tree).values())


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [("minimum", 20), ("maximum", 72.5), ("median", 46.25), ("geometric", (20**2 * 72.5**6) ** 0.125)],
)
def test_each_node_is_put_together_in_its_own_way(aggregate, expected):
    """The dimension in another way over the same groups; a child of weight zero is no lowest and no middle child."""
    tree = made(NESTED.replace("polarity: negative", f"aggregate: {aggregate}", 1))
    assert rolled(tree, a=20, b=50, c=90, e=30, shared=1)["d"] == pytest.approx(expected)


def left(x):
    """What a score leaves to the top, from 1 to 100."""
    return 1 + (100 - x) / 100 * 99


PAIRS = {
    "arithmetic": lambda x, wx, y, wy: (wx * x + wy * y) / (wx + wy),
    "geometric": lambda x, wx, y, wy: (x**wx * y**wy) ** (1 / (wx + wy)),
    "harmonic": lambda x, wx, y, wy: (wx + wy) / (wx / x + wy / y),
    "power": lambda x, wx, y, wy: ((wx * x**3 + wy * y**3) / (wx + wy)) ** (1 / 3),
    "reversed_geometric": lambda x, wx, y, wy: (
        100 - ((left(x) ** wx * left(y) ** wy) ** (1 / (wx + wy)) - 1) / 99 * 100
    ),
    "minimum": lambda x, _wx, y, _wy: min(x, y),
    "maximum": lambda x, _wx, y, _wy: max(x, y),
    "median": lambda x, _wx, y, _wy: (x + y) / 2,
}


@pytest.mark.parametrize("aggregate", AGGREGATORS)
def test_every_aggregator_at_three_levels_of_unequal_weights(aggregate):
    """Group h of 90 (5) and 30 (1); g of 50 (1) and h (3); d of 20 (2) and g (6): each by the textbook formula of two."""
    own = f"aggregate: {aggregate}" + (", power: 3" if aggregate == "power" else "")
    block = own.replace(", ", "\n    ")
    source = NESTED.replace("polarity: negative", block, 1)
    source = source.replace(
        "label: G\n", f"label: G\n        {block}\n".replace("\n    power", "\n        power")
    )
    source = source.replace(
        "label: H\n", f"label: H\n            {block}\n".replace("\n    power", "\n            power")
    )
    pair = PAIRS[aggregate]
    h = pair(90, 5, 30, 1)
    g = pair(50, 1, h, 3)
    d = pair(20, 2, g, 6)
    found = rolled(made(source), a=20, b=50, c=90, e=30, shared=1)
    assert (found["h"], found["g"], found["d"]) == pytest.approx((h, g, d), rel=1e-12)


def test_sub_scores_take_their_indicators_by_name(tree):
    """Also where the dimension's first child is used from elsewhere; with the weights of the dimension."""
    found = rolled(tree, a=20, shared=10, c=90)
    assert (found["part"], found["alone"]) == (20, 10)


def test_weights_of_the_rubric_may_be_replaced(tree):
    """Node by node, as a sensitivity run does: d as (6 * 20 + 2 * 72.5) / 8."""
    weights = {name: branch.weights for name, branch in tree.items()} | {"d": np.array([0.0, 6.0, 2.0])}
    found = roll_up(tree, leaves(a=20, b=50, c=90, e=30, shared=10), weights)
    assert float(found["d"][0]) == pytest.approx(33.125)


def test_units_do_not_touch_one_another(tree):
    """Bit for bit the same alone and among a thousand."""
    rng = np.random.default_rng(3)
    many = rng.uniform(0, 100, (len(ROWS), 1000))
    many[rng.uniform(size=many.shape) < 0.2] = NAN
    together = roll_up(tree, many)
    for unit in (0, 1, 499, 999):
        alone = roll_up(tree, many[:, unit : unit + 1].copy())
        assert {name: score[unit].tobytes() for name, score in together.items()} == {
            name: score[0].tobytes() for name, score in alone.items()
        }


def test_shares_are_weighted_means_whatever_the_aggregators(tree):
    """Coverage: first is geometric, its coverage is (1 * .5 + 3 * .25) / 4."""
    shares = roll_up_shares(tree, np.array([[1.0], [1.0], [0.0], [0.0], [1.0]]))
    assert float(shares["h"][0]) == 0
    assert float(shares["d"][0]) == (2 * 1 + 6 * 0.25) / 8
    assert float(shares["other"][0]) == 0.25
    assert float(shares["first"][0]) == (3.5 / 8 + 3 * 0.25) / 4


def test_leaves_under_a_node(tree):
    """Rows of the matrix; one that serves in two places comes twice."""
    assert sorted(leaves_under(tree, "g")) == [1, 2, 3]
    assert sorted(leaves_under(tree, "last")) == sorted([4, 0, 1, 2, 3, 4, 2, 4, 2])


def test_the_weight_beside_each_leaf(tree):
    """As the rubric gives it beside its siblings, not as a share of the whole."""
    assert leaf_weights(tree, "d") == {4: 0, 0: 2, 1: 1, 2: 5, 3: 1}


def test_weights_as_given_are_shares_of_the_node(tree):
    """d: a 2/8; b 6/8 of 1/4; c 6/8 of 3/4 of 5/6; e 6/8 of 3/4 of 1/6; nothing for a weight of zero."""
    found = weights_given(tree, "d")
    assert found == pytest.approx({4: 0, 0: 0.25, 1: 0.1875, 2: 0.46875, 3: 0.09375})
    assert sum(weights_given(tree, "last").values()) == pytest.approx(1)


def test_a_leaf_that_serves_twice_has_the_sum_of_its_weights(tree):
    """C in first: a quarter of .46875, and three quarters of 3/4."""
    assert weights_given(tree, "first")[2] == pytest.approx(0.25 * 0.46875 + 0.75 * 0.75)


def test_weights_used_are_renormalised_over_what_is_present(tree):
    """Unit 1 has everything; unit 2 lacks e, so c carries all of h; unit 3 has only b; unit 4 nothing."""
    present = np.array([[1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0]], dtype=bool)
    used = weights_used(tree, "d", present)
    expected = {
        0: [0.25, 0.25, 0, 0],
        1: [0.1875, 0.1875, 1, 0],
        2: [0.46875, 0.5625, 0, 0],
        3: [0.09375, 0, 0, 0],
        4: [0, 0, 0, 0],
    }
    assert {row: share.tolist() for row, share in used.items()} == {
        row: pytest.approx(shares) for row, shares in expected.items()
    }


@pytest.mark.parametrize("gone", [(), ("a",), ("e",), ("b", "c"), ("c", "e")])
def test_contributions_add_up_to_the_score(tree, gone):
    """The sum of weight used times score is the score, where every node on the way is an arithmetic mean."""
    scores = {name: score for name, score in {"a": 20, "b": 50, "c": 90, "e": 30}.items() if name not in gone}
    column = leaves(**scores)
    used = weights_used(tree, "d", ~np.isnan(column))
    total = sum(
        float(share[0]) * float(column[row, 0])
        for row, share in used.items()
        if not math.isnan(column[row, 0])
    )
    assert total == pytest.approx(rolled(tree, **scores)["d"])


def test_which_nodes_are_additive(tree):
    """A geometric node is not, nor is anything above it."""
    assert {name: additive(tree, name) for name in tree} == {
        **dict.fromkeys(["h", "g", "d", "part", "other", "alone"], True),
        "first": False,
        "last": False,
    }


def test_the_dimension_of_a_node(tree):
    """However deep; at the top its own name."""
    assert [dimension_of(tree, name) for name in ("h", "g", "d", "part", "last")] == [
        "d",
        "d",
        "d",
        "d",
        "last",
    ]


def test_scores_that_errors_carried_beyond_the_scale_are_cut_once():
    """Inside groups of means they stay as they are; a dimension is cut, and so is what enters a geometric mean."""
    tree = made(NESTED)
    wild = leaves(a=130, b=-40, c=150, e=90, shared=-20)
    found = {name: float(score[0]) for name, score in roll_up(tree, wild, cut=(0.0, 100.0)).items()}
    assert found["h"] == 140
    assert found["g"] == (-40 + 3 * 140) / 4
    assert found["d"] == (2 * 130 + 6 * 95) / 8 - 3.75  # 103.75 is cut to 100
    assert (found["part"], found["alone"], found["other"]) == (100, 0, 100)
