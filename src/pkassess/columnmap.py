"""A column-map file: what the user says of columns, cells, keys and names. Every problem is named with its line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pkassess.codes import Code
from pkassess.findings import Finding, UsageError, finding, nearest, shown
from pkassess.ingest.sheet import cell_name, column_index
from pkassess.texts import fold, fold_name

if TYPE_CHECKING:
    from pkassess.yamlfile import Trouble, YamlFile

_FISCAL_START = "fiscal_year_start"
_PARTS = {
    "columns": "'text in the workbook: name'",
    "cells": "'B3: mission'",
    "values": "'period: 2025'",
    "names": "'spelling: name'",
}
"""The parts of a map, each with what its lines look like."""
_KEYS = (*_PARTS, _FISCAL_START)
_MAY_BE_BLANK = "columns"
"""The part in which a blank name says something: that a column is left out."""
_BLANKS = ("", "~", "null")
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_MONTHS = 12
_MOST_BYTES = 1 << 20
"""No workbook has so many columns and names; parsing costs far more than the file's size."""


@dataclass(frozen=True)
class ColumnMap:
    """What a map says: texts by texts, folded where they stand for what a workbook holds; cells by row and column.

    ``written`` gives folded headers as the user wrote them, ``lines`` the line of each entry by part and place.
    """

    file: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[tuple[int, int], str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    fiscal_start: int = 0
    written: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[tuple[str, object], int] = field(default_factory=dict)

    def problem(self, part: str, key: object, found: str, expected: str, suggestion: str = "") -> Finding:
        """What is wrong with one entry."""
        return _problem(self.file, found, expected, self.lines.get((part, key), 0), suggestion)


NO_MAP = ColumnMap()


def read_column_map(path: str) -> ColumnMap:
    """Read and check a map; raises UsageError with everything that is wrong with it."""
    from pkassess.yamlfile import read_yaml

    source = read_yaml(_text_of(path), as_texts=True)
    problems = [_of_trouble(path, trouble) for trouble in source.troubles]
    if not problems and not isinstance(source.data, dict):
        what = "the file is empty" if source.data is None else f"the file holds {_what(source.data)}"
        problems.append(_problem(path, what, f"one or more of {', '.join(_KEYS)}, each with a colon"))
    if not isinstance(source.data, dict):
        raise UsageError(*problems)
    reader = _Reader(path, source, problems)
    made = reader.read()
    if problems:
        raise UsageError(*problems)
    return made


def _text_of(path: str) -> str:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError as error:
        folder, name = os.path.split(path)
        near = nearest(name, os.listdir(folder or ".") if os.path.isdir(folder or ".") else ())  # noqa: PTH208, PTH112
        raise UsageError(_problem(path, "there is no such file", "a text file", suggestion=near)) from error
    except IsADirectoryError as error:
        raise UsageError(_problem(path, "it is a folder", "a text file")) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(_problem(path, f"it cannot be opened ({why.lower()})", "a text file")) from error
    if len(data) > _MOST_BYTES:
        raise UsageError(_problem(path, "it holds more than 1 MiB", "a small text file"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        found = f"byte 0x{data[error.start]:02X} is no UTF-8 text"
        raise UsageError(_problem(path, found, "a text file in UTF-8", line)) from error


def _problem(file: str, found: str, expected: str, line: int = 0, suggestion: str = "") -> Finding:
    place = f"line {line}: " if line else ""
    return finding(
        Code.BAD_COLUMN_MAP, file=file, found=place + found, expected=expected, suggestion=suggestion
    )


def _of_trouble(file: str, trouble: Trouble) -> Finding:
    line = trouble.mark.line
    if trouble.what == "duplicate":
        return _twice(file, trouble.found, line, trouble.first_line)
    return _problem(file, trouble.found, "YAML: one 'text: name' to a line, further in below its part", line)


def _twice(file: str, text: str, line: int, first: int) -> Finding:
    found = f"{shown(text)} is there twice, first in line {first}"
    return _problem(file, found, "every text once", line)


def _what(value: object) -> str:
    """A value of a kind that is not expected, in words."""
    return "a list" if isinstance(value, list) else "pairs" if isinstance(value, dict) else shown(str(value))


class _Reader:
    """Goes through the parts of a map and collects what is wrong with them."""

    def __init__(self, file: str, source: YamlFile, problems: list[Finding]) -> None:
        self.file, self.source, self.problems = file, source, problems
        self.lines: dict[tuple[str, object], int] = {}

    def read(self) -> ColumnMap:
        for key in self.source.data:
            if key not in _KEYS:
                found = f"{shown(key)} is no part of a map"
                self._add(found, ", ".join(_KEYS), (key,), nearest(key, _KEYS))
        columns = dict(self._entries("columns"))
        return ColumnMap(
            self.file,
            self._once("columns", ((fold(text), text, name) for text, name in columns.items())),
            self._cells(),
            self._once("values", ((text, text, name) for text, name in self._entries("values"))),
            self._once("names", ((fold_name(text), text, name) for text, name in self._entries("names"))),
            self._fiscal_start(),
            {fold(text): text for text in columns},
            self.lines,
        )

    def _add(self, found: str, expected: str, path: tuple[str, ...], suggestion: str = "") -> None:
        line = self.source.place(path, of_key=True).line
        self.problems.append(_problem(self.file, found, expected, line, suggestion))

    def _entries(self, part: str) -> Iterator[tuple[str, str]]:
        """The texts of a part with their names; one that is there without any is as good as left out."""
        entries: Any = self.source.data.get(part, {})
        if not isinstance(entries, dict):
            if entries not in _BLANKS:
                self._add(f"{part} is {_what(entries)}", f"pairs such as {_PARTS[part]}", (part,))
            return
        for text, name in entries.items():
            if not isinstance(name, str):
                self._add(f"in {part}, {shown(text)} is {_what(name)}", "one name", (part, text))
            elif name in _BLANKS and part != _MAY_BE_BLANK:
                self._add(
                    f"in {part}, {shown(text)} has no value", f"a pair such as {_PARTS[part]}", (part, text)
                )
            else:
                yield text, "" if name in _BLANKS else name

    def _once(self, part: str, entries: Iterator[tuple[Any, str, str]]) -> dict[Any, str]:
        """Entries by their place in the workbook; two that mean one place are a problem."""
        made: dict[Any, str] = {}
        for place, text, name in entries:
            line = self.source.place((part, text), of_key=True).line
            if place in made:
                self.problems.append(_twice(self.file, text, line, self.lines[part, place]))
            else:
                made[place], self.lines[part, place] = name, line
        return made

    def _cells(self) -> dict[tuple[int, int], str]:
        return self._once("cells", self._places())

    def _places(self) -> Iterator[tuple[tuple[int, int], str, str]]:
        for address, name in self._entries("cells"):
            if match := _ADDRESS.fullmatch(address):
                yield (int(match[2]) - 1, column_index(match[1].encode())), address, name
            else:
                found = f"in cells, {shown(address)} is no address of a cell"
                self._add(found, f"one such as {cell_name(2, 1)}", ("cells", address))

    def _fiscal_start(self) -> int:
        month = self.source.data.get(_FISCAL_START, "")
        if isinstance(month, str) and (
            month in _BLANKS or (month.isdecimal() and 1 <= int(month) <= _MONTHS)
        ):
            return int(month) if month.isdecimal() else 0
        self._add(f"{_FISCAL_START} is {_what(month)}", "the number of a month, 1 to 12", (_FISCAL_START,))
        return 0
