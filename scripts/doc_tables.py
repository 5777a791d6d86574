"""Markdown tables of the documentation, made from the program itself.

The pages in ``docs/`` call these functions in their cog blocks; ``cog -r -I scripts -I tests docs/*.md`` writes the tables
anew, and the one check says when a page is behind the program.
"""

from __future__ import annotations

import re
import tempfile
import types
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import numpy as np
from examples import Said, run_example
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import pkassess
from pkassess import normalise, rubric
from pkassess.aggregate import AGGREGATORS
from pkassess.codes import Code
from pkassess.findings import outline
from pkassess.formulas import FORMULAS
from pkassess.ingest.limits import limits as ingest_limits
from pkassess.library import bundled, load
from pkassess.normalise import Checklist, Goalposts, Likert
from pkassess.relative import METHODS
from pkassess.render import FORMATS
from pkassess.standings import STANDINGS
from pkassess.texts import say

ROOT = Path(__file__).resolve().parent.parent
WORKED_EXAMPLE = "worked-example.csv"
_KIND_OF_FIELD = {"children": "list of indicators, groups and uses", "scale": "a scale"}
_TITLES = {
    "Key": "a key column",
    "Publication": "a publication rule",
    "UncertaintySettings": "uncertainty settings",
    "Overall": "an overall block",
    "Index": "an index",
    "DiagnosticBlock": "a block of diagnostics",
    "OverallRule": "a rule",
}
_TYPES = {"string": "text", "number": "number", "integer": "whole number"}
_SHELL_HELP = frozenset({"--help", "--install-completion", "--show-completion"})
_PLAIN = {str: "text", float: "number", int: "whole number", bool: "true or false"}
_FORMAT_WORDS = {
    "table": "for reading on the screen",
    "csv": "for spreadsheets and other programs; a folder gets all tables",
    "json": "for other programs, everything in one document",
    "md": "for pasting into a document that understands Markdown",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


# --- rubrics ------------------------------------------------------------------------------------------------


def fields(name: str) -> str:
    """Every field of one part of a rubric: its name, what is written there, what holds without it, its meaning."""
    model: Any = getattr(rubric, name, None) or getattr(normalise, name)
    rows = [
        (f"`{field.alias or key}`", kind_of(key, field), without(field), field.description or "")
        for key, field in model.model_fields.items()
        if key != "type"
    ]
    return table(("Field", "What to write", "If left out", "Meaning"), rows)


def kind_of(name: str, field: FieldInfo) -> str:
    """What is written for a field, in words."""
    words = _KIND_OF_FIELD.get(name) or _words(field.annotation)
    limits = dict(_limits(field))
    low, high = limits.get("ge"), limits.get("le", limits.get("lt"))
    if low is not None and high is not None:
        return f"{words}, {low:g} to {high:g}" + (" (not quite)" if "lt" in limits else "")
    if low is not None:
        return f"{words}, {low:g} or more"
    if "gt" in limits:
        return f"{words} above {limits['gt']:g}"
    return words


def _limits(field: FieldInfo) -> Iterator[tuple[str, float]]:
    for mark in field.metadata:
        for limit in ("ge", "gt", "le", "lt"):
            if getattr(mark, limit, None) is not None:
                yield limit, float(getattr(mark, limit))


def _words(kind: Any) -> str:
    if hasattr(kind, "__metadata__"):
        return _words(get_args(kind)[0])
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _TITLES.get(kind.__name__, f"a {kind.__name__.lower()}")
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " or ".join(f"`{choice}`" for choice in arguments)
    if origin in (Union, types.UnionType):
        given = [argument for argument in arguments if argument is not type(None)]
        return " or ".join(map(_words, given))
    if origin is tuple:
        return "two numbers in brackets"
    if origin is list:
        return f"list of {_several(_words(arguments[0]))}"
    if kind == dict[str, str]:
        return "text"
    each = "rating" if arguments[0] is int else "id"
    return f"block: {_words(arguments[1])} for each {each}"


def _several(words: str) -> str:
    return {"two numbers in brackets": "pairs"}.get(words, words.removeprefix("a ").removeprefix("an ") + "s")


def without(field: FieldInfo) -> str:
    """What holds when a field is left out, in words."""
    if field.is_required():
        return "**needed**"
    default = field.get_default(call_default_factory=True)
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, BaseModel):
        return "the values below"
    if default in (None, "", {}, []):
        return "none"
    if isinstance(default, (list, tuple)):
        return ", ".join(_shown(item) for item in default)
    return _shown(default)


