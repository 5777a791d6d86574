"""How far levels and ranks depend on choices: alternatives, Sobol indices, swaps, and the command."""

from __future__ import annotations

import csv
import json
import sys

import jsonschema
import numpy as np
import pytest

import pkassess
from pkassess.sensitivity.crossing import Alternative, cross
from pkassess.sensitivity.scenarios import (
    ARITHMETIC,
    GEOMETRIC,
    GIVEN,
    HEADROOM,
    base,
    index_methods,
    keys_of,
)
from pkassess.sensitivity.sobol import Factor, indices_of_function, indices_of_ranks
from pkassess.sensitivity.swaps import swaps
from pkassess.spread import spread_of
from pkassess.tree import compile_tree, roll_up

FOUR = """
pkassess: 1
id: four
version: "1"
label: Four dimensions of one indicator each
keys: {place: {}}
levels:
  footing:
    - {id: Critical, from: 0, short: C}
    - {id: Fragile, from: 20, short: F}
    - {id: Developing, from: 40, short: D}
    - {id: Established, from: 60, short: E}
    - {id: Self-sustaining, from: 80, short: S}
dimensions:
  stability: {label: Stability, levels: footing, children: [{id: s, label: s, scale: &whole {type: goalposts, bottom: 0, top: 100}}]}
  governance: {label: Governance, levels: footing, children: [{id: g, label: g, scale: *whole}]}
  economy: {label: Economy, levels: footing, children: [{id: e, label: e, scale: *whole}]}
  tension: {label: Tension, polarity: negative, children: [{id: t, label: t, scale: *whole}]}
indices:
  delivery:
    label: Delivery
    aggregate: geometric
    floor: 1
    levels: footing
    children: [{use: stability, weight: 0.40}, {use: governance, weight: 0.35}, {use: economy, weight: 0.25}]
overall:
  levels: footing
  rules:
    - {id: index, level_of: delivery}
    - {id: weakest, weakest_of: [stability, governance, economy], plus: 1}
    - {id: cap, at_most: [{when: tension >= 80, level: Critical}, {when: tension >= 60, level: Developing}]}
"""
CASES = {
    "balanced": (66, 61, 52, 28),
    "rich": (72, 68, 88, 84),
    "war": (15, 80, 80, 20),
    "strained": (92, 90, 86, 50),
    "obstructed": (58, 47, 44, 71),
    "strong": (86, 83, 81, 15),
}


@pytest.fixture
def four_file(tmp_path):
    """The path of the rubric of four."""
    path = tmp_path / "four.yaml"
    path.write_text(FOUR, encoding="utf-8")
    return str(path)


@pytest.fixture
def four(tmp_path):
    """A comparison of cases (stability, governance, economy, tension) under the rubric of four."""

    def make(cases=None, text=FOUR):
        (tmp_path / "four.yaml").write_text(text)
        rows = [f"{name},{','.join(map(str, values))}" for name, values in (cases or CASES).items()]
        (tmp_path / "data.csv").write_text("place,s,g,e,t\n" + "\n".join(rows) + "\n")
        return pkassess.score(tmp_path / "data.csv", str(tmp_path / "four.yaml"), draws=250).comparison

    return make


@pytest.fixture(scope="session")
def demo():
    return pkassess.score("sample_data/field_demo.xlsx", draws=250).comparison


def names(comparison):
    return [unit.keys[-1] for unit in comparison.scores.matrix.units]


# --- scenarios ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["sample_data/field_demo.xlsx", "sample_data/host_countries.xlsx"])
def test_the_first_alternative_is_the_published_result(file):
    """Levels, ranks and index, bit for bit: what is varied starts from what was published."""
    comparison = pkassess.score(file, draws=0).comparison
    scores, rows = comparison.scores, comparison.rows
    crossing = cross(comparison)
    assert crossing.alternatives[0] == Alternative(GIVEN, equal_weights=False, caps=True, left_out="")
    assert crossing.level[:, 0].tolist() == scores.overall_level[rows].tolist()
    assert crossing.rank[:, 0].tolist() == comparison.rank[rows].tolist()
    published = ~np.isnan(scores.index.score[rows]) & (scores.overall_level[rows] >= 0)
    index = keys_of(scores, rows, base(scores)).index[:, 0]
    assert index[published].tolist() == scores.index.score[rows][published].tolist()


