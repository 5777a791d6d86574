"""One partnership on one page, how a figure came about, and what it would take to reach a level."""

from __future__ import annotations

import json
import re
from functools import cache

import numpy as np
import pytest
from cases import TABLES, csv_of, partnership, raw
from hypothesis import given, settings
from hypothesis import strategies as st
from redoing import redo

import pkassess
from pkassess.derivation import derive
from pkassess.figures import largest_remainder
from pkassess.pathway import pathway
from pkassess.profile import profile_of
from pkassess.profile_report import build_profile
from pkassess.render.colour import columns_of
from pkassess.render.profile_terminal import rendered
from pkassess.render.spans import PAINT, Look

DEMO, REAL = "sample_data/field_demo.xlsx", "sample_data/host_countries.xlsx"


PUBLISHED = {
    "sample_data/published/hdr_2021_inputs.csv": "hdi",
    "sample_data/published/cpia_inputs.csv": "cpia",
}
SOME = 25
"""Every so many countries of the published indices are done again: they have hundreds."""


@pytest.fixture(scope="session")
def assessments():
    return {file: pkassess.score(file, draws=250) for file in (DEMO, REAL)}


@pytest.fixture(scope="session")
def samples(assessments):
    found = {file: assessment.comparison for file, assessment in assessments.items()}
    published = {file: pkassess.score(file, rubric, draws=0).comparison for file, rubric in PUBLISHED.items()}
    return found | published


@pytest.fixture(scope="session")
def reports(assessments, samples):
    """The pages of every third partnership of a file, made once."""

    @cache
    def pages(file):
        units = samples[file].scores.matrix.units
        return [
            build_profile(profile_of(assessments[file], units[unit].partnership))
            for unit in samples[file].rows.tolist()[::3]
        ]

    return pages


# --- the page -----------------------------------------------------------------------------------------------------


def test_the_page_has_every_part_with_cells(run):
    """Dimensions, trend, indicators with knots and cell, both sides, diagnosis, readiness, what it would take."""
    done = run("profile", DEMO, "Karuvel", "-q")
    text = " ".join(done.out.split())
    assert done.code == 0
    assert text.startswith("CONFIDENTIAL Karuvel · UNMAV · 2025-Q2 partnership 1.0")
    assert "Developing, capped by tension 69. Delivery index 63 alone would read Established." in text
    assert "C F D E S Level Trend Cov Stability 65" in text
    assert "CoopManaStraObstRupt Sovereignty tension 69" in text and "↑ rising 100 high is bad" in text
    assert "Delivery index 63" in text and "Established would be overall" in text
    assert "8 quarters, matched indicators 23Q3 Q4 24Q1 Q2 Q3 Q4 25Q1 Q2" in text
    assert "Tension ▲ ▃▃▃ ▄▅▅▇ 38 35 41 – 47 51 57 68 rising +28" in text
    assert (
        "Posts filled 74 % 70=60 85=80 65 E 10/15 █████░░░ AH35" in text
        and "Cells are in sheet Data." in text
    )
    assert "Autonomy safeguards 2 of 6 2.4=60 1.2=80 67 Obst 7/10" in text
    assert "Household economy not reported; the weights of the others fill up" in text
    assert "Consent 4 2 disputed, 3 used" in text
    assert "D6 Consistent with mutual distrust" in text
    assert "minimum R1 ■ met Stability holds" in text and "R2 □ not met Authority stands alone" in text
    assert "not stated: communities were consulted on the transition" in text
    assert "WHAT WOULD IT TAKE to read Established" in text and "Consent 3 → 1 −50 of its score" in text
    assert "Sovereignty tension 69 → 59 Strained" in text


@pytest.mark.parametrize("file", [DEMO, REAL])
def test_every_line_fits_and_ascii_is_ascii(reports, file):
    """From 40 to 100 columns; without signs beyond ASCII but those of names."""
    for report in reports(file):
        for width in (40, 62, 80, 100):
            lines = [line.rstrip("\n") for line in rendered(report, Look(width))]
            assert max(map(columns_of, lines)) <= width, width
            plain = "".join(rendered(report, Look(width, ascii=True)))
            assert plain.replace("ô", "o").isascii()


