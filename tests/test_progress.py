"""Baseline, targets and pace, and phases with comparators: worked by hand, and as whole tables."""

from __future__ import annotations

import pytest
from cases import partnership, sheet_of
from test_trends import YEARS, graded, rows

from pkassess.progress import judge


@pytest.mark.parametrize(
    ("current", "target", "observed", "left", "word"),
    [
        (50, 60, 5, 2, "on_track"),  # needs 5 a year
        (50, 60, 2.5, 2, "behind"),  # exactly half of it
        (50, 60, 2.4, 2, "stagnating"),
        (50, 60, 0, 2, "stagnating"),
        (50, 60, -1, 2, "moving_away"),
        (50, 40, -5, 2, "on_track"),  # a target below, as of tension
        (50, 40, 1, 2, "moving_away"),
        (50, 60, 9, 0, "missed"),
        (50, 60, 9, None, ""),
        (50, 60, float("nan"), 2, ""),
    ],
)
def test_pace_by_hand(current, target, observed, left, word):
    assert judge(current, target, observed, left, reached=False).word == word


def test_what_is_reached_stays_reached_whatever_the_pace():
    assert judge(60, 60, -5, 1, reached=True).word == "reached"


def book(workbook, table, *targets, head=("indicator", "value", "date")):
    return workbook({"data": sheet_of(table), "targets": [list(head), *targets]})


def test_a_target_of_a_dimension(workbook, report):
    """40, 44, 48, 52: 4 a year. 62 by the end of 2025, 2.5 years after the middle of 2023: 4 a year is enough."""
    path = book(workbook, rows((40, 44, 48, 52)), ["stability", 62, "2025-12-31"])
    row = report(path).one("targets", name="stability")
    assert (row["kind"], row["pace"], row["cell"]) == ("dimension", "on_track", "targets!B2")
    assert row["observed_pace"] == pytest.approx(4)
    assert row["required_pace"] == pytest.approx(4)
    trend = report(path).one("trends", dimension="stability")
    assert (trend["target"], trend["target_date"], trend["pace"]) == (62, "2025-12-31", "on_track")
    assert (trend["baseline_period"], trend["previous_period"]) == ("2020", "2022")
    assert [trend[name] for name in ("baseline", "previous", "current")] == pytest.approx([40, 48, 52])


def test_a_target_of_an_indicator_is_a_raw_value(workbook, report):
    """Posts filled 50, 55, 60: 5 a year; 90 by the end of 2024, 2.5 years on, needs 12."""
    table = rows((50, 50, 50))
    for row, value in zip(table, (50, 55, 60), strict=True):
        row["posts_filled_pct"] = value
    path = book(workbook, table, ["Posts filled", "90 %", "2024"])
    row = report(path).one("targets", name="posts_filled_pct")
    assert (row["baseline"], row["previous"], row["current"], row["target"]) == (50, 55, 60, 90)
    assert (row["target_date"], row["pace"]) == ("2024-12-31", "stagnating")
    assert (row["observed_pace"], row["required_pace"]) == pytest.approx((5, 12))


def test_where_less_is_better_less_is_reached(workbook, report):
    """Conflict deaths at score 60 are 2 per 100,000; the target was 3."""
    path = book(workbook, rows((40, 50, 60)), ["conflict_deaths_per_100k", 3, "2030-06-30"])
    assert report(path).one("targets")["pace"] == "reached"
    tension = book(workbook, rows((40, 50, 60)), ["sovereignty_tension", 25, "2030-06-30"])
    assert report(tension).one("targets")["pace"] == "reached"


def test_of_several_targets_the_next_one_due_stands_beside_the_trend(workbook, report):
    targets = [
        ["stability", 80, "2030-12-31"],
        ["stability", 55, "2021-12-31"],
        ["stability", 62, "2024-12-31"],
    ]
    found = report(book(workbook, rows((40, 44, 48, 52)), *targets))
    assert found.one("trends", dimension="stability")["target"] == 62
    assert {row["target"]: row["pace"] for row in found["targets"]}[55] == "missed"


