"""The scorer: answers against annotated documents, as `eval/README.md` defines them.

A move is right when person, organisation and direction agree with any annotated form; attributes are scored on right
moves only. An annotated move marked optional is neither asked for nor, when answered, counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Record = Mapping[str, Any]
ATTRIBUTES = ("kind", "status", "source", "date", "until", "role", "counterpart")

_HONORIFIC = re.compile(r"(氏|さん|様|君)$|^(mr|ms|mrs|dr|prof|sir|dame)\.?\s+", re.I)
_LEGAL = re.compile(
    r"^(株式会社|㈱|米|英|独|仏|中国の|有限会社)|(株式会社|㈱|社)$"
    r"|[, ]+(inc|corp|corporation|co|ltd|llc|plc|ag|sa|gmbh|holdings?)\.?$",
    re.I,
)
_MARKS = re.compile(r"[\s・･=＝‐\-.,'’\"「」]")


def fold(name: str | None, organization: bool = False) -> str:
    """`name` without case, width, spaces, honorifics and, for an organisation, legal forms."""
    if name is None:
        return ""
    text = unicodedata.normalize("NFKC", str(name)).strip()
    for _ in range(2):
        text = _HONORIFIC.sub("", text).strip()
        if organization:
            text = _LEGAL.sub("", text).strip()
    return _MARKS.sub("", text).casefold()


def same(gold: str | list[str] | None, said: str | None, organization: bool = False, loose: bool = False) -> bool:
    """Whether the answer equals one of the right forms (when `loose`, one may hold the other)."""
    golds, saids = _forms(gold, organization), _forms(said, organization)
    if golds & saids:
        return True
    return loose and any(a and b and (a in b or b in a) for a in golds for b in saids)


def _forms(names: str | list[str] | None, organization: bool) -> set[str]:
    if not names:
        return set()
    return {fold(n, organization) for n in ([names] if isinstance(names, str) else names) if n}


def pair(gold: Sequence[Record], said: Sequence[Record]) -> tuple[list[tuple[int, int]], list[int]]:
    """(gold, said) numbers of the moves that agree, each used once, and the numbers of the answers left over."""
    free = list(range(len(said)))
    pairs = []
    for i, g in sorted(enumerate(gold), key=lambda x: bool(x[1].get("optional"))):
        fits = [j for j in free if _agrees(g, said[j])]
        if fits:
            best = min(fits, key=lambda j: -_closeness(g, said[j]))
            pairs.append((i, best))
            free.remove(best)
    return pairs, free


def _agrees(gold: Record, said: Record) -> bool:
    return (
        said.get("direction") == gold["direction"]
        and same(gold["person"], said.get("person"))
        and same(gold["organization"], said.get("organization"), True)
    )


def _closeness(gold: Record, said: Record) -> int:
    return (
        bool(said.get("kind") == gold["kind"])
        + bool(said.get("date") == gold["date"])
        + same(gold["role"], said.get("role"), loose=True)
    )


def attributes_right(gold: Record, said: Record) -> Iterator[tuple[str, bool]]:
    """Each attribute scored on this pair, and whether it is right. Without a role asked for, none may be told."""
    for name in ("kind", "status", "source"):
        yield name, gold[name] == said.get(name)
    for name in ("date", "until"):
        yield name, (gold[name] or None) == (said.get(name) or None)
    if gold["role"]:
        yield "role", same(gold["role"], said.get("role"), loose=True)
    elif not said.get("role"):
        yield "role", True
    if gold["counterpart"]:
        yield "counterpart", same(gold["counterpart"], said.get("counterpart"), True)
    else:
        yield "counterpart", not said.get("counterpart")


@dataclass
class Tally:
    """Right, wrong and missed moves."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0


@dataclass
class Score:
    """The figures of one run: groups of documents, attributes as (right, asked), evidence, traps, quiet documents."""

    groups: dict[str, Tally] = field(default_factory=dict)
    attributes: dict[str, tuple[int, int]] = field(default_factory=dict)
    documents: int = 0
    evidence: int = 0
    evidence_broken: int = 0
    traps: int = 0
    traps_fired: int = 0
    quiet: int = 0
    quiet_moves: int = 0
    false_facts: int = 0

    def add(self, gold: Record, said: Sequence[Record]) -> tuple[list[tuple[int, int]], list[int], set[int]]:
        """Score one document; returns pairs, wrong answers and optional gold numbers, for a detailed listing."""
        pairs, free = pair(gold["moves"], said)
        optional = {i for i, m in enumerate(gold["moves"]) if m.get("optional")}
        kept = [p for p in pairs if p[0] not in optional]
        missed = len(gold["moves"]) - len(optional) - len(kept)
        self.documents += 1
        for group in ("all", gold["language"], f"{gold['language']}/{gold['genre']}"):
            tally = self.groups.setdefault(group, Tally())
            tally.right += len(kept)
            tally.wrong += len(free)
            tally.missed += missed
        for i, j in kept:
            for name, right in attributes_right(gold["moves"][i], said[j]):
                a, b = self.attributes.get(name, (0, 0))
                self.attributes[name] = (a + right, b + 1)
            self.false_facts += (
                gold["moves"][i]["status"] not in ("fact", "planned") and said[j].get("status") == "fact"
            )
        if not gold["moves"]:
            self.quiet += 1
            self.quiet_moves += len(said)
        self._evidence(gold, said, free)
        return kept, free, optional

    def _evidence(self, gold: Record, said: Sequence[Record], free: Iterable[int]) -> None:
        text = gold["text"]
        for move in said:
            for e in move.get("evidence") or [{}]:
                self.evidence += 1
                self.evidence_broken += text[e.get("start", -1) : e.get("end", -1)] != e.get("text")
        wrong = [e for j in free for e in said[j].get("evidence") or []]
        for trap in gold["traps"]:
            start = text.find(trap["quote"])
            end = start + len(trap["quote"])
            self.traps += 1
            self.traps_fired += any(e.get("start", 0) < end and start < e.get("end", 0) for e in wrong)
