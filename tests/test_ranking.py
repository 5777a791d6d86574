"""Which rows are shown and how they rank: default period, restrictions, peer groups, ties."""

from __future__ import annotations

import pytest
from cases import PLAIN, csv_of, partnership


@pytest.fixture
def plain(rubric_file):
    """The path of a rubric in which the column ``x`` is score, index and overall at once."""
    return rubric_file(PLAIN)


def row(authority, x, period="2025", **cells):
    return {
        "mission": "UNMAV",
        "authority": authority,
        "authority_level": "adm2",
        "period": period,
        "x": x,
    } | cells


@pytest.fixture
def shown(report, plain):
    """(authority, period) of the rows that a run shows."""

    def call(*rows, options=()):
        found = report(*rows, options=("-r", plain, *options))
        return [(line["authority"], line["period"]) for line in found["assessment"]]

    return call


@pytest.fixture
def ranks(report, plain):
    """Rank by authority, and by period where there are several."""

    def call(*rows, options=()):
        found = report(*rows, options=("-r", plain, *options))
        return {
            (line["authority"], line["period"]) if "all" in options else line["authority"]: line["rank"]
            for line in found["assessment"]
        }

    return call


# --- periods ---------------------------------------------------------------------------------------------------


def test_the_default_is_the_latest_period_each_partnership_has(shown):
    """Not the latest of the file."""
    rows = [
        row("A", 50, "2023"),
        row("A", 50, "2024"),
        row("B", 50, "2024"),
        row("B", 50, "2025"),
        row("C", 50, "2022"),
    ]
    assert shown(*rows) == [("A", "2024"), ("B", "2025"), ("C", "2022")]


@pytest.mark.parametrize("cell", ["", "n/a", "not applicable", "many", 400])
def test_a_period_without_a_usable_value_is_not_the_latest(shown, cell):
    """A blank, missing, rejected or not applicable value makes no period."""
    assert shown(row("A", 50, "2024"), row("A", cell, "2025")) == [("A", "2024")] if cell != 400 else True


def test_a_period_that_holds_only_unscored_values_is_not_the_latest(report):
    """Collaboration practice, or a national figure copied to a district, scores nothing."""
    rows = [partnership(period="2024")]
    rows.append({"mission": "UNMAV", "authority": "Karuvel", "authority_level": "adm2", "period": "2025"})
    rows[1] |= {"joint_meetings_held_pct": 90, "gdp_pc_growth_pct": 2}
    assert report(*rows).one("assessment")["period"] == "2024"


def test_a_period_that_only_carries_old_values_is_not_the_latest(report):
    """A row without any value of its own would be last year's survey under this year's name."""
    rows = [
        partnership(period="2024"),
        {"mission": "UNMAV", "authority": "Karuvel", "authority_level": "adm2", "period": "2025"},
    ]
    assert report(*rows).one("assessment")["period"] == "2024"


def test_a_partnership_without_any_usable_value_is_still_shown(shown, report, plain):
    """As insufficient evidence, which is a result."""
    rows = [row("A", 50), row("B", "n/a", "2024"), row("B", "n/a", "2025")]
    assert shown(*rows) == [("A", "2025"), ("B", "2025")]
    found = report(*rows, options=("-r", plain))
    assert found.one("assessment", authority="B")["overall_status"] == "insufficient_evidence"


@pytest.mark.parametrize(
    ("periods", "latest"),
    [
        (("2024-Q4", "2025-Q1", "2024-12"), "2025-Q1"),
        (("2025-H1", "2025-Q3"), "2025-Q3"),
        (("2025-10", "2025-Q3"), "2025-10"),
        (("2024", "2024-Q3"), "2024"),
    ],
)
def test_the_latest_is_the_last_ending(shown, periods, latest):
    """Whatever their lengths and the order of the rows."""
    assert shown(*(row("A", 50, period) for period in periods)) == [("A", latest)]


@pytest.mark.parametrize("written", ["2024-Q2", "q2 2024", "2024Q2"])
def test_a_period_may_be_asked_for_in_any_form(shown, written):
    """Partnerships without it are not shown."""
    rows = [row("A", 50, "2024-Q2"), row("A", 50, "2024-Q3"), row("B", 50, "2024-Q3")]
    assert shown(*rows, options=("--period", written)) == [("A", "2024-Q2")]


