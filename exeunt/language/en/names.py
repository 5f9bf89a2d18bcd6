"""English mentions: capitalised runs typed as persons or organisations by what the whole document says of them.

One name has one sense in a document: the evidence of every place where it stands is added up before any is typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from exeunt.language.data import alternatives, read_toml, read_words
from exeunt.language.mentions import Mention, key

_ORG: dict[str, Any] = read_toml("en", "organizations.toml")
_ROLES: dict[str, Any] = read_toml("en", "roles.toml")
_ENDS = frozenset(_ORG["ends"])
_NOT_NAMES = frozenset(_ORG["not_names"])
_PLACES = frozenset(_ORG["places"] + _ORG["demonyms"])
_GIVEN = frozenset(_ORG["given_names"])
_COMMON = read_words("en", "common_words.tsv")
_HONORIFICS = frozenset(_ROLES["honorifics"])

_WORDS: dict[str, list[str]] = read_toml("en", "patterns.toml")


def any_of(name: str) -> str:
    """A group that matches any word of the list `name` in patterns.toml."""
    return rf"(?:{alternatives(_WORDS[name])})"


_WORD = r"(?:[A-Z][\w\u0300-\u036f'’-]*[\w\u0300-\u036f]|[A-Z]\.(?:[A-Z]\.)*|[A-Z])"
_SPACE = r"[ \u00a0]"
_RUN = re.compile(
    rf"(?<![\w@#])(?:{_WORD}|{any_of('particles')}-[A-Z]\w+)"
    rf"(?:{_SPACE}(?:(?:{any_of('joints')}|{any_of('particles')}){_SPACE}){{0,2}}(?:{_WORD}|&|[0-9]+\b"
    rf"|[\"“‘(][A-Z][\w-]+[\"”’)]{_SPACE}{_WORD}))*"
    rf"(?:(?<=\w\w),? {any_of('legal')}\b\.?)?"
)
_TITLE = rf"(?:(?:{alternatives(_ROLES['before'])})[ -])*(?:{alternatives(_ROLES['heads'])})s?(?![\w-])"
_ROLE = re.compile(
    rf"(?<![\w-])(?i:(?:(?:[a-z]+ing|[a-z]+al)[ -])?{_TITLE})"
    rf"(?i:(?:,? and| &|/| and its) {_TITLE})?"
    r"(?: (?:of|for) (?!the (?:company|board|year)|his|her|its|their|[a-z]+ing\b)(?:the )?[a-z][\w-]*"
    rf"(?: (?:and |& )?(?!{any_of('role_stops')}\b)[a-z][\w-]*){{0,3}})?"
)
_ANAPHOR = re.compile(rf"(?<!\w)(?:{alternatives(_ORG['anaphors'])})(?!\w)")
_JOINT = re.compile(r"['’]s[ \u00a0]|['’][ \u00a0]|[ \u00a0](?P<word>and|of the|for the|of|for|and the|the)[ \u00a0]")
_HEADLINE_VERB = re.compile(rf" (?:{alternatives(w.capitalize() for w in _WORDS['headline_verbs'])}) ")
_DATELINE = re.compile(r"(?:, [A-Z][a-z]+)?(?:,? [A-Z][a-z]+\.? \d{1,2})?(?: \([^)\n]{1,20}\))? ?[-–—] ")
_VERBS = frozenset(_WORDS["headline_verbs"])
_DATED = re.compile(r"\b(?:in|on|since|last|next|of|by|until|this|from|late|early|mid) $")
_CONNECTORS = frozenset(_WORDS["joints"] + _WORDS["particles"])
_PERSON_TAIL = re.compile(rf",? {any_of('person_verbs')}\b")
_ORG_TAIL = re.compile(
    rf"(?:['’]s? (?:[a-z-]+ ){{0,3}}{any_of('owned')}\b|,? {any_of('legal')}\b| said its?\b"
    rf"|, (?:the|a|an) [^,.]{{0,40}}{any_of('kinds')}\b)"
)
_ORG_HEAD = re.compile(rf"(?:{alternatives(_ORG['slots_before'])})$")


@dataclass
class _Evidence:
    person: float = 0.0
    organization: float = 0.0


def mentions(text: str, folded: str, spans: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[Mention]]:
    """The mentions of each span (a sentence) of the document, typed over all of them together."""
    spans = list(spans)
    roles = {span: _roles(text, folded, *span) for span in spans}
    runs = {span: list(_runs(text, folded, *span, roles[span])) for span in spans}
    senses = _senses(
        text, folded, [r for found in runs.values() for r in found], [r for rs in roles.values() for r in rs]
    )
    result = {}
    for span in spans:
        found = [m for start, end in runs[span] if (m := _typed(text, start, end, senses)) is not None]
        taken = [(m.start, m.end) for m in found]
        found += [r for r in roles[span] if not any(s < r.end and r.start < e for s, e in taken)]
        found += [
            _anaphor(text, m)
            for m in _ANAPHOR.finditer(folded, *span)
            if not any(s < m.end() and m.start() < e for s, e in taken)
        ]
        result[span] = sorted(found, key=lambda m: m.start)
    return result


def _anaphor(text: str, m: re.Match[str]) -> Mention:
    return Mention("organization", m.start(), m.end(), m[0], _after(text, m.end()), anaphor=True)


def _after(text: str, at: int) -> str:
    """What follows a mention, as far as a grammar asks: a possessive, or nothing."""
    return "'s" if re.match(r"['’]s?\b", text[at : at + 2]) else ""


def _roles(text: str, folded: str, start: int, end: int) -> list[Mention]:
    return [
        Mention("role", m.start(), m.end(), text[m.start() : m.end()], _after(text, m.end()))
        for m in _ROLE.finditer(text, start, end)
    ]


def _runs(text: str, folded: str, start: int, end: int, roles: list[Mention]) -> Iterable[tuple[int, int]]:
    """Capitalised runs without the function words and roles at their edges."""
    for m in _RUN.finditer(text, start, end):
        for low, high in _cut(text, folded, m.start(), m.end(), roles):
            low, high = _trim(text, folded, low, high)
            if high - low > 1 and not _is_label(text, low, high):
                yield low, high


def _is_label(text: str, start: int, end: int) -> bool:
    """Whether the run opens a line as the label of a speaker (DARCY: okay) or of a dateline (OSLO, March 12 -)."""
    opens = start == 0 or text[max(0, start - 3) : start].rstrip(" ").endswith(("\n", "]"))
    if not opens:
        return False
    return text[end : end + 1] == ":" or (text[start:end].isupper() and _DATELINE.match(text, end) is not None)


def _cut(text: str, folded: str, start: int, end: int, roles: list[Mention]) -> Iterable[tuple[int, int]]:
    """Cut roles out of a run: Chief Executive Ingrid Aas-Lunde; and split two names joined by "and" or "of"."""
    at = start
    for role in roles:
        if at <= role.start < end and role.start >= start and text[role.start].isupper():
            words = folded[role.start : role.end].split()
            if role.start > start and words[-1] in _ENDS and len(words) == 1:
                continue
            if role.start > at:
                yield at, role.start
            at = min(role.end, end)
    if at < end:
        yield from _parts(text, folded, at, end)


def _parts(text: str, folded: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """Names joined by "of", "for" or "and" stay together only when they read as one organisation.

    A possessive ends a name: Britain's Kestrel Airways is two.
    """
    for verb in _HEADLINE_VERB.finditer(text, start, end):
        if verb.start() > start and verb.end() < end:
            yield from _parts(text, folded, start, verb.start())
            yield from _parts(text, folded, verb.end(), end)
            return
    for joint in _JOINT.finditer(text, start, end):
        word = joint["word"]
        left = re.findall(r"[\w.&'’-]+", folded[start : joint.start()])
        right = re.findall(r"[\w.&'’-]+", folded[joint.end() : end])
        one = bool(left) and left[-1] in _ENDS and word in ("of", "for", "of the", "for the")
        one = one or (word in ("and",) and bool(right) and right[-1].strip(".") in _ENDS and len(left) <= 2)
        if word is None or not one:
            yield start, joint.start()
            yield from _parts(text, folded, joint.end(), end)
            return
    yield start, end


def _trim(text: str, folded: str, start: int, end: int) -> tuple[int, int]:
    """Without function words, numbers, months and honorifics at the edges."""
    dated = _DATED.search(folded, max(0, start - 8), start) is not None
    for word in re.finditer(r"\S+", folded[start:end]):
        if word[0] in _GIVEN and not dated and word.end() < end - start:
            start += word.start()  # Jan Leike is a person
            break
        if re.sub(r"['’]s?$", "", word[0]).strip(".,'\"") not in _NOT_NAMES and re.search(r"[a-z]", word[0]):
            start += word.start()
            break
    else:
        return start, start
    while end > start:
        last = re.search(r"\S+$", folded[start:end])
        if last is None:
            end -= 1
        elif (
            (not re.search(r"[a-z]", last[0]) and len(last[0]) < 3)
            or last[0] in _CONNECTORS
            or last[0] in _VERBS
            or (last[0].strip(".") in _NOT_NAMES and last[0] not in _ENDS)
        ):
            end = start + last.start()
        else:
            break
    possessive = re.search(r"['’]s?$", text[start:end])
    return start, start + possessive.start() if possessive else end


def _senses(text: str, folded: str, runs: list[tuple[int, int]], roles: list[Mention]) -> dict[str, _Evidence]:
    by_start = {r.start for r in roles}
    by_end = {r.end for r in roles}
    senses: dict[str, _Evidence] = {}
    for start, end in runs:
        evidence = senses.setdefault(key(text[start:end]), _Evidence())
        _weigh(text, folded, start, end, by_start, by_end, evidence)
    _share(text, runs, senses)
    return senses


def _weigh(
    text: str, folded: str, start: int, end: int, role_starts: set[int], role_ends: set[int], evidence: _Evidence
) -> None:
    words = folded[start:end].replace(",", "").split()
    clean = [w.strip(".") for w in words]
    head, tail = folded[max(0, start - 24) : start], text[end : end + 60]
    if (any(w in _ENDS for w in clean[-2:]) and len(words) > 1) or (
        len(clean) == 1 and text[start:end].isupper() and end - start > 1
    ):
        evidence.organization += 2.5
    if any(w in ("of", "&", "for", "the") for w in words) or re.search(r"\d", text[start:end]):
        evidence.organization += 1.5
    if len(words) > 1 and text[start:end].isupper() and not _alone(text, start, end):
        evidence.organization += 2.0
    if len(words) > 1 and clean[-1] in _COMMON:
        evidence.organization += 1.6
    if re.search(r"[a-z][A-Z]", text[start:end]) and len(words) == 1:
        evidence.organization += 1.0
    if re.search(r"\b(?:" + alternatives(_HONORIFICS) + r")\.? $", head):
        evidence.person += 4
    if re.search(r"\b(?:at|joined|joins?|joining|left|leaving|quit|from|rejoined|founded|inside) (?:the )?$", head):
        evidence.organization += 1.4
    elif _ORG_HEAD.search(head.rstrip()):
        evidence.organization += 0.6
    if _ORG_TAIL.match(tail):
        evidence.organization += 1.5
    if 2 <= len(words) <= 4 and all(
        re.fullmatch(r"[A-Z][\w'’-]*\.?|[A-Z]\.(?:[A-Z]\.)?|de|van|von|der|bin|al|del|la|da", w)
        for w in text[start:end].split()
    ):
        evidence.person += 0.9
    if re.search(r"\b[A-Z]\.", text[start:end]) and len(words) > 1:
        evidence.person += 1.0
    if any(start - gap in role_ends for gap in range(3)) and len(words) > 1:
        evidence.person += 1.5
    if re.match(r",? (?:who|aged|\d\d[,.)])|, \d\d,", tail):
        evidence.person += 1.5
    if _PERSON_TAIL.match(tail) and len(words) > 1:
        evidence.person += 0.3
    if any(end + gap in role_starts for gap in range(2, 15)) and tail.startswith(","):
        evidence.person += 1.0
    if re.match(r" (?:his|her|he|she)\b|.{0,30}\b(?:his|her|himself|herself)\b", tail) and len(words) > 1:
        evidence.person += 0.4


def _alone(text: str, start: int, end: int) -> bool:
    """Whether the run is a line by itself: a heading, which may be shouted without being a name."""
    before, after = text[max(0, start - 3) : start].strip(" "), text[end : end + 3].strip(" .:")
    return (start < 4 or before.endswith("\n")) and (end + 3 > len(text) or after.startswith("\n"))


def _share(text: str, runs: list[tuple[int, int]], senses: dict[str, _Evidence]) -> None:
    """A surname takes the sense of the full name, a short form that of the organisation."""
    full: dict[str, set[str]] = {}
    for start, end in runs:
        words = text[start:end].split()
        if len(words) < 2:
            continue
        for part in {words[-1], words[0], " ".join(words[:2]), " ".join(words[1:]), " ".join(words[:-1])}:
            full.setdefault(key(part), set()).add(key(text[start:end]))
    for part, wholes in full.items():
        if part not in senses:
            continue
        for whole in wholes - {part}:
            senses[part].person += 0.8 * senses[whole].person
            senses[part].organization += 0.8 * senses[whole].organization


def _typed(text: str, start: int, end: int, senses: dict[str, _Evidence]) -> Mention | None:
    name = text[start:end]
    if name.lower() in _PLACES:
        return None
    if name.lower() in _ENDS:
        # "the Bank" points back at a bank; "Bank" by itself names nothing.
        pointed = text[max(0, start - 4) : start].lower() == "the "
        return Mention("organization", start, end, name, _after(text, end), anaphor=True) if pointed else None
    evidence = senses[key(name)]
    if evidence.person <= 0 and evidence.organization <= 0:
        return Mention("noun", start, end, name, _after(text, end), certain=False)
    kind = "person" if evidence.person > evidence.organization else "organization"
    certain = abs(evidence.person - evidence.organization) > 1
    return Mention(kind, start, end, name, _after(text, end), certain)  # type: ignore[arg-type]
