"""What a brief is written from: plain values, gathered by the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from exeunt.model import Figure, LanguageCode


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A claim or a stated number with its verbatim words and its document. Of a stated number the fields of a move are None, `said` is set."""

    id: str
    document: str
    story: str
    words: str
    outlet: str | None = None
    title: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    person: str | None = None
    called: str | None = None  # the person's name as the document spells it
    kind: str | None = None
    status: str | None = None
    date: str | None = None
    until: str | None = None
    role: str | None = None
    counterpart: str | None = None  # identity
    speaker: str | None = None
    said: int | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One move, with names in the language of the brief. `claims` are the ids of quotes, only ones that the ledger stands by.

    `standing` is happened, planned, unconfirmed or denied; `assumed`: announced, its day has passed, not confirmed since.
    """

    id: str
    person: str
    name: str
    direction: str
    kind: str
    status: str
    standing: str
    date: str | None
    until: str | None
    counterpart: str | None
    counterpart_name: str | None
    claims: tuple[str, ...]
    departs: bool
    assumed: bool = False
    team: str | None = None


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """Documents that disagree. `sides` are values with the claims that state them."""

    field: str
    direction: str | None
    person: str | None
    name: str | None
    sides: tuple[tuple[str, tuple[str, ...]], ...]


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """So many people went to one organisation, of all whose destination is told."""

    target: str
    name: str
    figure: Figure


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `since` and `until` bound the moves that are written about; figures are as of `today`."""

    id: str
    name: str
    language: LanguageCode
    today: date
    since: date | None
    until: date | None
    since_told: str | None
    until_told: str | None
    covered: tuple[date, date] | None
    demo: bool
    events: Sequence[Event]
    left: Sequence[Event]
    joined: Sequence[Event]
    undated: int
    disputes: Sequence[Dispute]
    ways: Sequence[Way]
    figures: Sequence[Figure]
    leaves: Sequence[Figure]
    quotes: Mapping[str, Quote]
    names: Mapping[str, str]
    all_claims: tuple[str, ...]
