"""The API under /api/v1: questions as JSON, judgements behind tokens, one shape of errors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from exeunt.errors import ExeuntError, InputError, LedgerError
from exeunt.keeping import ask, browse, judge, reckon, undo
from exeunt.keeping.reckon import View
from exeunt.keeping.tokens import holder
from exeunt.ledger.ledger import state_of
from exeunt.ledger.tables import about, claim
from exeunt.serve import answers
from exeunt.serve.pages import status_of, wanted_of
from exeunt.serve.site import Site
from exeunt.serve.speech import LANGUAGES, language_of
from exeunt.tell import printable
from exeunt.tell.figures import figure_words

_MOST = 500  # claims of one answer
_NAMES = dict.fromkeys(("person", "organization"), "string")
_FILTERS: dict[str, dict[str, Any]] = {
    "person": {"type": "string"}, "organization": {"type": "string"}, "role": {"type": "string"},
    "direction": {"enum": ["out", "in", "pause"]},
    "kind": {"enum": ["left", "resigned", "retired", "dismissed", "laid_off", "term_ended", "stepped_down", "died", "joined", "appointed",
                      "promoted", "returned", "founded", "elected", "leave"]},
    "status": {"enum": ["fact", "planned", "reported", "denied", "speculated", "considered"]},
    "since": {"type": "string"}, "until": {"type": "string"}, "after": {"type": "string"},
    "limit": {"type": "integer", "minimum": 1, "maximum": browse.MOST, "default": 50},
}  # fmt: skip
_SEEN: dict[str, dict[str, Any]] = {"as_of": {"type": "string"}, "lang": {"enum": list(LANGUAGES)}}


@dataclass(frozen=True)
class Question:
    """One request to the API, with the state of the ledger that answers it."""

    connection: Connection
    request: Request
    view: View

    def get(self, name: str) -> str:
        """A parameter; empty where it is not given."""
        return self.request.query_params.get(name, "")

    @property
    def key(self) -> str:
        return str(self.request.path_params["key"])


@dataclass(frozen=True)
class Route:
    """An address of the API: what it answers, from which parameters, and for whom."""

    path: str
    name: str
    summary: str
    gives: type[msgspec.Struct]
    ask: Callable[[Question], msgspec.Struct]
    query: dict[str, dict[str, Any]]


def _moves(q: Question) -> answers.Moves:
    wanted = wanted_of(q.request.query_params, q.view.as_of)
    page = browse.newest(q.connection, wanted, q.view.language)
    following = str(q.request.url.include_query_params(after=page.after)) if page.after else None
    return answers.Moves(moves=_converted(page.moves, list[answers.MoveAnswer]), after=page.after, next=following)


def _move(q: Question) -> answers.MoveWithClaims:
    found = browse.find_move(q.connection, q.key, q.view.as_of)
    [row] = browse.told(q.connection, [found], q.view.language)
    claims = ask.claims(q.connection, about.c.claim.in_(found["claims"][:_MOST]))
    return answers.MoveWithClaims(move=_converted(row, answers.MoveAnswer), claims=_converted(claims, list[answers.ClaimAnswer]))  # fmt: skip


def _person(q: Question) -> answers.PersonAnswer:
    people = ask.one(q.connection, q.key, "person")
    [who] = ask.person(q.connection, people[0], q.view.as_of)
    name = ask.names(q.connection, [people[0]], q.view.language).get(people[0], q.key)
    moves = browse.told(q.connection, who["moves"], q.view.language)
    return answers.PersonAnswer(id=people[0], name=name, names=who["names"], moves=_converted(moves, list[answers.MoveAnswer]),
                                claims=_converted(who["claims"], list[answers.ClaimAnswer]))  # fmt: skip


def _organization(q: Question) -> answers.OrganizationAnswer:
    found = reckon.organization(q.connection, q.key, q.view)
    words = figure_words(q.view.language or "en")["blind"]
    return answers.OrganizationAnswer(id=found.id or "", name=found.name, as_of=q.view.today.isoformat(), figures=found.figures,
                                      blind_spots={f.blind: words[f.blind] for f in found.figures})  # fmt: skip


def _search(q: Question) -> answers.Search:
    rows = browse.search(q.connection, q.get("q")[:200], q.view.language, 20)
    return answers.Search(results=_converted(rows, list[answers.Found]))


def _evidence(q: Question) -> answers.Claims:
    rows = reckon.evidence(q.connection, [q.key])
    return answers.Claims(claims=_converted([r for r in rows if "kind" in r], list[answers.ClaimAnswer]))


def _claims(q: Question) -> answers.Claims:
    if not ask.has_document(q.connection, q.key):
        raise LedgerError(f"there is no document {q.key} in this ledger")
    return answers.Claims(claims=_converted(ask.claims(q.connection, claim.c.document == q.key), list[answers.ClaimAnswer]))  # fmt: skip


ROUTES = (
    Route("/api/v1/moves", "moves", "Moves, the ones that became known last first", answers.Moves, _moves, {**_FILTERS, **_SEEN}),
    Route("/api/v1/moves/{key}", "move", "A move with every claim, by its id or that of a claim", answers.MoveWithClaims, _move, _SEEN),
    Route("/api/v1/persons/{key}", "person", "A person by id or name", answers.PersonAnswer, _person, _SEEN),
    Route("/api/v1/organizations/{key}", "organization", "A dossier by id or name", answers.OrganizationAnswer, _organization, _SEEN),
    Route("/api/v1/documents/{key}/claims", "claims", "The claims of a document", answers.Claims, _claims, _SEEN),
    Route("/api/v1/evidence/{key}", "evidence", "The claims behind a claim, a move or a conflict", answers.Claims, _evidence, _SEEN),
    Route("/api/v1/search", "search", "Persons, organisations and roles, while they are typed", answers.Search, _search,
          {"q": {"type": "string"}, **_SEEN}),
)  # fmt: skip
"""The questions that the API answers."""


def _converted(rows: Any, sort: Any) -> Any:
    """Rows as a type of the contract. Through JSON, as column names of the database are no plain strings."""
    return msgspec.json.decode(json.dumps(rows), type=sort)


def endpoint(route: Route, site: Site) -> Callable[[Request], Any]:
    """The endpoint of a question."""

    async def answering(request: Request) -> Response:
        return await run_in_threadpool(_answer, route, site, request)

    return answering


def _answer(route: Route, site: Site, request: Request) -> Response:
    try:
        view = View.of(request.query_params.get("as_of") or None, language_of(request))
        with site.ledger.reading() as connection:
            question = Question(connection, request, view)
            key = ("api", state_of(connection), view, str(request.url))
            body = site.kept.get(key, lambda: msgspec.json.encode(route.ask(question)), len)
    except ExeuntError as e:
        return problem(status_of(e), str(e))
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Vary": "Accept-Language", "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    return Response(body, 200, headers, "application/json")


def problem(status: int, words: str, headers: dict[str, str] | None = None) -> Response:
    """An error in the one shape that errors have."""
    body = msgspec.json.encode(answers.Error(status=status, error=printable(words)))
    return Response(body, status, headers, "application/json")


# --- writing ------------------------------------------------------------------------------------------------------


def judging(site: Site) -> Callable[[Request], Any]:
    """POST /api/v1/judgements."""

    async def answering(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(_judge, site, request, body)

    return answering


def _judge(site: Site, request: Request, body: bytes) -> Response:
    who = holder(site.ledger, _bearer(request), "judge")
    if who is None:
        return _unknown()
    try:
        told = msgspec.json.decode(body, type=answers.Judging)
        if (told.second is None) == (told.sort in ("same", "different")):
            raise InputError(f"{told.sort} takes {'two ids' if told.second is None else 'one id'}")
        key = judge(site.ledger, told.sort, told.first, told.second, told.because, who)
    except (msgspec.DecodeError, UnicodeDecodeError) as e:
        return problem(400, f"{e}: send JSON as /openapi.json describes it")
    except ExeuntError as e:
        return problem(status_of(e), str(e))
    return Response(msgspec.json.encode(answers.Judged(id=key)), 201, media_type="application/json")


def undoing(site: Site) -> Callable[[Request], Any]:
    """DELETE /api/v1/judgements/{key}."""

    async def answering(request: Request) -> Response:
        return await run_in_threadpool(_undo, site, request)

    return answering


def _undo(site: Site, request: Request) -> Response:
    who = holder(site.ledger, _bearer(request), "judge")
    if who is None:
        return _unknown()
    try:
        key = undo(site.ledger, str(request.path_params["key"]), "taken back", who)
    except ExeuntError as e:
        return problem(status_of(e), str(e))
    return Response(msgspec.json.encode(answers.Judged(id=key)), 200, media_type="application/json")


def _bearer(request: Request) -> str | None:
    """The secret of the Authorization header. A cookie does not do: another site could make a browser send it."""
    sort, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if sort.lower() == "bearer" else None


def _unknown() -> Response:
    return problem(401, "writing needs a token: exeunt token new NAME --scope judge", {"WWW-Authenticate": "Bearer"})
