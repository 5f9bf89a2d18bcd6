"""How long spells last when some have not ended: Kaplan-Meier curves and the log-rank test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from exeunt.reckon.chance import LEVEL


@dataclass(frozen=True, slots=True)
class Curve:
    """A survival curve: at `days[i]` it falls to `survival[i]`, where `at_risk[i]` were under observation and `events[i]` ended.

    `low` and `high` bound it at `level`, `error` is Greenwood's standard error.
    """

    days: tuple[float, ...]
    survival: tuple[float, ...]
    error: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    level: float

    def at(self, day: float) -> float:
        """The share that lasts longer than `day` days."""
        held = [s for d, s in zip(self.days, self.survival, strict=True) if d <= day]
        return held[-1] if held else 1.0

    def quantile(self, share: float = 0.5) -> tuple[float | None, float | None, float | None]:
        """The day by which `share` have ended, with its bounds; None where the curve does not fall so far.

        The bounds are where the bounds of the curve cross the share (Brookmeyer and Crowley 1982).
        """
        left = 1 - share
        return (
            _falls(self.days, self.survival, left),
            _falls(self.days, self.low, left),
            _falls(self.days, self.high, left),
        )


def _falls(days: Sequence[float], curve: Sequence[float], left: float) -> float | None:
    return next((d for d, s in zip(days, curve, strict=True) if s <= left + 1e-12), None)


def kaplan_meier(
    days: Sequence[float], ended: Sequence[bool], level: float = LEVEL, entered: Sequence[float] | None = None
) -> Curve:
    """The share that lasts, from `days` since the beginning and whether each ended then or was lost from sight.

    `entered` are the days since the beginning from which each was under observation (left truncation: who ended before could not have
    been seen); without it all are from the beginning.

    Kaplan and Meier (1958) with Greenwood's variance (1926); the interval is on the scale log(-log S) (Kalbfleisch and Prentice 2002,
    section 1.4), which stays between 0 and 1; where S is 0, from 0 to the upper bound of the step before. Raises ValueError for a negative time.
    """
    times = np.asarray(days, dtype=float)
    events = np.asarray(ended, dtype=bool)
    if times.shape != events.shape:
        raise ValueError(f"{len(times)} times for {len(events)} endings")
    if len(times) and times.min() < 0:
        raise ValueError("a time under observation is negative")
    entries = np.zeros(len(times)) if entered is None else np.asarray(entered, dtype=float)
    seen = entries < times if entered is not None else np.ones(len(times), dtype=bool)
    times, events, entries = times[seen], events[seen], entries[seen]
    order, moments = np.sort(times), np.unique(times[events])
    begun = np.searchsorted(np.sort(entries), moments, side="left") if entered is not None else len(times)
    at_risk = begun - np.searchsorted(order, moments, side="left")
    ends = np.sort(times[events])
    deaths = np.searchsorted(ends, moments, side="right") - np.searchsorted(ends, moments, side="left")
    survival = np.cumprod((at_risk - deaths) / at_risk) if len(moments) else np.array([])
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.cumsum(deaths / (at_risk * (at_risk - deaths))) if len(moments) else np.array([])
    z = NormalDist().inv_cdf((1 + level) / 2)
    error: list[float] = []
    low: list[float] = []
    high: list[float] = []
    for s, term in zip(survival.tolist(), terms.tolist(), strict=True):
        if s <= 0 or not math.isfinite(term):
            error.append(math.nan)
            low.append(0.0)
            high.append(high[-1] if high else 1.0)
            continue
        error.append(s * math.sqrt(term))
        spread = z * math.sqrt(term) / abs(math.log(s)) if s < 1 else 0.0
        low.append(s ** math.exp(spread))
        high.append(s ** math.exp(-spread))
    return Curve(
        tuple(moments.tolist()), tuple(survival.tolist()), tuple(error), tuple(low), tuple(high),
        tuple(int(n) for n in at_risk), tuple(int(n) for n in deaths), level,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """The log-rank test: the statistic, its degrees of freedom, and the chance of one so large if the groups do not differ."""

    statistic: float
    freedom: int
    chance: float


def log_rank(groups: Sequence[tuple[Sequence[float], Sequence[bool]]]) -> Comparison:
    """Whether spells of several groups last differently (Mantel 1966; Peto and Peto 1972).

    Each group is days under observation and whether each ended; empty ones are left out. Raises ValueError with fewer than two groups.
    """
    from scipy.special import gammaincc

    groups = [g for g in groups if len(g[0])]
    if len(groups) < 2:
        raise ValueError("a comparison needs two groups")
    times = [np.asarray(d, dtype=float) for d, _ in groups]
    events = [np.asarray(e, dtype=bool) for _, e in groups]
    moments = np.unique(np.concatenate([t[e] for t, e in zip(times, events, strict=True)]))
    size = len(groups)
    excess, variance = np.zeros(size), np.zeros((size, size))
    for moment in moments:
        n = np.array([(t >= moment).sum() for t in times], dtype=float)
        d = np.array([((t == moment) & e).sum() for t, e in zip(times, events, strict=True)], dtype=float)
        total, dead = n.sum(), d.sum()
        excess += d - dead * n / total
        if total > 1:
            factor = dead * (total - dead) / (total - 1)
            variance += factor * (np.diag(n / total) - np.outer(n, n) / total**2)
    if not len(moments) or not variance[:-1, :-1].any():
        return Comparison(0.0, size - 1, 1.0)
    statistic = float(excess[:-1] @ np.linalg.pinv(variance[:-1, :-1]) @ excess[:-1])
    return Comparison(statistic, size - 1, float(gammaincc((size - 1) / 2, statistic / 2)))
