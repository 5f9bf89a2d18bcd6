"""What people ruled about two profiles: that they are one, or not. Of several rulings on one pair the latest holds."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from exeunt.ledger.dialect import replace
from exeunt.ledger.standing import standing
from exeunt.ledger.tables import link, profile

_SURE = 9.0  # score of a link that a person made; surer than any other


def ruling(connection: Connection, first: str, second: str) -> dict[str, Any] | None:
    """The judgement that holds between two profiles, or None."""
    pair = {first, second}
    found = [j for j in standing(connection, "same", "different") if {j["first"], j["second"]} == pair]
    return max(found, key=lambda j: (j["made_at"], j["id"]), default=None)


def hold(connection: Connection, first: str, second: str) -> bool:
    """Link two profiles as was ruled; False where nothing was, or one of them is not there."""
    row = ruling(connection, first, second)
    there = connection.execute(select(profile.c.id).where(profile.c.id.in_((first, second)))).all()
    if row is None or len(there) < 2:
        return False
    a, b = sorted((first, second))
    score = _SURE if row["sort"] == "same" else -1.0
    replace(connection, link, [{"first": a, "second": b, "score": score, "reasons": f'["judgement {row["id"]}"]'}])
    return True


def hold_all(connection: Connection, profiles: Collection[str]) -> set[str]:
    """Link profiles that have just come (again) as was ruled about them before; returns what changed."""
    pairs = {
        (j["first"], j["second"])
        for j in standing(connection, "same", "different")
        if j["first"] in profiles or j["second"] in profiles
    }
    return {p for pair in sorted(pairs) if hold(connection, *pair) for p in pair}
