"""Figures on real texts that are not ours to ship: measured in place, never copied.

usage: python eval/real.py DATA [--reader rules|learned]     DATA holds ja-sentences/, ceo-departures/ and eso/

ja-sentences    F1 over person, organisation and direction on real Japanese sentences
ceo-departures  how often the named chief executive's `out` is found in the coders' notes that tell it in words (those
                that name the person and hold a word of leaving); the ids of the missed are listed
eso             recall of Leaving and Joining events that name a person
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import msgspec

from exeunt.evaluate import Score
from exeunt.language.lexicon import lexicon
from exeunt.language.text import lower
from exeunt.model import Claim, Document
from exeunt.read import ReaderName, read_document


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--reader", choices=["rules", "learned"], default="learned")
    options = parser.parse_args()
    japanese_sentences(options.data / "ja-sentences/dev.jsonl", options.reader)
    departures(options.data / "ceo-departures/sample.jsonl", options.reader)
    events(options.data / "eso/events.json", options.reader)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def japanese_sentences(path: Path, reader: ReaderName) -> None:
    score = Score()
    records = _lines(path)
    for record in records:
        said = read_document(Document(text=record["text"], language="ja"), reader).moves
        score.add({"genre": "sentence", "traps": [], **record}, msgspec.to_builtins(said))
    t = score.groups["all"]
    print(
        f"ja-sentences: precision {t.precision:.3f}, recall {t.recall:.3f}, F1 {t.f1:.3f} "
        f"({t.right} right, {t.wrong} wrong, {t.missed} missed; {len(records)} sentences)"
    )


def _surname(person: str) -> str:
    parts = [p for p in re.split(r"[\s,]+", person) if not re.fullmatch(r"(?i)(jr|sr|ii|iii|iv)\.?", p)]
    return parts[-1]


def departures(path: Path, reader: ReaderName) -> None:
    found, missed = [], []
    for record in _lines(path):
        text, surname = record["notes"], _surname(record["person"])
        leaving = any("out" in t.directions for t in lexicon("en").triggers(lower(text)))
        if surname not in text or not leaving:
            continue
        claims = read_document(Document(text=text, title=record["company"].title(), language="en"), reader).moves
        hit = any(c.direction == "out" and surname in c.person for c in claims)
        (found if hit else missed).append(record["id"])
    n = len(found) + len(missed)
    print(f"ceo-departures: {len(found)} of {n} ({len(found) / n:.3f}); missed {missed}")


def events(path: Path, reader: ReaderName) -> None:
    found = asked = 0
    for event in json.loads(path.read_text(encoding="utf-8")):
        direction = {"LeavingAnOrganization": "out", "JoiningAnOrganization": "in"}.get(event["cls"])
        persons = [a for role, a in event["args"] if role == "employment-employee" and a and _named(a)]
        if direction is None or not persons:
            continue
        text = _untokenised(event["sent"])
        claims: tuple[Claim, ...] = read_document(Document(text=text, language="en"), reader).moves
        asked += 1
        found += any(c.direction == direction and any(_surname(c.person) in p for p in persons) for c in claims)
    print(f"eso: {found} of {asked} ({found / asked:.3f}) events with a named person")


def _named(argument: str) -> bool:
    """Whether an argument names a person: two capitalised words, or one that is no common noun."""
    return (
        re.search(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b", argument) is not None
        or re.fullmatch(r"[A-Z][a-z]+( , \d+)?", argument) is not None
    )


def _untokenised(sentence: str) -> str:
    return re.sub(r" ([,.;:!?'’]|'s\b|n't)", r"\1", sentence)


if __name__ == "__main__":
    main()
