"""Whether the parts of a rubric fit one another: names, weights, knots, levels, conditions.

Works on the data as read, so that a rubric with one wrong field still has all its other problems reported in
the same run. Parts of the wrong kind are passed over here; the models report them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pkassess.codes import Code
from pkassess.conditions import BEYOND, BEYOND_NAMES, ConditionError, parse
from pkassess.findings import nearest
from pkassess.rubric import CONTEXT_COLUMNS
from pkassess.texts import fold
from pkassess.yamlfile import Path

FUNCTIONS = ("score", "class", "status", "reported", "fact", "recorded", "happened")
"""Functions of the condition language: the first four take an indicator, the others a fact."""
SCORE_SUFFIXES = ("level", "status", "coverage", "confidence")


class Problem(NamedTuple):
    """One thing that does not fit, at a path of the file; ``at_key`` points at the key, not its value."""

    code: Code
    path: Path
    facts: dict[str, str]
    at_key: bool = False


class _Names(NamedTuple):
    indicators: dict[str, Path]
    nodes: dict[str, Path]
    dimensions: tuple[str, ...]
    facts: tuple[str, ...]
    level_sets: dict[str, tuple[str, ...]]
    keys: tuple[str, ...]
    diagnostics: dict[str, Path]
    blocks: tuple[str, ...]

    def condition_names(self) -> set[str]:
        plain = {*self.indicators, *self.nodes, *self.keys, *self.diagnostics, *CONTEXT_COLUMNS, "period"}
        scored = {f"{node}_{suffix}" for node in self.nodes for suffix in SCORE_SUFFIXES}
        return plain | scored | {"overall_level", "overall_status", "overall_rule", "index", "partnership"}


def cross_check(data: Any) -> list[Problem]:
    """All problems between the parts of a rubric given as plain data."""
    if not isinstance(data, dict):
        return []
    names = _collect(data)
    return [
        *_keys(names),
        *_double_names(data, names),
        *_items(data),
        *_weights(data),
        *_uses(data, names),
        *_levels(data, names),
        *_conditions(data, names),
    ]


def mapping(data: Any, key: str) -> dict[str, Any]:
    """The block under a key, or an empty one."""
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def sequence(data: Any, key: str) -> list[Any]:
    """The list under a key, or an empty one."""
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def children_of(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The children of a node that are blocks of keys."""
    return [child for child in sequence(node, "children") if isinstance(child, dict)]


def parents(data: Any) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    """Every node with children: (id, path, node)."""
    for block in ("dimensions", "indices"):
        for name, node in mapping(data, block).items():
            if isinstance(node, dict):
                yield from _descend(str(name), (block, name), node)


def _descend(name: str, path: Path, node: dict[str, Any]) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    yield name, path, node
    for place, child in enumerate(sequence(node, "children")):
        if isinstance(child, dict) and "children" in child:
            yield from _descend(str(child.get("id", "")), (*path, "children", place), child)


