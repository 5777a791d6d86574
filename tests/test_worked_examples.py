"""The figures of the method's own worked examples, from a workbook, through the command line."""

from __future__ import annotations

import pytest

NATIONAL_CASE = {
    "conflict_deaths_per_100k": 3.5,
    "security_incidents_per_100k": 5.5,
    "safe_walking_pct": 55,
    "displaced_share_pct": 4,
    "political_volatility": 2,
    "unplanned_leadership_changes": 1,
    "factional_contestation": 3,
    "disputes_settled_pct": 66,
    "wgi_political_stability_rank": 8,
    "posts_filled_pct": 60,
    "budget_execution_pct": 78,
    "own_revenue_share_pct": 12,
    "service_satisfaction_pct": 43,
    "trust_in_authority_pct": 46,
    "trained_in_post_pct": 71,
    "functions_unassisted_pct": 55,
    "accountability_checklist": 3.5 / 6 * 100,
    "wgi_gov_effectiveness_rank": 9,
    "essential_services_open_pct": 64,
    "market_road_open_pct": 82,
    "local_work_days_per_1000": 420,
    "projects_in_use_pct": 59,
    "active_businesses_change_pct": 3,
    "household_economy_same_or_better_pct": None,
    "electricity_access_pct": 19,
    "local_procurement_share_pct": 8,
    "gdp_pc_growth_pct": -1.8,
    "consent_status": 2,
    "movement_denied_pct": 4,
    "sofa_violations_per_1000_staff": 0.6,
    "clearance_delay_days": 10,
    "hostile_statements": 2,
    "perceived_interference_pct": 34,
    "local_decisions_overridden_pct": 8,
    "autonomy_safeguards_checklist": 50,
}
INDICATOR_SCORES = [
    *(50, 50, 55, 55, 75, 80, 50, 68, 32),
    *(50, 46, 44, 44, 48, 68, 55, 58.33, 36),
    *(54, 69.33, 53.6, 52, 52, None, 32, 32, 22),
    *(25, 33.33, 24, 44.29, 40, 45.33, 32, 50),
]


@pytest.fixture
def national_case(workbook):
    header = ["mission", "authority", "authority_level", "period", *NATIONAL_CASE]
    return workbook({"Data": [header, ["UNMAV", "Ministry", "national", "2025", *NATIONAL_CASE.values()]]})


def test_the_full_worked_example_comes_out_to_the_printed_digits(national_case, run):
    """Dimension scores 57.55, 51.13, 48.26 and 35.05; delivery index 52.84; overall Developing, no cap."""
    (row,) = run("score", national_case, "-f", "csv").rows()
    dimensions = ["stability", "governance_capacity", "economic_impact", "sovereignty_tension"]
    assert [round(float(row[name]), 2) for name in dimensions] == [57.55, 51.13, 48.26, 35.05]
    assert round(float(row["index"]), 2) == 52.84
    assert (row["overall_level"], row["overall_rule"]) == ("Developing", "delivery_index")
    assert row["sovereignty_tension_level"] == "Manageable"


def test_a_missing_indicator_shows_in_coverage_and_bounds(national_case, run):
    """Economic impact lacks one indicator of weight 0.10: coverage 0.90, bounds 43.4 and 53.4."""
    (row,) = run("score", national_case, "-f", "csv", "--no-uncertainty").rows()
    assert float(row["economic_impact_coverage"]) == pytest.approx(0.90)
    bounds = [round(float(row[f"economic_impact_bound_{end}"]), 1) for end in ("low", "high")]
    assert bounds == [43.4, 53.4]
    assert row["economic_impact_level_range"] == "Developing"


def test_every_indicator_score_is_the_one_worked_by_hand(national_case, run, tmp_path):
    """The 35 indicator scores of the example, in rubric order; the missing one has none."""
    run("score", national_case, "-f", "csv", "-o", str(tmp_path / "out"))
    text = (tmp_path / "out" / "indicators.csv").read_text(encoding="utf-8")
    import csv

    rows = [row for row in csv.DictReader(text.splitlines()) if row["indicator"] in NATIONAL_CASE]
    scores = [round(float(row["score"]), 2) if row["score"] else None for row in rows]
    assert scores == INDICATOR_SCORES


CASES = {
    # case: (stability, governance, economy, tension, consent), index, rule, overall
    "balanced": ((66, 61, 52, 28, 2), 60.5, "delivery_index", "Established"),
    "consent withdrawn": ((72, 68, 88, 84, 3), 74.2, "tension_cap", "Critical"),
    "war zone, good office": ((15, 80, 80, 20, 1), 41.0, "weakest_link", "Fragile"),
    "high but strained": ((92, 90, 86, 50, 2), 89.8, "tension_cap", "Established"),
    "obstructed": ((58, 47, 44, 71, 3), 50.3, "delivery_index", "Developing"),
    "strong": ((86, 83, 81, 15, 1), 83.7, "delivery_index", "Self-sustaining"),
}
SMALL_RUBRIC = """
pkassess: 1
id: six-rows
version: "1"
label: The six rows
keys: {mission: {}, authority: {}}
period: {}
levels:
  footing:
    - {id: Critical, from: 0, short: C}
    - {id: Fragile, from: 20, short: F}
    - {id: Developing, from: 40, short: D}
    - {id: Established, from: 60, short: E}
    - {id: Self-sustaining, from: 80, short: S}
dimensions:
  stability: {label: S, levels: footing, children: [{id: s, label: s, scale: {type: goalposts, bottom: 0, top: 100}}]}
  governance_capacity: {label: G, levels: footing, children: [{id: g, label: g, scale: {type: goalposts, bottom: 0, top: 100}}]}
  economic_impact: {label: E, levels: footing, children: [{id: e, label: e, scale: {type: goalposts, bottom: 0, top: 100}}]}
  sovereignty_tension:
    label: T
    polarity: negative
    children:
      - {id: t, label: t, scale: {type: goalposts, bottom: 0, top: 100}}
      - {id: consent_status, label: c, weight: 0, scale: {type: likert}}
"""


@pytest.mark.parametrize("case", CASES)
def test_the_comparison_of_ways_to_combine_comes_out(case, workbook, run, tmp_path):
    """The six rows of the comparison table, with the overall rules of the default rubric."""
    (stability, governance, economy, tension, consent), index, rule, overall = CASES[case]
    import yaml

    from pkassess.library import data_folder

    partnership = yaml.safe_load((data_folder("rubrics") / "partnership.yaml").read_text(encoding="utf-8"))
    small = yaml.safe_load(SMALL_RUBRIC)
    small |= {part: partnership[part] for part in ("indices", "overall", "facts")}
    rubric = tmp_path / "six.yaml"
    rubric.write_text(yaml.safe_dump(small, allow_unicode=True), encoding="utf-8")
    data = workbook(
        f"""
        | mission | authority | authority_level | period | s | g | e | t | consent_status |
        | UNMAV | Karuvel | adm2 | 2025 | {stability} | {governance} | {economy} | {tension} | {consent} |
        """
    )
    (row,) = run("score", data, "-r", str(rubric), "-f", "csv").rows()
    assert round(float(row["index"]), 1) == index
    assert (row["overall_level"], row["overall_rule"]) == (overall, rule)
