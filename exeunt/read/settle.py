"""From frames to claims: status, source, speaker, dates and evidence, each from cues near the trigger."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date

from exeunt.language.cues import Cue, cues
from exeunt.language.dates import When, settle
from exeunt.language.en import dates as en_dates
from exeunt.language.ja import dates as ja_dates
from exeunt.language.mentions import Mention
from exeunt.language.text import Sentence
from exeunt.model import Claim, Document, Evidence, LanguageCode, Source, Status
from exeunt.read.frames import Discourse, Frame

_DATES = {"ja": ja_dates.find_dates, "en": en_dates.find_dates}
_PAST = {
    "ja": re.compile(r"^(?:し|され|させ|と|に)?(?:まし)?(?:て(?:い|お)|た|って|ており)|^(?:っ|い|ん|け)(?:た|だ)|^だ"),
    "en": re.compile(r""),
}
_NON_PAST = {"ja": re.compile(r"^(?:する|される|させる|すると|します|く|る|へ|、|。|$)"), "en": re.compile(r"$^")}


class Settler:
    """Settles the frames of one document."""

    def __init__(
        self, document: Document, text: str, folded: str, cut: list[Sentence], language: LanguageCode, published: date | None
    ) -> None:
        self.document, self.text, self.folded, self.cut = document, text, folded, cut
        self.language, self.published = language, published
        self.cues = cues(language)
        self.starts = [s.start for s in cut]
        self.warnings: list[str] = []
        head = folded[:400]
        self.voice = self.cues.organization_voice.search(head) is not None or len(self.cues.organization_voice.findall(folded)) >= 2
        self.announced = False
        self.unsettled = 0

    def claims(self, frames: list[Frame], state: Discourse) -> list[tuple[Frame, Claim]]:
        edges: dict[Sentence, set[tuple[int, int]]] = {}
        for frame in frames:
            edges.setdefault(frame.sentence, set()).add((frame.start, frame.end))
        made = [(f, claim) for f in frames if (claim := self._claim(f, edges[f.sentence], state)) is not None]
        if self.unsettled:
            self.warnings.append(
                f"{self.unsettled} relative dates were left open: the day of publication is not known; give it with --published or \"published\""
            )
        return made

    def _claim(self, frame: Frame, edges: set[tuple[int, int]], state: Discourse) -> Claim | None:
        if frame.resolved is None:
            return None
        clause = _clause(frame, edges)
        when, until = self._dates(frame, clause)
        status = self._status(frame, clause, when)
        source = self._source(frame, status)
        inferred = [n for n, yes in (("person", frame.person_inferred), ("organization", frame.organization is None or frame.organization.anaphor)) if yes]
        return Claim(
            person=state.names.person(frame.person.text),
            organization=frame.resolved,
            direction=frame.direction,
            kind=frame.kind,
            role=frame.role.text if frame.role else None,
            counterpart=state.names.organization(frame.counterpart.text) if frame.counterpart and not frame.counterpart.anaphor else None,
            date=when,
            until=until,
            status=status,
            source=source,
            speaker=None,
            inferred=tuple(inferred),
            confidence=0.5,
            evidence=(self._evidence(frame, clause),),
        )

    def _status(self, frame: Frame, clause: tuple[int, int], when: str | None) -> Status:
        s = frame.sentence
        reach = {
            "after": self.folded[frame.end : max(clause[1], min(s.end, frame.end + 14))],
            "before": self.folded[clause[0] : frame.start],
            "clause": self.folded[s.start : s.end],
            "next": self._next(s),
        }
        for cue in self.cues.status:
            if cue.value != "planned" and cue.holds(reach[cue.where]):
                return cue.value  # type: ignore[return-value]
        past = self._past(frame)
        if when is not None and self.published is not None:
            shape = self.published.isoformat()[: len(when)]
            if when > shape:
                return "planned"
            if when < shape:
                return "fact"
        if past:
            return "fact"
        if any(c.value == "planned" and c.holds(reach[c.where]) for c in self.cues.status):
            return "planned"
        return "fact"

    def _past(self, frame: Frame) -> bool:
        return _PAST[self.language].match(self.text[frame.end : frame.end + 8]) is not None if self.language == "ja" else False

    def _next(self, sentence: Sentence) -> str:
        i = bisect_right(self.starts, sentence.start)
        return self.folded[self.cut[i].start : self.cut[i].end] if i < len(self.cut) else ""

    def _source(self, frame: Frame, status: Status) -> Source:
        s = frame.sentence
        words = self.folded[s.start : s.end]
        if frame.table:
            return "organization"
        if self.cues.first_person.search(words) and frame.person_inferred:
            return "self"
        for cue in self.cues.source:
            if cue.holds(words):
                if cue.value == "organization":
                    self.announced = True
                    if self._self_report(frame, words):
                        return "self"
                return cue.value  # type: ignore[return-value]
        if self._self_report(frame, words):
            return "self"
        if self.voice or (self.announced and status == "planned"):
            return "organization"
        return "author"

    def _self_report(self, frame: Frame, words: str) -> bool:
        return frame.person.after in ("は", "が", "も", "subject") and self.cues.self_report.search(words) is not None

    def _dates(self, frame: Frame, clause: tuple[int, int]) -> tuple[str | None, str | None]:
        s = frame.sentence
        found = list(_DATES[self.language](self.folded, s.start, s.end, self.published))
        until = next((w for w in found if w.until and clause[0] <= w.start <= clause[1]), None)
        if frame.date_span is not None:
            found = list(_DATES[self.language](self.folded, *frame.date_span, self.published))
            clause = (0, len(self.text))
            frame.start = max(frame.start, frame.date_span[1])
        choice = self._choose([w for w in found if not w.until], frame, clause)
        wants_until = frame.direction == "pause" or frame.direction == "in"
        return self._value(choice, found, frame), self._value(until, found, frame, True) if until and wants_until else None

    def _choose(self, found: list[When], frame: Frame, clause: tuple[int, int]) -> When | None:
        own = [w for w in found if clause[0] <= w.start < clause[1]]
        before = [w for w in own if w.end <= frame.start]
        effective = [w for w in before if w.effective]
        if effective:
            return effective[-1]
        if before:
            return before[-1]
        after = [w for w in own if w.start >= frame.end]
        if after and (self.language == "en" or after[0].effective):
            return after[0]
        earlier = [w for w in found if w.end <= clause[0]]
        return earlier[-1] if earlier else None

    def _value(self, when: When | None, found: list[When], frame: Frame, until: bool = False) -> str | None:
        if when is None:
            return None
        past = self._past(frame)
        future = True if until else (False if past else (True if when.effective else None))
        context = [w for w in found if w.start < when.start and w.year is not None]
        year = context[-1].year if context and when.month is not None else None
        month_from = [w for w in found if w.start < when.start and w.month is not None]
        month = month_from[-1].month if month_from and when.month is None else None
        if month is not None and year is None and self.published is not None:
            year = self.published.year
        value = settle(when, self.published, future, year, month)
        if value is None and when.relative and self.published is None:
            self.unsettled += 1
        return value

    def _evidence(self, frame: Frame, clause: tuple[int, int]) -> Evidence:
        s = frame.sentence
        spans = [m for m in (frame.person, frame.organization, frame.role) if m is not None and s.start <= m.start < s.end]
        start = min([frame.start, *(m.start for m in spans)])
        end = max([frame.end, *(m.end for m in spans)])
        if self.language == "ja":
            tail = re.compile(r"[ぁ-ん]{0,6}").match(self.text, end, s.end)
            end = tail.end() if tail else end
        return Evidence(start, end, self.document.text[start:end])


def _clause(frame: Frame, edges: set[tuple[int, int]]) -> tuple[int, int]:
    """The stretch of the sentence that belongs to this trigger: from the one before to the one behind."""
    low = max((e for _, e in edges if e <= frame.start), default=frame.sentence.start)
    high = min((s for s, _ in edges if s >= frame.end), default=frame.sentence.end)
    return low, high
