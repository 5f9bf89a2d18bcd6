"""Scales: from days and numbers to px, with the ticks that fit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from exeunt.language.dates import parse_published
from exeunt.model import LanguageCode
from exeunt.tell.charts.svg import SMALL, breadth, chart_words

_YEARS = (1, 2, 5, 10, 20, 50, 100)
_MONTHS = (1, 3, 6)
_DAYS = (1, 2, 7, 14)
_AIR = 16  # px between two labels


class Times(msgspec.Struct, frozen=True):
    """Days `since` to `until` on `left` to `right` px."""

    since: date
    until: date
    left: float
    right: float

    def at(self, day: date) -> float:
        """The place of a day; what lies outside is put on the edge."""
        whole = max(1, (self.until - self.since).days)
        share = min(1.0, max(0.0, (day - self.since).days / whole))
        return self.left + share * (self.right - self.left)

    def ticks(self, language: LanguageCode) -> list[tuple[float, str]]:
        """Places with labels, by days, months or years: the closest that do not touch."""
        found: list[tuple[float, str]] = []
        for days in _spacings(self.since, self.until):
            found = [(self.at(d), _label(d, days[0], language)) for d in days[1]]
            if len(found) >= 2 and self._airy(found):
                return found
        return found[:1]

    def _airy(self, ticks: list[tuple[float, str]]) -> bool:
        wide = [breadth(text, SMALL) for _, text in ticks]
        pairs = zip(ticks, ticks[1:], wide, wide[1:], strict=False)
        return all(b[0] - a[0] >= (u + v) / 2 + _AIR for a, b, u, v in pairs)


def _spacings(since: date, until: date) -> Iterator[tuple[str, list[date]]]:
    """Ways to divide a period, the finest first; a long period is not divided into days."""
    length = (until - since).days
    if length <= 120:
        for step in _DAYS:
            yield "day", [since + timedelta(days=n) for n in range(0, length + 1, step)]
    if length <= 366 * 12:
        months = range(since.year * 12 + since.month - 1, until.year * 12 + until.month)
        for step in _MONTHS:
            yield (
                "month",
                [d for m in months if m % step == 0 and since <= (d := date(m // 12, m % 12 + 1, 1)) <= until],
            )
    for step in _YEARS:
        years = range(since.year, until.year + 1)
        yield "year", [d for y in years if y % step == 0 and since <= (d := date(y, 1, 1)) <= until]


def _label(day: date, unit: str, language: LanguageCode) -> str:
    w = chart_words(language)
    return w[f"tick_{unit}"].format(year=day.year, month=w[f"month_{day.month}"], day=day.day)


def month_name(year: int, month: int, language: LanguageCode) -> str:
    """A month in words: Aug 2024, 2024年8月."""
    return _label(date(year, month, 1), "month", language)


def told_date(day: date | str | None, language: LanguageCode) -> str:
    """A date as precisely as it is known, in words; a dash where none is told."""
    parts = [int(p) for p in str(day or "").split("-") if p.isdigit()]
    if not parts:
        return "—"
    whole = date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    return _label(whole, ("year", "month", "day")[len(parts) - 1], language)


def middle_of(told: str) -> date:
    """The day in the middle of a date as precise as YYYY, YYYY-MM or YYYY-MM-DD. Raises DateError."""
    day = parse_published({4: f"{told}-07-01", 7: f"{told}-15"}.get(len(told), told))
    assert day is not None  # only None is parsed into None
    return day


def steps_to(most: float, lines: int = 4) -> list[int]:
    """Whole numbers from 0 to at least `most`, at most about `lines` of them above 0."""
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000, 100_000):
        if step * lines >= most:
            break
    top = int(-(-max(most, 1) // step))
    return [step * n for n in range(top + 1)]
