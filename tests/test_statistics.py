"""Statistics beside values: which interval they give when there are several records, and which ones are refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

import pkassess
from pkassess.spread import spread_of

HEAD = (
    "mission | authority | authority_level | period | indicator | value | numerator | denominator | source_type | source_ref "
    "| source_grade | info_grade | n_sample | design_effect | lower | upper | standard_error | assessor_code | assessor_side"
)
COLUMNS = [name.strip() for name in HEAD.split("|")]
GRADED = {"source_grade": "B", "info_grade": "2"}
SURVEY = {
    "indicator": "trust_in_authority_pct",
    "value": 46,
    "n_sample": 50,
    "source_type": "survey",
    **GRADED,
}
DEATHS = {"indicator": "conflict_deaths_per_100k", "numerator": 3, "denominator": 400000, **GRADED}


@pytest.fixture
def path(table):
    """The path of a long table with the given rows."""

    def make(*rows):
        keys = {"mission": "M", "authority": "A", "authority_level": "adm2", "period": "2025"}
        lines = [" | ".join(str((keys | row).get(name, "")) for name in COLUMNS) for row in rows]
        return table("\n".join([HEAD, *lines]))

    return make


@pytest.fixture
def document(run, path):
    """The JSON document of a long table with the given rows."""

    def make(*rows):
        done = run("score", path(*rows), "-f", "json", "-q")
        assert done.code == 0, done.err
        return json.loads(done.out)

    return make


@pytest.fixture
def interval(path):
    """The 90 % interval of the score of the first row's indicator, and whether it rests on a statistic."""

    def make(*rows):
        scores = pkassess.score(path(*rows), draws=0).comparison.scores
        spread = spread_of(scores, np.array([0]))
        row = list(scores.rubric.indicators).index(rows[0]["indicator"])
        return float(spread.low[row, 0]), float(spread.high[row, 0]), bool(spread.statistical[row, 0])

    return make


def codes(found):
    return [
        (row["code"], row["value"]) for row in found["findings"] if row["code"] in ("PK004", "PK035", "PK036")
    ]


OTHER = {
    "source_ref": "report",
    "indicator": "trust_in_authority_pct",
    "value": 55,
    "source_type": "third party",
    **GRADED,
}


def test_a_record_that_is_not_used_takes_no_statistic_away(interval):
    """Wilson, 46 % of 50 with a design effect of 2: 27.7 to 69.3 on the curve, with or without another record."""
    assert interval(SURVEY) == (pytest.approx(27.7, abs=0.1), pytest.approx(69.3, abs=0.1), True)
    assert interval(SURVEY, OTHER) == interval(SURVEY)


def test_of_several_records_that_are_used_the_widest_ends_count(interval):
    """Two surveys of equal rank, of 50 and of 100: neither narrows what the other leaves open."""
    second = SURVEY | {"value": 50, "n_sample": 100, "source_ref": "again"}
    alone = [interval(SURVEY), interval(second)]
    low, high, statistical = interval(SURVEY, second)
    assert low == pytest.approx(min(alone[0][0], alone[1][0]))
    assert high == pytest.approx(max(alone[0][1], alone[1][1]))
    assert statistical


def test_the_source_of_a_value_is_that_of_what_was_used(path):
    """All values come from one register; records of lower rank beside them make none of them independent."""
    names = ("posts_filled_pct", "budget_execution_pct", "functions_unassisted_pct", "trained_in_post_pct")
    official = [
        {"indicator": name, "value": 60, "source_type": "official record", **GRADED, "source_grade": "D"}
        for name in names
    ]
    beside = [
        row | {"value": 61, "source_type": f"newspaper {at}", "source_ref": f"issue {at}"}
        for at, row in enumerate(official)
    ]
    scores = pkassess.score(path(*official, *beside), draws=0).comparison.scores
    rows = [list(scores.rubric.indicators).index(name) for name in names]
    assert scores.matrix.value[rows, 0].tolist() == [60] * 4
    assert len(set(spread_of(scores, np.array([0])).labels[rows, 0].tolist())) == 1


@pytest.mark.parametrize(
    ("row", "given"),
    [
        (SURVEY, {"n_sample": -5}),
        (SURVEY, {"n_sample": 0}),
        (SURVEY, {"design_effect": 0}),
        (DEATHS, {"design_effect": 0}),
        (DEATHS, {"design_effect": -1}),
        (SURVEY, {"standard_error": -2}),
    ],
)
def test_an_impossible_statistic_is_refused(document, row, given):
    """It is named as a value outside its limits; the value itself still counts."""
    found = document(row | given)
    assert [code for code, _ in codes(found)] == ["PK004"]
    (own,) = [one for one in found["indicators"] if one["indicator"] == row["indicator"]]
    assert own["score"] is not None


INDEX = {"indicator": "wgi_political_stability_rank", "value": 40, "authority_level": "national", **GRADED}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"lower": 30, "upper": 50}, None),
        ({"lower": 40, "upper": 40}, None),
        ({"lower": 50, "upper": 30}, "50 to 30"),
        ({"lower": 45, "upper": 60}, "45 to 60"),
        ({"upper": 35}, "35"),
    ],
)
def test_an_interval_has_to_hold_its_value(document, interval, given, said):
    """Else the columns were swapped, or it belongs elsewhere: it is not used."""
    found = document(INDEX | given)
    assert codes(found) == ([("PK035", said)] if said else [])
    if said:
        assert interval(INDEX | given) == interval(INDEX)


