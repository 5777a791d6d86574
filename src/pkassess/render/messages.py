"""What goes to standard error: why a command ended, and what was found in the data; and ``explain``."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pkassess.codes import Code, Severity, code_of
from pkassess.findings import Finding, UsageError, finding, nearest, outline
from pkassess.render.colour import Style, columns_of, counted, inert, padded, style_of

if TYPE_CHECKING:
    from pkassess.findings import PkassessError
    from pkassess.library import RubricFinding

MOST_SHOWN = 10
_MOST_FILES_NAMED = 3
_INDENT = "    "
_LEAST_GUTTER = 4


def error_lines(error: PkassessError) -> Iterator[str]:
    """Why a command ended: every finding, then one count, the exit code and where to read more."""
    style = style_of(sys.stderr)
    for item in error.findings:
        if hasattr(item, "context"):
            yield from _rubric_lines(item, style)  # ty: ignore[invalid-argument-type]
            yield "\n"
        else:
            yield from entry_lines(item, style, place=inert(item.place))
    if error.findings:
        total = _total(error.findings)
        yield f"{style.strong(inert(total))} {style.quiet(f'Exit code {error.exit_code}.')}\n"
        yield _more_on(error.findings[0].code, style)


def _total(findings: Sequence[Finding]) -> str:
    files = Counter(item.file for item in findings if hasattr(item, "context"))
    if not files:
        return f"{_count(findings)}."
    listed = ", ".join(f"{counted(number, 'error')} in {file}" for file, number in files.items())
    return f"{listed}; no data was read."


def _count(findings: Iterable[Finding]) -> str:
    """``3 errors, 4 warnings``: each severity that occurs."""
    counts = Counter(item.severity for item in findings)
    return ", ".join(counted(counts[kind], kind.value) for kind in Severity if counts[kind])


def _more_on(code: Code, style: Style) -> str:
    return f"{style.quiet('More on a code:')} pkassess explain {code.id}\n"


def entry_lines(
    item: Finding, style: Style, *, place: str, width: int = 0, remedy: bool = True
) -> Iterator[str]:
    """One finding: place, severity, code and subject in one line, the fact below it, then what to do."""
    start = f"{style.strong(padded(place, width))}  " if place or width else ""
    severity = padded("", len("warning") - len(item.severity.value)) if width else ""
    severity = f"{style.severity(item.severity.value)}{severity}"
    subject = inert(item.column or item.code.value.title)
    yield f"{start}{severity} {style.quiet(item.code.id)}  {subject}\n"
    for line in style.wrapped(inert(item.message), _INDENT):
        yield f"{line}\n"
    if remedy:
        arrow = style.text("→")
        for line in style.wrapped(inert(item.remedy), _INDENT, first=f"{_INDENT}→ "):
            yield line.replace(f"{_INDENT}{arrow}", f"{_INDENT}{style.guide(arrow)}", 1) + "\n"


# --- findings about the data --------------------------------------------------------------------------------


def finding_lines(findings: Iterable[Finding], *, everything: bool) -> Iterator[str]:
    """What ``score`` says about the data: the first ten errors and warnings, or all findings with remedies."""
    style = style_of(sys.stderr)
    listed = [item for item in findings if everything or item.severity is not Severity.NOTE]
    if not listed:
        return
    files = list(dict.fromkeys(item.file for item in listed if item.file))
    title = inert(files[0]) if len(files) == 1 else counted(len(files), "file")
    yield f"{style.strong(f'{title}: {_count(listed)}')}\n"
    rank = list(Severity)
    listed.sort(key=lambda item: rank.index(item.severity))
    shown = listed if everything else listed[:MOST_SHOWN]
    for item in shown:
        place = item.place if len(files) > 1 else inside(item)
        yield from entry_lines(item, style, place=inert(place), remedy=everything)
    command = f"pkassess validate {_arguments(files)}"
    if len(listed) > len(shown):
        yield f"and {len(listed) - len(shown)} more: {command} lists them all\n"
    elif not everything:
        yield f"{style.quiet('What to do about each:')} {command}\n"


def _arguments(files: Sequence[str]) -> str:
    """Files as they are typed after a command."""
    named = 0 < len(files) <= _MOST_FILES_NAMED and all(map(str.isprintable, files))
    return " ".join(map(shlex.quote, files)) if named else "FILE"


def inside(item: Finding) -> str:
    """The place inside a file, as a spreadsheet's name box takes it."""
    return f"{item.sheet}!{item.cell}" if item.sheet and item.cell else item.cell or item.sheet


# --- rubric files -------------------------------------------------------------------------------------------


