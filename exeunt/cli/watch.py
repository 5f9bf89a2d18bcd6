"""`exeunt watch`: sources in, questions asked again, alerts out."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from exeunt.cli.ledger import Where
from exeunt.collect import Manners
from exeunt.keeping.intake import reader_of
from exeunt.keeping.receivers import check_receivers
from exeunt.keeping.watch import Manner, Round, one_round
from exeunt.keeping.watchfile import WatchFile, read_watch_file
from exeunt.ledger import Ledger
from exeunt.read import USUAL
from exeunt.tell import printable

_MOST = 20  # problems of a round that are told


def watch(
    file: Annotated[Path, typer.Argument(help="What to read, what to ask, whom to tell: see examples/watch.toml.")],
    once: Annotated[bool, typer.Option("--once", help="One round; 1 when something failed.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only look whether the file is right.")] = False,
    ledger: Where = None,
    reader: Annotated[str, typer.Option(help="rules or learned.")] = USUAL,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also fetch from this machine and its network.")
    ] = False,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Fetch what robots.txt asks programs not to.")
    ] = False,
) -> None:
    """Read the sources again and again, and tell what is new: moves, changes of status, conflicts, corrections, bursts."""
    config = read_watch_file(file)
    check_receivers(config)
    manner = Manner(Manners(private=allow_private, robots=not ignore_robots), reader_of(reader))
    if check:
        sys.stderr.write(
            f"exeunt: {printable(str(file))} is right: {len(config.watch)} watches, {len(config.receivers)} receivers\n"
        )
        return
    stopping = _stopping()
    with Ledger.open(ledger) as opened:
        done = _rounds(opened, config, manner, stopping, once)
    if once and done.problems:
        raise typer.Exit(1)


def _stopping() -> threading.Event:
    """Set by the first Ctrl-C or SIGTERM, so that what is under way comes to its end; a second one interrupts."""
    stopping = threading.Event()

    def stop(number: int, _: object) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, stop)
    return stopping


def _rounds(ledger: Ledger, config: WatchFile, manner: Manner, stopping: threading.Event, once: bool) -> Round:
    while True:
        begun = datetime.now(UTC)
        done = one_round(ledger, config, manner=manner, stop=stopping.is_set)
        _say(done, begun)
        left = (begun + config.pause - datetime.now(UTC)).total_seconds()
        if once or stopping.wait(max(0.0, left)):
            return done


def _say(done: Round, begun: datetime) -> None:
    """A line for the round, and one for each problem."""
    first = f"; first look, nothing told: {', '.join(done.began)}" if done.began else ""
    told = (
        f"{begun:%Y-%m-%dT%H:%M:%SZ} {done.added.documents} new documents, {done.alerts} new alerts, "
        f"{done.sent} sent, {done.failed} failed, {done.waiting} waiting{first}"
    )
    sys.stderr.write(printable(told) + "\n")
    for what, why in done.problems[:_MOST]:
        sys.stderr.write(printable(f"  {what}: {why}") + "\n")
    if len(done.problems) > _MOST:
        sys.stderr.write(f"  and {len(done.problems) - _MOST} more\n")
    sys.stderr.flush()
