"""Archives that hold many documents: WARC and WET, zip, mailboxes, NDJSON, folders; read piece by piece."""

from __future__ import annotations

import codecs
import io
import logging
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from exeunt.collect import media
from exeunt.collect.formats import documents_in, finished, record
from exeunt.collect.mail import messages
from exeunt.collect.origin import LARGEST, Origin, Skipped
from exeunt.errors import ExeuntError, InputError
from exeunt.model import Document

_PAGES = ("text/html", "application/xhtml+xml", "text/plain", "application/pdf", "text/vtt", "application/rss+xml",
          "application/atom+xml", "application/xml", "text/xml", "message/rfc822")  # fmt: skip
_FIRST_WET_LINES = 40
_MOST_UNPACKED = 2_000_000_000  # bytes of a zip in all
_MOST_MEMBERS = 100_000
_MOST_RATIO = 200  # times that a member may unpack to
_HIDDEN = re.compile(r"(?:^|/)(?:\.(?!\.?/)|__MACOSX/|Thumbs\.db$)")


@dataclass(frozen=True)
class Step:
    """One document or one thing that was skipped, and the position in the archive behind it, from which to go on."""

    found: Document | Skipped
    position: int


def in_memory(data: bytes, media_type: str, origin: Origin) -> Iterator[Document | Skipped]:
    """The documents of an archive that is itself a member or a page."""
    for step in walk(io.BytesIO(data), media_type, origin):
        yield step.found


def walk(stream: BinaryIO, media_type: str, origin: Origin, position: int = 0) -> Iterator[Step]:
    """The documents of the archive `stream` from `position` on (0, or what an earlier Step said).

    Raises InputError when it is no archive of this sort. Memory does not grow with its length.
    """
    walkers: dict[str, Callable[[BinaryIO, Origin, int], Iterator[Step]]] = {
        media.WARC: _warc, media.ZIP: _zip, media.MBOX: _mbox, media.NDJSON: _ndjson,
    }  # fmt: skip
    yield from walkers[media_type](stream, origin, position)


def _each(data: bytes, origin: Origin) -> Iterator[Document | Skipped]:
    """The documents in one member; what cannot be read is skipped with its reason."""
    try:
        yield from documents_in(data, origin)
    except ExeuntError as e:
        yield Skipped(origin.name, _reason(e, origin.name))


def _reason(error: Exception, name: str) -> str:
    """The message without the name of the file, so that like reasons count as one."""
    return str(error).removeprefix(name).strip(" :") or type(error).__name__


# --- WARC -------------------------------------------------------------------------------------------------------


def _warc(stream: BinaryIO, origin: Origin, position: int) -> Iterator[Step]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    logging.getLogger("fastwarc").setLevel(logging.CRITICAL)
    kinds = WarcRecordType.response | WarcRecordType.conversion | WarcRecordType.resource
    if position and stream.seekable():
        stream.seek(position)
    found = False
    try:
        records = ArchiveIterator(stream, record_types=kinds, parse_http=True, func_filter=_small)
        for entry in records:
            found = True
            for item in _record(entry, origin):
                yield Step(item, entry.stream_pos)
    except (OSError, ValueError, EOFError, zlib.error) as e:
        yield Step(Skipped(origin.name, f"the archive breaks off ({_short(e)}); what stands before was read"), -1)
        found = True
    if not found and not position:
        raise InputError(f"{origin.name} is no web archive that can be read: it should begin with WARC/1.0 or 1.1")


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:100]


def _small(entry: Any) -> bool:
    return bool(entry.content_length <= LARGEST)


