"""The frozen types that stages hand to one another, and the contract other programs rely on. No I/O.

Offsets are half-open code-point offsets into `Document.text`: `text[start:end]` is the quote.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Direction = Literal["out", "in", "pause"]
Kind = Literal[
    "left", "resigned", "retired", "dismissed", "laid_off", "term_ended", "stepped_down", "died",
    "joined", "appointed", "promoted", "returned", "founded", "elected",
    "leave",
]  # fmt: skip
Status = Literal["fact", "planned", "reported", "denied", "speculated", "considered"]
Source = Literal["self", "organization", "media", "unnamed", "author"]
LanguageCode = Literal["ja", "en"]

PartialDate = Annotated[str, msgspec.Meta(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
"""A calendar date at the precision that the text gives: YYYY, YYYY-MM or YYYY-MM-DD (ISO 8601)."""


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One text with where it came from. Also one line of NDJSON input."""

    text: str
    id: str | int | None = None
    published: Annotated[str, msgspec.Meta(description="YYYY-MM-DD; a time behind it is ignored")] | None = None
    title: str | None = None
    language: LanguageCode | None = None
    url: str | None = None


class Evidence(msgspec.Struct, frozen=True, order=True):
    """A verbatim stretch of the document: `document.text[start:end] == text`."""

    start: int
    end: int
    text: str


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What one document says of one move. `inferred` names the fields that no word of the sentence states.

    `confidence` is the measured share of claims like it that are right, `reader` who read it, in which version.
    """

    person: str
    organization: str
    direction: Direction
    kind: Kind
    role: str | None
    counterpart: str | None
    date: PartialDate | None
    until: PartialDate | None
    status: Status
    source: Source
    speaker: str | None
    inferred: tuple[str, ...]
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)]
    evidence: tuple[Evidence, ...]
    reader: str = ""


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """A claim about how many: the number said, and how many the same text names."""

    said: int
    named: int
    direction: Direction | None
    of: int | None
    organization: str | None
    evidence: Evidence


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """Where two readers of one document differ: on a field of one move, or (`field` is "move") on whether there is one.

    `readings` gives what each reader says, by reader.
    """

    person: str
    organization: str
    direction: Direction
    field: str
    readings: dict[str, str | None]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """All that a reader found in one document. Also one line of NDJSON output.

    `review` holds the claims that are less sure than was asked for. `text` stands in the answer only where it was taken
    out of a page, so that the offsets have something to count in.
    """

    id: str | int | None
    language: LanguageCode | None
    moves: tuple[Claim, ...] = ()
    review: tuple[Claim, ...] = ()
    counts: tuple[Count, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    warnings: tuple[str, ...] = ()
    text: str | msgspec.UnsetType = msgspec.UNSET


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """The output line that stands in place of an input line that could not be read."""

    id: str | int | None
    line: int
    error: str
