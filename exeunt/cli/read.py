"""`exeunt read`: files, standard input or a stream of documents -> moves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, cast, get_args

import msgspec
import typer
from rich.console import Console

from exeunt.cli.stream import answer_lines, out
from exeunt.collect import Skipped, documents_from
from exeunt.collect.manners import Manners
from exeunt.collect.media import TEXT
from exeunt.errors import ExeuntError, InputError
from exeunt.language.dates import parse_published
from exeunt.model import Document, Reading
from exeunt.read import USUAL, ReaderName, read_document
from exeunt.read.endpoint import Budget, Endpoint
from exeunt.read.endpoint.client import cache_folder
from exeunt.tell import print_reading, printable, reading_page

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
    return Endpoint(url, model, budget, cache_folder() if cache else None)


def read(
    files: Annotated[
        list[str],
        typer.Argument(help="Files (text, page, PDF, captions, mail, archive), addresses; - is standard input."),
    ],
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
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also fetch from this machine and its network.")
    ] = False,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Fetch what robots.txt of a site asks programs not to.")
    ] = False,
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
        raise typer.Exit(answer_lines(files, readers.read))
    parse_published(published)
    manners = Manners(private=allow_private, robots=not ignore_robots, tries=2)
    raise typer.Exit(_files(files, given, readers, as_json, html, manners))


def _files(
    files: list[str], given: dict[str, str], readers: Readers, as_json: bool, html: Path | None, manners: Manners
) -> int:
    """Read each document; returns 1 when one of several could not be read. Several documents as JSON are one array."""
    status = 0
    readings: list[Reading] = []
    found = _found(files, manners)
    first = list(islice(found, 2))
    several = len(files) > 1 or len(first) > 1
    if html is not None and several:
        raise InputError("--html writes one page: name a file with one document in it")
    for name, item in chain(first, found):
        try:
            if isinstance(item, ExeuntError):
                raise item
            document = msgspec.structs.replace(item, **_given(given))
            reading = readers.read(document)
        except ExeuntError as e:
            if not several:
                raise
            sys.stderr.write(f"exeunt: {printable(str(e))}\n")
            status = 1
            continue
        for note in document.notes:
            sys.stderr.write(f"exeunt: {printable(name)}: {printable(note)}\n")
        if html is not None:
            _write(html, files[0], reading_page(document, reading))
        if as_json:
            text = msgspec.UNSET if document.media_type == TEXT else document.text
            readings.append(msgspec.structs.replace(reading, id=printable(name) if several else None, text=text))
        elif html is None:
            print_reading(reading, Console(), document.title or (name if several else None))
    if as_json:
        answer = msgspec.json.format(_PRETTY.encode(readings if several else readings[0]), indent=2)
        out().write(answer + b"\n")
    return status


def _found(files: list[str], manners: Manners) -> Iterator[tuple[str, Document | ExeuntError]]:
    """(name, document) of every document in every file or page, or what is wrong with it."""
    for name in files:
        shown = "standard input" if name == "-" else name
        try:
            for item in documents_from(name, manners):
                if isinstance(item, Skipped):
                    yield item.name, InputError(f"{item.name}: {item.reason}")
                else:
                    yield (shown if item.source in (None, shown) else item.source or shown), item
        except ExeuntError as e:
            yield shown, e


def _given(given: dict[str, str]) -> dict[str, str]:
    return {**given, "published_from": "given"} if "published" in given else given


def _write(path: Path, source: str, page: str) -> None:
    if str(path) == "-":
        out().write(page.encode())
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
