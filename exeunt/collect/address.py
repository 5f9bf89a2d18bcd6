"""Addresses: the one form that all addresses of a page share."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit


def canonical_address(url: str) -> str:
    """`url` without fragment, tracking parameters, default port and differences of spelling.

    The host is in lower case and ASCII (IDNA), percent escapes are normal (RFC 3986, section 6.2), parameters
    keep their order. An address that cannot be parsed comes back as it is.
    """
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return url.strip()
        return urlunsplit((parts.scheme, _authority(parts), _path(parts.path), _query(parts.query), ""))
    except ValueError:
        return url.strip()


def absolute(base: str, link: str | None) -> str | None:
    """`link` as a full http or https address, or None."""
    if not link or not (link := link.strip()):
        return None
    try:
        url = urljoin(base, link)
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def _authority(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = host.lower()
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    return host if port in (None, 80, 443) else f"{host}:{port}"


def _path(path: str) -> str:
    path = re.sub(r"%([0-9a-fA-F]{2})", lambda m: _unescaped(m[1]), path)
    path = quote(path, safe="/%:@!$&'()*+,;=~-._")
    index = _data()["index"]
    head, _, last = path.rpartition("/")
    return (head + "/" if last in index else path) or "/"


def _unescaped(code: str) -> str:
    char = chr(int(code, 16))
    return char if char.isascii() and (char.isalnum() or char in "-._~") else f"%{code.upper()}"


def _query(query: str) -> str:
    exact, prefixes = _data()["parameters"], tuple(_data()["prefixes"])
    kept = [
        (k, v)
        for k, v in parse_qsl(query, keep_blank_values=True, max_num_fields=200)
        if k.lower() not in exact and not k.lower().startswith(prefixes)
    ]
    return urlencode(kept)


@cache
def _data() -> dict[str, list[str]]:
    return tomllib.loads((files("exeunt.collect") / "address.toml").read_text(encoding="utf-8"))
