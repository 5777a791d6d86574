"""A rubric on paper: whatever the file says can be read in the page, in plain words."""

from __future__ import annotations

import re

import pytest
from cases import PLAIN

from pkassess.library import bundled, load
from pkassess.rubric import Indicator
from pkassess.texts import say


@pytest.fixture
def page(run, rubric_file):
    """The page of a rubric (a bundled name or YAML text) on one line, each stretch of spaces being one."""

    def show(rubric, *options):
        done = run("rubric", "show", rubric if rubric in bundled() else rubric_file(rubric), *options)
        assert done.code == 0, done.err
        return re.sub(r"\s+", " ", done.out)

    return show


def scaled(scale, rest=""):
    """The small rubric with another scale for its indicator."""
    return PLAIN.replace("scale: {type: goalposts, bottom: 0, top: 100}", f"{rest}scale: {{{scale}}}")


# --- list ---------------------------------------------------------------------------------------------------


def test_the_list_names_every_bundled_rubric(run):
    """With version, label, what it is for, its size, and the columns that it needs."""
    done = run("rubric", "list")
    for name in bundled():
        rubric = load(name)
        assert f"{name} {rubric.version}" in done.out
        assert f"{len(rubric.indicators)} indicators in {len(rubric.dimensions)} dimensions" in done.out
    assert "columns mission, authority, period" in done.out
    assert "pkassess rubric show NAME" in done.out


# --- show ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(bundled()))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_text_of_a_bundled_rubric_is_on_its_page(page, name, language):
    """Questions, reasons, descriptors, sources, alarms, facts; in the language asked for."""
    rubric, text = load(name), page(name, "--lang", language)

    def has(part):
        return " ".join(say(part, language).split()) in text

    for dimension in rubric.dimensions.values():
        assert all(
            map(
                has, (dimension.label, dimension.question, dimension.because, *dimension.descriptors.values())
            )
        ) or (say(dimension.label, language).upper() in text)
        for child in dimension.children:
            assert has(child.because)
    for indicator in rubric.indicators.values():
        parts = (
            indicator.label,
            indicator.question,
            indicator.because,
            indicator.scale.because,
            indicator.evidence,
        )
        assert all(map(has, parts)), indicator.id
        assert indicator.id in text
        assert all(map(has, getattr(indicator.scale, "items", {}).values()))
        assert all(map(has, indicator.anchors.values()))
    for item in rubric.diagnostic_items.values():
        assert has(item.question)
    for fact in rubric.facts.values():
        assert has(fact.label)


@pytest.mark.parametrize("name", sorted(bundled()))
def test_lines_stay_within_the_page(run, name):
    """80 columns, but for column names that are longer."""
    lines = run("rubric", "show", name).out.splitlines()
    assert all(len(line) <= 80 for line in lines)


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        (
            "type: curve, knots: [50, 15, 5, 2, 0.5, 0]",
            "50 scores 0, 15 scores 20, 5 scores 40, 2 scores 60, 0.5 scores 80, 0 scores 100; straight lines between",
        ),
        ("type: curve, knots: [[0, 0], [10, 100]]", "0 scores 0, 10 scores 100"),
        (
            "type: rate, per: 100000, time_base: 12, knots: [5, 4, 3, 2, 1, 0]",
            "times 100,000, counted over 12 months",
        ),
        ("type: percent, knots: [0, 20, 40, 60, 80, 100]", "The value, or numerator and denominator."),
        ("type: band, points: [[80, 0], [100, 100], [120, 0]]", "80 scores 0, 100 scores 100, 120 scores 0"),
        ("type: likert", "1 scores 0, 2 scores 25, 3 scores 50, 4 scores 75, 5 scores 100"),
        ("type: likert, points: 3, reverse: true", "1 scores 100, 2 scores 50, 3 scores 0"),
        ("type: goalposts, bottom: 20, top: 85", "20 scores 0, 85 scores 100"),
        ("type: goalposts, bottom: 20, top: 85, clip: false", "in a straight line between and beyond"),
        ("type: checklist, items: {signed: The plan is signed}", "x.signed The plan is signed"),
        (
            "type: checklist, reverse: true, items: {a: A}",
            "the fewer items are met, the higher the score: 100 for none",
        ),
    ],
)
def test_a_scale_in_words(page, scale, words):
    """So that a score can be checked with a pencil."""
    assert words in page(scaled(scale))


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("unit: percent, ", "0 % scores 0, 100 % scores 100"),
        ("unit: days, ", "0 days scores 0, 100 scores 100"),
        ("limits: [0, null], ", "Limits 0 or more; other values are rejected"),
        ("max_age: 15, ", "carried forward for up to 15 months"),
        ("scope: national, ", "national only"),
        ("key: true, ", "weight 100 %, key indicator"),
        ("family: violence, ", "Family violence"),
        ("kind: survey, ", "Comes from A survey"),
        ("aliases: [ex], ", "Also named ex"),
        ("because: It counts., ", "Weight It counts."),
    ],
)
def test_what_else_is_said_of_an_indicator(page, rest, words):
    """Each property in words."""
    assert words in page(scaled("type: goalposts, bottom: 0, top: 100", rest))


