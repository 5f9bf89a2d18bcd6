"""What is known of some bytes before they are looked at, and what is said of those that became no document."""

from __future__ import annotations

from dataclasses import dataclass, field

from exeunt.model import PublishedFrom

LARGEST = 50_000_000
"""Bytes: no page, file or member of an archive is read beyond this."""


@dataclass(frozen=True)
class Origin:
    """Where bytes came from. `name` stands in messages; what a feed or a header says fills what the bytes leave open.

    `charset` and `media_type` are those of the HTTP header. `published` is (day, who says so).
    """

    name: str
    url: str | None = None
    charset: str | None = None
    media_type: str | None = None
    fetched_at: str | None = None
    title: str | None = None
    outlet: str | None = None
    published: tuple[str, PublishedFrom] | None = None
    id: str | None = None


@dataclass(frozen=True)
class Skipped:
    """Something that became no document, and why."""

    name: str
    reason: str


@dataclass
class Report:
    """What a long run did: documents by media type, what was skipped and why (the first few of each reason)."""

    documents: int = 0
    copies: int = 0
    unchanged: int = 0
    failed: int = 0  # sources that could not be read at all
    skipped: dict[str, list[str]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def skip(self, skipped: Skipped) -> None:
        self._counts[skipped.reason] = self._counts.get(skipped.reason, 0) + 1
        names = self.skipped.setdefault(skipped.reason, [])
        if len(names) < 3:
            names.append(skipped.name)

    def reasons(self) -> list[tuple[str, int, list[str]]]:
        """(reason, how often, examples), the commonest first."""
        rows = [(reason, self._counts[reason], names) for reason, names in self.skipped.items()]
        return sorted(rows, key=lambda row: (-row[1], row[0]))
