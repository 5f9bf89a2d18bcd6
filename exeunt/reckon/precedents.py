"""How cases like this one ended: all of them, with the chance of each outcome and its interval."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from exeunt.language.posts import Post
from exeunt.model import Figure
from exeunt.reckon.chance import Estimate, share, shrunk
from exeunt.reckon.claims import span
from exeunt.reckon.counted import Counted
from exeunt.reckon.facts import Telling
from exeunt.reckon.figure import SMALL, evidence_of
from exeunt.reckon.spells import Leave, Spell

WEIGHT = 2.0
"""Cases that the share of all counts for in the share of a group: little, so that five cases of a group outweigh it."""

FORESEEN = ("planned", "reported", "considered", "speculated")
_SURENESS = ("fact", "denied", "planned", "reported", "considered", "speculated")
_YEAR = 365
_HALF_YEAR = 183
_ROUGH = 31  # days; a date vaguer than that orders nothing by itself


@dataclass(frozen=True, slots=True)
class Case:
    """One precedent: the move, the one that ended it, and how. `begun` is the day from which it was a case.

    `outcome` is `away` (on leave) or `too_early` as long as nobody can know, `nothing_told` when nothing was told in the time in which it should have been.
    """

    move: Counted
    ended: Counted | None
    outcome: str
    begun: date | None
    days: int | None
    planned: int | None
    post: Post | None

    @property
    def moves(self) -> tuple[Counted, ...]:
        return (self.move, self.ended) if self.ended and self.ended is not self.move else (self.move,)

    @property
    def running(self) -> bool:
        return self.outcome in ("away", "too_early")


def leave_cases(spells: Iterable[Spell], today: date) -> list[Case]:
    """Every leave of absence with its end."""
    return _in_order(_leave_case(leave, s, today) for s in spells for leave in s.leaves)


def _in_order(cases: Iterable[Case]) -> list[Case]:
    return sorted(cases, key=lambda c: (c.move.first or date.max, c.move.id))


def _leave_case(leave: Leave, spell: Spell, today: date) -> Case:
    begun, until = leave.move.middle, leave.move.until
    planned = (span(until)[1] - begun).days if begun and until else None
    return Case(
        leave.move, leave.ended, leave.outcome, begun, leave.days(today), planned, spell.holds() or leave.move.post
    )


def departure_cases(kind: str, moves: Iterable[Counted], today: date) -> list[Case]:
    """Every departure of a kind with what the person did within two years: came back, joined or founded another organisation, or nothing that is told."""
    by_person: dict[str, list[Counted]] = defaultdict(list)
    for m in moves:
        if m.standing == "happened":
            by_person[m.person].append(m)
    return _in_order(
        _departure_case(out, mine, today)
        for mine in by_person.values()
        for out in mine
        if out.direction == "out" and out.kind == kind
    )


def _departure_case(out: Counted, mine: Sequence[Counted], today: date) -> Case:
    begins = [m for m in mine if m.direction == "in" and m.kind != "promoted" and _follows(m, out)]
    ended = min(begins, key=lambda m: (m.first or date.max, m.id), default=None)
    if ended is not None:
        outcome = (
            "returned"
            if ended.organization == out.organization
            else "founded"
            if ended.kind == "founded"
            else "joined_another"
        )
    elif out.counterpart:
        outcome = "joined_another"
    else:
        early = out.middle is not None and (today - out.middle).days < _YEAR
        outcome = "too_early" if early else "nothing_told"
    days = max(0, (ended.middle - out.middle).days) if ended and ended.middle and out.middle else None
    return Case(out, ended, outcome, out.middle, days, None, out.post)


def _follows(m: Counted, out: Counted) -> bool:
    """Whether a beginning surely comes after a departure, and within two years; a new post of the same day at the same place is none."""
    if m.first is None or out.first is None or out.last is None:
        return False
    after = m.first >= out.last if (out.last - out.first).days <= _ROUGH else m.first > out.last
    same_day = m.organization == out.organization and m.first <= out.last
    return after and not same_day and (m.first - out.last).days <= 2 * _YEAR


def announced_cases(moves: Iterable[Counted], tellings: Iterable[Telling], today: date) -> dict[str, list[Case]]:
    """How what was only planned, reported, considered or guessed at first turned out, by that first status.

    `confirmed` by a later document that tells it as a fact (a rumour also by one that announces it), `denied`, `too_early` while it is pending, `nothing_told` when nothing was heard for half a year.
    """
    by_id = {m.id: m for m in moves}
    of = {c: m.id for m in by_id.values() for c in m.claims}
    told: dict[str, list[Telling]] = defaultdict(list)
    for t in tellings:
        if t.claim in of and t.known:
            told[of[t.claim]].append(t)
    found: dict[str, list[Case]] = defaultdict(list)
    for key, group in told.items():
        case = _announced(by_id[key], sorted(group, key=lambda t: (t.known or "", t.claim)), today)
        if case:
            found[case[0]].append(case[1])
    return {status: _in_order(cases) for status, cases in found.items()}


def _announced(m: Counted, group: Sequence[Telling], today: date) -> tuple[str, Case] | None:
    first = min(group, key=lambda t: (t.known or "", _SURENESS.index(t.status), t.claim))
    if first.status not in FORESEEN or first.known is None:
        return None
    later = [t for t in group if t.known and t.known > first.known and t.story != first.story]
    begun = span(first.known)[0]
    for t in later:
        if t.status in ("fact", "denied") or (t.status == "planned" and first.status != "planned"):
            days = (span(t.known or first.known)[0] - begun).days
            return first.status, Case(
                m, m, "denied" if t.status == "denied" else "confirmed", begun, days, None, m.post
            )
    silent = (today - begun).days > _HALF_YEAR
    return first.status, Case(
        m, None, "nothing_told" if silent else "too_early", begun, (today - begun).days, None, m.post
    )


def stay_cases(kind: str, spells: Iterable[Spell], today: date) -> list[Case]:
    """Every beginning of a kind: whether the person was gone within a year, as far as any document tells; what is younger than a year is too early to say."""
    return _in_order(_stay_case(s, s.began, today) for s in spells if s.began is not None and s.began.kind == kind)


def _stay_case(s: Spell, began: Counted, today: date) -> Case:
    seen = s.observed()
    days = seen[0] if seen else None
    young = began.middle is None or (today - began.middle).days <= _YEAR
    gone = seen is not None and seen[1] and seen[0] <= _YEAR
    outcome = "left_within_year" if gone and not young else "too_early" if young else "not_told_to_leave"
    return Case(began, s.ended, outcome, began.middle, days, None, began.post)


def precedents(cases: Sequence[Case], names: Callable[[str | None], str]) -> Iterator[Figure]:
    """`outcomes`: how many ended how. `chances`: the chance of each outcome among those of which it is not too early to say. `by_…`: the same
    by group. `cases`: the list, a figure for each with its days.
    """
    if not cases:
        return
    since, until = _period(cases)
    for outcome, number in sorted(Counter(c.outcome for c in cases).items()):
        some = [m for c in cases if c.outcome == outcome for m in c.moves]
        yield Figure(
            table="outcomes", label=outcome, value=number, unit="moves", n=number, of=len(cases), evidence=evidence_of(some), blind="precedents",
            moves=tuple(m.id for m in some), since=since, until=until,
        )  # fmt: skip
    told = [c for c in cases if not c.running]
    if told:
        notes = (f"open:{len(cases) - len(told)}",) if len(told) < len(cases) else ()
        for outcome in sorted({c.outcome for c in told}):
            hits = [c for c in told if c.outcome == outcome]
            yield _chance("chances", outcome, hits, told, share(len(hits), len(told)), notes, (since, until))
        yield from _groups("by_length", told, length)
        yield from _groups("by_level", told, lambda c: (c.post.level if c.post else None) or "unknown")
    for c in cases:
        who = f"{names(c.move.person)} · {names(c.move.organization)}"
        yield Figure(
            table="cases", label=who, value=c.days, unit="days", n=1, evidence=evidence_of(c.moves), blind="precedents",
            since=c.move.date, until=(c.ended.date if c.ended else c.move.until), subjects=(c.move.person, c.move.organization),
            moves=tuple(m.id for m in c.moves), notes=() if c.days is not None else ("undated",), detail=c.outcome,
        )  # fmt: skip


def _chance(
    table: str, label: str, hits: Sequence[Case], of: Sequence[Case], estimate: Estimate, notes: tuple[str, ...], period: tuple[str | None, str | None],
) -> Figure:  # fmt: skip
    return Figure(
        table=table, label=label, value=estimate.value, unit="probability", low=estimate.low, high=estimate.high, level=estimate.level, n=len(hits), of=len(of),
        evidence=evidence_of(m for c in (hits or of) for m in c.moves), blind="precedents", since=period[0], until=period[1],
        moves=tuple(m.id for c in hits for m in c.moves), notes=(*notes, *(("small",) if len(of) < SMALL else ())), detail=f"prior:{estimate.weight:g}",
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
            yield _chance(table, f"{label}/{outcome}", hits, some, estimate, (), _period(some))
