"""Standings: TOPSIS and Copeland by hand and as published, what they keep to, degenerate data, whole commands."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkassess.standings import STANDINGS, copeland, topsis

NAN = math.nan
EVERY = pytest.mark.parametrize("standing", STANDINGS.values(), ids=STANDINGS)
MODERATE = settings(deadline=None, max_examples=40)
RUBRIC = """
pkassess: 1
id: league
version: "1"
label: League
keys: {site: {}}
period: {label: Year}
dimensions:
  a: {label: A, children: [{id: u, label: U, scale: {type: identity, range: [0, 100]}}]}
  b: {label: B, children: [{id: v, label: V, scale: {type: identity, range: [0, 100]}}]}
  c: {label: C, children: [{id: w, label: W, scale: {type: identity, range: [0, 100]}}]}
indices:
  place:
    label: Place
    aggregate: METHOD
    children: [{use: a, weight: 0.5}, {use: b, weight: 0.3}, {use: c, weight: 0.2}]
"""
DATA = """
| site | period | u  | v  | w  |
| P    | 2024   | 80 | 20 | 50 |
| Q    | 2024   | 40 | 60 | 50 |
| R    | 2024   | 60 | 40 | 10 |
"""
SCORES = np.array([[80.0, 40, 60], [20, 60, 40], [50, 50, 10]])
WEIGHTS = np.array([0.5, 0.3, 0.2])


@st.composite
def fields(draw):
    """Scores of 1 to 4 children of 1 to 6 partnerships, with gaps, and weights."""
    children, units = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    one = st.one_of(st.integers(0, 100).map(float), st.just(NAN))
    scores = draw(st.lists(one, min_size=children * units, max_size=children * units))
    weights = draw(st.lists(st.integers(1, 9), min_size=children, max_size=children))
    return np.array(scores).reshape(children, units), np.array(weights, dtype=np.float64)


# --- by hand and published ----------------------------------------------------------------------------------------


def test_topsis_by_hand():
    """Two children of 3 : 1, values (3, 4) and (0, 5): columns as long as 5 and 5.

    P at 0.6, 0; Q at 0.8, 1. Worst 0.6, 0, best 0.8, 1: P is the worst on both, Q the best on both.
    """
    scores = np.array([[3.0, 4.0], [0.0, 5.0]])
    assert topsis(scores, np.array([0.75, 0.25]), scores).tolist() == [0, 1]
    # Turned against each other: P is best on the first, Q on the second; 0.75 x 0.2 = 0.15 against 0.25 x 1.
    scores = np.array([[4.0, 3.0], [0.0, 5.0]])
    first = 0.15 / (0.15 + 0.25)
    assert topsis(scores, np.array([0.75, 0.25]), scores) == pytest.approx([first, 1 - first])


def test_topsis_of_three():
    """Each step of the textbook written out with plain arithmetic."""
    lengths = [
        math.sqrt(80**2 + 40**2 + 60**2),
        math.sqrt(20**2 + 60**2 + 40**2),
        math.sqrt(50**2 + 50**2 + 10**2),
    ]
    weighed = [
        [w * s / length for s in row]
        for w, row, length in zip(WEIGHTS, SCORES.tolist(), lengths, strict=True)
    ]
    expected = []
    for unit in range(3):
        best = math.sqrt(sum((row[unit] - max(row)) ** 2 for row in weighed))
        worst = math.sqrt(sum((row[unit] - min(row)) ** 2 for row in weighed))
        expected.append(worst / (best + worst))
    assert topsis(SCORES, WEIGHTS, SCORES) == pytest.approx(expected, rel=1e-12)


def test_copeland_by_hand():
    """P beats Q on u (.5) and loses v (.3): win. P beats R on u and w: win. R beats Q on u alone (.5 of 1): a draw."""
    assert copeland(SCORES, WEIGHTS, SCORES).tolist() == [1.0, 0.25, 0.25]


def test_copeland_of_a_published_tie():
    """Condorcet's paradox: everybody wins once and loses once."""
    circle = np.array([[3.0, 2, 1], [1, 3, 2], [2, 1, 3]])
    assert copeland(circle, np.ones(3), circle).tolist() == [0.5, 0.5, 0.5]


# --- what both keep to --------------------------------------------------------------------------------------------


