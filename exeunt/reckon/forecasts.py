"""The chance that a foretold move comes, from precedents and rates; whether it came; and how good the forecasts were."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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
from exeunt.reckon.figure import evidence_of
from exeunt.reckon.precedents import WEIGHT, Case, announced_cases, leave_cases
from exeunt.reckon.spells import Spell, spells_of

Resolved = Literal["yes", "no", "open", "unresolved"]

EXPECTED = {"planned": 0.9, "reported": 0.5, "considered": 0.3, "speculated": 0.15}
"""What is expected of a plan, a report, talks and a guess before any precedent is known; each worth `WEIGHT` cases."""

TURNOVER = (3, 20 * 365.25)
"""What is assumed of how long people stay before anything is known: three departures in twenty person-years, as one more organisation."""

_ENTRY = 31  # days after the first news of a person from which on departures count
_HALF = 90  # days in which what was announced or rumoured, and has not come, loses half of its weight
_STALE = 31  # days after its own date from which a rumour says nothing of what is to come
_MOST = 0.995  # no forecast is surer than this, for or against: readers, sources and dates can all be wrong


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
    """All that the ledger knows on a day, as forecasts need it."""

    today: date
    moves: Sequence[Counted]
    tellings: Sequence[Telling]
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
    def turnover(self) -> dict[str, tuple[int, float]]:
        """Organisation -> departures of people who had been known there for a month, and the days for which they have been.

        Who becomes known by the news of going is no sign of how often those who are known go.
        """
        found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for s in self.spells:
            if s.tie != "work":
                continue
            first = self.first_known.get((s.person, s.organization))
            if first is None:
                continue
            begun = date.fromisoformat(first) + timedelta(days=_ENTRY)
            told = s.ended.known if s.ended else None
            end = date.fromisoformat(told) if told and len(told) == 10 else self.today
            if end > begun:
                found[s.organization][0] += s.ended is not None
                found[s.organization][1] += (end - begun).days
        return {o: (int(k), t) for o, (k, t) in found.items()}

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
    value, low, high = (
        1 - math.prod(1 - x for x in xs)
        for xs in zip(*((p.estimate.value, p.estimate.low, p.estimate.high) for p in parts), strict=True)
    )
    evidence = tuple(dict.fromkeys(c for p in parts for c in p.evidence))
    return Answer(
        Estimate(_bounded(value), low, high, parts[0].estimate.level, sum(p.estimate.weight for p in parts)), tuple(b for p in parts for b in p.basis), evidence,
        sum(p.cases for p in parts),
    )  # fmt: skip


def _bounded(value: float) -> float:
    return min(_MOST, max(1 - _MOST, value))


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
    pauses = sorted((m for m in mine if m.direction == "pause"), key=lambda m: (m.first or date.min, m.id))
    begun = (pauses or sorted((m for m in mine if m.departs), key=lambda m: (m.first or date.min, m.id)))[-1:]
    since = begun[0].middle if begun else None
    elapsed = (world.today - since).days if since else 0
    cases = world.leaves if pauses else _departed(world)
    others = [c for c in cases if c.move.person != question.person]
    word = "leaves" if pauses else "departures"
    return _within(others, "returned", elapsed, _horizon(question, world), word, mine, 0.5 if pauses else 0.05)


def _departed(world: World) -> list[Case]:
    """Every departure with a return to the same organisation, or none that is known."""
    found = []
    for s in world.spells:
        if s.ended is None or s.tie != "work" or s.ended.middle is None:
            continue
        back = [
            m for m in world.by_person[s.person]
            if m.organization == s.organization and m.direction == "in" and m.standing == "happened" and m.first and s.ended.last and m.first > s.ended.last
        ]  # fmt: skip
        first = min(back, key=lambda m: (m.first or date.max, m.id), default=None)
        end = first.middle if first and first.middle else world.today
        found.append(
            Case(s.ended, first, "returned" if first else "unknown", (end - s.ended.middle).days, None, s.holds())
        )
    return found


def _joins(question: Question, world: World) -> Answer:
    """By how many of those who had left somewhere joined an organisation within the time, shared among organisations by their past gains."""
    departed = _departed(world)
    gains: dict[str, int] = defaultdict(int)
    for m in world.moves:
        if m.standing == "happened" and m.direction == "in" and m.kind == "joined":
            gains[m.organization] += 1
    part = (gains[question.organization] + 0.5) / (sum(gains.values()) + 0.5 * (len(gains) + 1))
    arrivals = [
        m
        for m in world.moves
        if m.organization == question.organization and m.direction == "in" and m.standing == "happened"
    ]
    horizon = _horizon(question, world)
    moved = _moved_within(departed, world, horizon)
    chance = share(moved, len(departed))
    evidence = evidence_of(world.by_person.get(question.person, [])) + evidence_of(arrivals)
    estimate = Estimate(chance.value * part, chance.low * part, chance.high * part, chance.level, chance.weight)
    return Answer(
        estimate,
        (f"new_posts:{moved}/{len(departed)}/{part:.2f}",),
        evidence,
        len(departed),
    )


def _moved_within(departed: Sequence[Case], world: World, horizon: int) -> int:
    number = 0
    for c in departed:
        end = c.move.middle
        number += any(
            m.direction == "in"
            and m.standing == "happened"
            and m.first
            and end
            and end <= m.first <= end + timedelta(days=horizon)
            for m in world.by_person[c.move.person]
        )
    return number


def _takes_leave(question: Question, world: World) -> Answer:
    """By the rate of leaves among all who are known anywhere."""
    days = sum(t for _, t in world.turnover.values())
    pauses = [
        m
        for m in world.moves
        if m.direction == "pause" and m.standing == "happened" and m.first and (world.today - m.first).days <= 3 * 365
    ]
    known = learned(rate_prior([], []), len(pauses), days)
    evidence = evidence_of([*world.by_person.get(question.person, []), *pauses])
    return Answer(
        happens_within(known, _horizon(question, world)),
        (f"leave_rate:{len(pauses)}/{days / 365.25:.0f}",),
        evidence,
        len(pauses),
    )


_BASE = {"leaves": _leaves, "returns": _returns, "joins": _joins, "takes_leave": _takes_leave}
_DIRECTION = {"leaves": "out", "returns": "in", "joins": "in", "takes_leave": "pause"}


def _within(
    cases: Sequence[Case], outcome: str, elapsed: int, horizon: int, word: str, mine: Sequence[Counted], expected: float
) -> Answer:
    """The chance that a case which has lasted `elapsed` days ends in `outcome` within `horizon` more, by those that lasted as long.

    The prior is the share among all cases, itself drawn to what is expected, at `WEIGHT` cases. What ended otherwise, or was seen to last longer, counts against; what was lost from sight before says nothing.
    """
    hits, tried = _at_risk(cases, outcome, elapsed, horizon)
    all_hits, all_tried = _at_risk(cases, outcome, -1, horizon)
    wide = (len(all_hits) + expected * WEIGHT) / (len(all_tried) + WEIGHT)
    estimate = share(len(hits), len(tried), (wide * WEIGHT, (1 - wide) * WEIGHT))
    behind = [m for c in (tried or all_tried) for m in c.moves]
    basis = f"cases:{word}/{len(hits)}/{len(tried)}/{elapsed}/{horizon}/{wide:.2f}/{WEIGHT:g}"
    return Answer(estimate, (basis,), evidence_of([*mine, *behind]), len(tried))


def _at_risk(cases: Sequence[Case], outcome: str, elapsed: int, horizon: int) -> tuple[list[Case], list[Case]]:
    lasted = [c for c in cases if c.days is not None and c.days > elapsed]
    tried = [c for c in lasted if not c.open or (c.days or 0) >= elapsed + horizon]
    return [c for c in tried if c.outcome == outcome and (c.days or 0) <= elapsed + horizon], tried


def _signals(question: Question, world: World) -> Iterator[Answer]:
    """What is announced or rumoured of just this, by how such announcements turned out."""
    told_by = defaultdict(list)
    claims = {
        c: m
        for m in world.by_person.get(question.person, [])
        if m.organization == question.organization
        for c in m.claims
    }
    for t in world.tellings:
        if t.claim in claims and t.known:
            told_by[claims[t.claim].id].append(t)
    for m in world.by_person.get(question.person, []):
        if (
            m.organization != question.organization
            or m.standing not in ("planned", "unconfirmed")
            or not _is_event(m, question.event)
        ):
            continue
        if (m.first and m.first > question.by) or _overtaken(m, world):
            continue
        first = min((t.known for t in told_by[m.id] if t.known), default=None)
        elapsed = (world.today - span(first)[0]).days if first else 0
        others = [c for c in world.announced.get(m.status, ()) if c.move.id != m.id]
        expected = EXPECTED[m.status] if m.first else EXPECTED[m.status] * 0.5 ** (elapsed / _HALF)
        yield _within(others, "confirmed", elapsed, _horizon(question, world), m.status, [m], expected)


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
    """Whether a move is what was foretold."""
    if m.direction != _DIRECTION[event]:
        return False
    if event == "leaves":
        return m.departs
    return m.kind == "returned" if event == "returns" else m.kind != "promoted"


def resolved(
    question: Question, made: date, world: World, covered: Mapping[str, str]
) -> tuple[Resolved, tuple[str, ...]]:
    """Whether what was foretold on the day `made` came, as known today, with the claims that say so.

    yes: a document tells as a fact that it happened, after the day of the forecast and by the day asked for. no: that day has passed, no such move is known, and
    the ledger still hears of the organisation (`covered`: organisation -> the last day on which a document spoke of it). Otherwise, also
    when it was announced and nobody confirms it, it stays unresolved.
    """
    mine = [
        m for m in world.by_person.get(question.person, ())
        if m.organization == question.organization and m.standing == "happened" and _is_event(m, question.event) and _in_time(m, made, question.by)
    ]  # fmt: skip
    told = [m for m in mine if not m.assumed]
    if told:
        return "yes", told[0].claims
    behind = evidence_of(world.by_person.get(question.person, ()))
    if question.by >= world.today:
        return "open", behind
    if mine or covered.get(question.organization, "") <= question.by.isoformat():
        return "unresolved", behind
    later = [
        t.claim
        for t in world.tellings
        if t.organization == question.organization and (t.known or "") > question.by.isoformat()
    ]
    return "no", tuple(later[:5]) or behind


def _in_time(m: Counted, made: date, by: date) -> bool:
    if m.middle is None or m.last is None:
        return bool(m.known and made.isoformat() < m.known <= by.isoformat())
    return m.last > made and m.middle <= by


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
    logarithmic = -sum(math.log(f.probability if f.came else 1 - f.probability) for f in forecasts) / n
    values = {"brier": brier, "brier_base_rate": constant, "log": logarithmic, "base_rate": base}
    if constant:
        values["skill"] = 1 - brier / constant
    if (z := _spiegelhalter(forecasts)) is not None:
        values["calibration_chance"] = 2 * (1 - NormalDist().cdf(abs(z)))
    notes = ("small",) if n < 30 else ()
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
            notes=("small",) if len(some) < 10 else (), detail=f"mean:{mean:.2f}",
        )  # fmt: skip
