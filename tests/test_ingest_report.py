"""What ``validate`` prints: what was read, how columns were matched, every finding with its cell, what is missing."""

from __future__ import annotations

import csv
import io
import json

import pytest
from cases import csv_of, partnership, sheet_of

from pkassess.inputs import read


@pytest.fixture
def field_file(workbook):
    """A workbook as people make them: titles, a row without a mission, a chart of old rows, French headers, remarks."""

    def write(name="field.xlsx", **cells):
        rows = sheet_of(
            [
                partnership(authority="Karuvel", **cells),
                partnership(authority="Tessaran", movement_denied_pct="n/a", hostile_statements=None),
            ]
        )
        header = [{"safe_walking_pct": "Sécurité ressentie à pied"}.get(text, text) for text in rows[0]]
        total = [None, "Karuvel", None, None, *([5] * (len(header) - 4))]
        return workbook(
            {
                "Data": [["Field report"], [None], [*header, "Remarks"], *rows[1:], [None] * 3, total],
                "about": [["rubric", "partnership"], ["marking", "CONFIDENTIAL"]],
                "Notes": [["Ask Ada about row 4"]],
            },
            name,
        )

    return write


def printed(run, *arguments, code=0):
    """The lines that a command prints."""
    done = run("validate", *arguments)
    assert done.code == code, done.err
    return done.out.splitlines()


def section(lines, title):
    """The lines under a section's title."""
    start = next(at for at, line in enumerate(lines) if line.split("  ")[0].startswith(title))
    end = next((at for at in range(start, len(lines)) if not lines[at]), len(lines))
    return lines[start:end]


# --- the table ----------------------------------------------------------------------------------------------


def test_the_head_names_file_sheets_and_rubric(run, field_file):
    """And where the rubric was named."""
    path = field_file()
    lines = printed(run, path, code=1)
    assert lines[0] == f"{path} · 3 sheets · rubric partnership 1.0 (named in sheet about)"
    assert lines[1] == "─" * 80
    assert lines[2].startswith("1 error, no warnings. 2 partnerships in 1 period.")


@pytest.mark.parametrize(
    ("options", "named"), [((), "the default"), (("-r", "partnership"), "chosen with -r")]
)
def test_the_head_says_how_the_rubric_was_chosen(run, table_file, options, named):
    """A CSV file has no sheet about."""
    assert printed(run, table_file(), *options)[0].endswith(f"rubric partnership 1.0 ({named})")


@pytest.fixture
def table_file(tmp_path):
    """A CSV file of one partnership."""

    def write(name="data.csv", **cells):
        path = tmp_path / name
        path.write_text(csv_of([partnership(**cells)]), encoding="utf-8")
        return str(path)

    return write


def test_values_are_counted(run, table_file):
    """Usable, missing and rejected ones; national indicators do not apply to a district."""
    lines = printed(
        run, table_file(safe_walking_pct=4600, consent_status="n/a", hostile_statements=""), code=1
    )
    summary = " ".join(lines[2:5])
    assert "29 of 32 values can be used; 2 are missing, 1 rejected." in summary
    assert "With the errors mended, UNMAV / Karuvel gains 1 value." in summary


def test_rows_that_were_skipped_are_named_with_their_reason(run, field_file):
    """Titles above the header, a total without a key; blank rows are no rows."""
    read_lines = section(printed(run, field_file(), code=1), "READ")
    assert read_lines[1].split() == ["Sheet", "Rows", "Used", "Skipped", "Why", "skipped"]
    assert read_lines[2].split(maxsplit=4) == [
        "Data",
        "4",
        "2",
        "2",
        "row 1 above the header, row 7 no mission",
    ]
    assert read_lines[3].split() == ["about", "2", "2", "0"]
    assert read_lines[4].split(maxsplit=4) == ["Notes", "–", "–", "–", "not a data sheet"]


