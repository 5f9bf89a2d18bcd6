"""Spells as bars on a common time: who was where, from when to when, as far as it is told.

What is not told is drawn as such: a dotted lead where the beginning is not known, a fading end with an arrow where the last news
says that somebody was still there; nothing is drawn beyond that news.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

import msgspec

from exeunt.model import LanguageCode, PartialDate
from exeunt.tell.charts.scale import Times, told_date
from exeunt.tell.charts.svg import (
    MOST,
    SIZE,
    Sheet,
    box,
    breadth,
    chart_words,
    el,
    hatch,
    line,
    link,
    note,
    number,
    picture,
    words_at,
)  # fmt: skip

_THICK = 16  # px; a bar
_ROW, _TALL_ROW = 28, 46  # px; a row with its name beside the bar, and with its name above it
_LEAD = 26  # px; the dotted piece that stands for an unknown stretch of time
_TOP, _HEAD = 62, 18  # px; legend and axis, the name above a bar


class Leave(msgspec.Struct, frozen=True):
    """A leave of absence; `end` is None where it goes on or nobody tells."""

    start: date
    end: date | None
    label: str = ""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One spell. Bars of one `row` stand on one line.

    `start` is the first day on which somebody is known to have been there: the beginning itself if `start_known`. With `outcome` "ended", `end` is
    the day of the departure (roughly, unless `end_known`); with "open" it is the last day on which a document spoke of the person there.
    `start_told` and `end_told` are the dates as documents give them (`2024`, `2024-08`): a vague one is drawn dotted and told as vaguely.
    `title` tells the spell in words, `href` leads to what stands behind it.
    """

    row: str
    name: str
    organization: str
    start: date | None = None
    end: date | None = None
    start_known: bool = True
    end_known: bool = True
    start_told: PartialDate | None = None
    end_told: PartialDate | None = None
    outcome: Literal["ended", "open"] = "ended"
    leaves: tuple[Leave, ...] = ()
    role: str | None = None
    href: str | None = None
    title: str = ""


def told(bar: Bar, language: LanguageCode) -> str:
    """A spell in words: its own title, or who, where, from when to when and with which leaves."""
    if bar.title:
        return bar.title
    parts = [bar.name, bar.organization, *([bar.role] if bar.role else []), began(bar, language), ended(bar, language)]
    return " · ".join([*parts, *away(bar, language)])


def began(bar: Bar, language: LanguageCode) -> str:
    """The beginning in words."""
    w = chart_words(language)
    if bar.start is None:
        return w["began_unknown"]
    return w["began" if bar.start_known else "there_by"].format(day=told_date(bar.start_told or bar.start, language))


def ended(bar: Bar, language: LanguageCode) -> str:
    """The end in words, or the last news."""
    w = chart_words(language)
    if bar.end is None:
        return w["ended_unknown" if bar.outcome == "ended" else "heard_unknown"]
    key = "heard" if bar.outcome == "open" else "ended" if bar.end_known else "ended_about"
    return w[key].format(day=told_date(bar.end_told or bar.end, language))


def away(bar: Bar, language: LanguageCode) -> list[str]:
    """The leaves in words."""
    w = chart_words(language)
    return [
        w["leave_told"].format(label=x.label or w["leave"], start=told_date(x.start, language), end=told_date(x.end, language) if x.end else w["not_told"])
        for x in bar.leaves
    ]  # fmt: skip


def timeline(
    bars: Sequence[Bar],
    since: date,
    until: date,
    language: LanguageCode,
    href: str = "",
    *,
    width: int = 720,
    prefix: str = "timeline",
    standalone: bool = False,
) -> str:
    """The bars from `since` to `until`; empty without bars. `href` stands before the address of each bar: a file on its own needs whole ones."""
    bars = [b for b in bars if _within(b, since, until)]
    if not bars or since >= until:
        return ""
    w = chart_words(language)
    sheet = Sheet(language, width, prefix, standalone)
    rows = _rows(bars)
    shown = list(rows.items())[:MOST]
    left = 0.0 if sheet.narrow else min(190.0, max(breadth(name) for name, _ in shown) + 16)
    times = Times(since, until, left + 14, width - 14)
    y, drawn = float(_TOP), []
    for name, lanes in shown:
        part, height = _row(sheet, name, lanes, times, y, href)
        drawn.append(part)
        y += height
    body = [_legend(sheet, times, shown), _axis(sheet, times, y), *drawn]
    if len(rows) > MOST:
        more, y = note(sheet, y + 20, w["more_rows"].format(n=len(rows) - MOST))
        body.append(more)
    describe = w["timeline_desc"].format(
        n=len(bars), rows=len(rows), since=told_date(since, language), until=told_date(until, language)
    )
    return picture(sheet, "timeline", y + 10, (w["timeline_title"], describe), body, _inks(sheet))


