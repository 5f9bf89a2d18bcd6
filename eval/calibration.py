"""How far the learned reader's confidence can be trusted: expected calibration error, and precision where it is high.

usage: python eval/calibration.py [dev|check]
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import numpy as np

from exeunt.evaluate import gold_documents, pair
from exeunt.model import Document
from exeunt.read import read_document

_BINS = 10


def main(split: str) -> None:
    said: list[tuple[float, bool, bool]] = []
    for gold in gold_documents(Path(__file__).parent / "gold", frozenset({split})):
        document = Document(text=gold["text"], published=gold.get("published"), title=gold.get("title"))
        reading = read_document(document)
        claims = (*reading.moves, *reading.review)
        pairs, free = pair(gold["moves"], [msgspec.to_builtins(c) for c in claims])
        right = {j for i, j in pairs if not gold["moves"][i].get("optional")}
        said += [(claims[j].confidence, j in right, j < len(reading.moves)) for j in sorted(right | set(free))]
    p, y, shown = (np.array(column) for column in zip(*said, strict=True))
    for name, part in (("all claims", np.full(len(p), True)), ("shown", shown)):
        which = np.minimum((p[part] * _BINS).astype(int), _BINS - 1)
        gaps = [abs(p[part][which == b].mean() - y[part][which == b].mean()) * (which == b).mean() for b in set(which)]
        print(f"{split}, {name}: expected calibration error {sum(gaps):.3f} (n {part.sum()})")
    for least in (0.9, 0.8, 0.7, 0.6):
        n = int((p >= least).sum())
        print(f"{split}, confidence from {least}: precision {y[p >= least].mean() if n else 0:.3f} (n {n})")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "dev")
