"""What the models refuse about a rubric, told in plain words and with the path as it stands in the file."""

from __future__ import annotations

import types
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, ForwardRef, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from pkassess import normalise, rubric
from pkassess.codes import Code
from pkassess.crosscheck import Problem
from pkassess.findings import nearest
from pkassess.normalise import Frame, Scale
from pkassess.rubric import Rubric
from pkassess.yamlfile import Path

_MOST_KEYS_LISTED = 8
_KEY_MARK = "[key]"
"""What pydantic puts at the end of a location when the key itself is wrong."""


def validate(data: Any) -> tuple[Rubric | None, list[Problem]]:
    """A rubric from plain data, or None; and every problem of its parts, each told once."""
    if not isinstance(data, dict):
        found = "a rubric is a block of keys such as id, keys and dimensions"
        return None, [Problem(Code.WRONG_VALUE, (), {"place": "the file", "found": found})]
    problems = [*_scale_problems(data), *_rule_problems(data)]
    try:
        return Rubric.model_validate(data), problems
    except ValidationError as error:
        found = error.errors(include_url=False)
    problems += [_from_model(data, item) for item in found if _wanted(data, item)]
    return None, problems


def _wanted(data: dict[str, Any], error: Any) -> bool:
    """Whether an error is not told elsewhere: by a check on the raw data, or by the likelier form of a list."""
    if error["type"] in ("knot_order", "value_error"):
        return False
    for place, step in enumerate(error["loc"]):
        if isinstance(step, str) and step.startswith("list["):
            path, _, _ = _walk(error["loc"][:place])
            items = _at(data, path)
            pairs = any(isinstance(item, list) for item in items) if isinstance(items, list) else False
            return pairs == ("tuple" in step)
    return True


# --- checks on the raw data, so that another mistake in the same block hides nothing ------------------------


def _scale_problems(data: dict[str, Any]) -> Iterator[Problem]:
    """Scales whose knots run both ways, or do not fit the scores of the rubric."""
    from pkassess.crosscheck import _children

    frame = _frame(data)
    for path, child in _children(data):
        raw: Any = child.get("scale")
        model = _SCALES.get(str(raw.get("type"))) if isinstance(raw, dict) else None
        if model is None:
            continue
        name, at = f"'{child.get('id')}'", (*path, "scale")
        try:
            scale = model.model_validate(_essential(raw, model))
        except ValidationError as error:
            if any(item["type"] == "knot_order" for item in error.errors()):
                yield _out_of_order(raw, at, name)
            continue
        if frame is not None and (trouble := scale.problem(frame)):
            inner = next((key for key in ("knots", "points") if key in raw), "")
            yield Problem(Code.WRONG_VALUE, (*at, inner) if inner else at, {"place": name, "found": trouble})


def _essential(raw: dict[str, Any], model: type[Scale]) -> dict[str, Any]:
    """The keys of a scale that decide about its knots; whatever else is wrong is told by the models."""
    kept = {key: value for key, value in raw.items() if key in allowed_keys(model) and key != "because"}
    return {"per": 1.0, **kept} if model is normalise.Rate else kept


def _frame(data: dict[str, Any]) -> Frame | None:
    """Where the scores of the rubric live, or None where that itself is wrong."""
    numbers = data.get("score_range", [0.0, 100.0]), data.get("knot_scores", list(Frame().knot_scores))
    for part in numbers:
        if not isinstance(part, list) or not all(
            isinstance(number, (int, float)) and not isinstance(number, bool) for number in part
        ):
            return None
    limits, scores = numbers
    return Frame(float(limits[0]), float(limits[1]), tuple(map(float, scores))) if len(limits) == 2 else None  # noqa: PLR2004


def _out_of_order(raw: dict[str, Any], at: Path, name: str) -> Problem:
    """The first number that breaks the direction of a list of knots, or the list if it is too short."""
    if "knots" not in raw and "points" not in raw:
        found = f"bottom and top are both {raw.get('top'):g}"
        return Problem(Code.WRONG_VALUE, (*at, "top"), {"place": name, "found": found})
    inner = "points" if "points" in raw else "knots"
    pairs = isinstance(raw[inner][0], list) if raw[inner] else False
    numbers = [knot[0] if pairs else knot for knot in raw[inner]]
    falling = inner == "knots" and len(numbers) > 1 and numbers[-1] < numbers[0]
    for place, (before, after) in enumerate(pairwise(numbers), 1):
        if before == after or (after < before) != falling:
            path = (*at, inner, place, 0) if pairs else (*at, inner, place)
            return Problem(Code.KNOT_ORDER, path, {"place": name, "found": f"{after:g} after {before:g}"})
    facts = {"place": name, "found": f"{inner}: a curve needs two or more, found {len(numbers)}"}
    return Problem(Code.WRONG_VALUE, (*at, inner), facts)


