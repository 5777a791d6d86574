"""Texts in several languages, and names folded for comparison."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator

PLAIN = ""
"""Language key of a text that was written without one; it counts in every language."""


def _as_mapping(text: Any) -> Any:
    return {PLAIN: text} if isinstance(text, str) else text


Text = Annotated[dict[str, str], BeforeValidator(_as_mapping, json_schema_input_type=str | dict[str, str])]
"""A text of a rubric: a plain string, or one string per language code."""


def say(text: Mapping[str, str] | None, language: str = "en") -> str:
    """The text in ``language``, else in English, else in whatever it was written; '' for no text."""
    if not text:
        return ""
    for key in (language, PLAIN, "en"):
        if key in text:
            return text[key]
    return next(iter(text.values()))


INVISIBLE = dict.fromkeys(
    [
        *(0x00AD, 0x061C, 0x180E, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ]
)
"""Characters that nobody sees, for ``str.translate``: marks of direction, joiners, soft hyphens, variation selectors."""
_DIGITS_APART = re.compile(r"\d[\W_]+\d")
_TELLING = re.compile(r"(?<=\d)[\W_]+(?=\d)|(?<=\w)[+-](?=\s|$)")


def fold_name(name: str) -> str:
    """A place or person as names are compared: like :func:`fold`, but signs that tell names apart stay.

    They are those between two digits (Sector 1.1 and Sector 1 & 1 are not Sector 11) and a plus or minus at the end of a
    word.
    """
    if "+" not in name and "-" not in name and not _DIGITS_APART.search(name):
        return fold(name)
    text = unicodedata.normalize("NFC", name)
    found, start = "", 0
    for match in _TELLING.finditer(text):
        found += fold(text[start : match.start()]) + ("".join(match[0].split()) or " ")
        start = match.end()
    return found + fold(text[start:])


@lru_cache(maxsize=4096)  # the names of a rubric, which every workbook asks for, and those of its rows
def fold(name: str) -> str:
    """A name as it is compared: without case, accents, spaces, punctuation and invisible characters."""
    if name.isascii():
        return "".join(filter(str.isalnum, name.lower()))
    # Decomposing first: signs such as the one-character "No" come apart into capitals.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(character for character in decomposed if character.isalnum())
