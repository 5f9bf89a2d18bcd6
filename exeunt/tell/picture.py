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
_MARGIN, _COLUMN = 84, 236
_HEADROOM = 1.16  # of the chart above its highest bar
_FEWEST = 8  # months for which there is room at least
_PAPER, _INK, _SOFT, _LINE, _ACCENT, _BAND = "#faf8f3", "#1c1b19", "#76726a", "#ddd8cd", "#b4371f", "#efe9dc"


def header_picture(title: str, subtitle: str, bars: Sequence[tuple[str, float]], numbers: Sequence[tuple[str, str]], band: tuple[float, float] | None = None,
                   band_label: str = "", footer: str = "", size: tuple[int, int] = HEADER) -> bytes:  # fmt: skip
    """A PNG. `bars` are labels with values, in order; `numbers` are values with captions; `band` is what is expected of any bar."""
    width, height = size
    image = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(image)
    right = width - _MARGIN
    draw.rectangle((_MARGIN, 70, _MARGIN + 56, 76), fill=_ACCENT)
    _fitted(draw, title, (_MARGIN, 156), "Bold", 72, right - _MARGIN)
    _fitted(draw, subtitle, (_MARGIN, 208), "Regular", 26, right - _MARGIN, _SOFT)
    _numbers(draw, numbers, (right - _COLUMN, 262), height - 262 - 92)
    chart = (_MARGIN, 304, right - _COLUMN - 72, height - 128)
    if band:
        _legend(draw, band_label, (_MARGIN, 276), chart[2] - _MARGIN)
    _bars(draw, bars, chart, band)
    _fitted(draw, footer, (_MARGIN, height - 50), "Regular", 18, right - _MARGIN, _SOFT)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=False, compress_level=9)
    return out.getvalue()


def share_picture(title: str, subtitle: str, bars: Sequence[tuple[str, float]], numbers: Sequence[tuple[str, str]], footer: str = "",
                  band: tuple[float, float] | None = None, band_label: str = "") -> bytes:  # fmt: skip
    """The same at 1200 × 630, for links that are shared."""
    return header_picture(title, subtitle, bars, numbers, band, band_label, footer, SHARE)


def _numbers(draw: ImageDraw.ImageDraw, numbers: Sequence[tuple[str, str]], at: tuple[int, int], height: int) -> None:
    """Values with their captions below, one under the other; the first in the accent colour."""
    x, y = at
    step = height // max(1, len(numbers))
    for i, (value, caption) in enumerate(numbers):
        top = y + i * step
        draw.line((x, top, x + _COLUMN, top), fill=_LINE, width=2)
        _fitted(draw, value, (x, top + 60), "Bold", 52, _COLUMN, _ACCENT if i == 0 else _INK)
        _fitted(draw, caption, (x, top + 88), "Regular", 19, _COLUMN, _SOFT)


def _legend(draw: ImageDraw.ImageDraw, text: str, at: tuple[int, int], room: int) -> None:
    x, y = at
    draw.rectangle((x, y - 14, x + 26, y), fill=_BAND)
    _fitted(draw, text, (x + 38, y), "Regular", 17, room - 38, _SOFT)


def _bars(
    draw: ImageDraw.ImageDraw, bars: Sequence[tuple[str, float]], box: tuple[int, int, int, int],
    band: tuple[float, float] | None,
) -> None:  # fmt: skip
    """Bars from the left with their values above, labels below as far as there is room, what is expected behind them."""
    left, top, right, bottom = box
    most = max([v for _, v in bars] + [band[1] if band else 0, 1]) * _HEADROOM
    scale = (bottom - top) / most
    if band:
        draw.rectangle((left, round(bottom - band[1] * scale), right, round(bottom - band[0] * scale)), fill=_BAND)
    step = (right - left) / max(len(bars), _FEWEST)
    wide = step * 0.6
    every = -(-90 // max(1, int(step)))
    for i, (label, value) in enumerate(bars):
        start = left + step * i + (step - wide) / 2
        high = round(bottom - value * scale)
        if value:
            draw.rectangle((round(start), high, round(start + wide), bottom), fill=_ACCENT)
            middle = round(start + wide / 2)
            draw.text((middle, high - 6), f"{value:g}", font=_font("Bold", 16), fill=_INK, anchor="ms")
        if i % every == 0 and start + 70 < right:
            draw.text(
                (round(start), bottom + 28),
                _shown(label, "Regular"),
                font=_font("Regular", 16),
                fill=_SOFT,
                anchor="ls",
            )
    draw.line((left, bottom, right, bottom), fill=_INK, width=2)


def _fitted(
    draw: ImageDraw.ImageDraw, text: str, at: tuple[int, int], weight: str, size: int, room: int, fill: str = _INK
) -> int:
    """One line on the base line `at`, made smaller and at last cut where it would not fit; returns where it ends."""
    smallest = max(14, size // 2)
    while size > smallest and _font(weight, size).getlength(_shown(text, weight)) > room:
        size -= 2
    font, line = _font(weight, size), _shown(text, weight)
    while len(line) > 1 and font.getlength(line) > room:
        line = line.rstrip("…")[:-1] + "…"
    draw.text(at, line, font=font, fill=fill, anchor="ls")
    return at[0] + round(font.getlength(line))


def _shown(text: str, weight: str) -> str:
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
