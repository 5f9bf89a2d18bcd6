"""How long people stayed: tenure at departure, with those still there counted as far as they are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from statistics import median

from exeunt.model import Figure
from exeunt.reckon.facts import Facts
from exeunt.reckon.figure import SMALL, evidence_of
from exeunt.reckon.spells import Spell
from exeunt.reckon.survival import Comparison, Curve, kaplan_meier, log_rank

_ENOUGH = 5  # endings from which on a quartile is told
_FEW = 3  # endings in each group before two groups are compared


def curve_of(spells: Sequence[Spell], until: date | None = None) -> tuple[Curve, int]:
    """The survival curve of the spells whose beginning is told, each under observation from its first news, and how many had to be left out.

    Open spells end with their last news or, if `until` is given, on that day.
    """
    seen = [(o, s.entered()) for s in spells if (o := s.observed(until)) is not None]
    curve = kaplan_meier(
        [o[0] for o, _ in seen],
        [o[1] for o, _ in seen],
        entered=[min(e, max(0, o[0] - 1)) if not o[1] else e for o, e in seen],
    )
    return curve, len(spells) - sum(e < o[0] or not o[1] for o, e in seen)


def compared(groups: Sequence[Sequence[Spell]]) -> Comparison:
    """The log-rank test between groups of spells."""
    observed = [[o for s in group if (o := s.observed()) is not None] for group in groups]
    return log_rank([([d for d, _ in g], [e for _, e in g]) for g in observed])


def tenure(facts: Facts) -> Iterator[Figure]:
    """How long people stay: `tenure` as if everyone were lost from sight with their last news, `tenure_if_there` as if everyone of whom no
    departure is told were there until the last document. The truth lies between the two, unless departures go unreported.
    """
    works = [s for s in facts.spells if s.tie == "work"]
    known = [s for s in works if s.observed() is not None]
    if not known:
        return
    ended = [s for s in known if not s.open]
    yield from _at_departure(ended)
    yield from _leads_and_others(known)
    for table, until in (("tenure", None), ("tenure_if_there", facts.horizon)):
        yield from _curve(table, works, ended or known, until)


def _curve(table: str, works: Sequence[Spell], behind: Sequence[Spell], until: date | None) -> Iterator[Figure]:
    curve, left_out = curve_of(works, until)
    moves = [m for s in behind for m in (s.began, s.ended) if m]
    evidence, ends = evidence_of(moves), sum(curve.events)
    notes = (f"left_out:{left_out}",) if left_out else ()
    for label, part in (("quarter_gone", 0.25), ("half_gone", 0.5), ("three_quarters_gone", 0.75)):
        day, low, high = curve.quantile(part)
        if day is not None and ends >= _ENOUGH:
            yield Figure(
                table=table, label=label, value=day, unit="days", low=low, high=high, level=curve.level, n=ends, of=len(works) - left_out, evidence=evidence,
                blind="survivors", notes=(*notes, *(("small",) if ends < SMALL else ())), moves=tuple(m.id for m in moves),
            )  # fmt: skip
    at = defaultdict(list)
    for s in behind:
        if s.ended and (o := s.observed()):
            at[o[0]].append(s.ended)
    for i, day in enumerate(curve.days):
        here = at[int(day)]
        yield Figure(
            table=f"{table}_curve", label=str(int(day)), value=curve.survival[i], unit="share", low=curve.low[i], high=curve.high[i], level=curve.level,
            n=curve.events[i], of=curve.at_risk[i], evidence=evidence_of(here), blind="survivors", moves=tuple(m.id for m in here),
        )  # fmt: skip


def _at_departure(ended: Sequence[Spell]) -> Iterator[Figure]:
    """The median of those who left: lower than that of all, for those who stay are not in it."""
    days = [o[0] for s in ended if (o := s.observed())]
    if days:
        moves = [m for s in ended for m in (s.began, s.ended) if m]
        yield Figure(
            table="tenure", label="at_departure", value=median(days), unit="days", n=len(days), of=len(days), evidence=evidence_of(moves), blind="survivors",
            moves=tuple(m.id for m in moves), notes=("small",) if len(days) < SMALL else (),
        )  # fmt: skip


def _leads_and_others(known: Sequence[Spell]) -> Iterator[Figure]:
    """`tenure_compared`: the chance of so large a difference between those who lead and those who do not if there were none (log-rank)."""
    groups: tuple[list[Spell], list[Spell]] = ([], [])
    for s in known:
        post = s.holds()
        groups[0 if post and post.leads else 1].append(s)
    if any(sum(not s.open for s in g) < _FEW for g in groups):
        return
    moves = [m for s in known for m in (s.began, s.ended) if m]
    yield Figure(
        table="tenure_compared", label="leads_and_others", value=compared(groups).chance, unit="probability", n=len(groups[0]), of=len(known),
        evidence=evidence_of(moves), blind="survivors",
    )  # fmt: skip
