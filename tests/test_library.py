"""Faults of a rubric file: each with its code, its line and column, and what to write instead; all in one run."""

from __future__ import annotations

import pickle

import pytest
from cases import PLAIN

from pkassess import library
from pkassess.findings import UsageError

SCALE = "type: goalposts, bottom: 0, top: 100"


def faults(text):
    """Every fault of a rubric's text as (code, line:column, message, what to write instead)."""
    with pytest.raises(UsageError) as caught:
        library.read_rubric(text, "own.yaml")
    return [
        (item.code.id, item.cell, item.message, item.facts.get("suggestion", "").strip())
        for item in caught.value.findings
    ]


def changed(before, after):
    """The small rubric with one change, and the line:column where the changed text begins."""
    assert before in PLAIN
    at = PLAIN.index(before)
    return PLAIN.replace(before, after, 1), PLAIN[:at].count("\n") + 1, at - PLAIN.rfind("\n", 0, at)


def fault(before, after, mark=None):
    """The only fault after one change; it has to stand where ``mark`` stands in the changed text."""
    text, line, column = changed(before, after)
    ((code, cell, message, instead),) = faults(text)
    if mark is not None:
        inside = after.index(mark)
        line += after[:inside].count("\n")
        column = inside - after.rfind("\n", 0, inside) if "\n" in after[:inside] else column + inside
        assert cell == f"{line}:{column}"
    return code, message, instead


# --- the file itself ----------------------------------------------------------------------------------------


def test_text_that_is_not_yaml():
    """The place where reading broke off."""
    code, _, _ = fault("label: Care", "label: Care: x", ": x")
    assert code == "PK201"


def test_a_tab_in_the_indentation():
    """The commonest mistake of all gets a sentence of its own."""
    code, _, instead = fault("  care:", "\tcare:")
    assert (code, instead) == ("PK201", "indent with spaces; YAML refuses tabs")


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b"])
def test_a_file_that_is_no_rubric(text):
    """A sentence instead of a list of missing keys."""
    ((code, _, message, _),) = faults(text)
    assert code == "PK206"
    assert "block of keys" in message


def test_a_block_in_place_of_a_key():
    """One bracket too many, in a sentence and not in the words of the parser."""
    text, *_ = changed("children: [{id: x, label: x", "children: [{{id: x}: y, id: x, label: x")
    ((code, _, message, _),) = faults(text)
    assert (code, message) == ("PK201", "a block or list in brackets stands where the name of a key belongs")


def test_a_key_given_twice_names_the_first_line():
    """YAML itself would keep the last one in silence."""
    code, message, _ = fault("label: Care", "label: Care\n    label: Dare", "label: Dare")
    assert (code, message) == ("PK202", "key 'label' is given twice; first in line 19")


@pytest.mark.parametrize("word", ["no", "Yes", "off", "y"])
def test_a_bare_word_that_some_readers_take_for_true_or_false(word):
    """It has to be written in quotes, or as true or false."""
    code, message, _ = fault("label: Care", f"label: {word}", word)
    assert code == "PK203"
    assert f"the word {word} can be read as true or false" in message


def test_a_fault_in_a_block_that_an_anchor_repeats_is_told_once():
    """The block stands in the file once."""
    text, *_ = changed("period: {}", "period: &p {aliases: [], aliases: []}\nlevels_: *p")
    assert sorted(code for code, *_ in faults(text)) == ["PK202", "PK204"]


# --- keys ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "mark", "place", "instead"),
    [
        (
            "    levels: footing",
            "    levels: footing\n    polarty: negative",
            "polarty",
            "dimension 'care'",
            "polarity",
        ),
        ("id: x, label: x", "id: x, label: x, wieght: 1", "wieght", "'x'", "weight"),
        (SCALE, f"{SCALE}, clipp: true", "clipp", "the scale of 'x'", "clip"),
        ("period: {}", "period: {lable: Year}", "lable", "'period'", "label"),
        ("id: Fragile, from", "id: Fragile, maening: weak, from", "maening", "level 'Fragile'", "meaning"),
        ("level_of: whole", "level_of: whole, becuase: so", "becuase", "rule 'whole'", "because"),
        ("{use: care}", "{use: care, wieght: 1}", "wieght", "'care'", "weight"),
    ],
)
def test_an_unknown_key_gets_the_nearest_one_allowed_there(before, after, mark, place, instead):
    """The caret stands under the key."""
    code, message, suggestion = fault(before, after, mark)
    assert (code, message) == ("PK204", f"unknown key '{mark}' in {place}")
    assert suggestion == f"Did you mean '{instead}'?"


