"""How large an input may be; what is beyond is refused before anybody makes room for it."""

from __future__ import annotations

from typing import NamedTuple

MIB = 1 << 20

FILE_BYTES = 50 * MIB
PARTS = 2_000
PART_BYTES = 200 * MIB
ALL_PARTS_BYTES = 400 * MIB
RATIO = 200
RATIO_FROM_BYTES = 1 * MIB
SHEETS = 200
ROWS = 200_000
COLUMNS = 2_000
CELLS = 5_000_000
CELL_CHARACTERS = 32_767
TEXT_LINES = 1_000_000
TEXT_CELLS = 10_000_000
TEXT_BYTES = 200 * MIB
ROW_BYTES = 8 * MIB
MERGED_AREAS = 100_000
SPECIAL_CELLS = 500_000
ELEMENTS = 500_000
SHARED_TEXTS = 1_000_000

_LEAST_MEMORY, _MOST_MEMORY, _MEMORY_PER_BYTE = 288 * MIB, 1024 * MIB, 16
_LEAST_SECONDS, _MOST_SECONDS, _BYTES_PER_SECOND = 5, 60, 1 * MIB


class TooLargeError(Exception):
    """Something is beyond a limit; ``found`` and ``expected`` say what, in words."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found, expected)
        self.found = found
        self.expected = expected


def check_size(rows: int, columns: int) -> None:
    """Raise TooLargeError for the used area of a sheet if it is beyond the limits."""
    if rows > ROWS:
        raise TooLargeError(f"The used area has at least {rows:,} rows", f"{ROWS:,} rows")
    if columns > COLUMNS:
        raise TooLargeError(f"The used area has at least {columns:,} columns", f"{COLUMNS:,} columns")
    if rows * columns > CELLS:
        found = f"The used area has at least {rows:,} rows of {columns:,} columns"
        raise TooLargeError(found, f"{CELLS:,} cells")


def check_text(characters: int, total: int) -> None:
    """Raise TooLargeError for the text of one cell, or of all cells of a sheet so far, if it is beyond the limits."""
    if characters > CELL_CHARACTERS:
        raise TooLargeError(f"A cell holds {characters:,} characters", f"{CELL_CHARACTERS:,}")
    if total > TEXT_BYTES:
        raise TooLargeError(
            f"The cells hold more than {TEXT_BYTES // MIB} MiB of text", f"{TEXT_BYTES // MIB} MiB"
        )


def check_special(count: int) -> None:
    """Raise TooLargeError for too many cells of a sheet that show an error, or a formula without a result."""
    if count > SPECIAL_CELLS:
        raise TooLargeError(
            f"It has at least {count:,} errors and formulas without a result", f"{SPECIAL_CELLS:,}"
        )


def check_lines(lines: int, separators: int) -> None:
    """Raise TooLargeError for too many lines or cells of a text file; no table of sound rows reaches the file's limit so."""
    if lines > TEXT_LINES:
        raise TooLargeError(f"It has at least {lines:,} lines", f"{TEXT_LINES:,} lines")
    if lines + separators > TEXT_CELLS:
        raise TooLargeError(f"It has at least {lines + separators:,} cells", f"{TEXT_CELLS:,} cells")


def check_elements(count: int) -> None:
    """Raise TooLargeError for too many elements of a part that describes others: styles, relations, lists of sheets."""
    if count > ELEMENTS:
        raise TooLargeError(f"A part that describes others has {count:,} elements", f"{ELEMENTS:,}")


def check_shared_texts(count: int) -> None:
    """Raise TooLargeError for too many texts that cells may share."""
    if count > SHARED_TEXTS:
        raise TooLargeError(f"It lists {count:,} texts", f"{SHARED_TEXTS:,}")


def check_sheets(count: int) -> None:
    """Raise TooLargeError for too many sheets."""
    if count > SHEETS:
        raise TooLargeError(f"It has more than {SHEETS:,} sheets", f"{SHEETS:,} sheets")


class Share(NamedTuple):
    """What a child process may use: bytes of memory, and seconds of the processor."""

    memory: int
    seconds: int


def share_for(inflated: int) -> Share:
    """The share of a child that reads so many bytes; a small file gets little, whatever it claims to hold."""
    memory = min(_LEAST_MEMORY + _MEMORY_PER_BYTE * inflated, _MOST_MEMORY)
    return Share(memory, min(_LEAST_SECONDS + inflated // _BYTES_PER_SECOND, _MOST_SECONDS))


def limits() -> list[tuple[str, str]]:
    """Every limit in words, for the documentation."""
    return [
        ("a file", f"{FILE_BYTES // MIB} MiB"),
        ("parts of a workbook", f"{PARTS:,}"),
        ("one part, unpacked", f"{PART_BYTES // MIB} MiB"),
        ("all parts, unpacked", f"{ALL_PARTS_BYTES // MIB} MiB"),
        (f"unpacked to packed size of a part over {RATIO_FROM_BYTES // MIB} MiB", f"{RATIO} to 1"),
        ("sheets", f"{SHEETS:,}"),
        ("rows of a sheet, down to the last one used (not in CSV)", f"{ROWS:,}"),
        ("columns of a sheet, up to the last one used", f"{COLUMNS:,}"),
        ("cells of a sheet, of its used area (not in CSV)", f"{CELLS:,}"),
        ("lines of a CSV file", f"{TEXT_LINES:,}"),
        ("cells of a CSV file", f"{TEXT_CELLS:,}"),
        ("elements of a part that describes others, such as styles", f"{ELEMENTS:,}"),
        ("texts that cells share", f"{SHARED_TEXTS:,}"),
        ("merged areas of a sheet", f"{MERGED_AREAS:,}"),
        ("errors, and formulas without a result, of a sheet (.xlsx)", f"{SPECIAL_CELLS:,}"),
        ("one row as it is stored", f"{ROW_BYTES // MIB} MiB"),
        ("text of one cell", f"{CELL_CHARACTERS:,} characters (CSV: 131,072)"),
        ("text of a sheet, counted as often as it is shown", f"{TEXT_BYTES // MIB} MiB"),
        ("memory of a process that reads a file apart", f"{_MOST_MEMORY // MIB:,} MiB"),
        ("time of a process that reads a file apart", f"{_MOST_SECONDS} seconds"),
    ]
