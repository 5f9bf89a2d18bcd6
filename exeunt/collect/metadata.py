"""What a page says about itself: title, day of publication and who says it, author, outlet, canonical address.

The strongest place wins: data for machines (JSON-LD, schema.org), meta tags (Open Graph, Dublin Core, …), the `time`
element, the address, and last the words near the headline. Nothing is guessed from anywhere else.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from typing import Any, cast

from lxml.html import HtmlElement
from rapidfuzz.distance import Indel

from exeunt.collect.address import absolute
from exeunt.collect.days import first_day
from exeunt.language.dates import exists
from exeunt.language.detect import detect_language
from exeunt.language.text import narrow
from exeunt.model import LanguageCode, PublishedFrom

_ISO = re.compile(
    r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?",
    re.I,
)
_IN_ADDRESS = re.compile(r"/((?:19|20)\d{2})[/-]?(\d{2}|[a-z]{3})[/-]?(\d{2})?(?=[/_\-.]|$|\d{2,})", re.I)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?=\D|$)")
_JAPAN = timezone(timedelta(hours=9))
_SHORT = 80  # code points of a line with a date of publication
_BESIDE = 30  # code points of it that may be something else
_STOP = re.compile(r"[。！？]|[.!?](?:\s|$)(?<!\b[A-Z]\.)")
_NEAR = 600  # code points around the headline in which a page shows its date
_LARGEST_DATA = 2_000_000  # code points of JSON-LD that are looked at


@dataclass
class Metadata:
    """What a page says about itself; a field that it does not tell is None."""

    title: str | None = None
    published: tuple[str, PublishedFrom] | None = None
    author: str | None = None
    outlet: str | None = None
    canonical: str | None = None
    language: LanguageCode | None = None
    paywalled: bool = False


@cache
def page_words() -> dict[str, Any]:
    """What pages of news call things (page.toml)."""
    return tomllib.loads((files("exeunt.collect") / "page.toml").read_text(encoding="utf-8"))


def metadata(tree: HtmlElement, url: str | None) -> Metadata:
    """The metadata of the page `tree`, fetched from `url`."""
    meta = _meta_tags(tree)
    article = _article(tree, url)
    japanese = _is_japanese(tree)
    found = Metadata(language="ja" if japanese else None)
    outlet = _outlet(article, meta)
    found.title = _title(tree, article, meta, outlet)
    found.outlet = outlet or _other_part(tree, found.title)
    found.author = _author(tree, article, meta, found.title)
    found.canonical = _canonical(tree, meta, url)
    found.published = _published(tree, article, meta, url or found.canonical, japanese, found.title)
    found.paywalled = str(article.get("isAccessibleForFree", "")).lower() == "false"
    return found


def _meta_tags(tree: HtmlElement) -> dict[str, str]:
    tags: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = (element.get("content") or "").strip()
        if name and content:
            tags.setdefault(name.strip().lower(), content)
    return tags


def _article(tree: HtmlElement, url: str | None) -> dict[str, Any]:
    """The JSON-LD record of the article: of the strongest type and, of several, the one that the page itself names."""
    types: list[str] = page_words()["types"]
    found: list[tuple[int, dict[str, Any]]] = []
    for record in _records(tree):
        named = record.get("@type")
        ranks = [types.index(n) for n in (named if isinstance(named, list) else [named]) if n in types]
        if ranks:
            found.append((min(ranks), record))
    best = [record for rank, record in found if rank == min(r for r, _ in found)]
    if len(best) < 2:
        return best[0] if best else {}
    shown = _closed(" ".join(e.text_content() for e in tree.iter("title", "h1")))
    mine = [r for r in best if (told := _text(r.get("headline"))) and _closed(told) and _closed(told) in shown]
    mine += [r for r in best if url and url in (r.get("url"), r.get("@id"), r.get("mainEntityOfPage"))]
    return mine[0] if mine else {}


def _records(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text or len(script.text) > _LARGEST_DATA:
            continue
        text = script.text.strip().removeprefix("<!--").removeprefix("//<![CDATA[")
        text = text.removesuffix("-->").removesuffix("]]>").strip().rstrip(";")
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _flat(data, 0)


def _flat(data: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(data, list):
        for item in data[:200]:
            yield from _flat(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _flat(data.get(key), depth + 1)


def _text(value: object) -> str | None:
    """The string in a JSON-LD value: itself, or the name of what it describes."""
    if isinstance(value, list):
        names = [name for item in value[:10] if (name := _text(item))]
        return ", ".join(dict.fromkeys(names)) or None
    if isinstance(value, dict):
        value = value.get("name")
    return _tidy(value) if isinstance(value, str) else None


def _tidy(text: str | None) -> str | None:
    return " ".join(text.split())[:500] or None if text else None


def _is_japanese(tree: HtmlElement) -> bool:
    root = tree.getroottree().getroot()
    said = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").lower()
    return said.startswith("ja") or (not said and detect_language(_visible(tree)[:2000]) == "ja")


def _outlet(article: dict[str, Any], meta: dict[str, str]) -> str | None:
    return _tidy(meta.get("og:site_name")) or _text(article.get("publisher")) or _tidy(meta.get("application-name"))


def _other_part(tree: HtmlElement, title: str | None) -> str | None:
    """What stands beside the headline in the window's title: before or behind all bars."""
    page = next((t for e in tree.iter("title") if (t := _tidy(e.text_content()))), None)
    parts = [part.strip() for part in _BARS.split(page or "") if part.strip()]
    own = [i for i, part in enumerate(parts) if title and _closed(part) in _closed(title)]
    if len(parts) < 2 or (title in parts and not own):
        return None
    ends = [parts[i] for i in (-1, 0) if i % len(parts) not in own]
    return next((part for part in ends if len(part) < 60), None)


