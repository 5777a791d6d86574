"""What page one says: the finding, the rows, what changed, alarms, and what is not known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cases import LEVELS, PLAIN, csv_of, partnership, raw
from conftest import ROOT

import pkassess
from pkassess.figures import half_up, raw_text, score_text
from pkassess.page import Report
from pkassess.report import build_report

LEVEL_BOUNDS = [0, 20, 40, 60, 80]


class _Level:
    def __init__(self, from_: float) -> None:
        self.from_ = from_


FOOTING: Any = [_Level(bound) for bound in LEVEL_BOUNDS]


@pytest.fixture
def page(tmp_path: Path) -> Callable[..., Report]:
    """The report on rows of the wide layout, without an uncertainty run."""

    def build(
        *rows: dict[str, Any], rubric: str | None = None, every_row: bool = False, **options: Any
    ) -> Report:
        data = tmp_path / "data.csv"
        data.write_text(csv_of(rows), encoding="utf-8")
        if rubric:
            (tmp_path / "own.yaml").write_text(rubric, encoding="utf-8")
            rubric = str(tmp_path / "own.yaml")
        options = {"draws": 0, **options}
        return build_report(pkassess.score(str(data), rubric, **options), every_row=every_row)

    return build


def plain_rows(*scores: float, **cells: Any) -> list[dict[str, Any]]:
    """Rows for the rubric PLAIN, in which x is score, index and overall at once."""
    return [
        {"mission": "UNMAV", "authority": f"Place {at}", "period": "2025", "x": score, **cells}
        for at, score in enumerate(scores, start=1)
    ]


def row_of(report: Report, name: str) -> Any:
    return next(row for group in report.groups for row in group.rows if row.name == name)


# --- how numbers read --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (60.0, "60"),
        (59.7, "59.7"),  # 60 would be Established
        (59.4, "59"),
        (59.96, "59.96"),
        (59.9999999999, "60"),  # within the tolerance it is 60
        (60.5, "61"),
        (62.5, "63"),
        (19.999, "19.999"),
        (0.0, "0"),
        (100.0, "100"),
    ],
)
def test_a_score_is_an_integer_unless_that_would_be_in_another_level(score: float, text: str) -> None:
    assert score_text(score, FOOTING) == text


@pytest.mark.parametrize(("value", "text"), [(2.5, "3"), (0.5, "1"), (1.5, "2"), (-0.4, "0"), (-2.5, "-3")])
def test_halves_go_up_and_zero_has_no_sign(value: float, text: str) -> None:
    assert half_up(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (24.0, "percent", "24 %"),
        (-20.84, "percent", "−20.8 %"),
        (1.604, "", "1.6"),
        (1234.5, "", "1235"),
        (0.0, "", "0"),
    ],
)
def test_raw_values_have_two_significant_decimals_at_most(value: float, unit: str, text: str) -> None:
    assert raw_text(value, unit) == text


# --- the finding -------------------------------------------------------------------------------------------------


def test_the_finding_names_who_needs_a_decision_and_why(page: Callable[..., Report]) -> None:
    report = page(
        partnership(authority="Anselle"),
        partnership(80, 80, 80, 65, authority="Karuvel"),
        partnership(15, 80, 80, authority="Ombeka"),
    )
    assert report.finding == (
        "Two of 3 partnerships need a decision: Ombeka (stability Critical) and Karuvel (capped by tension). "
        "One stands at Established or better."
    )


def test_four_are_named_and_the_others_counted(page: Callable[..., Report]) -> None:
    report = page(*plain_rows(10, 11, 12, 13, 14, 15, 90), rubric=PLAIN)
    assert "Six of 7 partnerships need a decision" in report.finding
    assert report.finding.count("(care Critical)") == 4
    assert ", and 2 more below." in report.finding


def test_no_decision_is_a_statement(page: Callable[..., Report]) -> None:
    report = page(*plain_rows(70, 80), rubric=PLAIN)
    assert (
        report.finding == "No partnership needs a decision this period. Two stand at Established or better."
    )


def test_one_partnership_is_not_compared(page: Callable[..., Report]) -> None:
    report = page(partnership(70, 70, 70, 65))
    assert report.finding.startswith("Karuvel reads Developing, capped by tension 65.")
    assert "no ranks and no comparison" in report.finding


def test_nothing_that_can_be_scored_is_said_with_what_is_missing(page: Callable[..., Report]) -> None:
    blank = {"consent_status": 1}
    report = page(
        partnership(None, None, None, None, authority="A", **blank),
        partnership(None, None, None, None, authority="B", **blank),
    )
    assert report.finding == "None of 2 partnerships can be scored overall: too little was reported."
    lacking = [note.text for note in report.unknown if note.subject == "2 of 2"]
    assert lacking[0] == "lack conflict deaths"


def test_a_partnership_without_a_score_may_still_need_a_decision(page: Callable[..., Report]) -> None:
    report = page(
        partnership(authority="Anselle"),
        partnership(None, None, None, 30, authority="Mirrah", consent_status=5),
    )
    assert "Mirrah (consent veto)" in report.finding
    assert row_of(report, "Mirrah").overall == "insufficient"
    assert row_of(report, "Mirrah").reasons[0].endswith("announced although no overall level is published")


def test_confidence_is_a_sentence_of_its_own(page: Callable[..., Report]) -> None:
    assert page(partnership(authority="A"), partnership(authority="B")).confidence == (
        "Confidence is low in all 2 scored."
    )


# --- rows --------------------------------------------------------------------------------------------------------


def test_a_rule_that_binds_gets_a_line_with_what_the_index_alone_would_read(
    page: Callable[..., Report],
) -> None:
    report = page(partnership(62, 62, 62, 69, authority="Karuvel"), partnership(authority="Anselle"))
    assert row_of(report, "Karuvel").reasons == (
        "capped by tension 69; delivery index 62 alone would read Established",
    )
    assert row_of(report, "Anselle").reasons == ()


def test_a_second_rule_that_holds_as_low_is_named_too(page: Callable[..., Report]) -> None:
    report = page(
        partnership(80, 80, 80, 90, authority="Djemarra", consent_status=5), partnership(authority="B")
    )
    reason = row_of(report, "Djemarra").reasons[0]
    assert reason.startswith("capped by tension 9")
    assert ", consent veto as well; delivery index 80" in reason


def test_equal_is_equal(page: Callable[..., Report]) -> None:
    report = page(*plain_rows(70, 70, 50), rubric=PLAIN)
    assert [row.rank for row in report.groups[0].rows] == ["1=", "1=", "3"]
    assert report.groups[0].ranked == "3 of 3 ranked"


def test_provisional_shows_its_range_and_insufficient_no_number(page: Callable[..., Report]) -> None:
    some = {
        "essential_services_open_pct",
        "market_road_open_pct",
        "local_work_days_per_1000",
        "projects_in_use_pct",
    }
    economy = {name: raw(name, 60) for name in some}
    sparse = {**partnership(70, 70, None, 20, authority="Lower Naret"), **economy}
    report = page(sparse, partnership(70, None, 70, 20, authority="Mirrah"))
    provisional, insufficient = row_of(report, "Lower Naret"), row_of(report, "Mirrah")
    assert (provisional.overall, provisional.rank) == ("provisional", "")
    assert provisional.dimensions[2].value is None
    assert ".." in provisional.dimensions[2].word
    assert (insufficient.overall, insufficient.dimensions[1].word) == ("insufficient", "n/a")


def test_coverage_is_that_of_the_dimension_that_has_least(page: Callable[..., Report]) -> None:
    report = page(
        partnership(authority="A", gdp_pc_growth_pct=None, electricity_access_pct=None), partnership()
    )
    shares = [row_of(report, name).coverage for name in ("A", "Karuvel")]
    assert shares == ["89", "100"]


def test_groups_are_called_what_the_data_call_them_and_levels_of_authority_in_words(
    page: Callable[..., Report],
) -> None:
    report = page(
        partnership(authority="A", peer_group="drawdown"),
        partnership(authority="B"),
        partnership(authority="C", authority_level="national"),
    )
    titles = {group.title for group in report.groups}
    assert titles == {"drawdown", "Second-level authorities (adm2)", "National authorities"}


def test_a_row_of_another_period_says_which(page: Callable[..., Report]) -> None:
    report = page(
        partnership(authority="A"), partnership(authority="B"), partnership(authority="C", period="2023")
    )
    assert row_of(report, "C (2023)")
    assert ("Periods", "1 of 3 stand at another period than 2025") in [
        (note.subject, note.text) for note in report.unknown
    ]
    assert "latest of each, 2023 to 2025" in report.title


def test_of_a_large_group_rows_are_counted_and_never_dropped_in_silence(page: Callable[..., Report]) -> None:
    rows = plain_rows(*range(41, 96), 10, 11)
    report = page(*rows, rubric=PLAIN)
    (group,) = report.groups
    assert [row.overall for row in group.rows] == ["Self-sustaining", "Critical", "Critical"]
    assert (group.hidden, group.hidden_needy) == (54, 0)
    assert "S 16  E 20  D 19  C 2" in group.ranked
    assert len(page(*rows, rubric=PLAIN, every_row=True).groups[0].rows) == 57


def test_what_needs_a_decision_but_has_no_room_is_counted_as_such(page: Callable[..., Report]) -> None:
    (group,) = page(*plain_rows(*range(30), 90), rubric=PLAIN).groups
    assert (len(group.rows), group.hidden, group.hidden_needy) == (20, 11, 11)


# --- what changed ------------------------------------------------------------------------------------------------


def two_periods(before: dict[str, Any], now: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**before, "period": "2024"}, {**now, "period": "2025"}]


def test_a_change_names_the_dimension_and_the_indicator_that_moved_it_most(
    page: Callable[..., Report],
) -> None:
    before, now = partnership(), partnership(conflict_deaths_per_100k=50, safe_walking_pct=10)
    (change,) = page(*two_periods(before, now)).changes
    assert change.direction == -1
    assert change.levels == "Established → Developing"
    assert change.details[0].startswith("stability 70 → ")
    assert change.details[1] == "conflict deaths 1.25 → 50"


def test_an_indicator_that_moved_the_other_way_explains_nothing(page: Callable[..., Report]) -> None:
    # Stability rises; leadership changes, which fell in score by more than anything rose, are not the reason.
    before = partnership(55, unplanned_leadership_changes=0)
    now = partnership(66, unplanned_leadership_changes=3)
    (change,) = page(*two_periods(before, now)).changes
    assert change.levels == "stays Established"
    assert "now Established" in change.details[0]
    assert not any("leadership" in detail for detail in change.details)


def test_stays_says_that_only_a_dimension_crossed(page: Callable[..., Report]) -> None:
    (change,) = page(*two_periods(partnership(62, 75, 75), partnership(55, 75, 75))).changes
    assert change.levels == "stays Established"
    assert change.details[0].endswith("now Developing (not confirmed: it rests on weak evidence)")


def test_who_has_no_level_did_not_keep_it(page: Callable[..., Report]) -> None:
    rows = two_periods(partnership(authority="A"), partnership(authority="A"))
    rows += two_periods(partnership(authority="B"), partnership(None, authority="B"))
    rows += [partnership(authority="C")]
    assert page(*rows).unchanged == "1 of 3 kept their overall level"


def test_a_first_period_has_nothing_to_compare(page: Callable[..., Report]) -> None:
    assert page(partnership()).changed_since == ""


def test_another_period_before_is_told(page: Callable[..., Report]) -> None:
    rows = [*two_periods(partnership(authority="A"), partnership(authority="A"))]
    rows += [*two_periods(partnership(authority="B"), partnership(authority="B"))]
    rows += [partnership(90, authority="C", period="2022"), partnership(30, authority="C")]
    (change,) = page(*rows).changes
    assert change.details[-1] == "since 2022"


def test_rubrics_without_periods_and_views_of_all_periods_do_not_speak_of_change(
    page: Callable[..., Report],
) -> None:
    assert page(partnership(), partnership(period="2024"), period="all").periods is False


# --- alarms and gaps ---------------------------------------------------------------------------------------------


def test_an_alarm_gives_the_cell_of_the_value_behind_it(page: Callable[..., Report]) -> None:
    report = page(partnership(authority="Djemarra", consent_status=5), partnership())
    (note,) = [note for note in report.alarms if "veto" in note.text]
    assert note.subject == "Djemarra"
    assert note.text.startswith("Consent veto: consent withdrawn (rated 5 of 5, ")
    assert note.text.endswith("2)")


def test_reported_but_unconfirmed_is_said_so(page: Callable[..., Report]) -> None:
    report = page(partnership(consent_status=5, consent_status__grade="D4"), partnership(authority="B"))
    texts = [note.text for note in report.alarms]
    assert any("withdrawal reported, not confirmed" in text for text in texts)


def test_a_gap_counts_what_was_reported(page: Callable[..., Report]) -> None:
    report = page(
        partnership(70, None, 70, posts_filled_pct=60, budget_execution_pct=60), partnership(authority="B")
    )
    assert report.unknown[0].text == (
        "Insufficient evidence: 2 of 8 governance capacity indicators reported. No overall level, no rank"
    )


def test_a_floor_that_was_used_is_said(page: Callable[..., Report]) -> None:
    report = page(partnership(0, authority="A"), partnership(authority="B"))
    notes = {note.subject: note.text for note in report.unknown}
    assert notes["Delivery index"] == "a score below 1 counts as 1 in 1 of 2"


def test_ungraded_evidence_is_said_once(page: Callable[..., Report]) -> None:
    report = page(partnership(authority="A"), partnership(authority="B"))
    assert [note.subject for note in report.unknown].count("Evidence") == 1


# --- other rubrics -----------------------------------------------------------------------------------------------

BARE = """
pkassess: 1
id: bare
version: "1"
label: Wells
keys: {well: {}}
dimensions:
  flow:
    label: Flow
    children: [{id: x, label: x, scale: {type: goalposts, bottom: 0, top: 100}}]
