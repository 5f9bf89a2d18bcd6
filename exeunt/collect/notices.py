"""Personnel tables (新任, 退任, 昇任) as sentences that the reader understands; each keeps the words of its row."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from exeunt.language.ja.dates import find_dates
from exeunt.language.text import narrow

_EMPTY = re.compile(r"^[\s\-－―ー—–─・.。なし該当無]*$")
_REMARK = re.compile(
    r"[(（](?:年齢|満)?\s*\d{2}\s*歳?[)）]|[(（][ぁ-んァ-ヶー\s・]{2,20}[)）]|\s+[ぁ-んァ-ヶー]{2,}(?:\s+[ぁ-んァ-ヶー]{2,})?$"
)


@dataclass(frozen=True)
class Sentence:
    """A line of the text; of one made from a table, which row, counted from 1, and what its cells say."""

    text: str
    row: int = 0
    original: str | None = None


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((files("exeunt.collect") / "notices.toml").read_text(encoding="utf-8"))


@cache
def _heads() -> dict[str, str]:
    return {_key(name): column for column, names in _words()["heads"].items() for name in names}


def _key(cell: str) -> str:
    return re.sub(r"[\s・:：]", "", narrow(cell)).lower()


def is_head(cells: list[str]) -> bool:
    """Whether a row is the heads of a personnel table: it names the column of names and another."""
    columns = [_heads().get(_key(cell)) for cell in cells]
    return "name" in columns and sum(c is not None for c in columns) >= 2


def sentences_of(rows: list[list[str]], published: str | None) -> Iterator[Sentence]:
    """The rows of a table as sentences; rows of any other table as their cells in one line.

    A date before `published` (YYYY-MM-DD) is told in the past.
    """
    for i, row in enumerate(rows[:3]):
        if is_head(row):
            yield from (Sentence("  ".join(filter(None, r))) for r in rows[:i])
            yield from _under_heads(row, rows[i + 1 :], published)
            return
    keyed = [(_heads().get(_key(row[0])), row[-1]) for row in rows if len(row) >= 2]
    if sum(column is not None for column, _ in keyed) >= 2 and any(column == "name" for column, _ in keyed):
        yield from _keyed(rows, published)
        return
    yield from (Sentence("  ".join(filter(None, row))) for row in rows if any(row))


def _under_heads(heads: list[str], rows: list[list[str]], published: str | None) -> Iterator[Sentence]:
    columns = [_heads().get(_key(cell)) for cell in heads]
    event_of_head = _event(" ".join(heads))
    for number, row in enumerate(rows, 1):
        cells: dict[str, str] = {}
        for column, cell in zip(columns, row, strict=False):
            if column and cell.strip():
                cells.setdefault(column, cell.strip())
        yield _sentence(cells, row, number, published, event_of_head)


def _keyed(rows: list[list[str]], published: str | None) -> Iterator[Sentence]:
    """A table of one person, or of several side by side or one under the other: what is asked stands left."""
    people: list[tuple[dict[str, str], list[str]]] = []
    width = max(map(len, rows))
    for column in range(1, width):
        cells: dict[str, str] = {}
        words: list[str] = []
        for row in [*rows, ["", ""]]:
            key = _heads().get(_key(row[0]))
            if key == "name" and "name" in cells:
                people.append((cells, words))
                cells, words = {}, []
            if key and column < len(row):
                cells.setdefault(key, row[column].strip())
                words += [row[0], row[column]]
        people.append((cells, words))
    for number, (cells, words) in enumerate((p for p in people if p[0].get("name")), 1):
        yield _sentence(cells, words, number, published, None)


def _sentence(cells: dict[str, str], row: list[str], number: int, published: str | None, usual: str | None) -> Sentence:
    original = " | ".join(cell for cell in row if cell)
    name = _closed_up(_REMARK.sub("", cells.get("name", "")).strip())
    told = _event(f"{cells.get('event', '')} {cells.get('new', '')}") or _event(cells.get("old", "")) or usual
    new, old = _post(cells.get("new")), _post(cells.get("old"))
    if told in ("ends", "resigns"):
        old, new = (
            old or _post(cells.get("post")),
            (None if _event(cells.get("new", "")) in ("ends", "resigns") else new),
        )
    elif not new:
        new = _post(cells.get("post"))
    form = _form(told, new, old)
    if not name or _EMPTY.match(name) or form is None:
        return Sentence("  ".join(cell for cell in row if cell), number, None)
    japanese = bool(re.search(r"[^\x00-\x7f]", name + (new or "") + (old or "")))
    date, past = _date(cells.get("date"), published)
    mood = "english" if not japanese else "past" if past else "future"
    on = "" if not date else f"{date}付で" if japanese else f" on {date}"
    text = _words()["sentences"][mood][form].format(name=name, new=new, old=old, on=on)
    return Sentence(text, number, original)


def _closed_up(name: str) -> str:
    """A Japanese name as running text writes it, without the space between surname and given name."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", name) if not re.search(r"[ァ-ヶ]", name) else name


def _form(told: str | None, new: str | None, old: str | None) -> str | None:
    if told == "stays":
        return None
    if told in ("ends", "resigns") and old and not new:
        return told
    if new and old:
        return "rises" if told == "rises" else "moves"
    return "begins" if new else None


def _event(cell: str) -> str | None:
    cell = narrow(cell)
    return next((e["name"] for e in _words()["events"] if re.search(e["pattern"], cell, re.I)), None)


def _post(cell: str | None) -> str | None:
    if cell is None or _EMPTY.match(cell):
        return None
    cell = re.sub(r"^[(（]?[新現旧][)）]\s*|^[新現旧]\s+|[(（](?:新任|退任|昇任|予定|重任)[)）]", "", cell).strip()
    return None if not cell or re.fullmatch(r"(?:新任|退任|辞任|昇任|同左|同上)(?:予定)?", cell) else cell


def _date(cell: str | None, published: str | None) -> tuple[str | None, bool]:
    """The date as the cell words it, and whether it lies before the day of publication."""
    if cell is None or _EMPTY.match(cell):
        return None, False
    text = re.sub(r"\s+", "", cell)
    text = re.sub(r"[(（].*[)）]|付$|予定$", "", text)
    when = next(iter(find_dates(narrow(text), 0, len(text), None)), None)
    value = when.value() if when else None
    return text, bool(value and published and len(value) == 10 and value < published)
