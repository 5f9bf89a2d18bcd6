"""Measure the matching of names on open lists of names; the lists are for measuring only and are not shipped.

    python eval/names.py tokens katakana_16.tsv     right Latin token ranked first among 1,000 random ones of 4 letters or more
    python eval/names.py persons jamdict.db         katakana persons of JMnedict against 1,000 candidates; false matches
    python eval/names.py kanji jamdict.db           kanji persons against romaji in both orders: recall and precision

jamdict.db is the database in the package jamdict-data (JMnedict, CC BY-SA 4.0).
"""

import random
import re
import sqlite3
import sys
import time
from pathlib import Path

from exeunt.identify import match, rank
from exeunt.identify.sound import letters

SEED, N = 5, 1000


def tokens(path: str) -> None:
    rows = [line.split("\t") for line in Path(path).read_text(encoding="utf-8").splitlines()]
    pairs = [(a, b.replace(" ", "")) for a, b, _ in rows if len(letters(a)) >= 4]
    sample = random.Random(SEED).sample(pairs, N)
    latin = [a for a, _ in sample]
    begin, wrong = time.time(), []
    for a, kana in sample:
        best = rank(kana, latin)[0].name
        if letters(best) != letters(a):
            wrong.append((kana, a, best))
    print(f"first among {N}: {1 - len(wrong) / N:.3f}  n {N}  {(time.time() - begin) / N * 1000:.1f} ms a query")
    foreign = sum(not re.fullmatch("[ァ-ヴー]+", kana) for kana, *_ in wrong)
    print(f"wrong {len(wrong)}, of them {foreign} with no katakana at all; for example", wrong[:12])


def persons(path: str) -> None:
    pairs = named(path, "NEKana", r"[ァ-ヴー・＝]{4,}")
    sample = random.Random(SEED).sample(pairs, min(N, len(pairs)))
    latin = [a for _, a in sample]
    begin = time.time()
    wrong = [(k, a, b.name) for k, a in sample if (b := rank(k, latin)[0]).name != a and letters(b.name) != letters(a)]
    print(
        f"first among {len(sample)}: {1 - len(wrong) / len(sample):.3f}  {(time.time() - begin) / len(sample) * 1000:.1f} ms a query"
    )
    print("wrong, for example", wrong[:10])
    rng = random.Random(SEED)
    given = [a.split()[0] for a in latin]
    false = hard = 0
    for k, a in sample:
        other = rng.choice([x for x in latin if letters(x) != letters(a)])
        false += match(k, other).verdict == "same"
        swapped = " ".join([rng.choice([g for g in given if letters(g) != letters(a.split()[0])]), *a.split()[1:]])
        hard += match(k, swapped).verdict == "same"
    found = sum(match(k, a).verdict == "same" for k, a in sample)
    print(
        f"matched at the working threshold: {found / len(sample):.3f}; false on random others {false}/{len(sample)}, on others of the same surname {hard}/{len(sample)}"
    )


def kanji(path: str) -> None:
    pairs = named(path, "NEKanji", r"[一-龠々]{3,5}")
    sample = random.Random(SEED).sample(pairs, min(2 * N, len(pairs)))
    right, wrong, missed = 0, 0, []
    rng = random.Random(SEED)
    for k, a in sample:
        words = a.split()
        for told in (" ".join(words), " ".join(words[::-1])):
            if match(k, told).verdict == "same":
                right += 1
            else:
                missed.append((k, told, match(k, told).score))
        others = [rng.choice(sample)[1] for _ in range(3)]
        others.append(" ".join([words[0], rng.choice(sample)[1].split()[-1]]))
        wrong += sum(match(k, o).verdict == "same" for o in others if letters(o) != letters(a))
    n = 2 * len(sample)
    print(
        f"recall {right / n:.3f}  precision {right / max(1, right + wrong):.3f}  n {n} pairs in both orders, {4 * len(sample)} others (a quarter of the same surname)"
    )
    print("missed, for example", missed[:14])


def named(path: str, table: str, pattern: str) -> list[tuple[str, str]]:
    """(name, the name in letters) of the persons of JMnedict whose name fits `pattern`."""
    rows = sqlite3.connect(path).execute(
        f"""select n.text, g.text from {table} n join NETranslation t on t.idseq = n.idseq
        join NETransType y on y.tid = t.ID join NETransGloss g on g.tid = t.ID where y.text = 'person'"""
    )
    clean = {(n, re.sub(r"\s*\(.*", "", g).strip()) for n, g in rows}
    latin = r"[A-Za-zÀ-ɏ'’.-]+(?: [A-Za-zÀ-ɏ'’.-]+)+"
    return sorted((n, g) for n, g in clean if re.fullmatch(pattern, n) and re.fullmatch(latin, g))


if __name__ == "__main__":
    {"tokens": tokens, "persons": persons, "kanji": kanji}[sys.argv[1]](sys.argv[2])
