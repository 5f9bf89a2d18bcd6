"""Japanese mentions: persons, organisations, roles and nouns that a slot may turn into an organisation.

Kanji names come from the dictionary's personal names, katakana and Latin names from their shape, and both from the
honorifics and roles around them; organisations from legal forms, endings and shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from exeunt.language.data import alternatives, read_toml
from exeunt.language.ja.tokens import Token
from exeunt.language.mentions import Mention

_ORG: dict[str, Any] = read_toml("ja", "organizations.toml")
_ROLES: dict[str, Any] = read_toml("ja", "roles.toml")
_NOT_NAMES = frozenset(_ORG["not_names"])
_ANAPHORS = frozenset(_ORG["anaphors"])
_ROLE_END = re.compile(rf"(?:{alternatives(_ROLES['roles'])})(?:[((][A-Z]{{2,4}}[))]|職|候補|代行|補佐|代理|格)?$")
_HONORIFIC = re.compile(rf"(?:{alternatives(_ROLES['honorifics'])})")
_ORG_END = re.compile(rf"(?:{alternatives(_ORG['suffixes'])})$")
_LEGAL = re.compile(rf"(?:{alternatives(_ORG['legal_forms'])})")
_HEAD = re.compile(rf"(?:{alternatives(_ORG['heads'])})$")
_KATA_NAME = re.compile(r"[ァ-ヴー]{2,}(?:[・･=＝](?:[ァ-ヴー]+|[A-Z]\.?))+")
_LATIN_NAME = re.compile(r"[A-Z][a-zé'’-]+(?: [A-Z]\.)?(?: (?:de |van |von |al-)?[A-Z][A-Za-zé'’-]+)+")
_PERSON_AFTER = re.compile(
    rf"\s?(?:{alternatives(_ROLES['honorifics'])}|{alternatives(_ROLES['roles'])}|[((]\d{{2}}[)),、])"
)
_QUOTED = re.compile(r"[「『]([^「」『』]{2,24})[」』]")
_TEAM = re.compile(rf"(?:{alternatives(_ORG['team_ends'])})$")
_GENERIC = re.compile(rf"(?:{alternatives(_ORG['generic_ends'])})$")
_RUNS_ON = re.compile(rf"[一-龠ァ-ヴー]{{0,4}}(?:{alternatives(_ORG['suffixes'])})")
_NOT_PERSON = re.compile(rf"(?:{alternatives(_ORG['not_persons'])})")
_KANJI = re.compile(r"[一-龠々ヶ]+")
_KANJI_NAME = re.compile(
    r"(?<![一-龠々ヶァ-ヴー])[一-龠々ヶ]{1,4}[ 　][一-龠々ヶぁ-んァ-ヴー]{1,4}(?![一-龠々ァ-ヴー])"
)
_PROPER = re.compile(r"[ァ-ヴー]{3,}|[A-Z][A-Za-z]+")
_SORTS = frozenset(_ORG["sorts"])
_KANJI_KATA = re.compile(r"[一-龠々]{2,4}[ァ-ヴー]{3,}")
_NUMERAL = re.compile(r"[一二三四五六七八九十百千万]{1,3}")
_NAME_STOPS = frozenset(["助詞", "補助記号", "空白", "記号"])
_NOUNS = frozenset(["名詞", "接頭辞", "接尾辞", "形状詞"])
_PARTICLE = re.compile(
    r"(?:へと|への|には|では|とは|から|まで|より|として|について|による|によって|など|は|が|を|に|へ|の|も|と|で|や|、|:|:)"
)
_FORMER = re.compile(r"(?:元|前|旧)$")


def particle(text: str, at: int) -> str:
    """The particle that stands at `at`, past closing brackets and ages."""
    m = re.compile(r"(?:[」』)]|[((][^()()]{1,12}[))])*").match(text, at)
    p = _PARTICLE.match(text, m.end() if m else at)
    return p[0] if p else ""


Spans = Iterable[tuple[int, int]]


def mentions(text: str, toks: list[Token], persons: Spans = (), organizations: Spans = ()) -> list[Mention]:
    """The mentions of one sentence, left to right, not overlapping.

    `persons` and `organizations` are places in the sentence where names stand that were met elsewhere in the text.
    """
    if not toks:
        return []
    start, end = toks[0].start, toks[-1].end
    taken: list[Mention] = []
    _add(taken, _shaped_persons(text, start, end))
    _add(taken, _dictionary_persons(text, toks))
    _add(taken, _honoured_persons(text, toks, taken))
    _add(taken, (_person(text, *span) for span in _whole(text, toks, persons)))
    _add(taken, (_mention("organization", text, *span) for span in _whole(text, toks, organizations)))
    _add(taken, _lone_surnames(text, toks))
    _add(taken, _legal_organizations(text, toks))
    _add(taken, _quoted_organizations(text, start, end))
    _add(taken, _phrases(text, toks, taken))
    return sorted(taken, key=lambda m: m.start)


def _add(taken: list[Mention], more: Iterable[Mention]) -> None:
    for mention in more:
        if all(mention.end <= t.start or t.end <= mention.start for t in taken):
            taken.append(mention)


def _mention(kind: Any, text: str, start: int, end: int, certain: bool = True) -> Mention:
    former = _FORMER.search(text[max(0, start - 1) : start]) is not None
    return Mention(kind, start, end, text[start:end], particle(text, end), certain, former)


def _person(text: str, start: int, end: int, certain: bool = True) -> Mention:
    """A person; its particle is the one behind honorific, role and age."""
    at = end
    m = re.compile(rf"\s?(?:{_HONORIFIC.pattern})").match(text, at)
    if m:
        at = m.end()
    else:
        m = re.compile(r"[一-龠々ァ-ヴーA-Z]{2,14}").match(text, at)
        if m and _ROLE_END.search(m[0]):
            at = m.end()
    return Mention("person", start, end, text[start:end], particle(text, at), certain)


def shaped_names(text: str) -> Iterable[str]:
    """Katakana and Latin names of persons anywhere in the text, told by shape alone: a cheap pass over all of it."""
    return (m.text for m in _shaped_persons(text, 0, len(text)) if m.certain)


def _shaped_persons(text: str, start: int, end: int) -> Iterable[Mention]:
    for pattern in (_KATA_NAME, _LATIN_NAME):
        for m in pattern.finditer(text, start, end):
            after = text[m.end() : m.end() + 6]
            if _ROLE_END.search(m[0]) or _NOT_PERSON.match(m[0]):
                continue
            if _ORG_END.search(m[0]) and not _HONORIFIC.match(after):
                continue
            if re.match(r"[一-龠A-Za-z]", after) and not _PERSON_AFTER.match(after):
                continue
            if pattern is _LATIN_NAME and not _latin_person(text, m):
                continue
            yield _person(text, m.start(), m.end(), certain=_PERSON_AFTER.match(after) is not None)


def _latin_person(text: str, m: re.Match[str]) -> bool:
    """Two capitalised Latin words are a person when a role or an honorific stands beside them, or は behind."""
    before = text[max(0, m.start() - 12) : m.start()].rstrip("の、 ")
    after = text[m.end() : m.end() + 8]
    if _LEGAL.search(m[0]) or re.search(r"(?:Inc|Ltd|LLC|Corp|Bank|Group|Gate|Lab|Labs|University|AI)\b", m[0]):
        return False
    return bool(_PERSON_AFTER.match(after) or _ROLE_END.search(before) or re.match(r"[はがも、]", after))


def _dictionary_persons(text: str, toks: list[Token]) -> Iterable[Mention]:
    i = 0
    while i < len(toks):
        last = _full_name(text, toks, i)
        if last is not None:
            yield _person(text, toks[i].start, toks[last].end)
            i = last
        i += 1


def _full_name(text: str, toks: list[Token], i: int) -> int | None:
    """The index of the last token of the full name that begins at token `i`."""
    first = toks[i]
    if first.name != "姓" and not (first.pos == "名詞" and _KANJI.fullmatch(first.text) and len(first.text) <= 4):
        return None
    if i > 0 and _runs_in(toks[i - 1], first):
        return None
    j = i + 1
    if j < len(toks) and toks[j].text in (" ", "\u3000"):
        j += 1
    if j >= len(toks) or toks[j].text in (" ", "\u3000"):
        return None
    second = toks[j]
    if first.name == "姓" and second.name in ("名", "一般", "姓") and _fits(second.text):
        return _stretch(text, toks, j)
    if second.name == "名" and first.pos == "名詞" and _fits(second.text) and (first.place or first.oov or j == i + 2):
        return j
    if first.name == "姓" and second.pos == "名詞" and len(second.text) <= 3 and _KANJI.fullmatch(second.text):
        nxt = toks[j + 1].text if j + 1 < len(toks) else ""
        if _HONORIFIC.match(nxt) or nxt in ("(", "("):
            return j
    return None


def _runs_in(before: Token, first: Token) -> bool:
    """Whether a noun that is no role runs into the name, so that the name begins earlier or is none."""
    if before.end != first.start or before.pos != "名詞" or _ROLE_END.search(before.text):
        return False
    return before.oov or (_KANJI.search(before.text[-1]) is not None and first.name != "姓")


def _fits(given: str) -> bool:
    return len(given) <= 5 and not _ORG_END.search(given)


def _stretch(text: str, toks: list[Token], j: int) -> int:
    """Given names that the dictionary splits: 修 + 平."""
    k = j + 1
    if k < len(toks) and toks[k].start == toks[j].end and toks[k].name == "名" and len(toks[j].text) == 1:
        return k
    return j


def _honoured_persons(text: str, toks: list[Token], taken: list[Mention]) -> Iterable[Mention]:
    """Names in front of 氏, さん or a role: 榊原氏, 大豆生田さん, シュルマン氏, 佐藤社長."""
    for i, tok in enumerate(toks):
        honorific = _HONORIFIC.fullmatch(tok.text) is not None
        role = tok.pos in _NOUNS and _ROLE_END.fullmatch(tok.text) is not None
        if not (honorific or role) or i == 0:
            continue
        first = _name_before(toks, i, honorific)
        if first is not None and toks[first].start < tok.start:
            yield _person(text, toks[first].start, tok.start)


def _name_before(toks: list[Token], i: int, honorific: bool) -> int | None:
    """The index of the first token of the name that ends in front of token `i`."""
    prev = toks[i - 1]
    named = _named_run(toks, i)
    if named is not None:
        return named
    if prev.name and prev.text not in _NOT_NAMES:
        return i - 1 if honorific else None
    if not honorific or prev.text in _NOT_NAMES or _ROLE_END.search(prev.text):
        return None
    if re.fullmatch(r"[ァ-ヴー]{2,}", prev.text) and not _ORG_END.search(prev.text):
        return i - 1
    if re.fullmatch(r"[A-Z][a-z]+", prev.text):
        return i - 1
    first, size = i, 0
    while first > 0 and toks[first - 1].pos == "名詞" and _KANJI.fullmatch(toks[first - 1].text):
        if toks[first - 1].end != toks[first].start or _ROLE_END.search(toks[first - 1].text):
            break
        first -= 1
        size += len(toks[first].text)
    return first if 2 <= size <= 5 else None


def _named_run(toks: list[Token], i: int) -> int | None:
    """Kanji in front of token `i` that the dictionary splits, one piece at least being a name: 長 + 曽我部 + 隆."""
    first, size, named = i, 0, False
    while first > 0:
        tok = toks[first - 1]
        piece = tok.end == toks[first].start and _KANJI.fullmatch(tok.text) and tok.text not in _NOT_NAMES
        if (
            not piece
            or not (tok.name or len(tok.text) == 1)
            or _ROLE_END.fullmatch(tok.text)
            or size + len(tok.text) > 6
        ):
            break
        first -= 1
        size += len(tok.text)
        named = named or bool(tok.name)
    glued = first > 0 and _glued(toks, first)
    return first if named and size >= 2 and not glued else None


def _glued(toks: list[Token], i: int) -> bool:
    """Whether a noun that is no role runs into token `i`: 北辰佐藤社長 is not a person 佐藤."""
    return (
        i > 0
        and toks[i - 1].end == toks[i].start
        and toks[i - 1].pos == "名詞"
        and not _ROLE_END.search(toks[i - 1].text)
    )


def _whole(text: str, toks: list[Token], spans: Spans) -> Spans:
    """The spans that stand between token boundaries and do not run on into a longer organisation's name."""
    begins = {t.start for t in toks}
    ends = {t.end for t in toks}
    for start, end in spans:
        if start in begins and end in ends and not _RUNS_ON.match(text, end, end + 8):
            yield start, end