def test_colour_adds_no_character(assessments):
    """Without its escape sequences the page is the same."""
    report = build_profile(profile_of(assessments[DEMO], "Karuvel"))
    coloured = "".join(rendered(report, Look(paint=PAINT)))
    assert "\x1b[38;5;32m" in coloured and "\x1b[1;38;5;166m  Obstructed" in coloured
    plain = [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", coloured).splitlines()]
    assert plain == "".join(rendered(report, Look())).splitlines()


def test_signs_of_plain_ascii(run, monkeypatch):
    """Sparks become digits 1 to 8, bars # and -, marks of readiness [x] [ ] [?]."""
    monkeypatch.setenv("PKASSESS_ASCII", "1")
    text = " ".join(run("profile", DEMO, "Karuvel", "-q").out.split())
    assert "Tension x 333 4557 38 35 41 - 47 51 57 68 rising +28" in text
    assert "74 % 70=60 85=80 65 E 10/15 #####--- AH35" in text
    assert "R1 [x] met" in text and "R2 [ ] not met" in text and "R5 [?] unknown" in text


@pytest.mark.parametrize(
    ("parts", "total", "expected"),
    [
        ([10.4, 20.4, 30.2], 61, [11, 20, 30]),  # 60 and one more, for the first of the largest remainders
        ([0.5, 0.5], 1, [1, 0]),
        ([1.9, 1.9], 3, [2, 1]),
        ([5.0, 7.0], 12, [5, 7]),
        ([], 0, []),
        ([2.2, 3.1], 4, [2, 2]),
    ],
)
def test_contributions_add_up_to_the_printed_score(parts, total, expected):
    """By largest remainder."""
    assert largest_remainder(parts, total) == expected


@pytest.mark.parametrize("file", [DEMO, REAL])
def test_the_column_of_contributions_adds_up(reports, file):
    """On the published dimensions."""
    for report in reports(file):
        for block in report.blocks:
            if block.text and "." not in block.text:
                assert sum(item.adds for item in block.items) == int(block.text)


def test_other_periods_other_levels_and_one_period_alone(run):
    """--period looks at another quarter, --to at another level; with one period there is no trend section."""
    assert "Karuvel · UNMAV · 2024-Q4" in run("profile", DEMO, "Karuvel", "-q", "--period", "2024-Q4").out
    assert "to read Self-sustaining" in run("profile", DEMO, "Karuvel", "-q", "--to", "self-sustaining").out
    one = run("profile", "-", "Karuvel", "-q", stdin=csv_of([partnership()]))
    assert one.code == 0 and "TREND " not in one.out


def test_names_are_matched_folded_and_never_guessed(run):
    """Case and accents aside; near names are proposed; several meanings are listed."""
    assert run("profile", REAL, "cote d'ivoire", "-q", "--no-uncertainty").code == 0
    near = run("profile", DEMO, "Karuvell", "-q", "--no-uncertainty")
    assert near.code == 3 and "Did you mean UNMAV / Karuvel?" in near.err and near.out == ""
    stranger = " ".join(run("profile", DEMO, "Nobody", "-q", "--no-uncertainty").err.split())
    assert "PK323" in stranger and "There are UNMAV / Anselle;" in stranger and "2 more" in stranger
    several = run("profile", DEMO, "UNMAV", "-q", "--no-uncertainty")
    assert several.code == 2 and "means several: UNMAV / Anselle, 2025-Q2;" in several.err
    level = run("profile", DEMO, "Karuvel", "-q", "--no-uncertainty", "--to", "Excellent")
    assert level.code == 2 and "the levels are Critical, Fragile" in level.err


def test_a_partnership_without_data_in_the_period_is_told_from_an_unknown_one(run, table):
    """Its other periods are named."""
    path = table("""
mission | authority | authority_level | period  | safe_walking_pct
UNMAV   | Karuvel   | adm2            | 2025-Q1 | 46
UNMAV   | Ostra     | adm2            | 2025-Q2 | 46
""")
    done = run("profile", path, "karuvel", "-q", "--no-uncertainty", "--period", "2025-Q2")
    assert done.code == 3 and "It has data in 2025-Q1." in " ".join(done.err.split())


def test_a_folder_gets_every_table(run, tmp_path):
    """As the help says; the page alone goes into a file."""
    assert (
        run("profile", DEMO, "Karuvel", "-q", "--no-uncertainty", "-f", "csv", "-o", str(tmp_path / "k")).code
        == 0
    )
    names = {path.name for path in (tmp_path / "k").iterdir()}
    assert {"datapackage.json", "indicators.csv", "readiness.csv", "what_would_it_take.csv"} <= names
    assessed = (tmp_path / "k" / "assessment.csv").read_text(encoding="utf-8").splitlines()
    assert len(assessed) == 2


def test_json_csv_and_markdown_have_the_same_content(run, tmp_path):
    """The tables of one partnership, the indicators with knots, the way; and a page to paste."""
    found = json.loads(run("profile", DEMO, "Karuvel", "-q", "-f", "json").out)
    assert [row["partnership"] for row in found["assessment"]] == ["UNMAV / Karuvel"]
    (posts,) = [row for row in found["indicators"] if row["indicator"] == "posts_filled_pct"]
    assert (
        posts["knot_below"],
        posts["knot_below_score"],
        posts["knot_above"],
        posts["knot_above_score"],
    ) == (70, 60, 85, 80)
    assert posts["score_low"] < posts["score"] < posts["score_high"]
    (way,) = found["what_would_it_take"]
    assert (way["indicator"], way["before"], way["after"], way["points"]) == ("consent_status", 3, 1, 50)
    lines = run("profile", DEMO, "Karuvel", "-q", "-f", "csv").out.splitlines()
    assert len(lines) == 1 + len(found["indicators"]) and lines[0].endswith("score_low,score_high")
    assert run("profile", DEMO, "Karuvel", "-q", "-o", str(tmp_path / "k.md")).code == 0
    assert "## Readiness (not yet: 3 of 10 met, 5 unknown)" in (tmp_path / "k.md").read_text(encoding="utf-8")


REPLY = "District office, 3 July: checks on convoys follow the state of emergency."


@pytest.mark.parametrize("read_by_both", [False, True])
def test_the_reply_of_the_authority_is_printed(run, workbook, read_by_both):
    """In its own words, beside both sides' readings or alone; nothing of it is scored."""
    sides = {"consent_status__mission": 4, "consent_status__host": 2} if read_by_both else {}
    row = {"mission": "UNMAV", "authority": "Karuvel", "authority_level": "adm2", "period": "2025"}
    row |= {"safe_walking_pct": 46, **sides}
    replies = [["mission", "authority", "Right of reply"], ["UNMAV", "Karuvel", REPLY]]
    path = workbook({"Data": [list(row), list(row.values())], "partnerships": replies})
    done = run("profile", path, "Karuvel", "-q", "--no-uncertainty")
    assert f"Right of reply: “{REPLY}”" in " ".join(done.out.split())
    assert ("4          2" in done.out) is read_by_both
    page = run("profile", path, "Karuvel", "-q", "--no-uncertainty", "-f", "md").out
    _, after = page.split("## Both sides")
    assert REPLY in after.split("##")[0]
    assert ("| Reading" in page) is read_by_both


def test_what_is_not_published_says_why(run):
    """No number of an insufficient dimension, and no way to a level that is not there."""
    done = run("profile", DEMO, "Mirrah", "-q")
    text = " ".join(done.out.split())
    assert done.code == 0 and "insufficient" in text
    assert "WHAT WOULD IT TAKE" not in text
    asked = run("profile", DEMO, "Mirrah", "-q", "--to", "Established").out
    assert "not published: report more first" in " ".join(asked.split())


# --- the derivation -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [DEMO, REAL, *PUBLISHED])
def test_every_figure_of_the_samples_can_be_done_again_by_hand(samples, file):
    """Every published node and every score of every partnership, from its printed numbers, to 1e-9."""
    from pkassess.render.profile_page import trace_lines

    comparison = samples[file]
    scores, done = comparison.scores, 0
    for unit in comparison.rows.tolist()[:: SOME if file in PUBLISHED else 1]:
        for name, node in scores.nodes.items():
            if not np.isnan(node.score[unit]):
                known = redo("".join(trace_lines(derive(comparison, unit, name))))
                assert known[name] == pytest.approx(float(node.score[unit]), abs=1e-9)
                done += len(known)
        for row, name in enumerate(scores.rubric.indicators):
            if not np.isnan(scores.indicator[row, unit]):
                known = redo("".join(trace_lines(derive(comparison, unit, name))))
                assert known[name] == pytest.approx(float(scores.indicator[row, unit]), abs=1e-9)
    assert done > 100


def test_a_trace_names_cells_knots_rules_and_the_interval(run):
    """What a reader needs to check one figure; a rate shows count and denominator."""
    done = run("profile", DEMO, "Karuvel", "--trace", "movement_denied_pct")
    assert done.code == 0 and done.out.startswith("UNMAV / Karuvel, 2025-Q2: movement_denied_pct\n")
    assert (
        "movement_denied_pct.value = 41 / 171 * 100 = 23.97660818713" in done.out and "Data!CH35" in done.out
    )
    assert "between the knots 10 and 25" in done.out
    overall = run("profile", DEMO, "Karuvel", "--trace", "overall").out
    assert "tension_cap: at most Developing (sovereignty tension 69)." in overall
    assert overall.rstrip().endswith("Developing; tension_cap is the first rule that gives it.")
    index = run("profile", DEMO, "Karuvel", "--trace", "index", "--draws", "300").out
    assert "delivery_index = exp((0.4 * log(max(stability, 1))" in index and "300 draws, seed 0" in index


def test_a_rate_is_traced_to_its_count_and_denominator(run, table):
    """12 deaths in a quarter among 400,000 people: a year's rate per 100,000 is 12 / 400000 x 100000 x 4."""
    path = table("""
mission | authority | authority_level | period  | conflict_deaths_per_100k__numerator | conflict_deaths_per_100k__denominator
UNMAV   | Karuvel   | adm2            | 2025-Q2 | 12                                  | 400000
""")
    text = run(
        "profile", path, "Karuvel", "-q", "--no-uncertainty", "--trace", "conflict_deaths_per_100k"
    ).out
    assert "conflict_deaths_per_100k.value = 12 / 400000 * 100000 * 12 / 3 = 12" in text
    assert redo(text)["conflict_deaths_per_100k.value"] == pytest.approx(12)


def test_a_figure_that_is_not_there_is_named(run):
    """With the nearest name; and one that is not published says so."""
    wrong = run("profile", DEMO, "Karuvel", "--trace", "stabilty")
    assert wrong.code == 2 and "Did you mean 'stability'?" in wrong.err
    none = run("profile", DEMO, "Mirrah", "--trace", "governance_capacity")
    assert none.code == 2 and "not published or missing" in " ".join(none.err.split())


# --- what would it take -----------------------------------------------------------------------------------------------


def scored(row):
    """The comparison of one partnership, read through the same code as a file."""
    import io
    import sys

    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(csv_of([row]).encode()), encoding="utf-8")
    try:
        return pkassess.score("-", draws=0).comparison
    finally:
        sys.stdin = before


