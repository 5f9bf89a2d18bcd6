"""Moves and ties out of the ledger for other programs: by person, some persons at a time, so that any ledger fits into memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal, get_args

from sqlalchemy import Connection, select

from exeunt.errors import InputError
from exeunt.keeping import ask
from exeunt.keeping.export_rows import Called, Once, move_rows, tie_rows
from exeunt.keeping.people import in_parts
from exeunt.keeping.reckon import View, organization_of
from exeunt.ledger.tables import about, move
from exeunt.reckon.counted import FIELDS, counted
from exeunt.tell.exports import MoveRow, Tie, entities, linked
from exeunt.tell.exports.lines import comma_separated, ndjson
from exeunt.tell.exports.parquet import write_parquet

Format = Literal["followthemoney", "jsonld", "parquet", "csv", "ndjson"]
FORMATS: tuple[Format, ...] = get_args(Format)
AT_ONCE = 200
"""Persons whose moves are held in memory together."""


@dataclass(frozen=True)
class Export:
    """What to export of the ledger that `connection` reads: all, or the moves at one organisation; as known on the day of `view`."""

    connection: Connection
    view: View
    organization: str | None = None
    called: Called = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "called", Called(self.connection, self.view.as_of))

    @classmethod
    def of(cls, connection: Connection, view: View, organization: str | None = None) -> Export:
        """Raises LedgerError when the name means no organisation, or more than one."""
        return cls(connection, view, organization_of(connection, organization) if organization else None)

    def rows(self) -> Iterator[MoveRow]:
        """Every move, whatever its status, by person and id."""
        for found in self._batches():
            yield from move_rows(self.connection, found, self.view.today, self.called)

    def ties(self) -> Iterator[list[Tie]]:
        """The ties of each person who has any: what happened, and nothing that is only foreseen, rumoured or denied."""
        for found in self._batches():
            yield from tie_rows(self.connection, found, self.view, self.called)

    def _batches(self) -> Iterator[list[dict[str, Any]]]:
        for persons in self._persons():
            found = self._moves(persons)
            if found:
                yield sorted(found, key=lambda m: (m["person"], m["id"]))

    def _persons(self) -> Iterator[list[str]]:
        """Persons in the order of their ids, a page at a time, each page beginning after the last one of the page before."""
        # what was withdrawn or denied since may have been a move on an earlier day: then all whom claims are about count
        who, where = (about.c.person, about.c.organization) if self.view.as_of else (move.c.person, move.c.organization)
        question = select(who).distinct().order_by(who).limit(AT_ONCE)
        if self.organization:
            question = question.where(where == self.organization)
        last = ""
        while page := [r[0] for r in self.connection.execute(question.where(who > last))]:
            yield page
            last = page[-1]

    def _moves(self, persons: list[str]) -> list[dict[str, Any]]:
        if self.view.as_of:
            here: Any = about.c.person.in_(persons)
            if self.organization:
                here = here & (about.c.organization == self.organization)
            return ask.moves_as_of(self.connection, here, self.view.as_of)
        question = select(*(move.c[f] for f in FIELDS), move.c.confidence)
        if self.organization:
            question = question.where(move.c.organization == self.organization)
        found = []
        for part in in_parts(persons):
            for row in self.connection.execute(question.where(move.c.person.in_(part))).mappings():
                ids = counted([row[f] for f in FIELDS], self.view.today).claims
                found.append({**row, "denied": bool(row["denied"]), "claims": list(ids)})
        return found


def write(export: Export, how: str, out: BinaryIO, statements: bool = False) -> None:
    """Write everything to `out`, in UTF-8 or as Parquet. Raises InputError for a format that is none, or whose package is missing."""
    if how not in FORMATS:
        raise InputError(f"--format {how}: give {', '.join(FORMATS[:-1])} or {FORMATS[-1]}")
    if statements and how != "followthemoney":
        raise InputError(f"--statements belongs to --format followthemoney, not to {how}: leave it out")
    if how == "parquet":
        write_parquet(export.rows(), out)
        return
    for chunk in _chunks(export, how, statements):
        out.write(chunk)


def _chunks(export: Export, how: str, statements: bool) -> Iterator[bytes]:
    if how == "ndjson":
        return ndjson(export.rows())
    if how == "csv":
        return comma_separated(export.rows())
    if how == "jsonld":
        return linked.document(_nodes(export))
    lines = entities.statement_lines if statements else entities.entity_lines
    return lines(_entities(export))


def _nodes(export: Export) -> Iterator[linked.Node]:
    """Each person after the organisations that its roles are at, each of these once."""
    with Once() as once:
        for ties in export.ties():
            for t in ties:
                if once(t.organization.id):
                    yield linked.organization(t.organization)
            yield linked.person(ties[0].person, ties)


def _entities(export: Export) -> Iterator[entities.Entity]:
    """Each person with its ties, after the organisations and documents that these name, each of them once."""
    with Once() as once:
        for ties in export.ties():
            yield entities.person(ties[0].person)
            for t in ties:
                if once(t.organization.id):
                    yield entities.organization(t.organization)
                yield from (entities.article(q) for q in (*t.quotes, *t.denials) if once("d" + q.document))
                yield entities.tie(t)
