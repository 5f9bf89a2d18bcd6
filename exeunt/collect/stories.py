"""Stories: documents of one wording, so that ten copies of one wire count as one source. Every member is kept."""

from __future__ import annotations

import sqlite3
import zlib
from collections import Counter
from datetime import date

import msgspec

from exeunt.collect.wording import COPY, Wording, copy_chance, sketch, wording
from exeunt.language.dates import publication_day
from exeunt.model import Document

_SHARED = 3  # hashes that two texts share before they are compared
_MOST = 8  # texts that one is compared with
_COMMON = 60  # documents; a shingle in more is of a footer
_APART = 30  # days; wires are not carried later

SCHEMA = """
create table if not exists wording (
    document text primary key, story text not null, published text, words blob not null
) without rowid;
create table if not exists shingle (
    hash integer not null, document text not null, primary key (hash, document)
) without rowid;
"""


class Stories:
    """The stories of all documents in one database, in the order in which they came."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(SCHEMA)

    def story_of(self, document: Document) -> str:
        """The id of the first document of the same wording (its own when there is none), now with `document` among its
        members."""
        key = str(document.id)
        known = self._db.execute("select story from wording where document = ?", (key,)).fetchone()
        if known:
            return str(known[0])
        words = wording(document.text)
        hashes = sketch(words)
        story = self._like(words, hashes, _day(document)) or key
        packed = zlib.compress(msgspec.msgpack.encode(words), 1)
        self._db.execute("insert into wording values (?, ?, ?, ?)", (key, story, document.published, packed))
        self._db.executemany("insert or ignore into shingle values (?, ?)", [(h, key) for h in hashes])
        return story

    def _like(self, words: Wording, hashes: list[int], day: date | None) -> str | None:
        """The story of the likeliest copy whose fullest member is a copy too: what a short one omits may differ."""
        likeliest: dict[str, float] = {}
        fullest: dict[str, tuple[int, float]] = {}
        for candidate in self._candidates(hashes):
            story, published, packed = self._db.execute(
                "select story, published, words from wording where document = ?", (candidate,)
            ).fetchone()
            other = publication_day(published)
            if day and other and abs((day - other).days) > _APART:
                continue
            known = msgspec.msgpack.decode(zlib.decompress(packed), type=Wording)
            chance = copy_chance(words, known)
            likeliest[story] = max(chance, likeliest.get(story, 0.0))
            fullest[story] = max((len(known.tokens), chance), fullest.get(story, (0, 0.0)))
        sure = [(chance, story) for story, chance in likeliest.items() if min(chance, fullest[story][1]) >= COPY]
        return max(sure)[1] if sure else None

    def _candidates(self, hashes: list[int]) -> list[str]:
        shared: Counter[str] = Counter()
        for value in hashes:
            rows = self._db.execute(
                "select document from shingle where hash = ? limit ?", (value, _COMMON + 1)
            ).fetchall()
            if len(rows) <= _COMMON:
                shared.update(str(row[0]) for row in rows)
        least = min(_SHARED, max(1, len(hashes) // 4))
        ranked = sorted(shared.items(), key=lambda item: (-item[1], item[0]))
        return [document for document, count in ranked if count >= least][:_MOST]


def _day(document: Document) -> date | None:
    return publication_day(document.published)
