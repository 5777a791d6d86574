"""What the reader makes of workbooks: layouts, headers, cells, and what it refuses to guess."""

from __future__ import annotations

import datetime as dt

import pytest
from cases import INDICATORS, LEVEL_SCORES, PLAIN, TABLES, csv_of, partnership, raw, sheet_of

KEYS = {"mission": "UNMAV", "authority": "Karuvel", "authority_level": "adm2", "period": "2025"}


def wide(**cells):
    """One row of the wide layout with only these cells besides the keys."""
    return KEYS | cells


def long(indicator, value=None, **cells):
    """One row of the long layout."""
    return KEYS | {"indicator": indicator, "value": value} | cells


def value_of(report, indicator, **columns):
    """(status, raw value) of an indicator in the only row that fits."""
    row = report.one("indicators", indicator=indicator, **columns)
    return row["status"], row["value"]


# --- every knot of the method's tables ---------------------------------------------------------------------


@pytest.mark.parametrize("score", LEVEL_SCORES)
def test_raw_values_at_the_knots_have_the_scores_of_the_tables(report, score):
    """Each of the 35 indicators, at the raw value that the tables give for 0, 20, 40, 60, 80 and 100."""
    cells = {name: raw(name, score) for name in INDICATORS}
    found = report(partnership(authority_level="national", **cells))
    scores = {row["indicator"]: row["score"] for row in found["indicators"] if row["indicator"] in INDICATORS}
    assert scores == pytest.approx(dict.fromkeys(INDICATORS, score))


def test_weights_are_those_of_the_tables(report):
    """weight_given of each indicator, for a national partnership that reports everything also the weight used."""
    found = report(partnership(authority_level="national"))
    for dimension, table in TABLES.items():
        rows = {row["indicator"]: row for row in found.find("indicators", dimension=dimension)}
        assert {name: row["weight_given"] for name, row in rows.items()} == pytest.approx(
            {name: weight for name, (weight, _) in table.items()}
        )
        assert {name: row["weight"] for name, row in rows.items()} == pytest.approx(
            {name: weight for name, (weight, _) in table.items()}
        )


@pytest.mark.parametrize(
    ("spent", "score"),
    [
        (100, 100),
        (105, 100),
        (110, 80),
        (115, 60),
        (125, 40),
        (140, 20),
        (160, 0),
        (78, 46),
        (200, 0),
        (30, 0),
    ],
)
def test_budget_execution_is_scored_on_both_sides_of_the_target(report, spent, score):
    """100 inside 95 to 105, and down on either side; beyond the ends it stays 0."""
    found = report(partnership(budget_execution_pct=spent))
    assert found.one("indicators", indicator="budget_execution_pct")["score"] == pytest.approx(score)


def test_a_value_beyond_the_last_knot_is_held_there_and_noted(report):
    """80 deaths per 100,000 score as 50 do, with a note."""
    found = report(partnership(conflict_deaths_per_100k=80))
    row = found.one("indicators", indicator="conflict_deaths_per_100k")
    assert (row["value"], row["score"]) == (80, 0)
    assert found.one("findings", code="PK017")["severity"] == "note"


# --- layouts and files -------------------------------------------------------------------------------------


def test_the_four_reference_files_say_the_same(report, workbook, tmp_path):
    """Wide and long, as workbook and as CSV, give the same scores."""
    row = partnership(61, 52, 43, 34)
    keys = {name: row.pop(name) for name in KEYS}
    observations = [keys | {"indicator": name, "value": value} for name, value in row.items()]
    files = []
    for name, rows in (("wide", [keys | row]), ("long", observations)):
        files.append(workbook({"Data": sheet_of(rows)}, f"{name}.xlsx"))
        (tmp_path / f"{name}.csv").write_text(csv_of(rows), encoding="utf-8")
        files.append(str(tmp_path / f"{name}.csv"))
    results = []
    for file in files:
        result = dict(report(file).one("assessment"))
        assert result.pop("file") == file
        results.append(result)
    assert results[0] == results[1] == results[2] == results[3]
    assert results[0]["stability"] == pytest.approx(61)


def test_csv_comes_from_standard_input(run):
    """``-`` reads CSV from standard input. The formula guard acts on the name, which starts with a minus."""
    done = run("score", "-", "-f", "csv", "-q", stdin=csv_of([partnership()]))
    (row,) = done.rows()
    assert (done.code, row["file"].lstrip("'"), row["partnership"]) == (0, "-", "UNMAV / Karuvel")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_with_any_usual_separator_and_byte_order_mark(report, tmp_path, encoding, separator):
    """Comma, semicolon and tab; with and without a byte-order mark."""
    text = "mission;authority;authority_level;period;consent_status\nUNMAV;Préfecture é;adm2;2025;2\n"
    file = tmp_path / "data.csv"
    file.write_bytes(text.replace(";", separator).encode(encoding))
    found = report(str(file))
    assert found.one("assessment")["authority"] == "Préfecture é"
    assert value_of(found, "consent_status") == ("observed", 2)


def test_semicolons_with_decimal_commas(report, tmp_path):
    """46,5 in a file separated by semicolons is forty-six and a half."""
    file = tmp_path / "data.csv"
    file.write_text("mission;authority;period;safe_walking_pct\nUNMAV;Karuvel;2025;46,5\n", encoding="utf-8")
    assert value_of(report(str(file)), "safe_walking_pct") == ("observed", 46.5)


