"""From a rubric to the rows of its sheets.

What a plain cell cannot hold (an empty list, a text of blanks, a control character) stands in one cell as ``json:``
and its JSON form, so that nothing is lost.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from pkassess.codes import Code
from pkassess.findings import UsageError, finding
from pkassess.ingest.limits import CELL_CHARACTERS
from pkassess.plain import plain
from pkassess.rubric import Rubric
from pkassess.rubricbook.shape import (
    BELONGS_TO,
    CHILD_MODELS,
    CHILDREN,
    ID,
    PLACE,
    TOP,
    Block,
    Cell,
    Column,
    Entries,
    Header,
    Keys,
    Numbers,
    Table,
    Tongues,
    Words,
    header_of,
    tables,
)
from pkassess.texts import PLAIN

AS_JSON = "json:"
OPEN = "open"
"""What stands for a side of a pair of limits that is open."""
"""Characters that a cell of a spreadsheet holds at most."""
EXACT_UP_TO, DIGITS = 2**53, 15
"""Numbers up to here and of so many digits survive in a spreadsheet, whoever saves it."""
# Control characters and carriage returns do not survive, and _x000D_ is how spreadsheets write such a character.
_LOST = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")

Cells = dict[str, Any]


class Sheet(NamedTuple):
    """One sheet: its headers in order, and its rows, each from header to value."""

    table: Table
    headers: list[str]
    rows: list[Cells]


class _Row(NamedTuple):
    """An entry that becomes a row: its address, its data, and its name, by which the rows of others point at it."""

    address: Cells
    data: Any
    name: str


def sheets_of(rubric: Rubric) -> list[Sheet]:
    """Every sheet of a rubric's workbook, also those without rows."""
    data = plain(rubric)
    made = _Maker()
    for name, entries in _children(data).items():  # taken out of their nodes first
        made.table(tables()[name], entries)
    made.table(tables()[TOP], [_Row({}, data, "")])
    spoken = _languages(rubric, made.rows)
    knots = len(rubric.knot_scores)
    return [
        Sheet(table, _headers(table, made.rows[name], spoken, knots), made.rows[name])
        for name, table in tables().items()
    ]


def _languages(rubric: Rubric, rows: dict[str, list[Cells]]) -> list[str]:
    """The languages that texts get columns for: those in use, in the order in which the rubric names them."""
    headers = {header for sheet in rows.values() for row in sheet for header in row}
    used = {header.language for header in map(header_of, headers) if header and header.language}
    named = [language for language in rubric.languages if language in used]
    return [*dict.fromkeys(named), *sorted(used.difference(named))]


def _children(data: dict[str, Any]) -> dict[str, list[_Row]]:
    """The children of all nodes by the sheet they stand on; nodes give them up."""
    found: dict[str, list[_Row]] = {name: [] for name in CHILD_MODELS}

    def descend(name: str, node: dict[str, Any]) -> None:
        for place, child in enumerate(node.pop(CHILDREN, []), start=1):
            kind = "uses" if "use" in child else "groups" if CHILDREN in child else "indicators"
            found[kind].append(_Row({BELONGS_TO: name, PLACE: place}, child, child.get(ID, "")))
            descend(child.get(ID, ""), child)

    for block in ("dimensions", "indices"):
        for name, node in data.get(block, {}).items():
            descend(name, node)
    return found


