"""What a watch has to tell: new moves, changes of status, conflicts, bursts. Each alert is told once, whoever looks and however often.

The first round of a watch tells nothing: one row of the sort `baseline` keeps what the ledger held then. What later turns out to
hang on a document of before (somebody joined two names) is recorded as `silent` and not sent either.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from exeunt.keeping import ask
from exeunt.keeping.derive import stated
from exeunt.keeping.people import in_parts
from exeunt.keeping.reckon import View, burst, evidence
from exeunt.keeping.watchfile import Watch
from exeunt.ledger import records
from exeunt.ledger.tables import about, alert, claim, conflict, count, document, move
from exeunt.model import LanguageCode
from exeunt.reckon.claims import Stated
from exeunt.reckon.moves import Move, moves_of, withdrawn

WINDOW = 90
"""Days in which departures are counted."""

_FEWEST = 2  # departures in the window from which on an organisation is looked at

Told = dict[str, Any]
"""What an alert says and on which claims it rests, as it is kept in the ledger."""


@dataclass(frozen=True)
class Row:
    """An alert as it is kept."""

    id: str
    sort: str
    subject: str
    told: Told
    made_at: str


@dataclass
class Past:
    """What a watch has told, and knew from the beginning."""

    rows: list[Row] = field(default_factory=list)
    began: str | None = None  # when this ledger was told of what was there at the beginning, UTC
    statuses: dict[str, tuple[str, str]] = field(default_factory=dict)  # claim -> status last told, alert
    conflicts: set[tuple[str, str]] = field(default_factory=set)  # field, claim
    corrected: dict[str, str] = field(default_factory=dict)  # claim -> the last correction of an alert on it

    def row(self, key: str) -> Row | None:
        return next((r for r in self.rows if r.id == key), None)


def past_of(connection: Connection, watch: Watch) -> Past:
    """What a watch has told so far. `began` is None when it has never looked."""
    question = select(alert).where(alert.c.watch == watch.name).order_by(alert.c.made_at, alert.c.id)
    past = Past()
    corrected = set()
    for r in connection.execute(question).mappings():
        row = Row(r["id"], r["sort"], r["subject"], json.loads(r["told"]), r["made_at"])
        if row.sort != "baseline":
            past.rows.append(row)
        if row.sort == "correction":
            corrected.add(row.subject)
            past.corrected |= dict.fromkeys(row.told["claims"], row.id)
    base = connection.execute(select(alert).where(alert.c.id == _baseline_id(watch))).mappings().first()
    if base is None:
        return past
    told = json.loads(base["told"])
    past.began = told["began"]
    for status, claims in told["moves"]:
        past.statuses |= dict.fromkeys(claims, (status, base["id"]))
    past.conflicts |= {(f, c) for f, claims in told["conflicts"] for c in claims}
    for row in (r for r in past.rows if r.id not in corrected and not r.told.get("erased")):
        _remember(past, row)
    return past


def _remember(past: Past, row: Row) -> None:
    if row.sort in ("move", "status"):
        past.statuses |= dict.fromkeys(row.told["claims"], (row.told.get("status", ""), row.id))
    elif row.sort == "conflict":
        past.conflicts |= {(row.told.get("field", ""), c) for c in row.told["claims"]}


def _baseline_id(watch: Watch) -> str:
    return records.digest("alert", watch.name, "baseline", watch.organization, watch.person)


def alert_row(watch: Watch, sort: str, subject: str, told: Told, now: datetime, *says: object) -> dict[str, Any]:
    """The row of an alert: its id follows from the watch, the sort, the subject and what it says."""
    return {"id": records.digest("alert", watch.name, sort, subject, *says), "watch": watch.name, "sort": sort, "subject": subject,
            "told": json.dumps({"to": list(watch.to), **told}, ensure_ascii=False, sort_keys=True), "made_at": stamp(now)}  # fmt: skip


def stamp(now: datetime) -> str:
    """A moment as the ledger keeps it, in UTC."""
    return now.astimezone(UTC).isoformat(timespec="microseconds")


# --- what is in the ledger ------------------------------------------------------------------------------------------


def scope(connection: Connection, watch: Watch) -> tuple[list[str] | None, list[str] | None]:
    """The persons and organisations that a watch asks about; None for all, empty while nobody of that name is known."""
    persons = ask.find(connection, watch.person, "person") if watch.person else None
    organizations = ask.find(connection, watch.organization, "organization") if watch.organization else None
    return persons, organizations


def _fitting(connection: Connection, table: Any, watch: Watch) -> list[dict[str, Any]]:
    question = select(table).order_by(table.c.id)
    for column, chosen in zip((table.c.person, table.c.organization), scope(connection, watch), strict=True):
        if chosen is not None:
            question = question.where(column.in_(chosen))
    return [dict(r) for r in connection.execute(question).mappings()]


def moves_in(connection: Connection, watch: Watch) -> list[dict[str, Any]]:
    """The moves that a watch asks about."""
    return [
        {**r, "claims": json.loads(r["claims"]), "denied": bool(r["denied"])} for r in _fitting(connection, move, watch)
    ]


def conflicts_in(connection: Connection, watch: Watch) -> list[dict[str, Any]]:
    """The open conflicts that a watch asks about."""
    rows = [{**r, "sides": json.loads(r["sides"])} for r in _fitting(connection, conflict, watch) if not r["settled"]]
    return [{**r, "claims": sorted({c for s in r["sides"] for c in s["claims"]})} for r in rows]


def baseline(connection: Connection, watch: Watch, now: datetime) -> dict[str, Any]:
    """The row that keeps what there is before a watch begins."""
    told = {"moves": [[m["status"], m["claims"]] for m in moves_in(connection, watch)],
            "conflicts": [[c["field"], c["claims"]] for c in conflicts_in(connection, watch)],
            "bursts": [[b["subject"], b["told"]["until"]] for b in bursts(connection, watch, now)], "began": records.now(), "silent": True}  # fmt: skip
    return {**alert_row(watch, "baseline", "", told, now), "id": _baseline_id(watch)}


# --- moves and conflicts --------------------------------------------------------------------------------------------


def new_alerts(
    connection: Connection, watch: Watch, past: Past, now: datetime, language: LanguageCode
) -> list[dict[str, Any]]:
    """The moves, changes of status and conflicts that a watch has not told."""
    found = [r for m in moves_in(connection, watch) if (r := _move_alert(connection, watch, past, m, now, language))]
    for c in conflicts_in(connection, watch):
        if not any((c["field"], key) in past.conflicts for key in c["claims"]) and "conflict" in watch.tell:
            told = {
                **_conflict_told(connection, c, language),
                **_silence(connection, past, c["claims"], bool(past.corrected)),
            }
            after = [past.corrected[x] for x in c["claims"] if x in past.corrected]
            found.append(alert_row(watch, "conflict", c["claims"][0], told, now, c["field"], *after[:1]))
    return found


def _move_alert(
    connection: Connection, watch: Watch, past: Past, m: dict[str, Any], now: datetime, language: LanguageCode
) -> dict[str, Any] | None:
    before = [past.statuses[c] for c in m["claims"] if c in past.statuses]
    subject = min(m["claims"])
    if not before:
        if "move" not in watch.tell:
            return _noted(watch, subject, m, now) if "status" in watch.tell else None
        after = next((past.corrected[c] for c in m["claims"] if c in past.corrected), "")
        told = {**move_told(connection, m, language), **_silence(connection, past, m["claims"], bool(after))}
        return alert_row(watch, "move", subject, told, now, m["status"], m["kind"], after)
    if any(status == m["status"] for status, _ in before):
        return None
    status, previous = before[-1]
    told = {**move_told(connection, m, language), "before": status, "previous": previous}
    if "status" not in watch.tell:
        return None
    return alert_row(watch, "status", subject, told, now, status, m["status"], previous)


def _noted(watch: Watch, subject: str, m: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A move that is not told, kept because a change of its status would be."""
    told = {"claims": m["claims"], "rests": m["claims"], "status": m["status"], "silent": True}
    return alert_row(watch, "move", subject, told, now, m["status"], m["kind"], "silent")


