"""Judging on the command line: review, judge, undo, split. Every answer has a name and a reason and can be taken back."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from exeunt.cli.ledger import AsJson, AsNdjson, Because, Where, give
from exeunt.cli.show import show_claims
from exeunt.errors import InputError, LedgerError
from exeunt.keeping import ask
from exeunt.keeping import judge as judge_ledger
from exeunt.keeping import split as split_ledger
from exeunt.keeping import undo as undo_ledger
from exeunt.ledger import Ledger
from exeunt.tell import printable

By = Annotated[
    str | None, typer.Option("--by", help="Your name; usually that of your account.", envvar="EXEUNT_AUTHOR")
]
_KEYS = {"identity": {"s": "same", "d": "different"}, "claim": {"c": "confirm", "r": "reject"}}


def author_of(by: str | None) -> str:
    """Who judges or foretells: the name given, else that of the account."""
    try:
        return by or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def judge(
    sort: Annotated[str, typer.Argument(help="same, different, confirm, reject or settle.")],
    first: Annotated[str, typer.Argument(help="A person or organisation (name or id), a claim or a conflict (id).")],
    second: Annotated[str | None, typer.Argument(help="The other person or organisation.")] = None,
    because: Because = "",
    by: By = None,
    ledger: Where = None,
) -> None:
    """Decide: these two are the same (or different), this claim is right (or wrong), this conflict is settled."""
    if sort not in ("same", "different", "confirm", "reject", "settle"):
        raise InputError(f"{sort}: give same, different, confirm, reject or settle")
    if (second is None) == (sort in ("same", "different")):
        raise InputError(f"{sort} takes {'two names or ids' if sort in ('same', 'different') else 'one id'}")
    with Ledger.open(ledger, create=False) as opened:
        if second is not None:
            first, second = _meant(opened, first, second)
        key = judge_ledger(opened, sort, first, second, because, author_of(by))
    sys.stderr.write(f"exeunt: judgement {key}; exeunt undo {key} takes it back\n")


def _meant(ledger: Ledger, first: str, second: str) -> tuple[str, str]:
    """The two identities that are meant: of one kind, and only one each."""
    with ledger.reading() as connection:
        for kind in ("person", "organization"):
            found = [ask.find(connection, name, kind) for name in (first, second)]
            if all(found):
                for name, several in zip((first, second), found, strict=True):
                    if len(several) > 1 and found[0] != found[1]:
                        raise LedgerError(
                            f"{name} may be one of {len(several)}: give the id ({', '.join(several[:5])})"
                        )
                if found[0] == found[1] and len(found[0]) == 2:
                    return found[0][0], found[0][1]
                return found[0][0], found[1][0]
    raise LedgerError(f"{first} or {second} is not in the ledger: exeunt identities lists who there is")


def undo(judgement: str, because: Because = "taken back", by: By = None, ledger: Where = None) -> None:
    """Take a judgement back; everything follows."""
    with Ledger.open(ledger, create=False) as opened:
        undo_ledger(opened, judgement, because, author_of(by))
    sys.stderr.write(f"exeunt: judgement {judgement} no longer stands\n")


def split(
    person: Annotated[str, typer.Argument(help="The person (name or id) from whom a mention is parted.")],
    claim: Annotated[str, typer.Option("--claim", help="A claim that is about someone else.")],
    because: Because = "",
    by: By = None,
    ledger: Where = None,
) -> None:
    """Part one mention from a person: that document means someone else."""
    with Ledger.open(ledger, create=False) as opened:
        with opened.reading() as connection:
            mine = {c["id"] for who in ask.person(connection, person) for c in who["claims"]}
        if claim not in mine:
            raise LedgerError(f"claim {claim} is not about {person}: exeunt person {person} --json shows the claims")
        key = split_ledger(opened, claim, because, author_of(by))
    sys.stderr.write(f"exeunt: judgement {key}; exeunt undo {key} takes it back\n")


def review(
    done: Annotated[bool, typer.Option("--done", help="The judgements made so far instead.")] = False,
    by: By = None,
    ledger: Where = None,
    as_json: AsJson = False,
    ndjson: AsNdjson = False,
) -> None:
    """Doubtful identities and claims, what changes most first, one key each."""
    with Ledger.open(ledger, create=False) as opened:
        with opened.reading() as connection:
            rows = ask.judgements(connection) if done else ask.doubts(connection)
        if as_json or ndjson or done or not os.isatty(0):
            _list(rows, done, as_json, ndjson)
            return
        _ask(opened, rows, author_of(by))


def _list(rows: list[dict[str, Any]], done: bool, as_json: bool, ndjson: bool) -> None:
    if as_json or ndjson:
        give(rows, ndjson)
        return
    console = Console(highlight=False)
    for r in rows:
        if done:
            state = "[dim]undone[/dim] " if r["undone"] else ""
            console.print(
                f"{r['id']}  {state}{r['sort']} {r['first']} {r['second'] or ''} · {printable(r['author'])} · {printable(r['because'])}"
            )
        elif r["sort"] == "identity":
            console.print(
                f"{r['first']}  {r['second']}  {printable(' ≟ '.join(r['names']))}  {r['score']:.2f}  {printable('; '.join(r['reasons']))}"
            )
        else:
            show_claims([r], console)
    if not rows:
        console.print("nothing waits")


def _ask(ledger: Ledger, rows: list[dict[str, Any]], author: str) -> None:
    """One key for each; u takes the last answer back, n goes on, q ends."""
    console = Console(highlight=False)
    last: str | None = None
    for number, row in enumerate(rows, 1):
        console.print(Text(f"\n{number} of {len(rows)}", style="dim"))
        if row["sort"] == "identity":
            console.print(
                Text(
                    printable(
                        "  "
                        + "   ≟   ".join(
                            f"{n} ({a or row['kind']})" for n, a in zip(row["names"], row["at"], strict=True)
                        )
                    ),
                    style="bold",
                )
            )
            console.print(Text(printable(f"  {row['score']:.2f}: {'; '.join(row['reasons'])}"), style="dim"))
        else:
            console.print(Text(printable(row["person"]), style="bold"))
            show_claims([row], console)
        keys = _KEYS[row["sort"]]
        while True:
            console.print(
                "  "
                + "  ".join(
                    f"[bold]{k}[/bold] {v}" for k, v in {**keys, "n": "next", "u": "undo the last", "q": "quit"}.items()
                ),
                end="  ",
            )
            key = typer.getchar().lower()
            console.print(key)
            if key == "q":
                return
            if key == "u" and last:
                undo_ledger(ledger, last, "taken back in review", author)
                console.print("  taken back", style="yellow")
                last = None
            elif key == "n":
                break
            elif key in keys:
                target = (row["first"], row["second"]) if row["sort"] == "identity" else (row["id"], None)
                last = judge_ledger(ledger, keys[key], target[0], target[1], "judged in review", author)
                console.print(f"  judgement {last}; exeunt undo {last} takes it back", style="dim")
                break
