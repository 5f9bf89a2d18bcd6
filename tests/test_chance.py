"""Each statistic against values worked out by hand, and against an independent implementation (R's survival, scipy, statsmodels)."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exeunt.reckon.chance import (
    Rate,
    at_least,
    band,
    captured_twice,
    happens_within,
    learned,
    rate,
    rate_prior,
    share,
    shrunk,
)
from exeunt.reckon.survival import kaplan_meier, log_rank

CLOSE = 1e-9

# Remission of acute myelogenous leukaemia (Miller 1981), the example of R's survival package; values by R 4.2, survival 3.5-3,
# survfit(Surv(time, status) ~ 1, conf.type = "log-log") and survdiff.
KEPT = [(9, 1), (13, 1), (13, 0), (18, 1), (23, 1), (28, 0), (31, 1), (34, 1), (45, 0), (48, 1), (161, 0)]
NOT_KEPT = [(5, 1), (5, 1), (8, 1), (8, 1), (12, 1), (16, 0), (23, 1), (27, 1), (30, 1), (33, 1), (43, 1), (45, 1)]
R_KEPT = {
    "days": [9, 13, 18, 23, 31, 34, 48],
    "survival": [0.90909090909090906, 0.81818181818181812, 0.71590909090909083, 0.61363636363636354, 0.49090909090909085, 0.36818181818181817, 0.18409090909090908],
    "error": [0.08667841720414475, 0.11629129983033294, 0.13966497055722782, 0.15263233102731200, 0.16419326722113581, 0.16266888582709479, 0.15349274578629368],
    "low": [0.508080205769929738, 0.447428614682181425, 0.350190385907938384, 0.265752040001286105, 0.167330909776850806, 0.092829574936985182, 0.011738480123189602],
    "high": [0.98667382266782311, 0.95116222858249166, 0.89902397419105340, 0.83529924325022142, 0.75339979037081128, 0.65704083239816380, 0.52501484272664145],
}  # fmt: skip
R_QUARTILES = {0.25: (18, 9, 34), 0.5: (31, 13, None), 0.75: (48, 31, None)}
R_LOG_RANK = (3.3963886989776011, 0.065339322040505132)


def columns(rows):
    return [d for d, _ in rows], [bool(e) for _, e in rows]


def test_kaplan_meier_is_that_of_r():
    curve = kaplan_meier(*columns(KEPT))
    for field, values in R_KEPT.items():
        assert getattr(curve, field) == pytest.approx(values, abs=CLOSE)
    for part, (day, low, high) in R_QUARTILES.items():
        assert curve.quantile(part) == (day, low, high)


def test_kaplan_meier_by_hand():
    """Six people: 2, 3+, 4, 4, 6+, 7 days (+ lost from sight). S falls by 5/6, then by 2/4 (two of four), then to 0."""
    curve = kaplan_meier([2, 3, 4, 4, 6, 7], [True, False, True, True, False, True])
    assert curve.days == (2, 4, 7)
    assert curve.survival == pytest.approx([float(Fraction(5, 6)), float(Fraction(5, 12)), 0.0], abs=CLOSE)
    assert (curve.at_risk, curve.events) == ((6, 4, 1), (1, 2, 1))
    greenwood = Fraction(1, 6 * 5) + Fraction(2, 4 * 2)
    assert curve.error[1] == pytest.approx(5 / 12 * math.sqrt(greenwood), abs=CLOSE)
    assert math.isnan(curve.error[2])
    assert (curve.at(1), curve.at(2), curve.at(6.5)) == (1.0, curve.survival[0], curve.survival[1])


# Ten spells that came under observation late: from, to, ended; survfit(Surv(from, to, ended) ~ 1).
LATE = ([0, 0, 5, 10, 2, 20, 0, 30, 12, 1], [9, 13, 13, 18, 23, 28, 31, 34, 45, 48], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1])
R_LATE = {
    "days": [9, 13, 18, 23, 31, 34, 48], "at_risk": [6, 7, 5, 5, 4, 3, 1],
    "survival": [0.83333333333333337, 0.71428571428571430, 0.57142857142857151, 0.45714285714285724, 0.34285714285714292, 0.22857142857142859, 0.0],
    "error": [0.15214515486254615, 0.17074694419062766, 0.18704390591656495, 0.18121713535362102, 0.16813156031615251, 0.14584627875348438],
}  # fmt: skip


def test_late_entry_is_that_of_r():
    entered, days, ended = LATE
    curve = kaplan_meier(days, [bool(e) for e in ended], entered=entered)
    assert (list(curve.days), list(curve.at_risk)) == (R_LATE["days"], R_LATE["at_risk"])
    assert curve.survival == pytest.approx(R_LATE["survival"], abs=CLOSE)
    assert curve.error[:6] == pytest.approx(R_LATE["error"], abs=CLOSE)


def test_log_rank_is_that_of_r():
    found = log_rank([columns(KEPT), columns(NOT_KEPT)])
    assert (found.statistic, found.chance) == pytest.approx(R_LOG_RANK, abs=CLOSE)
    assert found.freedom == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.integers(0, 2)), min_size=6, max_size=60))
def test_survival_is_that_of_statsmodels(rows):
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff

    days, ended, groups = (list(c) for c in zip(*rows, strict=True))
    if not any(ended):
        return
    ours, theirs = kaplan_meier(days, ended), SurvfuncRight(np.array(days, float), np.array(ended, int))
    assert ours.days == pytest.approx(theirs.surv_times.tolist())
    assert ours.survival == pytest.approx(theirs.surv_prob.tolist(), abs=CLOSE)
    known = [(a, b) for a, b, s in zip(ours.error, theirs.surv_prob_se, ours.survival, strict=True) if s > 0]
    assert [a for a, _ in known] == pytest.approx([b for _, b in known], abs=CLOSE)
    if len(set(groups)) > 1:
        split = [columns([(d, e) for d, e, g in rows if g == k]) for k in sorted(set(groups))]
        try:
            statistic, chance = survdiff(np.array(days, float), np.array(ended, int), np.array(groups))
        except np.linalg.LinAlgError:
            return
        if np.isfinite(statistic):
            found = log_rank(split)
            assert (found.statistic, found.chance) == pytest.approx((statistic, chance), abs=1e-7)


def test_no_one_ended():
    curve = kaplan_meier([5, 6], [False, False])
    assert curve.days == () and curve.at(10) == 1.0 and curve.quantile() == (None, None, None)


def test_what_cannot_be():
    with pytest.raises(ValueError, match="negative"):
        kaplan_meier([-1], [True])
    with pytest.raises(ValueError, match="2 successes of 1"):
        share(2, 1)
    with pytest.raises(ValueError, match="two groups"):
        log_rank([([1], [True])])
    with pytest.raises(ValueError, match="in both"):
        captured_twice(3, 4, 5)


@pytest.mark.parametrize(("hits", "cases"), [(0, 1), (0, 10), (1, 1), (3, 7), (5, 10), (10, 10), (99, 1000)])
def test_share_is_the_jeffreys_interval(hits, cases):
    from statsmodels.stats.proportion import proportion_confint

    found = share(hits, cases)
    low, high = proportion_confint(hits, cases, method="jeffreys")
    assert found.value == pytest.approx((hits + 0.5) / (cases + 1), abs=CLOSE)
    assert found.low == pytest.approx(low if hits else 0.0, abs=CLOSE)
    assert found.high == pytest.approx(high if hits < cases else 1.0, abs=CLOSE)


def test_shrinkage_by_hand():
    """Two of two in a group, 3 of 9 in all: the share of all is 3.5/10, worth 2 cases: (2 + 0.7) / (2 + 2)."""
    found = shrunk(2, 2, (3, 9), 2.0)
    assert found.value == pytest.approx(2.7 / 4, abs=CLOSE)
    assert found.weight == 2.0


@pytest.mark.parametrize(
    ("shape", "days", "count", "window"), [(1, 365, 3, 90), (0.5, 100, 1, 30), (12.3, 821, 9, 90), (4, 40, 0, 10)]
)
def test_one_gamma_is_the_negative_binomial_of_scipy(shape, days, count, window):
    from scipy import stats

    known = Rate(np.array([1.0]), np.array([float(shape)]), np.array([float(days)]))
    there = stats.nbinom(shape, days / (days + window))
    assert at_least(count, known, window) == pytest.approx(there.sf(count - 1), abs=CLOSE)
    assert band(known, window) == (int(there.ppf(0.025)), int(there.ppf(0.975)))
    found = rate(known)
    posterior = stats.gamma(shape, scale=1 / days)
    assert (found.value, found.low, found.high) == pytest.approx(
        (posterior.mean(), posterior.ppf(0.025), posterior.ppf(0.975)), abs=CLOSE
    )
    assert happens_within(known, window).value == pytest.approx(1 - (days / (days + window)) ** shape, abs=CLOSE)


def test_learning_is_conjugate_and_weighs_parts_by_how_well_they_foretold():
    """Two parts, Gamma(1, 10) and Gamma(1, 1000), and 0 events in 10 days: the chance of none is 1/2 and 100/101."""
    known = learned(Rate(np.array([0.5, 0.5]), np.array([1.0, 1.0]), np.array([10.0, 1000.0])), 0, 10)
    weights = np.array([0.5, 100 / 101])
    assert known.weights == pytest.approx((weights / weights.sum()).tolist(), abs=CLOSE)
    assert known.days.tolist() == [20.0, 1010.0] and known.shapes.tolist() == [1.0, 1.0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2000)), max_size=15), st.integers(0, 30), st.integers(0, 1500)
)
def test_rates_are_rates_whatever_the_peers(peers, own, days):
    known = learned(rate_prior([k for k, _ in peers], [d for _, d in peers]), own, days)
    found = rate(known)
    assert known.weights.sum() == pytest.approx(1)
    assert 0 < found.low < found.value < found.high < math.inf
    low, high = band(known, 90)
    assert 0 <= low <= high
    assert 0 <= at_least(high + 1, known, 90) <= 0.0251


def test_more_history_counts_for_more():
    peers = rate_prior([1, 2, 1], [1000, 1000, 1000])
    some, more = rate(learned(peers, 5, 100)), rate(learned(peers, 50, 1000))
    assert some.value < more.value < 0.05 and more.high - more.low < some.high - some.low


def test_capture_and_recapture_by_hand():
    """30 seen by one, 20 by the other, 12 by both: (31 * 21) / 13 - 1 = 49.0769…"""
    found = captured_twice(30, 20, 12)
    assert found.value == pytest.approx(31 * 21 / 13 - 1, abs=CLOSE)
    a, b, c = 18.5, 8.5, 12.5
    spread = math.exp(1.959963984540054 * math.sqrt(1 / a + 1 / b + 1 / c + c / (a * b)))
    assert (found.low, found.high) == pytest.approx((37.5 + a * b / c / spread, 37.5 + a * b / c * spread), abs=CLOSE)


def test_two_sources_that_saw_the_same_saw_all():
    found = captured_twice(10, 10, 10)
    assert (found.value, found.low) == (10, 10) and found.high == pytest.approx(10 / share(10, 10).low)
