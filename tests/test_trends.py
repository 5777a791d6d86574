"""Trends of whole workbooks: which periods and indicators are compared, what is said of them, what changes nothing."""

from __future__ import annotations

import random

import numpy as np
import pytest
from cases import csv_of, partnership, sheet_of

import pkassess
from pkassess.tree import roll_up
from pkassess.trends import find_trends

YEARS = ("2020", "2021", "2022", "2023", "2024", "2025")


def graded(row, grade="A1"):
    """A row whose values carry a grade; without one every interval is 20 points to each side."""
    names = [name for name in row if name.endswith(("_pct", "_100k", "_days")) or name in OTHERS]
    return row | {f"{name}__grade": grade for name in names}


OTHERS = {
    *("political_volatility", "unplanned_leadership_changes", "factional_contestation", "consent_status"),
    *("wgi_political_stability_rank", "wgi_gov_effectiveness_rank", "accountability_checklist"),
    *("local_work_days_per_1000", "sofa_violations_per_1000_staff", "hostile_statements"),
    "autonomy_safeguards_checklist",
}


def rows(scores, periods=YEARS, **cells):
    """One row per period whose stability is the given score; the other dimensions stay where they are."""
    return [
        graded(partnership(score, 70, 70, 20, period=period, **cells))
        for score, period in zip(scores, periods, strict=False)
    ]


@pytest.fixture
def trend(report):
    """The row of trends.csv of one dimension, by default stability."""

    def find(*data, dimension="stability", options=()):
        return report(*data, options=options).one("trends", dimension=dimension)

    return find


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((40, 44, 48, 52, 56, 60), "improving"),
        ((60, 56, 52, 48, 44, 40), "worsening"),
        ((50, 50, 50, 50, 50, 50), "stalled"),
        ((30, 45, 60, 60, 45, 30), "reversing"),
        ((60, 45, 30, 30, 45, 60), "recovering"),
        ((30, 60, 30, 60, 30, 60), "volatile"),
        ((50, 52, 54, 55, 56, 57), "unclear"),
        ((50, 60), "too_few_periods"),
    ],
)
def test_every_class_from_a_table(trend, scores, expected):
    row = trend(*rows(scores))
    assert row["class"] == expected
    assert row["periods"] == len(scores)
    assert (row["first_period"], row["last_period"]) == ("2020", YEARS[len(scores) - 1])


def test_two_periods_give_the_difference_and_its_interval(trend):
    row = trend(*rows((50, 60)))
    assert row["change"] == pytest.approx(10)
    assert row["change_low"] < 10 < row["change_high"]
    assert row["kendall_p"] is None


def test_falling_tension_is_improving_and_its_change_is_below_zero(report):
    """Words by meaning, numbers on the dimension's own polarity."""
    table = [
        graded(partnership(70, 70, 70, score, period=year))
        for score, year in zip((60, 50, 40, 30), YEARS, strict=False)
    ]
    found = report(*table).one("trends", dimension="sovereignty_tension")
    assert found["class"] == "improving"
    assert found["change"] == pytest.approx(-30)
    assert found["change_low"] < -30 < found["change_high"] < 0
    assert found["kendall_s"] == -6


def test_the_trend_stands_in_the_assessment_too(report):
    found = report(*rows((40, 44, 48, 52, 56, 60))).one("assessment")
    assert found["stability_trend"] == "improving"
    assert found["governance_capacity_trend"] == "stalled"


def test_without_an_uncertainty_run_there_is_no_class(report):
    found = report(*rows((40, 44, 48, 52)), options=("--no-uncertainty",))
    assert found.one("assessment")["stability_trend"] == ""
    assert found["trends"] == []


def test_one_period_is_too_few(report):
    found = report(*rows((40,)))
    assert found.one("assessment")["stability_trend"] == "too_few_periods"
    assert found.one("trends", dimension="stability")["class"] == "too_few_periods"


def test_what_is_not_published_has_no_trend(report):
    table = [
        *rows((40, 44, 48)),
        {"mission": "UNMAV", "authority": "Karuvel", "period": "2023", "consent_status": 2},
    ]
    found = report(*table)
    assert found.one("assessment")["stability_trend"] == ""
    row = found.one("trends", dimension="stability")
    assert (row["class"], row["change"]) == ("not_comparable", None)
    assert row["reason"] == "not published in 2023"


# --- which periods ---------------------------------------------------------------------------------------------


def test_the_window_is_the_last_ten_periods_or_begins_where_asked(trend):
    years = [str(year) for year in range(2010, 2025)]
    table = rows([40 + 2 * at for at in range(15)], years)
    assert trend(*table)["first_period"] == "2015"
    assert trend(*table)["periods"] == 10
    assert trend(*table, options=("--since", "2012"))["first_period"] == "2012"
    assert trend(*table, options=("--since", "2020"))["periods"] == 5


