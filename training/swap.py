"""Other names in the same text: the network is to read what is said of a name, not to remember the name."""

from __future__ import annotations

import random
from collections import defaultdict

from labels import Example

_PERSON_TAGS, _NAME_TAGS = {1, 2}, {1, 2, 3, 4}
_COMMON = 4  # a piece that stands in organisations of more documents tells what sort they are (大学, Bank) and stays


class Names:
    """The pieces that names are made of in some examples, by language and sort."""

    def __init__(self, examples: list[Example]) -> None:
        documents: dict[tuple[str, bool], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for e in examples:
            for piece, tag in zip(e.ids, e.tags, strict=True):
                if tag in _NAME_TAGS:
                    documents[e.id[:2], tag in _PERSON_TAGS][piece].add(e.id)
        self._pool = {
            (language, person): [p for p, ids in pieces.items() if person or len(ids) <= _COMMON]
            for (language, person), pieces in documents.items()
        }
        self._known = {key: set(pool) for key, pool in self._pool.items()}

    def swapped(self, example: Example) -> list[int]:
        """The ids of `example` with other pieces in its names, the same for each occurrence."""
        others: dict[tuple[int, bool], int] = {}
        ids = list(example.ids)
        for i, tag in enumerate(example.tags):
            person = tag in _PERSON_TAGS
            key = (example.id[:2], person)
            if tag in _NAME_TAGS and ids[i] in self._known.get(key, ()):
                ids[i] = others.setdefault((ids[i], person), random.choice(self._pool[key]))
        return ids
