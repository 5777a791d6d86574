"""Readiness and diagnosis: every condition and rule where it holds, where it does not, where it cannot be tested."""

from __future__ import annotations

import json
import math

import pytest
from cases import TABLES, csv_of, partnership, raw

import pkassess
from pkassess.library import load
from pkassess.readiness import Checked, Verdict, verdict

QUARTERS = ("2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2")
GRADES = {f"{name}__grade": "A1" for table in TABLES.values() for name in table}


def quarters(*changes, scores=(70, 70, 70, 20), count=4, authority="Karuvel"):
    """A partnership over the last quarters; ``changes`` are cells of the last ones, the latest last."""
    rows = []
    for at, period in enumerate(QUARTERS[-count:]):
        cells = dict(changes[at - count + len(changes)]) if at - count + len(changes) >= 0 else {}
        own = cells.pop("scores", scores)
        rows.append(partnership(*own, **GRADES, authority=authority, period=period) | cells)
    return rows


def facts_sheet(*facts, period="2025-Q2"):
    """Rows of the sheet facts: (fact, value[, date, source, owner])."""
    head = ["mission", "authority", "period", "fact", "value", "date", "source_ref", "owner"]
    rows = [["UNMAV", "Karuvel", period, *fact, *[None] * (5 - len(fact))] for fact in facts]
    return [head, *rows]


@pytest.fixture
def document(run, workbook):
    """The JSON document of a workbook with a sheet of facts."""

    def make(rows, *facts, period="2025-Q2", draws="400"):
        names = list(dict.fromkeys(name for row in rows for name in row))
        sheets = {"Data": [names, *([row.get(name) for name in names] for row in rows)]}
        if facts:
            sheets["facts"] = facts_sheet(*facts, period=period)
        done = run("score", workbook(sheets), "-f", "json", "-q", "--draws", draws)
        assert done.code == 0, done.err
        return json.loads(done.out)

    return make


def of_condition(found, condition):
    """The row of one condition."""
    (row,) = [row for row in found["readiness"] if row["condition"] == condition]
    return row


YES = {
    "R5": ("protection_plan", "protection_plan_lead", "protection_plan_budgeted", "protection_plan_dated"),
    "R7": (
        *("functions_mapped", "functions_successors_named", "functions_budgeted", "functions_dated"),
        "functions_list_cosigned",
    ),
    "R10": ("transition_plan_signed", "transition_plan_review_dates"),
}
GOOD = {"functions_unassisted_pct": 85, "consent_status": 1}
CONSULTED = ("communities_consulted", "yes")
HELD_AN_ELECTION = ("election_passed", "yes")


# --- each condition: passes, fails, is unknown -----------------------------------------------------------------

SCORES = {
    # condition: (rows that pass, rows that fail, rows where it cannot be told)
    "R1": (quarters(), quarters({"scores": (55, 70, 70, 20)}), quarters(count=1)),
    "R2": (quarters(GOOD, GOOD), quarters(GOOD, {"functions_unassisted_pct": 79}), quarters(GOOD, count=1)),
    "R3": (quarters(GOOD, GOOD), quarters({**GOOD, "consent_status": 3}), quarters(GOOD, count=1)),
    "R6": (
        quarters(),
        quarters({"essential_services_open_pct": raw("essential_services_open_pct", 64)}),
        quarters(count=3),
    ),
}


@pytest.mark.parametrize("condition", SCORES)
@pytest.mark.parametrize(("at", "result"), [(0, "pass"), (1, "fail"), (2, "unknown")])
def test_conditions_on_scores(document, condition, at, result):
    """R1, R2, R3 and R6 look at earlier periods; with too few of them nothing can be said."""
    assert of_condition(document(SCORES[condition][at]), condition)["result"] == result


def test_r1_asks_for_the_lower_end_and_for_a_trend_that_is_not_worsening(document, run):
    """60 throughout is not enough where the interval reaches below 50; without a run the bound is unknown."""
    weak = [row | dict.fromkeys(GRADES, "D4") for row in quarters(scores=(60.5, 70, 70, 20))]
    assert of_condition(document(weak), "R1")["result"] == "fail"
    falling = quarters(*[{"scores": (score, 70, 70, 20)} for score in (99, 88, 77, 66)])
    row = of_condition(document(falling), "R1")
    assert row["result"] == "fail" and "trend worsening" in row["evidence"]
    done = run("score", "-", "-f", "json", "-q", "--no-uncertainty", stdin=csv_of(quarters()))
    assert of_condition(json.loads(done.out), "R1")["result"] == "unknown"