def _lone_surnames(text: str, toks: list[Token]) -> Iterable[Mention]:
    """A surname by itself in front of a particle: 榊原は."""
    for i, tok in enumerate(toks):
        alone = (i == 0 or toks[i - 1].pos not in _NOUNS) and (i + 1 == len(toks) or toks[i + 1].pos not in _NOUNS)
        if (
            tok.name == "姓"
            and alone
            and len(tok.text) >= 2
            and re.match(r"[はがをもに、]", text[tok.end : tok.end + 1])
        ):
            yield Mention("person", tok.start, tok.end, tok.text, particle(text, tok.end), certain=False)


def _legal_organizations(text: str, toks: list[Token]) -> Iterable[Mention]:
    """株式会社 and what follows up to a particle, whatever the dictionary makes of it: 株式会社きたうみ銀行."""
    for i, tok in enumerate(toks):
        if not _LEGAL.fullmatch(tok.text):
            continue
        j = i + 1
        while j < len(toks) and toks[j].pos not in _NAME_STOPS and not _ROLE_END.fullmatch(toks[j].text) and j - i < 9:
            j += 1
        if j > i + 1:
            first = i - 1 if i and tok.start == toks[i - 1].end and _proper([toks[i - 1]]) and j == i + 1 else i
            yield _mention("organization", text, toks[first].start, toks[j - 1].end)


