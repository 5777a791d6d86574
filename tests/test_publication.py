"""What may be shown: statuses and their thresholds, what is left out, carried forward and reconciled, confidence."""

from __future__ import annotations

import math

import pytest
from cases import PLAIN, TABLES, partnership, values

TENSION = TABLES["sovereignty_tension"]
KEYS = {"mission": "UNMAV", "authority": "Karuvel", "authority_level": "adm2", "period": "2025"}
NUMBERS_OF_A_DIMENSION = (
    "",
    "_low",
    "_high",
    "_level",
    "_level_range",
    "_bound_low",
    "_bound_high",
    "_confidence",
    "_trend",
)


def tension(*names, score=40, **cells):
    """A row in which only these indicators of tension are given."""
    return (
        KEYS
        | {name: cell for name, cell in values(score, "sovereignty_tension").items() if name in names}
        | cells
    )


def long(indicator, value=None, **cells):
    return KEYS | {"indicator": indicator, "value": value} | cells


# --- status and its thresholds -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "coverage", "status"),
    [
        # .20 + .15 + .12 + .10 + .08 is 65 percent, five of eight, with the key indicator
        (
            (
                "consent_status",
                "movement_denied_pct",
                "local_decisions_overridden_pct",
                "autonomy_safeguards_checklist",
                "clearance_delay_days",
            ),
            0.65,
            "published",
        ),
        # .20 + .15 + .13 + .08 + .08
        (
            (
                "consent_status",
                "movement_denied_pct",
                "sofa_violations_per_1000_staff",
                "clearance_delay_days",
                "hostile_statements",
            ),
            0.64,
            "provisional",
        ),
        # .20 + .12 + .10 + .08
        (
            (
                "consent_status",
                "local_decisions_overridden_pct",
                "autonomy_safeguards_checklist",
                "clearance_delay_days",
            ),
            0.50,
            "provisional",
        ),
        # .15 + .14 + .12 + .08
        (
            (
                "movement_denied_pct",
                "perceived_interference_pct",
                "local_decisions_overridden_pct",
                "clearance_delay_days",
            ),
            0.49,
            "insufficient_evidence",
        ),
        # everything but the key indicator
        (tuple(name for name in TENSION if name != "consent_status"), 0.80, "provisional"),
        (tuple(TENSION), 1.00, "published"),
    ],
)
def test_status_follows_from_coverage_and_the_key_indicator(report, names, coverage, status):
    """65 percent of weight and the key indicator publish; below 50 percent there is no result."""
    row = report(tension(*names)).one("assessment")
    assert row["sovereignty_tension_coverage"] == pytest.approx(coverage)
    assert row["sovereignty_tension_status"] == status
    assert row["overall_status"] == "insufficient_evidence"


QUARTERS = """
pkassess: 1
id: quarters
version: "1"
label: Quarters
keys: {mission: {}, authority: {}}
period: {}
publication: {insufficient_below: 0.5, publish_from: 0.65, indicator_share: 0.5, key_indicator: true}
dimensions:
  care:
    label: Care
    children:
      - {id: a, label: a, weight: WA, key: true, scale: {type: goalposts, bottom: 0, top: 100}}
      - {id: b, label: b, weight: WB, scale: {type: goalposts, bottom: 0, top: 100}}
      - {id: c, label: c, weight: WC, scale: {type: goalposts, bottom: 0, top: 100}}
      - {id: d, label: d, weight: WD, scale: {type: goalposts, bottom: 0, top: 100}}
"""


def quarters(rubric_file, *weights):
    text = QUARTERS
    for name, weight in zip("ABCD", weights, strict=True):
        text = text.replace(f"W{name}", f"{weight!r}")
    return rubric_file(text)


