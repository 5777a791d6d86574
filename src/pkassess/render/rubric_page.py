"""A rubric printed so that it can be read, discussed and agreed without opening its file."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pkassess.conditions import Condition, parse
from pkassess.formulas import FORMULAS
from pkassess.library import bundled, load
from pkassess.normalise import (
    TRANSFORMS,
    Band,
    Checklist,
    Goalposts,
    Identity,
    Likert,
    Ordinal,
    Percent,
    Rate,
    Relative,
    Scale,
)
from pkassess.render.colour import Style, columns_of, counted, inert, style_of
from pkassess.rubric import Group, Indicator, Node, Treatment, Use
from pkassess.standings import STANDINGS
from pkassess.texts import say
from pkassess.weights import DATA_METHODS, sets_of

if TYPE_CHECKING:
    from pkassess.rubric import Dimension, Index, OverallRule, Rubric

_WIDEST = 100
_FACT_WIDTH = 12
_KINDS = {
    "judgement": "a judgement by assessors",
    "register": "records",
    "survey": "a survey",
    "public": "published data",
}
_AGGREGATES = {
    "arithmetic": "the weighted mean: a weak part may be offset by a strong one",
    "geometric": "the weighted geometric mean: a weak part pulls more than a strong one lifts",
    "minimum": "the lowest of its parts",
    "maximum": "the highest of its parts",
    "harmonic": "the weighted harmonic mean: it leans to the weakest part",
    "power": "the weighted power mean with the exponent {power:g}",
    "reversed_geometric": "the geometric mean of what its parts leave to the top: the strongest part counts most",
    "median": "the middle one of its parts; weights do not shift it",
    "ratio": "its first part divided by its second",
    "conditional": "its first part where that is {threshold:g} or more, else {factor:g} × its second",
    "adjusted": "its first part × ({intercept:g} + {slope:g} × its second)",
    "topsis": "its place among all partnerships between the best and the worst of them (TOPSIS)",
    "copeland": "its wins less its defeats against every other partnership (Copeland)",
}
_MISSING = {
    "refuse": "Where a part is missing there is no score.",
    "worst": "A missing part counts as the worst score.",
    "impute": "Missing values are filled in ({by}) and marked.",
}


def list_lines() -> Iterator[str]:
    """The bundled rubrics: id, version, what each is for, its size and the columns that name a partnership."""
    style = style_of(sys.stdout)
    for name in bundled():
        rubric = load(name)
        page = _Page(rubric, "en", style)
        keys = ", ".join([*rubric.keys, *(["period"] if rubric.period else [])])
        yield f"{style.strong(inert(name))} {rubric.version}  {page.say(rubric.label)}\n"
        first = page.say(rubric.description).partition(". ")[0].rstrip(".")
        yield from (f"{line}\n" for line in style.wrapped(f"{first}.", "    ") if first)
        size = f"{counted(len(rubric.indicators), 'indicator')} in {counted(len(rubric.dimensions), 'dimension')}"
        yield from (f"{line}\n" for line in style.wrapped(f"{size}; columns {keys}.", "    "))
    yield f"{style.quiet('To read one:')} pkassess rubric show NAME\n"


def rubric_lines(rubric: Rubric, language: str) -> Iterator[str]:
    """The whole rubric in words, in one of its languages."""
    style = style_of(sys.stdout)
    page = _Page(rubric, language, replace(style, width=min(style.width, _WIDEST)))
    for line in page.lines():
        yield f"{line.rstrip()}\n"


def scale_in_words(rubric: Rubric, indicator: Indicator, language: str = "en") -> str:
    """What a raw value of an indicator scores, in one sentence without colour."""
    return _Page(rubric, language, Style()).scale_in_words(indicator)


class _Page:
    def __init__(self, rubric: Rubric, language: str, style: Style) -> None:
        self.rubric, self.language, self.style = rubric, language, style

    def say(self, text: Mapping[str, str] | None) -> str:
        """A text of the rubric in the page's language, on one line."""
        return inert(" ".join(say(text, self.language).split()))

    def lines(self) -> Iterator[str]:
        yield from self.head()
        yield from self.keys()
        yield from self.level_sets()
        yield from self.overall()
        for name, dimension in self.rubric.dimensions.items():
            yield from self.dimension(name, dimension)
        yield from self.indices()
        yield from self.publication()
        yield from self.intervals()
        yield from self.alarms()
        yield from self.diagnostics()
        yield from self.facts()
        yield from self.sources()

    # --- building blocks ---

    def section(self, title: str, right: str = "") -> Iterator[str]:
        title = title.upper()
        gap = " " * max(self.style.width - columns_of(title) - columns_of(right), 2) if right else ""
        yield ""
        yield f"{self.style.strong(title)}{gap}{self.style.quiet(right)}"

    def text(self, text: str, indent: str = "") -> Iterator[str]:
        return self.style.wrapped(text, indent)

    def fact(self, title: str, text: str, indent: str = "", width: int = _FACT_WIDTH) -> Iterator[str]:
        """A named line; nothing where there is no text."""
        if text:
            start = f"{indent}{title:<{width}} "
            lines = list(self.style.wrapped(text, " " * len(start), first=start))
            yield lines[0].replace(title, self.style.quiet(title), 1)
            yield from lines[1:]

    def title_of(self, name: str) -> str:
        """The label of whatever has an id, or the id itself."""
        rubric = self.rubric
        subs = {key: sub for part in rubric.dimensions.values() for key, sub in part.sub_scores.items()}
        for known in (
            rubric.dimensions,
            rubric.indices,
            rubric.groups,
            subs,
            rubric.indicators,
            rubric.diagnostic_items,
        ):
            if name in known:
                return self.say(known[name].label) or name
        return name

    # --- the parts of the page ---

    def head(self) -> Iterator[str]:
        rubric, style = self.rubric, self.style
        yield f"{style.strong(self.say(rubric.label) or rubric.id)}  {style.quiet(f'{rubric.id} {rubric.version}')}"
        yield style.rule()
        yield from self.text(self.say(rubric.description))
        if self.language not in rubric.languages:
            yield from self.text(
                f"It has no texts in '{inert(self.language)}'; its languages are {', '.join(rubric.languages)}."
            )

    def keys(self) -> Iterator[str]:
        yield from self.section("Columns that name a partnership")
        columns = dict(self.rubric.keys) | ({"period": self.rubric.period} if self.rubric.period else {})
        for name, key in columns.items():
            others = ", ".join(map(inert, key.aliases))
            yield from self.fact(
                name, f"{self.say(key.label) or name}{f'; also {others}' if others else ''}", "  "
            )
        if self.rubric.period is None:
            yield from self.text("There is no period: each partnership stands in one row.", "  ")

    def level_sets(self) -> Iterator[str]:
        low, high = self.rubric.frame.low, self.rubric.frame.high
        for name, levels in self.rubric.levels.items():
            yield from self.section(f"Levels: {name}", f"scores from {low:g} to {high:g}")
            ends = [*(level.from_ for level in levels[1:]), None]
            for level, end in zip(levels, ends, strict=True):
                span = (
                    f"{level.from_:g} to below {end:g}" if end is not None else f"{level.from_:g} and above"
                )
                title = f"{inert(level.short):<4} {self.level(name, level.id)}"
                yield from self.fact(
                    title, ". ".join(filter(None, (span, self.say(level.meaning)))), "  ", 22
                )

    def level(self, level_set: str | None, name: str) -> str:
        """A level's name in the page's language."""
        found = next((level for level in self.rubric.level_set(level_set) if level.id == name), None)
        return inert(found.label.get(self.language, name) if found else name)

    def dimension(self, name: str, dimension: Dimension) -> Iterator[str]:
        direction = "high is good" if dimension.polarity == "positive" else "high is bad"
        count = sum(isinstance(child, Indicator) for child in _below(dimension))
        yield from self.section(
            f"Dimension: {self.say(dimension.label)}", f"{direction}, {counted(count, 'indicator')}"
        )
        yield from self.fact("Column", name, "  ")
        yield from self.fact("It asks", self.say(dimension.question), "  ")
        yield from self.fact("Its score is", self.together(dimension), "  ", 12)
        for level, text in dimension.descriptors.items():
            yield from self.fact(self.level(dimension.levels, level), self.say(text), "  ", 16)
        yield from self.children(dimension, "  ")
        for sub, score in dimension.sub_scores.items():
            members = ", ".join(map(self.title_of, score.of))
            yield ""
            yield from self.fact(
                "Shown beside",
                f"{self.say(score.label)} ({sub}): the weighted mean of {members}. {self.say(score.because)} "
                "It is no step of the calculation.",
                "  ",
            )

    def together(self, node: Node) -> str:
        """How the parts of a node become its score."""
        terms = {
            **dict(node),
            "threshold": node.threshold or 0.0,
            "slope": node.slope or 0.0,
            "power": node.power or 0.0,
        }
        parts = [f"{_AGGREGATES[node.aggregate].format_map(terms)}."]
        parts += [f"Scores below {node.floor:g} count as {node.floor:g}."] if node.floor else []
        parts += ["It moves when a partnership is added."] if node.aggregate in STANDINGS else []
        parts += self.missing(node)
        if node.weights is not None:
            parts += [
                f"Weights: {node.weights.method.replace('_', ' ')}. {self.say(node.weights.because)}".strip()
            ]
        parts += [f"Rounded to {node.round} decimals."] if node.round is not None else []
        return " ".join([*parts, self.say(node.because)]).strip()

    @staticmethod
    def missing(node: Node) -> list[str]:
        """What is done about missing parts, in sentences; none for the default."""
        rule = node.missing
        if rule is None:
            return []
        parts = (
            [_MISSING[rule.rule].format(by=str(rule.by).replace("_", " "))] if rule.rule in _MISSING else []
        )
        parts += [f"At least {rule.least_count} parts are needed."] if rule.least_count else []
        parts += (
            [f"At least {_percent(rule.least_share)} of the parts are needed."] if rule.least_share else []
        )
        parts += (
            [f"At least {_percent(rule.least_weight)} of the weight is needed."] if rule.least_weight else []
        )
        return parts

    @staticmethod
    def shares(node: Node) -> list[str]:
        """What each part of a node weighs, in words."""
        if node.aggregate in FORMULAS:
            return ["first part", "second part"]
        sets = sets_of(
            node.weights, [child.use if isinstance(child, Use) else child.id for child in node.children]
        )
        if sets.method in DATA_METHODS:
            return ["weight from the data"] * len(node.children)
        weights = sets.mean.tolist() if len(sets.values) else [child.weight for child in node.children]
        if sets.method == "equal":
            weights = [1.0] * len(weights)
        return [f"weight {_percent(weight / sum(weights))}" for weight in weights]

    def children(self, node: Node, indent: str) -> Iterator[str]:
        for child, share in zip(node.children, self.shares(node), strict=True):
            if isinstance(child, Indicator):
                yield from self.indicator(child, share, indent)
            elif isinstance(child, Group):
                yield ""
                yield f"{indent}{self.style.strong(self.say(child.label))}  {child.id}, {share}"
                yield from self.fact("Its score is", self.together(child), indent + "  ")
                yield from self.children(child, indent + "  ")
            else:
                yield from self.use(child, share, indent)

    def use(self, child: Use, share: str, indent: str) -> Iterator[str]:
        turned = " Turned round: high counts as low." if child.reverse else ""
        text = f"{self.title_of(child.use)}, {share}.{turned} {self.say(child.because)}"
        yield from self.fact("Part", text, indent)

    def indicator(self, indicator: Indicator, share: str, indent: str) -> Iterator[str]:
        marks = [share]
        marks += ["key indicator"] if indicator.key else []
        marks += ["national only"] if indicator.scope == "national" else []
        yield ""
        yield f"{indent}{self.style.strong(self.say(indicator.label))}  {self.style.quiet(', '.join(marks))}"
        inner = indent + "  "
        yield from self.fact("Column", indicator.id, inner)
        yield from self.fact("It asks", self.say(indicator.question), inner)
        yield from self.scale(indicator, inner)
        yield from self.fact("Weight", self.say(indicator.because), inner)
        yield from self.fact("Limits", _limits(indicator), inner)
        if indicator.max_age is not None:
            yield from self.fact(
                "Old values", f"carried forward for up to {indicator.max_age:g} months", inner
            )
        yield from self.fact("Family", self.family(indicator), inner)
        origin = ". ".join(filter(None, (_KINDS[indicator.kind].capitalize(), self.say(indicator.source))))
        yield from self.fact("Comes from", origin, inner)
        yield from self.fact("Evidence", self.say(indicator.evidence), inner)
        yield from self.fact("Also named", ", ".join(map(inert, indicator.aliases)), inner)

    def family(self, indicator: Indicator) -> str:
        if not indicator.family:
            return ""
        others = [
            self.say(other.label)
            for other in self.rubric.indicators.values()
            if other.family == indicator.family and other.id != indicator.id
        ]
        beside = f": measures nearly the same as {', '.join(others)}" if others else ""
        return f"{inert(indicator.family)}{beside}"

    def treatment_in_words(self, treatment: Treatment) -> str:
        """What is done about outlying values."""
        then = "; where that is not enough, their logarithm counts" if treatment.log else ""
        return (
            f"where skewness passes {treatment.skewness:g} and kurtosis {treatment.kurtosis:g}, up to {treatment.most} "
            f"values count as the next one{then}. {self.say(treatment.because)}"
        ).strip()

    def scale(self, indicator: Indicator, indent: str) -> Iterator[str]:
        scale = indicator.scale
        items = " One column per item:" if isinstance(scale, Checklist) else ""
        yield from self.fact("Scale", self.scale_in_words(indicator) + items, indent)
        if indicator.treatment is not None:
            yield from self.fact("Outliers", self.treatment_in_words(indicator.treatment), indent)
        if isinstance(scale, Checklist):
            for item, text in scale.items.items():
                yield from self.fact(f"{indicator.id}.{inert(item)}", self.say(text), indent + "  ", 0)
        for rating, text in sorted(indicator.anchors.items()):
            yield from self.fact(f"{rating}", self.say(text), indent + "  ", 1)
        yield from self.fact("Why so", self.say(scale.because), indent)

    def scale_in_words(self, indicator: Indicator) -> str:
        """What a raw value scores, told so that it can be checked with a pencil."""
        scale, frame = indicator.scale, self.rubric.frame
        unit = _unit(indicator)
        if isinstance(scale, Checklist):
            best = "the score is the percentage of items met"
            if scale.reverse:
                best = f"the fewer items are met, the higher the score: {frame.high:g} for none"
            return (
                f"{best}. Answers: yes counts 1, partial one half, no 0; 'not applicable' leaves the count, a "
                "blank is unknown."
            )
        if isinstance(scale, Relative):
            return _relative(scale, self.rubric)
        points = _points(scale, self.rubric)
        listed = ", ".join(
            f"{raw:,g}{unit if at == 0 or unit.strip() == '%' else ''} scores {score:g}"
            for at, (raw, score) in enumerate(points)
        )
        if isinstance(scale, Goalposts) and (scale.transform or not scale.clip):
            line = f"by the {TRANSFORMS[scale.transform].name}" if scale.transform else "in a straight line"
            beyond = ", the ends' scores beyond" if scale.clip else " and beyond"
            floor = "" if scale.floor is None else f" Values below {scale.floor:,g} count as it."
            return f"{listed}; {line} between{beyond}.{floor}{_parts(scale)}"
        if isinstance(scale, Ordinal):
            return f"{listed}; half a step less where the column {indicator.id}__flag holds 0."
        ends = "" if isinstance(scale, Likert | Identity) else ", the ends' scores beyond"
        return f"{listed}; straight lines between{ends}.{_parts(scale)}"

    def indices(self) -> Iterator[str]:
        for name, index in self.rubric.indices.items():
            yield from self.index(name, index)

    def index(self, name: str, index: Index) -> Iterator[str]:
        yield from self.section(f"Index: {self.say(index.label)}")
        yield from self.fact("Column", name, "  ")
        yield from self.fact("Its score is", self.together(index), "  ")
        yield from self.children(index, "  ")

    def overall(self) -> Iterator[str]:
        overall = self.rubric.overall
        if overall is None:
            return
        yield from self.section(self.say(overall.label) or "Overall level")
        start = "The lowest level that any of these rules allows; the first rule that reaches it is named."
        yield from self.text(f"{start} {self.say(overall.because)}", "  ")
        for number, rule in enumerate(overall.rules, 1):
            yield ""
            yield f"  {number}. {self.style.strong(self.say(rule.label) or rule.id)}  {self.style.quiet(rule.id)}"
            for line in self.rule(rule):
                yield from self.text(line, "     ")
            yield from self.text(self.say(rule.because), "     ")

    def rule(self, rule: OverallRule) -> Iterator[str]:
        levels = self.rubric.overall.levels if self.rubric.overall else None
        if rule.level_of:
            yield f"At most the level of {self.title_of(rule.level_of)}."
        if rule.weakest_of:
            above = f", plus {counted(rule.plus, 'level')}" if rule.plus else ""
            yield f"At most the lowest level among {', '.join(map(self.title_of, rule.weakest_of))}{above}."
        for at, step in enumerate(rule.at_most or ()):
            start = "At most" if at == 0 else "Else at most"
            yield f"{start} {self.level(levels, step.level)} if {self.condition(step.when)}."

    def publication(self) -> Iterator[str]:
        rule = self.rubric.publication
        yield from self.section("When a result is published")
        if rule is None:
            yield from self.text("Whatever can be computed is published.", "  ")
            return
        needs = [f"at least {_percent(rule.publish_from)} of the weight that applies is observed"]
        if rule.indicator_share:
            needs.append(
                f"at least {_percent(rule.indicator_share)} of the indicators that apply are observed"
            )
        if rule.key_indicator:
            needs.append("a key indicator is there, where the dimension has one")
        if rule.require_grades:
            needs.append("the values carry an evidence grade; ungraded ones do not count")
        listed = f"{', '.join(needs[:-1])} and {needs[-1]}" if len(needs) > 1 else needs[0]
        yield from self.text(f"A dimension is published if {listed}.", "  ")
        least = _percent(rule.insufficient_below)
        below = f"Below {least} of the weight the evidence is insufficient and there is no result."
        yield from self.text(f"{below} In between the result is provisional and shown as a range.", "  ")
        yield from self.text(self.say(rule.because), "  ")

    def intervals(self) -> Iterator[str]:
        if "uncertainty" not in self.rubric.model_fields_set:
            return
        yield from self.section("How wide the errors are taken to be")
        settings = self.rubric.uncertainty
        for name, field in type(settings).model_fields.items():
            value = getattr(settings, name)
            if isinstance(value, (int, float)):
                yield from self.fact(f"{value:g}", field.description or name, "  ", 5)
        yield from self.text(self.say(settings.because), "  ")

    def alarms(self) -> Iterator[str]:
        if self.rubric.alarms:
            yield from self.section("Alarms", "announced also when nothing is published")
        for alarm in self.rubric.alarms:
            yield from self.text(_HOLE.sub("…", self.say(alarm.text)), "  ")
            yield from self.text(f"{alarm.id}: when {self.condition(alarm.when)}.", "    ")

    def diagnostics(self) -> Iterator[str]:
        for name, block in self.rubric.diagnostics.items():
            yield from self.section(f"{self.say(block.label) or name}", "measured, never scored")
            yield from self.text(self.say(block.description), "  ")
            for item in block.items:
                yield ""
                yield f"  {self.style.strong(self.say(item.label))}"
                yield from self.fact("Column", item.id, "    ")
                yield from self.fact("It asks", self.say(item.question), "    ")
                yield from self.fact("Reads", _cut_points(item), "    ")
                if item.both_sides:
                    sides = f"{item.id}__mission and {item.id}__host"
                    yield from self.fact("Both sides", f"each side's own figure in {sides}", "    ")
                for part, text in item.items.items():
                    yield from self.fact(f"{item.id}.{inert(part)}", self.say(text), "      ", 0)

    def facts(self) -> Iterator[str]:
        if self.rubric.facts:
            yield from self.section("Facts", "given in the sheet facts; what is not said is unknown")
        for name, fact in self.rubric.facts.items():
            yield from self.fact(name, self.say(fact.label), "  ", 30)

    def sources(self) -> Iterator[str]:
        if self.rubric.sources:
            yield from self.section("Sources")
        for source in self.rubric.sources:
            yield from self.style.wrapped(inert(source), "    ", first="  - ")

    # --- conditions in words ---

    def condition(self, text: str) -> str:
        """A condition as a sentence would say it."""
        condition: Condition = parse(text)
        return self.node(condition.root)

    def node(self, node: Any, *, inside: bool = False) -> str:
        if hasattr(node, "parts"):
            joined = f" {node.operator} ".join(self.node(part, inside=True) for part in node.parts)
            return f"({joined})" if inside and node.operator == "or" else joined
        if hasattr(node, "part"):
            said = self.node(node.part, inside=True)
            return (
                said.replace(_ON_RECORD, _NOT_ON_RECORD, 1) if said.startswith(_ON_RECORD) else f"not: {said}"
            )
        if hasattr(node, "left"):
            return f"{self.operand(node.left)} {_comparison(node.operator, node.constants)}"
        return self.operand(node)

    def operand(self, operand: Any) -> str:
        name, function = operand.name, operand.function
        if function in ("fact", "recorded"):
            label = self.rubric.facts[name].label if name in self.rubric.facts else None
            return f'{_ON_RECORD} "{self.say(label) or name}"'
        title = self.title_of(name)
        if title == name:
            node, _, suffix = name.rpartition("_")
            if suffix in ("level", "status", "coverage", "confidence") and node:
                return (
                    f"the {suffix} of {self.title_of(node)}" if node != "overall" else f"the overall {suffix}"
                )
        words = {
            "score": f"the score of {title}",
            "class": f"the evidence for {title}",
            "status": f"the status of {title}",
            "reported": f"{title}, as reported for the period,",
        }
        return words.get(function, title)


