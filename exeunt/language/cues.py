"""Cues of status and source as data: which words say that something is planned, denied, or said by whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import cast

from exeunt.language.data import read_toml
from exeunt.model import LanguageCode, Source, Status

_TENSE = ("past", "future", "past_end", "future_end", "progressive", "progressive_end")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that tell `value`, and where they must stand: after the trigger, in its clause, or in the next sentence."""

    value: str
    where: str
    words: re.Pattern[str]
    not_words: re.Pattern[str] | None

    def holds(self, text: str) -> bool:
        if self.not_words:
            text = self.not_words.sub("", text)
        return self.words.search(text) is not None


@dataclass(frozen=True)
class Cues:
    """All cues of one language, in the order in which they are tried."""

    status: tuple[Cue, ...]
    source: tuple[Cue, ...]
    self_report: re.Pattern[str]
    first_person: re.Pattern[str]
    organization_voice: re.Pattern[str]
    collective_voice: re.Pattern[str]
    outlet: re.Pattern[str]
    succession: re.Pattern[str]
    thought_behind: re.Pattern[str]
    thought_before: re.Pattern[str]
    announces: re.Pattern[str]
    author_behind: re.Pattern[str]
    author_before: re.Pattern[str]
    author_signature: re.Pattern[str]
    past: re.Pattern[str]
    future: re.Pattern[str]
    past_end: re.Pattern[str]
    future_end: re.Pattern[str]
    progressive: re.Pattern[str]
    progressive_end: re.Pattern[str]


@cache
def cues(language: LanguageCode) -> Cues:
    """The compiled cues of `language`."""
    data = read_toml(language, "cues.toml")
    return Cues(
        tuple(_cue(e, "status", language) for e in data["status"]),
        tuple(_cue(e, "source", language) for e in data["source"]),
        _any(data["self_report"]["words"], language),
        _any(data["first_person"]["words"], language),
        _any(data["organization_voice"]["words"], language),
        _any(data["collective_voice"]["words"], language),
        _outlet(data["outlet"]["suffixes"], language),
        re.compile("|".join(data["succession"]["words"]), re.I),
        re.compile(data["hypothetical"]["behind"]),
        re.compile(data["hypothetical"]["before"]),
        re.compile(data["announcement"]["behind"]),
        *(re.compile(data["author"][name]) for name in ("behind", "before", "signature")),
        *(re.compile(data["tense"].get(name, "$^")) for name in _TENSE),
    )


def _outlet(suffixes: list[str], language: LanguageCode) -> re.Pattern[str]:
    """An outlet's name as it stands in the text: it ends as one does."""
    ends = "|".join(re.escape(s) for s in suffixes)
    if language == "ja":
        return re.compile(rf"[一-龠ァ-ヴーA-Za-z]{{0,12}}(?:{ends})(?=[はがのに、電]|によ|紙|[((])")
    return re.compile(rf"(?:[A-Z][\w'’]+ )*(?i:(?:{ends}))\b(?= (?:reported|said|has|wrote)|'s)|[A-Z]\w*(?:{ends})\b")


def _cue(entry: dict[str, object], name: str, language: LanguageCode) -> Cue:
    not_words = cast(list[str], entry.get("not_words", []))
    return Cue(
        cast(Status | Source, entry[name]),
        cast(str, entry["where"]),
        _any(cast(list[str], entry["words"]), language),
        _any(not_words, language) if not_words else None,
    )


def _any(words: list[str], language: LanguageCode) -> re.Pattern[str]:
    """English words stand at word boundaries; `*` stands for the rest of a word."""
    if language == "ja":
        return re.compile("|".join(re.escape(w) for w in words))
    forms = (re.escape(w).replace(r"\*", r"\w*") for w in words)
    return re.compile(r"(?<!\w)(?:" + "|".join(forms) + r")(?!\w)")
