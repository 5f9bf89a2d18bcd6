"""English dates: full, partial and relative ("last May", "on the 31st", "at year-end", "in twenty nineteen")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from exeunt.language.data import alternatives, read_toml
from exeunt.language.dates import When, exists, last_day, months_from

_WORDS: dict[str, Any] = read_toml("en", "dates.toml")
_MONTHS: dict[str, int] = _WORDS["months"]
_BEFORE: dict[str, list[str]] = _WORDS["before"]

_MONTH = rf"(?:{alternatives(_MONTHS)})\b\.?"
_YEAR = r"(?:1[89]|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_FORMS = re.compile(
    rf"\b(?P<m1>{_MONTH})\s+(?P<d1>{_DAY})\b(?!:)(?:,?\s+(?P<y1>{_YEAR})\b)?"
    rf"|\b(?P<d2>{_DAY})\s+(?:of\s+)?(?P<m2>{_MONTH})(?:,?\s+(?P<y2>{_YEAR})\b)?"
    rf"|\b(?P<iso>{_YEAR})-(?P<im>\d\d)(?:-(?P<idd>\d\d))?\b"
    rf"|\b(?:(?P<which>last|next|this)\s+)?(?P<m3>{_MONTH})(?:,?\s+(?:of\s+)?(?:(?P<y3>{_YEAR})\b|(?P<rel3>last|this|next)\s+year))?"
    rf"|\b(?P<echo>{alternatives(_WORDS['echoes'])})\b"
    r"|\bthe\s+(?P<d4>\d{1,2})(?:st|nd|rd|th)\b"
    rf"|\b(?P<unit>{alternatives(_WORDS['units'])})\b"
    rf"|\b(?P<lastnext>last|next|this|on)\s+(?P<wday>{alternatives(_WORDS['weekdays'])})\b"
    rf"|\b(?P<wday2>{alternatives(_WORDS['weekdays'])})\b"
    rf"|\b(?P<n>\d{{1,2}}|{alternatives(_WORDS['numbers'])})\s+(?P<ago>year|month|week|day)s?\s+(?:ago|back)\b"
    rf"|\btwenty[ -](?P<spelled>{alternatives(_WORDS['spelled_years'])})\b"
    r"|\b(?P<yearend>year[ -]end|(?:the\s+)?end\s+of\s+the\s+year)\b"
    r"|\b(?P<monthend>(?:the\s+)?end\s+of\s+(?:the|this)\s+month|month[ -]end)\b"
    rf"|(?<![\d$£€,.])\b(?P<bare>{_YEAR})\b(?![\d%]|,\d|\s+(?:people|employees|staff|jobs|workers))"
)


def find_dates(text: str, start: int, end: int, published: date | None) -> Iterator[When]:
    """The dates in `text[start:end]` (already in lower case), left to right."""
    for m in _FORMS.finditer(text, start, end):
        if m["m3"] and not _is_month(m, text):
            continue
        when = _read(m, published)
        if when is not None and exists(when.year, when.month, when.day):
            yield _open(when, text, start)


def _is_month(m: re.Match[str], text: str) -> bool:
    """Whether "may" and "march" are months here: only behind a preposition or with a year."""
    if m["m3"] not in ("may", "march", "mar", "sep", "jan", "dec"):
        return True
    if m["which"] or m["y3"] or m["rel3"]:
        return True
    return (
        re.search(
            r"\b(?:in|since|until|by|from|of|for|to|through|late|early|mid|and|on)[\s-]+$",
            text[max(0, m.start() - 10) : m.start()],
        )
        is not None
    )


def _number(day: str | None) -> int | None:
    return int(re.sub(r"\D", "", day)) if day else None


def _month(word: str) -> int:
    return _MONTHS[word.rstrip(".")]


def _read(m: re.Match[str], published: date | None) -> When | None:
    at = (m.start(), m.end())
    for month, day, year in (("m1", "d1", "y1"), ("m2", "d2", "y2")):
        if m[month]:
            return When(*at, _number(m[year]), _month(m[month]), _number(m[day]), relative=not m[year])
    if m["iso"]:
        return When(*at, int(m["iso"]), int(m["im"]), _number(m["idd"]))
    if m["echo"]:
        unit, offset = _WORDS["echoes"][m["echo"]]
        return When(*at, relative=True, echo=(unit, offset))
    if m["m3"]:
        return _named_month(m, published)
    if m["d4"]:
        return When(*at, day=int(m["d4"]), relative=True)
    if m["bare"]:
        return When(*at, int(m["bare"]))
    if m["spelled"]:
        return When(*at, 2000 + _WORDS["spelled_years"][m["spelled"]])
    if published is None:
        return When(*at, relative=True)
    return _relative(m, published)


def _named_month(m: re.Match[str], published: date | None) -> When:
    at, month = (m.start(), m.end()), _month(m["m3"])
    if m["y3"]:
        return When(*at, int(m["y3"]), month)
    if published is None:
        return When(*at, month=month, relative=True)
    if m["rel3"]:
        return When(*at, published.year + {"last": -1, "this": 0, "next": 1}[m["rel3"]], month, relative=True)
    if m["which"] == "last":
        return When(*at, published.year - (month >= published.month), month, relative=True)
    if m["which"] == "next":
        return When(*at, published.year + (month <= published.month), month, relative=True)
    if m["which"] == "this":
        return When(*at, published.year, month, relative=True)
    return When(*at, month=month, relative=True)


def _relative(m: re.Match[str], published: date) -> When | None:
    at = (m.start(), m.end())
    if m["unit"]:
        unit, offset = _WORDS["units"][m["unit"]]
        return _shift(at, published, unit, offset)
    if m["wday"] or m["wday2"]:
        weekday = _WORDS["weekdays"][m["wday"] or m["wday2"]]
        if m["lastnext"] == "next":
            day = published + timedelta(days=(weekday - published.weekday() - 1) % 7 + 1)
            return When(*at, day.year, day.month, day.day, relative=True)
        if m["lastnext"] == "last":
            day = published - timedelta(days=(published.weekday() - weekday - 1) % 7 + 1)
            return When(*at, day.year, day.month, day.day, relative=True)
        return When(*at, weekday=weekday, relative=True)
    if m["ago"]:
        n = int(m["n"]) if m["n"].isdigit() else _WORDS["numbers"][m["n"]]
        return _shift(at, published, m["ago"], -n)
    if m["monthend"]:
        last = last_day(published.year, published.month)
        return When(*at, published.year, published.month, last, relative=True, effective=True)
    return When(*at, published.year, 12, 31, relative=True, effective=True)  # year-end


def _shift(at: tuple[int, int], published: date, unit: str, offset: int) -> When:
    if unit == "year":
        return When(*at, published.year + offset, relative=True)
    if unit == "month":
        year, month = months_from(published, offset)
        return When(*at, year, month, relative=True)
    day = published + timedelta(days=offset * (7 if unit == "week" else 1))
    return When(*at, day.year, day.month, day.day, relative=True)


def _open(when: When, text: str, start: int) -> When:
    """Take in what stands before the date: until, effective, at the end of."""
    head = text[max(start, when.start - 24) : when.start].rstrip(" ,")
    until = any(re.search(rf"\b{w}(?: the)?$", head) for w in _BEFORE["until"])
    effective = any(re.search(rf"\b{w}$", head) for w in _BEFORE["effective"])
    within = any(head.endswith(w) for w in _BEFORE["within"])
    month, day = when.month, when.day
    if not within and any(head.endswith(w) for w in _BEFORE["last_day"]):
        if month and not day:
            day = last_day(when.year or 2001, month)
        elif when.year and not month:
            month, day = 12, 31
    if within and (month, day) == (12, 31):
        month = day = None  # "by the end of the year" is the year
    return replace(when, month=month, day=day, until=until, effective=effective or when.effective)
