"""Annotated documents -> windows with labels for every person mention (the anchor of events) in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import corpus
import numpy as np

from exeunt.language.dates import parse_published, settle
from exeunt.language.en import dates as en_dates
from exeunt.language.forms import bare_organization, bare_person, squash
from exeunt.language.ja import dates as ja_dates
from exeunt.language.text import lower, narrow
from exeunt.read.learned.anchors import DIRECTIONS, KINDS, SOURCES, STATUSES
from exeunt.read.learned.names import ORGANIZATION, PERSON, Cluster, Named, cluster
from exeunt.read.learned.pieces import Pieces, Span, Text, pieces, windows, with_headline
from exeunt.read.learned.places import Scene, features, near, same_sentence, scene, standing

IGNORED = -100
_ROLE_NEAR = 400  # code points between a move's quote and its role


@dataclass
class Event:
    """An annotated move in one window: anchor, direction, right organisations and counterparts, and pieces that tell."""

    anchor: int
    direction: int
    organizations: list[int]
    counterparts: list[int]
    quote: list[int]
    role: list[int] | None
    date: list[int] | None
    attributes: tuple[int, int, int] | None


@dataclass
class Example:
    """One window with everything that is taught in it."""

    id: str
    ids: list[int]
    tags: list[int]
    scene: Scene
    triggers: np.ndarray  # [places, 3] of 0 and 1
    what: np.ndarray  # [places, 2] kind and status of the move whose quote the place stands in
    moves: np.ndarray  # [persons, 3] of 1 moves, 0 does not, -1 not known at this mention
    events: list[Event]
    kept: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Move:
    gold: dict[str, Any]
    direction: int
    clusters: set[int]
    anchor: tuple[int, int]
    organizations: set[int]
    counterparts: set[int]
    quoted: list[int]
    role: list[int] | None
    date: list[int] | None


def examples(document: dict[str, Any], tokenizer: Any, seen: list[Named]) -> list[Example]:
    """The windows of `document`; `seen` are names that a tagger found, candidates beside the annotated ones."""
    text = with_headline(document["text"], document.get("title"), document["language"])
    cut = pieces(tokenizer, text.full)
    names, complete = corpus.annotated_names(document, text.full)
    tags = _tags(cut, names, [] if complete else seen)
    clusters = cluster(text.full, names + [m for m in seen if all(m.end <= n.start or n.end <= m.start for n in names)])
    moves = _moves(document, text, cut, clusters)
    where = standing(clusters, cut)
    return [_example(document["id"], scene(w, where), cut, tags, moves) for w in windows(text, cut)]


def piece_tags(cut: Pieces, names: list[Named]) -> list[int]:
    """Outside, person (begin, inside), organisation (begin, inside) for each piece; empty pieces are ignored."""
    tags = [IGNORED if a == b else 0 for a, b in cut.spans]
    for name in names:
        inside = 0
        for i in _overlapping(cut, name.start, name.end):
            tags[i] = 1 + 2 * name.kind + inside
            inside = 1
    return tags


def _tags(cut: Pieces, names: list[Named], doubtful: list[Named]) -> list[int]:
    tags = piece_tags(cut, names)
    for name in doubtful:
        for i in _overlapping(cut, name.start, name.end):
            tags[i] = IGNORED if tags[i] == 0 else tags[i]
    return tags


def _overlapping(cut: Pieces, start: int, end: int) -> list[int]:
    return [i for i, (a, b) in enumerate(cut.spans) if a < b and a < end and start < b]


def _clusters_of(clusters: list[Cluster], full: str, kind: int, forms: list[str]) -> set[int]:
    """Clusters that are named by one of `forms`; those whose fullest form agrees come alone."""
    bare = (bare_person, bare_organization)[kind]
    wanted = {squash(bare(f)) for f in forms}
    of_kind = [(i, c) for i, c in enumerate(clusters) if c.kind == kind]
    sure = {i for i, c in of_kind if squash(c.top) in wanted}
    return sure or {i for i, c in of_kind if any(squash(bare(full[s:e])) in wanted for s, e in c.mentions)}


def _moves(document: dict[str, Any], text: Text, cut: Pieces, clusters: list[Cluster]) -> list[_Move]:
    dates = _dates(document, text)
    found = []
    for gold in document["moves"]:
        at = document["text"].find(gold["quote"]) if gold.get("quote") else -1
        persons = _clusters_of(clusters, text.full, PERSON, gold["person"])
        if at < 0 or not persons or gold["direction"] not in DIRECTIONS:
            continue
        quote = (at + text.shift, at + text.shift + len(gold["quote"]))
        found.append(
            _Move(
                gold,
                DIRECTIONS.index(gold["direction"]),
                persons,
                _anchor([(c, i) for c in persons for i in range(len(clusters[c].mentions))], clusters, quote, text),
                _clusters_of(clusters, text.full, ORGANIZATION, gold["organization"]),
                _clusters_of(clusters, text.full, ORGANIZATION, gold.get("counterpart") or []),
                _overlapping(cut, *quote),
                _role(text.full, gold.get("role") or [], quote, cut),
                _date(dates, gold.get("date"), quote, cut),
            )
        )
    return found


def _anchor(mentions: list[tuple[int, int]], clusters: list[Cluster], quote: Span, text: Text) -> tuple[int, int]:
    """The mention that carries the event: in the quote, else in its sentence, else the nearest before, else behind."""
    sentence = next(((s, e) for s, e in text.sentences if s <= quote[0] < e), quote)

    def cost(mention: tuple[int, int]) -> tuple[int, int]:
        start, end = clusters[mention[0]].mentions[mention[1]]
        if quote[0] <= start and end <= quote[1]:
            return 0, start
        away = _distance((start, end), quote)
        if sentence[0] <= start < sentence[1]:
            return 1, away
        return (2 if end <= quote[0] else 3), away

    return min(mentions, key=cost)


def _distance(span: Span, quote: Span) -> int:
    if quote[0] - 1 <= span[0] and span[1] <= quote[1] + 1:
        return 0
    return min(abs(span[0] - quote[1]), abs(span[1] - quote[0]))


def _role(full: str, roles: list[str], quote: Span, cut: Pieces) -> list[int] | None:
    """Pieces of the role nearest to the quote; none when the move has no role, None when it is not to be found."""
    if not roles:
        return []
    near_by = [
        (_distance(span, quote), span)
        for form in sorted(roles, key=len, reverse=True)
        for span in corpus.occurrences(full, form)
    ]
    best = min((n for n in near_by if n[0] < _ROLE_NEAR), default=None, key=lambda n: n[0])
    return None if best is None else _overlapping(cut, *best[1])


def _dates(document: dict[str, Any], text: Text) -> list[tuple[Span, set[str | None]]]:
    """The dates of the text with every value that they may have."""
    folded = narrow(text.full)
    finder = ja_dates if document["language"] == "ja" else en_dates
    folded = folded if document["language"] == "ja" else lower(folded)
    published = parse_published(document.get("published"))
    found = []
    for start, end in text.sentences:
        year = month = None
        for when in finder.find_dates(folded, start, end, published):
            values: set[str | None] = set()
            for future in (None, True, False):
                for y in {None, year}:
                    if when.echo is None:
                        values.add(
                            settle(
                                when, published, future, y if when.month else None, month if not when.month else None
                            )
                        )
            if when.year is not None and not when.relative:
                year = when.year
            month = when.month or month
            found.append(((when.start, when.end), values))
    return found


def _date(dates: list[tuple[Span, set[str | None]]], value: str | None, quote: Span, cut: Pieces) -> list[int] | None:
    if not value:
        return []
    right = min(((_distance(s, quote), s) for s, values in dates if value in values), default=None)
    return None if right is None else _overlapping(cut, *right[1])


def _example(name: str, s: Scene, cut: Pieces, tags: list[int], moves: list[_Move]) -> Example:
    tokens, place = s.window.tokens, s.window.place
    count = len(tokens) + 2
    triggers = np.zeros((count, len(DIRECTIONS)), np.float32)
    what = np.full((count, 2), IGNORED, np.int64)
    taught = np.zeros((len(s.persons), len(DIRECTIONS)), np.float32)
    events = []
    for m in moves:
        inside = _places(place, m.quoted) or []
        triggers[inside, m.direction] = 1
        attributes = _attributes(m.gold)
        if attributes:
            what[inside] = attributes[:2]
        for i, p in enumerate(s.persons):
            if p.cluster in m.clusters and taught[i, m.direction] == 0:
                taught[i, m.direction] = -1
        anchor = next((i for i, p in enumerate(s.persons) if (p.cluster, p.number) == m.anchor), None)
        if anchor is None or m.gold.get("optional") or len(inside) * 2 < len(m.quoted):
            continue
        taught[anchor, m.direction] = 1
        right = [j for j, o in enumerate(s.organizations) if o.cluster in m.organizations]
        other = [j for j, o in enumerate(s.organizations) if o.cluster in m.counterparts]
        events.append(
            Event(anchor, m.direction, right, other, inside, _places(place, m.role), _places(place, m.date), attributes)
        )
    ids = [0, *(cut.ids[t] for t in tokens), 2]
    return Example(name, ids, [IGNORED, *(tags[t] for t in tokens), IGNORED], s, triggers, what, taught, events)


def _places(place: dict[int, int], tokens: list[int] | None) -> list[int] | None:
    return None if tokens is None else [place[t] for t in tokens if t in place]


def _attributes(gold: dict[str, Any]) -> tuple[int, int, int] | None:
    if gold["kind"] not in KINDS or gold["status"] not in STATUSES or gold["source"] not in SOURCES:
        return None
    return KINDS.index(gold["kind"]), STATUSES.index(gold["status"]), SOURCES.index(gold["source"])


def place_arrays(s: Scene) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the heads are told of a scene beside the vectors."""
    return near(s), features(s), same_sentence(s)
