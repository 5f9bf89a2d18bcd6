"""The command line: one file for each stage."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from exeunt.errors import ExeuntError

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


from exeunt.cli import evaluate, read  # noqa: E402

app.command("read")(read.read)
app.command("evaluate")(evaluate.evaluate)


def main() -> None:
    """Run the command; an error is one line on standard error and exit status 2."""
    try:
        app()
    except ExeuntError as e:
        sys.stderr.write(f"exeunt: {e}\n")
        sys.exit(2)
    except BrokenPipeError:
        # The reader of our output has gone (`exeunt read … | head`): that is no error.
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.stderr.write("exeunt: interrupted\n")
        sys.exit(130)
