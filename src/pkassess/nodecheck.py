"""Whether what a node asks for fits together: formulas, weights, missing rules, polarity, rounding.

Works on the data as read, like ``crosscheck``, and passes over parts of the wrong kind, which the models report.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

from pkassess.codes import Code
from pkassess.crosscheck import Problem, children_of, mapping, parents, sequence
from pkassess.findings import nearest
from pkassess.formulas import FORMULAS
from pkassess.normalise import Frame
from pkassess.standings import STANDINGS
from pkassess.weights import PAIR_MARK
from pkassess.yamlfile import Path

_TAKEN_BY = {
    "threshold": ("conditional",),
    "factor": ("conditional",),
    "intercept": ("adjusted",),
    "slope": ("adjusted",),
    "power": ("power",),
    "periods": tuple(STANDINGS),
}
"""Which aggregations take a number or choice of a node. A `floor` may stay where it does nothing, so that a reader can try
another mean with one word."""
_NEEDED = {"conditional": "threshold", "adjusted": "slope", "power": "power"}
_WEIGHT_KEYS = {"samples": ("file", "samples"), "budget": ("experts",), "pairwise": ("experts",)}
_ALL_WEIGHT_KEYS = ("experts", "file", "samples")


class _Node(NamedTuple):
    """A node with children, where it stands, and the ids of its children."""

    name: str
    path: Path
    data: dict[str, Any]
    targets: tuple[str, ...]

    def problem(self, keys: Path, found: str, *, at_key: bool = True) -> Problem:
        return Problem(
            Code.WRONG_VALUE, (*self.path, *keys), {"place": f"'{self.name}'", "found": found}, at_key
        )


def check_nodes(data: Any) -> Iterator[Problem]:
    """All problems of single nodes of a rubric given as plain data."""
    nodes = _nodes(data)
    yield from _double_ids(nodes)
    yield from _polarities(data)
    low, high = _score_range(data)
    if low >= high:
        found = f"it reaches from {low:g} to {high:g}; expected the lower end first, such as [0, 100]"
        yield Problem(Code.WRONG_VALUE, ("score_range",), {"place": "'score_range'", "found": found})
    yield from _borrowed(nodes)
    for node in nodes:
        yield from _children(node)
        yield from _aggregation(node)
        yield from _range(node, low, high)
        yield from _missing(node)
        yield from _weights(node)
        if node.data.get("bands") == "rounded" and "round" not in node.data:
            yield node.problem(("bands",), "levels by the rounded score need `round`")


def _score_range(data: Any) -> tuple[float, float]:
    given = sequence(data, "score_range")
    if len(given) == 2 and all(isinstance(end, (int, float)) for end in given):  # noqa: PLR2004  # two ends
        return given[0], given[1]
    return Frame().low, Frame().high


def _nodes(data: Any) -> list[_Node]:
    return [
        _Node(
            name, path, node, tuple(str(child.get("use", child.get("id", ""))) for child in children_of(node))
        )
        for name, path, node in parents(data)
    ]


def _double_ids(nodes: list[_Node]) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in nodes:
        if node.name in seen:
            facts = {"found": f"'{node.name}'", "expected": "two groups, dimensions or indices"}
            yield Problem(Code.DOUBLE_NAME, node.path, facts, at_key=True)
        seen.add(node.name)


def _children(node: _Node) -> Iterator[Problem]:
    """Children that come twice, and treatments that do not fit the child's scale."""
    for place, child in enumerate(sequence(node.data, "children")):
        if not isinstance(child, dict):
            continue
        key = "use" if "use" in child else "id"
        if key in child and str(child[key]) in node.targets[:place]:
            yield node.problem(
                ("children", place, key), f"'{child[key]}' is a child twice; add the weights up"
            )
        scale = mapping(child, "scale").get("type")
        if mapping(child, "treatment").get("log") and isinstance(scale, str) and scale != "relative":
            found = "a logarithm does not fit a scale with fixed ends; use `type: relative`, or `transform` of goalposts"
            yield node.problem(("children", place, "treatment", "log"), found)


def _range(node: _Node, low: float, high: float) -> Iterator[Problem]:
    """What does not fit the range of scores."""
    if node.data.get("aggregate") == "reversed_geometric" and high - low <= 1:
        yield node.problem(
            ("aggregate",), "`aggregate: reversed_geometric` needs a `score_range` longer than 1"
        )
    floor = node.data.get("floor")
    if isinstance(floor, (int, float)) and floor >= high > low:
        yield node.problem(("floor",), f"a floor of {floor:g} leaves nothing of scores up to {high:g}")


# --- aggregations -------------------------------------------------------------------------------------------------


def _aggregation(node: _Node) -> Iterator[Problem]:
    kind = node.data.get("aggregate", "arithmetic")
    for term, takers in _TAKEN_BY.items():
        if term in node.data and kind not in takers:
            yield node.problem((term,), f"`{term}` belongs to `aggregate: {'` or `'.join(takers)}`")
    needed = _NEEDED.get(kind) if isinstance(kind, str) else None
    if needed and needed not in node.data:
        yield node.problem(("aggregate",), f"`aggregate: {kind}` needs `{needed}`")
    if kind in FORMULAS:
        yield from _formula(node, str(kind))