def test_a_target_may_name_its_partnership_and_its_baseline(workbook, report):
    table = rows((40, 44, 48)) + rows((40, 44, 48), authority="Anselle")
    head = ("authority", "dimension", "value", "date", "baseline")
    found = report(book(workbook, table, ["Anselle", "stability", 60, "2026-12-31", "2021"], head=head))
    row = found.one("targets")
    assert (row["partnership"], row["baseline_period"]) == ("UNMAV / Anselle", "2021")
    assert row["baseline"] == pytest.approx(44)


@pytest.mark.parametrize(
    ("target", "code", "cell"),
    [
        (["stabilty", 60, "2026"], "PK160", "A2"),
        (["stability", "high", "2026"], "PK161", "B2"),
        (["stability", 60, "soon"], "PK019", "C2"),
    ],
)
def test_a_target_that_cannot_be_understood_is_reported_with_its_cell(workbook, report, target, code, cell):
    found = report(book(workbook, rows((40, 44, 48)), target))
    row = found.one("findings", sheet="targets")
    assert (row["code"], row["cell"]) == (code, cell)
    assert found["targets"] == []


def test_the_baseline_is_the_first_published_period_of_deployment(report):
    table = rows((40, 44, 48, 52))
    for row, phase in zip(table, ("pre_mission", "pre_mission", "deployment", "deployment"), strict=True):
        row["phase"] = phase
    assert report(*table).one("trends", dimension="stability")["baseline_period"] == "2022"


# --- phases ------------------------------------------------------------------------------------------------------

PHASES = ("pre_mission", "pre_mission", "deployment", "deployment", "Drawdown", "post exit")


def phased(scores, phases, **cells):
    return [row | {"phase": phase} for row, phase in zip(rows(scores, **cells), phases, strict=True)]


def test_each_phase_has_its_median_and_range_and_the_change_since_the_one_before(report):
    found = report(*phased((30, 34, 50, 60, 58, 54), PHASES)).find("phases", dimension="stability")
    assert [row["phase"] for row in found] == ["pre_mission", "deployment", "drawdown", "post_exit"]
    assert [row["median"] for row in found] == pytest.approx([32, 55, 58, 54])
    assert (found[1]["lowest"], found[1]["highest"]) == pytest.approx((50, 60))
    assert [row["change"] for row in found[1:]] == pytest.approx([23, 3, -4])
    assert found[0]["change"] is None
    assert found[1]["change_low"] < 23 < found[1]["change_high"]
    assert (found[1]["first_period"], found[1]["last_period"], found[1]["periods"]) == ("2022", "2023", 2)


def test_comparators_are_peers_that_did_not_change_phase_then(report):
    table = phased((30, 34, 50, 60, 58, 54), PHASES)
    stayed = ("deployment",) * 6
    table += phased((40, 40, 45, 45, 45, 45), stayed, authority="Anselle")
    table += phased((40, 40, 47, 47, 47, 47), stayed, authority="Ombeka")
    table += phased((40, 40, 90, 90, 90, 90), PHASES, authority="Veshti")
    table += phased((40, 40, 90, 90, 90, 90), stayed, authority="Mirrah", peer_group="other")
    rows_ = report(*table).find("phases", dimension="stability", partnership="UNMAV / Karuvel")
    assert [row["comparators"] for row in rows_] == [None, 2, 2, 2]
    assert rows_[1]["comparator_change"] == pytest.approx(6)


def test_phases_come_from_the_missions_dates_where_no_phase_is_given(report):
    table = [
        row | {"mission_start": "2021-06-30", "drawdown_start": "2023", "mission_end": "2024-06-30"}
        for row in rows((30, 34, 50, 60, 58, 54))
    ]
    found = report(*table).find("phases", dimension="stability")
    assert [(row["phase"], row["periods"]) for row in found] == [
        ("pre_mission", 1),
        ("deployment", 2),
        ("drawdown", 2),
        ("post_exit", 1),
    ]


