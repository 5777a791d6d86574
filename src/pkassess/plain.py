"""A rubric as plain data again: what a file has to say so that reading it gives the same rubric, and no more.

Defaults are left out, and keys come in the order in which the parts of a rubric are read best.
"""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel

from pkassess.modelcheck import bare
from pkassess.rubric import Rubric
from pkassess.texts import PLAIN

_FIRST = ("pkassess", "type", "use", "id", "label")
_LAST = ("children",)
_LARGE = 1e15
"""Whole numbers are written without a point up to here."""


def plain(rubric: Rubric) -> dict[str, Any]:
    """The data of a rubric; ``Rubric.model_validate`` makes an equal rubric of them.

    Weight sets that stand in a file beside the rubric are left there.
    """
    return _block(rubric)


def _block(part: BaseModel) -> dict[str, Any]:
    type(part).model_rebuild()  # resolves annotations that were left as text; nothing is done twice
    kept = {}
    for name in order(type(part)):
        field, value = type(part).model_fields[name], getattr(part, name)
        if field.is_required() or value != field.get_default(call_default_factory=True):
            kept[field.alias or name] = _value(value, field.annotation)
    if kept.get("file") and "samples" in kept:
        del kept["samples"]
    return kept


def order(model: type[BaseModel]) -> list[str]:
    """The fields of a model: what names it, its own, those it shares with others, and what it is made of."""
    bases = [base.model_fields for base in model.__mro__ if issubclass(base, BaseModel)]
    shared = {name: sum(name in fields for fields in bases) for name in model.model_fields}
    names = sorted(shared, key=lambda name: shared[name])
    middle = [name for name in names if name not in _FIRST + _LAST]
    return [
        *(name for name in _FIRST if name in shared),
        *middle,
        *(name for name in _LAST if name in shared),
    ]


def _value(value: Any, kind: Any) -> Any:
    if isinstance(value, BaseModel):
        return _block(value)
    inner = get_args(bare(kind))[-1:] or (None,)
    if isinstance(value, (list, tuple)):
        return [_value(item, inner[0]) for item in value]
    if isinstance(value, dict):
        if bare(kind) == dict[str, str]:
            return value[PLAIN] if list(value) == [PLAIN] else dict(value)
        return {key: _value(item, inner[0]) for key, item in value.items()}
    whole = isinstance(value, float) and value.is_integer() and abs(value) < _LARGE
    return int(value) if whole else value
