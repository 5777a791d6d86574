"""Scales: from a raw value to a score. Each is a parameter model and a kernel registered under one name.

Kernels know arrays and parameters, and no rubric, column or workbook. They keep the shape, keep NaN where
NaN was, and give scores on the frame's range. Sources: the piecewise-linear curve through knots at level
boundaries is the rubric's own convention; goalposts follow the UNDP Human Development Report, technical note 1.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from pkassess.relative import UNBOUNDED, Line, fit
from pkassess.texts import Text
from pkassess.treatment import Treated

Array = NDArray[np.float64]


def as_tuple(value: Any) -> Any:
    """A list, which is what YAML gives, as the tuple that a model with strict types asks for."""
    return tuple(value) if isinstance(value, list) else value


HALF_STEP = 0.5
STEP_TOLERANCE = 1e-9
Pair = Annotated[tuple[float, float], BeforeValidator(as_tuple)]


class Frame(NamedTuple):
    """Where scores live: the range, and the scores at which a plain knot list has its knots."""

    low: float = 0.0
    high: float = 100.0
    knot_scores: tuple[float, ...] = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)


class Scale(BaseModel):
    """What all scales share. ``share`` marks a part of a whole, ``limits`` the values that can be."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)
    share: ClassVar[bool] = False

    because: Text | None = Field(None, description="Why the scale has these numbers.")
    _treated: Treated | None = PrivateAttr(None)

    @property
    def treated(self) -> Treated | None:
        """What is done to outlying values first; None for nothing."""
        return self._treated

    def treating(self, treated: Treated | None) -> Self:
        """This scale with another treatment of outlying values."""
        found = self.model_copy()
        found._treated = treated  # noqa: SLF001  # a copy of its own class
        return found

    @property
    def natural_limits(self) -> tuple[float | None, float | None]:
        """Hard limits that follow from the scale itself; None where a side is open."""
        return (None, None)

    @property
    def factor(self) -> float | None:
        """What numerator / denominator is multiplied with to give the raw value; None leaves it to the unit."""
        return None

    @property
    def step(self) -> float:
        """The distance between values that can be, counted from the lowest; 0 where every value can be."""
        return 0.0

    @property
    def bounded(self) -> bool:
        """Whether scores stay inside the range whatever the raw value."""
        return True

    def problem(self, frame: Frame) -> str:  # noqa: ARG002  # the scales with knots have to know the frame
        """What is wrong with the parameters on this frame, or ''."""
        return ""


def _out_of_order(what: str) -> PydanticCustomError:
    return PydanticCustomError("knot_order", "{what}", {"what": what})


class _Knots(Scale):
    knots: list[float] | list[Pair] = Field(
        description="Raw values at the knot scores (0, 20, 40, 60, 80, 100), or pairs [raw value, score]."
    )

    @model_validator(mode="after")
    def _one_direction(self) -> _Knots:
        raws = self.raw_knots
        if len(raws) < 2:  # noqa: PLR2004  # a curve has two ends
            raise _out_of_order("fewer than two knots")
        falling = raws[-1] < raws[0]
        for before, after in pairwise(raws):
            if before == after or (after < before) != falling:
                raise _out_of_order(f"{after:g} after {before:g}")
        return self

    @property
    def raw_knots(self) -> list[float]:
        return [knot[0] if isinstance(knot, tuple) else knot for knot in self.knots]

    def points(self, frame: Frame) -> list[tuple[float, float]]:
        """The knots as (raw value, score), raw values rising."""
        if isinstance(self.knots[0], tuple):
            pairs = [(float(raw), float(score)) for raw, score in self.knots]  # ty: ignore[not-iterable]
        else:
            pairs = list(zip(map(float, self.raw_knots), frame.knot_scores, strict=True))
        return sorted(pairs)

    def problem(self, frame: Frame) -> str:
        if not isinstance(self.knots[0], tuple) and len(self.knots) != len(frame.knot_scores):
            scores = ", ".join(f"{score:g}" for score in frame.knot_scores)
            return f"{len(self.knots)} knots for the {len(frame.knot_scores)} scores {scores}"
        outside = [score for _, score in self.points(frame) if not frame.low <= score <= frame.high]
        return f"a knot has score {outside[0]:g}, outside {frame.low:g} to {frame.high:g}" if outside else ""


class Curve(_Knots):
    """A piecewise-linear curve through knots; beyond the ends the end's score holds."""

    type: Literal["curve"]