def test_a_key_that_is_allowed_elsewhere_only_is_not_proposed():
    """``knots`` belongs in the scale, not beside it; in a small block all its keys are listed."""
    assert fault("id: x, label: x", "id: x, label: x, knots: [0, 1]", "knots")[2] == "No such key here."
    assert (
        fault("{use: care}", "{use: care, knots: 1}", "knots")[2]
        == "Allowed here: because, reverse, use, weight."
    )


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("    label: Care\n", "", "dimension 'care' lacks the key 'label'"),
        ("id: plain\n", "", "the rubric lacks the key 'id'"),
        (SCALE, "type: goalposts, bottom: 0", "the scale of 'x' lacks the key 'top'"),
        (SCALE, "bottom: 0, top: 100", "the scale of 'x' lacks the key 'type'"),
        (", scale: {" + SCALE + "}", "", "'x' lacks the key 'scale'"),
    ],
)
def test_a_missing_key(before, after, message):
    """What lacks it is named, and marked."""
    assert fault(before, after)[:2] == ("PK205", message)


# --- values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "mark", "message", "instead"),
    [
        ('version: "1"', "version: 1.0", "1.0", "expected a text in quotes, found 1", ""),
        ("label: Care", "label: 5", "5", "expected a text, or one text per language, found 5", ""),
        ("keys: {mission: {}", "keys: {mission: [a]", "[a]", "expected a block of keys", ""),
        ("id: Fragile, from: 20", "id: Fragile, from: low", "low", "expected a number, found 'low'", ""),
        ("short: F}", "short: Fragile}", "Fragile", "expected at most 4 characters", ""),
        ("id: x, label: x", "id: x, label: x, key: 1", "1", "expected true or false, found 1", ""),
        ("id: x, label: x", "id: x, label: x, kind: jugement", "jugement", "'register'", "judgement"),
        ("type: goalposts", "type: goalpost", "goalpost", "'likert'", "goalposts"),
        ("id: x, label: x", "id: x, label: x, limits: [0]", "[0]", "expected two values", ""),
        ("id: x, label: x", "id: 1x, label: x", "1x", "a letter, then letters, digits and _ only", ""),
        ("id: plain", "id: Plain One", "Plain One", "small letters, digits and - only", ""),
        ("children: [{use: care}]", "children: []", "[]", "expected at least 1", ""),
        ("pkassess: 1", "pkassess: 0", "0", "expected 1 or 2, found 0", ""),
    ],
)
def test_a_value_of_the_wrong_kind(before, after, mark, message, instead):
    """Plain words say what is expected and what was found."""
    text, line, column = changed(before, after)
    _, cell, said, suggestion = next(item for item in faults(text) if item[0] == "PK206")
    assert message in said
    assert cell == f"{line}:{column + after.rindex(mark)}"
    assert instead in suggestion


# --- weights, knots, levels ---------------------------------------------------------------------------------


def test_a_negative_weight():
    """Of an indicator, and of a use."""
    assert fault("id: x, label: x", "id: x, label: x, weight: -1", "-1")[:2] == (
        "PK207",
        "the weight of 'x' is -1",
    )
    assert fault("{use: care}", "{use: care, weight: -1}", "-1")[:2] == (
        "PK207",
        "the weight of 'care' is -1",
    )


def test_weights_that_are_all_zero():
    """Nothing could be scored."""
    code, message, _ = fault("id: x, label: x", "id: x, label: x, weight: 0")
    assert (code, message) == ("PK207", "all weights of 'care' are zero")


@pytest.mark.parametrize(
    ("scale", "mark", "found"),
    [
        ("type: curve, knots: [0, 20, 41, 40, 80, 100]", "40,", "40 after 41"),
        ("type: curve, knots: [100, 80, 85, 40, 20, 0]", "85", "85 after 80"),
        ("type: percent, knots: [0, 20, 20, 60, 80, 100]", "20, 60", "20 after 20"),
        ("type: rate, per: 100, knots: [[9, 0], [5, 50], [7, 100]]", "7", "7 after 5"),
        ("type: band, points: [[1, 0], [3, 100], [2, 0]]", "2, 0", "2 after 3"),
    ],
)
def test_knots_out_of_order_are_marked_at_the_number(scale, mark, found):
    """Not at the list."""
    code, message, _ = fault(SCALE, scale, mark)
    assert (code, message) == ("PK211", f"knots of 'x' do not run in one direction: {found}")


