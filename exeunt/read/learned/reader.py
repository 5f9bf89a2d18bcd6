"""The learned reader: candidates of the network become frames, and the first reader's code makes claims of them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter

from exeunt.language.dates import publication_day
from exeunt.language.lexicon import Trigger
from exeunt.language.mentions import Mention, Names
from exeunt.language.orders import gives_orders
from exeunt.language.text import Sentence
from exeunt.model import Claim, Document, Kind, LanguageCode
from exeunt.read import tables
from exeunt.read.claims import merge
from exeunt.read.frames import Discourse, Frame, Told
from exeunt.read.learned.anchors import Candidate, Network, candidates
from exeunt.read.learned.confidence import Rules, confidence, followed, values
from exeunt.read.learned.names import Cluster, is_whole
from exeunt.read.learned.pieces import Span, Text, with_headline
from exeunt.read.prepare import Prepared
from exeunt.read.rules import unweighed
from exeunt.read.settle import Settler

_AROUND = 3  # sentences on either side of one with a trigger that the network reads
_OPENING = 4  # sentences at the start that it reads whenever it reads anything
_SURE = 0.5  # probability and share from which an event counts as seen
_AGAIN = 0.8  # probability and share from which a further telling of a move is believed
_PARTICLE = re.compile(r"[゠-ヿ㐀-鿿][のはがをにとで]$")
# Certainty of the network under which the rules decide, chosen on the dev split (docs/evaluation.md).
_SURE_OF = {"kind": 0.9, "status": 0.8, "source": 0.85, "no date": 0.05}
# Probability from which what the network points at is taken, likewise.
_POINTED = {"role": 0.2, "date": 0.2, "counterpart": 0.7}
_SNAP = 3  # code points between what the network points at and the trigger of the lexicon that is meant


def read_learned(
    document: Document, language: LanguageCode, prepared: Prepared, network: Network
) -> tuple[tuple[Claim, ...], list[str]]:
    """The claims of `document`, and warnings about what could not be settled."""
    wanted = _worth_reading(document, prepared)
    if wanted is None:
        return (), []
    text = with_headline(document.text, document.title, language)
    clusters, found = candidates(text, network, _with_headline(wanted, text))
    rules = Rules(unweighed(document, language, prepared))
    reader = _Frames(document, text, prepared, clusters)
    frames = []
    moves = _moves(found)
    seen = Counter((t[0].organization, t[0].direction) for t in moves if _is_seen(t[0]))
    for tellings in moves:
        best = tellings[0]
        if not is_whole(clusters[best.person]) or not is_whole(clusters[best.organization]):
            continue
        agreement = rules.agreement(clusters[best.person], clusters[best.organization], best.direction)
        others = seen[best.organization, best.direction] - _is_seen(best)
        sure = confidence(values(tellings, agreement, others), language)
        if sure >= followed():
            frames += [f for c in _told(tellings) if (f := reader.frame(c, sure)) is not None]
    settler = Settler(
        document, prepared.text, prepared.folded, prepared.cut, language, publication_day(document.published)
    )
    frames.sort(key=lambda f: f.start)
    claims = merge(settler.claims(frames, Discourse(Names())))
    return claims, settler.warnings


def _worth_reading(document: Document, prepared: Prepared) -> set[int] | None:
    """Numbers of the sentences of the body around triggers, and of those that tell what the text is about.

    None when no trigger stands in it: then it tells no move.
    """
    starts = [s.start for s in prepared.cut]
    at = {bisect_right(starts, t.start) - 1 for t in prepared.triggers}
    if prepared.language == "ja" and tables.is_personnel(prepared.text, document.title or ""):
        return set(range(len(starts)))
    if not at:
        return None
    around = {j for i in at for j in range(i - _AROUND, i + _AROUND + 1)}
    return (around | set(range(_OPENING)) | {len(starts) - 1}) & set(range(len(starts)))


def _with_headline(wanted: set[int], text: Text) -> set[int]:
    """The same sentences, counted in headline and body together."""
    before = sum(end <= text.shift for _, end in text.sentences)
    return set(range(before)) | {i + before for i in wanted}


def _moves(found: list[Candidate]) -> list[list[Candidate]]:
    """The candidates of each person, organisation and direction, the best first."""
    groups: dict[tuple[int, int, str], list[Candidate]] = {}
    for c in found:
        groups.setdefault((c.person, c.organization, c.direction), []).append(c)
    moves = [sorted(g, key=lambda c: -_weight(c)) for g in groups.values()]
    ties: dict[tuple[int, int], list[Candidate]] = {}
    for tellings in moves:
        ties.setdefault((tellings[0].person, tellings[0].organization), []).append(tellings[0])
    return [t for t in moves if not any(_outweighs(c, t[0]) for c in ties[t[0].person, t[0].organization])]


def _weight(c: Candidate) -> float:
    return c.probability * c.share


def _outweighs(other: Candidate, c: Candidate) -> bool:
    """Whether the same words tell more surely that the person goes the other way: they cannot tell both."""
    apart = other.trigger[1] <= c.trigger[0] or c.trigger[1] <= other.trigger[0]
    return other.direction != c.direction and not apart and other.anchor == c.anchor and _weight(other) > _weight(c)


def _is_seen(c: Candidate) -> bool:
    return c.probability >= _SURE and c.share >= _SURE


def _told(tellings: list[Candidate]) -> list[Candidate]:
    """The best telling, and what else is told as surely."""
    return [c for i, c in enumerate(tellings) if not i or min(c.probability, c.share) >= _AGAIN]


class _Frames:
    """Turns the candidates of one document into frames."""

    def __init__(self, document: Document, text: Text, prepared: Prepared, clusters: list[Cluster]) -> None:
        self.text, self.prepared, self.clusters = text, prepared, clusters
        self.shift, self.body = text.shift, document.text
        self.starts = [s.start for s in prepared.cut]
        self.triggers = prepared.triggers
        self.at = [t.start for t in self.triggers]

    def frame(self, c: Candidate, sure: float) -> Frame | None:
        """None when the candidate is told in the headline alone, which is no part of the text, or as an order."""
        start, end = self._snapped(self._body(c.trigger) or (-1, -1))
        sentence = self._sentence(start)
        if sentence is None or gives_orders(sentence.of(self.body)):
            return None
        person = self._named("person", c.person, c.anchor)
        return Frame(
            sentence=sentence,
            start=start,
            end=min(end, sentence.end),
            direction=c.direction,
            kind=self._kind(c, start, end),
            person=person,
            organization=self._within(sentence, self._named("organization", c.organization, c.mention)),
            person_inferred=self._within(sentence, person) is None,
            counterpart=self._counterpart(c),
            role=self._role(c),
            resolved=self._full(c.organization),
            told=self._told(c, sure),
        )

    def _told(self, c: Candidate, sure: float) -> Told:
        """What the network is sure of; the rest is left to the rules."""
        _, status, source = c.certainty
        pointed = c.date_probability >= _POINTED["date"]
        return Told(
            confidence=sure,
            status=c.status if status >= _SURE_OF["status"] else None,
            source=c.source if source >= _SURE_OF["source"] else None,
            date=self._body(c.date) if pointed else None,
            dated=pointed or c.date_probability < _SURE_OF["no date"],
        )

    def _kind(self, c: Candidate, start: int, end: int) -> Kind:
        """The network's kind, or where it doubts that of the trigger that it points at."""
        if c.certainty[0] >= _SURE_OF["kind"]:
            return c.kind
        here = (t for t in self.triggers[bisect_left(self.at, start) :] if (t.start, t.end) == (start, end))
        events = next(here, None)
        kinds = [k for d, k in events.rule.events if d == c.direction] if events else []
        return kinds[0] if kinds else c.kind

    def _body(self, span: Span | None) -> Span | None:
        """A span of headline and body, in the body."""
        if span is None or span[0] < self.shift:
            return None
        return span[0] - self.shift, span[1] - self.shift

    def _snapped(self, span: Span) -> Span:
        """The trigger of the lexicon that the network points at, else what it points at."""
        i = bisect_right(self.at, span[1] + _SNAP)
        near: list[Trigger] = [t for t in self.triggers[max(0, i - 4) : i] if t.end + _SNAP >= span[0]]
        best = min(near, default=None, key=lambda t: abs(t.start - span[0]) + abs(t.end - span[1]))
        return (best.start, best.end) if best is not None else span

    def _sentence(self, at: int) -> Sentence | None:
        i = bisect_right(self.starts, at) - 1
        return self.prepared.cut[i] if at >= 0 and i >= 0 else None

    @staticmethod
    def _within(sentence: Sentence, mention: Mention) -> Mention | None:
        """The mention, unless it stands in another sentence: then it is inferred."""
        return mention if sentence.start <= mention.start < sentence.end else None

    def _full(self, cluster: int) -> str:
        return self.text.full[slice(*self.clusters[cluster].full)]

    def _named(self, kind: str, cluster: int, span: Span) -> Mention:
        """A mention under its fullest form; where it stands in the headline it has no place in the body."""
        start, end = self._body(span) or (-1, -1)
        return Mention(kind, start, end, self._full(cluster))  # type: ignore[arg-type]

    def _counterpart(self, c: Candidate) -> Mention | None:
        if c.counterpart is None or c.counterpart_probability < _POINTED["counterpart"]:
            return None
        return self._named("organization", c.counterpart, self.clusters[c.counterpart].mentions[0])

    def _role(self, c: Candidate) -> Mention | None:
        span = self._body(c.role) if c.role_probability >= _POINTED["role"] else None
        if span is None:
            return None
        start, end = span
        end -= _PARTICLE.search(self.body, start, end) is not None
        return Mention("role", start, end, self.body[start:end])