def test_the_order_of_sheets_does_not_matter(report, workbook):
    """Data, partnerships, facts and about in any order, and other sheets between them, give the same result."""
    rows = partnership(consent_status=5, consent_status__grade="D4")
    del rows["authority_level"]
    sheets = {
        "Data": sheet_of([rows]),
        "partnerships": [
            ["mission", "authority", "authority_level", "peer_group"],
            ["UNMAV", "Karuvel", "adm1", "North"],
        ],
        "facts": [
            ["mission", "authority", "period", "fact", "value"],
            ["UNMAV", "Karuvel", "2025", "official_withdrawal_act", "yes"],
        ],
        "about": [["rubric", "partnership"]],
        "Notes": [["A remark"], ["another"]],
    }
    forward = report(workbook(sheets, "one.xlsx"))
    backward = report(workbook(dict(reversed(sheets.items())), "two.xlsx"))
    one, two = forward.one("assessment"), backward.one("assessment")
    assert one.pop("file") != two.pop("file")
    assert one == two
    assert (one["peer_group"], one["alarms"]) == ("North", "consent_veto")


def test_sheets_of_one_workbook_complete_one_another(report, workbook):
    """A partnership whose dimensions stand in two sheets is one row."""
    row = partnership()
    keys = {name: row[name] for name in KEYS}
    first = keys | {name: row[name] for name in TABLES["stability"]}
    second = {name: cell for name, cell in row.items() if name not in TABLES["stability"]}
    found = report(workbook({"Security": sheet_of([first]), "Other": sheet_of([second])}))
    assert found.one("assessment")["overall_status"] == "published"
    assert found.one("indicators", indicator="consent_status")["sheet"] == "Other"


def test_title_rows_above_the_header_are_passed_over(report, workbook):
    """The header row is found by its content, not by its position, and cells keep their addresses."""
    sheet = [["Field office Karuvel"], [], ["UNCLASSIFIED"], *sheet_of([wide(consent_status=3)])]
    found = report(workbook({"Data": sheet}))
    row = found.one("indicators", indicator="consent_status")
    assert (row["value"], row["cell"]) == (3, "E5")


def test_blank_rows_between_the_data_are_passed_over(report, workbook):
    """A blank row ends nothing and is no error."""
    header, first = sheet_of([wide(consent_status=3)])
    found = report(workbook({"Data": [header, first, [], ["UNMAV", "Tessaly", "adm2", "2025", 2.0]]}))
    assert [row["authority"] for row in found["assessment"]] == ["Karuvel", "Tessaly"]
    assert found.codes("error") == []


def test_a_row_of_hashtags_is_never_data(report):
    """A row of HXL tags under the header is neither a partnership nor an error; that it was passed over is noted."""
    tags = {
        "mission": "#org",
        "authority": "#adm2+name",
        "authority_level": "",
        "period": "#date",
        "consent_status": "#indicator",
    }
    found = report(tags, wide(consent_status=3))
    assert [row["authority"] for row in found["assessment"]] == ["Karuvel"]
    assert found.codes("error") == []
    assert found.one("findings", code="PK131")["cell"] == "A2"


def test_a_totals_row_is_named_and_never_scored(report):
    """Told by its word in a key column, whether or not the other keys are there."""
    found = report(
        wide(consent_status=3),
        {"mission": "Total", "consent_status": "9"},
        wide(authority="Moyenne", consent_status=4),
    )
    assert len(found["assessment"]) == 1
    assert [row["cell"] for row in found.find("findings", code="PK152")] == ["A3", "B4"]


def test_a_row_with_values_and_no_key_is_named(report):
    """It is not used, and the report says which cell is blank."""
    found = report(wide(consent_status=3), {"mission": "UNMAV", "consent_status": "4"})
    assert len(found["assessment"]) == 1
    assert found.one("findings", code="PK142")["cell"] == "B3"


def test_a_value_without_an_indicator_is_named(report):
    """A row of the long layout that names no indicator belongs nowhere; it is not dropped in silence."""
    found = report(long("consent_status", 2), long("", 46))
    finding = found.one("findings", code="PK142")
    assert (finding["severity"], finding["cell"]) == ("error", "E3")


def test_a_hidden_sheet_is_not_used_and_named(report, tmp_path):
    """A hidden copy of the data must not change a result; that it was left out is said."""
    import xlsxwriter

    path = str(tmp_path / "hidden.xlsx")
    with xlsxwriter.Workbook(path) as book:
        for name, consent in (("Data", 2.0), ("Old", 5.0)):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(sheet_of([wide(consent_status=consent)])):
                sheet.write_row(at, 0, row)
            if name == "Old":
                sheet.hide()
    found = report(path)
    assert value_of(found, "consent_status") == ("observed", 2)
    assert found.one("findings", code="PK130")["sheet"] == "Old"


# --- headers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "safe_walking_pct",
        "SAFE_WALKING_PCT",
        "safe walking pct",
        "  Safe-Walking pct ",
        "Safe walking alone",
        "safe WALKING  alone",
        "Sécurité ressentie à pied",
        "securite ressentie a pied",
        "SÉCURITÉ RESSENTIE À PIED",
        "feel safe walking",
        "sentiment de sécurité",
        "percepcion de seguridad",
    ],
)
def test_a_column_is_known_by_id_label_or_alias_whatever_case_accents_and_spaces(report, header):
    """Id, English and French label, declared aliases."""
    assert value_of(report(wide(**{header: 46})), "safe_walking_pct") == ("observed", 46)


def test_key_columns_in_french(report):
    """Mission, Autorité and Période are known by their French labels, also without accents."""
    found = report({"MISSION": "UNMAV", "Autorité": "Karuvel", "periode": "2025", "Consentement": 2})
    assert found.one("assessment")["partnership"] == "UNMAV / Karuvel"
    assert value_of(found, "consent_status") == ("observed", 2)


def test_an_indicator_in_the_long_layout_is_named_by_id_label_or_alias(report):
    """The same names that head columns in the wide layout name indicators in the long one."""
    found = report(
        long("Consentement", 2),
        long("FEEL SAFE WALKING", 46),
        long("Conflict deaths", 3),
        long("budget_execution_pct", 90),
    )
    assert value_of(found, "consent_status") == ("observed", 2)
    assert value_of(found, "safe_walking_pct") == ("observed", 46)
    assert value_of(found, "conflict_deaths_per_100k") == ("observed", 3)
    assert value_of(found, "budget_execution_pct") == ("observed", 90)


