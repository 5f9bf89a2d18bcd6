"""Fit and measure who is a copy of whom: pairs judged by hand in eval/copies/*.ndjson.

python eval/copies.py            precision, recall and F1 of the weights in wording.toml, by file and sort
python eval/copies.py --fit      fit them anew on all pairs; F1 in five folds of the pairs
"""

import argparse
import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np

from exeunt.collect.wording import COPY, copy_chance, difference, wording

FOLDER = Path(__file__).parent / "copies"
PENALTY, RATE, STEPS = 0.01 * 5, 0.5, 6000  # of the weights, per pair; of gradient descent


def pairs() -> list[dict]:
    return [
        {**json.loads(line), "file": path.stem}
        for path in sorted(FOLDER.glob("*.ndjson"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def f1(said: np.ndarray, truth: np.ndarray) -> str:
    right, wrong, missed = (said & truth).sum(), (said & ~truth).sum(), (~said & truth).sum()
    score = 2 * right / max(1, 2 * right + wrong + missed)
    return f"F1 {score:.3f}  right {right}  wrong {wrong}  missed {missed}  n {len(truth)}"


def fit(features: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Logistic regression by gradient descent, the constant unpenalised."""
    weights = np.zeros(features.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-features @ weights))
        penalty = np.concatenate([[0.0], weights[1:]]) * PENALTY / len(truth)
        weights -= RATE * (features.T @ (chance - truth) / len(truth) + penalty)
    return weights


def refit(rows: list[dict]) -> None:
    both = [difference(wording(r["a"]["text"]), wording(r["b"]["text"])) for r in rows]
    features = np.array([(1.0, *d.vector()) for d in both])
    truth = np.array([r["copy"] for r in rows])
    fold = np.array([int(hashlib.sha256(r["id"].encode()).hexdigest(), 16) % 5 for r in rows])
    said = np.zeros(len(rows), dtype=bool)
    for k in range(5):
        said[fold == k] = features[fold == k] @ fit(features[fold != k], truth[fold != k]) >= 0
    print("five folds:", f1(said, truth))
    print("weights =", [round(float(w), 2) for w in fit(features, truth)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true")
    rows = pairs()
    if parser.parse_args().fit:
        refit(rows)
        return
    said = np.array([copy_chance(wording(r["a"]["text"]), wording(r["b"]["text"])) >= COPY for r in rows])
    truth = np.array([r["copy"] for r in rows])
    for name in ["", *sorted({r["file"] for r in rows})]:
        chosen = np.array([name in ("", r["file"]) for r in rows])
        print(f"{name or 'all':8}", f1(said[chosen], truth[chosen]))
    wrong = Counter(r["sort"] for r, s in zip(rows, said, strict=True) if s != r["copy"])
    print("errors by sort:", dict(wrong.most_common()))


if __name__ == "__main__":
    main()
