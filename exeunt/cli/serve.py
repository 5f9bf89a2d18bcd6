"""Serving on the command line: pages, feeds and the API; tokens for who may write."""

from __future__ import annotations

import socket
import sys
from typing import Annotated

import typer

from exeunt.cli.ledger import AsJson, Where, give
from exeunt.errors import InputError
from exeunt.keeping.tokens import SCOPES, end_token, make_token, tokens
from exeunt.ledger import Ledger

_OWN = ("127.0.0.1", "localhost", "[::1]")

token_app = typer.Typer(no_args_is_help=True, help="Who may write: tokens, made here, shown once.")


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any that is free.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen at; 0.0.0.0 is every one.")] = "127.0.0.1",
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="A name by which others may ask for it.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="The address that people know it by, for feeds.")] = None,
    rate: Annotated[float, typer.Option(min=0.1, help="Requests a second that one client elsewhere may make.")] = 20.0,
    ledger: Where = None,
) -> None:
    """Show the ledger: pages, feeds and the API at http://127.0.0.1:8000. Nothing leaves this machine."""
    import uvicorn

    from exeunt.serve import Site, make_app

    listening = _listen(host, port)
    with Ledger.open(ledger) as opened:
        site = Site(opened, url, (*_OWN, host, *(allow_host or ())), rate)
        name = f"[{host}]" if ":" in host else host
        sys.stderr.write(f"exeunt: http://{name}:{listening.getsockname()[1]}/ (Ctrl-C ends it)\n")
        config = uvicorn.Config(make_app(site), log_level="warning", server_header=False, timeout_graceful_shutdown=10, limit_concurrency=200)  # fmt: skip
        uvicorn.Server(config).run([listening])


def _listen(host: str, port: int) -> socket.socket:
    """A socket at an address. Raises InputError when it is taken or none of this machine."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as e:
        raise InputError(f"{host}:{port} cannot be listened at ({e.strerror}): choose another --port or --host") from e


@token_app.command("new")
def new_command(
    name: Annotated[str, typer.Argument(help="Whose it is; judgements bear this name.")],
    scope: Annotated[list[str] | None, typer.Option(help=f"{' or '.join(SCOPES)}; may be given twice.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="For how many days it is good.")] = None,
    ledger: Where = None,
) -> None:
    """Make a token. It is shown this once; the ledger keeps a hash of it."""
    with Ledger.open(ledger) as opened:
        typer.echo(make_token(opened, name, tuple(scope or ("judge",)), days))


@token_app.command("list")
def list_command(ledger: Where = None, as_json: AsJson = False) -> None:
    """Every token, without its secret."""
    with Ledger.open(ledger, create=False) as opened:
        rows = tokens(opened)
    if as_json:
        give(rows, False)
        return
    for r in rows:
        typer.echo(f"{r['id']}  {r['name']}  {r['scopes']}  {r['made_at'][:10]}  {r['ends_at'] or ''}".rstrip())


@token_app.command("end")
def end_command(key: Annotated[str, typer.Argument(help="The id of a token.")], ledger: Where = None) -> None:
    """Make a token worth nothing from now on."""
    with Ledger.open(ledger, create=False) as opened:
        end_token(opened, key)