"""

ONLY_BAD = f"""
pkassess: 1
id: only-bad
version: "1"
label: Only bad
keys: {{site: {{}}}}
{LEVELS}
dimensions:
  harm:
    label: Harm
    polarity: negative
    levels: footing
    children: [{{id: x, label: x, scale: {{type: goalposts, bottom: 0, top: 100}}}}]
indices: {{all: {{label: All, levels: footing, children: [{{use: harm, reverse: false}}]}}}}
overall: {{levels: footing, rules: [{{id: all, level_of: all}}]}}
"""


def test_a_rubric_without_levels_index_or_periods_has_a_page_too(page: Callable[..., Report]) -> None:
    report = page({"well": "W1", "x": 40}, {"well": "W2", "x": 60}, rubric=BARE)
    assert report.finding == "2 partnerships assessed with the rubric Wells."
    assert not report.periods
    assert [row.dimensions[0].text for row in report.groups[0].rows] == ["40", "60"]


def test_a_rubric_with_nothing_but_bad_dimensions_has_a_page_too(page: Callable[..., Report]) -> None:
    report = page({"site": "S1", "x": 10}, {"site": "S2", "x": 90}, rubric=ONLY_BAD)
    assert "S1 (overall Critical)" in report.finding


def test_the_samples_have_a_page() -> None:
    for file in ("field_demo", "host_countries"):
        for period in (None, "all"):
            path = str(ROOT / "sample_data" / f"{file}.xlsx")
            assert build_report(pkassess.score(path, period=period, draws=0)).finding
