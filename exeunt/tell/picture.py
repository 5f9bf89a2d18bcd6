"""Header pictures, drawn from plain values: what it is about, the departures by month, three numbers. Same values, same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

HEADER = (1280, 670)
SHARE = (1200, 630)
MISSING = "〓"
_PAPER, _INK, _SOFT, _LINE, _ACCENT, _BAND = "#faf8f3", "#1c1b19", "#76726a", "#ddd8cd", "#b4371f", "#efe9dc"


def header_picture(title: str, subtitle: str, bars: Sequence[tuple[str, float]], numbers: Sequence[tuple[str, str]], band: tuple[float, float] | None = None,
                   band_label: str = "", footer: str = "", size: tuple[int, int] = HEADER) -> bytes:  # fmt: skip
    """A PNG. `bars` are labels with values, in order; `numbers` are values with captions; `band` is what is expected of any bar."""
    width, height = size
    image = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(image)
    margin = 84
    draw.rectangle((margin, 76, margin + 56, 82), fill=_ACCENT)
    _fitted(draw, title, (margin, 100), "Bold", 74, width - 2 * margin)
    _fitted(draw, subtitle, (margin, 202), "Regular", 27, width - 2 * margin, _SOFT)
    column = 268
    _numbers(draw, numbers, (width - margin - column, 286), height - 286 - 110)
    _bars(draw, bars, (margin, 286, width - margin - column - 64, height - 136), band, band_label)
    _fitted(draw, footer, (margin, height - 66), "Regular", 19, width - 2 * margin, _SOFT)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=False, compress_level=9)
    return out.getvalue()


def share_picture(title: str, subtitle: str, bars: Sequence[tuple[str, float]], numbers: Sequence[tuple[str, str]], footer: str = "",
                  band: tuple[float, float] | None = None, band_label: str = "") -> bytes:  # fmt: skip
    """The same at 1200 × 630, for links that are shared."""
    return header_picture(title, subtitle, bars, numbers, band, band_label, footer, SHARE)


def _numbers(draw: ImageDraw.ImageDraw, numbers: Sequence[tuple[str, str]], at: tuple[int, int], height: int) -> None:
    x, y = at
    step = height // max(1, len(numbers))
    for i, (value, caption) in enumerate(numbers):
        top = y + i * step
        draw.line((x, top, x + 268, top), fill=_LINE, width=2)
        end = _fitted(draw, value, (x, top + 8), "Bold", 56, 150, _ACCENT if i == 0 else _INK)
        _fitted(draw, caption, (end + 14, top + 43), "Regular", 20, x + 268 - end - 14, _SOFT)


def _bars(
    draw: ImageDraw.ImageDraw,
    bars: Sequence[tuple[str, float]],
    box: tuple[int, int, int, int],
    band: tuple[float, float] | None,
    band_label: str,
) -> None:
    left, top, right, bottom = box
    most = max([v for _, v in bars] + [band[1] if band else 0, 1])
    scale = (bottom - top) / most
    if band:
        draw.rectangle((left, round(bottom - band[1] * scale), right, round(bottom - band[0] * scale)), fill=_BAND)
        _fitted(draw, band_label, (left, bottom + 44), "Regular", 17, right - left, _SOFT)
    draw.line((left, bottom, right, bottom), fill=_INK, width=2)
    if not bars:
        return
    step = (right - left) / len(bars)
    wide = min(44.0, step * 0.62)
    every = max(1, -(-len(bars) * 88 // (right - left)))
    for i, (label, value) in enumerate(bars):
        middle = left + step * (i + 0.5)
        if value:
            draw.rectangle(
                (round(middle - wide / 2), round(bottom - value * scale), round(middle + wide / 2), bottom - 2),
                fill=_ACCENT,
            )
        if i % every == 0:
            text = _shown(label, "Regular", 17)
            draw.text((round(middle), bottom + 10), text, font=_font("Regular", 17), fill=_SOFT, anchor="ma")


def _fitted(
    draw: ImageDraw.ImageDraw, text: str, at: tuple[int, int], weight: str, size: int, room: int, fill: str = _INK
) -> int:
    """One line, made smaller and at last cut where it would not fit; returns where it ends."""
    smallest = max(14, size // 2)
    while size > smallest and _font(weight, size).getlength(_shown(text, weight, size)) > room:
        size -= 2
    font, line = _font(weight, size), _shown(text, weight, size)
    while len(line) > 1 and font.getlength(line) > room:
        line = line.rstrip("…")[:-1] + "…"
    draw.text(at, line, font=font, fill=fill)
    return at[0] + round(font.getlength(line))


def _shown(text: str, weight: str, size: int) -> str:
    """On one line, with 〓 for what the font lacks."""
    return "".join(c if c == " " or _has(c, weight) else MISSING for c in " ".join(text.split()))


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    path = files("exeunt.tell") / "fonts" / f"NotoSansCJKjp-{weight}-subset.otf"
    return ImageFont.truetype(io.BytesIO(path.read_bytes()), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _blank(weight: str) -> bytes:
    return bytes(_font(weight, 40).getmask("\U0010fffd"))


@cache
def _has(sign: str, weight: str) -> bool:
    """Whether the font draws a sign otherwise than one that it surely lacks."""
    return bytes(_font(weight, 40).getmask(sign)) != _blank(weight)
