"""Moves, claims and conflicts for people at a terminal."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from exeunt.model import LanguageCode
from exeunt.tell import printable
from exeunt.tell.words import words

_NARROW = 120  # columns; below this, moves stand one under the other
_COLOURS = {"out": "red", "in": "green", "pause": "yellow"}


def show_moves(rows: list[dict[str, Any]], console: Console) -> None:
    """A table of moves; one move under the other where the terminal is narrow."""
    w = words("en")
    if not rows:
        console.print("no moves")
        return
    if console.width < _NARROW:
        _stacked(rows, console, w)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("date", "person", "what", "organization", "role", "status", "sources"):
        table.add_column(w.get(name, name), overflow="fold")
    for r in rows:
        what, status = _what(r, w), _status(r, w)
        table.add_row(
            r["date"] or "—", Text(printable(r["person_name"] or r["person"]), style="bold"), Text(printable(what), style=_COLOURS[r["direction"]]),
            printable(r["organization_name"] or r["organization"]), printable(r["role"] or ""), Text(status, style="" if r["status"] == "fact" else "yellow"),
            str(r["sources"]),
        )  # fmt: skip
    console.print(table)


def _what(r: dict[str, Any], w: dict[str, str]) -> str:
    if not r["counterpart_name"]:
        return w[r["kind"]]
    return f"{w[r['kind']]} {w['from' if r['direction'] == 'in' else 'to'].format(counterpart=r['counterpart_name'])}"


def _status(r: dict[str, Any], w: dict[str, str]) -> str:
    return w[r["status"]] + (f" ({w['denied']})" if r["denied"] and r["status"] != "denied" else "")


def _stacked(rows: list[dict[str, Any]], console: Console, w: dict[str, str]) -> None:
    """Two lines for each move: who, what, where; and how sure."""
    for r in rows:
        head = Text(f"{r['date'] or '—':10}  ")
        head.append(printable(r["person_name"] or r["person"]), style="bold")
        head.append(printable(f"  {_what(r, w)}"), style=_COLOURS[r["direction"]])
        head.append(printable(f"  {r['organization_name'] or r['organization']}"))
        told = " · ".join(
            x for x in (r["role"], _status(r, w), f"{r['sources']} {'source' if r['sources'] == 1 else 'sources'}") if x
        )
        console.print(head)
        console.print(Text(printable(f"            {told}"), style="dim"))


def show_claims(
    rows: list[dict[str, Any]], console: Console, persons: bool = False, language: LanguageCode = "en"
) -> None:
    """Claims with their sentences, each with who says so and where; with the persons where they are of several."""
    w = words(language)
    for c in rows:
        head = Text("  ")
        head.append(f"{c['date'] or '—':10} ")
        if persons:
            head.append(printable(f"{c['person']} "), style="bold")
        head.append(printable(f"{w[c['kind']]} {c['organization']}"), style=_COLOURS[c["direction"]])
        if c["role"]:
            head.append(printable(f", {c['role']}"))
        if c["status"] != "fact":
            head.append(f" · {w[c['status']]}", style="yellow")
        if c["doubtful"] or c["rejected"]:
            head.append(" · rejected" if c["rejected"] else " · for review", style="dim")
        console.print(head)
        where = " · ".join(x for x in (c["outlet"], c["published"], c["place"], f"claim {c['id']}") if x)
        console.print(Text(printable(f"             “{' '.join((c['quote'] or '').split())}”"), style="dim"))
        console.print(Text(printable(f"             {where}"), style="dim"))


def show_conflict(row: dict[str, Any], console: Console) -> None:
    """One conflict with both sides."""
    who = " · ".join(x for x in (row["person_name"], row["organization_name"] or row["organization"]) if x)
    head = Text(printable(who), style="bold")
    head.append(f"  {row['field']}", style="yellow")
    head.append(f"  {row['id']}", style="dim")
    if row["settled"]:
        head.append(f"  settled by {row['settled']}", style="green")
    console.print(head)
    w = words("en")
    for side in row["sides"]:
        sources = ", ".join(f"{s['outlet'] or s['document']} {s['published'] or ''}".strip() for s in side["sources"])
        value = w.get(side["value"], side["value_name"])
        console.print(Text(printable(f"  {value}: {sources}")))
    for link in row["cites"]:
        console.print(Text(printable(f"  {link['document']} cites {link['cites']}"), style="dim"))
