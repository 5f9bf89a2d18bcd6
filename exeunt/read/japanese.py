"""Japanese frames: who, by particles and attributive clauses; where, by を, から, に, の and the sentence's topic."""

from __future__ import annotations

import re
from functools import partial

from ahocorasick_rs import AhoCorasick, MatchKind

from exeunt.language.ja.names import Spans, shaped_names
from exeunt.language.ja.names import mentions as find_mentions
from exeunt.language.ja.tokens import Token, tokens
from exeunt.language.lexicon import Trigger
from exeunt.language.mentions import Mention, short_forms
from exeunt.language.text import Sentence
from exeunt.model import Direction, Kind
from exeunt.read.attachment import Clause, all_frames, best_place, clauses, coordinated
from exeunt.read.frames import Discourse, Frame

_PASSIVE = re.compile(r"(?:され|させられ|となった|となり|となる|が決ま|が内定|が発表|れた|れて|れ、|れる)")
_JOINT = re.compile(r"(?:氏|さん)?(?:[((][^()()]{0,20}[))])?(?:と|、|や|及び|および|ならびに|・|,\s?)(?:同じく|、)?$")
_NOT_JOINT = re.compile(r"[はがをも。」]|[すいたるむく]、$")
_CARRIED_BEHIND = re.compile(r"[ ・(]?|氏?[((]?")
_CARRIED_BEFORE = re.compile(r"(?:で|の|、|である|だった|を務める|を務めた|[「」]|\s)*")
_SUBJECT_SLOTS = {"は": 2.0, "が": 2.4, "も": 2.2, "の": 1.2, "、": 1.0, "": 0.8}
_FOUNDED_SLOTS = {"を": 3.2, "の": 1.0, "は": 0.3}
_ROLE_IN_SLOTS = ("に", "へ", "への", "として", "の", "")
_ROLE_OUT_SLOTS = ("を", "の", "から", "として")
_GIVES_POST = frozenset(["appoint", "appoint-active", "promote"])
_LEFT: tuple[Direction, Kind] = ("out", "left")
_OTHER_SUBJECT = re.compile(r"[^、。]が[^、。]{0,8}$")
_NOMINAL = re.compile(r"[のもがをはで]|たい|でき|ではな")  # behind a trigger that names a happening without telling one
_PRONOUN = re.compile(r"(?:彼女?|同氏|氏|同人|本人)(?:は|が|も|を)")


def mentions(
    text: str, folded: str, wanted: list[Sentence], triggers: dict[Sentence, list[Trigger]]
) -> dict[Sentence, list[Mention]]:
    """The mentions of the wanted sentences: each by itself first, then again with the names met in any of them."""
    cut = {s: tokens(text, s.start, s.end) for s in wanted}
    first = {s: find_mentions(text, cut[s]) for s in wanted}
    everything = [m for found in first.values() for m in found]
    persons = {m.text for m in everything if m.kind == "person"}
    persons |= set(shaped_names(text))
    persons |= {short for name in persons for short in short_forms(name)}
    organizations = {n for s in wanted for n in _places(text, first[s], triggers.get(s, []))} - persons
    organizations |= {m.text for m in everything if m.kind == "organization" and not m.anaphor and len(m.text) > 2}
    who, where = _located(text, wanted, persons), _located(text, wanted, organizations)
    return {s: _with_known(text, cut[s], first[s], who.get(s, []), where.get(s, [])) for s in wanted}


def _with_known(text: str, toks: list[Token], first: list[Mention], who: Spans, where: Spans) -> list[Mention]:
    """The mentions once more with names met elsewhere, unless the first look has found all of them already."""
    persons = {(m.start, m.end) for m in first if m.kind == "person"}
    organizations = {(m.start, m.end) for m in first if m.kind == "organization"}
    if persons.issuperset(who) and organizations.issuperset(where):
        return first
    return find_mentions(text, toks, who, where)


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
    opens = sentence.first and organization.start - sentence.start <= 3 and organization.after in ("", "、", ":")
    return opens or organization.after in ("は", "が", "では")


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
    return all_frames(clauses(text, sentence, found, triggers), partial(_movers, state=state), _events)


def _movers(clause: Clause, state: Discourse) -> tuple[list[Mention], bool]:
    persons = clause.persons()
    scored = [(s, p) for p in persons if (s := _mover_score(clause, p)) > 0]
    if scored:
        return _joined(clause.text, persons, max(scored, key=lambda sp: (sp[0], sp[1].start))[1]), False
    if persons:
        return [], False
    if state.author is not None:
        other = any(is_subject(m) and m.end <= clause.trigger.start for m in clause.found)
        return ([], False) if other else ([state.author], True)
    if state.person is None or _NOMINAL.match(clause.text, clause.trigger.end):
        return [], False
    sentence = clause.sentence
    subject = any(m.kind == "organization" and is_subject(m) and m.end <= clause.trigger.start for m in clause.found)
    near = state.person_at is not None and sentence.line - state.person_at.line <= 1
    pronoun = near and _PRONOUN.match(clause.text, sentence.start, sentence.end) is not None
    if pronoun or (not subject and _adjacent(sentence, state)):
        return [state.person], True
    return [], False


def _adjacent(sentence: Sentence, state: Discourse) -> bool:
    """Whether the salient person was the subject just before, in the same paragraph."""
    at, person = state.person_at, state.person
    return at is not None and person is not None and is_subject(person) and at.line == sentence.line


