"""The words of an HTML tree as lines, one a block, nothing left out but what is hidden: for forms, where every word
counts.
"""

from __future__ import annotations

import re
from typing import Any

from lxml.html import HtmlElement

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "tr",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "br",
        "hr",
        "table",
        "ul",
        "ol",
        "section",
        "article",
        "blockquote",
        "pre",
        "center",
        "title",
        "dt",
        "dd",
        "caption",
    ]
)
_SKIPPED = frozenset(["script", "style", "head", "ix:header", "noscript", "template", "s", "strike", "del"])
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def lines_of(tree: HtmlElement) -> list[str]:
    """The lines of `tree`. Cells of a table row stand on one line with two spaces between them; linear in the tree."""
    parts: list[str] = []
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        if (
            not isinstance(node.tag, str)
            or node.tag in _SKIPPED
            or node.get("hidden") is not None
            or _HIDDEN.search(node.get("style") or "")
        ):
            continue
        edge = _edge(node)
        inner: list[Any] = ["\n" if edge == "\x02" else edge, _flat(node.text)]
        for child in node:
            inner += [child, _flat(child.tail)]
        inner.append("" if edge == "\x02" else edge)
        stack += reversed(inner)
    return [line for raw in "".join(parts).split("\n") if (line := _tidy(raw))]


def _edge(node: Any) -> str:
    """What parts a node from its neighbours: a line for blocks, a gap for cells and for what a term is explained
    with.
    """
    if node.tag in ("td", "th"):
        return "\x00"
    before = node.getprevious() if node.tag == "dd" else None
    if node.tag == "dt" or (before is not None and before.tag == "dt"):
        return "\x00" if node.tag == "dd" else "\x02"
    return "\n" if node.tag in _BLOCKS else ""


def _flat(text: str | None) -> str:
    return " ".join(f"\x01{text}\x01".split()).replace("\x01", "") if text else ""


def _tidy(line: str) -> str:
    cells = (" ".join(cell.split()) for cell in line.split("\x00"))
    return "  ".join(cell for cell in cells if cell)
