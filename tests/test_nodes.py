"""Nodes beyond means: formulas of two children, children turned round, rounding, uses across the file."""

from __future__ import annotations

import csv
import json
import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pkassess.formulas import FORMULAS, Terms, extremes
from pkassess.rounding import round_half_up

NAN = math.nan
PLAIN = """
pkassess: 1
id: own
version: "1"
label: Own
keys: {site: {}}
levels: {two: [{id: Low, from: 0, short: L}, {id: High, from: 50, short: H}]}
dimensions:
  good:
    label: Good
    children:
      - {id: a, label: a, weight: 3, scale: {type: goalposts, bottom: 0, top: 100}}
      - {id: b, label: b, weight: 1, scale: {type: goalposts, bottom: 0, top: 100}}
  bad:
    label: Bad
    polarity: negative
    children: [{id: c, label: c, scale: {type: goalposts, bottom: 0, top: 100}}]
indices:
"""


@pytest.fixture
def scored(report, rubric_file):
    """Score one site under the two dimensions and some indices; gives the report."""

    def call(indices, *options, **cells):
        return report({"site": "S"} | cells, options=("-r", rubric_file(PLAIN + indices), *options))

    return call


# --- formulas -------------------------------------------------------------------------------------------------


def test_ratio_of_two_nodes(scored):
    """Good = (3×90 + 10) / 4 = 70; 70 / 35 = 2, which is no score from 0 to 100 and is not cut to one."""
    index = "  r: {label: R, aggregate: ratio, children: [{use: good}, {use: bad}]}\n"
    node = scored(index, a=90, b=10, c=35).one("nodes", node="r")
    assert (node["score"], node["status"]) == (2, "published")


@pytest.mark.parametrize(("a", "expected"), [(90, 70), (64, 50.5), (60, 15)])
def test_conditional_uses_the_first_from_the_threshold_else_a_multiple_of_the_second(scored, a, expected):
    """Good is 70, 50.5 and 47.5; from 50 it counts, below it half of bad (30)."""
    index = """
  k:
    label: K
    aggregate: conditional
    threshold: 50
    factor: 0.5
    children: [{use: good}, {use: bad}]
"""
    assert scored(index, a=a, b=10, c=30).one("nodes", node="k")["score"] == expected


def test_a_node_multiplied_by_a_linear_function_of_another(scored):
    """70 × (1 - 0.005 × 40) = 56."""
    index = """
  k: {label: K, aggregate: adjusted, slope: -0.005, children: [{use: good}, {use: bad}]}
"""
    assert scored(index, a=90, b=10, c=40).one("nodes", node="k")["score"] == pytest.approx(56)


def test_formulas_of_formulas_at_three_levels(scored):
    """Good 70, bad 35: conditional from 50: 70; adjusted by bad: 70 × (1 − 0.01 × 35) = 45.5; ratio to bad: 1.3."""
    indices = """
  r: {label: R, aggregate: ratio, children: [{use: j}, {use: bad}]}
  j: {label: J, aggregate: adjusted, slope: -0.01, children: [{use: k}, {use: bad}]}
  k: {label: K, aggregate: conditional, threshold: 50, factor: 0.5, children: [{use: good}, {use: bad}]}
"""
    found = scored(indices, a=90, b=10, c=35)
    assert [found.one("nodes", node=name)["score"] for name in "kjr"] == pytest.approx([70, 45.5, 1.3])


def test_the_roles_follow_the_order_in_the_file_whatever_stands_there(scored):
    """An indicator first and a node second: 35 / 70, not 70 / 35."""
    index = "  r: {label: R, aggregate: ratio, children: [{use: c}, {use: good}]}\n"
    assert scored(index, a=90, b=10, c=35).one("nodes", node="r")["score"] == 0.5


