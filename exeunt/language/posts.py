"""What the words for a role amount to: post, level and team. The words themselves stay with the claim."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, cast

from exeunt.language.data import alternatives, read_toml
from exeunt.language.detect import JAPANESE
from exeunt.language.text import lower, narrow
from exeunt.model import LanguageCode

Level = Literal["top", "chief", "head", "member", "board"]
Tie = Literal["work", "board"]
"""Employment and a seat on the board are two ties (FollowTheMoney: Employment or Occupancy, and Directorship)."""


@dataclass(frozen=True, slots=True)
class Post:
    """A role in classes that can be counted. `seat` is the post where one person at a time holds it, `unit` the words that say of what;
    `isco` is the ISCO-08 group.
    """

    key: str | None
    level: Level | None
    team: str | None
    seat: str | None
    unit: str | None
    isco: str | None
    interim: bool
    joint: bool
    founder: bool

    @property
    def tie(self) -> Tie:
        return "board" if self.level == "board" else "work"

    @property
    def leads(self) -> bool:
        """Whether whoever holds it leads something."""
        return self.level in ("top", "chief", "head")

    def same_seat(self, other: Post) -> bool:
        """Whether two posts are one seat: of heads the words that say of what must agree, of others they must not differ."""
        if not self.seat or self.seat != other.seat:
            return False
        if self.level == "head":
            return bool(self.unit) and self.unit == other.unit
        return not self.unit or not other.unit or self.unit == other.unit


NONE = Post(None, None, None, None, None, None, False, False, False)


@dataclass(frozen=True, slots=True)
class _Words:
    posts: tuple[dict[str, object], ...]
    post: re.Pattern[str]
    post_of: dict[str, int]
    team: re.Pattern[str]
    team_of: dict[str, int]
    teams: tuple[str, ...]
    interim: re.Pattern[str]
    joint: re.Pattern[str]
    founder: re.Pattern[str]
    beside: re.Pattern[str]
    under: re.Pattern[str]
    filler: re.Pattern[str]
    founders: re.Pattern[str]


@lru_cache(maxsize=100_000)
def post_of(role: str | None) -> Post:
    """The post that `role` names, of several the highest; `NONE` where there is no role.

    >>> post_of("interim chief executive").seat, post_of("head of research").unit, post_of("研究担当副社長").team
    ('chief_executive', 'research', 'research')
    """
    if not role:
        return NONE
    text = lower(narrow(role))
    words = _words("ja" if JAPANESE.search(text) else "en")
    ranks = [words.post_of[m[0]] for m in words.post.finditer(text)]
    teams = [words.team_of[m[0]] for m in words.team.finditer(text)]
    team = words.teams[min(teams)] if teams else None
    if ranks and words.under.search(text):
        ranks = [len(words.posts) - 1]  # who works for the holder of a post: the last post of the data, the lowest
    entry = words.posts[min(ranks)] if ranks else {}
    seat = cast("str | None", entry.get("key")) if entry.get("seat") and not words.beside.search(text) else None
    unit = _unit(text, words)
    founds = (
        bool(words.founder.search(text))
        and not words.beside.search(text)
        and _unit(words.post.sub(" ", words.founder.sub(" ", text)), words) is None
    )
    return Post(
        cast("str | None", entry.get("key")), cast("Level | None", entry.get("level")), team, seat, unit if seat else None,
        cast("str | None", entry.get("isco")), bool(words.interim.search(text)), bool(words.joint.search(text)), founds,
    )  # fmt: skip


_SIGNS = re.compile(r"[\s、。・,()（）「」/&-]+")


def _unit(text: str, words: _Words) -> str | None:
    """What is left of a role without the words for seats: of what."""
    text = words.post.sub(lambda m: " " if words.posts[words.post_of[m[0]]]["seat"] else m[0], text)
    for pattern in (words.interim, words.joint, words.founder, words.filler):
        text = pattern.sub(" ", text)
    return " ".join(_SIGNS.sub(" ", text).split()) or None


def names_founders(text: str) -> bool:
    """Whether a text speaks of founders."""
    folded = lower(narrow(text))
    return any(_words(c).founders.search(folded) for c in ("en", "ja"))


@cache
def _words(language: LanguageCode) -> _Words:
    data = read_toml(language, "posts.toml")
    posts, teams = tuple(data["post"]), tuple(data["team"])
    post_of = {lower(w): i for i, p in enumerate(posts) for w in p["words"]}
    team_of = {lower(w): i for i, t in enumerate(teams) for w in t["words"]}
    plural = [f"{w}{data['plural']}" for w in data["founder"]]
    interim, joint, founder, beside, under, filler = (
        _pattern(data[k]) for k in ("interim", "joint", "founder", "beside", "under", "filler")
    )
    return _Words(
        posts, _pattern(post_of), post_of, _pattern(team_of), team_of, tuple(t["key"] for t in teams),
        interim, joint, founder, beside, under, filler, _pattern([*data["founder"], *plural]),
    )  # fmt: skip


def _pattern(words: object) -> re.Pattern[str]:
    """Any of the words, the longest first: whole words where they are written in Latin letters."""
    found = [lower(w) for w in cast("list[str]", words)]
    latin = [w for w in found if w.isascii()]
    other = [w for w in found if not w.isascii()]
    parts = [rf"(?<![a-z])(?:{alternatives(latin)})(?![a-z])"] if latin else []
    open_ended = [w for w in latin if w.endswith(("-", " "))]
    if open_ended:
        parts.append(rf"(?<![a-z])(?:{alternatives(open_ended)})")
    if other:
        parts.append(alternatives(other))
    return re.compile("|".join(parts))


__all__ = ["NONE", "Level", "Post", "Tie", "names_founders", "post_of"]
