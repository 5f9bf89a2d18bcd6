"""The chance that a foretold move comes, from precedents and rates; whether it came; and how good the forecasts were."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from statistics import NormalDist
from typing import Literal

from exeunt.language.forecasts import Event
from exeunt.model import Figure
from exeunt.reckon.chance import JEFFREYS, Estimate, Rate, happens_within, learned, rate_prior, share
from exeunt.reckon.claims import span
from exeunt.reckon.counted import Counted
from exeunt.reckon.facts import Telling, heard_by
from exeunt.reckon.figure import SMALL, evidence_of
from exeunt.reckon.precedents import WEIGHT, Case, announced_cases, leave_cases
from exeunt.reckon.spells import Leave, Spell, spells_of

Resolved = Literal["yes", "no", "open", "unresolved"]

EXPECTED = {"planned": 0.9, "reported": 0.5, "considered": 0.3, "speculated": 0.15}
"""What is expected of a plan, a report, talks and a guess before any precedent is known; each worth `WEIGHT` cases."""

TURNOVER = (3, 20 * 365.25)
"""What is assumed of how long people stay before anything is known: three departures in twenty person-years, as one more organisation."""

_ENTRY = 31  # days after the first news of a person from which on departures count
_WATCHED = 183  # days after the last document about an organisation for which news of it would still have come
_HALF = 90  # days in which what was announced or rumoured, and has not come, loses half of its weight
_STALE = 31  # days after its own date from which a rumour says nothing of what is to come
_SUREST = 0.995  # no forecast is surer than this: readers, sources and dates can all be wrong
_LEAST = 0.0001

FEW = 30
"""Forecasts below which scores are mostly luck."""

LEAVES = (1, 50 * 365.25)
"""What is assumed of leaves of absence before any is known: one in fifty person-years."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a person does something at an organisation by a day."""

    person: str
    organization: str
    event: Event
    by: date


@dataclass(frozen=True, slots=True)
class Answer:
    """A chance with its interval, in which ways it came about (`basis`: codes that tell/figures.toml puts into words), and the claims behind it."""

    estimate: Estimate
    basis: tuple[str, ...]
    evidence: tuple[str, ...]
    cases: int


