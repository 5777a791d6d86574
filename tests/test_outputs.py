"""What is written: the columns and the form of every table, the data package, JSON and its schema, safe writing."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import random
import re
import stat

import pytest
from cases import DIMENSIONS, PLAIN, csv_of, partnership, sheet_of

ASSESSMENT = [
    *("file", "partnership", "mission", "authority", "period", "peer_group"),
    *("overall_level", "overall_rule", "overall_status", "alarms"),
    *("index", "index_low", "index_high", "rank", "rank_low", "rank_high"),
]
ENDINGS = [
    *("", "_low", "_high", "_level", "_level_range", "_bound_low", "_bound_high"),
    *("_status", "_coverage", "_confidence", "_trend"),
]
COLUMNS = {
    "assessment": ASSESSMENT + [dimension + ending for dimension in DIMENSIONS for ending in ENDINGS],
    "nodes": [
        *("partnership", "mission", "authority", "period", "node", "parent", "kind"),
        *("score", "low", "high", "level", "status", "coverage", "rank"),
    ],
    "indicators": [
        *("file", "partnership", "mission", "authority", "period", "dimension", "indicator", "status"),
        *("value", "unit", "score", "weight", "weight_given", "contribution", "evidence_class"),
        *("sheet", "cell", "source_type"),
    ],
    "findings": ["severity", "code", "file", "sheet", "cell", "column", "value", "message", "remedy"],
}


def rows():
    """Several partnerships in two periods; one with gaps, one that is insufficient, one with an error and odd names."""
    complete = partnership(61.3, 52.7, 43.9, 34.1)
    gaps = partnership(
        70, 70, 70, 20, authority="Tessaly", household_economy_same_or_better_pct="", hostile_statements="n/a"
    )
    thin = partnership(30, 40, None, None, authority="Ostra, north")
    wrong = partnership(45, 45, 45, 45, authority='=HYPERLINK("x")', safe_walking_pct=4600)
    return [complete | {"period": "2024"}, complete, gaps, thin, wrong]


@pytest.fixture
def package(run, tmp_path):
    """Write the CSV package of some rows and return its folder."""

    def write(data=None, *options, name="out"):
        folder = tmp_path / name
        done = run("score", "-", "-q", "-f", "csv", "-o", str(folder), *options, stdin=csv_of(data or rows()))
        assert done.code == 0, done.err
        assert done.out == ""
        return folder

    return write


def read(folder, table):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- tables --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", COLUMNS)
def test_each_table_has_exactly_the_columns_of_the_contract_in_order(package, table):
    """Scripts rely on names and order."""
    with (package() / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == COLUMNS[table]


def test_without_a_folder_csv_is_the_assessment_alone(run, package):
    """``-f csv`` prints assessment.csv, byte for byte."""
    printed = run("score", "-", "-q", "-f", "csv", stdin=csv_of(rows())).out
    assert printed == (package() / "assessment.csv").read_text(encoding="utf-8")


def test_the_assessment_has_one_row_per_partnership_and_period(package):
    """Latest period by default, all with --period all; sorted by partnership, then period."""
    assert [row["authority"] for row in read(package(), "assessment")] == [
        '\'=HYPERLINK("x")',
        "Karuvel",
        "Ostra, north",
        "Tessaly",
    ]
    every = read(package(None, "--period", "all", name="every"), "assessment")
    assert [row["period"] for row in every if row["authority"] == "Karuvel"] == ["2024", "2025"]


def test_nodes_hold_every_node_of_the_tree(package):
    """Indices, dimensions, sub-scores, each with its parent and kind."""
    found = {(row["node"], row["parent"], row["kind"]) for row in read(package(), "nodes")}
    expected = {(name, "", "dimension") for name in DIMENSIONS} | {("delivery_index", "", "index")}
    assert found == expected | {
        (name, "sovereignty_tension", "sub_score") for name in ("obstruction", "infringement")
    }


def test_indicators_hold_one_row_per_indicator_with_its_cell(package, report, workbook):
    """Sheet and cell of every value that was read."""
    found = report(workbook({"Field data": sheet_of([partnership()])}))
    header = list(partnership())
    row = found.one("indicators", indicator="consent_status")
    assert row["sheet"] == "Field data"
    column = header.index("consent_status")
    letters = chr(64 + column // 26) * (column >= 26) + chr(65 + column % 26)
    assert row["cell"] == f"{letters}2"
    scored = [row["indicator"] for row in found["indicators"] if row["dimension"] in DIMENSIONS]
    assert len(scored) == len(set(scored)) == 35


def test_statuses_of_indicators_are_the_seven_of_the_contract(package):
    """No other word appears."""
    words = {"observed", "carried", "reconciled", "excluded", "rejected", "missing", "not_applicable"}
    assert {row["status"] for row in read(package(), "indicators")} <= words


def test_findings_name_file_cell_value_and_remedy(package):
    """The rejected percentage with everything needed to mend it."""
    (row,) = [row for row in read(package(), "findings") if row["severity"] == "error"]
    header = next(csv.reader(io.StringIO(csv_of(rows()))))
    assert (row["code"], row["column"], row["value"]) == ("PK004", "safe_walking_pct", "4600")
    assert row["cell"] == f"{chr(65 + header.index('safe_walking_pct'))}6"
    assert row["message"]
    assert row["remedy"]


# --- the form of CSV -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", COLUMNS)
def test_csv_is_utf_8_with_commas_and_lf_and_without_a_byte_order_mark(package, table):
    """Every line ends with LF, none with CR LF."""
    content = (package() / f"{table}.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    assert not content.endswith(b"\n\n")
    content.decode("utf-8")


@pytest.mark.parametrize("table", COLUMNS)
def test_csv_is_quoted_only_where_it_has_to_be(package, table):
    """Python's minimal quoting of the same cells gives the same bytes."""
    text = (package() / f"{table}.csv").read_text(encoding="utf-8")
    again = io.StringIO()
    csv.writer(again, lineterminator="\n").writerows(csv.reader(io.StringIO(text)))
    assert again.getvalue() == text


