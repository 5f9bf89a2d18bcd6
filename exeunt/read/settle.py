"""From frames to claims: status, source, speaker, dates and evidence, each from cues near the trigger."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date, timedelta

from exeunt.language.cues import cues
from exeunt.language.dates import When, settle, settle_echo
from exeunt.language.en import dates as en_dates
from exeunt.language.ja import dates as ja_dates
from exeunt.language.text import Sentence
from exeunt.model import Claim, Document, Evidence, LanguageCode, Source, Status
from exeunt.read.frames import Discourse, Frame
from exeunt.read.warn import warning

_DATES = {"ja": ja_dates.find_dates, "en": en_dates.find_dates}


_NEAR = 40  # code points in front of a trigger in which a negation or an auxiliary bears on it
_FRESH = 60  # days; what happened within them before publication belongs to the news itself
_VOICE = 8  # a "we" in every so many sentences makes a text the organisation's own
_HEADING = 60  # code points; a shorter line may be a heading over the next


class Settler:
    """Settles the frames of one document."""

    def __init__(
        self,
        document: Document,
        text: str,
        folded: str,
        cut: list[Sentence],
        language: LanguageCode,
        published: date | None,
    ) -> None:
        self.document, self.text, self.folded, self.cut = document, text, folded, cut
        self.language, self.published = language, published
        self.cues = cues(language)
        self.starts = [s.start for s in cut]
        self.warnings: list[str] = []
        self.voice = self._organization_speaks()
        self.announced: int | None = None
        self.telling: frozenset[Sentence] = frozenset()
        self.unsettled = 0
        self.dates: dict[tuple[int, int], list[When]] = {}

    def _organization_speaks(self) -> bool:
        """Whether the document is the organisation's own: a notice, a release, an interview with its head."""
        head = (self.document.title or "") + "\n" + self.folded[:400]
        c = self.cues
        if c.organization_voice.search(head) or len(c.organization_voice.findall(self.folded)) > 1:
            return True
        return len(c.collective_voice.findall(self.folded)) * _VOICE > max(len(self.cut), _VOICE * 2)

    def claims(self, frames: list[Frame], state: Discourse) -> list[Claim]:
        edges: dict[Sentence, set[tuple[int, int]]] = {}
        for frame in frames:
            edges.setdefault(frame.sentence, set()).add((frame.start, frame.end))
        self.telling = frozenset(edges)
        made = [claim for f in frames if (claim := self._claim(f, edges[f.sentence], state)) is not None]
        if self.unsettled:
            self.warnings.append(warning("relative", self.language, n=self.unsettled))
        return made

    def _claim(self, frame: Frame, edges: set[tuple[int, int]], state: Discourse) -> Claim | None:
        if frame.resolved is None or self._only_thought(frame):
            return None
        clause = _clause(frame, edges)
        told = frame.told
        when, until, inherited = self._dates(frame, clause)
        if told is not None and told.dated:
            pointed = self._told_date(frame)
            if pointed is not None or told.date is None:
                when, inherited = pointed, False
        status = (told and told.status) or self._status(frame, clause, None if inherited else when)
        if inherited and not self._fits(status, when):
            when, inherited = None, False
        source = (told and told.source) or self._source(frame, status, when)
        inferred = [
            n
            for n, yes in (
                ("person", frame.person_inferred),
                ("organization", frame.organization is None or frame.organization.anaphor),
                ("date", inherited),
            )
            if yes
        ]
        return Claim(
            person=state.names.person(frame.person.text),
            organization=frame.resolved,
            direction=frame.direction,
            kind=frame.kind,
            role=self.document.text[frame.role.start : frame.role.end] if frame.role else None,
            counterpart=state.names.organization(frame.counterpart.text)
            if frame.counterpart and not frame.counterpart.anaphor
            else None,
            date=when,
            until=until,
            status=status,
            source=source,
            speaker=self._speaker(frame, source, state),
            inferred=tuple(inferred),
            confidence=frame.told.confidence if frame.told else 0.5,
            evidence=(self._evidence(frame, clause),),
        )

    def _only_thought(self, frame: Frame) -> bool:
        """Whether the trigger tells a thought ("if she leaves", 辞めるなら) rather than something said to happen."""
        if frame.table or frame.told is not None:
            return False
        s = frame.sentence
        if self.language == "ja" and self._only_quoted(frame):
            return True
        behind = self.folded[frame.end : min(s.end, frame.end + 24)]
        before = self.folded[max(s.start, frame.start - 60) : frame.start]
        return (
            self.cues.thought_behind.search(behind) is not None or self.cues.thought_before.search(before) is not None
        )

    def _only_quoted(self, frame: Frame) -> bool:
        """Whether the person only speaks the word (社長は「辞めるのは簡単だ」と述べた); a plain announcement counts."""
        if not frame.sentence.start <= frame.person.start < frame.start:
            return False
        between = self.folded[frame.person.end : frame.start]
        if between.count("「") <= between.count("」"):
            return False
        return self.cues.announces.match(self.folded, frame.end) is None

    def _fits(self, status: Status, when: str | None) -> bool:
        """Whether a date from outside the sentence can be that of the claim: what is only talked of has none."""
        if status == "planned" and when is not None and self.published is not None:
            return when >= self.published.isoformat()[: len(when)]
        return status in ("fact", "planned")

    def _status(self, frame: Frame, clause: tuple[int, int], when: str | None) -> Status:
        s = frame.sentence
        reach = {
            "after": self.folded[frame.end : max(clause[1], min(s.end, frame.end + 14))],
            "before": self.folded[max(clause[0], frame.start - _NEAR) : frame.start],
            "clause": self.folded[clause[0] : clause[1]],
            "sentence": self.folded[s.start : s.end],
            "head": self.folded[clause[0] : frame.end],
            "next": self._next(s),
        }
        for cue in self.cues.status:
            if cue.value != "planned" and cue.holds(reach[cue.where]):
                return cue.value  # type: ignore[return-value]
        if when is not None and self.published is not None:
            day = self.published.isoformat()[: len(when)]
            if when != day:
                return "planned" if when > day else "fact"
        tense = self._tense(frame)
        if tense is not None:
            return "planned" if tense else "fact"
        if any(c.value == "planned" and c.holds(reach[c.where]) for c in self.cues.status):
            return "planned"
        return "fact"

    def _tense(self, frame: Frame) -> bool | None:
        """True when the trigger tells what is to come, False what has happened, None when it does not tell."""
        c = self.cues
        said = self.folded[frame.start : frame.end]
        if self.language == "ja":
            tail = self.folded[frame.end : frame.end + 10]
            if c.past.match(tail):
                return False
            if c.future.match(tail):
                return True
            if c.past_end.search(said):
                return False
            return True if c.future_end.search(said) and not tail.startswith(("前", "まで")) else None
        head = self.folded[max(frame.sentence.start, frame.start - 32) : frame.start]
        if c.future.search(head) or (c.progressive.search(head) and c.progressive_end.search(said)):
            return True
        return False if c.past.search(head) or c.past_end.search(said) else None

    def _next(self, sentence: Sentence) -> str:
        """The sentence behind, unless it tells a move of its own."""
        i = bisect_right(self.starts, sentence.start)
        if i >= len(self.cut) or self.cut[i] in self.telling:
            return ""
        return self.folded[self.cut[i].start : self.cut[i].end]

    def _source(self, frame: Frame, status: Status, when: str | None) -> Source:
        s = frame.sentence
        words = self.folded[s.start : s.end]
        if frame.table:
            return "organization"
        if frame.by_author:
            return "self"
        for cue in self.cues.source:
            if cue.holds(words):
                if cue.value == "organization":
                    self.announced = s.line
                    if self._self_report(frame, words):
                        return "self"
                return cue.value  # type: ignore[return-value]
        if self._self_report(frame, words):
            return "self"
        if self.voice or (self.announced is not None and self._is_news(status, when)):
            return "organization"
        return "author"

    def _speaker(self, frame: Frame, source: Source, state: Discourse) -> str | None:
        """The name of who says so, where the text tells one."""
        if source == "self":
            return state.names.person(frame.person.text)
        if source == "organization":
            return (state.focus if self.voice else None) or frame.resolved
        if source == "media":
            m = self.cues.outlet.search(self.document.text, frame.sentence.start, frame.sentence.end)
            return m[0] if m else None
        return None

    def _is_news(self, status: Status, when: str | None) -> bool:
        """Whether a claim behind an announcement is part of it rather than background."""
        if status == "planned":
            return True
        return (
            when is not None
            and self.published is not None
            and when >= (self.published - timedelta(days=_FRESH)).isoformat()
        )

    def _self_report(self, frame: Frame, words: str) -> bool:
        return frame.person.after in ("は", "が", "も", "subject") and self.cues.self_report.search(words) is not None

    def _dates(self, frame: Frame, clause: tuple[int, int]) -> tuple[str | None, str | None, bool]:
        """(date, planned end, whether the date was taken from outside the sentence)."""
        s = frame.sentence
        if frame.date_span is not None:
            found = self._dated(*frame.date_span)
            return (found[-1][1] if found else None), None, False
        found = self._dated(s.start, s.end, frame)
        until = next((v for w, v in found if w.until and clause[0] <= w.start <= clause[1]), None)
        starts = [(w, v) for w, v in found if not w.until]
        when = self._choose(starts, frame, clause)
        inherited = None
        if when is None:
            earlier = [v for w, v in starts if w.end <= clause[0]]
            inherited = earlier[-1] if earlier else self._inherited(frame) if not starts else None
        return when or inherited, until if frame.direction != "out" else None, inherited is not None

    def _told_date(self, frame: Frame) -> str | None:
        """The value of the date that a network points at."""
        span = frame.told.date if frame.told else None
        if span is None:
            return None
        i = bisect_right(self.starts, span[0]) - 1
        if i < 0:
            return None
        found = self._dated(self.cut[i].start, self.cut[i].end, frame)
        return next((v for w, v in found if w.start < span[1] and span[0] < w.end and not w.until), None)

    def _dated(
        self, start: int, end: int, frame: Frame | None = None, echoes: bool = True
    ) -> list[tuple[When, str | None]]:
        """The dates of a stretch with their values; each may lean on those before it."""
        found: list[tuple[When, str | None]] = []
        year = month = None
        last: str | None = None
        for when in self._found(start, end):
            if when.echo is not None:
                value = settle_echo(when.echo, last or (self._before(start) if echoes else None))
            else:
                value = settle(
                    when,
                    self.published,
                    self._future(when, frame),
                    year if when.month else None,
                    month if not when.month else None,
                )
            if value is None and when.relative and self.published is None:
                self.unsettled += 1
            found.append((when, value))
            if value is not None and not when.weekday:
                last = value
                year = int(value[:4]) if when.year is not None and not when.relative else year
                month = int(value[5:7]) if len(value) > 5 else month
                if month is not None and year is None and self.published is not None:
                    year = int(value[:4]) if when.month is not None and not when.relative else year
        return found

    def _found(self, start: int, end: int) -> list[When]:
        """The dates of a stretch, looked for once."""
        known = self.dates.get((start, end))
        if known is None:
            known = self.dates[start, end] = list(_DATES[self.language](self.folded, start, end, self.published))
        return known

    def _future(self, when: When, frame: Frame | None) -> bool | None:
        """Whether the date lies ahead: None when nothing tells. A bare day is mostly that of an announcement."""
        if when.until:
            return True
        if frame is not None and frame.told is not None and frame.told.status == "planned":
            return True
        if frame is None or (when.month is None and when.weekday is None and not when.effective):
            return None
        return self._tense(frame)

    def _choose(self, found: list[tuple[When, str | None]], frame: Frame, clause: tuple[int, int]) -> str | None:
        """The date of the frame: marked effective and near before it, else the nearest before, else behind."""
        own = [(w, v) for w, v in found if clause[0] <= w.start < clause[1]]
        if self.language == "en" and own:
            # An English date stands behind its verb more often than before it.
            effective = [(w, v) for w, v in own if w.effective]
            return min(effective or own, key=lambda p: _distance(p[0], frame))[1]
        before = [(w, v) for w, v in own if w.start < frame.end]
        for group in ([(w, v) for w, v in before if w.effective], before):
            if group:
                return group[-1][1]
        after = [(w, v) for w, v in own if w.start >= frame.end]
        if after and after[0][0].effective:
            return after[0][1]
        return None

    def _inherited(self, frame: Frame) -> str | None:
        """The date of the sentences before in the same paragraph, else of the heading over it."""
        i = bisect_right(self.starts, frame.sentence.start) - 1
        line = frame.sentence.line
        for j in range(i - 1, max(-1, i - 4), -1):
            before = self.cut[j]
            if before.line != line and before.end - before.start > _HEADING:
                break
            found = [
                (w, v) for w, v in self._dated(before.start, before.end, echoes=False) if not w.until and v is not None
            ]
            if found:
                return found[-1][1]
        return None

    def _before(self, at: int) -> str | None:
        """The last date told before `at`, two sentences back at most."""
        i = bisect_right(self.starts, at - 1)
        for j in range(i - 1, max(-1, i - 3), -1):
            if self.cut[j].end <= at:
                found = [v for w, v in self._dated(self.cut[j].start, self.cut[j].end, echoes=False) if v]
                if found:
                    return found[-1]
        return None

    def _evidence(self, frame: Frame, clause: tuple[int, int]) -> Evidence:
        s = frame.sentence
        spans = [
            m for m in (frame.person, frame.organization, frame.role) if m is not None and s.start <= m.start < s.end
        ]
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


def _distance(when: When, frame: Frame) -> float:
    """How far a date stands from the trigger, in code points; those in front of it count double."""
    if when.start >= frame.end:
        return when.start - frame.end
    return 0 if when.end > frame.start else 2.0 * (frame.start - when.end)
