"""Which judgements stand: made, and not undone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from exeunt.ledger.tables import judgement

_KEPT = "judgements"  # in the info of a connection, for the length of a transaction


def standing(connection: Connection, *sorts: str) -> list[dict[str, Any]]:
    """Judgements of these sorts that nobody has undone, in the order of their ids."""
    kept: list[dict[str, Any]] | None = connection.info.get(_KEPT)
    if kept is None:
        rows = [dict(row) for row in connection.execute(select(judgement).order_by(judgement.c.id)).mappings()]
        undone = {r["first"] for r in rows if r["sort"] == "undo"}
        kept = connection.info[_KEPT] = [r for r in rows if r["id"] not in undone]
    return [r for r in kept if r["sort"] in sorts]


def changed(connection: Connection) -> None:
    """Say that a judgement was added or erased in this transaction."""
    connection.info.pop(_KEPT, None)
