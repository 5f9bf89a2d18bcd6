"""Forgetting: a correction or an erasure request takes the words and what hangs on them, and leaves a tombstone."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, delete, select

from exeunt.errors import LedgerError
from exeunt.keeping.add import person_subject
from exeunt.keeping.corrections import black_quotes, blank
from exeunt.keeping.derive import organization_of, pairs_about, reckon, recount
from exeunt.keeping.judge import sweep
from exeunt.keeping.stories import place_story, remove_story
from exeunt.ledger import Ledger, records
from exeunt.ledger.dialect import insert_new
from exeunt.ledger.standing import changed
from exeunt.ledger.tables import about, claim, conflict, count, document, erasure, forecast, judgement


def forget_document(ledger: Ledger, key: str, because: str, tombstone: bool = True) -> int:
    """Erase a document with its claims; how many claims went. Adding it again is refused from now on, unless no tombstone is asked for.

    Raises LedgerError when there is none or the reason is missing.
    """
    _reason(because)
    with ledger.writing() as connection:
        if connection.execute(select(document.c.id).where(document.c.id == key)).first() is None:
            raise LedgerError(f"there is no document {key}: exeunt moves --json shows their ids")
        gone = _erase(connection, key)
        if tombstone:
            _tombstone(connection, "document", key, because)
    return gone


def forget_person(ledger: Ledger, identity: str, because: str) -> int:
    """Erase every claim about a person and black the names out in the documents; how many claims went.

    What is kept is a hash of each name, so that claims about the person are not taken in again.
    """
    _reason(because)
    with ledger.writing() as connection:
        rows = connection.execute(
            select(claim.c.id, claim.c.document, claim.c.person)
            .join(about, about.c.claim == claim.c.id)
            .where(about.c.person == identity)
        ).all()
        if not rows:
            raise LedgerError(f"there is no person {identity}: exeunt person NAME shows who is")
        pairs = pairs_about(connection, about.c.person == identity)
        names = {r.person for r in rows}
        ids = [r.id for r in rows]
        connection.execute(delete(about).where(about.c.claim.in_(ids)))
        connection.execute(delete(claim).where(claim.c.id.in_(ids)))
        connection.execute(delete(judgement).where(judgement.c.first.in_(ids)))
        blank(connection, ids)
        changed(connection)
        for key in sorted({r.document for r in rows}):
            _black_out(connection, key, names)
        black_quotes(connection, {r.document for r in rows}, _blackener(names))
        _no_forecasts(connection, names)
        for name in sorted(names):
            _tombstone(connection, "person", person_subject(name), because)
        reckon(connection, pairs)
        sweep(connection)
    return len(ids)


def _reason(because: str) -> None:
    if not because.strip():
        raise LedgerError('forgetting needs a reason: --because "…"')


def _erase(connection: Connection, key: str) -> int:
    pairs = pairs_about(connection, about.c.document == key)
    told = {r[0] for r in connection.execute(select(count.c.organization).where(count.c.document == key)) if r[0]}
    ids = [r[0] for r in connection.execute(select(claim.c.id).where(claim.c.document == key))]
    connection.execute(delete(about).where(about.c.document == key))
    connection.execute(delete(judgement).where(judgement.c.first.in_([*ids, key])))
    numbers = [r[0] for r in connection.execute(select(count.c.id).where(count.c.document == key))]
    blank(connection, [*ids, *numbers])
    changed(connection)
    for table in (claim, count):
        connection.execute(delete(table).where(table.c.document == key))
    mates = remove_story(connection, key)
    connection.execute(delete(document).where(document.c.id == key))
    if mates:
        pairs |= pairs_about(connection, about.c.document.in_(sorted(mates)))
    reckon(connection, pairs)
    sweep(connection)
    for name in sorted(told):
        recount(connection, organization_of(connection, name))
    connection.execute(delete(conflict).where(conflict.c.sides.contains(f'"{key}"')))
    return len(ids)


def _no_forecasts(connection: Connection, names: set[str]) -> None:
    """Erase the forecasts about a person."""
    subjects = {person_subject(n) for n in names}
    rows = connection.execute(select(forecast.c.id, forecast.c.person)).all()
    gone = [r.id for r in rows if person_subject(r.person) in subjects]
    connection.execute(delete(forecast).where(forecast.c.id.in_(gone)))


def _black_out(connection: Connection, key: str, names: set[str]) -> None:
    """Put a mark of the same length over the names in a document, so that all other offsets stay true."""
    row = connection.execute(select(document).where(document.c.id == key)).mappings().one()
    black = _blackener(names)
    told = records.document_of(row)
    places = tuple(
        msgspec.structs.replace(p, original=black(p.original) if p.original else None, speaker=None)
        for p in told.places
    )
    told = msgspec.structs.replace(
        told, text=black(told.text), title=black(told.title) if told.title else None, places=places
    )
    connection.execute(
        document.update().where(document.c.id == key).values(body=msgspec.json.encode(told).decode(), title=told.title)
    )
    for c in connection.execute(select(claim.c.id, claim.c.detail).where(claim.c.document == key)).all():
        connection.execute(claim.update().where(claim.c.id == c.id).values(detail=black(c.detail)))
    remove_story(connection, key)
    place_story(connection, told)


def _blackener(names: set[str]) -> Callable[[str], str]:
    """What puts a mark of the same length over names and their parts."""
    parts = {p for n in names for p in [n, *re.split(r"[\s・]+", n)] if len(p) > 1}
    pattern = re.compile("|".join(re.escape(p) for p in sorted(parts, key=lambda p: (-len(p), p))))
    return lambda text: pattern.sub(lambda m: "█" * len(m[0]), text)


def _tombstone(connection: Connection, kind: str, subject: str, because: str) -> None:
    row = {
        "id": records.digest("erasure", kind, subject),
        "kind": kind,
        "subject": subject,
        "because": because,
        "made_at": records.now(),
    }
    insert_new(connection, erasure, [row])