def test_rows_with_a_column_for_each_period_are_those_of_the_file(run, workbook):
    """One is used if one of its periods is; the others are named by their columns."""
    head = ["mission", "authority", "authority_level", "indicator", "2024", "2025*"]
    rows = [
        head,
        ["UNMAV", "Karuvel", "adm2", "posts_filled_pct", 46, 50],
        ["UNMAV", None, "adm2", "trust_in_authority_pct", 46, 50],
    ]
    read_lines = section(printed(run, workbook({"Data": rows}), code=1), "READ")
    assert read_lines[2].split(maxsplit=4) == ["Data", "2", "1", "1", "row 3 no authority"]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([partnership(), partnership()], "row 3 the same row twice"),
        ([partnership(), partnership(consent_status=5)], "rows 2–3 given twice, with different values"),
        ([partnership(), partnership(period="soon")], "row 3 period not understood"),
        ([partnership(), partnership(period="")], "row 3 no period"),
        ([partnership(), {"mission": "UNMAV", "authority": "", "period": ""}], "row 3 no values"),
    ],
)
def test_why_a_row_of_the_wide_layout_was_skipped(run, tmp_path, rows, why):
    """In plain words."""
    path = tmp_path / "data.csv"
    path.write_text(csv_of(rows), encoding="utf-8")
    (sheet,) = json.loads(run("validate", str(path), "-f", "json").out)["sheets"]
    assert sheet["skipped"] == why


def test_why_a_row_of_the_long_layout_was_skipped(run, tmp_path):
    """Unknown indicators, and rows that name none."""
    start = {"mission": "UNMAV", "authority": "Karuvel", "authority_level": "adm2", "period": "2025"}
    rows = [
        start | {"indicator": "consent_status", "value": 2},
        start | {"indicator": "consent_statis", "value": 2},
        start | {"indicator": "", "value": 2},
    ]
    path = tmp_path / "long.csv"
    path.write_text(csv_of(rows), encoding="utf-8")
    (sheet,) = json.loads(run("validate", str(path), "-f", "json").out)["sheets"]
    assert (sheet["layout"], sheet["rows"], sheet["used"]) == ("long", 3, 1)
    assert sheet["skipped"] == "row 3 unknown indicator, row 4 no indicator"


def test_many_skipped_rows_are_counted(tmp_path):
    """Not listed one by one."""
    rows = [partnership(authority=f"A{at}", period="soon" if at % 2 else "2025") for at in range(60)]
    path = tmp_path / "data.csv"
    path.write_text(csv_of(rows), encoding="utf-8")
    from pkassess.render.ingest_report import validation_lines

    text = "".join(validation_lines(read(str(path)), "table"))
    assert "30 rows, the first 3: period not understood" in text


def test_columns_not_matched_by_their_id_are_listed(run, field_file):
    """With what they were taken for, or that they were not used."""
    columns = section(printed(run, field_file(), code=1), "COLUMNS")
    assert columns[0].endswith("39 of 40 mapped: 38 by id, 1 by label")
    assert columns[1].split(maxsplit=1)[1].split("→")[1].split() == [
        "safe_walking_pct",
        "label",
        "in",
        "French",
    ]
    assert columns[2].split() == ["Data!AN3", "Remarks", "not", "mapped,", "not", "used"]


def test_a_column_that_nearly_matches_is_named_with_what_it_may_have_meant(run, table_file):
    """A slip in a header loses a whole column."""
    columns = section(printed(run, table_file(safe_wlking_pct=3)), "COLUMNS")
    assert "meant safe_walking_pct?" in columns[1]


def test_two_columns_for_one_name_are_both_out(run, workbook):
    """Nobody can say which one counts."""
    rows = sheet_of([partnership()])
    at = rows[0].index("consent_status")
    data = [[*row, row[at]] for row in rows]
    columns = section(printed(run, workbook({"Data": data}), code=1), "COLUMNS")
    assert sum("two columns for one name, not used" in line for line in columns) == 2


