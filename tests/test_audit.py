"""A rubric held against data: what stands out, with numbers worked by hand, and the command."""

from __future__ import annotations

import json
import re
from itertools import product

import jsonschema
import numpy as np
import pytest
from cases import PLAIN
from hypothesis import given, settings
from hypothesis import strategies as st

import pkassess
from pkassess.auditing.correlation import Pair, pearson, spearman
from pkassess.auditing.families import Family

LEVELS = """
levels:
  footing:
    - {id: Critical, from: 0, short: C}
    - {id: Fragile, from: 20, short: F}
    - {id: Developing, from: 40, short: D}
    - {id: Established, from: 60, short: E}
    - {id: Self-sustaining, from: 80, short: S}
"""
WHOLE = "scale: {type: goalposts, bottom: 0, top: 100}"


def rubric(*children, dimension=""):
    """One dimension of these indicators (the inner text of each), which is the index and the overall too."""
    listed = "\n".join(
        f"      - {{{child}}}" if "scale" in child else f"      - {{{child}, {WHOLE}}}" for child in children
    )
    return f"""
pkassess: 1
id: own
version: "1"
label: Own
keys: {{place: {{}}}}
{LEVELS}
dimensions:
  care:
    label: Care
    levels: footing
{dimension}    children:
{listed}
indices:
  whole: {{label: Whole, levels: footing, children: [{{use: care}}]}}
overall: {{levels: footing, rules: [{{id: whole, level_of: whole}}]}}
"""


TWO = rubric("id: a, label: Alpha", "id: b, label: Beta")


@pytest.fixture
def audited(rubric_file, tmp_path):
    """Audit columns of values (None is a blank) under the text of a rubric."""

    def make(text=TWO, **columns):
        path = tmp_path / "data.csv"
        rows = zip(*columns.values(), strict=True)
        lines = [
            ",".join([f"P{at}", *("" if value is None else repr(float(value)) for value in row)])
            for at, row in enumerate(rows)
        ]
        path.write_text("\n".join([",".join(["place", *columns]), *lines]) + "\n")
        return pkassess.audit(path, rubric_file(text))

    return make


def of(audited, indicator):
    return audited.indicators.set_index("indicator").loc[indicator]


def codes(audited):
    return list(zip(audited.findings["code"], audited.findings["column"], strict=True))


# --- rank correlations --------------------------------------------------------------------------------------


def test_spearman_gives_a_published_figure():
    """Ten people's intelligence quotients and hours of television: Wikipedia's worked example, -29/165."""
    quotients = np.array([106, 100, 86, 101, 99, 103, 97, 113, 112, 110.0])
    hours = np.array([7, 27, 2, 50, 28, 29, 20, 12, 6, 17.0])
    assert spearman(quotients, hours) == pytest.approx(-29 / 165)


def test_equal_values_share_the_mean_of_their_ranks():
    """Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: products 4.5, squares 4.5 and 5, so 4.5 / √22.5."""
    assert spearman(np.array([1, 7, 7, 9.0]), np.array([10, 20, 30, 40.0])) == pytest.approx(4.5 / 22.5**0.5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=10, max_size=30))
def test_spearman_agrees_with_scipy(rows):
    first, second = np.array(rows, dtype=float).T
    found = spearman(first, second)
    if min(np.ptp(first), np.ptp(second)) == 0:
        assert np.isnan(found)
    else:
        stats = pytest.importorskip("scipy.stats")
        assert found == pytest.approx(float(stats.spearmanr(first, second).statistic))


def test_the_limits_themselves_are_not_flagged():
    assert not Pair("d", 0, 1, 10, 0.9).redundant
    assert not Pair("d", 0, 1, 10, -0.3).conflicting
    assert Pair("d", 0, 1, 10, 0.901).verdict == "double counting"
    assert Pair("d", 0, 1, 10, -0.301).verdict == "conflicting"
    assert Pair("d", 0, 1, 10, 0.5).verdict == ""


@pytest.mark.parametrize(("rows", "verdict"), [(9, "too few"), (10, "double counting")])
def test_correlations_need_ten_rows_in_common(audited, rows, verdict):
    """Two columns that always agree, one of them with some blanks."""
    values = [5.0 * at for at in range(12)]
    found = audited(a=values, b=values[:rows] + [None] * (12 - rows))
    (pair,) = found.correlations.itertuples()
    assert (pair.count, pair.verdict) == (rows, verdict)
    assert np.isnan(pair.correlation) == (rows < 10)
    assert (("PK343", "a") in codes(found)) == (rows == 10)