@EVERY
@MODERATE
@given(fields(), st.integers(0, 99))
def test_shape_range_absence_and_the_order_of_rows(standing, field, seed):
    """Shares from 0 to 1, NaN where no child is, and the same digits whatever the order of rows."""
    scores, weights = field
    found = standing(scores, weights, scores)
    assert (np.isnan(found) == np.isnan(scores).all(axis=0)).all()
    assert ((found >= 0) & (found <= 1) | np.isnan(found)).all()
    order = np.random.default_rng(seed).permutation(scores.shape[1])
    assert standing(scores[:, order], weights, scores[:, order]).tobytes() == found[order].tobytes()
    np.testing.assert_allclose(standing(scores, weights * 7, scores), found, atol=1e-12)


@EVERY
@MODERATE
@given(fields(), st.data())
def test_a_better_child_never_lowers_the_place(standing, field, data):
    """Among the same others."""
    scores, weights = field
    better = scores.copy()
    better[data.draw(st.integers(0, len(scores) - 1))] += data.draw(st.integers(0, 50))
    before, after = standing(scores, weights, scores), standing(better, weights, scores)
    assert (np.nan_to_num(after - before) >= -1e-12).all()


@EVERY
@MODERATE
@given(fields())
def test_draws_are_scored_each_alone(standing, field):
    """A further axis changes nothing."""
    scores, weights = field
    drawn = standing(np.repeat(scores[..., None], 3, axis=2), weights, scores)
    assert drawn.tobytes() == np.repeat(standing(scores, weights, scores)[..., None], 3, axis=1).tobytes()


@EVERY
def test_data_that_tell_nobody_apart(standing):
    """One partnership, all equal, all zero: the middle; a child of weight 0 is not looked at."""
    for scores in ([[70.0]], [[5.0, 5.0], [3.0, 3.0]], [[0.0, 0.0]]):
        given_scores = np.array(scores)
        found = standing(given_scores, np.ones(len(scores)), given_scores)
        assert found.tolist() == [0.5] * given_scores.shape[1]
    silent = np.array([[1.0, 2.0], [9.0, 0.0]])
    assert standing(silent, np.array([1.0, 0.0]), silent).tolist() == [0, 1]


# --- whole commands -----------------------------------------------------------------------------------------------


@pytest.fixture
def league(run, table, tmp_path):
    """Score a table under the rubric above."""

    def call(method, content=DATA, *options):
        rubric = tmp_path / "league.yaml"
        rubric.write_text(RUBRIC.replace("METHOD", method), encoding="utf-8")
        return run("score", table(content), "-r", str(rubric), *(options or ("-f", "csv", "--draws", "200")))

    return call


@pytest.mark.parametrize(("method", "expected"), [("copeland", (100, 25, 25)), ("topsis", None)])
def test_an_index_that_is_a_place(league, method, expected):
    """On the rubric's range, with ranks, an interval that holds it, and the note that it moves."""
    done = league(method)
    assert done.code == 0, done.err
    rows = {row["site"]: row for row in done.rows()}
    expected = expected or tuple(topsis(SCORES, WEIGHTS, SCORES) * 100)
    assert [float(rows[site]["index"]) for site in "PQR"] == pytest.approx(expected)
    assert rows["P"]["rank"] == "1"
    assert all(
        float(row["index_low"]) <= float(row["index"]) <= float(row["index_high"]) for row in rows.values()
    )
    page = " ".join(league(method, DATA, "--no-uncertainty").out.split())
    assert "the scores of place move when a partnership is added or left out" in page


def test_places_move_when_a_partnership_is_added(league):
    """A fourth that beats Q and R and loses to P: Q and R fall from 25 to 16.7."""
    more = league("copeland", DATA + "| S | 2024 | 70 | 70 | 20 |")
    assert {row["site"]: round(float(row["index"]), 1) for row in more.rows()} == {
        "P": 100,
        "Q": 16.7,
        "R": 16.7,
        "S": 66.7,
    }


def test_several_periods_are_refused_or_pooled(league):
    """As for relative scales."""
    years = DATA + "| P | 2025 | 10 | 10 | 10 |"
    refused = league("copeland", years)
    assert (
        refused.code == 3
        and "PK334" in refused.err
        and "score of place depends on all partnerships" in " ".join(refused.err.split())
    )
    pooled = league("copeland, periods: pool".replace(", ", "\n    "), years)
    assert pooled.code == 0 and {row["site"]: float(row["index"]) for row in pooled.rows()}["P"] == 0


