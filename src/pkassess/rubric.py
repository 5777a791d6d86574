"""The models of a rubric: what a rubric file may say, and the words the program uses for it.

Only the shape is checked here. Whether the parts fit one another (names, weights, conditions) is checked in
``crosscheck``, and files are found and read in ``library``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from pkassess.aggregate import AGGREGATORS
from pkassess.formulas import FORMULAS
from pkassess.normalise import AnyScale, Frame, Pair, as_tuple
from pkassess.standings import STANDINGS
from pkassess.texts import Text

LanguageVersion = Literal[1, 2]
LANGUAGE_VERSION = max(LanguageVersion.__args__)
"""The version of the rubric language written today; ``migration`` tells what each version changed."""
DEFAULT_LAG_MONTHS = 3.0
LARGEST_WEIGHT = 1e9
"""Weights are proportions; larger ones are mistakes, and their sums no numbers."""
CONTEXT_COLUMNS = (
    *("country", "authority_level", "place_code", "parent", "neighbours", "peer_group", "phase"),
    *("population", "mission_start", "drawdown_start", "mission_end", "right_of_reply"),
)
"""Columns that travel with a partnership and are never scored."""

Aggregation = Literal[
    "arithmetic",
    "geometric",
    "harmonic",
    "power",
    "reversed_geometric",
    "minimum",
    "maximum",
    "median",
    "ratio",
    "conditional",
    "adjusted",
    "topsis",
    "copeland",
]
Polarity = Literal["positive", "negative"]
Periods = Literal["pool", "refuse"]
MissingRule = Literal["skip", "refuse", "worst", "impute"]
Imputation = Literal["mean", "median", "group_mean", "carry_forward"]
WeightMethod = Literal["equal", "samples", "budget", "pairwise", "entropy", "critic", "standard_deviation"]
Kind = Literal["judgement", "register", "survey", "public"]
Sampling = Literal["share", "events", "published"]
Limits = Annotated[tuple[float | None, float | None], BeforeValidator(as_tuple)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]


class Part(BaseModel):
    """What every part of a rubric shares: it cannot change, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Key(Part):
    """A column that says whom a row speaks of."""

    label: Text = Field(default_factory=dict, description="What the column is called.")
    aliases: list[str] = Field(default_factory=list, description="Further names of the column.")


class Level(Part):
    """A named band of scores, from its lower bound up to the next level's."""

    id: str = Field(description="The English name; it is what CSV and conditions use.")
    from_: float = Field(alias="from", description="Lower bound; the band is half open.")
    short: str = Field(max_length=4, description="Letter or short name for tables, 4 characters at most.")
    label: Text = Field(default_factory=dict, description="The name in other languages.")
    meaning: Text = Field(default_factory=dict, description="What the level says whatever the dimension.")


class Publication(Part):
    """When a dimension's score may be shown."""

    insufficient_below: float = Field(
        ge=0, le=1, description="Below this share of weight there is no result."
    )
    publish_from: float = Field(
        ge=0, le=1, description="From this share of applicable weight it is published."
    )
    indicator_share: float = Field(0.0, ge=0, le=1, description="Share of applicable indicators needed.")
    key_indicator: bool = Field(False, description="A key indicator of the dimension has to be there.")
    require_grades: bool = Field(False, description="Ungraded values do not count for coverage.")
    because: Text | None = Field(None, description="Why these thresholds.")


class Treatment(Part):
    """What is done about outlying values of an indicator, before its scale."""

    skewness: float = Field(2.0, gt=0, description="A column is skewed where it passes this, up or down,")
    kurtosis: float = Field(3.5, gt=0, description="and this excess kurtosis too.")
    most: int = Field(5, ge=0, description="So many values at most are brought in to the next one.")
    log: bool = Field(False, description="Where that is not enough, the logarithm is taken.")
    periods: Periods = Field("refuse", description="Data of several periods: all together, or refused.")
    because: Text | None = Field(None, description="Why values may be brought in.")


