"""Recording forecasts, and finding out whether they came. A forecast is never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, select

from exeunt.errors import InputError, LedgerError
from exeunt.keeping import ask
from exeunt.keeping.facts import persons_world, world_around
from exeunt.keeping.reckon import organization_of
from exeunt.language.forecasts import Event, Statement
from exeunt.ledger import Ledger, records
from exeunt.ledger.dialect import insert_new
from exeunt.ledger.tables import about, forecast, profile
from exeunt.model import Figure
from exeunt.reckon.chance import LEVEL
from exeunt.reckon.figure import SMALL
from exeunt.reckon.forecasts import Answer, Question, Scored, World, answer, leave_of, resolved, scores

_CLOSEST = 0.000001  # to 0 and to 1 that a chance can be given


@dataclass(frozen=True)
class Made:
    """A forecast as it was made; `new` is False when the same one had been recorded before."""

    id: str
    statement: str
    figure: Figure
    basis: tuple[str, ...]
    new: bool


def foretell(
    ledger: Ledger,
    told: Statement,
    statement: str,
    by: date,
    author: str,
    as_of: date | None = None,
    own: float | None = None,
) -> Made:
    """Reckon (or take over, `own`) the chance that what is told comes by a day, and record it.

    `as_of` is the last day whose documents count; a forecast made so is marked as made in hindsight when that day has passed.
    Raises InputError when `by` is not in the future of that day, LedgerError when nobody of that name is known or it has happened already.
    """
    day = as_of or today()
    if day > today():
        raise InputError(f"--as-of {day}: that day has not come; leave it out to foretell from today")
    if by <= day:
        raise InputError(f"{by} is not after {day}: give a later day, or --as-of DAY to ask what was known then")
    if own is not None and not _CLOSEST <= own <= 1 - _CLOSEST:
        raise InputError(f"a probability of {own:g}: give one between 0 and 1, for example 0.3")
    with ledger.reading() as connection:
        person, organization = _meant(connection, told)
        world = world_around(connection, organization, person, day, as_of.isoformat() if as_of else None)
        question = Question(person, organization, told.event, by)
        _possible(question, world, told)
        found = answer(question, world)
        names = ask.names(connection, {person, organization})
    row = _row(statement, question, names, found, day, author, own, as_of is not None)
    with ledger.writing() as connection:
        new = insert_new(connection, forecast, [row]) == 1
    return Made(row["id"], statement, _figure(row, found, own), found.basis if own is None else ("given",), new)


def today() -> date:
    """The day in UTC, by which forecasts are dated."""
    return datetime.now(UTC).date()


def _meant(connection: Connection, told: Statement) -> tuple[str, str]:
    persons = ask.one(connection, told.person, "person")
    organization = organization_of(connection, told.organization)
    known = [p for p in persons if _tied(connection, p, organization)]
    if len(known or persons) > 1:
        raise LedgerError(f"{told.person} may be one of {len(persons)}: give the id ({', '.join(persons[:5])})")
    return (known or persons)[0], organization


def _tied(connection: Connection, person: str, organization: str) -> bool:
    question = select(about.c.claim).where(about.c.person == person, about.c.organization == organization).limit(1)
    return connection.execute(question).first() is not None


def _possible(question: Question, world: World, told: Statement) -> None:
    """Raise LedgerError where nobody knew of the person yet, or what is foretold has happened already or cannot."""
    who, where = told.person, told.organization
    if question.person not in world.by_person:
        raise LedgerError(f"no document up to {world.today} speaks of {who}: nothing to foretell from")
    mine = [s for s in world.spells if s.person == question.person and s.organization == question.organization]
    present = any(s.open for s in mine)
    away = leave_of(question.person, question.organization, world.spells) is not None
    ends = [s.ended.date for s in mine if s.ended and s.ended.date]
    if any(m.kind == "died" and m.standing == "happened" for m in world.by_person[question.person]):
        raise LedgerError(f"{who} has died: nothing to foretell")
    if question.event == "leaves" and mine and not present:
        raise LedgerError(f"{who} has left {where} already ({max(ends, default='date not told')})")
    if question.event == "returns" and not mine:
        raise LedgerError(f"{who} is not known to have been at {where}: foretell that the person joins it")
    if question.event == "returns" and present and not away:
        raise LedgerError(f"{who} is not known to be away from {where}")
    if question.event == "joins" and present:
        raise LedgerError(f"{who} is at {where} already, as far as is known")
    if question.event == "takes_leave" and (away or (mine and not present)):
        raise LedgerError(f"{who} is {'on leave from' if away else 'no longer at'} {where} already")


def _row(
    statement: str, question: Question, names: dict[str, str], found: Answer, day: date, author: str, own: float | None, hindsight: bool
) -> dict[str, Any]:  # fmt: skip
    probability = round(own if own is not None else found.estimate.value, 6)
    person, organization = (
        names.get(question.person, question.person),
        names.get(question.organization, question.organization),
    )
    basis = {
        "basis": list(found.basis) if own is None else ["given"], "evidence": list(found.evidence), "cases": found.cases, "person": question.person,
        "organization": question.organization, "hindsight": hindsight,
    }  # fmt: skip
    return {
        "id": records.digest("forecast", question.person, question.organization, question.event, question.by, day, author, probability), "statement": statement,
        "person": person, "organization": organization, "event": question.event, "by": question.by.isoformat(), "probability": probability,
        "low": None if own is not None else round(found.estimate.low, 6), "high": None if own is not None else round(found.estimate.high, 6),
        "as_of": day.isoformat(), "author": author, "basis": json.dumps(basis, ensure_ascii=False, sort_keys=True), "made_at": records.now(),
    }  # fmt: skip


def _figure(row: Any, found: Answer, own: float | None) -> Figure:
    notes = ("hindsight",) if json.loads(row["basis"])["hindsight"] else ()
    if own is None and found.cases < SMALL:
        notes = (*notes, "few_cases")
    return Figure(
        table="forecast", label=row["statement"], value=row["probability"], unit="probability", low=row["low"], high=row["high"], level=LEVEL, n=found.cases,
        evidence=found.evidence, blind="model", since=row["as_of"], until=row["by"], notes=notes,
    )  # fmt: skip


def forecasts(connection: Connection, today: date) -> list[dict[str, Any]]:
    """Every forecast, oldest first, with whether it came (yes, no, open or unresolved) and the claims that say so."""
    rows = [dict(r) for r in connection.execute(select(forecast).order_by(forecast.c.as_of, forecast.c.id)).mappings()]
    identified = [(r, *_identities(connection, r)) for r in rows]
    world = persons_world(connection, {p for _, p, _ in identified if p}, {o for _, _, o in identified if o}, today)
    return [_told(r, p, o, world) for r, p, o in identified]


def _identities(connection: Connection, row: dict[str, Any]) -> tuple[str | None, str | None]:
    """Who is meant, as identities of today: the profile that named each when the forecast was made; None where it is gone."""
    basis = json.loads(row["basis"])
    found = [
        connection.execute(select(profile.c.identity).where(profile.c.id == basis[k])).scalar()
        for k in ("person", "organization")
    ]
    return found[0], found[1]


def _told(row: dict[str, Any], person: str | None, organization: str | None, world: World) -> dict[str, Any]:
    """A forecast with its outcome. `scored` says that its day has passed and that a document has spoken of the organisation since: only then would a "no"
    be known as well as a "yes".
    """
    basis = json.loads(row["basis"])
    by = date.fromisoformat(row["by"])
    outcome, evidence = "open" if by >= world.today else "unresolved", tuple(basis["evidence"])
    if person and organization:
        question = Question(person, organization, cast(Event, row["event"]), by)
        outcome, evidence = resolved(question, date.fromisoformat(row["as_of"]), world)
    scored = outcome in ("yes", "no") and by < world.today and world.covered(organization or "", by)
    told = {
        **row,
        "basis": basis["basis"],
        "evidence": basis["evidence"],
        "outcome": outcome,
        "resolved_by": list(evidence),
    }
    return {**told, "hindsight": basis["hindsight"], "scored": scored}


def score(rows: Iterable[dict[str, Any]]) -> list[Figure]:
    """How good the forecasts were whose day has passed and whose organisation is still heard of; a note says how many were made in hindsight."""
    chosen = [r for r in rows if r["scored"]]
    hindsight = sum(r["hindsight"] for r in chosen)
    notes = (f"hindsight:{hindsight}",) if hindsight else ()
    told = [Scored(r["probability"], r["outcome"] == "yes", tuple(r["resolved_by"] or r["evidence"])) for r in chosen]
    return [msgspec.structs.replace(f, notes=(*f.notes, *notes)) for f in scores(told)]
