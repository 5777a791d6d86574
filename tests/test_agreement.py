"""Agreement of raters: published worked examples, what counts as a rating, and the command."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkassess.agreement import (
    Ratings,
    agreement_of,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    plain_agreement,
)

X = np.nan
TEXTBOOK = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, X, X, X],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, X, 3],
        [X, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, X],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, X],
    ]
)
"""Four observers, twelve units, some not rated: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011)."""


def ratings(table: np.ndarray, level: str = "ordinal") -> Ratings:
    """Raters in rows, units in columns; units rated once are no evidence of agreement."""
    columns = [
        {f"r{at}": float(value) for at, value in enumerate(column) if not np.isnan(value)}
        for column in table.T
    ]
    return Ratings("item", level, [column for column in columns if len(column) > 1])


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_the_textbook_data_with_missing_ratings(level, published):
    """All four levels of measurement as printed, section C."""
    found = ratings(TEXTBOOK, level)
    assert krippendorff_alpha(found.counts, found.domain, level) == pytest.approx(published, abs=0.0005)


def test_cohens_kappa_of_two_film_critics():
    """Siskel and Ebert on 160 films (con, mixed, pro): 0.389 unweighted, 0.427 with linear weights.

    A. Agresti and L. Winner (1997), Chance 10(2); with two categories linear weights are no weights.
    """
    table = np.array([[24, 8, 13], [8, 13, 11], [10, 9, 64]])
    pairs = np.repeat([(i, j) for i in range(3) for j in range(3)], table.ravel(), axis=0).astype(float)
    assert cohen_kappa(pairs, np.arange(3.0), "linear") == pytest.approx(0.427, abs=0.0005)


def test_cohens_kappa_of_a_yes_and_no_by_hand():
    """20 both yes, 15 both no, 5 and 10 split: observed 0.7, by chance 0.5, kappa 0.4 under either weighting."""
    pairs = np.repeat([(1, 1), (1, 0), (0, 1), (0, 0)], [20, 5, 10, 15], axis=0).astype(float)
    for weighting in ("linear", "quadratic"):
        assert cohen_kappa(pairs, np.array([0.0, 1.0]), weighting) == pytest.approx(0.4)


def test_quadratic_weights_count_the_square_of_the_distance():
    """Ratings (1,1) (2,2) (3,3) (1,3): apart 4/4 = 1; by chance 7/4 + 1 - ... = 1.375; kappa 1 - 1/1.375."""
    pairs = np.array([(1, 1), (2, 2), (3, 3), (1, 3)], dtype=float)
    first, second = np.array([2, 1, 1]) / 4, np.array([1, 1, 2]) / 4
    chance = sum(first[i] * second[j] * (i - j) ** 2 for i in range(3) for j in range(3))
    assert cohen_kappa(pairs, np.array([1.0, 2.0, 3.0])) == pytest.approx(1 - 1.0 / chance)


def test_fleiss_kappa_of_fourteen_raters():
    """Ten subjects, five categories; P = 0.378, P by chance 0.213, kappa 0.210 (J. L. Fleiss 1971's method)."""
    counts = np.array(
        [
            [0, 0, 0, 0, 14],
            [0, 2, 6, 4, 2],
            [0, 0, 3, 5, 6],
            [0, 3, 9, 2, 0],
            [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0],
            [3, 2, 6, 3, 0],
            [2, 5, 3, 2, 2],
            [6, 5, 2, 1, 0],
            [0, 2, 2, 3, 7],
        ]
    )
    assert fleiss_kappa(counts) == pytest.approx(0.210, abs=0.0005)


def test_plain_agreement_by_hand():
    """Unit one: 3 pairs, 1 equal; unit two: 1 pair, equal. Two of four pairs."""
    found = Ratings("item", "ordinal", [{"a": 1.0, "b": 1.0, "c": 2.0}, {"a": 3.0, "b": 3.0}])
    assert plain_agreement(found) == 0.5


def test_alpha_from_ten_units_on_and_never_without_variation():
    """Below ten units and for one rating throughout, plain agreement stands alone and the reason is said."""
    nine = Ratings("item", "ordinal", [{"a": float(at % 3), "b": float(at % 3)} for at in range(9)])
    few = agreement_of(nine)
    assert np.isnan(few.alpha) and few.agreement == 1.0 and "fewer than 10" in few.verdict
    same = agreement_of(Ratings("item", "ordinal", [{"a": 4.0, "b": 4.0}] * 12))
    assert np.isnan(same.alpha) and same.agreement == 1.0 and "every rating is the same" in same.verdict


def test_the_bootstrap_holds_alpha_and_follows_the_seed():
    """Thirty units: the interval holds alpha; one seed gives one interval, 0 being a seed like any other."""
    rng = np.random.default_rng(3)
    base = rng.integers(1, 6, size=30)
    units = [{"a": float(one), "b": float(np.clip(one + rng.integers(-1, 2), 1, 5))} for one in base]
    found = [agreement_of(Ratings("item", "ordinal", units), seed=seed) for seed in (0, 0, 1)]
    assert found[0].low < found[0].alpha < found[0].high
    assert found[0] == found[1]
    assert (found[0].low, found[0].high) != (found[2].low, found[2].high)


@pytest.mark.parametrize(("moved", "word"), [(0, "reliable"), (5, "tentative"), (15, "needs rewording")])
def test_the_verdict_follows_the_customary_limits(moved, word):
    """Alpha 1; between 0.667 and 0.800; below. Ratings on five steps, some of them moved up by one, 5 to 1."""
    units = [{"a": float(at % 5 + 1), "b": float((at % 5 + (at < moved)) % 5 + 1)} for at in range(20)]
    assert word in agreement_of(Ratings("item", "ordinal", units)).verdict


@given(st.lists(st.lists(st.integers(1, 5), min_size=2, max_size=4), min_size=2, max_size=20), st.randoms())
def test_neither_order_of_units_nor_names_of_raters_matter(table, random):
    """Agreement is about ratings, not about who gave them or where they stand."""
    units = [{f"r{at}": float(value) for at, value in enumerate(row)} for row in table]
    renamed = [{f"x{at}": value for at, value in enumerate(reversed(list(unit.values())))} for unit in units]
    random.shuffle(renamed)
    one, other = Ratings("item", "ordinal", units), Ratings("item", "ordinal", renamed)
    assert plain_agreement(one) == pytest.approx(plain_agreement(other))
    if len(one.domain) > 1:
        alphas = [krippendorff_alpha(own.counts, own.domain, "ordinal") for own in (one, other)]
        assert alphas[0] == pytest.approx(alphas[1], nan_ok=True)


# --- the command ----------------------------------------------------------------------------------------------

HEAD = "mission,authority,authority_level,period,indicator,value,assessor_code,assessor_side\n"


def table_of_raters(units: int) -> str:
    """Consent rated by two mission assessors who agree; contestation by a third who does not."""
    lines = [HEAD]
    for at in range(units):
        place = f"M,A{at},adm2,2025"
        lines += [f"{place},consent_status,{at % 4 + 1},m{rater},mission\n" for rater in (1, 2)]
        lines += [f"{place},factional_contestation,{at % 5 + 1},m1,mission\n"]
        lines += [f"{place},factional_contestation,{(at * 3) % 5 + 1},h1,host\n"]
    return "".join(lines)


def test_the_command_names_who_agrees_and_what_follows(run):
    """One line an indicator; perfect agreement has alpha 1, the other's descriptor needs rewording."""
    done = run("agreement", "-", stdin=table_of_raters(12))
    assert done.code == 0
    consent = next(line for line in done.out.splitlines() if line.startswith("Consent"))
    assert consent.split() == ["Consent", "12", "100%", "1.00", "1.00", "to", "1.00"]
    assert "needs rewording" in done.out


def test_json_csv_and_kappas(run):
    """The same rows everywhere; kappas only when asked for, with the raters they are of."""
    done = run("agreement", "-", "-f", "json", "--kappa", "linear", stdin=table_of_raters(12))
    rows = {row["indicator"]: row for row in json.loads(done.out)["agreement"]}
    assert (
        rows["consent_status"]["cohen_kappa"] == 1 and rows["consent_status"]["cohen_raters"] == "m1 and m2"
    )
    assert rows["consent_status"]["fleiss_kappa"] == 1 and rows["consent_status"]["fleiss_units"] == 12
    plain = run("agreement", "-", "-f", "csv", stdin=table_of_raters(12)).out.splitlines()
    at = plain[0].split(",").index("cohen_kappa")
    assert plain[0].startswith("indicator,units,raters,ratings,agreement,alpha,alpha_low,alpha_high,verdict")
    assert [line.split(",")[at] for line in plain[1:]] == ["", ""]


def test_nothing_to_compare_is_said(run):
    """One rater each: no agreement, and what to fill in."""
    alone = HEAD + "M,A,adm2,2025,consent_status,3,m1,mission\n"
    done = run("agreement", "-", stdin=alone)
    assert done.code == 0 and done.out.startswith("No judgement was rated by two or more raters.")


def test_a_settled_disagreement_is_no_further_rating(run):
    """The row by the assessor 'reconciled' decides the score and is not counted as a third opinion."""
    rows = "".join(
        f"M,A,adm2,2025,consent_status,{value},{who},\n"
        for value, who in ((2, "a"), (4, "b"), (3, "reconciled"))
    )
    done = run("agreement", "-", "-f", "csv", stdin=HEAD + rows)
    assert done.out.splitlines()[1].startswith("consent_status,1,2,2,0,")


def test_a_wrong_weighting_and_a_missing_library(run, monkeypatch):
    """A wrong choice ends with exit 2; without the library everything but alpha is there, and what to install."""
    wrong = run("agreement", "-", "--kappa", "cubic", stdin=table_of_raters(3))
    assert wrong.code == 2 and "choose linear or quadratic" in wrong.err
    monkeypatch.setitem(sys.modules, "krippendorff", None)
    missing = run("agreement", "-", stdin=table_of_raters(12))
    assert missing.code == 0 and 'pip install ".[stats]"' in " ".join(missing.out.split())
    assert "25%" in missing.out, "plain agreement"
    assert run("agreement", "-", stdin=table_of_raters(9)).code == 0, "plain agreement needs no library"
