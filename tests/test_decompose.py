"""Changes of scores taken apart: numbers worked by hand, and sums that hold for any data and any two rubrics."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from cases import csv_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pkassess.assess import Assessment, assess
from pkassess.decompose import Part, Side, decompose, shapley
from pkassess.inputs import read


def indicator(name, weight, top=100):
    return {
        "id": name,
        "label": name,
        "weight": weight,
        "scale": {"type": "goalposts", "bottom": 0, "top": top},
    }


def rubric(dimensions, index=None):
    """A rubric from {dimension: (aggregate, children)} and the index's (aggregate, {dimension: weight})."""
    aggregate, weights = index or ("geometric", dict.fromkeys(dimensions, 1))
    return {
        "pkassess": 1,
        "id": "own",
        "version": "1",
        "label": "Own",
        "keys": {"mission": {}, "authority": {}},
        "period": {},
        "dimensions": {
            name: {"label": name, "aggregate": how, "children": children}
            for name, (how, children) in dimensions.items()
        },
        "indices": {
            "whole": {
                "label": "Whole",
                "aggregate": aggregate,
                **({"floor": 1} if aggregate == "geometric" else {}),
                "children": [{"use": name, "weight": weight} for name, weight in weights.items()],
            }
        },
    }


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    """One partnership with some raw values, scored under a rubric given as plain data."""
    folder = tmp_path_factory.mktemp("decompose")

    def score(data, values) -> Side:
        (folder / "own.yaml").write_text(json.dumps(data), encoding="utf-8")
        row = {"mission": "M", "authority": "A", "period": "2025"} | values
        (folder / "data.csv").write_text(csv_of([row]), encoding="utf-8")
        found: Assessment = assess(read(str(folder / "data.csv"), str(folder / "own.yaml")), draws=0)
        return Side(found.comparison.scores, 0)

    return score


def points(effects):
    return {(effect.part.value, effect.name): round(effect.points, 9) for effect in effects}


THREE = rubric({"care": ("arithmetic", [indicator("a", 0.5), indicator("b", 0.3), indicator("c", 0.2)])})
HALVES = rubric({"care": ("arithmetic", [indicator("a", 1), indicator("b", 1)])})


def test_in_a_weighted_mean_an_indicator_moves_the_score_by_its_weight(scored):
    """0.5 x (50 - 40) = 5 and 0.2 x (70 - 80) = -2; what did not move has no part."""
    sides = scored(THREE, {"a": 40, "b": 60, "c": 80}), scored(THREE, {"a": 50, "b": 60, "c": 70})
    assert points(decompose(*sides)["care"]) == {("indicator", "a"): 5, ("indicator", "c"): -2}


def test_an_indicator_on_one_side_only_is_coverage(scored):
    """40 and 60 give 50; without the 60 it is 40, though no value fell."""
    sides = scored(HALVES, {"a": 40, "b": 60}), scored(HALVES, {"a": 40, "b": None})
    assert points(decompose(*sides)["care"]) == {("coverage", "b"): -10}


def test_value_and_coverage_are_the_mean_of_both_orders(scored):
    """A rises by 10 (5 points beside b, 10 alone: 7.5); b leaves (-10 first, -5 last: -7.5); the score stays 50."""
    sides = scored(HALVES, {"a": 40, "b": 60}), scored(HALVES, {"a": 50, "b": None})
    assert points(decompose(*sides)["care"]) == {("indicator", "a"): 7.5, ("coverage", "b"): -7.5}


def test_weights_are_the_rubric(scored):
    """Weights 3 to 1 in place of 1 to 1 bring 40 and 60 from 50 to 45."""
    other = rubric({"care": ("arithmetic", [indicator("a", 3), indicator("b", 1)])})
    sides = scored(HALVES, {"a": 40, "b": 60}), scored(other, {"a": 40, "b": 60})
    assert points(decompose(*sides)["care"]) == {("rubric", "care"): -5}


def test_a_changed_scale_is_the_rubric_and_a_changed_value_is_not(scored):
    """50 to 60 on a scale to 100, then to 200: value (10 + 5) / 2 = 7.5, scale -20 - 7.5 = -27.5."""
    rubrics = [rubric({"care": ("arithmetic", [indicator("a", 1, top)])}) for top in (100, 200)]
    sides = scored(rubrics[0], {"a": 50}), scored(rubrics[1], {"a": 60})
    assert points(decompose(*sides)["care"]) == {("indicator", "a"): 7.5, ("rubric", "a"): -27.5}


def test_an_indicator_that_one_rubric_does_not_ask_for_is_the_rubric(scored):
    """A new indicator at 80 beside one at 40 lifts the score to 60."""
    alone = rubric({"care": ("arithmetic", [indicator("a", 1)])})
    sides = scored(alone, {"a": 40, "b": 80}), scored(HALVES, {"a": 40, "b": 80})
    assert points(decompose(*sides)["care"]) == {("rubric", "care"): 20}


