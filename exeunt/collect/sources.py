"""Whatever a user names (a file, a folder, standard input, an address) -> documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from exeunt.collect import media
from exeunt.collect.files import documents_of, read_bytes
from exeunt.collect.formats import documents_in
from exeunt.collect.manners import Manners
from exeunt.collect.origin import Origin, Skipped
from exeunt.errors import InputError
from exeunt.model import Document


def documents_from(name: str, manners: Manners = Manners()) -> Iterator[Document | Skipped]:  # noqa: B008 (frozen)
    """The documents in what is called `name`; a part that cannot be read is a Skipped.

    Raises InputError (EncodingError, AddressError, FetchError) when it cannot be read at all.
    """
    if re.match(r"[a-z][a-z0-9+.-]*://", name, re.I):
        yield from _fetched(name, manners)
        return
    path = Path(name)
    if name != "-" and name and path.exists() and not path.is_dir() and path.stat().st_size > 0 and _is_stream(path):
        yield from documents_of(path)
        return
    data = read_bytes(name)
    shown = "standard input" if name == "-" else name
    if media.sniff(data[: media.HEAD], shown) == media.NDJSON:
        raise InputError(f"{shown} looks like a stream of documents: read it with --ndjson")
    if not data.strip():
        yield Document(text="", media_type=media.TEXT, source=shown)  # said by the reader, in its own words
        return
    yield from documents_in(data, Origin(shown))


def _is_stream(path: Path) -> bool:
    """Whether a file holds many documents and is read piece by piece."""
    try:
        with path.open("rb") as stream:
            head = stream.read(media.HEAD)
    except OSError:
        return False  # said by who reads it
    return media.sniff(head, path.name) in (media.WARC, media.ZIP, media.MBOX, media.GZIP)


def _fetched(url: str, manners: Manners) -> Iterator[Document | Skipped]:
    from exeunt.collect.fetch import Fetcher  # loads httpx, which reading a file does not need

    with Fetcher(manners) as fetcher:
        answer = fetcher.fetch(url)
    assert answer.data is not None
    origin = Origin(
        answer.url, url=answer.url, charset=answer.charset, media_type=answer.media_type, fetched_at=answer.fetched_at
    )
    yield from documents_in(answer.data, origin)