class Indicator(Part):
    """One measured thing, and how its value becomes a score."""

    id: Name = Field(description="The column name in workbooks and in every output.")
    label: Text = Field(description="Short name for reports.")
    question: Text = Field(default_factory=dict, description="What it asks.")
    aliases: list[str] = Field(default_factory=list, description="Further column names.")
    unit: str = Field(
        "", description="Unit of the raw value; 'percent' and 'count' have a meaning of their own."
    )
    scale: AnyScale = Field(description="From raw value to score.")
    treatment: Treatment | None = Field(
        None, description="What is done about outlying values; nothing if absent."
    )
    weight: float = Field(1.0, ge=0, le=LARGEST_WEIGHT, description="Weight among its siblings.")
    because: Text | None = Field(None, description="Why this weight.")
    family: str = Field("", description="Indicators that measure nearly the same thing share a family.")
    scope: Literal["all", "national"] = Field(
        "all", description="'national' scores national partnerships only."
    )
    kind: Kind = Field("register", description="How the value comes about.")
    key: bool = Field(False, description="A key indicator of its dimension.")
    seasonal: bool = Field(
        False, description="Swings with the season; left out of trends over periods shorter than a year."
    )
    max_age: float | None = Field(
        None, gt=0, description="Months a value may be carried forward; none if absent."
    )
    lag: float = Field(
        DEFAULT_LAG_MONTHS, ge=0, description="Months after the period a value may be observed."
    )
    limits: Limits | None = Field(None, description="Hard limits of the raw value.")
    source: Text = Field(default_factory=dict, description="Where the value comes from.")
    evidence: Text = Field(default_factory=dict, description="What has to be shown for it.")
    anchors: dict[int, Text] = Field(default_factory=dict, description="Descriptor of each rating.")
    seed: list[str] = Field(default_factory=list, description="Tags for the concerns it speaks to.")
    sampling: Sampling | None = Field(
        None,
        description="Its statistical interval: 'share' of a survey, counted 'events', or 'published' bounds.",
    )
    dispersion: float = Field(
        1.0, gt=0, description="Events only: variance over mean; above 1 where victims come in clusters."
    )

    @property
    def hard_limits(self) -> tuple[float | None, float | None]:
        """Lowest and highest raw value that can be; None where a side is open."""
        if self.limits is not None:
            return self.limits
        return (0.0, None) if self.unit == "count" else self.scale.natural_limits


class Use(Part):
    """A child that is defined elsewhere in the rubric."""

    use: Name = Field(description="Id of the indicator, group, dimension or index.")
    weight: float = Field(1.0, ge=0, le=LARGEST_WEIGHT, description="Weight among its siblings here.")
    reverse: bool | None = Field(
        None,
        description="Turn the score round (lowest + highest - score); to be said where polarities differ.",
    )
    because: Text | None = Field(None, description="Why this weight.")


def _child_kind(child: Any) -> str:
    if isinstance(child, dict):
        return "use" if "use" in child else "group" if "children" in child else "indicator"
    return {Use: "use", Group: "group"}.get(type(child), "indicator")


Child = Annotated[
    Annotated[Indicator, Tag("indicator")] | Annotated["Group", Tag("group")] | Annotated[Use, Tag("use")],
    Discriminator(_child_kind),
]


class Missing(Part):
    """What a node does about children that apply and have no score."""

    rule: MissingRule = Field(
        "skip",
        description="'skip': the others fill up; 'refuse': no score; 'worst': counts as the worst score; "
        "'impute': missing indicators are filled in.",
    )
    least_count: int | None = Field(None, ge=1, description="No score with fewer children than this.")
    least_weight: float | None = Field(
        None, gt=0, le=1, description="No score below this share of the applicable weight."
    )
    least_share: float | None = Field(
        None, gt=0, le=1, description="No score below this share of the applicable children, by count."
    )
    by: Imputation | None = Field(None, description="Impute only: what stands in for a missing value.")
    max_age: float | None = Field(None, gt=0, description="Carry-forward only: months it may be old.")
    because: Text | None = Field(None, description="Why this rule.")