def test_a_gap_in_the_periods_is_no_held_period(document):
    """Three quarters with one between them not reported are not three consecutive ones."""
    rows = [row for row in quarters() if row["period"] != "2025-Q1"]
    assert of_condition(document(rows), "R1")["result"] == "unknown"


def test_r4_evidence_is_enough(document):
    """Published, at least Moderate, and the host's own assessment: a fact, or a reading of its own."""
    rows = quarters(count=1)
    assert of_condition(document(rows, ("host_assessment", "yes")), "R4")["result"] == "pass"
    assert of_condition(document(rows, ("host_assessment", "no")), "R4")["result"] == "unknown"
    assert of_condition(document(rows), "R4")["result"] == "unknown"
    read = [rows[0] | {"consent_status__host": 2}]
    assert of_condition(document(read), "R4")["result"] == "pass"
    ungraded = [{name: cell for name, cell in rows[0].items() if "__" not in name}]
    assert of_condition(document(ungraded, ("host_assessment", "yes")), "R4")["result"] == "fail"


@pytest.mark.parametrize("condition", YES)
def test_conditions_on_facts(document, condition):
    """All stated yes pass; one no fails and names its source; one that is not stated is unknown, never false."""
    facts = [(fact, "yes", "2025-05-01", "Minutes") for fact in YES[condition]]
    assert of_condition(document(quarters(count=1), *facts), condition)["result"] == "pass"
    failed = of_condition(document(quarters(count=1), *facts[:-1], (YES[condition][-1], "no")), condition)
    assert failed["result"] == "fail" and "facts!D" in failed["evidence"]
    unknown = of_condition(document(quarters(count=1), *facts[:-1]), condition)
    assert unknown["result"] == "unknown" and "not stated" in unknown["evidence"]


def test_r8_stress_passed(document):
    """Stability within 5 points from before the election to after it; more fails; no event is unknown."""
    calm, moved = ({}, {"scores": (72, 70, 70, 20)}), ({}, {"scores": (62, 70, 70, 20)})
    passed = of_condition(document(quarters(*calm), HELD_AN_ELECTION), "R8")
    assert passed["result"] == "pass" and "moved by 2 points" in passed["evidence"]
    others = (("succession_passed", "no"), ("national_security_lead", "no"))
    assert of_condition(document(quarters(*moved), HELD_AN_ELECTION, *others), "R8")["result"] == "fail"
    assert of_condition(document(quarters(*moved), HELD_AN_ELECTION, others[0]), "R8")["result"] == "unknown"
    assert of_condition(document(quarters(*calm)), "R8")["result"] == "unknown"


LEAD = ("national_security_lead", "yes")


@pytest.mark.parametrize(
    ("stability", "led", "result"),
    [
        ((72, 71, 70), ("2025-Q1", "2025-Q2"), "pass"),  # within 2 points of the period before both
        ((75, 71, 69), ("2025-Q1", "2025-Q2"), "fail"),  # 4 and 2 points a period, 6 over both
        ((70, 70, 70), ("2025-Q2",), "unknown"),  # nobody said who led the period before
        ((70, 70, 70), ("2024-Q3", "2024-Q4"), "unknown"),  # nor who leads now
    ],
)
def test_r8_through_two_periods_of_national_lead(run, workbook, stability, led, result):
    """Measured from the period before the first of the two; a lead in one period says nothing of the next."""
    rows = quarters(*[{"scores": (score, 70, 70, 20)} for score in stability])
    names = list(dict.fromkeys(name for row in rows for name in row))
    facts = [row for period in led for row in facts_sheet(LEAD, period=period)[1:]]
    facts += facts_sheet(("election_passed", "no"), ("succession_passed", "no"))
    sheets = {"Data": [names, *([row.get(name) for name in names] for row in rows)]}
    sheets["facts"] = [facts_sheet()[0], *[row for row in facts if row[0] == "UNMAV"]]
    found = json.loads(run("score", workbook(sheets), "-f", "json", "-q", "--draws", "400").out)
    assert of_condition(found, "R8")["result"] == result


