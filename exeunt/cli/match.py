"""`exeunt match`: are two names one, and which of many is it most likely?"""

from __future__ import annotations

import json
from typing import Annotated, Any, cast

import msgspec
import typer
from rich.console import Console

from exeunt.cli.ledger import AsJson
from exeunt.cli.stream import opened, say
from exeunt.errors import InputError
from exeunt.identify.match import Kind, match, rank
from exeunt.tell import printable


class Question(msgspec.Struct):
    """One line in: a name and its candidates."""

    name: str
    candidates: list[str]
    id: str | int | None = None
    kind: Kind = "person"


def match_command(
    names: Annotated[
        list[str], typer.Argument(help="Two names; with --ndjson a file of questions, - is standard input.")
    ],
    kind: Annotated[str, typer.Option(help="person or organization.")] = "person",
    ndjson: Annotated[
        bool, typer.Option("--ndjson", help='Lines {"id", "name", "candidates", "kind"?} in, {"id", "ranked"} out.')
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare names across scripts: the score, the verdict and what speaks for it."""
    if kind not in ("person", "organization"):
        raise InputError(f"--kind {kind}: give person or organization")
    if ndjson:
        raise typer.Exit(_lines(names))
    if len(names) != 2:
        raise InputError("give two names to compare, each in quotation marks")
    found = match(names[0], names[1], cast(Kind, kind))
    if as_json:
        say(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))
        return
    Console(highlight=False).print(
        f"[bold]{found.verdict}[/bold] {found.score:.2f}  {printable('; '.join(found.reasons))}"
    )


def _lines(names: list[str]) -> int:
    failures = 0
    for name in names:
        with opened(name) as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    answer = _answer(line, number)
                    failures += "error" in answer
                    say(json.dumps(answer, ensure_ascii=False))
    return 1 if failures else 0


def _answer(line: bytes, number: int) -> dict[str, Any]:
    try:
        asked = msgspec.json.decode(line, type=Question)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as e:
        return {
            "id": None,
            "line": number,
            "error": f'not a question ({e}): write {{"id": …, "name": …, "candidates": […]}} on one line',
        }
    return {"id": asked.id, "ranked": [msgspec.to_builtins(r) for r in rank(asked.name, asked.candidates, asked.kind)]}
