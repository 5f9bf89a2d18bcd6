"""A document as the network sees it: pieces with their offsets, cut into overlapping windows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from exeunt.language.sentences import cut_sentences
from exeunt.language.text import narrow
from exeunt.model import LanguageCode

Span = tuple[int, int]

WINDOW, STRIDE = 500, 340  # pieces; the network knows 512 positions
_HEADLINE = 60  # pieces of the headline that every later window begins with
_FIRST_LINE = 120  # code points; a longer first line is no headline
_BOUNDARY = "▁"  # the tokenizer's mark of a word's beginning


@dataclass(frozen=True)
class Text:
    """Headline and body as one text. `shift` code points stand before the body, the headline ends at `headline`."""

    full: str
    shift: int
    headline: int
    language: LanguageCode
    sentences: tuple[Span, ...]


def with_headline(body: str, title: str | None, language: LanguageCode) -> Text:
    """`body` under its headline, unless it begins with it."""
    title = (title or "").strip()
    apart = bool(title) and not body.lstrip().startswith(title)
    full = f"{title}\n{body}" if apart else body
    headline = len(title)
    if not title:
        first, more, _ = full.partition("\n")
        headline = len(first) if more and len(first) <= _FIRST_LINE else 0
    shift = len(title) + 1 if apart else 0
    over = [(s.start, s.end) for s in cut_sentences(narrow(title), language)] if apart else []
    cut = (*over, *((s.start + shift, s.end + shift) for s in cut_sentences(narrow(body), language)))
    return Text(full, shift, headline, language, cut)


@dataclass(frozen=True)
class Pieces:
    """Ids of the vocabulary and half-open offsets into the text; a piece of white space alone is empty."""

    ids: Sequence[int]
    spans: Sequence[Span]


def pieces(tokenizer: Any, text: str) -> Pieces:
    """`text` cut by a `tokenizers.Tokenizer`."""
    found = tokenizer.encode(text, add_special_tokens=False)
    spans = [
        (start, start) if token == _BOUNDARY else _trim(text, start, end)
        for token, (start, end) in zip(found.tokens, found.offsets, strict=True)
    ]
    return Pieces(found.ids, spans)


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


@dataclass(frozen=True)
class Window:
    """Numbers of the pieces in it. Place 0 and the last place are the marks of beginning and end."""

    tokens: list[int]
    place: dict[int, int]
    sentence: npt.NDArray[np.int64]
    headline: frozenset[int]

    def places(self, tokens: Sequence[int]) -> tuple[int, int] | None:
        """First and last place of the pieces of a mention that stand in this window."""
        here = [self.place[t] for t in tokens if t in self.place]
        return (here[0], here[-1]) if here else None


def windows(text: Text, cut: Pieces, wanted: Collection[int] | None = None) -> list[Window]:
    """The pieces of the `wanted` sentences (all when None), in overlapping stretches under the headline."""
    of = _sentence_of(text, cut)
    kept = [i for i in range(len(cut.ids)) if wanted is None or int(of[i]) in wanted]
    count = len(kept)
    if not count:
        return []
    head = [i for i in kept[:_HEADLINE] if cut.spans[i][1] <= text.headline]
    if count <= WINDOW:
        return [_window(kept, of, head)]
    made, at = [], 0
    while True:
        front = [i for i in head if i < kept[at]]
        room = WINDOW - len(front)
        made.append(_window(front + kept[at : min(count, at + room)], of, head))
        if at + room >= count:
            return made
        at += STRIDE


def _window(tokens: list[int], sentence_of: npt.NDArray[np.int64], head: list[int]) -> Window:
    place = {t: i + 1 for i, t in enumerate(tokens)}
    sentence = np.concatenate([[-1], sentence_of[tokens], [-2]])
    return Window(tokens, place, sentence, frozenset(place[t] for t in head if t in place))


def _sentence_of(text: Text, cut: Pieces) -> npt.NDArray[np.int64]:
    """The number of the sentence that each piece stands in."""
    ends = np.array([end for _, end in text.sentences] or [0])
    starts = np.array([start for start, _ in cut.spans], dtype=np.int64)
    return np.minimum(np.searchsorted(ends, starts, side="right"), len(ends) - 1)
