"""Questions to the ledger: moves, persons, organisations, conflicts, identities, what waits for review; as of any day."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, func, or_, select

from exeunt.errors import LedgerError
from exeunt.identify.match import DIFFERENT, match
from exeunt.identify.resolve import Kind, norm_of, profile_keys, search_keys
from exeunt.keeping.derive import stated
from exeunt.keeping.people import in_parts, make_profile
from exeunt.language.detect import JAPANESE
from exeunt.ledger.records import claim_of, document_of
from exeunt.ledger.standing import standing
from exeunt.ledger.tables import about, claim, conflict, document, doubt, judgement, move, profile, profile_key, story
from exeunt.model import LanguageCode
from exeunt.reckon import Stated, moves_of

MOST = 200
"""Rows that a question without a limit of its own gives."""


def find(connection: Connection, name: str, kind: Kind) -> list[str]:
    """The identities that `name` may mean, the likeliest first: by id, by the name itself, else by its sound."""
    if connection.execute(select(profile.c.id).where(profile.c.identity == name)).first():
        return [name]
    exact = select(profile.c.identity).where(profile.c.kind == kind, profile.c.norm == norm_of(name, kind)).distinct()
    found = sorted(r[0] for r in connection.execute(exact))
    if found:
        return found
    asked = make_profile(name, kind)
    keys = search_keys(asked) if kind == "person" else profile_keys(asked)
    near = connection.execute(
        select(profile.c.identity, profile.c.name)
        .join(profile_key, profile_key.c.profile == profile.c.id)
        .where(profile_key.c.key.in_(keys))
        .distinct()
    ).all()
    scored: dict[str, float] = {}
    for identity, other in near:
        scored[identity] = max(scored.get(identity, 0.0), match(name, other, kind).score)
    return [i for i, s in sorted(scored.items(), key=lambda r: (-r[1], r[0])) if s >= DIFFERENT]


def one(connection: Connection, name: str, kind: Kind) -> list[str]:
    """Like `find`; raises LedgerError when nobody is found."""
    found = find(connection, name, kind)
    if not found:
        word = "person" if kind == "person" else "organisation"
        raise LedgerError(f"no {word} in the ledger is called {name}: exeunt identities lists who there is")
    return found


def names(connection: Connection, identities: Iterable[str], language: LanguageCode | None = None) -> dict[str, str]:
    """Identity -> its name for people to read: the one that most claims use, of equals the longest; in the script of a language first."""
    votes: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for part in in_parts(identities):
        for column in (about.c.person_profile, about.c.organization_profile, about.c.counterpart_profile):
            rows = connection.execute(
                select(profile.c.identity, profile.c.name, func.count(about.c.claim))
                .join(about, column == profile.c.id)
                .where(profile.c.identity.in_(part))
                .group_by(profile.c.identity, profile.c.name)
            )
            for identity, name, n in rows:
                votes[identity][name] += n
    return {i: chosen_name(v, language) for i, v in votes.items()}


def in_other_script(name: str, language: LanguageCode | None) -> bool:
    """Whether a name is not written in the script of a language; never when none is asked for."""
    return language is not None and (language == "ja") != bool(JAPANESE.search(name))


def chosen_name(votes: Mapping[str, int], language: LanguageCode | None) -> str:
    """Of several names the one with most votes, of equals the longest; one in the script of a language before all others."""

    def order(name: str) -> tuple[bool, int, int, str]:
        return in_other_script(name, language), -votes[name], -len(name), name

    return min(votes, key=order)


def has_document(connection: Connection, key: str) -> bool:
    """Whether there is a document with this id."""
    return connection.execute(select(document.c.id).where(document.c.id == key)).first() is not None


def all_names(connection: Connection, identity: str, kind: Kind) -> list[str]:
    """Every name of an identity, in whichever script."""
    pairs = (
        ((claim.c.person, about.c.person),)
        if kind == "person"
        else ((claim.c.organization, about.c.organization), (claim.c.counterpart, about.c.counterpart))
    )
    found: set[str] = set()
    for column, key in pairs:
        found |= {
            r[0]
            for r in connection.execute(
                select(column).join(about, about.c.claim == claim.c.id).where(key == identity).distinct()
            )
        }
    return sorted(found)


def moves(
    connection: Connection,
    person: str | None = None,
    organization: str | None = None,
    since: str | None = None,
    until: str | None = None,
    status: str | None = None,
    direction: str | None = None,
    as_of: str | None = None,
    limit: int = MOST,
) -> list[dict[str, Any]]:
    """Moves, newest first, undated ones last. Raises LedgerError when a person or organisation is not known."""
    persons = one(connection, person, "person") if person else None
    organizations = one(connection, organization, "organization") if organization else None
    rows = (
        _as_of(connection, persons, organizations, as_of)
        if as_of
        else _now(connection, persons, organizations, since, until, status, direction, limit)
    )
    kept = [
        r for r in rows
        if (not since or (r["date"] or "") >= since) and (not until or (r["date"] and r["date"][: len(until)] <= until))
        and (not status or r["status"] == status) and (not direction or r["direction"] == direction)
    ]  # fmt: skip
    return _named(connection, kept[:limit])


def _now(
    connection: Connection,
    persons: Any,
    organizations: Any,
    since: Any,
    until: Any,
    status: Any,
    direction: Any,
    limit: int,
) -> list[dict[str, Any]]:
    question = select(move).order_by(move.c.date.is_(None), move.c.date.desc(), move.c.id).limit(limit)
    for column, chosen in ((move.c.person, persons), (move.c.organization, organizations)):
        if chosen is not None:
            question = question.where(column.in_(chosen))
    for column, value in ((move.c.status, status), (move.c.direction, direction)):
        if value:
            question = question.where(column == value)
    if since:
        question = question.where(move.c.date >= since)
    if until:
        question = question.where(move.c.date <= until + "~")
    return [
        {**r, "denied": bool(r["denied"]), "claims": json.loads(r["claims"])}
        for r in connection.execute(question).mappings()
    ]


def _as_of(connection: Connection, persons: Any, organizations: Any, day: str) -> list[dict[str, Any]]:
    """The moves that the documents of that day and before add up to, newest first."""
    condition: Any = None
    for column, chosen in ((about.c.person, persons), (about.c.organization, organizations)):
        if chosen is not None:
            condition = column.in_(chosen) if condition is None else condition & column.in_(chosen)
    found = moves_as_of(connection, condition, day)
    found.sort(key=lambda m: m["id"])
    found.sort(key=lambda m: m["date"] or "", reverse=True)
    return found


def moves_as_of(connection: Connection, condition: Any, day: str) -> list[dict[str, Any]]:
    """The moves of the persons and organisations that fit a condition, from what the documents of that day and before state."""
    return [
        {**m.values(), "claims": [c.id for c in m.claims]}
        for group in stated_pairs(connection, condition, day)
        for m in moves_of(group)
    ]


def stated_pairs(connection: Connection, condition: Any, day: str) -> list[list[Stated]]:
    """What was stated up to a day, by person and organisation."""
    known = or_(document.c.known_at <= day, document.c.known_at.is_(None))
    groups: dict[tuple[str, str], list[Stated]] = defaultdict(list)
    for c in stated(connection, known if condition is None else known & condition, day):
        groups[(c.person, c.organization)].append(c)
    return [group for _, group in sorted(groups.items())]


def _named(connection: Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told = names(connection, {r[k] for r in rows for k in ("person", "organization", "counterpart") if r.get(k)})
    return [
        {**r, **{f"{k}_name": told.get(r[k]) if r.get(k) else None for k in ("person", "organization", "counterpart")}}
        for r in rows
    ]


def claims(connection: Connection, condition: Any) -> list[dict[str, Any]]:
    """Claims with what their documents are, for people to read: who says so, where, in which words."""
    question = (
        select(claim, document.c.published, document.c.outlet, document.c.url, document.c.title, document.c.known_at, story.c.story,
               about.c.person.label("person_id"), about.c.organization.label("organization_id"))
        .join(document, document.c.id == claim.c.document)
        .join(about, about.c.claim == claim.c.id)
        .join(story, story.c.document == claim.c.document)
        .where(condition)
        .order_by(claim.c.date.is_(None), claim.c.date, document.c.published, claim.c.id)
    )  # fmt: skip
    rejected = {j["first"] for j in standing(connection, "reject")}
    found = []
    for row in connection.execute(question).mappings():
        told = claim_of(row)
        fields = ("id", "document", "person", "organization", "direction", "kind", "role", "counterpart", "date", "until", "status", "source", "speaker",
                  "confidence", "published", "outlet", "url", "title", "story", "person_id", "organization_id")  # fmt: skip
        found.append(
            {**{f: row[f] for f in fields}, "doubtful": bool(row["doubtful"]), "rejected": row["id"] in rejected,
             "quote": told.evidence[0].text if told.evidence else None, "place": told.evidence[0].place if told.evidence else None}
        )  # fmt: skip
    return found


def person(connection: Connection, name: str, as_of: str | None = None) -> list[dict[str, Any]]:
    """Everyone whom `name` may mean, with all names, moves and claims."""
    found = []
    for identity in one(connection, name, "person"):
        condition: Any = about.c.person == identity
        if as_of:
            condition = condition & or_(document.c.known_at <= as_of, document.c.known_at.is_(None))
        found.append(
            {"id": identity, "names": all_names(connection, identity, "person"), "moves": moves(connection, person=identity, as_of=as_of),
             "claims": claims(connection, condition)}
        )  # fmt: skip
    return found


def conflicts(
    connection: Connection,
    organization: str | None = None,
    person: str | None = None,
    settled: bool = False,
    limit: int = MOST,
) -> list[dict[str, Any]]:
    """Conflicts with both sides, their documents, and who cites whom. Settled ones only where asked for."""
    question = select(conflict).order_by(conflict.c.id).limit(limit)
    if organization:
        question = question.where(conflict.c.organization.in_(one(connection, organization, "organization")))
    if person:
        question = question.where(conflict.c.person.in_(one(connection, person, "person")))
    if not settled:
        question = question.where(conflict.c.settled.is_(None))
    rows = [{**r, "sides": json.loads(r["sides"])} for r in connection.execute(question).mappings()]
    told = names(connection, {v for r in rows for v in (r["person"], r["organization"], *_valued(r)) if v})
    for r in rows:
        r["person_name"], r["organization_name"] = told.get(r["person"] or ""), told.get(r["organization"])
        for side in r["sides"]:
            side["value_name"] = told.get(side["value"], side["value"])
        _sources(connection, r)
    return rows


def _valued(row: dict[str, Any]) -> list[str]:
    return [s["value"] for s in row["sides"]] if row["field"] == "counterpart" else []


def _sources(connection: Connection, row: dict[str, Any]) -> None:
    """Who says each side, and whether a document of one side cites the outlet of another: then that is upstream."""
    keys = sorted({d for s in row["sides"] for d in s["documents"]})
    stored: dict[str, Any] = {
        r["id"]: r for r in connection.execute(select(document).where(document.c.id.in_(keys))).mappings()
    }
    for side in row["sides"]:
        side["sources"] = [
            {
                "document": d,
                "outlet": stored[d]["outlet"],
                "published": stored[d]["published"],
                "title": stored[d]["title"],
            }
            for d in side["documents"]
            if d in stored
        ]
    upstream = []
    for a in keys:
        text = document_of(stored[a]).text if a in stored else ""
        for b in keys:
            outlet = stored[b]["outlet"] if b in stored else None
            if a != b and outlet and outlet != stored[a]["outlet"] and outlet in text:
                upstream.append({"document": a, "cites": b})
    row["cites"] = upstream


def identities(connection: Connection, kind: Kind | None = None) -> list[dict[str, Any]]:
    """Every identity with its names and where they are mentioned, by kind and id."""
    mentions: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    rows = connection.execute(
        select(about.c.person, about.c.organization, about.c.counterpart, claim.c.person.label("p"), claim.c.organization.label("o"), claim.c.counterpart.label("c"), claim.c.document)
        .join(claim, claim.c.id == about.c.claim)
    )  # fmt: skip
    for r in rows:
        if kind in (None, "person"):
            mentions[("person", r.person)][r.document].add(r.p)
        if kind in (None, "organization"):
            mentions[("organization", r.organization)][r.document].add(r.o)
            if r.counterpart and r.c:
                mentions[("organization", r.counterpart)][r.document].add(r.c)
    return [
        {"id": identity, "kind": sort, "names": sorted({n for found in at.values() for n in found}),
         "mentions": [{"document": d, "name": n} for d in sorted(at) for n in sorted(at[d])]}
        for (sort, identity), at in sorted(mentions.items())
    ]  # fmt: skip


def doubts(connection: Connection, limit: int = MOST) -> list[dict[str, Any]]:
    """What waits for a judgement, what changes most first: pairs of identities that may be one, then doubtful claims."""
    weight = {r[0]: r[1] for r in connection.execute(select(about.c.person, func.count()).group_by(about.c.person))}
    for identity, number in connection.execute(
        select(about.c.organization, func.count()).group_by(about.c.organization)
    ):
        weight[identity] = weight.get(identity, 0) + number
    first, second = profile.alias(), profile.alias()
    rows = connection.execute(
        select(doubt, first.c.identity.label("a"), second.c.identity.label("b"), first.c.name.label("an"), second.c.name.label("bn"), first.c.at.label("aa"), second.c.at.label("ba"))
        .join(first, first.c.id == doubt.c.first).join(second, second.c.id == doubt.c.second)
        .where(first.c.identity != second.c.identity)
    ).mappings()  # fmt: skip
    judged = {frozenset((j["first"], j["second"])) for j in standing(connection, "different")}
    found: dict[frozenset[str], dict[str, Any]] = {}
    for row in rows:
        r: dict[str, Any] = dict(row)
        pair = frozenset((r["a"], r["b"]))
        if frozenset((r["first"], r["second"])) in judged or pair in judged:
            continue
        entry = {"sort": "identity", "kind": r["kind"], "first": r["a"], "second": r["b"], "names": [r["an"], r["bn"]],
                 "at": [r["aa"], r["ba"]], "score": r["score"], "reasons": json.loads(r["reasons"]),
                 "weight": min(weight.get(r["a"], 0), weight.get(r["b"], 0))}  # fmt: skip
        if pair not in found or found[pair]["score"] < entry["score"]:
            found[pair] = entry
    for entry in _namesakes(connection, judged, limit):
        found.setdefault(frozenset((entry["first"], entry["second"])), entry)
        entry["weight"] = min(weight.get(entry["first"], 0), weight.get(entry["second"], 0))
    queue = sorted(found.values(), key=lambda e: (-e["weight"] * e["score"], e["first"], e["second"]))
    done = {j["first"] for j in standing(connection, "confirm", "reject")}
    waiting = [
        {"sort": "claim", "weight": 1, **c} for c in claims(connection, claim.c.doubtful == 1) if c["id"] not in done
    ]
    waiting.sort(key=lambda c: (-c["confidence"], c["id"]))
    return (queue + waiting)[:limit]


def _namesakes(connection: Connection, judged: set[frozenset[str]], limit: int) -> list[dict[str, Any]]:
    """Persons of one name at different organisations: each pair of neighbours in the order of their ids."""
    several = (
        select(profile.c.norm)
        .where(profile.c.kind == "person", profile.c.full == 1)
        .group_by(profile.c.norm)
        .having(func.count(profile.c.identity.distinct()) > 1)
        .order_by(profile.c.norm)
        .limit(limit)
    )
    rows = connection.execute(
        select(
            profile.c.norm,
            profile.c.identity,
            func.min(profile.c.name).label("name"),
            func.min(profile.c.at).label("at"),
        )
        .where(profile.c.kind == "person", profile.c.full == 1, profile.c.norm.in_(several))
        .group_by(profile.c.norm, profile.c.identity)
        .order_by(profile.c.norm, profile.c.identity)
    ).all()
    return [
        {"sort": "identity", "kind": "person", "first": a.identity, "second": b.identity, "names": [a.name, b.name], "at": [a.at, b.at],
         "score": 0.5, "reasons": ["the same name at another organisation"], "weight": 0}
        for a, b in pairwise(rows)
        if a.norm == b.norm and frozenset((a.identity, b.identity)) not in judged
    ]  # fmt: skip


def judgements(connection: Connection) -> list[dict[str, Any]]:
    """Every judgement, newest first, with whether it stands."""
    undone = {r[0] for r in connection.execute(select(judgement.c.first).where(judgement.c.sort == "undo"))}
    rows = connection.execute(select(judgement).order_by(judgement.c.made_at.desc(), judgement.c.id)).mappings()
    return [{**r, "undone": r["id"] in undone} for r in rows]
