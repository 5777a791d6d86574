"""The uncertainty run: the method's worked examples, and what must not change a result."""

from __future__ import annotations

import numpy as np
import pytest
import simulate_coverage as simulation
from hypothesis import given, settings
from hypothesis import strategies as st

import pkassess
from pkassess.aggregate import Settings, geometric
from pkassess.grades import CLASS_NAMES
from pkassess.intervals import Z
from pkassess.library import load, read_rubric
from pkassess.scoring import classify
from pkassess.spread import spread_of
from pkassess.tree import compile_tree, roll_up
from pkassess.uncertainty import (
    BLOCK,
    OWN,
    _count_pairs,
    affordable_draws,
    draw,
    draw_errors,
    draw_weights,
    generator,
    ranks_per_draw,
    unit_words,
)

FOUR = """
pkassess: 1
id: four
version: "1"
label: Four indicators
keys: {place: {}}
dimensions:
  d:
    label: D
    children:
      - {id: a, label: a, weight: 0.4, scale: {type: goalposts, bottom: 0, top: 100}}
      - {id: b, label: b, weight: 0.3, scale: {type: goalposts, bottom: 0, top: 100}}
      - {id: c, label: c, weight: 0.2, scale: {type: goalposts, bottom: 0, top: 100}}
      - {id: e, label: e, weight: 0.1, scale: {type: goalposts, bottom: 0, top: 100}}
uncertainty: {weight_spread: 0}
"""


@pytest.fixture(scope="module")
def demo():
    return pkassess.score("sample_data/field_demo.xlsx", draws=500)


@pytest.fixture
def four(table, tmp_path):
    """Scores 50 each; half-widths 7, 7, 15, 3; sources A, A, B, B."""
    path = tmp_path / "four.yaml"
    path.write_text(FOUR, encoding="utf-8")
    data = table(
        """
        | place | a | a__grade | a__source | b | b__grade | b__source | c | c__grade | c__source | e | e__grade | e__source |
        | here | 50 | C2 | A | 50 | C2 | A | 50 | D2 | B | 50 | A1 | B |
        """
    )
    return pkassess.score(data, rubric=str(path), draws=20_000)


def test_draws_without_errors_and_with_given_weights_are_the_point_result(demo):
    """All errors 0 and default weights: the point scores, to the last digit."""
    scores = demo.comparison.scores
    point = roll_up(scores.tree, scores.indicator)
    drawn = roll_up(scores.tree, scores.indicator[..., None], cut=(0.0, 100.0))
    for name, values in point.items():
        np.testing.assert_array_equal(drawn[name][:, 0], values)


def test_the_width_of_a_mean_has_a_closed_form(four):
    """Weights .4 .3 .2 .1, half-widths 7 7 15 3, sources A A B B: half-width 5.302829."""
    drawn = four.comparison.uncertainty
    width = float(drawn.high["d"][0] - drawn.low["d"][0]) / 2
    sd = 5.302829 / Z
    assert width == pytest.approx(5.302829, abs=0.05 * sd)


def test_two_values_of_one_source_are_correlated_one_half(four):
    """Errors of a and b (one source) correlate 0.5, of a and c (two sources) not at all."""
    scores = four.comparison.scores
    spread = spread_of(scores, four.comparison.rows)
    errors = draw_errors(scores, spread, np.array([0]), 0, range(80))[:, 0]
    together = np.corrcoef(errors)
    assert together[0, 1] == pytest.approx(0.5, abs=0.03)
    assert together[0, 2] == pytest.approx(0.0, abs=0.03)


@pytest.mark.parametrize(("v", "u", "expected"), [(1, -1, 60), (1, 0, 63.009233), (1, 2, 69.027700)])
def test_one_error_by_hand(v, u, expected):
    """Score 60, half-width 7, shared error 1: 60, 63.009233 and 69.027700."""
    z = np.sqrt(0.5) * v + np.sqrt(0.5) * u
    assert 60 + z * 7 / Z == pytest.approx(expected, abs=5e-6)


