"""Letters of other alphabets that only look like Latin ones."""

from __future__ import annotations

import unicodedata

LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχ",
    "ABESIJKMHOPCTYXaesijopcyxABEZHIKMNOPTYXaikvoptux",
)
"""Cyrillic and Greek letters that look like Latin ones."""
_LAST_LATIN = 0x24F


def strange_letter(text: str) -> str:
    """A letter of another alphabet that only looks Latin, in a text that is else Latin: 'І (Cyrillic)'; '' for none."""
    if text.isascii():
        return ""
    letters = [character for character in text if character.isalpha()]
    if any(ord(letter) > _LAST_LATIN and ord(letter) not in LOOKALIKES for letter in letters):
        return ""
    strange = next((letter for letter in letters if ord(letter) in LOOKALIKES), "")
    return f"{strange} ({unicodedata.name(strange).split()[0].title()})" if strange else ""
