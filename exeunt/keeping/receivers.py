"""Handing a message to a receiver: through Apprise, or as a signed webhook. Nothing here knows the ledger."""

from __future__ import annotations

import hashlib
import hmac
import importlib
import json
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from exeunt.errors import InputError
from exeunt.keeping.alerts import Row
from exeunt.keeping.watchfile import Receiver, WatchFile
from exeunt.ledger.records import digest
from exeunt.model import LanguageCode
from exeunt.tell.alerts import alert_text, alert_words, sentence

TIMEOUT = 20.0  # seconds for each step of a webhook


def check_receivers(config: WatchFile) -> None:
    """Raises InputError for an address that Apprise does not know, or when Apprise is not there."""
    for name, r in config.receivers.items():
        if r.url is not None and not _apprise().Apprise().add(r.url):
            raise InputError(
                f"receivers.{name}: url is no Apprise address: see https://appriseit.com for how each service is written"
            )


def _apprise() -> Any:
    try:
        return importlib.import_module("apprise")
    except ImportError as e:
        raise InputError("receivers with a url need one more package: pip install 'exeunt[alerts]'") from e


def send(receiver: Receiver, rows: Sequence[Row], language: LanguageCode) -> str | None:
    """Hand over alerts as one message; None when the receiver took it, else why not, without its address or secret."""
    if receiver.webhook is not None:
        return _post(receiver, rows, language)
    return _notify(receiver, rows, language)


def _notify(receiver: Receiver, rows: Sequence[Row], language: LanguageCode) -> str | None:
    apprise = _apprise()
    texts = [alert_text(r.id, r.sort, r.told, language) for r in rows]
    titles = [sentence(r.sort, r.told, language) for r in rows]
    title = titles[0] if len(rows) == 1 else alert_words(language)["title"].format(count=len(rows))
    heard = _Heard()
    log = logging.getLogger("apprise")
    log.addHandler(heard)
    try:
        target = apprise.Apprise()
        if not target.add(receiver.url):
            return "no Apprise address"
        if target.notify(body="\n\n".join(texts), title=" ".join(title.split())[:200]):
            return None
    except Exception as e:  # a plug-in of a service may raise anything; the watch goes on
        return type(e).__name__
    finally:
        log.removeHandler(heard)
    return _without_secrets(heard.words, receiver) or "the receiver did not take it"


class _Heard(logging.Handler):
    """The first warning of a sending."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.words = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.words = self.words or record.getMessage()


def _without_secrets(words: str, receiver: Receiver) -> str:
    """A warning, unless it holds any part of the address."""
    parts = [
        p for p in (receiver.url or "").replace("@", "/").replace(":", "/").replace("?", "/").split("/") if len(p) > 3
    ]
    return "" if any(p in words for p in parts) else words.splitlines()[0][:200] if words else ""


def payload(rows: Sequence[Row], language: LanguageCode) -> tuple[str, bytes]:
    """The id and the JSON of a webhook: one alert, or under `alerts` those of a digest, whose id follows from theirs."""
    told = [_told(r, language) for r in rows]
    key = rows[0].id if len(rows) == 1 else digest("digest", *(r.id for r in rows))
    body: Mapping[str, Any] = told[0] if len(told) == 1 else {"id": key, "alerts": told}
    return key, json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def _told(row: Row, language: LanguageCode) -> dict[str, Any]:
    kept = {k: v for k, v in row.told.items() if k not in ("to", "rests", "departures")}
    return {
        **kept,
        "id": row.id,
        "sort": row.sort,
        "made_at": row.made_at,
        "sentence": sentence(row.sort, row.told, language),
    }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body` in hexadecimal digits."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _post(receiver: Receiver, rows: Sequence[Row], language: LanguageCode) -> str | None:
    import httpx

    assert receiver.webhook and receiver.secret
    key, body = payload(rows, language)
    timestamp = str(int(time.time()))
    headers = {"Content-Type": "application/json", "X-Exeunt-Id": key, "X-Exeunt-Timestamp": timestamp,
               "X-Exeunt-Signature": signature(receiver.secret, timestamp, body)}  # fmt: skip
    try:
        answer = httpx.post(receiver.webhook, content=body, headers=headers, timeout=TIMEOUT, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as e:
        return f"{type(e).__name__} at {urlsplit(receiver.webhook).hostname or 'the address'}"
    return None if answer.is_success else f"answers {answer.status_code}"