def test_weights_by_hand():
    """Weights .5 .3 .2 with factors 1.25 .75 1 and scores 40 60 80: 51.904762 (54 without)."""
    from pkassess.aggregate import arithmetic

    scores = np.array([[40.0], [60.0], [80.0]])
    assert arithmetic(scores, np.array([0.5, 0.3, 0.2]))[0] == pytest.approx(54)
    drawn = np.array([0.5 * 1.25, 0.3 * 0.75, 0.2])
    assert arithmetic(scores, drawn)[0] == pytest.approx(51.904762, abs=5e-7)


FIVE_DRAWS = [(66, 61, 52), (63, 60, 50), (66, 61, 52), (70, 62, 58), (66, 61, 19.5)]
TENSION = np.array([28.0, 37, 41, 62, 28])


def test_levels_of_five_draws():
    """Indices 60.490, 58.456, 60.490, 64.008, 47.336; levels Established twice, Developing twice, Fragile once."""
    from pkassess.overall import allowed_levels
    from pkassess.scope import ScoreScope

    rubric = load("partnership")
    children = np.array(FIVE_DRAWS, dtype=float).T
    index = geometric(children, np.array([0.4, 0.35, 0.25]), Settings(floor=1.0))
    assert [round(float(value), 3) for value in index] == [60.490, 58.456, 60.490, 64.008, 47.336]
    levels = rubric.level_set("footing")
    names = ("stability", "governance_capacity", "economic_impact")
    of_node = {name: classify(scores, levels) for name, scores in zip(names, children, strict=True)}
    of_node["delivery_index"] = classify(index, levels)

    class Scope(ScoreScope):
        def __init__(self):
            pass

        def column(self, name):
            from pkassess.conditions import Column

            return Column({"sovereignty_tension": TENSION}[name])

        def call(self, function, argument):
            from pkassess.conditions import Column, truths

            if function in ("fact", "recorded"):
                return truths(5, False)
            return Column(np.full(5, np.nan), CLASS_NAMES if function == "class" else ())

    class Holder:
        overall_levels = levels

    Holder.rubric = rubric
    lowest = np.min(allowed_levels(Holder, of_node, Scope()), axis=0)
    assert [levels[level].id for level in lowest] == [
        "Established",
        "Developing",
        "Established",
        "Developing",
        "Fragile",
    ]


def test_the_floor_of_the_index():
    """Stability 0.4 and 60, 60: the floor of 1 makes 11.665."""
    assert geometric(np.array([[0.4], [60], [60]]), np.array([0.4, 0.35, 0.25]), Settings(floor=1.0))[
        0
    ] == pytest.approx(11.665, abs=5e-4)


def test_ranks_and_pairs_per_draw():
    """Equal keys share a rank; exact ties count half above and half below."""
    keys = np.array([[3.0, 1.0], [2.0, 1.0], [1.0, 2.0]])
    assert ranks_per_draw(keys).T.tolist() == [[1, 2, 3], [2, 2, 1]]
    above = np.zeros((3, 3))
    _count_pairs(ranks_per_draw(keys), above)
    assert (above / 2).tolist() == [[0.5, 0.75, 0.5], [0.25, 0.5, 0.5], [0.5, 0.5, 0.5]]


@settings(max_examples=25, deadline=None)
@given(
    points=st.lists(st.floats(0, 100), min_size=4, max_size=4),
    halves=st.lists(st.floats(1, 20), min_size=8, max_size=8),
    wider=st.floats(1, 3),
    which=st.integers(0, 3),
    even=st.booleans(),
)
def test_widening_an_input_never_narrows_a_score(points, halves, wider, which, even):
    """Both sides of one value's interval made as much wider: the dimension's interval is no narrower, within 1 %.

    Of uneven sides this holds within 2 %, which is the chance of 2,000 draws, and away from the ends of the scale; there
    the longer side may be cut off and the other not.
    """
    below, above = np.array(halves[:4]), np.array(halves[:4] if even else halves[4:])
    scores = plain_scores(points if even else [30 + 0.4 * point for point in points])
    factor = np.where(np.arange(4) == which, wider, 1.0)
    before, after = (
        width_of(scores, scores.indicator - (by * below)[:, None], scores.indicator + (by * above)[:, None])
        for by in (np.ones(4), factor)
    )
    assert after >= (0.99 if even else 0.98) * before


