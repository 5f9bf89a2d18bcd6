"""The words of a brief: templates, dates, lists and shares in a language."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files

from exeunt.language.detect import JAPANESE
from exeunt.model import LanguageCode


@cache
def _all() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((files("exeunt.tell.brief") / "brief.toml").read_text(encoding="utf-8"))


def brief_words(language: LanguageCode) -> dict[str, dict[str, str]]:
    """Group -> key -> template."""
    return _all()[language]


def day_of(day: str | date, language: LanguageCode) -> str:
    """A date of any precision in words: "5 August 2024", 「2024年8月5日」."""
    w = _all()[language]["words"]
    parts = [int(p) for p in str(day).split("-")]
    name = w["months"].split()[parts[1] - 1] if len(parts) > 1 else ""
    template = w[("year", "month", "day")[len(parts) - 1]]
    return template.format(
        y=parts[0], m=parts[1] if len(parts) > 1 else 0, d=parts[2] if len(parts) > 2 else 0, month=name
    )


def when_of(day: str | None, language: LanguageCode) -> str:
    """A date with its preposition; empty where none is told."""
    if not day:
        return ""
    return _all()[language]["part"]["on" if len(day) == 10 else "in"].format(day=day_of(day, language))


def listed(items: Sequence[str], language: LanguageCode) -> str:
    """ "A, B and C", 「A、B、C」."""
    w = _all()[language]["words"]
    if len(items) < 2:
        return "".join(items)
    return w["list"].join(items[:-1]) + w["last"] + items[-1]


def foreign(text: str, language: LanguageCode) -> bool:
    """Whether an English sentence would hold Japanese words."""
    return language == "en" and bool(JAPANESE.search(text))
