"""Figures for people at a terminal: a table for each kind, each number with what stands behind it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from exeunt.model import Figure, LanguageCode
from exeunt.tell.words import printable

_MARKS = ("†", "‡", "§", "¶")
_BAR = 24  # signs of the longest bar
_BARS = ("left_by_month", "joined_by_month")
_HIDDEN = ("tenure_curve", "net")
"""Tables that are told as data only: they are for drawing."""


@cache
def _all() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((files("exeunt.tell") / "figures.toml").read_text(encoding="utf-8"))


def figure_words(language: LanguageCode) -> dict[str, dict[str, str]]:
    """Group (tables, labels, notes, blind, units, frame) -> key -> wording."""
    return _all()[language]


def label_of(key: str, language: LanguageCode) -> str:
    """A label in words: parts that are known in the language, names as they are."""
    w = _all()[language]["labels"]
    return " · ".join(w.get(part, part) for part in key.split("/"))


def note_of(note: str, language: LanguageCode) -> str:
    """A note in words; what stands behind a colon is its number or day."""
    w = _all()[language]["notes"]
    name, _, number = note.partition(":")
    return w[f"{name}_n"].format(n=number) if number else w[name]


def number_of(figure: Figure, language: LanguageCode) -> str:
    """The value with its unit and interval."""
    w = _all()[language]
    if figure.value is None:
        return "—"
    value = _number(figure.value, figure)
    unit = w["units_one" if figure.value == 1 and figure.unit in w["units_one"] else "units"][figure.unit]
    text = f"{value}{'' if language == 'ja' or not unit else ' '}{unit}"
    if figure.low is not None and figure.high is not None:
        between = w["frame"]["between"].format(low=_number(figure.low, figure), high=_number(figure.high, figure))
        text += f" ({between})"
    return text


def _number(value: float, figure: Figure) -> str:
    if figure.unit in ("share", "probability"):
        if figure.table == "scores" and figure.label not in ("base_rate",):
            return f"{value:.3f}"
        return (
            f"{value:.1%}"
            if 0 < value < 0.01 and value >= 0.0005
            else "< 0.1%"
            if 0 < value < 0.0005
            else f"{value:.0%}"
        )
    return f"{value:.1f}" if value != int(value) else f"{int(value)}"


def show_figures(figures: Sequence[Figure], language: LanguageCode, console: Console) -> None:
    """Each table under its heading, and at the end what the numbers do not see."""
    w = _all()[language]
    tables: dict[str, list[Figure]] = {}
    for f in figures:
        tables.setdefault(f.table, []).append(f)
    for name, rows in tables.items():
        if name in _HIDDEN:
            continue
        console.print(Text(w["tables"][name], style="bold"))
        console.print(_bars(rows, language) if name in _BARS else _table(rows, language))
    if figures:
        console.print(Text(w["frame"]["blind"], style="bold"))
        for blind in dict.fromkeys(f.blind for f in figures if f.table not in _HIDDEN):
            console.print(Text(f"  {w['blind'][blind]}", style="dim"))
        example = f"{figures[0].table}/{figures[0].label}"
        console.print(Text(w["frame"]["why"].format(example=printable(example)), style="dim"))


def _table(rows: Sequence[Figure], language: LanguageCode) -> Group:
    """Rows with what stands behind them; a note that several rows share stands once below, with a mark."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2), expand=False)
    table.add_column(overflow="fold", max_width=40)
    table.add_column(justify="left", style="bold", overflow="fold")
    table.add_column(overflow="fold", style="dim")
    shared = [n for n, times in Counter(n for f in rows for n in f.notes).items() if times > 1]
    marks = {n: _MARKS[i % len(_MARKS)] for i, n in enumerate(shared)}
    for f in rows:
        table.add_row(
            printable(label_of(f.label, language)), number_of(f, language), printable(_behind(f, language, marks))
        )
    below = [Text(f"    {mark} {note_of(n, language)}", style="dim") for n, mark in marks.items()]
    return Group(table, *below)


def _behind(f: Figure, language: LanguageCode, marks: dict[str, str]) -> str:
    """What a number rests on: its cases, its period, its notes."""
    w = _all()[language]
    frame = w["frame"]
    parts: list[str] = []
    if f.table == "stated" and f.n is not None:
        parts.append(frame["named"].format(n=f.n))
    elif f.of is not None and f.n is not None and f.table not in ("burst", "expected_by_month", "net"):
        parts.append(frame["of"].format(n=f.n, of=f.of))
    if f.detail and f.table != "conflicts":
        parts.append(detail_of(f.detail, language))
    if f.table in ("founders", "away", "successions", "empty_posts", "cases") and f.since:
        parts.append(frame["since"].format(day=f.since) if f.table in ("away", "empty_posts") else f.since)
    if f.table in ("away", "stated", "cases") and f.until:
        parts.append(frame["until"].format(day=f.until) if f.table == "away" else f.until)
    parts += [note_of(n, language) for n in f.notes if n not in marks]
    return " ".join([" · ".join(parts), *(marks[n] for n in f.notes if n in marks)]).strip()


def detail_of(detail: str, language: LanguageCode) -> str:
    """A detail in words: `name:value/value` by its template, anything else as it is."""
    w = _all()[language]
    name, _, values = detail.partition(":")
    if name in w["details"]:
        return w["details"][name].format(*(w["labels"].get(v, v) for v in values.split("/")))
    if name in ("out", "in", "pause"):
        return w["labels"].get(values, values)
    return w["labels"].get(detail, detail)


def _bars(rows: Sequence[Figure], language: LanguageCode) -> Table:
    """Months as bars."""
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 2))
    most = max((f.value or 0) for f in rows) or 1
    for f in rows:
        length = max(1, round((f.value or 0) / most * _BAR))
        table.add_row(label_of(f.label, language), Text("█" * length, style="cyan"), f"{f.value:g}")
    return table