class Rate(_Knots):
    """Numerator / denominator × ``per``, then a curve. A bare rate is accepted as it is."""

    type: Literal["rate"]
    per: float = Field(gt=0, description="The rate is per so many units of the denominator.")
    time_base: float | None = Field(
        None, gt=0, description="Months the rate speaks of; a count is scaled by time base / period length."
    )

    @property
    def natural_limits(self) -> tuple[float | None, float | None]:
        return (0.0, None)

    @property
    def factor(self) -> float:
        return self.per


class Percent(_Knots):
    """A share in percent, 0 to 100, then a curve."""

    share: ClassVar[bool] = True
    type: Literal["percent"]

    @property
    def natural_limits(self) -> tuple[float | None, float | None]:
        return (0.0, 100.0)

    @property
    def factor(self) -> float:
        return 100.0


class Band(Scale):
    """A two-sided curve through points [raw value, score]; raw values rise, scores may rise and fall."""

    type: Literal["band"]
    points_: list[Pair] = Field(alias="points", min_length=2, description="Pairs [raw, score].")

    @model_validator(mode="after")
    def _rising(self) -> Band:
        raws = [raw for raw, _ in self.points_]
        for before, after in pairwise(raws):
            if after <= before:
                raise _out_of_order(f"{after:g} after {before:g}")
        return self

    def points(self, frame: Frame) -> list[tuple[float, float]]:  # noqa: ARG002  # same call as a curve
        """The points as (raw value, score), raw values rising."""
        return [(float(raw), float(score)) for raw, score in self.points_]


class Likert(Scale):
    """A rating from 1 to ``points``, evenly spread over the range; ``reverse`` makes 1 the highest score."""

    type: Literal["likert"]
    points: int = Field(5, ge=2, description="Number of steps; ratings run from 1 to this.")
    reverse: bool = Field(False, description="1 is the highest score.")

    @property
    def natural_limits(self) -> tuple[float | None, float | None]:
        return (1.0, float(self.points))


class Checklist(Scale):
    """Share of applicable items that are met, in percent; ``reverse`` scores the share not met."""

    share: ClassVar[bool] = True
    type: Literal["checklist"]
    items: dict[str, Text] = Field(min_length=1, description="Item ids and what each asks for.")
    reverse: bool = Field(False, description="The fewer items are met, the higher the score.")

    @property
    def natural_limits(self) -> tuple[float | None, float | None]:
        return (0.0, 100.0)

    @property
    def factor(self) -> float:
        return 100.0


class Ordinal(Scale):
    """Steps from 0 to ``top``, evenly spread; half a step less where a flag says that a step holds in part only."""

    type: Literal["ordinal"]
    top: int = Field(ge=1, description="The highest step; steps run from 0 to this.")
    reverse: bool = Field(False, description="0 is the highest score.")

    @property
    def natural_limits(self) -> tuple[float | None, float | None]:
        return (0.0, float(self.top))

    @property
    def step(self) -> float:
        return HALF_STEP


class Identity(Scale):
    """A value that is a score already, on a range of its own, brought to the rubric's range in a straight line."""

    type: Literal["identity"]
    range: Pair = Field(description="Lowest and highest value that can be.")
    steps: float | None = Field(
        None, gt=0, description="Values lie so far apart, from the lowest on; others are rejected."
    )
    reverse: bool = Field(False, description="The lowest value is the highest score.")

    @model_validator(mode="after")
    def _rises(self) -> Identity:
        low, high = self.range
        if low >= high:
            raise _out_of_order(f"range from {low:g} to {high:g}")
        return self

    @property
    def natural_limits(self) -> tuple[float | None, float | None]:
        return self.range

    @property
    def step(self) -> float:
        return self.steps or 0.0

    def problem(self, frame: Frame) -> str:  # noqa: ARG002  # same call as a curve
        low, high = self.range
        count = (high - low) / self.steps if self.steps else 0.0
        return (
            f"steps of {self.steps:g} do not lead from {low:g} to {high:g}"
            if abs(count - round(count)) > STEP_TOLERANCE
            else ""
        )


class Transform(NamedTuple):
    """A function of raw values, and the values it is defined for: above ``least``, or from it on."""

    name: str
    apply: Callable[[Array], Array]
    least: float
    from_least: bool

    def defined(self, value: float) -> bool:
        """Whether the function has a value there."""
        return value >= self.least if self.from_least else value > self.least

    @property
    def domain(self) -> str:
        """The values it is defined for, in words."""
        return f"{self.least:g} or more" if self.from_least else f"above {self.least:g}"


