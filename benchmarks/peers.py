"""The readers beside GiNZA's and spaCy's default pipelines on the same text, in one run on one core, as ratios.

usage: pip install spacy ja_ginza ginza and spaCy's small English model beside Exeunt, then
       taskset -c 0 python benchmarks/peers.py [en_core_web_sm]

dense: annotated news full of moves.   mixed: about one sentence in twenty tells a move.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

from speed import GOLD, mixed, seconds

from exeunt.model import Document
from exeunt.read import ReaderName, read_document

_ROUNDS = 3


def dense(language: str, documents: int = 30) -> list[str]:
    paths = sorted(GOLD.glob(f"{language}-*.json"))[:documents]
    return [json.loads(p.read_text(encoding="utf-8"))["text"] for p in paths]


def rate(work: Callable[[str], object], texts: list[str]) -> float:
    """Characters a second, the median of a few rounds."""
    size = sum(map(len, texts))
    return sorted(size / seconds(lambda: [work(t) for t in texts]) for _ in range(_ROUNDS))[_ROUNDS // 2]


def reading(language: str, reader: ReaderName) -> Callable[[str], object]:
    return lambda text: read_document(Document(text=text, language=language, published="2024-08-07"), reader)  # type: ignore[arg-type]


def main() -> None:
    import spacy

    small = sys.argv[1] if len(sys.argv) > 1 else "en_core_web_sm"
    begin = time.perf_counter()
    read_document(Document(text="Jane Roe left Acme Corp in June.", language="en"))
    print(f"load and first short text: {time.perf_counter() - begin:.2f} s")
    peers: dict[str, tuple[str, Any]] = {
        "ja": ("GiNZA", spacy.load("ja_ginza")),
        "en": ("spaCy small", spacy.load(small)),
    }
    for language, (name, pipeline) in peers.items():
        for kind, texts in (("dense", dense(language)), ("mixed", mixed(language)[:120])):
            theirs = rate(pipeline, texts)
            line = f"{language} {kind:5} {sum(map(len, texts)):7,} characters: {name} {theirs:9,.0f}/s"
            for reader in ("learned", "rules"):
                ours = rate(reading(language, reader), texts)  # type: ignore[arg-type]
                line += f"; {reader} {ours:9,.0f}/s = {ours / theirs:.2f} times"
            print(line, flush=True)
    print(f"peak memory with both peers loaded: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