def test_a_fact_of_one_period_says_nothing_of_later_ones(document):
    """The host's assessment of 2025-Q1 is none of 2025-Q2; a plan that was signed then still is."""
    rows = quarters(count=2)
    signed = [(fact, "yes") for fact in YES["R10"]]
    found = document(rows, ("host_assessment", "yes"), *signed, period="2025-Q1")
    assert of_condition(found, "R4")["result"] == "unknown"
    assert of_condition(found, "R10")["result"] == "pass"
    assert of_condition(document(rows, ("host_assessment", "yes")), "R4")["result"] == "pass"


def test_a_move_through_an_event_counts_the_period_after_it(workbook):
    """An election in 2025-Q1: stability 70 before and in it, 60 in the quarter after it. 10 points."""
    from pkassess.wholescope import WholeScope

    rows = quarters({}, {"scores": (60, 70, 70, 20)})
    names = list(rows[0])
    data = [names, *([row.get(name) for name in names] for row in rows)]
    path = workbook({"Data": data, "facts": facts_sheet(HELD_AN_ELECTION, period="2025-Q1")})
    scope = WholeScope(pkassess.score(path, draws=0).comparison)
    moved = scope.call("moved", "stability", "election_passed").values
    assert moved[-1] == pytest.approx(10) and moved[-2] == pytest.approx(0)
    assert all(map(math.isnan, moved[:-2])), "before the event nothing is known"


def test_r9_people_are_ready(document):
    """Trust of 50 % or rising, and communities consulted."""
    high, low = {"trust_in_authority_pct": 50}, {"trust_in_authority_pct": 42}
    assert of_condition(document(quarters(high), CONSULTED), "R9")["result"] == "pass"
    rising = quarters({"trust_in_authority_pct": 30}, low)
    assert of_condition(document(rising, CONSULTED), "R9")["result"] == "pass"
    assert of_condition(document(quarters(low, low), CONSULTED), "R9")["result"] == "fail"
    assert of_condition(document(quarters(high)), "R9")["result"] == "unknown"
    slow = quarters(*[{"trust_in_authority_pct": share} for share in (30, 33, 36, 39)])
    assert of_condition(document(slow, CONSULTED), "R9")["result"] == "pass", "12 points over four quarters"


# --- the verdict ------------------------------------------------------------------------------------------------


def gate_of(minimum, support, planned=True):
    """The verdict from results in words."""
    gate = load("partnership").readiness
    kinds = {kind: [one for one in gate.conditions if one.kind == kind] for kind in ("minimum", "support")}
    checked = [
        Checked(one, result, (), planned and result == "fail")
        for kind, results in (("minimum", minimum), ("support", support))
        for one, result in zip(kinds[kind], results, strict=True)
    ]
    return verdict(gate, checked)


P, F, U = "pass", "fail", "unknown"


@pytest.mark.parametrize(
    ("minimum", "support", "expected"),
    [
        ([P] * 5, [P] * 5, Verdict.READY),
        ([P] * 5, [F, F, P, P, P], Verdict.WITH_CONDITIONS),
        ([P] * 5, [F, U, P, P, P], Verdict.WITH_CONDITIONS),
        ([P] * 5, [F, F, F, P, P], Verdict.NOT_YET),
        ([F, U, U, U, U], [U] * 5, Verdict.NOT_YET),
        ([P, P, P, P, U], [P] * 5, Verdict.CANNOT_SAY),
        ([P] * 5, [F, U, U, P, P], Verdict.CANNOT_SAY),
        ([P] * 5, [U, U, U, P, P], Verdict.CANNOT_SAY),
        ([P, P, P, P, U], [F, P, P, P, P], Verdict.CANNOT_SAY),
    ],
)
def test_the_four_verdicts(minimum, support, expected):
    """A failed minimum decides; unknown support counts only where it could make more than two fail."""
    assert gate_of(minimum, support) is expected