@pytest.mark.parametrize(
    ("kind", "first", "second", "expected"),
    [
        ("ratio", 1.0, 0.0, NAN),
        ("ratio", NAN, 1.0, NAN),
        ("ratio", 1.0, NAN, NAN),
        ("conditional", 50 - 1e-10, 9.0, 50),
        ("conditional", 60.0, NAN, 60),
        ("conditional", 40.0, NAN, NAN),
        ("conditional", NAN, 9.0, NAN),
        ("adjusted", 10.0, NAN, NAN),
    ],
)
def test_formulas_where_something_is_missing_or_at_the_edge(kind, first, second, expected):
    """Division by zero gives nothing; above its threshold a conditional does not need its second child."""
    terms = Terms(threshold=50, factor=0.5, slope=-0.005)
    found = FORMULAS[kind](np.array([first]), np.array([second]), terms)
    assert float(found[0]) == pytest.approx(expected, nan_ok=True)


@given(
    st.sampled_from(sorted(FORMULAS)),
    st.tuples(*[st.floats(1, 100)] * 4),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(10, 90),
)
def test_bounds_of_a_formula_hold_every_result_between_its_ends(kind, numbers, at, beside, threshold):
    """Whatever the two children are between their ends, the result lies between the bounds."""
    low, high = np.sort(np.array(numbers).reshape(2, 2), axis=0)
    terms = Terms(threshold=threshold, factor=0.7, intercept=1.0, slope=-0.02)
    inside = low + np.array([at, beside]) * (high - low)
    least, most = extremes(FORMULAS[kind], low[:, None], high[:, None], terms)
    result = FORMULAS[kind](inside[:1], inside[1:], terms)[0]
    assert least[0] - 1e-6 <= result <= most[0] + 1e-6


# --- polarity ---------------------------------------------------------------------------------------------------


def test_a_child_of_the_other_polarity_is_turned_round_where_the_rubric_says_so(scored):
    """(70 + (100 - 30)) / 2 = 70; its bounds without c: (70 + 0) / 2 and (70 + 100) / 2."""
    index = "  k: {label: K, children: [{use: good}, {use: bad, reverse: true}]}\n"
    assert scored(index, a=90, b=10, c=30).one("nodes", node="k")["score"] == 70


def test_a_child_of_the_other_polarity_may_be_taken_as_it_is(scored):
    """(70 + 30) / 2, because it is written down."""
    index = "  k: {label: K, children: [{use: good}, {use: bad, reverse: false}]}\n"
    assert scored(index, a=90, b=10, c=30).one("nodes", node="k")["score"] == 50


def test_nothing_is_turned_round_silently(run, rubric_file):
    """Without a word about it the rubric is refused, with the line."""
    path = rubric_file(PLAIN + "  k:\n    label: K\n    children: [{use: good}, {use: bad}]\n")
    done = run("rubric", "check", path)
    assert done.code == 2
    said = " ".join((done.out + done.err).split())
    assert "a high score of 'bad' is bad, of 'k' good; write `reverse: true` beside it" in said


def test_polarity_holds_on_every_node(report, rubric_file):
    """A negative group in an index of its own: the lowest stands first; the index above it turns it round."""
    text = (
        PLAIN
        + """
  k:
    label: K
    children:
      - {use: good}
      - id: worries
        label: Worries
        polarity: negative
        reverse: true
        children: [{id: w, label: w, scale: {type: goalposts, bottom: 0, top: 100}}]
"""
    )
    rows = [{"site": name, "a": 50, "b": 50, "c": 50, "w": w} for name, w in (("A", 80), ("B", 20))]
    found = report(*rows, options=("-r", rubric_file(text)))
    assert [found.one("nodes", node="worries", site=name)["rank"] for name in "AB"] == [2, 1]
    assert [found.one("nodes", node="k", site=name)["score"] for name in "AB"] == [35, 65]
    assert [found.one("nodes", node="bad", site=name)["rank"] for name in "AB"] == [1, 1]


def test_an_indicator_of_an_index_alone_stands_in_the_indicators_too(scored):
    """Its row names the index; its weight there is 1/2, its contribution 10."""
    index = """
  k:
    label: K
    children: [{use: good}, {id: w, label: w, scale: {type: goalposts, bottom: 0, top: 100}}]
"""
    line = scored(index, a=90, b=10, c=30, w=20).one("indicators", indicator="w")
    assert (line["dimension"], line["weight"], line["contribution"]) == ("k", 0.5, 10)


