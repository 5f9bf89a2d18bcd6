"""How names sound: letters against katakana, and one spelling for every way to write Japanese in letters.

Letters and katakana are aligned by a many-to-many transducer (Ristad and Yianilos 1998; Jiampojamarn et al. 2007) fitted on pairs of names;
the score of a pair is that of its best alignment.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_SMALL = "ァィゥェォャュョヮ"
_SHAPES = ((1, 0), (1, 1), (2, 1), (3, 1), (0, 1), (2, 0), (1, 2), (2, 2), (3, 2), (4, 1), (4, 2))
_LETTERS = str.maketrans({"ß": "ss", "ø": "ö", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_OTHER = {
    "ヷ": "ヴァ",
    "ヸ": "ヴィ",
    "ヹ": "ヴェ",
    "ヺ": "ヴォ",
    "ヰ": "イ",
    "ヱ": "エ",
    "ヲ": "オ",
    "ヶ": "ケ",
    "ヵ": "カ",
}
_NEVER = -1e9
_LONGEST = 24  # letters or morae of one name that are aligned


@lru_cache(maxsize=200_000)
def letters(text: str) -> str:
    """The letters a to z of a name in Latin script, accents taken off."""
    text = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return re.sub("[^a-z]", "", text)


def katakana(text: str) -> str:
    """`text` with hiragana as katakana."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(_OTHER.get(c, chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c) for c in text)


def morae(kana: str) -> tuple[str, ...]:
    """Katakana in morae: a small vowel or y-sign belongs to the sign before it, ー stands alone."""
    found: list[str] = []
    for sign in kana:
        if sign in _SMALL and found:
            found[-1] += sign
        else:
            found.append(sign)
    return tuple(found)


@cache
def _units() -> dict[str, dict[str, float]]:
    """Letters -> morae -> log of the geometric mean of the two conditional probabilities."""
    rows = []
    for line in (files("exeunt.identify") / "sounds.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            x, y, count = line.split("\t")
            rows.append((x, y, float(count)))
    by_x: dict[str, float] = {}
    by_y: dict[str, float] = {}
    for x, y, n in rows:
        by_x[x] = by_x.get(x, 0.0) + n
        by_y[y] = by_y.get(y, 0.0) + n
    total = sum(by_x.values())
    units: dict[str, dict[str, float]] = {}
    for x, y, n in rows:
        given_x = n / (by_x[x] + 1) if x else n / total
        given_y = n / (by_y[y] + 1) if y else n / total
        units.setdefault(x, {})[y] = math.log(math.sqrt(given_x * given_y))
    return units


@lru_cache(maxsize=200_000)
def alignment(latin: str, kana: tuple[str, ...]) -> float:
    """The score of the best alignment of letters and morae, per sign: 0 is perfect, true pairs lie above -0.8.

    Cost grows with the product of the two lengths.
    """
    if latin.isascii() and not kana:
        return _NEVER
    latin, kana = latin[:_LONGEST], kana[:_LONGEST]
    n, m = len(latin), len(kana)
    units = _units()
    pairs = [kana[j] + " " + kana[j + 1] for j in range(m - 1)]
    best = [[_NEVER] * (m + 1) for _ in range(n + 1)]
    best[0][0] = 0.0
    for i in range(n + 1):
        row = best[i]
        chosen = [(units.get(latin[i : i + a]), a) for a in range(0, min(4, n - i) + 1)]
        for j in range(m + 1):
            value = row[j]
            if value <= _NEVER:
                continue
            for unit, a in chosen:
                if unit is None:
                    continue
                if a and (gain := unit.get("")) is not None and value + gain > best[i + a][j]:
                    best[i + a][j] = value + gain
                if j < m and (gain := unit.get(kana[j])) is not None and value + gain > best[i + a][j + 1]:
                    best[i + a][j + 1] = value + gain
                if j + 1 < m and (gain := unit.get(pairs[j])) is not None and value + gain > best[i + a][j + 2]:
                    best[i + a][j + 2] = value + gain
    return best[n][m] / (n + m) if best[n][m] > _NEVER else _NEVER


# --- Japanese in letters -------------------------------------------------------------------------------------------

_ROMAJI = {
    "ア": "a", "イ": "i", "ウ": "u", "エ": "e", "オ": "o", "カ": "ka", "キ": "ki", "ク": "ku", "ケ": "ke", "コ": "ko", "サ": "sa", "シ": "shi", "ス": "su",
    "セ": "se", "ソ": "so", "タ": "ta", "チ": "chi", "ツ": "tsu", "テ": "te", "ト": "to", "ナ": "na", "ニ": "ni", "ヌ": "nu", "ネ": "ne", "ノ": "no",
    "ハ": "ha", "ヒ": "hi", "フ": "fu", "ヘ": "he", "ホ": "ho", "マ": "ma", "ミ": "mi", "ム": "mu", "メ": "me", "モ": "mo", "ヤ": "ya", "ユ": "yu", "ヨ": "yo",
    "ラ": "ra", "リ": "ri", "ル": "ru", "レ": "re", "ロ": "ro", "ワ": "wa", "ン": "n", "ガ": "ga", "ギ": "gi", "グ": "gu", "ゲ": "ge", "ゴ": "go", "ザ": "za",
    "ジ": "ji", "ズ": "zu", "ゼ": "ze", "ゾ": "zo", "ダ": "da", "ヂ": "ji", "ヅ": "zu", "デ": "de", "ド": "do", "バ": "ba", "ビ": "bi", "ブ": "bu", "ベ": "be",
    "ボ": "bo", "パ": "pa", "ピ": "pi", "プ": "pu", "ペ": "pe", "ポ": "po", "ヴ": "vu", "ー": "", "ッ": "q",
}  # fmt: skip
_GLIDES = {"ャ": "ya", "ュ": "yu", "ョ": "yo", "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ヮ": "wa"}


@lru_cache(maxsize=100_000)
def romaji(kana: str) -> str:
    """Katakana in Hepburn's letters (without marks for long vowels), then in their one spelling."""
    out = ""
    for mora in morae(katakana(kana)):
        head = _ROMAJI.get(mora[0], "")
        for small in mora[1:]:
            glide = _GLIDES[small]
            head = (
                head[:-1] + (glide[1:] if head[:-1] in ("sh", "ch", "j") and glide[0] == "y" else glide)
                if head
                else glide
            )
        out += head
    return one_spelling(re.sub("q(?=.)", lambda m: out[m.end()] if m.end() < len(out) else "", out).replace("q", ""))


_SPELLINGS = (
    (r"[ōôò]", "o"), (r"[ūûù]", "u"), (r"[āâà]", "a"), (r"[ēêè]", "e"), (r"[īîì]", "i"),
)  # fmt: skip
_FOLDS = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"tch", "cch"), (r"sy(?=[aou])", "sh"), (r"ty(?=[aou])", "ch"), (r"zy(?=[aou])|jy(?=[aou])", "j"), (r"si", "shi"),
        (r"(?<![cs])ti", "chi"), (r"tu", "tsu"), (r"(?<![csw])hu", "fu"), (r"zi|di", "ji"), (r"du|dzu", "zu"), (r"m(?=[bmp])", "n"), (r"cch", "ch"),
        (r"oh(?![aiueoy])", "o"), (r"ou|oo", "o"), (r"uu", "u"), (r"aa", "a"), (r"ee", "e"), (r"ii", "i"), (r"l", "r"), (r"([kstpgzdbfhcmr])\1", r"\1"),
    )
)  # fmt: skip


