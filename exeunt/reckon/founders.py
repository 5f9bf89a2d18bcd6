"""Founders remaining, out of how many, as a curve of steps."""

from __future__ import annotations

from collections.abc import Iterator

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
        sure = t.status == "fact" and t.organization == facts.organization
        if sure and post_of(t.role).founder and t.person not in found:
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
    for spells in _ties(facts, named).values():
        gone = False
        for s in spells:
            if gone and s.moves:
                yield _when(s.began or s.moves[0]), 1, s.began or s.moves[0]
                gone = False
            if s.ended:
                yield _when(s.ended), -1, s.ended
                gone = True


def _ties(facts: Facts, named: dict[str, tuple[str, ...]]) -> dict[str, list[Spell]]:
    """The spells of each founder in the order of time: those of employment, else those on the board. A second ending without a return between
    belongs to the first.
    """
    found: dict[str, list[Spell]] = {}
    for s in facts.spells:
        if s.person in named:
            found.setdefault(s.person, []).append(s)
    chosen: dict[str, list[Spell]] = {}
    for person, spells in found.items():
        works = [s for s in spells if s.tie == "work"] or spells
        chosen[person] = [s for i, s in enumerate(works) if i == 0 or s.began or s.open]
    return chosen


def _when(m: Counted) -> str:
    return m.middle.isoformat() if m.middle else (m.known or "9999")


def _now(facts: Facts, named: dict[str, tuple[str, ...]], remaining: int, start: int) -> Figure:
    """Which of those named are not said to have left, at most with those whom no document names; and of how many of them nothing was heard for a year."""
    ties = _ties(facts, named)
    staying = [p for p in named if p not in ties or not ties[p] or ties[p][-1].open]
    last = {p: max((s.heard for s in ties.get(p, ()) if s.heard), default=None) for p in staying}
    quiet = [p for p in staying if (heard := last[p]) is None or (facts.today - heard).days > _QUIET]
    endings = [s.ended for p, spells in ties.items() if p not in staying for s in spells if s.ended]
    evidence = tuple(dict.fromkeys([*(c for p in staying for c in named[p]), *evidence_of(endings)])) or tuple(
        c for p in named for c in named[p]
    )
    notes = (f"quiet:{len(quiet)}",) if quiet else ()
    unnamed = max(0, remaining - len(staying))
    if unnamed:
        notes = (f"unnamed_now:{unnamed}", *notes)
    return Figure(
        table="founders", label="now", value=len(staying), unit="people", of=start, n=len(staying), low=len(staying) if unnamed else None,
        high=len(staying) + unnamed if unnamed else None, evidence=evidence, blind="named", until=facts.horizon.isoformat(), subjects=tuple(staying), notes=notes,
        detail=", ".join(facts.name(p) for p in staying) or None,
    )  # fmt: skip