@pytest.mark.parametrize(
    ("weights", "status"),
    [
        ((0.45, 0.20, 0.25, 0.10), "published"),
        ((0.45, 0.20 - 1e-11, 0.25, 0.10 + 1e-11), "published"),
        ((0.45, 0.20 - 1e-6, 0.25, 0.10 + 1e-6), "provisional"),
        ((0.30, 0.20, 0.25, 0.25), "provisional"),
        ((0.30, 0.20 - 1e-11, 0.25, 0.25 + 1e-11), "provisional"),
        ((0.30, 0.20 - 1e-6, 0.25, 0.25 + 1e-6), "insufficient_evidence"),
    ],
)
def test_thresholds_compare_within_a_billionth(report, rubric_file, weights, status):
    """Coverage a rounding error below 65 or 50 percent is 65 or 50 percent; a millionth below is not."""
    path = quarters(rubric_file, *weights)
    row = report(KEYS | {"a": 50, "b": 50}, options=("-r", path)).one("assessment")
    assert row["care_status"] == status


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"a": 50}, "provisional"),
        ({"a": 50, "b": 50}, "published"),
        ({"b": 50, "c": 50, "d": 50}, "insufficient_evidence"),
    ],
)
def test_half_of_the_indicators_have_to_be_there(report, rubric_file, cells, status):
    """70 percent of the weight on one of four indicators is not enough; on two it is."""
    path = quarters(rubric_file, 0.7, 0.1, 0.1, 0.1)
    assert report(KEYS | cells, options=("-r", path)).one("assessment")["care_status"] == status


def test_half_is_of_the_applicable_indicators(report, rubric_file):
    """One of two that apply is half."""
    path = quarters(rubric_file, 0.7, 0.1, 0.1, 0.1)
    row = KEYS | {"a": 50, "b": "", "c": "not applicable", "d": "not applicable"}
    assert report(row, options=("-r", path)).one("assessment")["care_status"] == "published"


def test_not_applicable_leaves_the_applicable_weight(report):
    """.56 of the weight is provisional; where .14 does not apply it is .56 / .86 and published."""
    names = (
        "consent_status",
        "movement_denied_pct",
        "sofa_violations_per_1000_staff",
        "clearance_delay_days",
    )
    plain = report(tension(*names)).one("assessment")
    assert (plain["sovereignty_tension_coverage"], plain["sovereignty_tension_status"]) == (
        pytest.approx(0.56),
        "provisional",
    )
    excused = report(tension(*names, perceived_interference_pct="not applicable")).one("assessment")
    assert excused["sovereignty_tension_coverage"] == pytest.approx(0.56 / 0.86)
    assert excused["sovereignty_tension_status"] == "published"


def test_national_indicators_are_no_gap_of_a_local_authority(report):
    """Without its national indicator the coverage of stability is 1 for adm2, and .95 for a national authority."""
    row = partnership()
    del row["wgi_political_stability_rank"]
    assert report(row).one("assessment")["stability_coverage"] == pytest.approx(1)
    assert report(row | {"authority_level": "national"}).one("assessment")[
        "stability_coverage"
    ] == pytest.approx(0.95)


def test_either_key_indicator_is_enough(report):
    """Deaths or incidents for stability, unassisted functions or posts for governance."""
    row = partnership()
    for name in ("conflict_deaths_per_100k", "functions_unassisted_pct"):
        del row[name]
    found = report(row).one("assessment")
    assert (found["stability_status"], found["governance_capacity_status"]) == ("published", "published")
    for name in ("security_incidents_per_100k", "posts_filled_pct"):
        del row[name]
    found = report(row).one("assessment")
    assert (found["stability_status"], found["governance_capacity_status"]) == ("provisional", "provisional")


def test_a_rubric_without_a_publication_rule_publishes_what_can_be_computed(report, rubric_file):
    """One of four values is a published score."""
    text = "\n".join(line for line in QUARTERS.splitlines() if not line.startswith("publication"))
    for name in "ABCD":
        text = text.replace(f"W{name}", "1")
    row = report(KEYS | {"d": 30}, options=("-r", rubric_file(text))).one("assessment")
    assert (row["care"], row["care_status"], row["care_coverage"]) == (30, "published", 0.25)