def _title(tree: HtmlElement, article: dict[str, Any], meta: dict[str, str], outlet: str | None) -> str | None:
    """The headline: as shown where the page also says it elsewhere, else as told, else the part of the window's title
    that is shown, else what is set in large type."""
    headings = [h for e in tree.iter("h1") if (h := _tidy(e.text_content())) and not _leads_home(e)]
    page = next((t for e in tree.iter("title") if (t := _tidy(e.text_content()))), None)
    told = _text(article.get("headline")) or _tidy(meta.get("og:title")) or _tidy(meta.get("twitter:title"))
    for heading in headings:
        shown = _closed(heading)
        if any(other and _means(shown, _closed(other)) for other in (told, page)):
            return told if told and _closed(told) in shown and len(told) < len(heading) else heading
    if told:
        return _without_outlet(told, outlet)
    part = _shown_part(tree, page)
    return part or next((h for h in headings if h != outlet), None) or _large(tree) or page


_COLON = re.compile(r"\s*:\s*")
_LIKE = 0.75


def _leads_home(heading: HtmlElement) -> bool:
    """Whether a heading is a link to the site itself: its name, not a headline."""
    links = [a.get("href") or "" for a in heading.iter("a")] + [a.get("href") or "" for a in heading.iterancestors("a")]
    path = re.sub(r"^[a-z]+://[^/]*|[?#].*$", "", links[0]) if links else "-"
    return path.count("/") <= 2 and not re.search(r"\d|\.html?", path) and path.endswith(("/", "")) and bool(links)


def _closed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


_BARS = re.compile(r"\s+[-–—|:：/]\s+|[|｜]|\s*[：»>]\s+")


def _means(shown: str, told: str) -> bool:
    """Whether two headlines are one: one within the other, or most of their letters the same."""
    return shown in told or told in shown or Indel.normalized_similarity(shown, told) > _LIKE


def _shown_part(tree: HtmlElement, page: str | None) -> str | None:
    """The longest part of the window's title that is also shown as a line of its own."""
    if not page:
        return None
    shown = {"".join(line.split()) for line in _visible(tree).split("\n")[:400]}
    parts = [part.strip() for bars in (_BARS, _COLON) for part in bars.split(page)]
    return max((p for p in parts if len(p) > 6 and "".join(p.split()) in shown), key=len, default=None)


def _large(tree: HtmlElement) -> str | None:
    """What pages from before style sheets set large, or call their headline."""
    for element in tree.xpath(page_words()["large_paths"])[:8]:
        text = _tidy(element.text_content())
        if text and 8 < len(text) < 120 and not _surrounds(element):
            return text
    return None


def _without_outlet(title: str, outlet: str | None) -> str:
    head, bar, tail = _last_bar(title)
    if bar and head and ((outlet and outlet.lower() in tail.lower()) or (not outlet and len(tail) < len(head) / 2)):
        return head
    return title


