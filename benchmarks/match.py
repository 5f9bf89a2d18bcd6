"""Comparing names: Exeunt against nomenklatura's LogicV2 on the same pairs in one run.

python benchmarks/match.py        needs `pip install nomenklatura` beside what Exeunt needs
"""

import random
import time

from followthemoney import model
from nomenklatura.matching import LogicV2, ScoringConfig

from exeunt.identify.match import _across, _kana, _latin, _part, _persons, match
from exeunt.identify.names import person_name, script_of
from exeunt.identify.sound import alignment, letters

GIVEN = [
    "Jane",
    "Mark",
    "Priya",
    "Samir",
    "Ingrid",
    "Omar",
    "Tess",
    "Hana",
    "Leo",
    "Nora",
    "ジェーン",
    "マーク",
    "プリヤ",
    "サミル",
    "イングリッド",
    "オマール",
]
SURNAMES = [
    "Calloway",
    "Ellison",
    "Haddad",
    "Petrov",
    "Nakamura",
    "Whitcombe",
    "キャロウェイ",
    "エリソン",
    "ハダッド",
    "ペトロフ",
    "ウィットコム",
]
ROUNDS = 5


def entity(name: str):
    made = model.make_entity("Person")
    made.id = name
    made.add("name", name)
    return made


def clear() -> None:
    for kept in (_persons, _part, _latin, _kana, _across, person_name, alignment, letters, script_of):
        kept.cache_clear()


def seconds(work, pairs) -> float:
    begin = time.perf_counter()
    for a, b in pairs:
        work(a, b)
    return time.perf_counter() - begin


def compare(title: str, pairs: list[tuple[str, str]]) -> None:
    config = ScoringConfig.defaults()
    made = [(entity(a), entity(b)) for a, b in pairs]
    ratios = []
    for _ in range(ROUNDS):
        clear()
        ours = seconds(match, pairs)
        theirs = seconds(lambda a, b: LogicV2.compare(a, b, config), made)
        ratios.append(theirs / ours)
    median = sorted(ratios)[ROUNDS // 2]
    n = len(pairs)
    print(
        f"{title}: exeunt {ours / n * 1e6:.0f} µs a pair, LogicV2 {theirs / n * 1e6:.0f} µs; {median:.1f} times as fast, median of {ROUNDS}, n {n}"
    )


def main() -> None:
    rng = random.Random(1)
    ends = [a + b for a in "aeiou" for b in "klmnrst"]  # so that hardly two names are the same
    names = [f"{rng.choice(GIVEN)} {rng.choice(SURNAMES)}{rng.choice(ends)}{rng.choice(ends)}" for _ in range(4000)]
    compare("every name new", list(zip(names[::2], names[1::2], strict=True)))
    few = names[:80]
    compare("80 names, all with all", [(a, b) for i, a in enumerate(few) for b in few[i + 1 :]])


if __name__ == "__main__":
    main()
