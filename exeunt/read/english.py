"""English frames: who, by voice and apposition; where, by object, preposition and possessive."""

from __future__ import annotations

import re

from exeunt.language.data import alternatives, read_toml
from exeunt.language.en.names import mentions as find_mentions
from exeunt.language.lexicon import Trigger
from exeunt.language.mentions import Mention
from exeunt.language.text import Sentence, lower
from exeunt.model import Direction
from exeunt.read.frames import Discourse, Frame

_WORDS: dict[str, list[str]] = read_toml("en", "patterns.toml")


def _any(name: str) -> str:
    return rf"(?:{alternatives(_WORDS[name])})"


_BE = re.compile(rf"\b{_any('be')}(?: [a-z]+ly| {_any('between_be')}){{0,2}} $")
_GOAL = re.compile(rf" (?:{_any('goal')}|to become [a-z ]+ (?:at|of)) (?:{_any('rival')} )?$")
_ORIGIN = re.compile(r" (?:away )?from $")
_BEFORE_ROLE = re.compile(rf"(?:^| ){_any('before_role')}(?: {_any('before_role')})? $|^ $")
_APPOSITION = re.compile(rf",? ?(?:\d\d, )?(?:who {_any('leads')} )?(?:{_any('apposition')} |[A-Z][\w&.-]+['’]s )*")
_JOINT = re.compile(
    r"^(?:, [^,.;]{1,40},)?(?:,? and | & |, | as well as |, and his colleague )(?:mr |ms |dr |mr\. |ms\. |dr\. )?$"
)
_PRONOUN = re.compile(r"\b(?:he|she|who)\b")
_FIRST = re.compile(r"\b(?:i|i'm|i've|i'll|my)\b")
_CLAUSE = re.compile(r"[;:]|, (?:but|while|and|as|which|when|where)\b| (?:but|while|after|because|although|though)\b")


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
    folded = lower(text[sentence.start : sentence.end])
    result: list[Frame] = []
    for i, trigger in enumerate(triggers):
        low = triggers[i - 1].end if i else sentence.start
        high = triggers[i + 1].start if i + 1 < len(triggers) else sentence.end
        persons, inferred = _movers(text, folded, sentence, found, trigger, state)
        for person in persons:
            result += _events(text, folded, sentence, found, trigger, (low, high), person, inferred, i)
    return result


def _passive(folded: str, sentence: Sentence, trigger: Trigger) -> bool:
    return _BE.search(folded[: trigger.start - sentence.start]) is not None


def _movers(
    text: str, folded: str, sentence: Sentence, found: list[Mention], trigger: Trigger, state: Discourse
) -> tuple[list[Mention], bool]:
    persons = [m for m in found if m.kind == "person"]
    scored = [(s, p) for p in persons if (s := _mover_score(text, folded, sentence, trigger, p)) > 0]
    acts_on = trigger.rule.mover == "object" and not _passive(folded, sentence, trigger) and not trigger.rule.nominal
    before = folded[: trigger.start - sentence.start]
    pronoun = re.search(r"\b(?:he|she|who)(?: [a-z']+){0,4} ?$", before)
    if scored:
        best = max(scored, key=lambda sp: (sp[0], sp[1].start))[1]
        return _joined(text, persons, best), False
    if persons and not pronoun:
        return [], False
    if (
        pronoun
        or (acts_on and re.match(r" (?:him|her)\b", folded[trigger.end - sentence.start :]))
        or re.search(r"\b(?:his|her) $", before)
    ):
        earlier = [p for p in persons if p.end <= trigger.start]
        if earlier:
            return [earlier[-1]], False
        return ([state.person], True) if state.person is not None else ([], False)
    if state.author is not None and _FIRST.search(before):
        return [state.author], True
    return [], False