def test_knots_that_do_not_fit_the_scores():
    """Too few for the scores of the rubric; a score outside its range."""
    code, message, _ = fault(SCALE, "type: curve, knots: [1, 2, 3]", "[1")
    assert (code, message) == ("PK206", "'x': 3 knots for the 6 scores 0, 20, 40, 60, 80, 100")
    assert "outside 0 to 100" in fault(SCALE, "type: curve, knots: [[1, 0], [2, 300]]", "[[1")[1]
    assert "two or more" in fault(SCALE, "type: curve, knots: []", "[]")[1]


def test_goalposts_without_a_distance():
    """Bottom and top are the same."""
    assert fault(SCALE, "type: goalposts, bottom: 5, top: 5")[1] == "'x': bottom and top are both 5"


def test_a_text_among_knots_is_told_once():
    """Although knots may be numbers or pairs."""
    code, message, _ = fault(SCALE, "type: curve, knots: [1, a, 3]", "a, 3")
    assert (code, message) == ("PK206", "the scale of 'x': knots, entry 2: expected a number, found 'a'")


def test_levels_out_of_order():
    """Marked at the bound that is not above the one before."""
    code, message, _ = fault("id: Fragile, from: 20", "id: Fragile, from: 0", "0")
    assert (code, message) == ("PK212", "level 'Fragile' starts at 0, not above 0")


# --- names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "mark", "instead"),
    [
        ("{use: care}", "{use: car}", "car", "care"),
        ("level_of: whole", "level_of: hole", "hole", "whole"),
        ("level_of: whole", "weakest_of: [care, cares]", "cares", "care"),
        ("    levels: footing", "    levels: footings", "footings", "footing"),
        ("label: Care", "label: Care\n    descriptors: {Fragil: weak}", "Fragil", "Fragile"),
        ("label: Care", "label: Care\n    sub_scores: {s: {label: S, of: [xx]}}", "[", ""),
        ("level_of: whole", "at_most: [{when: care > 1, level: Fragil}]", "Fragil", "Fragile"),
        ("level_of: whole", "at_most: [{when: caer > 1, level: Fragile}]", "caer", "care"),
        ("level_of: whole", "at_most: [{when: clas(x) == weak, level: Fragile}]", "clas", ""),
    ],
)
def test_a_name_that_does_not_exist_gets_the_nearest_one(before, after, mark, instead):
    """Uses, rules, levels, descriptors, sub-scores, conditions."""
    text, line, _ = changed(before, after)
    ((code, cell, _, suggestion),) = faults(text)
    assert code == "PK208"
    assert cell.startswith(f"{line + after[: after.index(mark)].count(chr(10))}:")
    assert instead in suggestion


@pytest.mark.parametrize("condition", ["care >", "care >= 1 and", "(care > 1", "care ~ 1"])
def test_a_condition_that_cannot_be_understood(condition):
    """Marked at the condition."""
    code, _, _ = fault("level_of: whole", f"at_most: [{{when: '{condition}', level: Fragile}}]", "'")
    assert code == "PK209"


def test_names_that_would_mean_two_columns():
    """Aliases are compared as headers are: without case and punctuation."""
    other = "{id: z, label: Z, aliases: [X!], scale: {type: likert}}"
    code, message, _ = fault("top: 100}}]", f"top: 100}}}}, {other}]", "X!")
    assert (code, message) == ("PK210", "'X!' is the id, label or alias of two things: x and z")


@pytest.mark.parametrize(
    ("items", "mark", "message"),
    [
        (
            "Plan A: x, plan_a: z",
            "plan_a: z",
            "'plan_a' is the id, label or alias of two things: the items 'Plan A' and 'plan_a' of z",
        ),
        (
            "a: Open, b: open",
            "open",
            "'open' is the id, label or alias of two things: the items 'a' and 'b' of z",
        ),
        (
            "a: Plan, plan: Act",
            "Plan",
            "'Plan' is the id, label or alias of two things: the items 'plan' and 'a' of z",
        ),
        (
            "'--': x",
            "'--'",
            "'z': the item '--' has no letter or digit, so no column can name it; give it an id that has",
        ),
        ("one: x", "one: x", "'z.one' is the id, label or alias of two things: an item of z, and zone"),
    ],
)
def test_items_that_no_column_or_one_column_could_name_twice(items, mark, message):
    """Columns of items are compared as headers are, so that no answer goes to another item."""
    other = f"{{id: zone, label: Zone, scale: {{type: likert}}}}, {{id: z, label: Z, scale: {{type: checklist, items: {{{items}}}}}}}"
    code, said, _ = fault("top: 100}}]", f"top: 100}}}}, {other}]", mark)
    assert (code, said) == ("PK206" if "--" in items else "PK210", message)


