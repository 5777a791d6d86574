"""Makes field_demo.xlsx: an invented field workbook for the rubric `partnership`.

    python sample_data/build_field_demo.py [WORKBOOK]

Two missions and twelve authorities over eight quarters; none of them exists. Each partnership has a course of
scores per dimension. Raw values are read backwards off the rubric's knots and rounded as people type.
Gaps, slips and odd cells are put in on purpose, because real sheets have them. Same script, same bytes.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import math
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

WORKBOOK = Path(__file__).resolve().parent / "field_demo.xlsx"
SEED = 20250630
CREATED = datetime.datetime(2025, 7, 4, 9, 0, 0)  # noqa: DTZ001  # a workbook's date has no zone
TITLE = "UNMAV and UNOKA: partnership monitoring, 2023-Q3 to 2025-Q2"
INVENTED = "Invented data for demonstration. No real mission, place or office is described."
QUARTERS = ("2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2")
LAST = len(QUARTERS) - 1
CLOSED = "-"
"""In a course: the office was closed and nobody reported that quarter."""

# --- what is measured -------------------------------------------------------------------------------------
STABILITY, GOVERNANCE, ECONOMY, TENSION = "stability", "governance", "economy", "tension"
_DEATHS, _INCIDENTS = "conflict_deaths_per_100k", "security_incidents_per_100k"
_MOVEMENT, _SOFA = "movement_denied_pct", "sofa_violations_per_1000_staff"
_CONSENT, _SAFEGUARDS = "consent_status", "autonomy_safeguards_checklist"
_WORK, _ROAD = "local_work_days_per_1000", "market_road_open_pct"
_HOUSEHOLD, _ELECTRICITY = "household_economy_same_or_better_pct", "electricity_access_pct"
_BUSINESSES, _OVERRIDDEN = "active_businesses_change_pct", "local_decisions_overridden_pct"
_FACTIONS, _DISPUTES, _POSTS = "factional_contestation", "disputes_settled_pct", "posts_filled_pct"
_PROCUREMENT, _PROJECTS = "local_procurement_share_pct", "projects_in_use_pct"
_TRAINED, _FUNCTIONS, _STATEMENTS = "trained_in_post_pct", "functions_unassisted_pct", "hostile_statements"
_VOLATILITY = "political_volatility"
_INTERFERENCE, _LEADERS = "perceived_interference_pct", "unplanned_leadership_changes"

Knots = tuple[float, ...]
_FIVE_POINTS_DOWN: Knots = (5, 4.2, 3.4, 2.6, 1.8, 1)
_FIVE_POINTS_UP: Knots = _FIVE_POINTS_DOWN[::-1]
_CITIZENS: Knots = (10, 25, 40, 55, 70, 85)


class Indicator(NamedTuple):
    """A scored indicator: knots are raw values at scores 0, 20 .. 100; step is how it is typed."""

    id: str
    dimension: str
    weight: float
    knots: Knots
    step: float = 1
    source_type: str = ""
    every: int = 1
    """Surveys: 2 is every second quarter (Q4 and Q2), 4 every fourth (Q2)."""
    per: float = 0
    """Given by numerator and denominator: the rate is per this many."""
    times: int = 1
    """Quarters in the time the rate speaks of."""
    header: str = ""
    coarse: bool = False
    """Ratings and small counts: one step is a fifth of the scale or more."""


INDICATORS = (
    Indicator(_DEATHS, STABILITY, 0.20, (50, 15, 5, 2, 0.5, 0), 1, "mission record", per=100_000, times=4),
    Indicator(_INCIDENTS, STABILITY, 0.10, (40, 20, 8, 3, 1, 0), per=100_000),
    Indicator(
        "safe_walking_pct",
        STABILITY,
        0.15,
        (10, 25, 40, 60, 75, 90),
        1,
        "survey",
        2,
        header="Sécurité ressentie à pied",
    ),
    Indicator("displaced_share_pct", STABILITY, 0.10, (30, 15, 7, 3, 1, 0), 0.1),
    Indicator(_VOLATILITY, STABILITY, 0.12, _FIVE_POINTS_DOWN, coarse=True),
    Indicator(_LEADERS, STABILITY, 0.08, (5, 4, 3, 2, 1, 0), coarse=True),
    Indicator(_FACTIONS, STABILITY, 0.10, _FIVE_POINTS_DOWN, coarse=True),
    Indicator(_DISPUTES, STABILITY, 0.10, (10, 25, 40, 60, 75, 90), 1, "official record"),
    Indicator(_POSTS, GOVERNANCE, 0.14, (20, 35, 50, 70, 85, 95), 1, "joint register"),
    Indicator("budget_execution_pct", GOVERNANCE, 0.12, (40, 60, 75, 85, 90, 95), 1, "official record"),
    Indicator("own_revenue_share_pct", GOVERNANCE, 0.06, (0, 5, 10, 20, 30, 45)),
    Indicator("service_satisfaction_pct", GOVERNANCE, 0.12, _CITIZENS, 1, "", 4),
    Indicator("trust_in_authority_pct", GOVERNANCE, 0.15, _CITIZENS, 1, "survey", 2),
    Indicator(_TRAINED, GOVERNANCE, 0.12, (10, 30, 50, 65, 80, 95)),
    Indicator(_FUNCTIONS, GOVERNANCE, 0.14, (0, 20, 40, 60, 80, 100), 1, "joint register"),
    Indicator("accountability_checklist", GOVERNANCE, 0.10, (0, 20, 40, 60, 80, 100), 100 / 12, coarse=True),
    Indicator("essential_services_open_pct", ECONOMY, 0.18, (20, 35, 50, 70, 85, 95), 1, "authority record"),
    Indicator(_ROAD, ECONOMY, 0.12, (20, 40, 60, 75, 90, 98)),
    Indicator(_WORK, ECONOMY, 0.12, (0, 100, 250, 500, 1000, 2000)),
    Indicator(_PROJECTS, ECONOMY, 0.12, (10, 30, 50, 65, 80, 95), 1, "mission record"),
    Indicator(_BUSINESSES, ECONOMY, 0.10, (-20, -10, 0, 5, 10, 20), 0.5),
    Indicator(_HOUSEHOLD, ECONOMY, 0.10, _CITIZENS, 1, "survey", 2),
    Indicator(_ELECTRICITY, ECONOMY, 0.10, (2, 10, 25, 50, 75, 95), 1, "", 2),
    Indicator(_PROCUREMENT, ECONOMY, 0.08, (0, 5, 10, 20, 35, 50)),
    Indicator(_CONSENT, TENSION, 0.20, _FIVE_POINTS_UP, 1, "assessment", coarse=True),
    Indicator(_MOVEMENT, TENSION, 0.15, (0, 2, 5, 10, 25, 50), 1, "mission record", per=100),
    Indicator(_SOFA, TENSION, 0.13, (0, 0.5, 1, 2, 4, 8), per=1000),
    Indicator("clearance_delay_days", TENSION, 0.08, (0, 3, 7, 21, 45, 90)),
    Indicator(_STATEMENTS, TENSION, 0.08, (0, 1, 2, 4, 7, 12), coarse=True),
    Indicator(_INTERFERENCE, TENSION, 0.14, (5, 15, 30, 45, 60, 80), 1, "third party", 2),
    Indicator(_OVERRIDDEN, TENSION, 0.12, (0, 5, 10, 20, 35, 60), 1, "joint register"),
    Indicator(_SAFEGUARDS, TENSION, 0.10, (0, 20, 40, 60, 80, 100), 100 / 12),
)
SAFEGUARDS = (
    "competence_named",
    "local_plan_followed",
    "exit_clause",
    "data_accessible",
    "may_amend_or_stop",
    "assets_assigned",
)
"""The items of the safeguards, those that are usually met first in front."""
STEADY = (_VOLATILITY, _FACTIONS, _LEADERS, _CONSENT, _SAFEGUARDS)
"""These may stand still for many quarters; of the others no value is typed a third time running."""
NATIONAL = {
    "wgi_political_stability_rank": (STABILITY, {"UNMAV": (12, 13, 13), "UNOKA": (16, 15, 16)}),
    "wgi_gov_effectiveness_rank": (GOVERNANCE, {"UNMAV": (9, 9, 10), "UNOKA": (14, 15, 15)}),
    "gdp_pc_growth_pct": (ECONOMY, {"UNMAV": (0.8, 1.1, 1.1), "UNOKA": (1.9, 1.4, 1.2)}),
}
"""National figures of 2023, 2024 and 2025, on every row as in real sheets. No local row is scored by them."""
TEXT_COLUMN = "clearance_delay_days"
"""Numbers stored as text, as they come out of some request registers."""
SEASON = {"Q2": 3.0, "Q3": -9.0}
"""Score points by which the rains and the dry season move the market road."""
SHIFTS = sorted((step / 2 for step in range(-40, 41)), key=abs)
"""Score points by which the indicators of a dimension may be moved to meet its course, the smallest first."""
CLOSE_ENOUGH = 0.1
STRAY, COARSE_STRAY = 2.2, (-7, 7)
"""Score points by which a value strays; ratings and small counts stray more, or they would never change."""

# --- the partnerships -------------------------------------------------------------------------------------


class Gap(NamedTuple):
    """An indicator that a partnership does not report from a quarter on, and what stands in its cells."""

    since: int = 0
    word: str = ""


Typed = float | tuple[int, int]
"""A value as it was typed: a number, or numerator and denominator."""


class Partnership(NamedTuple):
    """One row of the plan: who, how large, how well evidenced, and the course of each dimension's score."""

    mission: str
    authority: str
    code: str
    population: int
    staff: int
    evidence: str
    practice: int
    """How well the two sides work together, 0 to 100; drives the diagnostics only."""
    stability: str
    governance: str
    economy: str
    tension: str
    gaps: Mapping[str, Gap] = {}
    closing: Mapping[str, Typed] = {}
    """Values typed in the last quarter. Earlier quarters keep their distance from the course."""
    talks_end: int = LAST + 1
    """The quarter from which collaboration is no longer reported on."""

    def course(self, dimension: str) -> list[float | None]:
        """The scores that the eight quarters should come to; None where nothing was reported."""
        words: list[str] = getattr(self, dimension).split()
        return [None if word == CLOSED else float(word) for word in words]


