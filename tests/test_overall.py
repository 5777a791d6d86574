"""The overall level: index, weakest link, tension cap and consent veto; which rule is named; what is announced."""

from __future__ import annotations

import pytest
from cases import LEVELS, partnership, sheet_of, values

GOOD = (70, 70, 70)
ACT = ["UNMAV", "Karuvel", "2025", "official_withdrawal_act"]


def overall(row):
    return row["overall_level"], row["overall_rule"]


@pytest.fixture
def with_fact(report, workbook):
    """Score one row together with a stated fact."""

    def call(row, *fact, header=("mission", "authority", "period", "fact", "value", "date")):
        path = workbook({"Data": sheet_of([row]), "facts": [list(header), list(fact)]})
        return report(path).one("assessment")

    return call


# --- index, weakest link, tension cap -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((70, 70, 70, 20), ("Established", "delivery_index")),
        ((90, 90, 90, 20), ("Self-sustaining", "delivery_index")),
        ((50, 50, 50, 20), ("Developing", "delivery_index")),
        ((10, 10, 10, 10), ("Critical", "delivery_index")),
        # 15, 80, 80: index 41, Developing; weakest Critical plus one is Fragile
        ((15, 80, 80, 20), ("Fragile", "weakest_link")),
        # 100, 100, 59: index 87.6, Self-sustaining; weakest Developing plus one is Established
        ((100, 100, 59, 20), ("Established", "weakest_link")),
        ((100, 100, 60, 20), ("Self-sustaining", "delivery_index")),
        ((90, 90, 90, 39), ("Self-sustaining", "delivery_index")),
        ((90, 90, 90, 45), ("Established", "tension_cap")),
        ((90, 90, 90, 65), ("Developing", "tension_cap")),
        ((90, 90, 90, 85), ("Critical", "tension_cap")),
        ((58, 47, 44, 65), ("Developing", "delivery_index")),
        ((30, 30, 30, 65), ("Fragile", "delivery_index")),
    ],
)
def test_the_overall_is_the_lowest_that_any_rule_allows(report, scores, expected):
    """And the rule named is the first that reaches it. Consent stays at 1, so that only the cap speaks of tension."""
    stability, governance, economy, tension = scores
    row = partnership(stability, governance, economy, None, **_tension(tension))
    assert overall(report(row).one("assessment")) == expected


def test_no_score_passes_the_end_of_the_range(report):
    """Sums of floats give 100.00000000000004 here; nobody should read more than all."""
    row = report(partnership(100, 100, 100, 100)).one("assessment")
    dimensions = ("stability", "governance_capacity", "economic_impact", "sovereignty_tension")
    ends = [row[f"{name}{end}"] for name in dimensions for end in ("", "_bound_low", "_bound_high")]
    assert row["index"] == 100
    assert max(ends) == 100


def _tension(score):
    """Tension of this score with strong consent: the other .80 of the weight make up for it (100 gives 80)."""
    return values(min(score / 0.8, 100), "sovereignty_tension") | {"consent_status": 1 if score <= 80 else 3}


def test_tension_85_with_consent_3_is_ruptured(report):
    """.80 at 100 and .20 at 50 are 90: the cap alone gives Critical, before any veto."""
    row = report(partnership(*GOOD, None, **_tension(85))).one("assessment")
    assert row["sovereignty_tension"] == pytest.approx(90)
    assert row["sovereignty_tension_level"] == "Ruptured"
    assert overall(row) == ("Critical", "tension_cap")


CAPS = f"""
pkassess: 1
id: caps
version: "1"
label: Caps
keys: {{mission: {{}}, authority: {{}}}}
period: {{}}
{LEVELS}
dimensions:
  stability: {{label: S, levels: footing, children: [{{id: s, label: s, scale: {{type: goalposts, bottom: 0, top: 100}}}}]}}
  governance_capacity: {{label: G, levels: footing, children: [{{id: g, label: g, scale: {{type: goalposts, bottom: 0, top: 100}}}}]}}
  economic_impact: {{label: E, levels: footing, children: [{{id: e, label: e, scale: {{type: goalposts, bottom: 0, top: 100}}}}]}}
  sovereignty_tension:
    label: T
    polarity: negative
    children:
      - {{id: t, label: t, scale: {{type: goalposts, bottom: 0, top: 100}}}}
      - {{id: consent_status, label: c, weight: 0, kind: judgement, scale: {{type: likert}}}}
"""


