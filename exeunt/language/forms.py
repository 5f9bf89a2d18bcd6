"""Forms of names: what may be taken off one, and whether one is a shorter form of another.

A Japanese text names firms in Latin letters and an English one Japanese firms, so both languages' data hold together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from exeunt.language.data import alternatives, read_toml

_JA, _EN = read_toml("ja", "forms.toml"), read_toml("en", "forms.toml")
_PERSON_END = re.compile(rf"(?:{alternatives(_JA['person_ends'])})$")
_POST_END = re.compile(rf"(?:{alternatives(_JA['post_ends'])})$")
_TITLE = re.compile(rf"^(?:{alternatives(_EN['titles'])})\.?\s+", re.I)
_LEGAL = re.compile(
    rf"^(?:{alternatives(_JA['legal_before'])}|the\s+)\s*|(?:{alternatives(_JA['legal_behind'])})$"
    rf"|[, ]+(?:{alternatives(_EN['legal_behind'])})\.?$",
    re.I,
)
_TAIL = re.compile(rf"^(?:{alternatives(_JA['tails'])})+$")
_OTHER_TAIL = re.compile(rf"^(?:{alternatives(_JA['other_tails'])}|の?.*(?:{alternatives(_JA['former'])}))")
_POINTER = re.compile(rf"^(?:{alternatives(_JA['pointers'])})[㐀-鿿]{{1,3}}$")
_NO_POINTERS = tuple(_JA["no_pointers"])
_COMMON_JA, _COMMON_EN = frozenset(_JA["common_nouns"]), frozenset(_EN["common_nouns"])
RENAME = re.compile(rf"\s?[（(](?:{alternatives(_JA['renames'])}|「)*「?")
"""What may stand between a name and another form of it in brackets."""

_QUOTES = '「」『』"“”‘’'
_SEPARATORS = re.compile(r"[\s・･·=＝.,]+")
_KANJI = re.compile(r"^[㐀-鿿々〆ヶ]+$")
_JAPANESE = re.compile(r"[぀-鿿]")
_LEAST = 3  # characters of a single Latin word that stands for a longer name by its end


def norm(text: str) -> str:
    """`text` in NFKC without white space around it."""
    return unicodedata.normalize("NFKC", text).strip()


def honorific(text: str) -> int | None:
    """Where the honorific at the end of a person's name begins; None when there is none, or nothing else."""
    m = _PERSON_END.search(text)
    return m.start() if m and m.start() else None


def post(text: str) -> int | None:
    """Where the post behind a Japanese name begins; None when there is none, or less than two characters before it."""
    m = _POST_END.search(text)
    return m.start() if m and m.start() > 1 else None


@lru_cache(maxsize=4096)
def bare_person(text: str) -> str:
    """A person's name without titles, honorifics and quotation marks."""
    name = norm(text).strip(_QUOTES)
    for _ in range(2):
        name = _TITLE.sub("", _PERSON_END.sub("", name).strip(_QUOTES + " ")).strip()
    return name


@lru_cache(maxsize=4096)
def bare_organization(text: str) -> str:
    """An organisation's name without legal forms, article, quotation marks and possessive."""
    name = norm(text).strip(_QUOTES).lstrip("@#")
    for _ in range(2):
        name = _LEGAL.sub("", name).strip(_QUOTES + " ") or name
    return re.sub(r"[’']s$", "", name)


@lru_cache(maxsize=4096)
def squash(text: str) -> str:
    """A name folded for comparison: case, spaces, marks between its parts."""
    return re.sub(r"[\s・･·=＝‐\-.,'’\"「」]", "", text).casefold()


def parts(text: str) -> list[str]:
    return [p for p in _SEPARATORS.split(text.casefold()) if p]


def only_points(form: str) -> bool:
    """Whether `form` is a common noun that points at an organisation named elsewhere: 同社, the club."""
    if _JAPANESE.search(form):
        return form in _COMMON_JA or (_POINTER.match(form) is not None and not form.startswith(_NO_POINTERS))
    return form.lower().removeprefix("the ") in _COMMON_EN


def is_common(form: str) -> bool:
    """Whether `form` looks like no name: it only points, or is written in lower case."""
    return only_points(form) or (not _JAPANESE.search(form) and form == form.lower())


def same_person(short: str, full: str) -> bool:
    """Whether `short` is `full` or a shorter naming of the same person (both bare)."""
    return _same(short, full, _shorter_person)


def same_organization(short: str, full: str) -> bool:
    """Whether `short` is `full` or a shorter naming of the same organisation (both bare)."""
    return _same(short, full, _shorter_organization)


def _same(short: str, full: str, shorter: Callable[[str, str], bool]) -> bool:
    """Whether two names are equal once folded, or `short` has fewer characters and is a `shorter` form of `full`."""
    a, b = squash(short), squash(full)
    if a == b:
        return True
    return len(a) < len(b) and bool(parts(short) and parts(full)) and shorter(short, full)


def _shorter_person(short: str, full: str) -> bool:
    a, b, pa, pb = squash(short), squash(full), parts(short), parts(full)
    if len(pb) > 1:
        return _part_of_person(pa, pb, a, b)
    return bool(_KANJI.match(a) and (b.startswith(a) or (_KANJI.match(b) and b.endswith(a) and len(a) > 1)))


def _part_of_person(pa: list[str], pb: list[str], a: str, b: str) -> bool:
    if set(pa) <= set(pb):
        return True
    if len(pa) == 1 and _KANJI.match(pa[0]) and (b.startswith(a) or b.endswith(a)):
        return True
    return len(pa) > 1 and pa[-1] == pb[-1] and pa[0][:1] == pb[0][:1] and len(pa[0]) == 1


def _shorter_organization(short: str, full: str) -> bool:
    a, b, pa, pb = squash(short), squash(full), parts(short), parts(full)
    if not _JAPANESE.search(full):
        return _part_of_organization(pa, pb) or _initials(short, full, a)
    if len(a) > 1 and b.startswith(a) and not _OTHER_TAIL.match(b[len(a) :]):
        rest = b[len(a) :]
        tail = _TAIL.match(rest.upper() if rest.isascii() else rest)
        return bool(tail) or pb[0] == a or _script(a[-1]) != _script(rest[0]) or len(a) > 3
    return len(a) > 2 and b.endswith(a) and (len(a) > 3 or _script(a[0]) != _script(b[-len(a) - 1]))


def _part_of_organization(pa: list[str], pb: list[str]) -> bool:
    if len(pa) >= len(pb):
        return False
    telling = len(pa) > 1 or pa[0] not in _COMMON_EN
    if pb[: len(pa)] == pa and telling:
        return True
    if pb[-len(pa) :] == pa and telling and (len(pa) > 1 or len(pa[0]) > _LEAST):
        return True
    return pb[0] == "the" and pb[1 : 1 + len(pa)] == pa


def _initials(short: str, full: str, folded: str) -> bool:
    capitals = "".join(w[0] for w in re.findall(r"[^\W\d_]+", full) if w[0].isupper())
    return short.isupper() and len(short) > 1 and squash(capitals) == folded


def _script(char: str) -> str:
    if "㐀" <= char <= "鿿":
        return "kanji"
    if "゠" <= char <= "ヿ":
        return "katakana"
    if "぀" <= char <= "ゟ":
        return "hiragana"
    return "latin" if char.isalpha() else "other"
