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


PublishedFrom = Literal["given", "json-ld", "meta", "time", "url", "text", "feed", "mail", "archive", "filing"]
"""Where the day of publication came from, the strongest first: a person, the page's own data, …, the file around it."""


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a stretch of the text stands in what it was taken from: a page, a moment, an item of a filing.

    `fragment` is what a link to it ends in (`page=2`, `t=83`). `original` are the words there, where the text says
    them otherwise: the cells of a table row that was put into a sentence.
    """

    start: int
    end: int
    label: str
    fragment: str | None = None
    original: str | None = None
    speaker: str | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One text with where it came from. Also one line of NDJSON input.

    `published` is the day of first publication, as precisely as it is known, in the time of the place of publication;
    `published_from` who says so. A day that nobody tells is absent, never guessed. `canonical` is the address that
    copies share, `content_hash` the SHA-256 of `text` in UTF-8, `raw_hash` that of the bytes it was taken from,
    `fetched_at` when (ISO 8601, UTC). `story` is the id of the first document of the same wording
    (docs/explanation/collecting.md). `source` names the file or archive, `details` what a form states about itself
    (company, CIK, report date).
    """

    text: str
    id: str | int | None = None
    published: (
        Annotated[
            str, msgspec.Meta(description="YYYY-MM-DD, or as much of it as is known; a time behind it is ignored")
        ]
        | None
    ) = None
    title: str | None = None
    language: LanguageCode | None = None
    url: str | None = None
    published_from: PublishedFrom | None = None
    canonical: str | None = None
    outlet: str | None = None
    author: str | None = None
    fetched_at: str | None = None
    content_hash: str | None = None
    raw_hash: str | None = None
    media_type: str | None = None
    source: str | None = None
    story: str | None = None
    details: dict[str, str] = {}
    places: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()


class Evidence(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """A verbatim stretch of the document: `document.text[start:end] == text`.

    `place` says where that stands in the page, the recording or the form it was taken from, `link` opens it there.
    """

    start: int
    end: int
    text: str
    place: str | None = None
    link: str | None = None
    original: str | None = None


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


Unit = Literal[
    "moves", "people", "posts", "days", "share", "probability", "conflicts", "said", "sources", "index", "days apart"
]
Blind = Literal["news", "named", "dates", "survivors", "precedents", "prominence", "window", "sources", "model"]
"""What a figure does not see; the words are in tell/figures.toml."""


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One row of what is reckoned.

    `table` and `label` name it; `subjects` are the identities that it is about. `value` is in `unit` (None where no document tells it), between `low` and `high` at `level`. `n` are the cases that
    make it, `of` those that they are counted out of. `since` and `until` bound the period. `evidence` are the claims behind it, for a zero those
    that were looked through; never none. `notes` say what a reader must know to use it (`small`: fewer than ten cases).
    """

    table: str
    label: str
    value: float | None
    unit: Unit
    evidence: tuple[str, ...]
    blind: Blind
    low: float | None = None
    high: float | None = None
    level: float | None = None
    n: int | None = None
    of: int | None = None
    since: str | None = None
    until: str | None = None
    subjects: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    detail: str | None = None
