"""What of an answer the text bears out. Everything else is dropped and counted by its reason."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import get_args

from exeunt.language.dates import parse_published, settle
from exeunt.language.en import dates as en_dates
from exeunt.language.forms import only_points, squash
from exeunt.language.ja import dates as ja_dates
from exeunt.language.orders import gives_orders
from exeunt.model import Claim, Document, Evidence, Kind
from exeunt.read.endpoint.answer import Said
from exeunt.read.endpoint.passages import Passage
from exeunt.read.prepare import Prepared

_KINDS: tuple[str, ...] = get_args(Kind)
_OF = {"out": _KINDS[:8], "in": _KINDS[8:14], "pause": _KINDS[14:]}
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_CONFIDENCE = 0.5  # nothing has measured the model that was asked
_NEAR_DATES = 1  # sentences around a quote in which its dates may stand


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
        quote = self._quote(said.quote, passage)
        reason = self._refused(said, quote, passage)
        if reason or quote is None:
            self.dropped[reason or "quote"] += 1
            return None
        shown = self._shown(passage)
        role, counterpart = (v if v and self._stands(v, shown) else None for v in (said.role, said.counterpart))
        self.dropped["role or counterpart"] += (role != (said.role or None)) + (
            counterpart != (said.counterpart or None)
        )
        values = self._values(quote)
        return Claim(
            person=said.person.strip(),
            organization=said.organization.strip(),
            direction=said.direction,
            kind=said.kind,
            role=role,
            counterpart=counterpart,
            date=self._checked(said.date, values),
            until=self._checked(said.until, values) if said.direction != "out" else None,
            status=said.status,
            source=said.source,
            speaker=None,
            inferred=(),
            confidence=_CONFIDENCE,
            evidence=(Evidence(*quote, self.document.text[slice(*quote)]),),
            reader=self.reader,
        )

    def _refused(self, said: Said, quote: tuple[int, int] | None, passage: Passage) -> str | None:
        if quote is None:
            return "quote"
        if said.kind not in _OF[said.direction]:
            return "kind"
        shown = self._shown(passage)
        if not self._stands(said.person, shown) or not self._stands(said.organization, shown):
            return "name"
        if only_points(said.organization) or squash(said.person) == squash(said.organization):
            return "name"
        return "order" if self._ordered(quote) else None

    def _shown(self, passage: Passage) -> str:
        """Everything that the model was shown."""
        opening = self.document.text[: min(passage.opening, passage.start)]
        return "\n".join((self.document.title or "", opening, self.document.text[passage.start : passage.end]))

    @staticmethod
    def _stands(name: str, shown: str) -> bool:
        name = name.strip()
        return len(name) > 1 and name in shown

    def _quote(self, quote: str, passage: Passage) -> tuple[int, int] | None:
        """Where the quote stands, letter for letter, in the passage."""
        quote = quote.strip()
        at = self.document.text.find(quote, passage.start, passage.end) if quote else -1
        return (at, at + len(quote)) if at >= 0 else None

    def _sentences(self, quote: tuple[int, int], around: int) -> range:
        first = max(0, bisect_right(self._starts, quote[0]) - 1)
        last = max(first, bisect_right(self._starts, quote[1] - 1) - 1)
        return range(max(0, first - around), min(len(self._starts), last + around + 1))

    def _ordered(self, quote: tuple[int, int]) -> bool:
        """Whether the quote stands in or beside a sentence that speaks to the machine."""
        return any(self._orders[i] for i in self._sentences(quote, 1))

    def _values(self, quote: tuple[int, int]) -> set[str]:
        """Every value that the dates in and beside the quote's sentence may have, at each coarser precision too."""
        published = parse_published(self.document.published)
        finder = ja_dates if self.prepared.language == "ja" else en_dates
        values = {published.isoformat()} if published else set()
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