TRANSFORMS = {
    "ln": Transform("logarithm", np.log, 0.0, from_least=False),
    "log": Transform("logarithm", np.log, 0.0, from_least=False),
    "log10": Transform("logarithm", np.log10, 0.0, from_least=False),
    "log1p": Transform("logarithm of 1 + the value", np.log1p, -1.0, from_least=False),
    "sqrt": Transform("square root", np.sqrt, 0.0, from_least=True),
    "reciprocal": Transform("reciprocal", np.reciprocal, 0.0, from_least=False),
}
"""Functions that may be applied to values and goalposts; ``log`` is another word for ``ln``."""


class Goalposts(Scale):
    """Position between the raw values of the lowest and of the highest score, on a line or after a transform."""

    type: Literal["goalposts"]
    bottom: float = Field(description="Raw value of the lowest score; above ``top`` when less is more.")
    top: float = Field(description="Raw value of the highest score.")
    clip: bool = Field(True, description="Hold scores to the range; without it they may leave it.")
    transform: Literal["ln", "log", "log10", "log1p", "sqrt", "reciprocal"] | None = Field(
        None, description="A function applied to value and goalposts; `log` is another word for `ln`."
    )
    floor: float | None = Field(
        None, description="With a transform only: values below it count as it before the transform."
    )
    per: float | None = Field(
        None,
        gt=0,
        description="The value is a numerator / denominator × this; a finished one is taken as it is.",
    )

    @property
    def factor(self) -> float | None:
        return self.per

    @property
    def bounded(self) -> bool:
        return self.clip

    @model_validator(mode="after")
    def _apart(self) -> Goalposts:
        if self.bottom == self.top:
            raise _out_of_order(f"bottom and top are both {self.top:g}")
        return self

    def problem(self, frame: Frame) -> str:  # noqa: ARG002  # same call as a curve
        if self.transform is None:
            return "`floor` belongs to a `transform`" if self.floor is not None else ""
        transform = TRANSFORMS[self.transform]
        wanted = f"a {transform.name} needs"
        lowest = min(self.bottom, self.top)
        if not transform.defined(lowest):
            return f"{wanted} goalposts {transform.domain}, found {lowest:g}"
        if self.floor is not None and not transform.defined(self.floor):
            return f"{wanted} a floor {transform.domain}, found {self.floor:g}"
        if self.floor is None and not self.clip:
            return f"without clip, {wanted} a `floor` {transform.domain}, which lower values count as"
        return ""


class Relative(Scale):
    """Position among the values of all partnerships in the data: it moves when one is added."""

    type: Literal["relative"]
    method: Literal[
        "min_max",
        "zscore",
        "rank",
        "rank_average",
        "percent_rank",
        "borda",
        "distance_to_maximum",
        "max",
        "sum",
        "vector",
    ] = Field(description="How the position is told.")
    reverse: bool = Field(False, description="Less is better.")
    range: Pair | None = Field(
        None, description="Lowest and highest score of this scale; left out: those of the rubric."
    )
    mean: float | None = Field(None, description="Z-score only: the score of the mean.")
    sd: float | None = Field(None, gt=0, description="Z-score only: score points of one standard deviation.")
    periods: Literal["pool", "refuse"] = Field(
        "refuse", description="Data of several periods: all values together, or refused."
    )
    _line: Line | None = PrivateAttr(None)

    @property
    def bounded(self) -> bool:
        return self.method not in UNBOUNDED

    def problem(self, frame: Frame) -> str:
        given = [name for name in ("mean", "sd") if getattr(self, name) is not None]
        if self.method == "zscore":
            if len(given) < 2:  # noqa: PLR2004  # a mean and a standard deviation
                return "`method: zscore` needs `mean` and `sd`, in score points"
            return "`range` does not belong to `method: zscore`" if self.range else ""
        if given:
            return f"`{given[0]}` belongs to `method: zscore`"
        low, high = self.range or (frame.low, frame.high)
        if low >= high:
            return f"range from {low:g} to {high:g}"
        if low < frame.low or high > frame.high:
            return f"range {low:g} to {high:g} is not inside {frame.low:g} to {frame.high:g}"
        return ""

    def fitted(self, values: Array, frame: Frame) -> Relative:
        """This scale with the line that the values of all partnerships give. Raises UndefinedError."""
        found = self.model_copy()
        found._line = self._through(values, frame)  # noqa: SLF001  # a copy of its own class
        return found

    def line(self, values: Array, frame: Frame) -> Line:
        """The line it was fitted with, else the one through ``values``."""
        return self._line if self._line is not None else self._through(values, frame)

    def _through(self, values: Array, frame: Frame) -> Line:
        low, high = self.range or (frame.low, frame.high)
        origin, length = low, high - low
        if self.mean is not None and self.sd is not None:
            origin, length = self.mean, self.sd
        return fit(self.method, values, origin, length, reverse=self.reverse)


