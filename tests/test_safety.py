"""No file can exhaust, end or mislead the program: bombs, corruption, second reader, what each costs a real process."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import hostile
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkassess.codes import Code

ROOT = Path(__file__).resolve().parent.parent
MOST_MB, MOST_SECONDS = 300, 8
"""Of memory and of processor time; much more time than is promised, as machines differ and are shared."""
_ONE = """
import json, os, subprocess, sys
command = [sys.executable, "-m", "pkassess", *sys.argv[1:]]
child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
said = child.stderr.read().decode()
_, status, used = os.wait4(child.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), said, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""
_ALL = """
import contextlib, io, json, resource, sys
from pkassess.cli import app
def used():
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
def peak():
    kilobytes = [resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]
    with contextlib.suppress(OSError), open("/proc/self/status") as status:
        kilobytes += [int(line.split()[1]) for line in status if line.startswith("VmHWM")]
    return max(kilobytes) / 1024
for path in sys.argv[1:]:
    before, said = used(), io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        try:
            app(args=["score", path, "--no-uncertainty"], prog_name="pkassess")
        except SystemExit as end:
            code = end.code or 0
    print(json.dumps([path, code, said.getvalue(), used() - before, peak()]), flush=True)
"""
unix = pytest.mark.skipif(sys.platform == "win32", reason="no such figures there")


def started(script, *arguments):
    """The lines that a small process of its own prints: the peak of memory of a larger one would be inherited."""
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done


@unix
@pytest.mark.parametrize("name", [name for name in hostile.PROMISED if name.endswith(".xlsx")])
def test_what_a_bomb_costs_a_process(tmp_path, name):
    """Refused with one clear finding, or read, quickly and in little memory; `benchmarks/bombs.py` has every format."""
    make, code = hostile.BOMBS[name]
    (tmp_path / name).write_bytes(make())
    [[exit_code, said, seconds, memory]], _ = started(_ONE, "score", tmp_path / name)
    assert (exit_code, code in said) == (3 if code else 0, True), said
    assert seconds < MOST_SECONDS
    assert memory < MOST_MB or sys.platform != "linux"


@unix
def test_bombs(tmp_path):
    """Each is refused with its code, or read; one process takes them all, with its children, and stays small."""
    for name, (make, _) in hostile.BOMBS.items():
        (tmp_path / name).write_bytes(make())
    outcomes, done = started(_ALL, *(tmp_path / name for name in hostile.BOMBS))
    assert len(outcomes) == len(hostile.BOMBS), (
        f"ended by {[*hostile.BOMBS][len(outcomes)]}: {done.stderr[-500:]}"
    )
    assert "panicked" not in done.stderr
    for (path, exit_code, said, seconds, memory), (name, (_, code)) in zip(
        outcomes, hostile.BOMBS.items(), strict=True
    ):
        assert (Path(path).name, exit_code, code in said) == (name, 3 if code else 0, True), said
        assert seconds < MOST_SECONDS, name
        assert memory < MOST_MB or sys.platform != "linux", name


@unix
def test_a_short_run_of_the_fuzzer():
    """Spoilt workbooks of every format: no fault, no abort, nothing slow or large; benchmarks/fuzz.py runs 5,000."""
    command = [sys.executable, str(ROOT / "benchmarks" / "fuzz.py"), "--cases", "40", "--processes", "1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["failed: none"]), (
        done.stdout + done.stderr
    )


