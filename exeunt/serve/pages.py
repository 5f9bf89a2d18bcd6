"""The pages: each a question to the ledger and a template."""

from __future__ import annotations

import gzip
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exeunt.errors import ExeuntError, InputError, LedgerError
from exeunt.keeping import ask, browse, reckon
from exeunt.keeping.browse import Wanted
from exeunt.keeping.reckon import View
from exeunt.keeping.tokens import holder
from exeunt.ledger.ledger import state_of
from exeunt.ledger.tables import about
from exeunt.model import LanguageCode
from exeunt.serve.dossier import charts_of, tables_of, verdict_of
from exeunt.serve.marked import marked
from exeunt.serve.site import Site
from exeunt.serve.speech import LANGUAGES, catalogue, language_of
from exeunt.tell import printable
from exeunt.tell.figures import figure_words
from exeunt.tell.words import words

SESSION = "exeunt_session"


class Moved(Exception):  # noqa: N818  (no error: it leads on)
    """What was asked for is somewhere else now."""


@dataclass(frozen=True)
class Asked:
    """One request for a page, with the state of the ledger that answers it."""

    site: Site
    connection: Connection
    state: str
    path: str
    query: Mapping[str, str]
    parts: Mapping[str, str]
    view: View
    language: LanguageCode
    chosen: bool  # whether the language was chosen in the address
    judge: str | None = None  # who may judge, when signed in
    form_key: str = ""

    def link(self, path: str, **query: str | None) -> str:
        """An address of this site that keeps language and day."""
        kept = {"lang": self.language if self.chosen else None, "as_of": self.view.as_of, **query}
        told = urlencode({k: v for k, v in kept.items() if v})
        return quote(path) + (f"?{told}" if told else "")

    def here(self, **query: str | None) -> str:
        """This page with other parameters."""
        kept = {k: v for k, v in {**self.query, **query}.items() if v}
        return quote(self.path) + (f"?{urlencode(kept)}" if kept else "")

    @cached_property
    def words(self) -> dict[str, str]:
        return words(self.language)


Page = Callable[[Asked], tuple[str, dict[str, Any]]]


