"""A round of watching: take the sources in, ask the questions again, tell what is new. Nothing that fails stops the next round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection

from exeunt.collect import Manners, Skipped
from exeunt.errors import LedgerError
from exeunt.keeping.add import Added, add
from exeunt.keeping.alerts import baseline, bursts, bursts_at_first, new_alerts, past_of, untold
from exeunt.keeping.corrections import corrections
from exeunt.keeping.deliveries import Batch, record, take, waiting
from exeunt.keeping.intake import CLASH, readings
from exeunt.keeping.receivers import send
from exeunt.keeping.watchfile import Watch, WatchFile
from exeunt.ledger import Ledger
from exeunt.ledger.dialect import insert_new
from exeunt.ledger.tables import alert
from exeunt.model import Document, Reading

Clock = Callable[[], datetime]
Stop = Callable[[], bool]
_ENOUGH = 2  # failures in a row after which a receiver is left alone for the rest of a round


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Manner:
    """How sources are taken in."""

    manners: Manners = field(default_factory=Manners)
    reader: Literal["rules", "learned"] = "learned"


@dataclass
class Round:
    """What a round did. `problems`: (what, why), a line each."""

    added: Added = field(default_factory=Added)
    alerts: int = 0
    sent: int = 0
    failed: int = 0
    waiting: int = 0
    began: list[str] = field(default_factory=list)  # watches that looked for the first time
    problems: list[tuple[str, str]] = field(default_factory=list)


def one_round(
    ledger: Ledger, config: WatchFile, clock: Clock = utc_now, manner: Manner | None = None, stop: Stop = lambda: False
) -> Round:
    """Take in, ask, tell. Never raises an error of a source, a receiver or the ledger: they are `problems`."""
    done = Round()
    for step in (_take_in, _ask, _tell):
        try:
            step(ledger, config, clock, manner or Manner(), stop, done)
        except LedgerError as e:
            done.problems.append(("ledger", str(e)))
    return done


def _take_in(ledger: Ledger, config: WatchFile, clock: Clock, manner: Manner, stop: Stop, done: Round) -> None:
    skipped: list[Skipped] = []

    def until_stopped() -> Iterator[tuple[Document, Reading]]:
        for source in config.sources:
            for pair in readings(ledger, [source], manner.manners, manner.reader, skipped):
                yield pair
                if stop():
                    return

    try:
        done.added = add(ledger, until_stopped())
    finally:
        done.problems += [(s.name, s.reason) for s in skipped]
    done.problems += [(key, CLASH) for key in done.added.clashing]


def _ask(ledger: Ledger, config: WatchFile, clock: Clock, manner: Manner, stop: Stop, done: Round) -> None:
    """Look without a lock; only where there is something to write look again under it, for another may have been faster."""
    now = clock()
    for watch in config.watch:
        with ledger.reading() as connection:
            burst_rows = bursts(connection, watch, now, config.language)
            found, began = _found(connection, config, watch, burst_rows, now)
        if not found:
            continue
        with ledger.writing() as connection:
            found, began = _found(connection, config, watch, burst_rows, now)
            new = [r for r in found if insert_new(connection, alert, [r])]
        if began:
            done.began.append(watch.name)
        else:
            done.alerts += sum('"silent": true' not in r["told"] for r in new)


def _found(
    connection: Connection, config: WatchFile, watch: Watch, burst_rows: list[dict[str, Any]], now: datetime
) -> tuple[list[dict[str, Any]], bool]:
    """What there is to write for a watch; whether it is the baseline."""
    past = past_of(connection, watch)
    if past.began is None:
        return [baseline(connection, watch, now)], True
    found = corrections(connection, watch, past, now) + new_alerts(connection, watch, past, now, config.language)
    return found + untold(past, bursts_at_first(connection, watch), burst_rows), False


def _tell(ledger: Ledger, config: WatchFile, clock: Clock, manner: Manner, stop: Stop, done: Round) -> None:
    with ledger.reading() as connection:
        ready = waiting(connection, config, clock())
    done.waiting = ready.later
    failures: dict[str, int] = {}
    for batch in ready.due:
        if stop() or failures.get(batch.receiver, 0) >= _ENOUGH:
            done.waiting += len(batch.alerts)
            continue
        problem = _one(ledger, config, batch, clock, done)
        failures[batch.receiver] = failures.get(batch.receiver, 0) + 1 if problem else 0


def _one(ledger: Ledger, config: WatchFile, batch: Batch, clock: Clock, done: Round) -> str | None:
    """Send a batch and record what became of it; why it failed."""
    with ledger.writing() as connection:
        batch = take(connection, config, batch, clock())
    if not batch.alerts:
        return None
    problem = send(config.receivers[batch.receiver], batch.alerts, config.language)
    with ledger.writing() as connection:
        record(connection, batch, problem, clock())
    if problem is None:
        done.sent += len(batch.alerts)
    else:
        done.failed += len(batch.alerts)
        done.problems.append((f"receiver {batch.receiver}", problem))
    return problem
