"""What SQLite and PostgreSQL do differently, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from exeunt.errors import LedgerError

_CACHE = -64_000  # KiB of pages
_WAIT = 60_000  # milliseconds that a writer waits for another
_LOCK = 7305110  # the number of the advisory lock of PostgreSQL under which one writer works


def engine_of(url: str) -> Engine:
    """The engine for `url`: sqlite:///FILE, a path, or postgresql://…. Raises LedgerError when it is none of these."""
    if "://" not in url:
        url = f"sqlite:///{Path(url).expanduser()}"
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise LedgerError(f"{parsed.get_backend_name()} is no ledger: give a file or postgresql://…")
        kept = parsed.database in (None, "", ":memory:")  # one in memory lives as long as its only connection
        pool = StaticPool if kept else None
        engine = create_engine(parsed, poolclass=pool)
    except ModuleNotFoundError as e:
        raise LedgerError("PostgreSQL needs one more package: pip install 'exeunt[postgres]'") from e
    except (ArgumentError, NoSuchModuleError, ValueError) as e:
        raise LedgerError(f"{url.split('@')[-1]} is no ledger ({e}): give a file or postgresql://…") from e
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `writing`
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {_WAIT}", "journal_mode = wal", "synchronous = full", f"cache_size = {_CACHE}",
        "foreign_keys = on", "temp_store = memory",
    ):  # fmt: skip
        cursor.execute(f"pragma {pragma}")
    cursor.close()


def begin_writing(connection: Connection) -> None:
    """Begin a transaction in which nobody else writes; waits for its turn."""
    connection.info.clear()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("begin immediate")
    else:
        connection.exec_driver_sql("select pg_advisory_xact_lock(%s)", (_LOCK,))


def begin_reading(connection: Connection) -> None:
    """Begin a transaction that sees one state of the ledger throughout."""
    connection.info.clear()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("begin")
    else:
        connection.exec_driver_sql("set transaction isolation level repeatable read read only")


@cache
def _insert(name: str, table: Table, how: str) -> Any:
    """The INSERT of a table in one dialect: `new` gives the keys of new rows back, `ignore` does not, `replace` overwrites."""
    insert = sqlite.insert(table) if name == "sqlite" else postgresql.insert(table)
    if how == "new":
        return insert.on_conflict_do_nothing().returning(*table.primary_key)
    keys = [c.name for c in table.primary_key]
    others = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
    if how == "ignore" or not others:
        return insert.on_conflict_do_nothing()
    return insert.on_conflict_do_update(index_elements=keys, set_=others)


def insert_new(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert the rows whose primary key is not there yet; how many were new."""
    statement = _insert(connection.dialect.name, table, "new")
    return sum(len(connection.execute(statement, row).all()) for row in rows)


def insert_ignoring(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert the rows whose primary key is not there yet, many at a time."""
    if rows := list(rows):
        connection.execute(_insert(connection.dialect.name, table, "ignore"), rows)


def replace(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows of a derived table, in place of those with the same primary key."""
    if rows := list(rows):
        connection.execute(_insert(connection.dialect.name, table, "replace"), rows)
