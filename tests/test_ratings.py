"""Several readings of one value: both sides side by side, the perception gap, what is disputed; and rank bands."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise

import pytest
from cases import partnership

KEYS = {"mission": "M", "authority": "A", "authority_level": "adm2", "period": "2025"}
TENSION = {
    "consent_status": 3,
    "consent_status__mission": 4,
    "consent_status__host": 2,
    "movement_denied_pct": 10,
    "clearance_delay_days": 10,
    "local_decisions_overridden_pct": 26,
    "local_decisions_overridden_pct__mission": 14,
    "local_decisions_overridden_pct__host": 38,
}


def csv_of(*rows: dict[str, object]) -> str:
    """Rows as a table with every column that any of them has."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def tables(run, *rows, rubric="partnership"):
    """The JSON document of a run without draws."""
    return json.loads(
        run("score", "-", "-r", rubric, "-f", "json", "--no-uncertainty", "-q", stdin=csv_of(*rows)).out
    )


@pytest.fixture(scope="session")
def whole_tension():
    """All eight indicators of sovereignty tension, two of them read by both sides."""
    from pkassess.library import load

    tension = load("partnership").dimensions["sovereignty_tension"]
    return KEYS | {child.id: 2 for child in tension.children} | TENSION


def test_the_two_sides_on_what_both_of_them_read(run, whole_tension):
    """Consent 4 and 2 (scores 75 and 25, weight .20), decisions overridden 14 and 38 % (48 and 82.4, weight .12).

    Mission (75 x .20 + 48 x .12) / .32 = 64.875, host (25 x .20 + 82.4 x .12) / .32 = 46.525.
    """
    (row,) = tables(run, whole_tension)["sides"]
    assert row["dimension"] == "sovereignty_tension"
    assert row["mission_score"] == pytest.approx(64.875, abs=1e-9)
    assert row["host_score"] == pytest.approx(46.525, abs=1e-9)
    assert row["gap"] == pytest.approx(18.35, abs=1e-9)
    assert (row["indicators"], row["disputed"]) == (2, 1)
    assert row["weight"] == pytest.approx(0.32)


def test_no_score_of_a_side_where_the_dimension_is_not_published(run):
    """Two indicators are too little: no number of either side, but the readings themselves stay."""
    few = {name: value for name, value in TENSION.items() if name.startswith(("consent", "local"))}
    found = tables(run, KEYS | few)
    assert [(row["mission_score"], row["gap"]) for row in found["sides"]] == [(None, None)]
    assert len(found["ratings"]) == 6


def test_every_reading_is_kept_and_says_whether_it_was_used(run, whole_tension):
    """The plain value beside both sides' readings decides; ratings two apart are disputed, records are not."""
    rows = tables(run, whole_tension)["ratings"]
    told = [
        (row["indicator"], row["side"], row["value"], row["score"], row["used"], row["disputed"])
        for row in rows
    ]
    assert sorted(told) == [
        ("consent_status", "", 3, 50, "yes", "yes"),
        ("consent_status", "host", 2, 25, "no", "yes"),
        ("consent_status", "mission", 4, 75, "no", "yes"),
        ("local_decisions_overridden_pct", "", 26, 68, "yes", "no"),
        ("local_decisions_overridden_pct", "host", 38, pytest.approx(82.4), "no", "no"),
        ("local_decisions_overridden_pct", "mission", 14, pytest.approx(48), "no", "no"),
    ]


def test_readings_of_a_side_may_be_several(run):
    """Two mission assessors (4, 5) and one of the host (3): the mission reads 4.5, that is 87.5 against 50."""
    head = "mission,authority,authority_level,period,indicator,value,assessor_code,assessor_side\n"
    rows = "".join(
        f"M,A,adm2,2025,consent_status,{value},{who},{side}\n"
        for value, who, side in ((4, "m1", "mission"), (5, "m2", "mission"), (3, "h1", "host"))
    )
    others = (
        "".join(
            f"M,A,adm2,2025,{name},{value},,\n"
            for name, value in TENSION.items()
            if "__" not in name and name != "consent_status"
        )
        + "M,A,adm2,2025,perceived_interference_pct,30,,\n"
    )
    found = run("score", "-", "-f", "json", "--no-uncertainty", "-q", stdin=head + rows + others)
    (row,) = json.loads(found.out)["sides"]
    assert (row["mission_score"], row["host_score"], row["gap"]) == (87.5, 50, 37.5)