def _rubric_lines(item: RubricFinding, style: Style) -> Iterator[str]:
    """A problem of a rubric file: what it is, where, and the lines around it with a mark under the place."""
    start = f"{item.severity.value} {item.code.id}  "
    for at, line in enumerate(style.wrapped(inert(item.message), "  ", first=start)):
        head = "  " if at else f"{style.severity(item.severity.value)} {style.quiet(item.code.id)}  "
        yield f"{head}{style.strong(line[2 if at else len(start) :])}\n"
    yield f"  {style.quiet('at')} {inert(item.file)}:{item.line}:{item.column_number}\n"
    if not item.context:
        return
    gutter = max(_LEAST_GUTTER, *(len(str(number)) for number, _ in item.context))
    bar = style.quiet(style.text("│"))
    yield f"{' ' * gutter} {bar}\n"
    for number, text in item.context:
        start = f"{style.quiet(f'{number:>{gutter}}')} {bar}"
        if number != item.line:
            yield f"{start} {_cut(inert(_spaces(text)), style.width - gutter - 3, style)}\n".replace(
                " \n", "\n"
            )
            continue
        before, token, after = _around(item, text, style.width - gutter - 3, style)
        yield f"{start} {before}{style.severity('error', token)}{after}\n"
        mark = " " * columns_of(before) + style.severity("error", "^" * max(columns_of(token), 1))
        used = gutter + 4 + columns_of(before) + max(columns_of(token), 1)
        hint = _hint(item)
        if used + columns_of(hint) <= style.width:
            yield f"{' ' * gutter} {bar} {mark} {style.severity('error', hint)}\n"
            continue
        yield f"{' ' * gutter} {bar} {mark}\n"
        for line in replace(style, width=style.width - gutter - 3).wrapped(hint, "  "):
            yield f"{' ' * gutter} {bar} {style.severity('error', line)}\n"


def _spaces(text: str) -> str:
    return text.replace("\t", " ")


def _cut(text: str, width: int, style: Style) -> str:
    dots = style.text("…")
    return text if columns_of(text) <= width else text[: width - len(dots)] + dots


def _around(item: RubricFinding, text: str, width: int, style: Style) -> tuple[str, str, str]:
    """The line before, at and after the place, cut so that the place can be seen."""
    at = item.column_number - 1
    text = _spaces(text)
    before, token, after = (
        inert(part) for part in (text[:at], text[at : at + item.length].rstrip(), text[at + item.length :])
    )
    dots = style.text("…")
    if columns_of(before) > width // 2:
        before = dots + before[-(width // 2) + len(dots) :]
    token = _cut(token, max(width - columns_of(before), 1), style)
    return before, token, _cut(after, max(width - columns_of(before + token), len(dots)), style)


def _hint(item: Finding) -> str:
    """What to write instead: the nearest name where there is one, else the remedy."""
    text = inert(item.facts.get("suggestion", "").strip() or item.remedy)
    return text[:1].lower() + text[1:]


# --- explain ------------------------------------------------------------------------------------------------

_EFFECTS = {
    Severity.WARNING: "look at it before the report is used",
    Severity.NOTE: "for information; it says how the data were read",
}
_ERROR_EFFECTS = {
    "0": "what it speaks of is not used; the run goes on",
    "1": "the file, sheet, row or column it speaks of is not used; where nothing is left, the command ends",
    "2": "the rubric is refused and no data is read",
    "3": "the command ends",
}


def explanation(code: str) -> str:
    """What a code means, its usual cause and how to mend it. Raises UsageError for a code that does not exist."""
    known = code_of(code)
    if known is None:
        suggestion = nearest(code.strip(), [item.id for item in Code])
        raise UsageError(finding(Code.UNKNOWN_CODE, value=code, suggestion=suggestion))
    style = style_of(sys.stdout)
    effect = _EFFECTS.get(known.severity) or _ERROR_EFFECTS[known.id[2]]
    severity = known.severity.value
    head, *more = style.wrapped(effect, " " * (len(severity) + 2), first=f"{severity}: ")
    lines = [
        f"{style.quiet(known.id)}  {style.strong(known.value.title)}",
        head.replace(severity, style.severity(severity), 1),
        *more,
        "",
    ]
    for title, text in (
        ("It says", known.value.says or outline(known.value.message)),
        ("Usual cause", known.value.cause),
        ("To mend it", outline(known.value.remedy)),
    ):
        wrapped = list(style.wrapped(text, " " * 13, first=f"{title:<13}"))
        lines += [wrapped[0].replace(title, style.quiet(title), 1), *wrapped[1:]]
    return "\n".join(lines) + "\n"