def test_overall_status_is_the_worst_of_the_dimensions(report):
    """Published only when all four are; level, rule, index and rank are empty otherwise."""
    row = partnership()
    del row["consent_status"]
    provisional = report(row).one("assessment")
    assert provisional["overall_status"] == "provisional"
    insufficient = report(partnership(70, 70, None, 20)).one("assessment")
    assert insufficient["overall_status"] == "insufficient_evidence"
    for found in (provisional, insufficient):
        assert found["overall_level"] == found["overall_rule"] == ""
        assert found["index"] is None
        assert found["rank"] is None


# --- levels at their bounds --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (0, "Critical"),
        (19.999999, "Critical"),
        (20, "Fragile"),
        (39.9999999, "Fragile"),
        (40, "Developing"),
        (59.999999, "Developing"),
        (59.99999999999999, "Established"),
        (60, "Established"),
        (79.9999999999, "Self-sustaining"),
        (80, "Self-sustaining"),
        (100, "Self-sustaining"),
    ],
)
def test_bands_are_half_open_and_read_within_a_billionth(report, rubric_file, score, level):
    """59.99999999999999 is 60; 59.999999 is not."""
    row = report(KEYS | {"x": score}, options=("-r", rubric_file(PLAIN))).one("assessment")
    assert (row["care_level"], row["overall_level"]) == (level, level)


# --- coverage bounds and provisional ranges ------------------------------------------------------------------


def test_a_provisional_dimension_shows_bounds_and_a_range_of_levels_only(report):
    """Consent 2, overridden 8, safeguards half, delay 10 days: .20×25 + .12×32 + .10×50 + .08×44.2857 = 17.3829.

    The other half of the weight at 0 and at 100 gives 17.38 to 67.38.
    """
    row = KEYS | {
        "consent_status": 2,
        "local_decisions_overridden_pct": 8,
        "autonomy_safeguards_checklist": 50,
        "clearance_delay_days": 10,
    }
    found = report(row)
    shown = found.one("assessment")
    low = 0.20 * 25 + 0.12 * 32 + 0.10 * 50 + 0.08 * (40 + 20 * 3 / 14)
    assert shown["sovereignty_tension_bound_low"] == pytest.approx(low)
    assert shown["sovereignty_tension_bound_high"] == pytest.approx(low + 50)
    assert shown["sovereignty_tension_level_range"] == "Cooperative..Obstructed"
    assert shown["sovereignty_tension_status"] == "provisional"
    assert shown["sovereignty_tension"] is None
    assert shown["sovereignty_tension_level"] == shown["sovereignty_tension_confidence"] == ""
    node = found.one("nodes", node="sovereignty_tension")
    assert (node["score"], node["level"], node["rank"], node["status"]) == (None, "", None, "provisional")
    rows = found.find("indicators", dimension="sovereignty_tension")
    assert all(row["contribution"] is None for row in rows)
    assert [row["score"] for row in rows if row["indicator"] == "consent_status"] == [25]


def test_bounds_leave_out_what_does_not_apply(report):
    """A national indicator of a local authority is no gap, so complete data have no room between the bounds."""
    row = report(partnership(70, 70, 70, 30)).one("assessment")
    for dimension, score in zip(TABLES, (70, 70, 70, 30), strict=True):
        assert row[f"{dimension}_bound_low"] == pytest.approx(score)
        assert row[f"{dimension}_bound_high"] == pytest.approx(score)


def test_an_insufficient_dimension_has_no_number_anywhere(report, run, tmp_path):
    """Not in the assessment, not in the nodes under it, not as a contribution, in JSON and in every CSV file."""
    row = partnership(70, 70, 70, None, movement_denied_pct=5, hostile_statements=2)
    found = report(row)
    shown = found.one("assessment")
    assert shown["sovereignty_tension_status"] == "insufficient_evidence"
    assert shown["sovereignty_tension_coverage"] == pytest.approx(0.23)
    for ending in NUMBERS_OF_A_DIMENSION:
        assert shown[f"sovereignty_tension{ending}"] in (None, "")
    for node in ("sovereignty_tension", "obstruction", "infringement"):
        row_of_node = found.one("nodes", node=node)
        assert [row_of_node[name] for name in ("score", "low", "high", "rank", "level")] == [
            None,
            None,
            None,
            None,
            "",
        ]
    assert all(
        row["contribution"] is None for row in found.find("indicators", dimension="sovereignty_tension")
    )
    from cases import csv_of

    assert run("score", "-", "-q", "-o", str(tmp_path / "out"), stdin=csv_of([row])).code == 0
    import csv

    with (tmp_path / "out" / "assessment.csv").open(encoding="utf-8") as file:
        (line,) = csv.DictReader(file)
    assert all(line[f"sovereignty_tension{ending}"] == "" for ending in NUMBERS_OF_A_DIMENSION)


