"""Imprecise calendar dates: what a text says (`When`) and what it amounts to once the day of publication is known.

Values are ISO 8601 calendar dates at the precision of the text: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from exeunt.errors import DateError


@dataclass(frozen=True, slots=True)
class When:
    """A date as the text gives it. A part that the text leaves open is None; `weekday` counts Monday as 0.

    `relative` says that it cannot be resolved without the day of publication, `until` that it ends something,
    `effective` that the text marks it as the day on which something takes effect. An `echo` points back at
    the date told before: ("year", 1) is 翌年 or "the following year", ("day", 0) 同日 or "the same day".
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    relative: bool = False
    until: bool = False
    effective: bool = False
    echo: tuple[str, int] | None = None

    def value(self) -> str | None:
        """The ISO 8601 form, or None while the year is open."""
        if self.year is None:
            return None
        if self.month is None:
            return f"{self.year:04d}"
        if self.day is None:
            return f"{self.year:04d}-{self.month:02d}"
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"


_AHEAD = 9  # months; a date without a year that would lie farther ahead has just passed
_HALF_MONTH = 20  # days; a bare day farther from that of publication belongs to the month before or after


def parse_published(text: str | None) -> date | None:
    """The day of publication from `YYYY-MM-DD` (an ISO 8601 time behind it is cut off).

    Raises DateError when it is none of these or no such day exists.
    """
    if text is None:
        return None
    m = re.fullmatch(
        r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9]{2}:[0-9]{2}[0-9:.]*(?:Z|[+-][0-9:]{4,6})?)?", text.strip()
    )
    try:
        if m:
            return date(int(m[1]), int(m[2]), int(m[3]))
    except ValueError:
        pass
    raise DateError(f"{text!r} is not a date: give it as YYYY-MM-DD, for example 2024-08-07")


def publication_day(text: str | None) -> date | None:
    """The day of publication of a document, None where only its month or year is known.

    Raises DateError when `text` is neither a day nor a shorter date.
    """
    m = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2}))?", text or "")
    if m and exists(int(m[1]), int(m[2]) if m[2] else None, None):
        return None
    return parse_published(text)


def last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def months_from(day: date, months: int) -> tuple[int, int]:
    """(year, month) that lies `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def weekday_near(published: date, weekday: int, future: bool) -> date:
    """The next such weekday after `published` when `future`, else the latest on or before it."""
    if future:
        return published + timedelta(days=(weekday - published.weekday() - 1) % 7 + 1)
    return published - timedelta(days=(published.weekday() - weekday) % 7)


def exists(year: int | None, month: int | None, day: int | None) -> bool:
    """Whether the calendar knows it; an open part is no objection."""
    if month is not None and not 1 <= month <= 12:
        return False
    if year is not None and not 1000 <= year <= 2999:
        return False
    return day is None or 1 <= day <= last_day(year or 2000, month or 1)


def settle(when: When, published: date | None, future: bool | None, year: int | None, month: int | None) -> str | None:
    """The value of `when`.

    A missing year is the one that the sentence gave before (`year`), else the nearest in the direction of `future`
    (None: the nearest that is at most three months ahead); a missing month is `month`, else that of the publication.
    """
    if when.year is not None:
        return when.value()
    if when.weekday is not None:
        if published is None:
            return None
        return weekday_near(published, when.weekday, bool(future)).isoformat()
    if when.month is None:
        return _settle_day(when, published, future, year, month)
    if year is not None:
        return _checked(year, when.month, when.day)
    if published is None:
        return None
    return _checked(_nearest_year(published, when, future), when.month, when.day)


def settle_echo(echo: tuple[str, int], last: str | None) -> str | None:
    """What 翌年, 同月 or "the same day" amounts to after the date `last`, at no more than the precision of `last`."""
    if last is None:
        return None
    unit, offset = echo
    year, month, day = (int(last[a:b]) if last[a:b] else None for a, b in ((0, 4), (5, 7), (8, 10)))
    assert year is not None
    if unit == "year":
        return f"{year + offset:04d}"
    if month is None:
        return last if offset == 0 else None
    if unit == "month":
        year, month = months_from(date(year, month, 1), offset)
        return f"{year:04d}-{month:02d}"
    if day is None:
        return last if offset == 0 else None
    return (date(year, month, day) + timedelta(days=offset)).isoformat()


def _nearest_year(published: date, when: When, future: bool | None) -> int:
    assert when.month is not None
    ahead = (when.month, when.day or 0) > (published.month, published.day if when.day else 0)
    if future and (when.month - published.month) % 12 <= _AHEAD:
        behind = (when.month, when.day or 99) < (published.month, published.day if when.day else 0)
        return published.year + behind
    if future is None:
        months = when.month - published.month
        if months > 3:
            return published.year - 1
        return published.year + (months < -8)
    return published.year - ahead


def _settle_day(
    when: When, published: date | None, future: bool | None, year: int | None, month: int | None
) -> str | None:
    if when.day is None:
        return None
    if year is not None and month is not None:
        return _checked(year, month, when.day)
    if published is None:
        return None
    gap = when.day - published.day
    months = 0
    if (future and gap < 0) or (future is None and gap < -_HALF_MONTH):
        months = 1
    elif (future is False and gap > 0) or (future is None and gap > _HALF_MONTH and not when.effective):
        months = -1
    near_year, near_month = months_from(published, months)
    return _checked(near_year, near_month, when.day)


def _checked(year: int, month: int, day: int | None) -> str | None:
    if not exists(year, month, day):
        return None
    return When(0, 0, year, month, day).value()


def shifted(day: date, days: int) -> date:
    """A day so many days on or back, or the end of the calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))