def index_of(comparison, method, **choice):
    """The index of every case under one method."""
    scores = comparison.scores
    at = index_methods(scores).index(method)
    scenarios = base(scores)
    changed = type(scenarios)(
        method=np.array([at]),
        caps=np.array([choice.get("caps", True)]),
        indicator=np.array([choice.get("indicator", -1)]),
        dimension=np.array([choice.get("dimension", -1)]),
        weights=scenarios.weights,
    )
    return dict(zip(names(comparison), keys_of(scores, comparison.rows, changed).index[:, 0], strict=True))


def test_the_worked_comparison_of_ways_to_form_the_index(four):
    """Six cases: four-way geometric with headroom at weights .30, .2625, .1875, .25, and the delivery index."""
    comparison = four()
    headroom, given = index_of(comparison, HEADROOM), index_of(comparison, GIVEN)
    table = {
        "balanced": (63.2, 60.5),
        "rich": (50.6, 74.2),
        "war": (48.4, 41.0),
        "strained": (77.6, 89.8),
        "obstructed": (43.8, 50.3),
        "strong": (84.0, 83.7),
    }
    for name, (four_way, delivery) in table.items():
        assert headroom[name] == pytest.approx(four_way, abs=0.05)
        assert given[name] == pytest.approx(delivery, abs=0.05)


def test_the_arithmetic_index_and_what_leaving_out_does(four):
    """Balanced: 66 x .40 + 61 x .35 + 52 x .25 = 60.75; without economy (26.4 + 21.35) / .75 by the others' weights."""
    comparison = four()
    assert index_of(comparison, ARITHMETIC)["balanced"] == pytest.approx(60.75)
    without = index_of(comparison, ARITHMETIC, dimension=2)["balanced"]
    assert without == pytest.approx((66 * 0.40 + 61 * 0.35) / 0.75)
    assert index_of(comparison, ARITHMETIC, indicator=2)["balanced"] == pytest.approx(without)


def test_levels_without_caps_and_without_what_holds_them_down(four):
    """Rich: Critical by tension 84, Established by its index. War: Fragile by stability, Developing by its index 41."""
    comparison = four()
    crossing = cross(comparison)
    at = {one: place for place, one in enumerate(crossing.alternatives)}
    level = {
        (name, choice): int(crossing.level[row, at[choice]])
        for row, name in enumerate(names(comparison))
        for choice in at
    }
    published, uncapped = (Alternative(GIVEN, False, caps, "") for caps in (True, False))
    assert level["rich", published] == 0 and level["rich", uncapped] == 3
    assert level["war", published] == 1 and level["war", uncapped] == 2
    assert level["rich", Alternative(GIVEN, False, True, "tension")] == 3
    # Without stability the others are 80: Self-sustaining, and nothing weak is left to hold it down.
    assert level["war", Alternative(GIVEN, False, True, "stability")] == 4


def test_every_combination_is_there_once(four):
    """Three methods x two weightings x caps on and off x nothing, 4 dimensions or 4 indicators left out."""
    crossing = cross(four())
    assert len(crossing.alternatives) == len(set(crossing.alternatives)) == 3 * 2 * 2 * 9
    assert index_methods(four().scores) == [GIVEN, ARITHMETIC, HEADROOM]
    singles = [one for one, alone in zip(crossing.alternatives, crossing.single, strict=True) if alone]
    assert len(singles) == 2 + 1 + 1 + 8


def test_an_index_without_negative_dimensions_has_no_headroom(four):
    """What an alternative cannot change is not offered as one."""
    text = FOUR.replace("polarity: negative, ", "").replace("aggregate: geometric", "aggregate: arithmetic")
    assert index_methods(four(text=text).scores) == [GIVEN, GEOMETRIC]


ONE = """
pkassess: 1
id: one
version: "1"
label: One dimension
keys: {place: {}}
dimensions:
  whole:
    label: Whole
    children: [{id: s, label: s, scale: &whole {type: goalposts, bottom: 0, top: 100}}, {id: g, label: g, scale: *whole}]
indices: {only: {label: Only, children: [{use: whole}]}}
"""


