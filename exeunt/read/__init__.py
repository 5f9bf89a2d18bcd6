"""Reading: Document -> Reading. One contract, whichever reader finds the moves.

rules     no model: triggers, frames, discourse
learned   a small network reads, the code of the rules settles
model     any OpenAI-compatible endpoint is asked, every answer verified
both      learned and model together, and where they differ
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from exeunt.errors import InputError, LanguageError, ModelError
from exeunt.language.dates import publication_day
from exeunt.language.detect import detect_language
from exeunt.language.text import narrow
from exeunt.model import Claim, Disagreement, Document, LanguageCode, Reading
from exeunt.read.both import together
from exeunt.read.counts import find_counts
from exeunt.read.places import located
from exeunt.read.prepare import Prepared, prepare
from exeunt.read.rules import read_rules
from exeunt.read.warn import warning

if TYPE_CHECKING:
    from exeunt.read.endpoint import Endpoint

ReaderName = Literal["rules", "learned", "model", "both"]
USUAL: ReaderName = "learned"
"""Who reads when nobody else is named."""

_RULES = "rules/1"  # raised whenever the rules read anything differently

Found = tuple[tuple[Claim, ...], list[str]]


def read_document(
    document: Document,
    reader: ReaderName = USUAL,
    *,
    endpoint: Endpoint | None = None,
    least: float | None = None,
) -> Reading:
    """What `document` says of people moves.

    Claims with less confidence than `least` go to `review`; None is the measured default of each reader. `endpoint` is
    who is asked by the readers `model` and `both`. A text in neither Japanese nor English gives a Reading without moves
    and a warning.

    Raises DateError when `document.published` is not a date, LanguageError when `document.language` is none that is
    read, InputError when the text holds lone surrogates (code points that no encoding can write) or an endpoint is
    missing, ModelError when the network cannot be loaded or the endpoint does not answer.
    """
    publication_day(document.published)
    if document.language not in (None, "ja", "en"):
        raise LanguageError(f"language {document.language!r} is not read: give ja or en, or leave it out")
    if reader in ("model", "both") and endpoint is None:
        raise InputError(f"--reader {reader} asks a model: name its server with --endpoint and --model")
    _refuse_surrogates(document)
    if not document.text.strip():
        return Reading(id=document.id, language=document.language, warnings=(warning("empty", document.language),))
    language = document.language or detect_language(narrow(document.text))
    if language is None:
        return Reading(id=document.id, language=None, warnings=(warning("language", None),))
    prepared = prepare(document.text, language)
    (claims, warnings), differences = _found(document, language, prepared, reader, endpoint)
    claims = located(document, claims)
    sure = tuple(c for c in claims if c.confidence >= _least(c, least))
    return Reading(
        id=document.id,
        language=language,
        moves=sure,
        review=tuple(c for c in claims if c not in sure),
        counts=tuple(find_counts(document.text, prepared, claims)),
        disagreements=differences,
        warnings=tuple(warnings),
    )


def _found(
    document: Document, language: LanguageCode, prepared: Prepared, reader: ReaderName, endpoint: Endpoint | None
) -> tuple[Found, tuple[Disagreement, ...]]:
    if reader == "rules":
        claims, warnings = read_rules(document, language, prepared)
        return (_signed(claims, _RULES), warnings), ()
    if reader == "learned" or endpoint is None:
        return _learned(document, language, prepared), ()
    from exeunt.read.endpoint import read_endpoint

    if reader == "model":
        return read_endpoint(document, language, prepared, endpoint), ()
    own, warnings = _learned(document, language, prepared)
    try:
        other, more = read_endpoint(document, language, prepared, endpoint)
    except ModelError as e:
        return (own, [*warnings, warning("endpoint", language, problem=e)]), ()
    merged, differences = together(own, other)
    return (merged, [*warnings, *more]), differences


def _learned(document: Document, language: LanguageCode, prepared: Prepared) -> Found:
    from exeunt.read.learned.network import shipped, version
    from exeunt.read.learned.reader import read_learned

    claims, warnings = read_learned(document, language, prepared, shipped())
    return (_signed(claims, f"learned/{version()}"), warnings)


def _signed(claims: tuple[Claim, ...], reader: str) -> tuple[Claim, ...]:
    return tuple(msgspec.structs.replace(c, reader=reader) for c in claims)


def _least(claim: Claim, least: float | None) -> float:
    if least is not None:
        return least
    if claim.reader.startswith("learned"):
        from exeunt.read.learned.confidence import usual

        return usual()
    return 0.0


def _refuse_surrogates(document: Document) -> None:
    try:
        (document.text + (document.title or "")).encode("utf-8")
    except UnicodeEncodeError as e:
        raise InputError(f"the text holds a lone surrogate at {e.start}: decode it with errors='replace' first") from e
