"""The first full day that some words name, in either language."""

from __future__ import annotations

import re

from exeunt.language.dates import exists
from exeunt.language.en.dates import find_dates as english_dates
from exeunt.language.ja.dates import find_dates as japanese_dates
from exeunt.language.text import lower, narrow

_NUMERIC = re.compile(r"(?<![\d/.-])((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d/])")
_LONGEST = 400  # code points looked at


def first_day(text: str) -> str | None:
    """YYYY-MM-DD of the first full date, such as 2024年8月7日, 令和6年8月7日 or "Wed, 7 Aug 2024", or None."""
    text = narrow(text[:_LONGEST])
    folded = lower(text)
    found = [
        (m.start(), f"{int(m[1]):04d}-{int(m[2]):02d}-{int(m[3]):02d}")
        for m in _NUMERIC.finditer(text)
        if exists(int(m[1]), int(m[2]), int(m[3]))
    ]
    for find, words in ((japanese_dates, text), (english_dates, folded)):
        found += [(w.start, v) for w in find(words, 0, len(words), None) if (v := w.value()) and len(v) == 10]
    return min(found)[1] if found else None