class Weights(Part):
    """Where a node's weights come from, if they do not stand beside its children."""

    method: WeightMethod = Field(description="How the weights are found.")
    experts: dict[str, dict[str, float]] = Field(
        default_factory=dict,
        description="Budget: points by child, for each expert. Pairwise: `a/b: 3` for each pair, where a "
        "matters three times as much as b.",
    )
    file: str | None = Field(
        None,
        description="Samples: a CSV file beside the rubric, a column for each child, a row for each set.",
    )
    samples: dict[str, list[float]] = Field(
        default_factory=dict, description="Samples: the sets themselves, a list for each child."
    )
    because: Text | None = Field(None, description="Why these weights.")


class Node(Part):
    """What groups, dimensions and indices share: children and a way to put them together."""

    label: Text = Field(description="Name in reports.")
    aggregate: Aggregation = Field("arithmetic", description="How the children's scores become one.")
    floor: float = Field(
        0.0, ge=0, description="Geometric, harmonic and power only: scores below it count as it."
    )
    power: float | None = Field(None, description="Power only: the exponent of the mean.")
    threshold: float | None = Field(None, description="Conditional only: from here the first child counts.")
    factor: float = Field(1.0, description="Conditional only: what the second child is multiplied with.")
    intercept: float = Field(1.0, description="Adjusted only: a in first × (a + b × second).")
    slope: float | None = Field(None, description="Adjusted only: b in first × (a + b × second).")
    periods: Periods | None = Field(
        None,
        description="Topsis and copeland only; data of several periods: all together ('pool'), or refused ('refuse', as if left out).",
    )
    missing: Missing | None = Field(None, description="What is done about missing children; left out: skip.")
    weights: Weights | None = Field(None, description="Left out: the weights beside the children.")
    round: int | None = Field(
        None, ge=0, le=12, description="Decimals the score is rounded to before it is used; none if absent."
    )
    because: Text | None = Field(None, description="Why put together this way.")
    children: list[Child] = Field(min_length=1, description="Indicators, groups, or uses of others.")


class Group(Node):
    """A group inside a dimension or an index; groups nest to any depth."""

    id: Name = Field(description="Id in outputs and conditions.")
    weight: float = Field(1.0, ge=0, le=LARGEST_WEIGHT, description="Weight among its siblings.")
    polarity: Polarity | None = Field(None, description="Left out: that of the node above.")
    reverse: bool | None = Field(None, description="As for a use; to be said where polarities differ.")


class SubScore(Part):
    """A score shown beside its dimension; no step of the calculation."""

    label: Text = Field(description="Name in reports.")
    of: list[Name] = Field(min_length=1, description="Ids of the indicators it averages by their weights.")
    because: Text | None = Field(None, description="Why it is shown.")


class Dimension(Node):
    """A scored construct with its own polarity and levels."""

    short: Text = Field(default_factory=dict, description="At most four characters, for tables.")
    question: Text = Field(default_factory=dict, description="What it asks.")
    polarity: Polarity = Field("positive", description="'negative': a high score is bad.")
    levels: str | None = Field(None, description="Name of its level set.")
    bands: Literal["unrounded", "rounded"] = Field("unrounded", description="Which score the level goes by.")
    descriptors: dict[str, Text] = Field(default_factory=dict, description="What each level means here.")
    sub_scores: dict[Name, SubScore] = Field(default_factory=dict, description="Scores shown beside it.")


class Index(Node):
    """A score over dimensions."""

    short: Text = Field(default_factory=dict, description="At most four characters, for tables.")
    polarity: Polarity = Field("positive", description="'negative': a high score is bad.")
    levels: str | None = Field(None, description="Name of its level set.")
    bands: Literal["unrounded", "rounded"] = Field("unrounded", description="Which score the level goes by.")


class Step(Part):
    """One condition of a cap or veto and the level it allows at most."""

    when: str = Field(description="A condition.")
    level: str = Field(description="The level it allows at most.")


