"""Sentences with what they state and the claims they rest on. A sentence without a claim cannot be made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from exeunt.model import LanguageCode
from exeunt.tell.brief.material import Event, Material, Quote
from exeunt.tell.brief.words import brief_words, day_of, foreign, listed, when_of

MOST = 4
"""Claims that a sentence cites in the open; more only where its facts need them."""


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """`text` without its citations, and what it states. `claims` stand behind it in the open, `more` folded; `claims` is never empty.

    `persons` are identities, `dates` as the claims have them, `numbers` as the figures have them.
    """

    text: str
    claims: tuple[str, ...]
    more: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    counterparts: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    figure: str | None = None

    def __post_init__(self) -> None:
        if not self.claims:
            raise ValueError("a sentence that no claim stands behind: leave it out")


def best(
    claims: Iterable[str],
    quotes: Mapping[str, Quote],
    needs: Mapping[str, Sequence[str]],
    language: str,
    most: int = MOST,
) -> tuple[str, ...]:
    """A few claims of many: first those that hold what is stated (field -> values), then of independent stories, those in the language first."""
    left = [quotes[c] for c in dict.fromkeys(claims) if c in quotes]
    missing = {(f, v) for f, values in needs.items() for v in values}
    chosen: list[Quote] = []
    while left and (missing or len(chosen) < most):
        first = min(left, key=_order(missing, {q.story for q in chosen}, language))
        left.remove(first)
        held = {(f, v) for f, v in missing if getattr(first, f) == v}
        if held or len(chosen) < most:
            chosen.append(first)
            missing -= held
    return tuple(q.id for q in chosen)


def _order(
    missing: set[tuple[str, str]], stories: set[str], language: str
) -> Callable[[Quote], tuple[int, bool, bool, str, str]]:
    """What holds most of the facts that are missing, of a story that is not cited yet, in the language, the earliest."""

    def order(q: Quote) -> tuple[int, bool, bool, str, str]:
        holds = sum(getattr(q, f) == v for f, v in missing)
        return -holds, q.story in stories, q.language != language, q.published or "9999", q.id

    return order


def outlets_of(claims: Iterable[str], quotes: Mapping[str, Quote], language: LanguageCode, dated: bool = False) -> str:
    """Who published these claims, each once, in the order of their days; with these days where `dated`."""
    some = sorted((quotes[c] for c in claims), key=lambda q: (q.published or "9999", q.id))
    someone = brief_words(language)["part"]["someone"]
    told = [
        " ".join([q.outlet or someone, *([day_of(q.published, language)] if dated and q.published else [])])
        for q in some
    ]
    return listed(list(dict.fromkeys(told)), language)


def role_of(e: Event, m: Material) -> str | None:
    """The role as the documents word it: in the language of the brief where one does, of several the one that most stories use."""
    told = [m.quotes[c] for c in e.claims]
    told = [q for q in told if q.role and q.status == e.status] or [q for q in told if q.role and q.status != "denied"]
    votes = Counter(q.role for q in {(q.role, q.story): q for q in told}.values())
    mine = {q.role for q in told if q.language == m.language}
    ordered = sorted(votes, key=lambda r: (r not in mine, -votes[r], r or ""))
    return ordered[0] if ordered else None


def move_sentences(e: Event, m: Material) -> list[Sentence]:
    """A move in one sentence, marked as what it is; and, where somebody denies it, the denial in another."""
    role = role_of(e, m)
    values = _slots(e, m, role)
    w = brief_words(m.language)
    past, base = (w[form][e.kind].format(**values) for form in ("past", "base"))
    mark = "assumed" if e.assumed else "planned" if e.standing == "planned" else e.status
    shown = _first_up(w["status"][mark].format(past=past, base=base))
    made = [_made(shown, e, m, role, e.status, e.claims)]
    denials = [c for c in e.claims if m.quotes[c].status == "denied"]
    if denials and e.status != "denied":
        plain = w["past"][m.quotes[denials[0]].kind or e.kind].format(**_slots(e, m, None, bare=True))
        text = w["status"]["also_denied"].format(
            name=e.name, outlets=outlets_of(denials, m.quotes, m.language), past=plain
        )
        made.append(
            Sentence(text=_first_up(text), claims=best(denials, m.quotes, {"status": ["denied"]}, m.language), persons=(e.person,), names=(e.name,),
                     kinds=(m.quotes[denials[0]].kind or e.kind,), statuses=("denied",))
        )  # fmt: skip
    return made


def _made(text: str, e: Event, m: Material, role: str | None, status: str, claims: Sequence[str]) -> Sentence:
    dates = tuple(d for d in (e.date,) if d)
    role_said = (role,) if role and role in text else ()
    other = (e.counterpart,) if e.counterpart and e.counterpart_name and e.counterpart_name in text else ()
    until = [e.until] if e.until and e.kind == "leave" else []
    needs = {
        "kind": [e.kind],
        "status": [status],
        "date": list(dates),
        "role": list(role_said),
        "counterpart": list(other),
        "until": until,
    }
    telling = [c for c in claims if status == "denied" or m.quotes[c].status != "denied"]
    agreeing = [c for c in telling if _agrees(m.quotes[c], e)] or telling
    cited = best(agreeing, m.quotes, needs, m.language)
    if any(v not in {getattr(m.quotes[c], f) for c in cited} for f, values in needs.items() for v in values):
        cited = best(telling, m.quotes, needs, m.language)
    return Sentence(
        text=text,
        claims=cited,
        persons=(e.person,),
        names=(e.name,),
        kinds=(e.kind,),
        statuses=(status,),
        dates=dates,
        roles=role_said,
        counterparts=other,
    )


def _agrees(q: Quote, e: Event) -> bool:
    """Whether a claim says nothing that the move does not: its date, however precise, and its status."""
    short = min(len(q.date or ""), len(e.date or ""))
    return (q.date or "")[:short] == (e.date or "")[:short] and q.status == e.status


def _slots(e: Event, m: Material, role: str | None, bare: bool = False) -> dict[str, str]:
    part = brief_words(m.language)["part"]
    strange = role is not None and foreign(role, m.language)
    plain = part.get("plain", "{name}").format(name=e.name)
    who = part["role_foreign" if strange else "role"].format(name=e.name, role=role) if role else plain
    other = e.counterpart_name if not bare else None
    return {
        "who": who, "name": plain, "org": m.name,
        "as": part["as_foreign" if strange else "as"].format(role=role) if role else "",
        "post": part["post_foreign" if strange else "post"].format(role=role) if role else part["post_none"],
        "to": part["to"].format(other=other) if other and e.direction == "out" else "",
        "from": part["from"].format(other=other) if other and e.direction == "in" else "",
        "when": when_of(e.date, m.language) if not bare else "",
        "until": part["until"].format(day=day_of(e.until, m.language)) if e.until and not bare else "",
    }  # fmt: skip


def _first_up(text: str) -> str:
    """The template's own first word with a capital; a name keeps its own spelling."""
    return text[0].upper() + text[1:] if text.startswith("the term of") else text


def noted(text: str, note: str, language: LanguageCode) -> str:
    """A sentence with a remark that must be read with it."""
    w = brief_words(language)
    return w["part"]["noted"].format(text=text.rstrip(w["words"]["stop"]), note=note)
