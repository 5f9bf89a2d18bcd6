"""What the reckoning of an organisation starts from: moves, who told them when, numbers that documents state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import msgspec

from exeunt.reckon.counted import Counted
from exeunt.reckon.spells import SAME, Spell, spells_of


class Telling(msgspec.Struct, frozen=True, gc=False):
    """One claim as news: who published it and when. Copies of one wire share a `story`."""

    claim: str
    document: str
    story: str
    outlet: str | None
    known: str | None
    person: str
    organization: str
    role: str | None = None
    status: str = "fact"


@dataclass(frozen=True, slots=True)
class SaidCount:
    """A number that a document states: `said` who left or joined (or, without direction, remain), `of` how many.

    `founders` says that its words speak of founders.
    """

    claim: str
    document: str
    direction: str | None
    said: int
    of: int | None
    known: str | None
    founders: bool
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """Another organisation as a peer for the base rate: from when to when documents tell news of it, and the days of its departures."""

    organization: str
    since: date
    heard: date
    departures: tuple[date, ...]

    def until(self, before: date) -> tuple[int, int]:
        """Departures after `since` and up to `before` or the last news, and the days between the two."""
        end = min(before, self.heard)
        days = (end - self.since).days
        return (sum(self.since < d <= end for d in self.departures), days) if days > 0 else (0, 0)


@dataclass
class Facts:
    """All that bears on one organisation, as known on the day `today`."""

    organization: str
    today: date
    moves: Sequence[Counted]
    elsewhere: Sequence[Counted] = ()
    tellings: Sequence[Telling] = ()
    counts: Sequence[SaidCount] = ()
    conflicts: Sequence[tuple[str, str, tuple[str, ...]]] = ()  # id, field, claims
    names: Mapping[str, str] = field(default_factory=dict)
    peers: Sequence[Peer] = ()

    @cached_property
    def happened(self) -> list[Counted]:
        return [m for m in self.moves if m.standing == "happened"]

    @cached_property
    def told(self) -> dict[str, list[Telling]]:
        """Move -> who told it, of those that happened."""
        of = {c: m.id for m in self.happened for c in m.claims}
        found: dict[str, list[Telling]] = {}
        for t in self.tellings:
            if t.claim in of:
                found.setdefault(of[t.claim], []).append(t)
        return found

    @cached_property
    def departures(self) -> list[Counted]:
        """Departures that happened, one for each time somebody left: the ends of spells, so that a change of post is none; who gives up two ties
        at once has left once.
        """
        return left_once(s.ended for s in self.spells if s.ended)

    @cached_property
    def begun(self) -> set[str]:
        """The moves that begin a spell: who comes from outside, not who takes a new post."""
        return {s.began.id for s in self.spells if s.began}

    @cached_property
    def horizon(self) -> date:
        """The last day that the ledger can speak of: that of its last document about the organisation, not later than today."""
        return min(self.today, self.covered[1]) if self.covered else self.today

    @cached_property
    def spells(self) -> list[Spell]:
        """The spells at this organisation."""
        return spells_of(self.moves, heard_by(self.tellings), self.today)

    @cached_property
    def covered(self) -> tuple[date, date] | None:
        """The first and the last day on which a document spoke of the organisation; None where no day is known."""
        days = [
            t.known for t in self.tellings if t.known and len(t.known) == 10 and t.organization == self.organization
        ]
        return (date.fromisoformat(min(days)), date.fromisoformat(max(days))) if days else None

    def name(self, identity: str | None) -> str:
        """What people call an identity."""
        return self.names.get(identity or "", identity or "")


def left_once(endings: Iterable[Counted]) -> list[Counted]:
    """Of endings of one person within a month, or of which one has no date, the first (of one day that of the employment), in the order of ids."""
    found: list[Counted] = []
    last: dict[tuple[str, str], Counted] = {}
    for m in sorted(endings, key=lambda m: (m.first or date.max, m.post.tie != "work", m.id)):
        before = last.get((m.person, m.organization))
        if before and (
            not m.first or (before.first and (m.first - before.first).days <= SAME and before.post.tie != m.post.tie)
        ):
            continue
        last[m.person, m.organization] = m
        found.append(m)
    return sorted(found, key=lambda m: m.id)


def heard_by(tellings: Iterable[Telling]) -> dict[tuple[str, str], str]:
    """Person and organisation -> the last day on which a document spoke of the one at the other."""
    heard: dict[tuple[str, str], str] = {}
    for t in tellings:
        if t.known and t.known > heard.get((t.person, t.organization), ""):
            heard[t.person, t.organization] = t.known
    return heard
