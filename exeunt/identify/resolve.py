"""Who is who: profiles (a name at an organisation) are linked pair by pair, and what hangs together is one identity.

A link depends on its two profiles alone and is never taken back by a later document, so that the order in which documents come
cannot matter. Names alone never join persons across organisations; a surname alone never leaves its document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from exeunt.identify.match import SAME, Match, keys, match, part_keys
from exeunt.identify.names import organization_key, person_name

Kind = Literal["person", "organization"]

SURE_ORGANIZATION = 0.9
"""From which score on two names of organisations are one: nothing else speaks for it."""
WORTH_ASKING = 0.5
"""From which score on a person is asked whether two identities are one."""
_GARBLED = 0.4  # score from which on names that agree in organisation, direction and date are one


@dataclass(frozen=True, slots=True)
class Profile:
    """One name, as it occurs at one organisation (`at` is that organisation's norm; empty for organisations)."""

    id: str
    kind: Kind
    name: str
    norm: str
    at: str
    full: bool


@dataclass(frozen=True, slots=True)
class Link:
    """Two profiles that are one (`score` above 0), or surely are not (-1), with the reasons."""

    first: str
    second: str
    score: float
    reasons: tuple[str, ...]


def norm_of(name: str, kind: Kind) -> str:
    """What all spellings of a name that differ in width, case, spaces and titles share."""
    return (person_name(name).folded if kind == "person" else organization_key(name))[:400]


def is_full(name: str, kind: Kind) -> bool:
    """Whether a name may be joined with one in another document."""
    return kind == "organization" or person_name(name).full


def profile_keys(profile: Profile) -> tuple[str, ...]:
    """Keys under which profiles meet that may be one: organisations by their sound, persons within one organisation."""
    if profile.kind == "organization":
        return (f"n/{profile.norm[:150]}", *(f"o/{key}" for key in keys(profile.name, "organization")))
    return tuple(f"a/{profile.at[:80]}/{key}" for key in person_keys(profile))


def person_keys(profile: Profile) -> tuple[str, ...]:
    """The keys of a person's name, by its folded form, its sound and how its words begin; none for a surname alone."""
    if not profile.full:
        return ()
    return (f"n/{profile.norm[:100]}", *keys(profile.name, "person"), *_beginnings(profile.name))


def search_keys(profile: Profile) -> tuple[str, ...]:
    """Keys under which a person is found by name alone, wherever."""
    return tuple(f"p/{key}" for key in keys(profile.name, "person")) if profile.kind == "person" else ()


def _beginnings(name: str) -> tuple[str, ...]:
    """How first and last word of a name begin by their sounds, for names garbled on the way, and the last word alone, for
    those of whom only initials stand before it."""
    out: dict[str, None] = {}
    for parts in person_name(name).readings[:2]:
        telling = [p for p in parts if not p.initial]
        begins = [[k[:2] for k in part_keys(p)[:4]] for p in telling]
        if len(telling) > 1:
            for a in begins[0]:
                for b in begins[-1]:
                    out["-".join(sorted((a, b)))] = None
        for key in part_keys(telling[-1])[:3] if telling else ():
            out[f"={key[:5]}"] = None
    return tuple(out)[:16]


def compare(a: Profile, b: Profile, together: bool) -> Match:
    """The match of two profiles' names; `together` says that organisation, direction and date of a claim agree as well."""
    found = match(a.name, b.name, a.kind)
    if a.kind == "person" and together and _GARBLED <= found.score < SAME and a.full and b.full:
        return Match(SAME, "same", (*found.reasons, "the same organisation, direction and date"))
    return found


def link_of(a: Profile, b: Profile, found: Match, near: bool) -> Link | None:
    """The link between two profiles, or None. `near`: they are persons at one organisation."""
    first, second = sorted((a.id, b.id))
    if a.norm == b.norm and (a.kind == "organization" or near) and a.full and b.full:
        return Link(first, second, 3.0, ("the same name",))
    if a.kind == "organization":
        return Link(first, second, found.score, found.reasons) if found.score >= SURE_ORGANIZATION else None
    if near and a.full and b.full and found.verdict == "same":
        return Link(first, second, found.score, (*found.reasons, "the same organisation"))
    return None


def doubtful(a: Profile, b: Profile, found: Match, near: bool) -> bool:
    """Whether a person should be asked about two profiles that are not linked."""
    if not (a.full and b.full):
        return False
    return (near or a.kind == "organization") and found.score >= WORTH_ASKING


def identities(profiles: Mapping[str, Profile], links: Iterable[Link]) -> dict[str, str]:
    """Profile -> identity (the least id among those that hang together).

    The surest links come first; one that would put two profiles together that surely are not one is left out.
    """
    links = sorted(links, key=lambda k: (-k.score, k.first, k.second))
    apart = {(k.first, k.second) for k in links if k.score < 0}
    groups = {p: [p] for p in profiles}
    for link in links:
        if link.score < 0 or link.first not in groups or link.second not in groups:
            continue
        a, b = groups[link.first], groups[link.second]
        if a is b or _clash(a, b, apart, profiles):
            continue
        merged = sorted(a + b)
        for member in merged:
            groups[member] = merged
    return {p: group[0] for p, group in groups.items()}


def _clash(a: Sequence[str], b: Sequence[str], apart: set[tuple[str, str]], profiles: Mapping[str, Profile]) -> bool:
    """Whether some profile of one group surely is none of the other."""
    if apart and any((min(x, y), max(x, y)) in apart for x in a for y in b):
        return True
    names = [{profiles[p].name for p in group if profiles[p].full and profiles[p].kind == "person"} for group in (a, b)]
    return any(_surely_other(x, y) for x in names[0] for y in names[1])


def _surely_other(x: str, y: str) -> bool:
    """Two full names in kanji that differ name two persons, however alike they sound."""
    p, q = person_name(x), person_name(y)
    return p.script == q.script == "kanji" and p.folded != q.folded and match(x, y).score < 0.1
