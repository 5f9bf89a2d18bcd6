"""Who may write: tokens with scopes. The secret is shown once; the ledger keeps a hash of it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from exeunt.errors import InputError, LedgerError
from exeunt.ledger import Ledger, records
from exeunt.ledger.dialect import insert_new
from exeunt.ledger.tables import token

SCOPES = ("judge", "add")
"""What a token may allow: to judge and undo, and to add documents."""


def make_token(ledger: Ledger, name: str, scopes: tuple[str, ...], days: int | None = None) -> str:
    """A new secret with these scopes, worth nothing after so many days. Raises InputError for a scope that is none."""
    if not scopes or set(scopes) - set(SCOPES):
        raise InputError(f"--scope {' '.join(scopes)}: give {' or '.join(SCOPES)}")
    secret = f"exeunt_{secrets.token_urlsafe(32)}"
    ends = (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="microseconds") if days else None
    row = {"id": records.digest("token", hash_of(secret)), "name": name, "scopes": " ".join(scopes), "hash": hash_of(secret),
           "made_at": records.now(), "ends_at": ends}  # fmt: skip
    with ledger.writing() as connection:
        insert_new(connection, token, [row])
    return secret


def end_token(ledger: Ledger, key: str) -> None:
    """Make a token worth nothing from now on. Raises LedgerError when there is none."""
    with ledger.writing() as connection:
        changed = connection.execute(token.update().where(token.c.id == key).values(ends_at=records.now()))
        if not changed.rowcount:
            raise LedgerError(f"there is no token {key}: exeunt token list shows them")


def tokens(ledger: Ledger) -> list[dict[str, Any]]:
    """Every token without its hash, the newest first."""
    with ledger.reading() as connection:
        rows = connection.execute(select(token).order_by(token.c.made_at.desc())).mappings()
        return [{k: v for k, v in r.items() if k != "hash"} for r in rows]


def holder(ledger: Ledger, secret: str | None, scope: str) -> str | None:
    """The name of whoever holds a secret that allows this now; None for everyone else."""
    if not secret:
        return None
    with ledger.reading() as connection:
        row = connection.execute(select(token).where(token.c.hash == hash_of(secret))).mappings().first()
    if row is None or scope not in row["scopes"].split() or (row["ends_at"] and row["ends_at"] <= records.now()):
        return None
    return str(row["name"])


def hash_of(secret: str) -> str:
    """A hash suffices without salt: a secret has 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