# --- uses -------------------------------------------------------------------------------------------------------


def test_a_dimension_may_use_a_group_that_stands_further_down(report, rubric_file):
    """The order of the file is the author's business: first = (40 + 20) / 2 with g = 20 from the second dimension."""
    text = """
pkassess: 1
id: own
version: "1"
label: Own
keys: {site: {}}
dimensions:
  first:
    label: First
    children: [{id: a, label: a, scale: {type: goalposts, bottom: 0, top: 100}}, {use: g}]
  second:
    label: Second
    children:
      - {id: g, label: G, children: [{id: b, label: b, scale: {type: goalposts, bottom: 0, top: 100}}]}
"""
    found = report({"site": "S", "a": 40, "b": 20}, options=("-r", rubric_file(text)))
    assert found.one("assessment")["first"] == 30


def test_nodes_that_use_each_other_are_refused(run, rubric_file):
    """In a circle through dimensions as well as indices."""
    text = PLAIN.replace("children: [{id: c", "children: [{use: good}, {id: c").replace(
        "      - {id: b,", "      - {use: bad, reverse: true}\n      - {id: b,"
    )
    done = run("rubric", "check", rubric_file(text + "  k: {label: K, children: [{use: good}]}\n"))
    assert done.code == 2
    assert "it uses itself" in done.out + done.err


# --- rounding ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (0.5, 0, 1),
        (2.5, 0, 3),
        (-2.5, 0, -3),
        (0.285, 2, 0.29),
        (1 / 3, 3, 0.333),
        (59.499999, 0, 59),
        (59.49999999999999, 0, 60),  # within 1e-9 of the half, as everywhere
        (0.1 + 0.2, 1, 0.3),
        (1234567.125, 2, 1234567.13),
    ],
)
def test_rounding_goes_by_the_decimal_value(value, decimals, expected):
    """2.675 in binary lies below 2.675; people round it to 2.68."""
    assert float(round_half_up(np.array([value]), decimals)[0]) == expected


@given(st.integers(-(10**10), 10**10), st.integers(0, 6), st.integers(0, 6))
@example(2251799814, 0, 6)
@example(272678884, 0, 6)
def test_rounding_agrees_with_decimal_arithmetic(digits, places, decimals):
    """For every decimal number of up to ten digits."""
    value = Decimal(digits).scaleb(-places)
    expected = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert float(round_half_up(np.array([float(value)]), decimals)[0]) == float(expected)


def test_a_missing_score_stays_missing():
    """NaN in, NaN out."""
    assert np.isnan(round_half_up(np.array([NAN]), 2)).all()


ROUNDED = """
  first: {label: F, ROUND children: [{use: a, weight: 2}, {use: b, weight: 1}]}
  above: {label: A, aggregate: adjusted, intercept: 0, slope: 1, children: [{use: first}, {use: c}]}
"""


def test_there_is_no_rounding_by_default_and_a_node_rounds_before_it_is_used(scored):
    """(2×50 + 48) / 3 = 49.33; times 3 is 148, and 147.9 where first is rounded to one decimal."""
    cells = {"a": 50, "b": 48, "c": 3}
    plain = scored(ROUNDED.replace("ROUND", ""), **cells)
    assert plain.one("nodes", node="first")["score"] == pytest.approx(148 / 3, rel=1e-15)
    assert plain.one("nodes", node="above")["score"] == pytest.approx(148)
    rounded = scored(ROUNDED.replace("ROUND", "round: 1,"), **cells)
    assert rounded.one("nodes", node="first")["score"] == 49.3
    assert rounded.one("nodes", node="above")["score"] == pytest.approx(147.9)


@pytest.mark.parametrize(
    ("bands", "level"), [("", "Low"), ("bands: unrounded,", "Low"), ("bands: rounded,", "High")]
)
def test_levels_go_by_the_rounded_or_the_unrounded_score_as_declared(scored, bands, level):
    """49.67 is Low; rounded to 50 it is High where the rubric says that levels go by the rounded score."""
    index = f"  first: {{label: F, levels: two, round: 0, {bands} children: [{{use: a, weight: 2}}, {{use: b}}]}}\n"
    node = scored(index, a=50, b=49, c=3).one("nodes", node="first")
    assert (node["score"], node["level"]) == (50, level)


