"""The documentation cannot drift: examples load, commands run, programs run, and nothing is left undocumented.

Fences say what they hold by the words after the language:

- ``yaml file=NAME``            a whole rubric; with ``refused`` one that has to be refused
- ``yaml indicator``            one indicator;  ``yaml part``  one or more top-level keys of a rubric
- ``csv file=NAME``             data that later commands of the page use
- ``console``, ``sh``           commands, with ``exit=N`` where they do not end with 0; output, where shown, is compared
- ``python``                    one program per page, in pieces; ``text output`` after a piece is what it prints
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import doc_tables
import pytest
import yaml
from conftest import ROOT, Ran

import pkassess
from pkassess.aggregate import AGGREGATORS, Settings
from pkassess.codes import Code
from pkassess.crosscheck import FUNCTIONS
from pkassess.findings import UsageError
from pkassess.library import bundled, data_folder, read_rubric
from pkassess.normalise import KERNELS, Scale
from pkassess.render import FORMATS
from pkassess.rubric import CONTEXT_COLUMNS, Node, Part
from pkassess.yamlfile import read_yaml

README = ROOT / "README.md"
PAGES = [*([README] if README.is_file() else []), *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MARKED = re.compile(r"<!-- command: \w+ -->\n```")
ENDS_WITH_FINDINGS = ("validate", "--fail-on", "--strict")
"""Commands of the README that may end with 1, because the sample has errors on purpose."""


class Block(NamedTuple):
    """One fenced block of a page."""

    page: str
    line: int
    language: str
    words: tuple[str, ...]
    text: str

    @property
    def file(self) -> str:
        """The name under which a reader saves it, or ''."""
        return self.setting("file")

    def setting(self, name: str) -> str:
        """What stands after ``name=``, or ''."""
        return next((word.removeprefix(f"{name}=") for word in self.words if word.startswith(f"{name}=")), "")

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a page in order; those that the README's own test runs are left out."""
    text = page.read_text(encoding="utf-8")
    found = []
    for fence in FENCE.finditer(text):
        if MARKED.search(text[: fence.start() + 3][-80:]):
            continue
        language, *words = fence[1].split() or [""]
        found.append(
            Block(page.name, text.count("\n", 0, fence.start()) + 1, language, tuple(words), fence[2])
        )
    return found


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def those(language: str, *words: str) -> list[Block]:
    """Blocks in a language, with these words if any are given."""
    return [one for one in BLOCKS if one.language == language and set(words) <= set(one.words)]


# --- rubrics ----------------------------------------------------------------------------------------------------------

MINIMAL = """
pkassess: 1
id: minimal
version: "1.0"
languages: [en, fr]
label: Minimal
keys: {mission: {}, authority: {}}
period: {}
levels:
  footing:
    - {id: Critical, from: 0, short: C}
    - {id: Fragile, from: 20, short: F}
    - {id: Developing, from: 40, short: D}
    - {id: Established, from: 60, short: E}
    - {id: Self-sustaining, from: 80, short: S}
dimensions:
  stability: {label: S, levels: footing, children: [{id: s, label: s, scale: {type: likert}}]}
  governance_capacity: {label: G, levels: footing, children: [{id: g, label: g, scale: {type: likert}}]}
  economic_impact: {label: E, levels: footing, children: [{id: e, label: e, scale: {type: likert}}]}
  sovereignty_tension:
    label: T
    polarity: negative
    levels: footing
    children: [{id: consent_status, label: c, scale: {type: likert}}]
indices:
  delivery_index: {label: I, levels: footing, children: [{use: stability}]}
"""
"""The rubric into which fragments are put."""


def with_part(fragment: str) -> str:
    """The minimal rubric with some of its top-level keys replaced."""
    read = read_yaml(fragment)
    assert not read.troubles
    return yaml.safe_dump(yaml.safe_load(MINIMAL) | read.data, allow_unicode=True, sort_keys=False)


def with_indicator(fragment: str) -> str:
    """The minimal rubric with one more indicator."""
    read = read_yaml(fragment)
    assert not read.troubles
    whole = yaml.safe_load(MINIMAL)
    whole["dimensions"]["stability"]["children"].append(read.data)
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)


def test_every_yaml_block_says_what_it_is():
    """No fragment escapes the tests below."""
    loose = [str(one) for one in those("yaml") if not (one.file or {"indicator", "part"} & set(one.words))]
    assert loose == []


