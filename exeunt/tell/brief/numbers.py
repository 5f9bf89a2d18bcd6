"""The sentences with figures: where people went, how unusual it is, founders, precedents, what to watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from exeunt.model import Figure
from exeunt.tell.brief.material import Material
from exeunt.tell.brief.sentences import Sentence, best, noted, role_of
from exeunt.tell.brief.words import brief_words, day_of, listed
from exeunt.tell.figures import label_of, note_of, percentage

_UNUSUAL = 0.05  # the chance of so many or more by luck below which it is called unusual
_FOLDED = 24
_READ_WITH = ("quiet", "maybe", "assumed", "named_only", "overdue")
"""Notes of a figure without which its sentence would say too much."""


def _figured(
    f: Figure, text: str, m: Material, said: tuple[float, ...], persons: tuple[str, ...] = ()
) -> Iterator[Sentence]:
    """The sentence of a figure with the notes that must be read with it: a few of its claims in the open, more folded; none where no claim may be cited."""
    there = [c for c in f.evidence if c in m.quotes]
    chosen = best(there, m.quotes, {}, m.language)
    for note in f.notes:
        if note.partition(":")[0] in _READ_WITH:
            text = noted(text, note_of(note, m.language), m.language)
    if chosen:
        rest = tuple(c for c in there if c not in chosen)[:_FOLDED]
        names = tuple(m.names.get(p, p) for p in persons)
        yield Sentence(
            text=text,
            claims=chosen,
            more=rest,
            numbers=said,
            persons=persons,
            names=names,
            figure=f"{f.table}/{f.label}",
        )


def _of(m: Material, table: str, label: str | None = None) -> list[Figure]:
    return [f for f in m.figures if f.table == table and label in (None, f.label)]


def where(m: Material) -> Iterator[Sentence]:
    """Where those who left in the period went, of those of whom it is told."""
    say = brief_words(m.language)["say"]
    for way in m.ways:
        f = way.figure
        if f.value is None or f.low is None or f.high is None:
            continue
        text = say["way"].format(
            other=way.name, n=f.n, of=f.of, share=percentage(f.value), low=percentage(f.low), high=percentage(f.high)
        )
        yield from _figured(f, text, m, (f.n or 0, f.of or 0, f.value, f.low, f.high))


def unusual(m: Material) -> Iterator[Sentence]:
    """Departures against the base rate, said soberly: the busiest month of the period, and the last 90 days."""
    say = brief_words(m.language)["say"]
    for f in _of(m, "expected_by_month"):
        band = {"low": f"{f.low:g}", "high": f"{f.high:g}"}
        yield from _figured(f, say["rate_month"].format(org=m.name, **band), m, (f.low or 0, f.high or 0))
        seen = Counter(e.date[:7] for e in m.left if e.date and len(e.date) >= 7)
        if seen:
            month = min(seen, key=lambda k: (-seen[k], k))
            ids = tuple(dict.fromkeys(c for e in m.left if (e.date or "")[:7] == month for c in e.claims))
            chosen = best(ids, m.quotes, {}, m.language)
            text = say["peak_high" if seen[month] > (f.high or 0) else "peak_low"].format(
                month=day_of(month, m.language), n=seen[month]
            )
            yield Sentence(
                text=text,
                claims=chosen,
                more=tuple(c for c in ids if c not in chosen)[:_FOLDED],
                numbers=(seen[month],),
            )
    yield from _burst(m)


def _burst(m: Material) -> Iterator[Sentence]:
    say = brief_words(m.language)["say"]
    found = {f.label: f for f in _of(m, "burst")}
    seen, expected, chance = found.get("seen"), found.get("expected"), found.get("chance")
    if seen is None:
        return
    silent = next((n.partition(":")[2] for n in seen.notes if n.startswith("not_covered:")), None)
    if silent:
        yield from _figured(seen, say["burst_silent"].format(day=day_of(silent, m.language), org=m.name), m, (90,))
        return
    if expected is None or seen.value is None:
        return
    days = {"since": day_of(seen.since or "", m.language), "until": day_of(seen.until or "", m.language)}
    band = {"low": f"{expected.low:g}", "high": f"{expected.high:g}"}
    key = "burst_zero" if chance is None else "burst_high" if (chance.value or 0) < _UNUSUAL else "burst_low"
    text = say[key].format(n=f"{seen.value:g}", chance=percentage(chance.value or 0) if chance else "", **days, **band)
    yield from _figured(
        seen, text, m, (seen.value, expected.low or 0, expected.high or 0, *([chance.value or 0] if chance else []))
    )


def founders(m: Material) -> Iterator[Sentence]:
    """How many founders remain, of how many, and who."""
    say = brief_words(m.language)["say"]
    for f in _of(m, "founders", "now"):
        names = listed([m.names.get(p, p) for p in f.subjects], m.language)
        more = f.high is not None and f.high > (f.value or 0)
        key = ("founders_more" if names else "founders_unknown") if more else "founders" if names else "founders_none"
        text = say[key].format(of=f.of, n=f"{f.value:g}", names=names, high=f"{f.high or 0:g}")
        yield from _figured(f, text, m, (f.value or 0, f.of or 0, *([f.high or 0] if more else [])), f.subjects)


def precedents(m: Material) -> Iterator[Sentence]:
    """Who is away, how likely a return is by precedents, and how many of these there are."""
    say = brief_words(m.language)["say"]
    for f in _of(m, "away"):
        told = {"name": f.label, "org": m.name, "day": day_of(f.since, m.language) if f.since else "—"}
        text = say["away_until" if f.until else "away"].format(
            until=day_of(f.until, m.language) if f.until else "", **told
        )
        yield from _figured(f, text, m, (), f.subjects)
    for f in _of(m, "odds"):
        if f.value is not None and f.low is not None and f.high is not None:
            share = {"share": percentage(f.value), "low": percentage(f.low), "high": percentage(f.high)}
            yield from _figured(
                f,
                say["odds"].format(name=f.label, n=f.n, of=f.of, **share),
                m,
                (f.value, f.low, f.high, f.n or 0, f.of or 0),
                f.subjects,
            )
    for f in m.leaves:
        if f.table == "chances" and f.label == "returned":
            yield from _figured(f, say["precedents"].format(of=f.of, n=f.n), m, (f.n or 0, f.of or 0))


def watch(m: Material) -> Iterator[Sentence]:
    """Posts whose holder left and for which no document names a successor."""
    say = brief_words(m.language)["say"]
    for f in _of(m, "empty_posts"):
        if f.since and f.subjects:
            name = m.names.get(f.subjects[0], f.detail or "")
            post = _post(f, m)
            text = say["empty"].format(name=name, org=m.name, post=post, day=day_of(f.since, m.language))
            yield from _figured(f, text, m, (), f.subjects)


def _post(f: Figure, m: Material) -> str:
    """The post in the words of the documents where the move is told of here, else by what it amounts to."""
    role = next((role_of(e, m) for e in m.events if e.id in f.moves), None)
    return role or label_of(f.label, m.language, f.table)


def remaining(m: Material) -> str:
    """Founders remaining for the picture: "3/11", "3–6/11" where some were never named; a dash where no document tells."""
    for f in _of(m, "founders", "now"):
        most = f"–{f.high:g}" if f.high is not None and f.high > (f.value or 0) else ""
        return f"{f.value:g}{most}/{f.of}"
    return "—"


def expected(m: Material) -> tuple[float, float] | None:
    """The band in which the departures of a month are expected."""
    found = _of(m, "expected_by_month")
    return (found[0].low or 0, found[0].high or 0) if found else None
