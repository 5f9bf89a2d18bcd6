"""Where sentences end, from each language's data."""

from __future__ import annotations

import re
from functools import cache

from exeunt.language.data import read_toml
from exeunt.language.text import Sentence, sentences
from exeunt.model import LanguageCode


@cache
def _stop(language: LanguageCode) -> re.Pattern[str]:
    data = read_toml(language, "sentences.toml")
    by_length: dict[int, list[str]] = {}
    for word in data["abbreviations"]:
        by_length.setdefault(len(word), []).append(word)
    # A look-behind must have one length, so there is one for each length of abbreviation.
    guards = "".join(rf"(?<!\b(?:{'|'.join(words)}))" for words in by_length.values())
    return re.compile(guards + data["after"] + data["stop"])


def cut_sentences(text: str, language: LanguageCode) -> list[Sentence]:
    """The sentences of `text` in order. Linear in its length."""
    return sentences(text, _stop(language))
