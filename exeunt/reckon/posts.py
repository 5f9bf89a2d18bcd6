"""Seats: who followed whom, which stand empty since when, and which teams lost their named leads."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from exeunt.language.dates import shifted
from exeunt.language.posts import Post
from exeunt.model import Figure
from exeunt.reckon.chance import share
from exeunt.reckon.counted import Counted
from exeunt.reckon.facts import Facts
from exeunt.reckon.figure import SMALL, evidence_of, figure
from exeunt.reckon.spells import Spell

_EARLY, _LATE = 92, 730  # days before and after a departure within which a new holder counts as the successor
_VAGUE = 366  # days that a date can span


class _Holders:
    """Who took which seat when, and who gave what up: looked up by seat and by person."""

    def __init__(self, facts: Facts) -> None:
        self.comings: dict[str, list[Counted]] = defaultdict(list)
        self.endings: dict[str, list[Counted]] = defaultdict(list)
        self.own: dict[tuple[str, str], list[date]] = defaultdict(list)
        self.undated: dict[str, list[Counted]] = defaultdict(list)
        for m in facts.happened:
            if m.direction != "out" and m.post.seat and m.first and m.last:
                self.comings[m.post.seat].append(m)
                self.own[m.person, m.post.seat].append(m.first)
            elif m.direction != "out" and m.post.seat:
                self.undated[m.post.seat].append(m)
            elif m.direction == "out" and m.last:
                self.endings[m.person].append(m)
        for seat, group in self.comings.items():
            self.comings[seat] = sorted(group, key=_begins)
        self.present = {s.person for s in facts.spells if s.open}

    def follower(self, m: Counted, post: Post) -> Counted | None:
        """The other person who took the seat nearest to its being given up: within two years after, else just before."""
        assert m.first is not None and m.last is not None and post.seat is not None
        own = max((d for d in self.own.get((m.person, post.seat), ()) if d <= m.last), default=date.min)
        since, until = max(own, shifted(m.first, -_EARLY)), shifted(m.last, _LATE)
        early: Counted | None = None
        for c in self._near(post.seat, since, until):
            assert c.first is not None and c.last is not None
            if (
                c.direction != "in"
                or c.person == m.person
                or c.last < since
                or not c.post.same_seat(post)
                or self._gone_before(c, m)
            ):
                continue
            if c.last >= m.first:
                return c
            early = c
        return early

    def _near(self, seat: str, since: date, until: date) -> Iterator[Counted]:
        """Those who took a seat between two days, in order; vague dates included."""
        group = self.comings.get(seat, [])
        for c in group[bisect_left(group, shifted(since, -_VAGUE), key=lambda c: c.first or date.max) :]:
            if c.first and c.first > until:
                return
            yield c

    def _gone_before(self, c: Counted, m: Counted) -> bool:
        """Whether somebody had given the seat up again before it was vacated by `m`."""
        return any(
            o.last and m.first and o.last <= m.first and c.first and c.first <= o.last
            for o in self.endings.get(c.person, ())
            if o.departs or o.post.same_seat(c.post)
        )

    def taken_between(self, post: Counted, end: date) -> bool:
        """Whether another took the seat after `post` and before `end`: then it had been given up before."""
        assert post.post.seat is not None and post.last is not None
        return any(
            c.person != post.person and c.first and c.first >= (post.last or date.min) and c.post.same_seat(post.post)
            for c in self._near(post.post.seat, post.last, end)
        )

    def held(self, m: Counted, post: Post) -> bool:
        """Whether such a post is held: the last who is known to have taken it is there (and is not who gave it up), or somebody took it on a day that
        nobody tells.
        """
        seat = post.seat or ""
        taken = [c for c in self.comings.get(seat, ()) if c.post.same_seat(post)]
        if any(c.person in self.present and c.post.same_seat(post) for c in self.undated.get(seat, ())):
            return True
        if not taken:
            return False
        c = taken[-1]
        return c.person in self.present and (c.person != m.person or bool(c.first and m.last and c.first >= m.last))


def _begins(c: Counted) -> tuple[date, bool, str]:
    return c.first or date.max, c.post.interim, c.id


def seats(facts: Facts, most: int) -> Iterator[Figure]:
    """`successions`: days between one holder and the next of a seat that is told in the same words. `empty_posts`: days that a seat has stood
    empty, as far as is known, since it was last given up. The latest `most`.
    """
    holders = _Holders(facts)
    vacated = sorted(_vacated(facts, holders), key=lambda v: (v[1].first or date.max, v[1].id))
    last = {(post.seat, post.unit): m.id for post, m in vacated}
    for post, m in vacated[-most:]:
        follower = holders.follower(m, post)
        if follower:
            yield _succession(post, m, follower, facts)
        elif last[post.seat, post.unit] == m.id and not holders.held(m, post) and (post.level != "head" or post.unit):
            yield _empty(post, m, facts)


def _vacated(facts: Facts, holders: _Holders) -> Iterator[tuple[Post, Counted]]:
    """Seats given up, with the move that gave them up: by its own words, else what the person was last said to hold."""
    given: set[tuple[str, str | None]] = set()
    for m in facts.happened:
        if m.direction == "out" and m.post.seat and m.last:
            given.add((m.person, m.post.seat))
            yield m.post, m
    for s in facts.spells:
        if s.ended is None or not s.ended.last:
            continue
        for p in s.posts:
            if not (p.post.seat and p.direction == "in" and p.first) or (s.person, p.post.seat) in given:
                continue
            if not _moved_on(p, s) and not holders.taken_between(p, s.ended.last):
                given.add((s.person, p.post.seat))
                yield p.post, s.ended


def _moved_on(post: Counted, spell: Spell) -> bool:
    """Whether the person took another seat there later: then this one had been left before."""
    mine = post.first
    return mine is not None and any(
        o.first is not None and o.first > mine and o.post.seat and not o.post.same_seat(post.post)
        for o in spell.posts
        if o.direction == "in"
    )


def _label(post: Post) -> str:
    seat = "head_of" if post.seat == "head" else str(post.seat)
    return f"{seat}/{post.unit}" if post.unit else seat


def _succession(post: Post, m: Counted, follower: Counted, facts: Facts) -> Figure:
    assert m.middle and follower.middle
    found = figure(
        "successions", _label(post), (follower.middle - m.middle).days, "days", [m, follower], "named", n=1, since=m.date, until=follower.date,
        subjects=(m.person, follower.person), notes=("interim",) if follower.post.interim else (),
        detail=f"{facts.name(m.person)} → {facts.name(follower.person)}",
    )  # fmt: skip
    assert found
    return found


def _empty(post: Post, m: Counted, facts: Facts) -> Figure:
    assert m.middle
    notes = [n for n in ("joint", "interim") if getattr(post, n)]
    found = figure(
        "empty_posts", _label(post), max(0, (facts.horizon - m.middle).days), "days", [m], "named", n=1, since=m.date, until=max(facts.horizon, m.last or facts.horizon).isoformat(),
        subjects=(m.person,), notes=tuple(notes), detail=facts.name(m.person),
    )  # fmt: skip
    assert found
    return found


def teams(facts: Facts) -> Iterator[Figure]:
    """`exposure`: the share of the named leads of each team who are gone; `concentration`: how far departures gather in few teams."""
    led: dict[str, dict[str, list[Spell]]] = defaultdict(lambda: defaultdict(list))
    for s in facts.spells:
        for p in s.posts:
            if p.post.leads and p.post.team:
                led[p.post.team][s.person].append(s)
    for team, people in sorted(led.items()):
        gone = [person for person, spells in people.items() if all(not s.open for s in spells)]
        moves = [m for person in people for s in people[person] for m in s.moves]
        endings = [s.ended for person in gone for s in people[person] if s.ended]
        estimate = share(len(gone), len(people))
        yield Figure(
            table="exposure", label=team, value=len(gone) / len(people), unit="share", n=len(gone), of=len(people), low=estimate.low, high=estimate.high,
            level=estimate.level, evidence=evidence_of(endings or moves), blind="named", subjects=tuple(sorted(gone)), moves=tuple(dict.fromkeys(m.id for m in endings)),
            notes=("small",) if len(people) < SMALL else (), detail=", ".join(facts.name(p) for p in sorted(gone)) or None,
        )  # fmt: skip
    yield from _concentration(facts)


def _concentration(facts: Facts) -> Iterator[Figure]:
    """The team that most departures come from, and the Herfindahl-Hirschman index: the sum of the squared shares, 1 where all come from one team."""
    out = [m for m in facts.departures if m.post.team]
    if len(out) < 2:
        return
    sizes = Counter(str(m.post.team) for m in out)
    team, most = min(sizes.items(), key=lambda t: (-t[1], t[0]))
    estimate = share(most, len(out))
    mine = [m for m in out if m.post.team == team]
    index = sum((n / len(out)) ** 2 for n in sizes.values())
    notes = ("small",) if len(out) < SMALL else ()
    yield Figure(
        table="concentration", label=team, value=most / len(out), unit="share", n=most, of=len(out), low=estimate.low, high=estimate.high, level=estimate.level,
        evidence=evidence_of(mine), blind="named", moves=tuple(m.id for m in mine), notes=notes,
    )  # fmt: skip
    yield Figure(
        table="concentration", label="index", value=index, unit="index", n=len(out), evidence=evidence_of(out), blind="named", moves=tuple(m.id for m in out),
        notes=notes,
    )  # fmt: skip
