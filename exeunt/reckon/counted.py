"""Moves as they are counted: each with the days on which it can have happened, its post, and whether it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from exeunt.language.posts import Post, post_of
from exeunt.reckon.claims import span

Standing = Literal["happened", "planned", "unconfirmed", "denied"]
"""happened: stated as a fact, or announced for a day that has passed. unconfirmed: reported, considered or guessed."""

FORCED = ("dismissed", "laid_off")
VOLUNTARY = ("resigned", "retired")
POST_ONLY = ("stepped_down",)
"""Kinds that give up a post, not the tie to the organisation."""


class Counted(msgspec.Struct, frozen=True, gc=False):
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


_IDS = msgspec.json.Decoder(tuple[str, ...])
FIELDS = ("id", "person", "organization", "direction", "kind", "role", "counterpart", "date", "until", "status", "denied", "sources", "first_known", "claims")  # fmt: skip
"""What is needed of a move to count it, in this order."""


def counted(row: Sequence[Any], today: dt.date) -> Counted:
    """A move as it counts on the day `today`, from the values of `FIELDS`. `claims` may be ids or the JSON of them."""
    (
        key,
        person,
        organization,
        direction,
        kind,
        role,
        counterpart,
        day,
        until,
        status,
        denied,
        sources,
        known,
        claims,
    ) = row
    first, last = span(day) if day else (None, None)
    standing, assumed = _standing(status, first, last, today)
    return Counted(
        key, person, organization, direction, kind, role, post_of(role), counterpart, day, first, last, until, status, bool(denied), sources, known,
        _IDS.decode(claims) if isinstance(claims, str) else tuple(claims), standing, assumed,
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
