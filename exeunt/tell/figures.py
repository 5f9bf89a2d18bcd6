"""Figures for people at a terminal: a table for each kind, each number with what stands behind it."""

from __future__ import annotations

import shlex
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from exeunt.model import Figure, LanguageCode
from exeunt.tell.words import printable

_LONG = ("small", "few")  # notes that always stand below a table
_MARKS = ("†", "‡", "§", "¶", "‖")
_BAR = 24  # signs of the longest bar
_GAP = 12  # months without news that are drawn as such; a longer gap is drawn as one line
_YEARS = 730  # days from which on a tenure is told in years
_BARS = ("left_by_month", "joined_by_month")
_HIDDEN = ("tenure_curve", "tenure_if_there_curve", "net")
"""Tables that are told as data only: they are for drawing."""
_NAMES = (
    "latest_left", "latest_joined", "founders", "away", "odds", "flows", "flows_in", "net", "lead", "first_reports", "cases", "forecast",
)  # fmt: skip
"""Tables whose labels are names: what people and organisations are called is never translated."""
_CODED = (
    "burst", "expected_by_month", "chances", "by_length", "by_level", "odds", "calibration", "founders", "cases",
)  # fmt: skip
"""Tables whose details are codes; elsewhere they are names."""
_DATED = ("latest_left", "latest_joined", "founders", "successions", "cases", "first_reports")
_SINCE = ("away", "empty_posts")
_UNTIL = ("stated", "cases")
_BARE = ("burst", "expected_by_month", "net", "founders", "scores", "first_reports")
"""Tables in which «n of of» says nothing to people."""


@cache
def _all() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((files("exeunt.tell") / "figures.toml").read_text(encoding="utf-8"))


def figure_words(language: LanguageCode) -> dict[str, dict[str, str]]:
    """Group (tables, labels, notes, blind, units, details, frame) -> key -> wording."""
    return _all()[language]


def label_of(key: str, language: LanguageCode, table: str = "") -> str:
    """A label in words; names stay as they are."""
    w = _all()[language]["labels"]
    if table in _NAMES:
        return w[key] if table == "founders" and key in ("begin", "now") else key
    return " · ".join(w.get(part, part) for part in key.split("/"))


def note_of(note: str, language: LanguageCode) -> str:
    """A note in words; what stands behind a colon is its number or day."""
    w = _all()[language]["notes"]
    name, _, number = note.partition(":")
    return w[f"{name}_n"].format(n=number) if number else w[name]


def detail_of(detail: str, language: LanguageCode) -> str:
    """A detail in words: `name:value/value` by its template, anything else as it is."""
    w = _all()[language]
    name, _, values = detail.partition(":")
    if name in w["details"]:
        return w["details"][name].format(*(w["labels"].get(v, v) for v in values.split("/")))
    if name in ("out", "in", "pause"):
        return w["labels"].get(values, values)
    return w["labels"].get(detail, detail)


def number_of(figure: Figure, language: LanguageCode) -> str:
    """The value with its unit and interval."""
    w = _all()[language]
    if figure.value is None:
        return "—"
    if figure.table.startswith("tenure") and figure.unit == "days" and figure.value >= _YEARS:
        value, unit = w["frame"]["years"].format(n=f"{figure.value / 365.25:.1f}"), ""
        bounds = [f"{x / 365.25:.1f}" for x in (figure.low, figure.high) if x is not None]
    else:
        value = _number(figure.value, figure)
        unit = w["units_one" if figure.value == 1 and figure.unit in w["units_one"] else "units"][figure.unit]
        bounds = [_number(x, figure) for x in (figure.low, figure.high) if x is not None]
    text = f"{value}{'' if language == 'ja' or not unit else ' '}{unit}"
    return f"{text} ({w['frame']['between'].format(low=bounds[0], high=bounds[1])})" if len(bounds) == 2 else text


def percentage(value: float) -> str:
    """A share or a chance for people: to a tenth where it is small."""
    if 0 < value < 0.0005:
        return "< 0.1%"
    return f"{value:.1%}" if 0 < value < 0.01 else f"{value:.0%}"


def _number(value: float, figure: Figure) -> str:
    if figure.unit in ("share", "probability") and (figure.table != "scores" or figure.label == "base_rate"):
        return percentage(value)
    if figure.unit in ("probability", "index"):
        return f"{value:.3f}"
    if value == int(value):
        return f"{int(value)}"
    return f"{value:.2f}" if abs(value) < 0.1 else f"{value:.1f}"


