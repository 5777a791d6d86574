"""A first rubric to begin with: small, whole, and explained line by line.

It passes the check and scores a workbook as it is, so that each change can be tried at once.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import NamedTuple

from pkassess.codes import Code
from pkassess.conditions import ConditionError, parse
from pkassess.findings import UsageError, finding
from pkassess.rubric import CONTEXT_COLUMNS, LANGUAGE_VERSION
from pkassess.texts import fold
from pkassess.yamlfile import needs_quotes

DIMENSIONS = "Safety,Services"
"""The dimensions of a starter, if nobody says which."""
MOST_DIMENSIONS = 20
_INDEX = "overall_index"
_COLUMNS = {"mission", "authority", "period", "partnership", "index", *CONTEXT_COLUMNS}
_SCHEMA = "rubric.schema.json"

_HEAD = """\
# yaml-language-server: $schema={schema}
#
# A starter rubric. It works as it is: change it piece by piece, and check it after every change.
#   pkassess rubric check {file}           says what is wrong, with the line
#   pkassess score DATA.xlsx -r {file}     scores a workbook with it
# What stands after a # is a remark for people; the program does not read it. Blocks are indented with spaces, never tabs.
# The first line lets editors complete and check what you type. It needs the schema beside this file, made once with
#   pkassess rubric schema > {schema}

pkassess: {version}  # the version of the rubric language; leave it as it is
id: {id}  # the short name: small letters, digits and -
version: "0.1"  # raise it whenever a score could change; the quotes keep it a text
languages: [en]  # for two languages write [en, fr], and {{en: Safety, fr: Sécurité}} in place of a text
label: {label}  # the name in reports
description: >-  # what it is for and what it cannot say; the text goes on until the indentation ends
  Says how a partnership stands. Replace this text by what your rubric is for, and by what must not be read from it.
sources:  # where the numbers below come from, one in each line
  - Choices of this starter; replace them by your own reasons.

# --- who is scored ------------------------------------------------------------------------------------------

keys:  # the columns of the workbook that say whom a row speaks of
  mission: {{label: Mission}}  # the id is the column's name; the label counts as a name too
  authority: {{label: Authority, aliases: [district, local authority]}}  # aliases are further names of the column
period: {{label: Period, aliases: [year, quarter]}}  # the column of the period, such as 2025 or 2025-Q2

# --- levels -------------------------------------------------------------------------------------------------
# Scores run from 0 to 100. A level reaches from its bound up to the next one: 60 is Established, 59.9 is not.

levels:
  footing:  # the name of this set of levels; dimensions point at it
    - {{id: Weak, from: 0, short: W, meaning: It does not carry.}}  # short: at most 4 letters, for tables
    - {{id: Developing, from: 40, short: D, meaning: Progress is real but can be reversed.}}
    - {{id: Established, from: 60, short: E, meaning: It holds under normal strain.}}
    - {{id: Self-sustaining, from: 80, short: S, meaning: It holds without outside support.}}

# --- how much has to be known -------------------------------------------------------------------------------

publication:  # without this block everything that can be computed is published
  insufficient_below: 0.50  # below half of the weight there is no result at all
  publish_from: 0.65  # from this share of the weight a score is published; between the two it is provisional
  because: A choice of this starter.  # reasons are for readers; a number without one convinces nobody

# --- what is measured ---------------------------------------------------------------------------------------
# Each dimension is scored by its children. The weights of siblings are proportions: 2 and 1 are two thirds and one third.
# Where a high score is bad, as with tension, write `polarity: negative` below the label of the dimension.

dimensions:
"""

_FIRST = """\
  {id}:  # the id, in tables and conditions: letters, digits and _
    label: {label}  # the name in reports
    question: What does this dimension ask?  # replace it
    levels: footing  # the set of levels above
    children:
      - id: {id}_share_pct  # the name of the column in the workbook
        label: {share}  # another name of the column, and the name in reports
        question: What share of people say so?  # what is asked, word for word
        unit: percent  # how the value is counted; percent and count have a meaning of their own
        scale:
          type: percent  # a share from 0 to 100; 92 of 200 may also be given by its two parts
          knots: [10, 25, 40, 55, 70, 85]  # the values that score 0, 20, 40, 60, 80 and 100; straight lines between
          because: A majority opens the level Established. A choice of this starter.
        weight: 2
        because: It is the people's own view.  # why this weight
        kind: survey  # how the value comes about: survey, register, judgement or public
        key: true  # a key indicator: one that the dimension stands or falls with
        max_age: 15  # a value may stand in for a missing one for so many months; without this line it never does
      - id: {id}_rating
        label: {rating}
        question: How do you rate it from 1 to 5?
        unit: rating 1 to 5
        scale: {{type: likert, points: 5}}  # 1 scores 0, 5 scores 100; add `reverse: true` where 1 is best
        weight: 1
        kind: judgement  # of several assessors the middle rating counts
        anchors:  # what each step means, agreed before anybody rates
          1: It fails.
          3: It works in part.
          5: It works.
      - id: {id}_checklist
        label: {checklist}
        question: Which of these are met?
        unit: percent
        scale:
          type: checklist  # yes counts 1, partial one half, no 0
          items:  # one column each: {id}_checklist.agreed and so on
            agreed: There is a written agreement.
            funded: It is funded for this period.
            reviewed: Both sides reviewed it in the last twelve months.
        weight: 1
