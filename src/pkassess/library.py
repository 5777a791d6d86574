"""Finds rubric files and reads them into checked rubrics; says file, line and what to write instead.

A checked rubric is kept in the user's cache folder under the checksum of its text, because reading and
checking a large rubric costs about as much as the rest of a small run.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from pkassess import __version__
from pkassess.findings import Code, Finding, UsageError, finding, nearest

if TYPE_CHECKING:
    from pkassess.crosscheck import Problem
    from pkassess.rubric import Rubric
    from pkassess.yamlfile import Mark, Path, YamlFile

DEFAULT_RUBRIC = "partnership"
_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class RubricFinding(Finding):
    """A finding about a rubric file, with the place and the lines around it."""

    line: int = 1
    column_number: int = 1
    length: int = 1
    context: tuple[tuple[int, str], ...] = ()


def data_folder(name: str) -> FilePath:
    """The folder ``rubrics`` or ``sample_data``, in an installed package or in a checkout."""
    package = FilePath(__file__).parent
    installed = package / "_data" / name
    return installed if installed.is_dir() else package.parent.parent / name


def bundled() -> dict[str, FilePath]:
    """Every bundled rubric by its bare id (its file name), subfolders included."""
    found = sorted(path for ending in _ENDINGS for path in data_folder("rubrics").rglob(f"*{ending}"))
    return {path.stem: path for path in found}


def locate(name_or_path: str) -> FilePath:
    """The file of a bundled rubric or of a path. Raises UsageError when there is none."""
    rubrics = bundled()
    if name_or_path in rubrics:
        return rubrics[name_or_path]
    path = FilePath(name_or_path)
    if path.is_file():
        return path
    raise UsageError(
        finding(Code.RUBRIC_NOT_FOUND, value=name_or_path, suggestion=nearest(name_or_path, rubrics))
    )


def load(name_or_path: str = DEFAULT_RUBRIC) -> Rubric:
    """A checked rubric. Raises UsageError with every problem of the file."""
    path = locate(name_or_path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            finding(Code.CANNOT_OPEN, file=name_or_path, found=error.strerror or error)
        ) from error
    keep = _cache_file(content)
    rubric = _recall(keep)
    if rubric is None:
        rubric = read_rubric(content.decode("utf-8", errors="replace"), str(name_or_path))
        _remember(keep, rubric)
    return rubric


def check(name_or_path: str) -> list[RubricFinding]:
    """Every problem of a rubric file, in the order of its lines. Raises UsageError when there is no such file."""
    try:
        read_rubric(locate(name_or_path).read_text(encoding="utf-8", errors="replace"), name_or_path)
    except UsageError as error:
        return [item for item in error.findings if isinstance(item, RubricFinding)]
    return []


def read_rubric(text: str, name: str) -> Rubric:
    """Check the text of a rubric file. Raises UsageError with every problem found."""
    from pkassess.yamlfile import read_yaml

    source = read_yaml(text)
    rubric, findings = _check(source, name, text.splitlines())
    if rubric is None or findings:
        raise UsageError(*sorted(findings, key=lambda item: (item.line, item.column_number)))
    return rubric


def _check(source: YamlFile, name: str, lines: list[str]) -> tuple[Rubric | None, list[RubricFinding]]:
    findings = [
        _place(
            name,
            lines,
            trouble.mark,
            _TROUBLE_CODES[trouble.what],
            found=trouble.found,
            expected=trouble.first_line,
        )
        for trouble in source.troubles
    ]
    if source.data is None and findings:
        return None, findings
    from pkassess.crosscheck import cross_check

    rubric, problems = validate(source.data)
    for problem in (*problems, *cross_check(source.data)):
        mark = source.place(problem.path, of_key=problem.at_key)
        findings.append(_place(name, lines, mark, problem.code, **problem.facts))
    return rubric, findings


_TROUBLE_CODES = {"syntax": Code.RUBRIC_SYNTAX, "duplicate": Code.DUPLICATE_KEY, "word": Code.YES_NO_WORD}


def _place(name: str, lines: list[str], mark: Mark, code: Code, **facts: object) -> RubricFinding:
    first, last = max(mark.line - 2, 1), min(mark.line + 1, len(lines))
    context = tuple((number, lines[number - 1]) for number in range(first, last + 1))
    return RubricFinding(
        code,
        file=name,
        cell=f"{mark.line}:{mark.column}",
        facts={key: str(fact) for key, fact in facts.items()},
        line=mark.line,
        column_number=mark.column,
        length=mark.length,
        context=context,
    )


def validate(data: Any) -> tuple[Rubric | None, list[Problem]]:
    """A rubric from plain data, or None and the problems of its parts."""
    from pydantic import ValidationError

    from pkassess.crosscheck import Problem
    from pkassess.rubric import Rubric

    if not isinstance(data, dict):
        facts = {
            "place": "the file",
            "found": "a rubric is a mapping of keys such as id, keys and dimensions",
        }
        return None, [Problem(Code.WRONG_VALUE, (), facts)]
    try:
        rubric = Rubric.model_validate(data)
    except ValidationError as error:
        return None, [_from_model(data, item) for item in error.errors(include_url=False)]
    return rubric, list(_scale_problems(rubric, data))


def _scale_problems(rubric: Rubric, data: dict[str, Any]) -> Iterator[Problem]:
    """Scales whose knots do not fit the score range of the rubric."""
    from pkassess.crosscheck import Problem, _children

    for path, child in _children(data):
        indicator = rubric.indicators.get(str(child.get("id")))
        trouble = indicator.scale.problem(rubric.frame) if indicator else ""
        if trouble:
            facts = {"place": str(child["id"]), "found": trouble}
            yield Problem(Code.WRONG_VALUE, (*path, "scale"), facts)


def _from_model(data: Any, error: Any) -> Problem:
    """One problem from one of pydantic's errors, with the path as it stands in the file."""
    from pkassess.crosscheck import Problem

    path = _path_in_file(data, error["loc"], error["type"])
    owner = _owner(data, path)
    if error["type"] == "extra_forbidden":
        known = nearest(str(path[-1]), _field_names())
        return Problem(
            Code.UNKNOWN_FIELD, path, {"found": f"'{path[-1]}'", "place": owner, "suggestion": known}, True
        )
    if error["type"] == "missing":
        return Problem(Code.MISSING_FIELD, path[:-1], {"found": f"'{path[-1]}'", "place": owner}, True)
    if error["type"] == "knot_order":
        inner = "points" if isinstance(_at(data, path), dict) and "points" in _at(data, path) else "knots"
        return Problem(Code.KNOT_ORDER, (*path, inner), {"place": owner, "found": error["msg"]})
    if path and path[-1] == "weight":
        return Problem(Code.BAD_WEIGHTS, path, {"found": f"the weight of {owner} is {error['input']}"})
    message = error["msg"].removeprefix("Value error, ")
    found = f"{path[-1] if path else 'the file'}: {message[:1].lower()}{message[1:]} (found {error['input']!r:.60})"
    return Problem(Code.WRONG_VALUE, path, {"place": owner, "found": found})