@dataclass
class World:
    """All that the ledger knows on a day, as forecasts need it. Rates are taken of `organizations` only, where these are given: of others only some people are known."""

    today: date
    moves: Sequence[Counted]
    tellings: Sequence[Telling]
    organizations: frozenset[str] | None = None
    _leaving: dict[str, Rate] = field(default_factory=dict)

    @cached_property
    def by_person(self) -> dict[str, list[Counted]]:
        found: dict[str, list[Counted]] = defaultdict(list)
        for m in self.moves:
            found[m.person].append(m)
        return found

    @cached_property
    def spells(self) -> list[Spell]:
        return spells_of(self.moves, heard_by(self.tellings), self.today)

    @cached_property
    def leaves(self) -> list[Case]:
        return leave_cases(self.spells, self.today)

    @cached_property
    def announced(self) -> dict[str, list[Case]]:
        return announced_cases(self.moves, self.tellings, self.today)

    @cached_property
    def first_known(self) -> dict[tuple[str, str], str]:
        """Person and organisation -> the first day on which a document spoke of the one at the other."""
        first: dict[tuple[str, str], str] = {}
        for t in self.tellings:
            if t.known and len(t.known) == 10:
                key = (t.person, t.organization)
                first[key] = min(first.get(key, t.known), t.known)
        return first

    @cached_property
    def last_heard(self) -> dict[str, str]:
        """Organisation -> the last day on which a document spoke of it."""
        last: dict[str, str] = {}
        for t in self.tellings:
            if t.known and len(t.known) == 10:
                last[t.organization] = max(last.get(t.organization, ""), t.known)
        return last

    def covered(self, organization: str, day: date) -> bool:
        """Whether a document has spoken of an organisation after a day."""
        return self.last_heard.get(organization, "") > day.isoformat()

    @cached_property
    def watched(self) -> list[tuple[Spell, date, date]]:
        """The spells of employment that can be counted, each with the days between which its end would have been news: from a month after the first
        news of it to the news of its end, or half a year after the last document about the organisation.
        """
        found = []
        for s in self.spells:
            first = self.first_known.get((s.person, s.organization))
            heard = self.last_heard.get(s.organization)
            if (
                s.tie != "work"
                or first is None
                or heard is None
                or (self.organizations and s.organization not in self.organizations)
            ):
                continue
            own = s.began.first if s.began and s.began.first else date.min
            begun = max(date.fromisoformat(first), own) + timedelta(days=_ENTRY)
            told = s.ended.known if s.ended else None
            end = (
                date.fromisoformat(told)
                if told and len(told) == 10
                else min(self.today, date.fromisoformat(heard) + timedelta(days=_WATCHED))
            )
            if end > begun:
                found.append((s, begun, end))
        return found

    @cached_property
    def turnover(self) -> dict[str, tuple[int, float]]:
        """Organisation -> departures of people who had been known there for a month, and the days for which they were watched.

        Who becomes known by the news of going is no sign of how often those who are known go.
        """
        found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for s, begun, end in self.watched:
            found[s.organization][0] += s.ended is not None
            found[s.organization][1] += (end - begun).days
        return {o: (int(k), t) for o, (k, t) in found.items()}

    @cached_property
    def pauses(self) -> tuple[list[Counted], float]:
        """The leaves of people who had been known for a month, and the days for which they were watched."""
        taken = [
            leave.move
            for s, begun, end in self.watched
            for leave in s.leaves
            if leave.move.first and begun <= leave.move.first <= end
        ]
        return taken, sum((end - begun).days for _, begun, end in self.watched)

    @cached_property
    def departed(self) -> list[Case]:
        """Every departure with a return to the same organisation, or none that is known."""
        return [c for s in self.spells if (c := _departed(s, self)) is not None]

    @cached_property
    def told_by(self) -> dict[str, str]:
        """Claim -> the day on which it became known."""
        return {t.claim: t.known for t in self.tellings if t.known}

    def leaving(self, organization: str) -> Rate:
        """The rate at which one person who is known there leaves an organisation, shrunk to the others."""
        if organization not in self._leaving:
            self._leaving[organization] = self._rate(organization)
        return self._leaving[organization]

    def _rate(self, organization: str) -> Rate:
        peers = [TURNOVER, *(v for o, v in sorted(self.turnover.items()) if o != organization)]
        own, days = self.turnover.get(organization, (0, 0.0))
        return learned(rate_prior([k for k, _ in peers], [d for _, d in peers]), own, days)


def answer(question: Question, world: World) -> Answer:
    """The chance that what is asked happens by its day, from what is known today.

    The chance by the base rate or the precedents, and the chance that what is announced or rumoured comes true, are joined as if they
    were independent: 1 - (1 - a)(1 - b).
    """
    parts = [_BASE[question.event](question, world), *_signals(question, world)]
    low, value, high = (
        _bounded(1 - math.prod(1 - x for x in xs))
        for xs in zip(*((p.estimate.low, p.estimate.value, p.estimate.high) for p in parts), strict=True)
    )
    estimate = Estimate(value, low, high, parts[0].estimate.level, sum(p.estimate.weight for p in parts))
    evidence = tuple(dict.fromkeys(c for p in parts for c in p.evidence))
    return Answer(estimate, tuple(b for p in parts for b in p.basis), evidence, sum(p.cases for p in parts))


def _bounded(value: float) -> float:
    return min(_SUREST, max(_LEAST, value))


def _horizon(question: Question, world: World) -> int:
    return max(0, (question.by - world.today).days)


def _leaves(question: Question, world: World) -> Answer:
    """By the rate at which people who are known there leave."""
    known = world.leaving(question.organization)
    own, days = world.turnover.get(question.organization, (0, 0.0))
    behind = [m for s in world.spells if s.organization == question.organization for m in s.moves]
    mine = world.by_person.get(question.person, [])
    return Answer(
        happens_within(known, _horizon(question, world)),
        (f"rate:{own}/{days / 365.25:.1f}",),
        evidence_of([*mine, *behind]),
        own,
    )


