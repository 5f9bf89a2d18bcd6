"""Profiles and identities of the ledger, kept as documents come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, delete, select

from exeunt.identify.resolve import (
    Kind,
    Link,
    Profile,
    compare,
    doubtful,
    identities,
    is_full,
    link_of,
    norm_of,
    person_keys,
    profile_keys,
    search_keys,
)
from exeunt.identify.search import words_of
from exeunt.ledger.dialect import insert_ignoring, replace
from exeunt.ledger.records import digest
from exeunt.ledger.tables import about, claim, doubt, link, profile, profile_key, word
from exeunt.reckon.claims import gap

_NEAR = 31  # days within which two claims speak of one event
_TOGETHER = "one person in one document"  # the reason of a link that one document gives
_AT_ONCE = 500  # values in one question
_CROWD = 300  # profiles under one key; more are not compared with one another


def make_profile(name: str, kind: Kind, at: str = "", alone: str = "") -> Profile:
    """The profile of a name at an organisation; `alone` (a document) keeps it apart from all others."""
    norm = norm_of(name, kind)
    return Profile(digest(kind, name, at, alone), kind, name, norm, at, is_full(name, kind) and not alone)


def keep_profiles(connection: Connection, profiles: Iterable[Profile]) -> list[Profile]:
    """Store profiles; returns those that are new."""
    wanted = {p.id: p for p in profiles}
    known = {r[0] for r in _in(connection, select(profile.c.id), profile.c.id, wanted)}
    fresh = [wanted[key] for key in sorted(wanted.keys() - known)]
    rows = [
        {"id": p.id, "kind": p.kind, "name": p.name, "norm": p.norm, "at": p.at, "full": int(p.full), "identity": p.id}
        for p in fresh
    ]
    insert_ignoring(connection, profile, rows)
    insert_ignoring(
        connection,
        profile_key,
        [{"key": k, "profile": p.id} for p in fresh for k in (*profile_keys(p), *search_keys(p))],
    )
    keep_words(connection, fresh)
    return fresh


def keep_words(connection: Connection, profiles: Iterable[Profile]) -> None:
    """Store the words by which names are found while they are typed."""
    insert_ignoring(
        connection, word, [{"word": w, "profile": p.id} for p in profiles for w in words_of(p.name, p.kind)]
    )


def missing_words(connection: Connection) -> None:
    """Store the words of all names: for a ledger of an older schema."""
    last = ""
    while rows := connection.execute(
        select(profile).where(profile.c.id > last).order_by(profile.c.id).limit(5000)
    ).all():
        keep_words(connection, map(profile_from, rows))
        last = rows[-1].id


def link_profiles(connection: Connection, fresh: list[Profile]) -> set[str]:
    """Compare new profiles with those that share a key; returns the profiles whose links changed."""
    touched: set[str] = set()
    places = places_of(connection, {p.at for p in fresh if p.kind == "person"})
    met = _met(connection, fresh, places)
    for p in fresh:
        for other in met.get(p.id, []):
            touched |= compare_two(connection, p, other, p.kind == "person" and other.at in places[p.at])
    return touched


def compare_two(connection: Connection, p: Profile, other: Profile, near: bool) -> set[str]:
    """Link two profiles or put them to the question; returns what changed."""
    together = near and _agree(connection, p.id, other.id)
    found = compare(p, other, together)
    linked = link_of(p, other, found, near)
    first, second = sorted((p.id, other.id))
    if linked:
        return _keep_link(connection, linked)
    if doubtful(p, other, found, near) and _linked(connection, first, second) is None:
        row = {"id": digest("doubt", first, second), "kind": p.kind, "first": first, "second": second, "score": found.score,
               "reasons": json.dumps(found.reasons, ensure_ascii=False)}  # fmt: skip
        insert_ignoring(connection, doubt, [row])
    return set()


def _linked(connection: Connection, first: str, second: str) -> float | None:
    return connection.execute(select(link.c.score).where(link.c.first == first, link.c.second == second)).scalar()


def _keep_link(connection: Connection, found: Link) -> set[str]:
    """Keep a link, unless there is a surer one or somebody said that the two are different; returns what changed."""
    before = _linked(connection, found.first, found.second)
    if before is not None and (before < 0 or before >= found.score):
        return set()
    replace(connection, link, [_link_row(found)])
    connection.execute(delete(doubt).where(doubt.c.first == found.first, doubt.c.second == found.second))
    return {found.first, found.second}


def _link_row(found: Link) -> dict[str, Any]:
    return {
        "first": found.first,
        "second": found.second,
        "score": found.score,
        "reasons": json.dumps(found.reasons, ensure_ascii=False),
    }


def _met(connection: Connection, fresh: list[Profile], places: dict[str, set[str]]) -> dict[str, list[Profile]]:
    """The profiles that share a key with each of the new ones, by id; persons under any name of their organisation."""
    keys = {p.id: set(profile_keys(p)) for p in fresh if p.kind == "organization"}
    for p in (q for q in fresh if q.kind == "person"):
        keys[p.id] = {f"a/{at[:80]}/{key}" for at in places[p.at] for key in person_keys(p)}
    wanted = {k for mine in keys.values() for k in mine}
    holders: dict[str, list[str]] = {}
    for row in _in(connection, select(profile_key), profile_key.c.key, wanted):
        holders.setdefault(row.key, []).append(row.profile)
    near = {p.id: {q for k in keys[p.id] for q in holders.get(k, [])} - {p.id} for p in fresh}
    known = {q for mine in near.values() for q in mine}
    rows = {r.id: profile_from(r) for r in _in(connection, select(profile), profile.c.id, known)}
    return {key: [rows[q] for q in sorted(mine)[:_CROWD]] for key, mine in near.items()}


def profile_of(connection: Connection, key: str) -> Profile | None:
    """The profile with this id, or None."""
    row = connection.execute(select(profile).where(profile.c.id == key)).first()
    return profile_from(row) if row else None


def same_places(connection: Connection, at: str) -> set[str]:
    """The norms of all names of the organisation that is called `at`."""
    return places_of(connection, {at})[at]


def places_of(connection: Connection, norms: set[str]) -> dict[str, set[str]]:
    """Norm -> the norms of all names of that organisation."""
    organizations = select(profile.c.norm, profile.c.identity).where(profile.c.kind == "organization")
    mine = {r.norm: r.identity for r in _in(connection, organizations, profile.c.norm, norms)}
    names: dict[str, set[str]] = {}
    for r in _in(connection, organizations, profile.c.identity, set(mine.values())):
        names.setdefault(r.identity, set()).add(r.norm)
    return {n: {n, *names.get(mine.get(n, ""), ())} for n in norms}


def profile_from(row: Any) -> Profile:
    """The profile of a row."""
    return Profile(row.id, row.kind, row.name, row.norm, row.at, bool(row.full))


def _agree(connection: Connection, a: str, b: str) -> bool:
    """Whether some claim of one and some claim of the other agree in direction and, nearly, in date."""
    rows = connection.execute(
        select(about.c.person_profile, claim.c.direction, claim.c.date)
        .join(claim, claim.c.id == about.c.claim)
        .where(about.c.person_profile.in_((a, b)), claim.c.date.is_not(None))
    ).all()
    mine = {(d, when) for p, d, when in rows if p == a}
    theirs = {(d, when) for p, d, when in rows if p == b}
    return any(d == e and gap(x, y) <= _NEAR for d, x in mine for e, y in theirs)


def bind(connection: Connection, pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Link profiles of one name in one document at several organisations; returns what changed."""
    touched: set[str] = set()
    for a, b in pairs:
        first, second = sorted((a, b))
        if first != second:
            touched |= _keep_link(connection, Link(first, second, 1.5, (_TOGETHER,)))
    return touched


