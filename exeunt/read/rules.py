"""The first reader: no model, only language data and the grammars of the two languages.

Document -> triggers -> sentences worth reading -> mentions -> frames -> claims.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import ModuleType

from exeunt.language.cues import Cues, cues
from exeunt.language.dates import publication_day
from exeunt.language.lexicon import Trigger
from exeunt.language.mentions import Mention, Names, key, link
from exeunt.language.text import Sentence, narrow
from exeunt.model import Claim, Document, LanguageCode
from exeunt.read import english, japanese, tables
from exeunt.read.claims import confident, merge
from exeunt.read.frames import Discourse, Frame
from exeunt.read.prepare import Prepared, prepare
from exeunt.read.settle import Settler

_CROWD = 30  # triggers read in one sentence; what holds more is no sentence
_INTRODUCTION = 200  # code points at the start in which one gives one's name
_SIGNATURE = 60  # code points at the end in which one signs
_OPENING = 4  # sentences at the start that are always read: they name what the text is about
_GRAMMAR: dict[str, ModuleType] = {"ja": japanese, "en": english}


@dataclass(frozen=True)
class Passage:
    """A sentence worth reading, with its mentions and triggers."""

    sentence: Sentence
    mentions: list[Mention]
    triggers: list[Trigger]


def read_rules(
    document: Document, language: LanguageCode, prepared: Prepared | None = None
) -> tuple[tuple[Claim, ...], list[str]]:
    """The claims of `document`, and warnings about what could not be settled."""
    claims, author, warnings = _claims(document, language, prepared or prepare(document.text, language))
    return confident(claims, language, author), warnings


def unweighed(document: Document, language: LanguageCode, prepared: Prepared) -> tuple[Claim, ...]:
    """All claims of `document`, also those too doubtful to be shown."""
    return _claims(document, language, prepared)[0]


def _claims(
    document: Document, language: LanguageCode, prepared: Prepared
) -> tuple[tuple[Claim, ...], str | None, list[str]]:
    """Claims, the name of an author who tells of herself, warnings."""
    published = publication_day(document.published)
    text, folded = prepared.text, prepared.folded
    triggers = prepared.triggers
    listed = language == "ja" and tables.is_personnel(text, document.title or "")
    if not triggers and not listed:
        return (), None, []
    cut = prepared.cut
    passages = _passages(text, folded, cut, triggers, language)
    rows = list(tables.rows(text)) if listed else []
    names = _names(document, passages, rows)
    state = Discourse(names, focus=_focus(document, passages, names), author=_author(folded, passages, cues(language)))
    frames: list[Frame] = []
    if listed:
        frames = rows
        passages = _without_rows(passages, frames)
    for passage in passages:
        frames += _step(text, passage, state, _GRAMMAR[language], cues(language).succession)
    for frame in frames:
        if frame.resolved is None:
            _resolve(frame, state)
    settler = Settler(document, text, folded, cut, language, published)
    claims = merge(settler.claims(frames, state))
    return claims, names.person(state.author.text) if state.author else None, settler.warnings


def _passages(
    text: str, folded: str, cut: list[Sentence], triggers: list[Trigger], language: LanguageCode
) -> list[Passage]:
    """The sentences with triggers, those before them, and the opening of the text."""
    by_sentence: dict[int, list[Trigger]] = {}
    at = 0
    for trigger in triggers:
        while at < len(cut) and cut[at].end <= trigger.start:
            at += 1
        if at < len(cut) and cut[at].start <= trigger.start:
            here = by_sentence.setdefault(at, [])
            if len(here) < _CROWD:
                here.append(trigger)
    numbers = {j for i in by_sentence for j in (i - 1, i) if j >= 0} | set(range(_OPENING))
    if cues(language).first_person.search(folded):
        numbers |= {len(cut) - 1, len(cut) - 2}  # where one signs
    wanted = [cut[i] for i in sorted(numbers) if 0 <= i < len(cut)]
    owned = {cut[i]: found for i, found in by_sentence.items()}
    mentions: dict[Sentence, list[Mention]] = _GRAMMAR[language].mentions(text, folded, wanted, owned)
    return [Passage(s, mentions[s], owned.get(s, [])) for s in wanted]


def _without_rows(passages: list[Passage], rows: list[Frame]) -> list[Passage]:
    """Leave to the table grammar the triggers that stand in its rows."""
    taken = [(r.sentence.start, r.sentence.end) for r in rows]
    return [
        Passage(p.sentence, p.mentions, [t for t in p.triggers if not any(a <= t.start < b for a, b in taken)])
        for p in passages
    ]


def _names(document: Document, passages: list[Passage], rows: list[Frame]) -> Names:
    """One sense per document, in the characters of the document itself."""
    found = [m for p in passages for m in p.mentions] + [
        m for r in rows for m in (r.person, r.organization) if m is not None
    ]
    forms: dict[str, list[str]] = {"person": [], "organization": []}
    for m in found:
        if m.kind in forms and not m.anaphor:
            forms[m.kind].append(document.text[m.start : m.end])
    return Names(link(forms["person"], ends=True), link(forms["organization"], ends=False))


def _focus(document: Document, passages: list[Passage], names: Names) -> str | None:
    """The organisation that the document is about: named in the title, early and often."""
    title = narrow(document.title or "")
    weight: dict[str, float] = {}
    for passage in passages:
        for m in passage.mentions:
            if m.kind != "organization" or m.anaphor:
                continue
            name = names.organization(m.text)
            if name not in weight:
                weight[name] = (3.0 if m.text in title else 0) + (2.0 if m.start < 80 else 1.0 if m.start < 250 else 0)
            weight[name] += 1
    return max(weight, key=lambda n: weight[n]) if weight else None


def _author(folded: str, passages: list[Passage], c: Cues) -> Mention | None:
    """The person who tells of herself: introduced near the beginning, or signed at the end of a text with an "I"."""
    for passage in passages:
        for m in passage.mentions:
            if m.kind != "person":
                continue
            head = folded[max(0, m.start - 12) : m.start]
            if m.start < _INTRODUCTION and (c.author_behind.match(folded, m.end) or c.author_before.search(head)):
                return m
            signed = m.end > len(folded) - _SIGNATURE and c.author_signature.search(head) is not None
            if signed and c.first_person.search(folded):
                return m
    return None


def _step(
    text: str, passage: Passage, state: Discourse, grammar: ModuleType, succession_words: re.Pattern[str]
) -> list[Frame]:
    """Read one passage and move the discourse on."""
    state.passage, state.line = passage.mentions, passage.sentence.line
    topic = next(
        (
            m
            for m in passage.mentions
            if m.kind == "organization" and not m.anaphor and grammar.is_topic(m, passage.sentence)
        ),
        None,
    )
    if topic is not None:
        state.topic = state.names.organization(topic.text)
        if passage.sentence.first:
            state.paragraph = (passage.sentence.line, state.topic)
    _ties(text, passage, state)
    _posts(text, passage, state, grammar)
    made: list[Frame] = grammar.frames(text, passage.sentence, passage.mentions, passage.triggers, state)
    succession = succession_words.search(text, passage.sentence.start, passage.sentence.end) is not None
    for frame in made:
        _resolve(frame, state)
        _fill_post(frame, succession, state)
        frame.by_author = frame.person_inferred and frame.person == state.author
    _untie(made, state)
    state.last = next(
        (
            state.names.organization(m.text)
            for m in reversed(passage.mentions)
            if m.kind == "organization" and not m.anaphor
        ),
        state.last,
    )
    persons = [m for m in passage.mentions if m.kind == "person"]
    subject = next((p for p in persons if grammar.is_subject(p)), persons[0] if len(persons) == 1 else None)
    if subject is not None:
        state.person, state.person_at = subject, passage.sentence
    return made


def _ties(text: str, passage: Passage, state: Discourse) -> None:
    """Remember affiliations: 北辰電機の佐藤社長, Acme chief executive Jane Roe."""
    for left, right in zip(passage.mentions, passage.mentions[1:], strict=False):
        if (
            left.kind == "organization"
            and not left.former
            and not left.anaphor
            and right.kind in ("person", "role")
            and right.start - left.end <= 3
        ):
            person = (
                right
                if right.kind == "person"
                else next((m for m in passage.mentions if m.kind == "person" and 0 <= m.start - right.end <= 3), None)
            )
            if person is not None:
                state.remember(person.text, state.names.organization(left.text))


def _resolve(frame: Frame, state: Discourse) -> None:
    """Give anaphors their organisation and let a move change where the person belongs."""
    if frame.organization is not None and not frame.organization.anaphor:
        name = state.names.organization(frame.organization.text)
    elif frame.organization is not None:
        name = state.pointed(frame.organization) or ""
    elif frame.kind == "founded":
        name = ""  # one founds what the sentence names, never what the text is about
    else:
        name = state.organization(frame.direction, frame.person.text) or ""
    frame.resolved = name or None
    if frame.direction == "in" and name:
        state.remember(frame.person.text, name)


def _posts(text: str, passage: Passage, state: Discourse, grammar: ModuleType) -> None:
    """Remember the roles that persons carry: 田中太郎社長; Jane Roe, the chief executive."""
    roles = [m for m in passage.mentions if m.kind == "role"]
    for person in passage.mentions:
        if person.kind == "person":
            carried = next((r for r in roles if grammar.carries(text, r, person)), None)
            if carried is not None:
                state.posts.setdefault(key(state.names.person(person.text)), carried)


def _fill_post(frame: Frame, succession: bool, state: Discourse) -> None:
    """One leaves the post that one carries, and a successor takes the post given up last."""
    if frame.role is None and frame.direction != "in" and frame.counterpart is None:
        frame.role = state.posts.get(key(state.names.person(frame.person.text)))
    if frame.role is None and frame.direction == "in" and succession:
        frame.role = state.vacancy
    if frame.direction == "out" and frame.role is not None:
        state.vacancy = frame.role


def _untie(made: list[Frame], state: Discourse) -> None:
    """A change does not end where it began: where only its goal was told, it began at the focus."""
    for out in made:
        if out.direction == "out" and out.organization is None:
            goals = {
                f.resolved for f in made if f.direction == "in" and f.group == out.group and f.person == out.person
            }
            if out.resolved in goals:
                out.resolved = state.focus if state.focus not in goals else None
