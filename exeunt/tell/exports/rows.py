"""What is exported: moves as the ledger has them, and the ties of people to organisations that they add up to."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from exeunt.model import LanguageCode

TieStatus = Literal["ended", "no end told", "on leave", "announced", "disputed"]
"""announced: its day has passed, and no document has told of it as done. disputed: a document denies it."""


class Quote(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The words of one claim, with the document that they stand in. `published` is a day, or as much of it as is known."""

    claim: str
    text: str
    document: str
    title: str | None
    url: str | None
    outlet: str | None
    published: str | None


class Named(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A person or an organisation with its name and the other spellings of it, in alphabetical order."""

    id: str
    name: str
    others: tuple[str, ...] = ()


class MoveRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One move, whatever its status. `quote` speaks for the move as its status has it, `denial` against it."""

    move: str
    person: Named
    organization: Named
    direction: str
    kind: str
    role: str | None
    counterpart: Named | None
    date: str | None
    until: str | None
    status: str
    standing: str
    denied: bool
    sources: int
    confidence: float
    first_known: str | None
    claims: tuple[str, ...]
    quote: Quote | None
    denial: Quote | None


class Tie(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A person at an organisation, or in one post there, as far as it happened. `began` and `ended` are dates as precise as they are told;
    None where none is told, which is no word on whether it goes on: that says `status`.
    """

    id: str
    sort: Literal["work", "board"]
    post: bool  # one post within a tie, which may go on when the post ends
    person: Named
    organization: Named
    roles: tuple[str, ...]
    began: str | None
    ended: str | None
    status: tuple[TieStatus, ...]
    moves: tuple[str, ...]
    quotes: tuple[Quote, ...]
    denials: tuple[Quote, ...]

    @property
    def over(self) -> bool:
        """Whether the person is no longer there, as far as documents tell."""
        return "ended" in self.status and not self.post


def flat(row: MoveRow) -> dict[str, Any]:
    """A move as one level of columns, in the order of `columns`. Every column is there, None where nothing is told."""
    other, quote, denial = row.counterpart, row.quote, row.denial
    return {
        "move": row.move, "person": row.person.id, "person_name": row.person.name,
        "organization": row.organization.id, "organization_name": row.organization.name,
        "direction": row.direction, "kind": row.kind, "role": row.role,
        "counterpart": other and other.id, "counterpart_name": other and other.name,
        "date": row.date, "until": row.until, "status": row.status, "standing": row.standing, "denied": row.denied,
        "sources": row.sources, "confidence": row.confidence, "first_known": row.first_known, "claims": list(row.claims),
        "quote": quote and quote.text, "quote_claim": quote and quote.claim, "document": quote and quote.document,
        "url": quote and quote.url, "outlet": quote and quote.outlet, "published": quote and quote.published,
        "denial": denial and denial.text, "denial_claim": denial and denial.claim, "denial_url": denial and denial.url,
        "denial_outlet": denial and denial.outlet, "denial_published": denial and denial.published,
    }  # fmt: skip


@cache
def columns(language: LanguageCode = "en") -> dict[str, str]:
    """Column -> what it holds, in the order in which the columns stand."""
    told: dict[str, dict[str, str]] = tomllib.loads(
        (files("exeunt.tell.exports") / "columns.toml").read_text(encoding="utf-8")
    )
    return told[language]