def test_conflict_is_seen_through_scales_that_run_down(audited):
    """Raw values go opposite ways, scores together: no conflict. With the second scale turned, a conflict."""
    rising, falling = [float(at) for at in range(10)], [100.0 - at for at in range(10)]
    down = "scale: {type: goalposts, bottom: 100, top: 0}"
    together = audited(rubric("id: a, label: a", f"id: b, label: b, {down}"), a=rising, b=falling)
    assert together.correlations["correlation"].tolist() == pytest.approx([1.0])
    apart = audited(a=rising, b=falling)
    assert apart.correlations["correlation"].tolist() == pytest.approx([-1.0])
    assert ("PK344", "a") in codes(apart)


def test_a_shared_family_is_named_beside_double_counting(audited):
    values = [5.0 * at for at in range(10)]
    same = rubric(*(f"id: {name}, label: {name}, family: echo" for name in "ab"))
    message = audited(same, a=values, b=values).findings.set_index("code").loc["PK343", "message"]
    assert message == (
        "a and b go together: rank correlation 1.00 over 10 partnership-periods. Both are in the family echo."
    )


# --- what the values are ------------------------------------------------------------------------------------


def test_never_observed_and_constant_indicators_are_named(audited):
    three = rubric("id: a, label: a", "id: b, label: Beta", "id: c, label: Gamma")
    found = audited(three, a=[10, 20, 30], b=[None, None, None], c=[70, 70, 70])
    assert codes(found) == [("PK340", "b"), ("PK341", "c")]
    assert found.findings["message"].tolist() == [
        "Beta was observed in none of the 3 partnership-periods to which it applies.",
        "All 3 values of Gamma have the score 70.00. It tells no partnership-period from another.",
    ]
    assert of(found, "b")[["applicable", "observed"]].tolist() == [3, 0]
    assert of(found, "c")["constant"] == "yes"


def test_one_value_is_not_called_constant(audited):
    assert of(audited(a=[10, 20], b=[50, None]), "b")["constant"] == "no"


def test_the_share_held_at_each_end_counts_values_at_and_beyond_it(audited):
    """Of 10 values, 3 are at or below the knot 10, and 2 at or above the knot 90; at most 15 % is no finding."""
    knots = "scale: {type: curve, knots: [10, 30, 50, 60, 70, 90]}"
    values = [5, 9, 10, 11, 40, 50, 60, 89, 90, 400]
    found = audited(rubric(f"id: a, label: Alpha, {knots}", "id: b, label: b"), a=values, b=range(20, 30))
    assert of(found, "a")[["at_lower_end", "at_upper_end"]].tolist() == [0.3, 0.2]
    assert of(found, "b")[["at_lower_end", "at_upper_end"]].tolist() == [0.0, 0.0]
    held = found.findings.query("code == 'PK342'")["message"].tolist()
    assert held == [
        "30 % of the 10 values of Alpha lie at or beyond 10 (score 0), where they are not told apart.",
        "20 % of the 10 values of Alpha lie at or beyond 90 (score 100), where they are not told apart.",
    ]


def test_scores_that_may_leave_the_range_have_no_ends(audited):
    free = "scale: {type: goalposts, bottom: 0, top: 100, clip: false}"
    found = audited(rubric(f"id: a, label: a, {free}", "id: b, label: b"), a=[-50, 150], b=[1, 2])
    assert np.isnan(of(found, "a")["at_lower_end"])


def test_a_value_that_was_brought_in_is_not_held_at_the_end(audited):
    """Of 1 to 10 and 100, the 100 is beyond 20; treated it counts as 10, which is not."""
    scale = "scale: {type: goalposts, bottom: 0, top: 20}"
    values = [*range(1, 11), 100]
    held = audited(rubric(f"id: a, label: a, {scale}", "id: b, label: b"), a=values, b=values)
    assert of(held, "a")["at_upper_end"] == pytest.approx(1 / 11)
    treated = rubric(f"id: a, label: a, {scale}, treatment: {{most: 1}}", "id: b, label: b")
    assert of(audited(treated, a=values, b=values), "a")["at_upper_end"] == 0


