"""Chances as dots with their intervals, and out of how many cases each is reckoned."""

from __future__ import annotations

from collections.abc import Sequence

from exeunt.model import Figure, LanguageCode
from exeunt.tell.charts.svg import (
    MOST,
    Sheet,
    box,
    breadth,
    chart_words,
    content,
    el,
    line,
    note,
    picture,
    words_at,
)  # fmt: skip
from exeunt.tell.figures import figure_words, label_of, note_of, number_of

TABLES = ("odds", "chances", "forecast")
_ROW, _TALL_ROW = 30, 46  # px
_TOP = 62


def odds_of(figures: Sequence[Figure]) -> list[Figure]:
    """The figures that are chances."""
    return [f for f in figures if f.table in TABLES and f.unit == "probability" and f.value is not None]


def odds(
    figures: Sequence[Figure],
    language: LanguageCode,
    *,
    width: int = 720,
    prefix: str = "odds",
    standalone: bool = False,
) -> str:
    """Dots from the tables `odds`, `chances` and `forecast`; empty without any."""
    rows = odds_of(figures)
    if not rows:
        return ""
    w = chart_words(language)
    sheet = Sheet(language, width, prefix, standalone)
    shown = rows[:MOST]
    left, right = _edges(sheet, shown)
    step = _TALL_ROW if sheet.narrow else _ROW
    bottom = _TOP + step * len(shown)
    tables = list(dict.fromkeys(figure_words(language)["tables"][f.table] for f in rows))
    title = " · ".join(tables)
    body = [_axis(sheet, left, right, bottom, title)]
    body += [_row(sheet, f, left, right, _TOP + step * i) for i, f in enumerate(shown)]
    y = bottom + 18.0
    for text in _notes(rows, len(shown), language):
        drawn, y = note(sheet, y, text)
        body.append(drawn)
    return picture(sheet, "odds", y, (title, w["odds_desc"].format(n=len(rows))), body)


def _notes(rows: Sequence[Figure], shown: int, language: LanguageCode) -> list[str]:
    w = chart_words(language)
    levels = {f.level for f in rows if f.level is not None and f.low is not None}
    found = [w["interval"].format(level=f"{level:.0%}") for level in sorted(levels)]
    if shown < len(rows):
        found.append(w["more_rows"].format(n=len(rows) - shown))
    return [*found, *(note_of(n, language) for n in dict.fromkeys(n for f in rows for n in f.notes))]


def _edges(sheet: Sheet, rows: Sequence[Figure]) -> tuple[float, float]:
    """From where to where chances are drawn: between the labels and the numbers, or below them."""
    if sheet.narrow:
        return 8, sheet.width - 12
    left = min(220.0, max(breadth(label_of(f.label, sheet.language, f.table)) for f in rows) + 20)
    return left, sheet.width - max(breadth(_numbers(f, sheet.language), 12) for f in rows) - 24


def _numbers(f: Figure, language: LanguageCode) -> str:
    """The value with its interval, and out of how many."""
    of = chart_words(language)["n_of"].format(n=f.n, of=f.of) if f.n is not None and f.of is not None else ""
    return " · ".join(x for x in (number_of(f, language), of) if x)


def _axis(sheet: Sheet, left: float, right: float, bottom: float, head: str) -> str:
    parts = [words_at(0, 12, head, "c-text c-small c-muted", room=sheet.width)]
    for share in (0, 25, 50, 75, 100):
        x = left + (right - left) * share / 100
        anchor = "middle" if share < 100 else "end" if sheet.narrow else "middle"
        parts.append(line(x, _TOP - 10, x, bottom, "c-base" if share == 0 else "c-grid"))
        at = x if anchor == "middle" else x + 12
        parts.append(
            words_at(at if share or not sheet.narrow else x + 4, 40, f"{share}%", "c-text c-small c-muted", anchor)
        )
    return el("g", *parts, class_="c-axis")


def _row(sheet: Sheet, f: Figure, left: float, right: float, y: float) -> str:
    """One chance: a line for its interval with ends, a dot for its value, hollow where few cases stand behind it."""
    name, numbers = label_of(f.label, sheet.language, f.table), _numbers(f, sheet.language)
    middle = y + (_TALL_ROW - 14 if sheet.narrow else _ROW / 2)
    wide = breadth(numbers, 12)
    if sheet.narrow:
        words = box(0, y, sheet.width, 20, "c-paper") + words_at(0, y + 14, name, "c-text c-name", room=sheet.width - wide - 12) + words_at(
            sheet.width, y + 14, numbers, "c-text c-small c-muted", "end"
        )  # fmt: skip
    else:
        words = words_at(left - 14, middle + 4.5, name, "c-text c-name", "end", room=left - 16)
        words += words_at(sheet.width, middle + 4.5, numbers, "c-text c-small c-muted", "end")

    def at(value: float) -> float:
        return left + (right - left) * min(1.0, max(0.0, value))

    parts = [el("title", content(f"{name}: {numbers}")), words]
    if f.low is not None and f.high is not None:
        x1, x2 = at(f.low), at(f.high)
        parts.append(
            el(
                "line",
                x1=x1,
                y1=middle,
                x2=x2,
                y2=middle,
                class_="c-interval",
                data_low=f"{f.low:.4f}",
                data_high=f"{f.high:.4f}",
            )
        )
        parts += [line(x, middle - 4, x, middle + 4, "c-interval") for x in (x1, x2)]
    few = "small" in f.notes
    parts.append(
        el("circle", cx=at(f.value or 0), cy=middle, r=5.5, class_="c-dot-few" if few else "c-dot", data_label=f.label, data_value=f"{f.value or 0:.4f}")
    )  # fmt: skip
    return el("g", *parts)
