"""Texts in several languages, and names folded for comparison."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pkassess.texts import Text, fold, say

READ = TypeAdapter(Text).validate_python


@pytest.mark.parametrize(
    ("written", "language", "shown"),
    [
        ({"en": "Trust", "fr": "Confiance"}, "fr", "Confiance"),
        ({"en": "Trust", "fr": "Confiance"}, "es", "Trust"),
        ({"fr": "Confiance", "es": "Confianza"}, "en", "Confiance"),
        ("Trust", "fr", "Trust"),
        ({"fr": "", "en": "Trust"}, "fr", ""),
        ({}, "en", ""),
    ],
)
def test_a_text_is_shown_in_the_language_asked_for_else_as_it_was_written(written, language, shown):
    """The language asked for, else English, else whatever stands first. A plain text counts in every language."""
    assert say(READ(written), language) == shown


def test_no_text_is_an_empty_text():
    """A part of a rubric that was left out is shown as nothing."""
    assert say(None) == ""


@pytest.mark.parametrize("wrong", [7, ["en"], {"en": 7}])
def test_a_text_is_a_string_or_strings_by_language(wrong):
    """Anything else is refused."""
    with pytest.raises(ValidationError):
        READ(wrong)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Trust in authority", "trust_in_authority"),
        ("Décès liés au conflit", "DECES LIES AU CONFLIT"),
        ("Dimensi\u00f3n", "Dimensio\u0301n"),
        ("\ufeffmission", "Mission"),
        ("trust\u200b (%)", "trust"),
        ("STRASSE", "straße"),
        (
            "\u2116 of posts",
            "No of posts",
        ),  # one character that comes apart into a capital and a small letter
        ("m\u00b2", "m2"),
    ],
)
def test_names_are_equal_whatever_case_accents_spaces_and_invisible_characters(one, other):
    """What people cannot see, or type in another way, does not tell two names apart."""
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("posts 1", "posts 2"), ("trust", "trusts"), ("région", "religion")]
)
def test_names_with_other_letters_or_digits_differ(one, other):
    """Folding never drops a letter or a digit."""
    assert fold(one) != fold(other)


@settings(deadline=None, max_examples=60)
@given(st.text())
def test_a_folded_name_is_folded_already(name):
    """Folding twice changes nothing, and only letters and digits are left."""
    once = fold(name)
    assert fold(once) == once
    assert once == "" or once.isalnum()


@settings(deadline=None, max_examples=40)
@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_names_fold_as_they_do_beside_an_accent(name):
    """The short way for ASCII names gives what the long way gives."""
    assert fold(name + "é") == fold(name) + "e"
