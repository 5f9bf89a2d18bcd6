"""English frames: who, by voice and apposition; where, by object, preposition and possessive."""

from __future__ import annotations

import re
from functools import partial

from exeunt.language.en.names import any_of
from exeunt.language.en.names import mentions as find_mentions
from exeunt.language.lexicon import Trigger
from exeunt.language.mentions import Mention
from exeunt.language.text import Sentence, lower
from exeunt.model import Direction, Kind
from exeunt.read.attachment import Clause, all_frames, best_place, clauses, coordinated
from exeunt.read.frames import Discourse, Frame

_BE = re.compile(rf"\b{any_of('be')}(?: [a-z]+ly| {any_of('between_be')}){{0,2}} $")
_GOAL = re.compile(rf" (?:{any_of('goal')}|to become [a-z ]+ (?:at|of)) (?:{any_of('rival')} )?$")
_ORIGIN = re.compile(r" (?:away )?from $")
_BEFORE_ROLE = re.compile(rf"(?:^| ){any_of('before_role')}(?: {any_of('before_role')})? $|^ $")
_APPOSITION = re.compile(rf",? ?(?:\d\d, )?(?:who {any_of('leads')} )?(?:{any_of('apposition')} |[A-Z][\w&.-]+['’]s )*")
_JOINT = re.compile(
    r"^(?:, [^,.;]{1,40},)?(?:,? and | & |, | as well as |, and his colleague )(?:mr |ms |dr |mr\. |ms\. |dr\. )?$"
)
_PRONOUN = re.compile(r"\b(?:he|she|who)(?: [a-z',-]+){0,6} ?$")
_FIRST = re.compile(r"\b(?:i|i'm|i've|i'll|my)\b(?: [a-z',-]+){0,7} ?$")
_OBJECT_PRONOUN = re.compile(r" (?:him|her)\b")
_POSSESSIVE = re.compile(r"\b(?:his|her) $|^(?:his|her) ")
_BROKEN = re.compile(r"[.;:]| (?:who|that|after|before|while) ")
_LOCATION = re.compile(r"\b(?:in|near|on|since|between|across) (?:the )?$")
_FORMER = re.compile(r"\b(?:former|ex-|formerly at|previously at|once at)(?: [a-z]+)? $|ex-$")
_DIRECT = re.compile(r" (?:the |rival |its rival |competitor |up with )?")
_OBJECT_PHRASE = re.compile(
    r" (?:the|its|a|his|her)(?: (?!and|or|to|for|from|at|in|on|as|with|by|of|who|that)[a-z-]+){1,4} "
)
_ORIGIN_HEAD = re.compile(r"\b(?:from|according to)(?: the)? $")
_REPORTS = re.compile(r" (?:has |had |first )?(?:reported|wrote|revealed|broke the)\b")
_AFFILIATION = re.compile(r"\b(?:of|at|from) (?:the )?$")
# Rules by what their words govern: no organisation as object; "of" brings the person; a change inside one organisation.
_NO_OBJECT = frozenset(["die", "retire", "pause", "become", "resign", "elect"])
_OF_BEHIND = frozenset(["die", "found"])
_GOAL_BEHIND = frozenset(["join", "transfer"])
_INSIDE = frozenset(["appoint", "promote", "become", "return"])
_LEFT: tuple[Direction, Kind] = ("out", "left")
_JOINED: tuple[Direction, Kind] = ("in", "joined")


def mentions(
    text: str, folded: str, wanted: list[Sentence], triggers: dict[Sentence, list[Trigger]]
) -> dict[Sentence, list[Mention]]:
    """The mentions of the wanted sentences, typed over all of them together."""
    found = find_mentions(text, folded, [(s.start, s.end) for s in wanted])
    return {s: found[s.start, s.end] for s in wanted}


def is_topic(organization: Mention, sentence: Sentence) -> bool:
    """Whether the sentence is about this organisation: it opens it."""
    return organization.start - sentence.start < 5


def is_subject(person: Mention) -> bool:
    """Whether the sentence may be about this person: the first one that is no possessor."""
    return person.after != "'s"


def frames(
    text: str, sentence: Sentence, found: list[Mention], triggers: list[Trigger], state: Discourse
) -> list[Frame]:
    """A frame for each person that each trigger of the sentence moves, in order of the text."""
    return all_frames(clauses(text, sentence, found, triggers), partial(_movers, state=state), _events)


def _before(clause: Clause) -> str:
    return lower(clause.text[clause.sentence.start : clause.trigger.start])


