"""Collecting: bytes -> Document, from files, archives and the web."""

from exeunt.collect.files import document_from_bytes, documents_of, read_bytes
from exeunt.collect.manners import Manners
from exeunt.collect.origin import Origin, Skipped
from exeunt.collect.sources import documents_from

__all__ = ["Manners", "Origin", "Skipped", "document_from_bytes", "documents_from", "documents_of", "read_bytes"]