"""

_FURTHER = """\
  {id}:
    label: {label}
    question: What does this dimension ask?
    levels: footing
    children:
      - id: {id}_share_pct
        label: {share}
        unit: percent
        scale: {{type: percent, knots: [10, 25, 40, 55, 70, 85]}}
        weight: 2
        key: true
      - id: {id}_days
        label: {days}
        unit: days
        scale: {{type: goalposts, bottom: 50, top: 10}}  # 50 days score 0, 10 days score 100: less is better
        weight: 1
"""

_TAIL = """\

# --- how it is put together ---------------------------------------------------------------------------------

indices:
  {index}:
    label: Overall index
    levels: footing
    aggregate: geometric  # a strong dimension does not pay in full for a weak one; `arithmetic` is the plain mean
    floor: 1  # scores below 1 count as 1, so that a single 0 does not make everything 0
    children:  # `use` points at what is defined above
{uses}
overall:  # the overall level is the lowest that any of these rules allows
  label: Overall level
  levels: footing
  rules:
    - {{id: index, level_of: {index}}}  # at most the level of the index
    - {{id: weakest_link, weakest_of: [{names}], plus: 1}}  # at most one step above the weakest

alarms:  # announced whenever the condition holds, also where nothing is published
  - id: {first}_weak
    when: {first} < 20  # the language of conditions: docs/rubric-language.md
    text: "{first_label} stands at {{{first}}}"  # the number comes in place of the name in brackets
"""


class _Dimension(NamedTuple):
    id: str
    label: str


def starter(id: str, dimensions: str = DIMENSIONS, file: str = "FILE") -> str:  # noqa: A002
    """The text of a starter rubric with these dimensions: names with commas between, or how many.

    ``file`` is the name that its remarks call it by. Raises UsageError for names that cannot be used.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", id) or needs_quotes(id):
        means = "; YAML takes this word for something else" if needs_quotes(id) else ""
        found = f"--id cannot be '{id}'; it has small letters, digits and - only, a letter first{means}."
        raise UsageError(finding(Code.WRONG_CHOICE, found=found))
    found = _dimensions(dimensions)
    label = json.dumps(id.replace("-", " ").capitalize())
    parts = [_HEAD.format(schema=_SCHEMA, file=file, version=LANGUAGE_VERSION, id=id, label=label)]
    for at, one in enumerate(found):
        parts.append(("\n" if at else "") + _one(one, _FURTHER if at else _FIRST))
    uses = "".join(f"      - {{use: {one.id}, weight: 1}}\n" for one in found)
    names = ", ".join(one.id for one in found)
    parts.append(
        _TAIL.format(
            index=_INDEX, uses=uses, names=names, first=found[0].id, first_label=_plain(found[0].label)
        )
    )
    return "".join(parts)


def _one(dimension: _Dimension, template: str) -> str:
    texts = {name: f"{dimension.label}: {name}" for name in ("share", "rating", "checklist", "days")}
    labels = {
        name: json.dumps(text, ensure_ascii=False)
        for name, text in {**texts, "label": dimension.label}.items()
    }
    return template.format(id=dimension.id, **labels)


def _plain(label: str) -> str:
    """A label inside a text in quotes that has holes."""
    return json.dumps(label, ensure_ascii=False)[1:-1].replace("{", "(").replace("}", ")")


def _dimensions(text: str) -> list[_Dimension]:
    if re.fullmatch(r"[+-]?[0-9]+([.,][0-9]*)?", text.strip()):
        if text.strip() not in map(str, range(1, MOST_DIMENSIONS + 1)):
            raise _wrong(f"'{text.strip()}' of them; expected 1 to {MOST_DIMENSIONS}")
        labels = [f"Dimension {at}" for at in range(1, int(text) + 1)]
    else:
        shown = "".join(one if one.isprintable() else " " for one in text)
        labels = [" ".join(part.split()) for part in shown.split(",") if part.strip()]
    found = [_Dimension(_id(label, at), label) for at, label in enumerate(labels, start=1)]
    if not 1 <= len(found) <= MOST_DIMENSIONS:
        raise _wrong(f"there are {len(found)} of them; expected 1 to {MOST_DIMENSIONS}")
    seen = {_INDEX}
    for one in found:
        # Headers are matched without case and punctuation, so labels have to differ in more.
        if {one.id, fold(one.label)} & seen:
            raise _wrong(f"'{one.label}' would stand for two things")
        seen |= {one.id, fold(one.label)}
    return found


def _id(label: str, at: int) -> str:
    """An id from a label, without accents; its number where nothing is left."""
    name = _words(label, "_")
    return f"dimension_{name or at}" if _is_taken(name) else name


def _is_taken(name: str) -> bool:
    """Whether a name cannot stand for a dimension, because YAML, conditions or a column of the starter have it."""
    if not name[:1].isalpha() or needs_quotes(name) or name in _COLUMNS:
        return True
    try:
        parse(f"{name} < 20")
    except ConditionError:
        return True
    return False


def _wrong(found: str) -> UsageError:
    return UsageError(finding(Code.WRONG_CHOICE, found=f"--dimensions: {found}."))


def id_from(name: str) -> str:
    """A rubric's id from the name of its file; 'own' where nothing is left, or a word that means something in YAML."""
    found = _words(name, "-").lstrip("-0123456789")
    return "own" if not found or needs_quotes(found) else found


def _words(text: str, between: str) -> str:
    """The words and numbers of a text in small letters without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", between, plain).strip(between)