def test_no_cell_says_nan_or_none(package):
    """No value is an empty cell."""
    folder = package()
    for table in COLUMNS:
        cells = {
            cell
            for row in read(folder, table)
            for name, cell in row.items()
            if name not in ("message", "remedy")
        }
        assert not cells & {"nan", "NaN", "None", "null", "NA", "inf", "-inf", "-0"}


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1", "＋1", "－1", "＠1", "\u00a0=1"]
)
def test_text_that_would_run_as_a_formula_is_made_harmless(run, name, rubric_file):
    """A leading apostrophe, also after white space and for full-width signs."""
    path = rubric_file(PLAIN)
    data = csv_of([{"mission": "UNMAV", "authority": "A", "period": "2025", "x": 5, "peer_group": name}])
    (row,) = run("score", "-", "-q", "-f", "csv", "-r", path, stdin=data).rows()
    assert row["peer_group"].startswith("'")


def test_numbers_below_zero_stay_numbers(report, package):
    """The guard acts on text cells only."""
    folder = package([partnership(authority_level="national", gdp_pc_growth_pct=-1.8)])
    (row,) = [row for row in read(folder, "indicators") if row["indicator"] == "gdp_pc_growth_pct"]
    assert row["value"] == "-1.8"


def test_a_harmless_name_is_left_alone(run):
    """An apostrophe, a hyphen inside, a comma, quotes and accents come back as they were."""
    names = ["O'Hara", "Guinée-Bissau", "Ostra, north", 'the "old" town', "N'Djamena", "贝宁"]
    data = csv_of([partnership(authority=name) for name in names])
    found = run("score", "-", "-q", "-f", "csv", stdin=data).rows()
    assert sorted(row["authority"] for row in found) == sorted(names)


