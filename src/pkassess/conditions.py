"""The condition language of caps, vetoes, alarms, ``--where`` and ``--fail-on``.

``sovereignty_tension >= 60 and (consent_status >= 4 or not class(consent_status) in (weak, excluded))``

A condition is parsed once and evaluated for all partnerships at a time. Truth has three values: what rests on
an unknown value is unknown, unless the other side decides (Kleene's strong logic).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

FALSE, UNKNOWN, TRUE = 0, 1, 2
Truth = NDArray[np.int8]
TOLERANCE = 1e-9
"""Thresholds compare within this: 59.99999999999999 is 60."""

_TOKEN = re.compile(
    r"\s*(?:(?P<period>\d{4}-[A-Za-z0-9]+)|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[^\W\d][\w\-]*)|(?P<text>\"[^\"]*\"|'[^']*')|(?P<op><=|>=|==|!=|[<>(),]))"
)
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_WORDS = frozenset({"and", "or", "not", "in"})
OVER = {"held": True, "neighbours": False}
"""Functions of a whole condition, and whether a number of periods comes first."""
BEYOND = ("low", "trend", "change", "difference", "highest", "lowest", "high_share", "moved")
"""Functions that look beyond one value in one period; readiness and diagnosis know them."""
BEYOND_NAMES = ("dimensions_worsening", "dimensions_improving", "host_readings")
"""Plain names that do."""


class ConditionError(Exception):
    """A condition that cannot be understood; ``name`` is the unknown name, if that is the trouble."""

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name


class Column(NamedTuple):
    """A named column of values: floats with NaN for unknown, or texts with '' for unknown.

    ``order`` lists the words of an ordinal column from lowest to highest; such a column holds positions in it.
    """

    values: NDArray[Any]
    order: tuple[str, ...] = ()


class Scope(Protocol):
    """What a condition is evaluated in: the names it may use and their columns."""

    def column(self, name: str) -> Column | None:
        """The column of a plain name, or None if there is no such name."""
        ...

    def call(self, function: str, argument: str, *more: float | str) -> Column | Truth | None:
        """The result of ``function(argument, ...)``, or None if there is no such function or argument."""
        ...

    def over(self, function: str, count: int, truth: Truth) -> Truth | None:
        """What a condition says over several periods or places, or None if the scope knows only one."""
        ...

    def names(self) -> Iterator[str]:
        """All plain names, for suggestions."""
        ...


class Condition(NamedTuple):
    """A parsed condition. ``text`` is how it was written."""

    text: str
    root: _Node

    def evaluate(self, scope: Scope) -> Truth:
        """FALSE, UNKNOWN or TRUE per row of the scope's columns. Raises ConditionError for unknown names."""
        return self.root.truth(scope)

    def references(self) -> list[tuple[str, str]]:
        """All (function or '', name) pairs that the condition uses."""
        return list(self.root.references())

    @property
    def looks_beyond(self) -> bool:
        """Whether it asks about several periods or places."""
        return any(isinstance(node, _Over) for node in _walk(self.root))

    def grounds(self, scope: Scope) -> list[Ground]:
        """The parts that decide, each with the rows where it does, in the order of the text.

        Where the condition holds they are the parts that make it hold, where it does not those that keep it from
        holding, where it is unknown those that nobody knows.
        """
        truth = self.root.truth(scope)
        return list(self.root.grounds(scope, np.ones(truth.shape, dtype=bool)))

    def parts(self, scope: Scope) -> list[Ground]:
        """Every comparison, fact and ``held(...)`` of the condition, whether it decides or not."""
        leaves = [node for node in _walk(self.root) if not isinstance(node, _Joined | _Not)]
        inside = {id(part) for node in leaves if isinstance(node, _Over) for part in _walk(node.part)}
        every = [node for node in leaves if id(node) not in inside]
        return [
            ground
            for node in every
            for ground in node.grounds(scope, np.ones_like(node.truth(scope), dtype=bool))
        ]


class Ground(NamedTuple):
    """A part of a condition that decides: what it speaks of, its truth, and the rows where it decides.

    ``references`` are (function or '', name, further arguments); ``periods`` is how many periods it looks at, and
    ``elsewhere`` whether it speaks of neighbours.
    """

    references: tuple[tuple[str, str, tuple[float | str, ...]], ...]
    truth: Truth
    rows: NDArray[np.bool_]
    periods: int = 1
    elsewhere: bool = False


class _Node(Protocol):
    def truth(self, scope: Scope) -> Truth: ...
    def references(self) -> Iterator[tuple[str, str]]: ...
    def operands(self) -> Iterator[_Operand]: ...
    def grounds(self, scope: Scope, rows: NDArray[np.bool_]) -> Iterator[Ground]: ...


