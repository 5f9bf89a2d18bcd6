"""`exeunt read`: files, standard input or a stream of documents -> moves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import msgspec
import typer
from rich.console import Console

from exeunt.collect import document_from_bytes, read_bytes
from exeunt.errors import ExeuntError, InputError, RecordError
from exeunt.model import Document, Failure, LanguageCode, Reading
from exeunt.read import read_document
from exeunt.tell import print_reading, reading_page

_PRETTY = msgspec.json.Encoder(order="deterministic")


def read(
    files: Annotated[list[str], typer.Argument(help="Text, Markdown or HTML files; - is standard input.")],
    published: Annotated[
        str | None, typer.Option(help="Day of publication, YYYY-MM-DD; relative dates count from it.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="ja or en; found out when not given.")] = None,
    title: Annotated[str | None, typer.Option(help="Headline, where the text does not begin with it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as data.")] = False,
    ndjson: Annotated[
        bool, typer.Option("--ndjson", help="A stream of documents in, a stream of readings out, a line each.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write one self-contained page with every claim highlighted.")
    ] = None,
) -> None:
    """Read texts: who moves, from where to where, when, and who says so."""
    if language not in (None, "ja", "en"):
        raise InputError(f"--language {language}: give ja or en, or leave it out")
    if ndjson:
        raise typer.Exit(_stream(files))
    if html is not None and len(files) > 1:
        raise InputError("--html writes one page: name one file")
    given = {"published": published, "language": cast("LanguageCode | None", language), "title": title}
    failed = False
    for name in files:
        try:
            _one(name, {k: v for k, v in given.items() if v is not None}, as_json, html, len(files) > 1)
        except ExeuntError as e:
            if len(files) == 1:
                raise
            sys.stderr.write(f"exeunt: {e}\n")
            failed = True
    if failed:
        raise typer.Exit(1)


def _one(name: str, given: dict[str, str], as_json: bool, html: Path | None, several: bool) -> None:
    document, extracted = document_from_bytes(read_bytes(name), "standard input" if name == "-" else name)
    document = msgspec.structs.replace(document, **given)
    reading = read_document(document)
    if html is not None:
        _write(html, reading_page(document, reading))
    if as_json:
        if several:
            reading = msgspec.structs.replace(reading, id=name)
        if extracted:
            reading = msgspec.structs.replace(reading, text=document.text)
        sys.stdout.write(msgspec.json.format(_PRETTY.encode(reading), indent=2).decode() + "\n")
    elif html is None:
        print_reading(reading, Console(), document.title or (name if several else None))
    else:
        typer.echo(f"{html}: {len(reading.moves)} moves")


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as e:
        raise InputError(
            f"{path} cannot be written ({e.strerror}): name a file in a folder that exists and has room"
        ) from e


def _stream(files: list[str]) -> int:
    """Answer every line of every file in order; returns the exit status: 1 when a line could not be read."""
    failures = 0
    encoder = msgspec.json.Encoder()
    for name in files:
        for number, line in enumerate(_lines(name), 1):
            if not line.strip():
                continue
            answer = _answer(line, number)
            failures += isinstance(answer, Failure)
            sys.stdout.buffer.write(encoder.encode(answer) + b"\n")
            sys.stdout.buffer.flush()
    return 1 if failures else 0


def _lines(name: str) -> Iterator[bytes]:
    if name == "-":
        yield from cast(BinaryIO, sys.stdin.buffer)
        return
    try:
        with Path(name).open("rb") as stream:
            yield from stream
    except OSError as e:
        raise InputError(f"{name} cannot be read ({e.strerror}): name an NDJSON file, or - for standard input") from e


def _answer(line: bytes, number: int) -> Reading | Failure:
    """The reading of one line, or the record that stands in its place. One bad line never stops the stream."""
    document_id: str | int | None = None
    try:
        document_id = _id(line)
        return read_document(_decode(line))
    except ExeuntError as e:
        return Failure(id=document_id, line=number, error=str(e))


def _id(line: bytes) -> str | int | None:
    """The id of a record that may be broken otherwise."""
    try:
        raw = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    found = raw.get("id") if isinstance(raw, dict) else None
    return found if isinstance(found, (str, int)) else None


def _decode(line: bytes) -> Document:
    try:
        return msgspec.json.decode(line, type=Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as e:
        raise RecordError(
            f'not a document record ({e}): write {{"id": …, "text": …, "published": "2024-08-07"}} on one line'
        ) from e