@pytest.mark.parametrize("block", those("yaml"), ids=str)
def test_a_rubric_of_the_documentation_loads(block):
    """Whole rubrics as they stand, fragments inside the minimal rubric; the wrong one is refused."""
    if "refused" in block.words:
        with pytest.raises(UsageError):
            read_rubric(block.text, block.file)
        return
    text = block.text if block.file else with_part(block.text)
    if "indicator" in block.words:
        text = with_indicator(block.text)
    read_rubric(text, str(block))


def test_the_smallest_rubric_scores_its_three_rows(tmp_path):
    """Thirty days are 100, eighteen are 60, a blank is no score."""
    for block in BLOCKS:
        if block.file.startswith("open-days."):
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    scores = pkassess.score(tmp_path / "open-days.csv", rubric=str(tmp_path / "open-days.yaml"), draws=0)
    service = scores.assessment.set_index("district")["service"]
    assert [service["North"], service["River"]] == [100, 60]
    assert service.isna()["South"]


SCALE_EXAMPLES = {
    # indicator: (raw value, score as the page says)
    "local_work_days_per_1000": (420, 53.6),
    "response_days": (7, 81.8),
    "budget_execution_pct": (78, 46),
    "conflict_deaths_per_100k": (14, 22),
    "trust_in_authority_pct": (46, 48),
    "political_volatility": (2, 75),
    "accountability_checklist": (3.5 / 6 * 100, 58.3),
    "request_response_days": (20, 75),
}


def test_the_numbers_worked_for_each_scale_come_out():
    """The page's indicators, scored by the program, give the numbers in bold beside them."""
    from pkassess.normalise import normalise

    page = (ROOT / "docs" / "rubric-language.md").read_text(encoding="utf-8")
    for block in those("yaml", "indicator"):
        indicator = read_rubric(with_indicator(block.text), "x").indicators[read_yaml(block.text).data["id"]]
        if indicator.id in SCALE_EXAMPLES:
            value, score = SCALE_EXAMPLES[indicator.id]
            assert round(float(normalise(value, indicator.scale)), 1) == score, indicator.id
            assert f"**{score:g}**" in page


def test_the_numbers_worked_for_each_aggregation_come_out():
    """Scores 60, 80 and 20 with weights 0.5, 0.3 and 0.2."""
    import numpy as np

    page = (ROOT / "docs" / "rubric-language.md").read_text(encoding="utf-8")
    for name, aggregate in AGGREGATORS.items():
        result = float(
            aggregate(np.array([60.0, 80.0, 20.0]), np.array([0.5, 0.3, 0.2]), Settings(power=2.0))
        )
        row = next(
            line
            for line in page.splitlines()
            if line.startswith((f"| `{name}` | ", f"| `{name}`, ")) and "**" in line
        )
        assert f"**{round(result, 1):g}**" in row


def test_which_ranks_stand_in_the_readme():
    """Counted in the pairs of draws of 2018, and read from the places."""
    import pkassess

    found = pkassess.score(str(ROOT / "sample_data" / "host_countries.xlsx"), period="2018")
    pairs = found.table("pairs").query("peer_group == 'multidimensional'")
    counts = [len(pairs), *(int((pairs["above"] >= share).sum()) for share in (0.90, 0.95))]
    page = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    said = "Of the {} pairs of countries with large missions in 2018, {} stand in the same order in at least 90 % of draws, {}"
    assert said.format(*counts) in page and f"; {counts[0] - counts[1]} pairs do not stand." in page
    ranks = found.table("ranks").set_index("authority")
    assert {
        tuple(ranks.loc[name, ["rank_low", "rank_high"]]) for name in ("Timor-Leste", "Côte d'Ivoire")
    } == {(1, 4)}
    assert ranks.loc["South Sudan", "rank_low"] == 10
    assert tuple(ranks.loc["Sierra Leone", ["rank_low", "rank_high"]]) == (1, 6)
    assert tuple(ranks.loc["Liberia", ["rank_low", "rank_high"]]) == (2, 6)
    both = pairs[(pairs["partnership"] == "UNAMSIL+ / Sierra Leone") & (pairs["other"] == "UNMIL / Liberia")]
    assert round(100 * float(both["above"].iloc[0]) + 1e-9) == 57


