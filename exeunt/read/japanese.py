"""Japanese frames: who, by particles and attributive clauses; where, by を, から, に, の and the sentence's topic."""

from __future__ import annotations

import re

from ahocorasick_rs import AhoCorasick, MatchKind

from exeunt.language.ja.names import mentions as find_mentions
from exeunt.language.ja.tokens import tokens
from exeunt.language.lexicon import Trigger
from exeunt.language.mentions import Mention, short_forms
from exeunt.language.text import Sentence
from exeunt.model import Direction
from exeunt.read.frames import Discourse, Frame

_PASSIVE = re.compile(r"(?:され|させられ|となった|となり|となる|が決ま|が内定|が発表|れた|れて|れ、|れる)")
_CAUSATIVE = re.compile(r"(?:させ)")
_ATTRIBUTIVE = re.compile(
    r"(?:し|っ|い|た|る|され|させられ|ん|め|り|する|していた|だった|の|ました){0,4}(?:た|る|だ|の|く)?(?:[、]?)$"
)
_JOINT = re.compile(r"(?:氏|さん)?(?:[((][^()()]{0,20}[))])?(?:と|、|や|及び|および|ならびに|・|,\s?)(?:同じく|、)?$")
_OTHER_SUBJECT = re.compile(r"[^、。]が[^、。]{0,8}$")
_PRONOUN = re.compile(r"^(?:彼女?|同氏|氏|同人|本人)(?:は|が|も|を)")


def mentions(
    text: str, folded: str, wanted: list[Sentence], triggers: dict[Sentence, list[Trigger]]
) -> dict[Sentence, list[Mention]]:
    """The mentions of the wanted sentences: each by itself first, then again with the names met in any of them."""
    cut = {s: tokens(text, s.start, s.end) for s in wanted}
    first = {s: find_mentions(text, cut[s]) for s in wanted}
    everything = [m for found in first.values() for m in found]
    persons = {m.text for m in everything if m.kind == "person"}
    persons |= {short for name in persons for short in short_forms(name)}
    organizations = {n for s in wanted for n in _places(text, first[s], triggers.get(s, []))} - persons
    organizations |= {m.text for m in everything if m.kind == "organization" and not m.anaphor and len(m.text) > 2}
    who, where = _located(text, wanted, persons), _located(text, wanted, organizations)
    return {s: find_mentions(text, cut[s], who.get(s, []), where.get(s, [])) for s in wanted}


def _located(text: str, wanted: list[Sentence], names: set[str]) -> dict[Sentence, list[tuple[int, int]]]:
    """Where the names stand in the wanted sentences, the longest of overlapping ones; one pass over the text."""
    found: dict[Sentence, list[tuple[int, int]]] = {}
    if names:
        automaton = AhoCorasick(sorted(names), matchkind=MatchKind.LeftmostLongest)
        for s in wanted:
            hits = automaton.find_matches_as_indexes(text[s.start : s.end])
            found[s] = [(s.start + a, s.start + b) for _, a, b in hits]
    return found


def is_topic(organization: Mention, sentence: Sentence) -> bool:
    """Whether the sentence is about this organisation."""
    return organization.after in ("は", "が", "では")


def is_subject(person: Mention) -> bool:
    """Whether the sentence is about this person."""
    return person.after in ("は", "が", "も")


def _places(text: str, found: list[Mention], triggers: list[Trigger]) -> list[str]:
    """Nouns that the slots of this sentence make organisations: right before a trigger or before の + role."""
    names = []
    for m, behind in zip(found, [*found[1:], None], strict=False):
        if m.kind != "noun":
            continue
        tail = text[m.end : m.end + 6]
        slot = any(0 < t.start - m.end <= 2 and m.after in ("を", "に", "へ", "から") for t in triggers)
        post = behind is not None and behind.kind == "role" and behind.start - m.end <= 1 and m.after in ("の", "")
        if slot or post or re.match(r"(?:社は|社の|社に|社を|で働|に勤め|は\d+日、|への移籍|への入社)", tail):
            names.append(m.text)
    return names


def frames(
    text: str, sentence: Sentence, found: list[Mention], triggers: list[Trigger], state: Discourse
) -> list[Frame]:
    """A frame for each person that each trigger of the sentence moves, in order of the text."""
    result: list[Frame] = []
    for i, trigger in enumerate(triggers):
        low = triggers[i - 1].end if i else sentence.start
        persons, inferred = _movers(text, sentence, found, trigger, low, state)
        for person in persons:
            result += _events(text, sentence, found, trigger, low, person, inferred, i)
    return result


