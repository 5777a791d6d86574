"""``pkassess compare`` as a user runs it: samples, formats, widths, and what it refuses."""

from __future__ import annotations

import csv
import json

import pytest
from cases import csv_of, partnership
from conftest import ROOT

HOSTS = "sample_data/host_countries.xlsx"
FIELD = "sample_data/field_demo.xlsx"


@pytest.fixture(autouse=True)
def at_root(monkeypatch):
    """Samples are named as in the documentation."""
    monkeypatch.chdir(ROOT)


def test_two_periods_of_the_real_sample(run):
    """Haiti's fall rests on one indicator, whose two values and cells are named."""
    done = run("compare", HOSTS, "--periods", "2022,2023", "-q")
    assert done.code == 0
    assert "15 partnerships compared: 2022 → 2023" in done.out
    page = " ".join(done.out[done.out.index("MINUSTAH+ / Haiti") :].split("\n\n")[0].split())
    assert "Overall level Developing → Fragile: crossed the boundary, not confirmed" in page
    assert "Checks on government 0.66 (score 66, data!" in page
    assert "no difference: not published before: provisional, 60 % of the weight observed" in " ".join(
        done.out.split()
    )


def test_levels_are_judged_as_on_page_one(run):
    """Every change of level in changes.csv of ``score`` has the same verdict here."""
    compared = run("compare", HOSTS, "--periods", "2022,2023", "-q", "-f", "csv").rows()
    judged = {(row["partnership"], row["node"]): row["level_change"] for row in compared}
    document = json.loads(run("score", HOSTS, "--period", "2023", "-q", "-f", "json").out)
    changes = [row for row in document["changes"] if row["previous_period"] == "2022"]
    assert len(changes) > 5
    for row in changes:
        assert (judged[row["partnership"], row["node"]] == "confirmed") == (row["confirmed"] == "yes")


def test_the_parts_in_the_table_add_up(run):
    """For every row with a change; every component stands beside a node with one."""
    rows = run("compare", HOSTS, "--periods", "2013,2023", "-q", "-f", "csv", "--no-uncertainty").rows()
    changed = [row for row in rows if row["change"]]
    assert len(changed) > 40
    for row in changed:
        parts = sum(float(row[part]) for part in ("indicators", "coverage", "rubric"))
        assert parts == pytest.approx(float(row["change"]), abs=1e-9)
        assert float(row["change"]) == pytest.approx(float(row["after"]) - float(row["before"]), abs=1e-12)
    assert any(abs(float(row["coverage"])) > 1 for row in changed)
    assert all(row["reason"] for row in rows if not row["change"] and row["kind"] != "overall")


def test_a_folder_gets_every_table(run, tmp_path):
    """Components name values, scores, weights and cells of both sides; the package is described."""
    done = run(
        "compare", HOSTS, "--periods", "2022,2023", "-q", "-o", str(tmp_path / "out"), "--draws", "250"
    )
    assert done.code == 0, done.err
    with (tmp_path / "out" / "components.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    row = next(
        row
        for row in rows
        if row["authority"] == "Chad"
        and row["node"] == "stability"
        and row["name"] == "wgi_political_stability"
    )
    assert (row["cell_before"], row["cell_after"], row["part"]) == ("K315", "K316", "indicator")
    weight, scores = float(row["weight_after"]), [float(row[f"score_{side}"]) for side in ("before", "after")]
    assert float(row["points"]) == pytest.approx(weight * (scores[1] - scores[0]), abs=1e-9)
    described = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert [table["name"] for table in described["resources"]] == ["differences", "components", "unmatched"]


def test_json_and_markdown_hold_the_same(run):
    """Both name both sides."""
    options = ("compare", HOSTS, "--periods", "2022,2023", "-q", "--draws", "250")
    document = json.loads(run(*options, "-f", "json").out)
    assert document["meta"]["before"]["options"]["period"] == "2022"
    assert {row["part"] for row in document["components"]} == {"indicator"}
    page = run(*options, "-f", "md").out
    assert page.startswith("# Comparison: 2022 → 2023\n")
    assert "- **Governance capacity** " in page