def test_the_numbers_worked_in_the_method_come_out():
    """What no generated table holds: the statistics, the index, the sub-scores, filling up."""
    import numpy as np

    from pkassess.intervals import poisson, wilson

    low, high = wilson(np.array(0.46), np.array(200 / 2))
    events = [float(end) for end in poisson(np.array(3.0), np.array(1.0))]
    nodes = doc_tables.worked().nodes.set_index("node")["score"]
    stability, governance, economy = (
        nodes[name] for name in ("stability", "governance_capacity", "economic_impact")
    )
    numbers = [
        f"{low * 100:.1f} % to {high * 100:.1f} %",
        f"**{20 + 20 * (low * 100 - 25) / 15:.1f} to {40 + 20 * (high * 100 - 40) / 15:.1f}**",
        f"between {events[0]:.2f} and {events[1]:.2f}",
        f"= {stability**0.4:.3f} × {governance**0.35:.3f} × {economy**0.25:.3f} = **{nodes['delivery_index']:.2f}**",
        (
            f"be 0.40 × {stability:.2f} + 0.35 × {governance:.2f} + 0.25 × {economy:.2f} = "
            f"{0.4 * stability + 0.35 * governance + 0.25 * economy:.2f}"
        ),
        f"**{nodes['infringement']:.2f}**",
        f"**{nodes['obstruction']:.2f}**",
        f"0.20 / 0.95 = **{0.20 / 0.95:.4f}**",
    ]
    text = " ".join(page("method.md").split()).replace("> ", "")
    assert [number for number in numbers if number not in text] == []


# --- commands ---------------------------------------------------------------------------------------------------------


class Command(NamedTuple):
    """A documented command: where, the line, the exit codes that are right, and what is shown below it."""

    page: str
    line: str
    exits: tuple[int, ...]
    shown: str

    def __str__(self) -> str:
        return f"{self.page}: {self.line}"


def commands_of(block: Block) -> list[Command]:
    """The commands of one block: after ``$`` in a console, every line in a shell script."""
    exits = (int(block.setting("exit") or 0),)
    if block.language == "sh":
        return [Command(block.page, line, exits, "") for line in block.text.splitlines() if line.strip()]
    _, *parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    return [
        Command(block.page, line, exits, shown) for line, _, shown in (one.partition("\n") for one in parts)
    ]


def commands_in_tables(page: Path) -> list[Command]:
    """Commands of the README's tables, each alone in its cell."""
    text = page.read_text(encoding="utf-8")
    lines = re.findall(r"\| `(pkassess (?:score|validate|explain|rubric)[^`]*)` \|", text)
    return [
        Command(page.name, line, (0, 1) if any(word in line for word in ENDS_WITH_FINDINGS) else (0,), "")
        for line in lines
    ]


COMMANDS = {
    page.name: [
        command
        for block in blocks_of(page)
        if block.language in ("console", "sh")
        for command in commands_of(block)
    ]
    + (commands_in_tables(page) if page == README else [])
    for page in PAGES
}


@pytest.fixture
def desk(tmp_path):
    """A folder as a reader has it: the samples, the rubrics, the files of the pages, a workbook, the program."""
    for name in ("sample_data", "rubrics"):
        shutil.copytree(data_folder(name), tmp_path / name)
    shutil.copy(tmp_path / "sample_data" / "field_demo.xlsx", tmp_path / "data.xlsx")
    for block in BLOCKS:
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    tools = tmp_path / "bin"
    tools.mkdir()
    program = tools / "pkassess"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m pkassess "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="the pages show commands as a Unix shell takes them")
@pytest.mark.parametrize("page", [name for name, commands in COMMANDS.items() if commands])
def test_every_command_of_the_documentation_runs(page, desk, run, monkeypatch):
    """In order, in one folder; the exit code and, where it is shown, the output are as documented."""
    monkeypatch.chdir(desk)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    for command in COMMANDS[page]:
        program, *arguments = shlex.split(command.line)
        plain = program == "pkassess" and not set("|<>&;$*~") & set("".join(arguments))
        done = run(*arguments) if plain else typed(desk, command.line)
        assert done.code in command.exits, f"{command}\n{done.err}"
        if command.shown.strip():
            assert lines_of(done.out + done.err) == lines_of(command.shown), command