def level_of(comparison):
    return int(comparison.scores.overall_level[comparison.rows[0]])


def changed(row, moves):
    return row | {move.indicator: move.after for move in moves}


def rows_of(draw_score, kinds):
    """A partnership whose indicators have random scores."""
    row = partnership()
    for table in TABLES.values():
        for name in table:
            row[name] = raw(name, draw_score()) if name not in kinds else kinds[name]
    return row


@settings(max_examples=4, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 2))
def test_the_changes_reach_the_level_and_no_smaller_single_change_does(random, steps):
    """Applied to the table and scored again, the level is there; each indicator alone needs at least as many points."""
    ratings = {"political_volatility": random.randint(1, 5), "factional_contestation": random.randint(1, 5)}
    ratings["consent_status"] = random.randint(1, 4)
    checklists = {"accountability_checklist": random.randint(0, 6) * 100 / 6}
    checklists["autonomy_safeguards_checklist"] = random.randint(0, 6) * 100 / 6
    row = rows_of(lambda: random.uniform(5, 95), ratings | checklists)
    row["unplanned_leadership_changes"], row["hostile_statements"] = (
        random.randint(0, 5),
        random.randint(0, 12),
    )
    before = scored(row)
    wished = min(level_of(before) + steps, 4)
    way = pathway(before.scores, int(before.rows[0]), wished)
    if not way.moves:
        assert way.reason
        return
    assert level_of(scored(changed(row, way.moves))) >= wished
    spent = sum(move.points for move in way.moves)
    rubric = before.scores.rubric
    for name, indicator in random.sample(sorted(rubric.indicators.items()), 10):
        at = before.rows[0]
        now = float(before.scores.indicator[list(rubric.indicators).index(name), at])
        if (
            np.isnan(now)
            or indicator.scope == "national"
            or any(one.indicator == name for one in way.moves[1:])
        ):
            continue
        for better in (now + 0.98 * spent, now - 0.98 * spent):
            if (
                0 <= better <= 100
                and indicator.scale.type not in ("likert", "checklist")
                and indicator.unit != "count"
            ):
                alone = scored(row | {name: raw(name, better)})
                assert level_of(alone) < wished, (name, better)


