"""The ledger: documents, claims and judgements as they were stated, append-only; what is derived from them beside."""

from exeunt.ledger.ledger import Ledger, usual_ledger

__all__ = ["Ledger", "usual_ledger"]
