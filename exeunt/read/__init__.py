"""Reading: Document -> Reading."""

from exeunt.read.rules import read_rules
