"""Adding documents with their claims. Adding one again changes nothing; the order does not matter."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from exeunt.identify.resolve import norm_of
from exeunt.keeping.derive import derive
from exeunt.ledger import Ledger, records, tables
from exeunt.ledger.dialect import insert_ignoring, insert_new
from exeunt.model import Document, Reading


@dataclass
class Added:
    """What adding did."""

    documents: int = 0
    claims: int = 0
    doubtful: int = 0
    known: int = 0
    forgotten: int = 0
    clashing: list[str] = field(default_factory=list)  # ids that another document in the ledger has


def add(ledger: Ledger, read: Iterable[tuple[Document, Reading]], batch: int = 20) -> Added:
    """Add documents with what was read in them; those of a batch last together. Raises LedgerError."""
    added = Added()
    waiting: list[tuple[Document, Reading]] = []
    for pair in read:
        waiting.append(pair)
        if len(waiting) >= batch:
            _write(ledger, waiting, added)
            waiting = []
    if waiting:
        _write(ledger, waiting, added)
    return added


def known(ledger: Ledger, document: Document) -> bool:
    """Whether a document is in the ledger, or was and had to be forgotten."""
    key = records.document_id(document)
    with ledger.reading() as connection:
        return _known(connection, key) or _forgotten(connection, key)


def _known(connection: Connection, key: str) -> bool:
    return connection.execute(select(tables.document.c.id).where(tables.document.c.id == key)).first() is not None


def _forgotten(connection: Connection, key: str) -> bool:
    question = select(tables.erasure.c.id).where(tables.erasure.c.kind == "document", tables.erasure.c.subject == key)
    return connection.execute(question).first() is not None


def _write(ledger: Ledger, pairs: list[tuple[Document, Reading]], added: Added) -> None:
    with ledger.writing() as connection:
        for document, reading in pairs:
            _one(connection, document, reading, added)


def _one(connection: Connection, document: Document, reading: Reading, added: Added) -> None:
    row = records.document_row(document, records.now())
    if row["language"] is None:
        row["language"] = reading.language
    if _forgotten(connection, row["id"]):
        added.forgotten += 1
        return
    if not insert_new(connection, tables.document, [row]):
        held = select(tables.document.c.content_hash).where(tables.document.c.id == row["id"])
        if connection.execute(held).scalar() == row["content_hash"]:
            added.known += 1
        elif row["id"] not in added.clashing:
            added.clashing.append(row["id"])
        return
    claims = [records.claim_row(c, row["id"], doubtful=False) for c in reading.moves]
    claims += [records.claim_row(c, row["id"], doubtful=True) for c in reading.review]
    claims = [c for c in {c["id"]: c for c in claims}.values() if not _erased_person(connection, c["person"])]
    insert_ignoring(connection, tables.claim, claims)
    insert_ignoring(connection, tables.count, [records.count_row(c, row["id"]) for c in reading.counts])
    derive(connection, row["id"])
    added.documents += 1
    added.doubtful += sum(c["doubtful"] for c in claims)
    added.claims += sum(not c["doubtful"] for c in claims)


def _erased_person(connection: Connection, name: str) -> bool:
    if "erased" not in connection.info:
        rows = connection.execute(select(tables.erasure.c.subject).where(tables.erasure.c.kind == "person"))
        connection.info["erased"] = {r[0] for r in rows}
    if not connection.info["erased"]:
        return False
    return person_subject(name) in connection.info["erased"]


def person_subject(name: str) -> str:
    """What a tombstone keeps of a person: a hash of the name, by which it is known again and no more."""
    return hashlib.sha256(f"person\0{norm_of(name, 'person')}".encode()).hexdigest()