class _Joined(NamedTuple):
    operator: str
    parts: tuple[_Node, ...]

    def truth(self, scope: Scope) -> Truth:
        truths = [part.truth(scope) for part in self.parts]
        combine: Callable[..., Truth] = np.minimum if self.operator == "and" else np.maximum
        result = truths[0]
        for truth in truths[1:]:
            result = combine(result, truth)
        return result

    def references(self) -> Iterator[tuple[str, str]]:
        for part in self.parts:
            yield from part.references()

    def operands(self) -> Iterator[_Operand]:
        for part in self.parts:
            yield from part.operands()

    def grounds(self, scope: Scope, rows: NDArray[np.bool_]) -> Iterator[Ground]:
        truth = self.truth(scope)
        for part in self.parts:
            deciding = rows & (part.truth(scope) == truth)
            if deciding.any():
                yield from part.grounds(scope, deciding)


class _Not(NamedTuple):
    part: _Node

    def truth(self, scope: Scope) -> Truth:
        return (TRUE - self.part.truth(scope)).astype(np.int8)

    def references(self) -> Iterator[tuple[str, str]]:
        yield from self.part.references()

    def operands(self) -> Iterator[_Operand]:
        yield from self.part.operands()

    def grounds(self, scope: Scope, rows: NDArray[np.bool_]) -> Iterator[Ground]:
        yield from self.part.grounds(scope, rows)


class _Over(NamedTuple):
    """A condition over several periods, ``held(3, ...)``, or over neighbours, ``neighbours(...)``."""

    function: str
    count: int
    part: _Node

    def truth(self, scope: Scope) -> Truth:
        found = scope.over(self.function, self.count, self.part.truth(scope))
        if found is None:
            raise ConditionError(f"'{self.function}(...)' cannot be used here", self.function)
        return found

    def references(self) -> Iterator[tuple[str, str]]:
        yield from self.part.references()

    def operands(self) -> Iterator[_Operand]:
        yield from self.part.operands()

    def grounds(self, scope: Scope, rows: NDArray[np.bool_]) -> Iterator[Ground]:
        told = tuple((one.function, one.name, one.more) for one in self.operands())
        yield Ground(told, self.truth(scope), rows, self.count, elsewhere=not OVER[self.function])


class _Operand(NamedTuple):
    """A name, or a call of a function with a name and perhaps more."""

    function: str
    name: str
    more: tuple[float | str, ...] = ()

    def column(self, scope: Scope) -> Column | Truth:
        found = scope.call(self.function, self.name, *self.more) if self.function else scope.column(self.name)
        if found is None:
            from pkassess.findings import nearest

            what = f"{self.function}({self.name})" if self.function else self.name
            raise ConditionError(f"there is no '{what}'.{nearest(self.name, scope.names())}", self.name)
        return found

    def truth(self, scope: Scope) -> Truth:
        found = self.column(scope)
        if isinstance(found, Column):
            raise ConditionError(f"'{self.name}' is a value; compare it with something", self.name)
        return found

    def references(self) -> Iterator[tuple[str, str]]:
        yield self.function, self.name
        # A second name, as in difference(infringement, obstruction), has to be known as the first has.
        yield from ((self.function, name) for name in self.more if isinstance(name, str))

    def operands(self) -> Iterator[_Operand]:
        yield self

    def grounds(self, scope: Scope, rows: NDArray[np.bool_]) -> Iterator[Ground]:
        yield Ground(((self.function, self.name, self.more),), self.truth(scope), rows)


class _Comparison(NamedTuple):
    left: _Operand
    operator: str
    constants: tuple[float | str, ...]

    def truth(self, scope: Scope) -> Truth:
        found = self.left.column(scope)
        if not isinstance(found, Column):
            raise ConditionError(
                f"'{self.left.function}({self.left.name})' is yes or no; it takes no comparison"
            )
        results = [_compare(found, self.operator, constant) for constant in self.constants]
        result = results[0]
        for other in results[1:]:
            result = np.maximum(result, other)
        return result

    def references(self) -> Iterator[tuple[str, str]]:
        yield from self.left.references()

    def operands(self) -> Iterator[_Operand]:
        yield self.left

    def grounds(self, scope: Scope, rows: NDArray[np.bool_]) -> Iterator[Ground]:
        left = self.left
        yield Ground(((left.function, left.name, left.more),), self.truth(scope), rows)


def _walk(node: _Node) -> Iterator[_Node]:
    yield node
    inner = (
        node.parts if isinstance(node, _Joined) else (node.part,) if isinstance(node, _Not | _Over) else ()
    )
    for part in inner:
        yield from _walk(part)


def _compare(column: Column, operator: str, constant: float | str) -> Truth:
    if column.order:
        return _compare_numbers(column.values, operator, _position(column.order, constant))
    if column.values.dtype.kind in "fi":
        if isinstance(constant, str):
            raise ConditionError(f"'{constant}' is not a number")
        return _compare_numbers(column.values, operator, constant)
    if isinstance(constant, float) and operator not in ("==", "!="):
        return _compare_numbers(
            np.array([_number_or_nan(text) for text in column.values]), operator, constant
        )
    if operator not in ("==", "!="):
        raise ConditionError("texts can be compared with == and != only")
    texts = np.char.lower(column.values.astype(str))
    equal = texts == (constant.lower() if isinstance(constant, str) else f"{constant:.15g}")
    truth = np.where(equal if operator == "==" else ~equal, TRUE, FALSE)
    return np.where(texts == "", UNKNOWN, truth).astype(np.int8)