AnyScale = Annotated[
    Curve | Band | Rate | Percent | Likert | Ordinal | Identity | Checklist | Goalposts | Relative,
    Field(discriminator="type"),
]


def _through_points(x: Array, scale: Any, frame: Frame) -> Array:
    raws, scores = zip(*scale.points(frame), strict=True)
    return np.interp(x, raws, scores)


def _likert(x: Array, scale: Likert, frame: Frame) -> Array:
    share = (x - 1.0) / (scale.points - 1)
    return _spread(1.0 - share if scale.reverse else share, frame)


def _checklist(x: Array, scale: Checklist, frame: Frame) -> Array:
    return _spread((100.0 - x if scale.reverse else x) / 100.0, frame)


def _ordinal(x: Array, scale: Ordinal, frame: Frame) -> Array:
    share = x / scale.top
    return _spread(1.0 - share if scale.reverse else share, frame)


def _identity(x: Array, scale: Identity, frame: Frame) -> Array:
    low, high = scale.range
    if (low, high) == (frame.low, frame.high):
        return (low + high - x if scale.reverse else x) + 0.0
    share = (x - low) / (high - low)
    return _spread(1.0 - share if scale.reverse else share, frame)


def _goalposts(x: Array, scale: Goalposts, frame: Frame) -> Array:
    bottom, top = scale.bottom, scale.top
    if scale.transform is not None:
        ends = min(bottom, top), max(bottom, top)
        x = x if scale.floor is None else np.maximum(x, scale.floor)
        # Held to the goalposts, a value that the transform is not defined for lies at the lower one.
        x = np.clip(x, *ends) if scale.clip else x
        apply = TRANSFORMS[scale.transform].apply
        x, bottom, top = apply(x), *apply(np.array([bottom, top], dtype=np.float64)).tolist()
    share = (x - bottom) / (top - bottom)
    return _spread(np.clip(share, 0.0, 1.0) if scale.clip else share, frame)


def _relative(x: Array, scale: Relative, frame: Frame) -> Array:
    return scale.line(x, frame).at(x)


def _spread(share: Array, frame: Frame) -> Array:
    # Adding 0.0 turns a -0.0, which would print as "-0", into 0.0.
    return frame.low + share * (frame.high - frame.low) + 0.0


KERNELS: dict[type[Scale], Callable[[Array, Any, Frame], Array]] = {
    Curve: _through_points,
    Rate: _through_points,
    Percent: _through_points,
    Band: _through_points,
    Likert: _likert,
    Ordinal: _ordinal,
    Identity: _identity,
    Checklist: _checklist,
    Goalposts: _goalposts,
    Relative: _relative,
}
"""Every scale and the function that computes it. A new scale is a model above and a line here."""


def normalise(x: Array, scale: Scale, frame: Frame = Frame()) -> Array:  # noqa: B008  # an immutable tuple
    """Scores of raw values ``x`` (any shape) on the frame's range; NaN stays NaN.

    A relative scale that was not fitted takes ``x`` for the values of all partnerships.
    """
    x = np.asarray(x, dtype=np.float64)
    return KERNELS[type(scale)](x if scale.treated is None else scale.treated.apply(x), scale, frame)


def reach(scale: Scale, frame: Frame) -> tuple[float, float] | None:
    """The raw values between which a scale distinguishes, or None where it has no ends of its own."""
    if isinstance(scale, _Knots | Band):
        points = scale.points(frame)
        return points[0][0], points[-1][0]
    if isinstance(scale, Goalposts) and scale.clip:
        return min(scale.bottom, scale.top), max(scale.bottom, scale.top)
    return None


def turning_points(scale: Scale, frame: Frame) -> Array:
    """Raw values at which a scale's curve may turn; empty for a straight line."""
    if isinstance(scale, _Knots | Band):
        points = np.array([raw for raw, _ in scale.points(frame)])
    elif isinstance(scale, Relative):
        points = np.array(scale.line(np.empty(0), frame).raws)
    else:
        points = np.array(reach(scale, frame) or ())
    return points if scale.treated is None else scale.treated.undone(points)
