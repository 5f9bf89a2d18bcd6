"""Who is away: open leaves with their planned end, and the chance of a return by the precedents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from exeunt.model import Figure
from exeunt.reckon.chance import share
from exeunt.reckon.claims import span
from exeunt.reckon.facts import Facts
from exeunt.reckon.figure import SMALL, evidence_of
from exeunt.reckon.precedents import Case


def away(facts: Facts, cases: Sequence[Case], most: int) -> Iterator[Figure]:
    """`away`: days since each open leave began, the latest `most`. `odds`: the chance that one of them ends in a return, by how all others ended."""
    # A later leave follows a return that nobody told: only the last one can go on.
    lasting = [(s, leave) for s in facts.spells for leave in s.leaves[-1:] if leave.ended is None and s.open]
    lasting.sort(key=lambda x: (x[1].move.first or date.min, x[1].move.id))
    for s, leave in lasting[-most:]:
        planned = leave.move.until
        late = bool(planned and span(planned)[1] < facts.today)
        notes = (("overdue",) if late else ()) + (("not_heard",) if leave.outcome == "nothing_told" else ())
        yield Figure(
            table="away", label=facts.name(s.person), value=leave.days(facts.today), unit="days", n=1, evidence=evidence_of([leave.move]), blind="named",
            since=leave.move.date, until=planned, subjects=(s.person,), moves=(leave.move.id,), notes=notes if leave.move.middle else (*notes, "undated"),
        )  # fmt: skip
        yield from _odds(facts.name(s.person), s.person, [c for c in cases if c.move.id != leave.move.id])


def _odds(label: str, person: str, cases: Sequence[Case]) -> Iterator[Figure]:
    told = [c for c in cases if not c.running]
    if not told:
        return
    back = [c for c in told if c.outcome == "returned"]
    estimate = share(len(back), len(told))
    yield Figure(
        table="odds", label=label, value=estimate.value, unit="probability", low=estimate.low, high=estimate.high, level=estimate.level, n=len(back), of=len(told),
        evidence=evidence_of(m for c in told for m in c.moves), blind="precedents", subjects=(person,), moves=tuple(c.move.id for c in told),
        notes=("small",) if len(told) < SMALL else (), detail=f"prior:{estimate.weight:g}",
    )  # fmt: skip
