"""The sheets facts, breaks, targets and partnerships: whom their rows mean, and what is said of rows that mean nobody."""

from __future__ import annotations

import json

import pytest
from cases import TABLES, partnership

SIDE = {
    "facts": (["fact", "value"], ["communities_consulted", "yes"]),
    "breaks": (["indicator", "reason"], ["", "new team"]),
    "targets": (["indicator", "value", "date"], ["stability", 75, "2026-12-31"]),
}


@pytest.fixture
def document(run, workbook):
    """The JSON document of two partnerships over four quarters, and of the side sheets given."""

    def make(**sheets):
        periods = ("2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2")
        rows = [
            partnership(60 + 3 * at, 60, 60, 30, authority=authority, period=period)
            for authority in ("Karuvel", "Ostra")
            for at, period in enumerate(periods)
        ]
        names = list(dict.fromkeys(name for row in rows for name in row))
        data = {"Data": [names, *([row.get(name) for name in names] for row in rows)]}
        done = run("score", workbook({**sheets, **data}), "-f", "json", "-q", "--draws", "200")
        assert done.code == 0, done.err
        return json.loads(done.out)

    return make


def sheet(name, *whom, period="2025-Q2"):
    """A side sheet with one row for each (mission, authority)."""
    columns, cells = SIDE[name]
    return [["mission", "authority", "period", *columns], *([*keys, period, *cells] for keys in whom)]


def effects(found):
    """What the side sheets do to each partnership: R9's evidence, the trend of stability, the target."""
    consulted = {row["partnership"] for row in found["readiness"] if "yes: communities" in row["evidence"]}
    cut = {row["partnership"] for row in found["trends"] if row["class"] == "not_comparable"}
    return consulted, cut, {row["partnership"] for row in found["targets"]}


def findings(found, *codes):
    return [
        (row["code"], row["sheet"], row["cell"], row["value"])
        for row in found["findings"]
        if row["code"] in codes
    ]


@pytest.mark.parametrize(("name", "place"), [("facts", 0), ("breaks", 1), ("targets", 2)])
@pytest.mark.parametrize("spelling", ["Karuvel", "KARUVEL ", "karuvel"])
def test_a_name_is_matched_as_in_the_data(document, name, place, spelling):
    """Case and spaces aside, though the side sheet stands before the data."""
    found = document(**{name: sheet(name, ("UNMAV", spelling))})
    assert effects(found)[place] == {"UNMAV / Karuvel"}
    said = findings(found, "PK155", "PK166")
    assert said == ([] if spelling == "Karuvel" else [("PK155", name, "B2", spelling.strip())])


@pytest.mark.parametrize("name", SIDE)
def test_a_row_about_nobody_is_named_and_does_nothing(document, name):
    """With the name that is nearly it; each name once."""
    whom = [("UNMAV", "Karuvell"), ("UNMAV", "Karuvell"), ("UNFAR", "Nobody")]
    found = document(**{name: sheet(name, *whom)})
    assert effects(found) == (set(), set(), set())
    assert findings(found, "PK166") == [
        ("PK166", name, "B2", "UNMAV / Karuvell"),
        ("PK166", name, "B4", "UNFAR / Nobody"),
    ]
    first, other = (row["message"] for row in found["findings"] if row["code"] == "PK166")
    assert "Did you mean 'UNMAV / Karuvel'?" in first and "Did you mean" not in other


def test_rows_that_are_not_used_are_not_counted_as_used(run, workbook):
    """The ingest report tells why."""
    row = partnership(60, 60, 60, 30, period="2025-Q2")
    path = workbook({"Data": [list(row), list(row.values())], "facts": sheet("facts", ("UNMAV", "Nobody"))})
    (told,) = [
        one
        for one in json.loads(run("validate", path, "-f", "json").out)["sheets"]
        if one["sheet"] == "facts"
    ]
    assert (told["rows"], told["used"]) == (1, 0)
    assert "about nobody who has data" in str(told["skipped"])


@pytest.mark.parametrize("whom", [("", ""), ("unmav", "")])
@pytest.mark.parametrize("name", ["breaks", "targets"])
def test_a_blank_key_stands_for_all(document, name, whom):
    """Of a mission, or of everybody."""
    found = document(**{name: sheet(name, whom)})
    assert {"UNMAV / Karuvel", "UNMAV / Ostra"} in effects(found)
    assert findings(found, "PK166") == []


def test_nothing_below_a_second_header_is_data(run, workbook):
    """Its columns are others; whoever stands there is no partnership of the report."""
    head = ["mission", "authority", "authority_level", "period", "posts_filled_pct"]
    rows = [[*head, "safe_walking_pct"], ["UNMAV", "Karuvel", "adm2", "2025", 46, 70]]
    rows += [[*head, "budget_execution_pct"], ["UNMAV", "Ostra", "adm2", "2025", 50, 80]]
    found = json.loads(run("score", workbook(rows), "-f", "json", "-q", "--no-uncertainty").out)
    assert [row["partnership"] for row in found["assessment"]] == ["UNMAV / Karuvel"]


def test_a_sheet_of_partnerships_may_list_more_than_have_data(document):
    """Only a name that is nearly another's is reported."""
    listed = [["mission", "authority", "peer_group"], ["UNMAV", "Nobody", "A"], ["UNMAV", "Karuvell", "B"]]
    found = document(partnerships=listed)
    assert findings(found, "PK166") == [("PK166", "partnerships", "B3", "UNMAV / Karuvell")]


