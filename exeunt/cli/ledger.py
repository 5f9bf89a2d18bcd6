"""The ledger on the command line: add, moves, person, conflicts, identities, forget, and the ledger itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from exeunt.cli.show import show_claims, show_conflict, show_moves
from exeunt.cli.stream import opened, say
from exeunt.collect import Manners, Skipped
from exeunt.errors import InputError, LedgerError
from exeunt.keeping import add as add_documents
from exeunt.keeping import ask, check, forget_document, forget_person, rebuild
from exeunt.keeping.dump import dump, load
from exeunt.keeping.intake import CLASH, reader_of, readings
from exeunt.keeping.people import missing_words
from exeunt.language.dates import parse_published, publication_day
from exeunt.ledger import Ledger
from exeunt.ledger.migrations import REBUILD, WORDS, migrate
from exeunt.read import USUAL
from exeunt.tell import printable

Where = Annotated[
    str | None,
    typer.Option("--ledger", help="A file or postgresql://…; usually EXEUNT_LEDGER, else a file in your data folder."),
]
AsJson = Annotated[bool, typer.Option("--json", help="The same as data.")]
AsNdjson = Annotated[bool, typer.Option("--ndjson", help="A line of data for each.")]
Because = Annotated[str, typer.Option("--because", help="The reason; it is kept.")]

ledger_app = typer.Typer(no_args_is_help=True, help="The ledger as a whole: prove, save, restore, bring up to date.")


def give(rows: Iterable[Any], ndjson: bool) -> None:
    """Rows as one JSON array, or as a line each."""
    if ndjson:
        for row in rows:
            say(json.dumps(row, ensure_ascii=False))
    else:
        say(json.dumps(list(rows), ensure_ascii=False, indent=2))


# --- add ----------------------------------------------------------------------------------------------------------


def add(
    sources: Annotated[
        list[str], typer.Argument(help="Files, folders, archives, NDJSON, addresses; - is standard input.")
    ],
    ledger: Where = None,
    reader: Annotated[str, typer.Option(help="rules or learned.")] = USUAL,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also fetch from this machine and its network.")
    ] = False,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Fetch what robots.txt asks programs not to.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read documents and record what they say. The same thing twice changes nothing; a killed run goes on where it stopped."""
    chosen = reader_of(reader)
    manners = Manners(private=allow_private, robots=not ignore_robots)
    skipped: list[Skipped] = []
    with Ledger.open(ledger) as opened, _counting() as count:
        added = add_documents(opened, count(readings(opened, sources, manners, chosen, skipped)))
    skipped += [Skipped(key, CLASH) for key in added.clashing]
    if as_json:
        told = {
            "documents": added.documents,
            "moves": added.claims,
            "review": added.doubtful,
            "known": added.known,
            "forgotten": added.forgotten,
        }
        say(
            json.dumps({**told, "skipped": [{"name": s.name, "reason": s.reason} for s in skipped]}, ensure_ascii=False)
        )
    else:
        console = Console(stderr=True, highlight=False)
        console.print(
            f"[bold]{added.documents}[/bold] documents added with {added.claims} claims ({added.doubtful} more for review); {added.known} known before"
        )
        for s in skipped[:20]:
            console.print(f"  skipped {printable(s.name)}: {printable(s.reason)}", style="yellow", markup=False)
        if added.forgotten:
            console.print(f"  {added.forgotten} not taken in again: they were forgotten on request", style="yellow")
    if skipped:
        raise typer.Exit(1 if added.documents or added.known else 2)