_UNSEEN = Gap()
KARUVEL_CLOSING: dict[str, Typed] = {
    _DEATHS: (2, 498_700),
    _INCIDENTS: (17, 498_700),
    "safe_walking_pct": 63,
    "displaced_share_pct": 2.6,
    _VOLATILITY: 2,
    _LEADERS: 1,
    _FACTIONS: 3,
    _DISPUTES: 66,
    _POSTS: 74,
    "budget_execution_pct": 84,
    "own_revenue_share_pct": 14,
    "service_satisfaction_pct": 57,
    "trust_in_authority_pct": 58,
    _TRAINED: 66,
    _FUNCTIONS: 60,
    "accountability_checklist": 58,
    "essential_services_open_pct": 73,
    _ROAD: 84,
    _WORK: 540,
    _PROJECTS: 68,
    _BUSINESSES: 6,
    _ELECTRICITY: 31,
    _PROCUREMENT: 17,
    _CONSENT: 3,
    _MOVEMENT: (41, 171),
    _SOFA: (7, 1795),
    "clearance_delay_days": 41,
    _STATEMENTS: 6,
    _INTERFERENCE: 54,
    _OVERRIDDEN: 26,
    _SAFEGUARDS: 67,
}
MIRRAH_UNSEEN = (
    *("safe_walking_pct", _DISPUTES, _INTERFERENCE, TEXT_COLUMN),
    *("budget_execution_pct", "service_satisfaction_pct", "trust_in_authority_pct"),
    *(_TRAINED, _FUNCTIONS, "accountability_checklist"),
    *("essential_services_open_pct", _WORK, _PROJECTS, _BUSINESSES),
    *(_HOUSEHOLD, _ELECTRICITY, _PROCUREMENT),
)
PARTNERSHIPS = (
    Partnership(
        *("UNMAV", "Tessaran", "MVS-01", 612_000, 2140, "good", 82),
        stability="61 62 64 65 66 68 70 72",
        governance="60 61 61 62 63 64 65 66",
        economy="57 58 58 60 60 61 62 63",
        tension="30 29 28 27 25 24 23 22",
    ),
    Partnership(
        *("UNMAV", "Anselle", "MVS-02", 548_000, 1960, "fair", 78),
        stability="62 63 63 64 65 65 66 68",
        governance="46 47 49 50 52 53 55 61",
        economy="52 53 53 54 55 55 56 58",
        tension="38 37 36 35 34 33 32 31",
        gaps={_PROCUREMENT: _UNSEEN},
        closing={_POSTS: 71},
    ),
    Partnership(
        *("UNMAV", "Port Halden", "MVS-03", 894_000, 2480, "fair", 64),
        stability="60 62 59 61 60 62 60 61",
        governance="57 58 59 58 60 58 60 59",
        economy="67 66 67 66 67 66 67 67",
        tension="42 43 45 44 43 45 44 44",
        gaps={_DISPUTES: Gap(3), "own_revenue_share_pct": _UNSEEN},
    ),
    Partnership(
        *("UNMAV", "Karuvel", "MVS-04", 498_700, 1795, "fair", 52),
        stability="61 60 63 - 62 66 63 65",
        governance="54 56 55 - 58 57 61 60",
        economy="48 50 52 - 55 56 59 61.5",
        tension="38 36 41 - 46 52 57 69",
        gaps={_HOUSEHOLD: _UNSEEN},
        closing=KARUVEL_CLOSING,
    ),
    Partnership(
        *("UNMAV", "Upper Naret", "MVS-05", 437_000, 1620, "fair", 55),
        stability="52 53 54 53 55 54 56 56",
        governance="49 49 48 50 49 48 49 49",
        economy="47 48 49 49 51 50 52 52",
        tension="40 39 39 38 38 38 37 37",
        gaps={_TRAINED: _UNSEEN, _ELECTRICITY: _UNSEEN},
    ),
    Partnership(
        *("UNMAV", "Saint-Orrel", "MVS-06", 523_000, 1880, "fair", 47),
        stability="57 46 45 57 58 46 46 58",
        governance="46 46 47 47 46 47 46 47",
        economy="49 49 50 50 50 51 50 51",
        tension="38 44 50 56 60 62 57 52",
        gaps={_HOUSEHOLD: Gap(0, "n/a"), "budget_execution_pct": Gap(5)},
        closing={_LEADERS: 3},
    ),
    Partnership(
        *("UNMAV", "Veshti", "MVS-07", 471_000, 2310, "poor", 44),
        stability="51 50 50 48 46 44 41 36",
        governance="45 44 45 44 44 44 43 43",
        economy="49 48 49 48 48 48 47 47",
        tension="44 45 45 46 46 47 47 48",
        gaps={
            "displaced_share_pct": Gap(5),
            _TRAINED: _UNSEEN,
            "own_revenue_share_pct": _UNSEEN,
            _BUSINESSES: Gap(6),
        },
    ),
    Partnership(
        *("UNMAV", "Mirrah", "MVS-08", 402_000, 1540, "poor", 30),
        talks_end=3,
        stability="45 44 43 43 42 42 41 41",
        governance="44 44 43 43 43 42 42 42",
        economy="45 45 44 44 44 43 43 43",
        tension="43 44 44 45 45 46 46 46",
        gaps=dict.fromkeys(MIRRAH_UNSEEN, _UNSEEN),
    ),
    Partnership(
        *("UNOKA", "Boru Kal", "OKR-01", 1_184_000, 2260, "good", 88),
        stability="80 81 82 82 83 83 84 84",
        governance="77 78 78 79 80 80 81 81",
        economy="68 70 71 73 74 75 77 78",
        tension="18 17 17 16 15 15 14 14",
        closing={_FUNCTIONS: 85, _CONSENT: 1},
    ),
    Partnership(
        *("UNOKA", "Ombeka", "OKR-02", 1_327_000, 2750, "fair", 66),
        stability="24 21 18 15 13 11 15 19",
        governance="68 69 69 70 70 69 70 70",
        economy="72 72 73 73 73 74 74 74",
        tension="31 30 30 29 30 29 29 29",
        gaps={_TRAINED: _UNSEEN},
    ),
    Partnership(
        *("UNOKA", "Djemarra", "OKR-03", 1_052_000, 2390, "fair", 36),
        stability="58 57 58 57 57 58 57 57",
        governance="53 53 54 53 53 52 52 52",
        economy="52 51 51 50 50 50 49 49",
        tension="48 50 53 55 58 61 64 78",
        gaps={_HOUSEHOLD: _UNSEEN, _PROCUREMENT: _UNSEEN, "displaced_share_pct": Gap(6)},
        closing={_INTERFERENCE: 41, _OVERRIDDEN: 16, _SAFEGUARDS: 50},
    ),
    Partnership(
        *("UNOKA", "Lower Naret", "OKR-04", 968_000, 2080, "fair", 61),
        stability="62 63 63 64 64 65 65 66",
        governance="55 55 56 56 57 57 58 58",
        economy="56 57 57 58 58 59 59 60",
        tension="36 36 35 35 34 34 33 33",
        gaps={
            _HOUSEHOLD: _UNSEEN,
            _ELECTRICITY: Gap(0, ".."),
            _PROCUREMENT: _UNSEEN,
            _WORK: Gap(5, "-"),
        },
    ),
)
COUNTRIES = {"UNMAV": "Mavesia", "UNOKA": "Okaria"}
DRAWDOWN = {"UNOKA": 5}
"""The quarter in which a mission's drawdown began."""

