"""What ``compare`` prints: every partnership with the changes of its scores and what they come from."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

import numpy as np

from pkassess.decompose import Effect, Part, Side
from pkassess.differences import Difference, Pair
from pkassess.figures import counted, half_up, raw_text, score_text
from pkassess.render import check_format
from pkassess.render.colour import Style, columns_of, inert, padded, style_of
from pkassess.render.delimited import csv_lines, write_package
from pkassess.render.files import names_folder, write_text
from pkassess.render.json_document import json_lines
from pkassess.render.markdown import plain
from pkassess.tables.differences import evidence, part_points
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.assess import Assessment
    from pkassess.compared import Compared

NARROWEST, WIDEST = 60, 140
SHOWN_EFFECTS = 3
"""Effects named under a change; the tables hold all."""
STILL = 0.05
"""Points below which a change or effect is not named on the page."""
MISLEADING = 0.75
"""Points by which the difference of two printed scores may be off the printed change."""
_PART_NAMES = {Part.INDICATOR: "indicators", Part.COVERAGE: "coverage", Part.RUBRIC: "rubric"}
_LEGEND = (
    "Change: score after less score before, with its 90 % interval. What it comes from adds up to it: indicators (raw "
    "values), coverage (observed on one side only) and rubric (weights, scales, aggregation). A change of level is "
    "confirmed when 80 % of draws show it and it does not rest on doubtful evidence."
)


def deliver(compared: Compared, output: str | None, format: str) -> None:  # noqa: A002
    """The comparison to a file or folder, or to standard output."""
    if output:
        write(compared, output, format)
    else:
        sys.stdout.writelines(lines(compared, format, sys.stdout))


def write(compared: Compared, path: str, format: str) -> None:  # noqa: A002
    """Write the comparison under a path: a CSV package for a folder, one file otherwise."""
    check_format(format)
    if format == "csv" and names_folder(path):
        write_package(compared.tables(), compared.meta, path, "comparison", _title(compared))
    else:
        write_text(path, lines(compared, format))


def lines(compared: Compared, format: str, stream: TextIO | None = None) -> Iterator[str]:  # noqa: A002
    """The comparison in one format; ``stream`` is where it will be shown. Raises UsageError for another."""
    check_format(format)
    return _FORMATS[format](compared, _style(stream))


def _style(stream: TextIO | None) -> Style:
    if stream is None:
        return Style()
    style = style_of(stream)
    given = os.environ.get("COLUMNS", "")
    width = shutil.get_terminal_size().columns if style.bold or given.isdigit() else style.width
    return replace(style, width=max(NARROWEST, min(width, WIDEST)))


def _title(compared: Compared) -> str:
    """What is compared, in words: periods, files or rubrics, whatever differs."""
    sides = (compared.before, compared.after)
    files = [", ".join(book.file for book in side.inputs.workbooks) for side in sides]
    rubrics = [_rubric_name(side) for side in sides]
    periods = [_periods(compared, at) for at in (0, 1)]
    differing = [" → ".join(pair) for pair in (periods, files, rubrics) if pair[0] != pair[1]]
    return "; ".join(filter(None, differing)) or files[0]


def _rubric_name(side: Assessment) -> str:
    rubric, chosen = side.rubric, side.inputs.chosen
    return f"{rubric.id} {rubric.version}" + (f" ({chosen})" if chosen and chosen != rubric.id else "")


def _periods(compared: Compared, at: int) -> str:
    labels = {_label(pair, at) for pair in compared.found.pairs}
    return labels.pop() if len(labels) == 1 else "each one's latest period"


def _label(pair: Pair, at: int) -> str:
    side = (pair.before, pair.after)[at]
    return side.scores.matrix.units[side.unit].period.label


def _table_lines(compared: Compared, style: Style) -> Iterator[str]:
    for line in _page(compared, style):
        yield line.rstrip() + "\n"


def _page(compared: Compared, style: Style) -> Iterator[str]:
    marking = " ".join(
        dict.fromkeys(filter(None, (compared.before.inputs.marking, compared.after.inputs.marking)))
    )
    count = f"{counted(len(compared.found.pairs), 'partnership')} compared: {_title(compared)}"
    yield from map(style.strong, style.wrapped(inert(" ".join(filter(None, (marking, count))))))
    yield style.rule()
    for pair in compared.found.pairs:
        yield from _pair(pair, style)
    yield from _unmatched(compared, style)
    yield from (style.quiet(line) for line in style.wrapped(_method(compared)))


def _pair(pair: Pair, style: Style) -> Iterator[str]:
    periods = dict.fromkeys((_label(pair, 0), _label(pair, 1)))
    name = f"{inert(pair.partnership)}  {' → '.join(filter(None, periods))}"
    yield from map(style.strong, style.wrapped(name))
    labels = {one.node: inert(_node_label(pair, one.node)) for one in pair.differences}
    wide = min(max(map(columns_of, labels.values())), style.width // 3)
    for one in pair.differences:
        label = labels[one.node]
        label = label if columns_of(label) <= wide else label[: wide - 1] + "…"
        yield from style.wrapped(_statement(pair, one), "      ", first=f"  {padded(label, wide)}  ")
        for points, said in _effects(pair, one):
            text = f"{_signed(points)}  {inert(said)}"
            yield from (style.quiet(line) for line in style.wrapped(text, "            ", first="      "))
    yield ""


def _statement(pair: Pair, one: Difference) -> str:
    """One change in words: scores, change and interval, levels, and what it comes from."""
    level = _level_text(one)
    if one.kind == "overall":
        return "; ".join(filter(None, (level or one.reason, one.series_break)))
    if one.reason:
        return f"no difference: {one.reason}"
    interval = "" if np.isnan(one.low) else f" ({_signed(one.low)} to {_signed(one.high)})"
    scores = _scores(pair, one)
    text = f"{scores}  {_signed(one.change)}{interval}"
    parts = ", ".join(
        f"{name} {_signed(points)}"
        for part, name in _PART_NAMES.items()
        if abs(points := part_points(one, part)) >= STILL
    )
    changed = level if one.level_before != one.level_after else ""
    return "; ".join(filter(None, (text, changed, one.series_break, parts)))


def _level_text(one: Difference) -> str:
    if one.level_before == one.level_after:
        return f"stays {one.level_after}" if one.level_after else ""
    text = f"{one.level_before or 'none'} → {one.level_after or 'none'}"
    return ": ".join(filter(None, (text, one.judgement or one.reason)))


def _effects(pair: Pair, one: Difference) -> Iterator[tuple[float, str]]:
    """The largest parts of a change in words with their points, then all others together."""
    named = [effect for effect in one.effects if abs(effect.points) >= STILL][:SHOWN_EFFECTS]
    yield from ((effect.points, _effect_text(pair, effect)) for effect in named)
    rest = sum(effect.points for effect in one.effects if effect not in named)
    if named and abs(rest) >= STILL:
        yield rest, f"{len(one.effects) - len(named)} more, taken together"


def _effect_text(pair: Pair, effect: Effect) -> str:
    """What an effect comes from: the label, raw values, scores and cells of both sides."""
    label = _item_label(pair, effect.name)
    if effect.part == Part.RUBRIC:
        leaf = pair.after.row(effect.name) >= 0
        return f"{label}: {'its scale' if leaf else 'weights, aggregation or choice of indicators'} in the rubric"
    if pair.after.row(effect.name) < 0 and pair.before.row(effect.name) < 0:
        several = "changed values" if effect.part == Part.INDICATOR else "what was observed"
        return f"{label}: {several}, taken together"
    texts = [_value(side, effect) for side in (pair.before, pair.after)]
    word = "" if effect.part == Part.INDICATOR else "; observed on one side only"
    return f"{label} {' → '.join(texts)}{word}"


def _value(side: Side, effect: Effect) -> str:
    row = side.row(effect.name)
    value, score, _, status, _, sheet, cell = evidence(side, effect)
    if np.isnan(score):
        return status.replace("_", " ") or "not asked"
    indicator = list(side.scores.rubric.indicators.values())[row]
    word = f", {status}" if status in ("carried", "imputed") else ""
    place = f"{sheet}!{cell}" if sheet else cell
    return f"{raw_text(value, indicator.unit)} (score {half_up(score)}, {place}{word})"


def _item_label(pair: Pair, name: str) -> str:
    for side in (pair.after, pair.before):
        if name in side.scores.rubric.indicators:
            return say(side.scores.rubric.indicators[name].label)
    return _node_label(pair, name)


def _node_label(pair: Pair, name: str) -> str:
    for side in (pair.after, pair.before):
        if name in side.scores.tree:
            return say(side.scores.tree[name].label)
    overall = pair.after.scores.rubric.overall or pair.before.scores.rubric.overall
    return say(overall.label) if overall else name


def _scores(pair: Pair, one: Difference) -> str:
    """Both scores, with one decimal where whole numbers would contradict the change beside them."""
    texts = [_score(side, one.node) for side in (pair.before, pair.after)]
    if abs(float(texts[1]) - float(texts[0]) - one.change) >= MISLEADING:
        texts = [half_up(score, 1) for score in (one.before, one.after)]
    return " → ".join(texts)


def _score(side: Side, node: str) -> str:
    frame = side.scores.rubric.frame
    return score_text(side.score(node), side.scores.tree[node].levels, whole=frame.high - frame.low)


def _signed(points: float) -> str:
    """Points with their sign and one decimal, which small changes need."""
    text = half_up(abs(points), 1)
    return text if not float(text) else f"{'+' if points > 0 else '−'}{text}"


def _unmatched(compared: Compared, style: Style) -> Iterator[str]:
    for text in _unmatched_texts(compared):
        yield from style.wrapped(inert(text), "  ")
    if compared.found.unmatched:
        yield ""


def _unmatched_texts(compared: Compared) -> Iterator[str]:
    for one in compared.found.unmatched:
        near = (
            f"; '{one.near}' on the other side may be the same, and was not taken as it" if one.near else ""
        )
        yield f"Only {one.side}: {one.partnership}{near}."


def _method(compared: Compared) -> str:
    draws = f" {compared.found.draws:,} draws, seed {compared.seed}." if compared.found.draws else ""
    return (
        f"{_LEGEND}{draws} Named are the {SHOWN_EFFECTS} largest parts of a change; -f csv has all of them."
    )


def _csv_lines(compared: Compared, style: Style) -> Iterator[str]:  # noqa: ARG001
    return csv_lines(compared.tables()[0])


def _json_lines(compared: Compared, style: Style) -> Iterator[str]:  # noqa: ARG001
    return json_lines(compared.tables(), compared.meta)


def _md_lines(compared: Compared, style: Style) -> Iterator[str]:  # noqa: ARG001
    yield f"# Comparison: {plain(_title(compared))}\n"
    for pair in compared.found.pairs:
        yield f"\n## {plain(pair.partnership)}\n\n"
        for one in pair.differences:
            yield f"- **{plain(_node_label(pair, one.node))}** {plain(_statement(pair, one))}\n"
            for points, said in _effects(pair, one):
                yield f"  - {plain(f'{_signed(points)} {said}')}\n"
    if compared.found.unmatched:
        yield "\n## On one side only\n\n"
        yield from (f"- {plain(text)}\n" for text in _unmatched_texts(compared))
    yield f"\n---\n\n{plain(_method(compared))}\n"


_FORMATS: dict[str, Callable[[Compared, Style], Iterator[str]]] = {
    "table": _table_lines,
    "csv": _csv_lines,
    "json": _json_lines,
    "md": _md_lines,
}
