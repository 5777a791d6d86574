"""Where weights come from: the file, equal, samples, panels of experts, or the data; and what degenerate input gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkassess.rubric import Weights
from pkassess.weights import DATA_METHODS, from_data, pairwise, sets_of

NAN = math.nan
RUBRIC = """
pkassess: 1
id: own
version: "1"
label: Own
keys: {site: {}}
uncertainty: {strong: 0, moderate: 0, weak: 0, ungraded: 0}
dimensions:
  d:
    label: D
    weights: WEIGHTS
    children:
      - {id: a, label: a, scale: {type: goalposts, bottom: 0, top: 100}}
      - {id: b, label: b, scale: {type: goalposts, bottom: 0, top: 100}}
      - {id: c, label: c, scale: {type: goalposts, bottom: 0, top: 100}}
"""
ROW = {"site": "S", "a": 100, "b": 50, "c": 0}
BUDGET = "{method: budget, experts: {E1: {a: 50, b: 30, c: 20}, E2: {a: 2, b: 2, c: 6}}}"


def scored(report, rubric_file, weights, *rows, draws="400"):
    path = rubric_file(RUBRIC.replace("WEIGHTS", weights))
    return report(*(rows or (ROW,)), options=("-r", path, "--draws", draws))


def weights_in(found):
    return {row["indicator"]: row["weight"] for row in found["indicators"] if row["site"] == "S"}


def refused(run, rubric_file, weights):
    done = run("rubric", "check", rubric_file(RUBRIC.replace("WEIGHTS", weights)))
    assert done.code == 2
    return " ".join((done.out + done.err).split())


# --- stated weights -----------------------------------------------------------------------------------------------


def test_equal_weights(report, rubric_file):
    """A third each, whatever stands in the file; (100 + 50 + 0) / 3."""
    found = scored(report, rubric_file, "{method: equal}")
    assert weights_in(found) == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3})
    assert found.one("assessment")["d"] == 50


def test_budget_allocation_takes_the_mean_of_the_experts(report, rubric_file):
    """Shares .5 .3 .2 and .2 .2 .6: mean .35 .25 .40; 35 + 12.5 = 47.5."""
    found = scored(report, rubric_file, BUDGET)
    assert weights_in(found) == pytest.approx({"a": 0.35, "b": 0.25, "c": 0.40})
    assert {row["weight_given"] for row in found["indicators"]} == {0.35, 0.25, 0.40}
    assert found.one("assessment")["d"] == pytest.approx(47.5)


def test_weights_as_given_and_as_used_stand_in_a_table_of_their_own(report, rubric_file):
    """Of a panel with its spread; of weights beside the children, as a number and as a share."""
    found = {row["child"]: row for row in scored(report, rubric_file, BUDGET)["weights"]}
    a = found["a"]
    assert (a["node"], a["method"], a["weight_given"], a["sets"]) == ("d", "budget", None, 2)
    assert (a["weight"], a["lowest"], a["highest"]) == pytest.approx((0.35, 0.2, 0.5))
    path = rubric_file(
        RUBRIC.replace("    weights: WEIGHTS\n", "").replace(
            "{id: a, label: a,", "{id: a, label: a, weight: 3,"
        )
        + "indices:\n  i: {label: I, children: [{use: d, weight: 2}]}\n"
    )
    beside = {(row["node"], row["child"]): row for row in report(ROW, options=("-r", path))["weights"]}
    assert [(beside["d", name]["weight_given"], beside["d", name]["weight"]) for name in "abc"] == [
        (3, pytest.approx(0.6)),
        (1, pytest.approx(0.2)),
        (1, pytest.approx(0.2)),
    ]
    assert (beside["i", "d"]["weight_given"], beside["i", "d"]["weight"], beside["i", "d"]["sets"]) == (
        2,
        1,
        None,
    )


def test_each_draw_takes_one_experts_whole_set(report, rubric_file):
    """E1 alone gives 50 + 15 = 65, E2 alone 20 + 10 = 30: no draw lies between, and both come often."""
    row = scored(report, rubric_file, BUDGET).one("assessment")
    assert (row["d_low"], row["d_high"]) == (pytest.approx(30), pytest.approx(65))


def test_experts_are_equally_likely_and_decide_all_nodes_together():
    """Of 250 draws each of two experts gets half, within four standard errors, and the same one in both nodes."""
    import yaml
    from test_missing_rules import RUBRIC as LEVELS
    from test_missing_rules import compile_tree

    from pkassess.rubric import Rubric
    from pkassess.uncertainty import draw_weights

    data = yaml.safe_load(
        LEVELS.replace("POLARITY", "positive")
        .replace("RULE_D", "{}")
        .replace("RULE_G", "{}")
        .replace("RULE_H", "{}")
    )
    top, h = data["dimensions"]["d"], data["dimensions"]["d"]["children"][1]["children"][1]
    top["weights"] = {"method": "budget", "experts": {"E1": {"a": 1, "g": 0}, "E2": {"a": 0, "g": 1}}}
    h["weights"] = {"method": "budget", "experts": {"E1": {"c": 1, "e": 0}, "E2": {"c": 0, "e": 1}}}
    drawn = draw_weights(compile_tree(Rubric.model_validate(data)), 0.25, 0, [0])
    first = drawn["d"][0, 0]
    assert set(first.tolist()) == {0.0, 1.0}
    assert abs(first.mean() - 0.5) < 4 * 0.5 / math.sqrt(250)
    assert (drawn["h"][0, 0] == first).all()


def test_missing_children_fill_up_under_every_method(report, rubric_file):
    """Without a: b and c of the panel, .25 and .40, are .25/.65 and .40/.65."""
    found = scored(report, rubric_file, BUDGET, {"site": "S", "a": None, "b": 50, "c": 0})
    assert weights_in(found) == pytest.approx({"a": None, "b": 0.25 / 0.65, "c": 0.40 / 0.65})


def test_pairwise_comparisons_that_agree():
    """A : b : c = 6 : 3 : 1 exactly: weights .6 .3 .1, ratio 0."""
    weights, ratio = pairwise({"a/b": 2, "a/c": 6, "b/c": 3}, ["a", "b", "c"])
    assert weights.tolist() == pytest.approx([0.6, 0.3, 0.1])
    assert ratio == pytest.approx(0, abs=1e-12)


def test_pairwise_comparisons_of_a_textbook():
    """Rows 1 3 5, 1/3 1 2 and 1/5 1/2 1, worked by hand.

    For three things the eigenvector is the geometric mean of the rows: 15, 2/3 and 1/10 to the power 1/3, which are
    2.4662, 0.8736 and 0.4642. The largest eigenvalue is 3.0037, the ratio 0.0018 / 0.58.
    """
    weights, ratio = pairwise({"a/b": 3, "a/c": 5, "c/b": 0.5}, ["a", "b", "c"])
    means = np.array([15, 2 / 3, 1 / 10]) ** (1 / 3)
    assert weights == pytest.approx(means / means.sum(), abs=1e-12)
    assert ratio == pytest.approx(0.0018474 / 0.58, abs=1e-5)


def test_comparisons_that_contradict_one_another_are_used_and_warned_of(report, rubric_file):
    """A over b, b over c, c over a, three times each: equal weights, and a ratio far above 0.10."""
    found = scored(report, rubric_file, "{method: pairwise, experts: {E1: {a/b: 3, b/c: 3, c/a: 3}}}")
    assert weights_in(found) == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3})
    (finding,) = found.find("findings", code="PK331")
    assert "expert E1 for 'd' have a consistency ratio of 1.15" in finding["message"]


def test_samples_from_a_file_beside_the_rubric(report, rubric_file, tmp_path):
    """Two rows, not yet shares: .5 .25 .25 and 0 0 1. Mean .25 .125 .625; draws give 62.5 or 0."""
    (tmp_path / "sets.csv").write_text("a,b,c\n2,1,1\n0,0,3\n", encoding="utf-8")
    found = scored(report, rubric_file, "{method: samples, file: sets.csv}")
    assert weights_in(found) == pytest.approx({"a": 0.25, "b": 0.125, "c": 0.625})
    row = found.one("assessment")
    assert (row["d_low"], row["d_high"]) == (0, 62.5)
    (tmp_path / "sets.csv").write_text("a,b,c\n1,0,0\n", encoding="utf-8")
    assert scored(report, rubric_file, "{method: samples, file: sets.csv}").one("assessment")["d"] == 100


def test_samples_in_the_rubric_itself(report, rubric_file):
    """The same sets as lists."""
    found = scored(report, rubric_file, "{method: samples, samples: {a: [2, 0], b: [1, 0], c: [1, 3]}}")
    assert found.one("assessment")["d"] == pytest.approx(25 + 6.25)


# --- weights from the data -------------------------------------------------------------------------------------------

THREE = np.array([[0.0, 100.0, 50.0, 50.0], [40.0, 60.0, 40.0, 60.0], [20.0, 20.0, 20.0, 20.0]])


def test_standard_deviations_by_hand():
    """Standard deviations √1250 = 35.355, 10 and 0."""
    found = from_data("standard_deviation", THREE, 0.0)
    assert found == pytest.approx(np.array([math.sqrt(1250), 10, 0]) / (math.sqrt(1250) + 10))


def test_entropy_by_hand():
    """Shares 0 .5 .25 .25: entropy 1.0397 of ln 4 = 1.3863; shares .2 .3 .2 .3: 1.3662; equal shares say nothing."""
    first = 1 - (0.5 * math.log(2) + 0.5 * math.log(4)) / math.log(4)
    second = 1 - -(0.4 * math.log(0.2) + 0.6 * math.log(0.3)) / math.log(4)
    assert from_data("entropy", THREE, 0.0) == pytest.approx(np.array([first, second, 0]) / (first + second))


def test_critic_by_hand():
    """Correlation of a and b: deviations -50 50 0 0 and -10 10 -10 10: 1000 / √(5000 × 400) = .7071; c is constant."""
    r = 1000 / math.sqrt(5000 * 400)
    spread = np.array([math.sqrt(1250) * (1 - r + 1), 10 * (1 - r + 1), 0])
    assert from_data("critic", THREE, 0.0) == pytest.approx(spread / spread.sum())


@pytest.mark.parametrize("method", sorted(DATA_METHODS))
def test_data_driven_weights_are_used_and_always_warned_of(report, rubric_file, method):
    """Four partnerships as above; the finding names method and weights."""
    rows = [
        {"site": f"S{at}" if at else "S", **dict(zip("abc", column, strict=True))}
        for at, column in enumerate(THREE.T.tolist())
    ]
    found = scored(report, rubric_file, f"{{method: {method}}}", *rows)
    expected = from_data(method, THREE, 0.0)
    assert [weights_in(found)[name] for name in "abc"] == pytest.approx(expected.tolist())
    (finding,) = found.find("findings", code="PK330")
    assert (finding["severity"], finding["column"]) == ("warning", "d")
    assert f"method {method}" in finding["message"]
    assert f"a {expected[0]:.3f}" in finding["message"]


@pytest.mark.parametrize("method", sorted(DATA_METHODS))
@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([[70.0], [10.0]], [0.5, 0.5]),  # one partnership
        ([[70.0, 70.0], [10.0, 10.0]], [0.5, 0.5]),  # nothing differs
        ([[NAN, NAN], [NAN, NAN]], [0.5, 0.5]),  # all missing
        ([[30.0, 60.0]], [1.0]),  # a single child
        ([[30.0, 60.0, NAN], [5.0, 5.0, 5.0]], [1.0, 0.0]),  # one of two is constant
        ([[0.0, 0.0], [0.0, 10.0]], [0.0, 1.0]),  # all at the lowest score
        ([[20.0, 80.0, 50.0], [NAN, NAN, NAN]], [1.0, 0.0]),  # one of two is missing
    ],
)
def test_degenerate_input_of_data_driven_weights(method, scores, expected):
    """Equal weights where nothing differs; no weight for what does not differ beside something that does."""
    assert from_data(method, np.array(scores), 0.0) == pytest.approx(np.array(expected))


@pytest.mark.parametrize(
    "weights",
    [
        {"method": "samples", "samples": {"a": [3.0, 0.5]}},
        {"method": "budget", "experts": {"E": {"a": 3.0}}},
        {"method": "pairwise", "experts": {"E": {}}},
    ],
)
def test_a_single_child_has_all_the_weight(weights):
    """Whatever the method."""
    assert sets_of(Weights.model_validate(weights), ["a"]).mean.tolist() == [1.0]


@given(
    st.lists(st.lists(st.integers(0, 100), min_size=4, max_size=4), min_size=2, max_size=5),
    st.sampled_from(sorted(DATA_METHODS)),
    st.permutations(range(4)),
)
def test_data_driven_weights_do_not_depend_on_the_order_of_rows(columns, method, order):
    """And they are shares: 0 or more, adding up to 1."""
    scores = np.array(columns, dtype=float)
    found = from_data(method, scores, 0.0)
    assert found.min() >= 0
    assert found.sum() == pytest.approx(1)
    assert from_data(method, scores[:, order], 0.0) == pytest.approx(found, abs=1e-6)


@given(st.lists(st.floats(0.1, 10), min_size=3, max_size=3))
def test_consistent_comparisons_give_back_their_ratios(sizes):
    """Comparisons made from sizes have those sizes as weights, and no contradiction."""
    a, b, c = sizes
    weights, ratio = pairwise({"a/b": a / b, "c/a": c / a, "b/c": b / c}, ["a", "b", "c"])
    assert weights == pytest.approx(np.array(sizes) / sum(sizes), rel=1e-9)
    assert ratio == pytest.approx(0, abs=1e-9)


# --- what can be wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ("{method: budgt}", "expected 'equal', 'samples', 'budget'"),
        ("{method: budget}", "`method: budget` needs `experts`"),
        ("{method: samples}", "`method: samples` needs `file` or `samples`"),
        ("{method: equal, file: x.csv}", "`file` does not belong to `method: equal`"),
        ("{method: samples, file: nowhere.csv}", "file 'nowhere.csv': no such file or directory"),
        ("{method: samples, samples: {a: [1], b: [1], x: [1]}}", "names 'x', which does not exist"),
        ("{method: samples, samples: {a: [1], b: [1, 2], c: [1]}}", "the same number of weights"),
        (
            "{method: samples, samples: {a: [0], b: [0], c: [0]}}",
            "the weights of sample 1 are 0 or more, and not all 0",
        ),
        ("{method: budget, experts: {E: {a: 1, b: 2}}}", "expert 'E' gives no points to 'c'"),
        ("{method: budget, experts: {E: {a: -1, b: 2, c: 1}}}", "the points of expert 'E' are 0 or more"),
        ("{method: budget, experts: {E: {a: 1, b: 2, cc: 1}}}", "names 'cc', which does not exist"),
        ("{method: pairwise, experts: {E: {a/b: 1, b/c: 2}}}", "expert 'E' does not compare 'a' and 'c'"),
        ("{method: pairwise, experts: {E: {a/b: 1, b/c: 2, a/c: 0}}}", "0 times as important"),
        ("{method: pairwise, experts: {E: {a/b: 1, b/a: 2, a/c: 1, b/c: 1}}}", "compares a and b twice"),
        ("{method: pairwise, experts: {E: {ab: 1, a/b: 1, a/c: 1, b/c: 1}}}", "'ab' is no pair"),
    ],
)
def test_what_is_wrong_with_weights_is_said_in_words(run, rubric_file, weights, said):
    """And the rubric is refused."""
    assert said in refused(run, rubric_file, weights)


def test_weights_beside_the_children_and_a_method_contradict_each_other(run, rubric_file):
    """One of the two has to go."""
    text = RUBRIC.replace("WEIGHTS", "{method: equal}").replace(
        "id: a, label: a,", "id: a, label: a, weight: 2,"
    )
    done = run("rubric", "check", rubric_file(text))
    assert done.code == 2
    assert "a weight beside the child and `weights` (method equal) contradict each other" in " ".join(
        (done.out + done.err).split()
    )


def test_a_cell_of_a_sample_file_that_is_no_number(run, rubric_file, tmp_path):
    """The message names file, row and column."""
    (tmp_path / "sets.csv").write_text("a,b,c\n2,1,1\n0,x,3\n", encoding="utf-8")
    said = refused(run, rubric_file, "{method: samples, file: sets.csv}")
    assert "file 'sets.csv': row 3, column 'b' holds 'x'; expected a number" in said
