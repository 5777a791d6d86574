"""The order of the steps, and the Python interface: ``score("data.xlsx")`` gives an :class:`Assessment`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pkassess.choices import choices_of
from pkassess.codes import Code
from pkassess.conditions import ConditionError, parse
from pkassess.dates import parse_month
from pkassess.findings import Finding, InputError, UsageError, finding, or_else
from pkassess.frames import data_frame
from pkassess.inputs import Inputs, read
from pkassess.intake import TEMPLATE_ROW
from pkassess.layouts.rowkeys import PERIOD_CODES
from pkassess.overall import apply_rules
from pkassess.periods import Period, periods_meant, why_no_period
from pkassess.ranking import ALL_PERIODS, Comparison, Selection, arrange
from pkassess.scoring import score_nodes
from pkassess.tables import tables
from pkassess.tables.fields import Table
from pkassess.version import VERSION
from pkassess.weights import CONSISTENT_UP_TO, DATA_METHODS

if TYPE_CHECKING:
    import pandas as pd

    from pkassess.rubric import Rubric
    from pkassess.scoring import Scores

DEFAULT_DRAWS = 2000


@dataclass(frozen=True, eq=False, repr=False)
class Assessment:
    """A finished assessment. Frozen; every table is a pandas data frame made on first use."""

    inputs: Inputs
    comparison: Comparison
    options: dict[str, Any]

    @property
    def rubric(self) -> Rubric:
        """The rubric that was used."""
        return self.inputs.rubric

    @cached_property
    def assessment(self) -> pd.DataFrame:
        """One row per partnership and period: overall level, index, rank, dimensions."""
        return self.table("assessment")

    @cached_property
    def nodes(self) -> pd.DataFrame:
        """One row per partnership, period and node of the rubric's tree."""
        return self.table("nodes")

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """One row per partnership, period and indicator, with cell, weight and contribution."""
        return self.table("indicators")

    @cached_property
    def trends(self) -> pd.DataFrame:
        """One row per row shown and dimension: trend class, change and its interval, periods compared."""
        return self.table("trends")

    @cached_property
    def phases(self) -> pd.DataFrame:
        """One row per row shown, dimension and phase: what was observed during it, with comparators."""
        return self.table("phases")

    @cached_property
    def targets(self) -> pd.DataFrame:
        """One row per target: baseline, previous and current value, and the pace towards it."""
        return self.table("targets")

    @cached_property
    def changes(self) -> pd.DataFrame:
        """One row per change of level since the period before, and whether it is confirmed."""
        return self.table("changes")

    @cached_property
    def readiness(self) -> pd.DataFrame:
        """One row per partnership, period and condition of the readiness gate, and its verdict."""
        return self.table("readiness")

    @cached_property
    def diagnosis(self) -> pd.DataFrame:
        """One row per partnership, period and hypothesis that the evidence is consistent with."""
        return self.table("diagnosis")

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row per finding about the input."""
        return self.table("findings")

    def table(self, name: str) -> pd.DataFrame:
        """Any table of the CSV package by its name, such as ``pairs`` or ``ranks``. Raises KeyError for another name."""
        return data_frame({table.name: table for table in self.tables()}[name])

    def tables(self) -> list[Table]:
        """The tables in blocks, as the writers use them."""
        return tables(self.comparison, tuple(self.inputs.findings))

    @property
    def meta(self) -> dict[str, Any]:
        """What is needed to reproduce the result: program, rubric, input checksums, options."""
        from numpy import __version__ as numpy_version

        files = [
            {"file": book.file, "sha256": book.sha256, "reader": book.reader}
            for book in self.inputs.workbooks
        ]
        return {
            # Another version of numpy may make other draws of the same seed.
            "program": {"name": "pkassess", "version": VERSION, "numpy": numpy_version},
            "rubric": {"id": self.rubric.id, "version": self.rubric.version},
            "marking": self.inputs.marking,
            "files": files,
            "options": self.options,
        }

    def write(self, path: str | os.PathLike[str], format: str | None = None) -> None:  # noqa: A002
        """Write the report. The format follows the ending, or is given: table, csv, json or md.

        A folder (or a path without an ending) with ``csv`` gets the whole CSV package. An existing file is
        replaced only by a finished one. Raises UsageError for an unknown format or a place that cannot be
        written.
        """
        from pkassess.render import write
        from pkassess.render.files import format_of, refuse_inputs

        refuse_inputs(str(path), (book.file for book in self.inputs.workbooks))
        write(self, str(path), format or format_of(str(path)))


def score(
    data: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    rubric: str | None = None,
    *,
    period: str | None = None,
    where: str | None = None,
    peer_group: str | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 0,
    since: str | None = None,
    layout: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    locale: str | None = None,
    column_map: str | None = None,
    allow_column: Sequence[str] | None = None,
) -> Assessment:
    """Assess one or several workbooks.

    ``data`` are paths of .xlsx, .xls, .xlsb, .ods or .csv files, or ``-`` for CSV on standard input. ``rubric`` is a bundled rubric's
    name or the path of a YAML file; without it the one that the workbooks name, else ``partnership``. ``period``
    is a period such as ``2025-Q2`` or ``all``; without it each partnership's latest. ``where`` is a condition.

    ``draws`` is the size of the uncertainty run, 0 for none; the same ``seed`` gives the same result. ``since`` is
    the first period of trends; without it they look at the last ten.

    ``layout`` (wide, long, by-period, form), ``sheet``, ``header_row`` (from 1), ``locale`` (en, fr, ...) and
    ``column_map`` (the path of a YAML file) say how the workbooks are to be read where that is not to be told
    from what they hold. ``allow_column`` are headers of columns to be used though they look like personal data.

    Raises InputError when a file cannot be assessed and UsageError for a wrong rubric or option; both carry
    findings that say what and where.
    """
    inputs = read(data, rubric, choices_of(layout, sheet, header_row, locale, column_map, allow_column))
    return assess(
        inputs, period=period, where=where, peer_group=peer_group, draws=draws, seed=seed, since=since
    )


def assess(
    inputs: Inputs,
    *,
    period: str | None = None,
    where: str | None = None,
    peer_group: str | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 0,
    since: str | None = None,
) -> Assessment:
    """Score what was read. Raises InputError when there is nothing to score, UsageError for a wrong option."""
    if not inputs.matrix.usable[: len(inputs.rubric.indicators)].any():
        raise InputError(*_nothing(inputs))
    scores = apply_rules(score_nodes(inputs.matrix, inputs.rubric))
    _warn_of_weights(inputs, scores)
    for name, units in scores.undefined.items():
        told = {"place": f"'{name}'", "found": scores.tree[name].aggregate, "expected": len(units)}
        file = inputs.workbooks[0].file
        inputs.findings.add(Code.NOT_DEFINED, file=file, column=name, count=int(units.sum()), **told)
    first = None if since is None else _parsed(since, "--since", inputs)
    selection = Selection(_period(period, inputs), _condition(where), peer_group)
    try:
        comparison = arrange(scores, selection)
    except ConditionError as error:
        raise UsageError(finding(Code.BAD_CONDITION, place="--where", found=str(error))) from error
    if not len(comparison.rows):
        raise InputError(_nothing_selected(inputs, period, where, peer_group))
    if draws:
        comparison = _with_uncertainty(comparison, draws, seed, inputs)
        comparison = _with_trends(comparison, selection, draws, seed, first, inputs)
    comparison = _with_crossings(comparison, draws if comparison.uncertainty else 0, seed)
    options = {
        "period": period or "latest",
        "where": where or "",
        "peer_group": peer_group or "",
        "draws": comparison.uncertainty.draws if comparison.uncertainty else 0,
        "seed": seed,
        "since": first.label if first else "",
    }
    return Assessment(inputs, comparison, options)


def _warn_of_weights(inputs: Inputs, scores: Scores) -> None:
    """Say which weights the data chose, and which expert's comparisons contradict one another."""
    file, names = inputs.workbooks[0].file, list(inputs.rubric.indicators)
    for name, branch in scores.tree.items():
        if branch.sets.method in DATA_METHODS:
            parts = [
                f"{child if isinstance(child, str) else names[child]} {weight:.3f}"
                for child, weight in zip(branch.names, branch.weights.tolist(), strict=True)
            ]
            told = {"place": f"'{name}'", "found": branch.sets.method, "expected": ", ".join(parts)}
            inputs.findings.add(Code.DATA_WEIGHTS, file=file, column=name, **told)
        for expert, ratio in branch.sets.ratios.items():
            if ratio > CONSISTENT_UP_TO:
                told = {"place": f"'{name}'", "found": expert, "expected": f"{ratio:.2f}"}
                inputs.findings.add(Code.INCONSISTENT_PANEL, file=file, column=name, **told)


