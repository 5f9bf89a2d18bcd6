"""Speed and growth of the first reader, against SudachiPy tokenising the same Japanese text whole, in one run.

usage: python benchmarks/speed.py
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from sudachipy import Dictionary, SplitMode

from exeunt.model import Document
from exeunt.read import read_document

GOLD = Path(__file__).parent.parent / "eval/gold"
QUIET = {
    "ja": "市場は朝から静かで、値動きは小さかった。港では新しい船の荷役が続き、天気は西から下り坂に向かった。"
    "商店街の売り上げは前の年を上回り、夏の催しに人が集まった。",
    "en": "Markets were quiet in the morning and prices hardly changed. "
    "The harbour unloaded two ships, and rain came in from the west. ",
}


def mixed(language: str, share: int = 20) -> list[str]:
    """Documents in which about one sentence in `share` stands in an annotated document, the rest tells no move."""
    texts = [json.loads(p.read_text(encoding="utf-8"))["text"] for p in sorted(GOLD.glob(f"{language}-*.json"))[:80]]
    stop = "。" if language == "ja" else ". "
    result = []
    for text in texts:
        for sentence in [s + stop for s in text.split(stop)][:6]:
            per = QUIET[language].count(stop.strip() if language == "ja" else ".")
            quiet = QUIET[language] * (share // 2 // per)
            result.append(quiet + sentence + quiet)
    return result


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def against_sudachi() -> None:
    texts = mixed("ja")
    size = sum(map(len, texts))
    read_document(Document(text=texts[0], language="ja"), "rules")
    sudachi = Dictionary(dict="core").tokenizer(mode=SplitMode.C)
    ratios = []
    for _ in range(9):
        whole = seconds(lambda: [sudachi.tokenize(t) for t in texts])
        ours = seconds(
            lambda: [read_document(Document(text=t, language="ja", published="2024-08-07"), "rules") for t in texts]
        )
        ratios.append(whole / ours)
    rate = f"{size / ours:,.0f} characters/s, {sorted(ratios)[4]:.2f}"
    print(f"mixed Japanese news, {size:,} characters: {rate} times as fast as SudachiPy's whole pass (median of 9)")


def growth() -> None:
    for language in ("ja", "en"):
        text = json.loads((GOLD / f"{language}-wire-01.json").read_text(encoding="utf-8"))["text"]
        flat = text.replace("\n", "").replace("。", "、").replace(". ", ", ") + " "
        for target in (10_000, 100_000, 1_000_000):
            sample = (flat * (target // len(flat) + 1))[:target]
            document = Document(text=sample, language="ja" if language == "ja" else "en", published="2024-08-07")
            took = seconds(partial(read_document, document, "rules"))
            rate = f"{took:7.2f} s, {target / took:9,.0f} characters/s"
            print(f"{language}, all triggers and no full stop: {target:>9,} characters {rate}")


def stream(n: int) -> Iterator[int]:
    """Peak memory in MB after each tenth of `n` documents."""
    texts = mixed("ja")[:50] + mixed("en")[:50]
    for i in range(n):
        read_document(Document(text=texts[i % len(texts)], id=str(i)), "rules")
        if (i + 1) % (n // 10) == 0:
            yield resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    against_sudachi()
    growth()
    print("peak memory over a stream, MB after each tenth:", *stream(20_000))
