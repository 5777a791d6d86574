"""Observations: one value each, with what is known of it and the cell it came from.

Columnar, one array per property, so that millions of cells cost array work only. A *unit* is one partnership in
one period. Indicators are numbered in rubric order, diagnostics after them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.grades import CLASS_OF_GRADE
from pkassess.ingest.sheet import cell_name
from pkassess.periods import Period
from pkassess.values import State

NOT_GIVEN = -1


class Unit(NamedTuple):
    """A partnership (its key values, in rubric order) in one period."""

    keys: tuple[str, ...]
    period: Period

    @property
    def partnership(self) -> str:
        """The key values joined, such as ``UNMIL / Liberia``."""
        return " / ".join(self.keys)

    @property
    def title(self) -> str:
        """Partnership and period, for messages."""
        return f"{self.partnership}, {self.period.label}" if self.period.label else self.partnership


class FactRow(NamedTuple):
    """One stated fact. ``value`` None means that the cell says neither yes nor no."""

    keys: tuple[str, ...]
    period: Period | None
    fact: str
    value: bool | None
    date: str
    source: str
    cell: str
    owner: str = ""


def stated(facts: Iterable[FactRow], name: str, period: Period, *, of_period: bool) -> FactRow | None:
    """What a partnership's ``facts`` say of one fact in a period, or None.

    The latest statement up to the period holds, and one without a period always. A fact ``of_period`` says nothing of
    later periods.
    """
    held = None
    for row in facts:
        if row.fact != name or (
            row.period and (row.period != period if of_period else row.period.end > period.end)
        ):
            continue
        if held is None or _since(row) >= _since(held):
            held = row
    return held


def happened(facts: Iterable[FactRow], name: str, period: Period) -> FactRow | None:
    """The latest row up to a period that says a fact held, else the latest that says it did not, or None."""
    said = [
        row
        for row in facts
        if row.fact == name and row.value is not None and (row.period is None or row.period.end <= period.end)
    ]
    return max(said, key=lambda row: (row.value, _since(row)), default=None)


def _since(row: FactRow) -> dt.date:
    return row.period.end if row.period else dt.date.min


class BreakRow(NamedTuple):
    """From ``period`` on the values of an indicator, of a dimension or ('') of all are not comparable with earlier ones.

    ``keys`` hold '' where the break concerns every partnership.
    """

    keys: tuple[str, ...]
    name: str
    period: Period
    reason: str

    def concerns(self, keys: tuple[str, ...]) -> bool:
        """Whether the break holds for a partnership."""
        return applies(self.keys, keys)


class TargetRow(NamedTuple):
    """The value agreed for an indicator (raw) or a dimension (score) and the day it is due, if one was given.

    ``baseline`` is the period from which progress is counted, where the sheet names one.
    """

    keys: tuple[str, ...]
    name: str
    value: float
    due: dt.date | None
    baseline: Period | None
    cell: str

    def concerns(self, keys: tuple[str, ...]) -> bool:
        """Whether the target holds for a partnership."""
        return applies(self.keys, keys)


def applies(given: tuple[str, ...], keys: tuple[str, ...]) -> bool:
    """Whether a row of a side sheet speaks of a partnership; a key left blank stands for all."""
    return all(mine in ("", other) for mine, other in zip(given, keys, strict=True))


class Place(NamedTuple):
    """A file and a sheet in it."""

    file: str
    sheet: str


@dataclass(eq=False, repr=False)
class Observations:
    """All observations of one run.

    Arrays have one element per observation: ``unit`` and ``measure`` are positions in ``units`` and
    ``measures``; ``value`` is NaN where ``state`` is not OBSERVED; ``place`` is a position in ``places``, ``row``
    and ``column`` are zero-based; ``grade`` holds grade codes, ``evidence`` their classes; ``source``, ``reference``, ``assessor`` and
    ``side`` are positions in ``words`` or -1; ``observed_on`` is a proleptic day or 0. What an interval can be
    computed from is NaN where it is not given: ``sample`` size and ``design_effect`` of a survey, number of ``events``
    and the raw value ``per_count`` that one of them stands for, published bounds and standard error.
    """

    measures: tuple[str, ...]
    units: list[Unit]
    unit_files: list[str]
    context: dict[str, dict[int, str]]
    facts: list[FactRow]
    places: list[Place]
    words: list[str]
    unit: NDArray[np.int32]
    measure: NDArray[np.int16]
    value: NDArray[np.float64]
    state: NDArray[np.int8]
    place: NDArray[np.int16]
    row: NDArray[np.int32]
    column: NDArray[np.int16]
    grade: NDArray[np.int8]
    source: NDArray[np.int32]
    reference: NDArray[np.int32]
    assessor: NDArray[np.int32]
    side: NDArray[np.int32]
    observed_on: NDArray[np.int32]
    sample: NDArray[np.float64]
    design_effect: NDArray[np.float64]
    events: NDArray[np.float64]
    per_count: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    breaks: list[BreakRow] = field(default_factory=list)
    targets: list[TargetRow] = field(default_factory=list)
    evidence: NDArray[np.int8] = field(init=False)

    def __post_init__(self) -> None:
        self.evidence = CLASS_OF_GRADE[self.grade]

    def __len__(self) -> int:
        return len(self.value)

    def cell(self, at: int) -> tuple[Place, str]:
        """Place and cell address of one observation."""
        return self.places[self.place[at]], cell_name(int(self.row[at]), int(self.column[at]))

    def word(self, position: int) -> str:
        """The text at a position in ``words``, '' for not given."""
        return self.words[position] if position >= 0 else ""

    def reject(self, mask: NDArray[np.bool_]) -> None:
        """Turn the values that the mask marks into rejected ones."""
        observed = mask & (self.state == State.OBSERVED)
        self.value = np.where(observed, np.nan, self.value)
        self.state = np.where(observed, State.REJECTED, self.state).astype(np.int8)

    def keep(self, mask: NDArray[np.bool_]) -> None:
        """Drop the observations that the mask does not mark."""
        for name in _ARRAYS:
            setattr(self, name, getattr(self, name)[mask])
        self.evidence = self.evidence[mask]


_ARRAYS: dict[str, Any] = {
    "unit": np.int32,
    "measure": np.int16,
    "value": np.float64,
    "state": np.int8,
    "place": np.int16,
    "row": np.int32,
    "column": np.int16,
    "grade": np.int8,
    "source": np.int32,
    "reference": np.int32,
    "assessor": np.int32,
    "side": np.int32,
    "observed_on": np.int32,
    "sample": np.float64,
    "design_effect": np.float64,
    "events": np.float64,
    "per_count": np.float64,
    "lower": np.float64,
    "upper": np.float64,
    "standard_error": np.float64,
}
_DEFAULTS: dict[str, float] = {
    "source": NOT_GIVEN,
    "reference": NOT_GIVEN,
    "assessor": NOT_GIVEN,
    "side": NOT_GIVEN,
    "observed_on": 0,
    **dict.fromkeys(
        ("sample", "design_effect", "events", "per_count", "lower", "upper", "standard_error"), np.nan
    ),
}


@dataclass(eq=False, repr=False)
class Collector:
    """Gathers blocks of observations while sheets are read."""

    measures: tuple[str, ...]
    units: list[Unit] = field(default_factory=list)
    unit_files: list[str] = field(default_factory=list)
    context: dict[str, dict[int, str]] = field(default_factory=dict)
    facts: list[FactRow] = field(default_factory=list)
    breaks: list[BreakRow] = field(default_factory=list)
    targets: list[TargetRow] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    _unit_of: dict[Unit, int] = field(default_factory=dict)
    _words: dict[str, int] = field(default_factory=dict)
    _counts: list[int] = field(default_factory=list)
    _blocks: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in _ARRAYS})

    def unit(self, keys: tuple[str, ...], period: Period, file: str) -> int:
        """The number of a unit; a new one is remembered with its file."""
        unit = Unit(keys, period)
        number = self._unit_of.setdefault(unit, len(self.units))
        if number == len(self.units):
            self.units.append(unit)
            self.unit_files.append(file)
        return number

    def enter(self, file: str, sheet: str) -> int:
        """The number of a place."""
        place = Place(file, sheet)
        if place not in self.places:
            self.places.append(place)
        return self.places.index(place)

    def word(self, cell: object) -> int:
        """The number of a text; blank is -1."""
        text = " ".join(str(cell).split()) if cell is not None else ""
        return self._words.setdefault(text, len(self._words)) if text else NOT_GIVEN

    def add_words(self, cells: Iterable[object]) -> NDArray[np.int32]:
        """Numbers of many texts."""
        known: dict[object, int] = {}
        return np.array(
            [known[cell] if cell in known else known.setdefault(cell, self.word(cell)) for cell in cells],
            dtype=np.int32,
        )

    def set_context(
        self, name: str, units: Sequence[int], texts: Sequence[str]
    ) -> list[tuple[int, str, str]]:
        """Remember a context text per unit, '' for none; conflicts come back as (row, kept, other) and change nothing."""
        column = self.context.setdefault(name, {})
        conflicts = []
        for row, (unit, text) in enumerate(zip(units, texts, strict=True)):
            if text and unit >= 0 and column.setdefault(unit, text) != text:
                conflicts.append((row, column[unit], text))
        return conflicts

    def add(self, count: int, **arrays: Any) -> None:
        """Add a block of ``count`` observations; a scalar stands for all of them."""
        self._counts.append(count)
        for name, kind in _ARRAYS.items():
            given = arrays.get(name, _DEFAULTS.get(name))
            self._blocks[name].append(given if np.isscalar(given) else np.asarray(given, dtype=kind))

    def _joined(self, name: str) -> NDArray[Any]:
        """The blocks of one property as one array; a property that is the same everywhere takes no memory."""
        blocks, kind = self._blocks.pop(name), _ARRAYS[name]
        if all(np.isscalar(block) for block in blocks) and len(set(blocks)) == 1:
            return np.broadcast_to(np.asarray(blocks[0], dtype=kind), (sum(self._counts),))
        full = [
            np.full(count, block, dtype=kind) if np.isscalar(block) else block
            for count, block in zip(self._counts, blocks, strict=True)
        ]
        return np.concatenate(full) if full else np.empty(0, dtype=kind)

    def finish(self) -> Observations:
        """All that was gathered. The collector is empty afterwards, to free its blocks."""
        arrays = {name: self._joined(name) for name in _ARRAYS}
        return Observations(
            measures=self.measures,
            units=self.units,
            unit_files=self.unit_files,
            context=self.context,
            facts=self.facts,
            breaks=self.breaks,
            targets=self.targets,
            places=self.places,
            words=list(self._words),
            **arrays,
        )
