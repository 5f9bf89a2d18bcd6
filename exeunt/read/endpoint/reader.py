"""Passages -> answers -> verified claims."""

from __future__ import annotations

import json

import msgspec

from exeunt.language.mentions import Names, link
from exeunt.model import Claim, Document, LanguageCode
from exeunt.read.claims import merge
from exeunt.read.endpoint.answer import records
from exeunt.read.endpoint.client import Endpoint
from exeunt.read.endpoint.passages import Passage, passages, shown
from exeunt.read.endpoint.verify import Verifier
from exeunt.read.prepare import Prepared
from exeunt.read.warn import warning


def read_endpoint(
    document: Document, language: LanguageCode, prepared: Prepared, endpoint: Endpoint
) -> tuple[tuple[Claim, ...], list[str]]:
    """The claims of `document` that the model tells and the text bears out, and what was dropped or not asked.

    Raises ModelError when the endpoint does not answer as it should.
    """
    verifier = Verifier(document, prepared, endpoint.version)
    claims: list[Claim] = []
    unasked = 0
    for passage in passages(prepared):
        content = endpoint.ask(_shown(document, passage))
        if content is None:
            unasked += 1
            continue
        said, broken = records(content)
        verifier.dropped["shape"] += broken
        claims += [c for s in said if (c := verifier.claim(s, passage)) is not None]
    return merge(_one_sense(claims)), _warnings(verifier, unasked, language)


def _one_sense(claims: list[Claim]) -> list[Claim]:
    """Every name under the fullest form that the model gave in this document."""
    names = Names(
        link((c.person for c in claims), ends=True),
        link((o for c in claims for o in (c.organization, c.counterpart) if o), ends=False),
    )
    return [
        msgspec.structs.replace(
            c,
            person=names.person(c.person),
            organization=names.organization(c.organization),
            counterpart=names.organization(c.counterpart) if c.counterpart else None,
        )
        for c in claims
    ]


def _shown(document: Document, passage: Passage) -> str:
    """What the model is shown: data as JSON, so that no text can pretend to be an instruction's end."""
    return json.dumps({"published": document.published, **shown(document, passage)}, ensure_ascii=False)


def _warnings(verifier: Verifier, unasked: int, language: LanguageCode) -> list[str]:
    found = []
    dropped = +verifier.dropped
    if dropped:
        reasons = ", ".join(f"{reason} {n}" for reason, n in sorted(dropped.items()))
        found.append(warning("dropped", language, n=sum(dropped.values()), reasons=reasons))
    if unasked:
        found.append(warning("budget", language, n=unasked))
    return found
