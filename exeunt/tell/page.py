"""A reading as one self-contained page: the text with every claim highlighted, beside its record."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from string import Template

from exeunt.model import Claim, Count, Document, Reading
from exeunt.tell.words import doubt, other_side, when, who_says, words


def reading_page(document: Document, reading: Reading) -> str:
    """HTML that needs nothing else: no script from elsewhere, no font, no picture."""
    w = words(reading.language)
    template = Template((files("exeunt.tell") / "page.html").read_text(encoding="utf-8"))
    title = document.title or next((line.strip() for line in document.text.splitlines() if line.strip()), "Exeunt")
    return template.substitute(
        language=reading.language or "en",
        title=escape(title[:120]),
        summary=escape(_summary(document, reading, w)),
        hint=escape(w["hint"]),
        text_label=escape(w["text"]),
        text=_highlighted(document.text, reading.moves),
        records="\n".join(_record(i, c, w) for i, c in enumerate(reading.moves))
        or f'<p class="none">{escape(w["nobody"])}</p>',
        review=_review(reading, w),
        counts="\n".join(_count(c, w) for c in reading.counts),
        warnings="\n".join(f'<p class="warning">{escape(w["warning"])}: {escape(x)}</p>' for x in reading.warnings),
        moves_label=escape(w["records"]),
    )


def _review(reading: Reading, w: dict[str, str]) -> str:
    """What is less sure than was asked for, folded away, and where two readers differ."""
    first = len(reading.moves)
    records = "\n".join(_record(first + i, c, w) for i, c in enumerate(reading.review))
    label = escape(w["review"].format(n=len(reading.review)))
    folded = f"<details><summary>{label}</summary><ol>\n{records}\n</ol></details>" if reading.review else ""
    return folded + "".join(f'<p class="warning">{escape(doubt(d, w))}</p>' for d in reading.disagreements)


def _summary(document: Document, reading: Reading, w: dict[str, str]) -> str:
    gap = "" if reading.language == "ja" else " "
    moves = f"{len(reading.moves)}{gap}{w['one' if len(reading.moves) == 1 else 'moves']}"
    return f"{document.published} · {moves}" if document.published else moves


def _count(count: Count, w: dict[str, str]) -> str:
    said = w["counts" if count.direction else "remain"].format(said=count.said, named=count.named)
    return f'<p class="count"><b>{escape(said)}</b> <q>{escape(count.evidence.text)}</q></p>'


def _highlighted(text: str, moves: tuple[Claim, ...]) -> str:
    """The text with a mark at every stretch that some evidence covers; overlapping evidence shares marks."""
    out: list[str] = []
    for start, end, owners in _stretches(text, moves):
        piece = escape(text[start:end])
        if owners:
            directions = " ".join(sorted({moves[i].direction for i in owners}))
            ids = " ".join(str(i) for i in owners)
            out.append(f'<mark class="{directions}" data-claims="{ids}">{piece}</mark>')
        else:
            out.append(piece)
    return "".join(out)


def _stretches(text: str, moves: tuple[Claim, ...]) -> Iterator[tuple[int, int, list[int]]]:
    """Cut the text wherever an evidence begins or ends, and name the claims that cover each piece."""
    opens: dict[int, list[int]] = {}
    closes: dict[int, list[int]] = {}
    for i, claim in enumerate(moves):
        for e in claim.evidence:
            opens.setdefault(e.start, []).append(i)
            closes.setdefault(e.end, []).append(i)
    open_now: list[int] = []
    edges = sorted({0, len(text), *opens, *closes})
    for start, end in zip(edges, edges[1:], strict=False):
        for i in closes.get(start, []):
            open_now.remove(i)
        open_now += opens.get(start, [])
        yield start, end, sorted(set(open_now))


def _record(i: int, claim: Claim, w: dict[str, str]) -> str:
    guessed = "organization" in claim.inferred
    title = f' title="{escape(w["inferred"])}"' if guessed else ""
    facts = [x for x in (claim.role, when(claim, w), who_says(claim, w), f"{claim.confidence:.0%}") if x and x != "—"]
    return (
        f'<li class="record {claim.direction}" data-claims="{i}" tabindex="0"><b>{escape(claim.person)}</b> '
        f'<span class="kind">{escape(w[claim.kind])}</span> '
        f'<span class="org{" inferred" if guessed else ""}"{title}>{escape(claim.organization)}</span> '
        f'<span class="other">{escape(other_side(claim, w))}</span>'
        f'<span class="status {claim.status}">{escape(w[claim.status])}</span>'
        f"<small>{escape(' · '.join(facts))}</small></li>"
    )
