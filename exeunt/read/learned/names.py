"""Mentions from the tagger's probabilities, and which of them name the same person or organisation in one document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from exeunt.language.forms import (
    RENAME,
    bare_organization,
    bare_person,
    honorific,
    parts,
    post,
    same_organization,
    same_person,
    squash,
)
from exeunt.read.learned.pieces import Span

PERSON, ORGANIZATION = 0, 1
_INSIDE = 0.4  # probability from which a piece belongs to a name: what is missed here no later step finds
_LONGEST_WORD = 60  # code points by which a name is made whole at either end
_LONGEST_RENAME = 8  # code points between a name and its other form
_RARE = 3  # a form of an organisation met less often than the commonest one divided by this is not what it is called
_FEW = 200  # names met last that a shorter or longer form is compared with; keeps long texts linear
_OPENING = " 　「『(（\"“'‘、。,.:;・\n)）」』"
_CLOSING = " 　」』\"”'’、。,:;・\n(（「『"
_PARTICLE = re.compile(r"[゠-ヿ㐀-鿿][はがをにもとのへで]$")
_PAIRS = (("(", ")"), ("（", "）"))
_KATAKANA = re.compile(r"[゠-ヿー]")


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A span that names a person or an organisation."""

    start: int
    end: int
    kind: int
    score: float = 1.0


@dataclass
class Cluster:
    """All mentions of one name in a document, the forms in it, and `full`, the span of the one to call it by."""

    kind: int
    full: Span
    top: str
    mentions: list[Span] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def settle(self, text: str) -> None:
        """Choose the longest form that is not rare beside the others: a slip of the tagger is mostly met once."""
        if self.kind == PERSON:
            return
        count = Counter(text[s:e] for s, e in self.mentions)
        most = max(count.values())
        form = max((f for f, n in count.items() if n * _RARE >= most), key=lambda f: (len(squash(f)), -text.find(f)))
        self.full = next((s, e) for s, e in self.mentions if text[s:e] == form)


def decode(probabilities: npt.NDArray[np.float32], spans: list[Span], text: str) -> list[Named]:
    """Mentions from probabilities [pieces, 5] of outside, person (begin, inside), organisation (begin, inside)."""
    found: list[list[float]] = []
    current: list[float] | None = None
    for p, (start, end) in zip(probabilities, spans, strict=True):
        if start == end:
            continue
        mass = (p[1] + p[2], p[3] + p[4])
        kind = PERSON if mass[PERSON] >= mass[ORGANIZATION] else ORGANIZATION
        if mass[kind] < _INSIDE:
            current = None
            continue
        # Two names never stand without anything between them, whatever the tagger says.
        begins = p[1 + 2 * kind] > p[2 + 2 * kind] and not (current is not None and current[1] == start)
        if current is not None and current[2] == kind and not begins:
            current[1], current[3] = end, max(current[3], float(mass[kind]))
        else:
            current = [start, end, kind, float(mass[kind])]
            found.append(current)
    return list(_trimmed(found, text))


def _trimmed(found: list[list[float]], text: str) -> Iterable[Named]:
    last = -1
    for start, end, kind, score in found:
        if start < last:
            continue
        a, b = _whole_words(text, int(start), int(end))
        if a < last:
            continue
        if cut := post(text[a:b]):
            b = a + cut
        if kind == PERSON and (cut := honorific(text[a:b])):
            b = a + cut
        if m := re.search(r"[’']s$", text[a:b]):
            b = a + m.start()
        while a < b and text[a] in _OPENING:
            a += 1
        while b > a and text[b - 1] in _CLOSING:
            b -= 1
        a, b = _balanced(text, a, b)
        if particle := _PARTICLE.search(text, a, b):
            b = particle.start() + 1
        if b > a and (kind == ORGANIZATION or b - a > 1 or not text[a:b].isascii()):
            last = b
            yield Named(a, b, int(kind), score)


def _balanced(text: str, start: int, end: int) -> Span:
    """Without a bracket at the edge that the name does not open or close itself."""
    for opening, closing in _PAIRS:
        name = text[start:end]
        if name.endswith(closing) and opening not in name:
            end -= 1
        elif opening in name and closing not in name:
            end = start + name.index(opening)
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _whole_words(text: str, start: int, end: int) -> Span:
    low, high = start - _LONGEST_WORD, end + _LONGEST_WORD
    while start > low and _inside_word(text, start):
        start -= 1
    while end < high and _inside_word(text, end):
        end += 1
    return start, end


