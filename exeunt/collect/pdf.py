"""PDFs, above all Japanese timely disclosure (適時開示): running text, and personnel tables as sentences.

A PDF is taken apart in a process of its own with bounded memory and time, so that a hostile one costs a message, never
the program.
"""

from __future__ import annotations

import re
import subprocess
import sys

import msgspec

from exeunt.collect.days import first_day
from exeunt.collect.notices import Sentence, sentences_of
from exeunt.collect.origin import Origin
from exeunt.collect.sheet import Block, Sheet
from exeunt.errors import InputError
from exeunt.language.text import narrow
from exeunt.model import Document, Place, PublishedFrom

_SECONDS = 60
_SPACED = re.compile(r"(?<=[一-龠ぁ-んァ-ヶ])[ \u3000](?=[一-龠ぁ-んァ-ヶ](?:[ \u3000]|$|[一-龠ぁ-んァ-ヶ]{0,3}$))")
_COMPANY = re.compile(r"^\s*(?:会\s*社\s*名|上\s*場\s*会\s*社\s*名|商\s*号)\s*[:：]?\s*(\S.{1,60}?)\s*$")
_CODE = re.compile(r"(?:コード(?:番号)?|証券コード)\s*[:：]?\s*([0-9][0-9A-Z]{3})")
_FURNITURE = re.compile(
    r"^\s*[(（]?\s*(?:代\s*表\s*者(?:\s*名)?\s*[:：]?\s|問\s*合\s*せ?\s*先|問い?合わせ先|お問い?合わせ先?|TEL\b|電\s*話(?:番号)?\s*[:：]?\s*[(（]?\d|コード(?:番号)?\s*[:：]?\s*\d"
    r"|証券コード|各\s*位\s*$|(?:以\s*上|記)\s*$|[-－ー]?\s*\d+\s*[-－ー]?\s*$)",
    re.I,
)
_EVENT_DAY = re.compile(r"付|開催|予定|お知らせ|について|株主総会")
_TITLE = re.compile(r"(?:に関する|の|について(?:の)?)お知らせ|のお知らせ$|について$|人事|異動")


def read_pdf(data: bytes, origin: Origin) -> Document:
    """The document of a PDF.

    Raises InputError when it is encrypted, broken, a scan without text, or takes more than a gigabyte or a minute.
    """
    sheet = _taken_apart(data, origin.name)
    if not any(block.text.strip() or block.rows for block in sheet.blocks):
        raise InputError(
            f"{origin.name} is a PDF without text in it (a scan?): run it through text recognition (OCR) and read that"
        )
    return _document(sheet, origin)


def _taken_apart(data: bytes, name: str) -> Sheet:
    command = [sys.executable, "-m", "exeunt.collect.sheet"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise InputError(f"{name} is a PDF that takes more than {_SECONDS} s: print it anew and read that") from None
    if done.returncode == 3:
        raise InputError(f"{name} is a PDF that needs a password: save it without one and read that")
    if done.returncode != 0:
        raise InputError(f"{name} is a broken PDF, or takes more than a gigabyte: print it anew and read that")
    return msgspec.json.decode(done.stdout, type=Sheet)


def _document(sheet: Sheet, origin: Origin) -> Document:
    head = [narrow(b.text) for b in sheet.blocks if b.page == 1 and b.text][:14]
    japanese = any(re.search(r"[ぁ-んァ-ヶ一-龠]", line) for line in head)
    published = _day(head) or origin.published
    company = next((_squeezed(m[1]) for line in head if (m := _COMPANY.search(line))), None)
    code = next((m[1] for line in head if (m := _CODE.search(line))), None)
    title = next((line.strip() for line in head if _TITLE.search(line) and len(line) < 120), None) or origin.title
    pieces = [(Sentence(company), 1)] if company else []
    heading = ""
    for block in sheet.blocks:
        pieces += [(s, block.page) for s in _sentences(block, published[0] if published else None, japanese, heading)]
        heading = block.text
    text, places = _laid_out(pieces)
    details = {k: v for k, v in (("company", company), ("code", code)) if v}
    notes = [f"pages not read: {sheet.left_out}, beyond the first {sheet.pages}"] if sheet.left_out else []
    return Document(
        text=text, title=title, published=published[0] if published else None,
        published_from=(published[1] if published else None), url=origin.url, outlet=company or origin.outlet,
        details=details, places=tuple(places), notes=tuple(notes),
    )  # fmt: skip


def _day(head: list[str]) -> tuple[str, PublishedFrom] | None:
    """The day at the top of a notice, in a short line."""
    day = next((d for line in head if len(line) < 60 and not _EVENT_DAY.search(line) and (d := first_day(line))), None)
    return (day, "filing") if day else None


def _squeezed(text: str) -> str:
    """`会 社 名` set wide, closed up; a space between words in Latin letters stays."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", text).strip()


def _sentences(block: Block, published: str | None, japanese: bool, heading: str) -> list[Sentence]:
    if block.rows:
        return list(sentences_of(block.rows, published, heading))
    text = block.text.strip()
    short = len(text) < 80 and "。" not in text
    if not text or (japanese and block.page == 1 and short and (_FURNITURE.match(text) or _COMPANY.search(text))):
        return []
    return [] if re.fullmatch(r"\W*\d{0,3}\W*", text) else [Sentence(text)]


def _laid_out(pieces: list[tuple[Sentence, int]]) -> tuple[str, list[Place]]:
    text, places = "", []
    lines: list[str] = []
    at = 0
    for sentence, page in pieces:
        label = f"page {page}" + (f", table row {sentence.row}" if sentence.row else "")
        places.append(
            Place(
                start=at,
                end=at + len(sentence.text) + 1,
                label=label,
                fragment=f"page={page}",
                original=sentence.original,
            )
        )
        lines.append(sentence.text)
        at += len(sentence.text) + 1
    text = "\n".join(lines)
    return text, _joined(places)


def _joined(places: list[Place]) -> list[Place]:
    """Neighbours that say the same put together."""
    out: list[Place] = []
    for place in places:
        if out and (out[-1].label, out[-1].original) == (place.label, place.original):
            out[-1] = msgspec.structs.replace(out[-1], end=place.end)
        else:
            out.append(place)
    return out
