"""Rubrics of all kinds, made from the models: whatever a file may say, names aside, which are all different."""

from __future__ import annotations

import types
from typing import Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from pkassess.modelcheck import bare
from pkassess.rubric import Group, Indicator, Name, Rubric, Use

LANGUAGES = ("en", "fr", "es", "ar", "pt-BR")
DEEPEST = 2
TRICKY = [
    *(
        "yes",
        "No",
        "on",
        "null",
        "~",
        "1.0",
        "0123",
        "1e5",
        "2024-01-31",
        "=1+1",
        "+5",
        "-",
        "#REF!",
        "json:{}",
        "open",
    ),
    *(
        " blank before",
        "two\nlines",
        "tab\there",
        "a: b",
        "a #b",
        "'quoted'",
        '"',
        "\u00a0",
        "\ufeff",
        "_x000D_",
        "true",
    ),
    *(
        "x" * 200,
        "long text " * 20,
        "carriage\rreturn",
        "\x07",
        "التوتر",
        "état",
        "🙂",
        "[a, b]",
        "{",
        "&a",
        "*a",
        "%",
        "@",
        "|",
    ),
]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(TRICKY)
NAMES = st.sampled_from(
    ["a", "B", "care_pct", "x1", "calm", "null", "on", "E2", "stability", "id", "text", "value"]
)
RARE = 6
"""One in so many fields that may be left out is there."""
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda number: number or str(number) == "0.0"
)


LIMITS = ("ge", "gt", "le", "lt", "min_length", "max_length")


def values(kind: Any, metadata: tuple[Any, ...] = (), depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a kind as a file would have them; ``metadata`` are the limits of its field."""
    patterns = [str(mark.pattern) for mark in metadata if getattr(mark, "pattern", None)]
    if kind == Name or patterns:
        return NAMES if kind == Name or "A-Z" in patterns[0] else st.sampled_from(["own", "our-own", "n-2"])
    limits = {key: getattr(mark, key) for mark in metadata for key in LIMITS if hasattr(mark, key)}
    if get_origin(kind) in (Union, types.UnionType):
        return st.one_of(values(one, metadata, depth) for one in get_args(kind) if one is not type(None))
    kind = bare(kind)
    if kind == dict[str, str]:
        return WORDS | st.dictionaries(st.sampled_from(LANGUAGES), WORDS, max_size=3)
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if get_origin(kind):
        return _several(kind, limits.get("min_length", 0), depth)
    return _one(kind, limits) if kind in (bool, str, int, float) else blocks(kind, depth)


def _one(kind: type, limits: dict[str, float]) -> st.SearchStrategy[Any]:
    if kind is bool:
        return st.booleans()
    if kind is str:
        return WORDS.map(lambda word: word[: int(limits.get("max_length", 1000))])
    low, high = limits.get("ge", limits.get("gt")), limits.get("le", limits.get("lt"))
    if kind is int:
        return st.integers(int(low or 0), int(50 if high is None else high))
    if low is None and high is None:
        return NUMBERS
    numbers = st.floats(-1e9 if low is None else low, 1e9 if high is None else high)
    open_ends = {limits.get("gt"), limits.get("lt")}
    return numbers.filter(lambda number: number not in open_ends and str(number) != "-0.0")


def _several(kind: Any, least: int, depth: int) -> st.SearchStrategy[Any]:
    """Lists, blocks with keys of their own, and pairs; numbers of a list rise or fall, as knots do."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple:
        half_open = [[None, None], [None, 1], [0, None]] if type(None) in get_args(inner[0]) else []
        return _rising(2, 2) | st.sampled_from(half_open) if half_open else _rising(2, 2)
    if origin is list and bare(inner[0]) is float:
        return _rising(2, 7) | _rising(2, 7).map(lambda numbers: numbers[::-1])
    if origin is list and get_origin(bare(inner[0])) is tuple:
        return st.builds(
            lambda raws, scores: [list(pair) for pair in zip(raws, scores, strict=False)],
            _rising(2, 5),
            st.lists(NUMBERS, min_size=5, max_size=5),
        )
    sizes = {"min_size": least, "max_size": least + 1}
    entry = values(inner[-1], depth=depth)
    return st.lists(entry, **sizes) if origin is list else st.dictionaries(values(inner[0]), entry, **sizes)


def _rising(count: int, most: int) -> st.SearchStrategy[list[float]]:
    return st.lists(NUMBERS, min_size=count, max_size=most, unique=True).map(sorted)


@st.composite
def blocks(draw: Any, model: type[BaseModel], depth: int = 0) -> dict[str, Any]:
    """The keys of one block: those needed, and some of the others."""
    model.model_rebuild()
    made = {}
    for name, field in model.model_fields.items():
        if name == "children":
            kinds = [Indicator, Use, *([Group] if depth < DEEPEST else [])]
            made[name] = draw(
                st.lists(st.one_of(blocks(one, depth + 1) for one in kinds), min_size=1, max_size=2)
            )
        elif field.is_required() or draw(st.integers(1, RARE)) == RARE:
            made[field.alias or name] = draw(values(field.annotation, tuple(field.metadata), depth))
    if (
        not any(name in made for name in ("level_of", "weakest_of", "at_most"))
        and "at_most" in model.model_fields
    ):
        made["level_of"] = draw(NAMES)
    for form in [name for name in ("level_of", "weakest_of", "at_most") if name in made][1:]:
        del made[form]
    if "file" in made:
        made.pop("samples", None)  # one of them is refused
    return made


def _rename(data: Any, taken: set[str]) -> Any:
    """The same data with ids that occur once."""
    if isinstance(data, list):
        return [_rename(one, taken) for one in data]
    if not isinstance(data, dict):
        return data
    if isinstance(data.get("id"), str) and "pkassess" not in data:
        data = {**data, "id": f"{data['id']}_{len(taken)}"}
        taken.add(data["id"])
    return {key: _rename(one, taken) for key, one in data.items()}


def _valid(data: dict[str, Any]) -> Rubric | None:
    try:
        return Rubric.model_validate(data)
    except ValidationError:
        return None


def rubrics() -> st.SearchStrategy[Rubric]:
    """Rubrics whose parts have the right kinds; names of things that do not exist may occur in them."""
    found = blocks(Rubric).map(unique_nodes).map(_valid)
    return found.filter(lambda rubric: rubric is not None)


def unique_nodes(data: dict[str, Any]) -> dict[str, Any]:
    data = _rename(data, set())
    data["indices"] = {f"{name}_index": node for name, node in data.get("indices", {}).items()}
    return data