_FORMS = ("level_of", "weakest_of", "at_most")


def _rule_problems(data: dict[str, Any]) -> Iterator[Problem]:
    """Rules of the overall level that have none of the three forms, or several."""
    overall = data.get("overall")
    rules = overall.get("rules") if isinstance(overall, dict) else None
    for place, rule in enumerate(rules if isinstance(rules, list) else []):
        given = (
            [form for form in _FORMS if rule.get(form) is not None] if isinstance(rule, dict) else _FORMS[:1]
        )
        if len(given) != 1:
            has = " and ".join(given) or "none of them"
            found = f"a rule has exactly one of {', '.join(_FORMS)}; this one has {has}"
            path: Path = ("overall", "rules", place)
            facts = {"place": f"rule '{rule.get('id')}'", "found": found}
            yield Problem(Code.WRONG_VALUE, (*path, given[-1]) if given else path, facts, bool(given))


# --- what the models say ------------------------------------------------------------------------------------


def _from_model(data: Any, error: Any) -> Problem:
    """One problem from one of pydantic's errors."""
    path, kind, owner_kind = _walk(error["loc"])
    place = owner_of(data, path)
    if error["type"] == "extra_forbidden":
        facts = {"found": f"'{path[-1]}'", "place": place, "suggestion": _instead(str(path[-1]), owner_kind)}
        return Problem(Code.UNKNOWN_FIELD, path, facts, at_key=True)
    if error["type"] == "missing" and isinstance(path[-1], str):
        return _missing(path[:-1], path[-1], place)
    if error["type"] == "union_tag_not_found":
        return _missing(path, "type", owner_of(data, (*path, "type")))
    if error["type"] == "missing":  # a pair with one value only
        path = path[:-1]
    return _wrong(data, path, place, error, kind)


def _wrong(data: Any, path: Path, place: str, error: Any, kind: Any) -> Problem:
    """A value (or, by its mark, a key) that is not what is expected at its place."""
    expected = _expected(error, kind)
    of_key = error["loc"][-1:] == (_KEY_MARK,)
    if error["type"] == "union_tag_invalid":
        path = (*path, "type")
    found = _shown(path[-1] if of_key else _at(data, path))
    facts = {
        "place": place,
        "found": f"{'the key' if of_key else _named(path)}: expected {expected}, found {found}",
        "suggestion": _near_choice(error) or f"expected {expected}",
    }
    if path and path[-1] == "weight":
        facts["found"] = f"the weight of {place} is {found}"
        return Problem(Code.BAD_WEIGHTS, path, facts)
    return Problem(Code.WRONG_VALUE, path, facts, at_key=of_key)


def _missing(path: Path, key: str, place: str) -> Problem:
    return Problem(
        Code.MISSING_FIELD,
        path,
        {"found": f"'{key}'", "place": place, "suggestion": f"add '{key}'"},
        at_key=True,
    )


def _named(path: Path) -> str:
    """The last key of a path, with the place in its list where it is one of several."""
    keys = [str(step) for step in path if isinstance(step, str)]
    entry = f", entry {path[-1] + 1}" if path and isinstance(path[-1], int) else ""
    return f"{keys[-1] if keys else 'the file'}{entry}"


def _instead(key: str, kind: Any) -> str:
    """The nearest key allowed at a place, or which ones there are."""
    allowed = allowed_keys(kind)
    if near := nearest(key, allowed):
        return near
    listed = ", ".join(sorted(allowed))
    return f" Allowed here: {listed}." if 0 < len(allowed) <= _MOST_KEYS_LISTED else " No such key here."


def allowed_keys(kind: Any) -> list[str]:
    """The keys that a model takes, as they stand in a file."""
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return []
    return [field.alias or name for name, field in kind.model_fields.items()]


_EXPECTED = {
    "string_type": "a text in quotes",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "two values, such as [0, 100]",
    "missing": "two values, such as [0, 100]",
    "model_type": "a block of keys, or {{}} for none",
    "model_attributes_type": "a block of keys, or {{}} for none",
    "dict_type": "a block of keys",
    "greater_than_equal": "{ge:g} or more",
    "greater_than": "more than {gt:g}",
    "less_than_equal": "{le:g} or less",
    "less_than": "less than {lt:g}",
    "too_short": "at least {min_length}",
    "too_long": "at most {max_length}",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "a letter, then letters, digits and _ only",
    "literal_error": "{expected}",
    "union_tag_invalid": "{expected_tags}",
}


