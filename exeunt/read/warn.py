"""What a reading tells about itself, in the language of the document."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from exeunt.model import LanguageCode


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("exeunt.read") / "warnings.toml").read_text(encoding="utf-8"))


def warning(name: str, language: LanguageCode | None, **values: object) -> str:
    """The warning `name` in `language`, in English where that is not known."""
    return _texts()[language or "en"][name].format(**values)
