"""How a Japanese name in kanji may be read: SudachiDict's names first, then kanji by kanji."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from sudachipy import Dictionary

_KANA = re.compile(r"^[ぁ-ゖァ-ヺー]+$")
_KANJI = re.compile(r"^[一-鿿㐀-䶿々〆ヶノ]+$")
_MOST = 60  # readings of a part of a name
_BEAM = 200  # readings of the first kanji that go on to the next
_MOST_SPLITS = 4


@cache
def _dictionary() -> Any:
    return Dictionary(dict="core")


@lru_cache(maxsize=100_000)
def _entries(text: str, sort: str) -> tuple[str, ...]:
    """Readings of `text` as a surname (姓) or given name (名) in SudachiDict."""
    found = (m for m in _dictionary().lookup(text) if m.part_of_speech()[2:4] == ("人名", sort))
    return tuple(dict.fromkeys(m.reading_form() for m in found))


@cache
def _tokenizer() -> Any:
    dictionary = _dictionary()
    return dictionary.tokenizer() if hasattr(dictionary, "tokenizer") else dictionary.create()


@lru_cache(maxsize=50_000)
def common_readings(text: str) -> tuple[str, ...]:
    """Readings of a word that need be no name: as SudachiDict reads it whole or in pieces, and sign by sign."""
    whole = [m.reading_form() for m in _dictionary().lookup(text)]
    pieces = "".join(m.reading_form() for m in _tokenizer().tokenize(text))
    sign = [""]
    for kanji in text[:3]:
        told = list(dict.fromkeys(m.reading_form() for m in _dictionary().lookup(kanji)))[:5]
        sign = [a + b for a in sign for b in told][:60]
    return tuple(r for r in dict.fromkeys([*whole, pieces, *sign]) if _KANA.match(r))


@cache
def _single() -> dict[tuple[str, str], tuple[tuple[str, float], ...]]:
    counts: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for line in (files("exeunt.identify") / "kanji.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            sort, kanji, reading, n = line.split("\t")
            counts.setdefault((sort, kanji), []).append((reading, int(n)))
    return {
        key: tuple((r, n / sum(c for _, c in found)) for r, n in sorted(found, key=lambda f: -f[1]))
        for key, found in counts.items()
    }


@lru_cache(maxsize=100_000)
def readings(text: str, sort: str) -> tuple[str, ...]:
    """Readings (katakana) of a surname (`sort` 姓) or given name (名), the likeliest first; empty when none is known."""
    if _KANA.match(text):
        return (text,)
    known = _entries(text, sort)
    composed = [r for r in _composed(text, sort) if r not in known]
    return (*known, *composed)[:_MOST]


def _composed(text: str, sort: str) -> list[str]:
    """Readings put together from those of the single kanji, the likeliest first."""
    beams: list[tuple[str, float]] = [("", 1.0)]
    table = _single()
    for i, kanji in enumerate(text):
        if _KANA.match(kanji) and kanji not in "ヶノ":
            found: tuple[tuple[str, float], ...] = ((kanji, 1.0),)
        else:
            found = table.get((sort, text[i - 1] if kanji == "々" and i else kanji), ())
        beams = [(r + part, p * share) for r, p in beams for part, share in found[:12]]
        beams = sorted(beams, key=lambda b: -b[1])[:_BEAM]
        if not beams:
            return []
    return [r for r, _ in beams]


@lru_cache(maxsize=50_000)
def splits(name: str) -> tuple[tuple[str, str], ...]:
    """How a name in kanji without a space may fall into surname and given name, the likeliest first."""
    return tuple(sorted(_splits(name), key=lambda s: -_weight(*s))[:_MOST_SPLITS])


def _splits(name: str) -> Iterator[tuple[str, str]]:
    for k in range(1, len(name)):
        surname, given = name[:k], name[k:]
        if readings(surname, "姓") and readings(given, "名"):
            yield surname, given


def _weight(surname: str, given: str) -> float:
    """A split is likely when both parts are in the dictionary, and when they are of like length."""
    known = 2.0 * bool(_entries(surname, "姓")) + 2.0 * bool(_entries(given, "名"))
    return known - 0.3 * abs(len(surname) - 2) - 0.3 * abs(len(given) - 2)


def is_surname(text: str) -> bool:
    """Whether so short a name in kanji is a surname by itself (佐藤, 長谷川), by the dictionary."""
    return len(text) < 4 and bool(_entries(text, "姓"))


def is_kanji(text: str) -> bool:
    """Whether `text` is written in kanji only."""
    return _KANJI.match(text) is not None
