"""What of an answer the text bears out. Everything else is dropped and counted by its reason."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import get_args

from exeunt.language.dates import publication_day, settle
from exeunt.language.en import dates as en_dates
from exeunt.language.forms import only_points, squash
from exeunt.language.ja import dates as ja_dates
from exeunt.language.orders import gives_orders
from exeunt.model import Claim, Document, Evidence, Kind
from exeunt.read.endpoint.answer import Said
from exeunt.read.endpoint.passages import Passage, shown
from exeunt.read.prepare import Prepared

_KINDS: tuple[str, ...] = get_args(Kind)
_OF = {"out": _KINDS[:8], "in": _KINDS[8:14], "pause": _KINDS[14:]}
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_CONFIDENCE = 0.5  # nothing has measured the model that was asked
_SHORTEST_QUOTE = 2  # letters; 退任 tells something, "J" does not
_LONGEST_NAME = 80  # code points
_FEW = 20  # places of one quote that are looked at
_NEAR_PERSON = 4  # sentences around a quote in which its person is looked for
_WORDS = (re.compile(r"[A-Za-z0-9À-ɏ]"), re.compile(r"[゠-ヺー-ヿ]"))  # ・ parts words
_NEAR_DATES = 1  # sentences around a quote in which its dates may stand


def stands(name: str, text: str) -> bool:
    """Whether `name` stands in `text` as a whole name, not inside a longer Latin or katakana word."""
    name = name.strip()
    if not 1 < len(name) <= _LONGEST_NAME:
        return False
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not (_goes_on(text, at) or _goes_on(text, end)):
            return True
        at = text.find(name, at + 1)
    return False


def _goes_on(text: str, at: int) -> bool:
    return 0 < at < len(text) and any(p.match(text[at - 1]) and p.match(text[at]) for p in _WORDS)


@dataclass
class Verifier:
    """Verifies the answers to the passages of one document. `dropped` counts by reason."""

    document: Document
    prepared: Prepared
    reader: str
    dropped: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._starts = [s.start for s in self.prepared.cut]
        self._orders = [gives_orders(s.of(self.prepared.text)) for s in self.prepared.cut]

    def claim(self, said: Said, passage: Passage) -> Claim | None:
        """A claim, or None when the text does not bear `said` out."""
        text = self._shown(passage)
        quote = self._quote(said, passage)
        reason = self._refused(said, quote, text)
        if reason or quote is None:
            self.dropped[reason or "quote"] += 1
            return None
        role, counterpart = (v if v and stands(v, text) else None for v in (said.role, said.counterpart))
        self.dropped["role or counterpart"] += (role != (said.role or None)) + (
            counterpart != (said.counterpart or None)
        )
        values = self._values(quote)
        day = (self.document.published or "")[:10]
        return Claim(
            person=said.person.strip(),
            organization=said.organization.strip(),
            direction=said.direction,
            kind=said.kind,
            role=role,
            counterpart=counterpart,
            date=self._checked(said.date, values | {day[:n] for n in (4, 7, 10) if day}),
            until=self._checked(said.until, values) if said.direction != "out" else None,
            status=said.status,
            source=said.source,
            speaker=None,
            inferred=(),
            confidence=_CONFIDENCE,
            evidence=(Evidence(*quote, self.document.text[slice(*quote)]),),
            reader=self.reader,
        )

    def _refused(self, said: Said, quote: tuple[int, int] | None, text: str) -> str | None:
        if quote is None:
            return "quote"
        if said.kind not in _OF[said.direction]:
            return "kind"
        if not stands(said.person, text) or not stands(said.organization, text):
            return "name"
        if only_points(said.organization) or squash(said.person) == squash(said.organization):
            return "name"
        return "order" if any(self._orders[i] for i in self._sentences(quote, 1)) else None

    def _shown(self, passage: Passage) -> str:
        """Everything that the model was shown, but for what gives it orders."""
        parts = shown(self.document, passage)
        headline = parts["headline"] or ""
        stretches = ((0, len(parts["opening"] or "")), (passage.start, passage.end))
        told = [
            s.of(self.document.text)
            for s, ordered in zip(self.prepared.cut, self._orders, strict=True)
            if not ordered and any(start <= s.start < end for start, end in stretches)
        ]
        return "\n".join(("" if gives_orders(headline) else headline, *told))

    def _quote(self, said: Said, passage: Passage) -> tuple[int, int] | None:
        """Where the quote stands, letter for letter: of several places the one nearest to the person."""
        quote, text = said.quote.strip(), self.document.text
        if len(re.findall(r"\w", quote)) < _SHORTEST_QUOTE:
            return None
        places: list[tuple[int, int]] = []
        at = text.find(quote, passage.start, passage.end)
        while at >= 0 and len(places) < _FEW:
            places.append((at, at + len(quote)))
            at = text.find(quote, at + 1, passage.end)
        return min(places, default=None, key=lambda place: self._away(said.person, place))

    def _away(self, person: str, place: tuple[int, int]) -> int:
        """How many sentences lie between a place and the nearest mention of the person; many without one."""
        for around in range(_NEAR_PERSON):
            sentences = self._sentences(place, around)
            if any(stands(person, self.prepared.cut[i].of(self.document.text)) for i in sentences):
                return around
        return _NEAR_PERSON

    def _sentences(self, quote: tuple[int, int], around: int) -> range:
        first = max(0, bisect_right(self._starts, quote[0]) - 1)
        last = max(first, bisect_right(self._starts, quote[1] - 1) - 1)
        return range(max(0, first - around), min(len(self._starts), last + around + 1))

    def _values(self, quote: tuple[int, int]) -> set[str]:
        """Every value that the dates in and beside the quote's sentence may have, at each coarser precision too."""
        published = publication_day(self.document.published)
        finder = ja_dates if self.prepared.language == "ja" else en_dates
        values: set[str] = set()
        for i in self._sentences(quote, _NEAR_DATES):
            s = self.prepared.cut[i]
            for when in finder.find_dates(self.prepared.folded, s.start, s.end, published):
                if when.echo is None:
                    settled = (settle(when, published, future, None, None) for future in (None, True, False))
                    values.update(v for v in settled if v)
        return values | {v[:n] for v in values for n in (4, 7) if len(v) > n}

    def _checked(self, value: str | None, values: set[str]) -> str | None:
        if not value:
            return None
        if _DATE.fullmatch(value) and value in values:
            return value
        self.dropped["date"] += 1
        return None
