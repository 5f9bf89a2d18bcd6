"""Numbered steps from one schema of the ledger to the next. A step is never changed once released; new ones are added behind."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, inspect, select
from sqlalchemy.schema import CreateIndex

from exeunt.errors import LedgerError
from exeunt.ledger.dialect import replace
from exeunt.ledger.tables import alert, delivery, forecast, leaves, metadata, newest, setting, token, word


def _first(connection: Connection) -> None:
    """Everything there is in version 1."""
    later = {t.name for t in (forecast, alert, delivery, token, word)}
    metadata.create_all(connection, tables=[t for t in metadata.sorted_tables if t.name not in later])


def _forecasts(connection: Connection) -> None:
    """Version 2 records forecasts, and derives moves by other rules."""
    forecast.create(connection, checkfirst=True)
    connection.execute(CreateIndex(leaves, if_not_exists=True))


def _shown(connection: Connection) -> None:
    """Version 3 finds names while they are typed, moves by when they became known, and keeps alerts and tokens."""
    for table in (alert, delivery, token, word):
        table.create(connection, checkfirst=True)
    for index in newest:
        connection.execute(CreateIndex(index, if_not_exists=True))


STEPS: tuple[Callable[[Connection], None], ...] = (_first, _forecasts, _shown)
CURRENT = len(STEPS)
REBUILD = 2
"""What is derived in a ledger of an older schema than this must be built anew: the rules have changed since."""
WORDS = 3
"""In a ledger of an older schema than this the words of names are missing."""


def version(connection: Connection) -> int:
    """The schema version of a ledger; 0 when there is none yet."""
    if not inspect(connection).has_table("setting"):
        return 0
    row = connection.execute(select(setting.c.value).where(setting.c.name == "schema")).first()
    return int(row[0]) if row else 0


def migrate(connection: Connection) -> tuple[int, int]:
    """Bring the ledger to the current schema; (version before, version now). Harmless when it is there already.

    Raises LedgerError when the ledger is newer than this program.
    """
    before = version(connection)
    if before > CURRENT:
        raise LedgerError(f"the ledger has schema {before}, this program knows {CURRENT}: install a newer exeunt")
    for number in range(before, CURRENT):
        STEPS[number](connection)
        replace(connection, setting, [{"name": "schema", "value": str(number + 1)}])
    return before, CURRENT
