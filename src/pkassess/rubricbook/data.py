"""From the sheets of a workbook to the plain data of a rubric, every value with its cell.

Nothing is guessed: a sheet or column that is not known, a row that belongs to nothing and a cell whose content cannot be
meant are problems with their cell, and all of them are told at once.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from pkassess.codes import Code
from pkassess.findings import nearest
from pkassess.ingest.sheet import CellError, Percent, Row, Uncomputed, cell_name
from pkassess.rubricbook.rows import AS_JSON, EXACT_UP_TO, OPEN
from pkassess.rubricbook.shape import (
    BELONGS_TO,
    CHILDREN,
    ID,
    PLACE,
    TOP,
    Cell,
    Column,
    Header,
    Numbers,
    Table,
    Tongues,
    Words,
    header_of,
    tables,
)
from pkassess.texts import PLAIN
from pkassess.yamlfile import Path, word_value

GUIDE = "guide"
"""The sheet of explanations, which is not read."""
ASIDE = "_"
"""Sheets whose name begins with it are somebody's own and not read."""
_SWITCHES = {"true": True, "yes": True, "false": False, "no": False}


class Spot(NamedTuple):
    """A cell of a sheet."""

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


class CellProblem(NamedTuple):
    """What is wrong with a cell."""

    spot: Spot
    code: Code
    facts: dict[str, str]


class _BadCellError(Exception):
    """A cell whose content cannot be meant, in words."""


