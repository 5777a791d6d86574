"""Progress of long runs on standard error: on a terminal only, and gone when the run is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def reported(what: str) -> Generator[Callable[[int, int], None]]:
    """A function that takes how much is done and how much there is; it shows both while the block lasts."""
    if not sys.stderr.isatty():
        yield lambda _done, _whole: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, whole: shown.update(task, completed=done, total=whole)
