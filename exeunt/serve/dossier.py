"""A dossier as a page shows it: its charts, each with the table it was drawn from, and all other tables of numbers."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from exeunt.errors import LedgerError
from exeunt.keeping import ask
from exeunt.keeping.facts import persons_world
from exeunt.keeping.reckon import Reckoned
from exeunt.language.dates import parse_published
from exeunt.model import Figure, LanguageCode
from exeunt.reckon.claims import span
from exeunt.reckon.facts import heard_by
from exeunt.reckon.spells import Spell, spells_of
from exeunt.tell.charts import (  # fmt: skip
    Bar,
    Leave,
    Rows,
    months,
    odds,
    rows_of_months,
    rows_of_odds,
    rows_of_sankey,
    rows_of_steps,
    rows_of_timeline,
    sankey,
    since_until,
    steps,
    timeline,
)
from exeunt.tell.figures import detail_of, figure_words, label_of, note_of, number_of, percentage
from exeunt.tell.table import safe_cell

if TYPE_CHECKING:
    from exeunt.serve.pages import Asked

NAMES = ("timeline", "months", "founders", "flows", "odds")
"""The charts of a dossier."""
_WIDTHS = (720, 360)
_DRAWN = ("left_by_month", "expected_by_month")
_HIDDEN = ("tenure_curve", "tenure_if_there_curve", "net", "joined_by_month")


@dataclass(frozen=True)
class Chart:
    """A chart at two widths, and the table it was drawn from."""

    name: str
    wide: Markup
    narrow: Markup
    table: Rows


def charts_of(asked: Asked, found: Reckoned) -> list[Chart]:
    """The charts of a dossier; those without anything to draw are left out."""
    made = [chart(asked, found, name) for name in NAMES]
    return [c for c in made if c.wide]


def chart(asked: Asked, found: Reckoned, name: str) -> Chart:
    """One chart of a dossier."""
    draw, table = _chart(asked, found, name)
    wide, narrow = (Markup(draw(width, False)) for width in _WIDTHS)
    return Chart(name, wide, narrow, table)


def drawing(asked: Asked, found: Reckoned, name: str) -> str:
    """One chart as a file of its own. Raises LedgerError when there is nothing to draw."""
    draw, _ = _chart(asked, found, name)
    if not (svg := draw(_WIDTHS[0], True)):
        raise LedgerError(f"there is nothing to draw as {name} yet")
    return svg


def as_csv(asked: Asked, found: Reckoned, name: str) -> str:
    """The table of a chart, safe to open in a spreadsheet."""
    _, table = _chart(asked, found, name)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.header)
    writer.writerows([safe_cell(c) for c in row] for row in table.rows)
    return out.getvalue()


def _chart(asked: Asked, found: Reckoned, name: str) -> tuple[Callable[[int, bool], str], Rows]:
    language, figures = asked.language, found.figures
    horizon = found.facts.horizon.isoformat() if found.facts else None
    if name == "timeline":
        bars = _bars(asked, found)
        period = since_until(bars)
        return lambda w, alone: timeline(bars, *period, language, width=w, prefix=f"timeline{w}", standalone=alone) if period else "", rows_of_timeline(bars, language)  # fmt: skip
    if name == "months":
        mine = [f for f in figures if f.table in _DRAWN]
        return lambda w, alone: months(mine, language, until=horizon, width=w, prefix=f"months{w}", standalone=alone), rows_of_months(mine, language, horizon)  # fmt: skip
    if name == "founders":
        return lambda w, alone: steps(figures, language, width=w, prefix=f"founders{w}", standalone=alone), rows_of_steps(figures, language)  # fmt: skip
    if name == "flows":
        return lambda w, alone: sankey(figures, found.name, language, width=w, prefix=f"flows{w}", standalone=alone), rows_of_sankey(figures, found.name, language)  # fmt: skip
    if name == "odds":
        return lambda w, alone: odds(figures, language, width=w, prefix=f"odds{w}", standalone=alone), rows_of_odds(figures, language)  # fmt: skip
    raise LedgerError(f"there is no chart {name}: choose {', '.join(NAMES)}")


_MOST = 60  # people whose spells are drawn: those last heard of


def _bars(asked: Asked, found: Reckoned) -> list[Bar]:
    if found.facts is None:
        return []
    last = sorted(found.facts.spells, key=_last, reverse=True)
    chosen = {s.person: None for s in last}
    facts = found.facts
    rows = _rows({p: facts.name(p) for p in list(chosen)[:_MOST]})
    kept = sorted((s for s in facts.spells if s.person in rows), key=lambda s: (_first(s), s.person))
    return [
        bar_of(s, rows[s.person], facts.name(s.person), found.name, asked.link(f"/person/{s.person}")) for s in kept
    ]


def _rows(names: Mapping[str, str]) -> dict[str, str]:
    """Identity -> what its row is called; two of one name are told apart by their ids."""
    times = Counter(names.values())
    return {i: n if times[n] == 1 else f"{n} ({i[:6]})" for i, n in names.items()}


def bar_of(s: Spell, row: str, name: str, organization: str, href: str) -> Bar:
    """A spell as a bar."""
    known = min((m.known for m in s.moves if m.known), default=None)
    began, ended = s.began, s.ended
    start = began.middle if began and began.middle else None
    leaves = tuple(
        Leave(leave.move.first, leave.ended.first if leave.ended else None) for leave in s.leaves if leave.move.first
    )
    seen = start or (
        min((m.first for m in s.moves if m.first), default=None) or parse_published(known) if began is None else None
    )
    end = ended.middle if ended else s.heard
    return Bar(
        row=row, name=name, organization=organization, start=seen if not end or not seen or seen <= end else end, end=end,
        start_known=start is not None, end_known=bool(ended and ended.date and len(ended.date) == 10) if ended else True,
        start_told=began.date if began and start else None, end_told=ended.date if ended and ended.middle else None,
        outcome="ended" if ended else "open", leaves=leaves, role=next((m.role for m in reversed(s.posts) if m.role), None), href=href,
    )  # fmt: skip


def _last(s: Spell) -> tuple[date, str]:
    end = s.ended.middle if s.ended and s.ended.middle else s.heard
    return end or date.min, s.person


def _first(s: Spell) -> date:
    days = [m.first for m in s.moves if m.first]
    return min(days, default=date.max)


def bars_of_person(asked: Asked, key: str, name: str) -> Chart | None:
    """The line of a person through organisations."""
    world = persons_world(asked.connection, {key}, (), asked.view.today)
    if asked.view.as_of:
        from exeunt.keeping.facts import _of_persons, _tellings
        from exeunt.ledger.tables import about

        moves = _of_persons(asked.connection, {key}, asked.view.today, asked.view.as_of)
        heard = heard_by(t for t, _, _ in _tellings(asked.connection, about.c.person == key, asked.view.as_of))
    else:
        moves, heard = list(world.moves), heard_by(world.tellings)
    spells = sorted(spells_of(moves, heard, asked.view.today), key=lambda s: (_first(s), s.organization))
    names = ask.names(asked.connection, {s.organization for s in spells}, asked.language)
    rows = _rows({s.organization: names.get(s.organization, s.organization) for s in spells})
    bars = [
        bar_of(s, rows[s.organization], names.get(s.organization, ""), names.get(s.organization, ""), asked.link(f"/organization/{s.organization}"))
        for s in spells
    ]  # fmt: skip
    period = since_until(bars)
    if period is None:
        return None
    wide, narrow = (Markup(timeline(bars, *period, asked.language, width=w, prefix=f"line{w}")) for w in _WIDTHS)
    return Chart("timeline", wide, narrow, rows_of_timeline(bars, asked.language))


def tables_of(figures: Sequence[Figure], language: LanguageCode) -> list[dict[str, Any]]:
    """All tables of numbers, each number with what stands behind it."""
    w = figure_words(language)
    grouped: dict[str, list[Figure]] = {}
    for f in figures:
        if f.table not in _HIDDEN:
            grouped.setdefault(f.table, []).append(f)
    return [
        {"key": t, "title": w["tables"][t], "rows": [_told(f, language) for f in rows],
         "blind": [w["blind"][b] for b in dict.fromkeys(f.blind for f in rows)]}
        for t, rows in grouped.items()
    ]  # fmt: skip


def _told(f: Figure, language: LanguageCode) -> dict[str, Any]:
    frame = figure_words(language)["frame"]
    behind = [frame["of"].format(n=f.n, of=f.of)] if f.of is not None and f.n is not None else []
    if f.detail and f.table != "conflicts":
        behind.append(" · ".join(label_of(p, language) if i == 0 else p for i, p in enumerate(f.detail.split(" · "))) if f.table in ("latest_left", "latest_joined") else detail_of(f.detail, language))  # fmt: skip
    if f.since:
        behind.append(f.since + (f" – {f.until}" if f.until else ""))
    return {"label": label_of(f.label, language, f.table), "key": f.label, "table": f.table, "number": number_of(f, language),
            "behind": [b for b in behind if b], "notes": [note_of(n, language) for n in f.notes]}  # fmt: skip


def verdict_of(found: Reckoned, language: LanguageCode) -> str | None:
    """A burst in one sentence, where there is one to tell of."""
    told = {f.label: f for f in found.figures if f.table == "burst"}
    if len(told) < 3:
        return None
    seen, expected, chance = (told[k] for k in ("seen", "expected", "chance"))
    return figure_words(language)["frame"]["verdict"].format(
        seen=f"{seen.value:g}", since=seen.since, until=seen.until, low=f"{expected.low:g}", high=f"{expected.high:g}", chance=percentage(chance.value or 0)
    )  # fmt: skip


__all__ = [
    "NAMES",
    "Chart",
    "as_csv",
    "bar_of",
    "bars_of_person",
    "chart",
    "charts_of",
    "drawing",
    "span",
    "tables_of",
    "verdict_of",
]
