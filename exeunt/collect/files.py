"""Files and standard input: text, Markdown and HTML become documents."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import trafilatura

from exeunt.collect.encoding import decode
from exeunt.errors import DateError, InputError
from exeunt.language.dates import parse_published
from exeunt.model import Document

_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)
_LARGEST = 50_000_000  # bytes


def read_bytes(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises InputError when there are none."""
    if path == "-":
        return sys.stdin.buffer.read(_LARGEST + 1)
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError(f"{path} is a folder: name a file in it, or use `exeunt read --ndjson` for many texts")
        if file.stat().st_size > _LARGEST:
            raise InputError(
                f"{path} is larger than {_LARGEST // 1_000_000} MB: split it, or use --ndjson for a stream of texts"
            )
        return file.read_bytes()
    except FileNotFoundError as e:
        raise InputError(f"{path} does not exist: check the spelling, or use - for standard input") from e
    except PermissionError as e:
        raise InputError(f"{path} may not be read: change its permissions with chmod +r") from e
    except OSError as e:
        raise InputError(f"{path} cannot be read ({e.strerror or e})") from e


def document_from_bytes(data: bytes, name: str) -> tuple[Document, bool]:
    """The document in `data`, and whether its text was taken out of a page.

    Raises EncodingError when it is no text, InputError when a page holds no text.
    """
    text = decode(data, name)
    if not _HTML.match(text[:2000]):
        return Document(text=text.replace("\r\n", "\n"), title=_title(text)), False
    return _page(text, name), True


def _title(text: str) -> str | None:
    """A Markdown heading on the first line is the title."""
    m = re.match(r"\s*#\s+(.+)", text)
    return m[1].strip() if m else None


def _page(html: str, name: str) -> Document:
    found = trafilatura.bare_extraction(html, with_metadata=True, include_comments=False)
    if found is None or isinstance(found, dict) or not (found.text or "").strip():
        raise InputError(f"{name} is a page without an article in it: save the text of the article and read that")
    return Document(text=found.text or "", title=found.title, published=_day(found.date), url=found.url)


def _day(said: str | None) -> str | None:
    try:
        day = parse_published(said)
    except DateError:
        return None
    return day.isoformat() if day else None