def test_floats_are_the_shortest_that_read_back_the_same(package, report):
    """The repr of the number in JSON; whole numbers without a point."""
    found = report(*rows())
    lines = read(package(), "assessment")
    for row, line in zip(found["assessment"], lines, strict=True):
        for name, value in row.items():
            if isinstance(value, float):
                assert float(line[name]) == value
                assert line[name] == repr(value).removesuffix(".0")
    assert any(re.fullmatch(r"\d+\.\d{10,}", line["index"]) for line in lines)


def test_csv_and_json_carry_the_same_content(package, report):
    """Cell for cell, apart from the formula guard."""
    found, folder = report(*rows()), package()
    for table in COLUMNS:
        for row, line in zip(found[table], read(folder, table), strict=True):
            for name, value in row.items():
                if isinstance(value, int | float):
                    assert float(line[name]) == value
                else:
                    assert line[name].removeprefix("'") == (value or "").removeprefix("'")


# --- arithmetic that the tables promise ----------------------------------------------------------------------------


def test_contributions_add_up_to_the_dimension(report):
    """Each is weight × score; over the indicators of a published dimension, is its score; weights add to 1."""
    found = report(*rows(), options=("--period", "all"))
    checked = 0
    for shown in found["assessment"]:
        keys = {name: shown[name] for name in ("partnership", "period")}
        for dimension in DIMENSIONS:
            leaves = found.find("indicators", dimension=dimension, **keys)
            used = [row for row in leaves if row["score"] is not None]
            if used:
                assert sum(row["weight"] for row in used) == pytest.approx(1, abs=1e-9)
            if shown[f"{dimension}_status"] == "published":
                assert all(
                    row["contribution"] == pytest.approx(row["weight"] * row["score"], abs=1e-9)
                    for row in used
                )
                assert math.fsum(row["contribution"] for row in used) == pytest.approx(
                    shown[dimension], abs=1e-9
                )
                checked += 1
    assert checked >= 14


def test_weights_given_add_up_to_one_in_each_dimension(report):
    """As the rubric gives them, whatever was observed."""
    found = report(partnership(None, None, None, 20))
    for dimension in DIMENSIONS:
        given = [row["weight_given"] for row in found.find("indicators", dimension=dimension)]
        assert math.fsum(given) == pytest.approx(1)


def test_missing_weight_is_spread_over_what_is_there(report):
    """Economic impact of a district without the household survey: .92 - .10 applies and is observed."""
    row = partnership(household_economy_same_or_better_pct="")
    found = report(row).one("indicators", indicator="essential_services_open_pct")
    assert found["weight"] == pytest.approx(0.18 / 0.82)
    assert found["weight_given"] == pytest.approx(0.18)


# --- the data package ------------------------------------------------------------------------------------------------


def test_the_data_package_describes_every_table(package):
    """Frictionless: names, paths, profile, a schema whose fields are the columns, and types that the cells have."""
    folder = package()
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"[-a-z0-9._/]+", described["name"])
    assert described["profile"] == "tabular-data-package"
    assert sorted(resource["path"] for resource in described["resources"]) == sorted(
        path.name for path in folder.glob("*.csv")
    )
    assert set(COLUMNS) <= {resource["name"] for resource in described["resources"]}
    for resource in described["resources"]:
        assert re.fullmatch(r"[-a-z0-9._/]+", resource["name"])
        assert resource["schema"]["missingValues"] == [""]
        fields = resource["schema"]["fields"]
        with (folder / resource["path"]).open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        assert lines[0] == [field["name"] for field in fields]
        for field, *cells in zip(fields, *lines[1:], strict=True):
            assert field["type"] in ("string", "number", "integer")
            read_as = {"string": str, "number": float, "integer": int}[field["type"]]
            for cell in filter(None, cells):
                read_as(cell)


