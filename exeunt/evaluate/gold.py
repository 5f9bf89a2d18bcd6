"""Annotated documents on disk, and which split each belongs to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from exeunt.errors import InputError

Split = Literal["train", "dev", "check", "other"]


def split_of(document_id: str) -> Split:
    """`train` for numbers from 201, else `check` for a third by hash, `dev` for the rest; `other` without a number."""
    number = document_id.rsplit("-", 1)[-1]
    if not number.isdigit():
        return "other"
    if int(number) >= 201:
        return "train"
    return "check" if int(hashlib.sha256(document_id.encode()).hexdigest(), 16) % 3 == 0 else "dev"


def gold_documents(folder: Path, splits: frozenset[str] = frozenset()) -> Iterator[dict[str, Any]]:
    """The annotated documents under `folder`, by name, of the splits named (all when none is).

    Raises InputError when the folder does not exist or holds none.
    """
    paths = sorted(folder.rglob("*.json")) if folder.is_dir() else []
    if not paths:
        raise InputError(f"{folder} holds no annotated documents (*.json): name a folder such as eval/gold")
    for path in paths:
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            missing = [k for k in ("id", "language", "genre", "text", "moves", "traps") if k not in document]
        except (json.JSONDecodeError, UnicodeDecodeError, TypeError) as e:
            raise InputError(f"{path} is not an annotated document ({e}): see eval/GUIDE.md") from e
        if missing:
            raise InputError(f"{path} lacks {', '.join(missing)}: see eval/GUIDE.md")
        if not splits or split_of(document["id"]) in splits:
            yield document