def _last_bar(title: str) -> tuple[str, str, str]:
    cuts = [(title.rfind(bar), bar) for bar in (" | ", " - ", " – ", " — ", "｜", "|", " : ")]
    at, bar = max(cuts)
    return (title[:at].strip(), bar, title[at + len(bar) :].strip()) if at > 0 else (title, "", "")


def _author(tree: HtmlElement, article: dict[str, Any], meta: dict[str, str], title: str | None) -> str | None:
    told: str | None = _text(article.get("author"))
    for key in ("author", "article:author", "dc.creator", "byl", "parsely-author", "sailthru.author"):
        told = told or _tidy(meta.get(key))
    if told and "://" in told:
        told = None
    for element in tree.xpath(page_words()["author_paths"])[:6]:
        if not told and not _surrounds(element) and 2 < len(words := _tidy(element.text_content()) or "") < 80:
            told = words
    return _name(told) if told else _byline(tree, title)


def _name(told: str) -> str | None:
    told = re.sub(page_words()["byline"], "", told, flags=re.I).strip()
    return _tidy(told) if told and len(told) < 120 else None


def _byline(tree: HtmlElement, title: str | None) -> str | None:
    """A line near the headline that says who wrote it: "By Jane Calloway", 文・佐藤花子."""
    lines = _visible(tree).split("\n")[:400]
    at = next((i for i, line in enumerate(lines) if title and line == title), 0)
    for line in lines[max(0, at - 2) : at + 8]:
        for pattern in page_words()["byline_lines"]:
            if len(line) < 100 and (m := re.search(pattern, line)):
                return _name(m[1])
    return None


def _canonical(tree: HtmlElement, meta: dict[str, str], url: str | None) -> str | None:
    links = [e.get("href") for e in tree.iter("link") if "canonical" in (e.get("rel") or "").lower().split()]
    for link in [*links, meta.get("og:url")]:
        if full := absolute(url or "", link):
            return full
    return url


# --- the day of publication -------------------------------------------------------------------------------------


def _published(
    tree: HtmlElement, article: dict[str, Any], meta: dict[str, str], url: str | None, japanese: bool, title: str | None
) -> tuple[str, PublishedFrom] | None:
    told: list[tuple[str | None, PublishedFrom]] = [
        (day_of(article.get(key), japanese), "json-ld") for key in ("datePublished", "dateCreated")
    ]
    told += [(day_of(meta.get(key), japanese), "meta") for key in page_words()["published"]]
    for day, who in told:
        if day:
            return day, who
    if day := _time_element(tree, japanese):
        return day, "time"
    in_address = address_day(url) if url else None
    shown = _shown(tree, title)
    if in_address and len(in_address) == 10:
        return in_address, "url"
    if shown:
        return shown, "text"
    return (in_address, "url") if in_address else None


def day_of(value: object, japanese: bool) -> str | None:
    """The local day of a date and time as a page writes it.

    A time in UTC on a Japanese page is told in Japan's time, as the page itself would show it; any other time zone is
    taken to be that of the place of publication.
    """
    if not isinstance(value, str):
        return None
    m = _ISO.match(narrow(value))
    if not m:
        return first_day(value)
    year, month, day = int(m[1]), int(m[2]), int(m[3])
    if not exists(year, month, day):
        return None
    if japanese and m[4] and m[6] and (m[6] in "Zz" or m[6].replace(":", "") == "+0000") and int(m[4]) < 24:
        at = datetime(year, month, day, int(m[4]), min(59, int(m[5])), tzinfo=UTC)
        return at.astimezone(_JAPAN).date().isoformat()
    return f"{year:04d}-{month:02d}-{day:02d}"


def _time_element(tree: HtmlElement, japanese: bool) -> str | None:
    """The first `time` (or microdata) that says when the article was published, outside of what surrounds it."""
    found: list[tuple[int, str]] = []
    for element in tree.iter("time", "span", "abbr", "p", "div"):
        said = element.get("datetime") or element.get("content") or ""
        prop = (element.get("itemprop") or "").lower()
        if element.tag != "time" and "datepublished" not in prop:
            continue
        if _surrounds(element) or "datemodified" in prop:
            continue
        day = day_of(said or element.text_content(), japanese) or first_day(element.text_content())
        rank = _rank(element, prop)
        if day and (rank < 2 or (rank == 2 and not _in_sentence(element))):
            found.append((rank, day))
    return min(found, key=lambda f: f[0])[1] if found else None


