"""What ``sensitivity`` prints: what was varied, which levels are robust, what moves the ranking, how near swaps are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

import numpy as np

from pkassess.figures import counted, half_up, listed, percent_text
from pkassess.render import check_format
from pkassess.render.colour import Style, style_of
from pkassess.render.delimited import csv_lines, write_package
from pkassess.render.files import names_folder
from pkassess.render.json_document import json_lines
from pkassess.render.sections import Section, markdown_lines, terminal_lines
from pkassess.sensitivity.reversals import depends_on_others
from pkassess.sensitivity.scenarios import index_methods
from pkassess.sensitivity.sobol import SAMPLES
from pkassess.tables.sensitivity import in_words, sensitivity_tables
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.sensitivity.study import Sensitivity
    from pkassess.sensitivity.swaps import Swap

_CHOICES_NAMED = 3
NAMED_AT_MOST = 12
LEAST_SHARE = 0.02
"""Smaller shares of variance are not told from nothing."""


class Study(NamedTuple):
    """A finished study and what is needed to reproduce it."""

    found: Sensitivity
    meta: dict[str, Any]


def sensitivity_lines(study: Study, format: str, stream: TextIO | None = None) -> Iterator[str]:  # noqa: A002
    """The study in one format; ``stream`` is where it will be shown. Raises UsageError for an unknown format."""
    check_format(format)
    return _FORMATS[format](study, Style() if stream is None else style_of(stream))


def write_study(study: Study, output: str | None, format: str | None) -> bool:  # noqa: A002
    """Write the CSV package where the output is a folder; False where it is not."""
    if output is None or not names_folder(output) or format not in (None, "csv"):
        return False
    write_package(sensitivity_tables(study.found), study.meta, output)
    return True


_NO_RANKING = (
    "Scores depend on who is in the data. Places could change when one is left out, but nothing is ranked here: that takes an "
    "index and two partnerships with an overall score."
)

# --- what is said -------------------------------------------------------------------------------------------


def sections(found: Sensitivity) -> Iterator[Section]:
    """The study in words and small tables, in the order in which it is read."""
    yield Section("", (*_robust(found),))
    yield Section("What was varied", (), ("Choice", "Range"), tuple(_varied(found)))
    yield _partnerships(found)
    if found.indices is not None:
        yield _ranking(found)
    if found.swaps:
        yield _swaps(found)
    if depends_on_others(found.comparison.scores):
        yield _reversals(found) if len(found.ranked) > 1 else Section("Who is left out", (_NO_RANKING,))


def _robust(found: Sensitivity) -> Iterator[str]:
    """Which levels stand whatever is chosen, in a sentence; and how far ranks move."""
    crossing, count = found.crossing, len(found.crossing.alternatives)
    with_level = np.flatnonzero(crossing.level[:, 0] >= 0)
    if len(with_level):
        firm = [at for at in with_level.tolist() if crossing.kept[at] == 1.0]
        single = [at for at in with_level.tolist() if found.changes(at) and at not in firm]
        named = f": {_names(found, firm)}" if 0 < len(firm) < len(with_level) else ""
        yield (
            f"{len(firm)} of {counted(len(with_level), 'overall level')} {'stands' if len(firm) == 1 else 'stand'} "
            f"under all {count:,} combinations of methods{named}."
        )
        others = [at for at in with_level.tolist() if at not in firm and at not in single]
        if single:
            names = _names(found, single)
            yield f"A single other choice changes the level of {names}."
        if others:
            yield f"Only several other choices together change the level of {_names(found, others)}."
    else:
        yield "No partnership has an overall level, so there is none that could change."
    shift = crossing.shift[:, 1:]
    if len(shift):
        yield (
            f"Ranks move by {half_up(float(np.nanmean(shift)), 1)} places on average and by {np.nanmax(shift):.0f} at most."
        )


def _names(found: Sensitivity, places: list[int]) -> str:
    """The names of some rows, the first ones of many."""
    more = [f"{len(places) - NAMED_AT_MOST} more"] if len(places) > NAMED_AT_MOST else []
    return listed([*(_name(found, at) for at in places[:NAMED_AT_MOST]), *more])


def _varied(found: Sensitivity) -> Iterator[tuple[str, str]]:
    scores, alternatives = found.comparison.scores, found.crossing.alternatives
    left_out = {one.left_out for one in alternatives}
    yield "index", ", ".join(index_methods(scores))
    yield "weights", "as given, equal"
    if not all(one.caps for one in alternatives):
        yield "caps", "on, off (every overall rule but the level of the index)"
    parts = (
        f"each of {counted(len(left_out.intersection(own)), noun)}"
        for own, noun in ((scores.rubric.indicators, "indicator"), (scores.rubric.dimensions, "dimension"))
        if left_out.intersection(own)
    )
    yield "left out", ", ".join(["nothing", *parts])
    if found.indices is not None:
        yield from ((f"for Sobol: {factor.name}", factor.varied) for factor in found.indices.factors)


def _partnerships(found: Sensitivity) -> Section:
    crossing, ids = found.crossing, [level.id for level in found.comparison.scores.overall_levels]
    rows = []
    for at in sorted(range(len(crossing.rows)), key=lambda at: _place(found, at)):
        level, ranks = crossing.level[at], crossing.rank[at]
        rank = f"{ranks[0]} ({ranks[ranks > 0].min()}–{ranks.max()})" if ranks[0] else "–"
        if level[0] < 0:
            rows.append((_name(found, at), "–", "", rank, ""))
            continue
        choices = [
            f"{in_words(choice, lambda name: label_of(found, name))}: {ids[to]}"
            for choice, to in found.changes(at)
            if to >= 0
        ]
        more = len(choices) - _CHOICES_NAMED
        told = "; ".join(choices[:_CHOICES_NAMED]) + (f"; {more} more" if more > 0 else "")
        rows.append(
            (_name(found, at), ids[level[0]], f"{percent_text(float(crossing.kept[at]))} %", rank, told)
        )
    heads = ("Partnership", "Overall", "Kept", "Rank", "Level changes with")
    note = "Kept: share of all combinations that give the published level. Rank: published, best and worst."
    return Section("Levels and ranks", (note,), heads, tuple(rows))


def _place(found: Sensitivity, at: int) -> tuple[str, int, int]:
    row = int(found.crossing.rows[at])
    rank = int(found.crossing.rank[at, 0])
    return str(found.comparison.peer_group[row]), rank or len(found.crossing.rows) + 1, at


def _ranking(found: Sensitivity) -> Section:
    indices = found.indices
    assert indices is not None  # noqa: S101  # the caller looked
    first, total = indices.of_ranking
    rows = [
        (factor.name, _share(one), _share(whole))
        for factor, one, whole in zip(indices.factors, first.tolist(), total.tolist(), strict=True)
    ]
    rows.sort(key=lambda row: -total[[factor.name for factor in indices.factors].index(row[0])])
    note = (
        "Sobol indices of all ranks together: the share of their variance that a choice explains alone, and alone and "
        f"together with others. {SAMPLES} points, seed {found.seed}; figures move by a few hundredths with the seed."
    )
    return Section("What moves the ranking", (note,), ("Choice", "Alone", "In all"), tuple(rows))


def _share(value: float) -> str:
    """A share of variance; what the estimate cannot tell from nothing is said to be about 0."""
    return "0" if value == 0 else "about 0" if value < LEAST_SHARE else half_up(value, 2)


def _swaps(found: Sensitivity) -> Section:
    pairs: dict[tuple[int, int], list[Swap]] = {}
    for swap in found.swaps:
        pairs.setdefault((swap.above, swap.below), []).append(swap)
    rows = []
    rank = found.comparison.rank
    for own in pairs.values():
        if rank[own[0].above] == rank[own[0].below]:
            rows.append((f"{_unit(found, own[0].above)} and {_unit(found, own[0].below)}", "share a place"))
            continue
        near = min(own, key=lambda swap: np.inf if np.isnan(swap.at) else swap.distance)
        names = f"{_unit(found, near.above)} above {_unit(found, near.below)}"
        if np.isnan(near.at):
            rows.append((names, "no weight of the index changes their order"))
            continue
        weights = f"from {half_up(near.weight * 100)} to {half_up(near.at * 100, 1)} %"
        rows.append((names, f"{label_of(found, near.child)} {weights}"))
    note = "The nearest weight of one part of the index at which two neighbours change places; the others keep their proportions."
    return Section("How far to a swap", (note,), ("Neighbours", "They swap with"), tuple(rows))


def _reversals(found: Sensitivity) -> Section:
    """Whose absence turns neighbours round."""
    pairs: dict[int, list[str]] = {}
    for reversal in found.reversals:
        names = f"{_unit(found, reversal.below)} before {_unit(found, reversal.above)}"
        pairs.setdefault(reversal.without, []).append(names)
    ranked = len(found.ranked)
    note = (
        f"Scores depend on who is in the data. Each of the {ranked} ranked partnerships was left out in turn: "
        f"without {len(pairs)} of them, neighbours change places."
    )
    rows = tuple((_unit(found, row), "; ".join(own)) for row, own in pairs.items())
    return Section("Who is left out", (note,), ("Without", "Then") if rows else (), rows)


def label_of(found: Sensitivity, name: str) -> str:
    """What a reader calls an indicator or a part of the index."""
    scores = found.comparison.scores
    indicator = scores.rubric.indicators.get(name)
    return say(indicator.label if indicator else scores.tree[name].label)


def _name(found: Sensitivity, at: int) -> str:
    return _unit(found, int(found.crossing.rows[at]))


def _unit(found: Sensitivity, row: int) -> str:
    unit = found.comparison.scores.matrix.units[row]
    return unit.title if found.comparison.all_periods else unit.partnership


# --- how it looks -------------------------------------------------------------------------------------------


def _table_lines(study: Study, style: Style) -> Iterator[str]:
    return terminal_lines(sections(study.found), style)


def _md_lines(study: Study, style: Style) -> Iterator[str]:  # noqa: ARG001
    return markdown_lines("How far levels and ranks depend on choices", sections(study.found))


def _csv_lines(study: Study, style: Style) -> Iterator[str]:  # noqa: ARG001
    return csv_lines(sensitivity_tables(study.found)[0])


def _json_lines(study: Study, style: Style) -> Iterator[str]:  # noqa: ARG001
    return json_lines(sensitivity_tables(study.found), study.meta)


_FORMATS: dict[str, Callable[[Study, Style], Iterator[str]]] = {
    "table": _table_lines,
    "csv": _csv_lines,
    "json": _json_lines,
    "md": _md_lines,
}
