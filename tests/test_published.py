"""Published indices recomputed from their inputs through the command line, country by country."""

from __future__ import annotations

import csv

import pytest
from conftest import ROOT
from published_indices import CLAIMS, CPIA, DATA, HDI, outcome, page

FIGURES = {claim.node: claim for claim in CLAIMS}


@pytest.mark.parametrize(("node", "countries"), [("hdi", 191), ("ihdi", 156), ("gdi", 172)])
def test_hdi_ihdi_and_gdi_equal_the_published_figures_to_three_decimals(node, countries):
    """For every country of the file, and missing exactly where the source has none."""
    found = outcome(FIGURES[node])
    assert (found.compared, found.one_sided) == (countries, ())
    assert found.largest == 0


@pytest.mark.parametrize("node", ["hdi_f", "hdi_m"])
def test_the_hdi_of_women_and_men_agrees_to_the_last_published_digit(node):
    """Published with about nine decimals: they test the unrounded engine."""
    found = outcome(FIGURES[node])
    assert (found.compared, found.one_sided) == (172, ())
    assert found.largest < 1e-9


def test_the_coefficient_of_inequality_agrees():
    """The mean of three inequalities, published to eight decimals."""
    found = outcome(FIGURES["coef_ineq"])
    assert (found.compared, found.one_sided) == (156, ())
    assert found.largest < 1e-7


@pytest.mark.parametrize("node", ["ECON", "STRC", "SOCI", "PUBS", "IRAI"])
def test_cpia_clusters_and_overall_agree_in_the_clean_years(node):
    """905 country-years within 1e-6."""
    found = outcome(FIGURES[node])
    assert (found.compared, found.one_sided) == (905, ())
    assert found.largest < 1e-6


def test_the_comparison_can_fail():
    """The flat mean over 16 ratings, which is not the index, is told from it: so is a figure on one side only."""
    plain = FIGURES["IRAI"]._replace(times=1.001)
    assert outcome(plain).largest > 1e-3


def test_the_page_shows_what_a_run_gives():
    """Every figure has its line, and the page on disk is that of today's program."""
    text = (ROOT / "docs" / "published-indices.md").read_text(encoding="utf-8")
    assert page() in text
    for source in (HDI, CPIA):
        assert f"$ pkassess {' '.join(source.command)} " in text


def test_groups_go_by_the_rounded_index(report):
    """Every country whose published HDI is 0.800 or more is Very high, the others are not."""
    found = report(str(ROOT / DATA / HDI.inputs), options=("-r", "hdi", "--no-uncertainty"))
    names = {row["country"]: row["unit"] for row in rows(HDI.inputs)}
    published = {row["unit"]: row["hdi"] for row in rows(HDI.expected)}
    for node in found.find("nodes", node="hdi"):
        figure = published[names[node["country"]]]
        assert (node["level"] == "Very high") == (figure != "" and float(figure) >= 0.8)


def rows(name):
    with (ROOT / DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
