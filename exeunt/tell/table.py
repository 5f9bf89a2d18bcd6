"""A reading as a table in the terminal."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from exeunt.model import Claim, Reading
from exeunt.tell.words import doubt, other_side, printable, when, who_says, words

_COLOURS = {"out": "red", "in": "green", "pause": "yellow"}
_WIDE = {"person": 3, "what": 4, "organization": 3, "role": 3, "date": None, "status": None, "source": 3, "evidence": 6}
_NARROW = 120  # columns; below this, records are printed one under the other


def print_reading(reading: Reading, console: Console, title: str | None = None) -> None:
    """Print the moves, the counts and the warnings of `reading`."""
    w = words(reading.language)
    title = printable(title) if title else None
    if not reading.moves:
        console.print(escape(f"{title}: " if title else "") + w["nobody"])
    elif console.width < _NARROW:
        _records(reading, console, title, w)
    else:
        console.print(_table(reading, title, w))
    _doubts(reading, console, w)
    for count in reading.counts:
        of = f" ({w['of'].format(of=count.of)})" if count.of else ""
        said = w["counts" if count.direction else "remain"].format(said=count.said, named=count.named)
        console.print(f"  [bold]{said}[/bold]{of}: “{escape(printable(count.evidence.text))}”", highlight=False)
    for warning in reading.warnings:
        console.print(f"  [yellow]{w['warning']}:[/yellow] {escape(warning)}", highlight=False)


def _doubts(reading: Reading, console: Console, w: dict[str, str]) -> None:
    """What is less sure than was asked for, and where two readers differ."""
    if reading.review:
        console.print(Text("  " + w["review"].format(n=len(reading.review)), style="dim bold"))
    for claim in reading.review:
        person, what, organization, *_ = _cells(claim, w)
        console.print(Text("   ?"), person, what, organization, Text(f"{claim.confidence:.0%}", style="dim"))
    for difference in reading.disagreements:
        console.print(Text("  ≠ " + printable(doubt(difference, w)), style="yellow"))


def _table(reading: Reading, title: str | None, w: dict[str, str]) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, title=escape(title) if title else None, title_justify="left", pad_edge=False, expand=True
    )
    for name, ratio in _WIDE.items():
        table.add_column(w[name], ratio=ratio, overflow="fold", no_wrap=ratio is None)
    for claim in reading.moves:
        table.add_row(*_cells(claim, w))
    return table


def _cells(claim: Claim, w: dict[str, str]) -> list[Text]:
    evidence = printable(" ".join(claim.evidence[0].text.split()))
    return [
        Text(printable(claim.person), style="bold"),
        Text(printable(f"{w[claim.kind]} {other_side(claim, w)}".strip()), style=_COLOURS[claim.direction]),
        Text(printable(claim.organization), style="italic" if "organization" in claim.inferred else ""),
        Text(printable(claim.role or "")),
        Text(when(claim, w)),
        Text(w[claim.status], style="" if claim.status == "fact" else "yellow"),
        Text(printable(who_says(claim, w))),
        Text(evidence, style="dim"),
    ]


def _records(reading: Reading, console: Console, title: str | None, w: dict[str, str]) -> None:
    if title:
        console.print(f"[bold]{escape(title)}[/bold]")
    for claim in reading.moves:
        person, _, organization, role, date, status, source, evidence = _cells(claim, w)
        kind = Text(w[claim.kind], style=_COLOURS[claim.direction])
        rest = [t for t in (Text(printable(other_side(claim, w))), role) if t.plain]
        console.print(person, kind, organization, *rest)
        console.print(Text("   "), date, Text("·"), status, Text("·"), source)
        console.print(Text("   “") + evidence + Text("”"))


def safe_cell(value: object) -> object:
    """A cell that a spreadsheet shows as it stands: one that would be a formula is marked as text (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
