"""Sentences that speak to the machine that reads them."""

from __future__ import annotations

import re
from functools import cache

from exeunt.language.data import alternatives, read_toml
from exeunt.language.text import lower, narrow


@cache
def _words() -> re.Pattern[str]:
    """Both languages' words: an order need not be in the language of the text."""
    words = (alternatives(lower(w) for w in read_toml(code, "orders.toml")["words"]) for code in ("ja", "en"))
    return re.compile("{}|(?<![a-z])(?:{})(?![a-z])".format(*words))


def gives_orders(sentence: str) -> bool:
    """Whether `sentence` tells a machine what to answer rather than a reader what has happened."""
    return _words().search(lower(narrow(sentence))) is not None
