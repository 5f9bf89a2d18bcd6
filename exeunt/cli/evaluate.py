"""`exeunt evaluate`: the reader's figures on annotated documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast, get_args

import msgspec
import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from exeunt.errors import InputError
from exeunt.evaluate import Score, Split, gold_documents, split_of
from exeunt.model import Document
from exeunt.read import USUAL, ReaderName, read_document


def evaluate(
    folder: Annotated[Path, typer.Argument(help="A folder of annotated documents, such as eval/gold.")],
    split: Annotated[
        list[str] | None,
        typer.Option(help="train, dev, check or other; may be given several times. All, each apart, when left out."),
    ] = None,
    reader: Annotated[str, typer.Option(help="rules or learned.")] = USUAL,
    detail: Annotated[bool, typer.Option(help="List what was missed and what was wrong. Never on `check`.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as data.")] = False,
) -> None:
    """Score the reader on annotated documents: precision, recall and F1 by split, language and genre, with n."""
    unknown = set(split or ()) - set(get_args(Split))
    if unknown:
        raise InputError(f"--split {', '.join(sorted(unknown))}: give train, dev, check or other")
    if reader not in ("rules", "learned"):
        raise InputError(f"--reader {reader}: give rules or learned")
    scores = score_folder(folder, frozenset(split or ()), detail, cast(ReaderName, reader))
    if not scores:
        raise InputError(f"{folder} holds no documents of {', '.join(split or ())}: eval/WRITING.md tells the splits")
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(scores), indent=2))
        return
    for name, score in scores.items():
        _print(name, score, Console())


def score_folder(
    folder: Path, splits: frozenset[str] = frozenset(), detail: bool = False, reader: ReaderName = USUAL
) -> dict[str, Score]:
    """A Score for each split that `folder` holds documents of."""
    scores: dict[str, Score] = {}
    documents = list(gold_documents(folder, splits))
    for gold in track(documents, description="Reading", console=Console(stderr=True), transient=True):
        split = split_of(gold["id"])
        said = _answers(gold, reader)
        kept, free, optional = scores.setdefault(split, Score()).add(gold, said)
        if detail and split != "check":
            _list(gold, said, {i for i, _ in kept} | optional, free)
    return scores


def _answers(gold: dict[str, Any], reader: ReaderName) -> list[dict[str, Any]]:
    document = Document(
        text=gold["text"], published=gold.get("published"), title=gold.get("title"), language=gold["language"]
    )
    answers: list[dict[str, Any]] = msgspec.to_builtins(read_document(document, reader).moves)
    return answers


def _list(gold: dict[str, Any], said: list[dict[str, Any]], hit: set[int], free: list[int]) -> None:
    typer.echo(f"## {gold['id']}")
    for i, move in enumerate(gold["moves"]):
        if i not in hit:
            typer.echo(
                f"   missed: {move['person'][0]} {move['direction']} {move['organization'][0]} | {move['quote']}"
            )
    for j in free:
        move = said[j]
        typer.echo(
            f"   wrong:  {move['person']} {move['direction']} {move['organization']} {move['kind']}"
            f" | {move['evidence'][0]['text']}"
        )


def _print(name: str, score: Score, console: Console) -> None:
    table = Table(box=box.SIMPLE_HEAD, title=f"{name}: {score.documents} documents", title_justify="left")
    for column in ("", "precision", "recall", "F1", "right", "wrong", "missed"):
        table.add_column(column, justify="left" if not column else "right")
    for group, t in sorted(score.groups.items()):
        table.add_row(
            escape(group),
            f"{t.precision:.3f}",
            f"{t.recall:.3f}",
            f"{t.f1:.3f}",
            str(t.right),
            str(t.wrong),
            str(t.missed),
        )
    console.print(table)
    console.print(
        "  on right moves: " + ", ".join(f"{a} {r / n:.3f} ({r}/{n})" for a, (r, n) in score.attributes.items() if n)
    )
    console.print(
        f"  documents without moves: {score.quiet_moves} moves in {score.quiet} of them; "
        f"traps under a wrong move: {score.traps_fired} of {score.traps}; "
        f"evidence not verbatim: {score.evidence_broken} of {score.evidence}"
    )
    console.print(
        f"  denied, considered, speculated or reported moves shown as fact: "
        f"{score.false_facts} of {score.groups['all'].right} right moves\n"
    )
