"""Founders remaining as a line of steps; each step has a number, and below stands who and how.

The line falls with the departures that are told. Where not all are named, the last number is a range: from those known to be
there to the most that may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from exeunt.model import Figure, LanguageCode
from exeunt.tell.charts.scale import Times, middle_of, steps_to, told_date
from exeunt.tell.charts.svg import (
    MOST,
    Sheet,
    breadth,
    chart_words,
    content,
    el,
    fit,
    line,
    note,
    number,
    picture,
    words_at,
)
from exeunt.tell.figures import detail_of, label_of, note_of

_HIGH = 150  # px; the plot
_TOP = 34
_LINE = 20  # px; a line of the list
_NEAR = 21  # px within which steps share one mark
_EXTRA = 74  # px at the right for the number that remains
_EDGES = ("begin", "now")


class Step(msgspec.Struct, frozen=True):
    """One change: `day` is where it is drawn, `vague` whether only its year or month is told, or nothing."""

    figure: Figure
    day: date
    vague: bool
    arrival: bool


def steps_of(figures: Sequence[Figure]) -> list[Step]:
    """The changes of the table `founders` in their order; what has no date stands where the one before it does."""
    found: list[Step] = []
    for f in figures:
        if f.table != "founders" or f.value is None or _edge(f):
            continue
        dated = f.since and "undated" not in f.notes
        before = found[-1].day if found else None
        day = middle_of(f.since) if dated and f.since else before
        if day is None:
            day = date.min
        found.append(
            Step(f, max(day, before or day), not dated or len(f.since or "") < 10, (f.detail or "").startswith("in:"))
        )
    return found


def _edge(f: Figure) -> bool:
    """The number at the beginning and the one now: they are about no single person's move."""
    return f.label in _EDGES and not f.moves


def edge_of(figures: Sequence[Figure], which: str) -> Figure | None:
    """The figure of the beginning (`begin`) or of today (`now`)."""
    return next((f for f in figures if f.table == "founders" and f.label == which and _edge(f)), None)


def steps(
    figures: Sequence[Figure],
    language: LanguageCode,
    *,
    width: int = 720,
    prefix: str = "founders",
    standalone: bool = False,
) -> str:
    """The line from the table `founders`; empty where no founders are told or nothing has changed."""
    begin, now = edge_of(figures, "begin"), edge_of(figures, "now")
    changes = steps_of(figures)
    if begin is None or begin.value is None or not changes:
        return ""
    w = chart_words(language)
    sheet = Sheet(language, width, prefix, standalone)
    shown = changes[:MOST]
    body = _plot(sheet, begin, shown, now)
    part, y = _list(sheet, shown, _TOP + _HIGH + 54)
    body.append(part)
    for text in _notes(begin, now, len(changes) - len(shown), language):
        drawn, y = note(sheet, y + 4, text)
        body.append(drawn)
    describe = w["steps_desc"].format(begin=f"{begin.value:g}", n=len(changes), now=_remain(now) if now else "—")
    return picture(sheet, "steps", y + 2, (w["steps_title"], describe), body)


def _notes(begin: Figure, now: Figure | None, hidden: int, language: LanguageCode) -> list[str]:
    w = chart_words(language)
    found = [w["more_rows"].format(n=hidden)] if hidden else []
    if begin.notes:
        found.append(w["of_begin"].format(note=w["between_notes"].join(note_of(n, language) for n in begin.notes)))
    if now and now.detail:
        found.append(w["still"].format(names=now.detail))
    if now and now.notes:
        found.append(w["of_now"].format(note=w["between_notes"].join(note_of(n, language) for n in now.notes)))
    return found


def _remain(now: Figure) -> str:
    low, high = now.low if now.low is not None else now.value, now.high if now.high is not None else now.value
    return f"{low or 0:g}" if low == high else f"{low or 0:g}–{high or 0:g}"


