"""A text with its claims highlighted in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from exeunt.model import Document
from exeunt.tell import printable


def marked(document: Document, claims: Sequence[dict[str, Any]]) -> str:
    """The text as HTML; a stretch that is evidence names its claims and opens their record. Linear in text and evidence."""
    out = []
    for start, end, owners in _stretches(document.text, claims):
        piece = escape(printable(document.text[start:end].replace("\r", "")))
        if owners:
            ids = " ".join(claims[i]["id"] for i in owners)
            kinds = " ".join(sorted({str(claims[i]["direction"]) for i in owners}))
            out.append(
                f'<mark class="{kinds}" data-claims="{ids}"><a href="#claim-{claims[owners[0]]["id"]}">{piece}</a></mark>'
            )
        else:
            out.append(piece)
    return "".join(out)


def _stretches(text: str, claims: Sequence[dict[str, Any]]) -> Iterator[tuple[int, int, list[int]]]:
    opens: dict[int, list[int]] = {}
    closes: dict[int, list[int]] = {}
    for i, claim in enumerate(claims):
        for e in claim["evidence"]:
            opens.setdefault(e.start, []).append(i)
            closes.setdefault(e.end, []).append(i)
    now: list[int] = []
    edges = sorted({0, len(text), *opens, *closes})
    for start, end in zip(edges, edges[1:], strict=False):
        for i in closes.get(start, ()):
            now.remove(i)
        now += opens.get(start, ())
        yield start, end, sorted(set(now))