def test_carried_and_filled_in_values_are_not_observed(audited):
    """The blank counts with the mean of the others, 50, and is still no observation."""
    filled = "    missing: {rule: impute, by: mean}\n"
    found = audited(
        rubric("id: a, label: a", "id: b, label: b", dimension=filled), a=[0, 100, None], b=[1, 2, 3]
    )
    assert of(found, "a")[["applicable", "observed", "weight_used"]].tolist() == [3, 2, 0.5]


# --- weight and pull ----------------------------------------------------------------------------------------

CROSSED = list(zip(*product((0, 100), (40, 60), range(3)), strict=True))


def test_pulls_of_unrelated_indicators_are_their_shares_of_the_variance(audited):
    """Variances 2,500 and 100 under equal weights: pulls 25/26 and 1/26, correlations their square roots."""
    found = audited(a=CROSSED[0], b=CROSSED[1])
    assert of(found, "a")[["weight", "weight_used"]].tolist() == [0.5, 0.5]
    assert of(found, "a")["pull"] == pytest.approx(25 / 26)
    assert of(found, "b")["pull"] == pytest.approx(1 / 26)
    assert of(found, "a")["correlation"] == pytest.approx((25 / 26) ** 0.5)
    assert of(found, "b")["correlation"] == pytest.approx((1 / 26) ** 0.5)
    # 25/26 is not quite twice one half; 1/26 is less than half of it.
    assert codes(found) == [("PK342", "a"), ("PK342", "a"), ("PK345", "b")]


