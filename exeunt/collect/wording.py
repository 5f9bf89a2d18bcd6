"""The wording of a text: what stays the same however an outlet sets it, and how two wordings differ.

A text published twice (one wire story, one press release) is one source; the same news written anew is a second one,
and a text that says something else in the same words (an update, a correction, a form filled in for someone else) is
a second state of knowledge. So not only how much two texts share counts, but what differs: a figure, a name, the word
for what happened.
"""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from rapidfuzz.distance import Indel, Levenshtein

COPY = 0.56
"""The chance from which on two texts are held to be copies: joining a correction with what it corrects is the worse error."""

_TOKEN = re.compile(r"[a-z0-9]+(?:[.'’][a-z0-9]+)*|[ァ-ヴー]+|[\u3041-\u30ff々一-鿿%]")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3})")
_POINT = re.compile(r"(?<=\d)・(?=\d)")
_RUBY = re.compile(r"[（(][ぁ-んァ-ヴー・\s]{2,24}[)）]")
_AMOUNT = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s?(bn|billion|m|mn|million|k|thousand)\b")
_SHARE = re.compile(r"(\d)割")
_ERA = re.compile(r"(令和|平成|昭和)\s?(\d+|元)年")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{2})年(?!間|前|ぶり|後|目|以上|来|連続|に[わ渡])")
_KANJI_NUMBER = re.compile(r"[〇一二三四五六七八九十百]{1,5}(?=[年月日人歳代社回期名位億万円ヵカヶ割%票つ期目）)・])")
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_MOST = 6000  # tokens of a text that are compared
_ISLAND = 2  # shared tokens between two differences that do not part them


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("exeunt.collect") / "wording.toml").read_text(encoding="utf-8"))


@cache
def _same() -> tuple[re.Pattern[str], dict[str, str]]:
    same: dict[str, str] = _data()["same"]
    words = sorted(same, key=len, reverse=True)
    pattern = "|".join(rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in words)
    return re.compile(pattern), same


@dataclass(frozen=True)
class Wording:
    """The tokens of a text, and which of them were written with a capital."""

    tokens: tuple[str, ...]
    capital: tuple[bool, ...]
    corrects: bool


def wording(text: str) -> Wording:
    """Tokens of `text` (words and figures in Latin script, katakana words, single kanji and kana) after folding width,
    case, ruby, spellings of figures and what wording.toml calls the same. Linear in its length."""
    text = _folded(text[: _MOST * 8])
    found = list(_TOKEN.finditer(text.lower()))[:_MOST]
    return Wording(
        tuple(m[0] for m in found),
        tuple(text[m.start()].isupper() and not _opens(text, m.start()) for m in found),
        _corrects().search(text.lower()) is not None,
    )


def takes_back(title: str | None, text: str) -> bool:
    """Whether a document says that it corrects or retracts an earlier one, in its headline or its text."""
    told = _folded(f"{title or ''}\n{text[: _MOST * 8]}").lower()
    return _corrects().search(told) is not None or _retracts().search(told) is not None


@cache
def _corrects() -> re.Pattern[str]:
    return re.compile("|".join(_data()["corrects"]))


@cache
def _retracts() -> re.Pattern[str]:
    return re.compile("|".join(_data()["retracts"]))


def _opens(text: str, at: int) -> bool:
    """Whether a sentence begins at `at`, so that its capital says nothing."""
    before = text[max(0, at - 3) : at].rstrip(" \"'“‘")
    return not before or before[-1] in ".!?\n:"


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    if len(text) != len(text.lower()):
        text = "".join(c if len(c.lower()) == 1 else " " for c in text)
    text = _RUBY.sub("", _POINT.sub(".", _GROUPED.sub("", text)))
    text = _ERA.sub(lambda m: f"{_ERAS[m[1]] + (1 if m[2] == '元' else int(m[2]))}年", text)
    text = _KANJI_NUMBER.sub(lambda m: str(_kanji(m[0])), text)
    text = _SHORT_YEAR.sub(lambda m: f"{2000 + int(m[1])}年", text)
    text = _SHARE.sub(r"\g<1>0%", text)
    text = re.sub(r"(?i:\b(?:mr|mrs|ms|dr|sir)\b\.?)\s", " ", text)
    pattern, same = _same()
    text = re.sub(pattern.pattern, lambda m: same.get(m[0].lower(), m[0]), text, flags=re.I)
    return _AMOUNT.sub(lambda m: f"{m[1]}{m[2].lower()[0]} ", text)