def _mover_score(text: str, folded: str, sentence: Sentence, trigger: Trigger, person: Mention) -> float:
    """How well `person` fits as the one whom `trigger` moves; at most 0 when it does not."""
    rule = trigger.rule
    passive = _passive(folded, sentence, trigger)
    if person.start >= trigger.end:
        gap = lower(text[trigger.end : person.start])
        if rule.nominal or rule.id in ("die", "found"):
            return 3.0 - 0.05 * len(gap) if re.match(r"(?:^| )(?:of|by|for) ", gap) or gap in (" ", " of ") else 0.0
        if rule.mover == "subject" or passive:
            return 0.0
        if len(gap) > 70 or re.search(r"[.;:]| (?:who|that|after|before|while) ", gap):
            return 0.0
        return 3.0 - 0.03 * len(gap)
    gap = lower(text[person.end : trigger.start])
    if rule.nominal:
        return 3.0 if re.match(r"^'s? (?:[a-z-]+ ){0,3}$", gap) else 0.4 - 0.02 * len(gap)
    if rule.mover == "object" and not passive:
        # Reduced relatives ("Jane Roe, hired from Acme") and "Jane Roe hired"
        return 1.6 - 0.04 * len(gap) if re.match(r"^,? ?(?:[a-z]+ ){0,2}$", gap) else 0.0
    score = 2.4 - 0.015 * len(gap)
    if person.after == "'s":
        score -= 1.2
    if re.search(r"[.;]", gap):
        score -= 1
    return score


def _joined(text: str, persons: list[Mention], best: Mention) -> list[Mention]:
    """`best` and those coordinated with it: A and B; A, B and C."""
    group, index = [best], persons.index(best)
    for step in (-1, 1):
        at, j = best, index + step
        while 0 <= j < len(persons):
            left, right = (persons[j], at) if step < 0 else (at, persons[j])
            gap = lower(text[left.end : right.start])
            if not _JOINT.match(gap):
                break
            group.append(persons[j])
            at, j = persons[j], j + step
    whole = sorted(group, key=lambda m: m.start)
    # "A, B" alone is an apposition or a list item, "A and B" is two people.
    if len(whole) > 1 and not re.search(r"and |&", lower(text[whole[0].end : whole[-1].start])):
        return [best]
    return whole


def _events(
    text: str,
    folded: str,
    sentence: Sentence,
    found: list[Mention],
    trigger: Trigger,
    clause: tuple[int, int],
    person: Mention,
    inferred: bool,
    group: int,
) -> list[Frame]:
    made: list[Frame] = []
    passive = _passive(folded, sentence, trigger)
    for direction, kind in trigger.rule.events:
        place = _place(text, found, trigger, clause, person, direction, passive)
        role = _role(text, found, trigger, clause, person, direction)
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
    if len(made) == 1:
        other = _other_side(text, found, trigger, clause, made[0])
        if other is not None:
            made.insert(0 if other.direction == "out" else 1, other)
            other.group = group
            other.person_inferred = inferred
    if len(made) == 2:
        out, into = made
        if into.organization is None:
            return [out] if len(trigger.rule.events) == 1 else []
        into.counterpart, out.counterpart = out.organization, into.organization
    return made


def _other_side(
    text: str, found: list[Mention], trigger: Trigger, clause: tuple[int, int], frame: Frame
) -> Frame | None:
    """The other half that a preposition tells: hired *from* Acme; left *for* Acme."""
    wanted = _ORIGIN if frame.direction == "in" else _GOAL
    for m in found:
        if (
            m.kind not in ("organization", "noun")
            or m.anaphor
            or m.start < trigger.end
            or m.start > clause[1]
            or m == frame.organization
        ):
            continue
        if wanted.search(lower(text[trigger.start - 1 : m.start])) and m.start - trigger.end < 90:
            if frame.direction == "in":
                return Frame(
                    frame.sentence, frame.start, frame.end, "out", "left", frame.person, m, None, None, trigger
                )
            if frame.direction == "out" and frame.kind in ("left", "resigned"):
                return Frame(
                    frame.sentence, frame.start, frame.end, "in", "joined", frame.person, m, None, None, trigger
                )
    return None


