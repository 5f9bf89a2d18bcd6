"""Pages from the web: politely (robots.txt, a pause for each host), safely (guard.py, bounds on all) and no more than
needed.
"""

from __future__ import annotations

import random
import threading
import time
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpcore
import httpx
from protego import Protego

from exeunt.collect.address import absolute
from exeunt.collect.guard import Guard
from exeunt.collect.manners import Manners
from exeunt.errors import AddressError, FetchError

_TOKEN = "exeunt"  # the name by which a robots.txt speaks to this program
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 8
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_LARGEST_ROBOTS = 512_000  # bytes (RFC 9309 asks for at least 500 KiB)
_LONGEST_PAUSE = 60.0  # seconds that a Retry-After or a Crawl-delay is obeyed for


@dataclass(frozen=True)
class Fetched:
    """What a server answered. `data` is None when the page has not changed since `known` was seen."""

    url: str
    data: bytes | None
    media_type: str | None = None
    charset: str | None = None
    etag: str | None = None
    modified: str | None = None
    fetched_at: str = ""


@dataclass
class _Host:
    """When a host may be asked again, and what its robots.txt says."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    robots: Protego | None = None
    asked_robots: bool = False


class Fetcher:
    """Fetches pages; keeps connections, robots.txt and the pause for each host. Safe to use from several threads."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self._guard = Guard(manners.private)
        transport = httpx.HTTPTransport(retries=0)
        transport._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), max_connections=20, keepalive_expiry=30, network_backend=self._guard
        )
        self._client = httpx.Client(
            transport=transport, timeout=manners.timeout, follow_redirects=False, trust_env=False,
            headers={"User-Agent": manners.agent, "Accept": "text/html,application/xhtml+xml,*/*;q=0.7",
                     "Accept-Language": "ja,en;q=0.8", "Accept-Encoding": "gzip, deflate"},
        )  # fmt: skip
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def fetch(self, url: str, etag: str | None = None, modified: str | None = None) -> Fetched:
        """The page at `url`; without its bytes when the server says that it is what `etag` or `modified` stand for.

        Raises AddressError when it may not be asked for, FetchError when it does not come.
        """
        conditions = {k: v for k, v in (("If-None-Match", etag), ("If-Modified-Since", modified)) if v}
        seen: list[str] = []
        while True:
            if url in seen or len(seen) > _MOST_REDIRECTS:
                raise FetchError(
                    f"{seen[0]} leads in a circle of redirects: open it in a browser and use where it ends"
                )
            seen.append(url)
            _checked(url)
            if self.manners.robots and not self._allowed(url):
                raise FetchError(
                    f"{url} may not be read by programs (robots.txt of the site): ask it, or save the page by hand"
                )
            answer = self._patiently(url, conditions)
            if isinstance(answer, Fetched):
                return answer
            following = absolute(url, answer)
            if following is None:
                raise AddressError(f"{url} redirects to {answer[:100]!r}, which is no web address")
            url = following

    def _patiently(self, url: str, conditions: dict[str, str]) -> Fetched | str:
        """Ask until there is an answer or no try left: the page, or where it redirects to."""
        problem: FetchError | None = None
        for attempt in range(self.manners.tries):
            if attempt:
                time.sleep(self._pause(attempt, problem))
            try:
                return self._ask(url, conditions, self.manners.largest)
            except FetchError as e:
                problem = e
                if not e.again:
                    break
        assert problem is not None
        raise problem

    def _pause(self, attempt: int, problem: FetchError | None) -> float:
        """Exponential back-off with full jitter, or what the server asks for."""
        if problem is not None and problem.after is not None:
            return min(problem.after, _LONGEST_PAUSE)
        return random.uniform(0.5, 1.0) * self.manners.backoff * float(2 ** (attempt - 1))

    def _ask(self, url: str, conditions: dict[str, str], largest: int) -> Fetched | str:
        host = self._host(url)
        self._wait(host)
        self._guard.until(time.monotonic() + self.manners.total)
        try:
            with self._client.stream("GET", url, headers=conditions) as response:
                return self._answer(url, response, largest)
        except httpx.TimeoutException as e:
            raise FetchError(f"{url} does not answer in time: try again later", again=True) from e
        except (httpx.TransportError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as e:
            words = str(e).splitlines()[0][:120] if str(e) else type(e).__name__
            raise FetchError(f"{url} cannot be fetched ({words}): check the address and the network", again=True) from e
        except (httpx.InvalidURL, httpx.HTTPError, ValueError, UnicodeError) as e:
            raise FetchError(f"{url} cannot be fetched ({e})") from e

    def _answer(self, url: str, response: httpx.Response, largest: int) -> Fetched | str:
        status = response.status_code
        if status in _REDIRECTS and "location" in response.headers:
            return response.headers["location"]
        media_type = response.headers.get("content-type", "").split(";")[0].strip().lower() or None
        common = {
            "etag": response.headers.get("etag"), "modified": response.headers.get("last-modified"),
            "fetched_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }  # fmt: skip
        if status == 304 and response.request.headers.keys() & {"if-none-match", "if-modified-since"}:
            return Fetched(url, None, **common)
        if status != 200:
            after = _retry_after(response.headers.get("retry-after"))
            raise FetchError(
                f"{url} answers {status} {response.reason_phrase}".rstrip() + _advice(status),
                again=status in _AGAIN,
                after=after,
                status=status,
            )
        return Fetched(url, _body(url, response, largest), media_type, response.charset_encoding, **common)

    # --- manners ------------------------------------------------------------------------------------------------

    def _host(self, url: str) -> _Host:
        parts = urlsplit(url)
        with self._lock:
            return self._hosts.setdefault(f"{parts.scheme}://{parts.netloc}", _Host())

    def _wait(self, host: _Host) -> None:
        """Until the host's turn has come; each of several threads takes a turn of its own."""
        delay = self.manners.delay
        if host.robots is not None:
            delay = max(delay, min(float(host.robots.crawl_delay(_TOKEN) or 0), _LONGEST_PAUSE))
        with host.lock:
            now = time.monotonic()
            turn = max(now, host.free_at)
            host.free_at = turn + delay
        if turn > now:
            time.sleep(turn - now)

    def _allowed(self, url: str) -> bool:
        host = self._host(url)
        if not host.asked_robots:
            robots = self._robots(url)
            host.robots, host.asked_robots = robots, True
        return host.robots is None or bool(host.robots.can_fetch(url, _TOKEN))

    def _robots(self, url: str) -> Protego | None:
        """robots.txt as RFC 9309 reads it: none at all (4xx) allows everything, an unreachable one nothing."""
        parts = urlsplit(url)
        at = f"{parts.scheme}://{parts.netloc}/robots.txt"
        for _ in range(5):
            try:
                answer = self._ask(at, {}, _LARGEST_ROBOTS)
            except FetchError as e:
                if e.status is not None and 400 <= e.status < 500 and e.status != 429:
                    return None
                if e.status is None:  # no answer at all: nor will the page come
                    raise
                return Protego.parse("User-agent: *\nDisallow: /")
            if isinstance(answer, Fetched):
                return Protego.parse((answer.data or b"").decode("utf-8-sig", "replace"))
            following = absolute(at, answer)
            if following is None:
                return None
            at = following
        return None


def _checked(url: str) -> None:
    try:
        parts = urlsplit(url)
        port_is_number = parts.port
        del port_is_number
    except ValueError as e:
        raise AddressError(f"{url} is no web address ({e}): it should begin with https://") from e
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressError(f"{url} is no web address: it should begin with https:// or http://")
    if parts.username or parts.password:
        raise AddressError("the address holds a name and a password: leave them out")


def _body(url: str, response: httpx.Response, largest: int) -> bytes:
    """The bytes of the page, unpacked, never more than `largest`."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise FetchError(f"{url} comes in an encoding that was not asked for ({encoding[:40]})")
    machine = None
    parts: list[bytes] = []
    size = 0
    for chunk in response.iter_raw(65536):
        if machine is None and encoding not in ("identity", ""):
            machine = zlib.decompressobj(31 if "gzip" in encoding else (15 if chunk[:1] == b"\x78" else -15))
        try:
            piece = machine.decompress(chunk, largest + 1 - size) if machine else chunk
        except zlib.error as e:
            raise FetchError(f"{url} is compressed and broken ({e})") from e
        size += len(piece)
        if size > largest and largest == _LARGEST_ROBOTS:
            return b"".join([*parts, piece])[:largest]  # RFC 9309: what lies behind is left unread
        if size > largest:
            raise FetchError(f"{url} is larger than {largest / 1e6:.0f} MB: save the text of it and read that")
        parts.append(piece)
    if machine is not None and not machine.eof:
        raise FetchError(f"{url} breaks off in the middle", again=True)
    return b"".join(parts)


def _retry_after(value: str | None) -> float | None:
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _advice(status: int) -> str:
    if status in (401, 402, 403, 451):
        return ": the site does not let this page be read; save it by hand if you may"
    if status in (404, 410):
        return ": check the address"
    return ": try again later"
