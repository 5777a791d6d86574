"""What a cell says: numbers, nothing, words for nothing, answers and evidence grades."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkassess.answers import Answer, read_answer, read_rating
from pkassess.codes import Code
from pkassess.grades import CLASS_OF_GRADE, EvidenceClass, read_grade
from pkassess.ingest.sheet import UNCOMPUTED, CellError, Percent
from pkassess.values import MISSING_TOKENS, NOT_APPLICABLE_TOKENS, State, read_value

SPACES = {"plain": " ", "no-break": "\u00a0", "thin": "\u2009", "narrow no-break": "\u202f"}
TEXT_CODES = {
    Code.TEXT_IN_NUMBER,
    Code.INEQUALITY,
    Code.ESTIMATE,
    Code.RANGE,
    Code.NUMBER_WITH_UNIT,
    Code.AMBIGUOUS_NUMBER,
}


@pytest.mark.parametrize("cell", [None, "", "  ", "\u200b", "\ufeff", "\u00a0"])
def test_a_blank_is_missing_without_remark(cell):
    """A blank, and a text in which nothing can be seen, are no value and no finding."""
    reading = read_value(cell)
    assert (reading.state, reading.code) == (State.MISSING, None)
    assert math.isnan(reading.value)


@pytest.mark.parametrize("word", sorted(MISSING_TOKENS))
def test_words_for_missing(word):
    """In any case, with spaces around: missing, noted, never zero."""
    for written in (word, word.upper(), f" {word.title()} "):
        reading = read_value(written)
        assert (reading.state, reading.code) == (State.MISSING, Code.MISSING_TOKEN)
        assert math.isnan(reading.value)


@pytest.mark.parametrize("word", ["don\u2019t know", "NON RENSEIGNE", "Aucune donnee", "\u2026", "No Data."])
def test_words_for_missing_without_accents_and_with_other_signs(word):
    """As people type them on a telephone."""
    assert read_value(word).state is State.MISSING


def test_words_that_field_sheets_use_for_missing_are_known():
    """The list as the method gives it, beyond the signs."""
    assert {"n/a", "nr", "nd", "n/d", "..", "?", "x", "-", "unknown", "inconnu"} <= MISSING_TOKENS


@pytest.mark.parametrize("word", sorted(NOT_APPLICABLE_TOKENS))
def test_not_applicable_written_out(word):
    """English, French and Spanish, with any kind and number of spaces."""
    for written in (word, word.upper(), word.replace(" ", "\u00a0"), word.replace(" ", "  ")):
        reading = read_value(written)
        assert (reading.state, reading.code) == (State.NOT_APPLICABLE, Code.NOT_APPLICABLE)
        assert math.isnan(reading.value)


@pytest.mark.parametrize("word", ["nil", "Néant", "NEANT", "zero", "zéro"])
def test_words_for_zero(word):
    """Someone reported that there was nothing: a value, unlike a blank."""
    assert read_value(word)[:3] == (State.OBSERVED, 0.0, Code.NUMBER_AS_TEXT)


@pytest.mark.parametrize(("cell", "value"), [(0.0, 0), (46, 46), (-3.5, -3.5), (1e300, 1e300)])
def test_a_number_is_itself(cell, value):
    """Numbers of a workbook are taken as they are, without remark."""
    assert read_value(cell) == (State.OBSERVED, value, None, "", False)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("17", 17),
        (" 17 ", 17),
        ("+17", 17),
        ("-3", -3),
        ("\u22123", -3),
        (".5", 0.5),
        ("5.", 5),
        ("007", 7),
        ("1e3", 1000),
        ("7,25", 7.25),
        ("46,5", 46.5),
        ("-0,5", -0.5),
        ("1234,5678", 1234.5678),
        ("2 500 000", 2_500_000),
        ("12 500,75", 12_500.75),
        ("12 500.75", 12_500.75),
        ("\u200e17\u200f", 17),
    ],
)
def test_text_that_is_one_number(written, value):
    """Decimal point or comma, thousands set apart by spaces, a real minus; noted as text."""
    assert read_value(written) == (State.OBSERVED, value, Code.NUMBER_AS_TEXT, "", False)


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_thousands_set_apart_by_any_space(space):
    """The spaces that word processors put between thousands are spaces."""
    assert read_value(f"2{space}500")[1] == 2500


@pytest.mark.parametrize(
    "written",
    [
        *("2 50", "2 5000", "2  500", "1,2,3", "1.2.3", "1_000", "0x10"),
        *("inf", "-inf", "1e999", "-1e999", "1e", "e3", "--5", "%", "46 %%", "yes", "TRUE", "#N/B"),
    ],
)
def test_text_that_is_no_number_or_more_than_one(written):
    """Infinities, words and marks that make no number are refused, never cleaned."""
    reading = read_value(written)
    assert (reading.state, reading.code) == (State.REJECTED, Code.TEXT_IN_NUMBER)
    assert math.isnan(reading.value)


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        (Code.ERROR_CELL, ("#N/A", "#div/0!", "#REF!")),
        (
            Code.INEQUALITY,
            (
                "<5",
                "> 90",
                "≥ 90 %",
                "<= 3",
                "less than 5",
                "moins de 5",
                "más de 7",
                "5+",
                "at least 5",
                "al menos 5",
                "90 %>",
            ),
        ),
        (Code.ESTIMATE, ("~40", "≈ 40", "ca. 40", "about 40", "environ 1 200", "aprox. 7")),
        (Code.RANGE, ("3-4", "40-50", "40 \N{EN DASH} 50 %", "3 to 4", "3 à 4", "3/4")),
        (Code.NUMBER_WITH_UNIT, ("46 deaths", "5 km", "3 (est.)", "$ 40", "12 [1]", "40 %  of men")),
        (Code.AMBIGUOUS_NUMBER, ("12,500", "-1,250", "999,999")),
    ],
)
def test_each_kind_of_text_that_is_no_number_has_its_own_code(code, texts):
    """Bounds, estimates, ranges, units and separators of two meanings are refused, each with its remedy."""
    assert {read_value(text).code for text in texts} == {code}
    assert {read_value(text).state for text in texts} == {State.REJECTED}


@pytest.mark.parametrize(
    ("written", "decimal", "value"),
    [
        ("12,500", ".", 12_500),
        ("12,500", ",", 12.5),
        ("1.234", ",", 1234),
        ("1.234", ".", 1.234),
        ("1.234,5", ",", 1234.5),
        ("1,234.5", ".", 1234.5),
        ("1.234.567", ",", 1_234_567),
    ],
)
def test_a_decimal_sign_settles_what_can_be_read_two_ways(written, decimal, value):
    assert read_value(written, decimal).value == value


@pytest.mark.parametrize(
    ("word", "rating"),
    [
        ("Very high", 5),
        ("LOW", 2),
        ("Très élevé", 5),
        ("tres eleve", 5),
        ("Muy bajo", 1),
        ("مرتفع جدا", 5),
        ("Strongly agree", 5),
        ("Parfois", 3),
        ("4 - high", 4),
        ("2. Weak", 2),
        ("Plut\u00f4t d\u2019accord", 4),
        ("Ni de acuerdo ni en desacuerdo", 3),
        ("\u063a\u064a\u0631 \u0645\u0648\u0627\u0641\u0642", 2),
        ("\u0639\u0627\u0644\u064d", 4),
        ("5 - don't know", None),
        ("good", None),
        (4.0, None),
        ("4", None),
    ],
)
def test_words_for_ratings(word, rating):
    """The usual five steps in English, French, Spanish and Arabic, and a number before the words."""
    assert read_rating(word) == rating


@pytest.mark.parametrize(
    ("cell", "code", "kind"),
    [
        (CellError("#DIV/0!"), Code.ERROR_CELL, ""),
        (CellError("n/a"), Code.ERROR_CELL, ""),
        (UNCOMPUTED, Code.UNCOMPUTED_FORMULA, ""),
        (True, Code.NOT_A_QUANTITY, "yes/no value"),
        (False, Code.NOT_A_QUANTITY, "yes/no value"),
        (dt.date(2025, 4, 3), Code.NOT_A_QUANTITY, "date"),
        (dt.datetime(2025, 4, 3, 1), Code.NOT_A_QUANTITY, "date"),
        (dt.time(1, 2), Code.NOT_A_QUANTITY, "time"),
        (dt.timedelta(hours=30), Code.NOT_A_QUANTITY, "duration"),
    ],
)
def test_cells_that_are_no_quantity(cell, code, kind):
    """An error, a formula without a result, a truth value and dates are rejected, each under its own name."""
    reading = read_value(cell)
    assert (reading.state, reading.code, reading.kind) == (State.REJECTED, code, kind)
    assert math.isnan(reading.value)


@pytest.mark.parametrize("whole", range(101))
def test_a_percent_format_reads_exactly_what_was_typed(whole):
    """7 % is stored as 0.07; times 100 that is 7.000000000000001, and read as 7.0. Likewise 0.1 % steps."""
    assert read_value(Percent(whole / 100)) == (State.OBSERVED, float(whole), None, "", True)
    assert read_value(Percent(whole / 1000)).value == whole / 10


@pytest.mark.parametrize(
    ("written", "value"), [("7%", 7), ("46 %", 46), ("46,5\u202f%", 46.5), ("0.46%", 0.46), ("-3 %", -3)]
)
def test_a_percent_sign_leaves_the_number_and_is_marked(written, value):
    """46 % reads 46; the sign is remembered, because another unit than percent has no use for it."""
    assert read_value(written) == (State.OBSERVED, value, Code.NUMBER_AS_TEXT, "", True)


@settings(deadline=None, max_examples=40)
@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_a_number_written_as_text_is_the_same_number(number):
    """Whatever Python prints for a number is read back as that number."""
    assert read_value(repr(number)).value == number


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=12))
def test_any_text_is_one_of_four_things(text):
    """A finite number that is observed, or no number and another state; never an exception."""
    reading = read_value(text)
    assert (reading.state is State.OBSERVED) == math.isfinite(reading.value)
    assert reading.state is not State.REJECTED or reading.code in TEXT_CODES


# --- answers of checklists ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "cells"),
    [
        (Answer.YES, ["yes", "Y", " Oui ", "sí", "si", "true", "met", "1", "1.0", "1,0", 1, 1.0, True]),
        (Answer.PARTIAL, ["partial", "Partly", "partially", "partiel", "parcial", "0.5", "0,5", ".5", 0.5]),
        (Answer.NO, ["no", "N", "NON", "false", "not met", "0", "0.0", 0, 0.0, False]),
        (Answer.NOT_APPLICABLE, ["n/a", "N/A", "NA", "not applicable", "Sans objet", "S.O.", "no aplica", "غير منطبق"]),
        (Answer.UNKNOWN, [None, "", "  ", "\u200b", "-", "?", "..", "unknown", "inconnu", "n/d", "don\u2019t know"]),
    ],
)  # fmt: skip
def test_answers(answer, cells):
    """Words and numbers for yes, partial and no; here n/a means not applicable, and unknown is not no."""
    assert [read_answer(cell) for cell in cells] == [answer] * len(cells)


@pytest.mark.parametrize(
    "cell",
    ["10", "-1", "<1", "1%", "0.05", "00.5.", "2", 2, 0.7, -1.0, float("nan"), "maybe", "see annex", "x yes",
     CellError("#REF!"), UNCOMPUTED, dt.date(2025, 1, 1)],
)  # fmt: skip
def test_what_is_no_answer(cell):
    """Numbers other than 0, 0.5 and 1, remarks and errors: 10 is not 1.0 without its point, and -1 is not 1."""
    assert read_answer(cell) is Answer.BAD


# --- evidence grades ------------------------------------------------------------------------------------------

CLASS_BY_SOURCE = {
    # the class of a source's letter with the information's digits 1 to 6; the worst class that applies
    "A": "SSMWXU",
    "B": "SSMWXU",
    "C": "MMMWXU",
    "D": "WWWWXU",
    "E": "XXXXXX",
    "F": "UUUUXU",
}
CLASSES = {
    "S": EvidenceClass.STRONG,
    "M": EvidenceClass.MODERATE,
    "W": EvidenceClass.WEAK,
    "U": EvidenceClass.UNGRADED,
    "X": EvidenceClass.EXCLUDED,
}


@pytest.mark.parametrize("letter", CLASS_BY_SOURCE)
def test_the_class_of_every_grade(letter):
    """Excluded E or 5; ungraded F or 6; weak D or 4; strong A or B with 1 or 2; else moderate. The worst counts."""
    found = [CLASS_OF_GRADE[read_grade(f"{letter}{digit}")] for digit in range(1, 7)]
    assert found == [CLASSES[sign] for sign in CLASS_BY_SOURCE[letter]]


@pytest.mark.parametrize("written", ["b2", " B2 ", "B 2", "B-2", "B/2", "B - 2"])
def test_ways_to_write_a_grade(written):
    """Small letters, and a space, hyphen or slash between."""
    assert CLASS_OF_GRADE[read_grade(written)] == EvidenceClass.STRONG


@pytest.mark.parametrize(
    "written", [None, "", " ", "A", "B", "E", "F", 1, 2.0, 5.0, "3", "5", "6", "-", "n/a", "?"]
)
def test_half_a_grade_is_ungraded(written):
    """A letter alone, a digit alone and a word for missing say too little; that is not the same as bad."""
    assert CLASS_OF_GRADE[read_grade(written)] == EvidenceClass.UNGRADED


@pytest.mark.parametrize("written", ["good", "G2", "B7", "B22", "2B", "AB", 7, 2.5, "B2?", True])
def test_what_is_no_grade(written):
    """None: the caller warns and takes the value as ungraded."""
    assert read_grade(written) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *(("0,462", 0.462), ("1234,567", 1234.567), ("1,250.50", 1250.5), ("1.250,50", 1250.5)),
        *(("1.250.000", 1_250_000), ("1,250,000", 1_250_000), ("٧٫٥", 7.5), ("١٬٢٣٤", 1234)),
    ],
)
def test_separators_that_can_mean_one_thing_only(written, value):
    """No thousands begin with 0 or stand behind four digits, and no number has two decimal signs."""
    assert read_value(written)[1] == value


def test_a_percent_sign_in_front_or_in_arabic():
    """As offices write it from right to left."""
    assert [read_value(text).value for text in ("%46", "٤٦٪", "%٤٦")] == [46, 46, 46]
    assert all(read_value(text).percent for text in ("%46", "٤٦٪", "%٤٦"))


@pytest.mark.parametrize("text", ["#VALEUR!", "#¡DIV/0!", "#N/D", "#NOM?", "Err:502", "#SPILL!", "#NV"])
def test_errors_in_other_languages(text):
    """What LibreOffice and localised Excel leave in text files is an error, not a remark."""
    assert read_value(text).code is Code.ERROR_CELL