def test_findings_stand_in_three_sections(run, table_file):
    """Errors, warnings, notes: place, severity, code, column; the fact; what to do."""
    path = table_file(safe_walking_pct=4600, movement_denied_pct="n/a", consent_status__grade="Z9")
    lines = printed(run, path, code=1)
    errors, warnings, notes = (section(lines, title) for title in ("ERRORS", "WARNINGS", "NOTES"))
    assert errors[0].endswith("the value is not used")
    assert errors[1].split() == ["G2", "error", "PK004", "safe_walking_pct"]
    assert errors[2] == "    '4600' is outside the limits 0 to 100."
    assert errors[3] == "    → Correct G2, or change the limits of the indicator in the rubric."
    assert "PK013" in warnings[1]
    assert "PK007" in notes[1]
    assert lines[-2:] == [
        "More on a code: pkassess explain PK004",
        f"All findings as a table: pkassess validate {path} -f csv",
    ]


def test_missing_values_are_told_apart(run, table_file):
    """Blank cells, words for nothing, and zeros, which are values."""
    missing = section(printed(run, table_file(consent_status="", movement_denied_pct="n/a")), "MISSING")
    assert missing[1] == 'blank 1 · "n/a" 1'
    assert missing[2].startswith("zeros, taken as zero: ")


def test_several_files_come_one_after_the_other(run, table_file):
    """Each with its own head; what concerns both comes last."""
    one, two = table_file("one.csv"), table_file("two.csv", safe_walking_pct=4600, authority="Tessaran")
    lines = printed(run, one, two, code=1)
    heads = [at for at, line in enumerate(lines) if " · rubric " in line]
    assert [lines[at].split()[0] for at in heads] == [one, two]
    assert "PK004" not in "".join(lines[: heads[1]])
    assert "PK004" in "".join(lines[heads[1] :])


@pytest.mark.parametrize("width", [80, 100, 120])
def test_lines_stay_within_the_width(field_file, monkeypatch, width):
    """But for words that are longer, such as paths."""
    import io

    from pkassess.render.ingest_report import validation_lines

    monkeypatch.setenv("COLUMNS", str(width))
    intake = read(field_file(safe_walking_pct=4600, hostile_statements="x" * 300))
    lines = "".join(validation_lines(intake, "table", io.StringIO())).splitlines()
    assert all(len(line) <= width for line in lines if "/" not in line)
    assert "─" * width in lines


def test_text_from_a_workbook_cannot_steer_the_terminal(run, workbook):
    """Sheet names, headers and cells are shown with escapes."""
    rows = sheet_of([partnership(safe_walking_pct="\u202e46")])
    path = workbook({"Da\u202eta": [[*rows[0], "Re\u202emarks"], *([*row, ""] for row in rows[1:])]})
    for name in ("table", "md"):
        assert "\u202e" not in run("validate", path, "-f", name).out


# --- other formats ------------------------------------------------------------------------------------------


def test_csv_is_the_table_of_findings(run, table_file):
    """One row per finding, nothing else."""
    done = run("validate", table_file(safe_walking_pct=4600), "-f", "csv")
    row, *others = done.rows()
    assert (row["severity"], row["code"], row["cell"]) == ("error", "PK004", "G2")
    assert {other["code"] for other in others} == {"PK055"}
    assert row["remedy"].startswith("Correct G2")


