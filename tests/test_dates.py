"""Dates: what the text says against what it is worth on the day of publication."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exeunt
from exeunt.errors import DateError
from exeunt.language.dates import parse_published, settle, settle_echo
from exeunt.language.en.dates import find_dates as english
from exeunt.language.ja.dates import find_dates as japanese

FIND = {"ja": japanese, "en": english}
CASES = tomllib.loads((Path(__file__).parent / "cases/dates.toml").read_text(encoding="utf-8"))


def _cases():
    for language in ("ja", "en"):
        for group in CASES[language]:
            for text, value in group["cases"]:
                yield pytest.param(
                    language, date.fromisoformat(group["published"]), text, value, id=f"{language}-{text}"
                )


@pytest.mark.parametrize(("language", "published", "text", "value"), [*_cases()])
def test_dates(language, published, text, value):
    found = [settle(w, published, None, None, None) for w in FIND[language](text, 0, len(text), published)]
    assert (found[0] if found else None) == (value or None)


@pytest.mark.parametrize("text", ["3月期決算", "may be late", "1,200人", "2019人", "10日間", "24時間"])
def test_what_is_no_date(text):
    language = "en" if text.isascii() else "ja"
    assert not [w for w in FIND[language](text, 0, len(text), date(2019, 6, 3)) if w.day or w.year]


@pytest.mark.parametrize(
    ("echo", "last", "value"),
    [
        (("year", 1), "2019-06", "2020"),
        (("month", 0), "2019-06-03", "2019-06"),
        (("day", 1), "2019-12-31", "2020-01-01"),
        (("day", 1), "2019-12", None),
        (("year", 0), None, None),
    ],
)
def test_dates_that_point_back(echo, last, value):
    assert settle_echo(echo, last) == value


@pytest.mark.parametrize(
    "said",
    [
        "2024-13-01",
        "2024-02-30",
        "yesterday",
        "",
        "24-08-07",
        "2024/08/07",
        "2024",
        "2024-08-07 junk",
        "２０２４-０８-０７",
    ],
)
def test_impossible_publication(said):
    with pytest.raises(DateError, match="YYYY-MM-DD"):
        parse_published(said)


def test_publication_with_a_time_is_cut_to_its_day():
    assert parse_published("2024-08-07T10:00:00Z") == date(2024, 8, 7)


@given(st.text(max_size=60), st.dates(date(1950, 1, 1), date(2090, 1, 1)))
def test_any_text_gives_only_days_that_exist(text, published):
    for find in FIND.values():
        for when in find(text, 0, len(text), published):
            value = settle(when, published, None, None, None)
            if value is not None and len(value) == 10:
                date.fromisoformat(value)


def test_effect_comes_before_announcement():
    text = "北辰電機は3日、佐藤花子常務が7月1日付で社長に就任すると発表した。"
    (claim,) = exeunt.read(text, published="2019-06-03").moves
    assert (claim.date, claim.status) == ("2019-07-01", "planned")
