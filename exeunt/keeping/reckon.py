"""Questions that are answered by reckoning: the dossier, flows, precedents and bursts of the ledger; as of any day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from exeunt.errors import InputError, LedgerError
from exeunt.keeping import ask
from exeunt.keeping.facts import departures_of, facts_of, leaves_of, spells_with, world_of
from exeunt.language.dates import parse_published
from exeunt.ledger.tables import claim, conflict, count, document, move
from exeunt.model import Figure, LanguageCode
from exeunt.reckon import bursts
from exeunt.reckon.dossier import dossier
from exeunt.reckon.facts import Facts
from exeunt.reckon.flows import flow_table, passages
from exeunt.reckon.precedents import FORESEEN, announced_cases, departure_cases, precedents, stay_cases

IN_KINDS = ("joined", "appointed", "elected", "founded", "returned")
OUT_KINDS = ("left", "resigned", "retired", "dismissed", "laid_off", "term_ended", "stepped_down")
LONGEST = 36_525
"""Days of the longest window: a hundred years."""

DEMO = "demo-a-01"
"""The id of a document of the demonstration: a ledger that holds it says so with every answer."""

KINDS = ("leave", *OUT_KINDS, *IN_KINDS, *FORESEEN)
"""What precedents can be asked for: kinds of moves, and statuses of what was foreseen."""


@dataclass(frozen=True)
class View:
    """From which day the ledger is seen, and in which language names are told."""

    today: date
    as_of: str | None = None
    language: LanguageCode | None = None

    @classmethod
    def of(cls, as_of: str | None, language: LanguageCode | None = None) -> View:
        """Seen from the day `as_of`, with what was known then; from today with all that is known when it is None. Raises DateError."""
        day = parse_published(as_of)
        return cls(day or date.today(), day.isoformat() if day else None, language)


@dataclass(frozen=True)
class Reckoned:
    """Figures with what they are about."""

    id: str | None
    name: str
    figures: list[Figure]
    covered: tuple[date, date] | None = None
    demo: bool = False  # whether the ledger holds the demonstration
    facts: Facts | None = field(
        default=None, compare=False, repr=False
    )  # what they were made from, in the order of the database


def organization_of(connection: Connection, name: str) -> str:
    """The one organisation that a name means. Raises LedgerError when there is none or more than one."""
    found = ask.one(connection, name, "organization")
    if len(found) > 1:
        told = ask.names(connection, set(found))
        meant = ", ".join(f"{told.get(i, '?')} ({i})" for i in found[:5])
        raise LedgerError(f"{name} may be one of {len(found)} organisations: give the id: {meant}")
    return found[0]


def organization(connection: Connection, name: str, view: View) -> Reckoned:
    """The dossier of an organisation. Raises LedgerError when it is not known."""
    key = organization_of(connection, name)
    facts = facts_of(connection, key, view.today, view.as_of, view.language)
    away = any(leave.ended is None for s in facts.spells for leave in s.leaves)
    leaves = leaves_of(connection, view.today, view.as_of) if away else []
    return Reckoned(key, facts.name(key), dossier(facts, leaves), facts.covered, _demo(connection), facts)


def burst(connection: Connection, name: str, days: int, view: View) -> Reckoned:
    """Departures of the last days against the base rate."""
    key = organization_of(connection, name)
    facts = facts_of(connection, key, view.today, view.as_of, view.language)
    return Reckoned(
        key, facts.name(key), list(bursts.burst(facts, days)) if facts.moves else [], facts.covered, _demo(connection)
    )


def flows(connection: Connection, name: str | None, since: str | None, view: View) -> Reckoned:
    """From where to where people went: of one organisation, or of all."""
    if name is not None:
        key = organization_of(connection, name)
        facts = facts_of(connection, key, view.today, view.as_of, view.language)
        found = [p for p in passages([*facts.moves, *facts.elsewhere]) if key in (p.source, p.target)]
        return Reckoned(
            key,
            facts.name(key),
            list(flow_table(found, facts.names, since, focus=key)),
            facts.covered,
            _demo(connection),
        )
    world = world_of(connection, view.today, view.as_of)
    found = passages(world.moves)
    names = ask.names(connection, {o for p in found for o in (p.source, p.target)}, view.language)
    return Reckoned(None, "", list(flow_table(found, names, since)), None, _demo(connection))


def precedents_of(connection: Connection, kind: str, view: View) -> Reckoned:
    """How all cases of a kind ended. Raises InputError for a kind that is none."""
    if kind not in KINDS:
        raise InputError(f"--kind {kind}: give {', '.join(KINDS[:-1])} or {KINDS[-1]}")
    if kind == "leave":
        cases = leaves_of(connection, view.today, view.as_of)
    elif kind in FORESEEN:
        world = world_of(connection, view.today, view.as_of)
        cases = announced_cases(world.moves, world.tellings, view.today).get(kind, [])
    elif kind in OUT_KINDS:
        cases = departure_cases(kind, departures_of(connection, kind, view.today, view.as_of), view.today)
    else:
        cases = stay_cases(kind, spells_with(connection, kind, view.today, view.as_of), view.today)
    ids = {x for c in cases for m in c.moves for x in (m.person, m.organization)}
    names = ask.names(connection, ids, view.language)
    return Reckoned(None, kind, list(precedents(cases, lambda i: names.get(i or "", i or ""))), None, _demo(connection))


def _demo(connection: Connection) -> bool:
    return ask.has_document(connection, DEMO)


# --- evidence -----------------------------------------------------------------------------------------------------


def evidence(connection: Connection, keys: Iterable[str]) -> list[dict[str, Any]]:
    """The sentences behind claims, stated numbers, moves and conflicts, each with its document. Raises LedgerError for an id that is none of them."""
    found: list[dict[str, Any]] = []
    for key in keys:
        rows = ask.claims(connection, claim.c.id == key) or _said(connection, key) or _behind(connection, key)
        if not rows:
            raise LedgerError(f"{key} is no claim, number, move or conflict of this ledger: --json shows the ids")
        found += rows
    return list({r["id"]: r for r in found}.values())


def _behind(connection: Connection, key: str) -> list[dict[str, Any]]:
    """What stands behind a move or a conflict."""
    claims = connection.execute(select(move.c.claims).where(move.c.id == key)).scalar()
    ids = json.loads(claims) if claims else []
    sides = connection.execute(select(conflict.c.sides).where(conflict.c.id == key)).scalar()
    ids += [c for s in json.loads(sides) for c in s["claims"]] if sides else []
    if not ids:
        return []
    return ask.claims(connection, claim.c.id.in_(ids)) or [r for i in ids for r in _said(connection, i)]


def _said(connection: Connection, key: str) -> list[dict[str, Any]]:
    """A stated number with its sentence."""
    rows = connection.execute(
        select(count, document.c.published, document.c.outlet, document.c.url, document.c.title)
        .join(document, document.c.id == count.c.document)
        .where(count.c.id == key)
    ).mappings()
    return [{**{k: r[k] for k in ("id", "document", "organization", "direction", "said", "total", "published", "outlet", "url", "title")},
             "quote": json.loads(r["detail"])["text"]} for r in rows]  # fmt: skip