def test_the_window_ends_at_the_assessed_period(trend):
    row = trend(*rows((40, 50, 60, 30, 20, 10)), options=("--period", "2022"))
    assert (row["last_period"], row["class"]) == ("2022", "improving")


def test_a_year_beside_its_quarters_is_left_out(trend):
    table = rows((40, 50, 60), ("2024-Q4", "2025-Q1", "2025-Q2")) + rows((10,), ("2024",))
    row = trend(*table)
    assert (row["periods"], row["change"]) == (3, pytest.approx(20))


def test_gaps_are_gaps(trend):
    """Slopes are per year: 10 points in 1, 10 in 3, 20 in 4 years have the median 5, over 4 years 20."""
    assert trend(*rows((40, 50, 60), ("2020", "2021", "2024")))["change"] == pytest.approx(20)
    uneven = trend(*rows((40, 50, 50), ("2020", "2021", "2024")))["change"]
    assert uneven == pytest.approx(10)  # slopes 10, 0 and 2.5: the median is 2.5 a year


def test_since_that_is_no_period(run):
    done = run("score", "-", "--since", "last year", stdin=csv_of(rows((40, 50))))
    assert done.code == 2
    assert "'last year' is not understood" in done.err
    assert "--since" in done.err


# --- which indicators ------------------------------------------------------------------------------------------


def test_no_score_moves_because_another_set_was_reported(trend):
    """A high value that is only there at the end is not compared; everything else stands still."""
    table = rows((50, 50, 50, 50))
    for row in table[:3]:
        row["disputes_settled_pct"] = None
    table[3]["disputes_settled_pct"] = 90  # score 100
    found = trend(*table)
    assert found["change"] == pytest.approx(0)
    assert found["matched_share"] == pytest.approx(0.85 / 0.95)  # 0.05 is national and does not apply here
    assert found["indicators"] == 7


def test_periods_with_the_least_coverage_leave_first(trend):
    """Deaths and incidents (0.30 of 0.95) with walking and disputes gone in 2021: too little is shared."""
    table = rows((40, 10, 50, 60))
    for name in ("conflict_deaths_per_100k", "safe_walking_pct"):
        table[1][name] = None  # 0.35 of 0.95 missing: 63 % is shared, so 2021 is provisional anyway
    for name in ("displaced_share_pct", "disputes_settled_pct"):
        table[2][name] = None
    found = trend(*table)
    assert (found["periods"], found["first_period"]) == (3, "2020")
    assert found["change"] == pytest.approx(20)


def test_when_fewer_than_three_periods_match_nothing_is_compared(trend):
    table = rows((40, 50, 60))
    for name in ("conflict_deaths_per_100k", "disputes_settled_pct"):
        table[0][name] = None
    for name in ("safe_walking_pct", "displaced_share_pct"):
        table[1][name] = None
    found = trend(*table)
    assert found["class"] == "not_comparable"
    assert found["reason"] == "no three periods share indicators with 65 % of the weight"
    assert found["change"] is None


def test_carried_values_are_no_part_of_a_trend(trend):
    """Surveys may be carried 15 months; what was carried into 2024 is not compared."""
    table = rows((50, 50, 50))
    table[2]["safe_walking_pct"] = None
    found = trend(*table)
    assert found["indicators"] == 7
    assert found["matched_share"] == pytest.approx(0.80 / 0.95)


def test_seasonal_indicators_leave_where_periods_are_shorter_than_a_year(report):
    def shared(*periods):
        table = [graded(partnership(70, 70, 50, 20, period=period)) for period in periods]
        return report(*table).one("trends", dimension="economic_impact")["indicators"]

    assert shared("2022", "2023", "2024") == 8
    assert shared("2024-Q2", "2024-Q3", "2024-Q4") == 6  # without market road and work days


# --- series breaks ---------------------------------------------------------------------------------------------


def with_breaks(workbook, table, *breaks):
    head = ["indicator", "period", "reason"]
    return workbook({"data": sheet_of(table), "breaks": [head, *breaks]})


def test_no_trend_is_drawn_across_a_break(workbook, trend):
    path = with_breaks(workbook, rows((10, 10, 40, 50, 60)), ["safe_walking_pct", "2022", "new question"])
    found = trend(path)
    assert (found["first_period"], found["change"]) == ("2022", pytest.approx(20))
    other = trend(path, dimension="governance_capacity")
    assert other["first_period"] == "2020"


def test_the_last_break_counts_and_a_blank_indicator_means_all(workbook, trend):
    table = rows((10, 10, 10, 40, 50, 60))
    path = with_breaks(workbook, table, ["", "2021", "new team"], ["stability", "2023", "new database"])
    assert trend(path)["first_period"] == "2023"
    assert trend(path, dimension="economic_impact")["first_period"] == "2021"


def test_a_break_that_leaves_too_little_makes_it_not_comparable(workbook, trend):
    path = with_breaks(workbook, rows((40, 50, 60, 70)), ["safe_walking_pct", 2022, "new question"])
    found = trend(path)
    assert found["class"] == "not_comparable"
    assert found["reason"] == "series break in 2022 (new question)"