def typed(desk, line):
    """What a shell makes of a line."""
    environment = {
        **os.environ,
        "PATH": f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")])),
        "PYTHONUTF8": "1",
        "COLUMNS": "80",
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        ["sh", "-c", line], cwd=desk, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def lines_of(text):
    """Lines without the blanks at their ends."""
    return [line.rstrip() for line in text.strip().splitlines()]


def test_the_error_shown_is_the_one_that_is_printed(desk):
    """The page takes one problem of the wrong rubric apart; the program prints it in just this way."""
    page = (ROOT / "docs" / "rubric-language.md").read_text(encoding="utf-8")
    shown = next(block.text for block in BLOCKS if "PK204  unknown key" in block.text)
    printed = typed(desk, "pkassess rubric check wrong.yaml")
    assert printed.code == 2
    assert shown.strip() in printed.err, printed.err
    assert "\n".join(lines_of(shown)) in page


# --- Python -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", sorted({block.page for block in those("python")}))
def test_the_python_of_the_documentation_runs(page, desk, monkeypatch):
    """All pieces of a page as one program; what is shown after a piece is what it prints."""
    monkeypatch.chdir(desk)
    names = {"__name__": "docs"}
    printed = ""
    for block in BLOCKS:
        if block.page != page:
            continue
        if block.language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(block.text, str(block), "exec"), names)
            printed = out.getvalue()
        elif (block.language, block.words) == ("text", ("output",)):
            assert lines_of(printed) == lines_of(block.text), block


# --- nothing is left undocumented -------------------------------------------------------------------------------------

ALL = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def page(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_command_is_named():
    """Each command that is no mere group."""
    names = [name for name, command in doc_tables.commands() if not getattr(command, "commands", {})]
    assert [name for name in names if f"`{name}" not in ALL] == []


def test_every_option_is_named():
    """By its long and by its short name."""
    options = {
        name
        for _, command in doc_tables.commands()
        for one in doc_tables.options_of(command)
        for name in one.opts
    }
    assert [name for name in sorted(options) if f"`{name}`" not in ALL] == []


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("scale", [doc_tables.scale_name(model) for model in KERNELS]),
        ("aggregation", list(AGGREGATORS)),
        ("format", list(FORMATS)),
        ("rubric", list(bundled())),
    ],
)
def test_every_choice_is_named(kind, names):
    """Scales, aggregations, formats and bundled rubrics."""
    assert [name for name in names if f"`{name}`" not in ALL] == []


def test_every_name_of_the_condition_language_is_explained():
    """Functions with their bracket, and the context columns."""
    text = page("rubric-language.md")
    assert [name for name in FUNCTIONS if f"`{name}(" not in text] == []
    assert [name for name in CONTEXT_COLUMNS if f"`{name}`" not in text] == []


def parts_below(base):
    for model in base.__subclasses__():
        yield model
        yield from parts_below(model)


def test_every_part_of_a_rubric_has_its_table():
    """Each model of the language is printed by a cog block of the page."""
    models = {*parts_below(Part), *parts_below(Scale)} - {Node}
    public = [model.__name__ for model in models if not model.__name__.startswith("_")]
    text = page("rubric-language.md")
    assert [name for name in sorted(public) if f'doc_tables.fields("{name}")' not in text] == []


def test_every_finding_is_in_the_catalogue():
    """Code, title and severity."""
    rows = [line for line in page("findings.md").splitlines() if line.startswith("| `PK")]
    for code in Code:
        row = f"| `{code.id}` | {code.severity.value} | {code.value.title} |"
        assert any(line.startswith(row) for line in rows), code.id
    assert len(rows) == len(Code)


def test_every_field_has_a_description():
    """A table of the documentation with an empty last cell helps nobody."""
    for model in {*parts_below(Part), *parts_below(Scale)} - {Node}:
        for name, field in model.model_fields.items():
            assert name == "type" or field.description, f"{model.__name__}.{name}"


def test_links_lead_somewhere():
    """Links between pages: the file is there, and so is the heading."""
    broken = []
    for one in PAGES:
        for target in re.findall(r"\]\(([^)#\s]*(?:#[\w-]+)?)\)", one.read_text(encoding="utf-8")):
            file, _, anchor = target.partition("#")
            if file.startswith("http") or not target:
                continue
            there = (one.parent / file).resolve() if file else one
            if not there.exists() or (anchor and anchor not in anchors(there)):
                broken.append(f"{one.name}: {target}")
    assert broken == []


def anchors(path):
    """The anchors of a page's headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_pages_speak_of_the_product_alone():
    """No paths of a machine, no marks of unfinished work."""
    forbidden = re.compile(r"/work/|/tmp/|/home/|\bTODO\b|\bFIXME\b|\bissue #?\d+|pypi\.org", re.IGNORECASE)
    assert forbidden.findall(ALL) == []
