"""Spells as ties for others to read: the tie itself, and each post that was given up while it lasted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import msgspec

from exeunt.language.posts import Tie
from exeunt.reckon.counted import POST_ONLY, Counted
from exeunt.reckon.spells import SAME, Spell


class Held(msgspec.Struct, frozen=True, gc=False):
    """A tie, or one post within it, with the moves that begin and end it: None where no document tells of any."""

    id: str
    tie: Tie
    post: bool  # one post within the tie
    person: str
    organization: str
    roles: tuple[str, ...]
    began: Counted | None
    ended: Counted | None
    away: bool
    moves: tuple[Counted, ...]


def held_of(spell: Spell) -> Iterator[Held]:
    """The posts that somebody gave up, then the tie with its other posts, unless nothing else is told of it.

    Who steps down as chief executive is no chief executive any more, but may still be there: the post ends, the tie does not.
    """
    gone = [m for m in spell.moves if _gives_up(m, spell)]
    used: set[str] = set()
    for m in gone:
        began = _began(m, spell.moves, used)
        mine = (began, m) if began else (m,)
        used.update(x.id for x in mine)
        yield Held(
            _id(spell, mine, "post"),
            spell.tie,
            True,
            spell.person,
            spell.organization,
            (m.role or "",),
            began,
            m,
            False,
            mine,
        )
    rest = tuple(m for m in spell.moves if m.id not in used)
    if rest:
        over = {m.post.key or m.role for m in gone}
        roles = [p.role for p in spell.posts if p.role and p.id not in used and (p.post.key or p.role) not in over]
        away = any(leave.outcome == "away" for leave in spell.leaves)
        yield Held(
            _id(spell, rest, "tie"), spell.tie, False, spell.person, spell.organization, tuple(dict.fromkeys(roles)), spell.began, spell.ended, away, rest
        )  # fmt: skip


def _gives_up(m: Counted, spell: Spell) -> bool:
    """Whether a move ends a post that is named, and not the tie."""
    if m.direction != "out" or not m.role or m is spell.ended:
        return False
    if m.kind in POST_ONLY or spell.ended is None:
        return True
    end = spell.ended.middle
    return end is None or m.middle is None or abs((end - m.middle).days) > SAME


def _began(ending: Counted, moves: Sequence[Counted], used: set[str]) -> Counted | None:
    """The last beginning of that post before its end."""
    found = [
        m for m in moves
        if m.direction == "in" and m.role and m.id not in used and (m.post.key or m.role) == (ending.post.key or ending.role)
        and m.first and ending.last and m.first <= ending.last
    ]  # fmt: skip
    return max(found, key=lambda m: (m.first, m.id), default=None) if found else None


def _id(spell: Spell, moves: Sequence[Counted], sort: str) -> str:
    """Depends on whom it is about and on the least of its moves: more documents on the same moves leave it as it is."""
    parts = (sort, spell.tie, spell.person, spell.organization, min(m.id for m in moves))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
