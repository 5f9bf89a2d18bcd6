"""Fit the learned reader's confidence on documents that it has not learned from, and choose what is shown.

usage: python training/calibrate.py eval/gold       writes exeunt/read/learned/confidence.toml from the `dev` split; never reads `check`

Logistic regression with a Gaussian prior (ridge) by Newton's method. The expected calibration error that is printed comes from five folds over
documents: each is judged by weights that have not seen it (Guo et al. 2017, ten bins of equal width).

The rules were written with the errors on `dev` in view and are more often right there than elsewhere: the weight of their agreement is lowered by the difference between
their log odds on `dev` and on the training documents that nobody has looked into (numbers from 801).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from exeunt.evaluate import gold_documents, pair
from exeunt.model import Document
from exeunt.read.learned import confidence, reader
from exeunt.read.learned.network import shipped
from exeunt.read.prepare import prepare
from exeunt.read.rules import unweighed

_RIDGE = 1.0
_FOLDS = 5
_FOLLOWED = 0.1
_UNREAD = 801
_PRECISION = 0.65
_TARGET = "confidence.toml"


def main(folder: Path) -> None:
    rows = list(_rows(folder))
    lines = [
        "# Written by training/calibrate.py from the dev split: the chance that a claim is right, as a logistic regression.",
        "# `usual` is the confidence from which a move is shown, `followed` that from which it is kept for review.",
    ]
    judged, weights = [], {}
    for language in ("ja", "en"):
        part = [r for r in rows if r[0] == language]
        x, y = np.array([r[2] for r in part]), np.array([r[3] for r in part], float)
        documents = np.array([r[1] for r in part])
        for fold in range(_FOLDS):
            held = documents % _FOLDS == fold
            w = fit(x[~held], y[~held])
            judged += list(zip(_chance(x[held], w), y[held], strict=True))
        weights[language] = fit(x, y)
        weights[language][confidence.FEATURES.index("rules")] -= _flattery(folder, language)
        print(f"{language}: {len(part)} candidates, {int(y.sum())} right")
    p, y = np.array([j[0] for j in judged]), np.array([j[1] for j in judged])
    usual = _usual(p, y)
    print(
        f"expected calibration error over all candidates {error(p, y):.3f}, over those shown {error(p[p >= usual], y[p >= usual]):.3f}"
    )
    print(
        f"shown from {usual:.2f}: precision {y[p >= usual].mean():.3f}, {int(y[p >= usual].sum())} of {int(y.sum())} found candidates"
    )
    lines += [f"usual = {usual:.2f}", f"followed = {_FOLLOWED}"]
    for language, w in weights.items():
        lines += ["", f"[{language}]", *(f"{n} = {v:.3f}" for n, v in zip(confidence.FEATURES, w, strict=True))]
    place = Path(confidence.__file__).parent / _TARGET
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rows(folder: Path) -> Any:
    """(language, number of the document, features, right) of every candidate move."""
    for number, gold in enumerate(gold_documents(folder, frozenset({"dev"}))):
        document = Document(text=gold["text"], published=gold.get("published"), title=gold.get("title"))
        kept: list[tuple[float, ...]] = []

        def keep(values: tuple[float, ...], language: str, kept: list[tuple[float, ...]] = kept) -> float:
            kept.append(values)
            return 1.0 - len(kept) * 1e-6  # a claim is known by its confidence

        reader.confidence = keep  # type: ignore[assignment]
        claims, _ = reader.read_learned(document, gold["language"], prepare(gold["text"], gold["language"]), shipped())
        pairs, free = pair(gold["moves"], [msgspec.to_builtins(c) for c in claims])
        optional = {i for i, m in enumerate(gold["moves"]) if m.get("optional")}
        right = {j for i, j in pairs if i not in optional}
        for j in right | set(free):
            yield gold["language"], number, kept[round((1.0 - claims[j].confidence) / 1e-6) - 1], j in right


def _flattery(folder: Path, language: str) -> float:
    """By how much the rules' log odds of being right on `dev` exceed those on documents that nobody has looked into."""
    odds = []
    for split in ("dev", "train"):
        right = wrong = 0
        for gold in gold_documents(folder, frozenset({split})):
            if gold["language"] != language or (split == "train" and int(gold["id"].rsplit("-", 1)[1]) < _UNREAD):
                continue
            document = Document(text=gold["text"], published=gold.get("published"), title=gold.get("title"))
            said = unweighed(document, gold["language"], prepare(gold["text"], gold["language"]))
            pairs, free = pair(gold["moves"], [msgspec.to_builtins(c) for c in said])
            right, wrong = right + len(pairs), wrong + len(free)
        odds.append(np.log(right / wrong))
    return float(odds[0] - odds[1])


def fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weights of a ridge logistic regression; the first column is the intercept and is not drawn to zero."""
    w = np.zeros(x.shape[1])
    prior = np.full(x.shape[1], _RIDGE)
    prior[0] = 1e-3
    for _ in range(50):
        p = _chance(x, w)
        gradient = x.T @ (p - y) + prior * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(prior)
        step = np.linalg.solve(hessian, gradient)
        w -= step
        if np.abs(step).max() < 1e-8:
            break
    return w


def _chance(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))


def error(p: np.ndarray, y: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: the mean gap between confidence and share of right ones, by bins of equal width."""
    which = np.minimum((p * bins).astype(int), bins - 1)
    return float(
        sum(abs(p[which == b].mean() - y[which == b].mean()) * (which == b).mean() for b in set(which.tolist()))
    )


def _usual(p: np.ndarray, y: np.ndarray) -> float:
    """The threshold with the highest F1 among those that keep the precision: a wrong claim is worse than silence."""
    steps = [round(t, 2) for t in np.arange(0.3, 0.9, 0.01)]
    precise = [t for t in steps if (p >= t).any() and y[p >= t].mean() >= _PRECISION]
    return max(precise or steps, key=lambda t: 2 * y[p >= t].sum() / ((p >= t).sum() + y.sum()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