def _rows(bars: Iterable[Bar]) -> dict[str, list[list[Bar]]]:
    """Row -> lanes of bars that do not overlap, in the order in which the rows first come."""
    rows: dict[str, list[list[Bar]]] = {}
    grouped: dict[str, list[Bar]] = {}
    for bar in bars:
        grouped.setdefault(bar.row, []).append(bar)
    for name, some in grouped.items():
        lanes: list[list[Bar]] = []
        for bar in sorted(some, key=lambda b: (b.start or b.end or date.min, b.end or date.max)):
            free = next((lane for lane in lanes if _after(bar, lane[-1])), None)
            if free is None:
                lanes.append([bar])
            else:
                free.append(bar)
        rows[name] = lanes
    return rows


def _within(bar: Bar, since: date, until: date) -> bool:
    """Whether anything of a bar is told of the period; a bar without any day is shown at the edge."""
    first, last = bar.start or bar.end, bar.end or bar.start
    return (first is None or first <= until) and (last is None or last >= since)


def _after(bar: Bar, before: Bar) -> bool:
    first, last = bar.start or bar.end, before.end or before.start
    return first is not None and last is not None and last <= first


def _row(sheet: Sheet, name: str, lanes: list[list[Bar]], times: Times, y: float, href: str) -> tuple[str, float]:
    """One row with its name, and how many px high it is."""
    head = _HEAD if sheet.narrow else 0
    step = _THICK + 8
    height = (_TALL_ROW if sheet.narrow else _ROW) + step * (len(lanes) - 1)
    middle = y + head + 4 + _THICK / 2
    label = words_at(0, y + 16, name, "c-text c-name", room=sheet.width) if sheet.narrow else words_at(
        times.left - 26, middle + 4.5, name, "c-text c-name", "end", room=times.left - 28
    )  # fmt: skip
    parts = [label]
    for i, lane in enumerate(lanes):
        at = middle + step * i
        parts.append(line(times.left, at, times.right, at, "c-row"))
        for bar, after in zip(lane, [*lane[1:], None], strict=True):
            parts.append(_bar(sheet, bar, after, times, at, href))
    return el("g", *parts), height


def _bar(sheet: Sheet, bar: Bar, after: Bar | None, times: Times, y: float, href: str) -> str:
    """A bar as a link: its body, its ends, its leaves and, where it fits, its role."""
    x1, x2 = _span(bar, times)
    top = y - _THICK / 2
    fading = bar.outcome == "open"
    parts = [box(x1 - 4, top - 3, x2 - x1 + 8, _THICK + 6, "c-hit")]
    if bar.start is not None:
        parts.append(
            box(x1, top, x2 - x1, _THICK, "c-bar", data_start=bar.start.isoformat(), data_end=bar.end.isoformat() if bar.end else None)
        )  # fmt: skip
        if fading:
            tail = min(36.0, x2 - x1)
            parts.append(box(x2 - tail, top - 1, tail + 0.5, _THICK + 2, "c-fade", fill=sheet.ink("fade")))
    parts += [_away_box(sheet, x, times, top, (x1, x2)) for x in bar.leaves]
    parts += [_beginning(bar, times, x1, y), _ending(bar, times, (x1, x2), y)]
    parts.append(_role(sheet, bar, (x1, x2), _free(bar, after, times), y))
    address = f"{href}{bar.href}" if bar.href else None
    return link(address, "".join(parts), told(bar, sheet.language))


def _span(bar: Bar, times: Times) -> tuple[float, float]:
    """From where to where a bar is drawn solid; a bar of which only one end is told is a short piece at it."""
    if bar.start is None and bar.end is None:
        return times.left, times.left
    x1 = times.at(bar.start or bar.end or times.since)
    x2 = times.at(bar.end or bar.start or times.until)
    return min(x1, x2), max(x2, min(x1, x2) + (3 if bar.start is not None else 0))


def _free(bar: Bar, after: Bar | None, times: Times) -> float:
    """How far the role may reach: to what comes next, or to the edge."""
    if after is None:
        return times.right + 14
    lead = 0 if after.start is not None and after.start_known else _LEAD
    return times.at(after.start or after.end or times.until) - lead - 6


def _beginning(bar: Bar, times: Times, x: float, y: float) -> str:
    """A firm mark where the beginning is told, a dotted lead where it is not; what began before the period has neither, but goes on to the left."""
    top = y - _THICK / 2
    if bar.start is not None and bar.start < times.since:
        return el("path", d=f"M{number(x - 4)} {number(y - 5)} l-5 5 l5 5", class_="c-arrow")
    if bar.start is not None and bar.start_known:
        if bar.start_told and len(bar.start_told) < len("YYYY-MM-DD"):
            return line(x, top - 3, x, top + _THICK + 3, "c-in-rough")
        return box(x, top - 2, 3, _THICK + 4, "c-in")
    rails = (line(max(1.0, x - _LEAD), y + d, x, y + d, "c-dots") for d in (-_THICK / 2 + 1, _THICK / 2 - 1))
    return el("g", *rails, class_="c-unknown")