def test_an_indicator_that_works_against_the_score_pulls_below_zero(audited):
    """With b = 60 − a / 5, so the score is 0.4 a + 30: of the variance a gives 0.5 / 0.4, b −0.1 / 0.4."""
    values = [10.0 * at for at in range(10)]
    found = audited(a=values, b=[60 - value / 5 for value in values])
    assert of(found, "a")["pull"] == pytest.approx(1.25)
    assert of(found, "b")["pull"] == pytest.approx(-0.25)
    told = found.findings.query("code == 'PK345'")["message"].tolist()
    assert (
        told[1]
        == "Beta weighs 50 % of Care; −25 % of the differences between the scores of Care come with it."
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_pulls_add_up_to_one_whatever_is_missing(seed, tmp_path_factory):
    numbers = np.random.default_rng(seed)
    table = numbers.uniform(0, 100, (15, 3))
    table[numbers.random((15, 3)) < 0.3] = np.nan
    table[:, 0] = numbers.uniform(0, 100, 15)
    folder = tmp_path_factory.mktemp("pulls")
    weights = numbers.uniform(0.1, 1, 3)
    text = rubric(
        *(
            f"id: {name}, label: {name}, weight: {weight:.3f}"
            for name, weight in zip("abc", weights, strict=True)
        )
    )
    (folder / "own.yaml").write_text(text)
    rows = [
        f"P{at}," + ",".join("" if np.isnan(x) else repr(float(x)) for x in row)
        for at, row in enumerate(table)
    ]
    (folder / "data.csv").write_text("place,a,b,c\n" + "\n".join(rows) + "\n")
    found = pkassess.audit(folder / "data.csv", str(folder / "own.yaml"))
    assert found.indicators["pull"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize("rows", [9, 10])
def test_pulls_need_ten_published_scores(audited, rows):
    values = [5.0 * at for at in range(rows)]
    found = of(audited(a=values, b=[50 + at for at in range(rows)]), "a")
    assert np.isnan(found["pull"]) == np.isnan(found["correlation"]) == (rows < 10)


def test_a_score_that_is_no_weighted_mean_has_correlations_and_no_pulls(audited):
    geometric = "    aggregate: geometric\n    floor: 1\n"
    text = rubric("id: a, label: a", "id: b, label: b", dimension=geometric)
    found = of(audited(text, a=CROSSED[0], b=CROSSED[1]), "a")
    assert np.isnan(found["pull"])
    assert found["correlation"] > 0.9


def test_pearson_of_a_constant_column_is_not_defined():
    assert np.isnan(pearson(np.ones(12), np.arange(12.0)))
    assert np.isnan(pearson(np.empty(0), np.empty(0)))


# --- families -----------------------------------------------------------------------------------------------

SHARED = rubric(
    "id: a, label: a, weight: 0.25, family: echo",
    "id: b, label: b, weight: 0.15, family: echo",
    "id: c, label: c, weight: 0.30",
    "id: d, label: d, weight: 0.30",
)


def test_a_family_of_exactly_forty_percent_is_not_flagged(audited):
    found = audited(SHARED, a=[1, 50], b=[2, 60], c=[30, 3], d=[40, 4])
    (family,) = found.families.itertuples()
    assert (family.indicators, family.weight, family.mean_observed) == (
        "a;b",
        pytest.approx(0.4),
        pytest.approx(0.4),
    )
    assert family.above_limit == 0
    assert "PK346" not in found.findings["code"].tolist()


def test_what_is_missing_lifts_a_family_above_its_weight(audited):
    """Without c the family has 0.40 of 0.70, which is 4/7, in one of two rows; the mean is (0.4 + 4/7) / 2."""
    found = audited(SHARED, a=[1, 50], b=[2, 60], c=[None, 3], d=[40, 4])
    (family,) = found.families.itertuples()
    assert (family.published, family.above_limit) == (2, 1)
    assert (family.mean_observed, family.largest_observed) == (
        pytest.approx((0.4 + 4 / 7) / 2),
        pytest.approx(4 / 7),
    )
    assert found.findings.set_index("code").loc["PK346", "message"] == (
        "Family echo carries more than 40 % of the observed weight of Care in 1 of 2 partnership-periods; 40 % by "
        "the rubric."
    )


def test_the_share_of_a_family_is_taken_of_published_scores_only(audited):
    """Where a alone was observed the family has all of the weight, and there is no score to rest on it."""
    rule = "\npublication: {insufficient_below: 0.5, publish_from: 0.65}\n"
    found = audited(SHARED + rule, a=[1, 50, 9], b=[2, 60, None], c=[30, 3, None], d=[40, 4, None])
    assert found.found.families == [
        Family("care", "echo", (0, 1), 2, pytest.approx(0.4), pytest.approx(0.4), pytest.approx(0.4), 0)
    ]


# --- removal ------------------------------------------------------------------------------------------------


def test_what_one_removal_changes(audited):
    """P0 has (80 + 30) / 2 = 55, Developing, P1 (50 + 50) / 2 = 50. Without a: 30, Fragile, and 50, so they swap.

    Without b: 80, Self-sustaining, and 50.
    """
    found = audited(a=[80, 50], b=[30, 50])
    columns = [
        "mean_change",
        "largest_change",
        "levels_changed",
        "overall_levels_changed",
        "largest_rank_shift",
    ]
    assert of(found, "a")[columns].tolist() == [12.5, 25.0, 1, 1, 1]
    assert of(found, "b")[columns].tolist() == [12.5, 25.0, 1, 1, 0]


def test_where_nothing_is_left_the_score_is_lost_and_no_change_of_level(audited):
    found = of(audited(a=[80, 50], b=[30, None]), "a")
    assert (found["scores_lost"], found["mean_change"]) == (1, 25.0)
    assert (found["levels_changed"], found["overall_levels_changed"], found["largest_rank_shift"]) == (
        1,
        1,
        0,
    )


def test_removal_is_what_a_rubric_without_the_indicator_gives(variant):
    """Every change of the mean, against scores under the default rubric with the indicator taken out."""

    def take_out(data):
        children = data["dimensions"]["stability"]["children"]
        children[:] = [child for child in children if child["id"] != "displaced_share_pct"]

    file = "sample_data/field_demo.xlsx"
    found = of(pkassess.audit(file), "displaced_share_pct")
    with_it = pkassess.score(file, period="all", draws=0).assessment["stability"]
    without = pkassess.score(file, variant(take_out), period="all", draws=0).assessment["stability"]
    change = (with_it - without).abs().dropna()
    assert len(change) == found["published"]
    assert found["mean_change"] == pytest.approx(change.mean())
    assert found["largest_change"] == pytest.approx(change.max())


# --- the command --------------------------------------------------------------------------------------------

DEMO = "sample_data/field_demo.xlsx"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("partnership", DEMO),
        ("public-record", "sample_data/host_countries.xlsx"),
        ("hdi", "sample_data/published/hdr_2021_inputs.csv"),
        ("cpia", "sample_data/published/cpia_inputs.csv"),
    ],
)
def test_every_bundled_rubric_is_audited_on_a_page_of_eighty_columns(run, name, file):
    done = run("rubric", "check", name, "--data", file, "-q")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Rubric {name} 1.0 against {file}")
    assert max(map(len, done.out.splitlines())) <= 80
    assert not re.search(r"\bnan\b", done.out)