def _movers(
    text: str, sentence: Sentence, found: list[Mention], trigger: Trigger, low: int, state: Discourse
) -> tuple[list[Mention], bool]:
    persons = [m for m in found if m.kind == "person"]
    scored = [(s, p) for p in persons if (s := _mover_score(text, trigger, p, low, found)) > 0]
    if scored:
        best = max(scored, key=lambda sp: (sp[0], sp[1].start))[1]
        return _joined(text, persons, best), False
    opening = text[sentence.start : sentence.end]
    subject = any(m.kind == "organization" and m.after in ("は", "が", "も") and m.end <= trigger.start for m in found)
    if persons:
        return [], False
    if state.person is not None and (_PRONOUN.match(opening) or (not subject and _adjacent(sentence, state))):
        return [state.person], True
    if state.author is not None and not subject:
        return [state.author], True
    return [], False


def _adjacent(sentence: Sentence, state: Discourse) -> bool:
    """Whether the salient person was the subject just before, in the same paragraph."""
    at = state.person_at
    return (
        at is not None
        and state.person is not None
        and state.person.after in ("は", "が", "も")
        and at.line == sentence.line
    )


def _mover_score(text: str, trigger: Trigger, person: Mention, low: int, found: list[Mention]) -> float:
    """How well `person` fits as the one whom `trigger` moves; at most 0 when it does not."""
    tail = text[trigger.end : trigger.end + 6]
    passive = _PASSIVE.match(tail) is not None
    mover = trigger.rule.mover
    acts_on = (mover == "object" and not passive) or (mover == "either" and _CAUSATIVE.match(tail) is not None)
    if person.start >= trigger.end:
        gap = text[trigger.end : person.start]
        if len(gap) <= 24 and not re.search(r"[、。,「」はがをもに]", gap):
            return 3.2 - 0.03 * len(gap)
        if acts_on or person.after not in ("は", "が", "を"):
            return 0.0
        return 0.0
    between = text[person.end : trigger.start]
    score = {"は": 2.0, "が": 2.4, "も": 2.2, "の": 1.2, "、": 1.0, "": 0.8}.get(person.after, 0.3)
    if person.after == "を":
        score = 3.2 if acts_on or mover == "either" else 1.4
    if person.after in ("に", "には"):
        score = 2.2 if trigger.rule.id in ("appoint", "appoint-active", "promote") else 0.2
    if person.after in ("から", "より"):
        score = 1.0 if trigger.rule.id in ("resign",) else -1.0
    if person.after in ("と", "とは", "による", "によると", "によって"):
        score = 0.1 if not _JOINT.match(between[:1]) else 0.6
    if acts_on and person.after in ("は", "が"):
        score = 0.7
    if person.start < low:
        score -= 0.6
    behind = between.partition(person.after)[2] if person.after else between
    if person.after in ("は", "が", "も") and mover == "subject" and _OTHER_SUBJECT.search(behind):
        score -= 2.5
    score -= 0.012 * len(between)
    score -= 1.0 * between.count("。")
    return score


def _joined(text: str, persons: list[Mention], best: Mention) -> list[Mention]:
    """`best` and those coordinated with it: AとB, A、B、C."""
    group = [best]
    index = persons.index(best)
    for step in (-1, 1):
        at, j = best, index + step
        while 0 <= j < len(persons):
            left, right = (persons[j], at) if step < 0 else (at, persons[j])
            gap = text[left.end : right.start]
            if (
                len(gap) > 24
                or not _JOINT.search(gap)
                or re.search(r"[はがをも。」]", gap)
                or re.search(r"[すいたるむく]、$", gap)
            ):
                break
            group.append(persons[j])
            at, j = persons[j], j + step
    return sorted(group, key=lambda m: m.start)


def _events(
    text: str,
    sentence: Sentence,
    found: list[Mention],
    trigger: Trigger,
    low: int,
    person: Mention,
    inferred: bool,
    group: int,
) -> list[Frame]:
    made: list[Frame] = []
    for direction, kind in trigger.rule.events:
        place = _place(text, found, trigger, low, person, direction)
        role = _role(text, found, trigger, low, person, direction)
        made.append(
            Frame(
                sentence,
                trigger.start,
                trigger.end,
                direction,
                kind,
                person,
                place,
                None,
                role,
                trigger,
                inferred,
                group=group,
            )
        )
    if len(made) == 1 and made[0].direction == "in":
        origin = _place(text, found, trigger, low, person, "out")
        if origin is not None and origin.after == "から" and origin != made[0].organization:
            made.insert(
                0,
                Frame(
                    sentence,
                    trigger.start,
                    trigger.end,
                    "out",
                    "left",
                    person,
                    origin,
                    None,
                    None,
                    trigger,
                    inferred,
                    group=group,
                ),
            )
    if len(made) == 2:
        out, into = made
        if into.organization is None or (out.organization is not None and out.organization == into.organization):
            # A change whose goal is not told is only a departure; one whose goal is not an organisation none at all.
            return [out] if out.organization is not None and out.organization.after in ("を", "から") else []
        into.counterpart, out.counterpart = out.organization, into.organization
    return made


