"""YAML read strictly: values as written, with their places, and every trouble named."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pkassess.yamlfile import MOST_VALUES, Mark, Trouble, read_yaml


def value(written):
    found = read_yaml(f"x: {written}")
    assert found.troubles == []
    return found.data["x"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        *(("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None)),
        *(
            ("true", True),
            ("True", True),
            ("TRUE", True),
            ("false", False),
            ("False", False),
            ("FALSE", False),
        ),
        *(
            ("5", 5),
            ("-5", -5),
            ("+5", 5),
            ("0123", 123),
            ("0.5", 0.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("-1e3", -1000.0),
        ),
        *(
            ("1:30", "1:30"),
            ("0x1F", "0x1F"),
            ("0o17", "0o17"),
            ("1_000", "1_000"),
            ("2025-06-30", "2025-06-30"),
        ),
        *((".inf", ".inf"), (".nan", ".nan"), ("1e999", "1e999"), ("1.0.1", "1.0.1"), ("tRUE", "tRUE")),
        *(
            ("'5'", "5"),
            ('"no"', "no"),
            ("'~'", "~"),
            ("''", ""),
            ("'true'", "true"),
            ("stable since", "stable since"),
        ),
        *(("[1, a, ~]", [1, "a", None]), ("{a: 1}", {"a": 1}), ("[]", []), ("{}", {}), ("9" * 30, 1e30)),
    ],
)
def test_words_and_numbers(written, expected):
    """YAML 1.2: few words are switches, no octal, no sixty-based numbers, no dates, nothing infinite; quotes are text."""
    found = value(written)
    assert found == expected
    assert type(found) is type(expected)


def test_a_block_of_text_is_text():
    """Also where it looks like a number."""
    assert read_yaml("x: |\n  5\n").data == {"x": "5\n"}
    assert read_yaml("x: >-\n  a\n  b\n").data == {"x": "a b"}


def test_a_number_of_endless_digits_is_no_number():
    """It stays text, which the models refuse, and does not stop the program."""
    assert read_yaml("x: " + "9" * 6000).data == {"x": "9" * 6000}


@pytest.mark.parametrize("word", ["yes", "No", "ON", "off", "y", "N"])
def test_words_that_other_readers_turn_into_switches(word):
    """They are kept as text and named with their place: a language code, or false, nobody knows."""
    found = read_yaml(f"a: 1\nx: {word}")
    assert found.data == {"a": 1, "x": word}
    assert found.troubles == [Trouble("word", Mark(2, 4, len(word)), word)]


def test_a_treacherous_key_is_named_too():
    """``no:`` is the code of a language."""
    assert read_yaml("no: tekst").troubles == [Trouble("word", Mark(1, 1, 2), "no")]


def test_a_key_given_twice():
    """The first one counts; the second is named with its own line and that of the first, also deep inside."""
    found = read_yaml("a:\n  b: 1\n  c: 2\n  b: 3\n")
    assert found.data == {"a": {"b": 1, "c": 2}}
    assert found.troubles == [Trouble("duplicate", Mark(4, 3, 1), "b", 2)]


def test_places_of_keys_and_values():
    """Lines and columns from one, and the length of what stands there."""
    found = read_yaml("name: long value\nlist:\n  - 10\n  - {in: 2.5}\n")
    assert found.place(("name",)) == Mark(1, 7, 10)
    assert found.place(("name",), of_key=True) == Mark(1, 1, 4)
    assert found.place(("list", 0)) == Mark(3, 5, 2)
    assert found.place(("list", 1, "in")) == Mark(4, 10, 3)
    assert found.place(("list", 1, "in"), of_key=True) == Mark(4, 6, 2)


def test_the_place_of_something_absent_is_that_of_its_nearest_parent():
    """Its key, if it has one; at the top, the first line."""
    found = read_yaml("a: 1\nlist:\n  - {in: 2}\n")
    assert found.place(("list", 0, "out", "deeper")) == Mark(3, 5, 7)
    assert found.place(("list", 7)) == Mark(2, 1, 4)
    assert found.place(("missing",)) == Mark(1, 1)
    assert found.place(()) == Mark(1, 1)


def test_what_runs_over_several_lines_is_marked_at_its_start():
    """One character, since an underline cannot follow it."""
    assert read_yaml("a:\n  b: 1\n  c: 2\n").place(("a",)) == Mark(2, 3, 1)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: [1", 2, "did not find expected"),
        ("a: b: c", 1, "mapping values are not allowed"),
        ("a:\n\tb: 2", 2, "cannot start any token"),
        ("a: *b", 1, "undefined alias"),
        ("a: 1\n---\nb: 2", 2, "another document"),
        ("a: \x07", 1, "control characters"),
        ("'open", 1, "unexpected end of stream"),
    ],
)
def test_text_that_is_no_yaml(text, line, words):
    """One trouble with its line and the reader's words, and no data."""
    found = read_yaml(text)
    (trouble,) = found.troubles
    assert (found.data, trouble.what, trouble.mark.line) == (None, "syntax", line)
    assert words in trouble.found


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_has_no_data(text):
    """And no trouble: what is missing is told by whoever needs it."""
    found = read_yaml(text)
    assert (found.data, found.troubles) == (None, [])


def test_a_block_may_be_named_and_used_again():
    """An alias is what it names; its place is where that stands."""
    found = read_yaml("a: &fifths {type: curve}\nb: *fifths\n")
    assert found.data == {"a": {"type": "curve"}, "b": {"type": "curve"}}
    assert found.place(("b", "type")).line == 1


@pytest.mark.parametrize("text", ["a: &a\n  b: *a", "a: &a [1, *a]", "a: &a {b: {c: [*a]}}"])
def test_an_alias_inside_what_it_names(text):
    """It would go on for ever: a trouble, and no data."""
    found = read_yaml(text)
    assert found.data is None
    assert [(trouble.what, trouble.found) for trouble in found.troubles] == [
        ("syntax", "an alias stands inside what it names")
    ]


@pytest.mark.parametrize("depth", [400, 5000])
def test_nesting_beyond_reason(depth):
    """Lists in lists in lists: a trouble and no data, whichever step gives up."""
    found = read_yaml("[" * depth + "]" * depth)
    assert found.data is None
    assert [(trouble.what, trouble.found) for trouble in found.troubles] == [
        ("syntax", "the file is nested too deeply")
    ]


def test_aliases_that_multiply_beyond_reason():
    """Nine lists of nine of the list before are 400 million values in nine lines: refused before they are made."""
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 9)]
    found = read_yaml("\n".join(lines))
    assert found.data is None
    assert [trouble.found for trouble in found.troubles] == [f"more than {MOST_VALUES:,} values"]


PLAIN = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**15), 10**15),
        st.floats(-1e6, 1e6),
        st.text("ab é-:#'\"", max_size=6),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3),
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=40)
@given(PLAIN)
def test_what_was_written_is_read(data):
    """Plain data written by PyYAML come back the same."""
    found = read_yaml(yaml.safe_dump(data, allow_unicode=True))
    assert (found.data, found.troubles) == (data, [])
