"""Size: 100,000 rows × 45 columns from .xlsx and .csv, beside the bare reading and writing of such files.

python benchmarks/large.py [folder for the generated files] [rows]
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from measure import aim, interleaved, pkassess, run, table

from pkassess.library import load

COLUMNS = 45
CALAMINE = """
import sys, python_calamine
book = python_calamine.CalamineWorkbook.from_path(sys.argv[1])
rows = book.get_sheet_by_name("Data").to_python(skip_empty_area=False)
"""
PLAIN_LOOP = """
import csv, sys
with open(sys.argv[1], newline="") as source, open(sys.argv[2], "w", newline="") as sink:
    rows, out = csv.reader(source), csv.writer(sink)
    out.writerow(next(rows))
    for row in rows:
        out.writerow(row[:4] + [float(cell) if cell else None for cell in row[4:-1]] + row[-1:])
"""
PLAIN_WRITER = """
import csv, sys
rows, fields = int(sys.argv[2]), 18
with open(sys.argv[1], "w", newline="") as sink:
    out = csv.writer(sink)
    for row in range(rows):
        value = row / 7
        out.writerow(["file.xlsx", "UNMAV / District", "UNMAV", "District", "2025", "stability", "some_indicator",
                      "observed", value, "percent", value / 3, 0.1, 0.1, value / 30, "ungraded", "Data", "AB12", ""])
"""


def generate(folder: Path, rows: int) -> tuple[Path, Path]:
    """A workbook and a table with the same seeded values; kept when they are there already."""
    book_path, table_path = folder / f"large-{rows}.xlsx", folder / f"large-{rows}.csv"
    if book_path.exists() and table_path.exists():
        return book_path, table_path
    import csv

    import xlsxwriter

    indicators = load("partnership").indicators
    names = [*indicators, *load("partnership").diagnostic_items][: COLUMNS - 5]
    header = ["mission", "authority", "authority_level", "period", *names, "posts_filled_pct__grade"]
    rng = random.Random(20250630)
    with (
        xlsxwriter.Workbook(str(book_path), {"constant_memory": True}) as book,
        table_path.open("w", newline="") as out,
    ):
        sheet, writer = book.add_worksheet("Data"), csv.writer(out, lineterminator="\n")
        sheet.write_row(0, 0, header)
        writer.writerow(header)
        for number in range(1, rows + 1):
            values = [_value(indicators, name, rng) for name in names]
            row = [f"UNM{number % 7}", f"District {number:06d}", "adm2", "2025", *values, "B2"]
            sheet.write_row(number, 0, row)
            writer.writerow(row)
    return book_path, table_path


def _value(indicators, name: str, rng: random.Random) -> float | None:
    if rng.random() < 0.05:
        return None
    if name in indicators and indicators[name].scale.type == "likert":
        return float(rng.randint(1, 5))
    return round(rng.uniform(20, 90), 1)


def main(folder: Path, rows: int) -> None:
    """Print medians and ratios."""
    book, data = generate(folder, rows)
    python = sys.executable
    costs = interleaved(
        {
            "python-calamine alone": [python, "-c", CALAMINE, str(book)],
            "pkassess score .xlsx -o FILE.csv": pkassess(
                "score", str(book), "-q", "--no-uncertainty", "-o", str(folder / "x.csv")
            ),
            "plain csv loop": [python, "-c", PLAIN_LOOP, str(data), str(folder / "loop.csv")],
            "pkassess score .csv -o FILE.csv": pkassess(
                "score", str(data), "-q", "--no-uncertainty", "-o", str(folder / "c.csv")
            ),
        },
        3,
    )
    table(costs)
    print()
    bare, score, loop, score_csv = costs.values()
    aim("cpu: from .xlsx beside python-calamine", score.cpu / bare.cpu, 2)
    aim("memory: from .xlsx beside python-calamine", score.memory / bare.memory, 2)
    aim("cpu: from .csv beside the plain loop", score_csv.cpu / loop.cpu, 2)
    print()
    indicator_rows = rows * (len(load("partnership").indicators) + len(load("partnership").diagnostic_items))
    package = run(
        pkassess("score", str(data), "-q", "--no-uncertainty", "-f", "csv", "-o", str(folder / "package"))
    )
    writer = run([python, "-c", PLAIN_WRITER, str(folder / "plain.csv"), str(indicator_rows)])
    print(f"whole package, {indicator_rows:,} indicator rows: {package.cpu:.1f} s, {package.memory:.0f} MB")
    print(f"  {indicator_rows / (package.cpu - score_csv.cpu):,.0f} rows/s beyond the assessment alone")
    print(f"plain csv.writer: {indicator_rows / writer.cpu:,.0f} rows/s")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "pkassess-benchmarks"
    place.mkdir(parents=True, exist_ok=True)
    main(place, int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