def plain_scores(points):
    """Scores of four indicators in one dimension."""
    from pkassess.findings import Findings
    from pkassess.matrix import build_matrix
    from pkassess.scoring import score_nodes

    rubric = read_rubric_text(FOUR)
    values, classes = np.array(points)[:, None], np.zeros((4, 1), dtype=np.int64)
    return score_nodes(
        build_matrix(simulation.observations(rubric, values, classes, 0), rubric, Findings()), rubric
    )


def read_rubric_text(text):
    """A rubric from its text, without a file."""
    import yaml

    from pkassess.rubric import Rubric

    return Rubric.model_validate(yaml.safe_load(text))


def width_of(scores, low, high):
    """The width of the dimension's 90 % interval from 2,000 draws."""
    from pkassess.ranking import Selection, arrange
    from pkassess.spread import Spread

    comparison = arrange(scores, Selection())
    labels = np.arange(4, dtype=np.int32)[:, None]
    spread = Spread(low, high, labels, np.ones(4), np.zeros((4, 1), dtype=bool))
    drawn = draw(comparison, spread, 2000, 0)
    return float(drawn.high["d"][0] - drawn.low["d"][0])


def test_a_carried_value_is_wider(table, tmp_path):
    """A strong value carried forward: each side at least 10 instead of 3."""
    rubric = tmp_path / "carry.yaml"
    text = FOUR.replace("keys: {place: {}}", "keys: {place: {}}\nperiod: {}").replace(
        "id: a,", "id: a, max_age: 24,"
    )
    rubric.write_text(text, encoding="utf-8")
    data = table(
        """
        | place | period | a | a__grade | b |
        | here | 2024 | 50 | A1 | 50 |
        | here | 2025 |  |  | 50 |
        """
    )
    comparison = pkassess.score(data, rubric=str(rubric), period="all", draws=0).comparison
    spread = spread_of(comparison.scores, comparison.rows)
    assert spread.low[0].tolist() == [47, 40]
    assert spread.high[0].tolist() == [53, 60]


def test_seed_and_company_change_nothing(demo):
    """The same seed gives the same interval, also when the partnership stands alone and draws are more."""
    alone = pkassess.score("sample_data/field_demo.xlsx", where="authority == Karuvel", draws=500)
    (row,) = alone.comparison.rows
    for name, low in alone.comparison.uncertainty.low.items():
        assert low[row] == demo.comparison.uncertainty.low[name][row] or np.isnan(low[row])