def test_a_key_that_is_called_like_an_indicator():
    """Its column would be read as the key alone."""
    text, *_ = changed("period: {}", "period: {aliases: [X.]}")
    said = {(code, message) for code, _, message, _ in faults(text)}
    assert said == {("PK210", "'x' is the id, label or alias of two things: period and x")}


def test_a_rule_of_two_forms_or_none():
    """It has exactly one."""
    assert (
        "has level_of and weakest_of"
        in fault("level_of: whole", "level_of: whole, weakest_of: [care]", "weakest")[1]
    )
    assert "none of them" in fault(", level_of: whole", "")[1]


def test_an_index_that_uses_itself():
    """However far round."""
    assert fault("children: [{use: care}]", "children: [{use: whole}]")[1] == "whole: it uses itself"


# --- all at once --------------------------------------------------------------------------------------------


def test_all_faults_are_reported_together_in_the_order_of_the_file():
    """A fault of one kind, even in the same block, hides none of another kind."""
    text = PLAIN
    for before, after in (
        ("id: plain", "id: plain\nlable: x"),
        ("from: 20", "from: 0"),
        ("label: Care", "label: no"),
        (SCALE, "type: rate, knots: [1, 2, 4, 3, 5, 6], becuase: x"),
        ("id: x, label: x", "id: x, label: x, weight: -2"),
        ("{use: care}", "{use: car}"),
        ("level_of: whole", "level_of: whole, at_most: [{when: care >, level: Fragil}]"),
    ):
        assert before in text
        text = text.replace(before, after, 1)
    found = faults(text)
    assert sorted(code for code, *_ in found) == sorted(
        ["PK204", "PK212", "PK203", "PK207", "PK205", "PK211", "PK204", "PK208", "PK206", "PK209", "PK208"]
    )
    places = [tuple(map(int, cell.split(":"))) for _, cell, *_ in found]
    assert places == sorted(places)


def test_check_lists_what_load_refuses(rubric_file):
    """And nothing for a rubric without a fault."""
    assert library.check(rubric_file(PLAIN)) == []
    (item,) = library.check(rubric_file(PLAIN.replace("label: Care", "lable: Care, x"), "bad.yaml"))[:1]
    assert item.file.endswith("bad.yaml")


@pytest.mark.parametrize("name", sorted(library.bundled()))
def test_bundled_rubrics_have_no_fault(name):
    """Read anew, not from what was kept."""
    assert library.check(name) == []


# --- finding and keeping ------------------------------------------------------------------------------------


def test_a_rubric_that_does_not_exist():
    """The nearest bundled one is proposed."""
    with pytest.raises(UsageError) as caught:
        library.load("partnershp")
    (item,) = caught.value.findings
    assert (item.code.id, "'partnership'" in item.message) == ("PK200", True)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """An empty cache folder; what is kept in it comes back as a list of files."""
    monkeypatch.delenv("PKASSESS_NO_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return lambda: sorted((tmp_path / "cache").rglob("*.pickle"))


def test_the_kept_form_says_the_same_as_the_file(kept, rubric_file):
    """The second reading takes the kept form; the rubric is equal."""
    path = rubric_file(PLAIN)
    first = library.load(path)
    assert len(kept()) == 1
    assert library.load(path) == first
    assert pickle.loads(kept()[0].read_bytes()) == first


@pytest.mark.parametrize("content", [b"", b"not a pickle", pickle.dumps({"id": "plain"})[:-3]])
def test_a_broken_kept_form_is_made_anew(kept, rubric_file, content):
    """Nobody notices."""
    path = rubric_file(PLAIN)
    first = library.load(path)
    kept()[0].write_bytes(content)
    assert library.load(path) == first
    assert pickle.loads(kept()[0].read_bytes()) == first


def test_a_changed_file_is_not_taken_from_what_was_kept(kept, rubric_file):
    """The kept form goes by the content."""
    library.load(rubric_file(PLAIN))
    assert library.load(rubric_file(PLAIN.replace("label: Care", "label: Cure"))).dimensions[
        "care"
    ].label == {"": "Cure"}
    assert len(kept()) == 2


def test_nothing_is_kept_of_a_rubric_with_faults_or_where_nobody_may_write(
    kept, rubric_file, monkeypatch, tmp_path
):
    """A read-only home costs only time."""
    with pytest.raises(UsageError):
        library.load(rubric_file(PLAIN.replace("label: Care", "lable: Care")))
    assert kept() == []
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert library.load(rubric_file(PLAIN, "good.yaml")).id == "plain"
