"""The whole ledger as NDJSON in a fixed order, and back. What is derived is not in it: it follows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import select

from exeunt.errors import LedgerError
from exeunt.keeping.check import rebuild
from exeunt.ledger import Ledger, records
from exeunt.ledger.dialect import insert_new
from exeunt.ledger.tables import APPEND_ONLY

_TABLES = {t.name: t for t in APPEND_ONLY}


def dump(ledger: Ledger, times: bool = False) -> Iterator[str]:
    """A line for every row of the append-only tables, by table and id. The same statements give the same lines, whenever and
    in whichever order they were added; `times` adds when this ledger was told."""
    with ledger.reading() as connection:
        for table in APPEND_ONLY:
            rows = (dict(r) for r in connection.execute(select(table)).mappings())
            for row in sorted(rows, key=lambda r: str(r["id"])):
                if not times:
                    row.pop("added_at", None)
                yield json.dumps({"table": table.name, **row}, ensure_ascii=False, sort_keys=True)


def load(ledger: Ledger, lines: Iterable[str], progress: Callable[[int, int], None] = lambda *_: None) -> int:
    """Add the rows of a dump and derive what follows; how many were new. Raises LedgerError at a line that is none."""
    new = 0
    with ledger.writing() as connection:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                table = _TABLES[row.pop("table")]
                if "added_at" in table.c:
                    row.setdefault("added_at", records.now())
                unknown = set(row) - {c.name for c in table.c}
                if unknown:
                    raise KeyError(unknown.pop())
            except (ValueError, KeyError, TypeError, AttributeError) as e:
                raise LedgerError(f"line {number} is no row of a dump ({e}): nothing was loaded") from e
            new += insert_new(connection, table, [row])
        rebuild(connection, progress)
    return new
