"""Moves as they are counted: each with the days on which it can have happened, its post, and whether it counts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from exeunt.language.posts import Post, post_of
from exeunt.reckon.claims import span

Standing = Literal["happened", "planned", "unconfirmed", "denied"]
"""happened: stated as a fact, or announced for a day that has passed. unconfirmed: reported, considered or guessed."""

FORCED = ("dismissed", "laid_off")
VOLUNTARY = ("resigned", "retired")
POST_ONLY = ("stepped_down",)
"""Kinds that give up a post, not the tie to the organisation."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A move with `first` and `last`, the days between which it happened; both None where nobody states a date.

    `assumed` says that it was announced, that its day has passed, and that no document has told of it as done. `known` is the day of the first document that tells it.
    """

    id: str
    person: str
    organization: str
    direction: str
    kind: str
    role: str | None
    post: Post
    counterpart: str | None
    date: str | None
    first: dt.date | None
    last: dt.date | None
    until: str | None
    status: str
    denied: bool
    sources: int
    known: str | None
    claims: tuple[str, ...]
    standing: Standing
    assumed: bool

    @property
    def middle(self) -> dt.date | None:
        """The day in the middle of those on which it can have happened."""
        if self.first is None or self.last is None:
            return None
        return self.first + dt.timedelta(days=(self.last - self.first).days // 2)

    @property
    def departs(self) -> bool:
        """Whether it ends a tie, not only a post."""
        return self.direction == "out" and self.kind not in POST_ONLY

    def within(self, since: dt.date, until: dt.date) -> bool:
        """Whether it surely happened on one of these days."""
        return self.first is not None and self.last is not None and since <= self.first and self.last <= until

    def may_be_within(self, since: dt.date, until: dt.date) -> bool:
        """Whether it can have happened on one of these days; what has no date can have happened on any before it was known."""
        if self.first is None or self.last is None:
            return self.known is None or self.known >= since.isoformat()
        return self.first <= until and self.last >= since


def counted(row: Mapping[str, Any], today: dt.date) -> Counted:
    """A row of moves as it counts on the day `today`. `claims` may be a list or the JSON of one."""
    day = row["date"]
    first, last = span(day) if day else (None, None)
    claims = row["claims"]
    standing, assumed = _standing(row["status"], first, last, today)
    return Counted(
        row["id"], row["person"], row["organization"], row["direction"], row["kind"], row["role"], post_of(row["role"]),
        row["counterpart"], day, first, last, row["until"], row["status"], bool(row["denied"]), row["sources"],
        row["first_known"], tuple(json.loads(claims) if isinstance(claims, str) else claims), standing, assumed,
    )  # fmt: skip


def _standing(status: str, first: dt.date | None, last: dt.date | None, today: dt.date) -> tuple[Standing, bool]:
    if status == "denied":
        return "denied", False
    if status == "fact":
        return ("planned", False) if first and first > today else ("happened", False)
    if status == "planned":
        passed = last is not None and last <= today
        return ("happened", True) if passed else ("planned", False)
    return "unconfirmed", False
