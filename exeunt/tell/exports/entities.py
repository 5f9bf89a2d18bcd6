"""Ties as FollowTheMoney entities, and as the statements that its version 4 takes them apart into.

Employment is work at an organisation, Directorship a seat on its board. Occupancy (a public office) is not made: documents do not tell which
organisations are public. Articles are the documents behind them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from exeunt.tell.exports.rows import Named, Quote, Tie

DATASET = "exeunt"
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
_NAME, _STRING, _TEXT, _ADDRESS_LENGTH = 384, 1024, 65_000, 4096  # code points that the library takes

Entity = dict[str, Any]


def person(named: Named) -> Entity:
    """A Person with its other spellings."""
    return _entity(_key("person", named.id), "Person", {"name": [named.name], "alias": named.others})


def organization(named: Named) -> Entity:
    """An Organization with its other spellings."""
    return _entity(_key("organization", named.id), "Organization", {"name": [named.name], "alias": named.others})


def article(quote: Quote) -> Entity:
    """The document of a quote; the words quoted stand with the tie that they prove."""
    title = [quote.title] if quote.title else []
    return _entity(_article(quote), "Article", {
        "title": title, "sourceUrl": _addresses([quote]), "publisher": [quote.outlet], "publishedAt": [quote.published],
    })  # fmt: skip


def tie(found: Tie) -> Entity:
    """An Employment or a Directorship: dates and roles, who publishes it, and the words that say so; then those that deny it."""
    schema, who, where = ("Directorship", "director", "organization") if found.sort == "board" else ("Employment", "employee", "employer")  # fmt: skip
    quotes = (*found.quotes, *found.denials)
    return _entity(_key("tie", found.id), schema, {
        who: [_key("person", found.person.id)], where: [_key("organization", found.organization.id)],
        "role": found.roles, "startDate": [found.began], "endDate": [found.ended], "status": found.status,
        "recordId": found.moves, "description": [q.text for q in quotes], "sourceUrl": _addresses(quotes),
        "publisher": [q.outlet for q in quotes], "proof": [_article(q) for q in quotes],
    })  # fmt: skip


def entity_lines(entities: Iterable[Entity]) -> Iterator[bytes]:
    """An entity a line, as `ftm validate` and others read them."""
    encoder = msgspec.json.Encoder()
    return (encoder.encode(e) + b"\n" for e in entities)


def statement_lines(entities: Iterable[Entity]) -> Iterator[bytes]:
    """A statement a line, those of one entity together, the one that names its id first."""
    encoder = msgspec.json.Encoder()
    return (encoder.encode(s) + b"\n" for e in entities for s in statements(e))


def statements(entity: Entity) -> Iterator[dict[str, Any]]:
    """The statements of an entity, with the ids that the library would give them."""
    values = [("id", entity["id"]), *((p, v) for p, found in entity["properties"].items() for v in found)]
    for prop, value in values:
        key = f"{DATASET}.{entity['id']}.{prop}.{value}"
        yield {
            "canonical_id": entity["id"], "entity_id": entity["id"], "prop": prop, "schema": entity["schema"], "value": value,
            "dataset": DATASET, "lang": None, "original_value": None, "first_seen": None, "last_seen": None,
            "external": False, "origin": None, "id": hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest(),
        }  # fmt: skip


def _key(sort: str, identity: str) -> str:
    return f"{DATASET}-{sort}-{identity}"


def _article(quote: Quote) -> str:
    """Ids of documents may hold signs that ids of entities may not: a hash of them stands in their place."""
    return _key("article", hashlib.sha256(quote.document.encode("utf-8", "surrogatepass")).hexdigest()[:24])


def _addresses(quotes: Iterable[Quote]) -> list[str]:
    return [q.url for q in quotes if q.url and _ADDRESS.fullmatch(q.url)]


def _entity(key: str, schema: str, properties: dict[str, Iterable[str | None]]) -> Entity:
    """Every value once, none empty, none longer than the library takes; on one line as it has them, but for the words quoted."""
    kept = {p: list(dict.fromkeys(_clean(p, v) for v in values if v and v.strip())) for p, values in properties.items()}
    return {"id": key, "schema": schema, "properties": {p: v for p, v in kept.items() if v}}


def _clean(prop: str, value: str) -> str:
    longest = {"name": _NAME, "alias": _NAME, "description": _TEXT, "sourceUrl": _ADDRESS_LENGTH}.get(prop, _STRING)
    return (value if prop == "description" else " ".join(value.split()))[:longest].strip()
