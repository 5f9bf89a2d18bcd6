"""The article in a page: what surrounds it is taken away, trafilatura finds it, and the page's own blocks give its
lines.

Trafilatura is good at finding where an article stands and leaves out headings, list items and rows of it; so the
smallest part of the page that holds what it found is told whole, unless that is much more than it found.
"""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache
from typing import Any

from lxml.html import HtmlElement

from exeunt.collect.blocks import lines_of
from exeunt.collect.days import first_day
from exeunt.collect.metadata import Metadata, page_words

_DROPPED = frozenset(
    [
        "nav",
        "aside",
        "footer",
        "form",
        "button",
        "figure",
        "figcaption",
        "iframe",
        "noscript",
        "select",
        "svg",
        "video",
        "audio",
        "dialog",
        "template",
        "object",
        "amp-ad",
        "amp-sidebar",
        "amp-img",
    ]
)
_KEPT = frozenset(["html", "body", "main", "article"])
_TEXT = ".//text()[not(ancestor::a or ancestor::script or ancestor::style or ancestor::option)]"
_NEARLY_ALL = 0.85  # share of the sentences of the page that may be furniture by its name
_FEW = 0.2  # share that may be furniture by a name that articles have as well
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_ROLES = frozenset(["navigation", "complementary", "contentinfo", "search", "dialog"])
_SENTENCE = 40  # code points of a stretch that may be a sentence
_LINKED = 0.7  # share of linked words from which on a block is a list of links
_CAPTION = 150  # code points that may stand under a picture
_STOP = re.compile(r"[。！？]|[.!?][\"”’)]?(?:\s|$)")
_WHOLE = 1.5  # times the words that trafilatura found; a part of the page with more holds other things as well
_HELD = (0.99, 0.9)  # shares of what trafilatura found that the part must hold
_LEAVES = ("p", "div", "li", "td", "blockquote", "h2", "h3", "h4", "section", "article", "dd", "span", "tr")
_LONGEST_BLOCK = 6000  # code points
_LAYOUT_CELL = 200  # code points; a cell with more is no cell of data
_SHORTEST_QUOTE = 24  # code points of a pull quote in Japanese; a shorter one may be a heading
_REST = 0.6  # share of the article so far that may follow a line that ends it
_CLOCK = re.compile(
    r"^(?:\d{1,2}/\d{1,2}\s?(?:[(（].[)）])?\s*)?\d{1,2}[:：時]\d{2}分?\s?(?:[ap]\.?m\.?)?(?:\s?[A-Z]{2,4})?$", re.I
)
_SHORT = 90  # code points; furniture comes in short lines


def article_of(tree: HtmlElement, told: Metadata) -> str:
    """The words of the article, a block a line, without headline, byline and captions; empty when none is found.

    `tree` stays as it is.
    """
    tree = deepcopy(tree)
    _prune(tree)
    _unlay(tree)
    found = _found(tree)
    if not found:
        return ""
    return "\n".join(_bare(_blocks(tree, found), told))


def _found(tree: HtmlElement) -> list[str]:
    import trafilatura  # loads for a while, and only pages need it

    try:
        found = trafilatura.bare_extraction(tree, with_metadata=False, include_comments=False)
    except (ValueError, RecursionError, AttributeError, IndexError, TypeError):  # what broken trees raise in it
        return []
    if found is None or isinstance(found, dict) or found.body is None:
        return []
    return _lines_of_body(found.body)


def _lines_of_body(body: Any) -> list[str]:
    """The lines of trafilatura's own tree: head, p, item, quote, row."""
    for cell in body.iter("cell"):
        cell.tail = "  " + (cell.tail or "").strip()
    for lb in body.iter("lb"):
        lb.tail = "\n" + (lb.tail or "")
    for block in body.iter("p", "head", "item", "quote", "row", "list", "table", "code"):
        block.text = "\n" + (block.text or "")
        block.tail = "\n" + (block.tail or "")
    text = "".join(body.itertext())
    return [line for raw in text.split("\n") if (line := re.sub(r"\s{3,}", "  ", raw).strip())]


# --- what surrounds it ------------------------------------------------------------------------------------------


@cache
def _named(sort: str) -> re.Pattern[str]:
    return re.compile(page_words()[sort])