# --- single cells -----------------------------------------------------------------------------------------
PINNED: dict[tuple[str, str], dict[str, Typed]] = {
    ("Anselle", "2025-Q1"): {_POSTS: 58},
    ("Upper Naret", "2024-Q3"): {_ROAD: 48},
    ("Boru Kal", "2024-Q2"): {_DEATHS: (0, 1_160_300)},
    ("Port Halden", "2025-Q1"): {_STATEMENTS: 2},
    ("Karuvel", "2025-Q1"): {_MOVEMENT: (18, 164), _CONSENT: 3},
    ("Djemarra", "2025-Q1"): {_CONSENT: 3},
    ("Djemarra", "2025-Q2"): {_CONSENT: 5},
}
"""Values that do not follow the course."""
SLIPS = {
    ("Mirrah", "2024-Q3", _FACTIONS): 7,
    ("Anselle", "2024-Q4", _DISPUTES): "approx. 40",
    ("Upper Naret", "2025-Q2", _BUSINESSES): "=(212-0)/0*100",
    ("Boru Kal", "2024-Q4", _STATEMENTS): "nil",
}
"""Cells as people leave them: a rating of 7 on a scale of 5, text in a number, a formula that fails."""
GRADE_PINS = {
    ("Djemarra", "2025-Q2", _CONSENT): "B2",
    ("Saint-Orrel", "2025-Q2", _PROJECTS): "E5",
    ("Veshti", "2025-Q2", _DEATHS): "D4",
    ("Veshti", "2025-Q2", _FACTIONS): "D4",
    ("Karuvel", "2025-Q2", _FACTIONS): "D3",
    ("Karuvel", "2025-Q2", _BUSINESSES): "C4",
}
GRADES = {
    "good": (("B2", "A1", "A2", "B1", "C2", "B3"), (50, 12, 14, 10, 8, 6)),
    "fair": (("B2", "C3", "C2", "B3", "A2", "D3", "F6", ""), (36, 22, 14, 12, 6, 4, 2, 4)),
    "poor": (("C3", "B3", "D4", "D3", "F6", ""), (24, 10, 20, 10, 10, 26)),
}
"""Grades by quality of evidence, and how often each is given."""
OTHER_GRADE = 0.12
RESIDENTS, OFFICIALS = (380, 620), (31, 46)
"""Respondents to surveys, fewest and most."""
SIDES: dict[tuple[str, str], dict[str, tuple[float, float]]] = {
    ("Tessaran", "2025-Q2"): {
        _CONSENT: (2, 2),
        "pledges_delivered_pct": (78, 84),
        "request_response_days": (6, 8),
    },
    ("Karuvel", "2025-Q1"): {_CONSENT: (3, 2)},
    ("Karuvel", "2025-Q2"): {
        _CONSENT: (4, 2),
        _OVERRIDDEN: (14, 38),
        "joint_decisions_implemented_pct": (61, 44),
        "request_response_days": (19, 6),
        "pledges_delivered_pct": (48, 72),
    },
    ("Saint-Orrel", "2025-Q2"): {_CONSENT: (3, 2), "pledges_delivered_pct": (52, 38)},
    ("Boru Kal", "2025-Q1"): {_CONSENT: (1, 1)},
    ("Boru Kal", "2025-Q2"): {
        _CONSENT: (1, 1),
        "pledges_delivered_pct": (91, 86),
        "request_response_days": (5, 4),
    },
    ("Djemarra", "2025-Q2"): {_CONSENT: (5, 5), "request_response_days": (12, 34)},
}
"""Readings of the two sides, mission and host, beside the agreed value; of diagnostics that is their mean."""
SIDED = {key: None for cells in SIDES.values() for key in cells}
REMARKS = {
    ("Karuvel", "2024-Q2"): "Field office relocated; no report this quarter.",
    ("Karuvel", "2025-Q2"): "Checks on convoys under the state of emergency since April.",
    ("Upper Naret", "2024-Q3"): "Floods: bridge on the market road out for five weeks.",
    ("Upper Naret", "2025-Q2"): "No stall count a year ago, see formula.",
    ("Anselle", "2024-Q4"): "Register of disputes lost in office move; figure from memory.",
    ("Anselle", "2025-Q2"): "New senior staff took up their posts in May.",
    ("Veshti", "2024-Q4"): "Displacement tracking ended with the partner's contract.",
    ("Mirrah", "2025-Q2"): "Authority seldom receives us; most figures could not be obtained.",
    ("Djemarra", "2025-Q2"): "Provincial assembly asked the mission to leave on 14 May, see facts.",
    ("Lower Naret", "2024-Q4"): "Labour office closed; work days no longer counted.",
    ("Saint-Orrel", "2025-Q2"): "Works list comes from one contractor only.",
}


