"""Proof that what is derived follows from what was stated: built anew from nothing, it must be the same, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from sqlalchemy import Connection, Table, delete, select

from exeunt.keeping.derive import derive
from exeunt.keeping.judge import apply
from exeunt.ledger import Ledger
from exeunt.ledger.dialect import insert_ignoring
from exeunt.ledger.records import claim_of, claim_row, document_of
from exeunt.ledger.standing import changed, standing
from exeunt.ledger.tables import APPEND_ONLY, DERIVED, claim, document

Progress = Callable[[int, int], None]


def rebuild(connection: Connection, progress: Progress = lambda *_: None) -> None:
    """Drop everything that is derived and build it anew."""
    changed(connection)
    for table in DERIVED:
        connection.execute(delete(table))
    keys = [r[0] for r in connection.execute(select(document.c.id).order_by(document.c.id))]
    for number, key in enumerate(keys, 1):
        derive(connection, key)
        progress(number, len(keys))
    for row in standing(connection, "same", "different", "confirm", "reject", "settle"):
        apply(connection, row)


def check(ledger: Ledger, progress: Progress = lambda *_: None) -> list[str]:
    """What is wrong with a ledger, one line each; empty when nothing is. The ledger itself is not changed."""
    problems: list[str] = []
    with ledger.reading() as connection:
        problems += _stated(connection)
        found = {t.name: _rows(connection, t) for t in DERIVED}
        with Ledger.open("sqlite://") as copy, copy.writing() as other:
            for table in APPEND_ONLY:
                insert_ignoring(other, table, ([dict(r) for r in connection.execute(select(table)).mappings()]))
            rebuild(other, progress)
            for table in DERIVED:
                anew = _rows(other, table)
                if anew != found[table.name]:
                    problems.append(_differs(table.name, found[table.name], anew))
    return problems


def _rows(connection: Connection, table: Table) -> list[str]:
    return sorted(
        json.dumps(dict(r), sort_keys=True, ensure_ascii=False) for r in connection.execute(select(table)).mappings()
    )


def _differs(name: str, found: list[str], anew: list[str]) -> str:
    more, less = sorted(set(found) - set(anew)), sorted(set(anew) - set(found))
    example = (more or less or [""])[0][:200]
    return f"{name}: {len(more)} rows follow from nothing stated, {len(less)} are missing; for example {example}"


def _stated(connection: Connection) -> Iterator[str]:
    """Whether evidence is verbatim, and ids are those of what they stand for."""
    texts = {}
    for row in connection.execute(select(document)).mappings():
        texts[row["id"]] = document_of(row).text
    for row in connection.execute(select(claim)).mappings():
        told = claim_of(row)
        text = texts.get(row["document"])
        if text is None:
            yield f"claim {row['id']}: its document {row['document']} is missing"
            continue
        for e in told.evidence:
            if text[e.start : e.end] != e.text:
                yield f"claim {row['id']}: the document does not say {e.text[:60]!r} at {e.start}"
        if "█" not in text and claim_row(told, row["document"], bool(row["doubtful"]))["id"] != row["id"]:
            yield f"claim {row['id']}: its words were changed"
