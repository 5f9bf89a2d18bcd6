"""The endpoint reader: any OpenAI-compatible model is asked, every answer is verified against the text."""

from exeunt.read.endpoint.client import Budget, Endpoint
from exeunt.read.endpoint.reader import read_endpoint

__all__ = ["Budget", "Endpoint", "read_endpoint"]
