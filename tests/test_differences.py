"""Two assessments beside each other: matching, intervals of a change, and when a change of level is confirmed."""

from __future__ import annotations

import numpy as np
import pytest
from cases import PLAIN, csv_of, partnership

import pkassess
from pkassess.findings import InputError, UsageError
from pkassess.levelchange import CONFIRMED, NOT_CONFIRMED, judgement

BOTH = 20 * np.sqrt(2)
"""Half-width of the difference of two ungraded values with independent errors: 28.28."""


@pytest.fixture
def assessed(tmp_path, rubric_file):
    """Rows scored under the rubric in which ``x`` is the score."""

    def score(*rows, period=None, name="data.csv", rubric=None):
        path = tmp_path / name
        path.write_text(csv_of(rows), encoding="utf-8")
        return pkassess.score(path, rubric or rubric_file(PLAIN), period=period, draws=0)

    return score


def row(x, period="2025", authority="Karuvel", **cells):
    return {
        "mission": "UNMAV",
        "authority": authority,
        "authority_level": "adm2",
        "period": period,
        "x": x,
    } | cells


def one(compared, node="care"):
    (found,) = [item for pair in compared.found.pairs for item in pair.differences if item.node == node]
    return found


def test_errors_of_two_periods_are_independent(assessed):
    """50 to 60 with half-widths of 20: 10, and 28 to either side."""
    rows = row(50, "2024"), row(60, "2025")
    found = one(pkassess.compare(*(assessed(*rows, period=at) for at in ("2024", "2025"))))
    assert found.change == 10
    assert [found.low, found.high] == pytest.approx([10 - BOTH, 10 + BOTH], abs=1.5)


def test_the_same_value_in_two_files_has_the_same_error(assessed):
    """Nothing was corrected, so nothing changed, and that is certain."""
    found = one(pkassess.compare(assessed(row(50)), assessed(row(50), name="corrected.csv")))
    assert (found.change, found.low, found.high) == (0, 0, 0)


def test_a_corrected_value_is_a_new_reading(assessed):
    """Its error is independent of the old one's."""
    found = one(pkassess.compare(assessed(row(50)), assessed(row(60), name="corrected.csv")))
    assert [found.low, found.high] == pytest.approx([10 - BOTH, 10 + BOTH], abs=1.5)


def test_the_same_data_under_other_weights_have_the_same_errors(assessed, variant):
    """The half-width of a difference by weights alone is far below that of two independent readings."""

    def heavier(data):
        data["dimensions"]["stability"]["children"][0]["weight"] = 0.30

    cells = partnership(60, 60, 60, 20)
    sides = assessed(cells, rubric="partnership"), assessed(cells, rubric=variant(heavier))
    found = one(pkassess.compare(*sides), "stability")
    assert found.high - found.low < 6
    untouched = one(pkassess.compare(*sides), "economic_impact")
    assert (untouched.low, untouched.high) == (0, 0)


def test_the_same_seed_gives_the_same_interval_and_no_draws_give_none(assessed):
    """Draws are those of the seed alone."""
    sides = assessed(row(50)), assessed(row(60), name="corrected.csv")
    first, second = (one(pkassess.compare(*sides, seed=3)) for _ in range(2))
    assert first == second
    assert np.isnan(one(pkassess.compare(*sides, draws=0)).low)


def test_a_dimension_published_on_one_side_has_no_difference(assessed):
    """It is said on which side and why."""
    sides = assessed(row(50), row(5, authority="B")), assessed(row(None), row(6, authority="B"), name="b.csv")
    found = pkassess.compare(*sides, draws=0).differences.set_index(["partnership", "node"])
    line = found.loc[("UNMAV / Karuvel", "care")]
    assert np.isnan(line.change)
    assert line.reason == "not published after: insufficient evidence, 0 % of the weight observed"


def test_names_match_after_normalising_and_near_names_are_only_proposed(assessed):
    """Case, accents and spaces do not tell names apart; another letter does."""
    sides = (
        assessed(row(50, authority="Kédougou "), row(50, authority="Karuvel")),
        assessed(row(60, authority="KEDOUGOU"), row(60, authority="Karuvell"), name="b.csv"),
    )
    found = pkassess.compare(*sides, draws=0)
    assert [pair.partnership for pair in found.found.pairs] == ["UNMAV / KEDOUGOU"]
    assert found.unmatched.to_numpy().tolist() == [
        ["before", "UNMAV / Karuvel", "UNMAV / Karuvell"],
        ["after", "UNMAV / Karuvell", "UNMAV / Karuvel"],
    ]


def test_nothing_in_common_is_an_error(assessed):
    """With the near name, so that a slip is found."""
    sides = assessed(row(50)), assessed(row(50, authority="Karuvell"), name="b.csv")
    with pytest.raises(InputError) as error:
        pkassess.compare(*sides)
    assert "'UNMAV / Karuvel' and 'UNMAV / Karuvell'" in error.value.findings[0].message


def test_other_keys_and_several_periods_are_refused(assessed, rubric_file):
    """Both are faults of the call."""
    country = rubric_file(PLAIN.replace("{mission: {}, authority: {}}", "{country: {}}"), "country.yaml")
    other = assessed({"country": "A", "period": "2025", "x": 5}, rubric=country, name="c.csv")
    with pytest.raises(UsageError) as error:
        pkassess.compare(assessed(row(50)), other)
    assert "different keys: plain (mission, authority) and plain (country)" in error.value.findings[0].message
    with pytest.raises(UsageError):
        pkassess.compare(assessed(row(50, "2024"), row(60), period="all"), assessed(row(50)))


# --- changes of level ------------------------------------------------------------------------------------------


def drawn(share):
    """A later level of 3 in a share of 100 draws, else 2."""
    return np.where(np.arange(100) < share, 3, 2).astype(np.int8)


@pytest.mark.parametrize(
    ("share", "held", "said"),
    [(80, 3, CONFIRMED), (79, 3, NOT_CONFIRMED), (100, 2, NOT_CONFIRMED), (100, -1, NOT_CONFIRMED)],
)
def test_a_rise_is_confirmed_in_four_of_five_draws_and_on_firm_evidence(share, held, said):
    """From level 2 to 3; ``held`` is the later level without the doubtful changes."""
    earlier = np.full(100, 2, dtype=np.int8)
    assert judgement(2, 3, earlier, drawn(share), held) == said


def test_a_fall_counts_draws_downwards():
    """From 3 to 2 in 21 of 100 draws is no fall; a level that stays has no judgement."""
    earlier = np.full(100, 3, dtype=np.int8)
    assert judgement(3, 2, earlier, drawn(20), 2) == CONFIRMED
    assert judgement(3, 2, earlier, drawn(21), 2) == NOT_CONFIRMED
    assert not judgement(3, 3, earlier, drawn(0), 3)


@pytest.mark.parametrize(("grade", "said"), [("A1", CONFIRMED), ("D4", NOT_CONFIRMED), ("", NOT_CONFIRMED)])
def test_a_change_that_rests_on_doubtful_values_is_not_confirmed(assessed, grade, said):
    """30 to 90 is far beyond every interval; weak or ungraded values alone cannot confirm it."""
    sides = [assessed(row(x, at, x__grade=grade), name=f"{at}.csv") for x, at in ((30, "2024"), (90, "2025"))]
    compared = pkassess.compare(*sides)
    assert one(compared).judgement == said
    assert one(compared, "overall").judgement == said
