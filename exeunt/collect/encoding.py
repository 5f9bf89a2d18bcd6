"""Bytes to text: UTF-8 first, then what Japanese and Western files are written in; never a silent guess."""

from __future__ import annotations

import codecs
import re

from exeunt.collect.media import refuse
from exeunt.errors import EncodingError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,20})", re.I)
_JAPANESE = re.compile(r"[ぁ-んァ-ヴー一-龠々、。「」・①-⑳㈱]")
_HALF_KANA = re.compile(r"[\uff61-\uff9f]")
_ODD = re.compile(r"[^\x00-\x7f]")
_LABELS = {
    "shift-jis": "cp932", "shift_jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "ms932": "cp932", "euc-jp": "euc_jp", "x-euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp_ext", "utf8": "utf-8",
    "latin1": "cp1252", "iso-8859-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "windows-1252": "cp1252",
}  # fmt: skip
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes, name: str) -> str:
    """The text of `data`. `name` stands in the message.

    Raises EncodingError, which names the first byte that is not UTF-8, when nothing decodes it or it is no text.
    """
    refuse(data[:4096], name)
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding, name)
    if b"\x00" in data:
        return _strict(data, _wide(data, name), name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as e:
        return _legacy(data, name, e)
    if b"\x1b$" in data or b"\x1b(" in data:
        return _escaped(data, name)
    _refuse_control(text, name)
    return text


def decode_page(data: bytes, name: str, charset: str | None) -> tuple[str, tuple[str, ...]]:
    """The text of a web page, whose server said `charset`, and notes about what was wrong with it.

    Servers and pages lie about their encoding, and one stray byte must not cost an article: where nothing decodes all
    of it, the likeliest encoding is taken and what fails in it is replaced, as long as that is rare.
    Raises EncodingError as `decode` does.
    """
    said = _said(data, charset)
    if said and not data.startswith(tuple(bom for bom, _ in _BOMS)):
        try:
            text = data.decode(said)
        except (UnicodeDecodeError, LookupError):
            pass
        else:
            if _believable(text, said) and not (said != "utf-8" and _is_utf8(data)):
                return _CONTROL.sub(" ", text), ()
    try:
        return decode(_CONTROL_BYTES.sub(b" ", data) if b"\x00" not in data[:4096] else data, name), ()
    except EncodingError as problem:
        return _patched(data, said, problem)


def _said(data: bytes, charset: str | None) -> str | None:
    """The encoding that header or page name, by the names that browsers know."""
    declared = _DECLARED.search(data[:4096])
    for label in (charset, declared[1].decode("ascii") if declared else None):
        if label:
            label = label.strip("\"' ").lower().replace("_", "-")
            return _LABELS.get(label, label)
    return None


def _believable(text: str, encoding: str) -> bool:
    """Whether a text that decoded also reads as one: Japanese encodings take nearly any bytes for kanji."""
    if encoding in ("utf-8", "iso2022_jp_ext"):
        return True
    if encoding in ("cp1252", "iso-8859-1"):
        odd = len(_ODD.findall(text))
        return odd * 4 < len(text)
    return len(_ODD.findall(text)) < 8 or _reads_japanese(text) > 0.5 or encoding.startswith("utf-16")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not data.isascii()


def _patched(data: bytes, said: str | None, problem: EncodingError) -> tuple[str, tuple[str, ...]]:
    best: tuple[int, str, str] | None = None
    for encoding in dict.fromkeys([said or "utf-8", "utf-8", "cp932", "euc_jp"]):
        try:
            text = data.decode(encoding, "replace")
        except LookupError:
            continue
        bad = text.count("\ufffd")
        if _believable(text, encoding) and (best is None or bad < best[0]):
            best = (bad, text, encoding)
    if best is None or best[0] * 50 > len(best[1]) or len(_CONTROL.findall(best[1])) * 50 > len(best[1]):
        raise problem
    bad, text, encoding = best
    return _CONTROL.sub(" ", text), (f"bytes that are not {encoding}: {bad}, each shown as \ufffd",)


def _refuse_control(text: str, name: str) -> None:
    if _CONTROL.search(text):
        raise EncodingError(f"{name} is not a text (it holds control characters): give a text, Markdown or HTML file")


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as e:
        raise EncodingError(f"{name} breaks {encoding} at byte {e.start}: save it as UTF-8 and try again") from e
    _refuse_control(text, name)
    return text


def _escaped(data: bytes, name: str) -> str:
    """ISO-2022-JP, also with the characters that vendors added to it."""
    for encoding in ("iso2022_jp", "iso2022_jp_2004", "iso2022_jp_ext"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _strict(data, "iso2022_jp", name)


def _wide(data: bytes, name: str) -> str:
    """UTF-16 without a mark, told by where its zero bytes stand or by which reading gives kana."""
    head = data[:4096][: len(data) // 2 * 2]
    best = max(("utf-16-le", "utf-16-be"), key=lambda e: _plain(head, e))
    if _plain(head, best) < 0.6:
        raise EncodingError(f"{name} is not a text (it holds zero bytes): give a text, Markdown or HTML file")
    return best


def _plain(head: bytes, encoding: str) -> float:
    """The share of ASCII, kana and, beside kana, kanji: what any real text holds and swapped bytes do not."""
    text = head.decode(encoding, "replace")
    ascii_ = sum(c.isascii() and (c >= " " or c in "\r\n\t") for c in text)
    kana = sum("ぁ" <= c <= "ヿ" for c in text)
    kanji = sum("一" <= c <= "龠" for c in text) if kana * 10 > len(text) else 0
    return (ascii_ + kana + kanji) / max(1, len(text))


def _legacy(data: bytes, name: str, error: UnicodeDecodeError) -> str:
    """What the page declares, else Shift_JIS or EUC-JP, whichever reads as Japanese; else Western bytes."""
    declared = _DECLARED.search(data[:4096])
    candidates = ["cp932", "euc_jp", "euc_jis_2004"]
    if declared:
        candidates.insert(0, declared[1].decode("ascii"))
    best: tuple[float, str] | None = None
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        score = _reads_japanese(text)
        if best is None or score > best[0]:
            best = (score, text)
    if best is not None and best[0] > 0.5:
        return best[1]
    western = _western(data)
    if western is not None:
        return western
    raise EncodingError(
        f"{name} is neither UTF-8 nor Shift_JIS, EUC-JP or UTF-16 "
        f"(byte 0x{data[error.start]:02x} at {error.start} fails): "
        "save it as UTF-8 and try again"
    )


def _reads_japanese(text: str) -> float:
    """The share of Japanese signs; half-width kana count against, being the mark of EUC-JP read as Shift_JIS."""
    odd = len(_ODD.findall(text))
    return (len(_JAPANESE.findall(text)) - 0.5 * len(_HALF_KANA.findall(text))) / max(1, odd)


def _western(data: bytes) -> str | None:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    odd = sum(ord(c) > 127 for c in text)
    return text if odd * 4 < len(text) and not _CONTROL.search(text) else None
