"""What the ledger knows of an organisation, or of all, as the reckoning takes it; as of any day."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, literal_column, select

from exeunt.keeping import ask
from exeunt.keeping.people import in_parts
from exeunt.language.posts import names_founders
from exeunt.ledger.records import document_of
from exeunt.ledger.tables import about, claim, conflict, count, document, move, profile, story
from exeunt.model import LanguageCode
from exeunt.reckon import conflicts_of, moves_of
from exeunt.reckon.claims import span
from exeunt.reckon.counted import FIELDS, POST_ONLY, Counted, counted
from exeunt.reckon.facts import Facts, Peer, SaidCount, Telling, heard_by
from exeunt.reckon.forecasts import World
from exeunt.reckon.precedents import Case, leave_cases
from exeunt.reckon.spells import SAME, Spell, spells_of

_PEERS = 50  # organisations that the base rate is shrunk to: more would tell little more
_BEFORE = 400  # code points before a stated number that may say of whom
_MANY = 500  # people whose names in the other language are looked up
_VAGUE = 32  # days from which on a date is too vague to be placed
_FEW = 5  # trading partners below which all organisations are peers

_MOVE = tuple(move.c[f] for f in FIELDS)


def facts_of(
    connection: Connection,
    organization: str,
    today: date,
    as_of: str | None = None,
    language: LanguageCode | None = None,
) -> Facts:
    """All that bears on the organisation with this id. `today` is the day it is seen from, `as_of` the last day whose documents count; names
    are those of a language where there are such.
    """
    moves = _moves(connection, move.c.organization == organization, about.c.organization == organization, today, as_of)
    known = {c for m in moves for c in m.claims}
    told = _tellings(connection, about.c.organization == organization, as_of)
    tellings = [t for t, _, _ in told if t.claim in known]
    persons = {m.person for m in moves}
    elsewhere = _elsewhere(connection, organization, persons, today, as_of)
    others = {m.counterpart for m in moves if m.counterpart} | {m.organization for m in elsewhere}
    names = _called(told, language)
    foreign = {i for i, n in names.items() if ask.in_other_script(n, language)}
    known_elsewhere = foreign if len(foreign) <= _MANY else foreign & others
    names |= ask.names(connection, {organization, *(others - names.keys()), *known_elsewhere}, language)
    return Facts(
        organization, today, moves, elsewhere, tellings, _counts(connection, organization, as_of),
        _conflicts(connection, organization, as_of), names, _peers(connection, organization, others, today, as_of),
    )  # fmt: skip


def world_of(connection: Connection, today: date, as_of: str | None = None) -> World:
    """The moves and tellings of the whole ledger, as known on a day."""
    moves = _moves(connection, None, None, today, as_of)
    known = {c for m in moves for c in m.claims}
    told = [t for t, _, _ in _tellings(connection, None, as_of) if t.claim in known]
    return World(today, moves, told)


def world_around(
    connection: Connection, organization: str, person: str, today: date, as_of: str | None = None
) -> World:
    """What bears on a forecast: the organisation and its peers, the person, and everyone who was ever on leave. Bounded by the number of peers."""
    here = _moves(connection, move.c.organization == organization, about.c.organization == organization, today, as_of)
    others = {m.counterpart for m in here if m.counterpart}
    chosen = sorted({organization, *_peers_of(connection, organization, others)})
    peers = [
        m
        for part in in_parts(chosen)
        for m in _moves(connection, move.c.organization.in_(part), about.c.organization.in_(part), today, as_of)
    ]
    away = _moves(connection, move.c.direction == literal_column("'pause'"), claim.c.direction == "pause", today, as_of)
    persons = {person, *(m.person for m in here), *(m.person for m in away)}
    moves = {m.id: m for m in [*peers, *_of_persons(connection, persons, today, as_of)]}
    known = {c for m in moves.values() for c in m.claims}
    told = {t.claim: t for t, _, _ in _tellings(connection, about.c.organization, as_of, chosen)}
    told |= {t.claim: t for t, _, _ in _tellings(connection, about.c.person, as_of, persons)}
    return World(
        today, [moves[k] for k in sorted(moves)], [told[k] for k in sorted(told) if k in known], frozenset(chosen)
    )


def persons_world(
    connection: Connection, persons: Collection[str], organizations: Collection[str], today: date
) -> World:
    """What resolves forecasts: the moves of the persons, and who spoke of the organisations."""
    moves = _of_persons(connection, persons, today, None)
    known = {c for m in moves for c in m.claims}
    told = {t.claim: t for t, _, _ in _tellings(connection, about.c.person, None, persons) if t.claim in known}
    told |= {t.claim: t for t, _, _ in _tellings(connection, about.c.organization, None, organizations)}
    return World(today, moves, [told[k] for k in sorted(told)])


def leaves_of(connection: Connection, today: date, as_of: str | None = None) -> list[Case]:
    """Every leave of absence in the ledger with its end. (The literal lets both databases use the partial index.)"""
    found = _moves(
        connection, move.c.direction == literal_column("'pause'"), claim.c.direction == "pause", today, as_of
    )
    persons = {m.person for m in found}
    moves = _of_persons(connection, persons, today, as_of)
    pairs = {(m.person, m.organization) for m in found}
    told = _tellings(connection, about.c.person, as_of, persons) if persons else []
    mine = [m for m in moves if (m.person, m.organization) in pairs]
    return leave_cases(spells_of(mine, heard_by(t for t, _, _ in told), today), today)


def departures_of(connection: Connection, kind: str, today: date, as_of: str | None = None) -> list[Counted]:
    """All moves of everyone who has a departure (or a beginning) of this kind."""
    found = _moves(connection, move.c.kind == kind, claim.c.kind == kind, today, as_of)
    return _of_persons(connection, {m.person for m in found}, today, as_of)


def spells_with(connection: Connection, kind: str, today: date, as_of: str | None = None) -> list[Spell]:
    """The spells of everyone who has a beginning of this kind."""
    moves = departures_of(connection, kind, today, as_of)
    persons = {m.person for m in moves}
    told = _tellings(connection, about.c.person, as_of, persons) if persons else []
    return spells_of(moves, heard_by(t for t, _, _ in told), today)


def _moves(connection: Connection, stored: Any, stated: Any, today: date, as_of: str | None) -> list[Counted]:
    """Moves that fit a condition: the derived ones, or those that the documents up to a day add up to."""
    if as_of is not None:
        return [counted([r[f] for f in FIELDS], today) for r in ask.moves_as_of(connection, stated, as_of)]
    question = select(*_MOVE)
    return _counted(connection, question if stored is None else question.where(stored), today)


def _counted(connection: Connection, question: Select[Any], today: date) -> list[Counted]:
    """Moves in the order of their ids, sorted here: a database that sorts may leave the better index aside."""
    return [counted(row, today) for row in sorted(connection.execute(question).all(), key=itemgetter(0))]


def _elsewhere(
    connection: Connection, organization: str, persons: Collection[str], today: date, as_of: str | None
) -> list[Counted]:
    """The moves of the people of an organisation at all others."""
    if as_of is not None:
        return [m for m in _of_persons(connection, persons, today, as_of) if m.organization != organization]
    here = select(move.c.person).where(move.c.organization == organization)
    return _counted(
        connection,
        select(*_MOVE).where(move.c.person.in_(here), move.c.organization != organization),
        today,
    )


def _of_persons(connection: Connection, persons: Collection[str], today: date, as_of: str | None) -> list[Counted]:
    if as_of is not None:
        return [
            counted([r[f] for f in FIELDS], today)
            for part in in_parts(persons)
            for r in ask.moves_as_of(connection, about.c.person.in_(part), as_of)
        ]
    return [
        m for part in in_parts(persons)
        for m in _counted(connection, select(*_MOVE).where(move.c.person.in_(part)), today)
    ]  # fmt: skip


Told = tuple[Telling, str, tuple[str | None, str | None]]


def _tellings(
    connection: Connection, condition: Any, as_of: str | None, persons: Collection[str] | None = None
) -> list[Told]:
    """Who told each claim when, with the person's name there, and the other organisation with its name."""
    question = (
        select(about.c.claim, claim.c.document, story.c.story, document.c.outlet, document.c.known_at, about.c.person, about.c.organization, claim.c.role,
               claim.c.status, claim.c.person.label("called"), about.c.counterpart, claim.c.counterpart.label("other"), document.c.added_at)
        .join(claim, claim.c.id == about.c.claim)
        .join(document, document.c.id == claim.c.document)
        .join(story, story.c.document == claim.c.document)
    )  # fmt: skip
    if persons is not None:
        parts = [question.where(condition.in_(part)) for part in in_parts(persons)]
    else:
        parts = [question if condition is None else question.where(condition)]
    found: list[Told] = []
    for part in parts:
        for r in connection.execute(part).all():
            if as_of is None or (r[4] or r[12][:10]) <= as_of:
                found.append((Telling(*r[:9]), r[9], (r[10], r[11])))
    return found


