"""What was first reported by whom, how many days before others, and how much of what happens is seen at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from statistics import median

from exeunt.model import Figure
from exeunt.reckon.chance import captured_twice
from exeunt.reckon.facts import Facts, Telling
from exeunt.reckon.figure import SMALL

_NEWS = 31  # days from the event to the first telling, and from that to the next, within which both are news of it
_MOST = 12  # outlets that are listed
_OVERLAP = 3  # moves that two outlets must both have told before anything is concluded from it


def firsts(facts: Facts, most: int) -> Iterator[Figure]:
    """`first_reports`: of the latest `most` moves that were news, who told each first and how many days before the next independent outlet.
    `lead`: for each outlet the median of those days.

    Copies of one wire are one source; where two were first on the same day, neither leads.
    """
    ahead: dict[str, list[tuple[int, str, tuple[str, ...]]]] = defaultdict(list)
    days_of = {m.id: m.middle for m in facts.happened}
    for key, tellings in sorted(facts.told.items()):
        found = _lead(tellings, days_of[key])
        if found:
            outlet, days, claims = found
            ahead[outlet].append((days, key, claims))
    yield from _reports(facts, ahead, most)
    for outlet, cases in sorted(ahead.items(), key=lambda g: (-len(g[1]), g[0]))[:_MOST]:
        yield Figure(
            table="lead", label=outlet, value=median(d for d, _, _ in cases), unit="days apart", n=len(cases), of=sum(len(c) for c in ahead.values()),
            evidence=tuple(dict.fromkeys(c for _, _, claims in cases for c in claims)), blind="sources", moves=tuple(k for _, k, _ in cases),
            notes=("small",) if len(cases) < SMALL else (),
        )  # fmt: skip


def _reports(
    facts: Facts, ahead: Mapping[str, Sequence[tuple[int, str, tuple[str, ...]]]], most: int
) -> Iterator[Figure]:
    moves = {m.id: m for m in facts.happened}
    told = [(moves[key], outlet, days, claims) for outlet, cases in ahead.items() for days, key, claims in cases]
    told.sort(key=lambda t: (t[0].first or date.max, t[0].id))
    for m, outlet, days, claims in told[-most:]:
        yield Figure(
            table="first_reports", label=facts.name(m.person), value=days, unit="days apart", n=len(facts.told[m.id]), evidence=claims, blind="sources", since=m.date,
            subjects=(m.person,), moves=(m.id,), detail=outlet,
        )  # fmt: skip


def _lead(tellings: Sequence[Telling], happened: date | None) -> tuple[str, int, tuple[str, ...]] | None:
    """The outlet that told a move first, the days until the next independent one, and the two claims; None for what was told as background."""
    if len(tellings) < 2:
        return None
    told = [t for t in tellings if t.known and len(t.known) == 10 and t.outlet and t.status != "denied"]
    by_story: dict[str, Telling] = {}
    for t in sorted(told, key=lambda t: (t.known or "9999", t.outlet or "", t.claim)):
        by_story.setdefault(t.story, t)
    order = list(by_story.values())
    if order and len({t.outlet for t in told if t.known == order[0].known}) > 1:
        return None  # several on the first day: none leads
    following = next((t for t in order[1:] if t.outlet != order[0].outlet), None) if order else None
    if following is None or following.known == order[0].known:
        return None
    first = order[0]
    assert first.known and following.known and first.outlet
    begun = date.fromisoformat(first.known)
    days = (date.fromisoformat(following.known) - begun).days
    if happened is None or abs((begun - happened).days) > _NEWS or days > _NEWS:
        return None
    return first.outlet, days, (first.claim, following.claim)


def coverage(facts: Facts) -> Iterator[Figure]:
    """`coverage`: how many moves there were in all, from the two outlets that told most, where they share enough of them."""
    seen: dict[str, dict[str, Telling]] = defaultdict(dict)
    for key, tellings in sorted(facts.told.items()):
        origin: dict[str, Telling] = {}
        for t in sorted(tellings, key=lambda t: (t.known or "9999", t.claim)):
            if t.status != "denied":
                origin.setdefault(t.story, t)  # a copy is no second sight
        for t in origin.values():
            if t.outlet:
                seen[t.outlet].setdefault(key, t)
    most = [o for o, _ in sorted(Counter({o: len(k) for o, k in seen.items()}).items(), key=lambda c: (-c[1], c[0]))][
        :2
    ]
    if len(most) < 2:
        return
    first, second = (seen[o] for o in most)
    both = first.keys() & second.keys()
    if len(both) < _OVERLAP:
        return
    estimate = captured_twice(len(first), len(second), len(both))
    if estimate.value < len(facts.happened):
        return  # the ledger itself names more: the two follow each other
    claims = tuple(
        dict.fromkeys(
            side[k].claim for k in sorted(first.keys() | second.keys()) for side in (first, second) if k in side
        )
    )
    yield Figure(
        table="coverage", label="moves", value=estimate.value, unit="moves", low=estimate.low, high=estimate.high, level=estimate.level, n=len(both),
        of=len(first.keys() | second.keys()), evidence=claims, blind="prominence", moves=tuple(sorted(first.keys() | second.keys())),
        notes=(f"in_ledger:{len(facts.happened)}",), detail=f"{most[0]}: {len(first)}; {most[1]}: {len(second)}",
    )  # fmt: skip