def test_a_folder_gets_the_whole_report_as_csv(run, field_file, tmp_path):
    """Every table of the JSON document as a file, with a description of its columns."""
    path = field_file(posts_filled_pct="46")
    document = json.loads(run("validate", path, "-f", "json").out)
    assert run("validate", path, "-f", "csv", "-o", f"{tmp_path}/report/").code == 1
    files = {file.stem: file.read_text(encoding="utf-8") for file in (tmp_path / "report").glob("*.csv")}
    assert files.keys() == document.keys() - {"meta"}
    for name, text in files.items():
        assert len(list(csv.DictReader(io.StringIO(text)))) == len(document[name])
    package = json.loads((tmp_path / "report" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["name"] == "pkassess-validation"


def test_every_converted_value_has_its_cell(run, table):
    """Numbers in another notation, periods in another form and words for missing: as counted, and cell by cell."""
    path = table(
        "mission | authority | authority_level | period | posts_filled_pct\n"
        "UNMAV | Karuvel | adm2 | T1 2025 | 46,5\nUNMAV | Ostra | adm2 | T1 2025 | 47,5\n"
        "UNMAV | Lume | adm2 | 2025-Q1 | ..\nUNMAV | Tes | adm2 | 2025-Q1 | 48"
    )
    document = json.loads(run("validate", path, "-f", "json").out)
    cells = [(row["code"], row["column"], row["value"], row["cells"]) for row in document["cells"]]
    assert cells == [("PK173", "period", "T1 2025", "D2:D3"), ("PK032", "posts_filled_pct", "46,5", "E2:E3")]
    messages = [row["message"] for row in document["findings"]]
    assert (
        "2 periods are written in another form; the first, 'T1 2025', was read as 2025-Q1. Cells D2:D3."
        in messages
    )


def test_json_holds_findings_and_what_was_read(run, field_file):
    """Values, sheets, columns, findings."""
    done = run("validate", field_file(), "-f", "json")
    document = json.loads(done.out)
    assert list(document) == ["meta", "values", "sheets", "columns", "cells", "findings"]
    assert document["meta"]["rubric"] == {
        "id": "partnership",
        "version": "1.0",
        "named": "named in sheet about",
    }
    (values,) = document["values"]
    assert (
        values["usable"] + values["missing"] + values["rejected"] + values["excluded"] == values["expected"]
    )
    assert values["errors"] == sum(row["severity"] == "error" for row in document["findings"])
    french = next(row for row in document["columns"] if row["column"] == "safe_walking_pct")
    assert (french["matched_by"], french["language"], french["text"]) == (
        "label",
        "fr",
        "Sécurité ressentie à pied",
    )
    assert document["sheets"][0] | {"file": ""} == {
        "file": "",
        "sheet": "Data",
        "layout": "wide",
        "header_row": 3,
        "rows": 4,
        "used": 2,
        "skipped": "row 1 above the header, row 7 no mission",
        "told_by": "one column per indicator",
    }


def test_markdown_has_the_same_sections(run, field_file):
    """Cells cannot break its tables."""
    done = run("validate", field_file(hostile_statements="a|b <b>"), "-f", "md")
    for text in ("## Read", "## Columns: ", "## Errors: ", "| Data | 4 | 2 | row 1 above the header"):
        assert text in done.out
    assert "a\\|b &lt;b&gt;" in done.out


def test_an_unknown_format(run, table_file):
    """Wrong usage."""
    done = run("validate", table_file(), "-f", "pdf")
    assert done.code == 2
    assert "pdf" in done.err


def test_a_report_in_a_file_has_no_colour_whatever_the_terminal(run, table_file, tmp_path):
    """And is the same text."""
    path, out = table_file(safe_walking_pct=4600), tmp_path / "report.txt"
    shown = run("validate", path)
    assert run("validate", path, "-o", str(out)).code == 1
    assert out.read_text(encoding="utf-8") == shown.out


def test_a_file_of_aliases_is_called_so(run, tmp_path):
    """It is told by its columns, whatever its name."""
    data, names = tmp_path / "data.csv", tmp_path / "names.csv"
    data.write_text(csv_of([partnership(authority="Kar District")]), encoding="utf-8")
    names.write_text("name,alias\nKaruvel,Kar District\n", encoding="utf-8")
    assert "table  Read as aliases: its columns are name and alias" in printed(run, str(data), str(names))
