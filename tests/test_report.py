"""Page one: what it says, in which order, and that it fits where it is printed."""

from __future__ import annotations

import unicodedata

import pytest

import pkassess
from pkassess.figures import half_up, raw_text, score_text
from pkassess.library import load
from pkassess.render.colour import columns_of
from pkassess.render.names import shorten
from pkassess.render.spans import Look
from pkassess.render.terminal import painted_lines, plain_lines
from pkassess.report import build_report

DEMO = "sample_data/field_demo.xlsx"
REAL = "sample_data/host_countries.xlsx"


@pytest.fixture(scope="module")
def demo():
    return pkassess.score(DEMO)


@pytest.fixture(scope="module")
def page(demo):
    return "".join(plain_lines(demo))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.5, 0, "1"), (1.5, 0, "2"), (2.675, 2, "2.68"), (-0.4, 0, "0"), (59.5, 0, "60")],
)
def test_numbers_round_half_up_on_their_decimal_value(value, decimals, text):
    """2.675 is 2.68, as a reader of the figures expects, whatever its binary form."""
    assert half_up(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"), [(59.7, "59.7"), (59.97, "59.97"), (60.0, "60"), (41.2, "41"), (0.2, "0")]
)
def test_a_score_is_never_printed_outside_its_level(value, text):
    """60 never stands beside Developing: as many decimals as needed."""
    assert score_text(value, load("partnership").level_set("footing")) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(24.0, "percent", "24 %"), (3.456, "", "3.46"), (12.34, "", "12.3"), (540, "", "540")],
)
def test_raw_values_keep_two_significant_decimals(value, unit, text):
    """Raw values as entered, without digits nobody measured."""
    assert raw_text(value, unit) == text


def test_long_names_keep_their_end():
    """Two districts that differ at the end stay different."""
    names = {shorten(f"Upper Naret {end}", 12) for end in ("North", "South")}
    assert len(names) == 2
    assert all(len(name) <= 12 for name in names)


def test_the_finding_comes_first(page):
    """Who needs a decision and why, how many stand well, how many cannot be scored."""
    said = " ".join(page.split())
    assert "Five of 12 partnerships need a decision: Djemarra (consent veto)" in said
    assert "two cannot be scored overall." in said
    assert page.index("CONFIDENTIAL") < page.index("Five of 12") < page.index("Rank Partnership")


def test_the_sections_stand_in_the_order_in_which_they_are_read(page):
    """Table, what changed, alarms, what is not known, method."""
    order = ["Rank Partnership", "WHAT CHANGED since 2025-Q1", "ALARMS", "NOT KNOWN", "2,000 draws, seed 0."]
    places = [page.index(title) for title in order]
    assert places == sorted(places)


def test_a_rule_that_binds_stands_under_its_row(page):
    """Capped by tension and by the weakest link, with what the index alone would read."""
    assert "└ capped by tension 69; delivery index 63 alone would read Established" in page
    assert "capped by weakest link; stability is Critical" in page
    assert "└ consent veto; delivery index 53 alone would read Developing" in page


def test_ranks_are_ranges_and_bands_are_said_in_words(page):
    """Places that nothing separates are named."""
    assert "3–4  Karuvel" in page
    assert (
        "1 to 3 and 5 to 6 of UNMAV, districts in deployment: not distinguishable (21 pairs compared)"
        in " ".join(page.split())
    )


def test_insufficient_evidence_shows_no_number(demo):
    """Where a dimension is not published there is a word and no score."""
    row = next(row for group in build_report(demo).groups for row in group.rows if row.name == "Mirrah")
    assert row.overall == "insufficient"
    assert [score.word for score in row.dimensions if score.value is None] == ["n/a", "n/a"]
    assert row.rank == ""


def test_changes_name_the_level_the_dimension_and_the_indicator(demo):
    """Anselle crossed a level; governance moved it, and the posts that were filled."""
    change = next(change for change in build_report(demo).changes if change.name == "Anselle")
    assert change.levels == "Developing → Established"
    assert "posts filled 58 → 71 %" in change.details


@pytest.mark.parametrize("width", [40, 60, 72, 80, 100, 120, 140])
@pytest.mark.parametrize("sample", [DEMO, REAL])
def test_no_line_is_wider_than_the_page(sample, width):
    """Whatever the width, no line runs over it."""
    from pkassess.render.terminal import rendered

    lines = list(rendered(pkassess.score(sample, draws=250), Look(width)))
    assert max(columns_of(line.rstrip("\n")) for line in lines) <= width


def test_colour_changes_no_character(demo, page):
    """Without its escape codes the painted page is the plain one."""
    import re

    painted = "".join(painted_lines(demo, 80))
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == page


def test_ascii_holds_the_same_page(demo, run, monkeypatch):
    """A legacy console gets ASCII signs only."""
    monkeypatch.setenv("PKASSESS_ASCII", "1")
    out = run("score", DEMO, "-q").out
    assert out.isascii()
    assert "NOT KNOWN" in out


def test_a_pipe_gets_eighty_columns_and_no_escape_codes(process):
    """The width of the terminal behind a pipe does not matter; COLUMNS does."""
    narrow, wide = process("score", DEMO, "-q"), process("score", DEMO, "-q", COLUMNS="120")
    assert "\x1b" not in narrow.out + wide.out
    assert max(map(columns_of, narrow.out.splitlines())) == 80
    assert max(map(columns_of, wide.out.splitlines())) == 120


HOSTILE = "Kar\u202euvel[bold]\x1b[31m|<script>alert(1)</script>`x`"


def test_names_cannot_act_as_markup_or_steer_the_terminal(workbook, run):
    """Escape sequences and bidi marks become visible; Markdown and HTML stay text."""
    header = ["mission", "authority", "authority_level", "period", "consent_status", "movement_denied_pct"]
    data = workbook({"Data": [header, ["UNMAV", HOSTILE.replace("\x1b", "_"), "adm2", "2025", 2, 4]]})
    table, markdown = run("score", data, "-q").out, run("score", data, "-q", "-f", "md").out
    assert not any(
        unicodedata.category(sign) in ("Cc", "Cf") for sign in (table + markdown).replace("\n", "")
    )
    assert "<script>" not in markdown.replace("\\<script\\>", "")


def test_a_first_period_has_nothing_to_compare(workbook, run):
    """One period: the section says so."""
    header = ["mission", "authority", "authority_level", "period", "consent_status"]
    data = workbook({"Data": [header, ["UNMAV", "Karuvel", "adm2", "2025", 2]]})
    out = run("score", data, "-q").out
    assert "WHAT CHANGED: first period, nothing to compare." in out
    assert "Karuvel cannot be scored overall: too little was reported." in out


def test_a_large_group_shows_the_rows_that_matter_and_counts_the_rest(workbook, run):
    """Sixty partnerships: rows with a decision, a change, the first and the last; Markdown holds all."""
    names = [*load("partnership").indicators]
    header = ["mission", "authority", "authority_level", "period", *names]
    rows = [["UNMAV", f"Place {at:02d}", "adm2", "2025", *([3] * len(names))] for at in range(60)]
    data = workbook({"Data": [header, *rows]})
    out = run("score", data, "-q", "--no-uncertainty").out
    assert "40 rows more, 40 of them need a decision or changed: -o report.md shows all" in " ".join(
        out.split()
    )
    assert out.count("Place ") < 60
    assert (
        run("score", data, "-q", "--no-uncertainty", "-f", "md").out.count("| Place ")
        + run("score", data, "-q", "--no-uncertainty", "-f", "md").out.count("**Place ")
        >= 60
    )
