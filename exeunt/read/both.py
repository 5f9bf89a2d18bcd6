"""Two readers of one document: their claims together, and where they differ."""

from __future__ import annotations

import msgspec

from exeunt.language.forms import bare_organization, bare_person, same_organization, same_person
from exeunt.model import Claim, Disagreement

_FIELDS = ("kind", "date", "until", "status", "source", "role", "counterpart")


def together(first: tuple[Claim, ...], second: tuple[Claim, ...]) -> tuple[tuple[Claim, ...], tuple[Disagreement, ...]]:
    """The claims of both, those of one move once and as `first` has them, and every difference."""
    left = list(second)
    claims, differences = [], []
    for claim in first:
        same = [c for c in left if _same_move(claim, c)]
        other = min(same, default=None, key=lambda c: c.date != claim.date)
        if other is None:
            claims.append(claim)
            differences.append(_alone(claim))
            continue
        left.remove(other)
        differences += _fields(claim, other)
        filled = {f: getattr(other, f) for f in ("role", "counterpart", "date", "until") if getattr(claim, f) is None}
        claims.append(
            msgspec.structs.replace(
                claim,
                **filled,
                confidence=max(claim.confidence, other.confidence),
                evidence=tuple(dict.fromkeys((*claim.evidence, *other.evidence))),
                reader=f"{claim.reader} + {other.reader}",
            )
        )
    return (*claims, *left), (*differences, *(_alone(c) for c in left))


def _same_move(a: Claim, b: Claim) -> bool:
    persons, organizations = (
        (bare(x), bare(y))
        for bare, x, y in ((bare_person, a.person, b.person), (bare_organization, a.organization, b.organization))
    )
    return (
        a.direction == b.direction
        and (same_person(*persons) or same_person(*reversed(persons)))
        and (same_organization(*organizations) or same_organization(*reversed(organizations)))
    )


def _fields(a: Claim, b: Claim) -> list[Disagreement]:
    return [
        Disagreement(
            person=a.person,
            organization=a.organization,
            direction=a.direction,
            field=field,
            readings={a.reader: getattr(a, field), b.reader: getattr(b, field)},
        )
        for field in _FIELDS
        if getattr(a, field) != getattr(b, field)
    ]


def _alone(claim: Claim) -> Disagreement:
    return Disagreement(
        person=claim.person,
        organization=claim.organization,
        direction=claim.direction,
        field="move",
        readings={claim.reader: claim.kind},
    )