class OverallRule(Part):
    """A rule that gives the overall level at most some level. It has exactly one of three forms."""

    id: Name = Field(description="What reports and CSV call it.")
    label: Text = Field(default_factory=dict, description="Name in reports.")
    because: Text | None = Field(None, description="Why it exists.")
    level_of: Name | None = Field(None, description="At most the level of this dimension or index.")
    weakest_of: list[Name] | None = Field(
        None, description="At most the lowest of these levels, plus `plus`."
    )
    plus: int = Field(0, ge=0, description="Steps above the weakest.")
    at_most: list[Step] | None = Field(None, description="The first step whose condition holds counts.")

    @model_validator(mode="after")
    def _one_form(self) -> OverallRule:
        given = [form for form in ("level_of", "weakest_of", "at_most") if getattr(self, form) is not None]
        if len(given) != 1:
            raise ValueError("a rule has exactly one of level_of, weakest_of and at_most")
        return self


class Overall(Part):
    """The overall level: the lowest that any rule allows."""

    label: Text = Field(default_factory=dict, description="Name in reports.")
    levels: str = Field(description="Name of its level set.")
    because: Text | None = Field(None, description="Why it is formed this way.")
    rules: list[OverallRule] = Field(
        min_length=1, description="In the order in which a binding rule is named."
    )


class Alarm(Part):
    """Something announced whenever it holds, also where nothing is published."""

    id: Name = Field(description="Code in the column `alarms`.")
    when: str = Field(description="A condition.")
    text: Text = Field(description="What is announced; {id} holes are filled with rounded values.")


class Diagnostic(Part):
    """A measured thing that explains and never scores."""

    id: Name = Field(description="The column name in workbooks.")
    label: Text = Field(description="Short name for reports.")
    question: Text = Field(default_factory=dict, description="What it asks.")
    aliases: list[str] = Field(default_factory=list, description="Further column names.")
    unit: str = Field("", description="Unit of the value.")
    items: dict[str, Text] = Field(default_factory=dict, description="Items, where it is a checklist.")
    limits: Limits | None = Field(None, description="Hard limits of the value.")
    kind: Kind = Field("register", description="How the value comes about.")
    low: float | None = Field(
        None, description="At or below this it reads low (above, where low exceeds high)."
    )
    high: float | None = Field(None, description="At or above this it reads high.")
    both_sides: bool = Field(False, description="Mission and host report it separately.")
    seed: list[str] = Field(default_factory=list, description="Tags for the concerns it speaks to.")

    @property
    def hard_limits(self) -> tuple[float | None, float | None]:
        """Lowest and highest value that can be; None where a side is open."""
        if self.limits is not None:
            return self.limits
        return {"percent": (0.0, 100.0), "count": (0.0, None)}.get(self.unit, (None, None))


class DiagnosticBlock(Part):
    """A set of diagnostics printed together."""

    label: Text = Field(description="Heading in reports.")
    description: Text = Field(default_factory=dict, description="What it is for.")
    items: list[Diagnostic] = Field(min_length=1, description="The diagnostics.")


class Fact(Part):
    """Something no indicator holds, stated in the sheet `facts`."""

    label: Text = Field(description="What the fact says.")
    of_period: bool = Field(
        False, description="It is about one period and says nothing of later ones, as an election does."
    )


class ReadinessCondition(Part):
    """One condition of the readiness gate."""

    id: Name = Field(description="What reports and CSV call it.")
    label: Text = Field(description="Short name in reports.")
    kind: Literal["minimum", "support"] = Field(
        description="A minimum has to pass; support may lack a little."
    )
    when: str = Field(description="The condition under which it passes.")
    because: Text | None = Field(None, description="Why it is asked.")


class Readiness(Part):
    """Whether the authority could carry on alone: conditions and a verdict, never a percentage."""

    label: Text = Field(description="Heading in reports.")
    description: Text = Field(default_factory=dict, description="What the gate is for, and its limits.")
    conditions: list[ReadinessCondition] = Field(min_length=1, description="In the order they are printed.")
    open_at_most: int = Field(
        2, ge=0, description="How many support conditions may fail, each with owner and date."
    )
    imposed_exit: str | None = Field(
        None, description="When leaving is imposed; it is a flag of its own and no readiness."
    )


class CounterEvidence(Part):
    """What would speak against a hypothesis."""

    text: Text = Field(description="In words.")
    when: str | None = Field(None, description="A condition, where the data can tell.")


