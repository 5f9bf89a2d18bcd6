"""Spells: how long somebody was somewhere, from the moves that are known; with leaves, and open at either end.

Who is not heard of is censored, not present: an open spell is observed up to the last document that tells of the person there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import msgspec

from exeunt.language.posts import Post, Tie
from exeunt.reckon.claims import span
from exeunt.reckon.counted import Counted

Outcome = Literal["returned", "left", "away", "nothing_told"]
_SILENT = 365  # days without news after which a leave is no longer known to go on
SAME = 31
"""Days within which two endings of one person are one departure."""
_ROUGH = 31  # days; a date vaguer than that orders nothing


class Leave(msgspec.Struct, frozen=True, gc=False):
    """A leave of absence and how it ended: by `ended`, or not (`away`), or nobody tells (`nothing_told`)."""

    move: Counted
    ended: Counted | None
    outcome: Outcome

    def days(self, today: date) -> int | None:
        """How long it lasted, or has lasted until `today`; None where its beginning or its end has no date."""
        begun = self.move.middle
        end = self.ended.middle if self.ended else today
        return max(0, (end - begun).days) if begun and end else None


class Spell(msgspec.Struct, frozen=True, gc=False):
    """One tie of a person to an organisation. `began` is None where nobody tells of the beginning (left-censored),
    `ended` where nobody tells of an end (right-censored at `heard`, the last day on which a document speaks of it).
    """

    person: str
    organization: str
    tie: Tie
    began: Counted | None
    ended: Counted | None
    heard: date | None
    leaves: tuple[Leave, ...]
    posts: tuple[Counted, ...]
    moves: tuple[Counted, ...]

    @property
    def open(self) -> bool:
        return self.ended is None

    def observed(self, until: date | None = None) -> tuple[int, bool] | None:
        """Days under observation, and whether the end was seen; None where the beginning, or the day of a known end, is not told.

        An open spell is observed up to the last news of it, or up to `until`.
        """
        begun = self.began.middle if self.began else None
        if begun is None:
            return None
        if self.ended is None:
            last = until or self.heard
            return (max(0, (last - begun).days), False) if last else None
        end = self.ended.middle
        return (max(0, (end - begun).days), True) if end else None

    def entered(self) -> int:
        """Days after its beginning on which the first document told of it: from then on its end could be seen."""
        begun = self.began.middle if self.began else None
        known = min((m.known for m in self.moves if m.known), default=None)
        return max(0, (span(known)[0] - begun).days) if begun and known else 0

    def holds(self) -> Post | None:
        """The last post that a document gives the person there, or None."""
        named = [m.post for m in self.posts if m.post.level]
        return named[-1] if named else None


@dataclass
class _Open:
    began: Counted | None
    leaves: list[Leave] = field(default_factory=list)
    away: Counted | None = None
    posts: list[Counted] = field(default_factory=list)
    moves: list[Counted] = field(default_factory=list)


def spells_of(moves: Iterable[Counted], heard: Mapping[tuple[str, str], str], today: date) -> list[Spell]:
    """The spells that moves add up to, by person, organisation and beginning. Only what happened counts.

    `heard` says on which day a document last spoke of a person at an organisation. The order of `moves` does not matter.
    """
    found = []
    for (person, organization), group in sorted(_by_pair(moves).items()):
        if len(group) == 1 and group[0].direction != "pause":
            found.append(_alone(group[0], _day(heard.get((person, organization)))))
            continue
        last = _day(heard.get((person, organization)))
        for tie, members in sorted(_ties(group).items()):
            found += _spells(person, organization, tie, members, last, today)
    return found


def _alone(m: Counted, heard: date | None) -> Spell:
    """The spell of one move: begun and open, or ended without a beginning."""
    ends = m.direction == "out" and m.departs
    began = m if m.direction == "in" and m.kind != "promoted" else None
    return Spell(
        m.person,
        m.organization,
        m.post.tie,
        began,
        m if ends else None,
        None if ends else heard,
        (),
        (m,) if m.role else (),
        (m,),
    )


def _day(day: str | None) -> date | None:
    return span(day)[1] if day else None


def _by_pair(moves: Iterable[Counted]) -> dict[tuple[str, str], list[Counted]]:
    pairs: dict[tuple[str, str], list[Counted]] = defaultdict(list)
    for m in moves:
        if m.standing == "happened":
            pairs[m.person, m.organization].append(m)
    return pairs


def _ties(group: Sequence[Counted]) -> dict[Tie, list[Counted]]:
    """Moves by the tie they are about. Who is only known on the board has one tie: what says no post (a founding, a departure) belongs to it."""
    if len(group) == 1:
        return {group[0].post.tie: list(group)}
    boards = any(m.post.tie == "board" for m in group)
    works = any(m.post.level and m.post.tie == "work" for m in group)
    vague = any(not m.post.level and m.direction == "in" and m.kind != "founded" for m in group)
    ties: dict[Tie, list[Counted]] = defaultdict(list)
    for m in group:
        seated = boards and not works and not vague and not m.post.level
        ties["board" if seated else m.post.tie].append(m)
    return ties


_RANK = {"in": 0, "pause": 1, "out": 2}


def _order(m: Counted) -> tuple[date, int, str]:
    """By day; what has no date comes on the day on which it became known. What begins comes before what ends: of a vague date a beginning
    has the first day, an ending or a return the last.
    """
    ends = m.direction == "out" or m.kind == "returned"
    day = m.last if ends else m.first
    return day or _day(m.known) or date.max, _RANK[m.direction], m.id


def _ordered(moves: Sequence[Counted]) -> list[Counted]:
    """Moves in the order in which they can have happened: a return before which nobody had gone comes after a departure of the same vague time."""
    found = sorted(moves, key=_order)
    for i, m in enumerate(found):
        if m.kind == "returned" and not any(o.direction != "in" for o in found[:i]):
            later = next(
                (k for k in range(i + 1, len(found)) if found[k].direction == "out" and _overlap(found[k], m)), None
            )
            if later is not None:
                found.insert(i, found.pop(later))
    return found


def _overlap(a: Counted, b: Counted) -> bool:
    return bool(a.first and a.last and b.first and b.last and a.first <= b.last and b.first <= a.last)


def _spells(
    person: str, organization: str, tie: Tie, moves: Sequence[Counted], heard: date | None, today: date
) -> list[Spell]:
    closed: list[Spell] = []
    now: _Open | None = None
    ordered = _ordered(moves) if len(moves) > 1 else moves
    for m in ordered:
        if m.direction == "out":
            now = _go(m, now, ordered, closed, person, organization, tie)
        else:
            now = now or _Open(m if m.direction == "in" and m.kind != "promoted" else None)
            now.moves.append(m)
            _come(m, now)
    if now is not None:
        if now.away:
            now.leaves.append(Leave(now.away, None, _still(now.away, heard, today)))
        closed.append(_closed(now, None, person, organization, tie, heard))
    return closed


def _come(m: Counted, now: _Open) -> None:
    """A beginning, a return, a new post, or a leave."""
    if m.direction == "pause":
        if now.away:
            now.leaves.append(Leave(now.away, None, "nothing_told"))  # another leave: how the first ended nobody tells
        now.away = m
        return
    if now.away:
        now.leaves.append(Leave(now.away, m, "returned"))
        now.away = None
    if m.role:
        now.posts.append(m)


def _go(
    m: Counted,
    now: _Open | None,
    moves: Sequence[Counted],
    closed: list[Spell],
    person: str,
    organization: str,
    tie: Tie,
) -> _Open | None:
    """A departure, or the end of one post among several."""
    if now is None and m.departs and closed and _near(closed[-1].ended, m):
        closed[-1] = _with(closed[-1], m)  # another post given up with the tie, or another telling
        return None
    now = now or _Open(None)
    now.moves.append(m)
    if m.role and not any(p.post.key == m.post.key for p in now.posts):
        now.posts.insert(0, m)
    if not m.departs or _stays(m, moves):
        return now
    if now.away:
        now.leaves.append(Leave(now.away, m, "left"))
        now.away = None
    closed.append(_closed(now, m, person, organization, tie, None))
    return None


def _near(a: Counted | None, b: Counted) -> bool:
    return bool(a and a.middle and b.middle and abs((b.middle - a.middle).days) <= SAME)


def _stays(m: Counted, moves: Sequence[Counted]) -> bool:
    """Whether a new post at the same organisation begins as this one ends: a change of post, not a departure."""
    if m.first is None or m.last is None or (m.last - m.first).days > _ROUGH:
        return False
    return any(
        o.direction == "in" and o.kind in ("appointed", "promoted", "elected") and o.role and o.first and o.last
        and (o.last - o.first).days <= _ROUGH and o.first <= m.last and m.first <= o.last
        for o in moves
    )  # fmt: skip


def _still(m: Counted, heard: date | None, today: date) -> Outcome:
    """Away as long as the planned end has not come, or news is not old; then nobody knows."""
    if m.until:
        return "away" if span(m.until)[1] >= today else "nothing_told"
    begun = m.last or heard
    return "away" if begun and (today - begun).days <= _SILENT else "nothing_told"


def _closed(now: _Open, ended: Counted | None, person: str, organization: str, tie: Tie, heard: date | None) -> Spell:
    return Spell(
        person, organization, tie, now.began, ended, heard, tuple(now.leaves), tuple(now.posts), tuple(now.moves)
    )


def _with(spell: Spell, m: Counted) -> Spell:
    posts = (m, *spell.posts) if m.role else spell.posts
    return msgspec.structs.replace(spell, posts=posts, moves=(*spell.moves, m))
