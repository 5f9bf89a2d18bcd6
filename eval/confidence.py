"""Measure the first reader's confidence anew: the precision of its claims by what they had to infer.

usage: python eval/confidence.py FOLDER…     prints what belongs into exeunt/read/confidence.toml; never reads `check`
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import msgspec

from exeunt.evaluate import gold_documents, pair
from exeunt.model import Claim, Document, LanguageCode
from exeunt.read import claims, rules


def main(folders: list[str]) -> None:
    right: Counter[tuple[str, str]] = Counter()
    told: Counter[tuple[str, str]] = Counter()
    groups: dict[int, str] = {}

    def keep_all(found: tuple[Claim, ...], language: LanguageCode, author: str | None) -> tuple[Claim, ...]:
        groups.clear()
        groups.update({i: claims.group_of(c, author) for i, c in enumerate(found)})
        return found

    rules.confident = keep_all  # type: ignore[assignment]
    for folder in folders:
        for gold in gold_documents(Path(folder), frozenset({"train", "dev"})):
            document = Document(text=gold["text"], published=gold["published"], title=gold["title"])
            found, _ = rules.read_rules(document, gold["language"])
            hits = {j for _, j in pair(gold["moves"], [msgspec.to_builtins(c) for c in found])[0]}
            for j in range(len(found)):
                told[gold["language"], groups[j]] += 1
                right[gold["language"], groups[j]] += j in hits
    for (language, group), n in sorted(told.items()):
        print(f'{language}: "{group}" = {{ precision = {right[language, group] / n:.2f}, n = {n} }}')


if __name__ == "__main__":
    main(sys.argv[1:])