def _record(entry: Any, origin: Origin) -> Iterator[Document | Skipped]:
    headers = entry.headers
    url = headers.get("WARC-Target-URI", "").strip("<>") or None
    name = url or f"{origin.name}, record at {entry.stream_pos}"
    at = headers.get("WARC-Date")
    http = entry.http_headers
    if http is not None:
        if not 200 <= (http.status_code or 0) < 300:
            yield Skipped(name, f"HTTP status {http.status_code}")
            return
        said = (entry.http_content_type or "").lower()
        if said and said not in _PAGES:
            yield Skipped(name, f"media type {said}")
            return
        given = replace(origin, name=name, url=url, fetched_at=at, charset=entry.http_charset, media_type=said or None)
    else:
        given = replace(origin, name=name, url=url, fetched_at=at, media_type=headers.get("Content-Type"))
    try:
        data = entry.reader.read(LARGEST + 1)
        if len(data) < entry.content_length:
            yield Skipped(name, "the record breaks off")
            return
        data = _unpacked(data, http, name)
    except (OSError, ValueError, EOFError, zlib.error, InputError) as e:
        yield Skipped(name, f"broken record ({_short(e)})")
        return
    if headers.get("WARC-Type") == "conversion":
        yield from _converted(data, given)
    else:
        yield from _each(data, given)


def _unpacked(data: bytes, http: Any, name: str) -> bytes:
    """The body without its transfer and content encodings, in that order."""
    if http is None:
        return data
    if "chunked" in (http.get("Transfer-Encoding") or "").lower():
        data = _unchunked(data)
    encoding = (http.get("Content-Encoding") or "").lower().strip()
    if encoding in ("gzip", "x-gzip", "deflate"):
        return inflate(data, encoding, name)
    if encoding not in ("", "identity", "none", "utf-8"):
        raise InputError(f"{name} is compressed with {encoding[:20]}, which is not read")
    return data


def inflate(data: bytes, encoding: str, name: str) -> bytes:
    """A body that a server compressed; bodies that only say they are come back as they are."""
    if encoding != "deflate" and not data.startswith(b"\x1f\x8b"):
        return data
    wbits = 31 if encoding != "deflate" else (15 if data[:1] == b"\x78" else -15)
    machine = zlib.decompressobj(wbits)
    try:
        out = machine.decompress(data, LARGEST + 1)
    except zlib.error as e:
        raise InputError(f"{name} is compressed and broken ({e})") from e
    if len(out) > LARGEST:
        raise InputError(f"{name} unpacks to more than {LARGEST // 1_000_000} MB")
    return out


_CHUNK = re.compile(rb"\s*([0-9a-fA-F]{1,8})[^\r\n]*\r?\n")


def _unchunked(data: bytes) -> bytes:
    parts, at = [], 0
    while m := _CHUNK.match(data, at):
        size = int(m[1], 16)
        if size == 0:
            break
        if at == 0 and (m.end() + size > len(data) or data[m.end() + size : m.end() + size + 1] not in (b"\r", b"\n")):
            return data  # stored without its chunks
        parts.append(data[m.end() : m.end() + size])
        at = m.end() + size
    return b"".join(parts) if parts else data


def _converted(data: bytes, origin: Origin) -> Iterator[Document | Skipped]:
    """A record of a WET file: text that was taken out of a page, menus and all; short lines about it are dropped."""
    text = data.decode("utf-8", "replace")
    lines = [line.strip() for line in text.split("\n")]
    title = next((line for line in lines[:_FIRST_WET_LINES] if line), None)
    kept = [line for line in lines if _is_prose(line)]
    if not kept:
        yield Skipped(origin.name, "no sentence in it")
        return
    from exeunt.collect.metadata import address_day

    day = address_day(origin.url) if origin.url else None
    document = Document(
        text="\n".join(kept), title=title, url=origin.url, published=day, published_from="url" if day else None,
        notes=("taken from the text of a WET file, in which articles and menus are not told apart",),
    )  # fmt: skip
    yield finished(document, media.TEXT, None, origin)


_JAPANESE = re.compile(r"[ぁ-ん]")
_STOP = re.compile(r"[。！？]|[.!?][\"”’)]?(?:\s|$)")


