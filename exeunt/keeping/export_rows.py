"""Moves of some persons as rows to export: with names, the words that tell them, and the ties that they add up to."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, or_, select

from exeunt.keeping import ask
from exeunt.keeping.derive import stated
from exeunt.keeping.people import in_parts
from exeunt.keeping.reckon import View
from exeunt.ledger.standing import standing
from exeunt.ledger.tables import about, claim, document
from exeunt.reckon import Stated
from exeunt.reckon.counted import FIELDS, Counted, counted
from exeunt.reckon.moves import withdrawn
from exeunt.reckon.spells import spells_of
from exeunt.reckon.ties import Held, held_of
from exeunt.tell.exports import MoveRow, Named, Quote, Tie
from exeunt.tell.exports.rows import TieStatus

_KEPT = 20_000  # names of organisations that are kept for the next persons

Told = tuple[Quote | None, Quote | None]
"""The words for a move, and those against it."""


class Once:
    """Says of each key whether it comes for the first time. What it has seen lies on disk, however much that is."""

    def __enter__(self) -> Once:
        self._seen = sqlite3.connect("")  # a private file of SQLite, gone when it is closed
        self._seen.execute("create table seen (key text primary key) without rowid")
        return self

    def __exit__(self, *_: object) -> None:
        self._seen.close()

    def __call__(self, key: str) -> bool:
        return self._seen.execute("insert or ignore into seen values (?)", (key,)).rowcount == 1


class Called:
    """What persons and organisations are called: the name for people to read, and the other spellings in claims that count."""

    def __init__(self, connection: Connection, as_of: str | None) -> None:
        self._connection, self._as_of = connection, as_of
        self._organizations: dict[str, Named] = {}

    def persons(self, ids: Collection[str]) -> dict[str, Named]:
        return self._named(ids, "person")

    def organizations(self, ids: Collection[str]) -> dict[str, Named]:
        missing = set(ids) - self._organizations.keys()
        if len(self._organizations) + len(missing) > _KEPT:
            self._organizations.clear()
            missing = set(ids)
        if missing:
            self._organizations |= self._named(missing, "organization")
        return {i: self._organizations[i] for i in ids}

    def _named(self, ids: Collection[str], sort: str) -> dict[str, Named]:
        names = ask.names(self._connection, ids)
        others: dict[str, set[str]] = defaultdict(set)
        for identity, spelling in self._spellings(ids, sort):
            others[identity].add(spelling)
        return {
            i: Named(id=i, name=names.get(i, i), others=tuple(sorted(others[i] - {names.get(i, i)}))) for i in set(ids)
        }

    def _spellings(self, ids: Collection[str], sort: str) -> Iterator[tuple[str, str]]:
        """Spellings in claims that are neither doubtful nor rejected, in documents that were out on the day."""
        rejected = [j["first"] for j in standing(self._connection, "reject")]
        question = (
            select(about.c[sort], claim.c[sort])
            .join(claim, claim.c.id == about.c.claim)
            .join(document, document.c.id == claim.c.document)
            .where(claim.c.doubtful == 0, claim.c.id.not_in(rejected))
            .distinct()
        )
        if self._as_of:
            question = question.where(or_(document.c.known_at <= self._as_of, document.c.known_at.is_(None)))
        for part in in_parts(ids):
            yield from ((r[0], r[1]) for r in self._connection.execute(question.where(about.c[sort].in_(part))))


def move_rows(
    connection: Connection, moves: Sequence[dict[str, Any]], today: date, called: Called
) -> Iterator[MoveRow]:
    """Rows of moves, each with its names and its words."""
    told = _told(connection, moves)
    persons = called.persons({m["person"] for m in moves})
    places = called.organizations({m[k] for m in moves for k in ("organization", "counterpart") if m[k]})
    for m in moves:
        quote, denial = told[m["id"]]
        yield MoveRow(
            move=m["id"], person=persons[m["person"]], organization=places[m["organization"]], direction=m["direction"], kind=m["kind"],
            role=m["role"], counterpart=places[m["counterpart"]] if m["counterpart"] else None, date=m["date"], until=m["until"],
            status=m["status"], standing=_counted(m, today).standing, denied=m["denied"], sources=m["sources"], confidence=m["confidence"],
            first_known=m["first_known"], claims=tuple(m["claims"]), quote=quote, denial=denial,
        )  # fmt: skip


def tie_rows(
    connection: Connection, moves: Sequence[dict[str, Any]], view: View, called: Called
) -> Iterator[list[Tie]]:
    """The ties of each person, of what happened alone. `moves` are those of whole persons, by person."""
    happened = [m for m in moves if _counted(m, view.today).standing == "happened"]
    told = _told(connection, happened)
    persons = called.persons({m["person"] for m in happened})
    places = called.organizations({m["organization"] for m in happened})
    for person, group in groupby(happened, key=itemgetter("person")):
        spells = spells_of([_counted(m, view.today) for m in group], {}, view.today)
        held = [h for s in spells for h in held_of(s)]
        yield [_tie(h, persons[person], places[h.organization], told) for h in held]


def _tie(held: Held, person: Named, place: Named, told: dict[str, Told]) -> Tie:
    quotes = [told[m.id] for m in held.moves]
    return Tie(
        id=held.id, sort=held.tie, post=held.post, person=person, organization=place, roles=held.roles,
        began=held.began.date if held.began else None, ended=held.ended.date if held.ended else None, status=_status(held),
        moves=tuple(m.id for m in held.moves), quotes=tuple(q for q, _ in quotes if q), denials=tuple(d for _, d in quotes if d),
    )  # fmt: skip


def _status(held: Held) -> tuple[TieStatus, ...]:
    found: list[TieStatus] = ["ended" if held.ended else "no end told"]
    if held.away:
        found.append("on leave")
    if any(m.assumed for m in held.moves):
        found.append("announced")
    if any(m.denied for m in held.moves):
        found.append("disputed")
    return tuple(found)


def _counted(row: dict[str, Any], today: date) -> Counted:
    return counted([row[f] for f in FIELDS], today)


# --- words --------------------------------------------------------------------------------------------------------


def _told(connection: Connection, moves: Sequence[dict[str, Any]]) -> dict[str, Told]:
    """Move -> the words for it and the words against it."""
    ids = [c for m in moves for c in m["claims"]]
    claims = {s.id: s for part in in_parts(ids) for s in stated(connection, claim.c.id.in_(part))}
    chosen = {m["id"]: _chosen(m["status"], [claims[c] for c in m["claims"] if c in claims]) for m in moves}
    quotes = _quotes(connection, {c for pair in chosen.values() for c in pair if c})
    return {k: (quotes.get(a or ""), quotes.get(b or "")) for k, (a, b) in chosen.items()}


def _chosen(status: str, group: Sequence[Stated]) -> tuple[str | None, str | None]:
    """The first claim that tells a move as its status has it, and the last that denies it. What its outlet took back speaks for nothing."""
    back = withdrawn(group)
    valid = [c for c in group if c.id not in back] or list(group)
    telling = [c for c in valid if c.status == status] or valid
    denying = [c for c in group if c.status == "denied"]
    first = min(telling, key=lambda c: (c.known_at or "9999", c.id), default=None)
    last = max(denying, key=lambda c: (c.known_at or "", c.id), default=None)
    return first.id if first else None, last.id if last else None


def _quotes(connection: Connection, ids: Iterable[str]) -> dict[str, Quote]:
    question = select(
        claim.c.id, claim.c.detail, claim.c.document, document.c.title, document.c.url, document.c.outlet, document.c.published
    ).join(document, document.c.id == claim.c.document)  # fmt: skip
    found = {}
    for part in in_parts(ids):
        for r in connection.execute(question.where(claim.c.id.in_(part))):
            evidence = json.loads(r.detail)["evidence"]
            if evidence:
                found[r.id] = Quote(claim=r.id, text=evidence[0]["text"], document=r.document, title=r.title, url=r.url, outlet=r.outlet, published=r.published)  # fmt: skip
    return found
