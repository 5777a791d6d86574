"""The options of how a workbook is read, which every command that reads data takes, in one place."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pkassess.choices import Choices
else:
    Choices = object  # the help of a command does without that module

FROM_OPTIONS: Any = None
"""Stands where ``reading`` puts what the options say."""

LayoutOption = Annotated[
    str | None, typer.Option("--layout", help="Read sheets as wide, long, by-period or form.")
]
SheetOption = Annotated[str | None, typer.Option("--sheet", help="Read this sheet of the workbook only.")]
HeaderRowOption = Annotated[
    int | None, typer.Option("--header-row", min=1, help="The row of the column names, from 1.")
]
LocaleOption = Annotated[
    str | None,
    typer.Option(
        "--locale", help="How numbers and dates are written: en, en-GB, en-US, fr, es, pt, de, ar, iso."
    ),
]
ColumnMapOption = Annotated[
    str | None, typer.Option("--column-map", help="A YAML file that says what columns and names mean.")
]
AllowColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-column", help="Use this column though it looks like personal data; may be repeated."
    ),
]


def _options(
    layout: LayoutOption = None,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    locale: LocaleOption = None,
    column_map: ColumnMapOption = None,
    allow_column: AllowColumnOption = None,
) -> Choices:
    """What the options say, as one."""
    from pkassess.choices import choices_of

    return choices_of(layout, sheet, header_row, locale, column_map, allow_column)


_OPTIONS = inspect.signature(_options, eval_str=True).parameters


def reading(command: Callable[..., int]) -> Callable[..., int]:
    """A command whose parameter ``choices`` is given by the options of how a workbook is read."""

    @functools.wraps(command)
    def run(**given: Any) -> int:
        choices = _options(**{name: given.pop(name) for name in _OPTIONS})
        return command(choices=choices, **given)

    own = inspect.signature(command, eval_str=True)
    parameters = [
        one
        for name, parameter in own.parameters.items()
        for one in (_OPTIONS.values() if name == "choices" else (parameter,))
    ]
    run.__signature__ = own.replace(parameters=parameters)  # ty: ignore[missing-attribute]
    return run
