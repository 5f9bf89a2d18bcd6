"""Sources -> documents with what was read in them, as `exeunt add` and `exeunt watch` take them in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, cast

from exeunt.collect import Manners, Skipped, documents_from, documents_of
from exeunt.errors import ExeuntError, InputError, LedgerError
from exeunt.keeping.add import known
from exeunt.language.dates import publication_day
from exeunt.ledger import Ledger
from exeunt.model import Document, Reading
from exeunt.read import read_document

CLASH = "another document in the ledger has this id, or this page changed: give it an id of its own"
READERS = ("rules", "learned")


def reader_of(name: str) -> Literal["rules", "learned"]:
    """A reader by its name. Raises InputError."""
    if name not in READERS:
        raise InputError(f"--reader {name}: give rules or learned")
    return cast(Literal["rules", "learned"], name)


def readings(
    ledger: Ledger, sources: list[str], manners: Manners, reader: Literal["rules", "learned"], skipped: list[Skipped]
) -> Iterator[tuple[Document, Reading]]:
    """Every document of the sources with its reading; an empty one where the ledger has it. What cannot be read goes to `skipped`.

    Raises LedgerError.
    """
    for source in sources:
        try:
            for found in _documents(source, manners):
                if isinstance(found, Skipped):
                    skipped.append(found)
                    continue
                try:
                    publication_day(found.published)
                    if known(ledger, found):
                        yield found, Reading(id=found.id, language=found.language)
                    else:
                        yield found, read_document(found, reader)
                except LedgerError:
                    raise
                except ExeuntError as e:
                    skipped.append(Skipped(str(found.id or found.source), str(e)))
        except LedgerError:
            raise
        except ExeuntError as e:
            skipped.append(Skipped(source, str(e)))


def _documents(source: str, manners: Manners) -> Iterator[Document | Skipped]:
    path = Path(source)
    if source != "-" and "://" not in source and path.exists():
        yield from documents_of(path)
    elif source == "-":
        from exeunt.collect.files import read_bytes
        from exeunt.collect.formats import documents_in
        from exeunt.collect.origin import Origin

        yield from documents_in(read_bytes("-"), Origin("standard input"))
    else:
        yield from documents_from(source, manners)
