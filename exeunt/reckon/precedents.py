"""How cases like this one ended: all of them, with the chance of each outcome and its interval."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from exeunt.language.posts import Post
from exeunt.model import Figure
from exeunt.reckon.chance import share, shrunk
from exeunt.reckon.claims import span
from exeunt.reckon.counted import Counted
from exeunt.reckon.facts import Telling
from exeunt.reckon.figure import evidence_of
from exeunt.reckon.spells import Leave, Spell

WEIGHT = 2.0
"""Cases that the share of all counts for in the share of a group: little, so that five cases of a group outweigh it."""

FORESEEN = ("planned", "reported", "considered", "speculated")
_SURENESS = ("fact", "denied", "planned", "reported", "considered", "speculated")
_YEAR = 365
_HALF_YEAR = 183


@dataclass(frozen=True, slots=True)
class Case:
    """One precedent: the move, the one that ended it, and how. `outcome` is away or unknown as long as nobody tells."""

    move: Counted
    ended: Counted | None
    outcome: str
    days: int | None
    planned: int | None
    post: Post | None

    @property
    def moves(self) -> tuple[Counted, ...]:
        return (self.move, self.ended) if self.ended and self.ended is not self.move else (self.move,)

    @property
    def open(self) -> bool:
        return self.outcome in ("away", "unknown")


def leave_cases(spells: Iterable[Spell], today: date) -> list[Case]:
    """Every leave of absence with its end."""
    found = [_leave_case(leave, s, today) for s in spells for leave in s.leaves]
    return sorted(found, key=lambda c: (c.move.first or date.max, c.move.id))


def _leave_case(leave: Leave, spell: Spell, today: date) -> Case:
    begun, until = leave.move.middle, leave.move.until
    planned = (span(until)[1] - begun).days if begun and until else None
    return Case(leave.move, leave.ended, leave.outcome, leave.days(today), planned, spell.holds() or leave.move.post)


def departure_cases(kind: str, moves: Iterable[Counted], today: date) -> list[Case]:
    """Every departure of a kind with what the person did next: came back, joined or founded another organisation, or nothing that is told."""
    by_person: dict[str, list[Counted]] = defaultdict(list)
    for m in moves:
        if m.standing == "happened":
            by_person[m.person].append(m)
    found = []
    for mine in by_person.values():
        for out in (m for m in mine if m.direction == "out" and m.kind == kind):
            begins = [m for m in mine if m.direction == "in" and _follows(m, out)]
            following = sorted(begins, key=lambda m: (m.first or date.max, m.id))
            ended = following[0] if following else None
            outcome = _next(out, ended)
            days = (ended.middle - out.middle).days if ended and ended.middle and out.middle else None
            found.append(Case(out, ended, outcome, days, None, out.post))
    return sorted(found, key=lambda c: (c.move.first or date.max, c.move.id))


def _follows(m: Counted, out: Counted) -> bool:
    return m.first is not None and out.first is not None and m.first >= out.first - timedelta(days=1)


def _next(out: Counted, following: Counted | None) -> str:
    if following is None:
        return "joined_another" if out.counterpart else "unknown"
    if following.organization == out.organization:
        return "returned"
    return "founded" if following.kind == "founded" else "joined_another"


def announced_cases(moves: Iterable[Counted], tellings: Iterable[Telling], today: date) -> dict[str, list[Case]]:
    """How what was only planned, reported, considered or guessed at first turned out, by that first status.

    `confirmed` by a later document that tells it as a fact (a rumour also by one that announces it), `denied`, `away` while it is pending, `unknown` when nothing was heard for half a year.
    """
    of = {c: m for m in moves for c in m.claims}
    told: dict[str, list[Telling]] = defaultdict(list)
    for t in tellings:
        if t.claim in of and t.known:
            told[of[t.claim].id].append(t)
    found: dict[str, list[Case]] = defaultdict(list)
    by_id = {m.id: m for m in of.values()}
    for key, group in told.items():
        case = _announced(by_id[key], sorted(group, key=lambda t: (t.known or "", t.claim)), today)
        if case:
            found[case[0]].append(case[1])
    return {status: sorted(cases, key=lambda c: c.move.id) for status, cases in found.items()}


def _announced(m: Counted, group: Sequence[Telling], today: date) -> tuple[str, Case] | None:
    first = min(group, key=lambda t: (t.known or "", _SURENESS.index(t.status), t.claim))
    if first.status not in FORESEEN or first.known is None:
        return None
    later = [t for t in group if t.known and t.known > first.known and t.story != first.story]
    begun = span(first.known)[0]
    for t in later:
        if t.status in ("fact", "denied") or (t.status == "planned" and first.status != "planned"):
            days = (span(t.known or first.known)[0] - begun).days
            return first.status, Case(m, m, "denied" if t.status == "denied" else "confirmed", days, None, m.post)
    silent = (today - begun).days > _HALF_YEAR
    return first.status, Case(m, None, "unknown" if silent else "away", (today - begun).days, None, m.post)


def stay_cases(kind: str, spells: Iterable[Spell], today: date) -> list[Case]:
    """Every beginning of a kind: whether the person was gone within a year, still there after it, or not heard of so long."""
    found = []
    for s in spells:
        if s.began is None or s.began.kind != kind:
            continue
        seen = s.observed()
        days = seen[0] if seen else None
        if seen and seen[1]:
            outcome = "left_within_year" if seen[0] <= _YEAR else "stayed_year"
        elif seen and seen[0] > _YEAR:
            outcome = "stayed_year"
        else:
            outcome = "unknown"
        found.append(Case(s.began, s.ended, outcome, days, None, s.began.post))
    return sorted(found, key=lambda c: (c.move.first or date.max, c.move.id))


def precedents(cases: Sequence[Case], names: Callable[[str | None], str], today: date) -> Iterator[Figure]:
    """`outcomes`: how many ended how. `chances`: the chance of each outcome among those whose end is told. `by_…`: the same by group.
    `cases`: the list, a figure for each with its days.
    """
    if not cases:
        return
    everything = [m for c in cases for m in c.moves]
    since, until = _period(cases)
    for outcome, number in sorted(Counter(c.outcome for c in cases).items()):
        some = [m for c in cases if c.outcome == outcome for m in c.moves]
        yield Figure(
            table="outcomes", label=outcome, value=number, unit="moves", n=number, of=len(cases), evidence=evidence_of(some), blind="precedents",
            moves=tuple(m.id for m in some), since=since, until=until,
        )  # fmt: skip
    told = [c for c in cases if not c.open]
    if not told:
        return
    blind_to = len(cases) - len(told)
    notes = (f"open:{blind_to}",) if blind_to else ()
    for outcome in sorted({c.outcome for c in told}):
        hits = [c for c in told if c.outcome == outcome]
        estimate = share(len(hits), len(told))
        yield Figure(
            table="chances", label=outcome, value=estimate.value, unit="probability", low=estimate.low, high=estimate.high, level=estimate.level, n=len(hits),
            of=len(told), evidence=evidence_of(m for c in hits for m in c.moves) or evidence_of(everything), blind="precedents", since=since, until=until,
            moves=tuple(m.id for c in hits for m in c.moves), notes=(*notes, *(("small",) if len(told) < 10 else ())), detail="prior:1",
        )  # fmt: skip
    yield from _groups("by_length", told, length)
    yield from _groups("by_level", told, lambda c: (c.post.level if c.post else None) or "unknown")
    for c in cases:
        who = f"{names(c.move.person)} · {names(c.move.organization)}"
        yield Figure(
            table="cases", label=who, value=c.days, unit="days", n=1, evidence=evidence_of(c.moves), blind="precedents",
            since=c.move.date, until=(c.ended.date if c.ended else c.move.until), subjects=(c.move.person, c.move.organization),
            moves=tuple(m.id for m in c.moves), notes=() if c.days is not None else ("undated",), detail=c.outcome,
        )  # fmt: skip


def _period(cases: Sequence[Case]) -> tuple[str | None, str | None]:
    days = sorted(m.first.isoformat() for c in cases for m in c.moves if m.first)
    return (days[0], days[-1]) if days else (None, None)


def length(case: Case) -> str:
    """How long a case was planned to last: up to 92 days, up to 183, longer, or not told."""
    if case.planned is None:
        return "not_told"
    return "to_3_months" if case.planned <= 92 else "to_6_months" if case.planned <= 183 else "longer"


def _groups(table: str, told: Sequence[Case], key: Callable[[Case], str]) -> Iterator[Figure]:
    """The chance of each outcome in each group, drawn towards that of all cases; not told where there is one group only."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for c in told:
        groups[key(c)].append(c)
    if len(groups) < 2:
        return
    for label, some in sorted(groups.items()):
        for outcome in sorted({c.outcome for c in told}):
            hits = [c for c in some if c.outcome == outcome]
            all_hits = sum(c.outcome == outcome for c in told)
            estimate = shrunk(len(hits), len(some), (all_hits, len(told)), WEIGHT)
            yield Figure(
                table=table, label=f"{label}/{outcome}", value=estimate.value, unit="probability", low=estimate.low, high=estimate.high, level=estimate.level,
                n=len(hits), of=len(some), evidence=evidence_of(m for c in (hits or some) for m in c.moves), blind="precedents",
                moves=tuple(m.id for c in hits for m in c.moves), notes=("small",) if len(some) < 10 else (), detail=f"prior:{estimate.weight:g}",
            )  # fmt: skip
