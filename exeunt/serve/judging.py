"""Judging in the browser: signing in with a token, judgements by form, undo."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exeunt.errors import ExeuntError, InputError
from exeunt.keeping import judge as judge_ledger
from exeunt.keeping import split as split_ledger
from exeunt.keeping import undo as undo_ledger
from exeunt.keeping.tokens import holder
from exeunt.serve.pages import SESSION, _bare, environment, form_key, problem
from exeunt.serve.site import Site
from exeunt.serve.speech import language_of
from exeunt.tell.words import words

_HOURS = 12  # that a browser stays signed in


def sign_in(site: Site) -> Callable[[Request], Any]:
    """Ask for a token, and remember it in a cookie that no script and no other site can use."""

    async def answering(request: Request) -> Response:
        wrong = False
        if request.method == "POST":
            secret = str((await request.form(max_files=0, max_fields=5)).get("token", "")).strip()
            if await run_in_threadpool(holder, site.ledger, secret, "judge"):
                answer = RedirectResponse("/review", 303)
                answer.set_cookie(SESSION, secret, max_age=_HOURS * 3600, httponly=True, samesite="strict", secure=request.url.scheme == "https")  # fmt: skip
                return answer
            wrong = True
        language = language_of(request)
        told = _bare(request, language)
        body = environment(language).get_template("sign_in.html").render(language=language, w=words(language), wrong=wrong, **told)  # fmt: skip
        return Response(body, 403 if wrong else 200, media_type="text/html", headers={"Cache-Control": "no-store"})

    return answering


async def sign_out(_: Request) -> Response:
    """Forget the cookie."""
    answer = RedirectResponse("/review", 303)
    answer.delete_cookie(SESSION)
    return answer


def judge(site: Site) -> Callable[[Request], Any]:
    """A judgement, or an undo, by form."""

    async def answering(request: Request) -> Response:
        form = {k: str(v) for k, v in (await request.form(max_files=0, max_fields=20)).items()}
        return await run_in_threadpool(_judge, site, request, form)

    return answering


def _judge(site: Site, request: Request, form: dict[str, str]) -> Response:
    secret = request.cookies.get(SESSION, "")
    who = holder(site.ledger, secret, "judge")
    try:
        if who is None or not hmac.compare_digest(form.get("key", "").encode(), form_key(secret).encode()):
            raise InputError("judging needs signing in: open the review page and sign in with a token")
        _made(site, form, who)
    except ExeuntError as e:
        return problem(e, language_of(request), request)
    return RedirectResponse(_back(form.get("back", "")), 303)


def _made(site: Site, form: dict[str, str], who: str) -> None:
    sort, first = form.get("sort", ""), form.get("first", "")
    because = form.get("because", "").strip() or f"judged on the review page: {sort}"
    if sort == "undo":
        undo_ledger(site.ledger, first, because, who)
    elif sort == "split":
        split_ledger(site.ledger, first, because, who)
    elif sort in ("same", "different", "confirm", "reject", "settle"):
        judge_ledger(site.ledger, sort, first, form.get("second") or None, because, who)
    else:
        raise InputError(f"{sort[:40]} is no judgement: choose a button")


def _back(address: str) -> str:
    """The page to go back to; never one of another site."""
    parts = urlsplit(address)
    safe = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if safe else "/review"
