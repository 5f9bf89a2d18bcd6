"""From what one document states to stories, identities, moves and conflicts: only what it touches is built anew."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, or_, select

from exeunt.identify.resolve import is_full, norm_of
from exeunt.keeping.people import (
    bind,
    compare_two,
    joined_places,
    keep_profiles,
    link_profiles,
    make_profile,
    profile_from,
    same_places,
    settle_identities,
)
from exeunt.keeping.rulings import hold_all
from exeunt.keeping.stories import place_story
from exeunt.ledger import records
from exeunt.ledger.dialect import replace
from exeunt.ledger.standing import standing
from exeunt.ledger.tables import about, claim, conflict, count, document, doubt, move, profile, story
from exeunt.reckon import Conflict, Move, Stated, conflicts_of, count_conflicts, moves_of

Pair = tuple[str, str]
_AT_ONCE = 200  # persons whose moves are built together


def derive(connection: Connection, key: str) -> None:
    """Derive what follows from the document `key`, which has just been stored."""
    row = connection.execute(select(document).where(document.c.id == key)).mappings().one()
    stories = place_story(connection, records.document_of(row))
    changed = _profiles(connection, key)
    pairs = pairs_about(connection, about.c.document.in_(sorted(stories))) if stories else set()
    reckon(connection, pairs | changed | pairs_about(connection, about.c.document == key))
    _counts(connection, stories | {key})


def _profiles(connection: Connection, key: str) -> set[Pair]:
    """Profiles of the claims of one document, and whom these are about; returns the pairs whose moves change."""
    claims = connection.execute(select(claim).where(claim.c.document == key).order_by(claim.c.id)).mappings().all()
    apart = _split_names(connection, key)
    made: dict[str, Any] = {}
    rows, bound = [], []
    by_person: dict[str, list[str]] = {}
    for c in claims:
        organization = make_profile(c["organization"], "organization")
        other = make_profile(c["counterpart"], "organization") if c["counterpart"] else None
        alone = key if not is_full(c["person"], "person") or norm_of(c["person"], "person") in apart else ""
        persons = [make_profile(c["person"], "person", o.norm, alone) for o in (organization, other) if o is not None]
        for p in (organization, *([other] if other else []), *persons):
            made[p.id] = p
        by_person.setdefault(persons[0].norm, []).extend(p.id for p in persons)
        rows.append(
            {
                "claim": c["id"], "document": key, "person_profile": persons[0].id, "organization_profile": organization.id,
                "counterpart_profile": other.id if other else None, "there_profile": persons[1].id if other else None,
            }
        )  # fmt: skip
    fresh = keep_profiles(connection, made.values())
    _bear(connection, rows)
    for ids in by_person.values():
        bound += [(ids[0], other) for other in ids[1:]]
    organizations = [p for p in fresh if p.kind == "organization"]
    touched = link_profiles(connection, organizations) | hold_all(connection, {p.id for p in organizations})
    pairs, changed = _followed(connection, touched)
    touched = _joined(connection, changed)
    persons = [p for p in fresh if p.kind == "person"]
    touched |= link_profiles(connection, persons) | hold_all(connection, {p.id for p in persons})
    touched |= bind(connection, bound)
    touched |= _agreeing(connection, [p for p in made.values() if p.kind == "person" and p not in fresh])
    return pairs | follow(connection, touched)


def _agreeing(connection: Connection, known: list[Any]) -> set[str]:
    """Known profiles with a new claim: what was doubtful about them may agree in date now."""
    touched: set[str] = set()
    for p in known:
        rows = connection.execute(select(doubt).where(or_(doubt.c.first == p.id, doubt.c.second == p.id))).all()
        others = sorted({r.first if r.second == p.id else r.second for r in rows})
        for row in connection.execute(select(profile).where(profile.c.id.in_(others))).all() if others else ():
            other = profile_from(row)
            touched |= compare_two(connection, p, other, other.at in same_places(connection, p.at))
    return touched


def _joined(connection: Connection, changed: dict[str, Pair]) -> set[str]:
    """Organisations that turned out to be one bring their persons together."""
    touched: set[str] = set()
    for identity in sorted({now for _, now in changed.values()}):
        rows = connection.execute(
            select(profile.c.norm).where(profile.c.kind == "organization", profile.c.identity == identity)
        )
        touched |= joined_places(connection, {r[0] for r in rows})
    return touched


def _bear(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Store whom claims are about, by the identities of the moment."""
    wanted = sorted({v for r in rows for k, v in r.items() if k.endswith("_profile") and v})
    known = {
        r[0]: r[1] for r in connection.execute(select(profile.c.id, profile.c.identity).where(profile.c.id.in_(wanted)))
    }
    for r in rows:
        r["person"] = known[r["person_profile"]]
        r["organization"] = known[r["organization_profile"]]
        r["counterpart"] = known[r["counterpart_profile"]] if r["counterpart_profile"] else None
    replace(connection, about, rows)


def _split_names(connection: Connection, key: str) -> set[str]:
    """Norms of the persons of a document that a judgement keeps apart."""
    return {j["second"] for j in standing(connection, "split") if j["first"] == key}


def follow(connection: Connection, touched: set[str]) -> set[Pair]:
    """Let identities, and whom claims are about, follow changed links; returns the pairs whose moves change. Organisations that turn out to be
    one bring their persons together.
    """
    pairs, changed = _followed(connection, touched)
    met = _joined(connection, changed)
    return pairs | (_followed(connection, met)[0] if met else set())


