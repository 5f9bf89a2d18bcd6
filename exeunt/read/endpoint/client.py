"""Asking an OpenAI-compatible endpoint: retries, a budget, a cache, and the key from the environment only."""

from __future__ import annotations

import hashlib
import os
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from exeunt.errors import InputError, ModelError
from exeunt.read.endpoint.answer import formats, instructions, schema

KEY = "EXEUNT_API_KEY"
_AGAIN = {408, 409, 425, 429, 500, 502, 503, 504}
_TRIES = 4
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0  # seconds
_LONGEST_ANSWER = 4_000_000  # bytes
_PER_TOKEN = 3  # code points, where a server does not say how many tokens it took


@dataclass
class Budget:
    """How much may still be asked. None is without limit."""

    requests: int | None = None
    tokens: int | None = None

    @property
    def spent(self) -> bool:
        return (self.requests is not None and self.requests <= 0) or (self.tokens is not None and self.tokens <= 0)

    def take(self, requests: int = 0, tokens: int = 0) -> None:
        if self.requests is not None:
            self.requests -= requests
        if self.tokens is not None:
            self.tokens -= tokens


def cache_folder() -> Path:
    """Where answers are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or (Path.home() / ".cache")
    return Path(base) / "exeunt" / "endpoint"


@dataclass
class Endpoint:
    """A server that speaks the OpenAI chat protocol. `url` ends before /chat/completions, mostly in /v1.

    Raises InputError for a URL that is none.
    """

    url: str
    model: str
    budget: Budget = field(default_factory=Budget)
    cache: Path | None = None
    timeout: float = 120.0
    wait: float = _FIRST_WAIT
    _format: int = 0

    def __post_init__(self) -> None:
        self.url = self.url.rstrip("/").removesuffix("/chat/completions")
        if not self.url.startswith(("http://", "https://")):
            raise InputError(f"--endpoint {self.url}: give the address of a server, such as http://127.0.0.1:8080/v1")

    @property
    def version(self) -> str:
        """What a claim remembers of its reader."""
        return f"model/{self.model}"

    def ask(self, passage: str) -> str | None:
        """The answer to `passage`, from the cache when it was asked before; None when the budget is spent.

        Raises ModelError when the server does not answer, or answers with an error that no further try will mend.
        """
        known = self._known(passage)
        if known is not None:
            return known
        if self.budget.spent:
            return None
        content = self._content(self._post(passage))
        self._keep(passage, content)
        return content

    def _post(self, passage: str) -> bytes:
        """The body of the answer, in the first spelling of the schema that the server takes."""
        while True:
            status, body, problem = self._try(self._request(passage))
            if status == 200:
                return body
            if status in (400, 415, 422, 501) and self._format + 1 < len(formats()):
                self._format += 1
                continue
            raise ModelError(f"{self.url} {problem}: {self._way_out(status)}")

    def _request(self, passage: str) -> dict[str, Any]:
        return {
            "model": self.model,
            "temperature": 0,
            "messages": [{"role": "system", "content": instructions()}, {"role": "user", "content": passage}],
            "response_format": formats()[self._format],
        }

    def _try(self, request: dict[str, Any]) -> tuple[int | None, bytes, str]:
        """(status, body, what went wrong), tried again with longer and longer waits while that may help."""
        import httpx

        status, body, problem = None, b"", "does not answer"
        key = os.environ.get(KEY)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        wait = self.wait
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(wait * (0.75 + random.random() / 2))
                wait = min(_LONGEST_WAIT, wait * 2)
            if self.budget.spent:
                break
            self.budget.take(requests=1)
            try:
                with (
                    httpx.Client(timeout=self.timeout, trust_env=False, follow_redirects=False) as client,
                    client.stream("POST", f"{self.url}/chat/completions", json=request, headers=headers) as answer,
                ):
                    status, body = answer.status_code, _limited(answer.iter_bytes(), time.monotonic() + self.timeout)
                    problem = f"answers {status}"
                    told = answer.headers.get("Retry-After", "")
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as e:
                status, problem = None, f"does not answer ({type(e).__name__})"
                continue
            if status not in _AGAIN:
                break
            if told.isdigit():
                wait = min(_LONGEST_WAIT, float(told))
        return status, body, problem

    def _content(self, body: bytes) -> str:
        """The text of an answer; empty when the answer has none. The tokens it took leave the budget."""
        try:
            answer = msgspec.json.decode(body)
            content = answer["choices"][0]["message"]["content"] or ""
        except (msgspec.DecodeError, KeyError, IndexError, TypeError, RecursionError):
            raise ModelError(
                f"{self.url} does not speak the OpenAI chat protocol: give the address that ends in /v1"
            ) from None
        used = (answer.get("usage") or {}).get("total_tokens")
        estimate = (len(instructions()) + len(content)) // _PER_TOKEN
        self.budget.take(tokens=used if isinstance(used, int) else estimate)
        return content if isinstance(content, str) else ""

    def _way_out(self, status: int | None) -> str:
        if status in (401, 403):
            return f"set the key in the environment variable {KEY}"
        if status == 404:
            return f"look at the address (it mostly ends in /v1) and at the name of the model ({self.model})"
        if status is None:
            return "start the server, or look at --endpoint; docs/how-to/model.md tells how"
        return "try again later, or look into the server's log"

    def _place(self, passage: str) -> Path | None:
        if self.cache is None:
            return None
        key = msgspec.json.encode([passage, instructions(), self.model, schema()])
        return self.cache / f"{hashlib.sha256(key).hexdigest()}.json"

    def _known(self, passage: str) -> str | None:
        place = self._place(passage)
        try:
            return msgspec.json.decode(place.read_bytes(), type=str) if place else None
        except (OSError, msgspec.DecodeError):
            return None

    def _keep(self, passage: str, content: str) -> None:
        """Keep an answer, whole or not at all; a cache that cannot be written is no reason to stop."""
        place = self._place(passage)
        if place is None:
            return
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as draft:
                draft.write(msgspec.json.encode(content))
            Path(draft.name).replace(place)
        except OSError:
            return


def _limited(chunks: Any, deadline: float) -> bytes:
    """The body, unless it is endless or comes in drops. Raises TimeoutError."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > _LONGEST_ANSWER or time.monotonic() > deadline:
            raise TimeoutError("the answer does not end")
    return bytes(body)