def test_a_mistyped_column_gets_a_proposal_and_is_not_used(report):
    """A near miss is never matched in silence."""
    found = report(wide(consent_status=2, safe_wlking_pct=46))
    assert value_of(found, "safe_walking_pct") == ("missing", None)
    finding = found.one("findings", code="PK124")
    assert (finding["severity"], finding["cell"]) == ("warning", "F1")
    assert "safe_walking_pct" in finding["message"]


def test_two_columns_for_one_indicator_are_both_left_out(report):
    """Nobody can say which is right: an error names both addresses."""
    found = report(wide(consent_status=2, safe_walking_pct=46, feel_safe_walking=40))
    assert value_of(found, "safe_walking_pct") == ("missing", None)
    finding = found.one("findings", code="PK126")
    assert finding["severity"] == "error"
    assert "F1" in finding["message"]
    assert "G1" in finding["message"]


@pytest.mark.parametrize(
    ("quarter", "label"),
    [
        ("Q2", "2025-Q2"),
        ("2", "2025-Q2"),
        ("2025-Q2", "2025-Q2"),
        ("2024", None),
        ("2024-Q2", None),
        ("", None),
    ],
)
def test_a_quarter_beside_a_year_is_its_part(run, quarter, label):
    """It may repeat the year, not contradict it; left blank it is not the whole year."""
    done = run("score", "-", "-f", "csv", stdin=csv_of([wide(consent_status=2) | {"Quarter": quarter}]))
    if label is None:
        assert (done.code, "-:D2  error PK143" in done.err) == (3, True)
    else:
        assert f",{label}," in done.out


def test_two_period_columns_cannot_be_read(run):
    """``year`` beside ``period`` is a second period column. Rows must not be read as if they had none."""
    rows = [wide(consent_status=2) | {"Year": "2024"}]
    done = run("score", "-", "-f", "csv", stdin=csv_of(rows))
    assert (done.code, done.out) == (3, "")
    assert "D1" in done.err
    assert "F1" in done.err


def test_two_columns_for_one_key_cannot_be_read(run):
    """``district`` is an alias of ``authority``; with both, nobody can say whom a row speaks of."""
    done = run("score", "-", "-f", "csv", stdin=csv_of([wide(consent_status=2, district="Tessaly")]))
    assert (done.code, done.out) == (3, "")
    assert "authority" in done.err


def test_a_column_of_the_users_own_is_only_noted(report):
    """Remarks: not used, noted. Telephone numbers: dropped, warned about, nowhere in the results."""
    found = report(wide(consent_status=2, remarks="from a meeting", telephone="00 123 456"))
    assert found.codes("error") == []
    assert [row["column"] for row in found.find("findings", code="PK125")] == ["remarks"]
    assert [row["column"] for row in found.find("findings", code="PK163")] == ["telephone"]
    assert "00 123 456" not in str(found["assessment"]) + str(found["indicators"]) + str(found["findings"])


# --- periods -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("2025", "2025"),
        ("2025.0", "2025"),
        ("2025-Q2", "2025-Q2"),
        ("Q2 2025", "2025-Q2"),
        ("2025Q2", "2025-Q2"),
        ("2025 q2", "2025-Q2"),
        ("T2 2025", "2025-Q2"),
        ("2025-H1", "2025-H1"),
        ("S1 2025", "2025-H1"),
        ("2025-06", "2025-06"),
        ("2025-6", "2025-06"),
        ("2025/06", "2025-06"),
    ],
)
def test_periods_are_normalised(report, written, period):
    """A year, and year with quarter, half or month in either order."""
    assert report(wide(consent_status=2) | {"period": written}).one("assessment")["period"] == period


@pytest.mark.parametrize(
    "written", ["2025-Q5", "2025-H3", "2025-13", "03/04/2025", "spring 2025", "25", "45000"]
)
def test_a_period_that_can_be_read_two_ways_or_none_is_refused(report, written):
    """The row is not used, and the finding names the cell."""
    found = report(wide(consent_status=2), wide(consent_status=4) | {"period": written})
    assert len(found["assessment"]) == 1
    code = "PK159" if "/" in written else "PK143"
    assert found.one("findings", code=code)["cell"] == "D3"


def test_periods_as_numbers_and_dates_of_a_workbook(report, workbook, tmp_path):
    """A year typed as a number; and 2025-06, which a spreadsheet turns into the first of June."""
    import xlsxwriter

    path = str(tmp_path / "dates.xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet, date = book.add_worksheet("Data"), book.add_format({"num_format": "mmm-yy"})
        sheet.write_row(0, 0, ["mission", "authority", "period", "consent_status"])
        sheet.write_row(1, 0, ["UNMAV", "Karuvel", 2025, 2])
        sheet.write_row(2, 0, ["UNMAV", "Tessaly"])
        sheet.write_datetime(2, 2, dt.datetime(2025, 6, 1), date)
        sheet.write(2, 3, 2)
    assert [row["period"] for row in report(path)["assessment"]] == ["2025", "2025-06"]


# --- numbers and percentages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("46", 46),
        ("46.0", 46),
        ("46,5", 46.5),
        ("46%", 46),
        ("46 %", 46),
        ("46,0 %", 46),
        ("0.46", 0.46),
        ("0.46%", 0.46),
        (" 46 ", 46),
        ("0", 0),
        ("nil", 0),
        ("néant", 0),
        ("100", 100),
    ],
)
def test_a_declared_percent_is_taken_as_typed(report, written, value):
    """0 to 100 as typed; only a % sign or the cell's number format changes it, and nothing rescales 0.46."""
    assert value_of(report(wide(safe_walking_pct=written)), "safe_walking_pct") == ("observed", value)


