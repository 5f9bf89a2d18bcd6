"""Moves: the claims about one person, one organisation and one direction at compatible dates."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from exeunt.reckon.claims import Stated, compatible, gap, span

APART = (
    1095  # days; two dates farther apart are two events, nearer ones without a return between are two statements of one
)
_CERTAINTY = ("fact", "planned", "reported", "considered", "speculated", "denied")
_GENERAL = {"left", "joined"}


@dataclass(frozen=True, slots=True)
class Move:
    """What the claims add up to. `sources` counts stories, not copies; `denied` says that someone denies it."""

    id: str
    person: str
    organization: str
    direction: str
    kind: str
    role: str | None
    counterpart: str | None
    date: str | None
    until: str | None
    status: str
    denied: bool
    sources: int
    confidence: float
    first_known: str | None
    claims: tuple[Stated, ...]

    def values(self) -> dict[str, Any]:
        """Field -> value of all fields but the claims."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "claims"}


def moves_of(claims: Iterable[Stated]) -> list[Move]:
    """The moves of one person and one organisation, by date. The order of `claims` does not matter."""
    by_direction: dict[str, list[Stated]] = defaultdict(list)
    for claim in sorted(claims, key=lambda c: c.id):
        by_direction[claim.direction].append(claim)
    found = []
    for direction, members in sorted(by_direction.items()):
        others = sorted(c.date for d, cs in by_direction.items() if d != direction for c in cs if c.date)
        found += [_move(group) for group in _groups(members, others)]
    return sorted(found, key=lambda m: (m.date or "9999", m.id))


def _groups(claims: Sequence[Stated], others: list[str]) -> list[list[Stated]]:
    """Claims of one direction cut into events: where years lie between, or a move in the other direction does."""
    dated = sorted((c for c in claims if c.date), key=lambda c: (span(c.date or ""), c.id))
    groups: list[list[Stated]] = []
    for claim in dated:
        before = groups[-1][-1].date if groups else None
        assert claim.date is not None
        if before and not _parted(before, claim.date, others):
            groups[-1].append(claim)
        else:
            groups.append([claim])
    for claim in (c for c in claims if not c.date):
        _attach(claim, groups)
    return groups


def _parted(before: str, after: str, others: list[str]) -> bool:
    if compatible(before, after):
        return False
    if gap(before, after) > APART:
        return True
    return any(span(before)[1] < span(o)[0] and span(o)[1] < span(after)[0] for o in others)


def _attach(claim: Stated, groups: list[list[Stated]]) -> None:
    """A claim without a date belongs to the only event, else to the last one that its document could know."""
    if not groups:
        groups.append([claim])
        return
    known = claim.known_at or "9999"
    earlier = [g for g in groups if not g[0].date or g[0].date <= known]
    (earlier[-1] if earlier else groups[0]).append(claim)


def _move(group: list[Stated]) -> Move:
    group = sorted(group, key=lambda c: c.id)
    status = _status(group)
    telling = [c for c in group if c.status == status] or group
    return Move(
        id=hashlib.sha256(f"move\0{min(c.id for c in group)}".encode()).hexdigest()[:24],
        person=group[0].person, organization=group[0].organization, direction=group[0].direction,
        kind=_kind(telling), role=_most(telling, "role") or _most(group, "role"),
        counterpart=_most(telling, "counterpart") or _most(group, "counterpart"), date=_date(telling) or _date(group),
        until=_most(group, "until"), status=status, denied=any(c.status == "denied" for c in group),
        sources=len({c.story for c in group}), confidence=_together(group),
        first_known=min((c.known_at for c in group if c.known_at), default=None), claims=tuple(group),
    )  # fmt: skip


def _votes(group: Sequence[Stated], field: str) -> dict[str, float]:
    """Value -> support: each story counts once, with the confidence of its surest claim."""
    best: dict[tuple[str, str], float] = {}
    for claim in group:
        value = getattr(claim, field)
        if value:
            key = (value, claim.story)
            best[key] = max(best.get(key, 0.0), claim.confidence)
    votes: dict[str, float] = defaultdict(float)
    for (value, _), weight in sorted(best.items()):
        votes[value] += weight
    return dict(votes)


def _most(group: Sequence[Stated], field: str) -> str | None:
    votes = _votes(group, field)
    return min(votes, key=lambda v: (-round(votes[v], 6), v)) if votes else None


def _kind(group: Sequence[Stated]) -> str:
    """The kind with most support; a general one only where no story knows a closer one."""
    votes = _votes(group, "kind")
    close = {k: v for k, v in votes.items() if k not in _GENERAL} or votes
    return min(close, key=lambda k: (-round(close[k], 6), k))


def _date(group: Sequence[Stated]) -> str | None:
    """The most precise date that agrees with the one with most support, precise ones counting for the vague that hold them."""
    votes = _votes(group, "date")
    if not votes:
        return None
    support = {d: sum(w for e, w in votes.items() if compatible(d, e)) for d in votes}
    return min(votes, key=lambda d: (-round(support[d], 6), -len(d), d))


def _status(group: Sequence[Stated]) -> str:
    """The status of the best-supported claims; of equals the most certain. A plan that happened is a fact."""
    votes = _votes(group, "status")
    if "fact" in votes and set(votes) <= {"fact", "planned"}:
        return "fact"
    return min(votes, key=lambda s: (-round(votes[s], 6), _CERTAINTY.index(s)))


def _together(group: Sequence[Stated]) -> float:
    """The chance that at least one independent source is right."""
    wrong = 1.0
    best: dict[str, float] = {}
    for claim in group:
        best[claim.story] = max(best.get(claim.story, 0.0), claim.confidence)
    for _, chance in sorted(best.items()):
        wrong *= 1 - chance
    return round(1 - wrong, 4)
