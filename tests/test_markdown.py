"""Page one as GitHub Markdown: everything the terminal says, and names that cannot act."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cases import PLAIN, csv_of, partnership

import pkassess
from pkassess.render.markdown import assessment_lines, plain
from pkassess.report import build_report


@pytest.fixture
def markdown(tmp_path: Path) -> Callable[..., str]:
    """The page on rows of the wide layout."""

    def build(*rows: dict[str, Any], rubric: str | None = None, draws: int = 0) -> str:
        data = tmp_path / "data.csv"
        data.write_text(csv_of(rows), encoding="utf-8")
        if rubric:
            (tmp_path / "own.yaml").write_text(rubric, encoding="utf-8")
            rubric = str(tmp_path / "own.yaml")
        return "".join(assessment_lines(pkassess.score(str(data), rubric, draws=draws)))

    return build


def table_rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a|b", r"a\|b"),
        ("<script>", "&lt;script&gt;"),
        ("[x](y)", r"\[x\](y)"),
        ("*a* _b_ `c`", r"\*a\* \_b\_ \`c\`"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("https://a.example", "https&#58;//a.example"),
        ("WWW.a.example", "WW&#87;.a.example"),
        ("@someone #12", r"&#64;someone \#12"),
        ("$x$ ~y~", r"\$x\$ \~y\~"),
        ("two\nlines", r"two\\u000alines"),
        ("\u202eright", r"\\u202eright"),
        ("Côte d'Ivoire", "Côte d'Ivoire"),
    ],
)
def test_names_are_text_and_nothing_else(name: str, shown: str) -> None:
    assert plain(name) == shown


def test_a_hostile_name_breaks_no_table(markdown: Callable[..., str]) -> None:
    text = markdown(partnership(authority="a|b\n| c | <i>"), partnership(authority="B"))
    counts = {line.replace(r"\|", "").count("|") for line in table_rows(text)}
    assert counts == {11}


def test_it_holds_every_row(markdown: Callable[..., str]) -> None:
    rows = [{"mission": "M", "authority": f"P{at}", "period": "2025", "x": at} for at in range(101)]
    text = markdown(*rows, rubric=PLAIN)
    assert len(table_rows(text)) == 101 + 2


def test_it_says_what_the_report_says(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    rows = [partnership(10, authority="Ombeka", period=period) for period in ("2024", "2025")]
    data.write_text(csv_of([*rows, partnership(None, authority="Mirrah")]), encoding="utf-8")
    assessment = pkassess.score(str(data), draws=0)
    report, text = build_report(assessment), "".join(assessment_lines(assessment))
    said = [report.finding, report.confidence, report.unchanged, *(note.text for note in report.alarms)]
    said += [note.text for note in report.unknown] + [
        row.name for group in report.groups for row in group.rows
    ]
    assert all(plain(part) in text for part in said)
    assert "Not a finding of law or of individual responsibility." in text


def test_intervals_round_half_up_as_every_other_number(markdown: Callable[..., str]) -> None:
    from pkassess.page import Score
    from pkassess.render.markdown import _score

    assert _score(Score(60.0, "60", 52.5, 66.5, 3, "E")) == "60 (53–67) E"
    assert _score(Score(0.52, "0.52", 0.445, 0.6)) == "0.52 (0.45–0.60)"


def test_sections_with_nothing_to_say_say_so(markdown: Callable[..., str]) -> None:
    text = markdown(
        *({"mission": "M", "authority": "A", "period": period, "x": 70} for period in ("2024", "2025")),
        rubric=PLAIN,
    )
    assert "No level changed." in text
    assert "No alarms." in text
