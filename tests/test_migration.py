"""Older rubrics are brought to the newest version of the language by the fewest changes of their text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkassess.findings import UsageError
from pkassess.library import read_rubric
from pkassess.migration import STEPS, Change, migrate
from pkassess.rubric import LANGUAGE_VERSION
from pkassess.yamlfile import read_yaml

OLD = """\
# Agreed with the district in May.
pkassess: 1   # the language
id: old
version: "1.0"
label: Old
keys: {district: {}}
dimensions:
  wealth:
    label: Wealth
    children:
      - id: income
        label: Income
        # Each further dollar adds less.
        scale: {type: goalposts, bottom: 100, top: 75000, transform: log}  # the logarithm
  tension:
    label: Tension
    polarity: negative
    children:
      - {id: acts, label: Acts, scale: {type: likert}}
indices:
  whole:
    label: Whole
    children:
      - use: wealth
      - use: tension    # high is bad
        weight: 2
  other:
    label: Other
    children: [{use: wealth}, {weight: 0.5, use: "tension"}]
"""
NEW = (
    OLD.replace("pkassess: 1 ", "pkassess: 2 ")
    .replace("transform: log}", "transform: ln}")
    .replace("    # high is bad\n", "    # high is bad\n        reverse: false\n")
    .replace('use: "tension"}', 'use: "tension", reverse: false}')
)


def test_only_what_has_to_change_changes():
    """Comments, order, quotes and blanks stay. A child of another polarity is taken as it was before."""
    done = migrate(OLD, "old.yaml")
    assert done.text == NEW
    assert (done.before, done.after) == (1, 2)
    assert {line for line, _ in done.changes} == {2, 14, 25, 29}
    assert read_rubric(done.text, "old.yaml").indices["whole"].children[1].reverse is False


def test_without_the_step_the_rubric_is_refused():
    """Version 2 asks for a word where version 1 said nothing, so that nothing is turned round or mixed silently."""
    with pytest.raises(UsageError) as caught:
        read_rubric(OLD, "old.yaml")
    assert "write `reverse: true` beside it" in caught.value.findings[0].message


def test_lines_end_as_they_did():
    """Also the new ones, and where the last line has no end."""
    text = OLD.replace("\n", "\r\n")
    assert migrate(text, "old.yaml").text == NEW.replace("\n", "\r\n")
    assert migrate(OLD.rstrip("\n"), "old.yaml").text == NEW.rstrip("\n")


def test_a_file_without_a_version_is_of_the_oldest():
    """The key is put before the first one; remarks above stay above."""
    text = OLD.replace("pkassess: 1   # the language\n", "")
    done = migrate(text, "old.yaml")
    assert done.before == 1
    assert done.text == NEW.replace("pkassess: 2   # the language\n", "pkassess: 2\n")


def test_what_is_used_again_by_an_alias_is_changed_once():
    """The same piece of text stands for all its uses."""
    text = OLD.replace("  other:", "  again: {label: Again, children: *children}\n  other:")
    text = text.replace("    label: Whole\n    children:", "    label: Whole\n    children: &children")
    done = migrate(text, "old.yaml")
    assert done.text.count("reverse: false") == 2
    assert len(read_rubric(done.text, "old.yaml").indices) == 3


def test_a_file_of_the_newest_version_stays_as_it_is():
    """Twice is as good as once."""
    assert migrate(NEW, "old.yaml") == (NEW, LANGUAGE_VERSION, LANGUAGE_VERSION, ())


@pytest.mark.parametrize(
    ("before", "after", "code", "place", "message"),
    [
        (
            "pkassess: 1 ",
            "pkassess: 9 ",
            "PK221",
            "2:11",
            "version 9 of the rubric language; this program knows versions up to 2",
        ),
        ("pkassess: 1 ", "pkassess: x ", "PK206", "2:11", "the version of the language is 'x'"),
        ("pkassess: 1 ", "pkassess: 0 ", "PK206", "2:11", "expected a whole number from 1 to 2"),
        ("label: Old", "label: Old: x", "PK201", "5:11", "mapping values are not allowed"),
        ('{weight: 0.5, use: "tension"}', 'use: "tension"', "PK222", "25:9", "line 29: reverse: false"),
    ],
)
def test_what_cannot_be_migrated(before, after, code, place, message):
    """A newer version, a version that there is not, no YAML, and a text that cannot be changed without risk."""
    assert before in OLD
    with pytest.raises(UsageError) as caught:
        migrate(OLD.replace(before, after), "old.yaml")
    found = caught.value.findings[0]
    assert (found.code.id, found.cell) == (code, place)
    assert message in found.message


def test_a_rubric_for_a_newer_program_is_told_by_one_message(rubric_file, run):
    """Keys that this program does not know are not listed one by one."""
    done = run(
        "rubric",
        "check",
        rubric_file(OLD.replace("pkassess: 1", "pkassess: 7").replace("label: Old", "name: Old")),
    )
    assert done.code == 2
    assert (done.err.count("PK221"), done.err.count("PK204")) == (2, 0)
    assert "install a newer pkassess" in " ".join(done.err.split())


# --- the machinery --------------------------------------------------------------------------------------------


def test_steps_follow_one_another():
    """There is one from each older version to the next, and each sees what the one before it wrote."""
    assert sorted(STEPS) == list(range(1, LANGUAGE_VERSION))

    def rename(data):
        yield Change(("id",), f"{data['id']}-{data['pkassess']}", "as a test")

    done = migrate("pkassess: 1\nid: a # remark\n", "a.yaml", steps={1: rename, 2: rename}, newest=3)
    assert done.text == "pkassess: 3\nid: a-1-2 # remark\n"
    assert [change for _, change in done.changes].count("pkassess: 3  (the version of the language)") == 1


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.sampled_from(["wealth", "tension", "acts", "income"]), min_size=1, max_size=4, unique=True),
    st.booleans(),
)
def test_migrating_says_what_the_old_version_meant(uses, flow):
    """Whatever is used and however it is written: only words about polarity come in, and the result is accepted."""
    entries = [f"{{use: {name}}}" if flow else f"use: {name}" for name in uses]
    text = (
        OLD[: OLD.index("indices:")]
        + "indices:\n  i:\n    label: I\n    children:\n"
        + "".join(f"      - {one}\n" for one in entries)
    )
    done = migrate(text, "old.yaml")
    rubric = read_rubric(done.text, "old.yaml")
    assert [child.use for child in rubric.indices["i"].children] == uses
    bad = {"tension", "acts"}
    assert [child.reverse for child in rubric.indices["i"].children] == [
        False if name in bad else None for name in uses
    ]
    assert read_yaml(done.text).troubles == []


# --- the command ----------------------------------------------------------------------------------------------


def test_the_command_rewrites_the_file_and_says_what_it_changed(rubric_file, run):
    """A second run has nothing to do."""
    path = rubric_file(OLD)
    done = run("rubric", "migrate", path)
    assert done.code == 0
    assert (
        done.out.splitlines()[0] == f"{path}: version 1 of the rubric language; version 2 has these changes:"
    )
    assert "  line 14: transform: ln  (the natural logarithm has one name)" in done.out.splitlines()
    assert Path(path).read_text(encoding="utf-8") == NEW
    again = run("rubric", "migrate", path)
    assert (again.code, again.out) == (
        0,
        f"{path}: version 2 of the rubric language, the newest; nothing to do.\n",
    )


def test_check_writes_nothing(rubric_file, run):
    """Exit 1 where there is something to do, 0 where not."""
    path = rubric_file(OLD)
    done = run("rubric", "migrate", path, "--check")
    assert (done.code, Path(path).read_text(encoding="utf-8")) == (1, OLD)
    assert f"Nothing was written. To make the changes: pkassess rubric migrate {path}" in done.out
    assert run("rubric", "migrate", "partnership", "--check").code == 0


def test_an_output_leaves_the_file_as_it_is(rubric_file, run, tmp_path):
    """What is migrated stands in the other file."""
    path, other = rubric_file(OLD), tmp_path / "new.yaml"
    assert run("rubric", "migrate", path, "-o", str(other)).code == 0
    assert (Path(path).read_text(encoding="utf-8"), other.read_text(encoding="utf-8")) == (OLD, NEW)
    other.write_text("mine", encoding="utf-8")
    done = run("rubric", "migrate", path, "-o", str(other))
    assert (done.code, "PK348" in done.err, other.read_text(encoding="utf-8")) == (2, True, "mine")
    assert run("rubric", "migrate", path, "-o", str(other), "--force").code == 0


def test_problems_that_are_none_of_the_version_are_mentioned(rubric_file, run):
    """They are listed by `rubric check`."""
    path = rubric_file(OLD.replace("label: Acts", "lable: Acts"))
    done = run("rubric", "migrate", path)
    assert done.code == 0
    assert (
        done.out.splitlines()[-1]
        == f"It has problems that are none of the version: pkassess rubric check {path}"
    )


def test_a_file_that_is_not_utf_8_is_left_alone(tmp_path, run):
    """What cannot be read as text would be written wrongly."""
    path = tmp_path / "latin.yaml"
    path.write_bytes(OLD.replace("Wealth", "Qualité").encode("latin-1"))
    done = run("rubric", "migrate", str(path))
    assert (done.code, "not UTF-8 text" in done.err) == (2, True)
    assert path.read_bytes().startswith(b"# Agreed")
