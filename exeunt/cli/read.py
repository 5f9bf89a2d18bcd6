"""`exeunt read`: files, standard input or a stream of documents -> moves."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, cast, get_args

import msgspec
import typer
from rich.console import Console

from exeunt.collect import document_from_bytes, read_bytes
from exeunt.errors import ExeuntError, InputError, RecordError
from exeunt.language.dates import parse_published
from exeunt.model import Document, Failure, Reading
from exeunt.read import USUAL, ReaderName, read_document
from exeunt.read.endpoint import Budget, Endpoint
from exeunt.read.endpoint.client import cache_folder
from exeunt.tell import print_reading, printable, reading_page

_LONGEST_LINE = 50_000_000  # bytes
_PRETTY = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True)
class Readers:
    """Who reads, and from which confidence on a move is shown."""

    name: ReaderName
    least: float | None
    endpoint: Endpoint | None

    def read(self, document: Document) -> Reading:
        return read_document(document, self.name, endpoint=self.endpoint, least=self.least)


def _endpoint(reader: str, url: str | None, model: str | None, budget: Budget, cache: bool) -> Endpoint | None:
    if reader not in ("model", "both"):
        if url or model:
            raise InputError("--endpoint and --model are for --reader model or both: name one of them")
        return None
    if not url or not model:
        raise InputError(f"--reader {reader} asks a model: name its server with --endpoint and it with --model")
    try:
        import httpx  # noqa: F401
    except ImportError:
        raise InputError("the endpoint reader needs one more package: pip install 'exeunt[model]'") from None
    return Endpoint(url, model, budget, cache_folder() if cache else None)


class _Identified(msgspec.Struct):
    id: str | int | None = None


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
    reader: Annotated[str, typer.Option(help="rules, learned, model or both (learned and model).")] = USUAL,
    confidence: Annotated[
        float | None, typer.Option(help="Moves less sure than this (0 to 1) go to review instead of out.")
    ] = None,
    endpoint: Annotated[
        str | None, typer.Option(help="Server of the model: any address of an OpenAI-compatible API, ending in /v1.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Name of the model at the endpoint.")] = None,
    max_requests: Annotated[int | None, typer.Option(min=0, help="Ask the endpoint at most so often.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=0, help="Stop asking after so many tokens.")] = None,
    cache: Annotated[bool, typer.Option(help="Keep and reuse the answers of the endpoint.")] = True,
) -> None:
    """Read texts: who moves, from where to where, when, and who says so."""
    if reader not in get_args(ReaderName):
        raise InputError(f"--reader {reader}: give rules, learned, model or both")
    if confidence is not None and not 0 <= confidence <= 1:
        raise InputError(f"--confidence {confidence}: give a number from 0 to 1")
    readers = Readers(
        cast(ReaderName, reader),
        confidence,
        _endpoint(reader, endpoint, model, Budget(max_requests, max_tokens), cache),
    )
    if language not in (None, "ja", "en"):
        raise InputError(f"--language {language}: give ja or en, or leave it out")
    given = {k: v for k, v in (("published", published), ("language", language), ("title", title)) if v is not None}
    if ndjson:
        if given or html is not None:
            raise InputError("--ndjson reads published, language and title from each record: leave the options out")
        raise typer.Exit(_stream(files, readers))
    if html is not None and len(files) > 1:
        raise InputError("--html writes one page: name one file")
    parse_published(published)
    raise typer.Exit(_files(files, given, readers, as_json, html))


def _files(files: list[str], given: dict[str, str], readers: Readers, as_json: bool, html: Path | None) -> int:
    """Read each file; returns 1 when one of several could not be read. Several files as JSON are one array."""
    several, status = len(files) > 1, 0
    readings: list[Reading] = []
    for name in files:
        try:
            document, extracted = document_from_bytes(read_bytes(name), "standard input" if name == "-" else name)
            document = msgspec.structs.replace(document, **given)
            reading = readers.read(document)
        except ExeuntError as e:
            if not several:
                raise
            sys.stderr.write(f"exeunt: {printable(str(e))}\n")
            status = 1
            continue
        if html is not None:
            _write(html, name, reading_page(document, reading))
        if as_json:
            text = document.text if extracted else msgspec.UNSET
            readings.append(msgspec.structs.replace(reading, id=printable(name) if several else None, text=text))
        elif html is None:
            print_reading(reading, Console(), document.title or (name if several else None))
    if as_json:
        answer = msgspec.json.format(_PRETTY.encode(readings if several else readings[0]), indent=2)
        _out().write(answer + b"\n")
    return status


def _out() -> BinaryIO:
    """Standard output as bytes: data is UTF-8 whatever the console speaks."""
    if sys.stdout is None:
        raise InputError("standard output is closed: send it to a file or a pipe")
    return sys.stdout.buffer


def _write(path: Path, source: str, page: str) -> None:
    if str(path) == "-":
        _out().write(page.encode())
        return
    if path.exists() and source != "-" and path.samefile(source):
        raise InputError(f"{path} is the text that is read: name another file for the page")
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as e:
        raise InputError(
            f"{path} cannot be written ({e.strerror}): name a file in a folder that exists and has room"
        ) from e
    sys.stderr.write(f"exeunt: wrote {printable(str(path))}\n")


def _stream(files: list[str], readers: Readers) -> int:
    """Answer every line of every file in order; returns the exit status: 1 when a line could not be read."""
    failures = 0
    out, encoder = _out(), msgspec.json.Encoder()
    for name in files:
        for number, line in enumerate(_lines(name), 1):
            if not line.strip():
                continue
            answer = _answer(line.removeprefix(codecs.BOM_UTF8), number, readers)
            failures += isinstance(answer, Failure)
            out.write(encoder.encode(answer) + b"\n")
            out.flush()
    return 1 if failures else 0


def _lines(name: str) -> Iterator[bytes]:
    """The lines of a stream; of one that is too long only its beginning, which then fails as a record."""
    if name == "-" and sys.stdin is None:
        raise InputError("standard input is closed: name an NDJSON file")
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as stream:
            while line := stream.readline(_LONGEST_LINE):
                yield line
                while len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                    line = stream.readline(_LONGEST_LINE)
    except OSError as e:
        if isinstance(e, BrokenPipeError):
            raise
        raise InputError(f"{name} cannot be read ({e.strerror}): name an NDJSON file, or - for standard input") from e


def _answer(line: bytes, number: int, readers: Readers) -> Reading | Failure:
    """The reading of one line, or the record that stands in its place. One bad line never stops the stream."""
    if len(line) >= _LONGEST_LINE:
        return Failure(
            id=None, line=number, error=f"the line is longer than {_LONGEST_LINE // 1_000_000} MB: split the text"
        )
    document_id: str | int | None = None
    try:
        document_id = _id(line)
        return readers.read(_decode(line))
    except ExeuntError as e:
        return Failure(id=document_id, line=number, error=str(e))


def _id(line: bytes) -> str | int | None:
    """The id of a record that may be broken otherwise."""
    try:
        return msgspec.json.decode(line, type=_Identified).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _decode(line: bytes) -> Document:
    try:
        return msgspec.json.decode(line, type=Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as e:
        raise RecordError(
            f'not a document record ({e}): write {{"id": …, "text": …, "published": "2024-08-07"}} on one line'
        ) from e