def _with_uncertainty(comparison: Comparison, draws: int, seed: int, inputs: Inputs) -> Comparison:
    """The comparison with intervals and rank ranges; says so where the budget allows fewer draws or none."""
    from pkassess.spread import spread_of
    from pkassess.uncertainty import PAIRS_UP_TO, draw, with_high_confidence

    drawn = draw(comparison, spread_of(comparison.scores, comparison.rows), draws, seed)
    file = inputs.workbooks[0].file
    if drawn is None:
        inputs.findings.add(Code.NO_DRAWS, file=file, expected=f"{draws:,}")
        return comparison
    if drawn.draws < draws:
        inputs.findings.add(Code.FEWER_DRAWS, file=file, found=f"{drawn.draws:,}", expected=f"{draws:,}")
    largest = max((len(pool.rows) for pool in drawn.pools), default=0)
    if largest > PAIRS_UP_TO:
        inputs.findings.add(Code.NO_PAIRS, file=file, found=f"{largest:,}", expected=f"{PAIRS_UP_TO}")
    return replace(comparison, uncertainty=drawn, scores=with_high_confidence(comparison.scores, drawn))


_SET_BESIDE = {"neighbours", "phase", "mission_start", "drawdown_start", "mission_end"}
"""Context by which partnerships are set beside others."""