def _children(data: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    for _, path, node in parents(data):
        for place, child in enumerate(sequence(node, "children")):
            if isinstance(child, dict):
                yield (*path, "children", place), child


def _diagnostics(data: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    for block_name, block in mapping(data, "diagnostics").items():
        for place, item in enumerate(sequence(block, "items")):
            if isinstance(item, dict):
                yield ("diagnostics", block_name, "items", place), item


def _collect(data: dict[str, Any]) -> _Names:
    indicators = {
        str(child["id"]): path
        for path, child in _children(data)
        if "id" in child and "children" not in child and "use" not in child
    }
    nodes = {name: path for name, path, _ in parents(data)}
    for name, dimension in mapping(data, "dimensions").items():
        for sub in mapping(dimension, "sub_scores"):
            nodes[str(sub)] = ("dimensions", name, "sub_scores", sub)
    level_sets = {
        str(name): tuple(str(level.get("id", "")) for level in levels if isinstance(level, dict))
        for name, levels in mapping(data, "levels").items()
        if isinstance(levels, list)
    }
    return _Names(
        indicators,
        nodes,
        tuple(map(str, mapping(data, "dimensions"))),
        tuple(map(str, mapping(data, "facts"))),
        level_sets,
        tuple(map(str, mapping(data, "keys"))),
        {str(item["id"]): path for path, item in _diagnostics(data) if "id" in item},
        tuple(map(str, mapping(data, "diagnostics"))),
    )


def _keys(names: _Names) -> Iterator[Problem]:
    """Keys that are called like the period, or like something that is scored or counted."""
    for key in names.keys:
        if fold(key) == "period":
            found = "the period is no key; its column has names of its own under `period`"
            yield Problem(Code.WRONG_VALUE, ("keys", key), {"place": f"'{key}'", "found": found}, at_key=True)
        elif key in names.indicators or key in names.nodes or key in names.diagnostics:
            facts = {"found": f"'{key}'", "expected": "a key and something that is scored or counted"}
            yield Problem(Code.DOUBLE_NAME, ("keys", key), facts, at_key=True)


def _double_names(data: dict[str, Any], names: _Names) -> Iterator[Problem]:
    """Ids and aliases that, folded as headers are, could mean two columns; ids of two nodes."""
    seen = {fold(name): name for name in CONTEXT_COLUMNS}
    ids: set[str] = set()
    for name, key in {"period": mapping(data, "period"), **mapping(data, "keys")}.items():
        own = {"id": name, **(key if isinstance(key, dict) else {})}
        seen |= {fold(text): str(name) for _, text in _headers(own)}
    for path, child in (*_children(data), *_diagnostics(data)):
        if "id" not in child or "children" in child:
            continue
        own = str(child["id"])
        if own in ids or own in names.nodes:
            other = "a dimension, index or group" if own in names.nodes else "something measured before"
            facts = {"found": f"'{own}'", "expected": f"{other}, and what is measured here"}
            yield Problem(Code.DOUBLE_NAME, (*path, "id"), facts)
        ids.add(own)
        for place, header in _headers(child):
            other = seen.setdefault(fold(header), own)
            if other != own:
                facts = {"found": f"'{header}'", "expected": f"{other} and {own}"}
                yield Problem(Code.DOUBLE_NAME, (*path, *place), facts)
    yield from _called_like_items(data, seen)


def _called_like_items(data: dict[str, Any], seen: dict[str, str]) -> Iterator[Problem]:
    """Columns of checklist items, ``<id>.<item>``, that folded are those of something else."""
    for path, own, items in _checklists(data):
        for item in items:
            column = f"{own}.{item}"
            other = seen.get(fold(column), own) if fold(str(item)) else own
            if other != own:
                facts = {"found": f"'{column}'", "expected": f"an item of {own}, and {other}"}
                yield Problem(Code.DOUBLE_NAME, (*path, item), facts, at_key=True)


def _items(data: dict[str, Any]) -> Iterator[Problem]:
    """Items of a checklist that no column can name, or of which one name would mean two."""
    for path, own, items in _checklists(data):
        seen: dict[str, str] = {}
        for item in items:
            if not fold(str(item)):
                found = f"the item '{item}' has no letter or digit, so no column can name it; give it an id that has"
                yield Problem(Code.WRONG_VALUE, (*path, item), {"place": f"'{own}'", "found": found}, True)
            elif (other := seen.setdefault(fold(str(item)), item)) != item:
                yield _double_item((*path, item), item, (other, item), own, at_key=True)
        for item, label in items.items():
            for language, text in label.items() if isinstance(label, dict) else [("", label)]:
                other = seen.setdefault(fold(str(text)), item) if fold(str(text)) else item
                if fold(str(other)) != fold(str(item)):
                    place = (*path, item, language) if language else (*path, item)
                    yield _double_item(place, text, (other, item), own)


def _double_item(
    path: Path, name: object, items: tuple[object, object], own: str, *, at_key: bool = False
) -> Problem:
    expected = f"the items '{items[0]}' and '{items[1]}' of {own}"
    return Problem(Code.DOUBLE_NAME, path, {"found": f"'{name}'", "expected": expected}, at_key)


def _checklists(data: dict[str, Any]) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Every checklist: where its items stand, its id, and the items."""
    for path, child in _children(data):
        yield (*path, "scale", "items"), str(child.get("id")), mapping(child.get("scale"), "items")
    for path, item in _diagnostics(data):
        yield (*path, "items"), str(item.get("id")), mapping(item, "items")


def _headers(child: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    yield ("id",), str(child["id"])
    for place, alias in enumerate(sequence(child, "aliases")):
        yield ("aliases", place), str(alias)
    label = child.get("label")
    if isinstance(label, str):
        yield ("label",), label
    for language, text in mapping(child, "label").items():
        yield ("label", language), str(text)


def _weights(data: dict[str, Any]) -> Iterator[Problem]:
    for name, path, node in parents(data):
        weights = [
            child.get("weight", 1.0) for child in sequence(node, "children") if isinstance(child, dict)
        ]
        numbers = [weight for weight in weights if isinstance(weight, (int, float))]
        if numbers and len(numbers) == len(weights) and sum(numbers) <= 0 and min(numbers) >= 0:
            yield Problem(
                Code.BAD_WEIGHTS, (*path, "children"), {"found": f"all weights of '{name}' are zero"}, True
            )


def _uses(data: dict[str, Any], names: _Names) -> Iterator[Problem]:
    known = {*names.indicators, *names.nodes}
    for path, child in _children(data):
        if "use" in child and child["use"] not in known:
            yield _unknown((*path, "use"), "a child", child["use"], known)
    below = _below(data)
    for name, path, node in parents(data):
        if name in _reached(below, name, set()):
            yield Problem(
                Code.WRONG_VALUE, (*path, "children"), {"place": name, "found": "it uses itself"}, True
            )
        for sub, score in mapping(node, "sub_scores").items():
            children = [child for child in sequence(node, "children") if isinstance(child, dict)]
            own = {str(child["id"]) for child in children if "id" in child and "children" not in child}
            for place, member in enumerate(sequence(score, "of")):
                if member not in own:
                    yield _unknown((*path, "sub_scores", sub, "of", place), f"sub-score '{sub}'", member, own)


def _below(data: dict[str, Any]) -> dict[str, list[str]]:
    """Ids that each node is made of; a sub-score needs its dimension."""
    below = {
        name: [str(child.get("use", child.get("id", ""))) for child in children_of(node)]
        for name, _, node in parents(data)
    }
    for name, dimension in mapping(data, "dimensions").items():
        below |= {str(sub): [str(name)] for sub in mapping(dimension, "sub_scores")}
    return below


def _reached(below: dict[str, list[str]], name: str, seen: set[str]) -> set[str]:
    """Ids that a node is made of however indirectly, to find one that uses itself."""
    for used in below.get(name, ()):
        if used not in seen:
            seen.add(used)
            _reached(below, used, seen)
    return seen


def _unknown(path: Path, place: str, name: object, known: Any) -> Problem:
    facts = {"place": place, "found": f"'{name}'", "suggestion": nearest(str(name), known)}
    return Problem(Code.UNKNOWN_NAME, path, facts)


def _levels(data: dict[str, Any], names: _Names) -> Iterator[Problem]:
    for name, levels in mapping(data, "levels").items():
        yield from _level_order(("levels", name), levels)
    for block in ("dimensions", "indices"):
        for name, node in mapping(data, block).items():
            used = node.get("levels") if isinstance(node, dict) else None
            if isinstance(used, str) and used not in names.level_sets:
                yield _unknown((block, name, "levels"), f"'{name}'", used, names.level_sets)
            for level in mapping(node, "descriptors"):
                if isinstance(used, str) and level not in names.level_sets.get(used, ()):
                    path = (block, name, "descriptors", level)
                    yield _unknown(path, f"'{name}'", level, names.level_sets.get(used, ()))
    yield from _overall(data, names)


def _level_order(path: Path, levels: Any) -> Iterator[Problem]:
    steps = [step for step in levels if isinstance(step, dict)] if isinstance(levels, list) else []
    shorts: set[str] = set()
    for place, step in enumerate(steps):
        bound, before = step.get("from"), steps[place - 1].get("from") if place else None
        if isinstance(bound, (int, float)) and isinstance(before, (int, float)) and bound <= before:
            found = f"level '{step.get('id')}' starts at {bound:g}, not above {before:g}"
            yield Problem(Code.LEVEL_ORDER, (*path, place, "from"), {"found": found})
        short = str(step.get("short", ""))
        if short in shorts:
            facts = {"found": f"'{short}'", "expected": "two levels of one set"}
            yield Problem(Code.DOUBLE_NAME, (*path, place, "short"), facts)
        shorts.add(short)


def _overall(data: dict[str, Any], names: _Names) -> Iterator[Problem]:
    overall = mapping(data, "overall")
    used = overall.get("levels")
    if isinstance(used, str) and used not in names.level_sets:
        yield _unknown(("overall", "levels"), "'overall'", used, names.level_sets)
    allowed = names.level_sets.get(str(used), ())
    for place, rule in enumerate(sequence(overall, "rules")):
        if not isinstance(rule, dict):
            continue
        path: Path = ("overall", "rules", place)
        title = f"rule '{rule.get('id')}'"
        if isinstance(rule.get("level_of"), str) and rule["level_of"] not in names.nodes:
            yield _unknown((*path, "level_of"), title, rule["level_of"], names.nodes)
        elif isinstance(rule.get("level_of"), str):
            yield from _without_levels(data, (*path, "level_of"), title, rule["level_of"])
        for at, node in enumerate(sequence(rule, "weakest_of")):
            if node not in names.nodes:
                yield _unknown((*path, "weakest_of", at), title, node, names.nodes)
            else:
                yield from _without_levels(data, (*path, "weakest_of", at), title, node)
        for at, step in enumerate(sequence(rule, "at_most")):
            level = step.get("level") if isinstance(step, dict) else None
            if isinstance(level, str) and level not in allowed:
                yield _unknown((*path, "at_most", at, "level"), title, level, allowed)


def _without_levels(data: dict[str, Any], path: Path, title: str, node: str) -> Iterator[Problem]:
    """A rule that asks for the level of a node without levels."""
    owner = mapping(data, "dimensions").get(node) or mapping(data, "indices").get(node)
    if not isinstance(owner, dict) or not owner.get("levels"):
        yield Problem(Code.WRONG_VALUE, path, {"place": title, "found": f"'{node}' has no levels"})


def _conditions(data: dict[str, Any], names: _Names) -> Iterator[Problem]:
    for path, title, text in _condition_texts(data):
        whole = path[0] in ("readiness", "diagnosis")
        try:
            condition = parse(text)
        except ConditionError as error:
            yield Problem(Code.BAD_CONDITION, path, {"place": title, "found": str(error)})
            continue
        functions = (*FUNCTIONS, *BEYOND) if whole else FUNCTIONS
        if not whole and condition.looks_beyond:
            found = "only readiness and diagnosis look at several periods or places"
            yield Problem(Code.BAD_CONDITION, path, {"place": title, "found": found})
        for function, name in condition.references():
            known = _known_to(function, names, functions, whole=whole)
            if known is None:
                yield _unknown(path, title, f"{function}()", functions)
            elif name not in known:
                yield _unknown(path, title, name, known)


def _known_to(function: str, names: _Names, functions: Sequence[str], *, whole: bool) -> set[str] | None:
    """The names that may stand in a function's brackets, or alone; None for an unknown function."""
    if not function:
        return names.condition_names() | (set(BEYOND_NAMES) if whole else set())
    if function not in functions:
        return None
    measures = {*names.indicators, *names.diagnostics}
    scored = {*names.nodes, *names.indicators}
    of = {
        "fact": set(names.facts),
        "recorded": set(names.facts),
        "happened": set(names.facts),
        "low": set(names.nodes),
        "trend": set(names.dimensions),
        "change": scored,
        "difference": scored,
        "high_share": set(names.blocks),
        "moved": {*scored, *names.facts},
    }
    return of.get(function, measures)


def _condition_texts(data: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
    for place, rule in enumerate(sequence(mapping(data, "overall"), "rules")):
        for at, step in enumerate(sequence(rule, "at_most")):
            if isinstance(step, dict) and isinstance(step.get("when"), str):
                path = ("overall", "rules", place, "at_most", at, "when")
                yield path, f"rule '{rule.get('id')}'", step["when"]
    for place, alarm in enumerate(sequence(data, "alarms")):
        if isinstance(alarm, dict) and isinstance(alarm.get("when"), str):
            yield ("alarms", place, "when"), f"alarm '{alarm.get('id')}'", alarm["when"]
    yield from _action_texts(data)


def _action_texts(data: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """The conditions of readiness and diagnosis."""
    gate, diagnosis = mapping(data, "readiness"), mapping(data, "diagnosis")
    for place, one in enumerate(sequence(gate, "conditions")):
        if isinstance(one, dict) and isinstance(one.get("when"), str):
            yield ("readiness", "conditions", place, "when"), f"condition '{one.get('id')}'", one["when"]
    if isinstance(gate.get("imposed_exit"), str):
        yield ("readiness", "imposed_exit"), "imposed_exit", gate["imposed_exit"]
    for list_name in ("rules", "restructuring"):
        for place, rule in enumerate(sequence(diagnosis, list_name)):
            path: Path = ("diagnosis", list_name, place)
            for inner, owner in (((), rule), (("against",), mapping(rule, "against"))):
                if isinstance(owner, dict) and isinstance(owner.get("when"), str):
                    yield (*path, *inner, "when"), f"rule '{rule.get('id')}'", owner["when"]
    practices = mapping(diagnosis, "practices")
    for name in ("strong", "weak"):
        if isinstance(practices.get(name), str):
            yield ("diagnosis", "practices", name), f"practices, {name}", practices[name]
