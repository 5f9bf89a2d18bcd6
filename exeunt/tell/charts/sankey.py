"""Where people came from and went to: ribbons as wide as they are many, those of whom nothing is told in grey, so that the whole is honest."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from exeunt.model import Figure, LanguageCode
from exeunt.tell.charts.svg import (
    SIZE,
    Sheet,
    box,
    breadth,
    chart_words,
    content,
    el,
    fit,
    hatch,
    note,
    number,
    picture,
    words_at,
    wrapped,
)  # fmt: skip

MOST_FLOWS = 20  # ribbons on one side; what is more becomes one
_TOP = 44
_AIR = 8  # px between two ends
_LEAST = 15  # px; the height of an end that holds a label
_NODE = 9  # px wide
_TALL = 340  # px for all people of the larger side, without the air


class Flow(msgspec.Struct, frozen=True):
    """One ribbon: `n` people, from or to `name`; `told` is False for those of whom no way is told."""

    name: str
    n: int
    told: bool = True


def flows_of(figures: Sequence[Figure], organization: str, language: LanguageCode) -> tuple[list[Flow], list[Flow]]:
    """Ways in and ways out of an organisation. What the figures count (`of`) but do not name is one flow of others."""
    w = chart_words(language)
    sides: list[list[Flow]] = []
    for table in ("flows_in", "flows"):
        rows = [(_other(f, organization), f) for f in figures if f.table == table and f.n and _other(f, organization)]
        named = [Flow(name, f.n or 0) for name, f in rows]
        some, more = named[:MOST_FLOWS], named[MOST_FLOWS:]
        rest = max((f.of or 0 for _, f in rows), default=0) - sum(f.n for f in named) + sum(f.n for f in more)
        sides.append([*some, *([Flow(w["others"], rest)] if rest > 0 else [])])
    dark = next((f for f in figures if f.table == "whither" and f.label == "not_told" and f.n), None)
    if dark is not None:
        sides[1].append(Flow(w["whither_not_told"], dark.n or 0, told=False))
    return sides[0], sides[1]


def _other(f: Figure, organization: str) -> str:
    """The other side of a way; empty where the organisation is not on the side that the table speaks of."""
    cut = (
        f.label.removesuffix(f" → {organization}")
        if f.table == "flows_in"
        else f.label.removeprefix(f"{organization} → ")
    )
    return cut if cut != f.label else ""


def sankey(
    figures: Sequence[Figure],
    organization: str,
    language: LanguageCode,
    *,
    width: int = 720,
    prefix: str = "flows",
    standalone: bool = False,
) -> str:
    """Ribbons from the tables `flows_in`, `flows` and `whither`, seen from `organization` (as the labels name it); empty without any."""
    into, out = flows_of(figures, organization, language)
    if not into and not out:
        return ""
    w = chart_words(language)
    sheet = Sheet(language, width, prefix, standalone)
    whole = max(sum(f.n for f in side) for side in (into, out))
    unit = min(18.0, _TALL / whole)
    height = max(_stack(side, unit) for side in (into, out))
    body = [_heads(sheet, into, out)]
    middle = _Middle(width * ((0.46 if sheet.narrow else 0.5) if into else 0.12), _TOP + height / 2)
    body += [
        _side(sheet, into, unit, middle, height, inward=True),
        _side(sheet, out, unit, middle, height, inward=False),
    ]
    body.append(_block(sheet, organization, into, out, unit, middle))
    y = _TOP + height + 26
    for text in (w["sankey_note"],):
        drawn, y = note(sheet, y, text)
        body.append(drawn)
    counts = {
        "into": sum(f.n for f in into),
        "out": sum(f.n for f in out if f.told),
        "dark": sum(f.n for f in out if not f.told),
    }
    told = (w["sankey_title"].format(name=organization), w["sankey_desc"].format(name=organization, **counts))
    return picture(sheet, "sankey", y, told, body, [hatch(sheet, "dark", "c-dark")])


class _Middle(msgspec.Struct, frozen=True):
    """Where the organisation stands: its left edge and the middle of its height, in px."""

    x: float
    y: float


def _stack(side: Sequence[Flow], unit: float) -> float:
    return sum(max(_LEAST, f.n * unit) for f in side) + _AIR * max(0, len(side) - 1)


def _side(sheet: Sheet, side: Sequence[Flow], unit: float, middle: _Middle, height: float, *, inward: bool) -> str:
    """The ends of one side with their ribbons to the middle; a label stands beyond each end, inside the sheet."""
    room = _room(sheet, inward=inward)
    x = room if inward else sheet.width - room - _NODE
    y = _TOP + (height - _stack(side, unit)) / 2
    inner = middle.y - sum(f.n for f in side) * unit / 2
    ribbons, ends = [], []
    for f in side:
        slot, thick = max(_LEAST, f.n * unit), f.n * unit
        top = y + (slot - thick) / 2
        kind = "dark" if not f.told else "in" if inward else "out"
        left, right = ((x + _NODE, top), (middle.x, inner)) if inward else ((middle.x + _NODE, inner), (x, top))
        ribbons.append(_ribbon(sheet, f, left, right, thick, kind))
        ends.append(box(x, top, _NODE, thick, f"c-node-{kind}"))
        ends.append(
            _label(sheet, f, x - 6 if inward else x + _NODE + 6, y + slot / 2, room - 8, "end" if inward else None)
        )
        y, inner = y + slot + _AIR, inner + thick
    return el("g", *ribbons, *ends)


def _room(sheet: Sheet, *, inward: bool) -> float:
    """px for the labels of a side."""
    return sheet.width * (0.27 if sheet.narrow else 0.22 if inward else 0.26) + (
        0 if inward or not sheet.narrow else 14
    )


def _ribbon(
    sheet: Sheet, f: Flow, left: tuple[float, float], right: tuple[float, float], thick: float, kind: str
) -> str:
    """A band that keeps its thickness from end to end."""
    half = number((left[0] + right[0]) / 2)
    (x1, y1), (x2, y2) = ((number(a), b) for a, b in (left, right))
    d = (
        f"M{x1} {number(y1)} C{half} {number(y1)} {half} {number(y2)} {x2} {number(y2)} V{number(y2 + thick)} "
        f"C{half} {number(y2 + thick)} {half} {number(y1 + thick)} {x1} {number(y1 + thick)} Z"
    )
    title = chart_words(sheet.language)["flow"].format(name=f.name, n=f.n)
    fill = sheet.ink("dark") if kind == "dark" else None
    return el(
        "path",
        el("title", content(title)),
        d=d,
        class_=f"c-ribbon-{kind}",
        fill=fill,
        data_label=f.name,
        data_value=f.n,
    )


def _label(sheet: Sheet, f: Flow, x: float, y: float, room: float, anchor: str | None) -> str:
    """The name with its number; the number is never cut."""
    count = f" {f.n}"
    lines = wrapped(f.name, room - breadth(count), SIZE) if not f.told else [fit(f.name, room - breadth(count))]
    if f.told:
        shown = f"{lines[0]}{count}"
        full = el("title", content(f.name)) if lines[0] != f.name else ""
        return el("text", full + content(shown), x=x, y=y + 4.5, class_="c-text", text_anchor=anchor)
    top = y + 4.5 - 8 * (len(lines) - 1)
    lines[-1] += count
    return "".join(words_at(x, top + 16 * i, part, "c-text c-muted", anchor) for i, part in enumerate(lines))


def _heads(sheet: Sheet, into: Sequence[Flow], out: Sequence[Flow]) -> str:
    w = chart_words(sheet.language)
    parts = []
    if into:
        parts.append(words_at(0, 12, w["came_from"], "c-text c-small c-arrived", room=sheet.width / 2 - 6))
    if out:
        parts.append(words_at(sheet.width, 12, w["went_to"], "c-text c-small c-left", "end", room=sheet.width / 2 - 6))
    return el("g", *parts)


def _block(
    sheet: Sheet, organization: str, into: Sequence[Flow], out: Sequence[Flow], unit: float, middle: _Middle
) -> str:
    tall = max(sum(f.n for f in side) for side in (into, out)) * unit
    x, anchor = (middle.x + _NODE, "end") if into else (0, None)
    room = middle.x + _NODE - (0 if into else -60)
    name = words_at(x, middle.y - tall / 2 - 9, organization, "c-text c-name c-halo", anchor, room=room)
    return el("g", box(middle.x, middle.y - tall / 2, _NODE, tall, "c-node"), name)