def test_an_open_condition_needs_owner_and_date(document):
    """Without them it is not yet ready; facts that are not so yet carry them, or a row named as the condition."""
    assert gate_of([P] * 5, [F, P, P, P, P], planned=False) is Verdict.NOT_YET
    assert gate_of([P, P, P, P, U], [F, P, P, P, P], planned=False) is Verdict.CANNOT_SAY
    rows = quarters(GOOD, GOOD)
    facts = [(fact, "yes") for facts in (YES["R5"], YES["R7"]) for fact in facts]
    facts += [("host_assessment", "yes"), CONSULTED, HELD_AN_ELECTION]
    signed = [("transition_plan_signed", "yes"), ("transition_plan_review_dates", "yes")]

    def told(*more):
        found = document(rows, *facts, *more)
        return of_condition(found, "verdict"), of_condition(found, "R10")

    assert told(*signed)[0]["result"] == "ready"
    assert told(*signed)[0]["evidence"] == "10 of 10 met"
    open_one = ("transition_plan_review_dates", "no", "2025-09-30", "Draft", "Joint cell")
    whole, own = told(signed[0], open_one)
    assert (whole["result"], own["planned"]) == ("ready_with_conditions", "yes")
    whole, own = told(signed[0], open_one[:2])
    assert (whole["result"], own["planned"]) == ("not_yet", "no")
    overdue = ("transition_plan_review_dates", "no", "2025-05-30", "Draft", "Joint cell")
    whole, own = told(signed[0], overdue)
    assert (whole["result"], own["planned"]) == ("not_yet", "no"), "the day is before the end of 2025-Q2"
    whole, own = told(signed[0], open_one[:2], ("R10", "no", "2025-09-30", "Plan", "Joint cell"))
    assert (whole["result"], own["planned"]) == ("ready_with_conditions", "yes")


def test_an_imposed_exit_is_a_flag_of_its_own(document):
    """Consent 4, departure demanded or an official act; consent 2 alone says no more than that nothing was recorded."""
    for rows, facts, expected in (
        (quarters({"consent_status": 4}, count=1), (), "yes"),
        (quarters(count=1), (("exit_demanded", "yes"),), "yes"),
        (quarters(count=1), (("official_withdrawal_act", "yes"),), "yes"),
        (quarters({"consent_status": 2}, count=1), (), "no"),
    ):
        row = of_condition(document(rows, *facts), "imposed_exit")
        assert (row["kind"], row["result"]) == ("flag", expected)


def test_the_report_counts_verdicts_and_names_what_stays_open(run):
    """The sample: one ready with conditions, one imposed exit with seven gaps."""
    text = " ".join(run("score", "sample_data/field_demo.xlsx", "-q").out.split())
    assert "READINESS TO HAND OVER ready 0, with conditions 1, not yet 11, cannot say 0" in text
    assert "8 of 10 met; open: R7 residual needs mapped and R10 agreed calendar" in text
    assert "Imposed exit, which is no readiness. Seven gaps would stay open" in text


def test_a_rubric_without_a_gate_has_empty_tables(run):
    """No rows, no section."""
    done = run("score", "sample_data/host_countries.xlsx", "-q", "-f", "json", "--no-uncertainty")
    found = json.loads(done.out)
    assert found["readiness"] == found["diagnosis"] == found["practices"] == found["restructuring"] == []
    assert "READINESS" not in run("score", "sample_data/host_countries.xlsx", "-q", "--no-uncertainty").out


# --- each rule of the diagnosis ----------------------------------------------------------------------------------