class RubricData:
    """Plain data of a rubric, where each value stands, and what could not be read."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.problems: list[CellProblem] = []
        self._spots: dict[tuple[int, Any], Spot] = {}
        self._kept: list[Any] = []

    def mark(self, container: Any, key: Any, spot: Spot) -> None:
        """Note where the value of a key stands, or where it would stand."""
        self._kept.append(container)  # an object that is gone could give its number to another
        self._spots.setdefault((id(container), key), spot)

    def spot(self, path: Path) -> Spot:
        """Where a value stands; for something absent, where it would or where its nearest parent stands."""
        found = Spot("", "")
        part: Any = self.data
        for key in path:
            found = self._spots.get((id(part), key), found)
            try:
                part = part[key]
            except (KeyError, IndexError, TypeError):
                break
        return found

    def spot_of(self, container: Any, key: Any) -> Spot:
        """Where the value of a key stands."""
        return self._spots.get((id(container), key), Spot("", ""))

    def problem(self, spot: Spot, code: Code, **facts: str) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(CellProblem(spot, code, facts))


class _Cell(NamedTuple):
    """A cell under a header that is known: an address by its name, or a field."""

    head: Header | str
    value: Any
    spot: Spot


class _Entry(NamedTuple):
    """One row as read: where it belongs, what it says, and the cell that speaks for it."""

    address: dict[str, Any]
    data: Any
    spot: Spot
    spots: dict[str, Spot]

    @property
    def name(self) -> str:
        """What it is called, by its key or its id; '' for what has no name."""
        own = self.data.get(ID) or self.data.get("use") if isinstance(self.data, dict) else None
        return str(self.address.get(ID) or own or "")


def read_sheets(sheets: Iterable[tuple[str, Sequence[Row]]]) -> RubricData:
    """The plain data that these sheets (name, rows from A1 on) say, with all problems of reading them."""
    found = RubricData()
    by_name = {name.strip(): rows for name, rows in sheets if name != GUIDE and not name.startswith(ASIDE)}
    if TOP not in by_name:
        found.problem(Spot("", ""), Code.NO_RUBRIC_SHEET, found=f"'{TOP}'")
        return found
    for name in by_name:
        if name not in tables():
            other = f" Names of sheets that are not to be read begin with {ASIDE}."
            found.problem(
                Spot(name, ""),
                Code.UNKNOWN_FIELD,
                found=f"sheet '{name}'",
                place="the workbook",
                suggestion=nearest(name, tables()) or other,
            )
    builder = _Builder(found)
    for name, table in tables().items():
        for entry in _Reader(found, table).entries(by_name.get(name, ())):
            builder.add(table, entry)
    builder.hang_children()
    return found


# --- rows -----------------------------------------------------------------------------------------------------


class _Reader:
    """Reads the rows of one sheet."""

    def __init__(self, found: RubricData, table: Table) -> None:
        self.found = found
        self.table = table

    def entries(self, rows: Sequence[Row]) -> Iterator[_Entry]:
        """Every row that says something; of the rubric itself, one entry from the rows of all its fields."""
        if self.table.name == TOP:
            names, values = (
                [((*row, None, None)[column], self._spot(at, column)) for at, row in enumerate(rows)]
                for column in (0, 1)
            )
            yield self._entry(self._heads(names[1:]), values[1:])
            return
        heads = self._heads([(text, self._spot(0, at)) for at, text in enumerate(rows[0] if rows else ())])
        for at, row in enumerate(rows[1:], start=1):
            if any(value is not None for value in row):
                yield self._entry(
                    heads, [(value, self._spot(at, column)) for column, value in enumerate(row)]
                )

    def _spot(self, row: int, column: int) -> Spot:
        return Spot(self.table.name, cell_name(row, column))

    def _heads(self, cells: list[tuple[Any, Spot]]) -> list[Header | str | None]:
        """What each column holds: an address, a field, '' where nothing is said, or None for one that is not known."""
        seen: dict[str, Spot] = {}
        heads: list[Header | str | None] = []
        for value, spot in cells:
            name = "" if value is None else str(value).strip()
            head = name if name in ("", *self.table.addresses) else self._field(name)
            if name in seen:
                self.found.problem(spot, Code.DUPLICATE_KEY, found=f"'{name}'", expected=str(seen[name]))
                head = None
            elif head is None:
                known = [*self.table.addresses, *(str(Header(keys)) for keys in self.table.columns)]
                facts = {
                    "found": f"'{name}'",
                    "place": f"sheet '{self.table.name}'",
                    "suggestion": nearest(name, known),
                }
                self.found.problem(spot, Code.UNKNOWN_FIELD, **facts)
            heads.append(head)
            if name:
                seen.setdefault(name, spot)
        return heads

    def _field(self, name: str) -> Header | None:
        header = header_of(name)
        column = self.table.columns.get(header.keys) if header else None
        return header if header and column and column.holds(header) else None

    def _entry(self, heads: list[Header | str | None], cells: list[tuple[Any, Spot]]) -> _Entry:
        known = []
        for head, (value, spot) in zip(heads, cells, strict=False):
            if head:
                known.append(_Cell(head, value, spot))
            elif head is not None and value is not None:
                self._wrong(str(value), "its column has no name in the first row", spot)
        addresses = {one.head: one for one in known if isinstance(one.head, str)}
        address = {head: self._address(head, one.value, one.spot) for head, one in addresses.items()}
        data: dict[str, Any] = {}
        for one in known:
            if isinstance(one.head, Header):
                self._put(data, one.head, self._value(one.head, one.value, one.spot), one.spot)
        first = next((spot for value, spot in cells if value is not None), Spot(self.table.name, ""))
        said = data.get(self.table.single.keys[0]) if self.table.single else data
        return _Entry(address, said, first, {head: one.spot for head, one in addresses.items()})

    def _address(self, head: str, value: Any, spot: Spot) -> Any:
        """What a cell says of where its row belongs; a name, or a number for a place or a rating."""
        try:
            own = _said(value, _NAME)
        except _BadCellError as error:
            self._wrong(head, str(error), spot)
            return None
        if head == PLACE or (head == ID and self.table.containers[-1:] == (int,)):
            number = word_value(own) if own else None
            if own and not isinstance(number, (int, float)):
                self._wrong(head, f"expected a number, found '{own}'", spot)
            return number
        return own

    def _value(self, header: Header, value: Any, spot: Spot) -> Any:
        """What a cell says; None where it says nothing."""
        try:
            return _said(value, self.table.columns[header.keys], header.position)
        except _BadCellError as error:
            self._wrong(str(header), str(error), spot)
            return None

    def _wrong(self, head: str, found: str, spot: Spot) -> None:
        self.found.problem(spot, Code.WRONG_VALUE, place=f"'{head}'", found=found)

    def _put(self, data: dict[str, Any], header: Header, value: Any, spot: Spot) -> None:
        """Put what a cell says in its place; of a blank cell only note where the value would stand."""
        *above, last = header.keys
        part: Any = data
        for key in above:
            self.found.mark(part, key, spot)
            if value is not None and not isinstance(part.get(key), dict):
                part[key] = {}
            if not isinstance(part.get(key), dict):
                return
            part = part[key]
        self.found.mark(part, last, spot)
        if value is None:
            if header.position and isinstance(part.get(last), list):
                self.found.mark(part[last], header.position - 1, spot)
            return
        column = self.table.columns[header.keys]
        if header.position:
            self._put_number(part, last, header.position, column.of(Numbers).length, value, spot)
        elif column.has(Tongues) and isinstance(value, str):
            texts = part.setdefault(last, {})
            texts[header.language or PLAIN] = value
            self.found.mark(texts, header.language or PLAIN, spot)
        else:
            part[last] = value

    def _put_number(
        self, part: dict[str, Any], key: str, position: int, length: int, value: Any, spot: Spot
    ) -> None:
        numbers = part.setdefault(key, [None] * length)
        numbers += [None] * (position - len(numbers))
        numbers[position - 1] = None if length and value == OPEN else value
        self.found.mark(numbers, position - 1, spot)


_NAME = Column((), (Cell(frozenset({str})),), "")
"""The column of an address, which is a name."""
_UNREADABLE = (
    (CellError, "the cell shows the error {}"),
    (Uncomputed, "the cell holds a formula that was never calculated"),
    (Percent, "the cell has a % format; give it a number format and write the number that is meant"),
    (
        datetime.date | datetime.time | datetime.timedelta,
        "the cell holds a date or a time; give it a text format",
    ),
)


def _said(value: Any, column: Column, position: int = 0) -> Any:
    """What a cell of a column says, None for nothing. Raises _BadCellError for what cannot be meant there."""
    for kind, words in _UNREADABLE:
        if isinstance(value, kind):
            raise _BadCellError(words.format(value))
    if isinstance(value, float) and value.is_integer() and abs(value) <= EXACT_UP_TO:
        value = int(value)
    cell = column.of(Cell)
    as_text = not position and (column.has(Tongues) or column.has(Words) or bool(cell and str in cell.kinds))
    if cell and cell.kinds == {bool} and value in (0, 1):  # .ods files have no other switches
        return bool(value)
    if not isinstance(value, str):
        text = (
            str(value).lower() if as_text and value is not None else None
        )  # a number or a switch in a cell for text
        return value if text is None else [text] if column.has(Words) else text
    text = value.strip()
    if text.startswith(AS_JSON):
        return _from_json(text)
    if column.has(Words):
        return [line.strip() for line in text.splitlines() if line.strip()] or None
    if as_text or not text:
        return text or None
    if cell and bool in cell.kinds and text.lower() in _SWITCHES:
        return _SWITCHES[text.lower()]
    number = word_value(text)
    return number if isinstance(number, (int, float)) else text


def _from_json(text: str) -> Any:
    try:
        return json.loads(text.removeprefix(AS_JSON))
    except json.JSONDecodeError as error:
        raise _BadCellError(f"what follows {AS_JSON} is not JSON") from error


# --- rows to their places -------------------------------------------------------------------------------------


class _Builder:
    """Puts entries where they belong. Sheets come in order, so that owners are there before what belongs to them."""

    def __init__(self, found: RubricData) -> None:
        self.found = found
        self.owners: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in tables()}
        self.children: list[_Entry] = []
        self.from_rows: set[int] = set()

    def add(self, table: Table, entry: _Entry) -> None:
        """Put one entry into the data; children wait until all nodes are there."""
        if table.name == TOP:
            self.found.data = entry.data
            return
        if isinstance(entry.data, dict) and entry.name:
            self.owners[table.name].setdefault(entry.name, entry.data)
        if table.of_node:
            self.children.append(entry)
            return
        owner = self._owner(entry, self.owners[table.owner]) if table.owner else self.found.data
        if owner is not None:
            self._insert(owner, table, entry)

    def _owner(self, entry: _Entry, known: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
        name, spot = entry.address.get(BELONGS_TO), entry.spots.get(BELONGS_TO, entry.spot)
        if name is None:
            self.found.problem(
                spot, Code.MISSING_FIELD, found=f"'{BELONGS_TO}'", place="the row", suggestion=""
            )
        elif name not in known:
            place = f"the row of '{entry.name}'" if entry.name else "the row"
            self.found.problem(
                spot, Code.UNKNOWN_NAME, place=place, found=f"'{name}'", suggestion=nearest(name, known)
            )
        return known.get(name) if name is not None else None

    def _insert(self, owner: dict[str, Any], table: Table, entry: _Entry) -> None:
        """Put an entry under its owner, making the dictionaries and lists around it where they are not there yet."""
        *above, key = table.keys
        part: Any = owner
        for step in above:
            part = part.setdefault(step, {})
        for header, kind in zip(table.key_headers, table.containers, strict=True):
            inner = self._container(part, key, dict if kind else list, entry.spot)
            if inner is None:
                return
            if kind and entry.address.get(header) is None:
                spot = entry.spots.get(header, entry.spot)
                self.found.problem(
                    spot, Code.MISSING_FIELD, found=f"'{header}'", place="the row", suggestion=""
                )
                return
            part, key = inner, entry.address[header] if kind else len(inner)
        spot = entry.spots.get(ID, entry.spot)
        if isinstance(part, dict) and key in part:
            first = str(self.found.spot_of(part, key))
            self.found.problem(spot, Code.DUPLICATE_KEY, found=f"'{key}'", expected=first)
            return
        _set(part, key, entry.data)
        self.found.mark(part, key, spot)

    def _container(self, part: Any, key: Any, kind: type, spot: Spot) -> Any:
        """The dictionary or list under a key; None, with a problem, where something else stands there already."""
        inner = part.get(key) if isinstance(part, dict) else None
        if inner is None:
            inner = kind()
            _set(part, key, inner)
            self.found.mark(part, key, spot)
            self.from_rows.add(id(inner))
        elif not isinstance(inner, kind) or id(inner) not in self.from_rows:
            first = self.found.spot_of(part, key)
            found = f"it is given in rows here and in a cell of its owner, {first}; keep one of them"
            self.found.problem(spot, Code.WRONG_VALUE, place=f"'{key}'", found=found)
            return None
        return inner

    def hang_children(self) -> None:
        """Give every node its groups, indicators and uses, in the order of their places."""
        nodes = {**self.owners["groups"], **self.owners["indices"], **self.owners["dimensions"]}
        order = sorted(self.children, key=_place)
        hung: set[int] = set()
        for entry in order:
            owner = self._owner(entry, nodes)
            if owner is not None:
                children = owner.setdefault(CHILDREN, [])
                self.found.mark(owner, CHILDREN, entry.spot)
                self.found.mark(children, len(children), entry.spot)
                children.append(entry.data)
                hung.add(id(entry.data))
        reached = {
            id(child) for block in ("dimensions", "indices") for child in _below(self.found.data.get(block))
        }
        for entry in order:
            if id(entry.data) in hung - reached and CHILDREN in entry.data:
                found = "it lies in itself; a group belongs to a dimension, an index or another group"
                self.found.problem(
                    entry.spots[BELONGS_TO], Code.WRONG_VALUE, place=f"'{entry.name}'", found=found
                )


def _set(part: Any, key: Any, value: Any) -> None:
    if isinstance(part, list):
        part.append(value)
    else:
        part[key] = value


def _place(entry: _Entry) -> float:
    """The place among its siblings; a row without one comes after those that have one."""
    place = entry.address.get(PLACE)
    return float(place) if isinstance(place, (int, float)) else float("inf")


def _below(block: Any) -> Iterator[dict[str, Any]]:
    """Every child of the nodes of a block, however deep."""
    for node in block.values() if isinstance(block, dict) else ():
        waiting = list(node.get(CHILDREN, ())) if isinstance(node, dict) else []
        while waiting:
            child = waiting.pop()
            yield child
            waiting += child.get(CHILDREN, ())
