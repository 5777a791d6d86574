"""A rubric as readable YAML: blocks in the order of the language, short ones on one line, long texts folded."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pkassess.plain import plain
from pkassess.yamlfile import needs_quotes

if TYPE_CHECKING:
    from pkassess.rubric import Rubric

WIDTH = 110
_ONE_LINE = 80
_NARROW = "\xa0\u202f"
"""Blanks at which no line breaks; they are printed as they are."""
_WORD = 30
"""Longest entry of a list that stands in brackets, whatever the length of the list."""


class _Open(dict[str, Any]):
    """A block that has one entry per line however short it is."""


def yaml_text(rubric: Rubric) -> str:
    """The rubric as a file; reading it gives an equal rubric. Comments of an earlier file are not in it."""
    import yaml

    parts: list[str] = []
    above = False
    for key, value in plain(rubric).items():
        inner = value.values() if isinstance(value, dict) else ()
        opened = _Open(value) if any(isinstance(one, (dict, list)) for one in inner) else value
        part = yaml.dump(
            _Open({key: opened}),
            Dumper=_dumper(),
            width=WIDTH,
            allow_unicode=True,
            sort_keys=False,
            default_flow_style=False,
        )
        tall = isinstance(value, (dict, list)) and "\n" in part.rstrip("\n")
        parts.append(f"\n{part}" if tall or above else part)
        above = tall
    return "".join(parts)


@cache
def _dumper() -> type[Any]:
    """PyYAML's writer with the quotes that ``yamlfile`` needs, and with a line of its own only for what is long."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:  # noqa: ARG002
            return super().increase_indent(flow, indentless=False)

    def text(dumper: Any, value: str) -> Any:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=_style(value))

    def block(dumper: Any, value: dict[Any, Any]) -> Any:
        return dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=_short(value))

    def entries(dumper: Any, value: list[Any]) -> Any:
        return dumper.represent_sequence(
            "tag:yaml.org,2002:seq", value, flow_style=_short(value) or _in_brackets(value)
        )

    Dumper.add_representer(str, text)
    Dumper.add_representer(dict, block)
    Dumper.add_representer(_Open, block)
    Dumper.add_representer(list, entries)
    return Dumper


def _style(value: str) -> str | None:
    """Long texts are folded, several lines stand as lines, and whatever a reader could take otherwise is quoted."""
    lines = value.split("\n")
    if needs_quotes(value) or not all(one.isprintable() or one in _NARROW for line in lines for one in line):
        return '"'
    if len(lines) > 1:
        return "|" if all(line and line == line.strip() for line in lines) else '"'
    return ">" if len(value) > _ONE_LINE and value == value.strip() and "  " not in value else None


def _short(value: Any) -> bool:
    """Whether a block fits on one line without becoming hard to read."""
    inner = value.values() if isinstance(value, dict) else value
    plain_entries = all(not isinstance(one, (dict, list)) or _flat(one) for one in inner)
    return plain_entries and not isinstance(value, _Open) and len(_shown(value)) <= _ONE_LINE


def _flat(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    return not any(isinstance(one, (dict, list)) for one in inner)


def _in_brackets(value: list[Any]) -> bool:
    """Whether a long list stands in brackets: numbers, pairs of them, or short words."""
    return all(_in_brackets(one) if isinstance(one, list) else _is_small(one) for one in value)


def _is_small(value: Any) -> bool:
    return len(value) <= _WORD if isinstance(value, str) else not isinstance(value, dict)


def _shown(value: Any) -> str:
    return str(value).replace("'", "")