def _returns(question: Question, world: World) -> Answer:
    """By how leaves (or, after a departure, departures) ended that had lasted as long."""
    mine = [
        m
        for m in world.by_person.get(question.person, [])
        if m.organization == question.organization and m.standing == "happened"
    ]
    away = leave_of(question.person, question.organization, world.spells)
    ends = [
        s.ended
        for s in world.spells
        if s.person == question.person and s.organization == question.organization and s.ended
    ]
    begun = away.move if away else max(ends, key=lambda m: (m.first or date.min, m.id), default=None)
    elapsed = (world.today - begun.middle).days if begun and begun.middle else 0
    cases = world.leaves if away else world.departed
    others = [c for c in cases if c.move.person != question.person]
    return _within(
        others, "returned", elapsed, question, world, "leaves" if away else "departures", mine, 0.5 if away else 0.05
    )


def leave_of(person: str, organization: str, spells: Sequence[Spell]) -> Leave | None:
    """The leave that a person is on at an organisation, or None."""
    for s in spells:
        if s.person == person and s.organization == organization and s.open and s.leaves and s.leaves[-1].ended is None:
            return s.leaves[-1]
    return None


def _departed(s: Spell, world: World) -> Case | None:
    if s.ended is None or s.tie != "work" or s.ended.middle is None or s.ended.kind == "died":
        return None
    back = [
        m for m in world.by_person[s.person]
        if m.organization == s.organization and m.direction == "in" and m.standing == "happened" and m.first and s.ended.last and m.first > s.ended.last
    ]  # fmt: skip
    first = min(back, key=lambda m: (m.first or date.max, m.id), default=None)
    end = first.middle if first and first.middle else world.today
    return Case(
        s.ended,
        first,
        "returned" if first else "nothing_told",
        s.ended.middle,
        max(0, (end - s.ended.middle).days),
        None,
        s.holds(),
    )


def _joins(question: Question, world: World) -> Answer:
    """By how many of those who had left somewhere joined an organisation within the time, shared among organisations by their past gains."""
    horizon = _horizon(question, world)
    old = [c for c in world.departed if c.begun and (world.today - c.begun).days >= horizon]
    moved = sum(_moved(c, world, horizon) for c in old)
    gains: dict[str, int] = defaultdict(int)
    begun = [
        s.began for s in world.spells if s.began and (not world.organizations or s.organization in world.organizations)
    ]
    for m in begun:
        gains[m.organization] += 1
    part = (gains[question.organization] + 0.5) / (sum(gains.values()) + 0.5 * (len(gains) + 1))
    chance = share(moved, len(old))
    arrivals = [m for m in begun if m.organization == question.organization]
    evidence = evidence_of([*world.by_person.get(question.person, []), *arrivals])
    estimate = Estimate(chance.value * part, chance.low * part, chance.high * part, chance.level, chance.weight)
    return Answer(estimate, (f"new_posts:{moved}/{len(old)}/{part:.2f}",), evidence, len(old))


def _moved(c: Case, world: World, horizon: int) -> bool:
    """Whether a departure was followed by a new post within a time."""
    assert c.begun is not None
    until = c.begun + timedelta(days=horizon)
    return any(
        m.direction == "in" and m.standing == "happened" and m.first and c.begun <= m.first <= until
        for m in world.by_person[c.move.person]
    )


def _takes_leave(question: Question, world: World) -> Answer:
    """By the rate of leaves among all who are known anywhere."""
    taken, days = world.pauses
    known = learned(rate_prior([LEAVES[0]], [LEAVES[1]]), len(taken), days)
    evidence = evidence_of([*world.by_person.get(question.person, []), *taken])
    return Answer(
        happens_within(known, _horizon(question, world)),
        (f"leave_rate:{len(taken)}/{days / 365.25:.0f}",),
        evidence,
        len(taken),
    )