def _at(data: Any, path: Path) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _path_in_file(data: Any, location: tuple[Any, ...], kind: str) -> Path:
    """Pydantic's location without the names of union members, which do not stand in the file."""
    path: list[Any] = []
    for place, step in enumerate(location):
        inside = isinstance(data, dict) and step in data
        inside = inside or (isinstance(data, list) and isinstance(step, int) and step < len(data))
        if inside:
            data = data[step]
            path.append(step)
        elif kind == "missing" and place == len(location) - 1:
            path.append(step)
    return tuple(path)


def _owner(data: Any, path: Path) -> str:
    """What a path lies in, in words: the nearest thing with an id, or the nearest named block."""
    for end in range(len(path) - 1, 0, -1):
        part = _at(data, path[:end])
        if isinstance(part, dict) and "id" in part:
            return f"'{part['id']}'"
        if (
            isinstance(path[end - 1], str)
            and end >= 2
            and path[end - 2] in ("dimensions", "indices", "levels", "keys")
        ):
            return f"{str(path[end - 2]).removesuffix('s').replace('indice', 'index')} '{path[end - 1]}'"
    return f"'{path[0]}'" if len(path) > 1 else "the rubric"


def _field_names() -> list[str]:
    """Every key of the rubric language."""
    from pkassess import normalise, rubric

    models = [
        model
        for module in (rubric, normalise)
        for model in vars(module).values()
        if isinstance(model, type) and hasattr(model, "model_fields")
    ]
    return sorted({field.alias or name for model in models for name, field in model.model_fields.items()})


def _cache_file(content: bytes) -> FilePath | None:
    """Where the checked form of this text is kept; None where nothing may be kept."""
    if os.environ.get("PKASSESS_NO_CACHE"):
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    folder = FilePath(home) if home else FilePath(os.path.expanduser("~")) / ".cache"  # noqa: PTH111  # never raises
    code = b"".join(
        str(os.stat(FilePath(__file__).parent / name).st_mtime_ns).encode()  # noqa: PTH116  # a path object costs more
        for name in ("rubric.py", "normalise.py", "texts.py", "crosscheck.py")
    )
    digest = hashlib.sha256(b"\0".join((content, __version__.encode(), sys.version.encode(), code)))
    return folder / "pkassess" / f"rubric-{digest.hexdigest()[:32]}.pickle"


def _recall(keep: FilePath | None) -> Rubric | None:
    # A pickle is as trustworthy as the compiled .pyc files beside it: both lie in folders of the user's own.
    if keep is None:
        return None
    try:
        return pickle.loads(keep.read_bytes())  # noqa: S301
    except Exception:  # noqa: BLE001  # a kept form that cannot be used is made anew
        return None


def _remember(keep: FilePath | None, rubric: Rubric) -> None:
    if keep is None:
        return
    try:
        keep.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=keep.parent, delete=False) as file:
            file.write(pickle.dumps(rubric))
        FilePath(file.name).replace(keep)
    except OSError:
        return  # a read-only home only costs the time to read the rubric again