NOTHING = dict.fromkeys(TABLES["stability"])
RULES = {
    # rule: (cells where it fires, cells where it does not, cells where it cannot be tested), and scores where needed
    "D1": (
        {"political_volatility": 4},
        {"political_volatility": 3, "unplanned_leadership_changes": 1},
        {"political_volatility": None, "unplanned_leadership_changes": 1},
    ),
    "D2": (
        {"factional_contestation": 3, "disputes_settled_pct": 39},
        {"factional_contestation": 3, "disputes_settled_pct": 40},
        {"factional_contestation": 3, "disputes_settled_pct": None},
    ),
    "D3": (
        {"trust_in_authority_pct": 39, "community_in_planning_pct": 29},
        {"trust_in_authority_pct": 40},
        {"trust_in_authority_pct": 39, "accountability_checklist": 60},
    ),
    "D7": (
        {"priority_overlap_pct": 20},
        {"priority_overlap_pct": 21, "joint_decisions_implemented_pct": 40},
        {"priority_overlap_pct": 21},
    ),
    "D8": (
        {"request_response_days__host": 22, "request_response_days": 5, "joint_meetings_held_pct": 90},
        {"request_response_days": 21, "joint_meetings_held_pct": 50},
        {"request_response_days": 21},
    ),
    "D9": (
        {"information_protocol_checklist": 32},
        {"information_protocol_checklist": 33, "info_requests_answered_pct": 50},
        {"info_requests_answered_pct": 50},
    ),
    "D10": (
        {"pledges_delivered_pct__mission": 39, "pledges_delivered_pct": 60},
        {"pledges_delivered_pct": 40, "budget_execution_pct": 60},
        {"budget_execution_pct": 60},
    ),
    "D11": (
        {"posts_filled_pct": 70, "functions_unassisted_pct": 39, "trained_in_post_pct": 60},
        {"trained_in_post_pct": 50, "posts_filled_pct": 69},
        {"trained_in_post_pct": None, "posts_filled_pct": 60},
    ),
    "D14": (
        {"framework_checklist": 32, "scores": (70, 70, 70, 40)},
        {"framework_checklist": 32, "scores": (70, 70, 70, 39)},
        {"scores": (70, 70, 70, 40)},
    ),
    "D12": ({"scores": (39, 70, 60, 20)}, {"scores": (40, 70, 60, 20)}, {"scores": (None, 70, 60, 20)}),
    "D13": ({"scores": (60, 39, 70, 20)}, {"scores": (60, 40, 70, 20)}, {"scores": (60, None, 70, 20)}),
}
SIDES = {
    # obstruction: movement, violations, delay, statements; infringement: interference, overridden, safeguards
    "D4": ((30, 55), (50, 55), None),
    "D5": ((55, 30), (55, 50), None),
    "D6": ((40, 40), (39, 60), None),
}


def sides(obstruction, infringement):
    """Cells of tension at which the two sub-scores have these values."""
    rubric = load("partnership").dimensions["sovereignty_tension"].sub_scores
    members = {name: rubric[name].of for name in ("obstruction", "infringement")}
    wanted = {"obstruction": obstruction, "infringement": infringement}
    return {one: raw(one, wanted[name]) for name, own in members.items() for one in own}


def fired(found, rule):
    """fires, cannot be tested, or nothing."""
    if any(row["rule"] == rule for row in found["diagnosis"]):
        return "fires"
    return "untested" if any(row["rule"] == rule for row in found["untested"]) else "silent"


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("at", "expected"), [(0, "fires"), (1, "silent"), (2, "untested")])
def test_rules_on_values_and_scores(document, rule, at, expected):
    """One threshold on either side of it, and with what is needed not reported."""
    # Half of D12 asks for a trend, which only several quarters can rule out.
    count = 4 if (rule, expected) == ("D12", "silent") else 1
    found = document(quarters(RULES[rule][at], count=count), draws="250")
    assert fired(found, rule) == expected


@pytest.mark.parametrize("rule", SIDES)
def test_rules_on_the_two_sides_of_tension(document, rule):
    """Sub-scores from their own indicators; without them nothing can be said."""
    fires, silent, _ = SIDES[rule]
    for values, expected in ((fires, "fires"), (silent, "silent")):
        assert fired(document(quarters(sides(*values), count=1), draws="250"), rule) == expected
    assert fired(document(quarters({"scores": (70, 70, 70, None)}, count=1), draws="250"), rule) == "untested"


def shock(neighbour, high=True):
    """Two neighbours over four quarters: the first falls; the second as given; practice high or not."""
    practice = {
        "joint_meetings_held_pct": 90,
        "joint_decisions_implemented_pct": 80,
        "request_response_days": 5,
    }
    practice |= {"priority_overlap_pct": 80, "joint_briefings_held_pct": 90, "info_requests_answered_pct": 90}
    practice |= {"information_protocol_checklist": 90, "liaison_posts_filled_pct": 95}
    practice |= {"joint_training_share_pct": 90, "framework_checklist": 90, "community_in_planning_pct": 90}
    practice |= {"women_in_planning_pct": 60, "pledges_delivered_pct": 95, "plan_tailoring": 5}
    own = practice if high else dict.fromkeys(practice, 1)
    falling = [{"scores": (score, 70, 70, 20), "neighbours": "Tessaran", **own} for score in (95, 85, 75, 65)]
    other = [{"scores": (score, 70, 70, 20)} for score in neighbour]
    return quarters(*falling) + quarters(*other, authority="Tessaran")


