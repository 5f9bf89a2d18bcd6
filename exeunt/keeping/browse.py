"""What pages and programs look through: the newest moves, names while they are typed, one move, one document."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, func, or_, select

from exeunt.errors import InputError, LedgerError
from exeunt.identify.search import asked_words, folded, words_of
from exeunt.keeping import ask
from exeunt.language.dates import publication_day
from exeunt.language.posts import post_of
from exeunt.ledger.records import claim_of, document_of
from exeunt.ledger.tables import KNOWN, about, claim, document, move, profile, word
from exeunt.model import Direction, Document, Kind, LanguageCode, Status

MOST = 200
"""Moves of one page at most."""
_LOOKED_AT = 400  # names under one beginning; more are not ranked
_QUOTED = 12  # claims of a move that are looked at for its sentence
_END = "\U0010ffff"
_known: Any = KNOWN  # its comparisons make conditions


class Wanted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which moves: any of these left out asks for all. `after` is the cursor that the page before gave."""

    person: str | None = None
    organization: str | None = None
    direction: Direction | None = None
    kind: Kind | None = None
    status: Status | None = None
    role: str | None = None
    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    after: str | None = None
    limit: int = 50


class Page(msgspec.Struct, frozen=True):
    """Moves, the ones that became known last first, and the cursor of the page behind; None on the last."""

    moves: list[dict[str, Any]]
    after: str | None


def newest(connection: Connection, wanted: Wanted, language: LanguageCode | None = None) -> Page:
    """A page of moves with names and the sentence that first told each. Raises LedgerError for unknown names, InputError or DateError for values that are none."""
    limit = min(max(1, wanted.limit), MOST)
    for day in (wanted.since, wanted.until, wanted.as_of):
        publication_day(day)
    found = _rows(connection, wanted, limit + 1)
    rows, more = found[:limit], len(found) > limit
    after = f"{rows[-1]['first_known'] or ''}~{rows[-1]['id']}" if more else None
    if wanted.as_of:
        rows = _seen_from(connection, rows, wanted)
    return Page(told(connection, rows, language), after)


def _rows(connection: Connection, wanted: Wanted, limit: int) -> list[dict[str, Any]]:
    question = select(move).order_by(KNOWN.desc(), move.c.id.desc()).limit(limit)
    if wanted.person:
        question = question.where(move.c.person.in_(ask.one(connection, wanted.person, "person")))
    if wanted.organization:
        question = question.where(move.c.organization.in_(ask.one(connection, wanted.organization, "organization")))
    if wanted.role:
        question = question.where(move.c.role.in_(roles_like(connection, wanted.role)))
    for column in ("direction", "kind", "status"):
        if (value := getattr(wanted, column)) and not wanted.as_of:  # of a day: said of what was known then
            question = question.where(move.c[column] == value)
    if wanted.since:
        question = question.where(_known >= wanted.since)
    if until := min((d for d in (wanted.until and wanted.until + "~", wanted.as_of) if d), default=None):
        question = question.where(_known <= until)
    if wanted.after:
        day, mark, key = wanted.after.partition("~")
        if not mark:
            raise InputError(f"after={wanted.after[:60]}: give the cursor of the page before as it is")
        question = question.where(or_(_known < day, and_(_known == day, move.c.id < key)))
    return [_plain(r) for r in connection.execute(question).mappings()]


def _plain(row: Any) -> dict[str, Any]:
    return {**{str(k): v for k, v in row.items()}, "denied": bool(row["denied"]), "claims": json.loads(row["claims"])}


def _seen_from(connection: Connection, rows: list[dict[str, Any]], wanted: Wanted) -> list[dict[str, Any]]:
    """What the same persons' moves there were on a day, by the documents known by then."""
    assert wanted.as_of
    pairs = {(r["person"], r["organization"]) for r in rows}
    persons = sorted({p for p, _ in pairs})
    found = ask.moves_as_of(connection, about.c.person.in_(persons), wanted.as_of) if persons else []
    kept = [
        m for m in found
        if (m["person"], m["organization"]) in pairs
        and all(getattr(wanted, f) in (None, m[f]) for f in ("direction", "kind", "status"))
    ]  # fmt: skip
    return sorted(kept, key=lambda m: (m["first_known"] or "", m["id"]), reverse=True)