def test_two_rubrics(run, variant):
    """A heavier indicator changes the score by the rubric alone."""

    def heavier(data):
        data["version"] = "2.0"
        data["dimensions"]["stability"]["children"][0]["weight"] = 0.40

    path = variant(heavier)
    done = run("compare", FIELD, "--rubrics", f"partnership,{path}", "-q", "-f", "csv")
    assert done.code == 0, done.err
    changed = [row for row in done.rows() if row["change"]]
    stability = [row for row in changed if row["node"] == "stability"]
    assert stability
    assert all(float(row["rubric"]) == pytest.approx(float(row["change"]), abs=1e-9) for row in changed)
    assert any(float(row["change"]) for row in stability)


def test_two_files(run, table, tmp_path):
    """A corrected workbook: the corrected value, its cells, and who is in one file only."""
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    row = partnership(safe_walking_pct=60)
    old.write_text(csv_of([row, partnership(authority="Tamsit")]), encoding="utf-8")
    new.write_text(csv_of([row | {"safe_walking_pct": 75}]), encoding="utf-8")
    done = run("compare", str(old), str(new), "-q")
    assert "Only before: UNMAV / Tamsit." in done.out
    assert "60 % (score 60, " in " ".join(done.out.split())
    assert "+3.2  Safe walking alone" in done.out, "0.15 of 0.95 applicable weight x 20 points of score"


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("ascii_only", ["", "1"])
def test_no_line_is_wider_than_the_page(run, monkeypatch, width, ascii_only):
    """From 60 to 140 columns; without colour, and in ASCII where that is asked for."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("PKASSESS_ASCII", ascii_only)
    monkeypatch.setenv("NO_COLOR", "1")
    out = run("compare", HOSTS, "--periods", "2013,2023", "-q", "--no-uncertainty").out
    assert max(map(len, out.splitlines())) <= width
    assert "\x1b" not in out
    # Names of places keep their accents; the page's own signs do not.
    assert not ascii_only or not set("→−…─") & set(out)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([FIELD], 2, "nothing beside it"),
        ([FIELD, FIELD], 2, "Both sides are the same file"),
        ([FIELD, FIELD, HOSTS], 2, "3 files were given"),
        ([FIELD, "--periods", "2025-Q2,2025 q2"], 2, "same period twice"),
        ([FIELD, "--periods", "2025-Q2"], 2, "two names with a comma"),
        ([FIELD, "--periods", "2025-Q2,soon"], 2, "period 'soon' is not understood"),
        ([FIELD, "--periods", "1990,2025-Q2"], 3, "No partnership fits period 1990"),
        ([FIELD, "--rubrics", "partnership,partnership"], 2, "same rubric twice"),
        ([FIELD, "-r", "partnership", "--rubrics", "a,b"], 2, "Both --rubric and --rubrics"),
        ([FIELD, HOSTS], 2, "different rubrics"),
        ([FIELD, "no-such.xlsx"], 3, "no file 'no-such.xlsx'"),
        (["-", "-"], 2, "read once only"),
        ([FIELD, "--periods", "2025-Q1,2025-Q2", "-f", "pdf"], 2, "no format 'pdf'"),
    ],
)
def test_what_it_refuses(run, arguments, code, said):
    """One clear message, the right exit code, nothing on standard output."""
    done = run("compare", *arguments)
    assert (done.code, done.out) == (code, "")
    assert said in " ".join(done.err.split())


def test_strict_writes_nothing(run, tmp_path):
    """The field sample has errors on purpose."""
    target = tmp_path / "out.md"
    done = run("compare", FIELD, "--periods", "2025-Q1,2025-Q2", "--strict", "-o", str(target))
    assert (done.code, target.exists()) == (1, False)