class _Maker:
    """Makes sheet after sheet; a sheet whose rows belong to another is made right after it."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Cells]] = {name: [] for name in tables()}

    def table(self, table: Table, entries: list[_Row]) -> None:
        """Fill a sheet with the rows of these entries, and the sheets of what belongs to them."""
        names = Counter(entry.name for entry in entries)
        inner: dict[Keys, list[_Row]] = {}
        for entry in entries:
            row = dict(entry.address)
            self.rows[table.name].append(row)
            for column, value in _fields(table, entry.data):
                cells = _cells(column, value)
                if (
                    cells is None
                    and column.has(Entries)
                    and (table.name == TOP or (entry.name and names[entry.name] == 1))
                ):
                    below = _below(table, column)
                    address = {} if table.name == TOP else {BELONGS_TO: entry.name}
                    try:
                        inner.setdefault(column.keys, []).extend(
                            list(_entries(below, below.containers, value, address))
                        )
                        continue
                    except _UnfitError:
                        pass
                row |= {str(Header(column.keys)): _json(value, column)} if cells is None else cells
        for keys, rows in inner.items():
            self.table(_below(table, table.columns[keys]), rows)


class _UnfitError(Exception):
    """Entries that rows cannot show: none at all, or under a name that does not fit a cell."""


def _below(table: Table, column: Column) -> Table:
    """The sheet of a field with many entries."""
    own = () if table.name == TOP else (table.name,)
    return tables()[".".join((*own, *column.keys))]


def _fields(table: Table, data: Any, above: Keys = ()) -> Iterator[tuple[Column, Any]]:
    """What an entry holds, the blocks in it taken apart; an empty block stays one."""
    if table.single:
        yield table.single, data
        return
    for key, value in data.items():
        column = table.columns[*above, key]
        if column.has(Block) and value:
            yield from _fields(table, value, column.keys)
        else:
            yield column, value


def _entries(
    table: Table, containers: tuple[type | None, ...], value: Any, address: Cells, name: str = ""
) -> Iterator[_Row]:
    """The entries inside dictionaries and lists, each with its address."""
    if not containers:
        own = value.get(ID, "") if isinstance(value, dict) and (ID,) in table.columns else ""
        yield _Row(address, value, own or name)
        return
    if not value:
        raise _UnfitError
    header = table.key_headers[len(table.containers) - len(containers)]
    for key, entry in value.items() if containers[0] else enumerate(value):
        if header and not _fits(key):
            raise _UnfitError
        under = {**address, header: key} if header else address
        yield from _entries(table, containers[1:], entry, under, str(key) if header else "")


def _cells(column: Column, value: Any) -> Cells | None:
    """The cells of a value by header, or None if plain cells cannot hold it."""
    header = Header(column.keys)
    if isinstance(value, dict) and column.has(Tongues):
        texts = {header._replace(language=language): text for language, text in value.items()}
        fine = all(_fits(text) and header_of(str(head)) == head for head, text in texts.items())
        return {str(head): text for head, text in texts.items()} if texts and fine else None
    if isinstance(value, list) and column.has(Words):
        fine = value and all(_fits(word) and "\n" not in word for word in value)
        text = "\n".join(value)
        return {str(header): text} if fine and _fits(text) else None
    if isinstance(value, list) and column.has(Numbers):
        fine = value and all(number is None or _is_number(number) for number in value)
        cells = enumerate((OPEN if number is None else number for number in value), start=1)
        return {str(header._replace(position=at)): cell for at, cell in cells} if fine else None
    return {str(header): value} if not isinstance(value, (dict, list)) and _fits(value) else None


def _fits(value: Any) -> bool:
    """Whether a cell holds this value and gives it back."""
    if isinstance(value, str):
        return (
            0 < len(value) <= CELL_CHARACTERS
            and value == value.strip()
            and not value.startswith(AS_JSON)
            and not _LOST.search(value)
        )
    return isinstance(value, bool) or _is_number(value)


def _is_number(value: Any) -> bool:
    """Whether this is a number that every spreadsheet program gives back: some keep fifteen digits only."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= EXACT_UP_TO and float(f"{value:.{DIGITS}g}") == value


def _json(value: Any, column: Column) -> str:
    escaped = _LOST.sub(lambda lost: "".join(f"\\u{ord(one):04x}" for one in lost[0]), json.dumps(value))
    text = f"{AS_JSON}{escaped}"
    if len(text) > CELL_CHARACTERS:
        found = f"it takes {len(text):,} characters; a cell of a spreadsheet holds {CELL_CHARACTERS:,}"
        raise UsageError(finding(Code.WRONG_VALUE, place=f"'{column.keys[-1]}'", found=found))
    return text


# --- headers --------------------------------------------------------------------------------------------------


def _headers(table: Table, rows: list[Cells], languages: list[str], knots: int) -> list[str]:
    """The headers of a sheet: addresses, then each column in all its languages and positions."""
    used = dict.fromkeys(header for row in rows for header in row)
    found: dict[str, None] = dict.fromkeys(table.addresses)
    for keys, column in table.columns.items():
        own = [header for header in map(header_of, used) if header and header.keys == keys]
        found |= dict.fromkeys(map(str, _variants(column, own, languages, knots)))
    return list(found)


def _variants(column: Column, used: list[Header], languages: list[str], knots: int) -> Iterator[Header]:
    header = Header(column.keys)
    if column.has(Tongues):
        spoken = [language for language in languages if language != PLAIN]
        if header in used or not spoken:
            yield header
        yield from (header._replace(language=language) for language in spoken)
    if numbers := column.of(Numbers):
        count = max([numbers.length or knots, *(one.position for one in used)])
        yield from (header._replace(position=at) for at in range(1, count + 1))
    if column.has(Cell) or column.has(Words):
        yield header
    yield from used
