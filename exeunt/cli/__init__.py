"""The command line: one file for each stage."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import Annotated, NoReturn

import typer
from typer.exceptions import Abort, Exit, TyperException

from exeunt.errors import ExeuntError
from exeunt.tell import printable

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown"
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"exeunt {version('exeunt')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Who left, joined or paused, where, when, and who says so: reads Japanese and English news."""


from exeunt.cli import (  # noqa: E402
    brief,
    collect,
    demo,
    evaluate,
    export,
    forecast,
    judge,
    ledger,
    match,
    read,
    reckon,
    serve,
    watch,
)

app.command("read")(read.read)
app.command("collect")(collect.collect)
app.command("add")(ledger.add)
app.command("moves")(ledger.moves)
app.command("person")(ledger.person)
app.command("conflicts")(ledger.conflicts)
app.command("org")(reckon.organization)
app.command("flows")(reckon.flows)
app.command("precedents")(reckon.precedents)
app.command("burst")(reckon.burst)
app.command("brief")(brief.brief)
app.command("forecast")(forecast.forecast)
app.command("forecasts")(forecast.forecasts)
app.command("evidence")(reckon.evidence)
app.command("export")(export.export)
app.command("review")(judge.review)
app.command("judge")(judge.judge)
app.command("undo")(judge.undo)
app.command("split")(judge.split)
app.command("match")(match.match_command)
app.command("identities")(ledger.identities)
app.command("forget")(ledger.forget)
app.add_typer(ledger.ledger_app, name="ledger")
app.command("serve")(serve.serve)
app.add_typer(serve.token_app, name="token")
app.command("watch")(watch.watch)
app.command("demo")(demo.demo)
app.command("evaluate")(evaluate.evaluate)


def main() -> None:
    """Run the command and leave with its status.

    0 done; 1 some of many inputs could not be read; 2 nothing could be done, said in one line on standard error;
    130 interrupted.
    """
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `exeunt read … | head` ends quietly, as other tools do
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that knows no Japanese must not stop the reading
    try:
        status = app(standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        sys.exit(status if isinstance(status, int) else 0)
    except ExeuntError as e:
        _fail(str(e))
    except Exit as e:
        sys.exit(e.exit_code)
    except TyperException as e:
        message = e.format_message().strip()
        if not message:  # called without arguments: the help has been shown
            sys.exit(2)
        _fail(f"{message} (exeunt --help tells more)")
    except (KeyboardInterrupt, Abort):
        _leave("interrupted", 130)
    except OSError as e:
        _fail(f"the output cannot be written ({e.strerror}): free some space or write it elsewhere")


def _fail(message: str) -> NoReturn:
    _leave(message, 2)


def _leave(message: str, status: int) -> NoReturn:
    sys.stderr.write(f"exeunt: {printable(message)}\n")
    sys.stderr.flush()
    os._exit(status)  # buffered output that could not be written must not raise once more
