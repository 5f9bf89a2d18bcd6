"""What a server is set up with, and what it keeps while it runs."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from exeunt.ledger import Ledger

T = TypeVar("T")
_KEPT = 2000  # answers kept
_SIZE = 256_000_000  # bytes of answers kept


@dataclass(frozen=True)
class Site:
    """A ledger and how it is shown. `url` is the address people know it by; `rate` the requests a second that one foreign client may make."""

    ledger: Ledger
    url: str | None = None
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]", "testserver")
    rate: float = 20.0
    kept: Kept = field(default_factory=lambda: Kept())


class Kept:
    """Answers by key, the least used dropped first. Whoever asks for one that is being made waits for it instead of making it again."""

    def __init__(self) -> None:
        self._rows: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._making: dict[Hashable, threading.Event] = {}
        self._lock = threading.Lock()
        self._size = 0

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int] = lambda _: 1000) -> T:
        """The answer for `key`, made when it is not there; an error of `make` reaches whoever asked first, the others make their own."""
        while True:
            with self._lock:
                if key in self._rows:
                    self._rows.move_to_end(key)
                    found: T = self._rows[key][0]
                    return found
                waiting = self._making.get(key)
                if waiting is None:
                    self._making[key] = threading.Event()
                    break
            waiting.wait()
        try:
            made = make()
            self._keep(key, made, size(made))
            return made
        finally:
            with self._lock:
                self._making.pop(key).set()

    def _keep(self, key: Hashable, made: Any, size: int) -> None:
        with self._lock:
            self._rows[key] = (made, size)
            self._size += size
            while self._rows and (len(self._rows) > _KEPT or self._size > _SIZE):
                with suppress(KeyError):
                    self._size -= self._rows.popitem(last=False)[1][1]
