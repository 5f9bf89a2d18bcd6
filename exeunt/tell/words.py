"""The words of tables and pages in the language of the document."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from exeunt.model import Claim, Disagreement, LanguageCode


@cache
def _all_words() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("exeunt.tell") / "words.toml").read_text(encoding="utf-8"))


def words(language: LanguageCode | None) -> dict[str, str]:
    """Key -> wording. English where the language is not known."""
    return _all_words()[language or "en"]


def who_says(claim: Claim, w: dict[str, str]) -> str:
    """Who says so: the speaker's name where there is one, else the sort of source."""
    return claim.speaker or {"author": w["author"], "unnamed": w["unnamed"]}.get(claim.source, claim.source)


def other_side(claim: Claim, w: dict[str, str]) -> str:
    """The other organisation of a transition in words: "for Acme", "from Acme"; empty where none is told."""
    if not claim.counterpart:
        return ""
    return w["from" if claim.direction == "in" else "to"].format(counterpart=claim.counterpart)


def when(claim: Claim, w: dict[str, str]) -> str:
    """The date and the planned end, as far as they are known."""
    parts = [claim.date or ""] + ([w["until"].format(until=claim.until)] if claim.until else [])
    return " ".join(p for p in parts if p) or "—"


def doubt(d: Disagreement, w: dict[str, str]) -> str:
    """A difference between two readers in words; `until` is told as the date that it is."""
    readings = ", ".join(f"{reader}: {w.get(value or '', value or '—')}" for reader, value in d.readings.items())
    field = w["date" if d.field == "until" else d.field]
    return w["differ"].format(person=d.person, organization=d.organization, field=field.lower(), readings=readings)


# Control characters, and marks that turn the direction of writing: they could steer the reader's terminal.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` without what could steer a terminal or cannot be written."""
    return _UNSAFE.sub("\ufffd", text)
