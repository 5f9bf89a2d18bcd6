"""The article: headline, lead, and sections of sentences, in one fixed order; nothing in it that no claim stands behind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from exeunt.tell.brief import numbers
from exeunt.tell.brief.material import Dispute, Event, Material, Quote
from exeunt.tell.brief.sentences import Sentence, best, move_sentences, noted, outlets_of, role_of
from exeunt.tell.brief.words import brief_words, day_of, listed
from exeunt.tell.figures import figure_words, note_of

MONTHS = 36
"""Months that the picture has room for."""
_FOLDED = 24  # claims that stand folded behind a figure at most; the ledger shows the others (exeunt org --why)


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading with sentences under it. `key` names it in every language; `groups` are the sentences with their own smaller heading."""

    key: str
    title: str
    groups: tuple[tuple[str, tuple[Sentence, ...]], ...]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table of everyone."""

    name: str
    what: str
    mark: str
    date: str
    role: str
    other: str
    event: str
    sentence: Sentence


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """All of a brief in one language. `blind` are remarks on the numbers; `quotes` what may be cited."""

    material: Material
    headline: Sentence
    lead: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    rows: tuple[Row, ...]
    blind: tuple[str, ...]

    @property
    def sentences(self) -> list[Sentence]:
        """Every sentence, in the order in which they are read."""
        inside = [s for section in self.sections for _, group in section.groups for s in group]
        return [self.headline, *self.lead, *inside, *(r.sentence for r in self.rows)]


def article_of(m: Material) -> Article:
    """The article that the material bears. A section without a sentence is left out."""
    w = brief_words(m.language)
    made = (
        ("known", _known(m)), ("undated", [("", _told([e for e in m.events if e.standing == "happened" and not e.date], m))]),
        ("disputed", [("", [_dispute(d, m) for d in m.disputes])]),
        ("unsure", [("", _told([e for e in m.events if e.standing in ("unconfirmed", "denied")], m))]),
        ("where", [("", list(numbers.where(m)))]), ("unusual", [("", list(numbers.unusual(m)))]), ("founders", [("", list(numbers.founders(m)))]),
        ("precedents", [("", list(numbers.precedents(m)))]),
        ("watch", [("", [*_told([e for e in m.events if e.standing == "planned"], m), *numbers.watch(m)])]),
    )  # fmt: skip
    sections = [
        Section(key=key, title=w["section"][key], groups=tuple((t, tuple(s)) for t, s in groups if s))
        for key, groups in made if any(s for _, s in groups)
    ]  # fmt: skip
    return Article(
        material=m,
        headline=headline(m),
        lead=tuple(_lead(m)),
        sections=tuple(sections),
        rows=tuple(_rows(m)),
        blind=tuple(_blind(m)),
    )


def headline(m: Material) -> Sentence:
    """How many departures the documents tell of in the period: what the lead and the sections bear out."""
    w = brief_words(m.language)
    kind = "" if m.language == "en" else "label_"
    text = w["say"]["headline"].format(org=m.name, left=counted("left", len(m.left), m), period=period(m, kind))
    return _tallied(text, m, m.left, (len(m.left),))


def counted(what: str, n: int, m: Material) -> str:
    """A number with its word: "no departures", "one departure", "12 departures"."""
    w = brief_words(m.language)["count"]
    return w[f"{what}_none" if not n else f"{what}_one" if n == 1 else what].format(n=n)


def period(m: Material, kind: str = "") -> str:
    """The period in words; `kind` is `label_` for one that stands alone."""
    key = "both" if m.since and m.until else "since" if m.since else "until" if m.until else "all"
    told = {
        "since": day_of(m.since_told or "", m.language) if m.since else "",
        "until": day_of(m.until_told or "", m.language) if m.until else "",
    }
    return brief_words(m.language)["period"][kind + key].format(**told)


def _tallied(text: str, m: Material, events: Sequence[Event], said: tuple[float, ...]) -> Sentence:
    """A sentence with a tally: cited is one claim of each event, the first in the open; for none, all that was looked through."""
    each = [move_sentences(e, m)[0].claims[0] for e in events] or list(m.all_claims)
    chosen = best(each, m.quotes, {}, m.language)
    rest = tuple(c for c in dict.fromkeys(each) if c not in chosen)
    return Sentence(text=text, claims=chosen, more=rest if events else rest[:_FOLDED], numbers=said)


def _lead(m: Material) -> Iterator[Sentence]:
    w = brief_words(m.language)
    kind = "" if m.language == "en" else "label_"
    if not m.left and not m.joined:
        yield _tallied(w["say"]["lead_none"].format(org=m.name, period=period(m, kind)), m, [], (0,))
    else:
        people = len({e.person for e in m.left})
        word = w["count"]["people_one" if people == 1 else "people"].format(n=people)
        text = w["say"]["lead" if m.left else "lead_joined"].format(
            org=m.name,
            left=counted("left", len(m.left), m),
            joined=counted("joined", len(m.joined), m),
            period=period(m, kind),
            people=word,
        )
        assumed = sum(e.assumed for e in (*m.left, *m.joined))
        text = noted(text, note_of(f"assumed:{assumed}", m.language), m.language) if assumed else text
        yield _tallied(text, m, [*m.left, *m.joined], (len(m.left), len(m.joined), *([people] if people else [])))
    latest = max((e for e in m.left if e.date), key=lambda e: (e.date or "", e.id), default=None)
    if latest:
        yield move_sentences(latest, m)[0]
    yield from list(numbers.founders(m))[:1]


def _known(m: Material) -> list[tuple[str, list[Sentence]]]:
    """What happened, month by month; what is known to the year only, before its months."""
    months: dict[str, list[Event]] = defaultdict(list)
    for e in sorted(m.events, key=lambda e: (e.date or "", e.direction != "out", e.name, e.id)):
        if e.standing == "happened" and e.date:
            months[e.date[:7]].append(e)
    return [(day_of(k, m.language), _told(v, m)) for k, v in sorted(months.items())]


def _told(events: Sequence[Event], m: Material) -> list[Sentence]:
    return [s for e in events for s in move_sentences(e, m)]


def _dispute(d: Dispute, m: Material) -> Sentence:
    """Both sides, each with who says so."""
    w = brief_words(m.language)
    sides = [
        w["part"]["side"].format(
            value=_side(d, value, m), outlets=outlets_of(claims, m.quotes, m.language, d.field in ("count", "status"))
        )
        for value, claims in d.sides
    ]
    key = f"disputed_{d.field}"
    if d.field == "count" and d.direction:
        key = f"disputed_count_{d.direction}"
    did = w["say"].get(f"did_{d.direction}", w["say"]["did_out"])
    text = (
        w["say"]
        .get(key, w["say"]["disputed_count"])
        .format(name=d.name or "", org=m.name, did=did, sides=listed(sides, m.language))
    )
    cited = tuple(c for _, claims in d.sides for c in best(claims, m.quotes, {}, m.language, 2))
    rest = tuple(c for _, claims in d.sides for c in claims if c not in cited)
    values = tuple(v for v, _ in d.sides)
    return Sentence(
        text=text, claims=cited, more=rest, persons=(d.person,) if d.person else (), names=(d.name,) if d.name else (),
        kinds=values if d.field == "kind" else (), dates=values if d.field == "date" else (), roles=values if d.field == "role" else (),
        statuses=values if d.field == "status" else (), numbers=tuple(float(v) for v in values) if d.field == "count" else (),
    )  # fmt: skip


def _side(d: Dispute, value: str, m: Material) -> str:
    w = brief_words(m.language)
    if d.field == "date":
        return day_of(value, m.language)
    if d.field in ("kind", "status"):
        return w["kind"][value]
    return w["part"]["number"].format(n=value) if d.field == "count" else value


def _rows(m: Material) -> Iterator[Row]:
    w = brief_words(m.language)
    for e in sorted(m.events, key=lambda e: (e.date or "9999", e.name, e.id)):
        mark = "planned" if e.assumed else e.status
        denied = (
            [w["kind"]["denied"]]
            if e.status != "denied" and any(m.quotes[c].status == "denied" for c in e.claims)
            else []
        )
        marks = ([w["kind"][mark]] if mark != "fact" else []) + denied
        yield Row(
            name=e.name, what=w["kind"][e.kind], mark=listed(marks, m.language), date=day_of(e.date, m.language) if e.date else "—",
            role=role_of(e, m) or "—", other=e.counterpart_name or "—", event=e.id, sentence=_row(e, m),
        )  # fmt: skip


def _row(e: Event, m: Material) -> Sentence:
    """The citations of a row: those of the sentence about the move, its denial among them."""
    told = move_sentences(e, m)
    cited = tuple(dict.fromkeys(c for s in told for c in s.claims))
    role = role_of(e, m)
    needed = [
        c for c in e.claims if role and m.quotes[c].role == role and not any(m.quotes[x].role == role for x in cited)
    ][:1]
    return msgspec.structs.replace(told[0], claims=(*cited, *needed))


def _blind(m: Material) -> Iterator[str]:
    words = figure_words(m.language)
    used = Counter(f.blind for f in m.figures)
    yield from (words["blind"][b] for b in words["blind"] if used[b])  # type: ignore[index]
    if m.undated:
        yield brief_words(m.language)["frame"]["undated"].format(n=m.undated)
    if any("small" in f.notes for f in [*m.figures, *m.leaves]):
        yield note_of("small", m.language)


def months_between(m: Material) -> list[tuple[str, float]]:
    """Month -> departures whose month is told, from the first to the last month of the period, at most the last `MONTHS`."""
    seen = Counter(e.date[:7] for e in m.left if e.date and len(e.date) >= 7)
    if not seen:
        return []
    first = _index(m.since.isoformat() if m.since else min(seen))
    last = _index(min(m.until or m.today, m.today).isoformat() if m.until else max(seen))
    return [(_label(i), float(seen[_label(i)])) for i in range(max(first, last - MONTHS + 1), last + 1)]


def _index(day: str) -> int:
    return int(day[:4]) * 12 + int(day[5:7]) - 1


def _label(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02d}"


def cited(article: Article) -> list[Quote]:
    """Every quote that the article cites, in the order in which they are first cited."""
    ids = dict.fromkeys(c for s in article.sentences for c in (*s.claims, *s.more))
    return [article.material.quotes[c] for c in ids]


def as_of(article: Article) -> date:
    """The day from which it is written."""
    return article.material.today