def _plot(sheet: Sheet, begin: Figure, changes: Sequence[Step], now: Figure | None) -> list[str]:
    """Axis, line, marks and the number that remains."""
    top = max([begin.value or 0, *(s.figure.value or 0 for s in changes), (now.high or 0) if now else 0])
    ticks = steps_to(top, 6)
    end = middle_of(now.until) if now and now.until else changes[-1].day
    room = timedelta(days=max(30, (end - changes[0].day).days // 12))
    first = changes[0].day - room if changes[0].day.year > 1 else changes[0].day
    times = Times(first, max(end, changes[-1].day + timedelta(days=1)), 28, sheet.width - _EXTRA)

    def y(value: float) -> float:
        return _TOP + _HIGH - value / ticks[-1] * _HIGH

    w = chart_words(sheet.language)
    parts = [words_at(0, 12, w["steps_axis"], "c-text c-small c-muted", room=sheet.width)]
    for n in ticks:
        parts.append(line(22, y(n), times.right, y(n), "c-base" if n == 0 else "c-grid"))
        parts.append(words_at(14, y(n) + 4, f"{n}", "c-text c-small c-muted", "end"))
    for x, label in times.ticks(sheet.language):
        half = breadth(label, 12) / 2
        parts.append(line(x, y(0), x, y(0) + 5, "c-base"))
        parts.append(
            words_at(min(max(x, half), sheet.width - half), y(0) + 20, label, "c-text c-small c-muted", "middle")
        )
    axis = el("g", *parts, class_="c-axis")
    heights = [y(s.figure.value or 0) for s in changes]
    tail = now.high if now and now.high is not None else None
    return [axis, *_line(times, y(begin.value or 0), changes, heights), _marks(times, changes, heights),
            _now(sheet, times.right, now, y(now.low if now.low is not None else now.value or 0), y(tail if tail is not None else now.value or 0)) if now else ""]  # fmt: skip


def _line(times: Times, start: float, changes: Sequence[Step], heights: Sequence[float]) -> list[str]:
    """Level pieces, and a riser for each step: dotted where the day is not told."""
    parts, x, y = [], times.left, start
    for s, to in zip(changes, heights, strict=True):
        at = times.at(s.day)
        parts.append(line(x, y, at, y, "c-step"))
        kind = "c-step-in" if s.arrival else "c-step-out"
        parts.append(
            el("line", x1=at, y1=y, x2=at, y2=to, class_=f"{kind} c-vague" if s.vague else kind,
               data_label=s.figure.label, data_value=f"{s.figure.value or 0:g}")
        )  # fmt: skip
        x, y = at, to
    parts.append(line(x, y, times.right, y, "c-step"))
    return parts


def _marks(times: Times, changes: Sequence[Step], heights: Sequence[float]) -> str:
    """Numbers at the steps; steps that are near one another share one mark at the first."""
    groups: list[list[int]] = []
    for i, s in enumerate(changes):
        if groups and times.at(s.day) - times.at(changes[groups[-1][0]].day) < _NEAR + 9 * (len(groups[-1]) > 1):
            groups[-1].append(i)
        else:
            groups.append([i])
    parts = []
    for g in groups:
        text = f"{g[0] + 1}" if len(g) == 1 else f"{g[0] + 1}–{g[-1] + 1}"
        x = sum(times.at(changes[i].day) for i in g) / len(g)
        before = heights[g[0] - 1] if g[0] else heights[0]
        y = min(before, *(heights[i] for i in g)) - 13
        wide = breadth(text, 12) + 10
        parts.append(el("rect", x=x - wide / 2, y=y - 9, width=wide, height=18, rx=9, class_="c-mark"))
        parts.append(words_at(x, y + 4.5, text, "c-text c-small c-on-mark", "middle"))
    return el("g", *parts, aria_hidden="true")


def _now(sheet: Sheet, x: float, now: Figure, low: float, high: float) -> str:
    """What remains, directly at the end of the line; a range as a bracket."""
    w = chart_words(sheet.language)
    path = f"M{number(x + 2)} {number(high)} h6 V{number(low)} h-6"
    bracket = el("path", d=path, class_="c-range") if low - high > 1 else ""
    middle = (low + high) / 2
    big = words_at(x + 14, middle + 4, _remain(now), "c-text c-big")
    under = words_at(x + 14, middle + 19, w["remain"], "c-text c-small c-muted", room=_EXTRA - 14)
    return el("g", bracket, big, under, data_low=f"{now.low if now.low is not None else now.value or 0:g}",
              data_high=f"{now.high if now.high is not None else now.value or 0:g}")  # fmt: skip


def _list(sheet: Sheet, changes: Sequence[Step], y: float) -> tuple[str, float]:
    """Who and how, by the numbers of the steps: in two columns where there is room, filled downwards."""
    columns = 1 if sheet.narrow else 2
    length = -(-len(changes) // columns)
    wide = sheet.width / columns - (columns - 1) * 10
    parts = []
    for i, s in enumerate(changes):
        column, row = divmod(i, length)
        parts.append(_entry(sheet, i + 1, s, column * (wide + 20), y + row * _LINE, wide))
    return el("g", *parts), y + length * _LINE + 4


def _entry(sheet: Sheet, n: int, s: Step, x: float, y: float, wide: float) -> str:
    """One line: number, who, how, when, and how many are left then."""
    how, when, left = said(s, sheet.language)
    tail = f"{when} → {left}"
    room = wide - 24 - breadth(how, 12) - breadth(tail, 12) - 22
    name = fit(s.figure.label, room)
    whole = el("title", content(s.figure.label)) if name != s.figure.label else ""
    told = el("tspan", content(how), class_="c-small c-arrived" if s.arrival else "c-small c-left", dx=7)
    return (
        words_at(x + 16, y, f"{n}", "c-text c-small c-muted", "end")
        + el("text", whole + el("tspan", content(name), class_="c-name") + told, x=x + 24, y=y, class_="c-text")
        + words_at(x + wide, y, tail, "c-text c-small c-muted", "end")
    )


def said(s: Step, language: LanguageCode) -> tuple[str, str, str]:
    """How, when and how many are left, in words."""
    how = detail_of(s.figure.detail, language) if s.figure.detail else "—"
    dated = s.figure.since and "undated" not in s.figure.notes
    return how, told_date(s.figure.since if dated else None, language), f"{s.figure.value or 0:g}"


def edge_name(which: str, language: LanguageCode) -> str:
    """What the beginning and the present are called."""
    return label_of(which, language, "founders")
