"""Which sheets and columns a rubric's workbook has, told by the models of a rubric.

A field that fits one cell or a few is a column of its owner's sheet: a number, a word, a text (one column for each
language), a short list. A block is taken apart into columns with its name in front: ``scale.per``. A field that has
many entries is a sheet of its own, whose rows name their owner: ``overall.rules``. So a new field, scale or block needs
no line here.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pkassess.modelcheck import bare
from pkassess.plain import order
from pkassess.rubric import Group, Indicator, Rubric, Use

Keys = tuple[str, ...]
Model = type[BaseModel]

CHILDREN = "children"
"""The field that holds indicators, groups and uses; their sheets are the same for every node."""
CHILD_MODELS: dict[str, Model] = {"groups": Group, "indicators": Indicator, "uses": Use}
TOP = "rubric"
"""The sheet of what a rubric has one of: a field in each row."""
BELONGS_TO, PLACE, UNDER, ID = "belongs to", "place", "under", "id"
"""Columns that say where a row belongs: its owner, its place among its siblings, the block it lies in, its own name."""
_HEADER = re.compile(r"(?P<keys>\w+(?:\.\w+)*)(?: \[(?P<language>[^\]\n]+)\])?(?: (?P<position>\d{1,4}))?")


class Header(NamedTuple):
    """The name of a column: keys with points between, ``label [fr]`` for a language, ``knots 3`` for a place in a list."""

    keys: Keys
    language: str = ""
    position: int = 0

    def __str__(self) -> str:
        language = f" [{self.language}]" if self.language else ""
        return f"{'.'.join(self.keys)}{language}{f' {self.position}' if self.position else ''}"


def header_of(text: str) -> Header | None:
    """The header that a text names, or None if it is none."""
    match = _HEADER.fullmatch(text)
    if match is None:
        return None
    return Header(tuple(match["keys"].split(".")), match["language"] or "", int(match["position"] or 0))


class Cell(NamedTuple):
    """One value in one cell, of one of these kinds; ``choices`` are the words that it may be."""

    kinds: frozenset[type]
    choices: tuple[str, ...] = ()


class Words(NamedTuple):
    """Texts below one another in one cell."""


class Tongues(NamedTuple):
    """A text, with one cell for each language."""


class Numbers(NamedTuple):
    """Numbers in cells side by side: so many of them, or any number if ``length`` is 0."""

    length: int


class Block(NamedTuple):
    """A block that is taken apart into columns; one of several kinds where there is more than one model."""

    models: tuple[Model, ...]


class Entries(NamedTuple):
    """Many entries, in rows of a sheet of their own.

    ``containers`` are the dictionaries (the type of their keys) and lists (None) around an entry, from the outside in.
    """

    containers: tuple[type | None, ...]
    entry: Any


Shape = Cell | Words | Tongues | Numbers | Block | Entries
_PLAIN: tuple[type, ...] = (str, int, float, bool)


def shapes_of(kind: Any) -> list[Shape]:
    """The shapes that a value of this kind may have on a sheet; one of them, but for kinds that are alternatives."""
    kind = bare(kind)
    origin, inner = get_origin(kind), get_args(kind)
    if kind == dict[str, str]:
        return [Tongues()]
    if origin is Literal:
        words = tuple(map(str, inner)) if all(isinstance(one, str) for one in inner) else ()
        return [Cell(frozenset(map(type, inner)), words)]
    if kind in _PLAIN:
        return [Cell(frozenset({kind}))]
    if origin in (Union, types.UnionType):
        return _merged([shape for one in inner if one is not type(None) for shape in shapes_of(one)])
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        kind.model_rebuild()  # resolves annotations that were left as text; nothing is done twice
        return [Block((kind,))]
    if origin is tuple:
        return [Numbers(len(inner))]
    if origin is list and bare(inner[0]) is str:
        return [Words()]
    if origin is list and bare(inner[0]) is float:
        return [Numbers(0)]
    return [_entries(kind)] if origin in (list, dict) else []


def _entries(kind: Any) -> Entries:
    containers: list[type | None] = []
    while get_origin(kind) in (list, dict) and kind not in (dict[str, str], list[float]):
        inner = get_args(kind)
        containers.append(bare(inner[0]) if get_origin(kind) is dict else None)
        kind = bare(inner[-1])
    return Entries(tuple(containers), kind)


def _merged(shapes: list[Shape]) -> list[Shape]:
    """Alternatives of one field: cells of all kinds as one, blocks of all models as one, the others as they are."""
    cells = [shape for shape in shapes if isinstance(shape, Cell)]
    blocks = [shape for shape in shapes if isinstance(shape, Block)]
    others = [shape for shape in shapes if not isinstance(shape, Cell | Block)]
    merged: list[Shape] = []
    if cells:
        kinds = frozenset().union(*(cell.kinds for cell in cells))
        merged.append(Cell(kinds, tuple(dict.fromkeys(word for cell in cells for word in cell.choices))))
    if blocks:
        merged.append(Block(tuple(dict.fromkeys(model for block in blocks for model in block.models))))
    return merged + list(dict.fromkeys(others))


class Column(NamedTuple):
    """What stands under one header, in all its languages and positions."""

    keys: Keys
    shapes: tuple[Shape, ...]
    meaning: str

    def of(self, kind: type[Shape]) -> Any:
        """Its shape of a kind, or None."""
        return next((shape for shape in self.shapes if isinstance(shape, kind)), None)

    def has(self, kind: type[Shape]) -> bool:
        """Whether it may have a shape of a kind."""
        return self.of(kind) is not None

    def holds(self, header: Header) -> bool:
        """Whether a header with these keys may have that language or position."""
        if header.position:
            return self.has(Numbers) and not header.language
        return not header.language or self.has(Tongues)


class Table(NamedTuple):
    """One sheet: whose rows it holds, where they belong, and its columns.

    ``owner`` is the sheet of the rows that its rows belong to ('' for the rubric itself), ``keys`` the field there, and
    ``containers`` are as in ``Entries``.
    """

    name: str
    owner: str
    keys: Keys
    containers: tuple[type | None, ...]
    columns: dict[Keys, Column]
    meaning: str
    of_node: bool = False

    @property
    def single(self) -> Column | None:
        """The one column of entries that are no block, or None."""
        return self.columns.get(("text",), self.columns.get(("value",))) if len(self.columns) == 1 else None

    @property
    def addresses(self) -> list[str]:
        """The columns that say where a row belongs, and what it is called there."""
        owner = [BELONGS_TO] if self.owner or self.of_node else []
        return [*owner, *([PLACE] if self.of_node else []), *filter(None, self.key_headers)]

    @property
    def key_headers(self) -> list[str]:
        """For each container the column of its keys, '' for a list: the innermost key is a row's own name."""
        last = -1 if (ID,) in self.columns else len(self.containers) - 1
        named = enumerate(self.containers)
        return ["" if kind is None else ID if at == last else UNDER for at, kind in named]