def _inside_word(text: str, at: int) -> bool:
    """Whether a Latin or katakana word goes on across this place."""
    if not 0 < at < len(text):
        return False
    a, b = text[at - 1], text[at]
    if _KATAKANA.match(a) and _KATAKANA.match(b):
        return "・" not in (a, b)
    return a.isalpha() and b.isalpha() and a < "Ͱ" and b < "Ͱ"


def one_sense(text: str, mentions: list[Named]) -> list[Named]:
    """The mentions with one kind for each name: what is mostly taken for a person here is no organisation."""
    weight: dict[str, list[float]] = {}
    for m in mentions:
        weight.setdefault(squash(bare_person(text[m.start : m.end])), [0.0, 0.0])[m.kind] += m.score
    kinds = {name: PERSON if w[PERSON] >= w[ORGANIZATION] else ORGANIZATION for name, w in weight.items()}
    surnames = {
        squash(part)
        for m in mentions
        if m.kind == PERSON and len(found := parts(bare_person(text[m.start : m.end]))) > 1
        for part in (found[-1], found[0])
    }
    for name, w in weight.items():  # a firm may bear a surname, but what is also taken for a person is one here
        if w[PERSON] and name in surnames:
            kinds[name] = PERSON
    return [replace(m, kind=kinds[squash(bare_person(text[m.start : m.end]))]) for m in mentions]


def cluster(text: str, mentions: Iterable[Named]) -> list[Cluster]:
    """Mentions of one name together, in order of their first mention."""
    clusters: list[Cluster] = []
    exact: dict[tuple[int, str], int] = {}
    recent: dict[int, list[int]] = {PERSON: [], ORGANIZATION: []}
    last: int | None = None
    for m in sorted(mentions):
        bare = (bare_person, bare_organization)[m.kind](text[m.start : m.end])
        index = None
        if last is not None and clusters[last].kind == m.kind:
            index = last if _another_form(text, clusters[last].mentions[-1], m) else None
        if index is None:
            index = exact.get((m.kind, squash(bare)))
        if index is None:
            same = (same_person, same_organization)[m.kind]
            index = _related(bare, [(i, clusters[i]) for i in recent[m.kind][-_FEW:]], same)
        if index is None:
            index = len(clusters)
            clusters.append(Cluster(m.kind, (m.start, m.end), bare))
        _join(clusters[index], m, bare, text)
        exact.setdefault((m.kind, squash(bare)), index)
        order = recent[m.kind]
        if index in order[-_FEW:]:
            order.remove(index)
        order.append(index)
        last = index
    for c in clusters:
        c.settle(text)
    return clusters


def is_whole(c: Cluster) -> bool:
    """Whether the name is more than a single character, which is mostly a piece of one."""
    return len(squash(c.top)) > 1


def _another_form(text: str, before: Span, m: Named) -> bool:
    """Whether `m` gives the name before it once more in brackets: 李相勲(イ・サンフン), オルカ(現マリナ)."""
    between = text[before[1] : m.start]
    if len(between) > _LONGEST_RENAME:
        return False
    bare = between.strip() in ("(", "（") and text[m.end : m.end + 1] in (")", "）")
    return bare or RENAME.fullmatch(between) is not None


def _related(bare: str, candidates: list[tuple[int, Cluster]], same: Callable[[str, str], bool]) -> int | None:
    """The cluster met last of which `bare` is a shorter form, else the fullest form of which is shorter."""
    candidates.reverse()
    for i, c in candidates:
        if any(same(bare, name) for name in c.names):
            return i
    return next((i for i, c in candidates if same(c.top, bare)), None)


def _join(c: Cluster, m: Named, bare: str, text: str) -> None:
    c.mentions.append((m.start, m.end))
    if bare not in c.names:
        c.names.append(bare)
    alike = text[m.start : m.end].isascii() == text[slice(*c.full)].isascii()
    if len(squash(bare)) > len(squash(c.top)) and (c.kind == ORGANIZATION or alike):
        c.top, c.full = bare, (m.start, m.end)
