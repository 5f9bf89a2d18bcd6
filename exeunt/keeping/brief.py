"""What a brief is written from: the moves of one organisation in a period, who says what, and the figures, as known on a day."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, or_, select

from exeunt.errors import InputError, LedgerError
from exeunt.keeping import ask
from exeunt.keeping.facts import facts_of, leaves_of
from exeunt.keeping.people import in_parts
from exeunt.keeping.reckon import DEMO, View, organization_of, precedents_of
from exeunt.ledger.standing import standing
from exeunt.ledger.tables import about, claim, count, document, story
from exeunt.model import Figure
from exeunt.reckon.claims import span
from exeunt.reckon.counted import Counted
from exeunt.reckon.dossier import dossier
from exeunt.reckon.facts import Facts
from exeunt.reckon.flows import flow_table, passages
from exeunt.tell.brief import Article, Dispute, Event, Material, Quote, Way, article_of

_SIDES = ("kind", "date", "role", "counterpart", "status")


def brief(connection: Connection, name: str, view: View, since: str | None = None, until: str | None = None) -> Article:
    """The article about an organisation. Raises LedgerError when nothing is known of it, InputError for a period that ends before it begins."""
    return article_of(material(connection, name, view, since, until))


def material(
    connection: Connection, name: str, view: View, since: str | None = None, until: str | None = None
) -> Material:
    """What the ledger knows of an organisation between two dates (YYYY, YYYY-MM or YYYY-MM-DD), seen from a day."""
    first, last = (span(since)[0] if since else None), (span(until)[1] if until else None)
    if first and last and last < first:
        raise InputError(f"--until {until} lies before --since {since}: give them the other way round")
    key = organization_of(connection, name)
    facts = facts_of(connection, key, view.today, view.as_of, view.language)
    figures = dossier(facts, leaves_of(connection, view.today, view.as_of))
    chosen = [m for m in facts.moves if _inside(m, first, last)]
    mine = {c for m in facts.moves for c in m.claims}
    disputes = [d for d in facts.conflicts if d[1] == "count" or set(d[2]) & {c for m in chosen for c in m.claims}]
    leaves = precedents_of(connection, "leave", view).figures if any(f.table == "away" for f in figures) else []
    looked = _looked_through(connection, key, view)
    wanted = {
        *mine,
        *looked,
        *(c for _, _, cs in disputes for c in cs),
        *(c for f in (*figures, *leaves) for c in f.evidence),
    }
    quotes = _quotes(connection, wanted)
    if not any(c in quotes for c in (*mine, *looked)):
        raise LedgerError(
            f"no claim known on {view.today} and not rejected speaks of {name}: give a later --as-of, or look at exeunt review"
        )
    events = [e for e in (_event(m, facts, quotes) for m in chosen) if e]
    return Material(
        id=key, name=_name(connection, key, facts, view), language=view.language or "en", today=view.today, since=first, until=last, since_told=since, until_told=until,
        covered=facts.covered, demo=ask.has_document(connection, DEMO), events=events, left=_counted(events, figures, "left"),
        joined=_counted(events, figures, "joined"), undated=sum(m.first is None for m in facts.moves) if since or until else 0,
        disputes=[d for d in (_dispute(c, facts, quotes) for c in disputes) if d], ways=_ways(facts, first, last), figures=figures,
        leaves=leaves, quotes=quotes, names=facts.names, all_claims=tuple(c for c in sorted(mine or looked) if c in quotes),
    )  # fmt: skip


def _inside(m: Counted, first: date | None, last: date | None) -> bool:
    """Whether a move surely lies in the period; one without a date only where no period is asked for."""
    if m.first is None or m.last is None:
        return first is None and last is None
    return (first is None or first <= m.first) and (last is None or m.last <= last)


def _name(connection: Connection, key: str, facts: Facts, view: View) -> str:
    return ask.names(connection, [key], view.language).get(key) or facts.name(key)


def _counted(events: Iterable[Event], figures: Iterable[Figure], label: str) -> list[Event]:
    """The events of the period that a total counts."""
    ids = {i for f in figures if f.table == "total" and f.label == label for i in f.moves}
    return [e for e in events if e.id in ids]


def _event(m: Counted, facts: Facts, quotes: dict[str, Quote]) -> Event | None:
    claims = tuple(c for c in m.claims if c in quotes)
    if not claims:
        return None
    return Event(
        id=m.id, person=m.person, name=facts.name(m.person), direction=m.direction, kind=m.kind, status=m.status, standing=m.standing, date=m.date,
        until=m.until, counterpart=m.counterpart, counterpart_name=facts.name(m.counterpart) if m.counterpart else None, claims=claims,
        departs=m.departs, assumed=m.assumed, team=m.post.team,
    )  # fmt: skip


def _dispute(conflict: tuple[str, str, tuple[str, ...]], facts: Facts, quotes: dict[str, Quote]) -> Dispute | None:
    """A conflict with its sides, put together from the claims; None where fewer than two sides may be told."""
    _, field, claims = conflict
    sides: dict[str, list[str]] = defaultdict(list)
    for key in claims:
        q = quotes.get(key)
        value = None if q is None else q.said if field == "count" else getattr(q, field) if field in _SIDES else None
        if value is not None:
            sides[facts.name(str(value)) if field == "counterpart" else str(value)].append(key)
    if len(sides) < 2:
        return None
    about_it = next((m for m in facts.moves if set(m.claims) & set(claims)), None)
    said = next((c for c in facts.counts if c.claim in claims), None)
    order = sorted(sides.items(), key=lambda s: (int(s[0]) if field == "count" else 0, s[0]))
    return Dispute(
        field=field, direction=about_it.direction if about_it else (said.direction if said else None),
        person=about_it.person if about_it else None, name=facts.name(about_it.person) if about_it else None,
        sides=tuple((v, tuple(sorted(cs))) for v, cs in order),
    )  # fmt: skip


def _ways(facts: Facts, first: date | None, last: date | None) -> list[Way]:
    """Where the people who left in the period went; what has no day only where no period is asked for."""
    found = [
        p for p in passages([*facts.moves, *facts.elsewhere])
        if p.source == facts.organization and ((first is None and last is None) or (p.day and (first is None or p.day >= first) and (last is None or p.day <= last)))
    ]  # fmt: skip
    made = [f for f in flow_table(found, facts.names, focus=facts.organization) if f.table == "flows"]
    targets = [(next(i for i in f.subjects if i != facts.organization), f) for f in made]
    return [Way(target=t, name=facts.name(t), figure=f) for t, f in targets]


def _looked_through(connection: Connection, key: str, view: View) -> list[str]:
    """The claims that speak of the organisation in any place: what a zero rests on."""
    known: Any = or_(about.c.organization == key, about.c.counterpart == key)
    if view.as_of:
        known = known & or_(document.c.known_at <= view.as_of, document.c.known_at.is_(None))
    rows = connection.execute(select(about.c.claim).join(document, document.c.id == about.c.document).where(known))
    return sorted(r[0] for r in rows)


def _quotes(connection: Connection, keys: Iterable[str]) -> dict[str, Quote]:
    """Claims and stated numbers by id; never one that is rejected, or that waits for review."""
    found: dict[str, Quote] = {}
    confirmed = {j["first"] for j in standing(connection, "confirm")}
    for part in in_parts(keys):
        for r in ask.claims(connection, claim.c.id.in_(part)):
            if r["quote"] and not r["rejected"] and (not r["doubtful"] or r["id"] in confirmed):
                found[r["id"]] = _claim(r)
        found |= {q.id: q for q in _said(connection, part)}
    others = _counterparts(connection, found)
    languages = _languages(connection, {q.document for q in found.values()})
    return {k: _with(found[k], others.get(k), languages.get(found[k].document)) for k in sorted(found)}


def _claim(r: dict[str, Any]) -> Quote:
    return Quote(
        id=r["id"], document=r["document"], story=r["story"], words=r["quote"], outlet=r["outlet"], title=r["title"], published=r["published"],
        url=r["url"], person=r["person_id"], called=r["person"], kind=r["kind"], status=r["status"], date=r["date"], until=r["until"],
        role=r["role"], speaker=r["speaker"],
    )  # fmt: skip


def _with(q: Quote, counterpart: str | None, language: str | None) -> Quote:
    return msgspec.structs.replace(q, counterpart=counterpart, language=language)


def _said(connection: Connection, keys: Sequence[str]) -> list[Quote]:
    rows = connection.execute(
        select(count, document.c.published, document.c.outlet, document.c.url, document.c.title, story.c.story)
        .join(document, document.c.id == count.c.document)
        .join(story, story.c.document == count.c.document)
        .where(count.c.id.in_(keys))
    ).mappings()
    return [
        Quote(id=r["id"], document=r["document"], story=r["story"], words=json.loads(r["detail"])["text"], outlet=r["outlet"], title=r["title"],
              published=r["published"], url=r["url"], said=r["said"])
        for r in rows
    ]  # fmt: skip


def _counterparts(connection: Connection, keys: Iterable[str]) -> dict[str, str | None]:
    rows = [
        r for part in in_parts(keys)
        for r in connection.execute(select(about.c.claim, about.c.counterpart).where(about.c.claim.in_(part)))
    ]  # fmt: skip
    return {r[0]: r[1] for r in rows}


def _languages(connection: Connection, keys: Iterable[str]) -> dict[str, str | None]:
    rows = [
        r for part in in_parts(keys)
        for r in connection.execute(select(document.c.id, document.c.language).where(document.c.id.in_(part)))
    ]  # fmt: skip
    return {r[0]: r[1] for r in rows}