CONSENT = {"indicator": "consent_status", **GRADED}


def test_a_reading_that_its_grade_excludes_is_listed(document):
    """It has no part in value or dispute, but nobody can silence a side without a trace."""
    mission = CONSENT | {"value": 2, "assessor_code": "M1", "assessor_side": "mission"}
    host = CONSENT | {"value": 5, "assessor_code": "H1", "assessor_side": "host", "source_grade": "E"}
    found = document(mission, host)
    assert [(row["value"], row["used"], row["evidence_class"]) for row in found["ratings"]] == [
        (2, "yes", "strong"),
        (5, "no", "excluded"),
    ]
    (note,) = [row for row in found["findings"] if row["code"] == "PK034"]
    assert (note["value"], note["cell"], note["severity"]) == ("5", "F3", "note")
    alone = document(host, DEATHS)
    assert [row["code"] for row in alone["findings"] if row["code"] == "PK034"] == ["PK034"]


def test_an_assessor_is_the_same_in_small_letters(document):
    """T1 and t1 are one person, whose judgement alone is no better than weak."""
    found = document(
        *(CONSENT | {"value": 2, "assessor_code": code, "source_ref": code} for code in ("T1", "t1"))
    )
    (row,) = [row for row in found["indicators"] if row["indicator"] == "consent_status"]
    assert row["evidence_class"] == "weak"
    assert found["agreement"] == [] if "agreement" in found else True


@pytest.mark.parametrize(
    ("words", "gap"),
    [(("Mission", "host"), True), (("UN mission", "Autorité"), True), (("UNMAV", "host government"), False)],
)
def test_the_two_sides_by_their_words(document, words, gap):
    """In the usual words; another one is named, and the reading counts as of no side."""
    rows = [
        CONSENT | {"value": at + 2, "assessor_code": f"A{at}", "assessor_side": word}
        for at, word in enumerate(words)
    ]
    whole = [
        {"indicator": name, "value": 10, **GRADED}
        for name in (
            "movement_denied_pct",
            "clearance_delay_days",
            "local_decisions_overridden_pct",
            "sofa_violations_per_1000",
        )
    ]
    found = document(*rows, *whole)
    assert [row["side"] for row in found["ratings"]] == (["mission", "host"] if gap else ["", "host"])
    assert codes(found) == ([] if gap else [("PK036", "UNMAV")])


def test_ratings_that_differ_are_printed(run, path):
    """All of them, beside the one that was used, in the report, the profile, and beside an alarm that rests on them."""
    rows = [CONSENT | {"value": value, "assessor_code": f"A{at}"} for at, value in enumerate((5, 5, 1))]
    names = ("movement_denied_pct", "clearance_delay_days", "local_decisions_overridden_pct")
    file = path(*rows, *({"indicator": name, "value": 10, **GRADED} for name in names))
    for command in (("score", file), ("score", file, "-f", "md")):
        text = " ".join(run(*command, "-q", "--no-uncertainty").out.split())
        assert "consent: 1, 5 and 5; 5 used" in text
    assert "(rated 5 of 5, F2; rated 1, 5 and 5)" in text
    profile = " ".join(run("profile", file, "A", "-q", "--no-uncertainty").out.split())
    assert "Consent, disputed: 1, 5 and 5; 5 used" in profile


def test_the_ranks_of_the_report_come_with_how_sure_they_are(run):
    """In Markdown: places, thirds, and in what share of draws each stands above the next."""
    text = run("score", "sample_data/field_demo.xlsx", "-q", "-f", "md").out
    section = text.split("## Ranks and how sure they are")[1].split("\n## ")[0]
    assert "21 pairs compared; 15 told apart, in 95 % of draws or more." in section
    assert "| Tessaran | 1–2 | 100 % | 0 % | 92 % |" in section


def test_an_assumed_design_effect_is_said(document):
    """Once for each indicator; one that is given is used."""
    (note,) = [row for row in document(SURVEY)["findings"] if row["code"] == "PK037"]
    assert (note["severity"], note["column"]) == ("note", "trust_in_authority_pct")
    assert "no design effect: 1. 2 was assumed" in note["message"]
    assert not [
        row for row in document(SURVEY | {"design_effect": 1.5})["findings"] if row["code"] == "PK037"
    ]


@pytest.mark.parametrize(("last", "said"), [(3, True), (5, False)])
def test_few_events_stand_beside_their_sum_over_four_periods(run, path, last, said):
    """4, 1, 2 and 3 killed: 3 in the last quarter, 10 over four. Five or more speak for themselves."""
    periods = ("2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2")
    rows = [
        DEATHS | {"period": period, "numerator": count}
        for period, count in zip(periods, (4, 1, 2, last), strict=True)
    ]
    text = " ".join(run("profile", path(*rows), "A", "-q", "--no-uncertainty").out.split())
    assert ("Conflict deaths: 3 counted in 2025-Q2, 10 over the last 4 periods" in text) is said