def _followed(connection: Connection, touched: set[str]) -> tuple[set[Pair], dict[str, Pair]]:
    changed = settle_identities(connection, touched) if touched else {}
    pairs: set[Pair] = set()
    columns = {
        about.c.person_profile: "person",
        about.c.organization_profile: "organization",
        about.c.counterpart_profile: "counterpart",
    }
    for key, (_, now) in changed.items():
        for column, name in columns.items():
            pairs |= pairs_about(connection, column == key)
            connection.execute(about.update().where(column == key).values({name: now}))
            pairs |= pairs_about(connection, column == key)
    for identity in sorted({i for both in changed.values() for i in both}):
        recount(connection, identity)
    return pairs, changed


def pairs_about(connection: Connection, condition: Any) -> set[Pair]:
    """The persons and organisations of the claims that fit `condition`."""
    rows = connection.execute(select(about.c.person, about.c.organization).where(condition).distinct())
    return {(p, o) for p, o in rows}


# --- moves and conflicts ------------------------------------------------------------------------------------------


def stated(connection: Connection, condition: Any, as_of: str | None = None) -> list[Stated]:
    """The claims that count, about their identities, as known on a day. Rejected and doubtful ones are left out."""
    confirmed = {j["first"] for j in standing(connection, "confirm")}
    rejected = {j["first"] for j in standing(connection, "reject")}
    question = (
        select(claim, about.c.person.label("who"), about.c.organization.label("where"), about.c.counterpart.label("whence"),
               story.c.story, story.c.corrects, document.c.outlet, document.c.known_at, document.c.language, document.c.added_at)
        .join(about, about.c.claim == claim.c.id)
        .join(document, document.c.id == claim.c.document)
        .join(story, story.c.document == claim.c.document)
        .where(condition)
    )  # fmt: skip
    found = []
    for r in connection.execute(question).mappings():
        if r["id"] in rejected or (r["doubtful"] and r["id"] not in confirmed):
            continue
        if as_of and (r["known_at"] or r["added_at"][:10]) > as_of:
            continue
        found.append(
            Stated(r["id"], r["document"], r["story"], r["who"], r["where"], r["direction"], r["kind"], r["role"], r["whence"], r["date"],
                   r["until"], r["status"], r["confidence"], r["known_at"], r["language"], r["outlet"], bool(r["corrects"]))
        )  # fmt: skip
    return found


def reckon(connection: Connection, pairs: Iterable[Pair]) -> None:
    """Build the moves and conflicts of these persons anew: those at all their organisations, in one go."""
    persons = sorted({p for p, _ in pairs})
    for at in range(0, len(persons), _AT_ONCE):
        some = persons[at : at + _AT_ONCE]
        connection.execute(delete(move).where(move.c.person.in_(some)))
        connection.execute(delete(conflict).where(conflict.c.person.in_(some)))
        groups: dict[Pair, list[Stated]] = defaultdict(list)
        for c in stated(connection, about.c.person.in_(some)):
            groups[c.person, c.organization].append(c)
        moves = {pair: moves_of(group) for pair, group in groups.items()}
        replace(connection, move, [_move_row(m) for found in moves.values() for m in found])
        found = [c for group in moves.values() for c in conflicts_of(group)]
        replace(connection, conflict, [_conflict_row(connection, c) for c in found])


def _move_row(m: Move) -> dict[str, Any]:
    return {**m.values(), "denied": int(m.denied), "claims": json.dumps([c.id for c in m.claims])}


def _conflict_row(connection: Connection, c: Conflict) -> dict[str, Any]:
    sides = [{"value": s.value, "claims": s.claims, "documents": s.documents} for s in c.sides]
    return {"id": c.id, "person": c.person, "organization": c.organization, "direction": c.direction, "field": c.field,
            "sides": json.dumps(sides, ensure_ascii=False), "settled": _settled(connection, c)}  # fmt: skip


def _settled(connection: Connection, c: Conflict) -> str | None:
    """What settles a conflict: a judgement, or a document that says that it corrects the others."""
    for j in standing(connection, "settle"):
        if j["first"] == c.id:
            return str(j["id"])
    documents = sorted({d for s in c.sides for d in s.documents})
    rows = connection.execute(
        select(story.c.document).where(story.c.document.in_(documents), story.c.corrects == 1)
    ).all()
    correcting = {r[0] for r in rows}
    sides = [s for s in c.sides if set(s.documents) & correcting]
    return f"correction:{min(set(sides[0].documents) & correcting)}" if len(sides) == 1 and len(c.sides) == 2 else None


def _counts(connection: Connection, documents: set[str]) -> None:
    """Conflicts between numbers that documents state of one organisation."""
    rows = connection.execute(
        select(count.c.organization).where(count.c.document.in_(sorted(documents)), count.c.organization.is_not(None))
    )
    for identity in sorted({organization_of(connection, r[0]) for r in rows}):
        recount(connection, identity)


def organization_of(connection: Connection, name: str) -> str:
    """The identity of an organisation that a document names; one of its own where no claim names it."""
    norm = norm_of(name, "organization")
    known = select(profile.c.identity).where(profile.c.kind == "organization", profile.c.norm == norm)
    return connection.execute(known.order_by(profile.c.identity).limit(1)).scalar() or records.digest(
        "organization", norm
    )


def recount(connection: Connection, identity: str) -> None:
    """Build the conflicts of counts of one organisation anew."""
    connection.execute(delete(conflict).where(conflict.c.field == "count", conflict.c.organization == identity))
    said = select(profile.c.name).where(profile.c.kind == "organization", profile.c.identity == identity)
    names = {r[0] for r in connection.execute(said)}
    rows = connection.execute(
        select(count, story.c.story)
        .join(story, story.c.document == count.c.document)
        .where(count.c.organization.in_(sorted(names)))
    ).mappings()
    told = [(r["id"], r["document"], r["direction"], r["said"], r["story"], identity) for r in rows]
    replace(connection, conflict, [_conflict_row(connection, c) for c in count_conflicts(told)])
