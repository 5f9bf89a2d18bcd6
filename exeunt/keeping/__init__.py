"""Keeping the ledger: what is added is stored as stated, and what is derived from it follows, piece by piece.

This package composes stages: the ledger stores, identify says who is who, collect's wording says which documents are one
story, reckon makes moves and conflicts. Every derived row can be built anew from what was stated (`check`).
"""

from exeunt.keeping.add import Added, add
from exeunt.keeping.check import check, rebuild
from exeunt.keeping.forget import forget_document, forget_person
from exeunt.keeping.judge import judge, split, undo

__all__ = ["Added", "add", "check", "forget_document", "forget_person", "judge", "rebuild", "split", "undo"]
