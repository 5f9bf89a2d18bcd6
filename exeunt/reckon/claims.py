"""Claims as the reckoning sees them: about identities, each with the story that makes it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from exeunt.language.posts import Tie, post_of


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim with the identities it is about. `story` is the source it counts as: copies of one wire share one."""

    id: str
    document: str
    story: str
    person: str
    organization: str
    direction: str
    kind: str
    role: str | None
    counterpart: str | None
    date: str | None
    until: str | None
    status: str
    confidence: float
    known_at: str | None
    language: str | None = None
    outlet: str | None = None
    corrects: bool = False  # its document says that it corrects or retracts another

    @property
    def post(self) -> str | None:
        """The post that the role names; None where it names none that is known."""
        return post_of(self.role).key

    @property
    def tie(self) -> Tie | None:
        """What the role says of the tie: a seat on the board or employment; None where it does not."""
        post = post_of(self.role)
        return post.tie if post.level else None


@lru_cache(maxsize=50_000)
def span(day: str) -> tuple[date, date]:
    """The first and last day of a date of any precision (YYYY, YYYY-MM, YYYY-MM-DD)."""
    year, month, dom = int(day[:4]), int(day[5:7] or 0), int(day[8:10] or 0)
    if dom:
        return date(year, month, dom), date(year, month, dom)
    if month:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


def compatible(a: str, b: str) -> bool:
    """Whether two dates of any precision can be one day."""
    (a0, a1), (b0, b1) = span(a), span(b)
    return a0 <= b1 and b0 <= a1


def gap(a: str, b: str) -> int:
    """Days between two dates, 0 when they can be one."""
    (a0, a1), (b0, b1) = span(a), span(b)
    return max(0, (b0 - a1).days, (a0 - b1).days)
