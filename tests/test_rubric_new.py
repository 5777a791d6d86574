"""A starter rubric: whole, explained, and ready to score."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pkassess.findings import UsageError
from pkassess.library import load, read_rubric
from pkassess.starter import id_from, starter
from pkassess.yamlwrite import yaml_text


@pytest.fixture
def own(run, tmp_path):
    """A starter with two dimensions, as the command writes it."""
    path = tmp_path / "our_rubric.yaml"
    done = run("rubric", "new", "-o", str(path), "--dimensions", "Public safety,Water")
    assert done.code == 0
    return str(path)


def test_it_passes_the_check(own, run):
    """As it is; its id is the name of the file, its dimensions are those asked for."""
    assert run("rubric", "check", own).out == f"{own}: no problem found.\n"
    rubric = load(own)
    assert rubric.id == "our-rubric"
    assert {name: node.label for name, node in rubric.dimensions.items()} == {
        "public_safety": {"": "Public safety"},
        "water": {"": "Water"},
    }


def test_it_scores_a_small_workbook(own, run, workbook):
    """Worked by hand: 55 % is the knot of 60 points; 4 of 5 is 75; two of three items are 66.7; 20 days are 75."""
    data = workbook(
        """
        | Mission | District | Year | public_safety_share_pct | public_safety_rating | public_safety_checklist.agreed | public_safety_checklist.funded | public_safety_checklist.reviewed | water_share_pct | water_days |
        |---------|----------|------|-------------------------|----------------------|--------------------------------|--------------------------------|----------------------------------|-----------------|------------|
        | UNMAV   | Karuvel  | 2025 | 55                      | 4                    | yes                            | yes                            | no                               | 70              | 20         |
        """
    )
    done = run("score", data, "-r", own, "-f", "csv", "--no-uncertainty", "-q")
    assert done.code == 0, done.err
    (row,) = done.rows()
    safety, water = (2 * 60 + 75 + 200 / 3) / 4, (2 * 80 + 75) / 3
    assert float(row["public_safety"]) == pytest.approx(safety)
    assert float(row["water"]) == pytest.approx(water)
    assert float(row["index"]) == pytest.approx((safety * water) ** 0.5)
    assert (row["public_safety_level"], row["water_level"], row["overall_level"]) == (
        "Established",
        "Established",
        "Established",
    )


def test_it_explains_itself(own):
    """A remark on every field of the first dimension and on every block; the schema is named for editors."""
    lines = open_lines(own)
    assert lines[0] == "# yaml-language-server: $schema=rubric.schema.json"
    blocks = (
        "pkassess:",
        "id:",
        "version:",
        "languages:",
        "label:",
        "description:",
        "sources:",
        "keys:",
        "period:",
        "overall:",
        "alarms:",
    )
    for block in blocks:
        assert any(line.startswith(block) and " # " in line for line in lines), block
    first = lines[
        lines.index("dimensions:") : next(at for at, line in enumerate(lines) if line.startswith("  water:"))
    ]
    explained = {line.split(":")[0].strip(" -") for line in first if " # " in line}
    assert {
        "public_safety",
        "label",
        "levels",
        "id",
        "question",
        "unit",
        "type",
        "knots",
        "kind",
        "key",
        "max_age",
        "scale",
    } <= explained
    assert any("pkassess rubric check our_rubric.yaml" in line for line in lines)


def open_lines(path):
    """The lines of a file."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        return file.read().splitlines()


def test_an_editor_finds_nothing_wrong_with_it(own, run):
    """It fits the schema that it names."""
    import json

    import jsonschema

    schema = json.loads(run("rubric", "schema").out)
    with open(own, encoding="utf-8") as file:  # noqa: PTH123
        jsonschema.validate(json.loads(json.dumps(yaml.safe_load(file))), schema)


def test_a_file_that_is_there_stays(own, run):
    """Unless --force says otherwise."""
    before = open_lines(own)
    done = run("rubric", "new", "-o", own)
    assert (done.code, "PK348" in done.err, open_lines(own)) == (2, True, before)
    assert run("rubric", "new", "-o", own, "--force", "--id", "other").code == 0
    assert list(load(own).dimensions) == ["safety", "services"]
    assert load(own).id == "other"


def test_without_an_output_it_is_printed(run):
    """So that it can be piped."""
    done = run("rubric", "new", "--dimensions", "3")
    assert list(read_rubric(done.out, "-").dimensions) == ["dimension_1", "dimension_2", "dimension_3"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--dimensions", "0"), "'0' of them; expected 1 to 20"),
        (("--dimensions", "21"), "'21' of them; expected 1 to 20"),
        (("--dimensions", "-1"), "'-1' of them; expected 1 to 20"),
        (("--dimensions", "2.5"), "'2.5' of them; expected 1 to 20"),
        (("--dimensions", " , "), "there are 0 of them"),
        (("--dimensions", "Health,health!"), "'health!' would stand for two things"),
        (("--dimensions", "Overall index"), "'Overall index' would stand for two things"),
        (("--id", "Our Rubric"), "--id cannot be 'Our Rubric'"),
        (("--id", "yes"), "YAML takes this word for something else"),
        (("-o", "rubric.txt"), "has to end in .yaml or .yml"),
    ],
)
def test_names_that_cannot_be_used(run, options, message):
    """One message, and nothing written."""
    done = run("rubric", "new", *options)
    assert (done.code, done.out) == (2, "")
    assert message in " ".join(done.err.split())


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=3))
def test_whatever_the_dimensions_are_called(labels):
    """Names in any script, with quotes, brackets or colons: a rubric without problems, or a clear refusal."""
    try:
        text = starter("own", ",".join(labels))
    except UsageError:
        return
    rubric = read_rubric(text, "own.yaml")
    assert read_rubric(yaml_text(rubric), "again.yaml") == rubric


@pytest.mark.parametrize("word", ["No", "null", "and", "Phase", "1st", "تقييم"])
def test_words_that_mean_something_else_are_not_taken_for_names(word):
    """To YAML, to conditions, or as a column: such a dimension is called dimension_..., its label stays."""
    ((name, node),) = read_rubric(starter("own", word), "own.yaml").dimensions.items()
    assert name.startswith("dimension_")
    assert node.label == {"": word}


@pytest.mark.parametrize(
    ("name", "found"),
    [("our_rubric", "our-rubric"), ("Évaluation 2025", "evaluation-2025"), ("2025", "own"), ("تقييم", "own")],
)
def test_an_id_from_a_file_name(name, found):
    """Small letters, digits and -, a letter first."""
    assert id_from(name) == found


@pytest.mark.parametrize(
    ("file", "named"), [("n.yaml", "own"), ("true.yml", "own"), ("2 North.yaml", "north")]
)
def test_a_file_called_like_a_word_of_yaml(run, tmp_path, file, named):
    """The rubric gets a name that its own check takes."""
    path = str(tmp_path / file)
    assert run("rubric", "new", "-o", path).code == 0
    assert run("rubric", "check", path).code == 0
    assert f"id: {named} " in (tmp_path / file).read_text(encoding="utf-8")
