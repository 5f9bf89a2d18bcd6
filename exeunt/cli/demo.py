"""`exeunt demo`: something to try everything on."""

from __future__ import annotations

import json
import shlex
from typing import Annotated

import typer
from rich.console import Console

from exeunt.cli.ledger import AsJson, Where
from exeunt.cli.stream import say
from exeunt.demo import judgements, readings, vouched
from exeunt.keeping import add, judge, undo
from exeunt.keeping import forget_document as forget
from exeunt.keeping.ask import find, has_document
from exeunt.ledger import Ledger, usual_ledger
from exeunt.ledger.standing import standing

_AUTHOR = "demo"  # of the judgements that come with it
_NEXT = """Try:
  exeunt org OpenAI{ledger}
  exeunt org OpenAI --language ja{ledger}
  exeunt org OpenAI --why founders/now{ledger}
  exeunt burst OpenAI --window 90d --as-of 2024-11-30{ledger}
  exeunt precedents --kind leave{ledger}
  exeunt flows --org OpenAI --since 2023{ledger}
  exeunt forecast "Greg Brockman returns to OpenAI" --by 2025-01-31 --as-of 2024-08-10{ledger}
  exeunt forecasts --score{ledger}
  exeunt person "イリヤ・サツケバー"{ledger}
  exeunt conflicts --org OpenAI{ledger}"""


def demo(
    remove: Annotated[bool, typer.Option("--remove", help="Take the demonstration out of the ledger again.")] = False,
    ledger: Where = None,
    as_json: AsJson = False,
) -> None:
    """Load the demonstration: short documents on leadership moves at AI laboratories, in both languages, annotated by hand."""
    with Ledger.open(ledger, create=not remove) as opened:
        if remove:
            gone = _remove(opened)
            Console(stderr=True, highlight=False).print(f"{gone} documents of the demonstration taken out")
            return
        added = add(opened, readings(), batch=100)
        _judge(opened)
    checked, claims = vouched()
    if as_json:
        say(
            json.dumps({"documents": added.documents, "known": added.known, "claims": added.claims, "checked": checked})
        )
        return
    console = Console(highlight=False)
    where = ledger or usual_ledger()
    console.print(
        f"[bold]{added.documents}[/bold] documents with {added.claims} claims added to {where}, {added.known} there before.",
        markup=True,
    )
    console.print(
        f"They were written for this; their outlets do not exist. Of {claims} claims {checked} were checked against documents kept with the project, the others are illustrative. "
        "People annotated them, no reader: exeunt read shows what the readers find."
    )
    option = f" --ledger {shlex.quote(ledger)}" if ledger else ""
    console.print(_NEXT.format(ledger=option), markup=False, soft_wrap=True)


def _judge(ledger: Ledger) -> None:
    """Say of a few names that they are one: the ledger would leave these to people."""
    for kind, first, second, because in judgements():
        with ledger.reading() as connection:
            a, b = (find(connection, name, kind) for name in (first, second))
        if len(a) == len(b) == 1 and a != b:
            judge(ledger, "same", a[0], b[0], because, _AUTHOR)


def _remove(ledger: Ledger) -> int:
    gone = 0
    with ledger.reading() as connection:
        made = [j["id"] for j in standing(connection, "same") if j["author"] == _AUTHOR]
    for key in made:
        undo(ledger, key, "demonstration taken out", _AUTHOR)
    for document, _ in readings():
        with ledger.reading() as connection:
            there = has_document(connection, str(document.id))
        if there:
            forget(ledger, str(document.id), "demonstration", tombstone=False)
            gone += 1
    return gone