def test_the_report_shows_the_gap_and_counts_who_agrees(run, whole_tension):
    """A gap of ten points or a disputed value is told; who is closer is counted. Without readings no section."""
    close = (
        whole_tension
        | {"authority": "B"}
        | dict.fromkeys(("consent_status__mission", "consent_status__host"), 3)
    )
    close |= {"local_decisions_overridden_pct__mission": 25, "local_decisions_overridden_pct__host": 26}
    text = " ".join(run("score", "-", "-q", stdin=csv_of(whole_tension, close)).out.split())
    assert "BOTH SIDES, on what both of them read" in text
    assert "tension 65 as the mission reads it, 47 as the host does (2 of 8 indicators, 1 disputed)" in text
    assert "1 of 2 mission and host are within 10 points" in text
    alone = {name: value for name, value in whole_tension.items() if "__" not in name}
    assert "BOTH SIDES" not in run("score", "-", "-q", stdin=csv_of(alone)).out


def test_markdown_has_the_same_section(run, whole_tension):
    """For whoever pastes the report into a document."""
    assert "## Both sides" in run("score", "-", "-q", "-f", "md", stdin=csv_of(whole_tension)).out


# --- grades ---------------------------------------------------------------------------------------------------


def graded(*grades: str) -> str:
    """One partnership a grade."""
    rows = [
        KEYS | {"authority": f"A{at}", "posts_filled_pct": 50 + at, "posts_filled_pct__grade": grade}
        for at, grade in enumerate(grades)
    ]
    return csv_of(*rows)


def test_grades_that_nearly_all_lie_on_the_diagonal_are_asked_about(run):
    """Nine of ten as A1, B2, C3: 90 %, above 80 %; the share is printed by validate in any case."""
    text = graded(*["A1", "B2", "C3"] * 3, "A2")
    done = run("validate", "-", stdin=text)
    assert "10 values graded, 90 % of them as A1, B2, C3, D4 or E5." in " ".join(done.out.split())
    assert "PK054" in run("validate", "-", "-f", "csv", stdin=text).out


def test_at_eighty_per_cent_or_with_few_grades_nothing_is_asked(run):
    """Eight of ten is not above 80 %; nine grades are too few; F and 6 say nothing on either scale."""
    for grades in (["A1"] * 8 + ["A2", "C1"], ["B2"] * 9, ["B2"] * 9 + ["F6"] * 5):
        assert "PK054" not in run("validate", "-", "-f", "csv", stdin=graded(*grades)).out


# --- ranks ----------------------------------------------------------------------------------------------------


def test_ranks_bands_and_thirds_of_the_sample(run):
    """Best first; bands count from 1; a share of the top third and of the bottom third per partnership."""
    done = run("score", "sample_data/host_countries.xlsx", "-f", "json", "-q", "--draws", "250")
    groups = {}
    for row in json.loads(done.out)["ranks"]:
        groups.setdefault(row["peer_group"], []).append(row)
    assert max(map(len, groups.values())) > 3
    for rows in groups.values():
        assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
        assert all(row["rank_low"] <= row["rank"] <= row["rank_high"] for row in rows)
        bands = [row["band"] for row in rows]
        assert bands[0] == 1 and all(0 <= after - before <= 1 for before, after in pairwise(bands))
        third = -(-len(rows) // 3)
        for column in ("top_third", "bottom_third"):
            shares = [row[column] for row in rows]
            assert (
                shares == [None] * len(rows)
                if len(rows) < 3
                else sum(shares) == pytest.approx(third, abs=0.5)
            )


def test_not_applicable_stands_beside_the_two_sides(report):
    """What stands in the column itself settles the readings of both sides, also where it says that nothing can be read."""
    row = partnership(consent_status="not applicable", consent_status__mission=4, consent_status__host=2)
    line = report(row).one("indicators", indicator="consent_status")
    assert (line["status"], line["value"]) == ("not_applicable", None)
