"""Collecting: bytes -> Document."""

from exeunt.collect.files import document_from_bytes, read_bytes

__all__ = ["document_from_bytes", "read_bytes"]
