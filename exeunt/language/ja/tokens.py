"""Japanese tokens: SudachiPy's longest units, reduced to what the readers ask for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sudachipy import Dictionary, SplitMode, Tokenizer


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


def tokens(text: str, start: int, end: int) -> list[Token]:
    """The tokens of `text[start:end]`."""
    found = []
    for m in _tokenizer().tokenize(text[start:end]):
        pos = m.part_of_speech()
        found.append(
            Token(
                m.surface(),
                start + m.begin(),
                start + m.end(),
                pos[0],
                pos[1],
                pos[3] if pos[2] == "人名" else "",
                pos[2] == "地名",
                m.is_oov(),
                pos[2] == "副詞可能",
            )
        )
    return found