SAMPLES = {path.name: path.read_bytes() for path in sorted((ROOT / "sample_data").glob("*.xlsx"))}
spots = st.floats(min_value=0, max_value=1, exclude_max=True)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(SAMPLES)),
    part=spots,
    changes=st.lists(st.tuples(spots, st.binary(max_size=6), st.integers(0, 40)), min_size=1, max_size=4),
    fate=st.sampled_from(["changed", "cut", "dropped", "twice"]),
)
def test_a_sample_workbook_with_one_part_spoilt(tmp_path, run, name, part, changes, fate):
    """Bytes replaced, XML cut short, a part dropped or doubled, in a zip file that is sound: read or refused."""
    with zipfile.ZipFile(io.BytesIO(SAMPLES[name])) as archive:
        parts = [(one, archive.read(one)) for one in archive.namelist()]
    at = int(part * len(parts))
    title, content = parts[at]
    for spot, new, length in changes:
        start = int(spot * len(content))
        content = content[:start] + (b"" if fate == "cut" else new + content[start + length :])
    parts[at : at + 1] = {"dropped": [], "twice": [(title, content)] * 2}.get(fate, [(title, content)])
    with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / name, "w") as archive:
        warnings.simplefilter("ignore")
        for one in parts:
            archive.writestr(*one)
    done = run("score", str(tmp_path / name), "--no-uncertainty", "-f", "csv")
    assert done.code in (0, 2, 3), done.err
    assert bool(done.out) is (done.code == 0)


def test_a_file_that_ends_its_reader_costs_itself_only(tmp_path, run):
    """The one file is named; the others of the call are read, and are scored without it."""
    good, bad, other = (str(tmp_path / name) for name in ("good.xlsx", "far_corner.xlsb", "other.xlsx"))
    for path, place in ((good, "Karuvel"), (other, "Ostra")):
        rows = hostile.parts(hostile.SOUND.replace("Karuvel", place))
        Path(path).write_bytes(hostile.zipped(rows))
    Path(bad).write_bytes(hostile.BOMBS["far_corner.xlsb"][0]())
    done = run("score", good, bad, other, "--no-uncertainty", "-f", "csv")
    assert (done.code, done.out) == (3, "")
    assert "far_corner.xlsb  error PK112" in done.err
    assert "good.xlsx" not in done.err
    assert "other.xlsx" not in done.err
    done = run("score", good, other, "--no-uncertainty", "-f", "csv")
    assert [row["authority"] for row in done.rows()] == ["Karuvel", "Ostra"]


def test_nothing_in_the_folder_of_a_file_is_run(tmp_path):
    """A module that lies beside the workbook, under the name of one that the readers need."""
    Path(tmp_path, "data.ods").write_bytes(hostile.BOMBS["far_rows.ods"][0]())
    for name in ("orjson", "python_calamine", "openpyxl", "pkassess"):
        Path(tmp_path, f"{name}.py").write_text("open('run.txt', 'w')\n", encoding="utf-8")
    command = [sys.executable, "-P", "-m", "pkassess", "score", "data.ods"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, "PK112" in done.stderr) == (3, True), done.stderr
    assert not Path(tmp_path, "run.txt").exists()


@pytest.mark.parametrize("why", hostile.LIBERTIES)
def test_a_second_reader_where_the_usual_one_gives_up(tmp_path, run, why):
    """The values are read, and the report and a warning name the reader."""
    path = tmp_path / "data.xlsx"
    path.write_bytes(hostile.with_liberty(why))
    done = run("score", str(path), "-f", "json", "-q", "--no-uncertainty")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    (said,) = [row for row in document["findings"] if row["code"] == Code.SECOND_READER.id]
    assert "openpyxl 3." in said["message"]
    (value,) = [row for row in document["indicators"] if row["status"] == "observed"]
    assert (value["indicator"], value["value"], value["cell"]) == ("posts_filled_pct", 46, "E2")


def test_many_findings_alike_are_counted(tmp_path, run):
    """A column of words gives a thousand findings and their number, not one for each of its cells."""
    path = tmp_path / "words.csv"
    rows = (f"UNMAV,District {at},adm2,2025,{3 if at else 2},words" for at in range(1500))
    header = "mission,authority,authority_level,period,consent_status,posts_filled_pct"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    found = json.loads(run("score", str(path), "-f", "json", "-q", "--no-uncertainty").out)["findings"]
    assert sum(row["code"] == "PK001" for row in found) == 1000
    (more,) = [row for row in found if row["code"] == Code.MORE_ALIKE.id]
    assert more["column"] == "posts_filled_pct"
    assert "There are 500 more findings 'PK001'" in more["message"]