def test_a_veto_and_a_cap_are_lifted_by_what_they_look_at():
    """Consent 5 withdraws everything: from Critical, one step of consent gives Fragile or better."""
    row = partnership(70, 70, 70, 20, consent_status=5)
    way = pathway(scored(row).scores, 0, 2)
    assert way.binding == "consent_veto" and [move.indicator for move in way.moves] == ["consent_status"]
    assert (way.moves[0].before, way.moves[0].after) == (5, 4)


def test_a_gap_of_the_weakest_link_by_hand():
    """Stability 18, the rest 70: Fragile. Developing needs two points more.

    The heaviest indicator is cheapest: conflict deaths at .20 of .95, 2 x .95 / .20 = 9.5 points.
    """
    row = partnership(18, 70, 70, 20)
    comparison = scored(row)
    assert level_of(comparison) == 1
    way = pathway(comparison.scores, 0, 2)
    assert way.single and way.moves[0].indicator == "conflict_deaths_per_100k"
    assert way.moves[0].points == pytest.approx(9.5, abs=0.6)


def test_two_indicators_may_cost_less_than_one_by_hand():
    """Tension 66, consent 3 among scores of 70: it has to fall by 6, to below 60.

    Movement alone, of weight .15: 40 points. One step of consent, of weight .20, gives 25 x .20 = 5, and movement the last
    point for 1 / .15 = 6.67: 31.67 together.
    """
    row = partnership(65, 55, 75, 70, consent_status=3, political_volatility=2)
    way = pathway(scored(row).scores, 0, 3)
    assert {move.indicator for move in way.moves} == {"consent_status", "movement_denied_pct"}
    assert sum(move.points for move in way.moves) == pytest.approx(25 + 1 / 0.15, abs=0.01)


