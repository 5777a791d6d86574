"""Writing without half-written results."""

from __future__ import annotations

import os
import stat

import pytest

from pkassess.codes import Code
from pkassess.findings import UsageError
from pkassess.render.files import finished_folder, names_folder, write_text


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("out", True),
        ("out/", True),
        ("out.csv/", True),
        ("out.csv", False),
        ("a.b/out", True),
        ("a/out.json", False),
    ],
)
def test_a_path_that_means_a_folder(path, folder):
    """It ends in a slash or has no ending."""
    assert names_folder(path) is folder


def test_a_folder_with_an_ending_is_a_folder(tmp_path):
    """When it is there already."""
    (tmp_path / "v1.0").mkdir()
    assert names_folder(str(tmp_path / "v1.0"))
    assert not names_folder(str(tmp_path / "v2.0"))


def test_text_is_written_as_it_is(tmp_path):
    """UTF-8 without a byte-order mark, line ends as given, parts in order, an older file replaced."""
    path = tmp_path / "out.csv"
    path.write_text("old and much longer than the new one")
    write_text(str(path), iter(["é\r\n", "b\n"]))
    assert path.read_bytes() == b"\xc3\xa9\r\nb\n"
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX systems")
@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_report_has_the_permissions_of_any_new_file(tmp_path, mask):
    """As the user's umask says, and the umask is left as it was."""
    path = tmp_path / "out.csv"
    before = os.umask(mask)
    try:
        write_text(str(path), ["x"])
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_while_writing_leaves_the_older_file(tmp_path, error):
    """Untouched, with nothing beside it, and the error goes on as it is."""
    path = tmp_path / "out.csv"
    path.write_text("old")

    def parts():
        yield "new"
        raise error

    with pytest.raises(error):
        write_text(str(path), parts())
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"out.csv": "old"}


def test_a_file_in_a_folder_that_is_not_there(tmp_path):
    """A wrong use, told with the path and the reason."""
    path = str(tmp_path / "missing" / "out.csv")
    with pytest.raises(UsageError) as error:
        write_text(path, ["x"])
    (finding,) = error.value.findings
    assert (finding.code, finding.file, finding.facts["found"]) == (
        Code.CANNOT_WRITE,
        path,
        "No such file or directory",
    )


def test_a_file_where_a_folder_stands(tmp_path):
    """The folder stays, and no draft is left."""
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(UsageError):
        write_text(str(tmp_path / "out.csv"), ["x"])
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]


def test_a_folder_appears_when_it_is_finished(tmp_path):
    """Parents are made; until the end nothing stands under its name."""
    target = tmp_path / "deep" / "report"
    with finished_folder(str(target)) as draft:
        (draft / "a.csv").write_text("a")
        assert not target.exists()
        assert draft.parent == target.parent
    assert {file.name: file.read_text() for file in target.iterdir()} == {"a.csv": "a"}
    assert [file.name for file in target.parent.iterdir()] == ["report"]


def test_files_of_an_older_folder_are_replaced_and_others_stay(tmp_path):
    """What the user keeps beside the report is not ours."""
    target = tmp_path / "report"
    target.mkdir()
    (target / "a.csv").write_text("old")
    (target / "notes.txt").write_text("mine")
    with finished_folder(str(target)) as draft:
        (draft / "a.csv").write_text("new")
    assert {file.name: file.read_text() for file in target.iterdir()} == {"a.csv": "new", "notes.txt": "mine"}


def test_an_error_inside_leaves_no_folder(tmp_path):
    """No target, no draft; the error goes on."""
    with pytest.raises(ValueError, match="broken"), finished_folder(str(tmp_path / "report")) as draft:
        (draft / "a.csv").write_text("a")
        raise ValueError("broken")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_where_a_file_stands(tmp_path):
    """A wrong use; the file stays and no draft is left."""
    (tmp_path / "report").write_text("mine")
    with pytest.raises(UsageError) as error, finished_folder(str(tmp_path / "report")) as draft:
        (draft / "a.csv").write_text("a")
    assert error.value.findings[0].code is Code.CANNOT_WRITE
    assert {file.name for file in tmp_path.iterdir()} == {"report"}
