"""Published indices recomputed from their inputs by the command line, and compared with what the publishers printed.

``docs/published-indices.md`` shows the result in a cog block, so the page cannot say what a run would not.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
DATA = Path("sample_data") / "published"


class Source(NamedTuple):
    """The input and the published figures of one rubric; ``years`` empty means all of the file."""

    rubric: str
    inputs: str
    expected: str
    years: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def command(self) -> list[str]:
        """The arguments after ``pkassess``."""
        return ["score", (DATA / self.inputs).as_posix(), "-r", self.rubric, *self.options]


HDI = Source("hdi", "hdr_2021_inputs.csv", "hdr_2021_expected.csv")
CLEAN_YEARS = ("2007", *map(str, range(2009, 2014)), *map(str, range(2017, 2023)))
CPIA = Source(
    "cpia", "cpia_inputs.csv", "cpia_expected.csv", CLEAN_YEARS, ("--period", "all", "--no-uncertainty")
)


class Claim(NamedTuple):
    """One published figure: its node, its formula in words, its publisher, and how many times our score it is."""

    source: Source
    node: str
    name: str
    formula: str
    times: float = 1.0


CLAIMS = (
    Claim(HDI, "hdi", "Human Development Index", "(health × education × income)^(1/3), three decimals"),
    Claim(
        HDI,
        "ihdi",
        "Inequality-adjusted HDI",
        "the same with each index × (1 − inequality / 100), three decimals",
    ),
    Claim(HDI, "gdi", "Gender Development Index", "HDI of women / HDI of men, three decimals"),
    Claim(HDI, "hdi_f", "HDI of women", "as the HDI, life expectancy from 22.5 to 87.5 years"),
    Claim(HDI, "hdi_m", "HDI of men", "as the HDI, life expectancy from 17.5 to 82.5 years"),
    Claim(
        HDI, "coef_ineq", "Coefficient of human inequality", "mean of the three inequalities, × 100", 100.0
    ),
    Claim(CPIA, "ECON", "CPIA economic management", "mean of 3 ratings"),
    Claim(CPIA, "STRC", "CPIA structural policies", "mean of 3 ratings"),
    Claim(CPIA, "SOCI", "CPIA social inclusion", "mean of 5 ratings"),
    Claim(CPIA, "PUBS", "CPIA public sector", "mean of 5 ratings"),
    Claim(CPIA, "IRAI", "CPIA overall", "mean of the four clusters"),
)


class Outcome(NamedTuple):
    """Units compared, the largest difference, and the units in which only one of the two has a figure."""

    compared: int
    largest: float
    one_sided: tuple[str, ...]


def outcome(claim: Claim) -> Outcome:
    """Compare one published figure with the program's."""
    source = claim.source
    ours = _nodes(source)
    compared, largest, one_sided = 0, 0.0, []
    for unit, country, year, published in _published(source, claim.node):
        own = ours[country, year, claim.node]
        if (own == "") != (published == ""):
            one_sided.append(unit)
        elif own:
            compared += 1
            largest = max(largest, abs(float(own) * claim.times - float(published)))
    return Outcome(compared, largest, tuple(one_sided))


def _published(source: Source, column: str) -> Iterator[tuple[str, str, str, str]]:
    """Unit, country, year and published figure."""
    names = {row["unit"]: row for row in _rows(ROOT / DATA / source.inputs)}
    for row in _rows(ROOT / DATA / source.expected):
        known = names[row["unit"]]
        if not source.years or known["year"] in source.years:
            yield row["unit"], known["country"], known["year"], row[column]


@cache
def _nodes(source: Source) -> Mapping[tuple[str, str, str], str]:
    """Scores by country, year and node, as the command line writes them."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pkassess", *source.command]
        command += ["--no-uncertainty", "-q", "-f", "csv", "-o", folder]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        rows = _rows(Path(folder) / "nodes.csv")
    return {(row["country"], row["period"], row["node"]): row["score"] for row in rows}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page() -> str:
    """The table of the page: one line per published figure, and the commands."""
    lines = [
        "| Figure | Column | Formula | Compared | Only on one side | Largest difference |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for claim in CLAIMS:
        found = outcome(claim)
        largest = "0" if found.largest == 0 else f"{found.largest:.1e}"
        cells = (
            claim.name,
            f"`{claim.node}`",
            claim.formula,
            f"{found.compared:,}",
            f"{len(found.one_sided)}",
            largest,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
