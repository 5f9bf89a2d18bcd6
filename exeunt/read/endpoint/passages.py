"""Which stretches of a document are asked about: sentences with triggers, what stands around them, and the opening."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from exeunt.model import Document
from exeunt.read.prepare import Prepared

_AROUND = 2  # sentences before and behind one with a trigger
_OPENING = 2  # sentences at the start, which name what the text is about
_LONGEST = 2400  # code points of one passage
_LONGEST_HEADLINE, _LONGEST_OPENING = 300, 1200  # what stands in front of every passage


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the text that is asked about. `opening` ends the stretch at the start that is shown with it."""

    start: int
    end: int
    opening: int


def shown(document: Document, passage: Passage) -> dict[str, str | None]:
    """What the model is shown of the text."""
    return {
        "headline": document.title[:_LONGEST_HEADLINE] if document.title else None,
        "opening": document.text[: min(passage.opening, passage.start, _LONGEST_OPENING)],
        "passage": document.text[passage.start : passage.end],
    }


def passages(prepared: Prepared) -> list[Passage]:
    """The stretches worth asking about, in order; none where no trigger stands."""
    cut = prepared.cut
    starts = [s.start for s in cut]
    wanted: set[int] = set()
    for trigger in prepared.triggers:
        i = bisect_right(starts, trigger.start) - 1
        wanted.update(range(max(0, i - _AROUND), min(len(cut), i + _AROUND + 1)))
    opening = cut[min(_OPENING, len(cut)) - 1].end if cut else 0
    found: list[Passage] = []
    for i in sorted(wanted):
        sentence = cut[i]
        last = found[-1] if found else None
        if last is not None and i - 1 in wanted and sentence.end - last.start <= _LONGEST:
            found[-1] = Passage(last.start, sentence.end, opening)
        else:
            found.append(Passage(sentence.start, sentence.end, opening))
    return found
