"""Columns of cells: numbers within their limits, rates from their parts, checklists, and a finding for what is odd."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkassess.checklists import read_checklist
from pkassess.codes import Code
from pkassess.columns import Cells, Measure, Notes, Where, blank_cells, read_column
from pkassess.findings import Findings
from pkassess.ingest.sheet import UNCOMPUTED, CellError, Percent
from pkassess.parts import from_parts, numerators_in_need, value_or_parts
from pkassess.values import State, read_value

NAN = math.nan
SHEET = Where("data.xlsx", "Data", lambda place: (place + 1, 2))
CSV = Where("data.csv", "", lambda place: (place + 1, 2), plain_text=True)
PERCENT = Measure("trust_pct", "percent", 0.0, 100.0, per=100.0, share=True)
COUNT = Measure("incidents", "count", 0.0, None)
CHANGE = Measure("growth", "", None, None)
RATE = Measure("deaths", "per 100,000", 0.0, None, per=100000.0, time_base=12.0)
SPENT = Measure("spent", "percent", 0.0, None, per=100.0)
ITEMS = ("a", "b", "c", "d", "e", "f")
CHECKLIST = Measure("safeguards", "percent", 0.0, 100.0, share=True, items=ITEMS)
SIGNS = {"O": State.OBSERVED, "M": State.MISSING, "R": State.REJECTED, "N": State.NOT_APPLICABLE}


def read(*cells, measure=PERCENT, where=SHEET):
    """(values, states, findings) of a column; the counted notes come last."""
    findings, notes = Findings(), Notes()
    found = read_column(list(cells), measure, where, findings, notes)
    notes.report(findings)
    return *plain(found), list(findings)


def plain(cells):
    return [None if math.isnan(value) else value for value in cells.values.tolist()], states(cells)


def states(cells):
    return "".join(next(sign for sign, state in SIGNS.items() if state == found) for found in cells.states)


def cells(values, signs=None):
    values = np.array([NAN if value is None else value for value in values], dtype=np.float64)
    signs = signs or "".join("M" if math.isnan(value) else "O" for value in values)
    return Cells(values, np.array([SIGNS[sign] for sign in signs], dtype=np.int8))


def places(findings):
    return [(item.code.name, item.cell, item.value) for item in findings]


# --- one column of values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [SHEET, CSV], ids=["workbook", "text"])
def test_plain_numbers_and_blanks(where):
    """Nothing to say: blanks are missing, and 0 is a value."""
    column = [46.0, None, 0.0, 100.0] if where is SHEET else ["46", "", "0", "100.0"]
    assert read(*column, where=where) == ([46, None, 0, 100], "OMOO", [])


def test_every_odd_cell_has_its_state_and_its_finding():
    """A remark, an error, a formula never calculated and a truth value: each is rejected at its own cell."""
    values, signs, findings = read(46.0, "3 (est.)", CellError("#N/A"), UNCOMPUTED, True)
    assert (values, signs) == ([46, None, None, None, None], "ORRRR")
    assert places(findings) == [
        ("NUMBER_WITH_UNIT", "C3", "3 (est.)"),
        ("ERROR_CELL", "C4", "#N/A"),
        ("UNCOMPUTED_FORMULA", "C5", "a formula without a result"),
        ("NOT_A_QUANTITY", "C6", "True"),
    ]
    assert {(item.file, item.sheet, item.column) for item in findings} == {("data.xlsx", "Data", "trust_pct")}
    assert findings[3].facts["kind"] == "yes/no value"


def test_words_are_counted_by_word_and_numbers_as_text_together():
    """One line a column, at the first cell: n/a and N/A are one word, - is another."""
    values, signs, findings = read("n/a", "46", "N/A ", "-", "sans objet", "47,5")
    assert (values, signs) == ([None, 46, None, None, None, 47.5], "MOMMNO")
    assert [(item.code.name, item.cell, item.value, item.facts["count"]) for item in findings] == [
        ("MISSING_TOKEN", "C2", "n/a", "2"),
        ("NUMBER_AS_TEXT", "C3", "46", "2"),
        ("MISSING_TOKEN", "C5", "-", "1"),
        ("NOT_APPLICABLE", "C6", "sans objet", "1"),
    ]


def test_in_a_text_file_a_number_is_text_by_nature():
    """No note for it; words for missing, and numbers in another notation, are noted all the same."""
    assert places(read("46.5", "..", where=CSV)[2]) == [("MISSING_TOKEN", "C3", "..")]
    (note,) = read("46", "46,5", "47,5", where=CSV)[2]
    assert (note.code.name, note.value, note.facts["expected"]) == ("NUMBER_NOTATION", "46,5", "46.5")
    assert note.message.endswith("'46,5', was read as 46.5. Cells C3:C4.")


def test_every_cell_that_was_converted_is_named():
    """Cells below one another as a range; a message lists six places, the finding has all."""
    column = ["1", 2.0, "3", "4", 5.0, "6", 7.0, "8", 9.0, "10", 11.0, "12", 13.0, "14"]
    (note,) = read(*column)[2]
    assert note.cells == ("C2", "C4:C5", "C7", "C9", "C11", "C13", "C15")
    assert note.message.endswith("Cells C2, C4:C5, C7, C9, C11, C13 and more.")
    (note,) = read(Percent(0.46), Percent(0.5))[2]
    assert (note.code.name, note.value, note.facts["expected"]) == ("PERCENT_FORMAT", "0.46", "46")
    assert note.cells == ("C2:C3",)


@pytest.mark.parametrize(
    ("measure", "value", "expected"),
    [
        (PERCENT, -0.1, "the limits 0 to 100"),
        (PERCENT, 100.5, "the limits 0 to 100"),
        (COUNT, -1.0, "the limits: 0 or more"),
        (Measure("m", "", None, 5.0), 6.0, "the limits: 5 or less"),
    ],
)
def test_a_value_outside_its_limits_is_rejected(measure, value, expected):
    """Never cut to the limit; the finding names the limits."""
    values, signs, findings = read(1.0, value, measure=measure)
    assert (values, signs) == ([1, None], "OR")
    assert places(findings) == [("OUT_OF_LIMITS", "C3", f"{value:g}")]
    assert findings[0].facts["expected"] == expected


def test_a_text_outside_the_limits_is_shown_as_it_was_written():
    """1 000,50 % stays what the user typed."""
    assert places(read("1 000,50 %", measure=PERCENT)[2])[0] == ("OUT_OF_LIMITS", "C2", "1 000,50 %")


def test_limits_are_inside_and_may_be_absent():
    """0 and 100 are percentages; a change may be anything."""
    assert read(0.0, 100.0)[1] == "OO"
    assert read(-1e9, 1e9, measure=CHANGE)[1:] == ("OO", [])


def test_percent_signs_on_a_percentage():
    """46 % by format or by sign is 46; a plain 0.46 is 0.46, and 7 % is 7.0 exactly."""
    assert read(Percent(0.46), "46 %", 0.46, Percent(0.07))[0] == [46, 46, 0.46, 7.0]


def test_percent_signs_on_another_unit_leave_the_stored_number():
    """A count formatted as a percentage is the number below the format, with a warning; a text with the sign is none."""
    values, signs, findings = read(Percent(0.5), "50%", 3.0, measure=COUNT)
    assert (values, signs) == ([0.5, None, 3], "ORO")
    assert [(item.code.name, item.cell, item.facts.get("expected")) for item in findings] == [
        ("PERCENT_OF_NO_PERCENT", "C2", "count"),
        ("NUMBER_WITH_UNIT", "C3", None),
    ]
    assert read(Percent(0.5), measure=CHANGE)[2][0].facts["expected"] == "a number"


def test_an_empty_column():
    """No rows, no values."""
    assert read() == ([], "", [])
    assert read(where=CSV) == ([], "", [])
    assert plain(blank_cells(2)) == ([None, None], "MM")


@pytest.mark.parametrize(
    "column",
    [
        ["1,2"],
        ["1,2", "3"],
        ["[1", "2]"],
        ["1,2", "[3", "4]"],
        ['"a', 'b"'],
        ["null", "5"],
        ["true", "5"],
        ["1]", "[2"],
        ["007", "5"],
        ["5", "1e999"],
        ["5", " "],
        ["{}", "5"],
    ],
)
def test_the_fast_way_through_a_text_column_takes_nothing_for_a_number_that_is_none(column):
    """Cells that would be one list of numbers when joined are still read one by one."""
    found = read_column(column, CHANGE, CSV, Findings(), Notes())
    expected = [read_value(cell) for cell in column]
    assert found.states.tolist() == [int(reading.state) for reading in expected]
    np.testing.assert_array_equal(found.values, [reading.value for reading in expected])


WRITTEN = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.floats(-1e9, 1e9).map(repr),
    st.sampled_from(
        ["", "-", "n/a", "46,5", "2 500", "12,500", "+5", ".5", "1E5", "-0", "nil", "[", "1,2", "#N/A"]
    ),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(WRITTEN, max_size=6))
def test_a_text_column_reads_as_its_cells_do(column):
    """Whichever way through, each cell has the value and state that it has alone."""
    found = read_column(column, CHANGE, CSV, Findings(), Notes())
    expected = [read_value(cell) for cell in column]
    assert found.states.tolist() == [int(reading.state) for reading in expected]
    np.testing.assert_array_equal(
        found.values, np.array([reading.value for reading in expected], dtype=float)
    )


# --- numerators and denominators --------------------------------------------------------------------------------


def parts(tops, wholes, measure=PERCENT, months=12.0):
    """(values, states, findings) of numerators and denominators."""
    findings = Findings()
    tops, wholes = (part if isinstance(part, Cells) else cells(part) for part in (tops, wholes))
    found = from_parts(tops, wholes, np.full(len(tops.values), months), measure, SHEET, findings)
    return *plain(found), list(findings)


@pytest.mark.parametrize(("months", "rate"), [(12, 4), (3, 16), (6, 8), (1, 48)])
def test_a_rate_from_its_parts_is_brought_to_its_time_base(months, rate):
    """10 deaths among 250,000 people: 4 per 100,000 a year, and 16 a year when a quarter saw them."""
    values, signs, findings = parts([10.0], [250000.0], RATE, months)
    assert values[0] == pytest.approx(rate, rel=1e-14)
    assert (signs, findings) == ("O", [])


@pytest.mark.parametrize("months", [1, 3, 12])
def test_a_share_from_its_parts_has_no_time_base(months):
    """33 of 55 posts are 60 percent in any period."""
    assert parts([33.0], [55.0], PERCENT, months)[0] == [pytest.approx(60, rel=1e-14)]


def test_a_part_above_its_whole_is_an_error_for_shares_only():
    """60 of 55 posts cannot be; 110 spent of a budget of 100 can. All 55 are all."""
    values, signs, findings = parts([60.0, 55.0], [55.0, 55.0])
    assert (values, signs) == ([None, pytest.approx(100)], "RO")
    assert places(findings) == [("PART_ABOVE_WHOLE", "C2", "60")]
    assert findings[0].facts["whole"] == "55"
    assert parts([110.0], [100.0], SPENT) == ([pytest.approx(110)], "O", [])


def test_a_denominator_has_to_be_above_zero():
    """0 and -5 are named at their cells; without a numerator nobody asks."""
    values, signs, findings = parts([3.0, 3.0, None], [0.0, -5.0, 0.0])
    assert (values, signs) == ([None, None, None], "RRM")
    assert places(findings) == [
        ("DENOMINATOR_NOT_POSITIVE", "C2", "0"),
        ("DENOMINATOR_NOT_POSITIVE", "C3", "-5"),
    ]


def test_a_numerator_needs_its_denominator_and_not_the_other_way_round():
    """Populations stand in every row; deaths without a population are an error."""
    values, signs, findings = parts([3.0, None], [None, 500.0])
    assert (values, signs) == ([None, None], "RM")
    assert places(findings) == [("PART_MISSING", "C2", "")]
    assert findings[0].facts == {"given": "numerator", "lacking": "denominator"}


@pytest.mark.parametrize(
    ("top", "whole", "state"),
    [
        ("M", "M", "M"),
        ("R", "O", "R"),
        ("O", "R", "R"),
        ("R", "M", "R"),
        ("M", "R", "R"),
        ("N", "O", "N"),
        ("O", "N", "N"),
    ],
)
def test_the_state_of_a_rate_follows_from_its_parts(top, whole, state):
    """A rejected part was reported already; a part that does not apply takes the rate with it."""
    made = [cells([5.0 if sign == "O" else None], sign) for sign in (top, whole)]
    assert parts(*made)[1:] == (state, [])


def test_a_numerator_beside_a_finished_value_needs_no_denominator():
    """It is left out where the value stands and the denominator lacks, and kept everywhere else."""
    top, whole, given = cells([1.0, 2.0, 3.0]), cells([None, 5.0, None]), cells([9.0, 9.0, None])
    assert plain(numerators_in_need(top, whole, given)) == ([None, 2, 3], "MOO")
    assert numerators_in_need(top, whole, None) is top


def test_the_value_as_typed_stands_before_its_parts():
    """A blank is filled from the parts; a rejected value is not; a contradiction of more than 1 percent is named."""
    findings = Findings()
    given = cells([50.0, 50.0, None, None, None], "OOMRN")
    computed = cells([50.4, 51.0, 70.0, 70.0, 70.0])
    assert plain(value_or_parts(given, computed, PERCENT, SHEET, findings)) == (
        [50, 50, 70, None, None],
        "OOORN",
    )
    assert places(findings) == [("PARTS_DISAGREE", "C3", "50")]
    assert next(iter(findings)).facts["expected"] == "51"


# --- checklists -------------------------------------------------------------------------------------------------


def checklist(*answers, items=ITEMS):
    """(value, state, findings) of one row of answers."""
    findings = Findings()
    columns = {item: [answer] for item, answer in zip(items, answers, strict=False)}
    wheres = {
        item: Where("data.xlsx", "Data", lambda place, at=at: (place + 1, at + 2))
        for at, item in enumerate(columns)
    }
    (value,), sign = plain(read_checklist(columns, CHECKLIST, wheres, findings))
    return value, sign, list(findings)


@pytest.mark.parametrize(
    ("answers", "met"),
    [
        (("yes",) * 6, 100),
        (("no",) * 6, 0),
        (("yes", "yes", "yes", "partial", "no", "no"), 3.5 / 6 * 100),
        (("yes", "yes", "no", "no", "n/a", "n/a"), 50),
        (("yes", "no", "no", "no", None, None), 25),
        (("yes", "n/a", "n/a", "n/a", "n/a", "n/a"), 100),
        (("yes", "no", None, "n/a", "n/a", "n/a"), 50),
    ],
)
def test_the_share_of_items_met(answers, met):
    """Yes 1, partial one half, of the items answered; not applicable leaves the count; two thirds are enough."""
    assert checklist(*answers) == (pytest.approx(met), "O", [])


@pytest.mark.parametrize(
    ("answers", "counts"),
    [
        (("yes", "yes", "yes", None, None, None), ("3", "6")),
        (("yes", "no", None, None, "n/a", "n/a"), ("2", "4")),
        (("yes", None, None, "n/a", "n/a", "n/a"), ("1", "3")),
    ],
)
def test_fewer_than_two_thirds_are_missing(answers, counts):
    """With a warning that says how many of how many."""
    value, sign, (finding,) = checklist(*answers)
    assert (value, sign, finding.code, finding.cell) == (None, "M", Code.TOO_FEW_ITEMS, "C2")
    assert (finding.facts["found"], finding.facts["whole"]) == counts


def test_no_answers_and_nothing_applicable():
    """All blank is missing without a word; all not applicable takes the indicator out."""
    assert checklist(*[None] * 6) == (None, "M", [])
    assert checklist(*["n/a"] * 6) == (None, "N", [])


def test_an_answer_that_is_none_is_named_and_unanswered():
    """At its own cell and under its own column; where nothing else is answered the checklist is rejected."""
    value, sign, (finding,) = checklist("yes", "yes", "no", "no", "see annex", "yes")
    assert (value, sign) == (60, "O")
    assert (finding.code, finding.cell, finding.column, finding.value) == (
        Code.BAD_ITEM_ANSWER,
        "G2",
        "safeguards.e",
        "see annex",
    )
    assert checklist("see annex", None, None, None, None, None)[:2] == (None, "R")


def test_an_item_without_a_column_is_unanswered():
    """Four of six columns are enough, three are not."""
    assert checklist("yes", "yes", "no", "no", items=ITEMS[:4])[:2] == (50, "O")
    assert checklist("yes", "yes", "no", items=ITEMS[:3])[:2] == (None, "M")


def test_rows_of_a_checklist_do_not_mix():
    """Each row has its own answers."""
    columns = {item: ["yes", "no", None] for item in ITEMS}
    found = read_checklist(columns, CHECKLIST, dict.fromkeys(ITEMS, SHEET), Findings())
    assert plain(found) == ([100, 0, None], "OOM")


@pytest.mark.parametrize("others", [[None, 2.0], [None, "2"], ["", Percent(0.02)]])
def test_numbers_that_are_none_are_rejected(others):
    """A workbook may store NaN and infinity, which no spreadsheet program writes: neither is a blank or a value."""
    _, signs, found = read(math.nan, math.inf, *others, measure=CHANGE)
    assert signs == "RRMO"
    assert places(found)[:2] == [("TEXT_IN_NUMBER", "C2", "nan"), ("TEXT_IN_NUMBER", "C3", "inf")]
