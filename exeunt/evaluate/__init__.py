"""Evaluating: how good a reader is on annotated documents."""

from exeunt.evaluate.gold import Split, gold_documents, split_of
from exeunt.evaluate.score import ATTRIBUTES, Score, Tally, fold, pair, same

__all__ = ["ATTRIBUTES", "Score", "Split", "Tally", "fold", "gold_documents", "pair", "same", "split_of"]
