"""Why the learned reader misses moves and says wrong ones on `dev`: counts by cause.

usage: python eval/causes.py [FOLDER]
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from exeunt.evaluate import gold_documents, pair
from exeunt.language.forms import bare_organization, bare_person, squash
from exeunt.model import Document
from exeunt.read import read_document
from exeunt.read.learned.anchors import Candidate, candidates
from exeunt.read.learned.names import ORGANIZATION, PERSON, Cluster
from exeunt.read.learned.network import shipped
from exeunt.read.learned.pieces import with_headline

_SEEN = 0.5  # probability from which an event counts as seen


def main(folder: Path) -> None:
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for gold in gold_documents(folder, frozenset({"dev"})):
        document = Document(text=gold["text"], published=gold.get("published"), title=gold.get("title"))
        said = [msgspec.to_builtins(c) for c in read_document(document).moves]
        pairs, free = pair(gold["moves"], said)
        hit = {i for i, _ in pairs}
        text = with_headline(gold["text"], gold.get("title"), gold["language"])
        clusters, found = candidates(text, shipped())
        for i, move in enumerate(gold["moves"]):
            if i not in hit and not move.get("optional"):
                missed[_missed(move, clusters, found)] += 1
        for j in free:
            wrong[_wrong(said[j], gold["moves"])] += 1
    for name, causes in (("missed", missed), ("wrong", wrong)):
        total = sum(causes.values())
        print(f"{name}: {total}")
        for cause, n in causes.most_common():
            print(f"  {n:4} {n / total:5.0%}  {cause}")


def _named(clusters: list[Cluster], kind: int, forms: list[str]) -> set[int]:
    bare = (bare_person, bare_organization)[kind]
    wanted = {squash(bare(f)) for f in forms}
    return {i for i, c in enumerate(clusters) if c.kind == kind and wanted & {squash(n) for n in c.names}}


def _missed(move: dict[str, Any], clusters: list[Cluster], found: list[Candidate]) -> str:
    persons = _named(clusters, PERSON, move["person"])
    organizations = _named(clusters, ORGANIZATION, move["organization"])
    if not persons:
        return "the person was not found"
    events = [c for c in found if c.person in persons and c.direction == move["direction"]]
    if not organizations:
        return "the organisation was not found"
    if not any(c.probability >= _SEEN for c in events):
        return "no event was seen at the person"
    right = [c for c in events if c.organization in organizations and c.probability >= _SEEN]
    if not right or max(c.share for c in right) < max(c.share for c in events if c.probability >= _SEEN):
        return "another organisation was preferred"
    return "seen rightly, but too unsure, merged with another or called otherwise"


def _wrong(claim: dict[str, Any], moves: list[dict[str, Any]]) -> str:
    person = squash(bare_person(claim["person"]))
    same = [m for m in moves if person in {squash(bare_person(f)) for f in m["person"]}]
    if not same:
        return "a person who does not move"
    if not any(m["direction"] == claim["direction"] for m in same):
        return "a person who moves, in another direction"
    organization = squash(bare_organization(claim["organization"]))
    there = [m for m in same if organization in {squash(bare_organization(f)) for f in m["organization"]}]
    if any(m["direction"] == claim["direction"] for m in there):
        return "told twice"
    return "the organisation is another"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "gold")
