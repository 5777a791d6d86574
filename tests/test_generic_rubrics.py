"""Rubrics about other things: own keys, no periods, no levels, nested groups, several indices, another range."""

from __future__ import annotations

import math

import pytest

HDI = """
pkassess: 1
id: human-development
version: "1"
label: Human development, worked by hand
keys: {country: {aliases: [state]}}
score_range: [0, 1]
knot_scores: [0, 1]
dimensions:
  health:
    label: Health
    children: [{id: life, label: Life expectancy, scale: {type: goalposts, bottom: 20, top: 85}}]
  education:
    label: Education
    children:
      - {id: expected, label: Expected years, scale: {type: goalposts, bottom: 0, top: 18}}
      - {id: mean_years, label: Mean years, scale: {type: curve, knots: [0, 15]}}
indices:
  hdi:
    label: Index
    aggregate: geometric
    children: [{use: health}, {use: education}]
  plain_mean:
    label: Mean
    children: [{use: health, weight: 3}, {use: education, weight: 1}]
"""

NESTED = """
pkassess: 1
id: nested
version: "1"
label: Groups in groups
keys: {site: {}}
dimensions:
  d:
    label: D
    children:
      - {id: a, label: a, weight: 2, scale: {type: goalposts, bottom: 0, top: 100}}
      - id: g
        label: G
        weight: 6
        children:
          - {id: b, label: b, weight: 1, scale: {type: goalposts, bottom: 0, top: 100}}
          - id: h
            label: H
            weight: 3
            children:
              - {id: c, label: c, weight: 5, scale: {type: goalposts, bottom: 0, top: 100}}
              - {id: e, label: e, weight: 1, scale: {type: goalposts, bottom: 0, top: 100}}
"""


def with_aggregate(text, node, aggregate):
    return text.replace(f"label: {node}\n", f"label: {node}\n        aggregate: {aggregate}\n", 1)


@pytest.fixture
def hdi(rubric_file):
    return rubric_file(HDI)


@pytest.fixture
def nested(report, rubric_file):
    """Score one site under the nested rubric, or a changed copy of it."""

    def call(text=NESTED, **cells):
        return report({"site": "S"} | cells, options=("-r", rubric_file(text)))

    return call


# --- another unit, no periods, no levels, another range --------------------------------------------------------------


def test_own_keys_stand_in_place_of_mission_and_authority(report, hdi):
    """One key: the partnership is that value. Period, levels and overall columns stay empty."""
    row = report({"country": "Avaria", "life": 65, "expected": 10, "mean_years": 6}, options=("-r", hdi)).one(
        "assessment"
    )
    names = list(row)
    assert names[:4] == ["file", "partnership", "country", "period"]
    assert (row["partnership"], row["country"], row["period"]) == ("Avaria", "Avaria", "")
    assert (row["overall_level"], row["overall_rule"], row["health_level"], row["health_level_range"]) == (
        "",
        "",
        "",
        "",
    )
    assert row["overall_status"] == "published"


def test_scores_live_on_the_declared_range(report, hdi):
    """(65 - 20) / 65, and the mean of 10 / 18 and 6 / 15."""
    row = report({"country": "Avaria", "life": 65, "expected": 10, "mean_years": 6}, options=("-r", hdi)).one(
        "assessment"
    )
    assert row["health"] == pytest.approx(45 / 65)
    assert row["education"] == pytest.approx((10 / 18 + 6 / 15) / 2)


def test_the_index_is_the_first_declared_and_all_stand_in_the_nodes(report, hdi):
    """The geometric mean first; the weighted mean (3 to 1) beside it."""
    found = report({"country": "Avaria", "life": 65, "expected": 10, "mean_years": 6}, options=("-r", hdi))
    health, education = 45 / 65, (10 / 18 + 6 / 15) / 2
    assert found.one("assessment")["index"] == pytest.approx(math.sqrt(health * education))
    assert found.one("nodes", node="hdi")["score"] == pytest.approx(math.sqrt(health * education))
    assert found.one("nodes", node="plain_mean")["score"] == pytest.approx((3 * health + education) / 4)