def _called(told: Iterable[Told], language: LanguageCode | None) -> dict[str, str]:
    """What the documents about an organisation call its people and the organisations beside it: the name that most use, of equals the longest."""
    votes: dict[str, dict[str, int]] = {}
    for t, called, (other, other_called) in told:
        mine = votes.setdefault(t.person, {})
        mine[called] = mine.get(called, 0) + 1
        if other and other_called:
            theirs = votes.setdefault(other, {})
            theirs[other_called] = theirs.get(other_called, 0) + 1
    return {i: ask.chosen_name(v, language) if len(v) > 1 else next(iter(v)) for i, v in votes.items()}


def _counts(connection: Connection, organization: str, as_of: str | None) -> list[SaidCount]:
    called = select(profile.c.name).where(profile.c.kind == "organization", profile.c.identity == organization)
    rows = connection.execute(
        select(count, document.c.known_at, document.c.added_at, document.c.body, document.c.outlet)
        .join(document, document.c.id == count.c.document)
        .where(count.c.organization.in_(called))
        .order_by(count.c.id)
    ).mappings()
    return [
        SaidCount(r["id"], r["document"], r["direction"], r["said"], r["total"], r["known_at"], _of_founders(r), r["outlet"])
        for r in rows
        if as_of is None or (r["known_at"] or r["added_at"][:10]) <= as_of
    ]  # fmt: skip


