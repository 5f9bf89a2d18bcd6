"""Reckoning on the command line: the dossier, flows, precedents, bursts, and the sentences behind every number."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Annotated, Any, cast

import msgspec
import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection

from exeunt.cli.ledger import AsJson, Where
from exeunt.cli.show import show_claims
from exeunt.cli.stream import say
from exeunt.errors import InputError
from exeunt.keeping import reckon
from exeunt.keeping.reckon import Reckoned, View
from exeunt.language.dates import publication_day
from exeunt.ledger import Ledger
from exeunt.model import Figure, LanguageCode
from exeunt.tell import printable
from exeunt.tell.figures import figure_words, label_of, percentage, show_figures

AsOf = Annotated[str | None, typer.Option("--as-of", help="As it was known on this day (YYYY-MM-DD).")]
Why = Annotated[
    str | None, typer.Option("--why", help="The sentences behind one number: TABLE/LABEL, as --json names them.")
]
Language = Annotated[
    str, typer.Option("--language", help="en or ja: the language of the answer.", envvar="EXEUNT_LANGUAGE")
]

_LANGUAGES: tuple[LanguageCode, ...] = ("en", "ja")
_WINDOW = re.compile(r"(\d{1,5})\s*(d|day|days|日|w|weeks?|週|m|months?|か月|y|years?|年)?")
_OLD = 31  # days after the last document from which on its age is told
_DAYS = {"d": 1, "日": 1, "w": 7, "週": 7, "m": 30, "か": 30, "y": 365, "年": 365}


def organization(
    name: Annotated[str, typer.Argument(help="An organisation, in any of its names, or its id.")],
    as_of: AsOf = None,
    why: Why = None,
    language: Language = "en",
    ledger: Where = None,
    as_json: AsJson = False,
) -> None:
    """The dossier: who left, joined, is away; founders, posts, flows, tenure, the base rate, conflicts, who was first."""
    _answer(lambda c, v: reckon.organization(c, name, v), as_of, why, language, ledger, as_json)


def flows(
    name: Annotated[str | None, typer.Option("--org", help="From and to this organisation; without it all.")] = None,
    since: Annotated[str | None, typer.Option(help="From this date on (YYYY, YYYY-MM or YYYY-MM-DD).")] = None,
    as_of: AsOf = None,
    why: Why = None,
    language: Language = "en",
    ledger: Where = None,
    as_json: AsJson = False,
) -> None:
    """From where to where people went, with the share of each way and its interval."""
    publication_day(since)
    _answer(lambda c, v: reckon.flows(c, name, since, v), as_of, why, language, ledger, as_json)


def precedents(
    kind: Annotated[str, typer.Option(help=f"One of {', '.join(reckon.KINDS)}.")] = "leave",
    as_of: AsOf = None,
    why: Why = None,
    language: Language = "en",
    ledger: Where = None,
    as_json: AsJson = False,
) -> None:
    """How all cases of a kind ended: leaves, departures, beginnings, or what was only announced or rumoured at first."""
    _answer(lambda c, v: reckon.precedents_of(c, kind, v), as_of, why, language, ledger, as_json)


def burst(
    name: Annotated[str, typer.Argument(help="An organisation, in any of its names, or its id.")],
    window: Annotated[str, typer.Option(help="How far back: 90d, 12w, 6m or 1y.")] = "90d",
    as_of: AsOf = None,
    why: Why = None,
    language: Language = "en",
    ledger: Where = None,
    as_json: AsJson = False,
) -> None:
    """So many departures against so many expected, and how surprising that is."""
    days = window_of(window)
    _answer(lambda c, v: reckon.burst(c, name, days, v), as_of, why, language, ledger, as_json)


def evidence(
    keys: Annotated[list[str], typer.Argument(help="Ids of claims, stated numbers, moves or conflicts.")],
    ledger: Where = None,
    as_json: AsJson = False,
) -> None:
    """The sentences behind claims, moves and conflicts, each with who published it and when."""
    with Ledger.open(ledger, create=False) as opened, opened.reading() as connection:
        rows = reckon.evidence(connection, keys)
    _quote(rows, as_json)


def window_of(window: str) -> int:
    """Days of a window such as 90d, 12w, 6m or 1y. Raises InputError."""
    m = _WINDOW.fullmatch(window.strip().lower())
    days = int(m[1]) * _DAYS[(m[2] or "d")[0]] if m else 0
    if not 1 <= days <= reckon.LONGEST:
        raise InputError(f"--window {window}: give days, weeks, months or years, for example 90d, 12w, 6m or 1y")
    return days


def language_of(language: str) -> LanguageCode:
    """The language of an answer. Raises InputError."""
    if language not in ("en", "ja"):
        raise InputError(f"--language {language}: give en or ja")
    return cast(LanguageCode, language)


def view_of(as_of: str | None, language: str) -> View:
    """From which day and in which language the ledger is seen. Raises DateError or InputError."""
    return View.of(as_of, language_of(language))


def _answer(
    asked: Callable[[Connection, View], Reckoned],
    as_of: str | None,
    why: str | None,
    language: str,
    ledger: str | None,
    as_json: bool,
) -> None:
    view = view_of(as_of, language)
    with Ledger.open(ledger, create=False) as opened, opened.reading() as connection:
        found = asked(connection, view)
        rows = reckon.evidence(connection, _behind(found.figures, why)) if why else []
    if why:
        _quote(rows, as_json, view.language or "en")
    elif as_json:
        say_figures(found.figures, view, id=found.id, name=found.name, as_of=view.today.isoformat())
    else:
        _show(found, view)


def _behind(figures: list[Figure], why: str) -> list[str]:
    """The evidence of the figures that TABLE/LABEL names (a founder may leave twice); the label may also be given in words."""
    table, _, label = why.partition("/")
    headings = {figure_words(c)["tables"][t]: t for c in _LANGUAGES for t in {f.table for f in figures}}
    table = headings.get(table, table)
    mine = [f for f in figures if f.table == table]
    named = [f for f in mine if label in (f.label, *(label_of(f.label, c, f.table) for c in _LANGUAGES))]
    if named:
        return list(dict.fromkeys(c for f in named for c in f.evidence))
    there = list(dict.fromkeys(f.label for f in mine)) or list(dict.fromkeys(f.table for f in figures))
    raise InputError(
        f"--why {why}: give {'TABLE/LABEL, the table' if not mine else f'{table}/ and'} one of {', '.join(there[:25])}"
    )


def say_figures(figures: list[Figure], view: View, **head: Any) -> None:
    """Figures as one JSON object: what they are about, the figures, and what their blind spots mean."""
    words = figure_words(view.language or "en")["blind"]
    blind = {f.blind: words[f.blind] for f in figures}
    told = {**head, "figures": msgspec.to_builtins(figures), "blind_spots": blind}
    say(json.dumps(told, ensure_ascii=False))


def _quote(rows: list[dict[str, Any]], as_json: bool, language: LanguageCode = "en") -> None:
    if as_json:
        say(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    show_claims([r for r in rows if "kind" in r], console, True, language)
    for r in (r for r in rows if "kind" not in r):
        where = " · ".join(str(x) for x in (r["outlet"], r["published"], r["document"]) if x)
        console.print(Text(printable(f"  {r['said']}: “{' '.join(r['quote'].split())}”")))
        console.print(Text(printable(f"             {where}"), style="dim"))


def _show(found: Reckoned, view: View) -> None:
    console = Console(highlight=False)
    language = view.language or "en"
    frame = figure_words(language)["frame"]
    if found.id:
        console.print(Text(printable(frame["title"].format(name=found.name, day=view.today)), style="bold"))
        if found.covered:
            first, last = found.covered
            days = (view.today - last).days
            console.print(
                Text(frame["old" if days > _OLD else "covered"].format(first=first, last=last, days=days), style="dim")
            )
    if found.demo:
        console.print(Text(frame["demo"], style="yellow"))
    if verdict := _verdict(found.figures, language):
        console.print(Text(verdict))
    if found.figures:
        show_figures(found.figures, language, console)
    else:
        console.print(Text(printable(frame["no_moves"].format(name=found.name)) if found.id else frame["none"]))


def _verdict(figures: list[Figure], language: LanguageCode) -> str | None:
    """A burst in one sentence, where there is one to tell of."""
    told = {f.label: f for f in figures if f.table == "burst"}
    if len(told) < 3:
        return None
    seen, expected, chance = (told[k] for k in ("seen", "expected", "chance"))
    return figure_words(language)["frame"]["verdict"].format(
        seen=f"{seen.value:g}", since=seen.since, until=seen.until, low=f"{expected.low:g}", high=f"{expected.high:g}", chance=percentage(chance.value or 0)
    )  # fmt: skip
