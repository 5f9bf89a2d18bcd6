"""Conflicts: claims of one move, or two moves, that cannot both be true. They are shown, never settled silently."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from exeunt.language.posts import post_of
from exeunt.reckon.claims import Stated, compatible, gap
from exeunt.reckon.moves import Move

_FORCED = {"dismissed", "laid_off"}
_ACTUAL = ("fact", "planned")
_NEAR = 92  # days within which a leave and a departure are two tellings of one event


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says, with the claims and documents that say it."""

    value: str
    claims: tuple[str, ...]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A disagreement on one field of one move. `field` is kind, date, role, counterpart, status or count."""

    id: str
    person: str | None
    organization: str
    direction: str | None
    field: str
    sides: tuple[Side, ...]


def conflicts_of(moves: Sequence[Move]) -> list[Conflict]:
    """The conflicts within and between the moves of one person and one organisation."""
    found = [c for move in moves for c in _within(move)]
    for a, b in combinations(moves, 2):
        if {a.direction, b.direction} == {"pause", "out"} and _one_event(a, b):
            found.append(_conflict(a, "kind", {a.kind: list(a.claims), b.kind: list(b.claims)}))
    return sorted(found, key=lambda c: c.id)


def _one_event(a: Move, b: Move) -> bool:
    """Whether a leave and a departure may be two tellings of one: near dates, by different stories."""
    if {c.story for c in a.claims} & {c.story for c in b.claims}:
        return False
    return a.date is None or b.date is None or gap(a.date, b.date) <= _NEAR


def _within(move: Move) -> Iterable[Conflict]:
    sure = [c for c in move.claims if c.status in (*_ACTUAL, "reported")]
    for field, clash in (("kind", _kinds), ("date", _dates), ("role", _roles), ("counterpart", _other)):
        sides = _sides(sure, field, clash)
        if sides:
            yield _conflict(move, field, sides)
    denied = [c for c in move.claims if c.status == "denied"]
    told = [c for c in move.claims if c.status in (*_ACTUAL, "reported")]
    if denied and told and {c.story for c in denied} != {c.story for c in told}:
        yield _conflict(move, "status", {"denied": denied, _loudest(told): told})


def _loudest(claims: Sequence[Stated]) -> str:
    return min((c.status for c in claims), key=("fact", "planned", "reported").index)


def _conflict(move: Move, field: str, sides: dict[str, list[Stated]]) -> Conflict:
    return _made(move.person, move.organization, move.direction, field, sides)


def _made(
    person: str | None, organization: str, direction: str | None, field: str, sides: dict[str, list[Stated]]
) -> Conflict:
    built = tuple(
        Side(value, tuple(sorted(c.id for c in claims)), tuple(sorted({c.document for c in claims})))
        for value, claims in sorted(sides.items())
    )
    key = "\0".join([field, *sorted(i for s in built for i in s.claims)])
    return Conflict(
        hashlib.sha256(f"conflict\0{key}".encode()).hexdigest()[:24], person, organization, direction, field, built
    )


def _sides(claims: Sequence[Stated], field: str, clash: Callable[[Stated, Stated], bool]) -> dict[str, list[Stated]]:
    """Value -> claims, of the values that clash with another one told by another story."""
    by_value: dict[str, list[Stated]] = defaultdict(list)
    for claim in claims:
        if value := getattr(claim, field):
            by_value[value].append(claim)
    clashing = {
        value
        for a, b in combinations(sorted(by_value), 2)
        if clash(by_value[a][0], by_value[b][0]) and _apart(by_value[a], by_value[b])
        for value in (a, b)
    }
    return {value: by_value[value] for value in sorted(clashing)}


def _apart(a: Sequence[Stated], b: Sequence[Stated]) -> bool:
    """Whether two groups of claims come from different documents that are no copies of each other."""
    return bool({c.story for c in a} - {c.story for c in b}) or bool({c.story for c in b} - {c.story for c in a})


def _dates(a: Stated, b: Stated) -> bool:
    assert a.date and b.date
    return not compatible(a.date, b.date)


_FAMILIES = {
    "resigned": "own", "retired": "retired", "dismissed": "forced", "laid_off": "forced", "term_ended": "ended", "died": "died",
    "founded": "founded", "returned": "joined", "joined": "any", "appointed": "any", "promoted": "any", "elected": "any",
    "left": "any", "stepped_down": "post", "leave": "leave",
}  # fmt: skip
_EXCLUDE = {
    frozenset(p)
    for p in (("own", "forced"), ("retired", "forced"), ("ended", "forced"), ("post", "forced"), ("died", "own"), ("died", "forced"), ("died", "retired"),
              ("own", "retired"), ("own", "ended"), ("founded", "joined"))
}  # fmt: skip


def _kinds(a: Stated, b: Stated) -> bool:
    return exclusive(a.kind, b.kind)


def exclusive(a: str, b: str) -> bool:
    """Whether two kinds cannot both be true of one event."""
    return frozenset((_FAMILIES[a], _FAMILIES[b])) in _EXCLUDE


def _roles(a: Stated, b: Stated) -> bool:
    """Two posts that differ; where they are not known in classes, two roles of one language of which neither holds the other."""
    assert a.role and b.role
    if a.direction == "out" and a.kind != b.kind and "stepped_down" in (a.kind, b.kind):
        return False
    if a.post and b.post and a.language != b.language:
        return a.post != b.post
    if a.post and a.post == b.post and not (post_of(a.role).unit and post_of(b.role).unit):
        return False
    x, y = _words(a.role), _words(b.role)
    if a.language != b.language or not x or not y:
        return False
    return not (x <= y or y <= x) and not _held(a.role, b.role)


def _words(role: str) -> set[str]:
    small = {"of", "the", "and", "for", "a", "its", "s", "chief", "officer", "executive"}
    words = set(re.findall(r"[a-z]+", role.lower()))
    return (words - small) or words if words else set(re.findall(r"[一-龠ァ-ヴー]+", role))


def _held(a: str, b: str) -> bool:
    x, y = sorted((re.sub(r"\s", "", a.lower()), re.sub(r"\s", "", b.lower())), key=len)
    return x in y


def _other(a: Stated, b: Stated) -> bool:
    return a.counterpart != b.counterpart


def count_conflicts(counts: Iterable[tuple[str, str, str | None, int, str, str]]) -> list[Conflict]:
    """Conflicts between claims about how many: (claim, document, direction, said, story, organization) each, of one organisation."""
    by_direction: dict[tuple[str, str | None], dict[int, list[tuple[str, str, str]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for claim, document, direction, said, story, organization in sorted(counts, key=lambda c: c[0]):
        by_direction[(organization, direction)][said].append((claim, document, story))
    found = []
    for (organization, direction), values in sorted(by_direction.items(), key=str):
        stories = {said: {s for _, _, s in rows} for said, rows in values.items()}
        if len(values) > 1 and len(set().union(*stories.values())) > 1:
            sides = tuple(
                Side(str(said), tuple(sorted(c for c, _, _ in rows)), tuple(sorted({d for _, d, _ in rows})))
                for said, rows in sorted(values.items())
            )
            key = "\0".join(["count", *sorted(i for s in sides for i in s.claims)])
            found.append(
                Conflict(
                    hashlib.sha256(f"conflict\0{key}".encode()).hexdigest()[:24],
                    None,
                    organization,
                    direction,
                    "count",
                    sides,
                )
            )
    return found