def test_other_means_keep_what_the_index_says_of_its_children(four):
    """Tension 40 turned round enters as 60: (66 + 61 + 52 + 60) / 4 = 59.75, rounded to 59.8."""
    text = FOUR.replace(
        "children: [{use: stability, weight: 0.40}, {use: governance, weight: 0.35}, {use: economy, weight: 0.25}]",
        "round: 1\n    children: [{use: stability}, {use: governance}, {use: economy}, "
        "{use: tension, reverse: true}]",
    )
    assert index_of(four({"a": (66, 61, 52, 40)}, text), "arithmetic") == {"a": 59.8}


def test_an_index_that_is_a_formula_has_no_other_mean(four):
    """A ratio of two dimensions."""
    text = FOUR.replace("aggregate: geometric\n    floor: 1", "aggregate: ratio").replace(
        "children: [{use: stability, weight: 0.40}, {use: governance, weight: 0.35}, {use: economy, weight: 0.25}]",
        "children: [{use: stability}, {use: governance}]",
    )
    assert index_methods(four(text=text).scores) == ["as the rubric says"]


def ranks_by_left_out(crossing):
    """Ranks of every row by what alone is left out."""
    return {
        one.left_out: crossing.rank[:, at].tolist()
        for at, one in enumerate(crossing.alternatives)
        if at == 0 or (crossing.single[at] and one.left_out)
    }


def test_the_only_dimension_of_an_index_is_not_left_out(four):
    """Without it there is no ranking: the published ranks stay, and an indicator can still be left out.

    P 70, 50 (60), Q 60, 55 (57.5), R 10, 90 (50); by the first alone P Q R, by the second alone R Q P.
    """
    comparison = four({"P": (70, 50, "", ""), "Q": (60, 55, "", ""), "R": (10, 90, "", "")}, ONE)
    assert ranks_by_left_out(cross(comparison)) == {"": [1, 2, 3], "s": [3, 2, 1], "g": [1, 2, 3]}
    found = indices_of_ranks(comparison, None, 0, quiet, samples=64)
    total = dict(zip([factor.name for factor in found.factors], found.of_ranking[1].tolist(), strict=True))
    assert total["indicator left out"] > 0.5 and total["dimension left out"] == 0


def test_a_partnership_that_cannot_do_without_an_indicator_keeps_its_published_rank(four):
    """Q has s alone (65): without s it has no rank and the others, 50 and 90 by g, close up."""
    comparison = four({"P": (70, 50, "", ""), "Q": (65, "", "", ""), "R": (10, 90, "", "")}, ONE)
    crossing = cross(comparison)
    assert ranks_by_left_out(crossing) == {"": [2, 1, 3], "s": [2, 0, 1], "g": [1, 2, 3]}
    without = [one.left_out for one in crossing.alternatives].index("s")
    assert crossing.shift[[0, 2], without].tolist() == [0, 2] and np.isnan(crossing.shift[1, without])


# --- Sobol ----------------------------------------------------------------------------------------------------


def test_the_ishigami_function():
    """The sum of sin x1, 7 sin^2 x2 and 0.1 x3^4 sin x1 on -pi..pi: 0.3139, 0.4424, 0 alone; 0.5576, 0.4424, 0.2437 in all.

    T. Ishigami and T. Homma (1990), First International Symposium on Uncertainty Modeling and Analysis, 398-403.
    """

    def ishigami(points):
        x = (points * 2 - 1) * np.pi
        return (np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))[None]

    found = indices_of_function(ishigami, [Factor(name, "") for name in "abc"], 16384, seed=0)
    assert found.first[0] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert found.total[0] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)


def test_an_additive_rubric_has_the_indices_of_its_squared_weights(four):
    """Of independent uniform scores a part explains weight^2 / sum of weight^2, alone and in all."""
    comparison = four(text=FOUR.replace("aggregate: geometric", "aggregate: arithmetic"))
    tree = compile_tree(comparison.scores.rubric)

    def index(points):
        return roll_up(tree, np.vstack([points, np.full(points.shape[1], 0.5)]) * 100)["delivery"][None]

    weights = np.array([0.40, 0.35, 0.25])
    found = indices_of_function(index, [Factor(name, "") for name in "sge"], 4096, seed=0)
    assert found.first[0] == pytest.approx(weights**2 / (weights**2).sum(), abs=0.01)
    assert found.total[0] == pytest.approx(weights**2 / (weights**2).sum(), abs=0.01)


def quiet(_done, _whole):
    """No progress is shown."""


