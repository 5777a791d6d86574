"""Workbooks read under a rubric: which rubric that is, its values in a matrix, what was found on the way."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pkassess.checks import check
from pkassess.choices import NO_CHOICES, Choices
from pkassess.codes import Code
from pkassess.findings import Findings, InputError, UsageError, finding, nearest
from pkassess.ingest import read_workbook
from pkassess.ingest.sheet import Workbook
from pkassess.ingest_log import ReadingLog, SheetReport
from pkassess.intake import observe
from pkassess.layouts.side_sheets import about_place, about_sheet, read_about
from pkassess.library import DEFAULT_RUBRIC, bundled, load
from pkassess.markings import highest
from pkassess.matrix import Matrix, build_matrix

if TYPE_CHECKING:
    from pkassess.rubric import Rubric


@dataclass(frozen=True, eq=False, repr=False)
class Inputs:
    """Workbooks read under a rubric, before anything is scored."""

    rubric: Rubric
    workbooks: tuple[Workbook, ...]
    about: tuple[dict[str, str], ...]
    matrix: Matrix
    findings: Findings
    sheets: tuple[SheetReport, ...] = ()
    named: str = ""
    """How the rubric came to be chosen, in words."""
    chosen: str = ""
    """The rubric as the user gave it with -r; '' where the workbook or the default decided."""
    choices: Choices = NO_CHOICES
    """What the user said of how the workbooks are read."""
    marking: str = ""
    """The strictest marking that any workbook gives, or ''."""


def read(
    data: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    rubric: str | None = None,
    choices: Choices = NO_CHOICES,
) -> Inputs:
    """Read workbooks under a rubric: values, findings, nothing scored yet. Raises as :func:`score`."""
    paths = [data] if isinstance(data, str | os.PathLike) else list(data)
    findings = Findings()
    with ExitStack() as opened:
        workbooks = _open_all(paths, opened)
        about = tuple(read_about(workbook) for workbook in workbooks)
        chosen = load(rubric or _named_rubric(workbooks, about))
        _check_versions(chosen, workbooks, about, findings)
        log = ReadingLog()
        observations = observe(workbooks, chosen, findings, log, choices)
        findings.extend(item for workbook in workbooks for item in workbook.findings)
    matrix = build_matrix(observations, chosen, findings)
    if any(node.missing for node in chosen.nodes.values()):
        from pkassess.imputation import impute

        impute(matrix, chosen, findings)
    if chosen.relative:
        from pkassess.fitting import fit_scales

        chosen = fit_scales(matrix, chosen, findings)
    check(matrix, chosen, findings)
    named = "chosen with -r" if rubric else _how_named(workbooks, about)
    marking = highest(log.markings)
    return Inputs(
        chosen, workbooks, about, matrix, findings, log.reports(), named, rubric or "", choices, marking
    )


def _open_all(paths: Sequence[str | os.PathLike[str]], opened: ExitStack) -> tuple[Workbook, ...]:
    """Every workbook of the call; raises one InputError with what is wrong with all that cannot be read."""
    workbooks, unreadable = [], []
    for path in paths:
        try:
            workbook = read_workbook(str(path))
        except InputError as error:
            unreadable.extend(error.findings)
        else:
            opened.callback(workbook.close)
            workbooks.append(workbook)
    if unreadable:
        raise InputError(*unreadable)
    return tuple(workbooks)


def _how_named(workbooks: Sequence[Workbook], about: Sequence[dict[str, str]]) -> str:
    """Where the rubric comes from that nobody chose."""
    naming = [book for book, rows in zip(workbooks, about, strict=True) if rows.get("rubric")]
    if not naming:
        return "the default"
    return "named in sheet about" if any(map(about_sheet, naming)) else "named by the form"


def _named_rubric(workbooks: Sequence[Workbook], about: Sequence[dict[str, str]]) -> str:
    """The rubric that the workbooks name, which has to be one and bundled."""
    named = [
        (book, rows["rubric"]) for book, rows in zip(workbooks, about, strict=True) if rows.get("rubric")
    ]
    for book, name in named:
        if name not in bundled():
            where = about_place(book, "rubric")
            suggestion = nearest(name, bundled())
            raise UsageError(finding(Code.ABOUT_RUBRIC_UNKNOWN, **where, value=name, suggestion=suggestion))
    if len({name for _, name in named}) > 1:
        listed = ", ".join(f"{book.file} names {name}" for book, name in named)
        raise UsageError(finding(Code.SEVERAL_RUBRICS, found=listed))
    return named[0][1] if named else DEFAULT_RUBRIC


def _check_versions(
    rubric: Rubric, workbooks: Sequence[Workbook], about: Sequence[dict[str, str]], findings: Findings
) -> None:
    for book, rows in zip(workbooks, about, strict=True):
        version = rows.get("rubricversion", "")
        if rows.get("rubric") == rubric.id and version not in (
            "",
            rubric.version,
            rubric.version.removesuffix(".0"),
        ):
            findings.add(
                Code.ABOUT_VERSION,
                **about_place(book, "rubricversion"),
                value=version,
                expected=f"'{rubric.version}'",
            )
