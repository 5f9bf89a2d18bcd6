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

_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body|article|main|section|div|table|h1|p)\b", re.I)
_ROOT = re.compile(r"<html\b", re.I)
_HEAD = 100_000  # code points in which a page shows its first tag
_LARGEST = 50_000_000  # bytes


def read_bytes(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises InputError when there are none."""
    if path == "-":
        return _standard_input()
    if not path:
        raise InputError("the name of the file is empty: name a file, or - for standard input")
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError(f"{path} is a folder: name the files in it, for example {path.rstrip('/')}/*")
        if file.stat().st_size > _LARGEST:
            raise InputError(_too_large(path))
        return file.read_bytes()
    except FileNotFoundError as e:
        raise InputError(f"{path} does not exist: check the spelling, or use - for standard input") from e
    except PermissionError as e:
        raise InputError(f"{path} may not be read: change its permissions with chmod +r") from e
    except OSError as e:
        raise InputError(f"{path} cannot be read ({e.strerror or e})") from e


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise InputError("standard input is closed: name a file")
    data = sys.stdin.buffer.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise InputError(_too_large("standard input"))
    return data


def _too_large(name: str) -> str:
    return f"{name} is larger than {_LARGEST // 1_000_000} MB: split it, or use --ndjson for a stream of texts"


def document_from_bytes(data: bytes, name: str) -> tuple[Document, bool]:
    """The document in `data`, and whether its text was taken out of a page.

    Raises EncodingError when it is no text, InputError when a page holds no text.
    """
    text = decode(data, name)
    if text.lstrip()[:1] == "<" and _TAG.search(text[:_HEAD]):
        return _page(text, name), True
    if _is_stream(text):
        raise InputError(f"{name} looks like a stream of documents: read it with --ndjson")
    return Document(text=text, title=_title(text)), False


def _is_stream(text: str) -> bool:
    line = text.lstrip().split("\n", 1)[0]
    return line.startswith("{") and line.rstrip().endswith("}") and '"text"' in line


def _title(text: str) -> str | None:
    """A Markdown heading on the first line is the title."""
    m = re.match(r"\s*#\s+([^\r\n]+)", text)
    return m[1].strip() if m else None


def _page(html: str, name: str) -> Document:
    if not _ROOT.search(html[:_HEAD]):
        html = f"<html><body>{html}</body></html>"
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
