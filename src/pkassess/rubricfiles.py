"""What the commands ``rubric new``, ``convert`` and ``migrate`` do with files, each told in lines for the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pkassess.codes import Code
from pkassess.findings import UsageError, finding
from pkassess.library import examine, is_workbook, load, locate, read_rubric, read_text
from pkassess.migration import Migration, migrate
from pkassess.render.files import write_bytes, write_text
from pkassess.starter import id_from, starter
from pkassess.yamlfile import read_yaml

WORKBOOK_ENDING = ".xlsx"
TEXT_ENDINGS = (".yaml", ".yml")


def convert(source: str, output: str | None, *, replace: bool = False) -> str:
    """Turn a rubric file into a workbook, or a workbook into a rubric file; which, its content tells.

    Gives what is to be printed: the rubric where there is no ``output``, else what was written. Raises UsageError for a file
    that holds no rubric, for an output whose ending does not fit, and where a file is there already and not to be replaced.
    """
    if is_workbook(source):
        from pkassess.rubricbook.reading import read_book
        from pkassess.yamlwrite import yaml_text

        if output is None:
            return yaml_text(read_book(source))
        _check_ending(source, output, TEXT_ENDINGS)
        _check_free(output, replace=replace)
        write_text(output, [yaml_text(read_book(source))])
        return f"Written: {output}\n"
    from pkassess.render.rubric_book import rubric_book

    output = output or ""
    _check_ending(source, output, (WORKBOOK_ENDING,))
    _check_free(output, replace=replace)
    write_bytes(output, [rubric_book(load(source))])
    return f"Written: {output} (remarks after # are not in it)\n"


def _check_ending(source: str, output: str, endings: tuple[str, ...]) -> None:
    if Path(output).suffix.lower() not in endings:
        example = f"{Path(output or source).stem.replace(' ', '-')}{endings[0]}"
        expected = " or ".join(endings)
        raise UsageError(finding(Code.WRONG_ENDING, value=source, expected=expected, example=example))


def _check_free(output: str, *, replace: bool) -> None:
    """Refuse to write over a file that is there: rubrics are work of the user's own, no report that can be made again."""
    if Path(output).exists() and not replace:
        raise UsageError(finding(Code.FILE_IS_THERE, file=output))


def new(output: str | None, rubric_id: str | None, dimensions: str, *, replace: bool = False) -> list[str]:
    """Write a starter rubric, and give what is to be printed: what to do next, or the rubric if there is no ``output``.

    Raises UsageError where a file is there already and not to be replaced, for an ending that is none of a rubric, and
    for names that cannot be used.
    """
    if output is None:
        return [starter(rubric_id or "own", dimensions)]
    _check_ending("a new rubric", output, TEXT_ENDINGS)
    _check_free(output, replace=replace)
    text = starter(rubric_id or id_from(Path(output).stem), dimensions, Path(output).name)
    read_rubric(text, output)
    write_text(output, [text])
    return [
        f"Written: {output}\n",
        f"Edit it, and check it after every change: pkassess rubric check {output}\n",
    ]


class Migrated(NamedTuple):
    """What ``migrate_file`` did or would do, in lines, and whether there was anything to do."""

    lines: list[str]
    needed: bool


def migrate_file(
    source: str, output: str | None = None, *, only_check: bool = False, replace: bool = False
) -> Migrated:
    """Bring a rubric file to the newest version of the language, in place or as ``output``.

    A file that has it already is left as it is, and not written. Raises UsageError as ``migrate`` does, and where an
    output is there already and not to be replaced.
    """
    if output and not only_check:
        _check_free(output, replace=replace)
    text = read_text(source)
    done = migrate(text, source)
    needed = done.before != done.after
    if not needed:
        return Migrated(
            [f"{source}: version {done.after} of the rubric language, the newest; nothing to do.\n"], needed
        )
    path = locate(source)
    if not only_check:
        if text.encode() != path.read_bytes():
            raise UsageError(finding(Code.RUBRIC_SYNTAX, file=source, found="the file is not UTF-8 text"))
        write_text(output or str(path), [done.text])
    return Migrated([*_told(source, done, output or source, only_check=only_check)], needed)


def _told(source: str, done: Migration, target: str, *, only_check: bool) -> Iterator[str]:
    verb = "needs" if only_check else "has"
    yield f"{source}: version {done.before} of the rubric language; version {done.after} {verb} these changes:\n"
    for line, change in sorted(done.changes):
        yield f"  line {line}: {change}\n"
    if only_check:
        yield f"Nothing was written. To make the changes: pkassess rubric migrate {source}\n"
        return
    yield f"Written: {target}\n"
    _, problems = examine(read_yaml(done.text).data, locate(source).parent)
    if problems:
        yield f"It has problems that are none of the version: pkassess rubric check {target}\n"
