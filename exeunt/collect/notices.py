"""Personnel tables (新任, 退任, 昇任) as sentences that the reader understands; each keeps the words of its row.

A sentence is made only where the table itself, its heads or its heading say what happens. Whatever is not understood stays
as it stands: the cells of the row, in their order.
"""

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
    r"[(（](?:年齢|満)?\s*\d{2}\s*歳?[)）]|[(（][ぁ-んァ-ヶー\s・]{2,20}[)）]|\s+[ぁ-んァ-ヶー]{2,}(?:\s+[ぁ-んァ-ヶー]{2,})?$|[※*＊注]+\s?\d*$"
)
_POST_EVENT = re.compile(r"^(\S.{0,40}?)を?(退任|辞任)(?:予定)?$")
_LONGEST_HEADING = 60  # code points


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
    return "name" in columns and sum(c is not None and c != "name" for c in columns) >= 1


def sentences_of(rows: list[list[str]], published: str | None, heading: str = "") -> Iterator[Sentence]:
    """The rows of a table as sentences; what is not understood as the cells of its row.

    Cells that span columns stand in each of them. A date before `published` (YYYY-MM-DD) is told in the past. `heading` is the
    line above the table.
    """
    usual = _told(heading) if len(heading) < _LONGEST_HEADING else None
    for i, row in enumerate(rows[:3]):
        if is_head(row):
            yield from (Sentence(_plain(r)) for r in rows[:i])
            heads, rest = _merged_heads(row, rows[i + 1 :])
            yield from _under_heads(heads, rest, published, usual)
            return
    columns = [_heads().get(_key(row[0])) for row in rows if len(row) >= 2]
    if "name" in columns and sum(c is not None for c in columns) >= 2:
        yield from _keyed(rows, published, usual)
        return
    yield from (Sentence(_plain(row)) for row in rows if any(row))


def _plain(row: list[str]) -> str:
    """The cells of a row, one that spans columns once."""
    kept = [c.replace("\n", " ") for c, before in zip(row, [None, *row], strict=False) if c and c != before]
    return "  ".join(kept)


