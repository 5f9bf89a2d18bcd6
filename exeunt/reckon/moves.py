"""Moves: the claims about one person, one organisation and one direction at compatible dates."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from exeunt.language.posts import Tie
from exeunt.reckon.claims import Stated, compatible, gap, span

APART = (
    1095  # days; two dates farther apart are two events, nearer ones without a return between are two statements of one
)
_CERTAINTY = ("fact", "planned", "reported", "considered", "speculated", "denied")
_GENERAL = {"left", "joined"}
_FORESEEN = {"planned", "reported", "considered", "speculated"}
_ONCE = {"founded", "returned"}  # kinds that are told of one event only
_POSTS = {"stepped_down", "promoted"}  # kinds that change a post within a tie
_BEGINS = {"joined", "founded"}
_ONE_EVENT = 31  # days between two dates that may still be told of one event, one kind for the post and one for the tie


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
        for some in _by_tie(members):
            found += [_move(group) for group in _groups(some, others)]
    return sorted(found, key=lambda m: (m.date or "9999", m.id))


def _by_tie(claims: Sequence[Stated]) -> list[list[Stated]]:
    """Claims about a seat on the board apart from those about employment, where some document tells of both (what one calls director and
    another president is one event). One that tells neither goes with what it agrees with in date, else with the employment.
    """
    told: dict[Tie, list[Stated]] = {"work": [], "board": []}
    open_ones = []
    for c in claims:
        if c.tie:
            told[c.tie].append(c)
        else:
            open_ones.append(c)
    if not {c.document for c in told["work"]} & {c.document for c in told["board"]}:
        return [list(claims)]
    boards = {c.date for c in told["board"] if c.date} - {c.date for c in told["work"]}
    works = {c.date for c in told["work"] if c.date}
    for c in open_ones:
        seat = c.date and any(compatible(c.date, d) for d in boards) and not any(compatible(c.date, d) for d in works)
        told["board" if seat else "work"].append(c)
    return [sorted(group, key=lambda c: c.id) for group in told.values()]


def _groups(claims: Sequence[Stated], others: list[str]) -> list[list[Stated]]:
    """Claims of one direction cut into events: where years lie between, a move in the other direction does, or one gives up a post and one the tie."""
    dated = sorted((c for c in claims if c.date), key=lambda c: (span(c.date or ""), c.id))
    groups: list[list[Stated]] = []
    for claim in dated:
        if groups and not _parted(groups[-1][-1], claim, others):
            groups[-1].append(claim)
        else:
            groups.append([claim])
    undated = [c for c in claims if not c.date]
    for claim in sorted(undated, key=lambda c: (c.status in _FORESEEN, c.known_at or "9999", c.id)):
        _attach(claim, groups)
    return groups


def _parted(before: Stated, after: Stated, others: list[str]) -> bool:
    assert before.date and after.date
    if compatible(before.date, after.date):
        return False
    between = gap(before.date, after.date)
    if between > APART or (between > _ONE_EVENT and _of_two_sorts(before, after)):
        return True
    return any(span(before.date)[1] < span(o)[0] and span(o)[1] < span(after.date)[0] for o in others)


def _of_two_sorts(a: Stated, b: Stated) -> bool:
    """Whether one gives up a post and the other the tie, one a seat on the board and the other employment, or one begins and the other takes a post."""
    if (a.kind in _POSTS) != (b.kind in _POSTS) or {a.tie, b.tie} == {"work", "board"}:
        return True
    return a.direction == "in" and a.post != b.post and all(c.post or c.kind in _BEGINS for c in (a, b))


def _attach(claim: Stated, groups: list[list[Stated]]) -> None:
    """A claim without a date belongs to the last event that its document could know; what is foreseen to the next one that comes, or is
    an event of its own as long as none has come. A return is no founding, and no founding a return.
    """
    known = claim.known_at or "9999"
    fitting = [g for g in groups if _one_kind(claim, g)]
    if claim.status in _FORESEEN:
        coming = [g for g in fitting if _latest(g) >= _earlier(known)]
        chosen = coming[0] if coming else None
    else:
        before = [g for g in fitting if not g[0].date or g[0].date <= known]
        chosen = before[-1] if before else fitting[0] if fitting else None
    if chosen is None:
        groups.append([claim])
    else:
        chosen.append(claim)


def _one_kind(claim: Stated, group: Sequence[Stated]) -> bool:
    kinds = {c.kind for c in group}
    return claim.kind in kinds or not ({claim.kind} | kinds) & _ONCE or bool(kinds & _GENERAL)


def _latest(group: Sequence[Stated]) -> str:
    """The last day of the dates in a group or, where there is none, of what is known of it; 9999 where neither is."""
    dated = [span(c.date)[1].isoformat() for c in group if c.date]
    return max(dated or [c.known_at for c in group if c.known_at], default="9999")


def _earlier(day: str) -> str:
    """A month before a day."""
    return (span(day)[0] - timedelta(days=_ONE_EVENT)).isoformat() if day != "9999" else day


def withdrawn(group: Sequence[Stated]) -> set[str]:
    """The claims that a later document of the same outlet takes back: it says that it corrects, and says otherwise."""
    corrections = [c for c in group if c.corrects and c.outlet]
    if not corrections:
        return set()
    return {
        old.id
        for new in corrections
        for old in group
        if old.outlet == new.outlet and old.document != new.document and not old.corrects and (old.known_at or "") <= (new.known_at or "9999") and _otherwise(old, new)
    }  # fmt: skip


def _otherwise(old: Stated, new: Stated) -> bool:
    if (old.status == "denied") != (new.status == "denied"):
        return True
    dates = bool(old.date and new.date and not compatible(old.date, new.date))
    return dates or any(
        getattr(old, f) and getattr(new, f) and getattr(old, f) != getattr(new, f)
        for f in ("kind", "role", "counterpart")
    )


def _move(group: list[Stated]) -> Move:
    group = sorted(group, key=lambda c: c.id)
    back = withdrawn(group)
    valid = [c for c in group if c.id not in back] or group
    status = _status(valid)
    telling = [c for c in valid if c.status == status] or valid
    return Move(
        id=hashlib.sha256(f"move\0{min(c.id for c in group)}".encode()).hexdigest()[:24],
        person=group[0].person, organization=group[0].organization, direction=group[0].direction,
        kind=_kind(telling), role=_most(telling, "role") or _most(valid, "role"),
        counterpart=_most(telling, "counterpart") or _most(valid, "counterpart"), date=_date(telling) or (_date(valid) if status != "planned" else None),
        until=_most(valid, "until"), status=status, denied=any(c.status == "denied" for c in group),
        sources=len({c.story for c in valid}), confidence=_together(valid),
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
    """The status of the best-supported claims; of equals the most certain. A plan that happened is a fact; what was only foreseen, and is
    denied after that, is denied.
    """
    votes = _votes(group, "status")
    if "fact" in votes and set(votes) <= {"fact", "planned"}:
        return "fact"
    if "fact" in votes and "denied" not in votes and _confirmed(group):
        return "fact"
    if "denied" in votes and "fact" not in votes:
        last = {
            d: max((c.known_at or "" for c in group if (c.status == "denied") == d), default="") for d in (True, False)
        }
        if last[True] >= last[False]:
            return "denied"
    return min(votes, key=lambda s: (-round(votes[s], 6), _CERTAINTY.index(s)))


def _confirmed(group: Sequence[Stated]) -> bool:
    """Whether a fact is told after it was only foreseen: then it is no rumour any more, however many had told it as one."""
    foreseen = min((c.known_at or "9999" for c in group if c.status in _FORESEEN), default="9999")
    return any(c.status == "fact" and (c.known_at or "") > foreseen for c in group)


def _together(group: Sequence[Stated]) -> float:
    """The chance that at least one independent source is right."""
    wrong = 1.0
    best: dict[str, float] = {}
    for claim in group:
        best[claim.story] = max(best.get(claim.story, 0.0), claim.confidence)
    for _, chance in sorted(best.items()):
        wrong *= 1 - chance
    return round(1 - wrong, 4)