def test_units_are_ranked_by_the_index_where_there_are_no_levels(report, hdi):
    """All in one peer group, equal is equal."""
    rows = [
        {"country": name, "life": life, "expected": 10, "mean_years": 6}
        for name, life in (("A", 60), ("B", 70), ("C", 60))
    ]
    found = report(*rows, options=("-r", hdi))
    assert [(row["country"], row["rank"]) for row in found["assessment"]] == [("A", 2), ("B", 1), ("C", 2)]


def test_key_aliases_and_a_contradiction_work_without_periods(report, hdi):
    """``state`` is an alias; the same country twice with different values is rejected."""
    rows = [
        {"State": "A", "life": 60, "expected": 10, "mean_years": 6},
        {"State": "A", "life": 61, "expected": 10, "mean_years": 6},
        {"State": "B", "life": 61, "expected": 10, "mean_years": 6},
    ]
    found = report(*rows, options=("-r", hdi))
    assert found.one("findings", severity="error")["code"] == "PK140"
    assert found.one("assessment", country="A")["overall_status"] == "insufficient_evidence"
    assert found.one("assessment", country="B")["overall_status"] == "published"


def test_beyond_the_goalposts_scores_are_held_or_not_as_declared(report, rubric_file):
    """Held to the range by default; without ``clip`` they may leave it."""
    free = HDI.replace("bottom: 20, top: 85}", "bottom: 20, top: 85, clip: false}")
    row = {"country": "A", "life": 98, "expected": 10, "mean_years": 6}
    assert report(row, options=("-r", rubric_file(HDI))).one("assessment")["health"] == 1
    assert report(row, options=("-r", rubric_file(free))).one("assessment")["health"] == pytest.approx(
        78 / 65
    )


def test_three_keys_are_joined_by_slashes(report, rubric_file):
    """In the order in which they are declared, whatever the order of the columns."""
    text = NESTED.replace("keys: {site: {}}", "keys: {region: {}, site: {}, team: {}}")
    row = report({"team": "T", "a": 1, "site": "S", "region": "R"}, options=("-r", rubric_file(text))).one(
        "assessment"
    )
    assert row["partnership"] == "R / S / T"
    assert list(row)[:6] == ["file", "partnership", "region", "site", "team", "period"]


def test_a_rubric_without_levels_has_the_whole_csv_package_with_intervals_too(run, rubric_file, tmp_path):
    """Tables without rows, such as the shares of draws per level, are a header line."""
    data = tmp_path / "rows.csv"
    data.write_text("country,life,expected,mean_years\nA,60,10,6\n", encoding="utf-8")
    done = run("score", str(data), "-r", rubric_file(HDI), "-f", "csv", "-o", str(tmp_path / "out"))
    assert done.code == 0, done.err
    assert (tmp_path / "out" / "levels.csv").read_text(encoding="utf-8").count("\n") == 1


# --- nested groups with unequal weights --------------------------------------------------------------------------------


def test_nested_groups_with_unequal_weights_worked_by_hand(nested):
    """By hand: h = (5×40 + 100) / 6 = 50; g = (20 + 3×50) / 4 = 42.5; d = (2×90 + 6×42.5) / 8 = 54.375."""
    found = nested(a=90, b=20, c=40, e=100)
    scores = {row["node"]: (row["score"], row["parent"], row["kind"]) for row in found["nodes"]}
    assert scores == {
        "d": (pytest.approx(54.375), "", "dimension"),
        "g": (pytest.approx(42.5), "d", "group"),
        "h": (pytest.approx(50), "g", "group"),
    }


