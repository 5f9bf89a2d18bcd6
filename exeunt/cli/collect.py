"""`exeunt collect`: pages, feeds, archives, filings and transcripts -> documents, kept once each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from exeunt.cli.stream import say
from exeunt.collect.manners import Manners
from exeunt.collect.origin import Report
from exeunt.collect.store import Store
from exeunt.errors import InputError
from exeunt.tell import printable

if TYPE_CHECKING:
    from exeunt.collect.gather import Progress as Tell


def collect(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="Addresses, lists of feeds (.toml), files, folders and archives (WARC, zip, mbox, NDJSON)."
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="A folder (a file for each document), or a file ending in .ndjson (a line for each).")
    ],
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also fetch from this machine and its network.")
    ] = False,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Fetch what robots.txt of a site asks programs not to.")
    ] = False,
    delay: Annotated[float, typer.Option(min=0, help="Seconds between two pages of one host.")] = 1.0,
    contact: Annotated[
        str | None, typer.Option(help="Your address, told to the servers that are asked.", envvar="EXEUNT_CONTACT")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as data.")] = False,
) -> None:
    """Collect documents: clean text, the right day, each story once. Run again, it goes on where it stopped."""
    if not sources:
        raise InputError("name what to collect: an address, a file, a folder or a list of feeds")
    from exeunt.collect.gather import gather  # loads what fetches, which other commands do not need

    manners = Manners(private=allow_private, robots=not ignore_robots, delay=delay, contact=contact)
    with Store(out) as store, _shown() as tell:
        report = gather(sources, store, manners, tell)
    _print(report, out, as_json)
    nothing = not (report.documents or report.unchanged) and report.skipped
    raise typer.Exit(2 if nothing else 1 if report.failed else 0)


@contextmanager
def _shown() -> Iterator[Tell]:
    """A bar for each source on standard error, where that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda *_: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(source: str, done: int, total: int | None) -> None:
            if source not in tasks:
                tasks[source] = progress.add_task(printable(source)[-40:], total=total)
            progress.update(tasks[source], completed=done, total=total, visible=done != total)

        yield tell


def _print(report: Report, out: Path, as_json: bool) -> None:
    if as_json:
        record = {
            "documents": report.documents, "copies": report.copies, "unchanged": report.unchanged,
            "skipped": [{"reason": r, "count": n, "examples": names} for r, n, names in report.reasons()],
        }  # fmt: skip
        say(json.dumps(record, ensure_ascii=False, indent=2))
        return
    console = Console(stderr=True, highlight=False)
    stories = report.documents - report.copies
    console.print(
        f"[bold]{report.documents}[/bold] new documents in {printable(str(out))} "
        f"({stories} stories, {report.copies} copies of one), {report.unchanged} there before",
        markup=True,
    )
    for reason, count, names in report.reasons():
        example = f" ({printable(names[0])})" if names else ""
        console.print(f"  skipped {count}: {printable(reason)}{example}", markup=False, style="yellow")