def test_a_break_may_name_one_partnership(workbook, report):
    table = rows((40, 50, 60, 70)) + rows((40, 50, 60, 70), authority="Anselle")
    sheet = [["authority", "indicator", "period"], ["Anselle", "stability", "2021"]]
    found = report(workbook({"data": sheet_of(table), "breaks": sheet}))
    periods = {row["partnership"]: row["periods"] for row in found.find("trends", dimension="stability")}
    assert periods == {"UNMAV / Karuvel": 4, "UNMAV / Anselle": 3}


def test_a_break_that_cannot_be_understood_is_reported_with_its_cell(workbook, report):
    path = with_breaks(
        workbook, rows((40, 50, 60)), ["safe_walkng_pct", "2021", ""], ["safe_walking_pct", "spring", ""]
    )
    found = report(path)
    unknown, period = found.find("findings", sheet="breaks")
    assert (unknown["code"], unknown["cell"]) == ("PK160", "A2")
    assert "Did you mean 'safe_walking_pct'?" in unknown["message"]
    assert (period["code"], period["cell"]) == ("PK143", "B3")
    assert found.one("trends", dimension="stability")["periods"] == 3


# --- draws -----------------------------------------------------------------------------------------------------


def test_draws_of_a_trend_are_those_of_the_assessed_period(tmp_path):
    """With every indicator matched, the last period's draws have the ends of the published interval."""
    path = tmp_path / "rows.csv"
    path.write_text(csv_of(rows((40, 50, 60))), encoding="utf-8")
    a = pkassess.score(path)
    found = a.comparison.trends.found[2, "stability"]
    drawn = a.comparison.uncertainty
    half = (drawn.high["stability"][2] - drawn.low["stability"][2]) / 2
    alike = [pkassess.score(path, period=year).comparison.uncertainty for year in ("2020", "2021")]
    halves = [(one.high["stability"][at] - one.low["stability"][at]) / 2 for at, one in enumerate(alike)]
    assert found.half_width == pytest.approx(float(np.sort([*halves, half])[1]))


def test_scores_on_the_matched_set_are_the_published_ones_where_all_is_matched(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(csv_of(rows((40, 50, 60))), encoding="utf-8")
    scores = pkassess.score(path).comparison.scores
    series = find_trends(pkassess.score(path).comparison, [2], 250, 0).found[2, "stability"].series
    assert series.scores == tuple(roll_up(scores.tree, scores.indicator)["stability"])
    assert series.share == pytest.approx(1)


def test_order_of_rows_other_partnerships_and_the_number_of_draws_asked_change_nothing(report):
    own = rows((40, 47, 49, 52, 58, 61))
    others = rows((10, 90, 10, 90, 10, 90), authority="Anselle")
    shuffled = own + others
    random.Random(1).shuffle(shuffled)
    plain = report(*own).find("trends", partnership="UNMAV / Karuvel")
    mixed = report(*shuffled).find("trends", partnership="UNMAV / Karuvel")
    assert mixed == plain


def test_another_seed_gives_another_interval_and_the_same_change(trend):
    first, second = (trend(*rows((40, 50, 60)), options=("--seed", seed)) for seed in ("0", "1"))
    assert first["change"] == second["change"]
    assert first["change_low"] != second["change_low"]


def test_every_period_has_the_trend_of_its_day(report):
    found = report(*rows((40, 50, 60, 50, 40, 30)), options=("--period", "all"))
    words = [row["stability_trend"] for row in found["assessment"]]
    assert words[:3] == ["too_few_periods", "too_few_periods", "improving"]
    assert words[-1] in ("reversing", "worsening")


def test_python_gives_the_same_table(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(csv_of(rows((40, 50, 60))), encoding="utf-8")
    frame = pkassess.score(path, since="2021").trends
    assert list(frame.columns[:9]) == [
        *("partnership", "dimension", "class", "change", "change_low", "change_high"),
        *("periods", "first_period", "last_period"),
    ]
    assert frame.loc[frame.dimension == "stability", "first_period"].tolist() == ["2021"]


def test_too_many_values_for_the_budget_give_no_trend_and_say_so(report, monkeypatch):
    monkeypatch.setattr("pkassess.trends.affordable_draws", lambda asked, values: 0)
    found = report(*rows((40, 50, 60)))
    assert found["trends"] == []
    assert found.one("assessment")["stability_trend"] == ""
    assert "PK320" in found.codes()


def test_fewer_draws_for_trends_are_told(report, monkeypatch):
    monkeypatch.setattr("pkassess.trends.affordable_draws", lambda asked, values: 250)
    found = report(*rows((40, 50, 60)))
    (told,) = [row for row in found["findings"] if row["code"] == "PK309"]
    assert told["message"].startswith("For trends 250 draws were made instead of 2,000")
    assert found.one("trends", dimension="stability")["class"] == "improving"
