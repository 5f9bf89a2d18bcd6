"""Fit how names sound: letters against katakana (sounds.tsv) and kanji in names (kanji.tsv).

    python training/names.py sounds katakana_64.tsv exeunt/identify/sounds.tsv     about five minutes on two cores
    python training/names.py kanji exeunt/identify/kanji.tsv                        from the names of SudachiDict core

A pair of names is cut into units of up to four letters and two morae; how often each unit stands for the other is counted over all
ways to cut, by expectation maximisation (Ristad and Yianilos 1998; many-to-many as in Jiampojamarn et al. 2007). Pairs that fit
badly (another name, another script) are left out from the fourth round on.
"""

import math
import random
import sys
from collections import defaultdict
from multiprocessing import Pool
from pathlib import Path

from exeunt.identify.sound import letters, morae

SHAPES = ((1, 0), (1, 1), (2, 1), (3, 1), (0, 1), (2, 0), (1, 2), (2, 2), (3, 2), (4, 1), (4, 2))
ROUNDS, LEAST, WORST = 9, 1.0, -3.6  # rounds; count of a unit that is kept; log chance per sign of a pair that fits


def pairs_of(path: str) -> list[tuple[str, tuple[str, ...], int]]:
    rows = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        latin, kana, count = line.split("\t")
        x, y = letters(latin), morae(kana.replace(" ", ""))
        if 2 <= len(x) <= 16 and 1 <= len(y) <= 14:
            rows.append((x, y, min(int(count), 5)))
    random.Random(1).shuffle(rows)
    return rows


def units_at(x: str, y: tuple[str, ...], i: int, j: int):
    for a, b in SHAPES:
        if i + a <= len(x) and j + b <= len(y):
            yield a, b, (x[i : i + a], " ".join(y[j : j + b]))


def expect(job):
    """Expected counts of units over a part of the pairs."""
    rows, chance, worst = job
    counts: dict[tuple[str, str], float] = defaultdict(float)
    for x, y, weight in rows:
        n, m = len(x), len(y)
        ahead = [[0.0] * (m + 1) for _ in range(n + 1)]
        behind = [[0.0] * (m + 1) for _ in range(n + 1)]
        ahead[0][0] = behind[n][m] = 1.0
        for i in range(n + 1):
            for j in range(m + 1):
                if ahead[i][j]:
                    for a, b, unit in units_at(x, y, i, j):
                        ahead[i + a][j + b] += ahead[i][j] * chance.get(unit, 0.0)
        total = ahead[n][m]
        if total <= 0 or math.log(total) / (n + m) < worst:
            continue
        for i in range(n, -1, -1):
            for j in range(m, -1, -1):
                for a, b, unit in units_at(x, y, i, j):
                    p = chance.get(unit, 0.0) * behind[i + a][j + b]
                    behind[i][j] += p
                    if p and ahead[i][j]:
                        counts[unit] += weight * ahead[i][j] * p / total
    return dict(counts)


def first_guess(rows):
    counts: dict[tuple[str, str], float] = defaultdict(float)
    for x, y, weight in rows:
        for i in range(len(x) + 1):
            for j in range(len(y) + 1):
                if abs(i / len(x) - j / len(y)) > 0.35:
                    continue
                for a, b, unit in units_at(x, y, i, j):
                    counts[unit] += weight * (0.05 if 0 in (a, b) else 1) / (1 + 1.5 * max(0, a + b - 2))
    return {unit: n for unit, n in counts.items() if n > 1.5}


def fit_sounds(path: str, out: str) -> None:
    rows = pairs_of(path)
    counts = first_guess(rows)
    for number in range(ROUNDS):
        total = sum(counts.values())
        chance = {unit: n / total for unit, n in counts.items()}
        half, worst = len(rows) // 2, -9.0 if number < 3 else WORST
        with Pool(2) as pool:
            found = pool.map(expect, [(rows[:half], chance, worst), (rows[half:], chance, worst)])
        counts = defaultdict(float)
        for part in found:
            for unit, n in part.items():
                counts[unit] += n
        counts = {unit: n for unit, n in counts.items() if n > 0.8 or len(unit[0]) <= 1}
        print(number, len(counts), flush=True)
    head = Path(out).read_text(encoding="utf-8").splitlines()[:2]
    lines = [f"{x}\t{y}\t{round(n, 1):g}" for (x, y), n in sorted(counts.items()) if n >= LEAST]
    Path(out).write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")


def cuts(name: str, reading: str):
    """Every way to give each kanji one to five kana of the reading."""
    if len(name) == 1:
        if 1 <= len(reading) <= 5:
            yield (reading,)
        return
    for k in range(0 if name[0] == "ノ" else 1, min(5, len(reading) - len(name) + 1) + 1):
        for rest in cuts(name[1:], reading[k:]):
            yield (reading[:k], *rest)


def fit_kanji(out: str) -> None:
    from sudachipy import Dictionary

    names = {
        (m.surface(), m.reading_form(), m.part_of_speech()[3])
        for m in Dictionary(dict="core").entries()
        if m.part_of_speech()[2] == "人名" and m.part_of_speech()[3] in ("姓", "名")
    }
    names = sorted(n for n in names if len(n[0]) <= 4 and all("一" <= c <= "鿿" or c in "々ヶノ" for c in n[0]))
    chance: dict[tuple[str, str, str], float] = {}
    for number in range(6):
        counts: dict[tuple[str, str, str], float] = defaultdict(float)
        for name, reading, sort in names:
            found = list(cuts(name, reading))
            weights = [
                math.prod(chance.get((sort, c, y), 1e-7) for c, y in zip(name, cut, strict=True)) if chance else 1.0
                for cut in found
            ]
            total = sum(weights)
            for cut, weight in zip(found, weights, strict=True):
                for c, y in zip(name, cut, strict=True):
                    counts[sort, c, y] += weight / total if total else 0.0
        sums: dict[tuple[str, str], float] = defaultdict(float)
        for (sort, c, _), n in counts.items():
            sums[sort, c] += n
        chance = {key: n / sums[key[:2]] for key, n in counts.items() if n > 0.3}
        print(number, len(chance), flush=True)
    head = Path(out).read_text(encoding="utf-8").splitlines()[:2]
    kept = sorted((*key, round(counts[key])) for key, p in chance.items() if counts[key] >= 2 and p >= 0.004)
    Path(out).write_text("\n".join([*head, *("\t".join(map(str, row)) for row in kept)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    fit_sounds(*sys.argv[2:]) if sys.argv[1] == "sounds" else fit_kanji(*sys.argv[2:])