def test_the_percent_format_of_a_cell_counts(report, tmp_path):
    """46 % in a cell is the number 0.46 with the format 0%; beside it a plain 46 and a plain 0.46 stay."""
    import xlsxwriter

    path = str(tmp_path / "percent.xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet, percent = book.add_worksheet("Data"), book.add_format({"num_format": "0%"})
        sheet.write_row(0, 0, ["mission", "authority", "period", "safe_walking_pct"])
        for at, (name, value, style) in enumerate(
            [("A", 0.46, percent), ("B", 46, None), ("C", 0.46, None), ("D", 0.07, percent)], 1
        ):
            sheet.write_row(at, 0, ["UNMAV", name, 2025])
            sheet.write_number(at, 3, value, style)
    rows = report(path).find("indicators", indicator="safe_walking_pct")
    assert [row["value"] for row in rows] == [46, 46, 0.46, 7]


def test_a_whole_column_below_one_is_a_warning_only(report):
    """Suspicion never rejects and never rescales."""
    found = report(*(wide(safe_walking_pct=0.4 + at / 100) | {"authority": f"A{at}"} for at in range(6)))
    assert found.one("findings", code="PK020")["severity"] == "warning"
    assert [row["value"] for row in found.find("indicators", indicator="safe_walking_pct")] == pytest.approx(
        [0.40, 0.41, 0.42, 0.43, 0.44, 0.45]
    )


def test_a_column_may_hold_shares_and_percentages(report):
    """0.4 beside 40: kept as typed, and the odd one is named."""
    cells = [40, 42, 0.4, 38, 45, 41]
    found = report(*(wide(safe_walking_pct=cell) | {"authority": f"A{at}"} for at, cell in enumerate(cells)))
    assert [row["value"] for row in found.find("indicators", indicator="safe_walking_pct")] == cells
    finding = found.one("findings", code="PK021")
    assert (finding["severity"], finding["cell"]) == ("warning", "E4")


@pytest.mark.parametrize(
    "written",
    [
        "12,500",
        "<5",
        "~40",
        "40-50",
        "3 (est.)",
        "46 deaths",
        "inf",
        "1_000",
        "1e999",
        "TRUE",
        "0x10",
    ],
)
def test_text_that_is_no_plain_number_is_refused(report, written):
    """What can be read two ways, bounds, ranges, remarks and units: rejected, with the cell."""
    found = report(wide(consent_status=2, local_work_days_per_1000=written))
    assert value_of(found, "local_work_days_per_1000") == ("rejected", None)
    assert found.find("findings", column="local_work_days_per_1000", severity="error", cell="F2")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2 500", 2500),
        ("2 500", 2500),
        ("1 234,5", 1234.5),
        ("1e3", 1000),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("2'500", 2500),
    ],
)
def test_text_that_is_one_number_only_is_taken(report, written, value):
    """Thousands set apart by spaces of any kind, or by the sign that is not the decimal one."""
    assert value_of(report(wide(local_work_days_per_1000=written)), "local_work_days_per_1000") == (
        "observed",
        value,
    )


@pytest.mark.parametrize(
    ("indicator", "value"),
    [
        ("consent_status", 7),
        ("consent_status", 0),
        ("political_volatility", 5.5),
        ("safe_walking_pct", 4600),
        ("safe_walking_pct", 100.5),
        ("safe_walking_pct", -1),
        ("hostile_statements", -1),
        ("conflict_deaths_per_100k", -0.1),
        ("clearance_delay_days", -2),
        ("accountability_checklist", 101),
    ],
)
def test_values_outside_the_hard_limits_are_rejected_at_their_cell(report, indicator, value):
    """Percent 0 to 100, ratings 1 to 5, counts and rates not negative."""
    found = report(partnership(), wide(**{indicator: value}, authority="Tessaly"))
    assert value_of(found, indicator, authority="Tessaly")[0] == "rejected"
    finding = found.one("findings", code="PK004")
    assert (finding["severity"], finding["column"], finding["cell"][-1]) == ("error", indicator, "3")


@pytest.mark.parametrize(
    ("indicator", "value"),
    [
        ("budget_execution_pct", 140),
        ("active_businesses_change_pct", -35),
        ("gdp_pc_growth_pct", -12),
        ("consent_status", 2.5),
    ],
)
def test_limits_leave_room_where_the_indicator_has_it(report, indicator, value):
    """Budget execution above 100, change rates below 0, a rating between two steps."""
    assert value_of(report(wide(**{indicator: value}) | {"authority_level": "national"}), indicator) == (
        "observed",
        value,
    )


# --- absence -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["-", "n/a", "N/A", "NA", "NR", "ND", "n.d.", "..", "?", "unknown", "x", "", "  "]
)
def test_words_for_nothing_are_missing_and_never_zero(report, word):
    """``n/a`` in any case is missing in a value column; so is a blank."""
    assert value_of(report(wide(consent_status=2, hostile_statements=word)), "hostile_statements") == (
        "missing",
        None,
    )


@pytest.mark.parametrize(
    "word", ["not applicable", "Not Applicable", "sans objet", "Sans  objet", "no aplica"]
)
def test_not_applicable_written_out_leaves_the_applicable_weight(report, word):
    """The indicator is marked so, and coverage is a share of what applies."""
    row = partnership(hostile_statements=word)
    found = report(row)
    assert value_of(found, "hostile_statements") == ("not_applicable", None)
    assert found.one("assessment")["sovereignty_tension_coverage"] == pytest.approx(1)


def test_a_zero_is_a_value(report):
    """0 incidents score 100; blank incidents score nothing."""
    found = report(wide(security_incidents_per_100k=0), wide(conflict_deaths_per_100k=1, authority="Tessaly"))
    scores = [row["score"] for row in found.find("indicators", indicator="security_incidents_per_100k")]
    assert scores == [100, None]