_ON_RECORD, _NOT_ON_RECORD = "it is on record:", "it is not on record:"
_HOLE = re.compile(r"\{\w+\}")
_COMPARISONS = {
    ">=": "is {} or more",
    ">": "is above {}",
    "<=": "is {} or less",
    "<": "is below {}",
    "==": "is {}",
    "!=": "is not {}",
}


def _comparison(operator: str, constants: Sequence[float | str]) -> str:
    words = [f"{constant:g}" if isinstance(constant, float) else str(constant) for constant in constants]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    return _COMPARISONS[operator].format(listed)


def _below(node: Node) -> Iterator[Any]:
    for child in node.children:
        yield child
        if isinstance(child, Group):
            yield from _below(child)


def _unit(indicator: Indicator) -> str:
    """The unit as it follows a number."""
    if indicator.unit == "percent":
        return "\N{NO-BREAK SPACE}%"
    plain = not indicator.unit or indicator.unit == "count" or isinstance(indicator.scale, Likert)
    return "" if plain else f" {inert(indicator.unit)}"


def _points(scale: Scale, rubric: Rubric) -> list[tuple[float, float]]:
    """(raw value, score) at the corners of a scale, in the order of the file."""
    frame = rubric.frame
    if isinstance(scale, Likert):
        step = (frame.high - frame.low) / (scale.points - 1)
        scores = [frame.low + step * at for at in range(scale.points)]
        return [(at + 1.0, score) for at, score in enumerate(reversed(scores) if scale.reverse else scores)]
    if isinstance(scale, Ordinal | Identity):
        low, high = (0.0, scale.top) if isinstance(scale, Ordinal) else scale.range
        return (
            [(high, frame.low), (low, frame.high)]
            if scale.reverse
            else [(low, frame.low), (high, frame.high)]
        )
    if isinstance(scale, Goalposts):
        return [(scale.bottom, frame.low), (scale.top, frame.high)]
    found: Any = scale
    points = found.points(frame)
    return points if isinstance(scale, Band) or points[0][1] <= points[-1][1] else points[::-1]


