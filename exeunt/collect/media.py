"""What sort of file some bytes are: by their first bytes, then by their name, then by what a server said."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from exeunt.errors import EncodingError

HTML, TEXT, PDF = "text/html", "text/plain", "application/pdf"
VTT, SRT = "text/vtt", "application/x-subrip"
WARC, ZIP, GZIP = "application/warc", "application/zip", "application/gzip"
NDJSON, MBOX, MAIL = "application/x-ndjson", "application/mbox", "message/rfc822"
FEED, JSON_FEED, SITEMAP = "application/rss+xml", "application/feed+json", "application/sitemap+xml"
SUBMISSION = "application/sec-submission"

STREAMS = (WARC, ZIP, NDJSON, MBOX)
"""Sorts that hold many documents and are read piece by piece, never whole."""

HEAD = 100_000
"""Bytes in which a file shows what it is."""

_SUFFIXES = {
    ".html": HTML, ".htm": HTML, ".xhtml": HTML, ".txt": TEXT, ".md": TEXT, ".pdf": PDF, ".vtt": VTT, ".srt": SRT,
    ".warc": WARC, ".wet": WARC, ".zip": ZIP, ".ndjson": NDJSON, ".jsonl": NDJSON, ".mbox": MBOX, ".eml": MAIL,
    ".rss": FEED, ".atom": FEED,
}  # fmt: skip
_MAGIC = (
    (b"{\\rtf", "an RTF file"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"), (b"7z\xbc\xaf", "a 7z archive"), (b"Rar!", "a RAR archive"),
    (b"ID3", "a sound"), (b"\x7fELF", "a program"), (b"MZ\x90", "a program"), (b"SQLite format 3", "a database"),
)  # fmt: skip
_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|article|main|section|div|table|h[1-3]|p|span|title|meta)\b", re.I
)
_FEED = re.compile(rb"<(?:rss|rdf:RDF|feed)[\s>]", re.I)
_SITEMAP = re.compile(rb"<(?:urlset|sitemapindex)[\s>]", re.I)
_SRT = re.compile(rb"\s*\d+\s*\r?\n\s*-?\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}\s*-->")
_SUBMISSION = re.compile(rb"\s*(?:-----BEGIN PRIVACY|<SEC-DOCUMENT>|<SUBMISSION>|<IMS-DOCUMENT>)")
_MAIL = re.compile(rb"(?:[A-Za-z][\w-]{1,40}: ?[^\n]{0,900}\n(?:[ \t][^\n]{0,900}\n)*){3}")
_MAIL_FIELD = re.compile(rb"^(?:From|Date|Subject|Message-ID|Received|MIME-Version|Return-Path):", re.I | re.M)
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org')


def refuse(head: bytes, name: str) -> None:
    """Raise EncodingError, with its common name, for a sort of file in which no news comes."""
    if what := _refused(head):
        raise EncodingError(f"{name} is {what}, not a text: save its text as a .txt or .html file and read that")


def _refused(head: bytes) -> str | None:
    if head.startswith(b"PK\x03\x04") and (b"word/" in head or b"xl/" in head or b"ppt/" in head):
        return "an Office file"
    return next((what for magic, what in _MAGIC if head.startswith(magic)), None)


def sniff(head: bytes, name: str, said: str | None = None) -> str:
    """The media type of a file that begins with `head`, is called `name` and was `said` to be such by its server."""
    head = _narrow(head[:HEAD])
    plain = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return _by_bytes(head, plain) or _by_name(name, plain) or (_by_word(said) if said else None) or TEXT


def _narrow(head: bytes) -> bytes:
    """The beginning of a UTF-16 file with one byte for each sign, so that its tags can be seen."""
    for mark, encoding in (
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"<\x00", "utf-16-le"),
        (b"\x00<", "utf-16-be"),
    ):
        if head.startswith(mark):
            return head[: len(head) // 2 * 2].decode(encoding, "replace").lstrip("\ufeff").encode("utf-8", "replace")
    return head


def _by_bytes(head: bytes, plain: bytes) -> str | None:
    for magic, media_type in (
        (b"%PDF-", PDF), (b"\x1f\x8b", GZIP), (b"PK\x03\x04", ZIP), (b"PK\x05\x06", ZIP), (b"WARC/", WARC),
        (b"WEBVTT", VTT), (b"From ", MBOX),
    ):  # fmt: skip
        if plain.startswith(magic) and (media_type != MBOX or _MAIL_FIELD.search(head[:4000])):
            return media_type
    if b"%PDF-" in head[:1024] and not plain.startswith((b"<", b"{")):
        return PDF
    if _SUBMISSION.match(head):
        return SUBMISSION
    if plain.startswith(b"<"):
        return _by_tags(plain)
    if plain.startswith(b"{"):
        return _by_record(plain)
    if _SRT.match(plain):
        return SRT
    return MAIL if _MAIL.match(plain) and len(_MAIL_FIELD.findall(head[:8000])) >= 2 else None


def _by_tags(plain: bytes) -> str | None:
    opening = plain[:4000]
    page = re.search(rb"<html[\s>]", opening, re.I)
    if not page:
        for pattern, media_type in ((_FEED, FEED), (_SITEMAP, SITEMAP)):
            if pattern.search(opening):
                return media_type
        if b"<!ENTITY" in opening or b"<!ENTITY" in plain:
            return FEED
    return HTML if page or _TAG.search(plain) else None


def _by_record(plain: bytes) -> str | None:
    if _JSON_FEED.search(plain[:20_000]):
        return JSON_FEED
    line = plain.split(b"\n", 1)[0].rstrip()
    return NDJSON if b'"text"' in line and (line.endswith(b"}") or len(line) == len(plain)) else None


def _by_name(name: str, plain: bytes) -> str | None:
    path = urlsplit(name).path if "://" in name else name
    suffix = PurePosixPath(path.lower().removesuffix(".gz")).suffix
    media_type = _SUFFIXES.get(suffix)
    if media_type in (PDF, ZIP, WARC, VTT):  # these show themselves by their bytes or are none
        return media_type
    return None if media_type == HTML and not plain.startswith(b"<") and b"<" not in plain else media_type


def _by_word(said: str) -> str | None:
    said = said.split(";")[0].strip().lower()
    if said in ("application/xhtml+xml", HTML):
        return HTML
    return said if said in (VTT, PDF, MAIL, MBOX, NDJSON) else None
