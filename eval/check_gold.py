"""Check annotated documents: keys, values, verbatim quotes, names that stand in the text.

usage: python eval/check_gold.py FOLDER…
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from exeunt.model import Kind, Source, Status

DOCUMENT_KEYS = ("id", "language", "genre", "published", "title", "text", "moves", "tenures", "traps")
MOVE_KEYS = (
    "person",
    "organization",
    "direction",
    "kind",
    "role",
    "counterpart",
    "date",
    "until",
    "status",
    "source",
    "quote",
)
LISTS = ("person", "organization", "role", "counterpart")
KINDS = {"out": get_args(Kind)[:8], "in": get_args(Kind)[8:14], "pause": get_args(Kind)[14:]}
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def problems(document: dict[str, Any], stem: str) -> Iterator[str]:
    """What is wrong with one document."""
    missing = [k for k in DOCUMENT_KEYS if k not in document]
    if missing:
        yield f"lacks {', '.join(missing)}"
        return
    if document["id"] != stem:
        yield f"id {document['id']} is not the name of the file"
    for move in document["moves"]:
        for problem in _move_problems(move, document):
            yield f"{move.get('person')}: {problem}"
    for trap in document["traps"]:
        if trap["quote"] not in document["text"]:
            yield f"trap is not verbatim: {trap['quote'][:60]}"


def _move_problems(move: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    missing = [k for k in MOVE_KEYS if k not in move]
    if missing:
        yield f"lacks {', '.join(missing)}"
        return
    if move["quote"] not in document["text"]:
        yield f"quote is not verbatim: {move['quote'][:60]}"
    for name in ("person", "organization"):
        if not any(f in document["text"] or f in document["title"] for f in move[name]):
            yield f"{name} is not in the text: {move[name]}"
    if move["kind"] not in KINDS.get(move["direction"], ()):
        yield f"kind {move['kind']} does not go with {move['direction']}"
    if move["status"] not in get_args(Status) or move["source"] not in get_args(Source):
        yield f"status {move['status']} or source {move['source']} is unknown"
    for name in ("date", "until"):
        if move[name] is not None and not DATE.fullmatch(move[name]):
            yield f"{name} {move[name]} is not YYYY, YYYY-MM or YYYY-MM-DD"
    for name in LISTS:
        if not isinstance(move[name], list):
            yield f"{name} is not a list"


def main(folders: list[str]) -> int:
    documents = found = 0
    for path in sorted(p for folder in folders for p in Path(folder).glob("*.json")):
        documents += 1
        for problem in problems(json.loads(path.read_text(encoding="utf-8")), path.stem):
            found += 1
            print(f"{path.name}: {problem}")
    print(f"{documents} documents, {found} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
