"""Exeunt reads the news and keeps a sourced ledger of people moves.

collect ──▶ read ──▶ ledger ──▶ identify ──▶ reckon ──▶ tell / serve
 bytes    Document   Claims     Judgements   Moves, …    pages, briefs, …

>>> import exeunt
>>> reading = exeunt.read("Jane Calloway left Tallgrass Instruments in June.", published="2024-08-07")
>>> [(m.person, m.direction, m.organization, m.date) for m in reading.moves]
[('Jane Calloway', 'out', 'Tallgrass Instruments', '2024-06')]
"""

from exeunt.errors import (
    DateError,
    EncodingError,
    ExeuntError,
    InputError,
    LanguageError,
    LexiconError,
    ModelError,
    RecordError,
)
from exeunt.model import Claim, Count, Disagreement, Document, Evidence, LanguageCode, Reading
from exeunt.read import USUAL, ReaderName, read_document


def read(
    text: str,
    *,
    published: str | None = None,
    title: str | None = None,
    language: LanguageCode | None = None,
    reader: ReaderName = USUAL,
) -> Reading:
    """What `text` says of people moves.

    `published` is the day of publication (YYYY-MM-DD); without it relative dates stay open and a warning says so.
    Raises DateError when it is no date.
    """
    return read_document(Document(text=text, published=published, title=title, language=language), reader)


__all__ = [
    "Claim",
    "Count",
    "DateError",
    "Disagreement",
    "Document",
    "EncodingError",
    "Evidence",
    "ExeuntError",
    "InputError",
    "LanguageError",
    "LexiconError",
    "ModelError",
    "Reading",
    "RecordError",
    "read",
    "read_document",
]