def test_fewer_draws_are_the_beginning_of_more():
    """The random numbers of a block do not depend on how many blocks follow."""
    words = unit_words(
        pkassess.score("sample_data/field_demo.xlsx", draws=0).comparison.scores.matrix.units[0]
    )
    first = generator(0, OWN, words, 0).standard_normal((BLOCK, 3))
    again = generator(0, OWN, words, 0).standard_normal((BLOCK, 3))
    other = generator(0, OWN, words, 1).standard_normal((BLOCK, 3))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_seed_zero_is_a_seed(demo):
    """Seed 0 gives the same every time, and not what seed 1 gives."""
    scores, rows = demo.comparison.scores, demo.comparison
    spread = spread_of(scores, rows.rows)
    zero, again, one = (draw(rows, spread, 250, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(zero.low["stability"], again.low["stability"])
    assert not np.array_equal(zero.low["stability"], one.low["stability"])


def test_intervals_hold_the_point_and_ranks_hold_the_rank(demo):
    """No interval misses the published score, no rank range the published rank."""
    comparison = demo.comparison
    for name, node in comparison.scores.nodes.items():
        shown = comparison.rows[~np.isnan(node.score[comparison.rows])]
        assert (comparison.uncertainty.low[name][shown] <= node.score[shown]).all()
        assert (comparison.uncertainty.high[name][shown] >= node.score[shown]).all()
    ranked = comparison.rows[comparison.rank[comparison.rows] > 0]
    assert (comparison.uncertainty.rank_low[ranked] <= comparison.rank[ranked]).all()
    assert (comparison.uncertainty.rank_high[ranked] >= comparison.rank[ranked]).all()


def test_level_shares_add_up_to_one(demo):
    """Shares of draws over all levels of a published node add to 1, of an unpublished one to 0."""
    comparison = demo.comparison
    for name, shares in comparison.uncertainty.level_shares.items():
        published = ~np.isnan(comparison.scores.nodes[name].score[comparison.rows])
        np.testing.assert_allclose(shares[:, comparison.rows].sum(axis=0), published.astype(float))


def test_a_veto_holds_in_every_draw(demo):
    """A reported act is a fact: the vetoed partnership is Critical in all draws."""
    comparison = demo.comparison
    names = [unit.keys[1] for unit in comparison.scores.matrix.units]
    row = next(row for row in comparison.rows if names[row] == "Djemarra")
    assert comparison.uncertainty.overall_shares[0, row] == 1.0


def test_weights_vary_within_their_spread_and_are_one_set_for_all():
    """Factors between 0.75 and 1.25; a sub-score's indicators keep the factors of their dimension."""
    tree = compile_tree(load("partnership"))
    drawn = draw_weights(tree, 0.25, 0, [0])
    branch = tree["sovereignty_tension"]
    factors = drawn["sovereignty_tension"][:, 0] / branch.weights[:, None]
    assert factors.min() >= 0.75
    assert factors.max() <= 1.25
    rows = [row for row, _ in branch.leaves]
    for place, (row, _) in enumerate(tree["obstruction"].leaves):
        np.testing.assert_array_equal(
            drawn["obstruction"][place], drawn["sovereignty_tension"][rows.index(row)]
        )


@pytest.mark.parametrize(
    ("asked", "values", "given"), [(2000, 1000, 2000), (2000, 400_000, 1000), (2000, 3_000_000, 0)]
)
def test_the_cost_of_a_run_is_bounded(asked, values, given):
    """400 million drawn values at most: fewer draws first, and none at all where even 200 would be too many."""
    assert affordable_draws(asked, values) == given


@pytest.mark.parametrize(("count", "said"), [(200, []), (201, ["PK322"])])
def test_beyond_200_partnerships_pairs_are_left_out_and_that_is_said(tmp_path, count, said):
    """The ranks keep their ranges."""
    rows = ["place,a,b,c,e", *(f"A{at},{at % 90 + 5},{at % 80 + 10},46,{at % 7}" for at in range(count))]
    (tmp_path / "many.csv").write_text("\n".join(rows), encoding="utf-8")
    index = "indices: {whole: {label: Whole, children: [{use: d, weight: 1}]}}\n"
    (tmp_path / "many.yaml").write_text(FOUR + index, encoding="utf-8")
    found = pkassess.score(str(tmp_path / "many.csv"), rubric=str(tmp_path / "many.yaml"), draws=250)
    assert [code for code in found.findings["code"] if code == "PK322"] == said
    assert (found.table("ranks")["rank_low"] >= 1).all()
    assert found.table("pairs").empty is bool(said)


def test_the_settings_are_part_of_the_rubric():
    """Half-widths, correlation and spread of weights can be declared; the defaults are those of the method."""
    rubric = read_rubric(FOUR, "four")
    assert (rubric.uncertainty.moderate, rubric.uncertainty.weight_spread) == (7.0, 0.0)


def test_without_a_run_there_are_no_intervals(run):
    """--no-uncertainty leaves the interval columns empty and the scores as they are."""
    off = run("score", "sample_data/field_demo.xlsx", "-f", "csv", "-q", "--no-uncertainty").rows()
    on = run("score", "sample_data/field_demo.xlsx", "-f", "csv", "-q", "--draws", "250").rows()
    assert {row["index_low"] for row in off} == {""}
    assert [row["stability"] for row in off] == [row["stability"] for row in on]
    assert all(row["index_low"] for row in on if row["index"])
