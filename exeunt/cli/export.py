"""`exeunt export`: the ledger as files that other programs read."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import typer

from exeunt.cli.ledger import Where
from exeunt.cli.reckon import AsOf
from exeunt.cli.stream import out as standard_output
from exeunt.errors import InputError
from exeunt.keeping.export import FORMATS, Export, write
from exeunt.keeping.reckon import View
from exeunt.ledger import Ledger


def export(
    how: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")],
    out: Annotated[str, typer.Option("--out", help="A file; - is standard output.")] = "-",
    as_of: AsOf = None,
    organization: Annotated[
        str | None,
        typer.Option("--organization", help="Only moves at this organisation, in any of its names, or its id."),
    ] = None,
    statements: Annotated[
        bool, typer.Option("--statements", help="With followthemoney: a statement a line instead of an entity.")
    ] = False,
    ledger: Where = None,
) -> None:
    """Moves (ndjson, csv, parquet: all, with their status) or ties of people to organisations (followthemoney, jsonld: what happened)."""
    view = View.of(as_of)
    if out == "-" and how == "parquet" and sys.stdout is not None and sys.stdout.isatty():
        raise InputError("Parquet is no text: name a file with --out, or send it into a pipe")
    with Ledger.open(ledger, create=False) as opened, opened.reading() as connection:
        chosen = Export.of(connection, view, organization)
        with _written(out) as stream:
            write(chosen, how, stream, statements)


@contextmanager
def _written(name: str) -> Iterator[BinaryIO]:
    """Standard output, or a file that is there only when all of it has been written. Raises InputError when it cannot be."""
    if name == "-":
        yield standard_output()
        return
    path = Path(name)
    try:
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as e:
        raise InputError(f"{name} cannot be written ({e.strerror}): name a file in a folder that is there") from e
    try:
        with os.fdopen(handle, "wb") as stream:
            yield cast(BinaryIO, stream)
        _usual_rights(Path(part))
        Path(part).replace(path)
    except BaseException as e:
        Path(part).unlink(missing_ok=True)
        if isinstance(e, OSError):
            raise InputError(f"{name} cannot be written ({e.strerror}): free some space or name another file") from e
        raise


def _usual_rights(path: Path) -> None:
    """A temporary file is its owner's alone; what is exported is as any other file."""
    mask = os.umask(0)
    os.umask(mask)
    path.chmod(0o666 & ~mask)
