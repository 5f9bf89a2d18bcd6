"""Numbers that sources state beside the numbers that the ledger can name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from exeunt.model import Figure
from exeunt.reckon.facts import Facts, SaidCount
from exeunt.reckon.figure import evidence_of
from exeunt.reckon.founders import founders


def stated(facts: Facts) -> Iterator[Figure]:
    """`stated`: each number that a document states, with how many the ledger could name when it was published."""
    since = _founders_known(facts) if facts.counts else {}
    for c in sorted(facts.counts, key=lambda c: (c.known or "", c.claim)):
        named, subjects, evidence = _named(c, facts, since)
        yield Figure(
            table="stated", label=f"{c.direction or 'remain'}{'/founders' if c.founders else ''}", value=c.said, unit="said", n=named, of=c.of,
            evidence=(c.claim, *evidence), blind="named", until=c.known, subjects=subjects, notes=("fewer_named",) if named < c.said else (), detail=c.outlet or c.document,
        )  # fmt: skip


def _named(c: SaidCount, facts: Facts, since: Mapping[str, str]) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """Who the ledger can name for a stated number: those of its direction known by its day, in its calendar year where they are dated."""
    day = c.known or facts.today.isoformat()
    named = [p for p, first in since.items() if first <= day]
    if c.direction is None:
        if not c.founders:
            return 0, (), ()
        people = [p for p in named if _present(p, facts, day)]
        return len(people), tuple(people), ()
    chosen = [
        m for m in (facts.departures if c.direction == "out" else facts.happened)
        if m.direction == c.direction and (m.known or "9999") <= day and (not m.date or m.date[:4] == day[:4])
    ]  # fmt: skip
    if c.founders:
        chosen = [m for m in facts.happened if m.departs and m.person in named and (m.known or "9999") <= day]
    people = sorted({m.person for m in chosen})
    return len(people), tuple(people), evidence_of(chosen)


def _founders_known(facts: Facts) -> dict[str, str]:
    """The founders that documents name, each with the day on which one first did."""
    known = {t.claim: t.known or "9999" for t in facts.tellings}
    return {p: min(known.get(c, "9999") for c in claims) for p, claims in founders(facts).items()}


def _present(person: str, facts: Facts, day: str) -> bool:
    """Whether nobody had said by `day` that a founder was gone."""
    mine = [s for s in facts.spells if s.person == person and s.tie == "work"] or [
        s for s in facts.spells if s.person == person
    ]
    return any(s.ended is None or (s.ended.known or "9999") > day for s in mine) or not mine