class Diagnostic(NamedTuple):
    """An unscored item of collaboration practice: its value at practice 0 and 100, and how it is typed."""

    id: str
    low: float
    high: float
    step: float = 1


DIAGNOSTICS = (
    Diagnostic("joint_meetings_held_pct", 25, 100),
    Diagnostic("joint_decisions_implemented_pct", 12, 92),
    Diagnostic("request_response_days", 36, 3),
    Diagnostic("priority_overlap_pct", 0, 90, 20),
    Diagnostic("joint_briefings_held_pct", 20, 100),
    Diagnostic("info_requests_answered_pct", 22, 98),
    Diagnostic("information_protocol_checklist", 0, 98, 100 / 6),
    Diagnostic("liaison_posts_filled_pct", 25, 100),
    Diagnostic("joint_training_share_pct", 8, 72),
    Diagnostic("framework_checklist", 5, 100, 100 / 6),
    Diagnostic("community_in_planning_pct", 8, 82),
    Diagnostic("women_in_planning_pct", 6, 36),
    Diagnostic("pledges_delivered_pct", 15, 92),
    Diagnostic("plan_tailoring", 1, 5),
)
_READY = "Joint transition cell"
_LIST, _PLAN, _PROTECTION = (
    "List of functions, version 2",
    "Draft transition plan",
    "National protection plan",
)
_DISTRICT, _PROVINCE = "District self-assessment", "Provincial self-assessment"
FACTS: dict[tuple[str, str, str], tuple[tuple[str, ...], ...]] = {
    ("UNOKA", "Boru Kal", "2024-Q4"): (
        ("election_passed", "yes", "2024-11-17", "Electoral board, result notice"),
    ),
    ("UNOKA", "Boru Kal", "2025-Q1"): (
        ("national_security_lead", "yes", "2025-01-01", "Security handover act"),
    ),
    ("UNOKA", "Boru Kal", "2025-Q2"): (
        ("host_assessment", "yes", "2025-06-20", _PROVINCE),
        ("agreed_exit", "yes", "2025-03-04", "Joint communiqué"),
        ("protection_plan", "yes", "2025-02-11", _PROTECTION),
        ("protection_plan_lead", "yes", "2025-02-11", _PROTECTION),
        ("protection_plan_budgeted", "yes", "2025-05-30", "Supplementary budget"),
        ("protection_plan_dated", "yes", "2025-02-11", _PROTECTION),
        ("functions_mapped", "yes", "2025-04-15", _LIST),
        ("functions_successors_named", "yes", "2025-04-15", _LIST),
        ("functions_budgeted", "no", "2025-10-31", "Budget calendar", "Treasury office"),
        ("functions_dated", "yes", "2025-04-15", _LIST),
        ("functions_list_cosigned", "no", "2025-09-30", "Draft protocol", _READY),
        ("communities_consulted", "yes", "2025-05-22", "Minutes of nine hearings"),
        ("transition_plan_signed", "no", "2025-09-30", _PLAN, _READY),
        ("transition_plan_review_dates", "no", "2025-09-30", _PLAN, _READY),
    ),
    ("UNOKA", "Djemarra", "2025-Q2"): (
        ("official_withdrawal_act", "yes", "2025-05-14", "Assembly resolution 7"),
        ("exit_demanded", "yes", "2025-05-14", "Assembly resolution 7"),
        ("host_assessment", "no"),
        ("protection_plan", "no"),
        ("functions_mapped", "no"),
        ("functions_list_cosigned", "no"),
        ("communities_consulted", "no"),
        ("transition_plan_signed", "no"),
    ),
    ("UNOKA", "Ombeka", "2025-Q2"): (
        ("host_assessment", "yes", "2025-06-25", _PROVINCE),
        ("protection_plan", "no", "2025-12-15", "Letter of the governor", "Governor's office"),
    ),
    ("UNOKA", "Lower Naret", "2025-Q2"): (
        ("protection_plan", "yes", "2025-06-02", "Provincial protection plan"),
        ("functions_mapped", "yes", "2025-05-08", "List of functions"),
    ),
    ("UNMAV", "Tessaran", "2025-Q1"): (("succession_passed", "yes", "2025-02-03", "District gazette"),),
    ("UNMAV", "Tessaran", "2025-Q2"): (
        ("host_assessment", "yes", "2025-06-18", _DISTRICT),
        ("protection_plan", "no", "2026-03-31", "Joint work plan", "District council"),
    ),
    ("UNMAV", "Anselle", "2025-Q2"): (("host_assessment", "yes", "2025-06-27", _DISTRICT),),
    ("UNMAV", "Karuvel", "2025-Q2"): (("host_assessment", "yes", "2025-06-30", _DISTRICT),),
}
"""By mission, authority and quarter: fact, value, date (where open, the day it is due), source and owner."""
FACT_HEADER = ("mission", "authority", "period", "fact", "value", "date", "source_ref", "owner")
ABOUT = (
    ("rubric", "partnership"),
    ("rubric_version", "1.0"),
    ("marking", "CONFIDENTIAL"),
    ("title", TITLE),
    ("invented", "yes"),
    ("notice", INVENTED + " The marking is part of the invention."),
    ("made by", f"build_field_demo.py, seed {SEED}"),
    ("period_covered", f"{QUARTERS[0]} to {QUARTERS[-1]}, quarters of the calendar year"),
    ("layout", "Sheet Data: one row per partnership and quarter. Sheet facts: what no indicator holds."),
    ("surveys", "Held in Q4 and Q2, service satisfaction in Q2 only. Other quarters are blank, not zero."),
    ("rates", "Deaths, incidents, violations and denied movements are given as counts; the program divides."),
    (
        "national figures",
        "WGI ranks and income growth stand on every row, but score no district or province.",
    ),
    ("odd cells", "A rating of 7, a failed formula, words in place of numbers: left in on purpose."),
)