# --- numerator and denominator ------------------------------------------------------------------------------


@pytest.mark.parametrize(("period", "rate"), [("2025", 4), ("2025-H1", 8), ("2025-Q2", 16), ("2025-06", 48)])
@pytest.mark.parametrize("layout", ["wide", "long"])
def test_an_annual_rate_from_its_parts_is_scaled_by_the_length_of_the_period(report, layout, period, rate):
    """10 deaths among 250,000 people: 4 per 100,000 in a year, and 16 a year when a quarter saw them."""
    name = "conflict_deaths_per_100k"
    if layout == "wide":
        row = wide(**{f"{name}__numerator": 10, f"{name}__denominator": 250_000})
    else:
        row = long(name, numerator=10, denominator=250_000)
    status, value = value_of(report(row | {"period": period}), name)
    assert (status, value) == ("observed", pytest.approx(rate))


@pytest.mark.parametrize(("period", "rate"), [("2025", 1), ("2025-H1", 2), ("2025-Q2", 4), ("2025-06", 12)])
def test_a_quarterly_rate_has_a_quarter_as_its_base(report, period, rate):
    """10 incidents among 250,000 people: 4 per 100,000 and quarter, 1 when a whole year saw them."""
    name = "security_incidents_per_100k"
    row = wide(**{f"{name}__numerator": 10, f"{name}__denominator": 250_000}) | {"period": period}
    assert value_of(report(row), name) == ("observed", pytest.approx(rate))


@pytest.mark.parametrize("period", ["2025", "2025-Q2"])
def test_a_bare_rate_is_never_scaled(report, period):
    """A value is on its indicator's own time base, as its question states."""
    assert (
        value_of(report(wide(conflict_deaths_per_100k=4) | {"period": period}), "conflict_deaths_per_100k")[1]
        == 4
    )


@pytest.mark.parametrize("period", ["2025", "2025-Q2"])
def test_a_share_from_its_parts_has_no_time_base(report, period):
    """33 of 55 posts are 60 percent in any period."""
    row = wide(posts_filled_pct__numerator=33, posts_filled_pct__denominator=55) | {"period": period}
    assert value_of(report(row), "posts_filled_pct") == ("observed", pytest.approx(60))


def test_a_part_above_its_whole_is_an_error_for_shares_only(report):
    """60 of 55 posts cannot be; 110 spent of a budget of 100, or 30 deaths among 20 people, can be computed."""
    found = report(
        wide(
            posts_filled_pct__numerator=60,
            posts_filled_pct__denominator=55,
            budget_execution_pct__numerator=110,
            budget_execution_pct__denominator=100,
            local_work_days_per_1000__numerator=3000,
            local_work_days_per_1000__denominator=2000,
        )
        | {"period": "2025-Q1"}
    )
    assert value_of(found, "posts_filled_pct")[0] == "rejected"
    assert value_of(found, "budget_execution_pct") == ("observed", pytest.approx(110))
    assert value_of(found, "local_work_days_per_1000") == ("observed", pytest.approx(1500))
    assert found.one("findings", severity="error")["code"] == "PK009"


@pytest.mark.parametrize(("top", "whole"), [(10, ""), (10, 0), (-1, 50), ("many", 50), (5, "few")])
def test_parts_that_give_no_rate_are_reported(report, top, whole):
    """A lacking, zero or unreadable part is an error at its cell, never a silent blank."""
    found = report(
        wide(consent_status=2, posts_filled_pct__numerator=top, posts_filled_pct__denominator=whole)
    )
    assert value_of(found, "posts_filled_pct")[0] == "rejected"
    assert found.find("findings", severity="error")


def test_a_numerator_column_without_its_denominator_is_not_silent(report):
    """Numbers that cannot be used are reported, in both layouts."""
    for rows in (
        [wide(consent_status=2, posts_filled_pct__numerator=33)],
        [long("posts_filled_pct", numerator=33), long("consent_status", 2)],
    ):
        found = report(*rows)
        assert value_of(found, "posts_filled_pct")[0] == "rejected"
        assert "numerator" in found.one("findings", code="PK010")["message"]


def test_a_numerator_beside_a_finished_value_needs_no_denominator(report):
    """The value is there; nothing is wrong."""
    found = report(wide(posts_filled_pct=60, posts_filled_pct__numerator=33))
    assert value_of(found, "posts_filled_pct") == ("observed", 60)
    assert found.codes("error") == []


def test_a_value_beside_its_parts_wins_and_a_contradiction_is_named(report):
    """The figure as typed is used; parts that give another are a warning."""
    found = report(
        wide(posts_filled_pct=60, posts_filled_pct__numerator=20, posts_filled_pct__denominator=55)
    )
    assert value_of(found, "posts_filled_pct") == ("observed", 60)
    assert found.one("findings", code="PK012")["severity"] == "warning"


# --- checklists --------------------------------------------------------------------------------------------

ITEMS = (
    "budget_published",
    "accounts_audited",
    "council_met",
    "awards_published",
    "hearing_held",
    "complaints_answered",
)


def checklist(*answers):
    return wide(
        consent_status=2,
        **{f"accountability_checklist.{item}": answer for item, answer in zip(ITEMS, answers, strict=False)},
    )


@pytest.mark.parametrize(
    ("answers", "met"),
    [
        (("yes",) * 6, 100),
        (("no",) * 6, 0),
        (("yes", "yes", "yes", "partial", "no", "no"), 3.5 / 6 * 100),
        (("Oui", "NON", "partiel", "y", "n", "1"), 3.5 / 6 * 100),
        (("yes", "yes", "no", "no", "N/A", "n/a"), 50),
        (("yes", "not applicable", "sans objet", "no", "", "yes"), 2 / 3 * 100),
        (("yes", "yes", "no", "no", "", ""), 50),
        (("yes", "no", "no", "no", "unknown", "?"), 25),
    ],
)
def test_a_checklist_by_item(report, answers, met):
    """Yes 1, partial one half; not applicable leaves the count, unknown is missing and not no."""
    assert value_of(report(checklist(*answers)), "accountability_checklist") == (
        "observed",
        pytest.approx(met),
    )