def _ending(bar: Bar, times: Times, span: tuple[float, float], y: float) -> str:
    """A known end is a firm mark, a rough one a dotted one, the last news an arrow; what lies behind the period is not marked."""
    x, top = span[1], y - _THICK / 2
    if bar.outcome == "open" or (bar.end and bar.end > times.until):
        tip = x - 4 if x - span[0] > 16 else x + 3
        return el("path", d=f"M{number(tip)} {number(y - 5)} l5 5 l-5 5", class_="c-arrow")
    if bar.end is None:
        rails = (
            line(x, y + d, min(times.right + 13, x + _LEAD), y + d, "c-dots") for d in (-_THICK / 2 + 1, _THICK / 2 - 1)
        )
        return el("g", *rails, class_="c-unknown")
    if not bar.end_known or (bar.end_told and len(bar.end_told) < len("YYYY-MM-DD")):
        return line(x, top - 3, x, top + _THICK + 3, "c-out-rough")
    return box(x - 3, top - 3, 4, _THICK + 6, "c-out")


def _away_box(sheet: Sheet, leave: Leave, times: Times, top: float, span: tuple[float, float]) -> str:
    """A leave within its spell; one without an end reaches as far as the news of the spell."""
    x1 = max(span[0], times.at(leave.start))
    x2 = min(span[1], times.at(leave.end)) if leave.end else span[1]
    return box(x1, top, max(3.0, x2 - x1), _THICK, "c-leave", fill=sheet.ink("leave"))


def _role(sheet: Sheet, bar: Bar, span: tuple[float, float], free: float, y: float) -> str:
    """The role in the bar, else behind it, else nowhere: it stands in the title."""
    if not bar.role:
        return ""
    wide = breadth(bar.role, SIZE - 1) + 6
    tail = 30 if bar.outcome == "open" else 6
    lead = 8 if bar.start is not None else 0
    if not bar.leaves and span[1] - span[0] >= wide + tail + lead and bar.start is not None:
        return words_at(span[0] + lead, y + 4.5, bar.role, "c-text c-small c-on-bar")
    gap = _LEAD + 6 if bar.outcome == "ended" and bar.end is None else 12
    if free - span[1] >= wide + gap:
        return words_at(span[1] + gap, y + 4.5, bar.role, "c-text c-small c-muted")
    return ""


def _axis(sheet: Sheet, times: Times, bottom: float) -> str:
    parts = []
    for x, label in times.ticks(sheet.language):
        half = breadth(label, 12) / 2
        at = min(max(x, half), sheet.width - half)
        parts += [
            line(x, _TOP - 8, x, bottom, "c-grid"),
            words_at(at, _TOP - 13, label, "c-text c-small c-muted", "middle"),
        ]
    return el("g", *parts, class_="c-axis")


def _legend(sheet: Sheet, times: Times, rows: Sequence[tuple[str, list[list[Bar]]]]) -> str:
    """What the marks mean; only those that are drawn."""
    w = chart_words(sheet.language)
    bars = [b for _, lanes in rows for lane in lanes for b in lane]
    marks: list[tuple[str, str, bool]] = [
        ("in", w["arrived"], any(b.start is not None and b.start_known and b.start >= times.since for b in bars)),
        ("out", w["left"], any(b.outcome == "ended" and b.end is not None for b in bars)),
        ("leave", w["leave"], any(b.leaves for b in bars)),
        ("dots", w["not_told"], any(b.start is None or not b.start_known or (b.outcome == "ended" and b.end is None) for b in bars)),
        ("arrow", w["last_news"], any(b.outcome == "open" for b in bars)),
    ]  # fmt: skip
    parts, x, y = [], 2.0, 12.0
    for kind, label, used in marks:
        wide = 22 + breadth(label, 12) + 12
        if not used:
            continue
        if x + wide > sheet.width + 12:
            x, y = 2.0, y + 17
        parts += [_mark(sheet, kind, x, y - 4), words_at(x + 20, y, label, "c-text c-small c-muted")]
        x += wide
    return el("g", *parts, class_="c-legend", aria_hidden="true")


def _mark(sheet: Sheet, kind: str, x: float, y: float) -> str:
    if kind == "leave":
        return box(x, y - 5, 15, 10, "c-leave", fill=sheet.ink("leave"))
    if kind == "dots":
        return line(x, y - 3, x + 16, y - 3, "c-dots") + line(x, y + 3, x + 16, y + 3, "c-dots")
    if kind == "arrow":
        return el("path", d=f"M{number(x + 5)} {number(y - 5)} l5 5 l-5 5", class_="c-arrow")
    return box(x + 6, y - 6, 4, 12, f"c-{kind}")


def _inks(sheet: Sheet) -> list[str]:
    fade = el(
        "linearGradient",
        el("stop", offset="0", class_="c-stop", stop_opacity="0"), el("stop", offset="1", class_="c-stop", stop_opacity="1"),
        id=sheet.id("fade"),
    )  # fmt: skip
    return [hatch(sheet, "leave", "c-leave"), fade]


def since_until(bars: Iterable[Bar]) -> tuple[date, date] | None:
    """The period that bars cover, with a little room; None where no day is told."""
    days = [d for b in bars for d in (b.start, b.end) if d]
    if not days:
        return None
    room = timedelta(days=max(7, (max(days) - min(days)).days // 25))
    return min(days) - room, max(days)
