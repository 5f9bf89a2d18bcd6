"""Telling: what was read, as a table or a page."""

from exeunt.tell.page import reading_page
from exeunt.tell.table import print_reading

__all__ = ["print_reading", "reading_page"]
