"""Ties as one JSON-LD document of schema.org: Person, Organization, and an OrganizationRole for each tie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from exeunt.tell.exports.rows import Named, Quote, Tie

CONTEXT = "https://schema.org"
Node = dict[str, Any]


def person(named: Named, ties: Iterable[Tie]) -> Node:
    """A Person with the roles at organisations. A tie that is over stands under `alumniOf`, any other under `memberOf`."""
    node = _named("Person", "person", named)
    for prop, over in (("memberOf", False), ("alumniOf", True)):
        if roles := [_role(t, prop) for t in ties if t.over == over]:
            node[prop] = roles
    return node


def organization(named: Named) -> Node:
    """An Organization with its other spellings."""
    return _named("Organization", "organization", named)


def document(nodes: Iterable[Node]) -> Iterator[bytes]:
    """One JSON document, written as the nodes come; a node a line."""
    encoder = msgspec.json.Encoder()
    yield b'{"@context":' + encoder.encode(CONTEXT) + b',"@graph":['
    before = b"\n"
    for node in nodes:
        yield before + encoder.encode(node)
        before = b",\n"
    yield b"\n]}\n"


def _named(kind: str, sort: str, named: Named) -> Node:
    others = {"alternateName": list(named.others)} if named.others else {}
    return {"@id": _key(sort, named.id), "@type": kind, "name": named.name, **others}


def _role(tie: Tie, prop: str) -> Node:
    """The role carries the property again, as schema.org puts a role between two things."""
    told = {
        "roleName": list(tie.roles), "startDate": tie.began, "endDate": tie.ended,
        "subjectOf": [_quotation(q) for q in tie.quotes] + [{**_quotation(q), "name": "denial"} for q in tie.denials],
    }  # fmt: skip
    return {
        "@id": _key("tie", tie.id), "@type": "OrganizationRole", prop: {"@id": _key("organization", tie.organization.id)},
        "description": ", ".join(tie.status), **{k: v for k, v in told.items() if v},
    }  # fmt: skip


def _quotation(quote: Quote) -> Node:
    publisher = {"@type": "Organization", "name": quote.outlet} if quote.outlet else None
    source = {
        "headline": quote.title, "url": quote.url, "publisher": publisher, "datePublished": quote.published,
        "identifier": quote.document,
    }  # fmt: skip
    return {
        "@type": "Quotation", "identifier": quote.claim, "text": quote.text,
        "citation": {"@type": "CreativeWork", **{k: v for k, v in source.items() if v}},
    }  # fmt: skip


def _key(sort: str, identity: str) -> str:
    return f"urn:exeunt:{sort}:{identity}"
