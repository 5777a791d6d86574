"""What a rubric asks for: every column of a data-entry workbook, every question of a form, in one plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, inf
from typing import TYPE_CHECKING, Literal, NamedTuple

from pkassess.columnwords import CONTEXT_WORDS, SISTER_WORDS
from pkassess.contextwords import LEVELS, PHASES
from pkassess.grades import INFORMATION_GRADES, SOURCE_GRADES
from pkassess.measures import measures_of
from pkassess.normalise import STEP_TOLERANCE, Checklist, Identity, Likert, Ordinal, Rate, reach
from pkassess.parts import LEAST_STATISTIC
from pkassess.rubric import CONTEXT_COLUMNS, Indicator, indicators_of
from pkassess.template.words import (
    ANSWER_LABELS,
    CONTEXT_HINTS,
    LEVEL_LABELS,
    NATIONAL_HINT,
    PART_HINTS,
    PERIOD_HINT,
    PHASE_LABELS,
    RATE_HINT,
    WHO,
    digits,
    joined,
    limits_in_words,
)

if TYPE_CHECKING:
    from pkassess.columns import Measure
    from pkassess.rubric import Diagnostic, Rubric
    from pkassess.texts import Text

EXTRAS = {
    "grades": "a grade of the evidence beside each value",
    "sources": "source and type of source beside each value",
    "sides": "what mission and host each read, for judgements and what both report",
    "parts": "numerator and denominator of every share, not of rates alone",
    "samples": "sample sizes of surveys and published bounds",
}
"""Columns that a template may have beside the values, by the word that asks for them."""
GRADES = tuple(letter + digit for letter in SOURCE_GRADES for digit in INFORMATION_GRADES)
NOT_APPLICABLE = "not applicable"
_ROW_CONTEXT = ("country", "authority_level", "place_code", "peer_group", "phase", "population")
"""Context that a row of data gives; the rest stands once in the sheet ``partnerships``."""
_MOST_STEPS = 25
_SAMPLES = {"share": ("n", "design_effect"), "published": ("lower", "upper"), "events": ()}
_COUNTED = ("count", "number", "persons")


class Choice(NamedTuple):
    """An answer to choose: what is written, and what it means. ``between`` marks half steps of a described scale."""

    value: str | float
    label: Text
    between: bool = False


@dataclass(frozen=True)
class Question:
    """One column of a workbook or question of a form.

    ``of`` is the indicator or diagnostic it belongs to, ``part`` which sister column of it, ``item`` which item of a
    checklist; both are '' for the value. Of numbers, ``low`` and ``high`` are the limits, None where open; ``step`` is how
    far apart they lie from ``first`` on, 0 where any will do.
    """

    name: str
    label: Text
    hint: Text
    kind: Literal["text", "number", "whole", "choice"]
    example: str | float
    of: str = ""
    part: str = ""
    item: str = ""
    low: float | None = None
    high: float | None = None
    step: float = 0.0
    first: float = 0.0
    above: bool = False
    """The lower limit itself is too low."""
    choices: tuple[Choice, ...] = ()
    needed: bool = False
    national: bool = False
    share: bool = False
    """Of a value: a part of a whole, whose numerator is no larger than its denominator."""
    unit: str = ""

    @property
    def limits(self) -> Text:
        """What may be written where a number is asked for; nothing elsewhere."""
        if self.kind in ("text", "choice"):
            return {}
        return limits_in_words(
            self.low, self.high, whole=self.kind == "whole", above=self.above, step=self.step
        )

    @property
    def measured(self) -> bool:
        """Whether it is the value of an indicator or diagnostic, and may be not applicable."""
        return bool(self.of) and not self.part and not self.item


@dataclass(frozen=True)
class Section:
    """Questions that belong together, under one heading."""

    id: str
    label: Text
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Plan:
    """Everything a template asks for: ``who`` is the partnership and period of a row, the rest what is measured."""

    rubric: Rubric
    who: Section
    sections: tuple[Section, ...]

    @property
    def questions(self) -> list[Question]:
        """All questions in order."""
        return [question for section in (self.who, *self.sections) for question in section.questions]

    @property
    def once(self) -> list[str]:
        """Context that is given once for each partnership, in the sheet ``partnerships``."""
        if "mission" not in self.rubric.keys:
            return []
        asked = {*self.rubric.keys, *_ROW_CONTEXT}
        return [name for name in CONTEXT_COLUMNS if name not in asked]


def plan_of(rubric: Rubric, extras: frozenset[str] = frozenset()) -> Plan:
    """What a template for a rubric asks; ``extras`` are words of ``EXTRAS``."""
    return Plan(rubric, Section("who", WHO, tuple(_who(rubric))), tuple(_sections(rubric, extras)))


def _who(rubric: Rubric) -> Iterator[Question]:
    """The keys, the period, and the context that may differ from row to row."""
    examples = {"mission": "UNMAV", "authority": "Karuvel", "country": "Avaria"}
    for name, key in rubric.keys.items():
        yield Question(name, key.label or {"": name}, {}, "text", examples.get(name, "North"), needed=True)
    if rubric.period is not None:
        label = rubric.period.label or {"": "period"}
        yield Question("period", label, PERIOD_HINT, "text", "2025", needed=True)
    for name in _ROW_CONTEXT:
        belongs = {"authority_level": "authority", "phase": "mission"}.get(name)
        if name not in rubric.keys and (belongs is None or belongs in rubric.keys):
            yield _context(name, rubric)


def _asks_of_local(rubric: Rubric) -> bool:
    """Whether anything is asked of local authorities; the example row is about one then."""
    return any(one.scope == "all" for one in rubric.indicators.values())


def _context(name: str, rubric: Rubric) -> Question:
    label, hint = CONTEXT_WORDS[name], CONTEXT_HINTS[name]
    if name == "authority_level":
        levels = tuple(Choice(level, LEVEL_LABELS[level]) for level in LEVELS)
        example = "adm2" if _asks_of_local(rubric) else "national"
        return Question(name, label, hint, "choice", example, choices=levels, needed=True)
    if name == "phase":
        phases = tuple(Choice(phase, PHASE_LABELS[phase]) for phase in PHASES)
        return Question(name, label, hint, "choice", "deployment", choices=phases)
    if name == "population":
        return Question(name, label, hint, "whole", 84000, low=0)
    examples = {"country": "Avaria", "place_code": "AVA-07", "peer_group": ""}
    return Question(name, label, hint, "text", examples[name])


def _sections(rubric: Rubric, extras: frozenset[str]) -> Iterator[Section]:
    """A section for each dimension, index and block that has indicators or diagnostics of its own."""
    measures = measures_of(rubric)
    seen: set[str] = set()
    for name, node in (*rubric.dimensions.items(), *rubric.indices.items()):
        own = [one for one in indicators_of(node) if one.id not in seen]
        seen |= {one.id for one in own}
        asked = tuple(
            question for one in own for question in _Asked(one, measures[one.id], rubric, extras).all()
        )
        if asked:
            yield Section(name, node.label, asked)
    for name, block in rubric.diagnostics.items():
        asked = tuple(
            question
            for one in block.items
            for question in _Asked(one, measures[one.id], rubric, extras).all()
        )
        yield Section(name, block.label, asked)


class _Asked:
    """The questions about one indicator or diagnostic."""

    def __init__(
        self, one: Indicator | Diagnostic, measure: Measure, rubric: Rubric, extras: frozenset[str]
    ) -> None:
        self.one, self.measure, self.rubric, self.extras = one, measure, rubric, extras
        self.scale = one.scale if isinstance(one, Indicator) else None
        self.national = isinstance(one, Indicator) and one.scope == "national" and "authority" in rubric.keys

    def all(self) -> Iterator[Question]:
        """The parts or items, the value, and what was asked for besides."""
        items = self.scale.items if isinstance(self.scale, Checklist) else getattr(self.one, "items", {})
        for item, text in items.items():
            yield self._item(item, text)
        parts = list(self._parts(checklist=bool(items)))
        if not items:
            yield self._value(parted="numerator" in parts)
        for part in parts:
            yield self._sister(part)

    def _parts(self, *, checklist: bool) -> Iterator[str]:
        rate = self.scale is not None and self.scale.factor is not None and not self.scale.share
        if not checklist and (rate or ("parts" in self.extras and self._is_share())):
            yield from ("numerator", "denominator")
        if self.measure.flagged:
            yield "flag"
        sampling = getattr(self.one, "sampling", None)
        if "samples" in self.extras and sampling:
            yield from _SAMPLES[sampling]
        if "sides" in self.extras and (
            getattr(self.one, "both_sides", False) or self.one.kind == "judgement"
        ):
            yield from ("mission", "host")
        if "grades" in self.extras:
            yield "grade"
        if "sources" in self.extras:
            yield from ("source", "source_type")

    def _is_share(self) -> bool:
        """Whether the value is a part of a whole; a change in percent is none."""
        return self.measure.share and (self.measure.low, self.measure.high) == (0.0, 100.0)

    def _item(self, item: str, text: Text) -> Question:
        choices = tuple(Choice(answer, label) for answer, label in ANSWER_LABELS.items())
        return Question(
            name=f"{self.one.id}.{item}",
            label=joined(self.one.label, text or {"": item}, mark=": "),
            hint=self.one.question,
            kind="choice",
            example="yes",
            of=self.one.id,
            item=item,
            choices=choices,
            national=self.national,
        )

    def _value(self, *, parted: bool) -> Question:
        low, high, choices = self.measure.low, self.measure.high, self._choices()
        step, first = self.measure.step, self.measure.first
        whole = self.one.unit in _COUNTED or (step == 1 and first == round(first))
        kind = "choice" if choices else "whole" if whole else "number"
        hint = joined(self.one.question, RATE_HINT if parted else {}, NATIONAL_HINT if self.national else {})
        return Question(
            name=self.one.id,
            label=self.one.label,
            hint=hint,
            kind=kind,
            example="" if parted or self._not_asked() else self._example(choices),
            of=self.one.id,
            low=low,
            high=high,
            step=step,
            first=first,
            choices=choices,
            national=self.national,
            share=self._is_share(),
            unit=self.one.unit,
        )

    def _choices(self) -> tuple[Choice, ...]:
        """The steps inside the limits, where they are few; between described steps stand half ones, for a mean of two."""
        scale = self.scale
        if isinstance(scale, Likert):
            low, high, step = 1.0, float(scale.points), 0.5
        elif isinstance(scale, Ordinal):
            low, high, step = 0.0, float(scale.top), scale.step
        elif isinstance(scale, Identity) and scale.step:
            low, high, step = *scale.range, scale.step
        else:
            return ()
        least, most = self._limits
        first, last = (max(low, least) - low) / step, (min(high, most) - low) / step
        if last - first >= _MOST_STEPS:
            return ()
        steps = range(ceil(first - STEP_TOLERANCE), floor(last + STEP_TOLERANCE) + 1)
        return tuple(self._choice(round(low + at * step, 9)) for at in steps)

    @property
    def _limits(self) -> tuple[float, float]:
        """The lowest and highest value that can be."""
        low, high = self.measure.low, self.measure.high
        return -inf if low is None else low, inf if high is None else high

    def _choice(self, value: float) -> Choice:
        whole = float(value).is_integer()
        anchors = self.one.anchors if isinstance(self.one, Indicator) else {}
        number = digits(value)
        described = anchors.get(int(value)) if whole else None
        label = joined({"": number}, described, mark=" - ") if described else {"": number}
        return Choice(value, label, between=bool(anchors) and not whole)

    def _not_asked(self) -> bool:
        """Whether the authority of the example row is not asked: a figure of the country, and a local authority."""
        return self.national and "authority" in self.rubric.keys and _asks_of_local(self.rubric)

    def _example(self, choices: tuple[Choice, ...]) -> float:
        """A value in the middle of what can be."""
        if choices:
            whole = [float(choice.value) for choice in choices if float(choice.value).is_integer()]
            return whole[len(whole) // 2] if whole else float(choices[len(choices) // 2].value)
        ends = reach(self.scale, self.rubric.frame) if self.scale else None
        low, high = ends or (self.measure.low, self.measure.high)
        if low is None:
            value = 0.0 if high is None else high
        elif high is None:
            value = low + 10
        else:
            value = float(round((low + high) / 2)) if high - low > 1 else round((low + high) / 2, 3)
        return self._fitting(value)

    def _fitting(self, value: float) -> float:
        """The value nearest to one that lies inside the limits and on a step."""
        (low, high), step, first = self._limits, self.measure.step, self.measure.first
        value = min(max(value, low), high)
        if not step:
            return value
        nearest = first + round((value - first) / step) * step
        return round(nearest - step if nearest > high else nearest + step if nearest < low else nearest, 9)

    def _sister(self, part: str) -> Question:
        low, high, kind = _NUMBERS.get(part, (None, None, "text"))
        if parted := part in ("numerator", "denominator"):
            kind = "whole" if isinstance(self.scale, Rate) else "number"
        elif part in ("mission", "host", "lower", "upper"):
            low, high, kind = self.measure.low, self.measure.high, "number"
        choices = self._sister_choices(part)
        return Question(
            name=f"{self.one.id}__{part}",
            label=joined(self.one.label, SISTER_WORDS[part], mark=": "),
            hint=joined(self.one.question if parted else {}, PART_HINTS[part]),
            kind="choice" if choices else kind,
            example="" if self._not_asked() else self._sister_example(part, choices),
            of=self.one.id,
            part=part,
            low=low,
            high=high,
            step=self.measure.step if part in ("mission", "host") else 0.0,
            first=self.measure.first,
            above=part == "denominator",
            choices=choices,
            national=self.national,
        )

    def _sister_choices(self, part: str) -> tuple[Choice, ...]:
        if part == "grade":
            return tuple(Choice(grade, {"": grade}) for grade in GRADES)
        if part == "source_type":
            return tuple(Choice(kind, {"": kind}) for kind in self.rubric.source_order)
        if part == "flag":
            return Choice(1.0, {"": "1"}), Choice(0.0, {"": "0"})
        return self._choices() if part in ("mission", "host") else ()

    def _sister_example(self, part: str, choices: tuple[Choice, ...]) -> str | float:
        whole = 84000 if isinstance(self.scale, Rate) else 100
        counted = round(self._example(()) / self.measure.per * whole)
        known = {"grade": "B3", "source": "district register", "n": 400, "design_effect": 1.5, "flag": 1.0}
        known |= {"numerator": counted, "denominator": whole}
        return choices[0].value if part == "source_type" and choices else known.get(part, "")


_NUMBERS: dict[str, tuple[float | None, float | None, Literal["number", "whole"]]] = {
    "n": (1.0, None, "whole"),
    "design_effect": (LEAST_STATISTIC["design_effect"], None, "number"),
    "numerator": (0.0, None, "number"),
    "denominator": (0.0, None, "number"),
}
"""Limits and kind of the numbers that stand beside a value."""
