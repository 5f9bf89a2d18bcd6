"""Candidates: each mention of a person as the anchor of events, with the organisations that they may mean."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, get_args

import numpy as np

from exeunt.model import Direction, Kind, Source, Status
from exeunt.read.learned import names
from exeunt.read.learned.names import Cluster, Named
from exeunt.read.learned.pieces import Pieces, Span, Text, Window, pieces, windows
from exeunt.read.learned.places import Floats, Scene, averaging, features, near, same_sentence, scene, standing

DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES: tuple[Status, ...] = get_args(Status)
SOURCES: tuple[Source, ...] = get_args(Source)
KINDS_OF = {"out": slice(0, 8), "in": slice(8, 14), "pause": slice(14, 15)}

_RESTS = 0.25  # weight from which an event rests on a piece, as a share of the highest
_LEAST = 0.05  # probability under which an event is not followed up


class Network(Protocol):
    """What a reader needs of a network."""

    tokenizer: Any

    def encode(self, ids: Sequence[int]) -> tuple[Floats, Floats]:
        """Vectors [n, H] and tag logits [n, 5] of pieces with the marks of beginning and end."""
        ...

    def score(self, vectors: Floats, *arrays: Floats) -> Sequence[Floats]:
        """Logits of moves, organisation, counterpart, trigger, role, date, attributes (places.py has the arrays)."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """One event that may be told at one mention of a person. Spans count in headline and body together.

    `probability` is that of the event, `share` the part of it that falls to this organisation among all in the window.
    """

    person: int
    anchor: Span
    direction: Direction
    organization: int
    mention: Span
    probability: float
    share: float
    counterpart: int | None
    counterpart_probability: float
    trigger: Span
    role: Span | None
    role_probability: float
    date: Span | None
    date_probability: float
    kind: Kind
    status: Status
    source: Source
    certainty: tuple[float, float, float]  # of kind, status and source


def candidates(
    text: Text, network: Network, wanted: Collection[int] | None = None
) -> tuple[list[Cluster], list[Candidate]]:
    """The names in the `wanted` sentences of `text` (all when None) and the events that may be told of them."""
    cut = pieces(network.tokenizer, text.full)
    if not cut.ids:
        return [], []
    seen = windows(text, cut, wanted)
    vectors: list[Floats] = []
    total = np.zeros((len(cut.ids), 5), np.float32)
    for window in seen:
        hidden, tags = network.encode([0, *(cut.ids[t] for t in window.tokens), 2])
        vectors.append(hidden)
        total[window.tokens] += softmax(tags[1:-1])
    mentions = names.decode(total / np.maximum(total.sum(1, keepdims=True), 1e-9), list(cut.spans), text.full)
    clusters = names.cluster(text.full, names.one_sense(text.full, mentions))
    found: list[Candidate] = []
    where = standing(clusters, cut)
    for window, hidden in zip(seen, vectors, strict=True):
        found += _in_window(scene(window, where), hidden, clusters, cut, network)
    return clusters, found


def _in_window(s: Scene, hidden: Floats, clusters: list[Cluster], cut: Pieces, network: Network) -> Iterator[Candidate]:
    if not s.persons or not s.organizations:
        return
    n = len(hidden)
    moves, organization, counterpart, trigger, role, date, attributes = network.score(
        hidden, averaging(s.persons, n), averaging(s.organizations, n), near(s), features(s), same_sentence(s)
    )
    whose = np.array([o.cluster for o in s.organizations])
    for i, person in enumerate(s.persons):
        for d, direction in enumerate(DIRECTIONS):
            probability = float(sigmoid(moves[i, d]))
            if probability < _LEAST:
                continue
            shares, others = softmax(organization[i, d]), sigmoid(counterpart[i, d])
            other = max(set(whose.tolist()), key=lambda c: float(others[whose == c].max()))
            told = {
                "trigger": _quote(softmax(trigger[i, d]), s.window, cut),
                **_pointed("role", sigmoid(role[i, d]), s.window, cut),
                **_pointed("date", sigmoid(date[i, d]), s.window, cut),
                **_attributes(attributes[i, d], direction),
            }
            for c in sorted(set(whose.tolist())):
                at = np.flatnonzero(whose == c)
                best = s.organizations[int(at[np.argmax(shares[at])])]
                share = float(shares[at].sum())
                if share < _LEAST:
                    continue
                rest = other if other != c else None
                yield Candidate(
                    person=person.cluster,
                    anchor=clusters[person.cluster].mentions[person.number],
                    direction=direction,
                    organization=c,
                    mention=clusters[c].mentions[best.number],
                    probability=probability,
                    share=share,
                    counterpart=rest,
                    counterpart_probability=float(others[whose == rest].max()) if rest is not None else 0.0,
                    **told,
                )


def _pointed(name: str, weights: Floats, window: Window, cut: Pieces) -> dict[str, Any]:
    span, probability = _best_run(weights, window, cut)
    return {name: span, f"{name}_probability": probability}


def _quote(weights: Floats, window: Window, cut: Pieces) -> Span:
    """From the first to the last piece that the event rests on, in the sentence of the weightiest."""
    inner = weights[1:-1]
    top = int(np.argmax(inner))
    here = window.sentence[1:-1] == window.sentence[1 + top]
    told = [window.tokens[i] for i in np.flatnonzero(here & (inner >= inner[top] * _RESTS))]
    return cut.spans[told[0]][0], cut.spans[told[-1]][1]


def _best_run(weights: Floats, window: Window, cut: Pieces) -> tuple[Span | None, float]:
    """The stretch of neighbouring pieces around the highest weight, down to half of it."""
    inner = weights[1:-1]
    if not len(inner):
        return None, 0.0
    top = int(np.argmax(inner))
    low, high, least = top, top, float(inner[top]) / 2
    spans = [cut.spans[t] for t in window.tokens]
    while low > 0 and inner[low - 1] >= least and 0 <= spans[low][0] - spans[low - 1][1] <= 1:
        low -= 1
    while high + 1 < len(inner) and inner[high + 1] >= least and 0 <= spans[high + 1][0] - spans[high][1] <= 1:
        high += 1
    return (spans[low][0], spans[high][1]), float(inner[top])


def _attributes(logits: Floats, direction: Direction) -> dict[str, Any]:
    kinds = KINDS_OF[direction]
    k = softmax(logits[kinds])
    s = softmax(logits[len(KINDS) : len(KINDS) + len(STATUSES)])
    q = softmax(logits[len(KINDS) + len(STATUSES) :])
    return {
        "kind": KINDS[kinds][int(k.argmax())],
        "status": STATUSES[int(s.argmax())],
        "source": SOURCES[int(q.argmax())],
        "certainty": (float(k.max()), float(s.max()), float(q.max())),
    }


def softmax(x: Floats) -> Floats:
    e = np.exp(x - x.max(-1, keepdims=True))
    return np.asarray(e / e.sum(-1, keepdims=True), np.float32)


def sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))), np.float32)


def mentions_of(clusters: list[Cluster]) -> list[Named]:
    """All mentions of `clusters`, in order of the text."""
    return sorted(Named(s, e, c.kind) for c in clusters for s, e in c.mentions)
