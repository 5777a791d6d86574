"""Finds rubric files and reads them into checked rubrics; says file, line and what to write instead.

A checked rubric is kept in the user's cache folder under the checksum of its text, because reading and
checking a large rubric costs about as much as the rest of a small run.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from pkassess.codes import Code
from pkassess.findings import Finding, UsageError, finding, nearest
from pkassess.version import VERSION

if TYPE_CHECKING:
    from pkassess.crosscheck import Problem
    from pkassess.rubric import Rubric
    from pkassess.yamlfile import Mark, Trouble, YamlFile

DEFAULT_RUBRIC = "partnership"
_ENDINGS = (".yaml", ".yml")
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""The first bytes of .xlsx and .ods files, and of .xls files."""


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
    content = _content(path, name_or_path)
    keep = _cache_file(content)
    rubric = _recall(keep)
    if rubric is None:
        rubric = read_rubric(content.decode("utf-8", errors="replace"), str(name_or_path), path.parent)
        if not any(node.weights and node.weights.file for node in rubric.nodes.values()):
            _remember(keep, rubric)
    return rubric


def check(name_or_path: str) -> list[Finding]:
    """Every problem of a rubric file, in the order of its lines; or why it cannot be read."""
    try:
        read_rubric(read_text(name_or_path), name_or_path, locate(name_or_path).parent)
    except UsageError as error:
        return [*error.findings]
    return []


def read_text(name_or_path: str) -> str:
    """The text of a rubric file. Raises UsageError for one that is not there, cannot be opened, or is a workbook."""
    return _content(locate(name_or_path), name_or_path).decode("utf-8", errors="replace")


def is_workbook(name_or_path: str) -> bool:
    """Whether a rubric stands in a workbook, told by the first bytes. Raises UsageError when there is no such file."""
    return _bytes(locate(name_or_path), name_or_path).startswith(_WORKBOOK_STARTS)


def _content(path: FilePath, name: str) -> bytes:
    content = _bytes(path, name)
    if content.startswith(_WORKBOOK_STARTS):
        raise UsageError(finding(Code.RUBRIC_IN_WORKBOOK, file=name, value=name))
    return content


def _bytes(path: FilePath, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(finding(Code.CANNOT_OPEN, file=name, found=error.strerror or error)) from error


def read_rubric(text: str, name: str, folder: FilePath | None = None) -> Rubric:
    """Check the text of a rubric file, whose sample files lie in ``folder``. Raises UsageError with every problem."""
    from pkassess.yamlfile import read_yaml

    source = read_yaml(text)
    rubric, findings = _check(source, name, text.splitlines(), folder or FilePath())
    if rubric is None or findings:
        raise UsageError(*sorted(findings, key=lambda item: (item.line, item.column_number)))
    return rubric


def _check(
    source: YamlFile, name: str, lines: list[str], folder: FilePath
) -> tuple[Rubric | None, list[RubricFinding]]:
    findings = troubles_of(source, name, lines)
    if source.data is None and findings:
        return None, findings
    rubric, problems = examine(source.data, folder)
    for problem in problems:
        mark = source.place(problem.path, of_key=problem.at_key)
        findings.append(rubric_finding(name, lines, mark, problem.code, **problem.facts))
    return rubric, _once(findings)


def examine(data: Any, folder: FilePath) -> tuple[Rubric | None, list[Problem]]:
    """The rubric that plain data make, or None, and every problem of the data; sample files lie in ``folder``."""
    from pkassess.crosscheck import Problem, cross_check
    from pkassess.modelcheck import validate
    from pkassess.nodecheck import check_nodes
    from pkassess.rubric import LANGUAGE_VERSION
    from pkassess.samples import read_sample_files

    version = data.get("pkassess") if isinstance(data, dict) else None
    if type(version) is int and version > LANGUAGE_VERSION:
        facts = {"found": str(version), "expected": str(LANGUAGE_VERSION)}
        return None, [Problem(Code.NEWER_LANGUAGE, ("pkassess",), facts)]
    unread = list(read_sample_files(data, folder))
    rubric, problems = validate(data)
    return rubric, [*unread, *problems, *cross_check(data), *check_nodes(data)]


def _once(findings: list[RubricFinding]) -> list[RubricFinding]:
    """Findings without repetitions: a block used in several places by an anchor is looked at as often."""
    return list({(item.cell, item.code, item.message): item for item in findings}.values())


def troubles_of(source: YamlFile, name: str, lines: list[str]) -> list[RubricFinding]:
    """What YAML itself refuses about a file."""
    return [_of_trouble(trouble, name, lines) for trouble in source.troubles]


def _of_trouble(trouble: Trouble, name: str, lines: list[str]) -> RubricFinding:
    facts: dict[str, object] = {"found": trouble.found, "expected": f"line {trouble.first_line}"}
    if trouble.what == "duplicate":
        facts["found"] = f"'{trouble.found}'"
    line = lines[trouble.mark.line - 1] if trouble.mark.line <= len(lines) else ""
    if trouble.what == "syntax" and "\t" in line[: len(line) - len(line.lstrip())]:
        facts["suggestion"] = "indent with spaces; YAML refuses tabs"
    return rubric_finding(name, lines, trouble.mark, _TROUBLE_CODES[trouble.what], **facts)


_TROUBLE_CODES = {"syntax": Code.RUBRIC_SYNTAX, "duplicate": Code.DUPLICATE_KEY, "word": Code.YES_NO_WORD}


def rubric_finding(name: str, lines: list[str], mark: Mark, code: Code, **facts: object) -> RubricFinding:
    """A finding about a place of a rubric file, with the lines around it."""
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


def _cache_file(content: bytes) -> FilePath | None:
    """Where the checked form of this text is kept; None where nothing may be kept."""
    if os.environ.get("PKASSESS_NO_CACHE"):
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    folder = FilePath(home) if home else FilePath(os.path.expanduser("~")) / ".cache"  # noqa: PTH111  # never raises
    code = b"".join(
        str(os.stat(FilePath(__file__).parent / name).st_mtime_ns).encode()  # noqa: PTH116  # a path object costs more
        for name in (
            "rubric.py",
            "normalise.py",
            "relative.py",
            "treatment.py",
            "texts.py",
            "crosscheck.py",
            "modelcheck.py",
            "nodecheck.py",
        )
    )
    digest = hashlib.sha256(b"\0".join((content, VERSION.encode(), sys.version.encode(), code)))
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
    import tempfile

    try:
        keep.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=keep.parent, delete=False) as file:
            file.write(pickle.dumps(rubric))
        FilePath(file.name).replace(keep)
    except OSError:
        return  # a read-only home only costs the time to read the rubric again
