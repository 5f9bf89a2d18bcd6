"""Judgements: same, different, split, confirm, reject, settle, undo. Each has an author and a reason, and can be taken back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, or_, select

from exeunt.errors import LedgerError
from exeunt.identify.resolve import norm_of
from exeunt.keeping.derive import derive, follow, pairs_about, reckon
from exeunt.keeping.people import bind, compare_two, in_parts, part_places, profile_of, same_places
from exeunt.keeping.rulings import hold
from exeunt.ledger import Ledger, records
from exeunt.ledger.dialect import insert_new
from exeunt.ledger.standing import changed
from exeunt.ledger.tables import about, claim, conflict, document, doubt, judgement, link, profile, profile_key, word


def judge(ledger: Ledger, sort: str, first: str, second: str | None, because: str, author: str) -> str:
    """Record a judgement and let the ledger follow; its id.

    `sort` same or different: `first` and `second` are identities; confirm or reject: `first` is a claim; settle:
    `first` is a conflict. Raises LedgerError when one of them is not there.
    """
    if not because.strip():
        raise LedgerError('a judgement needs a reason: --because "…"')
    with ledger.writing() as connection:
        kind = _checked(connection, sort, first, second)
        row = records.judgement_row(sort, kind, first, second, because, author, records.now())
        insert_new(connection, judgement, [row])
        changed(connection)
        apply(connection, row)
    return str(row["id"])


def _checked(connection: Connection, sort: str, first: str, second: str | None) -> str:
    if sort in ("same", "different"):
        kinds = [connection.execute(select(profile.c.kind).where(profile.c.id == p)).scalar() for p in (first, second)]
        if None in kinds or first == second:
            raise LedgerError(f"{first} and {second} are not two identities: exeunt identities lists them")
        if kinds[0] != kinds[1]:
            raise LedgerError("one is a person, the other an organisation: they cannot be the same")
        return str(kinds[0])
    table = conflict if sort == "settle" else claim
    if connection.execute(select(table.c.id).where(table.c.id == first)).first() is None:
        raise LedgerError(
            f"there is no {table.name} {first}: exeunt {'conflicts' if sort == 'settle' else 'moves --json'} shows their ids"
        )
    return str(table.name)


def split(ledger: Ledger, claim_id: str, because: str, author: str) -> str:
    """Keep the person of one claim, as that document names it, apart from all others; the id of the judgement."""
    if not because.strip():
        raise LedgerError('a judgement needs a reason: --because "…"')
    with ledger.writing() as connection:
        found = connection.execute(select(claim.c.document, claim.c.person).where(claim.c.id == claim_id)).first()
        if found is None:
            raise LedgerError(f"there is no claim {claim_id}: exeunt person … --json shows their ids")
        row = records.judgement_row(
            "split", "person", found[0], norm_of(found[1], "person"), because, author, records.now()
        )
        insert_new(connection, judgement, [row])
        changed(connection)
        apply(connection, row)
    return str(row["id"])


def undo(ledger: Ledger, judgement_id: str, because: str, author: str) -> str:
    """Take a judgement back; the id of the judgement that does."""
    with ledger.writing() as connection:
        found = connection.execute(select(judgement).where(judgement.c.id == judgement_id)).mappings().first()
        if found is None or found["sort"] == "undo":
            raise LedgerError(f"there is no judgement {judgement_id} to undo: exeunt review --done lists them")
        row = records.judgement_row("undo", "judgement", judgement_id, None, because, author, records.now())
        insert_new(connection, judgement, [row])
        changed(connection)
        withdraw(connection, dict(found))
    return str(row["id"])


def apply(connection: Connection, row: dict[str, Any]) -> None:
    """Let the derived tables follow a judgement that now stands."""
    if row["sort"] in ("same", "different"):
        hold(connection, row["first"], row["second"])
        _again(connection, {row["first"], row["second"]})
    elif row["sort"] == "split":
        again(connection, row["first"])
    else:
        _claims(connection, row)


def withdraw(connection: Connection, row: dict[str, Any]) -> None:
    """Let the derived tables follow a judgement that no longer stands."""
    if row["sort"] in ("same", "different"):
        first, second = sorted((row["first"], row["second"]))
        if hold(connection, first, second):  # another judgement on the two still stands
            _again(connection, {first, second})
            return
        connection.execute(delete(link).where(link.c.first == first, link.c.second == second))
        a, b = (profile_of(connection, p) for p in (first, second))
        places = (
            same_places(connection, a.norm) | same_places(connection, b.norm)
            if a and b and a.kind == "organization"
            else set()
        )
        together = about.c.person_profile.in_((first, second)) & about.c.there_profile.in_((first, second))
        if connection.execute(select(about.c.claim).where(together).limit(1)).first():
            bind(connection, [(first, second)])
        if a and b:
            compare_two(connection, a, b, a.kind == "person" and b.at in same_places(connection, a.at))
        _again(connection, {first, second})
        if apart := part_places(connection, places):
            _again(connection, apart)
    elif row["sort"] == "split":
        again(connection, row["first"])
    else:
        _claims(connection, row)


def _again(connection: Connection, profiles: set[str]) -> None:
    """Settle anew all that hung together with these profiles, before and now."""
    mates = {
        r[0]
        for part in in_parts(profiles)
        for r in connection.execute(
            select(profile.c.id).where(profile.c.identity.in_(select(profile.c.identity).where(profile.c.id.in_(part))))
        )
    }
    pairs = follow(connection, profiles | mates)
    reckon(connection, pairs)


def _claims(connection: Connection, row: dict[str, Any]) -> None:
    key = row["first"]
    if row["kind"] == "conflict":
        found = connection.execute(
            select(conflict.c.person, conflict.c.organization).where(conflict.c.id == key)
        ).first()
        if found and found[0]:
            reckon(connection, {(found[0], found[1])})
        return
    reckon(connection, pairs_about(connection, about.c.claim == key))


def again(connection: Connection, key: str) -> None:
    """Derive one document anew."""
    pairs = pairs_about(connection, about.c.document == key)
    connection.execute(delete(about).where(about.c.document == key))
    if connection.execute(select(document.c.id).where(document.c.id == key)).first():
        derive(connection, key)
    sweep(connection)
    reckon(connection, pairs)


def sweep(connection: Connection) -> None:
    """Drop profiles that no claim bears any more, with their links and keys, and let the others follow."""
    borne = [
        select(c).where(c.is_not(None))
        for c in (
            about.c.person_profile,
            about.c.organization_profile,
            about.c.counterpart_profile,
            about.c.there_profile,
        )
    ]
    stray = [
        r[0]
        for r in connection.execute(
            select(profile.c.id).where(*(profile.c.id.not_in(q) for q in borne)).order_by(profile.c.id)
        )
    ]
    if not stray:
        return
    rows = connection.execute(
        select(link.c.first, link.c.second).where(or_(link.c.first.in_(stray), link.c.second.in_(stray)))
    ).all()
    mates = {p for row in rows for p in row} - set(stray)
    identities = select(profile.c.identity).where(profile.c.id.in_(stray))
    mates |= {r[0] for r in connection.execute(select(profile.c.id).where(profile.c.identity.in_(identities)))} - set(
        stray
    )
    for table, columns in (
        (link, (link.c.first, link.c.second)),
        (doubt, (doubt.c.first, doubt.c.second)),
        (profile_key, (profile_key.c.profile,)),
        (word, (word.c.profile,)),
        (profile, (profile.c.id,)),
    ):
        connection.execute(delete(table).where(or_(*(c.in_(stray) for c in columns))))
    reckon(connection, follow(connection, mates))
