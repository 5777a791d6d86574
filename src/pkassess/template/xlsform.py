"""The survey form: the same questions as the workbook, as an XLSForm for KoboToolbox and ODK.

Questions are named as columns are, with ``__`` before a part or an item, and labelled with the rubric's own labels, so
that an export is read whether it has names or labels. Groups and lists of answers, whose names nobody reads, give way
where a question has the name already. Source of the format: xlsform.org.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from pkassess.normalise import STEP_TOLERANCE
from pkassess.render.book import book_bytes, set_text
from pkassess.surveytools import BEHIND_GROUPS, RUBRIC_FIELD, VERSION_FIELD
from pkassess.template.plan import Choice
from pkassess.template.words import (
    ANSWER_LABELS,
    GRADE_MESSAGE,
    LANGUAGE_NAMES,
    PART_OF_WHOLE,
    PERIOD_MESSAGE,
    digits,
    joined,
)
from pkassess.texts import Text, fold, say
from pkassess.vocabulary import item_questions

if TYPE_CHECKING:
    from pkassess.template.plan import Plan, Question, Section

Row = dict[str, Any]
_SURVEY = ("type", "name", "required", "relevant", "constraint", "calculation")
_PERIOD = r"regex(., '^[0-9]{4}(-(Q[1-4]|H[12]|(0[1-9]|1[0-2])))?$')"
_GRADE = r"regex(., '^[A-F][1-6]$')"
_REFERENCE = re.compile(r"\$(?=\{)")
_PIECES = re.compile(r"'|\$(?=\{)|(?:(?!\$\{)[^'])+", re.DOTALL)
_RESERVED = "meta"
"""What the tools call what they add to each form."""
_NO_GROUPS = frozenset({_RESERVED, fold(RUBRIC_FIELD), fold(VERSION_FIELD)})
"""What a group may not be called, folded."""


def form_bytes(plan: Plan) -> bytes:
    """The finished .xlsx file of the form; the same plan gives the same bytes."""
    return book_bytes(_Form(plan).book())


class _Form:
    """The sheets of one form, gathered row by row."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.languages = plan.rubric.languages
        self.lists: dict[str, tuple[Choice, ...]] = {}
        self.asked = {question.name: question for question in plan.questions}
        self.names = _names(plan)
        self.groups = {
            fold(name) for question in plan.questions for name in (question.of, self.names[question.name])
        }
        """Names that no further group can have, folded."""

    def book(self) -> Workbook:
        """The workbook with the three sheets of an XLSForm."""
        book = Workbook()
        survey = list(self._survey())
        texts = [
            self._title(kind, one)
            for kind in ("label", "hint", "constraint_message")
            for one in self.languages
        ]
        _fill(book.active, "survey", (*_SURVEY[:2], *texts, *_SURVEY[2:]), survey)
        labels = [self._title("label", one) for one in self.languages]
        _fill(book.create_sheet(), "choices", ("list_name", "name", *labels), list(self._choices()))
        _fill(book.create_sheet(), "settings", (*self._settings(),), [self._settings()])
        return book

    def _settings(self) -> Row:
        rubric = self.plan.rubric
        settings = {
            "form_title": _inert(f"{say(rubric.label, self.languages[0])} {rubric.version}"),
            "form_id": f"pkassess-{rubric.id}",
            "version": _inert(rubric.version),
        }
        return settings | (
            {"default_language": _language(self.languages[0])} if len(self.languages) > 1 else {}
        )

    def _survey(self) -> Iterator[Row]:
        rubric = self.plan.rubric
        yield {"type": "calculate", "name": RUBRIC_FIELD, "calculation": _literal(rubric.id)}
        yield {"type": "calculate", "name": VERSION_FIELD, "calculation": _literal(rubric.version)}
        for section in (self.plan.who, *self.plan.sections):
            yield from self._section(section)

    def _section(self, section: Section) -> Iterator[Row]:
        name = _free(section.id, BEHIND_GROUPS, self.groups | _NO_GROUPS)
        self.groups.add(fold(name))
        national = all(question.national for question in section.questions)
        group = {"type": "begin group", "name": name, **self._texts("label", section.label)}
        yield group | ({"relevant": _NATIONAL} if national else {})
        for question in section.questions:
            yield self._question(question, national=question.national and not national)
        yield {"type": "end group"}

    def _question(self, question: Question, *, national: bool) -> Row:
        row: Row = {"name": self.names[question.name], "type": self._type(question)}
        row |= self._texts("label", question.label) | self._texts(
            "hint", joined(question.hint, question.limits)
        )
        row |= {"required": "yes"} if question.needed else {}
        constraint, message = self._constraint(question)
        if constraint:
            row |= {"constraint": constraint, **self._texts("constraint_message", message)}
        relevant = [_NATIONAL] if national else []
        parts = f"{question.of}__numerator"
        if question.measured and parts in self.asked:
            relevant.append(f"${{{parts}}} = ''")
        return row | ({"relevant": " and ".join(relevant)} if relevant else {})

    def _type(self, question: Question) -> str:
        if question.choices and question.part != "grade":
            return f"select_one {self._list(question)}"
        return {"number": "decimal", "whole": "integer"}.get(question.kind, "text")

    def _list(self, question: Question) -> str:
        """The name of a list of answers; the same list is used wherever the answers are the same."""
        choices = tuple(choice for choice in question.choices if not choice.between)
        choices += (_NOT_APPLICABLE,) if question.measured else ()
        name = next((name for name, known in self.lists.items() if known == choices), "")
        if not name:
            stem = "answers" if question.item else question.name
            name = _free(f"{stem}_list", "_of", {fold(known) for known in self.lists})
            self.lists[name] = choices
        return name

    def _constraint(self, question: Question) -> tuple[str, Text]:
        """What an answer has to fulfil, and what is said where it does not."""
        if question.name == "period":
            return _PERIOD, PERIOD_MESSAGE
        if question.part == "grade":
            return _GRADE, GRADE_MESSAGE
        if question.choices or question.kind == "text":
            return "", {}
        tests = (
            [f". {'>' if question.above else '>='} {digits(question.low)}"]
            if question.low is not None
            else []
        )
        tests += [f". <= {digits(question.high)}"] if question.high is not None else []
        if question.step and question.kind != "whole":
            steps = f"(. - {digits(question.first)}) div {digits(question.step)}"
            tests.append(f"abs({steps} - round({steps})) <= {digits(STEP_TOLERANCE)}")
        whole = self.asked.get(question.of)
        if question.part == "denominator" and whole and whole.share:
            tests.append(f". >= ${{{question.of}__numerator}}")
            return " and ".join(tests), PART_OF_WHOLE
        return " and ".join(tests), question.limits

    def _choices(self) -> Iterator[Row]:
        for name, choices in self.lists.items():
            for value, choice in {_value(choice): choice for choice in choices}.items():
                yield {"list_name": name, "name": value, **self._texts("label", choice.label)}

    def _texts(self, kind: str, text: Mapping[str, str]) -> Row:
        return {self._title(kind, one): _inert(say(text, one)) for one in self.languages} if text else {}

    def _title(self, kind: str, language: str) -> str:
        return f"{kind}::{_language(language)}" if len(self.languages) > 1 else kind


