"""Replay the demonstration ledger day by day: every day's forecasts, made from what was known on it, scored at the end.

python eval/forecasts.py [--days 90] [--step 1]

Asked every day: does each person who is known to be somewhere leave within so many days; does each who is on leave return; does each beginning that
is announced or rumoured come. Scored are those whose organisation a document speaks of after the day asked for, so that a "no" could be known as well as a "yes".
Compared with the constant base rate of each kind of question and of all together, both known only afterwards. Questions of neighbouring days
are nearly the same: "distinct" counts persons at organisations.
"""

import argparse
from collections import defaultdict
from datetime import date, timedelta

from exeunt.demo import readings
from exeunt.keeping import add
from exeunt.keeping.facts import world_of
from exeunt.ledger import Ledger
from exeunt.reckon.forecasts import Question, Scored, World, answer, leave_of, resolved, scores


def questions(world: World, days: int):
    by = world.today + timedelta(days=days)
    for s in world.spells:
        if s.open and s.tie == "work":
            yield Question(s.person, s.organization, "leaves", by)
            if leave_of(s.person, s.organization, world.spells):
                yield Question(s.person, s.organization, "returns", by)
    for m in world.moves:
        if m.direction == "in" and m.kind not in ("promoted", "returned") and m.standing in ("planned", "unconfirmed"):
            yield Question(m.person, m.organization, "joins", by)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--step", type=int, default=1)
    asked = parser.parse_args()
    with Ledger.open("sqlite://") as ledger:
        add(ledger, readings())
        with ledger.reading() as connection:
            final = world_of(connection, date.today())
            known = [t.known for t in final.tellings if t.known]
            first, last = date.fromisoformat(min(known)), date.fromisoformat(max(known))
            end = World(last, final.moves, final.tellings)
            found = defaultdict(list)
            unresolved = defaultdict(int)
            distinct = defaultdict(set)
            day = first + timedelta(days=30)
            while day + timedelta(days=asked.days) < last:
                world = world_of(connection, day, day.isoformat())
                for q in questions(world, asked.days):
                    outcome, evidence = resolved(q, day, end)
                    if outcome in ("yes", "no") and end.covered(q.organization, q.by):
                        found[q.event].append(Scored(answer(q, world).estimate.value, outcome == "yes", evidence))
                        distinct[q.event].add((q.person, q.organization))
                    else:
                        unresolved[q.event] += 1
                day += timedelta(days=asked.step)
    everything = [f for some in found.values() for f in some]
    kinds = sum(len(some) * base(some) * (1 - base(some)) for some in found.values()) / len(everything)
    for event, some in [*found.items(), ("all", everything)]:
        told = {f.label: f.value for f in scores(some) if f.table == "scores"}
        n = len(set().union(*distinct.values())) if event == "all" else len(distinct[event])
        print(
            f"{event:8} n {len(some)} (distinct {n}), not scored {unresolved[event]}, came {base(some):.3f}; Brier {told['brier']:.4f}, constant {base(some) * (1 - base(some)):.4f}"
        )
        for f in scores(some):
            if f.table == "calibration":
                print(f"   {f.label:9} n {f.of:6}  {f.detail}  came {f.value:.3f} ({f.low:.3f}-{f.high:.3f})")
    print(f"all, against a constant for each kind of question: {kinds:.4f}")


def base(some) -> float:
    return sum(f.came for f in some) / len(some)


if __name__ == "__main__":
    main()
