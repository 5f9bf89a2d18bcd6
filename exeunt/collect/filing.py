"""SEC Form 8-K: its items, paragraph by paragraph, with the company, its CIK and the dates of the form.

Structure: 17 CFR 249.308 and the form's general instructions (items 1.01 to 9.01; Item 5.02 has paragraphs (a) to (f)).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from lxml.html import HtmlElement

from exeunt.collect.blocks import lines_of
from exeunt.collect.days import first_day
from exeunt.collect.encoding import decode_page
from exeunt.collect.origin import LARGEST, Origin, Skipped
from exeunt.collect.page import parse
from exeunt.errors import InputError
from exeunt.model import Document, Place

_IS_FORM = re.compile(r"form\s*8-?\s*k\b", re.I)
_IS_REPORT = re.compile(r"date\s+of\s+(?:earliest\s+event\s+reported|report)|current\s+report", re.I)
_ITEM = re.compile(r"^\s*(?:section\s+\d\s*[-–—.].{0,80})?items?\s*(\d)\s*\.\s*(\d{2})(?!\d)\s*", re.I)
_REFERS = re.compile(
    r"^[,.:;\-–—\s]*(?:of|above|below|is|are|to|in|hereof|shall|for|disclosure|and\s+(?!\d|item))\b|^\s*[a-z]"
)
_PARAGRAPH = re.compile(r"^\s*((?:\([a-f]\)\s*(?:,|and|&|through|[-–])?\s*)+)(?=\S|$)")
_END = re.compile(r"^\s*(?:signatures?|exhibit\s+index|index\s+to\s+exhibits)\s*:?\s*$", re.I)
_NAME = re.compile(r"\(\s*exact\s+name\s+of\s+(?:the\s+)?(?:registrant|company)", re.I)
_REPORT = re.compile(r"date\s+of\s+(?:the\s+)?report[^:\n]{0,60}(?::|\))\s*", re.I)
_SIGNED = re.compile(r"^\s*(?:date|dated)\s*:?\s*", re.I)
_HEADER_FIELD = re.compile(r"^\s*([A-Z][A-Z /-]+):\s*(\S.*?)\s*$", re.M)
_TYPE = re.compile(rb"<TYPE>\s*([^\s<]+)", re.I)
_CIK_IN_URL = re.compile(r"/edgar/data/0*(\d+)/")


@dataclass(frozen=True)
class Cover:
    """What the first page (and the header of a submission) states of the form."""

    company: str | None = None
    cik: str | None = None
    reported: str | None = None
    filed: str | None = None


def is_filing(tree: HtmlElement) -> bool:
    """Whether a page is a Form 8-K: the form's name and its date of report among the first lines."""
    head = "\n".join(lines_of(tree)[:60])
    return bool(_IS_FORM.search(head) and _IS_REPORT.search(head))


def read_filing(tree: HtmlElement, origin: Origin, header: Cover = Cover()) -> Document:
    """The items of the 8-K in `tree`. Raises InputError when it has none."""
    lines = lines_of(tree)
    return _filing(lines, _cover(tree, lines, origin, header), origin)


def submission(data: bytes, origin: Origin) -> Iterator[Document | Skipped]:
    """The 8-K of a full submission (EDGAR's .txt) and the press releases among its exhibits (EX-99)."""
    if len(data) > LARGEST:
        raise InputError(f"{origin.name} is larger than {LARGEST // 1_000_000} MB")
    cover = _header(data)
    found = False
    for part in data.split(b"<DOCUMENT>")[1:]:
        kind = (m[1].decode("ascii", "replace") if (m := _TYPE.search(part[:500])) else "").upper()
        body = part.split(b"<TEXT>", 1)[-1].split(b"</TEXT>", 1)[0] if b"<TEXT>" in part else b""
        if not kind.startswith(("8-K", "EX-99")) or not body.strip():
            continue
        found = True
        name = f"{origin.name}, {kind}"
        try:
            yield _part(body, kind, replace(origin, name=name), cover)
        except InputError as e:
            yield Skipped(name, str(e))
    if not found:
        raise InputError(f"{origin.name} is a submission without a Form 8-K or a press release in it")


def _part(body: bytes, kind: str, origin: Origin, cover: Cover) -> Document:
    text, _ = decode_page(body, origin.name, "utf-8")
    tree = parse(text if "<" in text[:5000] else "<pre>" + text.replace("&", "&amp;").replace("<", "&lt;") + "</pre>")
    if tree is None:
        raise InputError(f"{origin.name} is empty")
    lines = lines_of(tree) if "<" in text[:5000] else [" ".join(line.split()) for line in _unwrapped(text)]
    if kind.startswith("8-K"):
        return _filing(lines, _cover(tree, lines, origin, cover), origin)
    return Document(
        text="\n".join(lines), title=lines[0][:300] if lines else None, url=origin.url, outlet=cover.company,
        published=cover.filed, published_from="filing" if cover.filed else None,
        details={k: v for k, v in _details(cover).items() if k != "form"} | {"exhibit": kind},
    )  # fmt: skip


def _unwrapped(text: str) -> list[str]:
    """Paragraphs of plain text that was wrapped at a fixed width."""
    return [
        block
        for block in re.split(r"\n\s*\n|\n(?=\s*(?:Item\s+\d|\([a-f]\)\s|SIGNATURE))", text, flags=re.I)
        if block.strip()
    ]