def _formula(node: _Node, kind: str) -> Iterator[Problem]:
    if len(node.targets) != 2:  # noqa: PLR2004  # a formula has two roles
        yield node.problem(
            ("children",), f"`{kind}` takes two children, a first and a second; found {len(node.targets)}"
        )
    if "weights" in node.data:
        yield node.problem(("weights",), f"`{kind}` has no weights")
    for place, child in enumerate(sequence(node.data, "children")):
        if isinstance(child, dict) and "weight" in child:
            yield node.problem(("children", place, "weight"), f"`{kind}` has no weights")
    if mapping(node.data, "missing").get("rule") == "worst":
        yield node.problem(("missing", "rule"), f"`worst` has no meaning in `{kind}`; use `refuse` or `skip`")


# --- missing children -----------------------------------------------------------------------------------------


def _missing(node: _Node) -> Iterator[Problem]:
    rule = mapping(node.data, "missing")
    kind, by = rule.get("rule", "skip"), rule.get("by")
    if kind == "impute" and "by" not in rule:
        yield node.problem(
            ("missing",), "`rule: impute` needs `by`: mean, median, group_mean or carry_forward"
        )
    if kind != "impute" and "by" in rule:
        yield node.problem(("missing", "by"), "`by` belongs to `rule: impute`")
    if by == "carry_forward" and "max_age" not in rule:
        yield node.problem(
            ("missing", "by"), "`by: carry_forward` needs `max_age`, the months a value may be old"
        )
    if by != "carry_forward" and "max_age" in rule:
        yield node.problem(("missing", "max_age"), "`max_age` belongs to `by: carry_forward`")
    own = [child for child in children_of(node.data) if "use" not in child and "children" not in child]
    if kind == "impute" and not own:
        yield node.problem(
            ("missing", "rule"), "only indicators that are defined here can be imputed; there are none"
        )
    least = rule.get("least_count")
    if isinstance(least, int) and least > len(node.targets):
        yield node.problem(
            ("missing", "least_count"),
            f"{least} children are asked for, and there are {len(node.targets)}",
            at_key=False,
        )


def _borrowed(nodes: list[_Node]) -> Iterator[Problem]:
    """Nodes that use an indicator which another one fills in, and do not fill in themselves."""
    filled = {
        str(child.get("id", "")): node.name
        for node in nodes
        if mapping(node.data, "missing").get("rule") == "impute"
        for child in children_of(node.data)
        if "use" not in child and "children" not in child
    }
    for node in nodes:
        if mapping(node.data, "missing").get("rule") == "impute":
            continue
        for place, child in enumerate(sequence(node.data, "children")):
            target = str(child.get("use", "")) if isinstance(child, dict) else ""
            if target in filled:
                found = (
                    f"'{filled[target]}' fills in what is missing of '{target}', which would then count here too; "
                    "write `missing: {rule: impute, ...}` here as well, or use another indicator"
                )
                yield node.problem(("children", place, "use"), found, at_key=False)


# --- weights --------------------------------------------------------------------------------------------------


def _weights(node: _Node) -> Iterator[Problem]:
    weights = mapping(node.data, "weights")
    if not weights:
        return
    method = str(weights.get("method", ""))
    yield from _weight_keys(node, weights, method)
    for expert, votes in mapping(weights, "experts").items():
        check = {"budget": _budget, "pairwise": _pairs}.get(method)
        if check and isinstance(votes, dict):
            yield from check(node, ("weights", "experts", expert), str(expert), votes)
    if method == "samples":
        yield from _samples(node, mapping(weights, "samples"))


def _weight_keys(node: _Node, weights: dict[str, Any], method: str) -> Iterator[Problem]:
    """Weights given in two ways, and keys that the method lacks or does not take."""
    for place, child in enumerate(sequence(node.data, "children")):
        if isinstance(child, dict) and "weight" in child:
            found = (
                f"a weight beside the child and `weights` (method {method}) contradict each other; delete one"
            )
            yield node.problem(("children", place, "weight"), found)
    own = _WEIGHT_KEYS.get(method, ())
    for key in _ALL_WEIGHT_KEYS:
        if key in weights and key not in own:
            yield node.problem(("weights", key), f"`{key}` does not belong to `method: {method}`")
    if own and not any(weights.get(key) for key in own):
        yield node.problem(("weights",), f"`method: {method}` needs `{'` or `'.join(own)}`")


def _budget(node: _Node, path: Path, expert: str, votes: dict[str, Any]) -> Iterator[Problem]:
    for child in votes:
        if child not in node.targets:
            yield _unknown(node, (*path, child), f"expert '{expert}'", child)
    for child in node.targets:
        if child not in votes:
            yield node.problem(path, f"expert '{expert}' gives no points to '{child}'; write 0 for none")
    points = [vote for vote in votes.values() if isinstance(vote, (int, float))]
    if len(points) == len(votes) and (min(points, default=0) < 0 or sum(points) <= 0):
        yield node.problem(path, f"the points of expert '{expert}' are 0 or more, and not all 0")