def told(connection: Connection, rows: list[dict[str, Any]], language: LanguageCode | None) -> list[dict[str, Any]]:
    """Moves with the names of whom they are about, and the claim that told each first."""
    fields = ("person", "organization", "counterpart")
    called = ask.names(connection, {r[k] for r in rows for k in fields if r[k]}, language)
    ids = {c for r in rows for c in r["claims"][:_QUOTED]}
    known = {c["id"]: c for c in ask.claims(connection, claim.c.id.in_(ids))} if ids else {}
    return [
        {**r, **{f"{k}_name": called.get(r[k]) if r[k] else None for k in fields},
         "first": _first([known[c] for c in r["claims"][:_QUOTED] if c in known]), "key": min(r["claims"])}
        for r in rows
    ]  # fmt: skip


def _first(claims: list[dict[str, Any]]) -> dict[str, Any] | None:
    return min(claims, key=lambda c: (c["published"] or "9999", -c["confidence"], c["id"]), default=None)


def find_move(connection: Connection, key: str, as_of: str | None = None) -> dict[str, Any]:
    """The move with this id, or the one that rests on the claim with this id: claims never change, so such an address lasts. Raises LedgerError."""
    found = connection.execute(select(move).where(move.c.id == key)).mappings().first()
    pair = (found["person"], found["organization"]) if found else None
    if pair is None:
        row = connection.execute(select(about.c.person, about.c.organization).where(about.c.claim == key)).first()
        pair = (row[0], row[1]) if row else None
    if pair is None:
        raise LedgerError(f"there is no move {key} in this ledger: search for the person instead")
    claims = set(json.loads(found["claims"])) if found else {key}
    mine = and_(move.c.person == pair[0], move.c.organization == pair[1])
    if as_of:
        there = and_(about.c.person == pair[0], about.c.organization == pair[1])
        rows = ask.moves_as_of(connection, there, as_of)
    else:
        rows = [_plain(r) for r in connection.execute(select(move).where(mine)).mappings()]
    for r in rows:
        if claims & set(r["claims"]):
            return r
    if as_of:
        raise LedgerError(f"on {as_of} no document had told of this move: choose a later day")
    raise LedgerError(f"claim {key} is in no move: it waits for review or was rejected")


# --- names and roles while they are typed -------------------------------------------------------------------------


def search(
    connection: Connection, text: str, language: LanguageCode | None = None, limit: int = 8, kind: str | None = None
) -> list[dict[str, Any]]:
    """Persons, organisations and roles that what was typed so far may mean, those with most claims first: {kind, id, name, also, claims}."""
    asked = asked_words(text)[:6]
    if not asked:
        return []
    found = _begun(connection, asked, kind)
    for sort in ("person", "organization"):
        if kind in (None, sort) and not any(k == sort for k, _ in found.values()):
            found |= {i: (sort, []) for i in _sounding(connection, text, sort)[:limit]}
    persons = func.count(about.c.claim)
    weight: dict[str, int] = {}
    for column in (about.c.person, about.c.organization):
        question = select(column, persons).where(column.in_(sorted(found))).group_by(column)
        weight |= {identity: n for identity, n in connection.execute(question)}  # noqa: C416  (rows are no pairs to dict)
    chosen = sorted(found, key=lambda i: (-weight.get(i, 0), i))[:limit]
    called = ask.names(connection, chosen, language)
    rows = [
        {"kind": found[i][0], "id": i, "name": called[i], "claims": weight.get(i, 0),
         "also": next((n for n in found[i][1] if n != called[i]), None)}
        for i in chosen if i in called
    ]  # fmt: skip
    if kind in (None, "role"):
        rows += [
            {"kind": "role", "id": r, "name": r, "claims": n, "also": None} for r, n in _roles(connection, text)[:4]
        ]
    return rows