def test_weights_are_shares_of_their_group(page):
    """Whatever they add up to."""
    more = PLAIN.replace(
        "top: 100}}]", "top: 100}, weight: 3}, {id: z, label: Z, weight: 1, scale: {type: likert}}]"
    )
    assert "x weight 75 %" in page(more)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("level_of: whole", "At most the level of Whole."),
        ("weakest_of: [care], plus: 1", "At most the lowest level among Care, plus 1 level."),
        ("at_most: [{when: care >= 60, level: Fragile}]", "At most Fragile if Care is 60 or more."),
        (
            "at_most: [{when: x < 3 and not (x < 1 or care > 2), level: Fragile}]",
            "if x is below 3 and not: (x is below 1 or Care is above 2).",
        ),
        (
            "at_most: [{when: 'class(x) in (weak, excluded)', level: Critical}]",
            "the evidence for x is weak or excluded",
        ),
        ("at_most: [{when: care_level != Fragile, level: Critical}]", "the level of Care is not Fragile"),
        ("at_most: [{when: fact(asked), level: Critical}]", 'it is on record: "They asked"'),
        ("at_most: [{when: not recorded(asked), level: Critical}]", 'it is not on record: "They asked"'),
    ],
)
def test_a_rule_of_the_overall_level_in_words(page, rule, words):
    """Labels instead of ids, words instead of signs."""
    text = PLAIN.replace("level_of: whole", rule) + "facts: {asked: {label: They asked}}\n"
    assert words in page(text)


def test_the_publication_rule_in_words(page):
    """With and without one."""
    assert "Whatever can be computed is published." in page(PLAIN)
    text = page("partnership")
    assert "at least 65 % of the weight that applies is observed" in text
    assert "Below 50 % of the weight the evidence is insufficient" in text


def test_sub_scores_and_diagnostics_are_told_apart_from_scores(page):
    """Shown beside; measured, never scored."""
    text = page("partnership")
    assert "Obstruction (host side) (obstruction): the weighted mean of" in text
    assert "It is no step of the calculation." in text
    assert "low up to 50 %, high from 85 %" in text
    assert "joint_meetings_held_pct__mission" in text


def test_a_rubric_without_periods(page):
    """Said, because a column period is expected elsewhere."""
    assert "There is no period" in page(PLAIN.replace("period: {}\n", ""))


def test_a_language_that_the_rubric_does_not_have(page):
    """The page comes in the rubric's own language, and says so."""
    assert "It has no texts in 'sw'; its languages are en." in page(PLAIN, "--lang", "sw")


def test_the_page_of_a_rubric_cannot_steer_the_terminal(page):
    """Rubrics come from others, too."""
    assert "\u202e" not in page(PLAIN.replace("label: Care", 'label: "Ca\u202ere"'))


def test_every_indicator_stands_under_its_dimension(run):
    """In the order of the file."""
    rubric, text = load("partnership"), run("rubric", "show", "partnership").out
    places = [
        text.index(f"Column       {child.id}\n")
        for dimension in rubric.dimensions.values()
        for child in dimension.children
        if isinstance(child, Indicator)
    ]
    assert places == sorted(places)