def test_the_data_package_passes_the_frictionless_checker(package):
    """The reference implementation finds nothing."""
    import frictionless

    outcome = frictionless.validate(str(package() / "datapackage.json"))
    assert outcome.valid, outcome.flatten(["resourceName", "type", "message"])


def test_the_data_package_says_how_to_reproduce_it(package):
    """Program, rubric with version, checksum of the input."""
    meta = json.loads((package() / "datapackage.json").read_text(encoding="utf-8"))["pkassess"]
    assert meta["rubric"] == {"id": "partnership", "version": "1.0"}
    assert re.fullmatch(r"[0-9a-f]{64}", meta["files"][0]["sha256"])


# --- JSON --------------------------------------------------------------------------------------------------------------


def test_json_validates_against_the_printed_schema(run):
    """``rubric schema --of report`` describes what ``-f json`` prints."""
    import jsonschema

    schema = json.loads(run("rubric", "schema", "--of", "report").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(run("score", "-", "-q", "-f", "json", stdin=csv_of(rows())).out)
    jsonschema.Draft202012Validator(schema).validate(document)
    broken = {**document, "assessment": [{**document["assessment"][0], "index": "52"}]}
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(broken))


def test_json_of_another_rubric_validates_against_its_own_schema(run, rubric_file):
    """The schema is that of the rubric's own columns."""
    import jsonschema

    path = rubric_file(PLAIN)
    schema = json.loads(run("rubric", "schema", "--of", "report", "-r", path).out)
    data = csv_of([{"mission": "M", "authority": "A", "period": "2025", "x": 5}])
    document = json.loads(run("score", "-", "-q", "-f", "json", "-r", path, stdin=data).out)
    jsonschema.Draft202012Validator(schema).validate(document)


def test_json_is_strict_and_holds_no_nan(run):
    """No value is null."""

    def refuse(constant):
        raise AssertionError(constant)

    json.loads(run("score", "-", "-q", "-f", "json", stdin=csv_of(rows())).out, parse_constant=refuse)