_IN_SLOTS = {
    "に": 3.0,
    "へ": 3.0,
    "への": 3.0,
    "には": 2.4,
    "入り": 2.5,
    "の": 1.0,
    "は": 1.2,
    "が": 1.2,
    "では": 0.9,
    "で": 0.8,
    "として": -1.0,
    "から": -3.0,
    "より": -3.0,
    "を": -1.0,
    "と": -0.5,
}
_OUT_SLOTS = {
    "を": 3.0,
    "から": 3.0,
    "より": 2.5,
    "の": 1.6,
    "は": 1.3,
    "が": 1.2,
    "では": 1.0,
    "で": 1.0,
    "に": -1.5,
    "へ": -2.5,
    "への": -2.5,
    "も": 0.9,
    "と": 0.3,
}


def _place(
    text: str, found: list[Mention], trigger: Trigger, low: int, person: Mention, direction: Direction
) -> Mention | None:
    """The organisation of an event, among the organisations and nouns of the sentence."""
    slots = _IN_SLOTS if direction == "in" else _OUT_SLOTS
    best: tuple[float, Mention] | None = None
    for m in found:
        if m.kind not in ("organization", "noun") or m.former:
            continue
        score = _place_score(text, m, trigger, low, person, direction, slots)
        if score > 0.5 and (best is None or score > best[0]):
            best = (score, m)
    return best[1] if best else None


def _place_score(
    text: str, m: Mention, trigger: Trigger, low: int, person: Mention, direction: Direction, slots: dict[str, float]
) -> float:
    founded = trigger.rule.id == "found"
    if m.start >= trigger.end:
        return 0.0
    score = slots.get(m.after, 0.2)
    if founded:
        score = {"を": 3.2, "の": 1.0, "は": 0.3}.get(m.after, 0.0)
    near = text[m.end : trigger.start]
    if m.kind == "noun":
        # Only a slot that governs the trigger makes an organisation of an unknown noun.
        governs = m.after in (("に", "へ", "への", "入り") if direction == "in" else ("を", "から")) or (
            founded and m.after == "を"
        )
        if not governs or len(near) > 12:
            return 0.0
        score -= 0.4
    if m.start < low:
        score -= 0.8
    if m.after == "の" and person.start == m.end + 1 + len(near[1:1]) and direction == "in":
        score -= 0.3
    if m.end <= person.start and m.after in ("の", "") and direction == "in" and person.start < trigger.start:
        score -= 0.6  # an affiliation of the person rather than the goal
    if m.start > person.end:
        score += 0.2
    return score - 0.008 * len(near)


def _role(
    text: str, found: list[Mention], trigger: Trigger, low: int, person: Mention, direction: Direction
) -> Mention | None:
    """The post given, taken or left: the role in the trigger's slot, else the one that the person carries."""
    roles = [m for m in found if m.kind == "role"]
    slots = ("に", "へ", "への", "として", "の", "") if direction == "in" else ("を", "の", "から", "職を", "として")
    near = [
        m for m in roles
        if low <= m.start and m.end <= trigger.start and m.after in slots and trigger.start - m.end <= 14
        and not carries(text, m, person)
    ]  # fmt: skip
    if near:
        return near[-1]
    own = [m for m in roles if carries(text, m, person)]
    if direction == "in":
        return own[0] if own and person.start > trigger.end else None
    return own[0] if own else None


def carries(text: str, role: Mention, person: Mention) -> bool:
    """Whether `role` stands on the person: 田中太郎社長, 社長の田中太郎."""
    if role.start >= person.end:
        return (
            text[person.end : role.start].strip(" ") in ("", "・", "(")
            or re.fullmatch(r"氏?[((]?", text[person.end : role.start]) is not None
        )
    return (
        re.fullmatch(r"(?:で|の|、|である|だった|を務める|を務めた|[「」]|\s)*", text[role.end : person.start])
        is not None
    )
