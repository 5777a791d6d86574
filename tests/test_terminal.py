"""How page one fits a terminal, a pipe and a legacy console, whatever the names and the rubric."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cases import LEVELS, PLAIN, csv_of, partnership

import pkassess
from pkassess.assess import Assessment
from pkassess.render.colour import columns_of
from pkassess.render.names import shorten, shorten_all
from pkassess.render.spans import PAINT, Look
from pkassess.render.terminal import rendered

WIDTHS = [40, 60, 72, 80, 100, 120, 140]
HOSTILE = [
    "Kar\x1buvel\x1b[31m red",
    "[bold red]Anselle[/]",
    "a\u202eb\u2066c",
    "line\nbreak\rreturn",
    "東京都庁舎前の長い名前の地区",
    "e\u0301galite\u0301 " * 4,
    "x" * 70,
    "Upper Naret North",
    "Upper Naret South",
]


@pytest.fixture
def scored(tmp_path: Path) -> Callable[..., Assessment]:
    """Score rows of the wide layout, without an uncertainty run unless draws are asked for."""

    def build(*rows: dict[str, Any], rubric: str | None = None, draws: int = 0) -> Assessment:
        data = tmp_path / "data.csv"
        data.write_text(csv_of(rows), encoding="utf-8")
        if rubric:
            (tmp_path / "own.yaml").write_text(rubric, encoding="utf-8")
            rubric = str(tmp_path / "own.yaml")
        return pkassess.score(str(data), rubric, draws=draws)

    return build


def lines_of(assessment: Assessment, width: int = 80, **look: Any) -> list[str]:
    return [line.rstrip("\n") for line in rendered(assessment, Look(width, **look))]


def wells(dimensions: int) -> str:
    """A rubric with many dimensions, of which every third is bad when high."""
    parts = "".join(
        f"""
  d{at}:
    label: Part {at}
    levels: footing
    polarity: {"negative" if at % 3 == 2 else "positive"}
    children: [{{id: x{at}, label: x{at}, scale: {{type: goalposts, bottom: 0, top: 100}}}}]"""
        for at in range(dimensions)
    )
    return f'pkassess: 1\nid: wells\nversion: "1"\nlabel: Wells\nkeys: {{well: {{}}}}\n{LEVELS}\ndimensions:{parts}\n'


# --- widths ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_page_whatever_the_names(
    scored: Callable[..., Assessment], width: int
) -> None:
    rows = [partnership(authority=name, period=period) for name in HOSTILE for period in ("2024", "2025")]
    lines = lines_of(scored(*rows, partnership(None, authority="y " * 40), draws=250), width)
    assert max(map(columns_of, lines)) <= width


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dimensions", [1, 4, 12])
def test_no_line_is_wider_than_the_page_whatever_the_rubric(
    scored: Callable[..., Assessment], width: int, dimensions: int
) -> None:
    rows = [
        {"well": f"W{at}", **{f"x{one}": (17 * one + 29 * at) % 101 for one in range(dimensions)}}
        for at in range(5)
    ]
    assert max(map(columns_of, lines_of(scored(*rows, rubric=wells(dimensions)), width))) <= width


def test_dimensions_that_do_not_fit_are_counted(scored: Callable[..., Assessment]) -> None:
    row = {"well": "W", **{f"x{at}": 50 for at in range(12)}}
    text = " ".join(" ".join(lines_of(scored(row, rubric=wells(12)), 80)).split())
    assert "more dimensions not shown: widen the window, or -f csv." in text


def test_columns_stay_in_line_beside_wide_and_combining_characters(scored: Callable[..., Assessment]) -> None:
    lines = lines_of(scored(*(partnership(authority=name) for name in HOSTILE)), 100)
    rows = [line for line in lines if line.startswith("1=")]
    assert len(rows) == len(HOSTILE)
    assert len({columns_of(line.partition("│")[0]) for line in rows}) == 1


def test_every_dimension_gets_its_own_bar_where_there_is_room(scored: Callable[..., Assessment]) -> None:
    heads = {
        width: next(line for line in lines_of(scored(partnership()), width) if "Partnership" in line)
        for width in (80, 120)
    }
    assert heads[80].count("C F D E S") == 1
    assert heads[120].count("C F D E S") == 3
    assert "CoMaStObRu" in heads[120]


def test_a_bar_shows_the_score_on_the_rubrics_own_range(scored: Callable[..., Assessment]) -> None:
    rubric = """
