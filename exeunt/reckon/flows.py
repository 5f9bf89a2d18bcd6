"""Who went from where to where: pairs of organisations, each with the moves behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from exeunt.model import Figure
from exeunt.reckon.chance import Estimate, share
from exeunt.reckon.counted import Counted
from exeunt.reckon.figure import SMALL, evidence_of

_NEXT = 730  # days after a departure within which a beginning elsewhere is where the person went
_BEFORE = 92  # days by which the beginning may come before


@dataclass(frozen=True, slots=True)
class Passage:
    """One person going from one organisation to another, told by one claim or put together from two moves."""

    person: str
    source: str
    target: str
    moves: tuple[Counted, ...]
    day: date | None


def passages(moves: Iterable[Counted]) -> list[Passage]:
    """The passages in moves that happened: by the other organisation that a move names, else by the person's next beginning."""
    by_person: dict[str, list[Counted]] = defaultdict(list)
    for m in moves:
        if m.standing == "happened" and (m.departs or m.direction == "in"):
            by_person[m.person].append(m)
    found: dict[tuple[str, str, str, int], Passage] = {}
    for person, mine in sorted(by_person.items()):
        outs = sorted((m for m in mine if m.departs), key=_day)
        ins = sorted((m for m in mine if m.direction == "in" and m.kind not in ("promoted",)), key=_day)
        used: set[str] = set()
        for out in outs:
            target = _target(out, ins, used)
            if target is not None:
                where, coming = target
                group = (out, coming) if coming else (out,)
                if coming:
                    used.add(coming.id)
                _keep(found, Passage(person, out.organization, where, group, out.middle))
        for coming in ins:
            if coming.id not in used and coming.counterpart and coming.counterpart != coming.organization:
                _keep(found, Passage(person, coming.counterpart, coming.organization, (coming,), coming.middle))
    return sorted(found.values(), key=lambda p: (p.day or date.max, p.person, p.source, p.target))


def _day(m: Counted) -> tuple[date, str]:
    return m.first or date.max, m.id


def _keep(found: dict[tuple[str, str, str, int], Passage], passage: Passage) -> None:
    """One passage a person, pair and year: the organisation may be told by two moves of one event."""
    years = [passage.day.year + d for d in (0, -1, 1)] if passage.day else [0]
    for year in years:
        key = (passage.person, passage.source, passage.target, year)
        if key in found:
            old = found[key]
            merged = tuple({m.id: m for m in (*old.moves, *passage.moves)}.values())
            found[key] = Passage(old.person, old.source, old.target, merged, old.day)
            return
    found[(passage.person, passage.source, passage.target, years[0])] = passage


def _target(out: Counted, ins: Sequence[Counted], used: set[str]) -> tuple[str, Counted | None] | None:
    """Where a person went: the named organisation with its beginning, or the next beginning elsewhere that is near in time."""
    near = [c for c in ins if c.id not in used and c.organization != out.organization and _after(out, c)]
    if out.counterpart and out.counterpart != out.organization:
        return out.counterpart, next((c for c in near if c.organization == out.counterpart), None)
    named = [c for c in near if c.counterpart == out.organization]
    first = (named or [c for c in near if not c.counterpart and out.first and c.first])[:1]
    return (first[0].organization, first[0]) if first else None


def _after(out: Counted, coming: Counted) -> bool:
    if not (out.first and out.last and coming.first and coming.last):
        return True
    return out.first - timedelta(days=_BEFORE) <= coming.last and coming.first <= out.last + timedelta(days=_NEXT)


def flow_table(
    found: Sequence[Passage],
    names: Mapping[str, str] = MappingProxyType({}),
    since: str | None = None,
    most: int | None = None,
    focus: str | None = None,
) -> Iterator[Figure]:
    """`flows`: a figure for each pair, the share (`n` of `of`) of all whose way from that source is told; `net`: what each organisation
    gained less what it lost. The largest `most`, or all.

    Seen from one organisation (`focus`), whose passages are then all that is known, `flows_in` gives the ways to it as shares of all whose way to it is told.
    """
    chosen = [p for p in found if not since or (p.day and p.day.isoformat() >= since)]
    out: dict[str, list[Passage]] = defaultdict(list)
    into: dict[str, list[Passage]] = defaultdict(list)
    pairs: dict[tuple[str, str], list[Passage]] = defaultdict(list)
    for p in chosen:
        out[p.source].append(p)
        into[p.target].append(p)
        pairs[p.source, p.target].append(p)
    for (source, target), some in sorted(pairs.items(), key=lambda g: (-len(g[1]), g[0]))[:most]:
        inward = focus is not None and source != focus
        whole = len(into[target]) if inward else len(out[source])
        yield _figure("flows_in" if inward else "flows", f"{names.get(source, source)} → {names.get(target, target)}", some, len(some) / whole, (source, target),
                      of=whole, estimate=share(len(some), whole))  # fmt: skip
    there = {o: len(into.get(o, ())) + len(out.get(o, ())) for pair in pairs for o in pair if focus in (None, o)}
    for organization in sorted(there, key=lambda o: (-there[o], o))[:most]:
        gained, lost = into.get(organization, []), out.get(organization, [])
        yield _figure("net", names.get(organization, organization), gained + lost, len(gained) - len(lost), (organization,), of=len(gained) + len(lost),
                      detail=f"+{len(gained)} −{len(lost)}")  # fmt: skip


def _figure(
    table: str, label: str, some: Sequence[Passage], value: float, subjects: tuple[str, ...], *, of: int, estimate: Estimate | None = None,
    detail: str | None = None,
) -> Figure:  # fmt: skip
    moves = tuple({m.id: m for p in some for m in p.moves}.values())
    days = sorted(p.day.isoformat() for p in some if p.day)
    return Figure(
        table=table, label=label, value=value, unit="share" if estimate else "people", n=len(some), of=of, evidence=evidence_of(moves), blind="named",
        low=estimate.low if estimate else None, high=estimate.high if estimate else None, level=estimate.level if estimate else None,
        since=days[0] if days else None, until=days[-1] if days else None, subjects=subjects, moves=tuple(m.id for m in moves),
        notes=("small",) if estimate and of < SMALL else (), detail=detail,
    )  # fmt: skip