def _of_founders(row: Any) -> bool:
    """Whether a stated number is one of founders: its words say so or, of so many who remain, those before them."""
    told = json.loads(row["detail"])
    if row["direction"] is not None:
        return names_founders(told["text"])
    return names_founders(document_of(row).text[max(0, told["start"] - _BEFORE) : told["end"]])


def _conflicts(connection: Connection, organization: str, as_of: str | None) -> list[tuple[str, str, tuple[str, ...]]]:
    if as_of is not None:
        pairs = ask.stated_pairs(connection, about.c.organization == organization, as_of)
        made = [c for group in pairs for c in conflicts_of(moves_of(group))]
        return [(c.id, c.field, tuple(i for s in c.sides for i in s.claims)) for c in made]
    question = select(conflict).where(conflict.c.organization == organization, conflict.c.settled.is_(None))
    return [
        (r["id"], r["field"], tuple(c for s in json.loads(r["sides"]) for c in s["claims"]))
        for r in connection.execute(question.order_by(conflict.c.id)).mappings()
    ]


def _peers(
    connection: Connection, organization: str, others: Collection[str], today: date, as_of: str | None
) -> list[Peer]:
    """The peers of an organisation, with their departures, as known on a day."""
    chosen = _peers_of(connection, organization, others)
    known: dict[str, list[str]] = defaultdict(list)
    gone: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for peer, person, direction, kind, status, day, first_known in _peer_moves(connection, chosen, as_of):
        if first_known and len(first_known) == 10 and first_known <= today.isoformat():
            known[peer].append(first_known)
        if direction == "out" and kind not in POST_ONLY and status in ("fact", "planned") and day:
            first, last = span(day)
            if (last - first).days < _VAGUE and last <= today:
                gone[peer].append((first, person))
    return [
        Peer(p, date.fromisoformat(min(d)), date.fromisoformat(max(d)), _once(gone[p]))
        for p, d in sorted(known.items())
    ]


def _peer_moves(connection: Connection, chosen: Collection[str], as_of: str | None) -> Iterator[tuple[Any, ...]]:
    fields = ("organization", "person", "direction", "kind", "status", "date", "first_known")
    for part in in_parts(chosen):
        if as_of is not None:
            yield from (
                tuple(r[f] for f in fields) for r in ask.moves_as_of(connection, about.c.organization.in_(part), as_of)
            )
        else:
            yield from connection.execute(
                select(*(move.c[f] for f in fields)).where(move.c.organization.in_(part))
            ).all()


def _once(gone: Iterable[tuple[date, str]]) -> tuple[date, ...]:
    """The days of departures, one for each time that somebody left: of one person within a month the first."""
    last: dict[str, date] = {}
    days = []
    for day, person in sorted(gone):
        if person not in last or (day - last[person]).days > SAME:
            days.append(day)
            last[person] = day
    return tuple(days)


def _peers_of(connection: Connection, organization: str, others: Collection[str]) -> list[str]:
    """The organisations with which it exchanges people; where these are few, others of the ledger too."""
    chosen = sorted(set(others) - {organization})[:_PEERS]
    if len(chosen) >= _FEW:
        return chosen
    some = (
        select(profile.c.identity)
        .where(profile.c.kind == "organization", profile.c.identity != organization)
        .distinct().order_by(profile.c.identity).limit(_PEERS)
    )  # fmt: skip
    return sorted({*chosen, *(r[0] for r in connection.execute(some))})