def shown(page: Page, site: Site) -> Callable[[Request], Any]:
    """The endpoint of a page."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, page, site, request)

    return endpoint


def answer(page: Page, site: Site, request: Request) -> Response:
    """A page for a request: kept as long as the ledger is in one state, with a tag by which a browser knows its copy."""
    language = language_of(request)
    secret = request.cookies.get(SESSION)
    try:
        judge = holder(site.ledger, secret, "judge") if secret else None
        view = View.of(request.query_params.get("as_of") or None, language)
        with site.ledger.reading() as connection:
            asked = Asked(
                site, connection, state_of(connection), request.url.path, dict(request.query_params), request.path_params, view, language,
                request.query_params.get("lang") in LANGUAGES, judge, form_key(secret) if judge and secret else "",
            )  # fmt: skip
            if judge:
                return _sent(_packed(rendered(page, asked)), request, private=True)
            key = (asked.state, view.today, language, asked.chosen, asked.path, request.url.query)
            return _sent(
                site.kept.get(key, lambda: _packed(rendered(page, asked)), lambda p: len(p[0]) + len(p[1])), request
            )
    except Moved as moved:
        return RedirectResponse(str(moved), 308)
    except ExeuntError as e:
        return problem(e, language, request)


def rendered(page: Page, asked: Asked) -> str:
    """A page as HTML."""
    template, context = page(asked)
    return environment(asked.language).get_template(template).render(
        asked=asked, link=asked.link, here=asked.here, w=asked.words, language=asked.language, **context
    )  # fmt: skip


def _packed(html: str) -> tuple[bytes, bytes, str]:
    body = html.encode("utf-8", "replace")
    return body, gzip.compress(body, 5, mtime=0), f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def _sent(packed: tuple[bytes, bytes, str], request: Request, private: bool = False) -> Response:
    body, small, tag = packed
    headers = {
        "ETag": tag, "Vary": "Accept-Language, Accept-Encoding, Cookie",
        "Cache-Control": "no-store" if private else "no-cache", "Content-Type": "text/html; charset=utf-8",
    }  # fmt: skip
    if tag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(small, 200, {**headers, "Content-Encoding": "gzip"})
    return Response(body, 200, headers)


def status_of(error: ExeuntError) -> int:
    """The status of an error: 400 for what was asked wrongly, 404 for what is not there, 503 for a database that does not answer."""
    if isinstance(error, InputError):
        return 400
    return 404 if isinstance(error, LedgerError) and error.__cause__ is None else 503


def problem(error: ExeuntError, language: LanguageCode, request: Request) -> Response:
    """An error as a page."""
    status = status_of(error)
    body = environment(language).get_template("error.html").render(
        status=status, message=printable(str(error)), language=language, w=words(language), **_bare(request, language)
    )  # fmt: skip
    return Response(body, status, media_type="text/html", headers={"Cache-Control": "no-store"})


def _bare(request: Request, language: LanguageCode) -> dict[str, Any]:
    """Links for a page that stands without a ledger."""
    told = {"lang": language} if request.query_params.get("lang") in LANGUAGES else {}

    def link(path: str, **query: str | None) -> str:
        kept = urlencode({k: v for k, v in {**told, **query}.items() if v})
        return quote(path) + (f"?{kept}" if kept else "")

    return {"link": link, "here": lambda **q: link("/", **q), "asked": None}


def form_key(secret: str) -> str:
    """What forms of a session carry so that no other site can send them."""
    return hmac.new(secret.encode(), b"exeunt forms", hashlib.sha256).hexdigest()


@cache
def environment(language: LanguageCode) -> Environment:
    """The templates in a language."""
    made = Environment(
        loader=PackageLoader("exeunt.serve"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters["day"] = lambda day: told_day(day, language)
    made.filters["printable"] = printable
    made.globals["frame"] = figure_words(language)["frame"]
    return made


def told_day(day: str | None, language: LanguageCode) -> str:
    """A date of any precision as people of a language write it."""
    if not day:
        return "—"
    year, month, dom = (*day.split("-"), "", "")[:3]
    if language == "ja":
        return f"{year}年" + (f"{int(month)}月" if month else "") + (f"{int(dom)}日" if dom else "")
    name = date(2000, int(month), 1).strftime("%b") if month else ""
    return " ".join(x for x in (str(int(dom)) if dom else "", name, year) if x)


# --- pages --------------------------------------------------------------------------------------------------------

_FILTERS = ("person", "organization", "direction", "kind", "status", "role", "since", "until", "after")


def wanted_of(query: Mapping[str, str], as_of: str | None) -> Wanted:
    """The moves that the parameters of an address ask for. Raises InputError."""
    told = {k: query[k] for k in _FILTERS if query.get(k)}
    try:
        found = msgspec.convert({**told, "limit": int(query.get("limit") or 50)}, Wanted)
    except (msgspec.ValidationError, ValueError) as e:
        raise InputError(f"{e}: choose one of the values that are offered") from e
    return replace_as_of(found, as_of)


def replace_as_of(wanted: Wanted, as_of: str | None) -> Wanted:
    """The same moves as known on a day."""
    return msgspec.structs.replace(wanted, as_of=as_of)


def now(asked: Asked) -> tuple[str, dict[str, Any]]:
    """The newest moves, those of one story together."""
    wanted = wanted_of(asked.query, asked.view.as_of)
    page = browse.newest(asked.connection, wanted, asked.language)
    stories = [list(g) for _, g in groupby(page.moves, key=lambda m: m["first"]["story"] if m["first"] else m["id"])]
    chips = [(f, asked.query[f], _chip(asked, f)) for f in _FILTERS if asked.query.get(f) and f != "after"]
    whole = browse.coverage(asked.connection) if not page.moves else None
    return "now.html", {"stories": stories, "after": page.after, "wanted": wanted, "chips": chips, "whole": whole}


def _chip(asked: Asked, name: str) -> str:
    value = asked.query[name]
    if name in ("person", "organization"):
        return ask.names(asked.connection, [value], asked.language).get(value, value)
    return asked.words.get(value, value) if name in ("direction", "kind", "status") else value


def organization(asked: Asked) -> tuple[str, dict[str, Any]]:
    """The dossier of an organisation, drawn."""
    found = dossier_of(asked)
    assert found.id
    same = ask.conflicts(asked.connection, organization=found.id, limit=20) if not asked.view.as_of else []
    return "organization.html", {
        "found": found, "charts": charts_of(asked, found), "tables": tables_of(found.figures, asked.language),
        "verdict": verdict_of(found, asked.language), "conflicts": same, "numbers": _numbers(found),
    }  # fmt: skip


def dossier_of(asked: Asked) -> reckon.Reckoned:
    """The dossier, kept while the ledger is in one state."""
    key = _identity(asked, "organization")
    asked_for = ("dossier", asked.state, asked.view, key)
    return asked.site.kept.get(
        asked_for, lambda: reckon.organization(asked.connection, key, asked.view), lambda r: 400 * len(r.figures) + 2000
    )


def _identity(asked: Asked, kind: str) -> str:
    """The identity in the address; a name, or an id that others were joined with, leads on to it. Raises Moved or LedgerError."""
    key = asked.parts["key"]
    found = browse.kind_of(asked.connection, key)
    if found is None:
        known = ask.one(asked.connection, key, "person" if kind == "person" else "organization")
        raise Moved(asked.link(f"/{kind}/{known[0]}"))
    if found != (kind, key):
        raise Moved(asked.link(f"/{found[0]}/{found[1]}"))
    return key


def _numbers(found: reckon.Reckoned) -> dict[str, Any]:
    told = {(f.table, f.label): f for f in found.figures}
    return {"left": told.get(("total", "left")), "joined": told.get(("total", "joined")), "founders": told.get(("founders", "now")),
            "begin": told.get(("founders", "begin")), "conflicts": sum(int(f.value or 0) for f in found.figures if f.table == "conflicts")}  # fmt: skip


def why(asked: Asked) -> tuple[str, dict[str, Any]]:
    """The sentences behind one number of a dossier."""
    found = dossier_of(asked)
    table, label = asked.query.get("table", ""), asked.query.get("label", "")
    mine = [f for f in found.figures if f.table == table and f.label == label]
    if not mine:
        raise LedgerError(f"this dossier has no number {table}/{label}: choose one on its page")
    rows = reckon.evidence(asked.connection, dict.fromkeys(c for f in mine for c in f.evidence))
    return "why.html", {
        "found": found,
        "table": table,
        "label": label,
        "figures": mine,
        "claims": rows[:500],
        "more": max(0, len(rows) - 500),
    }


def person(asked: Asked) -> tuple[str, dict[str, Any]]:
    """One line through organisations, every claim under it, names in every script."""
    key = _identity(asked, "person")
    [who] = ask.person(asked.connection, key, asked.view.as_of)
    if not who["claims"]:
        raise LedgerError("on that day no document in this ledger had named this person: choose a later day")
    moves = browse.told(asked.connection, who["moves"], asked.language)
    name = ask.names(asked.connection, [key], asked.language).get(key, who["names"][0])
    made = [j for j in ask.judgements(asked.connection) if key in (j["first"], j["second"])]
    from exeunt.serve.dossier import bars_of_person

    return "person.html", {"key": key, "name": name, "names": who["names"], "moves": moves, "claims": who["claims"], "judgements": made,
                           "chart": bars_of_person(asked, key, name),
                           "conflicts": ask.conflicts(asked.connection, person=key) if not asked.view.as_of else []}  # fmt: skip


def move(asked: Asked) -> tuple[str, dict[str, Any]]:
    """Who says what of a move: the claims side by side, copies under their story."""
    found = browse.find_move(asked.connection, asked.parts["key"], asked.view.as_of)
    [row] = browse.told(asked.connection, [found], asked.language)
    if asked.parts["key"] != row["key"]:
        raise Moved(asked.link(f"/move/{row['key']}"))
    claims = ask.claims(asked.connection, about.c.claim.in_(found["claims"]))
    fields = ("kind", "date", "until", "role", "counterpart", "status")
    differing = {f for f in fields if len({c[f] for c in claims if c[f]}) > 1}
    stories = [
        list(g)
        for _, g in groupby(
            sorted(claims, key=lambda c: (c["story"], c["document"] != c["story"], c["id"])), key=lambda c: c["story"]
        )
    ]
    stories.sort(key=lambda g: (g[0]["published"] or "9999", g[0]["id"]))
    return "move.html", {"m": row, "stories": stories, "fields": fields, "differing": differing}


def document(asked: Asked) -> tuple[str, dict[str, Any]]:
    """A document with its claims highlighted in place."""
    found, claims = browse.document_with(asked.connection, asked.parts["key"])
    if asked.view.as_of and (found.published or "") > asked.view.as_of:
        raise LedgerError("this document was published after that day: choose a later day")
    return "document.html", {"d": found, "claims": claims, "text": Markup(marked(found, claims))}


def review(asked: Asked) -> tuple[str, dict[str, Any]]:
    """What waits for a judgement, and what was judged."""
    rows = ask.doubts(asked.connection, 50)
    judged = ask.judgements(asked.connection)[:20]
    return "review.html", {"rows": rows, "judged": judged}


def about_page(asked: Asked) -> tuple[str, dict[str, Any]]:
    """Coverage, sources, blind spots, how good the reader is."""
    demo = ask.has_document(asked.connection, reckon.DEMO)
    return "about.html", {
        "whole": browse.coverage(asked.connection),
        "demo": demo,
        "blind": figure_words(asked.language)["blind"],
    }


def search(asked: Asked) -> tuple[str, dict[str, Any]]:
    """Persons, organisations and roles by what was typed."""
    text = asked.query.get("q", "")[:200]
    rows = browse.search(asked.connection, text, asked.language, 30) if text.strip() else []
    return "search.html", {"q": text, "rows": rows}


def suggestions(asked: Asked) -> tuple[str, dict[str, Any]]:
    """The same while it is being typed, as a piece of a page."""
    text = asked.query.get("q", "")[:200]
    rows = browse.search(asked.connection, text, asked.language) if text.strip() else []
    return "_found.html", {"q": text, "rows": rows}


__all__ = ["Asked", "Moved", "shown"]
