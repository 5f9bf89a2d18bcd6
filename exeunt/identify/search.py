"""The words by whose beginnings a name is found while somebody is still typing it."""

from __future__ import annotations

import re
import unicodedata

from exeunt.identify.resolve import Kind, norm_of

LONGEST = 100
"""Code points of a word that count."""
_MOST = 8  # words of a name that count
_BETWEEN = re.compile(r"[\s・=＝.,、，。'’\"“”「」()（）/&＆\-‐–—]+")


def folded(text: str) -> str:
    """`text` without differences of width and case."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(name: str, kind: Kind) -> tuple[str, ...]:
    """The words of a name, its whole without spaces, and of an organisation what is left of it without its legal form.

    >>> words_of("Ilya Sutskever", "person"), words_of("イルヤ・サツキヴァー", "person")
    (('ilya', 'sutskever', 'ilyasutskever'), ('イルヤ', 'サツキヴァー', 'イルヤサツキヴァー'))
    """
    parts = asked_words(name)
    whole = ("".join(parts), _BETWEEN.sub("", folded(norm_of(name, kind))))
    found = dict.fromkeys(w[:LONGEST] for w in (*parts[:_MOST], *whole))
    return tuple(w for w in found if w)


def asked_words(text: str) -> list[str]:
    """The words of what somebody asks for, in order."""
    return [w for w in _BETWEEN.split(folded(text)) if w]
