"""What the API answers with: the contract that its OpenAPI description is made from."""

from __future__ import annotations

from typing import Literal

import msgspec

from exeunt.model import Direction, Figure, Kind, Source, Status


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """The claim that first told a move, in its own words."""

    id: str
    document: str
    quote: str | None
    outlet: str | None
    published: str | None
    url: str | None
    title: str | None


class MoveAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A move. `key` is its lasting address (a claim it rests on); `first_known` the day from which it could be known."""

    id: str
    key: str
    person: str
    person_name: str | None
    organization: str
    organization_name: str | None
    counterpart: str | None
    counterpart_name: str | None
    direction: Direction
    kind: Kind
    role: str | None
    date: str | None
    until: str | None
    status: Status
    denied: bool
    sources: int
    confidence: float
    first_known: str | None
    claims: list[str]
    first: Quote | None


class Moves(msgspec.Struct, frozen=True, kw_only=True):
    """A page of moves; `next` is the address of the page behind."""

    moves: list[MoveAnswer]
    after: str | None
    next: str | None


class ClaimAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one document says of one move, in its own words."""

    id: str
    document: str
    person: str
    organization: str
    person_id: str
    organization_id: str
    direction: Direction
    kind: Kind
    role: str | None
    counterpart: str | None
    date: str | None
    until: str | None
    status: Status
    source: Source
    speaker: str | None
    confidence: float
    published: str | None
    outlet: str | None
    url: str | None
    title: str | None
    story: str
    doubtful: bool
    rejected: bool
    quote: str | None
    place: str | None


class MoveWithClaims(msgspec.Struct, frozen=True, kw_only=True):
    """A move and every claim it rests on."""

    move: MoveAnswer
    claims: list[ClaimAnswer]


class PersonAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A person: names in every script, moves and claims."""

    id: str
    name: str
    names: list[str]
    moves: list[MoveAnswer]
    claims: list[ClaimAnswer]


class OrganizationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier: figures, each with its evidence, and what they do not see."""

    id: str
    name: str
    as_of: str
    figures: list[Figure]
    blind_spots: dict[str, str]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A person, an organisation or a role that was searched for."""

    kind: Literal["person", "organization", "role"]
    id: str
    name: str
    also: str | None
    claims: int


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What was found."""

    results: list[Found]


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """Claims with their sentences."""

    claims: list[ClaimAnswer]


class Judging(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A judgement to make: same or different of two identities, confirm or reject a claim, settle a conflict."""

    sort: Literal["same", "different", "confirm", "reject", "settle"]
    first: str
    because: str
    second: str | None = None


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The id of a judgement that was made."""

    id: str


class Error(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong, and the way out."""

    status: int
    error: str