def _shown(value: Any) -> str:
    return (
        f"{value:g}" if isinstance(value, float) else f"`{value}`" if isinstance(value, str) else str(value)
    )


def scales() -> str:
    """Every scale: its name and what it does."""
    return table(
        ("Scale", "What it does"),
        ((f"`{scale_name(model)}`", _summary(model)) for model in normalise.KERNELS),
    )


WORKED_VALUES = (2.0, 4.0, 4.0, 10.0)


def relative() -> str:
    """Every method of the relative scale, with a worked example."""
    rows = []
    for name, function in METHODS.items():
        spread: Any = {"mean": 50.0, "sd": 10.0} if name == "zscore" else {}
        scale = normalise.Relative.model_validate({"type": "relative", "method": name, **spread})
        scores = normalise.normalise(np.array(WORKED_VALUES), scale)
        rows.append((f"`{name}`", _summary(function), ", ".join(f"{score:.3g}" for score in scores)))
    return table(("Method", "What it gives", "2, 4, 4, 10 score"), rows)


def scale_name(model: type[normalise.Scale]) -> str:
    """The word that a rubric writes after ``type:``."""
    return str(get_args(model.model_fields["type"].annotation)[0])


def aggregations() -> str:
    """Every way to put scores together."""
    return table(
        ("Aggregation", "What it gives"),
        (
            (f"`{name}`", _summary(function))
            for name, function in (AGGREGATORS | FORMULAS | STANDINGS).items()
        ),
    )


def _summary(documented: Any) -> str:
    first = (documented.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(first.replace("``", "`").split())


def rubrics() -> str:
    """Every bundled rubric."""
    return table(
        ("Name", "Version", "What it is for"),
        (
            (f"`{name}`", load(name).version, _first_sentence(say(load(name).description)))
            for name in bundled()
        ),
    )


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=\.)\s", " ".join(text.split()), maxsplit=1)[0]


# --- the program --------------------------------------------------------------------------------------------


def formats() -> str:
    """Every output format."""
    return table(("Format", "Good for"), ((f"`{name}`", _FORMAT_WORDS.get(name, "")) for name in FORMATS))


def columns(name: str) -> str:
    """The columns of one table of results; of the dimensions of an assessment, the first stands for all."""
    from pkassess.differences import Differences
    from pkassess.tables import empty_tables
    from pkassess.tables.differences import difference_tables

    used = load()
    others = tuple(used.dimensions)[1:]
    tables = [*empty_tables(used), *difference_tables(Differences((), (), 0), used)]
    found = next(one for one in tables if one.name == name)
    rows = [
        (f"`{field.name}`", _TYPES[field.type], field.description)
        for field in found.fields
        if name != "assessment" or not field.name.startswith(others)
    ]
    return table(("Column", "Kind", "Meaning"), rows)


def commands() -> list[tuple[str, Any]]:
    """Every command as it is typed, with what typer knows of it."""
    import typer

    from pkassess.cli import app

    def walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", {})
        yield name, command
        for word, below in inner.items():
            yield from walk(f"{name} {word}", below)

    return list(walk("pkassess", typer.main.get_command(app)))


def options_of(command: Any) -> list[Any]:
    """The options of a command, without its arguments and what every shell program has."""
    given = [param for param in command.params if param.param_type_name == "option"]
    return [param for param in given if _SHELL_HELP.isdisjoint(param.opts)]


