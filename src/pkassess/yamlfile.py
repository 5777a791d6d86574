"""YAML read strictly: every value keeps its line, no key twice, and no word that turns into true or false.

PyYAML's C parser gives the nodes with their marks; values are made from them here, by the YAML 1.2 rules for
numbers and switches, so that ``no``, ``1:30`` and ``0123`` stay what was written.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
MOST_VALUES = 200_000
"""No rubric has so many values; a file whose aliases name one another many times over soon has."""

_INTEGER = re.compile(r"^[+-]?\d{1,18}$")  # longer ones are read as floats
_FLOAT = re.compile(r"^[+-]?(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d+)?$")
_SWITCHES = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_TREACHEROUS = frozenset({"yes", "no", "on", "off", "y", "n"})


class Mark(NamedTuple):
    """A place in the file, counted from one, and the length of what stands there."""

    line: int
    column: int
    length: int = 1


class Trouble(NamedTuple):
    """Something YAML itself allows or refuses: what (``syntax``, ``duplicate``, ``word``), where and which."""

    what: str
    mark: Mark
    found: str
    first_line: int = 0


@dataclass
class YamlFile:
    """The data of a file, the places of its keys and values, and the troubles found."""

    data: Any = None
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    def place(self, path: Path, *, of_key: bool = False) -> Mark:
        """Where a value (or its key) stands; for something absent, where its nearest parent stands."""
        while path:
            marks = (self.keys, self.values) if of_key else (self.values, self.keys)
            for known in marks:
                if path in known:
                    return known[path]
            path, of_key = path[:-1], True
        return Mark(1, 1)


def read_yaml(text: str, *, as_texts: bool = False) -> YamlFile:
    """Parse YAML text. Syntax errors become a trouble and leave the data None.

    With ``as_texts`` every word stays what was written, so that none can be mistaken for a switch or a number.
    """
    import yaml

    result = YamlFile()
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except RecursionError:
        result.troubles.append(_too_deep())
        return result
    except yaml.YAMLError as error:
        result.troubles.append(_syntax_error(error))
        return result
    if root is not None:
        try:
            result.data = _Builder(result, as_texts=as_texts).build(root, ())
        except _EndlessError as error:
            result.troubles.append(error.trouble)
        except RecursionError:
            result.troubles.append(_too_deep())
    return result


def _too_deep() -> Trouble:
    return Trouble("syntax", Mark(1, 1), "the file is nested too deeply")


def _syntax_error(error: Any) -> Trouble:
    """What the parser says. Later versions of it have a limit on nesting, with words of their own."""
    problem = str(getattr(error, "problem", None) or error).partition("\n")[0]
    if "nesting" in problem:
        return _too_deep()
    mark = getattr(error, "problem_mark", None)
    return Trouble("syntax", Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1), problem)


class _EndlessError(Exception):
    """Aliases make a small file endless, or far larger than any rubric."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.found)
        self.trouble = trouble


class _Builder:
    def __init__(self, result: YamlFile, *, as_texts: bool) -> None:
        self.result, self.as_texts = result, as_texts
        self.around: set[int] = set()
        self.count = 0

    def build(self, node: Any, path: Path) -> Any:
        """The value of a node. Aliases are followed unless they lead into themselves or multiply beyond reason."""
        self.count += 1
        if id(node) in self.around:
            raise _EndlessError(Trouble("syntax", _mark(node), "an alias stands inside what it names"))
        if self.count > MOST_VALUES:
            raise _EndlessError(Trouble("syntax", _mark(node), f"more than {MOST_VALUES:,} values"))
        self.around.add(id(node))
        value = self._value(node, path)
        self.around.remove(id(node))
        return value

    def _value(self, node: Any, path: Path) -> Any:
        self.result.values[path] = _mark(node)
        if node.id == "mapping":
            return self._mapping(node, path)
        if node.id == "sequence":
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: Any, path: Path) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            mark = _mark(key_node)
            if key_node.id != "scalar":
                found = "a block or list in brackets stands where the name of a key belongs"
                self.result.troubles.append(Trouble("syntax", mark, found))
                continue
            key = self._scalar(key_node)
            if key in made:
                first = self.result.keys[(*path, key)].line
                self.result.troubles.append(Trouble("duplicate", mark, str(key), first))
                continue
            self.result.keys[(*path, key)] = mark
            made[key] = self.build(value_node, (*path, key))
        return made

    def _scalar(self, node: Any) -> Any:
        text: str = node.value
        if node.style or self.as_texts:  # quoted or block text; the C parser gives plain words an empty style
            return text
        if text.lower() in _TREACHEROUS:
            self.result.troubles.append(Trouble("word", _mark(node), text))
        return word_value(text)


def word_value(text: str) -> Any:
    """What a word without quotes stands for: nothing, a switch, a number or itself."""
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in _SWITCHES:
        return _SWITCHES[text]
    if _INTEGER.match(text):
        return int(text)
    number = float(text) if _FLOAT.match(text) else math.inf
    return number if math.isfinite(number) else text  # 1e999 is too large for a number


def needs_quotes(text: str) -> bool:
    """Whether a text would be read as something else, or refused, if it stood without quotes."""
    return text.lower() in _TREACHEROUS or word_value(text) is not text


def _mark(node: Any) -> Mark:
    start, end = node.start_mark, node.end_mark
    length = end.column - start.column if end.line == start.line else 1
    return Mark(start.line + 1, start.column + 1, max(length, 1))
