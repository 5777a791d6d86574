"""What the user says of a workbook: the same choices for every command, and periods as the workbook writes them."""

from __future__ import annotations

import pytest
from cases import partnership, sheet_of

MAP = "columns: {Lieu: authority}\nvalues: {mission: UNMAV}\nfiscal_year_start: 7\n"


@pytest.fixture
def data(workbook, tmp_path):
    """A workbook without a mission, with an old sheet, a column name of its own and two fiscal years."""
    rows = sheet_of(
        [
            partnership(authority=place, period=year, assessor=None) | {"safe_walking_pct": at}
            for at, (place, year) in enumerate(
                [
                    ("Karuvel", "FY2019/20"),
                    ("Karuvel", "2020-2021"),
                    ("Ostra", "FY2019/20"),
                    ("Ostra", "FY2020/21"),
                ],
                40,
            )
        ]
    )
    header = ["Lieu" if text == "authority" else text for text in rows[0]]
    mission = header.index("mission")
    table = [["Field report"], *([*row[:mission], *row[mission + 1 :]] for row in (header, *rows[1:]))]
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return workbook({"New": table, "Old": [["nothing"]]})


CHOICES = ("--sheet", "New", "--layout", "wide", "--header-row", "2", "--locale", "fr")


@pytest.mark.parametrize(
    "command",
    [
        ("score", "--no-uncertainty"),
        ("validate",),
        ("profile", "Karuvel", "--no-uncertainty"),
        ("sensitivity", "--no-uncertainty"),
        ("compare", "--periods", "FY2019/20,FY2020/21", "--no-uncertainty"),
        ("agreement",),
        ("rubric check --data",),
    ],
    ids=lambda command: command[0],
)
def test_every_command_takes_the_same_choices(run, data, tmp_path, command):
    """Without them the workbook cannot be read: exit 3. With them every command does its work."""
    name, *options = command
    places = [data, options.pop(0)] if name == "profile" else [data]
    assert run(*name.split(), *places, *options, "-f", "csv").code == 3
    done = run(
        *name.split(), *places, *options, *CHOICES, "--column-map", str(tmp_path / "map.yaml"), "-f", "csv"
    )
    assert done.code == 0, done.err
    assert done.out.count("\n") > 0


@pytest.mark.parametrize("asked", ["FY2019/20", "2019/20", "2019-2020", "fy 2019/2020", "Exercice 2019-20"])
def test_a_fiscal_year_is_asked_for_as_it_is_written(run, data, tmp_path, asked):
    """The month in which it begins is the one that was said for the workbook."""
    choices = (*CHOICES, "--column-map", str(tmp_path / "map.yaml"), "--no-uncertainty")
    done = run("score", data, "--period", asked, *choices, "-f", "csv")
    assert done.code == 0, done.err
    assert {row["period"] for row in done.rows()} == {"FY2019/20"}
    compared = run("compare", data, "--periods", f"{asked},FY2020/21", *choices, "-f", "csv")
    assert compared.code == 0, compared.err


def test_one_fiscal_year_spelt_twice_is_one_period(run, data, tmp_path):
    """There is nothing to compare."""
    choices = (*CHOICES, "--column-map", str(tmp_path / "map.yaml"))
    done = run("compare", data, "--periods", "FY2019/20,2019-2020", *choices)
    assert done.code == 2
    assert "names the same period twice" in done.err


def about(workbook, **rows):
    """A wide workbook of two periods that says more of itself."""
    years = [partnership(period=period) for period in ("T3 2019", "2019/20")]
    return workbook({"Data": sheet_of(years), "about": [[name, value] for name, value in rows.items()]})


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("T3 2019", "2019-Q3"),
        ("2019-Q3", "2019-Q3"),
        ("3e trimestre 2019", "2019-Q3"),
        ("third quarter 2019", "2019-Q3"),
        ("FY2019/20", "FY2019/20"),
        ("2019/20", "FY2019/20"),
    ],
)
def test_any_spelling_of_a_period_finds_it(run, workbook, asked, label):
    """The sheet about says when a year begins."""
    path = about(workbook, fiscal_year_start="July")
    done = run("score", path, "--period", asked, "-f", "csv", "--no-uncertainty")
    assert [row["period"] for row in done.rows()] == [label], done.err
    assert run("score", path, "--since", asked, "-f", "csv", "-q").code == 0


@pytest.mark.parametrize(
    ("asked", "code"), [("FY2019/20", "PK158"), ("03/04/2019", "PK159"), ("last year", "PK143")]
)
def test_a_period_that_cannot_be_told_says_why(run, table, asked, code):
    """A fiscal year that nobody explained, a day that can be read two ways, and what is no period at all."""
    path = table("mission | authority | period | consent_status\nUNMAV | Karuvel | 2019 | 3")
    done = run("score", path, "--period", asked)
    assert done.code == 2
    assert code in done.err


def test_facts_targets_and_breaks_speak_of_the_same_periods(run, workbook):
    """Their fiscal years begin as the others do."""
    path = workbook(
        {
            "about": [["fiscal_year_start", 7]],
            "Data": sheet_of([partnership(period="FY2019/20"), partnership(period="FY2020/21")]),
            "facts": [
                ["mission", "authority", "period", "fact", "value"],
                ["UNMAV", "Karuvel", "FY2019/20", "agreed_exit", "yes"],
            ],
            "breaks": [["indicator", "period", "reason"], ["safe_walking_pct", "2020/21", "new survey"]],
            "targets": [
                ["indicator", "value", "date", "baseline"],
                ["safe_walking_pct", 70, "FY2021/22", "FY2019/20"],
            ],
        }
    )
    done = run("validate", path, "-f", "csv")
    assert not [row for row in done.rows() if row["sheet"] in {"facts", "breaks", "targets"}], done.out