class DiagnosisRule(Part):
    """A pattern in the evidence and the hypothesis that it is consistent with."""

    id: Name = Field(description="What reports and CSV call it.")
    when: str = Field(description="The pattern.")
    challenge: Text = Field(description="What the pattern is consistent with.")
    strategy: Text = Field(description="What to examine.")
    against: CounterEvidence | None = Field(None, description="What would count against it.")
    seed: list[str] = Field(default_factory=list, description="Tags for the concerns it speaks to.")


class Practices(Part):
    """Which partnerships are contrasted to find practices that go with strength."""

    strong: str = Field(description="The condition of a strong partnership.")
    weak: str = Field(description="The condition of a weak one.")
    places: int = Field(2, ge=2, description="Strong places with a practice from which it is a candidate.")
    because: Text | None = Field(None, description="Why these.")


class RestructuringRule(Part):
    """A reason to put a partnership on the list of those that need restructuring."""

    id: Name = Field(description="What reports and CSV call it.")
    when: str = Field(description="The condition.")
    label: Text = Field(description="The reason in words.")


class Diagnosis(Part):
    """Hypotheses, contrasts of practice, and the list of what needs restructuring."""

    label: Text = Field(description="Heading in reports.")
    rules: list[DiagnosisRule] = Field(min_length=1, description="In the order they are printed.")
    practices: Practices | None = Field(None, description="The contrast of practices.")
    restructuring: list[RestructuringRule] = Field(
        default_factory=list, description="Any of these puts a case on the list."
    )
    spared_by: Name | None = Field(
        None, description="The rule of the diagnosis that takes a case off that list, and says why."
    )


class UncertaintySettings(Part):
    """How wide the errors of values are and how far weights vary. All are choices of the rubric."""

    strong: float = Field(
        3.0, ge=0, description="Half-width in score points of a strong value's 90 % interval."
    )
    moderate: float = Field(7.0, ge=0, description="The same for moderate evidence.")
    weak: float = Field(15.0, ge=0, description="The same for weak evidence.")
    ungraded: float = Field(20.0, ge=0, description="The same for ungraded evidence.")
    likert_least: float = Field(
        12.0, ge=0, description="Least half-width of a rating: its scale is no finer."
    )
    statistic_least: float = Field(
        3.0, ge=0, description="Half-width beside a statistic for an ungraded value."
    )
    carried_factor: float = Field(
        1.5, ge=1, description="A carried value's interval is this many times as wide."
    )
    carried_least: float = Field(10.0, ge=0, description="Least half-width of a carried value.")
    correlation: float = Field(
        0.5, ge=0, le=1, description="Of errors of one source in one partnership and period."
    )
    weight_spread: float = Field(0.25, ge=0, lt=1, description="Weights vary by this share, up and down.")
    because: Text | None = Field(None, description="Why these numbers.")


class TrendSettings(Part):
    """What counts as a change over time. All are choices of the rubric."""

    least_change: float = Field(5.0, gt=0, description="Smallest change that counts, in score points.")
    indicative_above: float = Field(
        10.0, gt=0, description="Median half-width of the intervals above which a trend is indicative only."
    )
    because: Text | None = Field(None, description="Why these numbers.")


