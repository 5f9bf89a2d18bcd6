"""Personnel tables: one grammar of typed cells for 人事 columns, notices and careers, whatever their layout.

A row is a run of cells parted by bars, brackets, wide spaces or commas. Each cell is a name, a role, a status, a date
or an organisation; the order of the types says which role is new and which is old.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from exeunt.language.data import alternatives, read_toml
from exeunt.language.ja.names import mentions as find_mentions
from exeunt.language.ja.tokens import tokens
from exeunt.language.mentions import Mention
from exeunt.language.text import Sentence
from exeunt.model import Direction, Kind
from exeunt.read.frames import Frame

_WORDS: dict[str, Any] = read_toml("ja", "tables.toml")
_GATE = re.compile(alternatives(_WORDS["gate"]))
_CAREER = re.compile(alternatives(_WORDS["career"]))
_STATUS = re.compile(alternatives(_WORDS["status"]))
_SEGMENT = re.compile(r"[▽▼◇◆■□●○▲△]|(?:^|\n)[・\-*]\s?|\n")
_CELL = re.compile(r"[|｜\t()\[\]〔〕【】、,。=＝※]|\s{2,}|\u3000")
_DATE = re.compile(r"(?:(?:\d{4}|令和|平成|昭和)\S{0,4}年)?\s?\d{1,2}月(?:\d{1,2}日|末)?|\d{1,2}日付")
_LONGEST = 120  # a row with more code points than this is prose


@dataclass(frozen=True, slots=True)
class Cell:
    """A typed stretch of a row. `depth` counts open brackets: what stands in brackets is the old post or a remark."""

    type: Literal["name", "role", "status", "date", "organization", "other"]
    start: int
    end: int
    depth: int
    mention: Mention | None = None
    organization: Mention | None = None
    event: str = ""


@dataclass
class Section:
    """What the rows under one heading share."""

    organization: Mention | None = None
    event: str = ""
    role: Mention | None = None
    career: Mention | None = None
    date: tuple[int, int] | None = None


def is_personnel(text: str, title: str) -> bool:
    """Whether the document looks like a personnel notice at all."""
    return _GATE.search(title) is not None or _GATE.search(text[:300]) is not None


def rows(text: str) -> Iterator[Frame]:
    """The frames of every table row of `text`, in order."""
    section = Section()
    at = 0
    line = 0
    for m in [*_SEGMENT.finditer(text), None]:
        end = m.start() if m else len(text)
        yield from _row(text, at, end, line, section)
        if m is None:
            break
        if "\n" in m[0]:
            line += 1
        if m[0] in ("◇", "◆", "■"):
            section.organization = section.date = section.role = None
            section.event = ""
        at = m.end()


def _row(text: str, start: int, end: int, line: int, section: Section) -> Iterator[Frame]:
    row = text[start:end]
    if not row.strip():
        return
    if _CAREER.search(row) and len(row) < 30:
        section.career = None
        section.event = "career"
        return
    if len(row) > _LONGEST or re.search(
        r"(?:[はがを](?!ん)|した|する|です|ます|である)", re.sub(r"[((][^()()]*[))]", "", row)
    ):
        return
    cells = list(_cells(text, start, end))
    names = [c for c in cells if c.type == "name"]
    if section.event == "career":
        yield from _career(text, start, end, line, cells, section)
        return
    if not names:
        _head(text, row, cells, section)
        return
    _head_of_row(cells, section)
    sentence = Sentence(start, end, line, True)
    for i, name in enumerate(names):
        low = names[i - 1].end if i else start
        high = names[i + 1].start if i + 1 < len(names) else end
        frame = _entry(sentence, [c for c in cells if low <= c.start < high], name, section)
        if frame is not None:
            yield frame


def _cells(text: str, start: int, end: int) -> Iterator[Cell]:
    depth, at = 0, start
    for m in [*_CELL.finditer(text, start, end), None]:
        stop = m.start() if m else end
        yield from _typed(text, at, stop, depth)
        if m is None:
            return
        if m[0] in "(([〔【":
            depth += 1
        elif m[0] in "))]〕】":
            depth = max(0, depth - 1)
        at = m.end()


def _typed(text: str, start: int, end: int, depth: int) -> Iterator[Cell]:
    while start < end and text[start] in " \u3000・:":
        start += 1
    while end > start and text[end - 1] in " \u3000・:":
        end -= 1
    piece = text[start:end]
    if not piece:
        return
    date = _DATE.search(piece)
    if date and len(piece) - len(date[0]) < 12:
        yield Cell("date", start + date.start(), start + date.end(), depth)
        start += date.end()
        piece = text[start:end]
    status = _STATUS.search(piece)
    if status and len(piece) <= len(status[0]) + 8:
        yield Cell("status", start, end, depth, event=_WORDS["status"][status[0]])
        start += status.end()
    yield from _named(text, start, end, depth)


def _named(text: str, start: int, end: int, depth: int) -> Iterator[Cell]:
    """The names, roles and organisations inside one piece."""
    if start >= end:
        return
    found = find_mentions(text, tokens(text, start, end))
    organization = next((m for m in found if m.kind == "organization"), None)
    for m in found:
        if m.kind == "person":
            yield Cell("name", m.start, m.end, depth, m)
        elif m.kind == "role":
            yield Cell("role", m.start, m.end, depth, m, organization)
    if organization is not None and not any(m.kind == "role" for m in found):
        yield Cell("organization", organization.start, organization.end, depth, organization)
    if not found and re.fullmatch(r"[一-龠々ヶ]{1,3}[ \u3000]?[一-龠々ヶぁ-ん]{1,4}", text[start:end]) and depth == 0:
        yield Cell("name", start, end, depth, Mention("person", start, end, text[start:end], certain=False))


def _head(text: str, row: str, cells: list[Cell], section: Section) -> None:
    """A row without a name is a heading: it sets organisation, date, status or role for what follows."""
    statuses = [c for c in cells if c.type == "status"]
    roles = [c for c in cells if c.type == "role"]
    organizations = [c for c in cells if c.type == "organization"]
    dates = [c for c in cells if c.type == "date"]
    if organizations and not roles and len(row) < 40:
        section.organization = organizations[0].mention
    if dates:
        section.date = (dates[-1].start, dates[-1].end)
    status = _STATUS.search(row)
    section.event = statuses[0].event if statuses else (_WORDS["status"][status[0]] if status and len(row) < 30 else "")
    section.role = roles[0].mention if roles and section.event else None


def _head_of_row(cells: list[Cell], section: Section) -> None:
    """◇Organisation (date) in front of the first entry of a row."""
    for cell in cells:
        if cell.type == "organization" and cell.depth == 0:
            section.organization = cell.mention
        elif cell.type == "date":
            section.date = (cell.start, cell.end)
        elif cell.type in ("name", "role"):
            return


def _entry(sentence: Sentence, cells: list[Cell], name: Cell, section: Section) -> Frame | None:
    roles = [c for c in cells if c.type == "role"]
    statuses = [c for c in cells if c.type == "status"]
    event = statuses[0].event if statuses else section.event
    if event == "stay" or any(c.event == "stay" for c in statuses) or not (roles or event):
        return None
    flat = [c for c in roles if c.depth == 0]
    before = [c for c in flat if c.end <= name.start]
    new = before[0] if before else (flat[0] if flat else None)
    old = next((c for c in roles if c is not new), None)
    direction, kind = cast(tuple[Direction, Kind], tuple((event or "in:appointed").split(":")))
    if direction == "in" and new is None and section.role is None:
        return None
    role = new if direction == "in" else (old if old is not None and old.depth else new or old)
    place = role.organization if role is not None and role.organization is not None and direction != "in" else None
    if direction == "in" and role is not None and role.organization is not None and role.organization.end <= role.start:
        place = role.organization
    assert name.mention is not None
    frame = Frame(
        sentence, min(c.start for c in [*roles, *statuses, name]), name.end, direction, kind, name.mention,
        place or section.organization, old.organization if old is not None and direction == "in" else None,
        role.mention if role is not None else section.role,
    )  # fmt: skip
    frame.table = True
    frame.date_span = next(((c.start, c.end) for c in cells if c.type == "date"), section.date)
    return frame


def _career(text: str, start: int, end: int, line: int, cells: list[Cell], section: Section) -> Iterator[Frame]:
    """A line of a career: its date and, without a verb, the post that was taken."""
    names = [c for c in cells if c.type == "name"]
    dates = [c for c in cells if c.type == "date" and c.start - start < 3]
    if not dates:
        if names:
            section.career = names[0].mention
        elif not re.search(r"\d", text[start:end]) and len(text[start:end]) < 20:
            section.event = ""
        return
    roles = [c for c in cells if c.type == "role" and c.depth == 0]
    if section.career is None or not roles or re.search(r"(?:退|入|辞|復帰|卒業|修了)", text[start:end]):
        return
    role = roles[0]
    frame = Frame(
        Sentence(start, end, line, True),
        role.start,
        role.end,
        "in",
        "appointed",
        section.career,
        role.organization,
        None,
        role.mention,
    )
    frame.table = True
    frame.date_span = (dates[0].start, dates[0].end)
    yield frame
