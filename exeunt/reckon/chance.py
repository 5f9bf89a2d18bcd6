"""Intervals and chances: shares (Beta-binomial), rates (Gamma-Poisson), totals seen by two sources (capture-recapture).

All intervals are equal-tailed. Every prior is stated in what is returned, with its weight in cases or days.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
JEFFREYS = (0.5, 0.5)
"""The prior for a share of which nothing is known: worth one case (Jeffreys 1946)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval at `level`. `weight` is what the prior counted for, in cases or in days."""

    value: float
    low: float
    high: float
    level: float = LEVEL
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Rate:
    """What is known of a rate a day: a mixture of Gamma distributions, each of `shapes` events in `days` days, with `weights` that sum to 1."""

    weights: NDArray[np.float64]
    shapes: NDArray[np.float64]
    days: NDArray[np.float64]

    @property
    def mean(self) -> float:
        return float((self.weights * self.shapes / self.days).sum())

    @property
    def worth(self) -> float:
        """The days of observation that this knowledge is worth, on average."""
        return float((self.weights * self.days).sum())


def share(successes: int, cases: int, prior: tuple[float, float] = JEFFREYS, level: float = LEVEL) -> Estimate:
    """A share with its credible interval: the Beta posterior after `successes` of `cases`; its mean is the value.

    With the Jeffreys prior this is the interval that Brown, Cai and DasGupta (2001), Interval Estimation for a Binomial
    Proportion, recommend; as there, it reaches 0 where there is no success and 1 where there is no failure, unless the prior speaks against it.
    Raises ValueError for counts that cannot be.
    """
    if not 0 <= successes <= cases:
        raise ValueError(f"{successes} successes of {cases} cases")
    from scipy.special import betaincinv  # loaded when it is needed: it costs a tenth of a second

    a, b = successes + prior[0], cases - successes + prior[1]
    tail = (1 - level) / 2
    low, high = float(betaincinv(a, b, tail)), float(betaincinv(a, b, 1 - tail))
    if prior == JEFFREYS and cases:
        low, high = (0.0 if successes == 0 else low), (1.0 if successes == cases else high)
    return Estimate(a / (a + b), low, high, level, prior[0] + prior[1])


def shrunk(successes: int, cases: int, of_all: tuple[int, int], weight: float, level: float = LEVEL) -> Estimate:
    """The share of a group, drawn towards that of all: its prior is worth `weight` cases at the share of all.

    The share of all is itself a posterior mean under `JEFFREYS`, so that it is never 0 or 1. (Efron and Morris 1975.)
    """
    mean = share(*of_all).value
    return share(successes, cases, (mean * weight, (1 - mean) * weight), level)


_SHAPES = np.exp(np.linspace(math.log(0.2), math.log(20), 17))
_MEANS = np.exp(np.linspace(-4, 4, 45))
"""The grid of the prior: how alike peers are (the shape), and their mean rate, as a multiple of what all of them show together."""


def rate_prior(counts: Sequence[int], days: Sequence[float]) -> Rate:
    """What peers tell of a rate: Gamma-distributed rates with a Poisson count each, all shapes and means weighed by how well they explain the counts.

    A hierarchical model on a grid (Gelman et al., Bayesian Data Analysis, 2013, section 5.3) with log-normal priors on the shape, around 1, and on the
    mean, around what all peers show together (so the counts speak twice: a weak empirical Bayes). Peers without days are left out; with no
    event at all the means centre on half an event in the days seen, or in 365 where there are none.
    """
    from scipy.special import gammaln

    pairs = [(k, t) for k, t in zip(counts, days, strict=True) if t > 0]
    total, time = sum(k for k, _ in pairs), sum(t for _, t in pairs)
    centre = (total or 0.5) / (time or 365.0)
    shapes, means = (grid.ravel() for grid in np.meshgrid(_SHAPES, _MEANS * centre, indexing="ij"))
    scale = shapes / means
    score = -(np.log(shapes) ** 2) / 2 - np.log(means / centre) ** 2 / 2
    for k, t in pairs:
        score += (
            gammaln(shapes + k) - gammaln(shapes) + shapes * np.log(scale / (scale + t)) + k * np.log(t / (scale + t))
        )
    weights = np.exp(score - score.max())
    return _kept(weights, shapes, scale)


def _kept(weights: NDArray[np.float64], shapes: NDArray[np.float64], days: NDArray[np.float64]) -> Rate:
    """Without the parts that weigh nothing."""
    weights = weights / weights.sum()
    heavy = weights > 1e-7
    return Rate(weights[heavy] / weights[heavy].sum(), shapes[heavy], days[heavy])


def learned(prior: Rate, count: int, days: float) -> Rate:
    """The rate after `count` events in `days` days: each part is updated (Gamma and Poisson are conjugate) and weighed by how well it foretold them."""
    from scipy.special import gammaln

    if days <= 0:
        return prior
    shapes, scale = prior.shapes, prior.days
    score = (
        np.log(prior.weights)
        + gammaln(shapes + count)
        - gammaln(shapes)
        + shapes * np.log(scale / (scale + days))
        - count * np.log(scale + days)
    )
    return _kept(np.exp(score - score.max()), shapes + count, scale + days)


def rate(known: Rate, level: float = LEVEL) -> Estimate:
    """The rate a day with its credible interval."""
    from scipy.special import gammainc

    def below(x: float) -> float:
        return float((known.weights * gammainc(known.shapes, known.days * x)).sum())

    tail = (1 - level) / 2
    low, high = (_inverted(below, q, known.mean) for q in (tail, 1 - tail))
    return Estimate(known.mean, low, high, level, known.worth)


def _inverted(below: Callable[[float], float], chance: float, start: float) -> float:
    """Where a distribution function reaches `chance`, to a relative 1e-12, by doubling and halving."""
    high = start
    while below(high) < chance:
        high *= 2
    low = high
    while low > 0 and below(low) > chance:
        low /= 2
    for _ in range(100):
        middle = (low + high) / 2
        if high - low <= 1e-12 * high:
            break
        low, high = (middle, high) if below(middle) < chance else (low, middle)
    return (low + high) / 2


def at_least(count: int, known: Rate, days: float) -> float:
    """The chance of `count` events or more in `days` days (the tail of a mixture of negative binomials).

    P(X >= n) of one part is the regularised incomplete beta function at days / (days + part.days) with parameters n, shape (Johnson, Kemp and Kotz 2005).
    """
    from scipy.special import betainc

    if count <= 0:
        return 1.0
    return float((known.weights * betainc(count, known.shapes, days / (days + known.days))).sum())


def band(known: Rate, days: float, level: float = LEVEL) -> tuple[int, int]:
    """How many events are to be expected in `days` days: the least and the most that leave at most (1 - level) / 2 outside on each side."""
    tail = (1 - level) / 2
    return _quantile(known, days, tail), _quantile(known, days, 1 - tail)


def _quantile(known: Rate, days: float, chance: float) -> int:
    """The least number n with P(X <= n) >= chance, by doubling and halving."""
    most = 1
    while 1 - at_least(most + 1, known, days) < chance:
        most *= 2
    least = -1
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if 1 - at_least(middle + 1, known, days) >= chance else (middle, most)
    return most


def happens_within(known: Rate, days: float, level: float = LEVEL) -> Estimate:
    """The chance that an event of this rate comes within `days` days; the mean over the rate, and the chance at its bounds."""
    seen = rate(known, level)
    value = 1 - float((known.weights * (known.days / (known.days + days)) ** known.shapes).sum())
    return Estimate(value, 1 - math.exp(-seen.low * days), 1 - math.exp(-seen.high * days), level, known.worth)


def captured_twice(first: int, second: int, both: int, level: float = LEVEL) -> Estimate:
    """How many there are in all when one source saw `first`, another `second`, and both saw `both` of them.

    Chapman's estimator (1951) with the transformed logit interval of Sadinle (2009), made for small numbers. It assumes that the two sources
    are independent and that every case is as likely to be seen as any other; where both follow what is prominent, it is too low. Raises
    ValueError when `both` is more than either.
    """
    if not 0 <= both <= min(first, second):
        raise ValueError(f"{both} in both, but {first} and {second} in each")
    seen = first + second - both
    total = (first + 1) * (second + 1) / (both + 1) - 1
    if both == min(
        first, second
    ):  # one saw nothing of its own: how many the other sees of what there is bounds the whole
        missed = share(both, min(first, second), level=level)
        return Estimate(total, float(seen), max(total, seen / missed.low), level)
    a, b, c = first - both + 0.5, second - both + 0.5, both + 0.5
    spread = math.exp(NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(1 / a + 1 / b + 1 / c + c / (a * b)))
    low, high = (max(float(seen), seen - 0.5 + a * b / c * x) for x in (1 / spread, spread))
    return Estimate(total, min(low, total), max(high, total), level)