@contextmanager
def _counting() -> Iterator[Any]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda rows: rows
        return
    with Progress(
        TextColumn("reading"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
    ) as progress:
        task = progress.add_task("", total=None)

        def count(rows: Iterable[Any]) -> Iterator[Any]:
            for row in rows:
                progress.advance(task)
                yield row

        yield count


# --- questions ----------------------------------------------------------------------------------------------------


def moves(
    organization: Annotated[
        str | None, typer.Option("--org", help="Of this organisation, in any of its names.")
    ] = None,
    person: Annotated[str | None, typer.Option("--person", help="Of this person.")] = None,
    since: Annotated[str | None, typer.Option(help="From this date on (YYYY, YYYY-MM or YYYY-MM-DD).")] = None,
    until: Annotated[str | None, typer.Option(help="Up to this date.")] = None,
    status: Annotated[
        str | None, typer.Option(help="fact, planned, reported, denied, speculated or considered.")
    ] = None,
    direction: Annotated[str | None, typer.Option(help="out, in or pause.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="What was known on this day (YYYY-MM-DD).")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = ask.MOST,
    ledger: Where = None,
    as_json: AsJson = False,
    ndjson: AsNdjson = False,
) -> None:
    """Moves, newest first: who, from or to where, when, how sure, by how many independent sources."""
    _dates(since, until, as_of)
    _one_of("status", status, ("fact", "planned", "reported", "denied", "speculated", "considered"))
    _one_of("direction", direction, ("out", "in", "pause"))
    with Ledger.open(ledger, create=False) as opened, opened.reading() as connection:
        rows = ask.moves(connection, person, organization, since, until, status, direction, as_of, limit)
    if as_json or ndjson:
        give(rows, ndjson)
    else:
        show_moves(rows, Console())


def person(
    name: Annotated[str, typer.Argument(help="A name in any script, or an id.")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="What was known on this day (YYYY-MM-DD).")] = None,
    ledger: Where = None,
    as_json: AsJson = False,
) -> None:
    """Every claim about a person, whichever script it was written in."""
    _dates(None, None, as_of)
    with Ledger.open(ledger, create=False) as opened, opened.reading() as connection:
        found = ask.person(connection, name, as_of)
    if as_json:
        give(found, False)
        return
    console = Console()
    for who in found:
        console.print(f"[bold]{printable(' · '.join(who['names']))}[/bold]  [dim]{who['id']}[/dim]", highlight=False)
        show_claims(who["claims"], console)
    if len(found) > 1:
        console.print(
            f"{len(found)} persons may be meant; exeunt judge same ID ID --because … joins two", style="yellow"
        )


def conflicts(
    organization: Annotated[str | None, typer.Option("--org", help="Of this organisation.")] = None,
    person: Annotated[str | None, typer.Option("--person", help="Of this person.")] = None,
    settled: Annotated[
        bool, typer.Option("--settled", help="Also those that a judgement or a correction settled.")
    ] = False,
    ledger: Where = None,
    as_json: AsJson = False,
    ndjson: AsNdjson = False,
) -> None:
    """Where sources disagree: both sides, with who says so."""
    with Ledger.open(ledger, create=False) as opened, opened.reading() as connection:
        rows = ask.conflicts(connection, organization, person, settled)
    if as_json or ndjson:
        give(rows, ndjson)
        return
    console = Console(highlight=False)
    for row in rows:
        show_conflict(row, console)
    if not rows:
        console.print("no conflicts")


def identities(
    kind: Annotated[str | None, typer.Option(help="person or organization.")] = None,
    ledger: Where = None,
    as_json: AsJson = False,
    ndjson: AsNdjson = False,
) -> None:
    """Who is who: every identity with its names and where they are mentioned."""
    _one_of("kind", kind, ("person", "organization"))
    with Ledger.open(ledger, create=False) as opened, opened.reading() as connection:
        rows = ask.identities(connection, kind)  # type: ignore[arg-type]
    if as_json or ndjson:
        give(rows, ndjson)
        return
    console = Console(highlight=False)
    for row in rows:
        console.print(
            f"[dim]{row['id']}  {row['kind']:12}[/dim] {printable(' · '.join(row['names']))} [dim]({len(row['mentions'])})[/dim]"
        )


def forget(
    subject: Annotated[str, typer.Argument(help="A person (name or id), or the id of a document.")],
    because: Because = "",
    ledger: Where = None,
) -> None:
    """Erase a document, or every claim about a person. A tombstone stays, so that it is not taken in again."""
    with Ledger.open(ledger, create=False) as opened:
        with opened.reading() as connection:
            document = ask.has_document(connection, subject)
            found = [] if document else ask.find(connection, subject, "person")
        if document:
            gone = forget_document(opened, subject, because)
        elif len(found) == 1:
            gone = forget_person(opened, found[0], because)
        elif found:
            raise LedgerError(f"{subject} may be one of {len(found)} persons: give the id ({', '.join(found)})")
        else:
            raise LedgerError(f"there is no document and no person {subject}")
    sys.stderr.write(f"exeunt: forgotten with {gone} claims\n")


def _dates(since: str | None, until: str | None, as_of: str | None) -> None:
    for day in (since, until):
        publication_day(day)
    parse_published(as_of)


def _one_of(name: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value is not None and value not in allowed:
        raise InputError(f"--{name} {value}: give {', '.join(allowed[:-1])} or {allowed[-1]}")


# --- the ledger itself ----------------------------------------------------------------------------------------------


@ledger_app.command("check")
def check_command(ledger: Where = None) -> None:
    """Prove that everything derived follows from what was stated: it is built anew and compared."""
    with Ledger.open(ledger, create=False) as opened:
        problems = check(opened)
    for problem in problems:
        sys.stderr.write(f"exeunt: {printable(problem)}\n")
    if problems:
        raise typer.Exit(1)
    sys.stderr.write("exeunt: the ledger is sound\n")


@ledger_app.command("dump")
def dump_command(
    times: Annotated[bool, typer.Option("--times", help="Also when this ledger was told of each document.")] = False,
    ledger: Where = None,
) -> None:
    """Everything that was stated and judged as NDJSON, in a fixed order."""
    with Ledger.open(ledger, create=False) as opened:
        for line in dump(opened, times):
            say(line)


@ledger_app.command("load")
def load_command(
    file: Annotated[str, typer.Argument(help="A dump; - is standard input.")], ledger: Where = None
) -> None:
    """Add what a dump holds; what is there already stays as it is."""
    with opened(file) as stream, Ledger.open(ledger) as store:
        new = load(store, (line.decode("utf-8", "replace") for line in stream))
    sys.stderr.write(f"exeunt: {new} new rows\n")


@ledger_app.command("migrate")
def migrate_command(ledger: Where = None) -> None:
    """Bring the ledger to the schema of this program."""
    with Ledger.unchecked(ledger) as opened, opened.writing() as connection:
        before, after = migrate(connection)
        if 0 < before < REBUILD:
            rebuild(connection)
        elif 0 < before < WORDS:
            missing_words(connection)
    sys.stderr.write(
        f"exeunt: schema {before} → {after}\n" if before != after else f"exeunt: schema {after} is current\n"
    )


__all__ = ["add", "conflicts", "forget", "identities", "ledger_app", "moves", "person"]
