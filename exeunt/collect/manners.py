"""How pages are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

from exeunt.collect.origin import LARGEST


@dataclass(frozen=True)
class Manners:
    """How pages are asked for. Times in seconds.

    `private` allows addresses of this machine and its network. `total` is the time for one page with all its bytes.
    """

    private: bool = False
    robots: bool = True
    delay: float = 1.0
    timeout: float = 20.0
    total: float = 60.0
    tries: int = 3
    backoff: float = 1.0
    largest: int = LARGEST
    contact: str | None = None

    @property
    def agent(self) -> str:
        who = f"; {self.contact}" if self.contact else ""
        return f"exeunt/{version('exeunt')} (reader of news on people moves{who})"