def test_facts_that_contradict_each_other_are_unknown(document):
    """Never by the last row; both cells are named."""
    head, yes = sheet("facts", ("UNMAV", "Karuvel"))
    found = document(facts=[head, yes, [*yes[:-1], "no"]])
    assert effects(found)[0] == set()
    (message,) = [row["message"] for row in found["findings"] if row["code"] == "PK165"]
    assert "facts!D2, facts!D3" in message and "communities_consulted" in message
    agreed = document(facts=[head, yes, yes, [*yes[:-1], "unknown"]])
    assert effects(agreed)[0] == {"UNMAV / Karuvel"} and findings(agreed, "PK165") == []


def test_a_date_that_is_none_is_named(document):
    """The fact counts; the day is not known."""
    head, row = sheet("facts", ("UNMAV", "Karuvel"))
    found = document(facts=[[*head, "date"], [*row, "soon"]])
    assert findings(found, "PK019") == [("PK019", "facts", "F2", "soon")]
    assert effects(found)[0] == {"UNMAV / Karuvel"}


@pytest.mark.parametrize(
    ("series", "value", "expected"),
    [
        ("stability", 160, "a score from 0 to 100"),
        ("posts_filled_pct", 120, "a value of 100 or less"),
        ("conflict_deaths_per_100k", -1, "a value of 0 or more"),
    ],
)
def test_a_target_that_cannot_be_reached_is_refused(document, series, value, expected):
    """Outside the score range of a dimension, or the limits of an indicator."""
    head = ["mission", "authority", "indicator", "value", "date"]
    found = document(targets=[head, ["UNMAV", "Karuvel", series, value, "2026-12-31"]])
    (message,) = [row["message"] for row in found["findings"] if row["code"] == "PK161"]
    assert expected in message and found["targets"] == []


# --- a break between the two periods that are compared -----------------------------------------------------------

GRADES = {f"{name}__grade": "B2" for table in TABLES.values() for name in table}
BREAK = [["indicator", "period", "reason"], ["stability", "2025-Q2", "new incident database"]]
TOLD = "series break in 2025-Q2 (new incident database)"


@pytest.fixture
def leaping(workbook):
    """Stability and economic impact leap from 45 to 70; the series of one of them breaks there."""
    rows = [
        partnership(*scores, authority="Karuvel", period=period, **GRADES)
        for scores, period in (((45, 50, 45, 30), "2025-Q1"), ((70, 50, 70, 30), "2025-Q2"))
    ]
    data = [list(rows[0]), *(list(row.values()) for row in rows)]

    def make(breaks=BREAK):
        return workbook({"Data": data, **({"breaks": breaks} if breaks else {})})

    return make


def test_what_changed_says_that_a_series_began_anew(run, leaping):
    """A level on the other side of a break is no news; the overall level rests on it too."""
    done = run("score", leaping(), "-f", "json", "-q", "--draws", "200")
    rows = {row["node"]: row for row in json.loads(done.out)["changes"]}
    assert (rows["stability"]["series_break"], rows["stability"]["confirmed"]) == (TOLD, "no")
    assert rows["overall"]["series_break"] == TOLD
    assert (rows["economic_impact"]["series_break"], rows["economic_impact"]["confirmed"]) == ("", "yes")
    page = " ".join(run("score", leaping(), "-q", "--draws", "200").out.split())
    assert f"not comparable: {TOLD}" in page
    assert "series break" not in run("score", leaping(None), "-q", "--draws", "200").out


@pytest.mark.parametrize("backwards", [False, True])
def test_compare_judges_nothing_across_a_break(run, leaping, backwards):
    """The points are printed, with the break beside them, whichever period comes first."""
    periods = "2025-Q2,2025-Q1" if backwards else "2025-Q1,2025-Q2"
    found = run("compare", leaping(), "--periods", periods, "-f", "csv", "-q").rows()
    rows = {row["node"]: row for row in found}
    assert (rows["stability"]["level_change"], rows["stability"]["series_break"]) == ("not comparable", TOLD)
    assert abs(float(rows["stability"]["change"])) == pytest.approx(25)
    assert (rows["economic_impact"]["level_change"], rows["economic_impact"]["series_break"]) == (
        "confirmed",
        "",
    )
    assert rows["delivery_index"]["series_break"] == rows["overall"]["series_break"] == TOLD
    page = " ".join(run("compare", leaping(), "--periods", periods, "-q").out.split())
    assert TOLD in page and "not comparable" in page


def test_progress_begins_after_a_break(run, leaping):
    """The first period after it is the baseline, unless the sheet names one; what lies before is marked."""
    from pkassess import score
    from pkassess.progress import progress

    comparison = score(leaping(), draws=0).comparison
    now = int(comparison.rows[0])
    assert progress(comparison, now, "stability", None).baseline == pytest.approx(70)
    assert progress(comparison, now, "economic_impact", None).baseline == pytest.approx(45)
    assert progress(comparison, now, "conflict_deaths_per_100k", None).baseline_unit == now
    assert progress(comparison, now, "posts_filled_pct", None).baseline_unit == now - 1