_BASE = {"leaves": _leaves, "returns": _returns, "joins": _joins, "takes_leave": _takes_leave}
_DIRECTION = {"leaves": "out", "returns": "in", "joins": "in", "takes_leave": "pause"}


def _within(
    cases: Sequence[Case], outcome: str, elapsed: int, question: Question, world: World, word: str, mine: Sequence[Counted], expected: float,
) -> Answer:  # fmt: skip
    """The chance that a case which has lasted `elapsed` days ends in `outcome` within the time, by those that lasted as long.

    Only cases count that began so long ago that it could be seen; those lost from sight count against it, as nothing told of them. The prior
    is the share among those that did not last as long, itself drawn to what is expected, at `WEIGHT` cases.
    """
    horizon = _horizon(question, world)
    old = [c for c in cases if c.days is not None and c.begun and (world.today - c.begun).days >= elapsed + horizon]
    tried = [c for c in old if (c.days or 0) >= elapsed]
    hits = [c for c in tried if c.outcome == outcome and (c.days or 0) <= elapsed + horizon]
    short = [c for c in old if (c.days or 0) < elapsed]
    wide = (sum(c.outcome == outcome and (c.days or 0) <= horizon for c in short) + expected * WEIGHT) / (
        len(short) + WEIGHT
    )
    estimate = share(len(hits), len(tried), (wide * WEIGHT, (1 - wide) * WEIGHT))
    basis = f"cases:{word}/{len(hits)}/{len(tried)}/{elapsed}/{horizon}/{wide:.2f}/{WEIGHT:g}"
    return Answer(estimate, (basis,), evidence_of([*mine, *(m for c in (tried or short) for m in c.moves)]), len(tried))


def _signals(question: Question, world: World) -> Iterator[Answer]:
    """What is announced or rumoured of just this, by how such announcements turned out."""
    for m in world.by_person.get(question.person, []):
        if (
            m.organization != question.organization
            or m.standing not in ("planned", "unconfirmed")
            or not _is_event(m, question.event)
        ):
            continue
        if (m.first and m.first > question.by) or _overtaken(m, world):
            continue
        first = min((world.told_by[c] for c in m.claims if c in world.told_by), default=None)
        elapsed = (world.today - span(first)[0]).days if first else 0
        others = [c for c in world.announced.get(m.status, ()) if c.move.id != m.id]
        expected = EXPECTED[m.status] if m.first else EXPECTED[m.status] * 0.5 ** (elapsed / _HALF)
        yield _within(others, "confirmed", elapsed, question, world, m.status, [m], expected)


def _overtaken(m: Counted, world: World) -> bool:
    """Whether its day has passed without it, or the person has moved there since."""
    if m.last and (world.today - m.last).days > _STALE:
        return True
    known = m.known or ""
    return any(
        o.organization == m.organization and o.standing == "happened" and (o.date or "") > known
        for o in world.by_person[m.person]
    )


def _is_event(m: Counted, event: Event) -> bool:
    """Whether a move, foreseen or done, is of the kind that was foretold."""
    if m.direction != _DIRECTION[event]:
        return False
    if event == "leaves":
        return m.departs
    return m.kind == "returned" if event == "returns" else m.kind != "promoted"


def _came(question: Question, world: World) -> Iterator[Counted]:
    """The moves that may be what was foretold: of a departure the ends of spells; of a return whatever brought back who had been away or gone."""
    for s in world.spells:
        if s.person != question.person or s.organization != question.organization:
            continue
        if question.event == "leaves" and s.ended:
            yield s.ended
        elif question.event == "takes_leave":
            yield from (leave.move for leave in s.leaves)
        elif question.event == "returns":
            yield from (leave.ended for leave in s.leaves if leave.ended and leave.outcome == "returned")
            if s.began and any(
                o.ended
                for o in world.spells
                if o is not s and o.person == s.person and o.organization == s.organization
            ):
                yield s.began
        elif question.event == "joins" and s.began:
            yield s.began