def _begun(connection: Connection, asked: list[str], kind: str | None) -> dict[str, tuple[str, list[str]]]:
    """Identity -> kind and names, of those each word asked for begins a word of the name."""
    longest = max(asked, key=len)
    question = (
        select(profile.c.identity, profile.c.kind, profile.c.name)
        .join(word, word.c.profile == profile.c.id)
        .where(word.c.word >= longest, word.c.word < longest + _END)
        .order_by(word.c.word)
        .limit(_LOOKED_AT)
    )
    found: dict[str, tuple[str, list[str]]] = {}
    for identity, sort, name in connection.execute(question):
        if kind in (None, sort) and all(any(w.startswith(a) for w in words_of(name, sort)) for a in asked):
            found.setdefault(identity, (sort, []))[1].append(name)
    return found


def _sounding(connection: Connection, text: str, kind: Any) -> list[str]:
    return ask.find(connection, text, kind) if len(text.strip()) > 2 else []


def _roles(connection: Connection, text: str) -> list[tuple[str, int]]:
    """Roles that hold the text, those of most moves first."""
    asked = folded(text.strip())
    rows = connection.execute(
        select(move.c.role, func.count()).where(move.c.role.is_not(None)).group_by(move.c.role)
    ).all()
    return sorted(((r, n) for r, n in rows if asked in folded(r)), key=lambda x: (-x[1], x[0]))


def roles_like(connection: Connection, text: str) -> list[str]:
    """Roles, in either language, that hold the text or name the same post."""
    asked, post = folded(text.strip()), post_of(text)
    same: list[str] = []
    for (role,) in connection.execute(select(move.c.role).where(move.c.role.is_not(None)).distinct()):
        other = post_of(role)
        if asked in folded(role) or (post.seat and post.seat == other.seat and post.same_seat(other)):
            same.append(role)
    return sorted(same)


# --- documents ----------------------------------------------------------------------------------------------------


def document_with(connection: Connection, key: str) -> tuple[Document, list[dict[str, Any]]]:
    """A document and its claims, each with all stretches of its evidence. Raises LedgerError."""
    row = connection.execute(select(document).where(document.c.id == key)).mappings().first()
    if row is None:
        raise LedgerError(f"there is no document {key} in this ledger; it may have been forgotten on request")
    claims = ask.claims(connection, claim.c.document == key)
    details = {
        r["id"]: claim_of(r) for r in connection.execute(select(claim).where(claim.c.document == key)).mappings()
    }
    return document_of(row), [
        {**c, "evidence": details[c["id"]].evidence, "inferred": details[c["id"]].inferred} for c in claims
    ]


def kind_of(connection: Connection, key: str) -> tuple[str, str] | None:
    """Kind and identity now of a profile or identity id; None where there is none."""
    row = connection.execute(select(profile.c.kind, profile.c.identity).where(profile.c.id == key)).first()
    return (row[0], row[1]) if row else None


def coverage(connection: Connection) -> dict[str, Any]:
    """How much there is: documents, claims, moves, first and last day, outlets with most documents."""
    documents, first, last = connection.execute(
        select(func.count(), func.min(document.c.known_at), func.max(document.c.known_at))
    ).one()
    outlets = connection.execute(
        select(document.c.outlet, func.count()).group_by(document.c.outlet).order_by(func.count().desc(), document.c.outlet).limit(25)
    ).all()  # fmt: skip
    readers = connection.execute(select(claim.c.reader, func.count()).group_by(claim.c.reader)).all()
    by_language: dict[str, int] = defaultdict(int)
    for code, n in connection.execute(select(document.c.language, func.count()).group_by(document.c.language)):
        by_language[code or "?"] += n
    return {
        "documents": documents, "first": first, "last": last, "outlets": [(o, n) for o, n in outlets],
        "claims": sum(n for _, n in readers), "readers": sorted((r or "", n) for r, n in readers),
        "moves": connection.execute(select(func.count()).select_from(move)).scalar(), "languages": dict(by_language),
    }  # fmt: skip