def test_the_page_says_what_stands_out_and_how_to_read_it(run):
    out = run("rubric", "check", "--data", DEMO, "-q").out
    flat = " ".join(out.split())
    assert "95 partnership-periods of 12 partnerships, 2023-Q3 to 2025-Q2. 3 things to look at." in flat
    assert "Conflict deaths and Security incidents go together: rank correlation 0.91" in flat
    assert "Conflict deaths 95/95 2 + 0 20 22 0.94" in flat
    assert "None of these partnership-periods has use for WGI stability rank" in flat
    assert "24 of 136 pairs of indicators have fewer than 10 partnership-periods in common" in flat


def test_json_follows_its_schema_and_agrees_with_csv(run, tmp_path):
    document = json.loads(run("rubric", "check", "partnership", "--data", DEMO, "-q", "-f", "json").out)
    schema = json.loads(run("rubric", "schema", "--of", "audit").out)
    jsonschema.validate(document, schema)
    rows = run("rubric", "check", "partnership", "--data", DEMO, "-q", "-f", "csv").rows()
    assert [row["indicator"] for row in rows] == [row["indicator"] for row in document["indicators"]]
    assert [float(row["pull"]) for row in rows] == [row["pull"] for row in document["indicators"]]
    assert run("rubric", "check", "--data", DEMO, "-q", "-o", str(tmp_path / "out")).code == 0
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {
        "indicators.csv",
        "correlations.csv",
        "families.csv",
        "findings.csv",
        "datapackage.json",
    }


def test_markdown_has_the_same_parts(run):
    out = run("rubric", "check", "--data", DEMO, "-q", "-f", "md").out
    assert out.startswith("# A rubric held against data\n")
    assert "## Indicators that may count the same thing twice (PK343)" in out
    assert "| Conflict deaths | 95/95 | 2 + 0 | 20 | 22 | 0.94 |" in out


def test_several_files_are_audited_together(run, tmp_path):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    (tmp_path / "plain.yaml").write_text(PLAIN)
    for path, authority in ((first, "North"), (second, "South")):
        path.write_text(f"mission,authority,period,x\nUNMAV,{authority},2024,40\n")
    done = run(
        *("rubric", "check", str(tmp_path / "plain.yaml"), "--data", str(first), "--data", str(second), "-q")
    )
    flat = " ".join(done.out.split())
    assert "2 partnership-periods of 2 partnerships, 2024. 1 thing to look at." in flat
    assert "All 2 values of x have the score 40.00." in flat
    assert "No pull for Care" in flat


def test_findings_about_the_data_go_to_standard_error_and_do_not_fail(run):
    done = run("rubric", "check", "--data", DEMO)
    assert done.code == 0
    assert "PK004" in done.err
    assert "PK004" not in done.out


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "Name a rubric to check."),
        (["hdi", "-f", "json"], 2, "-o, -f and how a workbook is read belong to --data."),
        (["hdi", "--sheet", "Data"], 2, "how a workbook is read belong to --data."),
        (["hdi", "cpia", "--data", DEMO], 2, "2 rubrics were given; --data takes one."),
        (["no-such", "--data", DEMO], 2, "no-such"),
        (["--data", "no-such.csv"], 3, "There is no file 'no-such.csv'."),
        (["--data", DEMO, "-f", "pdf"], 2, "There is no format 'pdf'"),
    ],
)
def test_wrong_use_ends_in_one_message(run, arguments, code, told):
    done = run("rubric", "check", *arguments)
    assert done.code == code
    assert told in done.err
    assert done.out == ""


def test_every_finding_of_an_audit_is_explained(run):
    for number in range(340, 347):
        assert run("explain", f"PK{number}").code == 0
