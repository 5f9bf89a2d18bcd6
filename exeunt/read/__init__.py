"""Reading: Document -> Reading. One contract, whichever reader finds the moves."""

from __future__ import annotations

from exeunt.errors import InputError, LanguageError
from exeunt.language.dates import parse_published
from exeunt.language.detect import detect_language
from exeunt.language.text import narrow
from exeunt.model import Document, Reading
from exeunt.read.counts import find_counts
from exeunt.read.prepare import prepare
from exeunt.read.rules import read_rules
from exeunt.read.warn import warning


def read_document(document: Document) -> Reading:
    """What `document` says of people moves.

    A text in neither Japanese nor English gives a Reading without moves and a warning. Raises DateError when
    `document.published` is not a date, LanguageError when `document.language` is none that is read, InputError when
    the text holds lone surrogates (code points that no encoding can write).
    """
    parse_published(document.published)
    if document.language not in (None, "ja", "en"):
        raise LanguageError(f"language {document.language!r} is not read: give ja or en, or leave it out")
    _refuse_surrogates(document)
    if not document.text.strip():
        return Reading(id=document.id, language=document.language, warnings=(warning("empty", document.language),))
    language = document.language or detect_language(narrow(document.text))
    if language is None:
        return Reading(
            id=document.id,
            language=None,
            warnings=(warning("language", None),),
        )
    prepared = prepare(document.text, language)
    claims, warnings = read_rules(document, language, prepared)
    counts = tuple(find_counts(document.text, prepared, claims))
    return Reading(id=document.id, language=language, moves=claims, counts=counts, warnings=tuple(warnings))


def _refuse_surrogates(document: Document) -> None:
    try:
        (document.text + (document.title or "")).encode("utf-8")
    except UnicodeEncodeError as e:
        raise InputError(f"the text holds a lone surrogate at {e.start}: decode it with errors='replace' first") from e
