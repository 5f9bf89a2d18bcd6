"""What a grammar finds in a sentence, before the document decides what it amounts to."""

from __future__ import annotations

from dataclasses import dataclass, field

from exeunt.language.mentions import Mention, Names, key
from exeunt.language.text import Sentence
from exeunt.model import Direction, Kind, Source, Status


@dataclass(frozen=True, slots=True)
class Told:
    """What a network says of a frame, and how sure that is. What is None it leaves to the rules.

    `date` is the span that gives its date; with `dated` and no span the frame has none.
    """

    confidence: float
    status: Status | None
    source: Source | None
    date: tuple[int, int] | None
    dated: bool


@dataclass
class Frame:
    """One person, one direction, one sentence. What is None no word of the sentence states."""

    sentence: Sentence
    start: int
    end: int
    direction: Direction
    kind: Kind
    person: Mention
    organization: Mention | None = None
    counterpart: Mention | None = None
    role: Mention | None = None
    person_inferred: bool = False
    group: int = 0
    resolved: str | None = None
    table: bool = False
    by_author: bool = False
    date_span: tuple[int, int] | None = None
    told: Told | None = None


@dataclass
class Discourse:
    """What a reader remembers between sentences.

    `focus` is the organisation that the whole document is about,
    `topic` the last one that was a sentence's topic, `paragraph` the one that opened the paragraph at
    hand; `ties` says where a person was last said to belong, and in which line.
    `posts` are the roles that persons carry anywhere, `vacancy` the post that was given up last.
    """

    names: Names
    focus: str | None = None
    topic: str | None = None
    paragraph: tuple[int, str] | None = None
    last: str | None = None
    passage: list[Mention] = field(default_factory=list)
    person: Mention | None = None
    person_at: Sentence | None = None
    author: Mention | None = None
    ties: dict[str, tuple[str, int]] = field(default_factory=dict)
    line: int = 0
    posts: dict[str, Mention] = field(default_factory=dict)
    vacancy: Mention | None = None

    def tie(self, person: str) -> str | None:
        organization, line = self.ties.get(key(self.names.person(person)), (None, -2))
        return organization if self.line - line <= 1 else None

    def remember(self, person: str, organization: str) -> None:
        self.ties[key(self.names.person(person))] = (organization, self.line)

    def organization(self, direction: Direction, person: str) -> str | None:
        """The organisation that a frame without one inherits."""
        tie = self.tie(person)
        if self.paragraph is not None and self.paragraph[0] == self.line:
            return tie if tie and direction != "in" else self.paragraph[1]
        if direction == "in":
            return self.focus or self.topic
        return tie or self.focus or self.topic

    def pointed(self, anaphor: Mention) -> str | None:
        """What 同社 or "the company" points at: the organisation named last before it, else the focus."""
        if not anaphor.text.startswith("同"):
            return self.focus
        before = [m for m in self.passage if m.kind == "organization" and not m.anaphor and m.end <= anaphor.start]
        return self.names.organization(before[-1].text) if before else self.last or self.focus