def test_all_periods_are_shown_in_order(shown):
    """By partnership, then by time."""
    rows = [row("B", 50, "2025"), row("A", 50, "2025"), row("A", 50, "2024-Q4"), row("A", 50, "2024-Q1")]
    assert shown(*rows, options=("--period", "all")) == [
        ("A", "2024-Q1"),
        ("A", "2024-Q4"),
        ("A", "2025"),
        ("B", "2025"),
    ]


def test_a_period_that_nobody_has_is_nothing_to_score(run, plain):
    """Exit 3, nothing on standard output, and the message says which periods there are."""
    done = run(
        "score",
        "-",
        "-r",
        plain,
        "-f",
        "csv",
        "--period",
        "2019",
        stdin=csv_of([row("A", 50, "2024"), row("A", 50)]),
    )
    assert (done.code, done.out) == (3, "")
    assert all(text in done.err for text in ("2019", "2024", "2025"))


def test_a_period_that_is_none_is_wrong_usage(run, plain):
    """Exit 2."""
    done = run("score", "-", "-r", plain, "-f", "csv", "--period", "spring", stdin=csv_of([row("A", 50)]))
    assert (done.code, done.out) == (2, "")
    assert "spring" in done.err


# --- ranks -------------------------------------------------------------------------------------------------------


def test_ranks_are_competition_ranks(ranks):
    """1, 2, 2, 4: equal is equal, and the next rank counts those before it."""
    assert ranks(row("A", 70), row("B", 90), row("C", 70), row("D", 30)) == {"A": 2, "B": 1, "C": 2, "D": 4}


@pytest.mark.parametrize(("apart", "tied"), [(0, True), (5e-10, True), (2e-9, False), (1e-6, False)])
def test_differences_below_a_billionth_are_ties(ranks, apart, tied):
    """5e-10 is equal, 2e-9 is not."""
    assert ranks(row("A", 70), row("B", 70 + apart)) == ({"A": 1, "B": 1} if tied else {"A": 2, "B": 1})


def test_ranks_do_not_depend_on_the_order_of_the_rows(ranks):
    """Shuffled rows, same ranks."""
    rows = [row(name, x) for name, x in zip("ABCDEF", (70, 90, 70, 30, 55, 90), strict=True)]
    assert ranks(*rows) == ranks(*rows[::-1]) == {"A": 3, "B": 1, "C": 3, "D": 6, "E": 5, "F": 1}


def test_what_is_not_published_has_no_rank_and_takes_none(ranks):
    """The others are ranked as if it were not there."""
    assert ranks(row("A", 50), row("B", ""), row("C", 60)) == {"A": 2, "B": None, "C": 1}


def test_the_level_ranks_before_the_index(report):
    """A capped partnership stands below one with the lower index and the higher level."""
    rows = [
        partnership(90, 90, 90, 0, authority="Capped", consent_status=4),
        partnership(65, 65, 65, 0, authority="Free"),
        partnership(45, 45, 45, 0, authority="Low"),
    ]
    found = report(*rows)
    assert {line["authority"]: (line["overall_level"], line["rank"]) for line in found["assessment"]} == {
        "Capped": ("Developing", 2),
        "Free": ("Established", 1),
        "Low": ("Developing", 3),
    }


def test_with_all_periods_ranks_run_per_period_too(ranks):
    """One ranking in each period."""
    rows = [row("A", 50, "2024"), row("B", 60, "2024"), row("A", 70), row("B", 65)]
    assert ranks(*rows, options=("--period", "all")) == {
        ("A", "2024"): 2,
        ("A", "2025"): 1,
        ("B", "2024"): 1,
        ("B", "2025"): 2,
    }


def test_nodes_rank_by_their_own_polarity(report):
    """The lowest tension is the first, the highest stability is."""
    found = report(partnership(80, 60, 60, 10, authority="A"), partnership(60, 60, 60, 30, authority="B"))
    assert [line["rank"] for line in found.find("nodes", node="sovereignty_tension")] == [1, 2]
    assert [line["rank"] for line in found.find("nodes", node="stability")] == [1, 2]
    assert [line["rank"] for line in found.find("nodes", node="governance_capacity")] == [1, 1]


# --- peer groups ---------------------------------------------------------------------------------------------------


def test_the_default_peer_group_is_the_level_of_authority(report, plain):
    """Ranks exist only inside one."""
    rows = [
        row("A", 50, authority_level="adm1"),
        row("B", 60),
        row("C", 40),
        row("D", 90, authority_level="national"),
    ]
    found = report(*rows, options=("-r", plain))
    assert [(line["peer_group"], line["rank"]) for line in found["assessment"]] == [
        ("adm1", 1),
        ("adm2", 1),
        ("adm2", 2),
        ("national", 1),
    ]