def test_d15_an_external_shock(document):
    """Practice high, stability falling, and the neighbour's too; with a stable one, silent; with none, untested."""
    rows = {
        "fires": shock((95, 85, 75, 65)),
        "silent": shock((70, 70, 70, 70)),
        "untested": [row for row in shock((70, 70, 70, 70)) if row["authority"] == "Karuvel"],
    }
    for expected, own in rows.items():
        found = document(own)
        mine = {"diagnosis": [], "untested": []} | {
            name: [row for row in found[name] if "Karuvel" in row["partnership"]]
            for name in ("diagnosis", "untested")
        }
        assert fired(mine, "D15") == expected, expected
    assert fired(document(shock((95, 85, 75, 65), high=False)), "D15") != "fires"


def test_d15_names_the_neighbours(document):
    """What they do is evidence; that there is none in the data is why nothing can be tested."""
    (row,) = [
        row
        for row in document(shock((95, 85, 75, 65)))["diagnosis"]
        if row["rule"] == "D15" and "Karuvel" in row["partnership"]
    ]
    assert "Tessaran: stability trend worsening" in row["evidence"]
    alone = document([row for row in shock((70, 70, 70, 70)) if row["authority"] == "Karuvel"])
    (row,) = [row for row in alone["untested"] if row["rule"] == "D15"]
    assert row["untested"] == "no neighbour in the data for this period"


def test_a_filter_changes_no_hypothesis(run, workbook):
    """Neighbours are looked at though --where leaves them out."""
    rows = shock((95, 85, 75, 65))
    names = list(dict.fromkeys(name for row in rows for name in row))
    path = workbook({"Data": [names, *([row.get(name) for name in names] for row in rows)]})
    options = ("-f", "json", "-q", "--draws", "250", "--where", "authority == Karuvel")
    found = json.loads(run("score", path, *options).out)
    assert [row["rule"] for row in found["diagnosis"]].count("D15") == 1
    assert {row["partnership"] for row in found["trends"]} == {"UNMAV / Karuvel"}


def test_d12_growth_while_trust_falls(document):
    """The economy improving over four quarters while trust loses five points since the last one."""
    trend = [{"scores": (70, 70, score, 20)} for score in (50, 60, 70, 80)]
    trend[-1] |= {"trust_in_authority_pct": raw("trust_in_authority_pct", 64)}
    assert fired(document(quarters(*trend)), "D12") == "fires"
    trend[-1] |= {"trust_in_authority_pct": raw("trust_in_authority_pct", 66)}
    assert fired(document(quarters(*trend)), "D12") == "silent"


def test_a_hypothesis_comes_with_evidence_and_what_counts_against_it(document):
    """Cells of what fired, the strategy to examine, and whether the counter-evidence holds."""
    found = document(quarters({"political_volatility": 4, "joint_decisions_implemented_pct": 80}, count=1))
    (row,) = [row for row in found["diagnosis"] if row["rule"] == "D1"]
    assert row["challenge"] == "political instability (VOL)"
    assert row["evidence"].startswith("political volatility 4 (Data!")
    assert row["counter_evidence"] == "joint decisions are carried out despite the changes"
    assert row["counter_holds"] == "yes" and "80 %" in row["counter_basis"]


def test_what_is_excluded_or_carried_fires_nothing(document):
    """A rating graded E5 is left out; a carried one speaks of another period."""
    excluded = document(quarters({"political_volatility": 4, "political_volatility__grade": "E5"}, count=1))
    assert fired(excluded, "D1") != "fires"
    before = {"trust_in_authority_pct": 30, "community_in_planning_pct": 10}
    carried = document(quarters(before, {"trust_in_authority_pct": None, "community_in_planning_pct": 10}))
    assert fired(carried, "D3") == "untested"


# --- practices and restructuring -----------------------------------------------------------------------------------


def places(*cases):
    """One row per (overall score, liaison posts)."""
    return [
        partnership(
            score,
            score,
            score,
            10,
            **GRADES,
            authority=f"P{at}",
            period="2025-Q2",
            liaison_posts_filled_pct=posts,
        )
        for at, (score, posts) in enumerate(cases)
    ]