def _kanji(number: str) -> int:
    total = part = 0
    for char in number:
        if char in "十百":
            total += (part or 1) * (10 if char == "十" else 100)
            part = 0
        else:
            part = part * 10 + _DIGITS[char]
    return total + part


@dataclass(frozen=True)
class Difference:
    """How two wordings differ.

    shared, replaced, more: shares of the shorter one that both have in this order, that the other says in other
    tokens, and that the longer has beyond. stretch: the longest replaced stretch between shared ones, edge: that at
    an end of both texts, head: what is replaced among the first `_HEAD` tokens, all from 0 to 1. facts: places where
    just figures or names were exchanged, or where a word such as "deputy" or "not" stands on one side alone; words:
    where other words of weight were; changes: all places where both say something else. corrects: one says that it
    corrects another.
    """

    shared: float
    replaced: float
    more: float
    stretch: float
    edge: float
    lead: float
    head: float
    facts: int
    words: int
    changes: int
    corrects: bool

    def vector(self) -> tuple[float, ...]:
        """The features of `is_copy` behind the constant, in the order of wording.toml."""
        changes = max(1, self.changes)
        return (
            self.shared, self.replaced, min(self.more, 2.0), self.stretch, self.edge, self.lead, self.head,
            min(self.facts, 2.0), min(self.words, 2.0), min(1.0, self.facts / changes), min(1.0, self.words / changes),
            float(self.corrects),
        )  # fmt: skip


def copy_chance(a: Wording, b: Wording) -> float:
    """The chance that `a` and `b` are one text, published twice (logistic regression, weights in wording.toml)."""
    if min(len(a.tokens), len(b.tokens)) < _SHORTEST:
        return float(a.tokens == b.tokens)  # so short a text differs in what it says, or not at all
    features = (1.0, *difference(a, b).vector())
    return 1 / (1 + math.exp(-sum(w * x for w, x in zip(_data()["weights"], features, strict=True))))


_SHORTEST = 20  # tokens
_SHINGLE = 5  # tokens
_KEPT = 64  # hashes
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


def sketch(words: Wording) -> list[int]:
    """The smallest hashes of the shingles of a text, at most 64, rising: bottom-k MinHash (Broder 1997), signed 64-bit.

    Two texts of which one holds the other share most of the hashes below the smaller of their two largest ones.
    """
    if 0 < len(words.tokens) < _SHORTEST:  # so short a text is a copy only when it is the same
        return [zlib.crc32(" ".join(words.tokens).encode())]
    codes = np.array([zlib.crc32(t.encode()) for t in words.tokens], dtype=np.uint64)
    count = len(codes) - _SHINGLE + 1
    if count < 1:
        return []
    mixed = np.zeros(count, dtype=np.uint64)
    for k in range(_SHINGLE):
        mixed = mixed * _FACTOR + codes[k : k + count]
    mixed ^= mixed >> np.uint64(29)  # splitmix64: neighbouring values fall far apart
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return sorted(int(h) for h in np.unique(mixed)[:_KEPT].view(np.int64))


_DATELINE = 40  # weight up to which what stands first is a dateline or a credit
_HEAD = 60  # tokens
_STRETCH = 24  # tokens of Japanese, half of that of English, from which on a replaced stretch is a new sentence


def difference(a: Wording, b: Wording) -> Difference:
    """How `a` and `b` differ. The order of the two does not matter."""
    if (len(a.tokens), a.tokens) > (len(b.tokens), b.tokens):
        a, b = b, a
    shared = replaced = facts = words = changes = singles = 0
    stretch = edge = lead = head = 0.0
    for x, y in _changes(a, b):
        if isinstance(x, int):
            shared += x
            continue
        left, right = a.tokens[x.start : x.stop], b.tokens[y.start : y.stop]
        both = min(len(left), len(right))
        replaced += both
        long = min(1.0, min(_weight(left), _weight(right)) / _STRETCH)
        if x.stop == len(a.tokens) or y.stop == len(b.tokens) or min(x.start, y.start) == 0:
            edge = max(edge, long)  # the dateline, the credit, what the outlet says of itself
            lead = max(lead, _lead(left, right) if x.start == y.start == 0 else 0.0)
            words += _events_differ(a, b, x, y)
            facts += _takes_back(left, right)
            continue
        stretch = max(stretch, long)
        changes += both > 0
        head += max(0, min(both, _HEAD - min(x.start, y.start))) / _HEAD
        facts += _turned(left, right)
        singles += _single_sign(left, right)
        if 0 < len(left) <= _LONGEST_SWAP and 0 < len(right) <= _LONGEST_SWAP:
            facts += _figures(left, right) or _names(a, b, x, y)
            words += _events_differ(a, b, x, y) or _words(left, right)
    if singles and changes <= _FEW_CHANGES:  # where much else differs it is a slip, alone it is another name
        facts += singles
    size = max(1, len(a.tokens))
    return Difference(
        shared / size, replaced / size, (len(b.tokens) - shared) / size, stretch, edge, lead, min(1.0, head), facts,
        words, changes, a.corrects != b.corrects,
    )  # fmt: skip