def _mover_score(clause: Clause, person: Mention) -> float:
    """How well `person` fits as the one whom the trigger moves; at most 0 when it does not."""
    text, trigger, after = clause.text, clause.trigger, person.after
    if person.start >= trigger.end:
        gap = text[trigger.end : person.start]
        attributive = len(gap) <= 24 and not re.search(r"[、。,「」はがをもに]", gap)
        return 3.2 - 0.03 * len(gap) if attributive else 0.0
    tail = text[trigger.end : trigger.end + 6]
    mover = trigger.rule.mover
    acts_on = (mover == "object" and not _PASSIVE.match(tail)) or (mover == "either" and tail.startswith("させ"))
    between = text[person.end : trigger.start]
    if after == "を":
        score = 3.2 if acts_on or mover == "either" else 1.4
    elif after in ("に", "には"):
        score = 2.2 if trigger.rule.id in _GIVES_POST else 0.2
    elif after in ("から", "より"):
        score = 1.0 if trigger.rule.id == "resign" else -1.0
    elif after in ("と", "とは", "による", "によると", "によって"):
        score = 0.6 if _JOINT.match(between[:1]) else 0.1
    elif acts_on and after in ("は", "が"):
        score = 0.7
    else:
        score = _SUBJECT_SLOTS.get(after, 0.3)
    behind = between.partition(after)[2] if after else between
    if is_subject(person) and mover == "subject" and _OTHER_SUBJECT.search(behind):
        score -= 2.5
    return score - (0.6 if person.start < clause.low else 0) - 0.012 * len(between) - between.count("。")


def _joined(text: str, persons: list[Mention], best: Mention) -> list[Mention]:
    """`best` and those coordinated with it: AとB, A、B、C."""

    def joint(left: Mention, right: Mention) -> bool:
        gap = text[left.end : right.start]
        return len(gap) <= 24 and _JOINT.search(gap) is not None and _NOT_JOINT.search(gap) is None

    return coordinated(persons, best, joint)


def _events(clause: Clause) -> list[Frame]:
    events = clause.trigger.rule.events
    made = [clause.frame(event, _place(clause, event[0]), _role(clause, event[0])) for event in events]
    if len(made) == 1 and made[0].direction == "in":
        origin = _place(clause, "out")
        if origin is not None and origin.after == "から" and origin != made[0].organization:
            made.insert(0, clause.frame(_LEFT, origin, None))
    if len(made) == 2:
        out, into = made
        if into.organization is None or out.organization == into.organization:
            # A change whose goal is not told is only a departure; one whose goal is not an organisation none at all.
            return [out] if out.organization is not None and out.organization.after in ("を", "から") else []
        into.counterpart, out.counterpart = out.organization, into.organization
    return made


# How well a particle fits the organisation that one joins, leaves or founds.
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


def _place(clause: Clause, direction: Direction) -> Mention | None:
    """The organisation of an event, among the organisations and nouns of the sentence."""
    return best_place(clause, partial(_place_score, clause, direction), 0.5)


def _place_score(clause: Clause, direction: Direction, m: Mention) -> float:
    person, trigger = clause.mover, clause.trigger
    if m.start >= trigger.end or m.former:
        return 0.0
    founded = trigger.rule.id == "found"
    slots = _FOUNDED_SLOTS if founded else _IN_SLOTS if direction == "in" else _OUT_SLOTS
    score = slots.get(m.after, 0.0 if founded else 0.2)
    distance = trigger.start - m.end
    if m.kind == "noun":
        # Only a slot that governs the trigger makes an organisation of an unknown noun.
        governing = ("を",) if founded else ("に", "へ", "への", "入り") if direction == "in" else ("を", "から")
        if m.after not in governing or distance > 12:
            return 0.0
        score -= 0.4
    if m.start < clause.low:
        score -= 0.8
    if direction == "in" and m.after == "の" and person.start == m.end + 1:
        score -= 0.3
    if direction == "in" and m.after in ("の", "") and m.end <= person.start < trigger.start:
        score -= 0.6  # an affiliation of the person rather than the goal
    return score + (0.2 if m.start > person.end else 0) - 0.008 * distance


def _role(clause: Clause, direction: Direction) -> Mention | None:
    """The post given, taken or left: the role in the trigger's slot, else the one that the person carries."""
    start, person = clause.trigger.start, clause.mover
    slots = _ROLE_IN_SLOTS if direction == "in" else _ROLE_OUT_SLOTS
    near = [
        m
        for m in clause.roles()
        if m.start >= clause.low
        and start - 14 <= m.end <= start
        and m.after in slots
        and not carries(clause.text, m, person)
    ]
    if near:
        return near[-1]
    own = [m for m in clause.roles() if carries(clause.text, m, person)]
    if not own or (direction == "in" and person.start <= clause.trigger.end):
        return None
    return own[0]


def carries(text: str, role: Mention, person: Mention) -> bool:
    """Whether `role` stands on the person: 田中太郎社長, 社長の田中太郎."""
    if role.start >= person.end:
        return _CARRIED_BEHIND.fullmatch(text, person.end, role.start) is not None
    return _CARRIED_BEFORE.fullmatch(text, role.end, person.start) is not None