def _silence(connection: Connection, past: Past, claims: Sequence[str], again: bool) -> Told:
    """`silent` for what the ledger held, in other words, before the watch began."""
    if past.began is None or again:
        return {}
    rows = connection.execute(
        select(func.min(document.c.added_at))
        .join(claim, claim.c.document == document.c.id)
        .where(claim.c.id.in_(claims))
    ).scalar()
    return {"silent": True} if rows and rows < past.began else {}


def move_told(connection: Connection, m: Mapping[str, Any], language: LanguageCode) -> Told:
    """What an alert says of a move: the sentence of its surest claim of that status, and who denies it."""
    group = stated(connection, claim.c.id.in_(m["claims"]))
    back = withdrawn(group)
    valid = [c for c in group if c.id not in back] or group
    telling = [c for c in valid if c.status == m["status"]] or valid
    telling.sort(key=lambda c: (c.kind != m["kind"], -c.confidence, c.id))
    denying = [c.id for c in valid if c.status == "denied"] if m["status"] != "denied" else []
    names = ask.names(connection, {m[k] for k in ("person", "organization", "counterpart") if m[k]}, language)
    fields = (
        "person",
        "organization",
        "counterpart",
        "direction",
        "kind",
        "role",
        "date",
        "until",
        "status",
        "denied",
        "sources",
        "claims",
    )
    return {**{k: m[k] for k in fields}, **{f"{k}_name": names.get(m[k] or "") for k in ("person", "organization", "counterpart")},
            "rests": [c.id for c in telling], "quotes": quotes(connection, [telling[0].id]), "denials": quotes(connection, denying)}  # fmt: skip


