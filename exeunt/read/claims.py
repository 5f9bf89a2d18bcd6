"""Merging: several tellings of one move are one claim with several spans of evidence."""

from __future__ import annotations

import msgspec

from exeunt.language.mentions import Names, key
from exeunt.model import Claim
from exeunt.read.frames import Frame

_VAGUE = {"left", "joined"}
_STRENGTH = {"denied": 0, "considered": 1, "speculated": 2, "reported": 3, "planned": 4, "fact": 5}


def merge(text: str, settled: list[tuple[Frame, Claim]], names: Names) -> tuple[Claim, ...]:
    """One claim for each event, in the order of their first telling."""
    merged: list[Claim] = []
    for _, claim in settled:
        for i, other in enumerate(merged):
            if _same_event(other, claim):
                merged[i] = _join(other, claim)
                break
        else:
            merged.append(claim)
    return tuple(_counterparts(merged))


def _same_event(a: Claim, b: Claim) -> bool:
    if (key(a.person), key(a.organization), a.direction) != (key(b.person), key(b.organization), b.direction):
        return False
    return a.date is None or b.date is None or a.date.startswith(b.date) or b.date.startswith(a.date)


def _join(a: Claim, b: Claim) -> Claim:
    """`a` with what only `b` knows; the more precise date and the more telling kind win."""
    kind = b.kind if a.kind in _VAGUE and b.kind not in _VAGUE else a.kind
    date = max((a.date, b.date), key=lambda d: len(d or ""))
    status = "denied" if "denied" in (a.status, b.status) else a.status
    evidence = tuple(dict.fromkeys((*a.evidence, *b.evidence)))
    inferred = tuple(n for n in a.inferred if n in b.inferred)
    return msgspec.structs.replace(
        a, kind=kind, date=date, until=a.until or b.until, role=a.role or b.role, counterpart=a.counterpart or b.counterpart,
        status=status, inferred=inferred, evidence=evidence, confidence=max(a.confidence, b.confidence),
    )  # fmt: skip


def _counterparts(claims: list[Claim]) -> list[Claim]:
    """Two halves of one transition told in one breath name each other."""
    result = list(claims)
    for i, a in enumerate(claims):
        for j, b in enumerate(claims):
            if a.direction != "out" or b.direction != "in" or key(a.person) != key(b.person) or key(a.organization) == key(b.organization):
                continue
            if a.counterpart or b.counterpart or not _near(a, b):
                continue
            result[i] = msgspec.structs.replace(result[i], counterpart=b.organization)
            result[j] = msgspec.structs.replace(result[j], counterpart=a.organization)
    return result


def _near(a: Claim, b: Claim) -> bool:
    gap = b.evidence[0].start - a.evidence[0].end
    return -200 <= gap <= 80