def test_a_choice_that_cannot_matter_gets_exactly_zero(four):
    """Without rules besides the index's level caps do nothing: not nearly, exactly 0, for every rank and for all."""
    text = FOUR[: FOUR.index("    - {id: weakest")]
    comparison = four(text=text)
    found = indices_of_ranks(comparison, spread_of(comparison.scores, comparison.rows), 0, quiet, samples=64)
    at = [factor.name for factor in found.factors].index("caps")
    assert (found.first[:, at] == 0).all() and (found.total[:, at] == 0).all()
    assert [float(part[at]) for part in found.of_ranking] == [0.0, 0.0]
    assert found.of_ranking[1].max() > 0.2, "other choices do matter"


def test_a_ranking_that_nothing_moves(four):
    """Two cases worlds apart: no rank varies, so no choice explains anything."""
    comparison = four({"low": (5, 5, 5, 10), "high": (95, 95, 95, 10)})
    found = indices_of_ranks(comparison, None, 0, quiet, samples=64)
    assert not found.variance.any() and not found.first.any() and not found.total.any()


def test_the_seed_decides_and_zero_is_a_seed(demo):
    """Same seed, same figures; another seed, others."""
    spread = spread_of(demo.scores, demo.rows)
    runs = [indices_of_ranks(demo, spread, seed, quiet, samples=32).total for seed in (0, 0, 1)]
    assert (runs[0] == runs[1]).all()
    assert (runs[0] != runs[2]).any()


def test_progress_reaches_the_end(demo):
    """What is told never exceeds the whole and ends at it."""
    told = []
    indices_of_ranks(demo, None, 0, lambda done, whole: told.append((done, whole)), samples=32)
    assert told[-1][0] == told[-1][1] == len(demo.rows) * 32 * 7
    assert all(done <= whole for done, whole in told)


# --- swaps ----------------------------------------------------------------------------------------------------


def test_the_weight_at_which_two_neighbours_swap_by_hand(four):
    """A (70, 50) leads B (62, 54) with 60 to 58 at weights .5 and .5.

    They meet where 70w + 50(1 - w) = 62w + 54(1 - w): 8w = 4(1 - w), w = 1/3.
    """
    text = (
        FOUR[: FOUR.index("overall:")]
        .replace("aggregate: geometric", "aggregate: arithmetic")
        .replace(
            "[{use: stability, weight: 0.40}, {use: governance, weight: 0.35}, {use: economy, weight: 0.25}]",
            "[{use: stability}, {use: governance}]",
        )
    )
    found = list(swaps(four({"A": (70, 50, 1, 1), "B": (62, 54, 1, 1)}, text)))
    assert [(swap.child, swap.weight) for swap in found] == [("stability", 0.5), ("governance", 0.5)]
    assert found[0].at == pytest.approx(1 / 3, abs=1e-9)
    assert found[1].at == pytest.approx(2 / 3, abs=1e-9)


def test_levels_come_before_the_index_in_a_swap(four):
    """No weight lets a case that tension holds at Critical pass one that is Established."""
    found = list(swaps(four({"rich": (72, 68, 88, 84), "balanced": (66, 61, 62, 28)})))
    assert len(found) == 3 and all(np.isnan(swap.at) for swap in found)


def test_at_the_weight_that_is_named_the_order_changes(demo):
    """Just before it the first is ahead, at it no longer: for every pair of the sample that can swap."""
    from pkassess.sensitivity.swaps import _ahead

    scores = demo.scores
    children = [name for name, _ in scores.index.branch.branches]
    movable = [swap for swap in swaps(demo) if not np.isnan(swap.at)]
    assert movable
    for swap in movable:
        step = 1e-6 if swap.at < swap.weight else -1e-6
        pair = np.array([swap.above, swap.below])
        ahead = _ahead(scores, pair, children.index(swap.child), np.array([swap.at, swap.at + step]))[0]
        assert ahead[0] <= 0 < ahead[1]


# --- the command ----------------------------------------------------------------------------------------------


