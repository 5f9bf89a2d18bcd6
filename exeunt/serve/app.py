"""The application: addresses and what answers them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from exeunt.errors import ExeuntError, InputError, LedgerError
from exeunt.serve import api, downloads, feeds, judging, pages
from exeunt.serve.guard import Guard
from exeunt.serve.openapi import description
from exeunt.serve.site import Site
from exeunt.serve.speech import language_of
from exeunt.tell.charts import stylesheet


def make_app(site: Site) -> Starlette:
    """The application that shows a site."""
    shown = (
        ("/", pages.now), ("/search", pages.search), ("/search/suggest", pages.suggestions), ("/organization/{key}", pages.organization),
        ("/organization/{key}/why", pages.why), ("/person/{key}", pages.person), ("/move/{key}", pages.move),
        ("/document/{key:path}", pages.document), ("/review", pages.review), ("/about", pages.about_page),
    )  # fmt: skip
    routes = [
        *(Route(path, pages.shown(page, site)) for path, page in shown),
        Route("/review", judging.judge(site), methods=["POST"]),
        Route("/sign-in", judging.sign_in(site), methods=["GET", "POST"]),
        Route("/sign-out", judging.sign_out, methods=["POST"]),
        Route("/organization/{key}/{chart}.svg", downloads.svg(site)),
        Route("/organization/{key}/{chart}.csv", downloads.csv(site)),
        *(Route(r.path, api.endpoint(r, site)) for r in api.ROUTES),
        Route("/api/v1/judgements", api.judging(site), methods=["POST"]),
        Route("/api/v1/judgements/{key}", api.undoing(site), methods=["DELETE"]),
        Route("/openapi.json", _openapi),
        Route("/feed.atom", feeds.feed("atom", site)),
        Route("/feed.json", feeds.feed("json", site)),
        Route("/static/charts.css", _charts),
        Mount("/static", StaticFiles(directory=Path(str(files("exeunt.serve") / "static")))),
    ]
    handlers = {HTTPException: _http, Exception: _broken}
    return Starlette(routes=routes, middleware=[Middleware(Guard, site=site)], exception_handlers=handlers)  # type: ignore[arg-type]


async def _openapi(_: Request) -> Response:
    return Response(msgspec.json.encode(description()), media_type="application/json")


async def _charts(_: Request) -> Response:
    return Response(stylesheet(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})


async def _http(request: Request, error: HTTPException) -> Response:
    """What has no address here, or takes no such request."""
    if request.url.path.startswith("/api/"):
        return api.problem(error.status_code, f"{error.detail}: /openapi.json tells what there is", dict(error.headers or {}))  # fmt: skip
    wrong: ExeuntError = LedgerError("there is no such page") if error.status_code == 404 else InputError(str(error.detail))  # fmt: skip
    answer = pages.problem(wrong, language_of(request), request)
    answer.status_code = error.status_code
    return answer


async def _broken(request: Request, error: Exception) -> Response:
    """A fault of this program: said as such, without its insides."""
    words = "something went wrong in this program: its log tells what"
    if request.url.path.startswith("/api/"):
        return api.problem(500, words)
    answer = pages.problem(LedgerError(words), language_of(request), request)
    answer.status_code = 500
    return answer