def _beside(comparison: Comparison, selection: Selection) -> list[int]:
    """The rows shown, and those left out by a filter that they are set beside: neighbours, peers in another phase."""
    filtered = selection.where is not None or selection.peer_group is not None
    if not filtered or not _SET_BESIDE & {*comparison.scores.matrix.context}:
        return comparison.rows.tolist()
    whole = arrange(comparison.scores, Selection(selection.period)).rows
    return sorted({*comparison.rows.tolist(), *whole.tolist()})


def _with_trends(
    comparison: Comparison,
    selection: Selection,
    draws: int,
    seed: int,
    since: Period | None,
    inputs: Inputs,
) -> Comparison:
    """The comparison with trends, where any partnership has a second period."""
    if comparison.uncertainty is None or comparison.scores.matrix.starts.all():
        return comparison
    from pkassess.trends import find_trends

    trends = find_trends(comparison, _beside(comparison, selection), draws, seed, since)
    if not trends.draws:
        inputs.findings.add(Code.NO_TRENDS, file=inputs.workbooks[0].file, expected=f"{draws:,}")
    elif trends.draws < comparison.uncertainty.draws:
        found = f"For trends {trends.draws:,}"
        inputs.findings.add(
            Code.FEWER_DRAWS, file=inputs.workbooks[0].file, found=found, expected=f"{draws:,}"
        )
    return replace(comparison, trends=trends)


def _with_crossings(comparison: Comparison, draws: int, seed: int) -> Comparison:
    """The comparison with the changes of level since the period before; where all periods are shown, none."""
    if comparison.all_periods or not (comparison.previous[comparison.rows] >= 0).any():
        return comparison
    from pkassess.crossings import Crossings

    return replace(comparison, crossings=Crossings(comparison, draws, seed))


def _nothing(inputs: Inputs) -> list[Finding]:
    errors = [item for item in inputs.findings if item.severity == "error"]
    found = "No usable value was found: every value " + (
        "was rejected or is missing." if errors else "is missing."
    )
    if not inputs.matrix.units and any(rows.get(TEMPLATE_ROW) for rows in inputs.about):
        found = (
            "The template is not filled in: its sheet data holds no row but the example, which is never read."
        )
    return [*errors, finding(Code.NOTHING_TO_SCORE, file=inputs.workbooks[0].file, found=found)]


def _period(text: str | None, inputs: Inputs) -> Period | str | None:
    if text is None or text == ALL_PERIODS:
        return text
    return _parsed(text, "--period", inputs)


def _parsed(text: str, option: str, inputs: Inputs) -> Period:
    """A period that the user names, read as the workbooks write theirs: years such as 2019/20 begin as they do there."""
    said = inputs.choices.conventions
    starts = {said.fiscal_start or parse_month(about.get("fiscalyearstart", "")) for about in inputs.about}
    found = {period for start in starts if (period := said._replace(fiscal_start=start).period(text))}
    if len(found) != 1:
        code = Code.FISCAL_YEAR if found else PERIOD_CODES[why_no_period(text, max(starts))]
        suggestion = or_else(periods_meant(text))
        raise UsageError(finding(code, cell=option, value=text, suggestion=suggestion))
    return found.pop()


def _condition(text: str | None) -> Any:
    try:
        return parse(text) if text else None
    except ConditionError as error:
        raise UsageError(finding(Code.BAD_CONDITION, place="--where", found=str(error))) from error


def _nothing_selected(
    inputs: Inputs, period: str | None, where: str | None, peer_group: str | None
) -> Finding:
    asked = [f"period {period}" if period else "", f"where {where}" if where else ""]
    asked.append(f"peer group {peer_group}" if peer_group else "")
    periods = sorted({unit.period for unit in inputs.matrix.units})
    span = (
        f" The periods are {periods[0].label} to {periods[-1].label}." if periods and periods[0].label else ""
    )
    found = f"No partnership fits {' and '.join(part for part in asked if part)}.{span}"
    return finding(Code.NOTHING_TO_SCORE, file=inputs.workbooks[0].file, found=found)
