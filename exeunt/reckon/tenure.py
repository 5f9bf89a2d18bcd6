"""How long people stayed: tenure at departure, with those still there counted as far as they are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exeunt.model import Figure
from exeunt.reckon.counted import Counted
from exeunt.reckon.facts import Facts
from exeunt.reckon.figure import evidence_of
from exeunt.reckon.spells import Spell
from exeunt.reckon.survival import Comparison, Curve, kaplan_meier, log_rank


def curve_of(spells: Sequence[Spell]) -> tuple[Curve, int]:
    """The survival curve of the spells whose beginning is told, and how many had to be left out."""
    seen = [s.observed() for s in spells]
    known = [o for o in seen if o is not None]
    return kaplan_meier([d for d, _ in known], [e for _, e in known]), len(seen) - len(known)


def compared(groups: Sequence[Sequence[Spell]]) -> Comparison:
    """The log-rank test between groups of spells."""
    observed = [[o for s in group if (o := s.observed()) is not None] for group in groups]
    return log_rank([([d for d, _ in g], [e for _, e in g]) for g in observed])


def tenure(facts: Facts) -> Iterator[Figure]:
    """`tenure`: the median and the quartiles of how long people stay, where the curve reaches them; and the curve itself."""
    works = [s for s in facts.spells if s.tie == "work"]
    known = [s for s in works if s.observed() is not None]
    if not known:
        return
    curve, left_out = curve_of(works)
    ended = [s for s in known if not s.open]
    moves: list[Counted] = [m for s in (ended or known) for m in (s.began, s.ended) if m]
    notes = (f"left_out:{left_out}",) if left_out else ()
    if len(known) < 10:
        notes = (*notes, "small")
    evidence = evidence_of(moves)
    for label, part in (("quarter_gone", 0.25), ("half_gone", 0.5), ("three_quarters_gone", 0.75)):
        day, low, high = curve.quantile(part)
        if day is not None:
            yield Figure(
                table="tenure", label=label, value=day, unit="days", low=low, high=high, level=curve.level, n=len(ended), of=len(known), evidence=evidence,
                blind="survivors", notes=notes, moves=tuple(m.id for m in moves),
            )  # fmt: skip
    for i, day in enumerate(curve.days):
        here = [s.ended for s in ended if s.ended and (o := s.observed()) and o[0] == day]
        yield Figure(
            table="tenure_curve", label=str(int(day)), value=curve.survival[i], unit="share", low=curve.low[i], high=curve.high[i], level=curve.level,
            n=curve.events[i], of=curve.at_risk[i], evidence=evidence_of(here), blind="survivors", moves=tuple(m.id for m in here),
        )  # fmt: skip