def _quoted_organizations(text: str, start: int, end: int) -> Iterable[Mention]:
    for m in _QUOTED.finditer(text, start, end):
        head = text[max(start, m.start() - 8) : m.start()]
        if _HEAD.search(head) or (_ORG_END.search(head) and not _ROLE_END.search(head)):
            yield _mention("organization", text, m.start(1), m.end(1))


def _phrases(text: str, toks: list[Token], taken: list[Mention]) -> Iterable[Mention]:
    """Noun runs that are left: roles, organisations, anaphors, other nouns."""
    run: list[Token] = []
    covered = {at for m in taken for at in range(m.start, m.end)}
    for tok in [*toks, None]:
        inside = tok is not None and not covered.isdisjoint(range(tok.start, tok.end))
        if tok is not None and not inside and _joins(tok, run):
            run.append(tok)
            continue
        yield from _split(text, run)
        run = [tok] if tok is not None and not inside and _joins(tok, []) else []


def _joins(tok: Token, run: list[Token]) -> bool:
    if tok.text in ("・", "&", "&", "-", "'", ".") and run:
        return True
    if tok.text == " " and run and re.search(r"[A-Za-z]$", run[-1].text):
        return True
    if tok.adverbial:
        return False
    if (
        tok.text in ("同", "当", "前", "元", "新", "現", "各", "他", "両", "旧", "故", "副", "総")
        and tok.pos in ("接頭辞", "連体詞", "名詞")
        and not run
    ):
        return tok.text in ("同", "当", "副", "総")
    if not run and tok.detail == "数詞" and _NUMERAL.fullmatch(tok.text):
        return True  # 三ツ輪フーズ; a count such as 三人 is no name and falls out later
    return (tok.pos in _NOUNS and tok.detail != "数詞" and not _HONORIFIC.fullmatch(tok.text)) or bool(
        run and tok.detail == "数詞" and re.search(r"[A-Za-zァ-ヴー]$", run[-1].text)
    )


