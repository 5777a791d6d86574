"""Writing without half-written results: a file or folder appears under its name only when it is finished."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from pkassess.codes import Code
from pkassess.findings import UsageError, finding

ENDINGS = {".csv": "csv", ".json": "json", ".md": "md", ".txt": "table", ".xlsx": "xlsx"}


def names_folder(path: str) -> bool:
    """Whether a path means a folder: it is one, ends in a slash, or has no ending."""
    return path.endswith(("/", os.sep)) or not Path(path).suffix or Path(path).is_dir()


def format_of(path: str) -> str:
    """The format that a path's ending asks for; a path without one is a folder for CSV."""
    if names_folder(path):
        return "csv"
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise UsageError(
            finding(Code.WRONG_CHOICE, found=f"No format goes with '{ending}'; known endings: {known}.")
        )
    return ENDINGS[ending]


def refuse_inputs(path: str, files: Iterable[str]) -> None:
    """Raise UsageError if writing to a path would replace one of the files that are read, or might in their folder."""
    target = Path(path)
    for file in filter(os.path.exists, files):
        same = target.exists() and target.samefile(file)
        beside = (
            names_folder(path) and file.endswith(".csv") and target.resolve() == Path(file).resolve().parent
        )
        if same or beside:
            found = (
                f"'{path}' is a file that is read" if same else f"'{file}' is read and lies in that folder"
            )
            raise UsageError(
                finding(Code.WRONG_CHOICE, found=f"{found}. It is never changed: write to another place.")
            )


def write_text(path: str, parts: Iterable[str]) -> None:
    """Write a text file in UTF-8 in one step; an existing one is replaced only by a finished one."""
    write_bytes(path, (part.encode() for part in parts))


def write_bytes(path: str, parts: Iterable[bytes]) -> None:
    """Write a file in one step; an existing one is replaced only by a finished one.

    What a link leads to is written, and not the link; a device or a pipe gets the bytes as they are.
    """
    target = Path(path).resolve()
    with _clear_errors(path):
        if target.exists() and not target.is_file() and not target.is_dir():
            with target.open("wb") as device:
                device.writelines(parts)
            return
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(parts)
            _as_ordinary_file(draft)
            Path(draft).replace(target)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise


@contextmanager
def finished_folder(path: str) -> Generator[Path]:
    """A draft folder whose files move into ``path`` when the block ends without an error."""
    target = Path(path)
    with _clear_errors(path):
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        try:
            yield draft
            target.mkdir(exist_ok=True)
            for file in sorted(draft.iterdir()):
                file.replace(target / file.name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _clear_errors(path: str) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(finding(Code.CANNOT_WRITE, file=path, found=error.strerror or str(error))) from error


def _as_ordinary_file(path: str) -> None:
    """Temporary files are private; a report has the permissions of any new file."""
    mask = os.umask(0)
    os.umask(mask)
    Path(path).chmod(0o666 & ~mask)