def _header(data: bytes) -> Cover:
    head = data[:20_000].decode("ascii", "replace")
    fields: dict[str, str] = {}
    for name, value in _HEADER_FIELD.findall(head.split("</SEC-HEADER>")[0]):
        fields.setdefault(name.strip(), value)
    return Cover(
        company=fields.get("COMPANY CONFORMED NAME"),
        cik=(fields.get("CENTRAL INDEX KEY") or "").lstrip("0") or None,
        reported=_compact(fields.get("CONFORMED PERIOD OF REPORT")),
        filed=_compact(fields.get("FILED AS OF DATE")),
    )


def _compact(day: str | None) -> str | None:
    m = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", day or "")
    try:
        return date(*map(int, m.groups())).isoformat() if m else None
    except ValueError:
        return None


def _cover(tree: HtmlElement, lines: list[str], origin: Origin, header: Cover) -> Cover:
    tagged = {
        (e.get("name") or "").lower(): " ".join(e.text_content().split())
        for e in tree.iter("ix:nonnumeric")
        if (e.get("name") or "").lower().startswith("dei:")
    }
    first = next((i for i, line in enumerate(lines) if _item(line)), len(lines))
    cover = "\n".join(lines[:first])
    in_url = _CIK_IN_URL.search(origin.url or "")
    company = tagged.get("dei:entityregistrantname") or _printed_name(lines[:first]) or header.company
    reported = first_day(tagged.get("dei:documentperiodenddate", "")) or header.reported or _printed_day(cover)
    return Cover(
        company=company,
        cik=(tagged.get("dei:entitycentralindexkey", "").lstrip("0") or header.cik or (in_url[1] if in_url else None)),
        reported=reported,
        filed=header.filed
        or _signed(lines[max((i for i, line in enumerate(lines) if _END.match(line)), default=first) :]),
    )


def _printed_name(lines: list[str]) -> str | None:
    for i, line in enumerate(lines):
        m = _NAME.search(line)
        if m:
            before = line[: m.start()].strip(" _-")
            above = next((a.strip(" _-") for a in reversed(lines[:i]) if re.search(r"\w", a.strip(" _-"))), None)
            return before or above
    return None


def _printed_day(cover: str) -> str | None:
    m = _REPORT.search(cover)
    if m and (day := first_day(cover[m.end() : m.end() + 80])):
        return day
    # Some forms print the day above the words "Date of Report".
    return first_day(cover[max(0, m.start() - 60) : m.start()]) if m else None


def _signed(lines: list[str]) -> str | None:
    """The day beside the signature: the form is filed on it or on the next."""
    for i in range(len(lines) - 1, -1, -1):
        m = _SIGNED.match(lines[i])
        if m and (day := first_day(lines[i][m.end() :] or (lines[i + 1] if i + 1 < len(lines) else ""))):
            return day
        if _item(lines[i]):
            break
    return next((d for line in lines if re.match(r"\s*by\s*:", line, re.I) and (d := first_day(line))), None)


def _item(line: str) -> str | None:
    """The number of the item that a line opens, None where it only speaks of one."""
    m = _ITEM.match(line)
    if not m or len(line) > 400 or _REFERS.match(line[m.end() :]):
        return None
    return f"{m[1]}.{m[2]}"


def _details(cover: Cover) -> dict[str, str]:
    named = {"company": cover.company, "cik": cover.cik, "report_date": cover.reported, "form": "8-K"}
    return {name: value for name, value in named.items() if value}


def _filing(lines: list[str], cover: Cover, origin: Origin) -> Document:
    blocks = list(_items(lines))
    if not blocks:
        raise InputError(
            f"{origin.name} looks like a Form 8-K but has no item in it: save the text of it and read that"
        )
    opening = f"{cover.company}\n" if cover.company else ""
    text, places = opening, []
    for label, line in blocks:
        places.append((len(text), label))
        text += line + "\n"
    text = text.rstrip("\n")
    items = list(dict.fromkeys(label.split("(")[0].removeprefix("Item ") for label, _ in blocks))
    return Document(
        text=text, title=f"{cover.company or 'Form 8-K'}: Form 8-K, Item {', '.join(items)}", language="en",
        published=cover.filed, published_from="filing" if cover.filed else None, url=origin.url,
        outlet=cover.company, details={**_details(cover), "items": ", ".join(items)},
        places=tuple(_merged(places, len(text))),
    )  # fmt: skip


def _items(lines: list[str]) -> Iterator[tuple[str, str]]:
    """(label, line) of every line of an item. A label is the item with the paragraphs that the line belongs to."""
    item: str | None = None
    paragraphs = ""
    for line in lines:
        if new := _item(line):
            item, paragraphs = new, ""
        elif item and _END.match(line):
            item = None
        if item is None or item == "9.01":
            continue
        if (m := _PARAGRAPH.match(_ITEM.sub("", line))) and (told := re.findall(r"\([a-f]\)", m[1]))[0] > paragraphs[
            -3:
        ]:
            paragraphs = "".join(told)  # they come in the order of the alphabet; a smaller one is a list within
        yield f"Item {item}{paragraphs if item == '5.02' else ''}", line


def _merged(starts: list[tuple[int, str]], end: int) -> Iterator[Place]:
    ends = [start for start, _ in starts[1:]] + [end]
    open_at: int | None = None
    for i, ((start, label), stop) in enumerate(zip(starts, ends, strict=True)):
        open_at = start if open_at is None else open_at
        if i + 1 == len(starts) or starts[i + 1][1] != label:
            yield Place(start=open_at, end=stop, label=label)
            open_at = None