def options() -> str:
    """Every option of every command."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, command in commands():
        for option in options_of(command):
            names = ", ".join(f"`{one}`" for one in sorted(option.opts, key=len))
            found.setdefault((names, option.help or ""), []).append(name.removeprefix("pkassess ").strip())
    rows = [(names, ", ".join(f"`{one}`" for one in users), text) for (names, text), users in found.items()]
    return table(("Option", "Command", "Meaning"), rows)


def limits() -> str:
    """How large an input may be."""
    return table(("What", "At most"), ingest_limits())


def codes() -> str:
    """Every kind of finding, with what the program says when its example is run."""
    rows = []
    for code in sorted(Code, key=lambda code: code.id):
        with tempfile.TemporaryDirectory() as folder:
            said = run_example(code.id, Path(folder))
        rows.append(
            (
                f"`{code.id}`",
                code.severity.value,
                code.value.title,
                example_text(said),
                code.value.cause,
                outline(code.value.remedy),
            )
        )
    return table(("Code", "Severity", "What it is", "For example", "Usual cause", "How to mend it"), rows)


def example_text(said: Said) -> str:
    """What the program says, with its place; versions of libraries are left out, as they change."""
    message = re.sub(r"(openpyxl) [0-9.]+[0-9]", r"\1", said.message)
    return _cell(f"{said.place}: {message}" if said.place else message)


# --- the worked example -------------------------------------------------------------------------------------


@cache
def worked() -> pkassess.Assessment:
    """The assessment of the method's worked example, whose data stand in docs/method.md."""
    page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    block = re.search(rf"```csv file={re.escape(WORKED_EXAMPLE)}\n(.*?)```", page, re.DOTALL)
    if block is None:
        raise LookupError(f"docs/method.md holds no block {WORKED_EXAMPLE}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / WORKED_EXAMPLE
        path.write_text(block[1], encoding="utf-8")
        return pkassess.score(path, draws=0)


def worked_indicators(dimension: str) -> str:
    """One line per indicator of a dimension: value, how it is scored, score, weight as used, contribution."""
    assessment = worked()
    rows = []
    for row in assessment.indicators[assessment.indicators["dimension"] == dimension].to_dict("records"):
        indicator = assessment.rubric.indicators[row["indicator"]]
        if row["status"] == "missing":
            rows.append((f"`{row['indicator']}`", "missing", "", "", f"0 of {indicator.weight:g}", ""))
            continue
        rows.append(
            (
                f"`{row['indicator']}`",
                f"{row['value']:.4g}",
                how(assessment.rubric, indicator, row["value"]),
                f"{row['score']:.2f}",
                f"{row['weight']:.4f}",
                f"{row['contribution']:.2f}",
            )
        )
    total = float(assessment.nodes.set_index("node").loc[dimension, "score"])
    rows.append(("**sum**", "", "", "", "1.0000", f"**{total:.2f}**"))
    return table(("Indicator", "Value", "How it is scored", "Score", "Weight used", "Weight × score"), rows)


def how(used: rubric.Rubric, indicator: rubric.Indicator, value: float) -> str:
    """How a scale turns this value into a score, in one line."""
    scale: Any = indicator.scale
    if isinstance(scale, Likert):
        best = ", 1 is the highest score" if scale.reverse else ""
        return f"rating from 1 to {scale.points}{best}"
    if isinstance(scale, Checklist):
        return f"{'100 minus the ' if scale.reverse else ''}percent of items met"
    if isinstance(scale, normalise.Relative):
        return "its place among all partnerships"
    if isinstance(scale, Goalposts):
        return f"on the way from {scale.bottom:g} to {scale.top:g}"
    points = scale.points(used.frame)
    below = max((point for point in points if point[0] <= value), default=points[0])
    above = min((point for point in points if point[0] >= value), default=points[-1])
    if below == above:
        return f"at the knot {below[0]:g} (score {below[1]:g})"
    first, second = sorted((below, above), key=lambda point: point[1])
    return f"between {first[0]:g} (score {first[1]:g}) and {second[0]:g} (score {second[1]:g})"


def worked_dimensions() -> str:
    """One line per dimension and for the index of the worked example."""
    assessment = worked()
    first = assessment.assessment.iloc[0]
    rows = []
    for name, dimension in assessment.rubric.dimensions.items():
        low, high = first[f"{name}_bound_low"], first[f"{name}_bound_high"]
        rows.append(
            (
                say(dimension.label),
                f"{first[name]:.2f}",
                first[f"{name}_level"],
                f"{first[f'{name}_coverage']:.2f}",
                f"{low:.2f} to {high:.2f}",
                first[f"{name}_status"],
            )
        )
    return table(("Dimension", "Score", "Level", "Coverage", "Bounds", "Status"), rows)
