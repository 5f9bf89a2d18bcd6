"""Who left, joined, is away, came back: counted by month, kind, team, level and will, with what is only planned or rumoured beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from exeunt.model import Blind, Figure
from exeunt.reckon.counted import FORCED, VOLUNTARY, Counted
from exeunt.reckon.facts import Facts
from exeunt.reckon.figure import figure

_LATEST = 10  # moves that are told by name


def tallies(facts: Facts) -> Iterator[Figure]:
    """Totals and their breakdowns."""
    out = facts.departures
    back = [m for m in facts.happened if m.kind == "returned"]
    joined = [m for m in facts.happened if m.id in facts.begun and m.kind != "returned"]
    counted = {m.id for s in facts.spells for m in (s.began, s.ended) if m}
    posts = [m for m in facts.happened if m.id not in counted and m.direction != "pause" and m.kind != "returned"]
    for label, moves in (("left", out), ("joined", joined), ("returned", back), ("post_changed", posts)):
        yield from _told(_total("total", label, moves, facts))
    for label, standing in (("planned", "planned"), ("unconfirmed", "unconfirmed"), ("denied", "denied")):
        some = [m for m in facts.moves if m.standing == standing]
        if some:
            yield from _told(_total("not_counted", label, some, facts))
    yield from _latest("latest_left", out, facts)
    yield from _latest("latest_joined", joined, facts)
    for moves, side in ((out, "left"), (joined, "joined")):
        yield from _by(f"{side}_by_month", moves, _month)
    yield from _by("left_by_kind", out, lambda m: m.kind)
    yield from _by("left_by_will", out, will)
    yield from _by("left_by_level", out, lambda m: m.post.level or "unknown")
    yield from _by("left_by_team", out, lambda m: m.post.team or "unknown")


def _total(table: str, label: str, moves: Sequence[Counted], facts: Facts) -> Figure | None:
    notes = []
    if undated := sum(m.first is None for m in moves):
        notes.append(f"undated:{undated}")
    if assumed := sum(m.assumed for m in moves):
        notes.append(f"assumed:{assumed}")
    since, until = period(moves)
    return figure(
        table, label, len({(m.person, m.id) for m in moves}), "moves", moves, out_of=facts.moves, of=None, since=since, until=until,
        notes=tuple(notes),
    )  # fmt: skip


def _latest(table: str, moves: Sequence[Counted], facts: Facts) -> Iterator[Figure]:
    """The latest moves by name: how many independent sources tell each."""
    for m in sorted(moves, key=lambda m: (m.first or date.min, m.id))[: -_LATEST - 1 : -1]:
        yield from _told(
            figure(table, facts.name(m.person), m.sources, "sources", [m], since=m.date, subjects=(m.person,), n=None, detail=" · ".join(x for x in (m.kind, m.role) if x))
        )  # fmt: skip


def will(m: Counted) -> str:
    """Whose will a departure was: voluntary and forced only where the kind says so."""
    if m.kind in FORCED:
        return "forced"
    return "voluntary" if m.kind in VOLUNTARY else "unknown"


def _month(m: Counted) -> str:
    return m.date[:7] if m.date and len(m.date) >= 7 else f"{m.date}-??" if m.date else "unknown"


def _by(table: str, moves: Sequence[Counted], key: Callable[[Counted], str]) -> Iterator[Figure]:
    groups: dict[str, list[Counted]] = defaultdict(list)
    for m in moves:
        groups[key(m)].append(m)
    blind: Blind = "dates" if table.endswith("month") else "news"
    for label, some in sorted(groups.items()):
        since, until = period(some)
        yield from _told(figure(table, label, len(some), "moves", some, blind, of=len(moves), since=since, until=until))


def period(moves: Sequence[Counted]) -> tuple[str | None, str | None]:
    """The first and last day on which these moves can have happened."""
    firsts: list[date] = [m.first for m in moves if m.first]
    lasts: list[date] = [m.last for m in moves if m.last]
    return (min(firsts).isoformat(), max(lasts).isoformat()) if firsts and lasts else (None, None)


def _told(found: Figure | None) -> Iterator[Figure]:
    if found is not None:
        yield found