def test_weights_of_nested_indicators_are_shares_of_the_dimension(nested):
    """Weights: a 2/8; b 6/8 × 1/4; c 6/8 × 3/4 × 5/6; e 6/8 × 3/4 × 1/6. weight_given adds to 1 too."""
    rows = nested(a=90, b=20, c=40, e=100)["indicators"]
    expected = {"a": 0.25, "b": 0.1875, "c": 0.46875, "e": 0.09375}
    assert {row["indicator"]: row["weight"] for row in rows} == pytest.approx(expected)
    assert {row["indicator"]: row["contribution"] for row in rows} == pytest.approx(
        {"a": 22.5, "b": 3.75, "c": 18.75, "e": 9.375}
    )


def test_weight_given_is_the_weight_as_the_rubric_gives_it(nested):
    """The number beside the indicator in the file."""
    rows = nested(a=90, b=20, c=40, e=100)["indicators"]
    assert {row["indicator"]: row["weight_given"] for row in rows} == {"a": 2, "b": 1, "c": 5, "e": 1}


def test_a_missing_part_is_filled_up_inside_its_group(nested):
    """Without e: h = 40, g = (20 + 120) / 4 = 35, d = (180 + 210) / 8 = 48.75; coverage 1 - 6/8 × 3/4 × 1/6."""
    found = nested(a=90, b=20, c=40)
    row = found.one("assessment")
    assert row["d"] == pytest.approx(48.75)
    assert row["d_coverage"] == pytest.approx(1 - 0.09375)
    assert {row["indicator"]: row["weight"] for row in found["indicators"]} == pytest.approx(
        {"a": 0.25, "b": 0.1875, "c": 0.5625, "e": None}
    )


def test_a_missing_group_is_filled_up_by_its_siblings(nested):
    """Without c and e: g = 20, d = (180 + 120) / 8 = 37.5; coverage .25 + .1875."""
    found = nested(a=90, b=20)
    row = found.one("assessment")
    assert row["d"] == pytest.approx(37.5)
    assert row["d_coverage"] == pytest.approx(0.4375)
    assert {row["indicator"]: row["contribution"] for row in found["indicators"]} == pytest.approx(
        {"a": 22.5, "b": 15, "c": None, "e": None}
    )


def test_what_does_not_apply_gives_its_weight_to_its_siblings(nested):
    """Where e does not apply: the coverage of a, b and c is complete."""
    assert nested(a=90, b=20, c=40, e="not applicable").one("assessment")["d_coverage"] == pytest.approx(1)


def test_coverage_bounds_of_nested_groups(nested):
    """With e missing: h between 200/6 and 300/6, so d between 22.5 + 3.75 + 18.75 and 9.375 more."""
    row = nested(a=90, b=20, c=40).one("assessment")
    assert row["d_bound_low"] == pytest.approx(45)
    assert row["d_bound_high"] == pytest.approx(54.375)


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("geometric", (20**1 * 50**3) ** 0.25),
        ("minimum", 20),
        ("maximum", 50),
        ("median", 35),
        ("arithmetic", 42.5),
    ],
)
def test_each_group_chooses_its_aggregation(nested, aggregate, expected):
    """Group g of b = 20 (weight 1) and h = 50 (weight 3)."""
    found = nested(with_aggregate(NESTED, "G", aggregate), a=90, b=20, c=40, e=100)
    assert found.one("nodes", node="g")["score"] == pytest.approx(expected)
    assert found.one("nodes", node="d")["score"] == pytest.approx((2 * 90 + 6 * expected) / 8)


def test_contributions_are_empty_where_scores_do_not_add_up(nested):
    """Inside a geometric mean there is no additive share."""
    found = nested(with_aggregate(NESTED, "G", "geometric"), a=90, b=20, c=40, e=100)
    assert {row["contribution"] for row in found["indicators"]} == {None}


def test_scaling_all_weights_changes_nothing(nested):
    """Weights are relative to their siblings."""
    scaled = NESTED
    for weight in (1, 2, 3, 5, 6):
        scaled = scaled.replace(f"weight: {weight}", f"weight: {weight}00.0")
    cells = {"a": 91.3, "b": 17.7, "c": 43.1}
    assert nested(scaled, **cells).one("assessment")["d"] == pytest.approx(
        nested(**cells).one("assessment")["d"]
    )