def _place(
    text: str,
    found: list[Mention],
    trigger: Trigger,
    clause: tuple[int, int],
    person: Mention,
    direction: Direction,
    passive: bool,
) -> Mention | None:
    best: tuple[float, Mention] | None = None
    for m in found:
        if m.kind not in ("organization", "noun"):
            continue
        score = _place_score(text, m, trigger, clause, person, direction, passive)
        if score > 0.6 and (best is None or score > best[0]):
            best = (score, m)
    return best[1] if best else None


def _place_score(
    text: str,
    m: Mention,
    trigger: Trigger,
    clause: tuple[int, int],
    person: Mention,
    direction: Direction,
    passive: bool,
) -> float:
    head = lower(text[max(0, m.start - 32) : m.start])
    if re.search(r"\b(?:in|near|on|since|between|across) (?:the )?$", head) and m.start - trigger.end > 1:
        return 0.0  # a place or a time rather than an employer
    if re.search(r"\b(?:former|ex-|formerly at|previously at|once at)(?: [a-z]+)? $|ex-$", head):
        return 0.0
    rule, score = trigger.rule, 0.0
    if m.start >= trigger.end:
        gap = lower(text[trigger.end : m.start])
        if re.search(r"from$", lower(text[trigger.start : trigger.end])) and direction == "in":
            return 0.0
        if re.fullmatch(r" (?:the |rival |its rival |competitor |up with )?", gap) and not rule.nominal:
            direct = rule.mover in ("subject", "either") and rule.id not in (
                "die",
                "retire",
                "pause",
                "become",
                "resign",
                "elect",
            )
            score = 3.0 if direct else 1.0 if rule.id not in ("become",) else 0.4
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
        score -= 0.01 * len(gap)
        if m.start > clause[1]:
            score -= 1.0
    else:
        gap = lower(text[m.end : trigger.start])
        employer = rule.mover == "object" and not passive and not rule.nominal
        score = 2.4 if employer and m.end <= person.start else 1.2
        near = text[min(m.end, person.end) : max(m.start, person.start)]
        affiliated = (
            re.search(r"\b(?:of|at|from) (?:the )?$", head)
            or m.after == "'s"
            or (m.end < person.start and len(near) < 40)
        )
        if affiliated:
            score = max(
                score, 1.7 if direction != "in" or rule.id in ("appoint", "promote", "become", "return") else 1.0
            )
        score -= 0.008 * len(gap)
        if m.end < clause[0]:
            score -= 0.5
    return score - (0.5 if m.kind == "noun" else 0) - (0.2 if m.anaphor else 0)


def _role(
    text: str, found: list[Mention], trigger: Trigger, clause: tuple[int, int], person: Mention, direction: Direction
) -> Mention | None:
    """The post given, taken or left: behind the trigger, else the one that the person carries."""
    roles = [m for m in found if m.kind == "role"]
    behind = [m for m in roles if trigger.end <= m.start < clause[1] + 30 and m.start - trigger.end < 80]
    for m in behind:
        gap = lower(text[trigger.end : m.start])
        placed = _BEFORE_ROLE.search(gap) or (
            m.start > person.end and text[person.end : m.start].strip(" ,") in ("", "as", "its", "to", "the")
        )
        if placed and (not carries(text, m, person) or trigger.rule.id in ("appoint", "promote", "elect")):
            return m
    own = [m for m in roles if carries(text, m, person)]
    return own[0] if own and direction != "in" else None


def carries(text: str, role: Mention, person: Mention) -> bool:
    """Whether `role` stands on the person: Chief Executive Jane Roe; Jane Roe, the chief executive."""
    if role.end <= person.start:
        return text[role.end : person.start].strip(" ,") == ""
    return _APPOSITION.fullmatch(text, person.end, role.start) is not None
