"""Mail: newsletters as single messages (.eml) and as mailboxes (mbox)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from typing import BinaryIO, cast

from exeunt.collect.encoding import decode_page
from exeunt.collect.origin import LARGEST, Origin, Skipped
from exeunt.collect.page import read_page
from exeunt.errors import ExeuntError, InputError
from exeunt.model import Document

_FROM = re.compile(
    rb"^From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*,? [^\r\n]*\d{2}:\d{2}[^\r\n]*\r?$|^From - |^From \S+@\S+\r?$"
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.M)
_DEEPEST = 20


def read_mail(data: bytes, origin: Origin) -> Document:
    """The newsletter in one message: its HTML part as a page, else its plain part.

    Raises InputError when no part holds words. Attachments are left alone.
    """
    try:
        message = message_from_bytes(data, policy=policy.default)
        subject, sender, day = _header(message, "subject"), _header(message, "from"), _sent(message)
        parts = list(_parts(message, 0))
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError, IndexError) as e:
        raise InputError(f"{origin.name} is a broken message ({e}): save the text of it and read that") from e
    name, address = parseaddr(sender or "")
    host = address.rpartition("@")[2]
    given = replace(
        origin, title=subject, outlet=name or host or None, published=(day, "mail") if day else origin.published
    )
    document = _body(parts, given)
    return Document(
        text=document.text, title=subject or document.title, url=origin.url, outlet=given.outlet,
        published=given.published[0] if given.published else None,
        published_from=given.published[1] if given.published else None, notes=document.notes,
    )  # fmt: skip


def _body(parts: list[tuple[str, bytes, str | None]], origin: Origin) -> Document:
    problem: ExeuntError | None = None
    for wanted in ("text/html", "text/plain"):
        for kind, data, charset in parts:
            if kind != wanted or not data.strip():
                continue
            try:
                if kind == "text/html":
                    return read_page(data, replace(origin, charset=charset))
                text, notes = decode_page(data, origin.name, charset)
                if text.strip():
                    return Document(text=text.strip(), notes=notes)
            except ExeuntError as e:
                problem = e
    raise problem or InputError(f"{origin.name} is a message without words in it")


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        value = str(message.get(name) or "")
    except (ValueError, LookupError, AttributeError, TypeError, IndexError):
        value = ""
    return " ".join(value.split())[:500] or None


def _sent(message: EmailMessage) -> str | None:
    """The day of the Date header in the sender's own time."""
    try:
        return parsedate_to_datetime(str(message.get("date"))).date().isoformat()
    except (ValueError, TypeError, IndexError, AttributeError, OverflowError):
        return None


def _parts(message: EmailMessage, depth: int) -> Iterator[tuple[str, bytes, str | None]]:
    """(media type, bytes, charset) of every part that is shown."""
    if depth > _DEEPEST:
        return
    if message.is_multipart():
        for part in message.iter_parts():
            yield from _parts(cast(EmailMessage, part), depth + 1)
        return
    if message.get_content_maintype() == "text" and message.get_content_disposition() != "attachment":
        payload = message.get_payload(decode=True)
        yield message.get_content_type(), payload if isinstance(payload, bytes) else b"", message.get_content_charset()


def messages(stream: BinaryIO, origin: Origin) -> Iterator[tuple[bytes, Origin] | Skipped]:
    """Each message of a mailbox, one at a time."""
    lines: list[bytes] = []
    size = number = 0
    blank = True
    while True:
        line = stream.readline(1_000_000)
        if not line or (blank and _FROM.match(line)):
            if any(part.strip() for part in lines):
                number += 1
                name = f"{origin.name}, message {number}"
                if size > LARGEST:
                    yield Skipped(name, f"larger than {LARGEST // 1_000_000} MB")
                else:
                    yield _QUOTED_FROM.sub(rb"\1", b"".join(lines)), replace(origin, name=name)
            lines, size = [], 0
            if not line:
                return
            continue
        blank = not line.strip()
        size += len(line)
        if size <= LARGEST:
            lines.append(line)