def show_figures(figures: Sequence[Figure], language: LanguageCode, console: Console, hint: bool = True) -> None:
    """Each table under its heading, and at the end what the numbers do not see; `hint` says how to open a number."""
    w = _all()[language]
    tables: dict[str, list[Figure]] = {}
    for f in figures:
        if f.table not in _HIDDEN:
            tables.setdefault(f.table, []).append(f)
    for name, rows in tables.items():
        console.print(Text(w["tables"][name], style="bold"))
        console.print(_bars(rows, language) if name in _BARS else _table(rows, language))
    if not tables:
        return
    console.print(Text(w["frame"]["blind"], style="bold"))
    for blind in dict.fromkeys(f.blind for rows in tables.values() for f in rows):
        console.print(Text(f"  {w['blind'][blind]}", style="dim"))
    if hint:
        example = shlex.quote(f"{figures[0].table}/{figures[0].label}")
        console.print(Text(w["frame"]["why"].format(example=printable(example)), style="dim"))


def _table(rows: Sequence[Figure], language: LanguageCode) -> Group:
    """Rows with what stands behind them; a note that several rows share stands once below, with a mark."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2), expand=False)
    table.add_column(overflow="fold", max_width=40)
    table.add_column(justify="left", style="bold", overflow="fold")
    table.add_column(overflow="fold", style="dim")
    shared = [n for n, times in Counter(n for f in rows for n in f.notes).items() if times > 1 or n in _LONG]
    marks = {n: _MARKS[i % len(_MARKS)] for i, n in enumerate(shared)}
    for f in rows:
        behind = " · ".join(_behind(f, language, marks))
        signs = "".join(marks[n] for n in f.notes if n in marks)
        cells = (label_of(f.label, language, f.table), number_of(f, language), f"{behind} {signs}".strip())
        table.add_row(*(Text(printable(cell)) for cell in cells))
    below = [Text(f"    {mark} {note_of(n, language)}", style="dim") for n, mark in marks.items()]
    return Group(table, *below)


def _behind(f: Figure, language: LanguageCode, marks: dict[str, str]) -> Iterator[str]:
    """What a number rests on: its cases, its period, its notes."""
    frame = _all()[language]["frame"]
    if f.table == "stated" and f.n is not None:
        yield frame["named"].format(n=f.n)
    elif f.of is not None and f.n is not None and (f.table not in _BARE or f.label in ("begin", "now")):
        people = f.unit == "people" or f.table in (
            "flows",
            "flows_in",
            "exposure",
            "concentration",
            "tenure",
            "tenure_if_there",
        )
        yield frame["of_people" if people else "of"].format(n=f.n, of=f.of)
    if f.detail and f.table != "conflicts":
        if f.table in ("latest_left", "latest_joined"):
            kind, _, role = f.detail.partition(" · ")
            yield " · ".join(x for x in (label_of(kind, language), role) if x)
        elif told := detail_of(f.detail, language) if f.table in _CODED and f.label != "now" else f.detail:
            yield told
    if f.since and f.table in _DATED:
        yield f.since
    if f.since and f.table in _SINCE:
        yield frame["since"].format(day=f.since)
    if f.until and f.table in _SINCE + _UNTIL:
        yield frame["until"].format(day=f.until) if f.table in _SINCE else f.until
    yield from (note_of(n, language) for n in f.notes if n not in marks)


def _bars(rows: Sequence[Figure], language: LanguageCode) -> Table:
    """Months as bars: first what is known to the year only, then month by month, those without news too."""
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 2))
    most = max((f.value or 0) for f in rows) or 1
    vague = [f for f in rows if not _month(f.label)]
    before: int | None = None
    for f in [*vague, *(f for f in rows if _month(f.label))]:
        month = _month(f.label)
        if month and before:
            between = range(before + 1, month)
            for empty in between if len(between) <= _GAP else ():
                table.add_row(f"{(empty - 1) // 12}-{(empty - 1) % 12 + 1:02d}", Text(""), "0")
            if len(between) > _GAP:
                table.add_row("…", Text(""), "")
        before = month or before
        length = max(1, round((f.value or 0) / most * _BAR))
        table.add_row(label_of(f.label, language), Text("█" * length, style="cyan"), f"{f.value:g}")
    return table


def _month(label: str) -> int | None:
    """A month of the calendar as a number; None for what is no month."""
    year, _, month = label.partition("-")
    return int(year) * 12 + int(month) if year.isdigit() and month.isdigit() else None
