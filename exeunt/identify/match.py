"""Two names -> how likely they name one person or organisation, and why.

The score is of the names alone. What the ledger knows besides (organisation, dates, who else is named) comes in `resolve.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import permutations
from typing import Literal

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein, Indel

from exeunt.identify.names import (
    Name,
    Part,
    fold,
    generic_words,
    name_words,
    nickname,
    organization_key,
    person_name,
    script_of,
    short_forms,
)
from exeunt.identify.readings import common_readings, readings
from exeunt.identify.sound import alignment, katakana, letters, morae, one_spelling, romaji, skeleton, skeletons
from exeunt.language.forms import bare_organization, same_organization

Kind = Literal["person", "organization"]
Verdict = Literal["same", "different", "unsure"]

SAME, DIFFERENT = 0.8, 0.35
"""From which score on two names are one, and below which they are two; over-merging is the worse error."""

_ALONE = 0.79  # of its likeness that a single word keeps: it may name many
_SLOPE, _MIDDLE = 3.6, -1.27  # of the logistic curve over alignments, fitted by training/names.py
_MOST_PARTS = 4
_SHORTLIST = 60  # candidates that are compared closely
_HOPELESS = 0.2  # likeness of a word below which a name is another one
_OTHER_BONES = 0.34  # likeness of skeletons below which sounds are not aligned
_RUN = 5  # morae from which on a word may be a whole name
_FEW = 80  # candidates that are all compared closely


class Match(msgspec.Struct, frozen=True):
    """How likely two names are one (0 to 1), the verdict, and what speaks for and against."""

    score: float
    verdict: Verdict
    reasons: tuple[str, ...]


class Ranked(msgspec.Struct, frozen=True):
    """A candidate with its score."""

    name: str
    score: float
    verdict: Verdict


Likeness = tuple[float, str]


def match(a: str, b: str, kind: Kind = "person") -> Match:
    """Compare two names. The order does not matter."""
    a, b = sorted((a, b))
    score, reasons = _persons(a, b) if kind == "person" else _organizations(a, b)
    return Match(round(score, 4), _verdict(score), reasons)


def _verdict(score: float) -> Verdict:
    return "same" if score >= SAME else "different" if score < DIFFERENT else "unsure"


def rank(name: str, candidates: Sequence[str], kind: Kind = "person") -> list[Ranked]:
    """The candidates by how likely each is `name`, best first; of many only those that sound alike are looked at closely."""
    chosen = list(dict.fromkeys(candidates))
    close = chosen if len(chosen) <= _FEW else _shortlist(name, chosen, kind)
    scored = [(match(name, c, kind), c) for c in close]
    ranked = [Ranked(c, m.score, m.verdict) for m, c in sorted(scored, key=lambda s: (-s[0].score, s[1]))]
    near = set(close)
    return ranked + [Ranked(c, 0.0, "different") for c in chosen if c not in near]


def _shortlist(name: str, candidates: list[str], kind: Kind) -> list[str]:
    found: dict[str, None] = {}
    for query in _roughs(name, kind):
        for order in (False, True):
            told = [_rough(c, kind, order) for c in candidates]
            best = process.extract(_sorted(query, order), told, scorer=Indel.normalized_similarity, limit=_SHORTLIST)
            found.update(dict.fromkeys(candidates[i] for _, _, i in best))
    bones = [_bones(c, kind) for c in candidates]
    for query in _roughs(name, kind):
        like = process.extract(
            skeleton(query.replace(" ", "")), bones, scorer=Indel.normalized_similarity, limit=_SHORTLIST
        )
        found.update(dict.fromkeys(candidates[i] for _, _, i in like))
    return list(found)


@lru_cache(maxsize=100_000)
def _bones(name: str, kind: Kind) -> str:
    return skeleton(letters(name)) if script_of(name) == "latin" else skeleton(_roughs(name, kind)[0].replace(" ", ""))


def _sorted(words: str, order: bool) -> str:
    return "".join(sorted(words.split())) if order else words.replace(" ", "")


@lru_cache(maxsize=100_000)
def _rough(name: str, kind: Kind, order: bool) -> str:
    return _sorted(_roughs(name, kind)[0], order)


_ROUGH = tuple(
    (re.compile(p), by)
    for p, by in (
        (r"sch|tsch|tch", "sh"), (r"ph", "f"), (r"th", "s"), (r"v|w(?=[aeiou])", "b"), (r"x", "kus"), (r"c(?=[eiy])", "s"), (r"c(?!h)|q", "k"),
        (r"h(?![aeiou])|(?<=[aeiou])[rwy](?![aeiou])", ""), (r"e$", ""), (r"y", "i"),
    )
)  # fmt: skip


@lru_cache(maxsize=100_000)
def _roughs(name: str, kind: Kind) -> tuple[str, ...]:
    """A name as it roughly sounds, in letters; a name in kanji in each of its readings."""
    if kind == "organization":
        return (_rough_word(bare_organization(name)),)
    ways = person_name(name).readings
    told = [" ".join(_rough_word(p.sounds[0] if p.sounds else p.text) for p in parts) for parts in ways[:2]]
    return tuple(dict.fromkeys(told))


def _rough_word(word: str) -> str:
    text = romaji(katakana(word)) if script_of(word) == "kana" else one_spelling(word)
    for pattern, by in _ROUGH:
        text = pattern.sub(by, text)
    return text


# --- persons -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def _persons(a: str, b: str) -> tuple[float, tuple[str, ...]]:
    x, y = person_name(a), person_name(b)
    if x.folded == y.folded:
        return (0.97, ("the same name",)) if x.full else (0.98 * _ALONE, ("the same name", "one name only"))
    if x.script == y.script == "kanji" and x.folded != y.folded:
        return _kanji(x, y)
    best: tuple[float, tuple[str, ...]] = (0.0, ("nothing alike",))
    both_alone = not x.full and not y.full
    for p in x.readings[:_MOST_PARTS]:
        for q in y.readings[:_MOST_PARTS]:
            best = max(best, _parts(p, q), key=lambda s: s[0])
    return (_ALONE * best[0], (*best[1], "one name only")) if both_alone else best


def _kanji(x: Name, y: Name) -> tuple[float, tuple[str, ...]]:
    """Two names in kanji are one only if one is the surname of the other; like sounds are a trap."""
    short, long = sorted((x.folded, y.folded), key=len)
    if len(short) < len(long) and any(
        p[0].text == short for p in (x if x.folded == long else y).readings if len(p) > 1
    ):
        return 0.5, ("a surname alone",)
    return 0.02, ("other kanji",)


def _parts(x: tuple[Part, ...], y: tuple[Part, ...]) -> tuple[float, tuple[str, ...]]:
    """The best way to lay the words of two names on each other; words of the longer one may be left over."""
    if len(x) > len(y):
        x, y = y, x
    x, y = x[:_MOST_PARTS], y[:5]
    table = [[_part(p, q) for q in y] for p in x]
    rows = [max(row)[0] for row in table]
    if min(rows) < _HOPELESS:  # no order of the words makes it better
        worst = min(range(len(x)), key=lambda i: rows[i])
        bound = (0.75 * min(rows) + 0.25 * sum(rows) / len(rows)) * (0.5 if len(x) == 1 and len(y) > 1 else 1.0)
        return bound, (max(table[worst])[1],)
    best: tuple[float, tuple[int, ...]] = (-1.0, ())
    for order in permutations(range(len(y)), len(x)):
        chosen = [table[i][j][0] for i, j in enumerate(order)]
        value = _together(chosen, order, x, y)
        if value > best[0]:
            best = (value, order)
    score, order = best
    reasons = [table[i][j][1] for i, j in enumerate(order)]
    left_over = len(y) - len(x)
    if left_over and len(x) == 1 and (run := _run_together(x[0], y)) > score * 0.5:
        return run, ("like sounds, written as one word",)
    if left_over and len(x) == 1:
        score, reasons = 0.5 * score, [*reasons, "one name only"]
    elif left_over:
        reasons.append("a further name on one side")
    return score, tuple(dict.fromkeys(reasons))


def _run_together(one: Part, parts: tuple[Part, ...]) -> float:
    """The chance that one word in katakana is all words of a name in letters, run together."""
    if one.script != "kana" or len(morae(one.text)) < _RUN or any(p.script != "latin" for p in parts):
        return 0.0
    chance = _chance(letters("".join(p.text for p in parts)), one.text)
    return 0.95 * chance if chance > 0.93 else 0.8 * chance


def _together(chosen: list[float], order: tuple[int, ...], x: tuple[Part, ...], y: tuple[Part, ...]) -> float:
    """The chance of a name from those of its words: mostly that of the least likely one."""
    value = 0.75 * min(chosen) + 0.25 * sum(chosen) / len(chosen)
    crossed = any(b < a for a, b in zip(order, order[1:], strict=False))
    if crossed and not any(p.script == "kanji" for p in (*x, *y)):
        value *= 0.93
    if all(p.initial or q.initial for p, q in zip(x, (y[j] for j in order), strict=True)):
        value *= 0.5
    left = len(y) - len(x)
    if left and len(x) > 1:
        outer = {0, len(y) - 1} <= set(order)
        value *= (0.97 if outer else 0.85) ** left
    return value


@lru_cache(maxsize=200_000)
def _part(p: Part, q: Part) -> Likeness:
    scripts = {p.script, q.script}
    if scripts == {"latin"}:
        return _latin(p.text, q.text)
    if scripts == {"kana"}:
        return _kana(p.text, q.text)
    if scripts == {"kanji"}:
        return (0.99, "the same kanji") if p.text == q.text else (0.0, "other kanji")
    if "kanji" in scripts:
        return _read(*((p, q) if p.script == "kanji" else (q, p)))
    if scripts == {"latin", "kana"}:
        return _across(*((p.text, q.text) if p.script == "latin" else (q.text, p.text)))
    return (0.95, "the same signs") if fold(p.text) == fold(q.text) else (0.0, "other signs")


@lru_cache(maxsize=100_000)
def _latin(a: str, b: str) -> Likeness:
    x, y = sorted((letters(a), letters(b)), key=len)
    if not x:
        return 0.0, "no letters"
    if x == y:
        return 0.99, "the same letters"
    if len(x) == 1:
        return (0.72, "an initial") if y[0] == x else (0.02, "another initial")
    if nickname(a) == nickname(b):
        return 0.9, "a short form"
    if one_spelling(a) == one_spelling(b):
        return 0.95, "another romanisation"
    like = DamerauLevenshtein.normalized_similarity(x, y)
    if like >= 0.8 and len(x) > 4 and x[0] == y[0]:
        return 0.3 + 0.5 * (like - 0.8) / 0.2, "nearly the same letters"
    if y.startswith(x) and len(x) > 2:
        return 0.45, "the beginning of it"
    return max(0.0, 0.3 * (like - 0.5)), "other letters"


_LIKE_SOUNDS = str.maketrans({"ヴ": "ブ", "ー": None, "ッ": None, "・": None})
_KANA_FOLDS = (("ブァ", "バ"), ("ブィ", "ビ"), ("ブェ", "ベ"), ("ブォ", "ボ"), ("ティ", "チ"), ("ディ", "ジ"), ("トゥ", "ツ"), ("シェ", "セ"), ("ジェ", "ゼ"), ("ィ", "イ"), ("ェ", "エ"), ("ァ", "ア"), ("ォ", "オ"))  # fmt: skip


@lru_cache(maxsize=100_000)
def _sound(kana: str) -> str:
    text = katakana(kana).translate(_LIKE_SOUNDS)
    for of, by in _KANA_FOLDS:
        text = text.replace(of, by)
    return text


@lru_cache(maxsize=100_000)
def _kana(a: str, b: str) -> Likeness:
    if a == b:
        return 0.99, "the same katakana"
    x, y = _sound(a), _sound(b)
    if x == y:
        return 0.95, "another spelling in katakana"
    like = Indel.normalized_similarity(romaji(a), romaji(b))
    if like > 0.6 and x[:1] and y[:1]:
        return min(0.85, 1.9 * (like - 0.5)) * min(1.0, len(romaji(min(a, b, key=len))) / 6), "like sounds in katakana"
    return 0.05, "other sounds"


@lru_cache(maxsize=200_000)
def _across(latin: str, kana: str) -> Likeness:
    x = letters(latin)
    if not x:
        return 0.0, "no letters"
    if len(x) == 1:
        sound = romaji(kana)
        return (
            (0.55, "an initial") if sound[:1] == x or alignment(x, morae(kana)[:1]) > -2 else (0.03, "another initial")
        )
    if one_spelling(latin) == romaji(kana):
        return 0.97, "the same sounds"
    if Indel.normalized_similarity(skeleton(x), skeleton(romaji(kana))) < _OTHER_BONES:
        return 0.02, "other sounds"
    chance = _chance(x, kana)
    others = [form for form in short_forms(latin) if form != x]
    if others and (other := 0.9 * max(_chance(form, kana) for form in others)) > chance:
        return other, "a short form by its sounds"
    return chance, "like sounds" if chance > 0.5 else "other sounds"


def _chance(latin: str, kana: str) -> float:
    """The chance that letters and katakana are one name, from their alignment (logistic curve)."""
    return 1 / (1 + math.exp(-_SLOPE * (max(-9.0, alignment(latin, morae(kana))) - _MIDDLE)))


def _read(kanji: Part, other: Part) -> Likeness:
    """A word in kanji against letters or kana, through its readings."""
    if not kanji.sounds:
        return 0.15, "no reading is known"
    told = one_spelling(other.text) if other.script == "latin" else romaji(other.text)
    if len(letters(other.text)) == 1 and other.script == "latin":
        return (0.6, "an initial") if any(romaji(s)[:1] == told for s in kanji.sounds) else (0.02, "another initial")
    for place, sound in enumerate(kanji.sounds):
        if romaji(sound) == told:
            return 0.96 - 0.02 * min(place, 4) - 0.001 * place, "read so"
    like = max(Indel.normalized_similarity(romaji(s), told) for s in kanji.sounds[:8])
    return max(0.02, 0.9 * (like - 0.5)), "read otherwise"


# --- organisations -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def _organizations(a: str, b: str) -> tuple[float, tuple[str, ...]]:
    x, y = organization_key(a), organization_key(b)
    if x == y:
        known = fold(bare_organization(a)) != fold(bare_organization(b))
        return 0.97, (("two names of one, by the data",) if known else ("the same name",))
    p, q = bare_organization(a), bare_organization(b)
    prefix = _country(p), _country(q)
    if any(prefix) and organization_key(prefix[0] or p) == organization_key(prefix[1] or q):
        return 0.93, ("the same name behind a country",)
    short, long = sorted((p, q), key=len)
    if same_organization(short, long):
        return (0.55, ("initials",)) if short.isupper() and len(short) < 6 else (0.6, ("a shorter naming",))
    p, q = prefix[0] or p, prefix[1] or q
    scripts = {script_of(w) for w in (p, q)}
    if scripts == {"latin"}:
        return _spelled(p, q)
    if "latin" in scripts and len(scripts) == 2:
        return _sounded(*((p, q) if script_of(p) == "latin" else (q, p)))
    if fold(long).startswith(fold(short)) or fold(long).endswith(fold(short)):
        return 0.3, ("one name within the other",)
    like = Indel.normalized_similarity(fold(p), fold(q))
    return (0.4, ("nearly the same signs",)) if like > 0.9 and len(short) > 5 else (0.02, ("other names",))


@cache
def _countries() -> re.Pattern[str]:
    return re.compile(rf"^(?:{'|'.join(sorted(name_words('countries')))})(?:国の?)?(?=[A-Za-zァ-ヴ一-龠]{{2}})")


def _country(name: str) -> str | None:
    m = _countries().match(name)
    rest = name[m.end() :] if m else ""
    return rest.removesuffix("社") if m and script_of(rest.removesuffix("社")) != "kanji" else None


def _spelled(p: str, q: str) -> tuple[float, tuple[str, ...]]:
    x, y = letters(p), letters(q)
    like = DamerauLevenshtein.normalized_similarity(x, y)
    if set(re.findall(r"\w+", p.lower())) == set(re.findall(r"\w+", q.lower())):
        return 0.9, ("the same words",)
    if like > 0.88 and min(len(x), len(y)) > 7:
        return 0.5, ("nearly the same letters",)
    return min(0.25, max(0.0, like - 0.5)), ("other letters",)


def _sounded(latin: str, japanese: str) -> tuple[float, tuple[str, ...]]:
    """A name in letters against one in Japanese: word for word what it says it is, by sound what it is called."""
    words = re.findall(r"[A-Za-zÀ-ɏ&]+", latin)
    best: tuple[float, tuple[str, ...]] = (0.05, ("other sounds",))
    for head, said in _heads(japanese):
        rest = _without(words, said)
        if rest is None or not head or not rest:
            continue
        chance = _head_chance("".join(rest), head)
        if said and chance > 0.5:
            best = max(
                best, (0.7 * chance + 0.27, ("like sounds", "the same kind of organisation")), key=lambda f: f[0]
            )
        else:
            best = max(best, (0.92 * chance, ("like sounds" if chance > 0.5 else "other sounds",)), key=lambda f: f[0])
    return best


def _heads(japanese: str) -> list[tuple[str, tuple[tuple[str, ...], ...]]]:
    """(what it is called, what it says it is: the English words for each) for every way to cut the end of a name."""
    bare = re.sub(r"[\s・･&＆.,'’\-]", "", japanese)
    out: list[tuple[str, tuple[tuple[str, ...], ...]]] = [(bare, ())]
    for head, said in out:
        for cut in range(1, min(8, len(head) - 1) + 1):
            tail = head[-cut:]
            told = generic_words(tail) or (
                (tail.lower(),) if re.fullmatch(r"[A-Za-z]{2,}", tail) and not head[-cut - 1].isascii() else ()
            )
            if told and len(said) < 3:
                out.append((head[:-cut], (told, *said)))
    return out


def _without(words: list[str], said: tuple[tuple[str, ...], ...]) -> list[str] | None:
    """The words of a name in letters without those that say what it is; None when one is not there."""
    rest = list(words)
    for told in said:
        if not any(_take(rest, word) for word in told) and not set(told) & name_words("optional"):
            return None
    return rest


def _take(rest: list[str], phrase: str) -> bool:
    for at in range(len(rest) - 1, -1, -1):
        if rest[at].lower() == phrase:
            del rest[at]
            return True
    return False


def _head_chance(latin: str, head: str) -> float:
    """The chance that letters and a Japanese word are one name, in kana or in any reading of its kanji."""
    told, script = letters(latin), script_of(head)
    if script == "kana":
        return 0.97 if one_spelling(latin) == romaji(katakana(head)) else _chance(told, katakana(head))
    if script == "kanji":
        sounds = (*common_readings(head), *readings(head, "姓")[:40])
        return 0.95 if any(romaji(s) == one_spelling(latin) for s in sounds) else 0.0
    pieces = re.findall(r"[A-Za-z]+|[ァ-ヴー]+", katakana(head))
    kana = "".join(p for p in pieces if not p.isascii())
    for piece in pieces:
        if piece.isascii():
            if piece.lower() not in told:
                return 0.0
            told = told.replace(piece.lower(), "", 1)
    return _chance(told, kana) if kana and told else 0.97 if not kana and not told else 0.0


def keys(name: str, kind: Kind) -> tuple[str, ...]:
    """Keys under which names that may be one meet: in every script, in both orders."""
    if kind == "organization":
        return _organization_keys(name)
    found: dict[str, None] = {}
    parsed = person_name(name)
    for parts in parsed.readings[:2]:
        telling = [p for p in parts if not p.initial]
        if len(telling) < 2:
            continue
        first, last = telling[0], telling[-1]
        for a in part_keys(first):
            for b in part_keys(last):
                found["/".join(sorted((a, b)))] = None
    return tuple(found)[:16]


@lru_cache(maxsize=100_000)
def part_keys(part: Part) -> tuple[str, ...]:
    """Keys of one word of a name by its sound, in each reading."""
    if part.script == "latin":
        told = [letters(part.text)]
        if (full := nickname(part.text)) != told[0]:
            told.append(full)
    else:
        told = [romaji(s) for s in part.sounds[:4]] or [fold(part.text)]
    told += ["v" + t[1:] for t in told if part.script == "latin" and t[:1] == "w"]  # as German and Polish say it
    return tuple(dict.fromkeys(k for t in told for k in skeletons(t)))


def _organization_keys(name: str) -> tuple[str, ...]:
    """The folded name; the sound of its first word, which stays whatever the rest is translated to."""
    key = organization_key(name)
    bare = bare_organization(name)
    bare = _country(bare) or bare
    found = [key[:60]]
    if script_of(bare) == "latin":
        words = re.findall(r"[A-Za-zÀ-ɏ]+", bare)
        heads = [words[0], "".join(words)] if words else []
        heads += ["v" + h[1:] for h in heads if h[:1] in "Ww"]
        found += [k for h in heads for k in skeletons(h)]
    else:
        for head, _ in sorted(_heads(bare), key=lambda h: len(h[0]))[:6]:
            sounds = (
                (katakana(head),) if script_of(head) == "kana" else (*common_readings(head), *readings(head, "姓")[:6])
            )
            found += [skeleton(romaji(s)) or romaji(s) for s in sounds]
    return tuple(dict.fromkeys(k[:60] for k in found if k))[:30]