def _passive(clause: Clause) -> bool:
    return _BE.search(_before(clause)) is not None


def _movers(clause: Clause, state: Discourse) -> tuple[list[Mention], bool]:
    persons = clause.persons()
    passive = _passive(clause)
    scored = [(s, p) for p in persons if (s := _mover_score(clause, p, passive)) > 0]
    if scored:
        return _joined(clause.text, persons, max(scored, key=lambda sp: (sp[0], sp[1].start))[1]), False
    before = _before(clause)
    pronoun = _PRONOUN.search(before) is not None
    if persons and not pronoun:
        return [], False
    if pronoun or _points_back(clause, before, passive):
        earlier = [p for p in persons if p.end <= clause.trigger.start]
        if earlier:
            return [earlier[-1]], False
        return ([state.person], False) if state.person is not None else ([], False)
    if state.author is not None and _FIRST.search(before):
        return [state.author], True
    return [], False


def _points_back(clause: Clause, before: str, passive: bool) -> bool:
    """Whether "fired her" or "his resignation" tells of somebody named before."""
    rule = clause.trigger.rule
    acts_on = rule.mover == "object" and not passive and not rule.nominal
    behind = lower(clause.text[clause.trigger.end : clause.trigger.end + 5])
    return (acts_on and _OBJECT_PRONOUN.match(behind) is not None) or _POSSESSIVE.search(before) is not None


def _mover_score(clause: Clause, person: Mention, passive: bool) -> float:
    """How well `person` fits as the one whom the trigger moves; at most 0 when it does not."""
    rule = clause.trigger.rule
    if person.start >= clause.trigger.end:
        gap = lower(clause.text[clause.trigger.end : person.start])
        if rule.nominal or rule.id in _OF_BEHIND:
            return 3.0 - 0.05 * len(gap) if re.match(r"(?:^| )(?:of|by|for) ", gap) or gap == " " else 0.0
        if rule.mover == "subject" or passive or len(gap) > 70 or _BROKEN.search(gap):
            return 0.0
        return 3.0 - 0.03 * len(gap)
    gap = lower(clause.text[person.end : clause.trigger.start])
    if rule.nominal:
        return 3.0 if re.match(r"^'s? (?:[a-z-]+ ){0,3}$", gap) else 0.4 - 0.02 * len(gap)
    if rule.mover == "object" and not passive and gap.startswith((", whom ", " whom ")):
        return 2.5
    if rule.mover == "object" and not passive:
        # Reduced relatives ("Jane Roe, hired from Acme") and "Jane Roe hired"
        return 1.6 - 0.04 * len(gap) if re.match(r"^,? ?(?:[a-z]+ ){0,2}$", gap) else 0.0
    score = 2.4 - 0.015 * len(gap)
    if person.after == "'s":
        score -= 1.2
    return score - 1 if re.search(r"[.;]", gap) else score


def _joined(text: str, persons: list[Mention], best: Mention) -> list[Mention]:
    """`best` and those coordinated with it: A and B; A, B and C. "A, B" alone is an apposition or a list item."""
    whole = coordinated(persons, best, lambda a, b: _JOINT.match(lower(text[a.end : b.start])) is not None)
    return whole if re.search(r"and |&", lower(text[whole[0].end : whole[-1].start])) else [best]


def _events(clause: Clause) -> list[Frame]:
    passive = _passive(clause)
    made = [
        clause.frame(
            event,
            best_place(clause, partial(_place_score, clause, event[0], passive), 0.6),
            _role(clause, event[0]),
        )
        for event in clause.trigger.rule.events
    ]
    if len(made) == 1:
        other = _other_side(clause, made[0])
        if other is not None:
            made.insert(0 if other.direction == "out" else 1, other)
    if len(made) == 2:
        out, into = made
        if into.organization is None:
            return [out] if len(clause.trigger.rule.events) == 1 else []
        into.counterpart, out.counterpart = out.organization, into.organization
    return made


def _other_side(clause: Clause, frame: Frame) -> Frame | None:
    """The other half that a preposition tells: hired *from* Acme; left *for* Acme."""
    if frame.direction == "in":
        wanted, event = _ORIGIN, _LEFT
    elif frame.kind in ("left", "resigned"):
        wanted, event = _GOAL, _JOINED
    else:
        return None
    for m in clause.found:
        near = clause.trigger.end <= m.start <= min(clause.high, clause.trigger.end + 90)
        if not near or m.kind not in ("organization", "noun") or m.anaphor or m == frame.organization:
            continue
        if wanted.search(lower(clause.text[clause.trigger.start - 1 : m.start])):
            return clause.frame(event, m, None)
    return None