@pytest.mark.parametrize(
    "answers",
    [
        ("yes", "yes", "yes", "", "", ""),
        ("yes", "yes", "n/a", "n/a", "", ""),
        ("yes", "no", "no", "-", "?", ".."),
    ],
)
def test_a_checklist_needs_two_thirds_of_its_applicable_items(report, answers):
    """Three of six, two of four: missing, with a warning that says so."""
    found = report(checklist(*answers))
    assert value_of(found, "accountability_checklist") == ("missing", None)
    assert found.one("findings", code="PK014")["severity"] == "warning"


def test_a_checklist_of_which_nothing_applies_does_not_apply(report):
    """All items not applicable: so is the indicator."""
    assert value_of(report(checklist(*["n/a"] * 6)), "accountability_checklist") == ("not_applicable", None)


def test_items_without_a_column_are_unanswered(report):
    """Four columns of six are enough; three are not."""
    assert value_of(report(checklist("yes", "yes", "no", "no")), "accountability_checklist") == (
        "observed",
        50,
    )
    assert value_of(report(checklist("yes", "yes", "no")), "accountability_checklist") == ("missing", None)


def test_an_answer_that_is_none_is_an_error_at_its_cell(report):
    """A remark in an item is reported and counts as unanswered."""
    found = report(checklist("yes", "yes", "no", "no", "see annex", "yes"))
    assert value_of(found, "accountability_checklist") == ("observed", 60)
    finding = found.one("findings", code="PK015")
    assert (finding["severity"], finding["cell"], finding["value"]) == ("error", "J2", "see annex")


def test_an_unknown_item_gets_a_proposal(report):
    """Items are known by the ids that the rubric declares."""
    found = report(wide(consent_status=2, **{"accountability_checklist.council_mett": "yes"}))
    assert "council_met" in found.one("findings", code="PK016")["message"]


def test_a_checklist_may_also_be_one_percentage(report):
    """One column with the percentage met; safeguards score the share that is not met."""
    found = report(wide(accountability_checklist=58.5, autonomy_safeguards_checklist="75%"))
    scores = [
        found.one("indicators", indicator=f"{name}_checklist")["score"]
        for name in ("accountability", "autonomy_safeguards")
    ]
    assert scores == pytest.approx([58.5, 25])


# --- grades and sister columns -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grade", "named"),
    [
        ("A1", "strong"),
        ("A2", "strong"),
        ("B1", "strong"),
        ("B2", "strong"),
        ("b2", "strong"),
        ("B-2", "strong"),
        ("A3", "moderate"),
        ("C1", "moderate"),
        ("C3", "moderate"),
        ("D1", "weak"),
        ("A4", "weak"),
        ("D4", "weak"),
        ("F1", "ungraded"),
        ("B6", "ungraded"),
        ("D6", "ungraded"),
        ("F4", "ungraded"),
        ("B", "ungraded"),
        ("", "ungraded"),
        ("E1", "excluded"),
        ("A5", "excluded"),
        ("E6", "excluded"),
        ("F5", "excluded"),
    ],
)
@pytest.mark.parametrize("layout", ["wide", "long"])
def test_grades_become_evidence_classes(report, layout, grade, named):
    """The worst class that applies: excluded, ungraded, weak, moderate, strong. A letter alone is ungraded."""
    if layout == "wide":
        row = wide(consent_status=2, movement_denied_pct=5, movement_denied_pct__grade=grade)
        found = report(row)
    else:
        row = long("movement_denied_pct", 5, source_grade=grade[:1], info_grade=grade[1:].strip("-"))
        found = report(row, long("consent_status", 2))
    assert found.one("indicators", indicator="movement_denied_pct")["evidence_class"] == named


def test_a_grade_that_is_none_is_ungraded_with_a_warning(report):
    """``good`` says nothing about source and information."""
    found = report(wide(consent_status=2, consent_status__grade="good"))
    assert found.one("indicators", indicator="consent_status")["evidence_class"] == "ungraded"
    assert found.one("findings", code="PK013")["severity"] == "warning"


def test_sister_columns_belong_to_their_indicator_by_any_of_its_names(report):
    """``<label>__grade`` and ``<id>__source_type`` are understood; the source type is printed."""
    found = report(
        wide(
            Consentement=2,
            consentement__grade="C3",
            consent_status__source_type="assessment",
            consent_status__source="cable 12",
        )
    )
    row = found.one("indicators", indicator="consent_status")
    assert (row["evidence_class"], row["source_type"]) == ("moderate", "assessment")
    assert found.codes("error") == []


def test_readings_of_the_two_sides_are_reconciled_by_their_median(report):
    """Mission says 4, host says 2, and there is no joint figure: 3."""
    found = report(wide(consent_status__mission=4, consent_status__host=2))
    assert value_of(found, "consent_status") == ("reconciled", 3)


def test_a_joint_figure_stands_before_the_readings_of_the_two_sides(report):
    """The plain column is the agreed value."""
    found = report(wide(consent_status=2, consent_status__mission=4, consent_status__host=2))
    assert found.one("indicators", indicator="consent_status")["value"] == 2


# --- duplicates --------------------------------------------------------------------------------------------


def test_wide_rows_that_contradict_one_another_are_both_rejected(report):
    """The same key twice with different values: neither is used, and the error names both rows."""
    found = report(
        wide(consent_status=2, movement_denied_pct=5),
        wide(consent_status=4, movement_denied_pct=5),
        wide(consent_status=1, authority="Tessaly"),
    )
    for indicator in ("consent_status", "movement_denied_pct"):
        row = found.one("indicators", indicator=indicator, authority="Karuvel")
        assert (row["status"], row["score"]) == ("rejected", None)
    finding = found.one("findings", code="PK140")
    assert finding["severity"] == "error"
    assert "2 and 3" in finding["message"]


