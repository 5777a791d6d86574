"""Every name that the columns of a rubric's tables can have, and what each means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pkassess.columnwords import (
    CONTEXT_ALSO,
    CONTEXT_WORDS,
    DATA_ROLES,
    FIELD_WORDS,
    MEASURED,
    PERIOD_PARTS,
    REPORTED,
    SISTER_PARTS,
    SISTER_WORDS,
    ColumnName,
    Role,
)
from pkassess.othervalues import PLANNED, SOME_PEOPLE, other_group, other_value
from pkassess.rubric import CONTEXT_COLUMNS
from pkassess.surveytools import BEHIND_GROUPS, GROUP_MARKS
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.rubric import Diagnostic, Indicator, Key, Rubric
    from pkassess.texts import Text

_SISTER_OF = {fold(word): part for part, words in SISTER_WORDS.items() for word in (part, *words.values())}
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_.-]")
_TAGS = {
    "org": "mission",
    "adm": "authority",
    "loc": "authority",
    "country": "country",
    "date": "period",
    "period": "period",
}
"""The key and context columns that HXL hashtags stand for."""
_NAME_OF = (
    *("{} name", "name of {}", "name of the {}", "nom de {}", "nom du {}", "nom de la {}", "nom de l'{}"),
    *("nombre de {}", "nombre del {}", "nombre de la {}"),
)
"""What a column of keys is called besides the key."""
_OF_A_PLACE = {"code": "placecode", "level": "authoritylevel", "type": "authoritylevel"}
"""What attributes of a place say instead of its name, and the folded column that holds it."""
_NAMING = {"name", "code", "id", "label"}
"""HXL attributes of a column that names the indicator of each row."""
_NUMBER_BEFORE = re.compile(r"^\s*[A-Za-z]{0,2}\d+(?:\.\d+)*[a-z]?\s*[.):-]?\s+|^\s*[A-Za-z]{0,2}\d+[.):]\s*")

_REMARK_BEHIND = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|%|\*)\s*$")
_PART_BEHIND = re.compile(
    rf"(?P<name>.+?)[\s_.-]+(?P<part>{'|'.join(sorted(SISTER_PARTS, key=len, reverse=True))})", re.IGNORECASE
)
"""A part beside a value whose name is joined by another sign than ``__``."""
_NEUTRAL = re.compile(r"num|value|pct|percent|rate|index|total|all|observed|\d{4}|i[a-z]{2}|v[a-z]+")
"""HXL attributes, folded, that say nothing of whose value it is: kind of number, year, indicator set, vocabulary."""


def item_questions(checklist: str, items: Iterable[str]) -> dict[str, str]:
    """The name that a survey form gives to the question for each item of a checklist.

    It is the item's id behind ``__``, in letters that survey tools take; an item that is called like a sister column is
    marked as one, and one whose id has other letters goes by its number.
    """
    found = {}
    for number, item in enumerate(items, 1):
        letters = (one for one in unicodedata.normalize("NFKD", item) if not unicodedata.combining(one))
        plain = _NOT_PLAIN.sub("_", "".join(letters))
        if fold(plain) != fold(item):
            plain = f"item__{number}"
        elif fold(item) in _SISTER_OF:
            plain = f"item__{plain}"
        found[item] = f"{checklist}__{plain}"
    return found


def _names_of(name: str, key: Key) -> tuple[str, ...]:
    return name, *key.label.values(), *key.aliases


@dataclass
class Vocabulary:
    """Every header name that a rubric knows, folded."""

    rubric: Rubric
    measures: dict[str, str] = field(default_factory=dict)
    others: dict[str, ColumnName] = field(default_factory=dict)
    items: dict[str, dict[str, str]] = field(default_factory=dict)
    given: dict[str, ColumnName] = field(default_factory=dict)
    """What the user said that columns mean, by folded header text."""
    cells: dict[tuple[int, int], ColumnName] = field(default_factory=dict)
    """What the user said that single cells of a form hold, by row and column."""
    written: set[str] = field(default_factory=set)
    """Ids, labels and aliases of all measures as the rubric writes them."""
    labelled: set[tuple[str, str]] = field(default_factory=set)
    """Checklists and the labels of their items, folded."""
    questions: dict[str, ColumnName] = field(default_factory=dict)
    """What survey forms call the items of checklists."""
    groups: frozenset[str] = frozenset()
    """Ids and labels of the parts that measures belong to, folded; survey forms group their questions by them."""
    _meanings: dict[str, ColumnName] = field(default_factory=dict)
    _points: dict[str, set[ColumnName]] = field(default_factory=dict)
    """The points of checklists by their folded labels, which two checklists may share."""

    def __post_init__(self) -> None:
        for name in CONTEXT_COLUMNS:
            for word in (name, *CONTEXT_WORDS.get(name, {}).values()):
                self.others[fold(word)] = ColumnName(Role.CONTEXT, name)
        for word in (REPORTED.name, *FIELD_WORDS[REPORTED.name]):
            self.others[fold(word)] = REPORTED
        if self.rubric.period is not None:
            self._learn_key("period", self.rubric.period, Role.PERIOD)
        for name, key in self.rubric.keys.items():
            self._learn_key(name, key, Role.KEY)
        for indicator in self.rubric.indicators.values():
            self._learn_measure(indicator, getattr(indicator.scale, "items", {}))
        for diagnostic in self.rubric.diagnostic_items.values():
            self._learn_measure(diagnostic, diagnostic.items)
        self._learn_spare(Role.CONTEXT, CONTEXT_ALSO)
        phrases = {
            name: [phrase.format(word) for word in _names_of(name, key) for phrase in _NAME_OF]
            for name, key in self.rubric.keys.items()
        }
        self._learn_spare(Role.KEY, phrases)
        if self.rubric.period is not None:
            self._learn_spare(Role.PERIOD, PERIOD_PARTS)
        parts = {**self.rubric.dimensions, **self.rubric.indices, **self.rubric.diagnostics}
        self.groups = frozenset(
            fold(word) for name, part in parts.items() for word in (name, *part.label.values())
        )

    def _learn_spare(self, role: Role, names: Mapping[str, Iterable[str]]) -> None:
        """Words for columns that count where nothing else of the rubric is called so."""
        for name, words in names.items():
            for word in set(map(fold, words)) - self.measures.keys():
                self.others.setdefault(word, ColumnName(role, name))

    def _learn_key(self, name: str, key: Key, role: Role) -> None:
        for word in _names_of(name, key):
            self.others[fold(word)] = ColumnName(role, name)

    def _learn_measure(self, measure: Indicator | Diagnostic, items: Mapping[str, Text]) -> None:
        for word in (measure.id, *measure.label.values(), *measure.aliases):
            self.measures.setdefault(fold(word), measure.id)
            self.written.add(word)
        if items:
            words = {fold(word): item for item, label in items.items() for word in label.values()}
            self.labelled |= {(measure.id, word) for word in words}
            self.items[measure.id] = words | {fold(item): item for item in items}
            for word, item in words.items():
                self._points.setdefault(word, set()).add(ColumnName(Role.ITEM, measure.id, item))
            self.questions |= {
                question: ColumnName(Role.ITEM, measure.id, item)
                for item, question in item_questions(measure.id, items).items()
            }

    def measure(self, text: str) -> str | None:
        """The id of the indicator or diagnostic that a text names, or None."""
        return self.measures.get(fold(text))

    def names_other_values(self, text: str) -> bool:
        """Whether a title says that what stands under it is a target, plan or baseline, or about some people only."""
        return other_value(text) in PLANNED | {SOME_PEOPLE} and fold(text) not in self.groups

    def of_row(self, text: str) -> ColumnName:
        """What the name of a row in a long table means: an indicator's value, a point of its checklist, or nothing known."""
        name = self.measure(text)
        return (
            ColumnName(Role.VALUE, name) if name else self._compound(text) or ColumnName(Role.UNKNOWN, text)
        )

    def points(self, measure: str) -> list[str]:
        """The points of a checklist, as rows and columns name them."""
        return [f"{measure}.{item}" for item in dict.fromkeys(self.items[measure].values())]

    def met(self) -> list[str]:
        """Every header text that was looked up."""
        return list(self._meanings)

    def item(self, text: str) -> ColumnName | None:
        """The item that a text names by its id or label without its checklist; None where several checklists have it."""
        folded = fold(text)
        found = [(name, words[folded]) for name, words in self.items.items() if folded in words]
        return ColumnName(Role.ITEM, *found[0]) if len(found) == 1 else None

    def sister_part(self, text: str) -> str:
        """The part beside a value that a title names, such as ``grade`` or ``source``; '' for none."""
        return _SISTER_OF.get(fold(text), "")

    def meaning(self, text: str) -> ColumnName:
        """What a header text of a wide table or of a table of keys means."""
        if text not in self._meanings:
            self._meanings[text] = self._look_up(text)
        return self._meanings[text]

    def _look_up(self, text: str) -> ColumnName:
        folded = fold(text)
        if not folded:
            return ColumnName(Role.UNKNOWN, "")
        if folded in self.given:
            return self.given[folded]
        if text.startswith("#") and (tagged := self._of_tag(text)):
            return tagged
        if folded in self.others:
            return self.others[folded]
        if text in self.questions:
            return self.questions[text]
        # Where an indicator revenue_source stands beside revenue, the column revenue__source is none of its names.
        if text not in self.written and (sister := self._sister(text)):
            return sister
        if folded in self.measures:
            return ColumnName(Role.VALUE, self.measures[folded])
        return self._compound(text) or ColumnName(Role.UNKNOWN, text)

    def _sister(self, text: str) -> ColumnName | None:
        """What stands beside a value: its part by id behind ``__``, or by label behind a colon."""
        base, _, part = text.rpartition("__")
        if part.strip().lower() in SISTER_PARTS and (name := self.measure(base)):
            return ColumnName(Role.SISTER, name, part.strip().lower())
        base, _, part = text.rpartition(":")
        if (
            fold(part) in _SISTER_OF
            and (name := self.measure(base))
            and (name, fold(part)) not in self.labelled
        ):
            return ColumnName(Role.SISTER, name, _SISTER_OF[fold(part)])
        return None

    def _compound(self, text: str) -> ColumnName | None:
        """A part or a point of a measure, by both names or by the label of a point that no other checklist has."""
        pieces = text.split(".")
        unknown = None
        for cut in range(len(pieces) - 1, 0, -1):
            name, part = self.measure(".".join(pieces[:cut])), ".".join(pieces[cut:])
            if name in self.items and fold(part) in self.items[name]:
                return ColumnName(Role.ITEM, name, self.items[name][fold(part)])
            if name in self.items:
                unknown = ColumnName(Role.STRANGE_ITEM, name, part.strip())
        alone = self._points.get(fold(text), ())
        if len(alone) == 1:
            return next(iter(alone))
        return unknown or self._labelled(text, "__") or self._labelled(text, ":")

    def _labelled(self, text: str, mark: str) -> ColumnName | None:
        """A part or an item behind its measure, each by its id or label: ``Posts filled: numerator``."""
        pieces = text.split(mark)
        for cut in range(1, len(pieces)):
            name, part = self.measure(mark.join(pieces[:cut])), fold(mark.join(pieces[cut:]))
            # An item called like a sister column goes by its label alone.
            items = self.items.get(name, {}) if name else {}
            if name and part in _SISTER_OF and (name, part) not in self.labelled:
                return ColumnName(Role.SISTER, name, _SISTER_OF[part])
            if name and part in items:
                return ColumnName(Role.ITEM, name, items[part])
        return None

    def of_path(self, text: str, separator: str, extra: Mapping[str, ColumnName]) -> ColumnName | None:
        """What a header means once the groups in front of it are cut; a choice of a question is its item.

        None for nothing known, and for a group of other values than those of the period, such as targets.
        """
        pieces = text.split(separator)
        for cut in range(1, len(pieces)):
            # A label may hold the separator too, so the longest end that means something counts.
            group, last = pieces[cut - 1], separator.join(pieces[cut:])
            name = self.measure(group)
            if name in self.items and fold(last) in self.items[name]:
                found = ColumnName(Role.ITEM, name, self.items[name][fold(last)])
            else:
                found = extra.get(fold(last)) or self.meaning(last)
            if found.role is not Role.UNKNOWN:
                return None if self._other_in(pieces[:cut], separator) else found
        return None

    def _other_in(self, groups: Sequence[str], separator: str) -> str:
        """What groups in front of a name say that their values are, by one of them or by all together."""
        named = (group for group in (*groups, separator.join(groups)) if not self._is_own_group(group))
        return next(filter(None, map(other_group, named)), "")

    def _is_own_group(self, group: str) -> bool:
        """Whether a group is a part of the rubric, by its name in a table or in a form."""
        name, _, number = fold(group).rpartition(fold(BEHIND_GROUPS))
        return fold(group) in self.groups or (name in self.groups and (not number or number.isdecimal()))

    def in_other_group(self, text: str) -> str:
        """What the group in front of an indicator's name says that the values are: targets, some people; '' for nothing."""
        for mark in (mark for mark in GROUP_MARKS if mark in text):
            pieces = text.split(mark)
            for cut in range(1, len(pieces)):
                kind = self._other_in(pieces[:cut], mark)
                if kind and self.meaning(mark.join(pieces[cut:])).role in MEASURED:
                    return kind
        return ""

    def _of_tag(self, tag: str) -> ColumnName | None:
        """What an HXL hashtag says, if it says something that the rubric knows."""
        base, *attributes = (fold(part) for part in tag.split("+"))
        for attribute in attributes:
            if base in ("indicator", "value", "meta") and attribute in self.measures:
                rest = {other for other in attributes if other != attribute and not _NEUTRAL.fullmatch(other)}
                # A target, or the value of women alone, is not the value.
                return None if rest else ColumnName(Role.VALUE, self.measures[attribute])
        if base.startswith("adm") and (beside := [one for one in attributes if one in _OF_A_PLACE]):
            return self.others.get(_OF_A_PLACE[beside[0]])
        wanted = _TAGS.get(base.rstrip("0123456789") if base.startswith("adm") else base)
        return self.others.get(wanted) if wanted else None

    def names_measure(self, tag: str) -> bool:
        """Whether one of the attributes of an HXL hashtag is an indicator."""
        return any(fold(attribute) in self.measures for attribute in tag.split("+")[1:])

    def field_of_tag(self, tag: str) -> str:
        """The column of a long table that an HXL hashtag stands for; '' for none."""
        base, *attributes = (fold(part) for part in tag.split("+"))
        if base not in ("indicator", "value") or self.names_measure(tag):
            return ""
        rest = [attribute for attribute in attributes if not _NEUTRAL.fullmatch(attribute)]
        if base == "indicator" and rest:
            return "indicator" if set(rest) <= _NAMING else "unit" if rest == ["unit"] else ""
        return "value" if not rest and (base == "value" or attributes) else ""

    def behind_colon(self, text: str) -> tuple[ColumnName, str, str] | None:
        """What ``Mission: UNMAV`` says: the meaning, its name and the answer; None where it says more than one thing."""
        name, _, rest = text.partition(":")
        meaning = self.meaning(name.strip()) if rest.strip() else None
        if meaning is None or meaning.role is Role.UNKNOWN:
            return None
        words = rest.split(":")[0].split()
        more = ":" in rest and any(
            self.meaning(" ".join(words[at:])).role is not Role.UNKNOWN for at in range(len(words))
        )
        return None if more else (meaning, name.strip(), rest.strip())

    def near(self, text: str) -> str:
        """The name that a text is but for a number in front, a unit or remark behind, or one _ too few; '' for none.

        ``1. Posts filled (%)`` may mean ``Posts filled``. It is proposed and never taken: 1.1 and 1.2 may ask two things.
        """
        behind = _PART_BEHIND.fullmatch(text)
        if behind and (name := self.measure(behind["name"])):
            return ColumnName(Role.SISTER, name, behind["part"].lower()).title
        bare = _REMARK_BEHIND.sub("", _NUMBER_BEFORE.sub("", text))
        meaning = self.meaning(bare)
        return meaning.title if bare != text and meaning.role in DATA_ROLES else ""

    def known_texts(self) -> Iterator[str]:
        """Names as they are written, for suggestions."""
        yield from self.rubric.keys
        yield from self.rubric.indicators
        yield from self.rubric.diagnostic_items
