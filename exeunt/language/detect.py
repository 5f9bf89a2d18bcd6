"""Which of the languages that are read a text is in, by its scripts and its commonest words."""

from __future__ import annotations

import re

from exeunt.language.data import alternatives, read_toml
from exeunt.model import LanguageCode

_KANA = re.compile(r"[ぁ-んァ-ヴ]")
_HAN = re.compile(r"[一-龠]")
JAPANESE = re.compile(r"[ぁ-んァ-ヴー一-龠]")
"""A sign of the Japanese scripts: enough for a name or a role, which is written in one or the other."""
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_WORD = re.compile(r"[a-zà-ɏ']+")
_FEW = 8  # words; so short a text need not hold a common one
_HEAD = 20_000  # code points looked at; a text does not change its language behind them


def detect_language(text: str) -> LanguageCode | None:
    """`ja`, `en`, or None when the text is in neither (or holds no words at all)."""
    head = text[:_HEAD]
    kana, han, latin = (len(p.findall(head)) for p in (_KANA, _HAN, _LATIN))
    if kana >= 2 and (kana + han) * 4 >= latin:
        return "ja"
    if kana == 0 and han and han * 2 > latin:
        return "ja" if _japanese_notice(head) else None
    return "en" if _english(head.lower()) else None


def _japanese_notice(text: str) -> bool:
    """Personnel tables can do without kana; their words are still Japanese."""
    return re.search(alternatives(read_toml("ja", "tables.toml")["gate"]), text) is not None


def _english(text: str) -> bool:
    words = _WORD.findall(text)
    common = frozenset(read_toml("en", "common.toml")["words"])
    other = frozenset(read_toml("en", "common.toml")["other_languages"])
    if not words:
        return False
    if len(words) < _FEW:
        return not any(w in other and w not in common for w in words)
    hits = sum(w in common for w in words)
    foreign = sum(w in other for w in words)
    return hits * 12 >= len(words) and hits > foreign
