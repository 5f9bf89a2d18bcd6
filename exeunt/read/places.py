"""Evidence carries where it stands in the page, the recording or the form that its document was taken from."""

from __future__ import annotations

from bisect import bisect_right

import msgspec

from exeunt.model import Claim, Document, Evidence


def located(document: Document, claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """`claims` with `place`, `link` and `original` on every evidence that a place of `document` covers."""
    if not document.places:
        return claims
    places = sorted(document.places, key=lambda p: p.start)
    starts = [p.start for p in places]

    def locate(evidence: Evidence) -> Evidence:
        at = bisect_right(starts, evidence.start) - 1
        if at < 0 or evidence.start >= places[at].end:
            return evidence
        place = places[at]
        at_all = (document.url or document.source or "").split("#")[0]
        link = f"{at_all}#{place.fragment}" if place.fragment else None
        return msgspec.structs.replace(evidence, place=place.label, link=link, original=place.original)

    return tuple(msgspec.structs.replace(c, evidence=tuple(map(locate, c.evidence))) for c in claims)
