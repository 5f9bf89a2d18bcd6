"""Taking back what was told: an alert that was sent, and whose claims or move no longer say so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from exeunt.keeping.alerts import Past, Row, Told, alert_row
from exeunt.keeping.derive import stated
from exeunt.keeping.people import in_parts
from exeunt.keeping.watchfile import Watch
from exeunt.ledger.standing import standing
from exeunt.ledger.tables import about, alert, claim, conflict, delivery, move
from exeunt.reckon.claims import compatible
from exeunt.reckon.conflicts import exclusive
from exeunt.reckon.moves import withdrawn


def corrections(connection: Connection, watch: Watch, past: Past, now: datetime) -> list[dict[str, Any]]:
    """A correction for each alert that was sent, that nothing sent later replaced, and that no longer holds; to those who got it."""
    if "correction" not in watch.tell:
        return []
    sent = _sent(connection, {r.id for r in past.rows})
    done = {r.subject for r in past.rows if r.sort == "correction"}
    replaced = {r.told.get("previous") for r in past.rows if r.sort == "status" and r.id in sent}
    found = []
    for row in past.rows:
        if row.sort == "correction" or row.id not in sent or row.id in done or row.id in replaced:
            continue
        if because := gone(connection, row, "status" in watch.tell):
            told = {"of": row.id, "of_sort": row.sort, "of_day": row.made_at[:10], "because": because, "claims": row.told["claims"],
                    "rests": [], "to": sorted(sent[row.id]), **_names(row, because)}  # fmt: skip
            found.append(alert_row(watch, "correction", row.id, told, now, because))
    return found


def _names(row: Row, because: str) -> Told:
    """Whom the withdrawn alert was about; nobody where the ledger had to forget it."""
    if because == "erased":
        return {}
    return {
        k: row.told[k]
        for k in ("person", "organization", "person_name", "organization_name", "kind", "status", "date")
        if k in row.told
    }


def _sent(connection: Connection, keys: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for part in in_parts(keys):
        question = select(delivery.c.alert, delivery.c.receiver).where(
            delivery.c.outcome == "sent", delivery.c.alert.in_(part)
        )
        for key, receiver in connection.execute(question):
            found.setdefault(key, set()).add(receiver)
    return found


def gone(connection: Connection, row: Row, follows: bool = True) -> str | None:
    """Why an alert no longer holds: erased, rejected, taken_back, otherwise, settled; None while it does.

    `follows`: a change of status is told by an alert of its own.
    """
    if row.sort == "correction":
        return None
    if row.told.get("erased"):
        return "erased"
    if row.sort == "burst":
        return _no_burst(connection, row.told)
    if row.sort == "conflict":
        return _no_conflict(connection, row.told)
    return _lost(connection, row.told["rests"]) or _otherwise(connection, row.told, follows)


def _lost(connection: Connection, rests: list[str]) -> str | None:
    """Why none of these claims stands any more."""
    there = {
        r[0] for part in in_parts(rests) for r in connection.execute(select(claim.c.id).where(claim.c.id.in_(part)))
    }
    if not there:
        return "erased"
    valid = stated(connection, claim.c.id.in_(rests))
    if not valid:
        rejected = {j["first"] for j in standing(connection, "reject")}
        return "rejected" if there & rejected else "review"
    persons = sorted({c.person for c in valid})
    group = stated(connection, about.c.person.in_(persons))
    back: set[str] = set()
    for pair in {(c.person, c.organization, c.direction) for c in valid}:
        back |= withdrawn([c for c in group if (c.person, c.organization, c.direction) == pair])
    return "taken_back" if all(c.id in back for c in valid) else None


def _otherwise(connection: Connection, told: Told, follows: bool) -> str | None:
    """Whether no move that holds these claims says so any more."""
    rests = set(told["rests"])
    person = select(about.c.person).where(about.c.claim.in_(sorted(rests)))
    rows = connection.execute(select(move).where(move.c.person.in_(person))).mappings()
    mine = [m for m in rows if rests & set(json.loads(m["claims"]))]
    return None if any(_says(m, told, follows) for m in mine) else "otherwise"


def _says(m: Any, told: Told, follows: bool) -> bool:
    if m["direction"] != told["direction"] or exclusive(m["kind"], told["kind"]):
        return False
    if m["date"] and told["date"] and not compatible(m["date"], told["date"]):
        return False
    if m["counterpart"] and told["counterpart"] and m["counterpart"] != told["counterpart"]:
        return False
    return (
        follows
        or m["status"] == told["status"]
        or (m["status"] != "denied" and told["status"] not in ("fact", "denied"))
    )


def _no_conflict(connection: Connection, told: Told) -> str | None:
    rows = connection.execute(
        select(conflict).where(conflict.c.field == told["field"], conflict.c.organization == told["organization"])
    ).mappings()
    mine = [r for r in rows if set(told["claims"]) & {c for s in json.loads(r["sides"]) for c in s["claims"]}]
    if mine:
        return "settled" if all(r["settled"] for r in mine) else None
    return (_lost(connection, told["claims"]) if told["field"] != "count" else None) or "settled"


def _no_burst(connection: Connection, told: Told) -> str | None:
    """A burst of which so many departures are gone that the rest was to be expected."""
    left = {c.id for part in in_parts(told["claims"]) for c in stated(connection, claim.c.id.in_(part))}
    standing_ones = [g for g in told["departures"] if left & set(g)]
    if len(standing_ones) > told["high"]:
        return None
    return _lost(connection, [c for g in told["departures"] if g not in standing_ones for c in g]) or "otherwise"


def blank(connection: Connection, claims: Iterable[str]) -> None:
    """Take the words out of the alerts that rest on claims which are erased; what is kept are ids and who got them."""
    keys = set(claims)
    for row in connection.execute(select(alert.c.id, alert.c.told).where(alert.c.sort != "baseline")).all():
        told = json.loads(row.told)
        if keys & set(told.get("claims", ())):
            kept = {k: told[k] for k in ("to", "claims", "silent", "of", "of_sort", "of_day", "because") if k in told}
            kept |= {"erased": True, "rests": []}
            connection.execute(
                alert.update()
                .where(alert.c.id == row.id)
                .values(told=json.dumps(kept, ensure_ascii=False, sort_keys=True))
            )


def black_quotes(connection: Connection, documents: Iterable[str], black: Callable[[str], str]) -> None:
    """Put a mark over names in what alerts quote from these documents."""
    keys = set(documents)
    for row in connection.execute(select(alert.c.id, alert.c.told).where(alert.c.sort != "baseline")).all():
        told = json.loads(row.told)
        mine = [q for q in _quotes(told) if q["document"] in keys]
        for q in mine:
            q.update({k: black(q[k]) for k in ("quote", "speaker") if q[k]})
        if mine:
            values = {"told": json.dumps(told, ensure_ascii=False, sort_keys=True)}
            connection.execute(alert.update().where(alert.c.id == row.id).values(values))


def _quotes(told: Told) -> Iterator[dict[str, Any]]:
    yield from told.get("quotes", ())
    yield from told.get("denials", ())
    for side in told.get("sides", ()):
        yield from side["quotes"]