pkassess: 1
id: ten
version: "1"
label: Out of ten
keys: {well: {}}
score_range: [0, 10]
knot_scores: [0, 10]
dimensions:
  flow: {label: Flow, children: [{id: x, label: x, scale: {type: curve, knots: [0, 100]}}]}
indices: {whole: {label: Whole, children: [{use: flow}]}}
"""
    lines = lines_of(scored({"well": "Low", "x": 5}, {"well": "Top", "x": 100}, rubric=rubric))
    low, top = (next(line for line in lines if f" {name} " in line) for name in ("Low", "Top"))
    assert top.index("●") - low.index("●") == 14
    assert "● on 0 to 10." in "\n".join(lines)


def test_a_hundred_and_a_range_of_tension_fit_their_cell(scored: Callable[..., Assessment]) -> None:
    lines = lines_of(scored(partnership(80, 80, 80, 100, authority="Ambel"), partnership(authority="B")))
    assert (
        next(line for line in lines if " Ambel " in line and "│" in line).split("│")[1].startswith("100 Rupt")
    )


# --- names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Karuvel", "Karuvel"),
        ("Upper Naret North", "Upper…North"),
        ("Central African Republic", "Cen…Republic"),
        ("abcdefghijklmnop", "abcde…klmnop"),
    ],
)
def test_names_are_cut_in_the_middle_at_words(name: str, short: str) -> None:
    assert shorten(name, 12) == short


def test_two_names_never_become_equal() -> None:
    names = [f"Province {at} of the great northern plain" for at in range(300)]
    for width in (6, 8, 12):
        short = shorten_all(names, width)
        assert len(set(short.values())) == len(names)
        assert max(map(columns_of, short.values())) <= width


def test_a_gap_stands_between_every_name_and_what_follows(scored: Callable[..., Assessment]) -> None:
    rows = [partnership(62, authority="x" * 40, period="2024"), partnership(30, authority="x" * 40)]
    change = next(line for line in lines_of(scored(*rows)) if line.startswith("↓"))
    assert change[14] == " "


@pytest.mark.parametrize("ascii_only", [False, True])
def test_names_are_inert(scored: Callable[..., Assessment], ascii_only: bool) -> None:
    text = "\n".join(
        lines_of(scored(*(partnership(authority=name) for name in HOSTILE)), 140, ascii=ascii_only)
    )
    assert not set("\x1b\r\u202e\u2066") & set(text)
    assert "[bold red]Anselle[/]" in text


# --- ASCII and colour --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
def test_ascii_is_no_wider_than_the_page(scored: Callable[..., Assessment], width: int) -> None:
    rows = [
        partnership(62, authority="Upper Naret of the North", period="2024"),
        partnership(30, authority="Upper Naret of the North"),
    ]
    lines = lines_of(scored(*rows, draws=250), width, ascii=True)
    assert "\n".join(lines).isascii()
    assert max(map(len, lines)) <= width


def test_nothing_is_said_by_colour_alone(scored: Callable[..., Assessment]) -> None:
    import re

    assessment = scored(partnership(10, authority="A"), partnership(authority="B", consent_status=5))
    painted = lines_of(assessment, paint=PAINT)
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in painted] == lines_of(assessment)


def test_only_the_colours_of_the_design_are_used(scored: Callable[..., Assessment]) -> None:
    import re

    text = "\n".join(lines_of(scored(partnership(10, 90, 50, 90)), paint=PAINT))
    assert set(re.findall(r"38;5;(\d+)", text)) <= {"32", "166", "161", "243"}
    assert "\x1b[1;7;38;5;161mCritical" in text


def test_a_report_on_many_partnerships_stays_one_page(scored: Callable[..., Assessment]) -> None:
    rows = [{"mission": "M", "authority": f"P{at}", "period": "2025", "x": at % 101} for at in range(3000)]
    assert len(lines_of(scored(*rows, rubric=PLAIN))) < 80


def test_a_word_of_any_length_is_cut_in_the_time_it_takes_to_read_it():
    """Wide letters too; 30,000 of them would take hours if every cut looked at the whole rest."""
    from pkassess.render.spans import wrapped

    lines = ["".join(span.text for span in line) for line in wrapped("漢" * 30_000, 80)]
    assert "".join(lines) == "漢" * 30_000
    assert {columns_of(line) for line in lines} == {80}
