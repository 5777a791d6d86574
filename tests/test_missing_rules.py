"""What a node does about missing children: every rule by hand, with unequal weights at three levels."""

from __future__ import annotations

import math

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pkassess.rubric import Rubric
from pkassess.tree import compile_tree, roll_up, weights_used

NAN = math.nan
RUBRIC = """
pkassess: 1
id: levels
version: "1"
label: Three levels
keys: {site: {}}
dimensions:
  d:
    label: D
    polarity: POLARITY
    missing: RULE_D
    children:
      - {id: a, label: a, weight: 2, scale: {type: goalposts, bottom: 0, top: 100}}
      - id: g
        label: G
        weight: 6
        missing: RULE_G
        children:
          - {id: b, label: b, weight: 1, scale: {type: goalposts, bottom: 0, top: 100}}
          - id: h
            label: H
            weight: 3
            missing: RULE_H
            children:
              - {id: c, label: c, weight: 5, scale: {type: goalposts, bottom: 0, top: 100}}
              - {id: e, label: e, weight: 1, scale: {type: goalposts, bottom: 0, top: 100}}
"""
SKIP = "{rule: skip}"


def text(d=SKIP, g=SKIP, h=SKIP, polarity="positive"):
    return RUBRIC.replace("RULE_D", d).replace("RULE_G", g).replace("RULE_H", h).replace("POLARITY", polarity)


def rolled(source, a=NAN, b=NAN, c=NAN, e=NAN, inapplicable=()):
    tree = compile_tree(Rubric.model_validate(yaml.safe_load(source)))
    applicable = np.array([[name not in inapplicable] for name in "abce"])
    leaves = np.array([[a], [b], [c], [e]], dtype=float)
    return {name: float(score[0]) for name, score in roll_up(tree, leaves, applicable=applicable).items()}


def same(value):
    return pytest.approx(value, nan_ok=True)


# --- each rule by hand --------------------------------------------------------------------------------------------


def test_skip_lets_the_others_fill_up_at_every_level():
    """H = 40; g = (20 + 3×40) / 4 = 35; d = (2×90 + 6×35) / 8 = 48.75."""
    assert rolled(text(), a=90, b=20, c=40) == {"h": 40, "g": 35, "d": same(48.75)}


def test_refuse_gives_no_score_where_any_child_is_missing():
    """E is missing: h has no score; g, which skips, is b alone; d = (2×90 + 6×20) / 8 = 37.5."""
    found = rolled(text(h="{rule: refuse}"), a=90, b=20, c=40)
    assert found == {"h": same(NAN), "g": 20, "d": same(37.5)}


def test_refuse_at_every_level_passes_upwards():
    """One missing leaf three levels down leaves nothing at the top; with it everything is there."""
    source = text(*["{rule: refuse}"] * 3)
    assert rolled(source, a=90, b=20, c=40) == {"h": same(NAN), "g": same(NAN), "d": same(NAN)}
    assert rolled(source, a=90, b=20, c=40, e=100)["d"] == pytest.approx(54.375)


def test_worst_counts_with_the_full_denominator():
    """H = (5×40 + 1×0) / 6 = 33.33; g = (20 + 3×33.33) / 4 = 30; d = (2×90 + 6×30) / 8 = 45."""
    found = rolled(text(h="{rule: worst}"), a=90, b=20, c=40)
    assert found == {"h": same(200 / 6), "g": same(30), "d": same(45)}


def test_the_worst_score_is_the_highest_where_high_is_bad():
    """H = (5×40 + 1×100) / 6 = 50; g = (20 + 150) / 4 = 42.5; d = (180 + 255) / 8 = 54.375."""
    found = rolled(text(h="{rule: worst}", polarity="negative"), a=90, b=20, c=40)
    assert found == {"h": same(50), "g": same(42.5), "d": same(54.375)}


