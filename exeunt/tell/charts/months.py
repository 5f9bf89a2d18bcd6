"""Departures by month as columns, against the band that is to be expected in any month."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from exeunt.model import Figure, LanguageCode
from exeunt.tell.charts.scale import month_name, steps_to
from exeunt.tell.charts.svg import (
    SMALL,
    Sheet,
    box,
    breadth,
    chart_words,
    el,
    hatch,
    line,
    note,
    picture,
    words_at,
)

_HIGH = 170  # px; the plot
_CLOSEST = 4.0  # px from column to column at least
_WIDEST = 44.0
_VAGUE = 18.0  # px; a column that is told to the year only, and the most that all of them take
_VAGUE_SHARE = 0.3


class Column(msgspec.Struct, frozen=True):
    """A month (counted from the year 0), or with `month` None a year or no date at all; `figure` is None for a month without news."""

    label: str
    month: int | None
    value: float
    figure: Figure | None


def columns_of(
    figures: Sequence[Figure], language: LanguageCode, until: str | None = None
) -> tuple[list[Column], list[Column]]:
    """What is told to the year only, and month by month what is told to the month, those without news as zero; to `until` (YYYY-MM) if given."""
    told = [f for f in figures if f.table == "left_by_month" and f.value is not None]
    placed = {m: f for f in told if (m := _month(f.label)) is not None}
    vague = [Column(_vague(f.label, language), None, f.value or 0, f) for f in told if _month(f.label) is None]
    if not placed:
        return vague, []
    last = max(max(placed), _month((until or "")[:7]) or 0)
    return vague, [_column(m, placed.get(m), language) for m in range(min(placed), last + 1)]


def _column(month: int, figure: Figure | None, language: LanguageCode) -> Column:
    return Column(
        month_name(month // 12, month % 12 + 1, language), month, (figure.value or 0) if figure else 0, figure
    )


def _month(label: str) -> int | None:
    year, _, month = label[:7].partition("-")
    return int(year) * 12 + int(month) - 1 if year.isdigit() and month.isdigit() and 1 <= int(month) <= 12 else None


def _vague(label: str, language: LanguageCode) -> str:
    year = label.partition("-")[0]
    w = chart_words(language)
    return w["tick_year"].format(year=year, month="", day="") if year.isdigit() else w["undated"]


def months(
    figures: Sequence[Figure],
    language: LanguageCode,
    *,
    until: str | None = None,
    width: int = 720,
    prefix: str = "months",
    standalone: bool = False,
) -> str:
    """Columns from the tables `left_by_month` and `expected_by_month`; empty without departures."""
    vague, placed = columns_of(figures, language, until)
    if not vague and not placed:
        return ""
    w = chart_words(language)
    sheet = Sheet(language, width, prefix, standalone)
    expected = next((f for f in figures if f.table == "expected_by_month" and f.value is not None), None)
    left = 26 + (len(vague) * _vague_step(vague, width) + 26 if vague else 0)
    shown = placed[-int((width - left) / _CLOSEST) :]
    top = max([c.value for c in (*vague, *shown)] + [(expected.high or expected.value or 0) if expected else 0])
    plot = _Plot(sheet, left, 30, steps_to(top))
    body = [plot.grid(), plot.band(expected) if shown else "", plot.vague(vague), plot.columns(shown, expected)]
    y = plot.bottom + 44
    for text in _notes(placed, shown, vague, expected, language):
        drawn, y = note(sheet, y, text)
        body.append(drawn)
    describe = w["months_desc"].format(n=f"{sum(c.value for c in (*vague, *placed)):g}", months=len(placed))
    inks = [hatch(sheet, "band", "c-band")]
    return picture(sheet, "months", y + 2, (w["months_title"], describe), body, inks)


def _notes(
    placed: Sequence[Column], shown: Sequence[Column], vague: Sequence[Column], expected: Figure | None, language: LanguageCode
) -> list[str]:  # fmt: skip
    w = chart_words(language)
    found = []
    if vague:
        found.append(w["hollow"])
    if expected and shown:
        found.append(band_told(expected, language))
    if len(shown) < len(placed):
        hidden = placed[: len(placed) - len(shown)]
        found.append(w["earlier"].format(months=len(hidden), n=f"{sum(c.value for c in hidden):g}"))
    return found


def band_told(expected: Figure, language: LanguageCode) -> str:
    """The expected band in words."""
    w = chart_words(language)
    mean = f"{expected.value or 0:.1f}"
    if expected.low is None or expected.high is None:
        return w["band_mean"].format(mean=mean)
    level = f"{expected.level:.0%}" if expected.level else ""
    return w["band"].format(low=f"{expected.low:g}", high=f"{expected.high:g}", level=level, mean=mean)


def _vague_step(vague: Sequence[Column], width: float) -> float:
    """px from one hollow column to the next: room for its label, but not too much of the whole."""
    wanted = max(breadth(c.label, SMALL) for c in vague) + 8
    return max(6.0, min(wanted, width * _VAGUE_SHARE / len(vague)))


class _Plot:
    """The plot of the columns: the months from `left` on, what is vague before them."""

    def __init__(self, sheet: Sheet, left: float, top: float, steps: Sequence[int]) -> None:
        self.sheet, self.left, self.top, self.steps = sheet, left, top, steps
        self.bottom = top + _HIGH
        self.right = float(sheet.width)

    def y(self, value: float) -> float:
        return self.bottom - value / self.steps[-1] * _HIGH

    def grid(self) -> str:
        w = chart_words(self.sheet.language)
        parts = [words_at(0, 12, w["months_axis"], "c-text c-small c-muted", room=self.right)]
        for n in self.steps:
            parts.append(line(20, self.y(n), self.right, self.y(n), "c-base" if n == 0 else "c-grid"))
            parts.append(words_at(12, self.y(n) + 4, f"{n}", "c-text c-small c-muted", "end"))
        return el("g", *parts, class_="c-axis")

    def band(self, expected: Figure | None) -> str:
        """The expected band behind the columns, its mean as a broken line."""
        if expected is None:
            return ""
        parts = []
        if expected.low is not None and expected.high is not None:
            high, low = self.y(expected.high), self.y(expected.low)
            parts.append(
                box(self.left - 6, high, self.right - self.left + 6, low - high, "c-band", fill=self.sheet.ink("band"),
                    data_low=f"{expected.low:g}", data_high=f"{expected.high:g}")
            )  # fmt: skip
            parts.append(line(self.left - 6, high, self.right, high, "c-band-edge"))
        mean = self.y(expected.value or 0)
        return el("g", *parts, line(self.left - 6, mean, self.right, mean, "c-mean"))

    def vague(self, columns: Sequence[Column]) -> str:
        """Hollow columns of years, apart from the months."""
        if not columns:
            return ""
        parts, step = [], _vague_step(columns, self.sheet.width)
        every = max(1, int(-(-(max(breadth(c.label, SMALL) for c in columns) + 6) // step)))
        for i, c in enumerate(columns):
            x = 28 + (i + 0.5) * step
            wide = min(_VAGUE, step * 0.8)
            parts.append(self._one(c, x - wide / 2, wide, "c-hollow"))
            parts.append(words_at(x, self.y(c.value) - 5, f"{c.value:g}", "c-text c-left c-halo", "middle"))
            if i % every == 0:
                parts.append(words_at(x, self.bottom + 18, c.label, "c-text c-small c-muted", "middle"))
        if self.left + 40 < self.right:
            parts.append(line(self.left - 14, self.top, self.left - 14, self.bottom + 6, "c-apart"))
        return el("g", *parts)

    def columns(self, columns: Sequence[Column], expected: Figure | None) -> str:
        """Solid columns; one above the band has a heavier head. Each value stands on its column where the columns are wide enough."""
        if not columns:
            return ""
        step = min(_WIDEST, (self.right - self.left) / len(columns))
        parts = []
        for i, c in enumerate(columns):
            x = self.left + i * step
            parts.append(self._one(c, x + step * 0.12, step * 0.76, "c-column"))
            if c.value:
                above = expected is not None and expected.high is not None and c.value > expected.high
                text = f"{c.value:g}"
                if step >= breadth(text) + 1:
                    parts.append(words_at(x + step / 2, self.y(c.value) - 5, text, "c-text c-left c-halo", "middle"))
                if above:
                    parts.append(line(x, self.y(c.value), x + step, self.y(c.value), "c-above"))
        return el("g", *parts, *self._labels(columns, step))

    def _one(self, c: Column, x: float, wide: float, class_: str) -> str:
        """A column as high as its value; a month without news is a flat mark on the axis."""
        w = chart_words(self.sheet.language)
        title = w["column"].format(label=c.label, n=f"{c.value:g}")
        high = self.bottom - self.y(c.value)
        key = c.figure.label if c.figure else f"{(c.month or 0) // 12}-{(c.month or 0) % 12 + 1:02d}"
        named = class_ if c.value else "c-nothing"
        return box(
            x, self.y(c.value) if c.value else self.bottom - 1.5, wide, high or 1.5, named, title,
            data_label=key, data_value=f"{c.value:g}",
        )  # fmt: skip

    def _labels(self, columns: Sequence[Column], step: float) -> list[str]:
        """Every month, third month, half year or so many years: the closest that do not touch."""
        wide = max(breadth(c.label, SMALL) for c in columns) + 14
        every = next((n for n in (1, 3, 6, 12, 24, 60, 120, 240, 1200) if n * step >= wide), 1200)
        chosen = [(i, c) for i, c in enumerate(columns) if (c.month or 0) % every == 0]
        if not chosen:
            chosen = [(0, columns[0])]
        parts = []
        for i, c in chosen:
            x = self.left + (i + 0.5) * step
            half = breadth(c.label, SMALL) / 2
            parts.append(line(x, self.bottom, x, self.bottom + 5, "c-base"))
            parts.append(
                words_at(
                    min(max(x, self.left - 12 + half), self.right - half),
                    self.bottom + 18,
                    c.label,
                    "c-text c-small c-muted",
                    "middle",
                )
            )
        return parts
