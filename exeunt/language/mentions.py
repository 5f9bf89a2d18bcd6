"""What a sentence names: persons, organisations and roles, as spans of the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

MentionKind = Literal["person", "organization", "role", "noun"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A half-open span of the text. `after` is the particle or word that follows, `cue` what made it what it is.

    A `noun` is a noun phrase that only a slot of a frame may turn into an organisation.
    """

    kind: MentionKind
    start: int
    end: int
    text: str
    after: str = ""
    certain: bool = True
    former: bool = False
    anaphor: bool = False


def key(name: str) -> str:
    """`name` folded for comparison: width, case, spaces and marks between name parts."""
    return re.sub(r"[\s・･=＝\-‐.,'’\"「」]", "", unicodedata.normalize("NFKC", name)).casefold()


@dataclass
class Names:
    """One sense per document: every person and organisation met so far, under the fullest form."""

    persons: dict[str, str] = field(default_factory=dict)
    organizations: dict[str, str] = field(default_factory=dict)

    def person(self, form: str) -> str:
        """The fullest form met of the person that `form` names."""
        return self.persons.get(key(form), form)

    def organization(self, form: str) -> str:
        """The fullest form met of the organisation that `form` names."""
        return self.organizations.get(key(form), form)


_PART = re.compile(r"[\s・･=＝]+")


def link(forms: Iterable[str], *, ends: bool) -> dict[str, str]:
    """Map the key of each form to the fullest form of the same name.

    A form stands for a longer one when it is made of its first parts (also its last ones when `ends`, as a surname
    is), or, in scripts that do not part names, when it is a beginning of at least two characters. A form that could
    stand for two different longer ones stays by itself.
    """
    unique = sorted(dict.fromkeys(forms), key=lambda f: (-len(key(f)), f))
    owners: dict[str, set[str]] = {}
    for form in unique:
        for part in _parts(form, ends):
            owners.setdefault(part, set()).add(key(form))
    fullest: dict[str, str] = {}
    for form in unique:
        longer = {fullest[k] for k in owners.get(key(form), ()) if k != key(form) and k in fullest}
        fullest.setdefault(key(form), longer.pop() if len(longer) == 1 else form)
    return fullest


def short_forms(form: str) -> set[str]:
    """The parts of a name by which a text may call it later: the surname of a name written with separators."""
    pieces = [p for p in _PART.split(form) if len(p) > 2]
    return {pieces[-1]} if len(pieces) > 1 else set()


def _parts(form: str, ends: bool) -> set[str]:
    pieces = [p for p in _PART.split(form) if p]
    if len(pieces) == 1:
        whole = key(form)
        return set() if whole.isascii() else {whole[:n] for n in range(2, len(whole))}
    found = {key("".join(pieces[:i])) for i in range(1, len(pieces))}
    if ends:
        found |= {key("".join(pieces[i:])) for i in range(1, len(pieces))}
    return found
