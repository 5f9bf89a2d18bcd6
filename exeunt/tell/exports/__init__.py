"""Moves and ties in the formats that other programs read: one file for each format, none of which knows the ledger."""

from exeunt.tell.exports.rows import MoveRow, Named, Quote, Tie

__all__ = ["MoveRow", "Named", "Quote", "Tie"]