def test_worst_takes_a_whole_missing_group_too():
    """Nothing of h: at g it counts 0 with weight 3: g = 20 / 4 = 5; d = (180 + 30) / 8 = 26.25."""
    assert rolled(text(g="{rule: worst}"), a=90, b=20) == {"h": same(NAN), "g": 5, "d": same(26.25)}


def test_worst_makes_no_score_of_nothing():
    """A partnership that nobody reported on has no score, not the worst."""
    assert all(math.isnan(score) for score in rolled(text(*["{rule: worst}"] * 3)).values())


def test_a_minimum_count():
    """D has two children; one is there. Two are asked for at d, then one."""
    assert math.isnan(rolled(text(d="{least_count: 2}"), a=90)["d"])
    assert rolled(text(d="{least_count: 1}"), a=90)["d"] == 90
    assert rolled(text(d="{least_count: 2}"), a=90, b=10)["d"] == pytest.approx((180 + 60) / 8)


def test_a_minimum_share_by_weight_and_by_count():
    """A is half of d's children and a quarter of its weight."""
    assert rolled(text(d="{least_share: 0.5}"), a=90)["d"] == 90
    assert math.isnan(rolled(text(d="{least_share: 0.51}"), a=90)["d"])
    assert rolled(text(d="{least_weight: 0.25}"), a=90)["d"] == 90
    assert math.isnan(rolled(text(d="{least_weight: 0.26}"), a=90)["d"])


@pytest.mark.parametrize(
    ("rule", "h", "d"),
    [
        ("{rule: skip}", 40, (2 * 20 + 6 * (60 + 3 * 40) / 4) / 8),
        ("{rule: refuse}", NAN, (2 * 20 + 6 * 60) / 8),
        ("{rule: worst}", 5 * 40 / 6, (2 * 20 + 6 * (60 + 3 * 5 * 40 / 6) / 4) / 8),
        ("{least_count: 2}", NAN, (2 * 20 + 6 * 60) / 8),
        ("{least_share: 0.5}", 40, (2 * 20 + 6 * (60 + 3 * 40) / 4) / 8),
        ("{least_share: 0.6}", NAN, (2 * 20 + 6 * 60) / 8),
        ("{least_weight: 0.8}", 40, (2 * 20 + 6 * (60 + 3 * 40) / 4) / 8),
        ("{least_weight: 0.9}", NAN, (2 * 20 + 6 * 60) / 8),
    ],
)
def test_every_rule_at_the_lowest_of_three_levels(rule, h, d):
    """E (weight 1 of 6) is missing under h, which is 3 of 4 in g, which is 6 of 8 in d; a 20, b 60, c 40."""
    found = rolled(text(h=rule), a=20, b=60, c=40)
    assert (found["h"], found["d"]) == (same(h), pytest.approx(d))


@pytest.mark.parametrize(
    ("rule", "g", "d"),
    [
        ("{rule: refuse}", NAN, 20),
        ("{rule: worst}", 60 / 4, (2 * 20 + 6 * 15) / 8),
        ("{least_count: 1}", 60, (2 * 20 + 6 * 60) / 8),
        ("{least_weight: 0.25}", 60, (2 * 20 + 6 * 60) / 8),
        ("{least_weight: 0.5}", NAN, 20),
    ],
)
def test_every_rule_at_the_middle_of_three_levels(rule, g, d):
    """The whole group h is missing: three quarters of the weight of g, one of its two children."""
    found = rolled(text(g=rule), a=20, b=60)
    assert (found["g"], found["d"]) == (same(g), pytest.approx(d))


@pytest.mark.parametrize("rule", ["{rule: skip}", "{rule: worst}", "{rule: refuse}", "{least_count: 1}"])
@pytest.mark.parametrize("polarity", ["positive", "negative"])
def test_a_child_without_weight_alone_is_nothing(rule, polarity):
    """It has no influence: it does not make a worst score of what nobody reported."""
    source = text(h=rule, polarity=polarity).replace(
        "id: e, label: e, weight: 1", "id: e, label: e, weight: 0"
    )
    assert math.isnan(rolled(source, e=90)["h"])