class Rubric(Part):
    """A whole rubric."""

    pkassess: LanguageVersion = Field(
        description="Version of the rubric language; new rubrics have the highest."
    )
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")] = Field(description="Bare name for -r.")
    version: str = Field(description="Version of this rubric, as text.")
    languages: list[str] = Field(default_factory=lambda: ["en"], description="First: that of plain texts.")
    label: Text = Field(description="Name in reports.")
    description: Text = Field(default_factory=dict, description="What it is for, and its limits.")
    sources: list[str] = Field(default_factory=list, description="Where knots and figures come from.")
    keys: dict[Name, Key] = Field(min_length=1, description="The columns that name a partnership, in order.")
    period: Key | None = Field(None, description="The period column; left out, the rubric knows no periods.")
    score_range: Pair = Field((0.0, 100.0), description="Lowest and highest score.")
    knot_scores: list[float] = Field(
        default_factory=lambda: [0.0, 20.0, 40.0, 60.0, 80.0, 100.0],
        description="Scores of a plain knot list.",
    )
    source_order: list[str] = Field(default_factory=list, description="Source types, the best first.")
    levels: dict[Name, list[Level]] = Field(default_factory=dict, description="Named level sets.")
    publication: Publication | None = Field(None, description="Left out: what can be computed is published.")
    ranks: Literal["competition", "dense", "average"] = Field(
        "competition", description="How equal ones are ranked: 1 2 2 4, 1 2 2 3 or 1 2.5 2.5 4."
    )
    uncertainty: UncertaintySettings = Field(
        default_factory=UncertaintySettings, description="Widths of errors and spread of weights."
    )
    trends: TrendSettings = Field(
        default_factory=TrendSettings, description="What counts as a change over time."
    )
    dimensions: dict[Name, Dimension] = Field(min_length=1, description="The scored constructs.")
    indices: dict[Name, Index] = Field(default_factory=dict, description="Scores over dimensions.")
    overall: Overall | None = Field(None, description="The overall level.")
    alarms: list[Alarm] = Field(default_factory=list, description="What is announced whenever it holds.")
    diagnostics: dict[Name, DiagnosticBlock] = Field(
        default_factory=dict, description="Measured, not scored."
    )
    facts: dict[Name, Fact] = Field(default_factory=dict, description="Facts a workbook may state.")
    readiness: Readiness | None = Field(None, description="The readiness gate.")
    diagnosis: Diagnosis | None = Field(None, description="Hypotheses, practices, restructuring.")

    @cached_property
    def frame(self) -> Frame:
        """Where scores live."""
        return Frame(*map(float, self.score_range), tuple(map(float, self.knot_scores)))

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Every scored indicator once, in the order of the file."""
        found: dict[str, Indicator] = {}
        for node in (*self.dimensions.values(), *self.indices.values()):
            found.update((one.id, one) for one in indicators_of(node))
        return found

    @cached_property
    def diagnostic_items(self) -> dict[str, Diagnostic]:
        """Every diagnostic, in the order of the file."""
        return {item.id: item for block in self.diagnostics.values() for item in block.items}

    @cached_property
    def groups(self) -> dict[str, Group]:
        """Every inner group, in the order of the file."""
        return {
            child.id: child
            for node in (*self.dimensions.values(), *self.indices.values())
            for child in _descend(node)
            if isinstance(child, Group)
        }

    @property
    def nodes(self) -> dict[str, Node]:
        """Every dimension, index and group."""
        return {**self.dimensions, **self.indices, **self.groups}

    @cached_property
    def relative(self) -> dict[str, Text]:
        """Label of every indicator and node whose score depends on the other partnerships in the data."""
        scaled = {
            name: one.label
            for name, one in self.indicators.items()
            if one.scale.type == "relative" or one.treatment is not None
        }
        return scaled | {name: node.label for name, node in self.nodes.items() if node.aggregate in STANDINGS}

    @cached_property
    def imputes(self) -> bool:
        """Whether any node fills in what is missing."""
        return any(node.missing is not None and node.missing.rule == "impute" for node in self.nodes.values())

    @cached_property
    def oldest(self) -> dict[str, float | None]:
        """Months for which a value of each indicator may be carried forward: its own, else those of its node."""
        found: dict[str, float | None] = {}
        for node in self.nodes.values():
            months = node.missing.max_age if node.missing and node.missing.by == "carry_forward" else None
            for child in node.children:
                if isinstance(child, Indicator):
                    found[child.id] = child.max_age if child.max_age is not None else months
        return found

    def level_set(self, name: str | None) -> list[Level]:
        """The levels of a set, the lowest first; empty for none."""
        return self.levels.get(name, []) if name else []


def indicators_of(node: Node) -> Iterator[Indicator]:
    """The indicators that are defined below a node, at any depth."""
    return (child for child in _descend(node) if isinstance(child, Indicator))


def _descend(node: Node) -> Iterator[Indicator | Group | Use]:
    for child in node.children:
        yield child
        if isinstance(child, Group):
            yield from _descend(child)


assert set(Aggregation.__args__) == {*AGGREGATORS, *FORMULAS, *STANDINGS}  # noqa: S101  # the names a file may use are those registered
