"""Reckoning: from claims of identities to moves and conflicts, and (in `dossier`, `precedents`, `flows`, …) from moves to figures."""

from exeunt.reckon.claims import Stated
from exeunt.reckon.conflicts import Conflict, Side, conflicts_of, count_conflicts
from exeunt.reckon.moves import Move, moves_of

__all__ = ["Conflict", "Move", "Side", "Stated", "conflicts_of", "count_conflicts", "moves_of"]
