"""Brings a rubric file of an older version of the language to the current one, by the fewest changes of its text.

Comments, order and layout stay, because single places of the text are changed and the rest is left as it was. What the
changed text says is compared with what it ought to say before anything is given back.

To make a new version: raise ``LANGUAGE_VERSION`` in ``rubric``, and register here a function that gives the changes from
the version before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from pkassess.codes import Code
from pkassess.findings import UsageError
from pkassess.library import RubricFinding, rubric_finding, troubles_of
from pkassess.nodecheck import mixed_polarities
from pkassess.rubric import LANGUAGE_VERSION
from pkassess.yamlfile import Mark, Path, YamlFile, read_yaml

VERSION_KEY = "pkassess"
BYTE_ORDER_MARK = "\ufeff"
"""What some editors put in front of a text; the file keeps it."""
OLDEST = 1
"""The version of a file that does not name one."""


class Change(NamedTuple):
    """A value to be written at a path, over what stands there or as a new key after its neighbour ``after`` ('': as the first)."""

    path: Path
    value: Any
    because: str
    after: str = ""


class Migration(NamedTuple):
    """What became of a file: its new text, its versions before and after, and what was changed in which line."""

    text: str
    before: int
    after: int
    changes: tuple[tuple[int, str], ...]


Step = Callable[[Any], Iterable[Change]]


def _from_1(data: Any) -> Iterator[Change]:
    """Version 1 took a child of another polarity as it was; version 2 asks for a word. ``log`` is written ``ln``."""
    for one in mixed_polarities(data):
        because = f"'{one.target}' enters '{one.node}' as it is; write true to turn it round"
        yield Change((*one.path[:-1], "reverse"), False, because, after=str(one.path[-1]))
    for path, value in _leaves(data):
        if path[-2:] == ("scale", "transform") and value == "log":
            yield Change(path, "ln", "the natural logarithm has one name")


STEPS: Mapping[int, Step] = {1: _from_1}
"""For each older version, what leads from it to the next."""


def migrate(
    text: str, name: str, steps: Mapping[int, Step] = STEPS, newest: int = LANGUAGE_VERSION
) -> Migration:
    """The text of a rubric file in the newest version of the language; the same text where it is that already.

    Raises UsageError for a file that is no YAML, names a version that there is not, or cannot be changed in place.
    """
    text, mark = text.removeprefix(BYTE_ORDER_MARK), text[: text.startswith(BYTE_ORDER_MARK)]
    source = _read(text, name)
    before = version = _version(source, name, text, newest)
    told: list[tuple[int, str]] = []
    while version < newest:
        changes = [*steps[version](source.data), _of_version(version + 1)]
        text = _changed(text, source, changes, name)
        told += dict.fromkeys((source.place(one.path).line, _told(one)) for one in changes)
        source, version = _read(text, name), version + 1
    return Migration(mark + text, before, version, tuple(told))


def _read(text: str, name: str) -> YamlFile:
    source = read_yaml(text)
    if source.troubles or not isinstance(source.data, dict):
        lost = "a rubric is a block of keys such as id, keys and dimensions"
        raise UsageError(
            *troubles_of(source, name, text.splitlines())
            or [_finding(text, name, Mark(1, 1), Code.WRONG_VALUE, place="the file", found=lost)]
        )
    return source


def _version(source: YamlFile, name: str, text: str, newest: int) -> int:
    version = source.data.get(VERSION_KEY, OLDEST)
    mark = source.place((VERSION_KEY,))
    if type(version) is not int or version < OLDEST:
        found = (
            f"the version of the language is {version!r}; expected a whole number from {OLDEST} to {newest}"
        )
        raise UsageError(_finding(text, name, mark, Code.WRONG_VALUE, place=f"'{VERSION_KEY}'", found=found))
    if version > newest:
        raise UsageError(_finding(text, name, mark, Code.NEWER_LANGUAGE, found=version, expected=newest))
    return version


def _finding(text: str, name: str, mark: Mark, code: Code, **facts: object) -> RubricFinding:
    return rubric_finding(name, text.splitlines(), mark, code, **facts)


def _of_version(version: int) -> Change:
    return Change((VERSION_KEY,), version, "the version of the language")


def _told(change: Change) -> str:
    return f"{change.path[-1]}: {_written(change.value)}  ({change.because})"


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _leaves(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else None
    if entries is None:
        yield path, data
        return
    for key, value in entries:
        yield from _leaves(value, (*path, key))


# --- changing the text ----------------------------------------------------------------------------------------


class _Edit(NamedTuple):
    """Characters of a line to be replaced; ``line`` and ``column`` count from zero."""

    line: int
    column: int
    length: int
    text: str


def _changed(text: str, source: YamlFile, changes: list[Change], name: str) -> str:
    """The text after the changes. Raises UsageError if it would then say anything but what it ought to."""
    lines = text.splitlines(keepends=True)
    edits = sorted({_edit(source, one, lines) for one in changes}, reverse=True)
    for edit in edits:
        line = lines[edit.line]
        lines[edit.line] = line[: edit.column] + edit.text + line[edit.column + edit.length :]
    after = "".join(lines)
    said = read_yaml(after)
    if said.troubles or said.data != _expected(source, changes):
        mark = source.place(changes[0].path)
        listed = "; ".join(f"line {source.place(one.path).line}: {_told(one)}" for one in changes)
        raise UsageError(_finding(text, name, mark, Code.NOT_MIGRATED, found=listed))
    return after


def _edit(source: YamlFile, change: Change, lines: list[str]) -> _Edit:
    value, key = _written(change.value), change.path[-1]
    if change.path in source.values:
        mark = source.values[change.path]
        return _Edit(mark.line - 1, mark.column - 1, mark.length, value)
    flow = _is_flow(source.values[change.path[:-1]], lines)
    newline = "\r\n" if lines[0].endswith("\r\n") else "\n"
    if not change.after:  # the first of the file
        start = min(mark for path, mark in source.keys.items() if len(path) == 1)
        return _Edit(start.line - 1, start.column - 1, 0, f"{key}: {value}{', ' if flow else newline}")
    neighbour = (*change.path[:-1], change.after)
    start, end = source.keys[neighbour], source.values[neighbour]
    if flow:
        return _Edit(end.line - 1, end.column - 1 + end.length, 0, f", {key}: {value}")
    whole = lines[end.line - 1].rstrip("\r\n")
    return _Edit(end.line - 1, len(whole), 0, f"{newline}{' ' * (start.column - 1)}{key}: {value}")


def _is_flow(block: Mark, lines: list[str]) -> bool:
    """Whether a block stands in curly brackets."""
    return lines[block.line - 1][block.column - 1 : block.column] == "{"


def _expected(source: YamlFile, changes: list[Change]) -> Any:
    """The data with every change made, also where the same piece of text is used again by an alias."""
    data = deepcopy(source.data)
    for change in changes:
        places = source.values[change.path[:-1]] if change.path[:-1] else None
        for path in [
            path for path, mark in source.values.items() if places is not None and mark == places
        ] or [()]:
            part = data
            for step in path:
                part = part[step]
            part[change.path[-1]] = change.value
    return data