def test_identical_wide_rows_are_one_row_with_a_note(report):
    """A copied row changes nothing."""
    found = report(wide(consent_status=2), wide(consent_status=2))
    assert len(found["assessment"]) == 1
    assert value_of(found, "consent_status") == ("observed", 2)
    assert found.one("findings", code="PK141")["severity"] == "note"


def test_the_first_of_three_contradicting_rows_is_not_kept(report):
    """Two equal rows and a third that differs: none is used."""
    found = report(
        *(wide(consent_status=value) for value in (2, 2, 4)), wide(consent_status=1, authority="Tessaly")
    )
    assert found.one("indicators", indicator="consent_status", authority="Karuvel")["score"] is None


def test_a_value_that_two_sheets_give_differently_is_used_from_neither(report, workbook):
    """The same key twice with different values, whether in one sheet or in two."""
    path = workbook(
        {
            "One": sheet_of([wide(consent_status=2, hostile_statements=1)]),
            "Two": sheet_of([wide(consent_status=4, movement_denied_pct=5)]),
        }
    )
    found = report(path)
    assert value_of(found, "consent_status")[0] == "rejected"
    assert value_of(found, "hostile_statements") == ("observed", 1)
    assert value_of(found, "movement_denied_pct") == ("observed", 5)
    finding = found.one("findings", severity="error")
    assert "One" in finding["message"]
    assert "Two" in finding["message"]


@pytest.mark.parametrize(("second", "expected"), [(2, ("observed", 2)), (4, ("rejected", None))])
def test_long_rows_with_one_reference_and_assessor_are_duplicates(report, second, expected):
    """Equal ones count once; differing ones not at all."""
    same = {"source_ref": "cable 12", "assessor_code": "A1"}
    found = report(
        long("consent_status", 2, **same),
        long("consent_status", second, **same),
        long("hostile_statements", 1),
    )
    assert value_of(found, "consent_status") == expected


def test_long_rows_with_other_references_are_several_observations(report):
    """Judgements: the median of all that were given."""
    found = report(*(long("consent_status", value, source_ref=f"cable {value}") for value in (2, 3, 5)))
    assert value_of(found, "consent_status") == ("reconciled", 3)


def test_long_duplicates_are_found_across_sheets(report, workbook):
    """The same observation on two sheets is still the same observation."""
    rows = [
        sheet_of(
            [
                long("consent_status", value, source_ref="cable 12"),
                long("hostile_statements", 1, source_ref=str(value)),
            ]
        )
        for value in (2, 4)
    ]
    found = report(workbook({"March": rows[0], "April": rows[1]}))
    assert value_of(found, "consent_status")[0] == "rejected"


def test_one_partnership_and_period_in_two_files_is_an_error_naming_both(report, workbook):
    """Neither file is believed; partnerships that stand in one file only are scored."""
    one = workbook(
        {"Data": sheet_of([wide(consent_status=2), wide(consent_status=1, authority="Tessaly")])}, "one.xlsx"
    )
    two = workbook({"Data": sheet_of([wide(consent_status=2)])}, "two.xlsx")
    found = report(one, two)
    finding = found.one("findings", severity="error")
    assert "one.xlsx" in finding["message"]
    assert "two.xlsx" in finding["message"]
    assert found.one("indicators", indicator="consent_status", authority="Karuvel")["score"] is None
    assert found.one("indicators", indicator="consent_status", authority="Tessaly")["score"] == 0


def test_several_files_make_one_report_and_every_row_names_its_file(report, workbook):
    """One partnership over two files, in different periods, is one partnership; ranks run over all files."""
    one = workbook({"Data": sheet_of([partnership(80, 80, 80, 10, period="2024")])}, "one.xlsx")
    two = workbook(
        {"Data": sheet_of([partnership(70, 70, 70, 10), partnership(60, 60, 60, 10, authority="Tessaly")])},
        "two.xlsx",
    )
    found = report(one, two, options=("--period", "all"))
    assert [(row["file"][-8:], row["period"]) for row in found.find("assessment", authority="Karuvel")] == [
        ("one.xlsx", "2024"),
        ("two.xlsx", "2025"),
    ]
    assert {row["file"][-8:] for row in found.find("indicators", authority="Tessaly")} == {"two.xlsx"}


# --- context and side sheets --------------------------------------------------------------------------------


def test_a_missing_level_of_authority_is_taken_as_national_with_a_warning(report):
    """National indicators then count."""
    row = partnership()
    del row["authority_level"]
    found = report(row)
    assert found.one("findings", code="PK146")["severity"] == "warning"
    assert found.one("assessment")["peer_group"] == "national"
    assert found.one("indicators", indicator="gdp_pc_growth_pct")["status"] == "observed"


@pytest.mark.parametrize("level", ["adm1", "ADM2"])
def test_national_indicators_leave_the_rows_of_local_authorities(report, level):
    """They print as context: the value stays, score and weight do not."""
    row = report(partnership(authority_level=level)).one("indicators", indicator="gdp_pc_growth_pct")
    assert (row["status"], row["score"], row["weight"]) == ("not_applicable", None, None)
    assert row["value"] == pytest.approx(2.25)


def test_context_from_the_sheet_partnerships(report, workbook):
    """One row each, whatever the order of its columns; a column of the data sheet stands before it."""
    rows = [partnership(), partnership(authority="Tessaly")]
    del rows[0]["authority_level"]
    sheets = {
        "Partnerships": [
            ["authority", "authority_level", "mission"],
            ["Karuvel", "adm1", "UNMAV"],
            ["Tessaly", "adm1", "UNMAV"],
        ],
        "Data": sheet_of(rows),
    }
    found = report(workbook(sheets))
    assert [row["peer_group"] for row in found["assessment"]] == ["adm1", "adm2"]