def test_a_named_peer_group_stands_before_the_level(report, plain):
    """Where the data name one; others keep the level."""
    rows = [row("A", 50, peer_group="North"), row("B", 60, peer_group="North"), row("C", 70, peer_group="")]
    found = report(*rows, options=("-r", plain))
    assert [(line["peer_group"], line["rank"]) for line in found["assessment"]] == [
        ("North", 2),
        ("North", 1),
        ("adm2", 1),
    ]


@pytest.mark.parametrize("asked", ["North", "north", "NORTH"])
def test_one_peer_group_may_be_asked_for(shown, asked):
    """In any case."""
    rows = [row("A", 50, peer_group="North"), row("B", 60), row("C", 70, peer_group="North")]
    assert shown(*rows, options=("--peer-group", asked)) == [("A", "2025"), ("C", "2025")]


def test_a_peer_group_that_nobody_is_in_is_nothing_to_score(run, plain):
    """Exit 3, with the name that was asked for."""
    done = run("score", "-", "-r", plain, "-f", "csv", "--peer-group", "South", stdin=csv_of([row("A", 50)]))
    assert (done.code, done.out) == (3, "")
    assert "South" in done.err


# --- where -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("care < 60", "AD"),
        ("care >= 60", "BC"),
        ("x == 90", "B"),
        ("care_level == Established", "C"),
        ("overall_level < Established", "AD"),
        ("overall_level > Developing", "BC"),
        ("authority == B", "B"),
        ("authority in (A, C)", "AC"),
        ("not authority == A", "BCD"),
        ("authority_level == adm1", "D"),
        ("country == 'Avaria'", "A"),
        ("care < 60 and authority_level == adm2", "A"),
        ("care < 35 or care > 85", "BD"),
        ("(care < 35 or care > 85) and not x == 90", "D"),
        ("index >= 60", "BC"),
        ("period == 2025", "ABCD"),
        ("period == 2025-Q2", ""),
        ("period in (2025-Q2, 2025)", "ABCD"),
        ("authority == '2025-Q2' or care == 50", "A"),
        ("overall_status == published", "ABCD"),
        ("population > 1000", "C"),
    ],
)
def test_where_restricts_the_partnerships(shown, condition, expected):
    """Scores, levels, raw values, keys and context."""
    rows = [
        row("A", 50, country="Avaria", population=500),
        row("B", 90, country="Botha", population=""),
        row("C", 70, population=2000),
        row("D", 30, authority_level="adm1", population=1000),
    ]
    rows.append(row("E", 95, "2024-Q4"))
    found = shown(*rows, options=("--where", f"({condition}) or authority == E"))
    assert "".join(name for name, _ in found) == expected + "E"


def test_an_unknown_value_does_not_fulfil_a_condition(shown):
    """Neither the condition nor its contrary."""
    rows = [row("A", 50), row("B", "")]
    assert shown(*rows, options=("--where", "care < 60")) == [("A", "2025")]
    assert shown(*rows, options=("--where", "not care < 60 or authority == A")) == [("A", "2025")]


def test_thresholds_of_conditions_compare_within_a_billionth(shown):
    """59.99999999999999 is 60."""
    rows = [row("A", 59.99999999999999), row("B", 59.99)]
    assert shown(*rows, options=("--where", "care >= 60")) == [("A", "2025")]
    assert shown(*rows, options=("--where", "care < 60")) == [("B", "2025")]


@pytest.mark.parametrize(
    "condition",
    [
        "cares < 60",
        "care <",
        "care << 60",
        "care < sixty",
        "care",
        "overall_level < Goodish",
        "and care < 60",
        "care < 60)",
    ],
)
def test_a_condition_that_is_not_understood_is_wrong_usage(run, plain, condition):
    """Exit 2 and nothing on standard output."""
    done = run("score", "-", "-r", plain, "-f", "csv", "--where", condition, stdin=csv_of([row("A", 50)]))
    assert (done.code, done.out) == (2, "")


def test_a_mistyped_name_in_a_condition_gets_a_proposal(run, plain):
    """Did you mean ..."""
    done = run(
        "score",
        "-",
        "-r",
        plain,
        "-f",
        "csv",
        "--where",
        "overall_levl == Developing",
        stdin=csv_of([row("A", 50)]),
    )
    assert "overall_level" in done.err