def test_in_a_geometric_index_dimensions_get_their_shapley_values(scored):
    """25, 25 to 100, 64: the root goes from 25 to 80. x: (25 + 40) / 2 = 32.5, y: (15 + 30) / 2 = 22.5."""
    two = rubric({"x": ("arithmetic", [indicator("a", 1)]), "y": ("arithmetic", [indicator("b", 1)])})
    sides = scored(two, {"a": 25, "b": 25}), scored(two, {"a": 100, "b": 64})
    assert points(decompose(*sides)["whole"]) == {("indicator", "a"): 32.5, ("indicator", "b"): 22.5}


def test_parts_that_cancel_in_a_dimension_still_show_in_the_index(scored):
    """A up 10 and b down 10 leave x at 50; at 50 x 50 the index moves by half of what x does: 2.5 and -2.5."""
    two = rubric(
        {
            "x": ("arithmetic", [indicator("a", 1), indicator("b", 1)]),
            "y": ("arithmetic", [indicator("c", 1)]),
        }
    )
    sides = scored(two, {"a": 40, "b": 60, "c": 50}), scored(two, {"a": 50, "b": 50, "c": 50})
    found = points(decompose(*sides)["whole"])
    assert found[("indicator", "a")] == pytest.approx(2.5, abs=1e-3)
    assert sum(found.values()) == pytest.approx(0, abs=1e-9)


def test_more_players_than_can_be_told_apart_stay_together(scored):
    """Thirteen indicators under a geometric mean have one joint part, which is the whole change."""
    names = [f"i{at}" for at in range(13)]
    many = rubric({"care": ("geometric", [indicator(name, 1) for name in names])})
    sides = [scored(many, dict.fromkeys(names, value)) for value in (25, 36)]
    assert points(decompose(*sides)["care"]) == {("indicator", "care"): 11}


def test_the_glove_game():
    """One left glove and two right ones, a pair is worth 1: 2/3, 1/6, 1/6 (a textbook example)."""
    worth = np.array([float(one & 1 and one > 1) for one in range(8)])
    assert shapley(worth) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


# --- for any data and any two rubrics ---------------------------------------------------------------------------

NAMES = ("a", "b", "c", "d", "e", "f")
AGGREGATES = st.sampled_from(["arithmetic", "arithmetic", "geometric", "minimum", "maximum", "median"])
WEIGHT = st.integers(1, 5)
RAW = st.one_of(st.none(), st.floats(0, 100, allow_nan=False).map(lambda x: round(x, 2)))


@st.composite
def rubrics(draw):
    """Two dimensions, one with a group; children, weights, scales and aggregation drawn."""
    tops = {name: draw(st.sampled_from([50, 100, 160])) for name in NAMES}
    leaf = [indicator(name, draw(WEIGHT), tops[name]) for name in NAMES]
    group = {
        "id": "inner",
        "label": "g",
        "weight": draw(WEIGHT),
        "aggregate": draw(AGGREGATES),
        "children": leaf[3:5],
    }
    first = leaf[: draw(st.integers(2, 3))]
    return rubric(
        {"x": (draw(AGGREGATES), first), "y": (draw(AGGREGATES), [group, leaf[5]])},
        (draw(AGGREGATES), {"x": draw(WEIGHT), "y": draw(WEIGHT)}),
    )


@settings(max_examples=80, deadline=None)
@given(
    st.tuples(rubrics(), rubrics()),
    st.booleans(),
    st.tuples(*[st.fixed_dictionaries(dict.fromkeys(NAMES, RAW))] * 2),
)
def test_the_parts_add_up_to_the_change(scored, versions, same, values):
    """Efficiency, within 1e-9, for every dimension, group and index that has a score on both sides."""
    assume(
        all(any(one[name] is not None for name in "abdef") for one in values)
    )  # c stands in some rubrics only
    versions = (versions[0], versions[0]) if same else versions
    before, after = (scored(*one) for one in zip(versions, values, strict=True))
    found = decompose(before, after)
    for name in after.scores.tree:
        change = after.score(name) - before.score(name)
        assert (name in found) == (not np.isnan(change))
        if name in found:
            assert sum(effect.points for effect in found[name]) == pytest.approx(change, abs=1e-9)
            if same:
                assert not [effect for effect in found[name] if effect.part == Part.RUBRIC]


@settings(max_examples=20, deadline=None)
@given(rubrics(), st.floats(1, 90), st.floats(1, 90))
def test_equals_are_treated_alike(scored, data, old, new):
    """Symmetry: indicators with the same weight, scale and values have the same part, under every aggregation."""
    twins = [indicator("a", 2), indicator("b", 2), indicator("c", 1)]
    data["dimensions"]["x"]["children"] = twins
    sides = [scored(data, {"a": value, "b": value, "c": 50, "f": 40}) for value in (old, new)]
    found = points(decompose(*sides)["x"])
    assert found.get(("indicator", "a")) == pytest.approx(found.get(("indicator", "b")))


@settings(max_examples=20, deadline=None)
@given(rubrics(), st.lists(st.floats(0, 100), min_size=3, max_size=3))
def test_no_change_has_no_parts(scored, data, values):
    """The same data under the same rubric."""
    sides = [scored(data, dict(zip(NAMES, [*values, *values], strict=True))) for _ in range(2)]
    assert all(not effects for one in pairwise(sides) for effects in decompose(*one).values())
