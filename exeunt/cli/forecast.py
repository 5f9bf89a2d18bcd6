"""Forecasts on the command line: made once, never changed, scored when their day has come."""

from __future__ import annotations

import json
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from exeunt.cli.judge import author_of
from exeunt.cli.ledger import AsJson, Where
from exeunt.cli.reckon import AsOf, Language, language_of, say_figures, view_of
from exeunt.cli.stream import say
from exeunt.errors import InputError
from exeunt.keeping.forecasts import forecasts as recorded
from exeunt.keeping.forecasts import foretell, score
from exeunt.keeping.reckon import View
from exeunt.language.dates import parse_published
from exeunt.language.forecasts import statement_of
from exeunt.ledger import Ledger
from exeunt.model import Figure
from exeunt.tell import printable
from exeunt.tell.figures import detail_of, figure_words, label_of, note_of, number_of, show_figures


def forecast(
    statement: Annotated[
        str, typer.Argument(help="PERSON leaves (returns to, joins, takes leave from) ORGANISATION; 〜が〜に復帰する")
    ],
    by: Annotated[str, typer.Option("--by", help="The day by which it comes, or not (YYYY-MM-DD).")],
    probability: Annotated[
        float | None, typer.Option("--probability", help="A chance of your own in place of the reckoned one.")
    ] = None,
    as_of: AsOf = None,
    author: Annotated[
        str | None, typer.Option("--author", help="Your name; usually that of your account.", envvar="EXEUNT_AUTHOR")
    ] = None,
    language: Language = "en",
    ledger: Where = None,
    as_json: AsJson = False,
) -> None:
    """Reckon how likely a move is by a day, from precedents and rates, and record it. It is never changed."""
    told = statement_of(statement)
    day, view = parse_published(by), view_of(as_of, language)
    if day is None:
        raise InputError("--by needs a day: YYYY-MM-DD")
    with Ledger.open(ledger, create=False) as opened:
        made = foretell(opened, told, statement, day, author_of(author), view.today if as_of else None, probability)
    if as_json:
        say(
            json.dumps(
                {"id": made.id, "new": made.new, "basis": made.basis, **msgspec.to_builtins(made.figure)},
                ensure_ascii=False,
            )
        )
        return
    console, language_code = Console(highlight=False), view.language or "en"
    frame = figure_words(language_code)["frame"]
    console.print(Text(printable(f"{made.statement}  — {by}"), style="bold"))
    console.print(Text(f"  {number_of(made.figure, language_code)}", style="bold"))
    for line in made.basis:
        console.print(Text(printable(f"  {detail_of(line, language_code)}"), style="dim"))
    for note in made.figure.notes:
        console.print(Text(f"  {note_of(note, language_code)}", style="yellow"))
    console.print(Text(f"  {frame['recorded' if made.new else 'recorded_before'].format(id=made.id)}", style="dim"))


def forecasts(
    scored: Annotated[
        bool, typer.Option("--score", help="How good they were: Brier score, calibration, against the base rate.")
    ] = False,
    language: Language = "en",
    ledger: Where = None,
    as_json: AsJson = False,
) -> None:
    """Every forecast with whether it came; what is not resolved stays so."""
    view = View.of(None, language_of(language))
    with Ledger.open(ledger, create=False) as opened, opened.reading() as connection:
        rows = recorded(connection, view.today)
    if scored:
        figures = score(rows)
        if as_json:
            say_figures(figures, view, forecasts=len(rows), scored=sum(r["scored"] for r in rows))
        else:
            _show_scores(figures, rows, view)
    elif as_json:
        say(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _list(rows, view)


def _list(rows: list[dict[str, Any]], view: View) -> None:
    console = Console(highlight=False)
    language = view.language or "en"
    for r in rows:
        console.print(
            Text(printable(f"{r['as_of']}  {r['probability']:.0%}  {r['statement']}  — {r['by']}"), style="bold")
        )
        notes = ("hindsight",) if r["hindsight"] else ()
        told = " · ".join(
            [label_of(r["outcome"], language), printable(r["author"]), *(note_of(n, language) for n in notes), r["id"]]
        )
        console.print(Text(f"            {told}", style="dim"))
    if not rows:
        console.print(Text(figure_words(language)["frame"]["no_forecasts"]))


def _show_scores(figures: list[Figure], rows: list[dict[str, Any]], view: View) -> None:
    console = Console(highlight=False)
    language = view.language or "en"
    if not figures:
        waiting = sum(r["outcome"] == "open" for r in rows)
        console.print(Text(figure_words(language)["frame"]["none_scored"].format(n=len(rows), open=waiting)))
        return
    show_figures(figures, language, console, hint=False)