# --- values from scores -----------------------------------------------------------------------------------


def score_of(knots: Knots, raw: float) -> float:
    """The score of a raw value, in a straight line between two knots."""
    rising = knots[0] < knots[-1]
    if (raw <= knots[0]) if rising else (raw >= knots[0]):
        return 0.0
    for at, (low, high) in enumerate(itertools.pairwise(knots)):
        if min(low, high) <= raw <= max(low, high):
            return 20.0 * (at + (raw - low) / (high - low))
    return 100.0


def raw_of(knots: Knots, score: float) -> float:
    """The raw value of a score."""
    at = min(int(score // 20), len(knots) - 2)
    return knots[at] + (knots[at + 1] - knots[at]) * (score / 20 - at)


def rate(indicator: Indicator, typed: Typed) -> float:
    """The raw value that typed cells stand for."""
    if not isinstance(typed, tuple):
        return float(typed)
    return typed[0] / typed[1] * indicator.per * indicator.times


class Writer:
    """Writes one partnership's values quarter by quarter, remembering what was typed before."""

    def __init__(self, partnership: Partnership) -> None:
        self.partnership = partnership
        self.dice = random.Random(f"{SEED} {partnership.authority}")
        self.typed: dict[str, list[Typed | None]] = {indicator.id: [] for indicator in INDICATORS}
        self.offset = {indicator.id: self._offset(indicator) for indicator in INDICATORS}

    def _offset(self, indicator: Indicator) -> float:
        """How far this indicator usually lies from its dimension's course."""
        drawn = self.dice.uniform(-9, 9)
        closing = self.partnership.closing.get(indicator.id)
        if closing is None:
            return drawn
        course = self.partnership.course(indicator.dimension)[LAST]
        return score_of(indicator.knots, rate(indicator, closing)) - (course or 0.0)

    def quarter(self, number: int) -> None:
        """Type all indicators of one quarter."""
        for dimension in (STABILITY, GOVERNANCE, ECONOMY, TENSION):
            course = self.partnership.course(dimension)[number]
            own = [indicator for indicator in INDICATORS if indicator.dimension == dimension]
            noise = {one.id: self._stray(one) for one in own}
            chosen = self._steered(own, noise, course, number)
            for indicator in own:
                self.typed[indicator.id].append(chosen.get(indicator.id))

    def _stray(self, indicator: Indicator) -> float:
        return self.dice.uniform(*COARSE_STRAY) if indicator.coarse else self.dice.gauss(0, STRAY)

    def _steered(
        self, own: list[Indicator], noise: dict[str, float], course: float | None, number: int
    ) -> dict[str, Typed]:
        """Values that together come closest to the course; rounding is made good by the others."""
        if course is None:
            return {}
        season = SEASON.get(QUARTERS[number][-2:], 0.0)
        goal = course + sum(season * one.weight for one in own if one.id == _ROAD)
        reported = [one for one in own if self._reports(one, number)]
        best: dict[str, Typed] = {}
        nearest = math.inf
        for shift in SHIFTS:
            typed = {}
            for one in reported:
                # Ratings and small counts move in leaps: they keep to their course, the others make it good.
                moved = 0.0 if one.coarse else shift
                wish = course + self.offset[one.id] + noise[one.id] + moved + season * (one.id == _ROAD)
                typed[one.id] = self._type(one, wish, number)
            gap = abs(goal - self._mean(own, typed, number))
            if gap < nearest - CLOSE_ENOUGH:
                nearest, best = gap, typed
        return best

    def _reports(self, indicator: Indicator, number: int) -> bool:
        gap = self.partnership.gaps.get(indicator.id)
        # Surveys end with the second and the last quarter of a year, so the last column always has them.
        return (gap is None or number < gap.since) and (LAST - number) % indicator.every == 0

    def _mean(self, own: list[Indicator], typed: dict[str, Typed], number: int) -> float:
        """The dimension's score, with the last survey carried where there is none this quarter."""
        total = weights = 0.0
        for one in own:
            before = self.typed[one.id][-4:] if one.every > 1 else []
            value = typed.get(one.id, next((value for value in reversed(before) if value is not None), None))
            cell = (self.partnership.authority, QUARTERS[number], one.id)
            if value is not None and cell not in SLIPS and GRADE_PINS.get(cell) != "E5":
                total += one.weight * score_of(one.knots, rate(one, value))
                weights += one.weight
        return total / weights

    def _type(self, indicator: Indicator, wish: float, number: int) -> Typed:
        """The value a person would type for a wished score."""
        pinned = PINNED.get((self.partnership.authority, QUARTERS[number]), {}).get(indicator.id)
        if pinned is None and number == LAST:
            pinned = self.partnership.closing.get(indicator.id)
        if pinned is not None:
            return pinned
        raw = raw_of(indicator.knots, min(max(wish, 1.0), 99.0))
        if indicator.per:
            whole = self.denominator(indicator, number)
            return round(raw * whole / indicator.per / indicator.times), whole
        if indicator.id == _CONSENT:
            raw = min(raw, 3.4)
        return self._not_frozen(indicator, raw)

    def _not_frozen(self, indicator: Indicator, raw: float) -> float:
        """The rounded value; moved by one step where it would stand there a third time."""
        value = _to_step(raw, indicator.step)
        before = self.typed[indicator.id][-2:]
        if indicator.id in STEADY or value == 0 or before != [value, value]:
            return value
        return _to_step(value + (indicator.step if raw >= value else -indicator.step), indicator.step)

    def denominator(self, indicator: Indicator, number: int) -> int:
        """Residents, mission staff or planned movements of a quarter."""
        if indicator.id == _SOFA:
            left = DRAWDOWN.get(self.partnership.mission, LAST + 1)
            return self.partnership.staff - 7 * (LAST - number) - 190 * max(0, number - left + 1)
        if indicator.id == _MOVEMENT:
            return self.partnership.staff // 11 + (number * 37) % 23
        return self.population(number)

    def population(self, number: int) -> int:
        """Residents, growing by half a percent a quarter up to the last."""
        return round(self.partnership.population * (1 - 0.005 * (LAST - number)) / 100) * 100


def _to_step(raw: float, step: float) -> float:
    """A number as typed: whole, to one decimal, or the whole percent nearest to a count of items."""
    value = round(round(raw / step) * step, 1)
    return round(value) if step >= 1 else value


# --- rows -------------------------------------------------------------------------------------------------
Cell = str | float | None
Row = dict[str, Cell]


def rows_of(partnership: Partnership) -> Iterator[Row]:
    """The eight rows of a partnership, each by column name."""
    writer, dress = Writer(partnership), Dressing(partnership)
    for number, quarter in enumerate(QUARTERS):
        writer.quarter(number)
        row = _context(partnership, number, writer.population(number))
        for indicator in INDICATORS:
            row.update(_cells(indicator, writer, number))
            if writer.typed[indicator.id][number] is not None:
                row.update(dress.indicator(indicator, quarter))
        for name, (_, figures) in NATIONAL.items():
            row[name] = figures[partnership.mission][int(quarter[:4]) - 2023]
            row[f"{name}__grade"] = "A2"
        if partnership.course(STABILITY)[number] is not None and number < partnership.talks_end:
            row.update(dress.diagnostics())
        for name, (mission, host) in SIDES.get((partnership.authority, quarter), {}).items():
            row[f"{name}__mission"], row[f"{name}__host"] = mission, host
            if name in dress.tilt:
                row[name] = round((mission + host) / 2)
        row["Remarks"] = REMARKS.get((partnership.authority, quarter))
        yield row


def _context(partnership: Partnership, number: int, population: int) -> Row:
    phase = "drawdown" if number >= DRAWDOWN.get(partnership.mission, LAST + 1) else "deployment"
    district = partnership.mission == "UNMAV"
    return {
        "mission": partnership.mission,
        "authority": partnership.authority,
        "country": COUNTRIES[partnership.mission],
        "authority_level": "adm2" if district else "adm1",
        "place_code": partnership.code,
        "peer_group": f"{partnership.mission}, {'districts' if district else 'provinces'} in {phase}",
        "phase": phase,
        "population": population,
        "period": QUARTERS[number],
    }


def _cells(indicator: Indicator, writer: Writer, number: int) -> Row:
    """The value cells of one indicator: slips, words for a gap, parts, items, or the value."""
    name, typed = indicator.id, writer.typed[indicator.id][number]
    slip = SLIPS.get((writer.partnership.authority, QUARTERS[number], name))
    gap = writer.partnership.gaps.get(name, Gap(LAST + 1))
    if slip is not None:
        return {name: slip}
    if typed is None:
        return {name: gap.word} if number >= gap.since and (LAST - number) % indicator.every == 0 else {}
    if isinstance(typed, tuple):
        return {f"{name}__numerator": typed[0], f"{name}__denominator": typed[1]}
    if name == _SAFEGUARDS:
        return _answers(typed)
    return {name: str(typed) if name == TEXT_COLUMN else typed}


def _answers(tension: float) -> Row:
    """Answers to the safeguards that leave this much tension: met, one half met, not met."""
    halves = round((100 - tension) * 12 / 100)
    words = ["yes"] * (halves // 2) + ["partial"] * (halves % 2)
    words += ["no"] * (len(SAFEGUARDS) - len(words))
    return {f"{_SAFEGUARDS}.{item}": word for item, word in zip(SAFEGUARDS, words, strict=True)}


class Dressing:
    """What stands beside the values: grades, source types, respondents, and the unscored diagnostics."""

    def __init__(self, partnership: Partnership) -> None:
        self.partnership = partnership
        self.dice = random.Random(f"{SEED} {partnership.authority} beside")
        self.grades = {indicator.id: self._grade() for indicator in INDICATORS}
        self.tilt = {item.id: self.dice.uniform(-14, 14) for item in DIAGNOSTICS}

    def indicator(self, indicator: Indicator, quarter: str) -> Row:
        """Grade, source type and number of respondents of one value."""
        name = indicator.id
        # As a rule a value has the grade of its source, now and then another one.
        usual, other = self.grades[name], self._grade()
        drawn = other if self.dice.random() < OTHER_GRADE else usual
        cells: Row = {f"{name}__grade": GRADE_PINS.get((self.partnership.authority, quarter, name), drawn)}
        cells[f"{name}__source_type"] = indicator.source_type
        if indicator.every > 1:
            cells[f"{name}__n"] = self.dice.randint(*(OFFICIALS if name == _INTERFERENCE else RESIDENTS))
        return cells

    def diagnostics(self) -> Row:
        """All diagnostics of one quarter."""
        return {item.id: self._diagnostic(item) for item in DIAGNOSTICS}

    def _grade(self) -> str:
        words, odds = GRADES[self.partnership.evidence]
        return self.dice.choices(words, odds)[0]

    def _diagnostic(self, item: Diagnostic) -> float:
        practice = self.partnership.practice + self.tilt[item.id] + self.dice.gauss(0, 4)
        value = item.low + (item.high - item.low) * min(max(practice, 0), 100) / 100
        return round(round(value / item.step) * item.step)


# --- the workbook -----------------------------------------------------------------------------------------


def columns() -> list[str]:
    """The columns of sheet Data, in order."""
    names = list(_context(PARTNERSHIPS[0], 0, 0))
    for dimension in (STABILITY, GOVERNANCE, ECONOMY, TENSION):
        for indicator in INDICATORS:
            if indicator.dimension == dimension:
                names += _columns_of(indicator)
        for name, (where, _) in NATIONAL.items():
            names += [name, f"{name}__grade"] if where == dimension else []
    for item in DIAGNOSTICS:
        names += [item.id, *_sides(item.id)]
    return [*names, "Remarks"]


def _columns_of(indicator: Indicator) -> list[str]:
    name = indicator.id
    if indicator.per:
        names = [f"{name}__numerator", f"{name}__denominator"]
    elif name == _SAFEGUARDS:
        names = [f"{name}.{item}" for item in SAFEGUARDS]
    else:
        names = [name, *([f"{name}__n"] if indicator.every > 1 else [])]
    names += [*_sides(name), f"{name}__grade"]
    return [*names, f"{name}__source_type"] if indicator.source_type else names


def _sides(name: str) -> list[str]:
    return [f"{name}__mission", f"{name}__host"] if name in SIDED else []


class Styles(NamedTuple):
    """The few formats of the workbook."""

    bold: Format
    head: Format
    wrap: Format
    day: Format


def build(output: Path) -> None:
    """Write the workbook."""
    with xlsxwriter.Workbook(str(output)) as book:
        book.set_properties({"title": TITLE, "comments": INVENTED, "created": CREATED})
        styles = Styles(
            book.add_format({"bold": True}),
            book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            book.add_format({"text_wrap": True, "valign": "top"}),
            book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        )
        _write_data(book.add_worksheet("Data"), styles)
        _write_facts(book.add_worksheet("facts"), styles)
        _write_about(book.add_worksheet("about"), styles)


def _write_data(sheet: Worksheet, styles: Styles) -> None:
    names = columns()
    shown = {indicator.id: indicator.header for indicator in INDICATORS if indicator.header}
    sheet.write_string(0, 0, TITLE, styles.bold)
    sheet.write_string(1, 0, INVENTED)
    for place, name in enumerate(names):
        sheet.write_string(2, place, shown.get(name, name), styles.head)
    row = 3
    for partnership in PARTNERSHIPS:
        for cells in rows_of(partnership):
            for place, name in enumerate(names):
                _write(sheet, row, place, cells.get(name))
            row += 1
    sheet.set_row(2, 48)
    sheet.set_column(0, len(names) - 2, 13)
    sheet.set_column(5, 5, 28)
    sheet.set_column(len(names) - 1, len(names) - 1, 60)
    sheet.freeze_panes(3, 2)


def _write(sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str) and cell.startswith("="):
        sheet.write_formula(row, column, cell, None, "#DIV/0!")
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    else:
        sheet.write_number(row, column, cell)


def _write_facts(sheet: Worksheet, styles: Styles) -> None:
    for place, name in enumerate(FACT_HEADER):
        sheet.write_string(0, place, name, styles.bold)
    facts = [(*whose, *fact) for whose, stated in FACTS.items() for fact in stated]
    for row, fact in enumerate(facts, 1):
        for place, text in enumerate(fact):
            if text and FACT_HEADER[place] == "date":
                sheet.write_datetime(row, place, datetime.datetime.fromisoformat(text), styles.day)
            else:
                _write(sheet, row, place, text)
    sheet.set_column(0, 2, 12)
    sheet.set_column(3, 3, 30)
    sheet.set_column(4, 5, 11)
    sheet.set_column(6, 7, 30)
    sheet.freeze_panes(1, 0)


def _write_about(sheet: Worksheet, styles: Styles) -> None:
    for row, (key, text) in enumerate(ABOUT):
        sheet.write_string(row, 0, key, styles.bold)
        sheet.write_string(row, 1, text, styles.wrap)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)


def main() -> None:
    """Write the workbook beside this script, or where the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("output", nargs="?", type=Path, default=WORKBOOK, help="the workbook to write")
    build(parser.parse_args().output)


if __name__ == "__main__":
    main()
