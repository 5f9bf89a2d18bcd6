"""Merging: several tellings of one move are one claim with several spans of evidence."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from exeunt.language.mentions import key
from exeunt.model import Claim, Evidence, LanguageCode

_ANNOUNCED = 62  # days; what is announced as done on one day and planned for another so near is one event
_FEW = 50  # tellings of one move, halves of transitions of one person; keeps hostile texts linear
_VAGUE = {"left", "joined"}


@cache
def _measured() -> dict[str, Any]:
    return tomllib.loads((files("exeunt.read") / "confidence.toml").read_text(encoding="utf-8"))


def group_of(claim: Claim, author: str | None) -> str:
    """What of the claim had to be inferred: the groups in which confidence is measured."""
    named_by = "author" if claim.person == author else "person"
    names = [named_by] if "person" in claim.inferred else []
    return " ".join([*names, "organization"] if "organization" in claim.inferred else names)


def confident(claims: tuple[Claim, ...], language: LanguageCode, author: str | None) -> tuple[Claim, ...]:
    """The claims with their measured confidence, without those that are more likely wrong than worth showing."""
    table = _measured()
    rated = []
    for claim in claims:
        precision = table[language][group_of(claim, author)]["precision"]
        if precision >= table["floor"]:
            rated.append(msgspec.structs.replace(claim, confidence=precision))
    return tuple(rated)


def merge(settled: list[Claim]) -> tuple[Claim, ...]:
    """One claim for each event, in the order of their first telling."""
    merged: list[Claim] = []
    evidence: list[dict[Evidence, None]] = []
    tellings: dict[tuple[str, str, str], list[int]] = {}
    for claim in settled:
        known = tellings.setdefault((key(claim.person), key(claim.organization), claim.direction), [])
        same = next((i for i in known[-_FEW:] if _same_event(merged[i], claim)), None)
        if same is None:
            known.append(len(merged))
            merged.append(claim)
            evidence.append(dict.fromkeys(claim.evidence))
        else:
            merged[same] = _join(merged[same], claim)
            if len(evidence[same]) < _FEW:
                evidence[same].update(dict.fromkeys(claim.evidence))
    whole = [msgspec.structs.replace(c, evidence=tuple(e)) for c, e in zip(merged, evidence, strict=True)]
    return tuple(_counterparts(whole))


def _same_event(a: Claim, b: Claim) -> bool:
    if "date" in a.inferred or "date" in b.inferred:
        return True
    if a.date is None or b.date is None or a.date.startswith(b.date) or b.date.startswith(a.date):
        return True
    return {a.status, b.status} == {"fact", "planned"} and _days_apart(a.date, b.date) <= _ANNOUNCED


def _days_apart(a: str, b: str) -> int:
    """Days between two dates of month precision at least; many where one is less precise."""
    if min(len(a), len(b)) < 7:
        return _ANNOUNCED + 1
    first, second = (date.fromisoformat(d if len(d) == 10 else f"{d}-01") for d in (a, b))
    return abs((first - second).days)


def _join(a: Claim, b: Claim) -> Claim:
    """`a` with what only `b` knows; the more precise date and the more telling kind win."""
    kind = b.kind if a.kind in _VAGUE and b.kind not in _VAGUE else a.kind
    planned = next((c for c in (a, b) if c.status == "planned" and c.date), None)
    told = max((a, b), key=lambda c: (c.date is not None and "date" not in c.inferred, len(c.date or "")))
    when = (planned or told).date
    status = "denied" if "denied" in (a.status, b.status) else (planned or a).status
    inferred = tuple(n for n in a.inferred if n in b.inferred)
    return msgspec.structs.replace(
        a, kind=kind, date=when, until=a.until or b.until, role=a.role or b.role,
        counterpart=a.counterpart or b.counterpart,
        status=status, inferred=inferred, confidence=max(a.confidence, b.confidence),
    )  # fmt: skip


def _counterparts(claims: list[Claim]) -> list[Claim]:
    """Two halves of one transition told in one breath name each other."""
    result = list(claims)
    by_person: dict[str, list[int]] = {}
    for i, claim in enumerate(claims):
        by_person.setdefault(key(claim.person), []).append(i)
    for numbers in by_person.values():
        outs = [i for i in numbers if claims[i].direction == "out" and not claims[i].counterpart]
        ins = [i for i in numbers if claims[i].direction == "in" and not claims[i].counterpart]
        for i in outs:
            for j in ins[:_FEW]:
                if _near(claims[i], claims[j]) and key(claims[i].organization) != key(claims[j].organization):
                    result[i] = msgspec.structs.replace(result[i], counterpart=claims[j].organization)
                    result[j] = msgspec.structs.replace(result[j], counterpart=claims[i].organization)
    return result


def _near(a: Claim, b: Claim) -> bool:
    gap = b.evidence[0].start - a.evidence[0].end
    return -200 <= gap <= 80
