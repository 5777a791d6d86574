"""The condition language: what is understood, three-valued truth, tolerance, and every message."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkassess.conditions import FALSE, TRUE, UNKNOWN, Column, ConditionError, parse, texts, truths

NAN = float("nan")
LEVELS = ("Critical", "Fragile", "Developing", "Established", "Self-sustaining")
TRUTHS = {"F": FALSE, "U": UNKNOWN, "T": TRUE}


class Names:
    """A scope of some columns and some facts; ``both(a)`` is a function that gives a column."""

    def __init__(self, columns, facts=None):
        self.columns = {
            name: column if isinstance(column, Column) else Column(np.array(column))
            for name, column in columns.items()
        }
        self.facts = {name: np.array(truth, dtype=np.int8) for name, truth in (facts or {}).items()}

    def column(self, name):
        return self.columns.get(name)

    def call(self, function, argument):
        return {"fact": self.facts, "score": self.columns}.get(function, {}).get(argument)

    def names(self):
        return iter(self.columns)


def holds(text, **columns):
    """F, U or T of each row."""
    truth = parse(text).evaluate(Names(columns))
    assert truth.dtype == np.int8
    return "".join("FUT"[value] for value in truth)


def level(*positions):
    return Column(np.array(positions, dtype=np.float64), LEVELS)


def logic(text, **facts):
    """F, U or T of each row, where every name is a fact."""
    scope = Names({}, {name: [TRUTHS[sign] for sign in signs] for name, signs in facts.items()})
    return "".join("FUT"[value] for value in parse(text).evaluate(scope))


# --- numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("<", "TFFFU"), ("<=", "TTTFU"), (">", "FFFTU"), (">=", "FTTTU"), ("==", "FTTFU"), ("!=", "TFFTU")],
)
def test_comparisons_of_numbers(operator, expected):
    """59, 60, 59.99999999999999, 61 and unknown beside 60: within a billionth is equal, unknown stays unknown."""
    assert holds(f"x {operator} 60", x=[59.0, 60.0, 59.99999999999999, 61.0, NAN]) == expected


@pytest.mark.parametrize(
    ("operator", "expected"), [("<", "TFFF"), (">=", "FTTT"), ("<=", "TTTF"), (">", "FFFT")]
)
def test_a_millionth_is_a_difference(operator, expected):
    """The tolerance is for rounding errors only: a billionth, on both sides."""
    assert holds(f"x {operator} 60", x=[60 - 1e-6, 60 - 9e-10, 60 + 9e-10, 60 + 1e-6]) == expected


@pytest.mark.parametrize("text", ["x < -1.5", "x<-1.5", " x  <  -1.5 ", "(x < -1.5)", "((x)<-1.5)"][:4])
def test_negative_numbers_and_spaces(text):
    """A minus belongs to its number; spaces do not matter."""
    assert holds(text, x=[-2.0, -1.5, 2.0]) == "TFF"


def test_whole_numbers_are_numbers():
    """A column of integers compares as any other."""
    assert holds("n > 2", n=[2, 3]) == "FT"


def test_a_list_holds_for_any_of_its_members():
    """``in`` is equality with one of them; unknown stays unknown."""
    assert holds("x in (1, -2, 3.5)", x=[1.0, -2.0, 3.5, 4.0, NAN]) == "TTTFU"
    assert holds("x in (1)", x=[1.0, 2.0]) == "TF"
    assert holds("not x in (1, 2)", x=[1.0, 3.0, NAN]) == "FTU"


# --- ordered words and texts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l >= Developing", "FFTTTU"),
        ("l > Developing", "FFFTTU"),
        ("l < developing", "TTFFFU"),
        ("l == 'Self-sustaining'", "FFFFTU"),
        ("l == Self-sustaining", "FFFFTU"),
        ("l != CRITICAL", "FTTTTU"),
        ("l in (Critical, Established)", "TFFTFU"),
    ],
)
def test_levels_are_ordered_words(text, expected):
    """From the lowest to the highest, in any case, with or without quotes."""
    assert holds(text, l=level(0, 1, 2, 3, 4, NAN)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t == UNMIL", "TTFU"),
        ("t == 'unmil'", "TTFU"),
        ('t != "UNMIL"', "FFTU"),
        ("t in (UNAMSIL, unmil)", "TTTU"),
        ("not t == UNMIL", "FFTU"),
    ],
)
def test_texts_are_equal_whatever_their_case(text, expected):
    """An empty text is unknown."""
    assert holds(text, t=texts(["UNMIL", "unmil", "UNAMSIL", ""])) == expected


def test_a_quoted_text_may_hold_anything_but_its_own_quote():
    """Spaces, operators, the words of the language, the other quote."""
    assert holds("t == 'and (x >= 5)'", t=texts(["and (x >= 5)", "and"])) == "TF"
    assert holds("""t == "Côte d'Or" """, t=texts(["Côte d'Or", "Cote d'Or"])) == "TF"


def test_periods_and_place_codes_need_no_quotes():
    """2025-Q2 is one word, and so is a name with a hyphen or an accent."""
    assert holds("p == 2025-q2", p=texts(["2025-Q2", "2025-Q3"])) == "TF"
    assert holds("c in (LBR-GBP, Nimba)", c=texts(["LBR-GBP", "LBR"])) == "TF"
    assert holds("c == Autorité", c=texts(["AUTORITÉ", "Autorite"])) == "TF"


def test_a_text_of_digits_compares_with_numbers():
    """A population typed as text: by size where it is a number, unknown where it is none."""
    column = texts(["12000", "9000.5", "many", ""])
    assert holds("t >= 10000", t=column) == "TFUU"
    assert holds("t < -1", t=column) == "FFUU"
    assert holds("t == 12000", t=column) == "TFFU"


def test_no_rows_no_truths():
    """An assessment without units."""
    assert holds("t == a and x >= 1", t=texts([]), x=np.array([], dtype=np.float64)) == ""


# --- and, or, not -----------------------------------------------------------------------------------------------

PAIRS = list(itertools.product("FUT", repeat=2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a F F F U U U T T T; b F U T F U T F U T. Kleene (1952), Introduction to Metamathematics, section 64
        ("fact(a) and fact(b)", "FFFFUUFUT"),
        ("fact(a) or fact(b)", "FUTUUTTTT"),
        ("not fact(a)", "TTTUUUFFF"),
        ("not not fact(a)", "FFFUUUTTT"),
    ],
)
def test_strong_three_valued_logic(text, expected):
    """What rests on an unknown value is unknown, unless the other side decides."""
    assert logic(text, a="".join(a for a, _ in PAIRS), b="".join(b for _, b in PAIRS)) == expected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("fact(a) or fact(b) and fact(c)", "fact(a) or (fact(b) and fact(c))"),
        ("fact(a) and fact(b) or fact(c)", "(fact(a) and fact(b)) or fact(c)"),
        ("not fact(a) and fact(b)", "(not fact(a)) and fact(b)"),
        ("not fact(a) or fact(b)", "(not fact(a)) or fact(b)"),
        ("fact(a) and not fact(b) and fact(c)", "(fact(a) and (not fact(b))) and fact(c)"),
        ("fact(a) or fact(b) or fact(c)", "fact(a) or (fact(b) or fact(c))"),
    ],
)
def test_not_binds_before_and_and_before_or(written, meant):
    """For all 27 combinations of three truths."""
    signs = list(zip(*itertools.product("FUT", repeat=3), strict=True))
    facts = {name: "".join(column) for name, column in zip("abc", signs, strict=True)}
    assert logic(written, **facts) == logic(meant, **facts)


def test_parentheses_change_the_meaning():
    """The same three facts, grouped otherwise."""
    assert logic("fact(a) or fact(b) and fact(c)", a="T", b="T", c="F") == "T"
    assert logic("(fact(a) or fact(b)) and fact(c)", a="T", b="T", c="F") == "F"
    assert logic("not (fact(a) and fact(b))", a="T", b="F") == "T"


def test_a_call_gives_a_column_or_a_truth():
    """score(x) compares as a name does; fact(x) stands alone."""
    scope = Names({"x": [10.0, 90.0]}, {"act": [FALSE, TRUE]})
    assert parse("score(x) >= 50 and fact(act)").evaluate(scope).tolist() == [FALSE, TRUE]


def test_references_in_the_order_written():
    """All names with their functions, for the check of a rubric."""
    condition = parse("a >= 1 and not (class(b) in (weak, strong) or fact(c)) or d == x")
    assert condition.references() == [("", "a"), ("class", "b"), ("fact", "c"), ("", "d")]
    assert condition.text.startswith("a >= 1")


@pytest.mark.parametrize(("value", "expected"), [(None, UNKNOWN), (True, TRUE), (False, FALSE)])
def test_a_constant_truth(value, expected):
    """For every row."""
    assert truths(3, value).tolist() == [expected] * 3


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.one_of(st.floats(-200, 200), st.just(NAN)), min_size=1, max_size=8),
    st.floats(-100, 100).map(lambda number: round(number, 3)),
    st.sampled_from([("<", ">="), (">", "<="), ("==", "!=")]),
)
def test_a_comparison_and_its_opposite_never_agree(values, bound, pair):
    """Known rows are in exactly one of the two; unknown rows are unknown in both. ``not`` turns one into the other."""
    one, other = (parse(f"x {operator} {bound:f}").evaluate(Names({"x": values})) for operator in pair)
    assert (one + other == TRUE).all()
    assert ((one == UNKNOWN) == np.isnan(values)).all()
    assert (parse(f"not x {pair[0]} {bound:f}").evaluate(Names({"x": values})) == other).all()


# --- messages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a name is missing at the end of ''"),
        ("x >= 5 and", "a name is missing at the end of 'x >= 5 and'"),
        ("x >=", "a value is missing at the end of 'x >='"),
        ("score(", "a name is missing at the end of 'score('"),
        ("x in (1,", "a value is missing at the end of 'x in (1,'"),
        ("5 >= x", "'5' stands where a name was expected"),
        ("and x >= 5", "'and' stands where a name was expected"),
        ("'x' >= 5", "''x'' stands where a name was expected"),
        ("score() >= 5", "')' stands where a name was expected"),
        ("score(5) >= 5", "'5' stands where a name was expected"),
        ("x >= and", "'and' stands where a value was expected"),
        ("x > (1)", "'(' stands where a value was expected"),
        ("x in ()", "')' stands where a value was expected"),
        ("(x > 5", "')' is missing after '( x > 5'"),
        ("x in 5", "'(' is missing after 'x in'"),
        ("x in (5 6)", "')' is missing after 'x in ( 5'"),
        ("score(x >= 5", "')' is missing after 'score ( x'"),
        ("x > 5)", "')' was not expected after 'x > 5'"),
        ("x > 5 y > 6", "'y' was not expected after 'x > 5'"),
        ("x > 5 AND y > 6", "'AND' was not expected after 'x > 5'"),
        ("0 < x < 5", "'0' stands where a name was expected"),
        ("x > 0 < 5", "'<' was not expected after 'x > 0'"),
        ("x = 5", "'=' is not understood in 'x = 5'"),
        ("x >= 5 & y", "'&' is not understood in 'x >= 5 & y'"),
        ("x >= .5", "'.' is not understood in 'x >= .5'"),
        ("x == 'open", "''' is not understood in 'x == 'open'"),
        ("(" * 5000 + "x > 5" + ")" * 5000, "the condition is nested too deeply"),
        ("not " * 5000 + "x > 5", "the condition is nested too deeply"),
    ],
)
def test_a_condition_that_cannot_be_read_says_what_is_wrong_and_where(text, message):
    """One sentence; the words of the condition are quoted."""
    with pytest.raises(ConditionError) as error:
        parse(text)
    assert str(error.value) == message
    assert error.value.name == ""


@pytest.mark.parametrize(
    ("text", "message", "name"),
    [
        ("stabilty >= 5", "there is no 'stabilty'. Did you mean 'stability'?", "stabilty"),
        ("qqq >= 5", "there is no 'qqq'.", "qqq"),
        ("score(stabilty) >= 5", "there is no 'score(stabilty)'. Did you mean 'stability'?", "stabilty"),
        ("rank(stability) >= 5", "there is no 'rank(stability)'. Did you mean 'stability'?", "stability"),
        ("stability", "'stability' is a value; compare it with something", "stability"),
        ("not stability", "'stability' is a value; compare it with something", "stability"),
        ("fact(act) == 1", "'fact(act)' is yes or no; it takes no comparison", ""),
        ("stability >= high", "'high' is not a number", ""),
        ("footing >= Great", "'Great' is none of " + ", ".join(LEVELS), ""),
        ("footing == 3", "'3.0' is none of " + ", ".join(LEVELS), ""),
        ("mission > UNMIL", "texts can be compared with == and != only", ""),
    ],
)
def test_a_condition_that_does_not_fit_its_names(text, message, name):
    """The nearest name is proposed; the unknown name is handed on."""
    scope = Names({"stability": [1.0], "footing": level(1), "mission": texts(["UNMIL"])}, {"act": [TRUE]})
    with pytest.raises(ConditionError) as error:
        parse(text).evaluate(scope)
    assert str(error.value) == message
    assert error.value.name == name
