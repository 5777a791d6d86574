"""What the reader has to know of each indicator and diagnostic of a rubric."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pkassess.answers import FIVE, USUAL_STEPS
from pkassess.columns import Measure
from pkassess.normalise import Checklist, Likert, Ordinal, Rate
from pkassess.texts import fold, say

if TYPE_CHECKING:
    from pkassess.rubric import Diagnostic, Indicator, Rubric
    from pkassess.texts import Text


def measures_of(rubric: Rubric) -> dict[str, Measure]:
    """What the reader has to know of each indicator and diagnostic, in order."""
    found = {indicator.id: _of_indicator(indicator) for indicator in rubric.indicators.values()}
    found.update((item.id, _of_diagnostic(item)) for item in rubric.diagnostic_items.values())
    return found


def _of_indicator(indicator: Indicator) -> Measure:
    scale = indicator.scale
    low, high = indicator.hard_limits
    unit = "percent" if scale.type in ("percent", "checklist") else indicator.unit
    return Measure(
        id=indicator.id,
        unit=unit,
        low=low,
        high=high,
        per=scale.factor or (100.0 if unit == "percent" else 1.0),
        parted=bool(scale.factor) or scale.share or unit == "percent",
        time_base=scale.time_base if isinstance(scale, Rate) else None,
        share=scale.share,
        items=tuple(scale.items) if isinstance(scale, Checklist) else (),
        lag=indicator.lag,
        points=scale.points if isinstance(scale, Likert) else 0,
        words=_step_names(indicator.anchors) if isinstance(scale, Likert) else {},
        steps=_steps(indicator.anchors, scale.points) if isinstance(scale, Likert) else "",
        answers=_answers(indicator.anchors),
        step=scale.step,
        first=scale.natural_limits[0] or 0.0,
        flagged=isinstance(scale, Ordinal),
    )


def _step_names(anchors: Mapping[int, Text]) -> dict[str, float]:
    """What a rubric calls the steps of a rating: the words before the colon, where every description has one."""
    named = {
        fold(text.partition(":")[0]): float(step)
        for step, texts in anchors.items()
        for text in texts.values()
        if ":" in text
    }
    return named if len(named) == sum(len(texts) for texts in anchors.values()) else {}


def _steps(anchors: Mapping[int, Text], points: int) -> str:
    """The steps of a rating with the words that cells may hold for them."""
    if _step_names(anchors):
        named = (f"{step} ({say(anchors[step]).partition(':')[0]})" for step in sorted(anchors))
        return ", ".join(named)
    return USUAL_STEPS if points == FIVE else f"1 to {points}"


def _answers(anchors: Mapping[int, Text]) -> dict[str, float]:
    """The described steps as the choices of a survey form show them, folded."""
    return {
        fold(f"{step} - {text}"): float(step) for step, texts in anchors.items() for text in texts.values()
    }


def _of_diagnostic(item: Diagnostic) -> Measure:
    low, high = item.hard_limits
    unit = "percent" if item.items else item.unit
    if item.items and item.limits is None:
        low, high = 0.0, 100.0
    percent = unit == "percent"
    return Measure(
        id=item.id,
        unit=unit,
        low=low,
        high=high,
        per=100.0 if percent else 1.0,
        parted=percent,
        share=percent,
        items=tuple(item.items),
    )