@pytest.fixture
def caps(report, rubric_file):
    """Score four scores and a consent rating under the overall rules of the default rubric."""
    import yaml
    from conftest import ROOT

    data = yaml.safe_load(CAPS)
    default = yaml.safe_load((ROOT / "rubrics" / "partnership.yaml").read_text(encoding="utf-8"))
    data |= {part: default[part] for part in ("indices", "overall", "facts")}
    path = rubric_file(data)

    def call(s, g, e, t, consent=1):
        row = {"mission": "UNMAV", "authority": "Karuvel", "authority_level": "adm2", "period": "2025"}
        row |= {"s": s, "g": g, "e": e, "t": t, "consent_status": consent}
        return overall(report(row, options=("-r", path)).one("assessment"))

    return call


@pytest.mark.parametrize(
    ("tension", "expected"),
    [
        (39.999999, ("Self-sustaining", "delivery_index")),
        (39.99999999999999, ("Established", "tension_cap")),
        (40, ("Established", "tension_cap")),
        (59.999999, ("Established", "tension_cap")),
        (59.99999999999999, ("Developing", "tension_cap")),
        (60, ("Developing", "tension_cap")),
        (79.999999, ("Developing", "tension_cap")),
        (79.99999999999999, ("Critical", "tension_cap")),
        (80, ("Critical", "tension_cap")),
    ],
)
def test_caps_act_from_their_threshold_on_within_a_billionth(caps, tension, expected):
    """Below 40 no cap, 40 Established, 60 Developing, 80 Critical."""
    assert caps(90, 90, 90, tension) == expected


@pytest.mark.parametrize(
    ("scores", "consent", "expected"),
    [
        # index Established, weakest link Established, cap Established: the index is named
        ((70, 70, 55, 50), 1, ("Established", "delivery_index")),
        # index Self-sustaining, weakest link and cap Established
        ((100, 100, 59, 50), 1, ("Established", "weakest_link")),
        # cap and veto Developing
        ((90, 90, 90, 65), 4, ("Developing", "tension_cap")),
        # cap and veto Critical
        ((90, 90, 90, 85), 5, ("Critical", "tension_cap")),
        # index Established, cap Established, veto Developing
        ((70, 70, 70, 50), 4, ("Developing", "consent_veto")),
        # everything Developing
        ((50, 50, 50, 65), 4, ("Developing", "delivery_index")),
    ],
)
def test_the_binding_rule_is_the_first_in_the_declared_order(caps, scores, consent, expected):
    """delivery_index, weakest_link, tension_cap, consent_veto."""
    assert caps(*scores, consent) == expected


def test_the_weakest_link_looks_at_positive_dimensions_only(caps):
    """A tension of 5 is good and no weakest link."""
    assert caps(90, 90, 90, 5) == ("Self-sustaining", "delivery_index")


# --- consent ---------------------------------------------------------------------------------------------------


def consent(rating, grade="A2", **cells):
    """Everything else good and calm, so that only consent can speak."""
    row = partnership(*GOOD, 0, consent_status=rating, consent_status__grade=grade)
    return row | cells


@pytest.mark.parametrize("grade", ["A1", "C3", "", "D4", "B"])
def test_compromised_consent_holds_the_level_at_developing_whatever_the_evidence(report, grade):
    """Consent 4."""
    row = report(consent(4, grade)).one("assessment")
    assert overall(row) == ("Developing", "consent_veto")
    assert row["alarms"] == "consent_compromised"


@pytest.mark.parametrize("grade", ["A1", "C3", "", "F6", "B"])
@pytest.mark.parametrize("rating", [4.5, 5])
def test_withdrawn_consent_is_critical_unless_the_evidence_is_weak(report, rating, grade):
    """4.5 and 5, graded moderate or better or not graded at all."""
    row = report(consent(rating, grade)).one("assessment")
    assert overall(row) == ("Critical", "consent_veto")
    assert row["alarms"] == "consent_veto"


@pytest.mark.parametrize("rating", [4.5, 5])
def test_withdrawal_on_weak_evidence_is_reported_not_confirmed(report, rating):
    """Graded weak and no official act: at most Developing, and the alarm says what it is."""
    row = report(consent(rating, "C4")).one("assessment")
    assert overall(row) == ("Developing", "consent_veto")
    assert row["alarms"] == "withdrawal_unconfirmed"


@pytest.mark.parametrize(
    ("rating", "expected"),
    [(3.9, "Established"), (3.99999999999, "Developing"), (4.49, "Developing"), (4.49999999999, "Critical")],
)
def test_consent_thresholds_compare_within_a_billionth(report, rating, expected):
    """4 and 4.5."""
    assert report(consent(rating)).one("assessment")["overall_level"] == expected


def test_an_official_act_confirms_weak_evidence(with_fact):
    """The act is recorded in the sheet facts."""
    row = with_fact(consent(5, "D4"), *ACT, "yes", "2025-06-16")
    assert overall(row) == ("Critical", "consent_veto")
    assert row["alarms"] == "consent_veto"


