"""SVG as text: elements with escaped content, the frame that every chart stands in, and how wide a text will be."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

import msgspec

from exeunt.model import LanguageCode
from exeunt.tell.words import printable

SIZE = 13  # px; names and values
SMALL = 12  # px; axes and notes: a page that shows 360 px at 330 still draws them at 11
NARROW = 520  # px; below it names stand above what they name, not beside it
_PAD = 16  # px around a chart that stands alone
MOST = 60  # rows of one chart
_LATIN, _UPPER, _WIDE = 0.56, 0.66, 1.0  # em
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ADDRESS = re.compile(r"(?:https?://|/(?!/)|[#?]|\./)[^\s\x00-\x1f\\]*\Z", re.I)


class Sheet(msgspec.Struct, frozen=True):
    """What a chart is drawn on: `width` in px, `prefix` of its ids, and whether it must stand without a page's styles."""

    language: LanguageCode
    width: int = 720
    prefix: str = "chart"
    standalone: bool = False

    @property
    def narrow(self) -> bool:
        return self.width < NARROW

    def id(self, name: str) -> str:
        """An id of this chart's own."""
        return f"{re.sub(r'[^A-Za-z0-9_-]', '-', self.prefix)}-{name}"

    def ink(self, name: str) -> str:
        """A reference to a pattern or gradient of this chart."""
        return f"url(#{self.id(name)})"


@cache
def _all() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("exeunt.tell.charts") / "charts.toml").read_text(encoding="utf-8"))


def chart_words(language: LanguageCode) -> dict[str, str]:
    """Key -> wording of the charts."""
    return _all()[language]


@cache
def stylesheet() -> str:
    """The style sheet of all charts: classes and their palette, light and dark."""
    return (files("exeunt.tell.charts") / "charts.css").read_text(encoding="utf-8")


def number(value: float) -> str:
    """A coordinate to a tenth of a pixel, the same everywhere."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def clean(text: str) -> str:
    """`text` without what XML cannot hold or what turns the direction of writing."""
    return _NOT_XML.sub("\ufffd", printable(text))


def content(text: str) -> str:
    """`text` as the content of an element."""
    return escape(clean(text))


def el(tag: str, *children: str, **attributes: str | float | None) -> str:
    """An element. Attributes are escaped (`class_` is class, `text_anchor` text-anchor), None is left out; children are markup."""
    told = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(clean(value) if isinstance(value, str) else number(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{told}>{''.join(children)}</{tag}>" if children else f"<{tag}{told}/>"


def words_at(
    x: float, y: float, text: str, class_: str = "c-text", anchor: str | None = None, room: float | None = None
) -> str:
    """A line of text at its baseline; what exceeds `room` px is cut, the whole of it told on hovering."""
    size = SMALL if "c-small" in class_ else SIZE
    shown = text if room is None else fit(text, room, size)
    whole = el("title", content(text)) if shown != text else ""
    return el("text", whole + content(shown), x=x, y=y, class_=class_, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    return el("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def box(
    x: float, y: float, width: float, height: float, class_: str, title: str = "", **more: str | float | None
) -> str:
    """A rectangle, with `title` told on hovering."""
    inside = (el("title", content(title)),) if title else ()
    return el("rect", *inside, x=x, y=y, width=width, height=height, class_=class_, **more)


def link(address: str | None, body: str, title: str, class_: str = "c-link") -> str:
    """`body` as a link that says `title`; without an address that is safe to follow, only as a group that does."""
    told = el("title", content(title))
    if address and _ADDRESS.match(address):
        return el("a", told, body, href=address, class_=class_, aria_label=title)
    return el("g", told, body)


def breadth(text: str, size: float = SIZE) -> float:
    """About how many px wide `text` will be."""
    return sum(_em(sign) for sign in text) * size


@cache
def _em(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    if sign == "…" or unicodedata.east_asian_width(sign) in ("W", "F"):
        return _WIDE
    return _UPPER if sign.isupper() else _LATIN


def fit(text: str, room: float, size: float = SIZE) -> str:
    """`text`, or as much of it as goes into `room` px with … at its end."""
    left = room - size
    for at, sign in enumerate(text):
        left -= _em(sign) * size
        if left < 0:
            return text if breadth(text[at:], size) <= left + _em(sign) * size + size else f"{text[:at].rstrip()}…"
    return text


def wrapped(text: str, room: float, size: float = SMALL) -> list[str]:
    """`text` in lines of `room` px: broken at spaces, between any two signs of Japanese."""
    lines, current = [], ""
    for part in re.findall(r"[\u2e80-\uffef][、。）」]*|[^\s\u2e80-\uffef]+|\s+", text):
        if breadth(current + part, size) > room and current.strip():
            lines.append(current.rstrip())
            current = ""
        current += part if current or not part.isspace() else ""
    return [*lines, current] if current.strip() else lines


def note(sheet: Sheet, y: float, text: str) -> tuple[str, float]:
    """A note over the whole width, and where it ends."""
    lines = wrapped(text, sheet.width)
    drawn = "".join(words_at(0, y + 16 * i, part, "c-text c-small c-muted") for i, part in enumerate(lines))
    return drawn, y + 16 * len(lines)


def picture(
    sheet: Sheet, name: str, height: float, told: tuple[str, str], body: Sequence[str], defs: Sequence[str] = ()
) -> str:
    """The whole SVG. `told` are its title and description; with links inside it is a group, since an image hides what it holds."""
    title, description = told
    pad = _PAD if sheet.standalone else 0
    inside = "".join(body)
    head = [
        el("title", content(title), id=sheet.id("title")),
        el("desc", content(description), id=sheet.id("desc")),
    ]
    if sheet.standalone:
        head += [
            el("style", escape(stylesheet(), quote=False)),
            box(-pad, -pad, sheet.width + 2 * pad, height + 2 * pad, "c-paper"),
        ]
    role = "group" if "<a " in inside else "img"
    return el(
        "svg", *head, el("defs", *defs) if defs else "", inside, xmlns="http://www.w3.org/2000/svg",
        class_=f"chart chart-{name}", role=role, aria_labelledby=f"{sheet.id('title')} {sheet.id('desc')}", lang=sheet.language,
        viewBox=" ".join(number(v) for v in (-pad, -pad, sheet.width + 2 * pad, height + 2 * pad)), width=sheet.width + 2 * pad, height=height + 2 * pad,
    )  # fmt: skip


def hatch(sheet: Sheet, name: str, class_: str) -> str:
    """A pattern of slanting lines, to tell by more than colour."""
    return el(
        "pattern", box(0, 0, 6, 6, f"{class_}-under"), el("path", d="M-1 1 l2 -2 M0 6 l6 -6 M5 7 l2 -2", class_=f"{class_}-lines"),
        id=sheet.id(name), width=6, height=6, patternUnits="userSpaceOnUse",
    )  # fmt: skip
