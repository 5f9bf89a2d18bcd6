"""Folding, lines and sentences: what both languages share below the level of words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# NFKC of single code points that stay single, so that offsets into the folded text are offsets into the text.
_WIDTH = {
    code: folded
    for code in (*range(0xFF01, 0xFF5F), 0x3000, 0xA0, 0x2010, 0x2011, 0x2212)
    if len(folded := unicodedata.normalize("NFKC", chr(code))) == 1
}
_LOWER = {code: low for code in range(0x10000) if (low := chr(code).lower()) != chr(code) and len(low) == 1}
_QUOTES = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2010: "-", 0x2011: "-"}


def narrow(text: str) -> str:
    """`text` with full-width ASCII and spaces made half-width, code point for code point."""
    return text.translate(_WIDTH)


def lower(text: str) -> str:
    """`text` in lower case and straight quotes, code point for code point (so `İ` keeps its length)."""
    return text.translate(_QUOTES).translate(_LOWER) if not text.isascii() else text.lower()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A half-open stretch of the text. `line` counts from 0; `first` says that it opens its line."""

    start: int
    end: int
    line: int
    first: bool

    def of(self, text: str) -> str:
        return text[self.start : self.end]


_LONGEST = 600  # code points; a longer run without a full stop is cut at a comma or a space


def sentences(text: str, stop: re.Pattern[str]) -> list[Sentence]:
    """Cut `text` into sentences: at line ends and after each match of `stop`. Linear in the length of `text`."""
    found: list[Sentence] = []
    at = 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        end = at + len(line.rstrip())
        begin = at + len(line) - len(line.lstrip())
        cuts = [m.end() for m in stop.finditer(text, begin, end)] if begin < end else []
        first = True
        for cut in [*cuts, end]:
            for piece_end in _pieces(text, begin, cut):
                start, piece = _trim(text, begin, piece_end)
                if start < piece:
                    found.append(Sentence(start, piece, number, first))
                    first = False
                begin = piece_end
        at += len(line)
    return found


def _pieces(text: str, begin: int, end: int) -> list[int]:
    """Where to cut a run so that no piece is longer than `_LONGEST`."""
    ends = []
    while end - begin > _LONGEST:
        limit = begin + _LONGEST
        cut = max(text.rfind(mark, begin + _LONGEST // 2, limit) for mark in ("、", ", ", " "))
        begin = cut + 1 if cut > 0 else limit
        ends.append(begin)
    return [*ends, end]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
