"""Which judgements stand: made, and not undone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from exeunt.ledger.tables import judgement


def standing(connection: Connection, *sorts: str) -> list[dict[str, Any]]:
    """Judgements of these sorts that nobody has undone, in the order of their ids."""
    undone = select(judgement.c.first).where(judgement.c.sort == "undo")
    question = (
        select(judgement).where(judgement.c.sort.in_(sorts), judgement.c.id.not_in(undone)).order_by(judgement.c.id)
    )
    return [dict(row) for row in connection.execute(question).mappings()]