def _is_prose(line: str) -> bool:
    return len(line) > (7 if _JAPANESE.search(line) else 20) and _STOP.search(line) is not None


# --- zip, mailbox, lines -----------------------------------------------------------------------------------------


def _zip(stream: BinaryIO, origin: Origin, position: int) -> Iterator[Step]:
    try:
        archive = zipfile.ZipFile(stream)
        members = [m for m in archive.infolist() if not m.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, io.UnsupportedOperation) as e:
        raise InputError(f"{origin.name} is a broken zip archive ({_short(e)}): get it anew") from e
    total = 0
    for number, member in enumerate(members[:_MOST_MEMBERS], 1):
        if number <= position:
            continue
        name = f"{origin.name}/{member.filename}"
        if _HIDDEN.search(member.filename):
            continue
        total += member.file_size
        problem = _refusal(member, total)
        if problem:
            yield Step(Skipped(name, problem), number)
            continue
        try:
            with archive.open(member) as file:
                data = file.read(LARGEST + 1)
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, zlib.error, EOFError) as e:
            yield Step(Skipped(name, f"cannot be unpacked ({_short(e)})"), number)
            continue
        if data.startswith(b"PK\x03\x04"):
            yield Step(Skipped(name, "an archive in an archive is not opened: unpack it first"), number)
            continue
        for found in _each(data, replace(origin, name=name)):
            yield Step(found, number)
    if len(members) > _MOST_MEMBERS:
        yield Step(Skipped(origin.name, f"more than {_MOST_MEMBERS} members: the rest was not read"), _MOST_MEMBERS)


def _refusal(member: zipfile.ZipInfo, total: int) -> str | None:
    if member.flag_bits & 1:
        return "needs a password"
    if member.file_size > LARGEST:
        return f"unpacks to more than {LARGEST // 1_000_000} MB"
    if member.file_size > 1_000_000 and member.file_size > _MOST_RATIO * max(1, member.compress_size):
        return f"unpacks to more than {_MOST_RATIO} times its size: a bomb?"
    if total > _MOST_UNPACKED:
        return f"the archive unpacks to more than {_MOST_UNPACKED // 1_000_000_000} GB: unpack it and name the folder"
    return None


def _mbox(stream: BinaryIO, origin: Origin, position: int) -> Iterator[Step]:
    for number, found in enumerate(messages(stream, origin), 1):
        if number <= position:
            continue
        if isinstance(found, Skipped):
            yield Step(found, number)
            continue
        data, given = found
        for item in _each(data, replace(given, media_type=media.MAIL)):
            yield Step(item, number)


def _ndjson(stream: BinaryIO, origin: Origin, position: int) -> Iterator[Step]:
    at = 0
    if position and stream.seekable():
        at = stream.seek(position)
    number = 0
    while line := stream.readline(LARGEST):
        at += len(line)
        number += 1
        long = len(line) == LARGEST and not line.endswith(b"\n")
        while long and (more := stream.readline(LARGEST)):
            at += len(more)
            if more.endswith(b"\n"):
                break
        name = f"{origin.name}, line {number}" if not position else f"{origin.name}, byte {at - len(line)}"
        if long:
            yield Step(Skipped(name, f"longer than {LARGEST // 1_000_000} MB"), at)
        elif line.strip():
            yield Step(_line(line.removeprefix(codecs.BOM_UTF8), replace(origin, name=name)), at)


def _line(line: bytes, origin: Origin) -> Document | Skipped:
    try:
        document = record(line)
    except ExeuntError as e:
        return Skipped(origin.name, str(e))
    if not document.text.strip():
        return Skipped(origin.name, "the text is empty")
    return finished(
        document, document.media_type or media.TEXT, document.raw_hash, replace(origin, fetched_at=document.fetched_at)
    )


def folder_files(folder: Path) -> Iterator[Path]:
    """The files below `folder` in the order of their names, hidden ones left out; links are not followed into loops."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path