def test_context_columns_of_the_long_layout(report):
    """A context column may stand in any row of a partnership."""
    found = report(long("consent_status", 2, peer_group=""), long("hostile_statements", 1, peer_group="East"))
    assert found.one("assessment")["peer_group"] == "East"


def test_facts_of_an_unknown_name_get_a_proposal(report, workbook):
    """Fact ids are declared in the rubric."""
    sheets = {
        "Data": sheet_of([wide(consent_status=2)]),
        "facts": [["mission", "authority", "fact", "value"], ["UNMAV", "Karuvel", "election_pased", "yes"]],
    }
    finding = report(workbook(sheets)).one("findings", code="PK149")
    assert "election_passed" in finding["message"]


SHEET = sheet_of([wide(consent_status=2)])


def test_about_names_the_rubric_and_its_version(report, workbook):
    """The rubric is the one that the workbook names; another version of it is a warning."""
    sheets = {
        "about": [["Rubric", "partnership"], ["rubric_version", 7], ["marking", "confidential"]],
        "Data": sheet_of([wide(consent_status=2)]),
    }
    found = report(workbook(sheets))
    assert found["meta"]["rubric"]["id"] == "partnership"
    assert found.one("findings", code="PK129")["severity"] == "warning"
    assert found["meta"]["marking"] == "CONFIDENTIAL"


@pytest.mark.parametrize(
    ("sheets", "marking"),
    [
        ({"Data": [["CONFIDENTIAL"], ["Visit report"], *SHEET]}, "CONFIDENTIAL"),
        ({"Data": [[None, "Classification : non classifi\u00e9"], *SHEET]}, "UNCLASSIFIED"),
        ({"Data": [["Classification", "Strictly confidential"], *SHEET]}, "STRICTLY CONFIDENTIAL"),
        ({"Cover": [["Confidencial"]], "Data": [["Unclassified"], *SHEET]}, "CONFIDENTIAL"),
        ({"Data": [[*SHEET[0], "marking"], [*SHEET[1], "Confidential"]]}, "CONFIDENTIAL"),
        ({"\u00c0 propos": [["Classification", "Confidentiel"]], "Data": SHEET}, "CONFIDENTIAL"),
        ({"Data": [["This sheet is about confidential talks"], *SHEET]}, ""),
    ],
)
def test_the_marking_of_a_sheet_travels(report, workbook, sheets, marking):
    """From a title, a cover sheet, a column or the sheet about, in the languages of the field; the strictest counts."""
    assert report(workbook(sheets))["meta"]["marking"] == marking


def test_the_same_version_in_about_is_silent(report, workbook):
    """``1.0`` typed into a cell is the number 1."""
    sheets = {
        "about": [["rubric", "partnership"], ["rubric_version", 1.0]],
        "Data": sheet_of([wide(consent_status=2)]),
    }
    assert report(workbook(sheets)).find("findings", code="PK129") == []


@pytest.mark.parametrize("named", ["partnershp", "rubrics/partnership.yaml", "/etc/passwd"])
def test_about_may_name_only_a_bundled_rubric_by_its_id(run, workbook, named):
    """Never a path: exit 2, and the message names what was found."""
    path = workbook({"about": [["rubric", named]], "Data": sheet_of([wide(consent_status=2)])})
    done = run("score", path, "-f", "csv")
    assert (done.code, done.out) == (2, "")
    assert named in done.err


def test_files_that_name_different_rubrics_need_a_choice(run, workbook):
    """Exit 2 without -r; with it the choice holds for all."""
    one = workbook(
        {"about": [["rubric", "partnership"]], "Data": sheet_of([wide(consent_status=2)])}, "one.xlsx"
    )
    two = workbook(
        {
            "about": [["rubric", "public-record"]],
            "Data": sheet_of([wide(consent_status=2, authority="Tessaly")]),
        },
        "two.xlsx",
    )
    done = run("score", one, two, "-f", "csv")
    assert (done.code, done.out) == (2, "")
    assert "-r" in done.err
    assert run("score", one, two, "-f", "csv", "-q", "-r", "partnership").code == 0


def test_keys_are_compared_without_stray_spaces_and_invisible_characters(report):
    """A trailing space or a zero-width space makes no second partnership."""
    found = report(
        wide(consent_status=2), wide(consent_status=3, authority=" Karuvel\u200b  ", period="2024")
    )
    assert [row["authority"] for row in found["assessment"]] == ["Karuvel"]


def test_keys_that_are_numbers_stay_readable(report, workbook):
    """A code typed as a number prints without a decimal point."""
    found = report(workbook({"Data": sheet_of([wide(consent_status=2) | {"authority": 12.0}])}))
    assert found.one("assessment")["authority"] == "12"


def test_own_keys_make_their_own_partnerships(report, rubric_file):
    """Keys are what the rubric declares, with its own labels and aliases."""
    text = PLAIN.replace(
        "keys: {mission: {}, authority: {}}", "keys: {who: {label: {en: Whom, fr: Qui}, aliases: [body]}}"
    )
    path = rubric_file(text)
    for name in ("who", "Whom", "QUI", "Body"):
        found = report({name: "Ministry", "period": "2025", "x": 50}, options=("-r", path))
        row = found.one("assessment")
        assert (row["partnership"], row["who"]) == ("Ministry", "Ministry")
        assert "mission" not in row


# --- observation dates --------------------------------------------------------------------------------------


def test_a_value_observed_long_after_its_period_is_rejected(report):
    """A survey of 2026 is no value of 2023."""
    found = report(long("consent_status", 2), long("movement_denied_pct", 5, observed_on="2027-03-01"))
    assert value_of(found, "movement_denied_pct")[0] == "rejected"
    assert found.one("findings", code="PK018")["severity"] == "error"