def test_a_sub_score_needs_half_of_its_own_weight(report):
    """Infringement has .36: with .22 of it, a score; with .14 none, although tension itself is published."""
    obstruction = (
        "movement_denied_pct",
        "sofa_violations_per_1000_staff",
        "clearance_delay_days",
        "hostile_statements",
    )
    some = report(
        tension(
            "consent_status", *obstruction, "local_decisions_overridden_pct", "autonomy_safeguards_checklist"
        )
    )
    assert some.one("nodes", node="infringement")["score"] == pytest.approx(40)
    few = report(tension("consent_status", *obstruction, "perceived_interference_pct"))
    assert few.one("nodes", node="sovereignty_tension")["status"] == "published"
    node = few.one("nodes", node="infringement")
    assert (node["score"], node["status"]) == (None, "insufficient_evidence")
    assert few.one("nodes", node="obstruction")["score"] == pytest.approx(40)


def test_sub_scores_are_weighted_means_of_their_own_indicators(report):
    """Movement 60 (.15), violations 20 (.13), delays 40 (.08), statements 80 (.08): 9 + 2.6 + 3.2 + 6.4 over .44."""
    row = tension(
        *TENSION,
        movement_denied_pct=10,
        sofa_violations_per_1000_staff=0.5,
        clearance_delay_days=7,
        hostile_statements=7,
    )
    node = report(row).one("nodes", node="obstruction")
    assert node["score"] == pytest.approx(21.2 / 0.44)
    assert (node["parent"], node["kind"]) == ("sovereignty_tension", "sub_score")


# --- carried forward -----------------------------------------------------------------------------------------


def series(indicator, *dated, **cells):
    """Rows of one partnership: consent in every period, and the indicator where a value is given."""
    return [
        KEYS | {"period": period, "consent_status": 2, indicator: value} | cells for period, value in dated
    ]


def statuses(found, indicator):
    return {row["period"]: row["status"] for row in found.find("indicators", indicator=indicator)}


@pytest.mark.parametrize(
    ("indicator", "dated", "expected"),
    [
        (
            "safe_walking_pct",
            [("2024-Q2", 46), ("2025-Q3", ""), ("2025-Q4", "")],
            ["observed", "carried", "missing"],
        ),
        (
            "perceived_interference_pct",
            [("2024", 30), ("2025", ""), ("2026-Q1", "")],
            ["observed", "carried", "carried"],
        ),
        ("trust_in_authority_pct", [("2024", 46), ("2026", "")], ["observed", "missing"]),
        ("movement_denied_pct", [("2025-Q1", 5), ("2025-Q2", "")], ["observed", "missing"]),
        ("consent_status", [("2025-Q1", 5), ("2025-Q2", "")], ["observed", "missing"]),
    ],
)
def test_surveys_are_carried_fifteen_months_and_registers_never(report, indicator, dated, expected):
    """Age runs from the end of the value's period to the end of the assessed one; 15 months are still in."""
    rows = [KEYS | {"period": period, "hostile_statements": 1, indicator: value} for period, value in dated]
    found = report(*rows, options=("--period", "all"))
    assert statuses(found, indicator) == dict(zip([period for period, _ in dated], expected, strict=True))


def test_national_public_data_are_carried_thirty_six_months_inclusive(report):
    """2022 still counts in 2025 and no longer in 2026."""
    rows = series("gdp_pc_growth_pct", ("2022", 1.5), ("2025", ""), ("2026", ""), authority_level="national")
    found = report(*rows, options=("--period", "all"))
    assert statuses(found, "gdp_pc_growth_pct") == {"2022": "observed", "2025": "carried", "2026": "missing"}
    row = found.one("indicators", indicator="gdp_pc_growth_pct", period="2025")
    assert (row["value"], row["score"], row["cell"]) == (1.5, pytest.approx(60), "F2")


