"""Replay the demonstration ledger day by day: every day's forecasts, made from what was known on it, scored at the end.

python eval/forecasts.py [--days 90] [--step 1]

Asked every day: does each person who is known to be somewhere leave within so many days; does each who is on leave return; does each beginning that
is announced or rumoured come. Compared with the constant base rate of each question (known only afterwards, so the hardest one).
"""

import argparse
from collections import defaultdict
from datetime import date, timedelta

from exeunt.demo import readings
from exeunt.keeping import add
from exeunt.keeping.facts import world_of
from exeunt.ledger import Ledger
from exeunt.reckon.facts import heard_by
from exeunt.reckon.forecasts import Question, Scored, World, answer, resolved, scores


def questions(world: World, days: int):
    by = world.today + timedelta(days=days)
    for s in world.spells:
        if s.open and s.tie == "work":
            yield Question(s.person, s.organization, "leaves", by)
            if any(leave.ended is None for leave in s.leaves):
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
            covered = {}
            for (_, organization), day in heard_by(final.tellings).items():
                covered[organization] = max(covered.get(organization, ""), day)
            found = defaultdict(list)
            unresolved = defaultdict(int)
            distinct = defaultdict(set)
            day = first + timedelta(days=30)
            while day + timedelta(days=asked.days) < last:
                world = world_of(connection, day, day.isoformat())
                for q in questions(world, asked.days):
                    outcome, evidence = resolved(q, day, end, covered)
                    if outcome in ("yes", "no"):
                        found[q.event].append(Scored(answer(q, world).estimate.value, outcome == "yes", evidence))
                        distinct[q.event].add((q.person, q.organization, outcome))
                    else:
                        unresolved[q.event] += 1
                day += timedelta(days=asked.step)
    found["all"] = [f for some in list(found.values()) for f in some]
    for event, some in found.items():
        told = {f.label: f for f in scores(some) if f.table == "scores"}
        print(
            f"{event:12} n {len(some):6} (distinct {len(distinct[event])}), unresolved {unresolved[event]}  base rate {told['base_rate'].value:.3f}  "
            f"Brier {told['brier'].value:.4f}  constant {told['brier_base_rate'].value:.4f}  "
            f"skill {told['skill'].value if 'skill' in told else float('nan'):+.3f}"
        )
        for f in scores(some):
            if f.table == "calibration":
                print(f"   {f.label:9} n {f.of:6}  {f.detail}  came {f.value:.3f} ({f.low:.3f}-{f.high:.3f})")


if __name__ == "__main__":
    main()
