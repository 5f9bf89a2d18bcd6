"""Simulated ledgers whose truth is known: how often the intervals hold it, and how often a burst is called where there is none.

python eval/simulate.py [--runs 1000]

Every run makes an organisation with peers, spells, leaves, passages and two outlets by chance, gives their moves to the reckoning as the ledger
would, and compares what it says with what was drawn. Intervals are nominal 95 %.
"""

import argparse
from collections import defaultdict
from datetime import date, timedelta

import numpy as np

from exeunt.reckon.bursts import base_rate, burst, history
from exeunt.reckon.chance import rate
from exeunt.reckon.counted import counted
from exeunt.reckon.facts import Facts, Peer, Telling
from exeunt.reckon.firsts import coverage
from exeunt.reckon.flows import flow_table, passages
from exeunt.reckon.precedents import leave_cases, precedents
from exeunt.reckon.spells import spells_of
from exeunt.reckon.tenure import curve_of

ORG, BEGIN = "org", date(2018, 1, 1)


def move(number, person, direction, kind, day, today, organization=ORG, counterpart=None, claims=None, known=None):
    return counted(
        (
            f"m{number}",
            person,
            organization,
            direction,
            kind,
            None,
            counterpart,
            day.isoformat(),
            None,
            "fact",
            0,
            1,
            day.isoformat(),
            claims or [f"c{number}"],
        ),
        today,
    )


def days_of(rng, rate_a_day, since, until):
    """The days of a Poisson process."""
    number = rng.poisson(rate_a_day * (until - since).days)
    return sorted(since + timedelta(days=int(d)) for d in rng.integers(1, (until - since).days + 1, number))


def rates(rng, found):
    """Departures of an organisation and of its peers, each at a constant rate of its own."""
    peers = int(rng.integers(3, 15))
    shape = float(rng.choice([0.5, 1, 3]))
    drawn = rng.gamma(shape, 5 / 365 / shape, peers + 1)
    today = BEGIN + timedelta(days=int(rng.integers(200, 2000)))
    moves = [move(i, f"p{i}", "out", "left", d, today) for i, d in enumerate(days_of(rng, drawn[0], BEGIN, today))]
    others = [Peer(f"o{i}", BEGIN, today, tuple(days_of(rng, r, BEGIN, today))) for i, r in enumerate(drawn[1:])]
    first = [Telling("c", "d", "d", "outlet", day.isoformat(), "p", ORG) for day in (BEGIN, today)]
    facts = Facts(ORG, today, moves or [move(0, "p", "in", "joined", BEGIN, today)], tellings=first, peers=others)
    told = {f.label: f for f in burst(facts, 90)}
    found["burst called at 5 %"].append("chance" in told and told["chance"].value <= 0.05)
    found["count of the window in its band"].append(told["expected"].low <= told["seen"].value <= told["expected"].high)
    past, days = history(facts, today - timedelta(days=90))
    known = rate(base_rate(len(past), days, others, today - timedelta(days=90)).rate)
    found["rate"].append(known.low <= drawn[0] <= known.high)


def tenures(rng, found):
    """Exponential tenures. Half of the beginnings are news, other people become known later or by leaving; every end before the last day is news."""
    size, mean = int(rng.integers(40, 120)), float(rng.uniform(300, 2000))
    today, moves, heard = BEGIN + timedelta(days=2500), [], {}
    for i in range(size):
        begun = BEGIN + timedelta(days=int(rng.integers(0, 1500)))
        end = begun + timedelta(days=int(np.ceil(rng.exponential(mean))))
        known = begun if rng.random() < 0.5 else begun + timedelta(days=int(rng.integers(1, 1500)))
        last = known + (min(end, today) - known) * float(rng.random())
        if known > today:
            continue
        moves.append(move(2 * i, f"p{i}", "in", "joined", begun, today, known=min(known, end)))
        if end <= today:
            moves.append(move(2 * i + 1, f"p{i}", "out", "left", end, today))
        heard[f"p{i}", ORG] = max(known, last).isoformat()
    spells = spells_of(moves, heard, today)
    (there, _), (silent, _) = curve_of(spells, today), curve_of(spells)
    day, truth = 365, float(np.exp(-365 / mean))
    at = [i for i, d in enumerate(there.days) if d <= day]
    if at:
        found["survival at a year, if there"].append(there.low[at[-1]] <= truth <= there.high[at[-1]])
        found["silence makes it no longer"].append(silent.at(day) <= there.at(day) + 1e-9)
    _, low, high = there.quantile(0.5)
    if low is not None:
        median = mean * np.log(2)
        found["median tenure, if there"].append(low <= median + 1 and (high is None or median - 1 <= high))


def leaves(rng, found):
    """Leaves that end in a return with one chance."""
    chance, size = float(rng.uniform(0, 1)), int(rng.integers(2, 40))
    today, moves = BEGIN + timedelta(days=2000), []
    for i in range(size):
        day = BEGIN + timedelta(days=30 + int(rng.integers(0, 1000)))
        back = rng.random() < chance
        moves.append(move(3 * i, f"p{i}", "in", "joined", BEGIN, today))
        moves.append(move(3 * i + 1, f"p{i}", "pause", "leave", day, today))
        end = day + timedelta(days=int(rng.integers(20, 300)))
        moves.append(move(3 * i + 2, f"p{i}", "in" if back else "out", "returned" if back else "left", end, today))
    cases = leave_cases(spells_of(moves, {}, today), today)
    told = {f.label: f for f in precedents(cases, str) if f.table == "chances"}
    if "returned" in told:
        found["chance of a return"].append(told["returned"].low <= chance <= told["returned"].high)
    else:
        found["chance of a return"].append(told["left"].low <= 1 - chance <= told["left"].high)


def ways(rng, found):
    """Departures to one of four places."""
    odds = rng.dirichlet([1, 1, 1, 1])
    size, today = int(rng.integers(5, 60)), BEGIN + timedelta(days=2000)
    moves = []
    for i in range(size):
        day = BEGIN + timedelta(days=int(rng.integers(0, 1000)))
        moves.append(move(i, f"p{i}", "out", "left", day, today, counterpart=f"to{rng.choice(4, p=odds)}"))
    for f in flow_table(passages(moves)):
        if f.table == "flows":
            found["share of a way"].append(f.low <= odds[int(f.subjects[1][-1])] <= f.high)


def outlets(rng, found):
    """Two outlets that tell of moves independently."""
    size, today = int(rng.integers(20, 120)), BEGIN + timedelta(days=1000)
    chances = rng.uniform(0.25, 0.8, 2)
    moves, tellings = [], []
    for i in range(size):
        day = BEGIN + timedelta(days=int(rng.integers(0, 900)))
        claims = [f"c{i}-{k}" for k in range(2) if rng.random() < chances[k]]
        if claims:
            moves.append(move(i, f"p{i}", "out", "left", day, today, claims=claims))
            tellings += [Telling(c, c, c, f"outlet {c[-1]}", day.isoformat(), f"p{i}", ORG) for c in claims]
    for f in coverage(Facts(ORG, today, moves, tellings=tellings)):
        found["number of all moves"].append(f.low <= size <= f.high)


def simulate(runs: int, seed: int = 1) -> dict[str, list[bool]]:
    found: dict[str, list[bool]] = defaultdict(list)
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        for part in (rates, tenures, leaves, ways, outlets):
            part(rng, found)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    for name, hits in simulate(parser.parse_args().runs).items():
        print(f"{name:34} {np.mean(hits):.3f}  n {len(hits)}")


if __name__ == "__main__":
    main()