def _expected(error: Any, kind: Any) -> str:
    """What should stand at a place, in words."""
    if error["type"] == "dict_type" and bare(kind) == dict[str, str]:
        return "a text, or one text per language"
    if error["type"] == "string_pattern_mismatch" and "9-]" in error["ctx"]["pattern"]:
        return "small letters, digits and - only"
    template = _EXPECTED.get(error["type"])
    if template is None:
        message = str(error["msg"])
        return message[:1].lower() + message[1:]
    return template.format_map(error.get("ctx", {}))


def _near_choice(error: Any) -> str:
    """The nearest of several words that a value may be."""
    choices = error.get("ctx", {}).get(
        "expected_tags" if error["type"] == "union_tag_invalid" else "expected", ""
    )
    given = error["ctx"]["tag"] if error["type"] == "union_tag_invalid" else error["input"]
    return nearest(str(given), [word.strip("', ") for word in str(choices).replace(" or ", ", ").split(", ")])


def _shown(value: Any) -> str:
    """A value of the file in a message."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"{value:.15g}"
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "a block of keys"
    return f"'{value:.60}'"


# --- from pydantic's locations to paths of the file ---------------------------------------------------------


class _Spot(NamedTuple):
    path: Path
    kind: Any
    owner: Any


def _walk(location: tuple[Any, ...]) -> _Spot:
    """Follow a location through the models: the path in the file, what is expected there, and in what it lies.

    Locations also name the members of unions, which do not stand in the file.
    """
    kind: Any = Rubric
    owner: Any = Rubric
    path: list[Any] = []
    for step in location:
        kind = bare(kind)
        if get_origin(kind) in (Union, types.UnionType):
            kind = _member(kind, str(step))
        elif step != _KEY_MARK:
            owner, kind = kind, _inside(kind, step)
            path.append(step)
    return _Spot(tuple(path), kind, owner)


def bare(kind: Any) -> Any:
    """An annotation without its metadata, and without None beside another kind."""
    if isinstance(kind, ForwardRef):
        return getattr(rubric, kind.__forward_arg__)
    if hasattr(kind, "__metadata__"):
        return bare(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        members = [member for member in get_args(kind) if member is not type(None)]
        return bare(members[0]) if len(members) == 1 else kind
    return kind


def _member(union: Any, tag: str) -> Any:
    """The member of a union that a location names by its tag, its type word or its form."""
    for member in get_args(union):
        tags = [getattr(mark, "tag", "") for mark in getattr(member, "__metadata__", ())]
        plain = bare(member)
        if tag in tags or _SCALES.get(tag) is plain or str(plain).replace("typing.", "") == tag:
            return plain
    return None


def _inside(kind: Any, step: Any) -> Any:
    """What is expected under a key or at a position."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        kind.model_rebuild()  # resolves annotations that were left as text; nothing is done twice
        fields = kind.model_fields
        found = next((field for name, field in fields.items() if step in (name, field.alias)), None)
        return found.annotation if found else None
    arguments = get_args(kind)
    return arguments[-1] if arguments else None


def _type_word(model: type[Scale]) -> str:
    return str(get_args(model.model_fields["type"].annotation)[0])


_SCALES: dict[str, type[Scale]] = {_type_word(model): model for model in normalise.KERNELS}


def _at(data: Any, path: Path) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


_BLOCKS = {"dimensions": "dimension", "indices": "index", "levels": "level set", "keys": "key column"}
_LISTS = {"rules": "rule ", "alarms": "alarm ", "children": "", "items": ""}


def owner_of(data: Any, path: Path) -> str:
    """What a path lies in, in words: the nearest thing with a name of its own."""
    for end in range(len(path) - 1, 0, -1):
        part, step, above = _at(data, path[:end]), path[end - 1], path[end - 2] if end > 1 else ""
        if step == "scale":
            return f"the scale of {owner_of(data, path[:end])}"
        if isinstance(part, dict) and "use" in part:
            return f"'{part['use']}'"
        if isinstance(part, dict) and "id" in part:
            word = "level " if isinstance(above, str) and path[0] == "levels" else _LISTS.get(str(above), "")
            return f"{word}'{part['id']}'"
        if end == 2 and above in _BLOCKS:  # noqa: PLR2004  # a named block of the file's top
            return f"{_BLOCKS[str(above)]} '{step}'"
    return f"'{path[0]}'" if len(path) > 1 else "the rubric"