@pytest.mark.parametrize(
    ("value", "period"), [("no", "2025"), ("", "2025"), ("unknown", "2025"), ("yes", "2026")]
)
def test_an_act_that_is_not_recorded_for_the_period_confirms_nothing(with_fact, value, period):
    """No, not known, or later than the period."""
    row = with_fact(consent(5, "D4"), "UNMAV", "Karuvel", period, ACT[3], value, "")
    assert overall(row) == ("Developing", "consent_veto")
    assert row["alarms"] == "withdrawal_unconfirmed"


def test_an_act_of_another_partnership_confirms_nothing(with_fact):
    """Facts belong to their partnership."""
    row = with_fact(consent(5, "D4"), "UNMAV", "Tessaly", "2025", ACT[3], "yes", "")
    assert row["alarms"] == "withdrawal_unconfirmed"


def test_an_act_without_consent_rated_withdrawn_is_no_veto(with_fact):
    """The veto rests on the rating; the act only confirms it."""
    row = with_fact(consent(2), *ACT, "yes", "")
    assert overall(row) == ("Established", "delivery_index")


def test_excluded_evidence_of_withdrawal_is_announced_and_publishes_nothing(report):
    """Graded E: tension lacks its key indicator, nothing overall is published, and the report is not hidden."""
    row = report(consent(5, "E5")).one("assessment")
    assert row["overall_status"] == "provisional"
    assert overall(row) == ("", "")
    assert row["alarms"] == "withdrawal_unconfirmed"


def test_excluded_evidence_with_an_official_act_is_the_veto_alarm(with_fact):
    """The act stands for itself."""
    row = with_fact(consent(5, "E5"), *ACT, "yes", "")
    assert (row["overall_level"], row["alarms"]) == ("", "consent_veto")


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ((4, 5), "Critical"),
        ((3, 5), "Developing"),
        ((4, 4, 5), "Developing"),
        ((1, 5, 5), "Critical"),
        ((3, 4), "Established"),
    ],
)
def test_the_veto_looks_at_the_median_of_the_assessors(report, ratings, expected):
    """4 and 5 are 4.5; 3 and 5 are 4; 3 and 4 are 3.5."""
    row = partnership(*GOOD, 0)
    keys = {name: row.pop(name) for name in ("mission", "authority", "authority_level", "period")}
    del row["consent_status"]
    rows = [keys | {"indicator": name, "value": value, "assessor_code": ""} for name, value in row.items()]
    rows += [
        keys | {"indicator": "consent_status", "value": rating, "assessor_code": f"A{at}"}
        for at, rating in enumerate(ratings)
    ]
    assert report(*rows).one("assessment")["overall_level"] == expected


def test_one_named_assessor_cannot_confirm_a_withdrawal_alone(report):
    """A1 by a single named assessor is no better than weak."""
    row = partnership(*GOOD, 0)
    keys = {name: row.pop(name) for name in ("mission", "authority", "authority_level", "period")}
    row["consent_status"] = 5
    rows = [
        keys
        | {
            "indicator": name,
            "value": value,
            "source_grade": "A",
            "info_grade": 1,
            "assessor_code": "A7" if name == "consent_status" else "",
        }
        for name, value in row.items()
    ]
    found = report(*rows).one("assessment")
    assert (found["overall_level"], found["alarms"]) == ("Developing", "withdrawal_unconfirmed")


# --- alarms when nothing is published -------------------------------------------------------------------------


def test_a_veto_is_announced_when_the_evidence_is_insufficient(report):
    """Absence of data must not hide an alarm."""
    row = {
        "mission": "UNMAV",
        "authority": "Karuvel",
        "authority_level": "adm2",
        "period": "2025",
        "consent_status": 5,
    }
    found = report(row).one("assessment")
    assert found["overall_status"] == "insufficient_evidence"
    assert (found["overall_level"], found["overall_rule"], found["index"]) == ("", "", None)
    assert found["alarms"] == "consent_veto"


def test_a_ruptured_reading_is_announced_when_the_overall_is_insufficient(report):
    """Tension is published as Ruptured, stability is not known."""
    row = partnership(None, 70, 70, 90, consent_status=3)
    found = report(row).one("assessment")
    assert found["sovereignty_tension_level"] == "Ruptured"
    assert found["overall_status"] == "insufficient_evidence"
    assert found["alarms"].split(";")[0] == "tension_ruptured"


def test_alarms_are_joined_by_semicolons_in_declared_order(report):
    """Veto, rupture, stability and two-sided tension at once."""
    row = report(partnership(10, 70, 70, 90)).one("assessment")
    assert row["alarms"] == "consent_veto;tension_ruptured;stability_critical;tension_two_sided"


def test_no_alarm_is_an_empty_cell(report):
    """A calm partnership."""
    assert report(partnership()).one("assessment")["alarms"] == ""