def refreshed(connection: Connection, row: Row) -> Row:
    """An alert on a move with the denials that have come since it was made: it may have waited."""
    if row.sort not in ("move", "status") or row.told.get("erased"):
        return row
    group = stated(connection, about.c.person.in_(select(about.c.person).where(about.c.claim.in_(row.told["rests"]))))
    found = next((m for m in _moves(group) if {c.id for c in m.claims} & set(row.told["rests"])), None)
    if found is None or row.told["status"] == "denied" or not found.denied:
        return row
    back = withdrawn(found.claims)
    denials = quotes(connection, [c.id for c in found.claims if c.status == "denied" and c.id not in back])
    return replace(row, told={**row.told, "denied": True, "denials": denials})


def _moves(claims: Iterable[Stated]) -> Iterable[Move]:
    """The moves of one person at all organisations."""
    groups: dict[str, list[Stated]] = defaultdict(list)
    for c in claims:
        groups[c.organization].append(c)
    return [m for group in groups.values() for m in moves_of(group)]


def _conflict_told(connection: Connection, c: Mapping[str, Any], language: LanguageCode) -> Told:
    values = {s["value"] for s in c["sides"]} if c["field"] == "counterpart" else set()
    said = _numbers if c["field"] == "count" else quotes
    names = ask.names(connection, {x for x in (c["person"], c["organization"], *values) if x}, language)
    sides = [
        {
            "value": names.get(s["value"], s["value"]),
            "claims": s["claims"],
            "quotes": said(connection, s["claims"])[:1],
        }
        for s in c["sides"]
    ]
    return {"conflict": c["id"], "person": c["person"], "organization": c["organization"], "field": c["field"], "direction": c["direction"],
            "person_name": names.get(c["person"] or ""), "organization_name": names.get(c["organization"]), "sides": sides, "claims": c["claims"],
            "rests": c["claims"]}  # fmt: skip