def test_the_schema_of_rubrics_accepts_the_bundled_ones(run):
    """``rubric schema`` is a JSON Schema for editors."""
    import jsonschema
    import yaml
    from conftest import ROOT

    schema = json.loads(run("rubric", "schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    for path in sorted((ROOT / "rubrics").rglob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        errors = list(jsonschema.Draft202012Validator(schema).iter_errors(data))
        assert not errors, (path.name, errors[0].message, list(errors[0].absolute_path))


# --- where it is written -----------------------------------------------------------------------------------------------


def test_an_ending_chooses_the_format(run, tmp_path):
    """-o FILE.csv is assessment.csv under that name, .json the document, .md a text."""
    data = csv_of(rows())
    printed = {name: run("score", "-", "-q", "-f", name, stdin=data).out for name in ("csv", "json", "md")}
    for name, text in printed.items():
        path = tmp_path / f"report.{name}"
        assert run("score", "-", "-q", "-o", str(path), stdin=data).code == 0
        assert path.read_text(encoding="utf-8") == text
    assert printed["md"].strip()


@pytest.mark.parametrize("name", ["out", "out/", "results.v2/", "new/deeper"])
def test_a_folder_gets_the_whole_package(run, tmp_path, name):
    """Whether it exists or not, with -f csv; without an ending csv is what a folder asks for."""
    done = run("score", "-", "-q", "-f", "csv", "-o", f"{tmp_path}/{name}", stdin=csv_of(rows()))
    assert done.code == 0
    assert {path.name for path in (tmp_path / name).iterdir()} >= {
        "assessment.csv",
        "nodes.csv",
        "indicators.csv",
        "findings.csv",
        "datapackage.json",
    }


def test_other_files_in_the_folder_stay(package, tmp_path):
    """Only the package's own files are replaced."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    (tmp_path / "out" / "assessment.csv").write_text("old")
    folder = package()
    assert (folder / "mine.txt").read_text() == "keep"
    assert (folder / "assessment.csv").read_text(encoding="utf-8").startswith("file,")


@pytest.mark.parametrize("target", ["report.json", "report.csv", "out"])
def test_a_run_that_fails_while_writing_leaves_what_was_there(run, tmp_path, monkeypatch, target):
    """An existing result is replaced only by a finished one, and no draft is left behind."""
    from pkassess.tables import assessment as tables

    path = tmp_path / target
    assert run("score", "-", "-q", "-o", str(path), stdin=csv_of(rows())).code == 0
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables, "_dimension_columns", broken)
    done = run("score", "-", "-q", "-o", str(path), stdin=csv_of(rows()[:2]))
    assert done.code != 0
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


@pytest.mark.skipif(os.name == "nt", reason="permissions of another kind")
def test_a_report_has_the_permissions_of_an_ordinary_file(run, tmp_path, package):
    """Colleagues can read it: drafts are private, reports are not."""
    previous = os.umask(0o022)
    try:
        path = tmp_path / "report.csv"
        run("score", "-", "-q", "-o", str(path), stdin=csv_of(rows()))
        folder = package()
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
        assert stat.S_IMODE((folder / "assessment.csv").stat().st_mode) == 0o644
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    finally:
        os.umask(previous)


@pytest.mark.parametrize("target", ["missing/report.csv", "report.doc", "file.txt/out"])
def test_a_place_or_ending_that_cannot_be_is_wrong_usage(run, tmp_path, target):
    """A folder that does not exist, an unknown ending, a file where a folder is needed."""
    (tmp_path / "file.txt").write_text("a file")
    done = run("score", "-", "-q", "-o", str(tmp_path / target), stdin=csv_of(rows()))
    assert (done.code, done.out) == (2, "")
    assert done.err


# --- the same again -------------------------------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes(package):
    """Every file of the package, twice."""
    one, two = package(name="one"), package(name="two")
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes(), path.name


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_the_input_rows_does_not_matter(package, seed):
    """Shuffled rows give the same bytes of assessment.csv and nodes.csv; cells differ, numbers do not."""
    data = rows() + [
        partnership(at * 7 % 60 + 20, 47.3, 51.9, 22, authority=f"Adm {at % 5}", period=f"202{at // 5}")
        for at in range(15)
    ]
    shuffled = data[:]
    random.Random(seed).shuffle(shuffled)
    one, two = package(data, "--period", "all", name="one"), package(shuffled, "--period", "all", name="two")
    for table in ("assessment", "nodes"):
        assert (one / f"{table}.csv").read_bytes() == (two / f"{table}.csv").read_bytes()
    for first, second in zip(read(one, "indicators"), read(two, "indicators"), strict=True):
        assert first | {"cell": ""} == second | {"cell": ""}


def test_a_partnership_scores_the_same_alone_and_in_company(report):
    """Goalposts are absolute: adding a partnership moves nobody."""
    alone = dict(report(rows()[1]).one("assessment"))
    crowd = dict(report(*rows()).one("assessment", authority="Karuvel"))
    for row in (alone, crowd):
        for name in ("rank", "rank_low", "rank_high"):
            row.pop(name)
    assert alone == crowd


# --- from Python -----------------------------------------------------------------------------------------------------------


def test_the_python_interface_has_the_columns_of_the_contract(workbook, tmp_path):
    """score() gives data frames, and writes what the command line writes."""
    import pkassess

    assessment = pkassess.score(workbook({"Data": sheet_of(rows())}), rubric="partnership")
    for table, columns in COLUMNS.items():
        assert list(getattr(assessment, table).columns) == columns
    assert assessment.assessment["stability"].dtype == "float64"
    assert assessment.assessment["overall_level"].isna().sum() == 1
    assessment.write(tmp_path / "report.json")
    assessment.write(str(tmp_path / "out"), format="csv")
    assert (tmp_path / "out" / "datapackage.json").is_file()
    with pytest.raises(AttributeError):
        assessment.options = {}
