"""Bytes to text: UTF-8 first, then what Japanese and Western files are written in; never a silent guess."""

from __future__ import annotations

import codecs
import re

from exeunt.errors import EncodingError

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_KANA = re.compile(r"[ぁ-んァ-ヴー、。]")
_HALF_KANA = re.compile(r"[\uff61-\uff9f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes, name: str) -> str:
    """The text of `data`. `name` stands in the message.

    Raises EncodingError, which names the first byte that is not UTF-8, when nothing decodes it or it is no text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding, name)
    if b"\x00" in data[:4096]:
        guess = _wide(data)
        if guess is None:
            raise EncodingError(f"{name} is not a text (it holds zero bytes): give a text, Markdown or HTML file")
        return _strict(data, guess, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as e:
        return _japanese(data, name, e)
    if b"\x1b$" in data or b"\x1b(" in data:
        return _strict(data, "iso2022_jp", name)
    if _CONTROL.search(text[:4096]):
        raise EncodingError(f"{name} is not a text (it holds control characters): give a text, Markdown or HTML file")
    return text


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as e:
        raise EncodingError(f"{name} breaks {encoding} at byte {e.start}: save it as UTF-8 and try again") from e


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Latin or kana text is nearly constant."""
    head = data[:4096]
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = head[: len(head) // 2 * 2].decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = sum(c.isalnum() or c.isspace() or c in "、。.,!?「」()" for c in text)
        if plain > 0.8 * len(text) and not _CONTROL.search(text):
            return encoding
    return None


def _japanese(data: bytes, name: str, error: UnicodeDecodeError) -> str:
    """Shift_JIS or EUC-JP, whichever decodes to more kana; Western bytes only when they give no control codes."""
    best: tuple[float, str] | None = None
    for encoding in ("cp932", "euc_jp"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Half-width kana in number are the mark of EUC-JP read as Shift_JIS.
        score = (len(_KANA.findall(text)) - 2 * len(_HALF_KANA.findall(text))) / max(1, len(text))
        if best is None or score > best[0]:
            best = (score, text)
    if best is not None and best[0] > 0.02:
        return best[1]
    western = _western(data)
    if western is not None:
        return western
    raise EncodingError(
        f"{name} is neither UTF-8 nor Shift_JIS, EUC-JP or UTF-16 "
        f"(byte 0x{data[error.start]:02x} at {error.start} fails): "
        "save it as UTF-8 and try again"
    )


def _western(data: bytes) -> str | None:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    odd = sum(ord(c) > 127 for c in text)
    return text if odd * 4 < len(text) and not _CONTROL.search(text) else None
