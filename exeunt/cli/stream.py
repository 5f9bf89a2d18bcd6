"""`exeunt read --ndjson`: a stream of documents in, a stream of readings out, a line each."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from exeunt.collect.formats import record
from exeunt.errors import ExeuntError, InputError
from exeunt.model import Document, Failure, Reading

_LONGEST_LINE = 50_000_000  # bytes

Read = Callable[[Document], Reading]


class _Identified(msgspec.Struct):
    id: str | int | None = None


def out() -> BinaryIO:
    """Standard output as bytes: data is UTF-8 whatever the console speaks."""
    if sys.stdout is None:
        raise InputError("standard output is closed: send it to a file or a pipe")
    return sys.stdout.buffer


def say(line: str) -> None:
    """One line of data in UTF-8, whatever the console speaks."""
    out().write(line.encode("utf-8", "replace") + b"\n")


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """A file, or standard input for `-`. Raises InputError when it cannot be read."""
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as stream:
            yield stream
    except OSError as e:
        if isinstance(e, BrokenPipeError):
            raise
        raise InputError(f"{name} cannot be read ({e.strerror}): name an NDJSON file, or - for standard input") from e


def answer_lines(files: list[str], read: Read) -> int:
    """Answer every line of every file in order; returns the exit status: 1 when a line could not be read."""
    failures = 0
    stream, encoder = out(), msgspec.json.Encoder()
    for name in files:
        for number, line in enumerate(_lines(name), 1):
            if not line.strip():
                continue
            answer = _answer(line.removeprefix(codecs.BOM_UTF8), number, read)
            failures += isinstance(answer, Failure)
            stream.write(encoder.encode(answer) + b"\n")
            stream.flush()
    return 1 if failures else 0


def _lines(name: str) -> Iterator[bytes]:
    """The lines of a stream; of one that is too long only its beginning, which then fails as a record."""
    if name == "-" and sys.stdin is None:
        raise InputError("standard input is closed: name an NDJSON file")
    with opened(name) as stream:
        while line := stream.readline(_LONGEST_LINE):
            yield line
            while len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                line = stream.readline(_LONGEST_LINE)


def _answer(line: bytes, number: int, read: Read) -> Reading | Failure:
    """The reading of one line, or the record that stands in its place. One bad line never stops the stream."""
    if len(line) >= _LONGEST_LINE:
        return Failure(
            id=None, line=number, error=f"the line is longer than {_LONGEST_LINE // 1_000_000} MB: split the text"
        )
    document_id: str | int | None = None
    try:
        document_id = _id(line)
        return read(record(line))
    except ExeuntError as e:
        return Failure(id=document_id, line=number, error=str(e))


def _id(line: bytes) -> str | int | None:
    """The id of a record that may be broken otherwise."""
    try:
        return msgspec.json.decode(line, type=_Identified).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