def _pairs(node: _Node, path: Path, expert: str, votes: dict[str, Any]) -> Iterator[Problem]:
    seen: set[frozenset[str]] = set()
    for pair, times in votes.items():
        names = [name.strip() for name in str(pair).split(PAIR_MARK)]
        strangers = [name for name in names if name not in node.targets]
        if len(names) != 2 or names[0] == names[1]:  # noqa: PLR2004  # a pair
            yield node.problem((*path, pair), f"'{pair}' is no pair; write two children as `a/b: 3`")
        elif strangers:
            yield _unknown(node, (*path, pair), f"expert '{expert}'", strangers[0])
        elif frozenset(names) in seen:
            yield node.problem(
                (*path, pair), f"expert '{expert}' compares {' and '.join(sorted(names))} twice"
            )
        elif isinstance(times, (int, float)) and times <= 0:
            yield node.problem(
                (*path, pair), f"{times:g} times as important; expected more than 0", at_key=False
            )
        seen.add(frozenset(names))
    for first, second in combinations(dict.fromkeys(node.targets), 2):
        if frozenset((first, second)) not in seen:
            yield node.problem(path, f"expert '{expert}' does not compare '{first}' and '{second}'")


def _samples(node: _Node, samples: dict[str, Any]) -> Iterator[Problem]:
    path: Path = ("weights", "samples")
    columns = [column for column in samples.values() if isinstance(column, list)]
    if not samples or len(columns) < len(samples):
        return
    for child in samples:
        if child not in node.targets:
            yield _unknown(node, (*path, child), "the samples", child)
    for child in node.targets:
        if child not in samples:
            yield node.problem(path, f"the samples have no weights for '{child}'")
    if len({len(column) for column in columns}) > 1 or not columns[0]:
        yield node.problem(path, "the samples need the same number of weights, one or more, for every child")
        return
    for number, row in enumerate(zip(*columns, strict=True), start=1):
        if all(isinstance(weight, (int, float)) for weight in row) and (min(row) < 0 or sum(row) <= 0):
            yield node.problem(path, f"the weights of sample {number} are 0 or more, and not all 0")


def _unknown(node: _Node, path: Path, place: str, name: str) -> Problem:
    facts = {"place": place, "found": f"'{name}'", "suggestion": nearest(name, node.targets)}
    return Problem(Code.UNKNOWN_NAME, (*node.path, *path), facts, at_key=True)


# --- polarity -------------------------------------------------------------------------------------------------


class Mixed(NamedTuple):
    """A child of another polarity than the node it enters, without a word about it."""

    node: str
    target: str
    path: Path
    """Where the child names its target."""
    high: str
    """Whether a high score of the child is 'good' or 'bad'."""


def mixed_polarities(data: Any) -> Iterator[Mixed]:
    """Every child that enters a node of another polarity and does not say whether it is turned round."""
    nodes = _nodes(data)
    own = _polarity_by_name(data, nodes)
    for node in nodes:
        if node.data.get("aggregate") in FORMULAS:
            continue
        for place, child in enumerate(sequence(node.data, "children")):
            if not isinstance(child, dict) or "reverse" in child:
                continue
            target = str(child.get("use", child.get("id", "")))
            if own.get(target, own[node.name]) != own[node.name] and child.get("weight") != 0:
                key = "use" if "use" in child else "id"
                path = (*node.path, "children", place, key)
                yield Mixed(node.name, target, path, "good" if own[target] == "positive" else "bad")


def _polarities(data: Any) -> Iterator[Problem]:
    for one in mixed_polarities(data):
        other = "bad" if one.high == "good" else "good"
        found = (
            f"a high score of '{one.target}' is {one.high}, of '{one.node}' {other}; "
            "write `reverse: true` beside it to turn it round, or `reverse: false` to take it as it is"
        )
        yield Problem(Code.WRONG_VALUE, one.path, {"place": f"'{one.node}'", "found": found})


def _polarity_by_name(data: Any, nodes: list[_Node]) -> dict[str, str]:
    """The polarity of every node, and of every indicator by the node that it is defined in."""
    found: dict[str, str] = {}
    inherited: dict[Path, str] = {}
    for node in nodes:
        above = inherited.get(node.path[:-2], "positive")
        polarity = node.data.get("polarity")
        inherited[node.path] = found[node.name] = polarity if polarity in ("positive", "negative") else above
        for child in children_of(node.data):
            if "use" not in child and "children" not in child:
                found[str(child.get("id", ""))] = found[node.name]
    for name, dimension in mapping(data, "dimensions").items():
        found |= dict.fromkeys(map(str, mapping(dimension, "sub_scores")), found.get(str(name), "positive"))
    return found