def _prune(tree: HtmlElement) -> None:
    """Take away menus, boxes, captions and lists of other articles, by their tags and by what they are called.

    What is surely furniture by its name goes as long as something else is left; what may be one goes only if all that
    is called so is a small part of the page: a name like `search` also stands on paragraphs of articles.
    """
    for element in list(tree.iter("s", "strike", "del")):
        element.drop_tree()
    for element in tree.iter("time", "label", "output", "data", "abbr"):
        element.tag = "span"  # words within a sentence, which trafilatura would leave out
    total = _prose(tree)
    small = _rare_names(tree, total)
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in _KEPT or element.getparent() is None:
            continue
        most = _most_pruned(element, small)
        if most and _prose(element) <= total * most:
            element.drop_tree()
    for image in list(tree.iter("img")):
        _drop_caption(image)


def _most_pruned(element: HtmlElement, small: set[str]) -> float:
    """The share of the page's sentences that may go with `element`; 0 when it is no furniture."""
    if element.tag in _DROPPED:
        return (
            0 if (element.tag == "figure" and element.find(".//table") is not None) or _quotes(element) else _NEARLY_ALL
        )
    if element.get("hidden") is not None or _INVISIBLE.search(element.get("style") or ""):
        return _NEARLY_ALL
    if element.get("aria-hidden") == "true" or element.get("role") in _ROLES:
        return _FEW
    if element.tag == "header" and (element.find(".//h1") is None or element.find(".//p") is None):
        return _FEW
    spelled = _spelled(element)
    if spelled and _named("furniture").search(spelled):
        return _NEARLY_ALL
    if spelled in small and _named("doubtful").search(spelled):
        return _FEW
    return _FEW if _is_links(element) else 0


def _quotes(element: HtmlElement) -> bool:
    return element.tag == "figure" and element.find(".//blockquote") is not None


def _rare_names(tree: HtmlElement, total: int) -> set[str]:
    """What elements are called that together hold a small part of the sentences of the page."""
    held: dict[str, int] = {}
    for element in tree.iter():
        if isinstance(element.tag, str) and (spelled := _spelled(element)) and _named("doubtful").search(spelled):
            held[spelled] = held.get(spelled, 0) + _prose(element)
    return {name for name, prose in held.items() if prose <= total * _FEW}


def _is_links(element: HtmlElement) -> bool:
    """Whether nearly all the words of a block are links: a menu, or a list of other articles."""
    if element.tag not in ("p", "div", "ul", "ol", "td", "tr", "center", "section"):
        return False
    words = "".join(element.text_content().split())
    if not words or _STOP.search(words):
        return False
    linked = sum(len("".join(a.text_content().split())) for a in element.iter("a") if a.get("href"))
    return linked > _LINKED * len(words)


def _drop_caption(image: HtmlElement) -> None:
    """Take away the smallest box around a picture with the few words in it: no sentence of an article is in such."""
    box = image
    for parent in image.iterancestors():
        words = parent.text_content().strip()
        if parent.tag in _KEPT or len(words) > _CAPTION:
            break
        if parent.tag not in ("p", "td", "tr") or not re.search(r"[。！？]|[.!?][”\"]?$", words):
            box = parent
    if box is not image and box.getparent() is not None and box.find(".//h1") is None:
        box.drop_tree()


def _spelled(element: HtmlElement) -> str:
    """`relatedLinks_box` as ` related links box `: what an element is called, word by word."""
    words = " ".join(filter(None, (element.get(a) for a in ("class", "id", "data-testid", "data-component"))))
    if not words.strip():
        return ""
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words).lower()
    return " ".join(["", *re.findall(r"[a-z]+|[^a-z\s_-]+", parts), ""])


def _prose(element: HtmlElement) -> int:
    """Code points in stretches that are long enough to be sentences and are no links."""
    return sum(len(text) for text in element.xpath(_TEXT) if len(text.strip()) > _SENTENCE)


def _unlay(tree: HtmlElement) -> None:
    """Tables that only lay out the page become plain blocks; tables of data stay."""
    for table in reversed(list(tree.iter("table"))):
        own = [
            e
            for e in table.iter("tr", "td", "th", "tbody", "thead", "tfoot")
            if next(e.iterancestors("table")) is table
        ]
        cells = [e for e in own if e.tag in ("td", "th")]
        if any(_lays_out(cell) for cell in cells[:200]):
            for element in [table, *own]:
                element.tag = "div"


