"""Whether a change of level is confirmed: shares of draws, and what rests on doubtful values alone."""

from __future__ import annotations

import numpy as np
import pytest
from cases import csv_of, partnership
from test_trends import graded

import pkassess


def pair(before, now, grade="A1", **cells):
    """Two years of one partnership whose stability moves; ``cells`` replace cells of the second."""
    first = graded(partnership(before, 70, 70, 20, period="2023"), grade)
    return [first, graded(partnership(now, 70, 70, 20, period="2024"), grade) | cells]


def change(report, rows, *options, node="stability"):
    found = report(*rows, options=options).find("changes", node=node)
    return found[0] if found else None


def test_a_clear_change_is_confirmed(report):
    row = change(report, pair(50, 70))
    assert (row["level_before"], row["level"], row["direction"]) == ("Developing", "Established", "up")
    assert row["share"] > 0.99
    assert (row["persists"], row["confirmed"]) == ("yes", "yes")
    assert (row["previous_period"], row["period"]) == ("2023", "2024")


def test_a_step_over_the_boundary_is_not(report):
    """From 59 to 61: about half of the draws."""
    row = change(report, pair(59, 61))
    assert row["share"] < 0.8
    assert (row["persists"], row["confirmed"]) == ("yes", "no")


def test_no_change_of_level_no_row(report):
    assert change(report, pair(62, 78)) is None


@pytest.mark.parametrize("grade", ["D4", "F6", ""])
def test_a_change_that_rests_on_doubtful_values_alone_is_not_confirmed(report, grade):
    row = change(report, pair(30, 70, grade))
    assert (row["persists"], row["confirmed"]) == ("no", "no")


def test_doubtful_indicators_are_held_at_their_earlier_value(report):
    """Deaths, weak, went from score 50 to 90; the rest, well graded, from 50 to 62.

    Held: (0.20 × 50 + 0.75 × 62) / 0.95 = 59.5, still Developing. With 63 instead of 62: 60.3, Established.
    """
    weak = {"conflict_deaths_per_100k": 0.25, "conflict_deaths_per_100k__grade": "D4"}
    assert change(report, pair(50, 62, **weak))["persists"] == "no"
    assert change(report, pair(50, 63, **weak))["persists"] == "yes"


def test_a_disputed_rating_is_held_too(report):
    """Mission 1 and host 4 (score 62.5) become 1 and 1 (score 100); everything else goes from 59 to 59.5.

    Held: (0.12 × 62.5 + 0.83 × 59.5) / 0.95 = 59.9, still Developing.
    """
    sides = {
        "political_volatility": None,
        "political_volatility__mission": 1,
        "political_volatility__host": 1,
    }
    first, second = pair(59, 59.5)
    row = change(report, [first | sides | {"political_volatility__host": 4}, second | sides])
    assert (row["level"], row["persists"]) == ("Established", "no")


def test_falling_tension_goes_down(report):
    rows = [
        graded(partnership(70, 70, 70, score, period=year)) for score, year in ((50, "2023"), (30, "2024"))
    ]
    row = change(report, rows, node="sovereignty_tension")
    assert (row["direction"], row["confirmed"]) == ("down", "yes")


def test_the_overall_level_is_judged_by_the_rules_in_every_draw(report):
    """Tension from 50 to 70 caps at Developing in every draw."""
    rows = [
        graded(partnership(70, 70, 70, score, period=year)) for score, year in ((50, "2023"), (70, "2024"))
    ]
    row = change(report, rows, node="overall")
    assert (row["level_before"], row["level"], row["direction"]) == ("Established", "Developing", "down")
    assert row["share"] == pytest.approx(1, abs=0.02)
    assert row["confirmed"] == "yes"


def test_without_draws_only_weak_evidence_is_told(report):
    firm = change(report, pair(50, 70), "--no-uncertainty")
    weak = change(report, pair(50, 70, "D4"), "--no-uncertainty")
    assert (firm["share"], firm["persists"], firm["confirmed"]) == (None, "yes", "")
    assert (weak["persists"], weak["confirmed"]) == ("no", "no")


def test_the_share_counts_draws_of_both_periods(tmp_path):
    """Recomputed from the draws of the two periods one by one."""
    from pkassess.spread import spread_of
    from pkassess.uncertainty import draw_errors, draw_weights, roll_up_draws

    path = tmp_path / "rows.csv"
    path.write_text(csv_of(pair(58, 62)), encoding="utf-8")
    a = pkassess.score(path, draws=250)
    scores, units = a.comparison.scores, np.array([0, 1])
    errors = draw_errors(scores, spread_of(scores, units), units, 0, [0])
    _, levels = roll_up_draws(scores, units, errors, draw_weights(scores.tree, 0.25, 0, [0]))
    before, now = levels["stability"]
    assert a.changes.set_index("node").loc["stability", "share"] == pytest.approx((now > before).mean())


def test_page_one_says_how_firm_a_change_is(run):
    def said(rows):
        return " ".join(run("score", "-", "-q", stdin=csv_of(rows)).out.split())

    assert "stability 50 → 70, now Established (confirmed)" in said(pair(50, 70))
    assert "now Established (crossed the boundary, not confirmed)" in said(pair(59, 61))
    assert "not confirmed: it rests on weak evidence" in said(pair(30, 70, "D4"))


def test_all_periods_have_no_period_before_to_speak_of(report):
    assert change(report, pair(50, 70), "--period", "all") is None
