"""Reading: Document -> Reading. One contract, whichever reader finds the moves."""

from __future__ import annotations

from exeunt.language.detect import detect_language
from exeunt.language.sentences import cut_sentences
from exeunt.language.text import lower, narrow
from exeunt.model import Document, Reading
from exeunt.read.counts import find_counts
from exeunt.read.rules import read_rules


def read_document(document: Document) -> Reading:
    """What `document` says of people moves.

    A text in neither Japanese nor English gives a Reading without moves and a warning. Raises DateError when
    `document.published` is not a date.
    """
    if not document.text.strip():
        return Reading(id=document.id, language=document.language, warnings=("the text is empty",))
    language = document.language or detect_language(document.text)
    if language is None:
        return Reading(
            id=document.id,
            language=None,
            warnings=(
                "the text is in neither Japanese nor English, so nothing was read; name the language to read it anyway",
            ),
        )
    claims, warnings = read_rules(document, language)
    text = narrow(document.text)
    folded = lower(text)
    counts = tuple(find_counts(document.text, folded, cut_sentences(text, language), claims, language))
    return Reading(id=document.id, language=language, moves=claims, counts=counts, warnings=tuple(warnings))