def _number_or_nan(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        return float("nan")


def _position(order: tuple[str, ...], word: float | str) -> float:
    for position, known in enumerate(order):
        if str(word).casefold() == known.casefold():
            return float(position)
    raise ConditionError(f"'{word}' is none of {', '.join(order)}")


def _compare_numbers(values: NDArray[Any], operator: str, constant: float) -> Truth:
    values = values.astype(np.float64)
    with np.errstate(invalid="ignore"):
        at_least, at_most = values >= constant - TOLERANCE, values <= constant + TOLERANCE
    holds = {
        ">=": at_least,
        "<=": at_most,
        ">": ~at_most,
        "<": ~at_least,
        "==": at_least & at_most,
        "!=": ~(at_least & at_most),
    }[operator]
    return np.where(np.isnan(values), UNKNOWN, np.where(holds, TRUE, FALSE)).astype(np.int8)


@lru_cache(maxsize=512)
def parse(text: str) -> Condition:
    """Parse a condition. Raises ConditionError with what is wrong and where."""
    try:
        return Condition(text, _Parser(text).parse())
    except RecursionError:
        raise ConditionError("the condition is nested too deeply") from None


class _Parser:
    """Recursive descent: or < and < not < comparison."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0

    def parse(self) -> _Node:
        node = self._joined("or")
        if self._peek():
            raise ConditionError(f"'{self._peek()}' was not expected after '{self._before()}'")
        return node

    def _joined(self, operator: str) -> _Node:
        deeper = self._negated if operator == "and" else lambda: self._joined("and")
        parts = [deeper()]
        while self._peek() == operator:
            self.at += 1
            parts.append(deeper())
        return parts[0] if len(parts) == 1 else _Joined(operator, tuple(parts))

    def _negated(self) -> _Node:
        if self._peek() == "not":
            self.at += 1
            return _Not(self._negated())
        if self._peek() == "(":
            self.at += 1
            node = self._joined("or")
            self._expect(")")
            return node
        return self._comparison()

    def _comparison(self) -> _Node:
        if self._peek() in OVER and self._after() == "(":
            return self._over()
        left = self._operand()
        operator = self._peek()
        if operator in _COMPARISONS:
            self.at += 1
            return _Comparison(left, operator, (self._constant(),))
        if operator == "in":
            self.at += 1
            self._expect("(")
            constants = [self._constant()]
            while self._peek() == ",":
                self.at += 1
                constants.append(self._constant())
            self._expect(")")
            return _Comparison(left, "==", tuple(constants))
        return left

    def _over(self) -> _Node:
        function = self._take("a name")
        self.at += 1
        count = self._count() if OVER[function] else 1
        part = self._joined("or")
        self._expect(")")
        return _Over(function, count, part)

    def _count(self) -> int:
        token = self._take("a number of periods")
        if not re.fullmatch(r"[1-9]\d?", token):
            raise ConditionError(f"'{token}' stands where a number of periods, 1 to 99, was expected")
        self._expect(",")
        return int(token)

    def _operand(self) -> _Operand:
        name = self._word("a name")
        if self._peek() != "(":
            return _Operand("", name)
        self.at += 1
        argument = self._word("a name")
        more = []
        while self._peek() == ",":
            self.at += 1
            more.append(self._constant())
        self._expect(")")
        return _Operand(name, argument, tuple(more))

    def _constant(self) -> float | str:
        token = self._take("a value")
        if token[0] in "\"'":
            return token[1:-1]
        if re.fullmatch(r"-?\d+(\.\d+)?", token):
            return float(token)
        if token[0].isdigit():
            return token  # a period, such as 2025-Q2
        return _checked(token, "a value")

    def _word(self, what: str) -> str:
        return _checked(self._take(what), what)

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _after(self) -> str:
        return self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else ""

    def _before(self) -> str:
        return " ".join(self.tokens[: self.at])

    def _take(self, what: str) -> str:
        token = self._peek()
        if not token:
            raise ConditionError(f"{what} is missing at the end of '{self.text.strip()}'")
        self.at += 1
        return token

    def _expect(self, symbol: str) -> None:
        if self._peek() != symbol:
            raise ConditionError(f"'{symbol}' is missing after '{self._before()}'")
        self.at += 1


def _checked(token: str, what: str) -> str:
    """A token that is a word of its own, not one of the language's."""
    if token in _WORDS or not (token[0].isalpha() or token[0] == "_"):
        raise ConditionError(f"'{token}' stands where {what} was expected")
    return token


def _tokens(text: str) -> Iterator[str]:
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError(f"'{text[at:].strip()[0]}' is not understood in '{text.strip()}'")
        yield match[0].strip()
        at = match.end()


def truths(rows: int, value: bool | None) -> Truth:
    """A constant truth for every row; None is unknown."""
    return np.full(rows, UNKNOWN if value is None else TRUE if value else FALSE, dtype=np.int8)


def texts(values: Sequence[str]) -> Column:
    """A column of texts."""
    return Column(np.array(values, dtype=object))