def settle_identities(connection: Connection, touched: set[str]) -> dict[str, tuple[str, str]]:
    """Build the identities anew of all that hangs together with `touched`; profile -> (before, now) where it changed."""
    members, links = _component(connection, touched)
    now = identities(members, links)
    changed: dict[str, tuple[str, str]] = {}
    before = {r[0]: r[1] for r in _in(connection, select(profile.c.id, profile.c.identity), profile.c.id, members)}
    for key, identity in sorted(now.items()):
        if before.get(key) != identity:
            changed[key] = (before.get(key, key), identity)
            connection.execute(profile.update().where(profile.c.id == key).values(identity=identity))
    return changed


def _component(connection: Connection, start: set[str]) -> tuple[dict[str, Profile], list[Link]]:
    members: dict[str, Profile] = {}
    links: dict[tuple[str, str], Link] = {}
    edge = set(start)
    while edge:
        members.update({r.id: profile_from(r) for r in _in(connection, select(profile), profile.c.id, edge)})
        found = _in(connection, select(link), link.c.first, edge) + _in(connection, select(link), link.c.second, edge)
        for row in found:
            links[(row.first, row.second)] = Link(row.first, row.second, row.score, tuple(json.loads(row.reasons)))
        edge = {p for pair, k in links.items() if k.score > 0 for p in pair} - members.keys()
    return members, list(links.values())


def _in(connection: Connection, statement: Any, column: Any, values: Iterable[str]) -> list[Any]:
    rows: list[Any] = []
    for part in in_parts(values):
        rows += connection.execute(statement.where(column.in_(part))).all()
    return rows


def in_parts(values: Iterable[str]) -> Iterator[list[str]]:
    """Sorted values, as many at a time as one question takes."""
    chosen = sorted(values)
    for at in range(0, len(chosen), _AT_ONCE):
        yield chosen[at : at + _AT_ONCE]


def joined_places(connection: Connection, norms: set[str]) -> set[str]:
    """When organisations turn out to be one: compare the persons at one name of it with those at its other names."""
    touched: set[str] = set()
    rows = [
        profile_from(r) for r in _in(connection, select(profile).where(profile.c.kind == "person"), profile.c.at, norms)
    ]
    by_key: dict[str, list[Profile]] = {}
    for p in rows:
        for key in person_keys(p):
            by_key.setdefault(key, []).append(p)
    done: set[tuple[str, str]] = set()
    for group in by_key.values():
        for i, a in enumerate(group):
            for b in group[i + 1 :]:
                pair = (min(a.id, b.id), max(a.id, b.id))
                if a.at != b.at and pair not in done:
                    done.add(pair)
                    touched |= compare_two(connection, a, b, near=True)
    return touched


def part_places(connection: Connection, norms: set[str]) -> set[str]:
    """When organisations turn out not to be one: part the persons that only met because they were. Returns what changed.

    What one document told of both, and what people ruled, stays.
    """
    if len(norms) < 2:
        return set()
    places = places_of(connection, norms)
    persons = {
        r.id: r.at for r in _in(connection, select(profile).where(profile.c.kind == "person"), profile.c.at, norms)
    }
    touched: set[str] = set()
    for table in (link, doubt):
        for row in _in(connection, select(table), table.c.first, persons):
            here, there = persons[row.first], persons.get(row.second)
            if there is None or there in places[here] or _lasting(row.reasons):
                continue
            connection.execute(delete(table).where(table.c.first == row.first, table.c.second == row.second))
            touched |= {row.first, row.second}
    return touched


def _lasting(reasons: str) -> bool:
    return _TOGETHER in reasons or '"judgement ' in reasons
