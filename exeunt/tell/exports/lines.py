"""Moves as NDJSON and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from exeunt.tell.exports.rows import MoveRow, columns, flat

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula; the wide ones where it is set to Japanese."""


def ndjson(rows: Iterable[MoveRow]) -> Iterator[bytes]:
    """A JSON object for each move, in UTF-8."""
    encoder = msgspec.json.Encoder()
    return (encoder.encode(flat(row)) + b"\n" for row in rows)


def comma_separated(rows: Iterable[MoveRow]) -> Iterator[bytes]:
    """A header and a line for each move, UTF-8 without a byte order mark. Ids in one cell stand apart by a space."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(columns())
    for row in rows:
        writer.writerow([_cell(v) for v in flat(row).values()])
        yield page.getvalue().encode("utf-8", "replace")
        page.seek(0)
        page.truncate()
    if page.tell():
        yield page.getvalue().encode()


def _cell(value: Any) -> Any:
    """A value as a cell that no spreadsheet runs: what looks like a formula gets an apostrophe before it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = " ".join(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
