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
from exeunt.read.endpoint.answer import formats, instructions, is_answer, schema

KEY = "EXEUNT_API_KEY"
_AGAIN = {408, 409, 425, 429, 500, 502, 503, 504}
_TRIES = 4
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0  # seconds
_LONGEST_ANSWER = 4_000_000  # bytes
_PER_TOKEN = 3  # ASCII characters, where a server does not say how many tokens it took; of others one is one


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


def cache_folder() -> Path | None:
    """Where answers are kept between runs; nowhere for a user without a home."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "exeunt" / "endpoint"
    except RuntimeError:
        return None


def _tokens(text: str) -> int:
    """About how many tokens a text is."""
    ascii_ = sum(c.isascii() for c in text)
    return len(text) - ascii_ + ascii_ // _PER_TOKEN


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
    key: str = field(default="", init=False, repr=False)
    _format: int = 0
    _away: str = ""

    def __post_init__(self) -> None:
        self.url = self.url.rstrip("/").removesuffix("/chat/completions")
        if "@" in self.url:
            raise InputError(f"--endpoint holds a name or a key: leave it out, and set the key in {KEY}")
        if not self.url.startswith(("http://", "https://")):
            raise InputError(f"--endpoint {self.url}: give the address of a server, such as http://127.0.0.1:8080/v1")
        self.key = os.environ.get(KEY, "").strip()
        if not (self.key.isascii() and self.key.isprintable()):
            raise InputError(f"{KEY} holds characters that no key has: set it to the key of the endpoint")

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
        if self._away:
            raise ModelError(self._away)
        body = self._post(passage)
        if body is None:
            return None
        content = self._content(passage, body)
        if is_answer(content):
            self._keep(passage, content)
        return content

    def _post(self, passage: str) -> bytes | None:
        """The body of the answer, in the first spelling of the schema that the server takes; None: no budget."""
        while not self.budget.spent:
            status, body, problem = self._try(self._request(passage))
            if status == 200:
                return body
            if status in (400, 415, 422, 501) and self._format + 1 < len(formats()):
                self._format += 1
                continue
            if self.budget.spent and (status is None or status in _AGAIN):
                break
            message = f"{self.url} {problem}: {self._way_out(status)}"
            if status is None:
                self._away = message  # a server that is away is not waited for once more in this run
            raise ModelError(message)
        return None

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
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
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
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, UnicodeError) as e:
                status, problem = None, f"does not answer ({type(e).__name__})"
                continue
            if status not in _AGAIN:
                break
            if told.isascii() and told.isdigit():
                wait = min(_LONGEST_WAIT, float(told))
        return status, body, problem

    def _content(self, passage: str, body: bytes) -> str:
        """The text of an answer; empty when the answer has none. The tokens it took leave the budget."""
        try:
            answer = msgspec.json.decode(body)
            content = answer["choices"][0]["message"]["content"] or ""
        except (msgspec.DecodeError, UnicodeError, KeyError, IndexError, TypeError, RecursionError):
            raise ModelError(
                f"{self.url} does not speak the OpenAI chat protocol: give the address that ends in /v1"
            ) from None
        content = content if isinstance(content, str) else ""
        usage = answer.get("usage")
        used = usage.get("total_tokens") if isinstance(usage, dict) else None
        told = used if isinstance(used, int) and used > 0 else _tokens(instructions() + passage + content)
        self.budget.take(tokens=told)
        return content

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
        key = msgspec.json.encode([passage, instructions(), self.url, self.model, schema()])
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
        except OSError:
            return
        try:
            Path(draft.name).replace(place)
        except OSError:
            Path(draft.name).unlink(missing_ok=True)


def _limited(chunks: Any, deadline: float) -> bytes:
    """The body, unless it is endless or comes in drops. Raises TimeoutError."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > _LONGEST_ANSWER or time.monotonic() > deadline:
            raise TimeoutError("the answer does not end")
    return bytes(body)