def test_a_share_that_is_reached_but_for_the_last_digit_is_reached():
    """Five sixths as 0.8333333333333334 is more than the quotient of the weights; a tolerance of 1e-9 holds."""
    assert rolled(text(h="{least_weight: 0.8333333334}"), c=40)["h"] == 40


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{rule: refuse}", 40),
        ("{rule: worst}", 40),
        ("{least_count: 2}", 40),
        ("{least_share: 1}", 40),
        ("{least_weight: 1}", 40),
    ],
)
def test_what_does_not_apply_is_not_missing(rule, expected):
    """E does not apply: under every rule h is c alone."""
    assert rolled(text(h=rule), c=40, inapplicable="e")["h"] == expected


def test_a_child_of_weight_zero_is_never_missed():
    """It has no influence, so nothing is refused for it."""
    source = text(h="{rule: refuse}").replace("id: e, label: e, weight: 1", "id: e, label: e, weight: 0")
    assert rolled(source, c=40)["h"] == 40


def test_weights_used_under_the_rule_worst_have_the_full_denominator():
    """H keeps 5/6 for c and 1/6 for the missing e; without the rule c has all of it."""
    present = np.array([[True], [True], [True], [False]])
    tree = compile_tree(Rubric.model_validate(yaml.safe_load(text(h="{rule: worst}"))))
    used = {row: float(share[0]) for row, share in weights_used(tree, "d", present).items()}
    assert used == pytest.approx({0: 2 / 8, 1: 6 / 8 / 4, 2: 18 / 32 * 5 / 6, 3: 18 / 32 / 6})


def test_weights_used_leave_out_a_group_that_refuses():
    """H refuses for e, so g is b alone, and c has no share although it was observed."""
    present = np.array([[True], [True], [True], [False]])
    tree = compile_tree(Rubric.model_validate(yaml.safe_load(text(h="{rule: refuse}"))))
    used = {row: float(share[0]) for row, share in weights_used(tree, "d", present).items()}
    assert used == pytest.approx({0: 2 / 8, 1: 6 / 8, 2: 0, 3: 0})


# --- imputation, through the command line ------------------------------------------------------------------------


def scored(report, rubric_file, rule, rows, *options):
    path = rubric_file(text(h=rule).replace("keys: {site: {}}", "keys: {site: {}}\nperiod: {}"))
    return report(*rows, options=("-r", path, *options))


ROWS = [
    {"site": "S1", "period": "2025", "peer_group": "x", "a": 90, "b": 20, "c": 40, "e": 10},
    {"site": "S2", "period": "2025", "peer_group": "x", "a": 90, "b": 20, "c": 40, "e": 20},
    {"site": "S3", "period": "2025", "peer_group": "y", "a": 90, "b": 20, "c": 40, "e": 90},
    {"site": "S4", "period": "2025", "peer_group": "x", "a": 90, "b": 20, "c": 40},
]


@pytest.mark.parametrize(("by", "filled"), [("mean", 40), ("median", 20), ("group_mean", 15)])
def test_imputation_fills_in_what_others_reported(report, rubric_file, by, filled):
    """S4 lacks e. Others have 10, 20 and 90; those of its peer group 10 and 20. h = (5×40 + filled) / 6."""
    found = scored(report, rubric_file, f"{{rule: impute, by: {by}}}", ROWS)
    line = found.one("indicators", site="S4", indicator="e")
    assert (line["status"], line["value"], line["score"], line["cell"]) == ("imputed", filled, filled, "")
    assert found.one("nodes", site="S4", node="h")["score"] == pytest.approx((200 + filled) / 6)