# --- missing children and several levels --------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["copeland", "topsis"])
def test_the_rule_for_missing_children_holds_for_rivals_too(league, method):
    """`worst` gives what a written 0 gives, to the partnership and to those who are compared with it."""
    rule = f"{method}\n    missing: {{rule: worst}}"
    gap, zero = (places(league, rule, DATA.replace("| 80 | 20 |", f"| 80 | {cell} |")) for cell in (" ", "0"))
    assert None not in gap.values()
    assert gap == zero


def test_who_has_no_score_is_nobody_s_rival(league):
    """Under `refuse` P has no place, and Q and R stand as if P were not in the data."""
    rule = "copeland\n    missing: {rule: refuse}"
    lacking = places(league, rule, DATA.replace("| 80 | 20 |", "| 80 |    |"))
    absent = places(league, rule, "\n".join(line for line in DATA.splitlines() if "| P " not in line))
    assert lacking.pop("P") is None
    assert lacking == absent


def places(league, rule, content):
    """The score of the index by site."""
    out = league(rule, content, "-f", "json", "--no-uncertainty").out
    return {row["site"]: row["score"] for row in json.loads(out)["nodes"] if row["node"] == "place"}


LEVELS = """
pkassess: 2
id: levels
version: "1"
label: Three levels
keys: {site: {}}
dimensions:
  d:
    label: D
    aggregate: OWN
    children:
      - {id: a, label: a, weight: 2, scale: {type: identity, range: [0, 100]}}
      - id: g
        label: G
        weight: 6
        aggregate: OWN
        children:
          - {id: b, label: b, weight: 1, scale: {type: identity, range: [0, 100]}}
          - id: h
            label: H
            weight: 3
            aggregate: OWN
            children:
              - {id: c, label: c, weight: 5, scale: {type: identity, range: [0, 100]}}
              - {id: e, label: e, weight: 1, scale: {type: identity, range: [0, 100]}}
"""
THREE = """
| site | a  | b  | c  | e  |
| P    | 10 | 20 | 90 | 30 |
| Q    | 50 | 60 | 30 | 80 |
| R    | 90 | 40 | 50 | 50 |
"""


def test_copeland_at_three_levels(run, table, tmp_path):
    """Pairwise majorities of weight: a win counts 1, a tie 1/2, over the two others, times 100.

    h (c 5, e 1): c decides, P beats R beats Q: P 100, R 50, Q 0. g (b 1, h 3): h decides: the same. d (a 2, g 6): g again.
    """
    rubric = tmp_path / "levels.yaml"
    rubric.write_text(LEVELS.replace("OWN", "copeland"), encoding="utf-8")
    out = run("score", table(THREE), "-r", str(rubric), "-f", "json", "--no-uncertainty").out
    nodes = {(row["site"], row["node"]): row["score"] for row in json.loads(out)["nodes"]}
    for node in "hgd":
        assert [nodes[site, node] for site in "PQR"] == [100, 0, 50]


def test_topsis_at_three_levels(run, table, tmp_path):
    """Every level by hand from the one below: columns over their lengths, times weights, distances to the ends."""

    def closeness(columns, weights):
        scaled = [
            [weight / sum(weights) * x / math.sqrt(sum(y * y for y in column)) for x in column]
            for column, weight in zip(columns, weights, strict=True)
        ]
        found = []
        for at in range(len(columns[0])):
            best = math.dist([column[at] for column in scaled], [max(column) for column in scaled])
            worst = math.dist([column[at] for column in scaled], [min(column) for column in scaled])
            found.append(100 * worst / (best + worst))
        return found

    h = closeness([[90, 30, 50], [30, 80, 50]], [5, 1])
    g = closeness([[20, 60, 40], h], [1, 3])
    d = closeness([[10, 50, 90], g], [2, 6])
    rubric = tmp_path / "levels.yaml"
    rubric.write_text(LEVELS.replace("OWN", "topsis"), encoding="utf-8")
    out = run("score", table(THREE), "-r", str(rubric), "-f", "json", "--no-uncertainty").out
    nodes = {(row["site"], row["node"]): row["score"] for row in json.loads(out)["nodes"]}
    for node, expected in (("h", h), ("g", g), ("d", d)):
        assert [nodes[site, node] for site in "PQR"] == pytest.approx(expected, abs=1e-9)
