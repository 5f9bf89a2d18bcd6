"""Reading the data files of a language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_toml(language: str, name: str) -> dict[str, Any]:
    """The parsed TOML file `name` of `language`. Raises tomllib.TOMLDecodeError when it is broken."""
    path = files("exeunt.language") / language / name
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def read_words(language: str, name: str) -> frozenset[str]:
    """The first column of the TSV file `name` of `language`; lines that begin with # are comments."""
    path = files("exeunt.language") / language / name
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line.split("\t", 1)[0] for line in lines if line and not line.startswith("#"))


def alternatives(words: Iterable[str]) -> str:
    """A regular expression that matches any of `words`, the longest first."""
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))
