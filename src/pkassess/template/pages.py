"""The pages of a template that are read and not filled in: instructions, codebook, about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pkassess.columnwords import EXAMPLE_MARK
from pkassess.intake import TEMPLATE_ROW
from pkassess.normalise import Band, Checklist, Curve, Frame, Goalposts, Percent, Rate
from pkassess.render.rubric_page import scale_in_words
from pkassess.rubric import Group, Indicator
from pkassess.template.words import limits_in_words
from pkassess.texts import say
from pkassess.version import VERSION

if TYPE_CHECKING:
    from pkassess.rubric import Diagnostic, Node, Rubric
    from pkassess.template.plan import Plan

CODEBOOK_FIELDS = (
    "column",
    "section",
    "label",
    "question",
    "unit",
    "answers",
    "score",
    "direction",
    "source",
    "evidence",
)
_KINDS = {
    "judgement": "a judgement of assessors",
    "register": "a count or register",
    "survey": "a survey",
    "public": "public data",
}


def instructions(plan: Plan, score_command: str) -> Iterator[tuple[str, str]]:
    """The page that is read first, as (heading, text) lines; ``score_command`` scores the filled-in file."""
    rubric = plan.rubric
    parts = {question.part for question in plan.questions}
    *first, last = (*rubric.keys, *(["period"] if rubric.period else []))
    whom = f"{', '.join(first)} and {last}" if first else last
    yield say(rubric.label), f"Data-entry workbook for the rubric {rubric.id}, version {rubric.version}."
    yield (
        "Fill in",
        f"The sheet data: one row for each {whom}. A comment on each column name says what is asked.",
    )
    labels = "; ".join(say(section.label) for section in (plan.who, *plan.sections))
    yield "Colours", f"Each part of the sheet has a colour of its own, in this order: {labels}."
    yield (
        "Example",
        f"The row that begins with {EXAMPLE_MARK} shows how. It is never read; leave it, or write over it.",
    )
    yield "Blank", "A blank cell says that nobody reported. Zero is written 0."
    yield (
        "Not applicable",
        "Where an indicator cannot apply, write: not applicable. It then leaves the count; a blank does not.",
    )
    if any(question.item for question in plan.questions):
        yield (
            "Checklists",
            "Choose yes, partial, no or not applicable for each point; two thirds of the points need an answer.",
        )
    if "numerator" in parts:
        yield (
            "Rates",
            "Give the two counts (numerator and denominator), or the rate itself where they are not known.",
        )
    if any(choice.between for question in plan.questions for choice in question.choices):
        yield (
            "Ratings",
            "Whole steps are described in the codebook; a half step is the mean of two assessors.",
        )
    if "grade" in parts:
        yield (
            "Grades",
            "A letter for the source (A reliable to E, F not known), a digit for the information (1 to 5, 6 not known).",
        )
    if plan.once:
        yield (
            "partnerships",
            f"Optional: what holds for a partnership in all periods ({', '.join(plan.once)}).",
        )
    if rubric.facts:
        yield "facts", "Optional: what no indicator holds. What is not said is unknown, never false."
    if rubric.period is not None:
        yield (
            "targets, breaks",
            "Optional: agreed values with their dates; where a series starts anew, and why.",
        )
    yield (
        "Protection",
        "Column names and these pages are locked so that nothing changes by accident. There is no password.",
    )
    yield "Check", "pkassess validate FILE.xlsx lists every cell to mend."
    yield "Score", score_command


def about(plan: Plan) -> Iterator[tuple[str, str]]:
    """The rows of the sheet ``about``; blank ones are for the user."""
    yield "rubric", plan.rubric.id
    yield "rubric_version", plan.rubric.version
    yield TEMPLATE_ROW, f"pkassess {VERSION}"
    yield "marking", ""
    if plan.rubric.period is not None:
        yield "fiscal_year_start", ""


def codebook(plan: Plan) -> Iterator[tuple[str, ...]]:
    """A row for each indicator and diagnostic, and one for each item of a checklist."""
    rubric = plan.rubric
    polarities = _polarities(rubric)
    for section in plan.sections:
        for name in dict.fromkeys(question.of for question in section.questions):
            one = rubric.indicators.get(name) or rubric.diagnostic_items[name]
            scored = isinstance(one, Indicator)
            yield (
                name,
                say(section.label),
                say(one.label),
                say(one.question),
                one.unit,
                _answers(one),
                scale_in_words(rubric, one) if scored else "measured, never scored",
                _direction(one, polarities) if scored else "",
                say(one.source) or _KINDS[one.kind] if scored else _KINDS[one.kind],
                say(one.evidence) if scored else "",
            )
            for item, text in items_of(one).items():
                yield (
                    f"{name}.{item}",
                    say(section.label),
                    say(text) or item,
                    "",
                    "",
                    "yes, partial, no, not applicable",
                    "",
                    "",
                    "",
                    "",
                )


def items_of(one: Indicator | Diagnostic) -> dict[str, dict[str, str]]:
    """The items of a checklist by id; none for anything else."""
    if isinstance(one, Indicator):
        return one.scale.items if isinstance(one.scale, Checklist) else {}
    return one.items


def _answers(one: Indicator | Diagnostic) -> str:
    """What may be written, and what each described step means."""
    if items_of(one):
        return "one column for each point, below"
    step = one.scale.step if isinstance(one, Indicator) else 0.0
    limits = say(limits_in_words(*one.hard_limits, step=step)).removesuffix(".")
    anchors = one.anchors if isinstance(one, Indicator) else {}
    return "\n".join([limits, *(f"{step}: {say(text)}" for step, text in sorted(anchors.items()))])


def _direction(one: Indicator, polarities: Mapping[str, str]) -> str:
    """Whether a high value is good: by the scale, and by whether a high score is."""
    scale = one.scale
    if isinstance(scale, Band):
        return "neither low nor high is best"
    if isinstance(scale, Goalposts):
        rising = scale.top > scale.bottom
    elif isinstance(scale, Curve | Rate | Percent):
        points = scale.points(Frame(knot_scores=tuple(map(float, range(len(scale.knots))))))
        rising = points[0][1] <= points[-1][1]
    else:
        rising = not scale.reverse
    good = rising != (polarities[one.id] == "negative")
    return f"a high value is {'good' if good else 'bad'}"


def _polarities(rubric: Rubric) -> dict[str, str]:
    """Whether a high score is good, for each indicator: by the node it is defined in."""
    found: dict[str, str] = {}

    def descend(node: Node, polarity: str) -> None:
        for child in node.children:
            if isinstance(child, Indicator):
                found.setdefault(child.id, polarity)
            elif isinstance(child, Group):
                descend(child, child.polarity or polarity)

    for node in (*rubric.dimensions.values(), *rubric.indices.values()):
        descend(node, node.polarity)
    return found