def _in_sentence(element: HtmlElement) -> bool:
    """Whether a time stands within running text, which tells when something happens."""
    holder = next((p for p in element.iterancestors("p", "li", "td", "div", "blockquote", "article", "section")), None)
    return holder is not None and len(holder.text_content().strip()) > _SHORT


def _rank(element: HtmlElement, prop: str) -> int:
    """0 for what is marked as the day of publication, 1 for a time beside the headline or called a date, 2 for any
    other, 3 for that of an update."""
    parent = element.getparent()
    words = " ".join(
        [prop, element.get("class") or "", element.get("pubdate") or "", element.text_content()[:60]]
        + ([parent.get("class") or "", (parent.text or "")[-20:]] if parent is not None else [])
    ).lower()
    if re.search(page_words()["updated"], words):
        return 3
    if re.search(page_words()["posted"], words):
        return 0
    beside = any(
        holder.find(".//h1") is not None
        for holder in list(element.iterancestors())[:2]
        if holder.tag not in ("body", "html")
    )
    return 1 if beside or "date" in words else 2


def _surrounds(element: HtmlElement) -> bool:
    """Whether the element belongs to a menu, a sidebar, a list of other articles or a comment."""
    for parent in [element, *element.iterancestors()]:
        if parent.tag in ("nav", "aside", "footer"):
            return True
        words = f"{parent.get('class') or ''} {parent.get('id') or ''}".lower()
        if (
            words.strip()
            and parent.tag not in ("body", "html", "main", "article")
            and re.search(page_words()["around"], words)
        ):
            return True
    return False


def address_day(url: str) -> str | None:
    """The day or month in an address such as /2024/08/07/, /2024/aug/07/ or /20240807-…, or None."""
    path = re.sub(r"^[a-z]+://[^/]*", "", url.split("?")[0].split("#")[0], flags=re.I)
    months: list[str] = page_words()["months"]
    for m in _IN_ADDRESS.finditer(path):
        word = m[2].lower()
        month = months.index(word) + 1 if word in months else int(word) if word.isdigit() else 0
        if m[3] and exists(int(m[1]), month, int(m[3])) and month:
            return f"{m[1]}-{month:02d}-{m[3]}"
    for m in _COMPACT.finditer(path):
        if exists(int(m[1]), int(m[2]), int(m[3])) and int(m[2]) and int(m[3]):
            return f"{m[1]}-{m[2]}-{m[3]}"
    only = re.search(r"/((?:19|20)\d{2})/(\d{2})(?:/|$)", path)
    return f"{only[1]}-{only[2]}" if only and exists(int(only[1]), int(only[2]), None) else None


def _shown(tree: HtmlElement, title: str | None) -> str | None:
    """A full date that is shown near the headline and not marked as that of an update."""
    for element in tree.xpath(page_words()["date_paths"])[:20]:
        text = element.text_content()
        if len(text) > 200 or _surrounds(element) or re.search(page_words()["updated"], text.lower()):
            continue
        if day := first_day(text):
            return day
    body = _visible(tree)
    heading = title if title and title in body else None
    at = body.find(heading) if heading else 0
    windows = [body[at + len(heading or "") : at + len(heading or "") + _NEAR], body[max(0, at - _NEAR // 3) : at]]
    for window in windows:
        window = re.sub(rf"(?:{page_words()['updated']})[^\n。]{{0,30}}", " ", window, flags=re.I)
        if day := _day_in_lines(window):
            return day
    return None


def _day_in_lines(window: str) -> str | None:
    """The day in a short line that says little else: a sentence tells when something happens, not when it was published."""
    for line in window.split("\n"):
        beside = re.sub(page_words()["beside_dates"], "", line, flags=re.I).strip() if len(line) < _SHORT else line
        if len(beside) < _BESIDE and not _STOP.search(line) and (day := first_day(line)):
            return day
    return None


def _visible(tree: HtmlElement) -> str:
    """The words of the body without menus, scripts and what stands beside the article."""
    skipped = {"script", "style", "nav", "aside", "footer", "noscript", "select", "form"}
    body = next(iter(tree.iter("body")), tree)
    parts: list[str] = []

    stack = [cast(Any, body)]
    while stack and len(parts) < 4000:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        if not isinstance(node.tag, str) or node.tag in skipped:
            continue
        inner: list[Any] = [node.text or ""]
        for child in node:
            inner += [child, child.tail or ""]
        stack += reversed(inner)
        parts.append("\n" if node.tag in ("p", "div", "h1", "h2", "h3", "li", "td", "tr", "br", "section") else " ")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)