def test_a_word_that_is_no_phase_is_reported_and_nothing_is_said_of_it(report):
    found = report(*phased((30, 34, 50, 60, 58, 54), ("before",) * 2 + ("deployment",) * 4))
    (row,) = [row for row in found["findings"] if row["code"] == "PK162"]
    assert "'before' is not a phase" in row["message"]
    assert [row["phase"] for row in found.find("phases", dimension="stability")] == ["deployment"]


def test_without_phases_there_is_no_phase_row(report):
    assert report(*rows((30, 34, 50)))["phases"] == []


def test_nothing_says_that_a_mission_caused_anything(run):
    from cases import csv_of

    out = run("score", "-", "-f", "json", stdin=csv_of(phased((30, 34, 50, 60, 58, 54), PHASES))).out.lower()
    assert not any(word in out for word in ("caused", "impact of the mission", "because of the mission"))


def test_the_graded_rows_of_these_tests_have_narrow_intervals(report):
    """Otherwise the classes above would all be unclear."""
    row = report(*[graded(partnership(period=year)) for year in YEARS]).one("trends", dimension="stability")
    assert row["half_width"] < 5


def test_python_gives_both_tables(workbook):
    import pkassess

    path = book(workbook, phased((30, 34, 50, 60, 58, 54), PHASES), ["stability", 62, "2026-12-31"])
    a = pkassess.score(path)
    assert a.targets["pace"].tolist() == ["behind"]
    assert a.phases.query("dimension == 'stability'")["periods"].tolist() == [2, 2, 1, 1]
    assert a.changes.empty or set(a.changes["confirmed"]) <= {"yes", "no"}


# --- on the page of one partnership ----------------------------------------------------------------------------------


def words_of(run, path, form="table"):
    """The page of Karuvel as one line."""
    return " ".join(run("profile", str(path), "Karuvel", "-f", form).out.split())


def test_the_profile_says_targets_under_the_trend(workbook, run):
    """With baseline, previous and present value, pace, and the cell in which the target stands."""
    table = rows((40, 44, 48, 52))
    for row, value in zip(table, (50, 55, 58, 60), strict=True):
        row["posts_filled_pct"] = value
    path = book(
        workbook, table, ["stability", 62, "2025-12-31"], ["Posts filled", 90, "2024"], ["stability", 50, ""]
    )
    for form in ("table", "md"):
        page = words_of(run, path, form)
        target = "Target for Stability 62 by 2025-12-31 (targets!B2): baseline 40 in 2020, 48 in 2022, 52 now"
        assert f"{target}; on track: +4.0 a year observed, +4.0 needed" in page
        assert "Target for Posts filled 90 % by 2024-12-31 (targets!B3): baseline 50 % in 2020" in page
        assert (
            "Target for Stability 50 (targets!B4): baseline 40 in 2020, 48 in 2022, 52 now; reached" in page
        )


def test_the_profile_says_phases_under_the_trend(run, tmp_path):
    """Medians 32, 55, 58 and 54 with the lowest and highest of each phase; what peers did meanwhile; and that nothing is said of causes."""
    from cases import csv_of

    table = phased((30, 34, 50, 60, 58, 54), PHASES)
    table += phased((40, 40, 45, 45, 45, 45), ("deployment",) * 6, authority="Anselle")
    path = tmp_path / "phases.csv"
    path.write_text(csv_of(table), encoding="utf-8")
    page = words_of(run, path)
    told = "32, 30 to 34 before the mission (2020 to 2021); 55, 50 to 60 during deployment"
    assert f"Stability, median and range by phase: {told}" in page
    assert "beside +5 among 1 peer that changed no phase; 58 during drawdown (2024), +3 (" in page
    assert "Phases say when something was observed, not what caused it." in page
    assert "range by phase" not in " ".join(run("profile", str(path), "Anselle").out.split())
