"""Names in parts: what is surname, what given name, in which script, with which readings."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from exeunt.identify.readings import is_surname, readings, splits
from exeunt.identify.sound import katakana, letters
from exeunt.language.forms import bare_organization, bare_person

Script = Literal["latin", "kana", "kanji", "other"]

_PARTS = re.compile(r"[\s・･=＝‐,，、]+")
_NICKNAME = re.compile(r"[\"“”'‘’(（「『]([^\"“”'‘’()（）「」『』]{2,20})[\"“”'‘’)）」』]")
_KATAKANA = re.compile(r"^[ぁ-ゖァ-ヺー]+$")
_ACCENTED = re.compile("[\u00c0-\u024f]")
_ACCENT = re.compile("[\u0300-\u036f]")
_HAN = re.compile(r"[一-鿿㐀-䶿々〆]")


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a name. `sounds` are its readings in katakana, where it is Japanese."""

    text: str
    script: Script
    sounds: tuple[str, ...] = ()

    @property
    def initial(self) -> bool:
        return self.script == "latin" and len(letters(self.text)) == 1


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name. `readings` are the ways in which its words may fall into parts; a name in kanji has several."""

    text: str
    folded: str
    readings: tuple[tuple[Part, ...], ...]
    script: Script

    @property
    def full(self) -> bool:
        """Whether it has a surname and a given name."""
        return any(len(parts) > 1 and not all(p.initial for p in parts) for parts in self.readings)


@cache
def name_words(sort: str) -> frozenset[str]:
    """Words of one sort in words.toml."""
    return frozenset(tomllib.loads((files("exeunt.identify") / "words.toml").read_text(encoding="utf-8"))[sort])


def _is_suffix(word: str) -> bool:
    return word.strip(". ").lower() in name_words("suffixes")


@cache
def _table(name: str) -> dict[str, str]:
    """What a word is folded to: the first of its line in a data file."""
    folded: dict[str, str] = {}
    for line in (files("exeunt.identify") / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            first, *others = line.split("\t")[0].split()
            for other in others:
                folded[other] = first
    return folded


def fold(text: str) -> str:
    """A name folded for equality: width, case, old forms of kanji, marks between its parts."""
    text = unicodedata.normalize("NFKC", text).casefold()
    variants = _table("variants.tsv")
    text = (
        "".join(c for c in unicodedata.normalize("NFKD", text) if not _ACCENT.match(c))
        if _ACCENTED.search(text)
        else text
    )
    return re.sub(r"[\s・･·=＝‐\-.,'’\"「」]", "", "".join(variants.get(c, c) for c in text))


@lru_cache(maxsize=200_000)
def script_of(text: str) -> Script:
    """The script of a word."""
    if _HAN.search(text):
        return "kanji"
    if _KATAKANA.match(unicodedata.normalize("NFKC", text)):
        return "kana"
    return "latin" if letters(text) else "other"


@lru_cache(maxsize=100_000)
def person_name(text: str) -> Name:
    """The name of a person, without titles, honorifics and additions in brackets."""
    bare = bare_person(text)
    bare = re.sub(r"\s+", " ", _NICKNAME.sub(" ", bare)).strip(" ,") or bare
    variants = _table("variants.tsv")
    bare = "".join(variants.get(c, c) for c in bare)
    words = [w.strip(".") for w in _PARTS.split(_inverted(bare)) if w.strip(".") and not _is_suffix(w)]
    if not words:
        words = [bare]
    return Name(text, fold(bare), _ways(words), script_of(bare))


def _inverted(bare: str) -> str:
    """`Calloway, Jane` as `Jane Calloway`."""
    m = re.fullmatch(r"([A-Za-zÀ-ɏ'’-]+), ([A-Za-zÀ-ɏ'’. -]+)", bare)
    return f"{m[2]} {m[1]}" if m and not _is_suffix(m[2]) else bare


def _ways(words: list[str]) -> tuple[tuple[Part, ...], ...]:
    if len(words) == 1 and script_of(words[0]) == "kanji" and len(words[0]) > 1:
        if is_surname(words[0]):
            return ((_part(words[0], "姓"),),)
        ways = [(_part(s, "姓"), _part(g, "名")) for s, g in splits(words[0])]
        return (*ways, (_part(words[0], "姓"),)) if len(words[0]) < 3 or not ways else tuple(ways)
    if len(words) == 2 and all(script_of(w) == "kanji" for w in words):
        return ((_part(words[0], "姓"), _part(words[1], "名")),)
    joined = _joined(words)
    return (tuple(_part(w, "名") for w in joined),)


def _joined(words: list[str]) -> list[str]:
    """Particles of a surname put with the word behind them: van der Berg."""
    out: list[str] = []
    for word in words:
        if out and out[-1].lower().split()[-1] in name_words("particles") and len(out) > 1:
            out[-1] += " " + word
        else:
            out.append(word)
    return out


def _part(text: str, sort: str) -> Part:
    script = script_of(text)
    if script == "kanji":
        other = "名" if sort == "姓" else "姓"
        return Part(text, script, readings(text, sort) or readings(text, other))
    if script == "kana":
        return Part(katakana(text), script, (katakana(text),))
    return Part(text, script)


@lru_cache(maxsize=100_000)
def nickname(word: str) -> str:
    """The given name that a short one stands for (Bob: robert), else the word in letters."""
    word = letters(word)
    return _table("nicknames.tsv").get(word, word)


@cache
def _short_forms() -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for short, full in _table("nicknames.tsv").items():
        groups.setdefault(full, [full]).append(short)
    return {full: tuple(forms) for full, forms in groups.items()}


def short_forms(word: str) -> tuple[str, ...]:
    """All given names that stand for one another with `word`, itself among them."""
    return _short_forms().get(nickname(word), (letters(word),))


@lru_cache(maxsize=100_000)
def organization_key(text: str) -> str:
    """An organisation's name folded, without legal form; renamed and abbreviated ones as their first name in the data."""
    table = _organizations()
    folded = fold(bare_organization(text))
    return table.get(fold(text)) or table.get(folded, folded)


@cache
def _organizations() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in (files("exeunt.identify") / "organizations.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            names = [fold(n) for n in line.split("\t")[0].split(" = ")]
            table.update(dict.fromkeys(names, names[0]))
    return table


def generic_words(word: str) -> tuple[str, ...]:
    """The English words that stand for what a Japanese name of an organisation says it is (銀行: bank), or none."""
    return _generic().get(katakana(word), ())


@cache
def _generic() -> dict[str, tuple[str, ...]]:
    lines = (files("exeunt.identify") / "generic.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {japanese: tuple(english.split()) for japanese, english in rows}
