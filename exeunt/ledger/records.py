"""Documents and claims as rows, and rows as documents and claims. Ids come from content alone."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Literal, cast

import msgspec

from exeunt.model import Claim, Count, Document, Evidence

Kind = Literal["person", "organization"]


def digest(*parts: object) -> str:
    """24 hexadecimal digits that depend on `parts` and nothing else."""
    return hashlib.sha256(
        "\0".join("" if p is None else str(p) for p in parts).encode("utf-8", "surrogatepass")
    ).hexdigest()[:24]


def now() -> str:
    """The time in UTC, ISO 8601 to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def document_id(document: Document) -> str:
    """The id given with a document, else one made of its address and its words."""
    if document.id is not None:
        return str(document.id)
    return digest(document.canonical or document.url, document.text)


def document_row(document: Document, added_at: str) -> dict[str, Any]:
    """The row of a document. It could be known from the day of its publication or, where that is unknown, its fetching."""
    key = document_id(document)
    stored = msgspec.structs.replace(document, id=key, story=None)
    day = document.published if document.published and len(document.published) >= 10 else None
    return {
        "id": key, "content_hash": hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest(),
        "published": document.published[:10] if document.published else None, "fetched_at": document.fetched_at,
        "url": document.url, "outlet": document.outlet, "title": document.title, "language": document.language,
        "body": msgspec.json.encode(stored).decode(), "known_at": (day or document.fetched_at or "")[:10] or None,
        "added_at": added_at,
    }  # fmt: skip


def document_of(row: Any) -> Document:
    """The document of a row."""
    return msgspec.json.decode(row["body"], type=Document)


def claim_row(claim: Claim, document: str, doubtful: bool) -> dict[str, Any]:
    """The row of a claim. Its id depends on the document and on what is claimed, not on how sure a reader was."""
    detail = json.dumps(
        {"inferred": list(claim.inferred), "evidence": msgspec.to_builtins(claim.evidence)},
        ensure_ascii=False,
        sort_keys=True,
    )
    said = (
        claim.person, claim.organization, claim.direction, claim.kind, claim.role, claim.counterpart, claim.date, claim.until,
        claim.status, claim.source, claim.speaker,
    )  # fmt: skip
    place = min((e.start for e in claim.evidence), default=0)
    return {
        "id": digest("claim", document, place, *said), "document": document, "place": place, "person": claim.person,
        "organization": claim.organization, "direction": claim.direction, "kind": claim.kind, "role": claim.role,
        "counterpart": claim.counterpart, "date": claim.date, "until": claim.until, "status": claim.status,
        "source": claim.source, "speaker": claim.speaker, "confidence": round(claim.confidence, 4),
        "doubtful": int(doubtful), "reader": claim.reader, "detail": detail,
    }  # fmt: skip


def claim_of(row: Any) -> Claim:
    """The claim of a row."""
    detail = json.loads(row["detail"])
    fields = {
        f: row[f]
        for f in ("person", "organization", "role", "counterpart", "date", "until", "speaker", "confidence", "reader")
    }
    return Claim(
        **fields, direction=cast(Any, row["direction"]), kind=cast(Any, row["kind"]), status=cast(Any, row["status"]),
        source=cast(Any, row["source"]), inferred=tuple(detail["inferred"]),
        evidence=tuple(msgspec.convert(e, Evidence) for e in detail["evidence"]),
    )  # fmt: skip


def count_row(count: Count, document: str) -> dict[str, Any]:
    """The row of a claim about how many."""
    return {
        "id": digest("count", document, count.evidence.start, count.said, count.direction), "document": document,
        "organization": count.organization, "direction": count.direction, "said": count.said, "named": count.named,
        "total": count.of, "detail": msgspec.json.encode(count.evidence).decode(),
    }  # fmt: skip


def judgement_row(
    sort: str, kind: str, first: str, second: str | None, because: str, author: str, made_at: str
) -> dict[str, Any]:
    """The row of a judgement."""
    return {
        "id": digest("judgement", sort, kind, first, second, because, author, made_at), "sort": sort, "kind": kind,
        "first": first, "second": second, "because": because, "author": author, "made_at": made_at,
    }  # fmt: skip
