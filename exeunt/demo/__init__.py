"""The demonstration: short documents about leadership moves at AI laboratories, with their claims annotated by hand.

The documents were written for this project; the outlets in them do not exist. Each claim names the annotated documents against which its facts were
checked; one that names none is illustrative: it retells what was public, and nothing here vouches for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Literal, cast

from exeunt.model import Claim, Count, Document, Evidence, Reading

READER = "demo/1"
"""Who read the documents: people. Its claims stand at confidence 0.99."""


def records() -> Iterator[dict[str, Any]]:
    """The demonstration as it is stored: a dictionary for each document, oldest first."""
    with (files("exeunt.demo") / "documents.ndjson").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def readings() -> Iterator[tuple[Document, Reading]]:
    """Each document with its annotated claims, oldest first."""
    for row in records():
        document = Document(
            **{k: row[k] for k in ("id", "published", "outlet", "language", "title", "text")}, published_from="given"
        )
        moves = tuple(_claim(row["text"], m) for m in row["moves"])
        counts = tuple(_count(row["text"], c, row["moves"]) for c in row["counts"])
        yield document, Reading(id=row["id"], language=row["language"], moves=moves, counts=counts)


def _claim(text: str, move: dict[str, Any]) -> Claim:
    fields = {k: v for k, v in move.items() if k not in ("evidence", "checked")}
    return Claim(**fields, inferred=(), confidence=0.99, evidence=(_evidence(text, move["evidence"]),), reader=READER)


def _count(text: str, count: dict[str, Any], moves: list[dict[str, Any]]) -> Count:
    named = {m["person"] for m in moves if count["direction"] and m["direction"] == count["direction"]}
    return Count(**{**count, "evidence": _evidence(text, count["evidence"])}, named=len(named))


def _evidence(text: str, span: list[int]) -> Evidence:
    return Evidence(span[0], span[1], text[span[0] : span[1]])


def vouched() -> tuple[int, int]:
    """How many of the claims were checked against annotated documents, of how many."""
    claims = [m for row in records() for m in row["moves"]]
    return sum(bool(m["checked"]) for m in claims), len(claims)


def judgements() -> Iterator[tuple[Literal["person", "organization"], str, str, str]]:
    """Pairs of names that are one, each with its kind and the reason: what the ledger leaves to people."""
    text = (files("exeunt.demo") / "same.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, first, second, because = line.split("\t")
            yield cast(Literal["person", "organization"], kind), first, second, because
