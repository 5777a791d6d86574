"""The column-map file: what it says, and what is said of one that cannot be used."""

from __future__ import annotations

import pytest

from pkassess.columnmap import read_column_map
from pkassess.findings import UsageError

DATA = "mission,authority,authority_level,No,Postes\nUNMAV,Karuvel,adm2,7,46\n"


@pytest.fixture
def made(tmp_path):
    def write(content):
        path = tmp_path / "map.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def problems_of(path):
    with pytest.raises(UsageError) as caught:
        read_column_map(path)
    return [item.message.removeprefix("The column map cannot be used: ") for item in caught.value.findings]


def test_every_word_is_a_text(made):
    """Columns are called No and 2024, places 007; none of them is a switch or a number."""
    read = read_column_map(
        made("columns: {No: '', 2024: a, on: b, null: c}\nvalues: {period: 2025, place_code: 007}\nnames:\n")
    )
    assert read.columns == {"no": "", "2024": "a", "on": "b", "null": "c"}
    assert (read.values, read.names) == ({"period": "2025", "place_code": "007"}, {})


def test_addresses_and_the_fiscal_year(made):
    """Cells count from zero inside the program."""
    read = read_column_map(made("cells: {B3: mission, $c$10: authority}\nfiscal_year_start: 7\n"))
    assert (read.cells, read.fiscal_start) == ({(2, 1): "mission", (9, 2): "authority"}, 7)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty; expected one or more of columns, cells"),
        ("# nothing\n", "the file is empty"),
        ("- a\n- b\n", "the file holds a list; expected one or more of columns"),
        ("columns\n", "the file holds 'columns'"),
        ("\ncolums:\n  a: b\n", "line 2: 'colums' is no part of a map; expected columns"),
        (
            "columns:\n  A: x\n  A: y\n",
            "line 3: 'A' is there twice, first in line 2; expected every text once.",
        ),
        ("columns:\n  No: x\n  NO: y\n", "line 3: 'NO' is there twice, first in line 2"),
        ("names:\n  É: x\n\n  e: y\n", "line 4: 'e' is there twice, first in line 2"),
        ("cells:\n  B3: x\n  $b$3: y\n", "line 3: '$b$3' is there twice, first in line 2"),
        ("cells:\n  Z: x\n", "line 2: in cells, 'Z' is no address of a cell; expected one such as B3."),
        ("columns: [a]\n", "line 1: columns is a list; expected pairs such as 'text in the workbook: name'."),
        ("columns:\n  A: [b]\n", "line 2: in columns, 'A' is a list; expected one name."),
        ("values:\n  mission:\n", "line 2: in values, 'mission' has no value; expected a pair such as"),
        ("fiscal_year_start: July\n", "line 1: fiscal_year_start is 'July'; expected the number of a month"),
        ("fiscal_year_start: 13\n", "line 1: fiscal_year_start is '13'"),
        ("columns:\n\tA: x\n", "line 2: found character that cannot start any token; expected YAML"),
        ("a: b\0\n", "line 1: unacceptable character #x0000: control characters are not allowed; expected"),
        (b"names:\n  a: \xff\n", "line 2: byte 0xFF is no UTF-8 text; expected a text file in UTF-8."),
        ("columns: &a {x: *a}\n", "line 1: an alias stands inside what it names"),
        ("columns: " + "[" * 5000, "line 1: the file is nested too deeply"),
        (b"#" * (1 << 21), "it holds more than 1 MiB; expected a small text file."),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(made, content, said):
    """What was found, and what was expected."""
    assert problems_of(made(content))[0].startswith(said)


def test_every_problem_is_named_at_once(made):
    """So that a map is mended in one go."""
    assert len(problems_of(made("colums: {}\nvalues: {mission: }\nnames: [a]\nfiscal_year_start: x\n"))) == 4


def test_a_map_that_is_no_file(tmp_path):
    """A folder, and a name that is not there, with the one that may have been meant."""
    (tmp_path / "map.yaml").mkdir()
    assert problems_of(str(tmp_path / "map.yaml")) == ["it is a folder; expected a text file."]
    (near,) = problems_of(str(tmp_path / "mep.yaml"))
    assert near == "there is no such file; expected a text file. Did you mean 'map.yaml'?"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "columns:\n  Postes: posts_filed_pct\n",
            "line 2: in columns, 'posts_filed_pct' is no column of the rubric",
        ),
        ("cells:\n  B3: misson\n", "line 2: in cells, 'misson' is no column of the rubric"),
        (
            "values:\n  period: 2025\n  perid: 2025\n",
            "line 3: in values, 'perid' is no key; expected one of mission",
        ),
        ("values:\n  posts_filled_pct: 4\n", "line 2: in values, 'posts_filled_pct' is no key"),
    ],
)
def test_names_that_the_rubric_does_not_have(run, made, tmp_path, content, said):
    """The rubric is known only when the data are read."""
    data = tmp_path / "data.csv"
    data.write_text(DATA, encoding="utf-8")
    done = run("score", str(data), "--column-map", made(content))
    assert (done.code, done.out) == (2, "")
    assert "".join(said.split()) in "".join(done.err.split()), done.err


def test_keys_of_values_may_have_their_other_names(run, made, tmp_path):
    """As columns may."""
    data = tmp_path / "data.csv"
    data.write_text(DATA, encoding="utf-8")
    content = "columns: {Postes: posts_filled_pct, No: ''}\nvalues: {Année: 2025}\n"
    done = run("score", str(data), "--column-map", made(content), "-f", "csv", "--no-uncertainty")
    assert [row["period"] for row in done.rows()] == ["2025"], done.err