def test_contributions_are_empty_where_a_node_rounds(report, rubric_file):
    """What is rounded is no sum of weight and score any more: 0.75 × 90 is 67.5 of an unrounded 70."""
    index, cells = "  k: {label: K, children: [{use: good}]}\n", {"site": "S", "a": 90, "b": 10, "c": 35}
    plain = report(cells, options=("-r", rubric_file(PLAIN + index)))
    assert plain.one("indicators", indicator="a")["contribution"] == 67.5
    text = (PLAIN + index).replace("    label: Good\n", "    label: Good\n    round: 0\n")
    rounded = report(cells, options=("-r", rubric_file(text, "rounded.yaml")))
    assert rounded.one("indicators", indicator="a")["contribution"] is None


# --- the draws go the same way ------------------------------------------------------------------------------------

EXACT = "uncertainty: {strong: 0, moderate: 0, weak: 0, ungraded: 0, weight_spread: 0}\n"


def test_a_draw_without_errors_gives_the_point_result(report, rubric_file):
    """Formulas, turned children, rounding, missing rules and scores off the range: both interval ends are the score."""
    indices = """
  r: {label: R, aggregate: ratio, children: [{use: good}, {use: bad}]}
  t: {label: T, round: 1, children: [{use: good}, {use: bad, reverse: true}]}
  m: {label: M, missing: {rule: worst}, children: [{use: t, weight: 1}, {use: d, weight: 2}]}
  far: {label: F, children: [{id: f, label: f, scale: {type: goalposts, bottom: 0, top: 1, clip: false}}]}
"""
    dimension = "  bad:\n    label: Bad\n"
    extra = "  lone: {label: L, children: [{id: d, label: d, scale: {type: likert}}]}\n" + dimension
    text = (EXACT + PLAIN + indices).replace(dimension, extra)
    found = report(
        {"site": "S", "a": 91, "b": 12, "c": 33, "f": 7}, options=("-r", rubric_file(text), "--draws", "50")
    )
    for node in found["nodes"]:
        if node["score"] is not None:
            assert (node["low"], node["high"]) == (node["score"], node["score"]), node["node"]
    assert found.one("nodes", node="far")["score"] == 700
    assert found.one("nodes", node="m")["score"] is not None


# --- ranks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "expected"),
    [("competition", [1, 2, 2, 4]), ("dense", [1, 2, 2, 3]), ("average", [1, 2.5, 2.5, 4])],
)
def test_equal_ones_are_ranked_as_the_rubric_counts(report, rubric_file, how, expected):
    """Four scores, two of them equal; and one partnership without a score, which has no rank."""
    text = (
        PLAIN.replace("levels: {two", f"ranks: {how}\nlevels: {{two")
        + "  k: {label: K, children: [{use: good}]}\n"
    )
    rows = [
        {"site": f"S{at}", "a": score, "b": score, "c": 5} for at, score in enumerate((90, 70, 70, 10, None))
    ]
    found = report(*rows, options=("-r", rubric_file(text)))
    assert [row["rank"] for row in found["assessment"]] == [*expected, None]
    assert [row["rank"] for row in found.find("nodes", node="good")] == [*expected, None]
    low = [row["rank_low"] for row in found["assessment"]]
    assert all(first is None or first <= rank for first, rank in zip(low, expected, strict=False))


def test_an_index_where_high_is_bad_ranks_the_lowest_first(report, rubric_file):
    """The index of harm: 10 before 90, also in the range of ranks."""
    text = EXACT + PLAIN + "  k: {label: K, polarity: negative, children: [{use: bad}]}\n"
    rows = [{"site": f"S{c}", "a": 1, "b": 1, "c": c} for c in (10, 90)]
    found = report(*rows, options=("-r", rubric_file(text), "--draws", "200"))
    assert [(row["rank"], row["rank_low"], row["rank_high"]) for row in found["assessment"]] == [
        (1, 1, 1),
        (2, 2, 2),
    ]