def test_imputed_values_are_flagged_in_every_output_and_give_no_coverage(report, rubric_file, run):
    """In indicators (above), findings, the page and coverage: 1 - 6/8 × 3/4 × 1/6 of d is there, and its bounds are open."""
    rule = "{rule: impute, by: mean}"
    found = scored(report, rubric_file, rule, ROWS)
    (finding,) = found.find("findings", code="PK332")
    assert (finding["severity"], finding["column"]) == ("warning", "e")
    assert "1 missing values of e were filled in with the mean" in finding["message"]
    row = found.one("assessment", site="S4")
    assert row["d_coverage"] == pytest.approx(0.90625)
    assert row["d_bound_high"] - row["d_bound_low"] == pytest.approx(9.375)
    assert row["d_imputed"] == pytest.approx(0.09375)
    assert found.one("nodes", site="S4", node="h")["imputed"] == pytest.approx(1 / 6)
    assert found.one("assessment", site="S1")["d_imputed"] == 0
    assert found.one("assessment", site="S1")["d_coverage"] == 1
    from cases import csv_of

    path = rubric_file(text(h=rule).replace("keys: {site: {}}", "keys: {site: {}}\nperiod: {}"))
    page = run("score", "-", "-r", path, stdin=csv_of(ROWS))
    assert "1 of 16 values are imputed: nobody reported them" in " ".join(page.out.split())


def test_imputation_is_never_the_default(report, rubric_file):
    """Without the rule the blank stays missing."""
    found = scored(report, rubric_file, SKIP, ROWS)
    assert found.one("indicators", site="S4", indicator="e")["status"] == "missing"
    assert "PK332" not in found.codes()


def test_imputation_takes_values_of_the_same_period_only(report, rubric_file):
    """In 2024 nobody reported e: nothing stands in for it, whatever 2025 says."""
    rows = [*ROWS[:3], {"site": "S4", "period": "2024", "a": 90, "b": 20, "c": 40}]
    found = scored(report, rubric_file, "{rule: impute, by: mean}", rows)
    assert found.one("indicators", site="S4", indicator="e")["status"] == "missing"


def test_imputation_needs_the_observed_children_that_the_node_asks_for(report, rubric_file):
    """S4 has c, which is 5/6 of h. With more asked for, nothing is filled in and h has no score."""
    enough = scored(report, rubric_file, "{rule: impute, by: mean, least_weight: 0.8}", ROWS)
    assert enough.one("indicators", site="S4", indicator="e")["status"] == "imputed"
    few = scored(report, rubric_file, "{rule: impute, by: mean, least_weight: 0.9}", ROWS)
    assert few.one("indicators", site="S4", indicator="e")["status"] == "missing"
    assert few.one("nodes", site="S4", node="h")["score"] is None


def test_what_one_node_fills_in_may_not_count_elsewhere_unsaid(run, rubric_file):
    """Another node that uses the indicator says that it imputes too, or the rubric is refused."""
    other = """
  other:
    label: Other
    RULE
    children: [{use: c}, {id: z, label: z, scale: {type: goalposts, bottom: 0, top: 100}}]
"""
    base = text(h="{rule: impute, by: mean}").rstrip() + other
    refused = run("rubric", "check", rubric_file(base.replace("RULE", "missing: {rule: refuse}")))
    assert (refused.code, "'h' fills in what is missing of 'c'" in " ".join(refused.err.split())) == (2, True)
    fine = rubric_file(base.replace("RULE", "missing: {rule: impute, by: mean}"))
    assert run("rubric", "check", fine).code == 0


def test_a_rejected_value_is_not_covered_up(report, rubric_file):
    """The cell that has to be mended stays visible as rejected."""
    rows = [*ROWS[:3], ROWS[3] | {"e": "about 40"}]
    found = scored(report, rubric_file, "{rule: impute, by: mean}", rows)
    assert found.one("indicators", site="S4", indicator="e")["status"] == "rejected"


def test_carry_forward_with_a_maximum_age(report, rubric_file):
    """E of 2024 is 12 months old at the end of 2025: carried under 12 months, missing under 11."""
    rows = [
        {"site": "S", "period": "2024", "a": 90, "b": 20, "c": 40, "e": 10},
        {"site": "S", "period": "2025", "a": 90, "b": 20, "c": 40},
    ]
    for months, status in ((12, "carried"), (11, "missing")):
        rule = f"{{rule: impute, by: carry_forward, max_age: {months}}}"
        found = scored(report, rubric_file, rule, rows)
        assert found.one("indicators", indicator="e")["status"] == status


