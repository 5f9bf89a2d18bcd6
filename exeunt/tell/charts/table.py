"""The same data as each chart, as a header and rows: for the table beside it and for download."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from exeunt.model import Figure, LanguageCode
from exeunt.tell.charts.months import columns_of
from exeunt.tell.charts.odds import odds_of
from exeunt.tell.charts.sankey import flows_of
from exeunt.tell.charts.steps import edge_name, edge_of, said, steps_of
from exeunt.tell.charts.svg import chart_words
from exeunt.tell.charts.timeline import Bar, away, began, ended
from exeunt.tell.figures import label_of


class Rows(msgspec.Struct, frozen=True):
    """A header and rows of as many cells; cells are words, or numbers as they are."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]


def _header(language: LanguageCode, *keys: str) -> tuple[str, ...]:
    w = chart_words(language)
    return tuple(w[f"head_{k}"] for k in keys)


def rows_of_timeline(bars: Sequence[Bar], language: LanguageCode) -> Rows:
    """Every spell, also those that the chart has no room for."""
    rows = tuple(
        (b.name, b.organization, b.role or "", began(b, language), ended(b, language), "; ".join(away(b, language))) for b in bars
    )  # fmt: skip
    return Rows(_header(language, "who", "where", "role", "from", "to", "leaves"), rows)


def rows_of_months(figures: Sequence[Figure], language: LanguageCode, until: str | None = None) -> Rows:
    """Every month, those without news too; what is expected stands beside months, not beside years."""
    vague, placed = columns_of(figures, language, until)
    e = next((f for f in figures if f.table == "expected_by_month"), None)
    band = (e.low, e.value, e.high) if e else (None, None, None)
    rows = [(c.label, c.value, None, None, None) for c in vague] + [(c.label, c.value, *band) for c in placed]
    return Rows(_header(language, "month", "left", "low", "mean", "high"), tuple(rows))


def rows_of_steps(figures: Sequence[Figure], language: LanguageCode) -> Rows:
    """The beginning, every change, and now with the least and the most that may remain."""
    rows: list[tuple[str | float | None, ...]] = []
    if begin := edge_of(figures, "begin"):
        rows.append((edge_name("begin", language), "", "", begin.value, None, None))
    for s in steps_of(figures):
        how, when, _ = said(s, language)
        rows.append((s.figure.label, how, when, s.figure.value, None, None))
    if now := edge_of(figures, "now"):
        rows.append((edge_name("now", language), now.detail or "", now.until or "", now.value, now.low, now.high))
    return Rows(_header(language, "who", "how", "when", "remain", "interval_low", "interval_high"), tuple(rows))


def rows_of_sankey(figures: Sequence[Figure], organization: str, language: LanguageCode) -> Rows:
    """Every ribbon, those of whom nothing is told too."""
    w = chart_words(language)
    into, out = flows_of(figures, organization, language)
    rows = [(w["into"], f.name, f.n) for f in into] + [(w["out"], f.name, f.n) for f in out]
    return Rows(_header(language, "direction", "name", "people"), tuple(rows))


def rows_of_odds(figures: Sequence[Figure], language: LanguageCode) -> Rows:
    """Every chance with its interval and its cases."""
    rows = tuple((label_of(f.label, language, f.table), f.value, f.low, f.high, f.n, f.of) for f in odds_of(figures))
    return Rows(_header(language, "what", "value", "interval_low", "interval_high", "n", "of"), rows)
