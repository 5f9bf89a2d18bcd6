"""The text of a document as the readers look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from exeunt.language.lexicon import Trigger, lexicon
from exeunt.language.sentences import cut_sentences
from exeunt.language.text import Sentence, lower, narrow
from exeunt.model import LanguageCode


@dataclass(frozen=True)
class Prepared:
    """Narrow and folded text, code point for code point; its sentences and triggers once they are asked for."""

    text: str
    folded: str
    language: LanguageCode

    @cached_property
    def cut(self) -> list[Sentence]:
        return cut_sentences(self.text, self.language)

    @cached_property
    def triggers(self) -> list[Trigger]:
        return lexicon(self.language).triggers(self.folded)


def prepare(text: str, language: LanguageCode) -> Prepared:
    """Narrow and fold `text`."""
    narrowed = narrow(text)
    return Prepared(narrowed, lower(narrowed) if language == "en" else narrowed, language)
