"""The list of sources: documents numbered as they are first cited, each with the quotes that are cited from it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from exeunt.tell.brief.article import Article, cited
from exeunt.tell.brief.material import Quote
from exeunt.tell.brief.sentences import Sentence

_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]+")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One document; `quotes` are its cited words, each once."""

    number: int
    outlet: str | None
    title: str | None
    published: str | None
    url: str | None
    quotes: tuple[str, ...]


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """The list, and of each claim the label and the anchor of its quote."""

    listed: tuple[Source, ...]
    marks: dict[str, tuple[str, str]]

    def of(self, claims: tuple[str, ...]) -> list[tuple[str, str]]:
        """Label and anchor of each quote, in the order of the labels, each once."""
        return sorted(dict.fromkeys(self.marks[c] for c in claims), key=lambda m: [int(p) for p in m[0].split(".")])

    def folded(self, sentences: Sequence[Sentence]) -> list[tuple[str, str]]:
        """What stands folded behind some sentences: the quotes that none of them cites in the open."""
        shown = self.of(tuple(c for s in sentences for c in s.claims))
        return [m for m in self.of(tuple(c for s in sentences for c in s.more)) if m not in shown]


def sources_of(article: Article) -> Sources:
    """Numbered in the order of citation; what one document says in the same words stands once."""
    by_document: dict[str, list[Quote]] = defaultdict(list)
    for q in cited(article):
        by_document[q.document].append(q)
    listed, marks = [], {}
    for number, some in enumerate(by_document.values(), 1):
        words = list(dict.fromkeys(q.words for q in some))
        first = some[0]
        listed.append(
            Source(
                number=number,
                outlet=first.outlet,
                title=first.title,
                published=first.published,
                url=safe(first.url),
                quotes=tuple(words),
            )
        )
        for q in some:
            k = words.index(q.words) + 1
            marks[q.id] = (str(number) if len(words) == 1 else f"{number}.{k}", f"q{number}-{k}")
    return Sources(listed=tuple(listed), marks=marks)


def safe(url: str | None) -> str | None:
    """An address that may stand in a link: of the web, without signs that end a link; None for any other."""
    return url if url and _ADDRESS.fullmatch(url) else None