def test_national_indicators_are_never_proposed():
    """They are not for this partnership to change."""
    row = partnership(30, 30, 30, 30, authority_level="national")
    way = pathway(scored(row).scores, 0, 3)
    assert way.moves and not {"wgi_political_stability_rank", "gdp_pc_growth_pct"} & {
        one.indicator for one in way.moves
    }


def test_what_nothing_can_reach_says_what_still_holds_it_down():
    """Dimensions with so little observed at best cannot pass; the rule is named."""
    row = partnership(70, 70, 70, 20)
    for name in TABLES["stability"]:
        row[name] = None
    row |= {name: raw(name, 0) for name in TABLES["stability"]}
    comparison = scored(row | {"consent_status": 5})
    done = pathway(comparison.scores, 0, 4)
    assert done.moves or "holds it down" in done.reason or "hold it down" in done.reason


def test_a_level_that_is_reached_needs_nothing():
    """It says so instead of proposing changes."""
    way = pathway(scored(partnership()).scores, 0, 1)
    assert way.reached and not way.moves and "already" in way.reason


# --- the section on trends ----------------------------------------------------------------------------------------


def trend_section(run, workbook, rows, **sheets):
    """What stands under TREND, in one line of text."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    data = [names, *([row.get(name) for name in names] for row in rows)]
    page = run("profile", workbook({"Data": data, **sheets}), "Karuvel", "-q", "--draws", "250").out
    _, section = page.split("\nTREND")
    return " ".join(section.split("\nSTABILITY")[0].split())


def over(*periods, stability=(60, 60, 60, 60, 60)):
    """One row for each period."""
    return [
        partnership(score, 60, 60, 30, period=period)
        for score, period in zip(stability, periods, strict=False)
    ]


def test_periods_that_nobody_reported_are_a_gap(run, workbook):
    """2023-Q3 to 2024-Q3 are left open; five of ten quarters were reported."""
    rows = over("2023-Q1", "2023-Q2", "2024-Q4", "2025-Q1", "2025-Q2", stability=(40, 46, 50, 51, 52))
    text = trend_section(run, workbook, rows)
    assert "5 of 10 quarters" in text and "23Q1 Q2 … 24Q4 25Q1 Q2" in text
    assert "40 46 – 50 51 52" in text


def test_of_two_periods_the_difference_and_its_interval(run, workbook):
    """They are no trend."""
    text = trend_section(run, workbook, over("2025-Q1", "2025-Q2", stability=(40, 60)))
    assert re.search(r"40 60 \+20 \([+−]\d+ to \+\d+\), too few periods", text), text
    assert re.search(r"60 60 0 \(−\d+ to \+\d+\), too few periods", text), text


def test_why_nothing_can_be_compared_is_said(run, workbook):
    """A series break leaves too little on either side."""
    breaks = [["indicator", "period", "reason"], ["", "2025-Q1", "new team"]]
    text = trend_section(run, workbook, over("2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2"), breaks=breaks)
    assert "Stability: nothing to compare, series break in 2025-Q1 (new team)" in text


def test_a_trend_that_ends_before_the_period_says_so(run):
    """Mali's tension of 2023 has too few indicators in common with the years before."""
    page = run("profile", REAL, "Mali", "-q", "--draws", "250").out
    assert "to 2021 only" in page
    front = " ".join(run("score", REAL, "-q", "--draws", "250").out.split())
    assert "end before the period shown:" in front and "Mali (tension 2021)" in front
