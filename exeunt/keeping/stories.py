"""Which documents of the ledger are one story. The outcome depends on the set of documents, not on their order."""

from __future__ import annotations

import base64
import zlib
from collections import Counter
from datetime import date

import msgspec
from sqlalchemy import Connection, delete, or_, select

from exeunt.collect.wording import COPY, Wording, copy_chance, sketch, takes_back, wording
from exeunt.language.dates import publication_day, shifted
from exeunt.ledger.dialect import insert_ignoring, replace
from exeunt.ledger.tables import likeness, shingle, story
from exeunt.model import Document

_SHARED = 8  # hashes of 64 that two documents share before they are compared
_APART = 30  # days


def place_story(connection: Connection, document: Document) -> set[str]:
    """Put a document into its story; returns the documents whose story changed (with itself)."""
    key = str(document.id)
    words = wording(document.text)
    packed = base64.b85encode(zlib.compress(msgspec.msgpack.encode(words), 1)).decode()
    day = (document.published or "")[:10] or None
    row = {
        "document": key,
        "story": key,
        "day": day,
        "corrects": int(takes_back(document.title, document.text)),
        "words": packed,
    }
    replace(connection, story, [row])
    hashes = sketch(words)
    full = (day or "") if publication_day(day) else ""
    insert_ignoring(connection, shingle, [{"hash": h, "day": full, "document": key} for h in hashes])
    compared = _compare(connection, key, words, day, _candidates(connection, key, hashes, publication_day(day)))
    insert_ignoring(connection, likeness, compared)
    return settle(connection, {key}) | {key} if compared else {key}


def remove_story(connection: Connection, document: str) -> set[str]:
    """Take a document out; returns the documents whose story changed."""
    mates = _component(connection, {document}) - {document}
    connection.execute(delete(likeness).where(or_(likeness.c.first == document, likeness.c.second == document)))
    connection.execute(delete(shingle).where(shingle.c.document == document))
    connection.execute(delete(story).where(story.c.document == document))
    return settle(connection, mates) if mates else set()


def _candidates(connection: Connection, key: str, hashes: list[int], day: date | None) -> list[str]:
    """Documents near in time (or of unknown time) that share hashes enough to be compared."""
    if not hashes:
        return []
    question = select(shingle.c.hash, shingle.c.document).where(shingle.c.hash.in_(hashes))
    if day:
        first, last = shifted(day, -_APART).isoformat(), shifted(day, _APART).isoformat()
        near = connection.execute(question.where(shingle.c.day.between(first, last))).all()
        rows = [*near, *connection.execute(question.where(shingle.c.day == "")).all()]
    else:
        rows = list(connection.execute(question).all())
    shared = Counter(d for _, d in rows if d != key)
    least = _SHARED if len(hashes) > _SHARED else 1
    return sorted(d for d, n in shared.items() if n >= least)


def _compare(
    connection: Connection, key: str, words: Wording, day: str | None, candidates: list[str]
) -> list[dict[str, object]]:
    out: list[dict[str, object]] = []
    if not candidates:
        return out
    rows = connection.execute(
        select(story.c.document, story.c.day, story.c.words).where(story.c.document.in_(candidates))
    )
    for other, other_day, packed in rows:
        a, b = publication_day(day), publication_day(other_day)
        if a and b and abs((a - b).days) > _APART:
            continue
        known = msgspec.msgpack.decode(zlib.decompress(base64.b85decode(packed)), type=Wording)
        first, second = sorted((key, other))
        out.append({"first": first, "second": second, "chance": round(copy_chance(words, known), 6)})
    return out


def _component(connection: Connection, start: set[str]) -> set[str]:
    """All documents that hang together with `start` by likely copies."""
    seen, edge = set(start), set(start)
    while edge:
        rows = connection.execute(
            select(likeness.c.first, likeness.c.second).where(
                likeness.c.chance >= COPY, or_(likeness.c.first.in_(edge), likeness.c.second.in_(edge))
            )
        ).all()
        edge = {d for row in rows for d in row} - seen
        seen |= edge
    return seen


def settle(connection: Connection, start: set[str]) -> set[str]:
    """Cut what hangs together with `start` into stories: the surest copies first, none beside one that it is surely no
    copy of. The story is named by the least id of its members."""
    members = _component(connection, start)
    rows = connection.execute(
        select(likeness.c.first, likeness.c.second, likeness.c.chance).where(
            likeness.c.first.in_(members), likeness.c.second.in_(members)
        )
    ).all()
    chances = {(a, b): c for a, b, c in rows}
    groups = {m: [m] for m in members}
    for (a, b), chance in sorted(chances.items(), key=lambda r: (-r[1], r[0])):
        x, y = groups[a], groups[b]
        if chance < COPY:
            break
        if x is y or any(chances.get((min(p, q), max(p, q)), 1.0) < COPY for p in x for q in y):
            continue
        merged = sorted(x + y)
        for member in merged:
            groups[member] = merged
    stored = connection.execute(select(story.c.document, story.c.story).where(story.c.document.in_(members)))
    before = {row.document: row.story for row in stored}
    changed = {m for m in members if before.get(m) != groups[m][0]}
    for member in sorted(changed):
        connection.execute(story.update().where(story.c.document == member).values(story=groups[member][0]))
    return changed
