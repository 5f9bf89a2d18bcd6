"""Moves as a Parquet file (`pip install 'exeunt[parquet]'`), its columns described in the schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from exeunt.errors import InputError
from exeunt.tell.exports.rows import MoveRow, columns, flat

GROUP = 10_000
"""Rows of a group: what is held in memory at a time."""


def write_parquet(rows: Iterable[MoveRow], out: BinaryIO) -> int:
    """Write moves to `out`, which need not be able to seek; how many. Raises InputError when pyarrow is not installed."""
    arrow, parquet = _arrow()
    schema = _schema(arrow)
    written = 0
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        for group in _groups(rows):
            writer.write_table(arrow.Table.from_pylist(group, schema=schema), row_group_size=GROUP)
            written += len(group)
    return written


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError as e:
        raise InputError("--format parquet needs one more package: pip install 'exeunt[parquet]'") from e
    return pyarrow, pyarrow.parquet


def _groups(rows: Iterable[MoveRow]) -> Iterator[list[dict[str, Any]]]:
    walk = iter(rows)
    while group := [flat(r) for r in islice(walk, GROUP)]:
        yield group


def _schema(arrow: Any) -> Any:
    """All columns are words but for these; `description` and `description:ja` say what each holds."""
    types = {
        "denied": arrow.bool_(),
        "sources": arrow.int32(),
        "confidence": arrow.float64(),
        "claims": arrow.list_(arrow.string()),
    }
    japanese = columns("ja")
    return arrow.schema(
        [
            arrow.field(name, types.get(name, arrow.string()), metadata={"description": told, "description:ja": japanese[name]})
            for name, told in columns("en").items()
        ],
        metadata={"description": "Moves of people, as exported by exeunt: rumours and denials among them, see status."},
    )  # fmt: skip