def test_an_indicator_of_weight_zero_is_read_and_moves_nothing(nested):
    """Its score is shown, its weight is 0."""
    text = NESTED.replace("id: a, label: a, weight: 2", "id: a, label: a, weight: 0")
    found = nested(text, a=90, b=20, c=40, e=100)
    assert found.one("assessment")["d"] == pytest.approx(42.5)
    row = found.one("indicators", indicator="a")
    assert (row["score"], row["weight"], row["contribution"]) == (90, 0, 0)


SHARED = """
pkassess: 1
id: shared
version: "1"
label: One indicator in two dimensions
keys: {site: {}}
dimensions:
  first:
    label: First
    children:
      - {id: a, label: a, weight: 1, scale: {type: goalposts, bottom: 0, top: 100}}
      - {id: b, label: b, weight: 3, scale: {type: goalposts, bottom: 0, top: 100}}
  second:
    label: Second
    children:
      - {use: a, weight: 4}
      - {id: c, label: c, weight: 1, scale: {type: goalposts, bottom: 0, top: 100}}
"""


def test_an_indicator_may_serve_in_two_dimensions_with_a_weight_in_each(report, rubric_file):
    """By hand: first = (10 + 3×50) / 4 = 40, second = (4×10 + 60) / 5 = 20."""
    found = report({"site": "S", "a": 10, "b": 50, "c": 60}, options=("-r", rubric_file(SHARED)))
    row = found.one("assessment")
    assert (row["first"], row["second"]) == (pytest.approx(40), pytest.approx(20))
    lines = found.find("indicators", indicator="a")
    assert [
        (line["dimension"], line["weight"], line["weight_given"], line["contribution"]) for line in lines
    ] == [
        ("first", 0.25, 1, 2.5),
        ("second", 0.8, 4, 8),
    ]


# --- periods of another name, levels without an index --------------------------------------------------------------------


def test_the_period_column_takes_aliases(report, rubric_file):
    """``year`` where the rubric says so."""
    text = NESTED.replace("keys: {site: {}}", "keys: {site: {}}\nperiod: {aliases: [year]}")
    found = report(
        {"site": "S", "Year": "2024", "a": 1},
        {"site": "S", "Year": "2025", "a": 2},
        options=("-r", rubric_file(text)),
    )
    assert found.one("assessment")["period"] == "2025"


def test_a_likert_scale_may_have_other_steps(report, rubric_file):
    """1 to 7, the other way round: 3 is (7 - 3) / 6."""
    text = NESTED.replace(
        "{type: goalposts, bottom: 0, top: 100}", "{type: likert, points: 7, reverse: true}", 1
    )
    found = report({"site": "S", "a": 3, "b": 0}, options=("-r", rubric_file(text)))
    assert found.one("indicators", indicator="a")["score"] == pytest.approx(4 / 6 * 100)


def test_every_bundled_rubric_is_found_by_its_bare_id_and_is_valid(run):
    """In subfolders too."""
    from conftest import ROOT

    names = sorted(path.stem for path in (ROOT / "rubrics").rglob("*.yaml"))
    assert {"partnership", "public-record"} <= set(names)
    for name in names:
        assert run("rubric", "check", name).code == 0


def test_public_record_uses_the_dimensions_of_partnership(report):
    """The rubric for real public data reads the bundled country data without options but its name."""
    from cases import DIMENSIONS
    from conftest import ROOT

    found = report(str(ROOT / "sample_data" / "host_countries.xlsx"), options=("-r", "public-record"))
    names = {row["node"] for row in found["nodes"] if row["kind"] == "dimension"}
    assert names == set(DIMENSIONS)
    assert any(row["overall_status"] == "published" for row in found["assessment"])
