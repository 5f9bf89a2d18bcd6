"""Atom (RFC 4287) and JSON Feed 1.1 of any filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from exeunt.errors import ExeuntError
from exeunt.keeping import browse
from exeunt.keeping.reckon import View
from exeunt.model import LanguageCode
from exeunt.serve.pages import status_of, wanted_of
from exeunt.serve.site import Site
from exeunt.serve.speech import language_of
from exeunt.tell import printable
from exeunt.tell.words import words

_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01"


def feed(sort: str, site: Site) -> Callable[[Request], Any]:
    """The endpoint of a feed: atom or json."""

    async def answering(request: Request) -> Response:
        return await run_in_threadpool(_answer, sort, site, request)

    return answering


def _answer(sort: str, site: Site, request: Request) -> Response:
    language = language_of(request)
    try:
        view = View.of(request.query_params.get("as_of") or None, language)
        with site.ledger.reading() as connection:
            moves = browse.newest(connection, wanted_of(request.query_params, view.as_of), language).moves
    except ExeuntError as e:
        return Response(printable(str(e)) + "\n", status_of(e), media_type="text/plain")
    base = (site.url or str(request.base_url)).rstrip("/")
    here = f"{base}{request.url.path}" + (f"?{request.url.query}" if request.url.query else "")
    page = f"{base}/" + (f"?{urlencode(list(request.query_params.multi_items()))}" if request.query_params else "")
    if sort == "atom":
        return Response(_atom(moves, base, here, page, language), media_type="application/atom+xml")
    return Response(_json(moves, base, here, page, language), media_type="application/feed+json")


def title_of(m: dict[str, Any], language: LanguageCode) -> str:
    """A move in a line; whatever is no fact says so."""
    w = words(language)
    status = "" if m["status"] == "fact" else f" [{w[m['status']]}]"
    denied = f" [{w['denied']}]" if m["denied"] and m["status"] != "denied" else ""
    return printable(f"{m['person_name']} · {w[m['kind']]} · {m['organization_name']}{status}{denied}")


def _summary(m: dict[str, Any]) -> str:
    first = m["first"]
    if not first:
        return ""
    return printable(f"“{first['quote'] or ''}” {first['outlet'] or ''} {first['published'] or ''}".strip())


def _when(m: dict[str, Any]) -> str:
    day = (m["first_known"] or _NEVER)[:10]
    return f"{day}T00:00:00Z"


def _atom(moves: list[dict[str, Any]], base: str, here: str, page: str, language: LanguageCode) -> bytes:
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language})
    updated = max((_when(m) for m in moves), default=f"{_NEVER}T00:00:00Z")
    for name, text in (("id", page), ("title", "Exeunt"), ("updated", updated)):
        ET.SubElement(root, f"{{{_ATOM}}}{name}").text = text
    ET.SubElement(root, f"{{{_ATOM}}}link", {"rel": "self", "href": here})
    ET.SubElement(root, f"{{{_ATOM}}}link", {"rel": "alternate", "href": page})
    ET.SubElement(ET.SubElement(root, f"{{{_ATOM}}}author"), f"{{{_ATOM}}}name").text = "Exeunt"
    for m in moves:
        entry = ET.SubElement(root, f"{{{_ATOM}}}entry")
        address = f"{base}/move/{m['key']}"
        told = (("id", address), ("title", title_of(m, language)), ("updated", _when(m)), ("summary", _summary(m)))
        for name, text in told:
            ET.SubElement(entry, f"{{{_ATOM}}}{name}").text = text
        ET.SubElement(entry, f"{{{_ATOM}}}link", {"href": address})
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _json(moves: list[dict[str, Any]], base: str, here: str, page: str, language: LanguageCode) -> bytes:
    items = [
        {"id": f"{base}/move/{m['key']}", "url": f"{base}/move/{m['key']}", "title": title_of(m, language), "content_text": _summary(m), "date_published": _when(m)}
        for m in moves
    ]  # fmt: skip
    told = {"version": "https://jsonfeed.org/version/1.1", "title": "Exeunt", "home_page_url": page, "feed_url": here, "language": language, "items": items}  # fmt: skip
    return msgspec.json.encode(told)