def resolved(question: Question, made: date, world: World) -> tuple[Resolved, tuple[str, ...]]:
    """Whether what was foretold on the day `made` came, as known today, with the claims that say so.

    yes: a document tells as a fact that it happened, surely after the day of the forecast and by the day asked for (undated: became known between
    the two). no: that day has passed, no such move is known that may fall into the time, and the ledger still hears of the organisation (`World.covered`). Otherwise, also when it was announced and nobody confirms it, it stays unresolved.
    """
    maybe = False
    for m in _came(question, world):
        sure = (
            made < m.first and m.last <= question.by
            if m.first and m.last
            else made.isoformat() < (m.known or "") <= question.by.isoformat()
        )
        if sure and not m.assumed:
            return "yes", m.claims
        maybe |= m.may_be_within(made + timedelta(days=1), question.by)
    behind = evidence_of(world.by_person.get(question.person, ()))
    if question.by >= world.today:
        return "open", behind
    if maybe or not world.covered(question.organization, question.by):
        return "unresolved", behind
    later = [
        t.claim
        for t in world.tellings
        if t.organization == question.organization and (t.known or "") > question.by.isoformat()
    ]
    return "no", tuple(later[:5]) or behind


@dataclass(frozen=True, slots=True)
class Scored:
    """A forecast that was resolved: its chance, whether it came, and the claims that resolved it."""

    probability: float
    came: bool
    evidence: tuple[str, ...]


def scores(forecasts: Sequence[Scored]) -> Iterator[Figure]:
    """`scores`: the Brier score (1950), that of the constant base rate, their skill, the logarithmic score (Good 1952), and the chance of
    so poor a calibration if every forecast were right (Spiegelhalter 1986). `calibration`: how often what was called p came, by fifths of p.
    """
    if not forecasts:
        return
    n, came = len(forecasts), sum(f.came for f in forecasts)
    base = came / n
    brier = sum((f.probability - f.came) ** 2 for f in forecasts) / n
    constant = base * (1 - base)
    evidence = tuple(dict.fromkeys(c for f in forecasts for c in f.evidence))
    logarithmic = -sum(math.log(max(1e-9, f.probability if f.came else 1 - f.probability)) for f in forecasts) / n
    values = {"brier": brier, "log": logarithmic, "base_rate": base}
    if constant:
        values["brier_base_rate"] = constant
        values["skill"] = 1 - brier / constant
    if (z := _spiegelhalter(forecasts)) is not None:
        values["calibration_chance"] = 2 * (1 - NormalDist().cdf(abs(z)))
    notes = ("few",) if n < FEW else ()
    for label, value in values.items():
        yield Figure(
            table="scores",
            label=label,
            value=value,
            unit="probability",
            n=came,
            of=n,
            evidence=evidence,
            blind="model",
            notes=notes,
        )
    yield from _calibration(forecasts)


def _spiegelhalter(forecasts: Sequence[Scored]) -> float | None:
    above = sum((f.came - f.probability) * (1 - 2 * f.probability) for f in forecasts)
    variance = sum((1 - 2 * f.probability) ** 2 * f.probability * (1 - f.probability) for f in forecasts)
    return above / math.sqrt(variance) if variance > 0 else None


def _calibration(forecasts: Sequence[Scored]) -> Iterator[Figure]:
    bins: dict[int, list[Scored]] = defaultdict(list)
    for f in forecasts:
        bins[min(4, int(f.probability * 5))].append(f)
    for which, some in sorted(bins.items()):
        hits = sum(f.came for f in some)
        estimate = share(hits, len(some), JEFFREYS)
        mean = sum(f.probability for f in some) / len(some)
        yield Figure(
            table="calibration", label=f"{which * 20}-{which * 20 + 20} %", value=hits / len(some), unit="share", low=estimate.low, high=estimate.high,
            level=estimate.level, n=hits, of=len(some), evidence=tuple(dict.fromkeys(c for f in some for c in f.evidence)), blind="model",
            notes=("small",) if len(some) < SMALL else (), detail=f"mean:{mean:.2f}",
        )  # fmt: skip
