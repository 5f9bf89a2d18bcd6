"""Bytes of one file, page or member of an archive -> documents, by what the bytes are."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import msgspec

from exeunt.collect import media
from exeunt.collect.address import canonical_address
from exeunt.collect.captions import read_captions
from exeunt.collect.encoding import decode, decode_page
from exeunt.collect.filing import is_filing, read_filing, submission
from exeunt.collect.mail import read_mail
from exeunt.collect.origin import LARGEST, Origin, Skipped
from exeunt.collect.page import parse, read_page
from exeunt.errors import InputError, RecordError
from exeunt.language.detect import detect_language
from exeunt.language.text import narrow
from exeunt.model import Document

_IN_FORM = re.compile(rb"form\s{0,3}(?:&nbsp;|&#160;|\s)?8\s?-?\s?k|dei:DocumentType", re.I)


def documents_in(data: bytes, origin: Origin) -> Iterator[Document | Skipped]:
    """The documents in `data`, finished: with ids, hashes, language and media type.

    Raises InputError (EncodingError where it is no text) when `data` as a whole cannot be read; a part that cannot is a
    Skipped.
    """
    data, origin = _unzipped(data, origin)
    if not data.strip():
        raise InputError(f"{origin.name} is empty")
    media.refuse(data[: media.HEAD], origin.name)
    media_type = media.sniff(data[: media.HEAD], origin.name, origin.media_type)
    raw_hash = hashlib.sha256(data).hexdigest()
    for found in _parsed(data, media_type, origin):
        yield found if isinstance(found, Skipped) else finished(found, media_type, raw_hash, origin)


def finished(document: Document, media_type: str, raw_hash: str | None, origin: Origin) -> Document:
    """`document` with what all documents carry. The id depends on its address and its words alone."""
    digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
    canonical = document.canonical or (canonical_address(document.url) if document.url else None)
    identity = hashlib.sha256(f"{canonical or ''}\0{digest}".encode()).hexdigest()[:24]
    return msgspec.structs.replace(
        document,
        id=document.id if document.id is not None else identity,
        canonical=canonical,
        language=document.language or detect_language(narrow(document.text[:20_000])),
        fetched_at=origin.fetched_at,
        content_hash=digest,
        raw_hash=raw_hash,
        media_type=media_type,
        source=origin.name,
    )


def _unzipped(data: bytes, origin: Origin) -> tuple[bytes, Origin]:
    """A gzip file opened, at most twice deep and never beyond the largest size."""
    for _ in range(2):
        if not data.startswith(b"\x1f\x8b"):
            break
        data = gunzip(data, origin.name)
        origin = replace(origin, media_type=None)
    if data.startswith(b"\x1f\x8b"):
        raise InputError(f"{origin.name} is a gzip file in a gzip file in a gzip file: unpack it first")
    if len(data) > LARGEST:
        raise InputError(
            f"{origin.name} is larger than {LARGEST // 1_000_000} MB: split it, or use --ndjson for a stream of texts"
        )
    return data, origin


def gunzip(data: bytes, name: str) -> bytes:
    """`data` unpacked. Raises InputError when it is broken, cut off, or unpacks to more than the largest size."""
    machine = zlib.decompressobj(wbits=31)
    try:
        out = machine.decompress(data, LARGEST + 1)
    except zlib.error as e:
        raise InputError(f"{name} is a broken gzip file ({e}): get it anew") from e
    if len(out) > LARGEST:
        raise InputError(f"{name} unpacks to more than {LARGEST // 1_000_000} MB: unpack it and split it first")
    if not machine.eof:
        raise InputError(f"{name} is a gzip file that breaks off: get it anew")
    if machine.unused_data.startswith(b"\x1f\x8b"):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(machine.unused_data)) as rest:
                out += rest.read(LARGEST + 1 - len(out))
        except (OSError, EOFError, zlib.error) as e:
            raise InputError(f"{name} is a broken gzip file ({e}): get it anew") from e
    return out


def _parsed(data: bytes, media_type: str, origin: Origin) -> Iterator[Document | Skipped]:
    if media_type == media.HTML:
        yield _html(data, origin)
    elif media_type == media.SUBMISSION:
        yield from submission(data, origin)
    elif media_type == media.PDF:
        from exeunt.collect.pdf import read_pdf

        yield read_pdf(data, origin)
    elif media_type in (media.VTT, media.SRT):
        yield read_captions(data, origin)
    elif media_type == media.MAIL:
        yield read_mail(data, origin)
    elif media_type in (media.FEED, media.JSON_FEED, media.SITEMAP):
        from exeunt.collect.feeds import entries_as_documents

        yield from entries_as_documents(data, media_type, origin)
    elif media_type in media.STREAMS:
        from exeunt.collect.archives import in_memory

        yield from in_memory(data, media_type, origin)
    else:
        yield _text(data, origin)


def _html(data: bytes, origin: Origin) -> Document:
    if _IN_FORM.search(data[:200_000]):
        tree = parse(decode_page(data, origin.name, origin.charset)[0])
        if tree is not None and is_filing(tree):
            try:
                return read_filing(tree, origin)
            except InputError:
                with suppress(InputError):  # an article about such a form, not the form
                    return read_page(data, origin)
                raise
    return read_page(data, origin)


def _text(data: bytes, origin: Origin) -> Document:
    if origin.charset:
        text, notes = decode_page(data, origin.name, origin.charset)
    else:
        text, notes = decode(data, origin.name), ()
    heading = re.match(r"\s*#\s+([^\r\n]+)", text)  # of Markdown
    published = origin.published
    return Document(
        text=text, title=heading[1].strip() if heading else origin.title, url=origin.url, outlet=origin.outlet,
        published=published[0] if published else None, published_from=published[1] if published else None, notes=notes,
    )  # fmt: skip


def one_document(data: bytes, origin: Origin) -> Document:
    """The only document in `data`. Raises InputError when there is none, or more than one."""
    found = list(_up_to_two(documents_in(data, origin)))
    documents = [d for d in found if isinstance(d, Document)]
    if len(documents) == 1:
        return documents[0]
    if not documents:
        raise InputError(
            next((f"{s.name}: {s.reason}" for s in found if isinstance(s, Skipped)), f"{origin.name} is empty")
        )
    raise InputError(f"{origin.name} holds several documents: use exeunt collect")


def _up_to_two(found: Iterator[Document | Skipped]) -> Iterator[Document | Skipped]:
    count = 0
    for item in found:
        yield item
        count += isinstance(item, Document)
        if count == 2:
            return


def record(line: bytes) -> Document:
    """The document of a line of NDJSON. Raises RecordError when it is none."""
    try:
        return msgspec.json.decode(line, type=Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as e:
        raise RecordError(
            f'not a document record ({e}): write {{"id": …, "text": …, "published": "2024-08-07"}} on one line'
        ) from e
