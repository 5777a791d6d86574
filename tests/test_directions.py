"""How trends are said: arrows and words follow the number, alarms name what got worse and by how much."""

from __future__ import annotations

import pytest
from cases import csv_of, partnership
from test_trends import graded, rows

from pkassess.directions import move, signed, word
from pkassess.trendclass import Class


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Class.IMPROVING, "rising", "falling"),
        (Class.WORSENING, "falling", "rising"),
        (Class.REVERSING, "turned down", "turned up"),
        (Class.RECOVERING, "turned up", "turned down"),
        (Class.STALLED, "stalled", "stalled"),
        (Class.VOLATILE, "volatile", "volatile"),
        (Class.UNCLEAR, "", ""),
        (Class.TOO_FEW, "", ""),
        (Class.NOT_COMPARABLE, "", ""),
    ],
)
def test_arrows_follow_the_number_not_the_judgement(kind, good, bad):
    assert (move(kind, positive=True), move(kind, positive=False)) == (good, bad)


def test_words_go_by_polarity():
    assert word(Class.IMPROVING, positive=True) == "improving"
    assert word(Class.IMPROVING, positive=False) == "easing"
    assert word(Class.WORSENING, positive=False) == "rising"
    assert word(Class.TOO_FEW, positive=False) == "too few periods"


def test_a_change_has_its_sign_and_zero_has_none():
    assert [signed(change) for change in (14.4, -13.6, 0.4, -0.4)] == ["+14", "−14", "0", "0"]


TENSE = [
    graded(partnership(70, 70, 70, score, period=year))
    for score, year in ((20, "2021"), (40, "2022"), (65, "2023"), (75, "2024"))
]


def page(run, data, *options):
    return run("score", "-", "-q", *options, stdin=csv_of(data)).out


def test_the_table_marks_what_moves_and_the_legend_explains_only_those_marks(run):
    out = page(run, rows((40, 44, 48, 52, 56, 62)))
    assert "62E↑" in out
    assert "↑ rising → stalled; no mark: unclear, or too little to compare" in out


def test_rising_tension_is_an_alarm_and_a_reason_for_a_decision(run):
    quiet = [
        graded(partnership(70, 70, 70, 20, period=year, authority="Anselle"))
        for year in ("2022", "2023", "2024")
    ]
    out = page(run, TENSE + quiet)
    assert "75 Obst ↑" in out
    assert "! Karuvel      Sovereignty tension +58 over 4 years, 90 % interval" in out
    assert "One of 2 partnerships needs a decision: Karuvel (capped by tension)." in out


def test_falling_stability_alone_needs_a_decision(run):
    quiet = [
        graded(partnership(70, 70, 70, 20, period=year, authority="Anselle"))
        for year in ("2022", "2023", "2024")
    ]
    out = page(run, rows((90, 82, 76), ("2022", "2023", "2024")) + quiet)
    assert "One of 2 partnerships needs a decision: Karuvel (stability falling)." in out
    assert "; indicative" in out


def test_what_turned_down_is_told_with_its_peak(run):
    out = page(run, rows((30, 45, 60, 60, 45, 30)))
    assert "Stability turned down since 2022, 60 → 30" in out


def test_markdown_says_the_word(run):
    out = page(run, rows((40, 44, 48, 52, 56, 62)), "-f", "md")
    assert ") E, rising |" in out
    assert "Behind a score stands what it did over time" in out


def test_plain_signs_where_the_console_has_no_others(run, monkeypatch):
    monkeypatch.setenv("PKASSESS_ASCII", "1")
    out = page(run, rows((30, 60, 30, 60, 30, 60)))
    assert "60E~" in out
    assert "= stalled ~ volatile" in out
