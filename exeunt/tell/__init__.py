"""Telling: what was read, as a table or a page."""

from exeunt.tell.page import reading_page
from exeunt.tell.table import print_reading
from exeunt.tell.words import printable

__all__ = ["print_reading", "printable", "reading_page"]
