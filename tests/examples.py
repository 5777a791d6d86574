"""One example of every finding: small files, and a command under which the program says it.

Most are workbooks of ``tests/workbooks``; the others stand here. ``docs/findings.md`` prints what each of them makes
the program say, and ``tests/test_findings.py`` runs them.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent / "workbooks"))

import hostile
import make
from cases import PLAIN, csv_of, partnership

Files = Mapping[str, Any]
"""By name: text, bytes, rows of a sheet, sheets of rows, or a function that writes the file."""


@dataclass(frozen=True)
class Example:
    """Files, the arguments of ``pkassess``, and parts of the program that are other than usual meanwhile."""

    files: Files
    command: tuple[str, ...]
    instead: Mapping[str, Any] = field(default_factory=dict)


class Said(NamedTuple):
    """What the program says: the code, the place inside the file, the message."""

    code: str
    place: str
    message: str


OWN: dict[str, Example] = {}
"""The examples that are no workbook of ``tests/workbooks``, by code."""


def shown(code: str, files: Files, *command: str, **instead: Any) -> None:
    """An example by its files and command."""
    OWN[code] = Example(files, command, instead)


def scored(code: str, files: Files | str | list[list[Any]], *options: str, **instead: Any) -> None:
    """An example that ``score`` shows, with the rubric ``own.yaml`` if it is among the files."""
    named = (
        files if isinstance(files, dict) else {"data.csv" if isinstance(files, str) else "data.xlsx": files}
    )
    rubric = ["-r", "own.yaml"] if "own.yaml" in named else []
    draws = [] if instead else ["--no-uncertainty"]
    data = (name for name in named if name != "own.yaml")
    shown(code, named, "score", *data, *rubric, *draws, *options, **instead)


def own(*children: str, more: str = "") -> str:
    """A rubric of one dimension with these indicators; ``more`` are keys of the dimension."""
    whole = "scale: {type: goalposts, bottom: 0, top: 100}"
    listed = [
        f"      - {{{child}}}" if "scale:" in child else f"      - {{{child}, {whole}}}" for child in children
    ]
    head = 'pkassess: 1\nid: own\nversion: "1"\nlabel: Own\nkeys: {site: {}}\nperiod: {}\n'
    return "\n".join(
        [f"{head}dimensions:\n  care:\n    label: Care", *more.splitlines(), "    children:", *listed, ""]
    )


def sites(**columns: Iterable[float | str | None]) -> str:
    """Rows of one period for a rubric of :func:`own`."""
    rows = zip(*columns.values(), strict=True)
    lines = [[f"S{at}", "2025", *row] for at, row in enumerate(rows, 1)]
    return make.csv([["site", "period", *columns], *lines]).decode()


def observed(*rows: dict[str, Any]) -> str:
    """Rows of the long layout about one partnership."""
    return csv_of([KARUVEL | row for row in rows])


KARUVEL = {"mission": "UNMAV", "authority": "Karuvel", "authority_level": "adm2", "period": "2025"}
ONE, OTHER = KARUVEL | {"consent_status": 3}, KARUVEL | {"authority": "Ostra", "consent_status": 2}
DATA = csv_of([ONE, OTHER])
ROADS, HEALTH, WATER = "id: roads, label: Roads", "id: health, label: Health", "id: water, label: Water"


# --- values -------------------------------------------------------------------------------------------------

SHARES = [KARUVEL | {"authority": f"District {at}", "posts_filled_pct": at / 10} for at in range(4, 9)]
PERCENT = [row | {"posts_filled_pct": row["posts_filled_pct"] * 100} for row in SHARES]
GRADES = [("A1", "B2", "C3")[at % 3] for at in range(10)]
JUDGED = {"indicator": "consent_status", "source_grade": "B", "info_grade": "2"}
SURVEY = {"indicator": "trust_in_authority_pct", "value": 46, "n_sample": 200}
scored("PK017", make.wide(2.0, 97.0))
scored("PK020", csv_of(SHARES))
scored("PK021", csv_of([*PERCENT, SHARES[0] | {"authority": "Ostra"}]))
scored(
    "PK031",
    {"own.yaml": own(f"{ROADS}, scale: {{type: ordinal, top: 3}}"), "data.csv": sites(roads=[2, 1.3])},
)
scored(
    "PK034",
    observed(JUDGED | {"value": 2}, JUDGED | {"value": 5, "source_grade": "E", "assessor_code": "H1"}),
)
scored("PK035", observed(SURVEY | {"lower": 50, "upper": 58}))
scored("PK036", observed(JUDGED | {"value": 2, "assessor_side": "ministry"}))
scored("PK037", observed(SURVEY))
scored("PK039", csv_of([ONE | {"consent_status__numerator": 20, "consent_status__denominator": 50}]))
scored("PK055", csv_of([ONE | {"gdp_pc_growth_pct": 2.5}]))
scored("PK050", csv_of([ONE | {"posts_filled_pct": 20}, ONE | {"posts_filled_pct": 60, "period": "2026"}]))
scored(
    "PK054",
    csv_of(
        KARUVEL
        | {"authority": f"District {at}", "posts_filled_pct": 50 + at, "posts_filled_pct__grade": grade}
        for at, grade in enumerate(GRADES)
    ),
)


# --- files, sheets, rows ------------------------------------------------------------------------------------


def dies(*_: object, **__: object) -> None:
    """In place of a child process that ends."""
    from pkassess.ingest.child import ParsingFailedError

    raise ParsingFailedError("ended the process that read it")


def refuses(*_: object, **__: object) -> None:
    """In place of opening a file."""
    raise PermissionError(13, "Permission denied")


SHEETS = {"Data": make.wide(2.0, 46.0)}
FACTS = [["mission", "authority", "fact", "value"], ["UNMAV", "Karuvel", "protection_plan", "yes"]]
shown("PK101", {}, "score", "dta.xlsx")
shown("PK102", {"reports/data.csv": DATA}, "score", "reports")
scored("PK108", DATA, **{"builtins.open": refuses})
scored("PK110", {"~$data.xlsx": b"\x05Owner"})
for bomb in ("encrypted.xlsx", "far_corner.xlsx", "entities_in_sheet.xlsx", "part_twice.xlsx"):
    scored(hostile.BOMBS[bomb][1], {bomb: hostile.BOMBS[bomb][0]()})
scored("PK112", {"data.ods": [["x"]]}, **{"pkassess.ingest.apart.parse_apart": dies})
scored("PK118", {"data.xlsx": hostile.with_liberty("a kind of cell that nobody knows")})
scored("PK119", {"export.xls": DATA})
scored("PK144", {"a.csv": csv_of([ONE]), "b.csv": csv_of([ONE | {"consent_status": 4}])})
scored("PK162", csv_of([ONE | {"phase": "closing"}]))
scored("PK163", csv_of([ONE | {"Respondent name": "A. B."}]))
scored("PK164", DATA, "--allow-column", "Respondent nam")
scored("PK165", {"data.xlsx": SHEETS | {"facts": [*FACTS, ["UNMAV", "Karuvel", "protection_plan", "no"]]}})
scored("PK166", {"data.xlsx": SHEETS | {"facts": [FACTS[0], ["UNMAV", "Karuvell", *FACTS[1][2:]]]}})


# --- rubric files -------------------------------------------------------------------------------------------

for code, before, after in (
    ("PK201", "label: One score", "label: One: score"),
    ("PK202", "    label: Care", "    label: Care\n    label: Dare"),
    ("PK203", "    label: Care", "    label: no"),
    ("PK204", "id: x, label: x", "id: x, label: x, wieght: 1"),
    ("PK205", "    label: Care\n", ""),
    ("PK206", "id: Fragile, from: 20", "id: Fragile, from: low"),
    ("PK207", "id: x, label: x", "id: x, label: x, weight: -1"),
    ("PK208", "{use: care}", "{use: caer}"),
    (
        "PK209",
        "level_of: whole}]",
        "level_of: whole}, {id: cap, at_most: [{when: care >> 5, level: Fragile}]}]",
    ),
    ("PK210", "id: x, label: x", "id: care, label: x"),
    ("PK211", "{type: goalposts, bottom: 0, top: 100}", "{type: curve, knots: [0, 20, 41, 40, 80, 100]}"),
    ("PK212", "id: Fragile, from: 20", "id: Fragile, from: 45"),
    ("PK221", "pkassess: 1", "pkassess: 9"),
):
    shown(code, {"own.yaml": PLAIN.replace(before, after, 1)}, "rubric", "check", "own.yaml")
NEGATIVE = PLAIN.replace("label: Care\n", "label: Care\n    polarity: negative\n")
shown("PK200", {"data.csv": DATA}, "score", "data.csv", "-r", "partnershp")
shown("PK220", {"own.xlsx": [["x"]]}, "rubric", "check", "own.xlsx")
shown(
    "PK222", {"own.yaml": NEGATIVE.replace("[{use: care}]", "[use: care]")}, "rubric", "migrate", "own.yaml"
)
shown("PK223", {"own.xlsx": [["x"]]}, "rubric", "convert", "own.xlsx", "-o", "own.yaml")


# --- the run ------------------------------------------------------------------------------------------------

RUBRICS = {"a.xlsx": "partnership", "b.xlsx": "public-record"}
YEARS = csv_of([partnership(50 + at, period=str(2022 + at)) for at in range(3)])
DRAWS = "pkassess.trends.affordable_draws"
scored("PK300", {"own.yaml": own(ROADS), "data.csv": sites(roads=[*["words"] * 1005, 3])})
scored("PK301", csv_of([partnership(70, 70, 70, None)]), "--fail-on", "sovereignty_tension>=60")
scored("PK302", {name: {"about": [["rubric", rubric]], "Data": [["x"]]} for name, rubric in RUBRICS.items()})
scored("PK304", DATA, "-o", "missing/report.csv")
scored("PK305", DATA, "--layout", "wde")
shown("PK306", {}, "explain", "PK999")
shown("PK307", {"data.csv": DATA, "map.yaml": "colums: {}"}, "score", "data.csv", "--column-map", "map.yaml")
scored("PK308", DATA, **{"pkassess.uncertainty.BUDGET": 0.0})
scored("PK309", YEARS, **{DRAWS: lambda asked, values: 250})
scored("PK320", YEARS, **{DRAWS: lambda asked, values: 0})
two = csv_of([partnership(), partnership(60, 50, 40, 30, authority="Ostra")])
shown("PK310", {"data.csv": two}, "sensitivity", "data.csv", **{"scipy.stats": None})
shown("PK312", {"a.csv": csv_of([ONE]), "b.csv": csv_of([OTHER])}, "compare", "a.csv", "b.csv")
whole = "indices: {whole: {label: Whole, children: [{use: care}]}}\n"
many = {"own.yaml": own(ROADS) + whole, "data.csv": sites(roads=[at % 90 for at in range(201)])}
shown("PK322", many, "score", "data.csv", "-r", "own.yaml", "--draws", "200")
shown("PK323", {"data.csv": DATA}, "profile", "data.csv", "Karuval")

# What depends on who is in the data.
THREE = sites(roads=[40, 60, 75], health=[10, 50, 20])
LEAGUE = f"{ROADS}, scale: {{type: relative, method: min_max}}"
EXPERT = "{roads/health: 3, health/water: 3, roads/water: 0.3333}"
scored("PK330", {"own.yaml": own(ROADS, HEALTH, more="    weights: {method: entropy}"), "data.csv": THREE})
weights = f"    weights: {{method: pairwise, experts: {{E1: {EXPERT}}}}}"
scored("PK331", {"own.yaml": own(ROADS, HEALTH, WATER, more=weights), "data.csv": THREE})
imputed = own(ROADS, HEALTH, more="    missing: {rule: impute, by: median}")
scored("PK332", {"own.yaml": imputed, "data.csv": sites(roads=[40, 60, 75], health=[10, 50, None])})
scored("PK333", {"own.yaml": own(LEAGUE), "data.csv": sites(roads=[40, 60, 75])})
scored("PK334", {"own.yaml": own(LEAGUE), "data.csv": "site,period,roads\nA,2024,40\nB,2025,60\n"})
scored("PK335", {"own.yaml": own(LEAGUE.replace("min_max", "max")), "data.csv": sites(roads=[-1, 60, 75])})
for code, most, values in (
    ("PK336", 5, [*range(1, 11), 100]),
    ("PK337", 1, [2**at for at in range(20)]),
    ("PK338", 1, [*[1] * 60, *[1000] * 6]),
):
    treated = own(f"{LEAGUE}, treatment: {{most: {most}, log: true}}")
    scored(code, {"own.yaml": treated, "data.csv": sites(roads=values)})
unclipped = f"{ROADS}, scale: {{type: goalposts, bottom: 0, top: 100, clip: false}}"
below = own(unclipped, HEALTH, more="    aggregate: geometric")
scored("PK339", {"own.yaml": below, "data.csv": sites(roads=[-20, 60, 75], health=[10, 50, 20])})

# A rubric held against data.
EVEN = [*range(5, 85, 4)]
MIXED = [value * 37 % 83 for value in range(20)]
BOTH = own(ROADS, HEALTH)
FAMILY = own(f"{ROADS}, family: access", f"{HEALTH}, family: access", WATER)
for code, rubric, columns in (
    ("PK340", BOTH, {"roads": EVEN, "health": [None] * 20}),
    ("PK341", BOTH, {"roads": EVEN, "health": [70] * 20}),
    ("PK342", BOTH, {"roads": [0] * 8 + EVEN[:12], "health": MIXED}),
    ("PK343", BOTH, {"roads": EVEN, "health": EVEN}),
    ("PK344", BOTH, {"roads": EVEN, "health": EVEN[::-1]}),
    ("PK345", BOTH, {"roads": MIXED, "health": [50 + value / 100 for value in EVEN]}),
    ("PK346", FAMILY, {"roads": EVEN, "health": MIXED, "water": MIXED[::-1]}),
):
    audited = {"own.yaml": rubric, "data.csv": sites(**columns)}
    shown(code, audited, "rubric", "check", "own.yaml", "--data", "data.csv", "-f", "json")
wide = ", ".join(f"i{at}: Item {at}" for at in range(2000))
long = own(f"id: roads, label: Roads, scale: {{type: checklist, items: {{{wide}}}}}")
shown("PK182", {"own.yaml": long}, "template", "-r", "own.yaml", "-o", "template.xlsx")
shown("PK347", {}, "rubric", "convert", "partnership", "-o", "own.yaml")
shown("PK348", {"own.yaml": ""}, "rubric", "new", "-o", "own.yaml")


# --- running them -------------------------------------------------------------------------------------------


@cache
def examples() -> dict[str, Example]:
    """The example of every code."""
    found: dict[str, Example] = {}
    for case in make.CASES:
        command = ("score", case.name, *case.more, *case.options, "--no-uncertainty", "--period", "all")
        for text in case.findings:
            found.setdefault(text.split()[0], Example({case.name: case.write}, command))
    return found | OWN


def run_example(code: str, folder: Path) -> Said:
    """What the program says under a code when its example is run in an empty folder.

    Raises LookupError if it says no such thing.
    """
    example = examples()[code]
    for name, content in example.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content(path) if callable(content) else make.write(path, content)
    found = _said(example, folder)
    for one in found:
        if one.code == code:
            return one
    raise LookupError(f"pkassess {' '.join(example.command)} says nothing of {code}, but: {found}")


def _said(example: Example, folder: Path) -> list[Said]:
    """Everything that a command says, run in a folder: what it prints to standard error, or as JSON."""
    import typer

    from pkassess.cli import app
    from pkassess.render.messages import inside

    found: list[Said] = []
    output = io.StringIO()

    def keep(findings: Iterable[Any]) -> tuple[str, ...]:
        found.extend(Said(one.code.id, inside(one), one.message) for one in findings)
        return ()

    with contextlib.ExitStack() as stack:
        messages = "pkassess.render.messages"
        stack.enter_context(mock.patch(f"{messages}.error_lines", lambda error: keep(error.findings)))
        stack.enter_context(mock.patch(f"{messages}.finding_lines", lambda findings, **_: keep(findings)))
        for place, value in example.instead.items():
            missing = mock.patch.dict(sys.modules, {place: None})
            stack.enter_context(missing if value is None else mock.patch(place, value))
        stack.enter_context(contextlib.chdir(folder))
        stack.enter_context(contextlib.redirect_stdout(output))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        stack.enter_context(contextlib.suppress(SystemExit))
        typer.main.get_command(app)(args=list(example.command), prog_name="pkassess")
    if "json" in example.command:
        rows = json.loads(output.getvalue())["findings"]
        found += [Said(row["code"], row["cell"], row["message"]) for row in rows]
    return found