def _weight(tokens: tuple[str, ...]) -> int:
    """Tokens, words in Latin script counted twice: they say about as much as two signs of Japanese."""
    return sum(2 if t[0].isascii() else 1 for t in tokens)


def _changes(a: Wording, b: Wording) -> list[tuple[Any, Any]]:
    """(n, n) for n shared tokens, else the two ranges that stand in each other's place; islands do not part changes."""
    found: list[tuple[Any, Any]] = []
    for op in Indel.opcodes(a.tokens, b.tokens):
        x, y = range(op.src_start, op.src_end), range(op.dest_start, op.dest_end)
        same = op.tag == "equal"
        if same and len(x) > _ISLAND:
            found.append((len(x), len(x)))
        elif found and not isinstance(found[-1][0], int):
            before = found[-1]
            found[-1] = (range(before[0].start, x.stop), range(before[1].start, y.stop))
        elif not same:
            found.append((x, y))
        else:
            found.append((len(x), len(x)))
    return found


_FEW_CHANGES = 2
_LONGEST_SWAP = 16  # tokens; a longer change is another sentence, which `replaced` tells


def _figures(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether other figures stand on either side."""
    x, y = ({t.rstrip("mbk") for t in side if t[0].isdigit() or t in _months()} for side in (left, right))
    return bool(x - y) and bool(y - x)


@cache
def _months() -> frozenset[str]:
    return frozenset(_data()["months"])


def _names(a: Wording, b: Wording, x: range, y: range) -> bool:
    """Whether other capitalised words stand on either side."""
    left, right = ({w.tokens[i] for i in r if w.capital[i]} for w, r in ((a, x), (b, y)))
    left, right = left - right, right - left
    return bool(left) and bool(right) and not _alike("".join(sorted(left)), "".join(sorted(right)))


def _words(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether other Japanese words of some weight stand on either side."""
    x, y = ("".join(t for t in side if t[0] >= "ァ") for side in (left, right))
    return len(x) + len(y) > 2 and bool(x) and bool(y) and not _alike(x, y)


def _events_differ(a: Wording, b: Wording, x: range, y: range) -> bool:
    """Whether other words for what happened stand on either side, seen with the tokens around the change."""
    if len(x) + len(y) > 2 * _LONGEST_SWAP:
        return False
    left, right = (w.tokens[max(0, r.start - 2) : r.stop + 2] for w, r in ((a, x), (b, y)))
    told = [{e for e in _events() if e in " ".join(side) or e in "".join(side)} for side in (left, right)]
    return bool(told[0] - told[1]) and bool(told[1] - told[0])


def _lead(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    """How much that tells figures stands before where two texts begin to agree: a new lead rather than a dateline."""
    longer = max(left, right, key=_weight)
    return min(1.0, max(0, _weight(longer) - _DATELINE) / _DATELINE) if sum(t[0].isdigit() for t in longer) > 1 else 0.0


def _alike(x: str, y: str) -> bool:
    return Levenshtein.normalized_similarity(x, y) > 0.5


@cache
def _events() -> tuple[str, ...]:
    return tuple(_data()["events"])


def _turned(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether a word that turns what is said into something else stands on one side of a short change alone."""
    if len(left) + len(right) > _LONGEST_SWAP:
        return False
    turns: list[str] = _data()["turns"]
    told = [{t for t in turns if (t in side if t.isascii() else t in "".join(side))} for side in (left, right)]
    return told[0] != told[1]


def _takes_back(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether one of two texts says before or behind the other that it is not so."""
    told = [any(w in " ".join(side) or w in "".join(side) for w in _data()["takes_back"]) for side in (left, right)]
    return told[0] != told[1]


def _single_sign(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether one kanji stands for another: a slip of the pen, or another name."""
    return len(left) == len(right) == 1 and left[0] >= "一" and right[0] >= "一" and left != right
