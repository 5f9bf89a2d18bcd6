"""Making figures: one number with its interval, its denominator, its period, its evidence and its blind spot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from exeunt.model import Blind, Figure, Unit
from exeunt.reckon.counted import Counted

SMALL = 10
"""Cases below which a share says little; said with the figure."""


def evidence_of(moves: Iterable[Counted]) -> tuple[str, ...]:
    """The claims behind moves, each once, in the order of the moves."""
    return tuple(dict.fromkeys(c for m in moves for c in m.claims))


def figure(
    table: str,
    label: str,
    value: float,
    unit: Unit,
    moves: Sequence[Counted],
    blind: Blind = "news",
    *,
    out_of: Sequence[Counted] | None = None,
    **more: Any,
) -> Figure | None:
    """The figure for `moves`, counted out of `out_of`; None where no document bears on it, because no number without evidence is told."""
    evidence = evidence_of(moves) or evidence_of(out_of or ())
    if not evidence:
        return None
    fields: dict[str, Any] = {"n": len(moves), "moves": tuple(m.id for m in moves), **more}
    if out_of is not None:
        fields.setdefault("of", len(out_of))
    notes: tuple[str, ...] = fields.pop("notes", ())
    if unit in ("share", "probability") and (fields.get("of") or SMALL) < SMALL and "small" not in notes:
        notes = (*notes, "small")
    return Figure(
        table=table, label=label, value=value, unit=unit, evidence=evidence, blind=blind, notes=notes, **fields
    )
