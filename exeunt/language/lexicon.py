"""The rules of a language as data: triggers and cues, with one automaton that finds all triggers in one pass."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from ahocorasick_rs import AhoCorasick, MatchKind

from exeunt.errors import LexiconError
from exeunt.language.data import read_toml
from exeunt.model import Direction, Kind, LanguageCode

_MOVERS = ("subject", "object", "either")


@dataclass(frozen=True, slots=True)
class Rule:
    """One trigger rule: what its words say happens, to whom, and when they stay silent."""

    id: str
    events: tuple[tuple[Direction, Kind], ...]
    mover: str
    unless_before: re.Pattern[str] | None
    unless_after: re.Pattern[str] | None
    nominal: bool


@dataclass(frozen=True, slots=True)
class Trigger:
    """A place in the text where a rule's word stands."""

    start: int
    end: int
    rule: Rule

    @property
    def directions(self) -> tuple[Direction, ...]:
        return tuple(d for d, _ in self.rule.events)


@dataclass(frozen=True)
class Lexicon:
    """The triggers of one language, compiled."""

    language: LanguageCode
    rules: tuple[Rule, ...]
    automaton: AhoCorasick
    owner: tuple[int, ...]

    def triggers(self, folded: str) -> list[Trigger]:
        """Every trigger in `folded` (see `language.text`), left to right, in one pass."""
        found = []
        for which, start, end in self.automaton.find_matches_as_indexes(folded):
            rule = self.rules[self.owner[which]]
            if self.language == "en" and not _is_word(folded, start, end):
                continue
            if rule.unless_before and rule.unless_before.search(folded[max(0, start - 16) : start]):
                continue
            if rule.unless_after and rule.unless_after.search(folded[end : end + 64]):
                continue
            found.append(Trigger(start, end, rule))
        return found


def _is_word(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


@cache
def lexicon(language: LanguageCode) -> Lexicon:
    """The compiled triggers of `language`. Raises LexiconError when a rule is not well formed."""
    rules, owner, stems = [], [], []
    for entry in read_toml(language, "triggers.toml")["trigger"]:
        rules.append(_rule(entry))
        words = [s for phrase in entry["stems"] for s in _inflected(phrase, language)]
        stems.extend(words)
        owner.extend([len(rules) - 1] * len(words))
    automaton = AhoCorasick(stems, matchkind=MatchKind.LeftmostLongest)
    return Lexicon(language, tuple(rules), automaton, tuple(owner))


def _inflected(stem: str, language: LanguageCode) -> list[str]:
    """English stems write endings in brackets: `resign(s|ed|ing)` is four words."""
    m = re.fullmatch(r"([^()]*)\(([^()]*)\)(.*)", stem)
    if language != "en" or not m:
        return [stem]
    return [m[1] + ending + m[3] for ending in ("", *m[2].split("|"))]


def _rule(entry: dict[str, Any]) -> Rule:
    try:
        events = tuple(cast(tuple[Direction, Kind], tuple(e.split(":"))) for e in entry["events"])
        if entry["mover"] not in _MOVERS or any(len(e) != 2 for e in events):
            raise LexiconError(f"trigger {entry['id']!r}: mover must be one of {_MOVERS}, events direction:kind")
        return Rule(
            entry["id"],
            events,
            entry["mover"],
            re.compile(entry["unless_before"]) if "unless_before" in entry else None,
            re.compile(entry["unless_after"]) if "unless_after" in entry else None,
            entry.get("nominal", False),
        )
    except (KeyError, re.error) as e:
        raise LexiconError(f"trigger {entry.get('id', entry)!r}: {e}; see CONTRIBUTING.md, «Add a rule»") from e
