"""Which alerts are due to whom, and what became of each try.

At least once: a try is recorded after it was made, so that a kill between the two repeats it, with the same id. Never by two at once:
who sends holds the alert for a while (a row of `setting`), taken and given back under the writing lock; nothing is sent under that lock.
"""

from __future__ import annotations

import json
import os
import socket
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select

from exeunt.keeping.alerts import Row, refreshed, stamp
from exeunt.keeping.corrections import gone
from exeunt.keeping.people import in_parts
from exeunt.keeping.watchfile import Receiver, WatchFile
from exeunt.ledger import records
from exeunt.ledger.dialect import insert_new
from exeunt.ledger.tables import alert, delivery, setting

FIRST, LONGEST, GIVES_UP = timedelta(minutes=1), timedelta(hours=6), timedelta(days=2)
"""How long after a failure the next try comes, doubled each time; at most how long; and after how long nobody tries any more."""

_HELD = timedelta(minutes=10)  # longer than one sending takes
_SENDING = "sending:"


@dataclass(frozen=True)
class Batch:
    """Alerts that go to a receiver as one message: one, or those of a digest."""

    receiver: str
    alerts: tuple[Row, ...]


@dataclass(frozen=True)
class Waiting:
    """What is due now, and how many alerts wait for later: for their next try, the end of quiet hours, the digest."""

    due: list[Batch]
    later: int


def waiting(connection: Connection, config: WatchFile, now: datetime) -> Waiting:
    """What is due, the oldest first."""
    later = 0
    due: dict[str, list[Row]] = defaultdict(list)
    for name, row, tries in _unsent(connection, config):
        if _ready(config.receivers[name], row, tries, now):
            due[name].append(row)
        else:
            later += 1
    batches = []
    for name, rows in sorted(due.items()):
        if config.receivers[name].digest_at:
            batches.append(Batch(name, tuple(rows)))
        else:
            batches += [Batch(name, (r,)) for r in rows]
    return Waiting(batches, later)


def _unsent(connection: Connection, config: WatchFile) -> Iterable[tuple[str, Row, list[Any]]]:
    """Receiver, alert and failed tries of all that nobody has sent or given up."""
    names = sorted({w.name for w in config.watch})
    question = select(alert).where(alert.c.watch.in_(names), alert.c.sort != "baseline")
    rows = [
        Row(r["id"], r["sort"], r["subject"], json.loads(r["told"]), r["made_at"])
        for r in connection.execute(question.order_by(alert.c.made_at, alert.c.id)).mappings()
    ]
    tries: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for part in in_parts(r.id for r in rows):
        for t in connection.execute(select(delivery).where(delivery.c.alert.in_(part)).order_by(delivery.c.tried_at)):
            tries[t.alert, t.receiver].append(t)
    for row in rows:
        for name in row.told["to"] if not row.told.get("silent") else ():
            made = tries[row.id, name]
            if name in config.receivers and not any(t.outcome in ("sent", "given_up") for t in made):
                yield name, row, made


def _ready(receiver: Receiver, row: Row, tries: Sequence[Any], now: datetime) -> bool:
    local = now.astimezone(receiver.zone)
    if quiet(receiver, local):
        return False
    if (at := receiver.digest_at) and _last(at, local) < datetime.fromisoformat(row.made_at):
        return False
    return not tries or now >= datetime.fromisoformat(tries[-1].tried_at) + pause_after(len(tries))


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures (1 or more)."""
    return min(FIRST * int(2 ** min(failures - 1, 20)), LONGEST)


def quiet(receiver: Receiver, local: datetime) -> bool:
    """Whether a moment lies in the quiet hours of a receiver; they may run over midnight."""
    if not receiver.quiet_hours:
        return False
    begin, end = receiver.quiet_hours
    clock = local.time()
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


def _last(at: time, local: datetime) -> datetime:
    """When it was last so late of the clock."""
    today = local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today if today <= local else today - timedelta(days=1)


# --- holding ----------------------------------------------------------------------------------------------------------


def take(connection: Connection, config: WatchFile, batch: Batch, now: datetime) -> Batch:
    """Those of a batch that still have to be sent and that nobody else is sending, held from now on. What holds no more is given up."""
    open_ones = {(name, row.id): row for name, row, _ in _unsent(connection, config)}
    kept = []
    for row in batch.alerts:
        fresh = open_ones.get((batch.receiver, row.id))
        if fresh is None or not _hold(connection, batch.receiver, row.id):
            continue
        if because := gone(connection, fresh, follows=False):
            _record(connection, batch.receiver, row.id, "given_up", f"not sent: {because}", now)
            _release(connection, batch.receiver, row.id)
        else:
            kept.append(refreshed(connection, fresh))
    return Batch(batch.receiver, tuple(kept))


def _key(receiver: str, key: str) -> str:
    return _SENDING + records.digest(receiver, key)


def _hold(connection: Connection, receiver: str, key: str) -> bool:
    name = _key(receiver, key)
    held = connection.execute(select(setting.c.value).where(setting.c.name == name)).scalar()
    if held and _alive(json.loads(held)):
        return False
    until = (datetime.now(UTC) + _HELD).isoformat()
    value = json.dumps({"host": socket.gethostname(), "process": os.getpid(), "until": until})
    connection.execute(delete(setting).where(setting.c.name == name))
    connection.execute(setting.insert().values(name=name, value=value))
    return True


def _alive(held: dict[str, Any]) -> bool:
    """Whether whoever holds an alert may still be sending it: for some time, and not if the process is known to be gone."""
    if datetime.fromisoformat(held["until"]) < datetime.now(UTC):
        return False
    if held["host"] != socket.gethostname() or os.name != "posix":
        return True
    try:
        os.kill(held["process"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _release(connection: Connection, receiver: str, key: str) -> None:
    connection.execute(delete(setting).where(setting.c.name == _key(receiver, key)))


# --- what became of it --------------------------------------------------------------------------------------------------


def record(connection: Connection, batch: Batch, problem: str | None, now: datetime) -> None:
    """Append what became of a try: sent, failed with its reason, and given up when it has failed for too long."""
    for row in batch.alerts:
        first = connection.execute(
            select(delivery.c.tried_at)
            .where(delivery.c.alert == row.id, delivery.c.receiver == batch.receiver)
            .order_by(delivery.c.tried_at)
            .limit(1)
        ).scalar()
        _record(connection, batch.receiver, row.id, "sent" if problem is None else "failed", problem or "", now)
        if problem is not None and first and now - datetime.fromisoformat(first) >= GIVES_UP:
            _record(connection, batch.receiver, row.id, "given_up", problem, now)
        _release(connection, batch.receiver, row.id)


def _record(connection: Connection, receiver: str, key: str, outcome: str, because: str, now: datetime) -> None:
    row = {"id": records.digest("delivery", key, receiver, outcome, stamp(now)), "alert": key, "receiver": receiver,
           "outcome": outcome, "because": because[:300], "tried_at": stamp(now)}  # fmt: skip
    insert_new(connection, delivery, [row])
