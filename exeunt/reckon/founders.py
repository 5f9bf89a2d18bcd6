"""Founders remaining, out of how many, as a curve of steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from exeunt.language.posts import post_of
from exeunt.model import Figure
from exeunt.reckon.counted import Counted
from exeunt.reckon.facts import Facts
from exeunt.reckon.figure import evidence_of
from exeunt.reckon.spells import Spell

_QUIET = 365  # days without news after which it is said that a founder has not been heard of


def founders(facts: Facts) -> dict[str, tuple[str, ...]]:
    """The founders that documents name, each with the claims that say so: by a founding, or by the role they are given."""
    found: dict[str, list[str]] = {}
    for m in facts.happened:
        if m.kind == "founded" or m.post.founder:
            found.setdefault(m.person, []).extend(m.claims)
    for t in facts.tellings:
        if t.organization == facts.organization and post_of(t.role).founder and t.person not in found:
            found.setdefault(t.person, []).append(t.claim)
    return {p: tuple(dict.fromkeys(c)) for p, c in sorted(found.items())}


def founder_steps(facts: Facts) -> Iterator[Figure]:
    """The number at the beginning, then a figure for every step; `of` is the number stated, else the number named."""
    named = founders(facts)
    if not named:
        return
    said = sorted((c for c in facts.counts if c.founders and c.of), key=lambda c: (c.known or "", c.claim))
    whole = max((c.of for c in said if c.of is not None), default=0)
    stated = whole >= len(named)
    start = whole if stated else len(named)
    told = tuple(c.claim for c in said if c.of == whole) if stated else ()
    claims = tuple(dict.fromkeys([*told, *(c for group in named.values() for c in group)]))
    notes = () if stated else ("named_only",)
    if stated and whole > len(named):
        notes = (f"unnamed:{whole - len(named)}",)
    yield _step("begin", start, start, claims, None, (), notes)
    remaining = start
    for day, change, m in sorted(_changes(facts, named), key=lambda c: (c[0], c[1], c[2].id)):
        remaining += change
        notes = () if m.date else ("undated",)
        yield _step(facts.name(m.person), remaining, start, evidence_of([m]), m.date or day, (m.person,), notes, m)
    yield _now(facts, named, remaining, start)


def _step(
    label: str, value: int, of: int, evidence: tuple[str, ...], day: str | None, subjects: tuple[str, ...],
    notes: tuple[str, ...], m: Counted | None = None,
) -> Figure:  # fmt: skip
    return Figure(
        table="founders", label=label, value=value, unit="people", of=of, n=value, evidence=evidence, blind="named", since=day, subjects=subjects, notes=notes,
        moves=(m.id,) if m else (), detail=f"{m.direction}:{m.kind}" if m else None,
    )  # fmt: skip


def _changes(facts: Facts, named: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, int, Counted]]:
    """Each day on which a founder left (-1) or came back (+1). An undated one stands on the day on which it became known."""
    by_person: dict[str, list[Spell]] = {}
    for s in facts.spells:
        if s.person in named:
            by_person.setdefault(s.person, []).append(s)
    for spells in by_person.values():
        works = [s for s in spells if s.tie == "work"]
        chosen = works if works else spells  # a founder who is only known on the board left with the seat
        for number, s in enumerate(chosen):
            if number and s.began:
                yield _when(s.began), 1, s.began
            elif number:
                continue  # a second ending without a return: counted once
            if s.ended and (number == 0 or s.began):
                yield _when(s.ended), -1, s.ended


def _when(m: Counted) -> str:
    return m.middle.isoformat() if m.middle else (m.known or "9999")


def _now(facts: Facts, named: dict[str, tuple[str, ...]], remaining: int, start: int) -> Figure:
    """Who remains today, and of how many of them nothing has been heard for a year."""
    gone = {m.person for _, c, m in _changes(facts, named)} - {
        s.person for s in facts.spells if s.person in named and s.open and s.tie == "work"
    }
    staying = [p for p in named if p not in gone]
    last: dict[str, date] = {}
    for s in facts.spells:
        if s.heard and s.person in staying:
            last[s.person] = max(last.get(s.person, s.heard), s.heard)
    quiet = [p for p in staying if p not in last or (facts.today - last[p]).days > _QUIET]
    evidence = tuple(dict.fromkeys(c for p in (staying or named) for c in named[p]))
    notes = (f"quiet:{len(quiet)}",) if quiet else ()
    return Figure(
        table="founders", label="now", value=remaining, unit="people", of=start, n=remaining, evidence=evidence, blind="named",
        until=facts.today.isoformat(), subjects=tuple(staying), notes=notes, detail=", ".join(facts.name(p) for p in staying) or None,
    )  # fmt: skip