@pytest.mark.parametrize(
    ("observed_on", "status"),
    [("2024-06-30", "carried"), ("2024-05-15", "missing"), ("2024-07-20", "carried"), ("", "carried")],
)
def test_the_age_of_a_value_runs_from_the_day_of_observation(report, observed_on, status):
    """A survey of 15 May 2024 is more than 15 months old on 30 September 2025, though its quarter ended later."""
    found = report(
        long("safe_walking_pct", 46, observed_on=observed_on) | {"period": "2024-Q2"},
        long("consent_status", 2) | {"period": "2025-Q3"},
    )
    assert found.one("indicators", indicator="safe_walking_pct")["status"] == status


def test_a_later_observation_of_a_period_lasts_longer(report):
    """Observed three weeks after the period's end, the value is younger than its period."""
    found = report(
        long("safe_walking_pct", 46, observed_on="2024-10-01") | {"period": "2024-Q3"},
        long("consent_status", 2) | {"period": "2025-12"},
    )
    assert found.one("indicators", indicator="safe_walking_pct")["status"] == "carried"


def test_a_carried_value_counts_for_coverage(report):
    """.62 with consent, movement, violations and the carried perception: 4 of 8; without it .48."""
    now = tension("consent_status", "movement_denied_pct", "sofa_violations_per_1000_staff")
    before = KEYS | {"period": "2024", "perceived_interference_pct": 30}
    assert report(now).one("assessment")["sovereignty_tension_coverage"] == pytest.approx(0.48)
    carried = report(before, now).one("assessment")
    assert carried["sovereignty_tension_coverage"] == pytest.approx(0.62)
    assert carried["sovereignty_tension_status"] == "provisional"


def test_a_carried_value_counts_as_key_indicator_but_never_as_veto(report, variant):
    """Where a rubric carries consent forward, an old 5 scores, and neither vetoes nor alarms."""

    def carry_consent(data):
        (consent,) = [
            child
            for child in data["dimensions"]["sovereignty_tension"]["children"]
            if child["id"] == "consent_status"
        ]
        consent["max_age"] = 15

    path = variant(carry_consent)
    rows = [partnership(period="2024", consent_status=5), partnership()]
    del rows[1]["consent_status"]
    row = report(*rows, options=("-r", path)).one("assessment")
    assert row["sovereignty_tension_status"] == "published"
    assert (row["overall_level"], row["alarms"]) == ("Established", "")


def test_a_rejected_value_is_not_replaced_by_an_old_one(report):
    """120 percent is an error to mend, not a gap to fill."""
    rows = series("safe_walking_pct", ("2024", 46), ("2025", 120))
    assert report(*rows).one("indicators", indicator="safe_walking_pct")["status"] == "rejected"


def test_values_are_never_carried_to_another_partnership_or_back_in_time(report):
    """Neither a neighbour's value nor next year's."""
    rows = series("safe_walking_pct", ("2024", ""), ("2025", 46)) + [
        row | {"authority": "Tessaly"} for row in series("safe_walking_pct", ("2025", ""))
    ]
    found = report(*rows, options=("--period", "all"))
    assert found.one("indicators", indicator="safe_walking_pct", period="2024")["status"] == "missing"
    assert found.one("indicators", indicator="safe_walking_pct", authority="Tessaly")["status"] == "missing"


# --- excluded values, several assessors, several records ------------------------------------------------------


@pytest.mark.parametrize("grade", ["E1", "B5"])
def test_an_excluded_value_is_listed_and_not_used(report, grade):
    """The raw value is printed; score, weight and coverage leave it out."""
    found = report(partnership(movement_denied_pct__grade=grade))
    row = found.one("indicators", indicator="movement_denied_pct")
    assert (row["status"], row["evidence_class"], row["score"], row["weight"]) == (
        "excluded",
        "excluded",
        None,
        None,
    )
    assert row["value"] == 2
    assert found.one("assessment")["sovereignty_tension_coverage"] == pytest.approx(0.85)


