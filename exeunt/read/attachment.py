"""What both grammars share when they attach persons, organisations and roles to a trigger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from exeunt.language.lexicon import Trigger
from exeunt.language.mentions import Mention
from exeunt.language.text import Sentence
from exeunt.model import Direction, Kind
from exeunt.read.frames import Frame


@dataclass(frozen=True)
class Clause:
    """One trigger and what stands around it. `low` is where the trigger before ends, `high` where the next begins.

    `person` is the one whom the trigger moves, once that is known; `inferred` says that the sentence does not name it.
    """

    text: str
    sentence: Sentence
    found: list[Mention]
    trigger: Trigger
    low: int
    high: int
    number: int
    person: Mention | None = None
    inferred: bool = False

    @property
    def mover(self) -> Mention:
        assert self.person is not None
        return self.person

    def persons(self) -> list[Mention]:
        return [m for m in self.found if m.kind == "person"]

    def roles(self) -> list[Mention]:
        return [m for m in self.found if m.kind == "role"]

    def moving(self, person: Mention, inferred: bool) -> Clause:
        return replace(self, person=person, inferred=inferred)

    def frame(self, event: tuple[Direction, Kind], place: Mention | None, role: Mention | None) -> Frame:
        """The frame of one event of this clause."""
        return Frame(
            sentence=self.sentence,
            start=self.trigger.start,
            end=self.trigger.end,
            direction=event[0],
            kind=event[1],
            person=self.mover,
            organization=place,
            role=role,
            person_inferred=self.inferred,
            group=self.number,
        )


def clauses(text: str, sentence: Sentence, found: list[Mention], triggers: list[Trigger]) -> Iterable[Clause]:
    """A clause for each trigger of the sentence."""
    for i, trigger in enumerate(triggers):
        low = triggers[i - 1].end if i else sentence.start
        high = triggers[i + 1].start if i + 1 < len(triggers) else sentence.end
        yield Clause(text, sentence, found, trigger, low, high, i)


def all_frames(
    found: Iterable[Clause],
    movers: Callable[[Clause], tuple[list[Mention], bool]],
    events: Callable[[Clause], list[Frame]],
) -> list[Frame]:
    """The frames of each clause for each person whom it moves, in order of the text."""
    made: list[Frame] = []
    for clause in found:
        persons, inferred = movers(clause)
        for person in persons:
            made += events(clause.moving(person, inferred))
    return made


def coordinated(persons: list[Mention], best: Mention, joint: Callable[[Mention, Mention], bool]) -> list[Mention]:
    """`best` and its neighbours as long as `joint(left, right)` says that two stand side by side."""
    group, index = [best], persons.index(best)
    for step in (-1, 1):
        at, j = best, index + step
        while 0 <= j < len(persons):
            left, right = (persons[j], at) if step < 0 else (at, persons[j])
            if not joint(left, right):
                break
            group.append(persons[j])
            at, j = persons[j], j + step
    return sorted(group, key=lambda m: m.start)


def best_place(clause: Clause, score: Callable[[Mention], float], least: float) -> Mention | None:
    """The organisation, or noun in the place of one, that scores highest and more than `least`."""
    scored = [(score(m), -i, m) for i, m in enumerate(clause.found) if m.kind in ("organization", "noun")]
    top = max(scored, default=None, key=lambda s: s[:2])
    return top[2] if top is not None and top[0] > least else None