def _split(text: str, run: list[Token]) -> Iterable[Mention]:
    """Cut a noun run into organisation and role: 北辰電機社長 is both."""
    while run and run[-1].text in (" ", "・", "-", "&", "&", "'", "."):
        run = run[:-1]
    run = _without_sort(run)
    if not run:
        return
    start, end = run[0].start, run[-1].end
    whole = text[start:end]
    if whole in _ANAPHORS:
        yield Mention("organization", start, end, whole, particle(text, end), anaphor=True)
        return
    cut = _organization_end(run) if _ROLE_END.search(whole) else len(run)
    if _ROLE_END.search(whole):
        if 0 < cut < len(run) and _is_organization(run[:cut]):
            yield _mention("organization", text, start, run[cut - 1].end)
            start = run[cut].start
        elif run[0].text in ("同", "当") and len(run) > 1 and run[0].text + run[1].text in _ANAPHORS:
            yield Mention("organization", start, run[1].end, text[start : run[1].end], "の", anaphor=True)
            start = run[1].end
        if start < end:
            yield _mention("role", text, start, end)
        return
    if _is_team(run):
        yield _mention("role", text, start, end)
        return
    kind = "organization" if _is_organization(run) else "noun"
    if kind == "noun" and not _could_be_name(run):
        return
    yield _mention(kind, text, start, end, certain=kind == "organization")