def test_an_excluded_observation_beside_others_does_not_count(report):
    """Ratings 2 and 3 are believed, the 5 graded E5 is not: 2.5."""
    found = report(
        long("consent_status", 2, assessor_code="A1", source_grade="B", info_grade=2),
        long("consent_status", 3, assessor_code="A2", source_grade="B", info_grade=2),
        long("consent_status", 5, assessor_code="A3", source_grade="E", info_grade=5),
    )
    row = found.one("indicators", indicator="consent_status")
    assert (row["status"], row["value"], row["evidence_class"]) == ("reconciled", 2.5, "strong")


@pytest.mark.parametrize(
    ("ratings", "median"), [((2, 3, 5), 3), ((2, 3), 2.5), ((1, 1, 5), 1), ((4, 1, 3, 2), 2.5)]
)
def test_several_assessors_are_reconciled_by_the_median(report, ratings, median):
    """All ratings are kept; never the last row."""
    rows = [long("consent_status", rating, assessor_code=f"A{at}") for at, rating in enumerate(ratings)]
    for order in (rows, rows[::-1]):
        row = report(*order).one("indicators", indicator="consent_status")
        assert (row["status"], row["value"]) == ("reconciled", median)


def test_an_adjudicated_row_settles_the_matter(report):
    """Assessor ``reconciled`` stands before the median of the others, wherever the row is."""
    rows = [
        long("consent_status", 4, assessor_code="reconciled", source_grade="B", info_grade=2),
        long("consent_status", 2, assessor_code="A1"),
        long("consent_status", 3, assessor_code="A2"),
    ]
    for order in (rows, rows[::-1]):
        row = report(*order).one("indicators", indicator="consent_status")
        assert (row["status"], row["value"], row["evidence_class"]) == ("reconciled", 4, "strong")


def test_two_adjudications_are_never_settled_by_the_order_of_rows(report):
    """Whatever is done with them, the last row does not win."""
    rows = [
        long("consent_status", value, assessor_code="reconciled", source_ref=f"minute {value}")
        for value in (2, 4)
    ]
    forward, backward = (
        report(*order).one("indicators", indicator="consent_status") for order in (rows, rows[::-1])
    )
    assert (forward["value"], forward["status"]) == (backward["value"], backward["status"])


@pytest.mark.parametrize(
    ("first", "second", "used"),
    [
        ("mission record", "official record", 20),
        ("official record", "mission record", 5),
        ("survey", "joint register", 20),
        ("Mission Record", "media monitoring", 5),
        ("authority record", "unheard of", 5),
    ],
)
def test_records_are_settled_by_the_declared_order_of_sources(report, first, second, used):
    """The best source wins, not the median and not the last row."""
    rows = [
        long("movement_denied_pct", 5, source_type=first, source_ref="r1"),
        long("movement_denied_pct", 20, source_type=second, source_ref="r2"),
    ]
    for order in (rows, rows[::-1]):
        row = report(*order).one("indicators", indicator="movement_denied_pct")
        assert row["value"] == used
        assert row["source_type"].casefold() == (first if used == 5 else second).casefold()


def test_records_that_no_order_settles_are_a_warning(report):
    """Two records of the same kind of source that differ: the median, and a warning."""
    found = report(*(long("movement_denied_pct", value, source_ref=f"r{value}") for value in (5, 10)))
    assert found.one("indicators", indicator="movement_denied_pct")["value"] == 7.5
    assert found.one("findings", code="PK150")["severity"] == "warning"


# --- evidence and confidence ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([{"assessor_code": "A1"}], "weak"),
        ([{}], "strong"),
        ([{"assessor_code": "A1"}, {"assessor_code": "A2"}], "strong"),
        ([{"assessor_code": "A1", "source_ref": "x"}, {"assessor_code": "A1", "source_ref": "y"}], "weak"),
    ],
)
def test_one_named_assessor_alone_is_no_better_than_weak(report, rows, named):
    """The rule acts only where assessor_code is given."""
    rows = [long("consent_status", 2, source_grade="A", info_grade=1, **cells) for cells in rows]
    assert report(*rows).one("indicators", indicator="consent_status")["evidence_class"] == named