def _lays_out(cell: HtmlElement) -> bool:
    """Whether a cell holds more than a cell of data does."""
    return (
        cell.find(".//table") is not None
        or len(cell.text_content()) > _LAYOUT_CELL
        or len(list(cell.iter("p", "h1"))) > 1
    )


# --- the part of the page that holds it -------------------------------------------------------------------------


def _blocks(tree: HtmlElement, found: list[str]) -> list[str]:
    """The lines of the smallest part that holds all of what was found or, if that holds much else, nearly all of it."""
    weight, total = _weights(tree, found)
    for share in _HELD:
        held = [e for e, w in weight.items() if w >= share * total]
        part = min(held, key=lambda e: len(e.text_content()), default=None)
        whole = lines_of(part) if part is not None else []
        if whole and sum(map(len, whole)) <= _WHOLE * sum(map(len, found)) + 200:
            return whole
    return found


def _weights(tree: HtmlElement, found: list[str]) -> tuple[dict[HtmlElement, int], int]:
    """How much of what was found each element holds, and how much of it was seen at all."""
    wanted = {_key(line) for line in found if len(line) > 15}
    weight: dict[HtmlElement, int] = {}
    total = 0
    for element in tree.iter(*_LEAVES):
        text = element.text_content()
        if len(text) < _LONGEST_BLOCK and (key := _key(text)) in wanted:
            wanted.discard(key)
            total += len(key)
            for holder in [element, *element.iterancestors()]:
                weight[holder] = weight.get(holder, 0) + len(key)
    enough = total >= 0.6 * sum(len(_key(line)) for line in found)
    return (weight, total) if enough else ({}, 0)


def _key(line: str) -> str:
    return re.sub(r"[\W_]+", "", line)


# --- what belongs to the page, not to the article -----------------------------------------------------------------


def _bare(lines: list[str], told: Metadata) -> list[str]:
    """The lines without the headline, byline and date above them and without furniture in short lines."""
    title = _key(told.title or "")
    lines = [line for line in lines if _key(line)]
    rest = _repeated(lines)
    kept: list[str] = []
    for i, line in enumerate(lines):
        key = _key(line)
        if _ends(line, sum(map(len, kept)), sum(map(len, lines[i:]))):
            break
        if key in rest or _is_short_furniture(line):
            continue
        if len(kept) < 3 and _is_heading(line, key, title, told):
            kept = [] if key == title else kept
            continue
        kept.append(line)
    return kept


def _repeated(lines: list[str]) -> set[str]:
    """Sentences set apart that the article says elsewhere: pull quotes and teasers."""
    keys = [_key(line) for line in lines]
    whole = "\n".join(keys)
    return {
        key
        for key in keys
        if len(key) < 200
        and len(key) > _SHORTEST_QUOTE * (3 if key.isascii() else 1)
        and whole.count(key) > keys.count(key)
    }


def _ends(line: str, before: int, after: int) -> bool:
    """Whether the article is over: a line that opens the page's own matters, with little behind it."""
    return (
        before > 200 and len(line) < _SHORT and after < _REST * before and any(p.search(line) for p in _lines("ends"))
    )


def _is_short_furniture(line: str) -> bool:
    if len(line) >= _SHORT:
        return False
    return any(p.search(line) for p in _lines("furniture_lines")) or _CLOCK.match(line) is not None


@cache
def _lines(name: str) -> list[re.Pattern[str]]:
    return [re.compile(pattern, re.I) for pattern in page_words()[name]]


def _is_heading(line: str, key: str, title: str, told: Metadata) -> bool:
    """Whether a line at the top is the headline, the byline, the date or the name of the outlet."""
    if title and (key == title or (len(key) > 12 and title.startswith(key))):
        return True
    if len(line) > _SHORT:
        return False
    rest = key
    for known in (told.author, told.outlet):
        if known and (name := _key(known)):
            rest = rest.replace(name, "")
    if not rest or (rest != key and re.fullmatch(page_words()["beside_names"], rest, re.I)):
        return True
    return first_day(line) is not None and len(re.sub(page_words()["beside_dates"], "", line, flags=re.I).strip()) < 6