# --- what does not fit together -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("label: Own\n", "label: Own\nscore_range: [100, 0]\n", "it reaches from 100 to 0"),
        ("label: Own\n", "label: Own\nscore_range: [0, 0]\n", "it reaches from 0 to 0"),
        (
            "label: Good\n",
            "label: Good\n    aggregate: geometric\n    floor: 100\n",
            "a floor of 100 leaves nothing",
        ),
        ("id: b,", "id: a,", "'a' is a child twice"),
        ("weight: 3", "weight: 1e308", "the weight of 'a' is 1e+308"),
        ("{site: {}}", "{period: {}}", "the period is no key"),
        ("{site: {}}", "{a: {}}", "'a' is the id, label or alias of two things"),
        ("{site: {}}", "{good: {}}", "'good' is the id, label or alias of two things"),
    ],
)
def test_a_rubric_that_cannot_be_meant_is_refused(run, rubric_file, old, new, said):
    """With the place, before any data are read."""
    source = PLAIN.replace("indices:\n", "")
    assert run("rubric", "check", rubric_file(source)).code == 0
    done = run("rubric", "check", rubric_file(source.replace(old, new, 1)))
    assert (done.code, said in " ".join(done.err.split())) == (2, True), done.err


@pytest.mark.parametrize("key", ["unit", "value", "file", "score", "rank", "partnership", "node"])
def test_a_key_may_be_called_like_a_column_of_a_table(run, rubric_file, tmp_path, key):
    """No table has two columns of one name: there the key's has `_key` behind it; elsewhere its own name."""
    rubric = rubric_file(PLAIN.replace("indices:\n", "").replace("site", key))
    (tmp_path / "d.csv").write_text(f"{key},a,b,c\nX,10,20,30\n", encoding="utf-8")
    done = run(
        "score",
        str(tmp_path / "d.csv"),
        "-r",
        rubric,
        "-f",
        "csv",
        "-o",
        str(tmp_path / "out"),
        "--draws",
        "200",
    )
    assert done.code == 0, done.err
    for path in (tmp_path / "out").glob("*.csv"):
        head, *rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert len(set(head)) == len(head), path.name
        named = f"{key}_key" if f"{key}_key" in head else key
        if path.name in ("assessment.csv", "nodes.csv", "indicators.csv"):
            assert {row[head.index(named)] for row in rows} == {"X"}, path.name


def test_a_key_called_unit_is_read_from_a_long_table(run, rubric_file, tmp_path):
    """Although `unit` is a field of long tables as well."""
    (tmp_path / "d.csv").write_text("unit,indicator,value\nX,a,10\nX,b,20\nX,c,30\n", encoding="utf-8")
    rubric = rubric_file(PLAIN.replace("indices:\n", "").replace("site", "unit"))
    done = run("score", str(tmp_path / "d.csv"), "-r", rubric, "-f", "json", "--no-uncertainty")
    assert json.loads(done.out)["assessment"][0]["unit"] == "X", done.err


@pytest.mark.parametrize("aggregate", ["geometric", "harmonic", "power\n    power: 3"])
def test_a_mean_that_does_not_exist_is_said(run, rubric_file, tmp_path, aggregate):
    """A score of −20, which only a scale without clip gives: no score, and the reason is not a lack of evidence."""
    source = PLAIN.replace("indices:\n", "").replace(
        "label: Good\n", f"label: Good\n    aggregate: {aggregate}\n"
    )
    source = source.replace("top: 100}}", "top: 100, clip: false}}", 1)
    (tmp_path / "d.csv").write_text("site,a,b,c\nX,-20,50,30\nY,20,50,30\n", encoding="utf-8")
    done = run("score", str(tmp_path / "d.csv"), "-r", rubric_file(source), "--no-uncertainty")
    page = " ".join(done.out.split())
    assert "Not defined for these scores: good" in page
    assert "Insufficient evidence" not in page
    kind = aggregate.split()[0]
    assert f"PK339 good 'good' has no score in 1 of 2: `aggregate: {kind}` is not defined" in " ".join(
        done.err.split()
    )
