"""What ``agreement`` prints: one line per judgement that several raters made, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from pkassess.agreement import LEAST_UNITS, RELIABLE, RESAMPLES, TENTATIVE, Agreement
from pkassess.render import check_format
from pkassess.render.colour import Style, columns_of, counted, inert, padded, style_of
from pkassess.render.delimited import csv_lines, write_package
from pkassess.render.json_document import json_lines
from pkassess.render.markdown import plain
from pkassess.tables.fields import Table, integer, number, text
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.inputs import Inputs

_FIELDS = (
    text("indicator", "Id of the indicator or diagnostic."),
    integer("units", "Partnerships and periods that two or more raters rated."),
    integer("raters", "Number of different raters: assessor codes, or sides where no assessor is named."),
    integer("ratings", "Number of ratings."),
    number("agreement", "Share of pairs of ratings of one unit that are equal, 0 to 1."),
    number("alpha", "Krippendorff's alpha; empty where it is not computed."),
    number("alpha_low", "Lower end of its 90 % bootstrap interval."),
    number("alpha_high", "Upper end of its 90 % bootstrap interval."),
    text("verdict", "What follows."),
    number("cohen_kappa", "Cohen's weighted kappa of two raters; empty unless asked for."),
    text("cohen_raters", "The two raters, those with the most units in common."),
    integer("cohen_units", "Number of units that both rated."),
    number("fleiss_kappa", "Fleiss' kappa of the units with the most frequent number of ratings."),
    integer("fleiss_units", "Number of those units."),
)
_LIMITS = (
    f"Alpha is 1 for perfect agreement and 0 for what chance would give; customary limits are {RELIABLE:.3f} and, for "
    f"tentative conclusions, {TENTATIVE:.3f} (Krippendorff). It is computed from {LEAST_UNITS} units on; its 90 % interval "
    f"comes from {RESAMPLES:,} drawings of units with replacement."
)


def agreement_lines(
    inputs: Inputs,
    found: Sequence[Agreement],
    format: str,  # noqa: A002
    stream: TextIO | None = None,
) -> Iterator[str]:
    """The agreement of raters in one format; ``stream`` is where it will be shown. Raises UsageError for another."""
    check_format(format)
    return _FORMATS[format](inputs, found, Style() if stream is None else style_of(stream))


def write_agreement(inputs: Inputs, found: Sequence[Agreement], folder: str) -> None:
    """The agreement as a CSV package."""
    write_package([agreement_table(found)], _meta(inputs), folder, "agreement", "How far raters agree")


def agreement_table(found: Sequence[Agreement]) -> Table:
    """One row per judgement that several raters made."""
    rows = [_row(one) for one in found]
    return Table("agreement", _FIELDS, lambda: iter([list(zip(*rows, strict=True))] if rows else []))


def _row(one: Agreement) -> tuple[object, ...]:
    kappas = one.kappas or (np.nan, "", None, np.nan, None)
    return (
        *(one.name, one.units, one.raters, one.ratings, one.agreement),
        *(one.alpha, one.low, one.high, one.verdict, *kappas),
    )


def _table_lines(inputs: Inputs, found: Sequence[Agreement], style: Style) -> Iterator[str]:
    for line in _page(inputs, found, style):
        yield f"{line.rstrip()}\n"


def _page(inputs: Inputs, found: Sequence[Agreement], style: Style) -> Iterator[str]:
    if not found:
        yield from style.wrapped(_nothing())
        return
    items = {**inputs.rubric.indicators, **inputs.rubric.diagnostic_items}
    labels = [inert(say(items[one.name].label)) for one in found]
    kappa = any(one.kappas for one in found)
    wide = min(max(map(columns_of, labels)), style.width - (46 if kappa else 32))
    yield style.strong(f"{padded('Rated by two or more', wide)}  Units Equal  Alpha 90 % interval") + (
        style.strong("  Cohen Fleiss") if kappa else ""
    )
    for one, label in zip(found, labels, strict=True):
        alpha = f"{_figure(one.alpha)}  {_interval(one):<13}"
        end = f"{_figure(one.kappas.cohen):>6} {_figure(one.kappas.fleiss):>6}" if one.kappas else ""
        name = label if columns_of(label) <= wide else label[: wide - 1] + style.text("…")
        yield style.text(f"{padded(name, wide)}  {one.units:>5} {one.agreement * 100:>4.0f}%  {alpha}{end}")
        yield from (style.quiet(line) for line in style.wrapped(one.verdict, "  ", first="  "))
        if one.kappas:
            yield from (style.quiet(line) for line in style.wrapped(_kappa_note(one), "  ", first="  "))
    yield ""
    yield from (style.quiet(line) for line in style.wrapped(_LIMITS))


def _kappa_note(one: Agreement) -> str:
    kappas = one.kappas
    if kappas is None:
        return ""
    return (
        f"Cohen: {inert(kappas.pair)}, {counted(kappas.pair_units, 'unit')}; "
        f"Fleiss: {counted(kappas.fleiss_units, 'unit')} with equally many ratings"
    )


def _nothing() -> str:
    return (
        "No judgement was rated by two or more raters. Give every rating a row of its own with assessor_code, or fill "
        "the columns <indicator>__mission and <indicator>__host."
    )


def _figure(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}".replace("-", "−")


def _interval(one: Agreement) -> str:
    return "" if np.isnan(one.low) else f"{_figure(one.low)} to {_figure(one.high)}"


def _csv_lines(inputs: Inputs, found: Sequence[Agreement], style: Style) -> Iterator[str]:  # noqa: ARG001
    return csv_lines(agreement_table(found))


def _json_lines(inputs: Inputs, found: Sequence[Agreement], style: Style) -> Iterator[str]:  # noqa: ARG001
    return json_lines([agreement_table(found)], _meta(inputs))


def _meta(inputs: Inputs) -> dict[str, Any]:
    rubric = {"id": inputs.rubric.id, "version": inputs.rubric.version}
    files = [{"file": book.file, "sha256": book.sha256} for book in inputs.workbooks]
    return {"rubric": rubric, "files": files}


def _md_lines(inputs: Inputs, found: Sequence[Agreement], style: Style) -> Iterator[str]:  # noqa: ARG001
    yield "# How far raters agree\n\n"
    if not found:
        yield f"{plain(_nothing())}\n"
        return
    heads = ("Indicator", "Units", "Equal", "Alpha", "90 % interval", "Cohen", "Fleiss", "What follows")
    yield f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n"
    for one in found:
        kappas = (one.kappas.cohen, one.kappas.fleiss) if one.kappas else (np.nan, np.nan)
        equal, name = f"{one.agreement * 100:.0f} %", plain(one.name)
        cells = [
            name,
            str(one.units),
            equal,
            _figure(one.alpha),
            _interval(one),
            *map(_figure, kappas),
            one.verdict,
        ]
        yield f"| {' | '.join(cells)} |\n"
    yield f"\n{plain(_LIMITS)}\n"


_FORMATS: dict[str, Callable[[Inputs, Sequence[Agreement], Style], Iterator[str]]] = {
    "table": _table_lines,
    "csv": _csv_lines,
    "json": _json_lines,
    "md": _md_lines,
}
