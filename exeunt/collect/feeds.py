"""Feeds: RSS 0.9 to 2.0, RDF, Atom, JSON Feed, and sitemaps with news, as entries whose pages are still to be
fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any

import feedparser
import msgspec
from lxml import etree

from exeunt.collect import media
from exeunt.collect.address import absolute
from exeunt.collect.blocks import lines_of
from exeunt.collect.metadata import day_of
from exeunt.collect.origin import Origin, Skipped
from exeunt.collect.page import parse
from exeunt.errors import InputError
from exeunt.model import Document

_CUT = re.compile(
    r"(?:continue reading|read more|続きを読む|続きはこちら|全文はこちら|\[?(?:…|\.\.\.)\]?)\W{0,3}$", re.I
)
_FULL = 500  # code points from which on the words in a feed are taken for the whole article
_MOST = 5000  # entries


@dataclass(frozen=True)
class Entry:
    """An article that a feed announces. `text` are the words in the feed itself; `whole` says that they are all."""

    url: str | None
    title: str | None = None
    published: str | None = None
    text: str = ""
    whole: bool = False
    outlet: str | None = None
    author: str | None = None


def entries(data: bytes, media_type: str, origin: Origin) -> Iterator[Entry]:
    """The entries of a feed in its own order. Raises InputError when it is broken beyond reading.

    Entities that a document type declares are never expanded, and nothing is fetched.
    """
    if media_type == media.JSON_FEED:
        yield from _json(data, origin)
    elif media_type == media.SITEMAP:
        yield from _sitemap(data, origin)
    else:
        yield from _xml(data, origin)


def further_sitemaps(data: bytes, origin: Origin) -> list[str]:
    """The addresses of the sitemaps that a sitemap index names."""
    root = _tree(data, origin)
    if root is None or etree.QName(root).localname != "sitemapindex":
        return []
    found = [
        absolute(origin.url or "", loc)
        for loc in root.xpath("//*[local-name()='sitemap']/*[local-name()='loc']/text()")
    ]
    return [url for url in found if url][:50]


def entries_as_documents(data: bytes, media_type: str, origin: Origin) -> Iterator[Document | Skipped]:
    """What a feed says by itself, where no page may be fetched: an entry without words is skipped."""
    number = 0
    for number, entry in enumerate(entries(data, media_type, origin), 1):
        name = entry.url or f"{origin.name}, entry {number}"
        if entry.text.strip():
            yield entry_document(entry)
        else:
            yield Skipped(name, "the feed gives only its address: collect the feed, so that its page is fetched")
    if not number:
        raise InputError(f"{origin.name} is a feed without entries")


def entry_document(entry: Entry) -> Document:
    """The document of an entry, out of the words in the feed."""
    return Document(
        text=entry.text, title=entry.title, url=entry.url, outlet=entry.outlet, author=entry.author,
        published=entry.published, published_from="feed" if entry.published else None,
        notes=() if entry.whole else ("only the summary in the feed was read",),
    )  # fmt: skip


def _without_doctype(data: bytes) -> bytes:
    """`data` without its document type, and with it every entity that it declares."""
    begin = data.find(b"<!DOCTYPE", 0, 100_000)
    if begin < 0:
        return data
    end, inner = data.find(b">", begin), data.find(b"[", begin)
    if 0 <= inner < end:
        close = data.find(b"]", inner)
        end = data.find(b">", close) if close >= 0 else -1
    return data[:begin] + data[end + 1 :] if end >= 0 else data[:begin]


def _xml(data: bytes, origin: Origin) -> Iterator[Entry]:
    # The document type goes before parsing, and with it every entity it declares: no bomb, no file of this machine.
    parsed: Any = feedparser.parse(BytesIO(_without_doctype(data)), sanitize_html=False, resolve_relative_uris=True)
    if not parsed.entries and (parsed.get("bozo") or not parsed.get("version")):
        problem = str(parsed.get("bozo_exception") or "no feed in it")[:120]
        raise InputError(
            f"{origin.name} is a broken feed ({problem}): open its address in a browser to see what it answers"
        )
    feed = parsed.feed
    japanese = (feed.get("language") or "").lower().startswith("ja")
    for item in parsed.entries[:_MOST]:
        html = max([c.get("value") or "" for c in item.get("content", [])] + [item.get("summary") or ""], key=len)
        text = _plain(html)
        yield Entry(
            url=absolute(origin.url or feed.get("link") or "", item.get("link") or item.get("id")),
            title=_plain(item.get("title")) or None,
            published=_published(item, japanese or bool(re.search("[ぁ-ん]", text))),
            text=text,
            whole=_is_whole(text),
            outlet=_plain((item.get("source") or {}).get("title")) or _plain(feed.get("title")) or None,
            author=_plain(item.get("author")) or None,
        )


def _is_whole(text: str) -> bool:
    """Whether the words in a feed are the article and no beginning of it."""
    return len(text) >= _FULL and not _CUT.search(text)


def _published(item: Any, japanese: bool) -> str | None:
    for key in ("published", "created", "updated", "date"):
        value = item.get(key)
        if not isinstance(value, str):
            continue
        try:
            at: datetime | None = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            at = None
        if at is not None:
            return day_of(at.isoformat(), japanese)
        if day := day_of(value, japanese):
            return day
    return None


def _plain(html: str | None) -> str:
    if not html:
        return ""
    if "<" not in html and "&" not in html:
        return html.strip()
    tree = parse(f"<html><body><article>{html}</article></body></html>")
    if tree is None:
        return ""
    return "\n".join(lines_of(tree))


def _json(data: bytes, origin: Origin) -> Iterator[Entry]:
    try:
        feed = msgspec.json.decode(data)
        items = feed["items"]
        assert isinstance(items, list)
    except (msgspec.DecodeError, KeyError, TypeError, AssertionError, RecursionError, UnicodeDecodeError) as e:
        raise InputError(f"{origin.name} is a broken JSON Feed ({e}): see jsonfeed.org/version/1.1") from e
    for item in items[:_MOST]:
        if not isinstance(item, dict):
            continue
        words = {k: v for k, v in item.items() if isinstance(v, str)}
        text = _plain(words.get("content_html")) or words.get("content_text") or words.get("summary") or ""
        authors = (
            [a.get("name") for a in item.get("authors") or [] if isinstance(a, dict)]
            if isinstance(item.get("authors"), list)
            else []
        )
        yield Entry(
            url=absolute(origin.url or "", words.get("url") or words.get("external_url") or words.get("id")),
            title=words.get("title"),
            published=day_of(words.get("date_published"), bool(re.search("[ぁ-ん]", text))),
            text=text.strip(),
            whole=_is_whole(text),
            outlet=feed.get("title") if isinstance(feed.get("title"), str) else None,
            author=", ".join(a for a in authors if isinstance(a, str)) or None,
        )


def _tree(data: bytes, origin: Origin) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        return etree.fromstring(_without_doctype(data), parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise InputError(f"{origin.name} is a broken sitemap ({e})") from e


def _sitemap(data: bytes, origin: Origin) -> Iterator[Entry]:
    root = _tree(data, origin)
    if root is None:
        raise InputError(f"{origin.name} is a broken sitemap: there is nothing in it")
    for element in root.xpath("//*[local-name()='url']")[:_MOST]:
        told: dict[str, str] = {}
        for child in element.iter():
            if isinstance(child.tag, str) and child.text and child.text.strip():
                told.setdefault(etree.QName(child).localname, child.text.strip())
        japanese = told.get("language", "").startswith("ja")
        yield Entry(
            url=absolute(origin.url or "", told.get("loc")), title=told.get("title"),
            published=day_of(told.get("publication_date"), japanese), outlet=told.get("name"),
        )  # fmt: skip


def entry_origin(entry: Entry, origin: Origin) -> Origin:
    """What the page of an entry may take from the feed where it says nothing itself."""
    return replace(
        origin, title=entry.title, outlet=entry.outlet or origin.outlet,
        published=(entry.published, "feed") if entry.published else None,
    )  # fmt: skip
