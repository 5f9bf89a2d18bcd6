"""Files, folders and standard input as sources of documents."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from exeunt.collect import media
from exeunt.collect.archives import Step, folder_files, walk
from exeunt.collect.formats import documents_in, one_document
from exeunt.collect.origin import LARGEST, Origin, Skipped
from exeunt.errors import ExeuntError, InputError
from exeunt.model import Document


def read_bytes(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises InputError when there are none."""
    if path == "-":
        return _standard_input()
    if not path:
        raise InputError("the name of the file is empty: name a file, or - for standard input")
    file = Path(path)
    with _explained(path):
        if file.is_dir():
            raise InputError(f"{path} is a folder: name the files in it, for example {path.rstrip('/')}/*")
        if file.stat().st_size > LARGEST:
            raise InputError(_too_large(path))
        with file.open("rb") as stream:  # pipes and devices have no size
            data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise InputError(_too_large(path))
    return data


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as e:
        raise InputError(f"{path} does not exist: check the spelling, or use - for standard input") from e
    except PermissionError as e:
        raise InputError(f"{path} may not be read: change its permissions with chmod +r") from e
    except OSError as e:
        raise InputError(f"{path} cannot be read ({e.strerror or e})") from e


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise InputError("standard input is closed: name a file")
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise InputError(_too_large("standard input"))
    return data


def _too_large(name: str) -> str:
    return f"{name} is larger than {LARGEST // 1_000_000} MB: split it, or use --ndjson for a stream of texts"


def document_from_bytes(data: bytes, name: str) -> tuple[Document, bool]:
    """The document in `data`, and whether its text was taken out of something else than plain text.

    Raises EncodingError when it is no text, InputError when it holds no document or several.
    """
    if media.sniff(data[: media.HEAD], name) == media.NDJSON:
        raise InputError(f"{name} looks like a stream of documents: read it with --ndjson")
    document = one_document(data, Origin(name))
    return document, document.media_type != media.TEXT


def steps_of_file(path: Path, position: int = 0) -> Iterator[Step]:
    """The documents of a file of any sort from `position` on, with the positions behind them.

    Raises InputError when the file as a whole cannot be read.
    """
    origin = Origin(str(path))
    with _explained(str(path)), path.open("rb") as stream:
        head = stream.peek(media.HEAD)[: media.HEAD]
        media.refuse(head, str(path))
        media_type, zipped = _sort(head, path.name)
        if media_type in media.STREAMS:
            opened = _opened(stream, media_type, zipped)
            yield from walk(opened, media_type, origin, position)
            return
    if position == 0:
        for found in documents_in(read_bytes(str(path)), origin):
            yield Step(found, 1)


def _sort(head: bytes, name: str) -> tuple[str, bool]:
    """The media type of a file, seen through one layer of gzip."""
    media_type = media.sniff(head, name)
    if media_type != media.GZIP:
        return media_type, False
    import zlib

    try:
        inner = zlib.decompressobj(31).decompress(head, media.HEAD)
    except zlib.error:
        return media_type, True
    return media.sniff(inner, name), True


def _opened(stream: BinaryIO, media_type: str, zipped: bool) -> BinaryIO:
    """WARC unpacks itself, record by record, so that positions are those of the file."""
    if zipped and media_type != media.WARC:
        return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=stream))))
    return stream


def documents_of(path: Path) -> Iterator[Document | Skipped]:
    """Every document below a folder, or in a file; a file that cannot be read is skipped with its reason."""
    for file in folder_files(path) if path.is_dir() else [path]:
        try:
            for step in steps_of_file(file):
                yield step.found
        except ExeuntError as e:
            if file == path:
                raise
            yield Skipped(str(file), str(e).removeprefix(str(file)).strip(" :"))