def test_the_page_says_what_is_robust_what_was_varied_and_how_near_swaps_are(run):
    """In sentences and small tables; page by page on the sample."""
    done = run("sensitivity", "sample_data/field_demo.xlsx", "-q")
    text = " ".join(done.out.split())
    assert done.code == 0
    assert (
        "3 of 10 overall levels stand under all 480 combinations of methods: UNMAV / Saint-Orrel, UNMAV / Tessaran and "
        in text
    )
    assert "caps on, off (every overall rule but the level of the index)" in text
    # The veto rests on one rating of consent: it goes with that rating, with its dimension, and with the caps.
    told = text.split("UNOKA / Djemarra Critical 48 % 3 (2–3)")[1]
    assert "without Consent: Developing" in told and "without Sovereignty tension: Developing" in told
    assert "caps off: Developing" in told
    assert "512 points, seed 0" in text
    assert "UNMAV / Anselle above UNMAV / Port Halden Economic impact from 25 to 32.2 %" in text
    assert max(map(len, done.out.splitlines())) <= 80


def test_json_follows_its_schema_and_csv_is_a_package(run, tmp_path):
    """The same tables in both; the folder has a description of every column."""
    schema = json.loads(run("rubric", "schema", "--of", "sensitivity").out)
    document = json.loads(run("sensitivity", "sample_data/field_demo.xlsx", "-q", "-f", "json").out)
    jsonschema.validate(document, schema)
    assert run("sensitivity", "sample_data/field_demo.xlsx", "-q", "-o", str(tmp_path / "out")).code == 0
    described = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in described["resources"]] == [name for name in document if name != "meta"]
    with (tmp_path / "out" / "sobol.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    whole = [row for row in rows if row["partnership"] == "the ranking"]
    assert [row["choice"] for row in whole] == [
        *("index", "weights", "caps", "indicator left out", "dimension left out", "evidence")
    ]
    assert all(-0.1 < float(row["first_order"]) <= 1.1 for row in whole)


def test_without_uncertainty_values_have_no_errors(run):
    """One choice less, and the rest as before."""
    done = run("sensitivity", "sample_data/field_demo.xlsx", "-q", "--no-uncertainty", "-f", "md")
    assert "| evidence |" not in done.out and "| caps |" in done.out


def test_same_seed_same_bytes(run):
    """Twice the same command."""
    both = [
        run("sensitivity", "sample_data/field_demo.xlsx", "-q", "-f", "json", "--seed", "7").out
        for _ in (1, 2)
    ]
    assert both[0] == both[1]


def test_one_partnership_and_none_published(run):
    """A ranking of one cannot move; where nothing is published that is said."""
    one = run("sensitivity", "sample_data/field_demo.xlsx", "-q", "--where", "authority == Tessaran")
    assert (
        one.code == 0 and "WHAT MOVES THE RANKING" not in one.out and "1 of 1 overall level stands" in one.out
    )
    none = run("sensitivity", "sample_data/field_demo.xlsx", "-q", "--where", "authority == Mirrah")
    assert none.code == 0 and "No partnership has an overall level" in none.out


def test_a_rubric_without_levels_and_rules(run, tmp_path):
    """Ranks alone: nothing is said of levels."""
    text = (
        FOUR[: FOUR.index("overall:")].replace("levels: footing, ", "").replace("    levels: footing\n", "")
    )
    text = text[: text.index("levels:\n")] + text[text.index("dimensions:") :]
    (tmp_path / "r.yaml").write_text(text)
    data = "place,s,g,e,t\nA,70,50,40,20\nB,60,55,52,90\n"
    done = run("sensitivity", "-", "-r", str(tmp_path / "r.yaml"), "-q", stdin=data)
    assert done.code == 0 and "Ranks move by" in done.out


def test_a_missing_library_is_named(run, monkeypatch):
    """All but the Sobol indices is there, and what to install."""
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    done = run("sensitivity", "sample_data/field_demo.xlsx")
    assert done.code == 0 and "PK310" in done.err
    assert "LEVELS AND RANKS" in done.out and "HOW FAR TO A SWAP" in done.out
    assert "WHAT MOVES THE RANKING" not in done.out


def test_equal_partnerships_share_a_place(run, four_file, table):
    """There is no weight at which they would swap."""
    path = table("place | s | g | e | t\nA | 66 | 61 | 52 | 28\nB | 66 | 61 | 52 | 28\nC | 50 | 50 | 50 | 28")
    text = " ".join(run("sensitivity", path, "-q", "-r", four_file).out.split())
    assert "A and B share a place" in text and "B above C" in text