def _merged_heads(heads: list[str], rest: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The heads with those of a second row of heads, which stand under one that spans columns."""
    if rest and len(rest[0]) == len(heads) and _heads().get(_key(rest[0][_name_column(heads)])) == "name":
        return [low if _heads().get(_key(low)) else high for high, low in zip(heads, rest[0], strict=True)], rest[1:]
    return heads, rest


def _name_column(heads: list[str]) -> int:
    return next(i for i, cell in enumerate(heads) if _heads().get(_key(cell)) == "name")


def _under_heads(
    heads: list[str], rows: list[list[str]], published: str | None, usual: str | None
) -> Iterator[Sentence]:
    columns = [_heads().get(_key(cell)) for cell in heads]
    by_date = next((e for cell, c in zip(heads, columns, strict=True) if c == "date" and (e := _told(cell))), None)
    for number, row in enumerate(rows, 1):
        if len(row) != len(heads):
            yield Sentence(_plain(row), number)
            continue
        cells: dict[str, str] = {}
        for column, cell in zip(columns, row, strict=True):
            if column and cell.strip():
                cells.setdefault(column, cell.strip())
        yield _sentence(cells, row, number, published, by_date or usual)


def _keyed(rows: list[list[str]], published: str | None, usual: str | None) -> Iterator[Sentence]:
    """A table of one person, or of several side by side or one under the other: what is asked stands left."""
    people: list[tuple[dict[str, str], list[str], str | None]] = []
    width = max(map(len, rows))
    for column in range(1, width):
        cells: dict[str, str] = {}
        words: list[str] = []
        told: str | None = None
        for row in rows:
            key = _heads().get(_key(row[0]))
            cell = row[column].strip() if column < len(row) else ""
            if key == "name" and "name" in cells:
                people.append((cells, words, told))
                cells, words = {}, []
            if not row[0].strip() and _event(cell):
                told = _event(cell)
            if key and cell:
                cells.setdefault(key, cell)
                words += [row[0], cell]
                told = (_told(row[0]) if key == "date" else None) or told
        people.append((cells, words, told))
    for number, (cells, words, told) in enumerate((p for p in people if p[0].get("name")), 1):
        yield _sentence(cells, words, number, published, told or usual)


def _sentence(cells: dict[str, str], row: list[str], number: int, published: str | None, usual: str | None) -> Sentence:
    plain = Sentence(_plain(row), number)
    if "\n" in cells.get("name", ""):  # several people in one cell
        return plain
    name = _closed_up(_REMARK.sub("", cells.get("name", "")).strip())
    cells = {k: v.replace("\n", "") for k, v in cells.items()}
    if name == "" or _EMPTY.match(name) or _heads().get(_key(name)):
        return plain
    told, new, old = _meaning(cells, usual)
    form = _form(told, new, old)
    if form is None:
        return plain
    japanese = bool(re.search(r"[^\x00-\x7f]", name + (new or "") + (old or "")))
    date, past = _date(cells.get("date"), published)
    mood = "english" if not japanese else "past" if past else "future"
    on = "" if not date else f"{date}付で" if japanese else f" on {date}"
    text = _words()["sentences"][mood][form].format(name=name, new=new, old=old, on=on)
    return Sentence(text, number, " | ".join(cell.replace("\n", " ") for cell in row if cell))


def _meaning(cells: dict[str, str], usual: str | None) -> tuple[str | None, str | None, str | None]:
    """What happens, the new post and the old one, as far as the row says so."""
    new, old, post = (_post(cells.get(c)) for c in ("new", "old", "post"))
    told = _event(cells.get("event", "")) or _event(cells.get("new", "")) or _event(cells.get("old", ""))
    for cell in (cells.get("new", ""), cells.get("old", "")):
        if told is None and (m := _POST_EVENT.match(cell)) and not _EMPTY.match(m[1]):
            told, old, new = _event(m[2]), _post(m[1]), None
    told = told or usual
    if told in ("ends", "resigns"):
        return told, None, old or post or (new if not cells.get("new") else None)
    if told is not None and new is None and old is None:
        new = post
    if new and old and _same_post(new, old):
        return "stays", new, old
    return told, new, old


def _same_post(a: str, b: str) -> bool:
    a, b = (re.sub(r"[(（](?:現任|現職|再任|重任)[)）]|\s", "", narrow(x)) for x in (a, b))
    return a == b


def _form(told: str | None, new: str | None, old: str | None) -> str | None:
    if told == "stays":
        return None
    if told in ("ends", "resigns"):
        return told if old else None
    if new and old:
        return "rises" if told == "rises" else "moves"
    return "begins" if new and told in ("begins", "rises") else None


def _closed_up(name: str) -> str:
    """A Japanese name as running text writes it, without the space between surname and given name."""
    if re.search(r"[ァ-ヶ]", name):
        return name
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", name)


def _event(cell: str) -> str | None:
    """What a cell that says nothing else says happens."""
    cell = re.sub(r"[\s()（）]|予定$", "", narrow(cell))
    return next((e["name"] for e in _words()["events"] if re.fullmatch(e["cell"], cell, re.I)), None)


def _told(words: str) -> str | None:
    """The only thing that a heading says happens, None when it says nothing or several things."""
    found = {e["name"] for e in _words()["events"] if re.search(e["heading"], narrow(words), re.I)}
    return found.pop() if len(found) == 1 else None


def _post(cell: str | None) -> str | None:
    if cell is None or _EMPTY.match(cell) or _event(cell):
        return None
    cell = re.sub(
        r"^[(（]?[新現旧][)）]\s*|^[新現旧]\s+|[(（](?:新任|退任|昇任|予定|重任)[)）]", "", cell.replace("\n", "")
    ).strip()
    return None if not cell or re.match(r"同[左上右]", cell) else cell


def _date(cell: str | None, published: str | None) -> tuple[str | None, bool]:
    """The date as the cell words it, and whether it lies before the day of publication."""
    if cell is None or _EMPTY.match(cell):
        return None, False
    text = re.sub(r"\s+", "", cell)
    text = re.sub(r"[(（].*[)）]|付$|予定$", "", text)
    when = next(iter(find_dates(narrow(text), 0, len(text), None)), None)
    if when is None or when.end - when.start < len(text) - 2:
        return None, False
    value = when.value()
    return text, bool(value and published and len(value) == 10 and value < published)
