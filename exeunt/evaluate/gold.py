"""Annotated documents on disk, and which split each belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from exeunt.errors import DateError, InputError
from exeunt.language.dates import parse_published
from exeunt.model import Direction, Kind, LanguageCode, Source, Status


class GoldMove(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One annotated move, with every form that is right."""

    person: list[str]
    organization: list[str]
    direction: Direction
    kind: Kind
    role: list[str]
    counterpart: list[str]
    date: str | None
    until: str | None
    status: Status
    source: Source
    quote: str
    optional: bool = False


class GoldTrap(msgspec.Struct):
    """A tempting stretch without a move."""

    quote: str


class GoldDocument(msgspec.Struct, kw_only=True):
    """One annotated document, as eval/GUIDE.md tells."""

    id: str
    language: LanguageCode
    genre: str
    text: str
    moves: list[GoldMove]
    traps: list[GoldTrap]
    published: str | None = None
    title: str | None = None


Split = Literal["train", "dev", "check", "other"]


def split_of(document_id: str) -> Split:
    """`train` for numbers from 201, else `check` for a third by hash, `dev` for the rest; `other` without a number."""
    number = document_id.rsplit("-", 1)[-1]
    if not (number.isascii() and number.isdigit()):
        return "other"
    if int(number) >= 201:
        return "train"
    return "check" if int(hashlib.sha256(document_id.encode()).hexdigest(), 16) % 3 == 0 else "dev"


def gold_documents(folder: Path, splits: frozenset[str] = frozenset()) -> Iterator[dict[str, Any]]:
    """The annotated documents under `folder`, by name, of the splits named (all when none is).

    Raises InputError when the folder does not exist or holds none.
    """
    paths = sorted(p for p in folder.rglob("*.json") if p.is_file()) if folder.is_dir() else []
    if not paths:
        raise InputError(f"{folder} holds no annotated documents (*.json): name a folder such as eval/gold")
    for path in paths:
        try:
            document = msgspec.json.decode(path.read_bytes(), type=GoldDocument)
            parse_published(document.published)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, DateError, OSError) as e:
            raise InputError(f"{path} is not an annotated document ({e}): see eval/GUIDE.md") from e
        if not splits or split_of(document.id) in splits:
            yield msgspec.to_builtins(document)