@lru_cache(maxsize=100_000)
def one_spelling(latin: str) -> str:
    """Letters of a Japanese name in one spelling, whichever romanisation (Hepburn, Kunrei, passport) they came in."""
    text = letters(latin)
    for pattern, by in _FOLDS:
        text = pattern.sub(by, text)
    return text


# --- keys ----------------------------------------------------------------------------------------------------------

_CLASSES = {
    **dict.fromkeys("kcqgx", "k"), **dict.fromkeys("szj", "s"), **dict.fromkeys("td", "t"), **dict.fromkeys("pbvf", "p"), **dict.fromkeys("mn", "n"),
    **dict.fromkeys("lr", "r"),
}  # fmt: skip
_DIGRAPHS = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"e$", ""), (r"tsch|tch|tsu|ts|sch|sh|ch|zh|cz|sz|th|c(?=[eiy])|t(?=io)|tz", "s"), (r"ph", "p"), (r"gh(?![aeiou])|h|w|y", ""), (r"ck|x", "k"), (r"ng", "n"),
        (r"g(?=[eiy])|j", "s"), (r"ti|chi", "s"), (r"r$", ""),
    )
)  # fmt: skip


@lru_cache(maxsize=100_000)
def skeleton(latin: str) -> str:
    """What is left of a name without vowels and with like consonants as one: a key, not a judgement."""
    text = letters(latin)
    first = text[:1] if text[:1] in "aeiou" else ""
    for pattern, by in _DIGRAPHS:
        text = pattern.sub(by, text)
    signs = "".join(_CLASSES.get(c, "") for c in text)
    return ("a" if first else "") + re.sub(r"(.)\1+", r"\1", signs)


def skeletons(latin: str) -> tuple[str, ...]:
    """The skeletons of a name in letters: an r before a consonant is heard in some languages and not in others."""
    text = letters(latin)
    silent = re.sub(r"r(?=[^aeiour])", "", text)
    return tuple(dict.fromkeys(skeleton(t) or t for t in (text, silent)))
