"""Japanese tokens: SudachiPy's longest units, reduced to what the readers ask for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sudachipy import Dictionary, Morpheme, SplitMode, Tokenizer


@dataclass(frozen=True, slots=True)
class Token:
    """`name` is 姓, 名 or 一般 for a personal name, `place` says 地名; offsets are code points of the whole text."""

    text: str
    start: int
    end: int
    pos: str
    detail: str
    name: str
    place: bool
    oov: bool
    adverbial: bool


@cache
def _tokenizer() -> Tokenizer:
    return Dictionary(dict="core").tokenizer(mode=SplitMode.C)


# What the readers ask of a part of speech, by SudachiPy's number for it: (pos, detail, name, place, adverbial).
_Features = tuple[str, str, str, bool, bool]
_features: dict[int, _Features] = {}


def _features_of(m: Morpheme) -> _Features:
    known = _features.get(m.part_of_speech_id())
    if known is None:
        pos = m.part_of_speech()
        known = (pos[0], pos[1], pos[3] if pos[2] == "人名" else "", pos[2] == "地名", pos[2] == "副詞可能")
        _features[m.part_of_speech_id()] = known
    return known


def tokens(text: str, start: int, end: int) -> list[Token]:
    """The tokens of `text[start:end]`."""
    found = []
    for m in _tokenizer().tokenize(text[start:end]):
        pos, detail, name, place, adverbial = _features_of(m)
        at, to = start + m.begin(), start + m.end()
        found.append(Token(text[at:to], at, to, pos, detail, name, place, m.is_oov(), adverbial))
    return found