def quotes(connection: Connection, keys: Iterable[str]) -> list[dict[str, Any]]:
    """The sentences of claims with who published them and when, in the order of `keys`; of doubtful and rejected ones only those confirmed."""
    standing = {c.id for part in in_parts(keys) for c in stated(connection, claim.c.id.in_(part))}
    rows = {r["id"]: r for part in in_parts(standing) for r in ask.claims(connection, claim.c.id.in_(part))}
    kept = ("quote", "outlet", "published", "url", "document", "speaker", "source", "status")
    return [{"claim": k, **{f: rows[k][f] for f in kept}} for k in keys if k in rows]


def _numbers(connection: Connection, keys: Iterable[str]) -> list[dict[str, Any]]:
    """The sentences of stated numbers, in the form of `quotes`."""
    there = {
        r[0] for part in in_parts(keys) for r in connection.execute(select(count.c.id).where(count.c.id.in_(part)))
    }
    kept = ("quote", "outlet", "published", "url", "document")
    return [
        {"claim": r["id"], **{f: r[f] for f in kept}, "speaker": None, "source": None, "status": None}
        for r in evidence(connection, sorted(there))
    ]


# --- bursts ---------------------------------------------------------------------------------------------------------


def bursts(connection: Connection, watch: Watch, now: datetime, language: LanguageCode = "en") -> list[dict[str, Any]]:
    """More departures in the last 90 days than were expected at most, one alert for each organisation."""
    if "burst" not in watch.tell or watch.person:
        return []
    today = now.date()
    view = View(today, None, language)
    found = (_burst(connection, watch, key, view, now) for key in _departed(connection, watch, today))
    return [row for row in found if row]


def _departed(connection: Connection, watch: Watch, today: date) -> list[str]:
    """The organisations from which several left in the window."""
    since = (today - timedelta(days=WINDOW - 1)).isoformat()
    question = (
        select(move.c.organization).where(move.c.direction == "out", move.c.status == "fact", move.c.date >= since)
        .group_by(move.c.organization).having(func.count() >= _FEWEST).order_by(move.c.organization)
    )  # fmt: skip
    if watch.organization:
        question = question.where(move.c.organization.in_(scope(connection, watch)[1] or []))
    return [r[0] for r in connection.execute(question)]


def _burst(connection: Connection, watch: Watch, key: str, view: View, now: datetime) -> dict[str, Any] | None:
    reckoned = burst(connection, key, WINDOW, view)
    figures = {f.label: f for f in reckoned.figures}
    seen, expected = figures.get("seen"), figures.get("expected")
    if not seen or not expected or expected.high is None or (seen.value or 0) <= expected.high:
        return None
    rows = connection.execute(select(move.c.claims).where(move.c.id.in_(seen.moves))).all()
    groups = sorted(sorted(json.loads(r[0])) for r in rows)
    told = {"organization": key, "organization_name": reckoned.name, "seen": seen.value, "low": expected.low, "high": expected.high,
            "since": seen.since, "until": seen.until, "departures": groups, "claims": sorted({c for g in groups for c in g}),
            "rests": list(seen.evidence), "quotes": quotes(connection, seen.evidence)[:3]}  # fmt: skip
    return alert_row(watch, "burst", key, told, now, seen.since)


def untold(past: Past, base: list[list[str]], found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The bursts whose window does not overlap with one that was told: else the same departures would be told every day."""
    ends: dict[str, str] = {row[0]: row[1] for row in base}
    for row in (r for r in past.rows if r.sort == "burst" and "until" in r.told):
        ends[row.subject] = max(ends.get(row.subject, ""), row.told["until"])
    return [r for r in found if ends.get(r["subject"], "") < json.loads(r["told"])["since"]]


def bursts_at_first(connection: Connection, watch: Watch) -> list[list[str]]:
    """The bursts that the baseline of a watch keeps: organisation, last day of the window."""
    told = connection.execute(select(alert.c.told).where(alert.c.id == _baseline_id(watch))).scalar()
    return json.loads(told)["bursts"] if told else []
