"""What a sentence foretells: who, at which organisation, does what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from exeunt.errors import InputError
from exeunt.language.data import read_toml
from exeunt.language.text import narrow

Event = Literal["leaves", "returns", "joins", "takes_leave"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that foretells a move."""

    person: str
    organization: str
    event: Event


def statement_of(text: str) -> Statement:
    """The move that a sentence foretells. Raises InputError when it is none of the sentences that are understood.

    >>> statement_of("Greg Brockman returns to OpenAI")
    Statement(person='Greg Brockman', organization='OpenAI', event='returns')
    """
    told = " ".join(narrow(text).split()).rstrip("。.!")
    for event, pattern in _patterns():
        if m := pattern.fullmatch(told):
            return Statement(m["person"].strip(), m["organization"].strip(), event)
    raise InputError(
        f"{text[:60]}: write «PERSON leaves ORGANISATION», or returns to, joins, takes leave from; 「〜が〜に復帰する」でもよい"
    )


@cache
def _patterns() -> tuple[tuple[Event, re.Pattern[str]], ...]:
    found = []
    for language in ("en", "ja"):
        for entry in read_toml(language, "forecasts.toml")["statement"]:
            for pattern in entry["patterns"]:
                filled = pattern.replace("PERSON", "(?P<person>.+?)").replace("ORGANIZATION", "(?P<organization>.+?)")
                found.append((cast(Event, entry["event"]), re.compile(filled, re.IGNORECASE)))
    return tuple(found)