def test_a_missing_value_that_counts_as_the_worst_is_shown_with_its_weight_and_contribution(
    report, rubric_file
):
    """Contributions still add up to the score: e counts 100 with 9/32 × 1/3 = 0.09375 of a negative dimension."""
    path = rubric_file(text(h="{rule: worst}", polarity="negative"))
    found = report({"site": "S", "a": 90, "b": 20, "c": 40}, options=("-r", path))
    line = found.one("indicators", indicator="e")
    assert (line["status"], line["value"], line["score"]) == ("missing", None, None)
    assert (line["weight"], line["contribution"]) == (pytest.approx(0.09375), pytest.approx(9.375))
    total = sum(row["contribution"] for row in found["indicators"])
    assert total == pytest.approx(found.one("assessment")["d"]) == pytest.approx(54.375)


# --- properties ----------------------------------------------------------------------------------------------------

_weight = st.floats(0.1, 10)
_cell = st.one_of(st.none(), st.integers(0, 100))


@given(
    st.tuples(*[_weight] * 6),
    st.floats(0.01, 100),
    st.lists(st.tuples(*[_cell] * 4), min_size=1, max_size=5),
    st.sampled_from(
        ["{rule: skip}", "{rule: refuse}", "{rule: worst}", "{least_weight: 0.5}", "{least_count: 2}"]
    ),
    st.sampled_from(["arithmetic", "geometric", "minimum", "maximum", "median"]),
)
def test_the_scale_of_weights_changes_nothing(weights, factor, rows, rule, aggregate):
    """Under every missing rule and aggregation; what is missing stays missing."""
    leaves = np.array(rows, dtype=float).T
    applicable = np.ones_like(leaves, dtype=bool)
    first, second = (
        roll_up(compile_tree(with_weights(scale, weights, rule, aggregate)), leaves, applicable=applicable)
        for scale in (1.0, factor)
    )
    for name in first:
        assert first[name] == pytest.approx(second[name], nan_ok=True, rel=1e-9, abs=1e-9)


@given(st.lists(st.tuples(*[_cell] * 4), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, random):
    """Bit for bit, whatever stands beside a partnership."""
    tree = compile_tree(with_weights(1.0, (3, 1, 4, 1, 5, 9), "{rule: worst}", "geometric"))
    leaves = np.array(rows, dtype=float).T
    order = list(range(len(rows)))
    random.shuffle(order)
    plain, mixed = (
        roll_up(tree, one, applicable=np.ones_like(one, dtype=bool)) for one in (leaves, leaves[:, order])
    )
    for name in plain:
        assert (plain[name][order].tobytes()) == mixed[name].tobytes()


@pytest.mark.parametrize("name", ["partnership", "public-record", "hdi", "cpia"])
def test_writing_and_reading_a_rubric_changes_nothing(name):
    """As YAML from the checked rubric, and back."""
    from pkassess.library import load, read_rubric

    rubric = load(name)
    plain = as_lists(rubric.model_dump(by_alias=True, exclude_unset=True))
    written = yaml.safe_dump(plain, allow_unicode=True)
    assert read_rubric(written, "again") == rubric


def as_lists(part):
    """Tuples as lists, which is what YAML knows."""
    if isinstance(part, dict):
        return {key: as_lists(value) for key, value in part.items()}
    return [as_lists(one) for one in part] if isinstance(part, list | tuple) else part


def with_weights(factor, weights, rule, aggregate):
    data = yaml.safe_load(text(rule, rule, rule))
    top = data["dimensions"]["d"]
    groups = [top, top["children"][1], top["children"][1]["children"][1]]
    children = [child for group in groups for child in group["children"]]
    for group in groups:
        group["aggregate"] = aggregate
    for child, weight in zip(children, weights, strict=True):
        child["weight"] = weight * factor
    return Rubric.model_validate(data)
