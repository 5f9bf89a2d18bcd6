"""A reading as a table in the terminal."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from exeunt.model import Claim, Reading
from exeunt.tell.words import what_happened, when, who_says, words

_COLOURS = {"out": "red", "in": "green", "pause": "yellow"}
_NARROW = 100  # columns; below this, records are printed one under the other


def print_reading(reading: Reading, console: Console, title: str | None = None) -> None:
    """Print the moves, the counts and the warnings of `reading`."""
    w = words(reading.language)
    if not reading.moves:
        console.print(escape(f"{title}: " if title else "") + w["nobody"])
    elif console.width < _NARROW:
        _records(reading, console, title, w)
    else:
        console.print(_table(reading, title, w))
    for count in reading.counts:
        of = f" ({w['of'].format(of=count.of)})" if count.of else ""
        said = w["counts"].format(said=count.said, named=count.named)
        console.print(f"  [bold]{said}[/bold]{of}: “{escape(count.evidence.text)}”", highlight=False)
    for warning in reading.warnings:
        console.print(f"  [yellow]{w['warning']}:[/yellow] {escape(warning)}", highlight=False)


def _table(reading: Reading, title: str | None, w: dict[str, str]) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, title=escape(title) if title else None, title_justify="left", pad_edge=False, expand=True
    )
    for name, ratio in (
        ("person", 3),
        ("what", 3),
        ("organization", 3),
        ("role", 3),
        ("date", 2),
        ("status", 2),
        ("source", 2),
        ("evidence", 6),
    ):
        table.add_column(w[name], ratio=ratio, overflow="fold")
    for claim in reading.moves:
        table.add_row(*_cells(claim, w))
    return table


def _cells(claim: Claim, w: dict[str, str]) -> list[Text]:
    evidence = " ".join(claim.evidence[0].text.split())
    return [
        Text(claim.person, style="bold"),
        Text(what_happened(claim, w), style=_COLOURS[claim.direction]),
        Text(claim.organization, style="italic" if "organization" in claim.inferred else ""),
        Text(claim.role or ""),
        Text(when(claim, w)),
        Text(w[claim.status], style="" if claim.status == "fact" else "yellow"),
        Text(who_says(claim, w)),
        Text(evidence, style="dim"),
    ]


def _records(reading: Reading, console: Console, title: str | None, w: dict[str, str]) -> None:
    if title:
        console.print(f"[bold]{escape(title)}[/bold]")
    for claim in reading.moves:
        person, what, organization, role, date, status, source, evidence = _cells(claim, w)
        console.print(person, what, Text("·"), organization, role)
        console.print(Text("   "), date, Text("·"), status, Text("·"), source)
        console.print(Text("   “") + evidence + Text("”"))