_NATIONAL = "${authority_level} = 'national'"
_NOT_APPLICABLE = Choice("not_applicable", ANSWER_LABELS["not_applicable"])


def _names(plan: Plan) -> dict[str, str]:
    """The name of the question that each column becomes."""
    items: dict[str, list[str]] = {}
    for question in plan.questions:
        if question.item:
            items.setdefault(question.of, []).append(question.item)
    # A sign at the end makes no difference when answers are read.
    own = {
        name: f"{name}_" if name.lower() == _RESERVED else name
        for name in (one.name for one in plan.questions)
    }
    return own | {
        f"{of}.{item}": name for of, some in items.items() for item, name in item_questions(of, some).items()
    }


def _language(code: str) -> str:
    return f"{LANGUAGE_NAMES.get(code, code)} ({code})"


def _inert(text: str) -> str:
    """A text in which nothing is taken for the answer to another question, as ``${name}`` would be."""
    return _REFERENCE.sub("$ ", text)


def _literal(text: str) -> str:
    """A text as a calculation, put together of pieces where it holds quotation marks or what looks like a reference."""
    pieces = [f'"{piece}"' if piece == "'" else f"'{piece}'" for piece in _PIECES.findall(text)]
    return pieces[0] if len(pieces) == 1 else f"concat({', '.join(pieces)})"


def _free(wanted: str, behind: str, taken: Collection[str]) -> str:
    """A name as wanted, or with something behind it where it is taken; ``taken`` are folded."""
    others = (f"{wanted}{behind}{number or ''}" for number in count())
    return next(name for name in chain([wanted], others) if fold(name) not in taken)


def _value(choice: Choice) -> str:
    value = choice.value
    return value.replace(" ", "_") if isinstance(value, str) else digits(value)


def _fill(sheet: Any, title: str, columns: tuple[str, ...], rows: list[Row]) -> None:
    sheet.title = title
    for at, cells in enumerate([columns, *([row.get(column) for column in columns] for row in rows)], 1):
        for place, value in enumerate(cells, 1):
            if isinstance(value, str):
                set_text(sheet.cell(at, place), value)
            elif value is not None:
                sheet.cell(at, place, value)
    for letter, width in zip("ABCDEF", (26, 44, 40, 40, 60, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