def _without_sort(run: list[Token]) -> list[Token]:
    """The run behind what only says which sort of organisation follows: 半導体設計会社 + フェルメイロ・マイクロ."""
    for k in range(len(run) - 1, 0, -1):
        if run[k - 1].text in _SORTS and _proper(run[k:]):
            return run[k:]
    return run


def _organization_end(run: list[Token]) -> int:
    """How many tokens of the run, which ends in a role, belong to an organisation in front of it."""
    for n in range(len(run) - 1, 0, -1):
        if _is_organization(run[:n]) and not _ROLE_END.search("".join(t.text for t in run[:n])):
            return n
    return 0


def _is_organization(run: list[Token]) -> bool:
    whole = "".join(t.text for t in run)
    if whole in _NOT_NAMES or len(whole) < 2 or _ROLE_END.search(whole) or _GENERIC.search(whole):
        return False
    if _LEGAL.search(whole):
        return len(whole) > 4
    if _is_team(run):
        return False
    m = _ORG_END.search(whole)
    if m and (m.start() >= 2 or (m.start() == 1 and len(m[0]) >= 3)):
        return True
    if any(t.oov or t.place or t.name for t in run) and _KANJI_KATA.fullmatch(whole):
        return True
    if m and m.start() == 1 and len(m[0]) >= 2 and run[0].oov:
        return True
    if all(t.text in _NOT_NAMES for t in run):
        return False
    return bool(re.fullmatch(r"[A-Z][A-Za-z0-9&.\- ]+", whole)) and whole not in _NOT_NAMES


def _is_team(run: list[Token]) -> bool:
    """Whether the run tells a part of an organisation: its ending does, and nothing before that is a proper name."""
    m = _TEAM.search("".join(t.text for t in run))
    return m is not None and not _proper(run[:-1])


def _proper(run: list[Token]) -> bool:
    return any(t.oov or t.place or t.name for t in run) or _PROPER.search("".join(t.text for t in run)) is not None


def _could_be_name(run: list[Token]) -> bool:
    """Whether a slot may turn this noun run into an organisation: something no dictionary of common nouns knows."""
    whole = "".join(t.text for t in run)
    if whole in _NOT_NAMES or len(whole) < 2 or _GENERIC.search(whole):
        return False
    return _proper(run) and not all(t.place for t in run)
