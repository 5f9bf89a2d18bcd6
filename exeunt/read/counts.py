"""Counts: what a text says of how many moved, beside how many it names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Iterator
from functools import cache
from typing import Any

from exeunt.language.data import alternatives, read_toml
from exeunt.language.mentions import key
from exeunt.model import Claim, Count, Direction, Evidence, LanguageCode
from exeunt.read.prepare import Prepared

_COUNTED = re.compile(r"[0-9〇一二三四五六七八九十][人名]")  # a quick look before the full pattern
_FEW = 200  # movers looked for by name in the lines at hand; keeps hostile texts linear
_WANTED: dict[Direction | None, tuple[Direction, ...]] = {
    "out": ("out", "pause"),
    "in": ("in",),
    "pause": ("pause",),
    None: (),
}
_DIRECTIONS: tuple[Direction, ...] = ("out", "in", "pause")


@cache
def _patterns(language: LanguageCode) -> tuple[re.Pattern[str], dict[str, re.Pattern[str]], dict[str, int]]:
    data: dict[str, Any] = read_toml(language, "counts.toml")
    numbers: dict[str, int] = data["numbers"]
    people = alternatives(data["people"])
    if language == "ja":
        number = rf"(?P<n>\d{{1,4}}|[{''.join(numbers)}]{{1,3}})"
        counted = re.compile(
            rf"(?:(?P<of>\d{{1,4}}|[{''.join(numbers)}]{{1,3}})(?:{people})[^。]{{0,8}}(?:うち|中))?[^\d。]{{0,6}}?{number}(?:{people}){data['not_followed']}"
        )
        verbs = {d: re.compile("|".join(map(re.escape, data[d]))) for d in (*_DIRECTIONS, "remain")}
    else:
        word = alternatives(numbers)
        counted = re.compile(
            rf"\b(?P<n>\d{{1,4}}|{word})\b(?: of (?:the|its|their|our)(?: original)? (?P<of>\d{{1,4}}|{word}))?"
            rf" (?:[a-z-]+ ){{0,2}}?(?:{people})\b{data['not_followed']}"
        )
        verbs = {
            d: re.compile(r"\b(?:" + "|".join(re.escape(w).replace(r"\*", r"\w*") for w in data[d]) + r")\b")
            for d in (*_DIRECTIONS, "remain")
        }
    return counted, verbs, numbers


def find_counts(text: str, prepared: Prepared, claims: tuple[Claim, ...]) -> Iterator[Count]:
    """Each count that stands with a word of moving in one sentence, and how many the lines at hand name."""
    language, folded = prepared.language, prepared.folded
    counted, verbs, numbers = _patterns(language)
    if language == "ja" and _COUNTED.search(folded) is None:
        return
    for sentence in prepared.cut:
        if language == "ja" and _COUNTED.search(folded, sentence.start, sentence.end) is None:
            continue
        for m in counted.finditer(folded, sentence.start, sentence.end):
            begin = sentence.start if language == "ja" else m.start()
            clause = folded[max(begin, m.start() - 20) : min(sentence.end, m.end() + 60)]
            direction = next((d for d in ("remain", *_DIRECTIONS) if verbs[d].search(clause)), None)
            if direction is None:
                continue
            said = _number(m["n"], numbers)
            if said < 2:
                continue
            moved: Direction | None = None if direction == "remain" else direction  # type: ignore[assignment]
            named, organization = _named(folded, m.end(), claims, moved)
            of = _number(m["of"], numbers) if m["of"] else None
            verb = verbs[direction].search(folded, m.start(), sentence.end)
            end = max(m.end(), verb.end() if verb else 0)
            evidence = Evidence(m.start("n"), end, text[m.start("n") : end])
            yield Count(said=said, named=named, direction=moved, of=of, organization=organization, evidence=evidence)


def _number(word: str, numbers: dict[str, int]) -> int:
    if word.isdigit():
        return int(word)
    if word in numbers:
        return numbers[word]
    # 十四, 二十, 二十三
    tens, _, units = word.partition("十")
    return (numbers.get(tens, 1) if "十" in word else 0) * 10 + numbers.get(units, 0)


def _named(text: str, at: int, claims: tuple[Claim, ...], direction: Direction | None) -> tuple[int, str | None]:
    """The persons named behind `at`: to the end of its line and in the lines after it while they name any.

    Leaves count among the departures: texts that count departures count them in. Where the lines at hand name nobody,
    the whole text is asked.
    """
    places = sorted(
        (e.start, key(c.person), c.organization)
        for c in claims
        if c.direction in _WANTED[direction]
        for e in c.evidence
    )
    starts = [p[0] for p in places]
    movers = [c for c in claims if c.direction in _WANTED[direction]][:_FEW]
    found: dict[str, str] = {}
    begin, end = at, text.find("\n", at)
    for _ in range(len(places) + 2):
        stop = len(text) if end == -1 else end
        here = {person: org for _, person, org in places[bisect_left(starts, begin) : bisect_left(starts, stop)]}
        here |= {key(c.person): c.organization for c in movers if c.person in text[begin:stop]}
        if found and not here and text[begin:stop].strip():
            break
        found |= here
        if end == -1 or (begin > at and not found and text[begin:stop].strip()):
            break
        begin, end = stop + 1, text.find("\n", stop + 1)
    if not found:
        found = {person: org for _, person, org in places}
    tally = Tally(found.values())
    return len(found), max(tally, key=lambda o: tally[o]) if tally else None
