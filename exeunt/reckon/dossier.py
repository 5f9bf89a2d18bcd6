"""The dossier: everything that is reckoned of one organisation, as figures in one fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from exeunt.model import Figure
from exeunt.reckon.bursts import burst, months
from exeunt.reckon.facts import Facts
from exeunt.reckon.figure import figure
from exeunt.reckon.firsts import coverage, firsts
from exeunt.reckon.flows import Passage, flow_table, passages
from exeunt.reckon.founders import founder_steps
from exeunt.reckon.leaves import away
from exeunt.reckon.numbers import stated
from exeunt.reckon.posts import seats, teams
from exeunt.reckon.precedents import Case
from exeunt.reckon.spells import SAME
from exeunt.reckon.tallies import tallies
from exeunt.reckon.tenure import tenure

WINDOW = 90
"""Days of the window in which departures are set against the base rate."""


MOST = 100
"""Rows of a table that could go on: the largest ways, the latest seats and leaves."""


def dossier(facts: Facts, leaves: Sequence[Case] = (), most: int = MOST) -> list[Figure]:
    """The figures of an organisation; empty where the ledger knows no move there.

    `leaves` are the precedents of all organisations. Of seats, leaves and ways at most `most` are told each, the latest or the largest.
    """
    return list(_figures(facts, leaves, most)) if facts.moves else []


def _figures(facts: Facts, leaves: Sequence[Case], most: int) -> Iterator[Figure]:
    yield from tallies(facts)
    yield from months(facts)
    yield from burst(facts, WINDOW)
    yield from founder_steps(facts)
    yield from seats(facts, most)
    yield from teams(facts)
    found = [p for p in passages([*facts.moves, *facts.elsewhere]) if facts.organization in (p.source, p.target)]
    yield from flow_table(found, facts.names, most=most, focus=facts.organization)
    yield from _whither(facts, found)
    yield from away(facts, leaves, most)
    yield from tenure(facts)
    yield from stated(facts)
    yield from _conflicts(facts)
    yield from firsts(facts, most)
    yield from coverage(facts)


def _whither(facts: Facts, found: Sequence[Passage]) -> Iterator[Figure]:
    """`whither`: of how many departures no document tells where the person went."""
    told: dict[str, list[date | None]] = {}
    for p in found:
        if p.source == facts.organization:
            told.setdefault(p.person, []).append(p.day)
    silent = [m for m in facts.departures if not any(_one_way(m.first, day) for day in told.get(m.person, ()))]
    made = figure("whither", "not_told", len(silent), "people", silent, "named", out_of=facts.departures)
    if made:
        yield made


def _one_way(left: date | None, day: date | None) -> bool:
    """Whether a departure and a passage are one: within a month, or one of them without a date."""
    return left is None or day is None or abs((day - left).days) <= SAME


def _conflicts(facts: Facts) -> Iterator[Figure]:
    by_field: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for key, field, claims in facts.conflicts:
        by_field.setdefault(field, []).append((key, claims))
    for field, some in sorted(by_field.items()):
        claims = tuple(dict.fromkeys(c for _, group in some for c in group))
        yield Figure(
            table="conflicts",
            label=field,
            value=len(some),
            unit="conflicts",
            n=len(some),
            evidence=claims,
            blind="sources",
            detail=", ".join(k for k, _ in some),
        )
