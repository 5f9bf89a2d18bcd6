"""Web pages: the article without what surrounds it, and what the page says about itself."""

from __future__ import annotations

import logging
import re

from lxml.etree import LxmlError, iterwalk
from lxml.html import HtmlElement, document_fromstring

from exeunt.collect.address import canonical_address
from exeunt.collect.article import article_of
from exeunt.collect.encoding import decode_page
from exeunt.collect.metadata import metadata, page_words
from exeunt.collect.origin import Origin
from exeunt.errors import InputError
from exeunt.model import Document

LARGEST_PAGE = 10_000_000
"""Bytes of HTML; an article is a hundredth of it, a tree of more would take gigabytes."""

_TAGS = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})\b")
_LONG_TAG = re.compile(r"(<[a-zA-Z][\w:-]{0,40})\s[^<>]{20000,}>")  # pictures written out, or a trap for the parser
_CLOSES_ITSELF = frozenset(
    [
        "p",
        "li",
        "dd",
        "dt",
        "td",
        "th",
        "tr",
        "thead",
        "tbody",
        "tfoot",
        "option",
        "br",
        "hr",
        "img",
        "input",
        "meta",
        "link",
        "source",
        "area",
        "base",
        "col",
        "embed",
        "param",
        "track",
        "wbr",
        "html",
        "body",
        "head",
    ]
)
_MOST_OPEN = 2000
_TOO_DEEP = "a page of so many nested elements is not taken apart: save the text of the article and read that"
_MOST_WORK = 5_000_000  # depths of elements added up; a long page of news has some 100,000
_XML_ENCODING = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def read_page(data: bytes, origin: Origin) -> Document:
    """The article of a page.

    Raises EncodingError when it cannot be decoded, InputError when it is too large or there is no article in it.
    """
    if len(data) > LARGEST_PAGE:
        raise InputError(
            f"{origin.name} is a page of {len(data) / 1e6:.0f} MB, more than {LARGEST_PAGE // 1_000_000} MB: "
            "save the text of the article and read that"
        )
    html, notes = decode_page(data, origin.name, origin.charset)
    tree = parse(html)
    if tree is None:
        raise _empty(origin)
    told = metadata(tree, origin.url)
    text = article_of(tree, told)
    if not text:
        raise _empty(origin)
    text, walled = _without_wall(text)
    published = told.published or origin.published
    if told.paywalled or walled:
        notes = (*notes, "only the part before a paywall was read")
    return Document(
        text=text,
        title=told.title or origin.title,
        published=published[0] if published else None,
        published_from=published[1] if published else None,
        url=origin.url or told.canonical,
        canonical=canonical_address(told.canonical) if told.canonical else None,
        outlet=told.outlet or origin.outlet,
        author=told.author,
        notes=notes,
    )


def parse(html: str) -> HtmlElement | None:
    """The tree of a page or of a fragment of one; None when there is nothing in it.

    Raises InputError for a tree so large or so deep that looking at it would take minutes.
    """
    html = _LONG_TAG.sub(r"\1>", _XML_ENCODING.sub("", html).replace("\x00", ""))
    if _left_open(html) > _MOST_OPEN:
        raise InputError(_TOO_DEEP)
    try:
        tree = document_fromstring(html)
    except (ValueError, AssertionError, TypeError, LxmlError):
        return None
    if _depths(tree) > _MOST_WORK:
        raise InputError(
            "a page of so many nested elements is not taken apart: save the text of the article and read that"
        )
    return tree


def _left_open(html: str) -> int:
    """How many elements are opened and never closed, where they must be: the parser looks through all that are open at
    every tag."""
    count: dict[str, int] = {}
    for slash, name in _TAGS.findall(html):
        count[name] = count.get(name, 0) + (-1 if slash else 1)
    return sum(n for name, n in count.items() if n > 0 and name.lower() not in _CLOSES_ITSELF)


def _depths(tree: HtmlElement) -> int:
    """The depths of all elements added up, as far as it matters: what each look at every part of every part costs."""
    total = depth = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        total += depth if event == "start" else 0
        if total > _MOST_WORK:
            break
    return total


def _without_wall(text: str) -> tuple[str, bool]:
    """The text up to a line that asks for a subscription, and whether there was one."""
    lines = text.split("\n")
    for i in range(len(lines)):
        if len(lines[i]) < 120 and any(re.search(p, lines[i], re.I) for p in page_words()["paywall"]):
            kept = "\n".join(lines[:i]).strip()
            return (kept, True) if kept else (text, True)
    return text, False


def _empty(origin: Origin) -> InputError:
    return InputError(f"{origin.name} is a page without an article in it: save the text of the article and read that")