@pytest.mark.parametrize(
    ("cases", "verdict_then"),
    [
        (((70, 95), (72, 95), (74, 10), (30, 10), (25, 10)), "candidate practice"),
        (((70, 95), (72, 10), (30, 10)), "one place only"),
        (((70, 95), (72, 95), (30, 95)), "as common among the weak"),
        (((70, 95), (72, 95)), "nothing to contrast with"),
    ],
)
def test_the_contrast_of_practices(document, cases, verdict_then):
    """High in two or more strong places and rarer among the weak; one place is an anecdote and shown as such."""
    found = document(places(*cases), draws="250")
    (row,) = [row for row in found["practices"] if row["diagnostic"] == "liaison_posts_filled_pct"]
    assert row["verdict"] == verdict_then
    assert row["caution"].startswith("Association in few cases")
    if verdict_then == "candidate practice":
        assert (row["strong_high"], row["strong_known"], row["weak_high"], row["weak_known"]) == (2, 3, 0, 2)
        assert row["places"] == "UNMAV / P0; UNMAV / P1"


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"scores": (30, 30, 30, 20)}, "overall Critical or Fragile"),
        ({"scores": (75, 75, 75, 65)}, "capped by sovereignty tension"),
        (
            {"framework_checklist": 10, "scores": (70, 70, 70, 45)},
            "no agreed framework and tension Strained or higher",
        ),
        ({"scores": (70, 70, 70, 20)}, None),
    ],
)
def test_what_needs_restructuring_by_rule(document, cells, reasons):
    """Each rule by itself; rank never decides."""
    found = document(quarters(cells, count=1), draws="250")["restructuring"]
    assert [row["reasons"] for row in found] == ([reasons] if reasons else [])


def test_two_dimensions_worsening_and_the_rule_that_spares(document):
    """Two falling dimensions put a case on the list; an external shock on a sound partnership takes it off."""
    rows = shock((95, 85, 75, 65))
    for row, score in zip(rows[:4], (90, 80, 70, 60), strict=True):
        row.update({name: raw(name, score) for name in TABLES["economic_impact"]})
    found = {row["partnership"]: row for row in document(rows)["restructuring"]}
    row = found["UNMAV / Karuvel"]
    assert "two dimensions worsening" in row["reasons"]
    assert row["listed"] == "no" and row["spared_by"].startswith("D15: an external shock")


def test_markdown_lists_hypotheses_as_such(run):
    """Consistent with, examine, against; never a finding, never a person."""
    text = run("score", "sample_data/field_demo.xlsx", "-q", "-f", "md").out
    assert "## Diagnosis: hypotheses to examine, not findings" in text
    assert "D6, consistent with mutual distrust" in text
    assert "## Practices that go with strength" in text and "## To restructure, by rule" in text


def test_python_gives_data_frames():
    """Two properties of an assessment."""
    found = pkassess.score("sample_data/field_demo.xlsx", draws=250)
    assert list(found.readiness.columns[:6]) == [
        "partnership",
        "period",
        "condition",
        "kind",
        "result",
        "evidence",
    ]
    columns = ["partnership", "period", "rule", "challenge", "strategy", "evidence", "counter_evidence"]
    assert list(found.diagnosis.columns[:7]) == columns
    assert (found.readiness["condition"] == "verdict").sum() == 12


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("held(0, stability >= 60)", "a number of periods"),
        ("held(3, stabilty >= 60)", "names 'stabilty', which does not exist"),
        ("trend(stability) in (worsening", "is missing"),
        ("low(posts_filled_pct) >= 3", "posts_filled_pct"),
        ("slope(stability) > 1", "slope()"),
    ],
)
def test_a_wrong_condition_is_named_with_its_line(run, tmp_path, written, told):
    """As for every other condition of a rubric."""
    from pkassess.library import data_folder

    text = (data_folder("rubrics") / "partnership.yaml").read_text(encoding="utf-8")
    path = tmp_path / "r.yaml"
    path.write_text(
        text.replace(
            "when: held(2, governance_capacity >= 60 and functions_unassisted_pct >= 80)", f"when: {written}"
        ),
        encoding="utf-8",
    )
    done = run("rubric", "check", str(path))
    assert done.code == 2 and told in done.err and "r.yaml" in done.err


def test_alarms_and_filters_do_not_look_back(run):
    """Only readiness and diagnosis do; elsewhere that is said."""
    done = run("score", "sample_data/field_demo.xlsx", "--where", "held(2, stability >= 60)")
    assert done.code == 2 and "cannot be used here" in done.err