def _place_score(clause: Clause, direction: Direction, passive: bool, m: Mention) -> float:
    head = lower(clause.text[max(0, m.start - 32) : m.start])
    if _LOCATION.search(head) and m.start - clause.trigger.end > 1:
        return 0.0  # a place or a time rather than an employer
    if _FORMER.search(head):
        return 0.0
    if m.start >= clause.trigger.end:
        score = _behind_score(clause, direction, m)
    else:
        score = _ahead_score(clause, direction, passive, m, head)
    return score - (0.5 if m.kind == "noun" else 0) - (0.2 if m.anaphor else 0)


def _behind_score(clause: Clause, direction: Direction, m: Mention) -> float:
    """An organisation behind the trigger: its object, or what a preposition brings in."""
    rule = clause.trigger.rule
    gap = lower(clause.text[clause.trigger.end : m.start])
    from_inside = clause.text[clause.trigger.start : clause.trigger.end].lower().endswith("from")
    if from_inside and direction == "in":
        return 0.0
    takes_object = rule.mover in ("subject", "either") and rule.id not in _NO_OBJECT and not rule.nominal
    if _DIRECT.fullmatch(gap) and not rule.nominal:
        score = 3.0 if takes_object else 0.4 if rule.id == "become" else 1.0
    elif _OBJECT_PHRASE.fullmatch(gap) and takes_object:
        score = 2.4
    elif re.search(r" from (?:the |its |his |her )?$", gap):
        score = 2.6 if direction != "in" else -1
    elif re.search(r" (?:at|of|with) (?:the |rival |its )?$", gap):
        score = 2.0
    elif re.search(r" (?:to|into|for|as [a-z ]+ (?:at|of|for)|board of) (?:the |rival |join |join the )?$", gap):
        score = 2.4 if direction == "in" else -0.5
    elif re.search(r" by (?:the )?$", gap):
        score = 2.2
    else:
        score = 0.5
    return score - 0.01 * len(gap) - (1.0 if m.start > clause.high else 0)


def _ahead_score(clause: Clause, direction: Direction, passive: bool, m: Mention, head: str) -> float:
    """An organisation before the trigger: the employer who acts, or the affiliation of the person."""
    rule, person = clause.trigger.rule, clause.mover
    if _ORIGIN_HEAD.search(head) and direction == "in":
        return 0.0  # where one came from, or who says so
    if _REPORTS.match(clause.text, m.end):
        return 0.0
    if rule.id == "found" and not passive:
        return 0.0  # what one founds stands behind the verb
    employer = rule.mover == "object" and not passive and not rule.nominal
    score = 2.4 if employer and m.end <= person.start else 1.2
    if direction == "in" and rule.id in _GOAL_BEHIND:
        score = 0.3
    between = max(m.start, person.start) - min(m.end, person.end)
    affiliated = _AFFILIATION.search(head) or m.after == "'s" or (m.end < person.start and between < 40)
    if affiliated:
        score = max(score, 1.7 if direction != "in" or rule.id in _INSIDE else 1.0)
    return score - 0.008 * (clause.trigger.start - m.end) - (0.5 if m.end < clause.low else 0)


def _role(clause: Clause, direction: Direction) -> Mention | None:
    """The post given, taken or left: behind the trigger, else the one that the person carries."""
    text, person, end = clause.text, clause.mover, clause.trigger.end
    for m in clause.roles():
        if not end <= m.start < min(clause.high + 30, end + 80):
            continue
        beside = m.start > person.end and text[person.end : m.start].strip(" ,") in ("", "as", "its", "to", "the")
        placed = _BEFORE_ROLE.search(lower(text[end : m.start])) or beside
        if placed and (not carries(text, m, person) or clause.trigger.rule.id in ("appoint", "promote", "elect")):
            return m
    own = [m for m in clause.roles() if carries(text, m, person)]
    return own[0] if own and direction != "in" else None


def carries(text: str, role: Mention, person: Mention) -> bool:
    """Whether `role` stands on the person: Chief Executive Jane Roe; Jane Roe, the chief executive."""
    if role.end <= person.start:
        return text[role.end : person.start].strip(" ,") == ""
    return _APPOSITION.fullmatch(text, person.end, role.start) is not None