@cache
def tables() -> dict[str, Table]:
    """Every sheet that a rubric's workbook may have, by name; owners come before what belongs to them."""
    Rubric.model_rebuild()
    whole: dict[str, Table] = {}
    children: dict[str, Table] = {}
    _add(whole, TOP, "", (), (), (Rubric,), "The rubric as a whole: what there is one of.")
    for name, model in CHILD_MODELS.items():
        model.model_rebuild()
        meaning = (model.__doc__ or "").strip().splitlines()[0]
        _add(children, name, "", (CHILDREN,), (), (model,), meaning, of_node=True)
    before = list(whole).index("indices")  # people look for indicators beside dimensions
    names = [*list(whole)[:before], *children, *list(whole)[before:]]
    return {name: {**whole, **children}[name] for name in names}


def _add(
    found: dict[str, Table],
    name: str,
    owner: str,
    keys: Keys,
    containers: tuple[type | None, ...],
    entry: Any,
    meaning: str,
    *,
    of_node: bool = False,
) -> None:
    """Put a sheet and all sheets whose rows belong to its rows into ``found``."""
    models = entry if isinstance(entry, tuple) else ()
    columns = {
        column.keys: column for column in (_columns(models, ()) if models else _single(entry, meaning))
    }
    found[name] = Table(name, owner, keys, containers, columns, meaning, of_node)
    for column in columns.values():
        inner = column.of(Entries)
        if inner is not None:
            own = "" if name == TOP else name
            path = ".".join(column.keys)
            block = shapes_of(inner.entry)[0]
            models = block.models if isinstance(block, Block) else inner.entry
            _add(
                found, f"{own}.{path}".lstrip("."), own, column.keys, inner.containers, models, column.meaning
            )


def _single(kind: Any, meaning: str) -> Iterator[Column]:
    """The column of entries that are no block: a text, a number, numbers."""
    shapes = tuple(shapes_of(kind))
    yield Column(("text" if isinstance(shapes[0], Tongues) else "value",), shapes, meaning)


def _columns(models: tuple[Model, ...], above: Keys) -> Iterator[Column]:
    """The columns of a block, the blocks inside it taken apart; of several models, the columns of all."""
    names: dict[str, list[tuple[Model, FieldInfo]]] = {}
    for model in models:
        for name in order(model):
            field = model.model_fields[name]
            names.setdefault(field.alias or name, []).append((model, field))
    for name, fields in names.items():
        if name == CHILDREN:
            continue
        keys = (*above, name)
        shapes = _merged([shape for _, field in fields for shape in shapes_of(field.annotation)])
        yield Column(keys, tuple(shapes), _meaning(fields, len(models)))
        for shape in shapes:
            if isinstance(shape, Block):
                yield from _columns(shape.models, keys)


def _meaning(fields: list[tuple[Model, FieldInfo]], of: int) -> str:
    """What a field means; where only some kinds of a block have it, or mean something of their own, for each of them."""
    said: dict[str, list[str]] = {}
    for model, field in fields:
        said.setdefault(field.description or "", []).append(_word(model))
    if len(said) == 1 and len(fields) == of:
        return next(iter(said))
    return " ".join(f"{', '.join(words)}: {text}" for text, words in said.items() if text)


def _word(model: Model) -> str:
    kind = model.model_fields.get("type")
    return str(get_args(kind.annotation)[0]) if kind else model.__name__.lower()
