"""Departures against the base rate: so many against so many expected, and how surprising that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from exeunt.model import Figure
from exeunt.reckon.chance import Rate, at_least, band, learned, rate, rate_prior
from exeunt.reckon.counted import Counted
from exeunt.reckon.facts import Facts, Peer
from exeunt.reckon.figure import evidence_of

_MONTH = 30.4375  # days, a twelfth of a Julian year


@dataclass(frozen=True, slots=True)
class Base:
    """The base rate of departures before a window: `prior` from `peers`, `rate` after the organisation's own history."""

    prior: Rate
    rate: Rate
    own: int
    days: int
    peers: int


def base_rate(own: int, days: int, peers: Sequence[Peer], before: date) -> Base:
    """The rate after `own` departures in `days` days of coverage, shrunk to that of the peers until `before` (Gamma-Poisson)."""
    seen = [p.until(before) for p in peers]
    prior = rate_prior([k for k, _ in seen], [d for _, d in seen])
    return Base(prior, learned(prior, own, days), own, days, sum(d > 0 for _, d in seen))


def history(facts: Facts, before: date) -> tuple[list[Counted], int]:
    """Departures between the first document about the organisation and the day `before`, and the days between them.

    The day of that document begins the history and is not in it: it was written because something had happened.
    """
    if facts.covered is None or facts.covered[0] >= before:
        return [], 0
    begin, before = facts.covered[0], min(before, facts.horizon)
    return [m for m in facts.departures if m.within(begin + timedelta(days=1), before)], (before - begin).days


def burst(facts: Facts, days: int) -> Iterator[Figure]:
    """`burst`: departures in the last `days` days beside those expected, and the chance of so many or more by luck.

    One window, chosen beforehand: who looks at many windows finds a burst in one of twenty.
    """
    until = facts.today
    since = until - timedelta(days=days - 1)
    before = since - timedelta(days=1)
    seen = [m for m in facts.departures if m.within(since, until)]
    maybe = [m for m in facts.departures if not m.within(since, until) and m.may_be_within(since, until)]
    past, observed = history(facts, before)
    base = base_rate(len(past), observed, facts.peers, before)
    expected = rate(base.rate)
    low, high = band(base.rate, days)
    evidence = evidence_of(seen) or evidence_of(past) or evidence_of(facts.moves)
    if not evidence:
        return
    notes = (f"maybe:{len(maybe)}",) if maybe else ()
    silent = facts.covered is not None and facts.covered[1] < since
    if silent:
        notes = (*notes, f"not_covered:{facts.horizon.isoformat()}")
    ignorant = not base.days and not base.peers
    if ignorant:
        notes = (*notes, "no_history")
    common = {"since": since.isoformat(), "until": until.isoformat()}
    yield Figure(
        table="burst", label="seen", value=len(seen), unit="people", n=len(seen), evidence=evidence, blind="dates", moves=tuple(m.id for m in seen), notes=notes,
        **common,  # type: ignore[arg-type]
    )  # fmt: skip
    if ignorant:
        return
    yield Figure(
        table="burst", label="expected", value=expected.value * days, unit="people", low=low, high=high, level=expected.level, n=base.own, of=base.days,
        evidence=evidence_of(past) or evidence, blind="window", moves=tuple(m.id for m in past), detail=weight(base), **common,  # type: ignore[arg-type]
    )  # fmt: skip
    if silent or not seen:
        return  # no document of the window, or none left: so many or more come always
    yield Figure(
        table="burst", label="chance", value=at_least(len(seen), base.rate, days), unit="probability", n=len(seen), evidence=evidence, blind="window",
        moves=tuple(m.id for m in seen), detail=weight(base), **common,  # type: ignore[arg-type]
    )  # fmt: skip


def weight(base: Base) -> str:
    """What stands behind the base rate: departures, days of coverage, peers, and the departures a year that the peers let expect."""
    return f"base:{base.own}/{base.days}/{base.peers}/{base.prior.mean * 365.25:.1f}"


def months(facts: Facts) -> Iterator[Figure]:
    """`expected_by_month`: the band in which departures of a month are expected, from all of the history; one figure."""
    past, observed = history(facts, facts.horizon)
    base = base_rate(len(past), observed, facts.peers, facts.horizon)
    evidence = evidence_of(past) or evidence_of(facts.moves)
    if not evidence:
        return
    expected = rate(base.rate)
    low, high = band(base.rate, _MONTH)
    yield Figure(
        table="expected_by_month", label="any", value=expected.value * _MONTH, unit="people", low=low, high=high, level=expected.level, n=base.own,
        of=base.days, evidence=evidence, blind="window", moves=tuple(m.id for m in past), detail=weight(base),
    )  # fmt: skip
