"""The tables of the method, copied from the text that defines it (not from the rubric file), and small rubrics."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

LEVEL_SCORES = (0, 20, 40, 60, 80, 100)
_STEPS_UP = (1, 1.8, 2.6, 3.4, 4.2, 5)
_STEPS_DOWN = (5, 4.2, 3.4, 2.6, 1.8, 1)
_SHARE = (0, 20, 40, 60, 80, 100)

TABLES: dict[str, dict[str, tuple[float, tuple[float, ...]]]] = {
    # dimension: {indicator: (weight, raw values at the scores 0, 20, 40, 60, 80, 100)}
    "stability": {
        "conflict_deaths_per_100k": (0.20, (50, 15, 5, 2, 0.5, 0)),
        "security_incidents_per_100k": (0.10, (40, 20, 8, 3, 1, 0)),
        "safe_walking_pct": (0.15, (10, 25, 40, 60, 75, 90)),
        "displaced_share_pct": (0.10, (30, 15, 7, 3, 1, 0)),
        "political_volatility": (0.12, _STEPS_DOWN),
        "unplanned_leadership_changes": (0.08, (5, 4, 3, 2, 1, 0)),
        "factional_contestation": (0.10, _STEPS_DOWN),
        "disputes_settled_pct": (0.10, (10, 25, 40, 60, 75, 90)),
        "wgi_political_stability_rank": (0.05, (0, 5, 10, 20, 35, 50)),
    },
    "governance_capacity": {
        "posts_filled_pct": (0.14, (20, 35, 50, 70, 85, 95)),
        "budget_execution_pct": (0.12, (40, 60, 75, 85, 90, 95)),
        "own_revenue_share_pct": (0.06, (0, 5, 10, 20, 30, 45)),
        "service_satisfaction_pct": (0.12, (10, 25, 40, 55, 70, 85)),
        "trust_in_authority_pct": (0.15, (10, 25, 40, 55, 70, 85)),
        "trained_in_post_pct": (0.12, (10, 30, 50, 65, 80, 95)),
        "functions_unassisted_pct": (0.14, (0, 20, 40, 60, 80, 100)),
        "accountability_checklist": (0.10, _SHARE),
        "wgi_gov_effectiveness_rank": (0.05, (0, 5, 10, 20, 35, 50)),
    },
    "economic_impact": {
        "essential_services_open_pct": (0.18, (20, 35, 50, 70, 85, 95)),
        "market_road_open_pct": (0.12, (20, 40, 60, 75, 90, 98)),
        "local_work_days_per_1000": (0.12, (0, 100, 250, 500, 1000, 2000)),
        "projects_in_use_pct": (0.12, (10, 30, 50, 65, 80, 95)),
        "active_businesses_change_pct": (0.10, (-20, -10, 0, 5, 10, 20)),
        "household_economy_same_or_better_pct": (0.10, (10, 25, 40, 55, 70, 85)),
        "electricity_access_pct": (0.10, (2, 10, 25, 50, 75, 95)),
        "local_procurement_share_pct": (0.08, (0, 5, 10, 20, 35, 50)),
        "gdp_pc_growth_pct": (0.08, (-5, -2, 0, 1.5, 3, 5)),
    },
    "sovereignty_tension": {
        "consent_status": (0.20, _STEPS_UP),
        "movement_denied_pct": (0.15, (0, 2, 5, 10, 25, 50)),
        "sofa_violations_per_1000_staff": (0.13, (0, 0.5, 1, 2, 4, 8)),
        "clearance_delay_days": (0.08, (0, 3, 7, 21, 45, 90)),
        "hostile_statements": (0.08, (0, 1, 2, 4, 7, 12)),
        "perceived_interference_pct": (0.14, (5, 15, 30, 45, 60, 80)),
        "local_decisions_overridden_pct": (0.12, (0, 5, 10, 20, 35, 60)),
        "autonomy_safeguards_checklist": (0.10, tuple(reversed(_SHARE))),
    },
}
NATIONAL = ("wgi_political_stability_rank", "wgi_gov_effectiveness_rank", "gdp_pc_growth_pct")
DIMENSIONS = tuple(TABLES)
INDICATORS = tuple(name for table in TABLES.values() for name in table)


def raw(indicator: str, score: float) -> float:
    """The raw value that scores ``score``: on the straight line between two neighbouring knots."""
    knots = next(table[indicator][1] for table in TABLES.values() if indicator in table)
    step = min(int(score // 20), 4)
    return knots[step] + (score - 20 * step) / 20 * (knots[step + 1] - knots[step])


def values(score: float, dimension: str) -> dict[str, float]:
    """Every indicator of a dimension at the raw value that scores ``score``."""
    return {name: raw(name, score) for name in TABLES[dimension]}


def partnership(
    stability: float | None = 70,
    governance: float | None = 70,
    economy: float | None = 70,
    tension: float | None = 20,
    /,
    **cells: Any,
) -> dict[str, Any]:
    """A row of the wide layout whose dimensions have these scores (None: blank); ``cells`` replace single cells."""
    row: dict[str, Any] = {
        "mission": "UNMAV",
        "authority": "Karuvel",
        "authority_level": "adm2",
        "period": "2025",
    }
    for dimension, score in zip(DIMENSIONS, (stability, governance, economy, tension), strict=True):
        row |= values(score, dimension) if score is not None else {}
    return row | cells


def csv_of(rows: Iterable[dict[str, Any]]) -> str:
    """Rows as CSV text, with every column that any of them has."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: "" if cell is None else cell for name, cell in row.items()} for row in rows)
    return text.getvalue()


def sheet_of(rows: Iterable[dict[str, Any]]) -> list[list[Any]]:
    """Rows as a sheet for the fixture ``workbook``."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [names, *([row.get(name) for name in names] for row in rows)]


LEVELS = """
levels:
  footing:
    - {id: Critical, from: 0, short: C}
    - {id: Fragile, from: 20, short: F}
    - {id: Developing, from: 40, short: D}
    - {id: Established, from: 60, short: E}
    - {id: Self-sustaining, from: 80, short: S}
"""

PLAIN = f"""
pkassess: 1
id: plain
version: "1"
label: One score
keys: {{mission: {{}}, authority: {{}}}}
period: {{}}
{LEVELS}
dimensions:
  care:
    label: Care
    levels: footing
    children: [{{id: x, label: x, scale: {{type: goalposts, bottom: 0, top: 100}}}}]
indices:
  whole: {{label: Whole, levels: footing, children: [{{use: care}}]}}
overall:
  levels: footing
  rules: [{{id: whole, level_of: whole}}]
"""
"""A rubric in which the value of the column ``x`` is the score, the index and the overall at once."""