def _relative(scale: Relative, rubric: Rubric) -> str:
    """What a relative scale does, with the warning that belongs to it."""
    low, high = scale.range or (rubric.frame.low, rubric.frame.high)
    ends = (
        f"the mean scores {scale.mean:g}, one standard deviation is {scale.sd:g} points"
        if scale.method == "zscore"
        else f"from {low:g} to {high:g}"
    )
    better = "; less is better" if scale.reverse else ""
    several = "taken together" if scale.periods == "pool" else "refused"
    return (
        f"relative to all partnerships in the data ({scale.method}), {ends}{better}. Scores move when a partnership "
        f"is added. Data of several periods are {several}."
    )


def _parts(scale: Scale) -> str:
    """How the value may be given by its parts."""
    if isinstance(scale, Rate):
        months = f", counted over {scale.time_base:g} months" if scale.time_base else ""
        return f" The value, or numerator / denominator times {scale.per:,g}{months}."
    if isinstance(scale, Goalposts) and scale.per:
        return f" The value, or numerator / denominator times {scale.per:,g}."
    return " The value, or numerator and denominator." if isinstance(scale, Percent) else ""


def _limits(indicator: Indicator) -> str:
    low, high = indicator.hard_limits
    if low is None and high is None:
        return ""
    if low is not None and high is not None:
        words = f"from {low:,g} to {high:,g}"
    else:
        words = f"{low:,g} or more" if low is not None else f"{high:,g} or less"
    return f"{words}; other values are rejected"


def _percent(share: float) -> str:
    return f"{share * 100:.3g}\N{NO-BREAK SPACE}%"


def _cut_points(item: Any) -> str:
    unit = "\N{NO-BREAK SPACE}%" if item.unit == "percent" else f" {inert(item.unit)}" if item.unit else ""
    if item.low is None or item.high is None:
        return ""
    if item.low < item.high:
        return f"low up to {item.low:g}{unit}, high from {item.high:g}{unit}"
    return f"high up to {item.high:g}{unit}, low from {item.low:g}{unit}"
