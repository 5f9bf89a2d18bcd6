"""Japanese dates: 西暦, 和暦, months and days without a year, and words such as 先月末 or 昨年暮れ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from exeunt.language.data import alternatives, read_toml
from exeunt.language.dates import When, exists, last_day, months_from

_WORDS: dict[str, Any] = read_toml("ja", "dates.toml")
_SUFFIX: dict[str, list[str]] = _WORDS["suffixes"]
_DIGITS: dict[str, int] = _WORDS["digits"]
_KANJI = "".join(_DIGITS)
_N = r"(?P<{}>\d{{1,2}}|元)"

_ERA = rf"(?P<era>{alternatives(_WORDS['eras'])})"
_FORMS = re.compile(
    rf"(?:{_ERA}{_N.format('eyear')}年|(?P<year>(?:1[89]|20)\d\d)年|(?<![\d.])'?(?P<short>\d\d)年(?=\d{{1,2}}月)"
    rf"|(?P<yword>{alternatives(_WORDS['years'])})(?:の)?)(?P<ypart>{alternatives(_WORDS['year_parts'])})?"
    r"(?:(?P<m1>\d{1,2})月(?:の?(?P<d1>\d{1,2})日)?)?"
    r"|(?P<iso>(?:1[89]|20)\d\d[-/.](?P<im>\d{1,2})(?:[-/.](?P<idd>\d{1,2}))?)(?!\d)"
    rf"|(?P<mword>{alternatives(_WORDS['months'])})(?:の)?(?:(?P<d2>\d{{1,2}})日)?"
    rf"|(?P<kyear>[{_KANJI}]{{4}})年(?:(?P<km1>[{_KANJI}十]{{1,2}})月)?"
    rf"|(?<![{_KANJI}十年か])(?P<km3>[{_KANJI}十]{{1,2}})月(?:の?(?P<kd3>[{_KANJI}十]{{1,3}})日)?"
    rf"|(?P<echo>{alternatives(_WORDS['echoes'])})"
    rf"|(?<![一-龠])(?P<season>{alternatives(_WORDS['seasons'])})(?=に|から|まで|の(?!陣|時代))"
    r"|(?<![\d年])(?P<m3>\d{1,2})月(?!間)(?:(?P<d3>\d{1,2})日)?"
    r"|(?<![\d月])(?P<d4>\d{1,2})日(?![間目本銀米前後])"
    rf"|(?P<dword>{alternatives(_WORDS['days'])})"
    rf"|(?P<wday>{alternatives(_WORDS['weekdays'])})日?"
    r"|(?P<ago>\d{1,3})(?P<unit>年|カ月|か月|ヶ月|ヵ月|日|週間)前"
    r"|(?P<yearend>年末)"
    r"|(?<!\d)(?P<bare>(?:19|20)\d\d)(?![\d万億円人.,%]|年)"
)


def find_dates(text: str, start: int, end: int, published: date | None) -> Iterator[When]:
    """The dates in `text[start:end]` (already narrowed), left to right."""
    for m in _FORMS.finditer(text, start, end):
        when = _read(m, published)
        if when is not None and exists(when.year, when.month, when.day):
            yield _close(when, text, end)


def _read(m: re.Match[str], published: date | None) -> When | None:
    at = (m.start(), m.end())
    if m["era"] or m["year"] or m["short"]:
        return _absolute(m, published)
    if m["iso"]:
        return When(*at, int(m["iso"][:4]), int(m["im"]), int(m["idd"]) if m["idd"] else None)
    if m["bare"]:
        return When(*at, int(m["bare"]))
    if m["echo"]:
        unit, offset = _WORDS["echoes"][m["echo"]]
        return When(*at, relative=True, echo=(unit, offset))
    if m["kyear"]:
        return When(*at, int("".join(str(_DIGITS[c]) for c in m["kyear"])), _kanji(m["km1"]))
    if m["km3"]:
        return When(*at, month=_kanji(m["km3"]), day=_kanji(m["kd3"]), relative=True)
    if m["m3"]:
        return When(*at, month=int(m["m3"]), day=int(m["d3"]) if m["d3"] else None, relative=True)
    if m["d4"]:
        return When(*at, day=int(m["d4"]), relative=True)
    if m["wday"]:
        return When(*at, weekday=_WORDS["weekdays"][m["wday"]], relative=True)
    if published is None:
        return When(*at, relative=True)
    return _relative(m, published)


def _kanji(number: str | None) -> int | None:
    """十, 二十, 二十三, 三: the number, up to 99."""
    if number is None:
        return None
    tens, ten, units = number.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS[c]) for c in number))
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(units, 0) if units else 0)


def _absolute(m: re.Match[str], published: date | None) -> When:
    if m["era"]:
        year = _WORDS["eras"][m["era"]] + (1 if m["eyear"] == "元" else int(m["eyear"]))
    elif m["year"]:
        year = int(m["year"])
    else:
        century = (published.year if published else 2000) // 100 * 100
        year = century + int(m["short"])
        if published and year > published.year + 10:
            year -= 100
    month = int(m["m1"]) if m["m1"] else _WORDS["year_parts"].get(m["ypart"])
    return When(m.start(), m.end(), year, month, int(m["d1"]) if m["d1"] else None)


def _relative(m: re.Match[str], published: date) -> When | None:
    at = (m.start(), m.end())
    if m["yword"]:
        year = published.year + _WORDS["years"][m["yword"]]
        month = int(m["m1"]) if m["m1"] else _WORDS["year_parts"].get(m["ypart"])
        return When(*at, year, month, int(m["d1"]) if m["d1"] else None, relative=True)
    if m["mword"]:
        year, month = months_from(published, _WORDS["months"][m["mword"]])
        return When(*at, year, month, int(m["d2"]) if m["d2"] else None, relative=True)
    if m["dword"]:
        day = published + timedelta(days=_WORDS["days"][m["dword"]])
        return When(*at, day.year, day.month, day.day, relative=True)
    if m["season"]:
        return When(*at, published.year, relative=True)
    if m["ago"]:
        return _ago(m, published)
    return When(*at, published.year, 12, 31, relative=True, effective=True)  # 年末


def _ago(m: re.Match[str], published: date) -> When | None:
    at, n = (m.start(), m.end()), int(m["ago"])
    if m["unit"] == "年":
        return When(*at, published.year - n, relative=True)
    if m["unit"] in ("日", "週間"):
        day = published - timedelta(days=n * (7 if m["unit"] == "週間" else 1))
        return When(*at, day.year, day.month, day.day, relative=True)
    year, month = months_from(published, -n)
    return When(*at, year, month, relative=True)


def _close(when: When, text: str, limit: int) -> When:
    """Take in what stands behind the date: 末, 付, いっぱい, まで."""
    tail = text[when.end : min(when.end + 8, limit)]
    end = next((s for s in _SUFFIX["end"] if tail.startswith(s)), "")
    rest = tail[len(end) :]
    last = any(rest.startswith(s) for s in _SUFFIX["last_day"])
    until = any(rest.startswith(s) for s in _SUFFIX["until"])
    effective = any(rest.startswith(s) for s in _SUFFIX["effective"])
    day = when.day
    if when.month and not day and (end or last):
        # 月末, いっぱい: the last day; a year is needed only for February
        day = last_day(when.year or 2001, when.month)
    month = when.month
    if when.year and not month and last:
        month, day = 12, 31
    return replace(
        when, end=when.end + len(end), month=month, day=day, until=until, effective=effective or when.effective
    )
