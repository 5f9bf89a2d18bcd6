"""What stands before every answer: who may ask, how often, and what a browser may do with the answer."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exeunt.serve.site import Site

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_OWN = ("127.0.0.1", "::1", "testclient")
_CLIENTS = 10_000  # clients remembered
_BURST = 3  # seconds' worth of requests that may come at once
LARGEST = 2_000_000
"""Bytes of a request's body."""


class Guard:
    """Refuses foreign host names (a page elsewhere that points its own name here) and clients that ask too often; sets the headers."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app, self.site = app, site
        self._clients: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if refused := self._refused(scope):
            await refused(scope, receive, _with_headers(send))
            return
        await self.app(scope, receive, _with_headers(send))

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if "*" not in self.site.hosts and name not in self.site.hosts:
            return _plain(421, "this server is not called that: start it with --allow-host " + name[:100])
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST:
            return _plain(413, f"the body is larger than {LARGEST} bytes: send less at a time")
        client = (scope.get("client") or ("", 0))[0]
        if client not in _OWN and not self._may(client):
            return _plain(429, "too many requests: wait a second", {"Retry-After": "1"})
        return None

    def _may(self, client: str) -> bool:
        """A bucket of so many requests for each client, filled at the rate."""
        now, rate = time.monotonic(), self.site.rate
        left, then = self._clients.pop(client, (rate * _BURST, now))
        left = min(rate * _BURST, left + (now - then) * rate)
        self._clients[client] = (max(0.0, left - 1), now)
        if len(self._clients) > _CLIENTS:
            self._clients.popitem(last=False)
        return left >= 1


def _plain(status: int, words: str, headers: dict[str, str] | None = None) -> Response:
    return Response(words + "\n", status, headers, "text/plain; charset=utf-8")


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=_raw(message))
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending


def _raw(message: Message) -> Any:
    message.setdefault("headers", [])
    return message
