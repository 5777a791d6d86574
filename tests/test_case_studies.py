"""The three cases of docs/case-studies.md: their classes, and the figures that the page's sentences name."""

from __future__ import annotations

import case_studies
import pytest
from conftest import ROOT

import pkassess

PAGE = (ROOT / "docs" / "case-studies.md").read_text(encoding="utf-8")


def followed(name):
    """The trends of a case by dimension, and its scores on the matched indicators by year."""
    asked = case_studies.CASES[name]
    where = f'authority == "{asked.country}"'
    a = pkassess.score(ROOT / case_studies.SAMPLE, where=where, period=asked.last, since=asked.first)
    units = a.comparison.scores.matrix.units
    by_year = {
        dimension: dict(
            zip((int(units[at].period.label) for at in trend.series.units), trend.series.scores, strict=True)
        )
        for (row, dimension), trend in a.comparison.trends.found.items()
        if row in a.comparison.rows
    }
    return a.trends.set_index("dimension"), by_year


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("liberia", ("improving", "unclear", "unclear", "unclear")),
        ("sierra-leone", ("improving", "improving", "volatile", "recovering")),
        ("mali", ("unclear", "unclear", "unclear", "unclear")),
    ],
)
def test_the_class_of_each_dimension(name, classes):
    trends, _ = followed(name)
    assert tuple(trends["class"]) == classes
    assert set(trends["indicative"]) == {"yes"}


def test_the_sentences_on_liberia_say_what_the_figures_say():
    _, scores = followed("liberia")
    stability, governance, economy = (
        scores[name] for name in ("stability", "governance_capacity", "economic_impact")
    )
    assert [round(stability[year]) for year in (2003, 2004)] == [7, 58]
    assert [round(governance[year]) for year in (2003, 2006)] == [26, 43]
    assert [round(economy[year]) for year in (2013, 2014)] == [77, 48]
    assert max(economy, key=economy.get) == 2013


def test_the_sentences_on_sierra_leone_say_what_the_figures_say():
    trends, scores = followed("sierra-leone")
    assert [round(scores["stability"][year]) for year in (1999, 2003)] == [12, 81]
    assert round(scores["sovereignty_tension"][2000]) == 50
    assert max(scores["sovereignty_tension"], key=scores["sovereignty_tension"].get) == 2000
    assert trends.loc["sovereignty_tension", "turning_points"].split(";")[1] == "2000"


def test_mali_can_be_followed_as_far_as_the_page_says():
    trends, _ = followed("mali")
    assert trends.loc["stability", "last_period"] == "2020"
    assert trends.loc["sovereignty_tension", "last_period"] == "2021"
    assert trends.loc["sovereignty_tension", "last_score"] < trends.loc["sovereignty_tension", "first_score"]


def test_the_page_claims_no_cause():
    assert not any(
        word in PAGE.lower() for word in ("caused", "impact of the mission", "thanks to", "success")
    )
