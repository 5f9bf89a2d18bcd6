"""Charts as files: the drawing (SVG) and the table it was drawn from (CSV)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from exeunt.errors import ExeuntError
from exeunt.keeping.reckon import View
from exeunt.ledger.ledger import state_of
from exeunt.serve.dossier import as_csv, drawing
from exeunt.serve.pages import Asked, Moved, dossier_of, problem
from exeunt.serve.site import Site
from exeunt.serve.speech import LANGUAGES, language_of


def svg(site: Site) -> Callable[[Request], Any]:
    """The endpoint of a drawing."""
    return _file(site, drawing, "image/svg+xml", "svg")


def csv(site: Site) -> Callable[[Request], Any]:
    """The endpoint of a table."""
    return _file(site, as_csv, "text/csv; charset=utf-8", "csv")


def _file(site: Site, make: Callable[..., str], media: str, ending: str) -> Callable[[Request], Any]:
    async def answering(request: Request) -> Response:
        return await run_in_threadpool(_answer, site, make, media, ending, request)

    return answering


def _answer(site: Site, make: Callable[..., str], media: str, ending: str, request: Request) -> Response:
    language = language_of(request)
    name = request.path_params["chart"]
    try:
        view = View.of(request.query_params.get("as_of") or None, language)
        with site.ledger.reading() as connection:
            asked = Asked(site, connection, state_of(connection), request.url.path, dict(request.query_params), request.path_params, view,
                          language, request.query_params.get("lang") in LANGUAGES)  # fmt: skip
            body = make(asked, dossier_of(asked), name)
    except Moved:
        return Response("the organisation has another id now: open its page and download there\n", 404, media_type="text/plain")  # fmt: skip
    except ExeuntError as e:
        return problem(e, language, request)
    return Response(body, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'})