def test_the_rule_of_one_assessor_is_for_judgements(report):
    """A register entry by one person stays as graded; an excluded or ungraded judgement gets no better."""
    grades = {"source_grade": "A", "info_grade": 1, "assessor_code": "A1"}
    found = report(
        long("movement_denied_pct", 5, **grades), long("consent_status", 2, **grades | {"info_grade": 6})
    )
    assert found.one("indicators", indicator="movement_denied_pct")["evidence_class"] == "strong"
    assert found.one("indicators", indicator="consent_status")["evidence_class"] == "ungraded"


def graded(**grades):
    """Complete tension with a grade per indicator; the others are A1."""
    cells = {f"{name}__grade": grades.get(name, "A1") for name in TENSION}
    return tension(*TENSION, **cells)


@pytest.mark.parametrize(
    ("grades", "word"),
    [
        ({}, "moderate"),  # everything strong, but without an interval never high
        (dict.fromkeys(TENSION, "C3"), "moderate"),
        (dict.fromkeys(TENSION, "D4"), "low"),
        # weak .20 + .15 + .15: moderate or better .50
        (
            {"consent_status": "D2", "movement_denied_pct": "B4", "local_decisions_overridden_pct": "D4"},
            "moderate",
        ),
        # weak .20 + .15 + .14 + .12
        (
            {
                "consent_status": "D2",
                "movement_denied_pct": "B4",
                "local_decisions_overridden_pct": "D4",
                "perceived_interference_pct": "D1",
            },
            "low",
        ),
        # ungraded .20 + .13 = .33, not more than one third
        ({"consent_status": "", "sofa_violations_per_1000_staff": "F6"}, "moderate"),
        # ungraded .20 + .15 = .35
        ({"consent_status": "", "movement_denied_pct": "B"}, "low"),
        (dict.fromkeys(TENSION, ""), "low"),
    ],
)
def test_grades_become_a_word_of_confidence(report, grades, word):
    """Moderate from half of the weight moderate or better; low where more than a third is ungraded."""
    row = report(graded(**grades)).one("assessment")
    assert row["sovereignty_tension_status"] == "published"
    assert row["sovereignty_tension_confidence"].lower() == word


def test_grades_never_move_a_score(report):
    """The same values graded A1, D4 or not at all have the same score."""
    scores = {
        report(graded(**dict.fromkeys(TENSION, grade))).one("assessment")["sovereignty_tension"]
        for grade in ("A1", "D4", "")
    }
    assert len(scores) == 1


def test_ungraded_evidence_stops_publication_only_where_the_rubric_says_so(report, variant):
    """``require_grades``: ungraded values no longer count for coverage."""
    path = variant(lambda data: data["publication"].update(require_grades=True))
    assert report(graded()).one("assessment")["sovereignty_tension_status"] == "published"
    ungraded = graded(**dict.fromkeys(TENSION, ""))
    assert report(ungraded).one("assessment")["sovereignty_tension_status"] == "published"
    assert (
        report(ungraded, options=("-r", path)).one("assessment")["sovereignty_tension_status"]
        == "insufficient_evidence"
    )
    assert (
        report(graded(), options=("-r", path)).one("assessment")["sovereignty_tension_status"] == "published"
    )


# --- the index -------------------------------------------------------------------------------------------------


def test_the_delivery_index_is_the_weighted_geometric_mean_of_three(report):
    """66, 61 and 52 with .40, .35 and .25; tension is not in it."""
    expected = math.exp(0.40 * math.log(66) + 0.35 * math.log(61) + 0.25 * math.log(52))
    for tension_score in (0, 30):
        row = report(partnership(66, 61, 52, tension_score)).one("assessment")
        assert row["index"] == pytest.approx(expected)
    assert expected == pytest.approx(60.5, abs=0.05)


def test_a_zero_does_not_annihilate_the_index(report):
    """Each score is floored at 1: 80 to the power of .60."""
    assert report(partnership(0, 80, 80, 20)).one("assessment")["index"] == pytest.approx(80**0.60)
