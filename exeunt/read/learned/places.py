"""Where things stand towards each person of a window: what the heads are told beside the vectors."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from exeunt.read.learned.names import PERSON, Cluster
from exeunt.read.learned.pieces import Pieces, Window

Floats = npt.NDArray[np.float32]

NEAR, FEATURES = 7, 11
_FAR = 10**6
_LONGEST = 100  # pieces of one mention


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """A mention in a window: its first and last place, its cluster and which of the cluster's mentions it is."""

    first: int
    last: int
    cluster: int
    number: int


@dataclass(frozen=True)
class Scene:
    """A window with the persons and organisations in it."""

    window: Window
    persons: list[Placed]
    organizations: list[Placed]


@dataclass(frozen=True)
class Standing:
    """Where every mention of a document stands, by its first piece: pieces, cluster, number and kind."""

    first: list[int]
    rows: list[tuple[list[int], int, int, int]]


def standing(clusters: list[Cluster], cut: Pieces) -> Standing:
    """The pieces of every mention, looked up once for a document."""
    starts = [s for s, _ in cut.spans]
    rows = [
        (tokens, c, number, found.kind)
        for c, found in enumerate(clusters)
        for number, (start, end) in enumerate(found.mentions)
        if (tokens := _tokens(starts, cut, start, end))
    ]
    rows.sort(key=lambda row: row[0][0])
    return Standing([row[0][0] for row in rows], rows)


def scene(window: Window, where: Standing) -> Scene:
    """The mentions that stand in `window`, in order of the text."""
    sides: tuple[list[Placed], list[Placed]] = ([], [])
    head = len(window.headline)
    stretches = [(0, head and window.tokens[head - 1])] if head else []
    stretches.append((window.tokens[head] if head < len(window.tokens) else 0, window.tokens[-1]))
    for low, high in stretches:
        for row in where.rows[bisect_left(where.first, low - _LONGEST) : bisect_right(where.first, high)]:
            tokens, cluster, number, kind = row
            places = window.places(tokens)
            if places is not None:
                sides[kind != PERSON].append(Placed(*places, cluster, number))
    return Scene(window, sorted(set(sides[0])), sorted(set(sides[1])))


def _tokens(starts: list[int], cut: Pieces, start: int, end: int) -> list[int]:
    """Numbers of the pieces that overlap a stretch of the text."""
    low, high = max(0, bisect_right(starts, start) - 2), bisect_left(starts, end)
    return [t for t in range(low, high) if cut.spans[t][0] < cut.spans[t][1] and start < cut.spans[t][1]]


def averaging(placed: list[Placed], places: int) -> Floats:
    """Weights [mentions, places] that average the vectors of each mention."""
    weights = np.zeros((len(placed), places), np.float32)
    for i, m in enumerate(placed):
        weights[i, m.first : m.last + 1] = 1 / (m.last + 1 - m.first)
    return weights


def near(s: Scene) -> Floats:
    """[persons, places, NEAR]: sentence and distance of each place from each person, and whether another is nearer."""
    sentence = s.window.sentence
    first = np.array([p.first for p in s.persons])
    whose = np.array([p.cluster for p in s.persons])
    at = np.arange(len(sentence))
    gap = at[None] - first[:, None]
    far = np.abs(gap)
    other = np.stack([_to_nearest(first[whose != w], at) for w in whose])
    apart = sentence[None] - sentence[first][:, None]
    columns = [
        apart == 0,
        apart == 1,
        apart == -1,
        np.minimum(far, 60) / 60,
        gap > 0,
        other < far,
        np.clip(apart, -6, 6) / 6,
    ]
    return np.stack(columns, -1).astype(np.float32)


def _to_nearest(points: npt.NDArray[np.int64], at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The distance of every place to the nearest of the sorted `points`."""
    if not len(points):
        return np.full(len(at), _FAR)
    right = np.searchsorted(points, at)
    before = np.where(right > 0, at - points[np.maximum(right - 1, 0)], _FAR)
    behind = np.where(right < len(points), points[np.minimum(right, len(points) - 1)] - at, _FAR)
    return np.minimum(before, behind)


def features(s: Scene) -> Floats:
    """[persons, organisations, FEATURES]: where each organisation stands towards each person and in the window."""
    sentence = s.window.sentence
    p = np.array([x.first for x in s.persons])
    o = np.array([x.first for x in s.organizations])
    whose = np.array([x.cluster for x in s.organizations])
    head = np.isin(o, sorted(s.window.headline))
    in_headline = np.isin(whose, whose[head])
    share = np.array([(whose == w).mean() for w in whose])
    lead = whose == whose[np.argmin(o)]
    apart = sentence[p][:, None] - sentence[o][None]
    gap = o[None] - p[:, None]

    def rows(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        return np.broadcast_to(values[None], apart.shape)

    alone = np.full(apart.shape, len(set(whose.tolist())) == 1)
    behind = np.where(apart >= 0, np.minimum(apart, 9), 9) / 9
    columns = [
        apart == 0, apart == -1, np.minimum(np.abs(apart), 8) / 8, np.minimum(np.abs(gap), 80) / 80, gap > 0,
        rows(in_headline), rows(share), rows(lead), behind, alone, rows(head),
    ]  # fmt: skip
    return np.stack(columns, -1).astype(np.float32)


def same_sentence(s: Scene) -> Floats:
    """[organisations, places]: 1 where a place stands in the sentence of the organisation."""
    sentence = s.window.sentence
    o = np.array([x.first for x in s.organizations])
    return np.asarray(sentence[o][:, None] == sentence[None], np.float32)
